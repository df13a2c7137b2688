//! The days on which a practice is closed beside those of its week: bank holidays, holidays. As they are typed and said.

use super::parse;
use super::practice::Settings;
use super::words;
use chrono::{Datelike, Days, NaiveDate};

/// So many days a practice is closed on end at most; a longer span is a slip of the year.
const LONGEST_DAYS: usize = 92;

/// A day that is past stays in sight so long: what was typed wrongly can be taken back, what was right holds for good.
const SHOWN_DAYS: u64 = 31;

/// Fewer days that follow each other are named one by one.
const FEWEST_OF_A_SPAN: usize = 3;

impl Settings {
    /// Returns whether the practice is open on a day.
    #[must_use]
    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.open_days.contains(&day.weekday()) && !self.closed_on.contains(&day)
    }

    /// Says why the practice is closed on a day; `None` where it is open.
    #[must_use]
    pub fn why_closed(&self, day: NaiveDate) -> Option<String> {
        match self.is_open(day) {
            true => None,
            false if self.closed_on.contains(&day) => Some("it is one of its closed days".to_owned()),
            false => Some(format!("it is never open on a {}", day.format("%A"))),
        }
    }
}

/// Returns the closed days that are shown to be changed, and those of before, which stay as they are.
#[must_use]
pub fn in_sight(days: &[NaiveDate], today: NaiveDate) -> (Vec<NaiveDate>, Vec<NaiveDate>) {
    let from = today.checked_sub_days(Days::new(SHOWN_DAYS)).unwrap_or(today);
    days.iter().copied().partition(|day| *day >= from)
}

/// Writes days in their order, those that follow each other as a span: `25 Dec 2026, 28 Dec 2026 to 01 Jan 2027`.
#[must_use]
pub fn said(days: &[NaiveDate]) -> String {
    let mut days = days.to_vec();
    days.sort_unstable();
    days.dedup();
    let spans = days.chunk_by(|a, b| a.succ_opt() == Some(*b)).flat_map(|span| match span {
        [first, .., last] if span.len() >= FEWEST_OF_A_SPAN => {
            vec![format!("{} to {}", words::born(*first), words::born(*last))]
        }
        few => few.iter().map(|day| words::born(*day)).collect(),
    });
    spans.collect::<Vec<_>>().join(", ")
}

/// Reads what [`said`] writes, and days as they are typed: `25.12., 28 Dec to 1 Jan`.
///
/// # Errors
/// A sentence that says what to write.
pub fn read(text: &str, today: NaiveDate, month_first: bool) -> Result<Vec<NaiveDate>, String> {
    let mut all = Vec::new();
    for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        let day = |text: &str| parse::day_near(text.trim(), today, month_first);
        match part.split_once(" to ") {
            None => all.push(day(part)?),
            Some((first, last)) => {
                let (first, last) = (day(first)?, day(last)?);
                let span: Vec<_> = first.iter_days().take_while(|day| *day <= last).take(LONGEST_DAYS + 1).collect();
                if span.is_empty() || span.len() > LONGEST_DAYS {
                    return Err(format!("{part}: write the first day and the last, {LONGEST_DAYS} days at most"));
                }
                all.extend(span);
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    fn typed(text: &str) -> Result<String, String> {
        read(text, day("2026-11-23"), false).map(|days| said(&days))
    }

    #[test]
    fn closed_days_are_typed_and_said_and_typed_again() {
        for (text, words) in [
            ("", ""),
            ("25 Dec 2026", "25 Dec 2026"),
            ("28.12., 25.12.; 25 Dec 2026", "25 Dec 2026, 28 Dec 2026"),
            ("25 Dec 2026, 26 Dec 2026", "25 Dec 2026, 26 Dec 2026"),
            ("24 Dec to 1 Jan 2027, 24.12.", "24 Dec 2026 to 01 Jan 2027"),
            ("1 Feb 2027 to 1 Feb 2027", "01 Feb 2027"),
        ] {
            let once = typed(text);
            assert_eq!(once.as_deref(), Ok(words), "{text}");
            assert_eq!(typed(words), once, "{text}");
        }
        assert!(typed("Christmas").is_err_and(|words| words.contains("is not a date")));
        for slip in ["1 Jan 2027 to 24 Dec 2026", "24 Dec 2026 to 1 Jan 2028"] {
            assert!(typed(slip).is_err_and(|words| words.contains("92 days at most")), "{slip}");
        }
    }

    #[test]
    fn a_day_that_is_past_stays_in_sight_for_a_month() {
        let days = ["2026-10-22", "2026-10-23", "2026-12-25"].map(day);
        let (shown, before) = in_sight(&days, day("2026-11-23"));
        assert_eq!((shown, before), (days[1..].to_vec(), days[..1].to_vec()));
    }

    #[test]
    fn nobody_comes_on_a_closed_day() {
        let mut settings = Settings::new("Hill Street", "Maya Keller RN");
        settings.open_days.retain(|day| !matches!(day, Weekday::Sat | Weekday::Sun));
        settings.closed_on =
            read("25 Dec 2026, 28 Dec 2026 to 1 Jan 2027", day("2026-11-23"), false).unwrap_or_default();
        for (due, comes) in [
            ("2026-12-24", "2026-12-24"),
            ("2026-12-25", "2027-01-04"),
            ("2026-12-30", "2027-01-04"),
            ("2027-01-02", "2027-01-04"),
        ] {
            assert_eq!(settings.appointment(day(due)), day(comes), "{due}");
        }
        let why = |text: &str| settings.why_closed(day(text));
        assert_eq!(why("2026-12-24"), None);
        assert_eq!(why("2026-12-26").as_deref(), Some("it is never open on a Saturday"));
        assert_eq!(why("2026-12-28").as_deref(), Some("it is one of its closed days"));
        // Closed for ever, by whatever wrote the file: the due date stays.
        settings.open_days.clear();
        assert_eq!(settings.appointment(day("2026-12-24")), day("2026-12-24"));
    }
}
