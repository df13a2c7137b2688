//! What the seals of a chart show, said with its place in the file: changed, added, removed, moved from another chart.

use super::super::error::{Problem, StoreError};
use super::super::files::{files_of, is_free, read_text};
use super::super::format::{text_in, write_chart};
use super::super::open::Store;
use super::super::seals::{Fault, Keys, Wrong, is_key, is_seal_key, recorded_in, seal_path};
use super::{CheckReport, Owners};
use crate::clinic::audit::Event;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Entry, EntryId, PatientId};
use crate::clinic::seal::Tampered;
use crate::clinic::words;
use std::collections::BTreeMap;
use std::path::Path;

const LOOK: &str = "compare it with paper, and strike it out in the chart with a (Amend) if it is wrong";
const BACK: &str = "`cobalog check --repair` brings it back where a backup has it";

impl Store {
    /// Reads the keys that prove seals, and names one that cannot be used.
    pub(super) fn check_keys(&self) -> (Keys, Vec<Problem>) {
        let mut problems = Vec::new();
        let keys = self.keys().unwrap_or_else(|error| {
            problems.push(error.into_problem());
            Keys::default()
        });
        let path = seal_path(self.dir());
        match read_text(self.disk(), &path) {
            Ok(text) if is_key(&text) => {}
            Ok(_) | Err(StoreError::Damaged { .. }) => {
                let what = "the key of the seals cannot be read: entries stay without seal until it is back. Bring it back from a backup";
                problems.push(Problem::new(&path, what));
            }
            Err(_) => {}
        }
        let others = files_of(self.disk(), &self.dir().join("keys"), "key").unwrap_or_default();
        let odd = others.iter().filter(|other| **other != path && is_seal_key(other));
        let unread = odd.filter(|other| read_text(self.disk(), other).is_ok_and(|text| !is_key(&text)));
        problems.extend(unread.map(|other| Problem::new(other, "it is no key that Cobalog wrote")));
        (keys, problems)
    }

    /// Names what in a chart was not recorded as it stands; `is_whole` says that the file can be read in order.
    pub(super) fn check_seals(
        &self,
        (path, text): (&Path, &str),
        chart: &Chart,
        is_whole: bool,
        owners: &mut Owners,
        report: &mut CheckReport,
    ) {
        let proof = self.proof(chart, &owners.keys);
        owners.sealed += proof.sealed;
        // In a practice without a key nothing is sealed yet; a demo was made without.
        let is_counted = !owners.keys.all.is_empty() && !self.settings().demo;
        report.old += if is_counted { proof.old } else { 0 };
        report.can_repair |= proof.faults.iter().any(|f| f.wrong != Wrong::Tampered(Tampered::NotSealed));
        let mut problems: Vec<Problem> =
            proof.faults.iter().filter_map(|fault| problem((path, text), chart, fault, owners)).collect();
        if problems.is_empty() && is_whole && proof.sealed > 0 {
            problems.extend(other_layout(path, text, chart));
        }
        report.problems.append(&mut problems);
    }

    /// Says that nothing proves the seals that there are.
    pub(super) fn check_that_seals_can_be_proven(&self, owners: &Owners) -> Option<Problem> {
        let path = seal_path(self.dir());
        let is_lost = owners.sealed > 0 && owners.keys.all.is_empty() && is_free(self.disk(), &path);
        let entries = words::plural(owners.sealed as i64, "entry");
        let what = format!(
            "it is not there, and nothing proves the seals of {entries} without it. Bring it back from a backup: `cobalog restore --merge FILE`"
        );
        is_lost.then(|| Problem::new(&path, what))
    }
}

