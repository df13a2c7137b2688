//! An import is taken over, or undone, as a whole, and the audit log says so: the command line and the screen do the same.

use crate::clinic::audit::{Event, What};
use crate::clinic::entry::ImportId;
use crate::clinic::intake::{Parcel, Weighed};
use crate::store::{GoesOn, Store, Taken, Undone};
use chrono::{DateTime, FixedOffset};

/// Takes over what was weighed, in somebody's name; with `waits`, what nobody can name waits for a person. Returns also how
/// many pieces wait that did not before.
pub fn take_over(
    store: &Store,
    (parcel, weighed): (&Parcel, &Weighed),
    waits: bool,
    (by, at): (&str, DateTime<FixedOffset>),
    goes_on: &mut GoesOn<'_>,
) -> (Taken, usize) {
    let mut taken = store.take_over(parcel, weighed, by, at, goes_on);
    if waits
        && taken.not_reached == 0
        && taken.problems.is_empty()
        && let Err(error) = store.forget_recorded(parcel, weighed)
    {
        taken.problems.push(error.into_problem());
    }
    let waiting = if waits { store.keep_unmatched(parcel, weighed, by, at) } else { Ok(0) };
    let waiting = waiting.unwrap_or_else(|error| {
        taken.problems.push(error.into_problem());
        0
    });
    store.note(Event::new(at, by, What::Imported).with(&parcel.file));
    (taken, waiting)
}

/// Strikes out what came with an import, in somebody's name.
pub fn undo(
    store: &Store,
    import: ImportId,
    (by, at): (&str, DateTime<FixedOffset>),
    goes_on: &mut GoesOn<'_>,
) -> Undone {
    let undone = store.undo_import(import, by, at, goes_on);
    store.note(Event::new(at, by, What::Imported).with(format!("undone: {} {import}", undone.file)));
    undone
}
