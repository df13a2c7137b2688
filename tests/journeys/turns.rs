//! Turns of a course: the review before an escalation, the change of plan, findings that were seen, and the way back.

use crate::kit::{Nurse, day};
use cobalog::clinic::course::Next;
use cobalog::clinic::decision::Turn;
use cobalog::clinic::entry::Act;
use cobalog::clinic::findings::Tier;
use cobalog::clinic::interval::Interval;

const DOCTOR: &str = "Dr Eleanor Hart";

/// Opens the change of plan on a patient and chooses a way.
pub fn changes(nurse: &mut Nurse, who: &str, way: &str) {
    nurse.opens_chart(who).follows("d Change").sees("Change of plan: which way?");
    let (pressed, name) = way.split_once(' ').unwrap();
    for _ in 0..9 {
        if nurse.shows(&format!("(●) {name}")) {
            break;
        }
        nurse.press(pressed);
    }
    nurse.sees(&format!("(●) {name}"));
}

pub fn decides(nurse: &mut Nurse, why: &str) {
    nurse.goes_to("Why").type_text(why).goes_to("Decided by").instead(DOCTOR).told();
}

/// Goes back to the list of the day.
fn home(nurse: &mut Nurse) {
    for _ in 0..4 {
        if nurse.shows("Worklist") {
            return;
        }
        nurse.press("Esc");
    }
}

/// Answers every line of a review: what the chart says is confirmed, what it does not say is typed.
pub fn reviews(nurse: &mut Nurse) {
    nurse.follows("r Review").sees("Review before doses come closer");
    while nurse.focused().as_deref() != Some("Reviewed by") {
        match nurse.focused().as_deref() {
            // Whether it does not wait at all: the review is made all the same.
            Some("Neurologic") => nurse.press("Enter"),
            Some("in words") => nurse.type_text("asked, nothing").press("Enter"),
            _ => nurse.press("Space Enter"),
        };
    }
}

#[test]
fn a_review_is_signed_only_when_every_line_is_answered() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Brandt");
    nurse
        .opens_chart("Brandt")
        .press("r")
        .sees("0 of 8 lines answered")
        .press("F2")
        .sees("Right diagnosis is not answered");
    nurse.sees("A second cause of anaemia").goes_to("Doses and technique").sees("The chart says:").sees("given");
    nurse.press("Right F2").sees("Right diagnosis is not answered yet").sees_no("Saved");
    assert_eq!(nurse.entries("Brandt"), entries);
    nurse.press("Esc t");
    reviews(&mut nurse);
    nurse.sees("8 of 8 lines answered").press("F2").sees("Saved: review").sees("until Mon 07 Dec 2026");
    let Act::Reviewed(review) = nurse.newest("Brandt") else { panic!() };
    assert_eq!((review.answers.len(), review.on), (8, day("2026-11-23")));
    assert!(review.answers["doses"].words.contains("given"), "{:?}", review.answers["doses"]);
    assert!(review.answers.values().all(|a| !a.found && !a.words.is_empty()));
}

#[test]
fn what_was_found_needs_words() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Brandt").press("r").goes_to("Doses and technique").press("Right Right Enter");
    nurse.sees("Found, in words").instead("one dose into fat").press("F2").sees("is not answered yet");
    nurse.goes_to("Malabsorption").press("Right Right Enter").instead("").press("F2");
    // What stands in a field is read from its beginning, also where it is longer than the field.
    nurse.at(80, 24).goes_to("Right diagnosis").press("Right Right Enter Enter");
    assert!(nurse.lines().iter().any(|l| l.contains("in words") && l.contains(" Hb 134 g/L")), "{}", nurse.screen());
    nurse.at(120, 36).press("F2").sees("Malabsorption: say in words what was looked at");
}

#[test]
fn a_neurologic_red_flag_does_not_wait_for_the_review() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("r").sees("Neurologic").press("Right").sees("Does not wait").press("F2");
    nurse.sees("say what does not wait").type_text("gait worse since Friday, Dr Rao").press("F2").sees("Saved: review");
    let Act::Reviewed(review) = nurse.newest("Farrow") else { panic!() };
    assert_eq!(review.red_flag.as_deref(), Some("gait worse since Friday, Dr Rao"));
    nurse.press("Esc Esc");
    nurse.opens_chart("Brandt").press("r").sees_no("Does not wait").sees_no("Neurologic");
}

