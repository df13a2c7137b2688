use super::*;
use crate::clinic::drug::{Drug, Route, Site};
use crate::clinic::entry::{Act, Given, WhyNot};
use crate::clinic::intake::nothing_said;
use crate::clinic::lab::Comparator;
use crate::clinic::patient::{Allergies, Sex};
use crate::clinic::practice::Settings;
use crate::exchange::bytes::MOST_BYTES;
use proptest::prelude::*;
use serde_json::json;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()
}

fn practice() -> Practice {
    Practice::new(Settings::new("Mill Lane", "Ann Bell RN"))
}

fn of(value: &Value) -> Parcel {
    read(value.to_string().as_bytes(), "other.json", &practice(), today())
}

fn refusal(bytes: &[u8]) -> String {
    let parcel = read(bytes, "x.json", &practice(), today());
    match parcel.pieces.as_slice() {
        [Piece { trouble: Some(Trouble::Refused(why)), .. }] => why.clone(),
        other => panic!("{other:?}"),
    }
}

/// What another system's server answers with: every form of reference, values as texts, a result within its report.
fn foreign() -> Value {
    let dose = |id: &str, more: Value| {
        let mut dose = json!({
            "resourceType": "MedicationAdministration", "id": id, "status": "completed",
            "subject": { "reference": "https://there.example/fhir/Patient/p1/_history/3" },
            "medicationCodeableConcept": { "text": "Hydroxocobalamin 1 mg/mL solution for injection" },
            "effectiveDateTime": "2026-10-01T09:30:00+01:00",
            "performer": [{ "actor": { "display": "Sam Lee" } }],
            "dosage": { "route": { "text": "Intramuscular" }, "site": { "text": "left deltoid" },
                "dose": { "value": "1", "unit": "mg" } }
        });
        dose.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "resource": dose })
    };
    json!({
        "resourceType": "Bundle", "type": "searchset", "link": [{ "relation": "next", "url": "https://there.example/2" }],
        "entry": [
            { "fullUrl": "https://there.example/fhir/Patient/p1", "resource": {
                "resourceType": "Patient", "id": "p1", "birthDate": "1954-11-30",
                "identifier": [
                    { "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "SS" }] }, "value": "999-11-1111" },
                    { "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR" }] }, "system": "urn:x", "value": "77" }
                ],
                "name": [{ "use": "maiden", "family": "Old" }, { "family": "Baker", "given": [null, "James"] }]
            } },
            { "resource": { "resourceType": "AllergyIntolerance", "id": "a1", "code": { "text": "Cobalt" }, "patient": { "reference": "Patient/p1" } } },
            dose("d1", json!({})),
            dose("d2", json!({ "status": "not-done", "statusReason": [{ "text": "Patient declined" }], "effectiveDateTime": "2026-10-08" })),
            dose("d3", json!({ "effectiveDateTime": "2026-10" })),
            dose("d4", json!({ "status": "entered-in-error" })),
            dose("d5", json!({ "dosage": { "dose": { "value": 1, "unit": "mL" } }, "medicationCodeableConcept": { "text": "Cyanocobalamin 1000 mcg/mL" } })),
            dose("d6", json!({ "dosage": { "dose": { "value": 1, "unit": "vial" } } })),
            dose("d7", json!({ "medicationCodeableConcept": { "text": "Vitamin B12" } })),
            dose("d8", json!({ "medicationCodeableConcept": { "text": "Amoxicillin" } })),
            dose("d9", json!({ "effectiveDateTime": "2027-01-01" })),
            { "resource": { "resourceType": "Immunization", "id": "i1", "status": "completed", "patient": { "reference": "Patient/p1" },
                "vaccineCode": { "text": "Cyanocobalamin" }, "occurrenceDateTime": "2026-08-01", "lotNumber": "L1",
                "expirationDate": "2027-01-31", "doseQuantity": { "value": 1000, "code": "ug" },
                "site": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActSite", "code": "RD" }] } } },
            { "resource": { "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "subject": { "reference": "Patient/p1" },
                "effectiveDateTime": "2026-09-01T08:00:00Z", "result": [{ "reference": "#c1" }],
                "contained": [{ "resourceType": "Observation", "id": "c1", "status": "final",
                    "code": { "coding": [{ "system": "http://loinc.org", "code": "2132-9" }] },
                    "valueQuantity": { "value": 150, "comparator": "<", "unit": "pg/mL" } }] } },
            lab("o1", "777-3", json!({ "value": 250, "unit": "x10*9/L", "code": "10*9/L" })),
            lab("o2", "718-7", json!({ "value": 121.123_456_789_012_3, "unit": "g/L" })),
            lab("o3", "2132-9", json!({ "value": 150, "unit": "pmol/L" })),
            lab("o4", "718-7", json!({ "value": 12.5, "unit": "g/mL" })),
            lab("o5", "29463-7", json!({ "value": 80, "unit": "kg" })),
        ]
    })
}

