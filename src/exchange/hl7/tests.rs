//! Files as laboratories send them.

use super::*;
use crate::clinic::entry::{Act, Given};
use crate::clinic::intake::{Counts, Outcome, Parcel, Trouble};
use crate::clinic::lab::{Comparator, LabResult};
use crate::clinic::patient::{Allergies, Person, Sex};
use crate::exchange::tests::{World, day};

fn message(id: &str, sent: &str, status: &str, results: &[&str]) -> String {
    let mut text = format!(
        "MSH|^~\\&|LABSYS|CITY|GP|PRACTICE|{sent}||ORU^R01|{id}|P|2.4\rPID|1||00123^^^PRACT^MR~999^^^NHS||Rossi^Anna^Maria||19610304|F\r\
         PV1|1|O\rORC|RE\rOBR|1||F{id}^LAB|FBC^Full count^L|||20261102091500|||||||||||||||20261103||H|{status}\r"
    );
    for result in results {
        text += result;
        text.push('\r');
    }
    text
}

const HB: &str = "OBX|1|NM|718-7^Haemoglobin^LN||112|g/L^grams^UCUM|120-160|L|||F";
const MCV: &str = "OBX|2|NM|787-2^MCV^LN||104|fL|80-100|H|||F";

/// A file that was cut off before its first result is no report that is there already.
#[test]
fn a_report_without_a_result_is_told() {
    let world = world();
    let parcel = parcel(&world, &message("A1", "20261103", "F", &[]));
    assert_eq!(world.weigh(&parcel).counts(), counts(0, 0, 0, 1));
    assert!(matches!(&parcel.pieces[0].trouble, Some(Trouble::Refused(why)) if why.contains("ask the laboratory")));
}

fn world() -> World {
    let mut world = World::new();
    let patient = world.new_patient();
    let person = Person {
        number: "00123".to_owned(),
        family: "Rossi".to_owned(),
        given: "Anna".to_owned(),
        born: day("1961-03-04"),
        sex: Sex::Female,
        phone: None,
        allergies: Allergies::NotAsked,
        caution: None,
    };
    world.record(patient, Act::Registered(person));
    world
}

fn parcel(world: &World, text: &str) -> Parcel {
    read(&Messages::of_bytes(text.as_bytes()).unwrap(), &Codes::default(), &world.practice, world.today, "lab.hl7")
}

fn take(world: &mut World, text: &str) -> Counts {
    let parcel = parcel(world, text);
    world.take(&parcel)
}

fn counts(taken: usize, held: usize, skipped: usize, refused: usize) -> Counts {
    Counts { taken, held, skipped, refused }
}

fn labs(world: &World) -> Vec<LabResult> {
    world.course("Rossi").checks.into_iter().flat_map(|check| check.checked.labs).collect()
}

fn shown(world: &World) -> Vec<String> {
    labs(world).iter().map(|lab| format!("{} {lab} {}", lab.analyte, lab.as_sent()).trim().to_owned()).collect()
}

fn held(world: &World, text: &str) -> String {
    match &parcel(world, text).pieces[0].trouble {
        Some(Trouble::Held(why) | Trouble::Refused(why) | Trouble::Skipped(why)) => why.clone(),
        None => panic!("it is taken"),
    }
}

#[test]
fn results_go_to_their_patient_with_unit_range_and_flag() {
    let mut world = world();
    let text =
        message("1", "20261103", "F", &[HB, "NTE|1||Seen by Dr X.", MCV, "OBX|3|NM|6690-2^WBC^LN||6.2|10*9/L||N|||F"]);
    let parcel = parcel(&world, &text);
    assert_eq!(parcel.pieces[0].place, "line 5");
    assert_eq!(parcel.pieces[0].remarks, ["Not followed here and not taken over: WBC 6.2 10*9/L."]);
    assert_eq!(world.take(&parcel), counts(1, 0, 0, 0));
    assert_eq!(shown(&world), ["haemoglobin 112 g/L flag L, range 120-160", "mcv 104 fL flag H, range 80-100"]);
    let check = world.course("Rossi").checks[0].checked.clone();
    assert_eq!((check.sample_day(), check.note.as_deref()), (day("2026-11-02"), Some("Hb: Seen by Dr X.")));
    assert_eq!(world.take(&parcel), counts(0, 0, 1, 0), "the same file again");
}

