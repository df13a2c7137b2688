//! Where each field and button of a form stands. Drawing and clicking both ask here.

use super::super::widgets::wrapped::wrapped;
use super::field::Kind;
use super::{Field, Form};
use crate::tui::keymap;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A field.
    Field(usize),
    /// An option of a field.
    Option(usize, usize),
    /// The button that signs.
    Sign,
    /// The button that leaves.
    Cancel,
}

/// One field on the screen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) field: usize,
    pub(super) area: Rect,
    /// The first option of an open list that is in view.
    pub(super) first: usize,
    /// Whether its heading stands above.
    pub(super) heading: bool,
    /// How many lines at its end say what is wrong.
    pub(super) error: u16,
    /// Whether its lines are options.
    pub(super) is_list: bool,
    /// How wide each option is where they stand in a row, and how many they are.
    pub(super) cells: Option<(u16, usize)>,
    column: u8,
}

/// A form laid out in an area.
#[derive(Clone, Debug)]
pub struct Layout {
    pub(super) placed: Vec<Placed>,
    pub(super) sign: Rect,
    pub(super) cancel: Rect,
    pub(super) hint: Rect,
    /// How many fields lie above the view, and how many below it.
    pub(super) beyond: (usize, usize),
    /// How wide the labels of each column are.
    pub(super) label_widths: [u16; 2],
}

/// The most lines that the words for a field take at the foot.
const MOST_HINT: u16 = 3;

/// A blank list grows into what is left of the screen but for so many lines.
const AIR: u16 = 2;

/// The button that leaves.
pub(super) fn cancel_text() -> String {
    keymap::told("[ Cancel  {prompt.cancel} ]")
}

impl Layout {
    /// Lays a form out: fields from the top, scrolled so that the focus is in view, then `reserve` lines that belong to
    /// somebody else, then hint and buttons at the foot.
    #[must_use]
    pub fn of(form: &Form, area: Rect, reserve: u16) -> Self {
        let foot = Self::foot(form, area, reserve);
        let body = Rect { height: area.height.saturating_sub(foot + reserve), ..area };
        let columns = two_columns(form, body);
        let split = columns.len() > 1;
        let label_widths = [0u8, 1].map(|c| {
            let room = columns[usize::from(c).min(columns.len() - 1)].width / 2;
            widest_label(form, &|f| !split || f.column == c).min(room)
        });
        let placed = match columns[..] {
            [one] => column(form, one, &|_| true),
            _ => {
                let mut both = column(form, columns[0], &|f| f.column == 0);
                both.extend(column(form, columns[1], &|f| f.column == 1));
                both
            }
        };
        let beyond = beyond(form, &placed, split);
        let (sign, cancel) = buttons(form, area);
        let hint = Rect { y: area.bottom().saturating_sub(foot), height: foot.saturating_sub(1), ..area };
        Self { placed, sign, cancel, hint, beyond, label_widths }
    }

    /// Returns how many lines all fields take in this width, without hint and buttons.
    #[must_use]
    pub fn height(form: &Form, width: u16) -> u16 {
        let columns = two_columns(form, Rect::new(0, 0, width, u16::MAX));
        let split = columns.len() > 1;
        let tall = |(column, area): (usize, &Rect)| -> u16 {
            let shown = form.fields.iter().filter(|f| !f.hidden && (!split || usize::from(f.column) == column));
            shown.map(|f| height(f, area.width)).sum()
        };
        columns.iter().enumerate().map(tall).max().unwrap_or(0)
    }

    /// Returns how many lines the longest words for a field take at the foot.
    #[must_use]
    pub fn longest_hint(form: &Form, width: u16) -> u16 {
        let shown = form.fields.iter().filter(|f| f.takes_focus());
        shown.map(|f| hint_lines(f, width)).max().unwrap_or(1)
    }

    /// Returns how many lines the words for the focused field take at the foot.
    #[must_use]
    pub fn own_hint(form: &Form, width: u16) -> u16 {
        form.focused().map_or(1, |f| hint_lines(f, width))
    }

