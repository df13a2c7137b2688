//! `cobalog backup`: everything in one file, proven; and what comes out of it.

use super::check::Written;
use super::context::Context;
use super::failure::Failure;
use super::format::json;
use super::table::plain;
use crate::clinic::audit::What;
use crate::clinic::words;
use crate::store::backup::{self, BackupReport, Compared, Drill};
use crate::store::{Places, StoreError};
use clap::Args;
use serde_json::{Value, json as value};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog backup /media/usb/larkfield-2026-11-23.tar.gz\n\nWithout FILE it goes where this \
    computer keeps its daily ones: the newest of each of the last 7 days, 5 weeks, 12 months. --verify restores the file \
    (or the newest of those) to a scratch folder, opens every chart and compares with the practice; status 1 where \
    anything in it cannot be read, or is not in the practice any more, or where it lacks a chart that the practice has \
    and that did not come in since."
)]
pub(super) struct Backup {
    /// The file.
    file: Option<PathBuf>,
    /// Replace a file that is there.
    #[arg(long, requires = "file")]
    force: bool,
    /// Try the file out instead: restore it to a scratch folder and compare.
    #[arg(long, conflicts_with_all = ["force", "list"])]
    verify: bool,
    /// List the backups that this computer keeps instead.
    #[arg(long, conflicts_with_all = ["file", "force"])]
    list: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Written,
}

impl Backup {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        if self.list {
            return self.list(context, out);
        }
        if self.verify {
            return self.verify(context, out);
        }
        let dir = context.folder()?;
        let disk = context.disk(&dir)?;
        let report = match &self.file {
            Some(file) => backup::write(&*disk, &dir, file, self.force)?,
            None => backup::add(&*disk, &dir, &Places::of(&dir), context.now)?,
        };
        context.note(&dir, What::BackedUp, report.path.display().to_string());
        match self.format {
            Written::Json => json(out, &made_value(&report))?,
            Written::Table => made(&report, out)?,
        }
        out.flush()?;
        if report.unread.is_empty() { Ok(()) } else { Err(Failure::Said) }
    }

    fn list(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let dir = context.dir()?;
        let (places, disk) = (Places::of(&dir), context.disk(&dir)?);
        let folder = places.backups.clone().ok_or("this account has no home folder: set COBALOG_BACKUPS")?;
        let (kept, status) = (backup::list(&*disk, &folder)?, backup::status(&*disk, &places));
        if self.format == Written::Json {
            let file = |k: &backup::Kept| value!({"path": k.path.display().to_string(), "made": k.made.to_string(), "bytes": k.bytes});
            let failed = status.failed.map(|f| value!({"at": f.at.to_rfc3339(), "why": f.why}));
            let current = status.current.map(|at| at.to_rfc3339());
            let files: Vec<Value> = kept.iter().map(file).collect();
            return json(out, &value!({"backups": files, "current": current, "failed": failed}));
        }
        for k in &kept {
            writeln!(
                out,
                "{}  {:>9} KB  {}",
                k.made.format("%Y-%m-%d %H:%M"),
                k.bytes.div_ceil(1024),
                k.path.display()
            )?;
        }
        if kept.is_empty() {
            writeln!(out, "There is no backup in {} yet. Make one with `cobalog backup`.", folder.display())?;
        }
        if let Some(failed) = status.failed {
            writeln!(
                out,
                "{}",
                plain(&format!("The last try, {}, failed: {}", failed.at.format("%F %H:%M"), failed.why))
            )?;
        }
        Ok(())
    }

    fn verify(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let dir = context.dir()?;
        let file = match &self.file {
            Some(file) => file.clone(),
            None => backup::newest(&*context.disk(&dir)?, &Places::of(&dir))?,
        };
        let practice = dir.join("charts").is_dir().then_some(dir.as_path());
        let drill = match backup::drill(&*context.disk_for(&dir, &file)?, &file, practice) {
            Err(error @ StoreError::Archive { .. }) if self.format == Written::Json => {
                json(out, &value!({"file": file.display().to_string(), "good": false, "why": error.to_string()}))?;
                out.flush()?;
                return Err(Failure::Said);
            }
            other => other?,
        };
        match self.format {
            Written::Json => json(out, &drill_value(&drill))?,
            Written::Table => drilled(&drill, out)?,
        }
        out.flush()?;
        if drill.is_good() { Ok(()) } else { Err(Failure::Said) }
    }
}

