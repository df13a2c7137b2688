//! The two faces: pages of a printer, and HTML in which nothing runs, whatever somebody is called.

use super::kit::{Story, person, practice as plain_practice};
use super::*;
use cobalog::clinic::entry::Act;
use cobalog::clinic::note::Noted;
use cobalog::clinic::patient::{Allergies, Person};
use cobalog::paper::{Block, Referral, WIDTH, html, note, plan, recall, referral, sheet, text};
use unicode_width::UnicodeWidthStr;

/// All documents of a chart.
fn documents(chart: &Chart, practice: &Practice, day: NaiveDate) -> Vec<Doc> {
    let course = Course::of(chart, practice, day);
    let said = Referral { to: "Dr Rao".to_owned(), question: "Why?".to_owned(), by: "Dr May".to_owned() };
    let mut all = vec![referral(&course, practice, &said)];
    all.extend(plan(&course, practice).ok());
    all.push(sheet(day, practice, std::slice::from_ref(&course)));
    all.extend(recall(&course, practice, "Maya Keller RN"));
    all.extend(chart.entries().iter().filter_map(|e| note(chart, &course, practice, e.id)));
    all
}

/// Walks through the tags: each is closed in its turn, and none may run or fetch.
fn well_formed(page: &str) {
    let mut open: Vec<String> = Vec::new();
    let (_, mut rest) = page.split_once("<!DOCTYPE html>").unwrap();
    // What stands in the style is no tag.
    let style =
        |page: &str| page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).unwrap().0.to_owned();
    let css = style(page);
    while let Some((before, tag)) = rest.split_once('<') {
        assert!(!before.contains('>') || open.last().is_some_and(|t| t == "style"), "a bare > in {before:?}");
        let (tag, after) = tag.split_once('>').unwrap();
        rest = after;
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        assert!(!name.is_empty(), "<{tag}>");
        let allowed = [
            "html", "head", "meta", "title", "style", "body", "table", "thead", "tbody", "tr", "td", "th", "div",
            "span", "strong", "br", "h1", "h2", "p", "ul", "li", "bdi",
        ];
        assert!(allowed.contains(&name.as_str()), "<{tag}>");
        for attribute in [" src=", " href=", " on", " style=", " action="] {
            assert!(name == "meta" || !tag.contains(attribute), "<{tag}>");
        }
        match (tag.starts_with('/'), name.as_str()) {
            (true, name) => assert_eq!(open.pop().as_deref(), Some(name), "</{name}> closes another tag"),
            (false, "meta" | "br") => {}
            (false, name) => open.push(name.to_owned()),
        }
    }
    assert!(open.is_empty(), "{open:?} stay open");
    for never in ["http:", "https:", "url(", "@import", "javascript:", "//"] {
        assert!(!css.contains(never), "{never} in the style");
    }
    assert!(!page.contains("<script") && !page.contains("://"), "it runs or fetches");
    assert!(page.contains("charset=\"utf-8\"") && page.contains("default-src 'none'") && page.contains("lang=\"en\""));
}

/// Every page: no line is wider, none is longer, the identifiers stand on it, nothing steers the printer.
fn pages(doc: &Doc) {
    let page = text(doc);
    for (at, page) in page.split('\u{c}').enumerate() {
        assert!(page.lines().count() <= 60, "{} lines\n{page}", page.lines().count());
        assert!(page.lines().all(|line| line.width() <= WIDTH), "{page}");
        assert!(page.chars().all(|c| c == '\n' || !c.is_control()), "{page:?}");
        let steers = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!page.chars().any(steers), "{page:?}");
        if let Some(who) = &doc.who {
            assert!(page.contains(&format!("number {}", who.number)), "page {at}\n{page}");
        }
        assert!(page.contains(&format!("page {} of", at + 1)), "{page}");
    }
}

#[test]
fn every_document_of_the_demo_has_its_shape() {
    let practice = office();
    let mut seen = 0;
    for chart in cast(&practice) {
        for doc in documents(&chart, &practice, today()) {
            pages(&doc);
            let page = html(&doc);
            well_formed(&page);
            let person = chart.person().unwrap();
            if doc.kind != "sheet" || page.contains("class=\"tick\"") {
                assert!(
                    page.contains(&format!("<bdi dir=\"auto\">{}</bdi>", person.name().replace('\'', "&#39;"))),
                    "{}",
                    person.name()
                );
            }
            let title = page.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
            assert!(!title.contains(&person.family), "a browser keeps titles: {title}");
            seen += 1;
        }
    }
    assert!(seen > 140, "{seen}");
}

