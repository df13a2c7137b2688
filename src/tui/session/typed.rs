//! What is half typed: kept at each key, offered again at the next start.

use super::super::effect::{Draft, Effect, PromptKind};
use super::super::prompts::BEGUN;
use super::super::screens::Ask;
use super::Session;
use crate::clinic::entry::PatientId;
use crate::store::{Store, drafts};
use std::path::Path;

impl Session {
    pub(super) fn keep_draft(&mut self, draft: &Draft) -> Vec<Effect> {
        if let Some(state) = &self.begin.places.state {
            let kept = drafts::Draft {
                prompt: draft.kind.name().to_owned(),
                patient: draft.patient,
                by: self.app.ctx.author.clone(),
                at: self.app.ctx.now,
                fields: draft.fields.clone(),
            };
            // Nothing is lost yet while the prompt is open; the next key tries again.
            // Nor does it lie about plain, where the practice was encrypted at another workstation meanwhile.
            let may_write = self.store.as_ref().map_or(Ok(()), Store::may_write);
            let failed = may_write.and_then(|()| self.drafts.keep(state, kept)).err();
            self.app.kept(failed.map(|error| error.in_short()));
        }
        Vec::new()
    }

    pub(super) fn drop_draft(&mut self, prompt: &str, patient: Option<PatientId>) -> Vec<Effect> {
        if let Some(state) = &self.begin.places.state {
            let _ = self.drafts.forget(state, prompt, patient, &self.app.ctx.author);
            self.app.kept(None);
        }
        Vec::new()
    }

    pub(super) fn offer_drafts(&mut self) {
        let Some(state) = self.begin.places.state.clone() else { return };
        let (left, problems) = drafts::load_with_problems(&*self.disk, &state);
        self.unread_drafts = problems.iter().map(ToString::to_string).collect();
        self.app.ctx.problems.extend(self.unread_drafts.iter().cloned());
        for left in left.into_iter().rev() {
            let Some(kind) = PromptKind::named(&left.prompt) else { continue };
            let Some(left) = self.own(&state, left).filter(|left| !self.is_open(kind, left.patient)) else { continue };
            let who = left.patient.and_then(|id| self.app.ctx.row(id)).map(|r| r.name.clone()).unwrap_or_default();
            let mut fields = left.fields;
            fields.entry(BEGUN.to_owned()).or_insert_with(|| left.at.date_naive().to_string());
            let draft = Draft { kind, patient: left.patient, fields };
            self.app.ask_about(Ask::about_left_over(draft, &who, left.at));
        }
    }

    /// Each draft is its author's. Where nobody signs in whoever sits here is the author, also under another name than before.
    fn own(&self, state: &Path, left: drafts::Draft) -> Option<drafts::Draft> {
        let author = &self.app.ctx.author;
        if left.by == *author {
            return Some(left);
        }
        if self.app.ctx.practice.settings.sign_in() {
            return None;
        }
        let own = drafts::Draft { by: author.clone(), ..left.clone() };
        if drafts::save(&*self.disk, state, &own).is_ok() {
            let _ = drafts::remove(&*self.disk, state, &left);
        }
        Some(own)
    }
}
