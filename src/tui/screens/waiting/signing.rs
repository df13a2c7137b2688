//! What a prescriber signs at once: each decision with drug, dose and interval, and under it for whom. Then how far it is, and
//! what came of it.

use super::super::super::ctx::Ctx;
use super::super::super::effect::Effect;
use super::super::super::exchange::{Came, Wish};
use super::super::super::input::Input;
use super::super::super::keymap::{Action, Place};
use super::super::super::theme::Role;
use super::super::super::widgets::frame as frames;
use super::super::super::widgets::wrapped::wrapped;
use super::super::list::Cursor;
use super::super::{Help, Screen};
use crate::clinic::cosign::{AllSigned, Shown};
use crate::clinic::entry::PatientId;
use crate::clinic::words;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};

/// The screen.
pub struct Signing {
    /// What is signed, the same words one after another.
    all: Vec<Shown>,
    /// How many charts could not be read.
    unread: usize,
    stage: Stage,
    cursor: Cursor,
}

/// A line of the page, and its looks.
type Row = (Role, String);

enum Stage {
    Look,
    /// How many are done.
    Running(usize),
    Done(Vec<String>),
}

impl Signing {
    /// Opens on what was read in full.
    #[must_use]
    pub fn new(mut all: Vec<Shown>, unread: usize) -> Self {
        // The same plan is read once, with all for whom it is.
        all.sort_by(|a, b| (&a.what, a.waiting.from_whom()).cmp(&(&b.what, b.waiting.from_whom())));
        Self { all, unread, stage: Stage::Look, cursor: Cursor::default() }
    }

    /// Nothing is left to sign where it is being done, or is done.
    pub(in crate::tui::screens) fn place(&self) -> Place {
        if matches!(self.stage, Stage::Look) { Place::Signing } else { Place::Text }
    }

    /// Returns whether it waits to hear how far it is.
    #[must_use]
    pub fn runs(&self) -> bool {
        matches!(self.stage, Stage::Running(_))
    }

    /// Takes how far it is, or what came of it.
    pub fn came(&mut self, came: Came, ctx: &Ctx) -> Vec<Effect> {
        match came {
            Came::Progress(done, _) => self.stage = Stage::Running(done),
            Came::Signed(signed) => {
                let lines = Self::told(&signed, ctx).into_iter().flat_map(|line| [String::new(), line]);
                self.stage = Stage::Done(lines.skip(1).collect());
                self.cursor = Cursor::default();
            }
            Came::Failed(words) => {
                self.stage = Stage::Done(vec![words]);
            }
            _ => {}
        }
        Vec::new()
    }

    /// Says what came of it, and who could not be signed for, by name.
    #[must_use]
    pub fn told(signed: &AllSigned, ctx: &Ctx) -> Vec<String> {
        let name = |id: PatientId| ctx.row(id).map_or_else(|| id.to_string(), |r| format!("{} #{}", r.name, r.number));
        let failed = signed.failed.iter().map(|(id, why)| format!("NOT SIGNED {}: {why}", name(*id)));
        [signed.words()].into_iter().chain(failed).collect()
    }

    pub(in crate::tui::screens) fn update(
        &mut self,
        ctx: &Ctx,
        input: &Input,
        action: Option<Action>,
        body: Rect,
    ) -> Vec<Effect> {
        match (action, &self.stage) {
            (Some(Action::Help), _) => return vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::Signing))))],
            (Some(Action::Back), Stage::Running(_)) => return vec![Effect::Exchange(Box::new(Wish::Stop))],
            (Some(Action::Back), _) => return vec![Effect::Pop],
            (Some(Action::Accept), Stage::Look) if !self.all.is_empty() => {
                self.stage = Stage::Running(0);
                return vec![Effect::SignAll(self.all.clone())];
            }
            _ => {}
        }
        let inner = inside(body);
        let below = self.rows(ctx, inner.width).len().saturating_sub(usize::from(inner.height));
        self.cursor.input(input, action, inner, below + 1);
        Vec::new()
    }

    fn rows(&self, ctx: &Ctx, width: u16) -> Vec<Row> {
        let key = |action| ctx.keymap.key(action, Place::Signing);
        let wide = |role: Role, words: &str| {
            wrapped(words, usize::from(width)).into_iter().map(move |line| (role, line)).collect::<Vec<_>>()
        };
        match &self.stage {
            Stage::Done(said) => {
                let left = format!("{}: back to what waits.", key(Action::Back));
                let said = said.iter().flat_map(|line| wide(Role::Text, line));
                said.chain([(Role::Text, String::new()), (Role::Dim, left)]).collect()
            }
            Stage::Running(done) => {
                let far = format!("Signing: {done} of {}.", self.all.len());
                let stop = format!("{} stops it; what is signed by then stays signed.", key(Action::Back));
                vec![(Role::Banner, far), (Role::Text, String::new()), (Role::Dim, stop)]
            }
            Stage::Look => {
                let orders = words::plural(self.all.len() as i64, "decision");
                let (sign, back) = (key(Action::Accept), key(Action::Back));
                let ask = format!(
                    "{} signs {orders}: {sign} signs all of them, {back} none. Each gets its own signature in its own chart.",
                    ctx.author
                );
                let unread = (self.unread > 0).then(|| {
                    let charts = words::plural(self.unread as i64, "chart");
                    wide(
                        Role::Late,
                        &format!("Left out: {charts} in which this does not wait any more, or that cannot be read."),
                    )
                });
                let alike = |a: &Shown, b: &Shown| a.what == b.what && a.waiting.from_whom() == b.waiting.from_whom();
                let groups = self.all.chunk_by(alike).filter_map(|group| Some((group, group.first()?)));
                let groups = groups.flat_map(|(group, first)| {
                    let head = [(Role::Text, String::new())].into_iter().chain(wide(Role::Title, &first.what));
                    let whose = wide(Role::Dim, &format!("{}. For {}:", first.waiting.from_whom(), group.len()));
                    head.chain(whose).chain(group.iter().map(|one| (Role::Text, whom(one, ctx)))).collect::<Vec<_>>()
                });
                wide(Role::Banner, &ask).into_iter().chain(unread.into_iter().flatten()).chain(groups).collect()
            }
        }
    }

    pub(in crate::tui::screens) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let title = match &self.stage {
            Stage::Look => " What is signed at once ",
            Stage::Running(_) => " Signing ",
            Stage::Done(_) => " What was signed ",
        };
        let (inner, rows) = (inside(body), self.rows(ctx, inside(body).width));
        let (top, more) = self.cursor.page(rows.len(), inner.height);
        let block = Block::bordered().title(title).title_style(ctx.theme.style(Role::Title));
        frame.render_widget(frames::bordered(block.title_bottom(Line::from(more).right_aligned()), ctx), body);
        let lines = rows.into_iter().skip(top).map(|(role, words)| Line::styled(words, ctx.theme.style(role)));
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), inner);
    }
}

/// Where the words stand: inside the frame, with a blank column on either side.
fn inside(body: Rect) -> Rect {
    let inner = Block::bordered().inner(body);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// For whom one is: name, birth date, number, and the day from which a plan holds.
fn whom(one: &Shown, ctx: &Ctx) -> String {
    let e = ctx.theme.glyphs.ellipsis;
    let Some(row) = ctx.row(one.patient) else { return format!("  {}", one.patient) };
    let from = one.from.map(|day| format!("from {}", words::day(day))).unwrap_or_default();
    let (name, number) = (frames::fit(&row.name, 26, e), frames::fit(&format!("#{}", row.number), 9, e));
    format!("  {name} {} {number} {from}", words::born(row.born))
}
