//! What goes out comes back as the same, what comes in is weighed first, and an import is undone as one.

use super::{Practice, Value};
use std::fs;
use std::path::Path;

fn put(practice: &Practice, name: &str, text: &str) -> String {
    let path = practice.dir.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn out(practice: &Practice, name: &str) -> String {
    practice.dir.path().join(name).to_str().unwrap().to_owned()
}

/// What is owed in the next year, but for the patients' ids, which a practice gives itself.
fn owed(practice: &Practice) -> Vec<String> {
    let due = practice.json(&["due", "--days", "365"]);
    let one = |line: &Value| {
        let mut line = line.as_object().unwrap().clone();
        line.remove("patient");
        Value::Object(line).to_string()
    };
    let mut all: Vec<_> = due.as_array().unwrap().iter().map(one).collect();
    all.sort();
    all
}

fn counts(told: &Value) -> (u64, u64, u64, u64) {
    let count = |name: &str| told["counts"][name].as_u64().unwrap();
    (count("taken"), count("held"), count("skipped"), count("refused"))
}

/// Everything of a practice goes to another system and back: the same is owed on the same days, and nothing comes twice.
#[test]
fn a_bundle_of_everybody_comes_back_as_the_same_courses() {
    let (from, to) = (Practice::demo(), Practice::new());
    let bundle = out(&from, "all.json");
    from.ok(&["export", "fhir", "--out", &bundle]);
    let read: Value = serde_json::from_str(&fs::read_to_string(&bundle).unwrap()).unwrap();
    assert_eq!((&read["resourceType"], &read["type"]), (&"Bundle".into(), &"collection".into()));
    let again = from.json(&["import", "fhir", &bundle, "--dry-run"]);
    assert_eq!(
        (counts(&again).0, counts(&again).1, counts(&again).3),
        (0, 0, 0),
        "it is all here: {}",
        again["counts"]
    );

    let told = to.json(&["import", "fhir", &bundle]);
    assert_eq!((counts(&told).1, counts(&told).3), (0, 0), "{}", told["counts"]);
    assert_eq!(told["patients_entered"], 40);
    assert_eq!(owed(&to), owed(&from));
    assert!(to.ok(&["check"]).ends_with("nothing is wrong.\n"));
    let second = to.json(&["import", "fhir", &bundle]);
    assert_eq!((counts(&second).0, &second["entries"]), (0, &0.into()));
    let refused = from.refused(&["export", "fhir", "--out", &bundle]);
    assert!(refused.contains("is there already"), "{refused}");
}

/// A practice's own tables, too; a cell that would run as a formula does not.
#[test]
fn tables_come_back_and_carry_no_formula() {
    let from = Practice::demo();
    from.ok(&[
        "add",
        "--family",
        "=1+1",
        "--given",
        "Eve",
        "--born",
        "1970-02-03",
        "--sex",
        "female",
        "--allergies",
        "none",
    ]);
    for table in ["patients", "doses", "labs", "due"] {
        let file = out(&from, &format!("{table}.csv"));
        from.ok(&["export", "csv", table, "--out", &file]);
        let text = fs::read(&file).unwrap();
        assert!(text.starts_with(b"\xEF\xBB\xBF") && text.ends_with(b"\r\n"), "{table}");
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains(",=1+1") && (table != "patients" || text.contains("'=1+1")), "{table}");
        if table != "due" {
            let told = from.json(&["import", "csv", &file, "--dry-run", "--regimen", "none"]);
            assert_eq!((counts(&told).0, counts(&told).3), (0, 0), "{table}: {told}");
        }
    }
}

