//! The bytes of a file as resources: a bundle, one resource, or a resource on each line; or why it is none of these.

use super::{at, refused};
use crate::clinic::intake::Piece;
use crate::exchange::bytes::{Hidden, MOST_BYTES};
use serde_json::Value;
use std::borrow::Cow;

/// Bundles within bundles are looked into so deep.
const MOST_BUNDLES: usize = 4;

/// A resource as it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Raw {
    /// The address that its bundle gives it.
    pub(super) url: Option<String>,
    pub(super) value: Value,
    /// Its line, where each line holds one.
    pub(super) line: Option<usize>,
    /// The resource that it is contained in, by its place.
    pub(super) within: Option<usize>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) resources: Vec<Raw>,
    pub(super) refused: Vec<Piece>,
    pub(super) remarks: Vec<String>,
    hidden: Hidden,
}

pub(super) fn found(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    if let Err(why) = look(bytes, &mut found) {
        found.refused.push(refused("the file", why));
    }
    found.remarks.extend(found.hidden.remark());
    found
}

fn look(bytes: &[u8], found: &mut Found) -> Result<(), String> {
    if bytes.len() > MOST_BYTES {
        let most = MOST_BYTES / 1024 / 1024;
        return Err(format!(
            "The file has {} MB; {most} MB at most are read. Export fewer patients at once: of another Cobalog `cobalog \
             export fhir NUMBER` writes one, and --plain leaves out about half.",
            bytes.len() / 1024 / 1024
        ));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err("The file is not UTF-8, as FHIR JSON must be.".to_owned());
    };
    match text.trim_start().chars().next() {
        None => return Err("The file is empty.".to_owned()),
        Some('<') => return Err("This is XML. Export it as FHIR JSON.".to_owned()),
        Some('{') => {}
        Some(_) => return Err("This is no FHIR JSON: it does not begin with { .".to_owned()),
    }
    if has_lines(text) {
        return lines(text, found);
    }
    let value = json(text, &mut found.hidden)?;
    take(Raw { url: None, value, line: None, within: None }, 0, found)
}

/// Returns whether the first line is a whole JSON object and more follow.
fn has_lines(text: &str) -> bool {
    let Some((first, rest)) = text.trim_start().split_once('\n') else { return false };
    first.trim_end().ends_with('}') && !rest.trim().is_empty() && serde_json::from_str::<Value>(first).is_ok()
}

fn lines(text: &str, found: &mut Found) -> Result<(), String> {
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let read = json(line, &mut found.hidden);
        let taken = read.and_then(|value| take(Raw { url: None, value, line: Some(n + 1), within: None }, 0, found));
        if let Err(why) = taken {
            found.refused.push(refused(format!("line {}", n + 1), why));
        }
    }
    Ok(())
}

/// Reads JSON; a member that is null is not there, and no text has a hidden sign.
fn json(text: &str, hidden: &mut Hidden) -> Result<Value, String> {
    let mut value = serde_json::from_str(text).map_err(|e| why(&e))?;
    plain(&mut value, hidden);
    Ok(value)
}

fn plain(value: &mut Value, hidden: &mut Hidden) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(|value| plain(value, hidden));
        }
        Value::Array(all) => all.iter_mut().for_each(|value| plain(value, hidden)),
        Value::String(text) => {
            if let Cow::Owned(bare) = hidden.without(text, None) {
                *text = bare;
            }
        }
        _ => {}
    }
}

fn why(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => {
            format!("It ends in the middle, at {place}: it did not arrive whole. Fetch it again.")
        }
        _ if error.to_string().contains("recursion limit") => {
            format!("It is nested more than 128 levels deep, at {place}.")
        }
        _ => format!("It is not JSON, at {place}."),
    }
}

fn take(raw: Raw, depth: usize, found: &mut Found) -> Result<(), String> {
    match at::text(&raw.value, "resourceType") {
        None => Err("There is no resourceType: it is JSON, but not FHIR.".to_owned()),
        Some("Bundle") if depth >= MOST_BUNDLES => Err("Bundles within bundles, more than four deep.".to_owned()),
        Some("Bundle") => {
            bundle(raw, depth, found);
            Ok(())
        }
        Some(_) => {
            found.resources.push(raw);
            Ok(())
        }
    }
}

fn bundle(raw: Raw, depth: usize, found: &mut Found) {
    let is_page = at::all(&raw.value, "link").iter().any(|link| at::text(link, "relation") == Some("next"));
    if is_page {
        found.remarks.push("The file is one page of several; the next one is not in it.".to_owned());
    }
    let Value::Object(mut map) = raw.value else { return };
    let entries = match map.remove("entry") {
        Some(Value::Array(entries)) => entries,
        None | Some(Value::Null) => {
            found.remarks.push("The bundle has no entries.".to_owned());
            return;
        }
        Some(_) => {
            found.refused.push(refused("the bundle".to_owned(), "Its entries are no list.".to_owned()));
            return;
        }
    };
    for (n, mut entry) in entries.into_iter().enumerate() {
        let url = at::text(&entry, "fullUrl").map(str::to_owned);
        // What only says what a server did has no resource.
        let Some(value) = entry.get_mut("resource").map(Value::take) else { continue };
        let contained = Raw { url, value, line: raw.line, within: None };
        if let Err(why) = take(contained, depth + 1, found) {
            found.refused.push(refused(format!("entry {}", n + 1), why));
        }
    }
}
