//! Dates as lists write them. What can be read two ways is read by the order that a person chose, or held.

use super::vocabulary::{Of, value};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// Which part of a date in numbers comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 23/11/2026.
    DayFirst,
    /// 11/23/2026.
    MonthFirst,
    /// 2026-11-23; numbers in another order are held.
    Iso,
}

/// How a column's dates are to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) order: Option<DateOrder>,
    /// Whether numbers such as 20058 are days as Excel counts them; `None` where nobody said.
    pub(super) serials: Option<bool>,
    pub(super) today: NaiveDate,
    /// Whether it is a date of birth: never in the future, and up to 110 years back.
    pub(super) is_birth: bool,
    /// Whether other dates of the column have years of four digits: then one of two may be the rest of one that was cut.
    pub(super) has_full_years: bool,
}

/// A date as far as its cell says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// It can be read in one way.
    Day(NaiveDate),
    /// Two numbers before a year.
    Numbers { first: u32, second: u32, year: Year, is_dotted: bool },
    /// Day, month in words, year of two digits.
    Short { day: u32, month: u32, year: u32 },
    /// A number as Excel counts days.
    Serial(u64),
    /// A year alone.
    Year(i32),
    /// Month and year.
    Month,
    /// No date.
    Other,
}

/// A year as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    Full(i32),
    Short(u32),
}

/// Days as Excel counts them that a list can mean: 1927 to 2064.
const SERIALS: std::ops::RangeInclusive<u64> = 10_000..=60_000;

/// What is left of a year of which the last two digits are cut off.
const CENTURIES: [u32; 2] = [19, 20];

/// So many years ahead a list plans, and a product expires.
const AHEAD: i32 = 10;

/// Returns the day that a number is as Excel counts.
pub(super) fn serial(number: u64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(number))
}

/// Reads a cell as far as it says a date.
pub(super) fn written(text: &str) -> Written {
    if text.len() > 60 {
        return Written::Other;
    }
    let parts = parts(text);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts[..] {
        [one] => alone(one),
        [one, fraction] if text.contains('.') && one.len() == 5 && fraction.bytes().all(|b| b.is_ascii_digit()) => {
            alone(one)
        }
        [a, b] if number(a).is_some() != number(b).is_some() || a.len().max(b.len()) == 4 => Written::Month,
        [first, ref rest @ ..] if rest.len() == 3 && first.parse::<Weekday>().is_ok() => {
            rest.first_chunk::<3>().map_or(Written::Other, |rest| three(rest, text))
        }
        [_, _, _] => parts.first_chunk::<3>().map_or(Written::Other, |three_parts| three(three_parts, text)),
        _ => Written::Other,
    }
}

/// The numbers and words of a date, without the time of day and what links them.
fn parts(text: &str) -> Vec<String> {
    let lower = text.trim().to_lowercase();
    let day = match lower.split_once('t') {
        Some((day, time)) if day.len() >= 8 && time.starts_with(|c: char| c.is_ascii_digit()) => day,
        _ => &lower,
    };
    let mut parts: Vec<String> = Vec::new();
    let mut last = ' ';
    for token in day.split_whitespace().filter(|token| !token.contains(':') && !matches!(*token, "am" | "pm")) {
        for c in token.chars() {
            let joins = (c.is_ascii_digit() && last.is_ascii_digit()) || (c.is_alphabetic() && last.is_alphabetic());
            match (c.is_alphanumeric(), parts.last_mut().filter(|_| joins)) {
                (true, Some(part)) => part.push(c),
                (true, None) => parts.push(c.to_string()),
                (false, _) => {}
            }
            last = c;
        }
        last = ' ';
    }
    parts
        .retain(|part| !matches!(part.as_str(), "st" | "nd" | "rd" | "th" | "er" | "de" | "del" | "of" | "the" | "le"));
    parts
}

fn number(part: &str) -> Option<u32> {
    part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()
}

fn month(part: &str) -> Option<u32> {
    value(Of::Month, part)?.parse().ok()
}

fn year(part: &str) -> Option<Year> {
    match (part.len(), number(part)?) {
        (4, year) => i32::try_from(year).ok().map(Year::Full),
        (2, year) => Some(Year::Short(year)),
        _ => None,
    }
}

