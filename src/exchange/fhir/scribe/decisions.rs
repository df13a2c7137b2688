//! What people judged and decided: triage and reviews as ClinicalImpression, a finding that was seen as DetectedIssue, and as
//! Provenance what changed a plan, what was corrected, what came from elsewhere.

use super::{Scribe, Told};
use crate::clinic::chart::Fact;
use crate::clinic::course::Standing;
use crate::clinic::decision::{Acknowledged, Review};
use crate::clinic::entry::Act;
use crate::clinic::triage::Triage;
use crate::clinic::triage_words::answers;
use crate::exchange::fhir::codes::{OWN, concept_of_operation};
use crate::exchange::fhir::export::agent;
use crate::exchange::fhir::ids::Uuid;
use crate::exchange::fhir::resource::{Resource, day, instant, recorded, to, worded};
use serde_json::{Value, json};

impl Scribe<'_> {
    pub(super) fn triaged(&mut self, told: Told<'_>, triage: &Triage) {
        let said = answers(triage, &self.practice.knowledge);
        let summary: Vec<_> = said.iter().map(|a| format!("{}: {}", a.asked.title(), a.words)).collect();
        self.impression(
            told,
            "Triage: the five answers before a plan",
            day(told.entry.at.date_naive()),
            &summary.join("\n"),
            "",
        );
    }

    pub(super) fn reviewed(&mut self, told: Told<'_>, review: &Review) {
        let lines = self.practice.knowledge.review();
        let name = |id: &str| lines.iter().find(|l| l.id == id).map_or(id.to_owned(), |l| l.name.clone());
        let found = |found: bool| if found { "found: " } else { "" };
        let mut said: Vec<_> =
            review.answers.iter().map(|(id, a)| format!("{}: {}{}", name(id), found(a.found), a.words)).collect();
        said.extend(review.red_flag.as_ref().map(|why| format!("Red flag: {why}")));
        self.impression(
            told,
            "Review before treatment is made denser",
            day(review.on),
            &said.join("\n"),
            &review.reviewed_by,
        );
    }

    fn impression(&mut self, told: Told<'_>, what: &str, on: Value, summary: &str, by: &str) {
        let by = if by.is_empty() { told.entry.by.clone() } else { by.to_owned() };
        let body = json!({
            "meta": recorded(told.entry.at),
            "status": told.status("completed"),
            "description": what,
            "subject": self.subject(),
            "effectiveDateTime": on,
            "date": instant(told.entry.at),
            "assessor": self.who(&by),
            "problem": [self.problem],
            "summary": summary,
        });
        self.stand(told, Resource::new("ClinicalImpression", told.id(), body));
    }

    pub(super) fn acknowledged(&mut self, told: Told<'_>, seen: &Acknowledged) {
        let rule = self.practice.knowledge.rule(&seen.rule);
        let name = if rule.name.trim().is_empty() { &seen.rule } else { &rule.name };
        let body = json!({
            "meta": recorded(told.entry.at),
            "status": told.status("final"),
            "code": concept_of_rule(&seen.rule, name),
            "patient": self.subject(),
            "identifiedDateTime": instant(told.entry.at),
            "author": self.device(),
            "mitigation": [{
                "action": worded(if seen.because.trim().is_empty() { "seen" } else { &seen.because }),
                "date": instant(told.entry.at),
                "author": self.who(&told.entry.by),
            }],
        });
        self.stand(told, Resource::new("DetectedIssue", told.id(), body));
    }

    /// A phase that was ended, a pause, an end, a renewal, a signature.
    pub(super) fn decided(&mut self, told: Told<'_>, facts: &[Fact<'_>]) {
        let held =
            facts.iter().take_while(|f| f.entry.id != told.entry.id).filter(|f| matches!(f.act, Some(Act::Ordered(_))));
        let held = held.last().map(|f| to("CarePlan", f.entry.id.into()));
        let plan = |order| self.stands.get(&order).cloned();
        let (target, on, what, why, by) = match told.act {
            Act::PhaseEnded(e) => (
                plan(e.order),
                Some(e.on),
                format!("Phase {} ended", e.phase.saturating_add(1)),
                e.because.clone(),
                e.decided_by.clone(),
            ),
            Act::Changed(c) => {
                let words = Standing { entry: told.entry.id, change: c.clone() }.words();
                (held, Some(c.on), words, c.because.clone(), c.decided_by.clone())
            }
            Act::Renewed(r) => (
                plan(r.order),
                Some(r.on),
                format!("Renewed {}", r.words()),
                r.note.clone().unwrap_or_default(),
                r.prescriber.clone(),
            ),
            Act::Cosigned(c) => (
                plan(c.of),
                c.on_paper,
                "Co-signed".to_owned(),
                c.note.clone().unwrap_or_default(),
                told.entry.by.clone(),
            ),
            _ => return,
        };
        let author = self.who(&by);
        let target = target.unwrap_or_else(|| self.subject());
        let enterer = self.who(&told.entry.by);
        let body = json!({
            "meta": recorded(told.entry.at),
            "target": [target],
            "occurredDateTime": on.map(day),
            "recorded": instant(told.entry.at),
            "activity": worded(&what),
            "reason": [worded(&why)],
            "agent": [self.by("author", author), self.by("enterer", enterer)],
        });
        self.stand(told, Resource::new("Provenance", told.id(), body));
    }

    fn by(&self, role: &str, who: Value) -> Option<Value> {
        (!who.is_null()).then(|| agent(role, who, Some(self.base)))
    }

    fn assembled(&self) -> Value {
        agent("assembler", self.device(), None)
    }

    /// What was corrected: who did so, when and why, and what stood there before.
    pub(super) fn corrected(&mut self, fact: &Fact<'_>) {
        let Some((by, amended)) = fact.amended else { return };
        let struck = amended.instead.is_none();
        let Some(target) = self.stands.get(&fact.entry.id).cloned() else { return };
        let before = self.how.whole.then(|| serde_json::to_string(&fact.entry.act).unwrap_or_default());
        let operation = if struck { "NULLIFY" } else { "UPDATE" };
        let enterer = self.who(&by.by);
        let body = json!({
            "meta": recorded(by.at),
            "extension": before.map(|act| json!([{ "url": "urn:cobalog:before", "valueString": act }])),
            "target": [target],
            "recorded": instant(by.at),
            "activity": concept_of_operation(operation),
            "reason": [worded(&amended.why)],
            "agent": self.by("author", enterer).into_iter().chain([self.assembled()]).collect::<Vec<_>>(),
        });
        self.put(Resource::new("Provenance", by.id.into(), body));
    }

    /// What was taken over: from which file, and which place in it.
    pub(super) fn taken_over(&mut self, fact: &Fact<'_>) {
        let Some(from) = &fact.entry.from else { return };
        let Some(target) = self.stands.get(&fact.entry.id).cloned() else { return };
        let enterer = self.who(&fact.entry.by);
        let source = json!({
            "role": "source",
            "what": { "identifier": { "system": OWN, "value": from.id.as_ref().unwrap_or(&from.place) }, "display": from.words() },
        });
        let body = json!({
            "meta": recorded(fact.entry.at),
            "target": [target],
            "recorded": instant(fact.entry.at),
            "activity": worded("Taken over from another system"),
            "agent": self.by("enterer", enterer).into_iter().chain([self.assembled()]).collect::<Vec<_>>(),
            "entity": [source],
        });
        self.put(Resource::new("Provenance", Uuid::from(fact.entry.id).of("source"), body));
    }
}

fn concept_of_rule(rule: &str, name: &str) -> Value {
    let coding = json!([{ "system": OWN, "code": format!("rule-{rule}") }]);
    json!({ "coding": coding, "text": name })
}
