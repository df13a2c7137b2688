//! What changes in the folder is told: by the system, and by a look each second.

use crate::kit::{NURSE, again, chart_path, given, now, patient, practice, today};
use cobalog::store::Store;
use cobalog::store::watch::{Changed, How, watch};
use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const BOTH: [How; 2] = [How::Suited, How::Polled];

fn watched(store: &Store, how: How) -> Receiver<Changed> {
    let (sender, told) = channel();
    watch(store.dir(), how, move |changed| sender.send(changed).is_ok());
    told
}

/// Gathers what is told until it is enough.
fn until(told: &Receiver<Changed>, is_enough: impl Fn(&Changed) -> bool) -> Changed {
    let (begin, mut all) = (Instant::now(), Changed::default());
    while !is_enough(&all) {
        assert!(begin.elapsed() < Duration::from_secs(20), "told only {all:?}");
        if let Ok(changed) = told.recv_timeout(Duration::from_millis(200)) {
            all.add(changed);
        }
    }
    all
}

#[test]
fn a_written_chart_new_settings_and_a_copy_are_told() {
    for how in BOTH {
        let (root, store) = practice();
        let [one, two] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
        let told = watched(&store, how);
        let mut other = again(&root, &store);
        other.record(one.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
        let changed = until(&told, |c| c.everything || c.charts.contains(&one.id));
        assert!(changed.everything || !changed.charts.contains(&two.id), "{how:?}: {changed:?}");
        // A look each second knows the single files from its second look on.
        std::thread::sleep(Duration::from_millis(if how == How::Polled { 3500 } else { 0 }));
        while told.try_recv().is_ok() {}
        other.change_settings(|s| s.name = "Elsewhere".to_owned()).unwrap();
        let changed = until(&told, |c| c.settings);
        assert!(!changed.everything && changed.charts.is_empty(), "{how:?}: {changed:?}");
        other.record(two.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
        until(&told, |c| c.charts.contains(&two.id) && !c.charts.contains(&one.id));
        let copy = chart_path(&store, &one).with_file_name(format!("{} (1).ron", one.id));
        fs::copy(chart_path(&store, &one), copy).unwrap();
        until(&told, |c| c.others);
    }
}

#[test]
fn files_on_their_way_and_files_that_are_read_are_not_told() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let told = watched(&store, How::Suited);
    let charts = store.dir().join("charts");
    for name in ["~x.ron-1.tmp", ".syncthing.x.ron.tmp", "~syncthing~x.ron.tmp", "notes.txt"] {
        fs::copy(chart_path(&store, &chart), charts.join(name)).unwrap();
    }
    assert_eq!(store.roster(today()).rows.len(), 1);
    store.chart(chart.id).unwrap();
    assert!(told.recv_timeout(Duration::from_millis(700)).is_err());
}

#[test]
fn a_folder_that_was_put_in_the_place_of_the_charts_is_watched_from_then_on() {
    for how in BOTH {
        let (root, store) = practice();
        let chart = patient(&store, "Ahmed");
        let told = watched(&store, how);
        let charts = store.dir().join("charts");
        let aside = store.dir().join("aside");
        fs::rename(&charts, &aside).unwrap();
        fs::create_dir(&charts).unwrap();
        for entry in fs::read_dir(&aside).unwrap().map(Result::unwrap) {
            fs::copy(entry.path(), charts.join(entry.file_name())).unwrap();
        }
        until(&told, |c| c.everything);
        std::thread::sleep(Duration::from_millis(3500));
        while told.try_recv().is_ok() {}
        again(&root, &store).record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
        until(&told, |c| c.everything || c.charts.contains(&chart.id));
    }
}

#[test]
fn what_this_program_wrote_is_known_as_its_own_until_another_writes() {
    let (root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    assert!(store.is_own_chart(chart.id) && store.clone().is_own_chart(chart.id));
    let mut other = again(&root, &store);
    assert!(!other.is_own_chart(chart.id));
    other.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
    assert!(!store.is_own_chart(chart.id) && other.is_own_chart(chart.id));
    store.change_settings(|s| s.name = "Here".to_owned()).unwrap();
    assert!(store.is_own_settings());
    other.change_settings(|s| s.name = "Elsewhere".to_owned()).unwrap();
    assert!(!store.is_own_settings());
    store.reload().unwrap();
    assert_eq!(store.settings().name, "Elsewhere");
}

#[test]
fn a_practice_that_goes_away_and_comes_back_is_told_of() {
    // Windows renames no folder while one in it is watched.
    for how in BOTH.into_iter().filter(|how| cfg!(not(windows)) || *how == How::Polled) {
        let (root, store) = practice();
        let chart = patient(&store, "Ahmed");
        let told = watched(&store, how);
        let away = root.path().join("away");
        fs::rename(store.dir(), &away).unwrap();
        until(&told, |c| c.everything);
        std::thread::sleep(Duration::from_millis(3500));
        while told.try_recv().is_ok() {}
        fs::rename(&away, store.dir()).unwrap();
        until(&told, |c| c.everything || c.charts.contains(&chart.id));
        std::thread::sleep(Duration::from_millis(3500));
        while told.try_recv().is_ok() {}
        again(&root, &store).record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
        until(&told, |c| c.everything || c.charts.contains(&chart.id));
    }
}
