//! A row as the index keeps it: with dates as numbers, as reading them as text would take longer than everything else
//! before the first paint.

use crate::clinic::agenda::{Asks, DoseDue, Item, LastVial, Owed, Row, Tell, What};
use crate::clinic::cosign::Waiting;
use crate::clinic::drug::Drug;
use crate::clinic::entry::{EntryId, PatientId};
use crate::clinic::links::{Link, Said};
use crate::clinic::patient::Sex;
use crate::clinic::roles::Told;
use crate::clinic::term::Cover;
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// A row with its id.
#[derive(Serialize, Deserialize)]
pub(super) struct Packed<'a> {
    id: u128,
    #[serde(borrow)]
    row: PackedRow<'a>,
}

impl<'a> Packed<'a> {
    pub(super) fn of(row: &'a Row) -> Self {
        Self { id: row.id.0.0, row: PackedRow::of(row) }
    }

    pub(super) fn row(self) -> Option<Row> {
        self.row.row(PatientId(Ulid(self.id)))
    }
}

/// Unpacks one thing that is owed, and who the patient is, out of a packed row; the rest of the row stays packed.
pub(super) fn owed(packed: &[u8], item: u16) -> Option<Owed> {
    let ((id, head), rest) = postcard::take_from_bytes::<(u128, PackedHead<'_>)>(packed).ok()?;
    let (count, mut rest) = postcard::take_from_bytes::<usize>(rest).ok()?;
    for _ in 0..usize::from(item).min(count) {
        rest = postcard::take_from_bytes::<PackedItem<'_>>(rest).ok()?.1;
    }
    let item = if usize::from(item) < count {
        postcard::from_bytes::<PackedItem<'_>>(rest).ok()?.item()?
    } else {
        return None;
    };
    let (number, name) = (head.number.to_owned(), head.name.to_owned());
    let stop = head.stop.filter(|_| item.is_dose()).map(str::to_owned);
    Some(Owed { patient: PatientId(Ulid(id)), number, name, born: day(head.born)?, item, stop })
}

/// Unpacks a row but for what is owed.
pub(super) fn person(packed: &[u8]) -> Option<Row> {
    let ((id, head), rest) = postcard::take_from_bytes::<(u128, PackedHead<'_>)>(packed).ok()?;
    let (count, mut rest) = postcard::take_from_bytes::<usize>(rest).ok()?;
    for _ in 0..count {
        rest = postcard::take_from_bytes::<PackedItem<'_>>(rest).ok()?.1;
    }
    let said = postcard::from_bytes(rest).ok()?;
    PackedRow { head, items: Vec::new(), said, asks: None }.row(PatientId(Ulid(id)))
}

#[derive(Serialize, Deserialize)]
struct PackedRow<'a> {
    #[serde(borrow)]
    head: PackedHead<'a>,
    items: Vec<PackedItem<'a>>,
    said: Vec<PackedSaid>,
    /// Absent where nothing is asked, as in most rows.
    #[serde(borrow)]
    asks: Option<Box<PackedAsks<'a>>>,
}

#[derive(Serialize, Deserialize)]
struct PackedHead<'a> {
    number: &'a str,
    name: &'a str,
    born: i32,
    sex: Sex,
    neuro: bool,
    last_given: Option<i32>,
    #[serde(borrow)]
    last_vial: Option<Box<PackedVial<'a>>>,
    standing: &'a str,
    paused_until: Option<i32>,
    closed: bool,
    struck_out: bool,
    /// Of what the row asks, the word that each line of a list says.
    stop: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct PackedVial<'a> {
    product: &'a str,
    drug: Drug,
    strength_mcg_per_ml: u32,
    dose_mcg: u32,
}

impl<'a> PackedVial<'a> {
    fn of(vial: &'a LastVial) -> Self {
        let LastVial { product, drug, strength_mcg_per_ml, dose_mcg } = vial;
        Self { product, drug: *drug, strength_mcg_per_ml: *strength_mcg_per_ml, dose_mcg: *dose_mcg }
    }

