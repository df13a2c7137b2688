//! Each format that is read, and the laws that hold for every input of it.

use crate::bed::{Bed, NURSE, now, person, today};
use crate::copies::copies;
use crate::mutate::damaged;
use chrono::{Days, NaiveDate};
use cobalog::clinic::agenda::{Roll, Row};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::course::Course;
use cobalog::clinic::drug::{Drug, Route};
use cobalog::clinic::entry::{Act, Entry, Given, PatientId};
use cobalog::clinic::fit::rank;
use cobalog::clinic::interval::Interval;
use cobalog::clinic::knowledge::{asset, regimen_files};
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::practice::Practice;
use cobalog::clinic::triage::{MonitoringPlan, Triage};
use cobalog::store::disk::Real;
use cobalog::store::{Mint, Store, StoreError, backup, check, drafts, read_chart, restore, write_chart};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// What does not hold, in a sentence.
pub type Law = Result<(), String>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `charts/<id>.ron`
    Charts,
    /// `practice.ron`
    Practice,
    /// `regimens/*.ron`
    Regimens,
    /// `products/*.ron`
    Products,
    /// `roster.idx`: as an index is private to one build of the program, an input is the number that damages a fresh one.
    Index,
    /// What was half typed: `.ron` and `.flushed`.
    Drafts,
    /// What was recorded on this workstation.
    Recorded,
    /// Backups as files.
    Archives,
    /// Backups before they are packed, so that damage reaches the names and sums.
    Tars,
    /// What is known of the backups.
    Status,
    /// A chart, and behind `=====` each a copy that another program left beside it.
    Copies,
}

impl Format {
    pub const ALL: [Self; 11] = [
        Self::Charts,
        Self::Practice,
        Self::Regimens,
        Self::Products,
        Self::Index,
        Self::Drafts,
        Self::Recorded,
        Self::Archives,
        Self::Tars,
        Self::Status,
        Self::Copies,
    ];

    /// Returns the name of its folder in `tests/corpus`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Charts => "charts",
            Self::Practice => "practice",
            Self::Regimens => "regimens",
            Self::Products => "products",
            Self::Index => "index",
            Self::Drafts => "drafts",
            Self::Recorded => "recorded",
            Self::Archives => "archives",
            Self::Tars => "tars",
            Self::Status => "status",
            Self::Copies => "copies",
        }
    }

    /// Returns the kept seeds: inputs that were a fault once, damaged ones that reach what others do not (`reaches-*`), and
    /// sound ones of every kind.
    pub fn seeds(self) -> Vec<Vec<u8>> {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let mut seeds = files(&tests.join("corpus").join(self.name()));
        let golden = |name: &str| ["1", "2", "3", "4"].map(|n| tests.join(format!("golden/format-{n}/{name}")));
        match self {
            Self::Charts => seeds.extend(golden("charts").iter().flat_map(|folder| files(folder))),
            Self::Recorded => seeds.extend(golden("charts").iter().flat_map(|folder| files(folder)).take(3)),
            Self::Practice => seeds.extend(golden("practice.ron").iter().map(|path| fs::read(path).unwrap())),
            Self::Regimens => seeds.extend(regimen_files().map(|(_, text)| text.as_bytes().to_vec())),
            Self::Products => seeds.push(asset("products.ron").as_bytes().to_vec()),
            Self::Archives => seeds.push(archive(&Bed::new())),
            Self::Tars => seeds.push(unpacked(&archive(&Bed::new()))),
            Self::Status => seeds.push(status(&Bed::new())),
            Self::Index | Self::Drafts | Self::Copies => {}
        }
        seeds
    }

    /// Proves the laws for one input.
    pub fn prove(self, bed: &Bed, input: &[u8]) -> Law {
        match self {
            Self::Charts => chart(bed, input),
            Self::Practice => practice(bed, input),
            Self::Regimens => own(bed, "regimens", input),
            Self::Products => own(bed, "products", input),
            Self::Index => index(bed, input),
            Self::Drafts => draft(bed, input),
            Self::Recorded => recorded(bed, input),
            Self::Archives => backed_up(bed, input),
            Self::Tars => backed_up(bed, &packed(input)),
            Self::Status => known(bed, input),
            Self::Copies => copies(input),
        }
    }
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

