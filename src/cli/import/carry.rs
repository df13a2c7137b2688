//! What every import shares: weighed, told, and unless it is a dry run taken over.

use super::super::context::Context;
use super::super::failure::{self, Failure};
use super::super::format::json;
use super::super::progress::{Progress, Stop};
use super::super::table::plain;
use crate::clinic::entry::ImportId;
use crate::clinic::intake::{Counts, Left, Outcome, Parcel, Ruling, Target, Weighed};
use crate::clinic::words;
use crate::exchange::csv::Table;
use crate::store::{Problem, Store, Taken};
use crate::transfer;
use clap::{Args, ValueEnum};
use serde::{Serialize, Serializer};
use serde_json::json as value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// So many pieces that were left are told; the rest is in the JSON.
const TOLD: usize = 25;

// The options of every import.
#[derive(Args)]
pub(super) struct Options {
    /// Weigh and tell; record nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// One who has the very name and birth date of a patient here, and no number in the file, is that patient.
    #[arg(long)]
    pub(super) same_people: bool,
    /// One who has the name of a patient here, and another birth date and another number, is another person and is entered.
    #[arg(long)]
    other_people: bool,
    /// Who records, by initials or name; the first of the practice's people where absent.
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How it is told.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Told,
}

impl Options {
    fn ruling(&self) -> Ruling {
        Ruling { same_is_same: self.same_people, namesakes_are_others: self.other_people }
    }
}

/// How it is told what came of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Told {
    /// In sentences, with the first pieces that were left.
    #[default]
    Table,
    /// All of it.
    Json,
}

/// What is left of an import waits for a person, or is written beside the table that it came in.
pub(super) enum Of<'a> {
    /// Of reports and bundles it waits.
    Pieces,
    /// Of a table, which was this file.
    Rows(&'a Table, &'a Path),
}

/// Weighs a parcel and takes over what can be, until it is asked to stop.
pub(super) fn out(
    parcel: &Parcel,
    options: &Options,
    of: &Of<'_>,
    (store, stop): (&Store, &Stop),
    context: &Context,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut progress = Progress::new("pieces weighed");
    let all = parcel.pieces.len();
    let mut goes_on = |done| progress.at(done, all) && !stop.is_asked();
    let weighed = store.weigh(parcel, options.ruling(), context.today, &mut goes_on);
    progress.end();
    if stop.is_asked() {
        failure::say("stopped before anything was recorded: the same file again takes all of it");
        return Err(Failure::Stopped);
    }
    let by = super::super::identity::name(options.by.as_deref(), store);
    let (taken, waiting) = match options.dry_run {
        true => (Taken::default(), 0),
        false => {
            let mut progress = Progress::new("patients recorded");
            let mut goes_on = |done, all| progress.at(done, all) && !stop.is_asked();
            let waits = matches!(of, Of::Pieces);
            let took = transfer::take_over(store, (parcel, &weighed), waits, (by, context.now), &mut goes_on);
            progress.end();
            took
        }
    };
    name(&taken.problems);
    let held = match of {
        Of::Rows(table, path) if !options.dry_run => transfer::left(table, (parcel, &weighed), path, context.today),
        _ => Ok(None),
    };
    let held = held.unwrap_or_else(|why| {
        failure::say(&why);
        None
    });
    match options.format {
        Told::Json => {
            let held_rows = held.map(|path| path.display().to_string());
            json(out, &report(parcel, &weighed, &taken, (waiting, held_rows)))?;
        }
        Told::Table => {
            let all = words::plural(parcel.rows() as i64, if matches!(of, Of::Pieces) { "piece" } else { "row" });
            tell(parcel, &weighed, &taken, (waiting, options.dry_run, &all), out)?;
            if let Some(path) = held {
                let path = path.display();
                writeln!(
                    out,
                    "What is not recorded stands in {path}, each row with why: mend it there and import that file."
                )?;
            }
        }
    }
    let Counts { taken: took, held, skipped, refused } = weighed.counts();
    match (taken.problems.is_empty(), taken.not_reached) {
        // Of a file that cannot be read at all a script must hear.
        (true, 0) if refused > 0 && took + held + skipped == 0 => Err(Failure::Said),
        (true, 0) => Ok(()),
        (true, _) => Err(Failure::Stopped),
        (false, _) => Err(Failure::Said),
    }
}

/// Names what could not be read or written.
pub(super) fn name(problems: &[Problem]) {
    problems.iter().for_each(|problem| failure::say(&problem.to_string()));
}

fn outcome(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Taken(Target::New(_), _) => ("new", ""),
        Outcome::Taken(Target::Patient(_), _) => ("taken", ""),
        Outcome::Left(left @ Left::Held { .. }) => ("held", left.why()),
        Outcome::Left(left @ Left::Skipped(_)) => ("skipped", left.why()),
        Outcome::Left(left @ Left::Refused(_)) => ("refused", left.why()),
    }
}

/// What came of an import, in order of the names; its pieces are written one by one.
#[derive(Serialize)]
struct Report<'a> {
    charts_added_to: usize,
    counts: serde_json::Value,
    entries: usize,
    file: &'a str,
    held_rows: Option<String>,
    import: Option<ImportId>,
    namesakes: usize,
    not_reached: usize,
    patients_entered: usize,
    #[serde(serialize_with = "pieces")]
    pieces: (&'a Parcel, &'a Weighed),
    remarks: &'a [String],
    waiting: usize,
}

