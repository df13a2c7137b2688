//! How long a large practice takes, run by hand: `cargo test --release --test store scale -- --ignored --nocapture`.

use crate::kit::{NURSE, given, now, order, person, practice, today};
use chrono::{Days, NaiveDate};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::entry::{Act, Checked, Entry};
use cobalog::store::{Mint, Store};
use std::time::{Duration, Instant};

const CHARTS: u64 = 10_000;

/// Returns a chart of three years: a plan, its loading doses, a dose every two months and a look half a year.
fn chart(n: u64) -> Chart {
    let start = today() - Days::new(900 + n % 120);
    let plan = Mint::entry(now());
    let on = |k: u64| start + Days::new(if k < 6 { 2 * k } else { 60 * (k - 5) });
    let doses = (0..20).map(on).filter(|on| *on < today()).map(|on| given(Some(plan), on, ""));
    let looks = (1..6).map(|k| start + Days::new(180 * k)).filter(|on| *on < today()).map(look);
    let acts = [person(&format!("Family{n}")), Act::Ordered(order("r01", start))];
    let entry = |(k, act): (u64, Act)| {
        let id = if k == 1 { plan } else { Mint::entry(now()) };
        Entry { id, at: now() - Days::new(1000 - k), by: NURSE.to_owned(), act, from: None, seal: None }
    };
    let entries = (0..).zip(acts.into_iter().chain(doses).chain(looks)).map(entry).collect();
    Chart::new(Mint::patient(now()), entries)
}

fn look(on: NaiveDate) -> Act {
    let symptoms = ["fatigue", "paraesthesia"].map(|s| (s.to_owned(), 1)).into();
    Act::Checked(Checked { on, symptoms, ..Checked::default() })
}

fn best<T>(times: u32, mut work: impl FnMut() -> T) -> Duration {
    let mut once = || {
        let start = Instant::now();
        let result = std::hint::black_box(work());
        let elapsed = start.elapsed();
        drop(result);
        elapsed
    };
    (0..times).map(|_| once()).min().unwrap()
}

#[expect(clippy::print_stdout, reason = "the numbers are what it is run for")]
#[test]
#[ignore = "takes a minute and proves nothing: it measures"]
fn scale_of_ten_thousand_charts() {
    let (root, store) = practice();
    let charts: Vec<_> = (0..CHARTS).map(chart).collect();
    let written = best(1, || store.write_charts(&charts).unwrap());
    let index = root.path().join("cache/roster.idx");
    let rows = store.roster(today());
    assert_eq!(rows.rows.len() as u64, CHARTS);
    let items: usize = rows.rows.iter().map(|r| r.items.len()).sum();
    let verified = best(10, || store.roll(today()));
    let unverified = best(10, || store.roll_unverified());
    let recorded = best(10, || store.record(charts[0].id, vec![given(None, today(), "")], NURSE, now()).unwrap());
    let opened = best(10, || Store::open_with(store.dir(), store.places().clone()).unwrap());
    let size = std::fs::metadata(&index).unwrap().len();
    let rebuilt = best(2, || {
        std::fs::remove_file(&index).unwrap();
        store.roster(today())
    });
    println!("{CHARTS} charts, {items} items, index of {size} bytes");
    println!("written {written:?}, rebuilt {rebuilt:?}, verified {verified:?}, unverified {unverified:?}");
    println!("opened {opened:?}, recorded {recorded:?}");
}
