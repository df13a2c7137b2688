//! Several people at one screen: who signs in, what the lock hides and keeps, what each one may.

use crate::kit::{NOW, Nurse, instant};
use chrono::TimeDelta;
use cobalog::clinic::audit::What;
use cobalog::clinic::entry::Act;
use cobalog::clinic::people::Colleague;
use cobalog::clock::Clock;
use cobalog::store::disk::Real;
use cobalog::store::vault::Vault;
use cobalog::store::{Store, Wanted, secret};
use cobalog::tui::input::{Input, Key};
use std::path::PathBuf;

pub const PIN: &str = "7402";
const DOCTORS: &str = "four words of hers";

/// The demo practice, in which Maya has just chosen a PIN; the recovery key is shown once, and returned.
pub fn signed_in() -> (Nurse, String) {
    let mut nurse = Nurse::in_demo();
    nurse
        .press("u")
        .sees("Nobody signs in here")
        .sees("Maya Keller RN")
        .press("Enter")
        .sees("everybody signs in from now on");
    nurse.goes_to("New PIN").type_text(PIN).sees("••••").sees_no(PIN);
    nurse.goes_to("Once more").type_text(PIN).press("F2").sees("Recovery key").sees("Write this recovery key down now");
    let lines = nurse.lines();
    let key = lines.iter().find_map(|line| line.split_whitespace().find(|word| word.matches('-').count() == 7));
    let key = key.unwrap().to_owned();
    nurse.press("y").sees("nurse, administrator").sees("PIN").press("Esc").sees("Worklist");
    (nurse, key)
}

/// Gives somebody a code, as an administrator; returns it.
pub fn gives_code(nurse: &mut Nurse, name: &str) -> String {
    nurse.press("u").press("Home");
    let people = Store::settings_of(&Real, &nurse.home.dir()).unwrap().people;
    let down = people.iter().position(|p| p.name == name).unwrap();
    nurse
        .press_times("Down", down)
        .press("Enter")
        .sees(name)
        .goes_to("New code")
        .picks("New code       Yes")
        .press("F2");
    nurse.sees(&format!("The code for {name}:"));
    let code = nurse.lines().iter().find_map(|line| {
        let word = line.trim_matches(|c: char| !c.is_ascii_digit());
        (word.len() == 6 && word.chars().all(|c| c.is_ascii_digit())).then(|| word.to_owned())
    });
    nurse.press("Esc Esc").sees("Worklist");
    code.unwrap()
}

/// Somebody signs in for the first time, with a code, and chooses a PIN.
pub fn chooses_pin(nurse: &mut Nurse, initials: &str, code: &str, pin: &str) {
    nurse.type_text(initials).type_text(code).sees("New secret").type_text(pin).press("Enter").sees("Once more");
    nurse.type_text(pin).press("Enter").sees("Worklist");
}

/// Two people with PINs: Maya, who sits here, and Tom.
pub fn two_people() -> (Nurse, String) {
    let (mut nurse, key) = signed_in();
    let code = gives_code(&mut nurse, "Tom Adeyemi RN");
    nurse.press("F3").sees("Who are you?").sees("What Maya Keller RN has open waits.");
    chooses_pin(&mut nurse, "ta", &code, "5093");
    nurse.sees("Tom Adeyemi RN");
    nurse.press("F3").type_text("mk").type_text(PIN).sees("Worklist").sees("Maya Keller RN");
    (nurse, key)
}

/// Nothing that stands on the demo's lists or charts is on the screen.
fn sees_nobody(nurse: &mut Nurse) {
    let rows = nurse.home.store().roster(nurse.today()).rows;
    assert!(rows.len() > 30);
    for row in rows {
        let family = row.name.split(',').next().unwrap().to_owned();
        nurse.sees_no(&family).sees_no(&row.number);
    }
    nurse.sees_no("overdue").sees_no("born").sees_no("mcg");
}

#[test]
fn a_practice_is_set_up_with_a_pin_and_asks_for_it_ever_after() {
    let mut nurse = Nurse::in_empty_folder();
    nurse.press("2").type_text("Harbour Clinic").press("Tab").type_text("Ida Berg RN");
    nurse.goes_to("PIN").type_text("1234").goes_to("Once more").type_text("1234").press("F2");
    nurse.sees("everybody tries this PIN first").press("Ctrl-u").type_text("8316").press("F2");
    nurse.sees("it is not the same as the line above").press("Ctrl-u").type_text("8316").press("F2");
    nurse.sees("Recovery key").press("y").sees("Press n to enter the first patient");
    let practice = std::fs::read_to_string(nurse.home.dir().join("practice.ron")).unwrap();
    assert!(practice.contains("pin4 ") && !practice.contains("8316"), "{practice}");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("Who are you?").sees("Ida Berg RN").sees_no("Press n");
    let before = nurse.keys;
    nurse.type_text("ib8316");
    assert!(nurse.keys - before <= 7, "signing in takes {} keys", nurse.keys - before);
    nurse.session.catch_up();
    nurse.at(120, 36).sees("Press n to enter the first patient").sees("Ida Berg RN");
}

#[test]
fn the_lock_hides_everything_and_the_pin_brings_the_same_place_back() {
    let (mut nurse, _) = signed_in();
    nurse.opens_chart("Okafor").press("3").sees("3 Checkpoints");
    let before = nurse.screen();
    nurse.press("Ctrl-l").sees("Locked by Maya Keller RN, 09:05.");
    sees_nobody(&mut nurse);
    assert!(nurse.session.app().ctx.rows.is_empty() && nurse.session.app().ctx.patients.is_empty());
    nurse.press("Esc Ctrl-l F3 Up Down Tab").type_text(";?").sees("Who are you?");
    sees_nobody(&mut nurse);
    nurse.press("Esc").type_text("mk").type_text(PIN).sees("3 Checkpoints");
    assert_eq!(nurse.screen(), before, "the same tab of the same chart");
}

#[test]
fn whoever_locked_it_types_only_the_pin() {
    let (mut nurse, _) = signed_in();
    let before = nurse.keys;
    nurse.press("Ctrl-l").type_text(PIN).sees("Worklist");
    assert_eq!(nurse.keys - before, 5);
}

#[test]
fn after_a_lock_in_the_middle_of_a_dose_the_patient_is_identified_again_and_all_else_is_there() {
    let (mut nurse, _) = signed_in();
    nurse.opens_chart("Okafor").press("g").sees("Give a dose").types_birth("Okafor");
    nurse.goes_to("Note").type_text("left arm tender");
    let entries = nurse.entries("Okafor");
    nurse.press("Ctrl-l");
    sees_nobody(&mut nurse);
    nurse.sees_no("tender").type_text(PIN).sees("Give a dose").sees("left arm tender");
    nurse.sees("Ask for the birth date; type day and month");
    assert_eq!(nurse.focused().as_deref(), Some("Born (ddmm)"), "{}", nurse.screen());
    nurse.press("F2").sees("Give a dose");
    assert_eq!(nurse.entries("Okafor"), entries, "nothing is signed for a patient who was not identified again");
    nurse.types_birth("Okafor");
    assert_eq!(nurse.focused().as_deref(), Some("Note"), "back where she was:\n{}", nurse.screen());
    nurse.press("F2");
    assert_eq!(nurse.entries("Okafor"), entries + 1, "{}", nurse.screen());
    let entry = nurse.chart("Okafor").entries().last().unwrap().clone();
    assert_eq!(entry.by, "Maya Keller RN");
    assert!(matches!(entry.act, Act::Given(given) if given.note.as_deref() == Some("left arm tender")));
}

#[test]
fn switching_takes_six_keys_and_each_draft_stays_its_authors() {
    let (mut nurse, _) = two_people();
    nurse.press("n").type_text("Half-Typed").press("Tab").type_text("Léa");
    let before = nurse.keys;
    nurse.press("F3").type_text("2").type_text("5093").sees("Worklist").sees("Tom Adeyemi RN");
    assert_eq!(nurse.keys - before, 6);
    nurse.sees_no("was not finished").press("n").sees_no("Half-Typed").type_text("Toms-Own").press("Tab");
    nurse.press("F3").type_text("mk").type_text(PIN).sees("Half-Typed").sees("Léa").sees_no("Toms-Own");
    assert_eq!(nurse.home.drafts(), 2);
    nurse.press("Esc t").sees("Worklist");
    assert_eq!(nurse.home.drafts(), 1, "only her own");
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PIN).sees("Worklist").sees_no("was not finished");
    nurse
        .press("F3")
        .type_text("ta5093")
        .sees("New patient, Mon 23 Nov 2026 09:05, was not finished.")
        .press("r")
        .sees("Toms-Own");
}

