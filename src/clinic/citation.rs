//! References and marks in the knowledge's sources: `[S13]` by its name, `[eng]` in words (`assets/sources.ron`).

use super::knowledge::Knowledge;
use serde::{Deserialize, Serialize};

/// What was read for a reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// `S13`.
    pub id: String,
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
}
