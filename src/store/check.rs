//! A look at every file: can it be read, and does it hold together?

mod seals;
mod unknown;

pub(super) use seals::is_resealed;

use super::audit;
use super::charts::read_with_text;
use super::copies;
use super::disk::Disk;
use super::drafts;
use super::error::{Problem, StoreError};
use super::files::{is_absent, ron_files_in};
use super::open::Store;
use super::paths::{LETTERS, Places};
use super::roster::{chart_id, row};
use super::seals::Keys;
use super::tries;
use super::vault::{self, Sealed};
use crate::clinic::audit::Event;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Act, Amended, EntryId, PatientId};
use crate::clinic::links::{Link, Links, Said};
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a look at every file found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// How many charts could be read.
    pub charts: usize,
    /// How many entries they hold.
    pub entries: usize,
    /// How many of them have no seal, as they are from before the practice had seals.
    pub old: usize,
    /// What is wrong, by file.
    pub problems: Vec<Problem>,
    /// Whether there is one among them that a repair may put right.
    pub can_repair: bool,
    /// Charts in which entries were recorded under a day that was pretended: nothing is wrong with them, if that was meant.
    pub pretended: Vec<Problem>,
    /// What is to be known of files with which nothing is wrong.
    pub notes: Vec<Problem>,
    /// Files in the practice's folder that are not Cobalog's: they are left alone.
    pub unknown: Vec<PathBuf>,
}

impl CheckReport {
    /// Returns whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// What belongs to one chart only.
#[derive(Default)]
struct Owners {
    entries: HashMap<EntryId, PatientId>,
    /// By number, in the order in which the charts are looked at.
    numbers: BTreeMap<String, Vec<(PatientId, String)>>,
    /// What the charts say of each other.
    said: Vec<Said>,
    /// What proves their entries, and how many have a seal.
    keys: Keys,
    sealed: usize,
    /// How many entries no line of the audit log knows, though they are sealed.
    unlogged: usize,
    /// All of them.
    charts: Vec<PatientId>,
    /// What the audit log says was recorded, by chart.
    recorded: BTreeMap<PatientId, Vec<(EntryId, Event)>>,
}

/// Reads every file of a practice's folder, also where its `practice.ron` cannot be read; changes none.
#[must_use]
pub fn check(dir: &Path, places: Places, disk: Arc<dyn Disk>) -> CheckReport {
    let (store, refused) = Store::open_or_bare(dir, places, disk);
    // Without its key nothing can be said of an encrypted practice.
    if let Some(locked @ (StoreError::Locked { .. } | StoreError::Switched { .. })) = refused {
        return CheckReport { problems: vec![locked.into_problem()], ..CheckReport::default() };
    }
    let mut report = store.check();
    let is_repairable =
        |error: &StoreError| matches!(error, StoreError::Damaged { .. } | StoreError::NoPractice { .. });
    report.can_repair |= refused.as_ref().is_some_and(is_repairable);
    report.problems.splice(0..0, refused.map(StoreError::into_problem));
    report
}

impl Store {
    /// Reads every file of the practice, and the drafts that are kept on this workstation; changes none.
    #[must_use]
    pub fn check(&self) -> CheckReport {
        let unknown = unknown::files(self.disk(), self.dir());
        let mut report = CheckReport { problems: self.problems().to_vec(), unknown, ..CheckReport::default() };
        // A place in an own regimen or product is named where it cannot be read; what can be read, a person wrote.
        report.can_repair = report.problems.iter().any(|problem| problem.line.is_some());
        let (keys, problems) = self.check_keys();
        report.problems.extend(problems);
        let mut log = audit::check(self, &keys);
        report.problems.append(&mut log.problems);
        report.problems.extend(self.key_oddities(&keys, &log));
        let recorded = std::mem::take(&mut log.recorded);
        report.pretended = self.pretended(&recorded);
        let mut owners = Owners { keys, recorded, ..Owners::default() };
        // Every practice has the folder: one that is gone is not an empty one.
        match ron_files_in(self.disk(), &self.charts_dir()) {
            Ok(paths) => {
                owners.charts = paths.iter().filter_map(|path| chart_id(path)).collect();
                paths.iter().for_each(|path| self.check_chart(path, &mut report, &mut owners));
                self.check_gone(&owners, &mut report);
            }
            Err(source) => {
                report.can_repair |= is_absent(&source);
                report.problems.push(StoreError::Read { path: self.charts_dir(), source }.into_problem());
            }
        }
        report.problems.extend(self.check_that_seals_can_be_proven(&owners, &log));
        self.check_together(&owners, &mut report);
        report.problems.extend(self.settings_problems());
        let overwritten = self.overwritten_problems();
        report.can_repair |= !overwritten.is_empty();
        report.problems.extend(overwritten);
        let drafts = self.places().state.as_deref().map(|state| drafts::check(self.disk(), state)).unwrap_or_default();
        report.problems.extend(drafts);
        let state = self.places().state.as_deref();
        report.problems.extend(state.and_then(|state| tries::check(self.disk(), state)));
        report.notes.extend(self.never_logged(&owners));
        report.notes.extend(self.wide());
        report.notes.extend(self.unseen_recovery());
        report.notes.extend(state.and_then(|state| tries::note(self.disk(), state)));
        report.problems.extend(self.unmatched().1);
        report.problems.extend(self.disk().sealed().map(Sealed::key_problems).unwrap_or_default());
        report.problems.extend(self.plain_problems());
        report.problems.extend(self.not_encrypted());
        report
    }

