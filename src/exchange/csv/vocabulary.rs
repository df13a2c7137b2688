//! The words of lists, as `assets/columns.ron` has them, without regard to case, accents and signs.

use super::field::Field;
use crate::clinic::knowledge;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::OnceLock;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fields: Vec<FieldWords>,
    labs: Vec<LabWords>,
    values: Vec<ValueWords>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldWords {
    field: Field,
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabWords {
    analyte: String,
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueWords {
    of: Of,
    is: String,
    words: Vec<String>,
}

/// What a cell's words are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Of {
    /// A row that sums up.
    Total,
    Sex,
    Drug,
    Route,
    Site,
    Cause,
    Phase,
    Status,
    Outcome,
    /// What a laboratory, or another system, says of a result that does not hold.
    ResultStatus,
    NoAllergies,
    /// What stands before or behind a name and is none.
    Title,
    /// A cell that says that it says nothing.
    Nothing,
    /// Units of time.
    Unit,
    /// Whole intervals: `quarterly`.
    Interval,
    /// What stands before an interval: `every`.
    Every,
    /// Numbers in words.
    Number,
    Month,
    /// Parts of the names of the vitamin.
    Stem,
    /// What may stand in a cell that names the vitamin and no form of it.
    Plain,
    /// Words of a remark that must not go by: an allergy, a death.
    Alarm,
}

#[derive(Debug, Default)]
struct Vocabulary {
    fields: HashMap<String, Field>,
    values: HashMap<(Of, String), String>,
    /// The words of causes, the longest first, for a cell that says more than the word.
    causes: Vec<(String, String)>,
    /// What stands in each name of the vitamin.
    stems: Vec<String>,
    /// The forms by their names, as [`spelled`].
    forms: HashMap<String, String>,
}

fn vocabulary() -> &'static Vocabulary {
    static READ: OnceLock<Vocabulary> = OnceLock::new();
    READ.get_or_init(|| {
        let file: File = knowledge::part("columns.ron");
        let mut out = Vocabulary::default();
        let labs = file.labs.into_iter().map(|lab| (Field::Lab(lab.analyte), lab.words));
        for (field, words) in labs.chain(file.fields.into_iter().map(|f| (f.field, f.words))) {
            out.fields.extend(words.iter().map(|word| (folded(word), field.clone())));
        }
        for value in file.values {
            if value.of == Of::Stem {
                out.stems.extend(value.words.iter().map(|word| folded(word)));
            }
            if value.of == Of::Drug {
                out.forms.extend(value.words.iter().map(|word| (spelled(word), value.is.clone())));
            }
            if value.of == Of::Cause {
                out.causes.extend(value.words.iter().map(|word| (spaced(word), value.is.clone())));
            }
            out.values.extend(value.words.iter().map(|word| ((value.of, key(word)), value.is.clone())));
        }
        out.causes.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        out
    })
}

/// A name without case, accents, blanks and signs; `#` is a number.
fn folded(text: &str) -> String {
    let text = text.replace('#', "no").replace("n°", "no").replace("nº", "no");
    let plain = deunicode::deunicode(&text).to_lowercase();
    plain.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A folded name, whichever of k, z and c a language writes in it.
fn spelled(text: &str) -> String {
    folded(text).replace(['k', 'z'], "c")
}

/// Returns the form of B12 that a word names, in whichever spelling can mean it alone.
pub(super) fn form(word: &str) -> Option<&'static str> {
    vocabulary().forms.get(&spelled(word)).map(String::as_str)
}

/// Returns the words of a cell in small plain letters, without signs.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let plain = deunicode::deunicode(text).to_lowercase();
    plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words of a cell in small plain letters, each with a blank before and after.
fn spaced(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase().replace(['\'', '’'], "");
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |text, word| text + word + " ")
}

/// What a word is found by: itself where it is a sign alone.
fn key(text: &str) -> String {
    let folded = folded(text);
    if folded.is_empty() { text.trim().to_lowercase() } else { folded }
}

