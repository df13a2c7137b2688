//! A list of diagnosis codes as data: `assets/icd10cm.ron`, `assets/icd10.ron` (facts 8.1, 8.2).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What is known of a list of codes. The list that names no country's setting is taken where no other one does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// `ICD-10-CM` or `ICD-10`.
    pub name: String,
    /// The list as FHIR knows it: the address of its system.
    pub system: String,
    /// The country settings that code by it: `US`.
    pub settings: Vec<String>,
    /// Whether its codes have up to seven characters, letters among them; else a letter and up to four digits.
    pub long: bool,
    /// From this day of service D51.- and E53.8 may stand together; absent where the list has no such rule.
    #[serde(default)]
    pub excludes2_from: Option<NaiveDate>,
    /// How the codes of a deficiency begin.
    pub deficiency: Vec<String>,
    /// How those begin that say anaemia.
    pub anaemia: String,
    /// The deficiency without anaemia.
    pub without_anaemia: String,
    /// The deficiency with anaemia of a cause that has no code of its own.
    pub unspecified: String,
    /// The deficiency with anaemia, by cause.
    pub with_anaemia: Vec<OfCauses>,
    /// Causes that do not mean a deficiency by themselves.
    pub no_deficiency: Vec<String>,
    /// The cause's own codes.
    pub also: Vec<OfCauses>,
    /// Other codes that name a cause, to be held against the triage.
    pub names: Vec<OfCauses>,
    /// Medicines: as a cause, and as taken for long.
    pub drugs: Vec<OfDrug>,
    /// What the deficiency did to the spinal cord.
    pub cord: String,
    /// What it did to the nerves.
    pub nerves: String,
    /// A dose that was missed before this one: that it is lacking.
    pub missed: Vec<String>,
    /// That the patient did not keep to it.
    pub noncompliance: Vec<String>,
    /// What is not settled about both.
    #[serde(default)]
    pub missed_mark: String,
    /// What stands first in pregnancy: how its codes begin; absent where the list here does not say.
    #[serde(default)]
    pub pregnancy: Option<Before>,
    /// Codes of cautions of `assets/cautions.ron`.
    pub cautions: Vec<OfCauses>,
    /// Codes, or their beginnings, that never stand first: a manifestation follows the deficiency.
    pub manifestations: Vec<String>,
    /// The same of what a medicine did or did not get to do.
    pub never_first: Vec<String>,
    /// What stands before a manifestation.
    pub code_first: Vec<CodeFirst>,
    /// What goes together.
    #[serde(default)]
    pub with: Vec<With>,
    /// What never goes together.
    #[serde(default)]
    pub apart: Vec<Apart>,
    /// Symptoms: only until their cause is coded.
    pub symptoms: Vec<String>,
    /// What is taken for a code of the injection, and is none.
    pub misused: Vec<Said>,
    /// What is avoided.
    pub avoid: Vec<Said>,
    /// What holds the letters B12 and means something else.
    #[serde(default)]
    pub alike: Vec<Said>,
    /// What another list has and this one has not.
    pub absent: Vec<Said>,
    /// Headings, which are not billed.
    pub headers: Vec<String>,
    /// Beginnings of codes that want all seven characters.
    #[serde(default)]
    pub sevens: Vec<String>,
    /// What the record does not settle.
    pub asks: Vec<Ask>,
    /// The codes with their titles.
    pub codes: Vec<Code>,
    /// Where it comes from.
    pub source: String,
}

/// A code with its title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// `E53.8`.
    pub code: String,
    /// Its title in the list.
    pub title: String,
    /// What the note must hold for it.
    #[serde(default)]
    pub note: Option<String>,
    /// What is not settled about it.
    #[serde(default)]
    pub mark: Option<String>,
}

/// Codes that follow from causes of `assets/causes.ron`, or from cautions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfCauses {
    /// The causes.
    pub causes: Vec<String>,
    /// The codes, in their order: what it is.
    #[serde(default)]
    pub codes: Vec<String>,
    /// What is so since it, or because of it: it stands last, and is held against nobody.
    #[serde(default)]
    pub states: Vec<String>,
}

/// Codes of a medicine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfDrug {
    /// Its id in `assets/medicines.ron`.
    pub medicine: String,
    /// The cause that it is.
    pub cause: String,
    /// Its adverse effect.
    #[serde(default)]
    pub adverse: Option<String>,
    /// That it is taken for long.
    #[serde(default)]
    pub long_term: Option<String>,
}

/// What stands before a manifestation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeFirst {
    /// The manifestation.
    pub code: String,
    /// Codes, or their beginnings, that are printed as coded first.
    pub after: Vec<String>,
    /// The same in words.
    pub printed: String,
    /// Where this comes from.
    pub source: String,
}

/// A code that goes with another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct With {
    /// The code, or its beginning.
    pub code: String,
    /// One of these goes with it.
    pub needs: Vec<String>,
    /// The same in words.
    pub words: String,
    /// Where this comes from.
    pub source: String,
}

