//! What the give prompt fills in by itself: the lot in use, the computed volume, the words beside the fields.

use super::Give;
use super::fields::words_date;
use super::words::{amount, label};
use crate::clinic::drug::{Product, trim_number, volume_ml};
use crate::clinic::interval::days_between;
use crate::clinic::parse;
use crate::clinic::practice::LotInUse;
use crate::clinic::rights::{self, Intent};
use crate::clinic::words as say;
use crate::tui::ctx::Ctx;
use crate::tui::prompts::vial::TYPED;
use chrono::NaiveDate;

/// A lot that was filled in is the one of the vial before, which somebody else may have got.
const OF_THE_LAST_VIAL: &str = "of the last vial: look at yours";

impl Give {
    /// The lot in use of the chosen product, where there is one: another vial has nothing of the one before.
    pub(super) fn fill_lot(&mut self, ctx: &Ctx) {
        let Some(product) = self.product(ctx).cloned() else { return };
        let known = rights::lot_in_use(&ctx.practice, &product, ctx.today()).cloned();
        self.form.set("lot", known.as_ref().map_or("", |l| l.lot.as_str()));
        self.form.aside("lot", known.as_ref().map_or(String::new(), |_| OF_THE_LAST_VIAL.to_owned()));
        for (id, value) in of_vial(known.as_ref()) {
            self.form.set(id, &value);
        }
    }

    /// Another lot has another expiry and was opened another day: those of the same lot in use, else the vial says.
    pub(super) fn fill_from_lot(&mut self, ctx: &Ctx) {
        let lot = self.form.text("lot");
        self.form.aside("lot", String::new());
        let product = self.product(ctx).map(|p| p.name.as_str());
        let lots = &ctx.practice.settings.lots;
        let known = lots.iter().find(|l| l.lot == lot.trim() && Some(l.product.as_str()) == product).cloned();
        for (id, value) in of_vial(known.as_ref()) {
            if self.form.field(id).is_some_and(|f| f.is_prefilled()) {
                self.form.set(id, &value);
            }
        }
    }

    /// Shows the fields that this product and these answers ask for.
    pub(super) fn show_what_is_asked(&mut self, ctx: &Ctx) {
        let typed = self.form.text("product") == TYPED;
        self.form.show("strength", typed);
        self.form.show("drug", typed);
        self.form.show("opened", self.product(ctx).is_some_and(Product::is_multi_dose));
        self.form.show("sore_until", !self.form.text("sore").is_empty());
    }

    /// The volume that dose and strength give, until somebody types what the syringe holds.
    pub(super) fn fill_drawn(&mut self, ctx: &Ctx) {
        if self.form.field("drawn").is_some_and(|f| f.is_prefilled()) {
            let dose = parse::dose_mcg(&self.form.text("dose")).ok();
            let volume = dose.and_then(|dose| volume_ml(dose, self.strength(ctx)));
            let text = volume.map(|v| trim_number(v, 3)).unwrap_or_default();
            self.form.set("drawn", &text);
        }
    }

    /// Until when a sore site is left alone, counted from the injection.
    pub(super) fn fill_sore_until(&mut self, ctx: &Ctx, on: NaiveDate) {
        if self.form.field("sore_until").is_some_and(|f| f.is_prefilled()) {
            self.form.set("sore_until", &words_date(rights::leave_alone_until(&ctx.practice, on)));
        }
    }

    /// A computed value never stands beside an input that cannot be read.
    pub(super) fn clear_asides(&mut self) {
        for id in ["dose", "drawn", "expires", "opened", "on", "sore_until"] {
            self.form.aside(id, String::new());
        }
    }

    pub(super) fn asides(&mut self, ctx: &Ctx, intent: &Intent) {
        let good = intent.expires.map(|d| format!("good through {}", say::day(d))).unwrap_or_default();
        let now = if intent.on == ctx.today() { ctx.now.format(", %H:%M").to_string() } else { String::new() };
        let sore = self.sore(intent.on, ctx).ok().flatten();
        let dose = amount(intent, self.product(ctx));
        self.form.aside("dose", dose);
        self.form.aside("drawn", label(intent));
        self.form.aside("expires", good);
        self.form.aside("opened", open_for(ctx, intent));
        self.form.aside("on", format!("{}{now}", say::day(intent.on)));
        self.form.aside("sore_until", sore.map(|s| say::day(s.until)).unwrap_or_default());
    }
}

/// The fields that belong to one vial, blank where it is not known.
fn of_vial(known: Option<&LotInUse>) -> [(&'static str, String); 2] {
    let date = |day: Option<NaiveDate>| day.map_or(String::new(), words_date);
    [("expires", date(known.map(|l| l.expires))), ("opened", date(known.and_then(|l| l.opened)))]
}

/// Says how long an opened vial is good for yet: `open 12 days; discard after Mon 21 Dec 2026`.
fn open_for(ctx: &Ctx, intent: &Intent) -> String {
    let Some(opened) = intent.opened else { return String::new() };
    let last = rights::good_once_opened(&ctx.practice, opened);
    format!("open {}; discard after {}", say::days(days_between(opened, intent.on)), say::day(last))
}