#[test]
fn the_interval_is_shortened_only_after_a_review() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Brandt");
    changes(&mut nurse, "Brandt", "s Shorten to every 2 months");
    nurse.sees("Not now").sees("E1").sees("Review first: press r").press("F2").sees("As it is").sees("After this");
    decides(&mut nurse, "tired again before each dose");
    nurse.press("F2").sees("STOP E1").sees("not signed: Esc, then r for the review").sees_no("Saved");
    assert_eq!(nurse.entries("Brandt"), entries);
    nurse.press("Esc Esc t");
    reviews(&mut nurse);
    nurse.press("F2").sees("Saved: review");
    nurse.press("Esc");
    home(&mut nurse);
    changes(&mut nurse, "Brandt", "s Shorten to every 2 months");
    nurse.sees("Reviewed on Mon 23 Nov 2026").press("F2").sees_no("E1");
    decides(&mut nurse, "tired again before each dose");
    // Nobody looked since the last dose: E2 asks for a reason, and the reason stays in the plan.
    nurse.press("F2");
    if nurse.shows("say why it is right here") {
        nurse.type_text("seen in the room today").press("F2");
    }
    nurse.sees("Saved: Ordered");
    let (_, order) = nurse.course("Brandt").order.unwrap();
    assert_eq!(order.phases[0].interval(), Some(Interval::Months(2)));
    assert_eq!((order.prescriber.as_str(), order.because.as_deref()), (DOCTOR, Some("tired again before each dose")));
    assert!(order.reasons.iter().all(|r| !r.because.is_empty()));
}

#[test]
fn a_pause_leaves_the_list_and_comes_back() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor");
    changes(&mut nurse, "Okafor", "p Pause until a day");
    nurse.press("F2").sees("Until");
    nurse.instead("t").goes_to("Why").type_text("travels").goes_to("Decided by").instead(DOCTOR).told().press("F2");
    nurse.sees("does not lie ahead").sees_no("Saved");
    nurse.goes_to("Until").instead("+13m").press("F2").sees("that is no pause").sees_no("Saved");
    nurse.goes_to("Until").instead("+4w").sees("Mon 21 Dec 2026").press("F2").sees("Paused until Mon 21 Dec 2026");
    let Act::Changed(change) = nurse.newest("Okafor") else { panic!() };
    assert_eq!(change.what, Turn::Paused { until: day("2026-12-21") });
    home(&mut nurse);
    assert!(!nurse.lines().iter().any(|l| l.contains("Okafor") && l.contains("today")), "{}", nurse.screen());
    // A dose within the pause asks for a reason.
    nurse.opens_chart("Okafor").press("g").sees("Paused until Mon 21 Dec 2026").types_birth("Okafor").press("F2");
    nurse.sees("pick the reason").press("Esc t Esc");
    let mut later =
        Nurse::with(nurse.home, cobalog::tui::theme::Theme::named("dark", false), "2026-12-21T09:00:00+01:00");
    later.stands_on("Okafor").sees("due today");
}

