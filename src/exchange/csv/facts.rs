//! What one row says of a patient's treatment, cell by cell.

use super::amounts::{self, Amount, DoseUnit};
use super::cells::Cells;
use super::dates::short;
use super::field::Field;
use super::forms::{self, drug_in};
use super::history::{self, Moved};
use super::phases;
use super::sheets::NOT_RECORDED;
use super::vocabulary::{self, Of};
use crate::clinic::drug::{Drug, Route, Site, mcg};
use crate::clinic::interval::Interval;
use crate::clinic::regimen::Phase;
use crate::clinic::term::Term;
use crate::clinic::words;
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeSet;

/// What one row says of a dose.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DoseFacts {
    pub(super) on: Option<NaiveDate>,
    pub(super) time: Option<NaiveTime>,
    pub(super) drug: Option<Drug>,
    /// What the list calls the product.
    pub(super) product: Option<String>,
    pub(super) amount: Amount,
    /// In micrograms, where this very dose was another than the row's.
    pub(super) given_mcg: Option<u32>,
    pub(super) route: Option<Route>,
    pub(super) site: Option<Site>,
    pub(super) lot: Option<String>,
    pub(super) expires: Option<NaiveDate>,
    pub(super) given_by: Option<String>,
    pub(super) note: Option<String>,
    /// Whether it is of a list of dates.
    pub(super) is_listed: bool,
    /// Whether the next one counts from its calendar, not from the day given.
    pub(super) on_calendar: bool,
}

impl DoseFacts {
    /// Returns an earlier dose of the row's patient: of the row's form and dose where it says no other.
    pub(super) fn earlier(&self, earlier: &Earlier) -> Self {
        let drug = earlier.drug.or(self.drug);
        let amount = Amount { dose_mcg: self.amount.dose_mcg, ..Amount::default() };
        let (on, given_mcg, route) = (Some(earlier.on), earlier.dose_mcg, self.route);
        let on_calendar = earlier.on_calendar;
        Self { on, drug, amount, given_mcg, route, is_listed: true, on_calendar, ..Self::default() }
    }

    /// The amount that is said of this very dose: a date alone in a list of dates has the row's.
    pub(super) fn said_mcg(&self) -> Option<u32> {
        self.given_mcg.or(self.amount.dose_mcg.filter(|_| !self.is_listed))
    }

    /// Says where another dose of the same day speaks against it, one of which is of a list of dates: rows are compared with
    /// each other before.
    pub(super) fn against(&self, other: &Self, on: NaiveDate) -> Option<String> {
        let (one, two) = self
            .said_mcg()
            .zip(other.said_mcg())
            .filter(|(one, two)| one != two && (self.is_listed || other.is_listed))?;
        let (one, two, on) = (mcg(one), mcg(two), words::day(on));
        Some(format!("The doses of {on} are {one} and {two}: which is right?"))
    }

    /// How much it says.
    pub(super) fn says(&self) -> usize {
        let texts = [&self.product, &self.lot, &self.given_by, &self.note].into_iter().flatten().count();
        let others = [
            self.time.is_some(),
            self.drug.is_some(),
            self.said_mcg().is_some(),
            self.route.is_some(),
            self.site.is_some(),
            self.expires.is_some(),
        ];
        texts + others.into_iter().filter(|is| *is).count()
    }
}

/// A dose of which a list of dates tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Earlier {
    pub(super) on: NaiveDate,
    pub(super) dose_mcg: Option<u32>,
    pub(super) drug: Option<Drug>,
    /// Whether the next one counts from its calendar: our own tables say so.
    pub(super) on_calendar: bool,
}

/// What one row says of the plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PlanFacts {
    pub(super) earlier: Vec<Earlier>,
    pub(super) due: Option<NaiveDate>,
    pub(super) every: Option<Interval>,
    /// Whether the row says that the stores are being filled.
    pub(super) fills: Option<bool>,
    pub(super) regimen: Option<String>,
    pub(super) from: Option<NaiveDate>,
    /// Whether maintenance alone is the plan, where our own table says so.
    pub(super) maintenance_only: Option<bool>,
    pub(super) prescriber: Option<String>,
    pub(super) order_id: Option<String>,
    pub(super) cause: Option<String>,
    /// How long the order is good, where the row says so.
    pub(super) term: Term,
    /// The plan's phases, where our own table says them.
    pub(super) phases: Option<Vec<Phase>>,
    /// What was recorded before the plan that holds, and what moved it since.
    pub(super) before: Vec<Moved>,
    pub(super) since: Vec<Moved>,
    /// Where the plan is another than the published one, where our own table says it.
    pub(super) changed: Vec<String>,
}

