//! The triage answers as options: `cobalog add` and `cobalog triage` take the same.

use super::date::Day;
use super::failure::{self, Failure};
use super::record::{self, not_in_future};
use crate::clinic::background::Medicine;
use crate::clinic::drug::{Drug, Route};
use crate::clinic::interval::Interval;
use crate::clinic::parse;
use crate::clinic::practice::Practice;
use crate::clinic::triage::{Anaemia, Asked, B12Status, DO_NOT_WAIT, Goal, Neuro, Triage};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};

// The five triage answers. A list takes several values, by commas or by coming several times; `none` empties it.
#[derive(Args, Clone, Default, PartialEq)]
pub(super) struct Answers {
    /// Why B12 is low: an id such as autoimmune-gastritis, diet, unknown.
    #[arg(long, value_name = "ID")]
    cause: Option<String>,
    /// The day on which the cause was removed: diet corrected, medicine stopped, bowel healed.
    #[arg(long, value_name = "DATE")]
    cause_removed: Option<Day>,
    /// A medicine that matters, with what is known: "metformin since=2023-05 stopped=2026-03-03 daily=400mcg".
    #[arg(long, value_name = "ID [since=WHEN] [stopped=WHEN] [daily=DOSE]")]
    medicine: Vec<String>,
    /// Neurologic severity; "none" is an answer that somebody gave, and needed with the others.
    #[arg(long, value_enum)]
    neuro: Option<NeuroArg>,
    /// Sight is affected; --visual=no takes it back.
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "yes")]
    visual: Option<YesNo>,
    /// A red flag, by its id.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    red_flag: Vec<String>,
    /// When the symptoms began: a date, a month such as "Mar 2026", or a year.
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Anaemia.
    #[arg(long, value_enum)]
    anaemia: Option<AnaemiaArg>,
    /// The level before treatment.
    #[arg(long, value_enum)]
    b12: Option<B12Arg>,
    /// Pregnant or breast-feeding; --pregnant=no takes it back.
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "yes")]
    pregnant: Option<YesNo>,
    /// Fill the stores, or keep them full.
    #[arg(long, value_enum)]
    goal: Option<GoalArg>,
    /// im, sc or iv.
    #[arg(long, value_parser = record::route)]
    route: Option<Route>,
    /// The form in hand; where absent the one that is usual in the practice's country.
    #[arg(long, value_parser = record::drug)]
    drug: Option<Drug>,
    /// A contraindication or caution, by its id; with `add`, other words stand in the banner.
    #[arg(long, value_name = "ID")]
    caution: Vec<String>,
    /// Why tablets do not suit; payers ask.
    #[arg(long, value_name = "WHY")]
    not_oral: Option<String>,
    /// When the first look is, counted from the first dose: "3 weeks".
    #[arg(long, value_name = "INTERVAL")]
    first: Option<Interval>,
    /// The symptoms that are asked at each checkpoint, by their ids; the usual ones where absent.
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    symptom_list: Vec<String>,
    /// The labs that this patient is followed by, beside the regimen's.
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    lab_list: Vec<String>,
    /// Anything else that was said.
    #[arg(long)]
    note: Option<String>,
}

macro_rules! words {
    ($name:ident -> $to:ident: $($word:ident => $value:ident),+ $(,)?) => {
        #[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
        enum $name { $($word),+ }

        impl From<$name> for $to {
            fn from(arg: $name) -> Self {
                match arg { $($name::$word => Self::$value),+ }
            }
        }
    };
}

words!(NeuroArg -> Neuro: None => None, Mild => Mild, Moderate => Moderate, Severe => Severe);
words!(AnaemiaArg -> Anaemia: NotKnown => NotKnown, None => None, Mild => Mild, Moderate => Moderate, Severe => Severe);
words!(B12Arg -> B12Status: NotMeasured => NotMeasured, Unlikely => Unlikely, Indeterminate => Indeterminate, Confirmed => Confirmed);
words!(GoalArg -> Goal: Repletion => Repletion, Maintenance => Maintenance);

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum YesNo {
    Yes,
    No,
}

