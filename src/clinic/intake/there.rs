//! Whether what comes is in a chart already: by the other system's id, else by what it says.

use super::{Coming, Piece, withdrawn};
use crate::clinic::chart::{self, Chart, Fact};
use crate::clinic::drug::mcg;
use crate::clinic::entry::{Act, Amended, Checked, Entry, EntryId, Given, NextFrom};
use crate::clinic::lab::LabResult;
use crate::clinic::order::Order;
use crate::clinic::regimen::Rhythm;
use crate::clinic::words;
use ulid::Ulid;

/// How what comes stands to a chart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    /// It is there: where, in a sentence.
    Here(String),
    /// It is new; of a look only what is.
    New(Act),
    /// It amends what is there: corrected, completed or withdrawn by who sent it.
    Amends(Amended),
}

/// Says how it stands to a chart.
///
/// # Errors
/// What contradicts it there: a person looks.
pub(super) fn found(chart: &Chart, coming: &Coming) -> Result<Found, String> {
    let facts: Vec<_> = chart.facts().into_iter().filter(|fact| !is_undone(fact)).collect();
    if coming.in_error {
        return withdrawn::found(&facts, coming);
    }
    if let Some(fact) = coming.id.as_deref().and_then(|id| called(&facts, id, &coming.act)) {
        return known(chart, fact, coming);
    }
    if let (true, Some(why)) = (coming.strikes, keyed_by_hand(&facts, &coming.act)) {
        return Err(why);
    }
    if coming.strikes {
        return Ok(Found::Here("What it withdraws is not in the chart.".to_owned()));
    }
    let there = facts.iter().find(|fact| fact.act.is_some_and(|act| is_there(act, &coming.act)));
    if let Some(fact) = there {
        let completed = completing(fact, &coming.act);
        return Ok(completed.map_or(Found::Here("It is in the chart already.".to_owned()), Found::Amends));
    }
    if let Some(why) = before_the_plan(&facts, coming) {
        return Err(why);
    }
    let act = only_new(&facts, &coming.act);
    match facts.iter().filter_map(|fact| fact.act).find_map(|there| against(there, &act)) {
        Some(why) => Err(why),
        None => Ok(Found::New(act)),
    }
}

/// What came before under an id; of several the one that says it, then the one of its day: one order may be reported in parts.
fn called<'f, 'a>(facts: &'f [Fact<'a>], id: &str, act: &Act) -> Option<&'f Fact<'a>> {
    let all: Vec<_> = facts.iter().filter(|fact| has_id(fact, id)).collect();
    let day = |act: &Act| match act {
        Act::Checked(checked) => Some(checked.sample_day()),
        _ => None,
    };
    let says = |fact: &&&Fact<'_>| fact.act.is_some_and(|there| is_there(there, act));
    let of_day = |fact: &&&Fact<'_>| fact.act.is_some_and(|there| day(there) == day(act));
    all.iter().find(says).or_else(|| all.iter().find(of_day)).or(all.first()).copied()
}

