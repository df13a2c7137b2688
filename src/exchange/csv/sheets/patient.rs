//! A patient's row: who it is, what warns, the plan with what moved it, its doses, and how it stands.

use super::super::facts::{MAINTENANCE, ON_CALENDAR, WHOLE};
use super::super::history;
use super::super::phases;
use super::text;
use crate::clinic::chart::Chart;
use crate::clinic::coding;
use crate::clinic::course::Course;
use crate::clinic::decision::Turn;
use crate::clinic::entry::{EntryId, Given, NextFrom};
use crate::clinic::order::Order;
use crate::clinic::patient::{Allergies, Person};
use crate::clinic::practice::Practice;
use crate::clinic::roles::Told;
use crate::clinic::triage_words::{Of, Warnings};
use chrono::NaiveDate;

pub(super) const COLUMNS: [&str; 39] = [
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
    "plan_phases",
    "earlier_plans",
    "plan_events",
    "not_as_published",
    "status_why",
];

pub(super) fn patient(
    person: &Person,
    chart: &Chart,
    course: &Course,
    warnings: &Warnings,
    practice: &Practice,
    today: NaiveDate,
) -> [String; 39] {
    let triage = course.triage.as_ref();
    let cause =
        triage.map(|triage| practice.knowledge.cause(&triage.cause).map_or(triage.cause.as_str(), |c| c.name.as_str()));
    let why = |p: &coding::Proposal| p.role == coding::Role::Deficiency || p.role.is_cause();
    let code = coding::propose(course, practice, today).into_iter().find(why).map(|proposal| proposal.code);
    let order = course.order.as_ref();
    let next = course.next_dose();
    let last = course.given().map(|(_, given)| given.given.on).max();
    let fills = next.map(|slot| slot.kind).or(course.last_phase().map(|phase| phase.kind)).map(|kind| kind.word());
    let standing = course.standing.as_ref().map(|standing| &standing.change);
    let cover = course.cover.as_ref();
    let moved = history::written(chart, course);
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
        plan(|order| phases::written(&order.phases)),
        moved.before,
        moved.since,
        plan(|order| order.changed.join("; ")),
        text(
            standing
                .filter(|change| matches!(change.what, Turn::Transferred { .. }))
                .map(|change| change.because.clone()),
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

/// The days of the doses on the order that holds, with [`given_words`].
fn doses_given(course: &Course, order: EntryId, plan: &Order) -> String {
    let of_order = course.given().filter(|(slot, _)| slot.order == order);
    of_order.map(|(_, given)| given_words(&given.given, plan)).collect::<Vec<_>>().join("; ")
}

/// The day of a dose; dose and form where they are not the plan's, and where the next one counts from the calendar.
pub(in super::super) fn given_words(given: &Given, plan: &Order) -> String {
    let usual = plan.phases.last().map(|phase| phase.dose_mcg);
    let dose = Some(given.dose_mcg).filter(|dose| Some(*dose) != usual).map(|dose| format!(" {dose} mcg"));
    let drug = (given.drug != plan.drug).then(|| format!(" {}", given.drug.name()));
    let calendar = (given.next_from == NextFrom::Calendar).then(|| format!(" {ON_CALENDAR}"));
    format!("{}{}{}{}", given.on, text(dose), text(drug), text(calendar))
}

fn status(what: &Turn) -> String {
    match what {
        Turn::Oral { daily_mcg, .. } => format!("oral {daily_mcg} mcg"),
        what => what.word().to_owned(),
    }
}
