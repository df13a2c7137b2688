//! A stop stops the needle, not the record: what was given already is recorded, with what happened and who was told.

use super::Give;
use crate::clinic::findings::Tier;
use crate::clinic::rights::{self, Checked};
use crate::tui::form::Field;

/// The field that says that it was given; nobody finds it answered.
pub(super) const ALREADY: &str = "already";
/// What happened, and who was told.
pub(super) const HAPPENED: &str = "happened";
const YES: &str = "yes";
/// Below the stops: where the answer is.
pub(super) const ASKS: &str = "Was it given so already? Then answer \"Was given\" with yes.";

/// Returns the two fields; they are shown where something stops that may have happened all the same.
pub(super) fn fields() -> [Field; 2] {
    let options = [("", "no: it is stopped"), (YES, "yes, already: record what happened")];
    let options = options.map(|(id, words)| (id.to_owned(), words.to_owned())).to_vec();
    let mut already = Field::choice(ALREADY, "Was given", options, "")
        .not_kept()
        .hint("No stops it. Yes: the injection was given so before you came here, and the record must hold it.");
    let mut happened = Field::text(HAPPENED, "Happened", "").most(200).hint(
        "How it came about, and who was told: \"vial not looked at, Dr Rao told 09:20\". It stays with the dose.",
    );
    (already.hidden, happened.hidden) = (true, true);
    [already, happened]
}

impl Give {
    /// Whether somebody said that it was given already.
    pub(super) fn was_given(&self) -> bool {
        self.form.text(ALREADY) == YES && self.checks.iter().any(|c| c.of_fact)
    }

    /// Asks whether it was given already where something stops that may be true; an answer is one to these stops alone.
    pub(super) fn ask_whether_given(&mut self, checks: Vec<Checked>) {
        let stops = |c: &&Checked| c.tier == Some(Tier::Stop) && c.of_fact;
        let stopping: Vec<_> = checks.iter().filter(stops).map(|c| (c.rule.clone(), c.words.clone())).collect();
        if stopping != self.stopping {
            self.form.set(ALREADY, "");
            self.stopping = stopping;
        }
        let asks = rights::may_be_true(&checks);
        self.form.show(ALREADY, asks);
        let given = asks && self.form.text(ALREADY) == YES;
        self.form.show(HAPPENED, given);
        self.checks = if given { rights::given_already(checks) } else { checks };
    }
}