/// Says what is to be withdrawn and stands there by another hand: nobody else's entry is struck out.
fn keyed_by_hand(facts: &[Fact<'_>], act: &Act) -> Option<String> {
    let Act::Checked(gone) = act else { return None };
    let looks = facts.iter().filter_map(|fact| match fact.act? {
        Act::Checked(there) if there.sample_day() == gone.sample_day() => Some(there),
        _ => None,
    });
    let mut same = looks.flat_map(|there| &there.labs).filter(|a| gone.labs.iter().any(|b| a.analyte == b.analyte));
    let lab = same.next().filter(|lab| lab.is_done())?;
    let (name, day) = (lab.analyte.replace('-', " "), words::day(gone.sample_day()));
    Some(format!(
        "The laboratory withdraws {name} of {day}; {lab} was recorded here otherwise: strike it out there by hand."
    ))
}

/// Says of two acts of one file what the earlier one says that cannot be true beside the later one.
pub(super) fn apart(earlier: &Act, later: &Act) -> Option<String> {
    match (earlier, later) {
        (Act::Given(a), Act::Given(b)) if a.on == b.on && !same_dose(a, b) => {
            Some(format!("Another dose of {} stands, {} {},", words::day(a.on), mcg(a.dose_mcg), a.drug))
        }
        (Act::Checked(a), Act::Checked(b)) if a.sample_day() == b.sample_day() => {
            let lab = a.labs.iter().find(|a| b.lab(&a.analyte).is_some_and(|b| !a.says_as(b)))?;
            Some(format!("Another {} of {} stands, {lab},", lab.analyte.replace('-', " "), words::day(a.sample_day())))
        }
        _ => None,
    }
}

/// What came before under the same id, or was recorded here under it.
fn known(chart: &Chart, fact: &Fact<'_>, coming: &Coming) -> Result<Found, String> {
    let since = words::day(fact.entry.at.date_naive());
    let was = if fact.entry.from.is_some() { "Taken over on" } else { "Recorded here on" };
    let here = |more: &str| Ok(Found::Here(format!("{was} {since} already{more}.")));
    let Some(there) = fact.act else {
        if let Some(act) = withdrawn::more_than(fact, coming) {
            return Ok(Found::New(act));
        }
        return match coming.corrects {
            true => Err(format!("{was} {since}, and struck out here; who sent it corrects it now.")),
            false => here(", and was struck out here"),
        };
    };
    if coming.strikes {
        return match withdrawn::left_of(there, &coming.act) {
            Some(instead) if instead == *there => here(", and what it withdraws was taken out"),
            instead => Ok(Found::Amends(Amended::new(fact.entry.id, withdrawn::WHY, instead))),
        };
    }
    if let Some(lab) = withdrawn::said_again(chart, fact, &coming.act) {
        let name = lab.analyte.replace('-', " ");
        return Err(format!(
            "{was} {since}; {name} {lab} was withdrawn since, and the file says it again: is it older?"
        ));
    }
    if *there == coming.act || is_there(there, &coming.act) || is_told_short(there, &coming.act) {
        return completing(fact, &coming.act).map_or_else(|| here(""), |amended| Ok(Found::Amends(amended)));
    }
    if coming.corrects {
        let why = "corrected by who sent it".to_owned();
        let instead = corrected(there, &coming.act);
        return Ok(Found::Amends(Amended::new(fact.entry.id, why, Some(instead))));
    }
    if let Some(amended) = completing(fact, &coming.act) {
        return Ok(Found::Amends(amended));
    }
    if says_before(there, &coming.act) {
        return here(", and corrected since by who sent it");
    }
    match fact.amended {
        Some(_) => here(", and corrected here"),
        None => Err(format!("{was} {since}, but says something else now.")),
    }
}

/// Says in a note what stood before a correction that came with it: `haemoglobin 13.1 g/dL before it was corrected`.
#[must_use]
pub fn superseded(lab: &LabResult) -> String {
    format!("{} {lab} before it was corrected", lab.analyte.replace('-', " "))
}

/// Whether all that comes stands there, as it is now or as it was before its correction.
fn says_before(there: &Act, coming: &Act) -> bool {
    let (Act::Checked(there), Act::Checked(coming)) = (there, coming) else { return false };
    let note = there.note.as_deref().unwrap_or_default();
    let is_said =
        |b: &LabResult| there.labs.iter().any(|a| a.says_as(b)) || note.lines().any(|line| line == superseded(b));
    there.sample_day() == coming.sample_day() && !coming.labs.is_empty() && coming.labs.iter().all(is_said)
}

/// Returns whether a chart still lacks it, and nothing there speaks against it.
#[must_use]
pub fn is_new(chart: &Chart, coming: &Coming) -> bool {
    let Act::Amended(amended) = &coming.act else {
        return matches!(found(chart, coming), Ok(Found::New(_) | Found::Amends(_)));
    };
    // Weighed as an amendment of what came before: whether that was amended meanwhile is asked of what it says.
    let facts = chart.facts();
    let now = facts.iter().find(|fact| fact.entry.id == amended.of).and_then(|fact| fact.act);
    now.is_some_and(|now| amended.instead.as_deref().is_none_or(|instead| now != instead))
}

/// Returns the chart as it will be once an amendment is recorded; `None` of any other act.
pub(super) fn amended(chart: &Chart, act: &Act) -> Option<Chart> {
    let (Act::Amended(_), Some(last)) = (act, chart.entries().last()) else { return None };
    let id = EntryId(Ulid(last.id.0.0.saturating_add(1)));
    let entry = Entry { id, at: last.at, by: String::new(), act: act.clone(), from: None, seal: None };
    Some(chart.clone().with(entry))
}

/// Returns whether something came into the chart under an id, or was recorded in it under that, and nobody struck it out here.
pub(super) fn has(chart: &Chart, id: &str) -> bool {
    chart.facts().iter().any(|fact| has_id(fact, id) && !is_undone(fact) && !is_struck_here(fact))
}

/// Returns whether some of a piece stands in the chart as it was sent, or before its correction, under the same id. One id
/// that says something else is another patient's: laboratories use numbers again.
#[must_use]
pub fn stands_in(chart: &Chart, piece: &Piece) -> bool {
    let stands = |coming: &Coming| {
        let is_known = coming.id.as_deref().is_some_and(|id| has(chart, id));
        let may_stand = coming.in_error && coming.id.as_deref().is_some_and(withdrawn::is_unique);
        is_known && (may_stand || matches!(found(chart, coming), Ok(Found::Here(_) | Found::Amends(_))))
    };
    piece.acts.iter().filter(|coming| !matches!(coming.act, Act::Registered(_))).any(stands)
}

/// Whether a person struck it out, and not who sent it.
fn is_struck_here(fact: &Fact<'_>) -> bool {
    fact.act.is_none() && fact.amended.is_none_or(|(by, _)| by.from.is_none())
}

/// Whether it came under this id, or was recorded here under it and comes back.
pub(super) fn has_id(fact: &Fact<'_>, id: &str) -> bool {
    let came = fact.entry.from.as_ref().is_some_and(|from| from.id.as_deref() == Some(id));
    came || id.parse().is_ok_and(|id| fact.entry.id == id)
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
        (Act::Ordered(a), Act::Ordered(b)) => same_plan(a, b),
        (Act::Triaged(a), Act::Triaged(b)) => a.cause == b.cause,
        (Act::Changed(a), Act::Changed(b)) => a.on == b.on && a.what == b.what,
        // Taken over, the entries that these name have other ids.
        (Act::PhaseEnded(a), Act::PhaseEnded(b)) => {
            (a.on, a.phase) == (b.on, b.phase) && a.because.split_whitespace().eq(b.because.split_whitespace())
        }
        (Act::Renewed(a), Act::Renewed(b)) => (a.on, a.term, &a.prescriber) == (b.on, b.term, &b.prescriber),
        (Act::Acknowledged(a), Act::Acknowledged(b)) => (&a.rule, &a.because) == (&b.rule, &b.because),
        (Act::Noted(a), Act::Noted(b)) => (a.on, &a.narrative, &a.facts) == (b.on, &b.narrative, &b.facts),
        (a, b) => a == b,
    }
}

