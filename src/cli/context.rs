//! What every command knows: the folder, the day, the width, the library.

use super::date::Day;
use super::failure::{self, Failure};
use super::table;
use crate::clinic::knowledge::Knowledge;
use crate::clock::Clock;
use crate::store::{self, Store, StoreError};
use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::Args;
use std::path::{Path, PathBuf};

/// The options of every command.
#[derive(Args)]
pub(super) struct Global {
    /// The practice's folder; else COBALOG_DATA, else the platform's own.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Pretend that today is DATE, for training and tests; else COBALOG_TODAY.
    #[arg(long, global = true, value_name = "DATE")]
    today: Option<NaiveDate>,
}

fn no_practice(dir: &Path) -> Failure {
    let dir = dir.display();
    format!(
        "there is no practice in {dir}: make one with `cobalog new`, or a fictional one with `cobalog demo --into {dir}`"
    )
    .into()
}

/// What every command knows.
pub(super) struct Context {
    data: Option<PathBuf>,
    /// The day that is pretended, where one is.
    pub(super) pretended: Option<NaiveDate>,
    /// The instant at which the command began.
    pub(super) now: DateTime<FixedOffset>,
    /// The day of it.
    pub(super) today: NaiveDate,
    /// How wide the output may be.
    pub(super) width: usize,
}

impl Context {
    /// Reads environment and clock.
    pub(super) fn new(global: &Global) -> Result<Self, Failure> {
        let told = std::env::var("COBALOG_TODAY").ok().filter(|t| !t.trim().is_empty());
        let told = told.map(|text| {
            text.trim().parse().map_err(|_| format!("COBALOG_TODAY: \"{text}\" is not a date; write 2026-11-23"))
        });
        let pretended = match global.today {
            Some(day) => Some(day),
            None => told.transpose()?,
        };
        let now = pretended.map_or(Clock::Machine, Clock::Day).now();
        let data = global.data.clone();
        Ok(Self { data, pretended, now, today: now.date_naive(), width: table::terminal_width() })
    }

    /// Returns the practice's folder.
    pub(super) fn dir(&self) -> Result<PathBuf, Failure> {
        let env = std::env::var_os("COBALOG_DATA");
        store::paths::data_dir(self.data.as_deref(), env.as_deref())
            .ok_or_else(|| "this account has no home folder: name the practice's folder with --data DIR".into())
    }

    /// Returns the practice's folder, also where its `practice.ron` is gone and its charts are not.
    pub(super) fn folder(&self) -> Result<PathBuf, Failure> {
        let dir = self.dir()?;
        if Store::exists(&dir) || dir.join("charts").is_dir() { Ok(dir) } else { Err(no_practice(&dir)) }
    }

    /// Opens the practice.
    pub(super) fn store(&self) -> Result<Store, Failure> {
        let dir = self.dir()?;
        match Store::open(&dir) {
            Err(StoreError::NoPractice { .. }) => Err(no_practice(&dir)),
            opened => Ok(opened?),
        }
    }

    /// Returns the library: the practice's where there is one, else the built-in one.
    pub(super) fn knowledge(&self) -> Result<Knowledge, Failure> {
        match self.dir() {
            Ok(dir) if Store::exists(&dir) => {
                let store = Store::open(&dir)?;
                // A wrong regimen of the practice's own is named, and hides none of the others.
                store.problems().iter().for_each(|problem| failure::say(&problem.to_string()));
                Ok(store.practice().knowledge.clone())
            }
            _ => Ok(Knowledge::built_in()),
        }
    }

    /// Returns the day that was typed, else today.
    pub(super) fn day(&self, typed: Option<Day>) -> NaiveDate {
        typed.map_or(self.today, |day| day.date(self.today))
    }
}
