//! Plan: the regimens that fit, best first, each with why it fits or not, its source, and its real dates before signing.

use super::{Prompt, Refusal, Submitted};
use crate::clinic::drug::mcg;
use crate::clinic::entry::Act;
use crate::clinic::fit::{self, Fit};
use crate::clinic::interval::Interval;
use crate::clinic::order::{Order, Wish};
use crate::clinic::parse;
use crate::clinic::regimen::{Anchor, CheckpointRule, Regimen};
use crate::clinic::schedule::{self, RepletionEnd};
use crate::clinic::triage::{Goal, Triage};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use chrono::{Datelike, NaiveDate};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use std::rc::Rc;

/// The prompt.
pub struct OrderPrompt {
    patient: Rc<Patient>,
    triage: Triage,
    form: Form,
}

impl OrderPrompt {
    /// Opens with the library ranked for the triage that holds. The app sees to it that there is one.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let triage = patient.course.triage.clone().unwrap_or_else(unanswered);
        let ranked = fit::rank(&ctx.practice, &triage);
        let options = ranked.iter().map(|f| (f.regimen.id.clone(), option_words(f, ctx))).collect();
        let first = ranked.first().map_or("", |f| f.regimen.id.as_str());
        let maintenance =
            [("no", "As published, from its first phase"), ("yes", "From maintenance: stores were filled before")];
        let maintenance = maintenance.iter().map(|(id, w)| ((*id).to_owned(), (*w).to_owned())).collect();
        // Somebody whose stores are full begins with maintenance, unless the prescriber says otherwise.
        let kept = patient.course.phase_now().is_some_and(|p| !p.kind.fills());
        let from = if triage.goal == Goal::Maintenance || kept { "yes" } else { "no" };
        let prescriber = super::prescriber(ctx);
        let has_order = patient.course.order.is_some();
        let mut because = Field::text("because", "Why", "")
            .most(160)
            .hint("Why this plan: it replaces another one, or something speaks against it.");
        because.hidden = !has_order;
        let form = Form::new(vec![
            Field::list("regimen", "Protocol", options, first, 7)
                .hint("Up and Down. The program shows what a protocol says; a prescriber signs."),
            Field::text("start", "First dose", &words::born(ctx.today()))
                .most(16)
                .prefilled()
                .hint("t, t+3, 30 Nov 2026"),
            Field::choice("from", "Begin", maintenance, from),
            Field::choice("every", "Maintenance", Vec::new(), ""),
            Field::text("prescriber", "Ordered by", &prescriber)
                .most(60)
                .hint("The prescriber. The entry also says that you recorded it."),
            because,
        ])
        .signed_by("Sign the plan");
        let mut prompt = Self { patient, triage, form };
        prompt.intervals(ctx);
        prompt
    }

    fn regimen<'a>(&self, ctx: &'a Ctx) -> Option<&'a Regimen> {
        ctx.practice.knowledge.regimens().iter().find(|r| r.id == self.form.text("regimen"))
    }

    /// Whether the triage speaks against the chosen protocol.
    fn speaks_against(&self, ctx: &Ctx) -> bool {
        let id = self.form.text("regimen");
        fit::rank(&ctx.practice, &self.triage).iter().any(|f| f.regimen.id == id && !f.fits())
    }

    /// Offers the maintenance intervals that the chosen regimen publishes.
    fn intervals(&mut self, ctx: &Ctx) {
        let Some(phase) = self.regimen(ctx).and_then(|r| r.phases.iter().find(|p| !p.kind.fills())).cloned() else {
            self.form.show("every", false);
            return;
        };
        let mut options = vec![(String::new(), format!("{} (as published)", phase.rhythm_words()))];
        options.extend(phase.or.iter().map(|c| {
            (
                c.every.to_string(),
                format!("every {}{}", c.every, c.dose_mcg.map(|d| format!(", {d} mcg")).unwrap_or_default()),
            )
        }));
        let chosen = self.form.text("every");
        let fresh = Field::choice("every", "Maintenance", options, &chosen);
        if let Some(field) = self.form.field_mut("every") {
            field.kind = fresh.kind;
        }
        self.form.show("every", !phase.or.is_empty());
    }

    fn order(&self, ctx: &Ctx) -> Result<Order, Refusal> {
        let regimen = self.regimen(ctx).ok_or_else(|| Refusal::at("regimen", "choose a protocol"))?;
        let start = parse::date(&self.form.text("start"), ctx.today(), ctx.month_first())
            .map_err(|e| Refusal::at("start", e))?;
        let every = match self.form.filled("every") {
            Some(text) => Some(text.parse::<Interval>().map_err(|e| Refusal::at("every", e))?),
            None => None,
        };
        let route = regimen.routes.contains(&self.triage.route).then_some(self.triage.route);
        let wish = Wish {
            start,
            route,
            every,
            dose_mcg: None,
            doses: None,
            maintenance_only: self.form.text("from") == "yes",
            prescriber: self.form.text("prescriber").trim().to_owned(),
            because: self.form.filled("because"),
        };
        let checkpoints = fit::checkpoints(&ctx.practice, regimen, Some(&self.triage));
        Order::write(regimen, checkpoints, &wish).map_err(|e| Refusal::at("regimen", e))
    }

    /// The chosen protocol: how it fits, what it means in dates, where it comes from. `brief` for a narrow screen.
    fn preview(&self, ctx: &Ctx, brief: bool) -> Vec<Line<'static>> {
        let Some(regimen) = self.regimen(ctx) else { return Vec::new() };
        let theme = &ctx.theme;
        let dim = |text: String| Line::styled(text, theme.style(Role::Dim));
        let mut lines = Vec::new();
        if !brief {
            lines.push(Line::styled(regimen.name.clone(), theme.style(Role::Title)));
        }
        if let Some(fit) = fit::rank(&ctx.practice, &self.triage).into_iter().find(|f| f.regimen.id == regimen.id) {
            let because = format!("{} {}", theme.glyphs.fine, fit.because.join("; "));
            lines.extend((!fit.because.is_empty()).then(|| Line::styled(because, theme.style(Role::Good))));
            let against = fit.against.iter().map(|a| format!("{} {a}", theme.glyphs.attention));
            lines.extend(against.map(|a| Line::styled(a, theme.style(Role::Late))));
        }
        match self.order(ctx) {
            Ok(order) => lines.extend(order_lines(&order, ctx, brief)),
            Err(refusal) => lines.push(Line::styled(refusal.sentence, theme.style(Role::Late))),
        }
        lines.push(dim(format!("Source: {} ({})", regimen.source, regimen.edition)));
        if !brief {
            let marks = regimen.phases.iter().filter_map(|p| p.mark.clone()).chain(regimen.marks.iter().cloned());
            lines.extend(marks.map(dim));
        }
        lines
    }
}

