//! Who decides and who signs: a nurse records what a prescriber said, the prescriber signs it; an order ends and is renewed.

use crate::kit::{Home, NOW, Nurse, day};
use crate::scenarios::{DOCTOR, begins_with, chooses, triages};
use cobalog::clinic::entry::Act;
use cobalog::clinic::roles::Told;
use cobalog::clinic::term::Term;
use cobalog::tui::input::{Input, Key};
use cobalog::tui::session::TaskDone;
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
    nurse
        .press("s")
        .sees("File the paper")
        .sees("Dr Eleanor Hart has no PIN here yet. With one (u on Today)")
        .press("F2");
    nurse
        .sees("the day on the signed paper is needed")
        .press("Esc")
        .sees("1 Timeline")
        .press("Esc Esc Esc")
        .sees("Worklist")
        .sees_no("1 to sign");
    nurse
        .sees("1 waits for a co-signature: w")
        .follows("w To sign, renew")
        .sees("sign: today")
        .sees("Verbal, Dr Eleanor Hart; recorded by Maya Keller RN");
    nurse.sees("s files the paper that Dr Eleanor Hart signed");
    nurse.press("s").sees("File the paper").press("Esc").sees("To sign: 1.").press("Esc");

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
    // Also while something else cannot be read yet.
    nurse.types_birth(WHO).goes_to("Expires").instead("xx").sees("4 doses left on this order").instead("10/2028");
    nurse.press("F2").sees("Saved: 1,000 mcg given on Fri 27 Nov 2026");
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
    nurse.sees("Order ends").sees("with dose 1 on Mon 23 Nov 2026");
}

#[test]
fn what_waits_says_for_how_long() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("e").goes_to("More doses").instead("4");
    nurse.goes_to("Renewed by").instead(DOCTOR).told().press("F2").sees("Saved: Renewed");
    let mut nurse = nurse.comes_back("2026-12-12");
    nurse.press("w").sees("sign: 19 days");
}

/// Eight orders of a list that was taken in, and one of them corrected while they were read: the doctor signs what she saw.
#[test]
fn many_orders_are_signed_at_once_after_each_was_shown() {
    let mut nurse = Nurse::in_demo();
    let rows: String = (1..=8)
        .map(|n| format!("70{n:02},Quist{n},Ada,{n}/3/1961,Hydroxocobalamin 1 mg,{n}/11/2026,12 weekly\n"))
        .collect();
    let path = nurse.home.dir().with_file_name("list.csv");
    std::fs::write(&path, format!("Pat ID,Surname,First name,DOB,Drug,Last injection,Interval\n{rows}")).unwrap();
    nurse.press("I Enter").type_text(&path.display().to_string()).press("Enter Enter");
    for _ in 0..4 {
        if nurse.shows("Who prescribes") {
            break;
        }
        nurse.press("Enter");
    }
    nurse.sees("Who prescribes").type_text(DOCTOR).press("Enter").sees("What would come of list.csv?").press("F2");
    nurse.sees("8 patients entered").press("Esc Esc").sees("8 wait for a co-signature: w");
    // A nurse marks none.
    nurse.press("w").sees("To sign: 8.").press("Space").sees("Maya Keller RN may not co-sign orders");
    nurse.press("a").sees("may not co-sign").sees_no("marked").press("Esc");

    let mut doctor = sits_down(nurse, DOCTOR, NOW);
    for (width, height) in [(80, 24), (120, 36)] {
        doctor.at(width, height).sees("8 to sign: w").press("w Space").sees("To sign: 8, 1 marked.").press("Space");
        doctor
            .sees("2 marked")
            .press("Up Space")
            .sees("1 marked")
            .press("a")
            .sees("8 marked")
            .sees("s shows the 8 marked in full")
            .press("a")
            .sees_no("marked");
        doctor.press("a s").sees("Dr Eleanor Hart signs 8 decisions: F2 signs all of them, Esc none.");
        doctor.sees("HYDROXOcobalamin IM: maintenance 1,000 mcg, every 12 weeks").sees("Quist1, Ada").sees("#7001");
        doctor.sees("Written, Dr Eleanor Hart; recorded by Maya Keller RN on Mon 23 Nov 2026. For 8:").press("Esc Esc");
    }
    // Behind the lock it goes on, and leaving does not end it unasked.
    doctor.press("w a s");
    doctor.session.press(&Input::Key(Key::F(2)));
    drop(doctor.session.to_exchange().unwrap());
    doctor.press("Ctrl-l Enter").sees("Worklist").press("q").sees("That is not done yet. The same key again ends it");
    doctor.press("Down q").sees("That is not done yet");
    assert!(!doctor.session.is_over());
    let dir = doctor.home.dir();
    doctor.session.exchanged(&dir, TaskDone::Broken);
    doctor.at(120, 36).sees("came to no end").sees("8 to sign: w");
    // One is struck out by a colleague while she reads, and the window is made as small as it gets.
    doctor.press("w a s").sees("signs 8 decisions");
    for (width, height) in [(1, 1), (10, 4), (30, 9), (200, 60), (120, 36)] {
        doctor.at(width, height);
    }
    let struck = doctor.chart("Quist3");
    let order = |chart: &cobalog::clinic::chart::Chart| chart.order().unwrap().0;
    let strike = Act::Amended(cobalog::clinic::entry::Amended::new(order(&struck), "not hers", None));
    let at = crate::kit::instant(NOW);
    doctor.home.store().record(struck.id, vec![strike], "Dr Samir Rao", at).unwrap();
    doctor.press("Enter").sees("signs 8 decisions").press("F2").sees("Signed: 7. Not signed: 1.");
    doctor.sees("NOT SIGNED Quist3, Ada #7003: it does not wait any more: look at the chart").press("Esc");
    doctor.sees("Nothing waits for a signature").press("Esc").sees_no("to sign:");
    for n in [1, 2, 4, 5, 6, 7, 8] {
        let name = format!("Quist{n}");
        let (chart, Act::Cosigned(signed)) = (doctor.chart(&name), doctor.newest(&name)) else { panic!("{name}") };
        let entry = chart.entries().last().unwrap();
        assert_eq!((signed.of, signed.version, signed.prescriber), (order(&chart), Some(order(&chart)), true));
        assert_eq!(entry.by, DOCTOR);
        assert!(doctor.course(&name).waiting.is_empty());
    }
    assert!(!matches!(doctor.newest("Quist3"), Act::Cosigned(_)));
    doctor.session.settle_log();
    let log = doctor.home.store().log(&cobalog::store::Wanted::default()).0;
    let signed = log.iter().filter(|line| line.event.by == DOCTOR && line.event.detail == "Co-signed");
    let patients: std::collections::BTreeSet<_> = signed.filter_map(|line| line.event.patient).collect();
    assert_eq!(patients.len(), 7, "a line each: {log:?}");
}