/// All that a practice's own tables say is taken over by an empty one: nothing is held.
#[test]
fn own_tables_hold_nobody_elsewhere() {
    let (from, to) = (Practice::demo(), Practice::new());
    for table in ["patients", "doses", "labs", "due"] {
        let file = out(&from, &format!("{table}.csv"));
        from.ok(&["export", "csv", table, "--out", &file, "--days", "30"]);
        let rows = fs::read_to_string(&file).unwrap().trim_end().split("\r\n").count() as u64 - 1;
        let here = from.json(&["import", "csv", &file, "--dry-run"]);
        assert_eq!((counts(&here).0, counts(&here).1), (0, 0), "{table} here: {here}");
        let told = to.json(&["import", "csv", &file]);
        let (taken, held, skipped, refused) = counts(&told);
        assert_eq!((held, refused, taken + skipped), (0, 0, rows), "{table}: {told}");
    }
    let doses = |practice: &Practice| {
        let due = practice.json(&["due", "--days", "365"]);
        let doses = due.as_array().unwrap().iter().filter(|line| line["what"] == "dose");
        let mut all: Vec<_> = doses.map(|line| format!("{} {} {}", line["number"], line["due"], line["mcg"])).collect();
        all.sort();
        all
    };
    assert_eq!(doses(&to), doses(&from));
}

/// Forms of one list follow plans of their own; a plan that a form cannot follow is refused.
#[test]
fn a_plan_is_said_for_each_form() {
    let practice = Practice::new();
    let text = LIST.to_owned()
        + "7003,Holm,Cy,5/6/1950,Cyanocobalamin 1 mg,1/11/2026,monthly\n7004,Vik,Di,5/6/1950,,1/11/2026,monthly\n";
    let file = put(&practice, "list.csv", &text);
    let all = ["import", "csv", &file, "--dates", "day-first", "--prescriber", "Dr May"];
    let asked = practice.refused(&all);
    for option in ["--regimen hydroxocobalamin=ID", "--regimen cyanocobalamin=ID", "--regimen otherwise=ID"] {
        assert!(asked.contains(option), "{option}: {asked}");
    }
    let wrong = practice.refused(&[&all[..], &["--regimen", "cyanocobalamin=r01"]].concat());
    assert!(wrong.contains("r01 keeps no cyanocobalamin up"), "{wrong}");
    let wrong = practice.refused(&[&all[..], &["--regimen", "aspirin=r01"]].concat());
    assert!(wrong.contains("there is no form aspirin: write hydroxocobalamin"), "{wrong}");
    let forms = ["--regimen", "r01", "--regimen", "Cyano=r09", "--regimen", "otherwise=none"];
    let told = practice.json(&[&all[..], &forms].concat());
    assert_eq!(counts(&told), (4, 0, 0, 0), "{told}");
    let due = practice.json(&["due", "--days", "365"]);
    let doses = due.as_array().unwrap().iter().filter(|line| line["what"] == "dose");
    let mut plans: Vec<_> = doses.map(|line| (line["number"].clone(), line["regimen"].clone())).collect();
    plans.sort_by_key(|(number, _)| number.to_string());
    let plan = |number: &str, regimen: &str| (Value::from(number), Value::from(regimen));
    assert_eq!(
        plans,
        [plan("7001", "r01-uk-no-neuro"), plan("7002", "r01-uk-no-neuro"), plan("7003", "r09-us-practice")]
    );
}

/// A prescriber whose name is not quite one of the practice's is asked about; nothing is guessed.
#[test]
fn a_prescriber_who_may_work_here_is_asked_about() {
    let practice = Practice::new();
    let text = "Number,Surname,First name,DOB,Drug,Last injection,Interval,GP\n\
        7001,Quist,Ada,1961-03-04,Hydroxocobalamin 1 mg,2026-11-02,12 weekly,Dr. May\nTotal: 1\n";
    let file = put(&practice, "list.csv", text);
    let all = ["import", "csv", &file, "--regimen", "r01"];
    let asked = practice.refused(&all);
    assert!(asked.contains("Is that Dr May, who prescribes here?"), "{asked}");
    assert!(asked.contains("--prescriber \"Dr. May=Dr May\""), "{asked}");
    let told = practice.json(&[&all[..], &["--prescriber", "Dr. May=Dr May"]].concat());
    assert_eq!(counts(&told), (1, 0, 1, 0), "{told}");
    assert!(told["pieces"].to_string().contains("counts or sums up: it is no patient"), "{told}");
    assert!(practice.json(&["waiting"]).to_string().contains("Dr May"));
}

