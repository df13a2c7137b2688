//! Triage in full, and what the prescriber may change on a plan.

use crate::kit::{Nurse, day};
use cobalog::clinic::entry::Act;
use cobalog::clinic::interval::Interval;
use cobalog::clinic::triage::{Anaemia, Neuro};

#[test]
fn a_red_flag_and_a_caution_on_the_way_to_a_signed_plan() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Kaplan, Eva").press("o").sees("Triage 1 of 5").press("m m Up");
    nurse.sees("(●) Malabsorption: Autoimmune").sees("Can be removed: no. Lasts: for life.").sees("NICE NG239 2024");
    nurse.goes_to("Medicines").press("Space").sees("continue metformin").goes_to("Metformin");
    nurse.type_text("since 2030").press("F2").sees("has not come yet").instead("since 2023, stopped 3 Mar 2026");
    nurse.press("F2").sees("Triage 2 of 5").press("Down Down Down").sees("(●) Moderate: unsteady gait");
    nurse.sees("Do not wait: treat before results").sees("Never folic acid first").sees("Refer today");
    nurse.goes_to("Red flags").press("Space").sees("REFER TODAY: Unsteady gait, stiffness, Babinski: spinal cord");
    nurse.sees("do not wait for results").goes_to("Symptoms since").type_text("Sep 2026");
    nurse.press("F2").sees("Triage 3 of 5").press("F2").sees("Triage 4 of 5");
    nurse.goes_to("Cautions").press("Down Space").sees("Leber's optic neuropathy: No cyanocobalamin");
    nurse.goes_to("Form in hand").press("Down").sees("CYANOcobalamin is barred.").press("Up").sees_no("is barred.");
    nurse.goes_to("Why not tablets").type_text("not absorbed").press("F2").sees("Triage 5 of 5").press("F2");
    nurse
        .sees("Plan: choose a protocol and sign")
        .sees("(●) ✓ R02")
        .sees("alternate days, as these neurologic signs ask");
    nurse.goes_to("Ordered by").instead("Dr Eleanor Hart").told().press("F2").sees("Saved: Ordered");
    let triage = nurse.course("Kaplan, Eva").triage.unwrap();
    assert_eq!((triage.red_flags, triage.cautions), (vec!["cord".to_owned()], vec!["leber".to_owned()]));
    assert_eq!((triage.neuro, triage.since), (Neuro::Moderate, Some(day("2026-09-01"))));
    assert_eq!(triage.not_oral.as_deref(), Some("not absorbed"));
    let [metformin] = &triage.medicines[..] else { panic!("{:?}", triage.medicines) };
    assert_eq!((metformin.since, metformin.stopped), (Some(day("2023-01-01")), Some(day("2026-03-03"))));
}

#[test]
fn folic_acid_has_its_dose_and_its_warning() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Kaplan, Eva").press("o n").goes_to("Medicines").sees_no("Folic acid first");
    nurse.press_times("Down", 14).press("Space").sees("Treat B12 first").press("F2").sees("say how much a day");
    nurse.type_text("0.1 mg").sees_no("Folic acid is taken").instead("5").press("F2").sees("not understood");
    nurse.instead("5 mg").sees("Folic acid is taken. Treat B12 first").press("F2").sees("Triage 2 of 5");
}

#[test]
fn a_neurologic_flag_wants_its_level() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Kaplan, Eva").press("o n F2 Down").goes_to("Red flags").press("Space F2");
    nurse.sees("is neurologic: give the level").sees("Triage 2 of 5");
}

#[test]
fn pregnancy_has_its_own_limits_of_anaemia() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Kaplan, Eva").press("o n F2 Down").goes_to("Anaemia").press("End");
    nurse.sees("(●) Severe: Hb below 80 g/L").goes_to("Pregnancy").press("Right").goes_to("Anaemia");
    nurse.sees("Mild: Hb 100 to 109 g/L in pregnancy").sees("(●) Severe: Hb below 70 g/L in pregnancy");
    nurse.press("F2 F2 F2 F2 F2").sees("Pregnant or breast-feeding: Record symptoms and results a");
    assert_eq!(nurse.course("Kaplan, Eva").triage.unwrap().anaemia, Anaemia::Severe);
}

#[test]
fn a_draft_of_a_triage_keeps_every_answer() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Kaplan, Eva").press("o n").goes_to("Medicines").press("Space").goes_to("Metformin");
    nurse.type_text("since 2023").press("F2 Down Down").goes_to("Red flags").press("Space");
    let mut nurse = nurse.killed_and_started_again();
    nurse.press("r").sees("(●) Not known yet").sees("since 2023").press("F2").sees("REFER TODAY").press("F2 F2 F2 F2");
    let triage = nurse.course("Kaplan, Eva").triage.unwrap();
    assert_eq!((triage.medicines.len(), triage.red_flags.len()), (1, 1));
}

#[test]
fn a_draft_keeps_that_nothing_is_ticked() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Kaplan, Eva").press("o n F2 Down").goes_to("Red flags").press("Down Down Down Down Space");
    nurse.press("F2 F2 F2 F2").sees("Plan: choose").press("Esc t").opens_chart("Kaplan, Eva");
    assert_eq!(nurse.course("Kaplan, Eva").triage.unwrap().red_flags, ["severe-anaemia"]);
    nurse
        .press("v F2")
        .sees("REFER TODAY")
        .goes_to("Red flags")
        .press("Down Down Down Down Space")
        .sees_no("REFER TODAY");
    let mut nurse = nurse.killed_and_started_again();
    nurse.press("r").sees("Triage 1 of 5").press("F2").sees("Triage 2 of 5").sees_no("REFER TODAY");
}