#[test]
fn tablets_bring_a_recheck_to_the_list_and_a_plan_brings_injections_back() {
    let mut nurse = Nurse::in_demo();
    changes(&mut nurse, "Whitfield", "t Tablets, with a recheck");
    nurse
        .sees("Diet")
        .press("F2")
        .sees("The way back to injections: a signed plan (o)")
        .sees("recheck Sat 23 Jan 2027");
    decides(&mut nurse, "diet corrected, two good checks");
    nurse.press("F2");
    if nurse.shows("say why it is right here") {
        nurse.type_text("agreed").press("F2");
    }
    nurse.sees("On tablets since Mon 23 Nov 2026");
    let course = nurse.course("Whitfield");
    assert_eq!(course.next, Next::Recheck(day("2027-01-23")));
    nurse.press("g").sees("No dose is owed; o signs a plan").press("h").sees("No dose is owed");
    nurse.press("o").sees("A signed plan brings injections back").press("Esc");
    // What was given all the same is recorded, and owes nothing.
    nurse.press("g").sees("Given all the same: g again").press("g").types_birth("Whitfield");
    nurse.goes_to("Dose mcg").instead("1000").sees("STOP").sees("On tablets since").press("F2").sees_no("Saved");
    nurse.goes_to("Was given").press("y").goes_to("Happened").type_text("not told; Dr Rao knows").press("F2");
    nurse.sees("Saved: 1,000 mcg given");
    assert_eq!(nurse.last_given("Whitfield").against(), ["PLAN"]);
    assert_eq!(nurse.course("Whitfield").next, Next::Recheck(day("2027-01-23")));
    let mut later =
        Nurse::with(nurse.home, cobalog::tui::theme::Theme::named("dark", false), "2027-01-23T09:00:00+01:00");
    later.stands_on("Whitfield").sees("Recheck on tablets");
}

#[test]
fn pernicious_anaemia_is_never_finished() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Brandt");
    changes(&mut nurse, "Brandt", "s Stop, with a recheck");
    nurse
        .sees("not possible")
        .sees("U4")
        .sees("treatment is for life and is never finished")
        .sees("record that the patient declines");
    nurse.press("F2").sees("this way is not possible here").sees_no("Saved");
    assert_eq!(nurse.entries("Brandt"), entries);
}

#[test]
fn who_died_leaves_the_lists_and_nothing_is_given() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor");
    changes(&mut nurse, "Okafor", "d Died");
    nurse.press("F2").sees("Died on").sees_no("Decided by").sees("nothing is owed any more");
    nurse
        .press("F2")
        .sees("say why")
        .type_text("letter from the hospital")
        .goes_to("Died on")
        .instead("t+1")
        .press("F2");
    nurse
        .sees("has not come yet")
        .sees_no("Saved")
        .goes_to("Died on")
        .instead("t-400")
        .press("F2")
        .sees("a dose was given on");
    nurse.goes_to("Died on").instead("t-1").press("F2").sees("Died on Sun 22 Nov 2026");
    for key in ["g", "h", "o", "d", "r", "m"] {
        nurse.press(key).sees("If that is wrong: 5 History").sees("1 Timeline");
    }
    home(&mut nurse);
    assert!(!nurse.lines().iter().any(|l| l.contains("Okafor,")), "{}", nurse.screen());
}

#[test]
fn a_change_that_was_wrong_is_struck_out() {
    let mut nurse = Nurse::in_demo();
    let due = nurse.course("Okafor").next_dose().unwrap().due;
    changes(&mut nurse, "Okafor", "d Died");
    nurse.press("F2").type_text("a call").press("F2").sees("Died on Mon 23 Nov 2026");
    nurse
        .press("5 End a")
        .sees("Corrects: Died on Mon 23 Nov 2026")
        .goes_to("Why")
        .type_text("another patient")
        .press("F2");
    nurse.sees("Saved: ");
    assert_eq!(nurse.course("Okafor").next_dose().unwrap().due, due);
    nurse.press("g").sees("Give a dose");
}

#[test]
fn a_review_and_a_reason_are_struck_out_too() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Silva").press("y P Enter F2").sees("Saved: Seen");
    reviews(&mut nurse);
    nurse.press("F2").sees("Saved: review");
    for _ in 0..2 {
        nurse.press("5 End");
        let last = nurse
            .chart("Silva")
            .facts()
            .iter()
            .rposition(|f| f.act.is_some_and(|a| matches!(a, Act::Reviewed(_) | Act::Acknowledged(_))))
            .unwrap();
        nurse.press_times("Up", nurse.entries("Silva") - 1 - last).press("a").sees("Corrects:");
        nurse.goes_to("Why").type_text("the wrong chart").press("F2").sees("Saved: ");
    }
    let course = nurse.course("Silva");
    assert!(course.reviews.is_empty() && course.answered.is_empty());
}

