//! The five triage answers (brief T1 to T5), recorded before any dose is planned and shown ever after.
//!
//! Levels follow facts 2.2; causes are data in `assets/causes.ron` (facts 2.1).

use super::background::{Medicine, RedFlag};
use super::drug::{Drug, Route};
use super::interval::Interval;
use super::iso;
use super::knowledge::Knowledge;
use super::practice::Practice;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One cause of deficiency (facts 2.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Its id, lower case with dashes.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The group that the choice shows it under: `diet`, `malabsorption`, `medicine`, `other`, `unknown`.
    pub group: CauseGroup,
    /// Whether the cause can be removed so that treatment can end, in the source's words: yes, no, partly.
    pub reversible: Reversible,
    /// The published position on oral maintenance, in a word.
    #[serde(default)]
    pub tablets: Tablets,
    /// The published position on oral maintenance.
    pub oral: String,
    /// How long treatment lasts.
    pub duration: String,
    /// What else there is to know.
    #[serde(default)]
    pub notes: String,
    /// References, with marks.
    pub source: String,
}

/// The first triage question's three answers, and their finer kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseGroup {
    /// Too little in the diet.
    Diet,
    /// Not taken up: stomach, bowel, antibodies.
    Malabsorption,
    /// A medicine or a gas.
    Medicine,
    /// Greater need, or a false low.
    Other,
    /// Not known yet.
    Unknown,
}

/// The published position on tablets for maintenance, in a word (facts 2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tablets {
    /// They are a published way.
    Yes,
    /// Sources disagree, or it hangs on the patient.
    Disputed,
    /// They are no published way.
    No,
    /// No source says.
    #[default]
    NotStated,
}

/// Whether a cause can be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reversible {
    /// It can.
    Yes,
    /// It cannot: treatment is life-long.
    No,
    /// In part.
    Partly,
    /// Not settled.
    Unknown,
}

/// The neurologic axis (facts 2.2, \[S65\]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Neuro {
    /// Nobody asked: never the same as none.
    #[default]
    NotAsked,
    /// N0: no symptom or sign.
    None,
    /// N1: paraesthesia, numbness, subjective weakness, normal gait.
    Mild,
    /// N2: observed weakness, gait ataxia, loss of vibration or position sense.
    Moderate,
    /// N3: N2 with cognitive or psychiatric change, or sphincter involvement.
    Severe,
}

impl Neuro {
    /// Every answer with the words that the form shows.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::None, "None"),
        (Self::Mild, "Mild: numbness, tingling, normal gait"),
        (Self::Moderate, "Moderate: unsteady gait, weakness, no vibration sense"),
        (Self::Severe, "Severe: also memory, mind, bladder, bed-bound"),
    ];
}

/// The anaemia axis (facts 2.2, \[S56\] WHO 2024).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anaemia {
    /// No haemoglobin known yet.
    #[default]
    NotKnown,
    /// A0.
    None,
    /// A1: women 110 to 119 g/L, men 110 to 129 g/L.
    Mild,
    /// A2: 80 to 109 g/L.
    Moderate,
    /// A3: below 80 g/L.
    Severe,
}

impl Anaemia {
    /// Every level with the words that the form shows.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::NotKnown, "Not known yet"),
        (Self::None, "None"),
        (Self::Mild, "Mild: Hb 110 to 119 g/L (men to 129 g/L)"),
        (Self::Moderate, "Moderate: Hb 80 to 109 g/L"),
        (Self::Severe, "Severe: Hb below 80 g/L"),
    ];

    /// The same in pregnancy (WHO 2024 \[S56\]; another published table has the border of mild at 90 g/L).
    pub const PREGNANT: [(Self, &'static str); 5] = [
        (Self::NotKnown, "Not known yet"),
        (Self::None, "None: Hb 110 g/L or more (105 in trimester 2)"),
        (Self::Mild, "Mild: Hb 100 to 109 g/L in pregnancy"),
        (Self::Moderate, "Moderate: Hb 70 to 99 g/L in pregnancy"),
        (Self::Severe, "Severe: Hb below 70 g/L in pregnancy"),
    ];

    /// Returns every level with the words for this patient.
    #[must_use]
    pub fn levels(pregnant: bool) -> &'static [(Self, &'static str); 5] {
        if pregnant { &Self::PREGNANT } else { &Self::ALL }
    }
}

/// What the B12 level before treatment says (facts 2.2, NICE NG239 \[S13\]\[S18\]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum B12Status {
    /// Not measured; treatment need not wait for it.
    #[default]
    NotMeasured,
    /// L0: total above 350 ng/L or active above 70 pmol/L.
    Unlikely,
    /// L1: total 180 to 350 ng/L or active 25 to 70 pmol/L.
    Indeterminate,
    /// L2: total below 180 ng/L or active below 25 pmol/L.
    Confirmed,
}

