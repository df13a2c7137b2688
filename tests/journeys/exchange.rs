//! A list of a spreadsheet is taken in by keys, looked at before anything is recorded, and undone as one.

use crate::kit::{Nurse, day};
use cobalog::clinic::agenda::What;
use cobalog::clinic::audit::What as Logged;
use cobalog::store::Wanted;
use cobalog::tui::input::{Input, Key};
use cobalog::tui::session::TaskDone;
use std::fs;
use std::path::PathBuf;

/// A list as a practice keeps it: a title, a header, dates that say nothing of their order, a total.
const LIST: &str = "B12 list,,,,,,\nPat ID,Surname,First name,DOB,Drug,Last injection,Interval\n\
    7001,Quist,Ada,4/3/1961,Hydroxocobalamin 1 mg,2/11/2026,12 weekly\n\
    7002,Rossi,Bo,5/6/1950,Hydroxocobalamin 1 mg,1/9/2026,every 3 months\n\
    7003,Sato,Cy,30/6/50,Hydroxocobalamin 1 mg,,\nTotal,3,,,,,\n";

fn list(nurse: &Nurse, text: &str) -> PathBuf {
    let path = nurse.home.dir().with_file_name("list.csv");
    fs::write(&path, text).unwrap();
    path
}

/// Opens the list by its path.
fn opens(nurse: &mut Nurse, text: &str) {
    let path = list(nurse, text).display().to_string();
    nurse.press("I").sees("What shall be exchanged?").press("Enter").sees("Which file?");
    nurse.type_text(&path).press("Enter").sees("What do the columns of list.csv hold?");
}

#[test]
fn a_list_is_looked_at_taken_in_and_undone() {
    let mut nurse = Nurse::in_demo();
    let before = nurse.home.store().roster(day("2026-11-23")).rows.len();
    let at_the_top = |nurse: &mut Nurse| {
        let lines = nurse.lines();
        let titles = lines.iter().position(|line| line.contains("Born") && line.contains("When")).unwrap();
        lines[titles + 1].starts_with("│▌")
    };
    nurse.press("Home Down Down Down");
    assert!(!at_the_top(&mut nurse));
    opens(&mut nurse, LIST);
    nurse.sees("Record number").sees("Date of the last dose").sees("3 rows");
    nurse.press("Enter").sees("Which maintenance plan do the patients follow");
    nurse.press("Enter").sees("Who prescribes for these patients?").type_text("Dr Eleanor Hart").press("Enter");
    nurse.sees("What would come of list.csv?").sees("nothing is recorded yet").sees("Quist, Ada").sees("new patients)");
    assert_eq!(nurse.home.store().roster(day("2026-11-23")).rows.len(), before, "nothing is recorded yet");
    nurse.press("F2").sees("patients entered").sees("Plans wait for the prescriber's signature");
    let store = nurse.home.store();
    let rows = store.roster(day("2026-11-23")).rows;
    let due = |number: &str| {
        let row = rows.iter().find(|row| row.number == number).unwrap();
        row.items.iter().find(|item| matches!(item.what, What::Dose(_))).map(|item| item.due)
    };
    assert_eq!(due("7001"), Some(day("2027-01-25")), "12 weeks after Mon 2 Nov 2026");
    assert_eq!(due("7002"), Some(day("2026-12-01")), "3 months after 1 Sep 2026");
    assert_eq!(store.check().problems, Vec::new());

    nurse.press("Enter").sees("What shall be exchanged?").press("Down Down Down Down Enter").sees("list.csv");
    nurse.press("u").sees("u once more").press("u").sees("struck out in 3 charts");
    assert_eq!(nurse.home.store().roster(day("2026-11-23")).rows.len(), before);
    nurse.session.settle_log();
    let (import, log) = (store.imports().0.remove(0).id, store.log(&Wanted::default()).0);
    let imported = log.iter().rev().filter(|line| line.event.what == Logged::Imported);
    let said: Vec<_> = imported.map(|line| line.event.detail.clone()).collect();
    assert_eq!(said, ["list.csv".to_owned(), format!("undone: list.csv {import}")], "as the command line says it");
    nurse.press("Esc Esc").sees("Worklist");
    assert!(at_the_top(&mut nurse), "who is most urgent is seen after many came and went");
}

