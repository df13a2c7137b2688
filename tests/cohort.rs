//! Alert fatigue is a defect, and here it is counted: a thousand patients on plan, with the results that a good response
//! brings, raise no stop and less than one question for each fifty doses.
#![expect(clippy::unwrap_used, reason = "a test stops where its story does not hold")]

#[path = "course/kit.rs"]
#[expect(dead_code, reason = "the cohort needs only a part of the kit")]
mod kit;

use chrono::{Days, NaiveDate};
use cobalog::clinic::course::{CheckSlot, CheckState, Course};
use cobalog::clinic::entry::{Act, Checked};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::fit;
use cobalog::clinic::moving;
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::practice::{Practice, Settings};
use cobalog::clinic::regimen::Regimen;
use cobalog::clinic::signing;
use cobalog::clinic::triage::{Anaemia, B12Status, Goal, Neuro, Triage};
use kit::{Story, day, result, triage};
use std::collections::BTreeMap;

/// What was counted.
#[derive(Default)]
struct Told {
    doses: u32,
    by_rule: BTreeMap<(Tier, String), u32>,
}

impl Told {
    fn count(&self, tier: Tier) -> u32 {
        self.by_rule.iter().filter(|((t, _), _)| *t == tier).map(|(_, n)| n).sum()
    }
}

/// What a review of an open phase looks at.
const REVIEW: [&str; 3] = ["symptoms", "haemoglobin", "mcv"];

/// A patient who answers well.
struct Patient {
    story: Story,
    start: NaiveDate,
    neuro: bool,
    /// The findings that were told already, so that one that stays is counted once.
    heard: Vec<String>,
}

/// How far along the response is, from 0 to 1.
fn answered(days: i64, full: i64) -> f64 {
    (days as f64 / full as f64).clamp(0.0, 1.0)
}

impl Patient {
    /// Nerves answer slowly, everything else within eight weeks (facts 3.1, 3.2).
    fn look(&self, on: NaiveDate, asks: &[String], due: Option<NaiveDate>) -> Checked {
        let days = (on - self.start).num_days().max(0);
        let grade = |was: f64, full: i64| (was * (1.0 - answered(days, full))).floor() as u8;
        let mut look = Checked { on, due, ..Checked::default() };
        look.symptoms.insert("fatigue".to_owned(), grade(3.0, 50));
        let nerves = if self.neuro { grade(3.9, 110) } else { 0 };
        look.symptoms.insert("numbness".to_owned(), nerves);
        for ask in asks.iter().filter(|a| *a != "symptoms") {
            let part = answered(days, 50);
            let value = match ask.as_str() {
                "haemoglobin" => format!("{:.0} g/L", 98.0 + 40.0 * part),
                "mcv" => format!("{:.0} fL", 112.0 - 20.0 * part),
                "reticulocytes" => "160 10*9/L".to_owned(),
                "potassium" => "4.2 mmol/L".to_owned(),
                "total-b12" => "95 ng/L".to_owned(),
                "folate" => "8 ng/mL".to_owned(),
                "ferritin" => "90 ug/L".to_owned(),
                "platelets" => "230 10*9/L".to_owned(),
                "mma" => format!("{:.0} nmol/L", 900.0 - 700.0 * part),
                "homocysteine" => format!("{:.0} umol/L", 30.0 - 20.0 * part),
                _ => continue,
            };
            look.labs.push(result(ask, &value));
        }
        look
    }

    fn hear(&mut self, today: NaiveDate, told: &mut Told) -> Course {
        let course = Course::of(&self.story.chart(), &self.story.practice, today);
        let now: Vec<String> = course.findings.iter().map(|f| format!("{} {:?}", f.rule, f.entries)).collect();
        for (finding, key) in course.findings.iter().zip(&now) {
            if !self.heard.contains(key) {
                *told.by_rule.entry((finding.tier, finding.rule.clone())).or_default() += 1;
            }
        }
        self.heard = now;
        course
    }

    /// Lives one day on plan: what is due is done, what may be decided is decided. Returns how it stands then.
    fn live(&mut self, today: NaiveDate, told: &mut Told) -> Course {
        let mut course = self.hear(today, told);
        let review = course.phase_now().is_some_and(|p| p.review == Some(today));
        if let Some((asks, due)) = due_look(&course)
            .map(|s| (s.asks, Some(s.due)))
            .or(review.then(|| (REVIEW.map(str::to_owned).to_vec(), None)))
        {
            let look = self.look(today, &asks, due);
            self.story.act(Act::Checked(look));
            course = self.hear(today, told);
        }
        // An open phase ends, and a gate opens, once nothing speaks against it any more.
        if let Some(ready) =
            moving::of(&course, &self.story.practice).filter(|m| !m.event.is_empty() && m.early.is_empty())
            && today > self.start + Days::new(7)
        {
            self.story.ends(ready.phase, &today.to_string());
            course = self.hear(today, told);
        }
        if let Some(slot) = course.next_dose().filter(|s| s.visit == today) {
            let mut given = self.story.given(today);
            (given.dose_mcg, given.drug, given.route) = (slot.dose_mcg, slot.drug, slot.route);
            self.story.act(Act::Given(given));
            told.doses += 1;
            course = self.hear(today, told);
        }
        course
    }
}

