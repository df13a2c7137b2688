//! What an import reads: whatever it is, it ends in a report whose counts add up; what is taken leaves a sound practice, comes
//! once however often it is read, and can be undone.

use crate::bed::{Bed, NURSE, now, today};
use crate::formats::{Law, files, law, number, stands, tree, unchanged};
use cobalog::clinic::course::Course;
use cobalog::clinic::intake::{Counts, Left, Outcome, Parcel, Ruling, Weighed};
use cobalog::clinic::practice::{LabCode, Practice};
use cobalog::demo;
use cobalog::exchange::csv::{self, Answer, Mapping, Sheet, Table};
use cobalog::exchange::fhir::{How, Kind, export};
use cobalog::exchange::ics::Look;
use cobalog::store::disk::Real;
use cobalog::store::{Store, Taken};
use cobalog::transfer::{self, What};
use fastrand::Rng;
use std::path::{Path, PathBuf};

/// One of so many inputs is recorded and undone.
const SHARE: u64 = 3;
/// So many pieces of it, for so many patients at most.
const PIECES: usize = 40;
const PATIENTS: usize = 6;

/// Our own tables of some patients of the demo.
pub fn own_tables() -> Vec<Vec<u8>> {
    let practice = Practice::new(demo::settings(today()));
    let charts = demo::charts(demo::SEED, 5, today(), &practice);
    let rows = |sheet: Sheet| charts.iter().map(|c| sheet.rows(c, &practice, today(), 90)).collect::<String>();
    Sheet::ALL.iter().map(|sheet| (sheet.head(&practice) + &rows(*sheet)).into_bytes()).collect()
}

/// Our own bundles of some patients of the demo, with their entries and without.
pub fn own_bundles() -> Vec<Vec<u8>> {
    let practice = Practice::new(demo::settings(today()));
    let charts = demo::charts(demo::SEED, 3, today(), &practice);
    let bundle = |whole: bool, charts: &[cobalog::clinic::chart::Chart]| {
        let mut out = Vec::new();
        let all = charts.iter().map(|chart| (chart, Course::of(chart, &practice, today())));
        let how = How { whole, ..How::new(Kind::Collection, now()) };
        export(&mut out, all, &practice, &how, &mut |_| true).unwrap();
        out
    };
    vec![bundle(true, &charts[..1]), bundle(false, &charts), bundle(true, &charts[1..])]
}

/// A message of a laboratory that is in order.
pub fn sound_report() -> Vec<u8> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/reports");
    files(&tests).swap_remove(0)
}

pub fn table(bed: &Bed, input: &[u8]) -> Law {
    let path = bed.at("list.csv");
    bed.lay(&path, input);
    let bytes = transfer::bytes(&Real, &path)?;
    let table = match Table::of_bytes(&bytes) {
        Ok(table) => table,
        Err(why) => return sentence(&why),
    };
    let (store, mut rng) = (bed.store(), Rng::with_seed(number(input)));
    let mapping = answered(&table, &store, &mut rng)?;
    let read = || csv::read(&table, &mapping, store.practice(), today(), "list.csv");
    came(bed, &store, &read, false, number(input))?;
    unchanged(&path, input)
}

/// Answers what is asked, as proposed or otherwise; it comes to an end.
fn answered(table: &Table, store: &Store, rng: &mut Rng) -> Result<Mapping, String> {
    let mut mapping = Mapping::guess(table);
    law(mapping == Mapping::guess(table), || "it guesses otherwise the second time".to_owned())?;
    let is_tame = rng.bool();
    for _ in 0..6 {
        let open = csv::questions(table, &mapping, store.practice(), today());
        if open.is_empty() {
            return Ok(mapping);
        }
        for question in open {
            sentence(&question.text)?;
            let at =
                question.proposed.filter(|_| is_tame).unwrap_or_else(|| rng.usize(..question.choices.len().max(1)));
            let typed = Answer::Prescriber("Dr Chen".to_owned());
            mapping.answer(question.choices.get(at).map_or(&typed, |choice| &choice.answer));
        }
    }
    let open = csv::questions(table, &mapping, store.practice(), today());
    law(open.is_empty(), || format!("the questions have no end: {open:?}"))?;
    Ok(mapping)
}

pub fn bundle(bed: &Bed, input: &[u8]) -> Law {
    let path = bed.at("bundle.json");
    bed.lay(&path, input);
    let bytes = transfer::bytes(&Real, &path)?;
    let store = bed.store();
    let read = || transfer::parcel(&bytes, "bundle.json", store.practice(), today());
    came(bed, &store, &read, true, number(input))?;
    unchanged(&path, input)
}