/// Returns the value that a word of the vocabulary stands for.
pub(super) fn value(of: Of, text: &str) -> Option<&'static str> {
    let (text, values) = (text.trim(), &vocabulary().values);
    if text.is_empty() || text.len() > 80 {
        return None;
    }
    values.get(&(of, text.to_lowercase())).or_else(|| values.get(&(of, key(text)))).map(String::as_str)
}

/// Returns whether a text names the vitamin, in whatever form or language.
pub(super) fn names_the_vitamin(text: &str) -> bool {
    let plain = folded(text);
    vocabulary().stems.iter().any(|stem| plain.contains(stem.as_str()))
}

/// Returns the cause that a cell's words name: whole, else the longest word of the vocabulary in it.
pub(super) fn cause(text: &str) -> Option<&'static str> {
    let short: String = text.chars().take(400).collect();
    let parts: Vec<String> = short.split([',', ';', '.', '\n', '(', ')']).map(spaced).collect();
    let says = |word: &str| parts.iter().any(|part| part.find(word).is_some_and(|at| !is_denied(part, at, word)));
    let within = || vocabulary().causes.iter().find(|(word, _)| word.len() > 4 && says(word));
    value(Of::Cause, text).or_else(|| within().map(|(_, is)| is.as_str()))
}

/// What denies the cause that it stands before, a few words on, and what denies the one that it stands behind.
pub(super) const DENIES: [&str; 15] = [
    "no", "not", "never", "without", "non", "kein", "keine", "keinen", "ohne", "nicht", "pas", "sans", "geen", "niet",
    "sin",
];
const DENIES_AFTER: [&str; 5] = ["excluded", "negative", "ruled", "ausgeschlossen", "negativ"];

fn is_denied(part: &str, at: usize, word: &str) -> bool {
    let (before, from) = part.split_at(at);
    let before = before.split_whitespace().rev().take(4).any(|before| DENIES.contains(&before));
    let after = from.get(word.len()..).unwrap_or_default();
    before || after.split_whitespace().take(3).any(|after| DENIES_AFTER.contains(&after))
}

/// Returns what a column of this name holds.
pub(super) fn field_of(name: &str) -> Option<Field> {
    if name.is_empty() || name.len() > 80 {
        return None;
    }
    let fields = &vocabulary().fields;
    let known = |text: &str| fields.get(&folded(text)).cloned();
    let head = || name.split(['(', '[', ',']).next().and_then(known);
    let without_unit = || {
        let (head, unit) = name.trim().rsplit_once([' ', '_'])?;
        let is_unit = unit.contains(['/', '%']) || matches!(unit.to_lowercase().as_str(), "fl" | "mg" | "ml");
        is_unit.then(|| known(head)).flatten()
    };
    known(name).or_else(head).or_else(without_unit)
}

/// Returns the id of the analyte of which these words are a name.
pub(super) fn analyte(name: &str) -> Option<&'static str> {
    match vocabulary().fields.get(&folded(name))? {
        Field::Lab(id) => Some(id),
        _ => None,
    }
}

/// Returns whether two names are one without case, accents, blanks and signs.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// Returns the unit that a column's name tells: `Hb (g/L)`, `B12 ng/L`.
pub(super) fn unit_in(name: &str) -> Option<&str> {
    let bracketed = name.split_once(['(', '[']).map(|(_, rest)| rest.trim_end_matches([')', ']', ' ']));
    let last = || name.trim().rsplit_once([' ', '_']).map(|(_, unit)| unit);
    bracketed.or_else(last).map(str::trim).filter(|unit| !unit.is_empty())
}