fn due_look(course: &Course) -> Option<CheckSlot> {
    let due = |c: &&CheckSlot| matches!(c.state, CheckState::Due | CheckState::Overdue(_));
    course.checkpoints.iter().rev().find(due).cloned()
}

/// Draws a patient with a plan that fits; `None` where the triage fits no plan that fills the stores.
fn patient(practice: &Practice, rng: &mut fastrand::Rng) -> Option<Patient> {
    let causes: Vec<_> = practice.knowledge.causes().iter().map(|c| c.id.clone()).collect();
    let neuro = rng.u32(0..3) == 0;
    let triage = Triage {
        cause: causes[rng.usize(0..causes.len())].clone(),
        neuro: if neuro { Neuro::Mild } else { Neuro::None },
        anaemia: [Anaemia::Mild, Anaemia::Moderate][rng.usize(0..2)],
        b12: B12Status::Confirmed,
        goal: Goal::Repletion,
        drug: cobalog::clinic::drug::Drug::ALL[rng.usize(0..3)],
        ..triage()
    };
    let fitting: Vec<&Regimen> =
        fit::rank(practice, &triage).into_iter().filter(fit::Fit::fits).map(|f| f.regimen).collect();
    let fills = |r: &&&Regimen| r.phases.first().is_some_and(|p| p.kind.fills());
    let fitting: Vec<_> = fitting.iter().filter(fills).collect();
    let regimen = fitting.get(rng.usize(0..fitting.len().max(1)))?;
    let start = day("2026-01-05") + Days::new(rng.u64(0..120));
    let checkpoints = fit::checkpoints(practice, regimen, Some(&triage));
    let order = Order::write(regimen, checkpoints, &Wish::plain(start, "Dr Adebayo")).unwrap();
    let mut story = Story::new(practice.clone());
    story.act(Act::Triaged(triage));
    let mut patient = Patient { story, start, neuro, heard: Vec::new() };
    let baseline: Vec<String> = practice.knowledge.baseline().iter().map(|a| a.id.clone()).collect();
    let look = patient.look(start, &baseline, None);
    patient.story.act(Act::Checked(look));
    let asked = signing::order(&patient.story.course(&start.to_string()), practice, &order);
    // On plan is on a plan that nothing speaks against.
    if !asked.is_empty() {
        return None;
    }
    patient.story.order = Some(patient.story.act(Act::Ordered(order)));
    Some(patient)
}

/// Two hundred and fifty patients over five months.
fn quarter(seed: u64) -> Told {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut told = Told::default();
    let practices = ["UK", "US", "NL", "NO"].map(|setting| {
        let mut settings = Settings::new("Test practice", "Maya Keller RN");
        setting.clone_into(&mut settings.setting);
        Practice::new(settings)
    });
    let mut patients = 0;
    while patients < 250 {
        let practice = &practices[rng.usize(0..practices.len())];
        let Some(mut patient) = patient(practice, &mut rng) else { continue };
        patients += 1;
        let mut today = patient.start;
        let end = today + Days::new(150);
        while today <= end {
            let course = patient.live(today, &mut told);
            // On to the next day on which something is owed.
            let dose = course.next_dose().map(|s| s.visit);
            let look = course.next_checkpoint().map(|c| c.due);
            let review = course.phase_now().and_then(|p| p.review);
            let next = dose.into_iter().chain(look).chain(review).filter(|d| *d > today).min();
            today = next.unwrap_or(end).clamp(today + Days::new(1), today + Days::new(14));
        }
    }
    told
}

#[test]
fn a_thousand_patients_on_plan_are_left_in_peace() {
    let quarters = std::thread::scope(|scope| {
        let running: Vec<_> = (0..4).map(|seed| scope.spawn(move || quarter(seed))).collect();
        running.into_iter().map(|q| q.join().unwrap()).collect::<Vec<_>>()
    });
    let mut told = Told::default();
    for quarter in quarters {
        told.doses += quarter.doses;
        for (rule, n) in quarter.by_rule {
            *told.by_rule.entry(rule).or_default() += n;
        }
    }
    let said = format!("{} doses: {:?}", told.doses, told.by_rule);
    assert!(told.doses > 10_000, "{said}");
    assert_eq!(told.count(Tier::Stop), 0, "{said}");
    assert!(told.count(Tier::Reason) * 50 < told.doses, "{said}");
    // What is left in the margin is what is due: checkpoints, and the question whether a phase has ended.
    let quiet = ["G5", "9.1", "PLAN", "O6", "BASE"];
    let other: Vec<_> =
        told.by_rule.keys().filter(|(t, rule)| *t == Tier::Note && !quiet.contains(&rule.as_str())).collect();
    assert!(other.is_empty(), "{said}");
}
