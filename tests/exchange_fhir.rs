//! FHIR bundles of the whole demo: what they hold together, what validators that are not ours say, and the way back. At the
//! end its tables, which go the same way.
#![expect(clippy::unwrap_used, reason = "a test stops where its story does not hold")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use chrono::{DateTime, FixedOffset, NaiveDate};
use cobalog::clinic::agenda::{Roll, Row};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::coding;
use cobalog::clinic::course::{Course, DoseSlot, Next};
use cobalog::clinic::decision::Change;
use cobalog::clinic::drug::{Drug, Route};
use cobalog::clinic::entry::{Act, Amended, Checked, Entry, EntryId, Given, ImportId, PatientId};
use cobalog::clinic::intake::{Left, Outcome, Parcel, Ruling, Scales, Target, Trouble, Weighed, renamed, weigh};
use cobalog::clinic::interval::Interval;
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::practice::{Practice, Settings};
use cobalog::clinic::rights::barred_for;
use cobalog::clinic::triage::{B12Status, MonitoringPlan, Triage};
use cobalog::clinic::triage_words::Warnings;
use cobalog::demo;
use cobalog::exchange::csv::{self, Mapping, Sheet, Table};
use cobalog::exchange::fhir::{Exported, How, Kind, export, read};
use cobalog::exchange::ics;
use cobalog::store::{Places, Store};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::process::Command;
use std::sync::Arc;
use ulid::Ulid;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()
}

fn at() -> DateTime<FixedOffset> {
    "2026-11-26T10:00:00+00:00".parse().unwrap()
}

fn practice() -> Practice {
    Practice::new(demo::settings(today()))
}

fn charts(seed: u64, patients: usize) -> Vec<Chart> {
    demo::charts(seed, patients, today(), &practice())
}

fn bundle(charts: &[Chart], how: &How) -> (String, Exported) {
    bundle_of(&practice(), charts, how)
}

fn bundle_of(practice: &Practice, charts: &[Chart], how: &How) -> (String, Exported) {
    let mut out = Vec::new();
    let all = charts.iter().map(|chart| (chart, Course::of(chart, practice, today())));
    let done = export(&mut out, all, practice, how, &mut |_| true).unwrap().unwrap();
    (String::from_utf8(out).unwrap(), done)
}

fn resources(text: &str) -> Vec<Value> {
    let bundle: Value = serde_json::from_str(text).unwrap();
    bundle["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone()).collect()
}

fn id(resource: &Value) -> String {
    format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap())
}

/// Calls `look` with everything in a tree.
fn each(value: &Value, look: &mut dyn FnMut(&Value)) {
    look(value);
    match value {
        Value::Array(all) => all.iter().for_each(|v| each(v, look)),
        Value::Object(map) => map.values().for_each(|v| each(v, look)),
        _ => {}
    }
}

#[test]
fn the_demo_as_a_bundle_holds_together() {
    let charts = charts(demo::SEED, demo::PATIENTS);
    let (text, done) = bundle(&charts, &How::new(Kind::Collection, at()));
    let all = resources(&text);
    assert_eq!((done.patients, done.resources), (charts.len(), all.len()));
    let ids: BTreeSet<&str> = all.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), all.len(), "two resources have one id");
    let kinds: HashMap<&str, &str> =
        all.iter().map(|r| (r["id"].as_str().unwrap(), r["resourceType"].as_str().unwrap())).collect();
    let mut references = 0;
    for resource in &all {
        each(resource, &mut |value| {
            let empty = match value {
                Value::Null => true,
                Value::String(text) => text.trim().is_empty(),
                Value::Array(all) => all.is_empty(),
                Value::Object(map) => map.is_empty(),
                _ => false,
            };
            assert!(!empty, "something empty in {}", id(resource));
            // What a server calls a resource otherwise it writes anew wherever it stands: an identifier is no such name.
            let identifier = value["value"].as_str().and_then(|v| v.strip_prefix("urn:uuid:"));
            assert!(identifier.is_none_or(|v| !ids.contains(v)), "{value} in {}", id(resource));
            let Some(reference) = value.get("reference").and_then(Value::as_str) else { return };
            let kind = kinds.get(reference.strip_prefix("urn:uuid:").unwrap());
            assert_eq!(kind.copied(), value["type"].as_str(), "{reference} in {}", id(resource));
            references += 1;
        });
    }
    assert!(references > 5 * all.len() / 2, "{references}");
    let seen: BTreeSet<&str> = kinds.values().copied().collect();
    assert!(seen.len() >= 17, "{seen:?}");
}

/// A server refuses a period that ends before it starts (per-1), and gives what is active.
#[test]
fn periods_run_forwards_and_one_request_of_a_patient_is_active() {
    let (practice, charts) = (practice(), charts(demo::SEED, demo::PATIENTS));
    let (mut periods, mut active, mut ended) = (0, 0, 0);
    for chart in &charts {
        let course = Course::of(chart, &practice, today());
        let all = resources(&bundle(std::slice::from_ref(chart), &How::new(Kind::Collection, at())).0);
        for resource in &all {
            each(resource, &mut |value| {
                let (Some(start), Some(end)) = (value["start"].as_str(), value["end"].as_str()) else { return };
                assert!(start <= end, "{start} to {end} in {}", id(resource));
                periods += 1;
            });
        }
        let requests = |intent: &str| -> Vec<Value> {
            let is = |r: &&Value| r["resourceType"] == "MedicationRequest" && r["intent"] == intent;
            all.iter().filter(is).cloned().collect()
        };
        let of = |status: &str, all: &[Value]| all.iter().filter(|r| r["status"] == status).count();
        let orders = requests("order");
        assert!(of("active", &orders) + of("on-hold", &orders) <= 1, "{:?}", course.person);
        assert!(!course.has_ended() || of("active", &orders) + of("on-hold", &orders) == 0, "{:?}", course.person);
        active += of("active", &orders);
        for plan in requests("plan") {
            let of_plan: Vec<Value> =
                orders.iter().filter(|o| o["groupIdentifier"] == plan["groupIdentifier"]).cloned().collect();
            let status = plan["status"].as_str().unwrap();
            match status {
                "completed" => assert_eq!(of("completed", &of_plan), of_plan.len(), "{}", id(&plan)),
                "stopped" => ended += 1,
                "active" | "on-hold" => assert_eq!(of(status, &of_plan), 1, "{}", id(&plan)),
                _ => assert!(of(status, &of_plan) > 0, "{status} {}", id(&plan)),
            }
            assert!(of("draft", &of_plan) == 0 || matches!(status, "active" | "on-hold"), "{}", id(&plan));
        }
    }
    assert!(periods > 10 && active > 20 && ended > 2, "{periods} {active} {ended}");
}

