//! A document before it leaves: shown as it is printed, then saved, printed, opened in the browser, or taken away again. A
//! referral asks first to whom it goes and what it asks.

mod asked;
mod other_day;

use super::super::ctx::{Ctx, Patient};
use super::super::effect::{Effect, PaperDo, PaperJob};
use super::super::input::Input;
use super::super::keymap::{self, Action, Place};
use super::super::theme::Role;
use super::super::widgets::frame;
use super::list::Cursor;
use super::{Help, Screen};
use crate::clinic::entry::{EntryId, PatientId};
use crate::clinic::words;
use crate::paper::{self, Doc, Referral};
use asked::{Answered, Asked};
use chrono::NaiveDate;
use other_day::{OtherDay, Which};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};
use std::rc::Rc;

/// The screen.
pub struct PaperScreen {
    /// Whom it is about, for the banner.
    pub(super) patient: Option<PatientId>,
    /// The documents to choose from, by the words on their tabs.
    docs: Vec<(&'static str, Doc)>,
    at: usize,
    lines: Vec<String>,
    cursor: Cursor,
    /// What the referral says beside the record, and whether that was asked.
    said: Option<Referral>,
    was_asked: bool,
    asked: Option<Asked>,
    /// Which other day's sheet is asked for.
    other_day: Option<OtherDay>,
}

/// The words on the tab of the referral.
const REFERRAL: &str = "Referral";
/// Those on the tab of the sheet of a day.
const SHEET: &str = "Sheet";

impl PaperScreen {
    /// Opens on the letters of a patient: the plan, the referral, and the recall where a date was missed; about the dead
    /// the referral alone.
    #[must_use]
    pub fn letters(patient: &Patient, ctx: &Ctx) -> Self {
        let (course, practice) = (&patient.course, &ctx.practice);
        let said = Referral { by: ctx.author.clone(), ..Referral::default() };
        let mut docs: Vec<_> = paper::plan(course, practice).ok().map(|doc| ("Plan", doc)).into_iter().collect();
        docs.push((REFERRAL, paper::referral(course, practice, &said)));
        docs.extend(paper::recall(course, practice, &ctx.author).ok().map(|doc| ("Recall", doc)));
        Self { said: Some(said), ..Self::of(Some(patient.id()), docs) }
    }

    /// Letters are typed, not keys, while a question is asked.
    pub(super) fn place(&self) -> Place {
        if self.asked.is_some() || self.other_day.is_some() { Place::Prompt } else { Place::Paper }
    }

    /// Returns the word on the button of what is asked.
    pub(super) fn button(&self) -> Option<&str> {
        let form = self.asked.as_ref().map(Asked::form).or(self.other_day.as_ref().map(OtherDay::form))?;
        Some(&form.sign)
    }

    /// Opens on a signed note; `None` where the entry is none.
    #[must_use]
    pub fn note(patient: &Patient, ctx: &Ctx, entry: EntryId) -> Option<Self> {
        let doc = paper::note(&patient.chart, &patient.course, &ctx.practice, entry)?;
        Some(Self::of(Some(patient.id()), vec![("Note", doc)]))
    }

    /// Opens on the sheet of a day.
    #[must_use]
    pub fn sheet(doc: Doc) -> Self {
        Self::of(None, vec![(SHEET, doc)])
    }

