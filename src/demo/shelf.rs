//! What the demo's fridge holds: on every day one lot a product, plausible and in date.

use crate::clinic::drug::Drug;
use crate::clinic::interval::Interval;
use crate::clinic::practice::LotInUse;
use chrono::{Datelike, NaiveDate};

/// A product of the demo: name as in the library, form, strength, and the letters that its lots begin with.
const PRODUCTS: [(&str, Drug, u32, &str); 4] = [
    ("Hydroxocobalamin 1 mg/mL, 1 mL ampoule", Drug::Hydroxocobalamin, 1000, "HX"),
    ("Cyanocobalamin 1000 mcg/mL, 1 mL vial", Drug::Cyanocobalamin, 1000, "CY"),
    ("Mecobalamin 500 mcg/mL, 1 mL ampoule", Drug::Mecobalamin, 500, "MB"),
    ("Cyanocobalamin-tannin depot 1 mg/mL, 1 mL ampoule", Drug::CyanocobalaminTannin, 1000, "CT"),
];

/// Returns the lot of a form that is in use on a day: a new one each quarter, good for 20 months from its beginning.
pub(super) fn lot(drug: Drug, day: NaiveDate) -> LotInUse {
    let (product, drug, strength, letters) = PRODUCTS.into_iter().find(|(_, d, ..)| *d == drug).unwrap_or(PRODUCTS[0]);
    let quarter = day.month0() / 3;
    let first = NaiveDate::from_ymd_opt(day.year(), quarter * 3 + 1, 1).unwrap_or(day);
    let batch = (day.year() * 37 + quarter as i32 * 211) % 900 + 100;
    LotInUse {
        product: product.to_owned(),
        drug,
        strength_mcg_per_ml: strength,
        lot: format!("{letters}{:02}{}{batch}", day.year() % 100, quarter + 1),
        expires: Interval::Months(21).after(first, 1).pred_opt().unwrap_or(day),
        opened: None,
    }
}

/// Returns the lots in use today.
pub(super) fn in_use(today: NaiveDate) -> Vec<LotInUse> {
    PRODUCTS.iter().take(3).map(|(_, drug, ..)| lot(*drug, today)).collect()
}
