//! Too much and too little (facts 9: O1 to O6, U2, U4, D6, D9, C1; ORAL).

use super::results::is_documented;
use super::{Finding, Tier};
use crate::clinic::course::{Check, Course, DoseGiven, DoseSlot};
use crate::clinic::decision::Turn;
use crate::clinic::drug::Drug;
use crate::clinic::entry::EntryId;
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::order::Order;
use crate::clinic::practice::Practice;
use crate::clinic::regimen::{Onward, PhaseKind};
use crate::clinic::response::{self, Count, Response};
use crate::clinic::rights;
use crate::clinic::triage::{Anaemia, B12Status, Cause, CauseGroup, Neuro, Reversible, Tablets, Triage};
use crate::clinic::words;
use chrono::NaiveDate;

pub(super) fn findings(course: &Course, practice: &Practice) -> Vec<Finding> {
    let mut out: Vec<_> = change(course, practice);
    if course.has_ended() {
        return out;
    }
    let all = [
        too_often(course, practice),
        diet(course, practice),
        cause_gone(course, practice),
        undocumented(course, practice),
        no_diagnosis(course, practice),
        normal_absorption(course, practice),
        claim(course, practice),
    ];
    out.extend(all.into_iter().flatten());
    out
}

/// Doses of the maintenance phase that holds, oldest first.
fn maintenance(course: &Course) -> Vec<(&DoseSlot, &DoseGiven)> {
    let now = course.phase_now().filter(|p| !p.kind.fills());
    course.given().filter(|(s, _)| now.is_some_and(|p| p.order == s.order && p.phase == s.phase)).collect()
}

/// O1: the last doses came closer than the plan, or closer than four weeks.
fn too_often(course: &Course, practice: &Practice) -> Option<Finding> {
    let rule = practice.knowledge.rule("O1");
    let doses = maintenance(course);
    let wanted = usize::try_from(rule.count("doses")).ok()?;
    let last = &doses[doses.len().checked_sub(wanted)?..];
    let (first, end) = (last.first()?.1.given.on, last.last()?.1.given.on);
    let mean = days_between(first, end) as f64 / (wanted - 1) as f64;
    let planned = f64::from(course.phase_now()?.every?.about_days());
    let early = mean < planned * rule.limit("percent") / 100.0;
    (early || mean < rule.limit("least_days")).then(|| {
        let text = format!(
            "The last {wanted} maintenance doses came every {mean:.0} days on average; the plan says every {}.",
            course.phase_now().and_then(|p| p.every).map(|e| e.to_string()).unwrap_or_default()
        );
        Finding::of(rule, text, last.iter().map(|(_, g)| g.entry).collect())
    })
}

fn cause<'a>(course: &Course, practice: &'a Practice) -> Option<&'a Cause> {
    practice.knowledge.cause(&course.triage.as_ref()?.cause)
}

/// The last checks with symptoms, where each of them found none.
fn well(course: &Course, checks: i64) -> Option<Vec<EntryId>> {
    let wanted = usize::try_from(checks).ok()?;
    let scored = course.checks.iter().rev().filter(|c| c.checked.score().is_some());
    let last: Vec<&Check> = scored.take(wanted).collect();
    (last.len() == wanted && last.iter().all(|c| c.checked.score() == Some(0)))
        .then(|| last.iter().map(|c| c.entry).collect())
}

/// O2: a dietary cause, all well, and injections go on.
fn diet(course: &Course, practice: &Practice) -> Option<Finding> {
    let rule = practice.knowledge.rule("O2");
    let cause = cause(course, practice).filter(|c| c.group == CauseGroup::Diet && c.id != "diet-vegan")?;
    let first = course.first_given()?;
    let rests = well(course, rule.count("checks"))?;
    let goes_on = course.next_dose().is_some_and(|s| !s.kind.fills());
    let normal = response::count(course, practice) == Count::Normal;
    let months = u32::try_from(rule.count("months")).ok()?;
    let long = course.today >= Interval::Months(months).after(first, 1);
    (goes_on && normal && long).then(|| {
        let text = format!(
            "{}: no symptom at two checks, blood count normal, and injections go on since {}.",
            cause.name,
            words::day(first)
        );
        Finding::of(rule, text, rests)
    })
}

/// O3: the cause was removed, and all is well since.
fn cause_gone(course: &Course, practice: &Practice) -> Option<Finding> {
    let rule = practice.knowledge.rule("O3");
    let triage = course.triage.as_ref()?;
    let cause = cause(course, practice).filter(|c| c.reversible != Reversible::No)?;
    let gone = removed(triage, cause, course.today)?;
    course.next_dose()?;
    let rests = well(course, rule.count("checks"))?;
    let since = |id: &EntryId| course.checks.iter().any(|c| c.entry == *id && c.checked.on >= gone);
    let normal = response::count(course, practice) != Count::Abnormal;
    (rests.iter().all(since) && normal).then(|| {
        let text = format!("The cause is gone since {}, and no symptom at two checks since.", words::day(gone));
        Finding::of(rule, text, rests)
    })
}

