//! What was given, or why not: product, strength and volume, lot, expiry, site, route, time, by whom.

use super::{NotedFact, Sheet};
use crate::clinic::drug::{mcg, ml};
use crate::clinic::entry::{Given, NotGiven};
use crate::clinic::words;

pub(super) fn lines(sheet: &Sheet<'_>) -> Vec<NotedFact> {
    match (sheet.visit.dose, sheet.visit.not_given) {
        (Some((_, dose)), _) => given(&dose.given, &dose.by),
        (None, Some(not)) => not_given(not),
        (None, None) => Vec::new(),
    }
}

fn given(given: &Given, by: &str) -> Vec<NotedFact> {
    let volume = given.volume_ml().map(|volume| format!(" = {}", ml(volume))).unwrap_or_default();
    let missing = || "not recorded".to_owned();
    // What another system did not say is not nothing.
    let dose =
        if given.dose_mcg == 0 { "dose not recorded".to_owned() } else { format!("{}{volume}", mcg(given.dose_mcg)) };
    let of = Some(given.product.trim()).filter(|product| !product.is_empty());
    let what = format!("{}, {dose}{}", given.drug.tall_man(), of.map(|of| format!(" of {of}")).unwrap_or_default());
    let strength = Some(given.strength_mcg_per_ml).filter(|strength| *strength > 0);
    let when = given.time.map(|time| format!(" {}", time.format("%H:%M"))).unwrap_or_default();
    let mut out = vec![
        NotedFact::new("Given", what),
        NotedFact::new("Strength", strength.map_or_else(missing, |strength| format!("{} in 1 mL", mcg(strength)))),
        NotedFact::new("Lot", given.lot.clone().unwrap_or_else(missing)),
        NotedFact::new("Expires", given.expires.map_or_else(missing, words::day)),
        NotedFact::new("Site", given.site.map_or_else(missing, |site| site.to_string())),
        NotedFact::new("Route", given.route.to_string()),
        NotedFact::new("Time", format!("{}{when}", words::day(given.on))),
        NotedFact::new("Given by", Some(by.to_owned()).filter(|by| !by.trim().is_empty()).unwrap_or_else(missing)),
    ];
    if let Some(opened) = given.opened {
        out.push(NotedFact::new("Vial opened", words::day(opened)));
    }
    if let Some(sore) = given.sore {
        let text = format!("{} was sore; left alone until {}", sore.site, words::day(sore.until));
        out.push(NotedFact::new("Sore site", text));
    }
    for reason in &given.reasons {
        let label = if reason.stop { "Given against a rule" } else { "Reason given" };
        out.push(NotedFact::new(label, format!("{} (rule {})", reason.because, reason.rule)));
    }
    out.extend(given.note.as_ref().map(|note| NotedFact::new("Noted with it", note.clone())));
    out
}

fn not_given(not: &NotGiven) -> Vec<NotedFact> {
    let again = not.again.map(|day| format!("; tried again {}", words::day(day))).unwrap_or_default();
    let mut out = vec![NotedFact::new("Not given", format!("{}: {}{again}", words::day(not.on), not.why.words()))];
    out.extend(not.note.as_ref().map(|note| NotedFact::new("Noted with it", note.clone())));
    out
}
