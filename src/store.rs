//! The practice on disk: one folder, read by people, shared by workstations, never half written.
//!
//! `practice.ron` holds the settings, `charts/<id>.ron` one patient each, `regimens/` and `products/` what the practice
//! adds. A write takes a lock, reads the chart again, adds its entries and replaces the file ([`atomic`]); because a
//! chart only grows, a lock that does not hold loses nothing. [`backup`], [`restore`] and [`repair`] are for the day when
//! a file or a disk is gone. The index behind [`Roster`] is derived and may be deleted.

mod archive;
pub mod atomic;
pub mod backup;
mod charts;
mod check;
pub mod drafts;
mod error;
mod files;
mod format;
mod ids;
mod index;
mod kept;
mod lock;
mod open;
mod own;
mod parallel;
pub mod paths;
pub mod repair;
pub mod restore;
mod roster;
mod survey;

pub use check::{CheckReport, check};
pub use error::{Problem, StoreError};
pub use format::{FORMAT, read_chart, write_chart};
pub use ids::Mint;
pub use open::Store;
pub use paths::Places;
pub use roster::Roster;
