//! The plan against the patient and against its own reviews (facts 9: P1, P2, P4, P5, U1, U3, U5, N1).

use super::Finding;
use crate::clinic::course::{Course, Next};
use crate::clinic::entry::EntryId;
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::order::Order;
use crate::clinic::practice::Practice;
use crate::clinic::rights;
use crate::clinic::spacing;
use crate::clinic::triage::{Goal, Triage};
use crate::clinic::words;

pub(super) fn findings(course: &Course, practice: &Practice) -> Vec<Finding> {
    let mut out: Vec<_> = [
        no_plan(course, practice),
        baseline(course, practice),
        late_review(course, practice),
        gate(course, practice),
        no_checkpoint(course, practice),
        pregnant(course, practice),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let Some((id, order)) = course.order.as_ref().filter(|_| !course.has_ended()) {
        out.extend(against_patient(course, practice, *id, order));
    }
    out
}

/// What speaks against an order in this patient: asked at signing, and as long as it holds.
pub(crate) fn against_patient(course: &Course, practice: &Practice, id: EntryId, order: &Order) -> Vec<Finding> {
    let Some(triage) = course.triage.as_ref() else { return Vec::new() };
    [
        neuro_mismatch(practice, triage, id, order),
        rare_for_neuro(practice, triage, id, order),
        skipped(course, practice, triage, id, order),
        too_long(practice, triage, id, order),
        against_form(practice, triage, id, order),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn no_plan(course: &Course, practice: &Practice) -> Option<Finding> {
    let text = match &course.next {
        Next::Triage => "No triage yet: the five questions decide which plans fit.".to_owned(),
        Next::Order => "Triaged, and no plan is signed yet.".to_owned(),
        Next::Decide(words) => words.clone(),
        Next::AskAgain(day) if *day <= course.today => {
            format!("Treatment was declined, and was to be asked again on {}.", words::day(*day))
        }
        _ => return None,
    };
    let urgent = course.triage.as_ref().is_some_and(Triage::is_neuro);
    let text = if urgent { format!("{text} Neurologic symptoms: do not wait.") } else { text };
    let rule = practice.knowledge.rule("PLAN");
    // The change too: one that was answered, and recorded anew, is asked again.
    let turned = course.standing.as_ref().map(|s| s.entry);
    let rests = course.triage_entry.into_iter().chain(course.given().next_back().map(|(_, g)| g.entry)).chain(turned);
    let rests = rests.collect();
    let finding = Finding::of(rule, text, rests);
    Some(if urgent { finding } else { finding.softer(rule) })
}

/// Blood is taken before the first dose, where that does not delay it (facts 2.4, 3.1).
fn baseline(course: &Course, practice: &Practice) -> Option<Finding> {
    let (id, order) = course.order.as_ref().filter(|_| !course.has_ended())?;
    let fills = order.phases.first().is_some_and(|p| p.kind.fills());
    let nothing_yet = course.given().next().is_none() && course.checks.is_empty();
    (fills && nothing_yet).then(|| {
        let text = "No baseline is recorded: blood count, B12, folate, ferritin and potassium belong before dose 1.";
        Finding::of(practice.knowledge.rule("BASE"), text.to_owned(), vec![*id])
    })
}

/// P2: an open phase that is past its review.
fn late_review(course: &Course, practice: &Practice) -> Option<Finding> {
    let phase = course.phase_now().filter(|_| !course.has_ended())?;
    let review = phase.review.filter(|day| *day < course.today)?;
    let event = phase.ends_with.clone().unwrap_or_default();
    let since = days_between(phase.from, course.today);
    let text = format!(
        "{} ({}) has run for {}; its review was due {}. It goes on until \"{event}\" is recorded.",
        phase.kind.title(),
        phase.rhythm,
        words::days(since),
        words::day(review)
    );
    Some(Finding::of(practice.knowledge.rule("P2"), text, vec![phase.order]))
}

/// P4: a regimen that is published for patients without neurologic involvement.
fn neuro_mismatch(practice: &Practice, triage: &Triage, id: EntryId, order: &Order) -> Option<Finding> {
    (triage.is_neuro() && order.neuro == Some(false)).then(|| {
        let text = format!("Neurologic involvement is recorded, and {} is meant for patients without it.", order.name);
        Finding::of(practice.knowledge.rule("P4"), text, vec![id])
    })
}

/// A caution that speaks against the form without stopping it: severe kidney disease and cyanocobalamin (facts 6.4).
fn against_form(practice: &Practice, triage: &Triage, id: EntryId, order: &Order) -> Option<Finding> {
    let caution = rights::advised_against(triage, practice, order.drug)?;
    let text = format!("{}, and {}: {}.", caution.name, order.drug.name(), caution.words);
    Some(Finding::of(practice.knowledge.rule(caution.rule.as_deref()?), text, vec![id]))
}

/// U1: the first weeks of repletion are too rare for neurologic involvement. A regimen that is published for it is
/// taken at its word.
fn rare_for_neuro(practice: &Practice, triage: &Triage, id: EntryId, order: &Order) -> Option<Finding> {
    let rule = practice.knowledge.rule("U1");
    let first = order.phases.first().filter(|p| p.kind.fills())?;
    (triage.is_neuro() && first.is_rarer_than(rule.count("interval_days")) && order.neuro != Some(true)).then(|| {
        let text = format!(
            "Neurologic involvement is recorded, and {} starts rarer than every {} days.",
            order.name,
            rule.count("interval_days")
        );
        Finding::of(rule, text, vec![id])
    })
}

/// P5: repletion skipped though the deficiency is significant.
fn skipped(course: &Course, practice: &Practice, triage: &Triage, id: EntryId, order: &Order) -> Option<Finding> {
    let starts_thin = order.phases.first().is_some_and(|p| !p.kind.fills());
    let filled_before = course.given().any(|(slot, _)| slot.order != id && slot.kind.fills());
    let last = course.checks.iter().rev().find_map(|c| c.checked.score());
    let significant = triage.is_significant() || last.is_some_and(|score| score > 0);
    (significant && starts_thin && !filled_before && triage.goal == Goal::Repletion).then(|| {
        let text = "The plan begins with maintenance, though the deficiency is significant: repletion comes first.";
        Finding::of(practice.knowledge.rule("P5"), text.to_owned(), vec![id])
    })
}

/// U3: a maintenance interval beyond every published one.
fn too_long(practice: &Practice, triage: &Triage, id: EntryId, order: &Order) -> Option<Finding> {
    let rule = practice.knowledge.rule("U3");
    let every = order.phases.iter().rfind(|p| !p.kind.fills())?.interval()?;
    let most = spacing::longest(practice, Some(triage));
    (every.about_days() > most.about_days()).then(|| {
        let text = format!("Maintenance every {every} is longer than any published interval for this cause ({most}).");
        Finding::of(rule, text, vec![id])
    })
}

/// P1: a published gate that nobody passed yet.
fn gate(course: &Course, practice: &Practice) -> Option<Finding> {
    let slot = course.next_dose()?;
    let gate = slot.gate.as_ref()?;
    let text = format!("Before the next phase opens, this must be recorded: {gate}.");
    Some(Finding::of(practice.knowledge.rule("P1"), text, vec![slot.order]))
}

/// U5: symptoms were left, and nobody looked for a quarter of a year in the first year.
fn no_checkpoint(course: &Course, practice: &Practice) -> Option<Finding> {
    let rule = practice.knowledge.rule("U5");
    let first = course.first_given().filter(|_| !course.has_ended())?;
    let last = course.checks.iter().rev().find(|c| !c.checked.symptoms.is_empty());
    let left = last.is_none_or(|c| c.checked.score().is_some_and(|score| score > 0));
    let since = days_between(last.map_or(first, |c| c.checked.on.max(first)), course.today);
    let pregnant = course.triage.as_ref().is_some_and(|t| t.pregnant);
    let most = rule.count(if pregnant { "pregnant_days" } else { "days" });
    let first_year = days_between(first, course.today) <= rule.count("first_year_days");
    (left && since > most && first_year).then(|| {
        let what = if last.is_some() { "Symptoms were left at the last check" } else { "Symptoms were never graded" };
        let rests = last.map(|c| c.entry).or(course.given().next().map(|(_, g)| g.entry));
        let text = format!("{what}, and nobody looked for {}.", words::days(since));
        Finding::of(rule, text, rests.into_iter().collect())
    })
}

/// N1: the first look comes after a month in pregnancy.
fn pregnant(course: &Course, practice: &Practice) -> Option<Finding> {
    let first = course.first_given().filter(|_| !course.has_ended())?;
    let is_pregnant = course.triage.as_ref().is_some_and(|t| t.pregnant);
    let looked = course.checks.iter().any(|c| c.checked.on > first);
    (is_pregnant && !looked).then(|| {
        let due = Interval::Months(1).after(first, 1);
        let text = format!("Pregnant or breast-feeding: the first look is due by {}.", words::day(due));
        Finding::of(practice.knowledge.rule("N1"), text, course.triage_entry.into_iter().collect())
    })
}
