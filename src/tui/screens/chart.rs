//! Chart: where is this patient in the course, and is it working?

mod attention;
mod checkpoints;
mod doses;
mod history;
mod plan;
mod timeline;
mod why;

use super::super::ctx::{Ctx, Patient};
use super::super::effect::{Effect, PromptKind, Then};
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::prompts::{Amend, EncounterPrompt, PromptScreen};
use super::super::theme::Role;
use super::super::widgets::timeline::{Event, EventKind, TimelineState, describe};
use super::super::widgets::told;
use super::list::{Cursor, Moved};
use super::{Help, PaperScreen, Screen, TextPage};
use crate::clinic::entry::{Act, EntryId, NotGiven, PatientId};
use crate::tui::keymap;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};
use std::rc::Rc;
use why::Subject;

/// The tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Everything on one time axis.
    #[default]
    Timeline,
    /// Every dose.
    Doses,
    /// Symptoms and labs.
    Checkpoints,
    /// Triage, regimen, what is next.
    Plan,
    /// Every entry.
    History,
}

const TABS: [(Tab, &str); 5] = [
    (Tab::Timeline, "1 Timeline"),
    (Tab::Doses, "2 Doses"),
    (Tab::Checkpoints, "3 Checkpoints"),
    (Tab::Plan, "4 Plan"),
    (Tab::History, "5 History"),
];

/// The screen.
pub struct ChartScreen {
    /// Whose chart it is.
    pub patient: PatientId,
    tab: Tab,
    timeline: TimelineState,
    cursor: Cursor,
    /// The first line of the checkpoints' table.
    table: Cursor,
    /// The unit of the lab shown, counted on; taken modulo the units that there are.
    unit: usize,
    /// How many entries the chart had when it was last looked at.
    entries: usize,
}

impl ChartScreen {
    /// Opens on the timeline, at today.
    #[must_use]
    pub fn new(patient: &Patient) -> Self {
        let timeline = TimelineState::new(&patient.course);
        Self {
            patient: patient.id(),
            tab: Tab::default(),
            timeline,
            cursor: Cursor::default(),
            table: Cursor::default(),
            unit: 0,
            entries: patient.chart.entries().len(),
        }
    }

    /// After a new entry the events are others: the cursor goes to today, where it happened.
    pub(super) fn refresh(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if let Some(patient) = ctx.patient(self.patient).filter(|p| p.chart.entries().len() != self.entries) {
            self.entries = patient.chart.entries().len();
            self.timeline.today(&patient.course);
            self.turn_to(self.tab, &patient);
        }
        Vec::new()
    }

    /// Somebody else wrote to the chart: what was chosen stays chosen, wherever it is now.
    pub(in crate::tui) fn follow(&mut self, before: &Patient, after: &Patient) {
        self.entries = after.chart.entries().len();
        self.timeline.follow(&before.course, &after.course);
        let at = self.cursor.at;
        let same = match self.tab {
            Tab::History => {
                let id = before.chart.entries().get(at).map(|e| e.id);
                after.chart.entries().iter().position(|e| Some(e.id) == id)
            }
            Tab::Doses => {
                let of = |slot: &crate::clinic::course::DoseSlot| (slot.order, slot.n);
                let chosen = before.course.doses.get(at).map(of);
                after.course.doses.iter().position(|slot| Some(of(slot)) == chosen)
            }
            _ => None,
        };
        self.cursor.at = same.unwrap_or(at);
    }

    fn turn_to(&mut self, tab: Tab, patient: &Patient) {
        self.tab = tab;
        self.table = Cursor::default();
        self.cursor.at = match tab {
            Tab::Doses => doses::first_owed(patient),
            Tab::History => patient.chart.entries().len().saturating_sub(1),
            _ => 0,
        };
    }

    /// Returns the number of the tab that is shown.
    pub(in crate::tui) fn tab_at(&self) -> usize {
        TABS.iter().position(|(tab, _)| *tab == self.tab).unwrap_or(0)
    }

    /// Turns to a tab by its number.
    pub(in crate::tui) fn turn_to_tab(&mut self, at: usize, patient: &Patient) {
        TABS.get(at).into_iter().for_each(|(tab, _)| self.turn_to(*tab, patient));
    }

    fn step(&mut self, by: isize, patient: &Patient) {
        let here = TABS.iter().position(|(t, _)| *t == self.tab).unwrap_or(0) as isize;
        self.turn_to(TABS[(here + by).rem_euclid(TABS.len() as isize) as usize].0, patient);
    }

