//! The plan, the sheet, the letters.

use super::*;
use cobalog::paper::{Referral, plan, recall, referral, sheet, text};

#[test]
fn the_patients_plan() {
    let practice = office();
    for (name, family) in [("plan-nerves", "Farrow"), ("plan-diet", "Whitfield"), ("plan-late", "Silva e Souza")] {
        golden(name, &plan(&one(&practice, family).1, &practice));
    }
}

/// One page for everybody, with every name's letters, and nothing shortened.
#[test]
fn every_plan_is_one_page_in_full_words() {
    let practice = office();
    let short = ["IM", "SC", "mcg", "Hb", "MCV", "MMA", "PRN", "eGFR", "LDH", "Retics", "subcut", "dose", "mg", "mL"];
    let months = ["Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mon", "Tue", "Wed"];
    for chart in cast(&practice) {
        let doc = plan(&Course::of(&chart, &practice, today()), &practice);
        let page = text(&doc);
        let name = chart.person().unwrap().family.clone();
        assert!(!page.contains('\u{c}'), "{name}: more than a page\n{page}");
        assert!(page.contains(&name), "{page}");
        // As many dates as there are, up to twelve; what is late stands in large letters above them.
        let course = Course::of(&chart, &practice, today());
        let ahead = course.ahead(12).into_iter().filter(|day| *day >= today()).count();
        let dates = page.matches("[   ]").count();
        assert!(course.has_ended() || dates >= ahead, "{name}: {dates} of {ahead}\n{page}");
        // The head has the day and the birth date as every document has them.
        let (_, body) = page.split_once("VITAMIN B12 TREATMENT").unwrap();
        for word in body.split(|c: char| !c.is_alphanumeric()) {
            assert!(!short.contains(&word) && !months.contains(&word), "{name}: {word}\n{page}");
        }
    }
}

#[test]
fn the_sheet_of_a_day() {
    let practice = office();
    let courses: Vec<_> = cast(&practice).iter().map(|chart| Course::of(chart, &practice, today())).collect();
    golden("sheet", &sheet(today(), &practice, &courses));
    golden("sheet-nobody", &sheet(today(), &practice, &[]));
}

#[test]
fn the_referral() {
    let practice = office();
    let said = Referral {
        to: "Neurology, General Hospital".to_owned(),
        question: "Numbness stays after three months: another cause?".to_owned(),
        by: "Dr A. Lindqvist".to_owned(),
    };
    golden("referral", &referral(&one(&practice, "Farrow").1, &practice, &said));
    golden("referral-empty", &referral(&one(&practice, "Lindqvist").1, &practice, &Referral::default()));
}

#[test]
fn the_recall_says_nothing_that_a_housemate_should_read() {
    let practice = office();
    let doc = recall(&one(&practice, "Silva e Souza").1, &practice, "Maya Keller RN").unwrap();
    golden("recall", &doc);
    let words = text(&doc).to_lowercase();
    for never in ["b12", "vitamin", "inject", "dose", "anaemia", "cobalamin", "blood", "born", "plan"] {
        assert!(!words.contains(never), "{never}\n{words}");
    }
    let err = recall(&one(&practice, "Farrow").1, &practice, "Maya Keller RN").unwrap_err();
    assert!(err.contains("nothing is late"), "{err}");
}