/// Reads the dose of a row.
pub(super) fn dose(cells: &mut Cells<'_>, day: &Field) -> DoseFacts {
    let on = cells.day(day);
    let time = cells.text(day).and_then(time_in);
    let drug_text = cells.text(&Field::Medication);
    let product = cells.text(&Field::Product).or(drug_text).map(str::to_owned);
    let mut amount = amount(cells);
    for text in [drug_text, cells.text(&Field::Product)].into_iter().flatten() {
        amount = with_form(cells, amount, text);
    }
    let (is_injected, form) = (!holds_what_is_not_injected(cells), form(cells));
    let drug = form.unwrap_or_else(|why| {
        cells.troubles.extend(is_injected.then_some(why));
        None
    });
    let in_product = || product.as_deref().and_then(amounts::strength_in);
    amount.strength_mcg_per_ml = strength(cells).or(amount.strength_mcg_per_ml).or_else(in_product);
    let route = if is_injected { route(cells, amount.route) } else { None };
    DoseFacts {
        on,
        time,
        drug,
        amount,
        given_mcg: None,
        route,
        site: site(cells),
        lot: cells.text(&Field::Lot).map(str::to_owned),
        expires: expiry(cells),
        given_by: cells.text(&Field::GivenBy).filter(|by| *by != NOT_RECORDED).map(str::to_owned),
        note: notes(cells),
        is_listed: false,
        on_calendar: false,
        product,
    }
}

/// Reads what a row says of the plan.
pub(super) fn plan(cells: &mut Cells<'_>) -> PlanFacts {
    let code = cells.text(&Field::CauseCode).map(|code| format!("ICD-10 {code}"));
    let cause = cells.text(&Field::Cause).map(str::to_owned);
    let fills = cells.word(&Field::Phase, Of::Phase, |is| Some(is == "repletion"));
    let regimen = cells.text(&Field::Regimen).map(str::to_owned);
    let before = cells.troubles.len();
    // "12 weekly" under "Plan" is an interval.
    let unit_free = |text: &str| super::intervals::interval(text, None).ok();
    let by_plan = regimen.as_deref().filter(|text| cells.reader.practice.knowledge.regimen(text).is_err());
    let by_plan = by_plan.and_then(unit_free);
    let regimen = regimen.filter(|_| by_plan.is_none());
    let every = cells.interval().or(by_plan);
    // While the stores are filled a short interval is that of loading, unless it says what comes then.
    let says_then = cells.text(&Field::Interval).is_some_and(|text| text.contains(", then "));
    let is_of_loading = |every: &Interval| every.about_days() < SHORTEST_KEPT_UP && !says_then;
    let every = every.filter(|every| fills != Some(true) || !is_of_loading(every));
    if fills == Some(true) || regimen.is_some() {
        // The rhythm of loading, or one that the plan has: "3 times a week" is no interval and need not be one.
        cells.troubles.truncate(before);
    }
    PlanFacts {
        earlier: earlier(cells),
        due: cells.day(&Field::NextDue),
        every,
        fills,
        regimen,
        from: cells.day(&Field::PlanFrom),
        maintenance_only: match cells.text(&Field::PlanPart) {
            Some(WHOLE) => Some(false),
            Some(MAINTENANCE) => Some(true),
            _ => None,
        },
        prescriber: cells.text(&Field::Prescriber).map(str::to_owned),
        order_id: cells.text(&Field::OrderId).map(str::to_owned),
        cause: cause.or(code),
        term: Term { until: cells.day(&Field::GoodUntil), doses: good_for(cells) },
        phases: cells.read(&Field::PlanPhases, phases::read),
        before: cells.read(&Field::EarlierPlans, history::read).unwrap_or_default(),
        since: cells.read(&Field::PlanEvents, history::read).unwrap_or_default(),
        changed: cells.text(&Field::NotAsPublished).map_or_else(Vec::new, |text| vec![text.to_owned()]),
    }
}

fn good_for(cells: &mut Cells<'_>) -> Option<u32> {
    let number = |text: &str| text.parse().map_err(|_| format!("\"{}\" is no number of doses", short(text)));
    cells.read(&Field::GoodFor, number)
}

