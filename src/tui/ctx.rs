//! What every screen may look at: the day, the practice, the rows, the looks.

use super::backed_up::BackedUp;
use super::keymap::Keymap;
use super::theme::Theme;
use crate::clinic::agenda::{Roll, Row};
use crate::clinic::chart::Chart;
use crate::clinic::citation;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, PatientId};
use crate::clinic::people;
use crate::clinic::practice::Practice;
use crate::clinic::same::Candidate;
use crate::clinic::seal::Marks;
use crate::clinic::todo::Todo;
use chrono::{DateTime, FixedOffset, NaiveDate};
use ratatui::layout::Rect;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// A chart with its course worked out.
#[derive(Clone, Debug)]
pub struct Patient {
    /// The chart.
    pub chart: Chart,
    /// Its course, as of today.
    pub course: Course,
}

impl Patient {
    /// Works the course out.
    #[must_use]
    pub fn of(chart: Chart, practice: &Practice, today: NaiveDate) -> Self {
        let course = Course::of(&chart, practice, today);
        Self { chart, course }
    }

    /// Returns the patient's id.
    #[must_use]
    pub fn id(&self) -> PatientId {
        self.chart.id
    }

    /// Returns the course as it would be after an act; nothing is recorded.
    #[must_use]
    pub fn after(&self, act: Act, ctx: &Ctx) -> Course {
        Course::of(&self.chart_after(act, ctx), &ctx.practice, ctx.today())
    }

    /// Returns the chart as it would be after an act; nothing is recorded.
    #[must_use]
    pub fn chart_after(&self, act: Act, ctx: &Ctx) -> Chart {
        self.chart.after(act, ctx.now, &ctx.author)
    }
}

/// What screens see. They change none of it.
pub struct Ctx {
    /// The instant, from the session's clock.
    pub now: DateTime<FixedOffset>,
    /// The practice.
    pub practice: Practice,
    /// Who records.
    pub author: String,
    /// Whether the practice's records are encrypted.
    pub encrypted: bool,
    /// Whether their key is not in the memory: a passphrase comes first.
    pub shut: bool,
    /// Whose passphrases open the encrypted records, by name.
    pub openers: Vec<String>,
    /// One row a patient.
    pub rows: Roll,
    /// Who may be entered twice, and nobody decided yet.
    pub doubles: Vec<Candidate>,
    /// Whether the rows come from the index and are not checked against the files yet.
    pub checking: bool,
    /// Files that could not be read, in words.
    pub problems: Vec<String>,
    /// Copies that were taken into their charts since the program was opened, in words.
    pub taken_in: Vec<String>,
    /// The chart whose seals were looked at last, and what they show.
    pub proven: Option<(Rc<Patient>, Marks)>,
    /// How many results wait for a person who says whose they are.
    pub unmatched: usize,
    /// Whether an exchange runs.
    pub exchanging: bool,
    /// How it stands with the backups.
    pub backed_up: BackedUp,
    /// Where the data lies, in words.
    pub place: String,
    /// Whether the day is not the real one, for training and tests.
    pub pretended: bool,
    /// Charts that were loaded.
    pub patients: HashMap<PatientId, Rc<Patient>>,
    /// The looks.
    pub theme: Theme,
    /// The keys.
    pub keymap: Keymap,
    /// The screen's size at the last draw.
    pub area: Rect,
}

impl Ctx {
    /// Forgets everything about patients, and who sits here.
    pub fn forget(&mut self) {
        // Each by its name: the compiler asks about one that comes later.
        let Self {
            now: _,
            practice: _,
            author,
            encrypted: _,
            shut: _,
            openers: _,
            rows,
            doubles,
            checking,
            problems,
            taken_in,
            proven,
            unmatched,
            exchanging: _,
            backed_up: _,
            place: _,
            pretended: _,
            patients,
            theme: _,
            keymap: _,
            area: _,
        } = self;
        (*rows, *doubles, *patients, *proven) = (Roll::default(), Vec::new(), HashMap::new(), None);
        (*problems, *taken_in) = (Vec::new(), Vec::new());
        (*checking, *unmatched) = (false, 0);
        author.clear();
    }

    /// Returns the day.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// Says what to do, with the keys of the screens.
    #[must_use]
    pub fn told(&self, todo: &Todo) -> String {
        todo.told("press ", |step, _| self.keymap.step(step))
    }

    /// Says what to do, from within a prompt: its steps are those of the screen below.
    #[must_use]
    pub fn told_below(&self, todo: &Todo) -> String {
        todo.told("Esc, then ", |step, _| self.keymap.step(step))
    }

    /// Returns a source as a nurse reads it: by names, with nothing of our notes.
    #[must_use]
    pub fn named(&self, source: &str) -> String {
        citation::named(&self.practice.knowledge, source)
    }

    /// Returns a source as [`Ctx::named`] does, of several in a row the first.
    #[must_use]
    pub fn named_in_short(&self, source: &str) -> String {
        citation::named_in_short(&self.practice.knowledge, source)
    }

    /// Returns what of a patient's chart does not stand as it was recorded, where its seals were looked at.
    #[must_use]
    pub fn marks(&self, patient: &Patient) -> Option<&Marks> {
        self.proven.as_ref().filter(|(proven, _)| proven.id() == patient.id()).map(|(_, marks)| marks)
    }

    /// Returns whether dates in numbers are month first here.
    #[must_use]
    pub fn month_first(&self) -> bool {
        self.practice.country().month_first
    }

    /// Says who alone can open the encrypted records, where that is not everybody who works here.
    #[must_use]
    pub fn only_openers(&self) -> Option<String> {
        let working = people::working(&self.practice.settings.people).count();
        if !self.encrypted || self.openers.is_empty() || self.openers.len() >= working {
            return None;
        }
        Some(format!(
            "Only {} can open the records when the program starts. Each of you: u, your name, Passphrase.",
            self.openers.join(" and ")
        ))
    }

    /// Returns a loaded patient.
    #[must_use]
    pub fn patient(&self, id: PatientId) -> Option<Rc<Patient>> {
        self.patients.get(&id).cloned()
    }

    /// Returns a row.
    #[must_use]
    pub fn row(&self, id: PatientId) -> Option<Arc<Row>> {
        self.rows.of_patient(id)
    }
}