#[test]
fn entries_say_who_signed_in() {
    let (mut nurse, _) = two_people();
    nurse
        .press("F3")
        .type_text("ta5093")
        .opens_chart("Okafor")
        .press("h")
        .sees("Not given")
        .press("d F2")
        .sees("Saved");
    assert_eq!(nurse.chart("Okafor").entries().last().unwrap().by, "Tom Adeyemi RN");
}

#[test]
fn wrong_pins_slow_down_also_for_a_program_that_is_started_again() {
    let (mut nurse, _) = signed_in();
    nurse.press("Ctrl-l");
    nurse.type_text("0000").sees("That is not the PIN: try again.").type_text("0001").type_text("0002");
    nurse.sees("the next try is at 09:05:05").type_text(PIN).sees("wait until 09:05:05").sees_no("Worklist");
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PIN).sees("wait until 09:05:05").sees_no("Worklist");
    nurse.session.set_clock(Clock::Fixed(instant(NOW) + TimeDelta::seconds(5)));
    nurse.session.tick();
    nurse.at(120, 36).sees("You may try again now.").sees_no("wait until");
    nurse.session.set_clock(Clock::Fixed(instant(NOW) + TimeDelta::seconds(6)));
    nurse.type_text(PIN).sees("Worklist");
    nurse.press("Ctrl-l").type_text("0000").sees("try again").type_text(PIN).sees("Worklist");
}

#[test]
fn a_forgotten_pin_is_replaced_by_a_code_that_is_good_once() {
    let (mut nurse, _) = two_people();
    let code = gives_code(&mut nurse, "Tom Adeyemi RN");
    nurse.press("F3").type_text("ta509300").sees("That is not the code").press("Esc");
    chooses_pin(&mut nurse, "ta", &code, "6184");
    nurse.press("Ctrl-l").type_text(&code[..4]).sees("That is not the PIN").type_text("6184").sees("Worklist");
    // He is no administrator.
    nurse.press("s").sees("Tom Adeyemi RN may not change how the practice works; Maya Keller RN may");
    nurse
        .press("u Home Enter")
        .sees("Enter on your own name changes your PIN")
        .press("n")
        .sees("Tom Adeyemi RN may not add people");
    nurse.press("Down Enter").goes_to("PIN now").type_text("6184").goes_to("New PIN").type_text("9027");
    nurse.goes_to("Once more").type_text("9027").press("F2").sees("Saved: Tom Adeyemi RN.");
    nurse.press("Ctrl-l").type_text("9027").sees("Worklist");
}

#[test]
fn the_recovery_key_lets_a_lost_administrator_in_and_is_good_once() {
    let (mut nurse, key) = two_people();
    nurse
        .press("Ctrl-l F6")
        .sees("Recovery key")
        .type_text("AAAA-BBBB-AAAA-BBBB-AAAA-BBBB-AAAA-BBBB")
        .press("Enter")
        .sees("That is not the recovery key");
    nurse
        .press("Ctrl-u")
        .type_text(&key.to_lowercase())
        .press("Enter")
        .sees("New secret")
        .sees("It takes the place of your PIN.");
    nurse
        .type_text("2958")
        .press("Enter")
        .type_text("2958")
        .press("Enter")
        .sees("Write this recovery key down now")
        .sees_no(&key);
    nurse.sees("Your PIN of before is gone. From now on you sign in with what you just chose");
    nurse.at(80, 24).sees("Your PIN of before is gone.").sees("shown this once; y goes on").at(120, 36);
    nurse.press("y Ctrl-l").type_text(PIN).sees("That is not the PIN").press("F6").type_text(&key).press("Enter");
    nurse.sees("That is not the recovery key").press("Esc").type_text("mk2958").sees("Worklist");
    nurse.press("F3").type_text("ta").press("F6").sees("An administrator gives you a code");
}

#[test]
fn nobody_at_the_keys_locks_it() {
    let (mut nurse, _) = signed_in();
    nurse.opens_chart("Okafor").press("g").sees("Give a dose").goes_to("Note").type_text("half");
    nurse.session.set_clock(Clock::Fixed(instant(NOW) + TimeDelta::seconds(299)));
    nurse.session.tick();
    nurse.at(120, 36).sees("Give a dose");
    nurse.session.set_clock(Clock::Fixed(instant(NOW) + TimeDelta::seconds(300)));
    nurse.session.tick();
    nurse.at(120, 36).sees("Locked at 09:10: nobody pressed a key.");
    sees_nobody(&mut nurse);
    nurse.type_text(PIN).sees("Give a dose").sees("half");
}

#[test]
fn the_minutes_are_a_setting_and_may_be_none() {
    let (mut nurse, _) = signed_in();
    nurse.press("s").goes_to("Locks after").sees("5 minutes without a key").picks("Never by itself").press("F2");
    nurse.session.set_clock(Clock::Fixed(instant(NOW) + TimeDelta::hours(3)));
    nurse.session.tick();
    nurse.at(120, 36).sees("Worklist");
    assert_eq!(nurse.home.store().settings().lock_after_minutes, Some(0));
    nurse.session.slept();
    nurse.at(120, 36).sees("Locked: the computer slept.");
}

#[test]
fn one_person_without_a_secret_has_a_lock_and_no_ceremony() {
    let mut nurse = Nurse::in_demo();
    nurse
        .press("F3")
        .sees("Nobody else signs in here yet")
        .opens_chart("Okafor")
        .press("Ctrl-l")
        .sees("Locked")
        .sees("Enter goes on. This hides the screen; it keeps nobody out: u on Today gives you a PIN.");
    nurse.sees_no("Sign in").sees_no("Somebody else").sees_no("Recovery key");
    sees_nobody(&mut nurse);
    nurse.type_text("abc").sees("Enter goes on.").press("Enter").sees("1 Timeline").sees("Maya Keller RN");
}

#[test]
fn a_sleep_locks_also_where_nobody_has_a_secret() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor");
    nurse.session.slept();
    nurse.at(120, 36).sees("Locked: the computer slept.").sees("Enter goes on.");
    sees_nobody(&mut nurse);
    nurse.press("Enter").sees("1 Timeline");
}

#[test]
fn the_last_administrator_stays_one() {
    let (mut nurse, _) = two_people();
    nurse.press("u Home Enter").goes_to("Administrator").press("Right F2");
    nurse.sees("nobody else with a PIN or passphrase is an administrator");
    nurse.press("Esc t").press("Down Enter").goes_to("Administrator").press("Left F2").sees("Saved");
    nurse.press("Home Enter").goes_to("Works here").press("Right F2").sees("Saved");
    nurse.sees("works here no more").press("Ctrl-l").type_text("m").sees("Nobody here has the initials \"m\"");
}

#[test]
fn new_people_have_initials_that_tell_them_apart() {
    let (mut nurse, _) = signed_in();
    nurse.press("u n").type_text("Mira Kovač RN").press("F2").sees("Maya Keller RN has MK: take others");
    nurse
        .press("Ctrl-u")
        .type_text("kov")
        .goes_to("New code")
        .picks("Yes")
        .press("F2")
        .sees("The code for Mira Kovač RN:");
    nurse.sees("initials KOV").press("Esc").sees("KOV").sees("a code, once");
}

pub const PASSPHRASE: &str = "four small words";

/// Every byte that lies in the home: practice, index, state, backups.
fn everything(nurse: &Nurse) -> Vec<(PathBuf, Vec<u8>)> {
    let mut folders = vec![nurse.home.dir().parent().unwrap().to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                files.push((path, bytes));
            }
        }
    }
    files
}

