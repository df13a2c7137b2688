//! The foot of the timeline: where today is, where the cursor is, and what the signs mean.

use super::scale::Scale;
use crate::clinic::words;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::canvas::{Canvas, plain, width};
use chrono::NaiveDate;
use ratatui::text::{Line, Span};

/// Draws both pointers; the cursor's gives way to today's.
pub(super) fn draw(canvas: &mut Canvas<'_>, y: u16, today: NaiveDate, cursor: Option<NaiveDate>, scale: &Scale) {
    let glyphs = canvas.theme.glyphs;
    let (now, here) = (canvas.theme.style(Role::Accent), canvas.theme.style(Role::Text));
    let taken = match scale.reach(today) {
        before if before < 0 => (0, canvas.text(0, y, &format!("{} today", glyphs.left), now)),
        after if after >= i64::from(scale.width) => {
            let text = format!("today {}", glyphs.right);
            let from = scale.width.saturating_sub(width(&text));
            (from, canvas.text(from, y, &text, now))
        }
        x => {
            let (from, text) = beside(x as u16, glyphs.today, "today", scale.width);
            (from, canvas.text(from, y, &text, now))
        }
    };
    let Some((x, day)) = cursor.and_then(|day| Some((scale.x(day)?, day))).filter(|(_, day)| *day != today) else {
        return;
    };
    let clear = |from: u16, text: &str| from + width(text) < taken.0 || from > taken.1;
    let right = format!("{} {}", glyphs.up, words::day_short(day));
    let left = format!("{} {}", words::day_short(day), glyphs.up);
    let places = [(Some(x), right), ((x + 1).checked_sub(width(&left)), left), (Some(x), glyphs.up.to_owned())];
    let fits =
        |(from, text): &(Option<u16>, String)| from.is_some_and(|f| f + width(text) <= scale.width && clear(f, text));
    if let Some((Some(from), text)) = places.iter().find(|place| fits(place)) {
        canvas.text(*from, y, text, here);
    }
}

/// Puts the words to the right of the sign, or to its left where the edge is near.
fn beside(x: u16, sign: &str, words: &str, most: u16) -> (u16, String) {
    let right = format!("{sign} {words}");
    let left = format!("{words} {sign}");
    match (x + 1).checked_sub(width(&left)) {
        Some(from) if x + width(&right) > most => (from, left),
        _ if x + width(&right) > most => (x, sign.to_owned()),
        _ => (x, right),
    }
}

/// Returns the line that says what the signs mean.
#[must_use]
pub fn legend(theme: &Theme) -> Line<'static> {
    let glyphs = theme.glyphs;
    let parts = [
        (glyphs.given, "given", Role::Given),
        (glyphs.off_time, "late or early", Role::Due),
        (glyphs.not_given, "not given", Role::Late),
        (glyphs.due, "due", Role::Due),
        (glyphs.planned, "planned", Role::Planned),
        (glyphs.attention, "overdue", Role::Late),
        (glyphs.check_done, "checked", Role::Check),
        (glyphs.check_planned, "check planned", Role::Check),
    ];
    let dim = theme.style(Role::Dim);
    let spans = parts.into_iter().flat_map(|(sign, words, role)| {
        let sign = if theme.ascii { plain(sign).into_owned() } else { sign.to_owned() };
        [Span::styled(sign, theme.style(role)), Span::styled(format!(" {words}   "), dim)]
    });
    Line::from_iter(spans)
}

/// Draws as much of the legend as has room.
pub(super) fn draw_legend(canvas: &mut Canvas<'_>, y: u16, turned: bool) {
    let mut x = 0;
    let mut spans = legend(canvas.theme).spans;
    if turned {
        spans.splice(0..0, decisions(canvas.theme));
    }
    for pair in spans.chunks(2) {
        let wide: u16 = pair.iter().map(|span| width(span.content.trim_end())).sum();
        if x + wide > canvas.width() {
            return;
        }
        for span in pair {
            x = canvas.text(x, y, &span.content, span.style);
        }
    }
}

/// What the signs of the decisions mean; they stand first, because they are rare.
fn decisions(theme: &Theme) -> Vec<Span<'static>> {
    let (glyphs, dim) = (theme.glyphs, theme.style(Role::Dim));
    let parts = [(glyphs.turned, "changed", Role::Due), (glyphs.reviewed, "reviewed", Role::Check)];
    let spans = parts.into_iter().flat_map(|(sign, words, role)| {
        [Span::styled(sign, theme.style(role)), Span::styled(format!(" {words}   "), dim)]
    });
    spans.collect()
}
