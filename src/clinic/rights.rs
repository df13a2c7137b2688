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
pub use already::{Corrected, Impossible, Part, again, correct, given_already, may_be_true};
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

/// One check with its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What it is about.
    pub right: Right,
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
    fn fine(right: Right, words: impl Into<String>) -> Self {
        Self { tier: None, ..Self::asks(right, Tier::Note, "", words) }
    }

    /// Makes a check that asks.
    #[must_use]
    pub fn asks(right: Right, tier: Tier, rule: &str, words: impl Into<String>) -> Self {
        let (rule, words, todo) = (rule.to_owned(), words.into(), Todo::default());
        Self { right, tier: Some(tier), rule, words, todo, of_fact: false }
    }

    /// Makes a check that stops the needle, and not the record.
    fn stops(right: Right, rule: &str, words: impl Into<String>) -> Self {
        Self { of_fact: true, ..Self::asks(right, Tier::Stop, rule, words) }
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
    out.extend(reactions(course, intent.on));
    out.extend(order_end(course, practice, intent.on));
    out.extend(vial::drug(course, practice, intent));
    out.extend(allergy::unknown(course, practice));
    out.extend(dose(course, practice, intent));
    out.extend(usual::other_strength(course, intent));
    out.extend(route(slot, intent));
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
    let stop = |rule: &str, words: String| vec![Checked::asks(Right::Patient, Tier::Stop, rule, words)];
    let Some(person) = &course.person else {
        return stop("ID", "the chart has no name: register the patient first".to_owned());
    };
    if let Some(words) = course.struck_out() {
        return stop("ID", format!("{words}: restore it first, in the history"));
    }
    if too_young(person.born, practice, on).is_some() {
        return vec![Checked::stops(Right::Patient, "N2", "under 18 on the day: this is an adult program")];
    }
    if let Some(standing) = course.standing.as_ref().filter(|s| s.ends_the_plan()) {
        // A dose of before the end may still be recorded.
        let rule = if standing.change.what == Turn::Died { "T10" } else { "PLAN" };
        if on > standing.change.on || (rule == "PLAN" && on == standing.change.on) {
            let words = format!("{}; a prescriber orders first", standing.words());
            let stop = Checked::stops(Right::Patient, rule, words);
            return vec![Checked { of_fact: standing.change.what != Turn::Died, ..stop }];
        }
    }
    // What must be resolved first, potassium below 3.0 mmol/L for one (L2), must be so before the needle too.
    // In its milder case it is asked about: the needle is where it is seen at the latest.
    let holds_back = |rule: &str| practice.knowledge.rule(rule).needle;
    let held = |f: &&Finding| f.tier != Tier::Note && holds_back(&f.rule) && was_known(course, f, on);
    if let Some(found) = course.findings.iter().find(held) {
        let asks = Checked::asks(Right::Patient, found.tier, &found.rule, found.text.clone());
        return vec![Checked { todo: found.todo.clone(), of_fact: found.tier == Tier::Stop, ..asks }];
    }
    if let Some(standing) = course.standing.as_ref().filter(|_| paused(course, on)) {
        let words = format!("{}; a dose now ends the pause", standing.words());
        return vec![Checked::asks(Right::Patient, Tier::Reason, "PLAN", words)];
    }
    vec![Checked::fine(Right::Patient, "patient")]
}

/// Tells what came after earlier doses, the latest first.
fn reactions(course: &Course, on: NaiveDate) -> Option<Checked> {
    let mut told: Vec<_> = course.given().filter(|(_, g)| g.given.on <= on).collect();
    told.sort_by_key(|(_, g)| std::cmp::Reverse(g.given.on));
    let one = |given: &Given| Some(format!("{}: {}", words::day(given.on), given.reaction.as_ref()?));
    let told: Vec<_> = told.into_iter().filter_map(|(_, g)| one(&g.given)).collect();
    let shown = told.iter().take(REACTIONS).cloned().collect::<Vec<_>>().join("; of ");
    let more = told.len().saturating_sub(REACTIONS);
    let more = if more > 0 { format!("; and {more} earlier") } else { String::new() };
    let words = format!("after the dose of {shown}{more}");
    (!told.is_empty()).then(|| Checked::asks(Right::Patient, Tier::Note, "AFTER", words))
}

