//! A session: the app with its store and its clock. It carries out what screens ask for, and reports back.

mod backups;
mod changes;
mod exchange;
mod guard;
mod log;
mod openers;
mod paper;
mod people;
mod practice;
mod programs;
mod recording;
mod sign_in;
mod signing;
mod tally;
mod trust;
mod typed;
mod vault;
mod working;

use super::app::App;
use super::backed_up::BackedUp;
use super::ctx::Ctx;
use super::effect::{Effect, Then};
use super::input::Input;
use super::keymap::Keymap;
use super::theme::Theme;
use crate::clinic::agenda::Roll;
use crate::clinic::audit::What;
use crate::clinic::same::{self, Candidate};
use crate::clock::Clock;
use crate::store::disk::{Disk, Real};
use crate::store::vault::Vault;
use crate::store::{Places, Rolled, Store, StoreError, drafts};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

pub use changes::{Look, Looked};
pub use exchange::{Task, TaskDone};
pub use guard::Locked;
pub use programs::Programs;
pub use tally::Counted;
pub(super) use tally::count_rules;

/// So many charts are read before the first frame where there is no index.
const FEW: usize = 200;

/// Where a session begins.
pub struct Begin {
    /// The practice's folder.
    pub dir: PathBuf,
    /// Where its index and drafts go.
    pub places: Places,
    /// The clock.
    pub clock: Clock,
    /// The looks.
    pub theme: Theme,
    /// Holds a temporary folder until the session ends.
    pub temporary: Option<tempfile::TempDir>,
}

/// The rows as the files have them, and who may be entered twice among them.
pub struct Checked {
    rolled: Rolled,
    doubles: Vec<Candidate>,
}

impl Checked {
    /// Looks at every file of a practice.
    #[must_use]
    pub fn of(store: &Store, today: chrono::NaiveDate) -> Self {
        Self::among(store.roll(today))
    }

    fn among(rolled: Rolled) -> Self {
        let doubles = same::candidates(&rolled.roll.alike());
        Self { rolled, doubles }
    }
}

/// The program without a terminal: inputs in, pictures out.
pub struct Session {
    app: App,
    store: Option<Store>,
    /// The disk that it works on, with the key where the practice is encrypted.
    disk: Arc<dyn Disk>,
    /// The disk beneath it.
    real: Arc<dyn Disk>,
    drafts: drafts::Keeper,
    begin: Begin,
    /// What changed on the disk and is not shown yet.
    pending: changes::Pending,
    /// What is taken in or written, and takes a while.
    exchanging: exchange::Exchanging,
    /// Whether all charts are to be counted over, and whether that is under way.
    tally: tally::Tally,
    /// Who sits here.
    guard: guard::Guard,
    /// The day whose backup was asked for.
    backed_up: Option<chrono::NaiveDate>,
    /// Whether the whole screen must be written again.
    repaint: bool,
    /// Whether what was left half typed is still to be offered.
    begins: bool,
    /// What is wrong with what was left half typed.
    unread_drafts: Vec<String>,
    /// Whether the log says that the program began, and whether it is being written.
    has_begun: bool,
    is_logging: bool,
    /// What prints documents, and opens them.
    programs: Rc<dyn Programs>,
    /// When the newest backup was made, as far as that was looked at.
    backup_made: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// A backup that was made while the screen was locked, and is to be noted.
    unnoted_backup: Option<String>,
    /// What stayed plain where the records are encrypted.
    left_plain: Vec<String>,
}

impl Session {
    /// Opens the practice, or at the first start the welcome.
    ///
    /// # Errors
    /// Why `practice.ron` cannot be read.
    pub fn open(begin: Begin) -> Result<Self, StoreError> {
        Self::open_on(begin, Real::shared())
    }

    /// Opens the practice on a given disk.
    ///
    /// # Errors
    /// Those of [`Session::open`].
    pub fn open_on(begin: Begin, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        let mut session = Self::begin_on(begin, disk)?;
        session.settle();
        Ok(session)
    }

    /// Opens as [`Session::open`] does, up to the first frame: the list that the index has. What a person needs a moment
    /// later is left to [`Session::settle`].
    ///
    /// # Errors
    /// Those of [`Session::open`].
    pub fn begin(begin: Begin) -> Result<Self, StoreError> {
        Self::begin_on(begin, Real::shared())
    }

