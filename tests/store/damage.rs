//! What is wrong with a file is named, the file is left alone, and nothing else is hidden by it.

use crate::kit::{NURSE, again, chart_path, given, now, patient, places, practice, today};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::decision::Acknowledged;
use cobalog::clinic::entry::{Act, EntryId};
use cobalog::store::{Store, StoreError};
use std::fs;
use std::path::Path;
use ulid::Ulid;

fn put(path: &Path, text: impl AsRef<[u8]>) {
    fs::OpenOptions::new().write(true).create(true).truncate(true).open(path).unwrap();
    std::io::Write::write_all(&mut fs::OpenOptions::new().write(true).open(path).unwrap(), text.as_ref()).unwrap();
}

/// Damages the first of two charts and proves what must hold of any damage; returns what is said of it.
fn damaged(change: impl FnOnce(String) -> Vec<u8>) -> String {
    let (_root, store) = practice();
    let [bad, good] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    assert_eq!(store.roster(today()).rows.len(), 2);
    let path = chart_path(&store, &bad);
    put(&path, change(fs::read_to_string(&path).unwrap()));
    let before = fs::read(&path).unwrap();
    for _ in 0..2 {
        let roster = store.roster(today());
        assert_eq!(roster.rows.iter().map(|r| r.id).collect::<Vec<_>>(), [good.id]);
        assert_eq!(roster.problems, store.check().problems);
    }
    let problem = store.roster(today()).problems.remove(0);
    assert_eq!(problem.path, path);
    store.record(bad.id, vec![given(None, today(), "")], NURSE, now()).unwrap_err();
    assert!(store.chart(bad.id).unwrap_err().to_string().starts_with(&path.display().to_string()));
    store.record(good.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
    problem.to_string().replace(&path.display().to_string(), "CHART").replace(&bad.id.to_string(), "ID")
}

#[test]
fn a_damaged_chart_is_named_with_its_place_and_left_as_it_is() {
    let said = damaged(|text| text.replace("drug: hydroxocobalamin", "drug: aspirin").into_bytes());
    assert!(said.starts_with("CHART:7:") && said.contains("aspirin"), "{said}");
    let said =
        damaged(|text| text.replace("    entries: [\n", "    entries: [\n\n").replace("by: ", "von: ").into_bytes());
    assert!(said.starts_with("CHART:7:") && said.contains("von"), "{said}");
    let said = damaged(|text| text.as_bytes()[..text.len() / 2].to_vec());
    assert!(said.starts_with("CHART:7:"), "{said}");
    let said = damaged(|text| [text.as_bytes(), b"\0\0\0\0"].concat());
    assert!(said.starts_with("CHART:9:2:"), "{said}");
    let said = damaged(|text| [text.as_bytes(), b"// caf\xe9"].concat());
    assert_eq!(said, "CHART:10:7: it cannot be read: this is not UTF-8 text");
}

#[test]
fn a_wrong_word_without_end_is_cut_short() {
    let said = damaged(|text| text.replace("act: ordered(", &format!("act: {}(", "aé".repeat(50_000))).into_bytes());
    assert!(said.starts_with("CHART:7:") && said.contains("aéaé … ") && said.len() < 800, "{said}");
}

#[test]
fn what_is_no_chart_at_all_is_named() {
    let said = damaged(|_| Vec::new());
    assert_eq!(said, "CHART: it is empty");
    let said = damaged(|_| b"Dear colleague".to_vec());
    assert_eq!(said, "CHART: it does not begin with a format that Cobalog wrote");
    let said = damaged(|_| vec![b'x'; 17 << 20]);
    assert!(said.contains("too large"), "{said}");
    let said = damaged(|_| format!("(format: 1, id: \"01KA\", entries: {}", "[".repeat(100_000)).into_bytes());
    assert!(said.starts_with("CHART:1:"), "{said}");
}

#[test]
fn a_newer_format_is_refused_whatever_else_is_in_it() {
    let said = damaged(|text| text.replace("format: 5", "format: 6").into_bytes());
    assert_eq!(said, "CHART: it was written by a newer Cobalog (format 6): update this workstation");
    let said = damaged(|text| text.replace("format: 5", "format: 99999999999999999999").into_bytes());
    assert!(said.contains("newer Cobalog"), "{said}");
    let said = damaged(|_| b"// from the future\n( format : 14, <>".to_vec());
    assert!(said.contains("newer Cobalog (format 14)"), "{said}");

    let (root, store) = practice();
    let path = store.dir().join("practice.ron");
    put(&path, fs::read_to_string(&path).unwrap().replace("format: 5", "format: 6"));
    let refused = Store::open_with(store.dir(), places(root.path())).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("{} was written by a newer Cobalog (format 6): update this workstation.", path.display())
    );
}

