//! What the seals of a chart show, said with its place in the file: changed, added, removed, moved from another chart.

use super::super::audit::Found;
use super::super::error::{Problem, StoreError};
use super::super::files::{files_of, is_free, read_text};
use super::super::format::{text_in, write_chart};
use super::super::open::Store;
use super::super::seals::{Fault, Keys, Proof, Wrong, is_seal_key, name_in, recorded_in, seal_path};
use super::{CheckReport, Owners};
use crate::clinic::audit::Event;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Entry, EntryId, PatientId};
use crate::clinic::seal::Tampered;
use crate::clinic::words;
use std::collections::{BTreeMap, HashSet};
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
            Ok(text) if name_in(&text).is_some() => {}
            Ok(_) | Err(StoreError::Damaged { .. }) => {
                let what = "the key of the seals cannot be read: entries stay without seal until it is back. Bring it back from a backup";
                problems.push(Problem::new(&path, what));
            }
            Err(_) => {}
        }
        let others = files_of(self.disk(), &self.dir().join("keys"), "key").unwrap_or_default();
        let odd = others.iter().filter(|other| **other != path && is_seal_key(other));
        let unread = odd.filter(|other| match read_text(self.disk(), other) {
            Ok(text) => name_in(&text).is_none(),
            Err(error) => matches!(error, StoreError::Damaged { .. }),
        });
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
        owners.unlogged += unlogged(chart, &proof, owners.recorded.get(&chart.id));
        // In a practice without a key nothing is sealed yet; a demo was made without.
        let is_counted = !owners.keys.all.is_empty() && !self.settings().demo;
        report.old += if is_counted { proof.old } else { 0 };
        report.can_repair |= proof.faults.iter().any(|f| f.wrong != Wrong::Tampered(Tampered::NotSealed));
        let mut problems: Vec<Problem> =
            proof.faults.iter().filter_map(|fault| problem((path, text), chart, fault, owners)).collect();
        if problems.is_empty() && is_whole && proof.sealed > 0 {
            problems.extend(other_layout(path, text, chart));
        }
        let resealed = resealed((path, text), chart, &proof, &owners.recorded);
        report.can_repair |= !resealed.is_empty();
        report.problems.append(&mut problems);
        report.problems.extend(resealed);
    }

    /// Names charts of which the audit log has entries, and that are not there; of those in `gone` is said who knows them.
    pub(super) fn never_came(&self, owners: &Owners, gone: &BTreeMap<PatientId, String>) -> Vec<Problem> {
        let is_missing = |id: &PatientId| !owners.charts.contains(id) && !gone.contains_key(id);
        let missing =
            owners.recorded.iter().filter(|(id, _)| is_missing(id) && is_free(self.disk(), &self.chart_path(**id)));
        let problem = |(id, known): (&PatientId, &Vec<(EntryId, Event)>)| {
            let (_, first) = known.iter().min_by_key(|(id, event)| (event.at, *id))?;
            let what = format!(
                "it is not here, and the audit log says that {} {} recorded in it, the first {}. Where a program keeps the practice's folder the same on several computers it may be on its way: check again once that is done. Otherwise it was removed: a backup elsewhere may have it, `cobalog restore --merge FILE`",
                words::plural(known.len() as i64, "entry"),
                was(known.len()),
                recorded_as(first)
            );
            Some(Problem::new(&self.chart_path(*id), what))
        };
        missing.filter_map(problem).collect()
    }

    /// Says how many entries no line of the audit log knows: all that is left to see where a log was removed together with the
    /// workstation's memory of it.
    pub(super) fn never_logged(&self, owners: &Owners) -> Option<Problem> {
        let is_asked = owners.unlogged > 0 && !owners.keys.all.is_empty();
        let (entries, is) =
            (words::plural(owners.unlogged as i64, "sealed entry"), if owners.unlogged == 1 { "is" } else { "are" });
        let what = format!(
            "{entries} {is} in no line of the audit log. Where a program keeps the practice's folder the same on several computers the log may be on its way; a line may be lost where the power failed. Otherwise the log of a workstation was removed together with its state folder, and what else stood in it (who looked, near misses, entries that were removed too) is not known: a backup of before may have it, `cobalog restore --merge FILE`"
        );
        is_asked.then(|| Problem::new(&self.dir().join("audit"), what))
    }

    /// Says in which charts entries were recorded under a day that was pretended. In a demo that is what it is for.
    pub(super) fn pretended(&self, recorded: &BTreeMap<PatientId, Vec<(EntryId, Event)>>) -> Vec<Problem> {
        let note = |(id, events): (&PatientId, &Vec<(EntryId, Event)>)| {
            let mut events = events.iter().map(|(_, event)| event).filter(|event| event.pretended.is_some());
            let first = events.next()?;
            let day = first.pretended.map(words::day).unwrap_or_default();
            let what = format!(
                "{} recorded under a pretended day (--today, COBALOG_TODAY): the first, \"{}\" by {}, is dated {day} and was recorded on {}",
                words::plural(events.count() as i64 + 1, "entry"),
                first.detail,
                first.by,
                words::day(first.at.date_naive()),
            );
            Some(Problem::new(&self.chart_path(*id), what))
        };
        if self.settings().demo { Vec::new() } else { recorded.iter().filter_map(note).collect() }
    }

    /// Says that nothing proves the seals that there are, or that there were.
    pub(super) fn check_that_seals_can_be_proven(&self, owners: &Owners, log: &Found) -> Option<Problem> {
        let path = seal_path(self.dir());
        let is_none = owners.keys.all.is_empty() && is_free(self.disk(), &path);
        let (entries, lines) = (words::plural(owners.sealed as i64, "entry"), words::plural(log.lines as i64, "line"));
        let proves = match (owners.sealed, log.lines) {
            _ if !is_none => return log.is_key_lost.then(|| Problem::new(&path, other_key())),
            (0, 0) if !log.is_key_lost => return None,
            (0, 0) => "and this workstation sealed entries with it, though none has a seal now".to_owned(),
            (_, 0) => format!("and nothing proves the seals of {entries} without it"),
            (0, _) => format!("and nothing proves {lines} of the audit log without it, nor any entry: none has a seal"),
            _ => format!("and nothing proves the seals of {entries} and {lines} of the audit log without it"),
        };
        let back = "Bring it back from a backup: `cobalog restore --merge FILE`";
        Some(Problem::new(&path, format!("it is not there, {proves}. {back}")))
    }

    /// Names keys that nobody vouches for, and a date from when entries are sealed that cannot be.
    pub(super) fn key_oddities(&self, keys: &Keys, log: &Found) -> Vec<Problem> {
        let files = files_of(self.disk(), &self.dir().join("keys"), "key").unwrap_or_default();
        let name = |path: &Path| read_text(self.disk(), path).ok().and_then(|text| name_in(&text));
        let is_odd = |path: &Path| name(path).is_some_and(|name| !log.believed.contains(&name));
        let odd = files.iter().filter(|path| is_seal_key(path) && is_odd(path));
        let mut problems: Vec<_> = odd.map(|path| Problem::new(path, NOBODYS)).collect();
        if let Some((since, began)) =
            keys.since().zip(log.began).filter(|(since, began)| since.date_naive() > began.date_naive())
        {
            let (since, began) = (words::day(since.date_naive()), words::day(began.date_naive()));
            let what = format!(
                "it says that entries are sealed since {since}, and the audit log was begun with it on {began}: the date was changed outside Cobalog, or the clock of a computer was wrong then. Entries without a seal of the days between are not named"
            );
            problems.push(Problem::new(&seal_path(self.dir()), what));
        }
        problems
    }
}