#[test]
fn a_finding_that_was_seen_is_quiet_and_why_still_shows_it() {
    let mut nurse = Nurse::in_demo();
    let first = nurse.course("Silva").findings[0].clone();
    assert_eq!((first.rule.as_str(), first.tier), ("T3", Tier::Reason));
    nurse.opens_chart("Silva").sees("y seen").sees("w why").press("y").sees("Seen: why this may stand").sees("T3");
    nurse.press("F2").sees("choose why it may stand").press("o F2").sees("say it in words");
    nurse.type_text("abroad until Friday").press("F2").sees("Saved: Seen").sees("1 seen with a reason");
    let Act::Acknowledged(seen) = nurse.newest("Silva") else { panic!() };
    assert_eq!((seen.rule.as_str(), seen.because.as_str()), ("T3", "abroad until Friday"));
    assert_eq!(seen.rests_on, first.entries);
    assert!(nurse.course("Silva").findings.iter().all(|f| f.rule != "T3"));
    nurse.press("w").sees("Seen, and left to stand with a reason").sees("T3 (reason)").sees("abroad until Friday");
}

#[test]
fn without_anything_to_answer_there_is_nothing_to_sign() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("y").sees("Nothing here waits for a reason").sees("1 Timeline");
}

#[test]
fn who_is_well_on_injections_for_diet_is_offered_tablets_first() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Baker").sees("press d").press("d").sees("(●) Tablets, with a recheck");
    nurse.sees("Suggested: O2, diet: tablets would do").sees("1000 mcg (NL)");
    nurse.press("F2 F2").sees("say why").press("Esc").sees("Change of plan: which way?").sees("(●) Tablets");
}

#[test]
fn spacing_that_is_not_open_is_signed_with_a_reason_only() {
    let mut nurse = Nurse::in_demo();
    changes(&mut nurse, "Silva", "s Space to every 3 months");
    nurse.sees("Not now").sees("T3").press("F2").sees("Reason SPACE");
    decides(&mut nurse, "stable for a year");
    nurse.press("F2").sees("say why it is right here").sees_no("Saved").type_text("comes from abroad").press("F2");
    nurse.sees("Saved: Ordered");
    let (_, order) = nurse.course("Silva").order.unwrap();
    assert_eq!(order.phases[0].interval(), Some(Interval::Months(3)));
    let said: Vec<_> = order.reasons.iter().map(|r| (r.rule.as_str(), r.because.as_str())).collect();
    assert_eq!(said, [("SPACE", "comes from abroad")]);
}

#[test]
fn going_back_to_denser_doses_shows_their_dates_before_it_is_signed() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Brandt");
    reviews(&mut nurse);
    nurse.press("F2").sees("Saved: review").press("Esc");
    home(&mut nurse);
    changes(&mut nurse, "Brandt", "d Denser again for some doses");
    nurse.press("F2").goes_to("From").instead("t-1").press("F2").sees("is past").goes_to("From").instead("t+1");
    nurse.sees("Tue 24 Nov 2026, Thu 26 Nov 2026").goes_to("Doses").instead("0").press("F2").sees("1 to 60");
    nurse.goes_to("Doses").instead("3");
    decides(&mut nurse, "better, then a plateau");
    nurse.press("F2");
    if nurse.shows("say why it is right here") {
        nurse.type_text("seen in the room today").press("F2");
    }
    nurse.sees("Saved: Ordered");
    let course = nurse.course("Brandt");
    let owed: Vec<_> = course.doses.iter().filter(|s| s.state.is_owed()).map(|s| s.due).take(4).collect();
    assert_eq!(owed[..3], [day("2026-11-24"), day("2026-11-26"), day("2026-11-28")]);
    assert_eq!(owed[3], day("2027-02-28"), "then every 3 months again");
}

