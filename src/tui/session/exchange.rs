//! The screen of exchange: what is quick is done at once, what takes a while on a thread of its own, which says how far it is
//! and can be stopped.

mod task;

use super::super::effect::Effect;
use super::super::exchange::{Asker, Came, Form, Named, Source, Wish, Written};
use super::super::screens::{Exchange, Screen, Signing};
use super::{Checked, Session};
use crate::clinic::audit::{self, What};
use crate::clinic::cosign::Shown;
use crate::clinic::intake::{Import, Parcel, Ruling, Weighed};
use crate::clinic::practice::LabCode;
use crate::clinic::roles;
use crate::clinic::words;
use crate::exchange::csv::Table;
use crate::store::Store;
use chrono::{DateTime, FixedOffset, Local};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many files of a folder are shown, the newest.
const MOST_FILES: usize = 500;
/// How far it is is said after so many steps.
const STEP: usize = 20;
/// So many problems are told.
const TOLD: usize = 8;

/// A thread that failed says nothing of how far it came.
const BROKEN: &str =
    "This came to no end. What was taken in says how far it came; `cobalog check` names what is wrong.";

/// What takes a while.
pub struct Task {
    what: Doing,
    store: Store,
    by: String,
    at: DateTime<FixedOffset>,
    stop: Arc<AtomicBool>,
    /// The table that is weighed or taken over.
    table: Option<Tabled>,
}

/// A table, and the file that it stands in.
type Tabled = (PathBuf, Arc<Table>);

enum Doing {
    Read(PathBuf, Form),
    Weigh(Source, Ruling),
    TakeOver(Arc<Parcel>, Arc<Weighed>, bool),
    Made,
    Undo(Box<Import>),
    Write(Written, PathBuf),
    Sign(Vec<Shown>),
}

/// What came of a task.
pub enum TaskDone {
    /// How far it is.
    Far(usize, usize),
    /// It is done; where charts changed, with all rows anew, and where a table is read with the file that it stands in.
    Done(Came, Option<Box<Checked>>, Option<Tabled>),
    /// It came to no end that it could tell of.
    Broken,
}

/// A task that waits for a thread, and what stops the one that runs.
#[derive(Default)]
pub(super) struct Exchanging {
    task: Option<Task>,
    stop: Option<Arc<AtomicBool>>,
    /// Whether one runs, or waits to.
    runs: bool,
    /// For which screen, and in whose name.
    asker: Option<(Asker, String)>,
    /// The table that was read.
    table: Option<Tabled>,
    /// What came while the screen was locked, of the practice in this folder, in short.
    untold: Option<(PathBuf, Came)>,
}

impl Exchanging {
    /// Forgets what was read, when the screen is locked; what runs has its own.
    pub(super) fn forget(&mut self) {
        self.table = None;
    }
}

