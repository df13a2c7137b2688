//! Change of plan: first the ways, each with why it is open or not now; then what the chosen one asks, with the dates
//! before and after it. An escalation wants its review first (E1).

mod fields;
mod words;

use super::{Prompt, Refusal, Submitted, told};
use crate::clinic::decision::{Change, Turn};
use crate::clinic::entry::{Act, Reason};
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::order::Order;
use crate::clinic::parse;
use crate::clinic::roles;
use crate::clinic::signing;
use crate::clinic::spacing::{self, DenserPart};
use crate::clinic::ways::{self, Gate, Offer, Way};
use crate::clinic::words as say;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::Form;
use crate::tui::theme::Role;
use chrono::NaiveDate;
use fields::{PAGE, fields, shown};
use ratatui::text::{Line, Span};
use std::rc::Rc;

/// The prompt.
pub struct ChangePrompt {
    patient: Rc<Patient>,
    offers: Vec<Offer>,
    /// The way that the findings suggest, and why.
    suggested: Option<(Way, String)>,
    form: Form,
}

impl ChangePrompt {
    /// Opens on the list of ways, on the one that the findings suggest.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let offers = ways::offers(&patient.course, &ctx.practice);
        let suggested = ways::suggested(&patient.course, &ctx.practice, &offers);
        let first = suggested.as_ref().map_or(Way::Space, |(way, _)| *way);
        let form = Form::new(fields(&offers, first, ctx)).signed_by("Go on");
        let mut prompt = Self { patient, offers, suggested, form };
        prompt.show(ctx);
        prompt
    }

    fn way(&self) -> Way {
        Way::named(&self.form.text("way")).unwrap_or(Way::Space)
    }

    fn offer(&self) -> Option<&Offer> {
        let way = self.way();
        self.offers.iter().find(|o| o.way == way)
    }

    /// Whether the second page is shown: what the chosen way asks.
    fn is_chosen(&self) -> bool {
        self.form.text(PAGE) == "2"
    }

    /// Shows the fields of the page and the way, and dates in words beside what was typed.
    fn show(&mut self, ctx: &Ctx) {
        let chosen = self.is_chosen();
        let way = self.way();
        self.form.show("way", !chosen);
        let asks = chosen && !self.unanswered(ctx).is_empty();
        for id in fields::ALL {
            let asked = match id {
                "reason" => asks,
                told::TOLD => way.is_decided() && told::is_asked(ctx, &self.form.text("decided_by")),
                _ => shown(way, id),
            };
            self.form.show(id, chosen && asked);
        }
        if let Some(because) = self.form.field_mut("because") {
            because.label = if way == Way::Die { "Known from" } else { "Why" }.to_owned();
        }
        if let Some(on) = self.form.field_mut("on") {
            on.label = if way == Way::Die { "Died on" } else { "Decided on" }.to_owned();
        }
        for id in fields::DATES {
            let words = self.date(ctx, id).map(say::day).unwrap_or_default();
            self.form.aside(id, words);
        }
        self.form.sign = match (chosen, self.is_recorded(ctx)) {
            (false, _) => "Go on",
            (true, true) => "Record the change",
            (true, false) => "Sign the change",
        }
        .to_owned();
    }

    /// Whether somebody else decides it, and who sits here writes it down.
    fn is_recorded(&self, ctx: &Ctx) -> bool {
        let people = &ctx.practice.settings.people;
        let decides = roles::is_prescriber(people, &ctx.author);
        self.way().is_decided() && (!decides || told::is_asked(ctx, &self.form.text("decided_by")))
    }

    /// Goes to what the chosen way asks, on the first field that is not filled in yet.
    fn turn_to_fields(&mut self, ctx: &Ctx) {
        self.form.set(PAGE, "2");
        self.show(ctx);
        let way = self.way();
        let blank = fields::ALL.into_iter().find(|id| shown(way, id) && self.form.filled(id).is_none());
        self.form.focus_on(blank.unwrap_or("because"));
    }

    fn date(&self, ctx: &Ctx, id: &str) -> Result<NaiveDate, Refusal> {
        if id == "until" && self.form.filled(id).is_none() {
            return Err(Refusal::at(id, "say until when: +4w, 30 Nov 2026"));
        }
        parse::day_near(&self.form.text(id), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at(id, e))
    }

    /// The turn that is typed.
    fn turn(&self, ctx: &Ctx) -> Result<Turn, Refusal> {
        Ok(match self.way() {
            Way::Pause => Turn::Paused { until: self.date(ctx, "until")? },
            Way::Oral => {
                let daily_mcg = parse::dose_mcg(&self.form.text("daily")).map_err(|e| Refusal::at("daily", e))?;
                if let Some(sentence) = signing::tablets_wrong(&ctx.practice, daily_mcg) {
                    return Err(Refusal::at("daily", sentence));
                }
                Turn::Oral { daily_mcg, recheck: self.date(ctx, "recheck")? }
            }
            Way::Stop => Turn::Stopped { recheck: self.date(ctx, "look")? },
            Way::Decline => Turn::Declined { again: self.date(ctx, "again")? },
            Way::Transfer => {
                let to = self.form.filled("to").ok_or_else(|| Refusal::at("to", "say who goes on"))?;
                Turn::Transferred { to }
            }
            Way::Die | Way::Space | Way::Shorten | Way::Denser => Turn::Died,
        })
    }

    /// The plan that is typed.
    fn order(&self, ctx: &Ctx) -> Result<Order, Refusal> {
        let course = &self.patient.course;
        let (by, because) = (self.form.text("decided_by"), self.form.text("because"));
        let (by, because) = (by.trim(), because.trim());
        let closed = || Refusal::at("way", self.offer().map_or(String::new(), |o| ctx.told(&o.words)));
        if self.way() == Way::Denser {
            // What is no number is none.
            let doses = self.form.text("doses").replace(',', "").trim().parse().unwrap_or(0);
            let start = self.date(ctx, "start")?;
            if let Some((part, sentence)) = spacing::denser_wrong(&ctx.practice, ctx.today(), doses, start) {
                let field = if part == DenserPart::Doses { "doses" } else { "start" };
                return Err(Refusal::at(field, sentence));
            }
            return spacing::denser_again(course, doses, start, by, because).ok_or_else(closed);
        }
        let every = self.offer().and_then(|o| o.every).ok_or_else(closed)?;
        spacing::step(course, every, by, because).ok_or_else(closed)
    }

    /// What speaks against signing it.
    fn findings(&self, ctx: &Ctx) -> Vec<Finding> {
        let course = &self.patient.course;
        if !self.way().is_a_plan() {
            let Ok(turn) = self.turn(ctx) else { return Vec::new() };
            let day =
                signing::day_again(&ctx.practice, self.date(ctx, "on").unwrap_or(ctx.today()), ctx.today(), &turn);
            return day.into_iter().chain(signing::change(course, &ctx.practice, &turn)).collect();
        }
        let Ok(order) = self.order(ctx) else { return Vec::new() };
        let mut found = signing::order(course, &ctx.practice, &order);
        found.extend(spacing::early(course, &ctx.practice).filter(|_| self.way() == Way::Space));
        found
    }

    /// The rules that want a reason.
    fn unanswered(&self, ctx: &Ctx) -> Vec<Finding> {
        self.findings(ctx).into_iter().filter(|f| f.tier == Tier::Reason).collect()
    }

    fn reasons(&self, ctx: &Ctx) -> Vec<Reason> {
        let because = self.form.text("reason").trim().to_owned();
        self.unanswered(ctx).into_iter().map(|f| Reason::new(&f.rule, &because)).collect()
    }

    /// The act as it is typed; who and why may still be missing.
    fn act(&self, ctx: &Ctx) -> Result<Act, Refusal> {
        let reasons = self.reasons(ctx);
        if self.way().is_a_plan() {
            let order = self.order(ctx)?;
            let told = told::so_far(&self.form, ctx, &order.prescriber);
            return Ok(Act::Ordered(Order { reasons, told, ..order }));
        }
        let what = self.turn(ctx)?;
        let on = self.date(ctx, "on")?;
        if let Some(sentence) = signing::day_of_change(&self.patient.course, on, &what) {
            return Err(Refusal::at("on", sentence));
        }
        let by = if self.way().is_decided() { self.form.text("decided_by") } else { ctx.author.clone() };
        let because = self.form.text("because").trim().to_owned();
        let told = told::so_far(&self.form, ctx, &by).filter(|_| self.way().is_decided());
        Ok(Act::Changed(Change { on, what, because, decided_by: by.trim().to_owned(), reasons, told }))
    }

    /// Who, why, and what asks for a reason.
    fn missing(&self, ctx: &Ctx) -> Option<Refusal> {
        let lacks = |id: &str| shown(self.way(), id) && self.form.filled(id).is_none();
        if let Some(stop) = self.findings(ctx).into_iter().find(|f| f.tier == Tier::Stop) {
            let field = fields::DATES.into_iter().find(|id| stop.rule == "TURN" && shown(self.way(), id));
            return Some(Refusal::at(field.unwrap_or("because"), words::refused(&stop, ctx)));
        }
        if lacks("because") {
            return Some(Refusal::at("because", "say why: it stays in the chart"));
        }
        if lacks("decided_by") {
            return Some(Refusal::at("decided_by", "the prescriber's name is needed: a prescriber decides this"));
        }
        if self.way().is_decided()
            && let Err(refusal) = told::read(&self.form, ctx, ("decided_by", &self.form.text("decided_by")))
        {
            return Some(refusal);
        }
        let asks: Vec<_> = self.unanswered(ctx).into_iter().map(|f| f.rule).collect();
        (!asks.is_empty() && self.form.filled("reason").is_none())
            .then(|| Refusal::at("reason", format!("say why it is right here ({})", asks.join(", "))))
    }
}

