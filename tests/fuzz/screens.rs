//! A damaged chart that can still be read is looked at: every tab, every prompt, keys at random.

use crate::bed::{Bed, now};
use crate::formats::Format;
use crate::mutate::damaged;
use crate::{proven, turn};
use cobalog::clock::Clock;
use cobalog::store::read_chart;
use cobalog::tui::input::{Input, Key};
use cobalog::tui::session::{Begin, Programs, Session};
use cobalog::tui::theme::Theme;
use fastrand::Rng;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

const KEYS: &str = "1 2 3 4 5 g c h o m r d y a i v n D p e s f x ? t + - Left Right Up Down PageUp PageDown Home End Tab \
                    E L P h b Tab Tab Enter Enter Esc Esc Space k j G / 7 a";

/// No printer and no browser.
struct Nothing;

impl Programs for Nothing {
    fn print(&self, _file: &Path) -> Result<(), String> {
        Ok(())
    }

    fn print_text(&self, _text: &str) -> Result<(), String> {
        Ok(())
    }

    fn open(&self, _file: &Path) -> Result<(), String> {
        Ok(())
    }
}

/// Opens a practice with this chart alone beside the good one, and presses keys.
fn walk(input: &[u8], rng: &mut Rng) -> Result<(), String> {
    let text = String::from_utf8_lossy(input);
    let Ok(chart) = read_chart(&text, Path::new("x")) else { return Ok(()) };
    let bed = Bed::new();
    bed.lay(&bed.dir().join("charts").join(format!("{}.ron", chart.id)), input);
    let _ = bed.store().roster(now().date_naive());
    let theme = Theme::named("dark", false);
    let begin = Begin { dir: bed.dir(), places: bed.places(), clock: Clock::Fixed(now()), theme, temporary: None };
    let mut session = Session::open(begin).map_err(|e| e.to_string())?;
    session.set_programs(Rc::new(Nothing));
    let (width, height) = [(120, 36), (80, 24), (200, 60), (40, 12)][rng.usize(..4)];
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    session.resize(Rect::new(0, 0, width, height));
    let keys: Vec<&str> = KEYS.split_whitespace().collect();
    let way = if rng.bool() { vec!["Enter"] } else { vec!["p", "Down", "Enter"] };
    let tabs = ["1", "2", "3", "4", "5", "1"];
    let random: Vec<&str> = (0..40).map(|_| keys[rng.usize(..keys.len())]).collect();
    for name in way.into_iter().chain(tabs).chain(random) {
        session.input(&Input::Key(name.parse::<Key>().unwrap()));
        if session.is_over() {
            break;
        }
        let buffer = terminal.draw(|frame| session.view(frame)).unwrap().buffer.clone();
        // What stands in a file must not drive the terminal.
        let drives = buffer.content.iter().any(|cell| cell.symbol().chars().any(char::is_control));
        if drives {
            return Err(format!("a control character is on the screen after {name}"));
        }
    }
    Ok(())
}

fn walks(inputs: impl Iterator<Item = Vec<u8>>, rng: &mut Rng, keep: bool) -> usize {
    let mut done = 0;
    for input in inputs {
        let seed = rng.u64(..);
        done += 1;
        if let Err(what) = proven(|| walk(&input, &mut Rng::with_seed(seed))) {
            let path = if keep {
                crate::keep(Format::Charts, &input)
            } else {
                let path = std::env::temp_dir().join("cobalog-fuzz-screen");
                std::fs::write(&path, &input).unwrap();
                path
            };
            println!("screens: {what}\n  number {seed}, input in {}", path.display());
            assert!(keep, "{what}");
        }
    }
    done
}

/// Whatever can be read of the damaged: most inputs cannot, so a few changes each.
fn readable(seeds: Vec<Vec<u8>>, mut rng: Rng) -> impl Iterator<Item = Vec<u8>> {
    std::iter::repeat_with(move || {
        let seed = &seeds[rng.usize(..seeds.len())];
        damaged(seed, &seeds, &mut rng)
    })
    .filter(|input| std::str::from_utf8(input).is_ok_and(|text| read_chart(text, Path::new("x")).is_ok()))
}

#[test]
fn what_can_still_be_read_can_be_looked_at() {
    let _turn = turn();
    let seeds = Format::Charts.seeds();
    let mut rng = Rng::with_seed(5);
    walks(seeds.clone().into_iter().chain(readable(seeds, Rng::with_seed(6)).take(20)), &mut rng, false);
}

#[test]
#[ignore = "by hand, for as long as COBALOG_FUZZ_MINUTES says"]
fn screens_for_long() {
    let _turn = turn();
    let minutes = std::env::var("COBALOG_FUZZ_MINUTES").ok().and_then(|m| m.parse::<u64>().ok()).unwrap_or(1);
    let began = Instant::now();
    let mut rng = Rng::new();
    let inputs = readable(Format::Charts.seeds(), rng.fork());
    let inputs = inputs.take_while(|_| began.elapsed() < Duration::from_secs(60 * minutes));
    let done = walks(inputs, &mut rng, true);
    println!("screens: {done} walks, {:.1} a second", done as f64 / began.elapsed().as_secs_f64());
}