/// A triage that nobody gave, for ranking only; such a plan cannot be signed.
fn unanswered() -> Triage {
    use crate::clinic::triage::MonitoringPlan;
    Triage::new("unknown", MonitoringPlan { first: Interval::Weeks(3), symptoms: Vec::new(), labs: Vec::new() })
}

fn option_words(fit: &Fit<'_>, ctx: &Ctx) -> String {
    let mark = if fit.fits() { ctx.theme.glyphs.fine } else { ctx.theme.glyphs.attention };
    format!("{mark} {:<5} {}", fit.regimen.number().to_uppercase(), fit.regimen.name)
}

/// What an order means in dates: phases, first doses, the end of repletion, maintenance, what confirms it.
pub(super) fn order_lines(order: &Order, ctx: &Ctx, brief: bool) -> Vec<Line<'static>> {
    let label = |name: &'static str| Span::styled(format!("{name:<13}"), ctx.theme.style(Role::Dim));
    let row = |name: &'static str, words: String| Line::from(vec![label(name), Span::raw(words)]);
    let mut lines = Vec::new();
    for (i, phase) in order.phases.iter().enumerate().filter(|_| !brief) {
        let words = format!("{}: {} {}, {}", phase.kind.title(), mcg(phase.dose_mcg), order.route.short(), phase.words);
        lines.push(row(if i == 0 { "Phases" } else { "" }, words));
    }
    let doses = schedule::plan(&order.phases, order.start, if brief { 7 } else { 10 });
    lines.push(row("First doses", dates(doses.iter().map(|d| d.date))));
    lines.push(row("Repletion", repletion_words(order)));
    let maintenance = order.phases.iter().find(|p| !p.kind.fills());
    let maintenance = maintenance.map(|p| format!("{}, {}", p.rhythm_words(), mcg(p.dose_mcg)));
    lines.push(row("Maintenance", maintenance.unwrap_or_else(|| "left to the review".to_owned())));
    for (i, words) in confirmed_by(order, ctx).into_iter().enumerate().take(if brief { 2 } else { 7 }) {
        lines.push(row(if i == 0 { "Confirmed by" } else { "" }, words));
    }
    lines
}