#[test]
fn a_change_half_typed_is_taken_up_where_it_was_left_and_checked_anew() {
    let mut nurse = Nurse::in_demo();
    changes(&mut nurse, "Okafor", "p Pause until a day");
    nurse.press("F2").instead("+4w").goes_to("Why").type_text("travels");
    let id = nurse.id("Okafor");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("Change of plan for Okafor, Ngozi").press("r").sees("Change of plan: Pause until a day");
    nurse.sees("Mon 21 Dec 2026").sees("travels").goes_to("Decided by").instead(DOCTOR).told();
    // Somebody else records the death meanwhile: the pause must not bring the plan back.
    let died = cobalog::clinic::decision::Change {
        on: day("2026-11-23"),
        what: Turn::Died,
        because: "a call".to_owned(),
        decided_by: "Sofia Lindgren RN".to_owned(),
        reasons: Vec::new(),
        told: None,
    };
    let now = crate::kit::instant(crate::kit::NOW);
    nurse.home.store().record(id, vec![Act::Changed(died)], "Sofia Lindgren RN", now).unwrap();
    nurse.press("F2").sees("Another entry came in meanwhile").press("F2").sees("this way is not possible here");
    nurse.sees("Died on Mon 23 Nov 2026").sees_no("Saved");
}

#[test]
fn tablets_against_advice_keep_their_reason_and_declining_is_asked_again() {
    let mut nurse = Nurse::in_demo();
    changes(&mut nurse, "Andersson", "t Tablets, with a recheck");
    nurse.sees("not now").sees("U2").press("F2").sees("Reason U2").sees("Injections are advised");
    decides(&mut nurse, "refuses needles");
    nurse.goes_to("mcg a day").instead("1 mg").press("F2").sees("write micrograms: 1 mg is 1000 mcg");
    nurse
        .instead("2000")
        .press("F2")
        .sees("say why it is right here (U2, ORAL)")
        .type_text("offered twice")
        .press("F2");
    nurse.sees("On tablets since Mon 23 Nov 2026, 2,000 mcg a day");
    let Act::Changed(change) = nurse.newest("Andersson") else { panic!() };
    let said: Vec<_> = change.reasons.iter().map(|r| (r.rule.as_str(), r.because.as_str())).collect();
    assert_eq!(said, [("U2", "offered twice"), ("ORAL", "offered twice")]);
    nurse.press("d").sees("Space: a longer interval").sees("On tablets since");
    while !nurse.shows("(●) Declined by the patient") {
        nurse.press("d");
    }
    nurse.press("F2").goes_to("Ask again").instead("+6w");
    decides(&mut nurse, "wants neither");
    nurse.press("F2").sees("Declined on Mon 23 Nov 2026");
    assert_eq!(nurse.course("Andersson").next, Next::AskAgain(day("2027-01-04")));
}

#[test]
fn who_moved_is_brought_back_by_a_plan_alone() {
    let mut nurse = Nurse::in_demo();
    changes(&mut nurse, "Okafor", "m Moved to another practice");
    nurse.press("F2").sees_no("Decided by").press("F2").sees("say who goes on").type_text("Harbour Practice");
    nurse.goes_to("Why").type_text("moved house").press("F2").sees("Transferred to Harbour Practice");
    nurse.press("d").sees("not possible").sees("A signed plan (o) brings the patient back").press("Esc");
    nurse.press("c").sees("Transferred to Harbour Practice").press("Esc").press("o");
    nurse.sees("A signed plan brings injections back");
}

#[test]
fn one_reason_shows_everything_that_it_answers() {
    let mut nurse = Nurse::in_demo();
    let triage = nurse.course("Okafor").triage.unwrap();
    let flags = vec!["bowel".to_owned(), "alarm".to_owned()];
    let flagged = cobalog::clinic::triage::Triage { red_flags: flags, ..triage };
    let (id, now) = (nurse.id("Okafor"), crate::kit::instant(crate::kit::NOW));
    nurse.home.store().record(id, vec![Act::Triaged(flagged)], "Maya Keller RN", now).unwrap();
    nurse.opens_chart("Okafor").sees("and 1 more: w").press("y").sees("Gastroenterology").sees("Weight loss");
    nurse.press("R Enter").type_text("both letters sent").press("F2").sees("Saved: Seen").sees("2 seen with a reason");
    assert!(nurse.course("Okafor").findings.iter().all(|f| f.rule != "2.3"));
}
