//! The command line: one subcommand a file, each a view of a course or one recorded entry.
//!
//! A command writes to the `Write` that it is handed and returns a `Failure`; only [`run`] meets the
//! process. Errors read `cobalog: what is wrong, where, what to do`, with status 1; wrong usage has status 2.

mod acknowledge;
mod add;
mod amend;
mod answers;
mod audit;
mod backup;
mod change;
mod chart;
mod check;
mod checkpoint;
mod codes;
mod context;
mod copies;
mod cosign;
mod date;
mod demo;
mod due;
mod encrypt;
mod end_phase;
mod export;
mod failure;
mod format;
mod give;
mod identity;
mod import;
mod letter;
mod new;
mod note;
mod order;
mod patient;
mod plan;
mod printed;
mod progress;
mod record;
mod regimens;
mod renew;
mod restore;
mod review;
mod rules;
mod same;
mod screen;
mod secret;
mod sheet;
mod space;
mod table;
mod told;
mod triage;
mod waiting;

use crate::store::Places;
use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use context::{Context, Global};
use failure::Failure;
use identity::Who;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// Vitamin B12 injections: who is due, what was given, whether it works.
#[derive(Parser)]
#[command(name = "cobalog", version, about, after_help = "Without a command, cobalog opens your practice full-screen.")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

// What a command takes is only worked out for the command that is called (`defer`), so its help stands here; the structs
// that it is made of have no doc comments, which would take its place.
#[derive(Subcommand)]
#[command(defer = true)]
enum Command {
    /// Makes an empty practice in the data folder.
    New(new::New),
    /// Opens a fictional practice that has something of everything, relative to today.
    Demo(demo::Demo),
    /// Lists who is overdue, due, or due within some days, most urgent first.
    Due(due::Due),
    /// Lists the regimen library: what each is for, its phases, its source.
    Regimens(regimens::Regimens),
    /// Shows what a regimen means in dates: doses, checkpoints, when repletion ends.
    Plan(plan::Plan),
    /// Shows one patient's course: phases, doses with their state, checkpoints, findings with rule and source.
    Chart(chart::Show),
    /// Registers a patient, with the triage answers where they are known.
    Add(Box<add::Add>),
    /// Records the five triage answers anew; what is not said is kept from the answers that hold, which stay in the history.
    Triage(Box<triage::Again>),
    /// Records a plan that a prescriber signed: a regimen from a day on.
    Order(order::Sign),
    /// Records that the order that holds goes on as it is, until another day or for more doses.
    Renew(renew::Renew),
    /// Signs what was recorded on a prescriber's order; or files the paper that a prescriber outside signed.
    Cosign(cosign::Cosign),
    /// Lists what waits for a prescriber's signature.
    Waiting(waiting::Waiting),
    /// Lists the orders that have ended, or will soon.
    Renewals(waiting::Renewals),
    /// Records a dose that was given, or with --not-given why it was not.
    Give(Box<give::Give>),
    /// Records a prescriber's decision that ends the phase that runs, or that opens the next one's gate.
    EndPhase(end_phase::EndPhase),
    /// Records symptoms and labs; answers the checkpoint that fell due.
    Checkpoint(checkpoint::Checkpoint),
    /// Records the look before doses grow: diagnosis, doses, medicines and the rest, each line answered.
    Review(review::LookAgain),
    /// Records a decision about the course: a pause, tablets, an end, or another interval.
    Change(change::Turned),
    /// Answers whether the interval may be lengthened now, and why not; records nothing.
    Space(space::Space),
    /// Records that a finding was seen, with the reason to go on; it is quiet until it rests on other entries.
    Acknowledge(acknowledge::Seen),
    /// Corrects an entry, or strikes it out; nothing is ever deleted.
    Amend(amend::Amend),
    /// Lists the safety rules: when each fires, its limits, what to do, its source.
    Rules(rules::Rules),
    /// Proposes diagnosis codes and charges with their reason; with codes, says what is wrong with them. The coder decides.
    Codes(codes::Codes),
    /// Writes the note of an encounter from the record; signs it with what was typed, or an addendum to it.
    Note(Box<note::Note>),
    /// Writes a letter: the patient's plan on one page, a referral, a recall.
    Letter(letter::Letter),
    /// Writes the clinic sheet of a day: who comes, what is given, room to tick and to write the lot.
    Sheet(sheet::Sheet),
    /// Lists who may be entered twice; with two patients and --join or --apart records what a person found out about them.
    ///
    /// Joined charts are read as one, under the older one's number; the newer number still finds the patient. Nothing is moved:
    /// --apart brings both charts back with all their entries.
    Same(same::Same),
    /// Reads every file of the practice and says what is wrong with it; changes none without --repair or --merge.
    Check(check::Check),
    /// Lists who saw, recorded, printed and exported what, newest first; with --near-misses what was stopped.
    Audit(audit::Audit),
    /// Takes over what another system's file holds; lists and undoes what was taken over.
    Import(Box<import::Import>),
    /// Writes the record in the forms that others read.
    Export(export::Export),
    /// Puts the whole practice into one .tar.gz file and reads it back, sum by sum.
    Backup(backup::Backup),
    /// Brings a backup back: into an empty folder, or with --merge into a practice that is there.
    Restore(restore::Restore),
    /// Encrypts the practice on the disk; with --off not any more, with --recovery makes a new recovery key.
    Encrypt(encrypt::Encrypt),
}

