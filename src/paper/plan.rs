//! The patient's plan on one page (brief Q1 to Q3): the next date in large letters, when repletion ends, how often after it,
//! what will show that it works and when, the next dates, whom to call and when. A plan that has ended, pauses or is held says
//! so in the place of dates.

use super::{Block, Doc, fact, spelt, text, typed};
use crate::clinic::cosign::Waiting;
use crate::clinic::course::{CheckSlot, Course, DoseState, Next, Repletion};
use crate::clinic::decision::Turn;
use crate::clinic::practice::Practice;
use crate::clinic::rights;
use crate::clinic::words::{self, day_in_full};
use chrono::NaiveDate;

/// As many dates stand in the table.
const DATES: usize = 12;
/// Never fewer, were a name or an address ever so long.
const FEWEST: usize = 4;

/// Makes the patient's plan: one page, with as many dates as it has room for.
///
/// # Errors
/// A sentence where the patient died: no letter goes out.
pub fn plan(course: &Course, practice: &Practice) -> Result<Doc, String> {
    if let Some(died) = course.standing.as_ref().filter(|s| s.change.what == Turn::Died) {
        let day = words::day(died.change.on);
        return Err(format!("the patient died on {day}: no plan is written to the dead"));
    }
    let fits = |doc: &Doc| !text(doc).contains('\u{c}');
    let whole = with_dates(course, practice, DATES);
    if fits(&whole) {
        return Ok(whole);
    }
    let mut fewer = (FEWEST..DATES).rev().map(|most| with_dates(course, practice, most));
    Ok(fewer.find(fits).unwrap_or(whole))
}

fn with_dates(course: &Course, practice: &Practice, most: usize) -> Doc {
    let mut doc = Doc::new("plan", "Your vitamin B12 treatment", practice, course.today).about(course);
    doc.large = true;
    // Telephone and hours stand where the patient is told to call; twice on a page, they would cost the size of its letters.
    doc.from.lines.truncate(usize::from(practice.settings.address.is_some()));
    let held = rights::held(course, practice).is_some();
    doc.blocks.push(if held { wait() } else { next(course) });
    doc.say([Some(what(course)), standing(course)].into_iter().flatten().collect::<Vec<_>>().join(" "));
    unsigned(course).into_iter().for_each(|words| doc.say(words));
    if held {
        doc.say("Something has to be settled before your next injection. We tell you the next date then.");
    }
    doc.facts(goals(course, practice, held));
    dates(&mut doc, course, most, held);
    watch(&mut doc, practice);
    doc
}

fn big(label: &str, words: impl Into<String>) -> Block {
    Block::Big { label: label.to_owned(), words: words.into() }
}

/// What stops the next dose is for the practice to say, and to settle: a date would bring the patient in vain.
fn wait() -> Block {
    big("Your next injection", "Not yet. Please call us.")
}

/// The next date in large letters; where the injections have ended, that.
fn next(course: &Course) -> Block {
    let turned = course.standing.as_ref().map(|standing| &standing.change.what);
    match &course.next {
        Next::Recheck(_) | Next::Decide(_) if matches!(turned, Some(Turn::Stopped { .. })) => {
            big("Your injections", "Are stopped")
        }
        Next::Recheck(_) | Next::Decide(_) if matches!(turned, Some(Turn::Oral { .. })) => {
            big("Your injections", "Tablets in their place")
        }
        Next::Dose(_) => match course.next_dose() {
            Some(slot) if matches!(slot.state, DoseState::Overdue(_)) && slot.visit < course.today => {
                big("Your injection was planned for", format!("{}. Please call us.", day_in_full(slot.visit)))
            }
            Some(slot) if slot.visit == course.today => big("Your next date is today", day_in_full(slot.visit)),
            // The box and the list below begin with the same day.
            Some(slot) => match check_before(course, slot.visit) {
                Some(day) if day == course.today => big("Your next date is today, for a check", day_in_full(day)),
                Some(day) => big("Your next date, for a check", day_in_full(day)),
                None => big("Your next date", day_in_full(slot.visit)),
            },
            None => big("Your next date", "We will tell you"),
        },
        Next::Recheck(day) => big("Your next date, for a check", day_in_full(*day)),
        Next::AskAgain(day) => big("We ask you again on", day_in_full(*day)),
        Next::Closed(_) => big("Your injections", "Have ended"),
        Next::Triage | Next::Order | Next::Decide(_) => big("Your next date", "We will call you"),
    }
}

