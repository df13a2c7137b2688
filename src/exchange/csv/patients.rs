//! Rows of a list of patients: who it is, the last dose, and a plan from which the next one is due on the list's day.

mod contradictions;
mod moved;
mod persons;
mod plan;
mod unsaid;

pub(super) use unsaid::{unsaid, without_dose};

use super::cells::{Cells, Reader};
use super::facts::{self, DoseFacts, PlanFacts};
use super::field::Field;
use super::table::Row;
use super::{alarms, labs, person, status, vocabulary};
use crate::clinic::decision::Change;
use crate::clinic::drug::{Drug, Route, mcg};
use crate::clinic::entry::{Act, Given, NextFrom};
use crate::clinic::intake::{Coming, Described, Piece, Trouble};
use crate::clinic::order::Order;
use crate::clinic::order::adopt::Planned;
use crate::clinic::patient::{Allergies, Person};
use crate::clinic::regimen::Regimen;
use crate::clinic::triage_words::said_once;
use crate::clinic::words;
use crate::exchange::results::told;
use chrono::NaiveDate;
use persons::Persons;
use std::collections::{BTreeMap, HashMap};
use unsaid::Amount;

/// Before what a row says and no plan is there to hold.
pub(super) const WITHOUT_PLAN: &str = "No plan is made, so this is not taken over";

/// Reads the rows, those of one patient together. Who they are about comes first: what they say takes much more room, and is
/// read for one patient after the other.
pub(super) fn pieces(reader: &Reader<'_>) -> Vec<Piece> {
    groups(reader).into_iter().map(|group| Patient::of_group(reader, group).piece()).collect()
}

/// Returns the plans of rows that say no interval where the plan has several and nobody said which, each with the number of
/// such rows.
pub(super) fn without_interval<'a>(reader: &'a Reader<'a>) -> Vec<(&'a Regimen, usize)> {
    let mut all: BTreeMap<&str, (&Regimen, usize)> = BTreeMap::new();
    for group in groups(reader) {
        let rows = group.rows.len();
        if let Some(regimen) = Patient::of_group(reader, group).lacks_interval() {
            all.entry(&regimen.id).or_insert((regimen, 0)).1 += rows;
        }
    }
    all.into_values().collect()
}

/// Rows of one patient.
struct Group<'a> {
    rows: Vec<&'a Row>,
    /// Why all of them are held, where the rows of one number are not of one person.
    apart: Option<String>,
}

/// Returns the rows, those of one patient together.
fn groups<'a>(reader: &'a Reader<'a>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places: HashMap<(String, String, String, Option<NaiveDate>), usize> = HashMap::new();
    let mut persons = Persons::default();
    // What another Cobalog wrote of two charts of one number, it wrote.
    let is_own = reader.table.is_own();
    for row in &reader.rows {
        let about = person::described(&mut reader.cells(row));
        let is_someone = !about.number.is_empty() || (!about.family.is_empty() && about.born.is_some());
        if is_someone && !is_own {
            persons.see(&about, row.line);
        }
        let who = (about.number, about.family.to_lowercase(), about.given.to_lowercase(), about.born);
        match places.get(&who).and_then(|at| groups.get_mut(*at)).filter(|_| is_someone) {
            Some(group) => group.rows.push(row),
            None => {
                places.insert(who, groups.len());
                groups.push(Group { rows: vec![row], apart: None });
            }
        }
    }
    if persons.are_apart() {
        for group in &mut groups {
            let about = group.rows.first().map(|row| person::described(&mut reader.cells(row)));
            group.apart = about.and_then(|about| persons.trouble(&about));
        }
    }
    groups
}

/// What one row says.
struct RowFacts {
    line: u64,
    about: Described,
    allergies: Allergies,
    caution: Option<String>,
    dose: DoseFacts,
    plan: PlanFacts,
    change: Option<Change>,
    labs: Vec<Coming>,
    troubles: Vec<String>,
    remarks: Vec<String>,
}

