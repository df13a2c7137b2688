//! Those of the cast whose course turned, and whose triage found more than the cause: pauses, tablets, ends, a review and
//! the denser phase again, red flags, cautions, medicines, confounders. All are fictional.

use super::aside::Aside;
use super::health::Shape;
use super::story::{Slip, Story};
use super::walk::back;
use crate::clinic::background::Medicine;
use crate::clinic::decision::Turn;
use crate::clinic::entry::{NextFrom, SoreSite};
use crate::clinic::interval::Interval;
use crate::clinic::patient::Sex::{Female, Male};
use crate::clinic::triage::{Anaemia, Neuro};
use chrono::NaiveDate;

/// Returns these people, in the order of their numbers.
pub(super) fn stories() -> Vec<Story> {
    [beside_the_plan(), ended(), changed(), flagged(), needle()].concat()
}

/// Paused, on tablets, declined: somebody looks again on a day.
fn beside_the_plan() -> Vec<Story> {
    vec![
        Story::of("Ferreira", "Inês", 46, (5, 23), Female)
            .because_of("autoimmune-gastritis")
            .on("r01", 10)
            .next(-4)
            .aside(Aside::Turned(20, |today| Turn::Paused { until: back(today, -7) }, "travels, back next week")),
        Story::of("Dubois", "Camille", 38, (2, 3), Female).because_of("diet").on("r03", 8).next(95).aside(
            Aside::Turned(
                58,
                |today| Turn::Oral { daily_mcg: 1000, recheck: back(today, -3) },
                "eats dairy again, blood count normal, no symptoms: tablets on trial",
            ),
        ),
        Story::of("Yilmaz", "Emre", 54, (6, 30), Male).because_of("ppi-h2").on("r01", 2).next(-24).aside(
            Aside::Turned(26, |today| Turn::Declined { again: back(today, -4) }, "wants no injections before his move"),
        ),
    ]
}

/// Stopped, moved, died: nothing is owed any more.
fn ended() -> Vec<Story> {
    vec![
        Story::of("O'Connor", "Fintan", 43, (3, 19), Male)
            .because_of("coeliac")
            .on("r01", 9)
            .next(-80)
            .aside(Aside::TriagedAgain(131, |triage, on| triage.cause_removed = Some(back(on, 14))))
            .aside(Aside::Turned(
                130,
                |today| Turn::Stopped { recheck: back(today, 18) },
                "bowel healed on gluten-free diet, antibodies normal",
            ))
            .aside(Aside::Rechecked),
        Story::of("Novák", "Petra", 50, (8, 4), Female).because_of("autoimmune-gastritis").on("r01", 9).next(25).aside(
            Aside::Turned(
                12,
                |_| Turn::Transferred { to: "Riverside Practice".to_owned() },
                "moved; the plan and the date of the last dose were sent along",
            ),
        ),
        Story::of("Thompson", "Edith", 91, (11, 9), Female)
            .because_of("autoimmune-gastritis")
            .on("r01", 10)
            .next(30)
            .aside(Aside::Turned(9, |_| Turn::Died, "told by her daughter")),
    ]
}

/// The plan was changed, or is about to be.
fn changed() -> Vec<Story> {
    vec![
        // Thinned out too early; a complete review, and the denser phase again, with the old plan behind it.
        Story::of("Mendoza", "Carlos", 59, (4, 12), Male)
            .because_of("partial-gastrectomy-bariatric")
            .neuro(Neuro::Mild, &[("numbness", 3), ("paraesthesia", 2), ("fatigue", 2)])
            .goes(Shape::Plateau)
            .on("r02", 7)
            .ended(5, "no further improvement")
            .next(30)
            .aside(Aside::Reviewed(8))
            .aside(Aside::Denser(5, 6, "better at first, then a plateau since the doses thinned out")),
        // Symptoms come back before the dose, twice: nobody decided yet.
        Story::of("Berg", "Ingrid", 62, (9, 27), Female)
            .because_of("autoimmune-gastritis")
            .on("r01", 11)
            .next(52)
            .aside(Aside::BackBefore(1, 12))
            .aside(Aside::BackBefore(0, 18)),
        // Spaced against the rule, with a reason that stays in the record.
        Story::of("Fischer", "Ursula", 65, (7, 16), Female)
            .because_of("diet")
            .us()
            .on("r09", 14)
            .next(12)
            .left_open(40)
            .aside(Aside::Every(16, Interval::Months(2), "comes a long way; symptoms are asked by telephone", "SPACE")),
        // Tablets would do, and the chart says why not.
        Story::of("Wright", "Doreen", 79, (10, 5), Female)
            .because_of("diet")
            .on("r03", 8)
            .next(70)
            .aside(Aside::Seen("O2", "cannot keep to tablets; a district nurse gives the injection")),
    ]
}