    fn begin_on(begin: Begin, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        let found = guard::Found::of(&begin, &disk)?;
        let (store, practice, has_practice) = found.parts();
        let ctx = Ctx {
            now: begin.clock.now(),
            author: practice.settings.author().to_owned(),
            practice,
            encrypted: has_practice && Vault::of(disk.clone(), &begin.dir).is_some(),
            shut: has_practice && store.is_none(),
            openers: Vec::new(),
            rows: Roll::default(),
            doubles: Vec::new(),
            checking: false,
            problems: Vec::new(),
            taken_in: Vec::new(),
            proven: None,
            unmatched: 0,
            exchanging: false,
            backed_up: BackedUp::default(),
            place: begin.dir.display().to_string(),
            pretended: begin.clock.is_pretended(),
            patients: HashMap::new(),
            theme: begin.theme.clone(),
            keymap: Keymap::built_in(),
            area: Rect::new(0, 0, 80, 24),
        };
        let app = App::new(ctx, has_practice);
        let mut session = Self {
            app,
            store,
            drafts: drafts::Keeper::new(disk.clone()),
            real: disk.clone(),
            disk,
            begin,
            pending: changes::Pending::default(),
            exchanging: exchange::Exchanging::default(),
            tally: tally::Tally::NotAsked,
            guard: guard::Guard::default(),
            backed_up: None,
            repaint: false,
            begins: true,
            unread_drafts: Vec::new(),
            has_begun: false,
            is_logging: false,
            programs: Rc::new(programs::System),
            backup_made: None,
            unnoted_backup: None,
            left_plain: Vec::new(),
        };
        session.begin_locked();
        session.look_at_openers();
        session.keep_log();
        session.first_rows();
        session.tell_of_wanted();
        Ok(session)
    }

    /// Shows what the index says; without one the charts are read.
    fn first_rows(&mut self) {
        let Some(store) = &self.store else { return };
        match store.roll_unverified() {
            Some(roll) => {
                self.app.ctx.rows = roll;
                self.app.ctx.checking = true;
                let effects = self.app.refresh();
                self.perform(effects);
            }
            // Without an index a few charts are read at once; many are read behind the first frame.
            None if store.chart_files() <= FEW => self.verify(),
            None => self.app.ctx.checking = true,
        }
    }

    /// Does what the first frame, or the next key, did not wait for: the chosen patient's chart, and what was left half
    /// typed.
    pub fn settle(&mut self) {
        let effects = self.app.peek();
        self.perform(effects);
        self.prove_shown();
        self.offer_at_begin();
    }

    /// Offers once what was left half typed.
    fn offer_at_begin(&mut self) {
        if std::mem::take(&mut self.begins) && (self.store.is_some() || self.app.is_first_start()) {
            self.look_at_backups();
            self.offer_drafts();
        }
    }

    /// Reads the charts that the next key may ask for, after a frame was drawn and while nobody waits. One that cannot be
    /// read is told of when somebody chooses it.
    pub fn look_ahead(&mut self) {
        let Some(store) = &self.store else { return };
        for chart in self.app.next_to().into_iter().filter_map(|id| store.chart(id).ok()) {
            self.app.loaded(chart, Then::Peek);
        }
    }

    /// Returns the app.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Returns what keeps the drafts.
    #[must_use]
    pub fn drafts(&self) -> &drafts::Keeper {
        &self.drafts
    }

    /// Ends the session: what was half typed is on the disk, a demo's folder is gone. What else it held the system takes
    /// back faster than it could be given back piece by piece.
    pub fn close(mut self) {
        self.drafts.settle();
        if self.app.ctx.practice.settings.sign_in() {
            self.note(What::SignedOut, None, String::new());
        }
        self.settle_log();
        self.sweep_letters();
        drop(self.begin.temporary.take());
        std::mem::forget(self);
    }

    /// Checks the rows against the files, here and now.
    pub fn verify(&mut self) {
        let Some(store) = &self.store else { return };
        let checked = Checked::of(store, self.app.ctx.today());
        self.take(checked);
        self.look_for_copies();
    }

