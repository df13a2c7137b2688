//! FHIR R4 (4.0.1) as JSON: patients out to any server, and in from any bundle.
//!
//! `docs/fhir.md` says what stands for what. Every resource that stands for an entry carries it whole in an extension, so
//! that what FHIR has no word for is not lost between two practices that both run Cobalog.

mod codes;
mod export;
mod ids;
mod read;
mod resource;
mod scribe;
mod timing;

pub use export::{Bundle, Exported, How, Kind, export};
pub use read::{Zone, read, read_in};

/// The extension that holds an entry as Cobalog keeps it: JSON with the entry, and a sum of the resource as it was written,
/// so that one which somebody changed since is read as it stands.
pub const ENTRY: &str = "urn:cobalog:entry";

/// The extension on a resource that only says part of what another one stands for: that one's id, and a sum as above.
pub const PART_OF: &str = "urn:cobalog:part-of";
