//! Who decides and who signs: a nurse records what a prescriber said, the prescriber signs it; an order ends and is renewed.

use crate::kit::{Home, NOW, Nurse, day};
use crate::scenarios::{DOCTOR, begins_with, chooses, triages};
use cobalog::clinic::entry::Act;
use cobalog::clinic::roles::Told;
use cobalog::clinic::term::Term;
use cobalog::tui::theme::Theme;

/// Whoever is here goes, and somebody else sits down.
fn sits_down(nurse: Nurse, who: &str, now: &str) -> Nurse {
    let Nurse { session, home, .. } = nurse;
    drop(session);
    seated(home, who, now)
}

fn seated(home: Home, who: &str, now: &str) -> Nurse {
    let first = |people: &mut Vec<cobalog::clinic::people::Colleague>| {
        let at = people.iter().position(|p| p.name == who).unwrap();
        let me = people.remove(at);
        people.insert(0, me);
    };
    home.store().change_settings(|settings| first(&mut settings.people)).unwrap();
    Nurse::with(home, Theme::named("dark", false), now)
}

#[test]
fn a_verbal_order_waits_for_its_prescriber() {
    let mut nurse = Nurse::in_demo();
    nurse.sees_no("1 to sign").press("w").sees("Nothing waits for a signature").press("Esc");
    // Maya records what Dr Hart said on the telephone.
    nurse.opens_chart("Okafor").press("d").sees("Change of plan: which way?");
    chooses(&mut nurse, "Way", "Pause until a day");
    nurse.press("F2").instead("+4w").goes_to("Why").type_text("travels").goes_to("Decided by").instead(DOCTOR);
    nurse.press("F2").sees("say how it came from Dr Eleanor Hart: verbal or written").sees_no("Saved");
    nurse.press("v").press("F2").sees("Saved: Okafor, Ngozi. Paused until Mon 21 Dec 2026");
    nurse.sees("It waits for the signature of Dr Eleanor Hart.");
    let Act::Changed(change) = nurse.newest("Okafor") else { panic!() };
    assert_eq!(change.told, Some(Told::Verbal));
    // It is seen in the chart, and on the list; Maya cannot sign it.
    nurse.press("w").sees("COSIGN").sees("is not signed yet").press("Esc");
    nurse.press("s").sees("Maya Keller RN may not co-sign orders; the prescribers may: Dr Eleanor Hart, Dr Samir Rao.");
    nurse.sees_no("Signed").sees("1 Timeline").press("Esc Esc Esc").sees("Worklist").sees_no("1 to sign");
    nurse.follows("w To sign, renew").sees("sign: today").sees("Verbal, Dr Eleanor Hart; recorded by Maya Keller RN");
    nurse.press("s").sees("Maya Keller RN may not co-sign orders").sees("To sign: 1.").press("Esc");

    // Dr Hart sits down: one line of counts, one list, one key to see it, one to sign it.
    let mut doctor = sits_down(nurse, DOCTOR, NOW);
    doctor
        .sees("1 to sign")
        .follows("w To sign, renew")
        .sees("To sign: 1.")
        .sees("Paused until Mon 21 Dec 2026: travels");
    let (entries, before) = (doctor.entries("Okafor"), doctor.keys);
    doctor.press("s").sees("Paused until Mon 21 Dec 2026: travels").sees("recorded by Maya Keller RN");
    doctor.press("Enter").sees("Signed: Paused until Mon 21 Dec 2026: travels, Okafor, Ngozi.");
    assert_eq!(doctor.keys - before, 2, "s, Enter");
    assert_eq!(doctor.entries("Okafor"), entries + 1);
    doctor.sees("Nothing waits for a signature").press("Esc").sees_no("1 to sign");
    doctor.opens_chart("Okafor").press("5").sees("signature under: Paused until Mon 21 Dec 2026: travels");
    assert!(doctor.course("Okafor").waiting.is_empty());
}

#[test]
fn a_prescriber_who_signs_her_own_plan_is_asked_nothing() {
    let mut doctor = seated(Home::demo(), DOCTOR, NOW);
    doctor.opens_chart("Okafor").follows("o Plan").sees(DOCTOR).sees_no("How it came");
    doctor.press("F2").type_text("symptoms came back").press("F2").sees("Saved: ");
    let Act::Ordered(order) = doctor.newest("Okafor") else { panic!() };
    assert_eq!((order.told, order.term), (None, Term::default()));
    assert!(doctor.course("Okafor").waiting.is_empty());
}

#[test]
fn nobody_signs_as_a_prescriber_who_is_none() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Okafor");
    nurse.opens_chart("Okafor").press("o").goes_to("Ordered by").instead("Tom Adeyemi RN").press("F2");
    nurse.type_text("symptoms came back").press("F2").sees("Tom Adeyemi RN may not sign orders").sees_no("Saved");
    assert_eq!(nurse.entries("Okafor"), entries);
}