fn lab(id: &str, loinc: &str, quantity: Value) -> Value {
    json!({ "resource": {
        "resourceType": "Observation", "id": id, "status": "final", "subject": { "reference": "Patient/p1" },
        "effectiveDateTime": "2026-09-02", "code": { "coding": [{ "system": "http://loinc.org", "code": loinc }] },
        "referenceRange": [{ "low": { "value": 9 }, "high": { "value": 1 } }], "valueQuantity": quantity
    } })
}

fn piece<'a>(parcel: &'a Parcel, place: &str) -> &'a Piece {
    parcel.pieces.iter().find(|p| p.place == place).unwrap_or_else(|| panic!("no {place} in {:?}", parcel.pieces))
}

fn given(parcel: &Parcel, place: &str) -> Given {
    match &piece(parcel, place).acts.first().unwrap_or_else(|| panic!("{:?}", piece(parcel, place))).act {
        Act::Given(given) => given.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_patient_of_another_system() {
    let parcel = of(&foreign());
    assert_eq!(parcel.remarks, ["The file is one page of several; the next one is not in it."]);
    let patient = &parcel.pieces[0];
    assert!(patient.enters && patient.place == "Patient/p1");
    let Act::Registered(person) = &patient.acts[0].act else { panic!("{patient:?}") };
    assert_eq!((person.number.as_str(), person.family.as_str(), person.given.as_str()), ("77", "Baker", "James"));
    assert_eq!((person.sex, person.born.to_string().as_str()), (Sex::Other, "1954-11-30"));
    assert_eq!(person.allergies, Allergies::Known(vec!["Cobalt".to_owned()]));
    assert!(parcel.pieces.iter().all(|p| p.about.number == "77"), "each piece is about the patient");
}

/// Nobody is warned by what was skipped.
#[test]
fn a_flag_comes_with_its_patient_or_is_held_with_its_words() {
    let flag = |id: &str, of: &str, status: &str, text: Value| json!({ "resource": { "resourceType": "Flag", "id": id, "status": status, "subject": { "reference": of }, "code": text } });
    let text = |text: &str| json!({ "text": text });
    let parcel = of(&json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "resource": { "resourceType": "Patient", "id": "p", "birthDate": "1954-11-30", "name": [{ "family": "Baker" }] } },
        flag("f1", "Patient/p", "active", text("Leber: no cyanocobalamin")),
        flag("f2", "Patient/p", "inactive", text("Fell once")),
        flag("f3", "Patient/other", "active", text("Blood thinner")),
        flag("f4", "Patient/p", "active", json!({})),
        flag("f5", "Patient/p", "active", json!({ "coding": [{ "system": "x", "code": "y", "display": "Faints" }] })),
    ] }));
    let Act::Registered(person) = &piece(&parcel, "Patient/p").acts[0].act else { panic!("{parcel:?}") };
    assert_eq!(person.caution.as_deref(), Some("Leber: no cyanocobalamin; Faints"));
    assert!(piece(&parcel, "Patient/p").remarks[0].contains("no cyanocobalamin; Faints"));
    let trouble = |place: &str| piece(&parcel, place).trouble.clone().unwrap();
    assert!(matches!(trouble("Flag/f1"), Trouble::Skipped(why) if why.contains("with the patient")));
    assert!(matches!(trouble("Flag/f2"), Trouble::Skipped(why) if why.contains("Fell once")));
    assert!(matches!(trouble("Flag/f3"), Trouble::Held(why) if why.contains("Blood thinner")));
    assert!(matches!(trouble("Flag/f4"), Trouble::Held(_)));
}

