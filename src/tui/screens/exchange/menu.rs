//! What can be exchanged.

use super::super::super::ctx::Ctx;
use super::super::super::exchange::{Form, Wish, Written};
use super::super::super::input::Input;
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::list::{Cursor, Moved};
use super::codes::Codes;
use super::lines::{List, NONE, areas};
use super::pick::Pick;
use super::{Stage, Step};
use crate::exchange::csv::Sheet;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

#[derive(Default)]
pub(super) struct Menu {
    cursor: Cursor,
}

/// A line of the menu.
#[derive(Clone, Copy)]
enum Choice {
    TakeIn(Form),
    Unmatched,
    Made,
    Codes,
    Write(Written),
}

const TAKE_IN: [Choice; 6] = [
    Choice::TakeIn(Form::Csv),
    Choice::TakeIn(Form::Hl7),
    Choice::TakeIn(Form::Fhir),
    Choice::Unmatched,
    Choice::Made,
    Choice::Codes,
];

fn choices() -> Vec<Choice> {
    TAKE_IN.into_iter().chain(Written::all().map(Choice::Write)).collect()
}

impl Choice {
    fn group(self) -> &'static str {
        match self {
            Self::TakeIn(_) | Self::Unmatched | Self::Made | Self::Codes => "Take in",
            Self::Write(_) => "Write",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::TakeIn(Form::Csv) => "A list from a spreadsheet (.csv)",
            Self::TakeIn(Form::Hl7) => "Reports of a laboratory (HL7 v2)",
            Self::TakeIn(Form::Fhir) => "A bundle of another system (FHIR R4, .json)",
            Self::Unmatched => "What waits: nobody could name whose it is, or read it",
            Self::Made => "What was taken in, to undo it",
            Self::Codes => "Which tests laboratories' own codes are, to change it",
            Self::Write(written) => written.words(),
        }
    }

    fn told(self) -> &'static str {
        match self {
            Self::TakeIn(Form::Csv) => {
                "Patients with their last injections, doses, or results, one a row. The columns are shown and can be changed; nothing is recorded before you have seen what would come of it."
            }
            Self::TakeIn(Form::Hl7) => {
                "Results go to whom number and birth date or name say; what nobody can name waits for a person. Corrected results correct."
            }
            Self::TakeIn(Form::Fhir) => "Patients, doses and results of another system's export.",
            Self::Unmatched => "Say whose it is, or enter it by hand; or put it away with a reason.",
            Self::Made => "All that came of one file is struck out at once; where somebody recorded since, it stays.",
            Self::Codes => "A code was asked about once; here the answer is seen and changed.",
            Self::Write(Written::Fhir) => "For a system on a server: see docs/fhir.md.",
            Self::Write(Written::Calendar) => {
                "Dates with numbers, without names and without a diagnosis: calendars are seen by others."
            }
            Self::Write(Written::Csv(Sheet::Due)) => {
                "Who is late or due today, as `cobalog due` lists them; `cobalog export csv due --days 28` looks ahead. A file that is there is never replaced."
            }
            Self::Write(_) => "Opens in a spreadsheet; a file that is there is never replaced.",
        }
    }
}

impl Menu {
    pub(super) fn update(&mut self, input: &Input, action: Option<Action>, body: Rect) -> Step {
        let opened = self.cursor.input(input, action, areas(body, 2).1, choices().len()) == Moved::Opened;
        match action {
            Some(Action::Back) => Step::Back,
            _ if opened || action == Some(Action::Open) => self.open(),
            _ => Step::Stay,
        }
    }

    fn open(&self) -> Step {
        match choices().get(self.cursor.at) {
            Some(Choice::TakeIn(form)) => Step::To(Stage::Pick(Pick::new(*form))),
            Some(Choice::Unmatched) => Step::Wish(Wish::Unmatched),
            Some(Choice::Made) => Step::Run("Every chart is asked", Wish::Made),
            Some(Choice::Codes) => Step::To(Stage::Codes(Codes::default())),
            Some(Choice::Write(written)) => Step::Wish(Wish::WhereTo(*written)),
            None => Step::Stay,
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let choices = choices();
        let told = choices.get(self.cursor.at).map_or("", |choice| choice.told()).to_owned();
        let head = vec![Line::styled("What shall be exchanged?", ctx.theme.style(Role::Banner)), Line::raw("")];
        let list =
            List { title: " Exchange ", head, count: choices.len(), cursor: self.cursor, none: NONE, told, more: "" };
        list.draw(frame, body, ctx, |at, pen, style| {
            let Some(choice) = choices.get(at) else { return };
            let is_first = at == 0 || choices.get(at - 1).is_some_and(|before| before.group() != choice.group());
            pen.column(if is_first { choice.group() } else { "" }, 9, "", style(Role::Dim));
            pen.write(choice.words(), style(Role::Text));
        });
    }
}
