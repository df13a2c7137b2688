//! Where in a file a reference leads: by address, relative or absolute, by URN, into what is contained, or by identifier.

use super::at;
use super::file::Raw;
use serde_json::Value;
use std::collections::HashMap;

/// The resources of a file, to be found by whatever others call them.
pub(super) struct Index {
    all: Vec<Raw>,
    by_address: HashMap<String, usize>,
    /// Patients by `system|value`.
    by_identifier: HashMap<String, usize>,
    /// The report that a result is part of.
    reports: HashMap<usize, usize>,
    /// Older versions of what stands elsewhere, and where.
    repeated: HashMap<usize, usize>,
}

impl Index {
    pub(super) fn new(resources: Vec<Raw>) -> Self {
        let mut index = Self {
            all: Vec::new(),
            by_address: HashMap::new(),
            by_identifier: HashMap::new(),
            reports: HashMap::new(),
            repeated: HashMap::new(),
        };
        resources.into_iter().for_each(|raw| index.add(raw));
        index.link();
        index
    }

    fn add(&mut self, mut raw: Raw) {
        let n = self.all.len();
        let contained = results_of(&mut raw.value);
        let kind = at::text(&raw.value, "resourceType").unwrap_or_default().to_owned();
        if let Some(id) = at::text(&raw.value, "id") {
            let before = self.by_address.get(&format!("{kind}/{id}")).copied();
            let kept = before.map_or(n, |before| self.newer(before, n, &raw.value));
            self.by_address.insert(format!("{kind}/{id}"), kept);
            self.by_address.insert(format!("urn:uuid:{id}"), kept);
        }
        if let Some(url) = &raw.url {
            self.by_address.entry(url.clone()).or_insert(n);
        }
        if kind == "Patient" {
            for identifier in at::all(&raw.value, "identifier") {
                if let Some(key) = identified(identifier) {
                    self.by_identifier.entry(key).or_insert(n);
                }
            }
        }
        let line = raw.line;
        self.all.push(raw);
        for value in contained {
            self.all.push(Raw { url: None, value, line, within: Some(n) });
        }
    }

    /// Of two versions of one resource the newer is read; of two that do not say, the first.
    fn newer(&mut self, before: usize, n: usize, value: &Value) -> usize {
        let version = |value: &Value| {
            let number = at::text(value, "meta.versionId").and_then(|v| v.parse::<u64>().ok());
            (number, at::text(value, "meta.lastUpdated").map(str::to_owned))
        };
        let is_newer = self.all.get(before).is_some_and(|old| version(value) > version(&old.value));
        let (kept, old) = if is_newer { (n, before) } else { (before, n) };
        self.repeated.insert(old, kept);
        kept
    }

    fn link(&mut self) {
        let is_report = |raw: &Raw| at::text(&raw.value, "resourceType") == Some("DiagnosticReport");
        let mut reports = HashMap::new();
        for (n, report) in self.all.iter().enumerate().filter(|(_, raw)| is_report(raw)) {
            for result in at::all(&report.value, "result") {
                if let Some(at) = self.find(result, n) {
                    reports.entry(at).or_insert(n);
                }
            }
        }
        for (n, raw) in self.all.iter().enumerate() {
            if let Some(within) = raw.within {
                reports.entry(n).or_insert(within);
            }
        }
        self.reports = reports;
    }

    pub(super) fn all(&self) -> &[Raw] {
        &self.all
    }

    pub(super) fn value(&self, n: usize) -> Option<&Value> {
        self.all.get(n).map(|raw| &raw.value)
    }

    pub(super) fn is_repeated(&self, n: usize) -> bool {
        self.repeated.contains_key(&n)
    }

    /// Returns the report that a result is part of.
    pub(super) fn report(&self, n: usize) -> Option<usize> {
        self.reports.get(&n).copied()
    }

