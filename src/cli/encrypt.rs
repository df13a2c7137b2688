//! `cobalog encrypt`: the practice is encrypted on the disk, or not any more.

use super::context::{Context, vault_of};
use super::failure::{self, Failure};
use super::identity::is_named;
use super::table::plain;
use crate::clinic::audit::What;
use crate::clinic::people::{Asks, Colleague, SHORTEST_TO_OPEN, same_slot, sign_in, working};
use crate::clinic::roles::{self, Doing};
use crate::clinic::words::plural;
use crate::store::disk::Real;
use crate::store::vault::{self, Key, decrypt, encrypt, recovery_seen, remove_stray};
use crate::store::{Places, Problem, Store, StoreError};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use std::io::Write;
use std::path::Path;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog encrypt --by mk --secret-fd - <passphrase.txt\n\nEverything that names a patient is \
    then an age file, under the same name: charts, drafts, the index, backups. Whoever was chosen with --by opens the \
    practice with that passphrase; where people sign in, the PIN comes first, on a line of its own. The recovery key is printed this once, and opens it too. Without a passphrase and \
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
        let people = Store::settings_of(&Real, &dir)?.people;
        let Some(vault) = vault_of(&dir) else {
            if self.recovery && sign_in(&people) {
                return self.new_for_signing_in(context, &people, out);
            }
            if self.off || self.recovery {
                return self.is_plain(&dir, out);
            }
            roles::may(&people, &self.person(&people)?.name, Doing::Encryption)?;
            return self.on(context, &dir, &people, out);
        };
        let key = context.key(&vault)?;
        may(context, &people)?;
        match (self.off, self.recovery) {
            (true, _) => off(context, &key, &dir, out),
            (false, true) => {
                let code = vault.new_recovery(&key)?;
                note(context, &dir, Some(&key), "a new recovery key");
                writeln!(out, "The recovery key before opens the practice no more.")?;
                show(&key, &dir, &code, out)
            }
            (false, false) => self.go_on(context, &dir, out),
        }
    }

    /// Where nothing is encrypted the recovery key signs an administrator in who forgot the PIN.
    fn new_for_signing_in(&self, context: &Context, people: &[Colleague], out: &mut dyn Write) -> Result<(), Failure> {
        let person = self.person(people)?;
        roles::may(people, &person.name, Doing::Encryption)?;
        let mut store = context.store()?;
        if context.known(people) != Some(person.name.as_str()) {
            return Err(not_yours(person).into());
        }
        let code = store.renew_recovery()?;
        store.note(context.event(&store, What::SettingsChanged).with("a new recovery key"));
        writeln!(out, "The recovery key before is good no more.")?;
        print(&code, out)?;
        recovery_seen(store.dir(), &Real);
        Ok(())
    }

    /// It is not encrypted: keys of a switch that was stopped may be there all the same.
    fn is_plain(&self, dir: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let keys = if self.off { remove_stray(dir, &Real)? } else { 0 };
        if keys == 0 {
            return Err(format!("the practice in {} is not encrypted", dir.display()).into());
        }
        let keys = plural(keys as i64, "key");
        Ok(writeln!(out, "The practice in {} is not encrypted; {keys} of before removed.", dir.display())?)
    }

    /// Encrypts it for the first time.
    fn on(&self, context: &Context, dir: &Path, people: &[Colleague], out: &mut dyn Write) -> Result<(), Failure> {
        let person = self.person(people)?;
        if let Some(other) = same_slot(people, &person.initials(), &person.name) {
            let names = [&person.name, &other.name].map(String::as_str).join(" and ");
            return Err(
                format!("{names} have initials that make one file of keys: give one of them others first").into()
            );
        }
        let slot = vault::slot(&person.initials());
        let secret = proven(person, people, context)?;
        let secret = secret.ok_or_else(|| Failure::Message(only_a_pin(person, &slot)))?;
        let words = format!("{slot} opens it with this passphrase.");
        self.switch(context, dir, (std::slice::from_ref(&slot), secret), &words, out)
    }

    /// Goes on where it was stopped.
    fn go_on(&self, context: &Context, dir: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        let slots: Vec<_> = context.slots(dir).into_iter().filter(|slot| !slot.is_empty()).collect();
        let secret = context.secret()?.ok_or(NOT_SAID)?;
        self.switch(context, dir, (&slots, secret), "", out)
    }

    fn switch(
        &self,
        context: &Context,
        dir: &Path,
        (slots, secret): (&[String], SecretString),
        words: &str,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let people: Vec<_> = slots.iter().map(|slot| (slot.clone(), secret.clone())).collect();
        let done = encrypt(dir, &Places::of(dir), &Real::shared(), &people, &mut |_, _| {})?;
        let files = plural(done.files as i64, "file");
        writeln!(out, "The practice in {} is encrypted: {files} now.", dir.display())?;
        if !words.is_empty() {
            writeln!(out, "{words}")?;
        }
        note(context, dir, Some(&done.key), "encryption on");
        if let Some(code) = &done.recovery {
            note(context, dir, Some(&done.key), "a new recovery key");
            show(&done.key, dir, code, out)?;
        }
        say_left(&done.left, "cobalog encrypt", out)
    }

    /// Returns whoever the passphrase is for.
    fn person<'a>(&self, people: &'a [Colleague]) -> Result<&'a Colleague, Failure> {
        let known = || working(people).map(Colleague::initials).collect::<Vec<_>>().join(", ");
        let is_meant = |person: &&Colleague| self.by.as_ref().is_none_or(|by| is_named(person, by));
        let person = working(people).find(is_meant);
        person.ok_or_else(|| match &self.by {
            Some(by) => format!("--by: nobody here is \"{by}\"; say one of {}", known()).into(),
            None => "nobody works at this practice yet: add somebody first".into(),
        })
    }
}

