//! Fictional practices and charts to measure on, and somebody at the keys.

use chrono::{DateTime, Days, FixedOffset, NaiveDate};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::drug::{Drug, Route, Site};
use cobalog::clinic::entry::{Act, Checked, Entry, EntryId, Given, PatientId};
use cobalog::clinic::knowledge::Knowledge;
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::practice::Practice;
use cobalog::clock::Clock;
use cobalog::demo;
use cobalog::store::{Mint, Places, Store};
use cobalog::tui::input::{Input, Key};
use cobalog::tui::session::{Begin, Session};
use cobalog::tui::theme::Theme;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Mutex, OnceLock};
use tempfile::TempDir;

/// Who records.
pub const NURSE: &str = "Maya Keller RN";

/// Returns the instant of every benchmark.
pub fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-23T09:05:00+01:00").unwrap()
}

/// Returns the day of every benchmark.
pub fn today() -> NaiveDate {
    now().date_naive()
}

/// Returns a practice without files.
pub fn practice() -> Practice {
    Practice::new(demo::settings(today()))
}

/// Returns the sizes that lists are measured at: 10,000 patients, and what `COBALOG_BENCH_PATIENTS` asks for.
pub fn sizes() -> Vec<usize> {
    let asked = std::env::var("COBALOG_BENCH_PATIENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    if asked > 10_000 { vec![10_000, asked] } else { vec![asked] }
}

/// Returns the places of a practice in a folder of its own.
pub fn places(root: &Path) -> Places {
    Places { cache: Some(root.join("cache")), state: Some(root.join("state")), backups: None }
}

/// Makes a demo practice of so many patients.
pub fn made(patients: usize) -> (TempDir, Store) {
    let root = tempfile::tempdir().unwrap();
    let store = demo::write(&root.path().join("practice"), places(root.path()), demo::SEED, patients, today()).unwrap();
    (root, store)
}

/// Returns a practice that several benchmarks share, made when the first asks for it; none of them changes it.
pub fn shared(patients: usize) -> Store {
    static MADE: OnceLock<Mutex<BTreeMap<usize, (TempDir, Store)>>> = OnceLock::new();
    let mut made_so_far = MADE.get_or_init(Mutex::default).lock().unwrap();
    made_so_far.entry(patients).or_insert_with(|| made(patients)).1.clone()
}

/// Returns a chart of so many entries over so many years: a plan, doses, every sixth entry a checkpoint.
pub fn chart(entries: u64, years: u64) -> Chart {
    let start = today() - Days::new(years * 365 + years / 4);
    let cast = demo::charts(demo::SEED, 1, today(), &practice());
    let begins = |act: &Act| matches!(act, Act::Registered(_) | Act::Triaged(_));
    let mut acts: Vec<Act> = cast[0].entries().iter().map(|e| e.act.clone()).filter(begins).take(2).collect();
    if let Some(Act::Registered(person)) = acts.first_mut() {
        (person.family, person.number) = ("Longfellow".to_owned(), "900001".to_owned());
    }
    let library = Knowledge::built_in();
    let regimen = library.regimen("r02").unwrap();
    let order = Order::write(regimen, library.checkpoints(regimen), &Wish::plain(start, "Dr Eleanor Hart")).unwrap();
    let plan = Mint::entry(now());
    acts.push(Act::Ordered(order));
    let rest = entries - acts.len() as u64;
    let day = |k: u64| start + Days::new(k * (years * 365 + years / 4) / rest);
    acts.extend((0..rest).map(|k| if k % 6 == 5 { looked(day(k), k) } else { given(Some(plan), day(k)) }));
    let entry = |act: Act| {
        let id = if matches!(act, Act::Ordered(_)) { plan } else { Mint::entry(now()) };
        Entry { id, at: now() - Days::new(1), by: NURSE.to_owned(), act, from: None, seal: None }
    };
    Chart::new(Mint::patient(now()), acts.into_iter().map(entry).collect())
}

/// Returns a dose of a day.
pub fn given(order: Option<EntryId>, on: NaiveDate) -> Act {
    Act::Given(Given {
        order,
        product: "Hydroxocobalamin 1 mg/mL, 1 mL ampoule".to_owned(),
        site: Some(Site::ALL[0]),
        lot: Some("HX264995".to_owned()),
        ..Given::new(on, Drug::Hydroxocobalamin, 1000, 1000, Route::Im)
    })
}

fn looked(on: NaiveDate, k: u64) -> Act {
    let grade = (k % 4) as u8;
    let symptoms = ["fatigue", "paraesthesia", "numbness"].map(|s| (s.to_owned(), grade)).into();
    Act::Checked(Checked { on, symptoms, note: Some("walks to the shop again".to_owned()), ..Checked::default() })
}

/// Returns a patient of the demo whose ninth dose is owed on the day, under another name.
pub fn farrow(n: u32) -> Chart {
    let before = demo::charts(demo::SEED, 3, today(), &practice()).swap_remove(2);
    let mut entries = before.entries().to_vec();
    for entry in &mut entries {
        if let Act::Registered(person) = &mut entry.act {
            (person.family, person.number) = (format!("Farrow{n}x"), format!("8{n:05}"));
        }
    }
    Chart::new(Mint::patient(now()), entries)
}

/// Somebody at the keys of the program, with a terminal that takes every byte and shows none.
pub struct Seat {
    /// The program.
    pub session: Session,
    terminal: Terminal<CrosstermBackend<BufWriter<Counted>>>,
    bytes: Rc<Cell<usize>>,
}

/// Takes every byte and counts them.
struct Counted(Rc<Cell<usize>>);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seat {
    /// Sits down at a practice.
    pub fn at(store: &Store, (width, height): (u16, u16)) -> Self {
        let begin = Begin {
            dir: store.dir().to_owned(),
            places: store.places().clone(),
            clock: Clock::Fixed(now()),
            theme: Theme::named("dark", false),
            temporary: None,
        };
        let area = Rect::new(0, 0, width, height);
        let fixed = TerminalOptions { viewport: Viewport::Fixed(area) };
        let bytes = Rc::new(Cell::new(0));
        let out = BufWriter::with_capacity(1 << 16, Counted(Rc::clone(&bytes)));
        let terminal = Terminal::with_options(CrosstermBackend::new(out), fixed).unwrap();
        let mut session = Session::open(begin).unwrap();
        session.resize(area);
        let mut seat = Self { session, terminal, bytes };
        seat.draw();
        seat
    }

    /// Draws a frame; returns how many bytes went out.
    pub fn draw(&mut self) -> usize {
        self.bytes.set(0);
        self.terminal.draw(|frame| self.session.view(frame)).unwrap();
        self.bytes.get()
    }

    /// Presses keys, `g Enter`, each followed by a frame; returns the bytes of the last.
    pub fn press(&mut self, keys: &str) -> usize {
        let mut bytes = 0;
        for name in keys.split_whitespace() {
            self.session.input(&Input::Key(name.parse::<Key>().unwrap()));
            bytes = self.draw();
        }
        bytes
    }

    /// Types a text.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.session.input(&Input::Key(Key::Char(c)));
        }
        self.draw();
    }

    /// Leaves what is open until Today is there.
    pub fn leaves_for_today(&mut self) {
        use cobalog::tui::keymap::Place;
        for _ in 0..9 {
            if self.session.app().top().is_some_and(|s| s.place() == Place::Today) {
                return;
            }
            self.press("Esc");
        }
    }

    /// Returns the patient of the screen on top.
    pub fn patient(&self) -> Option<PatientId> {
        self.session.app().top().and_then(|s| s.patient())
    }
}
