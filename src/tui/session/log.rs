//! The audit log of the screens: noted at once, written behind them, read for its own screen. And the seals of the chart
//! that is shown.

use super::super::effect::{Effect, Noted};
use super::super::screens::TextPage;
use super::Session;
use crate::clinic::audit::{Event, What, month_page};
use crate::clinic::entry::PatientId;
use crate::clock::Clock;
use crate::store::{Audit, Store, Wanted};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use std::rc::Rc;

/// The screen reads so many lines at most, of so many days; the command line reads all.
const MOST: usize = 2000;
const DAYS: u64 = 92;

impl Session {
    /// Keeps a log of the practice that is open now.
    pub(super) fn keep_log(&mut self) {
        let clock = self.begin.clock;
        let Some(store) = &mut self.store else { return };
        by_the_machine(store, clock);
        store.audit_behind();
        if !std::mem::replace(&mut self.has_begun, true) {
            self.note(What::Began, None, String::new());
        }
        // Today is what is seen first by whoever comes in.
        self.note(What::Listed, None, "who is due".to_owned());
    }

    /// Puts failed tries to sign in into the log, of this program and of others that ended before they could. While encrypted
    /// records are shut they wait on the disk.
    pub(super) fn tell_failed(&mut self) {
        let store = match &self.store {
            Some(store) => store.clone(),
            None => {
                let Ok(store) = self.locked_store() else { return };
                by_the_machine(&store, self.begin.clock);
                store
            }
        };
        self.counted(|counter, desk| counter.tell(desk, &store));
    }

    /// Notes what happened now, in the name of who sits here.
    pub fn note(&self, what: What, patient: Option<PatientId>, detail: String) {
        let Some(store) = &self.store else { return };
        let event = Event::new(self.begin.clock.now(), &self.app.ctx.author, what);
        store.note(Event { patient, detail, ..event });
    }

    pub(super) fn note_what(&self, noted: Noted) {
        let (now, Some(store)) = (self.begin.clock.now(), &self.store) else { return };
        match noted {
            Noted::Stopped(patient, stop) => store.note(Event::near_miss(now, patient, &stop)),
            Noted::Did(what, patient, detail) => self.note(what, patient, detail),
        }
    }

    /// Notes that a patient's chart comes onto the screen, unless it is there already.
    pub(super) fn saw(&self, patient: PatientId, detail: &str) {
        if !self.app.is_shown(patient) {
            self.note(What::Opened, Some(patient), detail.to_owned());
        }
    }

    /// Returns the log where something waits to be written, once at a time: for a thread of its own.
    #[must_use]
    pub fn to_log(&mut self) -> Option<Audit> {
        let audit = self.store.as_ref()?.audit()?;
        let is_wanted = !self.is_logging && audit.is_waiting();
        self.is_logging |= is_wanted;
        is_wanted.then(|| audit.clone())
    }

    /// What waited is in the log, or could not be written.
    pub fn logged(&mut self) {
        self.is_logging = false;
    }

    /// Writes what waits, here and now.
    pub fn settle_log(&self) {
        if let Some(audit) = self.store.as_ref().and_then(|store| store.audit()) {
            audit.settle();
        }
    }

    /// Reads the log for its screen, of the last three months.
    pub(super) fn load_log(&mut self, patient: Option<PatientId>) -> Vec<Effect> {
        self.settle_log();
        let Some(store) = &self.store else { return Vec::new() };
        let chart = patient.and_then(|id| self.app.ctx.patient(id));
        let joined = chart.iter().flat_map(|p| p.chart.joined().iter().map(|j| j.id));
        let patients = patient.into_iter().chain(joined).collect();
        let from = self.begin.clock.really().date_naive().checked_sub_days(Days::new(DAYS));
        let (lines, problems) = store.log(&Wanted { patients, from, most: Some(MOST), ..Wanted::default() });
        self.note(What::Listed, patient, "the audit log".to_owned());
        self.app.show_log(patient, lines);
        if let Some(problem) = problems.first() {
            self.app.say(problem.to_string());
        }
        Vec::new()
    }

    /// Reads the near misses of a month, of all patients, whatever the screen shows of the log.
    pub(super) fn load_month(&mut self, day: NaiveDate) -> Vec<Effect> {
        self.settle_log();
        let (Some(store), Some(from)) = (&self.store, day.with_day(1)) else { return Vec::new() };
        let to = from.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt());
        let wanted = Wanted { from: Some(from), to, what: Some(What::NearMiss), ..Wanted::default() };
        let (lines, problems) = store.log(&wanted);
        let events: Vec<_> = lines.into_iter().map(|line| line.event).collect();
        let practice = store.practice();
        let lines = month_page(&events, from, &practice.settings.name, &practice.knowledge);
        let left_out = problems.iter().map(|problem| format!("Left out: {problem}"));
        self.show(TextPage::new("Near misses", lines.into_iter().chain(left_out).collect()));
        Vec::new()
    }

    /// Looks at the seals of the chart that the screen is about, where it is another one than when that was done last.
    pub(super) fn prove_shown(&mut self) {
        let Some(patient) = self.app.shown_patient() else { return };
        let is_known = self.app.ctx.proven.as_ref().is_some_and(|(known, _)| Rc::ptr_eq(known, &patient));
        if let Some(store) = self.store.as_ref().filter(|_| !is_known) {
            let marks = store.marks(&patient.chart);
            self.app.ctx.proven = Some((patient, marks));
        }
    }
}

/// The log goes by the machine's clock, whatever day is pretended.
fn by_the_machine(store: &Store, clock: Clock) {
    if matches!(clock, Clock::Day(_)) {
        store.pretend(|| Clock::Machine.now());
    }
}
