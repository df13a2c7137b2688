//! The practice on disk: one folder, read by people, shared by workstations, never half written.
//!
//! `practice.ron` holds the settings, `charts/<id>.ron` one patient each, `regimens/` and `products/` what the practice
//! adds. A write takes a lock, reads the chart again, adds its entries and replaces the file ([`atomic`]); because a
//! chart only grows, a lock that does not hold loses nothing: a workstation puts back what was recorded on it. The index
//! behind [`Roster`] is derived and may be deleted.

pub mod atomic;
mod charts;
mod check;
mod copies;
pub mod drafts;
mod error;
mod files;
mod format;
mod ids;
mod index;
mod lock;
mod open;
mod own;
mod parallel;
pub mod paths;
mod roster;
mod survey;
pub mod watch;

pub use check::CheckReport;
pub use copies::{Copies, TakenIn};
pub use error::{Problem, StoreError};
pub use format::{FORMAT, read_chart, write_chart};
pub use ids::Mint;
pub use open::Store;
pub use paths::Places;
pub use roster::Roster;
