//! `cobalog cosign`: a prescriber signs what was recorded on her order, or a signed paper is filed.

mod all;

use super::context::Context;
use super::date::Day;
use super::failure::{self, Failure};
use super::record::Signed;
use crate::clinic::cosign::{self, Cosigned, Waiting};
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::roles;
use crate::store::Store;
use clap::Args;
use std::io::Write;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  cobalog cosign 1006 --by \"Dr Eleanor Hart\"\n  cobalog cosign 1006 --on-paper 2026-11-23 --note \"letter in the file\"\n  \
    cobalog cosign --all --by \"Dr Eleanor Hart\"        (lists; with --yes signs)"
)]
pub(super) struct Cosign {
    /// Number, chart id, or enough of the name.
    #[arg(required_unless_present = "all")]
    patient: Option<String>,
    /// The entry's id, as `cobalog waiting` lists it; may be left out where only one waits.
    entry: Option<EntryId>,
    /// The day on the paper that a prescriber outside signed, who cannot sign here.
    #[arg(long, value_name = "DATE")]
    on_paper: Option<Day>,
    /// Anything else.
    #[arg(long)]
    note: Option<String>,
    /// Lists in full all that you may sign; nothing is signed without --yes.
    #[arg(long, conflicts_with_all = ["patient", "entry", "on_paper", "note"])]
    all: bool,
    /// Signs all that --all lists, each in its own chart.
    #[arg(long, requires = "all")]
    yes: bool,
    #[command(flatten)]
    signed: Signed,
}

/// Refuses a signature in the name of somebody who was only named. Where nobody signs in only the first of the list, who opens the
/// program, is known, as on the screen.
fn is_shown(author: &str, store: &Store, context: &Context) -> Result<(), Failure> {
    let settings = store.settings();
    let is_known = settings.sign_in()
        || roles::is(author, settings.author())
        || context.known(&settings.people).is_some_and(|known| roles::is(author, known));
    let prescribes = roles::is_prescriber(&settings.people, author);
    if is_known || !prescribes {
        return Ok(());
    }
    Err(format!(
        "nobody signs in at this practice, so --by alone does not show that it is {author} who signs. Give {author} a PIN on the \
         screen (People), or file what was signed on paper with --on-paper DATE"
    )
    .into())
}

impl Cosign {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let people = &store.settings().people;
        let author = self.signed.author(&store);
        let on_paper = self.on_paper.map(|day| day.date(context.today));
        if on_paper.is_none() {
            is_shown(author, &store, context)?;
        }
        let Some(patient) = &self.patient else { return self.all_of(author, &store, context, out) };
        self.signed.record_checked(&store, patient, context, out, |chart, course| {
            let waiting = self.pick(course)?;
            let signed = cosign::signed(chart, waiting, author, on_paper, (context.today, people));
            let signed = signed.map_err(|refusal| {
                let files = on_paper.is_none() && !roles::can_sign_here(people, &waiting.prescriber);
                let how = if files { "; file what was signed with --on-paper DATE" } else { "" };
                format!("{}: {refusal}{how}", waiting.what)
            })?;
            failure::say(&format!("note: {} ({})", waiting.what, waiting.from_whom()));
            let note = self.note.as_deref().map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned);
            Ok(vec![Act::Cosigned(Cosigned { note, ..signed })])
        })
    }

    fn pick<'a>(&self, course: &'a Course) -> Result<&'a Waiting, Failure> {
        let listed = |all: &[Waiting]| all.iter().map(|w| format!("\n  {}  {}", w.entry, w.what)).collect::<String>();
        match (&course.waiting[..], self.entry) {
            ([], _) => Err("nothing waits for a signature in this chart".into()),
            (all, Some(entry)) => all
                .iter()
                .find(|w| w.entry == entry)
                .ok_or_else(|| format!("entry {entry} does not wait for a signature; these do:{}", listed(all)).into()),
            ([one], None) => Ok(one),
            (all, None) => Err(format!("say which one is signed:{}", listed(all)).into()),
        }
    }
}