/// Runs the program with its arguments and returns its exit status.
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = Cli::command().mut_subcommands(with_by).try_get_matches_from(args);
    let (cli, by) = match matches.and_then(|m| Ok((Cli::from_arg_matches(&m)?, by(&m)))) {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error),
    };
    let mut out = std::io::BufWriter::with_capacity(1 << 15, std::io::stdout().lock());
    let records = cli.command.as_ref().is_some_and(Command::records);
    let done = Context::new(&cli.global, Who { by, records }).and_then(|context| {
        dispatch(cli.command, &context, &mut out)?;
        Ok(out.flush()?)
    });
    match done {
        Ok(()) | Err(Failure::Pipe) => ExitCode::SUCCESS,
        Err(Failure::Said) => ExitCode::FAILURE,
        Err(Failure::Stopped) => ExitCode::from(130),
        Err(Failure::Message(text)) => {
            failure::say(&text);
            ExitCode::FAILURE
        }
        Err(Failure::Usage(text)) => {
            failure::say(text);
            ExitCode::from(2)
        }
    }
}

/// The commands that only read, or look after the files. Those that record have a `--by` of their own: who signs.
const READ: [&str; 14] = [
    "due", "regimens", "plan", "chart", "rules", "waiting", "renewals", "codes", "audit", "check", "backup", "restore",
    "sheet", "space",
];

/// Lets a command that reads be told who calls it.
fn with_by(command: clap::Command) -> clap::Command {
    if !READ.contains(&command.get_name()) {
        return command;
    }
    let help = "Who it is, by initials or name, where people sign in: whose PIN or passphrase is given; anybody's where absent";
    command.arg(clap::Arg::new("by").long("by").value_name("INITIALS").help(help))
}

/// Returns who was said to record or to read, in whatever command: whose passphrase is tried first.
fn by(matches: &ArgMatches) -> Option<String> {
    let (_, of_command) = matches.subcommand()?;
    let said = of_command.try_get_one::<String>("by").ok().flatten();
    said.cloned().or_else(|| by(of_command))
}

