//! How a decision reached who records it, as a command is told.

use super::failure::{self, Failure};
use crate::clinic::people::{Colleague, working};
use crate::clinic::roles::{self, Told, Untold};
use clap::Args;

// How the prescriber's word came; shared by all that record a decision.
#[derive(Args, Clone, Copy)]
pub(super) struct How {
    /// The prescriber said it; it then waits for the signature. Not needed where the prescriber records it.
    #[arg(long, conflicts_with = "written")]
    verbal: bool,
    /// The prescriber wrote it; it then waits for the signature. Not needed where the prescriber records it.
    #[arg(long)]
    written: bool,
}

/// Says where a name is no prescriber's here; one of one or two letters is no name.
fn known(people: &[Colleague], prescriber: &str) -> Result<(), Failure> {
    let here: Vec<_> = working(people).filter(|p| p.prescriber).map(|p| p.name.as_str()).collect();
    if here.is_empty()
        || roles::is_prescriber(people, prescriber)
        || people.iter().any(|p| roles::is(&p.name, prescriber))
    {
        return Ok(());
    }
    let words = format!("{prescriber} is no prescriber here; those are {}", here.join(", "));
    if prescriber.trim().chars().count() < 3 {
        return Err(format!("{words}: write the whole name").into());
    }
    failure::say(&format!(
        "note: {words}. Recorded as a doctor outside, whose signed paper is filed with `cobalog cosign --on-paper`"
    ));
    Ok(())
}

impl How {
    /// Returns how it came; nothing where the prescriber records it.
    pub(super) fn told(self, people: &[Colleague], author: &str, prescriber: &str) -> Result<Option<Told>, Failure> {
        let said = match (self.verbal, self.written) {
            (true, _) => Some(Told::Verbal),
            (_, true) => Some(Told::Written),
            _ => None,
        };
        known(people, prescriber)?;
        roles::told(people, author, prescriber, said).map_err(|untold| match untold {
            Untold::NoPrescriber(words) => words.into(),
            Untold::How(words) => {
                format!("{words}: --verbal or --written; or --by where the prescriber records it").into()
            }
        })
    }
}