pub fn law(holds: bool, what: impl FnOnce() -> String) -> Law {
    if holds { Ok(()) } else { Err(what()) }
}

/// A sentence that a nurse reads: no letters that drive a terminal, and the file is named.
fn said(error: &StoreError, path: &Path) -> Law {
    let words = error.to_string();
    law(error.path() == path && words.contains(&path.display().to_string()), || format!("not named: {words}"))?;
    law(words.len() < 1500, || format!("{} letters of error", words.len()))
}

fn unchanged(path: &Path, input: &[u8]) -> Law {
    law(fs::read(path).is_ok_and(|now| now == input), || format!("{} was changed by reading", path.display()))
}

/// Reads back as the same, and can be worked out on any day.
fn stands(chart: &Chart, practice: &Practice) -> Law {
    let path = Path::new("x.ron");
    let text = write_chart(chart, path).map_err(|e| format!("it cannot be written: {e}"))?;
    let back = read_chart(&text, path).map_err(|e| format!("it does not read back: {e}"))?;
    law(&back == chart, || "it reads back as another".to_owned())?;
    for day in [today(), NaiveDate::MIN, NaiveDate::MAX, today() + Days::new(400)] {
        let _ = Course::of(chart, practice, day);
    }
    Ok(())
}

/// The id that a chart's text begins with, as damage may have left no other.
pub fn id_of(input: &[u8]) -> PatientId {
    let text = String::from_utf8_lossy(&input[..input.len().min(400)]);
    let id = text.split_once("id: \"").and_then(|(_, rest)| rest.get(..26)?.parse::<PatientId>().ok());
    id.unwrap_or(PatientId(ulid::Ulid(7)))
}

fn chart(bed: &Bed, input: &[u8]) -> Law {
    let id = id_of(input);
    let path = bed.dir().join("charts").join(format!("{id}.ron"));
    law(id != bed.good.id, || "the seed has the good chart's id".to_owned())?;
    bed.lay(&path, input);
    let done = chart_file(bed, input, id, &path);
    fs::remove_file(&path).map_err(|e| format!("the chart is gone: {e}"))?;
    done
}

fn chart_file(bed: &Bed, input: &[u8], id: PatientId, path: &Path) -> Law {
    let store = bed.store();
    let alone = store.chart_alone(id);
    let roster = store.roster(today());
    law(roster.rows.iter().any(|row| row.id == bed.good.id), || "the good chart is hidden".to_owned())?;
    let report = store.check();
    law(report.charts >= 1, || "the good chart is not counted".to_owned())?;
    let named = |problems: &[cobalog::store::Problem]| problems.iter().any(|p| p.path == path);
    match &alone {
        Err(error) => {
            said(error, path)?;
            law(named(&roster.problems) && named(&report.problems), || format!("no list names it: {error}"))?;
            law(store.record(id, vec![given(today())], NURSE, now()).is_err(), || "written over damage".to_owned())?;
            unchanged(path, input)
        }
        Ok(chart) => {
            stands(chart, store.practice())?;
            unchanged(path, input)?;
            same_without_index(&store)?;
            grows(bed, &store, chart, path, input)
        }
    }
}

fn same_without_index(store: &Store) -> Law {
    let bare = Store::open_with(store.dir(), cobalog::store::Places::default()).map_err(|e| e.to_string())?;
    let (with, without) = (store.roster(today()), bare.roster(today()));
    law(with == without, || format!("the index tells another story:\n{with:?}\n{without:?}"))
}

fn given(on: NaiveDate) -> Act {
    Act::Given(Given::new(on, Drug::Hydroxocobalamin, 1000, 1000, Route::Im))
}