    /// Returns how many lines the words for the focused field and the buttons take. Where there is room they take as many
    /// for every field, so that nothing jumps when the focus moves.
    #[must_use]
    pub fn foot(form: &Form, area: Rect, reserve: u16) -> u16 {
        let longest = Self::longest_hint(form, area.width);
        let all = Self::height(form, area.width).saturating_add(reserve + longest + 1);
        let own = Self::own_hint(form, area.width);
        let hint = if all <= area.height { longest.max(own) } else { own };
        let most = area.height.saturating_sub(reserve + 5).max(1);
        (hint.min(most) + 1).min(area.height)
    }

    /// Returns what stands at a place.
    #[must_use]
    pub fn hit(&self, at: Position) -> Option<Spot> {
        if self.sign.contains(at) {
            return Some(Spot::Sign);
        }
        if self.cancel.contains(at) {
            return Some(Spot::Cancel);
        }
        let placed = self.placed.iter().find(|p| p.area.contains(at))?;
        let line = usize::from(at.y - placed.area.y);
        let line = line.checked_sub(usize::from(placed.heading));
        if let Some((cell, count)) = placed.cells {
            let label = placed.area.x + self.label_widths[usize::from(placed.column.min(1))];
            let option = at.x.checked_sub(label).map(|x| usize::from(x / cell.max(1))).filter(|n| *n < count);
            return Some(option.map_or(Spot::Field(placed.field), |n| Spot::Option(placed.field, n)));
        }
        Some(match line {
            Some(line) if placed.is_list => Spot::Option(placed.field, placed.first + line),
            _ => Spot::Field(placed.field),
        })
    }
}

/// Counts the fields that the view leaves out: a question out of sight must not look as if it were not asked.
fn beyond(form: &Form, placed: &[Placed], split: bool) -> (usize, usize) {
    let same = |a: usize, b: usize| !split || form.fields[a].column == form.fields[b].column;
    let out = (0..form.fields.len()).filter(|i| !form.fields[*i].hidden && placed.iter().all(|p| p.field != *i));
    let (above, below): (Vec<_>, Vec<_>) = out.partition(|i| placed.iter().any(|p| p.field > *i && same(p.field, *i)));
    (above.len(), below.len())
}

fn two_columns(form: &Form, area: Rect) -> Vec<Rect> {
    let wants = form.fields.iter().any(|f| f.column == 1);
    if !wants || area.width < 88 {
        return vec![area];
    }
    let left = area.width * 11 / 20;
    vec![Rect { width: left - 2, ..area }, Rect { x: area.x + left, width: area.width - left, ..area }]
}

fn widest_label(form: &Form, take: &dyn Fn(&Field) -> bool) -> u16 {
    let labels = form.fields.iter().filter(|f| !f.hidden && !matches!(f.kind, Kind::Words) && take(f));
    labels.map(|f| f.label.width() as u16).max().unwrap_or(0) + 2
}

fn is_list(field: &Field, width: u16) -> bool {
    matches!(field.kind, Kind::Choice { lines: 1.., .. } | Kind::Many { .. }) && row(field, width).is_none()
}

/// The most that a label takes beside a row.
const LABEL: u16 = 17;

/// Returns how wide each option of a row is, and how many they are; `None` where they stand below each other, also for want of
/// room.
fn row(field: &Field, width: u16) -> Option<(u16, usize)> {
    let Kind::Many { options, .. } = &field.kind else { return None };
    let cell = field.cell()?;
    let fits = usize::from(cell) * options.len() + usize::from(LABEL) <= usize::from(width) + 2;
    fits.then_some((cell, options.len()))
}

/// What is said of a field at the foot.
pub(super) fn hint(field: &Field) -> &str {
    field.said.as_deref().unwrap_or(&field.hint)
}

fn hint_lines(field: &Field, width: u16) -> u16 {
    lines_of(hint(field), width).min(MOST_HINT)
}

fn lines_of(text: &str, width: u16) -> u16 {
    u16::try_from(wrapped(text, usize::from(width)).len()).unwrap_or(u16::MAX)
}

/// A sign and a blank stand before what is wrong.
pub(super) const SIGNED: u16 = 2;

fn error_lines(field: &Field, width: u16) -> u16 {
    field.error.as_deref().map_or(0, |error| lines_of(error, width.saturating_sub(SIGNED).max(8)))
}

