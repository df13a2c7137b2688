//! The frame around every screen: header, patient banner, footer. The footer is made of the table of keys.

use super::super::ctx::{Ctx, Patient};
use super::super::keymap::{Action, Place};
use super::super::theme::Role;
use super::pen::Pen;
use crate::clinic::chart;
use crate::clinic::patient::Allergies;
use crate::clinic::rights;
use crate::clinic::roles::{self, Doing};
use crate::clinic::seal::Marks;
use crate::clinic::words;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Widget, Wrap};
use unicode_width::UnicodeWidthStr;

/// The parts of a screen.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The program's own line.
    pub header: Rect,
    /// Who the patient is.
    pub banner: Rect,
    /// What the screen is for.
    pub body: Rect,
    /// A line to say something in.
    pub say: Rect,
    /// The keys.
    pub footer: Rect,
}

/// Below this width the banner has two lines.
const NARROW: u16 = 150;

/// Cuts a screen into its parts; on a tiny one the body goes last.
#[must_use]
pub fn parts(area: Rect, with_banner: bool) -> Parts {
    let line = |y: u16, height: u16| Rect {
        y: area.y + y.min(area.height),
        height: height.min(area.height.saturating_sub(y)),
        ..area
    };
    // On a narrow screen cautions and allergies have a line of their own: they are never cut off by a long name.
    let banner = if !with_banner {
        0
    } else if area.width < NARROW && area.height >= 12 {
        2
    } else {
        1
    };
    let foot = if area.height > 4 { 1 } else { 0 };
    let say = if area.height > 8 { 1 } else { 0 };
    let top = 1 + banner;
    let body = area.height.saturating_sub(top + foot + say);
    Parts {
        header: line(0, 1),
        banner: line(1, banner),
        body: line(top, body),
        say: line(top + body, say),
        footer: line(top + body + say, foot),
    }
}

/// Draws the program's own line: what the screen is, the day, the practice, who records, the time.
pub fn header(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, title: &str) {
    let middle = if ctx.practice.settings.demo { "" } else { ctx.practice.settings.name.as_str() };
    let width = usize::from(area.width);
    let (left, right) = head(ctx, title, width);
    let line = spread(&left, middle, &right, width);
    let line = if ctx.theme.ascii { line.replace('·', "-") } else { line };
    Pen::on(frame.buffer_mut(), area).write(&line, ctx.theme.style(Role::Title));
}

/// Left and right of the header: short of room the time goes first, then words about what is not real, the program's name, the
/// day, the title. Who is signed in is the last to go, and that something is not real.
fn head(ctx: &Ctx, title: &str, width: usize) -> (String, String) {
    let day = words::day(ctx.today());
    let lefts = [format!(" Cobalog  {title} · {day}"), format!(" {title} · {day}"), format!(" {title}"), String::new()];
    let unreal = |long: bool| {
        let demo = if long { "DEMO: nobody here is real" } else { "DEMO" };
        let pretended = ctx.pretended.then_some("pretended day");
        pretended.into_iter().chain(ctx.practice.settings.demo.then_some(demo)).map(str::to_owned)
    };
    let author = Some(ctx.author.clone()).filter(|author| !author.is_empty());
    let join =
        |long, time: Option<String>| unreal(long).chain(author.clone()).chain(time).collect::<Vec<_>>().join(" · ");
    let time = Some(ctx.now.format("%H:%M ").to_string());
    let rights = [join(true, time), join(true, None) + " ", join(false, None) + " "];
    let [whole, short, least] = &rights;
    let ways = [(&lefts[0], whole), (&lefts[0], short)].into_iter().chain(lefts.iter().map(|left| (left, least)));
    let fits = ways.into_iter().find(|(left, right)| left.width() + right.width() < width);
    fits.map_or_else(
        || (cut(&format!(" {least}"), width, "…"), String::new()),
        |(left, right)| (left.clone(), right.clone()),
    )
}

