//! Copies that a program which keeps folders the same has left: taken in before anything is recorded, so that what is
//! checked is all that is known.

use super::context::Context;
use super::failure;
use super::table;
use crate::store::{Store, TakenIn};
use chrono::NaiveDate;

/// Takes copies in before a command that records. What is wrong with the practice itself, the command says.
pub(super) fn before_recording(context: &Context) {
    let Ok(mut store) = context.store() else { return };
    let problems = store.named_otherwise();
    let copies = store.take_in_copies(&problems, context.today);
    copies.taken.iter().for_each(|copy| failure::say(&format!("note: {}.", copy.words())));
    copies.problems.iter().for_each(|problem| failure::say(&problem.to_string()));
}

/// Takes in every copy that a look at all charts finds; returns what was done, in words.
pub(super) fn take_in(store: &mut Store, today: NaiveDate) -> Vec<String> {
    let problems = store.roster(today).problems;
    let copies = store.take_in_copies(&problems, today);
    copies.problems.iter().for_each(|problem| failure::say(&problem.to_string()));
    copies.taken.iter().map(TakenIn::words).map(|words| table::plain(&words).into_owned()).collect()
}
