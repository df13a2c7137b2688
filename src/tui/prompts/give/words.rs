//! What the give prompt says: the checks, what comes after, what is drawn up.

use crate::clinic::course::{Course, DoseState, Standing};
use crate::clinic::drug::{Product, mcg, ml};
use crate::clinic::entry::Given;
use crate::clinic::findings::Tier;
use crate::clinic::rights::{Checked, Right};
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::theme::Role;
use ratatui::text::{Line, Span};

/// Returns the line of a check that asks.
pub(super) fn check_line(check: &Checked, tier: Tier, ctx: &Ctx) -> Line<'static> {
    let (role, word) = match tier {
        Tier::Stop => (Role::Stop, "STOP  "),
        Tier::Reason => (Role::Late, "Reason"),
        Tier::Note => (Role::Due, "Note  "),
    };
    let sign = Span::styled(format!("{} {word}", ctx.theme.glyphs.attention), ctx.theme.style(role));
    Line::from(vec![sign, Span::raw(format!(" {}", check.words))])
}

/// The field that a check is about.
pub(super) fn field_of(check: &Checked) -> &'static str {
    match (check.right, check.tier) {
        (Right::Lot, _) if check.words.contains("expir") => "expires",
        (Right::Lot, _) => "lot",
        (_, Some(Tier::Reason)) if check.right != Right::Lot => "reason",
        (Right::Drug | Right::Patient, _) => "product",
        (Right::Dose, _) if check.words.contains("strength") => "product",
        (Right::Dose, _) => "dose",
        (Right::Route, _) => "route",
        (Right::Time, _) => "on",
        (Right::Site, _) => "site",
    }
}

/// Says what comes after: the next dose and the next checkpoint. What is owed already is said to be so.
pub(in crate::tui::prompts) fn after_words(course: &Course) -> String {
    let ended = course.standing.as_ref().filter(|s| s.ends_the_plan());
    let dose = match course.next_dose() {
        Some(slot) => match slot.state {
            DoseState::Overdue(late) if slot.visit <= course.today => {
                format!("{} is still owed, {} late", slot.title(), words::days(late))
            }
            _ => format!("{} on {}", slot.title(), words::day(slot.visit)),
        },
        None if ended.is_some() => ended.map(Standing::words).unwrap_or_default(),
        None => "all ordered doses given: the prescriber decides what follows".to_owned(),
    };
    let check = course.next_checkpoint().map(|c| {
        let when = if c.due <= course.today { "is due now".to_owned() } else { words::day(c.due) };
        format!("; {} {when}", c.label)
    });
    format!("{dose}{}", check.unwrap_or_default())
}

/// Says how many containers a volume takes: ` of 10 mL, 1 vial`.
pub(super) fn containers(product: &Product, volume: f64) -> String {
    let n = (volume / product.container_ml).ceil().max(1.0);
    let many = if n > 1.0 { "s" } else { "" };
    let part = if product.container_ml > volume { format!(" of {}", ml(product.container_ml)) } else { String::new() };
    format!("{part}, {n} {}{many}", product.container)
}

/// Says in words what a dose was, for the line after it is saved.
pub(in crate::tui::prompts) fn said(given: &Given) -> String {
    format!("{} {} {}", mcg(given.dose_mcg), given.drug.tall_man(), given.route.short())
}
