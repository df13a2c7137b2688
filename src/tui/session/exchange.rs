//! The screen of exchange: what is quick is done at once, what takes a while on a thread of its own, which says how far it is
//! and can be stopped.

use super::super::effect::Effect;
use super::super::exchange::{Came, Form, Named, Source, Wish, Written};
use super::{Checked, Session};
use crate::clinic::audit::{Event, What};
use crate::clinic::entry::Act;
use crate::clinic::intake::{Import, Outcome, Parcel, Weighed};
use crate::clinic::practice::LabCode;
use crate::clinic::words;
use crate::exchange::hl7::Unknown;
use crate::exchange::{csv, fhir, ics};
use crate::store::disk::Real;
use crate::store::{Problem, Store};
use crate::transfer;
use chrono::{DateTime, FixedOffset, Local};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many files of a folder are shown, the newest.
const MOST_FILES: usize = 500;
/// How far it is is said after so many steps.
const STEP: usize = 20;
/// The list of who is due looks so many days ahead.
const DUE_DAYS: i64 = 28;
/// So many problems are told.
const TOLD: usize = 8;

/// What takes a while.
pub struct Task {
    what: Doing,
    store: Store,
    by: String,
    at: DateTime<FixedOffset>,
    stop: Arc<AtomicBool>,
}

enum Doing {
    Read(PathBuf, Form),
    Weigh(Source, bool),
    TakeOver(Arc<Parcel>, Arc<Weighed>, bool),
    Made,
    Undo(Box<Import>),
    Write(Written, PathBuf),
}

/// What came of a task.
pub enum TaskDone {
    /// How far it is.
    Far(usize, usize),
    /// It is done; where charts changed, with all rows anew.
    Done(Came, Option<Box<Checked>>),
}

/// A task that waits for a thread, and what stops the one that runs.
#[derive(Default)]
pub(super) struct Exchanging {
    task: Option<Task>,
    stop: Option<Arc<AtomicBool>>,
}

impl Session {
    /// Does what the screen of exchange asks for.
    pub(super) fn exchange(&mut self, wish: Wish) -> Vec<Effect> {
        let done = match wish {
            Wish::List(folder) => self.listed(folder),
            Wish::Read(path, form) => return self.later(Doing::Read(path, form)),
            Wish::Weigh(source, same) => return self.later(Doing::Weigh(source, same)),
            Wish::TakeOver(parcel, weighed, waits) => return self.later(Doing::TakeOver(parcel, weighed, waits)),
            Wish::Made => return self.later(Doing::Made),
            Wish::Undo(import) => return self.later(Doing::Undo(import)),
            Wish::Stop => {
                if let Some(stop) = &self.exchanging.stop {
                    stop.store(true, Ordering::Relaxed);
                }
                return Vec::new();
            }
            Wish::Learn(path, unknown, analyte) => {
                self.learn(&unknown, analyte);
                return self.later(Doing::Read(path, Form::Hl7));
            }
            Wish::Write(written, path) => return self.later(Doing::Write(written, path)),
            Wish::WhereTo(written) => self.where_to(written),
            Wish::Unmatched => self.unmatched(),
            Wish::MatchTo(waits, patient) => self.with_store(|store, by, at| {
                let entries = store.match_to(&waits, patient, by, at)?;
                Ok(format!("Recorded: {}.", words::plural(entries as i64, "entry")))
            }),
            Wish::PutAway(waits, why) => self.with_store(|store, by, at| {
                store.put_away(&waits, &why, by, at).map_err(|e| e.to_string())?;
                Ok("Put away; its file is kept.".to_owned())
            }),
        };
        self.app.came(done)
    }

    /// Does something to what waits, then shows what still does.
    fn with_store(&mut self, act: impl FnOnce(&Store, &str, DateTime<FixedOffset>) -> Result<String, String>) -> Came {
        let at = self.begin.clock.now();
        let Some(store) = &self.store else { return Came::Failed("No practice is open.".to_owned()) };
        match act(store, &self.app.ctx.author, at) {
            Ok(words) => {
                self.verify();
                self.app.say(words);
                self.unmatched()
            }
            Err(words) => Came::Failed(words),
        }
    }

    fn unmatched(&mut self) -> Came {
        let Some(store) = &self.store else { return Came::Failed("No practice is open.".to_owned()) };
        let (all, problems) = store.unmatched();
        if let Some(problem) = problems.first() {
            self.app.say(problem.to_string());
        }
        Came::Unmatched(all)
    }

    fn later(&mut self, what: Doing) -> Vec<Effect> {
        let Some(store) = self.store.clone() else { return Vec::new() };
        let stop = Arc::new(AtomicBool::new(false));
        self.exchanging.stop = Some(Arc::clone(&stop));
        let (by, at) = (self.app.ctx.author.clone(), self.begin.clock.now());
        self.exchanging.task = Some(Task { what, store, by, at, stop });
        Vec::new()
    }

