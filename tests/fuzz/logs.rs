//! The audit log, what is remembered of it, and the keys that prove it: damage is named, and takes no line and no entry away.

use crate::bed::{Bed, NURSE, now, today};
use crate::charts::given;
use crate::formats::{Law, files, law, number, tree, unchanged};
use cobalog::clinic::audit::{Event, What};
use cobalog::store::{Store, Wanted};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The workstation of the kept logs.
const STATION: &str = "63RGZG";

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Lays the kept practice's log and its key beside the good chart.
fn lay(bed: &Bed) {
    for name in ["audit/2026-11-19-63RGZG.log", "audit/2026-11-21-63RGZG.log"] {
        bed.lay(&bed.dir().join(name), &fs::read(golden("format-4").join(name)).unwrap());
    }
    bed.lay(&bed.dir().join("keys/seal.key"), &fs::read(golden("format-4/keys/seal.key")).unwrap());
    bed.lay(&bed.dir().join("keys/seal (1).key"), &fs::read(golden("format-5/keys/seal.key")).unwrap());
    bed.lay(&bed.at("state/station"), STATION.as_bytes());
    let _ = fs::remove_file(bed.at("state/audit.json"));
}

/// Puts everything back as it was with its own key.
fn with_own_key(bed: &Bed, act: impl FnOnce() -> Law) -> Law {
    let keys = bed.dir().join("keys");
    let own = fs::read(keys.join("seal.key")).unwrap();
    let done = act();
    for path in fs::read_dir(&keys).unwrap().map(|e| e.unwrap().path()) {
        fs::remove_file(path).unwrap();
    }
    bed.lay(&keys.join("seal.key"), &own);
    let _ = fs::remove_file(bed.at("state/station"));
    bed.tidy();
    done
}

fn noted(store: &mut Store) {
    let at = chrono::DateTime::parse_from_rfc3339("2026-11-21T18:00:00+01:00").unwrap();
    let audit = store.audit_at_once();
    store.note(Event::new(at, NURSE, What::Printed).with("a list"));
    audit.settle();
}

/// What is remembered of a log that went on.
pub fn remembers(bed: &Bed) -> Vec<u8> {
    let mut state = Vec::new();
    let done = with_own_key(bed, || {
        lay(bed);
        noted(&mut bed.store());
        state = fs::read(bed.at("state/audit.json")).unwrap();
        Ok(())
    });
    done.map(|()| state).unwrap()
}

pub fn log(bed: &Bed, input: &[u8]) -> Law {
    with_own_key(bed, || {
        lay(bed);
        let is_of_other = input.windows(10).any(|bytes| bytes == b"2026-11-27");
        let name = if is_of_other { "audit/2026-11-27-5K3X5G.log" } else { "audit/2026-11-21-63RGZG.log" };
        let path = bed.dir().join(name);
        bed.lay(&path, input);
        read(bed, input, &path)?;
        goes_on(bed, input, &bed.dir().join("audit/2026-11-21-63RGZG.log"), is_of_other)
    })
}

fn read(bed: &Bed, input: &[u8], path: &Path) -> Law {
    let store = bed.store();
    let (all, problems) = store.log(&Wanted::default());
    let good = fs::read_to_string(golden("format-4/audit/2026-11-19-63RGZG.log")).unwrap().lines().count();
    let there = all.iter().filter(|l| l.event.at.date_naive().to_string() == "2026-11-19").count();
    law(there >= good, || format!("{there} lines of the good file's {good}"))?;
    law(store.log(&Wanted::default()) == (all, problems.clone()), || "it reads otherwise again".to_owned())?;
    let report = store.check();
    law(report == store.check(), || "check says otherwise again".to_owned())?;
    unchanged(path, input)?;
    let named: HashSet<Option<usize>> = report.problems.iter().filter(|p| p.path == path).map(|p| p.line).collect();
    let Ok(text) = std::str::from_utf8(input) else {
        return law(!named.is_empty() && problems.iter().any(|p| p.path == path), || "no list names it".to_owned());
    };
    let known: HashSet<String> = ["format-4/audit", "format-5/audit"]
        .iter()
        .flat_map(|folder| files(&golden(folder)))
        .flat_map(|file| String::from_utf8(file).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !known.contains(*line)) {
        law(named.contains(&Some(n + 1)), || format!("a changed line is not named: {}: {line}", n + 1))?;
    }
    Ok(())
}

/// The next line comes behind what is there; where it cannot, nothing is written.
fn goes_on(bed: &Bed, input: &[u8], path: &Path, is_of_other: bool) -> Law {
    let before = fs::read(path).unwrap();
    noted(&mut bed.store());
    let after = fs::read(path).unwrap();
    if after == before {
        let can = !is_of_other && (std::str::from_utf8(input).is_err() || input.starts_with(b"age-encryption.org/"));
        return law(can, || "the log takes no line any more".to_owned());
    }
    let text = before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&before);
    law(after.starts_with(text), || "a line of the log was written over".to_owned())?;
    let lines = String::from_utf8_lossy(&after).lines().count();
    let report = bed.store().check();
    let last = report.problems.iter().find(|p| p.path == path && p.line == Some(lines));
    let is_named = last.is_some_and(|p| p.what.contains("was changed or added"));
    law(!is_named, || format!("our own line is named: {last:?}"))
}

pub fn remembered(bed: &Bed, input: &[u8]) -> Law {
    with_own_key(bed, || {
        lay(bed);
        let path = bed.at("state/audit.json");
        bed.lay(&path, input);
        let mut store = bed.store();
        let report = store.check();
        law(report == store.check(), || "check says otherwise again".to_owned())?;
        unchanged(&path, input)?;
        let logs = |bed: &Bed| -> BTreeMap<_, _> { tree(&bed.dir().join("audit")) };
        let before = logs(bed);
        let lines = store.log(&Wanted::default()).0.len();
        noted(&mut store);
        let after = logs(bed);
        let stays = before.iter().all(|(name, bytes)| after.get(name).is_some_and(|now| now.starts_with(bytes)));
        law(stays, || "a line of the log was written over".to_owned())?;
        let more = store.log(&Wanted::default()).0.len() - lines;
        law(more >= 1, || "the log takes no line any more".to_owned())
    })
}

/// The key of seals, or a copy of it: care goes on, and no key is put in its place.
pub fn seal(bed: &Bed, input: &[u8]) -> Law {
    with_own_key(bed, || {
        let is_copy = number(input).is_multiple_of(4);
        let name = if is_copy { "seal.sync-conflict-20261126-101010-ABCDEFG.key" } else { "seal.key" };
        let path = bed.dir().join("keys").join(name);
        bed.lay(&path, input);
        let store = bed.store();
        law(store.roster(today()).rows.len() == 1, || "the good chart is hidden".to_owned())?;
        let report = store.check();
        law(report.charts == 1, || "the good chart is not counted".to_owned())?;
        law(report == store.check(), || "check says otherwise again".to_owned())?;
        law(store.marks(&bed.good) == store.marks(&bed.good), || "it proves otherwise again".to_owned())?;
        let is_key = std::str::from_utf8(input).is_ok_and(|text| text.contains("key:"));
        law(is_key || report.problems.iter().any(|p| p.path == path), || "no list names it".to_owned())?;
        unchanged(&path, input)?;
        let recorded = store.record(bed.good.id, vec![given(today())], NURSE, now());
        law(recorded.is_ok(), || format!("nothing can be recorded: {:?}", recorded.err()))?;
        unchanged(&path, input)?;
        let _ = bed.store().check();
        let mut store = bed.store();
        noted(&mut store);
        unchanged(&path, input)
    })
}