const LIST: &str = "Pat ID,Surname,First name,DOB,Drug,Last injection,Interval\n\
    7001,Quist,Ada,4/3/1961,Hydroxocobalamin 1 mg,2/11/2026,12 weekly\n\
    7002,Rossi,Bo,5/6/1950,Hydroxocobalamin 1 mg,1/9/2026,every 3 months\n";

/// What a list does not say is asked, with the option that answers it; then it stands in the list of who is due.
#[test]
fn a_list_of_a_spreadsheet_is_due_listed_and_undone() {
    let practice = Practice::new();
    let file = put(&practice, "list.csv", LIST);
    let asked = practice.refused(&["import", "csv", &file]);
    for option in ["--dates day-first", "--regimen hydroxocobalamin=ID, or none", "--prescriber NAME", "04 Mar 1961"] {
        assert!(asked.contains(option), "{option}: {asked}");
    }
    assert!(practice.ok(&["import", "csv", &file, "--columns"]).contains("Last injection  =  last_dose"));
    let all =
        ["import", "csv", &file, "--dates", "day-first", "--regimen", "r01-uk-no-neuro", "--prescriber", "Dr May"];
    let told = practice.ok(&[&all[..], &["--dry-run"]].concat());
    assert!(told.contains("2 new patients would be entered"), "{told}");
    assert_eq!(practice.json(&["due", "--days", "365"]), Value::Array(vec![]), "a dry run records nothing");
    let told = practice.json(&all);
    assert_eq!(counts(&told), (2, 0, 0, 0));
    let due = practice.json(&["due", "--days", "365"]);
    let days: Vec<_> = due.as_array().unwrap().iter().filter(|d| d["what"] == "dose").map(|d| &d["due"]).collect();
    assert_eq!(days, ["2026-12-01", "2027-01-25"]);
    let waiting = practice.json(&["waiting"]);
    assert_eq!(waiting.as_array().unwrap().len(), 2, "the prescriber did not sign yet");

    let import = told["import"].as_str().unwrap();
    assert_eq!(practice.json(&["import", "list"])[0]["import"], import);
    let undone = practice.ok(&["import", "undo", import]);
    assert!(undone.contains("in 2 charts"), "{undone}");
    let log = practice.json(&["audit"]);
    let imported = log.as_array().unwrap().iter().filter(|event| event["what"] == "imported");
    let mut said: Vec<_> = imported.map(|event| event["detail"].as_str().unwrap()).collect();
    said.sort_unstable();
    assert_eq!(said, ["list.csv".to_owned(), format!("undone: list.csv {import}")], "as the screen says it");
    assert_eq!(practice.json(&["due", "--days", "365"]), Value::Array(vec![]));
    assert_eq!(counts(&practice.json(&all)), (2, 0, 0, 0), "it may come again");
}