fn made(report: &BackupReport, out: &mut dyn Write) -> Result<(), Failure> {
    for problem in &report.damaged {
        writeln!(out, "damaged, kept as it is: {}", plain(&problem.to_string()))?;
    }
    for problem in &report.unread {
        writeln!(out, "not in the backup: {}", plain(&problem.to_string()))?;
    }
    let charts = words::plural(report.charts as i64, "chart");
    let (path, size) = (report.path.display(), report.bytes.div_ceil(1024));
    let entries = words::plural(report.entries as i64, "entry");
    let verdict =
        if report.unread.is_empty() { "read back, and every sum is right" } else { "it lacks what is named above" };
    Ok(writeln!(out, "{charts}, {entries} are in {path} ({size} KB): {verdict}.")?)
}

fn made_value(report: &BackupReport) -> Value {
    let words = |problems: &[crate::store::Problem]| {
        problems.iter().map(|p| plain(&p.to_string()).into_owned()).collect::<Vec<_>>()
    };
    value!({
        "file": report.path.display().to_string(), "bytes": report.bytes, "charts": report.charts,
        "entries": report.entries, "damaged": words(&report.damaged), "unread": words(&report.unread),
    })
}

fn drilled(drill: &Drill, out: &mut dyn Write) -> Result<(), Failure> {
    for problem in &drill.damaged {
        writeln!(out, "in the backup: {}", plain(&problem.to_string()))?;
    }
    let charts = words::plural(drill.charts as i64, "chart");
    let entries = words::plural(drill.entries as i64, "entry");
    writeln!(out, "{}: every sum is right; {charts}, {entries} opened.", drill.path.display())?;
    let Some(compared) = &drill.compared else {
        return Ok(writeln!(out, "There is no practice here to compare with.")?);
    };
    for path in &compared.missing_charts {
        writeln!(out, "the chart {} is in the practice, and not in the backup", path.display())?;
    }
    for id in &compared.lost_charts {
        writeln!(out, "the chart {id} is in the backup, and not or not readable in the practice")?;
    }
    for (chart, id) in &compared.lost_entries {
        writeln!(out, "the entry {id} of the chart {chart} is in the backup, and not or otherwise in the practice")?;
    }
    let newer = format!(
        "{}, {} came in since",
        words::plural(compared.newer_charts as i64, "new chart"),
        words::plural(compared.newer_entries as i64, "entry")
    );
    Ok(writeln!(out, "{}; {newer}.", verdict(drill, compared))?)
}

fn verdict(drill: &Drill, compared: &Compared) -> String {
    let is_lost = !(compared.lost_charts.is_empty() && compared.lost_entries.is_empty());
    let is_whole = compared.missing_charts.is_empty() && drill.damaged.is_empty();
    let adds = || format!("`cobalog restore {} --merge` adds it", drill.path.display());
    match (is_lost, is_whole) {
        (false, true) => "Restoring it would bring everything back".to_owned(),
        (false, false) => {
            "What is named above would not come back whole: mend it in the practice where it is wrong there, then make \
             another backup"
                .to_owned()
        }
        (true, true) => format!("The practice lacks what is named above: {}", adds()),
        (true, false) => {
            format!("Of what is named above some would not come back, and some is not in the practice: {}", adds())
        }
    }
}

fn drill_value(drill: &Drill) -> Value {
    let damaged: Vec<_> = drill.damaged.iter().map(|p| plain(&p.to_string()).into_owned()).collect();
    let compared = drill.compared.as_ref().map(|c| {
        let lost: Vec<_> = c
            .lost_entries
            .iter()
            .map(|(chart, id)| value!({"chart": chart.to_string(), "entry": id.to_string()}))
            .collect();
        value!({
            "new_charts": c.newer_charts, "new_entries": c.newer_entries, "missing_entries": lost,
            "not_in_backup": c.missing_charts.iter().map(|p| p.display().to_string()).collect::<Vec<_>>(),
            "missing_charts": c.lost_charts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    value!({
        "file": drill.path.display().to_string(), "good": drill.is_good(), "charts": drill.charts,
        "entries": drill.entries, "damaged": damaged, "compared": compared,
    })
}
