//! Laboratory results as other systems send them, to results as they are recorded: value and unit stay as reported. What
//! cannot be is held; what is only unusual is taken, and said (facts 4.3).

use crate::clinic::lab::{Analyte, Comparator, LabResult, Measure, Typed};

/// The most characters that a value has.
const MOST_CHARS: usize = 40;

/// A result as it was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent<'a> {
    /// `<` or `>`, where it stands apart from the value.
    pub(crate) comparator: &'a str,
    /// The value, a number with a decimal point or a word; empty where the test was not done.
    pub(crate) value: &'a str,
    /// The unit.
    pub(crate) unit: &'a str,
    /// What the code measures by which it was sent, where there is one and it says so.
    pub(crate) measure: Option<Measure>,
    /// The laboratory's range.
    pub(crate) range: &'a str,
    /// The laboratory's flag.
    pub(crate) flag: &'a str,
}

impl<'a> Sent<'a> {
    /// Takes a text apart that holds all of it: `<150 ng/L`.
    pub(crate) fn of_text(text: &'a str) -> Self {
        let text = text.trim();
        let sign = ["<=", ">=", "≤", "≥", "<", ">"].into_iter().find(|sign| text.starts_with(sign)).unwrap_or_default();
        let (comparator, rest) = text.split_at(sign.len());
        let rest = rest.trim();
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(rest.len());
        match rest.split_at(end) {
            ("", word) => Self { comparator, value: word, ..Self::default() },
            (value, unit) => Self { comparator, value, unit: unit.trim(), ..Self::default() },
        }
    }
}

impl Sent<'_> {
    /// Reads it as a result of an analyte; an unusual one comes with its doubt, to be said beside it.
    ///
    /// # Errors
    /// Why it cannot be: no number, an unknown unit, one that its code is not for, a value that cannot be. It is held as it was
    /// sent.
    pub(crate) fn read(&self, analyte: &Analyte) -> Result<Typed, String> {
        let text = self.text(analyte)?;
        let unit = shown(self.unit);
        if let Some(measure) = self.measure.filter(|measure| analyte.contradicts(*measure, &unit)) {
            let name = &analyte.name;
            return Err(format!(
                "{name}, {text} {unit}: its code is for {measure}, another kind of unit than {unit}; ask the laboratory which is right"
            ));
        }
        if !analyte.units.is_empty() && text != NOT_DONE && unit.is_empty() {
            return Err(format!("{}: {text} has no unit", analyte.name));
        }
        let mut typed = analyte.read(&text, &unit)?;
        let kept = |text: &str| Some(shown(text)).filter(|text| !text.is_empty());
        typed.result = LabResult { flag: kept(self.flag), range: kept(self.range), ..typed.result };
        Ok(typed)
    }

    /// Returns comparator and value as a person would type them.
    fn text(&self, analyte: &Analyte) -> Result<String, String> {
        let (name, is_number) = (&analyte.name, !analyte.units.is_empty());
        let text = match (self.value.trim(), self.comparator.trim()) {
            (value, _) if value.is_empty() || value.eq_ignore_ascii_case(NOT_DONE) => return Ok(NOT_DONE.to_owned()),
            (value, "" | "=") => value.to_owned(),
            (value, "<" | "<=" | "≤") => format!("<{value}"),
            (value, ">" | ">=" | "≥") => format!(">{value}"),
            (_, sign) => return Err(format!("{name}: \"{}\" before the value is not known here", shown(sign))),
        };
        if is_number && text.contains(',') {
            return Err(format!("{name}: \"{}\" can be read two ways", shown(&text)));
        }
        let is_other =
            if is_number { text.contains(char::is_alphabetic) } else { text.starts_with(|c: char| c.is_ascii_digit()) };
        if is_other || text.contains(char::is_control) || text.chars().count() > MOST_CHARS {
            return Err(format!("{name}: \"{}\" is no result that is known here", shown(&text)));
        }
        Ok(text)
    }
}

/// How a test that was asked for and not done is typed.
const NOT_DONE: &str = "not done";

/// A text of another system as a screen may show it: a line of it, without control characters.
pub(crate) fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80).collect::<String>().trim().to_owned()
}

/// So many sentences on what is wrong in one place are told: a person reads them.
const MOST_TOLD: usize = 12;

/// Returns sentences on what is wrong as one text: the first of them where there are many.
pub(crate) fn told(sentences: &[String]) -> String {
    let (first, more) = sentences.split_at(sentences.len().min(MOST_TOLD));
    let more = if more.is_empty() { String::new() } else { format!(" And {} more.", more.len()) };
    format!("{}{more}", first.join(" "))
}

