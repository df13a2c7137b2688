//! How much time a column stands for.

/// The four steps between a day and a decade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zoom {
    /// Four columns a day.
    Days,
    /// One column a day.
    Weeks,
    /// One column for two days.
    #[default]
    Months,
    /// One column for ten days.
    Years,
}

impl Zoom {
    /// Every step, the finest first.
    pub const ALL: [Self; 4] = [Self::Days, Self::Weeks, Self::Months, Self::Years];

    /// Returns the word that the frame of the timeline shows.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Years => "years",
        }
    }

    /// Returns the next finer step; the finest is its own.
    #[must_use]
    pub fn finer(self) -> Self {
        match self {
            Self::Days | Self::Weeks => Self::Days,
            Self::Months => Self::Weeks,
            Self::Years => Self::Months,
        }
    }

    /// Returns the next coarser step; the coarsest is its own.
    #[must_use]
    pub fn coarser(self) -> Self {
        match self {
            Self::Days => Self::Weeks,
            Self::Weeks => Self::Months,
            Self::Months | Self::Years => Self::Years,
        }
    }

    /// Returns so many columns for so many days.
    pub(super) fn columns_per_days(self) -> (i64, i64) {
        match self {
            Self::Days => (4, 1),
            Self::Weeks => (1, 1),
            Self::Months => (1, 2),
            Self::Years => (1, 10),
        }
    }
}
