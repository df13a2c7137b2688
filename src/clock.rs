//! The one place that asks the machine for the time. Everything else is given it.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone};
use std::time::Instant;

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's own.
    Machine,
    /// The machine's time of day on another day, for training and demos.
    Day(NaiveDate),
    /// One instant, for tests.
    Fixed(DateTime<FixedOffset>),
}

/// Returns a moment of a clock that nobody sets. It may stand still while the computer sleeps.
#[must_use]
pub fn steady() -> Instant {
    Instant::now()
}

impl Clock {
    /// Returns the instant.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that may")]
    pub fn now(self) -> DateTime<FixedOffset> {
        let machine = chrono::Local::now().fixed_offset();
        match self {
            Self::Machine => machine,
            Self::Day(day) => {
                let there = machine.timezone().from_local_datetime(&day.and_time(machine.time()));
                there.single().unwrap_or(machine)
            }
            Self::Fixed(instant) => instant,
        }
    }

    /// Returns the instant, whatever day is pretended: for what nobody may put forward or back.
    #[must_use]
    pub fn really(self) -> DateTime<FixedOffset> {
        match self {
            Self::Day(_) => Self::Machine.now(),
            other => other.now(),
        }
    }

    /// Returns whether it is not the machine's own day.
    #[must_use]
    pub fn is_pretended(self) -> bool {
        !matches!(self, Self::Machine)
    }
}
