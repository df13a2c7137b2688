//! What of a triage warns whoever treats the patient next, so that it goes out with every form of the record: cautions, red
//! flags, nerves or sight affected.

use crate::clinic::background::Caution;
use crate::clinic::chart::{self, Chart};
use crate::clinic::entry::EntryId;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::patient::{Allergies, Person};
use crate::clinic::triage::{Neuro, Triage};
use crate::clinic::words;
use chrono::NaiveDate;

/// What kind of warning it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// A contraindication or caution.
    Caution,
    /// An allergy, to this.
    Allergy(String),
    /// What must be seen to at once.
    RedFlag,
    /// Nerves or sight are affected.
    Neuro,
}

/// One warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is.
    pub of: Of,
    /// The id of the caution or red flag; `neurologic` of nerves or sight.
    pub id: String,
    /// What a person reads, in one line without a semicolon.
    pub words: String,
}

/// The warnings of one triage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    /// The entry of the triage.
    pub entry: Option<EntryId>,
    /// Each of them.
    pub all: Vec<Warning>,
}

impl Warnings {
    /// Returns those of the triage that holds in a chart; none where there is no triage.
    #[must_use]
    pub fn of(chart: &Chart, knowledge: &Knowledge) -> Self {
        let facts = chart.facts();
        let Some((entry, triage)) = chart::triage(&facts) else { return Self::default() };
        Self { entry: Some(entry.id), all: warnings(triage, entry.said_at().date_naive(), knowledge) }
    }

    /// Returns the banner of a patient with the cautions that the triage answered, each said once.
    #[must_use]
    pub fn banner(&self, person: &Person) -> Option<String> {
        let cautions = self.all.iter().filter(|w| matches!(w.of, Of::Caution | Of::Allergy(_)));
        joined(person.caution.as_deref(), cautions.map(|w| w.words.as_str()))
    }

    /// Returns what a patient cannot bear, those that the triage asked about among them.
    #[must_use]
    pub fn allergies(&self, person: &Person) -> Allergies {
        let more = self.all.iter().filter_map(|w| match &w.of {
            Of::Allergy(to) => Some(to.clone()),
            _ => None,
        });
        let more: Vec<String> = more.collect();
        if more.is_empty() { person.allergies.clone() } else { person.allergies.clone().and(&Allergies::Known(more)) }
    }

    /// Returns the words of one kind.
    #[must_use]
    pub fn words_of(&self, of: &Of) -> Option<String> {
        joined(None, self.all.iter().filter(|w| w.of == *of).map(|w| w.words.as_str()))
    }

    /// Says what a description of a patient warns of that neither identity nor triage here say; `None` where nothing is new.
    #[must_use]
    pub fn lacking(&self, here: Option<&Person>, coming: &Person) -> Option<String> {
        let own = here.map(|p| format!("{}; {}", p.caution.as_deref().unwrap_or_default(), p.allergies.words()));
        let triage = self.all.iter().map(|w| match &w.of {
            Of::Allergy(to) => format!("{}; {to}", w.words),
            _ => w.words.clone(),
        });
        let here = plain(&own.into_iter().chain(triage).collect::<Vec<_>>().join("; "));
        let is_new = |part: &&str| !plain(part).is_empty() && !here.contains(&plain(part));
        let mut new: Vec<&str> =
            coming.caution.iter().flat_map(|c| c.split(';')).map(str::trim).filter(is_new).collect();
        if let Allergies::Known(list) = &coming.allergies {
            new.extend(list.iter().map(String::as_str).filter(is_new));
        }
        (!new.is_empty()).then(|| new.join("; "))
    }
}

