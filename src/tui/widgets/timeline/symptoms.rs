//! Symptom totals as bars, where the area is high enough: gain, and the want of it, at a glance.

use super::scale::Scale;
use crate::clinic::course::Course;
use crate::tui::theme::Role;
use crate::tui::widgets::canvas::Canvas;
use std::collections::BTreeMap;

/// Draws one of `rows` rows of bars; `level` counts from the foot.
pub(super) fn bars(canvas: &mut Canvas<'_>, y: u16, course: &Course, level: u32, rows: u32, scale: &Scale) {
    let totals = || course.checks.iter().filter_map(|c| Some((c.checked.on, c.checked.score()?)));
    let most = totals().map(|(_, score)| score).max().unwrap_or(0).max(1);
    let (signs, style) = (canvas.theme.glyphs.bars, canvas.theme.style(Role::Check));
    // Of two totals in one column the later one is drawn, whole.
    let columns: BTreeMap<u16, u32> = totals().filter_map(|(day, score)| Some((scale.x(day)?, score))).collect();
    for (x, score) in columns {
        let eighths = (score * rows * 8).div_ceil(most).saturating_sub(level * 8).min(8);
        if let Some(at) = (eighths as usize).checked_sub(1) {
            canvas.put(x, y, signs[at], style);
        }
    }
}
