//! Damaged files put together again, however they were damaged: nothing that is known from anywhere is lost.

use crate::backup::files;
use crate::kit::{NURSE, at, chart_path, given, now, patient, places, practice, today};
use cobalog::clinic::chart::Chart;
use cobalog::store::backup;
use cobalog::store::disk::Real;
use cobalog::store::repair::{RepairReport, Repaired, repair};
use cobalog::store::{self, Store};
use proptest::prelude::*;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use tempfile::TempDir;

fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).open(path).unwrap();
    file.write_all(bytes.as_ref()).unwrap();
}

/// A practice with a backup of two charts; the first one has a dose more, which no backup has.
fn known() -> (TempDir, Store, [Chart; 2]) {
    let (root, store) = practice();
    let [one, two] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    store.record(one.id, vec![given(None, today(), "in the backup")], NURSE, now()).unwrap();
    backup::add(&Real, store.dir(), &places(root.path()), now()).unwrap();
    let later = at("2026-11-18T11:00:00+01:00");
    let one = store.record(one.id, vec![given(None, today(), "since")], NURSE, later).unwrap().0;
    forget(&store);
    (root, store, [one, two])
}

const OWN_PRODUCT: &str = r#"(
    id: "ours", name: "Hydroxocobalamin, ours", drug: hydroxocobalamin, strength_mcg_per_ml: 1000, container_ml: 1.0,
    container: "ampoule", routes: [im], source: "the label",
)
"#;

/// Days later: what was recorded on this workstation is remembered no more.
fn forget(store: &Store) {
    fs::remove_dir_all(store.places().state.as_ref().unwrap().join("recorded")).unwrap();
}

#[test]
fn what_was_recorded_here_in_the_last_days_comes_back_without_a_backup() {
    let (root, store) = practice();
    let one = patient(&store, "Ahmed");
    let one = store.record(one.id, vec![given(None, today(), "today")], NURSE, now()).unwrap().0;
    put(&chart_path(&store, &one), "");
    let report = mend(&root, &store);
    assert_eq!(report.files[0].from, [("what was recorded on this computer".to_owned(), one.entries().len())]);
    assert_eq!(store.chart(one.id).unwrap(), one);
    assert!(store.check().is_sound());
}

fn mend(root: &TempDir, store: &Store) -> RepairReport {
    repair(store.dir(), &places(root.path()), at("2026-11-19T08:00:00+01:00"), Real::shared()).unwrap()
}