/// The UCUM codes that may come up, each looked up in UCUM.
const UCUM: [&str; 22] = [
    "ug",
    "mL",
    "g/L",
    "g/dL",
    "mmol/L",
    "fL",
    "10*9/L",
    "10*3/uL",
    "/uL",
    "%",
    "ng/L",
    "pg/mL",
    "pmol/L",
    "nmol/L",
    "umol/L",
    "ug/L",
    "U/L",
    "ng/mL",
    "mg/dL",
    "mL/min/{1.73_m2}",
    "meq/L",
    "mg/L",
];

#[test]
fn the_codes_of_the_bundle_are_right_in_form() {
    let charts = charts(demo::SEED, demo::PATIENTS);
    for setting in ["UK", "US"] {
        let mut practice = practice();
        practice.settings.setting = setting.to_owned();
        let (text, _) = bundle_of(&practice, &charts, &How::new(Kind::Collection, at()));
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for resource in resources(&text) {
            each(&resource, &mut |value| {
                let (Some(system), Some(code)) = (value["system"].as_str(), value["code"].as_str()) else { return };
                counts.extend(checked(system, code, value).map(|kind| (kind, 1 + counts.get(kind).unwrap_or(&0))));
            });
        }
        let diagnoses = if setting == "US" { "icd-10-cm" } else { "icd-10" };
        let kinds = ["loinc", "ucum", "snomed", diagnoses];
        assert!(counts.len() == 4 && kinds.iter().all(|k| counts.get(k).is_some_and(|n| *n > 50)), "{counts:?}");
    }
}

/// Looks at the form of a code, and says of which system it is.
fn checked(system: &str, code: &str, value: &Value) -> Option<&'static str> {
    match system {
        "http://loinc.org" => {
            assert!(is_loinc(code), "{code}");
            Some("loinc")
        }
        "http://unitsofmeasure.org" => {
            assert!(UCUM.contains(&code) && value["value"].is_number(), "{value}");
            Some("ucum")
        }
        "http://hl7.org/fhir/sid/icd-10-cm" => {
            assert!(is_icd10(code) && (code.contains('.') || code == "G63"), "{code} is a header");
            Some("icd-10-cm")
        }
        "http://hl7.org/fhir/sid/icd-10" => {
            assert!(is_icd10(code), "{code}");
            Some("icd-10")
        }
        "http://snomed.info/sct" => {
            assert!(code.bytes().all(|b| b.is_ascii_digit()) && code.len() >= 6, "{code}");
            Some("snomed")
        }
        _ => None,
    }
}

/// The check digit of LOINC: Luhn's.
fn is_loinc(code: &str) -> bool {
    let (number, check) = code.split_once('-').unwrap();
    let doubled = |(i, c): (usize, char)| {
        let digit = c.to_digit(10).unwrap();
        if i % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
    };
    let sum: u32 = number.chars().rev().enumerate().map(doubled).sum();
    check == ((10 - sum % 10) % 10).to_string()
}

/// A letter, a digit, one more of either, and after a dot one to four.
fn is_icd10(code: &str) -> bool {
    let (head, tail) = code.split_once('.').unwrap_or((code, "0"));
    let head: Vec<char> = head.chars().collect();
    let begins =
        matches!(head[..], [a, b, c] if a.is_ascii_uppercase() && b.is_ascii_digit() && c.is_ascii_alphanumeric());
    begins && (1..=4).contains(&tail.len()) && tail.chars().all(|c| c.is_ascii_alphanumeric())
}

/// A triage of a cause, with a level that nobody measured, and a plan where one is named.
fn unmeasured(cause: &str, regimen: Option<&str>) -> Chart {
    let practice = practice();
    let monitoring = MonitoringPlan { first: Interval::Weeks(3), symptoms: Vec::new(), labs: Vec::new() };
    let triage = Triage { b12: B12Status::NotMeasured, ..Triage::new(cause, monitoring) };
    let order = regimen.map(|id| {
        let wish = Wish::plain(today(), "Dr Eleanor Hart");
        Act::Ordered(Order::write(practice.knowledge.regimen(id).unwrap(), Vec::new(), &wish).unwrap())
    });
    let acts = [Act::Triaged(triage)].into_iter().chain(order);
    Chart::new(PatientId(Ulid(1)), (2..).zip(acts).map(|(n, act)| entry(n, act)).collect())
}

/// The n-th entry of a made-up chart.
fn entry(n: u128, act: Act) -> Entry {
    Entry { id: EntryId(Ulid(n)), at: at(), by: "Dr Eleanor Hart".to_owned(), act, from: None, seal: None }
}

/// Where no deficiency is to be coded, none leaves the house: the state after surgery and Leber's disease are causes, once.
#[test]
fn what_is_no_deficiency_is_exported_as_none() {
    let mut practice = practice();
    practice.settings.setting = "US".to_owned();
    for (cause, regimen, codes, has_deficiency) in [
        ("total-gastrectomy", Some("r05"), &["Z90.3"][..], false),
        ("total-gastrectomy", Some("r01"), &["E53.8", "Z90.3"], true),
        ("ileal-resection", Some("r05"), &["K91.2", "Z90.49"], false),
        ("leber", None, &["H47.22"], false),
        ("leber", Some("r01"), &["H47.22"], false),
        ("chemotherapy-adjunct", None, &[], false),
        ("diet", None, &["E53.8"], true),
        ("metformin", None, &["E53.8", "T38.3X5A", "Z79.84"], true),
    ] {
        let (text, _) = bundle_of(&practice, &[unmeasured(cause, regimen)], &How::new(Kind::Collection, at()));
        let all = resources(&text);
        let conditions: Vec<_> = all.iter().filter(|r| r["resourceType"] == "Condition").collect();
        let mut found: Vec<_> = conditions.iter().filter_map(|c| c["code"]["coding"][0]["code"].as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, codes, "{cause} {regimen:?}");
        let dues = conditions.iter().filter(|c| c.get("extension").is_some()).count();
        assert_eq!(dues, usize::from(has_deficiency), "{cause} {regimen:?}");
        let names_it = conditions.iter().any(|c| c["code"]["text"].as_str().unwrap().contains("eficiency of"));
        assert_eq!(names_it, has_deficiency, "{cause} {regimen:?}");
        assert!(!conditions.iter().any(|c| c["code"]["text"] == "Vitamin B12 deficiency"), "{cause} {regimen:?}");
        // Whatever names a reason names a Condition that is there.
        let ids: BTreeSet<String> = conditions.iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect();
        for resource in &all {
            each(resource, &mut |value| {
                if value["type"] == "Condition" {
                    let named = value["reference"].as_str().unwrap().strip_prefix("urn:uuid:").unwrap();
                    assert!(ids.contains(named), "{cause}: {} names {named}", id(resource));
                }
            });
        }
    }
}

