//! What was given already, what came after it, and what was struck out by mistake: the record holds what happened.

use crate::kit::{Nurse, day};
use cobalog::clinic::audit::What;
use cobalog::clinic::entry::{Act, Given};
use cobalog::store::Wanted;

/// The events at the needle, newest first: kind and rule.
fn at_the_needle(nurse: &Nurse) -> Vec<(What, String)> {
    nurse.session.settle_log();
    let lines = nurse.home.store().log(&Wanted::default()).0;
    lines.into_iter().map(|l| l.event).filter(|e| e.miss.is_some()).map(|e| (e.what, e.detail)).collect()
}

#[test]
fn an_expired_vial_that_was_given_already_is_recorded_with_what_happened() {
    let mut nurse = Nurse::in_demo();
    let lots = nurse.home.store().settings().lots.clone();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Expires").instead("10/2026");
    nurse.sees("STOP").sees("expired on Sat 31 Oct 2026").sees("Nothing is drawn up while a");
    // It is never found answered.
    nurse.sees("Was given    no: it is stopped").goes_to("Was given").press("y");
    nurse.sees("Against: expired on").sees("It was given already:").sees_no("draw up 1 mL");
    nurse.press("F2").sees("say what happened, and who was told").sees_no("Saved");
    nurse.goes_to("Happened").type_text("not looked at; Dr Hart told 09:00").press("F2");
    nurse.sees("Saved: 1,000 mcg given on Mon 23 Nov 2026");
    let given = nurse.last_given("Okafor");
    assert_eq!((given.against(), given.time), (vec!["D7"], None), "nobody knows the minute");
    assert_eq!(given.reasons[0].because, "not looked at; Dr Hart told 09:00");
    assert_eq!(nurse.home.store().settings().lots, lots, "the vial is offered to nobody");
    assert_eq!(at_the_needle(&nurse), [(What::Happened, "D7".to_owned())], "it happened; nothing was missed");
    nurse.opens_chart("Okafor").press("2 End Home").stands_on("23 Nov 2026").sees("▲ given against D7");
    nurse.sees("given against D7: not looked at").press("w").sees("Given already against a rule that stops (D7)");
    nurse.press("Esc 5").sees("given against D7");
    nurse.press("Esc");
    while nurse.shows("Find  ") || nurse.shows("5 History") {
        nurse.press("Esc");
    }
    nurse.press("A e").sees("Given all the same: Lot or vial past its time").sees_no("Okafor");
    nurse.press("n").sees("What was given all the same").sees("by D7");
}

#[test]
fn an_answer_is_one_to_the_stop_that_was_seen() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").sees_no("Was given");
    nurse.goes_to("Expires").instead("10/2026").goes_to("Was given").press("y").sees("Against: expired");
    nurse.goes_to("Dose mcg").instead("2000").sees("STOP").sees("Was given    no: it is stopped");
    nurse.press("F2").sees_no("Saved");
    // What cannot be stays a stop, whatever is answered.
    nurse.goes_to("Dose mcg").instead("1000").goes_to("Given on").instead("t+1").sees("has not come yet");
    nurse.press("F2").sees_no("Saved").sees("has not come yet");
}

#[test]
fn a_second_dose_on_one_day_is_recorded_and_the_days_go_on_from_it() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    let next = nurse.course("Farrow").next_dose().unwrap().due;
    nurse.opens_chart("Farrow").press("g").types_birth("Farrow").sees("a dose was already recorded on that day");
    nurse.goes_to("Was given").press("y").goes_to("Happened").type_text("two of us; Dr Hart told").press("F2");
    nurse.sees("Saved: 1,000 mcg given on Mon 23 Nov 2026");
    assert_eq!(nurse.last_given("Farrow").against(), ["T6", "T9"]);
    let course = nurse.course("Farrow");
    assert_eq!(course.given().filter(|(_, g)| g.given.on == nurse.today()).count(), 2);
    assert_eq!(course.next_dose().unwrap().due, next, "two days after that day");
    assert!(!course.findings.iter().any(|f| f.rule == "T9"), "the reason is in the record");
}

#[test]
fn a_correction_says_what_it_gives_and_what_it_goes_against() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("2 Up a").sees("computed: 1 mL").goes_to("Dose mcg").instead("500");
    nurse.sees("computed: 0.5 mL").sees("As corrected: 500 mcg HYDROXOcobalamin IM = 0.5 mL");
    nurse.sees("1,000 mcg is ordered, not 500 mcg");
    nurse.goes_to("Dose mcg").instead("1000").goes_to("Expires").instead("2020-01");
    nurse
        .sees("Against: expired on Fri 31 Jan 2020")
        .sees("how it came about and who was told")
        .press("F2")
        .sees("say why");
    nurse
        .goes_to("Why")
        .type_text("old vial found; Dr Hart told")
        .press("F2")
        .sees("it goes against D7: was it so?")
        .sees_no("Saved")
        .press("F2")
        .sees("Saved");
    let given = nurse.last_given("Okafor");
    assert_eq!((given.against(), given.reasons[0].because.as_str()), (vec!["D7"], "old vial found; Dr Hart told"));
    assert_eq!(at_the_needle(&nurse), [(What::Happened, "D7".to_owned())]);
    // A second correction of something else is no second incident.
    nurse.press("Up a").goes_to("Note").type_text("seen").goes_to("Why").type_text("forgot").press("F2").sees("Saved");
    assert_eq!(nurse.last_given("Okafor").against(), ["D7"]);
    assert_eq!(at_the_needle(&nurse).len(), 1);
}

