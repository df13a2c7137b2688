//! What a referral says beside the record, one question a screen: to whom it goes, and what it asks. Each may stay blank: then
//! there is a line to write on.

use super::super::super::ctx::Ctx;
use super::super::super::form::{Field, Form, FormEvent, FormView};
use super::super::super::input::{Input, Key};
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::super::widgets::frame;
use crate::paper::Referral;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Block;

/// The questions.
pub(super) struct Asked {
    said: Referral,
    /// Whether the first one is answered.
    is_second: bool,
    form: Form,
}

/// What came of an input.
pub(super) enum Answered {
    NotYet,
    All(Referral),
    /// The person wants none of it.
    Left,
}

const BLANK: &str = "Enter goes on. Left blank, the letter has a line to write on by hand.";

impl Asked {
    /// Begins with what was answered before.
    pub(super) fn about(said: &Referral) -> Self {
        Self { said: said.clone(), is_second: false, form: line("To", &said.to, 120) }
    }

    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    pub(super) fn update(&mut self, input: &Input, action: Option<Action>, body: Rect) -> Answered {
        let event = match input {
            Input::Key(Key::Enter) if self.form.focused().is_some() => FormEvent::Submit,
            _ => self.form.input(input, action, inside(body), 0),
        };
        let typed = self.form.text("line").trim().to_owned();
        match event {
            FormEvent::Submit if self.is_second => {
                return Answered::All(Referral { question: typed, ..self.said.clone() });
            }
            FormEvent::Submit => {
                self.said.to = typed;
                self.is_second = true;
                self.form = line("Question", &self.said.question, 300);
            }
            FormEvent::Cancel if self.is_second => {
                self.said.question = typed;
                self.is_second = false;
                self.form = line("To", &self.said.to, 120);
            }
            FormEvent::Cancel => return Answered::Left,
            FormEvent::Nothing | FormEvent::Changed(_) => {}
        }
        Answered::NotYet
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let title = if self.is_second { " Referral: what do you ask? " } else { " Referral: to whom does it go? " };
        draw(&self.form, title, frame, body, ctx);
    }
}

/// Draws a form of one line in its box.
pub(super) fn draw(form: &Form, title: &str, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
    let outer = Rect { height: body.height.min(7), ..body };
    let block = Block::bordered().title(title.to_owned()).title_style(ctx.theme.style(Role::Title));
    frame.render_widget(frame::bordered(block, ctx), outer);
    let view = FormView { form, theme: &ctx.theme, reserve: 0 };
    let inner = inside(body);
    frame.render_widget(&view, inner);
    if let Some(cursor) = view.cursor(inner) {
        frame.set_cursor_position(cursor);
    }
}

fn line(label: &str, value: &str, most: usize) -> Form {
    Form::new(vec![Field::text("line", label, value).most(most).hint(BLANK)]).signed_by("Go on")
}

/// Where the form stands.
pub(super) fn inside(body: Rect) -> Rect {
    let inner = Block::bordered().inner(Rect { height: body.height.min(7), ..body });
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}
