//! Terminal events, translated once. Nothing above sees the terminal library's own events.

use crate::clinic::parse::is_hidden;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use ratatui::layout::Position;
use std::fmt;
use std::str::FromStr;

/// Something that a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted; control characters are gone.
    Paste(String),
    /// The left button was pressed here.
    Click(Position),
    /// The wheel turned over this place; negative is up.
    Wheel(Position, i32),
    /// The terminal has another size.
    Resize,
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "a key's name says all there is")]
pub enum Key {
    Char(char),
    Ctrl(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

const NAMED: [(&str, Key); 15] = [
    ("Enter", Key::Enter),
    ("Esc", Key::Esc),
    ("Tab", Key::Tab),
    ("BackTab", Key::BackTab),
    ("Backspace", Key::Backspace),
    ("Delete", Key::Delete),
    ("Up", Key::Up),
    ("Down", Key::Down),
    ("Left", Key::Left),
    ("Right", Key::Right),
    ("Home", Key::Home),
    ("End", Key::End),
    ("PageUp", Key::PageUp),
    ("PageDown", Key::PageDown),
    ("Space", Key::Char(' ')),
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::F(n) => write!(f, "F{n}"),
            Self::Ctrl(c) => write!(f, "Ctrl-{c}"),
            key => match (NAMED.iter().find(|(_, named)| named == key), key) {
                (Some((name, _)), _) => f.write_str(name),
                (None, Self::Char(c)) => write!(f, "{c}"),
                (None, other) => write!(f, "{other:?}"),
            },
        }
    }
}

impl FromStr for Key {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, key)) = NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Ok(*key);
        }
        let mut chars = text.chars();
        if let (Some(only), None) = (chars.next(), chars.next()) {
            return Ok(Self::Char(only));
        }
        if let Some(letter) = text.strip_prefix("Ctrl-").and_then(|rest| rest.chars().next()) {
            return Ok(Self::Ctrl(letter));
        }
        let number = text.strip_prefix('F').and_then(|n| n.parse().ok()).filter(|n| (1..=12).contains(n));
        number.map(Self::F).ok_or_else(|| format!("\"{text}\" is not a key"))
    }
}

/// Translates an event; releases, focus changes and moves of the mouse are nothing.
#[must_use]
pub fn translate(event: &Event) -> Option<Input> {
    match event {
        Event::Key(key) => translate_key(*key).map(Input::Key),
        // What was copied with the end of its line is the line.
        Event::Paste(text) => Some(Input::Paste(clean(text.trim_end_matches(['\r', '\n'])))),
        Event::Resize(_, _) => Some(Input::Resize),
        Event::Mouse(mouse) => {
            let at = Position::new(mouse.column, mouse.row);
            match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Some(Input::Click(at)),
                MouseEventKind::ScrollUp => Some(Input::Wheel(at, -1)),
                MouseEventKind::ScrollDown => Some(Input::Wheel(at, 1)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The event of the Esc key.
#[cfg(unix)]
pub(super) fn esc() -> Event {
    Event::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE))
}

/// Whether a key came with Alt. Backspace does where whole words are deleted, and is a key of the screen that it stands on.
#[cfg(unix)]
pub(super) fn is_alt(event: &Event) -> bool {
    let key = |code| matches!(code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Tab);
    matches!(event, Event::Key(KeyEvent { code, modifiers, .. }) if key(*code) && modifiers.contains(KeyModifiers::ALT))
}

fn translate_key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let control = event.modifiers.contains(KeyModifiers::CONTROL) && !event.modifiers.contains(KeyModifiers::ALT);
    Some(match event.code {
        KeyCode::Char(c) if control => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) if !c.is_control() => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    })
}

/// Takes control, bidirectional and zero-width characters out of a text, so that it cannot drive the terminal. The end of a
/// line, whichever way it is written, and a tab become a blank each.
#[must_use]
pub fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_hidden(*c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_and_write_their_names() {
        for name in ["g", "Enter", "Ctrl-s", "F1", "F12", "PageDown", "?", "Space", "BackTab"] {
            assert_eq!(name.parse::<Key>().unwrap().to_string(), name);
        }
        for wrong in ["", "F0", "F13", "Hyper-x", "gg"] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn pasted_text_cannot_drive_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d"), "a[2Jb cd");
    }

    #[test]
    fn pasted_lines_do_not_run_together() {
        for lines in
            ["12 Hill St\r\nLarkfield", "12 Hill St\rLarkfield\r", "12 Hill St\nLarkfield\r\n", "12 Hill St\tLarkfield"]
        {
            let pasted = translate(&Event::Paste(lines.to_owned()));
            assert_eq!(pasted, Some(Input::Paste("12 Hill St Larkfield".to_owned())), "{lines:?}");
        }
    }
}