#[test]
fn a_corrected_result_amends_and_a_withdrawn_one_is_struck_out() {
    let mut world = world();
    take(&mut world, &message("1", "20261103", "F", &[HB, MCV]));
    let corrected = message("1", "20261104", "C", &["OBX|1|NM|718-7^Haemoglobin^LN||121|g/L|120-160|N|||C"]);
    assert_eq!(take(&mut world, &corrected), counts(1, 0, 0, 0));
    let mut now = shown(&world);
    now.sort();
    assert_eq!(now, ["haemoglobin 121 g/L flag N, range 120-160", "mcv 104 fL flag H, range 80-100"]);
    assert_eq!(take(&mut world, &corrected), counts(0, 0, 1, 0), "the same correction again");
    let wrong = message("1", "20261105", "F", &["OBX|1|NM|787-2^MCV^LN||||||||W"]);
    assert_eq!(take(&mut world, &wrong), counts(1, 0, 0, 0));
    assert_eq!(shown(&world), ["haemoglobin 121 g/L flag N, range 120-160"]);
    assert_eq!(take(&mut world, &wrong), counts(0, 0, 1, 0));
    let rest = message("1", "20261106", "F", &["OBX|1|NM|718-7^Haemoglobin^LN||||||||D"]);
    assert_eq!(take(&mut world, &rest), counts(1, 0, 0, 0));
    assert_eq!(labs(&world), []);
    assert_eq!(
        take(&mut world, &message("2", "20261106", "F", &["OBX|1|NM|718-7^Haemoglobin^LN||||||||D"])),
        counts(0, 0, 1, 0)
    );
}

/// A file that was read before is older than the withdrawal; a laboratory that means it anew is asked by a person.
#[test]
fn what_was_withdrawn_does_not_come_back_with_an_older_file() {
    let mut world = world();
    let first = message("1", "20261103", "F", &[HB, MCV]);
    let corrected = message("1", "20261104", "C", &["OBX|1|NM|718-7^Haemoglobin^LN||121|g/L|120-160|N|||C"]);
    let gone = message("1", "20261105", "F", &["OBX|1|NM|718-7^Haemoglobin^LN||||||||D"]);
    for text in [&first, &corrected, &gone] {
        assert_eq!(take(&mut world, text), counts(1, 0, 0, 0));
    }
    let left = ["mcv 104 fL flag H, range 80-100"];
    assert_eq!(shown(&world), left);
    for (text, value) in [(&first, "112"), (&corrected, "121")] {
        let weighed = world.weigh(&parcel(&world, text));
        let Outcome::Left(left_out) = &weighed.outcomes[0] else { panic!("{weighed:?}") };
        let why = left_out.why();
        assert!(why.contains("was withdrawn since") && why.contains(value), "{why}");
        assert_eq!(take(&mut world, text), counts(0, 1, 0, 0));
        assert_eq!(shown(&world), left);
    }
    let anew = message("1", "20261106", "C", &["OBX|1|NM|718-7^Haemoglobin^LN||118|g/L|120-160|L|||C"]);
    assert_eq!(take(&mut world, &anew), counts(1, 0, 0, 0), "another value is news");
}

#[test]
fn another_value_that_corrects_nothing_is_held() {
    let mut world = world();
    take(&mut world, &message("1", "20261103", "F", &[HB]));
    let other = message("1", "20261104", "F", &["OBX|1|NM|718-7^Haemoglobin^LN||121|g/L|||||F"]);
    assert_eq!(take(&mut world, &other), counts(0, 1, 0, 0));
    // More results of the same order complete it.
    assert_eq!(take(&mut world, &message("1", "20261104", "F", &[HB, MCV])), counts(1, 0, 0, 0));
    assert_eq!(labs(&world).len(), 2);
    assert_eq!(world.course("Rossi").checks.len(), 1);
}

/// However a laboratory's own code is written, it is asked about once.
#[test]
fn a_long_code_and_one_with_control_characters_are_asked_about_once() {
    let world = world();
    for code in ["HG\u{1b}]B", &"H".repeat(100), "HGB ", "\u{7}HGB"] {
        let result = format!("OBX|1|NM|{code}^Hb^L||112|g/L|||||F");
        let messages = Messages::of_bytes(message("1", "20261103", "F", &[&result]).as_bytes()).unwrap();
        let mut codes = Codes::default();
        let asked = unknown(&messages, &codes, &world.practice);
        assert!(asked.len() == 1 && !asked[0].code.contains(char::is_control), "{asked:?}");
        codes.learn(&asked[0].sender, &asked[0].code, Some("haemoglobin"));
        assert_eq!(unknown(&messages, &codes, &world.practice), [], "{code:?}");
        let parcel = read(&messages, &codes, &world.practice, world.today, "lab.hl7");
        assert_eq!(parcel.pieces[0].trouble, None, "{code:?}");
    }
}

