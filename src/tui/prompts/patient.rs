//! New patient, and the correction of an identity. Somebody with the same birth date and a like name is shown while typing.

use super::{Prompt, Refusal, Submitted};
use crate::clinic::agenda::Row;
use crate::clinic::entry::{Act, PatientId};
use crate::clinic::parse;
use crate::clinic::patient::{Allergies, Person, Sex, born_wrong};
use crate::clinic::rights;
use crate::clinic::same::{self, Typed};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::keymap;
use crate::tui::theme::Role;
use chrono::NaiveDate;
use ratatui::text::Line;
use std::rc::Rc;
use std::sync::Arc;

const LOOK: &str = "{prompt.look_at} looks at the first one's chart; what is typed here stays.";

/// Stands beside an allergy that no check at the needle understands.
const NO_CHECK: &str = "no check knows";

/// The prompt.
pub struct PatientPrompt {
    /// The patient whose identity is corrected; none for a new one.
    patient: Option<Rc<Patient>>,
    form: Form,
    /// Whether the likely double was shown when signing.
    warned: bool,
}

impl PatientPrompt {
    /// Opens for a new patient, with the next free number.
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let form = Form::new(fields(None, &next_number(ctx), ctx)).signed_by("Save, then triage");
        Self { patient: None, form, warned: false }
    }

    /// Opens on what is recorded.
    #[must_use]
    pub fn correct(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let form = Form::new(fields(patient.course.person.as_ref(), "", ctx));
        let mut prompt = Self { patient: Some(patient), form, warned: true };
        prompt.show_allergies(ctx);
        prompt
    }

    /// Beside an allergy that no check at the needle understands stands that.
    fn show_allergies(&mut self, ctx: &Ctx) {
        let known = self.form.text("allergies") == "known";
        self.form.show("allergy_words", known);
        let typed = listed(&self.form.text("allergy_words"));
        let unknown = rights::not_understood(&typed, &ctx.practice.knowledge).join(", ");
        let aside = if unknown.is_empty() { unknown } else { format!("{NO_CHECK}: {unknown}") };
        self.form.aside("allergy_words", aside);
    }

    fn born(&self, ctx: &Ctx) -> Result<NaiveDate, Refusal> {
        if self.form.filled("born").is_none() {
            let how = if ctx.month_first() { "03041961" } else { "04031961" };
            return Err(Refusal::at("born", format!("the birth date is needed: 4 March 1961 is {how}")));
        }
        let born =
            parse::date(&self.form.text("born"), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at("born", e))?;
        born_wrong(born, ctx.today()).map_or(Ok(born), |sentence| Err(Refusal::at("born", sentence)))
    }

    /// Says that no plan is signed for who is under age here.
    fn too_young(&self, ctx: &Ctx) -> Option<String> {
        let words = rights::too_young(self.born(ctx).ok()?, &ctx.practice, ctx.today())?;
        Some(format!("{} STOP: {words}", ctx.theme.glyphs.attention))
    }

    fn person(&self, ctx: &Ctx) -> Result<Person, Refusal> {
        let family = self.form.filled("family").ok_or_else(|| Refusal::at("family", "the family name is needed"))?;
        let given = self.form.filled("given").unwrap_or_default();
        let born = self.born(ctx)?;
        let number =
            self.form.filled("number").ok_or_else(|| Refusal::at("number", "the practice's number is needed"))?;
        let own = self.patient.as_ref().map(|p| p.id());
        if let Some(other) = ctx.rows.numbered(&number).into_iter().find(|r| Some(r.id) != own) {
            return Err(Refusal::at("number", format!("#{number} is {} already; type another number", other.name)));
        }
        let allergies = match self.form.text("allergies").as_str() {
            "none" => Allergies::NoneKnown,
            "known" => {
                let words =
                    self.form.filled("allergy_words").ok_or_else(|| Refusal::at("allergy_words", "say to what"))?;
                listed(&words)
            }
            _ => Allergies::NotAsked,
        };
        let sex = Sex::ALL.into_iter().find(|s| s.letter() == self.form.text("sex")).unwrap_or_default();
        Ok(Person {
            number,
            family,
            given,
            born,
            sex,
            phone: self.form.filled("phone"),
            allergies,
            caution: self.form.filled("caution"),
        })
    }

    /// Somebody who may be the same, with the reasons; somebody of an equal birth date first.
    fn like(&self, ctx: &Ctx) -> Vec<(Arc<Row>, String)> {
        let own = self.patient.as_ref().map(|p| p.id());
        let (family, given) = (self.form.text("family"), self.form.text("given"));
        let typed = Typed { family: &family, given: &given, born: self.born(ctx).ok() };
        let mut found = same::already_here(typed, &ctx.rows);
        found.retain(|(row, _)| Some(row.id) != own);
        found.sort_by_key(|(_, reasons)| std::cmp::Reverse(reasons.len()));
        found.into_iter().take(3).map(|(row, reasons)| (row, reasons.join(", "))).collect()
    }
}

/// Reads allergies as they are typed, with commas between them.
fn listed(words: &str) -> Allergies {
    Allergies::Known(words.split(',').map(|w| w.trim().to_owned()).filter(|w| !w.is_empty()).collect())
}