/// Puts left, middle and right into a width; the middle goes first, then the right, when room is short.
fn spread(left: &str, middle: &str, right: &str, width: usize) -> String {
    let (l, m, r) = (left.width(), middle.width(), right.width());
    if l + m + r + 4 <= width {
        let space = width - l - m - r;
        return format!("{left}{}{middle}{}{right}", " ".repeat(space / 2), " ".repeat(space - space / 2));
    }
    if l + r < width {
        return format!("{left}{}{right}", " ".repeat(width - l - r));
    }
    cut(left, width, "…")
}

/// Draws who the patient is: name, birth date, age, sex, number; cautions and allergies.
pub fn banner(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient) {
    let Some(person) = &patient.course.person else { return };
    let theme = &ctx.theme;
    let sep = if theme.ascii { "-" } else { "·" };
    let identity = format!(
        "  born {} ({}) {sep} {} {sep} #{}",
        words::born(person.born),
        person.age_on(ctx.today()),
        person.sex.letter(),
        person.number
    );
    let mut warning = Vec::new();
    if patient.course.struck_out().is_some() {
        let words = format!("{} {}", theme.glyphs.attention, chart::STRUCK_OUT);
        warning.push(Span::styled(words, theme.style(Role::Stop)));
    }
    if patient.course.triage.as_ref().is_some_and(|t| t.is_neuro()) {
        warning.push(Span::styled(format!("{} neurologic", theme.glyphs.attention), theme.style(Role::Due)));
    }
    if let Some(caution) = &person.caution {
        warning.push(Span::styled(format!("{} {caution}", theme.glyphs.attention), theme.style(Role::Late)));
    }
    let (role, allergies) = match &person.allergies {
        Allergies::NoneKnown => (Role::Dim, "Allergies: none known".to_owned()),
        Allergies::NotAsked => (Role::Due, "Allergies: not asked yet".to_owned()),
        Allergies::Known(list) => (Role::Late, format!("{} Allergies: {}", theme.glyphs.attention, list.join(", "))),
    };
    warning.push(Span::styled(allergies, theme.style(role)));
    let triage = patient.course.triage.as_ref();
    let cautions = rights::cautions(triage, Some(person), &ctx.practice).into_iter();
    warning.extend(
        cautions.map(|name| Span::styled(format!("{} {name}", theme.glyphs.attention), theme.style(Role::Late))),
    );
    // Behind what must not be cut on a narrow screen; the chart says it in full.
    if let Some(words) = ctx.marks(patient).and_then(Marks::words) {
        warning.push(Span::styled(format!("{} {words}", theme.glyphs.attention), theme.style(Role::Stop)));
    }
    let room = usize::from(area.width).saturating_sub(identity.width() + 1);
    let name = cut(&person.name(), room.max(8), theme.glyphs.ellipsis);
    let who = [
        Span::styled(format!(" {name}"), theme.style(Role::Banner)),
        Span::styled(identity, theme.style(Role::Banner)),
    ];
    let spaced = warning.into_iter().flat_map(|span| [Span::raw("   "), span]);
    if area.height >= 2 {
        frame.render_widget(Line::from(who.to_vec()), Rect { height: 1, ..area });
        frame.render_widget(
            Line::from([Span::raw(" ")].into_iter().chain(spaced.skip(1)).collect::<Vec<_>>()),
            Rect { y: area.y + 1, height: 1, ..area },
        );
    } else {
        frame.render_widget(Line::from(who.into_iter().chain(spaced).collect::<Vec<_>>()), area);
    }
}

/// Draws the keys that work here, the most wanted first; those that do not fit stand in the line above, where nothing is
/// said.
pub fn footer(frame: &mut Frame<'_>, parts: &Parts, ctx: &Ctx, place: (Place, Option<&str>), is_said: bool) {
    for (area, spots) in footer_spots(parts, ctx, place, is_said) {
        let mut pen = Pen::on(frame.buffer_mut(), area);
        let plain = Style::new();
        pen.blank(1, plain);
        for spot in spots {
            pen.write(&spot.key, ctx.theme.style(Role::Key));
            pen.blank(1, plain);
            pen.write(&spot.label, plain);
            pen.blank(2, plain);
        }
    }
}

