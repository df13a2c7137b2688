//! Writes a chart as resources: what holds of each entry under that entry's own id, and what is worked out of them.

mod cause;
mod decisions;
mod doses;
mod looks;
mod notes;
mod person;
mod plan;
mod visits;

use super::export::How;
use super::ids::Uuid;
use super::resource::{Resource, named, to};
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::course::{CheckSlot, Course, DoseSlot};
use crate::clinic::entry::{Act, Entry, EntryId};
use crate::clinic::practice::Practice;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Somebody who writes one patient's chart as resources.
pub(super) struct Scribe<'a> {
    practice: &'a Practice,
    chart: &'a Chart,
    course: &'a Course,
    how: &'a How,
    /// The practice's id.
    base: Uuid,
    /// The patient's id.
    patient: Uuid,
    /// A reference to the Condition that is treated: the deficiency, or where none is coded the cause; null where neither is.
    problem: Value,
    /// What serves several patients: people, vials.
    shared: BTreeMap<Uuid, Resource>,
    out: Vec<Resource>,
    /// The ids of what is in `out`.
    ids: HashSet<Uuid>,
    /// The planned checkpoints, each with its id.
    checks: Vec<(Uuid, &'a CheckSlot)>,
    /// The slots that entries filled, or left empty.
    slots: HashMap<EntryId, &'a DoseSlot>,
    /// The resource that stands for each entry.
    stands: BTreeMap<EntryId, Value>,
}

/// An entry as it is written: what holds of it, or what stood there before it was struck out.
#[derive(Clone, Copy)]
struct Told<'a> {
    entry: &'a Entry,
    act: &'a Act,
    struck: bool,
    /// Whether something else stood there before.
    amended: bool,
}

impl Told<'_> {
    fn id(&self) -> Uuid {
        Uuid::from(self.entry.id)
    }

    /// Returns a status, or that the entry was an error.
    fn status(&self, status: &'static str) -> &'static str {
        if self.struck { "entered-in-error" } else { status }
    }

    /// Returns the status of a report.
    fn report_status(&self) -> &'static str {
        self.status(if self.amended { "amended" } else { "final" })
    }
}

impl<'a> Scribe<'a> {
    pub(super) fn new(practice: &'a Practice, chart: &'a Chart, course: &'a Course, how: &'a How) -> Self {
        let base = Uuid::practice(practice.settings.id_name());
        let patient = Uuid::from(chart.id);
        Self {
            practice,
            chart,
            course,
            how,
            base,
            patient,
            problem: Value::Null,
            shared: BTreeMap::new(),
            out: Vec::new(),
            ids: HashSet::new(),
            checks: plan::checks(course),
            slots: slots(course),
            stands: BTreeMap::new(),
        }
    }

    /// Returns what serves several patients, and what is this one's alone.
    pub(super) fn all(mut self) -> (Vec<Resource>, Vec<Resource>) {
        let facts = self.chart.facts();
        self.person(&facts);
        self.conditions(&facts);
        self.visits(&facts);
        for fact in &facts {
            self.fact(fact, &facts);
        }
        self.checkpoints();
        (self.shared.into_values().collect(), self.out)
    }

    fn fact(&mut self, fact: &Fact<'_>, facts: &[Fact<'_>]) {
        let (act, struck, amended) = (fact.act.unwrap_or(&fact.entry.act), fact.act.is_none(), fact.amended.is_some());
        let told = Told { entry: fact.entry, act, struck, amended };
        match told.act {
            Act::Triaged(triage) => self.triaged(told, triage),
            Act::Ordered(order) => self.ordered(told, order),
            Act::Given(given) => self.given(told, given),
            Act::NotGiven(not) => self.not_given(told, not),
            Act::Checked(checked) => self.checked(told, checked),
            Act::Reviewed(review) => self.reviewed(told, review),
            Act::Acknowledged(seen) => self.acknowledged(told, seen),
            Act::Noted(note) => self.noted(told, note),
            Act::PhaseEnded(_) | Act::Changed(_) | Act::Renewed(_) | Act::Cosigned(_) if !told.struck => {
                self.decided(told, facts);
            }
            _ => {}
        }
        self.corrected(fact);
        self.taken_over(fact);
    }

    /// Puts down the resource that stands for an entry.
    fn stand(&mut self, told: Told<'_>, resource: Resource) {
        self.stands.insert(told.entry.id, resource.reference());
        let whole = self.how.whole && !told.struck;
        self.put(if whole { resource.standing_for(told.entry, told.act) } else { resource });
    }

    /// Puts down a resource that says part of what an entry says.
    fn part(&mut self, of: Uuid, resource: Resource) {
        self.put(if self.how.whole { resource.part_of(of) } else { resource });
    }

    /// Puts down a resource; of two with one id the first.
    fn put(&mut self, resource: Resource) {
        if self.ids.insert(resource.id) {
            self.out.push(resource);
        }
    }

    fn subject(&self) -> Value {
        to("Patient", self.patient)
    }

    fn organization(&self) -> Value {
        to("Organization", self.base)
    }

    fn device(&self) -> Value {
        to("Device", self.base.of("device"))
    }

    /// Returns a reference to somebody by name; null where there is no name.
    fn who(&mut self, name: &str) -> Value {
        if name.trim().is_empty() {
            return Value::Null;
        }
        let id = self.base.of(&format!("person {name}"));
        let gone = self.practice.settings.person(name).is_some_and(|p| p.left);
        let body = json!({
            "active": !gone,
            "identifier": [{ "system": self.base.of("people").urn(), "value": name }],
            "name": [{ "text": name }],
        });
        self.shared.entry(id).or_insert_with(|| Resource::new("Practitioner", id, body));
        named("Practitioner", id, name.trim())
    }

    /// Returns the slot that an entry filled, or left empty.
    fn slot(&self, entry: EntryId) -> Option<&'a DoseSlot> {
        self.slots.get(&entry).copied()
    }
}

fn slots(course: &Course) -> HashMap<EntryId, &DoseSlot> {
    let given = course.doses.iter().filter_map(|slot| Some((slot.given.as_ref()?.entry, slot)));
    let not = course.doses.iter().filter_map(|slot| Some((slot.not_given.as_ref()?.0, slot)));
    given.chain(not).collect()
}

/// Returns the id of the request for a phase of an order.
fn request(order: EntryId, phase: usize) -> Uuid {
    Uuid::from(order).of(&format!("phase {phase}"))
}

/// Returns the id of one result of a look.
fn result(look: EntryId, analyte: &str) -> Uuid {
    Uuid::from(look).of(&format!("lab {analyte}"))
}
