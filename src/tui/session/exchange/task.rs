//! What takes a while, done on a thread of its own: read, weighed, taken over, undone, written; several signatures.

use super::{Doing, STEP, TOLD, Task, TaskDone};
use crate::clinic::agenda;
use crate::clinic::audit::{Event, What};
use crate::clinic::intake::{Counts, Import, Parcel, Ruling, Weighed};
use crate::clinic::words;
use crate::exchange::{csv, fhir, ics};
use crate::store::Problem;
use crate::store::disk::Real;
use crate::transfer;
use crate::tui::exchange::{Came, Form, Source, Written};
use crate::tui::keymap;
use crate::tui::session::Checked;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Task {
    /// Returns the folder of the practice that it works on.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.store.dir()
    }

    /// Does it and returns what came of it; `tell` hears how far it is.
    pub fn run(self, tell: &mut dyn FnMut(TaskDone)) -> TaskDone {
        let done = match &self.what {
            Doing::Read(path, form) => (self.read(path, *form, tell), false),
            Doing::Weigh(source, ruling) => (self.weigh(source, *ruling, tell), false),
            Doing::TakeOver(parcel, weighed, waits) => (self.take_over(parcel, weighed, *waits, tell), true),
            Doing::Made => (Came::Made(self.store.imports().0), false),
            Doing::Undo(import) => (self.undo(import, tell), true),
            Doing::Write(written, path) => (self.write(*written, path, tell), false),
            Doing::Sign(all) => {
                let mut goes_on = |done, all| self.far(done, all, tell);
                (Came::Signed(self.store.cosign_all(all, &self.by, self.at, &mut goes_on)), true)
            }
        };
        let (came, changed) = done;
        let checked = changed.then(|| Box::new(Checked::of(&self.store, self.at.date_naive())));
        let table = match (&came, &self.what) {
            (Came::Table(_, table, _), Doing::Read(path, _)) => Some((path.clone(), Arc::clone(table))),
            _ => self.table,
        };
        TaskDone::Done(came, checked, table)
    }

    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    fn far(&self, done: usize, all: usize, tell: &mut dyn FnMut(TaskDone)) -> bool {
        if done.is_multiple_of(STEP) {
            tell(TaskDone::Far(done, all));
        }
        self.goes_on()
    }

    fn read(&self, path: &Path, form: Form, tell: &mut dyn FnMut(TaskDone)) -> Came {
        let (practice, today) = (self.store.practice(), self.at.date_naive());
        if form == Form::Hl7 {
            let reports = match transfer::reports(&Real, path) {
                Ok(reports) => reports,
                Err(words) => return Came::Failed(words),
            };
            return match reports.unknown(practice).into_iter().next() {
                Some(unknown) => Came::Unknown(path.to_owned(), Box::new(unknown)),
                None => {
                    let source = Source::Parcel(Arc::new(reports.parcel(practice, today)), true);
                    self.weigh(&source, Ruling::default(), tell)
                }
            };
        }
        let (bytes, file) = match transfer::bytes(&Real, path) {
            Ok(bytes) => (bytes, transfer::name(path)),
            Err(words) => return Came::Failed(words),
        };
        match form {
            Form::Csv => match csv::Table::of_bytes(&bytes) {
                Ok(table) => {
                    let before = transfer::as_before(&self.store, &table).map(Box::new);
                    Came::Table(file, Arc::new(table), before)
                }
                Err(words) => Came::Failed(format!("{file}: {words}")),
            },
            _ => {
                let parcel = transfer::parcel(&bytes, &file, practice, today);
                self.weigh(&Source::Parcel(Arc::new(parcel), true), Ruling::default(), tell)
            }
        }
    }

    /// Writes everybody who is in the lists, in order of the numbers, into a file that is this account's alone.
    fn write(&self, written: Written, path: &Path, tell: &mut dyn FnMut(TaskDone)) -> Came {
        let today = self.at.date_naive();
        let patients = transfer::everybody(&self.store.roll(today).roll);
        let what = match written {
            Written::Csv(sheet) => transfer::What::Csv(sheet, agenda::DUE_DAYS),
            Written::Fhir => transfer::What::Fhir(fhir::How::new(fhir::Kind::Collection, self.at)),
            Written::Calendar => transfer::What::Ics(ics::Look::default()),
        };
        let all = patients.len();
        let done = transfer::to_file(&self.store, &what, &patients, today, path, &mut |n| self.far(n, all, tell));
        match done {
            Ok(Some(transfer::Done { count, problems: left, lacks })) => {
                let event = Event::new(self.at, &self.by, What::Exported);
                transfer::note_export(&self.store, event, what.called(), &patients, false, Some(path));
                let mut said = vec![format!("Written: {}, {}.", path.display(), what.counted(count))];
                if !left.is_empty() {
                    said.push(format!("NOT written: {}.", words::plural(left.len() as i64, "patient")));
                }
                said.extend(problems(&left));
                said.extend(lacks);
                said.extend(transfer::too_large(path));
                Came::Done(said)
            }
            Ok(None) => Came::Failed("Stopped; no file was written.".to_owned()),
            Err(words) => Came::Failed(words),
        }
    }

    fn weigh(&self, source: &Source, ruling: Ruling, tell: &mut dyn FnMut(TaskDone)) -> Came {
        let today = self.at.date_naive();
        let parcel = match source {
            Source::Parcel(parcel, _) => Arc::clone(parcel),
            Source::Table { file, table, mapping } => {
                transfer::remember(&self.store, table, mapping);
                Arc::new(csv::read(table, mapping, self.store.practice(), today, file))
            }
        };
        let all = parcel.pieces.len();
        let weighed = self.store.weigh(&parcel, ruling, today, &mut |done| self.far(done, all, tell));
        if self.goes_on() {
            Came::Weighed(parcel, Arc::new(weighed), matches!(source, Source::Parcel(_, true)))
        } else {
            Came::Failed("Stopped; nothing was recorded.".to_owned())
        }
    }

    fn take_over(&self, parcel: &Parcel, weighed: &Weighed, waits: bool, tell: &mut dyn FnMut(TaskDone)) -> Came {
        let mut goes_on = |done, all| self.far(done, all, tell);
        let (taken, waiting) =
            transfer::take_over(&self.store, (parcel, weighed), waits, (&self.by, self.at), &mut goes_on);
        let Counts { held, refused, .. } = weighed.counts();
        let not = if held + refused > 0 { format!("; {} not recorded", held + refused) } else { String::new() };
        let mut said = vec![
            format!("{}: recorded.", parcel.file),
            String::new(),
            format!(
                "{} entered, {} added to, {}{not}.",
                words::plural(taken.entered as i64, "patient"),
                words::plural(taken.added_to as i64, "chart"),
                words::plural(taken.entries as i64, "entry")
            ),
        ];
        if taken.not_reached > 0 {
            said.push(format!(
                "Stopped before {}: the same file again takes the rest.",
                words::plural(taken.not_reached as i64, "patient")
            ));
        }
        match waiting {
            0 => {}
            1 => said.push("1 piece waits for a person: What waits.".to_owned()),
            n => said.push(format!("{n} pieces wait for a person: What waits.")),
        }
        if let Some((path, table)) = &self.table {
            match transfer::left(table, (parcel, weighed), path, self.at.date_naive()) {
                Ok(Some(path)) => said.push(format!("To mend and read again: {}", path.display())),
                Ok(None) => {}
                Err(words) => said.push(words),
            }
        }
        if taken.to_sign {
            said.push(keymap::told("Plans wait for the prescriber's signature: {today.to_sign} on Today."));
        }
        if taken.import.is_some() {
            said.push(keymap::told("To undo all of it: What was taken in, then {taken_in.put_away}."));
        }
        said.extend(problems(&taken.problems));
        Came::Done(said)
    }

    fn undo(&self, import: &Import, tell: &mut dyn FnMut(TaskDone)) -> Came {
        let mut goes_on = |done, all| self.far(done, all, tell);
        let undone = transfer::undo(&self.store, import.id, (&self.by, self.at), &mut goes_on);
        let (entries, charts) =
            (words::plural(undone.entries as i64, "entry"), words::plural(undone.charts as i64, "chart"));
        let mut said = vec![format!("{}: {entries} struck out in {charts}.", import.file)];
        if undone.not_reached > 0 {
            said.push(format!("Stopped before {}.", words::plural(undone.not_reached as i64, "chart")));
        }
        if !undone.kept.is_empty() {
            said.push("Left as they are, as somebody recorded in them since, or a prescriber signed; strike out there by hand:".to_owned());
            let who = |id: &crate::clinic::entry::PatientId| {
                let chart = self.store.chart(*id).ok();
                chart.and_then(|c| c.person().map(|p| format!("  {} #{}", p.name(), p.number))).unwrap_or_default()
            };
            said.extend(undone.kept.iter().take(TOLD).map(who));
        }
        said.extend(problems(&undone.problems));
        Came::Done(said)
    }
}

fn problems(all: &[Problem]) -> Vec<String> {
    let mut said: Vec<_> = all.iter().take(TOLD).map(ToString::to_string).collect();
    if all.len() > TOLD {
        said.push(format!("… and {} more: f on Today names the files.", all.len() - TOLD));
    }
    said
}
