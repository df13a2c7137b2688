//! Tables as spreadsheets write them: read whatever their letters, delimiter, language and order of dates, and written so
//! that they open right and can carry no formula.
//!
//! [`Table::of_bytes`] → [`Mapping::guess`] → [`questions`] → [`read`] → [`weigh`](crate::clinic::intake::weigh).

mod alarms;
mod amounts;
mod back;
mod called;
mod cells;
mod dates;
mod delimiter;
mod doses;
mod facts;
mod field;
mod forms;
pub(crate) mod guard;
mod held;
mod history;
mod intervals;
mod labs;
mod looks;
mod mapping;
mod patients;
mod person;
mod phases;
mod questions;
mod read;
mod sheets;
mod status;
mod table;
mod vocabulary;

pub use amounts::DoseUnit;
pub use back::lost;
pub use dates::DateOrder;
pub use facts::form_named;
pub use field::Field;
pub use held::held;
pub use labs::is_called;
pub use mapping::{IntervalChoice, Kind, Mapping, NameOrder, PlanChoice};
pub use questions::{Answer, Answered, Choice, Question, questions};
pub use read::read;
pub use sheets::Sheet;
pub use table::{Row, Table};

#[cfg(test)]
mod doubt_tests;
#[cfg(test)]
mod own_tests;
#[cfg(test)]
mod tests;
