//! What do the columns hold? Each with its first cells; left and right change what it is taken for.

use super::super::super::ctx::Ctx;
use super::super::super::exchange::{Source, Wish};
use super::super::super::input::Input;
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::list::Cursor;
use super::lines::{List, NONE, areas};
use super::question::Asked;
use super::{Stage, Step};
use crate::clinic::intake::Ruling;
use crate::exchange::csv::{Field, Mapping, Table, questions};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::sync::Arc;

/// So many cells of a column are shown.
const CELLS: usize = 3;

pub(super) struct Columns {
    reading: Reading,
    cursor: Cursor,
}

/// A table, how it is read, and how one with its header was read the last time.
#[derive(Clone)]
pub(super) struct Reading {
    pub(super) file: String,
    pub(super) table: Arc<Table>,
    pub(super) mapping: Mapping,
    pub(super) before: Option<Arc<Mapping>>,
}

impl Columns {
    pub(super) fn new(file: String, table: Arc<Table>, before: Option<Mapping>) -> Self {
        let mut mapping = Mapping::guess(&table);
        if let Some(before) = &before {
            mapping.columns.clone_from(&before.columns);
            mapping.look_again(&table);
        }
        let before = before.map(Arc::new);
        Self { reading: Reading { file, table, mapping, before }, cursor: Cursor::default() }
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Step {
        self.cursor.input(input, action, areas(body, 3).1, self.reading.table.columns.len());
        match action {
            Some(Action::Back) => Step::Back,
            Some(Action::Left) => self.change(ctx, false),
            Some(Action::Right) => self.change(ctx, true),
            Some(Action::Open | Action::Accept) => next(self.reading.clone(), ctx),
            _ => Step::Stay,
        }
    }

    fn change(&mut self, ctx: &Ctx, forward: bool) -> Step {
        let all = Field::all(&ctx.practice.knowledge);
        let Some(field) = self.reading.mapping.columns.get_mut(self.cursor.at) else { return Step::Stay };
        let at = all.iter().position(|known| known == field).unwrap_or(0);
        let step = if forward { 1 } else { all.len() - 1 };
        if let Some(next) = all.get((at + step) % all.len().max(1)) {
            field.clone_from(next);
        }
        // Nothing is answered yet.
        self.reading.mapping.look_again(&self.reading.table);
        Step::Stay
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let theme = &ctx.theme;
        let Reading { file, table, mapping, before } = &self.reading;
        let rows = crate::clinic::words::plural(table.rows.len() as i64, "row");
        let (name, field) = widths(body.width);
        let head = vec![
            Line::styled(format!("What do the columns of {file} hold? {rows}."), theme.style(Role::Banner)),
            Line::raw(""),
            Line::styled(
                format!("  {:<name$} {:<field$} First cells", "Column", "Is taken for"),
                theme.style(Role::Dim),
            ),
        ];
        let again = before.is_some().then(|| "As the last time for this header.".to_owned());
        let keys = "Left and Right change what a column is taken for; Enter goes on.".to_owned();
        // What is cut in its column stands whole under the list.
        let here = table.columns.get(self.cursor.at).zip(mapping.columns.get(self.cursor.at));
        let here = here.map(|(column, taken)| format!("{column}: {}.", taken.name(&ctx.practice.knowledge)));
        let told: Vec<_> = here.into_iter().chain(table.remarks.iter().cloned()).chain(again).chain([keys]).collect();
        let told = told.join(" ");
        let list = List {
            title: " Exchange ",
            head,
            count: table.columns.len(),
            cursor: self.cursor,
            none: NONE,
            told,
            more: "",
        };
        list.draw(frame, body, ctx, |at, pen, style| {
            let e = theme.glyphs.ellipsis;
            let taken = mapping.columns.get(at);
            let words = taken.map(|field| field.name(&ctx.practice.knowledge)).unwrap_or_default();
            let role = if taken.is_none_or(|field| *field == Field::Ignored) { Role::Dim } else { Role::Accent };
            pen.column(table.columns.get(at).map_or("", String::as_str), name, e, style(Role::Text));
            pen.blank(1, style(Role::Text));
            pen.column(&words, field, e, style(role));
            pen.blank(1, style(Role::Text));
            let cells: Vec<_> = table.column(at).filter(|cell| !cell.trim().is_empty()).take(CELLS).collect();
            let rest = usize::from(body.width).saturating_sub(name + field + 8);
            pen.column(&cells.join(" | ").replace('\n', " "), rest, e, style(Role::Dim));
        });
    }
}

fn widths(width: u16) -> (usize, usize) {
    if width < 100 { (16, 30) } else { (28, 34) }
}

/// Asks what is still to be asked; then weighs.
pub(super) fn next(reading: Reading, ctx: &Ctx) -> Step {
    let asked = questions(&reading.table, &reading.mapping, &ctx.practice, ctx.today());
    if let Some(question) = asked.into_iter().next() {
        return Step::To(Stage::Asked(Box::new(Asked::new(reading, question))));
    }
    let Reading { file, table, mapping, .. } = reading;
    let ruling = Ruling { same_is_same: mapping.same_is_same.unwrap_or(false), ..Ruling::default() };
    let source = Source::Table { file, table, mapping: Box::new(mapping) };
    Step::Run("The rows are read and weighed", Wish::Weigh(source, ruling))
}
