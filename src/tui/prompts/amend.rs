//! Amend: a correction names the entry it corrects and why; the old one stays visible, struck through.

mod fields;
mod read;
mod summary;

pub use summary::{summary, summary_in};

use super::give::{after_words, check_line, said};
use super::vial::TYPED;
use super::{Prompt, Refusal, Submitted};
use crate::clinic::amending;
use crate::clinic::drug::ml;
use crate::clinic::entry::{Act, Amended, EntryId, NotGiven};
use crate::clinic::findings::Tier;
use crate::clinic::not_given;
use crate::clinic::parse;
use crate::clinic::rights::Checked;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::Form;
use crate::tui::keymap;
use crate::tui::theme::Role;
use ratatui::text::{Line, Span};
use std::rc::Rc;

/// The parts of an entry that a correction puts right; a strike has no need of them.
const PARTS: [&str; 17] = [
    "on",
    "product",
    "route",
    "site",
    "dose",
    "drawn",
    "lot",
    "expires",
    "opened",
    "sore",
    "sore_until",
    "next",
    "sampled",
    "returned",
    "beside",
    "note",
    "reaction",
];

/// What is asked of a correction that goes against a rule that stops the needle.
const AGAINST: &str = "It is recorded as what happened: Why says how it came about and who was told.";

/// The prompt.
pub struct Amend {
    patient: Rc<Patient>,
    entry: EntryId,
    act: Act,
    /// The entry that struck it out, where it is to be restored.
    strike: Option<EntryId>,
    form: Form,
    seen: Seen,
    /// The rules that somebody was asked about and signs against.
    asked: Vec<String>,
}

/// What comes of the correction, worked out once a change.
#[derive(Default)]
struct Seen {
    /// What the corrected dose gives.
    gives: Option<String>,
    /// What the prompt of a dose would ask of it.
    brings: Vec<Checked>,
    /// What comes next then.
    after: Option<String>,
}

impl Amend {
    /// Opens on one entry, or on the one that it corrects; `None` where it is not of a kind that is corrected here. One that was
    /// struck out is restored.
    #[must_use]
    pub fn entry(patient: Rc<Patient>, ctx: &Ctx, entry: EntryId) -> Option<Self> {
        let entry = patient.chart.first_of(entry);
        let (act, strike) = {
            let fact = patient.chart.facts().into_iter().find(|f| f.entry.id == entry)?;
            match fact.act {
                Some(act) => (act.clone(), None),
                None => (fact.entry.act.clone(), Some(fact.amended?.0.id)),
            }
        };
        let holds_doses = || strike.is_none() && patient.chart.strikeable().is_none();
        let is_fixed = matches!(act, Act::Registered(_)) && holds_doses();
        if is_fixed || matches!(act, Act::Amended(_) | Act::Linked(_)) {
            return None;
        }
        let act = strike.and_then(|strike| restored(&patient, strike, entry, ctx)).unwrap_or(act);
        let fields = match strike {
            Some(_) => fields::of_struck(entry, &act, &patient.chart),
            None => fields::fields(entry, &act, &patient.chart, ctx),
        };
        let form = Form::new(fields).signed_by("Sign the correction");
        let mut prompt = Self { patient, entry, act, strike, form, seen: Seen::default(), asked: Vec::new() };
        prompt.show();
        prompt.look(ctx);
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
        let is_part = |id: &str| id.contains(':') || PARTS.contains(&id);
        let ids: Vec<_> = self.form.fields().iter().map(|f| f.id.clone()).filter(|id| is_part(id)).collect();
        for id in ids {
            self.form.show(&id, corrects);
        }
        let transfused = self.form.text("beside").split(',').any(|id| id == "transfusion");
        self.form.show("transfused", corrects && transfused);
        let is_typed = corrects && self.form.text("product") == TYPED;
        ["drug", "strength"].iter().for_each(|id| self.form.show(id, is_typed));
        self.form.show("sore_until", corrects && !self.form.text("sore").is_empty());
    }

    fn amended(&self, ctx: &Ctx) -> Result<Amended, Refusal> {
        let why = self.form.filled("why").unwrap_or_default();
        let corrects = self.form.text("how") == "correct";
        let instead = if corrects { Some(Box::new(self.instead(ctx)?)) } else { None };
        if instead.as_deref() == Some(&self.act) {
            return Err(Refusal::at("on", "nothing is changed yet"));
        }
        Ok(Amended { of: self.strike.unwrap_or(self.entry), why, instead, prescriber: false })
    }

