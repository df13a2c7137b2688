//! What moved a patient's plan, as our own tables have it, one a line in the order in which it was recorded: the plans before
//! the one that holds, the decisions that a phase has ended, and changes that hold no longer.
//!
//! ```text
//! plan 2026-06-15, r04-uk-neuro, im, by Dr Eleanor Hart [01K…]
//! repletion, 1000 mcg, every 2 days, review every 3 weeks, until no further improvement
//! given 2026-06-15; 2026-06-17; 2026-06-19 500 mcg
//! phase 1 ended 2026-08-20, by Dr Eleanor Hart: the last two checks show no gain
//! paused 2026-09-01 until 2026-10-01, by Dr Eleanor Hart: travels
//! ```

use super::dates::short;
use super::facts::{self, Earlier};
use super::phases::{self, flat};
use super::status;
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::course::Course;
use crate::clinic::decision::{Change, Turn};
use crate::clinic::drug::Route;
use crate::clinic::entry::{Act, EntryId, PhaseEnded};
use crate::clinic::order::Order;
use crate::clinic::regimen::Phase;
use chrono::{Datelike as _, NaiveDate};

/// Before the doses of a plan.
const GIVEN: &str = "given ";

/// What was recorded before the plan that holds, and since.
pub(super) struct Written {
    pub(super) before: String,
    pub(super) since: String,
}

/// Behind the day of what was recorded before that day's dose.
const BEFORE_DOSE: &str = " before its dose";

/// Writes what moved the plans of a chart, with the doses of the plans before; those of the plan that holds, and the change
/// that holds, have columns of their own.
pub(super) fn written(chart: &Chart, course: &Course) -> Written {
    let (holds, standing) = (course.order.as_ref().map(|(id, _)| *id), course.standing.as_ref().map(|s| s.entry));
    let (mut before, mut since, mut now) = (Vec::new(), Vec::new(), None);
    let facts = chart.facts();
    for (n, fact) in facts.iter().enumerate() {
        let id = fact.entry.id;
        let is_since = holds.is_none() || now.is_some_and(|(now, _)| Some(now) == holds);
        let dosed = |on: NaiveDate| is_since && facts.iter().skip(n).any(|fact| is_given(fact, on));
        let line = match fact.act {
            Some(Act::Ordered(order)) => {
                now = Some((id, order));
                if Some(id) == holds {
                    continue;
                }
                format!("{}\n{}", header(id, order), phases::written(&order.phases))
            }
            Some(Act::Given(given)) if !is_since => match now.filter(|(now, _)| is_on(course, id, *now)) {
                Some((_, order)) => {
                    given_line(&mut before, &super::sheets::given_words(given, order));
                    continue;
                }
                None => continue,
            },
            Some(Act::PhaseEnded(ended)) => phase_ended(ended, dosed(ended.on)),
            Some(Act::Changed(change)) if Some(id) != standing => turned(change, dosed(change.on)),
            _ => continue,
        };
        if is_since { &mut since } else { &mut before }.push(line);
    }
    Written { before: before.join("\n"), since: since.join("\n") }
}

fn is_given(fact: &Fact<'_>, on: NaiveDate) -> bool {
    matches!(fact.act, Some(Act::Given(given)) if given.on == on)
}

/// Whether a dose counts on an order.
fn is_on(course: &Course, dose: EntryId, order: EntryId) -> bool {
    course.given().any(|(slot, given)| given.entry == dose && slot.order == order)
}

/// Puts a dose behind those that stand right before it.
fn given_line(lines: &mut Vec<String>, words: &str) {
    match lines.last_mut().filter(|line| line.starts_with(GIVEN)) {
        Some(line) => line.extend(["; ", words]),
        None => lines.push(format!("{GIVEN}{words}")),
    }
}

fn header(id: EntryId, order: &Order) -> String {
    let (regimen, route) = (&order.regimen, order.route.name());
    format!("plan {}, {regimen}, {route}, by {} [{id}]", order.start, flat(&order.prescriber))
}

