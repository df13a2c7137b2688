//! Patients beyond the cast: a scenario of the cast, another person, another day of the interval.

use super::aside::Aside;
use super::people;
use super::story::{Slip, Stand, Story};
use crate::clinic::interval::Interval;
use crate::clinic::patient::Sex;
use crate::clinic::practice::Practice;
use crate::clinic::regimen::Rhythm;

/// Draws a story from the cast.
pub(super) fn story(cast: &[Story], practice: &Practice, rng: &mut fastrand::Rng) -> Story {
    let is_long = |story: &&Story| days_between_doses(story, practice) >= 28;
    let wants_long = rng.u32(0..100) < 96;
    let fitting: Vec<&Story> = cast.iter().filter(|s| is_anybodys(s) && is_long(s) == wants_long).collect();
    let mut story = fitting.get(rng.usize(0..fitting.len().max(1))).map_or_else(|| cast[0].clone(), |s| (*s).clone());
    another_person(&mut story, rng);
    story.stand = stand(&story, practice, rng);
    story.unanswered = if rng.u32(0..100) < 4 { rng.i64(1..20) } else { 0 };
    if wants_long {
        another_history(&mut story, rng);
    }
    story
}

/// A decision of one course would contradict another history.
fn is_anybodys(story: &Story) -> bool {
    story.asides.iter().all(Aside::is_anybodys)
}

fn another_person(story: &mut Story, rng: &mut fastrand::Rng) {
    let (family, given, sex) = people::draw(rng);
    let is_pregnant = story.answers.as_ref().is_some_and(|a| a.pregnant);
    story.who.family = family.to_owned();
    story.who.given = given.to_owned();
    story.who.sex = if is_pregnant { Sex::Female } else { sex };
    story.who.age = if is_pregnant { rng.i32(21..42) } else { rng.i32(24..93) };
    story.who.birthday = (rng.u32(1..13), rng.u32(1..29));
}

/// Anywhere within the interval; one in twenty-five is overdue.
fn stand(story: &Story, practice: &Practice, rng: &mut fastrand::Rng) -> Stand {
    let every = days_between_doses(story, practice);
    match story.stand {
        Stand::Ago(days) => Stand::Ago(if every == 0 { days } else { rng.i64(18..85) }),
        Stand::Next(_) if every < 28 => Stand::Next(rng.i64(-1..2)),
        Stand::Next(_) if rng.u32(0..100) < 4 => Stand::Next(-rng.i64(1..45)),
        Stand::Next(_) => Stand::Next(rng.i64(0..every - 2)),
    }
}

fn another_history(story: &mut Story, rng: &mut fastrand::Rng) {
    let Some(leg) = story.legs.last_mut() else { return };
    leg.doses += rng.u32(0..9);
    if rng.u32(0..100) < 30 {
        leg.slips.push((leg.doses.saturating_sub(rng.u32(1..4)), Slip::Late(rng.i64(1..15))));
    }
}

/// About how many days lie between the doses that the patient gets now; 0 without a plan.
fn days_between_doses(story: &Story, practice: &Practice) -> i64 {
    let Some(leg) = story.legs.last() else { return 0 };
    let Ok(regimen) = practice.knowledge.regimen(leg.regimen) else { return 0 };
    let mut left = leg.doses;
    let ended = leg.ends.len();
    for (i, phase) in regimen.phases.iter().enumerate() {
        let is_last = i + 1 == regimen.phases.len();
        let count = crate::clinic::schedule::count(phase, i, chrono::NaiveDate::default()).unwrap_or(0);
        let is_past = count > 0 && left >= count || i < ended || leg.maintenance_only && phase.kind.fills();
        if is_past && !is_last {
            left = left.saturating_sub(count);
            continue;
        }
        return match &phase.every {
            Rhythm::Every(Interval::Months(_)) => {
                i64::from(leg.every.or(phase.interval()).map_or(30, |e| e.about_days()))
            }
            Rhythm::Every(every) => i64::from(every.about_days()),
            _ => 3,
        };
    }
    0
}