/// What can be read two ways is asked, with one of the file's own dates; a column can be left out.
#[test]
fn a_date_that_can_be_read_two_ways_is_asked_about() {
    let mut nurse = Nurse::in_demo();
    opens(&mut nurse, "Surname,First name,DOB,Colour\nQuist,Ada,4/3/1961,red\nRossi,Bo,5/6/1950,blue\n");
    nurse.sees("not taken over");
    nurse.press("Enter").sees("4/3/1961").sees("04 Mar 1961: day first").sees("03 Apr 1961: month first");
    nurse.press("Down Enter").sees("2 rows without a record number").press("Enter");
    nurse.sees("What would come of list.csv?").press("F2").sees("2 patients entered");
    let rows = nurse.home.store().roster(day("2026-11-23")).rows;
    assert_eq!(rows.iter().find(|r| r.name == "Quist, Ada").unwrap().born, day("1961-04-03"));
}

/// What was set and answered once is proposed the next time a file has the same header, also after a lock in between or in
/// another run of the program; it is still asked.
#[test]
fn a_list_with_the_same_header_is_proposed_as_it_was_read_before() {
    let mut nurse = Nurse::in_demo();
    let row = |row: &str| format!("Surname,First name,DOB,Colour,Last injection\n{row}\n");
    opens(&mut nurse, &row("Quist,Ada,4/3/1961,red,5/10/2026"));
    nurse.sees_no("As the last time").press("Down Down Down Left").sees("Colour");
    let taken = nurse.lines().into_iter().find(|line| line.contains("Colour")).unwrap();
    nurse.press("Enter").sees("day first").press("Down Enter").sees("Which maintenance plan");
    nurse.press("Down Enter").sees("Who prescribes").type_text("Dr Outside").press("Enter Enter");
    nurse.sees("1 row without a record number").press("Enter").sees("1 row says no interval").press("Down Enter");
    nurse.sees("1 row says no dose: was it the plan's usual 1,000 mcg?").press("Enter");
    nurse.sees("None of these is likelier").sees("1 row says no dose").press("Enter");
    nurse.sees("What would come of list.csv?");
    nurse.press("Ctrl-l Enter").sees_no("What would come of");

    let mut nurse = nurse.killed_and_started_again();
    opens(&mut nurse, &row("Rossi,Bo,5/6/1950,blue,6/7/2026"));
    nurse
        .sees("As the last time for this header.")
        .sees(taken.trim_matches(['│', '▌', ' ']).split("  ").next().unwrap());
    nurse.press("Enter").sees("06 May 1950: month first").sees("As the last time").press("Enter");
    nurse.sees("Which maintenance plan").press("Enter").sees("Name  Dr Outside").type_text("Dr Eleanor Hart");
    nurse.sees("Name  Dr Eleanor Hart").press("Enter").sees("1 row without").press("Enter");
    nurse.sees("As the last time for this header. every 26 weeks.").press("Enter");
    nurse.sees("As the last time for this header. yes, 1,000 mcg.").press("Enter");
    nurse.sees("What would come of list.csv?").press("F2").sees("1 patient entered");
    let rows = nurse.home.store().roster(day("2026-11-23")).rows;
    assert_eq!(rows.iter().find(|r| r.name == "Rossi, Bo").unwrap().born, day("1950-05-06"));
}

/// Of rows with a last dose and no interval a person says which, once for all of them, and it is proposed the next time.
#[test]
fn rows_that_say_no_interval_are_asked_about() {
    let mut nurse = Nurse::in_demo();
    let rows = LIST.replace("12 weekly", "").replace(",,\nTotal", ",1/10/2026,\nTotal");
    opens(&mut nurse, &rows);
    nurse.press("Enter Enter").sees("Who prescribes").type_text("Dr Eleanor Hart").press("Enter");
    nurse.sees("2 rows say no interval").sees("every 3 months").sees("every 12 weeks").sees("hold each for a look");
    nurse
        .press("End Enter")
        .sees("What would come of list.csv?")
        .sees("1 to record")
        .sees("2 held")
        .sees("No interval");
    nurse.press("Esc").sees("2 rows say no interval").press("Home Down Down Enter").sees("3 to record");
    nurse.press("F2").sees("3 patients entered");
    let rows = nurse.home.store().roster(day("2026-11-23")).rows;
    let row = rows.iter().find(|row| row.number == "7001").unwrap();
    let due = row.items.iter().find(|item| matches!(item.what, What::Dose(_))).map(|item| item.due);
    assert_eq!(due, Some(day("2027-01-25")), "12 weeks after Mon 2 Nov 2026");
    nurse.press("Esc Esc").sees("Worklist");
    opens(&mut nurse, &LIST.replace("12 weekly", "").replace("Ada", "Eve").replace("7001", "7011"));
    nurse
        .press("Enter Enter Enter")
        .sees("1 row says no interval")
        .sees("As the last time")
        .sees("every 12 weeks. Enter");
}

