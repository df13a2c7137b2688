//! The audit log: who saw, recorded, printed and signed in, newest first; of all, of one patient, of one person. Near misses
//! stand on a page of their own, by day and without a patient: beside names and times everybody would know whose they were.

use super::super::ctx::Ctx;
use super::super::effect::Effect;
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::theme::Role;
use super::super::widgets::frame::{self, fit};
use super::list::Cursor;
use super::{Help, Screen};
use crate::clinic::audit::{Event, Logged};
use crate::clinic::entry::PatientId;
use crate::clinic::words;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};

/// The columns before the patient: cursor, instant, who, what.
const WHEN: usize = 22;
const WHO: usize = 18;
const DID: usize = 14;

/// The screen.
pub struct AuditScreen {
    /// Whose chart it was opened from.
    pub(super) patient: Option<PatientId>,
    lines: Vec<Logged>,
    /// The lines that are shown.
    shown: Vec<usize>,
    only: Option<PatientId>,
    by: Option<String>,
    misses: bool,
    cursor: Cursor,
}

impl AuditScreen {
    /// Shows lines, the newest first.
    #[must_use]
    pub fn new(patient: Option<PatientId>, lines: Vec<Logged>) -> Self {
        let shown = Vec::new();
        let mut screen = Self { patient, lines, shown, only: None, by: None, misses: false, cursor: Cursor::default() };
        screen.sift();
        screen
    }

    fn chosen(&self) -> Option<&Event> {
        Some(&self.lines.get(*self.shown.get(self.cursor.at)?)?.event)
    }

    /// Shows what the filters leave; the line under the cursor stays there.
    fn sift(&mut self) {
        let before = self.shown.get(self.cursor.at).copied();
        let is_shown = |line: &Logged| {
            let event = &line.event;
            let is_miss = event.what.is_at_the_needle();
            let is_wanted = self.only.is_none_or(|id| event.patient == Some(id))
                && self.by.as_ref().is_none_or(|by| *by == event.by);
            if self.misses { is_miss } else { is_wanted && !is_miss }
        };
        self.shown = (0..self.lines.len()).filter(|n| is_shown(&self.lines[*n])).collect();
        let at = before.and_then(|n| self.shown.iter().position(|shown| *shown == n));
        self.cursor.at = at.unwrap_or(0);
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        match action {
            Some(Action::Back) => return vec![Effect::Pop],
            Some(Action::Help) => return vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::Audit))))],
            // Of the month of the chosen line, whatever is left out here.
            Some(Action::Month) => {
                return vec![Effect::LoadMonth(self.chosen().map_or(ctx.today(), |e| e.at.date_naive()))];
            }
            Some(Action::Show) if self.patient.is_some() => {
                return vec![Effect::Say("Near misses name no patient: they are shown from Today alone.".to_owned())];
            }
            Some(Action::OnlyPatient | Action::OnlyBy) if self.misses => {}
            Some(Action::OnlyPatient) => {
                self.only = if self.only.is_some() { None } else { self.chosen().and_then(|e| e.patient) };
                self.sift();
            }
            Some(Action::OnlyBy) => {
                let by = self.chosen().map(|e| e.by.clone()).filter(|by| !by.is_empty());
                self.by = if self.by.is_some() { None } else { by };
                self.sift();
            }
            Some(Action::Show) => {
                self.misses = !self.misses;
                self.sift();
            }
            _ => drop(self.cursor.input(input, action, areas(body).0, self.shown.len())),
        }
        Vec::new()
    }

    fn title(&self, ctx: &Ctx) -> String {
        if self.misses {
            return " Near misses, the last 3 months, without names ".to_owned();
        }
        let of = self.only.map(|id| format!(", {}", name(id, ctx))).unwrap_or_default();
        let by = self.by.as_ref().map(|by| format!(", by {by}")).unwrap_or_default();
        format!(" Audit log, the last 3 months{of}{by} ")
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let title = self.title(ctx);
        frame::boxed(frame, body, &title, ctx);
        let (area, told) = areas(body);
        let titles = match self.misses {
            true => format!("  {:<WHEN$} What was stopped", "When"),
            false => format!("  {:<WHEN$} {:<WHO$} {:<DID$} Patient", "When", "Who", "What"),
        };
        let head = Rect { y: area.y.saturating_sub(1), height: area.height.min(1), ..area };
        frame.render_widget(Line::styled(titles, ctx.theme.style(Role::Dim)), head);
        if self.shown.is_empty() {
            frame.render_widget(Line::raw("  Nothing is in it."), area);
        }
        let top = self.cursor.top(self.shown.len(), area.height);
        for (i, n) in self.shown.iter().enumerate().skip(top).take(usize::from(area.height)) {
            let line = Rect { y: area.y + (i - top) as u16, height: 1, ..area };
            frame.render_widget(line_of(&self.lines[*n].event, i == self.cursor.at, area.width, ctx), line);
        }
        if let Some(event) = self.chosen() {
            let parts = [event.by.clone(), event.what.words().to_owned(), rest(event, ctx)];
            let words = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
            frame.render_widget(Paragraph::new(words).wrap(Wrap { trim: false }), told);
        }
    }
}

/// The lines, and under them the words of the chosen one, so that nothing of it is ever cut off.
fn areas(body: Rect) -> (Rect, Rect) {
    let inner = Block::bordered().inner(body);
    let head = inner.height.min(1);
    let lines = Rect { y: inner.y + head, height: inner.height - head, ..inner };
    let told = match lines.height {
        15.. => 3,
        11.. => 2,
        _ => 0,
    };
    let list = Rect { height: lines.height - told, ..lines };
    (list, Rect { x: lines.x + 1, width: lines.width.saturating_sub(2), y: list.bottom(), height: told })
}

/// Whom it is about, and more.
fn rest(event: &Event, ctx: &Ctx) -> String {
    let patient = event.patient.filter(|_| !event.what.is_at_the_needle());
    let patient = patient.map(|id| name(id, ctx)).unwrap_or_default();
    let more = event.more(&ctx.practice.knowledge);
    [patient, more].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
}

fn name(patient: PatientId, ctx: &Ctx) -> String {
    ctx.row(patient).map_or_else(|| patient.to_string(), |row| format!("{} {}", row.number, row.name))
}

fn line_of(event: &Event, chosen: bool, width: u16, ctx: &Ctx) -> Line<'static> {
    let theme = &ctx.theme;
    let e = theme.glyphs.ellipsis;
    let style = |role| theme.on_line(role, chosen);
    let base = if chosen { theme.style(Role::Selected) } else { Style::default() };
    let cursor = Span::styled(format!("{} ", if chosen { theme.glyphs.selected } else { " " }), style(Role::Accent));
    let rest = rest(event, ctx);
    if event.what.is_at_the_needle() {
        let (when, room) = (words::day(event.at.date_naive()), usize::from(width).saturating_sub(2 + WHEN + 1));
        let when = Span::styled(format!("{} ", fit(&when, WHEN, e)), style(Role::Dim));
        return Line::from(vec![cursor, when, Span::styled(fit(&rest, room, e), base)]);
    }
    let when = format!("{} {}", words::day(event.at.date_naive()), event.at.format("%H:%M"));
    let room = usize::from(width).saturating_sub(2 + WHEN + 1 + WHO + 1 + DID + 1);
    Line::from(vec![
        cursor,
        Span::styled(format!("{} {} ", fit(&when, WHEN, e), fit(&event.by, WHO, e)), style(Role::Dim)),
        Span::styled(format!("{} ", fit(event.what.words(), DID, e)), style(Role::Accent)),
        Span::styled(fit(&rest, room, e), base),
    ])
}
