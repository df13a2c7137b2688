//! Who is due: one row a patient that does not depend on the day, and the worklist of a day made of such rows.
//!
//! A row can be kept in an index: only a new entry changes it, midnight does not.

mod alike;
mod asking;
mod found;
mod items;
mod key;
mod roll;
mod search;
mod worklist;

use super::chart::{Chart, Joined};
use super::cosign::Waiting;
use super::course::{Course, Next, Standing};
use super::drug::Drug;
use super::entry::PatientId;
use super::knowledge::Knowledge;
use super::links::Said;
use super::patient::Sex;
use super::practice::Practice;
use super::term::Cover;
use super::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use alike::alike;
pub use key::{Key, Kind};
pub use roll::{Pages, Roll};
pub use search::{Texts, Wanted, text_of};
#[cfg(test)]
pub(super) use worklist::tests::Packed;
pub use worklist::{Task, Worklist};

/// So many days ahead a list of who is due looks where nobody says more: on the command line, and in the table that the screen
/// writes.
pub const DUE_DAYS: i64 = 0;

/// What is owed to one patient, and who it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The patient.
    pub id: PatientId,
    /// The practice's number.
    pub number: String,
    /// `Family, Given`.
    pub name: String,
    /// Date of birth.
    pub born: NaiveDate,
    /// Sex.
    pub sex: Sex,
    /// Whether neurologic involvement is recorded.
    pub neuro: bool,
    /// The day of the last dose.
    pub last_given: Option<NaiveDate>,
    /// What the last dose was drawn from.
    pub last_vial: Option<LastVial>,
    /// Where the course stands beside its plan, in words: paused, on tablets, stopped; empty where the plan goes on. Ask
    /// [`Row::standing_on`]: a pause ends by itself.
    pub standing: String,
    /// Until when the injections are paused.
    pub paused_until: Option<NaiveDate>,
    /// Whether nothing is owed any more: died, transferred, treatment ended.
    pub closed: bool,
    /// Whether the registration was struck out: the patient was entered by mistake.
    pub struck_out: bool,
    /// What is owed.
    pub items: Vec<Item>,
    /// What its charts say of other charts, the latest of each about each.
    pub said: Vec<Said>,
    /// Who the patient was in the charts that were joined to this one.
    pub former: Vec<Former>,
    /// What the chart asks of a prescriber.
    pub asks: Asks,
}

/// What the last dose of a patient was drawn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastVial {
    /// What the label said.
    pub product: String,
    /// The form.
    pub drug: Drug,
    /// The strength in micrograms per millilitre.
    pub strength_mcg_per_ml: u32,
    /// The dose in micrograms.
    pub dose_mcg: u32,
}

impl LastVial {
    fn of(course: &Course) -> Option<Self> {
        let given = &course.given().max_by_key(|(_, g)| g.given.on)?.1.given;
        Some(Self {
            product: given.product.clone(),
            drug: given.drug,
            strength_mcg_per_ml: given.strength_mcg_per_ml,
            dose_mcg: given.dose_mcg,
        })
    }
}

/// What a chart asks of a prescriber beside a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// What waits for a signature.
    pub to_sign: Vec<Waiting>,
    /// How far the order reaches, where it ends and doses are owed on it.
    pub cover: Option<Cover>,
    /// What of the patient stops the next dose at the needle, in a word or two: `potassium`, `allergy`.
    pub stop: Option<String>,
}

impl Asks {
    fn of(course: &Course, knowledge: &Knowledge) -> Self {
        let is_owed = matches!(course.next, Next::Dose(_));
        let in_short = |rule: &str| knowledge.rule(rule).short.clone().unwrap_or_else(|| "see chart".to_owned());
        let stop = course.stopped.as_ref().map(|stop| in_short(&stop.rule));
        Self { to_sign: course.waiting.clone(), cover: course.cover.clone().filter(|_| is_owed), stop }
    }

    /// Returns the day by which the order is to be renewed.
    #[must_use]
    pub fn renew_by(&self) -> Option<NaiveDate> {
        self.cover.as_ref().and_then(Cover::ends)
    }
}

impl Row {
    /// Returns what of the patient stops this dose at the needle, in a word or two.
    #[must_use]
    pub fn stops(&self, item: &Item) -> Option<&str> {
        self.asks.stop.as_deref().filter(|_| item.is_dose())
    }

    /// Returns whether the dose that is planned for `visit` waits for a renewal of the order.
    #[must_use]
    pub fn is_held(&self, item: &Item, today: NaiveDate) -> bool {
        item.is_dose() && self.asks.cover.as_ref().is_some_and(|cover| cover.holds_back(item.visit, today))
    }
}

/// Who a patient was in a chart that was joined to another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// The joined chart.
    pub id: PatientId,
    /// Its number; the practice's old one.
    pub number: String,
    /// `Family, Given`, as it stood there.
    pub name: String,
    /// The date of birth, as it stood there.
    pub born: NaiveDate,
    /// The day on which it was joined.
    pub since: NaiveDate,
}

impl Former {
    /// Says where an old number leads: `00123 is now 00045, joined Mon 03 Mar 2026`.
    #[must_use]
    pub fn words(&self, now: &str) -> String {
        format!("{} is now {now}, joined {}", self.number, words::day(self.since))
    }
}

