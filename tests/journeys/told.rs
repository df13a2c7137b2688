//! What the audit log tells of people: who could not sign in, whose role and secret changed, and by what.

use crate::kit::Nurse;
use crate::people::{PASSPHRASE, PIN, encrypted, gives_code, signed_in, two_people};
use cobalog::clinic::audit::{Event, What};
use cobalog::store::disk::Real;
use cobalog::store::vault::Vault;
use cobalog::store::{Store, Wanted};
use secrecy::SecretString;

/// The log as another program reads it, oldest first.
fn logged(nurse: &Nurse) -> Vec<Event> {
    nurse.session.settle_log();
    let dir = nurse.home.dir();
    let disk = match Vault::of(Real::shared(), &dir) {
        Some(vault) => vault.open("mk", &SecretString::from(PASSPHRASE)).unwrap().disk(Real::shared()),
        None => Real::shared(),
    };
    let store = Store::open_on(&dir, nurse.home.places(), disk).unwrap();
    store.log(&Wanted::default()).0.into_iter().rev().map(|line| line.event).collect()
}

fn of(nurse: &Nurse, what: What) -> Vec<(String, String)> {
    logged(nurse).into_iter().filter(|event| event.what == what).map(|event| (event.by, event.detail)).collect()
}

/// The newest line of a kind says this.
#[track_caller]
fn says(nurse: &Nurse, what: What, by: &str, detail: &str) {
    let lines = of(nurse, what);
    assert_eq!(lines.last(), Some(&(by.to_owned(), detail.to_owned())), "{lines:?}");
}

#[test]
fn wrong_passphrases_are_in_the_log_also_where_the_program_was_left_at_the_sign_in() {
    let (nurse, _) = encrypted();
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text("nothing like it").press("Enter").sees("That is not the passphrase");
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text("nor is this one").press("Enter").sees("That is not the passphrase");
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PASSPHRASE).press("Enter").sees("Worklist");
    let maya = || ("Maya Keller RN".to_owned(), String::new());
    assert_eq!(of(&nurse, What::SignInFailed), [maya(), maya()]);
    nurse.press("Ctrl-l").type_text("0000");
    assert_eq!(of(&nurse, What::SignInFailed).len(), 3, "at once where the key is at hand");
}

#[test]
fn wrong_pins_are_in_the_log_at_once() {
    let (mut nurse, _) = signed_in();
    nurse.press("Ctrl-l").type_text("0000").type_text("0001");
    let nurse = nurse.killed_and_started_again();
    assert_eq!(of(&nurse, What::SignInFailed).len(), 2);
}
