//! What leaves Cobalog for other systems, and what comes from them. Pure: values in, text out, and the other way round.
//!
//! - [`fhir`]: FHIR R4, both ways.
//! - [`ics`]: the dates that are due, for a calendar.

pub mod fhir;
pub mod ics;
