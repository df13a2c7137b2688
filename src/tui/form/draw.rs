//! Draws a form.

use super::super::theme::{Role, Theme};
use super::super::widgets::frame::cut;
use super::super::widgets::wrapped::wrapped;
use super::field::Kind;
use super::layout::{Layout, Placed, SIGNED, cancel_text, hint, sign_text};
use super::{Field, Form};
use crate::clinic::triage::SCALE;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

/// Returns as many parts of an aside as fit: half of "zero point two five" would be worse than nothing.
fn whole_parts(aside: &str, room: usize) -> &str {
    let mut shown = aside;
    while shown.width() > room {
        let cut = ["; ", ", ", "  "].iter().filter_map(|between| shown.rfind(between)).max();
        match cut.filter(|at| *at > 0) {
            Some(at) => shown = &shown[..at],
            None => break,
        }
    }
    shown
}

/// Cuts what stands beside a value to whole parts, and shows that it was cut: half a number would be another number.
fn cut_parts(aside: &str, room: usize, ellipsis: &str) -> String {
    if aside.width() <= room {
        return aside.to_owned();
    }
    let parts = whole_parts(aside, room.saturating_sub(ellipsis.width() + 1));
    if parts.width() < room { format!("{parts} {ellipsis}") } else { cut(aside, room, ellipsis) }
}

/// A line is read with ease up to about so many columns.
const WIDEST: u16 = 90;

/// How wide the words for more lines of a list are.
const MORE: u16 = 6;

/// A form with the theme to draw it in.
pub struct FormView<'a> {
    /// The form.
    pub form: &'a Form,
    /// The theme.
    pub theme: &'a Theme,
    /// Lines above the buttons that belong to somebody else.
    pub reserve: u16,
}

