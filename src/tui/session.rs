//! A session: the app with its store and its clock. It carries out what screens ask for, and reports back.

mod backups;
mod changes;

use super::app::App;
use super::backed_up::BackedUp;
use super::ctx::Ctx;
use super::effect::{After, Draft, Effect, Job, LinkJob, PromptKind, Then};
use super::input::Input;
use super::keymap::Keymap;
use super::screens::Ask;
use super::theme::Theme;
use crate::clinic::agenda::Roll;
use crate::clinic::entry::PatientId;
use crate::clinic::practice::{Practice, Settings};
use crate::clinic::same::{self, Candidate};
use crate::clinic::tally::Count;
use crate::clock::Clock;
use crate::demo;
use crate::store::disk::{Disk, Real};
use crate::store::{Places, Rolled, Store, StoreError, drafts};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

pub use changes::{Look, Looked};

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

/// Counting over all charts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tally {
    NotAsked,
    Asked,
    UnderWay,
}

/// What was counted by rule and how many charts could not be read; or why nothing could be counted.
pub type Counted = Result<(BTreeMap<String, Count>, usize), String>;

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
    disk: Arc<dyn Disk>,
    drafts: drafts::Keeper,
    begin: Begin,
    /// What changed on the disk and is not shown yet.
    pending: changes::Pending,
    /// Whether all charts are to be counted over, and whether that is under way.
    tally: Tally,
    /// The day whose backup was asked for.
    backed_up: Option<chrono::NaiveDate>,
    /// Whether the whole screen must be written again.
    repaint: bool,
    /// Whether what was left half typed is still to be offered.
    begins: bool,
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
        let store = if Store::exists(&begin.dir) {
            Some(Store::open_on(&begin.dir, begin.places.clone(), disk.clone())?)
        } else {
            None
        };
        let practice = store.as_ref().map_or_else(|| Practice::new(Settings::new("", "")), |s| s.practice().clone());
        let ctx = Ctx {
            now: begin.clock.now(),
            author: practice.settings.author().to_owned(),
            practice,
            rows: Roll::default(),
            doubles: Vec::new(),
            checking: false,
            problems: Vec::new(),
            taken_in: Vec::new(),
            backed_up: BackedUp::default(),
            place: begin.dir.display().to_string(),
            pretended: begin.clock.is_pretended(),
            patients: HashMap::new(),
            theme: begin.theme.clone(),
            keymap: Keymap::built_in(),
            area: Rect::new(0, 0, 80, 24),
        };
        let app = App::new(ctx, store.is_some());
        let mut session = Self {
            app,
            store,
            drafts: drafts::Keeper::new(disk.clone()),
            disk,
            begin,
            pending: changes::Pending::default(),
            tally: Tally::NotAsked,
            backed_up: None,
            repaint: false,
            begins: true,
        };
        session.first_rows();
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
        if std::mem::take(&mut self.begins) && self.store.is_some() {
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

    /// Checks the rows against the files, here and now.
    pub fn verify(&mut self) {
        let Some(store) = &self.store else { return };
        let checked = Checked::of(store, self.app.ctx.today());
        self.take(checked);
        self.look_for_copies();
    }

    /// Takes rows that were checked elsewhere.
    pub fn take(&mut self, Checked { rolled, doubles }: Checked) {
        if let Some(store) = &self.store {
            store.hear(&rolled.roll);
        }
        let own = self.store.as_ref().map(|s| s.problems()).unwrap_or_default();
        let problems = own.iter().chain(&rolled.problems).map(ToString::to_string).collect();
        let effects = self.app.take_rows(rolled.roll, doubles, problems);
        self.perform(effects);
    }

    /// Asks for the counts of the page of rules: a few charts are read at once, many on a thread of their own.
    fn count_rules(&mut self) {
        let Some(store) = self.store.as_ref().filter(|_| self.tally == Tally::NotAsked) else { return };
        self.tally = Tally::Asked;
        if store.chart_files() <= FEW {
            let counted = count_rules(store, self.app.ctx.today());
            self.take_tally(Ok(counted));
        }
    }

    /// Returns once the practice whose charts are to be counted over, for a thread of its own.
    #[must_use]
    pub fn to_tally(&mut self) -> Option<(PathBuf, Places, chrono::NaiveDate)> {
        let store = self.store.as_ref().filter(|_| self.tally == Tally::Asked)?;
        self.tally = Tally::UnderWay;
        Some((store.dir().to_owned(), self.begin.places.clone(), self.app.ctx.today()))
    }

    /// Takes what was counted elsewhere.
    pub fn take_tally(&mut self, counted: Counted) {
        self.tally = Tally::NotAsked;
        self.app.take_tally(counted);
    }

    /// Handles an input, and what follows from it.
    pub fn input(&mut self, input: &Input) {
        self.press(input);
        self.settle();
    }

    /// Handles an input, one of several that wait; [`Session::settle`] follows the last.
    pub fn press(&mut self, input: &Input) {
        self.tick();
        let effects = self.app.update(input);
        self.perform(effects);
    }

    /// Follows the clock; a new day turns the page.
    pub fn tick(&mut self) {
        let before = self.app.ctx.today();
        self.app.ctx.now = self.begin.clock.now();
        if self.app.ctx.today() != before {
            let effects = self.app.rework();
            self.perform(effects);
        }
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
            Effect::Record(job) => self.record(&job),
            Effect::KeepDraft(draft) => self.keep_draft(&draft),
            Effect::DropDraft(prompt, patient) => self.drop_draft(&prompt, patient),
            Effect::Settings(settings) => self.change_settings(*settings),
            Effect::CreatePractice(settings) => self.create(*settings),
            Effect::OpenDemo => self.open_demo(),
            Effect::CountRules => {
                self.count_rules();
                Vec::new()
            }
            other => vec![other],
        }
    }

    fn load(&mut self, patient: PatientId, then: Then) -> Vec<Effect> {
        if let (Then::Resume(kind, values), true) = (&then, patient.0.0 == 0) {
            self.app.resume_without_patient(*kind, values.clone());
            return Vec::new();
        }
        let Some(store) = &self.store else { return Vec::new() };
        match store.chart(patient) {
            Ok(chart) => self.app.loaded(chart, then),
            Err(error) => {
                self.app.say(error.to_string());
                Vec::new()
            }
        }
    }

    fn load_pair(&mut self, older: PatientId, newer: PatientId, alone: bool) -> Vec<Effect> {
        let Some(store) = &self.store else { return Vec::new() };
        let read = |id| if alone { store.chart_alone(id) } else { store.chart(id) };
        match (read(older), read(newer)) {
            (Ok(older), Ok(newer)) => {
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

    fn link(&mut self, job: &LinkJob) -> Vec<Effect> {
        let now = self.begin.clock.now();
        let Some(store) = &self.store else { return Vec::new() };
        let said = store.link((job.older, job.newer), job.link, &job.why, &self.app.ctx.author, now);
        match said {
            Ok(done) => {
                let effects = self.app.linked(job, done.chart, done.left.map(|e| e.to_string()));
                self.verify();
                effects
            }
            Err(error) => self.failed(&error),
        }
    }

    fn record(&mut self, job: &Job) -> Vec<Effect> {
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

    fn failed(&mut self, error: &StoreError) -> Vec<Effect> {
        self.app.failed(error.to_string());
        Vec::new()
    }

    /// It was written and not confirmed: the prompt closes, so that nobody records it twice, and the doubt is said.
    fn unconfirmed(&mut self, job: &Job, error: &StoreError) -> Vec<Effect> {
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
    fn remember_lot(&mut self, job: &Job) {
        let today = self.app.ctx.today();
        let Some((lot, store)) = job.lot.clone().zip(self.store.as_mut()) else { return };
        if store.settings().lots.first() != Some(&lot) && store.change_settings(|s| s.use_lot(lot, today)).is_ok() {
            self.app.ctx.practice = store.practice().clone();
        }
    }

    fn keep_draft(&self, draft: &Draft) -> Vec<Effect> {
        if let Some(state) = &self.begin.places.state {
            let kept = drafts::Draft {
                prompt: draft.kind.name().to_owned(),
                patient: draft.patient,
                by: self.app.ctx.author.clone(),
                at: self.app.ctx.now,
                fields: draft.fields.clone(),
            };
            // Nothing is lost yet while the prompt is open; the next key tries again.
            let _ = self.drafts.keep(state, kept);
        }
        Vec::new()
    }

    fn drop_draft(&self, prompt: &str, patient: Option<PatientId>) -> Vec<Effect> {
        if let Some(state) = &self.begin.places.state {
            let _ = self.drafts.forget(state, prompt, patient);
        }
        Vec::new()
    }

    fn offer_drafts(&mut self) {
        let Some(state) = self.begin.places.state.clone() else { return };
        for left in drafts::load_all(&state).into_iter().rev() {
            let Some(kind) = PromptKind::named(&left.prompt) else { continue };
            let who = left.patient.and_then(|id| self.app.ctx.row(id)).map(|r| r.name.clone()).unwrap_or_default();
            let draft = Draft { kind, patient: left.patient, fields: left.fields };
            self.app.ask_about(Ask::about_left_over(draft, &who, left.at));
        }
    }

    fn change_settings(&mut self, settings: Settings) -> Vec<Effect> {
        self.overtaken();
        let Some(store) = &mut self.store else { return Vec::new() };
        let changed = store.change_settings(|now| {
            let lots = std::mem::take(&mut now.lots);
            *now = Settings { lots, ..settings };
        });
        match changed {
            Ok(()) => {
                self.app.ctx.practice = store.practice().clone();
                self.app.ctx.author = self.app.ctx.practice.settings.author().to_owned();
                let drop = self.app.close_prompt();
                let effects = self.app.rework();
                self.verify();
                self.app.say("Saved: settings.".to_owned());
                drop.into_iter().chain(effects).collect()
            }
            Err(error) => {
                self.app.failed(error.to_string());
                Vec::new()
            }
        }
    }

    fn create(&mut self, settings: Settings) -> Vec<Effect> {
        match Store::create_on(&self.begin.dir, settings, self.begin.places.clone(), self.disk.clone()) {
            Ok(store) => {
                let drop = self.app.close_prompt();
                self.enter(store);
                drop.into_iter().collect()
            }
            Err(error) => {
                self.app.failed(error.to_string());
                Vec::new()
            }
        }
    }

    /// A demo lies in a temporary folder that goes with the session.
    fn open_demo(&mut self) -> Vec<Effect> {
        match demo::temporary(demo::SEED, demo::PATIENTS, self.app.ctx.today()) {
            Ok((folder, store)) => {
                self.begin.places = store.places().clone();
                self.begin.temporary = Some(folder);
                self.enter(store);
            }
            Err(sentence) => self.app.say(sentence),
        }
        Vec::new()
    }

    fn enter(&mut self, store: Store) {
        let ctx = &mut self.app.ctx;
        ctx.practice = store.practice().clone();
        ctx.author = ctx.practice.settings.author().to_owned();
        ctx.place = store.dir().display().to_string();
        ctx.patients.clear();
        self.store = Some(store);
        self.look_at_backups();
        let effects = self.app.enter();
        self.perform(effects);
        self.verify();
    }
}

/// Counts over every chart of a practice.
pub(super) fn count_rules(store: &Store, today: chrono::NaiveDate) -> (BTreeMap<String, Count>, usize) {
    let (counts, problems) = store.tally(today);
    (counts, problems.len())
}
