//! What a form does with what is typed: names that are known, letters that choose, sentences that nobody cuts.

use crate::kit::Nurse;
use crate::scenarios::DOCTOR;
use cobalog::clinic::entry::Act;

#[test]
fn a_prescriber_is_named_by_initials_or_by_how_the_name_begins() {
    for typed in ["eh", "hart", "dr el"] {
        let mut nurse = Nurse::in_demo();
        nurse.opens_chart("Okafor").press("e").goes_to("More doses").instead("4");
        nurse.goes_to("Renewed by").instead(typed).sees("Tab fills in Dr Eleanor Hart.");
        nurse.press("Tab").sees(DOCTOR).told().press("F2").sees("Saved: Renewed");
        let Act::Renewed(renewed) = nurse.newest("Okafor") else { panic!() };
        assert_eq!(renewed.prescriber, DOCTOR, "{typed}");
    }
}

#[test]
fn who_signs_before_seeing_the_whole_name_sees_it_first() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Okafor");
    nurse.opens_chart("Okafor").press("e").goes_to("More doses").instead("4");
    nurse.goes_to("Renewed by").instead("eh").press("F2");
    nurse.sees("Dr Eleanor Hart is meant? F2 again signs.").sees_no("Saved");
    assert_eq!(nurse.entries("Okafor"), entries);
    nurse.press("F2").sees("say how it came from Dr Eleanor Hart").press("v").press("F2").sees("Saved: Renewed");
}

#[test]
fn a_doctor_outside_is_asked_for_and_two_letters_are_no_name() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Okafor");
    nurse.opens_chart("Okafor").press("e").goes_to("More doses").instead("4");
    nurse.goes_to("Renewed by").instead("xq").sees("No prescriber here has this name").told();
    nurse.press("F2").sees("xq is no prescriber here. Write the whole name.").sees_no("Saved");
    nurse.press("F2").sees_no("Saved");
    nurse.instead("Dr Elsewhere").press("F2").sees("Dr Elsewhere is no prescriber here: a doctor outside?");
    nurse.sees_no("Saved");
    assert_eq!(nurse.entries("Okafor"), entries);
    // Another name is another question.
    nurse
        .instead("Dr Elsewhen")
        .press("F2")
        .sees("Dr Elsewhen is no prescriber here")
        .press("F2")
        .sees("Saved: Renewed");
    let Act::Renewed(renewed) = nurse.newest("Okafor") else { panic!() };
    assert_eq!(renewed.prescriber, "Dr Elsewhen");
}

#[test]
fn a_word_for_another_field_chooses_no_site() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").goes_to("Site");
    let before = nurse.session.app().marks();
    let site = |nurse: &Nurse| nurse.lines().into_iter().find(|l| l.contains("Site  ")).unwrap();
    let shown = site(&nurse);
    nurse.type_text("hello").sees("Nothing to choose here begins with \"hello\"");
    assert_eq!(site(&nurse), shown);
    assert_eq!(nurse.session.app().marks(), before);
    nurse.press("Backspace").type_text("left g").sees("Left gluteus").press("r");
    // What comes after is a word of its own only once the field was left, or a second went by.
    nurse.sees("begins with \"left gr\"").press("Tab BackTab r").sees("Right ");
}

#[test]
fn a_birthday_takes_digits_alone() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").type_text("HX").sees("Digits alone stand here.");
    nurse.types_birth("Farrow").press("F2").sees("Saved: ");
}

#[test]
fn no_sentence_is_cut_on_a_small_screen() {
    let mut nurse = Nurse::in_demo();
    nurse
        .at(80, 24)
        .opens_chart("Okafor")
        .press("e")
        .press("F2")
        .sees("the prescriber's name is needed: a prescriber renews it");
    nurse.goes_to("Renewed by").instead("Maya Keller RN").goes_to("More doses").instead("2").press("F2");
    nurse.sees("the prescribers may: Dr Eleanor Hart, Dr Samir Rao. Name the prescriber who decided.");
}

#[test]
fn the_chosen_protocol_is_named_where_it_is_signed() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).opens_chart("Okafor").press("o");
    let name = nurse.course("Okafor").triage.is_some();
    assert!(name);
    for field in ["First dose", "Begin", "Ordered by", "Why"] {
        nurse.goes_to(field).sees("Plan to sign: ");
        let body: Vec<_> = nurse.lines().into_iter().skip(3).take(16).collect();
        assert!(
            !body.iter().any(|line| line.trim_matches(['│', ' ']).is_empty() && line.contains('│')),
            "{field}:\n{}",
            nurse.screen()
        );
    }
    nurse.at(200, 60);
    let options = nurse.lines().iter().filter(|l| l.contains("( )") || l.contains("(●)")).count();
    assert!(options > 15, "the list uses the height:\n{}", nurse.screen());
}
