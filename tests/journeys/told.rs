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

#[test]
fn a_colleagues_key_in_ones_own_place_opens_nothing_and_the_log_says_so() {
    let (mut nurse, _) = encrypted();
    let tom = "words of my own";
    nurse.press("F3").type_text("ta5093").sees("Worklist").press("u Home Down Enter");
    nurse.goes_to("PIN now").type_text("5093").goes_to("Passphrase").type_text(tom).press("Tab").type_text(tom);
    nurse.press("F2").sees("Saved");
    let keys = nurse.home.dir().join("keys");
    let mayas = std::fs::read(keys.join("mk.age")).unwrap();
    std::fs::copy(keys.join("ta.age"), keys.join("mk.age")).unwrap();
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(tom).press("Enter").sees("is the key of \"ta\"").sees_no("Okafor");
    // Tom opens the records; Maya signs in with her PIN and chooses a passphrase anew, as the sentence says.
    nurse.press("Esc").type_text("ta").type_text(tom).press("Enter").sees("Worklist");
    nurse.press("F3").type_text("mk").type_text(PIN).sees("Worklist").press("u Home Enter");
    nurse.goes_to("PIN now").type_text(PIN).goes_to("Passphrase").type_text(PASSPHRASE).press("Tab");
    nurse.type_text(PASSPHRASE).press("F2").sees("Saved");
    assert_ne!(std::fs::read(keys.join("mk.age")).unwrap(), mayas);
    let failed = ("Maya Keller RN".to_owned(), "keys/mk.age is the key of ta".to_owned());
    assert_eq!(of(&nurse, What::SignInFailed), [failed]);
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PASSPHRASE).press("Enter").sees("Worklist");
}