/// What opens takes the next entry, and keeps all others.
fn grows(bed: &Bed, store: &Store, chart: &Chart, path: &Path, input: &[u8]) -> Law {
    match store.record(chart.id, vec![given(today())], NURSE, now()) {
        Err(error) => {
            law(!error.path().as_os_str().is_empty(), || "no path".to_owned())?;
            law(bed.dir().join("charts").join(error.path()).exists(), || format!("names nothing: {error}"))?;
            unchanged(path, input)
        }
        Ok(_) => {
            let all = chart.entries().iter().all(|e| {
                let there = |id| store.chart_alone(id).is_ok_and(|after| after.entry(e.id) == Some(e));
                there(chart.id) || there(bed.good.id)
            });
            law(all, || "an entry is gone after a write".to_owned())
        }
    }
}

fn practice(bed: &Bed, input: &[u8]) -> Law {
    let path = bed.dir().join("practice.ron");
    bed.lay(&path, input);
    let done = match Store::open_with(&bed.dir(), bed.places()) {
        Err(error) => said(&error, &path).and_then(|()| {
            let report = check(&bed.dir(), bed.places(), Real::shared());
            law(report.problems.iter().any(|p| p.path == path), || "check does not name it".to_owned())?;
            law(report.charts == 1, || "the chart is hidden".to_owned())?;
            unchanged(&path, input)
        }),
        Ok(mut store) => opened(bed, &mut store, &path, input),
    };
    bed.settle();
    done
}

fn opened(bed: &Bed, store: &mut Store, path: &Path, input: &[u8]) -> Law {
    let before = store.settings().clone();
    law(store.roster(today()).rows.len() == 1, || "the chart is hidden".to_owned())?;
    stands(&bed.good, store.practice())?;
    unchanged(path, input)?;
    store.change_settings(|_| {}).map_err(|e| format!("not written back: {e}"))?;
    law(bed.store().settings() == &before, || "the settings read back as others".to_owned())
}

fn own(bed: &Bed, folder: &str, input: &[u8]) -> Law {
    let path = bed.dir().join(folder).join("own.ron");
    bed.lay(&path, input);
    let store = bed.store();
    let done = law(store.roster(today()).rows.len() == 1, || "the chart is hidden".to_owned())
        .and_then(|()| law(store.problems().iter().all(|p| p.path == path), || "another file is named".to_owned()))
        .and_then(|()| unchanged(&path, input))
        .and_then(|()| used(&store));
    fs::remove_file(&path).unwrap();
    done
}

/// Every plan that can be signed from the library can be lived by.
fn used(store: &Store) -> Law {
    let (practice, knowledge) = (store.practice(), &store.practice().knowledge);
    let triage =
        Triage::new("unknown", MonitoringPlan { first: Interval::Weeks(3), symptoms: Vec::new(), labs: Vec::new() });
    let _ = rank(practice, &triage).len();
    let _ = knowledge.products().len();
    let ours = |id: &str| !regimen_files().any(|(_, text)| text.contains(&format!("id: \"{id}\"")));
    let mine = knowledge.regimens().iter().filter(|r| ours(&r.id) || r.id == "r01");
    for regimen in mine.take(3) {
        let Ok(order) = Order::write(regimen, knowledge.checkpoints(regimen), &Wish::plain(today(), "Dr Chen")) else {
            continue;
        };
        let id = Mint::patient(now());
        let acts = [person("Own"), Act::Ordered(order), given(today())];
        let entry =
            |act| Entry { id: Mint::entry(now()), at: now(), by: NURSE.to_owned(), act, from: None, seal: None };
        stands(&Chart::new(id, acts.into_iter().map(entry).collect()), practice)?;
    }
    Ok(())
}

