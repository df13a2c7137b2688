//! Charts, settings, own regimens and products, and the index beside them.

use crate::bed::{Bed, NURSE, now, person, today};
use crate::formats::{Law, law, number, said, stands, unchanged};
use crate::mutate::damaged;
use chrono::NaiveDate;
use cobalog::clinic::agenda::{Roll, Row};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::drug::{Drug, Route};
use cobalog::clinic::entry::{Act, Entry, Given, PatientId};
use cobalog::clinic::fit::rank;
use cobalog::clinic::interval::Interval;
use cobalog::clinic::knowledge::regimen_files;
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::triage::{MonitoringPlan, Triage};
use cobalog::store::disk::Real;
use cobalog::store::{Mint, Store, check, write_chart};
use std::fs;
use std::path::Path;

/// The id that a chart's text begins with, as damage may have left no other.
pub fn id_of(input: &[u8]) -> PatientId {
    let text = String::from_utf8_lossy(&input[..input.len().min(400)]);
    let id = text.split_once("id: \"").and_then(|(_, rest)| rest.get(..26)?.parse::<PatientId>().ok());
    id.unwrap_or(PatientId(ulid::Ulid(7)))
}

pub fn chart(bed: &Bed, input: &[u8]) -> Law {
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

pub fn given(on: NaiveDate) -> Act {
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

pub fn practice(bed: &Bed, input: &[u8]) -> Law {
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

pub fn own(bed: &Bed, folder: &str, input: &[u8]) -> Law {
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

pub fn index(bed: &Bed, input: &[u8]) -> Law {
    let path = bed.at("cache/roster.idx");
    let _ = fs::remove_file(&path);
    let store = bed.store();
    let before = store.roster(today());
    let fresh = fs::read(&path).map_err(|e| format!("no index: {e}"))?;
    let mut rng = fastrand::Rng::with_seed(number(input));
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
pub fn look_through(roll: &Roll) {
    let tasks = roll.worklist(today(), 7);
    roll.read_ahead(&tasks);
    let _ = tasks.iter().filter_map(|task| roll.owed(task)).count();
    let _ = (roll.worklist(today(), 60).len(), roll.search("g").len(), roll.numbered("LS-Good").len());
    let _ = (roll.given_on(today()), roll.highest_number(), roll.len(), roll.linked().len());
    roll.rows().for_each(|(_, row)| drop(Row::clone(&row)));
}