/// Damages the first chart, repairs it, and proves what must hold of any damage; returns what was done and what is there.
fn damaged(change: impl FnOnce(&Path, Vec<u8>)) -> (Repaired, Chart) {
    let (root, store, [one, two]) = known();
    let path = chart_path(&store, &one);
    change(&path, fs::read(&path).unwrap());
    let before = path.is_file().then(|| fs::read(&path).unwrap());
    assert!(!store.check().is_sound());
    let report = mend(&root, &store);
    assert_eq!(report.files.len(), 1, "{report:?}");
    let done = report.files[0].clone();
    assert_eq!((&done.path, &done.left), (&path, &None));
    let kept = done.kept.clone().unwrap();
    assert!(kept.starts_with(store.dir().join("kept")));
    assert_eq!(kept.is_file().then(|| fs::read(&kept).unwrap()), before);
    assert!(store.check().is_sound(), "{:?}", store.check());
    let now = store.chart(one.id).unwrap();
    assert_eq!((store.chart(two.id).unwrap(), now.entries().len()), (two, done.entries));
    assert!(one.entries()[..3].iter().all(|e| now.entry(e.id) == Some(e)), "what the backup has is there");
    assert_eq!(store.roster(today()).rows.len(), 2);
    assert_eq!(mend(&root, &store).files, [], "once");
    (done, now)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_chart_that_was_cut_off_is_whole_again() {
    let (done, chart) = damaged(|path, bytes| put(path, &bytes[..bytes.len() - 30]));
    assert_eq!((chart.entries().len(), done.lost.len()), (3, 1), "{done:?}");
    assert!(done.notes.iter().any(|n| n.starts_with("it ends too early")), "{done:?}");
    // Cut off behind the last entry: it is in no backup, and its line can be read.
    let (done, chart) = damaged(|path, bytes| put(path, text(&bytes).strip_suffix("    ],\n)\n").unwrap()));
    assert_eq!((chart.entries().len(), done.lost.len()), (4, 0), "{done:?}");
    let from: Vec<_> = done.from.iter().map(|(what, n)| (what.as_str(), *n)).collect();
    assert_eq!(from, [("the backup of 2026-11-18 09:14", 3), ("its own lines", 4)]);
}

#[test]
fn a_line_that_cannot_be_read_costs_no_other() {
    let (done, chart) = damaged(|path, bytes| put(path, text(&bytes).replacen("dose_mcg", "dose_mg", 1)));
    assert_eq!((chart.entries().len(), done.lost), (4, vec![]), "the line is known from the backup");
    let (done, chart) = damaged(|path, bytes| put(path, text(&bytes).replace("note: \"since\"", "note: since")));
    assert_eq!((chart.entries().len(), done.lost), (3, vec![9]), "the line is in no backup");
}

#[test]
fn an_entry_whose_id_is_damaged_is_taken_once_and_what_names_it_finds_it() {
    // The id is still one: the order's then stands after those of later entries, the dose's between its neighbours.
    for (nth, letter) in [(1, 9), (2, 9), (2, 13)] {
        let (done, chart) = damaged(|path, bytes| {
            let text = text(&bytes);
            let (entry, _) = text.match_indices("(id: \"").nth(nth).unwrap();
            let at = entry + "(id: \"".len() + letter;
            let other = if text[at..].starts_with('Z') { "Y" } else { "Z" };
            put(path, [&text[..at], other, &text[at + 1..]].concat());
        });
        assert_eq!(chart.entries().len(), 4, "{nth} {letter} {done:?}");
        assert!(done.notes[0].contains("with a damaged id; it was taken once"), "{done:?}");
    }
}

#[test]
fn nuls_other_bytes_and_nothing_at_all() {
    let (_, chart) = damaged(|path, bytes| put(path, [&bytes[..], &[0; 512]].concat()));
    assert_eq!(chart.entries().len(), 4);
    let (_, chart) = damaged(|path, mut bytes| {
        bytes[..200].fill(0);
        put(path, bytes);
    });
    assert_eq!(chart.entries().len(), 4);
    let (done, chart) = damaged(|path, bytes| put(path, vec![0; bytes.len()]));
    assert_eq!((chart.entries().len(), done.from.len()), (3, 1));
    let (_, chart) = damaged(|path, bytes| put(path, [&b"\xff\xfe"[..], &bytes, b"\xc3"].concat()));
    assert_eq!(chart.entries().len(), 4);
    let (done, chart) = damaged(|path, _| put(path, ""));
    assert_eq!((chart.entries().len(), done.was.as_str(), done.notes), (3, "it is empty", vec![]));
    let (_, chart) = damaged(|path, _| put(path, vec![b'x'; 17 << 20]));
    assert_eq!(chart.entries().len(), 3);
}

#[test]
fn a_file_that_an_editor_saved_as_utf_16_lacks_nothing() {
    for (mark, bytes) in
        [(true, u16::to_le_bytes as fn(u16) -> [u8; 2]), (true, u16::to_be_bytes), (false, u16::to_le_bytes)]
    {
        let (done, chart) = damaged(|path, whole| {
            let mark = if mark { "\u{feff}" } else { "" };
            let units: Vec<u16> = mark.encode_utf16().chain(text(&whole).encode_utf16()).collect();
            put(path, units.into_iter().flat_map(bytes).collect::<Vec<u8>>());
        });
        assert_eq!((chart.entries().len(), done.lost, done.notes), (4, vec![], vec![]), "{mark}");
    }
}

#[test]
fn what_no_copy_has_of_a_file_that_was_cut_off_is_called_lost() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    store.record(chart.id, vec![given(None, today(), "last")], NURSE, now()).unwrap();
    forget(&store);
    let path = chart_path(&store, &chart);
    let whole = fs::read_to_string(&path).unwrap();
    let last = whole.find("act: given(").unwrap();
    let line = whole[..last].rfind('\n').unwrap();
    for cut in [last, line, line + 1] {
        put(&path, &whole[..cut]);
        let done = mend(&root, &store).files.remove(0);
        assert_eq!((done.entries, done.lost.len()), (2, 1), "{done:?}");
        assert!(done.notes[0].contains("no copy has what came after it: that is lost"), "{done:?}");
    }
    // Of the whole list of entries nothing is missing.
    for cut in [whole.len() - 2, whole.len() - 4] {
        put(&path, &whole[..cut]);
        let done = mend(&root, &store).files.remove(0);
        assert_eq!((done.entries, done.lost.len(), done.notes), (3, 0, vec![]));
    }
}

