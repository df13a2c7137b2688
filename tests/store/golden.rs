//! A practice that was written by the first release opens for ever.

use crate::kit::today;
use cobalog::clinic::audit::What;
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