impl Session {
    /// Does what the screen of exchange asks for.
    pub(super) fn exchange(&mut self, wish: Wish) -> Vec<Effect> {
        if let Wish::Write(written, _) | Wish::WhereTo(written) = &wish
            && let Err(words) = self.may_write(*written)
        {
            return self.app.came(Came::Failed(words), Asker::Exchange).unwrap_or_default();
        }
        let done = match wish {
            Wish::List(folder) => self.listed(folder),
            Wish::Read(path, form) => {
                self.exchanging.table = None;
                return self.later(Doing::Read(path, form));
            }
            Wish::Weigh(source, ruling) => return self.later(Doing::Weigh(source, ruling)),
            Wish::TakeOver(parcel, weighed, waits) => return self.later(Doing::TakeOver(parcel, weighed, waits)),
            Wish::Made => return self.later(Doing::Made),
            Wish::Undo(import) => return self.later(Doing::Undo(import)),
            Wish::Stop => {
                if let Some(stop) = &self.exchanging.stop {
                    stop.store(true, Ordering::Relaxed);
                }
                return Vec::new();
            }
            Wish::Learn(code, reports) => match (self.learn(&code), reports) {
                (Err(words), _) => Came::Failed(words),
                (Ok(()), Some(path)) => return self.later(Doing::Read(path, Form::Hl7)),
                (Ok(()), None) => {
                    Came::Learned(format!("{} of {} is kept for the reports to come.", code.code, code.sender))
                }
            },
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
        self.app.came(done, Asker::Exchange).unwrap_or_default()
    }

    /// Signs what was shown, as what takes a while.
    pub(super) fn sign_all(&mut self, all: Vec<Shown>) -> Vec<Effect> {
        self.later(Doing::Sign(all))
    }

    /// Does something to what waits, then shows what still does.
    fn with_store(&mut self, act: impl FnOnce(&Store, &str, DateTime<FixedOffset>) -> Result<String, String>) -> Came {
        let at = self.begin.clock.now();
        let Some(store) = &self.store else { return Came::Failed("No practice is open.".to_owned()) };
        match act(store, &self.app.ctx.author, at) {
            Ok(words) => {
                self.overtaken();
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
        let asker = if matches!(what, Doing::Sign(_)) { Asker::Signing } else { Asker::Waiting };
        if self.exchanging.runs {
            let words = "Another exchange still runs. Wait until it has come to its end.".to_owned();
            return self.app.came(Came::Failed(words), asker).unwrap_or_default();
        }
        self.exchanging.runs = true;
        self.app.ctx.exchanging = true;
        let stop = Arc::new(AtomicBool::new(false));
        self.exchanging.stop = Some(Arc::clone(&stop));
        let (by, at) = (self.app.ctx.author.clone(), self.begin.clock.now());
        self.exchanging.asker = Some((asker, by.clone()));
        let of_table = matches!(
            what,
            Doing::TakeOver(.., false) | Doing::Weigh(Source::Table { .. } | Source::Parcel(_, false), _)
        );
        let table = if of_table { self.exchanging.table.clone() } else { None };
        self.exchanging.task = Some(Task { what, store, by, at, stop, table });
        Vec::new()
    }

    /// Keeps which test a laboratory's own code is.
    fn learn(&mut self, code: &LabCode) -> Result<(), String> {
        self.overtaken();
        let Some(store) = &mut self.store else { return Err("No practice is open.".to_owned()) };
        let before = store.settings().clone();
        let kept = store.change_settings(|settings| {
            let is_it = |known: &&mut LabCode| (&known.sender, &known.code) == (&code.sender, &code.code);
            match settings.lab_codes.iter_mut().find(is_it) {
                Some(known) => known.analyte.clone_from(&code.analyte),
                None => settings.lab_codes.push(code.clone()),
            }
        });
        kept.map_err(|error| error.to_string())?;
        self.app.ctx.practice = store.practice().clone();
        self.note(What::SettingsChanged, None, audit::of_settings(&before, &self.app.ctx.practice.settings));
        Ok(())
    }

    /// Says why whoever sits here may not write this, and notes that it was asked for.
    fn may_write(&self, written: Written) -> Result<(), String> {
        let people = &self.app.ctx.practice.settings.people;
        let may = roles::may_write_all(people, &self.app.ctx.author);
        let refused = may.err().filter(|_| written.names_patients());
        refused.map_or(Ok(()), |words| {
            self.note(What::Refused, None, format!("to write {}, everybody", written.file()));
            Err(words)
        })
    }

    /// A name that is free, where files for others go.
    fn where_to(&self, written: Written) -> Came {
        let (name, ending) = written.file().split_once('.').unwrap_or_default();
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

    /// Takes what came of a task that worked on the practice in the folder. While the screen is locked it shows nobody: the
    /// rows are read anew by who comes in, and what came is told then.
    pub fn exchanged(&mut self, dir: &Path, done: TaskDone) {
        self.exchanging.runs = matches!(done, TaskDone::Far(..));
        self.app.ctx.exchanging = self.exchanging.runs;
        let is_open = self.store.as_ref().is_some_and(|store| store.dir() == dir);
        let came = match done {
            TaskDone::Far(done, all) => Came::Progress(done, all),
            TaskDone::Done(came, ..) if !is_open => {
                self.exchanging.untold = Some((dir.to_owned(), came.in_short()));
                return;
            }
            TaskDone::Done(came, checked, table) => {
                self.exchanging.table = table.or(self.exchanging.table.take());
                checked.into_iter().for_each(|checked| self.take_anew(*checked));
                came
            }
            TaskDone::Broken => {
                self.look_for_copies();
                Came::Failed(BROKEN.to_owned())
            }
        };
        let asker = self.exchanging.asker.as_ref().map_or(Asker::Waiting, |(asker, _)| *asker);
        match self.app.came(came, asker) {
            Ok(effects) => self.perform(effects),
            Err(came) => self.tell_of_exchange(came),
        }
    }

    fn take_anew(&mut self, checked: Checked) {
        self.overtaken();
        self.app.to_top();
        self.take(checked);
    }

    /// Says in one line what came of it.
    fn tell_of_exchange(&mut self, came: Came) {
        match came {
            Came::Done(said) => {
                let short: Vec<_> = said.into_iter().filter(|line| !line.is_empty()).take(2).collect();
                self.app.say(short.join(" "));
            }
            Came::Failed(words) => self.app.say(words),
            Came::Signed(signed) => self.app.say(Signing::told(&signed, &self.app.ctx).join(" ")),
            _ => {}
        }
    }

    /// Shows what still runs to whom it was shown before the screen was locked: they can stop it.
    pub(super) fn go_back_to_exchange(&mut self, what: &'static str) {
        let is_own = |(asker, by): &(Asker, String)| *asker == Asker::Waiting && *by == self.app.ctx.author;
        if self.exchanging.runs && self.exchanging.asker.as_ref().is_some_and(is_own) {
            self.perform(vec![Effect::Push(Box::new(Screen::Exchange(Exchange::running(what))))]);
        }
    }

    /// Says what came while the screen was locked, once.
    pub(super) fn tell_what_came(&mut self) {
        let Some((dir, came)) = self.exchanging.untold.take() else { return };
        if self.store.as_ref().is_some_and(|store| store.dir() == dir) {
            self.tell_of_exchange(came);
        }
    }

    /// Does here and now what takes a while, where there is no thread for it.
    pub(super) fn exchange_here(&mut self) {
        while let Some(task) = self.to_exchange() {
            let (dir, mut all) = (task.dir().to_owned(), Vec::new());
            let done = task.run(&mut |far| all.push(far));
            all.into_iter().chain([done]).for_each(|done| self.exchanged(&dir, done));
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
