//! What is half typed: kept at each key, offered again when the same prompt is opened, and at the next start.

use super::super::effect::{Draft, Effect, PromptKind};
use super::super::prompts::BEGUN;
use super::super::screens::Ask;
use super::Session;
use crate::clinic::entry::PatientId;
use crate::store::{Store, drafts};
use chrono::{DateTime, FixedOffset};
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

    /// Offers everything that was left, each in its turn. Before there is a practice that can only be one half set up.
    pub(super) fn offer_drafts(&mut self) {
        let is_first = self.store.is_none();
        for left in self.left_over().into_iter().rev() {
            let Some(kind) = PromptKind::named(&left.prompt) else { continue };
            if (kind == PromptKind::Practice) != is_first || self.is_open(kind, left.patient) {
                continue;
            }
            if let Some((draft, who, at)) = self.taken_up(kind, left) {
                self.app.ask_about(Ask::about_left_over(draft, &who, at));
            }
        }
    }

    /// Offers what was left in a prompt that has just been opened anew.
    pub(super) fn offer_draft(&mut self, kind: PromptKind, patient: Option<PatientId>) -> Vec<Effect> {
        let is_it = |draft: &drafts::Draft| draft.prompt == kind.name() && draft.patient == patient;
        let left: Vec<_> = self.left_over().into_iter().filter(is_it).collect();
        if let Some((draft, who, at)) = left.into_iter().find_map(|left| self.taken_up(kind, left)) {
            self.app.ask_about(Ask::about_left_before(draft, &who, at));
        }
        Vec::new()
    }

    /// Reads what was left, and names what of it cannot be read.
    fn left_over(&mut self) -> Vec<drafts::Draft> {
        let Some(state) = self.begin.places.state.as_deref() else { return Vec::new() };
        let (left, problems) = drafts::load_with_problems(&*self.disk, state);
        let fresh = problems.iter().map(ToString::to_string).filter(|one| !self.unread_drafts.contains(one));
        let fresh: Vec<_> = fresh.collect();
        self.app.ctx.problems.extend(fresh.iter().cloned());
        self.unread_drafts.extend(fresh);
        left
    }

    /// Returns a draft of whoever sits here as a question has it: what was typed, on whom, and when.
    fn taken_up(&self, kind: PromptKind, left: drafts::Draft) -> Option<(Draft, String, DateTime<FixedOffset>)> {
        let left = self.own(self.begin.places.state.as_deref()?, left)?;
        let who = left.patient.and_then(|id| self.app.ctx.row(id)).map(|r| r.name.clone()).unwrap_or_default();
        let mut fields = left.fields;
        fields.entry(BEGUN.to_owned()).or_insert_with(|| left.at.date_naive().to_string());
        Some((Draft { kind, patient: left.patient, fields }, who, left.at))
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
