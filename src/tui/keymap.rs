//! The one table of actions: `assets/keys.ron` says which key does what where. Dispatch, footer and help read it.

use super::input::Key;
use crate::clinic::knowledge;
use crate::clinic::todo::Step;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Everything that a key can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "assets/keys.ron has a help sentence for each")]
pub enum Action {
    Give,
    Checkpoint,
    NotGiven,
    Open,
    Order,
    MoveOn,
    Review,
    Change,
    Acknowledge,
    Cosign,
    Mark,
    MarkAll,
    Renew,
    Encounter,
    Letter,
    Sheet,
    OtherDay,
    ToSign,
    Amend,
    Doubles,
    Join,
    Part,
    LookAt,
    Identity,
    Triage,
    NewPatient,
    Search,
    Show,
    Patients,
    Settings,
    People,
    Lock,
    Switch,
    Recover,
    Problems,
    Rules,
    Audit,
    Exchange,
    PutAway,
    OnlyPatient,
    OnlyBy,
    Month,
    Back,
    Help,
    Quit,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Accept,
    Left,
    Right,
    ZoomIn,
    ZoomOut,
    ToToday,
    NextTab,
    PreviousTab,
    #[serde(rename = "tab_1")]
    Tab1,
    #[serde(rename = "tab_2")]
    Tab2,
    #[serde(rename = "tab_3")]
    Tab3,
    #[serde(rename = "tab_4")]
    Tab4,
    #[serde(rename = "tab_5")]
    Tab5,
    SaveHtml,
    SaveText,
    PrintOut,
    Browse,
    Erase,
    Why,
    Units,
    Sign,
    NextField,
    PreviousField,
    Cancel,
}

impl From<Step> for Action {
    fn from(step: Step) -> Self {
        match step {
            Step::Acknowledge => Self::Acknowledge,
            Step::Amend => Self::Amend,
            Step::Change => Self::Change,
            Step::Checkpoint => Self::Checkpoint,
            Step::Cosign => Self::Cosign,
            Step::EndPhase => Self::MoveOn,
            Step::Order => Self::Order,
            Step::Renew => Self::Renew,
            Step::Review => Self::Review,
            Step::Same => Self::Doubles,
            Step::Triage => Self::Triage,
        }
    }
}

/// Where a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the screens' own names")]
pub enum Place {
    Start,
    Today,
    Patients,
    Search,
    Chart,
    Same,
    Waiting,
    /// Several decisions in full, before they are signed at once.
    Signing,
    Prompt,
    Ask,
    Text,
    Paper,
    Audit,
    Exchange,
    ExchangeLine,
    Columns,
    Weighed,
    TakenIn,
    Help,
    SignIn,
    /// The lock where nobody has a secret.
    Hidden,
    People,
    /// The recovery key, until it is written down.
    KeyPage,
}

/// The groups of the help, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the title below says it")]
pub enum Group {
    Work,
    Go,
    Chart,
    Prompt,
    Moving,
}

impl Group {
    /// Returns the heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Work => "The work",
            Self::Go => "Where to go",
            Self::Chart => "In the chart",
            Self::Prompt => "In a prompt",
            Self::Moving => "Moving",
        }
    }
}

/// One row of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// What it does.
    pub action: Action,
    keys: Vec<String>,
    /// The word in the footer.
    pub label: String,
    /// The sentence in the help.
    pub help: String,
    /// The help's group.
    pub group: Group,
    /// Where it works.
    pub on: Vec<Place>,
    /// Its place in the footer: 1 first; 0 is not shown there.
    pub footer: u8,
}

impl Binding {
    /// Returns the keys as a person reads them: `F2 or Ctrl-s`.
    #[must_use]
    pub fn keys(&self) -> String {
        self.keys.join(" or ").replace("BackTab", "Shift-Tab")
    }

    /// Returns the first key.
    #[must_use]
    pub fn key(&self) -> &str {
        self.keys.first().map_or("", String::as_str)
    }
}

/// The table, ready for look-up.
#[derive(Clone, Debug)]
pub struct Keymap {
    table: Vec<Binding>,
    by_key: HashMap<(Place, Key), Action>,
}

impl Keymap {
    /// Reads the built-in table.
    #[must_use]
    pub fn built_in() -> Self {
        let table: Vec<Binding> = knowledge::part("keys.ron");
        let mut by_key = HashMap::new();
        for binding in &table {
            for key in binding.keys.iter().filter_map(|k| k.parse::<Key>().ok()) {
                by_key.extend(binding.on.iter().map(|place| ((*place, key), binding.action)));
            }
        }
        Self { table, by_key }
    }