#[test]
fn a_folder_in_its_place_goes_aside() {
    let (done, chart) = damaged(|path, _| {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
        put(&path.join("letter.txt"), "mine");
    });
    assert_eq!(chart.entries().len(), 3);
    assert_eq!(fs::read(done.kept.unwrap().join("letter.txt").as_path()).ok(), None, "the folder went with its test");
}

#[test]
fn entries_out_of_order_and_twice_are_put_right() {
    let (done, chart) = damaged(|path, bytes| {
        let text = text(&bytes);
        let line = text.lines().nth(5).unwrap();
        put(path, text.replace("    ],\n)", &format!("{line}\n    ],\n)")));
    });
    assert_eq!(chart.entries().len(), 4);
    assert!(done.was.contains("which is later"), "{}", done.was);
}

#[test]
fn an_entry_with_a_damaged_id_is_not_counted_twice() {
    let (_, chart) = damaged(|path, bytes| {
        let text = text(&bytes);
        let line = text.lines().nth(7).unwrap();
        let at = line.find("id: \"").unwrap() + 5 + 25;
        let mut other = line.to_owned();
        let letter = if other[at..].starts_with('0') { "1" } else { "0" };
        other.replace_range(at..=at, letter);
        put(path, text.replace(line, &other).replace("format: 5", "fomat: 3"));
    });
    assert_eq!(chart.entries().len(), 4);
}

#[test]
fn another_patients_lines_are_not_taken() {
    let (root, store, [one, two]) = known();
    put(&chart_path(&store, &one), fs::read(chart_path(&store, &two)).unwrap());
    let report = mend(&root, &store);
    assert!(report.files[0].notes[0].contains(&two.id.to_string()), "{report:?}");
    let now = store.chart(one.id).unwrap();
    assert_eq!(now.entries(), &one.entries()[..3]);
    assert!(store.check().is_sound());
}

#[test]
fn a_copy_that_a_sync_program_left_gives_what_it_has() {
    let (done, chart) = damaged(|path, bytes| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let copy = path.with_file_name(format!("{name}.sync-conflict-20261122-101112-7ABCDEF.ron"));
        put(&copy, &bytes);
        put(path, "");
        let root = path.parent().unwrap().parent().unwrap().parent().unwrap().to_owned();
        let later = places(&root);
        let store = Store::open_with(&root.join("data"), later.clone()).unwrap();
        assert_eq!(repair(store.dir(), &later, now(), Real::shared()).unwrap().files[0].entries, 4);
        assert!(copy.exists());
        fs::remove_file(copy).unwrap();
        put(path, "");
    });
    assert_eq!((chart.entries().len(), done.from.len()), (3, 1));
}

#[test]
fn a_newer_format_is_never_repaired() {
    let (root, store, [one, _]) = known();
    let path = chart_path(&store, &one);
    put(&path, fs::read_to_string(&path).unwrap().replace("format: 5", "format: 9"));
    put(&store.dir().join("practice.ron"), "(format: 9, whatever");
    let before = files(store.dir());
    let report = mend(&root, &store);
    assert_eq!(report.files.len(), 2);
    for file in &report.files {
        assert_eq!(file.left.as_deref(), Some("update this workstation; nothing is wrong with the file"));
    }
    assert_eq!(files(store.dir()), before);
}

#[test]
fn what_nothing_is_known_of_is_left_and_said() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    forget(&store);
    let path = chart_path(&store, &chart);
    let whole = fs::read_to_string(&path).unwrap();
    let left = |text: &str| {
        put(&path, text);
        let report = repair(store.dir(), &places(root.path()), now(), Real::shared()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert!(!store.dir().join("kept").exists());
        report.files[0].left.clone().unwrap()
    };
    assert_eq!(left("nothing of it"), "no backup has it, and no line of it can be read");
    let line = whole.lines().find(|l| l.contains("registered(")).unwrap();
    assert!(left(&whole.replace(line, "").replace("format: 5", "fomat: 3")).contains("does not say who it is"));
    let twice = whole.replace(line, &format!("{line}\n{}", line.replace("Ahmed", "Achmed")));
    assert_eq!(left(&twice), "which of the two is right, only a person can say");
    // Its own lines are enough where they say who it is.
    put(&path, whole.replace("format: 5", "fomat: 3"));
    assert_eq!(repair(store.dir(), &places(root.path()), now(), Real::shared()).unwrap().files[0].entries, 2);
    assert_eq!(store.chart(chart.id).unwrap(), chart);
}

