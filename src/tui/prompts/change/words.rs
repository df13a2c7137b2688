//! What a change of plan says: the answer to a way, the dates ahead, what speaks against it.

use crate::clinic::course::{Course, DoseSlot, Next};
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::ways::{Gate, Offer, Way};
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::keymap::{Action, Place};
use crate::tui::theme::Role;
use ratatui::text::{Line, Span};

/// So many dates show a rhythm.
const AHEAD: usize = 4;

/// Returns why a way is open or not, and whether the findings suggest it.
pub(super) fn answer(offer: &Offer, suggested: Option<&(Way, String)>, ctx: &Ctx) -> Vec<Line<'static>> {
    let theme = &ctx.theme;
    let (role, sign, word) = match offer.gate {
        Gate::Open => (Role::Good, theme.glyphs.fine, "Open"),
        Gate::NotNow => (Role::Late, theme.glyphs.attention, "Not now"),
        Gate::Closed => (Role::Stop, theme.glyphs.attention, "Not possible"),
    };
    let head = if offer.way.is_asked() { format!("{sign} {word}. ") } else { String::new() };
    let head = Span::styled(head, theme.style(role));
    let mut lines = vec![Line::from(vec![head, Span::raw(ctx.told(&offer.words))])];
    if let Some((_, why)) = suggested.filter(|(way, _)| *way == offer.way) {
        lines.push(Line::styled(format!("Suggested: {why}. A person decides."), theme.style(Role::Dim)));
    }
    lines
}

/// Says what lies ahead: the next doses, or what stands in their place.
pub(super) fn ahead(course: &Course) -> String {
    let recheck = |what: &str, day| format!("no injections; {what} {}", words::day(day));
    match &course.next {
        Next::Recheck(day) => recheck("recheck", *day),
        Next::AskAgain(day) => recheck("ask again", *day),
        Next::Closed(_) => "nothing is owed any more".to_owned(),
        Next::Decide(why) => why.clone(),
        Next::Triage | Next::Order => "no plan yet".to_owned(),
        Next::Dose(_) => {
            let owed = course.doses.iter().filter(|s| s.state.is_owed() && !s.tentative);
            let day = |slot: &DoseSlot| match slot.visit < course.today {
                true => format!("now (it was due {})", words::day(slot.due)),
                false => words::day(slot.visit),
            };
            owed.take(AHEAD).map(day).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Returns a finding as signing shows it: how hard it asks, what, what to do, where from.
pub(super) fn finding(finding: &Finding, ctx: &Ctx) -> Vec<Line<'static>> {
    let theme = &ctx.theme;
    let (role, word) = match finding.tier {
        Tier::Stop => (Role::Stop, "STOP"),
        Tier::Reason => (Role::Late, "Reason"),
        Tier::Note => (Role::Due, "Note"),
    };
    // A rule's id means nothing to who has not read the rules: its name stands beside it.
    let name = ctx.practice.knowledge.rule(&finding.rule).name.to_lowercase();
    let sign = format!("{} {word} {}, {name}: ", theme.glyphs.attention, finding.rule);
    let sign = Span::styled(sign, theme.style(role));
    let source = Span::styled(format!(" ({})", ctx.named_in_short(&finding.source)), theme.style(Role::Dim));
    vec![Line::from(vec![sign, Span::raw(format!("{} {}", finding.text, ctx.told(&finding.todo))), source])]
}

/// Says why it cannot be signed, and what to do first.
pub(super) fn refused(stop: &Finding, ctx: &Ctx) -> String {
    let key = |action, place| ctx.keymap.key(action, place);
    let (cancel, review) = (key(Action::Cancel, Place::Prompt), key(Action::Review, Place::Chart));
    let way = if stop.rule == "E1" { format!(": {cancel}, then {review} for the review") } else { String::new() };
    format!("not signed{way} ({})", stop.rule)
}
