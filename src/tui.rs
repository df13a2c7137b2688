//! The full-screen program. Screens use the rules of `clinic` and return effects; only `runtime` meets store and clock.

pub mod theme;
pub mod widgets;
