//! What two charts that were joined bring with them: two plans that ran at once, a part that cannot be read.

use super::Finding;
use crate::clinic::chart::Joined;
use crate::clinic::course::Course;
use crate::clinic::entry::EntryId;
use crate::clinic::order::Order;
use crate::clinic::practice::Practice;
use crate::clinic::words;

pub(super) fn findings(course: &Course, practice: &Practice) -> Vec<Finding> {
    let mut out = unread(course, practice);
    out.extend(two_plans(course, practice));
    out
}

/// A chart that cannot be read may hold the last dose.
fn unread(course: &Course, practice: &Practice) -> Vec<Finding> {
    let rule = practice.knowledge.rule("PART");
    let text = |part: &Joined| {
        format!(
            "The chart {} was joined to this one on {} and cannot be read: its doses are missing here.",
            part.id,
            words::day(part.since.date_naive())
        )
    };
    course.joined.iter().filter(|j| !j.is_read).map(|j| Finding::of(rule, text(j), Vec::new())).collect()
}

/// Each chart had a signed plan when they were joined: the later signed one holds, until a prescriber signs one that
/// knows of both, or says why it may stand.
fn two_plans(course: &Course, practice: &Practice) -> Option<Finding> {
    let (id, holds) = course.order.as_ref().filter(|_| !course.has_ended())?;
    let joined_at = course.joined.iter().map(|j| j.since).max()?;
    if course.ordered_at.is_some_and(|at| at > joined_at) {
        return None;
    }
    let part = |order: EntryId| course.joined.iter().find(|j| j.holds(order)).map(|j| j.id);
    let (other, order) = course.orders.iter().rev().find(|(other, _)| part(*other) != part(*id))?;
    let text = format!(
        "Two charts of this patient were joined, each with a plan. {} holds, as it was signed last; {} does not.",
        named(course, *id, holds),
        named(course, *other, order)
    );
    Some(Finding::of(practice.knowledge.rule("JOIN"), text, vec![*other, *id]))
}

fn named(course: &Course, id: EntryId, order: &Order) -> String {
    let part = course.joined.iter().find(|j| j.holds(id)).and_then(|j| j.person.as_ref());
    let number = part.or(course.person.as_ref()).map(|p| format!(" of #{}", p.number)).unwrap_or_default();
    format!("{}{number}, from {}", order.name, words::day(order.start))
}
