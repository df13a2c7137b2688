//! The rules, pure: no files, no clock, no terminal. What a doctor could review.
//!
//! Every rule takes `today`. Nothing here uses any other part of the crate.

pub mod agenda;
pub mod audit;
pub mod background;
pub mod chart;
pub mod citation;
pub mod coding;
pub mod cosign;
pub mod course;
pub mod decision;
pub mod drug;
pub mod entry;
pub mod findings;
pub mod fit;
pub mod intake;
pub mod interval;
mod iso;
pub mod knowledge;
pub mod lab;
pub mod links;
pub mod moving;
pub mod note;
pub mod order;
pub mod overrides;
pub mod parse;
pub mod patient;
pub mod people;
pub mod practice;
pub(crate) mod quick;
pub mod recall;
pub mod regimen;
pub mod response;
pub mod rights;
pub mod roles;
pub mod rule;
pub mod same;
pub mod schedule;
pub mod seal;
pub mod signing;
pub mod spacing;
pub mod tally;
pub mod term;
pub mod triage;
pub mod triage_words;
pub mod ways;
pub mod words;
