//! Which test is a laboratory's own code? Asked once each.

use super::super::super::ctx::Ctx;
use super::super::super::exchange::Wish;
use super::super::super::input::Input;
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::list::{Cursor, Moved};
use super::Step;
use super::lines::{List, NONE, areas};
use crate::exchange::hl7::Unknown;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::path::PathBuf;

pub(super) struct Test {
    path: PathBuf,
    unknown: Unknown,
    cursor: Cursor,
}

impl Test {
    /// The one that the laboratory calls so is proposed; where nobody knows, that it is none.
    pub(super) fn new(path: PathBuf, unknown: Unknown, ctx: &Ctx) -> Self {
        let likely = unknown.likely(ctx.practice.knowledge.labs());
        Self { path, unknown, cursor: Cursor::on(likely.map_or(0, |at| at + 1)) }
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Step {
        let labs = ctx.practice.knowledge.labs();
        let opened = self.cursor.input(input, action, areas(body, 2).1, labs.len() + 1) == Moved::Opened;
        match action {
            Some(Action::Back) => Step::Back,
            _ if opened || action == Some(Action::Open) => {
                // The first line says that it is none of them.
                let analyte = self.cursor.at.checked_sub(1).and_then(|at| labs.get(at)).map(|lab| lab.id.clone());
                Step::Run(
                    "The reports are read",
                    Wish::Learn(self.path.clone(), Box::new(self.unknown.clone()), analyte),
                )
            }
            _ => Step::Stay,
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let labs = ctx.practice.knowledge.labs();
        let head = vec![Line::styled(self.unknown.text(), ctx.theme.style(Role::Banner)), Line::raw("")];
        let told = "Enter goes on; the practice remembers the answer for this laboratory.".to_owned();
        let list =
            List { title: " Exchange ", head, count: labs.len() + 1, cursor: self.cursor, none: NONE, told, more: "" };
        list.draw(frame, body, ctx, |at, pen, style| match at.checked_sub(1).and_then(|at| labs.get(at)) {
            Some(lab) => {
                pen.column(&lab.name, 40, ctx.theme.glyphs.ellipsis, style(Role::Text));
                let units: Vec<_> = lab.units.iter().map(|unit| unit.unit.as_str()).collect();
                pen.write(&units.join(", "), style(Role::Dim));
            }
            None => pen.write("None of these: it is not followed here", style(Role::Text)),
        });
    }
}