    /// Keeps which test a laboratory's own code is.
    fn learn(&mut self, unknown: &Unknown, analyte: Option<String>) {
        let Some(store) = &mut self.store else { return };
        let code = LabCode { sender: unknown.sender.clone(), code: unknown.code.clone(), analyte };
        let kept = store.change_settings(|settings| {
            settings.lab_codes.retain(|known| (&known.sender, &known.code) != (&code.sender, &code.code));
            settings.lab_codes.push(code.clone());
        });
        match kept {
            Ok(()) => self.app.ctx.practice = store.practice().clone(),
            Err(error) => self.app.say(error.to_string()),
        }
    }

    /// A name that is free, where files for others go.
    fn where_to(&self, written: Written) -> Came {
        let (name, ending) = written.file();
        let folder = likely().unwrap_or_else(|| self.begin.dir.clone());
        let day = self.app.ctx.today();
        let names =
            (1..).map(|n| if n == 1 { format!("{name}-{day}.{ending}") } else { format!("{name}-{day}-{n}.{ending}") });
        let mut paths = names.map(|name| folder.join(name)).take(1_000);
        let is_free = |path: &PathBuf| self.real.meta_of_name(path).is_err();
        paths
            .find(is_free)
            .map_or_else(|| Came::Failed("No name is free there.".to_owned()), |path| Came::WhereTo(written, path))
    }

    /// Returns once what takes a while, for a thread of its own.
    #[must_use]
    pub fn to_exchange(&mut self) -> Option<Task> {
        self.exchanging.task.take()
    }

    /// Takes what came of a task.
    pub fn exchanged(&mut self, done: TaskDone) {
        let came = match done {
            TaskDone::Far(done, all) => Came::Progress(done, all),
            TaskDone::Done(came, checked) => {
                if let Some(checked) = checked {
                    self.take(*checked);
                }
                came
            }
        };
        let effects = self.app.came(came);
        self.perform(effects);
    }

    /// Does here and now what takes a while, where there is no thread for it.
    pub(super) fn exchange_here(&mut self) {
        while let Some(task) = self.to_exchange() {
            let mut all = Vec::new();
            task.run(&mut |done| all.push(done));
            all.into_iter().for_each(|done| self.exchanged(done));
        }
    }

    /// The files of a folder, the newest first.
    fn listed(&self, folder: Option<PathBuf>) -> Came {
        let Some(folder) = folder.or_else(likely) else {
            return Came::Failed("Type the whole path of the file.".to_owned());
        };
        let listed = match self.real.list(&folder) {
            Ok(listed) => listed,
            Err(error) => return Came::Failed(format!("{} cannot be read: {error}", folder.display())),
        };
        let mut found: Vec<_> = listed
            .flatten()
            .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
            .filter_map(|entry| Some((entry.file_name().to_string_lossy().into_owned(), entry.metadata().ok()?)))
            .collect();
        found.sort_by_key(|(name, meta)| (meta.is_dir(), std::cmp::Reverse(meta.modified().ok()), name.clone()));
        found.truncate(MOST_FILES);
        let up = Named { name: "..".to_owned(), is_folder: true, bytes: 0, changed: String::new() };
        let named = found.into_iter().map(|(name, meta)| {
            let changed = meta.modified().ok().map(DateTime::<Local>::from);
            let changed = changed.map(|at| format!("{} {}", words::day(at.date_naive()), at.format("%H:%M")));
            Named { name, is_folder: meta.is_dir(), bytes: meta.len(), changed: changed.unwrap_or_default() }
        });
        let named: Vec<_> = named.chain(folder.parent().map(|_| up)).collect();
        Came::Listed(folder, named)
    }
}

/// Where files from elsewhere lie most often.
fn likely() -> Option<PathBuf> {
    let user = directories::UserDirs::new()?;
    let home = user.home_dir().to_owned();
    let named =
        user.download_dir().map(Path::to_owned).into_iter().chain([home.join("Downloads"), home.join("Documents")]);
    Some(named.into_iter().find(|folder| folder.is_dir()).unwrap_or(home))
}