impl B12Status {
    /// Every level with the words that the form shows.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::NotMeasured, "Not measured yet"),
        (Self::Confirmed, "Low: total below 180 ng/L or active below 25 pmol/L"),
        (Self::Indeterminate, "In between: 180 to 350 ng/L or active 25 to 70 pmol/L"),
        (Self::Unlikely, "Not low: above 350 ng/L or active above 70 pmol/L"),
    ];
}

/// Repletion and maintenance are not dosed the same way (brief T3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Fill the stores first.
    #[default]
    Repletion,
    /// Stores are full: keep them so.
    Maintenance,
}

/// The monitoring plan (brief T5): what is looked at again, beside what the regimen asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonitoringPlan {
    /// When the first look is, counted from the first dose.
    pub first: Interval,
    /// Ids of the symptoms that are asked at each checkpoint.
    pub symptoms: Vec<String>,
    /// Ids of the labs that this patient is followed by, beside the regimen's.
    #[serde(default)]
    pub labs: Vec<String>,
}

impl MonitoringPlan {
    /// Returns when the first look is, unless somebody says another day.
    #[must_use]
    pub fn usual_first(practice: &Practice) -> Interval {
        let weeks = practice.knowledge.rule("G5").count("first_look_weeks");
        Interval::Weeks(u32::try_from(weeks).unwrap_or(1).max(1))
    }
}

/// What the triage asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The cause.
    Cause,
    /// What is known of a medicine, by its id.
    Medicine(String),
    /// The neurologic level.
    Neuro,
    /// Whether sight is affected.
    Sight,
    /// The symptoms that are followed.
    Symptoms,
}

/// The five answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triage {
    /// T1: why B12 is low, an id of `assets/causes.ron`.
    pub cause: String,
    /// T2: neurologic severity.
    #[serde(default)]
    pub neuro: Neuro,
    /// T2: whether sight is affected (facts 2.2, V1).
    #[serde(default)]
    pub visual: bool,
    /// T2: anaemia.
    #[serde(default)]
    pub anaemia: Anaemia,
    /// T2: the level before treatment.
    #[serde(default)]
    pub b12: B12Status,
    /// Pregnant or breast-feeding: the first follow-up comes after one month (facts 2.3, \[S2\]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pregnant: bool,
    /// T2: red flags, ids of `assets/red_flags.ron`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub red_flags: Vec<String>,
    /// T2: when the symptoms began, where known.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub since: Option<NaiveDate>,
    /// T1: medicines and absorption factors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub medicines: Vec<Medicine>,
    /// T1: the day on which the cause was removed: diet corrected, medicine stopped, bowel healed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub cause_removed: Option<NaiveDate>,
    /// T4: contraindications and cautions, ids of `assets/cautions.ron`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<String>,
    /// T4: why tablets do not suit, in words; payers ask (facts 8.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_oral: Option<String>,
    /// T3: the goal.
    #[serde(default)]
    pub goal: Goal,
    /// T4: the route.
    pub route: Route,
    /// T4: the form in hand.
    pub drug: Drug,
    /// T5: what is checked again, and when.
    pub monitoring: MonitoringPlan,
    /// Anything else that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What holds with any neurologic or visual involvement, and its source.
pub const DO_NOT_WAIT: (&str, &str) = (
    "Do not wait: treat before results; take blood first if it is quick. Never folic acid first or alone.",
    "facts 2.4, 2.5 [S4][S3][S15]",
);

impl Triage {
    /// Returns a triage that answers the first question only: nothing severe, repletion, hydroxocobalamin IM.
    #[must_use]
    pub fn new(cause: &str, monitoring: MonitoringPlan) -> Self {
        Self {
            cause: cause.to_owned(),
            neuro: Neuro::None,
            visual: false,
            anaemia: Anaemia::NotKnown,
            b12: B12Status::NotMeasured,
            pregnant: false,
            red_flags: Vec::new(),
            since: None,
            medicines: Vec::new(),
            cause_removed: None,
            cautions: Vec::new(),
            not_oral: None,
            goal: Goal::Repletion,
            route: Route::Im,
            drug: Drug::Hydroxocobalamin,
            monitoring,
            note: None,
        }
    }

    /// Returns a triage that nobody answered yet: the form that is usual in the practice's country, the usual symptoms, and the
    /// usual first look.
    #[must_use]
    pub fn fresh(practice: &Practice) -> Self {
        let symptoms = practice.knowledge.symptoms().iter().filter(|s| s.usual).map(|s| s.id.clone()).collect();
        let drug = practice.country().usual_form;
        let monitoring = MonitoringPlan { first: MonitoringPlan::usual_first(practice), symptoms, labs: Vec::new() };
        Self { drug, neuro: Neuro::NotAsked, ..Self::new("", monitoring) }
    }