impl FormView<'_> {
    /// Returns where the text cursor stands, if a text field has the focus.
    #[must_use]
    pub fn cursor(&self, area: Rect) -> Option<Position> {
        let layout = Layout::of(self.form, area, self.reserve);
        let placed = layout.placed.iter().find(|p| p.field == self.form.focus())?;
        let field = &self.form.fields()[placed.field];
        let Kind::Text { input, most, fresh } = &field.kind else { return None };
        let value = value_area(placed, self.label_width(placed, &layout));
        let width = box_width(field, *most, value.width);
        let skip = if *fresh { 0 } else { input.visual_scroll(usize::from(width.saturating_sub(1))) };
        let x = value.x + (input.visual_cursor().saturating_sub(skip) as u16).min(width.saturating_sub(1));
        (value.height > 0 && value.width > 0).then_some(Position::new(x, value.y))
    }

    fn label_width(&self, placed: &Placed, layout: &Layout) -> u16 {
        layout.label_widths[usize::from(self.form.fields()[placed.field].column.min(1))]
    }

    fn field(&self, buf: &mut Buffer, placed: &Placed, label_width: u16) {
        let field = &self.form.fields()[placed.field];
        let focused = placed.field == self.form.focus();
        let mut area = placed.area;
        if let Some(title) = field.section.as_deref().filter(|_| placed.heading) {
            buf.set_stringn(area.x, area.y, title, usize::from(area.width), self.theme.style(Role::Title));
            area = below(area);
        }
        if area.height == 0 {
            return;
        }
        if matches!(field.kind, Kind::Words) {
            self.broken(buf, area, &field.label, Role::Dim);
        } else {
            let role = if focused { Role::Accent } else { Role::Text };
            let room = usize::from(label_width.saturating_sub(1));
            buf.set_stringn(area.x, area.y, &field.label, room, self.theme.style(role));
            match placed.cells {
                Some((cell, _)) => self.row(buf, field, value_area(placed, label_width), cell, focused),
                None => self.value(buf, field, value_area(placed, label_width), placed.first, focused),
            }
        }
        if let Some(error) = field.error.as_deref().filter(|_| placed.error > 0) {
            let y = placed.area.bottom().saturating_sub(placed.error);
            let area = Rect { y, height: placed.error, ..placed.area };
            buf.set_stringn(area.x, area.y, self.theme.glyphs.attention, 1, self.theme.style(Role::Late));
            let indent = SIGNED.min(area.width);
            self.broken(buf, Rect { x: area.x + indent, width: area.width - indent, ..area }, error, Role::Late);
        }
    }

    /// Writes words, broken into the lines of an area.
    fn broken(&self, buf: &mut Buffer, area: Rect, words: &str, role: Role) {
        let lines = wrapped(words, usize::from(area.width).max(8));
        let left = lines.len() > usize::from(area.height);
        for (line, y) in lines.iter().zip(area.y..area.bottom()) {
            // Where even this room is too small, the last line says so.
            let last = left && y + 1 == area.bottom();
            let line = if last { format!("{line} {}", self.theme.glyphs.ellipsis) } else { line.clone() };
            let line = cut(&line, usize::from(area.width), self.theme.glyphs.ellipsis);
            buf.set_stringn(area.x, y, line, usize::from(area.width), self.theme.style(role));
        }
    }

    fn value(&self, buf: &mut Buffer, field: &Field, area: Rect, first: usize, focused: bool) {
        let style = self.theme.style(if focused { Role::Focus } else { Role::Field });
        match &field.kind {
            Kind::Text { input, most, fresh } => {
                // What nobody types in now is read from its beginning.
                let from_start = !focused || *fresh;
                self.text(buf, field, input, *most, area, style, from_start);
            }
            Kind::Choice { options, at, lines: 0 } => {
                let words = options.get(*at).map_or("", |(_, words)| words.as_str());
                let (arrow, e) = (self.theme.glyphs.more, self.theme.glyphs.ellipsis);
                let words = cut(words, usize::from(area.width).saturating_sub(2), e);
                let room = usize::from(area.width).saturating_sub(words.width() + 4);
                let aside = cut_parts(&field.aside, room, e);
                let aside = Span::styled(format!("  {aside}"), self.theme.style(Role::Dim));
                let line = Line::from(vec![Span::styled(format!("{words} {arrow}"), style), aside]);
                line.render(Rect { height: area.height.min(1), ..area }, buf);
            }
            Kind::Choice { options, at, .. } => {
                let rows = options.iter().enumerate().map(|(i, (_, words))| (i == *at, i == *at, words.as_str()));
                self.options(buf, area, first, focused, "(", ")", rows);
            }
            Kind::Many { options, at } => {
                let rows = options.iter().enumerate().map(|(i, (_, words, on))| (*on, i == *at, words.as_str()));
                self.options(buf, area, first, focused, "[", "]", rows);
            }
            Kind::Scale { grade } => self.scale(buf, field, *grade, area, focused),
            Kind::Words => {}
        }
    }

    fn aside(&self, field: &Field) -> Span<'static> {
        Span::styled(format!("  {}", field.aside), self.theme.style(Role::Dim))
    }

    #[expect(clippy::too_many_arguments, reason = "a text and the box that it stands in")]
    fn text(
        &self,
        buf: &mut Buffer,
        field: &Field,
        input: &tui_input::Input,
        most: usize,
        area: Rect,
        style: ratatui::style::Style,
        from_start: bool,
    ) {
        if area.height == 0 {
            return;
        }
        let box_width = box_width(field, most, area.width);
        let skip = if from_start { 0 } else { input.visual_scroll(usize::from(box_width.saturating_sub(1))) };
        let shown = if field.is_secret { self.dots(input.value()) } else { input.value().to_owned() };
        let shown: String = visible(&shown, skip, usize::from(box_width));
        buf.set_style(Rect { width: box_width, height: 1, ..area }, style);
        buf.set_stringn(area.x, area.y, shown, usize::from(box_width), style);
        let rest = area.width.saturating_sub(box_width);
        let dim = self.theme.style(Role::Dim);
        let room = usize::from(rest.saturating_sub(2));
        let aside = cut(whole_parts(&field.aside, room), room, self.theme.glyphs.ellipsis);
        buf.set_stringn(area.x + box_width, area.y, format!("  {aside}"), usize::from(rest), dim);
    }

    /// A dot for each letter of a secret.
    fn dots(&self, secret: &str) -> String {
        if self.theme.ascii { "*" } else { "•" }.repeat(secret.chars().count())
    }

    #[expect(clippy::too_many_arguments, reason = "the two kinds of lists differ in just these")]
    fn options<'o>(
        &self,
        buf: &mut Buffer,
        area: Rect,
        first: usize,
        focused: bool,
        open: &str,
        close: &str,
        rows: impl Iterator<Item = (bool, bool, &'o str)>,
    ) {
        let mark = if self.theme.ascii { "*" } else { "●" };
        let height = usize::from(area.height);
        let mut rows = rows.skip(first).peekable();
        let says_more = area.width > 20;
        for line in 0..height {
            let Some((on, here, words)) = rows.next() else { return };
            let ends = says_more && (line == 0 && first > 0 || line + 1 == height && rows.peek().is_some());
            let room = usize::from(area.width.saturating_sub(if ends { MORE + 1 } else { 0 }));
            let y = area.y + line as u16;
            let style = match (here && focused, on) {
                (true, _) => self.theme.style(Role::Focus),
                (false, true) => self.theme.style(Role::Accent),
                _ => self.theme.style(Role::Text),
            };
            let text = format!("{open}{}{close} {words}", if on { mark } else { " " });
            let text = cut(&text, room, self.theme.glyphs.ellipsis);
            buf.set_stringn(area.x, y, text, room, style);
        }
        // More above, more below: said at the right edge.
        let edge = area.right().saturating_sub(MORE);
        let dim = self.theme.style(Role::Accent);
        if first > 0 && says_more {
            buf.set_stringn(edge, area.y, format!("{} more", self.theme.glyphs.up), usize::from(MORE), dim);
        }
        if rows.next().is_some() && says_more && height > 0 {
            let more = format!("{} more", self.theme.glyphs.down);
            buf.set_stringn(edge, area.bottom() - 1, more, usize::from(MORE), dim);
        }
    }

    /// Several options side by side.
    fn row(&self, buf: &mut Buffer, field: &Field, area: Rect, cell: u16, focused: bool) {
        let Kind::Many { options, at } = &field.kind else { return };
        for (n, (x, (_, words, on))) in
            (area.x..area.right()).step_by(usize::from(cell.max(1))).zip(options).enumerate()
        {
            let here = Rect { x, width: cell.min(area.right() - x), height: area.height.min(1), ..area };
            self.options(buf, here, 0, focused, "[", "]", std::iter::once((*on, n == *at, words.as_str())));
        }
    }

    fn scale(&self, buf: &mut Buffer, field: &Field, grade: Option<u8>, area: Rect, focused: bool) {
        let mut spans = Vec::new();
        for g in 0..=4u8 {
            let on = grade == Some(g);
            let text = if on { format!("({g})") } else { format!(" {g} ") };
            let role = match (on, focused) {
                (true, _) => Role::Selected,
                (false, true) => Role::Accent,
                _ => Role::Dim,
            };
            spans.push(Span::styled(text, self.theme.style(role)));
        }
        let word = grade.and_then(|g| SCALE.get(usize::from(g))).copied().unwrap_or(if focused { "?" } else { "" });
        spans.push(Span::styled(format!(" {word:<11}"), self.theme.style(Role::Text)));
        spans.push(self.aside(field));
        Line::from(spans).render(Rect { height: area.height.min(1), ..area }, buf);
    }

    /// Says at the foot that there are more fields than the screen shows.
    fn beyond(&self, buf: &mut Buffer, layout: &Layout, area: Rect) {
        let (above, below) = layout.beyond;
        let part = |n: usize, sign: &str| (n > 0).then(|| format!("{sign} {n}"));
        let glyphs = &self.theme.glyphs;
        let parts: Vec<_> = [part(above, glyphs.up), part(below, glyphs.down)].into_iter().flatten().collect();
        if parts.is_empty() {
            return;
        }
        let fields = if above + below == 1 { "field" } else { "fields" };
        let text = format!("{} more {fields}", parts.join("  "));
        let room = usize::from(layout.sign.x.saturating_sub(area.x + 1));
        if text.width() <= room {
            buf.set_stringn(area.x, layout.sign.y, text, room, self.theme.style(Role::Accent));
        }
    }

    fn buttons(&self, buf: &mut Buffer, layout: &Layout) {
        let fields = self.form.fields().len();
        let style = |on: bool, role: Role| self.theme.style(if on { Role::Focus } else { role });
        let sign = style(self.form.focus() == fields, Role::Key);
        buf.set_stringn(layout.sign.x, layout.sign.y, sign_text(self.form), usize::from(layout.sign.width), sign);
        let cancel = style(self.form.focus() == fields + 1, Role::Dim);
        buf.set_stringn(layout.cancel.x, layout.cancel.y, cancel_text(), usize::from(layout.cancel.width), cancel);
    }
}

