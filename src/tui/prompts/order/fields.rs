//! The fields of a plan: the protocol, and where the prescriber may go another way.

use crate::clinic::drug::mcg;
use crate::clinic::fit::Fit;
use crate::clinic::regimen::{Phase, Regimen};
use crate::clinic::schedule;
use crate::clinic::term::Term;
use crate::clinic::triage::Goal;
use crate::clinic::triage::Triage;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::form::Field;
use crate::tui::prompts::{renew, told};
use chrono::NaiveDate;

/// The option of an interval that no protocol publishes.
pub(super) const OTHER: &str = "other";

/// All fields, for the regimens as they were ranked.
pub(super) fn all(ranked: &[Fit<'_>], patient: &Patient, triage: &Triage, ctx: &Ctx) -> Vec<Field> {
    let options = ranked.iter().map(|f| (f.regimen.id.clone(), option_words(f, ctx))).collect();
    let first = ranked.first().map_or("", |f| f.regimen.id.as_str());
    let begin = [("no", "As published, from its first phase"), ("yes", "From maintenance: stores were filled before")];
    let begin = begin.iter().map(|(id, w)| ((*id).to_owned(), (*w).to_owned())).collect();
    // Somebody whose stores are full begins with maintenance, unless the prescriber says otherwise.
    let kept = patient.course.last_phase().is_some_and(|p| !p.kind.fills());
    let from = if triage.goal == Goal::Maintenance || kept { "yes" } else { "no" };
    let until = ctx.practice.settings.orders_last.map(|last| last.after(ctx.today(), 1));
    let [until, allowed] = renew::fields(Term { until, doses: None }, "Good until");
    vec![
        Field::list("regimen", "Protocol", options, first, 7).hint("Up and Down choose; a prescriber signs."),
        Field::text("start", "First dose", &words::born(ctx.today())).most(16).prefilled().hint("t, t+3, 30 Nov 2026"),
        Field::choice("from", "Begin", begin, from),
        Field::choice("every", "Maintenance", Vec::new(), ""),
        Field::text("interval", "Every", "")
            .most(16)
            .hint("For example 6 weeks or 2 months. It differs from the protocol: say why."),
        Field::text("dose", "Dose mcg", "")
            .most(10)
            .hint("Blank: as published. Another dose differs from the protocol: say why."),
        Field::text("doses", "Loading doses", "")
            .most(4)
            .hint("Blank: as published. Another number differs from the protocol: say why."),
        until,
        allowed,
        told::decider("prescriber", "Ordered by", told::WHO, ctx),
        told::field(),
        Field::text("because", "Why", "")
            .most(160)
            .hint("It replaces another plan, differs from the protocol, or something speaks against it."),
        Field::text("anyway", "Why all the same", "")
            .most(160)
            .hint("The rules above ask for a reason; it stays in the plan."),
    ]
}

fn option_words(fit: &Fit<'_>, ctx: &Ctx) -> String {
    let mark = if fit.fits() { ctx.theme.glyphs.fine } else { ctx.theme.glyphs.attention };
    format!("{mark} {:<5} {}", fit.regimen.number().to_uppercase(), fit.regimen.name)
}

/// The maintenance intervals that a phase publishes, and another one.
pub(super) fn intervals(phase: &Phase, chosen: &str) -> Field {
    let mut options = vec![(String::new(), format!("{} (as published)", phase.rhythm_words()))];
    let dose = |d: Option<u32>| d.map(|d| format!(", {}", mcg(d))).unwrap_or_default();
    options.extend(phase.or.iter().map(|c| (c.every.to_string(), format!("every {}{}", c.every, dose(c.dose_mcg)))));
    options.push((OTHER.to_owned(), "another interval".to_owned()));
    Field::choice("every", "Maintenance", options, chosen)
}

/// The dose that a protocol publishes, in words.
pub(super) fn published_dose(regimen: &Regimen, maintenance_only: bool) -> String {
    let phases = regimen.phases.iter().filter(|p| !(maintenance_only && p.kind.fills()));
    let mut doses: Vec<_> = phases.map(|p| mcg(p.dose_mcg)).collect();
    doses.dedup();
    format!("published: {}", doses.join(", then "))
}

/// The number of loading doses that a protocol publishes, in words.
pub(super) fn published_count(phase: &Phase, start: NaiveDate) -> String {
    match schedule::count(phase, 0, start) {
        Some(n) => format!("published: {n}"),
        None => "published: until a decision".to_owned(),
    }
}
