//! Other systems' files, read and written. Pure: bytes and text in, values out; what is read becomes a
//! [`Parcel`](crate::clinic::intake::Parcel), which [`weigh`](crate::clinic::intake::weigh) looks at before anything is
//! recorded.
//!
//! - [`csv`]: tables of patients, doses, results.
//! - [`fhir`]: FHIR R4, both ways.
//! - [`hl7`]: HL7 v2 ORU^R01, the reports of laboratories.
//! - [`ics`]: the dates that are due, for a calendar.

pub mod bytes;
pub mod csv;
pub mod fhir;
pub mod hl7;
pub mod ics;
mod results;
#[cfg(test)]
mod tests;
