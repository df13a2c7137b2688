//! A part of the screen to draw on, which clips what falls outside and writes only ASCII where the theme asks for it.

use crate::tui::theme::Theme;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Writes a text with ASCII alone: known signs become their twins, any other becomes `?`.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let twin = |c: char| match c {
        '·' | '–' | '—' | '−' => "-",
        '…' => "~",
        '→' => "->",
        'µ' | 'μ' => "u",
        '×' => "x",
        '≥' => ">=",
        '≤' => "<=",
        '’' | '‘' => "'",
        _ => "?",
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() { out.push(c) } else { out.push_str(twin(c)) }
    }
    Cow::Owned(out)
}

/// An area of the buffer with its own origin.
pub(super) struct Canvas<'b> {
    buf: &'b mut Buffer,
    pub(super) area: Rect,
    pub(super) theme: &'b Theme,
}

impl<'b> Canvas<'b> {
    pub(super) fn new(buf: &'b mut Buffer, area: Rect, theme: &'b Theme) -> Self {
        let area = area.intersection(buf.area);
        Self { buf, area, theme }
    }

    /// Returns the same paper with another part of it in front.
    pub(super) fn part(&mut self, area: Rect) -> Canvas<'_> {
        Canvas { area: area.intersection(self.area), buf: self.buf, theme: self.theme }
    }

    pub(super) fn width(&self) -> u16 {
        self.area.width
    }

    /// Returns a cell; `None` outside.
    pub(super) fn cell(&mut self, x: u16, y: u16) -> Option<&mut Cell> {
        let inside = x < self.area.width && y < self.area.height;
        let at = Position::new(self.area.x.saturating_add(x), self.area.y.saturating_add(y));
        inside.then(|| self.buf.cell_mut(at)).flatten()
    }

    /// Puts one sign.
    pub(super) fn put(&mut self, x: u16, y: u16, sign: &str, style: Style) {
        let sign = if self.theme.ascii { plain(sign) } else { Cow::Borrowed(sign) };
        if let Some(cell) = self.cell(x, y) {
            ink(cell, &sign, style);
        }
    }

    /// Writes text, clipped at the right edge; returns the column after it.
    pub(super) fn text(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let text = if self.theme.ascii { plain(text) } else { Cow::Borrowed(text) };
        let mut at = x;
        for sign in text.graphemes(true) {
            let wide = sign.width() as u16;
            if wide == 0 || at.saturating_add(wide) > self.area.width {
                if wide == 0 {
                    continue;
                }
                break;
            }
            if let Some(cell) = self.cell(at, y) {
                ink(cell, sign, style);
            }
            for rest in 1..wide {
                if let Some(cell) = self.cell(at + rest, y) {
                    ink(cell, " ", style);
                }
            }
            at += wide;
        }
        at
    }
}

/// Draws a sign over whatever stood there; of that only the background stays.
fn ink(cell: &mut Cell, sign: &str, style: Style) {
    cell.set_symbol(sign).set_fg(Color::Reset);
    cell.modifier = Modifier::empty();
    cell.set_style(style);
}

/// Returns the columns that a text takes.
pub(super) fn width(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}
