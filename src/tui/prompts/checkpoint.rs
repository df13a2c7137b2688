//! Checkpoint: symptoms and labs, only those that the plan asks, the last value beside each, and what it means at once.

use super::{Prompt, Refusal, Submitted};
use crate::clinic::course::{CheckSlot, Course};
use crate::clinic::entry::{Act, Checked};
use crate::clinic::lab::{Analyte, Typed};
use crate::clinic::parse;
use crate::clinic::response::Response;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use ratatui::text::Line;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The prompt.
pub struct Checkpoint {
    patient: Rc<Patient>,
    form: Form,
    slot: Option<CheckSlot>,
    /// Doubtful values that were seen once; signing again takes them.
    doubted: Vec<String>,
}

impl Checkpoint {
    /// Opens for the checkpoint that is due, or for a look between checkpoints.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let slot = patient.course.checkpoint_now().cloned();
        let form = Form::new(fields(&patient.course, slot.as_ref(), ctx));
        let mut prompt = Self { patient, form, slot, doubted: Vec::new() };
        prompt.asides(ctx);
        prompt
    }

    fn unit<'a>(ctx: &'a Ctx, analyte: &'a Analyte) -> &'a str {
        let first = analyte.units.first().map_or("", |u| u.unit.as_str());
        ctx.practice.settings.units.get(&analyte.id).map_or(first, String::as_str)
    }

    fn typed<'a>(&'a self, ctx: &'a Ctx) -> impl Iterator<Item = (&'a Field, &'a Analyte, Result<Typed, String>)> + 'a {
        self.form.fields().iter().filter(|f| !f.hidden && !f.value().trim().is_empty()).filter_map(move |field| {
            let analyte = ctx.practice.knowledge.lab(field.id.strip_prefix("lab:")?)?;
            Some((field, analyte, analyte.read(&field.value(), Self::unit(ctx, analyte))))
        })
    }

    fn checked(&self, ctx: &Ctx) -> Result<Checked, Refusal> {
        let read =
            |id: &str| parse::date(&self.form.text(id), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at(id, e));
        let on = read("on")?;
        if on > ctx.today() {
            return Err(Refusal::at("on", format!("{} has not come yet", words::day(on))));
        }
        let sampled = if self.form.filled("sampled").is_some() { Some(read("sampled")?) } else { None };
        if sampled.is_some_and(|day| day > on) {
            return Err(Refusal::at("sampled", "the sample lies after the check"));
        }
        let mut labs = Vec::new();
        for (field, _, typed) in self.typed(ctx) {
            labs.push(typed.map_err(|e| Refusal::at(&field.id, e))?.result);
        }
        let due = self.slot.as_ref().map(|s| s.due);
        Ok(Checked {
            on,
            due,
            sampled,
            symptoms: self.grades(),
            labs,
            note: self.form.filled("note"),
            ..Checked::default()
        })
    }

    fn grades(&self) -> BTreeMap<String, u8> {
        let graded = self
            .form
            .fields()
            .iter()
            .filter_map(|f| Some((f.id.strip_prefix("symptom:")?.to_owned(), f.value().parse().ok()?)));
        graded.collect()
    }

    /// Beside each lab: the unit, the converted value, the flag, the last value.
    fn asides(&mut self, ctx: &Ctx) {
        let sex = self.patient.course.person.as_ref().map(|p| p.sex).unwrap_or_default();
        let mut news = Vec::new();
        for field in self.form.fields() {
            let Some(analyte) = field.id.strip_prefix("lab:").and_then(|id| ctx.practice.knowledge.lab(id)) else {
                continue;
            };
            let unit = Self::unit(ctx, analyte);
            let last = last_lab(&self.patient.course, &analyte.id);
            let read = analyte.read(&field.value(), unit).ok().map(|t| t.result);
            let flag = read.as_ref().and_then(|r| analyte.flag(r, sex)).map_or("", |f| f.letter());
            let also = read.as_ref().and_then(|r| other_unit(analyte, r)).unwrap_or_default();
            let shown =
                if field.value().trim().is_empty() { unit.to_owned() } else { read.map_or(String::new(), |r| r.unit) };
            news.push((
                field.id.clone(),
                [shown, flag.to_owned(), also, last]
                    .into_iter()
                    .filter(|p| !p.is_empty())
                    .collect::<Vec<_>>()
                    .join("  "),
            ));
        }
        for (id, aside) in news {
            if let Some(field) = self.form.field_mut(&id) {
                field.aside = aside;
            }
        }
    }
}

/// The value in the analyte's other unit, shown beside the reported one and never stored instead.
fn other_unit(analyte: &Analyte, result: &crate::clinic::lab::LabResult) -> Option<String> {
    let here = analyte.unit(&result.unit)?;
    let (index, other) = analyte.units.iter().enumerate().find(|(_, u)| (u.factor - here.factor).abs() > 1e-9)?;
    let value = analyte.convert(result, index)?;
    Some(format!("= {} {}", crate::clinic::drug::trim_number(value, if value < 20.0 { 1 } else { 0 }), other.unit))
}

fn is_baseline(course: &Course) -> bool {
    course.given().next().is_none()
}

fn last_lab(course: &Course, analyte: &str) -> String {
    let found = course.latest_result(analyte, chrono::NaiveDate::MIN);
    found.map(|(c, r)| format!("last {r}, {}", words::day_short(c.checked.sample_day()))).unwrap_or_default()
}