/// Each Esc goes back one question, and nothing is recorded.
#[test]
fn esc_goes_back_question_by_question() {
    let mut nurse = Nurse::in_demo();
    let before = nurse.home.store().roster(day("2026-11-23")).rows.len();
    opens(&mut nurse, LIST);
    nurse.press("Enter Enter").sees("Who prescribes").press("Esc").sees("Which maintenance plan");
    nurse.press("Esc").sees("What do the columns").press("Esc").sees("Which file?");
    nurse.press("Esc Esc").sees("What shall be exchanged?").press("Esc").sees("Worklist");
    assert_eq!(nurse.home.store().roster(day("2026-11-23")).rows.len(), before);
    nurse.press("I Enter").type_text("/nowhere/at/all.csv").press("Enter").sees("cannot be read").sees("Which file?");
}

/// Brings the list to where F2 records it.
fn weighed(nurse: &mut Nurse) {
    opens(nurse, LIST);
    nurse.press("Enter Enter").sees("Who prescribes").type_text("Dr Eleanor Hart").press("Enter");
    nurse.sees("What would come of list.csv?");
}

/// A long import goes on while the screen locks itself: the locked screen learns of nobody, and who comes in is told.
#[test]
fn an_import_that_ends_behind_the_lock_shows_nobody_and_is_told_of_afterwards() {
    for locked_at_its_end in [true, false] {
        let mut nurse = Nurse::in_demo();
        weighed(&mut nurse);
        nurse.session.press(&Input::Key(Key::F(2)));
        let task = nurse.session.to_exchange().unwrap();
        nurse.press("Ctrl-l").sees("Locked");
        if !locked_at_its_end {
            nurse.press("Enter").sees("Esc stops it");
        }
        let dir = nurse.home.dir();
        let done = task.run(&mut |_| {});
        nurse.session.exchanged(&dir, done);
        if locked_at_its_end {
            assert!(nurse.session.app().ctx.rows.is_empty(), "a locked screen has no patient");
            nurse.at(120, 36).sees_no("Quist").press("Enter");
        }
        nurse.at(120, 36).sees("list.csv: recorded. 3 patients entered");
        nurse.session.catch_up();
        if !locked_at_its_end {
            nurse.press("Esc Esc").sees("Worklist");
        }
        nurse.press("/").type_text("quist").sees("Quist, Ada");
    }
}

/// One exchange at a time: what runs can be stopped, and another one waits until it has ended.
#[test]
fn while_one_exchange_runs_no_other_begins() {
    let mut nurse = Nurse::in_demo();
    weighed(&mut nurse);
    nurse.session.press(&Input::Key(Key::F(2)));
    let task = nurse.session.to_exchange().unwrap();
    nurse.press("Ctrl-l Enter").sees("Esc stops it").press("Esc");
    let dir = nurse.home.dir();
    let done = task.run(&mut |_| {});
    nurse.session.exchanged(&dir, done);
    nurse.at(120, 36).sees_no("3 patients entered");
    let rows = nurse.home.store().roster(day("2026-11-23")).rows;
    assert!(!rows.iter().any(|r| r.name.starts_with("Quist")), "it was stopped before the first patient");
}