/// Codes of which one stands first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// How they begin.
    pub codes: Vec<String>,
    /// The same in words, with the marks of what is not settled.
    pub words: String,
}

/// Two codes that exclude each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apart {
    /// One, or its beginning.
    pub one: String,
    /// The other.
    pub other: String,
    /// Where this comes from.
    pub source: String,
}

/// A code and what there is to say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The code, or its beginning.
    pub code: String,
    /// What to say behind it.
    pub words: String,
    /// Where this comes from.
    pub source: String,
}

/// What the record does not settle, and whom it concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Causes.
    #[serde(default)]
    pub causes: Vec<String>,
    /// Red flags of the triage.
    #[serde(default)]
    pub red_flags: Vec<String>,
    /// What else is in the record.
    #[serde(default)]
    pub facets: Vec<Facet>,
    /// What to settle.
    pub text: String,
    /// Where this comes from.
    pub source: String,
}

/// What a triage may hold that a code would hang on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// Pregnant or breast-feeding.
    Pregnant,
    /// Sight is affected.
    Sight,
    /// Memory or mind is affected.
    Mind,
}

impl CodeList {
    /// Returns what is known of a code, however it is written.
    #[must_use]
    pub fn code(&self, code: &str) -> Option<&Code> {
        let wanted = plain(code);
        self.codes.iter().find(|known| plain(&known.code) == wanted)
    }

    /// Returns a code's title; nothing where it is not among the few that are known here.
    #[must_use]
    pub fn title(&self, code: &str) -> &str {
        self.code(code).map_or("", |known| known.title.as_str())
    }

    /// Returns whether a text has the form of a code: `E53.8`, `e538`, `T38.3X5A`.
    #[must_use]
    pub fn has_form(&self, code: &str) -> bool {
        let code = code.trim();
        let dot_fits = code.find('.').is_none_or(|at| at == 3 && code.len() > 4 && code.matches('.').count() == 1);
        let letters = plain(code);
        let is = |at: usize, ok: fn(&u8) -> bool| letters.as_bytes().get(at).is_some_and(ok);
        let more: fn(&u8) -> bool = if self.long { u8::is_ascii_alphanumeric } else { u8::is_ascii_digit };
        let most = if self.long { 7 } else { 5 };
        let rest = letters.as_bytes().iter().skip(2).all(more);
        dot_fits
            && (3..=most).contains(&letters.len())
            && is(0, u8::is_ascii_alphabetic)
            && is(1, u8::is_ascii_digit)
            && rest
    }

    /// Says in words what a code of the list looks like.
    #[must_use]
    pub fn form_words(&self) -> &'static str {
        if self.long {
            "a letter, a digit, one more, then a dot and up to four more"
        } else {
            "a letter and two digits, then a dot and one or two digits"
        }
    }

    /// Returns the complete code of which this one is longer, or the heading that has no such code; nothing where it may be one.
    /// What is complete has no more characters, and all codes of the anaemia are known here. The short list has national
    /// versions with more.
    #[must_use]
    pub fn no_such(&self, code: &str) -> Option<&str> {
        let letters = plain(code);
        let known = |c: &&Code| letters.len() > plain(&c.code).len() && letters.starts_with(&plain(&c.code));
        let longer = self.codes.iter().find(known).map(|c| c.code.as_str()).filter(|_| self.long);
        let is_anaemia = begins(code, &self.anaemia) && self.code(code).is_none() && !self.is_header(code);
        longer.or_else(|| is_anaemia.then_some(self.anaemia.as_str()).filter(|_| self.long))
    }

    /// Returns whether a code is a heading, or lacks its seventh character.
    #[must_use]
    pub fn is_header(&self, code: &str) -> bool {
        let code = plain(code);
        let short = code.len() < 7 && self.sevens.iter().any(|start| code.starts_with(start.as_str()));
        short || self.headers.iter().any(|header| plain(header) == code)
    }
}

/// Writes a code as claims do: capitals, no dot, no blanks.
#[must_use]
pub fn plain(code: &str) -> String {
    code.chars().filter(|c| *c != '.' && !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

/// Writes a code with its dot: `e538` is `E53.8`.
#[must_use]
pub fn dotted(code: &str) -> String {
    let letters = plain(code);
    match (letters.get(..3), letters.get(3..)) {
        (Some(head), Some(tail)) if !tail.is_empty() => format!("{head}.{tail}"),
        _ => letters,
    }
}

/// Returns whether a code begins so, with or without dots.
#[must_use]
pub fn begins(code: &str, start: &str) -> bool {
    // `G63.` stands for a fourth character, whichever.
    let longer = start.ends_with('.');
    let (code, start) = (plain(code), plain(start));
    code.starts_with(&start) && (!longer || code.len() > start.len())
}
