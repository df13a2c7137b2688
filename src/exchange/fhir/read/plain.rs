//! What another system wrote, by the kind of resource.

use super::{Place, Reader, at, held, skipped};
use crate::clinic::intake::{Piece, Trouble};
use serde_json::Value;

/// Whether anything of such a resource is read as it stands.
pub(super) fn is_read(kind: &str) -> bool {
    matches!(
        kind,
        "Patient"
            | "MedicationAdministration"
            | "Immunization"
            | "MedicationStatement"
            | "Observation"
            | "DiagnosticReport"
    )
}

impl Reader<'_> {
    /// Reads a resource as it stands.
    pub(super) fn plain(&self, n: usize, kind: &str, value: &Value, piece: &mut Piece) -> Result<Place, Trouble> {
        if self.is_in_error(n) {
            return self.in_error(n, kind, value, piece);
        }
        match kind {
            "Patient" => self.person(n, value, piece),
            "MedicationAdministration" | "Immunization" | "MedicationStatement" => self.dose(n, kind, value, piece),
            "Observation" => self.observed(n, value, piece),
            "MedicationRequest" => Err(self.planned(n, value)),
            "AllergyIntolerance" | "Flag" => Err(self.warned(n, kind, value)),
            "DiagnosticReport" => Err(skipped("Its results are read one by one.")),
            "MedicationDispense" => Err(skipped("It was handed out, which is not given.")),
            other => Err(skipped(format!("A resource of the kind {} is not for a chart here.", short(other)))),
        }
    }

    /// A plan that another system holds: a prescriber signs one here.
    fn planned(&self, n: usize, value: &Value) -> Trouble {
        let found = self.form(n, value);
        let runs = matches!(at::text(value, "status"), None | Some("active" | "on-hold"));
        if !found.is_vitamin_b12() {
            return skipped("It is not about injected vitamin B12.");
        }
        if at::text(value, "status") == Some("draft") {
            return skipped("A draft over there: it is not in force.");
        }
        if !runs {
            return skipped("A plan that has ended over there.");
        }
        let said = at::all(value, "dosageInstruction").iter().filter_map(|d| at::text(d, "text"));
        let said: Vec<_> = said.map(short).collect();
        let plan = if said.is_empty() { "without words".to_owned() } else { said.join("; ") };
        held(format!("A plan over there: {plan}. Sign a plan here where it is to go on."))
    }
}

/// A text of a file in a sentence: not more than a line of it.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}