#[test]
fn two_doses_left_then_stopped_then_renewed() {
    const WHO: &str = "Lindqvist";
    let mut doctor = seated(Home::demo_where(|chart| chart.contains("Lindqvist")), DOCTOR, NOW);
    // Three of six loading doses are given. Dr Hart lets the order go on for two more, and signs it as hers.
    doctor.opens_chart(WHO).press("e").sees("nothing ends this order").sees_no("How it came");
    doctor.press("F2").sees("say until when it is good, or for how many doses");
    doctor.goes_to("More doses").type_text("2").sees("2 doses left on this order; dose 4 of 6 on Mon 23 Nov 2026");
    doctor.press("F2").sees("Saved: Renewed, Lindqvist, Åsa.");
    let Act::Renewed(renewed) = doctor.newest(WHO) else { panic!("{}", doctor.screen()) };
    assert_eq!((renewed.term, renewed.told), (Term { until: None, doses: Some(2) }, None));

    let mut nurse = sits_down(doctor, "Maya Keller RN", NOW);
    // The two doses are Monday and Wednesday; Friday's is beyond, within 28 days.
    nurse.sees("1 order to renew").stands_on(WHO).press("g").sees("2 doses left on this order");
    nurse.types_birth(WHO).press("F2").sees("Saved: 1,000 mcg given");
    let mut nurse = nurse.comes_back("2026-11-25");
    nurse.stands_on(WHO).press("g").sees("the last dose on this order").types_birth(WHO).press("F2");
    nurse.sees("Saved: 1,000 mcg given");
    let mut nurse = nurse.comes_back("2026-11-27");
    nurse.stands_on(WHO).sees("HELD - order").sees("today");
    let entries = nurse.entries(WHO);
    nurse
        .press("g")
        .sees("STOP:")
        .sees("no dose left on this order. Esc, then e: record the renewal; a prescriber signs it.");
    nurse.types_birth(WHO).press("F2").sees_no("Saved");
    assert_eq!(nurse.entries(WHO), entries, "nothing is given beyond the order");
    nurse.press("Esc");
    if nurse.shows("not recorded yet") {
        nurse.press("t");
    }
    let due: Vec<_> = nurse.course(WHO).doses.iter().map(|s| s.due).collect();
    // Dr Hart says on the telephone: four more. Maya records it.
    nurse.press("w").sees("renew: it ended").sees("no dose left on this order").press("e").sees("Renew the order");
    nurse.goes_to("More doses").instead("4").goes_to("Renewed by").instead(DOCTOR).told();
    nurse
        .sees("4 doses left on this order; dose 6 of 6 on Fri 27 Nov 2026 as before")
        .press("F2")
        .sees("Saved: Renewed");
    let after = nurse.course(WHO);
    assert_eq!(due, after.doses.iter().map(|s| s.due).collect::<Vec<_>>(), "no date moves");
    assert_eq!(after.next_dose().unwrap().in_phase, (6, Some(6)), "the phase goes on where it was");
    nurse.press("Esc").stands_on(WHO).sees_no("HELD").press("g").sees("4 doses left on this order");
    nurse.sees("Ordered by Dr Eleanor Hart (verbal), not signed yet: it waits for the signature.");
    nurse.types_birth(WHO).press("F2").sees("Saved: 1,000 mcg given on Fri 27 Nov 2026");
    assert_eq!(nurse.course(WHO).waiting[0].what, "Renewal for 4 doses at most");
    assert_eq!(nurse.last_given(WHO).on, day("2026-11-27"));
}

#[test]
fn a_nurse_alone_files_the_paper_of_a_prescriber_outside() {
    let mut nurse = begins_with("Okafor", "Ngozi", "4 Mar 1961");
    triages(&mut nurse, "Not known yet", "None", "None", "t-30");
    nurse.goes_to("Ordered by").instead("Dr Elsewhere").goes_to("How it came").press("w").press("F2").sees("Saved: ");
    assert_eq!(nurse.course("Okafor").waiting.len(), 1);
    nurse.press("s").sees("Co-sign").press("F2").sees("Dr Elsewhere does not sign here");
    nurse.type_text("t").sees("Mon 05 Jan 2026").press("F2").sees("Signed: Plan");
    let Act::Cosigned(signed) = nurse.newest("Okafor") else { panic!() };
    assert_eq!(signed.on_paper, Some(day("2026-01-05")));
    assert!(nurse.course("Okafor").waiting.is_empty());
}

#[test]
fn an_order_that_ended_says_so_and_nothing_of_what_was_left() {
    const WHO: &str = "Lindqvist";
    let mut doctor = seated(Home::demo_where(|chart| chart.contains("Lindqvist")), DOCTOR, NOW);
    doctor
        .opens_chart(WHO)
        .press("e")
        .instead("t")
        .goes_to("More doses")
        .type_text("9")
        .press("F2")
        .sees("Saved: Renewed");
    doctor.press("4").sees("Order ends").sees("9 doses left on this order; the order ends Mon 23 Nov 2026").press("e");
    doctor.instead("").goes_to("More doses").instead("9").sees("no day ends it any more").press("Esc t");
    let mut nurse = sits_down(doctor, "Maya Keller RN", "2026-11-25T09:05:00+01:00");
    nurse.stands_on(WHO).press("g").sees_no("9 doses left");
    nurse.sees("this order ended Mon 23 Nov 2026. Esc, then e: record the renewal; a prescriber signs it.");
}

#[test]
fn a_plan_says_with_which_dose_its_order_ends() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("o").sees_no("Order ends").goes_to("Doses allowed").instead("1");
    nurse.sees("Order ends").sees("after dose 1 on Mon 23 Nov 2026");
}

#[test]
fn what_waits_says_for_how_long() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("e").goes_to("More doses").instead("4");
    nurse.goes_to("Renewed by").instead(DOCTOR).told().press("F2").sees("Saved: Renewed");
    let mut nurse = nurse.comes_back("2026-12-12");
    nurse.press("w").sees("sign: 19 days");
}