/// The first check of the table of dates that comes before the next injection.
fn check_before(course: &Course, visit: NaiveDate) -> Option<NaiveDate> {
    let told = course.checkpoints.iter().filter(|c| c.is_told());
    told.map(|c| c.visit).filter(|day| *day >= course.today && *day < visit).min()
}

/// Where the treatment stands beside its plan, and since when.
fn standing(course: &Course) -> Option<String> {
    let change = &course.standing.as_ref()?.change;
    let since = day_in_full(change.on);
    let look = |day: NaiveDate, whether: &str| match day >= course.today {
        true => format!(" We look on {} whether {whether}.", day_in_full(day)),
        false => String::new(),
    };
    Some(match &change.what {
        Turn::Paused { until } => format!("Your injections pause until {}.", day_in_full(*until)),
        Turn::Oral { daily_mcg, recheck } => format!(
            "Since {since} you take {} of vitamin B12 every day as tablets, and get no injections.{}",
            spelt::dose(*daily_mcg),
            look(*recheck, "that is enough")
        ),
        Turn::Stopped { recheck } => {
            format!("Your injections were stopped on {since}.{}", look(*recheck, "you stay well without them"))
        }
        Turn::Declined { .. } => format!("You told us on {since} that you want no injections for now."),
        Turn::Transferred { to } => format!("Since {since} you are treated elsewhere: {}.", typed(to)),
        Turn::Died => return None,
    })
}

/// Whose signature this page still waits for.
fn unsigned(course: &Course) -> Vec<String> {
    let words = |waiting: &Waiting| {
        let (who, on) = (typed(&waiting.prescriber), day_in_full(waiting.said));
        match &course.standing {
            Some(standing) if standing.entry == waiting.entry => {
                format!("Not signed yet: {who} decided this on {on}, and still has to sign it.")
            }
            _ => format!("Not signed yet: {who} ordered these injections, and still has to sign the order."),
        }
    };
    let mut all: Vec<_> = course.rests_on_unsigned().into_iter().map(words).collect();
    all.dedup();
    all
}

/// What is given, how, and why.
fn what(course: &Course) -> String {
    let because = spelt::cause(course).map(|why| format!(" because {why}")).unwrap_or_default();
    if course.standing.as_ref().is_some_and(|s| matches!(s.change.what, Turn::Transferred { .. })) {
        return format!("You were in our care for vitamin B12{because}.");
    }
    let Some((_, order)) = course.order.as_ref().filter(|_| !course.has_ended()) else {
        return format!("You are in our care for vitamin B12{because}.");
    };
    let mcg = course.next_dose().map(|s| s.dose_mcg).or_else(|| order.phases.first().map(|p| p.dose_mcg));
    let dose = mcg.map(|mcg| format!("{} of ", spelt::dose(mcg))).unwrap_or_default();
    let drug = order.drug.name().replace("-tannin", " in a form that lasts long");
    let route = spelt::route(course.next_dose().map_or(order.route, |s| s.route));
    format!("You get {dose}{drug}, a form of vitamin B12, {route}{because}.")
}

