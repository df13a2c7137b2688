//! Backups that lack something: they are called so, the drill names what the practice has, and what is behind one is said.

use crate::backup::{backed_up, put};
use crate::kit::{NURSE, at, chart_path, given, patient, places, practice, today};
use cobalog::clinic::entry::Act;
use cobalog::clinic::patient::Person;
use cobalog::store::backup;
use cobalog::store::disk::Real;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write as _;
use std::path::Path;

#[test]
fn what_stands_in_the_place_of_a_chart_or_of_the_settings_makes_it_incomplete() {
    let (root, store) = practice();
    patient(&store, "Ahmed");
    let places = places(root.path());
    let add = |when: &str| backup::add(&Real, store.dir(), &places, at(when)).unwrap();
    let chart = store.dir().join("charts/01ARZ3NDEKTSV4RRFFQ69G5FAV.ron");
    fs::create_dir(&chart).unwrap();
    let report = add("2026-11-16T08:00:00+01:00");
    assert!(report.path.ends_with("cobalog-2026-11-16-080000-incomplete.tar.gz"), "{report:?}");
    assert_eq!((report.unread[0].path.as_path(), report.damaged.len()), (chart.as_path(), 0));
    assert!(backup::status(&Real, &places).failed.unwrap().why.contains(&chart.display().to_string()));
    fs::remove_dir(&chart).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(store.dir(), &chart).unwrap();
        assert_eq!(add("2026-11-16T09:00:00+01:00").unread[0].path, chart);
        fs::remove_file(&chart).unwrap();
    }
    let settings = store.dir().join("practice.ron");
    let text = fs::read(&settings).unwrap();
    fs::remove_file(&settings).unwrap();
    fs::create_dir(&settings).unwrap();
    let report = add("2026-11-16T10:00:00+01:00");
    assert_eq!(report.unread[0].path, settings);
    let drill = backup::drill(&Real, &report.path, Some(store.dir())).unwrap();
    assert!(!drill.is_good() && drill.damaged[0].path == Path::new("practice.ron"), "{drill:?}");
    fs::remove_dir(&settings).unwrap();
    put(&settings, text);
    let report = add("2026-11-16T11:00:00+01:00");
    assert!(report.unread.is_empty() && report.path.ends_with("cobalog-2026-11-16-110000.tar.gz"), "{report:?}");
}

#[test]
fn the_drill_names_what_the_practice_has_and_the_backup_has_not() {
    let (root, store, _, [one, two, three]) = backed_up();
    let (path, away) = (chart_path(&store, &one), root.path().join("away.ron"));
    fs::rename(&path, &away).unwrap();
    store.record(two.id, vec![given(None, today(), "")], NURSE, at("2026-11-18T17:00:00+01:00")).unwrap();
    let file = root.path().join("lacks-one.tar.gz");
    assert_eq!(backup::write(&Real, store.dir(), &file, false).unwrap().charts, 2);
    fs::rename(&away, &path).unwrap();
    let missing = || {
        let drill = backup::drill(&Real, &file, Some(store.dir())).unwrap();
        assert!(!drill.is_good());
        let compared = drill.compared.unwrap();
        (compared.missing_charts, compared.newer_charts)
    };
    assert_eq!(missing(), (vec![path.clone()], 0));
    // Its name counts, whatever stands there.
    put(&path, "nonsense");
    assert_eq!(missing(), (vec![path.clone()], 0));
    // A newer one, of a backup that is whole by its name and of one that is not.
    let person = Person { number: "4711".to_owned(), ..one.person().unwrap().clone() };
    store.new_patient(vec![Act::Registered(person)], NURSE, at("2026-11-19T08:00:00+01:00")).unwrap();
    assert_eq!(missing(), (vec![path.clone()], 1));
    let named = root.path().join("cobalog-2026-11-18-080000-incomplete.tar.gz");
    fs::copy(&file, &named).unwrap();
    let compared = backup::drill(&Real, &named, Some(store.dir())).unwrap().compared.unwrap();
    assert_eq!((compared.missing_charts.len(), compared.newer_charts), (2, 0));
    let dahl = compared.missing_charts.into_iter().find(|p| *p != path).unwrap();
    fs::remove_file(dahl).unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(missing(), (vec![path.clone()], 0));
    fs::remove_dir(&path).unwrap();
    assert!(backup::drill(&Real, &file, Some(store.dir())).unwrap().is_good());
    put(&chart_path(&store, &three), "nonsense");
    assert!(!backup::drill(&Real, &file, Some(store.dir())).unwrap().is_good());
}

#[test]
fn what_stands_behind_a_good_archive_is_said_in_plain_words() {
    let (root, _, file, _) = backed_up();
    let whole = fs::read(&file).unwrap();
    let said = |bytes: &[u8]| {
        let file = root.path().join("more.tar.gz");
        put(&file, bytes);
        let error = backup::drill(&Real, &file, None).unwrap_err().to_string();
        assert!(error.contains("stands behind its end") && !error.contains("cksum"), "{error}");
    };
    said(&[&whole[..], &[b'x'; 700]].concat());
    said(&[&whole[..], &[0; 700]].concat());
    // Behind the last member, within the compression.
    let mut tar = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&whole[..]), &mut tar).unwrap();
    tar.truncate(tar.len() - 1024);
    tar.extend([b'x'; 1536]);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&tar).unwrap();
    said(&packed.finish().unwrap());
}
