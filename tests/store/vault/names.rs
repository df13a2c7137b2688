//! No byte of a patient's name lies anywhere once the practice is encrypted.

use super::{encrypted, files_below, open_with};
use crate::kit::{NURSE, given, now, person, today};
use cobalog::store::drafts::{self, Draft};
use cobalog::store::{backup, check};
use std::collections::BTreeMap;
use std::fs;

/// A session through the store: charts, a draft, the index, backups, a damaged chart that is repaired.
#[test]
fn no_byte_of_a_name_is_found_in_any_folder() {
    let (root, store, on, charts) = encrypted();
    store.new_patient(vec![person("Featherstonehaugh")], NURSE, now()).unwrap();
    store.record(charts[0].id, vec![given(None, today(), "told Featherstonehaugh")], NURSE, now()).unwrap();
    let typed = |text: &str| Draft {
        prompt: "patient".to_owned(),
        patient: None,
        by: NURSE.to_owned(),
        at: now(),
        fields: BTreeMap::from([("family".to_owned(), text.to_owned())]),
    };
    let state = store.places().state.clone().unwrap();
    drafts::save(store.disk(), &state, &typed("Featherstonehaugh")).unwrap();
    let keeper = drafts::Keeper::new(on.key.disk(super::swift()));
    keeper.keep(&state, typed("Featherstonehaugh-Brandt")).unwrap();
    drop(keeper);
    assert_eq!(drafts::load_all(store.disk(), &state).len(), 1);
    assert_eq!(store.roster(today()).rows.len(), 3);
    backup::add(store.disk(), store.dir(), store.places(), now()).unwrap();
    let path = crate::kit::chart_path(&store, &charts[0]);
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    cobalog::store::repair::repair(store.dir(), store.places(), now(), on.key.disk(super::swift())).unwrap();
    let report = check(store.dir(), store.places().clone(), on.key.disk(super::swift()));
    assert_eq!((report.charts, report.problems), (3, vec![]));
    assert_eq!(open_with(&root, &on.key).roster(today()).rows.len(), 3);

    let files = files_below(root.path());
    assert!(files.len() > 10, "{files:?}");
    for path in files {
        let bytes = fs::read(&path).unwrap();
        for name in ["Featherstonehaugh", "Okafor", "Brandt", "Grace", "LS-0", "1958-03-04"] {
            let found = bytes.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name.as_bytes()));
            assert!(!found, "{name} in {}", path.display());
        }
    }
}
