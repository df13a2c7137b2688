//! Which codes follow from the record, in their order.

use super::list::{Ask, Facet, OfCauses, OfDrug};
use super::record::{Known, Nerves, Record};
use crate::clinic::course::Course;
use crate::clinic::findings::Finding;
use crate::clinic::practice::Practice;
use crate::clinic::triage::Neuro;
use crate::clinic::words;
use chrono::NaiveDate;
use serde::Serialize;

/// What a code is proposed for, in the order in which codes stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The deficiency itself.
    Deficiency,
    /// What it did to nerves or spinal cord.
    Manifestation,
    /// The disease that is its cause.
    Cause,
    /// Another disease that treatment minds.
    Beside,
    /// What a medicine did, or could not do.
    Drug,
    /// What was taken out or changed, where that is the cause.
    CausingState,
    /// What else is so: a medicine for long, an allergy.
    State,
}

impl Role {
    /// Returns whether the code is the recorded cause's own.
    #[must_use]
    pub fn is_cause(self) -> bool {
        matches!(self, Self::Cause | Self::CausingState)
    }
}

/// A proposed code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The list: `ICD-10-CM` or `ICD-10`.
    pub list: String,
    /// The code with its dot.
    pub code: String,
    /// Its title.
    pub title: String,
    /// What it is proposed for.
    pub role: Role,
    /// Why.
    pub because: String,
    /// What the note must hold for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What is not settled about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Whether somebody has to be asked first: no note takes it over by itself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ask: bool,
}

/// Proposes codes in the order of their roles: the deficiency, what it did to the nerves, its cause, what a medicine did,
/// what is so. The first is not always a deficiency: a plan that prevents treats none.
#[must_use]
pub fn propose(course: &Course, practice: &Practice, on: NaiveDate) -> Vec<Proposal> {
    let record = Record::new(course, practice, on);
    let Some(triage) = record.triage() else { return Vec::new() };
    let mut out = Proposals { record: &record, all: Vec::new() };
    out.deficiency();
    let cause = format!("cause: {}", record.cause_name());
    let causes = record.list.also.iter().filter(|c| c.causes.contains(&triage.cause));
    causes.for_each(|of| out.add_all(of, [Role::Cause, Role::CausingState], &cause));
    out.drugs();
    if let Some(day) = record.missed() {
        // One date that was missed is no diagnosis, and the entry of the table of drugs is not verified (facts 8.1).
        let because =
            format!("ask first whether it is documented as underdosing: the dose of {} was missed", words::day(day));
        record.list.missed.iter().for_each(|code| out.add(Role::Drug, code, because.clone()));
        record.list.noncompliance.iter().for_each(|code| out.add(Role::State, code, because.clone()));
        let asked =
            |p: &&mut Proposal| record.list.missed.iter().chain(&record.list.noncompliance).any(|c| *c == p.code);
        out.all.iter_mut().filter(asked).for_each(|p| {
            p.ask = true;
            p.mark.get_or_insert_with(|| record.list.missed_mark.clone());
        });
    }
    for caution in &triage.cautions {
        let named = practice.knowledge.cautions().iter().find(|c| c.id == *caution);
        let because = format!("caution: {}", named.map_or(caution.as_str(), |c| c.name.as_str()));
        let codes = record.list.cautions.iter().filter(|c| c.causes.contains(caution));
        codes.for_each(|of| out.add_all(of, [Role::Beside, Role::State], &because));
    }
    let mut all = out.all;
    all.sort_by_key(|p| p.role);
    all
}

struct Proposals<'a> {
    record: &'a Record<'a>,
    all: Vec<Proposal>,
}

