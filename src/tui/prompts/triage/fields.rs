//! The fields of the five pages, filled with the answers that hold.

use crate::clinic::background::{Caution, MedicineKind};
use crate::clinic::drug::{Drug, Route};
use crate::clinic::parse;
use crate::clinic::triage::{Anaemia, B12Status, Cause, CauseGroup, Goal, MonitoringPlan, Neuro, Symptom, Triage};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::form::Field;
use chrono::NaiveDate;

/// The id of the field that holds what is known of a medicine.
pub(super) fn medicine_field(id: &str) -> String {
    format!("medicine:{id}")
}

/// All fields; a page shows its own.
pub(super) fn all(patient: &Patient, ctx: &Ctx) -> Vec<Field> {
    let old = patient.course.triage.as_ref();
    let mut fields = why(old, ctx);
    fields.extend(how_severe(old, ctx));
    fields.extend(goal_and_form(patient, ctx));
    fields.extend(followed(old, ctx));
    fields
}

fn why(old: Option<&Triage>, ctx: &Ctx) -> Vec<Field> {
    let mut all: Vec<_> = ctx.practice.knowledge.causes().iter().collect();
    all.sort_by_key(|c| c.group);
    let mut causes = vec![(String::new(), "Not answered yet".to_owned())];
    causes.extend(all.iter().map(|c| (c.id.clone(), cause_words(c))));
    let kinds = ctx.practice.knowledge.medicines();
    let taken = |kind: &MedicineKind| old.is_some_and(|t| t.medicines.iter().any(|m| m.id == kind.id));
    let medicines = kinds.iter().map(|m| (m.id.clone(), m.name.clone(), taken(m))).collect();
    let mut fields = vec![
        Field::list("cause", "Cause", causes, old.map_or("", |t| t.cause.as_str()), 11)
            .hint("Up, Down or the first letter; \"not known yet\" is an answer. Tab: medicines."),
        Field::many("medicines", "Medicines", medicines)
            .hint("Space ticks what is taken or was; Tab goes on. Optional."),
    ];
    fields.extend(kinds.iter().map(|kind| details(kind, old)));
    fields.push(
        Field::text("removed", "Cause gone on", &day(old.and_then(|t| t.cause_removed)))
            .most(16)
            .hint("Where the diet was corrected, the medicine stopped, the bowel healed. Optional."),
    );
    fields
}

fn cause_words(cause: &Cause) -> String {
    let own_group = cause.group == CauseGroup::Unknown || cause.name.starts_with(group(cause.group));
    if own_group { cause.name.clone() } else { format!("{}: {}", group(cause.group), cause.name) }
}

fn group(group: CauseGroup) -> &'static str {
    match group {
        CauseGroup::Diet => "Diet",
        CauseGroup::Malabsorption => "Malabsorption",
        CauseGroup::Medicine => "Medicine or gas",
        CauseGroup::Other => "Other",
        CauseGroup::Unknown => "Not known yet",
    }
}

/// What is known of a medicine, in one line.
fn details(kind: &MedicineKind, old: Option<&Triage>) -> Field {
    let held = old.and_then(|t| t.medicines.iter().find(|m| m.id == kind.id));
    let said = held.map(parse::medicine_said).unwrap_or_default();
    let short = kind.name.split([',', ':']).next().unwrap_or(&kind.name);
    let hint = if kind.dose_asked {
        "How much a day: 400 mcg, or 5 mg; and since when, stopped when, where known."
    } else {
        "Where known: since 2023, stopped 3 Mar 2026."
    };
    Field::text(&medicine_field(&kind.id), short, &said).most(80).hint(hint)
}

fn how_severe(old: Option<&Triage>, ctx: &Ctx) -> Vec<Field> {
    // Unanswered is not "none": the answer decides the plan.
    let neuro = old.and_then(|t| Neuro::ALL.iter().position(|(n, _)| *n == t.neuro)).map_or(0, |at| at + 1).to_string();
    let mut neuro_levels = vec![("0".to_owned(), "Not answered yet".to_owned())];
    neuro_levels.extend(Neuro::ALL.iter().enumerate().map(|(i, (_, w))| ((i + 1).to_string(), (*w).to_owned())));
    let anaemia = at(&Anaemia::ALL, &old.map(|t| t.anaemia).unwrap_or_default());
    let b12 = at(&B12Status::ALL, &old.map(|t| t.b12).unwrap_or_default());
    let pregnant = old.is_some_and(|t| t.pregnant);
    let has = |id: &str| old.is_some_and(|t| t.red_flags.iter().any(|f| f == id));
    let flags = ctx.practice.knowledge.red_flags().iter();
    let flags = flags.map(|f| (f.id.clone(), f.name.clone(), has(&f.id))).collect();
    vec![
        Field::list("neuro", "Neurologic", neuro_levels, &neuro, 5)
            .hint("Tab goes on: sight, red flags, pregnancy, anaemia, B12, since when."),
        Field::choice("visual", "Sight affected", yes_no("Yes"), is(old.is_some_and(|t| t.visual)))
            .hint("Blurred vision, loss in the centre: refer the same day."),
        Field::many("flags", "Red flags", flags).hint("Space ticks; Tab goes on. What must not wait."),
        Field::choice("pregnant", "Pregnancy", yes_no("Pregnant or breast-feeding"), is(pregnant))
            .hint("The limits of anaemia are lower, and the first look comes after a month."),
        Field::list("anaemia", "Anaemia", levels(Anaemia::levels(pregnant)), &anaemia, 5),
        Field::list("b12", "B12 before", levels(&B12Status::ALL), &b12, 4)
            .hint("180 ng/L is 133 pmol/L, 350 ng/L is 258 pmol/L. Treatment need not wait for it where the signs are strong."),
        Field::text("since", "Symptoms since", &old.and_then(|t| t.since).map(words::began).unwrap_or_default())
            .most(16)
            .hint("A month or a year is enough: Mar 2026, 2025. Optional."),
    ]
}

