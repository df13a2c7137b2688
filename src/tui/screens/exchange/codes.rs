//! Which tests laboratories' own codes are, as somebody said once: an answer that was wrong is changed here.

use super::super::super::ctx::Ctx;
use super::super::super::input::Input;
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::list::{Cursor, Moved};
use super::lines::{List, NONE, areas};
use super::test::Test;
use super::{Stage, Step};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

#[derive(Default)]
pub(super) struct Codes {
    cursor: Cursor,
}

impl Codes {
    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Step {
        let known = &ctx.practice.settings.lab_codes;
        let opened = self.cursor.input(input, action, areas(body, 3).1, known.len()) == Moved::Opened;
        match action {
            Some(Action::Back) => Step::Back,
            _ if opened || action == Some(Action::Open) => {
                let code = known.get(self.cursor.at);
                code.map_or(Step::Stay, |code| Step::To(Stage::Test(Box::new(Test::again(code.clone(), ctx)))))
            }
            _ => Step::Stay,
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let (theme, known) = (&ctx.theme, &ctx.practice.settings.lab_codes);
        let head = vec![
            Line::styled("Which tests laboratories' own codes are", theme.style(Role::Banner)),
            Line::raw(""),
            Line::styled(format!("  {:<24} {:<16} {}", "Laboratory", "Code", "Test"), theme.style(Role::Dim)),
        ];
        let told = match known.is_empty() {
            true => "A code is asked about once, when the first report brings it.",
            false => {
                "Enter changes it for the reports to come. What was recorded by it stays: correct it in the chart, or undo that import."
            }
        };
        let (count, cursor) = (known.len(), self.cursor);
        let list = List { title: " Exchange ", head, count, cursor, none: NONE, told: told.to_owned(), more: "" };
        list.draw(frame, body, ctx, |at, pen, style| {
            let Some(code) = known.get(at) else { return };
            pen.column(&code.sender, 24, theme.glyphs.ellipsis, style(Role::Text));
            pen.blank(1, style(Role::Text));
            pen.column(&code.code, 16, theme.glyphs.ellipsis, style(Role::Text));
            pen.blank(1, style(Role::Text));
            let lab = code.analyte.as_deref().map(|id| ctx.practice.knowledge.lab(id).map_or(id, |lab| &lab.name));
            pen.write(lab.unwrap_or("not followed here"), style(if lab.is_some() { Role::Text } else { Role::Dim }));
        });
    }
}
