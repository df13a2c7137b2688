//! What a form says it keeps it keeps, also while the program goes on; and what it cannot take it says.

use crate::kit::{Home, NOW, Nurse, instant};
use crate::scenarios::DOCTOR;
use cobalog::clinic::audit::What;
use cobalog::clinic::decision::Acknowledged;
use cobalog::clinic::entry::{Act, Amended, PatientId};
use cobalog::clinic::patient::Person;
use cobalog::store::Wanted;
use cobalog::store::backup::Backups;
use cobalog::store::watch::Changed;
use cobalog::tui::input::{Input, Key};
use cobalog::tui::session::{Checked, TaskDone};
use cobalog::tui::theme::Theme;

#[test]
fn what_was_left_for_later_is_offered_where_it_was_left() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Osei").press("c 3 3 3 3 Esc").sees("not recorded yet").press("l").sees("Worklist");
    assert_eq!(nurse.home.drafts(), 1);
    nurse.press("c").sees("Checkpoint for Osei, Kwame, Mon 23 Nov 2026 09:05, was not finished.").press("r");
    nurse.sees("(3)").sees_no("was not finished").press("Esc l").sees("Worklist");
    // A look at the question and away again changes nothing.
    nurse.press("c").sees("was not finished").press("Esc").sees("Worklist");
    nurse.press("c").sees("was not finished").press("l").sees("Worklist");
    assert_eq!(nurse.home.drafts(), 1);
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("was not finished").press("l").stands_on("Osei").press("c").sees("was not finished").press("b");
    nurse.sees("This check").sees_no("was not finished").sees_no("(3)");
    assert_eq!(nurse.home.drafts(), 0);
    nurse.press("Esc").sees("Worklist").press("c").sees_no("was not finished");
}

#[test]
fn a_plan_left_for_later_is_offered_and_another_patients_is_not() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("o").goes_to("Maintenance").press("Right").sees("every 2 months");
    nurse.press("Esc l").stands_on("Farrow").press("o").sees_no("was not finished").press("Esc");
    nurse.stands_on("Okafor").press("o").sees("Plan for Okafor, Ngozi").press("Enter");
    nurse.sees("every 2 months, 1,000 mcg").sees_no("was not finished");
}

#[test]
fn a_practice_half_set_up_is_there_again() {
    let mut nurse = Nurse::in_empty_folder();
    nurse.press("2").type_text("Quay Clinic").press("Esc").sees("not recorded yet").press("l");
    nurse.sees("2  Set up your practice").press("2").sees("Your practice, Mon 23 Nov 2026 09:05, was not finished.");
    nurse.press("r").sees("Quay Clinic").press("Tab").type_text("Ida B");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("was not finished").press("r").sees("Quay Clinic").sees("Ida B").goes_to("Your name");
    nurse.instead("Ida Berg RN").press("F2").sees("Press n to enter the first patient");
    assert_eq!(nurse.home.drafts(), 0);
    assert_eq!(nurse.home.store().settings().name, "Quay Clinic");
}

/// What nobody typed in is not asked about, whatever a lock came between.
#[test]
fn an_untouched_prompt_is_untouched_behind_a_lock() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("i").sees("Correct the identity").press("Ctrl-l").sees("Locked").press("Enter");
    nurse.sees("Correct the identity").press("Esc").sees_no("not recorded yet").sees("1 Timeline");
    // A correction stays on its own entry.
    nurse.press("2 Home a").sees("Corrects:");
    let about = |nurse: &Nurse| nurse.lines().into_iter().find(|line| line.contains("Corrects:")).unwrap();
    let before = about(&nurse);
    nurse.press("Ctrl-l Enter");
    assert_eq!(about(&nurse), before);
    nurse.press("Esc").sees_no("not recorded yet");
}

fn first_on_the_list(nurse: &Nurse) -> Person {
    let known = nurse.course("Okafor").person.unwrap();
    Person { number: "9001".to_owned(), family: "Aaronson".to_owned(), given: "Abe".to_owned(), ..known }
}

#[test]
fn a_list_that_grows_elsewhere_opens_whoever_was_chosen() {
    let mut nurse = Nurse::in_demo();
    nurse.press("p Tab").stands_on("Okafor");
    let entered = Act::Registered(first_on_the_list(&nurse));
    nurse.home.store().new_patient(vec![entered], "Rita Vance RN", instant(NOW)).unwrap();
    nurse.session.changed(Changed::everything());
    nurse.session.catch_up();
    nurse.at(120, 36).sees("41 of 41").press("Enter").sees("Okafor, Ngozi  born");
}