fn nowhere(nurse: &Nurse, words: &[&str]) {
    for (path, bytes) in everything(nurse) {
        for word in words {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word} stands in {}", path.display());
        }
    }
}

/// Two people, and records that Maya's passphrase opens; the recovery key.
pub fn encrypted() -> (Nurse, String) {
    let (mut nurse, _) = two_people();
    nurse.press("s").goes_to("Encrypted").press("Right").goes_to("Passphrase").type_text(PASSPHRASE);
    nurse.goes_to("Once more").type_text("something else").press("F2").sees("it is not the same as the line above");
    nurse.press("Ctrl-u").type_text(PASSPHRASE).press("F2").sees("what you sign in with now is asked for");
    nurse.type_text(PIN).press("F2").sees("Write this recovery key down now");
    nurse.sees("It also opens the encrypted records.").sees_no("It opens no records");
    let unseen = nurse.home.dir().join("keys/unseen");
    nurse.press("Left").press("Ctrl-l").type_text(PIN).sees("Write this recovery key down now").sees_no("on paper;");
    assert!(unseen.exists(), "nobody said that it is on paper");
    let lines = nurse.lines();
    let key = lines.iter().find_map(|line| line.split_whitespace().find(|word| word.matches('-').count() == 7));
    let key = key.unwrap().to_owned();
    nurse.sees(
        "Only Maya Keller RN can open the records when the program starts. Each of you: u, your name, Passphrase.",
    );
    nurse.press("y").sees("Worklist").sees("Okafor").sees("Only Maya Keller RN can open the records: u");
    assert!(!unseen.exists());
    (nurse, key)
}

#[test]
fn a_practice_is_set_up_encrypted_and_no_name_is_on_the_disk() {
    let mut nurse = Nurse::in_empty_folder();
    nurse
        .press("2")
        .type_text("Harbour Clinic")
        .press("Tab")
        .type_text("Ida Berg RN")
        .goes_to("Encrypted")
        .press("Right");
    nurse
        .goes_to("Passphrase")
        .type_text("short")
        .press("F2")
        .sees("it opens the encrypted records: take 12 characters");
    nurse.press("Ctrl-u").type_text(PASSPHRASE).press("Tab").type_text(PASSPHRASE).press("F2").sees("Recovery key");
    nurse.press("y").sees("Press n to enter the first patient").sees_no("can open the records");
    nurse
        .press("n")
        .type_text("Qvorthen")
        .press("Tab")
        .type_text("Zelda")
        .press("Tab")
        .type_text("04031961")
        .press("F2");
    nurse.sees("Triage 1 of 5").press("Esc Esc").press("n").type_text("Halftyped-Name");
    nurse.press("Ctrl-l").sees("Passphrase").sees_no("Qvorthen").type_text("nothing like it").press("Enter");
    nurse.sees("That is not the passphrase").type_text(PASSPHRASE).press("Enter").sees("Halftyped-Name");
    nowhere(&nurse, &["Qvorthen", "Zelda", "Halftyped", PASSPHRASE]);
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("Who are you?").sees("The records are encrypted: your passphrase opens them").sees_no("Qvorthen");
    nurse.type_text(PASSPHRASE).press("Enter").sees("was not finished").press("r").sees("Halftyped-Name");
    nurse.press("Esc t").press("p").sees("Qvorthen, Zelda");
}

/// No text editor reads them, and a command asks for the passphrase.
#[test]
fn what_restores_a_damaged_chart_of_encrypted_records_is_said_as_it_works() {
    let (nurse, _) = encrypted();
    let mut charts = std::fs::read_dir(nurse.home.dir().join("charts")).unwrap().map(|entry| entry.unwrap().path());
    let chart = charts.find(|path| path.extension().is_some_and(|end| end == "ron")).unwrap();
    std::fs::write(&chart, "no age file").unwrap();
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PASSPHRASE).press("Enter");
    nurse.session.verify();
    nurse.at(120, 36).sees("1 file cannot be read: press f").at(80, 24).sees("1 file cannot be read: press f");
    let head = nurse.lines().into_iter().find(|line| line.contains("press f")).unwrap();
    assert!(head.trim_end().ends_with(|c: char| c.is_alphabetic()) && !head.contains("in 7 da"), "{head}");
    nurse.press("f").at(200, 60).sees("check --repair --secret-fd -").sees("restore --merge FILE --secret-fd -");
    nurse.sees("type a passphrase when it waits, then Enter").sees_no("text editor").press("Esc");
    let mut plain = Nurse::in_demo();
    std::fs::write(plain.home.chart_file(plain.id("Farrow")), "no chart").unwrap();
    plain = plain.killed_and_started_again();
    plain.session.verify();
    plain.at(80, 24).sees("1 file cannot be read").press("f").at(200, 60).sees("check --repair");
    plain.sees("restore --merge FILE").sees_no("--secret-fd");
}

#[test]
fn with_encryption_a_passphrase_opens_and_pins_switch() {
    let (mut nurse, _) = encrypted();
    nowhere(&nurse, &["Okafor", "Lindqvist", "Castellano"]);
    let before = nurse.keys;
    nurse.press("F3").type_text("25093").sees("Worklist").sees("Tom Adeyemi RN");
    assert_eq!(nurse.keys - before, 6, "six keys with encryption too");
    nurse
        .opens_chart("Okafor")
        .press("c")
        .sees("A check between checkpoints")
        .press("Esc Esc Esc Ctrl-l")
        .type_text("5093")
        .sees("Worklist");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("Who are you?").type_text("ta").sees("Maya Keller RN opens them first").type_text("5093").press("Enter");
    nurse
        .sees("Tom Adeyemi RN has no passphrase that opens the records")
        .press("Esc")
        .type_text("mk")
        .type_text(PIN)
        .press("Enter");
    nurse.sees("That is not the passphrase").type_text(PASSPHRASE).press("Enter").sees("Worklist").sees("Okafor");
    nurse.press("F3").type_text("ta5093").sees("Tom Adeyemi RN").sees("Worklist");
    // With a passphrase of his own he opens them too.
    nurse
        .press("u Home Down Enter")
        .goes_to("Passphrase")
        .type_text("words of my own")
        .press("Tab")
        .type_text("words of my own");
    // Whoever finds the screen open does not know his PIN.
    nurse.press("F2").sees("type the PIN or passphrase that you have now, too").type_text("1111").press("F2");
    nurse.sees("NOT SAVED. That is not the PIN or passphrase that you have now").goes_to("PIN now").instead("5093");
    nurse.press("F2").sees("Saved").sees("PIN + passphrase").sees("the records are encrypted").press("Esc");
    nurse.sees("Only Maya Keller RN and Tom Adeyemi RN can open the records: u");
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("ta").type_text("words of my own").press("Enter").sees("Worklist").sees("Okafor");
}

#[test]
fn a_recovery_key_is_left_by_one_key_alone_and_a_lock_loses_none() {
    let mut nurse = Nurse::in_demo();
    nurse.press("u Enter").goes_to("New PIN").type_text(PIN).goes_to("Once more").type_text(PIN).press("F2");
    let page = "Write this recovery key down now, on paper, or print it";
    nurse.sees(page).sees("y I have written it down").press("Esc Enter Space q n F2").sees(page);
    nurse.press("Ctrl-q").sees("This key is not shown again: y once it is on paper").sees(page);
    nurse.press("Down").sees(page);
    nurse.session.slept();
    nurse.at(120, 36).sees("the computer slept").sees_no(page).type_text(PIN).sees(page);
    nurse.press("y").sees_no(page).press("u").sees("Signs in with").sees_no(page);
}

#[test]
fn what_was_typed_before_the_recovery_key_was_seen_does_not_take_it_away() {
    let mut nurse = Nurse::in_demo();
    nurse.press("u Enter").goes_to("New PIN").type_text(PIN).goes_to("Once more").type_text(PIN);
    // No picture between the keys, as in a burst.
    let press = |nurse: &mut Nurse, keys: &[&str]| {
        keys.iter().for_each(|key| nurse.session.press(&Input::Key(key.parse().unwrap())));
    };
    press(&mut nurse, &["F2", "y", "y", "Esc", "Enter"]);
    assert!(nurse.session.work(&mut |_| {}));
    press(&mut nurse, &["y", "Esc", "Enter"]);
    nurse.at(120, 36).sees("Write this recovery key down now").press("y").sees_no("Write this recovery key");
}

