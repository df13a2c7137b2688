//! Remarks that must not go by: an allergy, a death, and what stops treatment or changes how it is given. Such a row is held.

use super::cells::Cells;
use super::dates::short;
use super::facts::notes;
use super::field::Field;
use super::vocabulary::{self, Of};
use crate::exchange::bytes::MOST_NOTES;

/// No phrase of the vocabulary has more words.
const MOST_WORDS: usize = 4;

/// Holds a row whose remarks tell what no other cell of it tells: a note of a dose would hide it.
pub(super) fn hold(cells: &mut Cells<'_>, knows_allergies: bool, knows_end: bool) {
    let Some(text) = notes(cells) else { return };
    let warned: Vec<&str> = cells.texts(&Field::Caution).flat_map(|(_, text)| said_in(text)).collect();
    let text_shown = short(&text);
    let letters = text.chars().count();
    if letters > MOST_NOTES {
        cells
            .troubles
            .push(format!("Its remarks have {letters} letters, more than {MOST_NOTES} are not kept: shorten them."));
    }
    let mut seen = Vec::new();
    for alarm in said_in(&text) {
        let is_told = match alarm {
            "allergy" => knows_allergies,
            "death" | "pause" | "refusal" | "end" | "moved" => knows_end,
            _ => warned.contains(&alarm),
        };
        // What our own tables remark of is of the triage, and their status says how it stands.
        let is_own = cells.reader.table.is_own() && !matches!(alarm, "allergy" | "death");
        if is_told || is_own || seen.contains(&alarm) {
            continue;
        }
        seen.push(alarm);
        cells.troubles.push(format!("Its remarks say \"{text_shown}\": {}", to_do(alarm)));
    }
}

fn to_do(alarm: &str) -> &'static str {
    match alarm {
        "allergy" => "enter this patient by hand with the allergy, or give the list a column of allergies.",
        "death" => "take the row out, or give the list a column that says who has died.",
        "pause" => {
            "is treatment paused, and until when? Write status and both days into columns, or enter this patient by hand."
        }
        "refusal" => "is treatment declined? Write status and both days into columns, or enter this patient by hand.",
        "end" => {
            "has it ended, or gone over to tablets? Write status and both days into columns, or enter this patient by hand."
        }
        "ask" => {
            "is it given, and who decides that? Write what to look out for into a column \"caution\", or enter this patient by hand."
        }
        "moved" => "is the patient still treated here? Take the row out, or write the status into a column.",
        "leber" => {
            "with Leber's optic neuropathy no cyanocobalamin is given. Write it into a column \"caution\", or enter this patient by hand."
        }
        "anticoagulant" => {
            "an injection into muscle may bleed. Write it into a column \"caution\" and the route into one, or enter this patient by hand."
        }
        _ => "enter this patient by hand.",
    }
}

/// Returns which alarms a remark says; one that is denied within three words before it is none.
fn said_in(text: &str) -> Vec<&'static str> {
    let words: Vec<&str> = text.split(|c: char| !(c.is_alphabetic() || c == '.')).filter(|w| !w.is_empty()).collect();
    let is = |phrase: &str| {
        vocabulary::value(Of::Alarm, phrase.trim_end_matches('.')).or_else(|| vocabulary::value(Of::Alarm, phrase))
    };
    let (mut told, mut at): (Vec<Option<&'static str>>, usize) = (Vec::new(), 0);
    while at < words.len() {
        let most = MOST_WORDS.min(words.len() - at);
        // The longest phrase counts: "stopped smoking" stops no treatment.
        let found = (1..=most).rev().find_map(|n| Some((n, is(&words[at..at + n].join(" "))?)));
        let (n, what) = found.map_or((1, None), |(n, what)| (n, Some(what)));
        told.extend(std::iter::repeat_n(what, n));
        at += n;
    }
    let denied = |at: usize| told[at.saturating_sub(3)..at].contains(&Some("no"));
    let all = told.iter().enumerate().filter(|(at, _)| !denied(*at)).filter_map(|(_, alarm)| *alarm);
    all.filter(|alarm| !matches!(*alarm, "no" | "harmless")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_may_tell_what_must_not_go_by() {
        for (text, alarms) in [
            ("ALLERGIC to hydroxocobalamin - anaphylaxis 2019", &["allergy", "allergy"][..]),
            ("RIP 03/11/2026 - deceased", &["death", "death"]),
            ("R.I.P.", &["death"]),
            ("patient died Nov 2026", &["death"]),
            ("verstorben am 3.11.", &["death"]),
            ("no known allergies", &[]),
            ("prefers left arm; husband drives", &[]),
            ("ripped sleeve", &[]),
            ("pausiert bis Februar", &["pause"]),
            ("on hold until March", &["pause", "pause"]),
            ("Pause bis 1.2.2027", &["pause"]),
            ("en pause", &["pause", "pause"]),
            ("lehnt ab", &["refusal", "refusal"]),
            ("verweigert", &["refusal"]),
            ("declines injections", &["refusal"]),
            ("beendet, jetzt Tabletten", &["end", "end"]),
            ("stopped, on tablets", &["end", "end", "end"]),
            ("stopped smoking", &[]),
            ("no longer needs B12", &["end", "end", "end"]),
            ("cancelled by Dr", &["end"]),
            ("will stop in March", &["end", "end"]),
            ("do not give - see GP first", &["ask", "ask", "ask", "ask", "ask", "ask"]),
            ("nicht spritzen!", &["ask", "ask"]),
            ("M. Leber (Optikus)", &["leber", "leber", "leber"]),
            ("Leber's", &["leber", "leber"]),
            ("verzogen 2025", &["moved"]),
            ("zieht weg; neue Praxis; Tel. folgt", &["moved", "moved", "moved", "moved"]),
            ("moved away", &["moved", "moved"]),
            ("verhuisd", &["moved"]),
            ("Marcumar! nur s.c.", &["anticoagulant", "anticoagulant", "anticoagulant"]),
            ("on warfarin", &["anticoagulant"]),
            ("not on warfarin", &[]),
            ("kommt mit Tochter", &[]),
            ("nur linker Arm", &[]),
            ("left arm only", &[]),
        ] {
            assert_eq!(said_in(text), alarms, "{text}");
        }
    }
}
