//! A question with a few answers, each a letter. Enter is the safe one.

use super::super::ctx::Ctx;
use super::super::effect::{Draft, Effect, Encryption, PromptKind, Then};
use super::super::input::{Input, Key};
use super::super::theme::Role;
use super::super::widgets::frame;
use crate::clinic::practice::Settings;
use crate::clinic::words;
use chrono::{DateTime, FixedOffset, TimeDelta};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};
use std::cell::Cell;
use zeroize::Zeroizing;

/// Who types on without such a pause has not read a question that came by itself.
const PAUSE: TimeDelta = TimeDelta::seconds(1);

/// What an answer does.
#[derive(Clone, Debug)]
enum Answer {
    Nothing,
    /// Leave the prompt and forget what was typed.
    Forget(Draft),
    /// Leave the prompt; what was typed is kept for later.
    Later,
    /// Leave the prompt, and try once more to keep what was typed.
    Leave(Draft),
    /// Take what was left up again in the place of the prompt below, which is empty.
    Instead(Draft),
    /// Take a draft of an earlier run up again.
    Resume(Draft),
    /// Forget a draft of an earlier run.
    Drop(Draft),
    /// Keep these settings, and switch the encryption off.
    Decrypt(Box<Settings>, Zeroizing<String>),
}

/// The question.
pub struct Ask {
    question: String,
    answers: Vec<(char, String, Answer)>,
    /// Whether it came by itself: what is being typed may be meant for the screen below.
    by_itself: bool,
    /// Whether it was drawn: nobody answers what he cannot have seen.
    seen: Cell<bool>,
    /// When the last key came that belongs to something else.
    astray: Option<DateTime<FixedOffset>>,
}

impl Ask {
    fn new(question: String, answers: Vec<(char, String, Answer)>) -> Self {
        Self { question, answers, by_itself: false, seen: Cell::new(false), astray: None }
    }

    /// Asks what becomes of a half-filled prompt.
    #[must_use]
    pub fn about_draft(draft: Draft) -> Self {
        Self::new(
            format!("{}: what you typed is not recorded yet.", draft.kind.title()),
            vec![
                ('g', "Go on filling it in".to_owned(), Answer::Nothing),
                ('l', "Leave it for later; it is kept".to_owned(), Answer::Later),
                ('t', "Throw it away".to_owned(), Answer::Forget(draft)),
            ],
        )
    }

    /// Asks whether a draft of an earlier run is taken up again.
    #[must_use]
    pub fn about_left_over(draft: Draft, who: &str, when: DateTime<FixedOffset>) -> Self {
        let question = unfinished(draft.kind, who, when);
        let answers = vec![
            ('r', "Resume it".to_owned(), Answer::Resume(draft.clone())),
            ('l', "Leave it for later; it is kept".to_owned(), Answer::Nothing),
            ('t', "Throw it away".to_owned(), Answer::Drop(draft)),
        ];
        Self { by_itself: true, ..Self::new(question, answers) }
    }

    /// Asks the same of a prompt that has just been opened anew.
    #[must_use]
    pub fn about_left_before(draft: Draft, who: &str, when: DateTime<FixedOffset>) -> Self {
        let question = unfinished(draft.kind, who, when);
        let answers = vec![
            ('r', "Resume it".to_owned(), Answer::Instead(draft.clone())),
            ('b', "Begin anew; what was typed then is thrown away".to_owned(), Answer::Drop(draft)),
            ('l', "Leave it for later; it is kept".to_owned(), Answer::Later),
        ];
        Self { by_itself: true, ..Self::new(question, answers) }
    }

    /// Says of what is left for later that it cannot be kept, and why.
    pub fn is_not_kept(&mut self, why: &str) {
        let typed = self.answers.iter().find_map(|(_, _, answer)| match answer {
            Answer::Forget(draft) => Some(draft.clone()),
            _ => None,
        });
        let later = self.answers.iter_mut().find(|(_, _, answer)| matches!(answer, Answer::Later));
        if let (Some(draft), Some(later)) = (typed, later) {
            *later = ('l', format!("Leave all the same; it is NOT kept: {why}"), Answer::Leave(draft));
        }
    }

    /// Asks whether the encryption is to go.
    #[must_use]
    pub fn about_decrypting(settings: Settings, old: Zeroizing<String>) -> Self {
        Self::new(
            "Switch encryption off? Who steals the disk or a copy of it can then read everything.".to_owned(),
            vec![
                ('n', "No: the records stay encrypted".to_owned(), Answer::Nothing),
                ('y', "Yes, switch it off".to_owned(), Answer::Decrypt(Box::new(settings), old)),
            ],
        )
    }