fn alone(part: &str) -> Written {
    let Some(n) = part.parse::<u64>().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit())) else {
        return Written::Other;
    };
    let at = |range: std::ops::Range<usize>| part.get(range).and_then(number).unwrap_or_default();
    match part.len() {
        4 => i32::try_from(n).map_or(Written::Other, Written::Year),
        5 if SERIALS.contains(&n) => Written::Serial(n),
        8 => match day(i32::try_from(at(0..4)).unwrap_or_default(), at(4..6), at(6..8)) {
            Some(day) => Written::Day(day),
            None => {
                let year = Year::Full(i32::try_from(at(4..8)).unwrap_or_default());
                Written::Numbers { first: at(0..2), second: at(2..4), year, is_dotted: false }
            }
        },
        _ => Written::Other,
    }
}

/// A day of a year that a list can mean.
fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|day| (1880..=2200).contains(&day.year()))
}

fn three(parts: &[&str; 3], text: &str) -> Written {
    let [a, b, c] = *parts;
    let words = |d: &str, m: u32, y: &str| match (number(d), year(y)) {
        (Some(d), Some(Year::Full(y))) => day(y, m, d).map(Written::Day),
        (Some(day), Some(Year::Short(year))) => Some(Written::Short { day, month: m, year }),
        _ => None,
    };
    if let Some(m) = month(b) {
        return words(a, m, c).or_else(|| words(c, m, a)).unwrap_or(Written::Other);
    }
    if let Some(m) = month(a) {
        return words(b, m, c).unwrap_or(Written::Other);
    }
    match (number(a), number(b), number(c)) {
        (Some(y), Some(m), Some(d)) if a.len() == 4 => {
            let year = i32::try_from(y).unwrap_or_default();
            day(year, m, d).map_or(Written::Other, Written::Day)
        }
        (Some(first), Some(second), Some(_)) if a.len() <= 2 && b.len() <= 2 => {
            let numbers = |year| Written::Numbers { first, second, year, is_dotted: text.contains('.') };
            year(c).map_or(Written::Other, numbers)
        }
        _ => Written::Other,
    }
}

impl Reading {
    /// Reads a date.
    ///
    /// # Errors
    /// Why it is held, in a few words that go on after the name of the column.
    pub(super) fn day(&self, text: &str) -> Result<NaiveDate, String> {
        let no_day = || format!("\"{}\" is no day of the calendar", short(text));
        let found = match written(text) {
            Written::Day(day) => day,
            Written::Short { day: d, month, year } => {
                let year = self.full_year(year).map_err(|why| format!("\"{}\": {why}", short(text)))?;
                day(year, month, d).ok_or_else(no_day)?
            }
            Written::Numbers { first, second, year, .. } => self.numbers(text, first, second, year)?,
            Written::Serial(n) => match (self.serials, serial(n)) {
                (Some(true), Some(day)) => day,
                _ => return Err(format!("\"{}\" may be a day as Excel counts them: say whether it is", short(text))),
            },
            Written::Year(year) => return Err(format!("{year} is a year alone: write the day")),
            Written::Month => return Err(format!("\"{}\" has no day: write the day", short(text))),
            Written::Other => return Err(format!("\"{}\" is no date", short(text))),
        };
        match self.is_birth && found > self.today {
            true => Err(format!("\"{}\" is a birth in the future", short(text))),
            false => Ok(found),
        }
    }

    fn numbers(&self, text: &str, first: u32, second: u32, year: Year) -> Result<NaiveDate, String> {
        let year = match year {
            Year::Full(year) => year,
            Year::Short(year) => self.full_year(year).map_err(|why| format!("\"{}\": {why}", short(text)))?,
        };
        let (day_first, month_first) = (day(year, second, first), day(year, first, second));
        let either = match self.order {
            Some(DateOrder::DayFirst) => day_first,
            Some(DateOrder::MonthFirst) => month_first,
            _ if day_first == month_first => day_first,
            _ => match (day_first, month_first) {
                (Some(_), Some(_)) => {
                    return Err(format!("\"{}\" can be read day first or month first: say which", short(text)));
                }
                (one, other) => one.or(other),
            },
        };
        either.ok_or_else(|| match (self.order, day_first.or(month_first)) {
            (Some(DateOrder::DayFirst), Some(_)) => {
                format!("\"{}\" is no date with the day first, as the others are", short(text))
            }
            (Some(DateOrder::MonthFirst), Some(_)) => {
                format!("\"{}\" is no date with the month first, as the others are", short(text))
            }
            _ => format!("\"{}\" is no day of the calendar", short(text)),
        })
    }

