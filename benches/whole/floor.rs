//! The floor: the least that a program of this kind can do. It reads a flat file of the same rows once and paints those
//! who are due with the drawing library's own table, a cursor, scrolling and a filter. No charts, no checks, no preview.

use crossterm::event::{self, Event, KeyCode, KeyEventKind};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Color, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Row, Table, TableState};
use ratatui::{Frame, Terminal};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The bytes of a row: the day, then words filled up with blanks.
const NAME: usize = 36;
const WHAT: usize = 28;
/// The bytes of a whole row.
pub const ROW: usize = 4 + NAME + WHAT;

/// Packs one row.
pub fn packed(due: i32, name: &str, what: &str) -> Vec<u8> {
    let mut row = due.to_le_bytes().to_vec();
    for (words, room) in [(name, NAME), (what, WHAT)] {
        let cut = (0..=room.min(words.len())).rev().find(|at| words.is_char_boundary(*at)).unwrap_or(0);
        row.extend(words[..cut].bytes().chain(std::iter::repeat(b' ')).take(room));
    }
    row
}

/// Unpacks one row: the day, the name, what is due.
pub fn unpacked(row: &[u8]) -> (i32, &str, &str) {
    let day = row.get(..4).and_then(|d| d.try_into().ok()).map_or(i32::MAX, i32::from_le_bytes);
    let words = |from: usize, to: usize| str::from_utf8(row.get(from..to).unwrap_or_default()).unwrap_or_default();
    (day, words(4, 4 + NAME).trim_end(), words(4 + NAME, ROW).trim_end())
}

struct Flat(Vec<u8>);

impl Flat {
    fn row(&self, n: usize) -> (i32, &str, &str) {
        unpacked(&self.0[n * ROW..][..ROW])
    }

    fn due(&self, n: usize) -> i32 {
        self.row(n).0
    }

    fn name(&self, n: usize) -> &str {
        self.row(n).1
    }

    fn what(&self, n: usize) -> &str {
        self.row(n).2
    }

    /// Those who are due up to a day, the longest overdue first.
    fn list(&self, until: i32) -> Vec<usize> {
        let mut list: Vec<usize> = (0..self.0.len() / ROW).filter(|n| self.due(*n) <= until).collect();
        list.sort_by_key(|n| self.due(*n));
        list
    }
}

/// Writes who is due, for the batch commands.
pub fn batch(file: &Path, today: i32) -> io::Result<()> {
    let flat = Flat(fs::read(file)?);
    let mut out = BufWriter::new(io::stdout().lock());
    for n in flat.list(today) {
        writeln!(out, "{:5}  {:NAME$}  {}", today - flat.due(n), flat.name(n), flat.what(n))?;
    }
    out.flush()
}

struct Screen {
    flat: Flat,
    today: i32,
    base: Vec<usize>,
    rows: Vec<usize>,
    at: usize,
    top: usize,
    page: usize,
    filter: Option<String>,
}

/// Shows who is due on the terminal until `q`.
pub fn screen(file: &Path, today: i32) -> io::Result<()> {
    let flat = Flat(fs::read(file)?);
    let base = flat.list(today + 7);
    let mut screen = Screen { rows: base.clone(), flat, today, base, at: 0, top: 0, page: 1, filter: None };
    enable_raw_mode()?;
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    execute!(out, EnterAlternateScreen)?;
    let mut terminal = Terminal::new(CrosstermBackend::new(out))?;
    loop {
        terminal.draw(|frame| screen.draw(frame))?;
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Press && !screen.key(key.code) {
            break;
        }
    }
    execute!(io::stdout(), LeaveAlternateScreen)?;
    disable_raw_mode()
}

impl Screen {
    fn draw(&mut self, frame: &mut Frame<'_>) {
        let parts = [Constraint::Length(1), Constraint::Min(1), Constraint::Length(1)];
        let [head, body, foot] = Layout::vertical(parts).areas(frame.area());
        self.page = usize::from(body.height).saturating_sub(3).max(1);
        self.top = self.top.min(self.at).max((self.at + 1).saturating_sub(self.page));
        let bar = Style::new().fg(Color::Black).bg(Color::Cyan);
        frame.render_widget(Line::styled(format!(" Due: {}", self.rows.len()), bar), head);
        let in_view = self.rows.iter().skip(self.top).take(self.page).map(|n| {
            let late = self.today - self.flat.due(*n);
            let style = if late > 0 { Style::new().fg(Color::Red) } else { Style::new() };
            let cells = [self.flat.name(*n).to_owned(), self.flat.what(*n).to_owned(), format!("{late} d")];
            Row::new(cells).style(style)
        });
        let columns = [Constraint::Min(20), Constraint::Length(28), Constraint::Length(8)];
        let table = Table::new(in_view, columns)
            .header(Row::new(["Name", "What", "Late"]).style(Style::new().bold()))
            .row_highlight_style(Style::new().reversed())
            .block(Block::bordered());
        let mut state = TableState::default().with_selected(Some(self.at - self.top));
        frame.render_stateful_widget(table, body, &mut state);
        let words = self.filter.as_ref().map_or_else(|| " j k / q".to_owned(), |words| format!(" /{words}"));
        frame.render_widget(Line::raw(words), foot);
    }

    /// Handles a key; `false` for the last one.
    fn key(&mut self, key: KeyCode) -> bool {
        let last = self.rows.len().saturating_sub(1);
        match (key, &mut self.filter) {
            (KeyCode::Esc, _) => {
                self.filter = None;
                self.rows.clone_from(&self.base);
                self.at = 0;
            }
            (KeyCode::Char(c), Some(words)) => {
                words.push(c);
                let wanted = words.to_lowercase();
                let all = 0..self.flat.0.len() / ROW;
                self.rows = all.filter(|n| self.flat.name(*n).to_lowercase().contains(&wanted)).collect();
                self.at = 0;
            }
            (KeyCode::Char('q'), None) => return false,
            (KeyCode::Char('/'), None) => self.filter = Some(String::new()),
            (KeyCode::Char('j'), None) => self.at = (self.at + 1).min(last),
            (KeyCode::Char('k'), None) => self.at = self.at.saturating_sub(1),
            (KeyCode::PageDown, _) => self.at = (self.at + self.page).min(last),
            (KeyCode::PageUp, _) => self.at = self.at.saturating_sub(self.page),
            _ => {}
        }
        true
    }
}