    /// Says what the answers lack or where they contradict each other, and which of them it is.
    #[must_use]
    pub fn lacks(&self, knowledge: &Knowledge) -> Option<(Asked, String)> {
        let lacks = |asked, words: &str| Some((asked, words.to_owned()));
        if self.cause.is_empty() {
            return lacks(Asked::Cause, "choose the cause; \"not known yet\" is an answer");
        }
        let asks_dose = |id: &str| knowledge.medicines().iter().any(|kind| kind.id == id && kind.dose_asked);
        let dose = self.medicines.iter().find(|taken| taken.daily_mcg.is_none() && asks_dose(&taken.id));
        if let Some(taken) = dose {
            let words = "say how much a day: for example 400 mcg, or 5 mg";
            return lacks(Asked::Medicine(taken.id.clone()), words);
        }
        if let Some(words) = self.contradiction(knowledge.red_flags()) {
            let sight = knowledge.red_flags().iter().any(|flag| flag.sight && self.red_flags.contains(&flag.id));
            return Some((if sight { Asked::Sight } else { Asked::Neuro }, words));
        }
        if self.neuro == Neuro::NotAsked {
            return lacks(Asked::Neuro, "answer this one: it decides which plans fit");
        }
        let words = "choose at least one symptom to follow: levels alone do not show whether it works";
        self.monitoring.symptoms.is_empty().then(|| (Asked::Symptoms, words.to_owned()))
    }

    /// Returns whether a caution of `assets/cautions.ron` was answered with yes.
    #[must_use]
    pub fn has_caution(&self, id: &str) -> bool {
        self.cautions.iter().any(|c| c == id)
    }

    /// Returns whether any neurologic or visual involvement was found: the "do not wait" case (facts 2.4).
    #[must_use]
    pub fn is_neuro(&self) -> bool {
        self.neuro > Neuro::None || self.visual
    }

    /// Says which answers contradict each other: a neurologic red flag, and no neurologic or visual involvement, would let a
    /// plan without it look as if it fitted; so would lost sight that is not said to be affected.
    #[must_use]
    pub fn contradiction(&self, red_flags: &[RedFlag]) -> Option<String> {
        let has = |id: &str| self.red_flags.iter().any(|flag| flag == id);
        if let Some(flag) = red_flags.iter().find(|f| f.sight && has(&f.id)).filter(|_| !self.visual) {
            return Some(format!("the red flag {} is ticked: then sight is affected", flag.id));
        }
        let flag = red_flags.iter().find(|f| f.neuro && has(&f.id)).filter(|_| !self.is_neuro())?;
        Some(format!("the red flag {} is neurologic: give the level, or sight affected", flag.id))
    }

    /// Returns whether the deficiency is significant, so that repletion comes before maintenance: confirmed in the
    /// blood, neurologic, or with moderate or severe anaemia (brief G1, facts P5).
    #[must_use]
    pub fn is_significant(&self) -> bool {
        self.is_neuro()
            || self.b12 == B12Status::Confirmed
            || matches!(self.anaemia, Anaemia::Moderate | Anaemia::Severe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::practice::Settings;

    /// Both faces ask this before they record a triage.
    #[test]
    fn what_nobody_asked_about_nerves_is_not_none() {
        let practice = Practice::new(Settings::new("Hill Street", "Maya Keller RN"));
        let fresh = Triage { cause: "diet".to_owned(), ..Triage::fresh(&practice) };
        assert!(!fresh.is_neuro() && fresh.neuro < Neuro::None);
        let lacks = |triage: &Triage| triage.lacks(&practice.knowledge).map(|(asked, _)| asked);
        assert_eq!(lacks(&fresh), Some(Asked::Neuro));
        // Sight does not answer it.
        assert_eq!(lacks(&Triage { visual: true, ..fresh.clone() }), Some(Asked::Neuro));
        for neuro in Neuro::ALL.map(|(level, _)| level) {
            assert_eq!(lacks(&Triage { neuro, ..fresh.clone() }), None, "{neuro:?}");
        }
    }
}

/// One item of the symptom checklist (facts 5.1), graded 0 to 4 (facts 5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symptom {
    /// Its id, lower case with dashes.
    pub id: String,
    /// The words that the patient hears.
    pub name: String,
    /// Whether it is neurologic or visual: a rise there is "worse".
    #[serde(default)]
    pub neuro: bool,
    /// Whether it is asked unless the monitoring plan says otherwise.
    #[serde(default)]
    pub usual: bool,
    /// SNOMED CT id with the facts' check mark, where there is one.
    #[serde(default)]
    pub snomed: Option<String>,
}

/// The words of the scale 0 to 4 (facts 5.2, PRO-CTCAE \[S61\]).
pub const SCALE: [&str; 5] = ["none", "mild", "moderate", "severe", "very severe"];
