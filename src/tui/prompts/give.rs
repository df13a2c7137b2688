//! Give: what exactly am I about to sign? Opens with all that can be known filled in; each right is checked as one types.

mod fields;
mod words;

pub(super) use words::{after_words, said};

use super::{Prompt, Refusal, Submitted};
use crate::clinic::drug::{Drug, Product, Route, Site, mcg, ml, volume_ml};
use crate::clinic::entry::{Act, Given, Reason};
use crate::clinic::findings::Tier;
use crate::clinic::parse;
use crate::clinic::practice::LotInUse;
use crate::clinic::rights::{self, Checked, Intent, Right};
use crate::clinic::words as say;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use crate::tui::widgets::vial::{Vial, volume_words};
use chrono::Datelike;
use fields::{TYPED, fields, words_date};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::rc::Rc;
use words::{check_line, containers, field_of};

const MISMATCH: &str = "not this patient's birthday: ask again, or Esc";

/// The prompt.
pub struct Give {
    patient: Rc<Patient>,
    form: Form,
    checks: Vec<Checked>,
    after: Option<String>,
    asks_birth: bool,
    /// Whether a wrong day and month was typed before.
    mismatched: bool,
    /// The rules that ask for a reason: when they change, the reason that was picked answers them no more.
    asking: Vec<String>,
}