/// Why it is held is read by a person, however much is wrong.
#[test]
fn of_many_troubles_the_first_are_told() {
    let many: Vec<String> =
        (0..500).map(|n| format!("OBX|{n}|NM|718-7^Haemoglobin^LN||{}|g/L|||||F", 100 + n % 50)).collect();
    let why = held(&world(), &message("1", "20261103", "F", &many.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(why.starts_with("Haemoglobin stands twice, as 100 and as 101. ") && why.len() < 1_500, "{why}");
    assert!(why.ends_with(" And 487 more."), "{why}");
}

#[test]
fn what_one_file_says_twice_is_said_once_and_the_later_holds() {
    let mut world = world();
    let corrected = message("1", "20261104", "C", &["OBX|1|NM|718-7^Haemoglobin^LN||121|g/L|||||C"]);
    let text = format!("{corrected}{}", message("1", "20261103", "F", &[HB, MCV]));
    assert_eq!(take(&mut world, &text), counts(1, 0, 1, 0));
    let mut now = shown(&world);
    now.sort();
    assert_eq!(now, ["haemoglobin 121 g/L", "mcv 104 fL flag H, range 80-100"]);
}

#[test]
fn comparators_texts_and_states() {
    let value = |text: &str| {
        let mut world = world();
        take(&mut world, &message("1", "20261103", "F", &[text]));
        labs(&world).first().map(|lab| (lab.comparator, lab.to_string()))
    };
    let b12 = |kind: &str, value: &str| format!("OBX|1|{kind}|2132-9^B12^LN||{value}|ng/L|||||F");
    assert_eq!(value(&b12("NM", "<150")), Some((Comparator::Below, "<150 ng/L".to_owned())));
    assert_eq!(value(&b12("SN", "<^150")), Some((Comparator::Below, "<150 ng/L".to_owned())));
    assert_eq!(value(&b12("SN", "^198")), Some((Comparator::Exactly, "198 ng/L".to_owned())));
    assert_eq!(value(&b12("ST", ">2000")), Some((Comparator::Above, ">2000 ng/L".to_owned())));
    assert_eq!(
        value("OBX|1|CE|31444-3^IF Ab^LN||POS^Positive^L||||||F"),
        Some((Comparator::Exactly, "positive".to_owned()))
    );
    for text in ["?7", "12,5", "1,250", "....", "haemolysed", "^150^-^200"] {
        let kind = if text.starts_with('^') { "SN" } else { "NM" };
        assert_eq!(value(&b12(kind, text)), None, "{text}");
        let why = held(&world(), &message("1", "20261103", "F", &[&b12(kind, text)]));
        assert!(why.contains("B12"), "{text}: {why}");
    }
    for (status, word) in [("P", "not finished"), ("I", "not finished"), ("R", "not finished")] {
        let text = format!("OBX|1|NM|2132-9^B12^LN||150|ng/L|||||{status}");
        assert!(held(&world(), &message("1", "20261103", "F", &[&text])).contains(word));
    }
}

#[test]
fn what_cannot_be_is_held_as_it_was_sent() {
    for (result, words) in [
        ("OBX|1|NM|718-7^Hb^LN||12.5|g/mL|||||F", "the unit \"g/mL\" is not known here"),
        ("OBX|1|NM|718-7^Hb^LN||13.4|g/l-1|||||F", "not known here"),
        ("OBX|1|NM|718-7^Hb^LN||1.25|g/L|||||F", "cannot be"),
        ("OBX|1|NM|718-7^Hb^LN||125||||||F", "has no unit"),
        ("OBX|1|NM|2132-9^B12^LN||150|pmol/L|||||F", "another kind of unit than pmol/L"),
        ("OBX|1|NM|GLU-X^Glukose^L||5.1|mmol/L|||||F", "Which test is GLU-X (Glukose) of LABSYS/CITY?"),
    ] {
        let why = held(&world(), &message("1", "20261103", "F", &[result]));
        assert!(why.contains(words), "{result}: {why}");
    }
    let twice = message("1", "20261103", "F", &[HB, "OBX|2|NM|718-7^Haemoglobin^LN||120|g/L|||||F"]);
    assert!(held(&world(), &twice).contains("stands twice, as 112 and as 120"));
}

#[test]
fn a_code_of_a_laboratory_is_asked_once() {
    let mut world = world();
    let text = message(
        "1",
        "20261103",
        "F",
        &["OBX|1|NM|HGB1^Hb venous^L||112|g/L|||||F", "OBX|2|NM|GLU^Glucose^L||5|mmol/L|||||F"],
    );
    let messages = Messages::of_bytes(text.as_bytes()).unwrap();
    let mut codes = Codes::default();
    let asked = unknown(&messages, &codes, &world.practice);
    assert_eq!(
        asked.iter().map(Unknown::text).collect::<Vec<_>>(),
        [
            "Which test is HGB1 (Hb venous) of LABSYS/CITY, for example 112 g/L?",
            "Which test is GLU (Glucose) of LABSYS/CITY, for example 5 mmol/L?",
        ]
    );
    let labs = world.practice.knowledge.labs();
    let likely = |label: &str| {
        let named = Unknown { label: label.to_owned(), ..asked[0].clone() };
        named.likely(labs).map(|at| labs[at].id.as_str())
    };
    for name in ["Haemoglobin", "HÆMOGLOBIN", "hb", "Hemoglobin", "Hämoglobin"] {
        assert_eq!(likely(name), Some("haemoglobin"), "{name}");
    }
    for name in ["", "Glucose", "Hb venous", "Surname"] {
        assert_eq!(likely(name), None, "{name}");
    }
    codes.learn("LABSYS/CITY", "HGB1", Some("haemoglobin"));
    codes.learn("LABSYS/CITY", "GLU", None);
    assert_eq!(unknown(&messages, &codes, &world.practice), []);
    let parcel = read(&messages, &codes, &world.practice, world.today, "lab.hl7");
    assert_eq!(world.take(&parcel), counts(1, 0, 0, 0));
    assert_eq!(shown(&world), ["haemoglobin 112 g/L"]);
}

#[test]
fn whose_it_is_takes_number_and_one_thing_more() {
    let other_birth = message("1", "20261103", "F", &[HB]).replace("19610304", "19700101").replace("Rossi", "Verdi");
    let world = world();
    let parcel_of = |text: &str| parcel(&world, text);
    assert_eq!(world.weigh(&parcel_of(&other_birth)).counts(), counts(0, 1, 0, 0));
    let unknown = message("1", "20261103", "F", &[HB]).replace("00123", "777").replace("Rossi^Anna", "Nobody^Here");
    assert_eq!(world.weigh(&parcel_of(&unknown)).counts(), counts(0, 1, 0, 0));
    let partial = message("1", "20261103", "F", &[HB]).replace("19610304", "1961");
    assert_eq!(world.weigh(&parcel_of(&partial)).counts(), counts(1, 0, 0, 0));
    let nobody = message("1", "20261103", "F", &[HB]).replace("PID|", "ZID|");
    assert_eq!(world.weigh(&parcel_of(&nobody)).counts(), counts(0, 0, 0, 1));
    let mut codes = Codes::default();
    codes.authority = Some("NHS".to_owned());
    let messages = Messages::of_bytes(message("1", "20261103", "F", &[HB]).as_bytes()).unwrap();
    let parcel = read(&messages, &codes, &world.practice, world.today, "x");
    assert_eq!(parcel.pieces[0].about.number, "999");
}

/// A name with a sign that turns letters shows as another one: taken out and told, or held where an escape writes it.
#[test]
fn hidden_signs_in_a_name_are_told_or_held() {
    let mut world = world();
    let plain = message("1", "20261103", "F", &[HB]);
    let parcel_of = |text: &str| parcel(&world, text);
    let turned = parcel_of(&plain.replace("Rossi", "Ro\u{202e}ss\u{200b}i"));
    assert_eq!(turned.pieces[0].about.family, "Rossi");
    assert!(turned.remarks[0].contains("(U+200B, U+202E), were taken out of line 2:"), "{:?}", turned.remarks);
    let escaped = parcel_of(&plain.replace("Rossi", r"Ro\XE280AE\ssi"));
    let weighed = world.weigh(&escaped);
    let Outcome::Left(left) = &weighed.outcomes[0] else { panic!("{weighed:?}") };
    assert!(left.why().starts_with("A hidden sign (U+202E) stands in name"), "{}", left.why());
    assert_eq!(world.take(&turned), counts(1, 0, 0, 0));
}

#[test]
fn envelopes_line_ends_signs_and_other_messages() {
    let plain = message("1", "20261103", "F", &[HB]);
    let expected = |text: &str| {
        let mut world = world();
        take(&mut world, text);
        assert_eq!(shown(&world), ["haemoglobin 112 g/L flag L, range 120-160"], "{text:?}");
    };
    expected(&plain);
    for end in ["\n", "\r\n", "\n\n"] {
        expected(&plain.replace('\r', end));
    }
    expected(&format!("\u{feff}{plain}"));
    expected(&format!("\u{b}{plain}\u{1c}\r"));
    expected(&format!("FHS|^~\\&|\rBHS|^~\\&|\r{plain}BTS|1\rFTS|1\r"));
    expected(&plain.replace("MSH|^~\\&", "MSH#*!?%").replace('|', "#").replace("^", "*"));
    expected(&plain.replace("OBR|", "ZZZ|x\rOBR|").replace("Rossi^", "Rossi\\S\\^").replace("\\S\\", ""));
    let two = format!("{plain}{}", plain.replace("ORU^R01", "ADT^A08"));
    let mut world = world();
    let parcel = parcel(&world, &two);
    let Some(Trouble::Refused(why)) = &parcel.pieces[1].trouble else { panic!("{:?}", parcel.pieces[1]) };
    assert_eq!(why, "The message is ADT^A08, not results (ORU^R01).");
    assert_eq!(world.take(&parcel), counts(1, 0, 0, 1));
    let broken = plain.replace("120-160|L", "120-\r160|L");
    let messages = Messages::of_bytes(broken.as_bytes()).unwrap();
    assert_eq!(messages.remarks, ["Line 7 is no segment and was read as the end of the line before it."]);
    assert!(Messages::of_bytes(b"hello").unwrap_err().contains("MSH"));
    assert!(Messages::of_bytes(b"%PDF-1.4").unwrap_err().contains("PDF"));
}

#[test]
fn names_in_letters_that_are_declared_or_guessed() {
    let text = message("1", "20261103", "F", &[HB]).replace("Rossi", "M\u{1}ller").replace("|2.4", "|2.4||||||8859/15");
    let bytes: Vec<u8> = text.bytes().map(|b| if b == 1 { 0xFC } else { b }).collect();
    let world = world();
    let messages = Messages::of_bytes(&bytes).unwrap();
    assert_eq!(messages.remarks, [""; 0]);
    let parcel = read(&messages, &Codes::default(), &world.practice, world.today, "x");
    assert_eq!(parcel.pieces[0].about.family, "Müller");
}

#[test]
fn a_file_cut_at_any_byte_ends_in_a_report() {
    let world = world();
    let text = message("1", "20261103", "F", &[HB, "NTE|1||a\\X41\\b", MCV]);
    for end in 0..=text.len() {
        if let Ok(messages) = Messages::of_bytes(&text.as_bytes()[..end]) {
            let parcel = read(&messages, &Codes::default(), &world.practice, world.today, "x");
            let weighed = world.weigh(&parcel);
            assert_eq!(weighed.outcomes.len(), parcel.pieces.len());
            let wrong = weighed.outcomes.iter().any(|o| matches!(o, Outcome::Taken(_, acts) if acts.iter().any(|c| matches!(c.act, Act::Given(Given { .. })))));
            assert!(!wrong);
        }
    }
}

const B12: &str = "OBX|1|NM|2132-9^B12^LN||150|ng/L|||||F";
const HB_CORRECTED: &str = "OBX|2|NM|718-7^Haemoglobin^LN||121|g/L|||||C";
const HB_WITHDRAWN: &str = "OBX|1|NM|718-7^Haemoglobin^LN||||||||D";

fn take_all(world: &mut World, files: &[(&str, String)]) -> (Counts, Vec<String>) {
    let of = |text: &String| Messages::of_bytes(text.as_bytes()).unwrap();
    let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), of(text))).collect();
    let parcel = read_all(&files, &Codes::default(), &world.practice, world.today, "reports");
    let counts = world.take(&parcel);
    let mut now = shown(world);
    now.sort();
    (counts, now)
}