    /// Takes rows that were checked elsewhere.
    /// A locked screen takes none: they would name patients.
    pub fn take(&mut self, Checked { rolled, doubles }: Checked) {
        let Some(store) = &self.store else { return };
        store.hear(&rolled.roll);
        self.look_at_openers();
        let own = self.store.as_ref().map(|s| s.problems()).unwrap_or_default();
        let problems = own.iter().chain(&rolled.problems).map(ToString::to_string);
        let problems = problems.chain(self.unread_drafts.iter().chain(&self.left_plain).cloned()).collect();
        self.app.ctx.unmatched = self.store.as_ref().map_or(0, Store::count_unmatched);
        let effects = self.app.take_rows(rolled.roll, doubles, problems);
        self.perform(effects);
    }

    /// Handles an input, and what follows from it.
    pub fn input(&mut self, input: &Input) {
        self.press(input);
        self.settle();
        self.work(&mut |_| {});
        self.exchange_here();
    }

    /// Handles an input, one of several that wait; [`Session::settle`] follows the last.
    pub fn press(&mut self, input: &Input) {
        self.tick();
        self.is_awake();
        // What is typed until a key is made was meant for another screen than the one that comes.
        if self.guard.work.is_some() {
            return;
        }
        let was_locked = self.store.is_none();
        let effects = self.app.update(input);
        self.perform(effects);
        // What follows the last digit of a PIN is not to reach a screen that a question comes to stand on.
        if was_locked && self.store.is_some() {
            self.offer_at_begin();
        }
    }

    /// Follows the clock; a new day turns the page.
    pub fn tick(&mut self) {
        let before = self.app.ctx.today();
        self.app.ctx.now = self.begin.clock.now();
        if self.app.ctx.today() != before {
            let effects = self.app.rework();
            self.perform(effects);
        }
        self.lock_if_idle();
    }

    /// Sets the clock, for tests that sit up over midnight.
    pub fn set_clock(&mut self, clock: Clock) {
        self.begin.clock = clock;
    }

    /// Tells the size of the screen.
    pub fn resize(&mut self, area: Rect) {
        self.app.ctx.area = area;
    }

    /// Asks that the whole screen is written again.
    pub fn repaint(&mut self) {
        self.repaint = true;
    }

    /// Returns once whether the whole screen must be written again.
    pub fn take_repaint(&mut self) -> bool {
        std::mem::take(&mut self.repaint)
    }

    /// Draws.
    pub fn view(&self, frame: &mut Frame<'_>) {
        self.app.view(frame);
    }

    /// Returns whether the person left.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.app.is_over()
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let more = self.one(effect);
            let more = self.app.carry_out(more);
            self.perform(more);
        }
    }

    fn one(&mut self, effect: Effect) -> Vec<Effect> {
        match effect {
            Effect::Load(patient, then) => self.load(patient, then),
            Effect::LoadPair { older, newer, alone } => self.load_pair(older, newer, alone),
            Effect::Link(job) => self.link(&job),
            Effect::ToSign(wanted) => self.to_sign(&wanted),
            Effect::SignAll(all) => self.sign_all(all),
            Effect::Record(job) => self.record(&job),
            Effect::KeepDraft(draft) => self.keep_draft(&draft),
            Effect::OfferDraft(kind, patient) => self.offer_draft(kind, patient),
            Effect::DropDraft(prompt, patient) => self.drop_draft(&prompt, patient),
            Effect::Settings(settings, encryption, old) => self.change_settings(*settings, encryption, &old),
            Effect::CreatePractice(new) => self.begin_practice(*new),
            Effect::OpenDemo => self.open_demo(),
            Effect::Lock => {
                self.lock(Locked::ByKey);
                Vec::new()
            }
            Effect::Switch => self.lock_for_another(),
            Effect::SignIn(typed) => self.take_sign_in(typed),
            Effect::Person(job) => self.take_person(job),
            Effect::LoadLog(patient) => self.load_log(patient),
            Effect::Exchange(wish) => self.exchange(*wish),
            Effect::LoadMonth(day) => self.load_month(day),
            Effect::Paper(job) => self.paper(&job),
            Effect::PrintKey(key) => self.print_key(&key),
            Effect::KeySeen => self.recovery_was_seen(),
            Effect::Sheet(day) => self.sheet(day),
            Effect::Note(noted) => {
                self.note_what(noted);
                Vec::new()
            }
            Effect::CountRules => {
                self.count_rules();
                Vec::new()
            }
            other => vec![other],
        }
    }
}