/// Returns the day on which the cause was removed: recorded as such, or the medicine that is the cause was stopped.
fn removed(triage: &Triage, cause: &Cause, today: NaiveDate) -> Option<NaiveDate> {
    let is_cause = |id: &str| cause.id == id || (cause.id == "ppi-h2" && matches!(id, "ppi" | "h2-blocker"));
    let stopped = triage.medicines.iter().find(|m| is_cause(&m.id)).and_then(|m| m.stopped);
    triage.cause_removed.or(stopped).filter(|day| *day <= today)
}

/// O4: no low result documents the deficiency. Prevention, an adjunct to chemotherapy, a cause for life and neurologic
/// signs are an indication by themselves. \[eng\]
fn undocumented(course: &Course, practice: &Practice) -> Option<Finding> {
    let rule = practice.knowledge.rule("O4");
    let triage = course.triage.as_ref()?;
    let first = course.first_given()?;
    let prevents = course.orders.iter().any(|(_, o)| o.phases.iter().any(|p| p.kind == PhaseKind::Prophylaxis));
    let said = matches!(triage.b12, B12Status::Confirmed | B12Status::Indeterminate);
    let for_life = cause(course, practice).is_some_and(|c| c.reversible == Reversible::No);
    let by_indication = prevents || for_life || triage.cause == "chemotherapy-adjunct" || triage.is_neuro();
    (!said && !by_indication && !is_documented(course, practice, first)).then(|| {
        let text = format!(
            "No low B12, and no high MMA or homocysteine, is recorded in the year before the first dose on {}.",
            words::day(first)
        );
        Finding::of(rule, text, course.given().next().map(|(_, g)| g.entry).into_iter().collect())
    })
}

/// O5: a year of injections, and the cause is not known.
fn no_diagnosis(course: &Course, practice: &Practice) -> Option<Finding> {
    let rule = practice.knowledge.rule("O5");
    let cause = cause(course, practice).filter(|c| c.group == CauseGroup::Unknown)?;
    let first = course.first_given()?;
    let months = u32::try_from(rule.count("months")).ok()?;
    (course.today > Interval::Months(months).after(first, 1) && course.next_dose().is_some()).then(|| {
        let text = format!("Injections since {}, and the cause is {}.", words::day(first), cause.name.to_lowercase());
        Finding::of(rule, text, course.triage_entry.into_iter().collect())
    })
}

/// O6: the protocol itself goes on with tablets: its doses are given, or a plan of injections followed it.
fn normal_absorption(course: &Course, practice: &Practice) -> Option<Finding> {
    let oral = |order: &Order| {
        let regimen = practice.knowledge.regimen(&order.regimen).ok()?;
        regimen.then.as_ref().filter(|_| regimen.goes_on() == Some(Onward::Oral))
    };
    let (last, before) = course.orders.split_last()?;
    let begun = |id: EntryId| course.given().any(|(s, _)| s.order == id);
    let done = course.next_dose().is_none() && begun(last.0);
    let injected = course.next_dose().is_some_and(|s| !s.kind.fills());
    let (id, order) = std::iter::once(last)
        .filter(|_| done)
        .chain(before.iter().rev().filter(|(id, _)| injected && begun(*id)))
        .find(|(_, order)| oral(order).is_some())?;
    let text = format!("{} goes on with tablets: {}.", order.name, oral(order)?);
    Some(Finding::of(practice.knowledge.rule("O6"), text, vec![*id]))
}

/// C1: maintenance closer than a calendar month, where the payer is Medicare, and nobody said why.
fn claim(course: &Course, practice: &Practice) -> Option<Finding> {
    if practice.settings.setting != "US" {
        return None;
    }
    let rule = practice.knowledge.rule("C1");
    let doses = maintenance(course);
    let [.., (_, before), (_, last)] = &doses[..] else { return None };
    let months = u32::try_from(rule.count("months")).ok()?;
    let early = last.given.on < Interval::Months(months).after(before.given.on, 1);
    let said = !last.given.reasons.is_empty() || last.given.note.is_some();
    (early && !said).then(|| {
        let text = format!(
            "The maintenance doses of {} and {} lie less than a calendar month apart.",
            words::day(before.given.on),
            words::day(last.given.on)
        );
        Finding::of(rule, text, vec![before.entry, last.entry])
    })
}

/// What speaks against the change that holds (D6, D9, U2, U4, ORAL).
fn change(course: &Course, practice: &Practice) -> Vec<Finding> {
    let Some(standing) = course.standing.as_ref() else { return Vec::new() };
    let said = |rule: &str| standing.change.reasons.iter().any(|r| r.rule == rule);
    let mut found = of_change(course, practice, &standing.change.what, &[standing.entry]);
    // A stop is never quiet, whatever a file says.
    found.retain(|f| f.tier == Tier::Stop || !said(&f.rule));
    found
}

