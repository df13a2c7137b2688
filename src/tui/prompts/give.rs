//! Give: what exactly am I about to sign? Opens with all that can be known filled in; each right is checked as one types.

use super::{Prompt, Refusal, Submitted};
use crate::clinic::course::{Course, DoseState};
use crate::clinic::drug::{Drug, Product, Route, Site, mcg, ml, volume_ml};
use crate::clinic::entry::{Act, Given, Reason};
use crate::clinic::findings::Tier;
use crate::clinic::parse;
use crate::clinic::practice::LotInUse;
use crate::clinic::rights::{self, Checked, Intent, Right};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use crate::tui::widgets::vial::{Vial, volume_words};
use chrono::{Datelike, NaiveDate};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::rc::Rc;

const MISMATCH: &str = "not this patient's birthday: ask again, or Esc";

/// The id of the option that asks for a typed strength.
const TYPED: &str = "typed";

const REASONS: [(&str, &str); 7] = [
    ("", "pick one"),
    ("agreed with the prescriber", "Agreed with the prescriber"),
    ("patient could not come on the day", "Could not come on the day"),
    ("practice was closed", "Practice was closed"),
    ("patient is away", "Away: moved to fit a journey"),
    ("label could not be read", "Label could not be read"),
    ("other", "Other, in words"),
];

/// The prompt.
pub struct Give {
    patient: Rc<Patient>,
    form: Form,
    checks: Vec<Checked>,
    after: Option<String>,
    asks_birth: bool,
    /// Whether a wrong day and month was typed before.
    mismatched: bool,
}

impl Give {
    /// Opens with what the order, the lots in use and the last dose say.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let asks_birth = ctx.practice.settings.ask_birth_date;
        let form = Form::new(fields(&patient.course, ctx, asks_birth));
        let mut give = Self { patient, form, checks: Vec::new(), after: None, asks_birth, mismatched: false };
        give.fill_lot(ctx);
        give.work_out(ctx);
        if !asks_birth {
            give.go_to_what_is_open();
        }
        give
    }

    fn products<'a>(&self, ctx: &'a Ctx) -> Option<&'a Product> {
        let id = self.form.text("product");
        ctx.practice.knowledge.products().iter().find(|p| p.id == id)
    }

    /// The lot in use of the chosen product, where there is one.
    fn fill_lot(&mut self, ctx: &Ctx) {
        let Some(product) = self.products(ctx).cloned() else { return };
        let known = ctx.practice.settings.lots.iter().find(|l| l.product == product.name && l.expires >= ctx.today());
        self.form.set("lot", known.map_or("", |l| l.lot.as_str()));
        self.form.set("expires", &known.map_or(String::new(), |l| words_date(l.expires)));
    }

    /// Another lot has another expiry: that of the same lot in use, else it is read from the vial.
    fn fill_expiry(&mut self, ctx: &Ctx) {
        let lot = self.form.text("lot");
        let known = ctx.practice.settings.lots.iter().find(|l| l.lot == lot.trim());
        self.form.set("expires", &known.map_or(String::new(), |l| words_date(l.expires)));
    }

    fn strength(&self, ctx: &Ctx) -> u32 {
        match self.products(ctx) {
            Some(product) => product.strength_mcg_per_ml,
            None => self.form.text("strength").replace(',', "").trim().parse().unwrap_or(0),
        }
    }

    fn intent(&self, ctx: &Ctx) -> Result<Intent, Refusal> {
        let today = ctx.today();
        let product = self.products(ctx);
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
        let reasons = asked.map(|c| Reason { rule: c.rule.to_owned(), because: because.clone() }).collect();
        let typed = format!("{} {} mcg/mL", intent.drug, intent.strength_mcg_per_ml);
        Given {
            order: self.patient.course.order.as_ref().map(|(id, _)| *id),
            on: intent.on,
            time: (intent.on == ctx.today()).then(|| minute(ctx)),
            drug: intent.drug,
            product: self.products(ctx).map_or(typed, |p| p.name.clone()),
            strength_mcg_per_ml: intent.strength_mcg_per_ml,
            dose_mcg: intent.dose_mcg,
            route: intent.route,
            site: intent.site,
            lot: intent.lot.clone(),
            expires: intent.expires,
            reasons,
            note: self.form.filled("note"),
        }
    }

    /// Works out checks, asides and what happens after.
    fn work_out(&mut self, ctx: &Ctx) {
        self.form.show("strength", self.form.text("product") == TYPED);
        self.form.show("drug", self.form.text("product") == TYPED);
        let intent = match self.intent(ctx) {
            Ok(intent) => intent,
            Err(refusal) => {
                self.checks =
                    vec![Checked { right: Right::Dose, tier: Some(Tier::Stop), rule: "READ", words: refusal.sentence }];
                self.after = None;
                // A computed value never stands beside an input that cannot be read.
                for id in ["dose", "expires", "on"] {
                    self.form.aside(id, String::new());
                }
                return;
            }
        };
        self.checks = rights::check(&self.patient.course, &ctx.practice, &intent);
        let asks = self.checks.iter().any(|c| c.tier == Some(Tier::Reason));
        self.reasons_for_a_gate();
        self.form.show("reason", asks);
        self.form.show("reason_words", asks && self.form.text("reason") == "other");
        self.asides(ctx, &intent);
        let stopped = self.checks.iter().any(|c| c.tier == Some(Tier::Stop));
        self.after = (!stopped).then(|| after_words(&self.patient.after(Act::Given(self.given(ctx, &intent)), ctx)));
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
        let containers = self.products(ctx).zip(volume).map(|(p, v)| containers(p, v)).unwrap_or_default();
        let drawn = volume.map_or("strength of the vial?".to_owned(), |v| format!("= {}{containers}", ml(v)));
        let good = intent.expires.map(|d| format!("good through {}", words::day(d))).unwrap_or_default();
        let day = format!(
            "{}{}",
            words::day(intent.on),
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
            .map(|r| format!("{}, born {}, #{}", r.name, words::born(r.born), r.number))
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
            container_ml: self.products(ctx).map(|p| p.container_ml),
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
            let field = if self.form.text("reason") == "other" { "reason_words" } else { "reason" };
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

fn check_line(check: &Checked, tier: Tier, ctx: &Ctx) -> Line<'static> {
    let (role, word) = match tier {
        Tier::Stop => (Role::Stop, "STOP  "),
        Tier::Reason => (Role::Late, "Reason"),
        Tier::Note => (Role::Due, "Note  "),
    };
    let sign = Span::styled(format!("{} {word}", ctx.theme.glyphs.attention), ctx.theme.style(role));
    Line::from(vec![sign, Span::raw(format!(" {}", check.words))])
}

/// The field that a check is about.
fn field_of(check: &Checked) -> &'static str {
    match (check.right, check.tier) {
        (Right::Lot, _) if check.words.contains("expir") => "expires",
        (Right::Lot, _) => "lot",
        (_, Some(Tier::Reason)) if check.right != Right::Lot => "reason",
        (Right::Drug | Right::Patient, _) => "product",
        (Right::Dose, _) if check.words.contains("strength") => "product",
        (Right::Dose, _) => "dose",
        (Right::Route, _) => "route",
        (Right::Time, _) => "on",
        (Right::Site, _) => "site",
    }
}