/// Of rows that say no interval nobody guesses it where the plan has several; remarks that are cut are counted.
#[test]
fn an_interval_that_the_list_does_not_say_is_asked() {
    let practice = Practice::new();
    let file = put(&practice, "list.csv", &LIST.replace("12 weekly", ""));
    let all = ["import", "csv", &file, "--dates", "day-first", "--regimen", "r01", "--prescriber", "Dr May"];
    let asked = practice.refused(&all);
    let option = "(--every INTERVAL, or hold; of this regimen alone r01-uk-no-neuro=INTERVAL)";
    for words in ["1 row says no interval", option, "every 8 weeks", "nothing was recorded"] {
        assert!(asked.contains(words), "{words}: {asked}");
    }
    let with = |every: &'static str| [&all[..], &["--every", every]].concat();
    assert!(practice.refused(&with("r01=often")).contains("often"));
    for hold in ["hold", "r01=hold"] {
        let told = practice.json(&[&with(hold)[..], &["--dry-run"]].concat());
        assert_eq!(counts(&told), (1, 1, 0, 0), "{told}");
        assert!(told["pieces"][0]["why"].as_str().unwrap().contains("--every"), "{told}");
    }
    let told = practice.json(&with("r01=12 weeks"));
    assert_eq!(counts(&told), (2, 0, 0, 0), "{told}");
    let due = practice.json(&["due", "--days", "365"]).to_string();
    assert!(due.contains("2027-01-25"), "{due}");

    let row = |n: u64| format!("{},Test{n},Pat,1950-01-30,Hydroxocobalamin,1 mg,2026-09-01\n", 8_000 + n);
    let rows: String = (0..30).map(row).collect();
    let file = put(&practice, "many.csv", &format!("Number,Family,Given,DOB,Drug,Dose,Last\n{rows}"));
    let all = ["import", "csv", &file, "--regimen", "r01", "--every", "12 weeks", "--prescriber", "Dr May"];
    let told = practice.ok(&all);
    assert!(told.contains("… and 5 more remarks; --format json tells all."), "{told}");
}

/// A spreadsheet that parts cells at semicolons opens what is held as it wrote the list.
#[test]
fn held_rows_have_the_delimiter_of_their_file() {
    let practice = Practice::new();
    let text = LIST.replace(',', ";") + "7003;\"Holm; jun.\";C,=y;31/2/1950;Hydroxocobalamin 1 mg;1/11/2026;monthly\n";
    let file = put(&practice, "list.csv", &text);
    let rest = ["--dates", "day-first", "--regimen", "r01", "--prescriber", "Dr May"];
    let told = practice.json(&[&["import", "csv", &file], &rest[..]].concat());
    assert_eq!(counts(&told), (2, 1, 0, 0), "{told}");
    let written = fs::read_to_string(told["held_rows"].as_str().unwrap()).unwrap();
    let lines: Vec<_> = written.trim_end().split("\r\n").collect();
    assert_eq!(lines[0], "\u{feff}line_in_file;why_held;Pat ID;Surname;First name;DOB;Drug;Last injection;Interval");
    assert!(lines[1].starts_with("4;") && lines[1].contains(";\"Holm; jun.\";\"C,'=y\";31/2/1950;"), "{}", lines[1]);
    let mended = put(&practice, "mended.csv", &written.replace("31/2/1950", "28/2/1950"));
    let again = practice.json(&[&["import", "csv", &mended], &rest[..]].concat());
    assert_eq!(counts(&again), (1, 0, 0, 0), "{again}");
    assert!(practice.ok(&["chart", "7003"]).contains("Holm; jun., C,=y"));
}

