//! All that a prescriber may sign: listed in full, and with `--yes` signed, each in its own chart.

use super::super::context::Context;
use super::super::failure::{self, Failure};
use super::super::format::{Format, json};
use super::super::patient;
use super::super::record::Printed;
use super::super::table::Table;
use super::Cosign;
use crate::clinic::agenda::Row;
use crate::clinic::audit::What;
use crate::clinic::cosign::Shown;
use crate::clinic::roles::{self, Doing};
use crate::clinic::words;
use crate::store::Store;
use serde_json::json as value;
use std::io::Write;
use std::sync::Arc;

/// Whom it is about, and what is signed.
type ToSign = (Arc<Row>, Shown);

impl Cosign {
    pub(super) fn all_of(
        &self,
        author: &str,
        store: &Store,
        context: &Context,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        roles::may(&store.settings().people, author, Doing::Cosign)?;
        let all = to_sign(store, context);
        if !self.yes {
            store.note(context.event(store, What::Listed).with("what waits for a signature"));
            return self.list(&all, context, out);
        }
        let shown: Vec<Shown> = all.iter().map(|(_, shown)| shown.clone()).collect();
        let done = store.cosign_all(&shown, author, context.now, &mut |_, _| true);
        let row = |id| all.iter().map(|(row, _)| row).find(|row| row.id == id);
        let named = |id| row(id).map_or_else(String::new, |row| format!("{} {}", row.number, row.name));
        for (id, why) in &done.failed {
            failure::say(&format!("not signed: {}: {why}", named(*id)));
        }
        match self.signed.format {
            Printed::Json => json(out, &value!({ "signed": done.signed, "not_signed": done.failed.len() }))?,
            Printed::Table => writeln!(out, "{}", done.words())?,
        }
        if done.failed.is_empty() { Ok(()) } else { Err(Failure::Said) }
    }

    fn list(&self, all: &[ToSign], context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        if self.signed.format == Printed::Json {
            let one = |(row, shown): &ToSign| {
                value!({
                    "patient": row.id, "number": row.number, "name": row.name, "born": row.born,
                    "entry": shown.entry, "what": shown.what, "from": shown.from,
                    "prescriber": shown.waiting.prescriber,
                })
            };
            return json(out, &all.iter().map(one).collect::<Vec<_>>());
        }
        if all.is_empty() {
            return Ok(writeln!(out, "Nothing waits for a signature.")?);
        }
        let mut table = Table::new(&["Number", "Patient", "Born", "From", "What", "Ordered by"]).keep(&[0, 2, 3, 4]);
        for (row, shown) in all {
            let from = shown.from.map(words::day).unwrap_or_default();
            let (born, by) = (words::born(row.born), &shown.waiting.prescriber);
            table.row([&row.number, &row.name, &born, &from, &shown.what, by]);
        }
        table.write(out, Format::Table, context.width)?;
        Ok(writeln!(out, "{} to sign: --yes signs all of them.", all.len())?)
    }
}

fn to_sign(store: &Store, context: &Context) -> Vec<ToSign> {
    let people = &store.settings().people;
    let rows = patient::roll(store, context.today).roll.to_sign();
    let of_row = |row: Arc<Row>| {
        let chart = store.chart(row.id).ok();
        let shown = |entry| Shown::of(chart.as_ref()?, entry, people);
        let all: Vec<Shown> = row.asks.to_sign.iter().filter_map(|waiting| shown(waiting.entry)).collect();
        all.into_iter().map(|shown| (Arc::clone(&row), shown)).collect::<Vec<_>>()
    };
    rows.into_iter().flat_map(of_row).collect()
}
