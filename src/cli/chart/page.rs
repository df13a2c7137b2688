//! A chart for people.

use super::out::{looks_of, reason};
use crate::cli::failure::Failure;
use crate::cli::format::Format;
use crate::cli::table::{Table, plain};
use crate::clinic::chart::Chart;
use crate::clinic::course::{CheckState, Course, DoseState, Next};
use crate::clinic::drug::mcg;
use crate::clinic::practice::Practice;
use crate::clinic::triage_words::{self, Asked};
use crate::clinic::{cosign, overrides, spacing, words};
use chrono::NaiveDate;
use std::io::Write;

/// Writes the whole chart.
pub(super) fn show(
    chart: &Chart,
    course: &Course,
    practice: &Practice,
    width: usize,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    head(course, practice, out)?;
    course.joined.iter().try_for_each(|joined| writeln!(out, "{}", plain(&joined.words())))?;
    let part = |out: &mut dyn Write, title: &str, table: &Table| -> Result<(), Failure> {
        if table.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{title}")?;
        table.write(out, Format::Table, width)
    };
    part(out, "PHASES", &phases(course))?;
    part(out, "DOSES", &doses(course, Format::Table))?;
    part(out, "CHECKPOINTS", &checkpoints(course, practice))?;
    if !course.findings.is_empty() {
        writeln!(out, "\nFINDINGS")?;
    }
    for f in &course.findings {
        writeln!(out, "{} {}: {}", f.tier.word(), f.rule, plain(&f.text))?;
        writeln!(out, "    {}", crate::cli::record::told(&f.todo))?;
        writeln!(out, "    Source: {}", f.source)?;
    }
    part(out, "ANSWERED", &answered(chart, course))?;
    part(out, "REVIEWS", &reviews(course, practice))?;
    part(out, "PLANS", &plans(course))
}

/// What fired and was answered, with the reason, who gave it and when.
fn answered(chart: &Chart, course: &Course) -> Table {
    let given = overrides::of(chart);
    let mut table = Table::new(&["Rule", "What", "Reason", "By", "On"]).keep(&[0, 4]);
    for (finding, because) in &course.answered {
        let passed = overrides::newest(&given, &finding.rule, because);
        let by = passed.map(|p| p.by.clone()).unwrap_or_default();
        let on = passed.map(|p| words::day(p.on)).unwrap_or_default();
        table.row([finding.rule.clone(), finding.text.clone(), because.clone(), by, on]);
    }
    table
}

fn reviews(course: &Course, practice: &Practice) -> Table {
    let lines = practice.knowledge.review();
    let name = |id: &str| lines.iter().find(|l| l.id == id).map_or(id.to_owned(), |l| l.name.to_lowercase());
    let mut table = Table::new(&["On", "By", "Found"]).keep(&[0]);
    for (_, review) in &course.reviews {
        let found = review.answers.iter().filter(|(_, a)| a.found);
        let found: Vec<_> = found.map(|(id, a)| format!("{}: {}", name(id), a.words)).collect();
        let found = match (&review.red_flag, found.is_empty()) {
            (Some(why), _) => format!("passed for a red flag: {why}"),
            (None, true) => "nothing".to_owned(),
            (None, false) => found.join("; "),
        };
        table.row([words::day(review.on), review.reviewed_by.clone(), found]);
    }
    table
}

/// The plans, where more than one was signed or one differs from its protocol.
fn plans(course: &Course) -> Table {
    let mut table = Table::new(&["From", "Plan", "Ordered by", "Because", "Against the protocol"]).keep(&[0]);
    let worth = course.orders.len() > 1 || course.orders.iter().any(|(_, o)| !o.changed.is_empty());
    for (id, order) in course.orders.iter().filter(|_| worth) {
        let open = course.waiting.iter().find(|w| w.entry == *id);
        let open = open.map(|w| format!(" ({}, not signed yet)", w.told.name())).unwrap_or_default();
        let because = order.because.clone().unwrap_or_default();
        let changed = order.changed.join("; ");
        table.row([
            words::day(order.start),
            order.name.clone(),
            format!("{}{open}", order.prescriber),
            because,
            changed,
        ]);
    }
    table
}