impl Prompt for ChangePrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Change
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        match self.offer().filter(|_| self.is_chosen()) {
            Some(offer) => format!("Change of plan: {}", offer.name),
            None => "Change of plan: which way?".to_owned(),
        }
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, ctx: &Ctx, _field: &str) {
        self.show(ctx);
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let theme = &ctx.theme;
        if !self.is_chosen() {
            let offer = self.offer().map(|o| words::answer(o, self.suggested.as_ref(), ctx));
            return offer.unwrap_or_default();
        }
        let now = words::ahead(&self.patient.course);
        let label = |name: &'static str| Span::styled(name, theme.style(Role::Dim));
        let mut lines = vec![Line::from(vec![label("As it is   "), Span::raw(now)])];
        if let Ok(act) = self.act(ctx) {
            let then = words::ahead(&self.patient.after(act, ctx));
            lines.push(Line::from(vec![label("After this "), Span::styled(then, theme.style(Role::Banner))]));
        }
        lines.extend(self.findings(ctx).iter().flat_map(|f| words::finding(f, ctx)));
        if self.way() == Way::Oral {
            let published = ways::published_on_tablets(&self.patient.course, &ctx.practice);
            lines.push(Line::styled(ctx.told_below(&published), theme.style(Role::Dim)));
        }
        lines
    }
    fn step_back(&mut self) -> bool {
        if !self.is_chosen() {
            return false;
        }
        self.form.set(PAGE, "");
        for id in fields::ALL {
            self.form.show(id, false);
        }
        self.form.show("way", true);
        self.form.focus_on("way");
        self.form.sign = "Go on".to_owned();
        true
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        // A draft that is taken up again may find its way closed meanwhile.
        if self.offer().is_none_or(|o| o.gate == Gate::Closed) {
            self.step_back();
            return Err(Refusal::at("way", "this way is not possible here: read why below"));
        }
        if !self.is_chosen() {
            self.turn_to_fields(ctx);
            return Ok(Submitted::Step);
        }
        let act = self.act(ctx)?;
        match self.missing(ctx) {
            Some(refusal) => Err(refusal),
            None => Ok(Submitted::Record(Job::on(&self.patient, act, After::Chart))),
        }
    }
}