/// Under its own id a list tells an order in short, not each of its phases.
fn is_told_short(there: &Act, coming: &Act) -> bool {
    let (Act::Ordered(there), Act::Ordered(coming)) = (there, coming) else { return false };
    let of = |order: &Order| (order.regimen.clone(), order.drug, order.start);
    of(there) == of(coming) && keeps_up(there) == keeps_up(coming)
}

fn same_dose(a: &Given, b: &Given) -> bool {
    let times = a.time.zip(b.time).is_none_or(|(a, b)| a == b);
    a.on == b.on && a.drug == b.drug && a.dose_mcg == b.dose_mcg && times
}

/// The same plan, or one that only keeps up what this one keeps up: a list that is taken over again after the next dose.
fn same_plan(there: &Order, coming: &Order) -> bool {
    let is_same = there.start == coming.start && there.phases == coming.phases;
    let only_keeps = coming.phases.iter().all(|phase| !phase.kind.fills());
    there.drug == coming.drug && (is_same || (only_keeps && keeps_up(there) == keeps_up(coming)))
}

/// What an order keeps up in the end, and with which dose in micrograms.
fn keeps_up(order: &Order) -> Option<(Rhythm, u32)> {
    order.phases.last().map(|phase| (phase.every.clone(), phase.dose_mcg))
}

