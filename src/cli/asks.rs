//! What a checkpoint asks, in words.

use crate::clinic::knowledge::Knowledge;

/// Returns `symptoms, Hb, MCV`.
pub(super) fn words(asks: &[String], knowledge: &Knowledge) -> String {
    let word = |id: &String| knowledge.lab(id).map_or_else(|| id.clone(), |analyte| analyte.short.clone());
    asks.iter().map(word).collect::<Vec<_>>().join(", ")
}