/// What is held of a list stands beside it with line and reason; mended there, it is taken over.
#[test]
fn held_rows_are_written_beside_the_file_and_read_again() {
    let practice = Practice::new();
    let text = format!(
        "B12 list,,,,,,\n{LIST}7003,\"Holm, jun.\",Cy,31/2/1950,Hydroxocobalamin 1 mg,1/11/2026,monthly\n\
        0704,=Vik,Di,5/6/2012,Hydroxocobalamin 1 mg,1/11/2026,monthly\n7005,Lot,Ed,5/6/1950,Hydroxocobalamin 1 mg,1/11/2026,monthly,one,cell,more\n"
    );
    let file = put(&practice, "list.csv", &text);
    let rest = ["--dates", "day-first", "--regimen", "r01", "--prescriber", "Dr May"];
    let dry = practice.json(&[&["import", "csv", &file, "--dry-run"], &rest[..]].concat());
    assert!(dry["held_rows"].is_null(), "a dry run writes nothing: {dry}");
    let told = practice.json(&[&["import", "csv", &file], &rest[..]].concat());
    assert_eq!(counts(&told), (2, 3, 0, 0), "{told}");
    let held = told["held_rows"].as_str().unwrap().to_owned();
    assert!(held.ends_with("list-held-2026-11-23.csv"), "{held}");
    let written = fs::read_to_string(&held).unwrap();
    let lines: Vec<_> = written.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{written}");
    assert_eq!(lines[0], "\u{feff}line_in_file,why_held,Pat ID,Surname,First name,DOB,Drug,Last injection,Interval");
    assert!(lines[1].starts_with("5,") && lines[1].contains("no day of the calendar"), "{}", lines[1]);
    assert!(
        lines[2].starts_with("6,") && lines[2].contains("Under 18") && lines[2].contains(",'0704,'=Vik,"),
        "{}",
        lines[2]
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&held).unwrap().permissions().mode() & 0o777, 0o600, "nobody else reads it");
    }
    let again = practice.json(&[&["import", "csv", &held], &rest[..]].concat());
    assert_eq!(counts(&again), (0, 3, 0, 0), "what is not mended is held again: {again}");
    assert!(again["held_rows"].as_str().unwrap().ends_with("list-held-2026-11-23-2.csv"), "{again}");
    assert_eq!(fs::read_to_string(again["held_rows"].as_str().unwrap()).unwrap().split("why_held").count(), 2);
    let mended =
        written.replace("31/2/1950", "28/2/1950").replace("5/6/2012", "5/6/1992").replace(",one,cell,more", "");
    let mended = put(&practice, "mended.csv", &mended);
    let again = practice.json(&[&["import", "csv", &mended], &rest[..]].concat());
    assert_eq!(counts(&again), (3, 0, 0, 0), "{again}");
    assert!(again["held_rows"].is_null());
    assert!(practice.ok(&["chart", "0704"]).contains("=Vik"));
}

fn report(patient: &str, filler: &str, code: &str, value: &str, status: &str) -> String {
    let day = if filler == "F2" { "20261110" } else { "20261118" };
    format!(
        "MSH|^~\\&|LABSYS|CITY|GP|PRACTICE|20261120080000||ORU^R01|M{code}{value}|P|2.4\rPID|1||{patient}\r\
         OBR|1||{filler}^LAB|FBC^Full count^L|||{day}091500|||||||||||||||20261120||H|{status}\r\
         OBX|1|NM|{code}||{value}|g/L|120-160|L|||{status}\r"
    )
}

/// A folder of a laboratory: known codes by LOINC, its own asked once; who is not sure waits for a person.
#[test]
fn reports_of_a_laboratory_go_to_whose_they_are() {
    let practice = Practice::new();
    practice.ok(&[
        "add",
        "--family",
        "Lund",
        "--given",
        "Eva",
        "--born",
        "1968-01-01",
        "--sex",
        "female",
        "--allergies",
        "none",
    ]);
    fs::create_dir(practice.dir.path().join("inbox")).unwrap();
    let lund = "1001^^^PRACT^MR||Lund^Eva||19680101|F";
    put(&practice, "inbox/a.hl7", &report(lund, "F1", "718-7^Haemoglobin^LN", "104", "F"));
    put(
        &practice,
        "inbox/b.hl7",
        &report("9^^^PRACT^MR||Lund^Eva||19680101|F", "F2", "718-7^Haemoglobin^LN", "99", "F"),
    );
    put(&practice, "inbox/c.txt", "no report");
    let inbox = out(&practice, "inbox");
    let told = practice.json(&["import", "hl7", &inbox]);
    assert_eq!(counts(&told), (1, 1, 0, 0), "{told}");
    assert!(told["remarks"].to_string().contains("c.txt"), "{told}");
    let waits = practice.json(&["import", "unmatched"]);
    assert_eq!(waits.as_array().unwrap().len(), 1);
    let said = practice.ok(&["import", "match", waits[0]["name"].as_str().unwrap(), "1001"]);
    assert!(said.contains("Recorded for Lund, Eva #1001"), "{said}");
    assert_eq!(practice.json(&["import", "unmatched"]), Value::Array(vec![]));

    let corrected = put(&practice, "corrected.hl7", &report(lund, "F1", "718-7^Haemoglobin^LN", "114", "C"));
    assert_eq!(counts(&practice.json(&["import", "hl7", &corrected])), (1, 0, 0, 0));
    let chart = practice.json(&["chart", "1001"]).to_string();
    assert!(chart.contains("114") && !chart.contains("104"), "{chart}");

    let own = put(&practice, "own.hl7", &report(lund, "F1", "HGBX^Hb venous^L", "118", "F"));
    let asked = practice.refused(&["import", "hl7", &own]);
    assert!(asked.contains("Which test is HGBX (Hb venous) of LABSYS/CITY"), "{asked}");
    let told = practice.json(&["import", "hl7", &own, "--code", "LABSYS/CITY|HGBX=none"]);
    assert_eq!(counts(&told).0, 0, "{told}");
    assert_eq!(practice.run(&["import", "hl7", &own, "--dry-run"]).status.code(), Some(0), "the answer is kept");
}

