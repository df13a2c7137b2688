//! The seal of an entry, as it stands in the file, and what a look at the seals says of an entry.
//!
//! `K7F3QX.41.r0Yb2w.W1kq…`: the workstation, the entry's number among those that its author recorded there in this chart,
//! the beginning of the tag before it, and its own tag. Who makes and proves tags is the store.

use super::entry::EntryId;
use super::words;
use std::collections::HashMap;
use std::fmt;

/// How many letters of the tag before stand in a seal: 36 bits, which nobody without the key can choose.
pub const BACK: usize = 6;
/// How many letters stand for an entry from before seals in the first seal of a chart.
pub const MARK: usize = 4;
/// How many letters a tag has: 128 bits.
pub const TAG: usize = 22;
/// How many letters a workstation's name has.
pub const STATION: usize = 6;

/// A seal in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal<'a> {
    /// The workstation.
    pub station: &'a str,
    /// The number in the chain, from 1.
    pub n: u32,
    /// The first letters of the tag before; in the first seal of a chart the marks of the unsealed entries in it.
    pub back: &'a str,
    /// The tag.
    pub tag: &'a str,
}

impl<'a> Seal<'a> {
    /// Reads a seal; `None` where it was not written by Cobalog.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split('.');
        let (station, number) = (parts.next()?, parts.next()?);
        let (back, tag) = (parts.next()?, parts.next()?);
        let n: u32 = number.parse().ok().filter(|n: &u32| *n > 0 && n.to_string() == number)?;
        let is_whole = parts.next().is_none() && station.len() == STATION && tag.len() == TAG;
        let is_back = if n == 1 { back.len().is_multiple_of(MARK) } else { back.len() == BACK };
        (is_whole && is_back && text.is_ascii()).then_some(Self { station, n, back, tag })
    }

    /// Returns the marks of the entries from before seals that the chart had when it was first sealed.
    pub fn marks(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let marks = if self.n == 1 { self.back } else { "" };
        (0..marks.len() / MARK).filter_map(move |n| marks.get(n * MARK..(n + 1) * MARK))
    }

    /// Returns whether it says that a tag stands before it.
    #[must_use]
    pub fn follows(&self, tag: &str) -> bool {
        self.n > 1 && tag.starts_with(self.back)
    }
}

impl fmt::Display for Seal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { station, n, back, tag } = self;
        write!(f, "{station}.{n}.{back}.{tag}")
    }
}

/// What is wrong with an entry that stands in a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tampered {
    /// It is not as it was recorded, or was recorded in another chart.
    Changed,
    /// It was not recorded by Cobalog.
    NotSealed,
}

impl Tampered {
    /// Returns the words for the history.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Changed => "changed by hand",
            Self::NotSealed => "not sealed",
        }
    }
}

/// The entries of a patient that do not stand as they were recorded, and how many are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// By entry.
    pub entries: HashMap<EntryId, Tampered>,
    /// How many entries were recorded and are not there any more, as far as the seals show.
    pub removed: usize,
}

impl Marks {
    /// Returns whether everything stands as it was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.removed == 0
    }

    /// Returns how much was changed outside the program, in words; `None` where nothing was.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let of = |how: Tampered| self.entries.values().filter(|found| **found == how).count();
        let all = [(of(Tampered::Changed), "changed"), (of(Tampered::NotSealed), "added"), (self.removed, "removed")];
        let mut found = all.into_iter().filter(|(n, _)| *n > 0);
        let (n, first) = found.next()?;
        let entries = words::plural(i64::try_from(n).unwrap_or(i64::MAX), "entry");
        let rest: String = found.map(|(n, what)| format!(", {n} {what}")).collect();
        Some(format!("{entries} {first}{rest} outside Cobalog"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_added_and_removed_is_told_apart() {
        let entry = |n| EntryId(ulid::Ulid(n));
        let mut marks = Marks { entries: HashMap::from([(entry(1), Tampered::Changed)]), removed: 0 };
        assert_eq!(marks.words().as_deref(), Some("1 entry changed outside Cobalog"));
        marks.entries.insert(entry(2), Tampered::NotSealed);
        marks.removed = 2;
        assert_eq!(marks.words().as_deref(), Some("1 entry changed, 1 added, 2 removed outside Cobalog"));
        assert_eq!(Marks::default().words(), None);
    }

    #[test]
    fn a_seal_reads_back_and_nothing_else_is_one() {
        for text in ["K7F3QX.1..aaaaaaaaaaaaaaaaaaaaaa", "K7F3QX.41.r0Yb2w.W1kqW1kqW1kqW1kqW1kqW1"] {
            assert_eq!(Seal::read(text).unwrap().to_string(), text);
        }
        let legacy = Seal::read("K7F3QX.1.abcdEFGH.aaaaaaaaaaaaaaaaaaaaaa").unwrap();
        assert_eq!(legacy.marks().collect::<Vec<_>>(), ["abcd", "EFGH"]);
        for text in [
            "",
            "K7F3QX.0..aaaaaaaaaaaaaaaaaaaaaa",
            "K7F3QX.01..aaaaaaaaaaaaaaaaaaaaaa",
            "K7F3QX.2..aaaaaaaaaaaaaaaaaaaaaa",
            "K7F3QX.1.abc.aaaaaaaaaaaaaaaaaaaaaa",
            "K7F3QX.1..aaaaaaaaaaaaaaaaaaaaaa.",
            "K7F3QX.1..aaaaaaaaaaaaaaaaaaaaa",
            "K7F3.1..aaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert_eq!(Seal::read(text), None, "{text}");
        }
    }
}