    /// A year of two digits: a birth lies in the past and within 110 years, all else in this century, and not far ahead.
    fn full_year(&self, short: u32) -> Result<i32, String> {
        if self.has_full_years && CENTURIES.contains(&short) {
            return Err("the year may be cut off: write it with four digits, as the others are".to_owned());
        }
        let short = i32::try_from(short).unwrap_or_default();
        let now = self.today.year();
        let can_be = |year: &i32| match self.is_birth {
            true => (now - 110..=now).contains(year),
            false => *year >= 2000 && *year <= now + AHEAD,
        };
        match [1900 + short, 2000 + short].into_iter().filter(can_be).collect::<Vec<_>>()[..] {
            [one] => Ok(one),
            _ => Err(format!("the year can be {} or {}: write it with four digits", 1900 + short, 2000 + short)),
        }
    }
}

/// Whether a cell is a date, and not a number that may be one.
pub(super) fn is_date(text: &str) -> bool {
    matches!(written(text), Written::Day(_) | Written::Numbers { .. } | Written::Short { .. })
        && text.contains(|c: char| !c.is_ascii_digit())
}

/// Whether a cell is a date whose year has four digits.
pub(super) fn has_full_year(text: &str) -> bool {
    matches!(written(text), Written::Day(_) | Written::Numbers { year: Year::Full(_), .. })
}

/// Whether a date that ends a file may go on: a day of one digit behind year and month, a year of which only the century is
/// there.
pub(super) fn may_go_on(text: &str) -> bool {
    let parts = parts(text);
    let Some([first, _, last]) = parts.first_chunk::<3>().filter(|_| parts.len() == 3) else { return false };
    let is_century = |part: &str| number(part).is_some_and(|year| CENTURIES.contains(&year));
    is_date(text) && if first.len() == 4 { last.len() == 1 } else { last.len() == 2 && is_century(last) }
}

/// A cell as a message shows it: no more than a line of it.
pub(super) fn short(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(40).collect();
    if text.chars().count() > 40 { format!("{line}…") } else { line }
}

/// What the cells of a column say of the order of their dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Right only with the day first, or with dots.
    pub(super) day_first: usize,
    /// Right only with the month first.
    pub(super) month_first: usize,
    /// Right both ways, and not the same day.
    pub(super) open: usize,
    /// Year first.
    pub(super) iso: usize,
    /// Numbers as Excel counts days.
    pub(super) serials: usize,
}

impl Evidence {
    /// Takes a cell in.
    pub(super) fn see(&mut self, text: &str) {
        match written(text) {
            Written::Numbers { first, second, is_dotted, .. } => match (first > 12, second > 12) {
                (true, false) => self.day_first += 1,
                (false, true) => self.month_first += 1,
                (false, false) if is_dotted => self.day_first += 1,
                (false, false) if first != second => self.open += 1,
                _ => {}
            },
            Written::Day(_) => self.iso += 1,
            Written::Serial(_) => self.serials += 1,
            _ => {}
        }
    }