/// A code that somebody has to be asked about first is a question to the coder, and no problem of the patient's.
#[test]
fn what_has_to_be_asked_first_is_no_condition() {
    let mut asked = 0;
    for chart in charts(demo::SEED, demo::PATIENTS) {
        let course = Course::of(&chart, &practice(), today());
        let proposed = coding::propose(&course, &practice(), today());
        let (text, _) = bundle(std::slice::from_ref(&chart), &How::new(Kind::Collection, at()));
        let conditions = resources(&text).into_iter().filter(|r| r["resourceType"] == "Condition");
        let codes: BTreeSet<String> =
            conditions.map(|c| c["code"]["coding"][0]["code"].as_str().unwrap_or_default().to_owned()).collect();
        for proposal in proposed.iter().filter(|p| p.ask) {
            asked += 1;
            assert!(!codes.contains(&proposal.code), "{} in {codes:?}", proposal.code);
        }
    }
    assert!(asked > 0);
}

#[test]
fn two_exports_are_the_same_but_for_their_time() {
    let charts = charts(3, 20);
    let how = How::new(Kind::Transaction, at());
    let (one, _) = bundle(&charts, &how);
    assert_eq!(one, bundle(&charts, &how).0);
    let later = How { at: at() + chrono::Duration::days(1), ..how };
    let (other, _) = bundle(&charts, &later);
    let differ = one.lines().zip(other.lines()).filter(|(a, b)| a != b).count();
    assert_eq!(differ, 1, "only the line with the bundle's time");
    assert!(one.lines().nth(1).unwrap().contains("\"request\":{\"method\":\"PUT\",\"url\":\"Organization/"));
}

/// A practice that is called otherwise is the same one to the server that has its record.
#[test]
fn a_practice_that_was_renamed_keeps_its_ids() {
    let charts = charts(1, 6);
    let mut renamed = practice();
    let before = renamed.settings.name.clone();
    renamed.settings.rename("Harbour Street Surgery".to_owned());
    renamed.settings.rename("Harbour Street Practice".to_owned());
    let ids = |practice: &Practice| -> BTreeSet<String> {
        let (text, _) = bundle_of(practice, &charts, &How::new(Kind::Collection, at()));
        let resources = resources(&text);
        let numbers = resources.iter().map(|r| r["identifier"][0]["system"].to_string());
        resources.iter().map(id).chain(numbers).collect()
    };
    assert_eq!(ids(&renamed), ids(&practice()));
    let other =
        |name: &str| Practice { settings: Settings { name: name.to_owned(), ..practice().settings }, ..practice() };
    assert_ne!(ids(&other("Harbour Street Practice")), ids(&practice()), "another practice has others");
    // Back to the first name, nothing else is left of it than that.
    renamed.settings.rename(before.clone());
    assert_eq!((renamed.settings.name.as_str(), renamed.settings.id_name()), (before.as_str(), before.as_str()));
}

#[test]
fn an_export_that_is_stopped_says_so() {
    let (charts, practice) = (charts(1, 5), practice());
    let all = charts.iter().map(|chart| (chart, Course::of(chart, &practice, today())));
    let mut told = Vec::new();
    let mut goes_on = |n| {
        told.push(n);
        n < 2
    };
    let done = export(Vec::new(), all, &practice, &How::new(Kind::Collection, at()), &mut goes_on).unwrap();
    assert_eq!((done, told), (None, vec![0, 1, 2]));
}

