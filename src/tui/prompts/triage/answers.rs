//! The form read as the five answers.

use super::super::Refusal;
use super::fields::medicine_field;
use crate::clinic::background::Medicine;
use crate::clinic::drug::{Drug, Route};
use crate::clinic::parse;
use crate::clinic::triage::{Anaemia, Asked, B12Status, Goal, MonitoringPlan, Neuro, Triage};
use crate::tui::ctx::Ctx;
use crate::tui::form::Form;
use chrono::NaiveDate;

/// Returns the answers so far: what cannot be read yet is left out.
pub(super) fn so_far(form: &Form, ctx: &Ctx) -> Triage {
    let pick = |id: &str| form.text(id).parse::<usize>().unwrap_or(0);
    let monitoring = MonitoringPlan {
        first: form.text("first").parse().unwrap_or_else(|_| MonitoringPlan::usual_first(&ctx.practice)),
        symptoms: list(form, "symptoms"),
        labs: list(form, "labs"),
    };
    let medicines = list(form, "medicines");
    let medicines = medicines.iter().map(|id| medicine(form, ctx, id).unwrap_or_else(|_| Medicine::taken(id)));
    Triage {
        medicines: medicines.collect(),
        cause_removed: removed(form, ctx).unwrap_or_default(),
        neuro: pick("neuro")
            .checked_sub(1)
            .and_then(|at| Neuro::ALL.get(at))
            .map_or(Neuro::NotAsked, |(level, _)| *level),
        visual: form.text("visual") == "yes",
        red_flags: list(form, "flags"),
        pregnant: form.text("pregnant") == "yes",
        anaemia: Anaemia::ALL[pick("anaemia").min(4)].0,
        b12: B12Status::ALL[pick("b12").min(3)].0,
        since: since(form, ctx).unwrap_or_default(),
        goal: if form.text("goal") == "maintenance" { Goal::Maintenance } else { Goal::Repletion },
        route: Route::ALL.into_iter().find(|r| r.name() == form.text("route")).unwrap_or(Route::Im),
        drug: Drug::ALL.into_iter().find(|d| d.name() == form.text("drug")).unwrap_or(Drug::Hydroxocobalamin),
        cautions: list(form, "cautions"),
        not_oral: form.filled("not_oral"),
        note: form.filled("note"),
        ..Triage::new(&form.text("cause"), monitoring)
    }
}

/// Says what is wrong with the answers of a page.
///
/// # Errors
/// The field and why.
pub(super) fn check(page: usize, form: &Form, ctx: &Ctx) -> Result<(), Refusal> {
    match page {
        0 => {
            list(form, "medicines").iter().try_for_each(|id| medicine(form, ctx, id).map(drop))?;
            removed(form, ctx)?;
        }
        1 => drop(since(form, ctx)?),
        _ => {}
    }
    match so_far(form, ctx).lacks(&ctx.practice.knowledge) {
        Some((asked, words)) if page_of(&asked) == page => Err(Refusal::at(&field_of(&asked), words)),
        _ => Ok(()),
    }
}

fn page_of(asked: &Asked) -> usize {
    match asked {
        Asked::Cause | Asked::Medicine(_) => 0,
        Asked::Neuro | Asked::Sight => 1,
        Asked::Symptoms => 4,
    }
}

fn field_of(asked: &Asked) -> String {
    match asked {
        Asked::Cause => "cause".to_owned(),
        Asked::Medicine(id) => medicine_field(id),
        Asked::Neuro => "neuro".to_owned(),
        Asked::Sight => "visual".to_owned(),
        Asked::Symptoms => "symptoms".to_owned(),
    }
}

/// The ids that are on in a field of several options.
pub(super) fn list(form: &Form, id: &str) -> Vec<String> {
    form.text(id).split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

fn medicine(form: &Form, ctx: &Ctx, id: &str) -> Result<Medicine, Refusal> {
    let field = medicine_field(id);
    parse::medicine(id, &form.text(&field), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at(&field, e))
}

fn removed(form: &Form, ctx: &Ctx) -> Result<Option<NaiveDate>, Refusal> {
    let read = |text: String| parse::stopped(&text, ctx.today(), ctx.month_first());
    form.filled("removed").map(read).transpose().map_err(|e| Refusal::at("removed", e))
}

fn since(form: &Form, ctx: &Ctx) -> Result<Option<NaiveDate>, Refusal> {
    let read = |text: String| parse::since(&text, ctx.today(), ctx.month_first());
    form.filled("since").map(read).transpose().map_err(|e| Refusal::at("since", e))
}
