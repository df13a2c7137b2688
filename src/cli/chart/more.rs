//! What a chart's JSON has beside what was documented first: where the course stands, what was answered, what it rests on.

use crate::cli::space::Answer;
use crate::clinic::chart::{Chart, Joined};
use crate::clinic::course::{Course, Standing};
use crate::clinic::decision::Turn;
use crate::clinic::entry::{EntryId, PatientId};
use crate::clinic::overrides;
use crate::clinic::patient::Person;
use crate::clinic::practice::Practice;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// The added fields.
#[derive(Serialize)]
pub(super) struct More {
    /// Where the course stands beside its plan; `null` where the plan goes on.
    standing: Option<OutChange>,
    changes: Vec<OutChange>,
    answered: Vec<Answered>,
    spacing: Answer,
    orders: Vec<OutOrder>,
    /// The days from today on that the plan before had.
    plan_before: Vec<NaiveDate>,
    triage: Option<OutTriage>,
    reviews: Vec<OutReview>,
    /// The charts that are read as part of this one.
    joined: Vec<OutJoined>,
    /// How far the order that holds reaches; `null` where nothing ends it.
    order_end: Option<OutCover>,
    /// What waits for a prescriber's signature.
    to_sign: Vec<OutToSign>,
}

#[derive(Serialize)]
struct OutCover {
    /// The order, or its latest renewal.
    entry: EntryId,
    prescriber: String,
    until: Option<NaiveDate>,
    doses_left: Option<u32>,
    /// The planned day of the first dose beyond the number.
    beyond: Option<NaiveDate>,
    /// Whether no dose may be given on it any more.
    ended: bool,
}

#[derive(Serialize)]
struct OutToSign {
    entry: EntryId,
    what: String,
    prescriber: String,
    told: &'static str,
    by: String,
    since: NaiveDate,
}

fn order_end(course: &Course) -> Option<OutCover> {
    let cover = course.cover.as_ref()?;
    Some(OutCover {
        entry: cover.entry,
        prescriber: cover.prescriber.clone(),
        until: cover.until,
        doses_left: cover.left,
        beyond: cover.beyond,
        ended: !cover.allows(course.today),
    })
}

fn to_sign(course: &Course) -> Vec<OutToSign> {
    let one = |w: &crate::clinic::cosign::Waiting| OutToSign {
        entry: w.entry,
        what: w.what.clone(),
        prescriber: w.prescriber.clone(),
        told: w.told.name(),
        by: w.by.clone(),
        since: w.since,
    };
    course.waiting.iter().map(one).collect()
}

#[derive(Serialize)]
struct OutJoined {
    patient: PatientId,
    /// `null` where the chart cannot be read.
    number: Option<String>,
    name: Option<String>,
    born: Option<NaiveDate>,
    since: NaiveDate,
    by: String,
    because: String,
    read: bool,
}

fn joined(course: &Course) -> Vec<OutJoined> {
    let one = |joined: &Joined| OutJoined {
        patient: joined.id,
        number: joined.person.as_ref().map(|p| p.number.clone()),
        name: joined.person.as_ref().map(Person::name),
        born: joined.person.as_ref().map(|p| p.born),
        since: joined.since.date_naive(),
        by: joined.by.clone(),
        because: joined.why.clone(),
        read: joined.is_read,
    };
    course.joined.iter().map(one).collect()
}

#[derive(Serialize)]
struct OutChange {
    entry: EntryId,
    what: &'static str,
    on: NaiveDate,
    /// The day on which somebody looks again: the end of a pause, a recheck, asked again.
    again: Option<NaiveDate>,
    daily_mcg: Option<u32>,
    to: Option<String>,
    because: String,
    decided_by: String,
    text: String,
}

#[derive(Serialize)]
struct Answered {
    rule: String,
    text: String,
    because: String,
    by: Option<String>,
    on: Option<NaiveDate>,
    entries: Vec<EntryId>,
}

#[derive(Serialize)]
struct OutOrder {
    entry: EntryId,
    regimen: String,
    name: String,
    source: String,
    start: NaiveDate,
    prescriber: String,
    because: Option<String>,
    changed: Vec<String>,
    reasons: BTreeMap<String, String>,
    holds: bool,
}

