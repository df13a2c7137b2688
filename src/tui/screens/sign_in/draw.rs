//! Draws who works here, and the two lines.

use super::super::super::theme::{Role, Theme};
use super::super::super::widgets::frame;
use super::super::super::widgets::pen::Pen;
use super::super::super::widgets::wrapped::wrapped;
use super::{SignIn, Stage};
use crate::clinic::people::{Asks, Colleague, exactly, working};
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::keymap;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use zeroize::Zeroizing;

/// A line is read with ease up to about so many columns.
const WIDTH: u16 = 96;
/// Where a typed value begins.
const VALUE: u16 = 14;

/// The parts of the screen.
pub(super) struct Parts {
    head: Rect,
    pub(super) list: Rect,
    lines: Rect,
}

impl SignIn {
    pub(super) fn parts(&self, body: Rect, people: usize) -> Parts {
        let width = body.width.saturating_sub(2).min(WIDTH);
        let area = Rect { x: body.x + (body.width - width) / 2, width, ..body };
        // A blank line, what the screen is, why it is there, a blank line.
        let head = (u16::try_from(self.head_words(width).len()).unwrap_or(u16::MAX) + 3).min(area.height);
        let spare = body.height.saturating_sub(head + 8);
        let height = u16::try_from(people).unwrap_or(u16::MAX).min(spare);
        let head = Rect { height: head, ..area };
        let list = Rect { y: area.y + head.height, height, ..area };
        let y = (list.bottom() + 1).min(body.bottom());
        Parts { head, list, lines: Rect { y, height: body.bottom() - y, ..area } }
    }

    /// Why it is locked, and what the lock is good for.
    fn head_words(&self, width: u16) -> Vec<String> {
        let hides = keymap::told(
            "{hidden.accept} goes on. This hides the screen; it keeps nobody out: {today.people} on Today gives you a PIN.",
        );
        let parts = [Some(self.words.as_str()), self.hides.then_some(hides.as_str())];
        let parts = parts.into_iter().flatten().filter(|words| !words.is_empty());
        parts.flat_map(|words| wrapped(words, usize::from(width))).collect()
    }

    pub(in crate::tui::screens) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let people: Vec<_> = working(&ctx.practice.settings.people).collect();
        let asks = !self.hides;
        let parts = self.parts(body, if asks { people.len() } else { 0 });
        let style = |role| ctx.theme.style(role);
        let title = if asks { "Who are you?" } else { "Locked" };
        let words = self.head_words(parts.head.width).into_iter().map(|words| Line::styled(words, style(Role::Dim)));
        let head = [Line::raw(""), Line::styled(title, style(Role::Title))];
        frame.render_widget(Paragraph::new(head.into_iter().chain(words).collect::<Vec<_>>()), parts.head);
        if asks {
            self.list(frame, parts.list, &people, ctx);
            self.more(frame, parts.list, people.len(), ctx);
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

    /// Says in the blank line under the list how many more there are, and how they are reached.
    fn more(&self, frame: &mut Frame<'_>, list: Rect, people: usize, ctx: &Ctx) {
        let (above, room) = (self.cursor.top(people, list.height), usize::from(list.height));
        let below = people.saturating_sub(above + room);
        if above + below == 0 {
            return;
        }
        let glyphs = &ctx.theme.glyphs;
        let part = |n: usize, sign: &str| (n > 0).then(|| format!("{sign} {n}"));
        let parts: Vec<_> = [part(above, glyphs.up), part(below, glyphs.down)].into_iter().flatten().collect();
        let words = format!(" {} more: type the initials, or Up and Down", parts.join("  "));
        let line = Rect { y: list.bottom(), height: 1, ..list }.intersection(frame.area());
        frame.render_widget(Line::styled(words, ctx.theme.style(Role::Accent)), line);
    }

    fn lines(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let theme = &ctx.theme;
        let dim = |words: String| Line::styled(words, theme.style(Role::Dim));
        let line = |n: u16| Rect { y: area.y + n, height: 1.min(area.height.saturating_sub(n)), ..area };
        let person = self.person(ctx);
        let initials = person.map_or_else(|| self.initials.to_uppercase(), |p| p.initials().to_uppercase());
        let at_secret = person.is_some();
        field(frame, line(0), "Initials", &initials, !at_secret, theme);
        let dot = if theme.ascii { "*" } else { "•" };
        let dots = || dot.repeat(self.typed.chars().count().min(usize::from(WIDTH - VALUE - 1)));
        let (value, caret) = match &self.stage {
            Stage::Recovery(paper) => paper.shown(dot),
            _ => (Zeroizing::new(dots()), self.typed.chars().count().min(usize::from(WIDTH - VALUE - 1))),
        };
        let asks = person.and_then(Colleague::asks);
        field(frame, line(1), &self.label(asks, ctx.shut), &value, at_secret, theme);
        let cursor = if at_secret { (line(1), caret) } else { (line(0), initials.chars().count()) };
        if cursor.0.height > 0 {
            frame.set_cursor_position(Position::new(cursor.0.x + VALUE + cursor.1 as u16, cursor.0.y));
        }
        let mut words: Vec<_> =
            wrapped(&self.hint(person, ctx), usize::from(area.width)).into_iter().map(dim).collect();
        if let Some(said) = &self.said {
            let said = format!("{} {}", theme.glyphs.attention, said.words(ctx.now.time()));
            let said = wrapped(&said, usize::from(area.width)).into_iter();
            words.extend(said.map(|line| Line::styled(line, theme.style(Role::Late))));
        }
        frame.render_widget(
            Paragraph::new(words),
            Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area },
        );
    }

