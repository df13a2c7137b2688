//! The line above the footer in which the program says something. What is longer goes on upwards, over the foot of the screen,
//! until the next key: a date that is cut off is no date.

use super::frame::cut;
use super::wrapped::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// So many lines it takes at most.
pub const MOST: usize = 6;
/// And so many over a prompt, whose buttons stand there.
pub const ON_PROMPTS: usize = 2;

/// Says something in the line `area` and in as many above it as it needs.
pub fn draw(frame: &mut Frame<'_>, area: Rect, words: &str, (style, ellipsis): (Style, &str), most: usize) {
    if area.height == 0 {
        return;
    }
    let width = usize::from(area.width.saturating_sub(2)).max(1);
    let lines = lines(words, width, most.min(usize::from(area.y) + 1), ellipsis);
    let tall = u16::try_from(lines.len()).unwrap_or(1);
    let area = Rect { y: (area.y + 1).saturating_sub(tall), height: tall, ..area };
    frame.render_widget(Clear, area);
    let lines: Vec<_> = lines.into_iter().map(|line| Line::styled(format!(" {line}"), style)).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// Breaks words into lines, also within a path that is wider than one; what is beyond `most` shows that it was cut.
fn lines(words: &str, width: usize, most: usize, ellipsis: &str) -> Vec<String> {
    let mut lines: Vec<String> = wrapped(words, width).iter().flat_map(|line| pieces(line, width)).collect();
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last} {ellipsis}"), width, ellipsis);
        }
    }
    lines
}

/// Cuts a word that is wider than a line into pieces that are not; a path behind a folder, where one fits.
pub(super) fn pieces(line: &str, width: usize) -> Vec<String> {
    let (mut pieces, mut rest) = (Vec::new(), line);
    while rest.width() > width {
        let mut wide = 0;
        let fits = |(at, c): (usize, char)| {
            wide += c.width().unwrap_or(0);
            (wide <= width).then_some(at + c.len_utf8())
        };
        let fits = rest.char_indices().map_while(fits).last().unwrap_or(rest.len());
        let folder = rest[..fits].rfind(['/', '\\']).map(|at| at + 1);
        let (piece, more) = rest.split_at(folder.unwrap_or(fits));
        pieces.push(piece.to_owned());
        rest = more;
    }
    pieces.push(rest.to_owned());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_and_a_path_are_whole() {
        assert_eq!(lines("Saved: 1,000 mcg", 20, 6, "…"), ["Saved: 1,000 mcg"]);
        let words = "Next: dose 4 on Wed 25 Nov 2026.";
        assert_eq!(lines(words, 20, 6, "…"), ["Next: dose 4 on Wed", "25 Nov 2026."]);
        let path = "/home/maya/letters/1003-plan-2026-11-23.html";
        assert_eq!(lines(path, 20, 6, "…").concat(), path);
        assert_eq!(lines(path, 30, 6, "…"), ["/home/maya/letters/", "1003-plan-2026-11-23.html"]);
        for width in [1, 2, 20, 30] {
            assert_eq!(lines("/中村/健二/letter.html", width, 99, "…").concat(), "/中村/健二/letter.html", "{width}");
            let wide = |line: &String| line.width() <= width || line.chars().count() == 1;
            assert!(width < 2 || lines(path, width, 99, "…").iter().all(wide), "{width}");
        }
    }

    #[test]
    fn what_is_too_long_shows_that_it_was_cut() {
        assert_eq!(lines("one two three four", 5, 2, "…"), ["one", "two …"]);
        assert_eq!(lines("aaaaa bbbbb ccccc", 5, 2, "…"), ["aaaaa", "bbbb…"]);
    }
}
