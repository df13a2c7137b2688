//! What would come of it: four counts that add up to what the file holds, and each piece with its reason. Nothing is recorded
//! before somebody says so here; what is not recorded stays to be seen.

use super::super::super::ctx::Ctx;
use super::super::super::exchange::{Source, Wish};
use super::super::super::input::Input;
use super::super::super::keymap::Action;
use super::super::super::prompts::summary;
use super::super::super::theme::Role;
use super::super::super::widgets::frame as frames;
use super::super::super::widgets::wrapped::wrapped;
use super::super::list::{Cursor, Moved};
use super::Step;
use super::lines::{List, NONE, areas};
use crate::clinic::intake::{Counts, Left, Outcome, Parcel, Piece, Ruling, Target, Weighed};
use crate::clinic::words;
use crate::tui::keymap;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};
use std::sync::Arc;

/// Which pieces are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    ToLook,
    Taken,
    Skipped,
}

pub(super) struct Looking {
    parcel: Arc<Parcel>,
    weighed: Arc<Weighed>,
    /// Whether what nobody could name waits for a person.
    waits: bool,
    shown: Shown,
    lines: Vec<usize>,
    cursor: Cursor,
    /// How far the whole words of the chosen line are scrolled, while they are shown.
    whole: Option<usize>,
}

/// So many remarks on the file stand above the list.
const SHOWN_REMARKS: usize = 2;

impl Looking {
    pub(super) fn new(parcel: Arc<Parcel>, weighed: Arc<Weighed>, waits: bool) -> Self {
        let Counts { held, refused, .. } = weighed.counts();
        let shown = if held + refused > 0 { Shown::ToLook } else { Shown::All };
        let mut looking =
            Self { parcel, weighed, waits, shown, lines: Vec::new(), cursor: Cursor::default(), whole: None };
        looking.sift();
        looking
    }

    fn sift(&mut self) {
        let is_shown = |outcome: &Outcome| match (self.shown, outcome) {
            (Shown::All, _) | (Shown::Taken, Outcome::Taken(..)) => true,
            (Shown::ToLook, Outcome::Left(left)) => !matches!(left, Left::Skipped(_)),
            (Shown::Skipped, Outcome::Left(left)) => matches!(left, Left::Skipped(_)),
            _ => false,
        };
        let outcomes = &self.weighed.outcomes;
        self.lines = (0..outcomes.len()).filter(|n| outcomes.get(*n).is_some_and(is_shown)).collect();
        self.cursor = Cursor::default();
    }

    pub(super) fn update(&mut self, input: &Input, action: Option<Action>, body: Rect) -> Step {
        let head = u16::try_from(4 + self.remarks(body).len()).unwrap_or(u16::MAX);
        if self.reads(input, action, body, head) {
            return Step::Stay;
        }
        match action {
            Some(Action::Back) => Step::Back,
            Some(Action::Show) => {
                self.shown = match self.shown {
                    Shown::All => Shown::ToLook,
                    Shown::ToLook => Shown::Taken,
                    Shown::Taken => Shown::Skipped,
                    Shown::Skipped => Shown::All,
                };
                self.sift();
                Step::Stay
            }
            Some(Action::Accept) => self.take_over(),
            Some(Action::Part) => self.enters_namesakes(),
            _ => Step::Stay,
        }
    }

    /// What stays to be looked at once the rest is recorded; `None` where there is nothing.
    pub(super) fn left(mut self) -> Option<Self> {
        self.shown = Shown::ToLook;
        self.sift();
        (!self.lines.is_empty()).then_some(self)
    }

    /// Moves through what was left; returns whether the input was for that.
    pub(super) fn moved(&mut self, input: &Input, action: Option<Action>, body: Rect, words: &[String]) -> bool {
        let head = u16::try_from(self.head_of_left(words, body).len()).unwrap_or(u16::MAX);
        self.reads(input, action, body, head)
    }