    fn of(patient: Option<PatientId>, docs: Vec<(&'static str, Doc)>) -> Self {
        let (lines, cursor) = (Vec::new(), Cursor::default());
        let mut screen =
            Self { patient, docs, at: 0, lines, cursor, said: None, was_asked: false, asked: None, other_day: None };
        screen.turn_to(0);
        screen
    }

    fn turn_to(&mut self, at: usize) {
        let Some((_, doc)) = self.docs.get(at) else { return };
        self.at = at;
        self.cursor = Cursor::default();
        let pages = paper::text(doc);
        let pages: Vec<&str> = pages.split('\u{c}').collect();
        let page = |(n, page): (usize, &&str)| {
            let cut = (n > 0).then(|| format!("{:-^78}", " next page "));
            cut.into_iter().chain(page.lines().map(str::to_owned)).collect::<Vec<_>>()
        };
        self.lines = pages.iter().enumerate().flat_map(page).collect();
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        if let Some(asked) = &mut self.asked {
            match asked.update(input, action, body) {
                Answered::NotYet => {}
                Answered::All(said) => self.refer(ctx, said),
                Answered::Left => self.asked = None,
            }
            return Vec::new();
        }
        if let Some(asked) = &mut self.other_day {
            match asked.update(ctx, input, action, body) {
                Which::NotYet => {}
                // The sheet of that day takes this one's place.
                Which::This(day) => return vec![Effect::Pop, Effect::Sheet(day)],
                Which::Left => self.other_day = None,
            }
            return Vec::new();
        }
        let what = match action {
            Some(Action::OtherDay) => return self.ask_day(ctx),
            Some(Action::Back) => return vec![Effect::Pop],
            Some(Action::Help) => return vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::Paper))))],
            Some(Action::Tab1) => return self.turned(0),
            Some(Action::Tab2) => return self.turned(1),
            Some(Action::Tab3) => return self.turned(2),
            Some(Action::Show) => return self.ask(),
            Some(Action::NextTab) => return self.turned((self.at + 1) % self.docs.len().max(1)),
            Some(Action::SaveHtml) => PaperDo::SaveHtml,
            Some(Action::SaveText) => PaperDo::SaveText,
            Some(Action::PrintOut) => PaperDo::Print,
            Some(Action::Browse) => PaperDo::Browse,
            Some(Action::Erase) => PaperDo::Erase,
            _ => {
                self.cursor.scroll(input, action, Block::bordered().inner(body), self.lines.len());
                return Vec::new();
            }
        };
        let job = self.docs.get(self.at).map(|(_, doc)| PaperJob { doc: doc.clone(), patient: self.patient, what });
        job.map(|job| Effect::Paper(Box::new(job))).into_iter().collect()
    }

    /// Returns the day of the sheet that is shown; `None` where it is none.
    fn day_of_sheet(&self) -> Option<NaiveDate> {
        self.docs.first().filter(|(name, _)| *name == SHEET).map(|(_, doc)| doc.on)
    }

    fn ask_day(&mut self, ctx: &Ctx) -> Vec<Effect> {
        match self.day_of_sheet() {
            Some(day) => self.other_day = Some(OtherDay::after(day, ctx)),
            None => return vec![Effect::Say("Only the sheet of a day has another day.".to_owned())],
        }
        Vec::new()
    }

    /// Asks to whom the referral goes and what it asks.
    fn ask(&mut self) -> Vec<Effect> {
        match &self.said {
            Some(said) if self.is_referral(self.at) => self.asked = Some(Asked::about(said)),
            _ => return vec![Effect::Say("Only a referral goes to somebody else.".to_owned())],
        }
        Vec::new()
    }

    /// Writes the referral anew.
    fn refer(&mut self, ctx: &Ctx, said: Referral) {
        (self.asked, self.was_asked) = (None, true);
        let patient: Option<Rc<Patient>> = self.patient.and_then(|id| ctx.patient(id));
        let at = self.docs.iter().position(|(name, _)| *name == REFERRAL).unwrap_or_default();
        if let (Some(patient), Some((_, doc))) = (patient, self.docs.get_mut(at)) {
            *doc = paper::referral(&patient.course, &ctx.practice, &said);
        }
        self.said = Some(said);
        self.turn_to(at);
    }

    fn is_referral(&self, at: usize) -> bool {
        self.docs.get(at).is_some_and(|(name, _)| *name == REFERRAL)
    }

    fn turned(&mut self, at: usize) -> Vec<Effect> {
        if at < self.docs.len() {
            self.turn_to(at);
            // Asked once by itself; later where it is wished for.
            let asks = self.is_referral(at) && self.said.is_some() && !self.was_asked;
            self.was_asked |= asks;
            return if asks { self.ask() } else { Vec::new() };
        }
        // The sheet of a day and a note have nothing beside them.
        if self.said.is_none() {
            return Vec::new();
        }
        let says = match self.is_referral(0) {
            true => "The patient died: no plan and no recall is written to the dead.",
            false => "No date was missed: there is nothing to recall this patient for.",
        };
        vec![Effect::Say(says.to_owned())]
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        if let Some(asked) = &self.asked {
            return asked.view(frame, body, ctx);
        }
        if let Some(asked) = &self.other_day {
            return asked.view(frame, body, ctx);
        }
        let tab = |(n, (name, _)): (usize, &(&str, Doc))| {
            let chosen = if n == self.at { ctx.theme.glyphs.selected } else { " " };
            format!("{chosen}{} {name}", n + 1)
        };
        let titles: Vec<_> = self.docs.iter().enumerate().map(tab).collect();
        let title = if self.docs.len() > 1 { titles.join("  ") } else { self.docs.iter().map(|(n, _)| *n).collect() };
        let title = match self.day_of_sheet() {
            Some(day) => {
                keymap::told(&format!("{title} of {}; {{paper.other_day}} shows another day's", words::day(day)))
            }
            None => title,
        };
        let block = Block::bordered().title(format!(" {title} ")).title_style(ctx.theme.style(Role::Title));
        let inner = block.inner(body);
        let (top, more) = self.cursor.page(self.lines.len(), inner.height);
        frame.render_widget(frame::bordered(block.title_bottom(Line::from(more).right_aligned()), ctx), body);
        let shown: Vec<_> = self.lines.iter().skip(top).map(|line| Line::raw(line.as_str())).collect();
        frame.render_widget(Paragraph::new(shown), inner);
    }
}
