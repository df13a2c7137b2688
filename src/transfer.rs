//! Files of other systems and for them: read into what is weighed, and written from the practice on disk. The command line
//! and the screen of exchange share it.

use crate::clinic::intake::Parcel;
use crate::clinic::practice::Practice;
use crate::exchange::fhir;
use crate::store::disk::Disk;
use chrono::NaiveDate;
use std::io;
use std::path::Path;

/// No file that is read is larger.
const MOST_BYTES: u64 = 200 << 20;

/// Reads a file whole.
///
/// # Errors
/// A sentence with the path.
pub fn bytes(disk: &dyn Disk, path: &Path) -> Result<Vec<u8>, String> {
    let failed = |e: io::Error| format!("{} cannot be read: {e}", path.display());
    let meta = disk.meta(path).map_err(failed)?;
    if !meta.is_file() {
        return Err(format!("{} is no file", path.display()));
    }
    if meta.len() > MOST_BYTES {
        return Err(format!("{} is larger than {} MB: split it", path.display(), MOST_BYTES >> 20));
    }
    let mut bytes = Vec::new();
    disk.read(path, MOST_BYTES + 1, &mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Reads what another system sent.
#[must_use]
pub fn parcel(is_hl7: bool, bytes: &[u8], file: &str, practice: &Practice, today: NaiveDate) -> Parcel {
    let _ = is_hl7;
    fhir::read(bytes, file, practice, today)
}

/// Returns a file's name without its folder.
#[must_use]
pub fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