    fn areas(body: Rect) -> (Rect, Rect) {
        let head = body.height.min(1);
        (Rect { height: head, ..body }, Rect { y: body.y + head, height: body.height - head, ..body })
    }

    /// Where each tab's title stands.
    fn tab_spots(head: Rect) -> Vec<(Tab, Rect)> {
        let mut x = head.x + 1;
        let spot = |(tab, title): &(Tab, &'static str)| {
            let width = title.len() as u16 + 2;
            let rect = Rect { x, width, ..head }.intersection(head);
            x = x.saturating_add(width + 1);
            (*tab, rect)
        };
        TABS.iter().map(spot).collect()
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        let Some(patient) = ctx.patient(self.patient) else {
            return if action == Some(Action::Back) { vec![Effect::Pop] } else { Vec::new() };
        };
        let (head, area) = Self::areas(body);
        if let Input::Click(at) = input
            && let Some((tab, _)) = Self::tab_spots(head).into_iter().find(|(_, r)| r.contains(*at))
        {
            self.turn_to(tab, &patient);
            return Vec::new();
        }
        if let Some(tab) = action.and_then(tab_of) {
            self.turn_to(tab, &patient);
            return Vec::new();
        }
        match action {
            Some(Action::NextTab) => self.step(1, &patient),
            Some(Action::PreviousTab) => self.step(-1, &patient),
            Some(Action::Units) => self.unit = self.unit.wrapping_add(1),
            Some(action) if self.tab == Tab::Timeline && self.walk(action, &patient) => {}
            Some(action) => {
                let effects = self.work(action, &patient, ctx);
                if !effects.is_empty() {
                    return effects;
                }
                self.scroll(input, Some(action), area, &patient, ctx);
            }
            None => self.scroll(input, None, area, &patient, ctx),
        }
        Vec::new()
    }

    /// Moves along the timeline; `false` where the action means nothing to it.
    fn walk(&mut self, action: Action, patient: &Patient) -> bool {
        let course = &patient.course;
        match action {
            Action::Left | Action::Up => self.timeline.left(course),
            Action::Right | Action::Down => self.timeline.right(course),
            Action::ZoomIn => self.timeline.zoom_in(course),
            Action::ZoomOut => self.timeline.zoom_out(course),
            Action::ToToday => self.timeline.today(course),
            Action::First => self.timeline.first(course),
            Action::Last => self.timeline.last(course),
            _ => return false,
        }
        true
    }

    fn scroll(&mut self, input: &Input, action: Option<Action>, area: Rect, patient: &Patient, ctx: &Ctx) {
        match (self.tab, input) {
            (Tab::Timeline, Input::Click(at)) => self.click_timeline(*at, area, patient, ctx),
            (Tab::Timeline, Input::Wheel(_, by)) if *by < 0 => self.timeline.left(&patient.course),
            (Tab::Timeline, Input::Wheel(_, _)) => self.timeline.right(&patient.course),
            (Tab::Timeline, _) => {}
            (Tab::Plan, _) => {
                let lines = plan::lines(patient, ctx).len();
                self.cursor.scroll(input, action, Block::bordered().inner(area), lines);
            }
            (Tab::Checkpoints, _) => self.scroll_checkpoints(input, action, area, patient, ctx),
            (tab, _) => {
                let is_doses = tab == Tab::Doses;
                let lines = if is_doses { patient.course.doses.len() } else { patient.chart.entries().len() };
                let _: Moved = self.cursor.input(input, action, list_and_words(area).0, lines);
            }
        }
    }

    /// Up and Down choose the lab that is drawn; pages and the wheel scroll the table, and without a lab everything does.
    fn scroll_checkpoints(&mut self, input: &Input, action: Option<Action>, area: Rect, patient: &Patient, ctx: &Ctx) {
        let labs = checkpoints::analytes(patient, ctx).len();
        let is_page = matches!(action, Some(Action::PageUp | Action::PageDown)) || matches!(input, Input::Wheel(..));
        let table = checkpoints::table(area, labs > 0);
        match labs {
            labs if labs > 0 && !is_page => {
                self.cursor.clamp(labs);
                let _: Moved = self.cursor.input(input, action, Rect { height: 1, ..table }, labs);
            }
            _ => self.table.scroll(input, action, table, checkpoints::height(patient, ctx, table.width)),
        }
    }