    /// Moves through the lines, and through the words of one that is shown whole; returns whether the input was for that.
    fn reads(&mut self, input: &Input, action: Option<Action>, body: Rect, head: u16) -> bool {
        if let Some(top) = self.whole {
            let (height, lines) = (usize::from(inside(body).height), self.words(body).len());
            let (last, page) = (lines.saturating_sub(height), height.saturating_sub(1).max(1));
            self.whole = match (action, input) {
                (Some(Action::Back | Action::Open), _) => None,
                (Some(Action::Up), _) => Some(top.saturating_sub(1)),
                (Some(Action::Down), _) => Some((top + 1).min(last)),
                (Some(Action::PageUp), _) => Some(top.saturating_sub(page)),
                (Some(Action::PageDown), _) => Some((top + page).min(last)),
                (Some(Action::First), _) => Some(0),
                (Some(Action::Last), _) => Some(last),
                (_, Input::Wheel(_, by)) if *by < 0 => Some(top.saturating_sub(3)),
                (_, Input::Wheel(..)) => Some((top + 3).min(last)),
                _ => return action != Some(Action::Accept),
            };
            return true;
        }
        let moved = self.cursor.input(input, action, areas(body, head).1, self.lines.len());
        let opens = (moved == Moved::Opened || action == Some(Action::Open)) && !self.lines.is_empty();
        self.whole = opens.then_some(0);
        opens || moved != Moved::No
    }

    /// The words of the chosen line, whole.
    fn words(&self, body: Rect) -> Vec<String> {
        let name = self.chosen().map(|(piece, _)| piece.about.name()).unwrap_or_default();
        let width = usize::from(inside(body).width).max(20);
        [name].into_iter().chain([String::new()]).chain(wrapped(&self.told(), width)).collect()
    }