fn goals(course: &Course, practice: &Practice, held: bool) -> Vec<(String, String)> {
    let Some((_, order)) = course.order.as_ref().filter(|_| !course.has_ended()) else { return Vec::new() };
    let mut out = Vec::new();
    let mut filling: Vec<String> = order.phases.iter().filter(|p| p.kind.fills()).map(spelt::rhythm).collect();
    filling.dedup();
    let filling = filling.join(", then ");
    let upkeep_called = if filling.is_empty() { "Keeping stores full" } else { "Keeping them full" };
    if !filling.is_empty() {
        let ends = match &course.repletion {
            Repletion::Ended(day) => format!("was complete on {}", day_in_full(*day)),
            Repletion::Expected(_) if held => filling,
            Repletion::Expected(day) => format!("{filling}, until {}", day_in_full(*day)),
            Repletion::Review { on, .. } => {
                let look = format!("we look on {} whether it is enough", day_in_full(*on));
                format!("{filling}, for as long as you get better; {look}")
            }
            Repletion::None => filling,
        };
        out.push(fact("Filling your stores", ends));
    }
    let upkeep = order.phases.iter().find(|p| !p.kind.fills());
    let aim = upkeep.map_or_else(|| "your doctor decides at the next review".to_owned(), spelt::rhythm);
    out.push(fact(upkeep_called, aim));
    if let Some(check) = course.next_checkpoint() {
        let when = if check.visit < course.today { "as soon as possible".to_owned() } else { day_in_full(check.visit) };
        out.push(fact(
            "What shows that it works",
            format!("{when}: {}", spelt::asks(check, course, &practice.knowledge)),
        ));
    }
    out
}

/// The next dates, each with its weekday: injections, and checks that come before the last of them; one line a day.
fn dates(doc: &mut Doc, course: &Course, most: usize, held: bool) {
    let owed = course.doses.iter().filter(|s| s.state.is_owed() && !s.tentative && s.visit >= course.today);
    let owed = owed.filter(|_| !course.has_ended() && !held);
    let mut all: Vec<(NaiveDate, String)> = owed.take(most).map(|s| (s.visit, spelt::visit(s))).collect();
    // A check far behind the last injection of the table would look as if none came before it.
    let last = all.last().map(|(day, _)| *day);
    let near = |day: NaiveDate| day >= course.today && last.is_none_or(|last| day <= last);
    let told = |c: &&CheckSlot| c.is_told() && near(c.visit);
    let checks = course.checkpoints.iter().filter(told).take(most);
    all.extend(checks.map(|c| (c.visit, format!("Check: {}", spelt::asks_shortly(c)))));
    all.sort_by_key(|(day, _)| *day);
    let by_day = all.chunk_by(|a, b| a.0 == b.0).map(|of_day| {
        let what: Vec<_> = of_day.iter().map(|(_, what)| what.as_str()).collect();
        of_day.first().map(|(day, _)| vec![day_in_full(*day), what.join(". "), "[   ]".to_owned()]).unwrap_or_default()
    });
    let rows: Vec<_> = by_day.take(most).collect();
    if rows.is_empty() {
        return;
    }
    let head = ["Day", "What", "Came"].map(str::to_owned).to_vec();
    doc.heading(if last.is_some() { "Your next dates (more follow)" } else { "Your next dates" });
    doc.blocks.push(Block::Table { head, rows });
}

fn watch(doc: &mut Doc, practice: &Practice) {
    let words = spelt::words();
    let phone = practice.settings.phone.as_deref().map_or_else(|| "_".repeat(24), typed);
    let hours = practice.settings.hours.as_deref().map(|hours| format!(" ({})", typed(hours))).unwrap_or_default();
    doc.heading(&format!("Call us: {phone}{hours}"));
    let mut items = vec![format!("On the same day: {}.", words.today.join("; "))];
    items.push(format!("Soon: {}.", words.soon.join("; ")));
    items.push(format!("{}: {}.", ambulance(practice), words.emergency));
    doc.list(items);
    doc.say(format!("{} {}", words.missed, words.folic));
}

/// The country's number; where it is not known a line to write it on.
fn ambulance(practice: &Practice) -> String {
    match &practice.country().emergency {
        Some(emergency) => format!("Call an ambulance on {}", emergency.call),
        None => format!("Call an ambulance on {}", "_".repeat(10)),
    }
}