    /// A recovery key that nobody has on paper is none.
    fn unseen_recovery(&self) -> Option<Problem> {
        let raw = self.disk().sealed().map_or(self.disk(), Sealed::raw);
        let what = "nobody said that the newest recovery key is on paper, and one of before is good no more: `cobalog encrypt --recovery` makes another one";
        vault::is_recovery_unseen(self.dir(), raw).then(|| Problem::new(&vault::recovery_path(self.dir(), raw), what))
    }

    /// Whoever set it up believes that the disk shows nothing.
    fn not_encrypted(&self) -> Option<Problem> {
        let what = "the practice was to be encrypted when it was set up, and is not: the program was stopped. `cobalog encrypt`, or Settings, encrypts it";
        (self.disk().sealed().is_none() && vault::is_wanted(self.dir(), self.disk()))
            .then(|| Problem::new(self.dir(), what))
    }

    /// Names what an encrypted practice has plain: a switch that was stopped, or what somebody put there.
    fn plain_problems(&self) -> Vec<Problem> {
        let Some(sealed) = self.disk().sealed() else { return vault::stray_keys(self.disk(), self.dir()) };
        let plain = vault::plain(sealed.raw(), self.dir(), self.places());
        let what = "it is not encrypted, and the practice is: `cobalog encrypt` encrypts what lies there plain";
        let hidden = vault::hidden(sealed.raw(), self.dir());
        let is_hidden = "it is not encrypted, and the practice is: a sync program, an editor or a copy left it here. No program of Cobalog touches it: look what it is, and remove it; where older versions of files are kept, have that switched off";
        let before = audit::states_of_before(self, sealed.raw());
        let is_before = "it was the place of this practice on this computer before its folder was moved, and is not encrypted: drafts, what was recorded here, backups. Where the practice is opened from there no more, remove it, and the folder of that name in the cache";
        let letters = self.places().state.as_ref().map(|state| state.join(LETTERS));
        let is_letter = |path: &PathBuf| letters.as_ref().is_some_and(|letters| path.starts_with(letters));
        let (letters, plain) = plain.into_iter().partition(is_letter);
        let is_saved = "a letter that was saved to be printed or sent, and is not encrypted: it goes when Cobalog is locked or left, at the latest at its next start; or remove it";
        let all: [(Vec<PathBuf>, &str); 4] =
            [(plain, what), (letters, is_saved), (hidden, is_hidden), (before, is_before)];
        all.iter().flat_map(|(paths, what)| paths.iter().map(|path| Problem::new(path, *what))).collect()
    }

    /// Names charts that were known here and are not there any more.
    fn check_gone(&self, owners: &Owners, report: &mut CheckReport) {
        let gone = self.gone();
        report.problems.extend(self.never_came(owners, &gone));
        for (id, known) in gone {
            let what = format!("it is not there, though {known}: `cobalog check --repair` brings it back");
            report.problems.push(Problem::new(&self.chart_path(id), what));
            report.can_repair = true;
        }
    }

    /// What no chart shows alone: one number for two patients, and links that are half made or contradict each other.
    fn check_together(&self, owners: &Owners, report: &mut CheckReport) {
        let links = Links::of(owners.said.iter().copied());
        report.can_repair |= !links.half_made().is_empty();
        let mut found = |id: PatientId, what: String| report.problems.push(Problem::new(&self.chart_path(id), what));
        for (number, charts) in &owners.numbers {
            let Some(((first, other), rest)) = charts.split_first() else { continue };
            for (id, name) in rest.iter().filter(|(id, _)| !links.members(*first).contains(id)) {
                found(*id, format!("{name} and {other} have the same number {number}"));
            }
        }
        for half in links.half_made() {
            let day = words::day(half.at.date_naive());
            let said = if half.link == Link::Same { "the two are one patient" } else { "the two are two people" };
            let what = format!(
                "it does not say yet what the chart {} says since {day}, that {said}; that holds, and `cobalog check --repair` completes it",
                half.from
            );
            found(half.about, what);
        }
        for odd in links.at_odds() {
            let what = format!(
                "it and the chart {} are said to be one patient, but charts of the two are kept apart: they stay apart until `cobalog same` says which holds",
                odd.about
            );
            found(odd.from, what);
        }
    }

