//! Which pairs are shown: those that nobody decided on, and of one patient those too that somebody did.

use crate::clinic::agenda::Row;
use crate::clinic::entry::PatientId;
use crate::clinic::links::{Link, Links};
use crate::clinic::same::Candidate;
use crate::tui::ctx::Ctx;
use crate::tui::keymap;
use std::sync::Arc;

/// Where a pair stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nobody decided yet.
    Open,
    /// Read as one.
    Joined,
    /// Two people.
    Apart,
}

/// Two charts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) older: PatientId,
    pub(super) newer: PatientId,
    pub(super) state: State,
    reasons: Vec<String>,
}

impl Pair {
    fn open(candidate: &Candidate) -> Self {
        let Candidate { older, newer, reasons } = candidate.clone();
        Self { older, newer, state: State::Open, reasons }
    }

    /// Says where the pair stands and what can be done.
    pub(super) fn words(&self) -> String {
        match self.state {
            State::Open => {
                let keys = keymap::told("{same.join}: one patient, {same.part}: two people, {same.back}: later.");
                let why = self.reasons.join(", ");
                format!("Why: {why}. Ask for a card or a number that only one person has; {keys}")
            }
            State::Joined => keymap::told(
                "These two charts are joined: read as one, under the older number. {same.part} parts them again; nothing is lost.",
            ),
            State::Apart => keymap::told("These two were kept apart, as two people. {same.join} joins them after all."),
        }
    }
}

/// Returns the pairs of everybody, or of one patient.
pub(super) fn of(about: Option<PatientId>, ctx: &Ctx) -> Vec<Pair> {
    let Some(id) = about else { return ctx.doubles.iter().map(Pair::open).collect() };
    let linked = ctx.rows.linked();
    let joined = || linked.iter().find(|r| r.former.iter().any(|f| f.id == id)).cloned();
    let Some(row) = ctx.row(id).or_else(joined) else { return Vec::new() };
    let open = ctx.doubles.iter().filter(|c| c.other(row.id).is_some()).map(Pair::open);
    let joined = row.former.iter().map(|former| decided(row.id, former.id, State::Joined));
    open.chain(joined).chain(apart(&row, &linked)).collect()
}

/// Those of whom somebody said that they are not this patient.
fn apart(row: &Row, rows: &[Arc<Row>]) -> Vec<Pair> {
    let links = Links::of(rows.iter().flat_map(|r| r.said.iter().copied()));
    let named = row.said.iter().filter(|said| said.link == Link::Different);
    let mut others: Vec<_> = named
        .filter_map(|said| {
            let other = if links.members(row.id).contains(&said.from) { said.about } else { said.from };
            let has = |r: &&Arc<Row>| r.id == other || r.former.iter().any(|f| f.id == other);
            rows.iter().find(has).map(|r| r.id)
        })
        .filter(|other| *other != row.id && links.are_kept_apart(row.id, *other))
        .collect();
    others.sort_unstable();
    others.dedup();
    others.into_iter().map(|other| decided(row.id, other, State::Apart)).collect()
}

fn decided(one: PatientId, other: PatientId, state: State) -> Pair {
    Pair { older: one.min(other), newer: one.max(other), state, reasons: Vec::new() }
}
