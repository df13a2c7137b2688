//! Looks into JSON of which nothing is known for sure: what is not there, or is of another type, is not there.

use super::Zone;
use chrono::{NaiveDate, NaiveTime};
use serde_json::Value;

/// Returns what stands at a path such as `dosage.dose.value`; of an array the first, where no number names another.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let mut here = value;
    for key in path.split('.') {
        here = match (here, key.parse::<usize>()) {
            (Value::Array(all), Ok(n)) => all.get(n)?,
            (Value::Array(all), Err(_)) => all.first()?.get(key)?,
            (other, _) => other.get(key)?,
        };
    }
    Some(here)
}

/// Returns a text at a path; a blank one is none.
pub(super) fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    at(value, path)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Returns a number at a path, also where it was written as a text.
pub(super) fn number(value: &Value, path: &str) -> Option<f64> {
    let found = at(value, path)?;
    let number = found.as_f64().or_else(|| found.as_str()?.trim().parse().ok());
    number.filter(|n| n.is_finite())
}

/// Returns all that stands in a list at a path.
pub(super) fn all<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Returns the codes of a concept with their systems; a system may be missing.
pub(super) fn codes(concept: &Value) -> impl Iterator<Item = (&str, &str)> {
    all(concept, "coding").iter().filter_map(|c| Some((text(c, "system").unwrap_or_default(), text(c, "code")?)))
}

/// Returns whether a concept has a code.
pub(super) fn has_code(concept: &Value, system: &str, code: &str) -> bool {
    codes(concept).any(|(s, c)| s == system && c == code)
}

/// Returns all that a concept says in words: its text, and what its codes are called.
pub(super) fn words(concept: &Value) -> Vec<&str> {
    let called = all(concept, "coding").iter().filter_map(|c| text(c, "display"));
    text(concept, "text").into_iter().chain(called).collect()
}

/// Returns what a person reads of a concept; its first code where it has no words.
pub(super) fn word(concept: &Value) -> Option<&str> {
    words(concept).first().copied().or_else(|| codes(concept).next().map(|(_, code)| code))
}

/// A day as FHIR has it: whole, or known to the month or year alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Day(NaiveDate, Option<NaiveTime>),
    Partly,
    Unreadable,
}

/// Reads a date or an instant as it was written, in its own zone. One in UTC is one that a server put there: where `zone` is
/// known it is read in that one, as the day may be another there. Midnight is no time of day but a day alone.
pub(super) fn when(text: &str, zone: Option<&Zone<'_>>) -> When {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if matches!(text.len(), 4 | 7) && text.split('-').all(digits) {
        return When::Partly;
    }
    let (Some(day), rest) = (text.get(..10), text.get(10..).unwrap_or_default()) else { return When::Unreadable };
    let Ok(day) = NaiveDate::parse_from_str(day, "%Y-%m-%d") else { return When::Unreadable };
    let time = rest.strip_prefix('T').and_then(|time| {
        let seconds = time.get(..8).and_then(|t| NaiveTime::parse_from_str(t, "%H:%M:%S").ok());
        seconds.or_else(|| NaiveTime::parse_from_str(time.get(..5)?, "%H:%M").ok())
    });
    match (rest.is_empty(), time) {
        (false, None) => When::Unreadable,
        (_, Some(time)) if time != NaiveTime::MIN => {
            let utc = zone.filter(|_| is_utc(rest)).map(|zone| day.and_time(time) + zone(day.and_time(time)));
            let here = utc.unwrap_or(day.and_time(time));
            When::Day(here.date(), Some(here.time()).filter(|time| *time != NaiveTime::MIN))
        }
        _ => When::Day(day, None),
    }
}

fn is_utc(rest: &str) -> bool {
    ["Z", "z", "+00:00", "-00:00"].iter().any(|end| rest.ends_with(end))
}

/// Returns a whole day at a path.
pub(super) fn day(value: &Value, path: &str) -> Option<NaiveDate> {
    match when(text(value, path)?, None) {
        When::Day(day, _) => Some(day),
        When::Partly | When::Unreadable => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_of_another_type_is_not_there() {
        let value = json!({ "a": [{ "b": "x" }, { "b": 2 }], "n": "12.5", "e": " ", "given": [null, "James"] });
        assert_eq!(text(&value, "a.b"), Some("x"));
        assert_eq!(number(&value, "a.1.b"), Some(2.0));
        assert_eq!(number(&value, "n"), Some(12.5));
        assert_eq!((text(&value, "e"), text(&value, "a"), text(&value, "n.b.c")), (None, None, None));
        assert_eq!(all(&value, "given").len(), 2);
    }

    #[test]
    fn dates_are_read_as_they_were_written() {
        let day = |d: &str| d.parse::<NaiveDate>().unwrap();
        let time = NaiveTime::from_hms_opt(23, 30, 0);
        assert_eq!(when("2026-01-05", None), When::Day(day("2026-01-05"), None));
        assert_eq!(when("2026-01-05T23:30:00-05:00", None), When::Day(day("2026-01-05"), time));
        assert_eq!(when("2026-01-05T23:30Z", None), When::Day(day("2026-01-05"), time));
        for partly in ["1948", "1948-02"] {
            assert_eq!(when(partly, None), When::Partly);
        }
        for wrong in ["", "2026-02-30", "05/01/2026", "2026-01-05 10:00", "2026-01-05Tx", "ÄÄÄÄÄ", "20€6-01-05"]
        {
            assert_eq!(when(wrong, None), When::Unreadable, "{wrong}");
        }
    }

    #[test]
    fn an_instant_in_utc_is_read_in_the_zone_of_the_practice() {
        let east = |_| chrono::FixedOffset::east_opt(10 * 3600).unwrap();
        let day = |d: &str| d.parse::<NaiveDate>().unwrap();
        for (text, on, time) in [
            ("2026-01-04T22:00:00Z", "2026-01-05", "08:00:00"),
            ("2026-01-04T22:00:00.000Z", "2026-01-05", "08:00:00"),
            ("2026-01-04T22:00:00+00:00", "2026-01-05", "08:00:00"),
            ("2026-01-05T08:00:00+10:00", "2026-01-05", "08:00:00"),
            ("2026-01-05T08:00:00", "2026-01-05", "08:00:00"),
            ("2026-01-05T00:00:00Z", "2026-01-05", ""),
            ("2026-01-04T14:00:00Z", "2026-01-05", ""),
        ] {
            assert_eq!(when(text, Some(&east)), When::Day(day(on), time.parse().ok()), "{text}");
        }
        assert_eq!(when("2026-01-05T00:00:00+01:00", None), When::Day(day("2026-01-05"), None));
    }
}