/// A name that is typed for the prescriber is one of here, or is asked about once.
#[test]
fn a_slip_of_the_finger_is_no_prescriber() {
    let mut nurse = Nurse::in_demo();
    opens(&mut nurse, LIST);
    nurse.press("Enter Enter").sees("Who prescribes").type_text("hart").press("Enter");
    nurse
        .sees("Dr Eleanor Hart is meant? Enter again goes on.")
        .press(&"Backspace ".repeat(15))
        .type_text("eee")
        .press("Enter");
    nurse.sees("eee is no prescriber here: a doctor outside?").press("Backspace").press("Enter");
    nurse.sees("ee is no prescriber here. Write the whole name.").sees("Who prescribes");
}

/// What is asked before an import is struck out is asked of that very line, and is forgotten with the next key.
#[test]
fn undoing_is_asked_anew_after_any_other_key() {
    let mut nurse = Nurse::in_demo();
    weighed(&mut nurse);
    nurse.press("F2").sees("3 patients entered").press("Enter").sees("What shall be exchanged?");
    nurse.press("Down Down Down Down Enter").sees("What was taken in; u undoes");
    nurse.press("u").sees("u once more strikes out").press("Down u").sees("u once more strikes out");
    nurse.press("u").sees("struck out in 3 charts");
}

/// A thread that fails leaves nobody before a screen that waits for ever.
#[test]
fn a_reading_that_breaks_is_said_and_leads_back() {
    let mut nurse = Nurse::in_demo();
    nurse.press("I Enter").sees("Which file?").type_text("/a/list.csv");
    nurse.session.press(&Input::Key(Key::Enter));
    drop(nurse.session.to_exchange().unwrap());
    nurse.at(120, 36).sees("The file is read").press("x Enter").sees("The file is read");
    let dir = nurse.home.dir();
    nurse.session.exchanged(&dir, TaskDone::Broken);
    nurse.at(120, 36).sees("came to no end").sees("Which file?").sees("/a/list.csv");
}

/// What of a list was not recorded stays to be seen at the end, each with its line and reason.
#[test]
fn the_end_tells_what_is_not_in_the_practice() {
    let mut nurse = Nurse::in_demo();
    opens(
        &mut nurse,
        "Pat ID,Surname,First name,DOB,Last injection\n7001,Quist,Ada,4/30/1961,2/28/2026\n\
         7002,Rossi,Bo,1/31/2090,1/31/2026\n7003,Sato,Cy,6/30/1950,13/45/2026\n",
    );
    nurse.press("Enter");
    // Where none is likelier it takes two.
    for _ in 0..9 {
        if nurse.shows("What would come of list.csv?") {
            break;
        }
        nurse.press("Enter");
    }
    nurse.sees("What would come of list.csv?").sees("1 to record");
    nurse.press("F2").sees("1 patient entered").sees("2 not recorded");
    nurse.sees(
        "2 are not recorded: see below why. Enter by hand what is missing here, or mend the file and read it again.",
    );
    nurse.sees("line 3").sees("Rossi, Bo").sees("line 4").sees("Sato, Cy");
    let held = nurse.home.dir().with_file_name("list-held-2026-11-23.csv");
    nurse.sees("To mend and read again: ");
    let held = fs::read_to_string(held).unwrap();
    assert!(held.contains("\r\n3,") && held.contains("\r\n4,") && !held.contains("Quist"), "{held}");
    let first = nurse.screen();
    nurse.press("Down");
    assert_ne!(first, nurse.screen(), "the reason of the next one");
    nurse.press("F2").sees("2 are not recorded");
    assert_eq!(nurse.home.store().imports().0.len(), 1, "nothing is recorded again");
    nurse.at(80, 24).sees("Rossi, Bo").sees("2 are not recorded");
    nurse.press("Enter").sees("Enter or Esc goes back to the list").press("Esc").sees("2 are not recorded");
    nurse.at(120, 36).press("Esc").sees("What shall be exchanged?").press("Esc").sees("Worklist");
}