    /// Returns the order where the cells decide it.
    pub(super) fn order(&self) -> Option<DateOrder> {
        match (self.day_first, self.month_first, self.open) {
            (1.., 0, _) => Some(DateOrder::DayFirst),
            (0, 1.., _) => Some(DateOrder::MonthFirst),
            (0, 0, 0) if self.iso > 0 => Some(DateOrder::Iso),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(order: Option<DateOrder>, is_birth: bool) -> Reading {
        Reading { order, serials: Some(true), today: "2026-11-23".parse().unwrap(), is_birth, has_full_years: false }
    }

    #[test]
    fn dates_as_lists_write_them() {
        let day_first = reading(Some(DateOrder::DayFirst), false);
        for (text, expected) in [
            ("2026-11-03", "2026-11-03"),
            ("2026-11-03 00:00:00", "2026-11-03"),
            ("2026-11-03T09:30:00", "2026-11-03"),
            ("03/11/2026", "2026-11-03"),
            ("3.11.26", "2026-11-03"),
            ("03-11-2026 09:15", "2026-11-03"),
            ("3 Nov 2026", "2026-11-03"),
            ("3-Nov-26", "2026-11-03"),
            ("3rd November 2026", "2026-11-03"),
            ("Nov 3, 2026", "2026-11-03"),
            ("Tue 3 Nov 2026", "2026-11-03"),
            ("3. März 2026", "2026-03-03"),
            ("1er février 2026", "2026-02-01"),
            ("3 de noviembre de 2026", "2026-11-03"),
            ("3 mrt 2026", "2026-03-03"),
            ("20261103", "2026-11-03"),
            ("03112026", "2026-11-03"),
            ("20058", "1954-11-30"),
            ("20058.0", "1954-11-30"),
        ] {
            assert_eq!(day_first.day(text), Ok(expected.parse().unwrap()), "{text}");
        }
        let month_first = reading(Some(DateOrder::MonthFirst), false);
        assert_eq!(month_first.day("11/03/2026"), Ok("2026-11-03".parse().unwrap()));
    }

    #[test]
    fn what_can_be_read_two_ways_is_held() {
        let open = reading(None, false);
        for (text, word) in [
            ("03/11/2026", "day first or month first"),
            ("31/02/2026", "calendar"),
            ("1954", "a year alone"),
            ("Nov 2026", "has no day"),
            ("11/2026", "has no day"),
            ("soon", "no date"),
            ("0/0/0000", "calendar"),
            ("٣/٤/٢٠٢٦", "no date"),
            ("99999", "no date"),
        ] {
            let error = open.day(text).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
        assert_eq!(open.day("23/11/2026"), Ok("2026-11-23".parse().unwrap()));
        assert_eq!(open.day("11/11/2026"), Ok("2026-11-11".parse().unwrap()));
        assert!(Reading { serials: None, ..open }.day("20058").unwrap_err().contains("Excel"));
        let day_first = reading(Some(DateOrder::DayFirst), false);
        assert!(day_first.day("03/11/98").unwrap_err().contains("1998 or 2098: write it with four digits"));
        assert_eq!(day_first.day("03/11/36"), Ok("2036-11-03".parse().unwrap()));
        assert!(day_first.day("11/23/2026").unwrap_err().contains("as the others are"));
    }

    #[test]
    fn a_year_that_may_be_cut_off_is_held_where_the_others_are_whole() {
        let whole = Reading { has_full_years: true, ..reading(Some(DateOrder::DayFirst), false) };
        for text in ["15/09/20", "15 Sep 20", "15.09.19"] {
            assert!(whole.day(text).unwrap_err().contains("may be cut off: write it with four digits"), "{text}");
        }
        assert_eq!(whole.day("15/09/26"), Ok("2026-09-15".parse().unwrap()));
        for (text, goes_on) in
            [("2026-09-1", true), ("15/09/20", true), ("2026-09-15", false), ("15/09/26", false), ("1", false)]
        {
            assert_eq!(may_go_on(text), goes_on, "{text}");
        }
    }

    #[test]
    fn births_are_never_in_the_future() {
        let birth = reading(Some(DateOrder::DayFirst), true);
        assert_eq!(birth.day("04/03/61"), Ok("1961-03-04".parse().unwrap()));
        assert_eq!(birth.day("04/03/10"), Ok("2010-03-04".parse().unwrap()));
        assert!(birth.day("04/03/20").unwrap_err().contains("1920 or 2020"));
        assert!(birth.day("04/03/2031").unwrap_err().contains("future"));
        assert!(birth.day("04/12/26").unwrap_err().contains("1926 or 2026"));
    }

    #[test]
    fn the_cells_decide_the_order_or_nobody_does() {
        let order = |cells: &[&str]| {
            let mut evidence = Evidence::default();
            cells.iter().for_each(|cell| evidence.see(cell));
            evidence.order()
        };
        assert_eq!(order(&["03/04/1961", "23/04/1961"]), Some(DateOrder::DayFirst));
        assert_eq!(order(&["03/04/1961", "04/23/1961"]), Some(DateOrder::MonthFirst));
        assert_eq!(order(&["03.04.1961"]), Some(DateOrder::DayFirst));
        assert_eq!(order(&["1961-04-03"]), Some(DateOrder::Iso));
        assert_eq!(order(&["03/04/1961", "1961-04-03"]), None);
        assert_eq!(order(&["23/04/1961", "04/23/1961"]), None);
    }
}
