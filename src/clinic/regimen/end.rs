//! What ends a phase, and what its words mean.

use crate::clinic::interval::Interval;
use serde::{Deserialize, Serialize};

/// What ends a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// This many doses given.
    Doses(u32),
    /// As many doses as the rhythm plans in this time; then counted like `doses`.
    Lasts(Interval),
    /// Weeks of the course, both counted, from the first day of it: `weeks(3, 8)` (facts 1.2, D8).
    Weeks(u32, u32),
    /// A recorded decision that this was reached; reviewed after the interval.
    Event {
        /// The words of the source: "no further improvement".
        event: String,
        /// When the need is looked at again.
        review: Interval,
    },
    /// No planned end; reviewed at the interval.
    Open {
        /// When the need is looked at again.
        review: Interval,
    },
}

/// What has to be seen for an event to have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// Nothing improves any more.
    NoMoreGain,
    /// The patient is better.
    Improvement,
    /// The blood shows it.
    Blood,
    /// What the words say; no check of ours knows it.
    Other,
}

impl EndedBy {
    /// Reads the words of an event, where nothing but words is there: an order that was signed, a practice's own file of before,
    /// a table.
    pub(super) fn in_words(event: &str) -> Self {
        let event = event.to_lowercase();
        match () {
            () if event.contains("no further improvement") => Self::NoMoreGain,
            () if event.contains("blood") => Self::Blood,
            () if event.contains("improvement") => Self::Improvement,
            () => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EndedBy;
    use crate::clinic::knowledge::Knowledge;
    use crate::clinic::regimen::End;
    use std::collections::BTreeMap;

    /// Every event of the library says what has to be seen; orders that were signed before it did read the same from the words.
    #[test]
    fn every_event_says_what_ends_it_and_its_words_say_the_same() {
        let knowledge = Knowledge::built_in();
        let phases = knowledge.regimens().iter().flat_map(|r| &r.phases);
        let events: BTreeMap<_, _> = phases
            .filter_map(|phase| match &phase.until {
                End::Event { event, .. } => Some((event.as_str(), phase.ended_by)),
                _ => None,
            })
            .collect();
        for (event, said) in &events {
            assert_eq!(*said, Some(EndedBy::in_words(event)), "{event}");
        }
        let read: Vec<_> = events.into_iter().filter_map(|(event, said)| Some((event, said?))).collect();
        assert_eq!(
            read,
            [
                ("3 weeks reached, or no further improvement", EndedBy::NoMoreGain),
                ("about 2 years, or as the prescriber decides", EndedBy::Other),
                ("acute phase over", EndedBy::Other),
                ("blood count improved", EndedBy::Blood),
                ("blood count normal", EndedBy::Blood),
                ("blood response", EndedBy::Blood),
                ("clear improvement", EndedBy::Improvement),
                ("clinical improvement", EndedBy::Improvement),
                ("no further improvement", EndedBy::NoMoreGain),
            ]
        );
    }
}
