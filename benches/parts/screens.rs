//! The screens: what a key costs until its frame is in the terminal's buffer.

use crate::kit::{Seat, chart, farrow, made, shared};
use divan::Bencher;
use std::cell::RefCell;
use std::io::{self, Write as _};

const SCREENS: [&str; 3] = ["80x24", "120x36", "200x60"];

fn size(name: &str) -> (u16, u16) {
    let (width, height) = name.split_once('x').unwrap();
    (width.parse().unwrap(), height.parse().unwrap())
}

/// The same frame again: nothing changes on the screen.
#[divan::bench(args = SCREENS)]
fn today_same(bencher: Bencher<'_, '_>, screen: &str) {
    let mut seat = Seat::at(&shared(10_000), size(screen));
    bencher.bench_local(|| seat.draw());
}

/// The cursor goes one line down or up; the list stands still, the chosen patient changes. Two keys.
#[divan::bench(args = SCREENS)]
fn today_cursor_down_and_up(bencher: Bencher<'_, '_>, screen: &str) {
    let mut seat = Seat::at(&shared(10_000), size(screen));
    bencher.bench_local(|| seat.press("j k"));
}

/// The list moves by one line. Two keys.
#[divan::bench(args = SCREENS)]
fn today_scroll_down_and_up(bencher: Bencher<'_, '_>, screen: &str) {
    let mut seat = Seat::at(&shared(10_000), size(screen));
    seat.press("PageDown PageDown");
    bencher.bench_local(|| seat.press("j k"));
}

/// All lines change. Two keys.
#[divan::bench(args = SCREENS)]
fn today_page_down_and_up(bencher: Bencher<'_, '_>, screen: &str) {
    let mut seat = Seat::at(&shared(10_000), size(screen));
    bencher.bench_local(|| seat.press("PageDown PageUp"));
}

/// Returns a seat in front of the list with the chart of forty years in it.
fn at_long_chart(screen: &str) -> (tempfile::TempDir, Seat) {
    let (root, store) = made(58);
    store.write_charts(&[chart(1_500, 40)]).unwrap();
    let mut seat = Seat::at(&store, size(screen));
    seat.press("/");
    seat.type_text("longfellow");
    (root, seat)
}

/// A chart of 40 years and 1,500 entries, from the file to the screen, and back. Two keys.
#[divan::bench(args = SCREENS)]
fn long_chart_opened_and_left(bencher: Bencher<'_, '_>, screen: &str) {
    let (_root, mut seat) = at_long_chart(screen);
    seat.press("Enter");
    assert!(seat.patient().is_some(), "the chart is open");
    bencher.bench_local(|| seat.press("Esc Enter"));
}

/// The cursor of its timeline walks one event back and forth. Two keys.
#[divan::bench(args = SCREENS)]
fn long_chart_walked(bencher: Bencher<'_, '_>, screen: &str) {
    let (_root, mut seat) = at_long_chart(screen);
    seat.press("Enter");
    bencher.bench_local(|| seat.press("Left Right"));
}

/// Its timeline closer and wider. Two keys.
#[divan::bench(args = SCREENS)]
fn long_chart_zoomed(bencher: Bencher<'_, '_>, screen: &str) {
    let (_root, mut seat) = at_long_chart(screen);
    seat.press("Enter");
    bencher.bench_local(|| seat.press("+ -"));
}

/// Enter on a give prompt that is filled in, until the frame says that the dose is on the disk.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn dose_signed(bencher: Bencher<'_, '_>) {
    let (_root, store) = made(58);
    let (seat, mut n) = (RefCell::new(Seat::at(&store, (120, 36))), 0);
    let at_the_end_of_the_prompt = || {
        let mut seat = seat.borrow_mut();
        assert!(n == 0 || seat.session.app().said().is_some_and(|s| s.starts_with("Saved")), "the last one was saved");
        n += 1;
        store.write_charts(&[farrow(n)]).unwrap();
        seat.session.verify();
        seat.leaves_for_today();
        seat.press("/");
        seat.type_text(&format!("farrow{n}x"));
        seat.press("Enter g");
        seat.type_text("2106");
    };
    bencher.with_inputs(at_the_end_of_the_prompt).bench_local_values(|()| seat.borrow_mut().press("Enter"));
}

/// Says how many bytes go to the terminal for a key on Today.
pub fn say_bytes() {
    let mut out = io::stdout().lock();
    for screen in SCREENS {
        let mut seat = Seat::at(&shared(10_000), size(screen));
        let (same, cursor) = (seat.draw(), seat.press("j"));
        let scrolled = seat.press("PageDown PageDown j");
        let line = format!("bytes at {screen}: same frame {same}, cursor {cursor}, scrolled {scrolled}");
        // A pipe that was closed wants no more.
        let _ = writeln!(out, "{line}");
    }
}