/// Hydroxocobalamin 1 mg three times a week for six doses, then every three months: the published NHS example.
#[test]
fn the_example_of_the_nhs_is_sequential_dosage() {
    let practice = practice();
    let start = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
    let regimen = practice.knowledge.regimen("r01-uk-no-neuro").unwrap();
    let order = Order::write(regimen, Vec::new(), &Wish::plain(start, "Dr Eleanor Hart")).unwrap();
    let chart = Chart::new(PatientId(Ulid(1)), vec![entry(2, Act::Ordered(order))]);
    let (text, _) = bundle(std::slice::from_ref(&chart), &How { whole: false, ..How::new(Kind::Collection, at()) });
    let requests: Vec<_> = resources(&text).into_iter().filter(|r| r["resourceType"] == "MedicationRequest").collect();
    let [whole, loading, maintenance] = requests.as_slice() else { panic!("{}", requests.len()) };
    assert_eq!(
        (&whole["intent"], &loading["intent"], &maintenance["intent"]),
        (&"plan".into(), &"order".into(), &"order".into())
    );
    let steps = whole["dosageInstruction"].as_array().unwrap();
    assert_eq!(steps.iter().map(|s| s["sequence"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(steps, &[loading["dosageInstruction"][0].clone(), maintenance["dosageInstruction"][0].clone()]);
    insta::assert_snapshot!("nhs_sequential_dosage", serde_json::to_string_pretty(&requests).unwrap());
}

#[test]
fn validators_that_are_not_ours_find_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let charts = charts(demo::SEED, demo::PATIENTS);
    let mut files = Vec::new();
    for (kind, name) in [(Kind::Collection, "collection.json"), (Kind::Transaction, "transaction.json")] {
        let file = folder.path().join(name);
        let (text, _) = bundle(&charts, &How::new(kind, at()));
        cobalog::store::atomic::write(&cobalog::store::disk::Real, &file, &text).unwrap();
        files.push(file);
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fhir/validate.py");
    let python = std::env::var("COBALOG_FHIR_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let skipped = |why: &str| println!("SKIPPED: {why}. docs/fhir.md says how to install the validators.");
    let Ok(out) = Command::new(&python).arg(script).args(&files).output() else {
        return skipped(&format!("{python} does not run"));
    };
    let said = String::from_utf8_lossy(&out.stdout);
    if out.status.code() == Some(3) {
        return skipped(said.trim());
    }
    assert!(out.status.success(), "{said}\n{}", String::from_utf8_lossy(&out.stderr));
    println!("{said}");
}

/// Weighs a parcel against those who are here.
fn weighed(
    parcel: &Parcel,
    roll: &Roll,
    practice: &Practice,
    chart: &mut dyn FnMut(PatientId) -> Option<Arc<Chart>>,
) -> Weighed {
    let (knowledge, goes_on) = (&practice.knowledge, &mut |_| true);
    weigh(parcel, &mut Scales { roll, knowledge, chart, ruling: Ruling::default(), today: today(), goes_on })
}

/// Records what is taken of a parcel, as the store does it: new entries, which name each other by their new ids.
fn recorded(parcel: &Parcel) -> Vec<Chart> {
    let (roll, practice) = (Roll::default(), practice());
    let weighed = weighed(parcel, &roll, &practice, &mut |_| None);
    let mut entries: Vec<Vec<Entry>> = vec![Vec::new(); weighed.new.len()];
    let mut now: HashMap<String, EntryId> = HashMap::new();
    for (n, outcome) in weighed.outcomes.iter().enumerate() {
        let Outcome::Taken(Target::New(new), acts) = outcome else {
            let place = &parcel.pieces[n];
            let is_skipped = matches!(place.trouble, Some(Trouble::Skipped(_))) || place.is_in_error();
            assert!(is_skipped, "{outcome:?} {place:?}");
            continue;
        };
        for coming in acts {
            let id = EntryId(Ulid(1_000_000 + now.len() as u128));
            let act = renamed(coming.act.clone(), &|old| now.get(&old.to_string()).copied()).unwrap();
            now.insert(coming.id.clone().unwrap_or_else(|| id.to_string()), id);
            entries[*new].push(Entry { id, at: at(), by: "Maya Keller RN".to_owned(), act, from: None, seal: None });
        }
    }
    entries.into_iter().enumerate().map(|(n, all)| Chart::new(PatientId(Ulid(n as u128 + 1)), all)).collect()
}

/// What a course says, without the ids of its entries, and without how a prescriber's word came: what is taken over waits for
/// a signature here.
fn said(course: &Course) -> Vec<String> {
    let unsigned = |order: &Order| Order { told: None, ..order.clone() };
    let undecided = |change: &Change| Change { told: None, ..change.clone() };
    let order = |id: EntryId| course.orders.iter().position(|(order, _)| *order == id);
    let mut out =
        vec![format!("{:?} {:?} {:?}", course.person, course.triage, course.order.as_ref().map(|(_, o)| unsigned(o)))];
    out.extend(course.phases.iter().map(|p| {
        let time = (p.from, p.to, p.review, p.is_now, p.tentative);
        format!("{:?} {} {:?} {} {:?} {:?} {time:?}", order(p.order), p.phase, p.kind, p.rhythm, p.every, p.ends_with)
    }));
    out.extend(course.doses.iter().map(|d| {
        let days = (d.due, d.visit, d.as_ordered, d.counted_from, d.state, d.paused, d.tentative);
        let given = d.given.as_ref().map(|g| Given { order: None, ..g.given.clone() });
        let what = (d.n, d.in_phase, d.phase, d.kind, d.dose_mcg, d.drug, d.route);
        let not = d.not_given.as_ref().map(|(_, why)| why);
        format!("{:?} {days:?} {what:?} {given:?} {not:?} {:?}", order(d.order), d.gate)
    }));
    out.extend(course.checkpoints.iter().map(|c| {
        let days = (c.opens, c.due, c.state, c.check, c.tentative, c.once);
        format!("{:?} {days:?} {} {:?} {} {:?}", order(c.order), c.label, c.asks, c.counted, c.missing)
    }));
    out.extend(course.checks.iter().map(|c| format!("{} {:?}", c.label, c.checked)));
    out.push(format!("{:?}", course.standing.as_ref().map(|s| undecided(&s.change))));
    out.push(format!("{:?} {:?} {:?}", course.repletion, course.response, course.evidence));
    out.push(format!("{:?}", course.changes.iter().map(|s| undecided(&s.change)).collect::<Vec<_>>()));
    out.push(match &course.next {
        Next::Dose(n) => format!("dose {n}"),
        other => format!("{other:?}"),
    });
    out
}

fn same_after_the_way_back(charts: &[Chart]) {
    let practice = practice();
    let (text, _) = bundle(charts, &How::new(Kind::Collection, at()));
    let back = recorded(&read(text.as_bytes(), "bundle.json", &practice, today()));
    assert_eq!(back.len(), charts.len());
    for (before, after) in charts.iter().zip(&back) {
        let (before, after) = (Course::of(before, &practice, today()), Course::of(after, &practice, today()));
        let (one, other) = (said(&before), said(&after));
        let differ: Vec<_> = one.iter().zip(&other).filter(|(a, b)| a != b).collect();
        assert!(differ.is_empty() && one.len() == other.len(), "{:?}: {differ:#?}", before.person.map(|p| p.name()));
    }
}

#[test]
fn the_whole_demo_comes_back_as_the_same_courses() {
    same_after_the_way_back(&charts(demo::SEED, demo::PATIENTS));
}

#[test]
fn read_where_it_came_from_there_is_nothing_new() {
    let (practice, charts) = (practice(), charts(2, 120));
    let (text, _) = bundle(&charts, &How::new(Kind::Transaction, at()));
    let parcel = read(text.as_bytes(), "bundle.json", &practice, today());
    assert!(parcel.pieces.len() > 10 * charts.len());
    let roll = Roll::of(charts.iter().filter_map(|chart| Row::of(chart, &practice, today())));
    let mut chart = |id| charts.iter().find(|c| c.id == id).cloned().map(Arc::new);
    let weighed = weighed(&parcel, &roll, &practice, &mut chart);
    for (piece, outcome) in parcel.pieces.iter().zip(&weighed.outcomes) {
        assert!(matches!(outcome, Outcome::Left(Left::Skipped(_))), "{outcome:?} {piece:?}");
    }
}

/// The way of the program: weighed, recorded, and a second time there is nothing to record.
#[test]
fn taken_over_by_an_empty_practice_the_courses_are_the_same() {
    let (practice, charts) = (practice(), charts(demo::SEED, demo::PATIENTS));
    let (text, _) = bundle(&charts, &How::new(Kind::Collection, at()));
    let parcel = read(text.as_bytes(), "bundle.json", &practice, today());
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| Some(folder.path().join(name));
    let places = Places { cache: place("cache"), state: place("state"), backups: None };
    let store = Store::create_with(&folder.path().join("practice"), practice.settings.clone(), places).unwrap();
    let weighed = store.weigh(&parcel, Ruling::default(), today(), &mut |_| true);
    let taken = store.take_over(&parcel, &weighed, "Maya Keller RN", at(), &mut |_, _| true);
    assert_eq!((taken.entered, taken.added_to, taken.problems.len()), (charts.len(), 0, 0), "{:?}", taken.problems);
    let roll = store.roll(today()).roll;
    for before in charts.iter().map(|chart| Course::of(chart, &practice, today())) {
        let number = before.person.as_ref().unwrap().number.clone();
        let after = store.chart(roll.numbered(&number)[0].id).unwrap();
        let after = Course::of(&after, &practice, today());
        assert_eq!(said(&before), said(&after));
        let givers = |course: &Course| course.given().map(|(_, dose)| dose.by.clone()).collect::<Vec<_>>();
        assert_eq!(givers(&before), givers(&after), "who took it over did not give it");
    }
    let again = store.weigh(&parcel, Ruling::default(), today(), &mut |_| true);
    for (piece, outcome) in parcel.pieces.iter().zip(&again.outcomes) {
        assert!(matches!(outcome, Outcome::Left(Left::Skipped(_))), "{outcome:?} {piece:?}");
    }
}

/// Who must not have a form has it nowhere: what warns goes out as Flag and AllergyIntolerance, and comes back with the patient.
#[test]
fn what_warns_of_a_patient_goes_along_without_the_entries_too() {
    let (practice, charts) = (practice(), charts(demo::SEED, demo::PATIENTS));
    let (text, _) = bundle(&charts, &How { whole: false, ..How::new(Kind::Collection, at()) });
    let flags: Vec<Value> = resources(&text).into_iter().filter(|r| r["resourceType"] == "Flag").collect();
    let parcel = read(text.as_bytes(), "plain.json", &practice, today());
    let persons: Vec<_> = parcel
        .pieces
        .iter()
        .flat_map(|piece| &piece.acts)
        .filter_map(|coming| match &coming.act {
            Act::Registered(person) => Some(person.clone()),
            _ => None,
        })
        .collect();
    let (mut leber, mut all) = (0, 0);
    for chart in &charts {
        let course = Course::of(chart, &practice, today());
        let warnings = Warnings::of(chart, &practice.knowledge);
        let person = course.person.as_ref().unwrap();
        all += warnings.all.len() + usize::from(person.caution.is_some());
        let Some(there) = persons.iter().find(|p| p.number == person.number) else { continue };
        assert_eq!(warnings.lacking(Some(there), person), None);
        for warning in &warnings.all {
            assert!(there.caution.as_ref().is_some_and(|c| c.contains(&warning.words)), "{warning:?} {there:?}");
        }
        for drug in Drug::ALL {
            let barred = barred_for(course.triage.as_ref(), Some(person), &practice, drug).map(|c| &c.id);
            assert_eq!(barred, barred_for(None, Some(there), &practice, drug).map(|c| &c.id), "{}", person.name());
            leber += usize::from(barred.is_some());
        }
    }
    assert!(leber > 0 && flags.len() == all, "{leber} {all} {}", flags.len());
}

/// Without the entries the doses and results are read as any other system's are.
#[test]
fn doses_and_results_are_read_as_plain_fhir_too() {
    let (practice, charts) = (practice(), charts(demo::SEED, demo::PATIENTS));
    let (text, _) = bundle(&charts, &How { whole: false, ..How::new(Kind::Collection, at()) });
    assert!(!text.contains("urn:cobalog:entry"));
    let parcel = read(text.as_bytes(), "bundle.json", &practice, today());
    let acts: Vec<&Act> = parcel.pieces.iter().flat_map(|p| p.acts.iter().map(|c| &c.act)).collect();
    let mut doses = 0;
    for chart in &charts {
        for fact in chart.facts() {
            match fact.act {
                Some(Act::Given(given)) => {
                    let same = |act: &&&Act| {
                        matches!(act, Act::Given(g) if Given { order: None, reasons: Vec::new(), note: None,
                        drawn_ml: None, opened: None, sore: None, next_from: g.next_from, ..given.clone() } == Given { note: None, ..g.clone() })
                    };
                    assert!(acts.iter().any(|act| same(&act)), "{given:?}");
                    doses += 1;
                }
                Some(Act::Checked(checked)) => {
                    for lab in checked.labs.iter() {
                        let has = |act: &&Act| matches!(act, Act::Checked(c) if c.on == checked.sample_day() && c.labs.iter().any(|l| l.says_as(lab)));
                        let is_held = || {
                            parcel
                                .pieces
                                .iter()
                                .any(|p| matches!(&p.trouble, Some(Trouble::Held(why)) if why.contains("unusual")))
                        };
                        assert!(acts.iter().any(has) || is_held(), "{lab:?}");
                    }
                }
                _ => {}
            }
        }
    }
    assert!(doses > 300, "{doses}");
}

/// A result that a correction took away is nullified under the id by which a server has it.
#[test]
fn a_result_that_was_taken_away_is_sent_again_as_an_error() {
    let look = |labs: &[&str]| {
        let practice = practice();
        let read = |text: &&str| {
            let (analyte, value) = text.split_once('=').unwrap();
            practice.knowledge.lab(analyte).unwrap().read(value, "").unwrap().result
        };
        let on = today() - chrono::Days::new(3);
        Act::Checked(Checked { on, labs: labs.iter().map(read).collect(), ..Checked::default() })
    };
    let chart = charts(demo::SEED, 1).remove(0);
    let of = EntryId(Ulid(77));
    let entry = |id: u128, act: Act| Entry {
        id: EntryId(Ulid(id)),
        at: at(),
        by: "Maya Keller RN".to_owned(),
        act,
        from: None,
        seal: None,
    };
    let sent = chart.with(entry(77, look(&["haemoglobin=104 g/L", "total-b12=90 ng/L"])));
    let amended = |id, instead| entry(id, Act::Amended(Amended::new(of, "another patient's", instead)));
    let corrected = sent.clone().with(amended(78, Some(look(&["haemoglobin=104 g/L"]))));
    let changed = sent.clone().with(amended(80, Some(look(&["haemoglobin=140 g/L", "total-b12=90 ng/L"]))));
    let struck = corrected.clone().with(amended(79, None));
    let how = How::new(Kind::Transaction, at());
    let status = |chart: &Chart| -> Vec<(String, String)> {
        let all = resources(&bundle(std::slice::from_ref(chart), &how).0);
        let of_look = format!("DiagnosticReport/{}", Uuidish(of).text());
        assert!(all.iter().any(|r| id(r) == of_look));
        all.iter()
            .filter(|r| r["resourceType"] == "Observation" && r["extension"].to_string().contains(&Uuidish(of).text()))
            .map(|r| (id(r), r["status"].as_str().unwrap().to_owned()))
            .collect()
    };
    let (first, second, third) = (status(&sent), status(&corrected), status(&struck));
    assert_eq!(first.len(), 2);
    let ids = |all: &[(String, String)]| all.iter().map(|(id, _)| id.clone()).collect::<BTreeSet<_>>();
    assert_eq!((ids(&first), ids(&first)), (ids(&second), ids(&third)));
    let errors = |all: &[(String, String)]| all.iter().filter(|(_, status)| status == "entered-in-error").count();
    assert_eq!((errors(&first), errors(&second), errors(&third)), (0, 1, 2));
    // Of a look in which one result was changed the other is as it was.
    let mut said: Vec<_> = status(&changed).into_iter().map(|(_, status)| status).collect();
    said.sort();
    assert_eq!(said, ["amended", "final"]);
}

/// An empty practice on the disk.
fn empty() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| Some(folder.path().join(name));
    let places = Places { cache: place("cache"), state: place("state"), backups: None };
    let store = Store::create_with(&folder.path().join("practice"), practice().settings, places).unwrap();
    (folder, store)
}

fn weigh_in(store: &Store, text: &str) -> (Parcel, Weighed) {
    let parcel = read(text.as_bytes(), "bundle.json", &practice(), today());
    let weighed = store.weigh(&parcel, Ruling::default(), today(), &mut |_| true);
    (parcel, weighed)
}

/// Takes a file over; returns the import, how much was recorded, and why what is held is.
fn take_in(store: &Store, text: &str) -> (Option<ImportId>, usize, Vec<String>) {
    let (parcel, weighed) = weigh_in(store, text);
    let taken = store.take_over(&parcel, &weighed, "Maya Keller RN", at(), &mut |_, _| true);
    assert_eq!(taken.problems.len(), 0, "{:?}", taken.problems);
    let held = weighed.outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Left(Left::Held { why, .. }) => Some(why.clone()),
        _ => None,
    });
    (taken.import, taken.entries, held.collect())
}

/// The doses that count in the only chart, and the results of the look of a day.
fn stands(store: &Store, on: NaiveDate) -> (usize, Vec<String>) {
    let chart = only(store);
    let facts = chart.facts();
    let acts = || facts.iter().filter_map(|fact| fact.act);
    let doses = acts().filter(|act| matches!(act, Act::Given(_))).count();
    let looks = acts().filter_map(|act| match act {
        Act::Checked(look) if look.sample_day() == on => Some(look),
        _ => None,
    });
    let mut labs: Vec<_> = looks.flat_map(|look| &look.labs).map(|lab| lab.analyte.clone()).collect();
    labs.sort();
    (doses, labs)
}

fn only(store: &Store) -> Chart {
    store.chart(store.roster(today()).rows[0].id).unwrap()
}

/// A chart of the demo with a look of two results, its last dose, and the same with more of it.
fn withdrawn() -> (Chart, EntryId, impl Fn(&Chart, u128, Act) -> Chart) {
    let chart = charts(demo::SEED, 20).into_iter().find(|c| Course::of(c, &practice(), today()).given().count() > 3);
    let chart = chart.unwrap();
    let facts = chart.facts();
    let dose = facts.iter().rev().find(|fact| matches!(fact.act, Some(Act::Given(_)))).unwrap().entry.id;
    drop(facts);
    let with = |chart: &Chart, n: u128, act: Act| chart.clone().with(entry(n, act));
    (with(&chart, 77, look_of(&["haemoglobin=104 g/L", "total-b12=90 ng/L"])), dose, with)
}

fn look_of(labs: &[&str]) -> Act {
    let practice = practice();
    let read = |text: &&str| {
        let (analyte, value) = text.split_once('=').unwrap();
        practice.knowledge.lab(analyte).unwrap().read(value, "").unwrap().result
    };
    Act::Checked(Checked { on: looked(), labs: labs.iter().map(read).collect(), ..Checked::default() })
}

fn looked() -> NaiveDate {
    today() - chrono::Days::new(3)
}

fn strike(of: EntryId) -> Act {
    Act::Amended(Amended::new(of, "another patient's", None))
}

/// What was struck out in one practice does not stay given in the other one; undone, it counts again.
#[test]
fn what_another_cobalog_struck_out_is_struck_out_here() {
    let (chart, dose, with) = withdrawn();
    let text = |chart: &Chart| bundle(std::slice::from_ref(chart), &How::new(Kind::Collection, at())).0;
    let (_folder, store) = empty();
    take_in(&store, &text(&chart));
    let (doses, labs) = stands(&store, looked());
    assert!(doses > 3 && labs == ["haemoglobin", "total-b12"], "{labs:?}");

    let struck = with(&chart, 1_001, strike(dose));
    let less = Amended::new(EntryId(Ulid(77)), "of another sample", Some(look_of(&["haemoglobin=104 g/L"])));
    let struck = with(&struck, 1_002, Act::Amended(less));
    let (import, entries, held) = take_in(&store, &text(&struck));
    assert_eq!((entries, held), (2, Vec::<String>::new()));
    assert_eq!(stands(&store, looked()), (doses - 1, vec!["haemoglobin".to_owned()]));
    let here = only(&store);
    let last = here.entries().last().unwrap();
    assert!(last.from.is_some() && matches!(&last.act, Act::Amended(a) if a.why == "withdrawn by who sent it"));
    let (_, entries, held) = take_in(&store, &text(&struck));
    assert_eq!((entries, held), (0, Vec::<String>::new()), "the second time nothing is left to do");
    let (_, entries, held) = take_in(&store, &text(&chart));
    assert_eq!((entries, held.len()), (0, 1), "an older file brings nothing back: {held:?}");
    assert!(held[0].contains("was withdrawn since"), "{held:?}");

    let undone = store.undo_import(import.unwrap(), "Maya Keller RN", at(), &mut |_, _| true);
    assert_eq!((undone.entries, undone.kept.len()), (2, 0));
    assert_eq!(stands(&store, looked()), (doses, labs));
    assert!(store.imports().0.iter().any(|i| Some(i.id) == import && (i.entries, i.struck) == (2, 2)));

    // What was recorded anew in its place is taken, though it says the same.
    let act = chart.entry(dose).unwrap().act.clone();
    let anew = with(&struck, 1_003, act);
    let (_, entries, held) = take_in(&store, &text(&anew));
    assert_eq!((entries, held), (3, Vec::<String>::new()));
    assert_eq!(stands(&store, looked()), (doses, vec!["haemoglobin".to_owned()]));
    let (_, entries, held) = take_in(&store, &text(&anew));
    assert_eq!((entries, held), (0, Vec::<String>::new()));

    let whole = with(&anew, 1_004, strike(EntryId(Ulid(77))));
    assert_eq!(take_in(&store, &text(&whole)).1, 1);
    assert_eq!(stands(&store, looked()), (doses, Vec::new()));
}

/// What was changed here since, and a plan, are for a person: with words, and nothing is struck out.
#[test]
fn what_another_cobalog_struck_out_and_is_not_safe_is_held() {
    let (chart, dose, with) = withdrawn();
    let text = |chart: &Chart| bundle(std::slice::from_ref(chart), &How::new(Kind::Collection, at())).0;
    let (_folder, store) = empty();
    take_in(&store, &text(&chart));
    let before = stands(&store, looked());
    let here = only(&store);
    let came = |id: EntryId| {
        let is = |e: &&Entry| e.from.as_ref().is_some_and(|from| from.id == Some(id.to_string()));
        here.entries().iter().find(is).unwrap().clone()
    };
    let Act::Given(given) = came(dose).act else { panic!() };
    let noted = Act::Given(Given { note: Some("left arm sore".to_owned()), ..given });
    let change = Act::Amended(Amended::new(came(dose).id, "a note", Some(noted)));
    store.record(here.id, vec![change], "Maya Keller RN", at()).unwrap();

    let (order, plan) = here.order().unwrap();
    let over_there = here.entry(order).unwrap().from.as_ref().unwrap().id.as_ref().unwrap().parse().unwrap();
    let struck = with(&with(&chart, 1_001, strike(dose)), 1_002, strike(over_there));
    let (_, entries, held) = take_in(&store, &text(&struck));
    assert_eq!(entries, 0, "{held:?}");
    assert!(held.iter().any(|why| why.contains("was entered in error; it was changed here since")), "{held:?}");
    assert!(held.iter().any(|why| why.contains(&format!("the plan {}", plan.name))), "{held:?}");
    assert_eq!(stands(&store, looked()), before);
}

/// Another system's: under the same id, of the same kind and day.
#[test]
fn what_another_system_withdraws_is_struck_out_or_held() {
    let file = |resources: &[&str]| {
        let patient = r#"{"resourceType":"Patient","id":"p1","birthDate":"1954-11-30","name":[{"family":"Baker","given":["James"]}],
            "identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"value":"77"}]}"#;
        let all = std::iter::once(patient).chain(resources.iter().copied());
        let all: Vec<_> = all.map(|resource| format!("{{\"resource\":{resource}}}")).collect();
        format!("{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{}]}}", all.join(","))
    };
    let dose = |id: &str, status: &str, on: &str| {
        format!(
            r#"{{"resourceType":"MedicationAdministration","id":"{id}","status":"{status}","subject":{{"reference":"Patient/p1"}},
            "medicationCodeableConcept":{{"text":"Hydroxocobalamin 1 mg/mL"}},"effectiveDateTime":"{on}",
            "dosage":{{"route":{{"text":"Intramuscular"}},"dose":{{"value":1,"unit":"mg"}}}}}}"#
        )
    };
    let lab = |id: &str, status: &str, loinc: &str, value: u32, unit: &str| {
        format!(
            r#"{{"resourceType":"Observation","id":"{id}","status":"{status}","subject":{{"reference":"Patient/p1"}},
            "effectiveDateTime":"{}","code":{{"coding":[{{"system":"http://loinc.org","code":"{loinc}"}}]}},
            "valueQuantity":{{"value":{value},"unit":"{unit}"}}}}"#,
            looked()
        )
    };
    let (d1, d2) = (dose("d1", "completed", "2026-10-01"), dose("d2", "completed", "2026-11-01"));
    let (o1, o2) = (lab("o1", "final", "718-7", 104, "g/L"), lab("o2", "final", "2132-9", 150, "pg/mL"));
    let (_folder, store) = empty();
    take_in(&store, &file(&[&d1, &d2, &o1, &o2]));
    assert_eq!(stands(&store, looked()), (2, vec!["haemoglobin".to_owned(), "total-b12".to_owned()]));

    let error = "entered-in-error";
    // An id that another kind has, and what was never here, strike nothing out.
    let others =
        [lab("d2", error, "718-7", 99, "g/L"), dose("o2", error, "2026-10-01"), dose("d9", error, "2026-09-09")];
    let others: Vec<_> = others.iter().map(String::as_str).collect();
    let (_, entries, held) = take_in(&store, &file(&others));
    assert_eq!((entries, held), (0, Vec::<String>::new()));
    let (_, entries, held) = take_in(&store, &file(&[&dose("d2", error, "2026-11-02")]));
    assert!(entries == 0 && held.iter().any(|why| why.contains("is that what is meant?")), "{held:?}");

    let (gone, result) = (dose("d1", error, "2026-10-01"), lab("o1", error, "718-7", 104, "g/L"));
    let (import, entries, held) = take_in(&store, &file(&[&gone, &d2, &result, &o2]));
    assert_eq!((entries, held), (2, Vec::<String>::new()));
    assert_eq!(stands(&store, looked()), (1, vec!["total-b12".to_owned()]));
    store.undo_import(import.unwrap(), "Maya Keller RN", at(), &mut |_, _| true);
    assert_eq!(stands(&store, looked()).0, 2);

    // The same dose that was recorded here by hand is not theirs.
    let by_hand = Given::new("2026-09-09".parse().unwrap(), Drug::Hydroxocobalamin, 1000, 1000, Route::Im);
    store.record(only(&store).id, vec![Act::Given(by_hand)], "Maya Keller RN", at()).unwrap();
    let (_, entries, held) = take_in(&store, &file(&[&dose("d9", error, "2026-09-09")]));
    assert!(entries == 0 && held.iter().any(|why| why.contains("here it came otherwise")), "{held:?}");
    let moved = file(&[&dose("d9", error, "2026-09-09"), &dose("d10", "completed", "2026-09-09")]);
    assert_eq!(take_in(&store, &moved).2, Vec::<String>::new(), "the file says itself that it was given");
}

