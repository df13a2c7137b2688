//! One question about a table that it does not answer itself.

use super::super::super::ctx::Ctx;
use super::super::super::input::{Input, Key, clean};
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::super::widgets::wrapped::wrapped;
use super::super::list::{Cursor, Moved};
use super::Step;
use super::columns::next;
use super::lines::{List, areas};
use crate::clinic::people::{Colleague, Stranger, meant, meant_words, stranger, working};
use crate::exchange::csv::{Answer, Mapping, Question, Table};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::sync::Arc;

pub(super) struct Asked {
    file: String,
    table: Arc<Table>,
    mapping: Mapping,
    question: Question,
    typed: String,
    /// A name that is no prescriber's here, once it was asked whether it is somebody outside.
    stranger: Option<String>,
    cursor: Cursor,
    /// Where the list began when it was last drawn is worked out from this width.
    width: u16,
}

impl Asked {
    pub(super) fn new(file: String, table: Arc<Table>, mapping: Mapping, question: Question) -> Self {
        let mut cursor = Cursor::default();
        cursor.at = question.proposed.unwrap_or(0);
        Self { file, table, mapping, question, typed: String::new(), stranger: None, cursor, width: 76 }
    }

    /// Whether letters are typed into a line.
    pub(super) fn is_typed(&self) -> bool {
        self.question.typed
    }

    fn head(&self, width: u16) -> Vec<String> {
        let mut head = wrapped(&self.question.text, usize::from(width.saturating_sub(4)).max(20));
        if self.question.typed {
            head.push(format!("Name  {}", self.typed));
        }
        head.push(String::new());
        head
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Step {
        self.width = body.width;
        let head = u16::try_from(self.head(body.width).len()).unwrap_or(u16::MAX);
        let opened =
            self.cursor.input(input, action, areas(body, head).1, self.question.choices.len()) == Moved::Opened;
        match (action, input) {
            (Some(Action::Back), _) => return Step::Back,
            _ if opened || action == Some(Action::Open) => return self.answer(ctx),
            (_, Input::Key(Key::Char(c))) if self.question.typed => self.typed.push(*c),
            (_, Input::Paste(text)) if self.question.typed => self.typed.push_str(&clean(text)),
            (_, Input::Key(Key::Backspace)) => drop(self.typed.pop()),
            _ => {}
        }
        Step::Stay
    }

    fn answer(&mut self, ctx: &Ctx) -> Step {
        let typed = self.typed.trim().to_owned();
        if let Some(doubt) = self.doubt(&typed, &ctx.practice.settings.people) {
            return Step::Say(doubt);
        }
        let chosen = self.question.choices.get(self.cursor.at).map(|choice| choice.answer.clone());
        let answer = if typed.is_empty() { chosen } else { Some(Answer::Prescriber(typed)) };
        let Some(answer) = answer else { return Step::Say("Type a name, then Enter.".to_owned()) };
        let mut mapping = self.mapping.clone();
        mapping.answer(&answer);
        next(self.file.clone(), &self.table, mapping, ctx)
    }

    /// Fills in the name that is meant; asks once whether a name that is no prescriber's here is somebody's outside.
    fn doubt(&mut self, typed: &str, people: &[Colleague]) -> Option<String> {
        if typed.is_empty() || self.stranger.as_deref() == Some(typed) {
            return None;
        }
        let here = working(people).filter(|person| person.prescriber);
        let names: Vec<_> = here.map(|person| (person.name.clone(), person.initials())).collect();
        match meant(&names, typed) {
            Some(name) if name == typed => None,
            Some(name) => {
                self.typed = name.to_owned();
                Some(meant_words(name, "Enter again goes on"))
            }
            None => Some(match stranger(typed, "Enter") {
                Stranger::TooShort(words) => words,
                Stranger::Asks(words) => {
                    self.stranger = Some(typed.to_owned());
                    words
                }
            }),
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let head = self.head(body.width).into_iter().map(|line| Line::styled(line, ctx.theme.style(Role::Banner)));
        let chosen = self.question.choices.get(self.cursor.at).map_or("", |choice| choice.label.as_str());
        let told = match self.question.typed {
            true => "Choose, or type a name; Enter goes on. Where the prescriber takes the list in herself, its plans are signed by that.".to_owned(),
            false => format!("{chosen}. Enter goes on, Esc goes back."),
        };
        let count = self.question.choices.len();
        let list = List { title: " Exchange ", head: head.collect(), count, cursor: self.cursor, told, more: "" };
        list.draw(frame, body, ctx, |at, pen, style| {
            if let Some(choice) = self.question.choices.get(at) {
                pen.write(&choice.label, style(Role::Text));
            }
        });
    }
}