    fn label(&self, asks: Option<Asks>, shut: bool) -> String {
        words::begun(match self.stage {
            Stage::Secret if shut => "passphrase",
            Stage::Secret => asks.map_or("PIN", Asks::word),
            Stage::Recovery(_) => "recovery key",
            Stage::Chosen { .. } => "new secret",
            Stage::Again { .. } => "once more",
        })
    }

    fn hint(&self, person: Option<&Colleague>, ctx: &Ctx) -> String {
        let words = match (&self.stage, person.and_then(Colleague::asks)) {
            (Stage::Recovery(paper), _) => return recovery_hint(paper.is_hidden()),
            (Stage::Chosen { code }, asks) => return chosen_hint(code.by_recovery, asks, ctx),
            (Stage::Again { .. }, _) => "Type it once more; then Enter.",
            (Stage::Secret, asks) => return self.hint_of_secret(person, asks, ctx),
        };
        words.to_owned()
    }

    fn hint_of_initials(&self, ctx: &Ctx) -> String {
        let people = &ctx.practice.settings.people;
        match exactly(people, &self.initials) {
            Some(person) => format!(
                "Enter, or go on with the PIN, if you are {}. Other initials begin so too: else type their next letter.",
                person.name
            ),
            // Ten and more have no number.
            None if working(people).count() > 9 => {
                "Type your initials, or the number before your name where it has one.".to_owned()
            }
            None => "Type your initials, or the number before your name.".to_owned(),
        }
    }

    fn hint_of_secret(&self, person: Option<&Colleague>, asks: Option<Asks>, ctx: &Ctx) -> String {
        match (person, asks) {
            (None, _) => self.hint_of_initials(ctx),
            (Some(person), _) if ctx.shut && !ctx.openers.is_empty() && !ctx.openers.contains(&person.name) => format!(
                "The records are encrypted, and {} has no passphrase that opens them: {} opens them first, then your PIN is enough.",
                person.name,
                ctx.openers.join(" or ")
            ),
            (Some(_), _) if ctx.shut => "The records are encrypted: your passphrase opens them; then Enter.".to_owned(),
            (Some(person), None) => super::no_pin(&person.name),
            (_, Some(Asks::Passphrase)) => "Then Enter.".to_owned(),
            (_, Some(Asks::Pin(n))) => format!("{n} digits; the last one signs in."),
            (_, Some(Asks::Code(n))) => format!("The {n} digits that an administrator gave you; they are good once."),
        }
    }
}

/// What is typed, and how it is hidden.
fn recovery_hint(is_hidden: bool) -> String {
    let turn = if is_hidden { "shows" } else { "hides" };
    keymap::told(&format!(
        "The recovery key from its paper: 8 groups of 4, capital or small, with or without dashes; then Enter. {{sign_in.show}} {turn} what you type."
    ))
}

/// What may be chosen, what it opens, and what it takes the place of.
fn chosen_hint(by_recovery: bool, had: Option<Asks>, ctx: &Ctx) -> String {
    let what = match (ctx.shut, ctx.encrypted) {
        (true, _) => "Choose a passphrase of 12 characters or more, for example four words; then Enter.",
        (false, true) => {
            "Choose a passphrase of 12 characters or more: when the program starts it opens the encrypted records too. Or a PIN of 4 to 8 digits, which does not. Then Enter."
        }
        (false, false) => "Choose a PIN of 4 to 8 digits or a passphrase; then Enter.",
    };
    let gone = had.filter(|_| by_recovery).map(|had| format!(" It takes the place of your {}.", had.word()));
    format!("{what}{}", gone.unwrap_or_default())
}

fn field(frame: &mut Frame<'_>, area: Rect, label: &str, value: &str, focused: bool, theme: &Theme) {
    let style = |role| theme.style(role);
    let label = Span::styled(
        format!("{:<width$}", label, width = usize::from(VALUE)),
        style(if focused { Role::Accent } else { Role::Text }),
    );
    let room = usize::from(area.width.saturating_sub(VALUE)).min(45);
    let value = Span::styled(
        frame::fit(value, room, theme.glyphs.ellipsis),
        style(if focused { Role::Focus } else { Role::Field }),
    );
    frame.render_widget(Line::from(vec![label, value]), area);
}
