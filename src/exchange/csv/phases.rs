//! The phases of a plan as our own tables have them, one a line: `repletion, 1000 mcg, every 2 days, 6 doses`.

use super::dates::short;
use crate::clinic::interval::Interval;
use crate::clinic::regimen::{End, Phase, PhaseKind, Rhythm};

const KINDS: [(PhaseKind, &str); 4] = [
    (PhaseKind::Repletion, "repletion"),
    (PhaseKind::Consolidation, "consolidation"),
    (PhaseKind::Maintenance, "maintenance"),
    (PhaseKind::Prophylaxis, "prophylaxis"),
];
const UNTIL: &str = ", until ";
const GATE: &str = ", first: ";

/// No phase has more days or gaps in its list.
const MOST_DAYS: usize = 400;
/// No phase has more doses that are counted.
const MOST_DOSES: u32 = 1_000;

/// Writes the phases, one a line.
pub(super) fn written(phases: &[Phase]) -> String {
    phases.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(phase: &Phase) -> String {
    let kind = KINDS.iter().find(|(kind, _)| *kind == phase.kind).map_or("", |(_, word)| word);
    let gate = phase.gate.as_ref().map(|gate| format!("{GATE}{}", flat(gate))).unwrap_or_default();
    format!("{kind}, {} mcg, {}, {}{gate}", phase.dose_mcg, rhythm(&phase.every), end(&phase.until))
}

/// A text on one line.
pub(super) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rhythm(every: &Rhythm) -> String {
    match every {
        Rhythm::Every(interval) => format!("every {interval}"),
        Rhythm::Week(days) => format!("days of a week {}", numbers(days)),
        Rhythm::Gaps(gaps) => format!("gaps of days {}", numbers(gaps)),
        Rhythm::Days(days) => format!("on days {}", numbers(days)),
    }
}

fn numbers(all: &[u32]) -> String {
    all.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
}

fn end(until: &End) -> String {
    match until {
        End::Doses(n) => format!("{n} doses"),
        End::Lasts(time) => format!("for {time}"),
        End::Weeks(from, to) => format!("weeks {from} to {to}"),
        End::Event { event, review } => format!("review every {review}{UNTIL}{}", flat(event)),
        End::Open { review } => format!("review every {review}"),
    }
}

/// Returns whether a line may be one of a phase: it begins with what a phase is for.
pub(super) fn is_phase(line: &str) -> bool {
    KINDS.iter().any(|(_, word)| line.strip_prefix(word).is_some_and(|rest| rest.starts_with(',')))
}

/// Reads the phases, one a line.
///
/// # Errors
/// Which line is none, in a few words.
pub(super) fn read(text: &str) -> Result<Vec<Phase>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let phases: Result<Vec<Phase>, String> =
        lines.map(|line| phase(line).ok_or_else(|| format!("\"{}\" is no phase of a plan", short(line)))).collect();
    phases.and_then(|phases| if phases.is_empty() { Err("no phase stands there".to_owned()) } else { Ok(phases) })
}

fn phase(line: &str) -> Option<Phase> {
    let (line, gate) = line.split_once(GATE).map_or((line, None), |(line, gate)| (line, Some(gate.to_owned())));
    let (line, event) = line.split_once(UNTIL).map_or((line, None), |(line, event)| (line, Some(event.to_owned())));
    let [kind, dose, every, until] = line.split(", ").collect::<Vec<_>>()[..] else { return None };
    let (kind, _) = KINDS.into_iter().find(|(_, word)| *word == kind)?;
    let dose_mcg = dose.strip_suffix(" mcg")?.parse().ok().filter(|mcg| (1..=100_000).contains(mcg))?;
    let every = read_rhythm(every).filter(Rhythm::moves_on)?;
    let until = read_end(until, event)?;
    let whole = Phase {
        kind,
        dose_mcg,
        dose_range_mcg: None,
        every,
        or: Vec::new(),
        until,
        ended_by: None,
        gate,
        words: String::new(),
        mark: None,
    };
    Some(Phase { words: whole.rhythm_words(), ..whole })
}

fn read_rhythm(text: &str) -> Option<Rhythm> {
    let list = |text: &str| {
        let all: Option<Vec<u32>> = text.split(' ').map(|n| n.parse().ok()).collect();
        all.filter(|all| all.len() <= MOST_DAYS)
    };
    let after = |head: &str| text.strip_prefix(head);
    None.or_else(|| after("every ")?.parse().ok().map(Rhythm::Every))
        .or_else(|| list(after("days of a week ")?).map(Rhythm::Week))
        .or_else(|| list(after("gaps of days ")?).map(Rhythm::Gaps))
        .or_else(|| list(after("on days ")?).map(Rhythm::Days))
}

fn read_end(text: &str, event: Option<String>) -> Option<End> {
    let interval = |head: &str| text.strip_prefix(head)?.parse::<Interval>().ok();
    if let Some(review) = interval("review every ") {
        return Some(event.map_or(End::Open { review }, |event| End::Event { event, review }));
    }
    let counted = || text.strip_suffix(" doses")?.parse().ok().filter(|n| (1..=MOST_DOSES).contains(n));
    let weeks = || {
        let (from, to) = text.strip_prefix("weeks ")?.split_once(" to ")?;
        let (from, to): (u32, u32) = (from.parse().ok()?, to.parse().ok()?);
        (from <= to && to <= MOST_DOSES).then_some(End::Weeks(from, to))
    };
    let ends = counted().map(End::Doses).or_else(|| interval("for ").map(End::Lasts)).or_else(weeks);
    ends.filter(|_| event.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::knowledge::Knowledge;

    #[test]
    fn the_phases_of_every_regimen_come_back() {
        let knowledge = Knowledge::built_in();
        for regimen in knowledge.regimens() {
            let text = written(&regimen.phases);
            let back = read(&text).unwrap();
            assert_eq!(written(&back), text, "{}", regimen.id);
            let moves = |phases: &[Phase]| {
                let plan = crate::clinic::schedule::plan(phases, "2026-01-05".parse().unwrap());
                plan.take(60).map(|dose| (dose.date, dose.phase)).collect::<Vec<_>>()
            };
            assert_eq!(moves(&back), moves(&regimen.phases), "{}", regimen.id);
            let gates = |phases: &[Phase]| phases.iter().map(|p| (p.gate.clone(), p.is_open())).collect::<Vec<_>>();
            assert_eq!(gates(&back), gates(&regimen.phases), "{}", regimen.id);
        }
    }

    #[test]
    fn what_is_no_phase_is_said() {
        for text in [
            "",
            "loading, 1000 mcg, every 2 days, 6 doses",
            "repletion, 1000, every 2 days, 6 doses",
            "repletion, 0 mcg, every 2 days, 6 doses",
            "repletion, 1000 mcg, sometimes, 6 doses",
            "repletion, 1000 mcg, every 2 days, 0 doses",
            "repletion, 1000 mcg, every 2 days, 6 doses, until better",
            "repletion, 1000 mcg, gaps of days 0, 6 doses",
            "maintenance, 1000 mcg, every 2 months",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(is_phase("maintenance, 1000 mcg") && !is_phase("maintenance dose 2"));
    }
}
