//! Time stamps of HL7, as precise as they are given.

use chrono::NaiveDate;

/// Reads the day of a time stamp; `None` where it has none: `1954`, `195411`.
pub(super) fn day(stamp: &str) -> Option<NaiveDate> {
    let digits = stamp.trim().get(..8).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok());
    let year = i32::try_from(number(0..4)?).ok().filter(|year| (1880..=2200).contains(year))?;
    NaiveDate::from_ymd_opt(year, number(4..6)?, number(6..8)?)
}
