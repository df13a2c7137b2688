//! Rows of a list of patients: who it is, the last dose, and a plan from which the next one is due on the list's day.

use super::cells::{Cells, Reader};
use super::facts::{self, DoseFacts, PlanFacts};
use super::field::Field;
use super::mapping::PlanChoice;
use super::table::Row;
use super::{alarms, labs, person, status, vocabulary};
use crate::clinic::decision::Change;
use crate::clinic::drug::{Drug, Route, mcg};
use crate::clinic::entry::{Act, Given, NextFrom};
use crate::clinic::intake::{Coming, Described, Piece, Trouble};
use crate::clinic::interval::days_between;
use crate::clinic::order::adopt::{self, Next, Planned, Wanted};
use crate::clinic::order::{Order, Wish};
use crate::clinic::patient::{Allergies, Person};
use crate::clinic::regimen::Regimen;
use crate::clinic::roles::{self, Told};
use crate::clinic::term::Term;
use crate::clinic::triage_words::said_once;
use crate::clinic::words;
use crate::exchange::results::told;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Before what a row says and no plan is there to hold.
pub(super) const WITHOUT_PLAN: &str = "No plan is made, so this is not taken over";

/// Reads the rows, those of one patient together.
pub(super) fn pieces(reader: &Reader<'_>) -> Vec<Piece> {
    let mut groups: Vec<Vec<RowFacts>> = Vec::new();
    let mut places: HashMap<(String, String, String, Option<NaiveDate>), usize> = HashMap::new();
    for row in &reader.rows {
        let facts = RowFacts::of(reader, row);
        let about = &facts.about;
        let who = (about.number.clone(), about.family.to_lowercase(), about.given.to_lowercase(), about.born);
        let is_someone = !about.number.is_empty() || (!about.family.is_empty() && about.born.is_some());
        match places.get(&who).and_then(|at| groups.get_mut(*at)).filter(|_| is_someone) {
            Some(group) => group.push(facts),
            None => {
                places.insert(who, groups.len());
                groups.push(vec![facts]);
            }
        }
    }
    groups.into_iter().map(|group| Patient::of(reader, group).piece()).collect()
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
    let is_long = (0..cells.row.len()).any(|at| cells.row.cell(at).matches('\n').count() > MOST_LINES);
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
    fn of(reader: &'a Reader<'a>, mut rows: Vec<RowFacts>) -> Self {
        let troubles = rows.iter_mut().flat_map(|row| std::mem::take(&mut row.troubles)).collect();
        let mut remarks: Vec<String> = rows.iter_mut().flat_map(|row| std::mem::take(&mut row.remarks)).collect();
        remarks.dedup();
        // The row of the latest dose says what holds; of rows without one, the last.
        rows.sort_by_key(|row| row.dose.on);
        Self { reader, rows, troubles, remarks }
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
        let person = person.map(Act::Registered);
        let on_order = order.is_some();
        let mut acts: Vec<Coming> = person.into_iter().map(|person| Coming::new(None, person)).collect();
        acts.extend(order.map(|order| Coming::new(order_id, Act::Ordered(order))));
        acts.extend(doses.into_iter().map(|given| Coming { on_order, ..Coming::new(None, Act::Given(given)) }));
        acts.extend(labs);
        acts.extend(change.map(|change| Coming::new(None, Act::Changed(change))));
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

    /// Returns the plan; `None` where the row asks for none, or where a person has to look first.
    fn planned(&mut self, change: Option<&Change>) -> Option<Planned> {
        let due = self.rows.iter().rev().find_map(|row| row.plan.due);
        let has_dose = self.rows.iter().any(|row| row.dose.on.is_some() || !row.plan.earlier.is_empty());
        let has_from = self.rows.iter().any(|row| row.plan.from.is_some());
        let is_over = change.is_some_and(|change| change.what.ends_the_plan());
        let has_days = (has_dose || due.is_some()) && !is_over && !self.is_own();
        if !has_from && !has_days {
            if !self.is_own() {
                self.without_a_plan();
            }
            return None;
        }
        let regimen = self.regimen()?;
        if let Some(child) = self.is_child() {
            self.troubles.push(format!("{child} No plan is made of the row."));
            return None;
        }
        let prescriber = self.rows.iter().rev().find_map(|row| row.plan.prescriber.clone());
        let Some(prescriber) = prescriber.or_else(|| self.reader.mapping.prescriber.clone()) else {
            self.troubles.push("Say who the prescriber is: a plan has one.".to_owned());
            return None;
        };
        let people = &self.reader.practice.settings.people;
        if let Err(roles::Untold::NoPrescriber(why)) = roles::told(people, "", &prescriber, Some(Told::Written)) {
            self.troubles.push(why);
        }
        let doses = self.doses(Some(regimen));
        self.due_is_possible(&doses, due);
        if !self.troubles.is_empty() {
            return None;
        }
        let mut wanted = self.wanted(regimen, doses, due, prescriber);
        wanted.next = match (due, wanted.by_interval(), self.is_own()) {
            (Some(due), ..) => Next::On(due),
            (None, _, true) if is_over => Next::Any,
            (None, _, true) => Next::None,
            (None, Some(day), false) => Next::On(day),
            (None, None, false) => Next::Any,
        };
        match wanted.write(self.reader.practice, self.reader.today) {
            Ok(mut planned) => {
                // What was signed here may end before its first dose, and still ends then.
                if self.is_own() {
                    planned.order.term = self.term();
                }
                self.says_both_days(&wanted, due, &planned.order);
                Some(planned)
            }
            Err(why) => {
                self.troubles.push(why);
                None
            }
        }
    }

    /// Says that the patient is a child today, for whom no plan here is (rule N2).
    fn is_child(&self) -> Option<String> {
        let adult = self.reader.practice.knowledge.rule("N2");
        let born = self.rows.iter().rev().find_map(|row| row.about.born)?;
        let age = self.reader.today.years_since(born)?;
        let years = adult.count("years");
        let born = words::born(born);
        (i64::from(age) < years).then(|| format!("Under {years}, born {born}: this is an adult program, refer."))
    }

    fn wanted<'w>(
        &mut self,
        regimen: &'w Regimen,
        doses: Vec<Given>,
        due: Option<NaiveDate>,
        prescriber: String,
    ) -> Wanted<'w> {
        let newest = |pick: fn(&PlanFacts) -> Option<bool>| self.rows.iter().rev().find_map(|row| pick(&row.plan));
        let fills = newest(|plan| plan.fills);
        let from = self.rows.iter().rev().find_map(|row| row.plan.from);
        let dose = self.rows.iter().rev().find_map(|row| row.dose.amount.dose_mcg);
        let every = match self.is_own() {
            // A plan that only fills the stores has no interval to choose: "daily" is its own.
            true if regimen.phases.iter().all(|phase| phase.kind.fills()) => None,
            true => self.rows.iter().rev().find_map(|row| row.plan.every),
            false => self.every(regimen, doses.last().map(|given| given.on), due, fills),
        };
        let published = regimen.phases.iter().find(|phase| !phase.kind.fills()).map(|phase| phase.dose_mcg);
        let cause = self.rows.iter().rev().find_map(|row| row.plan.cause.clone());
        let cause = cause.map(|cause| {
            let name = vocabulary::cause(&cause).and_then(|id| self.reader.practice.knowledge.cause(id));
            let name = name.map(|known| format!(" ({})", known.name)).unwrap_or_default();
            format!("; cause by the list: {}{name}", super::dates::short(&cause))
        });
        let wish = Wish {
            start: from.unwrap_or(self.reader.today),
            route: self.rows.iter().rev().find_map(|row| row.dose.route),
            every,
            dose_mcg: dose.filter(|dose| Some(*dose) != published),
            doses: None,
            maintenance_only: true,
            prescriber,
            because: Some(format!("taken over from {}{}", self.reader.file, cause.unwrap_or_default())),
            term: if self.is_own() { Term::default() } else { self.term() },
        };
        let maintenance_only = self.rows.iter().rev().find_map(|row| row.plan.maintenance_only);
        Wanted { regimen, wish, from, fills, maintenance_only, doses, next: Next::Any }
    }

    /// Returns the interval as the row says it, as its two dates tell it, as somebody said for all rows, as the plan has it.
    fn every(
        &mut self,
        regimen: &Regimen,
        last: Option<NaiveDate>,
        due: Option<NaiveDate>,
        fills: Option<bool>,
    ) -> Option<crate::clinic::interval::Interval> {
        if let Some(every) = self.rows.iter().rev().find_map(|row| row.plan.every) {
            return Some(every);
        }
        if fills == Some(true) {
            return None;
        }
        if let Some(every) = last.zip(due).and_then(|(last, due)| adopt::told_by(last, due, regimen)) {
            self.remarks.push(format!("The list has no interval; last dose and next due tell every {every}."));
            return Some(every);
        }
        let every = self.reader.mapping.every.or_else(|| adopt::published(regimen).first().copied());
        if let Some(every) = every {
            self.remarks.push(format!("The list has no interval: every {every}, as the plan has it."));
        }
        every
    }

    fn term(&self) -> Term {
        self.rows.iter().rev().map(|row| row.plan.term).find(|term| !term.is_open()).unwrap_or_default()
    }

    fn says_both_days(&mut self, wanted: &Wanted<'_>, due: Option<NaiveDate>, order: &Order) {
        if let (Some(due), Some(day), Some(every)) = (due, wanted.by_interval(), wanted.wish.every)
            && due != day
            && !self.is_own()
        {
            let (due, day) = (words::day(due), words::day(day));
            self.remarks
                .push(format!("Next due by the list {due}, which is taken; by every {every} it would be {day}."));
        }
        if let Next::On(day) = wanted.next
            && days_between(day, self.reader.today) > 366
        {
            let day = words::day(day);
            self.remarks.push(format!("Overdue since {day}: is the patient still treated here?"));
        }
        self.remarks.extend(order.changed.iter().map(|changed| format!("Not as published: {changed}.")));
    }

    fn due_is_possible(&mut self, doses: &[Given], due: Option<NaiveDate>) {
        if let Some((due, last)) = due.zip(doses.last()).filter(|(due, last)| *due <= last.on) {
            let (due, last) = (words::day(due), words::day(last.on));
            self.troubles.push(format!("Next due by the list {due}, but the last dose was on {last}: which is right?"));
        }
    }

    /// Returns the plan that the patient follows, as the row says it or as somebody said for rows of its form.
    fn regimen(&mut self) -> Option<&'a Regimen> {
        let knowledge = &self.reader.practice.knowledge;
        let drug = self.drug();
        if let Some(named) = self.rows.iter().rev().find_map(|row| row.plan.regimen.clone()) {
            let found = knowledge.regimen(&named).ok();
            let wrong = found.filter(|regimen| drug.is_some_and(|drug| drug != regimen.drug));
            if let Some(regimen) = wrong {
                self.troubles.push(format!("{} is with {}; the row has another form.", regimen.name, regimen.drug));
            }
            if found.is_none() {
                self.troubles.push(format!("The plan \"{}\" is not in the library.", super::dates::short(&named)));
            }
            return found.filter(|_| wrong.is_none());
        }
        match self.choice(drug) {
            Some(PlanChoice::Regimen(id)) => match knowledge.regimen(id) {
                Ok(regimen) if drug.is_none_or(|drug| drug == regimen.drug) => Some(regimen),
                _ => {
                    self.troubles.push(format!("The plan \"{id}\" is not in the library, or is with another form."));
                    None
                }
            },
            Some(PlanChoice::NoPlan) => {
                self.without_a_plan();
                None
            }
            None => {
                let form = drug
                    .map_or_else(|| "rows that name no form".to_owned(), |drug| format!("rows with {}", drug.name()));
                self.troubles.push(format!("Say which plan {form} follow."));
                None
            }
        }
    }

    /// Says what of the rows stands nowhere, as no plan is made of them.
    fn without_a_plan(&mut self) {
        let newest = |pick: fn(&PlanFacts) -> Option<String>| self.rows.iter().rev().find_map(|row| pick(&row.plan));
        let left = [
            newest(|plan| plan.every.map(|every| format!("interval every {every}"))),
            newest(|plan| plan.due.map(|due| format!("next due {}", words::day(due)))),
            newest(|plan| plan.from.map(|from| format!("start {}", words::day(from)))),
            newest(|plan| plan.prescriber.as_ref().map(|who| format!("prescriber {}", super::dates::short(who)))),
        ];
        let left: Vec<String> = left.into_iter().flatten().collect();
        if !left.is_empty() {
            self.remarks.push(format!("{WITHOUT_PLAN}: {}.", left.join(", ")));
        }
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

    /// Whether Cobalog wrote the table: then a day that is not there is one that nobody owes.
    fn is_own(&self) -> bool {
        self.reader.table.is_own() && self.reader.mapping.has(&Field::OrderId)
    }

    fn choice(&self, drug: Option<Drug>) -> Option<&'a PlanChoice> {
        match drug {
            Some(drug) => self.reader.mapping.plans.get(&drug),
            None => self.reader.mapping.plan_otherwise.as_ref(),
        }
    }

    fn drug(&self) -> Option<Drug> {
        self.rows.iter().rev().find_map(|row| row.dose.drug)
    }

    /// Returns the doses that the rows tell, by day; of one day the one that says most. Two amounts or forms of one day are
    /// for a person to look at.
    fn doses(&mut self, regimen: Option<&Regimen>) -> Vec<Given> {
        let stands_in = regimen.map(|r| (r.drug, r.phases.iter().rev().map(|p| p.dose_mcg).next().unwrap_or(0)));
        let route = regimen.and_then(|regimen| regimen.routes.first().copied());
        let mut all: BTreeMap<NaiveDate, Given> = BTreeMap::new();
        let mut missing = None;
        let own_drug = self.drug();
        let own_dose = self.rows.iter().rev().find_map(|row| row.dose.amount.dose_mcg);
        for (on, (dose, open)) in self.told() {
            self.troubles.extend(open);
            let drug = dose.drug.or(own_drug).or(stands_in.map(|(drug, _)| drug));
            let dose_mcg = dose.given_mcg.or(dose.amount.dose_mcg).or(own_dose).or(stands_in.map(|(_, dose)| dose));
            let stated = dose.amount.dose_mcg.is_some() || own_dose.is_some();
            match drug.zip(dose_mcg) {
                Some((drug, dose_mcg)) => {
                    all.extend(given(&dose, drug, dose_mcg, route, stated).map(|given| (on, given)));
                }
                None => missing = missing.or(Some(on)),
            }
        }
        if let Some(day) = missing {
            let day = words::day(day);
            self.remarks.push(format!("The dose of {day} is not taken over: form or dose is not said."));
        }
        self.troubles.dedup();
        self.remarks.dedup();
        all.into_values().collect()
    }

    /// Returns what the rows say of each day: the fullest, and what speaks against it.
    fn told(&self) -> BTreeMap<NaiveDate, (DoseFacts, Option<String>)> {
        let mut all: BTreeMap<NaiveDate, (DoseFacts, Option<String>)> = BTreeMap::new();
        let of_rows = self.rows.iter().map(|row| row.dose.clone());
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
