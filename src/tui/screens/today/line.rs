//! One line of the worklist, and its columns.

use crate::clinic::agenda::{self, Task, Tell, What};
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::theme::Role;
use crate::tui::widgets::frame::fit;
use crate::tui::widgets::pen::Pen;
use chrono::NaiveDate;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Writes one task.
pub(super) fn line_of(task: &Task, chosen: bool, columns: &Columns, ctx: &Ctx, pen: &mut Pen<'_>) {
    let theme = &ctx.theme;
    let Some(row) = ctx.rows.row(task.row) else { return };
    let Some(item) = row.items.get(usize::from(task.item)) else { return };
    let today = ctx.today();
    let now = item.visit <= today;
    let stops = row.stops(item);
    let (sign, role) = match (task.days_late, &item.what) {
        (_, What::Tell(_)) => (theme.glyphs.attention, Role::Late),
        (_, What::Plan) => (theme.glyphs.attention, Role::Note),
        (_, What::Dose(_)) if stops.is_some() => (theme.glyphs.attention, Role::Stop),
        (_, What::Dose(_)) if row.to_tell().is_some() => (theme.glyphs.attention, Role::Late),
        (late, What::Dose(_)) if late > 0 && now => (theme.glyphs.attention, Role::Late),
        (_, What::Dose(_)) if now => (theme.glyphs.due, Role::Due),
        (_, What::Checkpoint(_)) if now => (theme.glyphs.check_done, Role::Check),
        (_, What::Checkpoint(_)) => (theme.glyphs.check_planned, Role::Dim),
        _ => (theme.glyphs.planned, Role::Dim),
    };
    let e = theme.glyphs.ellipsis;
    let base = if chosen { theme.style(Role::Selected) } else { Style::default() };
    let plain = if now || chosen { base } else { theme.on_line(Role::Dim, chosen) };
    let by_role = theme.on_line(role, chosen);
    pen.write(if chosen { theme.glyphs.selected } else { " " }, theme.on_line(Role::Accent, chosen));
    pen.write(sign, by_role);
    pen.blank(1, by_role);
    pen.column(&row.name, columns.name, e, plain);
    pen.blank(1, plain);
    pen.column(&words::born(row.born), columns.born, e, plain);
    pen.blank(1, plain);
    if stops.is_some() {
        let words = ["STOP - ", item.label.as_str()].concat();
        pen.column(&words, columns.what, e, theme.on_line(Role::Stop, chosen));
    } else if row.is_held(item, today) {
        // The due date stays where it is: what lacks is the order.
        let words = ["HELD - order: ", item.label.as_str()].concat();
        pen.column(&words, columns.what, e, theme.on_line(Role::Stop, chosen));
    } else {
        pen.column(in_short(&item.label, columns.what), columns.what, e, plain);
    }
    pen.blank(1, by_role);
    pen.column(&when_words(item, task.days_late, today), columns.when, e, by_role);
    let told = row.to_tell().map(Tell::in_short).filter(|_| now && matches!(item.what, What::Dose(_)));
    if let Some((words, role)) = stops.map(|s| (s, Role::Stop)).or(told.map(|t| (t, Role::Late))) {
        let gap = if words.len() < columns.why { " " } else { "" };
        pen.column(&[gap, words].concat(), columns.why, e, theme.on_line(role, chosen));
        return;
    }
    let why = if row.neuro { " nerves " } else { " " };
    let also = match item.what {
        What::Checkpoint(_) => "",
        _ => checkpoint_too(&row, today, theme.glyphs.check_done),
    };
    pen.column(&[why, also].concat(), columns.why, e, theme.on_line(Role::Due, chosen));
}

/// A label that has no room is told by its first part where that has: `Does it last?`, `3-week review`.
fn in_short(label: &str, width: usize) -> &str {
    if label.width() <= width {
        return label;
    }
    let question = label.find("? ").map(|at| at + 1);
    let parts = [question, label.find(" of the "), label.find(", ")];
    let first = parts.into_iter().flatten().filter_map(|at| label.get(..at));
    first.filter(|part| part.width() <= width).max_by_key(|part| part.width()).unwrap_or(label)
}

/// The widths of the columns.
pub(super) struct Columns {
    name: usize,
    born: usize,
    what: usize,
    when: usize,
    why: usize,
}

impl Columns {
    pub(super) fn of(width: u16) -> Self {
        let width = usize::from(width);
        let (born, when, why) = (11, 11, 9);
        let rest = width.saturating_sub(3 + born + 2 + 1 + when + why);
        let what = (rest / 2).clamp(8, 40).min(rest);
        Self { name: rest.saturating_sub(what), born, what, when, why }
    }

    /// How wide the column is that says what is owed.
    pub(super) fn what(&self) -> usize {
        self.what
    }

    pub(super) fn titles(&self) -> String {
        let name = fit("Patient", self.name, "");
        format!(
            "   {name} {} {} {} Why",
            fit("Born", self.born, ""),
            fit("What", self.what, ""),
            fit("When", self.when, "")
        )
    }
}

fn when_words(item: &agenda::Item, late: i64, today: NaiveDate) -> String {
    match item.what {
        What::Tell(_) => return "now".to_owned(),
        What::Plan => return "to do".to_owned(),
        What::Dose(_) | What::Checkpoint(_) => {}
    }
    match (item.visit <= today, late) {
        (true, 0) => "today".to_owned(),
        (true, late) if late > 0 => format!("{late} d late"),
        (true, early) => format!("{} d early", -early),
        _ => words::day_short(item.visit),
    }
}

/// A checkpoint that is due with the dose.
fn checkpoint_too(row: &agenda::Row, today: NaiveDate, sign: &'static str) -> &'static str {
    if row.latest_checkpoint_due(today).is_some() { sign } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_without_room_is_told_by_its_first_part() {
        for (label, width, expected) in [
            ("Does it last? Before spacing further", 20, "Does it last?"),
            ("Does it last? Before spacing further", 40, "Does it last? Before spacing further"),
            ("3-week review of the alternate-day phase", 20, "3-week review"),
            ("Maintenance", 20, "Maintenance"),
            ("Does it last? Before spacing further", 8, "Does it last? Before spacing further"),
        ] {
            assert_eq!(in_short(label, width), expected);
        }
    }
}