impl Proposals<'_> {
    /// Adds what it is, and what is so since it, each in its role.
    fn add_all(&mut self, of: &OfCauses, [is, since]: [Role; 2], because: &str) {
        of.codes.iter().for_each(|code| self.add(is, code, because.to_owned()));
        of.states.iter().for_each(|code| self.add(since, code, because.to_owned()));
    }

    fn add(&mut self, role: Role, code: &str, because: String) {
        if self.all.iter().any(|p| p.code == code) {
            return;
        }
        let known = self.record.list.code(code).cloned().unwrap_or_default();
        let list = self.record.list.name.clone();
        self.all.push(Proposal {
            list,
            code: code.to_owned(),
            title: known.title,
            role,
            because,
            note: known.note,
            mark: known.mark,
            ask: false,
        });
    }

    fn deficiency(&mut self) {
        let record = self.record;
        if !record.is_deficient() {
            return;
        }
        let (anaemia, seen) = record.anaemia();
        let (with, without) = (&record.list.anaemia, &record.list.without_anaemia);
        if matches!(anaemia, Known::Documented | Known::Treated) {
            let named = record.list.with_anaemia.iter().find(|c| c.causes.iter().any(|c| c == record.cause()));
            let code = named.and_then(|c| c.codes.first()).unwrap_or(&record.list.unspecified);
            let or = match anaemia {
                Known::Treated => format!(
                    "; {without} where the diagnosis no longer says anaemia, as {with}.- with Hb in range is questioned"
                ),
                _ => String::new(),
            };
            self.add(Role::Deficiency, code, format!("{seen}; cause: {}{or}", record.cause_name()));
        } else {
            self.add(Role::Deficiency, without, seen);
        }
        if let Some(first) = record.list.pregnancy.as_ref().filter(|_| record.is_pregnant()) {
            let stands = format!("{} stands before it", first.words);
            self.all.iter_mut().filter(|p| p.role == Role::Deficiency).for_each(|p| p.mark = Some(stands.clone()));
        }
        let (code, seen) = match record.nerves() {
            Nerves::Well => return,
            Nerves::Neuropathy => (&record.list.nerves, "neurologic symptoms are recorded"),
            Nerves::Cord => (&record.list.cord, "signs of the spinal cord are recorded"),
        };
        self.add(Role::Manifestation, code, seen.to_owned());
    }

    fn drugs(&mut self) {
        for drug in &self.record.list.drugs {
            if let Some(code) = drug.adverse.as_ref().filter(|_| is_cause(self.record, drug)) {
                self.add(Role::Drug, code, format!("cause: {}", self.record.cause_name()));
            }
            if let Some(code) = drug.long_term.as_ref().filter(|_| self.record.takes(&drug.medicine, &drug.cause)) {
                let named = self.record.practice.knowledge.medicines().iter().find(|m| m.id == drug.medicine);
                let name = named.map_or(drug.medicine.as_str(), |m| m.name.as_str());
                self.add(Role::State, code, format!("taken: {name}"));
            }
        }
    }
}

/// Whether a medicine is the recorded cause. Of several that one cause stands for, the one that is listed.
fn is_cause(record: &Record<'_>, drug: &OfDrug) -> bool {
    let alone = record.list.drugs.iter().filter(|d| d.cause == drug.cause).count() == 1;
    let listed = |id: &str| record.triage().is_some_and(|t| t.medicines.iter().any(|m| m.id == id));
    record.cause() == drug.cause && (alone || listed(&drug.medicine))
}

/// Says what the record does not settle, and a code would hang on (CODE-ASK).
#[must_use]
pub fn asks(course: &Course, practice: &Practice, on: NaiveDate) -> Vec<Finding> {
    let record = Record::new(course, practice, on);
    let rule = practice.knowledge.rule("CODE-ASK");
    let said = record.list.asks.iter().filter(|ask| concerns(&record, ask)).map(|ask| Finding {
        source: format!("facts 8.1: {}", ask.source),
        ..Finding::of(rule, ask.text.clone(), course.triage_entry.into_iter().collect())
    });
    let mut out: Vec<_> = said.collect();
    out.extend(which_drug(&record).map(|text| Finding::of(rule, text, Vec::new())));
    out
}

fn concerns(record: &Record<'_>, ask: &Ask) -> bool {
    let Some(triage) = record.triage() else { return false };
    let has = |facet: &Facet| match facet {
        Facet::Pregnant => triage.pregnant,
        Facet::Sight => triage.visual,
        Facet::Mind => triage.neuro == Neuro::Severe,
    };
    ask.causes.contains(&triage.cause)
        || ask.red_flags.iter().any(|flag| triage.red_flags.contains(flag))
        || ask.facets.iter().any(has)
}

/// Where a cause stands for several medicines and none is listed: which one it was.
fn which_drug(record: &Record<'_>) -> Option<String> {
    let of: Vec<_> = record.list.drugs.iter().filter(|d| d.cause == record.cause() && d.adverse.is_some()).collect();
    let settled = of.len() < 2 || of.iter().any(|drug| is_cause(record, drug));
    (!settled).then(|| {
        let each = of.iter().filter_map(|d| {
            let named = record.practice.knowledge.medicines().iter().find(|m| m.id == d.medicine)?;
            Some(format!("{} for a {}", d.adverse.as_ref()?, lower_first(&named.name)))
        });
        format!("Which medicine it is, is not recorded: {}.", each.collect::<Vec<_>>().join(", "))
    })
}

/// `Proton pump` as it stands within a sentence; `H2 blocker` keeps its capital.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if letters.clone().next().is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}