    fn click_timeline(&mut self, at: Position, area: Rect, patient: &Patient, ctx: &Ctx) {
        let drawn = timeline::areas(area, patient, ctx, &self.timeline).0;
        if drawn.contains(at) {
            self.timeline.select_at(&patient.course, drawn, at.x);
        }
    }

    /// What is recorded from here.
    fn work(&self, action: Action, patient: &Rc<Patient>, ctx: &Ctx) -> Vec<Effect> {
        let prompt = |kind| vec![Effect::Load(self.patient, Then::Prompt(kind))];
        match action {
            Action::Give => prompt(PromptKind::Give),
            Action::Checkpoint => prompt(PromptKind::Checkpoint),
            Action::NotGiven => prompt(PromptKind::NotGiven),
            Action::Order => prompt(PromptKind::Order),
            Action::MoveOn => prompt(PromptKind::PhaseEnd),
            Action::Review => prompt(PromptKind::Review),
            Action::Change => prompt(PromptKind::Change),
            Action::Acknowledge => prompt(PromptKind::Acknowledge),
            Action::Cosign => prompt(PromptKind::Cosign),
            Action::Renew => prompt(PromptKind::Renew),
            Action::Encounter => prompt(PromptKind::Encounter),
            Action::Letter => vec![Effect::Push(Box::new(Screen::Paper(Box::new(self.paper(patient, ctx)))))],
            Action::Identity => prompt(PromptKind::Identity),
            Action::Triage => prompt(PromptKind::Triage),
            Action::Amend => self.amend(patient, ctx),
            Action::Why => vec![Effect::Push(Box::new(Screen::Text(
                TextPage::new("Why", self.why(patient, ctx)).about(self.patient),
            )))],
            Action::Audit => vec![Effect::LoadLog(Some(self.patient))],
            Action::Doubles => super::same::open(Some(self.patient), ctx),
            Action::Help => vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::Chart))))],
            Action::Back => vec![Effect::Pop],
            _ => Vec::new(),
        }
    }

    /// The signed note under the cursor of the history, else the patient's letters.
    fn paper(&self, patient: &Patient, ctx: &Ctx) -> PaperScreen {
        let entry = self.entry_here(patient).filter(|_| self.tab == Tab::History);
        let note = entry.and_then(|entry| PaperScreen::note(patient, ctx, entry));
        note.unwrap_or_else(|| PaperScreen::letters(patient, ctx))
    }

    fn amend(&self, patient: &Rc<Patient>, ctx: &Ctx) -> Vec<Effect> {
        let entry = self.entry_here(patient);
        let addendum = entry.and_then(|entry| EncounterPrompt::addendum(Rc::clone(patient), ctx, entry));
        if let Some(prompt) = addendum {
            return vec![Effect::Push(Box::new(Screen::Prompt(Box::new(PromptScreen::new(Box::new(prompt))))))];
        }
        let prompt = match entry {
            Some(entry) => Amend::entry(Rc::clone(patient), ctx, entry),
            None => None,
        };
        match prompt {
            Some(prompt) => vec![Effect::Push(Box::new(Screen::Prompt(Box::new(PromptScreen::new(Box::new(prompt))))))],
            None if is_registration(patient, entry) => vec![Effect::Say(keymap::told(
                "A patient to whom something was given is not struck out: {chart.identity} corrects the identity, {chart.doubles} joins two charts of one patient.",
            ))],
            None => vec![Effect::Say(keymap::told(
                "Nothing to correct under the cursor: walk to a recorded dose or look, or use the History tab. Identity: {chart.identity}.",
            ))],
        }
    }

    /// The entry under the cursor.
    fn entry_here(&self, patient: &Patient) -> Option<EntryId> {
        let course = &patient.course;
        let of_dose = |slot: &crate::clinic::course::DoseSlot| {
            slot.given.as_ref().map(|g| g.entry).or(slot.not_given.as_ref().map(|(id, _)| *id))
        };
        match self.tab {
            Tab::Timeline => match self.timeline.event(course)?.kind {
                EventKind::Dose(i) => course.doses.get(i).and_then(of_dose),
                EventKind::Check(i) => course.checks.get(i).map(|c| c.entry),
                EventKind::Change(i) => course.changes.get(i).map(|c| c.entry),
                EventKind::Review(i) => course.reviews.get(i).map(|(id, _)| *id),
                _ => None,
            },
            Tab::Doses => course.doses.get(self.cursor.at).and_then(of_dose),
            Tab::Checkpoints => course.checks.last().map(|c| c.entry),
            Tab::Plan => None,
            Tab::History => patient.chart.entries().get(self.cursor.at).map(|e| e.id),
        }
    }

    fn why(&self, patient: &Patient, ctx: &Ctx) -> Vec<String> {
        let subject = match self.tab {
            Tab::Timeline => self.timeline.event(&patient.course).map(|e| Subject::Event(e.kind)),
            Tab::Doses => Some(Subject::Event(EventKind::Dose(self.cursor.at))),
            Tab::Plan => Some(Subject::Plan),
            Tab::Checkpoints => Some(Subject::Checkpoints),
            Tab::History => self.entry_here(patient).map(Subject::Entry),
        };
        why::lines(patient, subject.unwrap_or(Subject::Findings), ctx)
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let Some(patient) = ctx.patient(self.patient) else { return };
        let (head, area) = Self::areas(body);
        for ((tab, title), (_, spot)) in TABS.iter().zip(Self::tab_spots(head)) {
            let role = if *tab == self.tab { Role::Selected } else { Role::Dim };
            frame.render_widget(Line::from(Span::styled(format!(" {title} "), ctx.theme.style(role))), spot);
        }
        match self.tab {
            Tab::Timeline => timeline::draw(frame, area, ctx, &patient, &self.timeline),
            Tab::Doses => doses::draw(frame, area, ctx, &patient, self.cursor),
            Tab::Checkpoints => checkpoints::draw(frame, area, ctx, &patient, (self.cursor, self.table), self.unit),
            Tab::Plan => plan::draw(frame, area, ctx, &patient, self.cursor),
            Tab::History => history::draw(frame, area, ctx, &patient, self.cursor),
        }
    }
}

