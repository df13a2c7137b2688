//! Amend: a correction names the entry it corrects and why; the old one stays visible, struck through.

use super::give::after_words;
use super::{Prompt, Refusal, Submitted};
use crate::clinic::course::Standing;
use crate::clinic::drug::Site;
use crate::clinic::entry::{Act, Amended, Checked, EntryId, Given};
use crate::clinic::parse;
use crate::clinic::rights;
use crate::clinic::triage::{Goal, Neuro, Triage};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use ratatui::text::{Line, Span};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The prompt.
pub struct Amend {
    patient: Rc<Patient>,
    entry: EntryId,
    act: Act,
    form: Form,
}

impl Amend {
    /// Opens on one entry; `None` where it is not of a kind that is corrected here, or was struck out already.
    #[must_use]
    pub fn entry(patient: Rc<Patient>, ctx: &Ctx, entry: EntryId) -> Option<Self> {
        let act = patient.chart.facts().into_iter().find(|f| f.entry.id == entry)?.act?.clone();
        if matches!(act, Act::Amended(_) | Act::Registered(_)) {
            return None;
        }
        let form = Form::new(fields(entry, &act, ctx)).signed_by("Sign the correction");
        let mut prompt = Self { patient, entry, act, form };
        prompt.show();
        Some(prompt)
    }

    /// Opens on the latest entry that can be corrected.
    #[must_use]
    pub fn latest(patient: Rc<Patient>, ctx: &Ctx) -> Option<Self> {
        let candidates: Vec<_> =
            patient.chart.facts().into_iter().rev().filter(|f| f.act.is_some()).map(|f| f.entry.id).collect();
        candidates.into_iter().find_map(|id| Self::entry(Rc::clone(&patient), ctx, id))
    }

    fn show(&mut self) {
        let corrects = self.form.text("how") == "correct";
        let parts = |id: &str| id.contains(':') || ["on", "site", "dose", "lot", "expires", "note"].contains(&id);
        let ids: Vec<_> = self.form.fields().iter().map(|f| f.id.clone()).filter(|id| parts(id)).collect();
        for id in ids {
            self.form.show(&id, corrects);
        }
    }

    fn amended(&self, ctx: &Ctx) -> Result<Amended, Refusal> {
        let why =
            self.form.filled("why").ok_or_else(|| Refusal::at("why", "say why: the reason stays in the chart"))?;
        let corrects = self.form.text("how") == "correct";
        let instead = if corrects { Some(Box::new(self.instead(ctx)?)) } else { None };
        if instead.as_deref() == Some(&self.act) {
            return Err(Refusal::at("on", "nothing is changed yet"));
        }
        Ok(Amended { of: self.entry, why, instead })
    }

    fn instead(&self, ctx: &Ctx) -> Result<Act, Refusal> {
        let on =
            parse::date(&self.form.text("on"), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at("on", e))?;
        if on > ctx.today() {
            return Err(Refusal::at("on", format!("{} has not come yet", words::day(on))));
        }
        let note = self.form.filled("note");
        match &self.act {
            Act::Given(given) => Ok(Act::Given(self.given(given, on, ctx)?)),
            Act::NotGiven(not) => Ok(Act::NotGiven(crate::clinic::entry::NotGiven {
                on,
                note,
                again: not.again.filter(|a| *a > on),
                ..not.clone()
            })),
            Act::Checked(checked) => Ok(Act::Checked(self.checked(checked, on, ctx)?)),
            Act::PhaseEnded(ended) => Ok(Act::PhaseEnded(crate::clinic::entry::PhaseEnded { on, ..ended.clone() })),
            _ => Err(Refusal::at("how", "this entry can only be struck out; then record it anew")),
        }
    }

    fn checked(&self, checked: &Checked, on: chrono::NaiveDate, ctx: &Ctx) -> Result<Checked, Refusal> {
        let mut now = Checked {
            on,
            note: self.form.filled("note"),
            symptoms: BTreeMap::new(),
            labs: Vec::new(),
            ..checked.clone()
        };
        for id in checked.symptoms.keys() {
            let grade = self.form.text(&format!("symptom:{id}")).parse().ok();
            now.symptoms.extend(grade.map(|g| (id.clone(), g)));
        }
        for result in &checked.labs {
            let field = format!("lab:{}", result.analyte);
            let Some((text, analyte)) = self.form.filled(&field).zip(ctx.practice.knowledge.lab(&result.analyte))
            else {
                continue;
            };
            // As it was written: numbers keep their digits.
            let same = text == result.to_string();
            let read = || analyte.read(&text, &result.unit).map(|t| t.result).map_err(|e| Refusal::at(&field, e));
            now.labs.push(if same { result.clone() } else { read()? });
        }
        if now.symptoms.is_empty() && now.labs.is_empty() && now.note.is_none() {
            return Err(Refusal::at("how", "nothing would be left: strike it out instead"));
        }
        Ok(now)
    }

