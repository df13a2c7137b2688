//! The five triage answers in words, and what an older triage said otherwise.

mod warnings;

pub(crate) use warnings::joined as said_once;
pub use warnings::{Of, Warning, Warnings};

use super::background::Medicine;
use super::drug::mcg;
use super::knowledge::Knowledge;
use super::triage::{Anaemia, B12Status, Cause, Goal, Neuro, Reversible, Triage};
use super::words;

/// What a triage asks: the five questions, and what belongs to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The first: why B12 is low.
    Cause,
    /// When the cause was removed.
    CauseRemoved,
    /// What is taken that lowers B12.
    Medicines,
    /// The second: how severe it is.
    Severity,
    /// Since when there are symptoms.
    Since,
    /// What must not wait.
    RedFlags,
    /// The third: stores filled first, or kept.
    Goal,
    /// The fourth: route and form.
    Route,
    /// What to mind.
    Cautions,
    /// Why not tablets.
    NotOral,
    /// The fifth: when and by what it is checked again.
    Monitoring,
    /// What else was said.
    Note,
}

impl Asked {
    fn asked(self) -> (Option<u8>, &'static str) {
        match self {
            Self::Cause => (Some(1), "Why B12 is low"),
            Self::CauseRemoved => (None, "Cause removed"),
            Self::Medicines => (None, "Medicines"),
            Self::Severity => (Some(2), "How severe"),
            Self::Since => (None, "Symptoms since"),
            Self::RedFlags => (None, "Red flags"),
            Self::Goal => (Some(3), "Goal"),
            Self::Route => (Some(4), "Route and form"),
            Self::Cautions => (None, "Cautions"),
            Self::NotOral => (None, "Why not tablets"),
            Self::Monitoring => (Some(5), "Checked again"),
            Self::Note => (None, "Note"),
        }
    }

    /// Returns the number of one of the five.
    #[must_use]
    pub fn number(self) -> Option<u8> {
        self.asked().0
    }

    /// Returns its words: `Why B12 is low`.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.asked().1
    }

    /// Returns it as it stands before its answer: `1 Why B12 is low`; what belongs to one has no number.
    #[must_use]
    pub fn title(self) -> String {
        let number = self.number().map(|n| format!("{n} ")).unwrap_or_default();
        format!("{number}{}", self.words())
    }
}

/// One answer: its question, and what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The question.
    pub asked: Asked,
    /// What was said.
    pub words: String,
}

/// Returns everything that a triage says, by question; what nobody said is left out.
#[must_use]
pub fn answers(triage: &Triage, knowledge: &Knowledge) -> Vec<Answer> {
    let cause = knowledge.cause(&triage.cause).map_or(triage.cause.clone(), |c| c.name.clone());
    let goal = if triage.goal == Goal::Repletion { "repletion first" } else { "maintenance" };
    let all = [
        (Asked::Cause, Some(cause)),
        (Asked::CauseRemoved, triage.cause_removed.map(|day| format!("on {}", words::day(day)))),
        (Asked::Medicines, joined(triage.medicines.iter().map(|m| medicine(m, knowledge)))),
        (Asked::Severity, Some(severity(triage))),
        (Asked::Since, triage.since.map(words::began)),
        (Asked::RedFlags, joined(triage.red_flags.iter().map(|id| red_flag(id, knowledge)))),
        (Asked::Goal, Some(goal.to_owned())),
        (Asked::Route, Some(format!("{}, {}", triage.route, triage.drug.tall_man()))),
        (Asked::Cautions, joined(triage.cautions.iter().map(|id| caution(id, knowledge)))),
        (Asked::NotOral, triage.not_oral.clone()),
        (Asked::Monitoring, Some(monitoring(triage, knowledge))),
        (Asked::Note, triage.note.clone()),
    ];
    let said = all.into_iter().filter_map(|(asked, words)| Some(Answer { asked, words: words? }));
    said.filter(|a| !a.words.trim().is_empty()).collect()
}

