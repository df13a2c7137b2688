//! The tables that are written: patients, doses, results, and who is due. Their headers are never translated; their first
//! columns are those of the exchange format, the others carry what a plan needs to come back as it was.

use super::facts::{MAINTENANCE, ON_CALENDAR, WHOLE};
use super::guard;
use crate::clinic::agenda::{Item, Row, What};
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::coding;
use crate::clinic::course::Course;
use crate::clinic::decision::Turn;
use crate::clinic::entry::{Act, Checked, EntryId, Given, NextFrom, NotGiven, WhyNot};
use crate::clinic::interval::days_between;
use crate::clinic::lab::{Comparator, LabResult};
use crate::clinic::order::Order;
use crate::clinic::patient::{Allergies, Person};
use crate::clinic::practice::Practice;
use crate::clinic::roles::Told;
use crate::clinic::triage_words::{Of, Warnings};
use chrono::NaiveDate;

/// A table that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// One row a patient.
    Patients,
    /// One row a dose, given or not.
    Doses,
    /// One row a result.
    Labs,
    /// One row for each thing that is owed.
    Due,
}

const PATIENTS: [&str; 34] = [
    "patient_id",
    "family_name",
    "given_name",
    "birth_date",
    "sex",
    "phone",
    "cause_icd10",
    "cause_text",
    "medication",
    "phase",
    "interval_text",
    "last_dose",
    "next_due",
    "status",
    "notes",
    "allergies",
    "caution",
    "dose_ug",
    "route",
    "regimen",
    "plan_from",
    "doses_given",
    "prescriber",
    "order_id",
    "status_date",
    "status_until",
    "status_note",
    "plan_part",
    "red_flags",
    "neurologic",
    "status_by",
    "status_told",
    "good_until",
    "good_for_doses",
];

const DOSES: [&str; 22] = [
    "patient_id",
    "dose_id",
    "due_date",
    "outcome",
    "given_at",
    "medication",
    "dose_ug",
    "route",
    "site",
    "lot",
    "expiry",
    "given_by",
    "reason",
    "notes",
    "product_name",
    "strength_ug_per_ml",
    "drawn_ml",
    "opened",
    "again",
    "next_from",
    "birth_date",
    "reaction",
];

const LABS: [&str; 14] = [
    "patient_id",
    "result_id",
    "collected",
    "test",
    "loinc",
    "comparator",
    "value",
    "unit_as_sent",
    "ucum",
    "range_as_sent",
    "flag",
    "status",
    "source",
    "birth_date",
];

const DUE: [&str; 9] =
    ["due_date", "kind", "patient_id", "text", "overdue_days", "family_name", "given_name", "birth_date", "phone"];

impl Sheet {
    /// Every table.
    pub const ALL: [Self; 4] = [Self::Patients, Self::Doses, Self::Labs, Self::Due];

    /// Returns the name of its file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Patients => "patients.csv",
            Self::Doses => "doses.csv",
            Self::Labs => "labs.csv",
            Self::Due => "due.csv",
        }
    }

    /// Returns the names of its columns.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Patients => &PATIENTS,
            Self::Doses => &DOSES,
            Self::Labs => &LABS,
            Self::Due => &DUE,
        }
    }

    /// Says what a table leaves behind; `None` of a list that nobody takes for the record.
    #[must_use]
    pub fn lacks(self) -> Option<&'static str> {
        match self {
            Self::Patients => Some(
                "the table has each patient's plan that holds; earlier plans, the triage, checkpoints, notes and signatures go with \
                 `cobalog export fhir` or a backup",
            ),
            Self::Doses | Self::Labs => {
                Some("the table has no plans; the whole record goes with `cobalog export fhir` or a backup")
            }
            Self::Due => None,
        }
    }

    /// Returns how its file begins: the mark by which Excel knows UTF-8, and the header.
    #[must_use]
    pub fn head(self) -> String {
        format!("\u{feff}{}\r\n", self.columns().join(","))
    }

    /// Returns a patient's rows; the birth date is in each, as a number alone is nobody. Who is due is written for what falls due within so many days after `today`.
    #[must_use]
    pub fn rows(self, chart: &Chart, practice: &Practice, today: NaiveDate, days: i64) -> String {
        let Some(person) = chart.person_of_all() else { return String::new() };
        let mut out = String::new();
        let course = Course::outline(chart, practice, today);
        match self {
            Self::Patients => {
                let warnings = Warnings::of(chart, &practice.knowledge);
                write(&mut out, patient(&person, &course, &warnings, practice, today));
            }
            Self::Doses => chart.facts().iter().for_each(|fact| {
                if let Some(row) = dose(fact, &course, &person) {
                    write(&mut out, row);
                }
            }),
            Self::Labs => chart.facts().iter().for_each(|fact| {
                results(fact, practice, &person).into_iter().for_each(|row| write(&mut out, row));
            }),
            Self::Due => {
                let row = Row::from_course(&course).filter(|row| !row.closed);
                let items = row.iter().flat_map(|row| &row.items).filter(|i| days_between(today, i.visit) <= days);
                items.for_each(|item| write(&mut out, due(item, &person, today)));
            }
        }
        out
    }
}