/// Says what comes after: the next dose and the next checkpoint. What is owed already is said to be so.
pub(super) fn after_words(course: &Course) -> String {
    let dose = match course.next_dose() {
        Some(slot) => match slot.state {
            DoseState::Overdue(late) if slot.visit <= course.today => {
                format!("{} is still owed, {} late", slot.title(), words::days(late))
            }
            _ => format!("{} on {}", slot.title(), words::day(slot.visit)),
        },
        None => "all ordered doses given: the prescriber decides what follows".to_owned(),
    };
    let check = course.next_checkpoint().map(|c| {
        let when = if c.due <= course.today { "is due now".to_owned() } else { words::day(c.due) };
        format!("; {} {when}", c.label)
    });
    format!("{dose}{}", check.unwrap_or_default())
}

fn named<T: Copy>(all: &[T], name: &str, of: impl Fn(&T) -> &'static str) -> Option<T> {
    all.iter().copied().find(|t| of(t) == name)
}

fn containers(product: &Product, volume: f64) -> String {
    let n = (volume / product.container_ml).ceil().max(1.0);
    let many = if n > 1.0 { "s" } else { "" };
    let part = if product.container_ml > volume { format!(" of {}", ml(product.container_ml)) } else { String::new() };
    format!("{part}, {n} {}{many}", product.container)
}

