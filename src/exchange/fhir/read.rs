//! What a FHIR file holds, as pieces that can be weighed.

use crate::clinic::intake::Parcel;
use crate::clinic::practice::Practice;
use chrono::NaiveDate;

/// So many bytes a file may have.
pub const MOST_BYTES: usize = 50 * 1024 * 1024;

/// Reads a file: a bundle of any type, one resource, or NDJSON with a resource on each line. (Not yet: it reads nothing.)
#[must_use]
pub fn read(_bytes: &[u8], file: &str, _practice: &Practice, _today: NaiveDate) -> Parcel {
    Parcel { file: file.to_owned(), ..Parcel::default() }
}
