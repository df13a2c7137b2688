//! Words that a nurse acts on: whole on the smallest screen, and such as say what to do.

use crate::kit::Nurse;
use crate::people::{PIN, two_people};

const SMALL: (u16, u16) = (80, 24);

#[test]
fn reasons_that_were_turned_are_never_turned_out_of_sight() {
    let mut nurse = Nurse::in_demo();
    nurse.at(SMALL.0, SMALL.1).opens_chart("Silva").press("E").sees("more lines: PageDown");
    let first = nurse.lines().iter().position(|line| line.contains("more line")).unwrap();
    nurse.press_times("PageDown", 9).sees("PageUp: what stands above");
    let line = |nurse: &Nurse, at: usize| nurse.lines()[at].trim_matches(['│', ' ']).to_owned();
    assert!(!line(&nurse, first - 1).is_empty(), "{}", nurse.screen());
    // With more room all stands there, from its first line on.
    nurse.at(120, 60).sees_no("PageUp: what stands above").sees("Consent").sees("omplete");
    nurse.at(SMALL.0, SMALL.1).press_times("PageUp", 9).sees("more lines: PageDown").sees("omplete");
}

#[test]
fn a_lot_that_was_filled_in_asks_to_be_compared() {
    let mut nurse = Nurse::in_demo();
    let words = "of the last vial: look at yours";
    nurse.at(SMALL.0, SMALL.1).stands_on("Okafor").press("g").sees(words);
    nurse.goes_to("Lot").instead("HX7").sees_no(words);
}

#[test]
fn who_is_under_age_is_told_before_the_first_question() {
    let mut nurse = Nurse::in_demo();
    nurse.at(SMALL.0, SMALL.1).press("n F2").sees("the family name is needed").type_text("Lindgren");
    nurse.press("F2").sees("the birth date is needed: 4 March 1961 is 04031961").type_text("04032018");
    let stop = "STOP: under 18. This is an adult program: refer.";
    nurse.sees(stop).press("F2").sees_no("Triage 1 of 5").sees("Lindgren").sees("1 Timeline");
    nurse.press("v").sees("Triage 1 of 5").sees(stop).press("F2").sees("Triage 1 of 5");
    nurse.sees("under 18. This is an adult program: refer.").press("Esc");
}

#[test]
fn a_renewal_says_until_when_so_many_doses_are() {
    let mut nurse = Nurse::in_demo();
    nurse.at(SMALL.0, SMALL.1).opens_chart("Okafor").press("e").goes_to("More doses").instead("3");
    nurse.sees("from now on; the last on Sun 23 May 2027");
    nurse.instead("1").sees("from now on; the last on Mon 23 Nov 2026");
}

#[test]
fn a_nurse_is_not_offered_what_a_prescriber_does() {
    let (mut nurse, _) = two_people();
    nurse.opens_chart("Okafor").sees_no("s Co-sign").press("?").sees("Co-sign").press("Esc Esc Esc Esc");
    nurse.press("F3").type_text("ta5093").sees("Tom Adeyemi RN").press("w").sees_no("Mark all").press("Esc");
    nurse.press("F3").type_text("mk").type_text(PIN).press("u Home Enter").goes_to("Role").picks("Prescriber");
    nurse.press("F2").sees("Saved").press("Esc").opens_chart("Okafor").sees("s Co-sign");
}

#[test]
fn sources_have_names_and_no_numbers_of_our_notes() {
    let mut nurse = Nurse::in_demo();
    nurse.at(SMALL.0, SMALL.1).opens_chart("Silva").sees("Source: ").sees_no("facts ").sees_no("[S").sees_no("[eng]");
    nurse.press("v").sees("Source: ").sees_no("facts ").sees_no("[S").press("Esc").sees("1 Timeline");
    nurse.press("o").sees("Source: ").sees_no("[S").press("Esc").press("r").sees("Source: ").sees_no("brief ");
}

#[test]
fn the_chosen_line_of_today_is_whole_on_the_smallest_screen() {
    let mut nurse = Nurse::in_demo();
    nurse.at(SMALL.0, SMALL.1).sees(" given");
    let rows = nurse.home.store().roster(nurse.today()).rows;
    let long = |label: &str| label.chars().count() > 20;
    let labels = |nurse: &Nurse| nurse.lines().iter().any(|line| line.contains('…') && line.starts_with("│▌"));
    let mut seen = 0;
    for _ in 0..30 {
        if labels(&nurse) {
            let whole = rows.iter().flat_map(|row| &row.items).filter(|item| long(&item.label));
            let screen = nurse.screen();
            assert!(whole.clone().any(|item| screen.contains(&format!("└ {} ", item.label))), "{screen}");
            seen += 1;
        }
        nurse.press("Down");
    }
    assert!(seen > 0, "some are cut in their column");
}

#[test]
fn of_one_day_neurologic_patients_come_first() {
    let mut nurse = Nurse::in_demo();
    nurse.at(120, 60);
    let today: Vec<bool> = nurse
        .lines()
        .into_iter()
        .filter(|line| line.contains(" today ") && line.contains("Dose "))
        .map(|line| line.contains("nerves"))
        .collect();
    assert!(today.contains(&true) && today.contains(&false), "{}", nurse.screen());
    assert!(today.is_sorted_by(|a, b| a >= b), "{today:?}\n{}", nurse.screen());
}

#[test]
fn an_order_that_was_only_said_is_marked_where_the_day_begins() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("e").goes_to("More doses").instead("3").goes_to("Renewed by");
    nurse.instead("Dr Eleanor Hart").told().press("F2").sees("It waits for the signature of Dr Eleanor Hart.");
    nurse.press("Esc Esc Esc").at(SMALL.0, SMALL.1).stands_on("Okafor");
    nurse.sees("Ordered by Dr Eleanor Hart (verbal), not signed yet");
}

#[test]
fn no_date_of_the_patients_list_is_cut_without_a_sign() {
    let mut nurse = Nurse::in_demo();
    nurse.at(SMALL.0, SMALL.1).press("p").sees("name, number or birth date");
    for _ in 0..6 {
        for line in nurse.lines().into_iter().filter(|line| line.starts_with('│')) {
            let row = line.trim_end_matches(['│', ' ']);
            let date = row.rsplit(' ').next().unwrap_or_default();
            assert!(!matches!(date, "2" | "20" | "202") && row.chars().count() <= 79, "{row}");
        }
        nurse.press("PageDown");
    }
}