/// Of a namesake somebody is asked once, and Esc takes the answer back.
#[test]
fn who_shares_only_a_name_is_entered_by_a_key() {
    let mut nurse = Nurse::in_demo();
    let text = "Pat ID,Surname,First name,DOB,Last injection\n7001,Farrow,Daniel,1931-04-30,2026-11-02\n\
                7002,Rossi,Bo,1950-06-05,2026-11-02\n";
    opens(&mut nurse, text);
    nurse.press("Enter");
    // Where none is likelier it takes two.
    for _ in 0..9 {
        if nurse.shows("What would come of list.csv?") {
            break;
        }
        nurse.press("Enter");
    }
    nurse
        .sees("1 to record")
        .sees("1 held")
        .at(80, 24)
        .sees("1 row of the held shares only a name")
        .sees("t enters it");
    nurse.press("t").sees("2 to record (2 new patients), 0 held").sees_no("only a name");
    nurse.press("t").sees("Nobody is held who shares only a name");
    nurse.press("Esc").sees("1 to record").press("t").press("F2").sees("2 patients entered").at(120, 36);
    assert_eq!(nurse.home.store().roll(day("2026-11-23")).roll.numbered("7001").len(), 1);
    assert!(!nurse.home.dir().with_file_name("list-held-2026-11-23.csv").exists());
}

/// Before anything is recorded a line can be read to its end on the smallest screen.
#[test]
fn a_line_of_many_words_is_shown_whole() {
    let mut nurse = Nurse::in_demo();
    let doses: Vec<_> = (1..=28).map(|day| format!("2025-02-{day:02}")).collect();
    let doses = doses.join("; ");
    let text = format!(
        "Pat ID,Surname,First name,DOB,Drug,Last injection,Interval,Previous doses\n\
         7001,Quist,Ada,1961-04-30,Hydroxocobalamin 1 mg,2026-11-02,12 weekly,\"{doses}\"\n"
    );
    opens(&mut nurse, &text);
    nurse.press("Enter").sees("Which maintenance plan").press("Enter").sees("Who prescribes");
    nurse.type_text("Dr Eleanor Hart").press("Enter").sees("What would come of list.csv?");
    nurse.at(80, 24).sees("line 2: ").sees("… Enter shows all of it.");
    let screen = nurse.press("Enter").sees("Quist, Ada").screen();
    assert!(!screen.contains("02 Nov 2026"), "there is more than a screen of it: {screen}");
    nurse.press("End").sees("02 Nov 2026").press("Home").sees("Quist, Ada").press("Enter").sees("F2 records it.");
    nurse.press("F2").sees("1 patient entered");
}

/// A critical potassium beside a result that cannot be read is in the chart, and the other waits until it is put away.
#[test]
fn what_of_a_report_cannot_be_read_waits_until_it_is_put_away() {
    let mut nurse = Nurse::in_demo();
    let rows = nurse.home.store().roster(day("2026-11-23")).rows;
    let row = rows.first().unwrap();
    let born = row.born.format("%Y%m%d");
    let text = format!(
        "MSH|^~\\&|LABSYS|CITY|GP|PRACTICE|20261120080000||ORU^R01|M1|P|2.4\rPID|1||{}^^^PRACT^MR||||{born}\r\
         OBR|1||F1^LAB|CHEM^Chemistry^L|||20261118091500|||||||||||||||20261120||H|F\r\
         OBX|1|NM|2823-3^Potassium^LN||2.5|mmol/L|3.5-5.1|LL|||F\rOBX|2|NM|2132-9^B12^LN||150|pg/dL|||||F\r",
        row.number
    );
    let path = nurse.home.dir().with_file_name("report.hl7");
    fs::write(&path, text).unwrap();
    nurse.press("I").press("Down Enter").sees("Which file?").type_text(&path.display().to_string()).press("Enter");
    nurse.sees("What would come of report.hl7?").sees("1 to record").sees("1 held");
    nurse.press("F2").sees("1 chart added to, 1 entry; 1 not recorded").sees("1 piece waits for a person");
    nurse.sees("1 is not recorded: see below why").sees("pg/dL");
    let chart = nurse.home.store().chart(row.id).unwrap();
    assert!(format!("{:?}", chart.entries().last()).contains("potassium"));
    nurse.press("Esc").press("Down Down Down Enter").sees("What waits").sees("Sent: B12 150 pg/dL");
    nurse.press("Enter").sees("enter it by hand in the chart").press("u").sees("Why is it put away?");
    nurse.type_text("entered by hand").press("Enter").sees("Nothing waits for a person");
}

