//! What stands under the form: what a claim lacks and where note and code disagree, then the codes with their reasons.

use crate::clinic::coding::{self, Missing};
use crate::clinic::course::Course;
use crate::clinic::entry::EntryId;
use crate::clinic::findings::Tier;
use crate::clinic::note::{self, Noted};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;
use ratatui::text::{Line, Span};

pub(super) fn of_note(course: &Course, noted: &Noted, ctx: &Ctx) -> Vec<Line<'static>> {
    let theme = &ctx.theme;
    let codes: Vec<String> = noted.codes.iter().map(|c| c.code.clone()).collect();
    let sign = theme.glyphs.attention;
    let mut lines = Vec::new();
    // What is wrong with the codes first, notes among it: the rest is in the list of what lacks.
    for finding in coding::check(course, &ctx.practice, &codes, noted.on).iter().filter(|f| f.tier == Tier::Note) {
        lines.push(Line::styled(
            format!("{sign} {} {}", finding.text, ctx.told(&finding.todo)),
            theme.style(Role::Note),
        ));
    }
    for Missing { what, tier, text, todo, .. } in lacks(course, noted, ctx) {
        let role = match tier {
            Tier::Stop => Role::Stop,
            Tier::Reason => Role::Late,
            Tier::Note => Role::Dim,
        };
        lines.push(Line::styled(format!("{sign} {what}: {text} {}", ctx.told(&todo)), theme.style(role)));
    }
    lines.insert(0, claim(course, noted, ctx));
    if let Some(words) = note::other_hand(noted, course, &ctx.author) {
        lines.push(Line::styled(format!("{sign} {words}"), theme.style(Role::Note)));
    }
    for p in coding::propose(course, &ctx.practice, noted.on) {
        let chosen = match (codes.contains(&p.code), p.ask) {
            (true, _) => "",
            (false, true) => " (ask)",
            (false, false) => " (not chosen)",
        };
        let note = p.note.map(|note| format!("; note: {note}")).unwrap_or_default();
        let mark = p.mark.map(|mark| format!("; {mark}")).unwrap_or_default();
        let why = format!(" {}{chosen}: {}{note}{mark}", p.title, p.because);
        lines.push(Line::from(vec![Span::styled(p.code, theme.style(Role::Accent)), Span::raw(why)]));
    }
    let asks = coding::asks(course, &ctx.practice, noted.on);
    lines.extend(asks.into_iter().map(|f| Line::styled(format!("Ask: {}", f.text), theme.style(Role::Dim))));
    lines
}

/// Whether it may be claimed, as the signed note will say it; where nobody charges, whether a code is missing.
fn claim(course: &Course, noted: &Noted, ctx: &Ctx) -> Line<'static> {
    let theme = &ctx.theme;
    let charged = ctx.practice.knowledge.charges().settings.contains(&ctx.practice.settings.setting);
    let missing = lacks(course, noted, ctx);
    let has = |tier: Tier| missing.iter().any(|m| m.tier == tier);
    let wrong = note::cannot_stand(noted, course, &ctx.practice).is_some();
    let (words, role) = match (charged, has(Tier::Stop), has(Tier::Reason)) {
        _ if wrong => ("NOT to be signed with these codes:", Role::Stop),
        (true, true, _) => ("NOT claim-ready: signed so, nothing is charged.", Role::Stop),
        (false, true, _) => ("NOT complete: the signed note says so.", Role::Stop),
        (true, false, true) => ("Claim-ready, but a payer may ask:", Role::Late),
        (false, false, true) => ("Complete, but for:", Role::Late),
        (true, false, false) => ("Claim-ready: no code and no charge is missing.", Role::Good),
        (false, false, false) => ("No code is missing.", Role::Good),
    };
    let glyph = if role == Role::Good { theme.glyphs.fine } else { theme.glyphs.attention };
    Line::styled(format!("{glyph} {words}"), theme.style(role))
}

/// What is still typed is not told to be missing.
fn lacks(course: &Course, noted: &Noted, ctx: &Ctx) -> Vec<Missing> {
    coding::claim_ready(course, noted, &ctx.practice).into_iter().filter(|missing| !missing.is_narrative()).collect()
}

pub(super) fn of_addendum(patient: &Patient, id: EntryId, first: &Noted, ctx: &Ctx) -> Vec<Line<'static>> {
    let dim = ctx.theme.style(Role::Dim);
    let by = patient.chart.entry(id).map(|e| (e.by.clone(), e.at));
    let signed = by.map(|(by, at)| format!(", signed by {by} on {}", words::day(at.date_naive()))).unwrap_or_default();
    vec![
        Line::styled(format!("Adds to the note of {}{signed}:", words::day(first.on)), dim),
        Line::raw(first.narrative.clone()),
        Line::styled("The note itself stays as it was signed.", dim),
    ]
}
