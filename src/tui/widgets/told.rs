//! Words in a few lines under a list or a picture. What has no room there shows that it was cut, and the key that reads it all.

use super::frame::cut;
use super::say::pieces;
use super::wrapped::wrapped;
use unicode_width::UnicodeWidthStr;

/// What reads it all, behind the sign of what was cut.
const WHOLE: &str = " w";

/// Stands for a gap of two blanks while words are broken into lines: of the same width, and no blank.
const GAP: &str = "\u{e000}\u{e000}";

/// Breaks paragraphs into at most `height` lines of a width, each with whether it is of the first paragraph. Where they have
/// no room one below the other, those after the first go on behind each other.
#[must_use]
pub fn told(paragraphs: &[String], width: usize, height: usize, ellipsis: &str) -> Vec<(bool, String)> {
    let width = width.max(1);
    let lines = broken(paragraphs, width);
    if lines.len() <= height {
        return lines;
    }
    let (head, rest) = paragraphs.split_at(paragraphs.len().min(1));
    let rest: Vec<_> = rest.iter().filter(|text| !text.is_empty()).map(String::as_str).collect();
    let rest = Some(rest.join(" · ")).filter(|text| !text.is_empty());
    let packed: Vec<_> = head.iter().cloned().chain(rest).collect();
    let mut lines = broken(&packed, width);
    if lines.len() > height {
        lines.truncate(height);
        if let Some((_, last)) = lines.last_mut() {
            let room = width.saturating_sub(WHOLE.len());
            let kept = cut(last, room.saturating_sub(ellipsis.width()), "");
            *last = format!("{}{ellipsis}{WHOLE}", kept.trim_end());
        }
    }
    lines
}

fn broken(paragraphs: &[String], width: usize) -> Vec<(bool, String)> {
    let lines = |(n, text): (usize, &String)| {
        let lines = match text.width() <= width {
            // What fits keeps its columns.
            true => vec![text.clone()],
            false => {
                // The gap behind the date stays, and no line ends with the sign between two parts.
                let lines = wrapped(&text.replace("  ", GAP), width);
                let lines = lines.iter().map(|line| line.strip_suffix(" ·").unwrap_or(line).replace(GAP, "  "));
                lines.flat_map(|line| pieces(&line, width)).collect()
            }
        };
        lines.into_iter().map(move |line| (n == 0, line))
    };
    paragraphs.iter().enumerate().flat_map(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(paragraphs: &[&str], width: usize, height: usize) -> Vec<String> {
        let paragraphs: Vec<_> = paragraphs.iter().map(|p| (*p).to_owned()).collect();
        told(&paragraphs, width, height, "…").into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn what_has_room_stands_as_it_was_written() {
        assert_eq!(lines(&["Mon  Dose 1", "lot A", "note"], 12, 3), ["Mon  Dose 1", "lot A", "note"]);
        assert_eq!(lines(&["one two three"], 8, 2), ["one two", "three"]);
        assert_eq!(lines(&["lot A exp 2027-03 · given by B"], 20, 2), ["lot A exp 2027-03", "given by B"]);
    }

    #[test]
    fn without_room_paragraphs_go_on_behind_each_other() {
        assert_eq!(lines(&["Dose 1", "lot A", "note"], 20, 2), ["Dose 1", "lot A · note"]);
    }

    #[test]
    fn what_is_cut_says_which_key_reads_it() {
        assert_eq!(lines(&["Dose 1", "held until the blood is back"], 12, 2), ["Dose 1", "held unti… w"]);
        assert_eq!(lines(&["Dose 1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"], 12, 2), ["Dose 1", "aaaaaaaaa… w"]);
        for (width, height) in [(1, 1), (2, 0), (3, 1)] {
            assert!(lines(&["Dose 1", "note"], width, height).len() <= height);
        }
    }
}
