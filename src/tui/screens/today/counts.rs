//! The first lines of Today: how many of each, and what waits for a person; only where there is something to do.

use super::AHEAD_DAYS;
use crate::clinic::agenda::{Kind, Worklist};
use crate::clinic::roles;
use crate::clinic::term::renewals_until;
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::keymap::{self, Action, Place};
use crate::tui::theme::Role;
use crate::tui::widgets::spark::spark;
use chrono::Days;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// The figures of the first line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    overdue: usize,
    due: usize,
    checks: usize,
    plans: usize,
    tell: usize,
    week: usize,
    /// Orders that ended or will soon.
    renewals: usize,
    /// What waits for a prescriber's signature, and whether who is here gives it.
    to_sign: usize,
    signs: bool,
    /// Results that wait for a person who says whose they are.
    unmatched: usize,
    given: usize,
    next_days: Vec<Option<u32>>,
}

/// Counts what the first line shows.
pub(super) fn counts(list: &Worklist, ctx: &Ctx) -> Counts {
    let mut counts = Counts {
        given: ctx.rows.given_on(ctx.today()),
        renewals: ctx.rows.count_renewals(renewals_until(ctx.today(), ctx.practice.renewal_days())),
        to_sign: ctx.rows.count_to_sign(),
        signs: roles::signs_here(&ctx.practice.settings.people, &ctx.author),
        unmatched: ctx.unmatched,
        ..Counts::default()
    };
    let mut next_days = [0; AHEAD_DAYS as usize];
    for (kind, days_late, ahead) in list.counted() {
        match (kind, usize::try_from(ahead - 1)) {
            (kind, Ok(day)) => {
                counts.week += 1;
                next_days.get_mut(day).into_iter().for_each(|n| *n += u32::from(kind == Kind::Dose));
            }
            (Kind::Dose, _) if days_late > 0 => counts.overdue += 1,
            (Kind::Dose, _) => counts.due += 1,
            (Kind::Checkpoint, _) => counts.checks += 1,
            (Kind::Tell, _) => counts.tell += 1,
            (Kind::Plan, _) => counts.plans += 1,
        }
    }
    let day = |n: u64| ctx.today().checked_add_days(Days::new(n));
    counts.next_days = (1..).zip(next_days).map(|(n, doses)| day(n).map(|_| doses)).collect();
    counts
}

impl Counts {
    /// Returns whether something waits that is nobody's turn of the day: [`waits`] has a line for it.
    pub(super) fn waits(&self) -> bool {
        self.to_sign + self.unmatched > 0
    }
}

/// Returns the lines above the list.
pub(super) fn lines(c: &Counts, ctx: &Ctx, width: u16) -> Vec<Line<'static>> {
    let waits = c.waits().then(|| waits(c, ctx, width));
    [head(c, ctx)].into_iter().chain(waits).collect()
}

/// Returns the line of what waits for a person, with the keys that lead there: all of it, or as much as fits.
fn waits(c: &Counts, ctx: &Ctx, width: u16) -> Line<'static> {
    let key = |action| ctx.keymap.key(action, Place::Today);
    let verb = |n: usize| if n == 1 { "waits" } else { "wait" };
    let sign = match c.to_sign {
        0 => String::new(),
        n if c.signs => format!("  {n} to sign: {}", key(Action::ToSign)),
        n => format!("  {n} {} for a co-signature: {}", verb(n), key(Action::ToSign)),
    };
    let results = |then: &str| {
        let (n, exchange) = (words::plural(c.unmatched as i64, "result"), key(Action::Exchange));
        format!("  {n} {} for a person: {exchange}{then}", verb(c.unmatched))
    };
    let [long, short] = [", What waits", ""].map(|then| if c.unmatched == 0 { String::new() } else { results(then) });
    let fits = sign.width() + long.width() <= usize::from(width);
    // Who is asked sees it; to who is not it is a note.
    let role = if c.signs { Role::Due } else { Role::Note };
    let results = Span::styled(if fits { long } else { short }, ctx.theme.style(Role::Note));
    Line::from(vec![Span::styled(sign, ctx.theme.style(role)), results])
}

/// Returns the first line: how many of each.
fn head(c: &Counts, ctx: &Ctx) -> Line<'static> {
    let theme = &ctx.theme;
    // Until the charts are read no number is known: none would be read as an answer.
    let is_known = !(ctx.checking && ctx.rows.is_empty());
    let number = |n: usize| if is_known { n.to_string() } else { "–".to_owned() };
    let count = |n: usize, words: &str, role: Role| {
        Span::styled(format!("  {} {words}", number(n)), theme.style(if n == 0 { Role::Dim } else { role }))
    };
    let (done, of) = (number(c.given), number(c.given + c.overdue + c.due));
    let wide = ctx.area.width >= 100;
    let checks =
        if wide { words::plural(c.checks as i64, "checkpoint") } else { words::plural(c.checks as i64, "check") };
    let checks = checks.split_once(' ').map_or("", |(_, noun)| noun).to_owned();
    let (gap, given) = if wide { ("    ", "given today") } else { ("  ", "given") };
    let press = keymap::told("press {today.problems}");
    let mut spans = Vec::new();
    if !ctx.problems.is_empty() {
        let files = words::plural(ctx.problems.len() as i64, "file");
        let words = format!(" {} {files} cannot be read: {press} ", theme.glyphs.attention);
        spans.push(Span::styled(words, theme.style(Role::Stop)));
    }
    if let Some(warning) = ctx.backed_up.warning(ctx.today()).filter(|_| ctx.problems.is_empty()) {
        let words = format!(" {} {warning}: {press} ", theme.glyphs.attention);
        spans.push(Span::styled(words, theme.style(Role::Stop)));
    }
    spans.extend([
        count(c.overdue, "overdue", Role::Late),
        count(c.due, "due today", Role::Due),
        count(c.checks, &checks, Role::Check),
        count(c.week, if wide { "in the next 7 days" } else { "in 7 days" }, Role::Text),
        Span::styled(format!("{gap}{done} of {of} {given}"), theme.style(Role::Good)),
    ]);
    // Only where there is something to do; each whole or not at all: half a number is another one.
    let some = |n: usize, words: &str| (n > 0).then(|| count(n, words, Role::Due));
    let orders = if c.renewals == 1 { "order to renew" } else { "orders to renew" };
    let next = Span::styled(format!("    {} next 7 days", spark(&c.next_days, theme)), theme.style(Role::Dim));
    let renew = if wide { orders } else { "to renew" };
    let more = [
        some(c.tell, "to tell"),
        some(c.renewals, renew),
        some(c.plans, "no plan"),
        (wide && is_known).then_some(next),
    ];
    let mut used = 0;
    let fits = |span: &Span<'_>| {
        let fits = used + span.width() <= usize::from(ctx.area.width);
        used += if fits { span.width() } else { 0 };
        fits
    };
    Line::from(spans.into_iter().chain(more.into_iter().flatten()).filter(fits).collect::<Vec<_>>())
}
