//! A list in a box: words above it, lines with a cursor, and under them the words of the chosen one.

use super::super::super::ctx::Ctx;
use super::super::super::theme::Role;
use super::super::super::widgets::frame as frames;
use super::super::super::widgets::pen::Pen;
use super::super::super::widgets::wrapped::wrapped;
use super::super::list::Cursor;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};
use unicode_width::UnicodeWidthStr as _;

/// What a list without a line says.
pub(super) const NONE: &str = "None.";
/// So many lines stand under a list.
const TOLD: u16 = 4;

/// Where the parts of a list stand: the words above, the lines, the words under them.
pub(super) fn areas(body: Rect, head: u16) -> (Rect, Rect, Rect) {
    let inner = Block::bordered().inner(body);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let head = head.min(inner.height);
    let told = if inner.height > head + 8 { TOLD } else { 0 };
    let list = Rect { y: inner.y + head, height: inner.height - head - told, ..inner };
    (Rect { height: head, ..inner }, list, Rect { y: list.bottom(), height: told, ..inner })
}

/// What a list shows.
pub(super) struct List<'a> {
    pub(super) title: &'a str,
    pub(super) head: Vec<Line<'a>>,
    pub(super) count: usize,
    pub(super) cursor: Cursor,
    /// What stands in the place of lines where there is none.
    pub(super) none: &'a str,
    pub(super) told: String,
    /// How the rest of the words is seen where there is no room for all of them; a blank where it is not.
    pub(super) more: &'static str,
}

impl List<'_> {
    /// Draws it; `line` writes one of the lines in its columns.
    pub(super) fn draw(
        self,
        frame: &mut Frame<'_>,
        body: Rect,
        ctx: &Ctx,
        line: impl Fn(usize, &mut Pen<'_>, &dyn Fn(Role) -> Style),
    ) {
        frames::boxed(frame, body, self.title, ctx);
        let (head, list, told) = areas(body, u16::try_from(self.head.len()).unwrap_or(u16::MAX));
        frame.render_widget(Paragraph::new(self.head), head);
        let top = self.cursor.top(self.count, list.height);
        for at in (top..self.count).take(usize::from(list.height)) {
            let chosen = at == self.cursor.at;
            let area = Rect { y: list.y + (at - top) as u16, height: 1, ..list };
            let mut pen = Pen::on(frame.buffer_mut(), area);
            let style = |role| {
                if chosen && role == Role::Text {
                    ctx.theme.style(Role::Selected)
                } else {
                    ctx.theme.on_line(role, chosen)
                }
            };
            pen.write(if chosen { ctx.theme.glyphs.selected } else { " " }, style(Role::Accent));
            pen.blank(1, style(Role::Text));
            line(at, &mut pen, &style);
            pen.blank(usize::from(area.width), style(Role::Text));
        }
        if self.count == 0 {
            frame.render_widget(Line::styled(format!("  {}", self.none), ctx.theme.style(Role::Dim)), list);
        }
        let told = Rect { y: told.y + told.height.min(1), height: told.height.saturating_sub(1), ..told };
        let lines = room(&self.told, self.more, told, ctx.theme.glyphs.ellipsis);
        let words = Paragraph::new(lines.into_iter().map(Line::raw).collect::<Vec<_>>());
        frame.render_widget(words.style(ctx.theme.style(Role::Dim)), told);
    }
}

/// Returns the lines of a text for which there is room; where it is cut it ends so, with how the rest is seen.
fn room(text: &str, more: &str, area: Rect, ellipsis: &str) -> Vec<String> {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let mut lines = wrapped(text, width);
    if lines.len() <= height {
        return lines;
    }
    let end = format!("{ellipsis} {more}");
    lines.truncate(height);
    if let Some(last) = lines.last_mut() {
        while last.width() + end.width() > width && last.pop().is_some() {}
        last.push_str(end.trim_end());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_room_end_with_how_the_rest_is_seen() {
        let area = Rect::new(0, 0, 30, 2);
        let room = |text| room(text, "Enter shows all", area, "…");
        assert_eq!(room("short"), ["short"]);
        let long = room("one two three four five six seven eight nine ten eleven twelve thirteen");
        assert_eq!(long, ["one two three four five six", "seven eight n… Enter shows all"]);
    }
}