/// Returns what a triage of that day warns of.
fn warnings(triage: &Triage, on: NaiveDate, knowledge: &Knowledge) -> Vec<Warning> {
    let by_cause = |c: &Caution| c.id == "leber" && triage.cause == "leber";
    let mut all: Vec<Warning> =
        knowledge.cautions().iter().filter(|c| triage.has_caution(&c.id) || by_cause(c)).map(of_caution).collect();
    let is_unknown = |id: &&String| !knowledge.cautions().iter().any(|c| c.id == **id);
    let unknown = triage.cautions.iter().filter(is_unknown);
    all.extend(unknown.map(|id| Warning { of: Of::Caution, id: id.clone(), words: one_line(id) }));
    let on = words::day(on);
    all.extend(triage.red_flags.iter().map(|id| {
        let flag = knowledge.red_flags().iter().find(|f| f.id == *id);
        let said = flag.map_or_else(|| id.clone(), |f| format!("{} ({})", f.name, f.urgency.words()));
        Warning { of: Of::RedFlag, id: id.clone(), words: one_line(&format!("Red flag on {on}: {said}")) }
    }));
    all.extend(neurologic(triage).map(|said| Warning {
        of: Of::Neuro,
        id: "neurologic".to_owned(),
        words: one_line(&format!("Neurologic involvement on {on}: {said}")),
    }));
    all
}

fn of_caution(caution: &Caution) -> Warning {
    let short = caution.words.split([':', '.', ';']).next().unwrap_or_default().trim();
    let to = caution.name.strip_prefix("Allergy to ").map(str::to_owned);
    let words = if short.is_empty() { caution.name.clone() } else { format!("{} ({short})", caution.name) };
    Warning { of: to.map_or(Of::Caution, Of::Allergy), id: caution.id.clone(), words: one_line(&words) }
}

fn neurologic(triage: &Triage) -> Option<String> {
    let level = Neuro::ALL.iter().find(|(level, _)| *level == triage.neuro && *level != Neuro::None);
    let level = level.map(|(_, words)| (*words).to_owned());
    let said: Vec<String> = level.into_iter().chain(triage.visual.then(|| "Sight affected".to_owned())).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// A semicolon parts one from the other.
fn one_line(text: &str) -> String {
    text.replace([';', '\n', '\r'], ",")
}

fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Joins what is said with what it does not say yet.
pub(crate) fn joined<'a>(own: Option<&str>, more: impl Iterator<Item = &'a str>) -> Option<String> {
    let own = own.filter(|own| !own.trim().is_empty()).map(str::to_owned);
    more.filter(|part| !part.trim().is_empty()).fold(own, |all, part| match all {
        Some(all) if plain(&all).contains(&plain(part)) => Some(all),
        Some(all) => Some(format!("{all}; {part}")),
        None => Some(part.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::interval::Interval;
    use crate::clinic::triage::MonitoringPlan;

    #[test]
    fn cautions_red_flags_and_nerves_are_warned_of_in_one_line_each() {
        let knowledge = Knowledge::built_in();
        let plan = MonitoringPlan { first: Interval::Weeks(3), symptoms: Vec::new(), labs: Vec::new() };
        let triage = Triage {
            cautions: vec!["leber".to_owned(), "benzyl-alcohol".to_owned()],
            red_flags: vec!["vision".to_owned()],
            neuro: Neuro::Moderate,
            visual: true,
            ..Triage::new("diet", plan)
        };
        let on: NaiveDate = "2026-01-05".parse().unwrap();
        let all = warnings(&triage, on, &knowledge);
        let said: Vec<&str> = all.iter().map(|w| w.words.as_str()).collect();
        assert_eq!(
            said,
            [
                "Leber's optic neuropathy (No cyanocobalamin)",
                "Allergy to benzyl alcohol (US cyanocobalamin and one Dutch brand hold it)",
                "Red flag on Mon 05 Jan 2026: Loss of vision, optic nerve (REFER TODAY)",
                "Neurologic involvement on Mon 05 Jan 2026: Moderate: unsteady gait, weakness, no vibration sense, Sight affected",
            ]
        );
        assert_eq!(all[1].of, Of::Allergy("benzyl alcohol".to_owned()));
        assert!(
            warnings(&Triage { cautions: Vec::new(), ..Triage::new("leber", triage.monitoring) }, on, &knowledge)[0]
                .words
                .contains("No cyanocobalamin")
        );
    }
}
