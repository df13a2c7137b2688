//! Pieces of screens that draw one thing and know nothing of keys.

mod canvas;
pub mod frame;
pub(crate) mod pen;
pub mod say;
pub mod spark;
#[cfg(test)]
mod testing;
pub mod timeline;
pub mod told;
pub mod trend;
pub mod vial;
pub mod wrapped;

pub use canvas::plain;