impl Answers {
    /// Returns whether nothing was answered.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes the cautions out that are words and no ids: they stand in the banner. Without any other answer all of them
    /// are words; beside answers a single word that no rule knows is a slip of typing, and is refused later.
    pub(super) fn without_banner(&self, practice: &Practice) -> (Self, Vec<String>) {
        let mut answers = Self { caution: Vec::new(), ..self.clone() };
        let alone = answers.is_empty();
        let known = |id: &str| practice.knowledge.cautions().iter().any(|c| c.id.eq_ignore_ascii_case(id.trim()));
        let ids = |text: &str| text.split(',').all(|id| known(id) || is_none(id));
        let is_words = |text: &&String| alone || (!ids(text) && text.trim().contains(' '));
        let (words, said): (Vec<_>, Vec<_>) = self.caution.iter().partition(is_words);
        answers.caution = said.into_iter().cloned().collect();
        (answers, words.into_iter().cloned().collect())
    }

    /// Makes a triage of the answers. What was not said is kept from `held`, so that a caution is never lost by a shorter
    /// command; without one the cause and the nerves must be said.
    pub(super) fn read(&self, practice: &Practice, held: Option<&Triage>, today: NaiveDate) -> Result<Triage, Failure> {
        let mut triage = match held {
            Some(held) => held.clone(),
            None => Triage::fresh(practice),
        };
        self.why(practice, today, &mut triage)?;
        self.how_severe(practice, today, &mut triage)?;
        self.how_treated(practice, &mut triage)?;
        self.how_followed(practice, &mut triage)?;
        match triage.lacks(&practice.knowledge) {
            Some((Asked::Neuro, words)) if triage.neuro == Neuro::NotAsked => {
                Err(format!("--neuro: {words}; say none, mild, moderate or severe").into())
            }
            Some((asked, words)) => Err(at(&asked, &words).into()),
            None => Ok(triage),
        }
    }

