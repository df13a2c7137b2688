//! Several signatures at once: what is signed is read in full and shown, then signed on a thread of its own.

use super::super::effect::Effect;
use super::super::screens::{Screen, Signing};
use super::Session;
use crate::clinic::audit::What;
use crate::clinic::cosign::Shown;
use crate::clinic::entry::{EntryId, PatientId};

impl Session {
    /// Reads what waits in these charts, and shows it in full.
    pub(super) fn to_sign(&self, wanted: &[(PatientId, EntryId)]) -> Vec<Effect> {
        let Some(store) = &self.store else { return Vec::new() };
        let people = &store.settings().people;
        let read = |(patient, entry): &(PatientId, EntryId)| Shown::of(&store.chart(*patient).ok()?, *entry, people);
        let all: Vec<Shown> = wanted.iter().filter_map(read).collect();
        self.note(What::Listed, None, format!("{} to be signed at once", all.len()));
        let unread = wanted.len() - all.len();
        vec![Effect::Push(Box::new(Screen::Signing(Signing::new(all, unread))))]
    }
}
