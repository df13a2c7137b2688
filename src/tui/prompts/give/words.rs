//! What the give prompt says: the checks, what comes after, what is drawn up.

use super::already::HAPPENED;
use crate::clinic::course::{Course, DoseState, Standing};
use crate::clinic::drug::{Product, Site, mcg, ml, volume_ml};
use crate::clinic::entry::Given;
use crate::clinic::findings::Tier;
use crate::clinic::rights::{self, Checked, Intent, Part};
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::prompts::vial;
use crate::tui::theme::Role;
use crate::tui::widgets::vial::volume_words;
use chrono::{Datelike, NaiveDate};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Returns the line of a check that asks.
pub(in crate::tui::prompts) fn check_line(check: &Checked, tier: Tier, ctx: &Ctx) -> Line<'static> {
    let (role, word) = match tier {
        Tier::Stop => (Role::Stop, "STOP:   "),
        Tier::Reason if check.of_fact => (Role::Late, "Against:"),
        Tier::Reason => (Role::Late, "Say why:"),
        Tier::Note => (Role::Due, "Note:   "),
    };
    let sign = Span::styled(format!("{} {word}", ctx.theme.glyphs.attention), ctx.theme.style(role));
    let words = check.told(|todo| ctx.told_below(todo));
    Line::from(vec![sign, Span::raw(format!(" {words}"))])
}

/// Puts parts side by side into lines of a width; a sign is never parted from its word.
pub(super) fn side_by_side(parts: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(part),
            Some(line) if line.width() + part.width() + 2 <= width => *line = format!("{line}  {part}"),
            _ => lines.push(part.clone()),
        }
    }
    lines
}

/// The field that a check is about: the one to put right, or where what asks is answered.
pub(super) fn field_of(check: &Checked) -> &'static str {
    match (check.tier, check.part) {
        (Some(Tier::Reason), _) if check.of_fact => HAPPENED,
        (_, part @ (Part::Lot | Part::Expiry)) => vial::field_of(part),
        (Some(Tier::Reason), _) => "reason",
        (_, part) => vial::field_of(part),
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
        let when = if c.visit <= course.today { "is due now".to_owned() } else { words::day(c.visit) };
        format!("; {} {when}", c.label)
    });
    format!("{dose}{}", check.unwrap_or_default())
}

/// Says what a dose is in the syringe, in digits and in words: `= 0.25 mL, zero point two five millilitre; 1 ampoule`.
pub(super) fn amount(intent: &Intent, product: Option<&Product>) -> String {
    let Some(volume) = volume_ml(intent.dose_mcg, intent.strength_mcg_per_ml) else {
        return "strength of the vial?".to_owned();
    };
    let from = product.map(|p| containers(p, volume)).unwrap_or_default();
    format!("= {}, {}{from}", ml(volume), volume_words(volume))
}

/// Says what the vial's label says.
pub(super) fn label(intent: &Intent) -> String {
    if intent.strength_mcg_per_ml == 0 {
        return String::new();
    }
    format!("of {}, {} per mL", intent.drug.tall_man(), mcg(intent.strength_mcg_per_ml))
}

/// Says what to draw up in one line.
pub(super) fn draw_up(intent: &Intent) -> Option<String> {
    let volume = volume_ml(intent.dose_mcg, intent.strength_mcg_per_ml)?;
    let lot = intent.lot.as_deref().map(|lot| format!("; lot {lot}")).unwrap_or_default();
    let (dose, route) = (mcg(intent.dose_mcg), intent.route.short());
    Some(format!("{dose} {route}: draw up {} ({}) {}{lot}", ml(volume), volume_words(volume), label(intent)))
}

/// Says how many containers a volume takes: `; 2 ampoules`, `; from a multi-dose vial of 10 mL`.
fn containers(product: &Product, volume: f64) -> String {
    let n = (volume / product.container_ml - 1e-9).ceil().max(1.0);
    if product.is_multi_dose() && n < 2.0 {
        return format!("; from a {} of {}", product.container, ml(product.container_ml));
    }
    let many = if n > 1.0 { "s" } else { "" };
    let part = product.container_ml > volume + 1e-9;
    let holds = if part { format!(" of {}", ml(product.container_ml)) } else { String::new() };
    format!("; {n} {}{many}{holds}", product.container)
}

/// Says where the last four injections went: `Last: R deltoid 21 Nov, L deltoid 19 Nov`.
pub(super) fn last_sites(course: &Course) -> Option<String> {
    let used = rights::last_sites(course);
    let words = |site: Site| site.to_string().replacen("Left", "L", 1).replacen("Right", "R", 1);
    let day = |on: NaiveDate| on.format(if on.year() == course.today.year() { "%d %b" } else { "%d %b %Y" });
    let all: Vec<_> = used.iter().map(|(site, on)| format!("{} {}", words(*site), day(*on))).collect();
    (!all.is_empty()).then(|| format!("Last: {}", all.join(", ")))
}

/// Says in words what a dose was, for the line after it is saved.
pub(in crate::tui::prompts) fn said(given: &Given) -> String {
    format!("{} {} {}", mcg(given.dose_mcg), given.drug.tall_man(), given.route.short())
}
