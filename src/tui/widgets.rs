//! Pieces of screens that draw one thing and know nothing of keys.

mod canvas;
pub mod spark;
#[cfg(test)]
mod testing;
pub mod timeline;

pub use canvas::plain;