    fn vial(self) -> LastVial {
        let Self { product, drug, strength_mcg_per_ml, dose_mcg } = self;
        LastVial { product: product.to_owned(), drug, strength_mcg_per_ml, dose_mcg }
    }
}

/// What the chart itself says of another one; a row of several charts is never kept.
#[derive(Serialize, Deserialize)]
struct PackedSaid {
    about: u128,
    is_same: bool,
    seconds: i64,
    offset: i32,
    entry: u128,
}

#[derive(Serialize, Deserialize)]
struct PackedItem<'a> {
    due: i32,
    visit: i32,
    #[serde(borrow)]
    what: PackedWhat<'a>,
    label: &'a str,
}

#[derive(Serialize, Deserialize)]
enum PackedWhat<'a> {
    Dose {
        fills: bool,
        n: u32,
        in_phase: (u32, Option<u32>),
        regimen: &'a str,
        dose_mcg: u32,
    },
    #[serde(borrow)]
    Checkpoint(Vec<&'a str>),
    Plan,
    Tell(Tell),
}

fn number(day: NaiveDate) -> i32 {
    day.num_days_from_ce()
}

fn day(number: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(number)
}

/// Reads a day that may be absent; `None` where the number is no date.
fn known(number: Option<i32>) -> Option<Option<NaiveDate>> {
    number.map_or(Some(None), |n| day(n).map(Some))
}

impl<'a> PackedRow<'a> {
    /// Packs a row; its id is the record's. A field that a row gains does not compile until it is packed too.
    fn of(row: &'a Row) -> Self {
        let Row {
            id: _,
            number: label,
            name,
            born,
            sex,
            neuro,
            last_given,
            last_vial,
            standing,
            paused_until,
            closed,
            struck_out,
            items,
            said,
            former: _,
            asks,
        } = row;
        let head = PackedHead {
            number: label,
            name,
            born: number(*born),
            sex: *sex,
            neuro: *neuro,
            last_given: last_given.map(number),
            last_vial: last_vial.as_ref().map(|vial| Box::new(PackedVial::of(vial))),
            standing,
            paused_until: paused_until.map(number),
            closed: *closed,
            struck_out: *struck_out,
            stop: asks.stop.as_deref(),
        };
        Self {
            head,
            items: items.iter().map(PackedItem::of).collect(),
            said: said.iter().map(PackedSaid::of).collect(),
            asks: (!asks.to_sign.is_empty() || asks.cover.is_some()).then(|| Box::new(PackedAsks::of(asks))),
        }
    }

    /// Unpacks the row; `None` where a number is no date.
    fn row(self, id: PatientId) -> Option<Row> {
        let head = self.head;
        let PackedHead { number, name, born, sex, neuro, last_given, last_vial, .. } = head;
        let PackedHead { standing, paused_until, closed, struck_out, stop, .. } = head;
        let (last_given, paused_until) = (known(last_given)?, known(paused_until)?);
        Some(Row {
            id,
            number: number.to_owned(),
            name: name.to_owned(),
            born: day(born)?,
            sex,
            neuro,
            last_given,
            last_vial: last_vial.map(|vial| vial.vial()),
            standing: standing.to_owned(),
            paused_until,
            closed,
            struck_out,
            items: self.items.into_iter().map(PackedItem::item).collect::<Option<_>>()?,
            said: self.said.into_iter().map(|said| said.said(id)).collect::<Option<_>>()?,
            former: Vec::new(),
            asks: match self.asks {
                Some(asks) => asks.asks(stop)?,
                None => Asks { stop: stop.map(str::to_owned), ..Asks::default() },
            },
        })
    }
}

/// What the chart asks of a prescriber.
#[derive(Serialize, Deserialize)]
struct PackedAsks<'a> {
    #[serde(borrow)]
    to_sign: Vec<PackedWaiting<'a>>,
    cover: Option<PackedCover<'a>>,
}

#[derive(Serialize, Deserialize)]
struct PackedWaiting<'a> {
    entry: u128,
    since: i32,
    said: i32,
    by: &'a str,
    prescriber: &'a str,
    told: Told,
    what: &'a str,
}

