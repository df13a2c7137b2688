//! The draft of a note: what the record says of an encounter, in the order in which a reader asks (facts 8.4). Only the
//! narrative is typed.

mod dose;
mod since;

use super::{NotedCode, NotedFact, coded, known};
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::coding;
use crate::clinic::course::{Check, Course, DoseGiven, DoseSlot, Repletion};
use crate::clinic::entry::{Act, EntryId, NotGiven};
use crate::clinic::note::Noted;
use crate::clinic::practice::Practice;
use crate::clinic::triage_words::{self, Asked};
use crate::clinic::words;
use chrono::NaiveDate;

/// Which encounter a note is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A dose that was given or not, or a check.
    Entry(EntryId),
    /// Everything of a day.
    Day(NaiveDate),
}

/// What is said beside the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Consent or refusal, in the patient's words.
    pub consent: Option<String>,
    /// What was seen after the injection: a reaction, or none, and for how long.
    pub reaction: Option<String>,
}

/// Drafts the note of an encounter from what was known on its day; nothing is recorded by it. The narrative is empty, and
/// what was given elsewhere is not charged.
///
/// # Errors
/// A sentence where there is nothing to write a note of.
pub fn draft(chart: &Chart, practice: &Practice, of: Of, said: &Said) -> Result<Noted, String> {
    let facts = chart.facts();
    let on = day(&facts, of)?;
    let course = &known(chart, practice, on);
    let visit = Visit::find(course, &facts, of, on)?;
    let sheet = Sheet { course, practice, visit: &visit, said };
    let codes = coding::propose(&coded(chart, practice, on), practice, on).into_iter().filter(|p| !p.ask);
    let code = |p: coding::Proposal| NotedCode { list: p.list, code: p.code, title: p.title };
    let here = visit.dose.filter(|(_, g)| !course.taken_over.contains(&g.entry));
    let charges = here.map(|(_, g)| coding::charges(&g.given, practice)).unwrap_or_default();
    Ok(Noted {
        on: visit.on,
        of: visit.entry,
        adds_to: None,
        facts: sheet.facts(),
        narrative: String::new(),
        codes: codes.map(code).collect(),
        charges: charges.into_iter().map(|c| c.charge).collect(),
    })
}

/// Returns the note that an addendum belongs to: the first one, however long the chain.
#[must_use]
pub fn root(chart: &Chart, note: EntryId) -> EntryId {
    let mut at = note;
    // A damaged file may hold a ring.
    for _ in 0..64 {
        match chart.entry(at).map(|e| &e.act) {
            Some(Act::Noted(noted)) if noted.adds_to.is_some_and(|first| first != at) => {
                at = noted.adds_to.unwrap_or(at);
            }
            _ => return at,
        }
    }
    at
}

/// The day of an encounter.
fn day(facts: &[Fact<'_>], of: Of) -> Result<NaiveDate, String> {
    let id = match of {
        Of::Day(on) => return Ok(on),
        Of::Entry(id) => id,
    };
    let fact = facts.iter().find(|f| f.entry.id == id).ok_or("no such entry is in this chart")?;
    match fact.act.ok_or("that entry was struck out: there is nothing to document")? {
        Act::Given(given) => Ok(given.on),
        Act::NotGiven(not) => Ok(not.on),
        Act::Checked(checked) => Ok(checked.on),
        act => Err(format!("a note is of a dose or a check; that entry is: {}", act.word().to_lowercase())),
    }
}

/// What happened on the day.
struct Visit<'a> {
    on: NaiveDate,
    entry: Option<EntryId>,
    dose: Option<(&'a DoseSlot, &'a DoseGiven)>,
    not_given: Option<&'a NotGiven>,
    checks: Vec<&'a Check>,
}