    fn why(&self, practice: &Practice, today: NaiveDate, triage: &mut Triage) -> Result<(), Failure> {
        let knowledge = &practice.knowledge;
        if let Some(cause) = &self.cause {
            triage.cause = known("--cause", cause, knowledge.causes().iter().map(|c| c.id.as_str()))?;
        }
        if let Some(day) = self.cause_removed {
            let day = day.date(today);
            not_in_future(day, today)?;
            triage.cause_removed = Some(day);
        }
        if !self.medicine.is_empty() {
            let said = self.medicine.iter().filter(|text| !is_none(text));
            triage.medicines = said.map(|text| medicine(practice, text, today)).collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    fn how_severe(&self, practice: &Practice, today: NaiveDate, triage: &mut Triage) -> Result<(), Failure> {
        triage.neuro = self.neuro.map_or(triage.neuro, Into::into);
        triage.visual = self.visual.map_or(triage.visual, |said| said == YesNo::Yes);
        triage.anaemia = self.anaemia.map_or(triage.anaemia, Into::into);
        triage.b12 = self.b12.map_or(triage.b12, Into::into);
        triage.pregnant = self.pregnant.map_or(triage.pregnant, |said| said == YesNo::Yes);
        let flags = practice.knowledge.red_flags().iter().map(|f| f.id.as_str());
        list("--red-flag", &self.red_flag, flags, &mut triage.red_flags)?;
        if let Some(text) = &self.since {
            let day = parse::since(text, today, practice.country().month_first);
            triage.since = Some(day.map_err(|e| format!("--since: {e}"))?);
        }
        Ok(())
    }

    fn how_treated(&self, practice: &Practice, triage: &mut Triage) -> Result<(), Failure> {
        triage.goal = self.goal.map_or(triage.goal, Into::into);
        triage.route = self.route.unwrap_or(triage.route);
        triage.drug = self.drug.unwrap_or(triage.drug);
        let cautions = practice.knowledge.cautions().iter().map(|c| c.id.as_str());
        let said: Vec<_> = self.caution.iter().flat_map(|c| c.split(',')).map(str::to_owned).collect();
        list("--caution", &said, cautions, &mut triage.cautions)?;
        words(&self.not_oral, &mut triage.not_oral);
        words(&self.note, &mut triage.note);
        Ok(())
    }

    fn how_followed(&self, practice: &Practice, triage: &mut Triage) -> Result<(), Failure> {
        let plan = &mut triage.monitoring;
        plan.first = self.first.unwrap_or(plan.first);
        let symptoms = practice.knowledge.symptoms().iter().map(|s| s.id.as_str());
        list("--symptom-list", &self.symptom_list, symptoms, &mut plan.symptoms)?;
        list("--lab-list", &self.lab_list, practice.knowledge.followed().map(|a| a.id.as_str()), &mut plan.labs)?;
        Ok(())
    }
}

/// Says what an answer lacks, at its option.
fn at(asked: &Asked, words: &str) -> String {
    match asked {
        Asked::Cause => "--cause is needed with the other answers; \"unknown\" is one".to_owned(),
        Asked::Medicine(id) => format!("--medicine {id}: {words}; write daily=400mcg"),
        Asked::Neuro | Asked::Sight => words.to_owned(),
        Asked::Symptoms => format!("--symptom-list: {words}"),
    }
}

/// Says at once what must not wait.
pub(super) fn say_red_flags(practice: &Practice, triage: &Triage) {
    let flags = practice.knowledge.red_flags().iter().filter(|f| triage.red_flags.contains(&f.id));
    flags.for_each(|f| failure::say(&format!("note: {}: {}: {}", f.urgency.words(), f.name, f.words)));
    if triage.is_neuro() {
        failure::say(&format!("note: {} {}", DO_NOT_WAIT.0, DO_NOT_WAIT.1));
    }
}

fn is_none(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("none")
}

/// Takes words where there are any; `none` takes them away.
fn words(said: &Option<String>, into: &mut Option<String>) {
    if let Some(said) = said {
        *into = Some(said.trim().to_owned()).filter(|s| !s.is_empty() && !is_none(s));
    }
}

/// Takes a list of ids where one was given; `none` empties it.
fn list<'a>(
    option: &str,
    said: &[String],
    all: impl Iterator<Item = &'a str> + Clone,
    into: &mut Vec<String>,
) -> Result<(), Failure> {
    if said.is_empty() {
        return Ok(());
    }
    into.clear();
    for text in said.iter().filter(|text| !is_none(text)) {
        let id = known(option, text, all.clone())?;
        if !into.contains(&id) {
            into.push(id);
        }
    }
    Ok(())
}

/// Finds an id; an unknown one names those that are known.
fn known<'a>(option: &str, text: &str, all: impl Iterator<Item = &'a str> + Clone) -> Result<String, Failure> {
    let wanted = text.trim().to_lowercase();
    match all.clone().find(|id| *id == wanted) {
        Some(id) => Ok(id.to_owned()),
        None => {
            let known: Vec<_> = all.collect();
            Err(format!("{option}: \"{text}\" is not known; use one of {}", known.join(", ")).into())
        }
    }
}

/// Reads `metformin since=2023-05 stopped=2026-03-03`.
fn medicine(practice: &Practice, text: &str, today: NaiveDate) -> Result<Medicine, Failure> {
    let (id, said) = text.trim().split_once([' ', ',']).unwrap_or((text.trim(), ""));
    let kinds = practice.knowledge.medicines();
    let id = known("--medicine", id, kinds.iter().map(|m| m.id.as_str()))?;
    let month_first = practice.country().month_first;
    let read = parse::medicine(&id, said, today, month_first).map_err(|e| format!("--medicine {id}: {e}"))?;
    Ok(read)
}