#[test]
fn what_a_backup_proves_counts_before_a_copy_of_an_earlier_time() {
    let (root, store, [one, _]) = known();
    let path = chart_path(&store, &one);
    let mut entries = one.entries().to_vec();
    entries[0].at -= chrono::TimeDelta::hours(1);
    let copy = path.with_file_name("copy.ron");
    put(&copy, store::write_chart(&Chart::new(one.id, entries), &copy).unwrap());
    put(&path, "");
    assert_eq!(mend(&root, &store).files[0].left, None);
    assert_eq!(store.chart_alone(one.id).unwrap(), one, "the backup's entries, and the dose that only the copy has");
}

#[test]
fn a_chart_out_of_order_keeps_its_own_version_of_an_entry_before_a_copys() {
    let (root, store, [one, _]) = known();
    fs::remove_dir_all(root.path().join("backups")).unwrap();
    let path = chart_path(&store, &one);
    let mut entries = one.entries().to_vec();
    entries[3].at -= chrono::TimeDelta::minutes(1);
    let copy = path.with_file_name("copy.ron");
    put(&copy, store::write_chart(&Chart::new(one.id, entries), &copy).unwrap());
    let text = fs::read_to_string(&path).unwrap();
    let (front, first) = text.split_once("        (id:").unwrap();
    let (first, rest) = first.split_once('\n').unwrap();
    let (second, rest) = rest.split_once('\n').unwrap();
    put(&path, format!("{front}{second}\n        (id:{first}\n{rest}"));
    assert_eq!(mend(&root, &store).files[0].left, None);
    assert_eq!(store.chart_alone(one.id).unwrap(), one);
    assert!(store.named_otherwise()[0].what.contains("is another one than in"), "a person is asked");
}

#[test]
fn the_settings_come_back_from_the_newest_backup_that_has_them() {
    for change in ["cut", "gone", "folder"] {
        let (root, store, _) = known();
        let path = store.dir().join("practice.ron");
        match change {
            "cut" => put(&path, "(format: 2, name: \"Lark"),
            "gone" => fs::remove_file(&path).unwrap(),
            _ => {
                fs::remove_file(&path).unwrap();
                fs::create_dir(&path).unwrap();
            }
        }
        let found = store::check(store.dir(), places(root.path()), Real::shared());
        assert_eq!((found.charts, found.problems.len()), (2, 1), "{change}: the charts are looked at all the same");
        // A backup that was made meanwhile does not have them.
        backup::add(&Real, store.dir(), &places(root.path()), at("2026-11-18T20:00:00+01:00")).unwrap();
        let report = mend(&root, &store);
        assert_eq!(report.files[0].from[0].0, "the backup of 2026-11-18 09:14", "{change}: {report:?}");
        assert_eq!(report.files[0].kept.is_some(), change != "gone");
        let again = Store::open_with(store.dir(), places(root.path())).unwrap();
        assert_eq!(again.settings(), store.settings());
    }
    let (root, store) = practice();
    put(&store.dir().join("practice.ron"), "");
    let report = repair(store.dir(), &places(root.path()), now(), Real::shared()).unwrap();
    let left = report.files[0].left.clone().unwrap();
    let path = store.dir().join("practice.ron");
    assert!(left.starts_with("no backup has it") && left.contains(&format!("move {}", path.display())), "{left}");
    // What it says works.
    fs::rename(&path, root.path().join("practice.ron")).unwrap();
    let left = repair(store.dir(), &places(root.path()), now(), Real::shared()).unwrap().files[0].left.clone().unwrap();
    assert!(!left.contains("move") && left.contains("`cobalog new`"), "{left}");
    Store::create_with(store.dir(), store.settings().clone(), places(root.path())).unwrap();
}

