//! Corrections of entries: who may make one, what goes with it, and what comes back where a strike is struck out.

use super::chart::Chart;
use super::cosign;
use super::entry::{Act, Amended, EntryId};
use super::findings::Tier;
use super::people::Colleague;
use super::practice::Practice;
use super::rights::{self, Checked};
use super::roles;
use chrono::NaiveDate;

/// Returns the acts of a correction as somebody signs it: the correction, and with a patient who was entered by mistake every
/// registration that holds, so that none of them is left.
///
/// # Errors
/// The sentence of [`cosign::correction_refused`].
pub fn acts(chart: &Chart, amended: Amended, who: &str, people: &[Colleague]) -> Result<Vec<Act>, String> {
    if let Some(words) = cosign::correction_refused(chart, amended.of, who, people) {
        return Err(words);
    }
    let first = chart.first_of(amended.of);
    let facts = chart.facts();
    let fact = facts.iter().find(|fact| fact.entry.id == first);
    let is_decision = fact.is_some_and(|fact| fact.act.unwrap_or(&fact.entry.act).decided().is_some());
    let prescriber = is_decision && roles::signs_here(people, who);
    let others = registrations(chart, &amended).into_iter().filter(|of| *of != amended.of);
    let others: Vec<_> = others.map(|of| Act::Amended(Amended { of, ..amended.clone() })).collect();
    Ok(std::iter::once(Act::Amended(Amended { prescriber, ..amended })).chain(others).collect())
}

/// The registrations that go with one that is struck out.
fn registrations(chart: &Chart, amended: &Amended) -> Vec<EntryId> {
    let is_one = chart.entry(amended.of).is_some_and(|entry| matches!(entry.act, Act::Registered(_)));
    let strikes = is_one && amended.instead.is_none();
    Some(chart).filter(|_| strikes).and_then(Chart::strikeable).unwrap_or_default()
}

/// Returns what stops a dose that comes back where a correction of it is struck out, and did not stop what holds of it now:
/// another one may stand on its day.
#[must_use]
pub fn brings_back(chart: &Chart, practice: &Practice, today: NaiveDate, correction: EntryId) -> Vec<Checked> {
    let Some(at) = chart.entries().last().map(|last| last.at) else { return Vec::new() };
    let first = chart.first_of(correction);
    let after = chart.after(Act::Amended(Amended::new(correction, "", None)), at, "");
    let checks = |chart: &Chart| {
        let facts = chart.facts();
        match facts.iter().find(|fact| fact.entry.id == first).and_then(|fact| fact.act) {
            Some(Act::Given(given)) => rights::again(chart, practice, today, first, given),
            _ => Vec::new(),
        }
    };
    let before = checks(chart);
    let is_new = |c: &Checked| !before.iter().any(|b| (&b.rule, &b.words) == (&c.rule, &c.words));
    let stops = checks(&after).into_iter().filter(|c| c.tier == Some(Tier::Stop) && is_new(c)).collect();
    rights::given_already(stops)
}
