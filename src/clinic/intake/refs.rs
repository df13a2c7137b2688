//! What entries of another chart name each other by. Taken over, an entry has an id of its own: what named the old one names the
//! new one.

use crate::clinic::entry::{Act, EntryId};

/// Returns an act with the entries that it names replaced by those that `now` gives for them. A name that may be missing goes
/// where there is none; `None` where the act says nothing without it, as the end of a phase does without its order.
#[must_use]
pub fn renamed(act: Act, now: &dyn Fn(EntryId) -> Option<EntryId>) -> Option<Act> {
    Some(match act {
        Act::Given(mut given) => {
            given.order = given.order.and_then(now);
            Act::Given(given)
        }
        Act::NotGiven(mut not) => {
            not.order = not.order.and_then(now);
            Act::NotGiven(not)
        }
        Act::PhaseEnded(mut ended) => {
            ended.order = now(ended.order)?;
            Act::PhaseEnded(ended)
        }
        Act::Renewed(mut renewed) => {
            renewed.order = now(renewed.order)?;
            Act::Renewed(renewed)
        }
        Act::Cosigned(mut cosigned) => {
            cosigned.of = now(cosigned.of)?;
            Act::Cosigned(cosigned)
        }
        Act::Acknowledged(mut seen) => {
            seen.rests_on = seen.rests_on.into_iter().filter_map(now).collect();
            Act::Acknowledged(seen)
        }
        Act::Noted(mut note) => {
            note.of = note.of.and_then(now);
            note.adds_to = note.adds_to.and_then(now);
            Act::Noted(note)
        }
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::entry::PhaseEnded;
    use chrono::NaiveDate;
    use ulid::Ulid;

    #[test]
    fn the_end_of_a_phase_names_the_order_as_it_is_called_now() {
        let (old, new) = (EntryId(Ulid(1)), EntryId(Ulid(2)));
        let ended = |order| {
            let (because, decided_by) = ("blood normal".to_owned(), "Dr May".to_owned());
            Act::PhaseEnded(PhaseEnded { order, phase: 0, on: NaiveDate::default(), because, decided_by, told: None })
        };
        assert_eq!(renamed(ended(old), &|id| (id == old).then_some(new)), Some(ended(new)));
        assert_eq!(renamed(ended(old), &|_| None), None);
    }
}
