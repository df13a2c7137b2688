//! The plan before, as a ghost: the days that doses would have had, had the last order or change not come.

use super::InForce;
use super::doses;
use super::events::{Event, Happened};
use super::standing::Standing;
use crate::clinic::chart::Fact;
use crate::clinic::decision::Turn;
use crate::clinic::practice::Practice;
use chrono::{Months, NaiveDate};

/// So many are enough to see how the plan moved; a screen full of them would hide the plan that holds. \[eng\]
const MOST: usize = 12;

/// What was replaced: its order, and the day until which it is compared, or on which it goes on where it was paused.
struct Replaced<'a, 'b> {
    order: &'a InForce<'b>,
    happened: Vec<Event<'b>>,
    to: NaiveDate,
}

/// Returns the days from today on that the plan before had, at most a dozen.
pub(super) fn of(
    orders: &[InForce<'_>],
    facts: &[Fact<'_>],
    standing: Option<&Standing>,
    practice: &Practice,
    today: NaiveDate,
) -> Vec<NaiveDate> {
    let Some(replaced) = replaced(orders, facts, standing) else { return Vec::new() };
    let mut cursor = doses::stood(replaced.order, &replaced.happened, practice, today);
    let mut out = Vec::new();
    // A rhythm moves on by a day or more each time; ten years of dense doses are the end of any plan.
    for _ in 0..4_000 {
        let Some(day) = cursor.next().filter(|day| *day < replaced.to && out.len() < MOST) else { break };
        if day >= today {
            out.push(day);
        }
        cursor.take_as_planned();
    }
    out
}

fn replaced<'a, 'b>(
    orders: &'a [InForce<'b>],
    facts: &[Fact<'b>],
    standing: Option<&Standing>,
) -> Option<Replaced<'a, 'b>> {
    let on = |place: usize| Happened::of(facts, orders).on(place);
    let year = |from: NaiveDate| from.checked_add_months(Months::new(14)).unwrap_or(NaiveDate::MAX);
    match (standing, orders) {
        (Some(standing), [.., order]) => {
            let to = match standing.change.what {
                Turn::Paused { until } => until,
                _ => year(standing.change.on),
            };
            Some(Replaced { order, happened: on(orders.len() - 1), to })
        }
        (None, [.., order, new]) => {
            // Where tablets or an end lay between the two, no dose was planned any more.
            let ended = |e: &Event<'_>| matches!(e, Event::Changed(c) if c.what.ends_the_plan());
            let happened = on(orders.len() - 2);
            let went_on = !happened.iter().any(ended);
            // From its signature on, the new plan alone is owed: what the old one had until the new one starts is gone too.
            went_on.then(|| Replaced { order, happened, to: year(new.order.start) })
        }
        _ => None,
    }
}
