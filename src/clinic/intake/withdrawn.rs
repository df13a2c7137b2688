//! What was entered in error over there: what came of it is struck out here where that is safe; else a person looks.

use super::there::{self, Found, has_id};
use super::{Coming, Piece};
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::drug::mcg;
use crate::clinic::entry::{Act, Amended, Checked, EntryId};
use crate::clinic::lab::LabResult;
use crate::clinic::words;
use chrono::NaiveDate;

/// Says of what was entered in error over there that nothing of it stands here.
pub const IN_ERROR: &str = "It was entered in error over there.";

pub(super) const WHY: &str = "withdrawn by who sent it";

/// Returns the act of what was entered in error where no more is said of it than its id.
#[must_use]
pub fn nothing_said() -> Act {
    Act::Checked(Checked::default())
}

/// Returns those of one patient that are still new when they are recorded, what was entered in error first: what stands in
/// its place is new once it is out.
#[must_use]
pub fn still_new<'g, P: Copy>(chart: &Chart, group: &[(&'g Coming, P)]) -> Vec<(&'g Coming, P)> {
    let (first, then): (Vec<_>, Vec<_>) = group.iter().copied().partition(|(coming, _)| coming.in_error);
    let mut after = None;
    let mut new = Vec::new();
    for (coming, place) in first.into_iter().chain(then) {
        let now = after.as_ref().unwrap_or(chart);
        if there::is_new(now, coming) {
            after = there::amended(now, &coming.act).or(after);
            new.push((coming, place));
        }
    }
    new
}

/// Whether an id is of one thing in the world alone: an entry's of a Cobalog, or a UUID.
pub(super) fn is_unique(id: &str) -> bool {
    let is_uuid = id.len() == 36 && id.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    is_uuid || id.parse::<EntryId>().is_ok()
}

