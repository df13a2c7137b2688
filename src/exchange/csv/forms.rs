//! Which form of B12 a row names: surely one, or none, and else the row is held. A word that is nearly a form is none.

use super::dates::short;
use super::vocabulary::{self, Of};
use crate::clinic::drug::{Drug, Route};
use std::collections::BTreeSet;

/// What a cell names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// Nothing: it is blank, or an amount alone.
    Nothing,
    /// An injection, and not of what.
    Plain,
    /// The vitamin, and no form of it.
    Vitamin,
    /// One form, surely.
    One(Drug),
    /// Several forms.
    Several,
    /// Something of the vitamin that is no form known here, or not surely: a brand, or a word that is nearly a form.
    Unclear { is_nearly_a_form: bool },
    /// Nothing of the vitamin.
    Another,
}

/// Where lists name the form.
pub(super) struct Named<'a> {
    /// The cell of the medication, with the name of its column.
    pub(super) medication: Option<(&'a str, &'a str)>,
    /// That of the product.
    pub(super) product: Option<(&'a str, &'a str)>,
    /// Whether the product is a label that somebody typed beside a form that was chosen.
    pub(super) is_label: bool,
}

/// No name of a form has more words.
const LONGEST: usize = 3;

/// How words begin that are nearly a form.
const NEARLY: [&str; 8] = ["cyan", "cian", "hydrox", "hidrox", "methyl", "metil", "mecob", "ohcob"];

impl Named<'_> {
    /// Returns the form that the row names, `None` where it names none.
    ///
    /// # Errors
    /// Why the row is held, in a sentence.
    pub(super) fn form(&self) -> Result<Option<Drug>, String> {
        let (medication, product) = (self.medication.unwrap_or_default(), self.product.unwrap_or_default());
        match (named(medication.1), named(product.1)) {
            (Says::One(one), Says::One(other)) if one != other && !self.is_label => {
                Err(format!("{}: {}, and {}: {}: which is right?", medication.0, one.name(), product.0, other.name()))
            }
            (Says::One(_), Says::Several | Says::Unclear { is_nearly_a_form: true }) if !self.is_label => {
                Err(held(product, named(product.1)))
            }
            (Says::One(drug), _) | (Says::Nothing | Says::Plain | Says::Vitamin, Says::One(drug)) => Ok(Some(drug)),
            (is @ (Says::Several | Says::Unclear { .. } | Says::Another), _) => Err(held(medication, is)),
            (Says::Vitamin, Says::Nothing | Says::Plain | Says::Another | Says::Vitamin)
            | (Says::Nothing, Says::Nothing)
            | (Says::Nothing | Says::Plain, Says::Vitamin) => Ok(None),
            (_, is @ (Says::Several | Says::Unclear { .. })) => Err(held(product, is)),
            (Says::Plain, _) => Err(held(medication, Says::Another)),
            (Says::Nothing, is) => Err(held(product, is)),
        }
    }
}

fn held((column, text): (&str, &str), is: Says) -> String {
    let text = short(text);
    match is {
        Says::Several => format!("{column}: \"{text}\" names more than one form of B12: write the one that is given."),
        Says::Unclear { .. } => format!(
            "{column}: \"{text}\" is not surely one form of B12: write the form (hydroxocobalamin, cyanocobalamin), or B12 where it is not known."
        ),
        _ => format!(
            "\"{text}\" is no form of B12 that is known here: write the form (hydroxocobalamin, cyanocobalamin), or take the row out."
        ),
    }
}

/// Returns the form that a text surely names alone.
pub(super) fn drug_in(text: &str) -> Option<Drug> {
    match named(text) {
        Says::One(drug) => Some(drug),
        _ => None,
    }
}

fn named(text: &str) -> Says {
    if vocabulary::is_nothing(text) {
        return Says::Nothing;
    }
    let words = vocabulary::words_of(text);
    let (mut forms, mut vitamin, mut others, mut nearly) = (BTreeSet::new(), false, false, false);
    let mut at = 0;
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        let taken = if let Some((n, drug)) = longest(rest, form) {
            nearly |= is_denied(&words[..at]);
            forms.insert(drug);
            n
        } else if let Some((n, is)) = longest(rest, |joined| vocabulary::value(Of::Plain, joined)) {
            vitamin |= is == "vitamin";
            n
        } else if let Some((n, ())) = longest(rest, beside) {
            n
        } else {
            let is_vitamin = vocabulary::names_the_vitamin(&rest[0]);
            vitamin |= is_vitamin;
            nearly |= is_nearly_a_form(&rest[0]);
            others = true;
            1
        };
        at += taken;
    }
    let is_doubted = nearly || (text.contains('?') && (vitamin || !forms.is_empty()));
    let has_words = words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()));
    let is_amount = text.trim_start_matches('(').starts_with(|c: char| c.is_ascii_digit());
    match (forms.first(), forms.len()) {
        (_, 2..) => Says::Several,
        _ if is_doubted => Says::Unclear { is_nearly_a_form: true },
        (Some(one), _) => Says::One(*one),
        _ if vitamin && others => Says::Unclear { is_nearly_a_form: false },
        _ if vitamin => Says::Vitamin,
        _ if is_amount || !text.contains(char::is_alphabetic) => Says::Nothing,
        _ if others || !has_words => Says::Another,
        _ => Says::Plain,
    }
}

