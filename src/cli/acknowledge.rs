//! `cobalog acknowledge`: a finding was seen, with the reason to go on.

use super::context::Context;
use super::end_phase::required;
use super::failure::{self, Failure};
use super::record::Signed;
use crate::clinic::course::Course;
use crate::clinic::decision::Acknowledged;
use crate::clinic::entry::Act;
use crate::clinic::findings::{Finding, Tier};
use clap::Args;
use std::io::Write;

#[derive(Args)]
#[command(
    name = "acknowledge",
    after_help = "Example: cobalog acknowledge 1014 O2 --because \"does not take tablets reliably\""
)]
pub(super) struct Seen {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// The rule of an open finding, as `cobalog chart` names it.
    rule: String,
    /// Why it is right to go on.
    #[arg(long, value_name = "WHY")]
    because: String,
    #[command(flatten)]
    signed: Signed,
}

impl Seen {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let because = required("--because", &self.because)?;
        self.signed.record_checked(&store, &self.patient, context, out, |_, course| {
            let open = self.open(course)?;
            // One rule may have found several things: each is named, and each has its own entry.
            open.iter().filter(|_| open.len() > 1).for_each(|f| failure::say(&format!("note: {}: {}", f.rule, f.text)));
            let seen = |f: &&Finding| Acknowledged {
                rule: f.rule.clone(),
                because: because.clone(),
                rests_on: f.entries.clone(),
            };
            Ok(open.iter().map(seen).map(Act::Acknowledged).collect())
        })
    }

    fn open<'a>(&self, course: &'a Course) -> Result<Vec<&'a Finding>, Failure> {
        let wanted = self.rule.trim();
        let named: Vec<_> = course.findings.iter().filter(|f| f.rule.eq_ignore_ascii_case(wanted)).collect();
        if let Some(stop) = named.iter().find(|f| f.tier == Tier::Stop) {
            return Err(format!(
                "not recorded: {} is a stop, and no reason passes it: {} {}",
                stop.rule,
                stop.text,
                super::record::told(&stop.todo)
            )
            .into());
        }
        if named.is_empty() {
            return Err(self.unknown(course).into());
        }
        Ok(named)
    }

    fn unknown(&self, course: &Course) -> String {
        let answered = course.answered.iter().find(|(f, _)| f.rule.eq_ignore_ascii_case(self.rule.trim()));
        if let Some((finding, because)) = answered {
            return format!("{} is answered already: {because}", finding.rule);
        }
        let mut open: Vec<_> =
            course.findings.iter().filter(|f| f.tier != Tier::Stop).map(|f| f.rule.as_str()).collect();
        open.dedup();
        let open = if open.is_empty() { "nothing is open".to_owned() } else { format!("open are {}", open.join(", ")) };
        format!("no finding of rule \"{}\" is open in this chart; {open}", self.rule)
    }
}
