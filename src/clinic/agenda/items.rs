//! What a course owes, as lists have it: a dose, a decision, what is to be told, checkpoints.

use super::{DoseDue, Item, Row, Tell, What};
use crate::clinic::course::{Course, Next};
use crate::clinic::findings::Finding;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::response::Response;
use chrono::NaiveDate;

impl Tell {
    /// Returns it in words: `Low potassium`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::LowPotassium => "Low potassium",
            Self::NewSigns => "New nerve signs",
            Self::Worse => "Nerve signs worse",
            Self::Back => "Symptoms are back",
            Self::Incomplete => "Response incomplete",
        }
    }

    /// Returns the same, short enough for a column.
    #[must_use]
    pub fn in_short(self) -> &'static str {
        match self {
            Self::LowPotassium => "potassium",
            Self::NewSigns => "new signs",
            Self::Worse => "worse",
            Self::Back => "symptoms",
            Self::Incomplete => "response",
        }
    }
}

impl What {
    /// Returns what the prescriber is to be told today, where it is that.
    #[must_use]
    pub fn tell(&self) -> Option<Tell> {
        match self {
            Self::Tell(tell) => Some(*tell),
            Self::Dose(_) | Self::Checkpoint(_) | Self::Plan => None,
        }
    }
}

impl Row {
    /// Returns what the prescriber is to be told today.
    #[must_use]
    pub fn to_tell(&self) -> Option<Tell> {
        self.items.iter().find_map(|item| item.what.tell())
    }
}

/// What a patient is called by who is to be asked again on a day that was agreed.
const ASK_AGAIN: &str = "Ask again";

impl Item {
    /// Returns the day on which it is due, where there is one: who waits for a plan waits from no day that anybody set.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        (self.what != What::Plan || self.label == ASK_AGAIN).then_some(self.due)
    }
}

/// Returns all that a course owes.
pub(super) fn of(course: &Course, knowledge: &Knowledge) -> Vec<Item> {
    let mut items: Vec<_> = dose_item(course).into_iter().chain(plan_item(course)).collect();
    items.extend(tell_items(course));
    items.extend(checkpoint_items(course, knowledge));
    items
}

fn dose_item(course: &Course) -> Option<Item> {
    let slot = course.next_dose()?;
    let (n, of) = slot.in_phase;
    let label = match (slot.kind.fills(), of) {
        (true, Some(of)) => format!("Dose {n} of {of}"),
        (true, None) => format!("Dose {n}"),
        (false, _) => "Maintenance".to_owned(),
    };
    let regimen = course.order.as_ref().map(|(_, o)| o.regimen.clone()).unwrap_or_default();
    let what = What::Dose(DoseDue {
        fills: slot.kind.fills(),
        n: slot.n,
        in_phase: slot.in_phase,
        regimen,
        dose_mcg: slot.dose_mcg,
    });
    // A pause is no delay: what is late is late from the day on which the patient was to be back.
    let due = slot.paused.map_or(slot.due, |until| until.max(slot.due));
    Some(Item { due, visit: slot.visit, what, label })
}

/// A patient without a plan is on the list from the day of the last thing that was recorded.
fn plan_item(course: &Course) -> Option<Item> {
    let label = match course.next {
        Next::Triage => "Triage",
        Next::Order => "Plan to sign",
        Next::Decide(_) => "Next plan",
        Next::AskAgain(_) => ASK_AGAIN,
        Next::Dose(_) | Next::Recheck(_) | Next::Closed(_) => return None,
    };
    let given = course.given().map(|(_, g)| g.given.on).max();
    let since = match course.next {
        Next::AskAgain(day) => Some(day),
        _ => given
            .max(course.checks.last().map(|c| c.checked.on).filter(|_| given.is_none() || course.standing.is_some())),
    };
    let due = since.unwrap_or(NaiveDate::from_yo_opt(1970, 1)?);
    Some(Item { due, visit: due, what: What::Plan, label: label.to_owned() })
}

/// What cannot wait until somebody opens the chart: all that is to be told today, as the sheet of the day has it.
fn tell_items(course: &Course) -> Vec<Item> {
    let item = |f: &Finding| {
        let tell = match (f.rule.as_str(), course.response) {
            ("L2", _) => Tell::LowPotassium,
            ("2.3", _) => Tell::NewSigns,
            (_, Response::Worse) => Tell::Worse,
            (_, Response::Relapse) => Tell::Back,
            _ => Tell::Incomplete,
        };
        let check = course.checks.iter().rev().find(|c| f.entries.contains(&c.entry))?;
        let on = check.checked.on;
        let label = format!("{}: tell the prescriber today", tell.words());
        Some(Item { due: on, visit: on, what: What::Tell(tell), label })
    };
    if matches!(course.next, Next::Closed(_)) {
        return Vec::new();
    }
    course.findings.iter().filter(|f| f.is_for_today()).filter_map(item).collect()
}

fn checkpoint_items(course: &Course, knowledge: &Knowledge) -> Vec<Item> {
    let open = course.checkpoints.iter().filter(|c| c.state.is_open() && !c.tentative);
    let mut items: Vec<_> = open
        .map(|c| {
            // A look without the blood that was asked stays owed, for what is not in yet.
            let (asks, label) = match c.check {
                Some(_) => (&c.missing, format!("Missing {}: {}", knowledge.asked(&c.missing), c.label)),
                None => (&c.asks, c.label.clone()),
            };
            Item { due: c.due, visit: c.visit, what: What::Checkpoint(asks.clone()), label }
        })
        .collect();
    // The oldest go first: what is worked is the latest that fell due, and what comes.
    items.drain(..items.len().saturating_sub(64));
    items
}
