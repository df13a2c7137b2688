//! Files of other systems and for them: read into what is weighed, taken over, undone, and written from the practice on disk;
//! the sheet of a day. The command line and the screens share it.

mod columns;
mod left;
mod read;
mod sheet;
mod take;
mod write;

pub use columns::{as_before, remember};
pub use left::left;
pub use read::{Reports, bytes, name, parcel, reports};
pub use sheet::sheet;
pub use take::{take_over, undo};
pub use write::{Done, What, everybody, note_export, to_file, too_large, whole_file, write};
