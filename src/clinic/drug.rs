//! The forms of cobalamin, the routes and the injection sites, and the products that hold them.
//!
//! Two vials that both say B12 are not interchangeable (brief G2): a product has a form and a strength, and the
//! volume to draw up is always computed from the strength of the vial in hand (facts 6.6).

use super::words;
use serde::{Deserialize, Serialize};
use std::fmt;

/// No one dose of vitamin B12 is smaller in micrograms; what another system says to be less is a slip of the unit \[eng\].
pub const LEAST_DOSE_MCG: u32 = 50;
/// No one dose of vitamin B12 is larger in micrograms (facts 4.3).
pub const MOST_DOSE_MCG: u32 = 5_000;

/// A form of cobalamin. Not interchangeable by micrograms alone (facts 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drug {
    /// Hydroxocobalamin.
    Hydroxocobalamin,
    /// Cyanocobalamin.
    Cyanocobalamin,
    /// Mecobalamin, also called methylcobalamin.
    Mecobalamin,
    /// Cyanocobalamin-tannin complex, a depot form.
    CyanocobalaminTannin,
}

impl Drug {
    /// Every form, in the order that the choices show them.
    pub const ALL: [Self; 4] =
        [Self::Hydroxocobalamin, Self::Cyanocobalamin, Self::Mecobalamin, Self::CyanocobalaminTannin];

    /// Returns the plain name in lower case, as the command line's JSON writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hydroxocobalamin => "hydroxocobalamin",
            Self::Cyanocobalamin => "cyanocobalamin",
            Self::Mecobalamin => "mecobalamin",
            Self::CyanocobalaminTannin => "cyanocobalamin-tannin",
        }
    }

    /// Returns the name in tall-man letters, so that look-alikes differ at a glance.
    #[must_use]
    pub fn tall_man(self) -> &'static str {
        match self {
            Self::Hydroxocobalamin => "HYDROXOcobalamin",
            Self::Cyanocobalamin => "CYANOcobalamin",
            Self::Mecobalamin => "MEcobalamin",
            Self::CyanocobalaminTannin => "CYANOcobalamin-TANNIN depot",
        }
    }
}

impl fmt::Display for Drug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        write!(f, "{}{}", name[..1].to_uppercase(), &name[1..])
    }
}

/// How the dose enters the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Intramuscular.
    Im,
    /// Deep subcutaneous.
    Sc,
    /// Intravenous; only mecobalamin's label has it.
    Iv,
}

impl Route {
    /// Every route, in the order that the choices show them.
    pub const ALL: [Self; 3] = [Self::Im, Self::Sc, Self::Iv];

    /// Returns the short form in lower case, as the command line's JSON writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Im => "im",
            Self::Sc => "sc",
            Self::Iv => "iv",
        }
    }

    /// Returns the word that a screen shows. "Subcut", because "SC" is misread on paper.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::Im => "IM",
            Self::Sc => "subcut",
            Self::Iv => "IV",
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Im => "Intramuscular",
            Self::Sc => "Subcutaneous",
            Self::Iv => "Intravenous",
        })
    }
}

/// Where the needle went (facts 6.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// Left deltoid.
    LeftDeltoid,
    /// Right deltoid.
    RightDeltoid,
    /// Left thigh, vastus lateralis.
    LeftThigh,
    /// Right thigh, vastus lateralis.
    RightThigh,
    /// Left ventrogluteal.
    LeftGluteus,
    /// Right ventrogluteal.
    RightGluteus,
    /// Abdomen, subcutaneous only.
    Abdomen,
}

impl Site {
    /// Every site, in the order in which rotation goes round.
    pub const ALL: [Self; 7] = [
        Self::LeftDeltoid,
        Self::RightDeltoid,
        Self::LeftThigh,
        Self::RightThigh,
        Self::LeftGluteus,
        Self::RightGluteus,
        Self::Abdomen,
    ];

