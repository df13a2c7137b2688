//! One result: which test it is, what was found, and whether it counts.

use super::codes::Codes;
use super::message::{Message, Segment};
use super::time;
use crate::clinic::lab::{Analyte, Measure, Typed};
use crate::clinic::practice::Practice;
use crate::exchange::results::{Sent, shown};
use chrono::NaiveDate;

/// A result as it was sent.
#[derive(Clone, Debug)]
pub(super) struct Observed {
    kind: String,
    codes: Vec<(String, String, String)>,
    pub(super) sub_id: String,
    pub(super) comparator: String,
    pub(super) value: String,
    pub(super) unit: String,
    range: String,
    flag: String,
    pub(super) status: String,
    pub(super) on: Option<NaiveDate>,
    is_question: bool,
}

/// Which test a result is of.
#[derive(Clone, Debug)]
pub(super) enum Test<'a> {
    /// This one; with what its LOINC code measures, where it is sent by one that says so.
    Known(&'a Analyte, Option<Measure>),
    /// One that is not followed here.
    Other,
    /// Words, a document, an answer: nothing that is measured.
    Words(String),
    /// Nobody said yet.
    Unknown { code: String, label: String },
}

/// Whether a result counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Final.
    Final,
    /// Corrects what was sent before.
    Corrected,
    /// Not finished.
    NotYet,
    /// Withdrawn: deleted, another patient's, or never obtained.
    Withdrawn,
}

impl Observed {
    pub(super) fn of(message: &Message, obx: &Segment) -> Self {
        let code = message.repeats(obx, 3).next().unwrap_or_default();
        let coded =
            |at: usize| (message.first_of(code, at), message.component(code, at + 1), message.component(code, at + 2));
        let kind = message.part(obx, 2, 1);
        let unit_code = message.part(obx, 6, 1);
        let unit = if unit_code.is_empty() { message.part(obx, 6, 2) } else { unit_code };
        let (comparator, value) = value(message, obx, &kind);
        Self {
            kind,
            codes: vec![coded(1), coded(4)],
            sub_id: message.whole(obx, 4),
            comparator,
            value,
            unit,
            range: message.whole(obx, 7),
            flag: message.whole(obx, 8),
            status: message.part(obx, 11, 1),
            on: time::day(&message.part(obx, 14, 1)),
            is_question: matches!(message.part(obx, 29, 1).as_str(), "QST" | "SCI"),
        }
    }

    /// Returns what the laboratory calls the test.
    pub(super) fn label(&self) -> String {
        let named = self.codes.iter().flat_map(|(code, label, _)| [label, code]).find(|text| !text.is_empty());
        shown(named.map_or("a test without a name", String::as_str))
    }

    /// Returns what tells it from the other results of its order.
    pub(super) fn key(&self) -> (String, String) {
        let code = self.codes.first().map(|(code, ..)| code.clone()).unwrap_or_default();
        (code, self.sub_id.clone())
    }

    pub(super) fn standing(&self, of_order: &str) -> Standing {
        let status = if self.status.is_empty() { of_order } else { &self.status };
        match status {
            "C" => Standing::Corrected,
            // Of a result: amended. Of an order it says that some of its results are there.
            "A" if !self.status.is_empty() => Standing::Corrected,
            "D" | "W" | "X" => Standing::Withdrawn,
            "P" | "R" | "I" | "S" | "O" | "N" => Standing::NotYet,
            _ => Standing::Final,
        }
    }

    /// Says which test it is: by LOINC, else by what was said of the laboratory's own code.
    pub(super) fn test<'a>(&self, sender: &str, codes: &Codes, practice: &'a Practice) -> Test<'a> {
        if self.is_question || matches!(self.kind.as_str(), "ED" | "RP") {
            return Test::Words(self.label());
        }
        let knowledge = &practice.knowledge;
        let loinc = self.codes.iter().find(|(_, _, system)| system == "LN" || system == "LOINC").map(|(code, ..)| code);
        if let Some((analyte, measure)) = loinc.and_then(|code| knowledge.of_loinc(code)) {
            return Test::Known(analyte, measure);
        }
        let local = self.codes.iter().filter(|(_, _, system)| system != "LN");
        let local = local.map(|(code, label, _)| (plain(code), label)).filter(|(code, _)| !code.is_empty());
        for (code, _) in local.clone() {
            match codes.of(sender, &code) {
                Some(Some(id)) => {
                    return knowledge.lab(id).map_or(Test::Other, |lab| Test::Known(lab, None));
                }
                Some(None) => return Test::Other,
                None => {}
            }
        }
        let is_measured = self.value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>'));
        match { local }.next() {
            _ if loinc.is_some() => Test::Other,
            Some((code, label)) if is_measured || self.kind == "NM" || self.kind == "SN" => {
                Test::Unknown { code, label: shown(label) }
            }
            _ => Test::Words(self.label()),
        }
    }

    /// Reads it as a result of an analyte.
    ///
    /// # Errors
    /// Why it is held.
    pub(super) fn read(&self, analyte: &Analyte, measure: Option<Measure>) -> Result<Typed, String> {
        let (comparator, value, unit) = (&self.comparator, &self.value, &self.unit);
        let (range, flag) = (&self.range, &self.flag);
        Sent { comparator, value, unit, measure, range, flag }.read(analyte)
    }

    /// Returns it as words with what the laboratory says of it: `B12 150 pg/dL (flag L, range 200-900)`.
    pub(super) fn as_sent(&self) -> String {
        let parts = [("flag", &self.flag), ("range", &self.range)];
        let said =
            parts.iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| format!("{name} {}", shown(text)));
        let said: Vec<String> = said.collect();
        let words = self.words();
        if said.is_empty() { words } else { format!("{words} ({})", said.join(", ")) }
    }

    /// Returns it as words: `WBC 6.2 10*9/L`.
    pub(super) fn words(&self) -> String {
        let value = format!("{} {}{} {}", self.label(), self.comparator, self.value, self.unit);
        shown(value.trim())
    }
}

/// A code as it is asked about and remembered: on one line, and never cut, as two long ones may differ in their last letter.
fn plain(code: &str) -> String {
    code.replace(char::is_control, " ").trim().to_owned()
}

/// Comparator and value: `<7` in a number's place, `<^100` as a structured one; all else is text.
fn value(message: &Message, obx: &Segment, kind: &str) -> (String, String) {
    let first = message.repeats(obx, 5).next().unwrap_or_default();
    if kind == "SN" {
        let part = |n: usize| message.component(first, n);
        let (comparator, number, separator, second) = (part(1), part(2), part(3), part(4));
        return if separator.is_empty() && second.is_empty() {
            (if comparator == "=" { String::new() } else { comparator }, number)
        } else {
            (String::new(), format!("{comparator}{number}{separator}{second}"))
        };
    }
    let whole = match kind {
        "CE" | "CWE" | "CNE" => {
            let label = message.component(first, 2);
            if label.is_empty() { message.component(first, 1) } else { label }
        }
        _ => message.whole(obx, 5),
    };
    for sign in ["<=", ">=", "<", ">"] {
        if let Some(rest) =
            whole.trim().strip_prefix(sign).filter(|rest| rest.trim().starts_with(|c: char| c.is_ascii_digit()))
        {
            return (sign.to_owned(), rest.trim().to_owned());
        }
    }
    (String::new(), whole.trim().to_owned())
}
