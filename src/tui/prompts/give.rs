//! Give: what exactly am I about to sign? Opens with all that can be known filled in; each right is checked as one types.

mod already;
mod fields;
mod fill;
mod identity;
mod next;
mod read;
mod reasons;
mod words;

pub(super) use words::{after_words, check_line, said};

use super::{Prompt, Refusal, Submitted};
use crate::clinic::audit::Stop;
use crate::clinic::entry::Act;
use crate::clinic::findings::Tier;
use crate::clinic::practice::LotInUse;
use crate::clinic::rights::{self, Checked, Intent, Right};
use crate::clinic::same;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Form, Layout as FormLayout};
use crate::tui::theme::Role;
use crate::tui::widgets::vial::Vial;
use fields::fields;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use std::rc::Rc;
use words::{draw_up, field_of, last_sites};

/// The prompt.
pub struct Give {
    patient: Rc<Patient>,
    form: Form,
    checks: Vec<Checked>,
    after: Option<String>,
    /// Which planned day the calendar would leave out, where that is one of two ways on.
    left_out: Option<String>,
    asks_birth: bool,
    /// Whether a birthday is typed with the month first.
    month_first: bool,
    /// The field where somebody was before the screen was locked; the patient is identified first.
    left_at: Option<String>,
    /// Whether a wrong day and month was typed before.
    mismatched: bool,
    /// What stopped the last try to sign, and what was noted of earlier ones: each stop is noted once.
    stopped: Vec<Stop>,
    noted: Vec<Stop>,
    /// The rules that ask for a reason: when they change, the reason that was picked answers them no more.
    asking: Vec<String>,
    /// What stops it that may have happened all the same: when that changes, it is asked anew.
    stopping: Vec<(String, String)>,
}

impl Give {
    /// Opens with what the order, the lots in use and the last dose say.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let asks_birth = ctx.practice.settings.ask_birth_date;
        let form = Form::new(fields(&patient.course, ctx, asks_birth));
        let mut give = Self {
            patient,
            form,
            checks: Vec::new(),
            after: None,
            left_out: None,
            asks_birth,
            month_first: ctx.month_first(),
            left_at: None,
            mismatched: false,
            stopped: Vec::new(),
            noted: Vec::new(),
            asking: Vec::new(),
            stopping: Vec::new(),
        };
        give.fill_lot(ctx);
        give.work_out(ctx);
        if !asks_birth {
            give.go_to_what_is_open();
        }
        give
    }

    /// Works out checks, asides and what happens after.
    fn work_out(&mut self, ctx: &Ctx) {
        self.show_what_is_asked(ctx);
        self.fill_drawn(ctx);
        let intent = match self.intent(ctx) {
            Ok(intent) => intent,
            Err(refusal) => return self.cannot_be_read(ctx, refusal),
        };
        self.fill_sore_until(ctx, intent.on);
        self.check(ctx, &intent);
        self.ask_for_reasons();
        self.asides(ctx, &intent);
        match self.given(ctx, &intent) {
            Ok(given) => self.work_out_after(ctx, (!self.is_stopped()).then_some(given)),
            Err(refusal) => self.cannot_be_read(ctx, refusal),
        }
    }

    /// What the picture of the vial says, where a small screen has neither the picture nor room for all fields: nobody signs
    /// what is out of sight. While something stops the dose there is nothing to draw up.
    fn draw_up(&self, ctx: &Ctx, width: u16, lines: usize) -> Option<String> {
        let is_small = ctx.area.width < 96 && ctx.area.height < 30;
        // Beside the fields: these lines, this one and the next dose's, hint and buttons, the frame and what is around it.
        let around = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(11);
        let is_long = FormLayout::height(&self.form, width).saturating_add(around) > ctx.area.height;
        let is_fine = self.birth_refusal().is_none() && !self.is_stopped() && !self.was_given();
        let intent = self.intent(ctx).ok().filter(|_| is_small && is_long && is_fine)?;
        draw_up(&intent)
    }

    fn is_stopped(&self) -> bool {
        self.checks.iter().any(|c| c.tier == Some(Tier::Stop))
    }

    /// Checks each right; a site that is found sore now is no site for the needle.
    fn check(&mut self, ctx: &Ctx, intent: &Intent) {
        let mut checks = rights::check(&self.patient.course, &ctx.practice, intent);
        let sore = self.sore(intent.on, ctx).ok().flatten();
        if let Some(ask) = rights::into_sore(&ctx.practice, intent.site, sore) {
            checks.retain(|c| c.right != Right::Site || c.tier.is_some_and(|tier| tier < Tier::Note));
            checks.push(ask);
        }
        self.ask_whether_given(checks);
    }

    fn cannot_be_read(&mut self, ctx: &Ctx, refusal: Refusal) {
        // What is left of the order is said from the first look on, whatever is still to be filled in.
        let order = rights::order_end(&self.patient.course, &ctx.practice, ctx.today());
        self.ask_whether_given([Checked::unread(refusal.sentence)].into_iter().chain(order).collect());
        self.work_out_after(ctx, None);
        self.clear_asides();
    }
}