#[test]
fn the_files_of_a_folder_are_read_as_they_were_sent_whatever_they_are_called() {
    let first = message("1", "20261103", "F", &[B12, HB, "NTE|1||Seen by Dr X."]);
    let corrected = message("1", "20261104", "C", &[HB_CORRECTED]);
    for names in [["1.hl7", "2.hl7"], ["2.hl7", "1.hl7"]] {
        let mut world = world();
        let mut files = vec![(names[0], first.clone()), (names[1], corrected.clone())];
        files.sort();
        let (counted, now) = take_all(&mut world, &files);
        assert_eq!(
            (counted, now.as_slice()),
            (counts(1, 0, 1, 0), ["haemoglobin 121 g/L", "total-b12 150 ng/L"].map(str::to_owned).as_slice())
        );
        assert_eq!(
            world.course("Rossi").checks[0].checked.note.as_deref(),
            Some("Hb: Seen by Dr X.\nhaemoglobin 112 g/L before it was corrected")
        );
        let entry = world
            .chart("Rossi")
            .facts()
            .into_iter()
            .find(|f| matches!(f.act, Some(Act::Checked(_))))
            .map(|f| f.entry.clone());
        assert_eq!(entry.unwrap().from.unwrap().place, format!("{}, line 5; {}, line 5", names[0], names[1]));
        assert_eq!(take_all(&mut world, &files).1, now, "the same folder again");
    }
}