    /// A corrected dose is held to what can be, as a new one is.
    fn given(&self, given: &Given, on: chrono::NaiveDate, ctx: &Ctx) -> Result<Given, Refusal> {
        let now = self.typed_given(given, on, ctx)?;
        match rights::correction(&self.patient.course, self.entry, &now) {
            Some(sentence) => Err(Refusal::at("on", sentence)),
            None => Ok(now),
        }
    }

    fn typed_given(&self, given: &Given, on: chrono::NaiveDate, ctx: &Ctx) -> Result<Given, Refusal> {
        let dose_mcg = parse::dose_mcg(&self.form.text("dose")).map_err(|e| Refusal::at("dose", e))?;
        if dose_mcg > 5_000 {
            return Err(Refusal::at("dose", "more than 5,000 mcg is not a dose for deficiency (D8)"));
        }
        let expires = match self.form.filled("expires") {
            Some(text) => {
                Some(parse::expiry(&text, ctx.today(), ctx.month_first()).map_err(|e| Refusal::at("expires", e))?)
            }
            None => None,
        };
        let site = Site::ALL.into_iter().find(|s| s.name() == self.form.text("site"));
        let (lot, note) = (self.form.filled("lot"), self.form.filled("note"));
        let time = given.time.filter(|_| on == given.on);
        Ok(Given { on, time, dose_mcg, site, lot, expires, note, ..given.clone() })
    }
}

fn fields(entry: EntryId, act: &Act, ctx: &Ctx) -> Vec<Field> {
    let correctable = matches!(act, Act::Given(_) | Act::NotGiven(_) | Act::Checked(_) | Act::PhaseEnded(_));
    let mut how = vec![("strike".to_owned(), "It should not be there: strike it out".to_owned())];
    if correctable {
        how.insert(0, ("correct".to_owned(), "Something in it is wrong: correct it".to_owned()));
    }
    // The entry that is corrected goes with the draft: a correction taken up again must never land on another one.
    let mut target = Field::text("entry", "", &entry.to_string());
    target.hidden = true;
    let mut fields = vec![
        target,
        Field::words("of", &format!("Corrects: {}", summary(act))),
        Field::list("how", "How", how, if correctable { "correct" } else { "strike" }, 2),
    ];
    let on = match act {
        Act::Given(g) => Some(g.on),
        Act::NotGiven(n) => Some(n.on),
        Act::Checked(c) => Some(c.on),
        Act::PhaseEnded(e) => Some(e.on),
        _ => None,
    };
    if let Some(on) = on {
        fields.push(Field::text("on", "Day", &words::born(on)).most(16).prefilled());
    }
    if let Act::Given(given) = act {
        let sites = [(String::new(), "not recorded".to_owned())]
            .into_iter()
            .chain(Site::ALL.iter().map(|s| (s.name().to_owned(), s.to_string())))
            .collect();
        fields.push(Field::choice("site", "Site", sites, given.site.map_or("", |s| s.name())));
        fields.push(Field::text("dose", "Dose mcg", &given.dose_mcg.to_string()).most(7));
        fields.push(Field::text("lot", "Lot", given.lot.as_deref().unwrap_or("")).most(24));
        let expires = given.expires.map(|d| d.format("%Y-%m-%d").to_string()).unwrap_or_default();
        fields.push(Field::text("expires", "Expires", &expires).most(12));
    }
    if let Act::Checked(checked) = act {
        fields.extend(found(checked, ctx));
    }
    let note = match act {
        Act::Given(g) => g.note.clone(),
        Act::NotGiven(n) => n.note.clone(),
        Act::Checked(c) => c.note.clone(),
        _ => None,
    };
    if !matches!(act, Act::PhaseEnded(_)) && correctable {
        fields.push(Field::text("note", "Note", note.as_deref().unwrap_or("")).most(200));
    }
    fields.push(Field::text("why", "Why", "").most(160).hint("The reason stays in the chart with the old entry."));
    fields
}

