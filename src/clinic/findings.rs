//! What needs attention. Three tiers, after the published override rates of clinical alerts: where everything warns,
//! nothing does. Each finding names its rule of facts section 9, its source, what to do, and what it rests on.

mod joined;
mod orders;
mod outcome;
mod plan;
mod results;
mod timing;
mod treatment;

pub(crate) use outcome::thinned_out;
pub(crate) use plan::against_patient;
pub(crate) use results::{documenting, is_documented};
pub(crate) use timing::Lateness;
pub(crate) use treatment::of_change;

use super::course::Course;
use super::decision::Acknowledged;
use super::entry::EntryId;
use super::interval::days_between;
use super::practice::Practice;
use super::response::Response;
use super::rule::Rule;
use super::todo::Todo;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How hard a finding asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Must be resolved; Enter does not pass it.
    Stop,
    /// Asks for a reason.
    Reason,
    /// Stands in the margin.
    Note,
}

impl Tier {
    /// Returns the word of the JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Reason => "reason",
            Self::Note => "note",
        }
    }
}

/// How soon the prescriber is to be told of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Haste {
    /// Now: whoever finds it telephones.
    Now,
    /// Today: the lists and the sheet of the day say it.
    Today,
}

/// One thing that needs attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id in the facts.
    pub rule: String,
    /// How hard it asks.
    pub tier: Tier,
    /// What is the matter.
    pub text: String,
    /// What to do.
    pub todo: Todo,
    /// How soon the prescriber is to be told.
    pub haste: Option<Haste>,
    /// Where the rule comes from.
    pub source: String,
    /// The entries that it rests on.
    pub entries: Vec<EntryId>,
}

impl Finding {
    /// Makes a finding of a rule, with what is the matter and the entries that it rests on.
    #[must_use]
    pub fn of(rule: &Rule, text: String, entries: Vec<EntryId>) -> Self {
        let (todo, source) = (rule.todo.clone(), rule.cited());
        Self { rule: rule.id.clone(), tier: rule.tier, text, todo, haste: rule.haste, source, entries }
    }

    /// Takes the rule's milder case.
    #[must_use]
    pub fn softer(mut self, rule: &Rule) -> Self {
        self.tier = rule.softer.unwrap_or(rule.tier);
        self
    }

    /// Takes the rule's worse case.
    #[must_use]
    pub fn harder(mut self, rule: &Rule) -> Self {
        self.tier = rule.harder.unwrap_or(rule.tier);
        if let Some(todo) = &rule.todo_harder {
            self.todo.clone_from(todo);
        }
        self
    }
}

/// Returns all findings of a course, the hardest first, and those that were answered with a reason.
///
/// A stop is never quiet. Another finding is quiet once somebody gave a reason for its rule on the same entries: as an
/// acknowledgement, or when the order was signed. Whatever it rests on then changes, it speaks again; where time alone
/// makes it worse, an acknowledgement is good for the rule's days.
#[must_use]
pub fn of(course: &Course, practice: &Practice, seen: &[Seen]) -> (Vec<Finding>, Vec<(Finding, String)>) {
    let mut all = timing::findings(course, practice);
    all.extend(plan::findings(course, practice));
    all.extend(outcome::findings(course, practice));
    all.extend(treatment::findings(course, practice));
    all.extend(results::findings(course, practice));
    all.extend(joined::findings(course, practice));
    all.extend(orders::findings(course, practice));
    if course.is_closed() {
        // Nobody is left to be asked; only that a part of the record cannot be read stays true.
        all.retain(|f| f.rule == "PART");
    }
    all.sort_by_key(|f| rank(f, course));
    let (mut open, mut answered): (Vec<Finding>, Vec<(Finding, String)>) = (Vec::new(), Vec::new());
    for finding in all {
        if open.iter().chain(answered.iter().map(|(f, _)| f)).any(|f| f.rule == finding.rule && f.text == finding.text)
        {
            continue;
        }
        match reason(course, practice, seen, &finding) {
            Some(because) if finding.tier != Tier::Stop => answered.push((finding, because)),
            _ => open.push(finding),
        }
    }
    (open, answered)
}

/// The one order of every face: stops, then what is urgent, then what asks for a reason, then notes. Of what asks, what is
/// to be told now stands before what is late.
fn rank(finding: &Finding, course: &Course) -> (Tier, u8) {
    let now = finding.haste.is_some();
    let urgency = match finding.rule.as_str() {
        "2.3" | "L2" if now => 0,
        _ if now => 1,
        "P6" if course.response == Response::Worse => 1,
        "2.3" => 2,
        _ => 3,
    };
    (finding.tier, urgency)
}

/// Returns of a course without its findings those that are for today, as a line of a list tells them and the sheet of the day:
/// low potassium, a new neurologic symptom, a response that is to be told. An answered one is left out.
#[must_use]
pub(super) fn urgent(course: &Course, practice: &Practice, seen: &[Seen]) -> Vec<Finding> {
    if course.is_closed() {
        return Vec::new();
    }
    let all = results::low_potassium(course, practice).into_iter().chain(outcome::new_neuro(course, practice));
    let all = all.chain(outcome::told_today(course, practice));
    all.filter(|f| f.tier == Tier::Stop || reason(course, practice, seen, f).is_none()).collect()
}

impl Finding {
    /// Returns whether the prescriber is to be told today: what `urgent` returns, as lists and the sheet of the day tell it.
    #[must_use]
    pub fn is_for_today(&self) -> bool {
        self.haste == Some(Haste::Today)
    }
}

/// Returns what asks in a course that did not ask in the one before, the hardest first: what an entry would bring up.
#[must_use]
pub fn news<'a>(before: &Course, after: &'a Course) -> Vec<&'a Finding> {
    let asked = |f: &Finding| {
        before.findings.iter().any(|b| (&b.rule, b.tier, &b.text, &b.entries) == (&f.rule, f.tier, &f.text, &f.entries))
    };
    after.findings.iter().filter(|f| !asked(f)).collect()
}

/// An acknowledgement with the day on which it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The day.
    pub on: NaiveDate,
    /// What was acknowledged.
    pub what: Acknowledged,
}

fn reason(course: &Course, practice: &Practice, seen: &[Seen], finding: &Finding) -> Option<String> {
    let days = practice.knowledge.rule(&finding.rule).quiet_days;
    let holds = |seen: &Seen| days.is_none_or(|days| days_between(seen.on, course.today) <= i64::from(days));
    let same = |seen: &&Seen| seen.what.rule == finding.rule && seen.what.rests_on == finding.entries;
    if let Some(seen) = seen.iter().rev().filter(same).find(|seen| holds(seen)) {
        return Some(seen.what.because.clone());
    }
    let (id, order) = course.order.as_ref()?;
    let signed = order.reasons.iter().find(|r| r.rule == finding.rule && finding.entries == [*id]);
    signed.map(|r| r.because.clone())
}
