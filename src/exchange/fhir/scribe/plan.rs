//! The plan: an order is a CarePlan with a MedicationRequest for each phase, and one that holds them as sequential dosage.

use super::{Scribe, Told, request};
use crate::clinic::course::{CheckSlot, CheckState, Course, DoseSlot};
use crate::clinic::decision::Turn;
use crate::clinic::drug::mcg;
use crate::clinic::entry::EntryId;
use crate::clinic::order::Order;
use crate::clinic::words;
use crate::exchange::fhir::codes::{drug, hl7, micrograms, route};
use crate::exchange::fhir::ids::Uuid;
use crate::exchange::fhir::resource::{Resource, day, instant, narrative, note, recorded, to, worded};
use crate::exchange::fhir::timing::Timed;
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Where an order stands by its phases: the first of these statuses of MedicationRequest that one of them has. One whose last
/// phase never began was stopped, as long as another one did.
const STATUSES: [&str; 6] = ["entered-in-error", "active", "on-hold", "draft", "stopped", "cancelled"];

/// Returns where an order stands as a whole.
fn whole(statuses: &[&'static str]) -> &'static str {
    match STATUSES.into_iter().find(|s| statuses.contains(s)) {
        Some("cancelled") if statuses.contains(&"completed") => "stopped",
        Some(status) => status,
        None => "completed",
    }
}

impl Scribe<'_> {
    pub(super) fn ordered(&mut self, told: Told<'_>, order: &Order) {
        let statuses = self.statuses(told, order);
        let mut steps = Vec::new();
        if order.phases.len() > 1 {
            let all = (0..order.phases.len()).map(|i| self.dosage(told, order, i)).collect();
            let status = ("plan", whole(&statuses));
            let resource = self.requested(told, order, told.id().of("regimen"), status, all);
            steps.push(resource.reference());
            self.part(told.id(), resource);
        }
        for (i, status) in statuses.iter().copied().enumerate() {
            let dosage = vec![self.dosage(told, order, i)];
            let resource = self.requested(told, order, request(told.entry.id, i), ("order", status), dosage);
            steps.push(resource.reference());
            self.part(told.id(), resource);
        }
        self.care_plan(told, order, &statuses, steps);
    }

    fn requested(
        &mut self,
        told: Told<'_>,
        order: &Order,
        id: Uuid,
        (intent, status): (&str, &str),
        dosage: Vec<Value>,
    ) -> Resource {
        let texts: Vec<_> = dosage.iter().filter_map(|d| d["text"].as_str().map(str::to_owned)).collect();
        let based_on = if intent == "plan" || order.phases.len() < 2 {
            to("CarePlan", told.id())
        } else {
            to("MedicationRequest", told.id().of("regimen"))
        };
        let body = json!({
            "meta": recorded(told.entry.at),
            "text": narrative(&texts),
            "status": status,
            "statusReason": self.why(told.entry.id).filter(|_| matches!(status, "on-hold" | "stopped" | "cancelled")),
            "intent": intent,
            "category": [{ "coding": [{ "system": hl7("medicationrequest-category"), "code": "outpatient" }] }],
            "medicationCodeableConcept": drug(order.drug, &order.drug.to_string()),
            "subject": self.subject(),
            "authoredOn": instant(told.entry.at),
            "requester": self.who(&order.prescriber),
            "recorder": self.who(&told.entry.by),
            "reasonReference": [self.problem],
            "basedOn": [based_on],
            // No name of a resource: a server writes those anew wherever they stand.
            "groupIdentifier": { "system": "urn:ietf:rfc:3986", "value": told.id().of("group").urn() },
            "courseOfTherapyType": self.therapy(order, intent, id, told.entry.id),
            "note": note(order.because.as_deref()),
            "dosageInstruction": dosage,
            "dispenseRequest": { "validityPeriod": self.validity(told, order) },
            "substitution": { "allowedBoolean": false, "reason": worded("Forms of vitamin B12 are not interchangeable") },
            "priorPrescription": self.before(told.entry.id),
        });
        Resource::new("MedicationRequest", id, body)
    }

    /// Repletion is acute, maintenance goes on.
    fn therapy(&self, order: &Order, intent: &str, id: Uuid, entry: EntryId) -> Value {
        let phase = (0..order.phases.len()).find(|i| request(entry, *i) == id).and_then(|i| order.phases.get(i));
        let fills = match intent {
            "plan" => order.phases.iter().all(|p| p.kind.fills()),
            _ => phase.is_some_and(|p| p.kind.fills()),
        };
        let code = if fills { "acute" } else { "continuous" };
        json!({ "coding": [{ "system": hl7("medicationrequest-course-of-therapy"), "code": code }] })
    }

    fn dosage(&self, told: Told<'_>, order: &Order, index: usize) -> Value {
        let phase = &order.phases[index];
        let given: Vec<NaiveDate> = self.given_on(told.entry.id, index).collect();
        let start = self.given_on(told.entry.id, 0).min().unwrap_or(order.start);
        let from = given.iter().min().copied().or((index == 0).then_some(order.start));
        let over = self.phase_status(told, order, index) == "completed";
        let to = given.iter().max().copied().filter(|_| over);
        let timed = Timed { phase, index, start, from, to };
        let counted = timed.count().map(|n| format!(", {n} {}", if n == 1 { "dose" } else { "doses" }));
        let beginning = if index == 0 { order.drug.to_string() } else { "then".to_owned() };
        let (dose, way, rhythm) = (mcg(phase.dose_mcg), order.route.to_string().to_lowercase(), phase.rhythm_words());
        json!({
            "sequence": index + 1,
            "text": format!("{beginning} {dose} {way}, {rhythm}{}", counted.unwrap_or_default()),
            "timing": timed.timing(),
            "route": route(order.route),
            "doseAndRate": [{ "doseQuantity": micrograms(phase.dose_mcg) }],
        })
    }

    fn slots(&self, order: EntryId) -> impl Iterator<Item = &DoseSlot> {
        self.course.doses.iter().filter(move |s| s.order == order)
    }

    fn given_on(&self, order: EntryId, phase: usize) -> impl Iterator<Item = NaiveDate> + '_ {
        self.slots(order).filter(move |s| s.phase == phase).filter_map(|s| Some(s.given.as_ref()?.given.on))
    }

    /// Returns where each phase stands: of those that are to come one is in force, which is the one of the next dose; what
    /// follows it is a draft until it begins.
    fn statuses(&self, told: Told<'_>, order: &Order) -> Vec<&'static str> {
        let mut all: Vec<_> = (0..order.phases.len()).map(|i| self.phase_status(told, order, i)).collect();
        let is_open = |status: &str| matches!(status, "active" | "on-hold");
        let next = self.course.next_dose().filter(|slot| slot.order == told.entry.id).map(|slot| slot.phase);
        let next = next.filter(|at| all.get(*at).is_some_and(|status| is_open(status)));
        let Some(now) = next.or_else(|| all.iter().position(|status| is_open(status))) else { return all };
        for (at, status) in all.iter_mut().enumerate().filter(|(at, status)| *at != now && is_open(status)) {
            let begun = self.given_on(told.entry.id, at).next().is_some();
            *status = match (at > now, begun) {
                (true, _) => "draft",
                (false, true) => "completed",
                (false, false) => "cancelled",
            };
        }
        all
    }

    /// Returns where a phase stands by itself.
    fn phase_status(&self, told: Told<'_>, order: &Order, phase: usize) -> &'static str {
        let id = told.entry.id;
        let holds = self.course.order.as_ref().is_some_and(|(held, _)| *held == id);
        let runs = holds && !self.course.has_ended();
        let paused = self.course.standing.as_ref().is_some_and(|s| matches!(s.change.what, Turn::Paused { .. }));
        let begun = self.given_on(id, phase).next().is_some();
        let owed = self.slots(id).any(|s| s.phase <= phase && s.state.is_owed() && !s.tentative);
        let later =
            self.slots(id).any(|s| s.phase > phase && (s.given.is_some() || (s.state.is_owed() && !s.tentative)));
        let counted = order.phases.get(phase).is_some_and(|p| !p.is_open());
        let filled = counted && self.slots(id).filter(|s| s.phase == phase).any(is_last_given);
        match told.struck {
            true => "entered-in-error",
            false if filled || (begun && later && !owed) => "completed",
            false if runs && paused => "on-hold",
            false if runs && !begun && later && !owed => "completed",
            false if runs && (owed || !begun) => "active",
            false if runs => "completed",
            false if begun => "stopped",
            false => "cancelled",
        }
    }

    /// Says why an order does not go on: the change that holds, or that another one replaced it.
    fn why(&self, order: EntryId) -> Option<Value> {
        let holds = self.course.order.as_ref().is_some_and(|(held, _)| *held == order);
        match (&self.course.standing, holds) {
            (Some(standing), true) => Some(worded(&standing.words())),
            (_, false) => Some(worded("Replaced by another order")),
            (None, true) => None,
        }
    }

    /// Returns how long an order is good; where its first dose would come after that, from the day it was signed.
    fn validity(&self, told: Told<'_>, order: &Order) -> Value {
        let id = told.entry.id;
        let holds = self.course.order.as_ref().is_some_and(|(held, _)| *held == id);
        let renewed = self.course.cover.as_ref().filter(|_| holds).and_then(|c| c.until);
        let until = renewed.or(order.term.until);
        until.map_or(Value::Null, |until| {
            let start = [order.start, told.entry.at.date_naive()].into_iter().find(|start| *start <= until);
            json!({ "start": start.map(day), "end": day(until) })
        })
    }

    /// Returns the last request of the order before.
    fn before(&self, id: EntryId) -> Value {
        let at = self.course.orders.iter().position(|(order, _)| *order == id);
        let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| self.course.orders.get(at));
        before.map_or(Value::Null, |(id, order)| {
            to("MedicationRequest", request(*id, order.phases.len().saturating_sub(1)))
        })
    }

    fn care_plan(&mut self, told: Told<'_>, order: &Order, statuses: &[&str], steps: Vec<Value>) {
        let has = |status: &str| statuses.contains(&status);
        let status = match () {
            () if told.struck => "entered-in-error",
            () if has("on-hold") => "on-hold",
            () if has("active") => "active",
            () if has("stopped") || has("cancelled") => "revoked",
            () => "completed",
        };
        let own = self.checks.iter().filter(|(_, check)| check.order == told.entry.id);
        let own = own.map(|(id, _)| to("ServiceRequest", *id));
        let steps: Vec<_> = steps.into_iter().chain(own).map(|step| json!({ "reference": step })).collect();
        let mut lines = vec![format!("{}, {}, from {}", order.name, order.drug, words::day(order.start))];
        lines.extend(
            order.phases.iter().map(|p| format!("{}: {} {}", p.kind.title(), mcg(p.dose_mcg), p.rhythm_words())),
        );
        let body = json!({
            "meta": recorded(told.entry.at),
            "text": narrative(&lines),
            "status": status,
            "intent": "plan",
            "category": [{ "coding": [{ "system": "http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "code": "assess-plan" }] }],
            "title": order.name,
            "description": order.source,
            "subject": self.subject(),
            "period": { "start": day(order.start) },
            "created": instant(told.entry.at),
            "author": self.who(&order.prescriber),
            "addresses": [self.problem],
            "activity": steps,
            "note": note(Some(&order.changed.join("; "))),
        });
        self.stand(told, Resource::new("CarePlan", told.id(), body));
    }

    /// The planned checkpoints, each a ServiceRequest that the look at it closes.
    pub(super) fn checkpoints(&mut self) {
        for (id, slot) in self.checks.clone() {
            let status = match slot.state {
                CheckState::Done => "completed",
                CheckState::Passed => "revoked",
                CheckState::Due | CheckState::Overdue(_) | CheckState::Planned => "active",
            };
            let asks: Vec<_> = slot.asks.iter().map(|ask| self.asked(ask)).collect();
            let known = self.course.orders.iter().any(|(order, _)| *order == slot.order);
            let body = json!({
                "status": status,
                "intent": "plan",
                "code": worded(&format!("{}: {}", slot.label, asks.join(", "))),
                "subject": self.subject(),
                "occurrenceDateTime": day(slot.due),
                "reasonReference": [self.problem],
                "basedOn": [known.then(|| to("CarePlan", slot.order.into()))],
                "note": note(Some(&slot.source)),
            });
            self.put(Resource::new("ServiceRequest", id, body));
        }
    }

    fn asked(&self, ask: &str) -> String {
        self.practice.knowledge.lab(ask).map_or_else(|| ask.replace('-', " "), |a| a.name.clone())
    }
}

/// Returns the checkpoints whose days are no mere picture, each with an id: of the order, its title, and the how manyeth of
/// that title it is, as its day moves with the doses.
pub(super) fn checks(course: &Course) -> Vec<(Uuid, &CheckSlot)> {
    let mut seen: HashMap<(EntryId, &str), usize> = HashMap::new();
    let sure = course.checkpoints.iter().filter(|c| !c.tentative);
    sure.map(|slot| {
        let nth = seen.entry((slot.order, &slot.label)).or_default();
        *nth += 1;
        (Uuid::from(slot.order).of(&format!("check {} {nth}", slot.label)), slot)
    })
    .collect()
}

fn is_last_given(slot: &DoseSlot) -> bool {
    slot.given.is_some() && slot.in_phase.1.is_some_and(|of| slot.in_phase.0 >= of)
}
