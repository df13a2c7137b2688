//! One line of the log: JSON with the tag last, so that what the tag is over stands before it as it is.

use super::super::seals::{Key, Keys, of_line};
use crate::clinic::audit::Event;
use crate::clinic::seal::BACK;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::path::Path;

const TAG_IS: &str = ",\"tag\":\"";

/// What a line holds beside its tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) n: u64,
    pub(super) back: String,
    pub(super) event: Event,
}

/// A line with its tag.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) body: Body,
    pub(super) tag: String,
}

/// Where a chain stands: the number of its newest line, and that line's tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) n: u64,
    pub(super) tag: String,
}

impl Head {
    /// Returns the text of the next line, and the head that it makes; `None` where no number comes after this one.
    pub(super) fn next(&self, key: &[u8; 32], station: &str, event: &Event) -> Option<(String, Self)> {
        let back = self.tag.chars().take(BACK).collect();
        let n = self.n.checked_add(1).filter(|n| is_number(*n))?;
        let body = Body { n, back, event: event.clone() };
        let text = serde_json::to_string(&body).ok()?;
        let open = text.strip_suffix('}')?;
        let tag = of_line(key, station, open);
        Some((format!("{open}{TAG_IS}{tag}\"}}\n"), Self { n, tag }))
    }
}

impl Line {
    /// Reads a line; `None` where it is none, or has a number that no line can have.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (open, end) = text.rsplit_once(TAG_IS)?;
        let tag = end.strip_suffix("\"}")?;
        let body: Body = serde_json::from_str(&format!("{open}}}")).ok()?;
        is_number(body.n).then(|| Self { body, tag: tag.to_owned() })
    }

    /// Returns the newest line of a text that was written so on a workstation.
    pub(super) fn newest(text: &str, keys: &Keys, station: &str) -> Option<Self> {
        text.lines().rev().filter(|line| Self::is_right(line, keys, station)).find_map(Self::read)
    }

    /// Returns the key that proves that a text is a line that was written so on a workstation.
    pub(super) fn proven_by<'k>(text: &str, keys: &'k Keys, station: &str) -> Option<&'k Key> {
        let (open, end) = text.rsplit_once(TAG_IS)?;
        let tag = end.strip_suffix("\"}")?;
        keys.all.iter().find(|key| of_line(&key.bytes, station, open) == tag)
    }

    /// Returns whether a text is a line that was written so on a workstation.
    pub(super) fn is_right(text: &str, keys: &Keys, station: &str) -> bool {
        Self::proven_by(text, keys, station).is_some()
    }

    pub(super) fn head(&self) -> Head {
        Head { n: self.body.n, tag: self.tag.clone() }
    }
}

/// Lines are counted from 1, and another one must be able to follow.
fn is_number(n: u64) -> bool {
    (1..u64::MAX).contains(&n)
}

/// Returns the name of the log of a workstation and a day, of its so-manyth file counted from 1.
pub(super) fn name_of(day: NaiveDate, station: &str, part: u32) -> String {
    if part > 1 { format!("{day}-{station}.{part}.log") } else { format!("{day}-{station}.log") }
}

/// Returns which one of the files of its day a log is, counted from 1.
pub(super) fn part_of(path: &Path) -> u32 {
    let part = || path.file_name()?.to_str()?.strip_suffix(".log")?.split_once('.')?.1.parse().ok();
    part().unwrap_or(1)
}

/// Returns the day and the workstation that a log's name gives.
pub(super) fn named(path: &Path) -> Option<(NaiveDate, String)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".log")?;
    let name = match name.split_once('.') {
        Some((name, part)) => part.parse::<u32>().is_ok_and(|n| n > 1 && n.to_string() == part).then_some(name)?,
        None => name,
    };
    let (day, station) = name.split_at_checked(10)?;
    let station = station.strip_prefix('-')?;
    let is_station =
        station.len() == crate::clinic::seal::STATION && station.bytes().all(|b| b.is_ascii_alphanumeric());
    let day: NaiveDate = day.parse().ok()?;
    is_station.then(|| (day, station.to_owned()))
}
