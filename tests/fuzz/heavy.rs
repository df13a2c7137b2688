//! Files of other systems of the size of a book, in which everything is about one patient, one day or one order, so that
//! whatever looks at each beside each other shows.

use crate::bed::Bed;
use crate::formats::{Format, Law};
use crate::{proven, turn};
use std::time::{Duration, Instant};

/// So many lines or resources.
const MANY: usize = if cfg!(debug_assertions) { 100 } else { 15_000 };
/// What that may take, of one look or two; a debug build does a hundredth of it.
const LIMIT: Duration = Duration::from_secs(10);

const HEAD: &str =
    "MSH|^~\\&|LABSYS|CITY|GP|PRACTICE|20261103||ORU^R01|1|P|2.4\rPID|1||LS-Good^^^PRACT^MR||Good^Grace||19580304|F\r";
const ORDER: &str = "OBR|1||F1^LAB|FBC^Full count^L|||20261102091500\r";

fn messages(one: impl Fn(usize) -> String) -> Vec<u8> {
    (0..MANY).map(one).collect::<String>().into_bytes()
}

fn table(head: &str, row: impl Fn(usize) -> String) -> Vec<u8> {
    (head.to_owned() + "\n" + &(0..MANY).map(row).collect::<String>()).into_bytes()
}

fn bundle(resource: impl Fn(usize) -> String) -> Vec<u8> {
    let patient = r#"{"resource":{"resourceType":"Patient","id":"g","birthDate":"1958-03-04","name":[{"family":"Good","given":["Grace"]}],"identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"LS-Good"}]}}"#;
    let all: Vec<String> = (0..MANY).map(|n| format!("{{\"resource\":{}}}", resource(n))).collect();
    format!("{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{patient},{}]}}", all.join(","))
        .into_bytes()
}

fn observation(n: usize, of: &str, day: &str, value: usize) -> String {
    format!(
        r#"{{"resourceType":"Observation","id":"o{n}","status":"final","subject":{{"reference":"Patient/{of}"}},"effectiveDateTime":"{day}","code":{{"coding":[{{"system":"http://loinc.org","code":"718-7"}}]}},"valueQuantity":{{"value":{value},"unit":"g/L"}}}}"#
    )
}

fn dose(n: usize, day: &str) -> String {
    format!(
        r#"{{"resourceType":"MedicationAdministration","id":"d{n}","status":"completed","subject":{{"reference":"Patient/g"}},"medicationCodeableConcept":{{"text":"Hydroxocobalamin 1 mg/mL"}},"effectiveDateTime":"{day}","dosage":{{"dose":{{"value":1,"unit":"mg"}}}}}}"#
    )
}

const LIST: &str = "MRN,Surname,First name,DOB,Drug,Dose,Last injection,Interval,Next due,Batch";