fn write<const N: usize>(out: &mut String, cells: [String; N]) {
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        guard::write(out, cell);
    }
    out.push_str("\r\n");
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn patient(
    person: &Person,
    course: &Course,
    warnings: &Warnings,
    practice: &Practice,
    today: NaiveDate,
) -> [String; 34] {
    let triage = course.triage.as_ref();
    let cause =
        triage.map(|triage| practice.knowledge.cause(&triage.cause).map_or(triage.cause.as_str(), |c| c.name.as_str()));
    let why = |p: &coding::Proposal| p.role == coding::Role::Deficiency || p.role.is_cause();
    let code = coding::propose(course, practice, today).into_iter().find(why).map(|proposal| proposal.code);
    let order = course.order.as_ref();
    let next = course.next_dose();
    let last = course.given().map(|(_, given)| given.given.on).max();
    let fills = next.map(|slot| slot.kind).or(course.phase_now().map(|phase| phase.kind)).map(|kind| kind.word());
    let standing = course.standing.as_ref().map(|standing| &standing.change);
    let cover = course.cover.as_ref();
    let plan = |of: fn(&Order) -> String| order.map(|(_, order)| of(order)).unwrap_or_default();
    [
        person.number.clone(),
        person.family.clone(),
        person.given.clone(),
        person.born.to_string(),
        person.sex.word().split(' ').next().unwrap_or_default().to_lowercase(),
        text(person.phone.as_ref()),
        text(code),
        text(cause),
        plan(|order| order.drug.to_string()),
        text(fills),
        order.map(|(_, order)| interval(order, next.map_or(0, |slot| slot.phase))).unwrap_or_default(),
        text(last),
        text(next.map(|slot| slot.due)),
        text(standing.map_or(Some("active".to_owned()), |change| Some(status(&change.what)))),
        text(triage.and_then(|triage| triage.note.as_ref())),
        match warnings.allergies(person) {
            Allergies::NotAsked => String::new(),
            Allergies::NoneKnown => "none known".to_owned(),
            Allergies::Known(list) => list.join("; "),
        },
        text(warnings.banner(person)),
        plan(|order| text(order.phases.last().map(|phase| phase.dose_mcg))),
        plan(|order| order.route.name().to_owned()),
        plan(|order| order.regimen.clone()),
        plan(|order| order.start.to_string()),
        order.map(|(id, order)| doses_given(course, *id, order)).unwrap_or_default(),
        plan(|order| order.prescriber.clone()),
        text(order.map(|(id, _)| id)),
        text(standing.map(|change| change.on)),
        text(standing.and_then(|change| change.what.again())),
        text(standing.map(|change| match &change.what {
            Turn::Transferred { to } => to.clone(),
            _ => change.because.clone(),
        })),
        plan(|order| if order.phases.iter().any(|phase| phase.kind.fills()) { WHOLE } else { MAINTENANCE }.to_owned()),
        text(warnings.words_of(&Of::RedFlag)),
        text(warnings.words_of(&Of::Neuro)),
        text(standing.map(|change| change.decided_by.clone())),
        text(standing.and_then(|change| change.told).map(Told::name)),
        text(cover.and_then(|cover| cover.until)),
        text(
            cover
                .and_then(|cover| cover.left)
                .zip(order)
                .map(|(left, (id, _))| given_on(course, *id).saturating_add(left)),
        ),
    ]
}

