//! The plain face: 78 columns, 60 lines a page, a form feed between pages. Any printer takes it, and any mail.

use super::{BEGINS, Block, Doc, ENDS};
use crate::clinic::words;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The columns of a page.
pub const WIDTH: usize = 78;
/// The lines of a page: US Letter has 66, A4 has 70.
const LINES: usize = 60;
/// The columns of a label.
const LABEL: usize = 22;
/// No column of a table becomes narrower.
const NARROW: usize = 6;

/// Lines that stay together on a page, and what stands again above them where a page begins with them.
struct Piece {
    lines: Vec<String>,
    again: Vec<String>,
    /// Whether the piece after it must stand on the same page.
    leads: bool,
    breaks: bool,
}

impl Piece {
    fn of(lines: Vec<String>) -> Self {
        Self { lines, again: Vec::new(), leads: false, breaks: false }
    }
}

/// Writes a document as plain text.
#[must_use]
pub fn text(doc: &Doc) -> String {
    let pieces: Vec<Piece> = doc.blocks.iter().flat_map(pieces).collect();
    let (first, later) = (head(doc, true), head(doc, false));
    let pages = paginate(pieces, LINES - 2 - first.len(), LINES - 2 - later.len());
    let count = pages.len();
    let mut out = String::new();
    for (at, page) in pages.into_iter().enumerate() {
        let head = if at == 0 { &first } else { &later };
        if at > 0 {
            out.push('\u{c}');
        }
        let foot = [String::new(), foot(doc, at + 1, count)];
        for line in head.iter().chain(&page).chain(&foot) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

/// The top of a page: who sends it, whom it is about, what it is.
fn head(doc: &Doc, is_first: bool) -> Vec<String> {
    let mut out = vec![apart(&shown(&doc.from.name), &words::day(doc.on))];
    if is_first {
        let lines = doc.from.lines.join("   ");
        out.extend(Some(lines).filter(|line| !line.is_empty()).iter().flat_map(|line| wrapped(line, WIDTH)));
    }
    if let Some(who) = &doc.who {
        out.push(String::new());
        out.extend(wrapped(&who.parts().join("   "), WIDTH));
    }
    out.push("-".repeat(WIDTH));
    let title = if doc.large { doc.title.to_uppercase() } else { doc.title.clone() };
    out.extend(wrapped(&title, WIDTH));
    out.push(String::new());
    // However long the letterhead is, most of a page is for what it says.
    out.truncate(LINES / 3);
    out
}

fn foot(doc: &Doc, page: usize, pages: usize) -> String {
    let who = doc.who.as_ref().map(|who| format!("number {}", who.number)).unwrap_or_default();
    apart(&who, &format!("page {page} of {pages}"))
}

/// Two texts at the ends of a line; the left one is cut where there is no room.
fn apart(left: &str, right: &str) -> String {
    let room = WIDTH.saturating_sub(right.width() + 2);
    let left = wrapped(left, room).into_iter().next().unwrap_or_default();
    let gap = WIDTH.saturating_sub(left.width() + right.width());
    format!("{left}{}{right}", " ".repeat(gap))
}

fn paginate(pieces: Vec<Piece>, first: usize, later: usize) -> Vec<Vec<String>> {
    let mut pages: Vec<Vec<String>> = vec![Vec::new()];
    let mut waits: Vec<String> = Vec::new();
    for piece in pieces {
        if piece.breaks {
            pages.push(Vec::new());
            continue;
        }
        if piece.leads {
            waits.extend(piece.lines);
            continue;
        }
        let room = if pages.len() == 1 { first } else { later };
        let used = pages.last().map_or(0, Vec::len);
        let mut lines = std::mem::take(&mut waits);
        if used > 0 && used + lines.len() + piece.lines.len() > room {
            pages.push(Vec::new());
            if lines.is_empty() {
                lines.extend(piece.again);
            }
        }
        lines.extend(piece.lines);
        put(&mut pages, lines, later);
    }
    put(&mut pages, waits, later);
    // No page holds nothing but its head, were it asked for twice.
    let is_first_or_full = |(at, page): &(usize, Vec<String>)| *at == 0 || page.iter().any(|line| !line.is_empty());
    pages.into_iter().enumerate().filter(is_first_or_full).map(|(_, page)| page).collect()
}

/// Puts lines on the last page; what is longer than a page goes on over as many as it needs.
fn put(pages: &mut Vec<Vec<String>>, lines: Vec<String>, room: usize) {
    for line in lines {
        if pages.last().is_none_or(|page| page.len() >= room) {
            pages.push(Vec::new());
        }
        // One empty line is enough, and none begins a page.
        let follows = |page: &&mut Vec<String>| !line.is_empty() || page.last().is_some_and(|last| !last.is_empty());
        if let Some(page) = pages.last_mut().filter(follows) {
            page.push(line);
        }
    }
}

fn pieces(block: &Block) -> Vec<Piece> {
    match block {
        Block::Heading(words) => {
            let lines = [vec![String::new()], wrapped(&words.to_uppercase(), WIDTH)].concat();
            vec![Piece { leads: true, ..Piece::of(lines) }]
        }
        Block::Text(words) => vec![Piece::of([wrapped(words, WIDTH), vec![String::new()]].concat())],
        Block::Facts(facts) => spaced(facts.iter().map(|(label, words)| fact(label, words))),
        Block::List(items) => spaced(items.iter().map(|item| indented("- ", item))),
        Block::Table { head, rows } => table(head, rows),
        Block::Big { label, words } => vec![Piece::of(big(label, words))],
        Block::Tick { head, lines } => {
            let more = lines.iter().flat_map(|line| indented("     ", line));
            let head = indented("[ ]  ", head).into_iter();
            vec![Piece::of(head.chain(more).chain([String::new()]).collect())]
        }
        Block::Sign(words) => {
            let line = "_".repeat(40);
            vec![Piece::of([vec![" ".to_owned(), " ".to_owned(), line], wrapped(words, WIDTH)].concat())]
        }
        Block::Break => vec![Piece { breaks: true, ..Piece::of(Vec::new()) }],
    }
}

/// Pieces with an empty line behind them.
fn spaced(pieces: impl Iterator<Item = Vec<String>>) -> Vec<Piece> {
    pieces.chain([vec![String::new()]]).map(Piece::of).collect()
}

fn fact(label: &str, words: &str) -> Vec<String> {
    let label = wrapped(label, LABEL);
    let lines = wrapped(words, WIDTH - LABEL - 2);
    (0..label.len().max(lines.len()))
        .map(|at| {
            let part = label.get(at).map_or("", String::as_str);
            format!("{}  {}", padded(part, LABEL), lines.get(at).map_or("", String::as_str))
        })
        .collect()
}

fn indented(before: &str, words: &str) -> Vec<String> {
    let lines = wrapped(words, WIDTH - before.len());
    let under = " ".repeat(before.len());
    lines.into_iter().enumerate().map(|(at, line)| format!("{}{line}", if at == 0 { before } else { &under })).collect()
}

fn big(label: &str, words: &str) -> Vec<String> {
    let rule = "=".repeat(WIDTH);
    let words = wrapped(&words.to_uppercase(), WIDTH - 6).into_iter().map(|line| format!("   {line}"));
    let label = wrapped(label, WIDTH - 6).into_iter().map(|line| format!("   {line}"));
    [rule.clone()].into_iter().chain(label).chain([String::new()]).chain(words).chain([rule, String::new()]).collect()
}

/// A table: the columns as wide as what they hold, the widest ones narrower where the page is full.
fn table(head: &[String], rows: &[Vec<String>]) -> Vec<Piece> {
    let widths = widths(head, rows);
    let titles = row(head, &widths);
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  ");
    let titles = [titles, vec![rule]].concat();
    let mut out = vec![Piece { leads: true, ..Piece::of(titles.clone()) }];
    out.extend(rows.iter().map(|cells| Piece { again: titles.clone(), ..Piece::of(row(cells, &widths)) }));
    out.push(Piece::of(vec![String::new()]));
    out
}

fn widths(head: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).chain(head.get(at));
        cells.map(|cell| shown(cell).width()).max().unwrap_or(0).max(1)
    };
    let mut widths: Vec<usize> = (0..head.len()).map(widest).collect();
    let room = WIDTH.saturating_sub(2 * head.len().saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max() else { break };
        if *widest <= NARROW {
            break;
        }
        *widest -= 1;
    }
    widths
}

