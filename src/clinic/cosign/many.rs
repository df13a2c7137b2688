//! Several signatures at once: each decision is shown in full, and signed only as it was shown.

use super::{Cosigned, Waiting, version, waiting};
use crate::clinic::chart::Chart;
use crate::clinic::drug::mcg;
use crate::clinic::entry::{Act, EntryId, PatientId};
use crate::clinic::order::Order;
use crate::clinic::people::Colleague;
use crate::clinic::regimen::Phase;
use chrono::NaiveDate;

/// A decision that waits, as it was shown to who signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The patient.
    pub patient: PatientId,
    /// The entry.
    pub entry: EntryId,
    /// The entry whose words were shown: that one itself, or the correction of it that held.
    pub version: EntryId,
    /// Who decided, how it came, who recorded it.
    pub waiting: Waiting,
    /// What is signed, with drug, dose and interval; not the day.
    pub what: String,
    /// The day from which it holds, where it is a plan.
    pub from: Option<NaiveDate>,
}

/// What came of several signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllSigned {
    /// How many were recorded.
    pub signed: usize,
    /// What was not, and why.
    pub failed: Vec<(PatientId, String)>,
    /// How many were not reached, as it was stopped.
    pub not_reached: usize,
}

impl AllSigned {
    /// Says it in a sentence: `Signed: 393. Not signed: 2.`
    #[must_use]
    pub fn words(&self) -> String {
        let (failed, left) = (self.failed.len(), self.not_reached);
        let failed = if failed > 0 { format!(" Not signed: {failed}.") } else { String::new() };
        let stopped = if left > 0 { format!(" Stopped before {left} more, which still wait.") } else { String::new() };
        format!("Signed: {}.{failed}{stopped}", self.signed)
    }
}

impl Shown {
    /// Looks a decision up in a chart; `None` where it does not wait there.
    #[must_use]
    pub fn of(chart: &Chart, entry: EntryId, people: &[Colleague]) -> Option<Self> {
        let facts = chart.facts();
        let waiting = waiting(&facts, people).into_iter().find(|w| w.entry == entry)?;
        let fact = facts.iter().find(|fact| fact.entry.id == entry)?;
        let act = fact.act?;
        let (what, from) = match act {
            Act::Ordered(order) => (in_full(order), Some(order.start)),
            other => (super::what(other), None),
        };
        Some(Self { patient: chart.id, entry, version: version(fact), waiting, what, from })
    }

    /// Signs it in a chart, where it still waits and still says what was shown.
    ///
    /// # Errors
    /// The sentence that says why not.
    pub fn sign(&self, chart: &Chart, who: &str, today: NaiveDate, people: &[Colleague]) -> Result<Cosigned, String> {
        let now = Self::of(chart, self.entry, people).ok_or("it does not wait any more: look at the chart")?;
        if now.version != self.version {
            return Err("it was corrected meanwhile: look at it again".to_owned());
        }
        super::signed(chart, &now.waiting, who, None, (today, people))
    }
}

/// Says what an order gives: `HYDROXOcobalamin IM: maintenance 1,000 mcg, every 12 weeks. UK BNF/NICE`.
fn in_full(order: &Order) -> String {
    let phases = order.phases.iter().map(phase_in_full).collect::<Vec<_>>().join("; then ");
    let term = order.term.words();
    let term = if term.is_empty() { term } else { format!("; good {term}") };
    format!("{} {}: {phases}{term}. Plan {}", order.drug.tall_man(), order.route.short(), order.name)
}

/// Says what a phase gives, with the interval that is signed, also where its own words leave a choice: `maintenance 1,000 mcg,
/// every 3 months (every 2 to 3 months for life)`.
#[must_use]
pub fn phase_in_full(phase: &Phase) -> String {
    let (rhythm, words) = (phase.rhythm_words(), &phase.words);
    let how = if words.contains(&rhythm) { words.clone() } else { format!("{rhythm} ({words})") };
    format!("{} {}, {how}", phase.kind.title().to_lowercase(), mcg(phase.dose_mcg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_signed_is_counted() {
        let all = AllSigned { signed: 7, ..AllSigned::default() };
        assert_eq!(all.words(), "Signed: 7.");
        let failed = vec![(PatientId(ulid::Ulid::nil()), "gone".to_owned())];
        let some = AllSigned { failed, not_reached: 2, ..all };
        assert_eq!(some.words(), "Signed: 7. Not signed: 1. Stopped before 2 more, which still wait.");
    }

    #[test]
    fn the_interval_that_is_signed_is_said() {
        let knowledge = crate::clinic::knowledge::Knowledge::built_in();
        let said = |id: &str| {
            let regimen = knowledge.regimens().iter().find(|r| r.id.starts_with(id)).cloned();
            regimen.into_iter().flat_map(|r| r.phases).map(|p| phase_in_full(&p)).collect::<Vec<_>>()
        };
        let expected = [
            "repletion 1,000 mcg, 3 times a week (three times a week for 2 weeks)",
            "maintenance 1,000 mcg, every 3 months (every 2 to 3 months for life)",
        ];
        assert_eq!(said("r01-"), expected);
        assert_eq!(said("r02-")[1], "maintenance 1,000 mcg, every 2 months for life");
    }
}