/// Alone, or in a folder beside another report, which it must not hide.
pub fn reports(bed: &Bed, input: &[u8]) -> Law {
    let seed = number(input);
    let (folder, store) = (bed.at("inbox"), bed.store());
    let (beside, file) = (folder.join("a.hl7"), folder.join("b.hl7"));
    bed.lay(&beside, &sound_report());
    bed.lay(&file, input);
    let path: PathBuf = if seed.is_multiple_of(2) { file.clone() } else { folder };
    let reports = match transfer::reports(&Real, &path) {
        Ok(reports) => reports,
        Err(why) => return sentence(&why),
    };
    let practice = learnt(&reports, store.practice(), &mut Rng::with_seed(seed))?;
    let read = || reports.parcel(&practice, today());
    if path != file {
        let all = read();
        law(all.pieces.iter().any(|piece| piece.place.starts_with("a.hl7, ")), || {
            "it hides another report".to_owned()
        })?;
    }
    came(bed, &store, &read, true, seed)?;
    unchanged(&file, input)
}

/// Says of each of the laboratory's own codes what it is.
fn learnt(reports: &transfer::Reports, practice: &Practice, rng: &mut Rng) -> Result<Practice, String> {
    let mut practice = practice.clone();
    for unknown in reports.unknown(&practice) {
        sentence(&unknown.text())?;
        let analyte = rng.bool().then(|| "haemoglobin".to_owned());
        let code = LabCode { sender: unknown.sender, code: unknown.code, analyte };
        practice.settings.lab_codes.push(code);
    }
    law(reports.unknown(&practice).is_empty(), || "it asks again what it was told".to_owned())?;
    Ok(practice)
}

fn sentence(words: &str) -> Law {
    law(!words.trim().is_empty() && words.len() < 3_000, || format!("no sentence: {} letters", words.len()))
}

/// Weighs what was read; of some of it is recorded what can be.
fn came(bed: &Bed, store: &Store, read: &dyn Fn() -> Parcel, waits: bool, seed: u64) -> Law {
    let parcel = read();
    law(parcel == read(), || "it reads otherwise the second time".to_owned())?;
    let same = seed.is_multiple_of(5);
    let before = tree(&bed.dir());
    let weighed = weigh(store, &parcel, same);
    adds_up(&parcel, &weighed)?;
    law(weighed == weigh(store, &parcel, same), || "it weighs otherwise the second time".to_owned())?;
    law(before == tree(&bed.dir()), || "it was recorded by weighing".to_owned())?;
    if !(seed / 8).is_multiple_of(SHARE) {
        return Ok(());
    }
    let few = Parcel { pieces: parcel.pieces.into_iter().take(PIECES).collect(), ..parcel };
    let done = recorded(bed, store, &few, (same, waits));
    bed.tidy();
    done
}

fn weigh(store: &Store, parcel: &Parcel, same: bool) -> Weighed {
    let ruling = Ruling { same_is_same: same, namesakes_are_others: same };
    store.weigh(parcel, ruling, today(), &mut |_| true)
}

fn adds_up(parcel: &Parcel, weighed: &Weighed) -> Law {
    let Counts { taken, held, skipped, refused } = weighed.counts();
    let all = parcel.rows();
    law(taken + held + skipped + refused == all, || format!("{all} rows, and {:?}", weighed.counts()))?;
    law(weighed.outcomes.len() == parcel.pieces.len(), || "an outcome is missing".to_owned())?;
    parcel.remarks.iter().try_for_each(|remark| sentence(remark))?;
    weighed.outcomes.iter().try_for_each(|outcome| match outcome {
        Outcome::Taken(_, acts) => law(!acts.is_empty(), || "nothing is taken as something".to_owned()),
        Outcome::Left(left) => sentence(left.why()),
    })
}

fn sound(store: &Store, when: &str) -> Law {
    let report = store.check();
    law(report.is_sound(), || format!("{when}: {:?}", report.problems))
}

fn take(store: &Store, parcel: &Parcel, weighed: &Weighed) -> Result<Taken, String> {
    let taken = store.take_over(parcel, weighed, NURSE, now(), &mut |done, _| done < PATIENTS);
    law(taken.problems.is_empty(), || format!("it cannot be recorded: {:?}", taken.problems))?;
    Ok(taken)
}

