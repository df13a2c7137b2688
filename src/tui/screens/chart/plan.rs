//! The plan tab: the questions that every chart answers, the protocol with its source, and the five triage answers, with
//! what stood there before.

mod asked;
mod questions;
mod signed;

use super::super::list::Cursor;
use crate::clinic::practice::LotInUse;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;
use crate::tui::widgets::frame as frames;
use crate::tui::widgets::vial::Vial;
use crate::tui::widgets::wrapped::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};

pub(super) use questions::{based_on, questions};

/// The picture of the vial stands beside the words where there is so much room.
const WIDE: u16 = 110;
const PICTURE: u16 = 34;

/// Draws the tab.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient, cursor: Cursor) {
    let lines = lines(patient, ctx);
    let block = Block::bordered()
        .title(" Plan: what it is, where it comes from, what it is based on ")
        .title_style(ctx.theme.style(Role::Title));
    let (top, more) = cursor.page(lines.len(), area.height.saturating_sub(2));
    let block = frames::bordered(block.title_bottom(Line::from(more).right_aligned()), ctx);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let shown: Vec<_> = lines.into_iter().skip(top).collect();
    frame.render_widget(Paragraph::new(shown), Rect { width: inner.width.min(width(ctx) as u16 + 1), ..inner });
    if area.width >= WIDE {
        let picture =
            Rect { x: inner.right() - PICTURE + 1, width: PICTURE - 2, height: inner.height.min(11), ..inner };
        draw_vial(frame, picture, ctx, patient);
    }
}

/// The width of the words, which do not run under the picture.
fn width(ctx: &Ctx) -> usize {
    let inner = ctx.area.width.saturating_sub(3);
    usize::from(if ctx.area.width >= WIDE { inner - PICTURE } else { inner })
}

/// The lot of the ordered form that is in use, where there is one and no other.
fn lot_in_use<'a>(patient: &Patient, ctx: &'a Ctx) -> Option<&'a LotInUse> {
    let (_, order) = patient.course.order.as_ref().filter(|_| !patient.course.has_ended())?;
    let fitting: Vec<_> = ctx.practice.settings.lots.iter().filter(|l| l.drug == order.drug).collect();
    match fitting[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// Draws the vial that the next dose is drawn up from, so that the eye can compare (brief Q6).
fn draw_vial(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient) {
    let (Some(slot), Some(lot)) = (patient.course.next_dose(), lot_in_use(patient, ctx)) else { return };
    let product = ctx.practice.knowledge.products().iter().find(|p| p.name == lot.product);
    let vial = Vial {
        drug: lot.drug,
        strength_mcg_per_ml: lot.strength_mcg_per_ml,
        dose_mcg: slot.dose_mcg,
        container_ml: product.map(|p| p.container_ml),
        route: slot.route,
        lot: Some(&lot.lot),
        expires: Some(lot.expires),
        theme: &ctx.theme,
    };
    frame.render_widget(vial, area);
}

/// The lines of the tab, broken as they are shown.
pub(super) fn lines(patient: &Patient, ctx: &Ctx) -> Vec<Line<'static>> {
    let mut page = Page::new(ctx, width(ctx));
    for joined in &patient.course.joined {
        page.say(Role::Note, &format!("{}. D shows both, and parts them.", joined.words()));
    }
    questions::write(&mut page, patient, ctx);
    page.gap();
    signed::write(&mut page, patient);
    page.gap();
    asked::write(&mut page, patient, ctx);
    signed::write_small_print(&mut page, patient, ctx);
    page.lines
}

/// Rows of a label and its words, which go on under themselves.
struct Page<'a> {
    ctx: &'a Ctx,
    width: usize,
    lines: Vec<Line<'static>>,
}

const LABEL: usize = 21;

impl<'a> Page<'a> {
    fn new(ctx: &'a Ctx, width: usize) -> Self {
        Self { ctx, width, lines: Vec::new() }
    }

    fn gap(&mut self) {
        self.lines.push(Line::raw(""));
    }

    fn heading(&mut self, words: &str) {
        self.lines.push(Line::styled(format!(" {words}"), self.ctx.theme.style(Role::Title)));
    }

    fn row(&mut self, label: &str, words: &str) {
        self.row_in(Role::Text, label, words);
    }

    fn row_in(&mut self, role: Role, label: &str, words: &str) {
        let room = self.width.saturating_sub(LABEL + 2).max(20);
        for (i, words) in wrapped(words, room).into_iter().enumerate() {
            let label = if i == 0 { label } else { "" };
            let label = Span::styled(format!(" {label:<LABEL$} "), self.ctx.theme.style(Role::Dim));
            self.lines.push(Line::from(vec![label, Span::styled(words, self.ctx.theme.style(role))]));
        }
    }

    fn say(&mut self, role: Role, words: &str) {
        for words in wrapped(words, self.width.saturating_sub(1).max(20)) {
            self.lines.push(Line::styled(format!(" {words}"), self.ctx.theme.style(role)));
        }
    }
}