/// The id of an entry as FHIR has it.
struct Uuidish(EntryId);

impl Uuidish {
    fn text(&self) -> String {
        let hex = format!("{:032x}", self.0.0.0);
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }
}

/// A dose that a server's user changed counts as it stands there now, not as the entry that it carries says.
#[test]
fn what_was_changed_over_there_counts_as_it_stands() {
    let (text, _) = bundle(&charts(demo::SEED, 1), &How::new(Kind::Collection, at()));
    let lines: Vec<_> = text
        .lines()
        .map(|line| {
            let is_dose = line.contains("\"resourceType\":\"MedicationAdministration\"")
                && line.contains("\"status\":\"completed\"");
            if is_dose { line.replacen("\"value\":1000}", "\"value\":500}", 1) } else { line.to_owned() }
        })
        .collect();
    let parcel = read(lines.join("\n").as_bytes(), "bundle.json", &practice(), today());
    let doses: Vec<_> =
        parcel.pieces.iter().filter(|p| matches!(p.acts.first().map(|c| &c.act), Some(Act::Given(_)))).collect();
    assert!(!doses.is_empty());
    for piece in doses {
        let Act::Given(given) = &piece.acts[0].act else { unreachable!() };
        assert_eq!(given.dose_mcg, 500);
        assert!(piece.remarks.iter().any(|r| r.contains("changed since Cobalog wrote it")), "{:?}", piece.remarks);
    }
}

