//! Phases as bars: what has passed drawn dense, the forecast light, the text inside where it fits.

use super::scale::Scale;
use crate::clinic::course::{Course, PhaseSpan};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::canvas::{Canvas, width};
use ratatui::style::{Modifier, Style};

/// The columns of one bar; `to` lies within.
struct Bar<'a> {
    phase: &'a PhaseSpan,
    from: u16,
    to: u16,
    open: bool,
}

/// Draws the row of phases.
pub(super) fn draw(canvas: &mut Canvas<'_>, y: u16, course: &Course, scale: &Scale) {
    let now = scale.reach(course.today);
    let mut before: Option<&Bar<'_>> = None;
    let bars = bars(course, scale);
    let pauses: Vec<_> = course.pauses().iter().map(|(from, to)| (scale.reach(*from), scale.reach(*to))).collect();
    for bar in &bars {
        let joins = before.is_some_and(|b| b.to + 1 == bar.from && b.phase.kind.fills() == bar.phase.kind.fills());
        for x in bar.from..=bar.to {
            let past = i64::from(x) <= now && !bar.phase.tentative;
            if !(joins && x == bar.from && bar.to > bar.from) {
                canvas.put(x, y, sign(bar.phase, past, canvas.theme), style(bar.phase, past, canvas.theme));
            }
        }
        if bar.open {
            let arrow = canvas.theme.glyphs.right;
            canvas.put(bar.to, y, arrow, style(bar.phase, true, canvas.theme));
        }
        write(canvas, y, bar, longest(bar.from + u16::from(joins), bar.to, &pauses));
        before = Some(bar);
    }
    pauses.iter().for_each(|(from, to)| pause(canvas, y, *from, *to));
}

/// A pause is a gap in the bar, with its word where it fits.
fn pause(canvas: &mut Canvas<'_>, y: u16, from: i64, to: i64) {
    let edge = i64::from(canvas.width());
    let (Ok(from), Ok(to)) = (u16::try_from(from.clamp(0, edge)), u16::try_from(to.clamp(0, edge))) else { return };
    let style = canvas.theme.style(Role::Due);
    (from..to).for_each(|x| canvas.put(x, y, " ", style));
    let room = to.saturating_sub(from);
    let word = ["paused", "pause"].into_iter().find(|word| width(word) <= room);
    if let Some(word) = word {
        canvas.text(from + (room - width(word)) / 2, y, word, style);
    }
}

fn bars<'a>(course: &'a Course, scale: &Scale) -> Vec<Bar<'a>> {
    let edge = i64::from(scale.width) - 1;
    let mut taken = -1;
    let mut out = Vec::new();
    for (i, phase) in course.phases.iter().enumerate() {
        // A phase that only a decision ends is drawn until its review, where the picture of the next one begins.
        let next = course.phases.get(i + 1).filter(|_| phase.to.is_none()).map(|next| scale.reach(next.from));
        let from = scale.reach(phase.from).max(taken + 1);
        let end = phase.to.map(|to| scale.reach(to)).or(next).unwrap_or(i64::MAX);
        let short = phase.to.is_some_and(|to| to < phase.from);
        if short || end < 0 || from > edge {
            continue;
        }
        let to = end.max(from).min(edge);
        taken = to;
        if let (Ok(from), Ok(to)) = (u16::try_from(from), u16::try_from(to)) {
            out.push(Bar { phase, from, to, open: phase.to.is_none() && next.is_none() });
        }
    }
    out
}

fn sign(phase: &PhaseSpan, past: bool, theme: &Theme) -> &'static str {
    let glyphs = &theme.glyphs;
    match (phase.kind.fills(), past) {
        (true, true) => glyphs.repletion_bar,
        (true, false) if theme.ascii => "+",
        (true, false) | (false, true) => glyphs.maintenance_bar,
        (false, false) => glyphs.forecast_bar,
    }
}

fn style(phase: &PhaseSpan, past: bool, theme: &Theme) -> Style {
    match (phase.tentative, phase.kind.fills(), past) {
        (true, ..) => theme.style(Role::Dim),
        (_, true, _) => theme.style(Role::Repletion),
        (_, false, _) => theme.style(Role::Maintenance),
    }
}

/// The longest stretch of a bar that no pause parts: a word that a pause cuts in two is none.
fn longest(from: u16, to: u16, pauses: &[(i64, i64)]) -> (u16, u16) {
    let is_free = |x: &u16| pauses.iter().all(|(begins, ends)| i64::from(*x) < *begins || i64::from(*x) >= *ends);
    let mut best = (from, 0);
    let mut here = (from, 0);
    for x in from..=to {
        here = if is_free(&x) { (here.0, here.1 + 1) } else { (x + 1, 0) };
        best = if here.1 > best.1 { here } else { best };
    }
    best
}

/// Writes the longest text that leaves a bar at both of its sides, into a stretch of so many columns.
fn write(canvas: &mut Canvas<'_>, y: u16, bar: &Bar<'_>, (from, room): (u16, u16)) {
    let texts = texts(bar.phase);
    let Some(text) = texts.iter().find(|text| width(text) + 3 <= room) else { return };
    let text = format!(" {text} ");
    let indent = ((room - width(&text)) / 2).clamp(1, 6);
    let role = if bar.phase.tentative { Role::Dim } else { Role::Text };
    let style = canvas.theme.style(role).add_modifier(Modifier::BOLD);
    canvas.text(from + indent, y, &text, style);
}

/// Returns what may be written, the fullest first.
fn texts(phase: &PhaseSpan) -> Vec<String> {
    let title = phase.kind.title();
    let word = title.split(',').next().unwrap_or(title);
    let mut out = vec![format!("{title}: {}", phase.rhythm), format!("{word}: {}", phase.rhythm)];
    if phase.tentative {
        out.insert(0, format!("{title}: {}, once decided", phase.rhythm));
    }
    out.extend([word.to_owned(), phase.rhythm.clone()]);
    out
}

#[cfg(test)]
mod tests {
    use super::longest;

    #[test]
    fn words_stand_beside_a_pause_and_not_under_it() {
        assert_eq!(longest(2, 20, &[]), (2, 19));
        assert_eq!(longest(2, 20, &[(5, 8)]), (8, 13), "behind it is more room");
        assert_eq!(longest(2, 20, &[(-9, 4), (15, 90)]), (4, 11));
        assert_eq!(longest(2, 6, &[(0, 30)]).1, 0, "no room at all");
    }
}
