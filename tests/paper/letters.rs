//! The plan, the sheet, the letters.

use super::kit::{Story, day, person, practice, triage};
use super::*;
use cobalog::clinic::decision::Turn;
use cobalog::clinic::entry::Act;
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::patient::{Allergies, Person};
use cobalog::clinic::term::{Renewed, Term};
use cobalog::clinic::triage::Triage;
use cobalog::paper::{Referral, html, plan, recall, referral, sheet, text};

#[test]
fn the_patients_plan() {
    let practice = office();
    for (name, family) in [("plan-nerves", "Farrow"), ("plan-diet", "Whitfield"), ("plan-late", "Silva e Souza")] {
        golden(name, &plan(&one(&practice, family).1, &practice).unwrap());
    }
}

/// Large print is 16 pt: nearly every plan has it on one page of A4 and of US Letter (measured with a browser's layout on the
/// whole demo), the fullest have 15 or 14, and none has less.
#[test]
fn what_a_patient_takes_home_is_in_large_print() {
    let practice = office();
    let mut sizes = Vec::new();
    for chart in cast(&practice) {
        let Ok(doc) = plan(&Course::of(&chart, &practice, today()), &practice) else { continue };
        let (page, lines) = (html(&doc), text(&doc).lines().count());
        let (_, class) = page.split_once("<body class=\"patient ").unwrap();
        let class = class.split_once('"').unwrap().0.to_owned();
        let (_, size) = page.split_once(&format!(".patient.{class} {{ font-size: ")).unwrap();
        let size: u32 = size.split_once("pt").unwrap().0.parse().unwrap();
        assert!(size == 16 || (lines > 49 && size >= 14), "{}: {lines} lines, {size} pt", doc.who.unwrap().name);
        sizes.push(size);
    }
    let large = sizes.iter().filter(|size| **size == 16).count();
    assert!(large * 3 >= sizes.len() * 2, "{sizes:?}");
}

/// What is said twice costs the size of the letters: the telephone stands where the patient is told to call.
#[test]
fn a_plan_says_its_telephone_once() {
    let practice = office();
    let words = text(&plan(&one(&practice, "Farrow").1, &practice).unwrap());
    let phone = practice.settings.phone.as_deref().unwrap();
    assert_eq!(words.matches(phone).count(), 1, "{words}");
    assert!(words.contains(practice.settings.address.as_deref().unwrap()), "{words}");
}

/// No letter goes to the dead; what goes on elsewhere is not in our care any more.
#[test]
fn the_dead_get_no_plan() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let mut moved = story.clone();
    story.turns("2026-01-08", Turn::Died);
    let refused = plan(&story.course("2026-01-09"), &story.practice).unwrap_err();
    assert_eq!(refused, "the patient died on Thu 08 Jan 2026: no plan is written to the dead");
    moved.turns("2026-01-08", Turn::Transferred { to: "Hill Surgery".to_owned() });
    let page = text(&plan(&moved.course("2026-01-09"), &moved.practice).unwrap());
    assert!(page.contains("You were in our care") && !page.contains("You are in our care"), "{page}");
}

