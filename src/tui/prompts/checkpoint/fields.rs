//! What the checkpoint prompt asks: the symptoms of the plan, the labs of this checkpoint first, and what else happened.

use crate::clinic::course::{CheckSlot, Course};
use crate::clinic::lab::Analyte;
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::form::Field;

/// Returns the fields.
pub(super) fn fields(course: &Course, slot: Option<&CheckSlot>, ctx: &Ctx) -> Vec<Field> {
    let mut fields = symptom_fields(course, ctx);
    fields.extend(lab_fields(course, slot, ctx));
    fields.push(Field::text("on", "Checked on", &words::born(ctx.today())).most(16).prefilled().section("This check"));
    fields
        .push(Field::text("sampled", "Sample of", "").most(16).hint("Only where the sample was taken on another day."));
    fields.push(Field::text("note", "Note", "").most(200));
    // After the labs: a result that is typed on from the grades must not land here.
    let since = returned(course).into_iter().chain(beside(ctx));
    fields
        .extend(since.enumerate().map(|(i, field)| if i == 0 { field.section("Since the last check") } else { field }));
    fields
}

/// Whether nothing was given yet.
pub(super) fn is_baseline(course: &Course) -> bool {
    course.given().next().is_none()
}

/// In maintenance: whether the symptoms came back before the next dose (facts 9: P7).
fn returned(course: &Course) -> Option<Field> {
    course.phase_now().filter(|p| !p.kind.fills())?;
    let last = course.checks.iter().rev().find_map(|c| c.checked.returned_days);
    let last = last.map(|n| format!("  last {n}")).unwrap_or_default();
    let hint = "When did symptoms come back before the next dose? In days; blank: not asked; 0: they did not.";
    Some(
        Field::text("returned", "Back before next dose", "").most(4).aside(&format!("days before it{last}")).hint(hint),
    )
}

/// What happened beside the treatment that can move results.
fn beside(ctx: &Ctx) -> [Field; 2] {
    let kinds = ctx.practice.knowledge.confounders();
    let options = kinds.iter().map(|k| (k.id.clone(), k.name.clone(), false)).collect();
    let mut transfused = Field::text("transfused", "Transfused on", "")
        .most(16)
        .hint("The day of the transfusion; blank: the day of this check.");
    transfused.hidden = true;
    let many = Field::many("beside", "Also happened", options)
        .hint("Space ticks what happened beside the treatment and can move the results.");
    [many, transfused]
}

fn lab_fields(course: &Course, slot: Option<&CheckSlot>, ctx: &Ctx) -> Vec<Field> {
    let baseline = is_baseline(course);
    let asked = asked(slot, baseline, ctx);
    let known = ctx.practice.knowledge.labs();
    let all = asked
        .iter()
        .filter_map(|id| known.iter().find(|a| a.id == *id))
        .chain(known.iter().filter(|a| !asked.contains(&a.id.as_str())));
    let heading = match (asked.is_empty(), baseline) {
        (true, _) => "Labs, if reported",
        (_, true) => "Labs before dose 1",
        _ => "Labs asked",
    };
    let section = |i: usize| match i {
        0 => Some(heading.to_owned()),
        i if i == asked.len() => Some("Other labs, if reported".to_owned()),
        _ => None,
    };
    let field = |(i, analyte): (usize, &Analyte)| {
        let mut field =
            Field::text(&format!("lab:{}", analyte.id), &analyte.short, "").most(14).right().hint(&hint(analyte));
        field.section = section(i);
        field
    };
    all.enumerate().map(field).collect()
}

fn asked<'a>(slot: Option<&'a CheckSlot>, baseline: bool, ctx: &'a Ctx) -> Vec<&'a str> {
    if baseline {
        return ctx.practice.knowledge.baseline().iter().map(|a| a.id.as_str()).collect();
    }
    let open = slot.map(|s| if s.check.is_some() { &s.missing } else { &s.asks });
    open.into_iter().flatten().map(String::as_str).filter(|a| *a != "symptoms").collect()
}

/// How a result is typed: a number, or the first letter of a word.
fn hint(analyte: &Analyte) -> String {
    if analyte.words.is_empty() {
        return format!("{}: a number, with its unit if another; \"not done\" is an answer.", analyte.name);
    }
    let letters: Vec<_> = analyte.words.iter().map(|w| format!("{} {w}", &w[..1])).collect();
    format!("{}: {}; \"not done\" is an answer.", analyte.name, letters.join(", "))
}

/// The symptoms of the monitoring plan, or the usual ones; those that were graded before stay asked.
fn symptom_fields(course: &Course, ctx: &Ctx) -> Vec<Field> {
    let planned = course.triage.as_ref().map(|t| t.monitoring.symptoms.clone()).unwrap_or_default();
    let last = course.checks.iter().rev().find(|c| !c.checked.symptoms.is_empty()).map(|c| &c.checked.symptoms);
    let wanted = |id: &str, usual: bool| {
        if planned.is_empty() {
            usual || last.is_some_and(|l| l.contains_key(id))
        } else {
            planned.iter().any(|p| p == id) || last.is_some_and(|l| l.contains_key(id))
        }
    };
    let asked = ctx.practice.knowledge.symptoms().iter().filter(|s| wanted(&s.id, s.usual));
    let mut fields: Vec<_> = asked
        .map(|s| {
            let before = last.and_then(|l| l.get(&s.id)).map(|g| format!("last {g}")).unwrap_or_default();
            Field::scale(&format!("symptom:{}", s.id), &s.name)
                .aside(&before)
                .hint("Worst in 7 days: 0 none, 1 mild, 2 moderate, 3 severe, 4 very severe.")
        })
        .collect();
    if let Some(first) = fields.first_mut() {
        first.section = Some("Symptoms, worst in 7 days: 0 none to 4 very severe".to_owned());
    }
    fields
}
