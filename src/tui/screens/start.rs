//! The first start: a demo practice, or your own.

use super::super::ctx::Ctx;
use super::super::effect::{Effect, PromptKind};
use super::super::input::{Input, Key};
use super::super::keymap::{Action, Place};
use super::super::prompts;
use super::super::theme::Role;
use super::list::{Cursor, Moved};
use super::{Help, Screen};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

/// The first start.
#[derive(Default)]
pub struct Start {
    cursor: Cursor,
}

const CHOICES: [(char, &str, &str); 3] = [
    ('1', "Look around in a demo practice", "58 invented patients; nothing is kept"),
    ('2', "Set up your practice", "name, who you are, first patient"),
    ('3', "Leave", ""),
];

/// Where the choices begin under the words of welcome.
const FIRST_LINE: u16 = 8;

impl Start {
    fn lines_area(body: Rect) -> Rect {
        let y = FIRST_LINE.min(body.height);
        Rect { y: body.y + y, height: (CHOICES.len() as u16).min(body.height - y), ..body }
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        if let Input::Key(Key::Char(c)) = input
            && let Some(at) = CHOICES.iter().position(|(key, _, _)| key == c)
        {
            self.cursor.at = at;
            return Self::choose(at, ctx);
        }
        match action {
            Some(Action::Quit) => return vec![Effect::Quit],
            Some(Action::Help) => return vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::Start))))],
            Some(Action::Accept) => return Self::choose(self.cursor.at, ctx),
            _ => {}
        }
        let clicked = matches!(input, Input::Click(_));
        let moved = self.cursor.input(input, action, Self::lines_area(body), CHOICES.len());
        if clicked && moved != Moved::No { Self::choose(self.cursor.at, ctx) } else { Vec::new() }
    }

    fn choose(at: usize, ctx: &Ctx) -> Vec<Effect> {
        match at {
            0 => vec![Effect::OpenDemo],
            1 => {
                let prompt = prompts::open(PromptKind::Practice, None, ctx);
                prompt.map(|p| Effect::Push(Box::new(Screen::Prompt(Box::new(p))))).into_iter().collect()
            }
            _ => vec![Effect::Quit],
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let theme = &ctx.theme;
        let lines = vec![
            Line::raw(""),
            Line::styled("  Cobalog", theme.style(Role::Title)),
            Line::raw("  Vitamin B12 injections: who is due, what was given, and whether it works."),
            Line::raw(""),
            Line::styled(
                "  It shows what a published protocol says, with its source. A person signs.",
                theme.style(Role::Dim),
            ),
            Line::styled(format!("  Records will be kept in {}", ctx.place), theme.style(Role::Dim)),
        ];
        frame.render_widget(
            Paragraph::new(lines).wrap(Wrap { trim: false }),
            Rect { height: body.height.min(FIRST_LINE), ..body },
        );
        let area = Self::lines_area(body);
        for (i, (key, words, more)) in CHOICES.iter().enumerate().take(usize::from(area.height)) {
            let on = i == self.cursor.at;
            let sign = if on { theme.glyphs.selected } else { " " };
            let style = theme.style(if on { Role::Selected } else { Role::Text });
            let line = Line::from(vec![
                Span::styled(format!("  {sign} "), theme.style(Role::Accent)),
                Span::styled(format!("{key}  "), theme.style(Role::Key)),
                Span::styled(format!("{words:<34}"), style),
                Span::styled(format!(" {more}"), theme.style(Role::Dim)),
            ]);
            frame.render_widget(line, Rect { y: area.y + i as u16, height: 1, ..area });
        }
    }
}
