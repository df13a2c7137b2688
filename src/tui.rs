//! The full-screen program. Screens use the rules of `clinic` and return effects; only `session` and `runtime` meet
//! store and clock.

pub mod app;
mod asleep;
pub mod backed_up;
pub mod ctx;
pub mod effect;
pub mod exchange;
pub mod form;
mod frames;
pub mod input;
pub mod keymap;
pub mod prompts;
mod reader;
pub mod runtime;
pub mod screens;
pub mod session;
pub mod theme;
mod wide;
pub mod widgets;
