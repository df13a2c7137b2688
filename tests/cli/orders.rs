//! Orders that a nurse records on a prescriber's word, co-signatures, ends and renewals, from a script.

use super::case::Case;

const TODAY: &str = "2026-11-23";
const TRIAGE: [&str; 6] = ["--cause", "autoimmune-gastritis", "--neuro", "none", "--b12", "confirmed"];
const GIVE: [&str; 10] =
    ["give", "1001", "--strength", "1000", "--lot", "HX1", "--expires", "2030-06", "--site", "right-deltoid"];

#[test]
fn what_a_nurse_records_says_how_it_came_and_waits() {
    let case = Case::of("UK", &TRIAGE);
    let order = ["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May"];
    let refused = case.refused(TODAY, &order);
    assert!(refused.contains("--verbal or --written"), "{refused}");
    let as_nurse =
        case.refused(TODAY, &["order", "1001", "r01", "--start", "t", "--prescriber", "Ann Bell RN", "--verbal"]);
    assert!(as_nurse.contains("Ann Bell RN may not sign orders and changes of plan; Dr May may"), "{as_nurse}");
    let entry = case.ok(TODAY, &[&order[..], &["--verbal"]].concat());
    let waiting = case.json(TODAY, &["waiting"]);
    assert_eq!((waiting[0]["entry"].as_str(), waiting[0]["told"].as_str()), (Some(entry.trim()), Some("verbal")));
    assert_eq!(case.json(TODAY, &["chart", "1001"])["to_sign"][0]["by"], "Ann Bell RN");
    assert!(case.refused(TODAY, &["cosign", "1001"]).contains("Ann Bell RN may not co-sign orders; Dr May may"));
    // A plan that waits is a plan: it is given on.
    case.give(TODAY, &[]);
    // A name alone shows nobody: as on the screen only who opens the program is known, where nobody signs in.
    let named = case.refused(TODAY, &["cosign", "1001", entry.trim(), "--by", "Dr May"]);
    assert!(named.contains("--by alone does not show that it is Dr May who signs. Give Dr May a PIN"), "{named}");
    case.sits_down("Dr May");
    assert!(case.refused(TODAY, &["cosign", "1001", "--on-paper", "t"]).contains("Dr May signs here"));
    case.ok(TODAY, &["cosign", "1001", entry.trim()]);
    assert_eq!(case.json(TODAY, &["waiting"]).as_array().map(Vec::len), Some(0));
    assert!(case.refused(TODAY, &["cosign", "1001"]).contains("nothing waits"));
    case.sits_down("Ann Bell RN");
    // What Dr May signed is hers.
    let strike = ["amend", "1001", entry.trim(), "--strike", "--why", "wrong patient"];
    assert!(case.refused(TODAY, &strike).contains("a prescriber corrects it"));
    case.ok(TODAY, &[&strike[..], &["--by", "Dr May"]].concat());
}

/// Who cannot show here who she is signs on paper, and the nurse files it under her name.
#[test]
fn the_paper_of_a_prescriber_who_has_no_pin_is_filed() {
    let case = Case::of("UK", &TRIAGE);
    case.ok(TODAY, &["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May", "--verbal"]);
    let how = case.refused(TODAY, &["cosign", "1001"]);
    assert!(how.contains("file what was signed with --on-paper DATE"), "{how}");
    case.ok(TODAY, &["cosign", "1001", "--on-paper", "t"]);
    assert_eq!(case.json(TODAY, &["waiting"]).as_array().map(Vec::len), Some(0));
}

#[test]
fn an_order_ends_and_goes_on_as_it_is() {
    let case = Case::of("UK", &TRIAGE);
    let order = ["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May", "--by", "Dr May"];
    let ends = case.refused(TODAY, &[&order[..], &["--until", "2026-11-22"]].concat());
    assert!(ends.contains("--until") && ends.contains("past already"), "{ends}");
    for unclear in ["03/04/2027", "3 Apr 2027", "04032027"] {
        let said = case.refused(TODAY, &[&order[..], &["--until", unclear]].concat());
        assert!(said.contains("write for example 2027-11-30 or 12m"), "{said}");
    }
    case.ok(TODAY, &[&order[..], &["--doses-allowed", "1", "--until", "12m"]].concat());
    let end = |day| case.json(day, &["chart", "1001"])["order_end"].clone();
    assert_eq!((&end(TODAY)["doses_left"], &end(TODAY)["until"]), (&1.into(), &"2027-11-23".into()));
    assert_eq!(end(TODAY)["beyond"], "2026-11-25", "the dose of Wednesday");
    case.give(TODAY, &[]);
    let due = |on: &str| case.ok(on, &["due", "--on", "2026-11-25", "--days", "7"]);
    assert!(due("2026-11-25").contains("HELD - order: "), "{}", due("2026-11-25"));
    let stopped = case.refused("2026-11-25", &GIVE);
    assert!(stopped.contains("no dose left on this order") && stopped.contains("ORDER-END"), "{stopped}");
    assert!(stopped.contains("`cobalog renew 1001 …`: record the renewal; a prescriber signs it."), "{stopped}");
    let renewals = case.json("2026-11-25", &["renewals"]);
    assert_eq!((&renewals[0]["ended"], &renewals[0]["doses_left"]), (&true.into(), &0.into()));
    let next = case.json("2026-11-25", &["chart", "1001"])["next"].clone();
    let renew = ["renew", "1001", "--prescriber", "Dr May", "--written"];
    assert!(case.refused("2026-11-25", &renew).contains("say until when"));
    case.ok("2026-11-25", &[&renew[..], &["--doses-allowed", "5"]].concat());
    assert_eq!(case.json("2026-11-25", &["chart", "1001"])["next"], next, "a renewal moves no date");
    assert!(!due("2026-11-25").contains("HELD"), "{}", due("2026-11-25"));
    // Five more are the rest of the loading; the first of maintenance, 4 March 2027, is beyond.
    assert_eq!(end("2026-11-25")["beyond"], "2027-03-04");
    case.ok("2026-11-25", &GIVE);
    assert_eq!(end("2026-11-25")["doses_left"], 4);
    assert_eq!(case.json("2026-11-25", &["renewals"]).as_array().map(Vec::len), Some(0));
}

