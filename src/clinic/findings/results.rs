//! What symptoms and labs say (facts 9: P6, O2, L2, L6, L7, L8).

use super::{Finding, Tier};
use crate::clinic::course::{Check, Course};
use crate::clinic::interval::days_between;
use crate::clinic::practice::Practice;
use crate::clinic::response::{self, Count, Response};
use crate::clinic::triage::CauseGroup;
use crate::clinic::words;
use chrono::NaiveDate;

pub(super) fn findings(course: &Course, practice: &Practice) -> Vec<Finding> {
    let mut out: Vec<_> = [worse(course), plateau(course), oral(course, practice)].into_iter().flatten().collect();
    out.extend(new_neuro(course, practice));
    out.extend(potassium(course, practice));
    let Some(first) = course.given().map(|(_, g)| g.given.on).min() else { return out };
    out.extend(low_b12(course, practice, first));
    out
}

fn latest_scored(course: &Course) -> Vec<crate::clinic::entry::EntryId> {
    course.checks.iter().rev().filter(|c| c.checked.score().is_some()).take(3).map(|c| c.entry).collect()
}

fn worse(course: &Course) -> Option<Finding> {
    let (rule, text) = match course.response {
        Response::Worse => ("WORSE", "A neurologic symptom is worse than at the check before."),
        Response::Relapse => ("RELAPSE", "Symptoms are back after they had gone down."),
        _ => return None,
    };
    Some(Finding {
        rule,
        tier: Tier::Reason,
        text: text.to_owned(),
        todo: "Tell the prescriber today: review the diagnosis, doses and technique before changing the plan.",
        source: "facts 3.3, 9.1 [S2][S11]",
        entries: latest_scored(course),
    })
}

/// 2.3: a neurologic symptom in somebody whose triage found none. "Do not wait" holds for it as on the first day.
fn new_neuro(course: &Course, practice: &Practice) -> Option<Finding> {
    course.triage.as_ref().filter(|t| !t.is_neuro())?;
    let latest = course.checks.iter().rev().find(|c| !c.checked.symptoms.is_empty())?;
    let grades = latest.checked.symptoms.iter().filter(|(_, grade)| **grade > 0);
    let nerves: Vec<_> = grades.filter_map(|(id, _)| practice.knowledge.symptom(id).filter(|s| s.neuro)).collect();
    let names: Vec<_> = nerves.iter().map(|s| s.name.to_lowercase()).collect();
    (!names.is_empty()).then(|| Finding {
        rule: "2.3",
        tier: Tier::Reason,
        text: format!(
            "Neurologic symptoms on {} ({}), and the triage says none.",
            words::day(latest.checked.on),
            names.join(", ")
        ),
        todo: "Tell the prescriber today, and triage again (v): neurologic involvement changes the plan. Do not wait.",
        source: "facts 2.3, 2.4 [S11][S13][S4]",
        entries: vec![latest.entry],
    })
}

/// P6: improvement, then two looks without gain. Names the day on which the interval grew, where it lies between.
fn plateau(course: &Course) -> Option<Finding> {
    if course.response != Response::Plateau {
        return None;
    }
    let moved = course.phases.iter().find(|p| !p.kind.fills() && p.from <= course.today && !p.tentative && p.phase > 0);
    let since = moved.map(|p| format!(" The doses thinned out on {}.", words::day(p.from))).unwrap_or_default();
    Some(Finding {
        rule: "P6",
        tier: Tier::Reason,
        text: format!("Better at first, then no gain at two checks.{since}"),
        todo: "Review first (diagnosis, missed doses, malabsorption, medicines); the denser phase for a time is the published way back.",
        source: "brief G3, G6; facts P6 [S1]",
        entries: latest_scored(course),
    })
}

/// O2: a dietary cause, all well, and injections go on.
fn oral(course: &Course, practice: &Practice) -> Option<Finding> {
    let triage = course.triage.as_ref()?;
    let cause = practice.knowledge.cause(&triage.cause)?;
    let first = course.given().map(|(_, g)| g.given.on).min()?;
    let well = |c: &&Check| c.checked.score() == Some(0);
    let two_well = course.checks.iter().rev().filter(|c| c.checked.score().is_some()).take(2).filter(well).count() == 2;
    let dietary = cause.group == CauseGroup::Diet && cause.id != "diet-vegan";
    let goes_on = course.next_dose().is_some_and(|s| !s.kind.fills());
    let count_ok = response::blood_count(course, practice, first) != Count::Abnormal;
    (dietary && two_well && count_ok && goes_on && days_between(first, course.today) >= 180).then(|| Finding {
        rule: "O2",
        tier: Tier::Note,
        text: "Dietary cause, no symptom at two checks, and injections go on for six months.".to_owned(),
        todo: "Ask the prescriber about oral B12 or stopping, with a recheck date.",
        source: "facts O2 [S10][S32]",
        entries: latest_scored(course),
    })
}

/// Total B12: 1 pmol/L is 1.3554 ng/L (facts 4.1).
const NG_L_PER_PMOL_L: f64 = 1.3554;

/// L2: low potassium before treatment or in the response.
fn potassium(course: &Course, practice: &Practice) -> Option<Finding> {
    let (check, result) = course.latest_result("potassium", NaiveDate::MIN)?;
    let analyte = practice.knowledge.lab("potassium")?;
    if !analyte.is_below(result, 3.5)? {
        return None;
    }
    let urgent = analyte.is_below(result, 3.0)?;
    Some(Finding {
        rule: "L2",
        tier: if urgent { Tier::Stop } else { Tier::Reason },
        text: format!("Potassium was {result} on {}.", words::day(check.checked.sample_day())),
        todo: if urgent {
            "Urgent: call the prescriber now, before the next dose."
        } else {
            "Tell the prescriber today: potassium falls in the early response."
        },
        source: "facts L2; cut-offs [unsourced]",
        entries: vec![check.entry],
    })
}

/// L8: B12 below 148 pmol/L though injections run; otherwise L7.
fn low_b12(course: &Course, practice: &Practice, first: NaiveDate) -> Option<Finding> {
    let (check, result) = course.latest_result("total-b12", first.succ_opt()?)?;
    let low = practice.knowledge.lab("total-b12")?.is_below(result, 148.0 * NG_L_PER_PMOL_L)?;
    let (rule, tier, text, todo) = match low {
        true => (
            "L8",
            Tier::Reason,
            "is low though injections run",
            "Look for missed doses, the wrong product, or a mixed-up sample.",
        ),
        false => (
            "L7",
            Tier::Note,
            "during injections says nothing about the response",
            "Do not change the interval because of it.",
        ),
    };
    Some(Finding {
        rule,
        tier,
        text: format!("Serum B12 of {result} ({}) {text}.", words::day(check.checked.sample_day())),
        todo,
        source: "facts L7, L8 [S8][S31], L8 [eng]",
        entries: vec![check.entry],
    })
}