impl RowFacts {
    fn of(reader: &Reader<'_>, row: &Row) -> Self {
        let mut cells = reader.cells(row);
        let about = person::described(&mut cells);
        let allergies = person::allergies(&cells);
        let caution = said_once(None, cells.texts(&Field::Caution).map(|(_, text)| text));
        let mut dose = facts::dose(&mut cells, &Field::LastDose);
        let plan = facts::plan(&mut cells);
        // A list of dates may say more of the last dose than the row does.
        if let Some(told) = plan.earlier.iter().find(|earlier| Some(earlier.on) == dose.on) {
            dose.drug = told.drug.or(dose.drug);
            dose.given_mcg = told.dose_mcg;
            dose.on_calendar = told.on_calendar;
        }
        let change = status::change(&mut cells);
        alarms::hold(&mut cells, matches!(allergies, Allergies::Known(_)), change.is_some());
        let labs = labs::in_row(&mut cells, about.born);
        dates_are_possible(&mut cells, about.born, dose.on.iter().copied().chain(plan.earlier.iter().map(|e| e.on)));
        too_long(&mut cells);
        let Cells { troubles, remarks, .. } = cells;
        Self { line: row.line, about, allergies, caution, dose, plan, change, labs, troubles, remarks }
    }
}

/// No dose is of a day that has not come, or before the birth.
pub(super) fn dates_are_possible(
    cells: &mut Cells<'_>,
    born: Option<NaiveDate>,
    doses: impl Iterator<Item = NaiveDate>,
) {
    for on in doses {
        let why = match born {
            _ if on > cells.reader.today => "has not been given yet",
            Some(born) if on < born => "is before the birth",
            _ => continue,
        };
        cells.troubles.push(format!("A dose of {} {why}.", words::day(on)));
    }
}

/// A cell of so many lines comes of a quote that is closed somewhere else.
fn too_long(cells: &mut Cells<'_>) {
    const MOST_LINES: usize = 50;
    // What moved a plan has a line each.
    let columns = &cells.reader.mapping.columns;
    let is_listed = |at: usize| matches!(columns.get(at), Some(Field::EarlierPlans | Field::PlanEvents));
    let runs_on = |at: usize| !is_listed(at) && cells.row.cell(at).matches('\n').count() > MOST_LINES;
    let is_long = (0..cells.row.len()).any(runs_on);
    if is_long {
        cells.troubles.push("A cell runs over more than 50 lines: a quote is closed in the wrong place.".to_owned());
    }
}

/// All rows of one patient.
struct Patient<'a> {
    reader: &'a Reader<'a>,
    rows: Vec<RowFacts>,
    troubles: Vec<String>,
    remarks: Vec<String>,
}

impl<'a> Patient<'a> {
    fn of_group(reader: &'a Reader<'a>, group: Group<'_>) -> Self {
        let mut patient = Self::of(reader, group.rows.into_iter().map(|row| RowFacts::of(reader, row)).collect());
        patient.troubles.splice(0..0, group.apart);
        patient
    }

    fn of(reader: &'a Reader<'a>, mut rows: Vec<RowFacts>) -> Self {
        let troubles = rows.iter_mut().flat_map(|row| std::mem::take(&mut row.troubles)).collect();
        let mut remarks: Vec<String> = rows.iter_mut().flat_map(|row| std::mem::take(&mut row.remarks)).collect();
        remarks.dedup();
        // The row of the latest dose says what holds; of rows without one, the last.
        rows.sort_by_key(|row| row.dose.on);
        let mut patient = Self { reader, rows, troubles, remarks };
        patient.compare();
        patient
    }

    fn piece(mut self) -> Piece {
        const MOST_ROWS: usize = 1_000;
        let mut lines: Vec<u64> = self.rows.iter().map(|row| row.line).collect();
        lines.sort_unstable();
        if self.rows.len() > MOST_ROWS {
            self.troubles.push(format!("{} rows are of one patient: that cannot be.", self.rows.len()));
            self.rows.truncate(1);
        }
        let acts = self.acts();
        let about = self.rows.last().map(|row| row.about.clone()).unwrap_or_default();
        let child = self.is_child().filter(|_| self.troubles.is_empty());
        self.remarks.splice(0..0, child);
        let nobody = about.number.is_empty() && about.family.is_empty();
        let trouble = match (nobody, self.troubles.is_empty()) {
            (true, _) => Some(Trouble::Refused("Neither a number nor a name stands in this row.".to_owned())),
            (false, false) => Some(Trouble::Held(told(&self.troubles))),
            (false, true) => None,
        };
        Piece { place: super::read::place(&lines), lines, about, enters: true, acts, remarks: self.remarks, trouble }
    }