/// The analyte that the laboratory calls so is proposed; whom nothing agrees with is asked about twice.
#[test]
fn a_known_name_is_proposed_and_a_stranger_is_asked_about_twice() {
    let mut nurse = Nurse::in_demo();
    let text = "MSH|^~\\&|LABSYS|CITY|GP|PRACTICE|20261120080000||ORU^R01|M1|P|2.4\rPID|1||77^^^PRACT^MR||Quist^Zora||19790909|F\r\
        OBR|1||F1^LAB|FBC^Full count^L|||20261118091500|||||||||||||||20261120||H|F\r\
        OBX|1|NM|HGBX^Haemoglobin^L||104|g/L|||||F\r";
    let path = nurse.home.dir().with_file_name("report.hl7");
    fs::write(&path, text).unwrap();
    nurse.press("I").press("Down Enter").sees("Which file?").type_text(&path.display().to_string()).press("Enter");
    nurse.sees("Which test is HGBX (Haemoglobin)").press("Enter").sees("1 held").press("F2").sees("1 piece waits");
    let codes = nurse.home.store().settings().lab_codes.clone();
    assert_eq!(codes.last().unwrap().analyte.as_deref(), Some("haemoglobin"));
    nurse.press("Esc").press("Down Down Down Enter").sees("What waits").press("Enter").sees("Whose is it?");
    nurse.type_text("1001").press("Enter").sees("09 Sep 1979 in the file: Enter goes on");
    nurse.press("Enter").sees("Name, number and birth date all differ").press("Enter").sees("Recorded: 1 entry");
}

/// What was answered once for a laboratory's own code is seen, and changed for the reports to come.
#[test]
fn the_answer_for_a_code_can_be_changed() {
    let mut nurse = Nurse::in_demo();
    nurse.press("I").press("Down Down Down Down Down Enter").sees("A code is asked about once").press("Esc");
    let text = "MSH|^~\\&|LABSYS|CITY|GP|PRACTICE|20261120080000||ORU^R01|M1|P|2.4\rPID|1||77^^^PRACT^MR||Quist^Zora||19790909|F\r\
        OBR|1||F1^LAB|FBC^Full count^L|||20261118091500|||||||||||||||20261120||H|F\r\
        OBX|1|NM|HGBX^Haemoglobin^L||104|g/L|||||F\r";
    let path = nurse.home.dir().with_file_name("report.hl7");
    fs::write(&path, text).unwrap();
    nurse.press("Home Down Enter").sees("Which file?").type_text(&path.display().to_string()).press("Enter");
    nurse.sees("Which test is HGBX (Haemoglobin)").press("Home Enter").sees("What would come of report.hl7?");
    nurse
        .press("Esc Esc")
        .sees("Which file?")
        .press("Esc")
        .sees("What shall be exchanged?")
        .press("Home Down Down Down Down Down Enter");
    nurse.sees("LABSYS/CITY").sees("HGBX").sees("not followed here").press("Enter");
    nurse.sees("Which test is HGBX of LABSYS/CITY?").press("Down Down Enter");
    nurse.sees("HGBX of LABSYS/CITY is kept for the reports to come");
    let known = nurse.home.store().settings().lab_codes.clone();
    let known: Vec<_> = known.iter().filter(|known| known.code == "HGBX").map(|known| known.analyte.clone()).collect();
    let second = nurse.home.store().practice().knowledge.labs()[1].id.clone();
    assert_eq!(known, [Some(second)]);
    nurse.press("Esc").sees("What shall be exchanged?");
}

#[test]
fn leaving_ends_no_exchange_unasked() {
    let mut nurse = Nurse::in_demo();
    weighed(&mut nurse);
    nurse.press("Ctrl-q").sees("Nothing of this file is recorded yet. The same key again leaves without it.");
    assert!(!nurse.session.is_over());
    // Any other key goes on, and it is asked anew; so is while it runs, behind the lock too.
    nurse.press("Down Ctrl-q").sees("Nothing of this file is recorded yet");
    assert!(!nurse.session.is_over());
    nurse.session.press(&Input::Key(Key::F(2)));
    let task = nurse.session.to_exchange().unwrap();
    nurse.press("Ctrl-q").sees("That is not done yet. The same key again ends it where it is");
    assert!(!nurse.session.is_over());
    nurse.press("Ctrl-l").sees("Locked").press("Ctrl-q").sees("That is not done yet");
    assert!(!nurse.session.is_over());
    let dir = nurse.home.dir();
    let done = task.run(&mut |_| {});
    nurse.session.exchanged(&dir, done);
    nurse.press("Ctrl-q");
    assert!(nurse.session.is_over(), "nothing runs any more");
}

