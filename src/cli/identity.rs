//! Who calls the command: where people sign in, somebody whose secret was given; whoever records must be who it says.

use crate::clinic::people::{Asks, Colleague, working};
use crate::store::tries::{BUSY, Counter, Desk, Refused};
use crate::store::vault::{self, Key, Vault, VaultError};
use crate::store::{Store, secret};
use chrono::{DateTime, FixedOffset};
use secrecy::{ExposeSecret as _, SecretString};

/// What is said where a secret is needed and none was given.
pub(super) const NO_SECRET: &str = "people sign in at this practice: say who with --by INITIALS, and where the PIN or passphrase is read from with --secret-fd N";

/// So the log calls whom nobody named.
const NOBODY: &str = "";
/// So the log calls how a secret was given to a command.
const ON_THE_COMMAND_LINE: &str = "on the command line";

/// Who it is, as it was said.
pub(super) struct Who {
    /// Initials or name.
    pub(super) by: Option<String>,
    /// Whether the command records, so that it must be known who.
    pub(super) records: bool,
}

impl Who {
    /// Returns who may be meant: the one who was named; where nobody was, the first, who then records, or anybody, who reads.
    pub(super) fn meant<'a>(&'a self, people: &'a [Colleague]) -> impl Iterator<Item = &'a Colleague> {
        let is_meant = |person: &&Colleague| self.by.as_ref().is_none_or(|by| is_named(person, by));
        let most = if self.by.is_none() && self.records { 1 } else { usize::MAX };
        working(people).filter(is_meant).take(most)
    }

    /// Opens an encrypted practice with the passphrase of whoever records; returns who that is.
    pub(super) fn open(
        &self,
        vault: &Vault,
        people: &[Colleague],
        secret: &SecretString,
    ) -> Result<(Key, Opener), VaultError> {
        let mut refused = VaultError::Wrong;
        for person in self.meant(people) {
            match vault.open(&vault::slot(&person.initials()), secret) {
                Err(error) => refused = error,
                Ok(key) => return Ok((key, Opener::of_slot(&vault::slot(&person.initials())))),
            }
        }
        Err(refused)
    }

    /// Returns whom a failed try of a command was a try at, as the log names it.
    fn tried<'a>(&self, meant: &[&'a str]) -> &'a str {
        meant.first().filter(|_| self.by.is_some() || self.records).copied().unwrap_or(NOBODY)
    }

    /// Notes that a passphrase opened nothing: no log can be written before something is open.
    pub(super) fn failed(&self, people: &[Colleague], desk: Desk<'_>, why: Option<String>) {
        let meant: Vec<&str> = self.meant(people).map(|person| person.name.as_str()).collect();
        let how = why.map_or_else(|| ON_THE_COMMAND_LINE.to_owned(), |why| format!("{ON_THE_COMMAND_LINE}: {why}"));
        Counter::default().fail(desk, self.tried(&meant), &how);
    }

    /// Makes sure that a secret is that of who is meant, and returns who that is. Wrong ones slow down here too.
    pub(super) fn is_right(
        &self,
        store: &Store,
        typed: &SecretString,
        now: DateTime<FixedOffset>,
    ) -> Result<String, String> {
        let people = &store.settings().people;
        let meant: Vec<&Colleague> = self.meant(people).collect();
        // A code is good once, at the screen, where a secret of one's own follows it.
        let kept = |person: &Colleague| person.secret.clone().filter(|_| !matches!(person.asks(), Some(Asks::Code(_))));
        if meant.iter().filter(|person| kept(person).is_some()).count() > vault::MOST_TRIED {
            return Err(format!("more than {} people sign in here: say who with --by INITIALS", vault::MOST_TRIED));
        }
        let desk = Desk { disk: store.disk(), state: store.places().state.as_deref(), now };
        let names: Vec<&str> = meant.iter().map(|person| person.name.as_str()).collect();
        let mut all_tried = true;
        let found = Counter::default().attempt(desk, &names, (self.tried(&names), ON_THE_COMMAND_LINE), |tried| {
            let is_right =
                |person: &&&Colleague| kept(person).is_some_and(|kept| secret::is_right(&kept, typed.expose_secret()));
            all_tried = tried.len() == names.len();
            let mut tried = meant.iter().filter(|person| tried.contains(&person.name.as_str()));
            Ok::<_, String>(tried.find(is_right).map(|person| (person.name.clone(), person.name.clone())))
        });
        found.map_err(|refused| match refused {
            Refused::Busy => BUSY.to_owned(),
            Refused::Waits(until) => format!("too many wrong tries: wait until {}", until.format("%H:%M:%S")),
            Refused::Wrong(_) if !all_tried => {
                "that is the PIN or passphrase of nobody who may try now, and somebody waits after wrong tries: say who you are with --by. Nothing was done".to_owned()
            }
            Refused::Wrong(_) => "that is not the PIN or passphrase: nothing was done".to_owned(),
            Refused::Other(words) => words,
        })
    }
}

/// What opened an encrypted practice.
pub(super) enum Opener {
    /// The recovery key.
    Recovery,
    /// The passphrase of whose slot this is. Who that is may only be known later: a backup is opened before its practice is
    /// there.
    Slot(String),
}

impl Opener {
    /// Returns whose slot it was.
    pub(super) fn of_slot(slot: &str) -> Self {
        if slot == vault::RECOVERY { Self::Recovery } else { Self::Slot(slot.to_owned()) }
    }

    /// Returns how the log calls it, where these people work.
    pub(super) fn name<'a>(&'a self, people: &'a [Colleague]) -> &'a str {
        let Self::Slot(slot) = self else { return "recovery key" };
        let person = working(people).find(|person| vault::slot(&person.initials()) == *slot);
        person.map_or(slot, |person| &person.name)
    }
}

/// Returns whether somebody is meant by initials or name.
pub(super) fn is_named(person: &Colleague, by: &str) -> bool {
    person.name == by || vault::slot(&person.initials()) == vault::slot(by)
}

/// Returns the name of who records: as it was said, by initials too; the first of the practice's people where nobody was said.
pub(super) fn name<'a>(by: Option<&'a str>, store: &'a Store) -> &'a str {
    let settings = store.settings();
    let Some(by) = by else { return settings.author() };
    let named = |person: &&Colleague| person.name == by;
    let by_initials = |person: &&Colleague| is_named(person, by);
    let people = || working(&settings.people);
    people().find(named).or_else(|| people().find(by_initials)).map_or(by, |person| person.name.as_str())
}