    fn acts(&mut self) -> Vec<Coming> {
        let Some(row) = self.rows.last() else { return Vec::new() };
        let allergies = self.rows.iter().fold(Allergies::NotAsked, |all, row| all.and(&row.allergies));
        let caution = self.rows.iter().rev().find_map(|row| row.caution.clone());
        let mut person = row.about.person(allergies, caution);
        let (order_id, change) = (row.plan.order_id.clone(), self.rows.iter().rev().find_map(|row| row.change.clone()));
        let labs: Vec<Coming> = self.rows.iter().flat_map(|row| row.labs.clone()).collect();
        let (mut order, doses) = match self.planned(change.as_ref()) {
            Some(Planned { order, doses }) => (Some(order), doses),
            None => {
                let mut doses = self.doses(None);
                if !self.is_own() {
                    self.keeps_cause(&mut doses);
                }
                (None, doses)
            }
        };
        self.keeps_notes(&doses, order.as_mut(), person.as_mut());
        let (earlier, (before_dose, since)) = (self.earlier_plans(), self.plan_events(order_id.as_deref()));
        let person = person.map(Act::Registered);
        let on_order = order.is_some();
        let mut acts: Vec<Coming> = person.into_iter().map(|person| Coming::new(None, person)).collect();
        acts.extend(earlier);
        acts.extend(order.map(|order| Coming::new(order_id.clone(), Act::Ordered(order))));
        acts.extend(before_dose);
        acts.extend(doses.into_iter().map(|given| Coming { on_order, ..Coming::new(None, Act::Given(given)) }));
        acts.extend(since);
        acts.extend(labs);
        acts.extend(change.map(|change| Coming::new(None, Act::Changed(change))));
        // A list may have a million rows.
        acts.shrink_to_fit();
        acts
    }

    /// Keeps what the remarks say that stands with no dose: with the plan, else in the banner.
    fn keeps_notes(&mut self, doses: &[Given], order: Option<&mut Order>, person: Option<&mut Person>) {
        let is_kept = |note: &str| doses.iter().any(|given| given.note.as_ref().is_some_and(|all| all.contains(note)));
        let mut notes: Vec<&str> = self.rows.iter().filter_map(|row| row.dose.note.as_deref()).collect();
        notes.dedup();
        let (with_dose, notes): (Vec<&str>, Vec<&str>) = notes.into_iter().partition(|note| is_kept(note));
        if !with_dose.is_empty() && !self.is_own() {
            let said = super::dates::short(&with_dose.join("; "));
            // Of a row that is held nothing is kept yet.
            match self.troubles.is_empty() {
                true => self.remarks.push(format!("Its remarks are kept with the dose: {said}.")),
                false if self.troubles.iter().any(|why| why.contains(&said)) => {}
                false => self.remarks.push(format!("Its remarks: {said}.")),
            }
        }
        if notes.is_empty() {
            return;
        }
        let notes = notes.join("; ");
        let (kept, place) = match (order, person) {
            (Some(order), _) => (&mut order.because, "with the plan"),
            (None, Some(person)) => (&mut person.caution, "in the banner"),
            (None, None) => return,
        };
        *kept = Some(kept.take().map_or_else(|| notes.clone(), |before| format!("{before}; {notes}")));
        self.remarks.push(format!("Its remarks are kept {place}: {}.", super::dates::short(&notes)));
    }

    /// The cause by the list, where it stands with no plan: with the newest dose.
    fn keeps_cause(&mut self, doses: &mut [Given]) {
        let Some(cause) = self.rows.iter().rev().find_map(|row| row.plan.cause.clone()) else { return };
        let known = vocabulary::cause(&cause).and_then(|id| self.reader.practice.knowledge.cause(id));
        let known = known.map(|known| format!(" ({})", known.name)).unwrap_or_default();
        let cause = format!("cause by the list: {}{known}", super::dates::short(&cause));
        match doses.last_mut() {
            Some(newest) => {
                let kept = if self.troubles.is_empty() { "Kept with the dose" } else { "It says" };
                self.remarks.push(format!("{kept}: {cause}."));
                newest.note = Some(newest.note.take().map_or_else(|| cause.clone(), |note| format!("{note}; {cause}")));
            }
            None => self.remarks.push(format!("Not taken over: {cause}.")),
        }
    }