/// One page for everybody, with every name's letters, and nothing shortened.
#[test]
fn every_plan_is_one_page_in_full_words() {
    let practice = office();
    let short = ["IM", "SC", "mcg", "Hb", "MCV", "MMA", "PRN", "eGFR", "LDH", "Retics", "subcut", "dose", "mg", "mL"];
    let months = ["Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mon", "Tue", "Wed"];
    for chart in cast(&practice) {
        let Ok(doc) = plan(&Course::of(&chart, &practice, today()), &practice) else { continue };
        let page = text(&doc);
        let name = chart.person().unwrap().family.clone();
        assert!(!page.contains('\u{c}'), "{name}: more than a page\n{page}");
        assert!(page.contains(&name), "{page}");
        // As many dates as there are, up to twelve; what is late stands in large letters above them.
        let course = Course::of(&chart, &practice, today());
        let ahead = course.ahead(12).into_iter().filter(|day| *day >= today()).count();
        let dates = page.matches("[   ]").count();
        let is_held = page.contains("NOT YET. PLEASE CALL US.");
        assert!(course.has_ended() || is_held || dates >= ahead, "{name}: {dates} of {ahead}\n{page}");
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

/// Whoever prints tomorrow's sheet must not take an empty one for a day off, or a closed day for a day of work.
#[test]
fn the_sheet_of_a_closed_day_says_so_and_when_its_patients_come() {
    let mut practice = office();
    practice.settings.open_days.retain(|day| *day != chrono::Weekday::Sat && *day != chrono::Weekday::Sun);
    practice.settings.closed_on = vec![day("2026-11-30")];
    let page = |on: &str| {
        let courses: Vec<_> = cast(&practice).iter().map(|chart| Course::of(chart, &practice, day(on))).collect();
        text(&sheet(day(on), &practice, &courses)).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let words = "THE PRACTICE IS CLOSED ON THIS DAY: it is never open on a Saturday. \
                 Whoever is due on it is expected on Tue 01 Dec 2026.";
    assert!(page("2026-11-28").contains(words), "{}", page("2026-11-28"));
    let words = "THE PRACTICE IS CLOSED ON THIS DAY: it is one of its closed days.";
    assert!(page("2026-11-30").contains(words), "{}", page("2026-11-30"));
    assert!(!page("2026-12-01").contains("CLOSED"), "{}", page("2026-12-01"));
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

/// The plan of somebody who came three times, on a day of January 2026.
fn plan_of(turned: impl FnOnce(&mut Story), today: &str) -> String {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09");
    turned(&mut story);
    text(&plan(&story.course(today), &story.practice).unwrap()).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whose stores were filled elsewhere reads what is kept full, and nothing of a filling that is not planned.
#[test]
fn a_plan_of_maintenance_alone_says_what_it_keeps_full() {
    let filled = plan_of(|_| {}, "2026-01-10");
    assert!(filled.contains("Filling your stores") && filled.contains("Keeping them full"), "{filled}");
    let mut story = Story::new(practice());
    let r01 = story.practice.knowledge.regimen("r01").unwrap().clone();
    let wish = Wish { maintenance_only: true, ..Wish::plain(day("2026-01-05"), "Dr Adebayo") };
    story.act(Act::Ordered(Order::write(&r01, Vec::new(), &wish).unwrap()));
    let words = text(&plan(&story.course("2026-01-10"), &story.practice).unwrap());
    assert!(words.contains("Keeping stores full") && !words.contains("Filling your stores"), "{words}");
}

#[test]
fn a_plan_that_is_stopped_says_so_in_the_place_of_dates() {
    let goes_on = plan_of(|_| {}, "2026-01-10");
    assert!(goes_on.contains("MONDAY 12 JANUARY 2026") && goes_on.contains("Injection 4 of 6"), "{goes_on}");
    let recheck = day("2026-04-13");
    let turns = |what: Turn| {
        let turned = |story: &mut Story| {
            story.turns("2026-01-10", what);
        };
        plan_of(turned, "2026-01-10")
    };
    let stopped = turns(Turn::Stopped { recheck });
    assert!(stopped.contains("Your injections ARE STOPPED"), "{stopped}");
    assert!(stopped.contains("Your injections were stopped on Saturday 10 January 2026."), "{stopped}");
    assert!(stopped.contains("We look on Monday 13 April 2026 whether you stay well without them."), "{stopped}");
    let oral = turns(Turn::Oral { daily_mcg: 1000, recheck });
    assert!(oral.contains("TABLETS IN THEIR PLACE"), "{oral}");
    assert!(oral.contains("you take 1,000 micrograms of vitamin B12 every day as tablets"), "{oral}");
    let declined = turns(Turn::Declined { again: recheck });
    assert!(declined.contains("You told us on Saturday 10 January 2026 that you want no injections"), "{declined}");
    for ended in [stopped, oral, declined] {
        assert!(!ended.contains("Injection 4"), "{ended}");
    }
    let paused = turns(Turn::Paused { until: day("2026-02-02") });
    assert!(paused.contains("Your injections pause until Monday 2 February 2026."), "{paused}");
    assert!(paused.contains("Your next date, for a check MONDAY 12 JANUARY 2026"), "{paused}");
    assert!(paused.contains("Monday 2 February 2026 Injection 4 of 6"), "{paused}");
}

#[test]
fn a_plan_that_is_held_promises_no_date() {
    let term = Term { until: Some(day("2026-01-10")), doses: None };
    let ends = |story: &mut Story| {
        let order = story.order.unwrap();
        let prescriber = "Dr Adebayo".to_owned();
        let renewed = Renewed { order, on: day("2026-01-05"), term, prescriber, told: None, note: None };
        story.act(Act::Renewed(renewed));
    };
    let urgent = |story: &mut Story| {
        story.checks("2026-01-09", &["haemoglobin=70 g/L", "potassium=2.7 mmol/L"]);
    };
    let (ended, low) = (plan_of(ends, "2026-01-10"), plan_of(urgent, "2026-01-10"));
    for held in [ended, low] {
        assert!(held.contains("Your next injection NOT YET. PLEASE CALL US."), "{held}");
        assert!(held.contains("Something has to be settled before your next injection."), "{held}");
        assert!(
            !held.contains("MONDAY 12") && !held.contains("until Friday 16 January") && !held.contains("Injection 4"),
            "{held}"
        );
    }
}

/// The nurse at the needle may have the paper alone.
#[test]
fn the_sheet_says_what_stops_and_what_is_told_today() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    story.checks("2026-01-06", &["potassium=3.2 mmol/L"]);
    let page = |story: &Story| {
        let sheet = sheet(day("2026-01-07"), &story.practice, &[story.course("2026-01-07")]);
        text(&sheet).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(page(&story).contains("TODAY: Potassium was 3.2 mmol/L on Tue 06 Jan 2026. Tell the prescriber today"));
    let allergies = Allergies::Known(vec!["cyanocobalamin (hives)".to_owned()]);
    story.act(Act::Registered(Person { allergies, ..person() }));
    story.act(Act::Triaged(Triage { cautions: vec!["renal".to_owned()], ..triage() }));
    let page = page(&story);
    assert!(page.contains("STOP: Allergy to cobalamin is recorded"), "{page}");
    assert!(page.contains("CAUTION: Severe kidney disease"), "{page}");
}

#[test]
fn the_box_names_the_first_date_of_the_list_below_it() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09 12 14 16");
    story.turns("2026-02-20", Turn::Paused { until: day("2026-06-01") });
    let course = story.course("2026-02-20");
    let page = text(&plan(&course, &story.practice).unwrap());
    let check = course.checkpoints.iter().find(|c| c.state.is_open() && c.due >= day("2026-02-20")).unwrap().due;
    assert!(check < day("2026-06-01"));
    let first = cobalog::clinic::words::day_in_full(check);
    let lines: Vec<_> = page.lines().filter(|line| line.to_lowercase().contains(&first.to_lowercase())).collect();
    assert!(page.to_lowercase().contains("next date, for a check"), "{page}");
    assert!(lines.len() >= 2, "in the box and in the list: {page}");
}

/// Who holds the page cannot see the list of what waits.
#[test]
fn a_page_says_that_what_it_rests_on_is_not_signed() {
    use cobalog::clinic::roles::Told;
    let mut story = Story::new(practice());
    story.act(Act::Triaged(triage()));
    let told = Some(Told::Verbal);
    let order = Order { told, ..kit::order(&story.practice, "r01", "2026-01-05", None) };
    let ordered = story.act(Act::Ordered(order));
    story.order = Some(ordered);
    let flat = |doc: &Doc| text(doc).split_whitespace().collect::<Vec<_>>().join(" ");
    let pages = |story: &Story| {
        let course = story.course("2026-01-05");
        let said = Referral::default();
        [
            flat(&plan(&course, &story.practice).unwrap()),
            flat(&referral(&course, &story.practice, &said)),
            flat(&sheet(day("2026-01-05"), &story.practice, &[course])),
        ]
    };
    let [letter, specialist, needle] = pages(&story);
    let words = "Not signed yet: Dr Adebayo ordered these injections, and still has to sign the order.";
    assert!(letter.contains(words), "{letter}");
    assert!(specialist.contains("Not signed yet Plan"), "{specialist}");
    assert!(specialist.contains("Verbal, Dr Adebayo; recorded by Maya Keller RN"), "{specialist}");
    assert!(needle.contains("Ordered by Dr Adebayo (verbal), not signed yet"), "{needle}");
    // Stopped: the order rests, and the change waits.
    let mut stopped = story.clone();
    let what = Turn::Stopped { recheck: day("2026-04-13") };
    let (because, decided_by) = ("as agreed".to_owned(), "Dr Adebayo".to_owned());
    let change = cobalog::clinic::decision::Change {
        on: day("2026-01-05"),
        what,
        because,
        decided_by,
        reasons: Vec::new(),
        told,
    };
    stopped.act(Act::Changed(change));
    let [letter, specialist, _] = pages(&stopped);
    let words = "Not signed yet: Dr Adebayo decided this on Monday 5 January 2026, and still has to sign it.";
    assert!(letter.contains(words) && !letter.contains("ordered these"), "{letter}");
    assert_eq!(specialist.matches("Not signed yet").count(), 1, "{specialist}");
    // Signed: nothing is said.
    let signed = cobalog::clinic::cosign::Cosigned {
        on_paper: Some(day("2026-01-05")),
        ..cobalog::clinic::cosign::Cosigned::of(&story.chart(), ordered, "Maya Keller RN", &[])
    };
    story.act(Act::Cosigned(signed));
    for page in pages(&story) {
        assert!(!page.contains("igned yet"), "{page}");
    }
}

#[test]
fn the_plan_says_which_number_calls_an_ambulance() {
    let page = |setting: &str| {
        let mut practice = practice();
        setting.clone_into(&mut practice.settings.setting);
        let story = Story::from(practice, "r01", "2026-01-05", None);
        text(&plan(&story.course("2026-01-05"), &story.practice).unwrap())
    };
    for (setting, words) in [
        ("UK", "Call an ambulance on 999 or 112: trouble"),
        ("US", "Call an ambulance on 911: trouble"),
        ("CH", "Call an ambulance on 144 or 112: trouble"),
        ("", "Call an ambulance on __________: trouble"),
    ] {
        assert!(page(setting).contains(words), "{setting}: {}", page(setting));
    }
}