#[test]
fn more_allergies_than_anybody_has_are_held() {
    let with = |count: usize| {
        let allergy = |n: usize| {
            json!({ "resource": { "resourceType": "AllergyIntolerance", "id": format!("a{n}"), "code": { "text": format!("Thing {n}") },
                "patient": { "reference": "Patient/p" } } })
        };
        let patient = json!({ "resource": { "resourceType": "Patient", "id": "p", "birthDate": "1954-11-30", "name": [{ "family": "Baker" }] } });
        let entries: Vec<Value> = (0..count).map(allergy).chain([patient]).collect();
        of(&json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }))
    };
    let parcel = with(200);
    let Act::Registered(person) = &piece(&parcel, "Patient/p").acts[0].act else { panic!("{parcel:?}") };
    assert!(matches!(&person.allergies, Allergies::Known(list) if list.len() == 200));
    let parcel = with(20_000);
    let patient = piece(&parcel, "Patient/p");
    assert!(patient.acts.is_empty());
    assert!(
        matches!(&patient.trouble, Some(Trouble::Held(why)) if why.contains("more than 200 allergies")),
        "{patient:?}"
    );
}

#[test]
fn doses_of_another_system() {
    let parcel = of(&foreign());
    let first = given(&parcel, "MedicationAdministration/d1");
    assert_eq!((first.drug, first.dose_mcg, first.strength_mcg_per_ml), (Drug::Hydroxocobalamin, 1000, 1000));
    assert_eq!((first.route, first.site), (Route::Im, Some(Site::LeftDeltoid)));
    assert_eq!(first.time.unwrap().to_string(), "09:30:00");
    assert_eq!(first.note, None);
    assert_eq!(piece(&parcel, "MedicationAdministration/d1").acts[0].by.as_deref(), Some("Sam Lee"));
    assert_eq!(piece(&parcel, "Immunization/i1").acts[0].by, None, "who takes it over did not give it");
    assert_eq!(piece(&parcel, "MedicationAdministration/d1").acts[0].id.as_deref(), Some("d1"));
    let Act::NotGiven(not) = &piece(&parcel, "MedicationAdministration/d2").acts[0].act else { panic!() };
    assert_eq!((not.why.clone(), not.on.to_string().as_str()), (WhyNot::Refused, "2026-10-08"));
    let in_ml = given(&parcel, "MedicationAdministration/d5");
    assert_eq!((in_ml.drug, in_ml.dose_mcg), (Drug::Cyanocobalamin, 1000));
    let immunization = given(&parcel, "Immunization/i1");
    assert_eq!((immunization.lot.as_deref(), immunization.site), (Some("L1"), Some(Site::RightDeltoid)));
    assert_eq!(immunization.strength_mcg_per_ml, 0, "what is not said is not made up");
    let said = |place: &str| piece(&parcel, place).trouble.clone().unwrap();
    for (place, words) in
        [("d3", "month"), ("d6", "unit of the dose is not known: vial"), ("d7", "which form"), ("d9", "still to come")]
    {
        let trouble = said(&format!("MedicationAdministration/{place}"));
        assert!(matches!(&trouble, Trouble::Held(why) if why.contains(words)), "{place}: {trouble:?}");
    }
    let trouble = said("MedicationAdministration/d8");
    assert!(matches!(&trouble, Trouble::Skipped(why) if why.contains("not vitamin B12")), "{trouble:?}");
    let gone = piece(&parcel, "MedicationAdministration/d4");
    assert!(gone.is_in_error() && gone.trouble.is_none() && gone.acts[0].id.as_deref() == Some("d4"), "{gone:?}");
}