#[derive(Serialize)]
struct OutTriage {
    entry: Option<EntryId>,
    since: Option<NaiveDate>,
    cause_removed: Option<NaiveDate>,
    red_flags: Vec<String>,
    cautions: Vec<String>,
    medicines: Vec<OutMedicine>,
    not_oral: Option<String>,
}

#[derive(Serialize)]
struct OutMedicine {
    id: String,
    since: Option<NaiveDate>,
    stopped: Option<NaiveDate>,
    daily_mcg: Option<u32>,
}

#[derive(Serialize)]
struct OutReview {
    entry: EntryId,
    on: NaiveDate,
    reviewed_by: String,
    red_flag: Option<String>,
    /// What was found, by line; a line without a finding is in `answers` alone.
    found: BTreeMap<String, String>,
    answers: BTreeMap<String, String>,
}

/// Maps what was added.
pub(super) fn of(chart: &Chart, course: &Course, practice: &Practice) -> More {
    More {
        standing: course.standing.as_ref().map(change),
        changes: course.changes.iter().map(change).collect(),
        answered: answered(chart, course),
        spacing: Answer::of(course, practice),
        orders: orders(course),
        plan_before: course.ghosts.clone(),
        triage: triage(course),
        reviews: reviews(course),
        joined: joined(course),
        order_end: order_end(course),
        to_sign: to_sign(course),
    }
}

fn change(standing: &Standing) -> OutChange {
    let change = &standing.change;
    let daily_mcg = match change.what {
        Turn::Oral { daily_mcg, .. } => Some(daily_mcg),
        _ => None,
    };
    let to = match &change.what {
        Turn::Transferred { to } => Some(to.clone()),
        _ => None,
    };
    OutChange {
        entry: standing.entry,
        what: change.what.word(),
        on: change.on,
        again: change.what.again(),
        daily_mcg,
        to,
        because: change.because.clone(),
        decided_by: change.decided_by.clone(),
        text: standing.words(),
    }
}

fn answered(chart: &Chart, course: &Course) -> Vec<Answered> {
    let given = overrides::of(chart);
    let one = |(finding, because): &(crate::clinic::findings::Finding, String)| {
        let passed = overrides::newest(&given, &finding.rule, because);
        Answered {
            rule: finding.rule.clone(),
            text: finding.text.clone(),
            because: because.clone(),
            by: passed.map(|p| p.by.clone()),
            on: passed.map(|p| p.on),
            entries: finding.entries.clone(),
        }
    };
    course.answered.iter().map(one).collect()
}

fn orders(course: &Course) -> Vec<OutOrder> {
    let holding = course.order.as_ref().map(|(id, _)| *id).filter(|_| !course.has_ended());
    let one = |(id, order): &(EntryId, crate::clinic::order::Order)| OutOrder {
        entry: *id,
        regimen: order.regimen.clone(),
        name: order.name.clone(),
        source: order.source.clone(),
        start: order.start,
        prescriber: order.prescriber.clone(),
        because: order.because.clone(),
        changed: order.changed.clone(),
        reasons: order.reasons.iter().map(|r| (r.rule.clone(), r.because.clone())).collect(),
        holds: holding == Some(*id),
    };
    course.orders.iter().map(one).collect()
}

fn triage(course: &Course) -> Option<OutTriage> {
    let triage = course.triage.as_ref()?;
    let medicines = triage.medicines.iter().map(|m| OutMedicine {
        id: m.id.clone(),
        since: m.since,
        stopped: m.stopped,
        daily_mcg: m.daily_mcg,
    });
    Some(OutTriage {
        entry: course.triage_entry,
        since: triage.since,
        cause_removed: triage.cause_removed,
        red_flags: triage.red_flags.clone(),
        cautions: triage.cautions.clone(),
        medicines: medicines.collect(),
        not_oral: triage.not_oral.clone(),
    })
}

fn reviews(course: &Course) -> Vec<OutReview> {
    let one = |(id, review): &(EntryId, crate::clinic::decision::Review)| {
        let words = |only_found: bool| {
            let wanted = review.answers.iter().filter(|(_, a)| a.found || !only_found);
            wanted.map(|(line, a)| (line.clone(), a.words.clone())).collect()
        };
        OutReview {
            entry: *id,
            on: review.on,
            reviewed_by: review.reviewed_by.clone(),
            red_flag: review.red_flag.clone(),
            found: words(true),
            answers: words(false),
        }
    };
    course.reviews.iter().map(one).collect()
}