fn tab_of(action: Action) -> Option<Tab> {
    Some(match action {
        Action::Tab1 => Tab::Timeline,
        Action::Tab2 => Tab::Doses,
        Action::Tab3 => Tab::Checkpoints,
        Action::Tab4 => Tab::Plan,
        Action::Tab5 => Tab::History,
        _ => return None,
    })
}

/// The lines inside a frame with one line of titles.
fn inside(area: Rect) -> Rect {
    let inner = Block::bordered().inner(area);
    let head = inner.height.min(1);
    Rect { y: inner.y + head, height: inner.height - head, ..inner }
}

/// What there is to say about an event of the course, with the note of a dose that was not given: on what grounds, who decided.
fn said(patient: &Patient, ctx: &Ctx, event: &Event) -> Vec<String> {
    let mut lines = describe(&patient.course, &ctx.practice, event);
    let EventKind::Dose(i) = event.kind else { return lines };
    let not = patient.course.doses.get(i).and_then(|slot| slot.not_given.as_ref());
    let note = not.and_then(|(entry, _)| not_given(patient, *entry)?.note);
    lines.splice(lines.len().min(1)..lines.len().min(1), note.map(|note| format!("Note: {note}")));
    lines
}

fn is_registration(patient: &Patient, entry: Option<EntryId>) -> bool {
    entry.and_then(|id| patient.chart.entry(id)).is_some_and(|entry| matches!(entry.act, Act::Registered(_)))
}

/// A dose that was not given, as it holds.
fn not_given(patient: &Patient, entry: EntryId) -> Option<NotGiven> {
    let facts = patient.chart.facts();
    match facts.into_iter().find(|f| f.entry.id == entry)?.act? {
        Act::NotGiven(not) => Some(not.clone()),
        _ => None,
    }
}

/// Tells what the chosen line is about in the words below the list.
fn tell(frame: &mut Frame<'_>, area: Rect, words: &[String], ctx: &Ctx) {
    let lines = told::told(words, usize::from(area.width), usize::from(area.height), ctx.theme.glyphs.ellipsis);
    frame.render_widget(Paragraph::new(lines.into_iter().map(|(_, line)| Line::raw(line)).collect::<Vec<_>>()), area);
}

/// A list, and under it the words for its chosen line, so that nothing of it is ever cut off.
fn list_and_words(area: Rect) -> (Rect, Rect) {
    let lines = inside(area);
    let told = if lines.height > 10 { 3 } else { 0 };
    let list = Rect { height: lines.height - told, ..lines };
    (list, Rect { x: lines.x + 1, width: lines.width.saturating_sub(2), y: list.bottom(), height: told })
}
