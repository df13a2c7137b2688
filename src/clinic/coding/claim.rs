//! What a claim, or a complete record of an injection, still lacks (facts 8.4).

use super::record::Record;
use super::{check, check_charges};
use crate::clinic::course::{Course, DoseGiven, DoseSlot};
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::interval::Interval;
use crate::clinic::note::Noted;
use crate::clinic::order::Order;
use crate::clinic::practice::Practice;
use crate::clinic::todo::Todo;
use crate::clinic::triage::Reversible;
use crate::clinic::words;
use chrono::NaiveDate;
use serde::Serialize;

/// One thing that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What: `Lot`.
    pub what: String,
    /// How hard: a stop is a claim that is refused.
    pub tier: Tier,
    /// What is the matter.
    pub text: String,
    /// What to do.
    pub todo: Todo,
    /// Where this comes from.
    pub source: String,
}

const SEEN: &str = "What was seen";

impl Missing {
    /// Returns whether it is the narrative, which may still be typed.
    #[must_use]
    pub fn is_narrative(&self) -> bool {
        self.what == SEEN
    }
}

/// Says what a note lacks to be claimed, the hardest first; nothing: it is ready. What only payers of the United States ask
/// is asked there alone.
#[must_use]
pub fn claim_ready(course: &Course, note: &Noted, practice: &Practice) -> Vec<Missing> {
    let record = Record::new(course, practice, note.on);
    let given = course.given().find(|(_, g)| Some(g.entry) == note.of);
    let mut claim = Claim { record, note, us: practice.settings.setting == "US", out: Vec::new() };
    claim.codes(given.map(|(_, g)| g));
    claim.evidence();
    claim.not_oral();
    match given {
        Some((slot, given)) => {
            claim.dose(given);
            claim.order(given);
            claim.interval(slot, given);
            if !note.charges.is_empty() && course.taken_over.contains(&given.entry) {
                let text =
                    "Charged, and the dose was taken over from another system: nothing shows that it was given here";
                claim.lacks("Charges", Tier::Stop, text, "Charge what was given here alone");
            }
        }
        None if !note.charges.is_empty() => {
            claim.lacks("Dose", Tier::Stop, "Charged, and no dose is documented", "Name the dose that the note is of");
        }
        None => {}
    }
    if note.narrative.trim().is_empty() {
        claim.lacks(SEEN, Tier::Reason, "Nothing was written", "Write how the patient was before and after");
    }
    let mut out = claim.out;
    out.sort_by_key(|m| m.tier);
    out
}

struct Claim<'a> {
    record: Record<'a>,
    note: &'a Noted,
    us: bool,
    out: Vec<Missing>,
}

const TABLE: &str = "facts 8.4";

