//! A resource as JSON: what is empty left out, as FHIR wants it, and the small parts that resources are made of.

use super::ids::Uuid;
use super::{ENTRY, PART_OF};
use crate::clinic::entry::{Act, Entry};
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, SecondsFormat};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A resource.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) kind: &'static str,
    pub(super) id: Uuid,
    body: Value,
}

impl Resource {
    /// Makes a resource; what is null or empty in its body is left out.
    pub(super) fn new(kind: &'static str, id: Uuid, body: Value) -> Self {
        Self { kind, id, body: pruned(body).unwrap_or_else(|| json!({})) }
    }

    /// Returns the resource with the entry that it stands for, as it holds now.
    pub(super) fn standing_for(self, entry: &Entry, act: &Act) -> Self {
        let whole = Entry { act: act.clone(), from: None, seal: None, ..entry.clone() };
        let held = json!({ "sum": sum(&self.body), "entry": whole });
        self.extended(json!({ "url": ENTRY, "valueString": held.to_string() }))
    }

    /// Returns the resource as one that says part of what another one stands for.
    pub(super) fn part_of(self, whole: Uuid) -> Self {
        let held = format!("{whole} {}", sum(&self.body));
        self.extended(json!({ "url": PART_OF, "valueString": held }))
    }

    fn extended(mut self, extension: Value) -> Self {
        if let Value::Object(body) = &mut self.body {
            match body.entry("extension").or_insert_with(|| json!([])) {
                Value::Array(all) => all.push(extension),
                other => *other = json!([extension]),
            }
        }
        self
    }

    /// Returns a reference to it.
    pub(super) fn reference(&self) -> Value {
        to(self.kind, self.id)
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("resourceType", self.kind)?;
        map.serialize_entry("id", &self.id.to_string())?;
        for (key, value) in self.body.as_object().into_iter().flatten() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Returns a sum of what a resource says. What a server writes anew on its own does not count: ids, references, narrative.
pub(super) fn sum(body: &Value) -> String {
    let mut text = String::new();
    said(body, true, &mut text);
    let hash = Sha256::digest(text);
    hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

fn said(value: &Value, is_top: bool, out: &mut String) {
    match value {
        Value::Object(map) if map.contains_key("reference") => out.push('&'),
        Value::Object(map) => {
            let own = |key: &str| is_top && matches!(key, "id" | "meta" | "text" | "extension" | "resourceType");
            for (key, value) in map.iter().filter(|(key, _)| !own(key)) {
                out.extend(["{", key.as_str(), ":"]);
                said(value, false, out);
            }
        }
        Value::Array(all) => {
            out.push('[');
            all.iter().for_each(|value| said(value, false, out));
        }
        // A server may write 98 as 98.0.
        Value::Number(number) => out.push_str(&number.as_f64().unwrap_or_default().to_string()),
        other => out.push_str(&other.to_string()),
    }
}

/// Leaves out what is null or empty, and what no FHIR string may hold.
fn pruned(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(clean(&text)).filter(|text| !text.is_empty()).map(Value::String),
        Value::Array(all) => {
            let all: Vec<_> = all.into_iter().filter_map(pruned).collect();
            (!all.is_empty()).then_some(Value::Array(all))
        }
        Value::Object(map) => {
            let map: serde_json::Map<_, _> =
                map.into_iter().filter_map(|(key, value)| Some((key, pruned(value)?))).collect();
            (!map.is_empty()).then_some(Value::Object(map))
        }
        other => Some(other),
    }
}

/// Returns the text without control characters and without blanks around it.
fn clean(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect();
    plain.trim().to_owned()
}

/// Returns a reference to a resource of this bundle.
pub(super) fn to(kind: &str, id: Uuid) -> Value {
    json!({ "reference": id.urn(), "type": kind })
}

/// Returns a reference with the words that a person reads.
pub(super) fn named(kind: &str, id: Uuid, display: &str) -> Value {
    json!({ "reference": id.urn(), "type": kind, "display": display })
}

/// Returns a concept with one code.
pub(super) fn concept(system: &str, code: &str, text: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }], "text": text })
}

/// Returns a concept in words alone.
pub(super) fn worded(text: &str) -> Value {
    json!({ "text": text })
}

/// Returns a note.
pub(super) fn note(text: Option<&str>) -> Value {
    text.filter(|t| !t.trim().is_empty()).map_or(Value::Null, |text| json!([{ "text": text }]))
}

/// Returns a day; null for a year that FHIR cannot write.
pub(super) fn day(on: NaiveDate) -> Value {
    if (1..=9999).contains(&on.year()) { json!(on.to_string()) } else { Value::Null }
}

/// Returns an instant, with the zone that it was recorded in.
pub(super) fn instant(at: DateTime<FixedOffset>) -> Value {
    let writable = (1..=9999).contains(&at.year());
    if writable { json!(at.to_rfc3339_opts(SecondsFormat::Secs, false)) } else { Value::Null }
}

/// Returns when an entry was recorded, as the time of the resource's last change.
pub(super) fn recorded(at: DateTime<FixedOffset>) -> Value {
    json!({ "lastUpdated": instant(at) })
}

/// Returns a number as it was typed: 98, not 98.0.
pub(super) fn number(value: f64) -> Value {
    let whole = value.fract() == 0.0 && value.abs() < 1e15;
    if whole { json!(value as i64) } else { json!(value) }
}

/// Returns the narrative that a person reads where a program shows nothing else.
pub(super) fn narrative(lines: &[String]) -> Value {
    let escape = |line: &String| clean(line).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs: String =
        lines.iter().filter(|l| !l.trim().is_empty()).map(|l| format!("<p>{}</p>", escape(l))).collect();
    let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{paragraphs}</div>");
    if paragraphs.is_empty() { Value::Null } else { json!({ "status": "generated", "div": div }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_empty_is_written() {
        let body = json!({ "a": "", "b": [], "c": {}, "d": null, "e": [" ", { "f": null }], "g": 0, "h": false, "i": " x\u{7} " });
        let text = serde_json::to_string(&Resource::new("Basic", Uuid(1), body)).unwrap();
        let wanted = r#"{"resourceType":"Basic","id":"00000000-0000-0000-0000-000000000001","g":0,"h":false,"i":"x"}"#;
        assert_eq!(text, wanted);
    }

    #[test]
    fn the_sum_tells_what_was_changed_from_what_a_server_does() {
        let written =
            json!({ "status": "final", "value": 98, "subject": { "reference": "urn:uuid:1" }, "text": { "div": "x" } });
        let served = json!({ "id": "7", "meta": { "versionId": "2" }, "status": "final", "value": 98.0,
            "subject": { "reference": "Patient/1", "display": "A" } });
        assert_eq!(sum(&written), sum(&served));
        let changed = json!({ "status": "final", "value": 99, "subject": { "reference": "urn:uuid:1" } });
        assert_ne!(sum(&written), sum(&changed));
    }

    #[test]
    fn numbers_stand_as_typed_and_far_years_are_left_out() {
        assert_eq!((number(98.0).to_string(), number(12.5).to_string()), ("98".to_owned(), "12.5".to_owned()));
        assert_eq!(day(NaiveDate::MAX), Value::Null);
        let shown = narrative(&["A & B <c>".to_owned()]);
        assert_eq!(shown["div"], "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>A &amp; B &lt;c&gt;</p></div>");
    }
}
