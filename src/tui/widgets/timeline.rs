//! The timeline: phases, doses, checkpoints, symptoms and labs over one time axis.
//!
//! So that "improved, then came to a halt when the doses thinned out" is seen, not worked out. The cursor walks from
//! event to event; [`describe`] says in words what stands under it.
//!
//! ```text
//!             Nov 2026         Dec            Jan 2027
//! Phase       ████ Repletion: alternate days ████░░░░ Maintenance: every 2 months ░░░░▶
//! Doses       ●●●●●◍○◌◌◌◌◌◌◌◌              ◌
//! As ordered  ········
//! Checkpoints ◆    ◇              ◇
//! Symptoms    9    7
//! Hb g/L      104L
//!                  ▲ today
//! ```

mod axis;
mod bars;
pub(super) mod describe;
mod events;
mod foot;
mod layout;
mod marks;
pub(super) mod numbers;
mod scale;
mod state;
mod symptoms;
#[cfg(test)]
mod tests;
mod zoom;

pub use describe::describe;
pub use events::{Event, EventKind, events};
pub use foot::legend;
pub use state::TimelineState;
pub use zoom::Zoom;

use super::canvas::{Canvas, width};
use crate::clinic::course::Course;
use crate::clinic::practice::Practice;
use crate::tui::theme::{Role, Theme};
use layout::{Row, Wanted};
use numbers::Series;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::widgets::Widget;
use scale::Scale;
use symptoms::bars as symptom_bars;

/// A course over time.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'a> {
    course: &'a Course,
    practice: &'a Practice,
    state: &'a TimelineState,
    theme: &'a Theme,
    compact: bool,
}

impl<'a> Timeline<'a> {
    /// Draws everything that the height has room for.
    #[must_use]
    pub fn new(course: &'a Course, practice: &'a Practice, state: &'a TimelineState, theme: &'a Theme) -> Self {
        Self { course, practice, state, theme, compact: false }
    }

    /// Draws only axis, phases, doses, checkpoints and today, without labels and cursor: for a side pane of two to five
    /// lines.
    #[must_use]
    pub fn compact(self) -> Self {
        Self { compact: true, ..self }
    }

    /// Returns the most lines that are of use: with fewer the least important rows are left out.
    #[must_use]
    pub fn height(&self) -> u16 {
        let labs = numbers::labs(self.course, self.practice).len();
        let rows = Wanted::of(self.course, self.state.zoom, labs, self.compact).rows(u16::MAX);
        u16::try_from(rows.len()).unwrap_or(u16::MAX)
    }
}

impl Widget for Timeline<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        (&self).render(area, buf);
    }
}

impl Widget for &Timeline<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let plot = layout::plot(area, self.compact);
        if plot.is_empty() {
            return;
        }
        let events = events(self.course);
        let scale = Scale::fit(&events, self.state, plot.width);
        let labs = if self.compact { Vec::new() } else { numbers::labs(self.course, self.practice) };
        let rows = Wanted::of(self.course, self.state.zoom, labs.len(), self.compact).rows(area.height);
        let mut paper = Canvas::new(buf, area, self.theme);
        let drawing = Drawing { timeline: self, events: &events, scale: &scale, labs: &labs, rows: &rows };
        drawing.labels(&mut paper.part(Rect { width: plot.x - area.x, ..area }));
        let mut paper = paper.part(plot);
        drawing.lines(&mut paper);
        drawing.rows(&mut paper);
        if !self.compact {
            drawing.cursor(&mut paper);
        }
    }
}

/// What one drawing needs to know.
struct Drawing<'a> {
    timeline: &'a Timeline<'a>,
    events: &'a [Event],
    scale: &'a Scale,
    labs: &'a [Series],
    rows: &'a [Row],
}

