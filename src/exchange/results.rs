//! Laboratory results as other systems send them, to results as they are recorded: value and unit stay as reported.

use crate::clinic::knowledge::Knowledge;
use crate::clinic::lab::{Analyte, LabResult, Typed};

/// A result as it was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent<'a> {
    /// `<` or `>`, where it stands apart from the value.
    pub(crate) comparator: &'a str,
    /// The value; empty where the test was not done.
    pub(crate) value: &'a str,
    /// The unit.
    pub(crate) unit: &'a str,
    /// The laboratory's range.
    pub(crate) range: &'a str,
    /// The laboratory's flag.
    pub(crate) flag: &'a str,
}

/// Returns the analyte of a LOINC code.
pub(crate) fn of_loinc<'a>(knowledge: &'a Knowledge, code: &str) -> Option<&'a Analyte> {
    let is = |listed: &str| listed.split(' ').next() == Some(code);
    knowledge.labs().iter().find(|analyte| analyte.loinc.iter().any(|listed| is(listed)))
}

impl Sent<'_> {
    /// Reads it as a result of an analyte.
    ///
    /// # Errors
    /// Why it cannot be: no number, an unknown unit, a value that cannot be. It is held as it was sent.
    pub(crate) fn read(&self, analyte: &Analyte) -> Result<Typed, String> {
        let value = self.value.trim();
        let text = match (value, self.comparator.trim()) {
            ("", _) => "not done".to_owned(),
            (value, "") => value.to_owned(),
            (value, sign @ ("<" | ">")) => format!("{sign}{value}"),
            (value, sign @ ("<=" | ">=" | "≤" | "≥")) => {
                let sign = if sign.starts_with(['<', '≤']) { "<" } else { ">" };
                format!("{sign}{value}")
            }
            (value, "=") => value.to_owned(),
            (_, sign) => return Err(format!("{}: \"{sign}\" before the value is not known here", analyte.name)),
        };
        let has_letters = !analyte.units.is_empty() && text != "not done" && text.contains(char::is_alphabetic);
        if has_letters || (analyte.units.is_empty() && text.starts_with(|c: char| c.is_ascii_digit())) {
            return Err(format!("{}: \"{}\" is no result that is known here", analyte.name, shown(&text)));
        }
        if !analyte.units.is_empty() && !value.is_empty() && self.unit.trim().is_empty() {
            return Err(format!("{}: {} has no unit", analyte.name, shown(&text)));
        }
        let mut typed = analyte.read(&text, self.unit.trim())?;
        let kept = |text: &str| Some(shown(text.trim())).filter(|text| !text.is_empty());
        typed.result = LabResult { flag: kept(self.flag), range: kept(self.range), ..typed.result };
        Ok(typed)
    }
}

/// A text of another system as a screen may show it: a line of it, without control characters.
pub(crate) fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80).collect::<String>().trim().to_owned()
}
