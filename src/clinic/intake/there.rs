//! Whether what comes is in a chart already: by the other system's id, else by what it says.

use super::Coming;
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::drug::mcg;
use crate::clinic::entry::{Act, Amended, Checked, EntryId, Given};
use crate::clinic::words;

/// Says where it is in the chart; `None` where it is not.
///
/// # Errors
/// What contradicts it there: a person looks.
pub(super) fn found(chart: &Chart, coming: &Coming) -> Result<Option<String>, String> {
    let facts: Vec<_> = chart.facts().into_iter().filter(|fact| !is_undone(fact)).collect();
    if let Some(fact) = coming.id.as_deref().and_then(|id| facts.iter().find(|fact| has_id(fact, id))) {
        let same = fact.act == Some(&coming.act);
        let state = if fact.act.is_none() { ", and was struck out here" } else { "" };
        let changed =
            if same || fact.amended.is_some() || coming.corrects { "" } else { ", but says something else now" };
        return match changed {
            "" => Ok(Some(format!("Taken over on {} already{state}.", words::day(fact.entry.at.date_naive())))),
            changed if is_there_with(fact, &coming.act) => {
                let _ = changed;
                Ok(Some(format!("Taken over on {} already.", words::day(fact.entry.at.date_naive()))))
            }
            changed => Err(format!("Taken over on {}{changed}.", words::day(fact.entry.at.date_naive()))),
        };
    }
    let mut acts = facts.iter().filter_map(|fact| fact.act);
    if acts.clone().any(|act| is_there(act, &coming.act)) {
        return Ok(Some("It is in the chart already.".to_owned()));
    }
    match acts.find_map(|act| against(act, &coming.act)) {
        Some(why) => Err(why),
        None => Ok(None),
    }
}

fn is_there_with(fact: &Fact<'_>, act: &Act) -> bool {
    fact.act.is_some_and(|there| is_there(there, act))
}

/// Returns the entry that came under an id.
pub(super) fn of_id(chart: &Chart, id: &str) -> Option<EntryId> {
    chart.facts().iter().find(|fact| has_id(fact, id) && !is_undone(fact)).map(|fact| fact.entry.id)
}

/// A correction of what came before is an amendment of it.
pub(super) fn correcting(coming: &Coming, chart: &Chart) -> Coming {
    let of = coming.id.as_deref().filter(|_| coming.corrects).and_then(|id| of_id(chart, id));
    let Some(of) = of else { return coming.clone() };
    let amended = Amended::new(of, "corrected by who sent it", Some(coming.act.clone()));
    Coming { act: Act::Amended(amended), ..coming.clone() }
}

fn has_id(fact: &Fact<'_>, id: &str) -> bool {
    fact.entry.from.as_ref().is_some_and(|from| from.id.as_deref() == Some(id))
}

/// Whether the import that it came with was undone: then it may come again.
fn is_undone(fact: &Fact<'_>) -> bool {
    let by = fact.amended.filter(|(_, amended)| amended.instead.is_none()).and_then(|(by, _)| by.from.as_ref());
    by.is_some_and(|by| fact.entry.from.as_ref().is_some_and(|from| from.import == by.import))
}

/// Returns whether an act says what another one does.
#[must_use]
pub fn is_there(there: &Act, coming: &Act) -> bool {
    match (there, coming) {
        (Act::Given(a), Act::Given(b)) => same_dose(a, b),
        (Act::NotGiven(a), Act::NotGiven(b)) => a.on == b.on,
        (Act::Checked(a), Act::Checked(b)) => same_look(a, b),
        (Act::Ordered(a), Act::Ordered(b)) => a.drug == b.drug && a.start == b.start && a.phases == b.phases,
        (Act::Triaged(a), Act::Triaged(b)) => a.cause == b.cause,
        (a, b) => a == b,
    }
}

fn same_dose(a: &Given, b: &Given) -> bool {
    let times = a.time.zip(b.time).is_none_or(|(a, b)| a == b);
    a.on == b.on && a.drug == b.drug && a.dose_mcg == b.dose_mcg && times
}

/// Whether everything that comes stands there.
fn same_look(there: &Checked, coming: &Checked) -> bool {
    let labs = coming.labs.iter().all(|b| there.labs.contains(b));
    let symptoms = coming.symptoms.iter().all(|(id, grade)| there.symptoms.get(id) == Some(grade));
    there.sample_day() == coming.sample_day() && labs && symptoms && !coming.is_empty()
}

/// Says what is there that cannot be true beside it.
fn against(there: &Act, coming: &Act) -> Option<String> {
    match (there, coming) {
        (Act::Given(a), Act::Given(b)) if a.on == b.on => {
            let (a_dose, b_dose) = (mcg(a.dose_mcg), mcg(b.dose_mcg));
            Some(format!(
                "The chart has a dose of {a_dose} {} on {}; the file says {b_dose} {}.",
                a.drug,
                words::day(a.on),
                b.drug
            ))
        }
        (Act::Checked(a), Act::Checked(b)) if a.sample_day() == b.sample_day() => {
            let differs = |b: &&crate::clinic::lab::LabResult| a.lab(&b.analyte).is_some_and(|a| a != *b);
            let b_lab = b.labs.iter().find(differs)?;
            let a_lab = a.lab(&b_lab.analyte)?;
            let name = b_lab.analyte.replace('-', " ");
            Some(format!("The chart has {name} {a_lab} on {}; the file says {b_lab}.", words::day(a.sample_day())))
        }
        (Act::Ordered(a), Act::Ordered(_)) => {
            Some(format!("The chart has a plan already: {}, from {}.", a.name, words::day(a.start)))
        }
        _ => None,
    }
}
