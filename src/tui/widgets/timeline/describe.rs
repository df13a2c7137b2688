//! What stands under the cursor, in words.

use super::events::{Event, EventKind};
use crate::clinic::citation;
use crate::clinic::course::{
    Check, CheckSlot, CheckState, Course, DoseGiven, DoseSlot, DoseState, Next, PhaseSpan, Standing,
};
use crate::clinic::decision::Review;
use crate::clinic::drug::{mcg, ml};
use crate::clinic::entry::{NextFrom, Reason, Sums};
use crate::clinic::interval::days_between;
use crate::clinic::lab::{Flag, LabResult};
use crate::clinic::practice::Practice;
use crate::clinic::words;

/// Returns what there is to say about an event: the first line holds its date, what it is and where it stands, the
/// others the rest.
#[must_use]
pub fn describe(course: &Course, practice: &Practice, event: &Event) -> Vec<String> {
    let mut lines = match event.kind {
        EventKind::Dose(i) => course.doses.get(i).map(dose),
        EventKind::Check(i) => course.checks.get(i).map(|check| checked(course, practice, i, check)),
        EventKind::CheckPlanned(i) => course.checkpoints.get(i).map(|slot| planned_check(practice, slot)),
        EventKind::Phase(i) => course.phases.get(i).map(|span| phase(course, span)),
        EventKind::Change(i) => course.changes.get(i).map(|turned| changed(course, turned)),
        EventKind::Review(i) => course.reviews.get(i).map(|(_, review)| reviewed(practice, review)),
        EventKind::Ghost(i) => course.ghosts.get(i).map(|_| ghost(course)),
        EventKind::Today => Some(today(course)),
    }
    .unwrap_or_default();
    lines.retain(|line| !line.is_empty());
    let first = lines.first().cloned().unwrap_or_default();
    let head = format!("{}  {first}", words::day(event.date));
    std::iter::once(head).chain(lines.into_iter().skip(1)).collect()
}

