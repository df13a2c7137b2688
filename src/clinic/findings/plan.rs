//! The plan against the patient and against its own reviews (facts 9: P1, P2, P4, P5, U1).

use super::{Finding, Tier};
use crate::clinic::course::{Course, Next};
use crate::clinic::interval::days_between;
use crate::clinic::triage::Goal;
use crate::clinic::words;

pub(super) fn findings(course: &Course) -> Vec<Finding> {
    [
        no_plan(course),
        baseline(course),
        late_review(course),
        neuro_mismatch(course),
        rare_for_neuro(course),
        skipped(course),
        gate(course),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn no_plan(course: &Course) -> Option<Finding> {
    let (text, todo) = match &course.next {
        Next::Triage => (
            "No triage yet: the five questions decide which plans fit.".to_owned(),
            "Answer the five questions: press o.",
        ),
        Next::Order => ("Triaged, and no plan is signed yet.".to_owned(), "A prescriber chooses a protocol: press o."),
        Next::Decide(words) => (words.clone(), "Sign the next plan: press o."),
        Next::Dose(_) => return None,
    };
    let urgent = course.triage.as_ref().is_some_and(|t| t.is_neuro());
    let text = if urgent { format!("{text} Neurologic symptoms: do not wait.") } else { text };
    Some(Finding {
        rule: "PLAN",
        tier: if urgent { Tier::Reason } else { Tier::Note },
        text,
        todo,
        source: "brief T1 to T5; facts 2.4",
        entries: Vec::new(),
    })
}

/// Blood is taken before the first dose, where that does not delay it (facts 2.4, 3.1).
fn baseline(course: &Course) -> Option<Finding> {
    let (id, order) = course.order.as_ref()?;
    let fills = order.phases.first().is_some_and(|p| p.kind.fills());
    let nothing_yet = course.given().next().is_none() && course.checks.is_empty();
    (fills && nothing_yet).then(|| Finding {
        rule: "BASE",
        tier: Tier::Note,
        text: "No baseline is recorded: blood count, B12, folate, ferritin and potassium belong before dose 1."
            .to_owned(),
        todo: "Record symptoms and results: press c. Where the signs are strong, do not wait for results.",
        source: "facts 2.4, 3.1 [S3][S11][S13]",
        entries: vec![*id],
    })
}

/// P2: an open phase that is past its review.
fn late_review(course: &Course) -> Option<Finding> {
    let phase = course.phase_now()?;
    let review = phase.review.filter(|day| *day < course.today)?;
    let event = phase.ends_with.clone().unwrap_or_default();
    let since = days_between(phase.from, course.today);
    Some(Finding {
        rule: "P2",
        tier: Tier::Reason,
        text: format!(
            "{} ({}) has run for {}; its review was due {}. It goes on until \"{event}\" is recorded.",
            phase.kind.title(),
            phase.rhythm,
            words::days(since),
            words::day(review)
        ),
        todo: "Review with the prescriber: go on, or record what ended it: press m.",
        source: "facts P2 [S23][S26], 3 weeks [unsourced]",
        entries: vec![phase.order],
    })
}

/// P4: a regimen that is published for patients without neurologic involvement.
fn neuro_mismatch(course: &Course) -> Option<Finding> {
    let triage = course.triage.as_ref()?;
    let (id, order) = course.order.as_ref()?;
    (triage.is_neuro() && order.neuro == Some(false)).then(|| Finding {
        rule: "P4",
        tier: Tier::Reason,
        text: format!("Neurologic involvement is recorded, and {} is meant for patients without it.", order.name),
        todo: "Ask the prescriber about a neurologic regimen (R02, R17).",
        source: "facts P4 [S5][S8]",
        entries: vec![*id],
    })
}

/// U1: the first weeks of repletion are too rare for neurologic involvement. A regimen that is published for it is
/// taken at its word.
fn rare_for_neuro(course: &Course) -> Option<Finding> {
    let triage = course.triage.as_ref()?;
    let (id, order) = course.order.as_ref()?;
    let first = order.phases.first().filter(|p| p.kind.fills())?;
    let thin = first.interval().is_some_and(|i| i.about_days() > 3);
    (triage.is_neuro() && thin && order.neuro != Some(true)).then(|| Finding {
        rule: "U1",
        tier: Tier::Reason,
        text: format!("Neurologic involvement is recorded, and {} starts rarer than every 3 days.", order.name),
        todo: "Ask the prescriber about denser doses first.",
        source: "facts U1 [S38][S65]",
        entries: vec![*id],
    })
}

/// P5: repletion skipped though the deficiency is significant.
fn skipped(course: &Course) -> Option<Finding> {
    let triage = course.triage.as_ref()?;
    let (id, order) = course.order.as_ref()?;
    let starts_thin = order.phases.first().is_some_and(|p| !p.kind.fills());
    let filled_before = course.given().any(|(slot, _)| slot.order != *id && slot.kind.fills());
    (triage.is_significant() && starts_thin && !filled_before && triage.goal == Goal::Repletion).then(|| Finding {
        rule: "P5",
        tier: Tier::Reason,
        text: "The plan begins with maintenance, though the deficiency is significant: repletion comes first."
            .to_owned(),
        todo: "Ask the prescriber whether stores were filled before.",
        source: "brief G1; facts P5",
        entries: vec![*id],
    })
}

fn gate(course: &Course) -> Option<Finding> {
    let slot = course.next_dose()?;
    let gate = slot.gate.as_ref()?;
    Some(Finding {
        rule: "P1",
        tier: Tier::Reason,
        text: format!("Before the next phase opens, this must be recorded: {gate}."),
        todo: "Record it: press m.",
        source: "facts P1 [S14]",
        entries: vec![slot.order],
    })
}
