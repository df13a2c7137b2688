//! With which planned dose an order ends, said before it is signed.

use super::Order;
use crate::clinic::schedule::{self, PlannedDose, RepletionEnd};
use crate::clinic::words;
use chrono::NaiveDate;

/// More planned doses than anybody reads ahead.
const FAR: usize = 2_000;

impl Order {
    /// Says with which planned dose its term ends, and whether repletion would not be done by then: `with dose 3 on Tue 01 Dec
    /// 2026, before repletion is done`; `None` where nothing ends it within sight. `appointment` moves a day to the first open one.
    #[must_use]
    pub fn end_words(&self, appointment: impl Fn(NaiveDate) -> NaiveDate + Copy) -> Option<String> {
        let term = self.term;
        let covered = |dose: &PlannedDose| {
            term.doses.is_none_or(|most| dose.n <= most) && term.until.is_none_or(|until| dose.date <= until)
        };
        let mut planned = schedule::visits(&self.phases, self.start, appointment).take(FAR).peekable();
        let mut last = None;
        while let Some(dose) = planned.next_if(covered) {
            last = Some(dose);
        }
        let is_beyond = planned.peek().is_some();
        let Some(last) = last else {
            return term.until.map(|day| format!("{}, before its first dose", words::day(day)));
        };
        let nth = format!("dose {} on {}", last.n, words::day(last.date));
        let ends = match term.until {
            Some(until) if Some(last.n) != term.doses => format!("{}; {nth} is the last before it", words::day(until)),
            _ if !is_beyond => return None,
            _ => format!("with {nth}"),
        };
        let filling = schedule::repletion_end_on(&self.phases, self.start, appointment);
        let early = match filling {
            RepletionEnd::On(day) if last.date < day => ", before repletion is done",
            RepletionEnd::Review { .. } => ", while repletion may still go on",
            _ => "",
        };
        Some(format!("{ends}{early}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Wish;
    use super::*;
    use crate::clinic::knowledge::Knowledge;
    use crate::clinic::term::Term;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The UK's scheme without neurologic signs: six doses on Monday, Wednesday and Friday, then every two or three months.
    fn ends(until: Option<&str>, doses: Option<u32>) -> Option<String> {
        let known = Knowledge::built_in();
        let regimen = known.regimens().iter().find(|r| r.number() == "r01").unwrap();
        let term = Term { until: until.map(day), doses };
        let wish = Wish { term, ..Wish::plain(day("2026-11-23"), "Dr May") };
        Order::write(regimen, Vec::new(), &wish).unwrap().end_words(|due| due)
    }

    #[test]
    fn an_order_says_with_which_dose_it_ends() {
        assert_eq!(ends(None, None), None);
        let early = Some("with dose 3 on Fri 27 Nov 2026, before repletion is done".to_owned());
        assert_eq!(ends(None, Some(3)), early);
        assert_eq!(ends(None, Some(6)), Some("with dose 6 on Fri 04 Dec 2026".to_owned()));
        let by_day = Some(
            "Tue 01 Dec 2026; dose 4 on Mon 30 Nov 2026 is the last before it, before repletion is done".to_owned(),
        );
        assert_eq!(ends(Some("2026-12-01"), None), by_day);
        assert_eq!(ends(Some("2026-12-01"), Some(3)), early, "the number ends it first");
        assert_eq!(ends(Some("2026-12-01"), Some(9)), by_day, "the day does");
    }
}
