//! What all recording commands share: who signs, the one write, the id that is printed once it is on disk.

use super::context::Context;
use super::failure::Failure;
use super::format::json;
use crate::clinic::drug::{Drug, Route, Site};
use crate::clinic::entry::{Act, EntryId, PatientId};
use crate::store::Store;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::Write;

/// The options of every recording command.
#[derive(Args)]
pub(super) struct Signed {
    /// Who records; the first of the practice's people where absent.
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
        self.by.as_deref().unwrap_or_else(|| store.settings().author())
    }

    /// Records one act and prints its entry's id, which says that it is on disk.
    pub(super) fn record(
        &self,
        store: &Store,
        id: PatientId,
        act: Act,
        context: &Context,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let (_, ids) = store.record(id, vec![act], self.author(store), context.now)?;
        self.print(&ids, out)
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

fn named<T: Copy>(text: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Option<T> {
    let plain = |s: &str| s.trim().to_lowercase().replace([' ', '_'], "-");
    all.iter().copied().find(|item| plain(name(*item)) == plain(text))
}
