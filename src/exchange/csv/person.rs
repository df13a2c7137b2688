//! Who a row is about.

use super::cells::Cells;
use super::field::Field;
use super::mapping::NameOrder;
use super::vocabulary::{self, Of};
use crate::clinic::intake::Described;
use crate::clinic::patient::{Allergies, Sex};

/// What may stand before a family name as part of it.
const PARTICLES: [&str; 18] = [
    "van", "von", "de", "der", "den", "di", "da", "del", "della", "dos", "du", "la", "le", "el", "al", "ten", "ter",
    "zu",
];

/// Reads who a row is about.
pub(super) fn described(cells: &mut Cells<'_>) -> Described {
    let (family, given) = names(cells);
    if family.contains('?') || given.contains('?') {
        cells.remarks.push("A letter of the name was lost before the file came here: it shows as \"?\".".to_owned());
    }
    let sex = |is: &str| Sex::ALL.into_iter().find(|sex| sex.word().to_lowercase().starts_with(is));
    Described {
        number: cells.text(&Field::Number).unwrap_or_default().to_owned(),
        family,
        given,
        born: cells.day(&Field::Born),
        sex: cells.text(&Field::Sex).and_then(|text| vocabulary::value(Of::Sex, text)).and_then(sex),
        phone: cells.text(&Field::Phone).map(str::to_owned),
    }
}

/// Reads the allergies; "none known" is an answer that somebody gave.
pub(super) fn allergies(cells: &Cells<'_>) -> Allergies {
    let text = cells.raw(&Field::Allergies);
    if vocabulary::value(Of::NoAllergies, text).is_some() {
        return Allergies::NoneKnown;
    }
    let list = text.split([',', ';', '\n']).map(str::trim).filter(|part| !vocabulary::is_nothing(part));
    let list: Vec<String> = list.map(str::to_owned).collect();
    if list.is_empty() { Allergies::NotAsked } else { Allergies::Known(list) }
}

fn names(cells: &mut Cells<'_>) -> (String, String) {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = plain(cells.raw(&Field::WholeName));
    if whole.is_empty() {
        return (plain(cells.raw(&Field::Family)), plain(cells.raw(&Field::Given)));
    }
    if let Some((family, given)) = whole.split_once(',') {
        return (family.trim().to_owned(), given.trim().to_owned());
    }
    let words: Vec<&str> = whole.split(' ').collect();
    let parted = match (cells.reader.mapping.names, words.len()) {
        (_, 1) => Some(1),
        (Some(NameOrder::FamilyFirst), _) => {
            Some(words.iter().take_while(|w| PARTICLES.contains(&w.to_lowercase().as_str())).count() + 1)
        }
        (Some(NameOrder::GivenFirst), _) => None,
        (None, _) => {
            cells.troubles.push(format!("\"{whole}\": say which comes first, the family name or the given one."));
            Some(words.len())
        }
    };
    match parted {
        Some(at) => {
            let (family, given) = words.split_at(at.min(words.len()));
            (family.join(" "), given.join(" "))
        }
        None => {
            let is_particle = |w: &&str| PARTICLES.contains(w);
            let at = words.iter().skip(1).position(is_particle).map_or(words.len() - 1, |at| at + 1);
            let (given, family) = words.split_at(at);
            (family.join(" "), given.join(" "))
        }
    }
}
