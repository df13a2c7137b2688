//! A look at the log itself: lines that were changed, removed or cut off, and entries that it knows and no chart has.

use super::super::error::Problem;
use super::super::files::{files_of, read_text};
use super::super::open::Store;
use super::super::seals::{Key, Keys};
use super::line::{Head, Line, named};
use super::vouch::Vouched;
use super::write::{folder, known, remembered};
use crate::clinic::audit::{Event, What};
use crate::clinic::entry::{EntryId, PatientId};
use crate::clinic::words;
use chrono::{DateTime, FixedOffset, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};

const WHOLE: &str =
    "a backup of before may have the whole log: `cobalog backup --list`, then `cobalog restore --merge FILE`";

/// Returns how far the log of this workstation goes that came back.
pub(super) fn restored_to(store: &Store) -> u64 {
    let keys = store.keys().unwrap_or_default();
    let files = files_of(store.disk(), &folder(store.dir()), "log").unwrap_or_default();
    let own = files.iter().filter(|path| named(path).is_some_and(|(_, station)| station == store.station()));
    let newest = |path: &PathBuf| Line::newest(&read_text(store.disk(), path).ok()?, &keys, store.station());
    own.filter_map(newest).map(|line| line.body.n).max().unwrap_or_default()
}

/// A line where it stands.
struct Placed {
    path: PathBuf,
    at: usize,
    line: Line,
    is_right: bool,
}

impl Placed {
    /// Returns up to which number the log went that was restored; what came after it is missing before the line that says so.
    fn restored_to(&self) -> Option<u64> {
        let event = &self.line.body.event;
        event.log_to.filter(|_| self.is_right && event.what == What::Restored)
    }
}

/// The lines of each workstation by number.
type Logs = BTreeMap<String, BTreeMap<u64, Placed>>;

/// What a look at the log gives.
#[derive(Default)]
pub(in crate::store) struct Found {
    pub(in crate::store) problems: Vec<Problem>,
    /// The entries that the log says were recorded, by chart.
    pub(in crate::store) recorded: BTreeMap<PatientId, Vec<(EntryId, Event)>>,
    /// How many lines there are, proven or not.
    pub(in crate::store) lines: usize,
    /// The names of the keys that are this practice's, as far as is known here.
    pub(in crate::store) believed: BTreeSet<String>,
    /// Whether this workstation remembers a key that is not there any more.
    pub(in crate::store) is_key_lost: bool,
    /// When the first line of a workstation was written, the earliest of all.
    pub(in crate::store) began: Option<DateTime<FixedOffset>>,
}

/// Looks at every line of the log.
pub(in crate::store) fn check(store: &Store, keys: &Keys) -> Found {
    let (mut found, mut logs, mut vouched) = (Found::default(), Logs::new(), Vouched::default());
    let state = store.places().state.as_deref();
    found.is_key_lost = remembered(store.disk(), state).misses_one_of(keys);
    for path in files_of(store.disk(), &folder(store.dir()), "log").unwrap_or_default() {
        let Some(named) = named(&path) else { continue };
        match read_text(store.disk(), &path) {
            // Without a key nothing is proven; that it is missing is said elsewhere.
            Ok(text) if keys.all.is_empty() => found.lines += text.lines().count(),
            Ok(text) => {
                found.lines += text.lines().count();
                lines((&path, &named), &text, keys, &mut logs, (&mut vouched, &mut found.problems));
            }
            Err(error) => found.problems.push(error.into_problem()),
        }
    }
    let Some(first) = keys.all.first().map(Key::name) else { return found };
    for (station, log) in &logs {
        gaps(station, log, &mut found.problems);
    }
    let own = known(store.disk(), state, keys);
    found.believed = vouched.from(if own.key.is_empty() { first } else { own.key });
    found.problems.extend(cut(store, store.station(), &own.head, &logs, "this workstation remembers"));
    let firsts = logs.values().filter_map(|log| log.get(&1)).filter(|placed| placed.is_right);
    found.began = firsts.map(|placed| placed.line.body.event.at).min();
    seen_by_others(store, &logs, &mut found.problems);
    let right = logs.into_values().flat_map(BTreeMap::into_values).filter(|placed| placed.is_right);
    for event in right.map(|placed| placed.line.body.event).filter(|event| event.what == What::Recorded) {
        let (Some(patient), Some(entry)) = (event.patient, event.entry) else { continue };
        found.recorded.entry(patient).or_default().push((entry, event));
    }
    found
}

fn lines(
    (path, (day, station)): (&Path, &(NaiveDate, String)),
    text: &str,
    keys: &Keys,
    logs: &mut Logs,
    (vouched, problems): (&mut Vouched, &mut Vec<Problem>),
) {
    let mut other_day = None;
    for (at, text) in text.lines().enumerate() {
        let line = Line::read(text);
        let key = Line::proven_by(text, keys, station);
        let is_right = key.is_some();
        if let Some((key, line)) = key.zip(line.as_ref()) {
            vouched.add(key, &line.body.event);
            let of = line.body.event.at.date_naive();
            other_day = other_day.or_else(|| (of != *day).then(|| renamed(path, at, of)));
        }
        if !is_right {
            let who = line.as_ref().map_or(String::new(), |line| format!(" (it says: {})", said(&line.body.event)));
            let what = format!("this line of the audit log was changed or added outside Cobalog{who}: {WHOLE}");
            problems.push(Problem { path: path.to_owned(), line: Some(at + 1), column: Some(1), what });
        }
        // One that was changed still stands at its place: nothing is missing there. It takes no other one's.
        if let Some(line) = line {
            let log = logs.entry(station.to_owned()).or_default();
            if log.get(&line.body.n).is_none_or(|there| is_right && !there.is_right) {
                log.insert(line.body.n, Placed { path: path.to_owned(), at: at + 1, line, is_right });
            }
        }
    }
    problems.extend(other_day);
}

