//! Half-typed prompts.

use crate::kit::{NURSE, at, practice};
use cobalog::store::disk::Real;
use cobalog::store::drafts::{Draft, load_all, remove, save};
use std::collections::BTreeMap;
use std::fs;

fn draft(prompt: &str, minute: u32, note: &str) -> Draft {
    Draft {
        prompt: prompt.to_owned(),
        patient: None,
        by: NURSE.to_owned(),
        at: at(&format!("2026-11-18T09:{minute:02}:00+01:00")),
        fields: BTreeMap::from([("note".to_owned(), note.to_owned())]),
    }
}

#[test]
fn a_draft_stays_until_it_is_removed() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    assert_eq!(load_all(&state), []);
    for note in ["v", "ve", "very \"tired\"\n"] {
        save(&Real, &state, &draft("give", 1, note)).unwrap();
    }
    save(&Real, &state, &draft("../triage", 2, "")).unwrap();
    let all = load_all(&state);
    assert_eq!(all, [draft("../triage", 2, ""), draft("give", 1, "very \"tired\"\n")]);
    remove(&Real, &state, &all[0]).unwrap();
    remove(&Real, &state, &all[0]).unwrap();
    assert_eq!(load_all(&state), all[1..]);
}

#[test]
fn a_damaged_draft_is_put_aside() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    save(&Real, &state, &draft("give", 1, "")).unwrap();
    save(&Real, &state, &draft("triage", 1, "")).unwrap();
    let path = state.join("drafts/give-new.ron");
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(20).unwrap();
    assert_eq!(load_all(&state), [draft("triage", 1, "")]);
    assert!(!path.exists() && state.join("drafts/give-new.damaged").exists());
    assert_eq!(load_all(&state).len(), 1);
}