    fn boxed(&self, body: Rect) -> Rect {
        let width = body.width.min(76);
        let lines =
            self.question_lines(width) + (0..self.answers.len()).map(|at| self.answer_lines(at, width)).sum::<u16>();
        let height = lines.saturating_add(4).min(body.height);
        Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height }
    }

    /// How many lines the question takes in a box of this width.
    fn question_lines(&self, width: u16) -> u16 {
        frame::wrapped(vec![Line::raw(self.question.as_str())], width.saturating_sub(4).max(1)).max(1)
    }

    fn answer_lines(&self, at: usize, width: u16) -> u16 {
        let line = self.answer(at, Style::default()).into_iter().collect();
        frame::wrapped(line, width.saturating_sub(4).max(1)).max(1)
    }

    /// An answer as it stands in the box.
    fn answer(&self, at: usize, key: Style) -> Option<Line<'_>> {
        let (letter, words, _) = self.answers.get(at)?;
        let enter = if at == 0 { "  (Enter)" } else { "" };
        Some(Line::from(vec![Span::styled(format!(" {letter} "), key), Span::raw(format!(" {words}{enter}"))]))
    }

    /// Which answer stands at a place.
    fn hit(&self, at: Position, body: Rect) -> Option<usize> {
        let boxed = self.boxed(body);
        let mut line =
            at.y.checked_sub(boxed.y + 2 + self.question_lines(boxed.width)).filter(|_| boxed.contains(at))?;
        (0..self.answers.len()).find(|answer| {
            let lines = self.answer_lines(*answer, boxed.width);
            let is_it = line < lines;
            line = line.saturating_sub(lines);
            is_it
        })
    }

    /// The answer that changes nothing.
    fn way_out(&self) -> Option<&(char, String, Answer)> {
        let find = |is_it: fn(&Answer) -> bool| self.answers.iter().find(|(_, _, answer)| is_it(answer));
        find(|answer| matches!(answer, Answer::Nothing)).or_else(|| find(|answer| matches!(answer, Answer::Later)))
    }

    /// Whether an input was meant for the screen that stood there when it was typed: what comes before this question is drawn, and
    /// what goes on after a letter that is no answer here.
    fn is_astray(&mut self, input: &Input, now: DateTime<FixedOffset>) -> bool {
        if !self.by_itself || !matches!(input, Input::Key(_) | Input::Paste(_)) || *input == Input::Key(Key::Esc) {
            return self.by_itself && !self.seen.get();
        }
        let is_answer = match input {
            Input::Key(Key::Enter) => true,
            Input::Key(Key::Char(c)) => self.answers.iter().any(|(letter, _, _)| letter.eq_ignore_ascii_case(c)),
            _ => false,
        };
        let goes_on = self.astray.is_some_and(|last| now - last < PAUSE);
        if self.seen.get() && is_answer && !goes_on {
            return false;
        }
        self.astray = Some(now);
        true
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, body: Rect) -> Vec<Effect> {
        if self.is_astray(input, ctx.now) {
            return Vec::new();
        }
        let chosen = match input {
            Input::Key(Key::Enter) => self.answers.first(),
            Input::Key(Key::Esc) => self.way_out(),
            Input::Key(Key::Char(c)) => self.answers.iter().find(|(letter, _, _)| letter.eq_ignore_ascii_case(c)),
            Input::Click(at) => self.hit(*at, body).and_then(|answer| self.answers.get(answer)),
            _ => None,
        };
        let Some((_, _, answer)) = chosen else { return Vec::new() };
        let forget = |draft: &Draft| Effect::DropDraft(draft.kind.name().to_owned(), draft.patient);
        match answer {
            Answer::Nothing => vec![Effect::Pop],
            Answer::Later => vec![Effect::Pop, Effect::Pop],
            Answer::Leave(draft) => vec![Effect::Pop, Effect::Pop, Effect::KeepDraft(draft.clone())],
            Answer::Instead(draft) => vec![Effect::Pop, Effect::Pop, resume(draft)],
            Answer::Forget(draft) => vec![forget(draft), Effect::Pop, Effect::Pop],
            Answer::Drop(draft) => vec![forget(draft), Effect::Pop],
            Answer::Resume(draft) => vec![Effect::Pop, resume(draft)],
            Answer::Decrypt(settings, old) => {
                vec![Effect::Pop, Effect::Settings(settings.clone(), Encryption::Off, old.clone())]
            }
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        self.seen.set(true);
        let area = self.boxed(body);
        frame.render_widget(Clear, area);
        let block = frame::bordered(Block::bordered(), ctx);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let mut lines = vec![Line::styled(self.question.clone(), ctx.theme.style(Role::Banner)), Line::raw("")];
        let key = ctx.theme.style(Role::Key);
        lines.extend((0..self.answers.len()).filter_map(|at| self.answer(at, key)));
        frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inner);
    }
}

/// Says what was not finished, on whom, and since when.
fn unfinished(kind: PromptKind, who: &str, when: DateTime<FixedOffset>) -> String {
    let whose = if who.is_empty() { String::new() } else { format!(" for {who}") };
    format!("{}{whose}, {} {}, was not finished.", kind.title(), words::day(when.date_naive()), when.format("%H:%M"))
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