/// A result that is withdrawn: which test it is of is all that counts.
pub(super) fn nothing(analyte: &str) -> LabResult {
    LabResult {
        analyte: analyte.to_owned(),
        value: None,
        comparator: Comparator::Exactly,
        unit: String::new(),
        word: None,
        flag: None,
        range: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::knowledge::Knowledge;
    use proptest::prelude::*;

    fn read(id: &str, sent: Sent<'_>) -> Result<Typed, String> {
        sent.read(Knowledge::built_in().lab(id).unwrap())
    }

    #[test]
    fn a_text_is_taken_apart() {
        for (text, parts) in [
            ("<150 ng/L", ("<", "150", "ng/L")),
            ("≥ 2000ng/L", ("≥", "2000", "ng/L")),
            (">=12.5", (">=", "12.5", "")),
            ("121 x10*9/L", ("", "121", "x10*9/L")),
            ("positive", ("", "positive", "")),
            ("not done", ("", "not done", "")),
            ("", ("", "", "")),
        ] {
            let sent = Sent::of_text(text);
            assert_eq!((sent.comparator, sent.value, sent.unit), parts, "{text}");
        }
    }

    #[test]
    fn what_is_sent_is_read_or_says_why_not() {
        let sent = |comparator, value, unit| Sent { comparator, value, unit, ..Sent::default() };
        for (id, sent, wanted) in [
            ("haemoglobin", sent("", "12.5", "g/dL"), Ok("12.5 g/dL")),
            ("haemoglobin", sent("", "", ""), Ok("not done")),
            ("haemoglobin", sent("", "Not done", ""), Ok("not done")),
            ("haemoglobin", sent("", "ND", "g/L"), Err("no result that is known here")),
            ("haemoglobin", sent("~", "120", "g/L"), Err("\"~\" before the value")),
            ("haemoglobin", sent("", "120", " "), Err("has no unit")),
            ("haemoglobin", sent("", "12,5", "g/dL"), Err("two ways")),
            ("haemoglobin", sent("", "120", "furlong"), Err("unit \"furlong\" is not known")),
            ("haemoglobin", sent("", "1.25", "g/L"), Err("cannot be")),
            ("total-b12", sent(">=", "2000", "pg/mL"), Ok(">2000 pg/mL")),
            ("total-b12", sent("≤", "150", "pg/mL"), Ok("<150 pg/mL")),
            ("intrinsic-factor-antibody", sent("", "Positive", ""), Ok("positive")),
            ("intrinsic-factor-antibody", sent("", "3", "U/mL"), Err("no result that is known here")),
        ] {
            match (read(id, sent), wanted) {
                (Ok(typed), Ok(wanted)) => assert_eq!(typed.result.to_string(), wanted),
                (Err(why), Err(words)) => assert!(why.contains(words), "{sent:?}: {why}"),
                other => panic!("{sent:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_unusual_value_is_taken_and_said() {
        let odd = Sent { value: "210", unit: "g/L", flag: " HH ", range: "120-160\u{7}", ..Sent::default() };
        let typed = read("haemoglobin", odd).unwrap();
        assert!(typed.doubt.is_some_and(|doubt| doubt.contains("210 g/L is unusual")));
        assert_eq!(typed.result.as_sent(), "flag HH, range 120-160");
    }

    #[test]
    fn a_code_for_another_kind_of_unit_says_what_to_do() {
        let sent = Sent { value: "150", unit: "pmol/L", measure: Some(Measure::Mass), ..Sent::default() };
        assert_eq!(
            read("total-b12", sent).unwrap_err(),
            "Vitamin B12, total, 150 pmol/L: its code is for mass, another kind of unit than pmol/L; ask the laboratory which is right"
        );
        assert!(read("total-b12", Sent { measure: Some(Measure::Moles), ..sent }).is_ok());
        assert!(read("total-b12", Sent { measure: None, ..sent }).is_ok());
    }

    proptest! {
        /// Whatever is sent, what it says can be shown on a line.
        #[test]
        fn nothing_that_is_sent_reaches_a_screen_as_it_is(comparator in "\\PC{0,2}|[<>]", value in "[0-9.,]{0,60}|(?s).{0,60}", unit in "(?s).{0,100}") {
            let known = Knowledge::built_in();
            for analyte in known.labs() {
                let sent = Sent { comparator: &comparator, value: &value, unit: &unit, ..Sent::default() };
                let said = sent.read(analyte).map_or_else(|why| why, |typed| typed.result.to_string());
                prop_assert!(!said.contains(char::is_control) && said.chars().count() < 400, "{said:?}");
            }
        }
    }
}
