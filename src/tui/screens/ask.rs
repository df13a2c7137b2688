//! A question with a few answers, each a letter. Enter is the safe one.

use super::super::ctx::Ctx;
use super::super::effect::{Draft, Effect, Encryption, Then};
use super::super::input::{Input, Key};
use super::super::theme::Role;
use super::super::widgets::frame;
use crate::clinic::practice::Settings;
use crate::clinic::words;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

/// What an answer does.
#[derive(Clone, Debug)]
enum Answer {
    Nothing,
    /// Leave the prompt and forget what was typed.
    Forget(Draft),
    /// Leave the prompt and keep what was typed for later.
    Later,
    /// Take a draft of an earlier run up again.
    Resume(Draft),
    /// Forget a draft of an earlier run.
    Drop(Draft),
    /// Keep these settings, and switch the encryption off.
    Decrypt(Box<Settings>),
}

/// The question.
pub struct Ask {
    question: String,
    answers: Vec<(char, String, Answer)>,
}

impl Ask {
    /// Asks what becomes of a half-filled prompt.
    #[must_use]
    pub fn about_draft(draft: Draft) -> Self {
        Self {
            question: format!("{}: what you typed is not recorded yet.", draft.kind.title()),
            answers: vec![
                ('g', "Go on filling it in".to_owned(), Answer::Nothing),
                ('l', "Leave it for later; it is kept".to_owned(), Answer::Later),
                ('t', "Throw it away".to_owned(), Answer::Forget(draft)),
            ],
        }
    }

    /// Asks whether a draft of an earlier run is taken up again.
    #[must_use]
    pub fn about_left_over(draft: Draft, who: &str, when: chrono::DateTime<chrono::FixedOffset>) -> Self {
        let whose = if who.is_empty() { String::new() } else { format!(" for {who}") };
        let at = when.format("%H:%M");
        Self {
            question: format!(
                "{}{whose}, {} {at}, was not finished.",
                draft.kind.title(),
                words::day(when.date_naive())
            ),
            answers: vec![
                ('r', "Resume it".to_owned(), Answer::Resume(draft.clone())),
                ('l', "Leave it for later; it is kept".to_owned(), Answer::Nothing),
                ('t', "Throw it away".to_owned(), Answer::Drop(draft)),
            ],
        }
    }

    /// Asks whether the encryption is to go.
    #[must_use]
    pub fn about_decrypting(settings: Settings) -> Self {
        Self {
            question: "Switch encryption off? Who steals the disk or a copy of it can then read everything.".to_owned(),
            answers: vec![
                ('n', "No: the records stay encrypted".to_owned(), Answer::Nothing),
                ('y', "Yes, switch it off".to_owned(), Answer::Decrypt(Box::new(settings))),
            ],
        }
    }

    fn boxed(&self, body: Rect) -> Rect {
        let width = body.width.min(76);
        let height = (self.answers.len() as u16 + 4).saturating_add(self.question_lines(width)).min(body.height);
        Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height }
    }

    /// How many lines the question takes in a box of this width.
    fn question_lines(&self, width: u16) -> u16 {
        let room = usize::from(width.saturating_sub(4)).max(1);
        u16::try_from(self.question.width().div_ceil(room)).unwrap_or(u16::MAX).max(1)
    }

    pub(super) fn update(&mut self, input: &Input, body: Rect) -> Vec<Effect> {
        let chosen = match input {
            Input::Key(Key::Enter) => self.answers.first(),
            Input::Key(Key::Esc) => self.answers.iter().find(|(_, _, a)| matches!(a, Answer::Nothing)),
            Input::Key(Key::Char(c)) => self.answers.iter().find(|(letter, _, _)| letter.eq_ignore_ascii_case(c)),
            Input::Click(at) => {
                let boxed = self.boxed(body);
                let first = boxed.y + 2 + self.question_lines(boxed.width);
                at.y.checked_sub(first)
                    .and_then(|line| self.answers.get(usize::from(line)))
                    .filter(|_| self.boxed(body).contains(*at))
            }
            _ => None,
        };
        let Some((_, _, answer)) = chosen else { return Vec::new() };
        let forget = |draft: &Draft| Effect::DropDraft(draft.kind.name().to_owned(), draft.patient);
        match answer {
            Answer::Nothing => vec![Effect::Pop],
            Answer::Later => vec![Effect::Pop, Effect::Pop],
            Answer::Forget(draft) => vec![forget(draft), Effect::Pop, Effect::Pop],
            Answer::Drop(draft) => vec![forget(draft), Effect::Pop],
            Answer::Resume(draft) => vec![Effect::Pop, resume(draft)],
            Answer::Decrypt(settings) => {
                vec![Effect::Pop, Effect::Settings(settings.clone(), Encryption::Off)]
            }
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let area = self.boxed(body);
        frame.render_widget(Clear, area);
        let block = frame::bordered(Block::bordered(), ctx);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let mut lines = vec![Line::styled(self.question.clone(), ctx.theme.style(Role::Banner)), Line::raw("")];
        for (i, (letter, words, _)) in self.answers.iter().enumerate() {
            let enter = if i == 0 { "  (Enter)" } else { "" };
            lines.push(Line::from(vec![
                Span::styled(format!(" {letter} "), ctx.theme.style(Role::Key)),
                Span::raw(format!(" {words}{enter}")),
            ]));
        }
        frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inner);
    }
}

/// Asks for the prompt of a draft to be opened with what was typed.
pub(in crate::tui) fn resume(draft: &Draft) -> Effect {
    match draft.patient {
        Some(patient) => Effect::Load(patient, Then::Resume(draft.kind, draft.fields.clone())),
        None => {
            Effect::Load(crate::clinic::entry::PatientId(ulid::Ulid(0)), Then::Resume(draft.kind, draft.fields.clone()))
        }
    }
}