/// Lists by date do not open the files of other days.
fn renamed(path: &Path, at: usize, of: NaiveDate) -> Problem {
    let what = format!(
        "this line of the audit log is of {}, and its file says another day: it was renamed or copied outside Cobalog, and lists by date do not find it. Give the file its name of before",
        words::day(of)
    );
    Problem { path: path.to_owned(), line: Some(at + 1), column: Some(1), what }
}

fn said(event: &Event) -> String {
    let by = if event.by.is_empty() { String::new() } else { format!(" by {}", event.by) };
    let day = words::day(event.at.date_naive());
    format!("{} {day} {}{by}", event.what.words(), event.at.format("%H:%M"))
}

fn gaps(station: &str, log: &BTreeMap<u64, Placed>, problems: &mut Vec<Problem>) {
    let mut before: Option<&Placed> = None;
    for (n, placed) in log {
        let last = before.map_or(0, |placed| placed.line.body.n);
        let missing = n.saturating_sub(last).saturating_sub(1);
        // A number that somebody made up says nothing of others.
        if missing > 0 && !placed.is_right {
            continue;
        }
        let is_broken =
            missing == 0 && before.is_some_and(|before| !before.line.tag.starts_with(placed.line.body.back.as_str()));
        if (missing > 0 || is_broken) && placed.is_right && placed.restored_to() != Some(last) {
            let lines = words::plural(i64::try_from(missing.max(1)).unwrap_or(i64::MAX), "line");
            let were = if missing > 1 { "were" } else { "was" };
            let after = before.map_or(String::new(), |before| format!(" after {}", said(&before.line.body.event)));
            let what = format!(
                "{lines} of the audit log of the workstation {station} before this one {were} removed outside Cobalog{after}: {WHOLE}"
            );
            problems.push(Problem { path: placed.path.clone(), line: Some(placed.at), column: Some(1), what });
        }
        before = Some(placed);
    }
}

/// Says that a log ends before a line that somebody knows of.
fn cut(store: &Store, station: &str, head: &Head, logs: &Logs, who: &str) -> Option<Problem> {
    if head.n == 0 {
        return None;
    }
    let log = logs.get(station);
    let line = log.and_then(|log| log.get(&head.n));
    let after = (Bound::Excluded(head.n), Bound::Unbounded);
    let next = log.and_then(|log| log.range(after).find(|(_, placed)| placed.is_right));
    let before = log.and_then(|log| log.range(..head.n).rfind(|(_, placed)| placed.is_right)).map_or(0, |(n, _)| *n);
    let is_restored = line.is_none() && next.is_some_and(|(_, placed)| placed.restored_to() == Some(before));
    if is_restored || line.is_some_and(|placed| placed.line.tag == head.tag) {
        return None;
    }
    let last = log.and_then(|log| log.values().rev().find(|placed| placed.is_right));
    let (n, log) = (head.n, format!("the audit log of the workstation {station}"));
    let what = match (line, last) {
        (Some(_), _) => format!("the line {n} of {log} is another one than {who}: {WHOLE}"),
        (None, Some(last)) => format!(
            "{log} was cut off or replaced by an older one: it ends with {}, and {who} a line {n}: {WHOLE}",
            said(&last.line.body.event)
        ),
        (None, None) => format!("{log} is not there, and {who} a line {n}: {WHOLE}"),
    };
    let path = last.map_or_else(|| folder(store.dir()), |last| last.path.clone());
    Some(Problem { path, line: last.map(|last| last.at), column: last.map(|_| 1), what })
}

/// Each start of the program wrote down how far the others' logs went.
fn seen_by_others(store: &Store, logs: &Logs, problems: &mut Vec<Problem>) {
    let all = logs.iter().flat_map(|(station, log)| log.values().map(move |placed| (station, placed)));
    let began = all.filter(|(_, placed)| placed.is_right && placed.line.body.event.what == What::Began);
    let mut furthest: BTreeMap<String, (Head, String)> = BTreeMap::new();
    for (station, placed) in began {
        for part in placed.line.body.event.detail.split("; ") {
            let mut words = part.split(' ');
            let (Some(of), Some(n), Some(tag)) = (words.next(), words.next(), words.next()) else { continue };
            let Ok(n) = n.parse() else { continue };
            let head = Head { n, tag: tag.to_owned() };
            if furthest.get(of).is_none_or(|(known, _)| known.n < n) {
                furthest.insert(of.to_owned(), (head, format!("the workstation {station} saw")));
            }
        }
    }
    for (station, (head, who)) in furthest {
        problems.extend(cut(store, &station, &head, logs, &who));
    }
}