fn pieces<S: Serializer>((parcel, weighed): &(&Parcel, &Weighed), out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(parcel.pieces.iter().zip(&weighed.outcomes).map(|(piece, came)| {
        let (what, why) = outcome(came);
        value!({
            "place": piece.place, "rows": piece.rows(), "name": piece.about.name(), "number": piece.about.number, "outcome": what,
            "why": why, "remarks": piece.remarks,
        })
    }))
}

fn report<'a>(
    parcel: &'a Parcel,
    weighed: &'a Weighed,
    taken: &Taken,
    (waiting, held_rows): (usize, Option<String>),
) -> Report<'a> {
    let Counts { taken: took, held, skipped, refused } = weighed.counts();
    Report {
        charts_added_to: taken.added_to,
        counts: value!({"taken": took, "held": held, "skipped": skipped, "refused": refused}),
        entries: taken.entries,
        file: &parcel.file,
        held_rows,
        import: taken.import,
        namesakes: weighed.namesakes,
        not_reached: taken.not_reached,
        patients_entered: taken.entered,
        pieces: (parcel, weighed),
        remarks: &parcel.remarks,
        waiting,
    }
}

fn tell(
    parcel: &Parcel,
    weighed: &Weighed,
    taken: &Taken,
    (waiting, dry, all): (usize, bool, &str),
    out: &mut dyn Write,
) -> Result<(), Failure> {
    parcel.remarks.iter().try_for_each(|remark| writeln!(out, "{}", plain(remark)))?;
    let counts = weighed.counts();
    let Counts { taken: took, held, skipped, refused } = counts;
    left(parcel, weighed, out)?;
    writeln!(
        out,
        "{}: {all}: {took} to take, {held} held, {skipped} there already or not for a chart, {refused} refused.",
        plain(&parcel.file)
    )?;
    weighed.namesakes_words("--other-people").map_or(Ok(()), |words| writeln!(out, "{words}"))?;
    if dry {
        let new = words::plural(weighed.new.len() as i64, "new patient");
        return Ok(writeln!(out, "Nothing was recorded; without --dry-run {new} would be entered.")?);
    }
    let (entered, added) =
        (words::plural(taken.entered as i64, "patient"), words::plural(taken.added_to as i64, "chart"));
    writeln!(
        out,
        "Recorded: {} entered, {added} added to, {}.",
        entered,
        words::plural(taken.entries as i64, "entry")
    )?;
    if taken.not_reached > 0 {
        let patients = words::plural(taken.not_reached as i64, "patient");
        writeln!(out, "Stopped before {patients}: the same file again takes the rest.")?;
    }
    counts.not_recorded("above").map_or(Ok(()), |words| writeln!(out, "{words}"))?;
    if waiting > 0 {
        let (pieces, s) = (words::plural(waiting as i64, "piece"), if waiting == 1 { "s" } else { "" });
        writeln!(out, "{pieces} wait{s} for a person: `cobalog import unmatched`.")?;
    }
    match taken.import {
        Some(import) => Ok(writeln!(out, "To undo all of it: cobalog import undo {import}")?),
        None => Ok(()),
    }
}

fn left(parcel: &Parcel, weighed: &Weighed, out: &mut dyn Write) -> Result<(), Failure> {
    let told = |(_, came): &(_, &Outcome)| matches!(came, Outcome::Left(Left::Held { .. } | Left::Refused(_)));
    let all: Vec<_> = parcel.pieces.iter().zip(&weighed.outcomes).filter(told).collect();
    for (piece, came) in all.iter().take(TOLD) {
        let (what, why) = outcome(came);
        let sent = if piece.trouble.is_some() { piece.remarks.join(" ") } else { String::new() };
        let told = format!("{why} {sent}");
        writeln!(out, "{}: {what}: {}: {}", plain(&piece.place), plain(&piece.about.name()), plain(told.trim()))?;
    }
    if all.len() > TOLD {
        writeln!(out, "… and {} more; --format json tells all.", all.len() - TOLD)?;
    }
    skipped(parcel, weighed, out)?;
    let taken = parcel.pieces.iter().zip(&weighed.outcomes).filter(|(_, came)| matches!(came, Outcome::Taken(..)));
    let remarked: Vec<_> = taken.map(|(piece, _)| piece).filter(|piece| !piece.remarks.is_empty()).collect();
    for piece in remarked.iter().take(TOLD) {
        writeln!(out, "{}: {}: {}", plain(&piece.place), plain(&piece.about.name()), plain(&piece.remarks.join(" ")))?;
    }
    if remarked.len() > TOLD {
        writeln!(out, "… and {} more remarks; --format json tells all.", remarked.len() - TOLD)?;
    }
    Ok(())
}

/// Names what was left out by the reason, which many share: a file that was taken over before has every row there.
fn skipped(parcel: &Parcel, weighed: &Weighed, out: &mut dyn Write) -> Result<(), Failure> {
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (piece, came) in parcel.pieces.iter().zip(&weighed.outcomes) {
        if let Outcome::Left(left @ Left::Skipped(_)) = came {
            places.entry(left.why()).or_default().push(&piece.place);
        }
    }
    for (n, (why, places)) in places.iter().enumerate() {
        if n == TOLD {
            return Ok(writeln!(out, "… and more that was skipped; --format json tells all.")?);
        }
        let told = places.iter().take(TOLD).copied().collect::<Vec<_>>().join(", ");
        let more = match places.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(" … and {more} more"),
        };
        writeln!(out, "{}{more}: skipped: {}", plain(&told), plain(why))?;
    }
    Ok(())
}
