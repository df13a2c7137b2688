//! The store from outside: what is written reads back, nothing is lost, and what is wrong is named.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of a test fail the test")]
#![expect(clippy::disallowed_methods, reason = "a test lays files as a program that died would")]

#[cfg(unix)]
mod access;
mod attacks;
mod audit;
mod backup;
mod copies;
mod cuts;
mod damage;
mod drafts;
mod faults;
mod faulty;
mod forged;
mod golden;
mod gone;
#[cfg(windows)]
mod held;
mod index;
mod kit;
mod lacking;
mod ledger;
mod left;
mod links;
mod mending;
mod misplaced;
mod own;
mod power;
mod repair;
mod scale;
mod seals;
mod takeover;
mod together;
mod tries;
mod turns;
mod union;
mod vault;
mod watch;
mod writing;
