//! What is customary in the country of a practice, as data (`assets/countries.ron`).

use super::drug::Drug;
use serde::{Deserialize, Serialize};

/// One country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Country {
    /// As the settings name it: `UK`; empty of everywhere else.
    pub id: String,
    /// Its name, as it is chosen.
    pub name: String,
    /// Whether a date in numbers has its month first.
    #[serde(default)]
    pub month_first: bool,
    /// The form of B12 that a triage proposes before anything is answered.
    pub usual_form: Drug,
    /// What parts the cells of a list that a spreadsheet there opens at a click.
    #[serde(default)]
    pub cells: Cells,
    /// What such a spreadsheet takes for the sign between ones and tenths; another one makes a date of `1.5`.
    #[serde(default)]
    pub decimals: Decimals,
    /// What calls an ambulance there; absent where it is not known.
    #[serde(default)]
    pub emergency: Option<Emergency>,
}

/// What calls an ambulance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// The number, or two: `999 or 112`.
    pub call: String,
    /// Where that is from.
    pub source: String,
}

/// What holds where the list of countries says nothing.
pub(super) static ELSEWHERE: Country = Country {
    id: String::new(),
    name: String::new(),
    month_first: false,
    usual_form: Drug::Hydroxocobalamin,
    cells: Cells::Commas,
    decimals: Decimals::Point,
    emergency: None,
};

/// What parts cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cells {
    /// `a,b`
    #[default]
    Commas,
    /// `a;b`
    Semicolons,
}

impl Cells {
    /// Returns the sign.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Self::Commas => ',',
            Self::Semicolons => ';',
        }
    }
}

/// What parts ones and tenths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimals {
    /// `1.5`
    #[default]
    Point,
    /// `1,5`
    Comma,
}

#[cfg(test)]
mod tests {
    use crate::clinic::drug::Drug;
    use crate::clinic::practice::{Practice, Settings};

    fn of(setting: &str) -> Practice {
        Practice::new(Settings { setting: setting.to_owned(), ..Settings::new("Hill Street", "Maya Keller RN") })
    }

    #[test]
    fn a_practice_has_the_customs_of_its_country() {
        let (us, nl, lower) = (of("US"), of("NL"), of("nl"));
        assert_eq!((us.country().month_first, us.country().usual_form), (true, Drug::Cyanocobalamin));
        assert_eq!(
            (us.country().cells.sign(), nl.country().cells.sign(), lower.country().cells.sign()),
            (',', ';', ';')
        );
        assert!(!nl.country().month_first);
        assert_eq!(of("CA").country().usual_form, Drug::Cyanocobalamin);
    }

    #[test]
    fn a_country_that_is_not_known_is_elsewhere() {
        assert_eq!(of("Atlantis").country().name, "Elsewhere");
        assert_eq!(of("").country().id, "");
    }

    /// A number that is wrong or missing costs minutes; elsewhere nobody may guess.
    #[test]
    fn every_country_has_a_number_for_an_ambulance_and_elsewhere_has_none() {
        let practice = of("");
        for country in practice.knowledge.countries() {
            assert_eq!(country.emergency.is_none(), country.id.is_empty(), "{}", country.name);
            let Some(emergency) = &country.emergency else { continue };
            let numbers: Vec<_> = emergency.call.split(" or ").collect();
            let is_number = |n: &&str| (2..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit());
            assert!(numbers.iter().all(is_number) && emergency.source.starts_with('['), "{}", country.name);
        }
        let call = |setting| of(setting).country().emergency.clone().map(|e| e.call);
        for (setting, number) in [("UK", "999 or 112"), ("us", "911"), ("AU", "000"), ("NZ", "111"), ("DE", "112")] {
            assert_eq!(call(setting).as_deref(), Some(number), "{setting}");
        }
        assert_eq!(call("Atlantis"), None);
    }

    /// A unit that is usual in a country that cannot be chosen would never be proposed.
    #[test]
    fn every_country_that_the_data_name_can_be_chosen() {
        let practice = of("");
        let knowledge = &practice.knowledge;
        let units = knowledge.labs().iter().flat_map(|lab| &lab.units).flat_map(|unit| &unit.usual);
        let lists = knowledge.code_lists().iter().flat_map(|list| &list.settings);
        for id in units.chain(lists) {
            assert!(knowledge.countries().iter().any(|country| country.id == *id), "{id}");
        }
    }
}
