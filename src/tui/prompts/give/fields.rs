//! What the give prompt opens with: all that can be known filled in.

use super::words::last_sites;
use super::{already, next};
use crate::clinic::course::Course;
use crate::clinic::drug::{Drug, Route, volume_ml};
use crate::clinic::rights;
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::form::Field;
use crate::tui::prompts::vial;
use chrono::{Datelike, NaiveDate};

const REASONS: [(&str, &str); 7] = [
    ("", "pick one"),
    ("agreed with the prescriber", "Agreed with the prescriber"),
    ("patient could not come on the day", "Could not come on the day"),
    ("practice was closed", "Practice was closed"),
    ("patient is away", "Away: moved to fit a journey"),
    ("label could not be read", "Label could not be read"),
    ("other", "Other, in words"),
];

/// Returns the fields, filled from the order, the lots in use and the last dose.
pub(super) fn fields(course: &Course, ctx: &Ctx, asks_birth: bool) -> Vec<Field> {
    let slot = course.next_dose();
    let ordered = course.order.as_ref().map(|(_, o)| o.drug);
    let route = slot.map_or(Route::Im, |s| s.route);
    let (products, chosen) = products(course, ctx, ordered);
    let strength =
        ctx.practice.knowledge.products().iter().find(|p| p.id == chosen).map_or(1_000, |p| p.strength_mcg_per_ml);
    let volume = slot.and_then(|s| volume_ml(s.dose_mcg, strength)).unwrap_or(1.0);
    let site = rights::suggest_site(course, &ctx.practice, route, volume).map_or("", |s| s.name());
    let last_site = rights::last_sites(course)
        .first()
        .map(|(s, on)| format!("last: {}, {}", s.to_string().to_lowercase(), words::day_near(*on, ctx.today())));
    let site_hint = last_sites(course).unwrap_or_else(|| "No site is recorded yet.".to_owned());
    let [drug, strength_field] = vial::typed_fields(ordered.unwrap_or(Drug::Hydroxocobalamin), "");
    let dose = slot.map(|s| s.dose_mcg.to_string()).unwrap_or_default();
    let reasons = REASONS.iter().map(|(id, words)| ((*id).to_owned(), (*words).to_owned())).collect();
    let mut fields = vec![
        Field::choice("product", "Product", products, &chosen)
            .hint("Read the vial. Left and Right change the product."),
        drug,
        strength_field,
        Field::text("dose", "Dose mcg", &dose).most(7).prefilled().hint("Micrograms: 1 mg is 1,000 mcg."),
        Field::text("drawn", "Drawn up mL", "")
            .most(9)
            .prefilled()
            .hint("What the syringe holds: type it, and it is checked and kept."),
        Field::text("lot", "Lot", "").most(24).prefilled().hint("As printed on the vial."),
        Field::text("expires", "Expires", "")
            .most(12)
            .prefilled()
            .hint("2027-06 or 06/2027: good through the month's last day."),
        Field::text("opened", "Opened", "")
            .most(16)
            .prefilled()
            .hint("The day on which this multi-dose vial was first opened, as written on it: t-3, 23 Nov 2026."),
        Field::choice("route", "Route", vial::routes(), route.name()),
        Field::choice("site", "Site", vial::sites("not recorded"), site)
            .aside(&last_site.unwrap_or_default())
            .hint(&site_hint),
        Field::choice("sore", "Sore site", vial::sites("none"), "")
            .hint("A site that is sore, hard or inflamed: it is left alone, and the next one is suggested."),
        Field::text("sore_until", "Leave until", "")
            .most(16)
            .prefilled()
            .hint("The day from which the sore site may be used again: +4w, 21 Dec 2026."),
        Field::text("on", "Given on", &words_date(ctx.today()))
            .most(16)
            .prefilled()
            .hint("Today unless you record it afterwards: t-1, 23 Nov 2026."),
        next::field(),
        Field::choice("reason", "Reason", reasons, "").hint("Left and Right, or the first letter."),
        Field::text("reason_words", "In words", "").most(120),
        Field::text("note", "Note", "").most(200),
        Field::text("reaction", "After it", "")
            .most(200)
            .hint("A reaction, if one is seen: hives, faint. The next dose shows it. Later: amend the dose."),
    ];
    let at = fields.iter().position(|f| f.id == "next").unwrap_or(fields.len());
    fields.splice(at..at, already::fields());
    if asks_birth {
        let (label, hint) = match ctx.month_first() {
            true => ("Born (mmdd)", "Ask for the birth date; type month and day: March 4 is 0304."),
            false => ("Born (ddmm)", "Ask for the birth date; type day and month: 4 March is 0403."),
        };
        let birth = Field::text("birth", label, "").most(4).digits().not_kept().hint(hint);
        fields.insert(0, birth);
    }
    fields
}

/// Writes a day as a field holds it.
pub(super) fn words_date(day: NaiveDate) -> String {
    format!("{:02} {} {}", day.day(), day.format("%b"), day.year())
}

/// The products to choose from; preset is the one that this patient had last, else the one that most others had. Without a lot
/// in use and a dose before nothing is preset: a strength is never assumed.
fn products(course: &Course, ctx: &Ctx, ordered: Option<Drug>) -> (Vec<(String, String)>, String) {
    let preset = rights::usual_here(course, &ctx.practice, ctx.today(), &ctx.rows);
    let blank = preset.is_none().then_some("pick the product in your hand");
    (vial::products(&ctx.practice, ordered, blank), preset.map_or(String::new(), |p| p.id.clone()))
}
