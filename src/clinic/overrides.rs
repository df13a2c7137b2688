//! Reasons that were given against rules: who passed which check, when and why. Counted and shown, because a rule that
//! is always passed is either wrong or not read.

use super::chart::{Chart, Fact};
use super::entry::{Act, EntryId, Reason};
use chrono::NaiveDate;

/// One reason that was given for one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The entry that holds it.
    pub entry: EntryId,
    /// The rule that asked.
    pub rule: String,
    /// The reason.
    pub because: String,
    /// Who gave it: the prescriber of an order or a change, else who recorded.
    pub by: String,
    /// The day.
    pub on: NaiveDate,
    /// Where it was given.
    pub at: At,
}

/// Where a reason was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// At the needle.
    Dose,
    /// When a plan was signed.
    Order,
    /// When the course was changed.
    Change,
    /// When a finding was seen.
    Finding,
}

impl At {
    /// Returns it in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Dose => "at a dose",
            Self::Order => "when the plan was signed",
            Self::Change => "when the course was changed",
            Self::Finding => "when it was seen",
        }
    }
}

/// Returns every reason of a chart that holds, in the order of recording.
#[must_use]
pub fn of(chart: &Chart) -> Vec<Override> {
    chart.facts().iter().flat_map(given).collect()
}

fn given(fact: &Fact<'_>) -> Vec<Override> {
    let entry = fact.entry;
    let recorded = entry.at.date_naive();
    let all = |reasons: &[Reason], by: &str, on, at| {
        let one = |r: &Reason| Override {
            entry: entry.id,
            rule: r.rule.clone(),
            because: r.because.clone(),
            by: by.to_owned(),
            on,
            at,
        };
        reasons.iter().map(one).collect()
    };
    match fact.act {
        Some(Act::Given(given)) => all(&given.reasons, &entry.by, given.on, At::Dose),
        Some(Act::Ordered(order)) => all(&order.reasons, &order.prescriber, recorded, At::Order),
        Some(Act::Changed(change)) => all(&change.reasons, &change.decided_by, change.on, At::Change),
        Some(Act::Acknowledged(seen)) => {
            let reason = Reason::new(&seen.rule, &seen.because);
            all(&[reason], &entry.by, recorded, At::Finding)
        }
        _ => Vec::new(),
    }
}

/// Returns the newest of those that gave this reason for this rule: who answered a finding, and when.
#[must_use]
pub fn newest<'a>(all: &'a [Override], rule: &str, because: &str) -> Option<&'a Override> {
    all.iter().rev().find(|o| o.rule == rule && o.because == because)
}