#[test]
fn nothing_that_somebody_is_called_runs_or_steers() {
    let long = "Wolfeschlegelsteinhausenbergerdorff".repeat(9);
    for family in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "O'Brien & Sons \"x\"",
        "\u{202e}nettirw sdrawkcab",
        "\u{2068}open",
        "\u{2069}\u{2069}closed",
        "two\nlines\u{c}and a page\u{1b}[2J",
        "</style></title><b>",
        "ليلى حداد",
        "中村健二",
        "e\u{301}\u{301}\u{301}",
        "",
        &long,
    ] {
        let mut story = Story::on("r01");
        let hostile = family.to_owned();
        story.act(Act::Registered(Person {
            family: family.to_owned(),
            given: family.to_owned(),
            number: "10<4>2".to_owned(),
            allergies: Allergies::Known(vec![hostile.clone()]),
            caution: Some(hostile.clone()),
            ..person()
        }));
        let of = story.give("2026-01-05");
        story.practice.settings.name = hostile.clone();
        story.practice.settings.phone = Some(hostile.clone());
        story.practice.settings.address = Some(hostile.clone());
        let noted = Noted { narrative: format!("{hostile}\n{hostile}"), ..empty(of) };
        story.act(Act::Noted(Box::new(noted)));
        let day = "2026-03-05".parse().unwrap();
        let all = documents(&story.chart(), &story.practice, day);
        assert!(all.len() > 4, "{family:?}");
        for doc in all {
            pages(&doc);
            well_formed(&html(&doc));
            let name = doc.file_name("html");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)), "{name}");
        }
    }
}

fn empty(of: cobalog::clinic::entry::EntryId) -> Noted {
    Noted {
        on: "2026-01-05".parse().unwrap(),
        of: Some(of),
        adds_to: None,
        facts: Vec::new(),
        narrative: String::new(),
        codes: Vec::new(),
        charges: Vec::new(),
    }
}

#[test]
fn a_files_name_has_the_day_and_nothing_of_the_patient() {
    let practice = office();
    let (_, course) = one(&practice, "Farrow");
    let name = plan(&course, &practice).unwrap().file_name("html");
    let id = course.id.to_string();
    assert_eq!(name, format!("plan-2026-11-23-{}.html", &id[id.len() - 8..]));
    let other = |id: u128| {
        let mut course = course.clone();
        course.id = cobalog::clinic::entry::PatientId(ulid::Ulid(id));
        plan(&course, &practice).unwrap().file_name("html")
    };
    assert_ne!(other(1), other(2));
    assert_eq!(sheet(today(), &practice, &[]).file_name("txt"), "sheet-2026-11-23.txt");
}

/// A table that is longer than a page: its head stands again, a heading never stands alone at the foot.
#[test]
fn a_long_document_is_broken_where_it_may_be() {
    let practice = plain_practice();
    let story = Story::on("r01");
    let mut doc = plan(&story.course("2026-01-05"), &practice).unwrap();
    let rows = (0..150).map(|n| vec![format!("row {n}"), "words ".repeat(n % 30), "x".repeat(n)]).collect();
    doc.blocks = vec![
        Block::Text("before ".repeat(400)),
        Block::Heading("The table".to_owned()),
        Block::Table { head: ["One", "Two", "Three"].map(str::to_owned).to_vec(), rows },
        Block::Break,
        Block::Break,
        Block::Text("after".to_owned()),
        Block::Sign("Dr May".to_owned()),
    ];
    pages(&doc);
    well_formed(&html(&doc));
    let text = text(&doc);
    let all: Vec<&str> = text.split('\u{c}').collect();
    let with_rows = all.iter().filter(|page| page.contains("row ")).count();
    assert!(with_rows > 3 && all.iter().filter(|page| page.contains("One ")).count() == with_rows);
    let before = all.iter().position(|page| page.contains("THE TABLE")).unwrap();
    assert!(all[before].contains("row 0"), "the heading leads");
    for n in 0..150 {
        assert!(text.contains(&format!("row {n}")), "row {n} is lost");
    }
    assert!(all.last().unwrap().contains("after"));
    assert!(all.iter().all(|page| page.lines().count() > 8), "no page is empty");
}