    /// Returns the lower-case name that the command line takes, such as `left-deltoid`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftDeltoid => "left-deltoid",
            Self::RightDeltoid => "right-deltoid",
            Self::LeftThigh => "left-thigh",
            Self::RightThigh => "right-thigh",
            Self::LeftGluteus => "left-gluteus",
            Self::RightGluteus => "right-gluteus",
            Self::Abdomen => "abdomen",
        }
    }

    /// Returns whether the site holds only a small volume: a deltoid, and whatever lies under the skin (facts 6.5, D2).
    #[must_use]
    pub fn is_small(self, route: Route) -> bool {
        matches!((route, self), (Route::Sc, _) | (_, Self::LeftDeltoid | Self::RightDeltoid | Self::Abdomen))
    }

    /// Returns whether the site suits the route: the abdomen is subcutaneous only, a gluteal site intramuscular only.
    #[must_use]
    pub fn suits(self, route: Route) -> bool {
        match self {
            Self::Abdomen => route == Route::Sc,
            Self::LeftGluteus | Self::RightGluteus => route == Route::Im,
            _ => route != Route::Iv,
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name().replace('-', " ");
        write!(f, "{}{}", name[..1].to_uppercase(), &name[1..])
    }
}

/// One product on the shelf: a form in a strength in a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its id, lower case with dashes.
    pub id: String,
    /// What the label says, in words.
    pub name: String,
    /// The form.
    pub drug: Drug,
    /// Strength in micrograms per millilitre.
    pub strength_mcg_per_ml: u32,
    /// What one container holds, in mL.
    pub container_ml: f64,
    /// The word for one container: `ampoule`, `vial`.
    pub container: String,
    /// The routes that its label gives.
    pub routes: Vec<Route>,
    /// Preservatives and excipients that matter to an allergy.
    #[serde(default)]
    pub excipients: Vec<String>,
    /// Where this comes from, with its marks.
    pub source: String,
}

impl Product {
    /// Returns whether its container is opened once and used for several doses, so that the day of opening counts (D7).
    #[must_use]
    pub fn is_multi_dose(&self) -> bool {
        self.container.contains("multi-dose")
    }
}

/// Returns the volume in mL that holds `dose_mcg`; `None` where the strength is zero.
#[must_use]
pub fn volume_ml(dose_mcg: u32, strength_mcg_per_ml: u32) -> Option<f64> {
    (strength_mcg_per_ml > 0).then(|| f64::from(dose_mcg) / f64::from(strength_mcg_per_ml))
}

/// Writes millilitres with a leading zero and without trailing ones: `1 mL`, `0.25 mL`, `0.006 mL`.
#[must_use]
pub fn ml(volume: f64) -> String {
    format!("{} mL", trim_number(volume, 3))
}

/// Writes micrograms with a thousands comma: `1,000 mcg`.
#[must_use]
pub fn mcg(dose: u32) -> String {
    let mut out = String::with_capacity(16);
    write_mcg(&mut out, dose);
    out
}

/// Writes micrograms behind a text.
pub fn write_mcg(out: &mut String, dose: u32) {
    let (thousands, rest) = (dose / 1_000, dose % 1_000);
    if thousands == 0 {
        words::write_number(out, rest);
    } else {
        words::write_number(out, thousands);
        out.push(',');
        words::digits(out, rest, 3);
    }
    out.push_str(" mcg");
}

/// Writes a number with at most `places` decimals and no trailing zero.
#[must_use]
pub fn trim_number(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_volume_table_of_facts_6_6() {
        for (dose, strength, expected) in [
            (30, 1000, "0.03 mL"),
            (30, 5000, "0.006 mL"),
            (100, 1000, "0.1 mL"),
            (100, 100, "1 mL"),
            (250, 500, "0.5 mL"),
            (500, 1000, "0.5 mL"),
            (1000, 1000, "1 mL"),
            (1000, 500, "2 mL"),
            (1000, 100, "10 mL"),
            (1000, 5000, "0.2 mL"),
            (1500, 500, "3 mL"),
        ] {
            assert_eq!(volume_ml(dose, strength).map(ml).as_deref(), Some(expected), "{dose} mcg of {strength} mcg/mL");
        }
        assert_eq!(volume_ml(1000, 0), None);
    }

    #[test]
    fn numbers_are_written_safely() {
        assert_eq!(mcg(1000), "1,000 mcg");
        assert_eq!(mcg(30), "30 mcg");
        assert_eq!((mcg(0), mcg(1005)), ("0 mcg".to_owned(), "1,005 mcg".to_owned()));
        assert_eq!(ml(0.5), "0.5 mL");
        assert_eq!(ml(1.0), "1 mL");
    }
}
