//! The store from outside: what is written reads back, nothing is lost, and what is wrong is named.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

mod backup;
mod damage;
mod drafts;
mod golden;
mod index;
mod kit;
mod own;
mod repair;
mod scale;
mod together;
mod union;
mod writing;
