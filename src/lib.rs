//! Cobalog keeps the record of vitamin B12 injections: who is due, what was given, and whether it works.
//!
//! - [`clinic`]: the rules, pure. Uses nothing of the crate.
//! - [`store`]: the practice on disk. Uses `clinic`.
//! - [`paper`]: documents, as text and as HTML. Uses `clinic`.
//! - [`demo`]: a fictional practice. Uses `clinic` and `store`.
//! - [`exchange`]: other systems' files, read and written, pure. Uses `clinic`.
//! - [`transfer`]: files of other systems, read into `exchange` and written from the `store`.
//! - [`tui`]: the full-screen program. Screens use `clinic`; `tui::runtime` uses all.
//! - [`cli`]: one subcommand a file. Uses all.

pub mod cli;
pub mod clinic;
pub mod clock;
pub mod demo;
pub mod exchange;
pub mod guarded;
pub mod paper;
pub mod store;
pub mod transfer;
pub mod tui;
