//! Days, times and instants as ISO 8601 text, for charts.
//!
//! A chart is mostly dates, and chrono's reader, made for text of every form, takes longer over them than everything else of
//! a chart. What is written as Cobalog writes it is read here; chrono decides on all else.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// Reads a day, `2026-11-26`.
pub(super) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    deserializer.deserialize_str(Text::new("a date such as 2026-11-26", plain_day))
}

/// Reads a day that may not be known.
pub(super) fn known_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(transparent)]
    struct Day(#[serde(deserialize_with = "day")] NaiveDate);
    Ok(Option::<Day>::deserialize(deserializer)?.map(|day| day.0))
}

/// Reads a time of day that may not be known, `09:30:00`.
pub(super) fn known_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveTime>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(transparent)]
    struct Time(#[serde(deserialize_with = "time")] NaiveTime);
    Ok(Option::<Time>::deserialize(deserializer)?.map(|time| time.0))
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    deserializer.deserialize_str(Text::new("a time of day such as 09:30:00", plain_time))
}

/// Reads an instant, `2026-11-26T09:30:00+01:00`.
pub(super) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<FixedOffset>, D::Error> {
    deserializer.deserialize_str(Text::new("an instant such as 2026-11-26T09:30:00+01:00", plain_instant))
}

/// A text that stands for a `T`: read by `plain` where it is written plainly, else by `T` itself.
struct Text<T> {
    what: &'static str,
    plain: fn(&[u8]) -> Option<T>,
    of: PhantomData<T>,
}

impl<T> Text<T> {
    fn new(what: &'static str, plain: fn(&[u8]) -> Option<T>) -> Self {
        Self { what, plain, of: PhantomData }
    }
}

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.plain)(text.as_bytes()).map_or_else(|| text.parse().map_err(E::custom), Ok)
    }
}

/// Returns the number that so many digits are.
fn number<const N: usize>(digits: &[u8; N]) -> Option<u32> {
    digits.iter().try_fold(0, |n, digit| digit.is_ascii_digit().then(|| n * 10 + u32::from(digit - b'0')))
}

fn plain_day(text: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

fn plain_time(text: &[u8]) -> Option<NaiveTime> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *text else { return None };
    NaiveTime::from_hms_opt(number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?)
}

fn plain_instant(text: &[u8]) -> Option<DateTime<FixedOffset>> {
    let (day, rest) = text.split_at_checked(10)?;
    let (time, zone) = rest.strip_prefix(b"T")?.split_at_checked(8)?;
    let east = match zone {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let minutes = Some(number(&[*m1, *m2])?).filter(|minutes| *minutes < 60)?;
            let seconds = i32::try_from(number(&[*h1, *h2])? * 3600 + minutes * 60).ok()?;
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    let local = plain_day(day)?.and_time(plain_time(time)?);
    local.and_local_timezone(FixedOffset::east_opt(east)?).single()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_plainly_is_read() {
        assert_eq!(plain_day(b"2024-02-29"), NaiveDate::from_ymd_opt(2024, 2, 29));
        let noon = plain_instant(b"2026-11-26T12:00:00+05:30").unwrap();
        assert_eq!(noon.to_rfc3339(), "2026-11-26T12:00:00+05:30");
        assert_eq!(plain_instant(b"2026-11-26T12:00:00Z").unwrap().offset().local_minus_utc(), 0);
    }

    #[test]
    fn all_else_is_left_to_chrono() {
        for text in ["2023-02-29", "2026-1-5", "+2026-01-05", "2026/01/05", "", "2026-01-0x"] {
            assert_eq!(plain_day(text.as_bytes()), None, "{text}");
        }
        for text in ["2026-11-26T12:00:00.5Z", "2026-11-26 12:00:00Z", "2026-11-26T23:59:60Z", "2026-11-26T12:00:00+01"]
        {
            assert_eq!(plain_instant(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn chrono_reads_the_same(text in "[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|[+-][0-2][0-9]:[0-6][0-9]))?") {
            if let Some(day) = plain_day(text.as_bytes()) {
                prop_assert_eq!(Ok(day), text.parse());
            }
            if let Some(instant) = plain_instant(text.as_bytes()) {
                let by_chrono: DateTime<FixedOffset> = text.parse().unwrap();
                prop_assert_eq!((instant, instant.offset()), (by_chrono, by_chrono.offset()));
            }
            if let Some(time) = text.get(11..19).and_then(|time| plain_time(time.as_bytes())) {
                prop_assert_eq!(Ok(time), text[11..19].parse());
            }
        }
    }
}