fn phase_ended(ended: &PhaseEnded, before_dose: bool) -> String {
    let (phase, on) = (ended.phase + 1, ended.on);
    let before = if before_dose { BEFORE_DOSE } else { "" };
    format!("phase {phase} ended {on}{before}, by {}: {}", flat(&ended.decided_by), flat(&ended.because))
}

fn turned(change: &Change, before_dose: bool) -> String {
    let before = if before_dose { BEFORE_DOSE } else { "" };
    let amount = match change.what {
        Turn::Oral { daily_mcg, .. } => format!(" {daily_mcg} mcg"),
        _ => String::new(),
    };
    let again = change.what.again().map(|day| format!(" until {day}")).unwrap_or_default();
    let because = match &change.what {
        Turn::Transferred { to } => to,
        _ => &change.because,
    };
    let (word, on, by) = (change.what.word(), change.on, flat(&change.decided_by));
    format!("{word} {on}{again}{amount}{before}, by {by}: {}", flat(because))
}

/// A line of it, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Moved {
    /// A plan before.
    Plan(Before),
    /// Doses that were given on it.
    Given(Vec<Earlier>),
    /// A phase, counted from 0, of the plan that stands before it was ended; whether that was recorded before a dose of the day.
    Ended(Ended, bool),
    /// A change that holds no longer, and whether it was recorded before a dose of the day.
    Turned(Change, bool),
}

/// A phase that was ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ended {
    pub(super) phase: usize,
    pub(super) on: NaiveDate,
    pub(super) by: String,
    pub(super) because: String,
}

/// A plan before the one that holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Before {
    pub(super) id: EntryId,
    pub(super) start: NaiveDate,
    pub(super) regimen: String,
    pub(super) route: Route,
    pub(super) prescriber: String,
    pub(super) phases: Vec<Phase>,
}

/// Nobody's plans moved more often.
const MOST_LINES: usize = 2_000;

/// Reads the lines.
///
/// # Errors
/// Which line cannot be read, in a few words.
pub(super) fn read(text: &str) -> Result<Vec<Moved>, String> {
    let mut all: Vec<Moved> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_LINES) {
        let unclear = || format!("\"{}\" says nothing of a plan that is known here", short(line));
        if phases::is_phase(line) {
            let Some(Moved::Plan(before)) = all.last_mut() else { return Err(unclear()) };
            before.phases.extend(phases::read(line)?);
        } else if let Some(doses) = line.strip_prefix(GIVEN) {
            all.push(Moved::Given(facts::doses_in(doses)?));
        } else {
            all.push(moved(line).ok_or_else(unclear)?);
        }
    }
    let is_bare = |moved: &Moved| matches!(moved, Moved::Plan(before) if before.phases.is_empty());
    if all.iter().any(is_bare) { Err("a plan stands there without its phases".to_owned()) } else { Ok(all) }
}

fn moved(line: &str) -> Option<Moved> {
    let (head, rest) = line.split_once(", by ")?;
    let (head, before_dose) = head.strip_suffix(BEFORE_DOSE).map_or((head, false), |head| (head, true));
    if let Some(plan) = head.strip_prefix("plan ") {
        return header_of(plan, rest).map(Moved::Plan);
    }
    let (by, because) = rest.split_once(": ")?;
    let (by, because) = (by.to_owned(), because.to_owned());
    if let Some(phase) = head.strip_prefix("phase ") {
        let (n, on) = phase.split_once(" ended ")?;
        let phase = n.parse::<usize>().ok()?.checked_sub(1).filter(|n| *n < 100)?;
        return Some(Moved::Ended(Ended { phase, on: day(on)?, by, because }, before_dose));
    }
    let mut words = head.splitn(3, ' ');
    let (word, on) = (words.next()?, day(words.next()?)?);
    let rest = words.next().unwrap_or_default();
    let (until, amount) = match rest.strip_prefix("until ") {
        Some(rest) => rest.split_once(' ').map_or((rest, ""), |(until, amount)| (until, amount)),
        None => ("", rest),
    };
    let what = status::turn(word, amount, Some(on), day(until), Some(&because)).ok()??;
    let change = Change { on, what, because, decided_by: by, told: None, reasons: Vec::new() };
    Some(Moved::Turned(change, before_dose))
}