/// One thing that is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The day on which it is due by the protocol.
    pub due: NaiveDate,
    /// The day on which the patient comes.
    pub visit: NaiveDate,
    /// What it is.
    pub what: What,
    /// In words: `Dose 6`, `8-week check`.
    pub label: String,
}

/// One thing that is owed, with the patient to whom: a line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The patient.
    pub patient: PatientId,
    /// The practice's number.
    pub number: String,
    /// `Family, Given`.
    pub name: String,
    /// Date of birth.
    pub born: NaiveDate,
    /// What is owed.
    pub item: Item,
    /// What of the patient stops this dose at the needle ([`Row::stops`]).
    pub stop: Option<String>,
}

impl Item {
    /// Returns whether it is a dose.
    #[must_use]
    pub fn is_dose(&self) -> bool {
        matches!(self.what, What::Dose(_))
    }
}

impl Owed {
    fn of(row: &Row, item: u16) -> Option<Self> {
        let item = row.items.get(usize::from(item))?.clone();
        let (number, name, stop) = (row.number.clone(), row.name.clone(), row.stops(&item).map(str::to_owned));
        Some(Self { patient: row.id, number, name, born: row.born, item, stop })
    }
}

/// The kinds of things that are owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A dose.
    Dose(DoseDue),
    /// A checkpoint with what it asks.
    Checkpoint(Vec<String>),
    /// A triage, an order or a decision.
    Plan,
    /// Something that the prescriber is to be told today.
    Tell(Tell),
}

/// What the prescriber is to be told today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tell {
    /// Potassium is low.
    LowPotassium,
    /// Neurologic symptoms that the triage does not have.
    NewSigns,
    /// A neurologic symptom grew.
    Worse,
    /// Symptoms are back.
    Back,
    /// Eight weeks on, symptoms are not better or blood is not normal.
    Incomplete,
}

/// What the lists say of a dose that is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoseDue {
    /// `repletion` or `maintenance`.
    pub fills: bool,
    /// Counted from 1 within the order.
    pub n: u32,
    /// Within the phase, and of how many where it is counted.
    pub in_phase: (u32, Option<u32>),
    /// The regimen's id.
    pub regimen: String,
    /// Dose in micrograms.
    pub dose_mcg: u32,
}

impl AsRef<Self> for Row {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Row {
    /// Works a row out from a chart. `today` only bounds how far ahead repeating checkpoints are laid out.
    #[must_use]
    pub fn of(chart: &Chart, practice: &Practice, today: NaiveDate) -> Option<Self> {
        Self::from_course(&Course::outline(chart, practice, today), &practice.knowledge)
    }

    /// Returns where the course stands beside its plan on a day; empty where the plan goes on.
    #[must_use]
    pub fn standing_on(&self, today: NaiveDate) -> &str {
        if self.paused_until.is_some_and(|until| until <= today) { "" } else { &self.standing }
    }

    /// Returns whether nothing is owed though nothing is closed: somebody would be forgotten.
    #[must_use]
    pub fn is_without_next_step(&self) -> bool {
        self.items.is_empty() && !self.closed
    }

    /// Returns when the latest checkpoint fell due that is still owed.
    #[must_use]
    pub fn latest_checkpoint_due(&self, today: NaiveDate) -> Option<NaiveDate> {
        let is_check = |item: &&Item| matches!(item.what, What::Checkpoint(_));
        self.items.iter().filter(is_check).filter(|item| item.visit <= today).map(|item| item.due).max()
    }

    /// Makes a row of a course that is at hand.
    #[must_use]
    pub fn from_course(course: &Course, knowledge: &Knowledge) -> Option<Self> {
        let person = course.person.as_ref()?;
        let struck = course.struck_out();
        let items = if struck.is_some() { Vec::new() } else { items::of(course, knowledge) };
        Some(Self {
            id: course.id,
            number: person.number.clone(),
            name: person.name(),
            born: person.born,
            sex: person.sex,
            neuro: course.triage.as_ref().is_some_and(|t| t.is_neuro()),
            paused_until: course.next_dose().and_then(|slot| slot.paused),
            standing: struck.map(str::to_owned).or(course.standing.as_ref().map(Standing::words)).unwrap_or_default(),
            closed: matches!(course.next, Next::Closed(_)),
            struck_out: struck.is_some(),
            last_given: course.given().map(|(_, g)| g.given.on).max(),
            last_vial: LastVial::of(course),
            items,
            said: course.said.clone(),
            former: course.joined.iter().filter_map(former).collect(),
            asks: if struck.is_some() { Asks::default() } else { Asks::of(course, knowledge) },
        })
    }

    /// Returns the former identity that this number or chart id is of, where it is one.
    #[must_use]
    pub fn former(&self, number_or_id: &str) -> Option<&Former> {
        let is = |f: &&Former| f.number == number_or_id || f.id.to_string().eq_ignore_ascii_case(number_or_id);
        self.former.iter().find(is)
    }

    /// Returns whether the number is the patient's, now or in a joined chart.
    #[must_use]
    pub fn has_number(&self, number: &str) -> bool {
        self.number == number || self.former.iter().any(|f| f.number == number)
    }
}

fn former(joined: &Joined) -> Option<Former> {
    let person = joined.person.as_ref()?;
    Some(Former {
        id: joined.id,
        number: person.number.clone(),
        name: person.name(),
        born: person.born,
        since: joined.since.date_naive(),
    })
}
