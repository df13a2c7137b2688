//! Writes text straight into a line of cells. Most of a screen is letters that take one column each; for those the drawing
//! library's way over graphemes, measured several times each, is most of what a frame costs.

use super::frame::fit;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

/// A pen on one line. What is not written stays as it is; nothing is written beyond the line's end.
pub(crate) struct Pen<'b> {
    buffer: &'b mut Buffer,
    /// Where it stands, and what is left of the line.
    rest: Rect,
}

impl<'b> Pen<'b> {
    /// Puts the pen at the start of a line.
    pub(crate) fn on(buffer: &'b mut Buffer, line: Rect) -> Self {
        let line = line.intersection(buffer.area);
        Self { buffer, rest: Rect { height: line.height.min(1), ..line } }
    }

    /// Writes a text and goes on behind it.
    pub(crate) fn write(&mut self, text: &str, style: Style) {
        if !text.chars().all(is_plain) {
            return self.write_slowly(text, style);
        }
        let mut taken = 0;
        for (cell, c) in self.cells().iter_mut().zip(text.chars()) {
            cell.set_char(c).set_style(style);
            taken += 1;
        }
        self.skip(taken);
    }

    /// Writes the parts of a line.
    pub(crate) fn line(&mut self, line: &Line<'_>) {
        for span in &line.spans {
            self.write(&span.content, line.style.patch(span.style));
        }
    }

    /// Writes a text cut or filled to just so many columns; what is cut shows.
    pub(crate) fn column(&mut self, text: &str, width: usize, ellipsis: &str, style: Style) {
        if !text.chars().all(is_plain) || text.chars().count() > width {
            return self.write(&fit(text, width, ellipsis), style);
        }
        let missing = width - text.chars().count();
        self.write(text, style);
        self.blank(missing, style);
    }

    /// Writes so many blanks.
    pub(crate) fn blank(&mut self, width: usize, style: Style) {
        let mut taken = 0;
        for cell in self.cells().iter_mut().take(width) {
            cell.set_char(' ').set_style(style);
            taken += 1;
        }
        self.skip(taken);
    }

    fn cells(&mut self) -> &mut [ratatui::buffer::Cell] {
        if self.rest.is_empty() {
            return &mut [];
        }
        let from = self.buffer.index_of(self.rest.x, self.rest.y);
        self.buffer.content.get_mut(from..from + usize::from(self.rest.width)).unwrap_or_default()
    }

    fn skip(&mut self, columns: u16) {
        self.rest.x += columns;
        self.rest.width -= columns;
    }

    fn write_slowly(&mut self, text: &str, style: Style) {
        let span = Span::styled(text, style);
        let wide = u16::try_from(text.width()).unwrap_or(u16::MAX).min(self.rest.width);
        span.render(self.rest, self.buffer);
        self.skip(wide);
    }
}

/// Returns whether a letter takes one column whatever stands beside it.
pub(crate) fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '·' | '×' | 'À'..='ɏ' | '–' | '—' | '…' | '→' | '─'..='▟' | '■'..='◼')
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Color, Modifier};

    fn both(texts: &[&str], width: u16) -> (Buffer, Buffer) {
        let area = Rect::new(0, 0, width, 1);
        let (mut slow, mut fast) = (Buffer::empty(area), Buffer::empty(area));
        let styles = [Style::new(), Style::new().fg(Color::Red).add_modifier(Modifier::BOLD)];
        let styled = texts.iter().zip(styles.iter().cycle());
        Line::from(styled.clone().map(|(text, style)| Span::styled(*text, *style)).collect::<Vec<_>>())
            .render(area, &mut slow);
        let mut pen = Pen::on(&mut fast, area);
        styled.for_each(|(text, style)| pen.write(text, *style));
        (slow, fast)
    }

    #[test]
    fn it_writes_what_the_library_writes() {
        let texts: [&[&str]; 6] = [
            &["plain", " and ", "more"],
            &["Åsa · Łukasz", "│ ● ▲ ◆", "…"],
            &["中村健二", "か", "x"],
            &["e\u{301}", "tab\tand\u{7}bell", "👩‍⚕️", "end"],
            &["", " ", ""],
            &["\u{200b}", "a\u{ad}b"],
        ];
        for text in texts {
            for width in [1, 4, 7, 30] {
                let (slow, fast) = both(text, width);
                assert_eq!(slow, fast, "{text:?} in {width}");
            }
        }
    }

    #[test]
    fn a_plain_letter_takes_one_column() {
        for c in (0..0x3000).filter_map(char::from_u32).filter(|c| is_plain(*c)) {
            assert_eq!(c.to_string().width(), 1, "{c}");
        }
    }

    #[test]
    fn a_column_is_as_wide_as_asked() {
        for text in ["", "Farrow", "Farrow, Daniel", "中村健二", "Łukasz"] {
            let area = Rect::new(0, 0, 12, 1);
            let (mut slow, mut fast) = (Buffer::empty(area), Buffer::empty(area));
            let style = Style::new().bg(Color::Blue);
            Span::styled(fit(text, 7, "…"), style).render(area, &mut slow);
            Pen::on(&mut fast, area).column(text, 7, "…", style);
            assert_eq!(slow, fast, "{text}");
        }
    }

    #[test]
    fn outside_of_the_screen_nothing_is_written() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 2));
        Pen::on(&mut buffer, Rect::new(3, 1, 9, 9)).write("abc", Style::new());
        Pen::on(&mut buffer, Rect::new(9, 9, 1, 1)).write("abc", Style::new());
        assert_eq!(buffer, Buffer::with_lines(["    ", "   a"]));
    }
}
