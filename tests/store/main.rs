//! The store from outside: what is written reads back, nothing is lost, and what is wrong is named.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

mod copies;
mod damage;
mod drafts;
mod golden;
mod index;
mod kit;
mod own;
mod scale;
mod together;
mod union;
mod watch;
mod writing;
