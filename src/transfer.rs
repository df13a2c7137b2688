//! Files of other systems and for them: read into what is weighed, and written from the practice on disk. The command line
//! and the screen of exchange share it.

mod read;
mod write;

pub use read::{Reports, bytes, name, parcel, reports};
pub use write::{What, everybody, to_file, whole_file, write};