#[test]
fn the_screen_says_that_a_key_is_being_made_before_it_is() {
    let mut nurse = Nurse::in_empty_folder();
    nurse.press("2").type_text("Harbour Clinic").press("Tab").type_text("Ida Berg RN");
    nurse.goes_to("PIN").type_text("8316").goes_to("Once more").type_text("8316");
    let words = "Working: the key is being made";
    nurse.session.press(&Input::Key(Key::F(2)));
    nurse.at(80, 24).sees(words);
    assert!(!nurse.home.dir().exists(), "nothing is done before it is said");
    assert!(nurse.session.work(&mut |_| {}) && !nurse.session.work(&mut |_| {}));
    nurse.at(80, 24).sees("Write this recovery key down now").sees_no(words).press("y").sees_no(words);
    // A person's, and the switch of the encryption.
    nurse.press("u Enter").goes_to("PIN now").type_text("8316").goes_to("New PIN").type_text("2958");
    nurse.goes_to("Once more").type_text("2958");
    nurse.session.press(&Input::Key(Key::F(2)));
    nurse.at(80, 24).sees(words);
    assert!(nurse.session.work(&mut |_| {}));
    nurse.at(80, 24).sees_no(words).sees("Saved: Ida Berg RN.").press("Esc s");
    nurse.goes_to("Encrypted").press("Right").goes_to("Passphrase").type_text(PASSPHRASE);
    nurse.goes_to("Once more").type_text(PASSPHRASE).goes_to("PIN now").type_text("2958");
    nurse.session.press(&Input::Key(Key::F(2)));
    nurse.at(80, 24).sees("Working: the key is being made, then each file is encrypted");
    assert!(nurse.session.work(&mut |_| {}));
    nurse.at(80, 24).sees("It also opens the encrypted records.").sees_no("Working");
}

#[test]
fn a_passphrase_chosen_after_a_code_opens_the_records_from_the_next_start_on() {
    let (mut nurse, _) = encrypted();
    let code = gives_code(&mut nurse, "Dr Eleanor Hart");
    nurse.press("F3").type_text("eh").type_text(&code);
    nurse.at(80, 24).sees("when the program starts it opens").sees("Or a PIN of 4 to 8 digits, which does not.");
    // Long enough to sign in, too short to open.
    nurse.type_text("three wds").press("Enter").sees("Not taken: it opens the encrypted records: take 12 characters");
    nurse.type_text(DOCTORS).press("Enter").sees("Once more").type_text(DOCTORS).press("Enter");
    nurse.sees("Worklist").sees("When the program starts your new passphrase opens the records, from now on.");
    nurse.sees("Only Maya Keller RN and Dr Eleanor Hart can open the records: u");
    nurse.press("Ctrl-l").type_text(DOCTORS).press("Enter").sees("Worklist");
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("eh").sees("your passphrase opens them").type_text(DOCTORS).press("Enter").sees("Okafor");
    nurse.session.settle_log();
    let log = opened(&nurse).log(&Wanted::default()).0;
    let words = "a new passphrase that opens the records; with a code";
    assert!(log.iter().any(|line| line.event.detail.contains(words)), "{log:?}");
}

/// The encrypted practice, as another program opens it with a passphrase.
fn opened(nurse: &Nurse) -> Store {
    let vault = Vault::of(Real::shared(), &nurse.home.dir()).unwrap();
    let key = vault.open("eh", &DOCTORS.to_owned().into()).unwrap();
    Store::open_on(&nurse.home.dir(), nurse.home.places(), key.disk(Real::shared())).unwrap()
}

#[test]
fn a_pin_chosen_after_a_code_says_that_it_opens_no_encrypted_records() {
    let (mut nurse, _) = encrypted();
    let code = gives_code(&mut nurse, "Tom Adeyemi RN");
    nurse.press("F3");
    chooses_pin(&mut nurse, "ta", &code, "6184");
    nurse.at(80, 24).sees("This PIN is enough while the records are open.");
    nurse.sees("Maya Keller RN opens them first.").sees("u, your name, Passphrase.");
}

/// Somebody else may know the secret for which a code is given: PIN and passphrase of before end with it.
#[test]
fn a_code_ends_the_passphrase_of_before() {
    let (mut nurse, _) = encrypted();
    let code = gives_code(&mut nurse, "Dr Eleanor Hart");
    nurse.sees_no("of before").press("F3").type_text("eh").type_text(&code).type_text(DOCTORS).press("Enter");
    nurse.type_text(DOCTORS).press("Enter").sees("Worklist").press("F3").type_text("mk").type_text(PIN);
    drop(opened(&nurse));
    let code = gives_code(&mut nurse, "Dr Eleanor Hart");
    let vault = || Vault::of(Real::shared(), &nurse.home.dir()).unwrap();
    assert!(vault().open("eh", &DOCTORS.to_owned().into()).is_err());
    assert_eq!(vault().slots(), ["mk"]);
    nurse.press("F3");
    chooses_pin(&mut nurse, "eh", &code, "2958");
    nurse.sees("This PIN is enough while the records are open.").sees("Maya Keller RN opens them first.");
}

/// A letter is plain, so that a browser can show it: it goes when the screen is locked, and at the next start.
#[test]
fn a_letter_of_an_encrypted_practice_goes_by_itself() {
    let (mut nurse, _) = encrypted();
    let folder = nurse.home.places().state.unwrap().join("letters");
    let letters = || std::fs::read_dir(&folder).into_iter().flatten().count();
    nurse.opens_chart("Okafor").press("L h").sees("it is plain, so it goes when you lock or leave").press("t");
    assert_eq!(letters(), 2);
    let vault = Vault::of(Real::shared(), &nurse.home.dir()).unwrap();
    let key = vault.open("mk", &PASSPHRASE.to_owned().into()).unwrap();
    let store = Store::open_on(&nurse.home.dir(), nurse.home.places(), key.disk(Real::shared())).unwrap();
    let named = store.check().problems.iter().filter(|p| p.what.contains("a letter that was saved")).count();
    assert_eq!(named, 2);
    nurse.press("Ctrl-l").sees("Locked");
    assert_eq!(letters(), 0);
    nowhere(&nurse, &["Okafor"]);
    nurse.type_text(PIN).press("L b").sees("Opened in the browser; it is plain, so it goes when you lock or leave");
    assert_eq!(letters(), 1);
    let mut nurse = nurse.killed_and_started_again();
    assert_eq!(letters(), 1);
    nurse.type_text("mk").type_text(PASSPHRASE).press("Enter").sees("Worklist");
    assert_eq!(letters(), 0);
}

/// Whoever looks through a list is in the log, as by the commands that list.
#[test]
fn lists_of_patients_are_noted() {
    let (mut nurse, _) = signed_in();
    let listed = |nurse: &Nurse| -> Vec<String> {
        nurse.session.settle_log();
        let mut log = nurse.home.store().log(&Wanted::default()).0;
        log.retain(|line| line.event.what == What::Listed);
        log.into_iter().rev().map(|line| line.event.detail).collect()
    };
    let before = listed(&nurse);
    assert!(before.iter().any(|words| words == "who is due"), "{before:?}");
    nurse.press("p").press("Esc Esc Esc").press("w").press("Esc");
    let new = listed(&nurse)[before.len()..].to_vec();
    assert_eq!(new, ["patients", "what waits for a signature, and orders that end"]);
}

#[test]
fn who_has_no_secret_is_told_as_soon_as_the_name_is_chosen() {
    let (mut nurse, _) = signed_in();
    nurse.press("F3").type_text("ta").sees("Tom Adeyemi RN has no PIN yet: an administrator gives you a code");
    nurse.press("Esc").type_text("mk").press("F6").sees("The recovery key from its paper: 8 groups of 4");
}

