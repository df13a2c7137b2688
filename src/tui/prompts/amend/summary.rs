//! One line that says what an act was, for the history and for corrections.

use crate::clinic::background::Confounder;
use crate::clinic::chart::Chart;
use crate::clinic::cosign;
use crate::clinic::course::Standing;
use crate::clinic::drug::ml;
use crate::clinic::entry::{Act, EntryId, Given, NextFrom};
use crate::clinic::links::Link;
use crate::clinic::roles::Told;
use crate::clinic::triage::{Goal, Neuro, Triage};
use crate::clinic::words;
use crate::tui::prompts::give::said;

/// The neurologic level of a triage in a word.
fn level(triage: &Triage) -> String {
    let words = Neuro::ALL.iter().find(|(level, _)| *level == triage.neuro).map_or("not asked", |(_, words)| words);
    words.split(':').next().unwrap_or_default().to_lowercase()
}

fn triaged(triage: &Triage) -> String {
    let goal = if triage.goal == Goal::Repletion { "repletion first" } else { "maintenance" };
    let listed = |name: &str, ids: &[String]| match ids {
        [] => String::new(),
        ids => format!(", {name} {}", ids.join(" and ")),
    };
    format!(
        "triage: cause {}, neurologic {}, {goal}{}{}",
        triage.cause.replace('-', " "),
        level(triage),
        listed("red flags", &triage.red_flags),
        listed("cautions", &triage.cautions)
    )
}

/// How a decision reached who recorded it.
fn how(told: Option<Told>) -> String {
    told.map(|told| format!(" ({})", told.name())).unwrap_or_default()
}

/// One line that says what an act was in its chart: of a signature it names what was signed.
#[must_use]
pub fn summary_in(act: &Act, chart: &Chart) -> String {
    if let Act::Cosigned(signed) = act
        && let Some(of) = chart.entry(signed.of)
    {
        // The entry's id tells nobody what was signed.
        let signs = format!("under: {}", cosign::what(&of.act));
        return summary(act).replacen(&format!("under {}", signed.of), &signs, 1);
    }
    summary(act)
}

/// One line that says what an act was.
#[must_use]
pub fn summary(act: &Act) -> String {
    match act {
        Act::Registered(p) => format!("identity of {}, born {}, #{}", p.name(), words::born(p.born), p.number),
        Act::Triaged(t) => triaged(t),
        Act::Ordered(o) => {
            let term = Some(o.term.words()).filter(|t| !t.is_empty()).map(|t| format!(", {t}")).unwrap_or_default();
            format!("plan {} from {}{term}, ordered by {}{}", o.name, words::day(o.start), o.prescriber, how(o.told))
        }
        Act::Renewed(r) => format!("order renewed {}, by {}{}", r.words(), r.prescriber, how(r.told)),
        Act::Cosigned(c) => {
            let paper = c.on_paper.map(|day| format!(", on the paper of {}", words::day(day))).unwrap_or_default();
            let note = c.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("signature under {}{paper}{note}", c.of)
        }
        Act::Given(g) => {
            let more = given_more(g);
            let site = g.site.map(|s| format!(", {}", s.to_string().to_lowercase())).unwrap_or_default();
            format!("{} on {}{site}, lot {}{more}", said(g), words::day(g.on), g.lot.as_deref().unwrap_or("none"))
        }
        Act::NotGiven(n) => {
            let again = n.again.map(|day| format!(", again on {}", words::day(day))).unwrap_or_default();
            format!("not given on {}: {}{again}{}", words::day(n.on), n.why.words(), noted(n.note.as_ref()))
        }
        Act::Checked(c) => {
            let score = c.score().map(|s| format!("symptoms {s}")).unwrap_or_default();
            let labs: Vec<_> =
                c.labs.iter().map(|l| format!("{} {l}{}", l.analyte.replace('-', " "), l.beside())).collect();
            let sampled = c.sampled.map(|day| format!("sample of {}", words::day(day)));
            let beside = c.confounders.iter().map(beside);
            let more = sampled.into_iter().chain(c.returned_words()).chain(beside);
            let parts: Vec<_> = [score].into_iter().chain(labs).chain(more).filter(|p| !p.is_empty()).collect();
            format!("check of {}: {}{}", words::day(c.on), parts.join(", "), noted(c.note.as_ref()))
        }
        Act::PhaseEnded(e) => {
            format!(
                "phase {} ended on {}: {}, {}{}",
                e.phase.saturating_add(1),
                words::day(e.on),
                e.because,
                e.decided_by,
                how(e.told)
            )
        }
        Act::Changed(c) => {
            let standing = Standing { entry: EntryId(ulid::Ulid::nil()), change: c.clone() };
            format!("{}, {}{}", standing.words(), c.who(), how(c.told))
        }
        Act::Reviewed(r) => match &r.red_flag {
            Some(why) => format!("review of {}: passed for a red flag, {why}; {}", words::day(r.on), r.reviewed_by),
            None => {
                let found = r.answers.values().filter(|a| a.found).count() as i64;
                format!(
                    "review of {}: {} answered, {} found; {}",
                    words::day(r.on),
                    words::plural(r.answers.len() as i64, "line"),
                    found,
                    r.reviewed_by
                )
            }
        },
        Act::Acknowledged(a) => format!("{}: {}", a.rule, a.because),
        Act::Linked(l) => match l.link {
            Link::Same => format!("one patient with chart {}: {}", l.other, l.why),
            Link::Different => format!("not the patient of chart {}: {}", l.other, l.why),
        },
        Act::Noted(n) => {
            let codes: Vec<_> = n.codes.iter().map(|c| c.code.as_str()).collect();
            let codes = if codes.is_empty() { String::new() } else { format!(", {}", codes.join(" ")) };
            format!("{} of {}{codes}: {}", n.word().to_lowercase(), words::day(n.on), n.narrative)
        }
        Act::Amended(a) => format!("correction: {}", a.why),
    }
}

/// What else there is to say of a dose: the volume that was typed, the opening, the sore site, the way on.
fn given_more(given: &Given) -> String {
    let parts = [
        given.drawn_ml.map(|v| format!("{} drawn up", ml(v))),
        given.opened.map(|day| format!("opened {}", words::day(day))),
        given.sore.map(|s| format!("{} sore until {}", s.site.to_string().to_lowercase(), words::day(s.until))),
        (given.next_from == NextFrom::Calendar).then(|| "then back to the calendar".to_owned()),
        Some(given.against().join(", ")).filter(|a| !a.is_empty()).map(|rules| format!("given against {rules}")),
        given.reaction.as_ref().map(|reaction| format!("after it: {reaction}")),
    ];
    let more: String = parts.into_iter().flatten().map(|part| format!(", {part}")).collect();
    format!("{more}{}", noted(given.note.as_ref()))
}

/// The note behind what was recorded.
fn noted(note: Option<&String>) -> String {
    note.map(|note| format!("; note: {note}")).unwrap_or_default()
}

fn beside(confounder: &Confounder) -> String {
    let name = confounder.id.replace('-', " ");
    confounder.on.map_or_else(|| name.clone(), |on| format!("{name} on {}", words::day(on)))
}