impl<'a> Visit<'a> {
    fn find(course: &'a Course, facts: &[Fact<'a>], of: Of, on: NaiveDate) -> Result<Self, String> {
        match of {
            Of::Entry(id) => Ok(Self::of_entry(course, facts, id, on)),
            Of::Day(_) => Self::of_day(course, facts, on),
        }
    }

    fn of_entry(course: &'a Course, facts: &[Fact<'a>], id: EntryId, on: NaiveDate) -> Self {
        let mut visit = Self::of_day(course, facts, on).unwrap_or(Self::empty(on));
        visit.entry = Some(id);
        visit.dose = course.given().find(|(_, g)| g.entry == id).or(visit.dose);
        visit.not_given = match facts.iter().find(|f| f.entry.id == id).and_then(|f| f.act) {
            Some(Act::NotGiven(not)) => Some(not),
            _ => visit.not_given,
        };
        visit
    }

    fn of_day(course: &'a Course, facts: &[Fact<'a>], on: NaiveDate) -> Result<Self, String> {
        let dose = course.given().rfind(|(_, g)| g.given.on == on);
        let not_given = facts.iter().rev().find_map(|f| match f.act {
            Some(Act::NotGiven(not)) if not.on == on => Some((f.entry.id, not)),
            _ => None,
        });
        let checks: Vec<_> = course.checks.iter().filter(|c| c.checked.on == on).collect();
        let entry = dose.map(|(_, g)| g.entry);
        let entry = entry.or(not_given.map(|(id, _)| id)).or(checks.first().map(|c| c.entry));
        if entry.is_none() {
            return Err(format!("nothing is recorded on {}: no dose and no check", words::day(on)));
        }
        let not_given = not_given.map(|(_, not)| not).filter(|_| dose.is_none());
        Ok(Self { on, entry, dose, not_given, checks })
    }

    fn empty(on: NaiveDate) -> Self {
        Self { on, entry: None, dose: None, not_given: None, checks: Vec::new() }
    }
}

/// What the lines are made of.
struct Sheet<'a> {
    course: &'a Course,
    practice: &'a Practice,
    visit: &'a Visit<'a>,
    said: &'a Said,
}

