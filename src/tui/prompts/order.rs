//! Plan: the regimens that fit, best first, each with why it fits or not, its source, and its real dates before signing.

mod fields;
mod preview;

use super::{Prompt, Refusal, Submitted, renew, told};
use crate::clinic::citation;
use crate::clinic::course::CheckSlot;
use crate::clinic::entry::{Act, EntryId, Reason};
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::fit::{self, Fit};
use crate::clinic::interval::Interval;
use crate::clinic::order::{Order, Wish};
use crate::clinic::parse;
use crate::clinic::regimen::Regimen;
use crate::clinic::signing;
use crate::clinic::triage::Triage;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::Form;
use crate::tui::theme::Role;
use fields::OTHER;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};
use std::rc::Rc;

/// The prompt.
pub struct OrderPrompt {
    patient: Rc<Patient>,
    triage: Triage,
    form: Form,
    /// What the form means now, worked out once a change.
    seen: Seen,
}

/// What is chosen, and what comes of it.
#[derive(Default)]
struct Seen {
    /// The order, where the form can be read.
    order: Option<Order>,
    /// Its checkpoints, as the course would have them.
    checks: Vec<CheckSlot>,
    /// What speaks against signing it.
    found: Vec<Finding>,
}

impl OrderPrompt {
    /// Opens with the library ranked for the triage that holds. The app sees to it that there is one.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        // One that nobody gave is for ranking only; such a plan cannot be signed.
        let unanswered = || Triage { cause: "unknown".to_owned(), ..Triage::fresh(&ctx.practice) };
        let triage = patient.course.triage.clone().unwrap_or_else(unanswered);
        let ranked = fit::rank_for(&ctx.practice, &triage, patient.course.person.as_ref());
        let form = Form::new(fields::all(&ranked, &patient, &triage, ctx)).signed_by("Sign the plan");
        let mut prompt = Self { patient, triage, form, seen: Seen::default() };
        prompt.offer(ctx);
        prompt.look(ctx);
        prompt
    }

    fn regimen<'a>(&self, ctx: &'a Ctx) -> Option<&'a Regimen> {
        ctx.practice.knowledge.regimens().iter().find(|r| r.id == self.form.text("regimen"))
    }

    fn fit<'a>(&self, ctx: &'a Ctx) -> Option<Fit<'a>> {
        let id = self.form.text("regimen");
        let ranked = fit::rank_for(&ctx.practice, &self.triage, self.patient.course.person.as_ref());
        ranked.into_iter().find(|f| f.regimen.id == id)
    }

    fn skips_loading(&self) -> bool {
        self.form.text("from") == "yes"
    }

    /// Offers what the chosen regimen lets a prescriber choose, with what it publishes beside.
    fn offer(&mut self, ctx: &Ctx) {
        let Some(regimen) = self.regimen(ctx) else { return };
        let keeps = regimen.phases.iter().find(|p| !p.kind.fills());
        if let Some(phase) = keeps {
            let fresh = fields::intervals(phase, &self.form.text("every"));
            if let Some(field) = self.form.field_mut("every") {
                field.kind = fresh.kind;
            }
        }
        self.form.show("every", keeps.is_some());
        let is_other = keeps.is_some() && self.form.text("every") == OTHER;
        self.form.show("interval", is_other);
        let maintenance_only = self.skips_loading();
        self.form.aside("dose", fields::published_dose(regimen, maintenance_only));
        let loads = regimen.phases.first().filter(|p| p.kind.fills() && !maintenance_only);
        self.form.show("doses", loads.is_some());
        let count = loads.map(|phase| fields::published_count(phase, ctx.today())).unwrap_or_default();
        self.form.aside("doses", count);
    }

    /// Works out what the form means now, and which reasons it wants.
    fn look(&mut self, ctx: &Ctx) {
        let order = self.order(ctx).ok();
        let checks = order.as_ref().map(|order| self.checks(order, ctx)).unwrap_or_default();
        let course = &self.patient.course;
        let found = order.as_ref().map(|order| signing::order(course, &ctx.practice, order)).unwrap_or_default();
        self.seen = Seen { order, checks, found };
        let bare = self.seen.order.clone().map(|order| Order { because: None, ..order });
        let wanted = bare.and_then(|order| self.wants_because(&order, ctx)).is_some();
        self.form.show("because", wanted || self.form.filled("because").is_some());
        let asked = told::is_asked(ctx, &self.form.text("prescriber"));
        self.form.show(told::TOLD, asked);
        let asks = self.seen.found.iter().any(|f| f.tier == Tier::Reason);
        self.form.show("anyway", asks);
    }

    fn wants_because(&self, order: &Order, ctx: &Ctx) -> Option<&'static str> {
        signing::wants_because(&self.patient.course, self.fit(ctx).as_ref(), &self.seen.found, order)
    }

    /// The checkpoints of the order, were it signed.
    fn checks(&self, order: &Order, ctx: &Ctx) -> Vec<CheckSlot> {
        let after = self.patient.after(Act::Ordered(order.clone()), ctx);
        after.checkpoints.into_iter().filter(|slot| slot.order == EntryId::NEXT).collect()
    }

    fn order(&self, ctx: &Ctx) -> Result<Order, Refusal> {
        let regimen = self.regimen(ctx).ok_or_else(|| Refusal::at("regimen", "choose a protocol"))?;
        let start = parse::day_near(&self.form.text("start"), ctx.today(), ctx.month_first())
            .map_err(|e| Refusal::at("start", e))?;
        let shown = |id: &str| self.form.field(id).is_some_and(|f| !f.hidden);
        let dose = self.form.filled("dose").map(|text| parse::dose_mcg(&text));
        let doses = self.form.filled("doses").filter(|_| shown("doses"));
        let doses = doses.map(|text| text.parse::<u32>().map_err(|_| "write a number of doses".to_owned()));
        let wish = Wish {
            start,
            route: regimen.routes.contains(&self.triage.route).then_some(self.triage.route),
            every: self.every()?,
            dose_mcg: dose.transpose().map_err(|e| Refusal::at("dose", e))?,
            doses: doses.transpose().map_err(|e| Refusal::at("doses", e))?,
            maintenance_only: self.skips_loading(),
            prescriber: self.form.text("prescriber").trim().to_owned(),
            because: self.form.filled("because"),
            term: renew::term(&self.form, ctx)?,
        };
        let checkpoints = fit::checkpoints(&ctx.practice, regimen, Some(&self.triage));
        Order::write(regimen, checkpoints, &wish).map_err(|e| Refusal::at("regimen", e))
    }

    fn every(&self) -> Result<Option<Interval>, Refusal> {
        if self.form.field("every").is_none_or(|f| f.hidden) {
            return Ok(None);
        }
        let (id, text) = match self.form.text("every") {
            other if other == OTHER => ("interval", self.form.text("interval")),
            published => ("every", published),
        };
        let blank = id == "every" && text.is_empty();
        let read = || text.parse::<Interval>().map_err(|e| Refusal::at(id, e));
        if blank { Ok(None) } else { read().map(Some) }
    }

    /// The chosen protocol: how it fits, what it means in dates, where it comes from. `brief` for a narrow screen.
    fn preview(&self, ctx: &Ctx, width: u16, brief: bool) -> Vec<Line<'static>> {
        let Some(regimen) = self.regimen(ctx) else { return Vec::new() };
        let dim = |text: String| Line::styled(text, ctx.theme.style(Role::Dim));
        let mut lines = Vec::new();
        let source =
            dim(format!("Source: {} ({})", citation::plain(&regimen.source), citation::plain(&regimen.edition)));
        if !brief {
            lines.push(Line::styled(regimen.name.clone(), ctx.theme.style(Role::Title)));
            lines.push(source.clone());
        }
        lines.extend(self.fit(ctx).map(|fit| preview::fit_lines(&fit, ctx, brief)).unwrap_or_default());
        match (&self.seen.order, self.order(ctx)) {
            (Some(order), _) => {
                let size = (usize::from(width), brief);
                lines.extend(preview::order_lines(order, &self.seen.checks, &self.triage, ctx, size));
            }
            (None, Err(refusal)) => lines.push(Line::styled(refusal.sentence, ctx.theme.style(Role::Late))),
            (None, Ok(_)) => {}
        }
        if brief {
            lines.push(source);
        } else {
            let marks = regimen.phases.iter().filter_map(|p| p.mark.clone()).chain(regimen.marks.iter().cloned());
            lines.extend(marks.map(dim));
        }
        lines
    }

    /// Refuses what stops a plan, and what wants a reason and has none; the reasons go into the order.
    fn answered(&self, mut order: Order, ctx: &Ctx) -> Result<Order, Refusal> {
        let found = &self.seen.found;
        if let Some(stop) = found.iter().find(|f| f.tier == Tier::Stop) {
            return Err(Refusal::at("regimen", format!("{} stops it. {}", stop.rule, ctx.told(&stop.todo))));
        }
        if let Some(wanted) = self.wants_because(&order, ctx) {
            return Err(Refusal::at("because", wanted));
        }
        if let Some(because) = self.form.filled("anyway") {
            let asks = found.iter().filter(|f| f.tier == Tier::Reason);
            order.reasons = asks.map(|f| Reason::new(&f.rule, &because)).collect();
        }
        let open: Vec<_> = signing::unanswered(found, &order.reasons).iter().map(|f| f.rule.clone()).collect();
        if open.is_empty() {
            return Ok(order);
        }
        Err(Refusal::at("anyway", format!("say why all the same: {}", open.join(", "))))
    }
}

