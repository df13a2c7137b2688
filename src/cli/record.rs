//! What all recording commands share: who signs, the one write, the id that is printed once it is on disk.

use super::context::Context;
use super::date::Day;
use super::failure::{self, Failure};
use super::format::json;
use super::identity;
use super::patient;
use crate::clinic::background::Confounder;
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::drug::{Drug, Route, Site};
use crate::clinic::entry::{Act, Checked, EntryId, Reason, SoreSite};
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::looking::Part;
use crate::clinic::practice::Practice;
use crate::clinic::rights;
use crate::clinic::todo::Todo;
use crate::store::{Store, StoreError};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::Write;

/// How often a chart that changes is read again.
const TRIES: usize = 50;

// The options of every recording command.
#[derive(Args)]
pub(super) struct Signed {
    /// Who records, by initials or name; the first of the practice's people where absent.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// How the new entry's id is written.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Printed,
}

/// How the id of a new entry is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Printed {
    /// The id on a line.
    #[default]
    Table,
    /// `{"entry": "…"}`.
    Json,
}

#[derive(Serialize)]
struct Recorded {
    entry: EntryId,
}

impl Signed {
    /// Returns who signs.
    pub(super) fn author<'a>(&'a self, store: &'a Store) -> &'a str {
        identity::name(self.by.as_deref(), store)
    }

    /// Records what `acts` makes of a chart and its course: what was checked must be what is there when it is written. Prints
    /// the first entry's id, which says that it is on disk.
    pub(super) fn record_checked(
        &self,
        store: &Store,
        patient: &str,
        context: &Context,
        out: &mut dyn Write,
        acts: impl Fn(&Chart, &Course) -> Result<Vec<Act>, Failure>,
    ) -> Result<(), Failure> {
        for _ in 0..TRIES {
            let chart = patient::find(store, patient, context.today)?;
            let course = Course::of(&chart, store.practice(), context.today);
            let acts = acts(&chart, &course)?;
            match store.record_seen(chart.id, chart.entries().len(), acts, self.author(store), context.now) {
                Err(StoreError::Meanwhile { .. }) => {}
                saved => return self.print(&saved?.1, out),
            }
        }
        Err("other programs write to this chart without a pause: nothing was recorded, try again".into())
    }

    /// Prints the new entry's id.
    pub(super) fn print(&self, ids: &[EntryId], out: &mut dyn Write) -> Result<(), Failure> {
        match (self.format, ids.first()) {
            (_, None) => Ok(()),
            (Printed::Json, Some(entry)) => json(out, &Recorded { entry: *entry }),
            (Printed::Table, Some(entry)) => Ok(writeln!(out, "{entry}")?),
        }
    }
}

/// What speaks against a plan or a change: a stop refuses; what asks for a reason gets the one that was passed; a note is
/// only said.
pub(super) fn reasons(found: &[Finding], reason: Option<&str>) -> Result<Vec<Reason>, Failure> {
    let of = |tier| found.iter().filter(move |f| f.tier == tier);
    let said = |f: &Finding| format!("{} {} ({})", f.text, told(&f.todo), f.rule);
    let stops: Vec<_> = of(Tier::Stop).map(said).collect();
    if !stops.is_empty() {
        return Err(format!("not recorded: {}", stops.join(" ")).into());
    }
    let asked: Vec<_> = of(Tier::Reason).map(said).collect();
    let reason = reason.map(str::trim).filter(|r| !r.is_empty());
    if let (None, false) = (reason, asked.is_empty()) {
        return Err(format!("not recorded: {} Say why all the same with --reason \"…\"", asked.join(" ")).into());
    }
    of(Tier::Note).for_each(|f| failure::say(&format!("note: {} ({})", f.text, f.rule)));
    let because = reason.unwrap_or_default();
    Ok(of(Tier::Reason).map(|f| Reason::new(&f.rule, because)).collect())
}

/// Refuses a day that has not come yet.
pub(super) fn not_in_future(on: NaiveDate, today: NaiveDate) -> Result<(), Failure> {
    if on <= today {
        return Ok(());
    }
    Err(format!("{on} has not come yet: record it on the day").into())
}

/// Reads a form of cobalamin.
pub(super) fn drug(text: &str) -> Result<Drug, String> {
    let known = || Drug::ALL.map(Drug::name).join(", ");
    named(text, &Drug::ALL, Drug::name).ok_or_else(|| format!("\"{text}\" is no form of B12; use {}", known()))
}