/// A day as our own tables write it, of a century in which somebody may have been treated.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok().filter(|day: &NaiveDate| (1900..2200).contains(&day.year()))
}

fn header_of(plan: &str, rest: &str) -> Option<Before> {
    let [start, regimen, route] = plan.split(", ").collect::<Vec<_>>()[..] else { return None };
    let (prescriber, id) = rest.strip_suffix(']')?.rsplit_once(" [")?;
    Some(Before {
        id: id.parse().ok()?,
        start: day(start)?,
        regimen: regimen.to_owned(),
        route: Route::ALL.into_iter().find(|known| known.name() == route)?,
        prescriber: prescriber.to_owned(),
        phases: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "plan 2026-06-15, r04-uk-neuro, im, by Dr Eleanor Hart [01KQS1V7002XZX1WTP2RWVDFTD]\n\
        repletion, 1000 mcg, every 2 days, review every 3 weeks, until no further improvement\n\
        maintenance, 1000 mcg, every 2 months, review every 12 months\n\
        given 2026-06-15; 2026-06-17 500 mcg calendar\n\
        phase 1 ended 2026-08-20, by Dr Eleanor Hart: two checks, no gain: enough\n\
        paused 2026-09-01 until 2026-10-01 before its dose, by Dr Hart: travels\n\
        oral 2026-10-02 until 2026-12-01 1000 mcg, by Dr Hart: no needles\n\
        transferred 2026-12-01, by Nia Rees: Hill Practice\n\
        died 2026-12-02, by Nia Rees: told by the family";

    #[test]
    fn lines_are_read_and_written_as_they_were() {
        let all = read(LINES).unwrap();
        assert_eq!(all.len(), 7);
        let again: Vec<String> = all
            .iter()
            .map(|moved| match moved {
                Moved::Plan(before) => {
                    let (id, start, route) = (before.id, before.start, before.route.name());
                    let head = format!("plan {start}, {}, {route}, by {} [{id}]", before.regimen, before.prescriber);
                    format!("{head}\n{}", phases::written(&before.phases))
                }
                Moved::Given(doses) => {
                    assert_eq!((doses.len(), doses[1].dose_mcg, doses[1].on_calendar), (2, Some(500), true));
                    "given 2026-06-15; 2026-06-17 500 mcg calendar".to_owned()
                }
                Moved::Ended(ended, _) => {
                    format!("phase {} ended {}, by {}: {}", ended.phase + 1, ended.on, ended.by, ended.because)
                }
                Moved::Turned(change, before_dose) => turned(change, *before_dose),
            })
            .collect();
        assert_eq!(again.join("\n"), LINES.replace("\n        ", "\n"));
    }

    #[test]
    fn what_is_none_of_it_is_said() {
        for text in [
            "maintenance, 1000 mcg, every 2 months, review every 12 months",
            "plan 2026-06-15, r04, im, by Dr Hart [01KQS1V7002XZX1WTP2RWVDFTD]",
            "plan 2026-06-15, r04, im, by Dr Hart",
            "phase 0 ended 2026-08-20, by Dr Hart: x",
            "phase 1 ended soon, by Dr Hart: x",
            "paused 2026-09-01, by Dr Hart: travels",
            "gone fishing",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        /// Whatever somebody makes of a cell in a spreadsheet is read or said.
        #[test]
        fn no_text_stops_it(text in "((plan|given|phase 1 ended|oral|maintenance, 1000 mcg|, by |: |[0-9a-z ,:;\\[\\]\n-]{0,9}|20[0-9]{2}-[01][0-9]-[0-3][0-9])[ ,]?){0,12}") {
            if let Ok(all) = read(&text) {
                proptest::prop_assert!(all.len() <= text.len());
            }
            let _ = phases::read(&text);
        }
    }
}