#[test]
fn nothing_on_the_sign_in_screen_is_cut() {
    let (mut nurse, _) = signed_in();
    nurse.session.set_clock(Clock::Fixed(instant(NOW) + TimeDelta::seconds(300)));
    nurse.session.tick();
    for (width, height) in [(80, 24), (200, 60)] {
        nurse.at(width, height).sees("Locked at 09:10: nobody pressed a key. Maya Keller RN was here.");
    }
}

#[test]
fn a_pin_that_others_put_there_does_not_unlock_encrypted_records() {
    let (mut nurse, _) = encrypted();
    let file = nurse.home.dir().join("practice.ron");
    let whole = std::fs::read_to_string(&file).unwrap();
    let maya =
        Store::settings_of(&Real, &nurse.home.dir()).unwrap().person("Maya Keller RN").unwrap().secret.clone().unwrap();
    let own = secret::of("8316").unwrap();
    let forged = [
        ("a PIN of his own", whole.replace(&maya, &own)),
        ("nobody signs in", without_secrets(&whole)),
        ("another role", whole.replacen("administrator: true", "prescriber: true", 1)),
    ];
    for (how, text) in forged {
        assert_ne!(text, whole, "{how}");
        nurse.press("Ctrl-l");
        std::fs::write(&file, text).unwrap();
        nurse
            .type_text(if how == "another role" { PIN } else { "8316" })
            .sees("a passphrase opens the records once more");
        nurse.sees_no("Okafor").type_text("8316").press("Enter").sees("That is not the passphrase").sees_no("Okafor");
        std::fs::write(&file, &whole).unwrap();
        nurse.type_text(PASSPHRASE).press("Enter").sees("Worklist").sees("Okafor");
        // From then on a PIN is enough again.
        nurse.press("Ctrl-l").type_text(PIN).sees("Worklist");
    }
    // Who changes the PIN here is not asked.
    nurse.press("u Home Enter").goes_to("PIN now").type_text(PIN).goes_to("New PIN").type_text("6271");
    nurse
        .goes_to("Once more")
        .type_text("6271")
        .press("F2")
        .sees("Saved")
        .press("Ctrl-l")
        .type_text("6271")
        .sees("Maya Keller RN");
}

/// The settings as they were before anybody signed in.
fn without_secrets(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = text.find(", secret: \"") {
        let end = at + text[at..].find("\")").unwrap() + 1;
        text.replace_range(at..end, "");
    }
    text
}

#[test]
fn a_lock_of_hours_forgets_the_key() {
    let (mut nurse, _) = encrypted();
    nurse.press("Ctrl-l");
    nurse.session.set_clock(Clock::Fixed(instant(NOW) + TimeDelta::hours(5)));
    nurse.session.tick();
    nurse
        .at(120, 36)
        .sees("your passphrase opens them")
        .type_text(PIN)
        .press("Enter")
        .sees("That is not the passphrase");
    nurse.type_text(PASSPHRASE).press("Enter").sees("Worklist").sees("Okafor");
}

#[test]
fn the_recovery_key_opens_encrypted_records() {
    let (nurse, key) = encrypted();
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").press("F6").type_text(&key.replace('-', " ")).press("Enter").sees("New secret");
    nurse.type_text("7777").press("Enter").sees("Not taken: it opens the encrypted records");
    nurse.type_text("other small words").press("Enter").type_text("other small words").press("Enter");
    nurse.sees("Your PIN of before is gone. From now on the passphrase that you just chose opens the records");
    nurse.sees("For a short PIN to switch with: u on Today, your name, New PIN.");
    nurse.sees("Write this recovery key down now").sees_no(&key).press("y").sees("Okafor");
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text("other small words").press("Enter").sees("Okafor");
}

/// Who ends the program before the page of a new key has neither it nor the one before: that is said until there is another one.
#[test]
fn a_recovery_key_that_nobody_was_shown_is_told() {
    let (nurse, key) = encrypted();
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").press("F6").type_text(&key).press("Enter").sees("New secret");
    nurse.type_text("other small words").press("Enter").type_text("other small words").press("Enter");
    nurse.sees("Write this recovery key down now");
    let unseen = nurse.home.dir().join("keys/unseen");
    nurse.press("Left");
    assert!(unseen.exists(), "nobody said that it is on paper");
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text("other small words").press("Enter").at(200, 60).sees("Okafor");
    nurse
        .sees("Nobody said that the newest recovery key is on paper")
        .sees("cobalog encrypt --recovery --by mk")
        .at(120, 36);
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").press("F6").type_text(&key).press("Enter").sees("That is not the recovery key");
    cobalog::store::vault::recovery_seen(&nurse.home.dir(), &Real);
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text("other small words").press("Enter").sees("Okafor").sees_no("newest recovery key");
}

/// What was typed of a set-up comes back, but for what opens it: that must not vanish without a word.
#[test]
fn a_set_up_that_is_taken_up_again_asks_for_the_pin_anew() {
    let mut nurse = Nurse::in_empty_folder();
    nurse.press("2").type_text("Harbour Clinic").press("Tab").type_text("Ida Berg RN");
    nurse.goes_to("PIN").type_text("8316").goes_to("Once more").type_text("8316").sees_no("in no draft");
    nurse.press("Esc").press("l");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("was not finished").press("Enter").sees("Harbour Clinic").sees("kept in no draft");
}

/// The same where nothing is encrypted; another one is made on the command line.
#[test]
fn a_recovery_key_for_signing_in_that_is_on_no_paper_is_told() {
    let (nurse, _) = two_people();
    let unseen = nurse.home.dir().join("keys/unseen-plain");
    assert!(!unseen.exists());
    nurse.home.store().renew_recovery().unwrap();
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("ta5093").sees("Worklist").sees_no("on paper").press("F3");
    nurse.type_text("mk").type_text(PIN).at(200, 60).sees("Nobody said that the newest recovery key is on paper");
    let report = cobalog::store::check(&nurse.home.dir(), nurse.home.places(), Real::shared());
    let note = report.notes.iter().find(|note| note.what.contains("is on paper")).unwrap();
    assert_eq!(note.path, unseen);
}

/// Who stops the program while the key is made has a practice that shows everything, and hears of it.
#[test]
fn a_practice_that_was_to_be_encrypted_and_is_not_says_so() {
    let (nurse, _) = two_people();
    cobalog::store::vault::want(&nurse.home.dir(), &Real).unwrap();
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PIN).at(200, 60).sees("These records were to be encrypted and are not");
    let problems =
        |nurse: &Nurse| cobalog::store::check(&nurse.home.dir(), nurse.home.places(), Real::shared()).problems;
    assert!(problems(&nurse).iter().any(|problem| problem.what.contains("was to be encrypted")));
    nurse.at(120, 36).press("s").goes_to("Encrypted").press("Right").goes_to("Passphrase").type_text(PASSPHRASE);
    nurse.goes_to("Once more").type_text(PASSPHRASE).goes_to("PIN now").type_text(PIN).press("F2").press("y");
    assert!(!nurse.home.dir().join("keys/wanted").exists());
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PASSPHRASE).press("Enter").sees("Worklist").sees_no("were to be encrypted");
}

/// What was left for later is not asked about over a dose that is open again.
#[test]
fn after_a_lock_no_draft_is_offered_over_an_open_prompt() {
    let (mut nurse, _) = two_people();
    nurse.opens_chart("Silva").press("c").type_text("1").press("Esc");
    nurse.sees("later").press("l").press("Esc").opens_chart("Okafor").press("g").sees("Okafor");
    nurse.press("Ctrl-l").type_text(PIN).sees("Okafor").sees_no("was not finished");
}

/// The key that nobody has on paper still signs an administrator in once nothing is encrypted: that goes on being told.
#[test]
fn switching_off_forgets_no_key_that_is_on_no_paper() {
    let (mut nurse, _) = encrypted();
    std::fs::write(nurse.home.dir().join("keys/unseen"), "The recovery key was not shown yet.\n").unwrap();
    nurse.press("s").goes_to("Encrypted").press("Right").goes_to("PIN now").type_text(PIN).press("F2").press("y");
    nurse.sees("The records are not encrypted any more");
    assert!(nurse.home.dir().join("keys/unseen-plain").exists() && !nurse.home.dir().join("keys/unseen").exists());
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PIN).at(200, 60).sees("Nobody said that the newest recovery key is on paper");
}