/// What a triage finds beside the cause.
fn flagged() -> Vec<Story> {
    vec![
        Story::of("Abebe", "Selam", 56, (1, 25), Female)
            .because_of("metformin")
            .neuro(Neuro::Moderate, &[("gait", 3), ("numbness", 2), ("fatigue", 2)])
            .found(|triage, seen| {
                triage.red_flags = vec!["cord".to_owned()];
                triage.medicines = vec![since("metformin", seen, 72), Medicine::taken("ppi")];
                triage.since = Some(back(seen, 100));
            })
            .on("r02", 6)
            .next(1),
        Story::of("Hansen", "Mikkel", 37, (12, 2), Male)
            .because_of("metformin")
            .found(|triage, seen| {
                triage.cautions = vec!["leber".to_owned()];
                triage.red_flags = vec!["alarm".to_owned()];
                triage.medicines = vec![since("metformin", seen, 50)];
            })
            .on("r01", 8)
            .next(40)
            .aside(Aside::Seen("2.3", "endoscopy done, no bleeding; letter in the file")),
        Story::of("Kumar", "Anil", 68, (2, 20), Male)
            .because_of("pancreatic-insufficiency")
            .found(|triage, _| triage.cautions = vec!["benzyl-alcohol".to_owned(), "anticoagulant".to_owned()])
            .on("r01", 9)
            .next(22)
            .allergic("benzyl alcohol"),
        // Haemoglobin answers to blood here, not to B12.
        Story::of("Nowak", "Tomasz", 73, (6, 11), Male)
            .because_of("autoimmune-gastritis")
            .with(|a| a.anaemia = Anaemia::Severe)
            .potassium(4.1, 71.0)
            .on("r01", 5)
            .next(1)
            .aside(Aside::Transfused(6, 92.0)),
        // One antibody before treatment, one too soon after a dose.
        Story::of("Larsen", "Astrid", 61, (3, 8), Female)
            .because_of("autoimmune-gastritis")
            .on("r01", 3)
            .next(1)
            .aside(Aside::Word(9, "intrinsic-factor-antibody", "positive"))
            .aside(Aside::Word(1, "intrinsic-factor-antibody", "equivocal")),
        // Folic acid, and no B12 yet.
        Story::of("Haile", "Miriam", 31, (8, 28), Female)
            .because_of("unknown")
            .found(|triage, seen| {
                let folic = Medicine { daily_mcg: Some(5000), ..since("folic-acid", seen, 2) };
                triage.medicines = vec![folic];
            })
            .ago(1),
    ]
}

/// What can be said with a dose.
fn needle() -> Vec<Story> {
    vec![
        Story::of("Trần", "Linh", 64, (5, 12), Female)
            .because_of("total-gastrectomy")
            .us()
            .on("r09", 16)
            .next(17)
            .aside(Aside::LastDose(|given| {
                given.product = "Cyanocobalamin 1000 mcg/mL, 10 mL vial".to_owned();
                given.opened = Some(back(given.on, 12));
                given.sore = given.site.map(|site| SoreSite { site, until: back(given.on, -28) });
                given.note = Some("arm sore and red at the last site".to_owned());
            })),
        Story::of("Kovács", "Béla", 70, (9, 15), Male)
            .because_of("ileal-resection")
            .on("r01", 10)
            .slip(10, Slip::Late(12))
            .next(45)
            .aside(Aside::LastDose(|given| {
                given.next_from = NextFrom::Calendar;
                given.note = Some("away for a fortnight; the next dose stays on its planned day".to_owned());
            })),
    ]
}

/// A medicine that is taken since so many months.
fn since(id: &str, seen: NaiveDate, months: u32) -> Medicine {
    Medicine { since: Some(Interval::Months(months).before(seen)), ..Medicine::taken(id) }
}
