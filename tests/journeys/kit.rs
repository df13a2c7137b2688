//! A nurse at the keyboard: presses keys, types, clicks, and sees the screen. Every key is followed by a drawing, as in
//! the real program, so that a drawing that fails shows.

use chrono::{DateTime, FixedOffset, NaiveDate};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::course::Course;
use cobalog::clinic::entry::{Act, Given, PatientId};
use cobalog::clock::Clock;
use cobalog::demo;
use cobalog::store::disk::{Disk, Real};
use cobalog::store::{Places, Store};
use cobalog::tui::input::{Input, Key};
use cobalog::tui::session::{Begin, Programs, Session};
use cobalog::tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

/// The journeys name the first forty of the demo; whoever is added there comes after them.
const FORTY: usize = 40;

/// A Monday morning.
pub const NOW: &str = "2026-11-23T09:05:00+01:00";

/// Reads an instant.
pub fn instant(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

/// Reads a day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A folder with a practice, its index and its drafts, that goes with the test.
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// Nothing is there yet.
    pub fn empty() -> Self {
        // A short path of one length everywhere, because some screens name it.
        let parent = if cfg!(unix) { PathBuf::from("/tmp") } else { std::env::temp_dir() };
        Self { folder: tempfile::Builder::new().prefix("cobalog-").tempdir_in(parent).unwrap() }
    }

    /// The demo practice.
    pub fn demo() -> Self {
        Self::demo_where(|_| true)
    }

    /// The demo practice with those people alone whose chart's text is wanted.
    pub fn demo_where(wanted: impl Fn(&str) -> bool) -> Self {
        let home = Self::empty();
        let is_chart = |path: &Path| path.starts_with("charts");
        for (path, bytes) in demo_files() {
            if is_chart(path) && !wanted(std::str::from_utf8(bytes).unwrap()) {
                continue;
            }
            let path = home.dir().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        home
    }

    /// The practice's folder.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("practice")
    }

    /// Where its index and drafts are.
    pub fn places(&self) -> Places {
        let at = |name: &str| Some(self.folder.path().join(name));
        Places { cache: at("cache"), state: at("state"), backups: at("backups") }
    }

    /// The practice as another program finds it on disk.
    pub fn store(&self) -> Store {
        Store::open_with(&self.dir(), self.places()).unwrap()
    }

    /// A chart's file.
    pub fn chart_file(&self, id: PatientId) -> PathBuf {
        self.dir().join("charts").join(format!("{id}.ron"))
    }

    /// How many drafts are kept.
    pub fn drafts(&self) -> usize {
        cobalog::store::drafts::load_all(&Real, &self.places().state.unwrap()).len()
    }
}

/// The demo practice's files, written once a test program.
fn demo_files() -> &'static BTreeMap<PathBuf, Vec<u8>> {
    static FILES: OnceLock<BTreeMap<PathBuf, Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let home = Home::empty();
        let today = instant(NOW).date_naive();
        demo::write(&home.dir(), home.places(), demo::SEED, FORTY, today).unwrap();
        let mut files = BTreeMap::new();
        gather(&home.dir(), &home.dir(), &mut files);
        files
    })
}

fn gather(root: &Path, folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            gather(root, &path, into);
        } else {
            into.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
}

/// A printer and a browser that keep what they were handed.
#[derive(Debug, Default)]
pub struct Desk {
    /// What was printed.
    pub printed: RefCell<Vec<String>>,
    /// What was opened.
    pub opened: RefCell<Vec<PathBuf>>,
    /// Whether no printer is set up.
    pub is_jammed: Cell<bool>,
}

impl Programs for Desk {
    fn print(&self, file: &Path) -> Result<(), String> {
        if self.is_jammed.get() {
            return Err("lp refused it: is a printer set up?".to_owned());
        }
        self.printed.borrow_mut().push(fs::read_to_string(file).unwrap());
        Ok(())
    }

