//! Which test is a laboratory's own code? Asked once each, and again by whoever wants to change the answer.

use super::super::super::ctx::Ctx;
use super::super::super::exchange::Wish;
use super::super::super::input::Input;
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::list::{Cursor, Moved};
use super::Step;
use super::lines::{List, NONE, areas};
use crate::clinic::practice::LabCode;
use crate::exchange::hl7::Unknown;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::path::PathBuf;

pub(super) struct Test {
    /// Whose code it is, and what was answered before.
    code: LabCode,
    question: String,
    /// The reports that wait for the answer.
    reports: Option<PathBuf>,
    cursor: Cursor,
}

impl Test {
    /// The one that the laboratory calls so is proposed; where nobody knows, that it is none.
    pub(super) fn new(path: PathBuf, unknown: Unknown, ctx: &Ctx) -> Self {
        let likely = unknown.likely(ctx.practice.knowledge.labs());
        let (question, cursor) = (unknown.text(), Cursor::on(likely.map_or(0, |at| at + 1)));
        let code = LabCode { sender: unknown.sender, code: unknown.code, analyte: None };
        Self { code, question, reports: Some(path), cursor }
    }

    /// One that was answered before, with the cursor on the answer.
    pub(super) fn again(code: LabCode, ctx: &Ctx) -> Self {
        let said = |analyte: &str| ctx.practice.knowledge.labs().iter().position(|lab| lab.id == analyte);
        let at = code.analyte.as_deref().and_then(said).map_or(0, |at| at + 1);
        let question = format!("Which test is {} of {}?", code.code, code.sender);
        Self { code, question, reports: None, cursor: Cursor::on(at) }
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Step {
        let labs = ctx.practice.knowledge.labs();
        let opened = self.cursor.input(input, action, areas(body, 2).1, labs.len() + 1) == Moved::Opened;
        match action {
            Some(Action::Back) => Step::Back,
            _ if opened || action == Some(Action::Open) => {
                // The first line says that it is none of them.
                let analyte = self.cursor.at.checked_sub(1).and_then(|at| labs.get(at)).map(|lab| lab.id.clone());
                let wish = Wish::Learn(LabCode { analyte, ..self.code.clone() }, self.reports.clone());
                if self.reports.is_some() { Step::Run("The reports are read", wish) } else { Step::Wish(wish) }
            }
            _ => Step::Stay,
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let labs = ctx.practice.knowledge.labs();
        let head = vec![Line::styled(self.question.as_str(), ctx.theme.style(Role::Banner)), Line::raw("")];
        let told = match self.reports {
            Some(_) => {
                "Enter goes on; the practice remembers the answer for this laboratory. It can be changed later, in the menu of Exchange."
            }
            None => "Enter keeps it for the reports to come.",
        };
        let told = told.to_owned();
        let (count, cursor) = (labs.len() + 1, self.cursor);
        let list = List { title: " Exchange ", head, count, cursor, none: NONE, told, more: "" };
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