impl Command {
    /// Returns whether it adds to a chart.
    fn records(&self) -> bool {
        match self {
            Self::Add(_)
            | Self::Triage(_)
            | Self::Order(_)
            | Self::Renew(_)
            | Self::Cosign(_)
            | Self::Give(_)
            | Self::EndPhase(_)
            | Self::Checkpoint(_)
            | Self::Review(_)
            | Self::Change(_)
            | Self::Acknowledge(_)
            | Self::Same(_)
            | Self::Amend(_) => true,
            Self::Import(import) => import.records(),
            Self::Note(note) => note.records(),
            Self::New(_)
            | Self::Demo(_)
            | Self::Due(_)
            | Self::Regimens(_)
            | Self::Plan(_)
            | Self::Chart(_)
            | Self::Rules(_)
            | Self::Waiting(_)
            | Self::Renewals(_)
            | Self::Codes(_)
            | Self::Letter(_)
            | Self::Sheet(_)
            | Self::Space(_)
            | Self::Audit(_)
            | Self::Backup(_)
            | Self::Restore(_)
            | Self::Encrypt(_)
            | Self::Export(_)
            | Self::Check(_) => false,
        }
    }
}

fn dispatch(command: Option<Command>, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
    if command.as_ref().is_some_and(Command::records) {
        copies::before_recording(context);
    }
    match command {
        None => {
            let dir = context.dir()?;
            screen::open(&dir, Places::of(&dir), context.pretended, None)
        }
        Some(Command::New(new)) => new.run(context, out),
        Some(Command::Demo(demo)) => demo.run(context, out),
        Some(Command::Due(due)) => due.run(context, out),
        Some(Command::Regimens(regimens)) => regimens.run(context, out),
        Some(Command::Plan(plan)) => plan.run(context, out),
        Some(Command::Chart(chart)) => chart.run(context, out),
        Some(Command::Add(add)) => add.run(context, out),
        Some(Command::Triage(again)) => again.run(context, out),
        Some(Command::Order(order)) => order.run(context, out),
        Some(Command::Renew(renew)) => renew.run(context, out),
        Some(Command::Cosign(cosign)) => cosign.run(context, out),
        Some(Command::Waiting(waiting)) => waiting.run(context, out),
        Some(Command::Renewals(renewals)) => renewals.run(context, out),
        Some(Command::Give(give)) => give.run(context, out),
        Some(Command::EndPhase(end)) => end.run(context, out),
        Some(Command::Checkpoint(checkpoint)) => checkpoint.run(context, out),
        Some(Command::Review(review)) => review.run(context, out),
        Some(Command::Change(change)) => change.run(context, out),
        Some(Command::Space(space)) => space.run(context, out),
        Some(Command::Acknowledge(seen)) => seen.run(context, out),
        Some(Command::Rules(rules)) => rules.run(context, out),
        Some(Command::Amend(amend)) => amend.run(context, out),
        Some(Command::Codes(codes)) => codes.run(context, out),
        Some(Command::Note(note)) => note.run(context, out),
        Some(Command::Letter(letter)) => letter.run(context, out),
        Some(Command::Sheet(sheet)) => sheet.run(context, out),
        Some(Command::Same(same)) => same.run(context, out),
        Some(Command::Export(export)) => export.run(context, out),
        Some(Command::Import(import)) => import.run(context, out),
        Some(Command::Check(check)) => check.run(context, out),
        Some(Command::Audit(audit)) => audit.run(context, out),
        Some(Command::Backup(backup)) => backup.run(context, out),
        Some(Command::Restore(restore)) => restore.run(context, out),
        Some(Command::Encrypt(encrypt)) => encrypt.run(context, out),
    }
}

/// Help and version go to standard output; a wrong usage to standard error, with the program's name before it.
fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return if error.print().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let text = error.render().to_string();
    failure::say(text.strip_prefix("error: ").unwrap_or(&text).trim_end());
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn can_be_told_who(command: &clap::Command) -> bool {
        let mut below = command.get_subcommands().filter(|below| below.get_name() != "help").peekable();
        let has_below = below.peek().is_some() && below.all(can_be_told_who);
        has_below || command.get_arguments().any(|arg| arg.get_id() == "by")
    }

    #[test]
    fn every_command_on_a_practice_can_be_told_who_calls_it() {
        let mut all = Cli::command().mut_subcommands(with_by);
        all.build();
        for command in all.get_subcommands().filter(|command| !["help", "new", "demo"].contains(&command.get_name())) {
            assert!(can_be_told_who(command), "{}: put it into READ, or give it a --by", command.get_name());
        }
    }
}
