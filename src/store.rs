//! The practice on disk: one folder, read by people, shared by workstations, never half written.
//!
//! `practice.ron` holds the settings, `charts/<id>.ron` one patient each, `regimens/` and `products/` what the practice
//! adds. A write takes a lock, reads the chart again, adds its entries and replaces the file ([`atomic`]); because a
//! chart only grows, a lock that does not hold loses nothing: a workstation puts back what was recorded on it. [`backup`],
//! [`restore`] and [`repair`] are for the day when a file or a disk is gone. Behind a [`vault`] all of it lies there encrypted.
//! The index behind [`Roster`] is derived and may
//! be deleted.

mod access;
mod adding;
mod archive;
pub mod atomic;
mod audit;
pub mod backup;
mod bulk;
mod charts;
mod check;
mod copies;
mod cosigning;
pub mod disk;
pub mod drafts;
mod error;
mod files;
mod format;
mod gone;
mod ids;
mod index;
mod kept;
mod links;
mod lock;
mod open;
mod own;
mod parallel;
pub mod paths;
pub mod repair;
pub mod restore;
mod roster;
mod seals;
pub mod secret;
mod settled;
mod survey;
mod sweep;
mod takeover;
pub mod tries;
mod unmatched;
pub mod vault;
pub mod watch;

pub use audit::{Audit, Wanted};
pub use check::{CheckReport, check};
pub use copies::{CameFrom, Copies, TakenIn};
pub use error::{Problem, StoreError};
pub use format::{FORMAT, read_chart, write_chart};
pub use ids::Mint;
pub use links::LinkDone;
pub use open::Store;
pub use paths::{LETTERS, Places};
pub use roster::{Rolled, Roster};
pub use takeover::{GoesOn, Taken, Undone};