const NOT_SAID: &str = "say where the passphrase is read from: --secret-fd - is standard input";

/// Returns the passphrase that is to open the records, once it is sure that its owner gave it: where people sign in, by what
/// they sign in with. `None` where a PIN was right, and no passphrase follows it.
fn proven(person: &Colleague, people: &[Colleague], context: &Context) -> Result<Option<SecretString>, Failure> {
    let first = context.secret()?.ok_or(NOT_SAID)?;
    if !sign_in(people) {
        return Ok(Some(first));
    }
    context.store()?;
    if context.known(people) != Some(person.name.as_str()) {
        return Err(not_yours(person).into());
    }
    if person.asks() == Some(Asks::Passphrase) {
        return Ok(Some(first));
    }
    let is_pin = |typed: &SecretString| typed.expose_secret().chars().all(|c| c.is_ascii_digit());
    Ok(context.next_secret()?.filter(|next| !is_pin(next)))
}

fn not_yours(person: &Colleague) -> String {
    format!("that is not the PIN or passphrase of {}: say who you are with --by", person.name)
}

/// Says what to type where somebody gave the PIN alone that the other commands take: it is good for the screen, and for nothing
/// that lies on a disk.
fn only_a_pin(person: &Colleague, slot: &str) -> String {
    let name = &person.name;
    format!(
        "the PIN of {name} does not open encrypted records: whoever has the files finds out a PIN in minutes. Nothing was changed. \
        Think of a passphrase of {SHORTEST_TO_OPEN} characters or more with letters among them, for example four words, and give that to this command \
        behind the PIN: type `cobalog encrypt --by {slot} --secret-fd -`, Enter, the PIN, Enter, the passphrase, Enter. The passphrase opens the records \
        from then on, here and when the full-screen program starts; the PIN stays, for signing in while they are open"
    )
}

/// Whose passphrase it is must be allowed to switch; whoever has the recovery key gets in like an administrator.
fn may(context: &Context, people: &[Colleague]) -> Result<(), Failure> {
    match context.known(people) {
        Some(who) if !context.is_by_recovery() => Ok(roles::may(people, who, Doing::Encryption)?),
        _ => Ok(()),
    }
}

fn off(context: &Context, key: &Key, dir: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    let left = decrypt(key, &Places::of(dir), &Real::shared(), &mut |_, _| {})?;
    if left.is_empty() {
        note(context, dir, None, "encryption off");
        writeln!(out, "The practice in {} is not encrypted any more.", dir.display())?;
    }
    say_left(&left, "cobalog encrypt --off", out)
}

fn opened(dir: &Path, key: Option<&Key>) -> Result<Store, StoreError> {
    let disk = key.map_or_else(Real::shared, |key| key.disk(Real::shared()));
    Store::open_on(dir, Places::of(dir), disk)
}

fn note(context: &Context, dir: &Path, key: Option<&Key>, what: &str) {
    let Ok(mut store) = opened(dir, key) else { return };
    context.keep_log(&mut store);
    store.note(context.event(&store, What::SettingsChanged).with(what));
}

/// Shows a recovery key, and keeps what it is checked against at the screen. That this fails must not hide it.
fn show(key: &Key, dir: &Path, code: &SecretString, out: &mut dyn Write) -> Result<(), Failure> {
    print(code, out)?;
    recovery_seen(dir, &Real);
    let kept = opened(dir, Some(key)).map_err(|error| error.to_string());
    if let Err(why) = kept.and_then(|mut store| store.keep_recovery(code)) {
        failure::say(&format!(
            "the recovery key opens the practice; to sign in with it at the screen it could not be saved: {why}"
        ));
    }
    Ok(())
}

fn print(code: &SecretString, out: &mut dyn Write) -> Result<(), Failure> {
    let shown = code.expose_secret();
    writeln!(
        out,
        "\nThe recovery key, shown this once. Write it on paper, and keep that where no computer is:\n\n    {shown}\n"
    )?;
    Ok(out.flush()?)
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