#[test]
fn a_revised_triage_keeps_the_old_one_in_the_history() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("v").sees("(●) Malabsorption: Autoimmune").press("F2").sees("(●) None");
    nurse.press("Down F2 F2").goes_to("Cautions").press("Space").press("F2");
    nurse.sees("which stay in the history").press("F2").sees("A plan that replaces the one before").press("Esc 5");
    nurse.sees("neurologic none").sees("neurologic mild").sees("b12-allergy");
    let triaged: Vec<_> =
        nurse.chart("Okafor").entries().iter().filter(|e| matches!(e.act, Act::Triaged(_))).map(|e| e.id).collect();
    assert_eq!(triaged.len(), 2);
    assert_eq!(nurse.course("Okafor").triage.unwrap().neuro, Neuro::Mild);
}

#[test]
fn a_changed_interval_has_its_reason() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Moreau").press("o").sees("Plan: choose a protocol").sees("Thu 04 Mar 2027");
    nurse.goes_to("Maintenance").picks("another interval").goes_to("Every").type_text("6 weeks");
    nurse.sees("Changed").sees("maintenance every 6 weeks; the protocol").sees("Fri 15 Jan 2027");
    nurse.goes_to("Dose mcg").sees("published: 1,000 mcg").type_text("1 mg").press("F2").sees("write micrograms");
    nurse.instead("").goes_to("Loading doses").sees("published: 6").type_text("7").sees("7 doses in the first phase");
    nurse
        .goes_to("Ordered by")
        .instead("Dr Eleanor Hart")
        .told()
        .press("F2")
        .sees("it differs from the protocol: say why");
    nurse.type_text("symptoms come back after 7 weeks").press("F2").sees("Saved: Ordered");
    let (_, order) = nurse.course("Moreau").order.unwrap();
    assert_eq!(order.phases[1].interval(), Some(Interval::Weeks(6)));
    assert_eq!((order.changed.len(), order.because.as_deref()), (2, Some("symptoms come back after 7 weeks")));
}

#[test]
fn a_draft_of_a_plan_keeps_what_was_changed() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Moreau").press("o Down").sees("(●) ✓ R04 ").goes_to("Maintenance").picks("another interval");
    nurse.goes_to("Every").type_text("6 weeks").goes_to("Dose mcg").type_text("500").sees("500 mcg a dose");
    let mut nurse = nurse.killed_and_started_again();
    nurse.press("r").sees("(●) ✓ R04 ").sees("6 weeks").sees("500 mcg a dose").sees("maintenance every 6 weeks");
    nurse.goes_to("Protocol").press("Up").sees("(●) ✓ R01 ").sees_no("a dose; the protocol").sees_no("6 weeks");
}

#[test]
fn the_preview_has_the_checkpoints_days_as_the_chart_will() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Moreau").press("o").sees("Blood response, day 7-10");
    nurse.goes_to("First dose").instead("t+1").goes_to("Ordered by").instead("Dr Eleanor Hart").told();
    // Doses on Tue 24, Thu 26, Sat 28 November, Tue 1 and Thu 3 December: the window of days 7 to 10 opens with a dose.
    nurse.sees("Tue 01 Dec 2026: Blood response, day 7-10");
    nurse.goes_to("Protocol").press("Home Down Down Down").sees("(●) ✓ R16").sees("Tue 01 Dec 2026: Blood response");
    nurse
        .goes_to("First dose")
        .instead("t+2")
        .sees("Wed 02 Dec 2026: Blood response")
        .press("F2")
        .sees("Saved: Ordered");
    let course = nurse.course("Moreau");
    let first = course.checkpoints.iter().find(|c| c.label.starts_with("Blood response")).unwrap();
    assert_eq!(first.due, day("2026-12-02"));
}

#[test]
fn more_injections_without_a_review_are_refused() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Okafor");
    nurse.opens_chart("Okafor").press("o").goes_to("Maintenance").picks("another interval").goes_to("Every");
    nurse.type_text("1 month").sees("STOP E1: This escalates (doses closer together)").sees("Review first: press r");
    nurse.goes_to("Ordered by").instead("Dr Eleanor Hart").told().goes_to("Why").type_text("still tired");
    nurse.press("F2").sees("E1 stops it").sees_no("Saved");
    assert_eq!(nurse.entries("Okafor"), entries);
    nurse.at(80, 24).sees("STOP E1");
}

#[test]
fn a_rule_that_asks_gets_its_reason() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Kaplan, Eva").press("o n F2 Down Down F2 F2 F2 F2").sees("(●) ✓ R02");
    for _ in 0..60 {
        if nurse.shows("(●) ▲ R01 ") {
            break;
        }
        nurse.press("Down");
    }
    nurse.sees("P4: Neurologic involvement is recorded").sees("(R02, R17).");
    nurse.goes_to("Ordered by").instead("Dr Eleanor Hart").told().press("F2").sees("say why all the same: P4");
    nurse.type_text("old numbness of another cause").press("F2").sees("Saved: Ordered");
    let (_, order) = nurse.course("Kaplan, Eva").order.unwrap();
    let [reason] = &order.reasons[..] else { panic!("{:?}", order.reasons) };
    assert_eq!((reason.rule.as_str(), reason.because.as_str()), ("P4", "old numbness of another cause"));
}
