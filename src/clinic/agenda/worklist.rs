//! The worklist of a day: who is overdue or due, most urgent first, and who comes in the days after it, day by day.
//!
//! It is kept: an entry changes one row of many thousand, and a screen shows few of them. So it lies in groups, of what is
//! equally urgent or comes on one later day. A row that changed is taken out of its groups and put into those where it
//! belongs now ([`Worklist::follow`]); a group is put in order when a line of it is asked for.

use super::key::{Key, Kind};
use super::roll::Roll;
use chrono::{Datelike as _, Days, NaiveDate};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// With more rows changed than this the list is made anew.
const FEW: usize = 64;

/// One line of a worklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// The row's place in the roll.
    pub row: u32,
    /// The item's place in the row.
    pub item: u16,
    /// What it is.
    pub kind: Kind,
    /// The day on which the patient comes.
    pub visit: NaiveDate,
    /// The day on which it is due by the protocol.
    pub due: NaiveDate,
    /// Days after the due date; negative before it, and of a dose until the day on which the patient was to come.
    pub days_late: i64,
}

/// Which rows of a roll changed since it was made.
#[derive(Debug, Default)]
pub(super) struct Changes {
    of: Arc<()>,
    places: Vec<u32>,
}

/// A copy of a roll goes its own way: no list was made of it yet.
impl Clone for Changes {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Changes {
    /// Notes that the row at a place is another one.
    pub(super) fn note(&mut self, at: u32) {
        self.places.push(at);
    }

    fn seen(&self) -> Seen {
        Seen { of: Arc::clone(&self.of), count: self.places.len() }
    }

    /// Returns the places that changed since; `None` where another roll was seen.
    fn since(&self, seen: &Seen) -> Option<Vec<u32>> {
        let changed = self.places.get(seen.count..).filter(|_| Arc::ptr_eq(&self.of, &seen.of))?;
        let mut places = changed.to_vec();
        places.sort_unstable();
        places.dedup();
        Some(places)
    }
}

/// How far the changes of a roll were taken in.
#[derive(Clone, Debug, Default)]
struct Seen {
    of: Arc<()>,
    count: usize,
}

/// The worklist of a day.
#[derive(Clone, Debug, Default)]
pub struct Worklist {
    /// The day, and how many days after it are looked at.
    of: Option<(NaiveDate, i64)>,
    /// The day, and the last one that is looked at, as keys count them.
    today: i32,
    until: i32,
    groups: BTreeMap<Place, Group>,
    seen: Seen,
}

/// Where a group stands: days until it is worked, then the urgency of what is worked today.
type Place = (i32, u64);

/// Tasks that stand together; names decide between them, on a later day also how urgent they are.
#[derive(Clone, Debug, Default)]
struct Group {
    keys: Vec<Key>,
    ordered: OnceCell<Vec<Key>>,
}

impl Group {
    fn add(&mut self, keys: &[Key]) {
        self.keys.extend_from_slice(keys);
        self.ordered.take();
    }

    /// Takes out what is owed to some patients, their places in order.
    fn take_out(&mut self, rows: &[u32]) {
        let before = self.keys.len();
        self.keys.retain(|key| rows.binary_search(&key.row).is_err());
        if self.keys.len() < before {
            self.ordered.take();
        }
    }

    fn ordered(&self, roll: &Roll, today: i32) -> &[Key] {
        self.ordered.get_or_init(|| in_order(self.keys.clone(), roll, today))
    }
}

impl Worklist {
    /// Brings the list in step with a roll and a day, looking so many days ahead. It is then what it would be if it were made
    /// anew, which it is only where that is another day or another roll.
    pub fn follow(&mut self, roll: &Roll, today: NaiveDate, days: i64) {
        let changed = roll.changes().since(&self.seen).filter(|_| self.of == Some((today, days)));
        match changed.filter(|places| places.len() <= FEW) {
            Some(places) if places.is_empty() => {}
            Some(places) => self.place_anew(roll, &places),
            None => self.make(roll, today, days),
        }
        self.seen = roll.changes().seen();
    }

    fn make(&mut self, roll: &Roll, today: NaiveDate, days: i64) {
        let until = days_after(today, days);
        let numbers = (today.num_days_from_ce(), until.num_days_from_ce());
        *self = Self { of: Some((today, days)), today: numbers.0, until: numbers.1, ..Self::default() };
        self.add(&roll.listed(today, until));
    }