    /// Returns the doses that the rows tell, by day; of one day the one that says most. Two amounts or forms of one day are
    /// for a person to look at.
    fn doses(&mut self, regimen: Option<&Regimen>) -> Vec<Given> {
        let stands_in = regimen.map(|regimen| (regimen.drug, unsaid::usual(regimen)));
        let route = regimen.and_then(|regimen| regimen.routes.first().copied());
        let mut all: BTreeMap<NaiveDate, Given> = BTreeMap::new();
        let mut missing = None;
        let own_drug = self.drug();
        for (on, (dose, open)) in self.told() {
            self.troubles.extend(open);
            let drug = dose.drug.or(own_drug).or(stands_in.map(|(drug, _)| drug));
            let (dose_mcg, is_stated) = match self.amount(&dose, stands_in.map(|(_, dose)| dose)) {
                Amount::Said(mcg) => (Some(mcg), true),
                Amount::ByPlan(mcg) => (Some(mcg), false),
                Amount::Held => continue,
                Amount::None => (None, false),
            };
            match drug.zip(dose_mcg) {
                Some((drug, dose_mcg)) => {
                    all.extend(given(&dose, drug, dose_mcg, route, is_stated).map(|given| (on, given)));
                }
                None => missing = missing.or(Some((on, unsaid(drug.is_some(), dose_mcg.is_some())))),
            }
        }
        // Of a row that is held nothing is taken over anyway.
        if let Some((day, unsaid)) = missing.filter(|_| self.troubles.is_empty()) {
            let day = words::day(day);
            self.remarks.push(format!("The dose of {day} is not taken over: {unsaid} is not said."));
        }
        self.troubles.dedup();
        self.remarks.dedup();
        all.into_values().collect()
    }

    /// Returns what the rows say of each day: the fullest, and what speaks against it.
    fn told(&self) -> BTreeMap<NaiveDate, (DoseFacts, Option<String>)> {
        let mut all: BTreeMap<NaiveDate, (DoseFacts, Option<String>)> = BTreeMap::new();
        // Our own table lists the doses of its plan: the last dose of all may be one of a plan before.
        let lists_all = |row: &RowFacts| self.is_own() && row.plan.phases.is_some();
        let is_listed = |row: &RowFacts| row.plan.earlier.iter().any(|earlier| Some(earlier.on) == row.dose.on);
        let of_rows = self.rows.iter().filter(|row| !lists_all(row) || is_listed(row)).map(|row| row.dose.clone());
        let earlier = self.rows.iter().flat_map(|row| row.plan.earlier.iter().map(|earlier| row.dose.earlier(earlier)));
        for dose in of_rows.chain(earlier) {
            let Some(on) = dose.on else { continue };
            match all.get_mut(&on) {
                Some((known, open)) => {
                    *open = open.take().or_else(|| known.against(&dose, on));
                    if dose.says() > known.says() {
                        *known = dose;
                    }
                }
                None => drop(all.insert(on, (dose, None))),
            }
        }
        all
    }
}

/// Writes a dose as it is recorded; what the list does not say is not made up.
pub(super) fn given(
    dose: &DoseFacts,
    drug: Drug,
    dose_mcg: u32,
    usual_route: Option<Route>,
    is_stated: bool,
) -> Option<Given> {
    let strength = dose.amount.strength_mcg_per_ml.unwrap_or(0);
    let route = dose.route.or(usual_route).unwrap_or(Route::Im);
    let by = dose.given_by.as_ref().map(|by| format!("given by {by}"));
    // A table that came from one of ours says it already.
    let by = by.filter(|by| dose.note.as_ref().is_none_or(|note| !note.contains(by)));
    let unsaid = (!is_stated).then(|| format!("the list says no dose; {} by the plan", mcg(dose_mcg)));
    let note: Vec<String> = dose.note.iter().cloned().chain(by).chain(unsaid).collect();
    let plain = Given::new(dose.on?, drug, strength, dose_mcg, route);
    Some(Given {
        time: dose.time,
        product: dose.product.clone().unwrap_or_else(|| match strength {
            0 => format!("{drug}, strength not stated"),
            _ => plain.product.clone(),
        }),
        site: dose.site.filter(|site| site.suits(route)),
        lot: dose.lot.clone(),
        expires: dose.expires,
        note: (!note.is_empty()).then(|| note.join("; ")),
        next_from: if dose.on_calendar { NextFrom::Calendar } else { NextFrom::DayGiven },
        ..plain
    })
}