/// ORDER-END: nothing is given beyond the order's last day or its last dose. One of before its last day may still be recorded.
fn order_end(course: &Course, practice: &Practice, on: NaiveDate) -> Option<Checked> {
    let cover = course.cover.as_ref().filter(|_| !course.has_ended())?;
    let said = cover.words(course.today);
    if !cover.allows(on) {
        let todo = practice.knowledge.rule("ORDER-END").todo_harder.clone().unwrap_or_default();
        return Some(Checked { todo, ..Checked::stops(Right::Order, "ORDER-END", format!("{said}.")) });
    }
    if cover.left == Some(1) {
        let said = said.replacen("1 dose left", "the last dose", 1);
        return Some(Checked::asks(Right::Order, Tier::Note, "ORDER-END", said));
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
    let asks = |tier, rule: &str, words: String| Checked::asks(Right::Dose, tier, rule, words);
    let stops = |rule: &str, words: String| Checked::stops(Right::Dose, rule, words);
    let rule = |id| practice.knowledge.rule(id);
    let given = f64::from(intent.dose_mcg);
    let mut out = Vec::new();
    // Beyond the plan, the dose of its last phase is what was ordered.
    let beyond = || course.order.as_ref().and_then(|(_, order)| order.phases.last()).map(|p| p.dose_mcg);
    let planned = course.next_dose().map(|slot| slot.dose_mcg).or_else(beyond);
    if let Some(planned) = planned.filter(|planned| *planned != intent.dose_mcg) {
        let differs = format!("{} is ordered, not {}", mcg(planned), mcg(intent.dose_mcg));
        let units = given <= rule("D3").limit("looks_like_mg") || given >= rule("D3").limit("far_too_much_mcg");
        out.push(if units {
            // Too much can have been given; a thousandth cannot be drawn up.
            let stop = stops("D3", format!("{differs}: 1 mg is 1,000 mcg"));
            Checked { of_fact: intent.dose_mcg > planned, ..stop }
        } else if intent.dose_mcg > planned && given > rule("T5").limit("most_mcg") {
            stops("T5", format!("{differs}: a missed dose is never made up by a double one"))
        } else {
            asks(Tier::Reason, "DOSE", differs)
        });
    }
    let other = other_volume(practice, intent.dose_mcg, intent.strength_mcg_per_ml, intent.drawn_ml);
    out.extend(other.map(|words| asks(Tier::Stop, "D1", words)));
    let most = rule("D1").limit("most_ml");
    match volume_ml(intent.dose_mcg, intent.strength_mcg_per_ml) {
        None => out.push(asks(Tier::Stop, "D1", "type the vial's strength: it is never assumed".to_owned())),
        Some(volume) if volume > most => {
            out.push(stops("D1", format!("{} is too much for one injection: is this the right vial?", ml(volume))));
        }
        Some(volume) if volume < rule("D10").limit("ml") => {
            out.push(asks(Tier::Reason, "D10", format!("{} cannot be measured in a syringe", ml(volume))));
        }
        Some(_) => {}
    }
    if out.is_empty() { vec![Checked::fine(Right::Dose, "dose as ordered")] } else { out }
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

fn route(slot: Option<&DoseSlot>, intent: &Intent) -> Vec<Checked> {
    let stop = |words: String| vec![Checked::stops(Right::Route, "D5", words)];
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
            vec![Checked::asks(Right::Route, Tier::Reason, "ROUTE", format!("{} is ordered", slot.route.short()))]
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
