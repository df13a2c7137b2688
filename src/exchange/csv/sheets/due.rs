//! The row of what is owed, with whom to ring up.

use super::text;
use crate::clinic::agenda::{Item, What};
use crate::clinic::patient::Person;
use chrono::NaiveDate;

pub(super) const COLUMNS: [&str; 9] =
    ["due_date", "kind", "patient_id", "text", "overdue_days", "family_name", "given_name", "birth_date", "phone"];

/// Who is owed what: with whom to ring up. Who is still to get a plan has no day.
pub(super) fn due(item: &Item, who: &Person, today: NaiveDate) -> [String; 9] {
    let kind = match &item.what {
        What::Dose(_) => "dose",
        What::Checkpoint(asks) if asks.iter().any(|ask| ask != "symptoms") => "lab",
        What::Checkpoint(_) | What::Plan | What::Tell(_) => "review",
    };
    [
        text(item.day()),
        kind.to_owned(),
        who.number.clone(),
        item.label.clone(),
        text(item.day().map(|_| item.days_late(today))),
        who.family.clone(),
        who.given.clone(),
        who.born.to_string(),
        text(who.phone.as_ref()),
    ]
}
