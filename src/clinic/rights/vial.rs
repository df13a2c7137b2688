//! The right vial: its form, what is in it beside the vitamin, its lot and age (facts 9: D4, D6 to D9).

use super::{Checked, Intent, Part, Right, allergic};
use crate::clinic::background::Caution;
use crate::clinic::course::Course;
use crate::clinic::drug::Drug;
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::patient::Person;
use crate::clinic::practice::Practice;
use crate::clinic::todo::Todo;
use crate::clinic::triage::Triage;
use crate::clinic::words;
use chrono::NaiveDate;

pub(super) fn drug(course: &Course, practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let mut out = Vec::new();
    let rule = |id: &str| practice.knowledge.rule(id);
    let asks = |id: &str, words: String| Checked::of(rule(id), Right::Drug, words);
    match &course.order {
        None => out.push(asks("ORDER", "no plan is signed: a prescriber orders first".to_owned())),
        Some((_, order)) if order.drug != intent.drug => {
            let (ordered, this) = (order.drug.tall_man(), intent.drug.tall_man());
            out.push(asks("D4", format!("{ordered} is ordered, this is {this}: not interchangeable")).may_be());
        }
        Some(_) => {}
    }
    let antidote = rule("D8");
    if f64::from(intent.strength_mcg_per_ml) >= antidote.limit("strength_mcg_per_ml")
        || f64::from(intent.dose_mcg) > antidote.limit("dose_mcg")
    {
        out.push(asks("D8", "this looks like the antidote (5 g, IV): never for deficiency".to_owned()).may_be());
    }
    let caution = barred_for(course.triage.as_ref(), course.person.as_ref(), practice, intent.drug);
    let said = |caution: &Caution| asks(caution.rule(), format!("{}: {}", caution.name, caution.words));
    out.extend(caution.map(|caution| said(caution).may_be()));
    if let Some(what) = super::allergy::met(course, practice, intent) {
        out.push(asks("D9", format!("allergy to {what} is recorded")).may_be());
    }
    let advised = course.triage.as_ref().and_then(|t| advised_against(t, practice, intent.drug));
    out.extend(advised.map(|caution| said(caution).softer(rule(caution.rule()))));
    if out.is_empty() { vec![Checked::fine(Right::Drug, "drug as ordered")] } else { out }
}

/// Returns what stops the form that is ordered, whatever product of it is taken (D6, D9).
pub(super) fn ordered_form(course: &Course, practice: &Practice) -> Option<Checked> {
    let (triage, person) = (course.triage.as_ref(), course.person.as_ref());
    let (rule, words) = against_form(triage, person, practice, course.order.as_ref()?.1.drug)?;
    let stop = Checked::of(practice.knowledge.rule(&rule), Right::Drug, words);
    Some(match nothing_is_without_it(course, practice) {
        Some(todo) => Checked { words: format!("{}.", stop.words), todo, ..stop },
        None => stop,
    })
}

/// Returns the caution that stops a form of the vitamin in a patient: answered in the triage, written in the banner, or meant
/// by the cause; the answers need not be recorded yet.
#[must_use]
pub fn barred_for<'a>(
    triage: Option<&Triage>,
    person: Option<&Person>,
    practice: &'a Practice,
    drug: Drug,
) -> Option<&'a Caution> {
    let banner = person.and_then(|p| p.caution.as_deref()).unwrap_or_default();
    let has = |caution: &&Caution| triage.is_some_and(|t| caution.is_of(t)) || caution.is_in_banner(banner);
    practice.knowledge.cautions().iter().filter(has).find(|c| c.bars.contains(&drug))
}

/// Returns the caution of the triage that speaks against a form of the vitamin without stopping it (facts 6.4).
#[must_use]
pub fn advised_against<'a>(triage: &Triage, practice: &'a Practice, drug: Drug) -> Option<&'a Caution> {
    practice.knowledge.cautions().iter().find(|c| triage.has_caution(&c.id) && c.against.contains(&drug))
}

