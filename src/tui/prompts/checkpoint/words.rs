//! What the checkpoint prompt says: beside each result, and what the look means.

use super::Checkpoint;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, Sums};
use crate::clinic::findings::{self, Tier};
use crate::clinic::lab::{Analyte, LabResult, Typed};
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::theme::Role;
use chrono::NaiveDate;
use ratatui::text::{Line, Span};

/// What a look would mean if it were signed now.
#[derive(Default)]
pub(super) struct Meaning {
    /// The verdict in a sentence.
    sentence: &'static str,
    /// What would ask and does not yet: how hard, what, and what to do; the hardest first.
    news: Vec<(Tier, String)>,
}

impl Checkpoint {
    /// Works out what the look means; nothing where nothing is typed, or it cannot be read yet.
    pub(super) fn work_out(&mut self, ctx: &Ctx) {
        let looked = |f: &crate::tui::form::Field| {
            let asks = f.id.starts_with("symptom:") || f.id.starts_with("lab:");
            (asks || ["returned", "beside"].contains(&f.id.as_str())) && !f.value().trim().is_empty()
        };
        let any = self.form.fields().iter().any(looked);
        let checked = self.checked(ctx).ok().filter(|_| any);
        self.meaning = checked.map(|checked| {
            let after = self.patient.after(Act::Checked(checked), ctx);
            let news = findings::news(&self.patient.course, &after);
            let news = news.into_iter().map(|f| (f.tier, format!("{} {}", f.text, ctx.told(&f.todo)))).collect();
            Meaning { sentence: after.response.sentence(), news }
        });
    }

    /// Beside each lab: the unit, the flag, the converted value, what the sample stands for, the last value.
    pub(super) fn asides(&mut self, ctx: &Ctx) {
        let day = self.sample_day(ctx);
        let all: Vec<_> = self
            .form
            .fields()
            .iter()
            .filter_map(|field| {
                let analyte = ctx.practice.knowledge.lab(field.id.strip_prefix("lab:")?)?;
                Some((field.id.clone(), self.beside(ctx, analyte, &field.value(), day)))
            })
            .collect();
        for (id, aside) in all {
            self.form.aside(&id, aside);
        }
    }

    fn beside(&self, ctx: &Ctx, analyte: &Analyte, typed: &str, day: NaiveDate) -> String {
        let course = &self.patient.course;
        let whose = course.whose();
        let unit = ctx.practice.unit_of(analyte);
        let last = last_lab(course, analyte, unit, ctx.today());
        if typed.trim().is_empty() {
            return joined([unit.to_owned(), last]);
        }
        let Ok(result) = analyte.read(typed, unit).map(|t| t.result) else { return last };
        let flag = analyte.flag(&result, whose).map_or("", |f| f.letter()).to_owned();
        let also = analyte.beside_in(&result, unit).or_else(|| other_unit(analyte, &result)).unwrap_or_default();
        let since = if moves(analyte) && result.is_done() { course.sample_words(day) } else { String::new() };
        let shown = if result.is_done() { result.word.clone().unwrap_or(result.unit) } else { "not done".to_owned() };
        joined([shown, flag, since, also, last])
    }

