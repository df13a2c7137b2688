//! What the three scenarios of the brief share: a practice that begins on Monday 5 January 2026 in an empty folder, and
//! the hands of the nurse on the days after. Everything by keys.

use crate::kit::{Home, Nurse};
use cobalog::clinic::course::Course;
use cobalog::clinic::findings::Finding;
use cobalog::tui::theme::Theme;

/// The prescriber.
pub const DOCTOR: &str = "Dr Eleanor Hart";

/// The days of three doses a week for two weeks, from Monday 5 January.
pub const LOADING: [&str; 6] = ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-14", "2026-01-16"];

/// Opens the program for the first time, sets the practice up, and enters a patient.
pub fn begins_with(family: &str, given: &str, born: &str) -> Nurse {
    let mut nurse = Nurse::with(Home::empty(), Theme::named("dark", false), "2026-01-05T09:05:00+01:00");
    nurse.sees("2  Set up your practice").press("2").type_text("Harbour Clinic").press("Tab").type_text("Ida Berg RN");
    nurse.follows("F2 Begin").sees("Press n to enter the first patient").follows("n New").type_text(family);
    nurse.press("Tab").type_text(given).press("Tab").type_text(born).goes_to("Allergies").picks("None known ▾");
    nurse.press("F2").sees("Triage 1 of 5");
    nurse
}

/// Chooses a line of the list that has this label.
pub fn chooses(nurse: &mut Nurse, label: &str, words: &str) {
    nurse.goes_to(label).press("Home");
    for _ in 0..40 {
        if nurse.shows(&format!("(●) {words}")) {
            return;
        }
        nurse.press("Down");
    }
    panic!("no \"{words}\" in {label}:\n{}", nurse.screen());
}

/// Answers the five questions: the cause, and how severe it is; goal, form and monitoring as they are offered.
pub fn triages(nurse: &mut Nurse, cause: &str, neuro: &str, anaemia: &str, since: &str) {
    chooses(nurse, "Cause", cause);
    nurse.press("F2").sees("Triage 2 of 5");
    chooses(nurse, "Neurologic", neuro);
    chooses(nurse, "Anaemia", anaemia);
    chooses(nurse, "B12 before", "Low: total");
    nurse.goes_to("Symptoms since").type_text(since);
    nurse.press("F2").sees("Triage 3 of 5").press("F2").sees("Triage 4 of 5").press("F2").sees("Triage 5 of 5");
    nurse.press("F2").sees("Plan: choose a protocol and sign");
}

/// Signs the plan that stands on top.
pub fn signs(nurse: &mut Nurse) {
    nurse.goes_to("Ordered by").instead(DOCTOR).told().press("F2").sees("Saved: Ordered").sees("1 Timeline");
}

/// Records the first dose, from a vial that nobody has typed before. Stands in the chart.
pub fn gives_first(nurse: &mut Nurse, who: &str) {
    nurse.follows("g Give").sees("Give a dose: dose 1").types_birth(who);
    nurse.goes_to("Product").picks("Hydroxocobalamin 1 mg/mL").sees("= 1 mL").goes_to("Lot").type_text("4471A");
    nurse.goes_to("Expires").type_text("2030-06").press("F2").sees("Saved: 1,000 mcg given");
}

/// Records a dose on its day: `g`, four digits, Enter.
pub fn gives(nurse: &mut Nurse, who: &str) {
    nurse.stands_on(who).press("g").types_birth(who).sees("on time").press("Enter").sees("Saved: 1,000 mcg given");
}

/// Comes on each of these days and gives.
pub fn gives_on(mut nurse: Nurse, who: &str, days: &[&str]) -> Nurse {
    for day in days {
        nurse = nurse.comes_back(day);
        gives(&mut nurse, who);
    }
    nurse
}

/// Grades the seven symptoms of the plan and types results, from the chart.
pub fn looks(nurse: &mut Nurse, grades: &str, labs: &[(&str, &str)]) {
    nurse.follows("c Checkpoint").type_text(grades);
    for (label, result) in labs {
        nurse.goes_to(label).type_text(result);
    }
    nurse.press("F2").sees("Saved: Checked").sees("1 Timeline");
}

/// Comes on a day and looks.
pub fn looks_on(nurse: Nurse, day: &str, who: &str, grades: &str, labs: &[(&str, &str)]) -> Nurse {
    let mut nurse = nurse.comes_back(day);
    nurse.opens_chart(who);
    looks(&mut nurse, grades, labs);
    nurse
}

/// What needs attention, but for the doctor's signatures: the nurse is alone here, and files none.
pub fn attention(course: &Course) -> Vec<Finding> {
    course.findings.iter().filter(|f| f.rule != "COSIGN").cloned().collect()
}

/// Goes to the fields of a change that is chosen, and says why and who decides.
pub fn decides(nurse: &mut Nurse, why: &str) {
    nurse.goes_to("Why").type_text(why).goes_to("Decided by").instead(DOCTOR).told();
}
