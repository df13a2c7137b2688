//! What the parts of the program take: `cargo bench --bench parts`. `COBALOG_BENCH_PATIENTS=100000` adds the lists of so
//! many patients; a name after `--` picks some (`cargo bench --bench parts -- today`).
//!
//! Nothing here proves anything and nothing fails by being slow; the whole program is timed in `benches/whole`.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop where it is")]

mod charts;
mod kit;
mod lists;
mod screens;

fn main() {
    divan::main();
    // Bytes are not times, so they have lines of their own.
    screens::say_bytes();
}