/// No repletion has its doses so many days apart, by any regimen of the library.
const SHORTEST_KEPT_UP: u32 = 28;

/// Behind a dose of a list of dates: the next one counts from its calendar.
pub(super) const ON_CALENDAR: &str = "calendar";

/// What our own tables say of a plan: it has all its phases, or maintenance alone.
pub(super) const WHOLE: &str = "whole";
pub(super) const MAINTENANCE: &str = "maintenance";

/// No cell lists more doses.
const MOST_EARLIER: usize = 1_000;

/// Returns the form of this name, as lists call it: `hydroxocobalamin`, `cyano`, `Cytamen`.
#[must_use]
pub fn form_named(name: &str) -> Option<Drug> {
    drug_in(name)
}

/// Reads the form.
pub(super) fn form(cells: &Cells<'_>) -> Result<Option<Drug>, String> {
    let of = |field| cells.place(field).map(|(at, text)| (cells.reader.name(at), text));
    // Beside a form that was chosen our own tables have the label as it was typed.
    let is_label = cells.reader.mapping.has(&Field::DoseId) || cells.reader.table.is_own();
    forms::Named { medication: of(&Field::Medication), product: of(&Field::Product), is_label }.form()
}

/// Reads the route of its column, of the dose's cell or of the medication's; two that differ are held.
fn route(cells: &mut Cells<'_>, beside_dose: Option<Route>) -> Option<Route> {
    let injected = |is: &str| Route::ALL.into_iter().find(|route| route.name() == is);
    let said = cells.word(&Field::Route, Of::Route, injected);
    let beside_form = cells.text(&Field::Medication).and_then(forms::route_in);
    let all = [(said, "in its column"), (beside_dose, "beside the dose"), (beside_form, "beside the form")];
    let mut all = all.into_iter().filter_map(|(route, place)| Some((route?, place)));
    let (one, place) = all.next()?;
    if let Some((other, there)) = all.find(|(other, _)| *other != one) {
        cells.troubles.push(format!("The route is {one} {place} and {other} {there}: which is right?"));
    }
    Some(one)
}

fn amount(cells: &mut Cells<'_>) -> Amount {
    let comma = cells.reader.mapping.decimal_comma;
    let unit = cells.reader.mapping.dose_unit;
    let columns = [(Field::Dose, unit), (Field::DoseMcg, Some(DoseUnit::Mcg)), (Field::DoseMg, Some(DoseUnit::Mg))];
    let found = columns.iter().find(|(field, _)| cells.text(field).is_some());
    found.and_then(|(field, unit)| cells.read(field, |text| amounts::dose(text, *unit, comma))).unwrap_or_default()
}

/// Holds a row of tablets or sprays: nothing of it was injected, and no plan of injections follows from it. Returns whether it
/// is one.
fn holds_what_is_not_injected(cells: &mut Cells<'_>) -> bool {
    let trouble = not_injected(cells);
    cells.troubles.extend(trouble.clone());
    trouble.is_some()
}

/// Says what of a row is no injection.
pub(super) fn not_injected(cells: &Cells<'_>) -> Option<String> {
    let is = |text: &str, what: &str| {
        let is_it = |text: &str| vocabulary::value(Of::Route, text) == Some(what);
        is_it(text) || text.split([' ', ',', ';', '(', ')', '/', '-', '+', '_']).any(is_it)
    };
    let fields = [Field::Route, Field::Medication, Field::Product, Field::Dose];
    let said = |what: &str| fields.iter().filter_map(|field| cells.text(field)).find(|text| is(text, what));
    match (said("oral"), said("not-injected")) {
        (Some(text), _) => Some(format!(
            "\"{}\" is no injection: enter this patient by hand, with the change to tablets, or take the row out.",
            short(text)
        )),
        (None, Some(text)) => {
            Some(format!("\"{}\" is no injection: enter this patient by hand, or take the row out.", short(text)))
        }
        (None, None) => None,
    }
}

/// Takes the amount that stands beside the form for the dose, where no other cell says one; two that differ are held.
fn with_form(cells: &mut Cells<'_>, amount: Amount, text: &str) -> Amount {
    let beside = beside_form(text, cells.reader.mapping.decimal_comma).unwrap_or_else(|why| {
        cells.troubles.push(format!("Beside the form: {why}."));
        None
    });
    let Some(beside) = beside else { return amount };
    match amount.dose_mcg.zip(beside.dose_mcg) {
        Some((said, beside)) if said != beside => {
            let (said, beside) = (mcg(said), mcg(beside));
            cells.troubles.push(format!("The dose is {said} and, beside the form, {beside}: which is right?"));
            amount
        }
        Some(_) => amount,
        None => {
            Amount { dose_mcg: amount.dose_mcg.or(beside.dose_mcg), route: amount.route.or(beside.route), ..amount }
        }
    }
}

