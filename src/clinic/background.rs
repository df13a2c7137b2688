//! What a triage asks beside the five answers: medicines, cautions, red flags (facts 2.3, 6.4, 7), and what can make a
//! result look other than the treatment (confounders). The kinds are data, in `assets/`.

use super::drug::Drug;
use super::iso;
use super::triage::Triage;
use super::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A medicine or absorption factor of `assets/medicines.ron`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedicineKind {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// From how many months on it is a risk, where a source says so.
    #[serde(default)]
    pub after_months: Option<u32>,
    /// Whether it touches injected B12 too.
    #[serde(default)]
    pub injected: bool,
    /// Whether its daily dose is asked.
    #[serde(default)]
    pub dose_asked: bool,
    /// What it does.
    pub effect: String,
    /// What it matters for.
    pub matters: String,
    /// Where this comes from.
    pub source: String,
}

/// A medicine that the patient takes or took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medicine {
    /// An id of `assets/medicines.ron`.
    pub id: String,
    /// Since when, where known.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub since: Option<NaiveDate>,
    /// When it was stopped.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub stopped: Option<NaiveDate>,
    /// The daily dose in micrograms, where it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_mcg: Option<u32>,
}

impl Medicine {
    /// Returns a medicine that is taken now, of which no more is known.
    #[must_use]
    pub fn taken(id: &str) -> Self {
        Self { id: id.to_owned(), since: None, stopped: None, daily_mcg: None }
    }

    /// Returns whether it is taken on `day`.
    #[must_use]
    pub fn is_taken(&self, day: NaiveDate) -> bool {
        self.stopped.is_none_or(|stopped| stopped > day)
    }
}

/// A contraindication or caution of `assets/cautions.ron`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caution {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The forms that it stops.
    #[serde(default)]
    pub bars: Vec<Drug>,
    /// The forms that it speaks against, without stopping them.
    #[serde(default)]
    pub against: Vec<Drug>,
    /// A product that holds this is stopped.
    #[serde(default)]
    pub excipient: Option<String>,
    /// The words by which a recorded allergy is understood to be this, in the languages of those who write it.
    #[serde(default)]
    pub named: Vec<String>,
    /// What to mind.
    pub words: String,
    /// The rule that holds it at the needle.
    #[serde(default)]
    pub rule: Option<String>,
    /// Words of the banner that mean it, in small letters.
    #[serde(default)]
    pub in_banner: Vec<String>,
    /// Ids of causes of the triage that mean it.
    #[serde(default)]
    pub causes: Vec<String>,
    /// Where this comes from.
    pub source: String,
}

impl Caution {
    /// Returns whether a patient's allergies, as they were written, name what this caution is about.
    #[must_use]
    pub fn is_named_in(&self, allergies: &str) -> bool {
        self.named_in(allergies).is_some()
    }

    /// Returns the rule that holds it at the needle: its own, else that of allergies.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.rule.as_deref().unwrap_or("D9")
    }

    /// Returns whether a triage says it: answered with yes, or meant by the cause.
    #[must_use]
    pub fn is_of(&self, triage: &Triage) -> bool {
        triage.has_caution(&self.id) || self.causes.contains(&triage.cause)
    }

    /// Returns whether the banner says it.
    #[must_use]
    pub fn is_in_banner(&self, banner: &str) -> bool {
        let banner = banner.to_lowercase();
        self.in_banner.iter().any(|word| banner.contains(word.as_str()))
    }

    /// Returns the word by which a patient's allergies, as they were written, name what this caution is about.
    #[must_use]
    pub fn named_in(&self, allergies: &str) -> Option<&str> {
        let mut names = self.named.iter().chain(&self.excipient).map(String::as_str);
        names.find(|name| holds(allergies, name))
    }
}

/// So short a name stands alone, as E218 does: within other words it would be found by chance.
const SHORT: usize = 5;

/// Returns whether a text names something, whatever its case, accents, hyphens and blanks: `Alcohol bencílico`.
#[must_use]
pub fn holds(text: &str, name: &str) -> bool {
    let plain = |text: &str| deunicode::deunicode(text).to_lowercase();
    let words: Vec<String> = plain(text)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let name: String = plain(name).chars().filter(char::is_ascii_alphanumeric).collect();
    if name.is_empty() {
        return false;
    }
    if name.len() <= SHORT {
        let beside = words.windows(2).any(|pair| pair.concat() == name);
        return beside || words.contains(&name);
    }
    words.concat().contains(&name)
}

/// How soon a red flag must be seen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Today.
    Today,
    /// This week.
    Week,
}

impl Urgency {
    /// Returns the words that stand before a red flag.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Today => "REFER TODAY",
            Self::Week => "Refer this week",
        }
    }
}

/// A red flag of `assets/red_flags.ron`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedFlag {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How soon.
    pub urgency: Urgency,
    /// Whether it is neurologic or visual.
    #[serde(default)]
    pub neuro: bool,
    /// Whether it means that sight is affected.
    #[serde(default)]
    pub sight: bool,
    /// What to do.
    pub words: String,
    /// Where this comes from.
    pub source: String,
}

/// A kind of confounder of `assets/confounders.ron`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfounderKind {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it may do to results.
    pub words: String,
    /// Where this comes from.
    pub source: String,
}

/// Something that happened beside the treatment, recorded at a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confounder {
    /// An id of `assets/confounders.ron`.
    pub id: String,
    /// The day; that of the check where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub on: Option<NaiveDate>,
}

impl Confounder {
    /// Says what happened: `Transfusion on Tue 20 Jan 2026`.
    #[must_use]
    pub fn told(&self, kinds: &[ConfounderKind]) -> String {
        let name = kinds.iter().find(|k| k.id == self.id).map_or(self.id.as_str(), |k| k.name.as_str());
        self.on.map_or_else(|| name.to_owned(), |on| format!("{name} on {}", words::day(on)))
    }
}