impl Give {
    /// Opens with what the order, the lots in use and the last dose say.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let asks_birth = ctx.practice.settings.ask_birth_date;
        let form = Form::new(fields(&patient.course, ctx, asks_birth));
        let mut give =
            Self { patient, form, checks: Vec::new(), after: None, asks_birth, mismatched: false, asking: Vec::new() };
        give.fill_lot(ctx);
        give.work_out(ctx);
        if !asks_birth {
            give.go_to_what_is_open();
        }
        give
    }

    fn product<'a>(&self, ctx: &'a Ctx) -> Option<&'a Product> {
        let id = self.form.text("product");
        ctx.practice.knowledge.products().iter().find(|p| p.id == id)
    }

    /// The lot in use of the chosen product, where there is one.
    fn fill_lot(&mut self, ctx: &Ctx) {
        let Some(product) = self.product(ctx).cloned() else { return };
        let known = ctx.practice.settings.lots.iter().find(|l| l.product == product.name && l.expires >= ctx.today());
        self.form.set("lot", known.map_or("", |l| l.lot.as_str()));
        self.form.set("expires", &known.map_or(String::new(), |l| words_date(l.expires)));
    }

    /// Another lot has another expiry: that of the same lot in use, else it is read from the vial.
    fn fill_expiry(&mut self, ctx: &Ctx) {
        if self.form.field("expires").is_some_and(|f| !f.is_prefilled()) {
            return;
        }
        let lot = self.form.text("lot");
        let product = self.product(ctx).map(|p| p.name.as_str());
        let known =
            ctx.practice.settings.lots.iter().find(|l| l.lot == lot.trim() && Some(l.product.as_str()) == product);
        self.form.set("expires", &known.map_or(String::new(), |l| words_date(l.expires)));
    }

    fn strength(&self, ctx: &Ctx) -> u32 {
        match self.product(ctx) {
            Some(product) => product.strength_mcg_per_ml,
            None => self.form.text("strength").replace(',', "").trim().parse().unwrap_or(0),
        }
    }

    fn intent(&self, ctx: &Ctx) -> Result<Intent, Refusal> {
        let today = ctx.today();
        let product = self.product(ctx);
        let dose_mcg = parse::dose_mcg(&self.form.text("dose")).map_err(|e| Refusal::at("dose", e))?;
        let on = parse::date(&self.form.text("on"), today, ctx.month_first()).map_err(|e| Refusal::at("on", e))?;
        let expires = match self.form.filled("expires") {
            Some(text) => Some(parse::expiry(&text, today, ctx.month_first()).map_err(|e| Refusal::at("expires", e))?),
            None => None,
        };
        let drug = product.map(|p| p.drug).or_else(|| named(&Drug::ALL, &self.form.text("drug"), |d| d.name()));
        Ok(Intent {
            on,
            drug: drug.unwrap_or(Drug::Hydroxocobalamin),
            strength_mcg_per_ml: self.strength(ctx),
            dose_mcg,
            route: named(&Route::ALL, &self.form.text("route"), |r| r.name()).unwrap_or(Route::Im),
            site: named(&Site::ALL, &self.form.text("site"), |s| s.name()),
            lot: self.form.filled("lot"),
            expires,
            drawn_ml: None,
            opened: None,
            label_routes: product.map(|p| p.routes.clone()),
            excipients: product.map(|p| p.excipients.clone()).unwrap_or_default(),
        })
    }

    fn given(&self, ctx: &Ctx, intent: &Intent) -> Given {
        let because = match self.form.text("reason").as_str() {
            "other" => self.form.text("reason_words").trim().to_owned(),
            picked => picked.to_owned(),
        };
        let asked = self.checks.iter().filter(|c| c.tier == Some(Tier::Reason));
        let more = self.has_more_than_a_gate();
        let reasons = asked.map(|c| Reason {
            rule: c.rule.to_owned(),
            because: if more && c.rule != "P1" {
                self.form.text("reason_words").trim().to_owned()
            } else {
                because.clone()
            },
        });
        let reasons = reasons.collect();
        let typed = format!("{} {} mcg/mL", intent.drug, intent.strength_mcg_per_ml);
        Given {
            order: self.patient.course.order.as_ref().map(|(id, _)| *id),
            time: (intent.on == ctx.today()).then(|| minute(ctx)),
            product: self.product(ctx).map_or(typed, |p| p.name.clone()),
            site: intent.site,
            lot: intent.lot.clone(),
            expires: intent.expires,
            reasons,
            note: self.form.filled("note"),
            ..Given::new(intent.on, intent.drug, intent.strength_mcg_per_ml, intent.dose_mcg, intent.route)
        }
    }

    /// Works out checks, asides and what happens after.
    fn work_out(&mut self, ctx: &Ctx) {
        self.form.show("strength", self.form.text("product") == TYPED);
        self.form.show("drug", self.form.text("product") == TYPED);
        let intent = match self.intent(ctx) {
            Ok(intent) => intent,
            Err(refusal) => {
                self.checks = vec![Checked::asks(Right::Dose, Tier::Stop, "READ", refusal.sentence)];
                self.after = None;
                // A computed value never stands beside an input that cannot be read.
                for id in ["dose", "expires", "on"] {
                    self.form.aside(id, String::new());
                }
                return;
            }
        };
        self.checks = rights::check(&self.patient.course, &ctx.practice, &intent);
        let asking: Vec<_> =
            self.checks.iter().filter(|c| c.tier == Some(Tier::Reason)).map(|c| c.rule.clone()).collect();
        if asking != self.asking {
            self.form.set("reason", "");
            self.asking.clone_from(&asking);
        }
        let asks = !asking.is_empty();
        self.reasons_for_a_gate();
        self.form.show("reason", asks);
        self.form.show("reason_words", asks && (self.form.text("reason") == "other" || self.has_more_than_a_gate()));
        self.asides(ctx, &intent);
        let stopped = self.checks.iter().any(|c| c.tier == Some(Tier::Stop));
        self.after = (!stopped).then(|| after_words(&self.patient.after(Act::Given(self.given(ctx, &intent)), ctx)));
    }

    /// Whether something asks beside the gate: what was seen answers the gate only.
    fn has_more_than_a_gate(&self) -> bool {
        self.asking.iter().any(|rule| rule == "P1") && self.asking.len() > 1
    }

    /// A published gate is no matter of convenience: only what was seen, or a decision, passes it.
    fn reasons_for_a_gate(&mut self) {
        let Some(gate) = self.patient.course.next_dose().and_then(|s| s.gate.clone()) else { return };
        let options = [
            ("", "pick one"),
            ("seen", ""),
            ("prescriber decided without it", "Prescriber decided without it"),
            ("other", "Other, in words"),
        ];
        let options = options.map(|(id, words)| match id {
            "seen" => (format!("seen: {gate}"), format!("Seen: {gate}")),
            _ => (id.to_owned(), words.to_owned()),
        });
        let chosen = self.form.text("reason");
        if let Some(field) = self.form.field_mut("reason") {
            field.kind = Field::choice("reason", "Reason", options.to_vec(), &chosen).kind;
        }
    }

    fn asides(&mut self, ctx: &Ctx, intent: &Intent) {
        let volume = volume_ml(intent.dose_mcg, intent.strength_mcg_per_ml);
        let containers = self.product(ctx).zip(volume).map(|(p, v)| containers(p, v)).unwrap_or_default();
        let drawn = volume.map_or("strength of the vial?".to_owned(), |v| format!("= {}{containers}", ml(v)));
        let good = intent.expires.map(|d| format!("good through {}", say::day(d))).unwrap_or_default();
        let day = format!(
            "{}{}",
            say::day(intent.on),
            if intent.on == ctx.today() { ctx.now.format(", %H:%M").to_string() } else { String::new() }
        );
        for (id, aside) in [("dose", drawn), ("expires", good), ("on", day)] {
            if let Some(field) = self.form.field_mut(id) {
                field.aside = aside;
            }
        }
    }

    /// After the identity is right: to what still is asked, or to the button.
    fn go_to_what_is_open(&mut self) {
        match self.checks.iter().find(|c| matches!(c.tier, Some(Tier::Stop | Tier::Reason))).map(field_of) {
            Some(field) => self.form.focus_on(field),
            None => self.form.focus_on_sign(),
        }
    }

    /// Others with the same family name or the same birthday: a day and month alone may not tell them apart.
    fn namesakes(&self, ctx: &Ctx) -> Vec<String> {
        let Some(person) = &self.patient.course.person else { return Vec::new() };
        let family = format!("{},", person.family.to_lowercase());
        let same = |r: &&crate::clinic::agenda::Row| {
            r.id != self.patient.id()
                && r.name.to_lowercase().starts_with(&family)
                && r.born.month() == person.born.month()
                && r.born.day() == person.born.day()
        };
        ctx.rows
            .iter()
            .filter(same)
            .take(2)
            .map(|r| format!("{}, born {}, #{}", r.name, say::born(r.born), r.number))
            .collect()
    }

    /// What the picture of the vial says, for a screen that has no room for it.
    fn draw_up(&self, ctx: &Ctx) -> Option<String> {
        let intent = self.intent(ctx).ok()?;
        let volume = volume_ml(intent.dose_mcg, intent.strength_mcg_per_ml)?;
        let strength = mcg(intent.strength_mcg_per_ml);
        Some(format!(
            "Draw up {} ({}) of {}, {strength} per mL",
            ml(volume),
            volume_words(volume),
            intent.drug.tall_man()
        ))
    }

    fn check_birth(&mut self) {
        let typed = self.form.text("birth");
        if typed.chars().count() < 4 {
            return;
        }
        match self.birth_refusal() {
            None => self.go_to_what_is_open(),
            Some(_) => {
                self.form.set("birth", "");
                self.mismatched = true;
                self.form.refuse("birth", MISMATCH.to_owned());
            }
        }
    }

    fn birth_refusal(&self) -> Option<Refusal> {
        let person = self.patient.course.person.as_ref()?;
        if !self.asks_birth || self.form.text("birth") == person.birth_day_month() {
            return None;
        }
        let empty = self.form.text("birth").is_empty() && !self.mismatched;
        Some(Refusal::at("birth", if empty { "ask for the date of birth; type day and month" } else { MISMATCH }))
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
            "lot" => self.fill_expiry(ctx),
            _ => {}
        }
        self.work_out(ctx);
        if field == "birth" {
            self.check_birth();
        }
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let theme = &ctx.theme;
        let identified = self.birth_refusal().is_none();
        let fine: Vec<_> = self
            .checks
            .iter()
            .filter(|c| c.tier.is_none() && (identified || c.right != Right::Patient))
            .map(|c| format!("{} {}", theme.glyphs.fine, c.words))
            .collect();
        let mut lines = vec![Line::styled(fine.join("  "), theme.style(Role::Good))];
        lines.extend(self.checks.iter().filter_map(|c| Some(check_line(c, c.tier?, ctx))));
        lines.extend(self.namesakes(ctx).into_iter().map(|who| {
            let words = format!("{} Namesake: {who}. Ask the given name too.", theme.glyphs.attention);
            Line::styled(words, theme.style(Role::Due))
        }));
        lines.extend(
            self.draw_up(ctx).filter(|_| ctx.area.width < 96).map(|w| Line::styled(w, theme.style(Role::Banner))),
        );
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
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        if let Some(refusal) = self.birth_refusal() {
            return Err(refusal);
        }
        let intent = self.intent(ctx)?;
        self.checks = rights::check(&self.patient.course, &ctx.practice, &intent);
        if let Some(stop) = self.checks.iter().find(|c| c.tier == Some(Tier::Stop)) {
            return Err(Refusal::at(field_of(stop), stop.words.clone()));
        }
        let given = self.given(ctx, &intent);
        if given.reasons.iter().any(|r| r.because.is_empty()) {
            self.form.show("reason", true);
            let picked = !self.form.text("reason").is_empty();
            let field = if picked { "reason_words" } else { "reason" };
            return Err(Refusal::at(field, "pick the reason that makes this right".to_owned()));
        }
        let act = Act::Given(given);
        Ok(Submitted::Record(Job { lot: LotInUse::of(&act), ..Job::on(&self.patient, act, After::Back) }))
    }
}

fn minute(ctx: &Ctx) -> chrono::NaiveTime {
    use chrono::Timelike;
    let now = ctx.now.time();
    now.with_second(0).and_then(|t| t.with_nanosecond(0)).unwrap_or(now)
}

fn named<T: Copy>(all: &[T], name: &str, of: impl Fn(&T) -> &'static str) -> Option<T> {
    all.iter().copied().find(|t| of(t) == name)
}