/// No amount has more words; a cell may have thousands.
const MOST_WORDS: usize = 12;

/// Reads the amount beside the name of a form: `Cyanocobalamin 1000 mcg IM`; an interval may stand behind it. `None` where
/// none stands there.
///
/// # Errors
/// Why it is held: a number that has no unit, or that can be read two ways, must not be passed over.
fn beside_form(text: &str, comma: bool) -> Result<Option<Amount>, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    // "B12" is a name.
    let is_number = |word: &&str| word.trim_start_matches('(').starts_with(|c: char| c.is_ascii_digit());
    let Some(from) = words.iter().position(is_number) else { return Ok(None) };
    let words = &words[from..];
    let read = |n: usize| amounts::dose(words[..n].join(" ").trim_matches(['(', ')', ',', ';']), None, comma);
    let is_no_amount =
        |rest: &str| !rest.contains(|c: char| c.is_ascii_digit()) || super::intervals::interval(rest, None).is_ok();
    let whole = (1..=words.len().min(MOST_WORDS)).rev().find_map(|n| Some((n, read(n).ok()?)));
    match whole {
        Some((n, amount)) if is_no_amount(&words[n..].join(" ")) => Ok(Some(amount)),
        // "1 mg/mL, 1 mL ampoule" says what the label says, and how large the ampoule is.
        Some((n, amount)) if amount.dose_mcg.is_none() && amounts::is_container(&words[n..].join(" ")) => {
            Ok(Some(amount))
        }
        None if super::intervals::interval(&words.join(" "), None).is_ok() => Ok(None),
        _ => Err(read(words.len()).err().unwrap_or_else(|| format!("\"{}\" says more than one amount", short(text)))),
    }
}

/// Reads what the vial holds in a millilitre; a strength without a volume is no dose and is told.
fn strength(cells: &mut Cells<'_>) -> Option<u32> {
    let (at, text) = cells.place(&Field::Strength)?;
    let comma = cells.reader.mapping.decimal_comma;
    let strength = amounts::strength(text, cells.reader.name(at), comma);
    if strength.is_none() {
        cells.remarks.push(format!("The strength \"{}\" says no amount in a mL and is not taken over.", short(text)));
    }
    strength
}

/// A site that is not known is kept as a remark: it bars nothing.
fn site(cells: &mut Cells<'_>) -> Option<Site> {
    let (at, text) = cells.place(&Field::Site)?;
    let site = site_under(text, cells.reader.name(at));
    if site.is_none() {
        cells.remarks.push(format!("The site \"{}\" is not known here and is not taken over.", short(text)));
    }
    site
}

/// Reads a site, "L" under "Arm" too.
fn site_under(text: &str, column: &str) -> Option<Site> {
    let known = |text: &str| vocabulary::value(Of::Site, text);
    let name = known(text).or_else(|| known(&format!("{text} {column}")))?;
    Site::ALL.into_iter().find(|site| site.name() == name)
}

/// Returns the site of a row that is not known here.
pub(super) fn unknown_site<'a>(cells: &Cells<'a>) -> Option<&'a str> {
    let (at, text) = cells.place(&Field::Site)?;
    site_under(text, cells.reader.name(at)).is_none().then_some(text)
}

fn expiry(cells: &mut Cells<'_>) -> Option<NaiveDate> {
    let (today, month_first) = (cells.reader.today, cells.reader.mapping.dates == Some(super::DateOrder::MonthFirst));
    let reading = cells.reading(&Field::Expires);
    cells.read(&Field::Expires, |text| {
        reading.day(text).or_else(|why| crate::clinic::parse::expiry(text, today, month_first).map_err(|_| why))
    })
}