/// How many doses were given on an order.
fn given_on(course: &Course, order: EntryId) -> u32 {
    u32::try_from(course.given().filter(|(slot, _)| slot.order == order).count()).unwrap_or(u32::MAX)
}

/// `every 3 months`; while the stores are filled `alternate days, then every 2 months`.
fn interval(order: &Order, phase: usize) -> String {
    let every = |phase: &crate::clinic::regimen::Phase| match phase.interval() {
        Some(every) => format!("every {every}"),
        None => phase.rhythm_words(),
    };
    let now = order.phases.get(phase);
    let then = order.phases.iter().skip(phase + 1).find(|phase| !phase.kind.fills()).map(every);
    let now = now.map(|phase| if phase.kind.fills() { phase.rhythm_words() } else { every(phase) });
    now.into_iter().chain(then).collect::<Vec<_>>().join(", then ")
}

/// The days of the doses on the order that holds; dose and form where they are not the plan's, and where the next one counts
/// from the calendar.
fn doses_given(course: &Course, order: EntryId, plan: &Order) -> String {
    let usual = plan.phases.last().map(|phase| phase.dose_mcg);
    let of_order = course.given().filter(|(slot, _)| slot.order == order);
    let words = of_order.map(|(_, given)| {
        let given = &given.given;
        let dose = Some(given.dose_mcg).filter(|dose| Some(*dose) != usual).map(|dose| format!(" {dose} mcg"));
        let drug = (given.drug != plan.drug).then(|| format!(" {}", given.drug.name()));
        let calendar = (given.next_from == NextFrom::Calendar).then(|| format!(" {ON_CALENDAR}"));
        format!("{}{}{}{}", given.on, text(dose), text(drug), text(calendar))
    });
    words.collect::<Vec<_>>().join("; ")
}

fn status(what: &Turn) -> String {
    match what {
        Turn::Oral { daily_mcg, .. } => format!("oral {daily_mcg} mcg"),
        what => what.word().to_owned(),
    }
}

fn dose(fact: &Fact<'_>, course: &Course, who: &Person) -> Option<[String; 22]> {
    let due = |entry: EntryId| {
        let is = |slot: &&crate::clinic::course::DoseSlot| {
            slot.given.as_ref().is_some_and(|given| given.entry == entry)
                || slot.not_given.as_ref().is_some_and(|(id, _)| *id == entry)
        };
        course.doses.iter().find(is).map(|slot| slot.due)
    };
    let due = text(due(fact.entry.id));
    match fact.act.unwrap_or(&fact.entry.act) {
        Act::Given(given) => Some(given_row(fact, given, due, who)),
        Act::NotGiven(not) => Some(not_given_row(fact, not, due, who)),
        _ => None,
    }
}

/// Who gave it, or saw that it was not; of what was taken over that may not be known.
fn done_by(fact: &Fact<'_>) -> String {
    Some(fact.entry.done_by()).filter(|by| !by.trim().is_empty()).unwrap_or("not recorded").to_owned()
}

fn given_row(fact: &Fact<'_>, given: &Given, due: String, who: &Person) -> [String; 22] {
    let outcome = if fact.act.is_some() { "given" } else { "error" };
    let at = given.time.map_or(given.on.to_string(), |time| format!("{}T{}", given.on, time.format("%H:%M:%S")));
    let strength = Some(given.strength_mcg_per_ml).filter(|strength| *strength > 0);
    [
        who.number.clone(),
        fact.entry.id.to_string(),
        due,
        outcome.to_owned(),
        at,
        given.drug.to_string(),
        given.dose_mcg.to_string(),
        given.route.name().to_owned(),
        text(given.site.map(crate::clinic::drug::Site::name)),
        text(given.lot.as_ref()),
        text(given.expires),
        done_by(fact),
        struck(fact),
        text(given.note.as_ref()),
        given.product.clone(),
        text(strength),
        text(given.drawn_ml),
        text(given.opened),
        String::new(),
        if given.next_from == NextFrom::Calendar { ON_CALENDAR.to_owned() } else { String::new() },
        who.born.to_string(),
        text(given.reaction.as_ref()),
    ]
}

