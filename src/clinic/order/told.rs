//! An order as another Cobalog's table tells it, phase by phase.

use super::adopt::checkpoints;
use super::{Order, Wish};
use crate::clinic::practice::Practice;
use crate::clinic::regimen::{End, Phase, Regimen};

/// Writes the order that has these phases: as the library writes it where a prescriber's choices make them, else as they stand
/// there.
///
/// # Errors
/// As [`Order::write`].
pub(crate) fn told(practice: &Practice, regimen: &Regimen, phases: &[Phase], wish: &Wish) -> Result<Order, String> {
    let maintenance_only = !phases.iter().any(|phase| phase.kind.fills());
    let keeps = phases.iter().rfind(|phase| !phase.kind.fills());
    let count = match phases.first().map(|phase| (&phase.until, phase.kind.fills())) {
        Some((End::Doses(n), true)) => Some(*n),
        _ => None,
    };
    let dose_mcg = phases.last().map(|phase| phase.dose_mcg);
    let every = keeps.and_then(Phase::interval);
    let wishes = [(None, None), (dose_mcg, None), (None, count), (dose_mcg, count)];
    let wishes = wishes.map(|(dose_mcg, doses)| Wish { every, dose_mcg, doses, maintenance_only, ..wish.clone() });
    let made = wishes.iter().find_map(|wish| Order::write(regimen, Vec::new(), wish).ok().filter(|o| is(o, phases)));
    let mut order = match made {
        Some(order) => order,
        None => {
            let plain = Wish { every: None, dose_mcg: None, doses: None, maintenance_only: false, ..wish.clone() };
            let changed = vec!["the phases are those of the table".to_owned()];
            let phases: Vec<Phase> = phases.iter().map(|phase| as_published(phase, regimen)).collect();
            Order { phases: phases.into(), changed, ..Order::write(regimen, Vec::new(), &plain)? }
        }
    };
    order.checkpoints = checkpoints(practice, regimen, maintenance_only).into();
    Ok(order)
}

/// A table has the words of an event alone: what the regimen says of the same words holds.
fn as_published(phase: &Phase, regimen: &Regimen) -> Phase {
    let same = regimen.phases.iter().find(|known| known.until == phase.until);
    let mut phase = Phase { ended_by: same.and_then(|known| known.ended_by), ..phase.clone() };
    phase.in_few_words();
    phase
}

fn is(order: &Order, phases: &[Phase]) -> bool {
    let same = |(a, b): (&Phase, &Phase)| {
        (a.kind, a.dose_mcg, &a.every, &a.until, &a.gate) == (b.kind, b.dose_mcg, &b.every, &b.until, &b.gate)
    };
    order.phases.len() == phases.len() && order.phases.iter().zip(phases).all(same)
}