/// A key of the footer with the columns that it takes.
#[derive(Clone, Debug)]
pub struct KeySpot {
    /// Where a click finds it.
    pub columns: std::ops::Range<u16>,
    /// The key.
    pub key: String,
    label: String,
}

/// Returns the keys that the footer shows, line by line. Of a form the word on its button stands beside the place: its key says the
/// same.
#[must_use]
pub fn footer_spots(
    parts: &Parts,
    ctx: &Ctx,
    (place, button): (Place, Option<&str>),
    is_said: bool,
) -> Vec<(Rect, Vec<KeySpot>)> {
    let mut lines = vec![(parts.footer, Vec::new(), 1u16)];
    if parts.say.height > 0 && !is_said {
        lines.push((parts.say, Vec::new(), 1));
    }
    // What only a prescriber does is not offered to others; the key still says who may.
    let signs = roles::may(&ctx.practice.settings.people, &ctx.author, Doing::Cosign).is_ok();
    let is_offered = |action| signs || !matches!(action, Action::Cosign | Action::Mark | Action::MarkAll);
    for binding in ctx.keymap.footer(place).into_iter().filter(|binding| is_offered(binding.action)) {
        let label = button.filter(|_| binding.action == Action::Sign).unwrap_or(&binding.label);
        let wide = (binding.key().width() + label.width() + 3) as u16;
        let Some((_, spots, used)) = lines.iter_mut().find(|(area, _, used)| used + wide <= area.width) else {
            continue;
        };
        let (key, label) = (binding.key().to_owned(), label.to_owned());
        spots.push(KeySpot { columns: *used..*used + wide - 2, key, label });
        *used += wide;
    }
    lines.into_iter().map(|(area, spots, _)| (area, spots)).collect()
}

/// The borders of a terminal that has only ASCII.
pub(super) const PLAIN: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Gives a block the borders of the theme.
#[must_use]
pub fn bordered<'a>(block: Block<'a>, ctx: &Ctx) -> Block<'a> {
    let block = block.border_style(ctx.theme.style(Role::Border));
    if ctx.theme.ascii { block.border_set(PLAIN) } else { block }
}

/// Writes words into the lower line of a frame.
pub fn under(frame: &mut Frame<'_>, area: Rect, words: Line<'_>) {
    if area.width > 2 && area.height > 1 && words.width() > 0 {
        let width = (words.width() as u16).min(area.width - 2);
        let room = if words.alignment == Some(Alignment::Right) { area.width - 2 - width } else { 0 };
        frame.render_widget(words, Rect { x: area.x + 1 + room, y: area.bottom() - 1, width, height: 1 });
    }
}

/// Draws a frame with a title in its upper line and leaves what is inside as it is: on a large screen a block's walk over
/// all of its cells is felt.
pub fn boxed(frame: &mut Frame<'_>, area: Rect, title: &str, ctx: &Ctx) {
    let area = area.intersection(frame.area());
    if area.width < 2 || area.height < 2 {
        frame.render_widget(bordered(Block::bordered(), ctx), area);
        return;
    }
    let style = ctx.theme.style(Role::Border);
    let signs = if ctx.theme.ascii { PLAIN } else { border::PLAIN };
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    let buffer = frame.buffer_mut();
    for x in area.left() + 1..right {
        buffer[(x, area.y)].set_symbol(signs.horizontal_top).set_style(style);
        buffer[(x, bottom)].set_symbol(signs.horizontal_bottom).set_style(style);
    }
    for y in area.top() + 1..bottom {
        buffer[(area.x, y)].set_symbol(signs.vertical_left).set_style(style);
        buffer[(right, y)].set_symbol(signs.vertical_right).set_style(style);
    }
    let corners = [
        ((area.x, area.y), signs.top_left),
        ((right, area.y), signs.top_right),
        ((area.x, bottom), signs.bottom_left),
        ((right, bottom), signs.bottom_right),
    ];
    for (at, sign) in corners {
        buffer[at].set_symbol(sign).set_style(style);
    }
    let line = Rect { x: area.x + 1, width: area.width - 2, height: 1, ..area };
    // A title lies over the border's look, as a block's does.
    Pen::on(buffer, line).write(title, style.patch(ctx.theme.style(Role::Title)));
}

