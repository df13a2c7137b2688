//! The clinic sheet of a day.

use crate::clinic::agenda::Roll;
use crate::clinic::course::Course;
use crate::clinic::entry::PatientId;
use crate::paper::{self, Doc};
use crate::store::{Store, StoreError};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Makes the sheet of who is due on a day; one whose chart cannot be read is named and hides nobody else.
#[must_use]
pub fn sheet(store: &Store, roll: &Roll, on: NaiveDate) -> (Doc, Vec<StoreError>) {
    let due: BTreeSet<PatientId> =
        roll.worklist(on, 0).iter().filter_map(|task| Some(roll.owed(task)?.patient)).collect();
    let (mut courses, mut unread) = (Vec::new(), Vec::new());
    for id in due {
        match store.chart(id) {
            Ok(chart) => courses.push(Course::of(&chart, store.practice(), on)),
            Err(error) => unread.push(error),
        }
    }
    (paper::sheet(on, store.practice(), &courses), unread)
}
