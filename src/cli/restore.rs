//! `cobalog restore`: a backup brought back, never over something.

use super::check::Written;
use super::context::Context;
use super::failure::Failure;
use super::format::json;
use super::table::plain;
use crate::clinic::words;
use crate::store::restore::{Merged, Restored, into_empty};
use crate::store::{Places, Store, StoreError};
use clap::Args;
use serde_json::json as value;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(
    after_help = "Example: cobalog restore larkfield.tar.gz --to ./larkfield\n\nThe file is proven from end to end \
    before anything is written. --merge adds to each chart what it lacks; nothing is removed or written over, and where \
    the two say different things the practice's stays and the backup's is kept in its folder kept/."
)]
pub(super) struct Restore {
    /// The backup.
    file: PathBuf,
    /// The folder; else the practice's own (--data, COBALOG_DATA).
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Add it to the practice that is there.
    #[arg(long)]
    merge: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Written,
}

impl Restore {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let dir = self.to.clone().map_or_else(|| context.dir(), Ok)?;
        if self.merge {
            if !Store::exists(&dir) {
                return Err(StoreError::NoPractice { path: dir }.into());
            }
            let disk = context.disk_for(&dir, &self.file)?;
            let mut store = Store::open_on(&dir, Places::of(&dir), disk)?;
            context.keep_log(&mut store);
            let merged = store.merge(&self.file, context.now)?;
            store.note(context.restored(&store, &format!("merged from {}", self.file.display())));
            return self.merged(&dir, &merged, out);
        }
        let restored = into_empty(&*context.disk_to_restore(&dir, &self.file)?, &self.file, &dir)?;
        context.note_restored(&dir, self.file.display().to_string());
        self.restored(&dir, &restored, out)
    }

    fn restored(&self, dir: &Path, restored: &Restored, out: &mut dyn Write) -> Result<(), Failure> {
        let damaged: Vec<_> = restored.damaged.iter().map(|p| plain(&p.to_string()).into_owned()).collect();
        let (charts, entries) = (restored.charts, restored.entries);
        if self.format == Written::Json {
            let to = dir.display().to_string();
            return json(out, &value!({"to": to, "charts": charts, "entries": entries, "damaged": damaged}));
        }
        damaged.iter().try_for_each(|what| writeln!(out, "damaged already when it was put in: {what}"))?;
        let (charts, entries) = (words::plural(charts as i64, "chart"), words::plural(entries as i64, "entry"));
        let practice = if Store::exists(dir) { "" } else { " It has no practice.ron: run `cobalog check --repair`." };
        Ok(writeln!(out, "{charts}, {entries} are in {}.{practice}", dir.display())?)
    }

    /// The status says whether everything could be taken in.
    fn merged(&self, dir: &Path, merged: &Merged, out: &mut dyn Write) -> Result<(), Failure> {
        let problems: Vec<_> = merged.problems.iter().map(|p| plain(&p.to_string()).into_owned()).collect();
        if self.format == Written::Json {
            let clash = |c: &crate::store::restore::Clash| {
                let (path, kept) = (c.path.display().to_string(), c.kept.display().to_string());
                value!({"path": path, "entry": c.entry.map(|e| e.to_string()), "kept": kept})
            };
            let clashes: Vec<_> = merged.clashes.iter().map(clash).collect();
            let files: Vec<_> = merged.new_files.iter().map(|path| path.display().to_string()).collect();
            json(
                out,
                &value!({
                    "to": dir.display().to_string(), "new_charts": merged.new_charts, "grown_charts": merged.grown_charts,
                    "same_charts": merged.same_charts, "entries": merged.entries, "new_files": files,
                    "clashes": clashes, "problems": problems,
                }),
            )?;
        } else {
            self.say(dir, merged, &problems, out)?;
        }
        out.flush()?;
        if merged.problems.is_empty() { Ok(()) } else { Err(Failure::Said) }
    }

    fn say(&self, dir: &Path, merged: &Merged, problems: &[String], out: &mut dyn Write) -> Result<(), Failure> {
        problems.iter().try_for_each(|problem| writeln!(out, "{problem}"))?;
        for clash in &merged.clashes {
            let what = clash.entry.map_or(String::new(), |entry| format!(" (entry {entry})"));
            let (path, kept) = (clash.path.display(), clash.kept.display());
            writeln!(out, "{}", plain(&format!("{path}{what} stayed as it is; what the backup says is in {kept}")))?;
        }
        merged.new_files.iter().try_for_each(|path| writeln!(out, "new: {}", plain(&path.display().to_string())))?;
        let new = words::plural(merged.new_charts as i64, "new chart");
        let (grown, same) = (merged.grown_charts, merged.same_charts);
        let (entries, were) =
            (words::plural(merged.entries as i64, "entry"), if merged.entries == 1 { "was" } else { "were" });
        let dir = dir.display();
        Ok(writeln!(out, "{entries} {were} added to {dir}: {new}, {grown} grown, {same} had everything.")?)
    }
}
