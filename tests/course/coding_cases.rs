//! Codes by hand from facts 8.1 and 8.2: cause, anaemia, nerves, surgery, medicines, day of service; then codes that somebody
//! wrote, and what is wrong with them.

use super::kit::*;
use chrono::NaiveDate;
use cobalog::clinic::background::Medicine;
use cobalog::clinic::coding::{asks, check, propose};
use cobalog::clinic::drug::Drug;
use cobalog::clinic::entry::{Act, Given, WhyNot};
use cobalog::clinic::triage::{Anaemia, B12Status, Neuro, Triage};

/// A chart as a row tells it.
fn story(setting: &str, cause: &str, anaemia: &str, nerves: &str, more: &str) -> Story {
    let mut practice = practice();
    practice.settings.setting = setting.to_owned();
    let mut story = Story::new(practice);
    let mut triage = Triage { cause: cause.to_owned(), anaemia: Anaemia::NotKnown, ..triage() };
    match anaemia {
        "none" => triage.anaemia = Anaemia::None,
        "mild" => triage.anaemia = Anaemia::Mild,
        "severe" => triage.anaemia = Anaemia::Severe,
        _ => {}
    }
    triage.neuro = match nerves {
        "n1" | "gone" => Neuro::Mild,
        "n2" | "cord" => Neuro::Moderate,
        "n3" => Neuro::Severe,
        _ => Neuro::None,
    };
    if nerves == "cord" {
        triage.red_flags.push("cord".to_owned());
    }
    more.split_whitespace().for_each(|word| answer(&mut triage, word));
    story.act(Act::Triaged(triage));
    let grade = match nerves {
        "gone" => Some("numbness=0"),
        "sign" => Some("cord-signs=1"),
        _ => None,
    };
    let hb = anaemia.strip_prefix("hb").map(|value| format!("haemoglobin={value} g/L"));
    let found: Vec<&str> = grade.into_iter().chain(hb.as_deref()).collect();
    if !found.is_empty() {
        story.checks("2026-01-05", &found);
    }
    more.split_whitespace().for_each(|word| happens(&mut story, word));
    story
}

fn answer(triage: &mut Triage, word: &str) {
    let stopped = |id: &str| Medicine { stopped: Some(day("2025-06-01")), ..Medicine::taken(id) };
    match word {
        "unmeasured" => triage.b12 = B12Status::NotMeasured,
        "pregnant" => triage.pregnant = true,
        "sight" => triage.visual = true,
        "removed" => triage.cause_removed = Some(day("2025-12-01")),
        "stopped:metformin" => triage.medicines.push(stopped("metformin")),
        "metformin" | "ppi" | "h2-blocker" => triage.medicines.push(Medicine::taken(word)),
        "leber" | "b12-allergy" => triage.cautions.push(word.to_owned()),
        _ => {}
    }
}

fn happens(story: &mut Story, word: &str) {
    let why = match word {
        "missed" => WhyNot::Missed,
        "refused" => WhyNot::Refused,
        "held" => WhyNot::Held,
        "prevention" => {
            story.orders("r05", "2026-01-05", None);
            return;
        }
        "since-autumn" => {
            story.orders("r01", "2025-09-01", None);
            story.give("2025-09-01");
            return;
        }
        _ => return,
    };
    story.orders("r01", "2026-01-02", None);
    story.give("2026-01-02");
    story.not_given("2026-01-05", why, None);
}