/// Whatever it still says of itself: the id, the kind and the day are told as far as they stand there.
#[test]
fn what_was_entered_in_error_says_what_it_was() {
    let dose = with(foreign()["entry"][2]["resource"].clone(), json!({ "status": "entered-in-error" }));
    let lab = with(foreign()["entry"][13]["resource"].clone(), json!({ "status": "entered-in-error" }));
    let act = |value: &Value| beside(value.clone()).acts.remove(0).act;
    assert!(matches!(act(&dose), Act::Given(given) if given.dose_mcg == 1000));
    let without = act(&with(dose.clone(), json!({ "dosage": {} })));
    assert!(matches!(without, Act::NotGiven(not) if not.on.to_string() == "2026-10-01"));
    assert_eq!(act(&with(dose.clone(), json!({ "effectiveDateTime": null }))), nothing_said());
    let without = act(&with(lab, json!({ "valueQuantity": null })));
    assert!(matches!(without, Act::Checked(look) if look.labs.len() == 1 && !look.labs[0].is_done()));
    let plan =
        with(dose, json!({ "resourceType": "MedicationRequest", "dosageInstruction": [{ "text": "1 mg monthly" }] }));
    let trouble = beside(plan).trouble;
    assert!(
        matches!(&trouble, Some(Trouble::Held(why)) if why.contains("entered in error: 1 mg monthly")),
        "{trouble:?}"
    );
    let mut report = foreign();
    report["entry"][12]["resource"]["status"] = json!("entered-in-error");
    assert!(piece(&of(&report), "Observation/c1").is_in_error(), "what stands in a report goes with it");
}

/// The plans are for adults, from whichever format: as of a list, what is of a child is held.
#[test]
fn a_child_of_another_system_is_held() {
    for (born, is_held) in [("2015-03-01", true), ("2008-11-27", true), ("2008-11-26", false)] {
        let mut file = foreign();
        file["entry"][0]["resource"]["birthDate"] = json!(born);
        let parcel = of(&file);
        for place in ["Patient/p1", "MedicationAdministration/d1", "Observation/o1"] {
            let trouble = &piece(&parcel, place).trouble;
            let is_child = matches!(trouble, Some(Trouble::Held(why)) if why.starts_with("Under 18, born"));
            assert_eq!(is_child, is_held, "{born} {place}: {trouble:?}");
        }
        file["entry"].as_array_mut().unwrap().push(
            json!({ "resource": { "resourceType": "Device", "deviceName": [{ "name": "Cobalog", "type": "manufacturer-name" }] } }),
        );
        assert_eq!(piece(&of(&file), "Patient/p1").trouble, None, "who is treated in a Cobalog may be in another one");
    }
}

#[test]
fn of_a_combination_the_strength_of_vitamin_b12_counts_and_no_unlikely_dose() {
    let strength =
        |mcg: u32| json!({ "numerator": { "value": mcg, "unit": "mcg" }, "denominator": { "value": 1, "unit": "mL" } });
    let part = |name: &str, mcg: u32| json!({ "itemCodeableConcept": { "text": name }, "strength": strength(mcg) });
    let dose = |parts: Value, ml: f64| {
        of(&json!({
            "resourceType": "MedicationAdministration", "id": "x", "status": "completed",
            "contained": [{ "resourceType": "Medication", "id": "m", "code": { "text": "Hydroxocobalamin" },
                "ingredient": parts }],
            "medicationReference": { "reference": "#m" }, "effectiveDateTime": "2026-03-02",
            "dosage": { "dose": { "value": ml, "unit": "mL", "code": "mL" } },
        }))
    };
    let both = json!([part("Folic acid", 5000), part("Hydroxocobalamin", 1000)]);
    let parcel = dose(both, 1.0);
    assert_eq!((given(&parcel, "MedicationAdministration/x").dose_mcg), 1000);
    for (ml, fits) in [(0.02, false), (0.03, true), (5.0, true), (5.001, false)] {
        let parcel = dose(json!([part("Hydroxocobalamin", 1000)]), ml);
        assert_eq!(piece(&parcel, "MedicationAdministration/x").trouble.is_none(), fits, "{ml} mL");
    }
}