/// A message that is sent again says nothing anew, whatever came between.
#[test]
fn the_same_message_again_is_skipped_though_a_correction_came_between() {
    let first = message("1", "20261103", "F", &[B12, HB]);
    let corrected = message("1", "20261103", "C", &[HB_CORRECTED]);
    let files = [("01.hl7", first.clone()), ("02.hl7", corrected), ("03.hl7", first.clone())];
    let now = ["haemoglobin 121 g/L", "total-b12 150 ng/L"].map(str::to_owned);
    let mut world = world();
    let (counted, labs) = take_all(&mut world, &files);
    assert_eq!((counted, labs.as_slice()), (counts(1, 0, 2, 0), now.as_slice()));
    for again in [&files[..], &files[2..]] {
        assert_eq!(take_all(&mut world, again).0.held, 0, "{again:?}");
        assert_eq!(take_all(&mut world, again).1, now);
    }
    // Another message with the old result is for a person, who is told what the other one said.
    let other = first.replace("ORU^R01|1|P", "ORU^R01|9|P");
    let files: Vec<_> = files[..2].iter().cloned().chain([("09.hl7", other)]).collect();
    let of = |text: &String| Messages::of_bytes(text.as_bytes()).unwrap();
    let read_in: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), of(text))).collect();
    let parcel = read_all(&read_in, &Codes::default(), &world.practice, world.today, "reports");
    let why = parcel.pieces.iter().find_map(|piece| match &piece.trouble {
        Some(Trouble::Held(why)) => Some(why.clone()),
        _ => None,
    });
    assert!(why.as_ref().is_some_and(|why| why.contains("02.hl7, line 5 corrected haemoglobin to 121 g/L")), "{why:?}");
}

