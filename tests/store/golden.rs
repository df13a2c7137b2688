//! A practice that was written by the first release opens for ever.

use crate::kit::today;
use cobalog::clinic::audit::What;
use cobalog::clinic::intake::{Left, Outcome, Parcel, Unmatched, Weighed};
use cobalog::store::{Places, Store, Wanted, write_chart};
use std::fs;
use std::path::Path;

#[test]
fn a_practice_of_format_1_opens() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-1");
    let store = Store::open_with(&dir, Places::default()).unwrap();
    assert_eq!(store.settings().name, "Larkfield Surgery");
    let report = store.check();
    assert_eq!((report.charts, report.problems), (1, Vec::new()));
    let row = &store.roster(today()).rows[0];
    assert_eq!(row.name, "O'Brien-Łukasik, राजेश");
    let path = dir.join(format!("charts/{}.ron", row.id));
    let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let written = write_chart(&store.chart(row.id).unwrap(), &path).unwrap();
    assert_eq!(
        written,
        text.replace("format: 1,", "format: 5,"),
        "the next entry writes it as format 5, and no other word"
    );
}

/// Every act and field that format 2 brought: a change, a review, an acknowledgement, a triage in full, the needle's and the
/// checkpoints' own.
#[test]
fn a_practice_of_format_2_opens() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-2");
    let store = Store::open_with(&dir, Places::default()).unwrap();
    let report = store.check();
    assert_eq!((report.charts, report.problems), (9, Vec::new()));
    let mut all = String::new();
    for row in store.roster(today()).rows {
        let path = dir.join(format!("charts/{}.ron", row.id));
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let written = write_chart(&store.chart(row.id).unwrap(), &path).unwrap();
        assert_eq!(written, text.replace("format: 2,", "format: 5,"));
        all.push_str(&text);
    }
    for written in [
        "changed(",
        "reviewed(",
        "acknowledged(",
        "red_flags:",
        "medicines:",
        "confounders:",
        "sore:",
        "opened:",
        "next_from:",
        "word:",
    ] {
        assert!(all.contains(written), "{written} is in no chart");
    }
}

/// What format 3 brought: two charts that are one patient's, and two that are not.
#[test]
fn a_practice_of_format_3_opens() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-3");
    let store = Store::open_with(&dir, Places::default()).unwrap();
    let report = store.check();
    assert_eq!((report.charts, report.problems), (4, Vec::new()));
    let rows = store.roster(today()).rows;
    let numbers: Vec<_> = rows.iter().map(|r| r.number.as_str()).collect();
    assert_eq!(numbers, ["1001", "7", "8"]);
    assert_eq!(rows[0].former("1002").unwrap().words("1001"), "1002 is now 1001, joined Wed 18 Nov 2026");
    let mut all = String::new();
    for file in fs::read_dir(dir.join("charts")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let id = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        assert_eq!(
            write_chart(&store.chart_alone(id).unwrap(), &path).unwrap(),
            text.replace("format: 3,", "format: 5,")
        );
        all.push_str(&text);
    }
    for written in ["linked(", "link: same", "link: different"] {
        assert!(all.contains(written), "{written} is in no chart");
    }
}

/// What format 4 brought: seals, also in a chart from before them, and the audit log.
#[test]
fn a_practice_of_format_4_opens_and_proves() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-4");
    let store = Store::open_with(&dir, Places::default()).unwrap();
    let report = store.check();
    assert_eq!((report.charts, report.entries, report.old, report.problems), (3, 16, 9, Vec::new()));
    let mut sealed = 0;
    for file in fs::read_dir(dir.join("charts")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let id = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        let chart = store.chart_alone(id).unwrap();
        let written = write_chart(&chart, &path).unwrap();
        assert_eq!(written, text.replace("format: 3,", "format: 5,").replace("format: 4,", "format: 5,"));
        sealed += chart.entries().iter().filter(|entry| entry.seal.is_some()).count();
    }
    assert_eq!(sealed, 7);
    let (lines, problems) = store.log(&Wanted::default());
    assert_eq!((problems, lines.iter().filter(|l| l.event.what == What::Recorded).count()), (Vec::new(), 7));
}

/// What format 5 brought: where entries came from, notes with an addendum, what waits for a name, laboratories' own codes.
#[test]
fn a_practice_of_format_5_opens_and_proves() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-5");
    let store = Store::open_with(&dir, Places::default()).unwrap();
    let report = store.check();
    assert_eq!((report.charts, report.entries, report.old, report.problems), (2, 11, 0, Vec::new()));
    assert_eq!((store.unmatched().0.len(), store.settings().lab_codes.len()), (1, 1));
    let mut all = String::new();
    for file in fs::read_dir(dir.join("charts")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let id = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        assert_eq!(write_chart(&store.chart_alone(id).unwrap(), &path).unwrap(), text);
        all.push_str(&text);
    }
    for written in ["from: (import:", "noted(", "adds_to:", "codes:", "told: written", "amended("] {
        assert!(all.contains(written), "{written} is in no chart");
    }
    assert_eq!(store.imports().0.len(), 3, "a list, a report, its correction");
}

/// Files are named by what they hold as it is written; an older program named them otherwise, and what they hold neither
/// waits twice nor comes back once it was put away.
#[test]
fn what_waits_in_a_practice_of_format_5_waits_once() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-5");
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("practice");
    for folder in ["", "charts", "unmatched", "kept", "keys"] {
        fs::create_dir_all(dir.join(folder)).unwrap();
        for file in fs::read_dir(golden.join(folder)).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), dir.join(folder).join(file.file_name())).unwrap();
            }
        }
    }
    let store = Store::open_with(&dir, Places::default()).unwrap();
    let put_away = fs::read_to_string(dir.join("kept/a0f03642444d74f6.ron.20261127-073530")).unwrap();
    let put_away: Unmatched = cobalog::clinic::knowledge::read(&put_away).unwrap();
    let waits = store.unmatched().0.remove(0);
    let parcel = Parcel { file: waits.file.clone(), pieces: vec![waits.piece, put_away.piece], ..Parcel::default() };
    let held = || Outcome::Left(Left::Held { why: "nobody is named".to_owned(), candidates: Vec::new() });
    let weighed = Weighed { outcomes: vec![held(), held()], ..Weighed::default() };
    let keep = || store.keep_unmatched(&parcel, &weighed, "Maya Keller RN", waits.at).unwrap();
    assert_eq!((keep(), store.unmatched().0.len()), (0, 1));
    fs::remove_file(dir.join("unmatched/3ece27a68e64f21d.ron")).unwrap();
    assert_eq!((keep(), keep()), (1, 0));
    assert_eq!(
        store.unmatched().0[0].name,
        "63031ebbaa434397",
        "another name for the same piece lets it wait twice elsewhere"
    );
    assert!(dir.join("unmatched/63031ebbaa434397.ron").exists());
}