/// Whoever finds the screen open does not know the PIN, and shuts nobody out.
#[test]
fn who_finds_a_screen_open_encrypts_nothing() {
    let (mut nurse, _) = two_people();
    nurse.press("s").goes_to("Encrypted").press("Right").goes_to("Passphrase").type_text("a passer by chose this");
    nurse.goes_to("Once more").type_text("a passer by chose this").goes_to("PIN now").type_text("0000").press("F2");
    nurse.sees("NOT SAVED").sees("That is not the PIN or passphrase that you have now");
    assert!(!nurse.home.dir().join("keys/recipient").exists());
    nurse.press("Ctrl-u").type_text(PIN).press("F2").sees("Write this recovery key down now");
    assert!(nurse.home.dir().join("keys/recipient").exists());
}

#[test]
fn encryption_is_switched_off_again() {
    let (mut nurse, _) = encrypted();
    nurse.press("s").goes_to("Encrypted").sees("Who steals the disk reads nothing").press("Right");
    nurse.sees("Who steals the disk, or a backup, can read everything").goes_to("PIN now").type_text(PIN);
    nurse.press("F2").sees("Switch encryption off?");
    nurse.press("Enter").sees("How the practice works").press("F2").press("Esc").sees("How the practice works");
    nowhere(&nurse, &["Okafor"]);
    nurse.press("Ctrl-u").type_text("0000").press("F2").press("y").sees("That is not the PIN").sees("NOT SAVED");
    nurse.press("Ctrl-u").type_text(PIN);
    nurse.press("F2").press("y").sees("The records are not encrypted any more").sees("Okafor");
    assert!(everything(&nurse).iter().any(|(_, bytes)| bytes.windows(6).any(|w| w == b"Okafor")));
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PIN).sees("Okafor");
}

#[test]
fn a_code_ends_the_wait_after_wrong_tries() {
    let (mut nurse, _) = two_people();
    nurse.press("F3").type_text("ta").type_text("0000").type_text("0001").type_text("0002").sees("the next try is at");
    nurse.press("Esc").type_text("mk").type_text(PIN).sees("Worklist");
    let code = gives_code(&mut nurse, "Tom Adeyemi RN");
    nurse.press("F3");
    chooses_pin(&mut nurse, "ta", &code, "6184");
    nurse.sees("Tom Adeyemi RN");
}

#[test]
fn an_administrator_with_a_code_may_take_the_recovery_key_all_the_same() {
    let (mut nurse, key) = two_people();
    nurse.press("u Home Down Enter").goes_to("Administrator").press("Left F2").sees("Saved").press("Esc");
    nurse.press("F3").type_text("ta5093").sees("Worklist");
    gives_code(&mut nurse, "Maya Keller RN");
    nurse.press("F3").type_text("mk").press("F6").type_text(&key).press("Enter").sees("New secret");
    nurse.type_text("2958").press("Enter").type_text("2958").press("Enter");
    nurse.sees("Write this recovery key down now").press("y").sees("Worklist").sees("Maya Keller RN");
}

#[test]
fn what_another_computer_changed_stays_when_the_settings_are_saved() {
    let (mut nurse, _) = two_people();
    nurse.press("s").goes_to("Practice").instead("Larkfield North");
    let change = |change: &dyn Fn(&mut cobalog::clinic::practice::Settings)| {
        Store::open_with(&nurse.home.dir(), nurse.home.places()).unwrap().change_settings(|s| change(s)).unwrap();
    };
    change(&|settings| {
        settings.people.push(Colleague::new("Nia Rees", false));
        let tom = settings.people.iter_mut().find(|p| p.name == "Tom Adeyemi RN").unwrap();
        (tom.secret, tom.left) = (Some("pin4 14 00 11".to_owned()), true);
        settings.recovery = Some("recovery 16 00 11".to_owned());
        settings.units.insert("b12".to_owned(), "pg/mL".to_owned());
    });
    nurse.press("F2").sees("Saved: settings.");
    let settings = nurse.home.store().settings().clone();
    assert_eq!(settings.name, "Larkfield North");
    assert!(settings.person("Nia Rees").is_some());
    let tom = settings.person("Tom Adeyemi RN").unwrap();
    assert_eq!((tom.secret.as_deref(), tom.left), (Some("pin4 14 00 11"), true));
    assert_eq!(settings.recovery.as_deref(), Some("recovery 16 00 11"));
    assert_eq!(settings.units.len(), 1);
    // Nor is a PIN that was chosen elsewhere put back by who changes something else of that person.
    nurse.press("u Home Enter").goes_to("Role").picks("Prescriber");
    let change = |change: &dyn Fn(&mut cobalog::clinic::practice::Settings)| {
        Store::open_with(&nurse.home.dir(), nurse.home.places()).unwrap().change_settings(|s| change(s)).unwrap();
    };
    change(&|settings| settings.people[0].secret = Some("pin4 14 22 33".to_owned()));
    nurse.press("F2").sees("Saved: Maya Keller RN.");
    let maya = nurse.home.store().settings().person("Maya Keller RN").unwrap().clone();
    assert_eq!((maya.prescriber, maya.secret.as_deref()), (true, Some("pin4 14 22 33")));
}

#[test]
fn where_nobody_signs_in_the_settings_change_who_is_first_and_nobody_else() {
    let mut nurse = Nurse::in_demo();
    nurse.press("s").goes_to("Your name").instead("Tom Adeyemi RN");
    let dir = nurse.home.dir();
    let mut other = Store::open_with(&dir, nurse.home.places()).unwrap();
    other.change_settings(|settings| settings.people.push(Colleague::new("Nia Rees", true))).unwrap();
    nurse.press("F2").sees("Saved: settings.");
    let people = nurse.home.store().settings().people.clone();
    assert_eq!(people[0].name, "Tom Adeyemi RN");
    assert_eq!(people.iter().filter(|person| person.name == "Tom Adeyemi RN").count(), 1);
    assert!(people.iter().any(|person| person.name == "Nia Rees" && person.prescriber));
}

#[test]
fn settings_that_could_not_be_saved_switch_no_encryption() {
    let (mut nurse, _) = signed_in();
    nurse.press("s").goes_to("Encrypted").press("Right").goes_to("Passphrase").type_text(PASSPHRASE);
    nurse.goes_to("Once more").type_text(PASSPHRASE).goes_to("PIN now").type_text(PIN);
    let path = nurse.home.dir().join("practice.ron");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, "(name: \"Lark").unwrap();
    nurse.press("F2").sees("NOT SAVED.");
    std::fs::write(&path, whole).unwrap();
    nurse.press("Esc t").sees("Worklist");
    assert!(!nurse.home.dir().join("keys/recipient").exists());
}

#[test]
fn the_only_one_whose_passphrase_opens_the_records_does_not_leave_before_another_one_can() {
    let (mut nurse, _) = encrypted();
    nurse.press("u Home Down Enter").goes_to("Administrator").press("Left F2").sees("Saved").press("Esc");
    nurse.press("F3").type_text("ta5093").sees("Worklist");
    nurse.press("u Home Enter").goes_to("Works here").press("Right F2");
    nurse.sees("nobody else has a passphrase that opens the records").press("Esc t");
    let settings = Store::settings_of(&Real, &nurse.home.dir()).unwrap();
    assert!(!settings.person("Maya Keller RN").unwrap().left && nurse.home.dir().join("keys/mk.age").exists());
    // Once Tom has one of his own she may.
    nurse.press("Down Enter").goes_to("PIN now").type_text("5093").goes_to("Passphrase").type_text("words of my own");
    nurse.press("Tab").type_text("words of my own").press("F2").sees("Saved");
    nurse.press("Home Enter").goes_to("Works here").press("Right F2").sees("Saved");
    assert!(!nurse.home.dir().join("keys/mk.age").exists() && nurse.home.dir().join("keys/ta.age").exists());
}

