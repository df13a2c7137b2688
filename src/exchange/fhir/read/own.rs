//! What Cobalog itself wrote: the entry that a resource carries, as long as nobody changed the resource since.

use super::index::Index;
use super::{Place, Reader, at, held, skipped};
use crate::clinic::entry::{Act, Entry};
use crate::clinic::intake::{Coming, Piece, Trouble};
use crate::clinic::order::Order;
use crate::exchange::fhir::ids::Uuid;
use crate::exchange::fhir::resource::sum;
use crate::exchange::fhir::{ENTRY, PART_OF};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;

/// What Cobalog wrote of a resource.
pub(super) enum Own {
    /// Nothing: it comes from elsewhere, or only says again what others say.
    None,
    /// The entry that it stands for.
    Entry(Box<Entry>),
    /// An entry that does not count, and why.
    Unreadable(String),
}

#[derive(Deserialize)]
struct Held {
    sum: String,
    entry: Entry,
}

const CHANGED: &str = "It was changed since Cobalog wrote it, and counts as it stands now.";

/// Returns what Cobalog wrote of each resource of a file. An entry of which any part was changed does not count.
pub(super) fn all(index: &Index) -> Vec<Own> {
    let parts = index.all().iter().filter_map(|raw| part_of(&raw.value));
    let changed: HashSet<&str> = parts.filter(|(_, is_whole)| !is_whole).map(|(whole, _)| whole).collect();
    let own = index.all().iter().map(|raw| Own::of(&raw.value));
    own.map(|own| match own.known_as() {
        Some(id) if changed.contains(id.as_str()) => Own::Unreadable(CHANGED.to_owned()),
        _ => own,
    })
    .collect()
}

impl Own {
    fn of(value: &Value) -> Self {
        let Some(text) = extension(value, ENTRY) else { return Self::None };
        match serde_json::from_str::<Held>(text) {
            Err(_) => {
                Self::Unreadable("It carries an entry that a newer Cobalog wrote, or that is damaged.".to_owned())
            }
            Ok(held) if held.sum != sum(value) => Self::Unreadable(CHANGED.to_owned()),
            Ok(held) => Self::Entry(Box::new(held.entry)),
        }
    }

    pub(super) fn is_entry(&self) -> bool {
        matches!(self, Self::Entry(_))
    }

    /// Returns the id of the resource that stands for the entry, which its parts name.
    pub(super) fn known_as(&self) -> Option<String> {
        match self {
            Self::Entry(entry) => Some(Uuid::from(entry.id).to_string()),
            _ => None,
        }
    }
}

fn extension<'a>(value: &'a Value, url: &str) -> Option<&'a str> {
    at::all(value, "extension")
        .iter()
        .find(|e| at::text(e, "url") == Some(url))
        .and_then(|e| at::text(e, "valueString"))
}

/// Returns what a resource is part of, and whether it is as it was written.
pub(super) fn part_of(value: &Value) -> Option<(&str, bool)> {
    let (whole, written) = extension(value, PART_OF)?.split_once(' ')?;
    Some((whole, written == sum(value)))
}

/// Returns whether it is the Cobalog that put a bundle together.
pub(super) fn is_cobalog(value: &Value) -> bool {
    at::text(value, "resourceType") == Some("Device") && at::text(value, "deviceName.name") == Some("Cobalog")
}

/// Returns whether a resource of a Cobalog's bundle only says again what the entries say.
pub(super) fn only_says_again(value: &Value) -> bool {
    let kind = at::text(value, "resourceType").unwrap_or_default();
    let replaced = || at::all(value, "link").iter().any(|link| at::text(link, "type") == Some("replaced-by"));
    match kind {
        "Organization" | "Practitioner" | "Device" | "Medication" | "Encounter" | "Condition" | "ServiceRequest" => {
            true
        }
        "Provenance" => extension(value, ENTRY).is_none(),
        "Patient" => replaced(),
        _ => false,
    }
}

impl Reader<'_> {
    /// Reads an entry that a resource carries.
    pub(super) fn entry(&self, entry: &Entry, piece: &mut Piece) -> Result<Place, Trouble> {
        match &entry.act {
            Act::Registered(_) => {
                piece.enters = true;
                piece.acts.push(coming(entry));
                return Ok(Place::Person);
            }
            Act::Given(given) => self.is_to_come(given.on)?,
            Act::NotGiven(not) => self.is_to_come(not.on)?,
            Act::Checked(checked) => self.is_to_come(checked.on)?,
            Act::Ordered(order) => is_sound(order)?,
            Act::Cosigned(_) => return Err(skipped("A signature stays where it was put.")),
            Act::Linked(_) | Act::Amended(_) => return Err(skipped("It is about another record over there.")),
            _ => {}
        }
        piece.acts.push(coming(entry));
        Ok(Place::Entry(entry.at, entry.id))
    }
}

/// Who recorded it first, and when, comes with it: also where it was taken over there already.
fn coming(entry: &Entry) -> Coming {
    let by = Some(entry.done_by().to_owned()).filter(|by| !by.trim().is_empty());
    Coming { by, at: entry.first_at(), ..Coming::new(Some(entry.id.to_string()), entry.act.clone()) }
}

/// Whether dates can be worked out of an order at all.
fn is_sound(order: &Order) -> Result<(), Trouble> {
    let sound = !order.phases.is_empty() && order.phases.iter().all(|phase| phase.every.moves_on());
    if sound { Ok(()) } else { Err(held("Its phases have no dates: sign a plan here.")) }
}
