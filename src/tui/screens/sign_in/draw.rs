//! Draws who works here, and the two lines.

use super::super::super::theme::{Role, Theme};
use super::super::super::widgets::frame;
use super::super::super::widgets::pen::Pen;
use super::{SignIn, Stage};
use crate::clinic::people::{Asks, Colleague, working};
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

/// As wide as names and roles need.
const WIDTH: u16 = 70;
/// Before the first line: what the screen is.
const HEAD: u16 = 3;
/// Where a typed value begins.
const VALUE: u16 = 14;

/// The parts of the screen.
pub(super) struct Parts {
    head: Rect,
    pub(super) list: Rect,
    lines: Rect,
}

impl SignIn {
    pub(super) fn parts(body: Rect, people: usize) -> Parts {
        let width = body.width.min(WIDTH);
        let area = Rect { x: body.x + (body.width - width) / 2, width, ..body };
        let spare = body.height.saturating_sub(HEAD + 7);
        let height = u16::try_from(people).unwrap_or(u16::MAX).min(spare);
        let head = Rect { height: HEAD.min(area.height), ..area };
        let list = Rect { y: area.y + head.height, height, ..area };
        let y = (list.bottom() + 1).min(body.bottom());
        Parts { head, list, lines: Rect { y, height: body.bottom() - y, ..area } }
    }

    pub(in crate::tui::screens) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let people: Vec<_> = working(&ctx.practice.settings.people).collect();
        let asks = super::asks(ctx);
        let parts = Self::parts(body, if asks { people.len() } else { 0 });
        let style = |role| ctx.theme.style(role);
        let title = if asks { "Who are you?" } else { "Locked. Enter goes on." };
        let head = vec![
            Line::raw(""),
            Line::from(vec![
                Span::styled(title, style(Role::Title)),
                Span::raw("   "),
                Span::styled(self.words.clone(), style(Role::Dim)),
            ]),
        ];
        frame.render_widget(Paragraph::new(head), parts.head);
        if asks {
            self.list(frame, parts.list, &people, ctx);
            self.lines(frame, parts.lines, ctx);
        }
    }

    fn list(&self, frame: &mut Frame<'_>, area: Rect, people: &[&Colleague], ctx: &Ctx) {
        let theme = &ctx.theme;
        let top = self.cursor.top(people.len(), area.height);
        for (at, person) in people.iter().enumerate().skip(top).take(usize::from(area.height)) {
            let chosen = self.who.as_deref() == Some(person.name.as_str());
            let line = Rect { y: area.y + (at - top) as u16, height: 1, ..area };
            let base = if chosen { theme.style(Role::Selected) } else { theme.style(Role::Text) };
            let number = if at < 9 { format!("{} ", at + 1) } else { "  ".to_owned() };
            let mut pen = Pen::on(frame.buffer_mut(), line);
            pen.write(if chosen { theme.glyphs.selected } else { " " }, theme.on_line(Role::Accent, chosen));
            pen.write(&number, theme.on_line(Role::Key, chosen));
            pen.column(&person.initials().to_uppercase(), 6, theme.glyphs.ellipsis, base);
            pen.column(&person.name, 34, theme.glyphs.ellipsis, base);
            pen.column(&format!(" {}", person.role()), 27, theme.glyphs.ellipsis, theme.on_line(Role::Dim, chosen));
        }
    }

    fn lines(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let theme = &ctx.theme;
        let line = |n: u16| Rect { y: area.y + n, height: 1.min(area.height.saturating_sub(n)), ..area };
        let person = self.person(ctx);
        let initials = person.map_or_else(|| self.initials.to_uppercase(), |p| p.initials().to_uppercase());
        let at_secret = person.is_some();
        field(frame, line(0), "Initials", &initials, !at_secret, theme);
        let dot = if theme.ascii { "*" } else { "•" };
        let dots = dot.repeat(self.typed.chars().count().min(usize::from(WIDTH - VALUE - 1)));
        let asks = person.and_then(Colleague::asks);
        field(frame, line(1), &self.label(asks, ctx.shut), &dots, at_secret, theme);
        let cursor = if at_secret { (line(1), dots.chars().count()) } else { (line(0), initials.chars().count()) };
        if cursor.0.height > 0 {
            frame.set_cursor_position(Position::new(cursor.0.x + VALUE + cursor.1 as u16, cursor.0.y));
        }
        let hint = Line::styled(self.hint(asks, ctx.shut, at_secret), theme.style(Role::Dim));
        frame.render_widget(Paragraph::new(hint).wrap(Wrap { trim: false }), line(2));
        if let Some(said) = &self.said {
            let area = Rect { y: area.y + 3, height: area.height.saturating_sub(3).min(3), ..area };
            let words = format!("{} {said}", theme.glyphs.attention);
            frame.render_widget(
                Paragraph::new(Line::styled(words, theme.style(Role::Late))).wrap(Wrap { trim: false }),
                area,
            );
        }
    }

    fn label(&self, asks: Option<Asks>, shut: bool) -> String {
        words::begun(match self.stage {
            Stage::Secret if shut => "passphrase",
            Stage::Secret => asks.map_or("PIN", Asks::word),
            Stage::Recovery => "recovery key",
            Stage::Chosen { .. } => "new secret",
            Stage::Again { .. } => "once more",
        })
    }

    fn hint(&self, asks: Option<Asks>, shut: bool, chosen: bool) -> String {
        match (&self.stage, asks) {
            (Stage::Recovery, _) => {
                "The key that was written down when the practice was set up; then Enter.".to_owned()
            }
            (Stage::Chosen { .. }, _) if shut => {
                "Choose a passphrase of 12 characters or more, for example four words; then Enter.".to_owned()
            }
            (Stage::Chosen { .. }, _) => "Choose a PIN of 4 to 8 digits or a passphrase; then Enter.".to_owned(),
            (Stage::Again { .. }, _) => "Type it once more; then Enter.".to_owned(),
            (Stage::Secret, _) if shut && chosen => {
                "The records are encrypted: your passphrase opens them; then Enter.".to_owned()
            }
            (Stage::Secret, None) => "Type your initials, or the number before your name.".to_owned(),
            (Stage::Secret, Some(Asks::Passphrase)) => "Then Enter.".to_owned(),
            (Stage::Secret, Some(Asks::Pin(n))) => format!("{n} digits; the last one signs in."),
            (Stage::Secret, Some(Asks::Code(n))) => {
                format!("The {n} digits that an administrator gave you; they are good once.")
            }
        }
    }
}

fn field(frame: &mut Frame<'_>, area: Rect, label: &str, value: &str, focused: bool, theme: &Theme) {
    let style = |role| theme.style(role);
    let label = Span::styled(
        format!("{:<width$}", label, width = usize::from(VALUE)),
        style(if focused { Role::Accent } else { Role::Text }),
    );
    let room = usize::from(area.width.saturating_sub(VALUE)).min(34);
    let value = Span::styled(
        frame::fit(value, room, theme.glyphs.ellipsis),
        style(if focused { Role::Focus } else { Role::Field }),
    );
    frame.render_widget(Line::from(vec![label, value]), area);
}