    /// Works out what the corrected entry gives, what it brings up, and what comes after.
    fn look(&mut self, ctx: &Ctx) {
        self.seen = Seen::default();
        self.show_volume(ctx);
        let Ok(amended) = self.amended(ctx) else { return };
        match (amended.instead.as_deref(), self.strike) {
            (Some(Act::Given(now)), _) => {
                let volume = now.volume_ml().map(|v| format!(" = {}", ml(v))).unwrap_or_default();
                self.seen.gives = Some(format!("{}{volume} of {}", said(now), now.product));
                self.seen.brings = self.weighed(now.clone(), ctx).map(|w| w.brings).unwrap_or_default();
            }
            (None, Some(strike)) => {
                self.seen.brings = amending::brings_back(&self.patient.chart, &ctx.practice, ctx.today(), strike);
            }
            _ => {}
        }
        self.seen.after = Some(after_words(&self.patient.after(Act::Amended(amended), ctx)));
    }

    /// Asks once whether it was so where a correction goes against a rule that stops the needle: most are typed wrongly.
    fn asks_again(&mut self) -> Option<String> {
        let against: Vec<_> = self.seen.brings.iter().filter(|c| c.of_fact).map(|c| c.rule.clone()).collect();
        if against.is_empty() || against == self.asked {
            return None;
        }
        let rules = against.join(", ");
        self.asked = against;
        let again = keymap::told("{prompt.sign} again signs");
        Some(format!("it goes against {rules}: was it so? Say here how it came about and who was told; {again}"))
    }

    fn instead(&self, ctx: &Ctx) -> Result<Act, Refusal> {
        let on =
            parse::day_near(&self.form.text("on"), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at("on", e))?;
        if on > ctx.today() {
            return Err(Refusal::at("on", format!("{} has not come yet", words::day(on))));
        }
        let note = self.form.filled("note");
        match &self.act {
            Act::Given(given) => Ok(Act::Given(self.given(given, on, ctx)?)),
            Act::NotGiven(not) => {
                let again = not.again.filter(|again| *again > on);
                let now = NotGiven { on, note, again, ..not.clone() };
                let wrong = not_given::wrong(&self.patient.course, &now);
                wrong.map_or(Ok(Act::NotGiven(now)), |refused| Err(read::not_given(&refused, ctx)))
            }
            Act::Checked(checked) => Ok(Act::Checked(self.checked(checked, on, ctx)?)),
            Act::PhaseEnded(ended) => Ok(Act::PhaseEnded(crate::clinic::entry::PhaseEnded { on, ..ended.clone() })),
            _ => Err(Refusal::at("how", "this entry can only be struck out; then record it anew")),
        }
    }
}

/// What held of an entry before it was struck out.
fn restored(patient: &Patient, strike: EntryId, entry: EntryId, ctx: &Ctx) -> Option<Act> {
    let chart = patient.chart_after(Act::Amended(Amended::new(strike, String::new(), None)), ctx);
    let facts = chart.facts();
    facts.into_iter().find(|f| f.entry.id == entry)?.act.cloned()
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
    fn changed(&mut self, ctx: &Ctx, field: &str) {
        if field == "product" {
            self.fill_lot(ctx);
        }
        self.show();
        self.look(ctx);
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let line = |label: &'static str, words: &String| {
            Line::from(vec![Span::styled(label, ctx.theme.style(Role::Dim)), Span::raw(words.clone())])
        };
        let gives = self.seen.gives.iter().map(|words| line("As corrected: ", words));
        // Why is asked once, for all of it.
        let tier = |c: &Checked| if c.of_fact { c.tier } else { Some(Tier::Note) };
        let brings = self.seen.brings.iter().filter_map(|c| Some(check_line(c, tier(c)?, ctx)));
        let against = self.seen.brings.iter().any(|c| c.of_fact).then_some(AGAINST);
        let against = against.map(|words| Line::styled(words, ctx.theme.style(Role::Late)));
        gives
            .chain(brings)
            .chain(against)
            .chain(self.seen.after.iter().map(|words| line("After this: ", words)))
            .collect()
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        if self.form.filled("why").is_none() {
            return Err(Refusal::at("why", "say why: the reason stays in the chart"));
        }
        let amended = self.amended(ctx)?;
        let people = &ctx.practice.settings.people;
        let acts = amending::acts(&self.patient.chart, amended, &ctx.author, people);
        let acts = acts.map_err(|words| Refusal::at("how", words))?;
        if let Some(words) = self.asks_again() {
            return Err(Refusal::at("why", words));
        }
        Ok(Submitted::Record(Job::all(&self.patient, acts, After::Back)))
    }
}
