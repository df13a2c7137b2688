//! What no damage makes, but ill will or a slip of the hand: each is named, in time, and hides nobody.

use crate::bed::{Bed, now, today};
use crate::{proven, turn};
use cobalog::store::check;
use cobalog::store::disk::Real;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const ID: &str = "01M7CJYN0062KKN8F4SFZNYNZD";

/// Lays something in a chart's place and proves that it is named, quickly, and that the good chart is there.
fn named(what: &str, lay: impl FnOnce(&Path)) {
    let _turn = turn();
    let bed = Bed::new();
    let path = bed.dir().join("charts").join(format!("{ID}.ron"));
    lay(&path);
    let began = Instant::now();
    let law = proven(|| {
        let store = bed.store();
        let roster = store.roster(today());
        let named = |problems: &[cobalog::store::Problem]| problems.iter().any(|p| p.path == path);
        let report = check(&bed.dir(), bed.places(), Real::shared());
        let said = store.chart(ID.parse().unwrap()).map(drop).map_err(|e| e.to_string());
        if roster.rows.len() != 1 || !named(&roster.problems) || !named(&report.problems) || said.is_ok() {
            return Err(format!("{:?} {:?} {said:?}", roster.problems, report.problems));
        }
        let mended = cobalog::store::repair::repair(&bed.dir(), &bed.places(), now(), Real::shared());
        let backed_up = cobalog::store::backup::write(&Real, &bed.dir(), &bed.at("b.tar.gz"), false);
        let fine = store.record(bed.good.id, Vec::new(), crate::bed::NURSE, now()).is_ok();
        if mended.is_err() || backed_up.is_err() || !fine {
            return Err(format!("{mended:?} {backed_up:?}"));
        }
        Ok(())
    });
    assert_eq!(law, Ok(()), "{what}");
    assert!(began.elapsed() < Duration::from_secs(180), "{what} took {:?}", began.elapsed());
}

fn chart_with(entry: &str) -> String {
    format!("(\n    format: 5,\n    id: \"{ID}\",\n    entries: [\n        {entry},\n    ],\n)\n")
}

#[test]
fn brackets_without_end() {
    for sign in ["(", "[", "{", "Some(", "(a: ", "/*", "\"\\u{", "[[],"] {
        named(sign, |path| fs::write(path, chart_with(&sign.repeat(100_000))).unwrap());
    }
}

#[test]
fn corrections_of_corrections_without_end() {
    let open = "amended((of: \"01M7CJYN0062KKN8F4SFZNYNZD\", why: \"x\", instead: Some(";
    let entry = format!("(id: \"{ID}\", at: \"2026-11-22T09:00:00+01:00\", by: \"A\", act: {}", open.repeat(20_000));
    named("corrections", |path| fs::write(path, chart_with(&entry)).unwrap());
}

#[test]
fn a_text_of_sixteen_megabytes() {
    let entry = |size: usize| {
        format!("(id: \"{ID}\", at: \"2026-11-22T09:00:00+01:00\", by: \"{}\", act: nothing)", "é".repeat(size))
    };
    named("15 MB of a name", |path| fs::write(path, chart_with(&entry(15 << 19))).unwrap());
    named("17 MB of a name", |path| fs::write(path, chart_with(&entry(17 << 19))).unwrap());
}

#[test]
fn a_million_wrong_entries() {
    named("entries", |path| fs::write(path, chart_with(&"(),\n".repeat(1_000_000))).unwrap());
}

#[test]
fn a_folder_in_a_charts_place() {
    named("folder", |path| fs::create_dir(path).unwrap());
}

#[cfg(unix)]
#[test]
fn a_link_to_itself_and_one_to_nothing() {
    use std::os::unix::fs::symlink;
    named("a loop", |path| symlink(path, path).unwrap());
    named("endless", |path| symlink("/dev/zero", path).unwrap());
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_charts_place() {
    named("pipe", |path| {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    });
}

#[cfg(unix)]
#[test]
fn pipes_and_folders_in_the_place_of_everything_else() {
    let _turn = turn();
    let began = Instant::now();
    for is_pipe in [true, false] {
        let bed = Bed::new();
        let names = ["cache/roster.idx", "state/drafts/give-new.ron", "state/drafts/give-new.flushed"];
        let own = ["data/regimens/own.ron", "data/products/own.ron", "backups/status.ron"];
        let more =
            [format!("state/recorded/{}.ron", bed.good.id), "backups/cobalog-2026-11-20-080000.tar.gz".to_owned()];
        for name in names.iter().chain(&own).map(|n| (*n).to_owned()).chain(more) {
            let path = bed.at(&name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let _ = fs::remove_file(&path);
            if is_pipe {
                assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
            } else {
                fs::create_dir(&path).unwrap();
            }
        }
        let law = proven(|| {
            let mut store = bed.store();
            let _ = cobalog::store::drafts::check(&Real, &bed.at("state"));
            let drafts = cobalog::store::drafts::load_all(&Real, &bed.at("state"));
            let _ = cobalog::store::backup::daily(&Real, &bed.dir(), &bed.places(), now());
            let _ = store.take_in_copies(&[], today());
            let _ = store.roll_unverified();
            let rows = store.roster(today()).rows.len();
            let _ = cobalog::store::repair::repair(&bed.dir(), &bed.places(), now(), Real::shared())
                .map_err(|e| e.to_string())?;
            let told = store.problems().len();
            if (rows, told, drafts.len()) == (1, 2, 0) { Ok(()) } else { Err(format!("{rows} {told}")) }
        });
        assert_eq!(law, Ok(()), "pipes: {is_pipe}");
    }
    let bed = Bed::new();
    let practice = bed.dir().join("practice.ron");
    fs::remove_file(&practice).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&practice).status().unwrap().success());
    assert!(
        cobalog::store::Store::open_with(&bed.dir(), bed.places())
            .unwrap_err()
            .to_string()
            .contains("it is not a file")
    );
    assert!(began.elapsed() < Duration::from_secs(30));
}
