//! `cobalog encrypt`, and every other command with a passphrase from an open file.

use super::{Practice, program};
use cobalog::clinic::people::Colleague;
use cobalog::store::disk::Real;
use cobalog::store::vault::Vault;
use cobalog::store::{Places, Store, secret};
use std::fs;
use std::io::Write as _;
#[cfg(unix)]
use std::process::Command;
use std::process::{Output, Stdio};

const PASSPHRASE: &str = "four brown horses";
const DAY: &str = "2026-01-05";

/// Runs a command with a line on standard input.
pub fn with_secret(practice: &Practice, secret: &str, args: &[&str]) -> Output {
    with_secret_in(&practice.path(), secret, args)
}

/// Runs it on another day.
pub fn with_secret_on(day: &str, practice: &Practice, secret: &str, args: &[&str]) -> Output {
    with_secret_to(&practice.path(), day, secret, args)
}

fn with_secret_in(data: &str, secret: &str, args: &[&str]) -> Output {
    with_secret_to(data, DAY, secret, args)
}

fn with_secret_to(data: &str, day: &str, secret: &str, args: &[&str]) -> Output {
    let mut program = program(Some(data), &["--today", day, "--secret-fd", "-"]);
    program.args(args);
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may have ended before it read.
    let _ = writeln!(child.stdin.take().unwrap(), "{secret}");
    child.wait_with_output().unwrap()
}

#[track_caller]
fn ok(practice: &Practice, secret: &str, args: &[&str]) -> String {
    ok_in(&practice.path(), secret, args)
}