#[test]
fn results_of_another_system() {
    let parcel = of(&foreign());
    let one = |place: &str| match &piece(&parcel, place)
        .acts
        .first()
        .unwrap_or_else(|| panic!("{:?}", piece(&parcel, place)))
        .act
    {
        Act::Checked(checked) => (checked.on.to_string(), checked.labs[0].clone()),
        other => panic!("{other:?}"),
    };
    let (on, contained) = one("Observation/c1");
    assert_eq!((on.as_str(), contained.comparator, contained.value), ("2026-09-01", Comparator::Below, Some(150.0)));
    assert_eq!((one("Observation/o1").1.unit.as_str(), one("Observation/o1").1.value), ("10*9/L", Some(250.0)));
    assert_eq!(one("Observation/o2").1.value, Some(121.123_456_789_012_3));
    assert_eq!(one("Observation/o2").1.range.as_deref(), Some("9-1"), "as it was sent, whatever it means");
    for (place, words) in [("o3", "its code is for mass"), ("o4", "not known for it")] {
        let trouble = piece(&parcel, &format!("Observation/{place}")).trouble.clone().unwrap();
        assert!(matches!(&trouble, Trouble::Held(why) if why.contains(words)), "{place}: {trouble:?}");
    }
    assert!(matches!(piece(&parcel, "Observation/o5").trouble, Some(Trouble::Skipped(_))));
}

/// Reads one more resource beside the patient.
fn beside(resource: Value) -> Piece {
    let patient = foreign()["entry"][0].clone();
    let parcel =
        of(&json!({ "resourceType": "Bundle", "type": "collection", "entry": [patient, { "resource": resource }] }));
    parcel.pieces.into_iter().find(|p| !p.place.starts_with("Patient")).unwrap()
}

fn with(mut value: Value, more: Value) -> Value {
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value
}

#[test]
fn what_a_person_has_to_look_at_and_what_is_not_for_a_chart() {
    let dose = foreign()["entry"][2]["resource"].clone();
    let lab = foreign()["entry"][13]["resource"].clone();
    let statement = json!({ "resourceType": "MedicationStatement", "status": "active", "effectiveDateTime": null,
        "effectivePeriod": { "start": "2026-01-01" } });
    let plan = json!({ "resourceType": "MedicationRequest", "status": "active", "dosageInstruction": [{ "text": "1 mg monthly" }] });
    let oral = json!({ "dosage": { "route": { "text": "Oral" }, "dose": { "value": 1, "unit": "mg" } } });
    let strong = json!({ "dosage": { "dose": { "value": 1000, "unit": "mg" } } });
    for (value, words) in [
        (with(dose.clone(), statement), "course over time"),
        (with(dose.clone(), plan), "A plan over there: 1 mg monthly. Sign a plan here"),
        (with(dose.clone(), strong), "1000000 mcg is not likely"),
        (with(dose.clone(), json!({ "status": "unknown" })), "was it given?"),
        (with(dose.clone(), json!({ "status": "stopped" })), "stopped before"),
        (with(dose.clone(), json!({ "effectiveDateTime": null })), "no date"),
        (with(lab.clone(), json!({ "status": "unknown" })), "is it final?"),
        (with(lab.clone(), json!({ "valueQuantity": { "value": 9000, "code": "10*9/L" } })), "cannot be"),
        (with(lab.clone(), json!({ "valueQuantity": { "unit": "10*9/L" } })), "no number"),
    ] {
        let trouble = beside(value).trouble;
        assert!(matches!(&trouble, Some(Trouble::Held(why)) if why.contains(words)), "{words}: {trouble:?}");
    }
    for (value, words) in [
        (with(dose.clone(), oral), "no injection"),
        (with(dose, json!({ "status": "in-progress" })), "not finished"),
        (with(lab.clone(), json!({ "status": "preliminary" })), "not final"),
        (with(lab.clone(), json!({ "valueQuantity": null, "dataAbsentReason": { "text": "lost" } })), "no value"),
        (json!({ "resourceType": "Claim", "id": "c" }), "kind Claim"),
    ] {
        let trouble = beside(value).trouble;
        assert!(matches!(&trouble, Some(Trouble::Skipped(why)) if why.contains(words)), "{words}: {trouble:?}");
    }
    let corrected =
        beside(with(lab, json!({ "status": "corrected", "identifier": [{ "system": "urn:lab", "value": "7" }] })));
    assert!(corrected.acts[0].corrects);
    assert_eq!(corrected.acts[0].id.as_deref(), Some("urn:lab|7"), "known again by the laboratory's own number");
}

