//! What a person settled before: a piece that was given to somebody stands in that chart, whoever the file says that it is
//! about, and one that was put away stays so.

use super::open::Store;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Act, PatientId};
use crate::clinic::intake::{self, Left, Outcome, Parcel, Piece, Target, Weighed};
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// In whose chart a piece stands.
pub(super) struct Stands {
    pub(super) patient: PatientId,
    /// Name and number.
    pub(super) called: String,
    /// Since when, in a sentence, where all of it does.
    all: Option<String>,
}

impl Store {
    /// Skips what was settled before; what only corrects it is held for a person.
    pub(super) fn leave_settled(&self, parcel: &Parcel, weighed: &mut Weighed, today: NaiveDate) {
        self.leave_put_away(parcel, weighed);
        let both = parcel.pieces.iter().zip(&mut weighed.outcomes);
        let (pieces, outcomes): (Vec<_>, Vec<_>) = both.filter(|(piece, outcome)| may_stand(piece, outcome)).unzip();
        let mut standing = self.standing(&pieces, today);
        for (n, outcome) in outcomes.into_iter().enumerate() {
            let stands = standing.remove(&n).unwrap_or_default();
            let is_target =
                |one: &Stands| matches!(outcome, Outcome::Taken(Target::Patient(id), _) if *id == one.patient);
            if !stands.iter().any(is_target)
                && let Some(one) = stands.into_iter().next()
                && let Some(left) = settled(outcome, one)
            {
                *outcome = Outcome::Left(left);
            }
        }
    }

    fn leave_put_away(&self, parcel: &Parcel, weighed: &mut Weighed) {
        let both = parcel.pieces.iter().zip(&mut weighed.outcomes);
        let held: Vec<_> = both.filter(|(_, outcome)| is_held(outcome)).collect();
        let away = if held.is_empty() { HashMap::new() } else { self.put_away_on() };
        for (piece, outcome) in held {
            if let Some(day) = away.get(&super::unmatched::name_of(piece).unwrap_or_default()) {
                let on = day.map(|day| format!(" on {}", words::day(day))).unwrap_or_default();
                *outcome = Outcome::Left(Left::Skipped(format!("It was put away{on}; its file is in kept/.")));
            }
        }
    }

    /// Returns in whose charts pieces stand, by their places among them. Every chart is asked once about all of them.
    pub(super) fn standing(&self, pieces: &[&Piece], today: NaiveDate) -> HashMap<usize, Vec<Stands>> {
        let mut of_id: HashMap<&str, Vec<usize>> = HashMap::new();
        for (n, piece) in pieces.iter().enumerate() {
            piece
                .acts
                .iter()
                .filter_map(|coming| coming.id.as_deref())
                .for_each(|id| of_id.entry(id).or_default().push(n));
        }
        let mut all: HashMap<usize, Vec<Stands>> = HashMap::new();
        if of_id.is_empty() {
            return all;
        }
        // A chart that cannot be read is named by `check`, and by the lists.
        let (found, _) = self.survey(|chart| {
            let origins = chart.entries().iter().filter_map(|entry| entry.from.as_ref()?.id.as_deref());
            let likely: BTreeSet<usize> = origins.filter_map(|id| of_id.get(id)).flatten().copied().collect();
            let here = likely.into_iter().filter_map(|n| Some((n, *pieces.get(n)?)));
            let here = here.filter(|(_, piece)| intake::stands_in(chart, piece));
            here.map(|(n, piece)| (n, self.stands(chart, piece, today))).collect::<Vec<_>>()
        });
        for (n, stands) in found.into_iter().flatten() {
            all.entry(n).or_default().push(stands);
        }
        all
    }

    fn stands(&self, chart: &Chart, piece: &Piece, today: NaiveDate) -> Stands {
        let person = chart.person().map(|person| format!("{} #{}", person.name(), person.number));
        let outcome = intake::weigh_for(piece, &Arc::new(chart.clone()), &self.practice().knowledge, today);
        let all = match outcome {
            Outcome::Left(Left::Skipped(why)) => Some(why),
            _ => None,
        };
        Stands { patient: chart.id, called: person.unwrap_or_else(|| chart.id.to_string()), all }
    }
}

fn is_held(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Left(Left::Held { .. }))
}

/// Whether it may stand in another chart than the file says: nobody could say whose it is, or it is new to the chart where it
/// goes.
fn may_stand(piece: &Piece, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Left(Left::Held { .. }) => piece.trouble.is_none(),
        Outcome::Left(Left::Skipped(_)) => piece.trouble.is_none() && piece.is_in_error(),
        Outcome::Taken(Target::Patient(_), acts) => {
            !piece.enters && acts.iter().any(|coming| !matches!(coming.act, Act::Amended(_)))
        }
        _ => false,
    }
}

/// What is left of a piece that stands in a chart; `None` where its outcome says so already.
fn settled(outcome: &Outcome, stands: Stands) -> Option<Left> {
    if let Some(since) = stands.all {
        return Some(Left::Skipped(format!("{since} It is in the chart of {}.", stands.called)));
    }
    let (why, others) = match outcome {
        Outcome::Left(Left::Held { candidates, .. }) if candidates.contains(&stands.patient) => return None,
        Outcome::Left(Left::Held { why, candidates }) => (format!("{why} "), candidates.clone()),
        Outcome::Left(Left::Skipped(why)) => (format!("{why} "), Vec::new()),
        Outcome::Taken(Target::Patient(id), _) => (String::new(), vec![*id]),
        _ => return None,
    };
    let why = format!("{why}What came of it before is in the chart of {}: whose is it?", stands.called);
    Some(Left::Held { why, candidates: std::iter::once(stands.patient).chain(others).collect() })
}
