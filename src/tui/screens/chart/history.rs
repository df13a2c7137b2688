//! The history tab: every entry, who made it and when; what was corrected stays, struck through.

use super::super::list::Cursor;
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::seal::Marks;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::prompts::{summary, summary_in};
use crate::tui::theme::Role;
use crate::tui::widgets::frame::{self as frames, cut, fit};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;
use std::collections::HashMap;
use unicode_width::UnicodeWidthStr;

/// The columns before what an entry says: cursor, instant, author, kind.
const BEFORE: usize = 2 + 22 + 1 + 18 + 1 + 12 + 1;

/// Draws the tab.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient, cursor: Cursor) {
    let theme = &ctx.theme;
    let marks = ctx.marks(patient);
    let block = Block::bordered().title(title(marks)).title_style(theme.style(Role::Title));
    let block = frames::bordered(block, ctx);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let titles = format!("  {:<22} {:<18} {:<12} What", "Recorded", "By", "Entry");
    frame.render_widget(Line::styled(titles, theme.style(Role::Dim)), Rect { height: inner.height.min(1), ..inner });
    let facts = patient.chart.facts();
    let corrected: HashMap<_, _> =
        facts.iter().filter(|f| f.amended.is_some()).map(|f| (f.entry.id, f.act.is_none())).collect();
    let (lines, told) = super::list_and_words(area);
    let entries = patient.chart.entries();
    let top = cursor.top(entries.len(), lines.height);
    for (i, entry) in entries.iter().enumerate().skip(top).take(usize::from(lines.height)) {
        let chosen = i == cursor.at;
        let base = if chosen { theme.style(Role::Selected) } else { Style::default() };
        let text = if corrected.contains_key(&entry.id) { theme.on_line(Role::Struck, chosen) } else { base };
        let at = format!("{} {}", words::day(entry.at.date_naive()), entry.at.format("%H:%M"));
        let word = entry.act.word();
        let mark = match corrected.get(&entry.id) {
            Some(true) => "(struck out) ",
            Some(false) => "(corrected) ",
            None => "",
        };
        let wrong = marks.and_then(|marks| marks.entries.get(&entry.id));
        let what = format!("{}{}", of_joined(entry.id, patient), what(&entry.act, patient));
        let room = usize::from(lines.width).saturating_sub(BEFORE);
        let warned = wrong.map(|how| format!("{} {}: ", theme.glyphs.attention, how.words())).unwrap_or_default();
        let bar = if chosen { theme.glyphs.selected } else { " " };
        let line = Line::from(vec![
            Span::styled(format!("{bar} "), theme.on_line(Role::Accent, chosen)),
            Span::styled(
                format!("{at:<22} {} ", fit(&entry.by, 18, theme.glyphs.ellipsis)),
                theme.on_line(Role::Dim, chosen),
            ),
            Span::styled(format!("{word:<12} "), theme.on_line(Role::Accent, chosen)),
            Span::styled(warned.clone(), theme.on_line(Role::Stop, chosen)),
            Span::styled(
                cut(&format!("{mark}{what}"), room.saturating_sub(warned.width()), theme.glyphs.ellipsis),
                text,
            ),
        ]);
        frame.render_widget(line, Rect { y: lines.y + (i - top) as u16, height: 1, ..lines });
    }
    if let Some(entry) = entries.get(cursor.at) {
        let from = of_joined(entry.id, patient);
        let words = format!("{}: {from}{}", entry.act.word(), what(&entry.act, patient));
        super::tell(frame, told, &[words], ctx);
    }
}

/// What was changed outside the program is said where the rest is promised.
fn title(marks: Option<&Marks>) -> String {
    match marks {
        Some(marks) if marks.removed > 0 => {
            let entries = words::plural(marks.removed as i64, "entry");
            format!(" History: {entries} removed by hand; `cobalog check` says where ")
        }
        Some(marks) if !marks.entries.is_empty() => " History: not all stands as it was recorded ".to_owned(),
        _ => " History: nothing is edited or deleted ".to_owned(),
    }
}

/// Before an entry of a joined chart stands the number that it was recorded under.
fn of_joined(entry: EntryId, patient: &Patient) -> String {
    let joined = patient.chart.joined().iter().find(|j| j.holds(entry));
    joined.and_then(|j| j.person.as_ref()).map(|p| format!("(#{}) ", p.number)).unwrap_or_default()
}

/// What an entry says; of a correction what stands there now.
pub(super) fn what(act: &Act, patient: &Patient) -> String {
    let Act::Amended(amended) = act else {
        return format!("{}{}", summary_in(act, &patient.chart), sample(act, patient));
    };
    let now = amended.instead.as_deref().map_or("struck out".to_owned(), |act| format!("now {}", summary(act)));
    format!("{}; {now}", summary(act))
}

/// Behind a check with a B12 value what its sample stands for: a baseline, or so long after a dose.
fn sample(act: &Act, patient: &Patient) -> String {
    let Act::Checked(checked) = act else { return String::new() };
    let has_b12 = checked.labs.iter().any(|r| r.analyte.ends_with("b12") && r.is_done());
    if has_b12 { format!(" (B12: {})", patient.course.sample_words(checked.sample_day())) } else { String::new() }
}