    fn print_text(&self, text: &str) -> Result<(), String> {
        if self.is_jammed.get() {
            return Err("lp refused it: is a printer set up?".to_owned());
        }
        self.printed.borrow_mut().push(text.to_owned());
        Ok(())
    }

    fn open(&self, file: &Path) -> Result<(), String> {
        self.opened.borrow_mut().push(file.to_owned());
        Ok(())
    }
}

/// Somebody in front of the program.
pub struct Nurse {
    /// The program.
    pub session: Session,
    /// Its files.
    pub home: Home,
    /// Its printer and browser.
    pub desk: Rc<Desk>,
    /// How many keys were pressed.
    pub keys: usize,
    terminal: Terminal<TestBackend>,
    drawn: Buffer,
}

impl Nurse {
    /// Sits down at the demo practice.
    pub fn in_demo() -> Self {
        Self::at_home(Home::demo())
    }

    /// Starts the program for the first time.
    pub fn in_empty_folder() -> Self {
        Self::at_home(Home::empty())
    }

    /// Starts the program on a folder.
    pub fn at_home(home: Home) -> Self {
        Self::with(home, Theme::named("dark", false), NOW)
    }

    /// Starts the program on a folder, with these looks, at this instant.
    pub fn with(home: Home, theme: Theme, now: &str) -> Self {
        Self::on_disk(home, theme, now, Real::shared())
    }

    /// Starts the program on a folder that is written to through this disk.
    pub fn on_disk(home: Home, theme: Theme, now: &str, disk: Arc<dyn Disk>) -> Self {
        let begin =
            Begin { dir: home.dir(), places: home.places(), clock: Clock::Fixed(instant(now)), theme, temporary: None };
        let mut session = Session::open_on(begin, disk).unwrap();
        // No test reaches the printer of the machine that it runs on.
        let desk = Rc::new(Desk::default());
        session.set_programs(Rc::clone(&desk) as Rc<dyn Programs>);
        let terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
        let mut nurse = Self { session, home, desk, keys: 0, terminal, drawn: Buffer::default() };
        nurse.draw();
        nurse
    }

    /// The program is killed, and started again.
    pub fn killed_and_started_again(self) -> Self {
        let Self { session, home, .. } = self;
        drop(session);
        Self::at_home(home)
    }

    /// Goes home, and starts the program again in the morning of a later day.
    pub fn comes_back(mut self, day: &str) -> Self {
        self.press("Ctrl-q");
        assert!(self.session.is_over(), "the program is left:\n{}", self.screen());
        let Self { session, home, keys, .. } = self;
        drop(session);
        let back = Self::with(home, Theme::named("dark", false), &format!("{day}T09:05:00+01:00"));
        Self { keys, ..back }
    }

    fn draw(&mut self) {
        let size = self.terminal.size().unwrap();
        self.session.resize(Rect::new(0, 0, size.width, size.height));
        // The frame itself: the test's terminal does not blank the second half of a wide letter, as real ones do.
        self.drawn = self.terminal.draw(|frame| self.session.view(frame)).unwrap().buffer.clone();
    }

    /// Resizes the window.
    pub fn at(&mut self, width: u16, height: u16) -> &mut Self {
        self.terminal.backend_mut().resize(width, height);
        self.draw();
        self
    }

    /// Does anything that a person can do.
    pub fn does(&mut self, input: &Input) -> &mut Self {
        self.keys += usize::from(matches!(input, Input::Key(_)));
        self.session.input(input);
        if !self.session.is_over() {
            self.draw();
        }
        self
    }