/// The grades and results of a check, each to be corrected; an emptied one is taken out.
fn found(checked: &Checked, ctx: &Ctx) -> Vec<Field> {
    let known = &ctx.practice.knowledge;
    let grades = checked.symptoms.iter().map(|(id, grade)| {
        let mut field =
            Field::scale(&format!("symptom:{id}"), known.symptom(id).map_or(id.as_str(), |s| s.name.as_str()));
        field.set_value(&grade.to_string());
        field
    });
    let labs = checked.labs.iter().map(|result| {
        let short = known.lab(&result.analyte).map_or(result.analyte.as_str(), |a| a.short.as_str());
        Field::text(&format!("lab:{}", result.analyte), short, &result.to_string()).most(24)
    });
    grades.chain(labs).collect()
}

/// The neurologic level of a triage in a word.
fn level(triage: &Triage) -> String {
    let words = Neuro::ALL.iter().find(|(level, _)| *level == triage.neuro).map_or("", |(_, words)| words);
    words.split(':').next().unwrap_or_default().to_lowercase()
}

fn triaged(triage: &Triage) -> String {
    let goal = if triage.goal == Goal::Repletion { "repletion first" } else { "maintenance" };
    let listed = |name: &str, ids: &[String]| match ids {
        [] => String::new(),
        ids => format!(", {name} {}", ids.join(" and ")),
    };
    format!(
        "triage: cause {}, neurologic {}, {goal}{}{}",
        triage.cause.replace('-', " "),
        level(triage),
        listed("red flags", &triage.red_flags),
        listed("cautions", &triage.cautions)
    )
}

/// One line that says what an act was.
#[must_use]
pub fn summary(act: &Act) -> String {
    match act {
        Act::Registered(p) => format!("identity of {}, born {}, #{}", p.name(), words::born(p.born), p.number),
        Act::Triaged(t) => triaged(t),
        Act::Ordered(o) => format!("plan {} from {}, ordered by {}", o.name, words::day(o.start), o.prescriber),
        Act::Given(g) => {
            let site = g.site.map(|s| format!(", {}", s.to_string().to_lowercase())).unwrap_or_default();
            format!(
                "{} on {}{site}, lot {}",
                super::give::said(g),
                words::day(g.on),
                g.lot.as_deref().unwrap_or("none")
            )
        }
        Act::NotGiven(n) => format!("not given on {}: {}", words::day(n.on), n.why.words()),
        Act::Checked(c) => {
            let score = c.score().map(|s| format!("symptoms {s}")).unwrap_or_default();
            let labs: Vec<_> = c.labs.iter().map(|l| format!("{} {l}", l.analyte.replace('-', " "))).collect();
            let parts: Vec<_> = [score].into_iter().chain(labs).filter(|p| !p.is_empty()).collect();
            format!("check of {}: {}", words::day(c.on), parts.join(", "))
        }
        Act::PhaseEnded(e) => {
            format!(
                "phase {} ended on {}: {}, {}",
                e.phase.saturating_add(1),
                words::day(e.on),
                e.because,
                e.decided_by
            )
        }
        Act::Changed(c) => {
            let standing = Standing { entry: EntryId(ulid::Ulid::nil()), change: c.clone() };
            format!("{}, decided by {}", standing.words(), c.decided_by)
        }
        Act::Reviewed(r) => match &r.red_flag {
            Some(why) => format!("review of {}: passed for a red flag, {why}; {}", words::day(r.on), r.reviewed_by),
            None => {
                let found = r.answers.values().filter(|a| a.found).count() as i64;
                format!(
                    "review of {}: {} answered, {} found; {}",
                    words::day(r.on),
                    words::plural(r.answers.len() as i64, "line"),
                    found,
                    r.reviewed_by
                )
            }
        },
        Act::Acknowledged(a) => format!("{}: {}", a.rule, a.because),
        Act::Amended(a) => format!("correction: {}", a.why),
    }
}

impl Prompt for Amend {
    fn kind(&self) -> PromptKind {
        PromptKind::Amend
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        "Amend: correct an entry".to_owned()
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, _ctx: &Ctx, _field: &str) {
        self.show();
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let Ok(amended) = self.amended(ctx) else { return Vec::new() };
        let after = after_words(&self.patient.after(Act::Amended(amended), ctx));
        vec![Line::from(vec![Span::styled("After this: ", ctx.theme.style(Role::Dim)), Span::raw(after)])]
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let amended = self.amended(ctx)?;
        Ok(Submitted::Record(Job::on(&self.patient, Act::Amended(amended), After::Back)))
    }
}
