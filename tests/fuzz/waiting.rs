//! What waits in `unmatched/` for a name: it hides nothing else that waits, and goes whole to a patient, or away.

use crate::bed::{Bed, NURSE, now};
use crate::formats::{Format, Law, files, law, stands, unchanged};
use crate::imports;
use cobalog::clinic::intake::Unmatched;
use cobalog::store::Store;
use std::fs;
use std::path::Path;

/// What is held of the kept reports and of our own bundles, as it waits.
pub fn waits() -> Vec<Vec<u8>> {
    let bed = Bed::new();
    let held = |format: Format, is_bundle: bool| {
        format.seeds().iter().for_each(|seed| drop(imports::held(&bed, seed, is_bundle)));
    };
    held(Format::Reports, false);
    held(Format::Bundles, true);
    let mut all = files(&bed.dir().join("unmatched"));
    all.sort_by_key(Vec::len);
    all.truncate(20);
    all
}

pub fn unmatched(bed: &Bed, input: &[u8]) -> Law {
    let folder = bed.dir().join("unmatched");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-5/unmatched");
    let (good, path) = (folder.join("0123456789abcdef.ron"), folder.join("fedcba9876543210.ron"));
    bed.lay(&good, &files(&golden).swap_remove(0));
    bed.lay(&path, input);
    let done = file(bed, input, &path);
    bed.tidy();
    done
}

fn file(bed: &Bed, input: &[u8], path: &Path) -> Law {
    let store = bed.store();
    let (all, problems) = store.unmatched();
    law(all.iter().any(|waits| waits.name == "0123456789abcdef"), || "another one that waits is hidden".to_owned())?;
    law(store.unmatched().1 == problems && store.unmatched().0 == all, || "it reads otherwise again".to_owned())?;
    let report = store.check();
    unchanged(path, input)?;
    let named = |problems: &[cobalog::store::Problem]| problems.iter().any(|p| p.path == path);
    match all.iter().find(|waits| waits.name == "fedcba9876543210") {
        None => law(named(&problems) && named(&report.problems), || "no list names it".to_owned()),
        Some(waits) => goes(bed, &store, waits),
    }
}

/// To the good chart, if nothing there contradicts it, or away.
pub fn goes(bed: &Bed, store: &Store, waits: &Unmatched) -> Law {
    let path = store.dir().join("unmatched").join(format!("{}.ron", waits.name));
    let text = fs::read(&path).map_err(|e| e.to_string())?;
    let before = store.chart_alone(bed.good.id).map_err(|e| e.to_string())?;
    let done = store.match_to(waits, bed.good.id, NURSE, now());
    let after = store.chart_alone(bed.good.id).map_err(|e| format!("after it the chart cannot be read: {e}"))?;
    law(before.entries().iter().all(|e| after.entry(e.id) == Some(e)), || "an entry is gone".to_owned())?;
    match done {
        Ok(entries) => {
            let more = after.entries().len() - before.entries().len();
            law(more == entries && !path.exists(), || format!("{entries} said, {more} recorded"))?;
            stands(&after, store.practice())?;
            let report = store.check();
            let chart = format!("{}.ron", bed.good.id);
            let of_chart = report.problems.iter().find(|p| p.path.ends_with(&chart));
            law(of_chart.is_none(), || format!("after it the chart is not sound: {of_chart:?}"))
        }
        Err(why) => {
            law(!why.trim().is_empty() && after == before, || format!("refused, and recorded: {why}"))?;
            unchanged(&path, &text)?;
            store.put_away(waits, "nobody's", NURSE, now()).map_err(|e| e.to_string())?;
            let is_kept = files(&store.dir().join("kept")).contains(&text);
            law(is_kept && !path.exists(), || "what was put away is gone".to_owned())
        }
    }
}