fn row(cells: &[String], widths: &[usize]) -> Vec<String> {
    let columns: Vec<Vec<String>> = cells.iter().zip(widths).map(|(cell, width)| wrapped(cell, *width)).collect();
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let line = |at: usize| {
        let parts = columns.iter().zip(widths);
        let parts = parts.map(|(lines, width)| padded(lines.get(at).map_or("", String::as_str), *width));
        parts.collect::<Vec<_>>().join("  ")
    };
    (0..height).map(line).collect()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Takes out the marks around names: a printer does not know them.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !matches!(*c, BEGINS | ENDS)).collect()
}

/// Breaks a text into lines; gaps of several blanks stay, and a word that is wider than a line is broken too.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let text = shown(text);
    if text.width() <= width {
        return vec![text];
    }
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().filter(|line| line.is_empty() || line.width() + 1 + word.width() <= width);
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_owned()),
        }
        break_last(&mut lines, width.max(2));
    }
    lines
}

fn break_last(lines: &mut Vec<String>, width: usize) {
    let Some(last) = lines.last().filter(|last| last.width() > width) else { return };
    let mut parts = vec![String::new()];
    for letter in last.clone().graphemes(true) {
        if parts.last().is_some_and(|part| !part.is_empty() && part.width() + letter.width() > width) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(letter);
        }
    }
    lines.pop();
    lines.extend(parts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_and_no_word_is_lost() {
        let text = "a word that-is-much-longer-than-the-line 中村健二中村健二 and e\u{301}\u{301}";
        for width in [2, 5, 9, 40] {
            let lines = wrapped(text, width);
            assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:?}");
            let all: String = lines.concat();
            assert_eq!(all.replace(' ', ""), text.replace(' ', ""), "{width}");
        }
        assert_eq!(wrapped("", 9), [""]);
        assert_eq!(wrapped("a   b", 9), ["a   b"], "gaps stay where there is room");
    }
}
