//! A drawn screen as SVG text.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// A cell, in the units of the picture. Most monospace fonts are six tenths as wide as they are high.
const WIDE: u16 = 9;
const HIGH: u16 = 19;
/// From a cell's top to the line that letters stand on.
const BASE: u16 = 14;
const MARGIN: u16 = 14;

const PAPER: &str = "#171b22";
const INK: &str = "#d5dae3";

/// Looks of one cell.
#[derive(Clone, PartialEq)]
struct Look {
    ink: String,
    paper: Option<String>,
    bold: bool,
    line: Option<u16>,
}

/// What stands side by side in one look.
struct Run {
    x: u16,
    look: Look,
    /// Each symbol with its columns.
    symbols: Vec<(String, u16)>,
}

/// Writes a buffer as a picture; `shows` is what a reader who cannot see it is told.
pub fn of(buffer: &Buffer, shows: &str) -> String {
    let (width, height) = (buffer.area.width * WIDE + 2 * MARGIN, buffer.area.height * HIGH + 2 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\">\n<title>{}</title>\n<style>text{{font:15px 'DejaVu Sans Mono',ui-monospace,Menlo,Consolas,monospace;\
         fill:{INK}}}.b{{font-weight:700}}.m{{text-anchor:middle}}rect{{shape-rendering:crispEdges}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{PAPER}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\">\n",
        escaped(shows)
    );
    for y in 0..buffer.area.height {
        for run in runs(buffer, y) {
            draw(&mut out, &run, y * HIGH);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn runs(buffer: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut x = 0;
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        let columns = (cell.symbol().width() as u16).max(1);
        let symbol = (cell.symbol().to_owned(), columns);
        let look = look(cell);
        match runs.last_mut().filter(|run| run.look == look) {
            Some(run) => run.symbols.push(symbol),
            None => runs.push(Run { x, look, symbols: vec![symbol] }),
        }
        x += columns;
    }
    runs
}

fn look(cell: &Cell) -> Look {
    let has = |modifier| cell.modifier.contains(modifier);
    let (mut ink, mut paper) = (colour(cell.fg).unwrap_or(INK).to_owned(), colour(cell.bg).map(str::to_owned));
    if has(Modifier::REVERSED) {
        let under = paper.replace(ink);
        ink = under.unwrap_or_else(|| PAPER.to_owned());
    }
    let line = if has(Modifier::CROSSED_OUT) { Some(HIGH / 2) } else { has(Modifier::UNDERLINED).then_some(HIGH - 2) };
    if has(Modifier::DIM) {
        ink = "#606a7b".to_owned();
    }
    Look { ink, paper, bold: has(Modifier::BOLD), line }
}

/// The sixteen colours; `None` is the terminal's own.
fn colour(colour: Color) -> Option<&'static str> {
    Some(match colour {
        Color::Black => "#10131a",
        Color::Red => "#c0394b",
        Color::Green => "#7fc98a",
        Color::Yellow => "#e6c15c",
        Color::Blue => "#6ea3f0",
        Color::Magenta => "#cf94e0",
        Color::Cyan => "#5fc9d3",
        Color::Gray => "#aab2c0",
        Color::DarkGray => "#7b8698",
        Color::LightRed => "#ff8080",
        Color::LightGreen => "#9be3a6",
        Color::LightYellow => "#f3d98a",
        Color::LightBlue => "#8fb8f7",
        Color::LightMagenta => "#e0b3ed",
        Color::LightCyan => "#8be0e8",
        Color::White => "#ffffff",
        _ => return None,
    })
}

fn draw(out: &mut String, run: &Run, top: u16) {
    let columns: u16 = run.symbols.iter().map(|(_, columns)| columns).sum();
    let left = run.x * WIDE;
    if let Some(paper) = &run.look.paper {
        // A grey that is ink on the terminal's own colour would hide what is written on it.
        let paper = if paper == "#7b8698" { "#343c4b" } else { paper };
        out.push_str(&rect((left, top), (columns * WIDE, HIGH), paper));
    }
    if let Some(line) = run.look.line {
        let (y, right, ink) = (top + line, left + columns * WIDE, &run.look.ink);
        let _ = writeln!(out, "<path d=\"M{left} {y}H{right}\" stroke=\"{ink}\"/>");
    }
    let mut x = run.x;
    let mut words = Words::default();
    for same in run.symbols.chunk_by(|a, b| a == b && is_long(&a.0)) {
        let Some((symbol, columns)) = same.first() else { continue };
        if words.takes(symbol) {
            for (symbol, columns) in same {
                words.push(symbol, x, *columns);
                x += columns;
            }
            continue;
        }
        words.flush(out, &run.look, top);
        match shape(symbol, (x * WIDE, top), same.len() as u16, &run.look.ink) {
            Some(shape) => out.push_str(&shape),
            None if symbol != " " => letter(out, symbol, (x * WIDE + columns * WIDE / 2, top + BASE), &run.look),
            None => {}
        }
        x += columns * same.len() as u16;
    }
    words.flush(out, &run.look, top);
}

/// Letters that are set together; signs and wide letters stand each in its own column.
#[derive(Default)]
struct Words {
    text: String,
    x: u16,
    columns: u16,
}

impl Words {
    /// One blank joins words; two part them.
    fn takes(&self, symbol: &str) -> bool {
        let letter = symbol.chars().all(|c| c.is_alphanumeric() || c.is_ascii_graphic() || !c.is_ascii());
        let sign = symbol.chars().any(|c| ('\u{2190}'..='\u{2bff}').contains(&c)) || symbol.width() > 1;
        (letter && !sign && symbol != " ") || (symbol == " " && !self.text.is_empty() && !self.text.ends_with(' '))
    }

    fn push(&mut self, symbol: &str, x: u16, columns: u16) {
        if self.text.is_empty() {
            self.x = x;
        }
        self.text.push_str(symbol);
        self.columns += columns;
    }

    fn flush(&mut self, out: &mut String, look: &Look, top: u16) {
        let text = std::mem::take(&mut self.text);
        let columns = std::mem::take(&mut self.columns);
        let kept = text.trim_end();
        let columns = columns - (text.len() - kept.len()) as u16;
        if kept.is_empty() {
            return;
        }
        let length = if columns > 1 { format!(" textLength=\"{}\"", columns * WIDE) } else { String::new() };
        let (x, y) = (self.x * WIDE, top + BASE);
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{y}\"{}{}{length}>{}</text>",
            if look.bold { " class=\"b\"" } else { "" },
            ink(look),
            escaped(kept)
        );
    }
}