    fn add(&mut self, keys: &[Key]) {
        let today = self.today;
        // The later days come as a whole.
        for alike in keys.chunk_by(|a, b| place(a, today) == place(b, today)) {
            self.groups.entry(place(&alike[0], today)).or_default().add(alike);
        }
    }

    fn place_anew(&mut self, roll: &Roll, rows: &[u32]) {
        self.groups.retain(|_, group| {
            group.take_out(rows);
            !group.keys.is_empty()
        });
        for (at, row) in rows.iter().filter_map(|at| Some((*at, roll.row(*at)?))) {
            let keys: Vec<Key> =
                Key::of_row(&row, at, None).filter(|key| key.is_listed(self.today, self.until)).collect();
            self.add(&keys);
        }
    }

    /// Returns how many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.values().map(|group| group.keys.len()).sum()
    }

    /// Returns whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Returns the lines from one on; the roll is the one that was followed.
    pub fn from<'a>(&'a self, first: usize, roll: &'a Roll) -> impl Iterator<Item = Task> + 'a {
        let mut before = first;
        let rest = move |group: &'a Group| {
            let skipped = before.min(group.keys.len());
            before -= skipped;
            let is_passed = skipped == group.keys.len();
            if is_passed { &[] } else { group.ordered(roll, self.today).get(skipped..).unwrap_or_default() }
        };
        self.groups.values().flat_map(rest).map(|key| key.task(self.today))
    }

    /// Returns one line.
    #[must_use]
    pub fn line(&self, at: usize, roll: &Roll) -> Option<Task> {
        self.from(at, roll).next()
    }

    /// Returns at which line the first task of the patient at a place stands that is as asked for.
    #[must_use]
    pub fn position(&self, row: u32, is: impl Fn(&Task) -> bool, roll: &Roll) -> Option<usize> {
        let is = |key: &Key| key.row == row && is(&key.task(self.today));
        let mut before = 0;
        for group in self.groups.values() {
            if group.keys.iter().any(is) {
                return group.ordered(roll, self.today).iter().position(is).map(|at| before + at);
            }
            before += group.keys.len();
        }
        None
    }

    /// Returns of everything that is listed what it is, how many days it is late, and how many days from now it is worked:
    /// none for what is worked today.
    pub fn counted(&self) -> impl Iterator<Item = (Kind, i64, i32)> {
        let today = self.today;
        let of = move |ahead: i32| move |key: &Key| (key.kind, key.days_late(today), ahead);
        self.groups.iter().flat_map(move |((ahead, _), group)| group.keys.iter().map(of(*ahead)))
    }
}

fn place(key: &Key, today: i32) -> Place {
    if key.visit <= today { (0, key.urgency(today)) } else { (key.visit - today, 0) }
}

/// Returns the day so many days later.
pub(super) fn days_after(today: NaiveDate, days: i64) -> NaiveDate {
    today.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MAX)
}

/// Puts keys in order of their urgency, then of the names.
///
/// Where a name stands among all names is known of the rows that did not change. They are put in order by it, and the few
/// others are placed among them by their names.
pub(super) fn in_order(keys: Vec<Key>, roll: &Roll, today: i32) -> Vec<Key> {
    let (mut ranked, mut loose) = (Vec::with_capacity(keys.len()), Vec::new());
    for key in keys {
        let urgency = key.urgency(today);
        match key.rank {
            Some(rank) => ranked.push(((urgency, rank, key.item), key)),
            None => loose.push(((urgency, roll.text(key.row), key.row, key.item), key)),
        }
    }
    ranked.sort_unstable_by_key(|(order, _)| *order);
    loose.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let (mut rest, mut ordered) = (&ranked[..], Vec::with_capacity(ranked.len() + loose.len()));
    for (order, key) in loose {
        let name = |other: &Key| (order.0, roll.text(other.row), other.row, other.item);
        let is_before =
            |(ranked, other): &((u64, u32, u16), Key)| ranked.0 < order.0 || ranked.0 == order.0 && name(other) < order;
        let (before, behind) = rest.split_at(rest.partition_point(is_before));
        ordered.extend(before.iter().map(|(_, key)| *key));
        ordered.push(key);
        rest = behind;
    }
    ordered.extend(rest.iter().map(|(_, key)| *key));
    ordered
}

#[cfg(test)]
pub(super) mod tests;
