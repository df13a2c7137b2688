//! Same patient? Two charts side by side, what differs marked, and a person's word on them. Nothing is decided without one.

mod pairs;
mod table;

use super::super::ctx::{Ctx, Patient};
use super::super::effect::Effect;
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::prompts::{LinkPrompt, PromptScreen, kept_apart};
use super::super::theme::Role;
use super::super::widgets::frame as frames;
use super::super::widgets::wrapped::wrapped;
use super::list::Cursor;
use super::{Help, Screen};
use crate::clinic::entry::PatientId;
use crate::clinic::links::Link;
use pairs::{Pair, State};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The screen.
pub struct Same {
    /// Whose pairs; everybody's where absent.
    about: Option<PatientId>,
    pairs: Vec<Pair>,
    at: usize,
    /// The two charts of the pair at hand, once they are read.
    shown: Option<(Rc<Patient>, Rc<Patient>)>,
    cursor: Cursor,
    /// What was typed into the prompt before the program ended.
    draft: Option<BTreeMap<String, String>>,
}

impl Same {
    /// Opens on all pairs that nobody decided on yet, or on those of one patient, decided or not.
    #[must_use]
    pub fn new(about: Option<PatientId>, ctx: &Ctx) -> Self {
        let pairs = pairs::of(about, ctx);
        Self { about, pairs, at: 0, shown: None, cursor: Cursor::default(), draft: None }
    }

    /// Opens on the pair that a prompt was being filled in about.
    #[must_use]
    pub fn resume(patient: PatientId, values: BTreeMap<String, String>, ctx: &Ctx) -> Self {
        let mut screen = Self { draft: Some(values), ..Self::new(Some(patient), ctx) };
        screen.find_draft();
        screen
    }

    fn find_draft(&mut self) {
        let other = self.draft.as_ref().and_then(|values| values.get("other"));
        let is_it = |pair: &Pair| other.is_some_and(|other| pair.newer.to_string() == *other);
        self.at = self.pairs.iter().position(is_it).unwrap_or(self.at);
    }

    /// Reads the pairs anew; where they are others the two charts are read again.
    pub(super) fn refresh(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let pairs = pairs::of(self.about, ctx);
        if pairs != self.pairs {
            self.pairs = pairs;
            self.at = self.at.min(self.pairs.len().saturating_sub(1));
            self.shown = None;
            self.find_draft();
        }
        self.load()
    }

    /// Asks for the two charts of the pair at hand.
    #[must_use]
    pub fn load(&self) -> Vec<Effect> {
        let wanted = self.pairs.get(self.at).filter(|_| self.shown.is_none());
        let effect =
            |pair: &Pair| Effect::LoadPair { older: pair.older, newer: pair.newer, alone: pair.state == State::Joined };
        wanted.map(effect).into_iter().collect()
    }

    /// Takes the two charts that were read.
    pub fn paired(&mut self, older: Rc<Patient>, newer: Rc<Patient>, ctx: &Ctx) -> Vec<Effect> {
        self.shown = Some((older, newer));
        self.cursor.at = 0;
        let Some(values) = self.draft.take() else { return Vec::new() };
        let link = if values.get("link").is_some_and(|l| l == "same") { Link::Same } else { Link::Different };
        self.prompt(link)
            .map(|mut prompt| {
                prompt.restore(&values, ctx);
                Effect::Push(Box::new(Screen::Prompt(Box::new(prompt))))
            })
            .into_iter()
            .collect()
    }

    fn prompt(&self, link: Link) -> Option<PromptScreen> {
        let (older, newer) = self.shown.clone()?;
        let pair = self.pairs.get(self.at)?;
        let is_joined = pair.state == State::Joined;
        let done = matches!((pair.state, link), (State::Joined, Link::Same) | (State::Apart, Link::Different));
        (!done).then(|| PromptScreen::new(Box::new(LinkPrompt::new(older, newer, link, is_joined))))
    }

    fn decide(&self, link: Link) -> Vec<Effect> {
        match self.prompt(link) {
            Some(prompt) => vec![Effect::Push(Box::new(Screen::Prompt(Box::new(prompt))))],
            None if self.pairs.is_empty() => Vec::new(),
            None => vec![Effect::Say("That was said already.".to_owned())],
        }
    }

    fn step(&mut self, by: isize) -> Vec<Effect> {
        let count = self.pairs.len() as isize;
        if count > 1 {
            self.at = (self.at as isize + by).rem_euclid(count) as usize;
            self.shown = None;
        }
        self.load()
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        match action {
            Some(Action::Back) => return vec![Effect::Pop],
            Some(Action::Join) => return self.decide(Link::Same),
            Some(Action::Part) => return self.decide(Link::Different),
            Some(Action::Left) => return self.step(-1),
            Some(Action::Right) => return self.step(1),
            Some(Action::Help) => return vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::Same))))],
            _ => {}
        }
        let inner = inside(body);
        self.cursor.scroll(input, action, inner, self.lines(ctx, inner.width).len());
        Vec::new()
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let title = match self.pairs.len() {
            0 => " Same patient? ".to_owned(),
            n => format!(" Same patient? {} of {n} ", self.at + 1),
        };
        let lines = self.lines(ctx, inside(body).width);
        let (top, more) = self.cursor.page(lines.len(), inside(body).height);
        let block = Block::bordered().title(title).title_style(ctx.theme.style(Role::Title));
        frame.render_widget(frames::bordered(block.title_bottom(Line::from(more).right_aligned()), ctx), body);
        let shown: Vec<_> = lines.into_iter().skip(top).collect();
        frame.render_widget(Paragraph::new(shown), inside(body));
    }

    fn lines(&self, ctx: &Ctx, width: u16) -> Vec<Line<'static>> {
        let width = usize::from(width);
        let Some(pair) = self.pairs.get(self.at) else {
            let words =
                "Nobody seems to be entered twice. A pair that the names do not show is joined with `cobalog same`.";
            return wrapped(words, width.max(1)).into_iter().map(Line::raw).collect();
        };
        let Some((older, newer)) = &self.shown else { return vec![Line::raw("Reading the two charts…")] };
        let said = kept_apart(older, newer).filter(|_| pair.state != State::Joined);
        let said = said.map(|said| format!("{said} ")).unwrap_or_default();
        let mut lines: Vec<_> = wrapped(&format!("{said}{}", pair.words()), width.max(1))
            .into_iter()
            .map(|line| Line::styled(line, ctx.theme.style(Role::Due)))
            .collect();
        lines.extend(table::lines(older, newer, pair.state, ctx, width));
        lines
    }
}

fn inside(body: Rect) -> Rect {
    let inner = Block::bordered().inner(body);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// Opens the screen, with its first pair on the way.
pub(super) fn open(about: Option<PatientId>, ctx: &Ctx) -> Vec<Effect> {
    let screen = Same::new(about, ctx);
    let load = screen.load();
    std::iter::once(Effect::Push(Box::new(Screen::Same(screen)))).chain(load).collect()
}

/// Says calmly how many pairs wait for somebody's word, with the key; nothing where none does.
#[must_use]
pub(super) fn waiting(ctx: &Ctx) -> Line<'static> {
    let n = ctx.doubles.len() as i64;
    let verb = if n == 1 { "patient may be" } else { "patients may be" };
    let words = if n > 0 { format!(" {n} {verb} entered twice: D ") } else { String::new() };
    Line::styled(words, ctx.theme.style(Role::Note)).right_aligned()
}