/// Reads a route.
pub(super) fn route(text: &str) -> Result<Route, String> {
    named(text, &Route::ALL, Route::name)
        .or_else(|| named(text, &Route::ALL, Route::short))
        .ok_or_else(|| format!("\"{text}\" is no route; use {}", Route::ALL.map(Route::name).join(", ")))
}

/// Reads a site.
pub(super) fn site(text: &str) -> Result<Site, String> {
    let known = || Site::ALL.map(Site::name).join(", ");
    named(text, &Site::ALL, Site::name).ok_or_else(|| format!("\"{text}\" is no site; use {}", known()))
}

/// A sore site as it was typed, perhaps with the day from which it may be used again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sore {
    site: Site,
    until: Option<Day>,
}

impl Sore {
    /// Returns the sore site; where no day was typed, it is left alone as long as the rule says.
    pub(super) fn read(self, practice: &Practice, on: NaiveDate, today: NaiveDate) -> Result<SoreSite, Failure> {
        let until = self.until.map_or_else(|| rights::leave_alone_until(practice, on), |day| day.date(today));
        if until <= on {
            return Err(format!("--sore: {until} is not after the injection of {on}").into());
        }
        Ok(SoreSite { site: self.site, until })
    }
}

/// Reads `left-deltoid=2026-12-21`, or a site alone.
pub(super) fn sore(text: &str) -> Result<Sore, String> {
    match text.split_once('=') {
        Some((name, day)) => Ok(Sore { site: site(name)?, until: Some(day.parse()?) }),
        None => Ok(Sore { site: site(text)?, until: None }),
    }
}

/// Something beside the treatment as it was typed: `transfusion=2026-01-20`, or the id alone.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    id: String,
    on: Option<Day>,
}

impl Beside {
    /// Returns the confounder of a look.
    pub(super) fn read(&self, practice: &Practice, today: NaiveDate) -> Result<Confounder, Failure> {
        let kinds = practice.knowledge.confounders();
        let kind = kinds.iter().find(|k| [&k.id, &k.name].iter().any(|n| n.eq_ignore_ascii_case(&self.id)));
        let known = || kinds.iter().map(|k| k.id.as_str()).collect::<Vec<_>>().join(", ");
        let kind = kind.ok_or_else(|| format!("--confounder: \"{}\" is not known; use one of {}", self.id, known()))?;
        Ok(Confounder { id: kind.id.clone(), on: self.on.map(|day| day.date(today)) })
    }
}

/// Says what of a look cannot be, at its option.
pub(super) fn of_a_look(part: Part, sentence: &str, look: &Checked) -> String {
    match part {
        Part::Day | Part::Empty => format!("--on: {sentence}"),
        Part::Sampled => format!("--sampled: {sentence}"),
        Part::Beside(at) => {
            let what = look.confounders.get(at).map(|beside| beside.id.as_str()).unwrap_or_default();
            format!("--confounder {what}: {sentence}")
        }
    }
}

/// Reads `transfusion=2026-01-20`, or the id alone.
pub(super) fn beside(text: &str) -> Result<Beside, String> {
    let (id, on) = match text.split_once('=') {
        Some((id, day)) => (id, Some(day.parse()?)),
        None => (text, None),
    };
    Ok(Beside { id: id.trim().to_owned(), on })
}

fn named<T: Copy>(text: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Option<T> {
    let plain = |s: &str| s.trim().to_lowercase().replace([' ', '_'], "-");
    all.iter().copied().find(|item| plain(name(*item)) == plain(text))
}

/// Returns what is to be done, with commands for its steps.
pub(super) fn told(todo: &Todo) -> String {
    todo.told("", |_, command| format!("`cobalog {command}`"))
}

#[cfg(test)]
mod tests {
    use crate::clinic::knowledge::Knowledge;

    #[test]
    fn no_rule_names_a_key_on_the_command_line() {
        let knowledge = Knowledge::built_in();
        let todos =
            || knowledge.rules().iter().flat_map(|rule| [Some(&rule.todo), rule.todo_harder.as_ref()]).flatten();
        for todo in todos() {
            let told = super::told(todo);
            assert!(!told.contains(['{', '}']) && !told.to_lowercase().contains("press "), "{told}");
            let is_key = |word: &str| word.len() == 3 && word.starts_with('(') && word.ends_with(')');
            assert!(!told.split([' ', ',', '.']).any(is_key), "{told}");
        }
        assert!(todos().filter(|todo| super::told(todo) != todo.as_written()).count() > 20);
    }
}
