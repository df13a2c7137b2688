//! The only place of the command line that reads the clock.

use chrono::{DateTime, FixedOffset, Local, NaiveDate};

/// Returns the instant now, with the workstation's offset; on another day where one is pretended.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one clock of the command line; everything else is handed the time")]
pub(super) fn now(pretended: Option<NaiveDate>) -> DateTime<FixedOffset> {
    let now = Local::now().fixed_offset();
    match pretended {
        Some(day) => day.and_time(now.time()).and_local_timezone(*now.offset()).single().unwrap_or(now),
        None => now,
    }
}