    fn check_chart(&self, path: &Path, report: &mut CheckReport, owners: &mut Owners) {
        let Some(id) = chart_id(path) else { return report.problems.push(copies::named(self.disk(), path)) };
        let (text, read) = match read_with_text(self.disk(), path, id) {
            Ok(read) => read,
            Err(e) => {
                report.can_repair |= matches!(e, StoreError::Damaged { .. });
                return report.problems.push(e.into_problem());
            }
        };
        report.can_repair |= read.disorder.is_some();
        let mut found = |what: String| report.problems.push(Problem::new(path, what));
        if let Some(entry) = read.clash {
            found(format!("two different entries have the id {entry}"));
        }
        read.disorder.iter().cloned().for_each(&mut found);
        for entry in read.chart.entries() {
            if let Some(other) = owners.entries.insert(entry.id, id).filter(|other| *other != id) {
                found(format!("its entry {} is in the chart {other} too", entry.id));
            }
        }
        if let Some(person) = read.chart.person() {
            owners.numbers.entry(person.number.clone()).or_default().push((id, person.name()));
        }
        owners.said.extend(read.chart.said());
        let is_whole = read.disorder.is_none() && read.clash.is_none();
        self.unsound(&read.chart).into_iter().for_each(found);
        self.check_seals((path, &text), &read.chart, is_whole, owners, report);
        let replayed = seals::replayed(path, &read.chart, &owners.recorded);
        report.can_repair |= replayed.is_some();
        report.problems.extend(replayed);
        report.charts += 1;
        report.entries += read.chart.entries().len();
    }

    /// Says what in a chart names something that is not there, and whether its course can be worked out.
    fn unsound(&self, chart: &Chart) -> Vec<String> {
        let others: Vec<_> = chart.said().map(|said| (said.about, self.chart_alone(said.about))).collect();
        // An entry of a chart that is or was joined may be named here: a correction, a dose on its order.
        let there = |id: &EntryId| others.iter().any(|(_, o)| o.as_ref().is_ok_and(|o| o.entry(*id).is_some()));
        let missing = |id: &EntryId| chart.entry(*id).is_none() && !there(id);
        let is_gone = |other: &Result<Chart, StoreError>| matches!(other, Err(StoreError::NoChart { .. }));
        let mut found: Vec<_> = others
            .iter()
            .filter(|(_, other)| is_gone(other))
            .map(|(id, _)| format!("it is linked to the chart {id}, which is not there"))
            .collect();
        found.dedup();
        for entry in chart.entries() {
            for of in names(&entry.act).into_iter().filter(missing) {
                found.push(format!("its entry {} names the entry {of}, which is not there", entry.id));
            }
        }
        let last = chart.entries().last().map_or(NaiveDate::default(), |e| e.at.date_naive());
        match row(chart, self.practice(), last) {
            Ok(Some(_)) => {}
            // Entered by an import that was undone.
            Ok(None) if is_struck_out(chart) => {}
            Ok(None) => found.push("nobody is registered in it, so that it is in no list".to_owned()),
            Err(what) => found.push(what),
        }
        found
    }
}

fn is_struck_out(chart: &Chart) -> bool {
    let facts = chart.facts();
    !facts.is_empty() && facts.iter().all(|fact| fact.act.is_none())
}

/// Returns the entries that an act is about.
fn names(act: &Act) -> Vec<EntryId> {
    match act {
        Act::Given(given) => given.order.into_iter().collect(),
        Act::NotGiven(not) => not.order.into_iter().collect(),
        Act::PhaseEnded(ended) => vec![ended.order],
        Act::Renewed(renewed) => vec![renewed.order],
        Act::Cosigned(cosigned) => std::iter::once(cosigned.of).chain(cosigned.version).collect(),
        Act::Noted(note) => note.of.into_iter().chain(note.adds_to).collect(),
        Act::Amended(amended) => amended_names(amended),
        Act::Acknowledged(seen) => seen.rests_on.clone(),
        Act::Registered(_)
        | Act::Triaged(_)
        | Act::Ordered(_)
        | Act::Checked(_)
        | Act::Changed(_)
        | Act::Reviewed(_)
        | Act::Linked(_) => Vec::new(),
    }
}

/// A correction names what it corrects, and what the corrected act names.
fn amended_names(amended: &Amended) -> Vec<EntryId> {
    let instead = amended.instead.as_deref().map(names).unwrap_or_default();
    std::iter::once(amended.of).chain(instead).collect()
}
