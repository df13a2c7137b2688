//! What the prompts of a dose offer to choose from: products, forms, routes, sites; one list for who gives and who corrects.

use crate::clinic::drug::{Drug, Product, Route, Site};
use crate::clinic::practice::Practice;
use crate::clinic::rights::{self, Part};
use crate::tui::ctx::Ctx;
use crate::tui::form::{Field, Form};

/// The id of the option that asks for a typed strength.
pub(super) const TYPED: &str = "typed";

/// Returns the products to choose from, those of the form first. `blank` stands before them for no choice: an invitation, or the
/// product that is recorded, which is not offered twice.
pub(super) fn products(practice: &Practice, form: Option<Drug>, blank: Option<&str>) -> Vec<(String, String)> {
    let others = rights::products(practice, form).into_iter().filter(|product| Some(product.name.as_str()) != blank);
    let blank = blank.map(|words| (String::new(), words.to_owned()));
    let others = others.map(|product| (product.id.clone(), product.name.clone()));
    blank.into_iter().chain(others).chain([(TYPED.to_owned(), "another: type its strength".to_owned())]).collect()
}

/// Returns the product that is chosen, where it is one of the library.
pub(super) fn product<'a>(form: &Form, ctx: &'a Ctx) -> Option<&'a Product> {
    let id = form.text("product");
    ctx.practice.knowledge.products().iter().find(|product| product.id == id)
}

/// Returns the fields of a vial that no product describes: its form and its strength.
pub(super) fn typed_fields(drug: Drug, strength: &str) -> [Field; 2] {
    let drugs = Drug::ALL.iter().map(|d| (d.name().to_owned(), d.tall_man().to_owned())).collect();
    [
        Field::choice("drug", "Form", drugs, drug.name()),
        Field::text("strength", "Strength", strength)
            .most(7)
            .aside("mcg per mL")
            .hint("From the vial's label; it is never assumed."),
    ]
}

/// Reads the strength as it was typed.
pub(super) fn typed_strength(form: &Form) -> Option<u32> {
    form.text("strength").replace(',', "").trim().parse().ok().filter(|strength| *strength > 0)
}

/// Returns the routes.
pub(super) fn routes() -> Vec<(String, String)> {
    Route::ALL.iter().map(|route| (route.name().to_owned(), route.to_string())).collect()
}

/// Returns the sites, after a word for none.
pub(super) fn sites(none: &str) -> Vec<(String, String)> {
    let all = Site::ALL.iter().map(|site| (site.name().to_owned(), site.to_string()));
    [(String::new(), none.to_owned())].into_iter().chain(all).collect()
}

/// Finds what a field names.
pub(super) fn named<T: Copy>(all: &[T], name: &str, of: impl Fn(&T) -> &'static str) -> Option<T> {
    all.iter().copied().find(|item| of(item) == name)
}

/// Returns the field that holds a part of a dose.
pub(super) fn field_of(part: Part) -> &'static str {
    match part {
        Part::Patient | Part::Vial | Part::Strength => "product",
        Part::Unread | Part::Dose => "dose",
        Part::Drawn => "drawn",
        Part::Lot => "lot",
        Part::Expiry => "expires",
        Part::Opened => "opened",
        Part::Route => "route",
        Part::Day => "on",
        Part::Site => "site",
        Part::SoreUntil => "sore_until",
    }
}