    /// Returns the place of what a reference in the resource at `from` leads to.
    pub(super) fn find(&self, reference: &Value, from: usize) -> Option<usize> {
        let by_identifier = || self.by_identifier.get(&identified(reference.get("identifier")?)?).copied();
        let Some(address) = at::text(reference, "reference") else { return by_identifier() };
        if let Some(id) = address.strip_prefix('#') {
            let within = self.all.get(from).and_then(|raw| raw.within).unwrap_or(from);
            let is_it = |raw: &Raw| raw.within == Some(within) && at::text(&raw.value, "id") == Some(id);
            return self.all.iter().skip(within).take(1_000).position(is_it).map(|n| within + n);
        }
        let address = address.split("/_history/").next().unwrap_or(address);
        let exact = || self.by_address.get(address).copied();
        let found = exact()
            .or_else(|| self.by_address.get(relative(address)?).copied())
            .or_else(|| self.asked(address))
            .or_else(by_identifier);
        found.map(|n| self.repeated.get(&n).copied().unwrap_or(n))
    }

    /// Returns what is contained under a name in the resource at `from`, or what the reference leads to.
    pub(super) fn resolved<'a>(&'a self, reference: &Value, from: usize) -> Option<&'a Value> {
        if let Some(id) = at::text(reference, "reference").and_then(|r| r.strip_prefix('#')) {
            let holder = self.all.get(from).and_then(|raw| raw.within).unwrap_or(from);
            let contained = self.value(holder).map(|v| at::all(v, "contained")).unwrap_or_default();
            let named = contained.iter().find(|c| at::text(c, "id") == Some(id));
            return named.or_else(|| self.value(self.find(reference, from)?));
        }
        self.value(self.find(reference, from)?)
    }

    /// A reference that asks for a patient by identifier: `Patient?identifier=system|value`.
    fn asked(&self, address: &str) -> Option<usize> {
        let (_, asked) = address.split_once("?identifier=")?;
        self.by_identifier.get(asked.split('&').next()?).copied()
    }

    /// Returns what a person is told of the place: `MedicationAdministration/abc`.
    pub(super) fn place(&self, n: usize) -> String {
        let Some(raw) = self.all.get(n) else { return String::new() };
        let kind: String = at::text(&raw.value, "resourceType").unwrap_or("Resource").chars().take(40).collect();
        let id: Option<String> = at::text(&raw.value, "id").map(|id| id.chars().take(64).collect());
        match (id, raw.line) {
            (Some(id), _) => format!("{kind}/{id}"),
            (None, Some(line)) => format!("{kind}, line {line}"),
            (None, None) => format!("{kind}, the {}. resource", n + 1),
        }
    }

    /// Returns what the other system calls a resource.
    pub(super) fn id(&self, n: usize) -> Option<String> {
        let raw = self.all.get(n)?;
        let identifier = at::all(&raw.value, "identifier").iter().find_map(identified);
        let id = || at::text(&raw.value, "id").filter(|_| raw.within.is_none()).map(str::to_owned);
        identifier.or_else(id).or_else(|| raw.url.clone())
    }
}

/// Takes the results out that a report contains: each is read like one that stands on its own.
fn results_of(report: &mut Value) -> Vec<Value> {
    if at::text(report, "resourceType") != Some("DiagnosticReport") {
        return Vec::new();
    }
    let Some(Value::Array(contained)) = report.get_mut("contained") else { return Vec::new() };
    let is_result = |value: &Value| at::text(value, "resourceType") == Some("Observation");
    let (results, others) = std::mem::take(contained).into_iter().partition(is_result);
    *contained = others;
    results
}

fn identified(identifier: &Value) -> Option<String> {
    let value = at::text(identifier, "value")?;
    Some(format!("{}|{value}", at::text(identifier, "system").unwrap_or_default()))
}

/// Returns `Patient/1` of `https://there.example/fhir/Patient/1`.
fn relative(address: &str) -> Option<&str> {
    let mut slashes = address.rmatch_indices('/').map(|(at, _)| at);
    slashes.next()?;
    Some(slashes.next().map_or(address, |at| &address[at + 1..]))
}
