//! Which rows there are, and which of them fit.

use crate::clinic::course::Course;
use ratatui::layout::Rect;

use super::zoom::Zoom;

/// Returns the part of the widget's area that is the time axis.
pub(super) fn plot(area: Rect, compact: bool) -> Rect {
    let labels = if compact { 0 } else { label_width(area.width) };
    Rect { x: area.x.saturating_add(labels), width: area.width - labels, ..area }
}

fn label_width(width: u16) -> u16 {
    match width {
        0..32 => 0,
        32..112 => 12,
        _ => 14,
    }
}

/// One row of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// Months, or years.
    Axis,
    /// Days under the months, where a column is a day or less.
    Fine,
    Phase,
    Doses,
    AsOrdered,
    /// The doses of the plan before.
    Before,
    /// Pauses, tablets, ends, reviews.
    Turns,
    Checks,
    /// A row of the bars over the totals, counted from 0 at their foot.
    SymptomBars(u32),
    Symptoms,
    /// An analyte: an index into the series of labs.
    Lab(usize),
    /// Where today is, and where the cursor.
    Foot,
    Legend,
    Blank,
}

/// So many analytes stand before the row of the plan as ordered when there is little room.
const FIRST_LABS: usize = 2;

/// The rows of bars over the symptom totals, where there is room for them.
const BARS: u32 = 4;

/// What decides which rows there are.
pub(super) struct Wanted {
    pub(super) zoom: Zoom,
    pub(super) as_ordered: bool,
    pub(super) before: bool,
    pub(super) turns: bool,
    pub(super) symptoms: bool,
    pub(super) labs: usize,
    pub(super) compact: bool,
}

impl Wanted {
    pub(super) fn of(course: &Course, zoom: Zoom, labs: usize, compact: bool) -> Self {
        let moved = |slot: &crate::clinic::course::DoseSlot| slot.as_ordered.is_some_and(|day| day != slot.visit);
        Self {
            zoom,
            as_ordered: !compact && course.doses.iter().any(moved),
            before: !compact && !course.ghosts.is_empty(),
            turns: !compact && (!course.changes.is_empty() || !course.reviews.is_empty()),
            symptoms: !compact && course.checks.iter().any(|c| c.checked.score().is_some()),
            labs: if compact { 0 } else { labs },
            compact,
        }
    }

    /// Returns the rows that fit, from top to bottom, the least important ones left out.
    pub(super) fn rows(&self, height: u16) -> Vec<Row> {
        let mut all = self.ranked();
        all.retain(|(rank, _)| *rank > 0);
        let mut ranks: Vec<_> = all.iter().map(|(rank, _)| *rank).collect();
        ranks.sort_unstable();
        let most = ranks.get(usize::from(height).wrapping_sub(1)).or(ranks.last()).copied().unwrap_or(0);
        if height == 0 {
            return Vec::new();
        }
        all.into_iter().filter(|(rank, _)| *rank <= most).map(|(_, row)| row).collect()
    }

    /// Every row in the order of the screen with its rank, 1 the most important, 0 for a row that is not wanted.
    fn ranked(&self) -> Vec<(usize, Row)> {
        let fine = matches!(self.zoom, Zoom::Days | Zoom::Weeks);
        let when = |wanted: bool, rank: usize| if wanted { rank } else { 0 };
        let mut all = vec![
            (3, Row::Axis),
            (when(fine, 6), Row::Fine),
            (2, Row::Phase),
            (when(self.turns, 5), Row::Turns),
            (1, Row::Doses),
            (when(self.before, 9), Row::Before),
            (when(self.as_ordered, 10 + self.labs.min(FIRST_LABS)), Row::AsOrdered),
            (4, Row::Checks),
        ];
        let air = 11 + self.labs;
        all.extend(
            (0..BARS).rev().map(|level| (when(self.symptoms, air + 2 + level as usize), Row::SymptomBars(level))),
        );
        all.push((when(self.symptoms, 8), Row::Symptoms));
        let lab = |i: usize| 10 + i + usize::from(i >= FIRST_LABS);
        all.extend((0..self.labs).map(|i| (lab(i), Row::Lab(i))));
        all.push((7, Row::Foot));
        all.push((when(!self.compact, air + 1), Row::Blank));
        all.push((when(!self.compact, air), Row::Legend));
        all
    }
}