/// What a server serves of the demo, written by `docs/fhir/medplum.mjs`: other references, other order, other meta.
#[test]
fn what_a_server_serves_comes_back_as_the_same_courses() {
    let Some(served) = std::env::var_os("COBALOG_FHIR_SERVED") else {
        return println!("SKIPPED: COBALOG_FHIR_SERVED names no file. docs/fhir.md says how one is made.");
    };
    let (practice, charts) = (practice(), charts(demo::SEED, demo::PATIENTS));
    let parcel = read(&std::fs::read(served).unwrap(), "served.json", &practice, today());
    assert!(parcel.pieces.iter().all(|p| p.remarks.iter().all(|r| !r.contains("changed"))));
    let back = recorded(&parcel);
    assert_eq!(back.len(), charts.len());
    for before in charts.iter().map(|chart| Course::of(chart, &practice, today())) {
        let after = back.iter().map(|chart| Course::of(chart, &practice, today()));
        let after = after.into_iter().find(|after| after.person == before.person).unwrap();
        assert_eq!(said(&before), said(&after));
    }
}

/// Writes what the validators in `docs/fhir` are given, where a folder is named.
#[test]
fn bundles_for_validators_by_hand() {
    let Some(folder) = std::env::var_os("COBALOG_FHIR_OUT") else { return };
    for (kind, name) in [(Kind::Collection, "collection.json"), (Kind::Transaction, "transaction.json")] {
        let (text, _) = bundle(&charts(demo::SEED, demo::PATIENTS), &How::new(kind, at()));
        let file = std::path::Path::new(&folder).join(name);
        cobalog::store::atomic::write(&cobalog::store::disk::Real, &file, &text).unwrap();
    }
    let (practice, charts) = (practice(), charts(demo::SEED, demo::PATIENTS));
    let all = charts.iter().map(|chart| (chart, Course::of(chart, &practice, today())));
    let look = ics::Look { names: ics::Names::Full, alarm_hours: Some(15), ..ics::Look::default() };
    let file = std::path::Path::new(&folder).join("calendar.ics");
    let text = ics::calendar(all, &practice, &look);
    cobalog::store::atomic::write(&cobalog::store::disk::Real, &file, &text).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_chart_comes_back_as_the_same_course(seed in any::<u64>()) {
        let drawn = charts(seed, 70);
        same_after_the_way_back(&drawn[58..]);
    }
}

