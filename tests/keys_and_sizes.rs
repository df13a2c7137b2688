//! Whatever is pressed, pasted, clicked or resized, the program draws and never stops; and in plain ASCII it draws plain
//! ASCII.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its story does not hold")]
#![expect(clippy::disallowed_methods, reason = "the kit copies a practice")]

#[expect(dead_code, reason = "the kit has more than this file uses")]
#[path = "journeys/kit.rs"]
mod kit;

use cobalog::clinic::people::Colleague;
use cobalog::clinic::practice::Settings;
use cobalog::store::Store;
use cobalog::tui::input::{Input, Key};
use cobalog::tui::theme::Theme;
use kit::{Home, NOW, Nurse};
use proptest::prelude::*;
use ratatui::layout::Position;

/// Something that can happen.
#[derive(Clone, Debug)]
enum Event {
    Input(Input),
    Resize(u16, u16),
    Tick,
    Verify,
}

fn key() -> impl Strategy<Value = Key> {
    let named = vec![
        Key::Enter,
        Key::Enter,
        Key::Esc,
        Key::Tab,
        Key::Tab,
        Key::BackTab,
        Key::Backspace,
        Key::Delete,
        Key::Up,
        Key::Down,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::Home,
        Key::End,
        Key::PageUp,
        Key::PageDown,
        Key::F(1),
        Key::F(2),
        Key::F(2),
        Key::F(12),
        Key::Ctrl('s'),
        Key::Ctrl('u'),
        Key::Ctrl('w'),
        Key::Ctrl('z'),
    ];
    // Every letter that does something, digits, and letters that are wide, joined, or of another direction.
    let letters: Vec<char> = "gchonmardy/psfivwu+-=t12345jkGrlx0469 ?é中ดีд\u{301}👩\u{200d}⚕ل".chars().collect();
    prop_oneof![
        4 => proptest::sample::select(named),
        5 => proptest::sample::select(letters).prop_map(Key::Char),
        1 => any::<char>().prop_filter("a control character is no letter", |c| !c.is_control()).prop_map(Key::Char),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let at = (0..220u16, 0..70u16).prop_map(|(x, y)| Position::new(x, y));
    prop_oneof![
        16 => key().prop_map(|k| Event::Input(Input::Key(k))),
        1 => "\\PC{0,30}".prop_map(|s| Event::Input(Input::Paste(s))),
        1 => Just(Event::Input(Input::Paste("中".repeat(300)))),
        4 => at.clone().prop_map(|p| Event::Input(Input::Click(p))),
        1 => (at, -1..=1i32).prop_map(|(p, by)| Event::Input(Input::Wheel(p, by))),
        3 => (1..=220u16, 1..=70u16).prop_map(|(w, h)| Event::Resize(w, h)),
        1 => Just(Event::Tick),
        1 => Just(Event::Verify),
    ]
}

fn live(mut nurse: Nurse, events: &[Event]) {
    for event in events {
        match event {
            Event::Input(input) => {
                nurse.does(input);
            }
            Event::Resize(width, height) => {
                nurse.at(*width, *height);
            }
            Event::Tick => nurse.session.tick(),
            Event::Verify => nurse.session.verify(),
        }
        if nurse.session.is_over() {
            return;
        }
    }
    // Whatever happened, it can be left: everybody's way out.
    nurse.at(120, 36).press("Ctrl-q");
    assert!(nurse.session.is_over());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_practice_survives_anything(events in proptest::collection::vec(event(), 1..60)) {
        live(Nurse::at_home(few()), &events);
    }

    #[test]
    fn the_first_start_survives_anything(events in proptest::collection::vec(event(), 1..40)) {
        let mut nurse = Nurse::in_empty_folder();
        // The demo would be written anew for each case; the way to one's own practice is the one to try.
        nurse.press("2");
        live(nurse, &events);
    }

    #[test]
    fn what_is_on_disk_stays_readable(events in proptest::collection::vec(event(), 20..60)) {
        let mut nurse = Nurse::at_home(few());
        let before = nurse.home.store().roster(nurse.today()).rows.len();
        for event in &events {
            if let Event::Input(input) = event {
                nurse.does(input);
            }
            if nurse.session.is_over() {
                break;
            }
        }
        let roster = nurse.home.store().roster(kit::instant(NOW).date_naive());
        prop_assert!(roster.problems.is_empty(), "{:?}", roster.problems);
        prop_assert!(roster.rows.len() >= before);
    }
}

/// The ways to every screen and every prompt, from Today.
const WAYS: [&str; 54] = [
    "P",
    "P End x",
    "Enter E",
    "Enter E z F2",
    "Enter L",
    "Enter L 2 Enter Enter h t p b x 3 Tab",
    "Enter L 2 z Enter z",
    "w Space a s",
    "A e",
    "I",
    "",
    "p",
    "p Tab G",
    "/ z z z",
    "?",
    "f",
    "n",
    "n F2",
    "n F1",
    "n x Esc",
    "s",
    "s End Ctrl-u F2",
    "g",
    "g 0 0 0 0",
    "h",
    "h Down Down Down Down F2",
    "c",
    "c 1 2 3 4 0 1 F2",
    "o",
    "o F2",
    "Enter",
    "Enter + +",
    "Enter - -",
    "Enter 2",
    "Enter 3",
    "Enter 3 Down u",
    "Enter 4",
    "Enter 5",
    "Enter w",
    "Enter ?",
    "Enter i",
    "Enter m",
    "Enter v",
    "Enter v F2 F2 F2 F2",
    "Enter 5 a",
    "Enter 2 Up a F2",
    "Enter r",
    "Enter r Space Enter Space Space Enter F2",
    "Enter d",
    "Enter d p F2 F2",
    "Enter d t F2",
    "Enter d d d F2 F2",
    "Enter y",
    "Enter y P F2",
];

/// A small practice: the four, and two with letters that are wide or of another direction.
fn few() -> Home {
    let who = ["Silva e Souza", "Farrow", "Eva", "Castellano", "中村", "حداد"];
    Home::demo_where(|chart| who.iter().any(|name| chart.contains(&format!("\"{name}\""))))
}

/// Patients whose charts look different: long overdue, neurologic, without a plan, waiting at a gate.
const WHO: [&str; 4] = ["Silva", "Farrow", "Kaplan, Eva", "Castellano"];

fn arrive(theme: Theme, who: &str, way: &str) -> Nurse {
    let mut nurse = Nurse::with(few(), theme, NOW);
    nurse.at(120, 36).stands_on(who).press(way);
    nurse
}

#[test]
fn every_screen_draws_at_every_small_size() {
    for (i, way) in WAYS.iter().enumerate() {
        let mut nurse = arrive(Theme::named("dark", false), WHO[i % WHO.len()], way);
        for height in 1..=12 {
            for width in 1..=40 {
                nurse.at(width, height);
            }
        }
    }
}

#[test]
fn every_screen_draws_in_every_theme_at_every_usual_size() {
    for (i, way) in WAYS.iter().enumerate() {
        for (theme, ascii) in [("dark", false), ("light", false), ("mono", false), ("mono", true)] {
            let mut nurse = arrive(Theme::named(theme, ascii), WHO[(i + 1) % WHO.len()], way);
            for (width, height) in [(80, 24), (120, 36), (200, 60), (300, 12)] {
                nurse.at(width, height);
            }
        }
    }
}

/// A few people with an ASCII name, in a practice with an ASCII name: all else that is drawn is the program's own.
fn plain_practice() -> Home {
    let who = ["Hughes", "Farrow", "Eva", "Castellano", "Grant", "Osei"];
    let home = Home::demo_where(|chart| who.iter().any(|name| chart.contains(&format!("\"{name}\""))));
    let mut store: Store = home.store();
    let person = |name: &str, prescriber| Colleague::new(name, prescriber);
    let people = vec![person("Maya Keller RN", false), person("Dr Hart", true)];
    let plain =
        |s: &mut Settings| *s = Settings { people: people.clone(), name: "Quay".to_owned(), demo: false, ..s.clone() };
    store.change_settings(plain).unwrap();
    home
}

/// The middle dot between two parts of a line, which plain ASCII does not replace everywhere yet.
const KNOWN: char = '·';

/// What is drawn that is not ASCII, by the way that leads to it.
fn not_ascii(nurse: &Nurse, way: &str, into: &mut Vec<String>) {
    for line in nurse.lines().iter().filter(|l| !l.is_ascii()) {
        let strange: String = line.chars().filter(|c| !c.is_ascii() && *c != KNOWN).collect();
        if !strange.is_empty() {
            into.push(format!("{way:<24} {strange:<8} {}", line.trim()));
        }
    }
}

#[test]
fn plain_ascii_draws_plain_ascii() {
    let mut strange = Vec::new();
    for (i, way) in WAYS.iter().enumerate() {
        let who = if WHO[i % 4] == "Silva" { "Hughes, Owen" } else { WHO[i % 4] };
        let mut nurse = Nurse::with(plain_practice(), Theme::named("mono", true), NOW);
        nurse.at(120, 36).stands_on(who).press(way);
        for (width, height) in [(120, 36), (80, 24), (200, 60)] {
            nurse.at(width, height);
            not_ascii(&nurse, way, &mut strange);
        }
    }
    strange.sort();
    strange.dedup();
    assert!(strange.is_empty(), "not ASCII:\n{}", strange.join("\n"));
}
