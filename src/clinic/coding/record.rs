//! What the record says that a code follows from, as of a day of service.

use super::list::CodeList;
use crate::clinic::course::Course;
use crate::clinic::entry::WhyNot;
use crate::clinic::findings;
use crate::clinic::lab::{Flag, LabResult};
use crate::clinic::practice::Practice;
use crate::clinic::regimen::PhaseKind;
use crate::clinic::triage::{Anaemia, B12Status, Neuro, Triage};
use crate::clinic::words;
use chrono::NaiveDate;

/// What is known of anaemia on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Documented,
    /// It was there before the treatment that goes on, and the blood is in range under it.
    Treated,
    Absent,
    Unknown,
}

/// What of the nerves is to be coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nerves {
    Well,
    Neuropathy,
    Cord,
}

/// A course seen on the day of a service.
pub(super) struct Record<'a> {
    pub(super) course: &'a Course,
    pub(super) practice: &'a Practice,
    pub(super) list: &'a CodeList,
    pub(super) on: NaiveDate,
}

impl<'a> Record<'a> {
    pub(super) fn new(course: &'a Course, practice: &'a Practice, on: NaiveDate) -> Self {
        Self { course, practice, list: practice.codes(), on }
    }

    pub(super) fn triage(&self) -> Option<&'a Triage> {
        self.course.triage.as_ref()
    }

    /// The cause's id; nothing where none is recorded.
    pub(super) fn cause(&self) -> &'a str {
        self.triage().map_or("", |t| t.cause.trim())
    }

    pub(super) fn cause_name(&self) -> &'a str {
        self.practice.knowledge.cause(self.cause()).map_or(self.cause(), |c| c.name.as_str())
    }

    /// Whether anaemia is documented by the day, and what says so: the latest haemoglobin, as D51.- with one in range does not
    /// fit (facts 8.1, C2); where there is none, the triage. What a haemoglobin that treatment brought into range means for
    /// the code the facts do not say: the anaemia that was recorded stays, as treated, and the coder decides.
    pub(super) fn anaemia(&self) -> (Known, String) {
        let mut found: Vec<_> = self
            .course
            .checks
            .iter()
            .filter(|c| c.checked.sample_day() <= self.on)
            .filter_map(|c| Some((c.checked.sample_day(), c.checked.lab("haemoglobin").filter(|r| r.is_done())?)))
            .collect();
        found.sort_by_key(|(day, _)| *day);
        let triaged = self.triage().map(|t| t.anaemia).filter(|anaemia| *anaemia != Anaemia::NotKnown);
        let Some((day, result)) = found.last() else {
            return match triaged {
                Some(Anaemia::None) => (Known::Absent, "the triage says that there is none".to_owned()),
                Some(_) => (Known::Documented, "anaemia is recorded in the triage".to_owned()),
                None => (Known::Unknown, "no anaemia is documented".to_owned()),
            };
        };
        let triaged = triaged.is_some_and(|anaemia| anaemia != Anaemia::None);
        let latest = format!("Hb {result} on {}", words::day(*day));
        if self.is_low(result) {
            return (Known::Documented, format!("anaemia: {latest}"));
        }
        let was = found.iter().rev().find(|(_, result)| self.is_low(result));
        let was = was.map(|(day, result)| format!("Hb {result} on {}", words::day(*day)));
        let was = was.or_else(|| triaged.then(|| "recorded in the triage".to_owned()));
        let treated = !self.course.has_ended() && self.course.first_given().is_some_and(|first| first < *day);
        match was.filter(|_| treated) {
            Some(was) => (Known::Treated, format!("anaemia: {was}; treated: {latest}")),
            None if triaged => {
                (Known::Absent, format!("{latest} is no anaemia; the triage says anaemia: put one of them right"))
            }
            None => (Known::Absent, format!("no anaemia: {latest}")),
        }
    }

    /// Below the range; in pregnancy, or where it may be one, below that of pregnancy (WHO 2024 \[S56\]).
    fn is_low(&self, result: &LabResult) -> bool {
        let analyte = self.practice.knowledge.lab("haemoglobin");
        analyte.is_some_and(|a| a.flag(result, self.course.whose()) == Some(Flag::Low))
    }

    pub(super) fn is_pregnant(&self) -> bool {
        self.triage().is_some_and(|t| t.pregnant)
    }

    /// Whether a deficiency is there to be coded. A cause that is none by itself, and a plan that only prevents, want a low
    /// level or a functional proof.
    pub(super) fn is_deficient(&self) -> bool {
        let by_itself = !self.list.no_deficiency.iter().any(|c| c == self.cause()) && !self.prevents();
        by_itself || self.is_proven()
    }

    fn prevents(&self) -> bool {
        let order = self.course.order.as_ref();
        order.is_some_and(|(_, o)| !o.phases.is_empty() && o.phases.iter().all(|p| p.kind == PhaseKind::Prophylaxis))
    }

    /// Whether a low level or a functional proof is recorded, in words or as a result.
    pub(super) fn is_proven(&self) -> bool {
        let said = self.triage().is_some_and(|t| t.b12 == B12Status::Confirmed);
        said || self.is_measured()
    }

    /// Whether a result within the year before the first dose proves it (facts 8.4 \[S46\]).
    pub(super) fn is_measured(&self) -> bool {
        let first = self.course.first_given().unwrap_or(self.on);
        findings::is_documented(self.course, self.practice, first)
    }

    /// What the deficiency did to the nerves: the triage says so, and no later look found all of it gone.
    pub(super) fn nerves(&self) -> Nerves {
        let Some(triage) = self.triage() else { return Nerves::Well };
        let grades = |symptom: &str| {
            let looks = self.course.checks.iter().rev().filter(|c| c.checked.on <= self.on);
            looks.filter_map(|c| c.checked.symptoms.get(symptom).copied()).next()
        };
        let cord = triage.red_flags.iter().any(|f| f == "cord") || grades("cord-signs").is_some_and(|g| g > 0);
        if cord {
            return Nerves::Cord;
        }
        if triage.neuro <= Neuro::None || self.nerves_are_well() { Nerves::Well } else { Nerves::Neuropathy }
    }

    /// The latest look at nerves found none of their symptoms.
    fn nerves_are_well(&self) -> bool {
        let is_neuro = |id: &str| self.practice.knowledge.symptom(id).is_some_and(|s| s.neuro);
        let asked = |c: &&crate::clinic::course::Check| c.checked.symptoms.keys().any(|id| is_neuro(id));
        let mut looks = self.course.checks.iter().rev().filter(|c| c.checked.on <= self.on);
        let grades = |c: &crate::clinic::course::Check| {
            c.checked.symptoms.iter().filter(|(id, _)| is_neuro(id)).all(|(_, grade)| *grade == 0)
        };
        looks.find(asked).is_some_and(grades)
    }

    /// The dose that the patient missed or did not want between the dose before this day and the day.
    pub(super) fn missed(&self) -> Option<NaiveDate> {
        let before = self.course.given().map(|(_, g)| g.given.on).filter(|day| *day < self.on).max()?;
        let by_patient = |why: &WhyNot| matches!(why, WhyNot::Missed | WhyNot::Refused);
        let missed = self.course.doses.iter().filter(|s| s.not_given.as_ref().is_some_and(|(_, why)| by_patient(why)));
        missed.map(|s| s.due).filter(|due| *due > before && *due <= self.on).max()
    }

    /// Whether a medicine is taken on the day: it is listed so, or it is the cause and nobody removed it.
    pub(super) fn takes(&self, medicine: &str, cause: &str) -> bool {
        let Some(triage) = self.triage() else { return false };
        match triage.medicines.iter().find(|m| m.id == medicine) {
            Some(listed) => listed.is_taken(self.on) && listed.since.is_none_or(|since| since <= self.on),
            None => triage.cause == cause && triage.cause_removed.is_none_or(|day| day > self.on),
        }
    }
}