/// What screens show of a course: phases, each dose with its number, its day and how far off it was, how it stands, what is
/// next.
fn shown(course: &Course) -> String {
    let phases: Vec<_> = course.phases.iter().map(|p| (p.kind, p.from, p.to, &p.rhythm, p.is_now)).collect();
    let given = |slot: &DoseSlot| slot.given.as_ref().map(|g| (g.given.on, g.given.dose_mcg, g.given.next_from));
    let doses: Vec<_> =
        course.doses.iter().map(|d| (d.n, d.title(), d.kind, d.due, d.visit, d.state, given(d))).collect();
    let standing = course.standing.as_ref().map(|s| (s.change.on, &s.change.what, &s.change.decided_by));
    let order = course.order.as_ref().map(|(_, o)| (&o.regimen, o.start, &o.prescriber, &o.changed, o.phases.len()));
    let cover = course.cover.as_ref().map(|c| (c.until, c.left, c.beyond, c.spent));
    let turns = course.changes.iter().map(|s| (s.change.on, &s.change.what));
    let turns: Vec<_> = turns.collect();
    // The triage stands in no table, so that it is asked for anew where no plan was signed yet.
    let next = if course.next == Next::Order { &Next::Triage } else { &course.next };
    format!("{order:?}\n{phases:#?}\n{doses:#?}\n{standing:?} {turns:?}\n{cover:?}\n{next:?}")
}