type Heavy = Vec<(&'static str, Format, Vec<u8>)>;

fn heavy_reports() -> Heavy {
    use Format::Reports;
    let obx = |n: usize, value: usize| format!("OBX|{n}|NM|718-7^Haemoglobin^LN||{value}|g/L|120-160|L|||F\r");
    let hb = |n: usize| obx(n, 100 + n % 50);
    let mut one_order = (HEAD.to_owned() + ORDER).into_bytes();
    one_order.extend(messages(hb));
    let mut notes = (HEAD.to_owned() + ORDER + &obx(1, 112)).into_bytes();
    notes.extend(messages(|n| format!("NTE|{n}||note {n}\r")));
    let mut orders = HEAD.as_bytes().to_vec();
    orders.extend(messages(|n| format!("OBR|1||F{n}^LAB|FBC^Full count^L|||20261102091500\r{}", obx(1, 112))));
    let mut codes = (HEAD.to_owned() + ORDER).into_bytes();
    codes.extend(messages(|n| format!("OBX|{n}|NM|OWN{n}^Own {n}^L||{n}|g/L|||||F\r")));
    vec![
        ("results of one order", Reports, one_order),
        ("notes of one result", Reports, notes),
        ("orders of one patient", Reports, orders),
        ("codes of their own", Reports, codes),
        ("messages of one order", Reports, messages(|n| HEAD.to_owned() + ORDER + &obx(1, 100 + n))),
        ("corrections", Reports, messages(|n| HEAD.to_owned() + ORDER + &obx(1, 100 + n % 50).replace("|F\r", "|C\r"))),
    ]
}

fn heavy_bundles() -> Heavy {
    use Format::Bundles;
    vec![
        ("results of one day", Bundles, bundle(|n| observation(n, "g", "2026-09-02", 90 + n % 40))),
        ("the same result", Bundles, bundle(|n| observation(n, "g", "2026-09-02", 121))),
        ("nobody's results", Bundles, bundle(|n| observation(n, "nobody", "2026-09-02", 121))),
        ("doses of one day", Bundles, bundle(|n| dose(n, "2026-09-02"))),
        ("doses of many days", Bundles, bundle(|n| dose(n, &format!("{}-{:02}-11", 1960 + n % 60, 1 + n / 60 % 12)))),
        (
            "patients",
            Bundles,
            bundle(|n| {
                format!(
                    r#"{{"resourceType":"Patient","id":"p{n}","birthDate":"1961-03-04","name":[{{"family":"Fam","given":["A{n}"]}}]}}"#
                )
            }),
        ),
        (
            "the same patient",
            Bundles,
            bundle(|_| {
                r#"{"resourceType":"Patient","id":"g","birthDate":"1961-03-04","name":[{"family":"Fam"}]}"#.to_owned()
            }),
        ),
        (
            "allergies",
            Bundles,
            bundle(|n| {
                format!(
                    r#"{{"resourceType":"AllergyIntolerance","id":"a{n}","code":{{"text":"Thing {n}"}},"patient":{{"reference":"Patient/g"}}}}"#
                )
            }),
        ),
        (
            "within each other",
            Bundles,
            bundle(|n| {
                format!(
                    r##"{{"resourceType":"DiagnosticReport","id":"r{n}","subject":{{"reference":"Patient/g"}},"result":[{{"reference":"DiagnosticReport/r{}"}}]}}"##,
                    n + 1
                )
            }),
        ),
    ]
}

fn heavy_tables() -> Heavy {
    use Format::Tables;
    let row = |n: usize, rest: &str| format!("{n},Fam{n},Ann,04/03/1961,Hydroxocobalamin,1mg,{rest}\n");
    vec![
        ("a list", Tables, table(LIST, |n| row(n, "12/10/2026,12 weekly,,A"))),
        (
            "a list of one number",
            Tables,
            table(LIST, |n| row(7, "12/10/2026,12 weekly,,A").replace("Ann", &format!("A{n}"))),
        ),
        (
            "a list of namesakes",
            Tables,
            table(LIST, |n| row(n, "12/10/2026,12 weekly,,A").replace(&format!("Fam{n},"), "Fam,")),
        ),
        (
            "a list without numbers",
            Tables,
            table(LIST, |n| row(n, "12/10/2026,12 weekly,,A").replacen(&n.to_string(), "", 1)),
        ),
        (
            "doses of one row's day",
            Tables,
            table("dose_id,patient_id,family_name,given_name,birth_date,given_on,outcome,drug,dose", |n| {
                format!("{n},LS-Good,Good,Grace,1958-03-04,2026-09-02,given,Hydroxocobalamin,1 mg\n")
            }),
        ),
        (
            "results of one row's day",
            Tables,
            table("patient_id,family_name,given_name,birth_date,date,test,loinc,value,unit", |n| {
                format!("LS-Good,Good,Grace,1958-03-04,2026-09-02,Haemoglobin,718-7,{},g/L\n", 90 + n % 50)
            }),
        ),
        (
            "columns",
            Tables,
            format!(
                "{}\n{}\n",
                vec!["Surname,DOB,Hb,MCV"; MANY / 4].join(","),
                vec!["Rossi,04/03/1961,112,90"; MANY / 4].join(",")
            )
            .into_bytes(),
        ),
    ]
}

#[test]
fn files_of_others_like_books_are_read_in_time() {
    let _turn = turn();
    let mut wrong = Vec::new();
    for (what, format, input) in heavy_reports().into_iter().chain(heavy_bundles()).chain(heavy_tables()) {
        let (bed, began) = (Bed::new(), Instant::now());
        let law: Law = proven(|| format.prove(&bed, &input));
        let took = began.elapsed();
        println!("{what}: {} bytes, {took:?}", input.len());
        let in_time = if took > LIMIT { Err(format!("it took {took:?}")) } else { Ok(()) };
        wrong.extend(
            law.and(in_time).err().map(|why| format!("{what}: {}", why.chars().take(1_000).collect::<String>())),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
