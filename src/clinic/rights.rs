//! The rights at the needle: patient, drug, dose, route, time, lot and site, each checked as it is typed.
//!
//! Rules are those of facts section 9 (T5 to T10, D1 to D10, N2). A check that is fine says so too.

mod time;

use super::course::{Course, DoseSlot};
use super::drug::{Drug, Route, Site, mcg, ml, volume_ml};
use super::entry::{EntryId, Given};
use super::findings::Tier;
use super::practice::Practice;
use super::words;
use chrono::NaiveDate;

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
    /// The route.
    pub route: Route,
    /// The site.
    pub site: Option<Site>,
    /// The lot.
    pub lot: Option<String>,
    /// The last day on which the vial is good.
    pub expires: Option<NaiveDate>,
    /// The routes of the product's label, where the product is known.
    pub label_routes: Option<Vec<Route>>,
    /// Its excipients, where the product is known.
    pub excipients: Vec<String>,
}

/// Which right a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// The right patient.
    Patient,
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
    pub rule: &'static str,
    /// In words.
    pub words: String,
}

impl Checked {
    fn fine(right: Right, words: impl Into<String>) -> Self {
        Self { right, tier: None, rule: "", words: words.into() }
    }

    fn asks(right: Right, tier: Tier, rule: &'static str, words: impl Into<String>) -> Self {
        Self { right, tier: Some(tier), rule, words: words.into() }
    }
}

/// Checks an intent against the course; at least one line a right, the hardest first within each.
#[must_use]
pub fn check(course: &Course, practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let slot = course.next_dose();
    let mut out = patient(course, intent);
    out.extend(drug(course, intent));
    out.extend(dose(slot, intent));
    out.extend(route(slot, intent));
    out.extend(time::time(course, practice, slot, intent));
    out.extend(lot(intent));
    out.extend(site(course, intent));
    out
}

fn patient(course: &Course, intent: &Intent) -> Vec<Checked> {
    let Some(person) = &course.person else {
        return vec![Checked::asks(
            Right::Patient,
            Tier::Stop,
            "ID",
            "the chart has no name: register the patient first",
        )];
    };
    if person.age_on(intent.on) < 18 {
        return vec![Checked::asks(Right::Patient, Tier::Stop, "N2", "under 18 on the day: this is an adult program")];
    }
    // What must be resolved first, potassium below 3.0 mmol/L for one (L2), must be so before the needle too.
    if let Some(stop) = course.findings.iter().find(|f| f.tier == Tier::Stop) {
        return vec![Checked::asks(Right::Patient, Tier::Stop, stop.rule, format!("{} {}", stop.text, stop.todo))];
    }
    vec![Checked::fine(Right::Patient, "patient")]
}

fn drug(course: &Course, intent: &Intent) -> Vec<Checked> {
    let mut out = Vec::new();
    let stop = |rule, words: String| Checked::asks(Right::Drug, Tier::Stop, rule, words);
    match &course.order {
        None => out.push(stop("ORDER", "no plan is signed: a prescriber orders first".to_owned())),
        Some((_, order)) if order.drug != intent.drug => {
            out.push(stop(
                "D4",
                format!(
                    "{} is ordered, this is {}: not interchangeable",
                    order.drug.tall_man(),
                    intent.drug.tall_man()
                ),
            ));
        }
        Some(_) => {}
    }
    if intent.strength_mcg_per_ml >= 25_000 || intent.dose_mcg > 5_000 {
        out.push(stop("D8", "this looks like the antidote (5 g, IV): never for deficiency".to_owned()));
    }
    if let Some(person) = &course.person {
        let caution = person.caution.clone().unwrap_or_default().to_lowercase();
        let is_leber = caution.contains("leber")
            || caution.contains("lhon")
            || course.triage.as_ref().is_some_and(|t| t.cause == "leber");
        if is_leber && matches!(intent.drug, Drug::Cyanocobalamin | Drug::CyanocobalaminTannin) {
            out.push(stop(
                "D6",
                "Leber's optic neuropathy: no cyanocobalamin; use hydroxocobalamin, ask the specialist".to_owned(),
            ));
        }
        if let Some(what) = allergy(&person.allergies.words(), intent) {
            out.push(stop("D9", format!("allergy to {what} is recorded")));
        }
    }
    if out.is_empty() { vec![Checked::fine(Right::Drug, "drug as ordered")] } else { out }
}

fn allergy(known: &str, intent: &Intent) -> Option<String> {
    let known = known.to_lowercase();
    let words = ["cobalt", "cobalamin", "b12"].map(str::to_owned);
    let excipients = intent.excipients.iter().map(|e| e.trim().to_lowercase()).filter(|e| !e.is_empty());
    let parabens = intent.excipients.iter().any(|e| e.contains("paraben")).then(|| "paraben".to_owned());
    words.into_iter().chain(excipients).chain(parabens).find(|word| known.contains(word.as_str()))
}

