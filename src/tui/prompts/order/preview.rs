//! The chosen protocol before it is signed: how it fits, what it means in dates, what speaks against it, its source.

use crate::clinic::course::CheckSlot;
use crate::clinic::drug::mcg;
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::fit::Fit;
use crate::clinic::order::Order;
use crate::clinic::regimen::Anchor;
use crate::clinic::schedule::{self, RepletionEnd};
use crate::clinic::triage::Triage;
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::theme::Role;
use chrono::{Datelike, NaiveDate};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// How a protocol fits: why, why not with the rule that says so, and what to mind.
pub(super) fn fit_lines(fit: &Fit<'_>, ctx: &Ctx, brief: bool) -> Vec<Line<'static>> {
    let theme = &ctx.theme;
    let because = format!("{} {}", theme.glyphs.fine, fit.because.join("; "));
    let mut lines: Vec<_> =
        (!fit.because.is_empty()).then(|| Line::styled(because, theme.style(Role::Good))).into_iter().collect();
    let against = fit.against.iter().map(|a| format!("{} {a}", theme.glyphs.attention));
    lines.extend(against.map(|a| Line::styled(a, theme.style(Role::Late))));
    lines.extend(fit.minds.iter().filter(|_| !brief).map(|m| Line::raw(ctx.told(m))));
    lines
}

/// What speaks against signing, the hardest first: rule, text, what to do, source.
pub(super) fn finding_lines(found: &[Finding], ctx: &Ctx) -> Vec<Line<'static>> {
    let line = |f: &Finding| {
        let (sign, role) = match f.tier {
            Tier::Stop => (format!("{} STOP", ctx.theme.glyphs.attention), Role::Stop),
            Tier::Reason => (ctx.theme.glyphs.attention.to_owned(), Role::Late),
            Tier::Note => (ctx.theme.glyphs.fine.to_owned(), Role::Text),
        };
        let words = format!("{sign} {}: {} {} ", f.rule, f.text, ctx.told(&f.todo));
        let source = Span::styled(format!("({})", ctx.named_in_short(&f.source)), ctx.theme.style(Role::Dim));
        Line::from(vec![Span::styled(words, ctx.theme.style(role)), source])
    };
    found.iter().map(line).collect()
}

/// The label of the order's end.
const ENDS: &str = "Order ends";

/// How wide a label of the preview is.
const LABEL: usize = 13;

/// A label and its words, broken so that the words stay in their column.
fn row(name: &'static str, words: &str, role: Role, ctx: &Ctx, width: usize) -> Vec<Line<'static>> {
    let room = width.saturating_sub(LABEL).max(20);
    let mut rows: Vec<String> = vec![String::new()];
    for word in words.split(' ') {
        match rows.last_mut() {
            Some(row) if row.is_empty() || row.width() + 1 + word.width() <= room => {
                row.push_str(if row.is_empty() { "" } else { " " });
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    let line = |(i, words): (usize, String)| {
        let label = if i == 0 { name } else { "" };
        Line::from(vec![Span::styled(format!("{label:<LABEL$}"), ctx.theme.style(role)), Span::raw(words)])
    };
    rows.into_iter().enumerate().map(line).collect()
}

/// What an order means in dates: phases, first doses, the end of repletion, maintenance, what confirms it.
pub(super) fn order_lines(
    order: &Order,
    checks: &[CheckSlot],
    triage: &Triage,
    ctx: &Ctx,
    (width, brief): (usize, bool),
) -> Vec<Line<'static>> {
    let mut rows: Vec<(&'static str, String)> = Vec::new();
    rows.extend(order.changed.iter().map(|changed| ("Changed", changed.clone())));
    for (i, phase) in order.phases.iter().enumerate().filter(|_| !brief) {
        let words = format!("{}: {} {}, {}", phase.kind.title(), mcg(phase.dose_mcg), order.route.short(), phase.words);
        rows.push((if i == 0 { "Phases" } else { "" }, words));
    }
    // The days on which the patient comes, as they are once it is signed.
    let appointment = |due| ctx.practice.settings.appointment(due);
    let doses = schedule::visits(&order.phases, order.start, appointment).take(if brief { 7 } else { 10 });
    rows.push(("First doses", dates(doses.map(|d| d.date))));
    rows.push(("Repletion", repletion_words(order, appointment)));
    rows.extend(order.end_words(appointment).map(|words| (ENDS, words)));
    let maintenance = order.phases.iter().find(|p| !p.kind.fills());
    let maintenance = maintenance.map(|p| format!("{}, {}", p.rhythm_words(), mcg(p.dose_mcg)));
    rows.push(("Maintenance", maintenance.unwrap_or_else(|| "left to the review".to_owned())));
    for (i, words) in confirmed_by(order, checks, ctx).into_iter().enumerate().take(if brief { 2 } else { 7 }) {
        rows.push((if i == 0 { "Confirmed by" } else { "" }, words));
    }
    let symptom = |id: &String| ctx.practice.knowledge.symptom(id).map_or(id.clone(), |s| s.name.to_lowercase());
    let symptoms: Vec<_> = triage.monitoring.symptoms.iter().map(symptom).collect();
    rows.extend((!brief && !symptoms.is_empty()).then(|| ("Symptoms", symptoms.join("; "))));
    let warns = |name: &str| name == "Changed" || name == ENDS;
    let role = |name: &str| if warns(name) { Role::Late } else { Role::Dim };
    rows.iter().flat_map(|(name, words)| row(name, words, role(name), ctx, width)).collect()
}

/// Dates in a row; the year where it changes.
fn dates(all: impl Iterator<Item = NaiveDate>) -> String {
    let mut year = None;
    let mut out = Vec::new();
    for date in all {
        let turned = year.replace(date.year()).is_some_and(|before| before != date.year());
        out.push(if turned { words::day(date) } else { words::day_short(date) });
    }
    out.join(", ")
}

fn repletion_words(order: &Order, appointment: impl Fn(NaiveDate) -> NaiveDate) -> String {
    match schedule::repletion_end_on(&order.phases, order.start, appointment) {
        RepletionEnd::None => "none in this plan".to_owned(),
        RepletionEnd::On(day) => format!("ends with the dose on {}", words::day(day)),
        RepletionEnd::Review { review, event } => {
            format!("ends when \"{event}\" is recorded; review {}", words::day(review.after(order.start, 1)))
        }
    }
}

/// Which symptoms and labs will show that it works, and when: the checkpoints as the course would have them.
fn confirmed_by(order: &Order, checks: &[CheckSlot], ctx: &Ctx) -> Vec<String> {
    let asks = |asks: &[String]| ctx.practice.knowledge.asked(asks);
    let dated = checks.iter().map(|c| {
        let about = if c.is_told() { "" } else { "about " };
        format!("{about}{}: {} ({})", words::day(c.visit), c.label, asks(&c.asks))
    });
    // The end of repletion may have no day yet.
    let is_open = matches!(schedule::repletion_end(&order.phases, order.start), RepletionEnd::Review { .. });
    let later = order.checkpoints.iter().filter(|r| is_open && r.from == Anchor::RepletionEnd);
    dated.chain(later.map(|r| format!("{} after repletion: {} ({})", r.at, r.label, asks(&r.asks)))).collect()
}
