//! What programs that keep folders the same leave beside a chart, taken in and then mended: nothing that was there is lost.

use crate::bed::{Bed, now, today};
use crate::charts::id_of;
use crate::formats::{Law, law, tree};
use cobalog::clinic::entry::{Entry, PatientId};
use cobalog::store::disk::Real;
use cobalog::store::{Store, read_chart, repair};
use std::collections::BTreeMap;
use std::path::Path;

/// Between the chart and its copies in an input.
const BETWEEN: &str = "\n=====\n";

/// As some such programs name them.
const NAMES: [&str; 4] = [
    "charts/ID (conflicted copy).ron",
    "charts/ID.sync-conflict-20261126-101010-ABCDEFG.ron",
    "practice (1).ron",
    "charts/copy.ron",
];

type Charts = BTreeMap<PatientId, Vec<Entry>>;

fn charts(store: &Store, ids: &[PatientId]) -> Charts {
    let entries = |id: &PatientId| Some((*id, store.chart_alone(*id).ok()?.entries().to_vec()));
    ids.iter().filter_map(entries).collect()
}

fn kept(before: &Charts, after: &Charts) -> Law {
    let is_there = |(id, entries): (&PatientId, &Vec<Entry>)| {
        after.get(id).is_some_and(|now| entries.iter().all(|entry| now.contains(entry)))
    };
    law(before.iter().all(is_there), || "an entry is gone".to_owned())
}

/// Whatever bytes lay there lie somewhere still.
fn bytes_kept(bed: &Bed, laid: &[&str]) -> Law {
    let files = tree(bed.root.path());
    let is_there = |text: &&str| files.values().any(|bytes| bytes == text.as_bytes());
    law(laid.iter().all(is_there), || "the bytes of a copy are gone".to_owned())
}

/// A practice of its own for each input, as what is taken in stays.
pub fn copies(input: &[u8]) -> Law {
    let (bed, text) = (Bed::new(), String::from_utf8_lossy(input));
    let mut parts: Vec<&str> = text.split(BETWEEN).take(1 + NAMES.len()).collect();
    let (chart, id) = (parts.remove(0), id_of(input));
    let path = bed.dir().join(format!("charts/{id}.ron"));
    bed.lay(&path, chart.as_bytes());
    // For one whose chart is not there the program waits two seconds, which is another test's.
    let is_alone = |text: &str| read_chart(text, &path).is_ok_and(|copy| copy.id != id && copy.id != bed.good.id);
    if is_alone(chart) {
        return Ok(());
    }
    let laid: Vec<(&str, &str)> = NAMES.into_iter().zip(parts).filter(|(_, text)| !is_alone(text)).collect();
    laid.iter().for_each(|(name, text)| bed.lay(&bed.dir().join(name.replace("ID", &id.to_string())), text.as_bytes()));
    let texts: Vec<&str> = laid.iter().map(|(_, text)| *text).collect();
    let (mut store, ids) = (bed.store(), [id, bed.good.id]);
    let (lots, before) = (store.settings().lots.clone(), charts(&store, &ids));
    let taken = store.take_in_copies(&store.roster(today()).problems, today());
    let after = charts(&store, &ids);
    kept(&before, &after)?;
    bytes_kept(&bed, &texts)?;
    law(lots.iter().all(|lot| store.settings().lots.contains(lot)), || "a lot is gone".to_owned())?;
    if !before.contains_key(&id) {
        bytes_kept(&bed, &[chart])?;
    }
    taken.taken.iter().filter_map(|t| t.kept()).try_for_each(|copy| is_taken(&store, copy))?;
    let again = store.take_in_copies(&store.roster(today()).problems, today());
    law(again.taken.is_empty(), || format!("it does not come to rest: {:?}", again.taken))?;
    mended(&bed, &store, &after, id, chart)?;
    bytes_kept(&bed, &texts)
}

fn is_taken(store: &Store, copy: &Path) -> Law {
    let text = std::fs::read_to_string(copy).unwrap_or_default();
    let Ok(copy) = read_chart(&text, copy) else { return Ok(()) };
    let chart = store.chart_alone(copy.id).map_err(|e| format!("taken in, and now {e}"))?;
    let is_there = |entry: &Entry| chart.entry(entry.id) == Some(entry);
    law(copy.entries().iter().all(is_there), || "put aside without being taken in".to_owned())
}

fn mended(bed: &Bed, store: &Store, before: &Charts, id: PatientId, chart: &str) -> Law {
    let report = repair::repair(&bed.dir(), &bed.places(), now(), Real::shared()).map_err(|e| e.to_string())?;
    let after = charts(store, &[id, bed.good.id]);
    kept(before, &after)?;
    let is_done = report.files.iter().all(|f| f.left.is_some() || after.contains_key(&id));
    law(is_done, || "mended, and it cannot be read".to_owned())?;
    if !before.contains_key(&id) {
        bytes_kept(bed, &[chart])?;
    }
    let again = repair::repair(&bed.dir(), &bed.places(), now(), Real::shared()).map_err(|e| e.to_string())?;
    law(again.files.iter().all(|f| f.left.is_some()), || format!("mended twice: {:?}", again.files))
}
