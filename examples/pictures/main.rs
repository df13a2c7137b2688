//! Draws the README's pictures: the program's own screens on a demo practice, as SVG.
//!
//! `cargo run --example pictures` rewrites `assets/pictures/`. Day, hour and demo are fixed, so that a picture changes only
//! when its screen does. Every letter has its column, so that lines meet in any font; blocks and frames are drawn as
//! shapes.

mod svg;

use chrono::{DateTime, NaiveDate};
use cobalog::clock::Clock;
use cobalog::demo;
use cobalog::store::disk::Real;
use cobalog::store::{Places, atomic};
use cobalog::tui::input::{Input, Key};
use cobalog::tui::session::{Begin, Session};
use cobalog::tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use std::error::Error;
use std::path::{Path, PathBuf};

/// When all pictures were taken.
const AT: &str = "2026-11-23T09:05:00+01:00";

/// What stands where the first start names the folder of the records.
const FOLDER: &str = "~/.local/share/cobalog";

/// One picture: its name, its size, what it shows, and the keys that lead there from the first screen.
struct Picture {
    name: &'static str,
    size: (u16, u16),
    shows: &'static str,
    keys: &'static [&'static str],
}

const PICTURES: [Picture; 11] = [
    Picture {
        name: "today",
        size: (120, 32),
        shows: "Today: the worklist, most urgent first, and the chosen patient's course",
        keys: &["Down"],
    },
    Picture {
        name: "chart",
        size: (120, 29),
        shows: "A chart: neurologic involvement, alternate days, doses and checkpoints on one time axis",
        keys: &["p", "~Farrow", "Enter"],
    },
    Picture {
        name: "course",
        size: (120, 29),
        shows: "A chart over a year: repletion, maintenance, symptoms and blood count",
        keys: &["p", "~Brandt", "Enter"],
    },
    Picture {
        name: "give",
        size: (120, 26),
        shows: "Give: the vial in hand, and each right checked before signing",
        keys: &["p", "~Brien", "Tab", "g", "~2308", "Tab", "Tab"],
    },
    Picture {
        name: "plan",
        size: (120, 38),
        shows: "Plan: the protocols that fit, why, from which source, and their real dates",
        keys: &["p", "~Moreau", "Tab", "o"],
    },
    Picture {
        name: "checkpoint",
        size: (120, 30),
        shows: "Checkpoint: what this look asks, the last value beside it, and what it means",
        keys: &["p", "~Osei", "Tab", "c", "~0000000136", "Tab", "~92", "Tab"],
    },
    Picture {
        name: "review",
        size: (120, 25),
        shows: "Review: what else may explain it, line by line, with what the chart knows, before doses come closer",
        keys: &["p", "~Berg", "Enter", "r", "Space", "Enter", "Space", "Enter", "Space", "Enter"],
    },
    Picture {
        name: "change",
        size: (120, 18),
        shows: "Change of plan: a longer interval, the dates as they are and after it, and who decided",
        keys: &["p", "~Schmidt", "Enter", "d", "F2", "~stable on monthly doses", "Tab", "~Dr Eleanor Hart", "Tab"],
    },
    Picture {
        name: "sign_in",
        size: (100, 18),
        shows: "Sign in: who works here, and the PIN",
        keys: &[
            "u", "Enter", "Tab", "Tab", "Tab", "Tab", "Tab", "~7402", "Tab", "~7402", "F2", "Esc", "Esc", "Ctrl-l",
            "~74",
        ],
    },
    Picture {
        name: "flags",
        size: (120, 33),
        shows: "A chart with a red flag: what must not wait, and what to do",
        keys: &["p", "~Abebe", "Enter"],
    },
    Picture { name: "start", size: (120, 16), shows: "The first start", keys: &[] },
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures");
    std::fs::create_dir_all(&folder)?;
    for picture in &PICTURES {
        let path = folder.join(format!("{}.svg", picture.name));
        atomic::write(&Real, &path, &taken(picture)?)?;
    }
    Ok(())
}

fn taken(picture: &Picture) -> Result<String, Box<dyn Error>> {
    let clock = Clock::Fixed(DateTime::parse_from_rfc3339(AT)?);
    let mut session = if picture.name == "start" { first_start(clock)? } else { in_demo(clock)? };
    let (width, height) = picture.size;
    session.resize(Rect::new(0, 0, width, height));
    for key in picture.keys {
        press(&mut session, key)?;
    }
    let mut terminal = Terminal::new(TestBackend::new(width, height))?;
    terminal.draw(|frame| session.view(frame))?;
    Ok(svg::of(terminal.backend().buffer(), picture.shows))
}

/// A key by its name, or after `~` letters to type.
fn press(session: &mut Session, keys: &str) -> Result<(), String> {
    match keys.strip_prefix('~') {
        Some(text) => text.chars().for_each(|c| session.input(&Input::Key(Key::Char(c)))),
        None => session.input(&Input::Key(keys.parse()?)),
    }
    Ok(())
}

fn in_demo(clock: Clock) -> Result<Session, Box<dyn Error>> {
    let today: NaiveDate = clock.now().date_naive();
    let (folder, store) = demo::temporary(demo::SEED, demo::PATIENTS, today)?;
    let (dir, places) = (store.dir().to_owned(), store.places().clone());
    let mut session = Session::open(begin(dir, places, clock, Some(folder)))?;
    session.verify();
    Ok(session)
}

fn first_start(clock: Clock) -> Result<Session, Box<dyn Error>> {
    Ok(Session::open(begin(PathBuf::from(FOLDER), Places::default(), clock, None))?)
}

fn begin(dir: PathBuf, places: Places, clock: Clock, temporary: Option<tempfile::TempDir>) -> Begin {
    Begin { dir, places, clock, theme: Theme::named("dark", false), temporary }
}
