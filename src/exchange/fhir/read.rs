//! What a FHIR file holds, as pieces that can be weighed: whose each is, what would be recorded, or why not.
//!
//! A resource that Cobalog wrote is read by the entry that it carries, as long as nobody changed it since. All else is read as
//! it stands: patients, doses given and not given, laboratory results. What can mean two things is held for a person.

mod about;
mod at;
mod dose;
mod drug;
mod error;
mod file;
mod index;
mod lab;
mod own;
mod plain;
mod warned;

use crate::clinic::entry::EntryId;
use crate::clinic::intake::{Coming, Described, Parcel, Piece, Trouble, is_child};
use crate::clinic::patient::Allergies;
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use index::Index;
use own::Own;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Reads a file: a bundle of any type, one resource, or NDJSON with a resource on each line.
///
/// Never fails: what cannot be read is a piece that says why.
#[must_use]
pub fn read(bytes: &[u8], file: &str, practice: &Practice, today: NaiveDate) -> Parcel {
    read_in(bytes, file, practice, today, None)
}

/// The offset of the practice at an instant of UTC.
pub type Zone<'a> = dyn Fn(NaiveDateTime) -> FixedOffset + 'a;

/// Reads a file as [`read`] does; what is written in UTC is read in the practice's zone.
#[must_use]
pub fn read_in(bytes: &[u8], file: &str, practice: &Practice, today: NaiveDate, zone: Option<&Zone<'_>>) -> Parcel {
    let found = file::found(bytes);
    let index = Index::new(found.resources);
    let reader = Reader {
        practice,
        today,
        zone,
        index: &index,
        own: own::all(&index),
        allergies: HashMap::new(),
        flags: HashMap::new(),
    };
    let reader = Reader { allergies: reader.allergies_by_patient(), flags: reader.flags_by_patient(), ..reader };
    let mut parcel = Parcel { file: file.to_owned(), pieces: found.refused, remarks: found.remarks };
    reader.fill(&mut parcel);
    parcel
}

/// What is read, and with what.
struct Reader<'a> {
    practice: &'a Practice,
    today: NaiveDate,
    zone: Option<&'a Zone<'a>>,
    index: &'a Index,
    /// What Cobalog itself wrote of each resource.
    own: Vec<Own>,
    /// What the file says of allergies, by the place of the patient.
    allergies: HashMap<usize, Allergies>,
    /// What else it warns of.
    flags: HashMap<usize, Vec<String>>,
}

/// Where a piece stands among those of its patient: who it is first, then in the order in which it was recorded or happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Person,
    Entry(DateTime<FixedOffset>, EntryId),
    Day(NaiveDate),
    /// What was entered in error, before its parts.
    Error,
    Trouble,
}

impl Reader<'_> {
    fn fill(&self, parcel: &mut Parcel) {
        let is_own = self.own.iter().any(Own::is_entry);
        let is_cobalogs = is_own || self.index.all().iter().any(|raw| own::is_cobalog(&raw.value));
        let carried: HashSet<String> = self.own.iter().filter_map(Own::known_as).collect();
        let mut pieces: Vec<(usize, Place, Piece)> = Vec::new();
        let mut again = 0_i64;
        for (n, resource) in self.index.all().iter().enumerate() {
            // Of a look that holds a result may have been taken out.
            let said_elsewhere = own::part_of(&resource.value).is_some_and(|(whole, _)| carried.contains(whole))
                && !error::is_result(&resource.value)
                || (is_own && !self.own[n].is_entry() && own::only_says_again(&resource.value));
            if said_elsewhere || self.index.is_repeated(n) {
                again += 1;
                continue;
            }
            let (place, mut piece) = self.piece(n, &resource.value);
            if !is_cobalogs {
                self.hold_child(&mut piece);
            }
            pieces.push((self.patient(n), place, piece));
        }
        pieces.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        parcel.pieces.extend(pieces.into_iter().map(|(_, _, piece)| piece));
        if again > 0 {
            let said = words::plural(again, "resource");
            parcel.remarks.push(format!("{said} in the file only say again what others say; they are not counted."));
        }
    }

    /// Returns the place of a resource's patient in the file; behind all where none is there.
    fn patient(&self, n: usize) -> usize {
        self.patient_of(n).unwrap_or(usize::MAX)
    }

    fn piece(&self, n: usize, value: &Value) -> (Place, Piece) {
        let kind = at::text(value, "resourceType").unwrap_or("Resource");
        let place = self.index.place(n);
        let about = self.about(n);
        let mut piece = Piece {
            place,
            lines: Vec::new(),
            about,
            enters: false,
            acts: Vec::new(),
            remarks: Vec::new(),
            trouble: None,
        };
        let read = match &self.own[n] {
            Own::Entry(_) if is_error(value) => self.in_error(n, kind, value, &mut piece),
            Own::Entry(entry) => self.entry(entry, &mut piece),
            Own::Unreadable(why) if !plain::is_read(kind) => Err(Trouble::Held(why.clone())),
            Own::Unreadable(why) => {
                piece.remarks.push(why.clone());
                self.plain(n, kind, value, &mut piece)
            }
            Own::None => self.plain(n, kind, value, &mut piece),
        };
        match read {
            Ok(at) => (at, piece),
            Err(trouble) => {
                piece.acts.clear();
                (Place::Trouble, Piece { trouble: Some(trouble), ..piece })
            }
        }
    }

    /// A child is held as a list's is: nothing here is for one.
    fn hold_child(&self, piece: &mut Piece) {
        let born = piece.about.born.filter(|_| piece.trouble.is_none() && !piece.is_in_error());
        if let Some(child) = born.and_then(|born| is_child(born, &self.practice.knowledge, self.today)) {
            piece.acts.clear();
            piece.trouble = Some(Trouble::Held(child));
        }
    }

    fn is_to_come(&self, on: NaiveDate) -> Result<(), Trouble> {
        match on > self.today {
            true => Err(Trouble::Held(format!("{} is still to come: look at the date.", words::day(on)))),
            false => Ok(()),
        }
    }
}

fn is_error(value: &Value) -> bool {
    at::text(value, "status") == Some("entered-in-error")
}

fn held(why: impl Into<String>) -> Trouble {
    Trouble::Held(why.into())
}

fn skipped(why: impl Into<String>) -> Trouble {
    Trouble::Skipped(why.into())
}

/// Returns a piece of which nothing can be read.
fn refused(place: impl Into<String>, why: impl Into<String>) -> Piece {
    Piece {
        place: place.into(),
        lines: Vec::new(),
        about: Described::default(),
        enters: false,
        acts: Vec::<Coming>::new(),
        remarks: Vec::new(),
        trouble: Some(Trouble::Refused(why.into())),
    }
}

#[cfg(test)]
mod tests;