/// What a person matched, though nothing of it agrees, stands there and comes no more, whoever it is read for again.
#[test]
fn a_report_that_was_matched_is_read_before() {
    let practice = Practice::new();
    for (family, born) in [("Lund", "1968-01-01"), ("Vik", "1955-06-07")] {
        let who = ["add", "--family", family, "--given", "Eva", "--born", born, "--sex", "female"];
        practice.ok(&[&who[..], &["--allergies", "none"]].concat());
    }
    let stranger = "77^^^PRACT^MR||Quist^Ada||19790909|F";
    let file = put(&practice, "a.hl7", &report(stranger, "F1", "718-7^Haemoglobin^LN", "104", "F"));
    assert_eq!(counts(&practice.json(&["import", "hl7", &file])), (0, 1, 0, 0));
    let waits = practice.json(&["import", "unmatched"]);
    let name = waits[0]["name"].as_str().unwrap();
    for option in [&[][..], &["--although"]] {
        let refused = practice.refused(&[&["import", "match", name, "1001"], option].concat());
        for words in
            ["Name, number and birth date all differ: Lund, Eva, #1001, born", "Quist, Ada, #77, born 09 Sep 1979"]
        {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
    practice.ok(&["import", "match", name, "1001", "--although-nothing-agrees"]);
    let told = practice.json(&["import", "hl7", &file]);
    assert_eq!(counts(&told), (0, 0, 1, 0), "{told}");
    assert!(told["pieces"].to_string().contains("It is in the chart of Lund, Eva #1001."), "{told}");
    assert_eq!(practice.json(&["import", "unmatched"]), Value::Array(vec![]));
}

/// What of a report cannot be read is told with its words, and waits; the rest of it is in the chart.
#[test]
fn what_of_a_report_cannot_be_read_is_told_and_waits() {
    let practice = Practice::new();
    let lund = ["--family", "Lund", "--given", "Eva", "--born", "1968-01-01", "--sex", "female", "--allergies", "none"];
    practice.ok(&[["add"].as_slice(), &lund].concat());
    let text = report("1001^^^PRACT^MR||Lund^Eva||19680101|F", "F1", "718-7^Haemoglobin^LN", "104", "F");
    let file = put(&practice, "a.hl7", &format!("{text}OBX|2|NM|2132-9^B12^LN||150|pg/dL|||||F\r"));
    for waiting in ["1 piece waits for a person", "0 charts added to"] {
        let said = practice.ok(&["import", "hl7", &file]);
        for words in ["pg/dL\" is not known here", "Sent: B12 150 pg/dL", "1 is not recorded: see above why", waiting] {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
    let waits = practice.json(&["import", "unmatched"]);
    let name = waits[0]["name"].as_str().unwrap();
    assert!(waits[0]["remarks"].to_string().contains("150 pg/dL"), "{waits}");
    assert!(practice.refused(&["import", "match", name, "1001"]).contains("enter it by hand"));
    practice.ok(&["import", "put-away", name, "--because", "entered by hand"]);
    let said = practice.ok(&["import", "hl7", &file]);
    assert!(!said.contains("enter it by hand"), "{said}");
    let told = practice.json(&["import", "hl7", &file]);
    assert!(told["pieces"].to_string().contains("It was put away on Mon 23 Nov 2026"), "{told}");
    assert_eq!(practice.json(&["import", "unmatched"]), Value::Array(vec![]));
}

/// What is no table, no bundle and no report ends in a sentence or a report, never in a crash.
#[test]
fn hostile_files_end_in_a_report() {
    let practice = Practice::new();
    let zip = put(&practice, "list.xlsx", "PK\u{3}\u{4}\u{14}\0\u{6}\0");
    assert!(practice.refused(&["import", "csv", &zip]).contains("list.xlsx"));
    for (name, text) in [
        ("torn.json", "{\"resourceType\":\"Bundle\",\"entry\":[{"),
        ("deep.json", &"[".repeat(100_000)),
        ("other.xml", "<Bundle xmlns=\"http://hl7.org/fhir\"/>"),
        ("empty.json", ""),
    ] {
        let file = put(&practice, name, text);
        let ran = practice.run(&["import", "fhir", &file, "--format", "json"]);
        assert_eq!(ran.status.code(), Some(1), "{name}: a script hears of it");
        let told: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!((counts(&told).0, &told["entries"]), (0, &0.into()), "{name}: {told}");
    }
    for format in ["csv", "fhir", "hl7"] {
        let file = put(&practice, "nothing", "");
        let status = practice.run(&["import", format, &file]).status.code();
        assert!(matches!(status, Some(0 | 1)), "{format}: {status:?}");
        let missing = practice.refused(&["import", format, "/nowhere/at/all"]);
        assert!(missing.contains("/nowhere/at/all"), "{missing}");
    }
}

/// For audits: every entry, one a line, and a calendar without a name.
#[test]
fn entries_and_dates_go_out() {
    let practice = Practice::demo();
    let entries = practice.ok(&["export", "entries", "1006"]);
    for line in entries.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert!(entry["id"].is_string() && entry["act"].is_object() && entry["by"].is_string(), "{line}");
    }
    assert!(entries.lines().count() > 3);
    let calendar = practice.ok(&["export", "ics"]);
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
    assert!(!calendar.contains("Okafor") && calendar.contains("DTSTART;VALUE=DATE:"));
    assert!(practice.ok(&["export", "ics", "1006", "--names", "full"]).contains("Okafor"));
    let private = out(&practice, "b12.ics");
    practice.ok(&["export", "ics", "--out", &private]);
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(Path::new(&private)).unwrap().permissions()) & 0o777,
        0o600
    );
    practice.refused(&["export", "ics", "--out", &private]);
    let log = practice.json(&["audit"]);
    let lines: Vec<_> = log.as_array().unwrap().iter().filter(|line| line["what"] == "exported").collect();
    let said: Vec<_> = lines.iter().map(|line| line["detail"].as_str().unwrap()).collect();
    // Newest first; the one that was refused wrote nothing.
    let [file, one, all, entries] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((*one, *entries), ("a calendar", "entries"));
    assert!(all.starts_with("a calendar, ") && all.ends_with(" patients"), "{all}");
    assert_eq!(*file, format!("{all}, into b12.ics"));
    assert_eq!((&lines[1]["number"], &lines[0]["number"]), (&"1006".into(), &Value::Null));
}

/// What stops a form in one practice stops it in the next, however the patient came there.
#[test]
fn lebers_neuropathy_stops_cyanocobalamin_in_every_copy() {
    let from = Practice { dir: tempfile::tempdir().unwrap() };
    super::succeed(super::run(None, &["demo", "--on", super::TODAY, "--patients", "60", "--into", &from.path()]));
    let (plain, table) = (out(&from, "plain.json"), out(&from, "patients.csv"));
    from.ok(&["export", "fhir", "--plain", "--out", &plain]);
    let said = from.run(&["export", "csv", "patients", "--out", &table]);
    assert!(
        String::from_utf8_lossy(&said.stderr).contains("note: The table has each patient's plans and what moved them")
    );
    let order = ["order", "1052", "r09", "--start", "t", "--prescriber", "Dr Samir Rao", "--verbal"];
    assert!(from.refused(&order).contains("Leber"));
    for file in [["fhir", &plain], ["csv", &table]] {
        let to = Practice::new();
        to.ok(&["import", file[0], file[1]]);
        let order = order.map(|arg| if arg == "Dr Samir Rao" { "Dr May" } else { arg });
        assert!(to.refused(&order).contains("Leber"), "{file:?}");
    }
}

/// Ctrl-C stops an import between two patients; the same file again takes the rest.
#[cfg(unix)]
#[test]
fn an_import_that_is_interrupted_says_so_and_goes_on_the_next_time() {
    let practice = Practice::new();
    let rows = (0..400).map(|n| {
        let (year, day) = (1940 + n % 50, 1 + n % 28);
        format!("{},Test{n},Pat,{year}-01-{day:02},Hydroxocobalamin,1 mg,every 3 months,2026-09-01\n", 5_000 + n)
    });
    let text = rows.fold("Number,Family,Given,DOB,Drug,Dose,Interval,Last\n".to_owned(), |text, row| text + &row);
    let file = put(&practice, "big.csv", &text);
    let args =
        ["--today", super::TODAY, "import", "csv", &file, "--regimen", "r01-uk-no-neuro", "--prescriber", "Dr May"];
    let mut program = super::program(Some(&practice.path()), &args);
    let program = program.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let charts = practice.dir.path().join("practice").join("charts");
    let here = || fs::read_dir(&charts).map_or(0, Iterator::count);
    while here() < 5 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let pid = program.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let stopped = program.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&stopped.stdout).into_owned();
    assert_eq!(stopped.status.code(), Some(130), "{said}");
    assert!(said.contains("Stopped before ") && said.contains("the same file again takes the rest."), "{said}");
    let entered = here() as u64;
    assert!((5..400).contains(&entered), "{entered}");
    let again = practice.json(&args[2..]);
    assert_eq!(counts(&again), (400 - entered, 0, entered, 0), "{}", again["counts"]);
}

