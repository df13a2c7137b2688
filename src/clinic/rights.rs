//! The rights at the needle: patient, drug, dose, route, time, lot and site, each checked as it is typed.
//!
//! Rules are those of facts section 9 (T5 to T10, D1 to D10, N2); their numbers are in `assets/rules.ron`. A check that is
//! fine says so too.

mod allergy;
mod already;
mod site;
mod time;
mod usual;
mod vial;

pub use allergy::{allergic, not_understood, not_understood_words};
pub use already::{Corrected, Impossible, again, correct, given_already, may_be_true};
pub use site::{into_sore, last_sites, leave_alone_until, suggest_site};
pub use usual::{last_of_form, lot_in_use, lots_in_use, products, usual_here, usual_product};
pub use vial::{
    advised_against, against_form, barred_for, barred_in_every_form, cautions, good_once_opened, nothing_is_without_it,
};

use super::course::{Course, DoseSlot};
use super::decision::Turn;
use super::drug::{Drug, Route, Site, mcg, ml, volume_ml};
use super::entry::Given;
use super::findings::{Finding, Tier};
use super::practice::Practice;
use super::rule::Rule;
use super::todo::Todo;
use super::words;
use chrono::NaiveDate;

/// So many reactions to earlier doses are told at the needle.
const REACTIONS: usize = 5;

/// What somebody is about to give.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// The day of the injection.
    pub on: NaiveDate,
    /// The form in the vial.
    pub drug: Drug,
    /// The vial's strength in micrograms per millilitre.
    pub strength_mcg_per_ml: u32,
    /// The dose in micrograms.
    pub dose_mcg: u32,
    /// The volume that was drawn up in mL, where somebody typed it.
    pub drawn_ml: Option<f64>,
    /// The route.
    pub route: Route,
    /// The site.
    pub site: Option<Site>,
    /// The lot.
    pub lot: Option<String>,
    /// The last day on which the vial is good.
    pub expires: Option<NaiveDate>,
    /// The day on which a multi-dose vial was opened.
    pub opened: Option<NaiveDate>,
    /// The routes of the product's label, where the product is known.
    pub label_routes: Option<Vec<Route>>,
    /// Its excipients, where the product is known.
    pub excipients: Vec<String>,
}

impl Intent {
    /// Returns the volume in mL: as typed, else as dose and strength give it.
    #[must_use]
    pub fn volume_ml(&self) -> Option<f64> {
        self.drawn_ml.or(volume_ml(self.dose_mcg, self.strength_mcg_per_ml))
    }
}

/// Which right a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// The right patient.
    Patient,
    /// An order that still holds.
    Order,
    /// The right drug.
    Drug,
    /// The right dose and volume.
    Dose,
    /// The right route.
    Route,
    /// The right time.
    Time,
    /// Lot and expiry.
    Lot,
    /// The site.
    Site,
}

/// What of a dose a check is about, or what cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What was typed cannot be read yet.
    Unread,
    /// The patient.
    Patient,
    /// The vial: its form, what it holds.
    Vial,
    /// The vial's strength.
    Strength,
    /// The dose.
    Dose,
    /// The volume that was drawn up.
    Drawn,
    /// The lot.
    Lot,
    /// The expiry.
    Expiry,
    /// The day on which the vial was opened.
    Opened,
    /// The route.
    Route,
    /// Its day.
    Day,
    /// The site.
    Site,
    /// Until when a sore site is left alone.
    SoreUntil,
}

impl Right {
    /// The part that a check of it is about, unless it says another one.
    fn part(self) -> Part {
        match self {
            Self::Patient => Part::Patient,
            Self::Drug => Part::Vial,
            Self::Dose => Part::Dose,
            Self::Route => Part::Route,
            Self::Order | Self::Time => Part::Day,
            Self::Lot => Part::Lot,
            Self::Site => Part::Site,
        }
    }
}

/// One check with its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What it is about.
    pub right: Right,
    /// What of it.
    pub part: Part,
    /// How hard it asks; `None` where all is well.
    pub tier: Option<Tier>,
    /// The rule's id in the facts.
    pub rule: String,
    /// In words.
    pub words: String,
    /// What to do first.
    pub todo: Todo,
    /// Whether it stops the needle and not the record: it may have been given so all the same, and is recorded once somebody
    /// says that it was.
    pub of_fact: bool,
}

