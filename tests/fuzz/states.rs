//! What one workstation keeps for itself: drafts, what was recorded here, wrong tries, its name, what is known of backups.

use crate::bed::{Bed, NURSE, now, today};
use crate::charts::{given, id_of};
use crate::formats::{Law, files, law, stands, unchanged};
use cobalog::store::disk::Real;
use cobalog::store::tries::Tries;
use cobalog::store::{backup, drafts};
use std::collections::BTreeMap;
use std::fs;

pub fn draft(bed: &Bed, input: &[u8]) -> Law {
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

pub fn recorded(bed: &Bed, input: &[u8]) -> Law {
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

pub fn status(bed: &Bed) -> Vec<u8> {
    let _ = backup::daily(&Real, &bed.dir(), &bed.places(), now());
    fs::read(bed.at("backups/status.ron")).unwrap()
}

pub fn known(bed: &Bed, input: &[u8]) -> Law {
    bed.lay(&bed.at("backups/status.ron"), input);
    let _ = backup::status(&Real, &bed.places());
    let after = backup::daily(&Real, &bed.dir(), &bed.places(), now());
    law(after.failed.is_some() || after.current.is_some(), || "nothing is known after a backup".to_owned())?;
    law(backup::newest(&Real, &bed.places()).is_ok() || after.failed.is_some() || after.file.is_some(), || {
        "no backup".to_owned()
    })
}

/// What this workstation is called: six letters, the same from then on; a name that is one stays.
pub fn station(bed: &Bed, input: &[u8]) -> Law {
    let path = bed.at("state/station");
    bed.lay(&path, input);
    let (first, second) = (bed.store().station().to_owned(), bed.store().station().to_owned());
    let is_name = |text: &str| text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    law(is_name(&first) && first == second, || format!("it is called {first}, then {second}"))?;
    let known = std::str::from_utf8(input).map(str::trim).unwrap_or_default();
    let is_odd = known.contains(['I', 'L', 'O', 'U']);
    if is_name(known) && !is_odd {
        law(first == known, || format!("{known} is called {first}"))?;
        unchanged(&path, input)?;
    }
    let done = bed.store().record(bed.good.id, vec![given(today())], NURSE, now());
    bed.tidy();
    law(done.is_ok(), || format!("nothing can be recorded: {:?}", done.err()))
}

/// Wrong tries of three people.
pub fn wrong(bed: &Bed) -> Vec<u8> {
    let mut tries = Tries::default();
    for (name, count) in [("Maya", 1), ("Tom", 4), (NURSE, 40)] {
        (0..count).for_each(|_| tries.wrong(name, now()));
    }
    let state = bed.at("tried");
    assert!(tries.save(&Real, &state));
    fs::read(state.join("tries.ron")).unwrap()
}

/// Nobody waits longer than five minutes, whatever the file says; what is counted is remembered.
pub fn tries(bed: &Bed, input: &[u8]) -> Law {
    let (state, path) = (bed.at("state"), bed.at("state/tries.ron"));
    bed.lay(&path, input);
    let read = Tries::load(&Real, &state);
    law(read == Tries::load(&Real, &state), || "it reads otherwise again".to_owned())?;
    let mut tries = read.unwrap_or_else(|| Tries::lost(now()));
    unchanged(&path, input)?;
    for name in ["Maya", "Tom", NURSE, ""] {
        let again = tries.again(name, now());
        let waits = again.map_or(0, |again| (again - now()).num_seconds());
        law((0..=300).contains(&waits), || format!("{name} waits {waits} seconds"))?;
        let before = tries.count(name);
        tries.wrong(name, now());
        law(tries.count(name) == before.saturating_add(1), || "it is not counted".to_owned())?;
        law(before < 3 || tries.again(name, now()).is_some(), || format!("{before} wrong tries cost nothing"))?;
    }
    law(tries.save(&Real, &state), || "it cannot be kept".to_owned())?;
    law(Some(&tries) == Tries::load(&Real, &state).as_ref(), || "it reads back as another".to_owned())?;
    tries.right("Tom", now());
    law(tries.count("Tom") == 0 && tries.again("Tom", now()).is_none(), || "Tom still waits".to_owned())
}

/// A dose that was recorded here, and what is noted of its file.
pub fn stamp(bed: &Bed) -> Vec<u8> {
    bed.store().record(bed.good.id, vec![given(today())], NURSE, now()).unwrap();
    let stamp = fs::read(bed.at("state/recorded/stamps")).unwrap();
    bed.tidy();
    stamp
}

/// Whatever is noted of another file: a dose that was recorded here and overwritten is put back.
pub fn stamps(bed: &Bed, input: &[u8]) -> Law {
    let path = bed.dir().join(format!("charts/{}.ron", bed.good.id));
    let before = fs::read(&path).unwrap();
    let done = bed.store().record(bed.good.id, vec![given(today())], NURSE, now()).map_err(|e| e.to_string());
    bed.lay(&path, &before);
    bed.lay(&bed.at("state/recorded/stamps"), input);
    let mut store = bed.store();
    let _ = (store.check(), store.take_in_copies(&[], today()));
    let after = store.chart_alone(bed.good.id).map_err(|e| e.to_string());
    bed.tidy();
    let (chart, after) = (done?.0, after?);
    law(chart.entries().iter().all(|e| after.entry(e.id) == Some(e)), || "the dose is not put back".to_owned())
}
