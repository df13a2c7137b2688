//! The first day: an empty folder, a practice, a patient, a plan, a dose, a look.

use crate::kit::{Nurse, day};
use cobalog::clinic::course::Next;
use cobalog::clinic::drug::{Drug, Site};
use cobalog::clinic::patient::Allergies;
use cobalog::clinic::triage::Neuro;
use cobalog::store::Store;

/// Sets a practice up, by keys alone.
fn set_up(nurse: &mut Nurse) {
    nurse.sees("1  Look around in a demo practice").sees("2  Set up your practice").press("2");
    nurse.sees("Set up your practice").sees("F2 Begin").sees("Tab Next field");
    nurse.type_text("Harbour Clinic").press("Tab").type_text("Ida Berg RN").follows("F2 Begin");
    nurse.sees("Harbour Clinic").sees("Ida Berg RN").sees("Press n to enter the first patient");
}

#[test]
fn from_an_empty_folder_to_the_timeline_in_one_sitting() {
    let mut nurse = Nurse::in_empty_folder();
    set_up(&mut nurse);
    nurse.follows("n New").sees("New patient: 1 identity, 2 triage, 3 plan");
    nurse.type_text("Okafor").press("Tab").type_text("Ngozi").press("Tab").type_text("04031961");
    nurse.sees("Sat 04 Mar 1961").goes_to("Allergies").picks("None known ▾").press("F2");
    // Triage follows by itself.
    nurse.sees("Triage 1 of 5").sees("Okafor, Ngozi  born 04 Mar 1961").sees("Next  F2");
    nurse.press("m m").sees("(●) Malabsorption: Food-bound").press("Up").sees("(●) Malabsorption: Autoimmune");
    nurse
        .press("F2")
        .sees("Triage 2 of 5")
        .press("F2")
        .sees("answer this one")
        .press("Down Down")
        .press("F2")
        .sees("Triage 3 of 5")
        .sees("Do not wait");
    nurse.press("F2").sees("Triage 4 of 5").press("F2").sees("Triage 5 of 5").sees("Sign the triage, then plan");
    nurse.press("F2");
    // The plan follows by itself, the fitting one on top.
    nurse.sees("Plan: choose a protocol and sign").sees("(●) ✓ R02").sees("Mon 23 Nov, Wed 25 Nov, Fri 27 Nov");
    nurse.sees("Sign the plan").press("F2").sees("a plan needs the name of the prescriber");
    nurse.type_text("Dr A. Lindqvist").told().press("F2");
    // The chart, with the timeline.
    nurse
        .sees("Saved: Ordered")
        .sees("1 Timeline")
        .sees("Maintenance: every 2 months")
        .sees("ordered by Dr A. Lindqvist");
    nurse.follows("g Give").sees("Give a dose: dose 1").sees("pick the product in your hand").sees_no("✓");
    nurse.type_text("0403").goes_to("Product").picks("Hydroxocobalamin 1 mg/mL").sees("= 1 mL");
    nurse
        .goes_to("Lot")
        .type_text("4471A")
        .goes_to("Expires")
        .type_text("2027-06")
        .sees("good through Wed 30 Jun 2027");
    nurse.press("F2").sees("Saved: 1,000 mcg given on Mon 23 Nov 2026").sees("Next: dose 2 on Wed 25 Nov 2026");
    nurse.follows("c Checkpoint").sees("Symptoms, worst in 7 days").type_text("2103110");
    nurse.goes_to("Hb").type_text("98").sees("98").goes_to("MCV").type_text("112").press("F2");
    nurse.sees("Saved: Checked").sees("1 Timeline").sees("Symptoms").sees("Hb g/L").sees("98");
    nurse.follows("Esc Back").sees("Worklist").sees("Okafor, Ngozi").follows("q Quit");
    assert!(nurse.session.is_over());
    on_disk(&nurse);
}

fn on_disk(nurse: &Nurse) {
    let store = nurse.home.store();
    assert_eq!(store.settings().name, "Harbour Clinic");
    assert_eq!(store.settings().author(), "Ida Berg RN");
    assert_eq!(nurse.course("Okafor").person.unwrap().allergies, Allergies::NoneKnown);
    let course = nurse.course("Okafor");
    let triage = course.triage.clone().unwrap();
    assert_eq!((triage.cause.as_str(), triage.neuro), ("autoimmune-gastritis", Neuro::Mild));
    let (_, order) = course.order.clone().unwrap();
    assert!(order.regimen.starts_with("r02"), "{}", order.regimen);
    assert_eq!((order.prescriber.as_str(), order.start), ("Dr A. Lindqvist", day("2026-11-23")));
    let given = nurse.last_given("Okafor");
    assert_eq!((given.drug, given.dose_mcg, given.lot.as_deref()), (Drug::Hydroxocobalamin, 1_000, Some("4471A")));
    assert!(matches!(given.site, Some(Site::LeftDeltoid | Site::RightDeltoid)));
    assert_eq!(given.expires, Some(day("2027-06-30")));
    let look = course.checks.last().unwrap();
    assert_eq!(look.checked.score(), Some(8));
    assert_eq!(look.checked.lab("haemoglobin").unwrap().unit, "g/L");
    let Next::Dose(next) = course.next else { panic!("{:?}", course.next) };
    assert_eq!(course.doses[next].due, day("2026-11-25"));
}