#[test]
fn a_patient_is_found_by_whatever_a_reference_says() {
    for subject in [
        json!({ "reference": "Patient/p1" }),
        json!({ "reference": "https://elsewhere.example/r4/Patient/p1" }),
        json!({ "reference": "Patient?identifier=urn:x|77" }),
        json!({ "identifier": { "system": "urn:x", "value": "77" } }),
    ] {
        let dose = with(foreign()["entry"][2]["resource"].clone(), json!({ "subject": subject }));
        assert_eq!(beside(dose).about.family, "Baker", "{subject}");
    }
    let kind = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR" }] });
    let absent = json!({ "subject": { "identifier": { "type": kind, "value": "88" } } });
    let dose = with(foreign()["entry"][2]["resource"].clone(), absent);
    assert_eq!(beside(dose).about.number, "88", "who is not in the file may be here");
    let died = with(foreign()["entry"][0]["resource"].clone(), json!({ "deceasedDateTime": "2026-05-01" }));
    assert!(
        matches!(&of(&died).pieces[0].trouble, Some(Trouble::Held(why)) if why.contains("died on Fri 01 May 2026"))
    );
}

#[test]
fn what_is_no_fhir_is_refused_by_name() {
    for (bytes, words) in [
        (b"<Bundle xmlns=\"http://hl7.org/fhir\"/>".as_slice(), "XML"),
        (b"  ", "empty"),
        (b"{\"a\":1}", "resourceType"),
        (b"{\"resourceType\":\"Bundle\",\"entry\":[{", "ends in the middle"),
        (b"{\"resourceType\":nothing}", "not JSON"),
        (b"Dear Ann,", "does not begin"),
        (b"{\"a\":\"\xff\"}", "UTF-8"),
    ] {
        let why = refusal(bytes);
        assert!(why.contains(words), "{why}");
    }
    let deep = format!("{{\"resourceType\":\"Basic\",\"a\":{}{}}}", "[".repeat(601), "]".repeat(601));
    assert!(refusal(deep.as_bytes()).contains("128 levels"), "{}", refusal(deep.as_bytes()));
    let huge = vec![b' '; MOST_BYTES + 1];
    assert!(refusal(&huge).contains("200 MB at most"));
}

/// A name with a sign that turns letters shows as another one.
#[test]
fn hidden_signs_in_a_bundle_are_taken_out_and_told() {
    let text = foreign().to_string().replace("Baker", "Ba\\u202eker").replace("Sam Lee", "Sam\u{200b} Lee");
    let parcel = read(text.as_bytes(), "other.json", &practice(), today());
    assert_eq!(piece(&parcel, "MedicationAdministration/d1").about.family, "Baker");
    let told = parcel.remarks.join(" ");
    assert!(told.contains("(U+200B, U+202E), were taken out of") && told.contains("texts:"), "{told}");
}

#[test]
fn one_resource_and_one_on_each_line() {
    let patient = foreign()["entry"][0]["resource"].clone();
    assert_eq!(of(&patient).pieces.len(), 1);
    let dose = foreign()["entry"][2]["resource"].clone();
    let lines = format!("\u{feff}{patient}\n\n{dose}\r\n{{\"resourceType\":\n");
    let parcel = read(lines.as_bytes(), "all.ndjson", &practice(), today());
    assert_eq!(parcel.pieces[0].place, "line 4", "{:?}", parcel.pieces);
    assert!(matches!(&parcel.pieces[0].trouble, Some(Trouble::Refused(why)) if why.contains("ends in the middle")));
    assert_eq!(given(&parcel, "MedicationAdministration/d1").dose_mcg, 1000);
    assert_eq!(piece(&parcel, "MedicationAdministration/d1").about.family, "Baker");
}

