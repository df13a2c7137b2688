//! How a decision reached who records it, as a command is told.

use super::failure::Failure;
use crate::clinic::people::Colleague;
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

impl How {
    /// Returns how it came; nothing where the prescriber records it.
    pub(super) fn told(self, people: &[Colleague], author: &str, prescriber: &str) -> Result<Option<Told>, Failure> {
        let said = match (self.verbal, self.written) {
            (true, _) => Some(Told::Verbal),
            (_, true) => Some(Told::Written),
            _ => None,
        };
        roles::told(people, author, prescriber, said).map_err(|untold| match untold {
            Untold::NoPrescriber(words) => words.into(),
            Untold::How(words) => {
                format!("{words}: --verbal or --written; or --by where the prescriber records it").into()
            }
        })
    }
}
