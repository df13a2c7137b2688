//! For the prescriber: what waits for a signature, then the orders that have ended or will soon. Several are marked and signed
//! at once, after all of it was shown in full.

mod signing;

use super::super::ctx::Ctx;
use super::super::effect::{Effect, PromptKind, Then};
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::prompts::{CosignPrompt, PromptScreen};
use super::super::theme::Role;
use super::super::widgets::frame as frames;
use super::super::widgets::pen::Pen;
use super::list::{Cursor, Moved};
use super::{Help, Screen};
use crate::clinic::agenda::Row;
use crate::clinic::cosign::Waiting as ToSign;
use crate::clinic::entry::{EntryId, PatientId};
use crate::clinic::roles::{self, Doing};
use crate::clinic::term::{Cover, renewals_until};
use crate::clinic::words;
use chrono::NaiveDate;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, Paragraph, Wrap};
use std::collections::BTreeSet;
use std::rc::Rc;

pub use signing::Signing;

/// One line.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    patient: PatientId,
    name: String,
    born: NaiveDate,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    Sign(ToSign),
    Renew(Cover),
}

impl Line {
    fn of(row: &Row, what: What) -> Self {
        Self { patient: row.id, name: row.name.clone(), born: row.born, what }
    }

    /// Returns what is signed, where it waits for a signature.
    fn to_sign(&self) -> Option<(PatientId, EntryId)> {
        match &self.what {
            What::Sign(waiting) => Some((self.patient, waiting.entry)),
            What::Renew(_) => None,
        }
    }

    fn is(&self, other: &Self) -> bool {
        let entry = |line: &Self| match &line.what {
            What::Sign(waiting) => (0, waiting.entry),
            What::Renew(cover) => (1, cover.entry),
        };
        self.patient == other.patient && entry(self) == entry(other)
    }
}

/// The screen.
#[derive(Default)]
pub struct Waiting {
    lines: Vec<Line>,
    /// The line at the cursor.
    chosen: Option<Line>,
    /// What is signed at once.
    marked: BTreeSet<(PatientId, EntryId)>,
    /// Whether its chart was not asked for yet.
    wants_chart: bool,
    cursor: Cursor,
}

