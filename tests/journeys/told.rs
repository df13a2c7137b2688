//! What the audit log tells of people: who could not sign in, whose role and secret changed, and by what.

use crate::kit::Nurse;
use crate::people::{PASSPHRASE, PIN, chooses_pin, encrypted, gives_code, signed_in, two_people};
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

#[test]
fn a_change_of_a_person_says_what_was_changed() {
    let (mut nurse, _) = two_people();
    let maya = "Maya Keller RN";
    nurse.press("u Home Down Enter").goes_to("Role").picks("Prescriber").press("F2").sees("Saved").press("Esc");
    says(&nurse, What::PeopleChanged, maya, "Tom Adeyemi RN: role from nurse to prescriber");
    gives_code(&mut nurse, "Tom Adeyemi RN");
    says(&nurse, What::PeopleChanged, maya, "Tom Adeyemi RN: a new code");
    nurse.press("s").goes_to("Locks after").press("Right").press("F2").sees("Saved: settings.");
    says(&nurse, What::SettingsChanged, maya, "Locks after from 5 minutes to 10 minutes");
    nurse.press("s").goes_to("Practice").instead("Larkfield North").press("F2").sees("Saved: settings.");
    says(&nurse, What::SettingsChanged, maya, "Practice from Hill Street Surgery (demo) to Larkfield North");
}

#[test]
fn who_came_in_with_a_code_or_the_recovery_key_is_said() {
    let (mut nurse, key) = two_people();
    let code = gives_code(&mut nurse, "Tom Adeyemi RN");
    nurse.press("F3");
    chooses_pin(&mut nurse, "ta", &code, "6184");
    says(&nurse, What::SignedIn, "Tom Adeyemi RN", "with a code");
    says(&nurse, What::PeopleChanged, "Tom Adeyemi RN", "Tom Adeyemi RN: a new PIN; with a code");
    let wrong = format!("{}{}", if key.starts_with('A') { 'B' } else { 'A' }, &key[1..]);
    nurse.press("F3").type_text("mk").press("F6").type_text(&wrong).press("Enter").sees("That is not the recovery key");
    nurse
        .press("Ctrl-u")
        .type_text(&key)
        .press("Enter")
        .sees("New secret")
        .type_text("2958")
        .press("Enter")
        .type_text("2958");
    nurse.press("Enter").sees("Write this recovery key down now").press("y").sees("Worklist");
    let maya = "Maya Keller RN";
    says(&nurse, What::SignInFailed, maya, "by the recovery key");
    says(&nurse, What::SignedIn, maya, "by the recovery key");
    let changed = "Maya Keller RN: a new PIN; a new recovery key; by the recovery key";
    says(&nurse, What::PeopleChanged, maya, changed);
}

#[test]
fn the_recovery_key_that_opened_the_records_is_said_too() {
    let (nurse, key) = encrypted();
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").press("F6").type_text(&key).press("Enter").sees("New secret");
    nurse.type_text(PASSPHRASE).press("Enter").type_text(PASSPHRASE).press("Enter");
    nurse.sees("Write this recovery key down now").press("y").sees("Okafor");
    let maya = "Maya Keller RN";
    says(&nurse, What::SignedIn, maya, "by the recovery key");
    let lines = of(&nurse, What::PeopleChanged);
    let [.., changed, opens] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(changed.1, "Maya Keller RN: a new passphrase; a new recovery key; by the recovery key");
    assert_eq!(opens.1, "Maya Keller RN: a new passphrase that opens the records; by the recovery key");
}