/// The next free number; blank while a chart cannot be read, as its number may be the highest.
fn next_number(ctx: &Ctx) -> String {
    if !ctx.problems.is_empty() || ctx.checking {
        return String::new();
    }
    ctx.rows.next_number()
}

fn fields(person: Option<&Person>, number: &str, ctx: &Ctx) -> Vec<Field> {
    let text = |pick: fn(&Person) -> String| person.map(pick).unwrap_or_default();
    let sexes = Sex::ALL.iter().map(|s| (s.letter().to_owned(), s.word().to_owned())).collect();
    let allergies = [("", "Not asked yet"), ("none", "None known"), ("known", "Known, in words")];
    let allergies = allergies.iter().map(|(id, words)| ((*id).to_owned(), (*words).to_owned())).collect();
    let (kind, list) = match person.map(|p| &p.allergies) {
        Some(Allergies::NoneKnown) => ("none", String::new()),
        Some(Allergies::Known(list)) => ("known", list.join(", ")),
        _ => ("", String::new()),
    };
    let mut words = Field::text("allergy_words", "Allergic to", &list)
        .most(120)
        .hint("Separated by commas: benzyl alcohol, cobalt, ...");
    words.hidden = kind != "known";
    let number = person.map_or(number.to_owned(), |p| p.number.clone());
    vec![
        Field::text("family", "Family name", &text(|p| p.family.clone())).most(120),
        Field::text("given", "Given name", &text(|p| p.given.clone())).most(120),
        Field::text("born", "Born", &person.map(|p| words::born(p.born)).unwrap_or_default()).most(16).hint(
            if ctx.month_first() { "03041961, 4 Mar 1961 or 1961-03-04" } else { "04031961, 4 Mar 1961 or 1961-03-04" },
        ),
        Field::choice("sex", "Sex", sexes, person.map_or("X", |p| p.sex.letter()))
            .hint("For the laboratory's reference ranges."),
        Field::text("number", "Number", &number).most(24).hint("The practice's own number; any letters and digits."),
        Field::text("phone", "Phone", &text(|p| p.phone.clone().unwrap_or_default())).most(40),
        Field::choice("allergies", "Allergies", allergies, kind)
            .hint("\"None known\" is an answer that somebody gave."),
        words,
        Field::text("caution", "Caution", &text(|p| p.caution.clone().unwrap_or_default()))
            .most(80)
            .hint("Stands on every screen: Leber's optic neuropathy, anticoagulated, ..."),
    ]
}

impl Prompt for PatientPrompt {
    fn kind(&self) -> PromptKind {
        if self.patient.is_some() { PromptKind::Identity } else { PromptKind::Patient }
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        self.patient.as_ref()
    }
    fn title(&self) -> String {
        if self.patient.is_some() {
            "Correct the identity".to_owned()
        } else {
            "New patient: 1 identity, 2 triage, 3 plan".to_owned()
        }
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, ctx: &Ctx, field: &str) {
        if matches!(field, "allergies" | "allergy_words") {
            self.show_allergies(ctx);
        }
        self.warned = self.patient.is_some();
        let typed = self.form.text("born").chars().count();
        let echo = match self.born(ctx) {
            Ok(d) => format!("{} ({})", words::day(d), ctx.today().years_since(d).unwrap_or(0)),
            Err(refusal) if typed >= 8 => refusal.sentence,
            Err(_) => String::new(),
        };
        if let Some(born) = self.form.field_mut("born") {
            born.aside = echo;
        }
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let like = self.like(ctx);
        let line = |(row, why): &(Arc<Row>, String)| {
            let who = format!("{}, born {}, #{}", row.name, words::born(row.born), row.number);
            let words = format!("{} Already here? {who} ({why})", ctx.theme.glyphs.attention);
            Line::styled(words, ctx.theme.style(Role::Due))
        };
        let mut lines: Vec<_> =
            self.too_young(ctx).map(|w| Line::styled(w, ctx.theme.style(Role::Stop))).into_iter().collect();
        lines.extend(like.iter().map(line));
        if like.is_empty() {
            return lines;
        }
        lines.push(Line::styled(keymap::told(LOOK), ctx.theme.style(Role::Dim)));
        lines
    }
    fn look_at(&self, ctx: &Ctx) -> Option<PatientId> {
        self.like(ctx).first().map(|(row, _)| row.id)
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let person = self.person(ctx)?;
        let like = self.like(ctx);
        if !self.warned && !like.is_empty() {
            self.warned = true;
            return Err(Refusal::at("family", keymap::told("already here? {prompt.sign} again enters a second chart")));
        }
        let after = match (&self.patient, self.too_young(ctx)) {
            (Some(_), _) => After::Back,
            (None, None) => After::Prompt(PromptKind::Triage),
            // There is nothing to ask of who gets no plan here.
            (None, Some(_)) => After::Chart,
        };
        let patient = self.patient.as_ref().map(|p| p.id());
        let seen = self.patient.as_ref().map_or(0, |p| p.chart.entries().len());
        Ok(Submitted::Record(Job { patient, acts: vec![Act::Registered(person)], lot: None, after, seen }))
    }
}