fn letter(out: &mut String, symbol: &str, (x, y): (u16, u16), look: &Look) {
    let class = if look.bold { "m b" } else { "m" };
    let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\"{}>{}</text>", ink(look), escaped(symbol));
}

fn ink(look: &Look) -> String {
    if look.ink == INK { String::new() } else { format!(" style=\"fill:{}\"", look.ink) }
}

fn rect((x, y): (u16, u16), (width, height): (u16, u16), fill: &str) -> String {
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>\n")
}

/// Draws blocks and frames, `count` of one kind side by side; `None` where the symbol is neither.
fn shape(symbol: &str, at: (u16, u16), count: u16, ink: &str) -> Option<String> {
    block(symbol, at, count, ink).or_else(|| frame(symbol, at, count, ink))
}

/// Whether neighbours of this kind are one shape.
fn is_long(symbol: &str) -> bool {
    matches!(symbol, "─" | "▀" | "░" | "▒" | "▓") || ("▁"..="█").contains(&symbol)
}

fn block(symbol: &str, (x, y): (u16, u16), count: u16, ink: &str) -> Option<String> {
    let code = u32::from(symbol.chars().next()?);
    let wide = WIDE * count;
    match code {
        0x2580 => Some(rect((x, y), (wide, HIGH / 2), ink)),
        0x2581..=0x2588 => {
            let high = (u32::from(HIGH) * (code - 0x2580)).div_ceil(8) as u16;
            Some(rect((x, y + HIGH - high), (wide, high), ink))
        }
        0x258c => Some(rect((x, y), (WIDE / 2, HIGH), ink)),
        0x2590 => Some(rect((x + WIDE - WIDE / 2, y), (WIDE / 2, HIGH), ink)),
        0x2591..=0x2593 => {
            let strength = [".22", ".45", ".7"].get((code - 0x2591) as usize)?;
            Some(rect((x, y), (wide, HIGH), ink).replace("/>", &format!(" opacity=\"{strength}\"/>")))
        }
        _ => None,
    }
}

/// Draws the arms of a frame's piece: up, right, down, left.
fn frame(symbol: &str, (x, y): (u16, u16), count: u16, ink: &str) -> Option<String> {
    let (middle, centre, right, bottom) = (x + WIDE / 2, y + HIGH / 2, x + WIDE, y + HIGH);
    let arms = match symbol {
        "─" => return Some(format!("<path d=\"M{x} {centre}H{}\" stroke=\"{ink}\"/>\n", x + WIDE * count)),
        "│" => [true, false, true, false],
        "┌" | "╭" => [false, true, true, false],
        "┐" | "╮" => [false, false, true, true],
        "└" | "╰" => [true, true, false, false],
        "┘" | "╯" => [true, false, false, true],
        "├" => [true, true, true, false],
        "┤" => [true, false, true, true],
        "┬" => [false, true, true, true],
        "┴" => [true, true, false, true],
        "┼" => [true; 4],
        _ => return None,
    };
    let ends = [format!("V{y}"), format!("H{right}"), format!("V{bottom}"), format!("H{x}")];
    let path: String =
        arms.iter().zip(ends).filter(|(arm, _)| **arm).map(|(_, end)| format!("M{middle} {centre}{end}")).collect();
    Some(format!("<path d=\"{path}\" stroke=\"{ink}\"/>\n"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