#[test]
fn of_a_history_the_newest_version_is_read() {
    let version = |n: u32, mg: u32| {
        let mut dose = foreign()["entry"][2].clone();
        dose["resource"]["meta"] = json!({ "versionId": n.to_string() });
        dose["resource"]["dosage"]["dose"]["value"] = json!(mg);
        dose
    };
    let patient = foreign()["entry"][0].clone();
    for entries in [json!([version(10, 2), version(9, 1), patient]), json!([patient, version(9, 1), version(10, 2)])] {
        let parcel = of(&json!({ "resourceType": "Bundle", "type": "history", "entry": entries }));
        assert_eq!(given(&parcel, "MedicationAdministration/d1").dose_mcg, 2000);
        assert_eq!(parcel.pieces.len(), 2);
    }
}

#[test]
fn nothing_of_a_file_that_ends_anywhere_stops_the_program() {
    let text = foreign().to_string();
    for end in 0..text.len() {
        let parcel = read(&text.as_bytes()[..end], "x.json", &practice(), today());
        assert!(parcel.pieces.iter().all(|p| p.trouble.is_some()), "{end}");
    }
}

/// Puts another value at the n-th place of a tree.
fn changed(value: &mut Value, n: &mut usize, with: &Value) {
    if *n == 0 {
        *value = with.clone();
        *n = usize::MAX;
        return;
    }
    *n -= usize::from(*n != usize::MAX);
    match value {
        Value::Array(all) => all.iter_mut().for_each(|v| changed(v, n, with)),
        Value::Object(map) => map.values_mut().for_each(|v| changed(v, n, with)),
        _ => {}
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|b| json!(b)),
        any::<f64>().prop_map(|n| json!(n)),
        any::<i64>().prop_map(|n| json!(n)),
        "\\PC{0,12}".prop_map(|t| json!(t)),
        Just(json!([])),
        Just(json!({ "reference": "#c1" })),
        Just(json!({ "reference": "Patient/p1", "coding": [{ "code": "B03BA03" }] })),
        Just(json!([{ "value": 1e300, "unit": "mg", "reference": "DiagnosticReport/r1" }])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wrong_types_anywhere_end_in_pieces(changes in proptest::collection::vec((1_usize..420, any_value()), 1..6)) {
        let mut bundle = foreign();
        for (mut n, with) in changes {
            changed(&mut bundle, &mut n, &with);
        }
        let parcel = of(&bundle);
        for piece in &parcel.pieces {
            prop_assert!(piece.trouble.is_none() || piece.acts.is_empty(), "{:?}", piece);
        }
    }
}

#[test]
fn an_unusual_result_is_taken_and_the_piece_says_so() {
    let lab = foreign()["entry"][13]["resource"].clone();
    let odd = beside(with(lab.clone(), json!({ "valueQuantity": { "value": 1200, "code": "10*9/L" } })));
    assert_eq!((odd.trouble, odd.acts.len()), (None, 1));
    assert!(odd.remarks.iter().any(|r| r.contains("1200 10*9/L is unusual")), "{:?}", odd.remarks);
    assert_eq!(beside(lab).remarks, [""; 0]);
}

#[test]
fn a_result_may_come_as_a_text() {
    let lab = foreign()["entry"][13]["resource"].clone();
    let text = |text: &str| beside(with(lab.clone(), json!({ "valueQuantity": null, "valueString": text })));
    let labs = |piece: &Piece| match &piece.acts[0].act {
        Act::Checked(checked) => checked.labs[0].to_string(),
        other => panic!("{other:?}"),
    };
    for (said, wanted) in [("<150 10*9/L", "<150 10*9/L"), ("250 x10^9/L", "250 10*9/L"), ("not done", "not done")] {
        assert_eq!(labs(&text(said)), wanted, "{said}");
    }
    for (said, words) in [("250", "has no unit"), ("12,5 10*9/L", "two ways"), ("clotted", "no result that is known")] {
        let trouble = text(said).trouble;
        assert!(matches!(&trouble, Some(Trouble::Held(why)) if why.contains(words)), "{said}: {trouble:?}");
    }
}
