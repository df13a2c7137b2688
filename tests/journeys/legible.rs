//! What a busy person reads at a glance: nothing is cut in silence, nothing is said twice, no key is hidden.

use crate::kit::Nurse;

#[test]
fn a_small_screen_shows_every_key_of_the_chart() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).opens_chart("Silva").sees("g Give  c Checkpoint");
    for key in ["m Move on", "r Review", "d Change", "a Amend", "y Seen", "w Why"] {
        nurse.sees(key);
    }
    // The line above the keys is a place to click, too; what is said there takes its place.
    nurse.click("d Change").sees("Change of plan: which way?").press("Esc");
    nurse.press("y P Enter F2").sees("Saved: Seen").sees_no("d Change").sees("g Give").press("t").sees("d Change");
}

#[test]
fn fields_below_the_edge_are_counted() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).opens_chart("Okafor").press("c").sees("↓ 18 more fields");
    nurse.goes_to("Also happened").sees("↑ ").press("Tab Tab").sees_no("↓");
    nurse.at(120, 36).sees_no("more fields");
}

#[test]
fn what_is_cut_shows_that_it_is_cut() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).opens_chart("Silva").press("r");
    // "MCV 9" of "MCV 91 fL" would be another value.
    nurse.sees("Hb 134 g/L (Wed 13 May 2026) …").sees("9 doses given …");
    nurse.press("Esc y").sees("41 days l…").press("Esc Esc");
    let mut nurse = Nurse::in_demo();
    nurse.at(120, 36).stands_on("Silva").sees("UK BNF/NICE, no ne…");
}

#[test]
fn a_sign_is_never_parted_from_its_word() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).opens_chart("Farrow").press("g").sees("✓ site");
    assert!(nurse.lines().iter().all(|line| !line.trim_end_matches(['│', ' ']).ends_with('✓')), "{}", nurse.screen());
}

#[test]
fn why_not_is_said_once_and_in_words() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Silva").press("d").sees("▲ Not now. The maintenance dose 4 was due").sees("41 days late (T3)");
    nurse.sees_no("Not now. Not now").press("F2").sees("Reason SPACE, spaced early: The maintenance dose 4");
    // The dose that is late lies in the past: no date of a next visit.
    nurse.sees("As it is   now (it was due Tue 13 Oct 2026)");
}

#[test]
fn a_plateau_is_said_once() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Petrov").press("4").sees("Not now: Better at first (total 7 to 4), and no gain since");
}

#[test]
fn a_number_of_doses_is_not_run_into_the_days() {
    let mut nurse = Nurse::in_demo();
    nurse.press("p").type_text("Hughes").sees("Dose 4 of 6, 8 d late").sees("Maintenance, Wed 25 Nov 2026");
}

#[test]
fn a_last_result_of_another_year_or_unit_says_so() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).opens_chart("Okafor").press("c").sees("last 134 g/L, Wed 12 Aug");
    nurse.sees("ng/L  last 89 pmol/L = 121 ng/L");
    // A year ago to the day: without its year it would read as given today.
    nurse.at(120, 36).press("Esc g").sees("R deltoid 23 Feb, L deltoid 23 Nov 2025");
}

#[test]
fn nobody_decides_a_death() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("d End F2").type_text("call from the daughter").press("F2");
    nurse.sees("Died on Mon 23 Nov 2026").sees("recorded by Maya Keller RN: call from the daughter");
    for tab in ["1", "4", "5 End"] {
        nurse.press(tab).sees("recorded by Maya Keller RN: call from the daughter").sees_no("decided by Maya");
    }
}

#[test]
fn long_rows_of_doses_and_history_show_that_they_are_cut() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).opens_chart("Okafor").press("5").sees("1,000 mcg HYDROXOcob…");
    nurse.press("2").sees("on time · 1,000 mcg IM").sees_no("As ordered");
    nurse.at(120, 36).sees("As ordered").sees("…│");
}

#[test]
fn an_allergy_under_the_name_is_ticked_among_the_cautions() {
    let mut nurse = Nurse::in_demo();
    nurse.press("n").type_text("Testa").press("Tab").type_text("Nora").goes_to("Born").type_text("3 May 1961");
    nurse.goes_to("Allergies").press("Right Right").goes_to("Allergic to").type_text("Benzyl Alcohol").press("F2");
    nurse.goes_to("Cause").press("Down Down F2 Down F2 F2").sees("Which route and form?");
    nurse.sees("[●] Allergy to benzyl alcohol").sees("[ ] Allergy to parabens");
}

#[test]
fn a_long_why_says_that_it_goes_on_and_keeps_its_margin() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).opens_chart("Silva").press("w").sees("more lines: down").sees("Why");
    let first = nurse.lines().into_iter().find(|l| l.contains("Rests on: ")).unwrap_or_default();
    assert!(first.starts_with("│     Rests on: "), "{first}");
    let at = nurse.lines().iter().position(|l| l.contains("Rests on: ")).unwrap();
    assert!(nurse.lines()[at + 1].starts_with("│     "), "{}", nurse.screen());
    nurse.press("End").sees_no(": down");
}

#[test]
fn the_table_of_checkpoints_is_scrolled_and_a_page_stops_at_its_last_full_one() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).opens_chart("Farrow").press("3").sees("more lines: PageDown").sees_no("Hb 102 g/L");
    nurse.press("PageDown PageDown PageDown").sees("Hb 102 g/L").sees_no("more line");
    // One key too many is none too many.
    nurse.press_times("Down", 20).sees("5 of 5").press("Up").sees("4 of 5");
    nurse.press("4").sees("more lines: down").press("End").sees_no("more line");
    let filled = |nurse: &Nurse| nurse.lines()[5..21].iter().filter(|l| l.trim_matches([' ', '│']).is_empty()).count();
    assert!(filled(&nurse) < 6, "the last page is full:\n{}", nurse.screen());
    nurse.press("Up").sees("1 more line: down");
}

#[test]
fn a_sheet_has_nothing_beside_it() {
    let mut nurse = Nurse::in_demo();
    nurse.press("P").sees("Sheet").press("2 3").sees_no("No date was missed").sees_no("recall this patient");
}