/// Our own tables of the whole demo are taken in by an empty practice: nobody is held, and everybody has the same plans, the
/// same phases, the same doses with the same numbers and the same next one.
#[test]
fn the_tables_of_the_whole_demo_are_taken_in() {
    let (practice, charts) = (practice(), charts(demo::SEED, demo::PATIENTS));
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| Some(folder.path().join(name));
    let places = Places { cache: place("cache"), state: place("state"), backups: None };
    let store = Store::create_with(&folder.path().join("practice"), practice.settings.clone(), places).unwrap();
    for sheet in [Sheet::Patients, Sheet::Doses, Sheet::Labs] {
        let rows = charts.iter().map(|chart| sheet.rows(chart, &practice, today(), 0));
        let text = rows.fold(sheet.head(&practice), |text, rows| text + &rows);
        let table = Table::of_bytes(text.as_bytes()).unwrap();
        let mapping = Mapping::guess(&table);
        assert_eq!(csv::questions(&table, &mapping, &practice, today()), [], "{sheet:?}");
        let parcel = csv::read(&table, &mapping, &practice, today(), sheet.file_name());
        let weighed = store.weigh(&parcel, Ruling::default(), today(), &mut |_| true);
        let held = parcel
            .pieces
            .iter()
            .zip(&weighed.outcomes)
            .filter(|(_, came)| matches!(came, Outcome::Left(Left::Held { .. } | Left::Refused(_))));
        let held: Vec<_> =
            held.map(|(piece, came)| format!("{} {} {came:?}", piece.place, piece.about.name())).collect();
        assert_eq!(held, [""; 0], "{sheet:?}");
        let taken = store.take_over(&parcel, &weighed, "Maya Keller RN", at(), &mut |_, _| true);
        assert_eq!(taken.problems.len(), 0);
    }
    let roll = store.roll(today()).roll;
    let differing = charts.iter().filter_map(|chart| {
        let before = Course::of(chart, &practice, today());
        let person = before.person.as_ref().unwrap();
        let after = store.chart(roll.numbered(&person.number)[0].id).unwrap();
        let after = Course::of(&after, &practice, today());
        let lost = csv::lost(chart, &practice, today());
        let differs = differing(&shown(&before), &shown(&after), &format!("{} #{}", person.name(), person.number));
        // A look at symptoms stands in no table; who is told of is no surprise.
        match lost {
            Some(lost) if lost.contains("a recheck on") => None,
            Some(lost) => Some(lost),
            None => differs,
        }
    });
    let all: Vec<String> = differing.collect();
    assert!(all.is_empty(), "{} of {} differ:\n{}", all.len(), charts.len(), all.join("\n\n"));
}

/// Says where two texts begin to differ: they are long.
fn differing(before: &str, after: &str, who: &str) -> Option<String> {
    let differs = before.lines().zip(after.lines()).position(|(a, b)| a != b);
    let around =
        |text: &str, at: usize| text.lines().skip(at.saturating_sub(6)).take(12).collect::<Vec<_>>().join("\n");
    let at = differs.unwrap_or_else(|| before.lines().count().min(after.lines().count()));
    (before != after).then(|| format!("{who} was\n{}\nis\n{}", around(before, at), around(after, at)))
}
