//! Who is shown: everybody, those whose plan goes on, those beside it, those who are closed, and those who would be
//! forgotten, which must be nobody.

use crate::clinic::agenda::Row;
use chrono::NaiveDate;

/// A part of the patients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shown {
    #[default]
    All,
    Active,
    Aside,
    Ended,
    Forgotten,
}

impl Shown {
    const ALL: [Self; 5] = [Self::All, Self::Active, Self::Aside, Self::Ended, Self::Forgotten];

    /// Returns the next part.
    pub(super) fn next(self) -> Self {
        let here = Self::ALL.iter().position(|s| *s == self).unwrap_or(0);
        Self::ALL[(here + 1) % Self::ALL.len()]
    }

    /// Returns whether a patient belongs to it.
    pub(super) fn holds(self, row: &Row, today: NaiveDate) -> bool {
        let aside = !row.closed && !row.standing_on(today).is_empty();
        match self {
            Self::All => true,
            Self::Active => !row.closed && !aside,
            Self::Aside => aside,
            Self::Ended => row.closed,
            Self::Forgotten => row.is_without_next_step(),
        }
    }

    /// Returns its name.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active: the plan goes on, or waits to be signed",
            Self::Aside => "paused, on tablets, stopped or declined",
            Self::Ended => "ended: died, transferred, treatment over, struck out",
            Self::Forgotten => "WITHOUT A NEXT STEP",
        }
    }

    /// Returns what an empty list means.
    pub(super) fn nobody(self) -> &'static str {
        match self {
            Self::All => "Nobody fits what was typed.",
            Self::Active => "Nobody is active.",
            Self::Aside => "Nobody is paused, on tablets, stopped or declined.",
            Self::Ended => "Nobody has ended.",
            Self::Forgotten => {
                "Nobody is without a next step. Whoever is not closed has a dose, a checkpoint, a plan to sign or a day to be asked again."
            }
        }
    }

    /// Returns what to do with those who are in a list that should be empty.
    pub(super) fn todo(self) -> Option<&'static str> {
        (self == Self::Forgotten)
            .then_some("Nothing is owed to these, and nothing ended: open each chart and sign a plan (o)")
    }
}