fn index(bed: &Bed, input: &[u8]) -> Law {
    let path = bed.at("cache/roster.idx");
    let _ = fs::remove_file(&path);
    let store = bed.store();
    let before = store.roster(today());
    let fresh = fs::read(&path).map_err(|e| format!("no index: {e}"))?;
    let seed = input.iter().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    let mut rng = fastrand::Rng::with_seed(seed);
    bed.lay(&path, &damaged(&fresh, std::slice::from_ref(&fresh), &mut rng));
    if let Some(roll) = store.roll_unverified() {
        look_through(&roll);
    }
    let after = store.roster(today());
    law(after == before, || format!("the index tells another story: {after:?}"))?;
    law(store.roster(today()) == before, || "and again".to_owned())?;
    let after = store.record(bed.good.id, vec![given(today())], NURSE, now());
    law(after.is_ok() && same_without_index(&store).is_ok(), || "after a write it tells another story".to_owned())?;
    let text = write_chart(&bed.good, &path).unwrap();
    bed.lay(&bed.dir().join("charts").join(format!("{}.ron", bed.good.id)), text.as_bytes());
    Ok(())
}

/// Asks a roll for everything; what it says of damage is checked behind it.
fn look_through(roll: &Roll) {
    let tasks = roll.worklist(today(), 7);
    roll.read_ahead(&tasks);
    let _ = tasks.iter().filter_map(|task| roll.owed(task)).count();
    let _ = (roll.worklist(today(), 60).len(), roll.search("g").len(), roll.numbered("LS-Good").len());
    let _ = (roll.given_on(today()), roll.highest_number(), roll.len(), roll.linked().len());
    roll.rows().for_each(|(_, row)| drop(Row::clone(&row)));
}

fn draft(bed: &Bed, input: &[u8]) -> Law {
    let (state, folder) = (bed.at("state"), bed.at("state/drafts"));
    let _ = fs::remove_dir_all(&folder);
    let good = drafts::Draft {
        prompt: "order".to_owned(),
        patient: Some(bed.good.id),
        by: NURSE.to_owned(),
        at: now(),
        fields: BTreeMap::from([("note".to_owned(), "half".to_owned())]),
    };
    drafts::save(&Real, &state, &good).map_err(|e| e.to_string())?;
    let names = ["give-new.ron", "give-new.flushed", "triage-new.ron"];
    let laid = [input, &input[..input.len() / 2], &input[..input.len() / 3]];
    names.iter().zip(laid).for_each(|(name, bytes)| bed.lay(&folder.join(name), bytes));
    let _ = drafts::check(&Real, &state);
    let loaded = drafts::load_all(&Real, &state);
    law(loaded.contains(&good), || "the good draft is gone".to_owned())?;
    let kept = files(&folder);
    law(laid.iter().all(|bytes| kept.iter().any(|k| k == bytes)), || "bytes of a draft are gone".to_owned())?;
    for draft in &loaded {
        drafts::save(&Real, &state, draft).map_err(|e| e.to_string())?;
        law(drafts::load_all(&Real, &state).contains(draft), || "a draft reads back as another".to_owned())?;
    }
    Ok(())
}

fn recorded(bed: &Bed, input: &[u8]) -> Law {
    let id = id_of(input);
    let (chart, known) = (format!("data/charts/{id}.ron"), format!("state/recorded/{id}.ron"));
    let (chart, known) = (bed.at(&chart), bed.at(&known));
    // Its chart as it was before the last entries came.
    let text = String::from_utf8_lossy(input);
    let lines: Vec<_> = text.lines().collect();
    let short =
        lines.iter().take(6).chain(lines.iter().rev().take(2).rev()).flat_map(|l| [l, "\n"]).collect::<String>();
    bed.lay(&chart, short.as_bytes());
    bed.lay(&known, input);
    let mut store = bed.store();
    let before = store.chart_alone(id).ok();
    let _ = store.take_in_copies(&[], today());
    let _ = store.check();
    let after = store.chart_alone(id).ok();
    let done = match (before, after) {
        (Some(before), Some(after)) => law(
            before.entries().iter().all(|e| after.entry(e.id) == Some(e)) && store.roster(today()).rows.len() <= 2,
            || "an entry is gone".to_owned(),
        )
        .and_then(|()| stands(&after, store.practice())),
        (Some(_), None) => Err("the chart cannot be read any more".to_owned()),
        (None, _) => unchanged(&chart, short.as_bytes()),
    };
    drop(fs::remove_file(&known));
    fs::remove_file(&chart).unwrap();
    done
}

