//! The fields of a change of plan: the ways, then what each of them asks.

use crate::clinic::interval::Interval;
use crate::clinic::ways::{Gate, Offer, Way};
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::form::Field;
use crate::tui::keymap;
use crate::tui::prompts::told;

/// The hidden field that holds the page, so that a draft opens where it was left.
pub(super) const PAGE: &str = "page";

/// Every field of the second page, in order.
pub(super) const ALL: [&str; 13] = [
    "doses",
    "start",
    "until",
    "daily",
    "recheck",
    "look",
    "again",
    "to",
    "because",
    "reason",
    "decided_by",
    told::TOLD,
    "on",
];

/// The fields that hold a day.
pub(super) const DATES: [&str; 6] = ["start", "until", "recheck", "look", "again", "on"];

/// Whether a way asks for a field; a reason is asked by rules.
pub(super) fn shown(way: Way, id: &str) -> bool {
    match id {
        "doses" | "start" => way == Way::Denser,
        "until" => way == Way::Pause,
        "daily" | "recheck" => way == Way::Oral,
        "look" => way == Way::Stop,
        "again" => way == Way::Decline,
        "to" => way == Way::Transfer,
        "because" => true,
        "decided_by" => way.is_decided(),
        "on" => !way.is_a_plan(),
        _ => false,
    }
}

/// Makes them all; the prompt shows those of the page.
pub(super) fn fields(offers: &[Offer], first: Way, ctx: &Ctx) -> Vec<Field> {
    let rule = ctx.practice.knowledge.rule("TURN");
    let whole = |name: &str| u32::try_from(rule.count(name)).unwrap_or_default().to_string();
    let in_months = |name: &str| {
        let months = u32::try_from(rule.count(name)).unwrap_or(1).max(1);
        words::born(ctx.practice.settings.appointment(Interval::Months(months).after(ctx.today(), 1)))
    };
    let date = |id: &str, label: &str, value: &str| {
        Field::text(id, label, value).most(16).prefilled().hint("+4w, +3m, 30 Nov 2026")
    };
    let options = offers.iter().map(|o| (o.way.id().to_owned(), option(o, ctx))).collect();
    let mut page = Field::text(PAGE, "", "");
    page.hidden = true;
    vec![
        page,
        Field::list("way", "Way", options, first.id(), 9)
            .hint(&keymap::told("Up and Down, or the first letter; {prompt.sign} goes on.")),
        Field::text("doses", "Doses", &whole("denser_doses"))
            .most(3)
            .prefilled()
            .hint("How many, before it goes on as now."),
        date("start", "From", &words::born(ctx.practice.settings.appointment(ctx.today()))),
        date("until", "Until", "").hint("The day on which the patient is back on the list: +4w, 30 Nov 2026"),
        Field::text("daily", "mcg a day", &whole("tablets_mcg")).most(7).prefilled(),
        date("recheck", "Recheck on", &in_months("tablets_recheck_months")),
        date("look", "Recheck on", &in_months("stopped_recheck_months")),
        date("again", "Ask again", &in_months("ask_again_months")),
        Field::text("to", "Moved to", "").most(80).hint("The practice or the person who goes on."),
        Field::text("because", "Why", "").most(160).hint("It stays in the chart."),
        Field::text("reason", "Reason", "").most(160).hint("Why it is right here, though the rule below asks."),
        told::decider("decided_by", "Decided by", told::WHO, ctx),
        told::field(),
        date("on", "Decided on", &words::born(ctx.today())).hint("t, t-1, 22 Nov 2026"),
    ]
}

/// A way with its sign and, where it is not open, the word for it.
fn option(offer: &Offer, ctx: &Ctx) -> String {
    let glyphs = &ctx.theme.glyphs;
    match offer.gate {
        Gate::Open if offer.way.is_asked() => format!("{} {}", offer.name, glyphs.fine),
        Gate::Open => offer.name.clone(),
        Gate::NotNow => format!("{} {} not now", offer.name, glyphs.attention),
        Gate::Closed => format!("{} {} not possible", offer.name, glyphs.attention),
    }
}