const NOBODYS: &str = "it is a key of seals that no workstation which knows the practice's key calls its own. Two workstations that were apart make one each: start Cobalog on both, then check again. One that a backup of before brings is known after `cobalog restore --merge FILE`. Otherwise somebody put it there: what is sealed with it proves nothing";

fn other_key() -> String {
    "this workstation sealed with another key, which is not here any more: what it sealed cannot be proven. Bring it back from a backup: `cobalog restore --merge FILE`".to_owned()
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
    let were = was(lost.len());
    let what = format!(
        "{entries} that the audit log says {were} recorded {is} missing, the first {}: an older file was put in its place, or {them} removed: {BACK}",
        recorded_as(first)
    );
    Some(Problem::new(path, what))
}

fn recorded_as(event: &Event) -> String {
    let when = format!("{} {}", words::day(event.at.date_naive()), event.at.format("%H:%M"));
    format!("\"{}\" of {when} by {}", event.detail, event.by)
}

/// Returns how many entries that are sealed and right no line of the log knows.
fn unlogged(chart: &Chart, proof: &Proof, recorded: Option<&Vec<(EntryId, Event)>>) -> usize {
    let known: HashSet<EntryId> = recorded.into_iter().flatten().map(|(id, _)| *id).collect();
    let is_named = |id| proof.faults.iter().any(|f| f.entry == id && matches!(f.wrong, Wrong::Tampered(_)));
    let of = |entry: &&Entry| entry.seal.is_some() && !known.contains(&entry.id) && !is_named(entry.id);
    chart.entries().iter().filter(of).count()
}

/// Returns whether an entry has another seal than the log says that it was recorded with, or none.
pub(in crate::store) fn is_resealed(entry: &Entry, recorded: &[(EntryId, Event)]) -> bool {
    let mut seals =
        recorded.iter().filter(|(id, _)| *id == entry.id).filter_map(|(_, event)| event.seal.as_ref()).peekable();
    seals.peek().is_some() && seals.all(|seal| entry.seal.as_ref() != Some(seal))
}

/// Names entries that have another seal than the one that they were recorded with, or none, and of which nothing else is wrong.
fn resealed(
    (path, text): (&Path, &str),
    chart: &Chart,
    proof: &Proof,
    recorded: &BTreeMap<PatientId, Vec<(EntryId, Event)>>,
) -> Vec<Problem> {
    let Some(known) = recorded.get(&chart.id) else { return Vec::new() };
    let is_named = |id| proof.faults.iter().any(|f| f.entry == id && matches!(f.wrong, Wrong::Tampered(_)));
    let wrong = chart.entries().iter().filter(|entry| !is_named(entry.id) && is_resealed(entry, known));
    let problem = |entry: &Entry| {
        let has = match entry.seal {
            Some(_) => "has another seal than the audit log says that it was recorded with",
            None => "has no seal, and the audit log says that it was recorded with one",
        };
        let what = format!("{} {has}: it was changed outside Cobalog: {BACK}; else {LOOK}", named(entry));
        let (line, column) = place(text, entry.id)?;
        Some(Problem { path: path.to_owned(), line: Some(line), column: Some(column), what })
    };
    wrong.filter_map(problem).collect()
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
            let (entries, were) = (words::plural(*count as i64, "entry"), was(*count));
            format!("{entries} from before {} {were} removed or changed outside Cobalog: {BACK}", short(entry))
        }
    };
    let (line, column) = place(text, entry.id)?;
    Some(Problem { path: path.to_owned(), line: Some(line), column: Some(column), what })
}

fn was(count: usize) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

fn removed(count: usize, before: &Entry, after: Option<&Entry>) -> String {
    let (entries, were) = (words::plural(count as i64, "entry"), was(count));
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
