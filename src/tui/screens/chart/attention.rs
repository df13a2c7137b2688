//! What needs attention: the most urgent finding in full, below it as many more as there is room for, then how many are
//! left and how many were answered with a reason. Where everything warns at once, nothing does.

use crate::clinic::findings::{Finding, Tier};
use crate::clinic::seal::Marks;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::keymap;
use crate::tui::theme::Role;
use crate::tui::widgets::frame as frames;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr as _;

/// How many lines it wants in this width, with its frame, where it may have so many: one finding at least, and as many as
/// fit; none where nothing was ever found.
pub(super) fn height(patient: &Patient, ctx: &Ctx, width: u16, most: u16) -> u16 {
    let inner = width.saturating_sub(2);
    match frames::wrapped(lines(patient, ctx, inner, most.saturating_sub(2)).0, inner) {
        0 => 0,
        lines => lines + 2,
    }
}

/// Draws it.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient) {
    let (lines, shown) = lines(patient, ctx, area.width.saturating_sub(2), area.height.saturating_sub(2));
    let block = Block::bordered().title(title(patient, ctx)).title_style(ctx.theme.style(Role::Title));
    let block = match more(patient, shown) {
        // On the frame itself, so that it is there however low the panel is.
        Some(more) => block.title_bottom(Line::styled(format!(" {more} "), ctx.theme.style(Role::Key))),
        None => block,
    };
    let block = frames::bordered(block, ctx);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inner);
}

fn title(patient: &Patient, ctx: &Ctx) -> String {
    let open =
        patient.course.findings.len() as i64 + i64::from(ctx.marks(patient).is_some_and(|marks| !marks.is_empty()));
    let seen = patient.course.answered.len();
    let said = if seen > 0 { format!(", {seen} seen with a reason") } else { String::new() };
    if open == 0 {
        format!(" Nothing open{said} ")
    } else {
        format!(" Needs attention: {}{said} ", words::plural(open, "point"))
    }
}

/// Says how many more there are, and how hard the hardest of them is.
fn more(patient: &Patient, shown: usize) -> Option<String> {
    let rest = patient.course.findings.get(shown..).filter(|rest| !rest.is_empty())?;
    let stops = rest.iter().filter(|f| f.tier == Tier::Stop).count();
    let hard = if stops > 0 { format!(" ({})", words::plural(stops as i64, "STOP")) } else { String::new() };
    Some(format!("and {} more{hard}: w", rest.len()))
}

/// The lines of as many findings as fit, one at least; and how many these are.
fn lines(patient: &Patient, ctx: &Ctx, width: u16, most: u16) -> (Vec<Line<'static>>, usize) {
    let findings = &patient.course.findings;
    let mut lines = of_seals(patient, ctx);
    lines.extend(first_lines(patient, ctx, usize::from(width)));
    let mut shown = findings.len().min(1);
    for finding in findings.iter().skip(1) {
        // The keys and the source stand below the first alone: `w` has them of each.
        let mut words = finding_lines(finding, ctx, usize::from(width));
        words.pop();
        let more: Vec<_> = lines.iter().cloned().chain(words).collect();
        if frames::wrapped(more.clone(), width) > most {
            break;
        }
        (lines, shown) = (more, shown + 1);
    }
    (lines, shown)
}

/// What was changed outside the program stands before everything that was worked out from it.
fn of_seals(patient: &Patient, ctx: &Ctx) -> Vec<Line<'static>> {
    let Some(words) = ctx.marks(patient).and_then(Marks::words) else { return Vec::new() };
    let todo = keymap::told(" Doses rest on it: ask who did it, or compare a backup. {chart.tab_5} shows which.");
    vec![
        Line::from(vec![
            Span::raw(" "),
            Span::styled(format!("{} {words}", ctx.theme.glyphs.attention), ctx.theme.style(Role::Stop)),
        ]),
        Line::raw(todo),
    ]
}

fn first_lines(patient: &Patient, ctx: &Ctx, width: usize) -> Vec<Line<'static>> {
    let course = &patient.course;
    match (course.findings.first(), course.answered.last()) {
        (Some(finding), _) => finding_lines(finding, ctx, width),
        (None, Some((finding, because))) => {
            let text = format!(" {} seen: {because}. ", finding.rule);
            let why = Span::styled("w why", ctx.theme.style(Role::Key));
            vec![Line::from(vec![Span::styled(text, ctx.theme.style(Role::Dim)), why])]
        }
        (None, None) => Vec::new(),
    }
}

fn finding_lines(finding: &Finding, ctx: &Ctx, width: usize) -> Vec<Line<'static>> {
    let theme = &ctx.theme;
    let (role, word) = match finding.tier {
        Tier::Stop => (Role::Stop, "STOP "),
        Tier::Reason => (Role::Late, ""),
        Tier::Note => (Role::Note, "Note: "),
    };
    let keys = if finding.tier == Tier::Reason { "w why  y seen" } else { "w why" };
    // One line: why shows the whole source.
    let room = width.saturating_sub(keys.len() + 4);
    let source = whole_parts(&format!("Source: {}", ctx.named_in_short(&finding.source)), room, theme.glyphs.ellipsis);
    let foot = vec![
        Span::styled(format!(" {keys}"), theme.style(Role::Key)),
        Span::styled(format!("  {source}"), theme.style(Role::Dim)),
    ];
    vec![
        Line::from(vec![
            Span::styled(format!(" {} {word}", theme.glyphs.attention), theme.style(role)),
            Span::raw(finding.text.clone()),
        ]),
        Line::raw(format!(" {}", ctx.told(&finding.todo))),
        Line::from(foot),
    ]
}

/// As many parts of a source as fit, and a sign that there are more: half a name is another name.
fn whole_parts(source: &str, room: usize, ellipsis: &str) -> String {
    let fits = |text: &str| text.width() <= room;
    let ends = source.rmatch_indices("; ").map(|(at, _)| format!("{}; {ellipsis}", &source[..at]));
    let mut ways = std::iter::once(source.to_owned()).chain(ends);
    ways.find(|text| fits(text)).unwrap_or_else(|| frames::cut(source, room, ellipsis))
}

#[cfg(test)]
mod tests {
    use super::whole_parts;

    #[test]
    fn a_source_is_cut_between_its_parts() {
        assert_eq!(whole_parts("Source: one; two words; three", 29, "…"), "Source: one; two words; three");
        assert_eq!(whole_parts("Source: one; two words; three", 28, "…"), "Source: one; two words; …");
        assert_eq!(whole_parts("Source: one; two words; three", 20, "…"), "Source: one; …");
        assert_eq!(whole_parts("Source: one; two words; three", 9, "…"), "Source: …");
    }
}
