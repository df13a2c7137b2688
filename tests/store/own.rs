//! A practice's own regimens and products.

use crate::kit::{again, practice};
use cobalog::clinic::knowledge::{Unknown, regimen_files};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

fn put(path: &Path, text: &str) {
    OpenOptions::new().write(true).create(true).truncate(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn regimen() -> String {
    let (_, text) = regimen_files().find(|(name, _)| name.starts_with("r01")).unwrap();
    text.replace("r01-uk-no-neuro", "x1-larkfield")
}

#[test]
fn a_regimen_of_the_practice_is_found_by_its_name() {
    let (root, store) = practice();
    assert_eq!(store.practice().knowledge.regimen("x1").unwrap_err(), Unknown::None);
    put(&store.dir().join("regimens/larkfield.ron"), &regimen());
    let store = again(&root, &store);
    assert_eq!(store.practice().knowledge.regimen("x1").unwrap().id, "x1-larkfield");
    assert!(store.practice().knowledge.regimen("r01").is_ok());
    assert_eq!(store.problems(), []);
}

#[test]
fn a_wrong_regimen_is_a_problem_with_its_place_and_the_others_work() {
    let (root, store) = practice();
    put(&store.dir().join("regimens/a-wrong.ron"), &regimen().replace("    drug: hydroxo", "    drug: hydrox"));
    put(&store.dir().join("regimens/b-good.ron"), &regimen());
    put(&store.dir().join("regimens/c-again.ron"), &regimen());
    let store = again(&root, &store);
    assert!(store.practice().knowledge.regimen("x1").is_ok());
    let said: Vec<_> = store
        .problems()
        .iter()
        .map(|p| p.to_string().replace(&store.dir().display().to_string(), "").replace('\\', "/"))
        .collect();
    assert!(said[0].starts_with("/regimens/a-wrong.ron:5:11: it cannot be read: "), "{said:?}");
    assert!(said[1].starts_with("/regimens/c-again.ron: another of your regimens has the id"), "{said:?}");
    assert_eq!(store.check().problems, store.problems());
}

#[test]
fn products_are_read_one_by_one_or_as_a_list() {
    let (root, store) = practice();
    let product = |id: &str| {
        format!(
            "(id: \"{id}\", name: \"Own\", drug: hydroxocobalamin, strength_mcg_per_ml: 1000, container_ml: 1.0, \
             container: \"vial\", routes: [im], source: \"label\")"
        )
    };
    put(&store.dir().join("products/one.ron"), &format!("// ours\n{}", product("own-1")));
    put(&store.dir().join("products/two.ron"), &format!("[{}, {}]", product("own-2"), product("own-3")));
    let store = again(&root, &store);
    assert_eq!(store.problems(), []);
    let ids: Vec<_> = store.practice().knowledge.products().iter().take(3).map(|p| p.id.as_str()).collect();
    assert_eq!(ids, ["own-1", "own-2", "own-3"]);
}

#[test]
fn a_rhythm_that_stands_still_is_a_problem_and_hangs_nothing() {
    let (root, store) = practice();
    for wrong in ["gaps([0, 0])", "gaps([])", "week([])", "week([0, 0, 4])", "week([0, 2, 9])", "days([0, 0])"] {
        put(&store.dir().join("regimens/still.ron"), &regimen().replace("week([0, 2, 4])", wrong));
        let store = again(&root, &store);
        assert_eq!(store.practice().knowledge.regimen("x1").unwrap_err(), Unknown::None, "{wrong}");
        assert!(store.problems()[0].to_string().contains("a rhythm does not move on"), "{wrong}");
    }
}