#[derive(Serialize, Deserialize)]
struct PackedCover<'a> {
    until: Option<i32>,
    left: Option<u32>,
    beyond: Option<i32>,
    spent: Option<i32>,
    prescriber: &'a str,
    entry: u128,
}

impl<'a> PackedAsks<'a> {
    fn of(asks: &'a Asks) -> Self {
        let waiting = |w: &'a Waiting| PackedWaiting {
            entry: w.entry.0.0,
            since: number(w.since),
            said: number(w.said),
            by: &w.by,
            prescriber: &w.prescriber,
            told: w.told,
            what: &w.what,
        };
        let cover = |c: &'a Cover| PackedCover {
            until: c.until.map(number),
            left: c.left,
            beyond: c.beyond.map(number),
            spent: c.spent.map(number),
            prescriber: &c.prescriber,
            entry: c.entry.0.0,
        };
        Self { to_sign: asks.to_sign.iter().map(waiting).collect(), cover: asks.cover.as_ref().map(cover) }
    }

    fn asks(self, stop: Option<&str>) -> Option<Asks> {
        let waiting = |w: PackedWaiting<'_>| {
            Some(Waiting {
                entry: EntryId(Ulid(w.entry)),
                since: day(w.since)?,
                said: day(w.said)?,
                by: w.by.to_owned(),
                prescriber: w.prescriber.to_owned(),
                told: w.told,
                what: w.what.to_owned(),
            })
        };
        let cover = |c: PackedCover<'_>| {
            Some(Cover {
                until: known(c.until)?,
                left: c.left,
                beyond: known(c.beyond)?,
                spent: known(c.spent)?,
                prescriber: c.prescriber.to_owned(),
                entry: EntryId(Ulid(c.entry)),
            })
        };
        let cover = match self.cover {
            Some(packed) => Some(cover(packed)?),
            None => None,
        };
        let to_sign = self.to_sign.into_iter().map(waiting).collect::<Option<_>>()?;
        Some(Asks { to_sign, cover, stop: stop.map(str::to_owned) })
    }
}

impl PackedSaid {
    fn of(said: &Said) -> Self {
        Self {
            about: said.about.0.0,
            is_same: said.link == Link::Same,
            seconds: said.at.timestamp(),
            offset: said.at.offset().local_minus_utc(),
            entry: said.entry.0.0,
        }
    }

    fn said(self, from: PatientId) -> Option<Said> {
        let offset = FixedOffset::east_opt(self.offset)?;
        Some(Said {
            from,
            about: PatientId(Ulid(self.about)),
            link: if self.is_same { Link::Same } else { Link::Different },
            at: DateTime::from_timestamp(self.seconds, 0)?.with_timezone(&offset),
            entry: EntryId(Ulid(self.entry)),
        })
    }
}

impl<'a> PackedItem<'a> {
    fn of(item: &'a Item) -> Self {
        let Item { due, visit, what, label } = item;
        Self { due: number(*due), visit: number(*visit), what: PackedWhat::of(what), label }
    }

    fn item(self) -> Option<Item> {
        Some(Item {
            due: day(self.due)?,
            visit: day(self.visit)?,
            what: self.what.what(),
            label: self.label.to_owned(),
        })
    }
}

impl<'a> PackedWhat<'a> {
    fn of(what: &'a What) -> Self {
        match what {
            What::Dose(DoseDue { fills, n, in_phase, regimen, dose_mcg }) => {
                Self::Dose { fills: *fills, n: *n, in_phase: *in_phase, regimen, dose_mcg: *dose_mcg }
            }
            What::Checkpoint(asks) => Self::Checkpoint(asks.iter().map(String::as_str).collect()),
            What::Plan => Self::Plan,
            What::Tell(tell) => Self::Tell(*tell),
        }
    }

    fn what(self) -> What {
        match self {
            Self::Dose { fills, n, in_phase, regimen, dose_mcg } => {
                What::Dose(DoseDue { fills, n, in_phase, regimen: regimen.to_owned(), dose_mcg })
            }
            Self::Checkpoint(asks) => What::Checkpoint(asks.into_iter().map(str::to_owned).collect()),
            Self::Plan => What::Plan,
            Self::Tell(tell) => What::Tell(tell),
        }
    }
}
