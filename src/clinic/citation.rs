//! References and marks in the knowledge's sources: `[S13]` by its name, `[eng]` in words (`assets/sources.ron`).

use super::knowledge::Knowledge;
use serde::{Deserialize, Serialize};

/// What was read for a reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// `S13`.
    pub id: String,
    /// Its name in a few words, for a line that has other things to say.
    pub short: String,
    /// Its name.
    pub name: String,
}

/// The marks of what no source settles, with their meaning.
pub const MARKS: [(&str, &str); 3] = [
    ("[eng]", "chosen here, no source settles it"),
    ("[unsourced]", "in use, no first source found: to be confirmed"),
    ("[2nd", "seen in a secondary summary only"),
];

/// Returns a line for each reference and mark in a text, in the order of their first place; nothing twice.
#[must_use]
pub fn explained(knowledge: &Knowledge, text: &str) -> Vec<String> {
    let at_source = |s: &Source| Some((place(text, &s.id)?, format!("[{}] {}", s.id, s.name)));
    let at_mark = |(mark, words): &(&str, &str)| {
        let shown = if mark.ends_with(']') { (*mark).to_owned() } else { format!("{mark}]") };
        Some((text.find(mark)?, format!("{shown} {words}")))
    };
    let mut found: Vec<_> = knowledge.sources().iter().filter_map(at_source).collect();
    found.extend(MARKS.iter().filter_map(at_mark));
    found.sort();
    found.into_iter().map(|(_, line)| line).collect()
}

/// The marks in a few words.
const SHORT_MARKS: [(&str, &str); 3] =
    [("eng", "chosen here"), ("unsourced", "no first source found"), ("2nd", "seen in a summary only")];

/// Returns a source as somebody reads it who has not read our notes: references by their names, marks in words, and nothing of
/// where in the notes it stands. `facts 2.1 [S14]` is "US labels of cyanocobalamin".
#[must_use]
pub fn named(knowledge: &Knowledge, text: &str) -> String {
    written(knowledge, text, usize::MAX)
}

/// Returns a source as [`named`] does, of several in a row the first: for a line beside which other things must have room.
#[must_use]
pub fn named_in_short(knowledge: &Knowledge, text: &str) -> String {
    written(knowledge, text, 1)
}

fn written(knowledge: &Knowledge, text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut rest = without_places(text);
    while let Some(at) = rest.find('[') {
        let (names, used) = run(knowledge, &rest[at..]);
        if used == 0 {
            out.push_str(&rest[..=at]);
            rest = rest[at + 1..].to_owned();
            continue;
        }
        out.push_str(&rest[..at]);
        let begins = matches!(out.trim_end().chars().next_back(), None | Some(';' | ':' | '('));
        let listed = listed(&names, most);
        out.push_str(&if begins { listed } else { format!("({listed})") });
        rest = rest[at + used..].to_owned();
    }
    out.push_str(&rest);
    let out = out.trim_end_matches([';', ':', ' ']);
    let tidy = out.split("; ").map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    if tidy.is_empty() { SHORT_MARKS[0].1.to_owned() } else { tidy }
}

/// Returns a text that names its sources itself without the references.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once('[') {
        let Some((_, after)) = inner.split_once(']').filter(|(r, _)| is_reference(r)) else {
            out.push_str(&rest[..=before.len()]);
            rest = inner;
            continue;
        };
        out.push_str(before.trim_end());
        rest = after;
    }
    out + rest
}

fn is_reference(text: &str) -> bool {
    let is_number =
        |part: &str| part.strip_prefix('S').is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
    !text.is_empty() && text.split([',', ' ']).filter(|part| !part.is_empty()).all(is_number)
}

fn listed(names: &[String], most: usize) -> String {
    match names.len().checked_sub(most) {
        Some(more @ 1..) => format!("{} and {more} more", names[..most].join(", ")),
        _ => names.join(", "),
    }
}

/// The names of the references and marks that stand at the beginning, bracket behind bracket, and how long they are.
fn run(knowledge: &Knowledge, text: &str) -> (Vec<String>, usize) {
    let (mut names, mut used) = (Vec::new(), 0);
    while let Some(inner) = text[used..].strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        let parts = inner.0.split([',', ' ']).filter(|part| !part.is_empty());
        let Some(found) = parts.map(|part| name(knowledge, part)).collect::<Option<Vec<_>>>() else { break };
        names.extend(found);
        used += inner.0.len() + 2;
    }
    (names, used)
}