fn recorded(bed: &Bed, store: &Store, parcel: &Parcel, (same, waits): (bool, bool)) -> Law {
    sound(store, "before")?;
    let weighed = weigh(store, parcel, same);
    let taken = take(store, parcel, &weighed)?;
    let waiting = if waits { store.keep_unmatched(parcel, &weighed, NURSE, now()) } else { Ok(0) };
    let waiting = waiting.map_err(|e| e.to_string())?;
    let rows = store.roster(today()).rows;
    law(rows.len() == 1 + taken.entered, || format!("{} entered, {} in the list", taken.entered, rows.len()))?;
    let good = store.chart_alone(bed.good.id).map_err(|e| e.to_string())?;
    law(bed.good.entries().iter().all(|e| good.entry(e.id) == Some(e)), || "an entry is gone".to_owned())?;
    for row in rows.iter().take(PATIENTS + 1) {
        stands(&store.chart_alone(row.id).map_err(|e| e.to_string())?, store.practice())?;
    }
    sound(store, "recorded")?;
    goes_out(store, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    comes_once(store, parcel, &weighed, &taken, same)?;
    undone(store, &taken)?;
    waited(bed, store, parcel, &weighed, waiting)
}

/// What was taken is there: the same file adds nothing of it.
fn comes_once(store: &Store, parcel: &Parcel, weighed: &Weighed, taken: &Taken, same: bool) -> Law {
    if taken.not_reached > 0 {
        return Ok(());
    }
    let mut second = weigh(store, parcel, same);
    for (now, then) in second.outcomes.iter_mut().zip(&weighed.outcomes) {
        if matches!(then, Outcome::Left(_)) {
            *now = Outcome::Left(Left::Skipped("not this time".to_owned()));
        }
    }
    let again = take(store, parcel, &second)?;
    law(again.entries == 0, || format!("{} entries come a second time", again.entries))
}

/// It can be written for others again.
fn goes_out(store: &Store, ids: &[cobalog::clinic::entry::PatientId]) -> Law {
    let fhir = What::Fhir(How::new(Kind::Collection, now()));
    let sheets = Sheet::ALL.map(|sheet| What::Csv(sheet, 60));
    for what in sheets.into_iter().chain([fhir, What::Ics(Look::default())]) {
        let mut out = Vec::new();
        let done = transfer::write(store, &what, ids, today(), &mut out, &mut |_| true).map_err(|e| e.to_string())?;
        law(done.is_some_and(|done| done.problems.is_empty()), || format!("{what:?} is not written"))?;
        if matches!(what, What::Fhir(_)) {
            let parcel = transfer::parcel(&out, "out.json", store.practice(), today());
            let counts = weigh(store, &parcel, false).counts();
            law(counts.taken == 0 && counts.refused == 0, || format!("what went out comes back as {counts:?}"))?;
        }
    }
    Ok(())
}

fn undone(store: &Store, taken: &Taken) -> Law {
    let Some(import) = taken.import else { return law(taken.entries == 0, || "it has no name".to_owned()) };
    let of = |store: &Store| store.imports().0.into_iter().find(|made| made.id == import);
    let made = of(store).ok_or("the import is in no list")?;
    law(made.entries == taken.entries && made.struck == 0, || format!("{made:?} of {taken:?}"))?;
    let undone = store.undo_import(import, NURSE, now(), &mut |_, _| true);
    law(undone.problems.is_empty(), || format!("it cannot be undone: {:?}", undone.problems))?;
    let struck = of(store).map_or(0, |made| made.struck);
    law(struck == undone.entries, || format!("{struck} struck out, {} said", undone.entries))?;
    law(!undone.kept.is_empty() || struck == made.entries, || format!("{struck} of {} undone", made.entries))?;
    sound(store, "undone")
}

/// What waits is listed, waits once, and goes to whom a person names, or away.
fn waited(bed: &Bed, store: &Store, parcel: &Parcel, weighed: &Weighed, waiting: usize) -> Law {
    let (all, problems) = store.unmatched();
    law(problems.is_empty() && all.len() == waiting, || format!("{waiting} wait: {problems:?}"))?;
    let again = store.keep_unmatched(parcel, weighed, NURSE, now());
    law(waiting == 0 || again.is_ok_and(|n| n == 0), || "it waits twice".to_owned())?;
    for waits in all.iter().take(3) {
        crate::waiting::goes(bed, store, waits)?;
    }
    sound(store, "matched")
}

/// What nobody could name in these files.
pub fn held(bed: &Bed, input: &[u8], is_bundle: bool) -> Law {
    let store = bed.store();
    let parcel = if is_bundle {
        transfer::parcel(input, "bundle.json", store.practice(), today())
    } else {
        let path = bed.at("b.hl7");
        bed.lay(&path, input);
        transfer::reports(&Real, &path)?.parcel(store.practice(), today())
    };
    let weighed = weigh(&store, &parcel, false);
    store.keep_unmatched(&parcel, &weighed, NURSE, now()).map(drop).map_err(|e| e.to_string())
}