impl Waiting {
    /// Opens on everything that waits; what waits for the prescriber who is here stands first.
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let mut screen = Self::default();
        screen.refresh(ctx);
        screen
    }

    /// Reads the lists anew; the chosen line stays chosen, or the next one takes its place.
    pub(super) fn refresh(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let rows = ctx.rows.to_sign();
        let all = rows.iter().flat_map(|row| row.asks.to_sign.iter().map(|w| Line::of(row, What::Sign(w.clone()))));
        let mut lines: Vec<Line> = all.collect();
        lines.sort_by_key(|line| !matches!(&line.what, What::Sign(w) if roles::is(&w.prescriber, &ctx.author)));
        let rows = ctx.rows.renewals(renewals_until(ctx.today(), ctx.practice.renewal_days()));
        lines.extend(rows.iter().filter_map(|row| Some(Line::of(row, What::Renew(row.asks.cover.clone()?)))));
        self.marked.retain(|marked| lines.iter().any(|line| line.to_sign() == Some(*marked)));
        self.lines = lines;
        let at = self.chosen.as_ref().and_then(|chosen| self.lines.iter().position(|line| line.is(chosen)));
        self.cursor.at = at.unwrap_or(self.cursor.at);
        self.cursor.clamp(self.lines.len());
        self.choose();
        Vec::new()
    }

    fn choose(&mut self) {
        self.chosen = self.lines.get(self.cursor.at).cloned();
        self.wants_chart = true;
    }

    /// Asks once for the chosen patient's chart, so that a signature is one key.
    pub fn peek(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if !std::mem::take(&mut self.wants_chart) {
            return Vec::new();
        }
        let wanted = self.beside().filter(|id| !ctx.patients.contains_key(id));
        wanted.map(|id| Effect::Load(id, Then::Peek)).into_iter().collect()
    }

    /// Returns the patient of the chosen line.
    pub(super) fn beside(&self) -> Option<PatientId> {
        self.chosen.as_ref().map(|line| line.patient)
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        match self.cursor.input(input, action, areas(body).0, self.lines.len()) {
            Moved::Opened => return self.on_chosen(Then::Chart),
            Moved::Yes => {
                self.choose();
                return Vec::new();
            }
            Moved::No => {}
        }
        match action {
            Some(Action::Open) => self.on_chosen(Then::Chart),
            Some(Action::Mark) => self.mark(ctx),
            Some(Action::MarkAll) => self.mark_all(ctx),
            Some(Action::Cosign) if !self.marked.is_empty() => {
                let marked = self.lines.iter().filter_map(Line::to_sign).filter(|one| self.marked.contains(one));
                vec![Effect::ToSign(marked.collect())]
            }
            Some(Action::Cosign) => self.cosign(ctx),
            Some(Action::Renew) => self.on_chosen(Then::Prompt(PromptKind::Renew)),
            Some(Action::Help) => vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::Waiting))))],
            Some(Action::Back) => vec![Effect::Pop],
            _ => Vec::new(),
        }
    }

    fn on_chosen(&self, then: Then) -> Vec<Effect> {
        self.beside().map(|id| Effect::Load(id, then)).into_iter().collect()
    }

    /// Marks the chosen line, or takes its mark away, and goes on to the next one.
    fn mark(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(one) = self.chosen.as_ref().map(Line::to_sign) else { return Vec::new() };
        let Some(one) = one else { return vec![nothing_to_sign(ctx)] };
        if let Err(words) = may_sign(ctx) {
            return vec![Effect::Say(words)];
        }
        if !self.marked.remove(&one) {
            self.marked.insert(one);
        }
        self.cursor.at += 1;
        self.cursor.clamp(self.lines.len());
        self.choose();
        Vec::new()
    }

    fn mark_all(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if let Err(words) = may_sign(ctx) {
            return vec![Effect::Say(words)];
        }
        let all: BTreeSet<_> = self.lines.iter().filter_map(Line::to_sign).collect();
        self.marked = if all == self.marked { BTreeSet::new() } else { all };
        Vec::new()
    }

    fn cosign(&self, ctx: &Ctx) -> Vec<Effect> {
        let Some(line) = &self.chosen else { return Vec::new() };
        let What::Sign(waiting) = &line.what else {
            return vec![nothing_to_sign(ctx)];
        };
        if let Some(words) = roles::may_not_sign(&ctx.practice.settings.people, &ctx.author, &waiting.prescriber) {
            return vec![Effect::Say(words)];
        }
        let prompt = ctx.patient(line.patient).and_then(|p| CosignPrompt::new(Rc::clone(&p), ctx, Some(waiting.entry)));
        match prompt {
            Some(prompt) => vec![Effect::Push(Box::new(Screen::Prompt(Box::new(PromptScreen::new(Box::new(prompt))))))],
            None => self.on_chosen(Then::Prompt(PromptKind::Cosign)),
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let sign = self.lines.iter().filter(|line| matches!(line.what, What::Sign(_))).count();
        let until = words::day(renewals_until(ctx.today(), ctx.practice.renewal_days()));
        let marked = Some(self.marked.len()).filter(|n| *n > 0).map(|n| format!(", {n} marked")).unwrap_or_default();
        let title = format!(" To sign: {sign}{marked}. Orders that end by {until}: {} ", self.lines.len() - sign);
        frames::boxed(frame, body, &title, ctx);
        let (list, told) = areas(body);
        if self.lines.is_empty() {
            let days = ctx.practice.renewal_days();
            let words = format!("  Nothing waits for a signature, and no order ends in the next {days} days.");
            frame.render_widget(Paragraph::new(words).wrap(Wrap { trim: false }), list);
            return;
        }
        let columns = Columns::of(list.width);
        let head = Rect { y: list.y.saturating_sub(1), height: 1, ..list };
        frame.render_widget(ratatui::text::Line::styled(columns.titles(), ctx.theme.style(Role::Dim)), head);
        let top = self.cursor.top(self.lines.len(), list.height);
        for (i, line) in self.lines.iter().enumerate().skip(top).take(usize::from(list.height)) {
            let area = Rect { y: list.y + (i - top) as u16, height: 1, ..list };
            let marked = line.to_sign().is_some_and(|one| self.marked.contains(&one));
            let mark = if marked { ctx.theme.glyphs.fine } else { " " };
            write(line, (i == self.cursor.at, mark), &columns, ctx, &mut Pen::on(frame.buffer_mut(), area));
        }
        let words = self.chosen.as_ref().map(|line| in_full(line, self.marked.len(), ctx)).unwrap_or_default();
        frame.render_widget(Paragraph::new(words).wrap(Wrap { trim: false }), told);
    }
}

/// The list, and under it the words for its chosen line.
fn areas(body: Rect) -> (Rect, Rect) {
    let inner = Block::bordered().inner(body);
    let head = inner.height.min(1);
    let lines = Rect { y: inner.y + head, height: inner.height - head, ..inner };
    let told = if lines.height > 8 { 3 } else { 0 };
    let list = Rect { height: lines.height - told, ..lines };
    (list, Rect { x: lines.x + 1, width: lines.width.saturating_sub(2), y: list.bottom(), height: told })
}