impl Prompt for OrderPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Order
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        // Beyond the list its chosen line may be out of sight: what is signed is named all the same.
        let beyond = self.form.focused().is_none_or(|f| f.id != "regimen");
        if let Some(order) = self.seen.order.as_ref().filter(|_| beyond) {
            return format!("Plan to sign: {}", order.name);
        }
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
            // What was changed on another protocol is no change of this one.
            ["every", "interval", "dose", "doses"].iter().for_each(|id| self.form.set(id, ""));
        }
        self.offer(ctx);
        self.look(ctx);
        let echo = parse::day_near(&self.form.text("start"), ctx.today(), ctx.month_first())
            .map(words::day)
            .unwrap_or_default();
        self.form.aside("start", echo);
        renew::echo(&mut self.form, ctx);
    }
    fn notes(&self, ctx: &Ctx, width: u16) -> Vec<Line<'static>> {
        let mut lines = preview::finding_lines(&self.seen.found, ctx);
        // On a wide screen the preview stands at the side; on a narrow one its first lines stand here.
        if width < 90 && ctx.area.width < 110 {
            lines.extend(self.preview(ctx, width, true));
        }
        lines
    }
    fn picture_width(&self) -> u16 {
        62
    }
    fn picture(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        frame.render_widget(Paragraph::new(self.preview(ctx, area.width, false)).wrap(Wrap { trim: false }), area);
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        if let Some(words) = signing::wants_triage(&self.patient.course) {
            return Err(Refusal::at("regimen", words));
        }
        let order = self.order(ctx)?;
        if order.prescriber.is_empty() {
            return Err(Refusal::at("prescriber", "a plan needs the name of the prescriber who orders it"));
        }
        let mut order = self.answered(order, ctx)?;
        order.told = told::read(&self.form, ctx, ("prescriber", &order.prescriber))?;
        Ok(Submitted::Record(Job::on(&self.patient, Act::Ordered(order), After::Chart)))
    }
}