impl Checked {
    pub(in crate::clinic) fn fine(right: Right, words: impl Into<String>) -> Self {
        let (part, rule, todo) = (right.part(), String::new(), Todo::default());
        Self { right, part, tier: None, rule, words: words.into(), todo, of_fact: false }
    }

    /// Makes a check that asks as hard as its rule does.
    fn of(rule: &Rule, right: Right, words: impl Into<String>) -> Self {
        Self { tier: Some(rule.tier), rule: rule.id.clone(), ..Self::fine(right, words) }
    }

    /// Makes the check of what cannot be read yet: nobody signs that.
    #[must_use]
    pub fn unread(words: impl Into<String>) -> Self {
        Self { part: Part::Unread, tier: Some(Tier::Stop), ..Self::fine(Right::Dose, words) }
    }

    /// Takes the rule's worse case.
    fn harder(self, rule: &Rule) -> Self {
        Self { tier: Some(rule.harder.unwrap_or(rule.tier)), ..self }
    }

    /// Takes the rule's milder case.
    fn softer(self, rule: &Rule) -> Self {
        Self { tier: Some(rule.softer.unwrap_or(rule.tier)), ..self }
    }

    /// Says of which part it is.
    fn about(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// Says that it stops the needle, and not the record.
    fn may_be(self) -> Self {
        Self { of_fact: true, ..self }
    }

    /// Returns it with what to do, as a face tells that.
    #[must_use]
    pub fn told(&self, told: impl Fn(&Todo) -> String) -> String {
        if self.todo.is_empty() { self.words.clone() } else { format!("{} {}", self.words, told(&self.todo)) }
    }
}

/// Checks an intent against the course; at least one line a right, the hardest first within each.
#[must_use]
pub fn check(course: &Course, practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let slot = course.next_dose();
    let mut out = patient(course, practice, intent.on);
    out.extend(reactions(course, practice, intent.on));
    out.extend(order_end(course, practice, intent.on));
    out.extend(vial::drug(course, practice, intent));
    out.extend(allergy::unknown(course, practice));
    out.extend(dose(course, practice, intent));
    out.extend(usual::other_strength(course, practice, intent));
    out.extend(route(practice, slot, intent));
    out.extend(time::time(course, practice, slot, intent));
    out.extend(vial::lot(practice, intent));
    out.extend(site::site(course, practice, intent));
    out
}

/// Returns what would stop the next dose on its day as things stand, whatever vial is taken: something that must be resolved
/// first, a form that the patient must not have, or an order that has ended by then.
#[must_use]
pub fn held(course: &Course, practice: &Practice) -> Option<Checked> {
    let on = course.next_dose()?.visit.max(course.today);
    let order = order_end(course, practice, on).filter(|checked| checked.tier == Some(Tier::Stop));
    stopped(course, practice).or(order)
}

/// Returns the same but for the order's end: what of the patient stops the next dose.
#[must_use]
pub fn stopped(course: &Course, practice: &Practice) -> Option<Checked> {
    let on = course.next_dose()?.visit.max(course.today);
    let patient = patient(course, practice, on).into_iter().find(|checked| checked.tier == Some(Tier::Stop));
    patient.or_else(|| vial::ordered_form(course, practice))
}

fn patient(course: &Course, practice: &Practice, on: NaiveDate) -> Vec<Checked> {
    let rule = |id: &str| practice.knowledge.rule(id);
    let asks = |id: &str, words: String| Checked::of(rule(id), Right::Patient, words);
    let Some(person) = &course.person else {
        return vec![asks("ID", "the chart has no name: register the patient first".to_owned())];
    };
    if let Some(words) = course.struck_out() {
        return vec![asks("ID", format!("{words}: restore it first, in the history"))];
    }
    if too_young(person.born, practice, on).is_some() {
        return vec![asks("N2", "under 18 on the day: this is an adult program".to_owned()).may_be()];
    }
    if let Some(standing) = course.standing.as_ref().filter(|s| s.ends_the_plan()) {
        // A dose of before the end may still be recorded.
        let died = standing.change.what == Turn::Died;
        let id = if died { "T10" } else { "PLAN" };
        if on > standing.change.on || (!died && on == standing.change.on) {
            let stop = asks(id, format!("{}; a prescriber orders first", standing.words())).harder(rule(id));
            return vec![Checked { of_fact: !died, ..stop }];
        }
    }
    // What must be resolved first, potassium below 3.0 mmol/L for one (L2), must be so before the needle too.
    // In its milder case it is asked about: the needle is where it is seen at the latest.
    let held = |f: &&Finding| f.tier != Tier::Note && rule(&f.rule).needle && was_known(course, f, on);
    if let Some(found) = course.findings.iter().find(held) {
        let (tier, todo, of_fact) = (Some(found.tier), found.todo.clone(), found.tier == Tier::Stop);
        return vec![Checked { tier, todo, of_fact, ..asks(&found.rule, found.text.clone()) }];
    }
    if let Some(standing) = course.standing.as_ref().filter(|_| paused(course, on)) {
        return vec![asks("PLAN", format!("{}; a dose now ends the pause", standing.words()))];
    }
    vec![Checked::fine(Right::Patient, "patient")]
}

/// Tells what came after earlier doses, the latest first.
fn reactions(course: &Course, practice: &Practice, on: NaiveDate) -> Option<Checked> {
    let mut told: Vec<_> = course.given().filter(|(_, g)| g.given.on <= on).collect();
    told.sort_by_key(|(_, g)| std::cmp::Reverse(g.given.on));
    let one = |given: &Given| Some(format!("{}: {}", words::day(given.on), given.reaction.as_ref()?));
    let told: Vec<_> = told.into_iter().filter_map(|(_, g)| one(&g.given)).collect();
    let shown = told.iter().take(REACTIONS).cloned().collect::<Vec<_>>().join("; of ");
    let more = told.len().saturating_sub(REACTIONS);
    let more = if more > 0 { format!("; and {more} earlier") } else { String::new() };
    let words = format!("after the dose of {shown}{more}");
    (!told.is_empty()).then(|| Checked::of(practice.knowledge.rule("AFTER"), Right::Patient, words))
}

/// ORDER-END: what is left of the order; nothing is given beyond its last day or its last dose. One of before its last day may
/// still be recorded. `None` where the order has no end.
#[must_use]
pub fn order_end(course: &Course, practice: &Practice, on: NaiveDate) -> Option<Checked> {
    let cover = course.cover.as_ref().filter(|_| !course.has_ended())?;
    let (rule, said) = (practice.knowledge.rule("ORDER-END"), cover.words(course.today));
    if !cover.allows(on) {
        let todo = rule.todo_harder.clone().unwrap_or_default();
        let stop = Checked::of(rule, Right::Order, format!("{said}.")).harder(rule).may_be();
        return Some(Checked { todo, ..stop });
    }
    if cover.left == Some(1) {
        let said = said.replacen("1 dose left", "the last dose", 1);
        return Some(Checked::of(rule, Right::Order, said));
    }
    Some(Checked::fine(Right::Order, said))
}

/// Whether the sample that a finding rests on was taken by a day: a dose of before it is recorded as it was given.
fn was_known(course: &Course, finding: &Finding, on: NaiveDate) -> bool {
    let rests = course.checks.iter().find(|c| finding.entries.contains(&c.entry));
    rests.is_none_or(|check| check.checked.sample_day() <= on)
}

/// Whether a day lies within the pause that holds.
fn paused(course: &Course, on: NaiveDate) -> bool {
    let within = |s: &super::course::Standing| matches!(s.change.what, Turn::Paused { until } if (s.change.on..until).contains(&on));
    course.standing.as_ref().is_some_and(within)
}

fn dose(course: &Course, practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let mut out: Vec<_> = other_dose(course, practice, intent).into_iter().collect();
    out.extend(volume(practice, intent));
    if out.is_empty() { vec![Checked::fine(Right::Dose, "dose as ordered")] } else { out }
}

/// D3, T5, DOSE: another dose than the plan's.
fn other_dose(course: &Course, practice: &Practice, intent: &Intent) -> Option<Checked> {
    let rule = |id| practice.knowledge.rule(id);
    let given = f64::from(intent.dose_mcg);
    // Beyond the plan, the dose of its last phase is what was ordered.
    let beyond = || course.order.as_ref().and_then(|(_, order)| order.phases.last()).map(|p| p.dose_mcg);
    let planned = course.next_dose().map(|slot| slot.dose_mcg).or_else(beyond)?;
    if planned == intent.dose_mcg {
        return None;
    }
    let asks = |id, more: &str| {
        let words = format!("{} is ordered, not {}{more}", mcg(planned), mcg(intent.dose_mcg));
        Checked::of(rule(id), Right::Dose, words)
    };
    let is_more = intent.dose_mcg > planned;
    let units = given <= rule("D3").limit("looks_like_mg") || given >= rule("D3").limit("far_too_much_mcg");
    Some(if units {
        // Too much can have been given; a thousandth cannot be drawn up.
        Checked { of_fact: is_more, ..asks("D3", ": 1 mg is 1,000 mcg") }
    } else if is_more && given > rule("T5").limit("most_mcg") {
        asks("T5", ": a missed dose is never made up by a double one").may_be()
    } else {
        asks("DOSE", "")
    })
}

/// D1, D10: what the syringe holds, or would have to hold.
fn volume(practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let rule = |id| practice.knowledge.rule(id);
    let asks = |id, words: String| Checked::of(rule(id), Right::Dose, words);
    let other = other_volume(practice, intent.dose_mcg, intent.strength_mcg_per_ml, intent.drawn_ml);
    let mut out: Vec<_> = other.map(|words| asks("D1", words).about(Part::Drawn)).into_iter().collect();
    match volume_ml(intent.dose_mcg, intent.strength_mcg_per_ml) {
        None => {
            let words = "type the vial's strength: it is never assumed".to_owned();
            out.push(asks("D1", words).about(Part::Strength));
        }
        Some(volume) if volume > rule("D1").limit("most_ml") => {
            let words = format!("{} is too much for one injection: is this the right vial?", ml(volume));
            out.push(asks("D1", words).may_be());
        }
        Some(volume) if volume < rule("D10").limit("ml") => {
            out.push(asks("D10", format!("{} cannot be measured in a syringe", ml(volume))));
        }
        Some(_) => {}
    }
    out
}

/// D1: says how the volume drawn up differs by more than a tenth, or by more than 0.1 mL.
fn other_volume(practice: &Practice, dose_mcg: u32, strength_mcg_per_ml: u32, drawn_ml: Option<f64>) -> Option<String> {
    let rule = practice.knowledge.rule("D1");
    let (drawn, volume) = drawn_ml.zip(volume_ml(dose_mcg, strength_mcg_per_ml))?;
    // A hair of floating point is no difference.
    let off = (drawn - volume).abs() - 1e-9;
    (off > volume * rule.limit("percent") / 100.0 || off > rule.limit("ml")).then(|| {
        format!("{} drawn up, but {} of {strength_mcg_per_ml} mcg/mL is {}", ml(drawn), mcg(dose_mcg), ml(volume))
    })
}

fn route(practice: &Practice, slot: Option<&DoseSlot>, intent: &Intent) -> Vec<Checked> {
    let asks = |id, words: String| Checked::of(practice.knowledge.rule(id), Right::Route, words);
    let stop = |words: String| vec![asks("D5", words).may_be()];
    if intent.route == Route::Iv && intent.drug != Drug::Mecobalamin {
        return stop("not into a vein: almost all of the vitamin is lost in the urine".to_owned());
    }
    if let Some(label) = &intent.label_routes
        && !label.contains(&intent.route)
    {
        let allowed: Vec<_> = label.iter().map(|r| r.short()).collect();
        return stop(format!("the label gives {} only", allowed.join(" or ")));
    }
    match slot {
        Some(slot) if slot.route != intent.route => {
            vec![asks("ROUTE", format!("{} is ordered", slot.route.short()))]
        }
        _ => vec![Checked::fine(Right::Route, "route")],
    }
}

/// Says that no plan is signed for somebody under age on a day, and what to do (N2); `None` for an adult.
#[must_use]
pub fn too_young(born: NaiveDate, practice: &Practice, on: NaiveDate) -> Option<String> {
    let rule = practice.knowledge.rule("N2");
    let years = on.years_since(born).map_or(0, i64::from);
    (years < rule.count("years")).then(|| format!("under {}. {}", rule.count("years"), rule.todo.as_written()))
}