impl Drawing<'_> {
    fn labels(&self, paper: &mut Canvas<'_>) {
        let style = paper.theme.style(Role::Text);
        for (y, row) in (0..).zip(self.rows) {
            let text = match row {
                Row::Phase => "Phase",
                Row::Doses => "Doses",
                Row::AsOrdered => "As ordered",
                Row::Before => "Plan before",
                Row::Turns => "Decisions",
                Row::Checks => "Checkpoints",
                Row::Symptoms => "Symptoms",
                Row::Lab(i) => self.lab_label(*i, paper.width()),
                _ => "",
            };
            paper.text(
                0,
                y,
                text,
                if matches!(row, Row::AsOrdered | Row::Before) { paper.theme.style(Role::Dim) } else { style },
            );
        }
        self.left_out(paper);
    }

    fn lab_label(&self, index: usize, room: u16) -> &str {
        let Some(series) = self.labs.get(index) else { return "" };
        series.labels.iter().find(|label| width(label) < room).map_or(series.labels[1].as_str(), String::as_str)
    }

    /// Says how many analytes had no room.
    fn left_out(&self, paper: &mut Canvas<'_>) {
        let shown = self.rows.iter().filter(|row| matches!(row, Row::Lab(_))).count();
        let foot = self.rows.iter().position(|row| *row == Row::Foot);
        if let (Some(y), more @ 1..) = (foot, self.labs.len().saturating_sub(shown)) {
            let style = paper.theme.style(Role::Dim);
            paper.text(0, y as u16, &format!("+{more} lab{}", if more == 1 { "" } else { "s" }), style);
        }
    }

    fn rows(&self, paper: &mut Canvas<'_>) {
        let (course, scale) = (self.timeline.course, self.scale);
        for (y, row) in (0..).zip(self.rows) {
            match row {
                Row::Axis => axis::draw(paper, y, &axis::months(scale)),
                Row::Fine => axis::draw(paper, y, &axis::days(scale)),
                Row::Phase => bars::draw(paper, y, course, scale),
                Row::Doses => marks::draw(paper, y, marks::Kind::Doses, course, self.events, scale),
                Row::AsOrdered => marks::as_ordered(paper, y, course, scale),
                Row::Before => marks::before(paper, y, course, scale),
                Row::Turns => marks::draw(paper, y, marks::Kind::Turns, course, self.events, scale),
                Row::Checks => marks::draw(paper, y, marks::Kind::Checks, course, self.events, scale),
                Row::Symptoms => numbers::draw(paper, y, &numbers::symptoms(course), scale),
                Row::SymptomBars(level) => symptom_bars(paper, y, course, *level, self.bar_rows(), scale),
                Row::Lab(i) => self.labs.get(*i).into_iter().for_each(|lab| numbers::draw(paper, y, lab, scale)),
                Row::Foot => foot::draw(paper, y, course.today, self.cursor_day(), scale),
                Row::Legend => foot::draw_legend(paper, y, self.rows.contains(&Row::Turns)),
                Row::Blank => {}
            }
        }
    }

    fn bar_rows(&self) -> u32 {
        self.rows.iter().filter(|row| matches!(row, Row::SymptomBars(_))).count() as u32
    }

    /// The faint lines of the months and the line of today, behind everything else.
    fn lines(&self, paper: &mut Canvas<'_>) {
        let body = |row: &Row| !matches!(row, Row::Axis | Row::Fine | Row::Foot | Row::Legend | Row::Blank);
        let (faint, today) = (paper.theme.style(Role::Ghost), paper.theme.style(Role::Accent));
        let sign = if paper.theme.ascii { ":" } else { "┊" };
        let months = axis::lines(self.scale);
        for (y, _) in (0..).zip(self.rows).filter(|(_, row)| body(row)) {
            months.iter().for_each(|x| paper.put(*x, y, sign, faint));
            if let Some(x) = self.scale.x(self.timeline.course.today) {
                paper.put(x, y, paper.theme.glyphs.vertical, today);
            }
        }
    }

    fn cursor_event(&self) -> Option<&Event> {
        self.events.get(self.timeline.state.cursor).or(self.events.last())
    }

    fn cursor_day(&self) -> Option<chrono::NaiveDate> {
        self.cursor_event().filter(|_| !self.timeline.compact).map(|e| e.date)
    }

    /// Lights the cursor's column, and its event most.
    fn cursor(&self, paper: &mut Canvas<'_>) {
        let Some(event) = self.cursor_event() else { return };
        let Some(x) = self.scale.x(event.date) else { return };
        let own = |row: &Row| match event.kind {
            EventKind::Phase(_) => *row == Row::Phase,
            EventKind::Dose(_) => *row == Row::Doses,
            EventKind::Change(_) | EventKind::Review(_) => *row == Row::Turns,
            EventKind::Ghost(_) => *row == Row::Before,
            EventKind::Check(_) | EventKind::CheckPlanned(_) => *row == Row::Checks,
            EventKind::Today => false,
        };
        let selected = paper.theme.style(Role::Selected);
        for (y, row) in (0..).zip(self.rows) {
            let Some(cell) = paper.cell(x, y) else { continue };
            match row {
                Row::Axis | Row::Fine | Row::Foot | Row::Legend | Row::Blank => {}
                row if own(row) => {
                    let style = Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED);
                    cell.set_style(style);
                }
                _ => {
                    let hidden = selected.bg == Some(cell.fg);
                    cell.set_style(selected);
                    if hidden && selected.fg.is_none() {
                        cell.set_fg(Color::Reset);
                    }
                }
            }
        }
    }
}
