//! What is typed becomes a note, and what speaks against signing it.

use super::{Charge, Noted, NotedCode, NotedFact, root};
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::coding::{self, Missing};
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::practice::Practice;
use chrono::NaiveDate;

/// Why a note is not signed.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsigned {
    /// Nothing was written: the narrative is what a note is signed for.
    Blank,
    /// This one of the same encounter is signed: what comes later is an addendum.
    Signed(EntryId),
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

/// Says what keeps a note from being signed; an addendum has no codes. That no cause is recorded, or no code is chosen, keeps
/// the claim alone back (facts 9, C5): [`judged`] takes the charges off then.
#[must_use]
pub fn unsigned(noted: &Noted, chart: &Chart, course: &Course, practice: &Practice) -> Option<Unsigned> {
    if noted.narrative.trim().is_empty() {
        return Some(Unsigned::Blank);
    }
    if noted.adds_to.is_some() {
        return None;
    }
    if let Some(first) = signed_of(chart, noted) {
        return Some(Unsigned::Signed(first));
    }
    cannot_stand(noted, course, practice).map(Unsigned::Code)
}

/// Returns what is wrong with a code that cannot stand in a note.
#[must_use]
pub fn cannot_stand(noted: &Noted, course: &Course, practice: &Practice) -> Option<Finding> {
    let codes: Vec<String> = noted.codes.iter().map(|c| c.code.clone()).collect();
    let found = coding::check(course, practice, &codes, noted.on);
    found.into_iter().find(|f| f.tier == Tier::Stop && f.rule != "C5")
}

/// Returns the signed note of the same encounter, or of the same dose: a note of a check tells the dose of its day too.
#[must_use]
pub fn signed_of(chart: &Chart, noted: &Noted) -> Option<EntryId> {
    let facts = chart.facts();
    let dose = dose_of(&facts, noted);
    let is_same = |other: &Noted| {
        let same_dose = dose.is_some() && dose_of(&facts, other) == dose;
        other.adds_to.is_none() && other.on == noted.on && (other.of == noted.of || same_dose)
    };
    facts.iter().find_map(|fact| match fact.act {
        Some(Act::Noted(other)) if is_same(other) => Some(fact.entry.id),
        _ => None,
    })
}

/// Returns the signed note of an encounter: a dose that was given or not, or a check.
#[must_use]
pub fn signed_of_entry(chart: &Chart, of: EntryId, on: NaiveDate) -> Option<EntryId> {
    let (facts, narrative, codes, charges) = (Vec::new(), String::new(), Vec::new(), Vec::new());
    signed_of(chart, &Noted { on, of: Some(of), adds_to: None, facts, narrative, codes, charges })
}

/// The dose that a note documents: the one that it is of, else the last of its day.
fn dose_of(facts: &[Fact<'_>], noted: &Noted) -> Option<EntryId> {
    let of_day = facts.iter().filter(|fact| matches!(fact.act, Some(Act::Given(given)) if given.on == noted.on));
    let all: Vec<EntryId> = of_day.map(|fact| fact.entry.id).collect();
    noted.of.filter(|of| all.contains(of)).or(all.last().copied())
}

/// Returns a note with a last line that says whether it may be claimed; where a claim would be refused, nothing is charged
/// (facts 8.4). Where nobody charges, it says whether the record is complete.
#[must_use]
pub fn judged(mut noted: Noted, course: &Course, practice: &Practice) -> Noted {
    if noted.adds_to.is_some() {
        return noted;
    }
    let charged = practice.knowledge.charges().settings.contains(&practice.settings.setting);
    let lacks = coding::claim_ready(course, &noted, practice);
    let said = |tier: Tier| {
        let of = lacks.iter().filter(|m: &&Missing| m.tier == tier && !m.is_narrative());
        of.map(|m| format!("{}: {}", m.what, m.text)).collect::<Vec<_>>().join(" ")
    };
    let (stops, reasons) = (said(Tier::Stop), said(Tier::Reason));
    let (label, ready, asks) = match charged {
        true => ("Claim", "laim-ready", "Claim-ready, but a payer may ask"),
        false => ("Record", "omplete", "Complete, but for"),
    };
    let text = if !stops.is_empty() {
        let not = if charged { "NOT claim-ready, and nothing is charged" } else { "NOT complete" };
        noted.charges.clear();
        format!("{not}: {stops} {reasons}").trim_end().to_owned()
    } else if reasons.is_empty() {
        format!("C{ready}")
    } else {
        format!("{asks}: {reasons}")
    };
    noted.facts.retain(|fact| fact.label != label);
    noted.facts.push(NotedFact::new(label, text));
    noted
}

/// Says that another person gave the dose than the one who signs.
#[must_use]
pub fn other_hand(noted: &Noted, course: &Course, signer: &str) -> Option<String> {
    let (_, given) = course.given().find(|(_, g)| Some(g.entry) == noted.of)?;
    let by = given.by.trim();
    let same = by.is_empty() || by == signer.trim() || noted.adds_to.is_some();
    (!same).then(|| format!("The dose was given by {by}; the note is signed by {}.", signer.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::practice::Settings;

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
        let chart = Chart::new("01M8DYVWNSMHK27E0Y49PK1HTM".parse().unwrap(), Vec::new());
        let course = Course::of(&chart, &practice, NaiveDate::from_ymd_opt(2026, 11, 18).unwrap());
        let unsigned = |noted: &Noted| unsigned(noted, &chart, &course, &practice);
        let no_cause = noted("E53.8", &practice);
        assert_eq!(unsigned(&no_cause), None, "that nobody said why B12 is low keeps the claim back, not the note");
        let said = |noted: Noted| judged(noted, &course, &practice).facts.last().unwrap().text.clone();
        assert!(said(no_cause).starts_with("NOT complete: Codes: No cause is recorded."));
        let wrong = unsigned(&noted("E53.8 B12", &practice));
        assert!(matches!(wrong, Some(Unsigned::Code(stop)) if stop.text.contains("B12")), "a code of no form");
        let blank = Noted { narrative: " ".to_owned(), ..noted("B12", &practice) };
        assert_eq!(unsigned(&blank), Some(Unsigned::Blank));
        let adds = Noted { adds_to: Some("01M8DYVWNSMHK27E0Y49PK1HTM".parse().unwrap()), ..noted("B12", &practice) };
        assert_eq!(unsigned(&adds), None, "an addendum has no codes");
    }
}
