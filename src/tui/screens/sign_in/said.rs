//! Why nobody comes in, and when the next try is.

use chrono::{NaiveTime, TimeDelta};

/// What was wrong, and until when it is good to know.
pub(in crate::tui) struct Said {
    words: String,
    /// The time of day of the next try; none where there is nothing to wait for.
    until: Option<NaiveTime>,
}

impl Said {
    /// Says something that is so until a time of the day.
    pub(in crate::tui) fn until(words: String, until: NaiveTime) -> Self {
        Self { words, until: Some(until) }
    }

    /// Returns how long it is good still; `None` where no time ends it.
    pub(super) fn left(&self, now: NaiveTime) -> Option<TimeDelta> {
        let left = self.until? - now;
        // A wait is short: what lies half a day back lies behind midnight.
        Some(if left < TimeDelta::hours(-12) { left + TimeDelta::days(1) } else { left }.max(TimeDelta::zero()))
    }

    pub(super) fn words(&self, now: NaiveTime) -> &str {
        if self.left(now) == Some(TimeDelta::zero()) { "You may try again now." } else { &self.words }
    }

    /// Returns the sentence, for a screen that does not wait.
    pub(in crate::tui) fn into_words(self) -> String {
        self.words
    }
}

impl From<String> for Said {
    fn from(words: String) -> Self {
        Self { words, until: None }
    }
}

impl From<&str> for Said {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}