/// Who is still to get a plan stands in the table, and no day is made up for her; the fixed JSON has doses and checks alone.
#[test]
fn who_is_to_plan_stands_in_the_table_without_a_day() {
    let practice = Practice::new();
    let sex = ["--sex", "female", "--allergies", "none"];
    practice
        .ok(&[&["add", "--number", "7", "--family", "Quist", "--given", "Ada", "--born", "1970-02-03"], &sex[..]]
            .concat());
    let table = practice.ok(&["due", "--format", "csv"]);
    assert!(table.contains(",plan,,,,,,,,Triage"), "{table}");
    assert_eq!(practice.json(&["due"]), Value::Array(vec![]));
    let table = practice.ok(&["export", "csv", "due"]);
    assert!(table.contains(",review,7,Triage,,Quist"), "{table}");
}

/// A practice that is moved by its tables is asked for no look that was done before: symptoms come with the results.
#[test]
fn looks_at_symptoms_alone_move_with_the_tables() {
    let (from, to) = (Practice::demo(), Practice::new());
    for table in ["patients", "doses", "labs"] {
        let file = out(&from, &format!("{table}.csv"));
        from.ok(&["export", "csv", table, "--out", &file]);
        to.ok(&["import", "csv", &file]);
    }
    let checks = |practice: &Practice| {
        let due = practice.json(&["due"]);
        let checks = due.as_array().unwrap().iter().filter(|line| line["what"] == "checkpoint");
        let mut all: Vec<_> =
            checks.map(|line| format!("{} {} {}", line["number"], line["due"], line["asks"])).collect();
        all.sort();
        all
    };
    assert_eq!(checks(&to), checks(&from));
}
