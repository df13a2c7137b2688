//! HL7 v2 results (ORU^R01) as laboratories send them in files, to pieces that are weighed: results of the analytes that are
//! known here, with the laboratory's own unit, range and flag; corrected and withdrawn ones act on what came before.
//!
//! [`Messages::of_bytes`] → [`unknown`] (asked once, kept in [`Codes`]) → [`read`] or [`read_all`] → [`weigh`](crate::clinic::intake::weigh).

mod codes;
mod escapes;
mod group;
mod message;
mod patient;
mod read;
mod result;
mod split;
mod time;

pub use codes::{Codes, Unknown, unknown};
pub use message::Message;
pub use read::{read, read_all};
pub use split::Messages;

#[cfg(test)]
mod tests;