#[test]
fn a_reaction_is_recorded_with_its_dose_and_told_before_the_next_one() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    nurse.opens_chart("Farrow").press("2 Up").sees("Mon 23 Nov 2026").press("a").goes_to("After it");
    nurse.type_text("hives after 5 min, gone in 1 h").goes_to("Why").type_text("came later").press("F2").sees("Saved");
    assert_eq!(nurse.last_given("Farrow").reaction.as_deref(), Some("hives after 5 min, gone in 1 h"));
    nurse.sees("▲ reaction").press("Up").sees("After it: hives after 5 min").press("5").sees("after it: hives");
    let mut nurse = nurse.comes_back("2026-11-25");
    nurse.stands_on("Farrow").press("g").sees("after the dose of Mon 23 Nov 2026: hives after 5 min, gone in 1 h");
    nurse.types_birth("Farrow").goes_to("After it").type_text("none").press("F2").sees("Saved");
    assert_eq!(nurse.last_given("Farrow").reaction.as_deref(), Some("none"));
    nurse.opens_chart("Farrow").press("E").sees("After it       none");
}

#[test]
fn what_was_struck_out_by_mistake_is_restored() {
    let mut nurse = Nurse::in_demo();
    let was = nurse.last_given("Okafor");
    let due = nurse.course("Okafor").next_dose().unwrap().due;
    nurse.opens_chart("Okafor").press("2 Up a").goes_to("How").press("Down").goes_to("Why").type_text("wrong line");
    nurse.press("F2").sees("Saved");
    let doses = |nurse: &Nurse| nurse.course("Okafor").given().count();
    let left = doses(&nurse);
    nurse.press("5").stands_on("(struck out)").press("a").sees("Was struck out:").sees("restore it");
    nurse.press("F2").sees("say why").goes_to("Why").type_text("it was given after all").press("F2").sees("Saved");
    assert_eq!((doses(&nurse), nurse.last_given("Okafor")), (left + 1, was));
    assert_eq!(nurse.course("Okafor").next_dose().unwrap().due, due);
    nurse.sees("it was given after all").sees_no("(struck out)");
    // From the line that struck it out it is found too.
    nurse
        .press("2 Up a")
        .goes_to("How")
        .press("Down")
        .goes_to("Why")
        .type_text("again wrong")
        .press("F2")
        .sees("Saved");
    nurse.press("5").stands_on("again wrong").press("a").sees("restore it").press("Esc");
    assert_eq!(doses(&nurse), left);
}

/// A correction that was made before the dose was struck out holds again after it.
#[test]
fn what_was_corrected_before_comes_back_corrected() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("2 Up a").goes_to("Lot").instead("NEW1").goes_to("Why").type_text("read it");
    nurse.press("F2").sees("Saved").press("Up a").goes_to("How").press("Down").goes_to("Why").type_text("wrong line");
    nurse.press("F2").sees("Saved").press("5").stands_on("(struck out)").press("a").sees("lot NEW1");
    nurse.goes_to("Why").type_text("given after all").press("F2").sees("Saved");
    let Given { lot, on, .. } = nurse.last_given("Okafor");
    assert_eq!((lot.as_deref(), on), (Some("NEW1"), day("2026-08-23")));
    let Act::Amended(amended) = nurse.newest("Okafor") else { panic!() };
    assert!(amended.instead.is_none());
}

/// Grades go on by themselves: a Tab that is typed with them out of habit skips nothing.
#[test]
fn a_tab_after_a_grade_skips_no_line() {
    let grades = |keys: &str| {
        let mut nurse = Nurse::in_demo();
        nurse.stands_on("Osei").press("c").press(keys).press("F2").sees("Saved");
        let Act::Checked(checked) = nurse.newest("Osei") else { panic!() };
        checked.symptoms
    };
    let plain = grades("1 0 2 0 1");
    assert_eq!(plain.len(), 5);
    assert_eq!(grades("1 Tab 0 Tab 2 Tab 0 Tab 1 Tab"), plain);
    assert_eq!(grades("1 Enter 0 Enter 2 Enter 0 Enter 1 Enter"), plain);
    // Who leaves a line out on purpose does so by a second Tab.
    let skipped = grades("1 Tab Tab 2");
    assert_eq!(skipped.len(), 2);
    assert_eq!(skipped.keys().next(), plain.keys().next());
}

#[test]
fn a_tab_after_the_birthday_stays_on_the_button() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Tab Enter").sees("Saved: 1,000 mcg given");
}