fn name(knowledge: &Knowledge, part: &str) -> Option<String> {
    let source = knowledge.sources().iter().find(|source| source.id == part).map(|source| source.short.clone());
    source.or_else(|| Some(SHORT_MARKS.iter().find(|(mark, _)| *mark == part)?.1.to_owned()))
}

/// Takes out where in our notes it stands: `facts 2.4, 2.5`, `brief G6;`, `facts T3:`, `facts RENAL:`.
fn without_places(text: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut in_place = false;
    for word in text.split(' ') {
        let is_number = word == "to" || (word.chars().any(|c| c.is_ascii_digit()) && !word.contains('['));
        let is_rule = word.ends_with(':') && word.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '-' | ':'));
        in_place = matches!(word, "facts" | "brief") || (in_place && (is_number || is_rule));
        match (in_place, word.strip_suffix([':', ';'])) {
            // What comes after it is another part.
            (true, Some(_)) => in_place = false,
            (true, None) => {}
            (false, _) => words.push(word),
        }
    }
    words.join(" ")
}

/// The place of a reference: within brackets and no part of a longer number.
fn place(text: &str, id: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text[from..].find(id) {
        let at = from + found;
        let after = at + id.len();
        let begins = text[..at].chars().next_back().is_some_and(|c| c == '[' || c == ' ' || c == ']');
        let ends = text[after..].chars().next().is_some_and(|c| !c.is_ascii_digit());
        let bracketed = text[..at].rfind('[') > text[..at].rfind(']') && text[after..].contains(']');
        if begins && ends && bracketed {
            return Some(at);
        }
        from = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_marks_in_their_order() {
        let knowledge = Knowledge::built_in();
        let told = explained(&knowledge, "BSH [S10][S1]; 30 days [eng]; [2nd S37]");
        let begins: Vec<_> = told.iter().map(|line| line.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(begins, ["[S10]", "[S1]", "[eng]", "[2nd]", "[S37]"]);
        assert!(told[1].contains("NICE"), "{told:?}");
        assert_eq!(explained(&knowledge, "facts S1 and S10"), [""; 0], "no brackets, no reference");
    }

    #[test]
    fn a_nurse_reads_names_and_no_places() {
        let knowledge = Knowledge::built_in();
        for (source, read) in [
            ("facts 2.1 [S22]", "BC Guidelines 2023"),
            (
                "facts T3: [eng]; stores last, but the person decides: BSH [S10]",
                "chosen here; stores last, but the person decides: BSH (BSH guidance of 2020)",
            ),
            ("facts RENAL: weaker [S22]", "weaker (BC Guidelines 2023)"),
            ("facts ORDER-END: days ahead [eng]", "days ahead (chosen here)"),
            ("facts 2.4, 2.5 [S4][S3]", "BSH guideline of 2014, BrisDoc RADAR 2024"),
            ("brief G6; [S26]", "clinical pharmacology textbook"),
            ("brief G6", "chosen here"),
            ("brief T1 to T5;", "chosen here"),
            (
                "Low below 150 [eng, unsourced]; typing limits [eng]",
                "Low below 150 (chosen here, no first source found); typing limits (chosen here)",
            ),
            ("[2nd S37]", "seen in a summary only, summaries of ESPEN and BOMSS"),
            ("a number [of 3] stays", "a number [of 3] stays"),
            ("", "chosen here"),
        ] {
            assert_eq!(named(&knowledge, source), read, "{source}");
        }
    }

    #[test]
    fn of_several_names_a_short_line_has_one() {
        let knowledge = Knowledge::built_in();
        let short = |text: &str| named_in_short(&knowledge, text);
        assert_eq!(short("facts 2.4, 2.5 [S4][S3][S15]"), "BSH guideline of 2014 and 2 more");
        assert_eq!(short("facts T3: [eng]; BSH [S10]"), "chosen here; BSH (BSH guidance of 2020)");
    }

    #[test]
    fn what_names_its_sources_itself_needs_no_references() {
        assert_eq!(
            plain("BNF and BSH 2014, quoted by others [S8][S9] (superseded [S4]); 3 weeks [eng]"),
            "BNF and BSH 2014, quoted by others (superseded); 3 weeks [eng]"
        );
        assert_eq!(plain("[ and ] stay, [so] too"), "[ and ] stay, [so] too");
    }

    #[test]
    fn every_source_has_a_name_that_fits_a_line() {
        for source in Knowledge::built_in().sources() {
            assert!((4..=52).contains(&source.short.chars().count()), "{}", source.short);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_of_a_practice_of_its_own_trips_it(text in "[\\[\\]a-z0-9,; S:ö]{0,40}") {
            let _ = named(&Knowledge::built_in(), &text);
        }
    }
}