#[track_caller]
fn ok_in(data: &str, secret: &str, args: &[&str]) -> String {
    let out = with_secret_in(data, secret, args);
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[track_caller]
fn refused(out: &Output) -> String {
    assert!(!out.status.success() && out.stdout.is_empty(), "{}", String::from_utf8_lossy(&out.stdout));
    String::from_utf8_lossy(&out.stderr).into_owned()
}

fn practice() -> Practice {
    let practice = Practice { dir: tempfile::tempdir().unwrap() };
    for args in [
        &["new", "--name", "Mill Lane", "--person", "Ann Bell RN", "--prescriber", "Dr May"][..],
        &["add", "--family", "Lund", "--born", "1968-01-01", "--sex", "female", "--allergies", "none"],
    ] {
        let out = practice.on(DAY, args);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }
    practice
}

fn recovery_key(said: &str) -> String {
    said.lines().map(str::trim).find(|line| line.len() == 39 && line.matches('-').count() == 7).unwrap().to_owned()
}

#[test]
fn every_command_works_with_the_passphrase_and_says_what_to_do_without() {
    let practice = practice();
    let said = ok(&practice, PASSPHRASE, &["encrypt"]);
    assert!(said.contains("ab opens it"), "{said}");
    let code = recovery_key(&said);
    for args in [&["due"][..], &["chart", "lund"], &["check"], &["backup"], &["give", "lund"], &["regimens"]] {
        let said = refused(&practice.on(DAY, args));
        assert!(said.contains("is encrypted") && said.contains("--secret-fd"), "{args:?}: {said}");
        let said = refused(&with_secret(&practice, "five brown horses", args));
        assert!(said.contains("not the passphrase"), "{args:?}: {said}");
    }
    ok(&practice, PASSPHRASE, &["triage", "lund", "--cause", "autoimmune-gastritis", "--neuro", "mild", "--by", "ab"]);
    let order = ["order", "lund", "r02", "--start", "t", "--prescriber", "Dr May", "--verbal", "--by", "ab"];
    assert!(!ok(&practice, PASSPHRASE, &order).is_empty());
    assert!(ok(&practice, PASSPHRASE, &["due", "--format", "json"]).contains("Lund"));
    assert!(ok(&practice, &code, &["chart", "lund"]).contains("Lund"));
    ok(&practice, PASSPHRASE, &["check"]);
    ok(&practice, PASSPHRASE, &["backup"]);
    ok(&practice, PASSPHRASE, &["backup", "--verify"]);

    let fresh = recovery_key(&ok(&practice, PASSPHRASE, &["encrypt", "--recovery"]));
    assert!(refused(&with_secret(&practice, &code, &["due"])).contains("not the passphrase"));
    ok(&practice, &fresh, &["due"]);
    let unseen = practice.dir.path().join("practice/keys/unseen");
    assert!(!unseen.exists());
    fs::write(&unseen, "The recovery key was not shown yet.\n").unwrap();
    let said = ok(&practice, PASSPHRASE, &["check"]);
    assert!(said.contains("nobody said that the newest recovery key is on paper"), "{said}");
    let fresh = recovery_key(&ok(&practice, PASSPHRASE, &["encrypt", "--recovery"]));
    ok(&practice, &fresh, &["due"]);
    let said = ok(&practice, PASSPHRASE, &["check"]);
    assert!(!said.contains("is on paper"), "{said}");
    let again = ok(&practice, PASSPHRASE, &["encrypt"]);
    assert!(again.contains("0 files"), "it goes on, and makes no other key: {again}");

    assert!(ok(&practice, PASSPHRASE, &["encrypt", "--off"]).contains("not encrypted any more"));
    let out = practice.on(DAY, &["due"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(refused(&with_secret(&practice, PASSPHRASE, &["encrypt", "--off"])).contains("not encrypted"));
}

#[test]
fn a_backup_of_an_encrypted_practice_comes_back_elsewhere_with_the_passphrase() {
    let practice = practice();
    ok(&practice, PASSPHRASE, &["encrypt"]);
    let file = practice.dir.path().join("stick.tar.gz");
    let file = file.to_str().unwrap();
    ok(&practice, PASSPHRASE, &["backup", file]);
    let to = practice.dir.path().join("elsewhere");
    let to = to.to_str().unwrap();
    let said = refused(&practice.on(DAY, &["restore", file, "--to", to]));
    assert!(said.contains("is encrypted"), "{said}");
    ok(&practice, PASSPHRASE, &["restore", file, "--to", to]);
    assert!(ok_in(to, PASSPHRASE, &["chart", "lund"]).contains("Lund"));
    ok_in(to, PASSPHRASE, &["restore", file, "--merge"]);
    // Without a practice that it could be compared with.
    ok_in(&format!("{to}/nowhere"), PASSPHRASE, &["backup", "--verify", file]);
}

#[test]
fn a_passphrase_is_refused_that_would_be_guessed_and_a_name_that_nobody_has() {
    let practice = practice();
    let said = refused(&with_secret(&practice, "1234", &["encrypt"]));
    assert!(said.contains("at least 12 characters"), "{said}");
    let said = refused(&with_secret(&practice, "123456789012", &["encrypt"]));
    assert!(said.contains("letters among them"), "{said}");
    let said = refused(&with_secret(&practice, PASSPHRASE, &["encrypt", "--by", "zz"]));
    assert!(said.contains("ab") && said.contains("zz"), "{said}");
    assert!(refused(&practice.on(DAY, &["encrypt"])).contains("--secret-fd"));
    assert!(!practice.dir.path().join("practice/keys/recipient").exists());
    let chart = practice.dir.path().join("practice/charts");
    let chart = fs::read_dir(chart).unwrap().next().unwrap().unwrap().path();
    assert!(fs::read_to_string(chart).unwrap().contains("Lund"));
}

#[cfg(unix)]
#[test]
fn a_passphrase_comes_from_any_open_file() {
    let practice = practice();
    ok(&practice, PASSPHRASE, &["encrypt", "--by", "Dr May"]);
    let line = practice.dir.path().join("line");
    fs::write(&line, format!("{PASSPHRASE}\r\nanother line\n")).unwrap();
    let command = program(Some(&practice.path()), &["--today", DAY]);
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"program=$0; line=$1; shift; exec "$program" "$@" chart lund --secret-fd 7 7<"$line""#]);
    shell.arg(command.get_program()).arg(&line).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let out = shell.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(String::from_utf8_lossy(&out.stdout).contains("Lund"));
}

/// What the recovery key is checked against where the records are open.
fn kept(practice: &Practice) -> String {
    Store::settings_of(&Real, practice.path().as_ref()).unwrap().recovery.unwrap()
}

#[test]
fn the_recovery_key_of_the_command_line_is_good_at_the_screen_too() {
    let practice = practice();
    let code = recovery_key(&ok(&practice, PASSPHRASE, &["encrypt"]));
    assert!(secret::is_right(&kept(&practice), &code));
    let fresh = recovery_key(&ok(&practice, PASSPHRASE, &["encrypt", "--recovery"]));
    assert!(secret::is_right(&kept(&practice), &fresh) && !secret::is_right(&kept(&practice), &code));
    assert!(!practice.dir.path().join("practice/keys/unseen").exists());
}

#[test]
fn only_an_administrator_switches_the_encryption_and_the_log_says_who() {
    let practice = practice();
    let mut store = Store::open_with(practice.path().as_ref(), Places::default()).unwrap();
    let boss = Colleague { administrator: true, ..Colleague::new("Nia Rees", false) };
    store.change_settings(|settings| settings.people.push(boss)).unwrap();
    let words = "Ann Bell RN may not change how the records are encrypted; Nia Rees may";
    assert!(refused(&with_secret(&practice, PASSPHRASE, &["encrypt"])).contains(words));
    let code = recovery_key(&ok(&practice, PASSPHRASE, &["encrypt", "--by", "nr"]));
    // The same passphrase in the name of somebody else.
    let (vault, secret) = (Vault::of(Real::shared(), practice.path().as_ref()).unwrap(), PASSPHRASE.into());
    let key = vault.open("nr", &secret).unwrap();
    vault.put("ab", &secret, &key).unwrap();
    vault.remove("nr").unwrap();
    for args in [&["encrypt", "--off"][..], &["encrypt", "--recovery"], &["encrypt"]] {
        assert!(refused(&with_secret(&practice, PASSPHRASE, args)).contains(words), "{args:?}");
    }
    ok(&practice, PASSPHRASE, &["due"]);
    ok(&practice, &code, &["encrypt", "--off"]);
    let out = practice.on(DAY, &["audit", "--format", "csv"]);
    let log = String::from_utf8(out.stdout).unwrap();
    for line in
        [",Nia Rees,Settings,,encryption on;", ",recovery key,Settings,,encryption off;", ",Ann Bell RN,Listed,"]
    {
        assert!(log.contains(line), "{line}: {log}");
    }
}

/// No log can be written before something is open.
#[test]
fn a_wrong_passphrase_of_a_command_is_in_the_log_once_somebody_opens_the_practice() {
    let practice = practice();
    ok(&practice, PASSPHRASE, &["encrypt"]);
    refused(&with_secret(&practice, "five brown horses", &["due", "--by", "ab"]));
    refused(&with_secret(&practice, "six brown horses", &["due"]));
    // One try, however often the command needs it; and it was at whoever records.
    refused(&with_secret(&practice, "no brown horses", &["add", "--family", "Moe", "--born", "1950-01-01"]));
    assert!(ok(&practice, PASSPHRASE, &["check"]).ends_with("nothing is wrong.\n"));
    ok(&practice, PASSPHRASE, &["due"]);
    let log = ok(&practice, PASSPHRASE, &["audit", "--format", "csv"]);
    let failed: Vec<_> = log.lines().filter(|line| line.contains("Sign-in failed")).collect();
    assert_eq!(failed.len(), 3, "{log}");
    assert!(failed[1].contains(",,Sign-in failed,,on the command line,"), "{log}");
    for n in [0, 2] {
        assert!(failed[n].contains(",Ann Bell RN,Sign-in failed,,on the command line,"), "{log}");
    }
}

/// Who records is the first of the list where nobody is named: a colleague's right passphrase is not called wrong.
#[test]
fn a_passphrase_of_another_one_says_whose_was_asked_for() {
    let practice = practice();
    ok(&practice, PASSPHRASE, &["encrypt"]);
    let vault = Vault::of(Real::shared(), practice.path().as_ref()).unwrap();
    let key = vault.open("ab", &PASSPHRASE.into()).unwrap();
    vault.put("nr", &"nine red apples".into(), &key).unwrap();
    let disk = key.disk(Real::shared());
    let mut store = Store::open_on(practice.path().as_ref(), Places::default(), disk).unwrap();
    let nia = Colleague { secret: Some(secret::of("nine red apples").unwrap()), ..Colleague::new("Nia Rees", false) };
    store.change_settings(|settings| settings.people.push(nia)).unwrap();
    let add = ["add", "--family", "Moe", "--born", "1950-01-01", "--allergies", "none"];
    let said = refused(&with_secret(&practice, "nine red apples", &add));
    assert!(said.contains("not the passphrase of Ann Bell RN") && said.contains("--by INITIALS"), "{said}");
    ok(&practice, "nine red apples", &[&add[..], &["--by", "nr"]].concat());
}

#[test]
fn a_damaged_chart_of_encrypted_records_is_restored_by_the_command_that_is_named() {
    let practice = practice();
    ok(&practice, PASSPHRASE, &["encrypt"]);
    ok(&practice, PASSPHRASE, &["backup"]);
    let charts = fs::read_dir(practice.dir.path().join("practice/charts")).unwrap();
    let chart =
        charts.map(|entry| entry.unwrap().path()).find(|path| path.extension().is_some_and(|e| e == "ron")).unwrap();
    let whole = fs::read(&chart).unwrap();
    fs::write(&chart, &whole[..whole.len() / 2]).unwrap();
    let out = with_secret(&practice, PASSPHRASE, &["check"]);
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(!out.status.success() && said.contains("`cobalog check --repair --secret-fd -`"), "{said}");
    let said = refused(&with_secret(&practice, PASSPHRASE, &["chart", chart.file_stem().unwrap().to_str().unwrap()]));
    assert!(!said.contains("text editor"), "{said}");
    assert!(ok(&practice, PASSPHRASE, &["check", "--repair"]).ends_with("nothing is wrong.\n"));
}

/// Programs of before wrote the key alone.
#[test]
fn a_key_that_does_not_say_whose_it_is_is_written_anew_and_the_log_says_so() {
    let practice = practice();
    ok(&practice, PASSPHRASE, &["encrypt"]);
    let key = practice.dir.path().join("practice/keys/ab.age");
    let found = age::decrypt(&age::scrypt::Identity::new(PASSPHRASE.into()), &fs::read(&key).unwrap()).unwrap();
    let line = String::from_utf8(found).unwrap().lines().nth(1).unwrap().to_owned();
    let mut recipient = age::scrypt::Recipient::new(PASSPHRASE.into());
    recipient.set_work_factor(10);
    let old = age::encrypt(&recipient, line.as_bytes()).unwrap();
    fs::write(&key, &old).unwrap();
    ok(&practice, PASSPHRASE, &["check"]);
    assert_ne!(fs::read(&key).unwrap(), old);
    let log = ok(&practice, PASSPHRASE, &["audit", "--format", "csv"]);
    assert!(log.contains(",Ann Bell RN,People,,keys/ab.age did not say whose it is; it does now"), "{log}");
    // A file that is written without this workstation's knowledge.
    let vault = Vault::of(Real::shared(), practice.path().as_ref()).unwrap();
    let opened = vault.open("ab", &PASSPHRASE.into()).unwrap();
    vault.put("ab", &PASSPHRASE.into(), &opened).unwrap();
    let log = ok(&practice, PASSPHRASE, &["audit", "--format", "csv"]);
    assert!(log.contains(",Ann Bell RN,People,,\"keys/ab.age is another file than this computer knew"), "{log}");
    fs::write(&key, &old).unwrap();
    let said = refused(&with_secret(&practice, PASSPHRASE, &["due", "--by", "ab"]));
    assert!(said.contains("an old file, which does not say whose key it is"), "{said}");
}

#[test]
fn who_gives_a_pin_is_told_what_to_type_and_that_works() {
    let practice = practice();
    let mut store = Store::open_with(practice.path().as_ref(), Places::default()).unwrap();
    let kept = secret::of("7402").unwrap();
    let change = store.change_settings(|settings| {
        settings.people[0].secret = Some(kept);
        settings.people[0].administrator = true;
    });
    change.unwrap();
    let said = refused(&with_secret(&practice, "7402", &["encrypt"]));
    let typed = said.split('`').nth(1).unwrap();
    assert_eq!(typed, "cobalog encrypt --by ab --secret-fd -", "{said}");
    assert!(said.contains("the PIN of Ann Bell RN does not open") && said.contains("Nothing was changed"), "{said}");
    assert!(!practice.dir.path().join("practice/keys/recipient").exists());
    let args: Vec<_> = typed.split(' ').skip(1).collect();
    // Who knows no PIN gives no passphrase to records in somebody's name.
    for stranger in [PASSPHRASE.to_owned(), format!("9999\n{PASSPHRASE}")] {
        let said = refused(&with_secret(&practice, &stranger, &args[..3]));
        assert!(said.contains("that is not the PIN or passphrase"), "{said}");
    }
    assert!(!practice.dir.path().join("practice/keys/recipient").exists());
    let said = refused(&with_secret(&practice, "7402\n2580", &args[..3]));
    assert!(said.contains("Think of a passphrase"), "another PIN is none: {said}");
    let said = ok(&practice, &format!("7402\n{PASSPHRASE}"), &args[..3]);
    assert!(said.contains("ab opens it with this passphrase"), "{said}");
    let log = ok(&practice, PASSPHRASE, &["audit", "--format", "csv"]);
    let line = log.lines().find(|line| line.contains("encryption on")).unwrap();
    assert!(line.contains(",Ann Bell RN,"), "{line}");
    ok(&practice, PASSPHRASE, &["due", "--by", "ab"]);
    assert!(refused(&with_secret(&practice, "7402", &["due"])).contains("not the passphrase"));
}

/// Who signs in with a passphrase encrypts with that one, and with no other.
#[test]
fn a_passphrase_of_before_is_the_one_that_opens_the_records() {
    let practice = practice();
    let mut store = Store::open_with(practice.path().as_ref(), Places::default()).unwrap();
    let kept = secret::of(PASSPHRASE).unwrap();
    let change = store.change_settings(|settings| {
        settings.people[0].secret = Some(kept);
        settings.people[0].administrator = true;
    });
    change.unwrap();
    let said = refused(&with_secret(&practice, "made up words here", &["encrypt", "--by", "ab"]));
    assert!(said.contains("that is not the PIN or passphrase"), "{said}");
    ok(&practice, PASSPHRASE, &["encrypt", "--by", "ab"]);
    ok(&practice, PASSPHRASE, &["due", "--by", "ab"]);
}

#[test]
fn whose_passphrase_brought_a_backup_back_is_in_the_log_by_name() {
    let practice = practice();
    let file = practice.dir.path().join("plain.tar.gz");
    assert!(practice.on(DAY, &["backup", file.to_str().unwrap()]).status.success());
    ok(&practice, PASSPHRASE, &["encrypt"]);
    let shut = practice.dir.path().join("shut.tar.gz");
    ok(&practice, PASSPHRASE, &["backup", shut.to_str().unwrap()]);
    let to = practice.dir.path().join("elsewhere");
    ok(&practice, PASSPHRASE, &["restore", shut.to_str().unwrap(), "--to", to.to_str().unwrap()]);
    let log = ok_in(to.to_str().unwrap(), PASSPHRASE, &["audit", "--format", "csv"]);
    let line = log.lines().find(|line| line.contains("Restored")).unwrap();
    assert!(line.contains(",Ann Bell RN,Restored,"), "{line}");
    // Without a secret nobody is named where people sign in.
    let to = practice.dir.path().join("plain");
    let path = to.to_str().unwrap();
    let restored = practice.on(DAY, &["restore", file.to_str().unwrap(), "--to", path]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let mut store = Store::open_with(&to, Places::default()).unwrap();
    let kept = secret::of("7402").unwrap();
    store.change_settings(|settings| settings.people[0].secret = Some(kept)).unwrap();
    let merged = practice.on(DAY, &["restore", file.to_str().unwrap(), "--to", path, "--merge"]);
    assert!(merged.status.success(), "{}", String::from_utf8_lossy(&merged.stderr));
    let log = ok_in(path, "7402", &["audit", "--format", "csv"]);
    let line = log.lines().find(|line| line.contains("merged from")).unwrap();
    assert!(line.contains(",,Restored,,merged from ") && line.contains("; nobody signed in"), "{line}");
}
