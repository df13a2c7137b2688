//! The note of an encounter: everything is filled in from the record, the narrative is typed, the coder decides on the codes.
//! A signed note is never changed: what comes later is an addendum.

mod words;

use super::{Prompt, Refusal, Submitted};
use crate::clinic::coding;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::findings::Tier;
use crate::clinic::note::{self, Charge, Noted, Of, Said, Unsigned, draft, root};
use crate::clinic::words as dates;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use chrono::NaiveDate;
use ratatui::text::Line;
use std::rc::Rc;

/// So many encounters are offered.
const OFFERED: usize = 12;

/// The fields that an addendum does without.
const OF_A_NOTE: [&str; 5] = ["of", "consent", "reaction", "codes", "charges"];

/// The prompt.
pub struct EncounterPrompt {
    patient: Rc<Patient>,
    form: Form,
    /// What follows from the record of the chosen encounter, worked out when a field changes.
    seen: Option<Seen>,
}

/// The draft of the chosen encounter, the course that its codes go by, and the note of it that is signed already.
struct Seen {
    drafted: Noted,
    coded: Course,
    signed: Option<EntryId>,
}

impl EncounterPrompt {
    /// Opens on the latest encounter; `None` where there was none.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Option<Self> {
        let offered = encounters(&patient);
        let latest = offered.first().map(|(id, _)| id.clone())?;
        let text = |id: &str, label: &str, hint: &str| Field::text(id, label, "").most(400).hint(hint);
        // The note that is added to goes with the draft.
        let mut adds = Field::text("adds", "", "");
        adds.hidden = true;
        let fields = vec![
            adds,
            Field::choice("of", "Encounter", offered, &latest),
            text(
                "narrative",
                "What was seen",
                "How the patient was before and after, what was said. It is the only thing to type.",
            )
            .most(2000),
            text("consent", "Consent", "In the patient's words, or how it was given."),
            text("reaction", "After it", "A reaction, or none, and for how long it was watched.").prefilled(),
            text(
                "codes",
                "Diagnoses",
                "First the one that the service was for; blanks between them. The coder decides.",
            )
            .prefilled(),
            text("charges", "Charges", "J3420, J3425-JZ*100, 96372; blanks between them.").prefilled(),
        ];
        let mut prompt = Self { patient, form: Form::new(fields).signed_by("Sign the note"), seen: None };
        prompt.fill(ctx);
        prompt.form.focus_on("narrative");
        Some(prompt)
    }

    /// Opens on an addendum to a signed note; `None` where the entry is no note.
    #[must_use]
    pub fn addendum(patient: Rc<Patient>, ctx: &Ctx, note: EntryId) -> Option<Self> {
        let first = root(&patient.chart, note);
        let Act::Noted(_) = patient.chart.entry(first)?.act else { return None };
        let mut prompt = Self::new(patient, ctx)?;
        prompt.form.set("adds", &first.to_string());
        if let Some(field) = prompt.form.field_mut("adds") {
            field.kept = true;
        }
        prompt.show(ctx);
        Some(prompt)
    }

    /// The note that this one adds to: the one that was chosen, else the signed one of the chosen encounter.
    fn adds_to(&self) -> Option<(EntryId, &Noted)> {
        let chosen = self.form.filled("adds").and_then(|id| id.parse().ok());
        let id = chosen.or_else(|| self.seen.as_ref()?.signed)?;
        match &self.patient.chart.entry(id)?.act {
            Act::Noted(noted) => Some((id, noted)),
            _ => None,
        }
    }

    fn show(&mut self, ctx: &Ctx) {
        let adds = self.adds_to().is_some();
        OF_A_NOTE.iter().for_each(|id| self.form.show(id, !adds));
        self.form.show("of", self.form.filled("adds").is_none());
        let charges = ctx.practice.knowledge.charges().settings.contains(&ctx.practice.settings.setting);
        self.form.show("charges", !adds && charges);
        self.form.sign = if adds { "Sign the addendum" } else { "Sign the note" }.to_owned();
    }

    /// Fills in codes and charges of the chosen encounter, where nobody typed others.
    fn fill(&mut self, ctx: &Ctx) {
        self.look(ctx);
        let Some(noted) = self.seen.as_ref().map(|seen| &seen.drafted) else { return self.show(ctx) };
        let codes: Vec<_> = noted.codes.iter().map(|c| c.code.clone()).collect();
        let charge = |c: &Charge| {
            let modified = std::iter::once(&c.code).chain(&c.modifiers).cloned().collect::<Vec<_>>().join("-");
            if c.units == 1 { modified } else { format!("{modified}*{}", c.units) }
        };
        let charges: Vec<_> = noted.charges.iter().map(charge).collect();
        let reaction = self.reaction_of_dose().unwrap_or_default();
        for (id, value) in [("codes", codes.join(" ")), ("charges", charges.join(" ")), ("reaction", reaction)] {
            if self.form.field(id).is_some_and(Field::is_prefilled) {
                self.form.set(id, &value);
            }
        }
        self.show(ctx);
    }

    /// What stands with the dose of the chosen encounter.
    fn reaction_of_dose(&self) -> Option<String> {
        let of: EntryId = self.form.text("of").parse().ok()?;
        self.patient.course.given().find(|(_, g)| g.entry == of)?.1.given.reaction.clone()
    }

    /// Works out what was known on the day of the chosen encounter.
    fn look(&mut self, ctx: &Ctx) {
        let chart = &self.patient.chart;
        self.seen = self.draft(ctx).ok().map(|drafted| Seen {
            coded: note::coded(chart, &ctx.practice, drafted.on),
            signed: note::signed_of(chart, &drafted),
            drafted,
        });
    }

    fn draft(&self, ctx: &Ctx) -> Result<Noted, String> {
        let of = Of::Entry(self.form.text("of").parse()?);
        let said = Said { consent: self.form.filled("consent"), reaction: self.form.filled("reaction") };
        draft(&self.patient.chart, &ctx.practice, of, &said)
    }

    /// Charges that somebody typed are not taken off in silence, where the claim would be refused.
    fn not_charged(&self, noted: &Noted, coded: &Course, ctx: &Ctx) -> Result<(), Refusal> {
        let was_typed = self.form.field("charges").is_some_and(|field| !field.is_prefilled());
        if noted.charges.is_empty() || !was_typed {
            return Ok(());
        }
        let stop = coding::claim_ready(coded, noted, &ctx.practice).into_iter().find(|m| m.tier == Tier::Stop);
        stop.map_or(Ok(()), |stop| {
            let text = format!("{}: {} {}", stop.what, stop.text, ctx.told(&stop.todo));
            Err(Refusal::at("charges", format!("nothing is charged on this. {text} Or leave the charges empty.")))
        })
    }

    /// The note as it stands in the form.
    fn noted(&self, ctx: &Ctx) -> Result<Noted, Refusal> {
        let narrative = self.form.filled("narrative").unwrap_or_default();
        let added = self.adds_to().and_then(|(id, _)| note::addendum(&self.patient.chart, id, &narrative));
        if let Some(addendum) = added {
            return Ok(addendum);
        }
        let seen = self.seen.as_ref().map(|seen| seen.drafted.clone());
        let mut noted = seen.map_or_else(|| self.draft(ctx), Ok).map_err(|words| Refusal::at("of", words))?;
        noted.narrative = narrative;
        noted.codes = note::codes(&self.form.text("codes"), &ctx.practice);
        let is_charged = self.form.field("charges").is_some_and(|field| !field.hidden);
        let charges = if is_charged { self.form.text("charges") } else { String::new() };
        noted.charges = note::charges(&charges).map_err(|words| Refusal::at("charges", words))?;
        Ok(noted)
    }
}

