//! What a column can hold.

use crate::clinic::knowledge::Knowledge;
use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident, $name:literal;)*) => {
        /// What a column holds.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            /// Nothing that is taken over.
            #[default]
            Ignored,
            $($(#[$doc])* $variant,)*
            /// Results of an analyte of `assets/labs.ron`, by its id.
            Lab(String),
        }

        impl Field {
            /// Every field but those of laboratory results, in the order that a choice shows them.
            pub const ALL: &'static [Self] = &[Self::Ignored, $(Self::$variant,)*];

            /// Returns what a person calls it.
            #[must_use]
            pub fn name(&self, knowledge: &Knowledge) -> String {
                match self {
                    Self::Ignored => "not taken over".to_owned(),
                    $(Self::$variant => $name.to_owned(),)*
                    Self::Lab(id) => knowledge.lab(id).map_or_else(|| id.clone(), |lab| format!("Lab: {}", lab.name)),
                }
            }
        }
    };
}

fields! {
    /// The practice's number of the patient.
    Number, "Record number";
    /// Family name.
    Family, "Family name";
    /// Given name.
    Given, "Given name";
    /// Both in one cell.
    WholeName, "Whole name";
    /// Date of birth.
    Born, "Date of birth";
    /// Sex.
    Sex, "Sex";
    /// Telephone.
    Phone, "Telephone";
    /// Allergies.
    Allergies, "Allergies";
    /// A caution that stands in the banner.
    Caution, "Caution in the banner";
    /// Why B12 is low, in words.
    Cause, "Cause, in words";
    /// The same as a code.
    CauseCode, "Cause, ICD-10";
    /// Form or product.
    Medication, "Medication";
    /// Dose with its unit.
    Dose, "Dose";
    /// Dose in micrograms.
    DoseMcg, "Dose in micrograms";
    /// Dose in milligrams.
    DoseMg, "Dose in milligrams";
    /// Route.
    Route, "Route";
    /// Site.
    Site, "Site";
    /// Lot.
    Lot, "Lot";
    /// Expiry of the product.
    Expires, "Expiry";
    /// Who gave it.
    GivenBy, "Given by";
    /// Date of the last dose; in a list of doses, of the dose.
    LastDose, "Date of the last dose";
    /// Dates of doses before it; several in a cell are parted by semicolon or line.
    PreviousDoses, "Dates of earlier doses";
    /// When the next dose is due.
    NextDue, "Next due";
    /// Time between doses.
    Interval, "Interval";
    /// Loading or maintenance.
    Phase, "Phase";
    /// Anything else.
    Notes, "Notes";
    /// Active, died, moved.
    Status, "Status";
    /// Since when.
    StatusDate, "Date of the status";
    /// Until when, or when it is looked at again.
    StatusUntil, "Status until";
    /// Where to, or why.
    StatusNote, "Words to the status";
    /// Why, of a move.
    StatusWhy, "Why the patient moved";
    /// Who decided it.
    StatusBy, "Who decided the status";
    /// How the decision came: verbal, written.
    StatusTold, "How the decision came: verbal, written";
    /// The plan, by its id or number in the library.
    Regimen, "Plan (regimen)";
    /// When the plan began.
    PlanFrom, "Start of the plan";
    /// Whether the plan has all its phases, or maintenance alone.
    PlanPart, "Part of the plan: whole, or maintenance alone";
    /// The phases of the plan, one a line.
    PlanPhases, "Phases of the plan, as Cobalog writes them";
    /// The plans before, one after another.
    EarlierPlans, "Earlier plans, as Cobalog writes them";
    /// What moved the plan that holds.
    PlanEvents, "What moved the plan, as Cobalog writes it";
    /// Where the plan is another than the published one.
    NotAsPublished, "Where the plan is not as published";
    /// The last day on which a dose may be given on the order.
    GoodUntil, "Last day of the order";
    /// For how many doses the order is good, those that were given among them.
    GoodFor, "Number of doses of the order";
    /// Who prescribes.
    Prescriber, "Prescriber";
    /// The other system's id of the order.
    OrderId, "Id of the order";
    /// The other system's id of the dose.
    DoseId, "Id of the dose";
    /// The day on which a listed dose was due.
    DueDate, "Day on which the dose was due";
    /// Whether a listed dose was given, missed, refused.
    Outcome, "Given, missed, refused";
    /// Date and time of a listed dose.
    GivenAt, "Date and time of the dose";
    /// Why it was not given.
    Why, "Why it was not given";
    /// Strength of the vial in micrograms per millilitre.
    Strength, "Strength of the vial";
    /// What the vial's label said.
    Product, "Product, as on the label";
    /// Volume drawn up in millilitres.
    DrawnMl, "Volume drawn up in mL";
    /// When the multi-dose vial was opened.
    Opened, "Day on which the vial was opened";
    /// When a missed dose is tried again.
    Again, "Day on which it is tried again";
    /// What the next dose counts from.
    NextFrom, "What the next dose counts from";
    /// What was seen after the injection.
    Reaction, "Reaction after the dose";
    /// The other system's id of the result.
    ResultId, "Id of the result";
    /// A date whose name does not say of what: it is asked.
    SomeDate, "A date: it is asked of what";
    /// When the sample was taken.
    Collected, "Date of the sample";
    /// Name of the test.
    Test, "Name of the test";
    /// LOINC code of the test.
    Loinc, "LOINC code";
    /// `<` or `>`.
    Comparator, "Comparator (<, >)";
    /// The value.
    Value, "Result";
    /// Its unit as it was sent.
    Unit, "Unit of the result";
    /// Its unit as UCUM writes it.
    Ucum, "Unit as UCUM writes it";
    /// The laboratory's range.
    Range, "Range of the laboratory";
    /// The laboratory's flag.
    Flag, "Flag of the laboratory";
    /// Final, corrected, preliminary.
    ResultStatus, "Status of the result";
    /// Where it came from.
    Source, "Where it came from";
}

impl Field {
    /// Returns every field, those of laboratory results last.
    #[must_use]
    pub fn all(knowledge: &Knowledge) -> Vec<Self> {
        let labs = knowledge.labs().iter().map(|lab| Self::Lab(lab.id.clone()));
        Self::ALL.iter().cloned().chain(labs).collect()
    }

    /// Returns whether its cells are dates.
    #[must_use]
    pub fn is_date(&self) -> bool {
        matches!(
            self,
            Self::Born
                | Self::LastDose
                | Self::PreviousDoses
                | Self::NextDue
                | Self::StatusDate
                | Self::StatusUntil
                | Self::PlanFrom
                | Self::GoodUntil
                | Self::DueDate
                | Self::GivenAt
                | Self::Opened
                | Self::Again
                | Self::Collected
                | Self::SomeDate
        )
    }

    /// Returns whether several columns may hold it.
    #[must_use]
    pub fn repeats(&self) -> bool {
        matches!(self, Self::Ignored | Self::PreviousDoses | Self::Notes | Self::Caution | Self::Lab(_))
    }
}