impl Prompt for Give {
    fn kind(&self) -> PromptKind {
        PromptKind::Give
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        let dose = self.patient.course.next_dose().map(|s| format!(": {}", s.title()));
        format!("Give a dose{}", dose.unwrap_or_default())
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, ctx: &Ctx, field: &str) {
        match field {
            "product" => self.fill_lot(ctx),
            "lot" => self.fill_from_lot(ctx),
            _ => {}
        }
        self.work_out(ctx);
        if field == "birth" {
            self.check_birth();
        }
    }
    fn come_back(&mut self, field: Option<&str>) {
        self.left_at = field.filter(|id| *id != "birth").map(str::to_owned);
        let first = if self.asks_birth { Some("birth") } else { field };
        first.into_iter().for_each(|place| self.form.go_to_place(place));
    }
    fn notes(&self, ctx: &Ctx, width: u16) -> Vec<Line<'static>> {
        let theme = &ctx.theme;
        let identified = self.birth_refusal().is_none();
        // Before a vial is picked nothing is checked, whatever agrees with itself.
        let is_picked = !self.form.text("product").is_empty();
        let fine: Vec<_> = self
            .checks
            .iter()
            .filter(|c| is_picked && c.tier.is_none() && (identified || c.right != Right::Patient))
            .map(|c| format!("{} {}", theme.glyphs.fine, c.words))
            .collect();
        let fine = words::side_by_side(&fine, usize::from(width));
        let mut lines: Vec<_> = fine.into_iter().map(|line| Line::styled(line, theme.style(Role::Good))).collect();
        lines.extend(self.checks.iter().filter_map(|c| Some(check_line(c, c.tier?, ctx))));
        if self.is_stopped() && rights::may_be_true(&self.checks) {
            lines.push(Line::styled(already::ASKS, theme.style(Role::Dim)));
        }
        lines.extend(self.patient.course.unsigned().map(|w| {
            let words = format!("{} {w}", theme.glyphs.attention);
            Line::styled(words, theme.style(Role::Due))
        }));
        lines.extend(self.namesakes(ctx).into_iter().map(|who| {
            let words = format!("{} Namesake: {who}. Ask the given name too.", theme.glyphs.attention);
            Line::styled(words, theme.style(Role::Due))
        }));
        let double =
            same::dosed_double(self.patient.id(), &ctx.doubles, &ctx.rows, &ctx.practice.knowledge, ctx.today());
        lines.extend(double.map(|(row, last)| {
            let words = format!("{} Right patient? {}.", theme.glyphs.attention, same::dosed_words(&row, last));
            Line::styled(words, theme.style(Role::Due))
        }));
        // A small screen has them in the hint of the field.
        if ctx.area.height >= 30 {
            lines.extend(last_sites(&self.patient.course).map(|w| Line::styled(w, theme.style(Role::Dim))));
        }
        let draw_up = self.draw_up(ctx, width, lines.len());
        lines.extend(draw_up.map(|w| Line::styled(w, theme.style(Role::Banner))));
        lines.extend(self.left_out_line(ctx));
        if let Some(after) = &self.after {
            lines
                .push(Line::from(vec![Span::styled("After this: ", theme.style(Role::Dim)), Span::raw(after.clone())]));
        }
        lines
    }
    fn picture_width(&self) -> u16 {
        32
    }
    fn picture(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let Ok(intent) = self.intent(ctx) else { return };
        if self.was_given() {
            let words = Line::styled("It was given already: nothing is drawn up.", ctx.theme.style(Role::Dim));
            let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
            return frame.render_widget(Paragraph::new(words).wrap(Wrap { trim: true }), area);
        }
        if self.is_stopped() {
            // The words alone: a place as large as the vial in the colour of a STOP would outshout the STOP itself.
            let words = Line::styled("Nothing is drawn up while a STOP stands.", ctx.theme.style(Role::Late));
            let words = Paragraph::new(words).wrap(Wrap { trim: true });
            let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
            return frame.render_widget(words, area);
        }
        let vial = Vial {
            drug: intent.drug,
            strength_mcg_per_ml: intent.strength_mcg_per_ml,
            dose_mcg: intent.dose_mcg,
            container_ml: self.product(ctx).map(|p| p.container_ml),
            route: intent.route,
            lot: intent.lot.as_deref(),
            expires: intent.expires,
            theme: &ctx.theme,
        };
        let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2), height: area.height.min(12), ..area };
        frame.render_widget(vial, area);
    }
    fn stopped(&mut self) -> Vec<Stop> {
        let mut stopped = std::mem::take(&mut self.stopped);
        stopped.retain(|stop| !self.noted.contains(stop));
        self.noted.extend(stopped.iter().cloned());
        stopped
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        if let Some(refusal) = self.birth_refusal() {
            self.stopped = self.mismatched.then(Stop::identity).into_iter().collect();
            return Err(refusal);
        }
        let intent = self.intent(ctx)?;
        self.check(ctx, &intent);
        if let Some(stop) = self.checks.iter().find(|c| c.tier == Some(Tier::Stop)) {
            self.stopped = Stop::all(&self.checks);
            return Err(Refusal::at(field_of(stop), stop.told(|todo| ctx.told_below(todo))));
        }
        let given = self.given(ctx, &intent)?;
        if self.was_given() && given.reasons.iter().any(|r| r.because.is_empty()) {
            let words = "say what happened, and who was told: it stays with the dose";
            return Err(Refusal::at(already::HAPPENED, words));
        }
        if given.reasons.iter().any(|r| r.because.is_empty()) {
            self.stopped = Stop::all(&self.checks);
            self.form.show("reason", true);
            let picked = !self.form.text("reason").is_empty();
            let field = if picked { "reason_words" } else { "reason" };
            return Err(Refusal::at(field, "pick the reason that makes this right".to_owned()));
        }
        let act = Act::Given(given);
        // The vial of what should not have been given is offered to nobody.
        let lot = LotInUse::of(&act).filter(|_| !self.was_given());
        Ok(Submitted::Record(Job { lot, ..Job::on(&self.patient, act, After::Back) }))
    }
}