/// Dates in a row; the year where it changes.
fn dates(all: impl Iterator<Item = NaiveDate>) -> String {
    let mut year = None;
    let mut out = Vec::new();
    for date in all {
        let turned = year.replace(date.year()).is_some_and(|before| before != date.year());
        out.push(if turned { words::day(date) } else { words::day_short(date) });
    }
    out.join(", ")
}

fn repletion_words(order: &Order) -> String {
    match schedule::repletion_end(&order.phases, order.start) {
        RepletionEnd::None => "none in this plan".to_owned(),
        RepletionEnd::On(day) => format!("ends with the dose on {}", words::day(day)),
        RepletionEnd::Review { review, event } => {
            format!("ends when \"{event}\" is recorded; review {}", words::day(review.after(order.start, 1)))
        }
    }
}

/// Which symptoms and labs will show that it works, and when.
fn confirmed_by(order: &Order, ctx: &Ctx) -> Vec<String> {
    let mut checks: Vec<_> = order.checkpoints.iter().map(|c| (c.at.after(order.start, 1), c)).collect();
    checks.sort_by_key(|(day, c)| (c.from != Anchor::Start, *day));
    let words = |(day, check): &(NaiveDate, &CheckpointRule)| {
        let asks: Vec<_> =
            check.asks.iter().map(|a| ctx.practice.knowledge.lab(a).map_or(a.as_str(), |l| l.short.as_str())).collect();
        let when = if check.from == Anchor::Start { words::day(*day) } else { format!("{} after repletion", check.at) };
        format!("{when}: {} ({})", check.label, asks.join(", "))
    };
    checks.iter().map(words).collect()
}

impl Prompt for OrderPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Order
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        if self.patient.course.order.is_some() {
            "A plan that replaces the one before".to_owned()
        } else {
            "Plan: choose a protocol and sign".to_owned()
        }
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, ctx: &Ctx, field: &str) {
        if field == "regimen" {
            self.form.set("every", "");
            self.intervals(ctx);
            let asks = self.patient.course.order.is_some() || self.speaks_against(ctx);
            self.form.show("because", asks);
        }
        let echo =
            parse::date(&self.form.text("start"), ctx.today(), ctx.month_first()).map(words::day).unwrap_or_default();
        if let Some(start) = self.form.field_mut("start") {
            start.aside = echo;
        }
    }
    fn notes(&self, ctx: &Ctx, width: u16) -> Vec<Line<'static>> {
        // On a wide screen the preview stands at the side; on a narrow one its first lines stand here.
        if width < 90 && ctx.area.width < 110 { self.preview(ctx, true) } else { Vec::new() }
    }
    fn picture_width(&self) -> u16 {
        62
    }
    fn picture(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        frame.render_widget(Paragraph::new(self.preview(ctx, false)).wrap(Wrap { trim: false }), area);
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        if self.patient.course.triage.is_none() {
            return Err(Refusal::at("regimen", "answer the five triage questions first"));
        }
        let order = self.order(ctx)?;
        if order.prescriber.is_empty() {
            return Err(Refusal::at("prescriber", "a plan needs the name of the prescriber who orders it"));
        }
        if self.patient.course.order.is_some() && order.because.is_none() {
            return Err(Refusal::at("because", "say why the plan before is replaced"));
        }
        if self.speaks_against(ctx) && order.because.is_none() {
            return Err(Refusal::at("because", "something speaks against this protocol: say why it is right here"));
        }
        Ok(Submitted::Record(Job::on(&self.patient, Act::Ordered(order), After::Chart)))
    }
}
