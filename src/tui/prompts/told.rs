//! How a prescriber's decision reached who records it: asked by every prompt that records one, but not of the prescriber.

use super::Refusal;
use crate::clinic::people;
use crate::clinic::roles::{self, Told, Untold};
use crate::tui::ctx::Ctx;
use crate::tui::form::{Field, Form};

/// The field's id.
pub(super) const TOLD: &str = "told";

/// What is said of the field for who decided.
pub(super) const WHO: &str =
    "The prescriber: initials or the start of the name, then Tab. The entry also says who recorded it.";

/// Makes the field; nothing is preset, as a wrong word here would stand in the chart.
pub(super) fn field() -> Field {
    let options = [("", "choose: v or w"), ("verbal", "Verbal: said, telephoned"), ("written", "Written: letter, fax")];
    let options = options.iter().map(|(id, words)| ((*id).to_owned(), (*words).to_owned())).collect();
    Field::choice(TOLD, "How it came", options, "")
        .hint("You record what the prescriber decided: it then waits for the signature.")
}

/// Makes the field for who decided; the prescribers of the practice are known to it.
pub(super) fn decider(id: &str, label: &str, hint: &str, ctx: &Ctx) -> Field {
    let working = people::working(&ctx.practice.settings.people).filter(|p| p.prescriber);
    let names = working.map(|p| (p.name.clone(), p.initials())).collect();
    Field::text(id, label, &super::prescriber(ctx)).most(60).names(names).prefilled().hint(hint)
}

/// Whether it has to be asked: a prescriber is named, and somebody else records.
pub(super) fn is_asked(ctx: &Ctx, prescriber: &str) -> bool {
    let named = prescriber.trim();
    !named.is_empty() && roles::is_told(&ctx.practice.settings.people, &ctx.author, named)
}

/// Returns how it came as far as that is said; nothing where the prescriber records it.
pub(super) fn so_far(form: &Form, ctx: &Ctx, prescriber: &str) -> Option<Told> {
    Told::named(&form.text(TOLD)).filter(|_| is_asked(ctx, prescriber))
}

/// Returns how it came.
///
/// # Errors
/// The field that lacks, or the name of who decides nothing here.
pub(super) fn read(form: &Form, ctx: &Ctx, prescriber: (&str, &str)) -> Result<Option<Told>, Refusal> {
    let (field, name) = prescriber;
    let said = Told::named(&form.text(TOLD));
    roles::told(&ctx.practice.settings.people, &ctx.author, name.trim(), said).map_err(|untold| match untold {
        Untold::NoPrescriber(words) => Refusal::at(field, words),
        Untold::How(_) => Refusal::at(TOLD, format!("say how it came from {}: verbal or written", name.trim())),
    })
}
