//! A practice that was written by the first release opens for ever.

use crate::kit::today;
use cobalog::store::{Places, Store, write_chart};
use std::fs;
use std::path::Path;

#[test]
fn a_practice_of_format_1_opens() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-1");
    let store = Store::open_with(&dir, Places::default()).unwrap();
    assert_eq!(store.settings().name, "Larkfield Surgery");
    let report = store.check();
    assert_eq!((report.charts, report.problems), (1, Vec::new()));
    let row = &store.roster(today()).rows[0];
    assert_eq!(row.name, "O'Brien-Łukasik, राजेश");
    let path = dir.join(format!("charts/{}.ron", row.id));
    let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let written = write_chart(&store.chart(row.id).unwrap(), &path).unwrap();
    assert_eq!(
        written,
        text.replace("format: 1,", "format: 2,"),
        "the next entry writes it as format 2, and no other word"
    );
}