/// How many lines a field takes.
fn height(field: &Field, width: u16) -> u16 {
    let own = match &field.kind {
        Kind::Choice { lines, options, .. } if *lines > 0 => (*lines).min(options.len() as u16).max(1),
        Kind::Many { .. } if row(field, width).is_some() => 1,
        Kind::Many { options, .. } => (options.len() as u16).max(1),
        Kind::Words => lines_of(&field.label, width),
        _ => 1,
    };
    own + u16::from(field.section.is_some()) + error_lines(field, width)
}

/// How many lines a list would take on more, were there room.
fn wants(field: &Field) -> u16 {
    match &field.kind {
        Kind::Choice { lines, options, .. } if *lines > 0 => (options.len() as u16).saturating_sub(*lines),
        _ => 0,
    }
}

/// Stacks the fields; where they do not fit, the view moves so that the focused one is whole. What room is left goes to
/// the lists.
fn column(form: &Form, area: Rect, take: &dyn Fn(&Field) -> bool) -> Vec<Placed> {
    let shown: Vec<_> = form.fields.iter().enumerate().filter(|(_, f)| !f.hidden && take(f)).collect();
    let total: u16 = shown.iter().map(|(_, f)| height(f, area.width)).sum();
    let mut spare = area.height.saturating_sub(total + AIR);
    let mut top = 0u16;
    let mut spans = Vec::new();
    for (index, field) in &shown {
        let more = wants(field).min(spare);
        spare -= more;
        let tall = height(field, area.width) + more;
        spans.push((*index, top, tall));
        top += tall;
    }
    let focus = spans.iter().find(|(i, _, _)| *i == form.focus).copied();
    let last = spans.last().copied();
    let anchor = focus.or(if form.focus >= form.fields.len() { last } else { None });
    let scroll = anchor.map_or(0, |(_, y, tall)| (y + tall).saturating_sub(area.height).min(y));
    spans.into_iter().filter_map(|span| placed(form, area, scroll, span)).collect()
}

/// Returns the part of a field that is in view; of a list whose beginning is not, the chosen line is.
fn placed(form: &Form, area: Rect, scroll: u16, (index, y, tall): (usize, u16, u16)) -> Option<Placed> {
    let field = &form.fields[index];
    let top = y.max(scroll);
    let bottom = (y + tall).min(scroll.saturating_add(area.height));
    let room = bottom.checked_sub(top).filter(|room| *room > 0)?;
    let heading = field.section.is_some() && top == y;
    let error = error_lines(field, area.width).min(room.saturating_sub(1 + u16::from(heading)));
    let error = if bottom < y + tall { 0 } else { error };
    let lines = room.saturating_sub(u16::from(heading) + error).max(1);
    // Half of a text without its beginning would be read as another one.
    if top > y && !is_list(field, area.width) && tall - room > u16::from(field.section.is_some()) {
        return None;
    }
    Some(Placed {
        field: index,
        area: Rect { x: area.x, y: area.y + (top - scroll), width: area.width, height: room },
        first: first_option(field, lines),
        heading,
        error,
        is_list: is_list(field, area.width),
        cells: row(field, area.width),
        column: field.column,
    })
}

fn first_option(field: &Field, lines: u16) -> usize {
    let lines = usize::from(lines);
    match &field.kind {
        Kind::Choice { at, lines: open, .. } if *open > 0 => (at + 1).saturating_sub(lines),
        Kind::Many { at, .. } => (at + 1).saturating_sub(lines),
        _ => 0,
    }
}

fn buttons(form: &Form, area: Rect) -> (Rect, Rect) {
    let line = area.y + area.height.saturating_sub(1);
    let height = area.height.min(1);
    let sign_width = sign_text(form).width() as u16;
    let cancel_width = cancel_text().width() as u16;
    let cancel_x = area.right().saturating_sub(cancel_width).max(area.x);
    let sign_x = cancel_x.saturating_sub(sign_width + 2).max(area.x);
    let fit = |x: u16, width: u16| Rect { x, y: line, width: width.min(area.right().saturating_sub(x)), height };
    (fit(sign_x, sign_width.min(cancel_x.saturating_sub(sign_x))), fit(cancel_x, cancel_width))
}

/// The text of the button that signs.
pub(super) fn sign_text(form: &Form) -> String {
    format!("[ {}  {} ]", form.sign, keymap::told("{prompt.sign}"))
}