#[test]
fn a_later_file_withdraws_what_an_earlier_one_of_the_folder_brings() {
    let withdrawn = message("1", "20261104", "F", &[HB_WITHDRAWN]);
    for (results, left) in [(vec![HB], vec![]), (vec![B12, HB], vec!["total-b12 150 ng/L"])] {
        let mut world = world();
        let files = [("b.hl7", message("1", "20261103", "F", &results)), ("a.hl7", withdrawn.clone())];
        assert_eq!(take_all(&mut world, &files).1, left);
    }
}

#[test]
fn partial_results_of_an_order_come_together_however_the_patient_is_spelled() {
    let mut world = world();
    let second =
        message("1", "20261104", "F", &[MCV]).replace("Rossi^Anna^Maria", "ROSSI^A").replace("|F\rPV1", "|U\rPV1");
    let (counted, now) = take_all(&mut world, &[("a", message("1", "20261103", "P", &[HB])), ("b", second)]);
    assert_eq!((counted, now.len()), (counts(1, 0, 1, 0), 2), "{now:?}");
    // A third one goes on with the first where the second cannot be read.
    let odd = "OBX|1|NM|2132-9^B12^LN||150|drops|||||F";
    let files = [("a", vec![B12, HB]), ("b", vec![odd]), ("c", vec![HB_CORRECTED])]
        .map(|(name, all)| (name, message("2", name, "F", &all)));
    let mut world = self::world();
    let (counted, now) = take_all(&mut world, &files);
    assert_eq!(
        (counted, now),
        (counts(1, 1, 1, 0), ["haemoglobin 121 g/L", "total-b12 150 ng/L"].map(str::to_owned).to_vec())
    );
}

/// One report that gives a test and withdraws it says nothing of it: read twice it would have turned each time.
#[test]
fn what_one_report_gives_and_withdraws_is_left_for_a_person() {
    let mut world = world();
    let gone = "OBX|3|NM|20509-6^Haemoglobin calculated^LN||||||||W";
    let codes_alike = "OBX|3|NM|718-7^Haemoglobin^LN^HGB^Hb^L||||||||W";
    for withdrawn in [gone, codes_alike] {
        let text =
            message("1", "20261103", "C", &["OBX|1|NM|718-7^Haemoglobin^LN||121|g/L|120-160||||C", MCV, withdrawn]);
        take(&mut world, &text);
        let once = shown(&world);
        assert!(once.iter().all(|lab| !lab.starts_with("haemoglobin")) && once.len() == 1, "{once:?}");
        take(&mut world, &text);
        assert_eq!(shown(&world), once);
    }
}

#[test]
fn what_is_withdrawn_waits_for_no_other_result_of_its_message() {
    let mut world = world();
    take(&mut world, &message("1", "20261103", "F", &[HB, MCV]));
    let odd = "OBX|2|NM|2132-9^B12^LN||150|drops|||||F";
    assert_eq!(take(&mut world, &message("1", "20261104", "F", &[HB_WITHDRAWN, odd])), counts(1, 1, 0, 0));
    assert_eq!(shown(&world), ["mcv 104 fL flag H, range 80-100"]);
}

#[test]
fn an_amended_result_corrects_and_long_ids_are_told_apart() {
    let mut world = world();
    take(&mut world, &message("1", "20261103", "F", &[HB]));
    let amended = message("1", "20261104", "A", &["OBX|1|NM|718-7^Haemoglobin^LN||121|g/L|||||A"]);
    assert_eq!(take(&mut world, &amended), counts(1, 0, 0, 0));
    assert_eq!(shown(&world), ["haemoglobin 121 g/L"]);
    let long = |last: &str, result: &str| message(&format!("{}{last}", "9".repeat(90)), "20261104", "F", &[result]);
    let (one, two) = (long("1", B12), long("2", MCV));
    let id = |text: &str| parcel(&world, text).pieces[0].acts[0].id.clone();
    assert_ne!(id(&one), id(&two));
}

proptest::proptest! {
    #[test]
    fn bytes_of_any_kind_are_no_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let world = world();
        let text = [b"MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.3\rPID|||1||R^A\rOBR|1||2\r".as_slice(), &bytes].concat();
        for bytes in [bytes.as_slice(), &text] {
            if let Ok(messages) = Messages::of_bytes(bytes) {
                let _ = unknown(&messages, &Codes::default(), &world.practice);
                let _ = world.weigh(&read(&messages, &Codes::default(), &world.practice, world.today, "x"));
            }
        }
    }

    #[test]
    fn a_field_of_any_kind_is_no_panic(at in 0_usize..9, field in "[0-9]{0,3}|\\PC{0,8}|[\\^~&|\\\\<>0-9.,-]{0,10}", name in "OBX|OBR|PID|NTE") {
        let world = world();
        let mut text = message("1", "20261103", "F", &[HB, MCV]);
        text += &format!("{name}|1{}{field}|x\r", "|".repeat(at));
        if let Ok(messages) = Messages::of_bytes(text.as_bytes()) {
            let _ = unknown(&messages, &Codes::default(), &world.practice);
            let _ = world.weigh(&read(&messages, &Codes::default(), &world.practice, world.today, "x"));
        }
    }
}

