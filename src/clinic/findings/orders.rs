//! The order itself: it ends, or it was recorded on a prescriber's word and is not signed yet.

use super::Finding;
use crate::clinic::course::{Course, Next};
use crate::clinic::practice::Practice;
use crate::clinic::term::renewals_until;
use crate::clinic::words;

pub(super) fn findings(course: &Course, practice: &Practice) -> Vec<Finding> {
    let mut out = unsigned(course, practice);
    out.extend(order_end(course, practice));
    out
}

fn unsigned(course: &Course, practice: &Practice) -> Vec<Finding> {
    let rule = practice.knowledge.rule("COSIGN");
    let one = |w: &crate::clinic::cosign::Waiting| {
        let text = format!("{} is not signed yet: {}.", words::begun(&w.what), w.from_whom());
        Finding::of(rule, text, vec![w.entry])
    };
    course.waiting.iter().map(one).collect()
}

/// The order has ended, or will within the days that a renewal takes.
fn order_end(course: &Course, practice: &Practice) -> Option<Finding> {
    let cover = course.cover.as_ref().filter(|_| matches!(course.next, Next::Dose(_)) && !course.has_ended())?;
    let rule = practice.knowledge.rule("ORDER-END");
    let rests = vec![cover.entry];
    let soon = renewals_until(course.today, practice.renewal_days());
    if !cover.allows(course.today) {
        let text = format!("{}: no dose is given on it any more.", words::begun(&cover.words(course.today)));
        let finding = Finding::of(rule, text, rests);
        // A stop stands where it stops something: the next dose may be a quarter of a year away.
        let is_near = course.next_dose().is_some_and(|slot| slot.visit <= soon);
        return Some(if is_near { finding.harder(rule) } else { finding });
    }
    cover.ends().filter(|day| *day <= soon)?;
    let beyond = cover.beyond.map(|day| format!("; the dose of {} is beyond it", words::day(day))).unwrap_or_default();
    let text = format!("{}{beyond}.", words::begun(&cover.words(course.today)));
    Some(Finding::of(rule, text, rests))
}