/// Returns whether an act of a file says again what an earlier one in it says. The answers of two days may name one cause
/// and are two all the same.
pub(super) fn is_repeated(earlier: &Act, act: &Act) -> bool {
    match (earlier, act) {
        (Act::Triaged(a), Act::Triaged(b)) => a == b,
        (a, b) => is_there(a, b),
    }
}

/// Whether everything that comes stands there.
fn same_look(there: &Checked, coming: &Checked) -> bool {
    let beside = coming.confounders.iter().all(|c| there.confounders.contains(c));
    let returned = coming.returned_days.is_none() || coming.returned_days == there.returned_days;
    // A note alone is all that there is; beside results it makes no other look of them.
    let alone = coming.labs.is_empty() && coming.symptoms.is_empty() && coming.note != there.note;
    if !beside || !returned || alone {
        return false;
    }
    let labs = coming.labs.iter().all(|b| there.labs.iter().any(|a| a.says_as(b)));
    let symptoms = coming.symptoms.iter().all(|(id, grade)| there.symptoms.get(id) == Some(grade));
    there.sample_day() == coming.sample_day() && labs && symptoms && !coming.is_empty()
}

/// Returns the amendment by which what was taken over says all that comes too; `None` where it does already, or where it was
/// recorded here: that nobody else completes.
fn completing(fact: &Fact<'_>, coming: &Act) -> Option<Amended> {
    fact.entry.from.as_ref()?;
    let instead = match (fact.act?, coming) {
        (Act::Given(there), Act::Given(coming)) if same_dose(there, coming) => {
            Act::Given(completed_dose(there, coming))
        }
        (Act::Checked(there), Act::Checked(coming)) => Act::Checked(completed_look(there, coming)?),
        _ => return None,
    };
    let why = "completed by what came later".to_owned();
    (fact.act != Some(&instead)).then(|| Amended::new(fact.entry.id, why, Some(instead)))
}

/// A list of patients tells the day of the last dose, a list of doses its lot.
fn completed_dose(there: &Given, coming: &Given) -> Given {
    let knows_vial = there.strength_mcg_per_ml > 0 || coming.strength_mcg_per_ml == 0;
    let vial = if knows_vial { there } else { coming };
    let or = |a: &Option<String>, b: &Option<String>| a.clone().or_else(|| b.clone());
    Given {
        time: there.time.or(coming.time),
        product: vial.product.clone(),
        strength_mcg_per_ml: vial.strength_mcg_per_ml,
        site: there.site.or(coming.site),
        lot: or(&there.lot, &coming.lot),
        expires: there.expires.or(coming.expires),
        drawn_ml: there.drawn_ml.or(coming.drawn_ml),
        opened: there.opened.or(coming.opened),
        note: or(&there.note, &coming.note),
        reaction: or(&there.reaction, &coming.reaction),
        ..there.clone()
    }
}

/// More results of one sample; `None` where one contradicts.
fn completed_look(there: &Checked, coming: &Checked) -> Option<Checked> {
    let differs = coming.labs.iter().any(|b| there.lab(&b.analyte).is_some_and(|a| !a.says_as(b)));
    let more = coming.labs.iter().filter(|b| there.lab(&b.analyte).is_none());
    let labs = there.labs.iter().chain(more).cloned().collect();
    let speaks_against = |(id, grade): (&String, &u8)| there.symptoms.get(id).is_some_and(|there| there != grade);
    let differs = differs || coming.symptoms.iter().any(speaks_against);
    let symptoms = there.symptoms.iter().chain(&coming.symptoms).map(|(id, grade)| (id.clone(), *grade)).collect();
    let is_of_it = there.sample_day() == coming.sample_day() && !differs;
    let returned_days = there.returned_days.or(coming.returned_days);
    is_of_it.then(|| Checked {
        labs,
        symptoms,
        returned_days,
        note: there.note.clone().or_else(|| coming.note.clone()),
        ..there.clone()
    })
}

