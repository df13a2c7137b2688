//! The page of rules: how often each asks now, and how often it was answered with a reason, over all charts.

use super::TextPage;
use crate::clinic::practice::Practice;
use crate::clinic::rule::Rule;
use crate::clinic::tally::Count;
use crate::clinic::words;
use crate::tui::keymap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The page's title, by which its numbers find it.
pub(in crate::tui) const TITLE: &str = "Rules";

/// So many of the newest reasons are shown of each rule.
const REASONS: usize = 2;

/// The width of a rule's id and name, so that a line fits 80 columns.
const RULE: usize = 48;

const FOR: &str = "A warning that is always answered is a defect: people stop reading it, and miss the one that \
                   matters. Where a rule is answered far more often than it leads to a change, let whoever answers \
                   for your protocols look at it.";

/// Returns the page while the charts are read.
pub(super) fn reading() -> TextPage {
    TextPage::new(TITLE, vec![FOR.to_owned(), String::new(), "Reading the charts…".to_owned()])
}

/// Returns its lines once every chart was asked; `left_out` charts could not be read.
pub(in crate::tui) fn lines(practice: &Practice, counts: &BTreeMap<String, Count>, left_out: usize) -> Vec<String> {
    let mut lines = vec![FOR.to_owned(), String::new()];
    if left_out > 0 {
        let charts = words::plural(left_out as i64, "chart");
        let which = keymap::told("{text.back}, then {today.problems}, says which.");
        lines.push(format!("Not counted: {charts} that could not be read. {which}"));
        lines.push(String::new());
    }
    let rules = practice.knowledge.rules();
    let mut counted: Vec<(&Rule, &Count)> = rules
        .iter()
        .filter_map(|rule| Some((rule, counts.get(&rule.id)?)))
        .filter(|(_, count)| !count.is_nothing())
        .collect();
    counted.sort_by_key(|(_, count)| Reverse((count.reasons(), count.open)));
    if counted.is_empty() {
        lines.push("No rule asks anything now, and none was ever answered with a reason.".to_owned());
        return lines;
    }
    lines.push(row("Rule", "", ["Open now", "Answered", "Reasons"].map(str::to_owned)));
    for (rule, count) in &counted {
        lines.push(row(&rule.id, &rule.name, [count.open, count.quiet, count.reasons()].map(|n| n.to_string())));
        lines.extend(count.given.iter().take(REASONS).map(|given| format!("      {given}")));
    }
    lines.extend([
        String::new(),
        "Open now: charts in which it asks. Answered: charts in which a reason keeps it quiet.".to_owned(),
        "Reasons: how often one was given, also at a dose or for a plan; the newest stand below the rule.".to_owned(),
        format!("{} other rules ask nothing now, and nobody had to answer them.", rules.len() - counted.len()),
    ]);
    lines
}

fn row(id: &str, name: &str, [open, quiet, reasons]: [String; 3]) -> String {
    let rule = format!("{id:<5} {name}");
    format!("{rule:<RULE$}{open:>9}{quiet:>10}{reasons:>9}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::knowledge::Knowledge;

    #[test]
    fn the_columns_of_every_rule_stand_below_each_other_on_the_smallest_screen() {
        for rule in Knowledge::built_in().rules() {
            let row = row(&rule.id, &rule.name, ["1", "20", "300"].map(str::to_owned));
            assert_eq!((row.chars().count(), row.ends_with("        1        20      300")), (76, true), "{row}");
        }
    }
}