    /// Presses keys: `g Enter`.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for name in keys.split_whitespace() {
            self.does(&Input::Key(name.parse::<Key>().unwrap()));
        }
        self
    }

    /// Presses a key so many times.
    pub fn press_times(&mut self, key: &str, times: usize) -> &mut Self {
        for _ in 0..times {
            self.press(key);
        }
        self
    }

    /// Types a text, letter by letter.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.does(&Input::Key(Key::Char(c)));
        }
        self
    }

    /// Goes down a list to the line with these words.
    pub fn goes_down_to(&mut self, words: &str) -> &mut Self {
        self.press("Home");
        for _ in 0..60 {
            if self.lines().iter().any(|line| line.contains('▌') && line.contains(words)) {
                return self;
            }
            self.press("Down");
        }
        panic!("no way to {words}:\n{}", self.screen());
    }

    /// Empties the field and types.
    pub fn instead(&mut self, text: &str) -> &mut Self {
        self.press("End Ctrl-u").type_text(text)
    }

    /// Presses the key that the footer names with this word: `g Give`.
    pub fn follows(&mut self, shown: &str) -> &mut Self {
        let footer = self.lines().last().cloned().unwrap_or_default();
        assert!(footer.contains(shown), "the footer does not say \"{shown}\":\n{}", self.screen());
        let key = shown.split_whitespace().next().unwrap().to_owned();
        self.press(&key)
    }

    /// Goes to a field of the prompt by Tab.
    pub fn goes_to(&mut self, label: &str) -> &mut Self {
        self.tabs_until(|nurse| nurse.focused().is_some_and(|field| field == label), label)
    }

    /// Says that the prescriber who is named said it: the nurse records it.
    pub fn told(&mut self) -> &mut Self {
        self.goes_to("How it came").press("v").sees("Verbal: said, telephoned")
    }

    fn tabs_until(&mut self, there: impl Fn(&Self) -> bool, what: &str) -> &mut Self {
        for _ in 0..60 {
            if there(self) {
                return self;
            }
            self.press("Tab");
        }
        panic!("no way to {what}:\n{}", self.screen());
    }

    /// The label of the field that has the focus: the one in the accent's colour.
    pub fn focused(&self) -> Option<String> {
        let buffer = self.buffer();
        let accent = |x: u16, y: u16| {
            let cell = &buffer[(x, y)];
            cell.fg == Color::Cyan && cell.bg == Color::Reset && !cell.modifier.contains(Modifier::BOLD)
        };
        let mut runs: Vec<(u16, String)> = Vec::new();
        for y in buffer.area.top()..buffer.area.bottom() {
            let mut open = false;
            for x in buffer.area.left()..buffer.area.right() {
                let symbol = buffer[(x, y)].symbol();
                match runs.last_mut() {
                    Some((_, run)) if open && accent(x, y) => run.push_str(symbol),
                    _ if accent(x, y) => runs.push((x, symbol.to_owned())),
                    _ => {}
                }
                open = accent(x, y);
            }
        }
        // Options of lists and grades have it too; a label stands to the left of them.
        let is_label = |run: &&(u16, String)| run.1.starts_with(char::is_alphabetic);
        runs.iter().filter(is_label).min_by_key(|(x, _)| *x).map(|(_, run)| run.trim().to_owned())
    }

    /// Chooses an option of the field that has the focus, by Right, and sees it.
    pub fn picks(&mut self, words: &str) -> &mut Self {
        for _ in 0..50 {
            if self.shows(words) {
                return self;
            }
            self.press("Right");
        }
        panic!("nothing to pick called \"{words}\":\n{}", self.screen());
    }

    /// Walks down the list until the cursor stands on a line with these words.
    pub fn stands_on(&mut self, words: &str) -> &mut Self {
        self.press("Home");
        for _ in 0..200 {
            let here =
                self.lines().into_iter().find(|l| l.starts_with("│▌") || l.starts_with("|>")).unwrap_or_default();
            if here.contains(words) {
                return self;
            }
            self.press("Down");
        }
        panic!("no line with \"{words}\":\n{}", self.screen());
    }

    /// Opens a patient's chart from Today by searching.
    pub fn opens_chart(&mut self, name: &str) -> &mut Self {
        self.press("/").type_text(name).press("Enter")
    }

    /// Clicks the first place where the screen says this.
    pub fn click(&mut self, text: &str) -> &mut Self {
        let at = self.spot(text).unwrap_or_else(|| panic!("nothing to click called \"{text}\":\n{}", self.screen()));
        self.does(&Input::Click(at))
    }

    /// Where the screen says this.
    pub fn spot(&self, text: &str) -> Option<Position> {
        self.lines().iter().enumerate().find_map(|(y, line)| {
            let before = &line[..line.find(text)?];
            Some(Position::new(before.width() as u16, y as u16))
        })
    }

    /// The screen's lines.
    pub fn lines(&self) -> Vec<String> {
        lines(&self.drawn)
    }

    /// The screen.
    pub fn screen(&self) -> String {
        self.lines().join("\n")
    }

    /// The cells of the screen.
    pub fn buffer(&self) -> &Buffer {
        &self.drawn
    }

    /// Whether the screen says this, in a line or wrapped.
    pub fn shows(&self, text: &str) -> bool {
        let frame = |c: char| matches!(c, '\u{2500}'..='\u{257f}');
        let words = |text: &str| text.replace(frame, " ").split_whitespace().collect::<Vec<_>>().join(" ");
        let screen = self.screen();
        screen.contains(text) || words(&screen).contains(&words(text))
    }

    /// The screen must say this.
    #[track_caller]
    pub fn sees(&mut self, text: &str) -> &mut Self {
        assert!(self.shows(text), "the screen does not say \"{text}\":\n{}", self.screen());
        self
    }

    /// The screen must not say this.
    #[track_caller]
    pub fn sees_no(&mut self, text: &str) -> &mut Self {
        assert!(!self.shows(text), "the screen says \"{text}\":\n{}", self.screen());
        self
    }

    /// The day of the session.
    pub fn today(&self) -> NaiveDate {
        self.session.app().ctx.today()
    }

    /// The patient whose name holds this, as another program finds them on disk.
    pub fn id(&self, name: &str) -> PatientId {
        let rows = self.home.store().roster(self.today()).rows;
        rows.iter().find(|r| r.name.contains(name)).unwrap_or_else(|| panic!("nobody is called {name}")).id
    }

    /// The chart on disk.
    pub fn chart(&self, name: &str) -> Chart {
        self.home.store().chart(self.id(name)).unwrap()
    }

    /// The course, worked out anew from the disk.
    pub fn course(&self, name: &str) -> Course {
        Course::of(&self.chart(name), self.home.store().practice(), self.today())
    }

    /// The newest entry on disk.
    pub fn newest(&self, name: &str) -> Act {
        self.chart(name).entries().last().unwrap().act.clone()
    }

    /// How many entries the chart on disk has.
    pub fn entries(&self, name: &str) -> usize {
        self.chart(name).entries().len()
    }

    /// The last dose on disk.
    pub fn last_given(&self, name: &str) -> Given {
        let course = self.course(name);
        course.given().next_back().unwrap().1.given.clone()
    }

    /// The four digits that the patient says.
    pub fn birth(&self, name: &str) -> String {
        self.course(name).person.unwrap().birth_digits(self.session.app().ctx.month_first())
    }

    /// Types the four digits that the patient says.
    pub fn types_birth(&mut self, name: &str) -> &mut Self {
        let digits = self.birth(name);
        self.type_text(&digits)
    }
}

/// The lines of a buffer; the second column of a wide letter is not a letter.
pub fn lines(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    let line = |y: u16| {
        let (mut x, mut out) = (area.left(), String::new());
        while x < area.right() {
            let symbol = buffer[(x, y)].symbol();
            out.push_str(symbol);
            x += (symbol.width() as u16).max(1);
        }
        out.trim_end().to_owned()
    };
    (area.top()..area.bottom()).map(line).collect()
}