fn not_given_row(fact: &Fact<'_>, not: &NotGiven, due: String, who: &Person) -> [String; 22] {
    let outcome = match (&not.why, fact.act) {
        (_, None) => "error",
        (WhyNot::Missed, _) => "missed",
        (WhyNot::Refused, _) => "refused",
        (WhyNot::Held, _) => "withheld",
        (WhyNot::OutOfStock, _) => "out_of_stock",
        (WhyNot::Other(_), _) => "other",
    };
    let reason = match &not.why {
        WhyNot::Other(words) if fact.act.is_some() => words.clone(),
        _ => struck(fact),
    };
    let mut row: [String; 22] = Default::default();
    let cells = [(0, who.number.clone()), (1, fact.entry.id.to_string()), (2, due), (3, outcome.to_owned())];
    let more = [(4, not.on.to_string()), (11, done_by(fact)), (12, reason), (13, text(not.note.as_ref()))];
    for (at, cell) in cells.into_iter().chain(more).chain([(18, text(not.again)), (20, who.born.to_string())]) {
        if let Some(place) = row.get_mut(at) {
            *place = cell;
        }
    }
    row
}

/// Why an entry was struck out.
fn struck(fact: &Fact<'_>) -> String {
    text(fact.amended.filter(|_| fact.act.is_none()).map(|(_, amended)| amended.why.clone()))
}

fn results(fact: &Fact<'_>, practice: &Practice, who: &Person) -> Vec<[String; 14]> {
    let Some(Act::Checked(checked)) = fact.act else { return Vec::new() };
    checked.labs.iter().map(|result| result_row(fact, checked, result, practice, who)).collect()
}

fn result_row(
    fact: &Fact<'_>,
    checked: &Checked,
    result: &LabResult,
    practice: &Practice,
    who: &Person,
) -> [String; 14] {
    let analyte = practice.knowledge.lab(&result.analyte);
    let comparator = match result.comparator {
        Comparator::Exactly => "",
        Comparator::Below => "<",
        Comparator::Above => ">",
    };
    [
        who.number.clone(),
        format!("{}/{}", fact.entry.id, result.analyte),
        checked.sample_day().to_string(),
        result.analyte.clone(),
        text(analyte.and_then(|analyte| analyte.loinc_for(&result.unit))),
        comparator.to_owned(),
        text(result.value.map(|value| value.to_string()).or_else(|| result.word.clone())),
        result.unit.clone(),
        analyte.and_then(|analyte| analyte.unit(&result.unit)).map(|unit| unit.unit.clone()).unwrap_or_default(),
        text(result.range.as_ref()),
        text(result.flag.as_ref()),
        if fact.amended.is_some() { "amended".to_owned() } else { "final".to_owned() },
        text(fact.entry.from.as_ref().map(|from| from.words())),
        who.born.to_string(),
    ]
}

/// Who is owed what: with whom to ring up.
fn due(item: &Item, who: &Person, today: NaiveDate) -> [String; 9] {
    let kind = match &item.what {
        What::Dose(_) => "dose",
        What::Checkpoint(asks) if asks.iter().any(|ask| ask != "symptoms") => "lab",
        What::Checkpoint(_) | What::Plan => "review",
    };
    let late = days_between(item.due, today).max(0);
    [
        item.due.to_string(),
        kind.to_owned(),
        who.number.clone(),
        item.label.clone(),
        late.to_string(),
        who.family.clone(),
        who.given.clone(),
        who.born.to_string(),
        text(who.phone.as_ref()),
    ]
}