    /// The lines under the form: the total and what the look means, what would ask, what is doubtful.
    pub(super) fn lines(&self, ctx: &Ctx) -> Vec<Line<'static>> {
        let theme = &ctx.theme;
        let mut lines = Vec::new();
        let grades = self.grades();
        let sentence = self.meaning.as_ref().map(|m| m.sentence).unwrap_or_default();
        if !grades.is_empty() {
            let mut earlier = self.patient.course.checks.iter().rev().filter(|c| !c.checked.symptoms.is_empty());
            let before = earlier.next().and_then(|c| Sums::of(&grades, &c.checked.symptoms));
            let total: u32 = grades.values().map(|g| u32::from(*g)).sum();
            let was = before.map(|b| format!(" ({})", b.words())).unwrap_or_default();
            let arrow = if sentence.is_empty() { "" } else { theme.glyphs.arrow };
            lines.push(Line::raw(format!("Total {total}{was} {arrow} {sentence}")));
        } else if !sentence.is_empty() {
            lines.push(Line::raw(format!("{} {sentence}", theme.glyphs.arrow)));
        }
        for (_, _, typed) in self.typed(ctx) {
            let (role, words) = match typed {
                Ok(typed) => (Role::Due, typed.doubt),
                Err(error) => (Role::Late, Some(error)),
            };
            lines.extend(words.map(|w| Line::styled(format!("{} {w}", theme.glyphs.attention), theme.style(role))));
        }
        lines.extend(self.sample(ctx).map(|w| Line::styled(w, theme.style(Role::Dim))));
        lines.extend(self.effects(ctx).map(|w| Line::styled(w, theme.style(Role::Dim))));
        lines.extend(self.news(ctx));
        lines
    }

    /// What the sample of a B12 level stands for, in a line of its own: beside the field it may have no room.
    fn sample(&self, ctx: &Ctx) -> Option<String> {
        let day = self.sample_day(ctx);
        let done = |typed: &Result<Typed, String>| typed.as_ref().is_ok_and(|t| t.result.is_done());
        let all = self.typed(ctx).filter(|(_, analyte, typed)| moves(analyte) && done(typed));
        let names: Vec<_> = all.map(|(_, analyte, _)| analyte.short.clone()).collect();
        let what = || {
            format!("{}: sample of {}: {}.", names.join(", "), words::day(day), self.patient.course.sample_words(day))
        };
        (!names.is_empty()).then(what)
    }

    /// What each thing that was ticked does to the results.
    fn effects<'a>(&self, ctx: &'a Ctx) -> impl Iterator<Item = String> + 'a {
        let ticked = self.form.text("beside");
        let kinds = ctx.practice.knowledge.confounders().iter();
        let named = move |id: &str| ticked.split(',').any(|t| t == id);
        kinds.filter(move |k| named(&k.id)).map(|k| format!("{}: {}.", k.name, k.words))
    }

    /// What would newly ask, the hardest first; no more than there is room for.
    fn news(&self, ctx: &Ctx) -> Vec<Line<'static>> {
        let Some(meaning) = &self.meaning else { return Vec::new() };
        let most = if ctx.area.height < 30 { 1 } else { 4 };
        let line = |(tier, words): &(Tier, String)| {
            let (role, word) = match tier {
                Tier::Stop => (Role::Stop, "STOP "),
                Tier::Reason => (Role::Late, ""),
                Tier::Note => (Role::Due, "Note "),
            };
            let sign = Span::styled(format!("{} {word}", ctx.theme.glyphs.attention), ctx.theme.style(role));
            Line::from(vec![sign, Span::raw(words.clone())])
        };
        let mut lines: Vec<_> = meaning.news.iter().take(most).map(line).collect();
        let more = meaning.news.len().saturating_sub(most) as i64;
        if let Some(last) = lines.last_mut().filter(|_| more > 0) {
            let words = format!(" And {more} more, in the chart once signed.");
            last.push_span(Span::styled(words, ctx.theme.style(Role::Dim)));
        }
        lines
    }
}

/// Whether a dose before the sample changes what it says: a B12 level (L7, L8), the antibody to intrinsic factor (L10).
fn moves(analyte: &Analyte) -> bool {
    analyte.id.ends_with("b12") || analyte.id == "intrinsic-factor-antibody"
}

fn joined<const N: usize>(parts: [String; N]) -> String {
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("  ")
}

/// The value in the analyte's other unit, shown beside the reported one and never stored instead.
fn other_unit(analyte: &Analyte, result: &LabResult) -> Option<String> {
    let here = analyte.unit(&result.unit)?;
    let (index, other) = analyte.units.iter().enumerate().find(|(_, u)| (u.factor - here.factor).abs() > 1e-9)?;
    let value = analyte.convert(result, index)?;
    Some(format!("= {} {}", crate::clinic::drug::trim_number(value, if value < 20.0 { 1 } else { 0 }), other.unit))
}

/// The last value, also in the unit that is asked where it was another, and its day; of another year with the year.
fn last_lab(course: &Course, analyte: &Analyte, unit: &str, today: NaiveDate) -> String {
    let Some((check, result)) = course.latest_result(&analyte.id, NaiveDate::MIN) else { return String::new() };
    let day = check.checked.sample_day();
    let also = (result.unit != unit).then(|| analyte.beside_in(result, unit)).flatten();
    let also = also.map(|also| format!(" {also}")).unwrap_or_default();
    format!("last {result}{also}, {}", words::day_near(day, today))
}
