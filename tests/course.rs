//! Courses with a fixed today, checked against dates worked out by hand.
#![expect(clippy::unwrap_used, reason = "a test stops where its story does not hold")]

#[path = "course/amended.rs"]
mod amended;
#[path = "course/checkpoints.rs"]
mod checkpoints;
#[path = "course/doses.rs"]
mod doses;
#[path = "course/findings.rs"]
mod findings;
#[path = "course/fit.rs"]
mod fit;
#[path = "course/kit.rs"]
mod kit;
#[path = "course/lab.rs"]
mod lab;
#[path = "course/moving.rs"]
mod moving;
#[path = "course/needle.rs"]
mod needle;
#[path = "course/phases.rs"]
mod phases;
#[path = "course/signing.rs"]
mod signing;
#[path = "course/turns.rs"]
mod turns;