const PROPOSED: &str = "
US | autoimmune-gastritis          | -      | -    |                       | E53.8                              |
US | autoimmune-gastritis          | none   | -    |                       | E53.8                              |
US | autoimmune-gastritis          | mild   | -    |                       | D51.0                              |
US | autoimmune-gastritis          | severe | -    |                       | D51.0                              |
US | autoimmune-gastritis          | hb104  | -    |                       | D51.0                              |
US | autoimmune-gastritis          | hb119  | -    |                       | D51.0                              |
US | autoimmune-gastritis          | hb120  | -    |                       | E53.8                              |
US | autoimmune-gastritis          | -      | n1   |                       | E53.8 G63                          |
US | autoimmune-gastritis          | mild   | n1   |                       | D51.0 G63                          |
US | autoimmune-gastritis          | mild   | n3   |                       | D51.0 G63                          |
US | autoimmune-gastritis          | mild   | cord |                       | D51.0 G32.0                        |
US | autoimmune-gastritis          | none   | cord |                       | E53.8 G32.0                        |
US | autoimmune-gastritis          | none   | sign |                       | E53.8 G32.0                        |
US | autoimmune-gastritis          | none   | gone |                       | E53.8                              |
US | autoimmune-gastritis          | mild   | -    | metformin             | D51.0 Z79.84                       |
US | autoimmune-gastritis          | mild   | -    | ppi                   | D51.0 Z79.899                      |
US | autoimmune-gastritis          | mild   | -    | b12-allergy           | D51.0 Z88.8                        |
US | autoimmune-gastritis          | none   | -    | leber                 | E53.8 H47.22                       |
US | autoimmune-gastritis          | mild   | -    | missed                | D51.0 T45.2X6A Z91.148             |
US | autoimmune-gastritis          | mild   | -    | refused               | D51.0 T45.2X6A Z91.148             |
US | autoimmune-gastritis          | mild   | -    | held                  | D51.0                              |
US | diet                          | -      | -    |                       | E53.8                              |
US | diet                          | mild   | -    |                       | D51.3                              |
US | diet                          | hb104  | n2   |                       | D51.3 G63                          |
US | diet                          | mild   | cord |                       | D51.3 G32.0                        |
US | diet-vegan                    | hb104  | -    |                       | D51.3                              |
US | diet-vegan                    | -      | n1   |                       | E53.8 G63                          |
US | food-bound                    | mild   | -    |                       | D51.8                              |
US | food-bound                    | -      | -    |                       | E53.8                              |
US | metformin                     | mild   | -    |                       | D51.8 T38.3X5A Z79.84              |
US | metformin                     | none   | -    |                       | E53.8 T38.3X5A Z79.84              |
US | metformin                     | none   | -    | metformin             | E53.8 T38.3X5A Z79.84              |
US | metformin                     | none   | -    | stopped:metformin     | E53.8 T38.3X5A                     |
US | metformin                     | none   | -    | removed               | E53.8 T38.3X5A                     |
US | metformin                     | hb104  | n1   |                       | D51.8 G63 T38.3X5A Z79.84          |
US | metformin                     | none   | -    | missed                | E53.8 T38.3X5A T45.2X6A Z79.84 Z91.148 |
US | ppi-h2                        | mild   | -    | ppi                   | D51.8 T47.1X5A Z79.899             |
US | ppi-h2                        | -      | -    | h2-blocker            | E53.8 T47.0X5A Z79.899             |
US | ppi-h2                        | -      | -    |                       | E53.8 Z79.899                      |
US | ppi-h2                        | -      | -    | ppi metformin         | E53.8 T47.1X5A Z79.84 Z79.899      |
US | partial-gastrectomy-bariatric | none   | -    |                       | E53.8 Z98.84                       |
US | partial-gastrectomy-bariatric | mild   | -    |                       | D51.8 Z98.84                       |
US | partial-gastrectomy-bariatric | -      | n1   |                       | E53.8 G63 Z98.84                   |
US | total-gastrectomy             | -      | -    |                       | E53.8 Z90.3                        |
US | total-gastrectomy             | mild   | -    |                       | D51.8 Z90.3                        |
US | total-gastrectomy             | mild   | cord |                       | D51.8 G32.0 Z90.3                  |
US | total-gastrectomy             | none   | -    | unmeasured prevention | Z90.3                              |
US | ileal-resection               | -      | -    |                       | E53.8 K91.2 Z90.49                 |
US | ileal-resection               | mild   | -    |                       | D51.8 K91.2 Z90.49                 |
US | ileal-resection               | -      | n1   |                       | E53.8 G63 K91.2 Z90.49             |
US | crohn-ileal                   | mild   | -    |                       | D51.8 K50.00                       |
US | coeliac                       | mild   | -    |                       | D51.8 K90.0                        |
US | coeliac                       | -      | n2   |                       | E53.8 G63 K90.0                    |
US | bacterial-overgrowth          | mild   | -    |                       | D51.8 K90.2                        |
US | pancreatic-insufficiency      | -      | -    |                       | E53.8 K86.81                       |
US | fish-tapeworm                 | mild   | -    |                       | D51.8 B70.0                        |
US | nitrous-oxide                 | -      | n2   |                       | E53.8 G63                          |
US | nitrous-oxide                 | mild   | cord |                       | D51.8 G32.0                        |
US | nitrous-oxide-anaesthetic     | -      | -    |                       | E53.8 T41.0X5A                     |
US | alcohol                       | mild   | -    |                       | D51.8                              |
US | hiv-thyroid-other             | -      | -    |                       | E53.8                              |
US | pregnancy                     | mild   | -    | pregnant              | D51.8                              | CODE-PREGNANT
US | pregnancy                     | hb110  | -    | pregnant              | E53.8                              | CODE-PREGNANT
US | pregnancy                     | hb109  | -    | pregnant              | D51.8                              | CODE-PREGNANT
US | unknown                       | mild   | -    |                       | D51.9                              |
US | unknown                       | -      | -    |                       | E53.8                              |
US | unknown                       | mild   | cord |                       | D51.9 G32.0                        |
US | unknown                       | mild   | -    | since-autumn          | D51.9                              | CODE-VAGUE
US | inborn-error                  | mild   | -    |                       | D51.8                              |
US | chemotherapy-adjunct          | -      | -    | unmeasured            |                                    |
US | chemotherapy-adjunct          | -      | -    |                       | E53.8                              |
US | contraceptive-false-low       | none   | -    | unmeasured            |                                    |
US | contraceptive-false-low       | none   | -    |                       | E53.8                              |
US | tobacco-optic                 | -      | -    | unmeasured sight      |                                    |
US | leber                         | -      | -    | unmeasured            | H47.22                             |
US | leber                         | none   | -    |                       | E53.8 H47.22                       |
US | leber                         | mild   | -    |                       | D51.9 H47.22                       |
UK | autoimmune-gastritis          | mild   | -    |                       | D51.0                              |
UK | autoimmune-gastritis          | none   | n1   |                       | E53.8 G63.4                        |
UK | autoimmune-gastritis          | mild   | n1   |                       | D51.0 G63.4                        |
NL | autoimmune-gastritis          | mild   | cord |                       | D51.0 G32.0                        |
UK | autoimmune-gastritis          | mild   | -    | missed                | D51.0 Z91.1                        |
UK | diet                          | mild   | -    |                       | D51.3                              |
NL | metformin                     | none   | -    |                       | E53.8 Y42.3 Z92.2                  |
UK | metformin                     | mild   | -    | removed               | D51.8 Y42.3                        |
UK | ppi-h2                        | -      | -    | ppi                   | E53.8 Z92.2                        |
UK | partial-gastrectomy-bariatric | none   | -    |                       | E53.8 Z98.8                        |
UK | total-gastrectomy             | mild   | -    |                       | D51.8 Z90.3                        |
AU | ileal-resection               | mild   | -    |                       | D51.8 K91.2 Z90.4                  |
UK | crohn-ileal                   | -      | -    |                       | E53.8 K50.0                        |
UK | pancreatic-insufficiency      | -      | -    |                       | E53.8 K86.8                        |
UK | unknown                       | mild   | -    |                       | D51.9                              |
UK | leber                         | -      | -    | unmeasured            | H47.2                              |
";

