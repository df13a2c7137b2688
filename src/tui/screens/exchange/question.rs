//! One question about a table that it does not answer itself.

use super::super::super::ctx::Ctx;
use super::super::super::input::{Input, Key, clean};
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::super::widgets::wrapped::wrapped;
use super::super::list::{Cursor, Moved};
use super::Step;
use super::columns::{Reading, next};
use super::lines::{List, NONE, areas};
use crate::clinic::people::{Colleague, Stranger, meant, meant_words, stranger, working};
use crate::exchange::csv::{Answer, Answered, Question};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// What is said to an Enter that came before anybody looked.
const NONE_LIKELIER: &str =
    "None of these is likelier: Enter again takes the one that is marked, Up and Down go to another.";

pub(super) struct Asked {
    reading: Reading,
    question: Question,
    /// Whether what is proposed was answered the last time.
    is_as_before: bool,
    typed: String,
    /// A name that is no prescriber's here, once it was asked whether it is somebody outside.
    stranger: Option<String>,
    /// Whether somebody went along the answers, where none is likelier: a hurried Enter must not be one.
    looked: bool,
    cursor: Cursor,
    /// Where the list began when it was last drawn is worked out from this width.
    width: u16,
}

impl Asked {
    pub(super) fn new(reading: Reading, mut question: Question) -> Self {
        let answered = reading.before.as_ref().and_then(|before| question.answered(before));
        let is_as_before = answered.is_some();
        let mut typed = String::new();
        match answered {
            Some(Answered::Choice(at)) => question.proposed = Some(at),
            Some(Answered::Typed(name)) => typed = name,
            None => {}
        }
        let mut cursor = Cursor::default();
        cursor.at = question.proposed.unwrap_or(0);
        let looked = question.proposed.is_some() || question.typed;
        Self { reading, question, is_as_before, typed, stranger: None, looked, cursor, width: 76 }
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
        let moved = self.cursor.input(input, action, areas(body, head).1, self.question.choices.len());
        let opened = moved == Moved::Opened;
        if action == Some(Action::Open) && !opened && !self.looked {
            self.looked = true;
            return Step::Say(NONE_LIKELIER.to_owned());
        }
        self.looked |= moved == Moved::Yes;
        match (action, input) {
            (Some(Action::Back), _) => return Step::Back,
            _ if opened || action == Some(Action::Open) => return self.answer(ctx),
            (_, Input::Key(Key::Char(c))) if self.question.typed => self.begun().push(*c),
            (_, Input::Paste(text)) if self.question.typed => self.begun().push_str(&clean(text)),
            (_, Input::Key(Key::Backspace)) => drop(self.typed.pop()),
            _ => {}
        }
        Step::Stay
    }

    /// What is typed; the first letter takes the place of the last time's name.
    fn begun(&mut self) -> &mut String {
        if std::mem::take(&mut self.is_as_before) {
            self.typed.clear();
        }
        &mut self.typed
    }

    fn answer(&mut self, ctx: &Ctx) -> Step {
        let typed = self.typed.trim().to_owned();
        if let Some(doubt) = self.doubt(&typed, &ctx.practice.settings.people) {
            return Step::Say(doubt);
        }
        let chosen = self.question.choices.get(self.cursor.at).map(|choice| choice.answer.clone());
        let answer = if typed.is_empty() { chosen } else { Some(Answer::Prescriber(typed)) };
        let Some(answer) = answer else { return Step::Say("Type a name, then Enter.".to_owned()) };
        let mut reading = self.reading.clone();
        reading.mapping.answer(&answer);
        next(reading, ctx)
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
        let told = if self.is_as_before { format!("As the last time for this header. {told}") } else { told };
        let count = self.question.choices.len();
        let list =
            List { title: " Exchange ", head: head.collect(), count, cursor: self.cursor, none: NONE, told, more: "" };
        list.draw(frame, body, ctx, |at, pen, style| {
            if let Some(choice) = self.question.choices.get(at) {
                pen.write(&choice.label, style(Role::Text));
            }
        });
    }
}