/// Says how it stands to a chart.
///
/// # Errors
/// Why a person looks at what came of it.
pub(super) fn found(facts: &[Fact<'_>], coming: &Coming) -> Result<Found, String> {
    let Some(id) = coming.id.as_deref() else { return Ok(Found::Here(IN_ERROR.to_owned())) };
    let came: Vec<_> = facts.iter().filter(|fact| has_id(fact, id)).collect();
    let live = || came.iter().copied().filter_map(|fact| Some((fact, fact.act?)));
    let Some((fact, there)) = live().find(|(_, there)| is_it(there, coming, id)) else {
        return match live().find(|(_, there)| may_be_it(there, &coming.act)) {
            Some((_, there)) => Err(format!(
                "Over there {} was entered in error; under its id {} came here: is that what is meant?",
                told(&coming.act),
                told(there)
            )),
            None if came.is_empty() => Ok(Found::Here(IN_ERROR.to_owned())),
            None => Ok(Found::Here("It was entered in error over there, and stands here no more.".to_owned())),
        };
    };
    if let Some(why) = not_safe(fact, there) {
        return Err(format!("Over there {} was entered in error; {why}", told(there)));
    }
    let instead = left_of(there, &coming.act);
    if instead.as_ref() == Some(there) {
        return Ok(Found::Here("It was entered in error over there, and stands here no more.".to_owned()));
    }
    Ok(Found::Amends(Amended::new(fact.entry.id, WHY, instead)))
}

/// Whether it is what was withdrawn: ids of small systems are used again.
fn is_it(there: &Act, coming: &Coming, id: &str) -> bool {
    match (there, &coming.act) {
        (_, gone) if *gone == nothing_said() => is_unique(id),
        (there, gone) => may_be_it(there, gone) && (is_unique(id) || day(there) == day(gone)),
    }
}

/// Whether it is of the same kind.
fn may_be_it(there: &Act, gone: &Act) -> bool {
    let is_dose = |act: &Act| matches!(act, Act::Given(_) | Act::NotGiven(_));
    let both_looks = matches!((there, gone), (Act::Checked(_), Act::Checked(_)));
    *gone == nothing_said() || both_looks || (is_dose(there) && is_dose(gone))
}

fn day(act: &Act) -> Option<NaiveDate> {
    match act {
        Act::Given(given) => Some(given.on),
        Act::NotGiven(not) => Some(not.on),
        Act::Checked(checked) => Some(checked.sample_day()),
        _ => None,
    }
}

/// Says why it is not struck out without a person.
fn not_safe(fact: &Fact<'_>, there: &Act) -> Option<String> {
    let since = words::day(fact.entry.at.date_naive());
    let is_changed = fact.amended.is_some_and(|(by, _)| by.from.is_none());
    match there {
        _ if fact.entry.from.is_none() => {
            Some(format!("it was recorded here on {since}: strike it out by hand where it is wrong."))
        }
        _ if is_changed => Some("it was changed here since: strike it out by hand where it is wrong.".to_owned()),
        Act::Given(_) | Act::NotGiven(_) | Act::Checked(_) => None,
        Act::Ordered(_) => {
            Some(format!("it came from there on {since}: change the plan here, or strike it out by hand."))
        }
        _ => Some(format!("it came from there on {since}: strike it out by hand where it is wrong.")),
    }
}

/// What is left of what stands there: of a look what was not withdrawn; `None` where nothing is.
pub(super) fn left_of(there: &Act, gone: &Act) -> Option<Act> {
    let (Act::Checked(there), Act::Checked(gone)) = (there, gone) else { return None };
    if gone.labs.is_empty() && gone.symptoms.is_empty() {
        return None;
    }
    let labs = there.labs.iter().filter(|lab| gone.lab(&lab.analyte).is_none()).cloned().collect();
    let mut left = Checked { labs, ..there.clone() };
    left.symptoms.retain(|id, _| !gone.symptoms.contains_key(id));
    if !gone.symptoms.is_empty() {
        left.returned_days = None;
    }
    let is_left = !left.labs.is_empty() || !left.symptoms.is_empty() || left == *there;
    is_left.then_some(Act::Checked(left))
}

/// Of a look that its sender withdrew whole, the results that come now and were not in it.
pub(super) fn more_than(fact: &Fact<'_>, coming: &Coming) -> Option<Act> {
    let (Act::Checked(gone), Act::Checked(look), false) = (&fact.entry.act, &coming.act, coming.strikes) else {
        return None;
    };
    fact.amended.and_then(|(by, _)| by.from.as_ref())?;
    let labs: Vec<_> = look.labs.iter().filter(|lab| gone.lab(&lab.analyte).is_none()).cloned().collect();
    (!labs.is_empty()).then(|| Act::Checked(Checked { labs, ..look.clone() }))
}

/// Returns the result that who sent it withdrew, and that comes again as it once stood here: in an older file, or anew.
pub(super) fn said_again<'c>(chart: &Chart, fact: &Fact<'_>, coming: &'c Act) -> Option<&'c LabResult> {
    let (Act::Checked(look), Some(Act::Checked(now))) = (coming, fact.act) else { return None };
    if look.sample_day() != now.sample_day() {
        return None;
    }
    let mut stood = vec![&fact.entry.act];
    let mut gone: Vec<&LabResult> = Vec::new();
    for entry in chart.entries() {
        let Act::Amended(amended) = &entry.act else { continue };
        let Some(instead) = amended.instead.as_deref().filter(|_| amended.of == fact.entry.id) else { continue };
        if entry.from.is_some() && amended.why == WHY {
            let all = stood.iter().flat_map(|act| labs(act));
            gone.extend(all.filter(|lab| labs(instead).iter().all(|left| left.analyte != lab.analyte)));
        }
        stood.push(instead);
    }
    let is_gone = |lab: &&LabResult| now.lab(&lab.analyte).is_none() && gone.iter().any(|gone| gone.says_as(lab));
    look.labs.iter().find(is_gone)
}

fn labs(act: &Act) -> &[LabResult] {
    if let Act::Checked(look) = act { &look.labs } else { &[] }
}

/// Says that the same stands here, came otherwise, and that no piece of the file still says it.
pub(super) fn stands_otherwise(chart: &Chart, piece: &Piece, all: &[Piece]) -> Option<String> {
    let gone = &piece.acts.first()?.act;
    let is_told = match gone {
        Act::Given(_) => true,
        Act::Checked(look) => !look.labs.is_empty() && look.labs.iter().all(LabResult::is_done),
        _ => false,
    };
    let facts = chart.facts();
    let mut ids = piece.acts.iter().filter_map(|coming| coming.id.as_deref());
    if !is_told || ids.any(|id| facts.iter().any(|fact| has_id(fact, id))) {
        return None;
    }
    let there = facts.iter().filter_map(|fact| fact.act).find(|there| there::is_there(there, gone))?;
    let others = all.iter().filter(|other| other.about == piece.about).flat_map(|other| &other.acts);
    let is_said = others.filter(|coming| !coming.in_error).any(|coming| there::is_there(&coming.act, gone));
    (!is_said).then(|| {
        let what = told(there);
        format!(
            "Over there {what} was entered in error; here it came otherwise: strike it out by hand where it is wrong."
        )
    })
}

/// A result, or the test alone where nothing more is said of it.
fn named(lab: &LabResult) -> String {
    let name = lab.analyte.replace('-', " ");
    if lab.is_done() { format!("{name} {lab}") } else { name }
}

/// Says what it is, in a sentence.
fn told(act: &Act) -> String {
    match act {
        Act::Given(given) => {
            format!("the dose of {}, {} {},", words::day(given.on), mcg(given.dose_mcg), given.drug)
        }
        Act::NotGiven(not) => format!("the record of {}, a dose,", words::day(not.on)),
        Act::Checked(look) if *act == nothing_said() || look.is_empty() => "something".to_owned(),
        Act::Checked(look) => {
            let labs: Vec<_> = look.labs.iter().map(named).collect();
            let what = if labs.is_empty() { "the look".to_owned() } else { labs.join(", ") };
            // What was withdrawn may come without its day.
            match look.sample_day() {
                day if day == NaiveDate::default() => what,
                day => format!("{what} of {}", words::day(day)),
            }
        }
        Act::Ordered(order) => format!("the plan {} from {}", order.name, words::day(order.start)),
        other => format!("\"{}\"", other.word()),
    }
}