#[test]
fn after_a_lock_a_persons_prompt_is_still_about_that_person() {
    let (mut nurse, _) = two_people();
    let people = nurse.home.store().settings().people.len();
    nurse.press("u Home Down Enter").sees("Tom Adeyemi RN").goes_to("Initials").instead("tad");
    nurse.press("Ctrl-l").type_text(PIN).sees("tad").sees("Tom Adeyemi RN").sees_no("Somebody new");
    // Also in a program that was closed meanwhile.
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PIN).sees("was not finished").press("r").sees_no("Somebody new").press("F2");
    nurse.sees("Saved: Tom Adeyemi RN.");
    let settings = nurse.home.store().settings().clone();
    assert_eq!(settings.people.len(), people);
    assert_eq!(settings.person("Tom Adeyemi RN").unwrap().initials(), "tad");
    // Somebody new stays somebody new.
    nurse.press("u n").type_text("Nia Rees").press("Ctrl-l").type_text(PIN).sees("Somebody new").sees("Nia Rees");
}

#[test]
fn the_key_is_forgotten_four_hours_after_the_lock_whoever_presses_keys_there() {
    let (mut nurse, _) = encrypted();
    nurse.press("s").goes_to("Locks after").picks("Never by itself").press("F2").sees("Saved");
    let at = |nurse: &mut Nurse, hours: i64| {
        nurse.session.set_clock(Clock::Fixed(instant(NOW) + TimeDelta::hours(hours)));
        nurse.session.tick();
    };
    at(&mut nurse, 2);
    nurse.press("Ctrl-l");
    at(&mut nurse, 5);
    nurse.press("Esc Up Down").at(120, 36).sees_no("your passphrase opens them");
    at(&mut nurse, 6);
    nurse.press("Esc").type_text("mk").at(120, 36).sees("your passphrase opens them");
}

#[test]
fn who_signed_out_signs_in_and_who_locked_unlocks() {
    use cobalog::clinic::audit::What;
    let (mut nurse, _) = two_people();
    nurse.press("Ctrl-l").type_text(PIN).sees("Worklist").press("F3").type_text("ta5093").sees("Worklist");
    nurse.press("F3").type_text("mk").type_text(PIN).sees("Worklist");
    nurse.session.settle_log();
    let log = nurse.home.store().log(&Wanted::default()).0;
    let of = [What::SignedIn, What::SignedOut, What::Locked, What::Unlocked];
    let all: Vec<_> = log.iter().rev().map(|line| (line.event.what, &line.event.by[..4])).collect();
    let all: Vec<_> = all.into_iter().filter(|(what, _)| of.contains(what)).collect();
    let last = &all[all.len() - 6..];
    let (maya, tom) = ("Maya", "Tom ");
    let expected = [
        (What::Locked, maya),
        (What::Unlocked, maya),
        (What::SignedOut, maya),
        (What::SignedIn, tom),
        (What::SignedOut, tom),
        (What::SignedIn, maya),
    ];
    assert_eq!(last, expected, "{all:?}");
}

#[test]
fn whoever_left_is_not_offered_as_the_prescriber() {
    let nurse = Nurse::in_demo();
    let left = |settings: &mut cobalog::clinic::practice::Settings| {
        settings.people.iter_mut().filter(|p| p.name == "Dr Eleanor Hart").for_each(|p| p.left = true);
    };
    nurse.home.store().change_settings(left).unwrap();
    let mut nurse = nurse.killed_and_started_again();
    nurse.opens_chart("Okafor").press("o").goes_to("Ordered by").sees("Dr Samir Rao").sees_no("Dr Eleanor Hart");
}

#[test]
fn the_page_of_a_recovery_key_says_what_it_opens() {
    let mut plain = Nurse::in_demo();
    plain.press("u Enter").goes_to("New PIN").type_text(PIN).goes_to("Once more").type_text(PIN).press("F2");
    plain.sees("Write this recovery key down now").sees("has lost the PIN or passphrase gets in again");
    plain.sees("It opens no records: these are not encrypted").sees_no("It also opens the encrypted records");
}

/// A review opens the way to denser doses: nobody makes it in the name of a colleague.
#[test]
fn a_review_is_signed_by_who_looked() {
    let (mut nurse, _) = two_people();
    nurse.opens_chart("Brandt");
    crate::turns::reviews(&mut nurse);
    nurse.sees("Maya Keller RN").instead("Dr Eleanor Hart").press("F2");
    nurse.sees("Dr Eleanor Hart signs an own review: F3 lets somebody else sign in").sees_no("Saved");
    nurse.goes_to("Reviewed by").instead("Maya Keller RN").press("F2").sees("Saved: review");
}

#[test]
fn who_may_write_everybodys_records_into_a_file() {
    let (mut nurse, _) = two_people();
    nurse.press("F3").type_text("ta5093").sees("Tom Adeyemi RN").press("I").goes_down_to("Everything, for another");
    nurse.press("Enter").at(80, 24).sees("Tom Adeyemi RN may not write everybody's records into a file;");
    nurse
        .sees("Maya Keller RN, Dr Eleanor Hart, Dr Samir Rao.")
        .sees("One patient's own documents are open")
        .at(120, 36);
    // A calendar without names is nobody's record; one patient's documents are the patient's.
    nurse.goes_down_to("What is due in the next 12 months").press("Enter").sees("Where does the file go?");
    nurse.press("Esc Esc").opens_chart("Okafor").press("L").sees("YOUR VITAMIN B12 TREATMENT");
    nurse.session.settle_log();
    let log = nurse.home.store().log(&Wanted::default()).0;
    let refused: Vec<_> = log.iter().filter(|line| line.event.what == What::Refused).map(|line| &line.event).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(
        (refused[0].by.as_str(), refused[0].detail.as_str()),
        ("Tom Adeyemi RN", "to write cobalog-fhir.json, everybody")
    );
    nurse
        .press("Esc Esc Esc")
        .press("F3")
        .type_text("mk")
        .type_text(PIN)
        .press("I")
        .goes_down_to("Everything, for another");
    nurse.press("Enter").sees("Where does the file go?");
}

#[test]
fn whoever_sets_up_sees_without_scrolling_that_there_is_no_pin_and_no_encryption() {
    let mut nurse = Nurse::in_empty_folder();
    nurse.at(80, 24).press("2").type_text("Harbour Clinic").press("Tab").type_text("Ida Berg RN");
    nurse.sees("Harbour Clinic").sees("PIN").sees("Once more").sees("Encrypted").sees("[●] Sun");
    nurse.sees("no PIN, nobody signs in; not encrypted, who has the disk reads all.");
    nurse.sees("Both can be switched on later: u and s on Today.");
    nurse
        .goes_to("PIN")
        .type_text("8316")
        .sees("a PIN, everybody signs in; not encrypted")
        .sees("s on Today encrypts later")
        .sees_no("no PIN");
    nurse.goes_to("Encrypted").press("Right").sees("everybody signs in; encrypted.").sees("Harbour Clinic");
    // The days are in a row: along it by Left and Right, out of it by Up and Down, and each by the mouse.
    nurse.goes_to("Open days").press("Right Right Space").sees("[ ] Wed").click("[●] Sat").sees("[ ] Sat");
    nurse.press("Down");
    assert_eq!(nurse.focused().as_deref(), Some("Orders last"), "{}", nurse.screen());
}

/// Maya, with PIN, whose initials are M; two others whose initials begin so.
fn one_begins_the_other() -> Nurse {
    let (nurse, _) = signed_in();
    let mut store = nurse.home.store();
    let with = |name: &str, initials: &str, pin: &str| Colleague {
        initials: Some(initials.to_owned()),
        secret: Some(secret::of(pin).unwrap()),
        ..Colleague::new(name, false)
    };
    let more = [with("Mika Kerr RN", "mk", "7391"), with("Mara Kolb-Ahn RN", "mka", "words of hers")];
    let changed = store.change_settings(|settings| {
        settings.people[0].initials = Some("m".to_owned());
        settings.people.extend(more);
    });
    changed.unwrap();
    nurse.killed_and_started_again()
}

