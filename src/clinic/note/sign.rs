//! What is typed becomes a note, and what speaks against signing it.

use super::{Charge, Noted, NotedCode, root};
use crate::clinic::chart::Chart;
use crate::clinic::coding;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::practice::Practice;

/// Why a note is not signed.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsigned {
    /// Nothing was written: the narrative is what a note is signed for.
    Blank,
    /// A code that cannot stand.
    Code(Finding),
}

/// Makes an addendum to a note, or to the one that this is an addendum of; `None` where the entry is no note.
#[must_use]
pub fn addendum(chart: &Chart, to: EntryId, narrative: &str) -> Option<Noted> {
    let first = root(chart, to);
    let Act::Noted(original) = &chart.entry(first)?.act else { return None };
    Some(Noted {
        on: original.on,
        of: original.of,
        adds_to: Some(first),
        facts: Vec::new(),
        narrative: narrative.trim().to_owned(),
        codes: Vec::new(),
        charges: Vec::new(),
    })
}

/// Reads the codes that a coder chose, with the titles of the practice's list; blanks, commas or semicolons between them.
#[must_use]
pub fn codes(text: &str, practice: &Practice) -> Vec<NotedCode> {
    let list = practice.codes();
    let code = |code: &str| NotedCode {
        list: list.name.clone(),
        code: coding::dotted(code),
        title: list.title(code).to_owned(),
    };
    parts(text).map(code).collect()
}

/// Reads charges; blanks, commas or semicolons between them.
///
/// # Errors
/// A sentence with the first that is none.
pub fn charges(text: &str) -> Result<Vec<Charge>, String> {
    parts(text).map(str::parse).collect()
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', ';']).filter(|part| !part.is_empty())
}

/// Says what keeps a note from being signed; an addendum has no codes.
#[must_use]
pub fn unsigned(noted: &Noted, course: &Course, practice: &Practice) -> Option<Unsigned> {
    if noted.narrative.is_empty() {
        return Some(Unsigned::Blank);
    }
    if noted.adds_to.is_some() {
        return None;
    }
    let codes: Vec<String> = noted.codes.iter().map(|c| c.code.clone()).collect();
    let found = coding::check(course, practice, &codes, noted.on);
    found.into_iter().find(|f| f.tier == Tier::Stop).map(Unsigned::Code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::practice::Settings;
    use chrono::NaiveDate;

    fn practice() -> Practice {
        Practice::new(Settings::new("Larkfield Surgery", "Maya Keller RN"))
    }

    fn noted(codes: &str, practice: &Practice) -> Noted {
        Noted {
            on: NaiveDate::from_ymd_opt(2026, 11, 18).unwrap(),
            of: None,
            adds_to: None,
            facts: Vec::new(),
            narrative: "Feels stronger.".to_owned(),
            codes: super::codes(codes, practice),
            charges: Vec::new(),
        }
    }

    #[test]
    fn codes_and_charges_are_read_as_they_are_typed() {
        let read: Vec<_> = codes(" d510;E538, ", &practice()).into_iter().map(|c| c.code).collect();
        assert_eq!(read, ["D51.0", "E53.8"]);
        let read = charges("J3420, 96372*2").unwrap();
        assert_eq!(read, [Charge::new("J3420", 1), Charge::new("96372", 2)]);
        assert!(charges("J3420 B12").unwrap_err().contains("B12"));
    }

    #[test]
    fn a_blank_note_and_a_code_that_cannot_stand_are_not_signed() {
        let practice = practice();
        let course = Course::of(
            &Chart::new("01M8DYVWNSMHK27E0Y49PK1HTM".parse().unwrap(), Vec::new()),
            &practice,
            NaiveDate::from_ymd_opt(2026, 11, 18).unwrap(),
        );
        let no_cause = unsigned(&noted("E53.8", &practice), &course, &practice);
        assert!(matches!(no_cause, Some(Unsigned::Code(stop)) if stop.rule == "C5"), "nobody said why B12 is low");
        let wrong = unsigned(&noted("E53.8 B12", &practice), &course, &practice);
        assert!(matches!(wrong, Some(Unsigned::Code(stop)) if stop.text.contains("B12")), "a code of no form");
        let blank = Noted { narrative: String::new(), ..noted("B12", &practice) };
        assert_eq!(unsigned(&blank, &course, &practice), Some(Unsigned::Blank));
        let adds = Noted { adds_to: Some("01M8DYVWNSMHK27E0Y49PK1HTM".parse().unwrap()), ..noted("B12", &practice) };
        assert_eq!(unsigned(&adds, &course, &practice), None, "an addendum has no codes");
    }
}