/// Names entries that were recorded, as the audit log says, and are not in the chart: an older file of it was put in its
/// place, or they were taken out.
pub(super) fn replayed(
    path: &Path,
    chart: &Chart,
    recorded: &BTreeMap<PatientId, Vec<(EntryId, Event)>>,
) -> Option<Problem> {
    let known = recorded.get(&chart.id)?;
    let lost: Vec<_> = known.iter().filter(|(id, _)| chart.entry(*id).is_none()).collect();
    let (_, first) = lost.iter().min_by_key(|(id, event)| (event.at, *id))?;
    let entries = words::plural(lost.len() as i64, "entry");
    let (is, them) = if lost.len() == 1 { ("is", "it was") } else { ("are", "they were") };
    let when = format!("{} {}", words::day(first.at.date_naive()), first.at.format("%H:%M"));
    let what = format!(
        "{entries} that the audit log says were recorded {is} missing, the first \"{}\" of {when} by {}: an older file was put in its place, or {them} removed: {BACK}",
        first.detail, first.by
    );
    Some(Problem::new(path, what))
}

fn problem((path, text): (&Path, &str), chart: &Chart, fault: &Fault, owners: &Owners) -> Option<Problem> {
    let entry = chart.entry(fault.entry)?;
    let what = match &fault.wrong {
        Wrong::Tampered(Tampered::Changed) => match recorded_in(entry, &owners.keys, &owners.charts) {
            Some(other) => {
                format!("{} was recorded in the chart {other} and put into this one: {BACK}; else {LOOK}", named(entry))
            }
            None => format!("{} was changed outside Cobalog after it was recorded: {BACK}; else {LOOK}", named(entry)),
        },
        Wrong::Tampered(Tampered::NotSealed) => {
            format!("{} was added outside Cobalog, as it has no seal: {LOOK}", named(entry))
        }
        Wrong::Removed { count, after } => removed(*count, entry, after.and_then(|id| chart.entry(id))),
        Wrong::OldRemoved { count } => {
            let entries = words::plural(*count as i64, "entry");
            format!("{entries} from before {} were removed or changed outside Cobalog: {BACK}", short(entry))
        }
    };
    let (line, column) = place(text, entry.id)?;
    Some(Problem { path: path.to_owned(), line: Some(line), column: Some(column), what })
}

fn removed(count: usize, before: &Entry, after: Option<&Entry>) -> String {
    let (entries, were) = (words::plural(count as i64, "entry"), if count == 1 { "was" } else { "were" });
    let between = match after {
        Some(after) => format!("between {} and {}", short(after), short(before)),
        None => format!("before {}", short(before)),
    };
    format!("{entries} that {} recorded {between} {were} removed outside Cobalog: {BACK}", before.by)
}

fn named(entry: &Entry) -> String {
    format!("the entry \"{}\" of {} by {}", entry.act.word(), short(entry), entry.by)
}

fn short(entry: &Entry) -> String {
    format!("{} {}", words::day(entry.at.date_naive()), entry.at.format("%H:%M"))
}

/// Returns line and column of an entry, counted from 1.
fn place(text: &str, id: EntryId) -> Option<(usize, usize)> {
    let id = id.to_string();
    let at = text.find(&format!("id: \"{id}\"")).or_else(|| text.find(&id)).unwrap_or(0);
    let before = text.get(..at)?;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    Some((before.matches('\n').count() + 1, column))
}

/// Every entry is as it was recorded, and the file is not: its layout, a comment, another way to write the same.
fn other_layout(path: &Path, text: &str, chart: &Chart) -> Option<Problem> {
    let ours = text_in(&write_chart(chart, path).ok()?, text);
    let text = text.replace("\r\n", "\n");
    if ours == text {
        return None;
    }
    let same = text.lines().zip(ours.lines()).take_while(|(there, here)| there == here).count();
    let (there, here) = (text.lines().nth(same).unwrap_or_default(), ours.lines().nth(same).unwrap_or_default());
    let column = there.chars().zip(here.chars()).take_while(|(a, b)| a == b).count();
    let what =
        "this place was changed outside Cobalog; the entries say what they said, and the next entry writes it anew";
    Some(Problem { path: path.to_owned(), line: Some(same + 1), column: Some(column + 1), what: what.to_owned() })
}
