//! Earlier words that two patients are two people, looked up before somebody makes one of them.

use super::{Link, Links};
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Act, PatientId};
use crate::clinic::words;
use chrono::NaiveDate;

/// A word that holds, by which a chart of the one patient and a chart of the other are two people's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptApart {
    /// The number of the one's chart, which may be another than the one that is at hand.
    pub one: String,
    /// The number of the other's chart.
    pub other: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub on: NaiveDate,
    /// Why.
    pub why: String,
}

impl KeptApart {
    /// Returns what keeps two patients apart, each read whole: a word about third charts of theirs counts as well.
    #[must_use]
    pub fn between(one: &Chart, other: &Chart) -> Vec<Self> {
        let links = Links::of(one.said().chain(other.said()));
        let pairs = charts(one).flat_map(|a| charts(other).map(move |b| (a, b))).filter(|(a, b)| a != b);
        let different = pairs.filter_map(|pair| Some((pair, links.holding(pair)?)));
        let different = different.filter(|(_, said)| said.link == Link::Different);
        different
            .filter_map(|((a, b), said)| {
                let entry = one.entry(said.entry).or_else(|| other.entry(said.entry))?;
                let Act::Linked(linked) = &entry.act else { return None };
                let (one, other) = (one.number_of(a), other.number_of(b));
                Some(Self { one, other, by: entry.by.clone(), on: entry.at.date_naive(), why: linked.why.clone() })
            })
            .collect()
    }

    /// Says it: `1001 and 1002 were kept apart as two people on Mon 23 Nov 2026 by Ann Bell RN: both were here`.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { one, other, by, on, why } = self;
        format!("{one} and {other} were kept apart as two people on {} by {by}: {why}", words::day(*on))
    }
}

fn charts(chart: &Chart) -> impl Iterator<Item = PatientId> + '_ {
    std::iter::once(chart.id).chain(chart.joined().iter().map(|j| j.id))
}