/// Finds what the most words from here on say together: `oh-b12`, `vitamin b 12`.
fn longest<T>(words: &[String], find: impl Fn(&str) -> Option<T>) -> Option<(usize, T)> {
    (1..=LONGEST.min(words.len())).rev().find_map(|n| Some((n, find(&words[..n].concat())?)))
}

fn form(joined: &str) -> Option<Drug> {
    let name = vocabulary::form(joined)?;
    Drug::ALL.into_iter().find(|drug| drug.name() == name)
}

/// What may stand beside the name and says nothing of the form: an amount, a route, an interval, loading.
fn beside(joined: &str) -> Option<()> {
    let all = [Of::Route, Of::Unit, Of::Every, Of::Number, Of::Interval, Of::Phase];
    let is = joined.starts_with(|c: char| c.is_ascii_digit())
        || all.into_iter().any(|of| vocabulary::value(of, joined).is_some());
    is.then_some(())
}

/// Returns the route that stands beside a form; of a label that says several, none.
pub(super) fn route_in(text: &str) -> Option<Route> {
    let words = vocabulary::words_of(text);
    let route = |joined: &str| {
        let name = vocabulary::value(Of::Route, joined)?;
        Route::ALL.into_iter().find(|route| route.name() == name)
    };
    let all: BTreeSet<&str> =
        (0..words.len()).filter_map(|at| longest(&words[at..], route)).map(|(_, route)| route.name()).collect();
    let one = all.first().filter(|_| all.len() == 1)?;
    Route::ALL.into_iter().find(|route| route.name() == *one)
}

fn is_nearly_a_form(word: &str) -> bool {
    let stem = word.replace(['k', 'z'], "c");
    stem.contains("cobal") || NEARLY.iter().any(|begins| stem.starts_with(begins))
}

/// Whether a few words before a form deny it.
fn is_denied(before: &[String]) -> bool {
    before.iter().rev().take(2).any(|word| vocabulary::DENIES.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_where_a_cell_surely_names_one() {
        for (text, drug) in [
            ("hydroxocobalamin", Drug::Hydroxocobalamin),
            ("Hydroxocobalamin 1mg/mL IM", Drug::Hydroxocobalamin),
            ("Hydroxocobalamin acetate", Drug::Hydroxocobalamin),
            ("OH-B12", Drug::Hydroxocobalamin),
            ("Cobalin-H (hydroxocobalamin)", Drug::Hydroxocobalamin),
            ("Aquo-Cytobion", Drug::Hydroxocobalamin),
            ("Neo-Cytamen", Drug::Hydroxocobalamin),
            ("Hydroxokobalamin", Drug::Hydroxocobalamin),
            ("Cyano-cobalamin", Drug::Cyanocobalamin),
            ("Cyanokobalamin", Drug::Cyanocobalamin),
            ("Zyanocobalamin", Drug::Cyanocobalamin),
            ("Vit B12 cyano", Drug::Cyanocobalamin),
            ("B12 (cyano)", Drug::Cyanocobalamin),
            ("Cyano-B12", Drug::Cyanocobalamin),
            ("CNCbl", Drug::Cyanocobalamin),
            ("Cyanocobalamin (Vitamin B 12)", Drug::Cyanocobalamin),
            ("Betolvex", Drug::CyanocobalaminTannin),
            ("cyanocobalamin tannin complex 1 mg", Drug::CyanocobalaminTannin),
            ("methyl B12", Drug::Mecobalamin),
        ] {
            assert_eq!(named(text), Says::One(drug), "{text}");
        }
    }

    #[test]
    fn a_word_that_is_nearly_a_form_and_two_forms_are_none() {
        for text in [
            "cyanocobalmin",
            "cyancobalamin",
            "methycobalamin",
            "hydroxocoblamin",
            "Hydroxocobalamin (cyanocobalmin)",
            "cyano?",
            "not hydroxocobalamin",
            "B12-Ratiopharm",
            "B12 Depot",
            "B12 complex",
        ] {
            assert!(matches!(named(text), Says::Unclear { .. }), "{text}: {:?}", named(text));
        }
        for text in ["Hydroxo or Cyanocobalamin", "hydroxocobalamin/cyanocobalamin", "OHB12, was Cytamen"] {
            assert_eq!(named(text), Says::Several, "{text}");
        }
    }

    #[test]
    fn the_vitamin_alone_names_no_form_and_another_medicine_none_of_it() {
        for text in [
            "B12",
            "Vitamin B12",
            "Vit. B12 Amp",
            "Vitamin B-12 1000 ug/ml",
            "B 12",
            "vitamin B12 injection 12 weekly",
            "B12 i.m.",
            "B12 maintenance every 3 months",
            "Vitamin B12 1000 µg",
        ] {
            assert_eq!(named(text), Says::Vitamin, "{text}");
        }
        for text in ["insulin", "Vitamin B complex", "folic acid", "Cytacon"] {
            assert_eq!(named(text), Says::Another, "{text}");
        }
        for text in ["", "-", "1 mg", "1000"] {
            assert_eq!(named(text), Says::Nothing, "{text}");
        }
        assert_eq!(named("injection"), Says::Plain);
    }
}