#[test]
fn a_backup_that_is_damaged_itself_is_named_and_an_older_one_taken() {
    let (root, store, [one, _]) = known();
    let newer = backup::add(&Real, store.dir(), &places(root.path()), at("2026-11-19T07:00:00+01:00")).unwrap().path;
    let bytes = fs::read(&newer).unwrap();
    put(&newer, &bytes[..bytes.len() / 2]);
    put(&chart_path(&store, &one), "");
    let report = mend(&root, &store);
    assert!(report.unusable[0].contains("it ends too early"), "{report:?}");
    assert_eq!(report.files[0].from[0].0, "the backup of 2026-11-18 09:14");
}

#[test]
fn an_own_regimen_and_product_come_back_from_the_newest_good_backup() {
    let (root, store, _) = known();
    let [regimen, product] = ["regimens/ours.ron", "products/ours.ron"].map(|name| store.dir().join(name));
    let texts = [include_str!("../../assets/regimens/r01-uk-no-neuro.ron"), OWN_PRODUCT];
    let own = [regimen, product];
    own.iter().zip(texts).for_each(|(path, text)| put(path, text));
    backup::add(&Real, store.dir(), &places(root.path()), at("2026-11-18T12:00:00+01:00")).unwrap();
    let mut minutes = 0..60;
    for (path, text) in own.iter().zip(texts) {
        for damage in [&text.as_bytes()[..text.len() / 2], b"", &[0; 99]] {
            put(path, damage);
            assert!(!crate::kit::again(&root, &store).check().is_sound());
            // One that was made meanwhile has the damage too.
            let time = format!("2026-11-18T13:{:02}:00+01:00", minutes.next().unwrap());
            backup::add(&Real, store.dir(), &places(root.path()), at(&time)).unwrap();
            let report = mend(&root, &store);
            assert_eq!((report.files.len(), &report.files[0].path, &report.files[0].left), (1, path, &None));
            assert_eq!(report.files[0].from[0].0, "the backup of 2026-11-18 12:00");
            assert_eq!(fs::read(report.files[0].kept.as_ref().unwrap()).unwrap(), damage);
            assert_eq!(fs::read_to_string(path).unwrap(), text);
            assert_eq!(crate::kit::again(&root, &store).check().problems, []);
        }
    }
    put(&store.dir().join("products/new.ron"), "(");
    assert!(mend(&root, &store).files[0].left.as_ref().unwrap().contains("text editor"));
}

#[test]
fn a_look_names_drafts_and_strangers() {
    let (root, store, _) = known();
    assert!(store.check().is_sound() && store.check().unknown.is_empty());
    let drafts = root.path().join("state/drafts");
    fs::create_dir_all(&drafts).unwrap();
    put(&drafts.join("give-new.ron"), "(prompt: \"give\", by");
    for other in ["charts/notes.txt", "letter.odt", ".stfolder", "desktop.ini"] {
        put(&store.dir().join(other), "mine");
    }
    let found = store.check();
    assert_eq!(found.problems.len(), 1);
    assert_eq!((&found.problems[0].path, found.problems[0].line), (&drafts.join("give-new.ron"), Some(1)));
    assert!(drafts.join("give-new.ron").exists(), "a look changes nothing");
    assert_eq!(found.unknown, ["charts/notes.txt", "letter.odt"].map(|name| store.dir().join(name)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_byte_is_damaged_all_that_a_backup_has_is_there(
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let (root, store, [one, two]) = known();
        let path = chart_path(&store, &one);
        let mut bytes = fs::read(&path).unwrap();
        let at = place.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(if cut { at } else { bytes.len() });
        put(&path, &bytes);
        let was_sound = store.check().is_sound();
        let report = mend(&root, &store);
        prop_assert_eq!(store.chart(two.id).unwrap(), two);
        let chart = store.chart(one.id);
        // One byte can make it another format, or another letter of a name, which nobody can tell from what was meant.
        let left = report.files.iter().any(|f| f.left.is_some());
        prop_assume!(!left);
        let chart = chart.unwrap();
        if was_sound {
            prop_assert_eq!(fs::read(&path).unwrap(), bytes);
        } else if !report.files.is_empty() {
            for entry in &one.entries()[..3] {
                prop_assert_eq!(chart.entry(entry.id), Some(entry));
            }
        }
    }
}