/// Puts the ASCII twin of each sign of the program's own text; names keep their letters.
pub fn only_ascii(buffer: &mut Buffer) {
    const TWINS: [(&str, &str); 12] = [
        ("·", "-"),
        ("…", "~"),
        ("→", ">"),
        ("—", "-"),
        ("–", "-"),
        ("×", "x"),
        ("≥", ">"),
        ("≤", "<"),
        ("“", "\""),
        ("”", "\""),
        ("’", "'"),
        ("µ", "u"),
    ];
    for cell in &mut buffer.content {
        if let Some((_, twin)) = TWINS.iter().find(|(sign, _)| cell.symbol() == *sign) {
            cell.set_symbol(twin);
        }
    }
}

/// Cuts a text to a width; what is cut shows.
#[must_use]
pub fn cut(text: &str, width: usize, ellipsis: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(ellipsis.width());
    let (mut used, mut out) = (0, String::new());
    for c in text.chars() {
        used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used > room {
            break;
        }
        out.push(c);
    }
    if width >= ellipsis.width() { out + ellipsis } else { out }
}

/// Cuts or fills a text to just a width.
#[must_use]
pub fn fit(text: &str, width: usize, ellipsis: &str) -> String {
    let mut out = cut(text, width, ellipsis);
    let missing = width.saturating_sub(out.width());
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// Returns how many lines a paragraph takes where it is wrapped at words. It is drawn to know: counting by hand is off by
/// a line where a word does not fit, and then the last line of a warning is cut.
#[must_use]
pub fn wrapped(lines: Vec<Line<'_>>, width: u16) -> u16 {
    // Two lines that follow each other hold more than one width of it: more than this it cannot take.
    let most = lines.iter().map(|line| 2 * line.width() / usize::from(width).max(1) + 2).sum::<usize>();
    let area = Rect { x: 0, y: 0, width, height: most.min(80) as u16 };
    let mut buffer = Buffer::empty(area);
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(area, &mut buffer);
    let is_used = |y: &u16| (0..width).any(|x| buffer[(x, *y)].symbol() != " ");
    (0..area.height).rev().find(is_used).map_or(0, |y| y + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_are_cut_by_columns() {
        assert_eq!(fit("中村健二", 5, "…"), "中村…");
        assert_eq!(fit("ab", 4, "…"), "ab  ");
        assert_eq!(cut("abc", 0, "…"), "");
        assert_eq!(cut("abc", 1, "…"), "…");
    }

    #[test]
    fn the_parts_fill_the_screen_at_every_size() {
        for height in 0..60 {
            let parts = parts(Rect::new(0, 0, 80, height), true);
            let sum =
                parts.header.height + parts.banner.height + parts.body.height + parts.say.height + parts.footer.height;
            assert_eq!(sum, height, "at {height} lines");
        }
    }

    #[test]
    fn wrapped_counts_lines_as_words_fall() {
        for (text, width, lines) in [("", 9, 0), ("one two", 7, 1), ("one two", 6, 2), ("aaaa bbbb cccc", 9, 2)] {
            assert_eq!(wrapped(vec![Line::raw(text)], width), lines, "{text:?} in {width}");
        }
        // A sum of columns would say two.
        assert_eq!(wrapped(vec![Line::raw("aaaaaa bbbbbb cccccc")], 10), 3);
        assert_eq!(wrapped(vec![Line::raw("a"), Line::raw(""), Line::raw("b")], 10), 3);
        // The most lines that so many letters can take: each second one is one letter.
        assert_eq!(wrapped(vec![Line::raw("aaaaaaaaaa b cccccccccc d eeeeeeeeee f")], 10), 6);
    }
}