#[test]
fn the_demo_is_one_key_away_and_leaves_nothing_behind() {
    let mut nurse = Nurse::in_empty_folder();
    nurse.press("Enter").sees("DEMO: nobody here is real").sees("Worklist").sees("Farrow, Daniel");
    assert!(!Store::exists(&nurse.home.dir()));
    nurse.press("q");
    assert!(nurse.session.is_over());
}

#[test]
fn the_welcome_works_by_mouse_and_by_arrows() {
    let mut nurse = Nurse::in_empty_folder();
    nurse.click("Set up your practice").sees("Your name").press("Esc").sees("Look around");
    nurse.press("Down Down Enter");
    assert!(nurse.session.is_over());
}

/// Who signs plans is asked at the beginning; where nobody can sign on the screen the next step is said.
#[test]
fn set_up_asks_who_prescribes_and_says_what_is_to_be_done() {
    let begun = || {
        let mut nurse = Nurse::in_empty_folder();
        nurse.press("2").type_text("Harbour").goes_to("Your name").type_text("Maya Keller RN");
        nurse
    };
    for (width, height) in [(80, 24), (120, 36)] {
        let mut nurse = begun();
        nurse.at(width, height).goes_to("Who prescribes").type_text("Maya Keller RN").press("F2");
        nurse.sees("that is you: say above that you prescribe").instead("Dr Mia Kern").press("F2");
        nurse.sees("Dr Mia Kern has nothing to sign with yet: u gives PINs, yours first.");
        let people = nurse.home.store().settings().people.clone();
        let known: Vec<_> = people.iter().map(|p| (p.name.as_str(), p.prescriber, p.initials())).collect();
        let kern = ("Dr Mia Kern", true, "kern".to_owned());
        assert_eq!(known, [("Maya Keller RN", false, "mk".to_owned()), kern]);
        nurse.press("u").sees("Dr Mia Kern has no PIN: what they order is signed on paper and filed");
    }
    let mut nurse = begun();
    nurse.press("F2").sees("Nobody here prescribes: u adds who does.").press("s").sees("u on Today adds who does");
    nurse.press("Esc u").sees("Nobody here prescribes: who does is added (n)");
    let mut nurse = begun();
    nurse.goes_to("You prescribe").press("y").sees_no("Who prescribes").press("F2");
    nurse.sees("Press n to enter the first patient").sees_no("prescribes");
}

#[test]
fn a_practice_without_a_name_or_a_person_is_not_begun() {
    let mut nurse = Nurse::in_empty_folder();
    nurse.press("2 F2").sees("give the practice a name").type_text("Harbour").press("F2").sees("your name is needed");
    assert!(!Store::exists(&nurse.home.dir()));
}

#[test]
fn a_likely_double_is_shown_before_it_is_made() {
    let mut nurse = Nurse::in_demo();
    let before = nurse.home.store().roster(nurse.today()).rows.len();
    nurse.press("n").type_text("Farrow").press("Tab").type_text("Dan").press("Tab").type_text("21061968");
    nurse
        .sees("Already here? Farrow, Daniel, born 21 Jun 1968, #1003")
        .press("F2")
        .sees("already here? F2 again enters a second chart");
    assert_eq!(nurse.home.store().roster(nurse.today()).rows.len(), before);
    nurse.press("F2").sees("Triage 1 of 5");
    assert_eq!(nurse.home.store().roster(nurse.today()).rows.len(), before + 1);
}

#[test]
fn a_number_that_somebody_has_is_refused() {
    let mut nurse = Nurse::in_demo();
    nurse.press("n").type_text("Nobody").goes_to("Born").type_text("1970-01-02").goes_to("Number").instead("1003");
    nurse.press("F2").sees("#1003 is Farrow, Daniel already");
    nurse.goes_to("Born").instead("24112026").press("F2").sees("24 Nov 2026 lies in the future");
}

/// Whatever the window's height, the field that is typed into is seen, with its label; and so is what is wrong with it.
#[test]
fn the_field_that_has_the_focus_is_always_seen() {
    const LABELS: [&str; 16] = [
        "Practice",
        "Your name",
        "You prescribe",
        "Who prescribes",
        "Country",
        "PIN",
        "Once more",
        "Encrypted",
        "Passphrase",
        "Once more",
        "Ask birth date",
        "Open days",
        "Orders last",
        "Address",
        "Telephone",
        "Answered",
    ];
    for (width, height) in [(80, 24), (80, 18), (60, 14), (120, 36)] {
        let mut nurse = Nurse::in_empty_folder();
        nurse.press("2").type_text("Harbour").press("Tab").type_text("Ida Berg").goes_to("Encrypted").press("Right");
        nurse.press_times("Tab", 11).at(width, height);
        for label in LABELS {
            assert_eq!(nurse.focused().as_deref(), Some(label), "at {width}x{height}:\n{}", nurse.screen());
            nurse.press("Tab");
            while label == "Open days" && nurse.focused().as_deref() == Some(label) {
                nurse.press("Tab");
            }
        }
        // Upwards too.
        nurse.press("Tab Tab BackTab BackTab BackTab").sees("Answered");
        nurse.press("F2").sees("passphrase");
    }
}
