//! Which reasons the give prompt asks for, and what answers them.

use super::Give;
use super::already::HAPPENED;
use crate::clinic::entry::Reason;
use crate::clinic::findings::Tier;
use crate::clinic::rights::Checked;
use crate::tui::form::Field;

impl Give {
    /// Asks for a reason where a check does. When the rules that ask change, the reason that was picked answers them no
    /// more.
    pub(super) fn ask_for_reasons(&mut self) {
        let asks = |c: &&Checked| c.tier == Some(Tier::Reason) && !c.of_fact;
        let asking: Vec<_> = self.checks.iter().filter(asks).map(|c| c.rule.clone()).collect();
        if asking != self.asking {
            self.form.set("reason", "");
            self.asking.clone_from(&asking);
        }
        // What happened answers the rest too.
        let asks = !asking.is_empty() && !self.was_given();
        self.reasons_for_a_gate();
        self.form.show("reason", asks);
        self.form.show("reason_words", asks && (self.form.text("reason") == "other" || self.has_more_than_a_gate()));
    }

    /// Returns the reason for each rule that asks; one that is not picked yet is empty.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let words = || self.form.text("reason_words").trim().to_owned();
        let because = match self.form.text("reason").as_str() {
            "other" => words(),
            picked => picked.to_owned(),
        };
        let more = self.has_more_than_a_gate();
        let asked = self.checks.iter().filter(|c| c.tier == Some(Tier::Reason));
        let was_given = self.was_given();
        let happened = self.form.filled(HAPPENED).unwrap_or_default();
        let reason = |c: &Checked| match () {
            () if was_given => Reason { stop: c.of_fact, ..Reason::new(&c.rule, &happened) },
            () if more && c.rule != "P1" => Reason::new(&c.rule, &words()),
            () => Reason::new(&c.rule, &because),
        };
        asked.map(reason).collect()
    }

    /// Whether something asks beside the gate: what was seen answers the gate only.
    fn has_more_than_a_gate(&self) -> bool {
        self.asking.iter().any(|rule| rule == "P1") && self.asking.len() > 1
    }

    /// A published gate is no matter of convenience: only what was seen, or a decision, passes it.
    fn reasons_for_a_gate(&mut self) {
        let Some(gate) = self.patient.course.next_dose().and_then(|s| s.gate.clone()) else { return };
        let options = [
            ("", "pick one"),
            ("seen", ""),
            ("prescriber decided without it", "Prescriber decided without it"),
            ("other", "Other, in words"),
        ];
        let options = options.map(|(id, words)| match id {
            "seen" => (format!("seen: {gate}"), format!("Seen: {gate}")),
            _ => (id.to_owned(), words.to_owned()),
        });
        let chosen = self.form.text("reason");
        if let Some(field) = self.form.field_mut("reason") {
            field.kind = Field::choice("reason", "Reason", options.to_vec(), &chosen).kind;
        }
    }
}
