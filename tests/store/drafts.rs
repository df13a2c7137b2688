//! Half-typed prompts.

use crate::kit::{NURSE, at, practice};
use cobalog::store::disk::Real;
use cobalog::store::drafts::{Draft, Keeper, load_all, remove, save};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn draft(prompt: &str, minute: u32, note: &str) -> Draft {
    Draft {
        prompt: prompt.to_owned(),
        patient: None,
        by: NURSE.to_owned(),
        at: at(&format!("2026-11-18T09:{minute:02}:00+01:00")),
        fields: BTreeMap::from([("note".to_owned(), note.to_owned())]),
    }
}

/// The file of a prompt's only draft.
fn file_of(state: &Path, prompt: &str) -> PathBuf {
    let files = fs::read_dir(state.join("drafts")).unwrap().map(|e| e.unwrap().path());
    let is_it = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(prompt);
    files.filter(is_it).find(|path| path.extension().unwrap() == "ron").unwrap()
}

#[test]
fn each_author_has_a_draft_of_their_own() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    let keeper = keeper();
    let other = Draft { by: "Tom Adeyemi RN".to_owned(), ..draft("give", 2, "held") };
    keeper.keep(&state, draft("give", 1, "tired")).unwrap();
    keeper.keep(&state, other.clone()).unwrap();
    assert_eq!(load_all(&Real, &state), [other.clone(), draft("give", 1, "tired")]);
    keeper.forget(&state, "give", None, NURSE).unwrap();
    assert_eq!(load_all(&Real, &state), [other]);
}

#[test]
fn a_draft_from_before_drafts_had_authors_goes_with_its_prompt() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    save(&Real, &state, &draft("give", 1, "tired")).unwrap();
    let old = state.join("drafts/give-new.ron");
    fs::rename(file_of(&state, "give"), &old).unwrap();
    keeper().forget(&state, "give", None, "Tom Adeyemi RN").unwrap();
    assert_eq!(load_all(&Real, &state), [draft("give", 1, "tired")], "it is another's");
    keeper().forget(&state, "give", None, NURSE).unwrap();
    assert_eq!(load_all(&Real, &state), []);
}

#[test]
fn drafts_go_with_a_name_that_changes() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    save(&Real, &state, &draft("give", 1, "tired")).unwrap();
    cobalog::store::drafts::rename(&Real, &state, NURSE, "Maya Brandt RN").unwrap();
    assert_eq!(load_all(&Real, &state), [Draft { by: "Maya Brandt RN".to_owned(), ..draft("give", 1, "tired") }]);
}

#[test]
fn a_draft_stays_until_it_is_removed() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    assert_eq!(load_all(&Real, &state), []);
    for note in ["v", "ve", "very \"tired\"\n"] {
        save(&Real, &state, &draft("give", 1, note)).unwrap();
    }
    save(&Real, &state, &draft("../triage", 2, "")).unwrap();
    let all = load_all(&Real, &state);
    assert_eq!(all, [draft("../triage", 2, ""), draft("give", 1, "very \"tired\"\n")]);
    remove(&Real, &state, &all[0]).unwrap();
    remove(&Real, &state, &all[0]).unwrap();
    assert_eq!(load_all(&Real, &state), all[1..]);
}

#[test]
fn a_damaged_draft_is_put_aside() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    save(&Real, &state, &draft("give", 1, "")).unwrap();
    save(&Real, &state, &draft("triage", 1, "")).unwrap();
    let path = file_of(&state, "give");
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(20).unwrap();
    assert_eq!(load_all(&Real, &state), [draft("triage", 1, "")]);
    assert!(!path.exists() && path.with_extension("damaged").exists());
    assert_eq!(load_all(&Real, &state).len(), 1);
}

fn keeper() -> Keeper {
    Keeper::new(Real::shared())
}

#[test]
fn a_draft_is_there_at_once_for_a_program_that_is_killed() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    let keeper = keeper();
    for note in ["v", "ve", "very"] {
        keeper.keep(&state, draft("give", 1, note)).unwrap();
        assert_eq!(load_all(&Real, &state), [draft("give", 1, note)], "without a wait for anything");
    }
}

#[test]
fn a_draft_whose_file_a_power_failure_damaged_is_there_as_it_was_flushed() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    let keeper = keeper();
    keeper.keep(&state, draft("give", 1, "very tired")).unwrap();
    keeper.settle();
    let quick = file_of(&state, "give");
    for found in ["", "\0\0\0\0", "(prompt: \"gi"] {
        fs::OpenOptions::new().write(true).create(true).truncate(true).open(&quick).unwrap();
        std::io::Write::write_all(&mut fs::OpenOptions::new().write(true).open(&quick).unwrap(), found.as_bytes())
            .unwrap();
        assert_eq!(load_all(&Real, &state), [draft("give", 1, "very tired")], "{found:?}");
    }
    save(&Real, &state, &draft("give", 0, "ver")).unwrap();
    assert_eq!(load_all(&Real, &state), [draft("give", 1, "very tired")], "the newer one");
    save(&Real, &state, &draft("give", 2, "very tired, pale")).unwrap();
    assert_eq!(load_all(&Real, &state), [draft("give", 2, "very tired, pale")]);
}

#[test]
fn a_draft_that_was_signed_does_not_come_back() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    let keeper = keeper();
    keeper.keep(&state, draft("give", 1, "very tired")).unwrap();
    keeper.settle();
    keeper.keep(&state, draft("give", 2, "very tired, pale")).unwrap();
    keeper.forget(&state, "give", None, NURSE).unwrap();
    keeper.settle();
    drop(keeper);
    assert_eq!(load_all(&Real, &state), []);
    assert_eq!(fs::read_dir(state.join("drafts")).unwrap().count(), 0);
}

#[test]
fn the_last_keys_are_on_the_disk_when_the_program_was_closed() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    let keeper = keeper();
    keeper.keep(&state, draft("give", 1, "very tired")).unwrap();
    drop(keeper);
    assert!(file_of(&state, "give").with_extension("flushed").exists());
}