#[test]
fn leaving_twice_leaves() {
    let mut nurse = Nurse::in_demo();
    opens(&mut nurse, LIST);
    nurse.press("Ctrl-q").sees("Nothing of this file is recorded yet").press("Ctrl-q");
    assert!(nurse.session.is_over());
}

/// A result of somebody whom nobody knows here.
const REPORT: &str = "MSH|^~\\&|LABSYS|CITY|GP|PRACTICE|20261120080000||ORU^R01|M1|P|2.4\r\
    PID|1||99999^^^PRACT^MR||Nowhere^Nora||19010203\r\
    OBR|1||F1^LAB|CHEM^Chemistry^L|||20261118091500|||||||||||||||20261120||H|F\r\
    OBX|1|NM|718-7^Haemoglobin^LN||104|g/L|120-160|L|||F\r";

/// What came and waits, and what is not signed, stands on Today, for whoever sits there.
#[test]
fn what_waits_for_a_person_is_on_today() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut nurse = Nurse::in_demo();
        nurse.at(width, height).sees_no("for a co-signature").sees_no("for a person");
        weighed(&mut nurse);
        nurse.press("F2").sees("3 patients entered").press("Esc Esc").sees("Worklist");
        nurse.sees("2 wait for a co-signature: w").sees_no("for a person");
        let report = nurse.home.dir().with_file_name("report.hl7");
        fs::write(&report, REPORT).unwrap();
        nurse.press("I Down Enter").type_text(&report.display().to_string()).press("Enter").press("F2");
        nurse.press("Esc Esc Esc Esc").sees("Worklist");
        nurse.sees("2 wait for a co-signature: w").sees("1 result waits for a person: I, What waits");
        nurse.press("I Down Down Down Enter").sees("Nowhere");
    }
}

/// What was written is counted as the table has it, and who is due as the command line has it.
#[test]
fn a_table_counts_its_own_rows_and_who_is_due_is_who_is_due_today() {
    for (downs, file, noun) in [(8, "labs.csv", " results."), (9, "due.csv", " lines.")] {
        let mut nurse = Nurse::in_demo();
        nurse.press("I").press_times("Down", downs).press("Enter").sees("Where does the file go?");
        let path = nurse.home.dir().with_file_name(file);
        nurse.press("Ctrl-u").type_text(&path.display().to_string()).press("Enter").sees("Written: ");
        let text = fs::read_to_string(&path).unwrap();
        let rows = text.lines().count() - 1;
        assert!(rows > 5, "{text}");
        nurse.sees(&format!("{rows}{noun}"));
        if file == "due.csv" {
            assert!(!text.lines().any(|line| line.starts_with("2026-12")), "nothing of the days ahead: {text}");
        }
    }
}

#[test]
fn a_path_that_is_typed_is_not_called_none() {
    let mut nurse = Nurse::in_demo();
    nurse
        .press("I Enter")
        .type_text("/a/list.csv")
        .sees("Enter reads the file or folder of this path.")
        .sees_no("None.");
    nurse.press("Esc").type_text("no such thing").sees("No file of this folder has such a name.");
}

/// Whoever moves a practice by its tables is told what they leave behind, on the screen as at the command line.
#[test]
fn what_a_table_leaves_behind_is_told_when_it_is_written() {
    let mut nurse = Nurse::in_demo();
    nurse
        .press("I")
        .sees("What shall be exchanged?")
        .press("Down Down Down Down Down Down Enter")
        .sees("Where does the file go?");
    let file = nurse.home.dir().with_file_name("out.csv");
    nurse.press("Ctrl-u").type_text(&file.display().to_string()).press("Enter");
    nurse.sees("Written: ").sees("The table has each patient's plans and what moved them");
    assert!(fs::read_to_string(file).unwrap().contains("plan_phases"));
}