#[test]
fn an_answer_goes_to_who_asked_and_what_was_not_signed_is_told() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("e").goes_to("More doses").instead("4");
    nurse.goes_to("Renewed by").instead(DOCTOR).told().press("F2").sees("Saved: Renewed");
    let Nurse { session, home, .. } = nurse;
    drop(session);
    let mut doctor = seated(home);
    let dir = doctor.home.dir();
    doctor.press("w a s").sees("signs 1 decision");
    // An import that somebody else began tells how far it is, and ends.
    doctor.session.exchanged(&dir, TaskDone::Far(20, 300));
    doctor.at(120, 36).sees("signs 1 decision").sees_no("Signing:");
    doctor.session.exchanged(&dir, TaskDone::Broken);
    doctor.at(120, 36).sees("signs 1 decision").sees("came to no end");
    let id: PatientId = doctor.id("Okafor");
    let entry = doctor.chart("Okafor").entries().last().unwrap().id;
    let strike = Act::Amended(Amended::new(entry, "not hers", None));
    doctor.home.store().record(id, vec![strike], "Dr Samir Rao", instant(NOW)).unwrap();
    doctor.session.press(&Input::Key(Key::F(2)));
    let task = doctor.session.to_exchange().unwrap();
    doctor.press("Ctrl-l Enter").sees("Worklist");
    let done = task.run(&mut |_| {});
    doctor.session.exchanged(&dir, done);
    doctor.at(120, 36).sees("NOT SIGNED Okafor, Ngozi");
}

/// The doctor sits down where nobody signs in.
fn seated(home: Home) -> Nurse {
    let first = |people: &mut Vec<cobalog::clinic::people::Colleague>| {
        let at = people.iter().position(|p| p.name == DOCTOR).unwrap();
        let me = people.remove(at);
        people.insert(0, me);
    };
    home.store().change_settings(|settings| first(&mut settings.people)).unwrap();
    Nurse::with(home, Theme::named("dark", false), NOW)
}

#[test]
fn a_reason_typed_into_the_list_becomes_words() {
    for (typed, because) in [
        ("referred to neurology", "referred: to neurology"),
        ("told Dr Hart by phone", "told Dr Hart by phone"),
        ("a rash came", "a rash came"),
    ] {
        let mut nurse = Nurse::in_demo();
        nurse.opens_chart("Silva").press("y").sees("Seen: why this may stand").type_text(typed);
        assert_eq!(nurse.focused().as_deref(), Some("In words"), "{typed}:\n{}", nurse.screen());
        nurse.press("F2").sees("Saved: ");
        let Act::Acknowledged(Acknowledged { because: said, .. }) = nurse.newest("Silva") else { panic!("{typed}") };
        assert_eq!(said, because);
    }
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Grant").press("h").type_text("snow storm").sees("(●) Another reason").sees("snow storm");
}

#[test]
fn a_cause_is_found_by_any_of_its_words() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Kaplan, Eva").press("o").sees("Triage 1 of 5").press("t");
    let chosen = |nurse: &Nurse| nurse.lines().into_iter().find(|line| line.contains("(●)")).unwrap();
    nurse.type_text("ot");
    assert!(chosen(&nurse).to_lowercase().contains("total"), "{}", nurse.screen());
}

#[test]
fn what_does_not_fit_is_said_and_what_was_proposed_is_replaced() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Grant").press("h End").goes_to("In words").does(&Input::Paste("x".repeat(130)));
    nurse.sees("No more fits here, 120 characters are the most").type_text("y").sees("No more fits here");
    nurse.goes_to("Try again on").does(&Input::Paste("\u{200b}\r\n".to_owned())).sees("Tue 24 Nov 2026");

    let Nurse { session, home, .. } = Nurse::in_demo();
    drop(session);
    let mut doctor = seated(home);
    doctor.opens_chart("Okafor").press("e").goes_to("Renewed by").sees(DOCTOR).type_text("sa");
    doctor.sees("Tab fills in Dr Samir Rao.").sees_no(&format!("{DOCTOR}sa"));
}

/// A click finds its answer, however the words fall.
#[test]
fn a_question_is_answered_by_a_click_at_every_width() {
    let mut nurse = Nurse::in_demo();
    nurse.press("n").type_text("Novak");
    for width in 24..=90 {
        nurse.at(width, 30).press("Esc").click("Throw it").sees_no("not recorded yet").press("n").type_text("Novak");
    }
}

#[test]
fn the_first_backup_is_in_the_log_and_so_is_one_behind_a_lock() {
    let noted = |nurse: &Nurse| {
        nurse.session.settle_log();
        let (lines, _) = nurse.home.store().log(&Wanted::default());
        lines.iter().filter(|line| line.event.what == What::BackedUp).count()
    };
    let made = |minute: u32| {
        let mut known = Backups::default();
        known.made = Some(instant(&format!("2026-11-23T09:{minute:02}:00+01:00")));
        known.file = Some(format!("{minute}.tar.gz"));
        known
    };
    let mut nurse = Nurse::in_demo();
    assert_eq!(noted(&nurse), 0);
    nurse.session.take_backups(made(6));
    assert_eq!(noted(&nurse), 1, "the first one ever");
    nurse.session.take_backups(made(6));
    assert_eq!(noted(&nurse), 1, "once");
    nurse.press("Ctrl-l").sees("Locked");
    nurse.session.take_backups(made(7));
    nurse.press("Enter").sees("Worklist");
    assert_eq!(noted(&nurse), 2);
}

#[test]
fn a_locked_screen_takes_nobodys_rows() {
    let mut nurse = Nurse::in_demo();
    nurse.press("Ctrl-l").sees("Locked");
    let checked = Checked::of(&nurse.home.store(), nurse.today());
    nurse.session.take(checked);
    assert!(nurse.session.app().ctx.rows.is_empty() && nurse.session.app().ctx.doubles.is_empty());
    nurse.press("Enter").sees("Worklist").sees("Okafor");
}
