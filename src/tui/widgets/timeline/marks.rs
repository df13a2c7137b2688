//! Doses and checkpoints as signs. Where several fall into one column the most pressing one is seen.

use super::events::{Event, EventKind};
use super::scale::Scale;
use crate::clinic::course::{CheckState, Course, DoseSlot, DoseState};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::canvas::Canvas;
use chrono::NaiveDate;
use ratatui::style::Style;

/// A sign with its weight; the heavier one covers the lighter.
#[derive(Clone, Copy)]
struct Mark {
    weight: u8,
    sign: &'static str,
    style: Style,
}

/// What a row of marks shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Doses,
    Checks,
    Turns,
}

/// Draws the doses or the checkpoints.
pub(super) fn draw(canvas: &mut Canvas<'_>, y: u16, kind: Kind, course: &Course, events: &[Event], scale: &Scale) {
    let mut marks: Vec<Option<Mark>> = vec![None; usize::from(scale.width)];
    for event in in_view(events, scale) {
        let Some(mark) = mark(event.kind, kind, course, canvas.theme) else { continue };
        let Some(place) = scale.x(event.date).and_then(|x| marks.get_mut(usize::from(x))) else { continue };
        if place.is_none_or(|there| there.weight < mark.weight) {
            *place = Some(mark);
        }
    }
    for (x, mark) in marks.iter().enumerate() {
        if let Some(mark) = mark {
            canvas.put(x as u16, y, mark.sign, mark.style);
        }
    }
}

/// Returns the events of the view; they are in order of time.
fn in_view<'a>(events: &'a [Event], scale: &Scale) -> &'a [Event] {
    let from = events.partition_point(|e| scale.reach(e.date) < 0);
    let to = events.partition_point(|e| scale.reach(e.date) < i64::from(scale.width));
    &events[from..to]
}

fn mark(event: EventKind, kind: Kind, course: &Course, theme: &Theme) -> Option<Mark> {
    match (event, kind) {
        (EventKind::Dose(i), Kind::Doses) => course.doses.get(i).map(|slot| dose(slot, course.today, theme)),
        (EventKind::Check(_), Kind::Checks) => {
            Some(Mark { weight: 4, sign: theme.glyphs.check_done, style: theme.style(Role::Check) })
        }
        (EventKind::Change(_), Kind::Turns) => {
            Some(Mark { weight: 2, sign: theme.glyphs.turned, style: theme.style(Role::Due) })
        }
        (EventKind::Review(_), Kind::Turns) => {
            Some(Mark { weight: 1, sign: theme.glyphs.reviewed, style: theme.style(Role::Check) })
        }
        (EventKind::CheckPlanned(i), Kind::Checks) => course.checkpoints.get(i).map(|slot| check(slot.state, theme)),
        _ => None,
    }
}

fn dose(slot: &DoseSlot, today: NaiveDate, theme: &Theme) -> Mark {
    let glyphs = &theme.glyphs;
    let (weight, sign, role) = match slot.state {
        // Another day was agreed: nobody waits for it before.
        DoseState::Overdue(_) if slot.visit > today => (5, glyphs.planned, Role::Due),
        DoseState::Overdue(_) => (7, glyphs.attention, Role::Late),
        DoseState::Due => (6, glyphs.due, Role::Due),
        DoseState::NotGiven => (5, glyphs.not_given, Role::Late),
        DoseState::Late(_) | DoseState::Early(_) => (4, glyphs.off_time, Role::Due),
        DoseState::Given => (3, glyphs.given, Role::Given),
        DoseState::Planned if !slot.tentative => (2, glyphs.planned, Role::Planned),
        DoseState::Planned => (1, glyphs.planned, Role::Dim),
    };
    Mark { weight, sign, style: theme.style(role) }
}

fn check(state: CheckState, theme: &Theme) -> Mark {
    let glyphs = &theme.glyphs;
    let (weight, sign, role) = match state {
        CheckState::Overdue(_) => (6, glyphs.attention, Role::Late),
        CheckState::Due => (5, glyphs.check_planned, Role::Due),
        CheckState::Planned => (3, glyphs.check_planned, Role::Check),
        CheckState::Done => (2, glyphs.check_done, Role::Check),
        CheckState::Passed => (1, ghost(theme), Role::Dim),
    };
    Mark { weight, sign, style: theme.style(role) }
}

/// The sign of what once was planned.
pub(super) fn ghost(theme: &Theme) -> &'static str {
    if theme.ascii { "," } else { "·" }
}

/// Draws a dot where each dose was when the plan was signed.
pub(super) fn as_ordered(canvas: &mut Canvas<'_>, y: u16, course: &Course, scale: &Scale) {
    let style = canvas.theme.style(Role::Dim);
    for day in course.doses.iter().filter_map(|slot| slot.as_ordered) {
        if let Some(x) = scale.x(day) {
            canvas.put(x, y, ghost(canvas.theme), style);
        }
    }
}

/// Draws a dot where each dose of the plan before would be.
pub(super) fn before(canvas: &mut Canvas<'_>, y: u16, course: &Course, scale: &Scale) {
    let style = canvas.theme.style(Role::Dim);
    for x in course.ghosts.iter().filter_map(|day| scale.x(*day)) {
        canvas.put(x, y, ghost(canvas.theme), style);
    }
}