impl Sheet<'_> {
    fn facts(&self) -> Vec<NotedFact> {
        let mut out = vec![NotedFact::new("Reason", self.reason())];
        out.extend(self.triage());
        out.extend(self.plan());
        out.extend(dose::lines(self));
        // What the note's author says takes the place of what stands with the dose.
        let with_dose = self.visit.dose.and_then(|(_, dose)| dose.given.reaction.as_ref());
        let after = self.said.reaction.as_ref().or(with_dose);
        let said = [("Consent", self.said.consent.as_ref()), ("After the injection", after)];
        out.extend(said.into_iter().filter_map(|(label, text)| Some(NotedFact::new(label, words::begun(text?)))));
        out.extend(since::lines(self));
        out.extend(self.next());
        out
    }

    fn reason(&self) -> String {
        let dose = self.visit.dose.map(|(slot, _)| format!("vitamin B12 injection, {}", slot.title()));
        let missed = self.visit.not_given.map(|_| "vitamin B12 injection, not given".to_owned());
        let checks = self.visit.checks.iter().filter(|c| !c.label.is_empty()).map(|c| format!("check: {}", c.label));
        words::begun(&dose.into_iter().chain(missed).chain(checks).collect::<Vec<_>>().join("; "))
    }

    /// What the triage says of cause and severity, and why not tablets.
    fn triage(&self) -> Vec<NotedFact> {
        let Some(triage) = &self.course.triage else { return vec![NotedFact::new("Cause", "not triaged yet")] };
        let wanted = [
            (Asked::Cause, "Cause"),
            (Asked::CauseRemoved, "Cause removed"),
            (Asked::Severity, "Triage"),
            (Asked::RedFlags, "Red flags"),
            (Asked::Medicines, "Medicines"),
            (Asked::NotOral, "Why not tablets"),
        ];
        let answers = triage_words::answers(triage, &self.practice.knowledge);
        let of = |(asked, label): (Asked, &str)| {
            let answer = answers.iter().find(|a| a.asked == asked)?;
            Some(NotedFact::new(label, words::begun(&answer.words)))
        };
        wanted.into_iter().filter_map(of).collect()
    }

    /// The order, the phase, dose N of M.
    fn plan(&self) -> Vec<NotedFact> {
        let course = self.course;
        let of = self.visit.dose.map(|(slot, _)| slot.order);
        let order = of.and_then(|id| course.orders.iter().find(|(order, _)| *order == id)).or(course.order.as_ref());
        let Some((id, order)) = order else { return vec![NotedFact::new("Plan", "none is signed")] };
        let later = course
            .ordered_on
            .filter(|day| *day > self.visit.on && course.order.as_ref() == Some(&(*id, order.clone())));
        let later = later.map(|day| format!(" (recorded {})", words::day(day))).unwrap_or_default();
        let mut out = vec![NotedFact::new("Plan", format!("{}, ordered by {}{later}", order.name, order.prescriber))];
        if let Some(waiting) = course.waiting.iter().find(|w| w.entry == *id) {
            out.push(NotedFact::new("Signature", format!("waits: {}", waiting.from_whom())));
        }
        if let Some((slot, _)) = self.visit.dose {
            let phase = order.phases.get(slot.phase);
            let rhythm = phase.map(|p| format!(": {}", p.rhythm_words())).unwrap_or_default();
            out.push(NotedFact::new("Phase", format!("{}{rhythm}; {}", slot.kind.title(), slot.title())));
        }
        out
    }

    /// Response, next date, checkpoint, what is aimed at.
    fn next(&self) -> Vec<NotedFact> {
        let course = self.course;
        let mut out = vec![NotedFact::new("Response", course.response.sentence())];
        if let Some(standing) = &course.standing {
            out.push(NotedFact::new("Stands", standing.words()));
        }
        let next = match self.visit.dose {
            Some((dose, _)) => course.doses.iter().skip_while(|s| *s != dose).skip(1).find(|s| s.not_given.is_none()),
            None => course.next_dose(),
        };
        if let Some(slot) = next.filter(|_| !course.has_ended()) {
            out.push(NotedFact::new("Next dose", format!("{}, {}", words::day(slot.visit), slot.title())));
        }
        let next = course.checkpoints.iter().find(|c| c.state.is_open() && !c.tentative && c.visit > self.visit.on);
        if let Some(check) = next.or(course.next_checkpoint()) {
            let asks: Vec<_> = check.asks.iter().map(|id| self.lab_name(id)).collect();
            let text = format!("{}, {}: {}", words::day(check.visit), check.label, asks.join(", "));
            out.push(NotedFact::new("Next checkpoint", text));
        }
        out.extend(self.aim());
        out
    }

    fn aim(&self) -> Option<NotedFact> {
        let (_, order) = self.course.order.as_ref().filter(|_| !self.course.has_ended())?;
        let ends = match &self.course.repletion {
            Repletion::None => None,
            Repletion::Ended(day) => Some(format!("repletion ended {}", words::day(*day))),
            Repletion::Expected(day) => Some(format!("repletion ends with the dose of {}", words::day(*day))),
            Repletion::Review { on, event } => Some(format!("repletion until \"{event}\", review {}", words::day(*on))),
        };
        let upkeep = order.phases.iter().find(|p| !p.kind.fills()).map(|p| format!("then {}", p.rhythm_words()));
        let parts: Vec<_> = ends.into_iter().chain(upkeep).collect();
        (!parts.is_empty()).then(|| NotedFact::new("Aim", words::begun(&parts.join("; "))))
    }

    fn lab_name(&self, id: &str) -> String {
        self.practice.knowledge.lab(id).map_or_else(|| id.to_owned(), |lab| lab.name.clone())
    }
}