#[test]
fn who_has_just_the_initials_that_were_typed_is_meant() {
    for after in ["7391", " Enter 7391", " Tab 7391"] {
        let mut nurse = one_begins_the_other();
        nurse.type_text("mk").sees("if you are Mika Kerr RN");
        match after.split_once(' ') {
            None => nurse.type_text(after),
            Some((_, keys)) => {
                let (key, pin) = keys.split_once(' ').unwrap();
                nurse.press(key).sees("MK").type_text(pin)
            }
        };
        nurse.sees("Worklist").sees("Mika Kerr RN");
    }
    let mut nurse = one_begins_the_other();
    nurse.type_text("m").type_text(PIN).sees("Worklist").sees("Maya Keller RN").press("F3");
    nurse.type_text("mka").type_text("words of hers").press("Enter").sees("Worklist").sees("Mara Kolb-Ahn RN");
    // A letter that begins nobody's is no number's either.
    nurse
        .press("F3")
        .type_text("e")
        .press("Enter")
        .sees_no("PIN yet")
        .type_text("7")
        .sees("Nobody here has the initials");
}

#[test]
fn a_list_that_is_longer_than_the_screen_says_so() {
    let (nurse, _) = signed_in();
    let mut store = nurse.home.store();
    let names = ["Ann Orr", "Bo Pym", "Cy Quill", "Di Rusk", "Ed Shaw", "Flo Tarn", "Gus Ure", "Hal Vane", "Ivy Wren"];
    let more = names.map(|name| Colleague::new(name, false));
    store.change_settings(|settings| settings.people.extend(more)).unwrap();
    let mut nurse = nurse.killed_and_started_again();
    nurse
        .at(80, 24)
        .sees("more: type the initials, or Up and Down")
        .sees("or the number before your name where it has one");
    nurse.press_times("Down", 11).sees("Ivy Wren").sees("↑");
    nurse.at(120, 60).sees_no("more: type the initials");
}

#[test]
fn the_screen_says_that_a_secret_is_tried_before_it_is() {
    let (mut nurse, key) = encrypted();
    nurse.press("Ctrl-l F6").type_text(&key);
    nurse.session.press(&Input::Key(Key::Enter));
    nurse.at(80, 24).sees("Working: the recovery key is tried").sees_no("New secret");
    assert!(nurse.session.work(&mut |_| {}));
    nurse.at(80, 24).sees("New secret").sees_no("Working");
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk").type_text(PASSPHRASE);
    nurse.session.press(&Input::Key(Key::Enter));
    nurse.at(80, 24).sees("Working: the passphrase is tried").sees_no("Okafor");
    // What is typed until the screen says what came of it goes nowhere.
    "/Tom".chars().for_each(|c| nurse.session.press(&Input::Key(Key::Char(c))));
    assert!(nurse.session.work(&mut |_| {}));
    nurse.at(120, 36).sees("Worklist").sees("Okafor").sees_no("Working");
}

#[test]
fn a_recovery_key_is_typed_in_sight_and_mended_where_it_is_wrong() {
    let (mut nurse, key) = signed_in();
    let wrong = key.replacen(|c: char| c != '-', if key.starts_with('A') { "B" } else { "A" }, 1);
    nurse.press("Ctrl-l F6").sees("8 groups of 4").type_text(&wrong.to_lowercase().replace('-', "")).sees(&wrong);
    nurse.at(80, 24).sees(&wrong).press("F7").sees_no(&wrong).sees("••••-••••").press("F7").sees(&wrong);
    nurse.press("Enter").sees("That is not the recovery key.").sees("compare each group with the paper").sees(&wrong);
    // It stays as typed: the first letter alone is typed anew.
    nurse.press("Home Delete").type_text(&key[..1]).sees(&key).press("Enter").sees("New secret");
    // What can be no key is no try.
    nurse.press("Esc").type_text("mk").press("F6").type_text("abcd-ef0h").press("Enter");
    nurse
        .sees("Group 2 cannot be right")
        .press("Ctrl-u")
        .type_text("abcdef")
        .press("Enter")
        .sees("Group 2 has 2 of its 4");
    nurse.press("Esc").type_text("mk").type_text(PIN).sees("Worklist");
}

#[test]
fn the_recovery_key_is_printed_with_no_file_and_says_when_it_is_not() {
    let mut nurse = Nurse::in_empty_folder();
    nurse.press("2").type_text("Harbour Clinic").press("Tab").type_text("Ida Berg RN");
    nurse.goes_to("PIN").type_text("8316").goes_to("Once more").type_text("8316").press("F2");
    nurse.at(80, 24).sees("Write this recovery key down now").sees("p prints it and leaves no file");
    let key = nurse
        .lines()
        .iter()
        .find_map(|line| line.split_whitespace().find(|word| word.matches('-').count() == 7).map(str::to_owned));
    let key = key.unwrap();
    // It is the first one.
    nurse.sees_no("A paper with an older key").press("z").sees("write it down or print it (p), then y");
    nurse.desk.is_jammed.set(true);
    nurse.press("p").sees("NOT PRINTED: lp refused it: is a printer set up? Write it down by hand.");
    nurse.desk.is_jammed.set(false);
    nurse.press("p").sees("Sent to the printer");
    let printed = nurse.desk.printed.borrow().clone();
    assert!(printed.len() == 1 && printed[0].contains(&key) && printed[0].contains("Harbour Clinic"), "{printed:?}");
    nowhere(&nurse, &[&key]);
    // The lock holds here too, and the key is there again behind it.
    nurse
        .press("Ctrl-l")
        .sees("Locked by Ida Berg RN")
        .sees_no(&key)
        .type_text("8316")
        .sees(&key)
        .press("y")
        .sees_no(&key);
    nurse.session.settle_log();
    let log = nurse.home.store().log(&Wanted::default()).0;
    assert!(log.iter().any(|line| line.event.what == What::Printed && line.event.detail == "recovery key"), "{log:?}");
}

#[test]
fn one_backspace_too_many_leaves_no_line() {
    let (mut nurse, _) = signed_in();
    let code = gives_code(&mut nurse, "Tom Adeyemi RN");
    nurse.press("F3").type_text("ta").type_text(&code).sees("New secret").type_text("5093").press("Enter");
    nurse
        .type_text("5094")
        .press("Enter")
        .sees("The two were not the same")
        .press("Backspace Backspace")
        .sees("New secret");
    nurse.type_text("5093").press("Enter").press("Backspace").sees("Once more").type_text("5093").press("Enter");
    nurse.sees("Worklist").press("Ctrl-l Backspace").sees("4 digits; the last one signs in").press("Esc");
    nurse.type_text("t").press("Backspace").type_text("mk").type_text(PIN).sees("Worklist").sees("Maya Keller RN");
}

#[test]
fn what_is_typed_behind_the_pin_answers_no_question_that_came_meanwhile() {
    let (mut nurse, _) = two_people();
    nurse.press("n").type_text("Half-Typed").press("Tab");
    let mut nurse = nurse.killed_and_started_again();
    // In one burst, with no picture between the keys.
    "mk7402/Tom".chars().for_each(|c| nurse.session.press(&Input::Key(Key::Char(c))));
    nurse.session.settle();
    nurse.at(120, 36).sees("New patient, Mon 23 Nov 2026 09:05, was not finished.");
    assert_eq!(nurse.home.drafts(), 1, "T threw nothing away");
    // A little slower: the question stands there, and whoever types has not read it yet.
    let mut nurse = nurse.killed_and_started_again();
    nurse.type_text("mk7402/Tom").press("Enter").type_text("g").sees("was not finished.");
    assert_eq!(nurse.home.drafts(), 1);
    nurse.session.set_clock(Clock::Fixed(instant(NOW) + TimeDelta::seconds(2)));
    nurse.type_text("t").sees_no("was not finished").sees("Worklist");
    assert_eq!(nurse.home.drafts(), 0);
    // Without a question all of it goes on, in its order.
    nurse.press("Ctrl-l");
    "7402/Adeyemi".chars().for_each(|c| nurse.session.press(&Input::Key(Key::Char(c))));
    nurse.session.settle();
    nurse.at(120, 36).sees("Adeyemi").sees("Patients");
}

#[test]
fn initials_are_in_capitals_wherever_they_stand() {
    let (mut nurse, _) = signed_in();
    nurse.press("u Home Down Enter").sees("Tom Adeyemi RN").sees("Initials       TA").sees_no("  ta ");
}
