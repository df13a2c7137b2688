//! The parts of an entry that can be corrected, as they stand.

use super::summary_in;
use crate::clinic::chart::Chart;
use crate::clinic::drug::trim_number;
use crate::clinic::entry::{Act, Checked, EntryId, Given, NextFrom};
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::form::Field;
use crate::tui::prompts::vial;
use chrono::NaiveDate;

/// The next doses count from the day of this one.
const DAY: &str = "day";
/// The next doses go back to the calendar.
pub(super) const CALENDAR: &str = "calendar";

/// Returns the fields of one entry.
pub(super) fn fields(entry: EntryId, act: &Act, chart: &Chart, ctx: &Ctx) -> Vec<Field> {
    let correctable = matches!(act, Act::Given(_) | Act::NotGiven(_) | Act::Checked(_) | Act::PhaseEnded(_));
    let strikes = match act {
        Act::Registered(_) => "Entered by mistake: strike the patient out, and close the chart",
        _ => "It should not be there: strike it out",
    };
    let mut how = vec![("strike".to_owned(), strikes.to_owned())];
    if correctable {
        how.insert(0, ("correct".to_owned(), "Something in it is wrong: correct it".to_owned()));
    }
    // The entry that is corrected goes with the draft: a correction taken up again must never land on another one.
    let mut target = Field::text("entry", "", &entry.to_string());
    target.hidden = true;
    let mut fields = vec![
        target,
        Field::words("of", &format!("Corrects: {}", summary_in(act, chart))),
        Field::list("how", "How", how, if correctable { "correct" } else { "strike" }, 2),
    ];
    let on = match act {
        Act::Given(g) => Some(g.on),
        Act::NotGiven(n) => Some(n.on),
        Act::Checked(c) => Some(c.on),
        Act::PhaseEnded(e) => Some(e.on),
        _ => None,
    };
    if let Some(on) = on {
        fields.push(Field::text("on", "Day", &words::born(on)).most(16).prefilled());
    }
    match act {
        Act::Given(given) => fields.extend(dose(given, ctx)),
        Act::Checked(checked) => {
            fields.extend(found(checked, ctx));
            fields.extend(beside(checked, ctx));
        }
        _ => {}
    }
    let note = match act {
        Act::Given(g) => g.note.clone(),
        Act::NotGiven(n) => n.note.clone(),
        Act::Checked(c) => c.note.clone(),
        _ => None,
    };
    if !matches!(act, Act::PhaseEnded(_)) && correctable {
        fields.push(Field::text("note", "Note", note.as_deref().unwrap_or("")).most(200));
    }
    if let Act::Given(given) = act {
        let reaction = Field::text("reaction", "After it", given.reaction.as_deref().unwrap_or("")).most(200);
        fields.push(
            reaction.hint("A reaction after the injection: hives, faint, none in 15 min. The next dose shows it."),
        );
    }
    fields.push(Field::text("why", "Why", "").most(160).hint("The reason stays in the chart with the old entry."));
    fields
}

/// Returns the fields of an entry that was struck out.
pub(super) fn of_struck(entry: EntryId, act: &Act, chart: &Chart) -> Vec<Field> {
    let mut target = Field::text("entry", "", &entry.to_string());
    target.hidden = true;
    let how = vec![("restore".to_owned(), "It should be there after all: restore it".to_owned())];
    vec![
        target,
        Field::words("of", &format!("Was struck out: {}", summary_in(act, chart))),
        Field::list("how", "How", how, "restore", 1),
        Field::text("why", "Why", "").most(160).hint("The reason stays in the chart with what struck it out."),
    ]
}

/// The grades and results of a check, each to be corrected; an emptied one is taken out.
fn found(checked: &Checked, ctx: &Ctx) -> Vec<Field> {
    let known = &ctx.practice.knowledge;
    let grades = checked.symptoms.iter().map(|(id, grade)| {
        let mut field =
            Field::scale(&format!("symptom:{id}"), known.symptom(id).map_or(id.as_str(), |s| s.name.as_str()));
        field.set_value(&grade.to_string());
        field
    });
    let labs = checked.labs.iter().map(|result| {
        let short = known.lab(&result.analyte).map_or(result.analyte.as_str(), |a| a.short.as_str());
        Field::text(&format!("lab:{}", result.analyte), short, &result.to_string()).most(24)
    });
    grades.chain(labs).collect()
}

/// What was given, each part to be corrected.
fn dose(given: &Given, ctx: &Ctx) -> Vec<Field> {
    let date = |day: Option<NaiveDate>| day.map(|d| d.format("%Y-%m-%d").to_string()).unwrap_or_default();
    let drawn = given.drawn_ml.map(|v| trim_number(v, 3)).unwrap_or_default();
    let products = vial::products(&ctx.practice, Some(given.drug), Some(&given.product));
    let [drug, strength] = vial::typed_fields(given.drug, &given.strength_mcg_per_ml.to_string());
    let ways = [(DAY, "from the day given"), (CALENDAR, "back to the calendar")];
    let way = if given.next_from == NextFrom::Calendar { CALENDAR } else { DAY };
    vec![
        Field::choice("product", "Product", products, "").hint("What the vial's label said."),
        drug,
        strength,
        Field::choice("route", "Route", vial::routes(), given.route.name()),
        Field::choice("site", "Site", vial::sites("not recorded"), given.site.map_or("", |s| s.name())),
        Field::text("dose", "Dose mcg", &given.dose_mcg.to_string()).most(7),
        Field::text("drawn", "Drawn up mL", &drawn)
            .most(9)
            .hint("What the syringe held, where somebody looked; blank: not typed."),
        Field::text("lot", "Lot", given.lot.as_deref().unwrap_or("")).most(24),
        Field::text("expires", "Expires", &date(given.expires)).most(12),
        Field::text("opened", "Opened", &date(given.opened)).most(16).hint("Only where it was a multi-dose vial."),
        Field::choice("sore", "Sore site", vial::sites("none"), given.sore.map_or("", |s| s.site.name())),
        Field::text("sore_until", "Leave until", &date(given.sore.map(|s| s.until))).most(16),
        Field::choice("next", "Next doses", ways.map(|(id, words)| (id.to_owned(), words.to_owned())).to_vec(), way)
            .hint("It matters after a late or early dose only."),
    ]
}

/// What stands beside symptoms and results: the sample's day, when symptoms came back, what else happened.
fn beside(checked: &Checked, ctx: &Ctx) -> Vec<Field> {
    let date = |day: Option<NaiveDate>| day.map(|d| d.format("%Y-%m-%d").to_string()).unwrap_or_default();
    let is = |id: &str| checked.confounders.iter().find(|c| c.id == id);
    let kinds = ctx.practice.knowledge.confounders().iter();
    let options = kinds.map(|k| (k.id.clone(), k.name.clone(), is(&k.id).is_some())).collect();
    let returned = checked.returned_days.map(|n| n.to_string()).unwrap_or_default();
    vec![
        Field::text("sampled", "Sample of", &date(checked.sampled)).most(16).hint("Blank: the day of the check."),
        Field::text("returned", "Back before next dose", &returned)
            .most(4)
            .aside("days before it")
            .hint("Blank: not asked; 0: symptoms did not come back."),
        Field::many("beside", "Also happened", options).hint("Space ticks what happened beside the treatment."),
        Field::text("transfused", "Transfused on", &date(is("transfusion").and_then(|c| c.on)))
            .most(16)
            .hint("Blank: the day of the check."),
    ]
}