#[test]
fn a_chart_under_another_patients_name_is_not_taken_for_theirs() {
    let said = damaged(|text| {
        let line = text.lines().find(|l| l.starts_with("    id: ")).unwrap().to_owned();
        text.replace(&line, "    id: \"01ARZ3NDEKTSV4RRFFQ69G5FAV\",").into_bytes()
    });
    assert_eq!(said, "CHART: it holds the chart 01ARZ3NDEKTSV4RRFFQ69G5FAV, not the one that its name says");
}

#[test]
fn two_entries_with_one_id_are_shown_but_not_written_over() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let path = chart_path(&store, &chart);
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().nth(5).unwrap();
    put(&path, text.replace(line, &format!("{line}\n{}", line.replace("Ahmed", "Achmed"))));
    let before = fs::read(&path).unwrap();
    let refused = store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap_err();
    assert!(refused.to_string().contains("two different entries have the id"), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(store.roster(today()).rows.len(), 1);
    assert_eq!(store.check().problems.len(), 1);
}

#[test]
fn a_file_that_was_half_written_is_passed_over_and_a_copy_is_named() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let charts = store.dir().join("charts");
    put(&charts.join(format!("~{}.ron-0123456789abcdef.tmp", chart.id)), "(format: 1, id");
    put(&charts.join("notes.txt"), "not ours");
    assert_eq!((store.roster(today()).rows.len(), store.roster(today()).problems), (1, Vec::new()));
    let copy = charts.join(format!("{}.sync-conflict-20261122-101112-7ABCDEF.ron", chart.id));
    put(&copy, fs::read(chart_path(&store, &chart)).unwrap());
    let problems = store.roster(today()).problems;
    assert_eq!(problems.iter().map(|p| p.path.as_path()).collect::<Vec<_>>(), [copy]);
}

#[test]
fn a_byte_order_mark_is_no_damage() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    for path in [chart_path(&store, &chart), store.dir().join("practice.ron")] {
        put(&path, format!("\u{feff}{}", fs::read_to_string(&path).unwrap()));
    }
    assert_eq!(again(&root, &store).chart(chart.id).unwrap(), chart);
}

#[test]
fn a_folder_in_place_of_a_chart_is_named() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    fs::remove_file(chart_path(&store, &chart)).unwrap();
    assert!(matches!(store.chart(chart.id), Err(StoreError::NoChart { .. })));
    fs::create_dir(chart_path(&store, &chart)).unwrap();
    assert!(store.roster(today()).problems[0].to_string().ends_with(": it is not a file"));
}

#[test]
fn a_write_that_fails_names_the_path_and_leaves_nothing_behind() {
    let (_root, store) = practice();
    let charts = store.dir().join("charts");
    fs::remove_dir(&charts).unwrap();
    put(&charts, "in the way");
    let chart = Chart::new("01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(), Vec::new());
    let failed = store.new_patient(Vec::new(), NURSE, now()).unwrap_err();
    assert!(matches!(failed, StoreError::Write { .. }) && failed.path() == charts, "{failed}");
    assert!(failed.to_string().contains("could not be saved"), "{failed}");
    assert!(store.write_charts(&[chart]).is_err());
    assert_eq!(store.roster(today()).problems[0].path, charts);
    assert_eq!(store.check().problems[0].path, charts);
    assert_eq!(fs::read(&charts).unwrap(), b"in the way");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_read_only_is_said_so_and_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let charts = store.dir().join("charts");
    let before = fs::read(chart_path(&store, &chart)).unwrap();
    fs::set_permissions(&charts, fs::Permissions::from_mode(0o500)).unwrap();
    // Root may write anywhere.
    if fs::create_dir(charts.join("probe")).is_ok() {
        return;
    }
    let failed = store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap_err();
    assert!(failed.to_string().contains("this account may not do that there"), "{failed}");
    assert_eq!(fs::read(chart_path(&store, &chart)).unwrap(), before);
    assert_eq!(store.roster(today()).rows.len(), 1);
    fs::set_permissions(&charts, fs::Permissions::from_mode(0o700)).unwrap();
}

#[cfg(unix)]
#[test]
fn only_this_account_can_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&chart_path(&store, &chart)), 0o600);
    assert_eq!(mode(&store.dir().join(".lock")), 0o600);
    assert_eq!(mode(&store.dir().join("charts")), 0o700);
}

#[test]
fn every_entry_that_an_acknowledgement_rests_on_must_be_there() {
    let (_root, store) = practice();
    let chart = patient(&store, "Okafor");
    let first = chart.entries()[0].id;
    let gone = [EntryId(Ulid::from_parts(7, 1)), EntryId(Ulid::from_parts(7, 2))];
    let rests_on = vec![first, gone[0], gone[1]];
    let seen = Acknowledged { rule: "O2".to_owned(), because: "as agreed".to_owned(), rests_on };
    store.record(chart.id, vec![Act::Acknowledged(seen)], "Maya Keller RN", now()).unwrap();
    let said: Vec<String> = store.check().problems.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(gone.iter().all(|id| said.iter().any(|s| s.contains(&id.to_string()))), "{said:?}");
}