fn fields(course: &Course, slot: Option<&CheckSlot>, ctx: &Ctx) -> Vec<Field> {
    let mut fields = symptom_fields(course, ctx);
    let baseline = is_baseline(course);
    let asked: Vec<&str> = if baseline {
        ctx.practice.knowledge.baseline().iter().map(|a| a.id.as_str()).collect()
    } else {
        slot.map(|s| {
            if s.check.is_some() { &s.missing } else { &s.asks }
                .iter()
                .map(String::as_str)
                .filter(|a| *a != "symptoms")
                .collect()
        })
        .unwrap_or_default()
    };
    let known = ctx.practice.knowledge.labs();
    let all = asked
        .iter()
        .filter_map(|id| known.iter().find(|a| a.id == *id))
        .chain(known.iter().filter(|a| !asked.contains(&a.id.as_str())));
    for (i, analyte) in all.enumerate() {
        let mut field = Field::text(&format!("lab:{}", analyte.id), &analyte.short, "").most(14).right();
        field.hint =
            format!("{}: a number, with another unit if the report has one; \"not done\" is an answer.", analyte.name);
        if i == 0 {
            field = field.section(match (asked.is_empty(), baseline) {
                (true, _) => "Labs, if reported",
                (_, true) => "Labs before dose 1",
                _ => "Labs asked",
            });
        } else if i == asked.len() {
            field = field.section("Other labs, if reported");
        }
        fields.push(field);
    }
    fields.push(Field::text("on", "Checked on", &words::born(ctx.today())).most(16).prefilled().section("This check"));
    fields
        .push(Field::text("sampled", "Sample of", "").most(16).hint("Only where the sample was taken on another day."));
    fields.push(Field::text("note", "Note", "").most(200));
    fields
}

/// The symptoms of the monitoring plan, or the usual ones; those that were graded before stay asked.
fn symptom_fields(course: &Course, ctx: &Ctx) -> Vec<Field> {
    let planned = course.triage.as_ref().map(|t| t.monitoring.symptoms.clone()).unwrap_or_default();
    let last = course.checks.iter().rev().find(|c| !c.checked.symptoms.is_empty()).map(|c| &c.checked.symptoms);
    let wanted = |id: &str, usual: bool| {
        if planned.is_empty() {
            usual || last.is_some_and(|l| l.contains_key(id))
        } else {
            planned.iter().any(|p| p == id) || last.is_some_and(|l| l.contains_key(id))
        }
    };
    let asked = ctx.practice.knowledge.symptoms().iter().filter(|s| wanted(&s.id, s.usual));
    let mut fields: Vec<_> = asked
        .map(|s| {
            let before = last.and_then(|l| l.get(&s.id)).map(|g| format!("last {g}")).unwrap_or_default();
            Field::scale(&format!("symptom:{}", s.id), &s.name)
                .aside(&before)
                .hint("At its worst in the last 7 days: 0 none, 1 mild, 2 moderate, 3 severe, 4 very severe.")
        })
        .collect();
    if let Some(first) = fields.first_mut() {
        first.section = Some("Symptoms, worst in 7 days: 0 none to 4 very severe".to_owned());
    }
    fields
}

impl Prompt for Checkpoint {
    fn kind(&self) -> PromptKind {
        PromptKind::Checkpoint
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        let first = is_baseline(&self.patient.course);
        let unplanned = if first { "Baseline: before the first dose" } else { "A check between checkpoints" };
        self.slot.as_ref().map_or(unplanned.to_owned(), |s| format!("{} · due {}", s.label, words::day(s.due)))
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, ctx: &Ctx, _field: &str) {
        self.doubted.clear();
        self.asides(ctx);
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        let grades = self.grades();
        let before = self.patient.course.checks.iter().rev().find_map(|c| c.checked.score());
        if !grades.is_empty() {
            let total: u32 = grades.values().map(|g| u32::from(*g)).sum();
            let was = before.map(|b| format!(" (was {b})")).unwrap_or_default();
            let meaning = match self.checked(ctx) {
                Ok(checked) => self.patient.after(Act::Checked(checked), ctx).response.sentence().to_owned(),
                Err(_) => String::new(),
            };
            lines.push(Line::raw(format!("Total {total}{was} {} {meaning}", ctx.theme.glyphs.arrow)));
        }
        for (_, _, typed) in self.typed(ctx) {
            match typed {
                Ok(Typed { doubt: Some(doubt), .. }) => lines
                    .push(Line::styled(format!("{} {doubt}", ctx.theme.glyphs.attention), ctx.theme.style(Role::Due))),
                Err(error) => lines
                    .push(Line::styled(format!("{} {error}", ctx.theme.glyphs.attention), ctx.theme.style(Role::Late))),
                Ok(_) => {}
            }
        }
        if lines.is_empty() && self.patient.course.response != Response::TooEarly {
            lines.push(Line::styled(
                format!("So far: {}", self.patient.course.response.sentence()),
                ctx.theme.style(Role::Dim),
            ));
        }
        lines
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let checked = self.checked(ctx)?;
        if checked.symptoms.is_empty() && checked.labs.is_empty() && checked.note.is_none() {
            let first = self.form.fields().first().map(|f| f.id.clone()).unwrap_or_default();
            return Err(Refusal::at(
                &first,
                "nothing is recorded yet: grade a symptom, type a result, or leave with Esc",
            ));
        }
        let doubts: Vec<_> = self.typed(ctx).filter_map(|(f, _, t)| Some((f.id.clone(), t.ok()?.doubt?))).collect();
        if let Some((field, doubt)) = doubts.iter().find(|(id, _)| !self.doubted.contains(id)) {
            let refusal = Refusal::at(field, format!("{doubt} Sign again to keep it"));
            self.doubted = doubts.iter().map(|(id, _)| id.clone()).collect();
            return Err(refusal);
        }
        Ok(Submitted::Record(Job::on(&self.patient, Act::Checked(checked), After::Back)))
    }
}
