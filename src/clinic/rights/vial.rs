//! The right vial: its form, what is in it beside the vitamin, its lot and age (facts 9: D4, D6 to D9).

use super::{Checked, Intent, Right};
use crate::clinic::background::Caution;
use crate::clinic::course::Course;
use crate::clinic::drug::Drug;
use crate::clinic::findings::Tier;
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::patient::Person;
use crate::clinic::practice::Practice;
use crate::clinic::triage::Triage;
use crate::clinic::words;
use chrono::NaiveDate;

pub(super) fn drug(course: &Course, practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let mut out = Vec::new();
    let stop = |rule: &str, words: String| Checked::asks(Right::Drug, Tier::Stop, rule, words);
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
    let antidote = practice.knowledge.rule("D8");
    if f64::from(intent.strength_mcg_per_ml) >= antidote.limit("strength_mcg_per_ml")
        || f64::from(intent.dose_mcg) > antidote.limit("dose_mcg")
    {
        out.push(stop("D8", "this looks like the antidote (5 g, IV): never for deficiency".to_owned()));
    }
    out.extend(barred(course, practice, intent.drug).map(|caution| {
        let rule = caution.rule.as_deref().unwrap_or("D9");
        stop(rule, format!("{}: {}", caution.name, caution.words))
    }));
    if let Some(what) = allergy(course, practice, intent) {
        out.push(stop("D9", format!("allergy to {what} is recorded")));
    }
    if out.is_empty() { vec![Checked::fine(Right::Drug, "drug as ordered")] } else { out }
}

/// Returns the caution that stops a form of the vitamin in this patient: answered in the triage, written in the banner, or
/// meant by the cause.
pub(crate) fn barred<'a>(course: &Course, practice: &'a Practice, drug: Drug) -> Option<&'a Caution> {
    barred_for(course.triage.as_ref(), course.person.as_ref(), practice, drug)
}

/// Returns the same for answers that are not recorded yet.
#[must_use]
pub fn barred_for<'a>(
    triage: Option<&Triage>,
    person: Option<&Person>,
    practice: &'a Practice,
    drug: Drug,
) -> Option<&'a Caution> {
    let banner = person.and_then(|p| p.caution.clone()).unwrap_or_default().to_lowercase();
    let has = |caution: &&Caution| {
        let said = triage.is_some_and(|t| t.has_caution(&caution.id));
        let leber = caution.id == "leber"
            && (banner.contains("leber") || banner.contains("lhon") || triage.is_some_and(|t| t.cause == "leber"));
        said || leber
    };
    practice.knowledge.cautions().iter().filter(has).find(|c| c.bars.contains(&drug))
}

/// D9: an allergy, as the patient said it or as the triage asked it, meets what is in the vial.
fn allergy(course: &Course, practice: &Practice, intent: &Intent) -> Option<String> {
    let known = course.person.as_ref().map(|p| letters(&p.allergies.words())).unwrap_or_default();
    let words = ["cobalt", "cobalamin", "b12"].map(str::to_owned);
    let excipients = || intent.excipients.iter().map(|e| e.trim().to_lowercase()).filter(|e| !e.is_empty());
    let parabens = excipients().any(|e| e.contains("paraben")).then(|| "paraben".to_owned());
    let said = words.into_iter().chain(excipients()).chain(parabens).find(|word| known.contains(&letters(word)));
    let triage = course.triage.as_ref();
    let cautions = practice.knowledge.cautions().iter().filter(|c| triage.is_some_and(|t| t.has_caution(&c.id)));
    let asked = cautions.filter_map(|c| c.excipient.clone()).find(|what| excipients().any(|e| e.contains(what)));
    said.or(asked)
}

/// Letters and digits only, so that `B-12`, `B 12` and `benzyl-alcohol` are what they are.
fn letters(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns the last day on which an opened multi-dose vial is good (D7).
#[must_use]
pub fn good_once_opened(practice: &Practice, opened: NaiveDate) -> NaiveDate {
    let days = u32::try_from(practice.knowledge.rule("D7").count("opened_days")).unwrap_or_default();
    Interval::Days(days).after(opened, 1)
}

pub(super) fn lot(practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let asks = |tier, rule: &str, words: String| vec![Checked::asks(Right::Lot, tier, rule, words)];
    let opened_for = intent.opened.map(|opened| days_between(opened, intent.on));
    let most = practice.knowledge.rule("D7").count("opened_days");
    match (intent.lot.as_deref().map(str::trim), intent.expires, opened_for) {
        (_, Some(expires), _) if expires < intent.on => {
            asks(Tier::Stop, "D7", format!("expired on {}: take another vial", words::day(expires)))
        }
        (_, _, Some(days)) if days < 0 => asks(Tier::Stop, "D7", "opened after the injection: look again".to_owned()),
        (_, _, Some(days)) if days > most => {
            asks(Tier::Reason, "D7", format!("opened {} ago, more than {most}: take another vial", words::days(days)))
        }
        (None | Some(""), _, _) => asks(Tier::Reason, "LOT", "no lot: read it from the vial".to_owned()),
        (_, None, _) => asks(Tier::Reason, "LOT", "no expiry: read it from the vial".to_owned()),
        _ => vec![Checked::fine(Right::Lot, "lot in date")],
    }
}