/// Returns whether a cell says nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    // Each cell is asked, and no word of nothing is long.
    const LONGEST: usize = 12;
    text.is_empty() || (text.len() <= LONGEST && value(Of::Nothing, text).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::knowledge::Knowledge;

    #[test]
    fn every_word_is_read_and_stands_for_something() {
        let knowledge = Knowledge::built_in();
        assert!(vocabulary().fields.len() > 300 && vocabulary().values.len() > 300);
        for field in vocabulary().fields.values() {
            assert!(!matches!(field, Field::Lab(id) if knowledge.lab(id).is_none()), "{field:?}");
        }
        for (word, is) in &vocabulary().causes {
            assert!(knowledge.cause(is).is_some(), "{word}: {is}");
        }
        let unknown =
            Field::ALL.iter().find(|f| **f != Field::Ignored && vocabulary().fields.values().all(|g| g != *f));
        assert_eq!(unknown, None, "a field without a word");
    }

    #[test]
    fn a_cause_that_is_denied_is_none() {
        for (text, expected) in [
            ("no pernicious anaemia", None),
            ("no evidence of pernicious anaemia", None),
            ("pernicious anaemia ruled out", None),
            ("keine perniziöse Anämie", None),
            ("not vegan, Crohn's disease", Some("crohn-ileal")),
            ("known pernicious anaemia since 2004", Some("autoimmune-gastritis")),
            ("Pernicious anaemia; no allergies", Some("autoimmune-gastritis")),
        ] {
            assert_eq!(cause(text), expected, "{text}");
        }
    }

    #[test]
    fn no_word_stands_for_two_things() {
        let file: File = knowledge::part("columns.ron");
        let labs = file.labs.iter().flat_map(|lab| lab.words.iter().map(|w| (w, Field::Lab(lab.analyte.clone()))));
        let fields = file.fields.iter().flat_map(|f| f.words.iter().map(|w| (w, f.field.clone())));
        for (word, field) in labs.chain(fields) {
            assert_eq!(vocabulary().fields.get(&folded(word)), Some(&field), "{word}");
        }
        for (value, word) in file.values.iter().flat_map(|v| v.words.iter().map(move |w| (v, w))) {
            assert_eq!(vocabulary().values.get(&(value.of, key(word))), Some(&value.is), "{word}");
        }
    }

    #[test]
    fn no_spelling_of_a_form_is_that_of_another() {
        let file: File = knowledge::part("columns.ron");
        for value in file.values.iter().filter(|value| value.of == Of::Drug) {
            assert!(value.words.iter().all(|word| form(word) == Some(&value.is)), "{value:?}");
        }
    }

    #[test]
    fn names_of_columns_in_five_languages() {
        let lab = |id: &str| Some(Field::Lab(id.to_owned()));
        for (name, field) in [
            ("D.O.B.", Some(Field::Born)),
            ("Surname", Some(Field::Family)),
            ("Geburtsdatum", Some(Field::Born)),
            ("Prénom", Some(Field::Given)),
            ("PRENOM", Some(Field::Given)),
            ("Nächste Injektion", Some(Field::NextDue)),
            ("laatste injectie", Some(Field::LastDose)),
            ("Próxima  dosis", Some(Field::NextDue)),
            ("Pat-Nr.", Some(Field::Number)),
            ("#", Some(Field::Number)),
            ("Dose (mcg)", Some(Field::DoseMcg)),
            ("dose_ug", Some(Field::DoseMcg)),
            ("Hb (g/L)", lab("haemoglobin")),
            ("Ferritin µg/L", lab("ferritin")),
            ("favourite colour", None),
            ("", None),
        ] {
            assert_eq!(field_of(name), field, "{name}");
        }
        assert_eq!((unit_in("Hb (g/L)"), unit_in("Ferritin µg/L"), unit_in("Hb")), (Some("g/L"), Some("µg/L"), None));
    }

    #[test]
    fn causes_are_known_by_their_words() {
        for (text, id) in [
            ("Pernicious anaemia", Some("autoimmune-gastritis")),
            ("PA", Some("autoimmune-gastritis")),
            ("B12 deficiency due to Crohn's disease", Some("crohn-ileal")),
            ("on metformin since 2015", Some("metformin")),
            ("sleeve gastrectomy 2019", Some("partial-gastrectomy-bariatric")),
            ("total gastrectomy", Some("total-gastrectomy")),
            ("spa holiday", None),
            ("tired", None),
        ] {
            assert_eq!(cause(text), id, "{text}");
        }
    }
}