/// The widths of the columns.
struct Columns {
    todo: usize,
    name: usize,
    born: usize,
    what: usize,
}

impl Columns {
    fn of(width: u16) -> Self {
        let (todo, born) = (19, 11);
        let rest = usize::from(width).saturating_sub(2 + todo + born + 3);
        let name = (rest / 2).clamp(8, 32).min(rest);
        Self { todo, name, born, what: rest.saturating_sub(name) }
    }

    fn titles(&self) -> String {
        let fit = |text, width| frames::fit(text, width, "");
        format!("  {} {} {} What", fit("To do", self.todo), fit("Patient", self.name), fit("Born", self.born))
    }
}

fn write(line: &Line, (chosen, mark): (bool, &str), columns: &Columns, ctx: &Ctx, pen: &mut Pen<'_>) {
    let theme = &ctx.theme;
    let e = theme.glyphs.ellipsis;
    let plain = if chosen { theme.style(Role::Selected) } else { Style::default() };
    let (todo, role, what) = match &line.what {
        What::Sign(waiting) => {
            (sign_since(waiting, ctx.today()), Role::Due, format!("{}, {}", waiting.what, waiting.told.name()))
        }
        What::Renew(cover) => {
            let role = if cover.allows(ctx.today()) { Role::Due } else { Role::Stop };
            (renew_by(cover, ctx.today()), role, cover.words(ctx.today()))
        }
    };
    pen.write(if chosen { theme.glyphs.selected } else { " " }, theme.on_line(Role::Accent, chosen));
    pen.write(mark, theme.on_line(Role::Good, chosen));
    pen.column(&todo, columns.todo, e, theme.on_line(role, chosen));
    pen.blank(1, plain);
    pen.column(&line.name, columns.name, e, plain);
    pen.blank(1, plain);
    pen.column(&words::born(line.born), columns.born, e, plain);
    pen.blank(1, plain);
    pen.column(&what, columns.what, e, plain);
}

/// Says for how long it waits.
fn sign_since(waiting: &ToSign, today: NaiveDate) -> String {
    match (today - waiting.since).num_days() {
        days if days > 0 => format!("sign: {}", words::days(days)),
        _ => "sign: today".to_owned(),
    }
}

fn renew_by(cover: &Cover, today: NaiveDate) -> String {
    match cover.ends() {
        _ if !cover.allows(today) => "renew: it ended".to_owned(),
        Some(day) => format!("renew by {}", words::day_short(day)),
        None => "renew".to_owned(),
    }
}

fn key(action: Action, ctx: &Ctx) -> &str {
    ctx.keymap.key(action, Place::Waiting)
}

fn nothing_to_sign(ctx: &Ctx) -> Effect {
    Effect::Say(format!("Nothing to sign here: this order is renewed with {}.", key(Action::Renew, ctx)))
}

/// Says why who is here signs nothing for a prescriber. A paper that somebody outside signed is filed one by one.
fn may_sign(ctx: &Ctx) -> Result<(), String> {
    roles::may(&ctx.practice.settings.people, &ctx.author, Doing::Cosign).map_err(|words| format!("{words}."))
}

fn in_full(line: &Line, marked: usize, ctx: &Ctx) -> String {
    match &line.what {
        What::Sign(waiting) => {
            let (sign, open) = (key(Action::Cosign, ctx), key(Action::Open, ctx));
            let people = &ctx.practice.settings.people;
            let signs = match marked {
                0 if roles::may_not_sign(people, &ctx.author, &waiting.prescriber).is_some() => {
                    format!("{} signs it; {open} opens the chart.", waiting.prescriber)
                }
                0 if !roles::can_sign_here(people, &waiting.prescriber) && !roles::signs_here(people, &ctx.author) => {
                    format!("{sign} files the paper that {} signed, {open} opens the chart.", waiting.prescriber)
                }
                0 => format!("{sign} signs it, {open} opens the chart."),
                n => format!("{sign} shows the {n} marked in full, to sign them at once."),
            };
            format!("{}. {}. {signs}", waiting.what, waiting.from_whom())
        }
        What::Renew(cover) => {
            let beyond = cover.beyond.map(|day| format!("; the dose of {} is beyond it", words::day(day)));
            let beyond = beyond.unwrap_or_default();
            let what = words::begun(&cover.words(ctx.today()));
            format!("{what}{beyond}. Ordered by {}. {} renews it.", cover.prescriber, key(Action::Renew, ctx))
        }
    }
}