/// Returns what `before` said otherwise than `after`, in words; empty where it said the same.
#[must_use]
pub fn differed(before: &Triage, after: &Triage, knowledge: &Knowledge) -> Vec<String> {
    let (was, is) = (answers(before, knowledge), answers(after, knowledge));
    let find = |all: &[Answer], asked: Asked| all.iter().find(|a| a.asked == asked).map(|a| a.words.clone());
    let name = |asked: Asked| asked.words().to_lowercase();
    let changed = was.iter().filter(|a| find(&is, a.asked).as_ref() != Some(&a.words));
    let mut out: Vec<_> = changed.map(|a| format!("{}: {}", name(a.asked), a.words)).collect();
    let new = is.iter().filter(|a| find(&was, a.asked).is_none());
    out.extend(new.map(|a| format!("{}: nothing recorded", name(a.asked))));
    out
}

/// Returns what the library says of a cause: whether it can be removed, how long treatment lasts, tablets.
#[must_use]
pub fn of_cause(cause: &Cause) -> String {
    let removed = match cause.reversible {
        Reversible::Yes => "It can be removed",
        Reversible::No => "It cannot be removed",
        Reversible::Partly => "It can be removed in part",
        Reversible::Unknown => "Whether it can be removed is not settled",
    };
    let (duration, oral) = (lower(&cause.duration), cause.oral.trim_end_matches('.'));
    format!("{removed}; treatment lasts: {duration}. Tablets: {oral}. {}", cause.source)
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<_> = parts.collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// Returns a medicine with its dates: `Metformin since Mon 02 Mar 2020, stopped Tue 01 Sep 2026`.
#[must_use]
pub fn medicine(taken: &Medicine, knowledge: &Knowledge) -> String {
    let kind = knowledge.medicines().iter().find(|m| m.id == taken.id);
    let name = kind.map_or(taken.id.as_str(), |m| m.name.as_str());
    let since = taken.since.map(|day| format!(" since {}", words::began(day))).unwrap_or_default();
    let dose = taken.daily_mcg.map(|dose| format!(", {} a day", mcg(dose))).unwrap_or_default();
    let stopped = taken.stopped.map(|day| format!(", stopped {}", words::day(day))).unwrap_or_default();
    format!("{name}{since}{dose}{stopped}")
}

/// Returns a red flag with how soon, and what to do.
#[must_use]
pub fn red_flag(id: &str, knowledge: &Knowledge) -> String {
    let flag = knowledge.red_flags().iter().find(|f| f.id == id);
    flag.map_or_else(|| id.to_owned(), |f| format!("{}: {} ({})", f.urgency.words(), f.name, f.words))
}

/// Returns a caution with what to mind.
#[must_use]
pub fn caution(id: &str, knowledge: &Knowledge) -> String {
    let caution = knowledge.cautions().iter().find(|c| c.id == id);
    caution.map_or_else(|| id.to_owned(), |c| format!("{} ({})", c.name, c.words))
}

fn severity(t: &Triage) -> String {
    let neuro = Neuro::ALL.iter().find(|(level, _)| *level == t.neuro).map_or("not asked", |(_, words)| words);
    let anaemia =
        Anaemia::levels(t.pregnant).iter().find(|(level, _)| *level == t.anaemia).map_or("", |(_, words)| words);
    let b12 = B12Status::ALL.iter().find(|(level, _)| *level == t.b12).map_or("", |(_, words)| words);
    let sight = if t.visual { "; sight affected" } else { "" };
    let pregnant = if t.pregnant { "; pregnant or breast-feeding" } else { "" };
    format!("neurologic {}{sight}; anaemia {}; B12 {}{pregnant}", lower(neuro), lower(anaemia), lower(b12))
}

fn monitoring(t: &Triage, knowledge: &Knowledge) -> String {
    let symptom = |id: &String| knowledge.symptom(id).map_or(id.clone(), |s| lower(&s.name));
    let lab = |id: &String| knowledge.lab(id).map_or(id.clone(), |l| l.short.clone());
    let symptoms = t.monitoring.symptoms.iter().map(symptom);
    let followed: Vec<_> = symptoms.chain(t.monitoring.labs.iter().map(lab)).collect();
    let what = if followed.is_empty() { "what the protocol asks".to_owned() } else { followed.join(", ") };
    format!("after {}: {what}", t.monitoring.first)
}