fn archive(bed: &Bed) -> Vec<u8> {
    let to = bed.at("backup.tar.gz");
    backup::write(&Real, &bed.dir(), &to, true).unwrap();
    fs::read(to).unwrap()
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut tar).unwrap();
    tar
}

fn packed(tar: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(tar).unwrap();
    gz.finish().unwrap()
}

/// Every file of a folder, by its name in it.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for path in fs::read_dir(next).into_iter().flatten().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The lines of the sums that stand in an archive as it is, whatever else is in it.
fn sums(file: &Path) -> BTreeMap<PathBuf, String> {
    let mut tar = tar::Archive::new(flate2::read::MultiGzDecoder::new(fs::File::open(file).unwrap()));
    let mut text = String::new();
    for entry in tar.entries().unwrap().map_while(Result::ok) {
        let mut entry = entry;
        if entry.path_bytes().ends_with(b"SHA256SUMS") {
            text.clear();
            let _ = entry.read_to_string(&mut text);
        }
    }
    let line = |l: &str| {
        l.split_once("  ").map(|(sum, name)| (PathBuf::from(name.trim_start_matches("./")), sum.to_ascii_lowercase()))
    };
    text.lines().filter_map(line).collect()
}

/// A backup is refused with a sentence and nothing is there, or what is there is what its sums prove.
fn backed_up(bed: &Bed, input: &[u8]) -> Law {
    use sha2::Digest as _;
    let (file, to) = (bed.at("damaged.tar.gz"), bed.at("restored"));
    bed.lay(&file, input);
    let restored = restore::into_empty(&Real, &file, &to);
    let there = tree(&to);
    let done = match &restored {
        Err(error) => said(error, &file).and_then(|()| law(there.is_empty(), || format!("left behind: {there:?}"))),
        Ok(_) => {
            let hex = |bytes: &[u8]| sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
            let found: BTreeMap<_, _> = there.iter().map(|(name, bytes)| (name.clone(), hex(bytes))).collect();
            law(found == sums(&file), || "not what the sums prove".to_owned())
        }
    };
    let _ = fs::remove_dir_all(&to);
    done?;
    unchanged(&file, input)?;
    let before = tree(&bed.dir());
    let merged = bed.store().merge(&file, now());
    let after = tree(&bed.dir());
    law(restored.is_ok() || merged.is_err(), || "refused by the one, taken by the other".to_owned())?;
    let stays = before
        .iter()
        .filter(|(name, _)| !name.starts_with(".lock"))
        .all(|(name, bytes)| after.get(name).is_some_and(|now| merged.is_ok() || now == bytes));
    let good = bed.store().chart_alone(bed.good.id).ok();
    let is_there = |entry: &Entry| good.as_ref().is_some_and(|good| good.entry(entry.id) == Some(entry));
    law(stays && bed.good.entries().iter().all(is_there), || "a merge took something away".to_owned())?;
    after
        .keys()
        .filter(|name| !before.contains_key(*name))
        .for_each(|name| drop(fs::remove_file(bed.dir().join(name))));
    Ok(())
}

fn status(bed: &Bed) -> Vec<u8> {
    let _ = backup::daily(&Real, &bed.dir(), &bed.places(), now());
    fs::read(bed.at("backups/status.ron")).unwrap()
}

fn known(bed: &Bed, input: &[u8]) -> Law {
    bed.lay(&bed.at("backups/status.ron"), input);
    let _ = backup::status(&Real, &bed.places());
    let after = backup::daily(&Real, &bed.dir(), &bed.places(), now());
    law(after.failed.is_some() || after.current.is_some(), || "nothing is known after a backup".to_owned())?;
    law(backup::newest(&Real, &bed.places()).is_ok() || after.failed.is_some() || after.file.is_some(), || {
        "no backup".to_owned()
    })
}