/// The doses, checks and missed doses that a note can be of, the latest first; those that have a signed one say so.
fn encounters(patient: &Patient) -> Vec<(String, String)> {
    let course = &patient.course;
    let doses = course.given().map(|(slot, g)| (g.given.on, g.entry, slot.title()));
    let missed = course.doses.iter().filter_map(|s| Some((s.visit, s.not_given.as_ref()?.0, "not given".to_owned())));
    let checks = course.checks.iter().map(|c| (c.checked.on, c.entry, c.label.clone()));
    let mut all: Vec<_> = doses.chain(missed).chain(checks).collect();
    all.sort_by_key(|(day, id, _)| std::cmp::Reverse((*day, *id)));
    // Of one day the dose stands first: the note is of all that happened.
    all.sort_by_key(|(day, id, _)| (std::cmp::Reverse(*day), !course.given().any(|(_, g)| g.entry == *id)));
    let words = |(on, id, what): (NaiveDate, EntryId, String)| {
        let signed = note::signed_of_entry(&patient.chart, id, on).map(|_| ", note signed").unwrap_or_default();
        (id.to_string(), format!("{}: {what}{signed}", dates::day(on)))
    };
    all.into_iter().take(OFFERED).map(words).collect()
}

impl Prompt for EncounterPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Encounter
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        if self.adds_to().is_some() { "Addendum to a signed note".to_owned() } else { "Encounter note".to_owned() }
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, ctx: &Ctx, field: &str) {
        match field {
            "of" | "" => self.fill(ctx),
            "consent" | "reaction" => {
                self.look(ctx);
                self.show(ctx);
            }
            _ => self.show(ctx),
        }
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        match (self.adds_to(), self.noted(ctx)) {
            (Some((id, first)), _) => words::of_addendum(&self.patient, id, first, ctx),
            (None, Ok(noted)) => {
                self.seen.as_ref().map(|seen| words::of_note(&seen.coded, &noted, ctx)).unwrap_or_default()
            }
            (None, Err(_)) => Vec::new(),
        }
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let noted = self.noted(ctx)?;
        let seen = self.seen.as_ref().map_or(&self.patient.course, |seen| &seen.coded);
        match note::unsigned(&noted, &self.patient.chart, seen, &ctx.practice) {
            Some(Unsigned::Blank) => {
                return Err(Refusal::at("narrative", "write what was seen and said: a note is signed for it"));
            }
            Some(Unsigned::Signed(_)) => {
                return Err(Refusal::at("of", "a note of this encounter is signed: what comes later is an addendum"));
            }
            Some(Unsigned::Code(stop)) => {
                return Err(Refusal::at("codes", format!("{} {}", stop.text, ctx.told(&stop.todo))));
            }
            None => {}
        }
        self.not_charged(&noted, seen, ctx)?;
        let noted = note::judged(noted, seen, &ctx.practice);
        Ok(Submitted::Record(Job::on(&self.patient, Act::Noted(Box::new(noted)), After::Back)))
    }

    fn scrolls(&self) -> bool {
        true
    }
}