/// A correction in the same folder replaces what it names, and nothing else.
#[test]
fn a_correction_in_the_folder_leaves_the_other_results_of_its_order() {
    let first = message("1", "20261103", "F", &[B12, HB]);
    let corrected = message("1", "20261103", "C", &["OBX|1|NM|2132-9^B12^LN||154|ng/L|||||C"]);
    let spelled = |text: &str, from: &str, to: &str| text.replace(from, to);
    for second in [
        corrected.clone(),
        spelled(&corrected, "Rossi^Anna^Maria", "ROSSI^A"),
        spelled(&corrected, "19610304", ""),
        spelled(&corrected, "20261102091500", "20261102"),
        spelled(&corrected, "00123^^^PRACT^MR~999^^^NHS", "00123"),
    ] {
        let mut world = world();
        let files = [("001.hl7", first.clone()), ("003.hl7", second.clone())];
        let (counted, now) = take_all(&mut world, &files);
        assert_eq!(now, ["haemoglobin 112 g/L flag L, range 120-160", "total-b12 154 ng/L"], "{second}");
        assert_eq!(counted, counts(1, 0, 1, 0));
        assert_eq!(take_all(&mut world, &files), (counts(0, 0, 2, 0), now), "the same folder again");
    }
}

/// The same where the two are weighed as two, as the file has no number and spells the name in two ways.
#[test]
fn a_correction_that_is_weighed_apart_leaves_the_other_results() {
    let first = message("1", "20261103", "F", &[B12, HB]).replace("00123^^^PRACT^MR~999^^^NHS", "");
    let corrected = message("1", "20261104", "C", &["OBX|1|NM|2132-9^B12^LN||154|ng/L|||||C"]);
    let corrected = corrected.replace("00123^^^PRACT^MR~999^^^NHS", "").replace("Rossi^Anna^Maria", "Ross\u{ec}^Anna");
    let first = first.replace("Rossi^Anna^Maria", "Rossi^Anna");
    let files = [("001.hl7", first), ("003.hl7", corrected)];
    let person = Person { number: "5".to_owned(), ..world().chart("Rossi").person().unwrap().clone() };
    let mut world = World::new();
    let patient = world.new_patient();
    world.record(patient, Act::Registered(person));
    let (counted, now) = take_all(&mut world, &files);
    assert_eq!(now, ["haemoglobin 112 g/L flag L, range 120-160", "total-b12 154 ng/L"]);
    assert_eq!(counted, counts(1, 0, 1, 0));
}

/// What the laboratory withdraws takes no other result of its order with it, in one reading or in several.
#[test]
fn other_results_come_after_all_that_was_there_was_withdrawn() {
    let b12_withdrawn = "OBX|1|NM|2132-9^B12^LN||||||||D";
    let mcv_withdrawn = "OBX|2|NM|787-2^MCV^LN||||||||D";
    let hb = "haemoglobin 112 g/L flag L, range 120-160";
    for results in [vec![vec![B12], vec![b12_withdrawn], vec![HB]], vec![vec![HB_WITHDRAWN, mcv_withdrawn], vec![HB]]] {
        let text = |n: usize| message("1", &format!("2026110{}", n + 3), "F", &results[n]);
        let files: Vec<_> =
            ["1.hl7", "2.hl7", "3.hl7"].into_iter().take(results.len()).zip((0..results.len()).map(text)).collect();
        let (mut at_once, mut one_by_one) = (world(), world());
        assert_eq!(take_all(&mut at_once, &files).1, [hb]);
        assert_eq!(take_all(&mut at_once, &files), (counts(0, 0, files.len(), 0), vec![hb.to_owned()]));
        for file in &files {
            take_all(&mut one_by_one, std::slice::from_ref(file));
        }
        assert_eq!(shown(&one_by_one), [hb]);
    }
}

/// Messages of one order: tests with one of two values or an unknown unit, and what the message says of them.
fn sequences() -> impl proptest::strategy::Strategy<Value = Vec<(Vec<(usize, usize)>, &'static str)>> {
    use proptest::prelude::*;
    let results = proptest::sample::subsequence(vec![0_usize, 1, 2], 1..=3);
    let standing = proptest::sample::select(vec!["F", "C"]);
    let message = (results, proptest::collection::vec(0_usize..3, 3), standing);
    let message = message.prop_map(|(tests, values, standing)| {
        (tests.into_iter().map(|test| (test, values[test])).collect::<Vec<_>>(), standing)
    });
    proptest::collection::vec(message, 1..5)
}