pub(super) fn notes(cells: &Cells<'_>) -> Option<String> {
    let notes: Vec<&str> = cells.texts(&Field::Notes).map(|(_, text)| text).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// Reads the time of day that stands behind a date.
pub(super) fn time_in(text: &str) -> Option<NaiveTime> {
    let token = text.split(['T', 't', ' ']).find(|token| token.contains(':'))?;
    let token = token.trim_end_matches('Z');
    let time = NaiveTime::parse_from_str(token, "%H:%M:%S").or_else(|_| NaiveTime::parse_from_str(token, "%H:%M"));
    // Midnight is what a spreadsheet writes where there is no time.
    time.ok().filter(|time| *time != NaiveTime::MIN)
}

/// Reads the dates of earlier doses: `2026-01-05; 2026-04-05 500 mcg cyanocobalamin`.
fn earlier(cells: &mut Cells<'_>) -> Vec<Earlier> {
    let reading = cells.reading(&Field::PreviousDoses);
    let mut all = Vec::new();
    let mut troubles = Vec::new();
    for (name, text) in cells.texts(&Field::PreviousDoses) {
        for part in text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).take(MOST_EARLIER) {
            match one_earlier(part, &|text| reading.day(text)) {
                Ok(earlier) => all.push(earlier),
                Err(why) => troubles.push(format!("{name}: {why}.")),
            }
        }
    }
    cells.troubles.extend(troubles);
    all
}

/// Reads doses as our own tables list them: `2026-01-05; 2026-04-05 500 mcg cyanocobalamin`.
///
/// # Errors
/// Which is none, in a few words.
pub(super) fn doses_in(text: &str) -> Result<Vec<Earlier>, String> {
    let day = |text: &str| history::day(text).ok_or_else(|| format!("\"{}\" is no day", short(text)));
    text.split("; ").take(MOST_EARLIER).map(|part| one_earlier(part, &day)).collect()
}

fn one_earlier(part: &str, day: &dyn Fn(&str) -> Result<NaiveDate, String>) -> Result<Earlier, String> {
    let whole = day(part);
    let (on, rest) = match (&whole, part.split_once(' ')) {
        (Err(_), Some((first, rest))) => (day(first)?, rest),
        _ => (whole?, ""),
    };
    let on_calendar = rest.split_whitespace().any(|word| word == ON_CALENDAR);
    let drugs: BTreeSet<Drug> = rest.split_whitespace().filter_map(drug_in).collect();
    if drugs.len() > 1 {
        return Err(format!("\"{}\" names more than one form of B12", short(part)));
    }
    let drug = drugs.into_iter().next();
    let is_amount = |word: &&str| drug_in(word).is_none() && *word != ON_CALENDAR;
    let amount = rest.split_whitespace().filter(is_amount).collect::<Vec<_>>().join(" ");
    let dose_mcg = if amount.is_empty() { None } else { amounts::dose(&amount, None, false)?.dose_mcg };
    Ok(Earlier { on, dose_mcg, drug, on_calendar })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_beside_the_form_is_read_or_held() {
        for (text, dose_mcg) in [
            ("Cyanocobalamin 1000 mcg", Some(1000)),
            ("Cyanocobalamin 1 mg", Some(1000)),
            ("Hydroxocobalamin 500 mcg", Some(500)),
            ("Hydroxocobalamin 5 mg IM", Some(5000)),
            ("Vitamin B12 1,000 micrograms", Some(1000)),
            ("Hydroxocobalamin 1mg IM 3 monthly", Some(1000)),
            ("Hydroxocobalamin (1mg)", Some(1000)),
            ("Cobalin-H 1000 micrograms/ml, ampoule", None),
            ("Hydroxocobalamin 1mg/ml", None),
            ("Hydroxocobalamin", None),
            ("B12", None),
            ("Vitamin B12 12 weekly", None),
            ("Hydroxocobalamin 1 mg/mL, 1 mL ampoule", None),
            ("Cyanocobalamin 1000 mcg/mL, 10 mL multi-dose vial", None),
            ("Hydroxocobalamin 0.5 mg/mL, 2 mL ampoule", None),
        ] {
            let read = beside_form(text, false).map(|amount| amount.and_then(|amount| amount.dose_mcg));
            assert_eq!(read, Ok(dose_mcg), "{text}");
        }
        for text in [
            "Cytamen 1000",
            "Hydroxocobalamin 2 x 500 mcg",
            "B12 1000 mcg 2 ampoules",
            "Cyanocobalamin 1 g",
            "Hydroxocobalamin 1 mg/mL, 2 ampoules",
            "Cyanocobalamin 1 mg/mL, 1 mL ampoule 2",
        ] {
            assert!(beside_form(text, false).is_err(), "{text}");
        }
    }
}
