//! `cobalog encrypt`: the practice is encrypted on the disk, or not any more.

use super::context::Context;
use super::failure::Failure;
use super::identity::is_named;
use super::table::plain;
use crate::clinic::people::Colleague;
use crate::clinic::words;
use crate::store::disk::Real;
use crate::store::vault::{self, Vault, decrypt, encrypt, remove_stray, seen};
use crate::store::{Places, Problem, Store, StoreError};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use std::io::Write;
use std::path::Path;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog encrypt --by mk --secret-fd 3 3<passphrase.txt\n\nEverything that names a patient is \
    then an age file, under the same name: charts, drafts, the index, backups. Whoever was chosen with --by opens the \
    practice with that passphrase; the recovery key is printed this once, and opens it too. Without a passphrase and \
    without the recovery key nobody does. A switch that was stopped goes on when it is called again. What was on the disk \
    before may be found there until the disk writes over it."
)]
pub(super) struct Encrypt {
    /// Whose passphrase it is: initials, or the name; the first of the practice's people where absent.
    #[arg(long, value_name = "INITIALS")]
    by: Option<String>,
    /// Switch it off: everything is written as it was before.
    #[arg(long)]
    off: bool,
    /// Make a new recovery key instead; the old one opens nothing any more, but for copies of the old files.
    #[arg(long, conflicts_with = "off")]
    recovery: bool,
}

impl Encrypt {
    /// Carries the command out; the status says whether every file could be turned.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let dir = context.dir()?;
        if !Store::exists(&dir) {
            return Err(StoreError::NoPractice { path: dir }.into());
        }
        match Vault::of(Real::shared(), &dir) {
            vault if !self.off && !self.recovery => self.on(context, &dir, vault.is_some(), out),
            None => {
                let keys = if self.off { remove_stray(&dir, &Real)? } else { 0 };
                if keys == 0 {
                    return Err(format!("the practice in {} is not encrypted", dir.display()).into());
                }
                let (keys, dir) = (words::plural(keys as i64, "key"), dir.display());
                Ok(writeln!(out, "The practice in {dir} is not encrypted; {keys} of before was removed.")?)
            }
            Some(_) if self.off => off(context, &dir, out),
            Some(vault) => {
                let code = vault.new_recovery(&context.key(&vault)?)?;
                writeln!(out, "The recovery key before opens the practice no more.")?;
                show(&code, out)
            }
        }
    }

    fn on(&self, context: &Context, dir: &Path, was_on: bool, out: &mut dyn Write) -> Result<(), Failure> {
        let secret =
            context.secret()?.ok_or("say where the passphrase is read from: --secret-fd - is standard input")?;
        let slot = if was_on { String::new() } else { self.slot(dir)? };
        let slots = context.slots(dir).into_iter().chain([slot.clone()]).filter(|slot| !was_on || !slot.is_empty());
        let people: Vec<_> =
            if was_on { slots.map(|slot| (slot, secret.clone())).collect() } else { vec![(slot.clone(), secret)] };
        let done = encrypt(dir, &Places::of(dir), &Real::shared(), &people, &mut |_, _| {})?;
        let files = words::plural(done.files as i64, "file");
        writeln!(out, "The practice in {} is encrypted: {files} now.", dir.display())?;
        if !was_on {
            writeln!(out, "{slot} opens it with this passphrase.")?;
        }
        done.recovery.iter().try_for_each(|code| show(code, out))?;
        // Where it could not be shown, the next call makes and shows another one.
        out.flush()?;
        seen(dir, &Real);
        say_left(&done.left, "cobalog encrypt", out)
    }

    /// Returns the slot of whoever the passphrase is for.
    fn slot(&self, dir: &Path) -> Result<String, Failure> {
        let people = Store::settings_of(&Real, dir)?.people;
        let known = || people.iter().map(Colleague::initials).collect::<Vec<_>>().join(", ");
        let person = match &self.by {
            None => people.first(),
            Some(by) => people.iter().find(|person| is_named(person, by)),
        };
        let person = person.ok_or_else(|| match &self.by {
            Some(by) => format!("--by: nobody here is \"{by}\"; say one of {}", known()),
            None => "nobody works at this practice yet: add somebody first".to_owned(),
        })?;
        Ok(vault::slot(&person.initials()))
    }
}

fn off(context: &Context, dir: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    let vault = Vault::of(Real::shared(), dir).ok_or("it is not encrypted")?;
    let left = decrypt(&context.key(&vault)?, &Places::of(dir), &Real::shared(), &mut |_, _| {})?;
    if left.is_empty() {
        writeln!(out, "The practice in {} is not encrypted any more.", dir.display())?;
    }
    say_left(&left, "cobalog encrypt --off", out)
}

fn show(code: &SecretString, out: &mut dyn Write) -> Result<(), Failure> {
    let code = code.expose_secret();
    Ok(writeln!(
        out,
        "\nThe recovery key, shown this once. Write it on paper, and keep that where no computer is:\n\n    {code}\n"
    )?)
}

fn say_left(left: &[Problem], again: &str, out: &mut dyn Write) -> Result<(), Failure> {
    left.iter().try_for_each(|problem| writeln!(out, "left as it is: {}", plain(&problem.to_string())))?;
    if left.is_empty() {
        return Ok(());
    }
    writeln!(out, "Mend that (`cobalog check --repair`), then `{again}` goes on.")?;
    out.flush()?;
    Err(Failure::Said)
}
