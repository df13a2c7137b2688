//! All charts: the index, the lists made of it, and one entry more.

use crate::kit::{NURSE, given, made, now, shared, sizes, today};
use cobalog::store::Store;
use divan::Bencher;
use std::cell::Cell;
use std::fs;

/// What a list begins with: the index opened, who is due this week, most urgent first.
#[divan::bench(args = sizes())]
fn open_and_worklist(bencher: Bencher<'_, '_>, patients: usize) {
    let store = shared(patients);
    bencher.bench(|| store.roll_unverified().unwrap().worklist(today(), 7));
}

#[divan::bench(args = sizes())]
fn search_a_letter(bencher: Bencher<'_, '_>, patients: usize) {
    let roll = shared(patients).roll_unverified().unwrap();
    bencher.bench(|| roll.search("a"));
}

#[divan::bench(args = sizes())]
fn search_a_name(bencher: Bencher<'_, '_>, patients: usize) {
    let roll = shared(patients).roll_unverified().unwrap();
    bencher.bench(|| roll.search("andersson"));
}

/// Every file looked at; nothing changed.
#[divan::bench(args = sizes(), sample_count = 20)]
fn check(bencher: Bencher<'_, '_>, patients: usize) {
    let store = shared(patients);
    bencher.bench(|| store.roll(today()));
}

/// Every chart read, the index made.
#[divan::bench(args = sizes(), sample_count = 3, sample_size = 1)]
fn rebuild(bencher: Bencher<'_, '_>, patients: usize) {
    let store = shared(patients);
    let cache = store.places().cache.clone().unwrap();
    bencher.with_inputs(|| fs::remove_dir_all(&cache).unwrap()).bench_values(|()| store.roll(today()));
}

/// One dose on the disk, flushed, and its row in the index.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn record(bencher: Bencher<'_, '_>) {
    let (_root, store) = made(1_000);
    let patients: Vec<_> = store.roster(today()).rows.iter().map(|row| row.id).collect();
    let next = Cell::new(0);
    let who = || patients[next.replace(next.get() + 1) % patients.len()];
    let dose = |store: &Store, id| store.record(id, vec![given(None, today())], NURSE, now()).unwrap();
    bencher.with_inputs(who).bench_local_values(|id| dose(&store, id));
}
