//! The doses tab: every dose, beside it the plan as it was when it was signed.

use super::super::list::Cursor;
use crate::clinic::course::{DoseSlot, DoseState};
use crate::clinic::drug::{mcg, ml};
use crate::clinic::seal::Tampered;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;
use crate::tui::widgets::frame::{self as frames, fit};
use crate::tui::widgets::timeline::{Event, EventKind};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;

/// The line of the first owed dose, where the tab opens.
pub(super) fn first_owed(patient: &Patient) -> usize {
    let doses = &patient.course.doses;
    doses.iter().position(|d| d.state.is_owed()).unwrap_or(doses.len().saturating_sub(1))
}

/// Draws the tab.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient, cursor: Cursor) {
    let block = Block::bordered()
        .title(" Doses: as they were given, and as the plan was ")
        .title_style(ctx.theme.style(Role::Title));
    let block = frames::bordered(block, ctx);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let (lines, told) = super::list_and_words(area);
    let ordered = if usize::from(inner.width) >= WIDE { format!("{:<ORDERED$}", "As ordered") } else { String::new() };
    let titles = format!("   {:>3}  {:<11} {:<16} {ordered}{:<16} Dose", "No", "Phase", "Due", "Given");
    frame
        .render_widget(Line::styled(titles, ctx.theme.style(Role::Dim)), Rect { height: inner.height.min(1), ..inner });
    let doses = &patient.course.doses;
    let top = cursor.top(doses.len(), lines.height);
    for (i, slot) in doses.iter().enumerate().skip(top).take(usize::from(lines.height)) {
        let place = Rect { y: lines.y + (i - top) as u16, height: 1, ..lines };
        frame.render_widget(line(slot, i == cursor.at, (ctx, patient), usize::from(lines.width)), place);
    }
    if let Some(slot) = doses.get(cursor.at) {
        let event = Event { date: slot.visit, kind: EventKind::Dose(cursor.at) };
        super::tell(frame, told, &super::said(patient, ctx, &event), ctx);
    }
}

/// The columns before what a dose was: cursor, sign, number, phase, due and given.
const BEFORE: usize = 3 + 3 + 2 + 11 + 2 * 17 + 1;

/// The column of the plan as it was ordered; a narrow screen tells it below the list.
const ORDERED: usize = 17;
const WIDE: usize = 100;

fn line(slot: &DoseSlot, chosen: bool, (ctx, patient): (&Ctx, &Patient), width: usize) -> Line<'static> {
    let tampered = tampered(slot, ctx, patient);
    let theme = &ctx.theme;
    let g = theme.glyphs;
    let (sign, role) = match slot.state {
        _ if tampered.is_some() => (g.attention, Role::Stop),
        _ if slot.given.as_ref().is_some_and(|d| !d.given.against().is_empty()) => (g.attention, Role::Late),
        DoseState::Given => (g.given, Role::Given),
        DoseState::Late(_) | DoseState::Early(_) => (g.off_time, Role::Due),
        DoseState::NotGiven => (g.not_given, Role::Late),
        DoseState::Due => (g.due, Role::Due),
        DoseState::Overdue(_) => (g.attention, Role::Late),
        DoseState::Planned => (g.planned, Role::Planned),
    };
    let base = if chosen { theme.style(Role::Selected) } else { Style::default() };
    let plain = if slot.tentative { theme.on_line(Role::Ghost, chosen) } else { base };
    let ordered = slot
        .as_ordered
        .filter(|day| *day != slot.due)
        .map(words::day)
        .unwrap_or_else(|| if slot.as_ordered.is_some() { "as due".to_owned() } else { String::new() });
    let given = slot.given.as_ref().map(|d| words::day(d.given.on)).unwrap_or_default();
    let (phase, due) = match slot.is_of_plan() {
        true => (slot.kind.word(), words::day(slot.due)),
        false => ("before", "no plan".to_owned()),
    };
    let is_wide = width >= WIDE;
    let ordered = if is_wide { format!("{ordered:<ORDERED$}") } else { String::new() };
    let room = width.saturating_sub(BEFORE + ordered.len());
    let bar = if chosen { g.selected } else { " " };
    let by_hand = tampered.map(|how| format!("{} {} · ", g.attention, how.words().to_uppercase())).unwrap_or_default();
    Line::from(vec![
        Span::styled(bar.to_owned(), theme.on_line(Role::Accent, chosen)),
        Span::styled(format!("{sign} "), theme.on_line(role, chosen)),
        Span::styled(format!("{:>3}  {} {due:<16} ", slot.n, fit(phase, 11, "")), plain),
        Span::styled(ordered, theme.on_line(Role::Ghost, chosen)),
        Span::styled(format!("{given:<16} "), plain),
        Span::styled(frames::cut(&format!("{by_hand}{}", more(slot, g.attention)), room, g.ellipsis), plain),
    ])
}

/// What is wrong with the entry that says it was given or not.
fn tampered(slot: &DoseSlot, ctx: &Ctx, patient: &Patient) -> Option<Tampered> {
    let entry = slot.given.as_ref().map(|dose| dose.entry).or(slot.not_given.as_ref().map(|(entry, _)| *entry))?;
    ctx.marks(patient)?.entries.get(&entry).copied()
}

/// What else there is to say: what it was given against, what came after it, dose and volume, site, lot, late or early, why not.
fn more(slot: &DoseSlot, attention: &str) -> String {
    if let Some((_, why)) = &slot.not_given {
        return format!("not given: {}; tried again {}", why.words(), words::day_short(slot.visit));
    }
    let Some(given) = &slot.given else {
        let state = match slot.state {
            DoseState::Overdue(late) => format!(" {} late", words::days(late)),
            DoseState::Due => " due today".to_owned(),
            _ if slot.tentative => ", once decided".to_owned(),
            _ => String::new(),
        };
        return format!("{} {}{state}", mcg(slot.dose_mcg), slot.route.short());
    };
    let given_dose = &given.given;
    let volume = given_dose.volume_ml().map(|v| format!(" = {}", ml(v))).unwrap_or_default();
    let off = match slot.state {
        DoseState::Late(n) => format!("{} late", words::days(n)),
        DoseState::Early(n) => format!("{} early", words::days(n)),
        _ if !slot.is_of_plan() => "before any plan".to_owned(),
        _ => "on time".to_owned(),
    };
    let site = given_dose.site.map(|s| format!(" · {}", s.to_string().to_lowercase())).unwrap_or_default();
    let lot = given_dose.lot.as_deref().map(|l| format!(" · lot {l}")).unwrap_or_default();
    let by = if given.by.trim().is_empty() { "giver not recorded" } else { given.by.as_str() };
    let against = given_dose.against().join(", ");
    let against = if against.is_empty() { against } else { format!("{attention} given against {against} · ") };
    let after = given_dose.reaction.as_ref().map(|_| format!("{attention} reaction · ")).unwrap_or_default();
    format!(
        "{against}{after}{off} · {} {}{volume}{site}{lot} · {by}",
        mcg(given_dose.dose_mcg),
        given_dose.route.short()
    )
}