/// Returns the messages as the files of a folder.
fn files_of(sequence: &[(Vec<(usize, usize)>, &str)]) -> Vec<(&'static str, String)> {
    const TESTS: [(&str, &str, [&str; 2]); 3] =
        [("2132-9", "ng/L", ["145", "154"]), ("718-7", "g/L", ["109", "112"]), ("787-2", "fL", ["99", "104"])];
    const NAMES: [&str; 4] = ["1.hl7", "2.hl7", "3.hl7", "4.hl7"];
    let text = |n: usize, results: &[(usize, usize)], standing: &str| {
        let result = |(test, value): &(usize, usize)| {
            let (code, unit, values) = TESTS[*test];
            let (value, unit) = values.get(*value).map_or((values[0], "furlong"), |value| (*value, unit));
            format!("OBX|{test}|NM|{code}^x^LN||{value}|{unit}|||||{standing}")
        };
        let results: Vec<_> = results.iter().map(result).collect();
        message("1", &format!("2026110{}", n + 3), "F", &results.iter().map(String::as_str).collect::<Vec<_>>())
    };
    sequence.iter().enumerate().map(|(n, (results, standing))| (NAMES[n], text(n, results, standing))).collect()
}

proptest::proptest! {
    /// What comes of a folder is what comes of its files one after another; read again it adds nothing.
    #[test]
    fn a_folder_read_at_once_is_its_files_read_one_after_another(sequence in sequences()) {
        let files = files_of(&sequence);
        let (mut at_once, mut one_by_one) = (world(), world());
        let (_, now) = take_all(&mut at_once, &files);
        for file in &files {
            take_all(&mut one_by_one, std::slice::from_ref(file));
        }
        let mut then = shown(&one_by_one);
        then.sort();
        proptest::prop_assert_eq!(&now, &then);
        let (again, still) = take_all(&mut at_once, &files);
        proptest::prop_assert_eq!(again.taken, 0, "the same folder again");
        proptest::prop_assert_eq!(now, still);
    }
}

#[test]
fn an_unusual_result_is_taken_and_the_message_says_so() {
    let world = world();
    let piece =
        parcel(&world, &message("1", "20261103", "F", &["OBX|1|NM|718-7^Hb^LN||210|g/L|||||F"])).pieces[0].clone();
    assert_eq!((piece.trouble, piece.acts.len()), (None, 1));
    assert!(piece.remarks.iter().any(|r| r.contains("210 g/L is unusual")), "{:?}", piece.remarks);
}

const K: &str = "OBX|1|NM|2823-3^Potassium^LN||2.5|mmol/L|3.5-5.1|LL|||F";
const B12_ODD: &str = "OBX|2|NM|2132-9^B12^LN||150|pg/dL|200-900|L|||F";

/// A critical potassium waits for no unit of another result.
#[test]
fn what_can_be_read_of_a_message_is_taken_and_the_rest_is_held_as_it_was_sent() {
    let mut world = world();
    let text = message("1", "20261103", "F", &[K, B12_ODD, "OBX|3|NM|GLU-X^Glukose^L||5.1|mmol/L|||||F"]);
    let parcel = parcel(&world, &text);
    assert_eq!(parcel.pieces.len(), 2, "one held piece for the order");
    let Some(Trouble::Held(why)) = &parcel.pieces[1].trouble else { panic!("{:?}", parcel.pieces[1]) };
    assert!(why.contains("\"pg/dL\" is not known here") && why.contains("Which test is GLU-X"), "{why}");
    assert_eq!(
        parcel.pieces[1].remarks,
        ["Sent: B12 150 pg/dL (flag L, range 200-900), Mon 02 Nov 2026; Glukose 5.1 mmol/L, Mon 02 Nov 2026."]
    );
    assert_eq!((parcel.pieces[1].acts.len(), &parcel.pieces[1].about), (0, &parcel.pieces[0].about));
    assert_eq!(world.take(&parcel), counts(1, 1, 0, 0));
    assert_eq!(shown(&world), ["potassium 2.5 mmol/L flag LL, range 3.5-5.1"]);
    assert_eq!(world.take(&parcel), counts(0, 1, 1, 0), "the same file again adds nothing");
    let mended = message("1", "20261104", "F", &[K, &B12_ODD.replace("pg/dL", "ng/L")]);
    assert_eq!(take(&mut world, &mended), counts(1, 0, 0, 0));
    assert_eq!(shown(&world).len(), 2, "{:?}", shown(&world));
}

/// Which of two is right a person asks; what is beside them is taken.
#[test]
fn of_results_that_contradict_each_other_none_is_taken() {
    let other = HB.replace("|112|", "|120|");
    for second in [other.clone(), other.replace("OBX|1|NM|718-7", "OBX|4|NM|20509-6")] {
        let mut world = world();
        assert_eq!(take(&mut world, &message("1", "20261103", "F", &[HB, MCV, &second])), counts(1, 1, 0, 0));
        assert_eq!(shown(&world), ["mcv 104 fL flag H, range 80-100"], "{second}");
    }
}
