//! Charts read and entries recorded for the screens: a prompt closes only when its entry is on the disk.

use super::super::effect::{After, Effect, Job, LinkJob, Then};
use super::Session;
use crate::clinic::entry::PatientId;
use crate::store::StoreError;

impl Session {
    pub(super) fn load(&mut self, patient: PatientId, then: Then) -> Vec<Effect> {
        if let (Then::Resume(kind, values), true) = (&then, patient.0.0 == 0) {
            self.app.resume_without_patient(*kind, values.clone());
            return Vec::new();
        }
        let Some(store) = &self.store else { return Vec::new() };
        match store.chart(patient) {
            Ok(chart) => {
                match &then {
                    Then::Peek => {}
                    Then::Chart => self.saw(chart.id, ""),
                    Then::Prompt(kind) | Then::Resume(kind, _) => self.saw(chart.id, kind.title()),
                }
                self.app.loaded(chart, then)
            }
            Err(error) => {
                self.app.say(error.to_string());
                Vec::new()
            }
        }
    }

    pub(super) fn load_pair(&mut self, older: PatientId, newer: PatientId, alone: bool) -> Vec<Effect> {
        let Some(store) = &self.store else { return Vec::new() };
        let read = |id| if alone { store.chart_alone(id) } else { store.chart(id) };
        match (read(older), read(newer)) {
            (Ok(older), Ok(newer)) => {
                [older.id, newer.id].into_iter().for_each(|id| self.saw(id, "side by side"));
                // The banner of a prompt on the pair shows the patient as a whole.
                let whole = store.chart(older.id);
                let peeked = whole.map(|whole| self.app.loaded(whole, Then::Peek)).unwrap_or_default();
                peeked.into_iter().chain(self.app.paired(older, newer)).collect()
            }
            (Err(error), _) | (_, Err(error)) => {
                self.app.say(error.to_string());
                Vec::new()
            }
        }
    }

    pub(super) fn link(&mut self, job: &LinkJob) -> Vec<Effect> {
        let now = self.begin.clock.now();
        let Some(store) = &self.store else { return Vec::new() };
        let (pair, author) = ((job.older, job.newer), &self.app.ctx.author);
        let said = if job.although_apart {
            store.link_although_apart(pair, job.link, &job.why, author, now)
        } else {
            store.link(pair, job.link, &job.why, author, now)
        };
        match said {
            Ok(done) => {
                let effects = self.app.linked(job, done.chart, done.left.map(|e| e.to_string()));
                self.verify();
                effects
            }
            Err(error) => self.failed(&error),
        }
    }

    pub(super) fn record(&mut self, job: &Job) -> Vec<Effect> {
        let now = self.begin.clock.now();
        let author = self.app.ctx.author.clone();
        self.overtaken();
        let Some(store) = &mut self.store else { return Vec::new() };
        // What was checked must be what is there: two nurses may have the same patient open.
        let saved = match job.patient {
            Some(patient) => store.record_seen(patient, job.seen, job.acts.clone(), &author, now),
            None => store.new_patient(job.acts.clone(), &author, now),
        };
        match (saved, job.patient) {
            (Ok((chart, _)), _) => {
                self.remember_lot(job);
                self.app.recorded(job, chart)
            }
            (Err(StoreError::Meanwhile { .. }), Some(patient)) => match store.chart(patient) {
                Ok(chart) => self.app.meanwhile(chart),
                Err(error) => self.failed(&error),
            },
            (Err(error @ StoreError::Unconfirmed { .. }), _) => self.unconfirmed(job, &error),
            (Err(error), _) => self.failed(&error),
        }
    }

    pub(super) fn failed(&mut self, error: &StoreError) -> Vec<Effect> {
        self.app.failed(error.to_string());
        Vec::new()
    }

    /// It was written and not confirmed: the prompt closes, so that nobody records it twice, and the doubt is said.
    pub(super) fn unconfirmed(&mut self, job: &Job, error: &StoreError) -> Vec<Effect> {
        // A new patient has only the name that the chart's file has.
        let named = || error.path().file_stem()?.to_str()?.parse().ok();
        let patient: Option<PatientId> = job.patient.or_else(named);
        let chart = self.store.as_ref().zip(patient).and_then(|(store, patient)| store.chart(patient).ok());
        let Some(chart) = chart.filter(|c| c.entries().len() > job.seen) else { return self.failed(error) };
        // No prompt follows, on which the doubt would stand as if it were about that one.
        let effects = self.app.recorded(&Job { after: After::Back, ..job.clone() }, chart);
        self.app.say(error.to_string());
        effects
    }

    /// A lot that was typed is offered from now on. That it could not be kept harms nothing: it is typed again.
    pub(super) fn remember_lot(&mut self, job: &Job) {
        let today = self.app.ctx.today();
        let Some((lot, store)) = job.lot.clone().zip(self.store.as_mut()) else { return };
        if store.settings().lots.first() != Some(&lot) && store.change_settings(|s| s.use_lot(lot, today)).is_ok() {
            self.app.ctx.practice = store.practice().clone();
        }
    }
}
