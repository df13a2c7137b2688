//! Courses with a fixed today, checked against dates worked out by hand.
#![expect(clippy::unwrap_used, reason = "a test stops where its story does not hold")]

#[path = "course/already.rs"]
mod already;
#[path = "course/amended.rs"]
mod amended;
#[path = "course/checkpoints.rs"]
mod checkpoints;
#[path = "course/coding.rs"]
mod coding;
#[path = "course/coding_cases.rs"]
mod coding_cases;
#[path = "course/doses.rs"]
mod doses;
#[path = "course/findings.rs"]
mod findings;
#[path = "course/fit.rs"]
mod fit;
#[path = "course/ghosts.rs"]
mod ghosts;
#[path = "course/kit.rs"]
mod kit;
#[path = "course/lab.rs"]
mod lab;
#[path = "course/moving.rs"]
mod moving;
#[path = "course/needle.rs"]
mod needle;
#[path = "course/orders.rs"]
mod orders;
#[path = "course/out_of_order.rs"]
mod out_of_order;
#[path = "course/phases.rs"]
mod phases;
#[path = "course/response.rs"]
mod response;
#[path = "course/rules_course.rs"]
mod rules_course;
#[path = "course/rules_labs.rs"]
mod rules_labs;
#[path = "course/same.rs"]
mod same;
#[path = "course/signing.rs"]
mod signing;
#[path = "course/silence.rs"]
mod silence;
#[path = "course/turns.rs"]
mod turns;
#[path = "course/ways.rs"]
mod ways;
#[path = "course/wishes.rs"]
mod wishes;
