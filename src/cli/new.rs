//! `cobalog new`: an empty practice, for scripts; the full-screen program offers the same at its first start.

use super::context::Context;
use super::failure::Failure;
use crate::clinic::audit::What;
use crate::clinic::people::Colleague;
use crate::clinic::practice::Settings;
use crate::store::disk::Real;
use crate::store::vault::Vault;
use crate::store::{Places, Store};
use clap::Args;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog --data ./practice new --name \"Hill Street\" --person \"Maya Keller RN\"")]
pub(super) struct New {
    /// The practice's name.
    #[arg(long)]
    name: String,
    /// Who records, as entries are signed.
    #[arg(long, value_name = "NAME")]
    person: String,
    /// Somebody who signs orders; may come several times.
    #[arg(long, value_name = "NAME")]
    prescriber: Vec<String>,
    /// The country whose regimens come first and whose customs hold, in two letters: UK, US, NL, DE.
    #[arg(long, value_name = "COUNTRY", default_value = "UK")]
    setting: String,
    /// Takes over charts that are in the folder without a practice.ron, where no backup has one.
    #[arg(long)]
    with_charts: bool,
}

impl New {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let dir = context.dir()?;
        if !self.with_charts {
            Store::may_begin(&dir)?;
        }
        let mut settings = Settings::new(self.name.trim(), self.person.trim());
        settings.setting.clone_from(&self.setting);
        let colleague = |name: &String| Colleague::new(name.trim(), true);
        settings.people.extend(self.prescriber.iter().map(colleague));
        let mut store = match Vault::of(Real::shared(), &dir) {
            None => Store::create(&dir, settings)?,
            // Its charts are encrypted; only the settings were lost.
            Some(_) => Store::create_on(&dir, settings, Places::of(&dir), context.disk(&dir)?)?,
        };
        // With the first line of its log the practice has its key for seals, before a second workstation makes another one.
        context.keep_log(&mut store);
        store.note(context.event(&store, What::SettingsChanged).with("the practice was made"));
        Ok(writeln!(out, "{} is in {}.", self.name.trim(), dir.display())?)
    }
}
