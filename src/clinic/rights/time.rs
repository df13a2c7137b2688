//! The right time: never twice a day, not too early, and late only knowingly (facts 9: T1 to T10, P1).

use super::{Checked, Intent, Right};
use crate::clinic::course::{Course, DoseSlot};
use crate::clinic::entry::Given;
use crate::clinic::findings::Lateness;
use crate::clinic::interval::days_between;
use crate::clinic::practice::Practice;
use crate::clinic::regimen::{Closest, Phase};
use crate::clinic::words;
use chrono::NaiveDate;

pub(super) fn time(course: &Course, practice: &Practice, slot: Option<&DoseSlot>, intent: &Intent) -> Vec<Checked> {
    let impossible = impossible(course, practice, intent);
    if !impossible.is_empty() {
        return impossible;
    }
    let Some(slot) = slot else {
        let words = "all ordered doses are given: this one is beyond the plan";
        let beyond = || Checked::of(practice.knowledge.rule("PLAN"), Right::Time, words);
        return course.order.is_some().then(beyond).into_iter().collect();
    };
    let off = days_between(slot.due, intent.on);
    let when = if off < 0 {
        early(course, practice, slot, intent.on, -off)
    } else {
        late(course, practice, slot, intent.on, off)
    };
    match &slot.gate {
        Some(gate) => {
            let words = format!("before this phase opens: {gate}");
            let ask = Checked::of(practice.knowledge.rule("P1"), Right::Time, words);
            if when.tier.is_some() { vec![ask, when] } else { vec![ask] }
        }
        None => vec![when],
    }
}

/// T10: before the first order was signed, and before the day on which it begins. A plan of before that is recorded
/// afterwards begins in the past; a first dose between signing and start is early, and asks.
fn before_the_order(course: &Course, on: NaiveDate) -> Option<NaiveDate> {
    let ordered = course.ordered_on.filter(|_| course.orders.len() == 1)?;
    let (_, order) = course.order.as_ref()?;
    (on < ordered && on < order.start).then_some(ordered.min(order.start))
}

/// T10, T6 and T9: a day that cannot be, or that already has its dose.
fn impossible(course: &Course, practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let rule = |id| practice.knowledge.rule(id);
    let stop = |id, words: String| Checked::of(rule(id), Right::Time, words).harder(rule(id));
    if intent.on > course.today {
        return vec![stop("T10", format!("{} has not come yet", words::day(intent.on)))];
    }
    if course.person.as_ref().is_some_and(|p| intent.on < p.born) {
        return vec![stop("T10", "the day is before the patient's birth".to_owned())];
    }
    if let Some(ordered) = before_the_order(course, intent.on) {
        let words = format!("the plan was ordered on {}: no dose before it", words::day(ordered));
        return vec![stop("T10", words).may_be()];
    }
    let Some((_, other)) = course.given().find(|(_, g)| g.given.on == intent.on) else { return Vec::new() };
    let (by, other) = (&other.by, &other.given);
    let lot = other.lot.as_deref().unwrap_or("no lot");
    let again = format!(
        "a dose was already recorded on that day (lot {lot}, {by}): give no other; correct the entry in the chart"
    );
    let same = |given: &Given| {
        (given.drug, given.strength_mcg_per_ml, given.dose_mcg)
            == (intent.drug, intent.strength_mcg_per_ml, intent.dose_mcg)
    };
    let twice = || stop("T9", "the same dose of the same product: is this typed twice?".to_owned()).may_be();
    std::iter::once(stop("T6", again).may_be()).chain(same(other).then(twice)).collect()
}

/// T6 to T8: too close to the last dose.
fn early(course: &Course, practice: &Practice, slot: &DoseSlot, on: NaiveDate, early: i64) -> Checked {
    // A dose that is recorded afterwards may lie before another one: the nearest counts.
    let gap = course.given().map(|(_, g)| days_between(g.given.on, on).abs()).min().unwrap_or(i64::MAX);
    let phase = course.order.as_ref().and_then(|(_, o)| o.phases.get(slot.phase));
    let words = format!("due {}, {} early", words::day(slot.due), words::days(early));
    let rule = |id| practice.knowledge.rule(id);
    let asks = |id, more: &str| Checked::of(rule(id), Right::Time, format!("{words}{more}"));
    if let Some((id, more)) = phase.and_then(|p| too_close(practice, p, gap)) {
        return asks(id, &more);
    }
    if slot.n == 1 {
        return asks("T10", ": before the start that was ordered").softer(rule("T10"));
    }
    asks("T7", "").softer(rule("T7"))
}

/// Says how a gap is shorter than T6 to T8 allow for the phase; `None` where it is not. A maintenance phase denser than
/// weekly has no such limit.
fn too_close(practice: &Practice, phase: &Phase, gap: i64) -> Option<(&'static str, String)> {
    let is_weekly_or_rarer = phase.interval().is_some_and(|every| every.about_days() >= 7);
    if !is_weekly_or_rarer && !phase.kind.fills() {
        return None;
    }
    let Closest { rule, days, of } = phase.closest(&practice.knowledge);
    let words = match of {
        Some(every) => format!(": {} since the nearest dose, of {every}", words::days(gap)),
        None if is_weekly_or_rarer => format!(": less than {} since the last dose", words::days(days)),
        None => format!(": {} since the last dose", words::days(gap)),
    };
    (gap < days).then_some((rule, words))
}

/// T1 to T4: late.
fn late(course: &Course, practice: &Practice, slot: &DoseSlot, on: NaiveDate, late: i64) -> Checked {
    // The open day after a closed one is the plan; a day agreed after a missed dose is no more than late.
    let appointed = on == practice.settings.appointment(slot.due);
    match Lateness::of(course, practice, slot, on)
        .filter(|l| !(appointed || (on == slot.visit && *l == Lateness::Late)))
    {
        Some(lateness) => {
            // A pause is no delay: what is late is late from its end, as the lists count it.
            let (due, late) = match slot.paused.filter(|until| *until > slot.due) {
                Some(until) => (format!("paused until {}", words::day(until)), days_between(until, on).max(0)),
                None => (format!("due {}", words::day(slot.due)), late),
            };
            let words = format!("{due}, {} late{}", words::days(late), lateness.asks());
            Checked::of(practice.knowledge.rule(lateness.rule()), Right::Time, words)
        }
        None => Checked::fine(Right::Time, "on time"),
    }
}