impl Claim<'_> {
    fn lacks(&mut self, what: &str, tier: Tier, text: &str, todo: &str) {
        self.lacks_by(what, tier, text, todo, TABLE);
    }

    fn lacks_by(&mut self, what: &str, tier: Tier, text: &str, todo: &str, source: &str) {
        let (text, todo) = (format!("{}.", text.trim_end_matches('.')), format!("{}.", todo.trim_end_matches('.')));
        let todo = todo.into();
        self.out.push(Missing { what: what.to_owned(), tier, text, todo, source: source.to_owned() });
    }

    fn found(&mut self, what: &str, findings: Vec<Finding>) {
        for f in findings.into_iter().filter(|f| f.tier != Tier::Note) {
            self.lacks_by(what, f.tier, &f.text, f.todo.as_written(), &f.source);
        }
    }

    fn codes(&mut self, given: Option<&DoseGiven>) {
        if self.note.codes.is_empty() {
            self.lacks(
                "Diagnosis",
                Tier::Stop,
                "No diagnosis is coded",
                "Choose the code: it follows from why it is given",
            );
        }
        let codes: Vec<String> = self.note.codes.iter().map(|c| c.code.clone()).collect();
        let wrong = check(self.record.course, self.record.practice, &codes, self.note.on);
        self.found("Codes", wrong);
        if let Some(given) = given.filter(|_| self.us) {
            let wrong = check_charges(&self.note.charges, &given.given, self.record.practice);
            self.found("Charges", wrong);
        }
    }

    /// A condition that is for life is an indication by itself; a number with its date is still what payers look for.
    fn evidence(&mut self) {
        if self.record.is_measured() {
            return;
        }
        let cause = self.record.practice.knowledge.cause(self.record.cause());
        let for_life = cause.is_some_and(|c| c.reversible == Reversible::No);
        let tier = if for_life { Tier::Note } else { Tier::Reason };
        let text = "No low B12, and no high MMA or homocysteine, with its date within the year before the first dose";
        self.lacks_by(
            "Laboratory result",
            tier,
            text,
            "Record the result with the day of the sample",
            "facts 8.4 [S46]",
        );
    }

    fn not_oral(&mut self) {
        let said = self.record.triage().and_then(|t| t.not_oral.as_ref()).is_some_and(|t| !t.trim().is_empty());
        if self.us && !said {
            let text = "Why tablets do not suit is not recorded";
            self.lacks_by("Why not tablets", Tier::Reason, text, "Write it in the triage", "facts 8.3 [S47]");
        }
    }

    fn dose(&mut self, given: &DoseGiven) {
        let dose = &given.given;
        let empty = |text: &Option<String>| text.as_ref().is_none_or(|t| t.trim().is_empty());
        let fields = [
            ("Lot", empty(&dose.lot), Tier::Reason),
            ("Expiry date", dose.expires.is_none(), Tier::Reason),
            ("Site", dose.site.is_none(), Tier::Reason),
            ("Dose", dose.dose_mcg == 0, Tier::Stop),
            ("Product", dose.product.trim().is_empty(), Tier::Reason),
            ("Giver", given.by.trim().is_empty(), Tier::Stop),
            ("Time", dose.time.is_none(), Tier::Note),
        ];
        for (what, _, tier) in fields.into_iter().filter(|(_, lacks, _)| *lacks) {
            let text = format!("{what} is not recorded with the dose");
            self.lacks_by(what, tier, &text, "Amend the dose", "facts 8.4 [S13]");
        }
        let named = [Some(&self.note.narrative), dose.note.as_ref(), Some(&dose.product)];
        if self.us && !named.into_iter().flatten().any(|text| text.contains("NDC")) {
            self.lacks(
                "NDC",
                Tier::Note,
                "The vial's NDC is not in the record",
                "Write it in the note where the payer asks",
            );
        }
    }

    fn order(&mut self, given: &DoseGiven) {
        let course = self.record.course;
        let of = given.given.order.and_then(|id| course.orders.iter().find(|(order, _)| *order == id));
        let Some((id, order)) = of else {
            self.lacks("Order", Tier::Stop, "The dose stands on no order", "Name the order: amend the dose");
            return;
        };
        if let Some(waiting) = course.waiting.iter().find(|w| w.entry == *id) {
            let text = format!("The order is not signed: {}", waiting.from_whom());
            self.lacks_by("Signature", Tier::Stop, &text, "The prescriber signs it", "facts 8.4 [unsourced]");
        } else if order.prescriber.trim().is_empty() {
            self.lacks("Prescriber", Tier::Stop, "The order names no prescriber", "Name who ordered it");
        }
        if let Some(day) = self.ended(*id, order).filter(|day| *day < given.given.on) {
            let text = format!("The order had ended on {}", words::day(day));
            self.lacks_by("Order", Tier::Stop, &text, "The prescriber renews it", "facts 8.4 [unsourced]");
        }
    }

    /// The last day of an order; of the one that holds as its latest renewal has it.
    fn ended(&self, id: crate::clinic::entry::EntryId, order: &Order) -> Option<NaiveDate> {
        let course = self.record.course;
        let holds = course.order.as_ref().is_some_and(|(now, _)| *now == id);
        if holds { course.cover.as_ref().and_then(|c| c.until) } else { order.term.until }
    }

    /// C1: maintenance closer than a calendar month, and nobody said why.
    fn interval(&mut self, slot: &DoseSlot, given: &DoseGiven) {
        let rule = self.record.practice.knowledge.rule("C1");
        let on = given.given.on;
        let earlier = self.record.course.given().filter(|(s, g)| !s.kind.fills() && g.given.on < on);
        let Some(before) = earlier.map(|(_, g)| g.given.on).max() else { return };
        let months = u32::try_from(rule.count("months")).unwrap_or(1);
        let close = on < Interval::Months(months).after(before, 1);
        let said = !given.given.reasons.is_empty() || given.given.note.is_some();
        if self.us && close && !said && !slot.kind.fills() {
            let text = format!("Maintenance less than a month after the dose of {}", words::day(before));
            self.lacks_by("Reason for the interval", rule.tier, &text, rule.todo.as_written(), &rule.cited());
        }
    }
}