fn columns(row: &str) -> Vec<&str> {
    row.split('|').map(str::trim).collect()
}

fn rules(story: &Story, codes: &[String], on: NaiveDate) -> Vec<String> {
    let course = story.course("2026-01-06");
    let mut found: Vec<_> = check(&course, &story.practice, codes, on).into_iter().map(|f| f.rule).collect();
    found.sort();
    found
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn what_is_proposed_and_in_which_order() {
    let (mut rows, on) = (0, day("2026-01-06"));
    for row in PROPOSED.trim().lines() {
        let [setting, cause, anaemia, nerves, more, codes, warned] = columns(row)[..] else { panic!("{row}") };
        let story = story(setting, cause, anaemia, nerves, more);
        let proposed = propose(&story.course("2026-01-06"), &story.practice, on);
        let found: Vec<String> = proposed.iter().map(|p| p.code.clone()).collect();
        assert_eq!(found, words(codes), "{row}");
        assert_eq!(rules(&story, &found, on), words(warned), "{row}");
        assert!(proposed.iter().all(|p| !p.because.is_empty() && !p.title.is_empty()), "{row}");
        rows += 1;
    }
    assert!(rows > 90, "{rows}");
}

/// setting, cause, anaemia, more, day of service, codes as somebody wrote them, the rules that speak.
const WRITTEN: &str = "
US | diet                 | mild  |         | 2025-09-30 | D51.3 E53.8             | C3
US | diet                 | mild  |         | 2025-10-01 | D51.3 E53.8             |
US | diet                 | mild  |         | 2026-04-01 | d513 e538               |
UK | diet                 | mild  |         | 2025-09-30 | D51.3 E53.8             |
US | diet                 | none  |         | 2025-09-30 | E53.8 D52.0             | CODE-APART
US | diet                 | none  |         | 2026-01-06 | E53.8 D52.0             | CODE-APART
US | diet                 | none  |         | 2026-01-06 | E53.8 E64.8             | CODE-APART
US | diet                 | none  |         | 2026-01-06 | E53.8 Z72.4             | CODE-APART
US | ileal-resection      | none  |         | 2026-01-06 | E53.8 K91.2 K90.821     | CODE-APART
US | bacterial-overgrowth | none  |         | 2026-01-06 | E53.8 K90.2 K91.2       | CODE-APART CODE-CAUSE
US | diet                 | hb104 |         | 2026-01-06 | E53.8                   | C2
US | diet                 | hb130 |         | 2026-01-06 | D51.3                   | C2
US | diet                 | hb104 |         | 2026-01-04 | E53.8                   |
US | diet                 | mild  |         | 2026-01-06 | D51.0                   | CODE-CAUSE
US | diet                 | mild  |         | 2026-01-06 | D51.9                   | CODE-CAUSE
US | autoimmune-gastritis | mild  |         | 2026-01-06 | D51.8                   | CODE-CAUSE
US | autoimmune-gastritis | mild  |         | 2026-01-06 | D51.1                   | CODE-CAUSE
US | inborn-error         | mild  |         | 2026-01-06 | D51.1                   |
US | unknown              | mild  |         | 2026-01-06 | D51.8                   | CODE-CAUSE
US | diet                 | none  |         | 2026-01-06 | E53.8 K90.0             | CODE-CAUSE
US | diet                 | none  |         | 2026-01-06 | E53.8 T38.3X5A          | CODE-CAUSE
US | diet                 | none  |         | 2026-01-06 | E53.8 Z98.84 Z79.84     |
US | diet                 | none  |         | 2026-01-06 | G63 E53.8               | C4
US | diet                 | none  |         | 2026-01-06 | E53.8 G63               |
US | diet                 | mild  |         | 2026-01-06 | D51.3 G63               |
US | diet                 | mild  |         | 2026-01-06 | D51.3 E53.8 G63         |
US | diet                 | mild  |         | 2026-01-06 | D51.3 K90.0 G63         | CODE-CAUSE
US | diet                 | none  |         | 2026-01-06 | K90.0 G63 E53.8         | CODE-AFTER CODE-CAUSE
US | diet                 | none  |         | 2026-01-06 | Z90.3 G63               | CODE-AFTER
US | diet                 | none  |         | 2026-01-06 | Z90.3 G32.0 E53.8       | CODE-AFTER
US | diet                 | none  |         | 2026-01-06 | T45.2X6A Z91.148 E53.8  | CODE-FIRST
US | diet                 | none  |         | 2026-01-06 | E53.8 T45.2X6A          | CODE-WITH
US | diet                 | none  |         | 2026-01-06 | E53.8 Z91.148           | CODE-WITH
US | diet                 | none  |         | 2026-01-06 | E53.8 T45.2X6A Z91.130  |
US | diet                 | none  |         | 2026-01-06 | Z23                     | CODE-Z
US | diet                 | none  |         | 2026-01-06 | E53.8 Z51.81            | CODE-Z
US | diet                 | none  |         | 2026-01-06 | E53.8 R53.83            | CODE-SYMPTOM
US | diet                 | none  |         | 2026-01-06 | R53.83                  | CODE-SYMPTOM
US | diet                 | none  |         | 2026-01-06 | K90.0 R53.83            | CODE-CAUSE
US | diet                 | none  |         | 2026-01-06 | E53.88                  | CODE-FORM
US | diet                 | mild  |         | 2026-01-06 | D51.4                   | CODE-FORM
US | diet                 | none  |         | 2026-01-06 | E53.9                   | CODE-VAGUE
US | diet                 | none  |         | 2026-01-06 | I82.B12                 | CODE-ALIKE
US | diet                 | none  |         | 2026-01-06 | E53.8 T50.B12A          | CODE-ALIKE
US | diet                 | none  |         | 2026-01-06 | B12                     | CODE-ALIKE
US | diet                 | none  |         | 2026-01-06 | E53,8 E53.8. B-12       | CODE-FORM CODE-FORM CODE-FORM
US | diet                 | none  |         | 2026-01-06 | E53.8 T45.2X6 Z91.148   | CODE-HEADER
US | diet                 | mild  |         | 2026-01-06 | D51                     | CODE-HEADER
US | diet                 | none  |         | 2026-01-06 | E53 K90.82              | CODE-HEADER CODE-HEADER
US | diet                 | none  |         | 2026-01-06 | E53.8 E538              | CODE-TWICE
US | diet                 | none  |         | 2026-01-06 | E53.8 G63.4             | CODE-FORM
UK | diet                 | none  |         | 2026-01-06 | E53.8 G63.4             |
UK | diet                 | none  |         | 2026-01-06 | E53.8 G63               | CODE-HEADER
UK | metformin            | none  |         | 2026-01-06 | E53.8 T38.3X5A          | CODE-FORM
UK | metformin            | none  |         | 2026-01-06 | E53.8 Z79.84            | CODE-FORM
UK | metformin            | none  |         | 2026-01-06 | Y42.3 E53.8             | CODE-FIRST
UK | diet                 | none  |         | 2026-01-06 | G63.4 E53.8             | C4
";

#[test]
fn what_is_wrong_with_codes_that_somebody_wrote() {
    for row in WRITTEN.trim().lines() {
        let [setting, cause, anaemia, more, on, codes, expected] = columns(row)[..] else { panic!("{row}") };
        let story = story(setting, cause, anaemia, "-", more);
        assert_eq!(rules(&story, &words(codes), day(on)), words(expected), "{row}");
    }
}

#[test]
fn what_the_record_does_not_settle_is_asked() {
    let asked = |cause: &str, more: &str| -> Vec<String> {
        let story = story("US", cause, "-", "-", more);
        let found = asks(&story.course("2026-01-06"), &story.practice, day("2026-01-06"));
        found.into_iter().map(|f| f.text).collect()
    };
    let names = |texts: &[String], word: &str| texts.iter().any(|t| t.contains(word));
    assert!(names(&asked("ppi-h2", ""), "T47.1X5A for a proton pump inhibitor, T47.0X5A for a H2 blocker"));
    assert!(asked("ppi-h2", "ppi").is_empty());
    assert!(names(&asked("nitrous-oxide", ""), "T59.0X1A"));
    assert!(names(&asked("partial-gastrectomy-bariatric", ""), "Z90.3"));
    assert!(names(&asked("diet", "pregnant"), "O99.28-"));
    assert!(names(&asked("diet", "sight"), "H47.20"));
    assert!(!names(&asked("diet", ""), "O99"));
}

#[test]
fn leber_and_cyanocobalamin_stop() {
    let mut story = story("US", "leber", "none", "-", "");
    story.orders("r07", "2026-01-05", None);
    let found = rules(&story, &words("E53.8 H47.22"), day("2026-01-06"));
    assert_eq!(found, ["D6"]);
    assert_eq!(rules(&story, &words("E53.8"), day("2026-01-06")), [""; 0]);
}

/// The caution's own rule and words speak, for the form that is ordered and the one that was given that day.
#[test]
fn a_caution_that_is_coded_bars_its_forms() {
    let on = day("2026-01-06");
    let said = |story: &Story, codes: &str, on| -> Vec<(String, String)> {
        let found = check(&story.course("2026-01-06"), &story.practice, &words(codes), on);
        found.into_iter().map(|f| (f.rule, f.text)).collect()
    };
    let mut uk = story("UK", "leber", "none", "-", "");
    uk.orders("r01", "2026-01-05", None);
    assert_eq!(said(&uk, "E53.8 H47.2", on), [], "hydroxocobalamin is what is given");
    let given = Given { drug: Drug::CyanocobalaminTannin, ..uk.given(on) };
    uk.act(Act::Given(given));
    let leber = "H47.2: Leber's optic neuropathy, and the vitamin is cyanocobalamin-tannin. No cyanocobalamin: swift optic \
        atrophy. Hydroxocobalamin is licensed for it in the UK.";
    assert_eq!(said(&uk, "E53.8 H47.2", on), [("D6".to_owned(), leber.to_owned())]);
    assert_eq!(said(&uk, "E53.8 H47.2", day("2026-01-05")), [], "another day's");
    // Z88.8 is any medicine's allergy: it bars where the triage says which.
    let mut allergic = story("US", "diet", "none", "-", "b12-allergy");
    let mut other = story("US", "diet", "none", "-", "");
    assert_eq!(said(&allergic, "E53.8 Z88.8", on), [], "nothing is ordered");
    allergic.orders("r01", "2026-01-05", None);
    other.orders("r01", "2026-01-05", None);
    let allergy = "Z88.8: Allergy to B12 or cobalt, and the vitamin is hydroxocobalamin. Contraindicated; reported \
        anaphylaxis. Ask the specialist.";
    assert_eq!(said(&allergic, "E53.8 Z88.8", on), [("D9".to_owned(), allergy.to_owned())]);
    assert_eq!(said(&other, "E53.8 Z88.8", on), []);
}
