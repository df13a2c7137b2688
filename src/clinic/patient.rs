//! Who the patient is: the identifiers that stand on every screen.

use super::iso;
use super::words;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// Sex as the laboratory's reference ranges need it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Another, or not stated: ranges that depend on sex are not applied.
    #[default]
    Other,
}

impl Sex {
    /// Every choice, in the order that the form shows them.
    pub const ALL: [Self; 3] = [Self::Female, Self::Male, Self::Other];

    /// Returns the letter for the banner.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Other => "X",
        }
    }

    /// Returns the word for the form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Female => "Female",
            Self::Male => "Male",
            Self::Other => "Other or not stated",
        }
    }
}

/// What is known of allergies; "none known" is an answer that somebody gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allergies {
    /// Nobody asked yet.
    #[default]
    NotAsked,
    /// Asked, and none known.
    NoneKnown,
    /// As the patient said them.
    Known(Vec<String>),
}

impl Allergies {
    /// Returns what two records of one patient say together: an allergy that either knows stays.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Known(mut own), Self::Known(more)) => {
                let new = more.iter().filter(|m| own.iter().all(|o| o.to_lowercase() != m.to_lowercase())).cloned();
                let new: Vec<_> = new.collect();
                own.extend(new);
                Self::Known(own)
            }
            (Self::Known(own), _) => Self::Known(own),
            (_, Self::Known(more)) => Self::Known(more.clone()),
            (Self::NotAsked, other) => other.clone(),
            (own, _) => own,
        }
    }

    /// Returns the words for the banner.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NotAsked => "not asked yet".to_owned(),
            Self::NoneKnown => "none known".to_owned(),
            Self::Known(list) => list.join(", "),
        }
    }
}

/// A patient's identity and the facts that every screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The practice's own number; unique within it.
    pub number: String,
    /// Family name.
    pub family: String,
    /// Given name or names.
    pub given: String,
    /// Date of birth.
    #[serde(deserialize_with = "iso::day")]
    pub born: NaiveDate,
    /// Sex, for reference ranges.
    #[serde(default)]
    pub sex: Sex,
    /// Telephone, as the practice writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Allergies.
    #[serde(default)]
    pub allergies: Allergies,
    /// A caution that stands in the banner: "Leber's optic neuropathy: no cyanocobalamin".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caution: Option<String>,
}

/// Nobody is so many years old.
const OLDEST_YEARS: u32 = 125;

/// Says why somebody cannot be born on a day.
#[must_use]
pub fn born_wrong(born: NaiveDate, today: NaiveDate) -> Option<String> {
    if born > today {
        return Some(format!("{} lies in the future", words::born(born)));
    }
    let is_older = today.years_since(born).is_none_or(|age| age > OLDEST_YEARS);
    is_older.then(|| format!("{}: older than anybody", words::born(born)))
}

impl Person {
    /// Returns `Family, Given`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.given.is_empty() { self.family.clone() } else { format!("{}, {}", self.family, self.given) }
    }

    /// Adds what another record of the same patient warns of: allergies and cautions.
    #[must_use]
    pub fn warned_by(mut self, other: &Self) -> Self {
        self.allergies = self.allergies.and(&other.allergies);
        self.caution = match (self.caution, &other.caution) {
            (Some(own), Some(more)) if !own.contains(more.as_str()) => Some(format!("{own}; {more}")),
            (None, more) => more.clone(),
            (own, _) => own,
        };
        self
    }

    /// Returns the age in whole years on `day`; zero before birth.
    #[must_use]
    pub fn age_on(&self, day: NaiveDate) -> u32 {
        day.years_since(self.born).unwrap_or(0)
    }

    /// Returns day and month of birth as four digits, which the patient says before a dose: `0403`; where months come first,
    /// `0304`.
    #[must_use]
    pub fn birth_digits(&self, month_first: bool) -> String {
        let (day, month) = (self.born.day(), self.born.month());
        if month_first { format!("{month:02}{day:02}") } else { format!("{day:02}{month:02}") }
    }
}