/// Returns the levels of anaemia as a list; pregnancy has its own limits.
pub(super) fn anaemia(pregnant: bool, chosen: &str) -> Field {
    Field::list("anaemia", "Anaemia", levels(Anaemia::levels(pregnant)), chosen, 5)
}

fn goal_and_form(patient: &Patient, ctx: &Ctx) -> Vec<Field> {
    let old = patient.course.triage.as_ref();
    let drugs = Drug::ALL.iter().map(|d| (d.name().to_owned(), d.tall_man().to_owned())).collect();
    let routes = Route::ALL.iter().map(|r| (r.name().to_owned(), r.to_string())).collect();
    let usual_drug = Triage::fresh(&ctx.practice).drug.name();
    let goals = pairs(&[
        ("repletion", "Repletion first: fill the stores, then maintain"),
        ("maintenance", "Maintenance: the stores were filled before"),
    ]);
    let goal = old.map_or("repletion", |t| if t.goal == Goal::Maintenance { "maintenance" } else { "repletion" });
    let cautions = ctx.practice.knowledge.cautions().iter();
    // An allergy that stands under the name already is ticked: nobody is asked twice.
    let allergies = patient.course.person.as_ref().map(|p| p.allergies.words()).unwrap_or_default();
    let has = |c: &Caution| old.is_some_and(|t| t.has_caution(&c.id)) || c.is_named_in(&allergies);
    let cautions = cautions.map(|c| (c.id.clone(), c.name.clone(), has(c))).collect();
    vec![
        Field::list("goal", "Goal", goals, goal, 2).hint("They are not dosed the same way."),
        Field::list("route", "Route", routes, old.map_or("im", |t| t.route.name()), 3),
        Field::list("drug", "Form in hand", drugs, old.map_or(usual_drug, |t| t.drug.name()), 4)
            .hint("Read the vial: forms are not interchangeable. Tab: cautions."),
        Field::many("cautions", "Cautions", cautions)
            .hint("Space ticks; Tab goes on. They are checked at the needle too."),
        Field::text("not_oral", "Why not tablets", old.and_then(|t| t.not_oral.as_deref()).unwrap_or(""))
            .most(120)
            .hint("Why tablets do not suit, in a few words: payers ask. Optional."),
    ]
}

fn followed(old: Option<&Triage>, ctx: &Ctx) -> Vec<Field> {
    let mut first = pairs(&[
        ("1 week", "After 1 week"),
        ("2 weeks", "After 2 weeks"),
        ("3 weeks", "After 3 weeks"),
        ("4 weeks", "After 4 weeks"),
        ("8 weeks", "After 8 weeks"),
    ]);
    let held = old.map_or_else(|| MonitoringPlan::usual_first(&ctx.practice), |t| t.monitoring.first).to_string();
    if !first.iter().any(|(id, _)| *id == held) {
        first.push((held.clone(), format!("After {held}")));
    }
    vec![
        Field::choice("first", "First check", first, &held).hint("Beside the checkpoints that the regimen brings."),
        symptoms(old, ctx),
        labs(old, ctx),
        Field::text("note", "Note", old.and_then(|t| t.note.as_deref()).unwrap_or("")).most(200),
    ]
}

fn symptoms(old: Option<&Triage>, ctx: &Ctx) -> Field {
    let all = ctx.practice.knowledge.symptoms().iter();
    let on = |s: &Symptom| old.map_or(s.usual, |t| t.monitoring.symptoms.contains(&s.id));
    Field::many("symptoms", "Symptoms", all.map(|s| (s.id.clone(), s.name.clone(), on(s))).collect())
        .hint("Space switches one on or off; Tab goes on.")
}

fn labs(old: Option<&Triage>, ctx: &Ctx) -> Field {
    let on = |id: &str| old.is_some_and(|t| t.monitoring.labs.iter().any(|l| l == id));
    let options: Vec<_> =
        ctx.practice.knowledge.followed().map(|a| (a.id.clone(), a.name.clone(), on(&a.id))).collect();
    Field::many("labs", "Labs then", options)
        .right()
        .hint("Serum B12 is not here: during injections it says nothing about the response.")
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(words::born).unwrap_or_default()
}

fn yes_no(yes: &str) -> Vec<(String, String)> {
    pairs(&[("no", "No"), ("yes", yes)])
}

fn is(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn levels<T>(all: &[(T, &str)]) -> Vec<(String, String)> {
    all.iter().enumerate().map(|(i, (_, words))| (i.to_string(), (*words).to_owned())).collect()
}

fn at<T: PartialEq>(all: &[(T, &str)], value: &T) -> String {
    all.iter().position(|(v, _)| v == value).unwrap_or(0).to_string()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(id, words)| ((*id).to_owned(), (*words).to_owned())).collect()
}