#[test]
fn a_prescriber_outside_is_said_to_be_one_and_two_letters_are_no_name() {
    let case = Case::of("UK", &TRIAGE);
    let order = ["order", "1001", "r01", "--start", "t", "--verbal", "--prescriber"];
    let refused = case.refused(TODAY, &[&order[..], &["el"]].concat());
    assert!(refused.contains("el is no prescriber here; those are Dr May: write the whole name"), "{refused}");
    let noted = case.noted(TODAY, &[&order[..], &["Dr Elsewhere"]].concat());
    assert!(noted.contains("note: Dr Elsewhere is no prescriber here; those are Dr May."), "{noted}");
    let noted = case.noted(TODAY, &["renew", "1001", "--doses-allowed", "2", "--written", "--prescriber", "dr may"]);
    assert_eq!(noted, "");
}

#[test]
fn a_page_for_people_says_what_is_not_signed_and_a_pipe_cuts_nothing() {
    let case = Case::of("UK", &TRIAGE);
    case.ok(TODAY, &["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May", "--verbal", "--until", "12m"]);
    let page = case.ok(TODAY, &["chart", "1001"]);
    assert!(page.contains("ordered by Dr May (verbal), not signed yet") && !page.contains("signed by"), "{page}");
    assert!(page.contains("Mon 23 Nov 2026") && !page.contains("2026-11-23"), "{page}");
    let waiting = case.piped(TODAY, &["waiting"]);
    assert!(!waiting.contains('…'), "{waiting}");
    let row = waiting.lines().nth(1).unwrap();
    assert!(row.starts_with("Mon 23 Nov 2026") && row.contains("01 Jan 1968") && row.contains("Ann Bell RN"), "{row}");
    let renewals = case.piped("2027-11-20", &["renewals"]);
    assert!(renewals.contains("Tue 23 Nov 2027") && !renewals.contains('…'), "{renewals}");
    let csv = case.ok(TODAY, &["waiting", "--format", "csv"]);
    assert!(csv.contains("2026-11-23") && csv.contains("1968-01-01"), "{csv}");
    let entry = case.json(TODAY, &["waiting"])[0]["entry"].as_str().unwrap().to_owned();
    case.sits_down("Dr May");
    case.ok(TODAY, &["cosign", "1001", &entry]);
    assert!(case.ok(TODAY, &["chart", "1001"]).contains("signed by Dr May"));
}

#[test]
fn all_that_waits_is_listed_in_full_and_signed_at_once() {
    let case = Case::of("UK", &TRIAGE);
    case.ok(TODAY, &["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May", "--verbal"]);
    case.ok(TODAY, &["renew", "1001", "--prescriber", "Dr May", "--written", "--doses-allowed", "9"]);
    assert!(case.refused(TODAY, &["cosign", "--all"]).contains("Ann Bell RN may not co-sign orders; Dr May may"));
    let named = case.refused(TODAY, &["cosign", "--all", "--by", "Dr May", "--yes"]);
    assert!(named.contains("--by alone does not show"), "{named}");
    case.sits_down("Dr May");
    let all = ["cosign", "--all"];
    let listed = case.json(TODAY, &all);
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");
    let what = listed[0]["what"].as_str().unwrap();
    assert!(what.starts_with("HYDROXOcobalamin IM: repletion 1,000 mcg, 3 times a week"), "{what}");
    assert_eq!((&listed[0]["number"], &listed[0]["from"]), (&"1001".into(), &TODAY.into()));
    let table = case.ok(TODAY, &all);
    assert!(table.contains("2 to sign: --yes signs all of them."), "{table}");
    assert_eq!(case.json(TODAY, &["waiting"]).as_array().map(Vec::len), Some(2), "listing signs nothing");
    let signed = case.ok(TODAY, &[&all[..], &["--yes"]].concat());
    assert_eq!(signed.trim(), "Signed: 2.");
    assert_eq!(case.json(TODAY, &["waiting"]).as_array().map(Vec::len), Some(0));
    assert!(case.refused(TODAY, &["cosign", "--all", "1001"]).contains("cannot be used with"));
}

#[test]
fn a_dose_that_is_stopped_says_so_in_the_list() {
    let case = Case::of("UK", &["--cause", "autoimmune-gastritis", "--neuro", "none"]);
    case.order("r01-uk-no-neuro", &[]);
    assert!(!case.ok("2026-01-05", &["due"]).contains("STOP"));
    case.ok("2026-01-05", &["triage", "1001", "--caution", "b12-allergy"]);
    // From the charts and then from the index.
    for _ in 0..2 {
        let said = case.ok("2026-01-05", &["due"]);
        assert!(said.lines().any(|line| line.contains("Lund") && line.contains("STOP - ")), "{said}");
    }
}
