//! Whatever the quick reader accepts, the reader of the `ron` crate reads as the same; and it accepts what we write.

use super::{ChartFile, read_chart, write_chart};
use crate::clinic::knowledge::ron_options;
use crate::clinic::practice::Practice;
use crate::clinic::quick::read;
use crate::demo;
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let today = "2026-11-24".parse().unwrap();
    let practice = Practice::new(demo::settings(today));
    let charts = demo::charts(3, 90, today, &practice);
    charts.iter().map(|chart| write_chart(chart, Path::new("x")).unwrap()).collect()
});

fn by_ron(text: &str) -> Option<ChartFile> {
    ron_options().from_str(text).ok()
}

#[test]
fn what_we_write_is_read_quickly_and_as_the_same() {
    for text in TEXTS.iter() {
        let quick: ChartFile = read(text).unwrap_or_else(|_| panic!("not read quickly:\n{text}"));
        assert_eq!(Some(quick), by_ron(text));
    }
}

#[test]
fn every_letter_that_damage_leaves_in_a_text_is_read_quickly_once_we_wrote_it() {
    let odd: String = (0..0x250).chain([0x2028, 0x202e, 0xfeff, 0x1_f469]).filter_map(char::from_u32).collect();
    let damaged = TEXTS[0].replacen(
        "by: \"",
        &format!("by: {}", ron_options().to_string(&odd).unwrap().trim_end_matches('"')),
        1,
    );
    let chart = read_chart(&damaged, Path::new("x")).unwrap();
    assert!(chart.entries()[0].by.starts_with(&odd));
    let text = write_chart(&chart, Path::new("x")).unwrap();
    assert_eq!(read::<ChartFile>(&text).ok(), by_ron(&text));
}

#[test]
fn what_is_written_in_another_way_is_left_to_the_other_reader() {
    let text = &TEXTS[0];
    for (ours, other) in [
        ("    entries: [", "    /* all */ entries: ["),
        ("format: 5", "format: 0x3"),
        ("format: 5", "format: 5_0"),
        ("act: registered(", "act: r#registered("),
        ("number: \"", "number: r\""),
        ("number: \"", "number: Some(\""),
        ("]", "] 1"),
    ] {
        let other = text.replacen(ours, other, 1);
        assert!(&other != text && read::<ChartFile>(&other).is_err(), "{ours} as {other}");
    }
    let deep = format!("{}1{}", "(a: ".repeat(100_000), ")".repeat(100_000));
    assert!(read::<ChartFile>(&deep).is_err());
}

/// A change of a text: at a place, so many letters make way for others.
fn change() -> impl Strategy<Value = (usize, usize, String)> {
    let signs = prop::sample::select(vec![
        "", ",", "(", ")", "[", "]", "{", "}", "\"", "\\", "\\\"", "\\u{e9}", "\\u{0}", "\\0", ":", " ", "\n", "//",
        "/*", "*/", "-", ".", "0", "1e3", "+1", "0x1", "1_0", "None", "Some(", "true", "inf", "r#", "'a'", "é",
        "\u{feff}", "\u{a0}", "()",
    ]);
    (any::<prop::sample::Index>(), 0_usize..4, signs)
        .prop_map(|(at, length, with)| (at.index(1 << 30), length, with.to_owned()))
}

fn changed(text: &str, changes: &[(usize, usize, String)]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (at, length, with) in changes {
        let at = at % letters.len();
        let to = (at + length).min(letters.len());
        letters.splice(at..to, with.chars());
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_quickly_is_read_as_the_same_by_the_other_reader(
        of in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let text = changed(of.get::<String>(&TEXTS), &changes);
        if let Ok(quick) = read::<ChartFile>(&text) {
            prop_assert_eq!(Some(quick), by_ron(&text), "{}", text);
        }
    }

    #[test]
    fn a_cut_text_is_no_chart(of in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let text = of.get(&TEXTS[..]).trim_end();
        let cut: String = text.chars().take(at.index(text.chars().count())).collect();
        prop_assert!(read::<ChartFile>(&cut).is_err());
    }
}