    /// Returns what a key does at a place.
    #[must_use]
    pub fn action(&self, place: Place, key: Key) -> Option<Action> {
        self.by_key.get(&(place, key)).copied()
    }

    /// Returns the key of an action at a place, for a sentence that names it; empty where it does not work there.
    #[must_use]
    pub fn key(&self, action: Action, place: Place) -> &str {
        self.table.iter().find(|b| b.action == action && b.on.contains(&place)).map_or("", Binding::key)
    }

    /// Returns the key of a step, and where it is taken if not in the chart.
    #[must_use]
    pub fn step(&self, step: Step) -> String {
        let binding = self.table.iter().find(|binding| binding.action == step.into());
        let place = if step == Step::Same { " on Today" } else { "" };
        format!("{}{place}", binding.map_or("", Binding::key))
    }

    /// Returns a place's rows for the footer, the most wanted first.
    #[must_use]
    pub fn footer(&self, place: Place) -> Vec<&Binding> {
        let mut rows: Vec<_> = self.table.iter().filter(|b| b.footer > 0 && b.on.contains(&place)).collect();
        rows.sort_by_key(|b| b.footer);
        rows
    }

    /// Returns a place's rows for the help, by group.
    #[must_use]
    pub fn help(&self, place: Place) -> Vec<&Binding> {
        let mut rows: Vec<_> = self.table.iter().filter(|b| b.on.contains(&place)).collect();
        rows.sort_by_key(|b| b.group);
        rows
    }

    /// Returns the whole table.
    #[must_use]
    pub fn table(&self) -> &[Binding] {
        &self.table
    }
}

/// Returns a sentence with the keys of the actions that it names by place and action, as the table does: `{prompt.sign} again
/// signs`. So no sentence spells a key that the table has.
#[must_use]
pub fn told(sentence: &str) -> String {
    static KEYS: OnceLock<HashMap<String, String>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        let named = |binding: &Binding, place: Place| {
            let name = format!("{}.{}", ron::to_string(&place).ok()?, ron::to_string(&binding.action).ok()?);
            Some((name, binding.key().to_owned()))
        };
        let table = Keymap::built_in().table;
        table.iter().flat_map(|b| b.on.iter().filter_map(|place| named(b, *place)).collect::<Vec<_>>()).collect()
    });
    let (mut told, mut rest) = (String::new(), sentence);
    while let Some((head, after)) = rest.split_once('}') {
        let key = head.rsplit_once('{').and_then(|(before, name)| Some((before, keys.get(name)?)));
        match key {
            Some((before, key)) => told.extend([before, key]),
            // What names no action is what somebody wrote.
            None => told.extend([head, "}"]),
        }
        rest = after;
    }
    told + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_and_every_key_is_a_key() {
        let map = Keymap::built_in();
        assert!(map.table.len() > 30);
        for binding in &map.table {
            assert!(binding.keys.iter().all(|k| k.parse::<Key>().is_ok()), "{:?}", binding.keys);
            assert!(!binding.help.is_empty() && !binding.label.is_empty());
        }
    }

    #[test]
    fn every_step_that_a_sentence_names_has_a_key() {
        let (map, knowledge) = (Keymap::built_in(), knowledge::Knowledge::built_in());
        let key = |step: Step, _: &str| map.step(step);
        assert!(
            Step::ALL.into_iter().all(|(step, name)| key(step, name).len() == 1 || key(step, name) == "D on Today")
        );
        for rule in knowledge.rules() {
            for todo in [Some(&rule.todo), rule.todo_harder.as_ref()].into_iter().flatten() {
                let told = todo.told("press ", key);
                assert!(!told.contains(['{', '}']), "{told}");
            }
        }
        assert_eq!(knowledge.rule("E1").todo.told("press ", key).split('.').next(), Some("Review first: press r"));
    }

    #[test]
    fn a_sentence_takes_its_keys_from_the_table() {
        assert_eq!(told("{prompt.sign} again signs; {hidden.lock} {typed}"), "F2 again signs; {hidden.lock} {typed}");
        assert_eq!(told("{same.join}: one patient, {same.part}: two people"), "s: one patient, t: two people");
        assert_eq!(told("} {odd {chart.tab_5} {"), "} {odd 5 {");
        assert_eq!(told("{chart.tab_5} and {today.problems}"), "5 and f");
    }

    #[test]
    fn no_key_does_two_things_at_one_place() {
        let mut seen = HashMap::new();
        for binding in Keymap::built_in().table {
            for key in &binding.keys {
                for place in &binding.on {
                    let before = seen.insert((*place, key.clone()), binding.action);
                    assert_eq!(before, None, "{key} on {place:?}");
                }
            }
        }
    }
}