fn dose(slot: Option<&DoseSlot>, intent: &Intent) -> Vec<Checked> {
    let asks = |tier, rule, words: String| Checked::asks(Right::Dose, tier, rule, words);
    let mut out = Vec::new();
    if let Some(slot) = slot
        && slot.dose_mcg != intent.dose_mcg
    {
        let differs = format!("{} is ordered, not {}", mcg(slot.dose_mcg), mcg(intent.dose_mcg));
        out.push(match intent.dose_mcg {
            ..=5 | 5_000.. => asks(Tier::Stop, "D3", format!("{differs}: 1 mg is 1,000 mcg")),
            more if more > slot.dose_mcg && more > 1_000 => {
                asks(Tier::Stop, "T5", format!("{differs}: a missed dose is never made up by a double one"))
            }
            _ => asks(Tier::Reason, "DOSE", differs),
        });
    }
    match volume_ml(intent.dose_mcg, intent.strength_mcg_per_ml) {
        None => out.push(asks(Tier::Stop, "D1", "type the vial's strength: it is never assumed".to_owned())),
        Some(volume) if volume > 5.0 => out.push(asks(
            Tier::Stop,
            "D1",
            format!("{} is too much for one injection: is this the right vial?", ml(volume)),
        )),
        Some(volume) if volume < 0.05 => {
            out.push(asks(Tier::Reason, "D10", format!("{} cannot be measured in a syringe", ml(volume))));
        }
        Some(_) => {}
    }
    if out.is_empty() { vec![Checked::fine(Right::Dose, "dose as ordered")] } else { out }
}

fn route(slot: Option<&DoseSlot>, intent: &Intent) -> Vec<Checked> {
    if intent.route == Route::Iv && intent.drug != Drug::Mecobalamin {
        return vec![Checked::asks(
            Right::Route,
            Tier::Stop,
            "D5",
            "not into a vein: almost all of the vitamin is lost in the urine",
        )];
    }
    if let Some(label) = &intent.label_routes
        && !label.contains(&intent.route)
    {
        let allowed: Vec<_> = label.iter().map(|r| r.short()).collect();
        return vec![Checked::asks(
            Right::Route,
            Tier::Stop,
            "D5",
            format!("the label gives {} only", allowed.join(" or ")),
        )];
    }
    match slot {
        Some(slot) if slot.route != intent.route => {
            vec![Checked::asks(Right::Route, Tier::Reason, "ROUTE", format!("{} is ordered", slot.route.short()))]
        }
        _ => vec![Checked::fine(Right::Route, "route")],
    }
}

fn lot(intent: &Intent) -> Vec<Checked> {
    let asks = |tier, rule, words: String| vec![Checked::asks(Right::Lot, tier, rule, words)];
    match (intent.lot.as_deref().map(str::trim), intent.expires) {
        (_, Some(expires)) if expires < intent.on => {
            asks(Tier::Stop, "LOT", format!("expired on {}: take another vial", words::day(expires)))
        }
        (None | Some(""), _) => asks(Tier::Reason, "LOT", "no lot: read it from the vial".to_owned()),
        (_, None) => asks(Tier::Reason, "LOT", "no expiry: read it from the vial".to_owned()),
        _ => vec![Checked::fine(Right::Lot, "lot in date")],
    }
}

fn site(course: &Course, intent: &Intent) -> Vec<Checked> {
    let Some(site) = intent.site else {
        return vec![Checked::asks(Right::Site, Tier::Note, "SITE", "no site recorded")];
    };
    if !site.suits(intent.route) {
        return vec![Checked::asks(
            Right::Site,
            Tier::Reason,
            "SITE",
            format!("{site} is no {} site", intent.route.short()),
        )];
    }
    let most = site.most_ml(intent.route);
    if let Some(volume) = volume_ml(intent.dose_mcg, intent.strength_mcg_per_ml).filter(|v| *v > most) {
        return vec![Checked::asks(
            Right::Site,
            Tier::Reason,
            "D2",
            format!("{} is more than {} for {site}: split it or move", ml(volume), ml(most)),
        )];
    }
    let last = course.given().next_back().and_then(|(_, g)| g.given.site);
    if last == Some(site) {
        return vec![Checked::asks(Right::Site, Tier::Note, "SITE", "same site as last time: rotate if you can")];
    }
    vec![Checked::fine(Right::Site, "site")]
}

/// Suggests a site: of those that suit route and volume, the one not used for longest; deltoids first where it fits.
#[must_use]
pub fn suggest_site(course: &Course, route: Route, volume: f64) -> Option<Site> {
    let fits = |site: &Site| {
        site.suits(route)
            && volume <= site.most_ml(route)
            && (route != Route::Sc || *site == Site::Abdomen || volume <= 1.0)
    };
    let used = |site: Site| course.given().filter(|(_, g)| g.given.site == Some(site)).map(|(_, g)| g.given.on).max();
    let arms = [Site::LeftDeltoid, Site::RightDeltoid];
    let home: Vec<Site> = if route == Route::Im && arms.iter().all(fits) { arms.to_vec() } else { Site::ALL.to_vec() };
    home.into_iter().filter(fits).min_by_key(|site| used(*site))
}

/// Says why a corrected dose cannot stand: a day that cannot be, that has another dose (T6), or a vial past its expiry.
#[must_use]
pub fn correction(course: &Course, entry: EntryId, given: &Given) -> Option<String> {
    if given.on > course.today {
        return Some(format!("{} has not come yet", words::day(given.on)));
    }
    if course.person.as_ref().is_some_and(|p| given.on < p.born) {
        return Some("the day is before the patient's birth".to_owned());
    }
    if course.given().any(|(_, other)| other.entry != entry && other.given.on == given.on) {
        return Some(format!("another dose is recorded on {}", words::day(given.on)));
    }
    let expired = given.expires.filter(|expires| *expires < given.on)?;
    Some(format!("the vial had expired on {}", words::day(expired)))
}
