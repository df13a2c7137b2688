//! Which keys are the practice's. Whoever may write into the folder can put a key of his own beside the practice's, and seal
//! with it what he likes. A workstation that was apart made one too, and it can read the others: it says so with a line
//! that is tagged with theirs. A key is believed that is this workstation's own, or that such a line vouches for.

use super::super::seals::{Key, Keys};
use super::write::Known;
use crate::clinic::audit::{Event, What};
use std::collections::BTreeSet;

/// Who vouches for whom, by the names of the keys.
#[derive(Default)]
pub(super) struct Vouched(BTreeSet<(String, String)>);

impl Vouched {
    /// Takes what a line says that this key proves.
    pub(super) fn add(&mut self, by: &Key, event: &Event) {
        if event.what == What::Vouched {
            self.0.insert((by.name(), event.detail.clone()));
        }
    }

    /// Returns the names of the keys that are believed where this one is.
    pub(super) fn from(&self, own: String) -> BTreeSet<String> {
        let mut believed = BTreeSet::from([own]);
        loop {
            let more = self.0.iter().filter(|(by, of)| believed.contains(by) && !believed.contains(of));
            let more: Vec<_> = more.map(|(_, of)| of.clone()).collect();
            if more.is_empty() {
                return believed;
            }
            believed.extend(more);
        }
    }
}

/// Returns the lines that say to those who know another key that this workstation has its own.
pub(super) fn due(keys: &Keys, known: &Known, with: &Event) -> Vec<(Key, Event)> {
    let is_due = |key: &&Key| key.name() != known.key && !known.vouched.contains(&key.name());
    let said = || Event::new(with.at, "", What::Vouched).with(&known.key);
    keys.all.iter().filter(is_due).map(|key| (key.clone(), said())).collect()
}