fn fields(course: &Course, ctx: &Ctx, asks_birth: bool) -> Vec<Field> {
    let slot = course.next_dose();
    let ordered = course.order.as_ref().map(|(_, o)| o.drug);
    let route = slot.map_or(Route::Im, |s| s.route);
    let (products, chosen) = products(course, ctx, ordered);
    let strength =
        ctx.practice.knowledge.products().iter().find(|p| p.id == chosen).map_or(1_000, |p| p.strength_mcg_per_ml);
    let volume = slot.and_then(|s| volume_ml(s.dose_mcg, strength)).unwrap_or(1.0);
    let site = rights::suggest_site(course, route, volume).map_or("", |s| s.name());
    let last_site = course
        .given()
        .next_back()
        .and_then(|(_, g)| g.given.site)
        .map(|s| format!("last: {}", s.to_string().to_lowercase()));
    let sites = [(String::new(), "not recorded".to_owned())]
        .into_iter()
        .chain(Site::ALL.iter().map(|s| (s.name().to_owned(), s.to_string())));
    let routes = Route::ALL.iter().map(|r| (r.name().to_owned(), r.to_string())).collect();
    let drugs = Drug::ALL.iter().map(|d| (d.name().to_owned(), d.tall_man().to_owned())).collect();
    let dose = slot.map(|s| s.dose_mcg.to_string()).unwrap_or_default();
    let reasons = REASONS.iter().map(|(id, words)| ((*id).to_owned(), (*words).to_owned())).collect();
    let mut fields = vec![
        Field::choice("product", "Product", products, &chosen)
            .hint("Read the vial. Left and Right change the product."),
        Field::choice("drug", "Form", drugs, ordered.map_or("hydroxocobalamin", |d| d.name())),
        Field::text("strength", "Strength", "")
            .most(7)
            .aside("mcg per mL")
            .hint("From the vial's label; it is never assumed."),
        Field::text("dose", "Dose mcg", &dose).most(7).prefilled().hint("Micrograms: 1 mg is 1,000 mcg."),
        Field::text("lot", "Lot", "").most(24).prefilled().hint("As printed on the vial."),
        Field::text("expires", "Expires", "")
            .most(12)
            .prefilled()
            .hint("2027-06 or 06/2027: good through the month's last day."),
        Field::choice("route", "Route", routes, route.name()),
        Field::choice("site", "Site", sites.collect(), site).aside(&last_site.unwrap_or_default()),
        Field::text("on", "Given on", &words_date(ctx.today()))
            .most(16)
            .prefilled()
            .hint("Today unless you record it afterwards: t-1, 23 Nov 2026."),
        Field::choice("reason", "Reason", reasons, "").hint("Left and Right, or the first letter."),
        Field::text("reason_words", "In words", "").most(120),
        Field::text("note", "Note", "").most(200),
    ];
    if asks_birth {
        let birth = Field::text("birth", "Born (ddmm)", "")
            .most(4)
            .hint("Ask \"What is your date of birth?\" and type day and month: 4 March is 0403.");
        fields.insert(0, birth);
    }
    fields
}

fn words_date(day: NaiveDate) -> String {
    format!("{:02} {} {}", day.day(), day.format("%b"), day.year())
}

/// The products to choose from, those of the ordered form first; preset is the one whose lot is in use, or the last one
/// that this patient had. Without either nothing is preset: a strength is never assumed.
fn products(course: &Course, ctx: &Ctx, ordered: Option<Drug>) -> (Vec<(String, String)>, String) {
    let mut all: Vec<&Product> = ctx.practice.knowledge.products().iter().collect();
    all.sort_by_key(|p| Some(p.drug) != ordered);
    let in_use = ctx
        .practice
        .settings
        .lots
        .iter()
        .filter(|l| Some(l.drug) == ordered && l.expires >= ctx.today())
        .map(|l| &l.product);
    let last = course.given().next_back().map(|(_, g)| &g.given.product).filter(|_| ordered.is_some());
    let wanted: Vec<_> = in_use.chain(last).collect();
    let preset = wanted.iter().find_map(|name| all.iter().find(|p| p.name == **name && Some(p.drug) == ordered));
    let chosen = preset.map_or(String::new(), |p| p.id.clone());
    let mut options = Vec::new();
    if chosen.is_empty() {
        options.push((String::new(), "pick the product in your hand".to_owned()));
    }
    options.extend(all.iter().map(|p| (p.id.clone(), p.name.clone())));
    options.push((TYPED.to_owned(), "another: type its strength".to_owned()));
    (options, chosen)
}

/// Says in words what a dose was, for the line after it is saved.
pub(super) fn said(given: &Given) -> String {
    format!("{} {} {}", mcg(given.dose_mcg), given.drug.tall_man(), given.route.short())
}