/// What stands there with what comes in its place: the order that a dose was given on stays, and so do results that are not
/// corrected.
pub(super) fn corrected(there: &Act, coming: &Act) -> Act {
    match (there, coming) {
        (Act::Given(there), Act::Given(coming)) => Act::Given(Given { order: there.order, ..coming.clone() }),
        (Act::Checked(there), Act::Checked(coming)) => {
            let kept = there.labs.iter().filter(|a| coming.lab(&a.analyte).is_none());
            let labs = kept.chain(&coming.labs).cloned().collect();
            Act::Checked(Checked { on: coming.on, sampled: coming.sampled, labs, ..there.clone() })
        }
        _ => coming.clone(),
    }
}

/// A dose from shortly before a plan that counts its doses, or keeps a calendar, would be counted with them and move the next
/// one. One of a plan that is there counts on that, and one of longer ago on none.
fn before_the_plan(facts: &[Fact<'_>], coming: &Coming) -> Option<String> {
    let Act::Given(given) = &coming.act else { return None };
    let named = given.order.map(|id| id.to_string());
    if named.is_some_and(|id| facts.iter().any(|fact| has_id(fact, &id))) {
        return None;
    }
    let is_before = |order: &&Order| given.on < order.start && order.began_by(given.on);
    let order = chart::order(facts).map(|(_, order)| order).filter(is_before)?;
    let on_calendar = |fact: &Fact<'_>| matches!(fact.act, Some(Act::Given(g)) if g.next_from == NextFrom::Calendar);
    let counts = order.phases.iter().any(|phase| phase.kind.fills()) || facts.iter().any(on_calendar);
    counts.then(|| {
        let (on, start) = (words::day(given.on), words::day(order.start));
        format!("The dose of {on} is from before the plan that holds ({start}) and would move its next one.")
    })
}

/// Of a look only the results that no other look of the day holds.
fn only_new(facts: &[Fact<'_>], coming: &Act) -> Act {
    let Act::Checked(coming) = coming else { return coming.clone() };
    let looks = || {
        facts.iter().filter_map(|fact| match fact.act {
            Some(Act::Checked(there)) if there.sample_day() == coming.sample_day() => Some(there),
            _ => None,
        })
    };
    let is_new = |b: &&LabResult| !looks().any(|there| there.labs.iter().any(|a| a.says_as(b)));
    let labs = coming.labs.iter().filter(is_new).cloned().collect();
    Act::Checked(Checked { labs, ..coming.clone() })
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
            let differs = |b: &&LabResult| a.lab(&b.analyte).is_some_and(|a| !a.says_as(b));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::interval::Interval;
    use crate::clinic::triage::{Anaemia, MonitoringPlan, Triage};

    #[test]
    fn answers_of_two_days_that_name_one_cause_are_two() {
        let plan = MonitoringPlan { first: Interval::Weeks(3), symptoms: Vec::new(), labs: Vec::new() };
        let before = Triage::new("diet", plan);
        let after = Triage { anaemia: Anaemia::Mild, ..before.clone() };
        let (before, after) = (Act::Triaged(before), Act::Triaged(after));
        assert!(is_there(&before, &after), "of a list that knows the cause alone it is there");
        assert!(!is_repeated(&before, &after) && is_repeated(&after, &after));
    }

    #[test]
    fn a_look_with_more_in_it_is_not_there() {
        let there = Checked { symptoms: [("fatigue".to_owned(), 2)].into(), ..Checked::default() };
        let more = Checked { returned_days: Some(5), ..Checked::default() };
        let note = Checked { note: Some("dizzy".to_owned()), ..Checked::default() };
        for coming in [more, note] {
            assert!(!is_there(&Act::Checked(there.clone()), &Act::Checked(coming)));
        }
        assert!(is_there(&Act::Checked(there.clone()), &Act::Checked(there)));
    }
}