impl Task {
    /// Does it; `tell` hears how far it is and what came of it.
    pub fn run(self, tell: &mut dyn FnMut(TaskDone)) {
        let done = match &self.what {
            Doing::Read(path, form) => (self.read(path, *form, tell), false),
            Doing::Weigh(source, same) => (self.weigh(source, *same, tell), false),
            Doing::TakeOver(parcel, weighed, waits) => (self.take_over(parcel, weighed, *waits, tell), true),
            Doing::Made => (Came::Made(self.store.imports().0), false),
            Doing::Undo(import) => (self.undo(import, tell), true),
            Doing::Write(written, path) => (self.write(*written, path, tell), false),
        };
        let (came, changed) = done;
        let checked = changed.then(|| Box::new(Checked::of(&self.store, self.at.date_naive())));
        tell(TaskDone::Done(came, checked));
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
                None => self.weigh(&Source::Parcel(Arc::new(reports.parcel(practice, today))), false, tell),
            };
        }
        let (bytes, file) = match transfer::bytes(&Real, path) {
            Ok(bytes) => (bytes, transfer::name(path)),
            Err(words) => return Came::Failed(words),
        };
        match form {
            Form::Csv => match csv::Table::of_bytes(&bytes) {
                Ok(table) => Came::Table(file, Arc::new(table)),
                Err(words) => Came::Failed(format!("{file}: {words}")),
            },
            _ => {
                let parcel = transfer::parcel(&bytes, &file, practice, today);
                self.weigh(&Source::Parcel(Arc::new(parcel)), false, tell)
            }
        }
    }

    /// Writes everybody who is in the lists, in order of the numbers, into a file that is this account's alone.
    fn write(&self, written: Written, path: &Path, tell: &mut dyn FnMut(TaskDone)) -> Came {
        let today = self.at.date_naive();
        let patients = transfer::everybody(&self.store.roll(today).roll);
        let what = match written {
            Written::Patients => transfer::What::Csv(csv::Sheet::Patients, 0),
            Written::Doses => transfer::What::Csv(csv::Sheet::Doses, 0),
            Written::Labs => transfer::What::Csv(csv::Sheet::Labs, 0),
            Written::Due => transfer::What::Csv(csv::Sheet::Due, DUE_DAYS),
            Written::Fhir => transfer::What::Fhir(fhir::How::new(fhir::Kind::Collection, self.at)),
            Written::Calendar => transfer::What::Ics(ics::Look::default()),
        };
        let all = patients.len();
        let done = transfer::to_file(&self.store, &what, &patients, today, path, &mut |n| self.far(n, all, tell));
        match done {
            Ok(Some(left)) => {
                let name = transfer::name(path);
                self.store.note(Event::new(self.at, &self.by, What::Exported).with(&name));
                let written = all.saturating_sub(left.len());
                let mut said =
                    vec![format!("Written: {}, {}.", path.display(), words::plural(written as i64, "patient"))];
                if !left.is_empty() {
                    said.push(format!("NOT written: {}.", words::plural(left.len() as i64, "patient")));
                }
                said.extend(problems(&left));
                Came::Done(said)
            }
            Ok(None) => Came::Failed("Stopped; no file was written.".to_owned()),
            Err(words) => Came::Failed(words),
        }
    }

    fn weigh(&self, source: &Source, same: bool, tell: &mut dyn FnMut(TaskDone)) -> Came {
        let today = self.at.date_naive();
        let parcel = match source {
            Source::Parcel(parcel) => Arc::clone(parcel),
            Source::Table { file, table, mapping } => {
                Arc::new(csv::read(table, mapping, self.store.practice(), today, file))
            }
        };
        let all = parcel.pieces.len();
        let weighed = self.store.weigh(&parcel, same, today, &mut |done| self.far(done, all, tell));
        if self.goes_on() {
            Came::Weighed(parcel, Arc::new(weighed))
        } else {
            Came::Failed("Stopped; nothing was recorded.".to_owned())
        }
    }

    fn take_over(&self, parcel: &Parcel, weighed: &Weighed, waits: bool, tell: &mut dyn FnMut(TaskDone)) -> Came {
        let taken =
            self.store.take_over(parcel, weighed, &self.by, self.at, &mut |done, all| self.far(done, all, tell));
        let event = Event::new(self.at, &self.by, What::Imported);
        self.store.note(event.with(&parcel.file));
        let mut said = vec![
            format!("{}: recorded.", parcel.file),
            String::new(),
            format!(
                "{} entered, {} added to, {}.",
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
        if waits {
            match self.store.keep_unmatched(parcel, weighed, &self.by, self.at) {
                Ok(0) => {}
                Ok(n) => said.push(format!(
                    "{} for a person to say whose it is.",
                    if n == 1 { "1 piece waits".to_owned() } else { format!("{n} pieces wait") }
                )),
                Err(error) => said.push(error.to_string()),
            }
        }
        if weighed_orders(weighed) {
            said.push("Plans wait for the prescriber's signature: w on Today.".to_owned());
        }
        if taken.import.is_some() {
            said.push("To undo all of it: What was taken in, then u.".to_owned());
        }
        said.extend(problems(&taken.problems));
        Came::Done(said)
    }

    fn undo(&self, import: &Import, tell: &mut dyn FnMut(TaskDone)) -> Came {
        let undone = self.store.undo_import(import.id, &self.by, self.at, &mut |done, all| self.far(done, all, tell));
        self.store.note(Event::new(self.at, &self.by, What::Imported).with(format!("undone: {}", import.file)));
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

/// Whether plans come that the prescriber has not signed.
fn weighed_orders(weighed: &Weighed) -> bool {
    let waits = |act: &Act| matches!(act, Act::Ordered(order) if order.told.is_some());
    let taken = weighed.outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Taken(_, acts) => Some(acts),
        Outcome::Left(_) => None,
    });
    taken.flatten().any(|coming| waits(&coming.act))
}

fn problems(all: &[Problem]) -> Vec<String> {
    let mut said: Vec<_> = all.iter().take(TOLD).map(ToString::to_string).collect();
    if all.len() > TOLD {
        said.push(format!("… and {} more: f on Today names the files.", all.len() - TOLD));
    }
    said
}
