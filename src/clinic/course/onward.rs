//! After a late or early dose: how long it is to the next one, and which planned day is left out (facts 1.2, D9; 9: T6 to T8).

use super::{Course, DoseSlot};
use crate::clinic::interval::days_between;
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::NaiveDate;

/// Says what lies between a dose of a day and the next one: `103 days`; `None` where none is planned.
#[must_use]
pub fn gap(after: &Course, on: NaiveDate) -> Option<String> {
    after.ahead(1).first().map(|next| words::days(days_between(on, *next)))
}

/// Says which days of the plan are left out after a dose that goes back to the calendar, as they lie too close to it, with
/// the rule that says so; `None` where none is. While stores are filled none is lost: a day that is passed over is added at
/// the end of its phase.
#[must_use]
pub fn left_out(after: &Course, practice: &Practice, on: NaiveDate) -> Option<String> {
    let slot = after.given().filter(|(_, g)| g.given.on == on).map(|(slot, _)| slot).next_back()?;
    if slot.kind.fills() {
        return None;
    }
    let days: Vec<_> = slot
        .left_out
        .iter()
        .map(|day| format!("{}, {}", words::day(*day), words::days(days_between(on, *day))))
        .collect();
    let closest = phase_of(after, slot)?.closest(&practice.knowledge);
    (!days.is_empty()).then(|| {
        let are = if days.len() == 1 { "is" } else { "are" };
        let least = words::days(closest.days);
        format!("{} after this dose, {are} left out: under {least} ({})", days.join("; "), closest.rule)
    })
}

fn phase_of<'a>(course: &'a Course, slot: &DoseSlot) -> Option<&'a crate::clinic::regimen::Phase> {
    let (_, order) = course.orders.iter().find(|(id, _)| *id == slot.order)?;
    order.phases.get(slot.phase)
}