fn joined(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn dose(slot: &DoseSlot) -> Vec<String> {
    match (&slot.given, &slot.not_given) {
        (Some(given), _) => given_dose(slot, given),
        (_, Some((_, why))) => {
            vec![joined([Some(name(slot)), Some(format!("not given: {}", why.words()))]), was_due(slot)]
        }
        _ => owed_dose(slot),
    }
}

fn name(slot: &DoseSlot) -> String {
    if !slot.is_of_plan() {
        return words::begun(&slot.title());
    }
    let phase = slot.kind.title().to_lowercase();
    match slot.in_phase {
        (n, Some(of)) => format!("Dose {n} of {of}, {phase}"),
        (n, None) => format!("Dose {n} of {phase}"),
    }
}

fn given_dose(slot: &DoseSlot, by: &DoseGiven) -> Vec<String> {
    let given = &by.given;
    let other = (given.drug != slot.drug).then(|| format!("{}, not {} as ordered", given.drug, slot.drug.name()));
    let amount = format!("{} {}", mcg(given.dose_mcg), given.route.short());
    let site = given.site.map(|site| site.name().replace('-', " "));
    let expires = given.expires.map(|day| format!(" exp {}", day.format("%Y-%m"))).unwrap_or_default();
    let lot = given.lot.as_ref().map(|lot| format!("lot {lot}{expires}"));
    let time = given.time.map(|time| time.format(" %H:%M").to_string()).unwrap_or_default();
    let sore = given.sore.map(|s| format!("{} sore, left alone until {}", s.site, words::day(s.until)));
    let opened = given.opened.map(|day| format!("vial opened {}", words::day(day)));
    let anchor = (given.next_from == NextFrom::Calendar).then(|| "then back to the calendar".to_owned());
    let reasons = |stop| {
        let of = given.reasons.iter().filter(|r| r.stop == stop);
        of.map(Reason::words).collect::<Vec<_>>().join("; ")
    };
    let after = given.reaction.as_ref().map(|reaction| format!("After it: {reaction}"));
    vec![
        joined([Some(name(slot)), Some(amount), other, site, Some(standing(slot))]),
        joined([Some(reasons(true)), after]),
        joined([
            given.volume_ml().map(|v| format!("{}{}", ml(v), if given.drawn_ml.is_some() { " drawn up" } else { "" })),
            Some(given.product.clone()),
            lot,
            Some(format!("given by {}{time}", by.by)),
        ]),
        joined([Some(as_ordered(slot)), anchor, opened, sore]),
        joined([Some(reasons(false)), noted(given.note.as_ref())]),
    ]
}

fn noted(note: Option<&String>) -> Option<String> {
    note.map(|note| format!("Note: {note}"))
}

/// Where a dose stands: "on time", "3 days late (due Sun 15 Nov)".
fn standing(slot: &DoseSlot) -> String {
    let due = words::day_short(slot.due);
    match slot.state {
        DoseState::Given if !slot.is_of_plan() => "no plan asked for it".to_owned(),
        DoseState::Given if slot.visit == slot.due => "on time".to_owned(),
        DoseState::Given => format!("on time, on the first open day (due {due})"),
        DoseState::Late(n) => format!("{} late (due {due})", words::days(n)),
        DoseState::Early(n) => format!("{} early (due {due})", words::days(n)),
        DoseState::NotGiven => "not given".to_owned(),
        DoseState::Due => "due today".to_owned(),
        DoseState::Overdue(n) => format!("{} late", words::days(n)),
        DoseState::Planned => "planned".to_owned(),
    }
}

fn owed_dose(slot: &DoseSlot) -> Vec<String> {
    let amount = format!("{} {} {}", mcg(slot.dose_mcg), slot.drug.name(), slot.route.short());
    let comes = (slot.visit != slot.due)
        .then(|| format!("due {}, comes {}", words::day_short(slot.due), words::day_short(slot.visit)));
    let tentative = slot.tentative.then(|| "A picture only: its date hangs on a decision still to be made".to_owned());
    vec![
        joined([Some(name(slot)), Some(standing(slot)), Some(amount), comes]),
        joined([Some(counted(slot)), Some(as_ordered(slot))]),
        slot.gate.as_ref().map(|gate| format!("First: {gate}")).unwrap_or_default(),
        tentative.unwrap_or_default(),
    ]
}

fn counted(slot: &DoseSlot) -> String {
    let from = words::day_short(slot.counted_from);
    if slot.n == 1 {
        return format!("the first dose, ordered for {from}");
    }
    let days = words::days(days_between(slot.counted_from, slot.due));
    format!("counted from the dose of {from}, {days} before")
}

fn was_due(slot: &DoseSlot) -> String {
    joined([Some(format!("was due {}, stays owed", words::day_short(slot.due))), Some(as_ordered(slot))])
}

/// The day as it was planned at signing, where that differs.
fn as_ordered(slot: &DoseSlot) -> String {
    let moved = slot.as_ordered.filter(|day| *day != slot.visit && *day != slot.due);
    moved.map(|day| format!("as ordered: {}", words::day(day))).unwrap_or_default()
}

fn checked(course: &Course, practice: &Practice, index: usize, check: &Check) -> Vec<String> {
    let total = check.checked.score().map(|score| {
        let before = Sums::beside(&check.checked, course.checks[..index].iter().rev().map(|c| &c.checked));
        before.map_or_else(|| format!("symptoms {score}"), |sums| format!("symptoms {score} ({})", sums.words()))
    });
    let present = check.checked.symptoms.iter().filter(|(_, grade)| **grade > 0);
    let present: Vec<_> = present.map(|(id, grade)| format!("{} {grade}", symptom(practice, id))).collect();
    let labs: Vec<_> = check.checked.labs.iter().map(|result| lab(course, practice, check, result)).collect();
    let answered = course.checkpoints.iter().find(|slot| slot.check == Some(index));
    let sampled = check.checked.sampled.map(|day| format!("sample of {}", words::day(day)));
    let beside = check.checked.confounders.iter().map(|c| Some(c.told(practice.knowledge.confounders())));
    let missing = answered.map(|slot| practice.knowledge.asked(&slot.missing)).filter(|list| !list.is_empty());
    vec![
        joined([Some(check.label.clone()), total, sampled, Some(format!("recorded by {}", check.by))]),
        present.join(", "),
        joined([check.checked.returned_words()].into_iter().chain(beside)),
        labs.join(" · "),
        missing.map(|list| format!("still missing: {list}")).unwrap_or_default(),
        noted(check.checked.note.as_ref()).unwrap_or_default(),
    ]
}

fn symptom(practice: &Practice, id: &str) -> String {
    practice.knowledge.symptom(id).map_or_else(|| id.to_owned(), |s| s.name.clone())
}

/// One result as it was reported, with its flag; beside a B12 value the days since the last dose, which explain it.
fn lab(course: &Course, practice: &Practice, check: &Check, result: &LabResult) -> String {
    let analyte = practice.knowledge.lab(&result.analyte);
    let whose = course.whose();
    let flag = match analyte.and_then(|a| a.flag(result, whose)) {
        Some(Flag::Low) => " low",
        Some(Flag::High) => " high",
        _ => "",
    };
    let name = analyte.map_or(result.analyte.as_str(), |a| a.short.as_str());
    let is_b12 = matches!(result.analyte.as_str(), "total-b12" | "active-b12");
    let sample = || format!(" ({})", course.sample_words(check.checked.sample_day()));
    let since = if is_b12 && result.value.is_some() { sample() } else { String::new() };
    format!("{name} {result}{flag}{since}")
}

fn planned_check(practice: &Practice, slot: &CheckSlot) -> Vec<String> {
    let state = match slot.state {
        CheckState::Due => "due today".to_owned(),
        CheckState::Overdue(n) => format!("{} overdue", words::days(n)),
        CheckState::Planned => "planned".to_owned(),
        CheckState::Passed => "not recorded; a later one was".to_owned(),
        CheckState::Done => "recorded".to_owned(),
    };
    let hangs = slot.tentative.then(|| "the date hangs on a dose that is still to come".to_owned());
    vec![
        joined([Some(slot.label.clone()), Some(state), Some(format!("asks {}", practice.knowledge.asked(&slot.asks)))]),
        joined([Some(slot.counted.clone()), hangs]),
        citation::named(&practice.knowledge, &slot.source),
    ]
}

fn changed(course: &Course, turned: &Standing) -> Vec<String> {
    let holds = course.standing.as_ref().is_some_and(|s| s.entry == turned.entry);
    let over = (!holds).then(|| "holds no longer".to_owned());
    let change = &turned.change;
    let reasons = change.reasons.iter().map(|r| format!("{}: {}", r.rule, r.because)).collect::<Vec<_>>().join("; ");
    vec![turned.words(), joined([Some(change.who()), over]), reasons]
}

fn reviewed(practice: &Practice, review: &Review) -> Vec<String> {
    let lines = practice.knowledge.review();
    let name = |id: &str| lines.iter().find(|l| l.id == id).map_or(id.to_owned(), |l| l.name.clone());
    let found = review.answers.iter().filter(|(_, a)| a.found);
    let found: Vec<_> = found.map(|(id, a)| format!("{}: {}", name(id), a.words)).collect();
    let what = match (&review.red_flag, found.len() as i64) {
        (Some(why), _) => format!("passed for a red flag: {why}"),
        (None, 0) => "nothing was found".to_owned(),
        (None, n) => format!("{n} found"),
    };
    let open = words::plural(review.open(lines).len() as i64, "line");
    let open = (!review.open(lines).is_empty()).then(|| format!("{open} without an answer"));
    let head = joined([Some("Review before more doses".to_owned()), Some(what), open]);
    vec![head, format!("by {}", review.reviewed_by), found.join(" · ")]
}

/// A dose that the plan before would have had on this day.
fn ghost(course: &Course) -> Vec<String> {
    let by = match (&course.standing, &course.order) {
        (Some(standing), _) => standing.words(),
        (None, Some((_, order))) => {
            format!("Replaced by {}, from {}", order.name, words::day(order.start))
        }
        _ => String::new(),
    };
    vec!["The plan before: dose on this day; nobody waits for it".to_owned(), by]
}

fn phase(course: &Course, span: &PhaseSpan) -> Vec<String> {
    let begins = if span.from > course.today { "will begin" } else { "begins" };
    let order = course.order.as_ref().filter(|(id, _)| *id == span.order).map(|(_, order)| order);
    let until = match (&span.ends_with, span.to) {
        (Some(event), _) => format!("until {event}"),
        (None, Some(to)) => format!("to {}", words::day(to)),
        (None, None) => "without a planned end".to_owned(),
    };
    let review = span.review.map(|day| format!("looked at again {}", words::day(day)));
    let tentative = span.tentative.then(|| "once the prescriber decides".to_owned());
    let source = order.map(|o| joined([Some(o.name.clone()), Some(citation::plain(&o.source))]));
    let replaced = order.is_none().then(|| "by an order that was replaced".to_owned());
    vec![
        joined([Some(format!("{} {begins}", span.kind.title())), Some(span.rhythm.clone()), tentative, replaced]),
        joined([Some(until), review]),
        source.unwrap_or_default(),
    ]
}

fn today(course: &Course) -> Vec<String> {
    let now = course.phase_now().map(|span| format!("{}: {}", span.kind.title(), span.rhythm));
    let next = match &course.next {
        Next::Dose(i) => course.doses.get(*i).map(|slot| {
            let day = match slot.state {
                DoseState::Planned => Some(format!(" for {}", words::day(slot.visit))),
                DoseState::Overdue(_) => Some(format!(" (due {})", words::day_short(slot.due))),
                _ => None,
            };
            format!("next: {}, {}{}", name(slot).to_lowercase(), standing(slot), day.unwrap_or_default())
        }),
        Next::Triage => Some("next: the five questions of triage".to_owned()),
        Next::Order => Some("next: an order".to_owned()),
        Next::Decide(words) | Next::Closed(words) => Some(words.clone()),
        Next::Recheck(day) => Some(format!("next: recheck {}", words::day(*day))),
        Next::AskAgain(day) => Some(format!("next: ask again {}", words::day(*day))),
    };
    let last = course.given().next_back().map(|(_, given)| words::day_near(given.given.on, course.today));
    let last = last.map(|day| format!("last dose {day}"));
    let standing = course.standing.as_ref().map(Standing::words);
    let now = now.filter(|_| !course.has_ended());
    // Three lines have room on the smallest screen: the longest stands alone.
    vec![joined([Some("Today".to_owned()), now, last]), joined([standing]), joined([next])]
}
