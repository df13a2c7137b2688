//! The practice: its name and people, how it works, and the knowledge that it works with.

use super::coding::CodeList;
use super::country::Country;
use super::drug::Drug;
use super::entry::Act;
use super::interval::Interval;
use super::knowledge::Knowledge;
use super::lab::{Analyte, Unit};
use super::people::{self, Colleague};
use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// What a practice keeps in `practice.ron`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Its name, as the header shows it.
    pub name: String,
    /// The name that its ids in other systems come from, where it was called otherwise when they could first go out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_as: Option<String>,
    /// Its address, as letters show it, parts between commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The telephone that patients call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// When somebody answers it: `Monday to Friday, 8 to 18`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// Who works here; the first one is who records unless the command line says otherwise.
    pub people: Vec<Colleague>,
    /// Whether the give prompt asks for day and month of birth, as the patient says it.
    #[serde(default = "yes")]
    pub ask_birth_date: bool,
    /// The days on which the practice is open; an appointment moves to the next one, a due date stays.
    #[serde(default = "all_week")]
    pub open_days: Vec<Weekday>,
    /// The days on which it is closed beside those: bank holidays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_on: Vec<NaiveDate>,
    /// The country setting that regimens are ranked by: `UK`, `US`, `NL`.
    #[serde(default)]
    pub setting: String,
    /// The unit in which each analyte is shown and typed first, by analyte id; the country's usual one where absent.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub units: std::collections::BTreeMap<String, String>,
    /// How long an order is good here, where the prescriber does not say otherwise; without it an order has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders_last: Option<Interval>,
    /// Whose patient numbers in laboratories' reports are the practice's own, as they name the authority that gives them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lab_authority: Option<String>,
    /// Which tests laboratories' own codes are; asked once each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lab_codes: Vec<LabCode>,
    /// The lots in use, the latest first: typed once, picked ever after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<LotInUse>,
    /// After so many minutes without a key the screen locks; the usual time where absent, never where it is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_after_minutes: Option<u16>,
    /// What the recovery key is checked against, by which an administrator whose secret is lost gets in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<String>,
    /// Whether this is a demo with fictional people.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

fn yes() -> bool {
    true
}

/// Returns every day of the week.
#[must_use]
pub fn all_week() -> Vec<Weekday> {
    vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
}

/// The screen locks after so many minutes without a key, unless the practice says otherwise.
pub const LOCK_AFTER_MINUTES: u16 = 5;

/// The next open day is looked for so far; a practice that is closed for longer is closed.
const FARTHEST_DAYS: usize = 400;

/// So many lots a practice keeps where one is used; a union with another workstation's may have more.
pub const MOST_LOTS: usize = 12;

/// A laboratory's own code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabCode {
    /// Who sends it: `LABSYS/CITY`.
    pub sender: String,
    /// The code.
    pub code: String,
    /// The analyte, an id of `assets/labs.ron`; absent where the test is not followed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub analyte: Option<String>,
}

/// A lot that somebody typed from a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotInUse {
    /// The product's name.
    pub product: String,
    /// The form.
    pub drug: Drug,
    /// The strength in micrograms per millilitre.
    pub strength_mcg_per_ml: u32,
    /// The lot.
    pub lot: String,
    /// The last day on which it is good.
    pub expires: NaiveDate,
    /// The day on which the multi-dose vial in use was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<NaiveDate>,
}

impl LotInUse {
    /// Returns the lot that a given dose was drawn from, where lot and expiry were recorded.
    #[must_use]
    pub fn of(act: &Act) -> Option<Self> {
        let Act::Given(given) = act else { return None };
        Some(Self {
            product: given.product.clone(),
            drug: given.drug,
            strength_mcg_per_ml: given.strength_mcg_per_ml,
            lot: given.lot.clone()?,
            expires: given.expires?,
            opened: given.opened,
        })
    }
}

impl Settings {
    /// Returns a practice of one person with nothing switched.
    #[must_use]
    pub fn new(name: &str, person: &str) -> Self {
        Self {
            name: name.to_owned(),
            known_as: None,
            address: None,
            phone: None,
            hours: None,
            people: vec![Colleague::new(person, false)],
            ask_birth_date: true,
            open_days: all_week(),
            closed_on: Vec::new(),
            setting: "UK".to_owned(),
            units: std::collections::BTreeMap::new(),
            orders_last: None,
            lab_authority: None,
            lab_codes: Vec::new(),
            lots: Vec::new(),
            lock_after_minutes: None,
            recovery: None,
            demo: false,
        }
    }