impl Widget for &FormView<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.width < 4 || area.height == 0 {
            return;
        }
        let layout = Layout::of(self.form, area, self.reserve);
        for placed in &layout.placed {
            self.field(buf, placed, self.label_width(placed, &layout));
        }
        if layout.hint.height > 0 && area.height > 2 {
            let focused = self.form.focused();
            let words = focused.map_or("Enter presses the button.", hint);
            let role = if focused.is_some_and(|f| f.said.is_some()) { Role::Due } else { Role::Dim };
            self.broken(buf, layout.hint, words, role);
        }
        self.beyond(buf, &layout, area);
        self.buttons(buf, &layout);
    }
}

/// How wide the box of a text is: a value is never hidden by what stands beside it.
fn box_width(field: &Field, most: usize, room: u16) -> u16 {
    let aside = match field.aside.as_str() {
        "" => 0,
        aside => u16::try_from(aside.width() + 2).unwrap_or(u16::MAX),
    };
    (most as u16).saturating_add(1).clamp(6, WIDEST).min(room.saturating_sub(aside).max(16)).min(room)
}

fn below(area: Rect) -> Rect {
    Rect { y: area.y + area.height.min(1), height: area.height.saturating_sub(1), ..area }
}

/// The part of a field's area that holds its value.
fn value_area(placed: &Placed, label_width: u16) -> Rect {
    let heading = u16::from(placed.heading);
    let label = label_width.min(placed.area.width);
    Rect {
        x: placed.area.x + label,
        y: placed.area.y + heading.min(placed.area.height),
        width: placed.area.width - label,
        height: placed.area.height.saturating_sub(heading + placed.error),
    }
}

/// The characters from a visual column on that fit a width.
fn visible(text: &str, skip: usize, width: usize) -> String {
    let (mut column, mut out) = (0, String::new());
    for c in text.chars() {
        let w = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if column >= skip && column + w <= skip + width {
            out.push(c);
        }
        column += w;
    }
    out
}
