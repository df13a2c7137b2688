//! Tables as spreadsheets write them: read whatever their letters, delimiter, language and order of dates, and written so
//! that they open right and can carry no formula.

mod delimiter;
mod field;
mod table;
mod vocabulary;

pub use field::Field;
pub use table::{Row, Table};