    /// Gives it another name; its ids in other systems stay.
    pub fn rename(&mut self, name: String) {
        if name != self.name {
            let was = std::mem::replace(&mut self.name, name);
            self.known_as.get_or_insert(was);
        }
    }

    /// Returns the name that its ids in other systems come from.
    #[must_use]
    pub fn id_name(&self) -> &str {
        self.known_as.as_deref().unwrap_or(&self.name)
    }

    /// Returns who records.
    #[must_use]
    pub fn author(&self) -> &str {
        people::working(&self.people).next().map_or("unknown", |p| p.name.as_str())
    }

    /// Returns whether people sign in here.
    #[must_use]
    pub fn sign_in(&self) -> bool {
        people::sign_in(&self.people)
    }

    /// Returns somebody who works here, or did, by name.
    #[must_use]
    pub fn person(&self, name: &str) -> Option<&Colleague> {
        self.people.iter().find(|person| person.name == name)
    }

    /// Returns after how many minutes without a key the screen locks; `None` where it does not. Without secrets nobody is
    /// kept out by it, so it only locks where that was chosen.
    #[must_use]
    pub fn lock_after_minutes(&self) -> Option<u16> {
        let usual = self.sign_in().then_some(LOCK_AFTER_MINUTES);
        self.lock_after_minutes.or(usual).filter(|minutes| *minutes > 0)
    }

    /// Returns the day on which the patient comes for something due on `due`: the same day, or the next open one.
    #[must_use]
    pub fn appointment(&self, due: NaiveDate) -> NaiveDate {
        due.iter_days().take(FARTHEST_DAYS).find(|day| self.is_open(*day)).unwrap_or(due)
    }

    /// Returns the settings with this lot first among those in use; at most twelve are kept, expired ones go first.
    pub fn use_lot(&mut self, lot: LotInUse, today: NaiveDate) {
        self.lots.retain(|l| !(l.lot == lot.lot && l.product == lot.product) && l.expires >= today);
        self.lots.insert(0, lot);
        self.lots.truncate(MOST_LOTS);
    }
}

/// A practice as the rules see it: its settings and its knowledge.
#[derive(Clone, Debug)]
pub struct Practice {
    /// Its own settings.
    pub settings: Settings,
    /// The library, with the practice's own additions.
    pub knowledge: Knowledge,
}

impl Practice {
    /// Returns a practice with the built-in library.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, knowledge: Knowledge::built_in() }
    }

    /// Returns the unit in which results of an analyte are typed and shown first: the practice's choice, else the one that is
    /// usual in its country.
    #[must_use]
    pub fn unit_of<'a>(&'a self, analyte: &'a Analyte) -> &'a str {
        let chosen = self.settings.units.get(&analyte.id).filter(|unit| analyte.unit(unit).is_some());
        let usual = || analyte.usual_unit(&self.settings.setting).map_or("", |unit| unit.unit.as_str());
        chosen.map_or_else(usual, String::as_str)
    }

    /// Returns whether the unit of an analyte was chosen here, or is known for the country.
    #[must_use]
    pub fn knows_unit(&self, analyte: &Analyte) -> bool {
        let of_country =
            |unit: &Unit| unit.usual.iter().any(|known| known.eq_ignore_ascii_case(&self.settings.setting));
        self.settings.units.contains_key(&analyte.id) || analyte.units.iter().any(of_country)
    }

    /// Returns how many days ahead lists of renewals look: time for a visit of the prescriber and a letter.
    #[must_use]
    pub fn renewal_days(&self) -> u64 {
        u64::try_from(self.knowledge.rule("ORDER-END").count("ahead_days")).unwrap_or_default()
    }

    /// Returns what is customary in the practice's country.
    #[must_use]
    pub fn country(&self) -> &Country {
        self.knowledge.country(&self.settings.setting)
    }

    /// Returns the list of diagnosis codes that the practice codes by.
    #[must_use]
    pub fn codes(&self) -> &CodeList {
        self.knowledge.codes_in(&self.settings.setting)
    }
}
