//! The plan that rows of one patient ask for: which regimen, from which day, how often, until when; or why there is none.

use super::super::facts::PlanFacts;
use super::super::field::Field;
use super::super::mapping::{IntervalChoice, PlanChoice};
use super::super::{dates, vocabulary};
use super::{Patient, WITHOUT_PLAN};
use crate::clinic::decision::Change;
use crate::clinic::drug::Drug;
use crate::clinic::entry::Given;
use crate::clinic::intake::is_child;
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::order::adopt::{self, Next, Planned, Wanted};
use crate::clinic::order::{Order, Wish};
use crate::clinic::regimen::Regimen;
use crate::clinic::roles::{self, Told};
use crate::clinic::term::Term;
use crate::clinic::words;
use chrono::NaiveDate;

impl<'a> Patient<'a> {
    /// Returns the plan; `None` where the row asks for none, or where a person has to look first.
    pub(super) fn planned(&mut self, change: Option<&Change>) -> Option<Planned> {
        let due = self.due();
        let is_over = change.is_some_and(|change| change.what.ends_the_plan());
        if !self.asks_for_a_plan(is_over) {
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
        let prescriber = self.reader.mapping.prescriber_called(&prescriber);
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
        if !self.troubles.is_empty() {
            return None;
        }
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
                    let changed =
                        self.rows.iter().rev().map(|row| row.plan.changed.clone()).find(|all| !all.is_empty());
                    planned.order.changed = changed.unwrap_or(planned.order.changed);
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

    fn due(&self) -> Option<NaiveDate> {
        self.rows.iter().rev().find_map(|row| row.plan.due)
    }

    fn fills(&self) -> Option<bool> {
        self.rows.iter().rev().find_map(|row| row.plan.fills)
    }

    fn asks_for_a_plan(&self, is_over: bool) -> bool {
        let has_dose = self.rows.iter().any(|row| row.dose.on.is_some() || !row.plan.earlier.is_empty());
        let has_from = self.rows.iter().any(|row| row.plan.from.is_some());
        has_from || ((has_dose || self.due().is_some()) && !is_over && !self.is_own())
    }

    /// Whether a plan is made of the rows, as far as they say that it goes on.
    pub(super) fn asks_for_its_plan(&self) -> bool {
        let newest = self.rows.iter().rev().find_map(|row| row.change.as_ref());
        self.asks_for_a_plan(newest.is_some_and(|change| change.what.ends_the_plan()))
    }

    /// Returns the plan that the rows ask for where they say no interval, the plan has several, and nobody said which. Rows
    /// that are held whatever the interval is need none.
    pub(super) fn lacks_interval(&mut self) -> Option<&'a Regimen> {
        if self.is_own() || !self.asks_for_its_plan() {
            return None;
        }
        let regimen = self.regimen()?;
        let is_held = !self.troubles.is_empty() || self.is_child().is_some();
        let is_open = adopt::published(regimen).len() > 1 && self.reader.mapping.interval_of(&regimen.id).is_none();
        let last = self.told().into_keys().next_back();
        (is_open && !is_held && self.told_interval(regimen, last, self.due()).is_none()).then_some(regimen)
    }

    /// Says that the patient is a child today, for whom no plan here is (rule N2).
    pub(super) fn is_child(&self) -> Option<String> {
        let born = self.rows.iter().rev().find_map(|row| row.about.born)?;
        is_child(born, &self.reader.practice.knowledge, self.reader.today)
    }

    pub(super) fn wanted<'w>(
        &mut self,
        regimen: &'w Regimen,
        doses: Vec<Given>,
        due: Option<NaiveDate>,
        prescriber: String,
    ) -> Wanted<'w> {
        let fills = self.fills();
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
            format!("; cause by the list: {}{name}", dates::short(&cause))
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
        Wanted {
            regimen,
            wish,
            from,
            fills,
            maintenance_only,
            doses,
            next: Next::Any,
            phases: self.rows.iter().rev().find_map(|row| row.plan.phases.clone()).filter(|_| self.is_own()),
            ended: self.ended(),
        }
    }

    /// Returns the interval as the row says it, as its two dates tell it, as somebody said for all rows, as the plan has it
    /// where it has but one.
    pub(super) fn every(
        &mut self,
        regimen: &Regimen,
        last: Option<NaiveDate>,
        due: Option<NaiveDate>,
        fills: Option<bool>,
    ) -> Option<Interval> {
        let after = if fills == Some(true) { " for after loading" } else { "" };
        if let Some((every, why)) = self.told_interval(regimen, last, due) {
            self.remarks.extend(why);
            return Some(every);
        }
        let published = adopt::published(regimen);
        match (self.reader.mapping.interval_of(&regimen.id), &published[..]) {
            (Some(IntervalChoice::Every(every)), _) => {
                self.remarks.push(format!("The row has no interval{after}: every {every}, as was said for such rows."));
                Some(every)
            }
            (None | Some(IntervalChoice::Hold), [_, _, ..]) => {
                let all: Vec<String> = published.iter().map(ToString::to_string).collect();
                self.troubles.push(format!(
                    "No interval{after}: {} has {}. Write it into the row, or say it for all such rows (--every).",
                    regimen.name,
                    all.join(" or ")
                ));
                None
            }
            (_, all) => {
                let every = all.first().copied();
                let remark =
                    every.map(|every| format!("The row has no interval{after}: every {every}, as the plan has it."));
                self.remarks.extend(remark);
                every
            }
        }
    }

    fn said_interval(&self) -> Option<Interval> {
        self.rows.iter().rev().find_map(|row| row.plan.every)
    }

    /// Returns the interval that the rows say, or that their two dates tell, with the words for that.
    fn told_interval(
        &self,
        regimen: &Regimen,
        last: Option<NaiveDate>,
        due: Option<NaiveDate>,
    ) -> Option<(Interval, Option<String>)> {
        if let Some(every) = self.said_interval() {
            return Some((every, None));
        }
        // Two days of loading tell how it is loaded.
        let (last, due) = last.zip(due).filter(|_| self.fills() != Some(true))?;
        let every = adopt::told_by(last, due, regimen)?;
        let (days, why) = (days_between(last, due), adopt::why_told(last, due, every));
        Some((every, Some(format!("The row has no interval; last dose and next due lie {days} days apart: {why}."))))
    }

    pub(super) fn term(&self) -> Term {
        self.rows.iter().rev().map(|row| row.plan.term).find(|term| !term.is_open()).unwrap_or_default()
    }

    pub(super) fn says_both_days(&mut self, wanted: &Wanted<'_>, due: Option<NaiveDate>, order: &Order) {
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

    pub(super) fn due_is_possible(&mut self, doses: &[Given], due: Option<NaiveDate>) {
        if let Some((due, last)) = due.zip(doses.last()).filter(|(due, last)| *due <= last.on) {
            let (due, last) = (words::day(due), words::day(last.on));
            self.troubles.push(format!("Next due by the list {due}, but the last dose was on {last}: which is right?"));
        }
    }

    /// Returns the plan that the patient follows, as the row says it or as somebody said for rows of its form.
    pub(super) fn regimen(&mut self) -> Option<&'a Regimen> {
        let knowledge = &self.reader.practice.knowledge;
        let drug = self.drug();
        if let Some(named) = self.rows.iter().rev().find_map(|row| row.plan.regimen.clone()) {
            let found = knowledge.regimen(&named).ok();
            let wrong = found.filter(|regimen| drug.is_some_and(|drug| drug != regimen.drug));
            if let Some(regimen) = wrong {
                self.troubles.push(format!("{} is with {}; the row has another form.", regimen.name, regimen.drug));
            }
            if found.is_none() {
                self.troubles.push(format!("The plan \"{}\" is not in the library.", dates::short(&named)));
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
            // What holds the row already comes first: of another medicine no plan is asked about.
            None if !self.troubles.is_empty() => None,
            None => {
                let form = drug
                    .map_or_else(|| "rows that name no form".to_owned(), |drug| format!("rows with {}", drug.name()));
                self.troubles.push(format!("Say which plan {form} follow."));
                None
            }
        }
    }

    /// Says what of the rows stands nowhere, as no plan is made of them.
    pub(super) fn without_a_plan(&mut self) {
        let newest = |pick: fn(&PlanFacts) -> Option<String>| self.rows.iter().rev().find_map(|row| pick(&row.plan));
        let left = [
            newest(|plan| plan.every.map(|every| format!("interval every {every}"))),
            newest(|plan| plan.due.map(|due| format!("next due {}", words::day(due)))),
            newest(|plan| plan.from.map(|from| format!("start {}", words::day(from)))),
            newest(|plan| plan.prescriber.as_ref().map(|who| format!("prescriber {}", dates::short(who)))),
        ];
        let left: Vec<String> = left.into_iter().flatten().collect();
        if !left.is_empty() {
            self.remarks.push(format!("{WITHOUT_PLAN}: {}.", left.join(", ")));
        }
    }

    /// Whether Cobalog wrote the table: then a day that is not there is one that nobody owes.
    pub(super) fn is_own(&self) -> bool {
        self.reader.table.is_own() && self.reader.mapping.has(&Field::OrderId)
    }

    pub(super) fn choice(&self, drug: Option<Drug>) -> Option<&'a PlanChoice> {
        match drug {
            Some(drug) => self.reader.mapping.plans.get(&drug),
            None => self.reader.mapping.plan_otherwise.as_ref(),
        }
    }

    pub(super) fn drug(&self) -> Option<Drug> {
        self.rows.iter().rev().find_map(|row| row.dose.drug)
    }
}