    fn view_whole(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx, top: usize) {
        frames::boxed(frame, body, " Exchange: Enter or Esc goes back to the list ", ctx);
        let area = inside(body);
        let lines = self.words(body).into_iter().skip(top).take(usize::from(area.height)).map(Line::raw);
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), area);
    }

    /// What came of it, and what is to be done with the rest.
    fn head_of_left(&self, words: &[String], body: Rect) -> Vec<String> {
        let not = self.weighed.counts().not_recorded("below");
        let all = words.iter().filter(|line| !line.is_empty()).chain(&not);
        let lines = all.flat_map(|line| wrapped(line, usize::from(body.width.saturating_sub(4)).max(20)));
        lines.chain([String::new()]).collect()
    }

    /// Shows what came of it above what was not recorded, each with its place and reason.
    pub(super) fn view_left(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx, words: &[String]) {
        let head = self.head_of_left(words, body).into_iter().map(Line::raw).collect();
        self.list(
            frame,
            body,
            ctx,
            " Exchange: Enter shows a line whole, Esc goes back to what can be exchanged ",
            head,
        );
    }

    /// What there is to say of the file as a whole, in lines.
    fn remarks(&self, body: Rect) -> Vec<String> {
        let width = usize::from(body.width.saturating_sub(4)).max(20);
        let namesakes = self.weighed.namesakes_words(&keymap::told("{weighed.part}"));
        let remarks = namesakes.iter().chain(self.parcel.remarks.iter().take(SHOWN_REMARKS));
        remarks.flat_map(|remark| wrapped(remark, width)).collect()
    }

    /// Weighs it again: who shares only a name with somebody here is somebody else.
    fn enters_namesakes(&self) -> Step {
        if self.weighed.namesakes == 0 {
            return Step::Say("Nobody is held who shares only a name with somebody here.".to_owned());
        }
        let ruling = Ruling { namesakes_are_others: true, ..self.weighed.ruling };
        let source = Source::Parcel(Arc::clone(&self.parcel), self.waits);
        Step::Run("The rows are weighed again", Wish::Weigh(source, ruling))
    }

    fn take_over(&self) -> Step {
        let Counts { taken, held, .. } = self.weighed.counts();
        match (taken, held) {
            (0, 0) => Step::Say("There is nothing to record.".to_owned()),
            (0, _) if !self.waits => {
                Step::Say("There is nothing to record: what is held needs another look at the file.".to_owned())
            }
            _ => Step::Run("Recorded", Wish::TakeOver(Arc::clone(&self.parcel), Arc::clone(&self.weighed), self.waits)),
        }
    }

    fn chosen(&self) -> Option<(&Piece, &Outcome)> {
        let n = *self.lines.get(self.cursor.at)?;
        self.parcel.pieces.get(n).zip(self.weighed.outcomes.get(n))
    }

    fn told(&self) -> String {
        let Some((piece, outcome)) = self.chosen() else { return String::new() };
        let why = match outcome {
            Outcome::Left(left) => left.why().to_owned(),
            Outcome::Taken(_, acts) => {
                acts.iter().map(|coming| format!("{}.", summary(&coming.act))).collect::<Vec<_>>().join(" ")
            }
        };
        // As it is: a file's name stands first in some.
        format!("{}: {why} {}", piece.place, piece.remarks.join(" "))
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let theme = &ctx.theme;
        let Counts { taken, held, skipped, refused } = self.weighed.counts();
        let new = self.weighed.new.len();
        let shown = match self.shown {
            Shown::All => "all",
            Shown::ToLook => "those to look at",
            Shown::Taken => "those to record",
            Shown::Skipped => "those that are not for a chart or there already",
        };
        let what_of = if self.waits { "held for a person" } else { "held" };
        let records = keymap::told("{weighed.accept} records it.");
        let what = format!("What would come of {}? {records}", self.parcel.file);
        let head = vec![
            Line::styled(what, theme.style(Role::Banner)),
            Line::raw(format!(
                "{taken} to record ({}), {held} {what_of}, {skipped} skipped, {refused} refused",
                words::plural(new as i64, "new patient")
            )),
            Line::styled(format!("Shown: {shown}; e shows others"), theme.style(Role::Dim)),
        ];
        let remarks = self.remarks(body).into_iter().map(|line| Line::styled(line, theme.style(Role::Due)));
        let head = head.into_iter().chain(remarks).chain([Line::raw("")]).collect();
        self.list(frame, body, ctx, " Exchange: nothing is recorded yet ", head);
    }

    fn list(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx, title: &str, head: Vec<Line<'_>>) {
        if let Some(top) = self.whole {
            return self.view_whole(frame, body, ctx, top);
        }
        let theme = &ctx.theme;
        let (count, cursor, told) = (self.lines.len(), self.cursor, self.told());
        let list = List { title, head, count, cursor, none: NONE, told, more: "Enter shows all of it." };
        let wide = usize::from(body.width);
        list.draw(frame, body, ctx, |at, pen, style| {
            let Some(n) = self.lines.get(at) else { return };
            let (Some(piece), Some(outcome)) = (self.parcel.pieces.get(*n), self.weighed.outcomes.get(*n)) else {
                return;
            };
            let role = match outcome {
                Outcome::Taken(..) => Role::Good,
                Outcome::Left(Left::Skipped(_)) => Role::Dim,
                Outcome::Left(_) => Role::Due,
            };
            let e = theme.glyphs.ellipsis;
            pen.column(&piece.place, 14, e, style(Role::Dim));
            pen.blank(1, style(Role::Text));
            pen.column(&piece.about.name(), 24, e, style(Role::Text));
            pen.blank(1, style(Role::Text));
            let words = match outcome {
                Outcome::Left(left) => format!("{}: {}", what(outcome), left.why()),
                Outcome::Taken(..) => what(outcome),
            };
            pen.column(&words, wide.saturating_sub(46), e, style(role));
        });
    }
}

/// Where the words of a line stand that is shown whole.
fn inside(body: Rect) -> Rect {
    let inner = Block::bordered().inner(body);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

fn what(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Taken(Target::New(_), acts) => format!("new, {}", words::plural(acts.len() as i64, "entry")),
        Outcome::Taken(Target::Patient(_), acts) => words::plural(acts.len() as i64, "entry"),
        Outcome::Left(Left::Held { .. }) => "held".to_owned(),
        Outcome::Left(Left::Skipped(_)) => "skipped".to_owned(),
        Outcome::Left(Left::Refused(_)) => "refused".to_owned(),
    }
}