/// Returns the names of what the triage warns of and the banner does not say yet.
#[must_use]
pub fn cautions<'a>(triage: Option<&Triage>, person: Option<&Person>, practice: &'a Practice) -> Vec<&'a str> {
    let said = |p: &Person| format!("{} {}", p.caution.as_deref().unwrap_or_default(), p.allergies.words());
    let said = person.map(said).unwrap_or_default().to_lowercase();
    let has = |c: &&Caution| triage.is_some_and(|t| t.has_caution(&c.id)) && !said.contains(&c.name.to_lowercase());
    practice.knowledge.cautions().iter().filter(has).map(|c| c.name.as_str()).collect()
}

/// D6 and D9: returns what stops a form of the vitamin in this patient whatever product is taken: a caution or a recorded
/// allergy to the vitamin itself; with its rule, in words.
#[must_use]
pub fn against_form(
    triage: Option<&Triage>,
    person: Option<&Person>,
    practice: &Practice,
    drug: Drug,
) -> Option<(String, String)> {
    let caution = barred_for(triage, person, practice, drug);
    let caution = caution.map(|c| (c.rule().to_owned(), format!("{}: {}", c.name, c.words)));
    caution.or_else(|| {
        Some(("D9".to_owned(), format!("allergy to {} is recorded", allergic(person, &practice.knowledge)?)))
    })
}

/// Returns what bars the vitamin in every form, with its rule: no product is without it, and none is given.
#[must_use]
pub fn barred_in_every_form(
    triage: Option<&Triage>,
    person: Option<&Person>,
    practice: &Practice,
) -> Option<(String, String)> {
    let barred = |drug: Drug| against_form(triage, person, practice, drug);
    let all: Option<Vec<_>> = Drug::ALL.into_iter().map(barred).collect();
    all?.into_iter().next()
}

/// Returns what to do where the vitamin itself is barred: nothing else that holds it is a way out.
#[must_use]
pub fn nothing_is_without_it(course: &Course, practice: &Practice) -> Option<Todo> {
    barred_in_every_form(course.triage.as_ref(), course.person.as_ref(), practice)?;
    Some("No injection: no form of B12 is without it. Refer; to take the patient off the plan: {change}.".into())
}

/// Returns the last day on which an opened multi-dose vial is good (D7).
#[must_use]
pub fn good_once_opened(practice: &Practice, opened: NaiveDate) -> NaiveDate {
    let days = u32::try_from(practice.knowledge.rule("D7").count("opened_days")).unwrap_or_default();
    Interval::Days(days).after(opened, 1)
}

pub(super) fn lot(practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let (old, unread) = (practice.knowledge.rule("D7"), practice.knowledge.rule("LOT"));
    let asks = |rule, part, words: String| Checked::of(rule, Right::Lot, words).about(part);
    let opened_for = intent.opened.map(|opened| days_between(opened, intent.on));
    let most = old.count("opened_days");
    vec![match (intent.lot.as_deref().map(str::trim), intent.expires, opened_for) {
        (_, Some(expires), _) if expires < intent.on => {
            let words = format!("expired on {}: take another vial", words::day(expires));
            asks(old, Part::Expiry, words).may_be()
        }
        (_, _, Some(days)) if days < 0 => asks(old, Part::Opened, "opened after the injection: look again".to_owned()),
        (_, _, Some(days)) if days > most => {
            let words = format!("opened {} ago, more than {most}: take another vial", words::days(days));
            asks(old, Part::Opened, words).softer(old)
        }
        (None | Some(""), _, _) => asks(unread, Part::Lot, "no lot: read it from the vial".to_owned()),
        (_, None, _) => asks(unread, Part::Expiry, "no expiry: read it from the vial".to_owned()),
        _ => Checked::fine(Right::Lot, "lot in date"),
    }]
}