fn head(course: &Course, practice: &Practice, out: &mut dyn Write) -> Result<(), Failure> {
    if let Some(p) = &course.person {
        let age = p.age_on(course.today);
        writeln!(
            out,
            "{}  {}  born {} ({age})  {}",
            plain(&p.number),
            plain(&p.name()),
            words::born(p.born),
            p.sex.letter()
        )?;
        writeln!(out, "Allergies: {}", plain(&p.allergies.words()))?;
        p.caution.iter().try_for_each(|caution| writeln!(out, "CAUTION: {}", plain(caution)))?;
    }
    if let Some(triage) = &course.triage {
        let cause = practice.knowledge.cause(&triage.cause).map_or(triage.cause.as_str(), |c| c.name.as_str());
        let neuro = if triage.is_neuro() { "; neurologic involvement" } else { "" };
        writeln!(out, "Cause: {cause}{neuro}")?;
        let is_more = |asked: Asked| asked.number().is_none() && asked != Asked::Note;
        let said = triage_words::answers(triage, &practice.knowledge);
        let said = said.iter().filter(|a| is_more(a.asked));
        said.into_iter().try_for_each(|a| writeln!(out, "{}: {}", a.asked.words(), plain(&a.words)))?;
    }
    if let Some((id, order)) = &course.order {
        let by = cosign::ordered_by(&course.waiting, *id, &order.prescriber);
        writeln!(out, "Plan: {} ({}), {}", plain(&order.name), order.regimen, plain(&by))?;
    }
    if let Some(cover) = &course.cover {
        writeln!(out, "Order: {}", cover.words(course.today))?;
    }
    for waiting in &course.waiting {
        writeln!(out, "To sign: {} ({})", plain(&waiting.what), plain(&waiting.from_whom()))?;
    }
    if let Some(standing) = &course.standing {
        writeln!(out, "Standing: {}, {}", plain(&standing.words()), plain(&standing.change.who()))?;
    }
    writeln!(out, "Response: {}", course.response.sentence())?;
    if course.order.is_some() && !course.has_ended() {
        writeln!(out, "May it be spaced now? {}", plain(&spacing::ask(course, practice).words()))?;
    }
    Ok(writeln!(out, "Next: {}", next(course))?)
}

fn next(course: &Course) -> String {
    match (&course.next, course.next_dose()) {
        (Next::Dose(_), Some(slot)) => {
            let gate = slot.gate.as_ref().map(|g| format!("; before it: {g}")).unwrap_or_default();
            format!("dose {}, {} {}, due {}{gate}", slot.n, mcg(slot.dose_mcg), slot.drug, words::day(slot.due))
        }
        (Next::Triage, _) => "the five triage questions".to_owned(),
        (Next::Order, _) | (Next::Dose(_), None) => "a plan to sign".to_owned(),
        (Next::Decide(text) | Next::Closed(text), _) => text.clone(),
        (Next::Recheck(day), _) => format!("recheck {}", words::day(*day)),
        (Next::AskAgain(day), _) => format!("ask again {}", words::day(*day)),
    }
}

fn phases(course: &Course) -> Table {
    let mut table = Table::new(&["Phase", "From", "To", "How often"]);
    for p in course.phases.iter().filter(|p| !p.tentative) {
        let ends = p.ends_with.as_ref().map(|e| format!("until {e}")).unwrap_or_default();
        let now = if p.is_now { " (now)" } else { "" };
        let to = p.to.map_or(ends, words::day);
        table.row([format!("{}{now}", p.kind.title()), words::day(p.from), to, p.rhythm.clone()]);
    }
    table
}

/// Returns the doses, one a row.
pub(super) fn doses(course: &Course, format: Format) -> Table {
    // Somebody comes on these days: people read the weekday, programs the date alone.
    let date = |day: NaiveDate| if format == Format::Csv { day.to_string() } else { words::day(day) };
    let mut table = Table::new(&["dose", "due", "given", "state", "mcg", "lot", "site", "reason"]).keep(&[0, 1, 2, 3]);
    for slot in course.doses.iter().filter(|d| !d.tentative) {
        let given = slot.given.as_ref().map(|g| &g.given);
        let off = match slot.state {
            DoseState::Late(days) | DoseState::Early(days) | DoseState::Overdue(days) => {
                format!(" {}", words::days(days))
            }
            _ => String::new(),
        };
        table.row([
            slot.n.to_string(),
            date(slot.due),
            given.map(|g| date(g.on)).unwrap_or_default(),
            format!("{}{off}", slot.state.word().replace('_', " ")),
            slot.dose_mcg.to_string(),
            given.and_then(|g| g.lot.clone()).unwrap_or_default(),
            given.and_then(|g| g.site).map(|s| s.name().to_owned()).unwrap_or_default(),
            reason(slot).unwrap_or_default(),
        ]);
    }
    table
}

fn checkpoints(course: &Course, practice: &Practice) -> Table {
    let mut table = Table::new(&["Due", "State", "Label", "Score", "Results"]).keep(&[0, 1]);
    for slot in &course.checkpoints {
        let looks = looks_of(course, slot);
        let state = match slot.state {
            CheckState::Done => "done".to_owned(),
            CheckState::Passed => "passed over".to_owned(),
            CheckState::Due => "due today".to_owned(),
            CheckState::Overdue(late) => format!("{} late", words::days(late)),
            CheckState::Planned => "planned".to_owned(),
        };
        let results = looks.iter().flat_map(|c| &c.checked.labs).map(|r| {
            let short = practice.knowledge.lab(&r.analyte).map_or(r.analyte.as_str(), |a| a.short.as_str());
            format!("{short} {r}")
        });
        let results: Vec<_> = results.collect();
        let asked = || format!("asks {}", practice.knowledge.asked(&slot.asks));
        let shown = if results.is_empty() && slot.state.is_open() { asked() } else { results.join(", ") };
        let score = looks.iter().find_map(|c| c.checked.score());
        table.row([
            words::day(slot.visit),
            state,
            slot.label.clone(),
            score.map(|s| s.to_string()).unwrap_or_default(),
            shown,
        ]);
    }
    table
}