/// What speaks against a change in this patient, the hardest first: tablets of what the patient is allergic to (D9), in
/// Leber's disease (D6), in severe disease (U2), against the cause or while the patient is not well (ORAL), an end of what
/// is for life (U4).
pub(crate) fn of_change(course: &Course, practice: &Practice, turn: &Turn, rests: &[EntryId]) -> Vec<Finding> {
    let of = |rule: &str, text: String| Finding::of(practice.knowledge.rule(rule), text, rests.to_vec());
    match turn {
        Turn::Oral { .. } => {
            let mut out: Vec<_> = by_mouth(course, practice, of).into_iter().collect();
            let severe = too_severe_for_tablets(course);
            let is_severe = severe.is_some();
            out.extend(severe.map(|text| of("U2", text)));
            // One rule, one reason: all that it says stands together.
            let against = [no_tablets_for_cause(course, practice), not_well_for_tablets(course, practice, is_severe)];
            let against: Vec<_> = against.into_iter().flatten().collect();
            out.extend((!against.is_empty()).then(|| of("ORAL", against.join(" "))));
            out
        }
        Turn::Stopped { .. } => stopped(course, practice, of).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// U4: what is for life is not finished. Where the patient must not have the vitamin in any form nothing can go on: then a
/// person says why it ends.
fn stopped(course: &Course, practice: &Practice, of: impl Fn(&str, String) -> Finding) -> Option<Finding> {
    let name = &cause(course, practice).filter(|c| c.reversible == Reversible::No)?.name;
    let (triage, person) = (course.triage.as_ref(), course.person.as_ref());
    let Some((_, barred)) = rights::barred_in_every_form(triage, person, practice) else {
        return Some(of("U4", format!("{name} cannot be removed: treatment is for life and is never finished.")));
    };
    let text = format!("{name} is for life, and no form of the vitamin may be given ({barred}).");
    let todo =
        "Refer: the specialist says what goes on in its place. Say why it is stopped; the recheck stays on the list.";
    Some(Finding { tier: Tier::Reason, todo: todo.into(), ..of("U4", text) })
}

/// ORAL: the published position for the cause is no, or there is none.
fn no_tablets_for_cause(course: &Course, practice: &Practice) -> Option<String> {
    let cause = cause(course, practice)?;
    match cause.tablets {
        Tablets::Yes | Tablets::Disputed => None,
        Tablets::No => Some(format!("{}: tablets? {}.", cause.name, cause.oral)),
        Tablets::NotStated => Some(format!("{}: no source says that tablets do.", cause.name)),
    }
}

/// ORAL: what says that the patient is not well. Early in a cause for which tablets are given a low count is what is treated.
fn not_well_for_tablets(course: &Course, practice: &Practice, is_severe: bool) -> Option<String> {
    let nerves = course.triage.as_ref().is_some_and(Triage::is_neuro) && !is_severe;
    let new_signs = super::outcome::new_neuro(course, practice).is_some();
    let response = match course.response {
        Response::Worse if !new_signs => Some("a neurologic symptom is worse"),
        Response::Relapse => Some("symptoms are back"),
        Response::Incomplete => Some("the response is incomplete"),
        _ => None,
    };
    let given_for_cause = cause(course, practice).is_some_and(|c| c.tablets == Tablets::Yes);
    let early = given_for_cause && course.phase_now().is_some_and(|p| p.kind.fills());
    let low = !early && response::count(course, practice) == Count::Abnormal;
    let said = [
        nerves.then_some("neurologic involvement is recorded (most sources inject)"),
        new_signs.then_some("a neurologic symptom is new"),
        response,
        low.then_some("the blood count is not normal"),
    ];
    let said: Vec<_> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| format!("Tablets, though {}.", said.join(", and ")))
}

/// D6, D9: the vitamin is the same by mouth. Tablets of it are cyanocobalamin as a rule, which Leber's disease bars; the
/// other forms ask only.
fn by_mouth(course: &Course, practice: &Practice, of: impl Fn(&str, String) -> Finding) -> Option<Finding> {
    let (triage, person) = (course.triage.as_ref(), course.person.as_ref());
    let (rule, said) = rights::against_form(triage, person, practice, Drug::Cyanocobalamin)?;
    let found = of(&rule, format!("By mouth too: {said}."));
    Some(match rule.as_str() {
        "D6" => Finding { tier: Tier::Reason, ..found },
        _ => {
            Finding { todo: "No tablets of the vitamin either: ask the prescriber and the specialist.".into(), ..found }
        }
    })
}

/// U2: what is recorded for which injections are advised.
fn too_severe_for_tablets(course: &Course) -> Option<String> {
    let triage = course.triage.as_ref()?;
    if triage.neuro >= Neuro::Moderate || triage.anaemia == Anaemia::Severe {
        return Some("Tablets, though moderate neurologic signs or severe anaemia are recorded.".to_owned());
    }
    triage.visual.then(|| "Tablets, though affected sight is recorded.".to_owned())
}
