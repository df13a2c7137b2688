//! The bundle as it is written: one entry a line, patient by patient, so that ten thousand of them need the room of one.

use super::codes::hl7;
use super::ids::Uuid;
use super::resource::{Resource, instant, to};
use super::scribe::Scribe;
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::practice::Practice;
use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};
use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// What the bundle is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To be kept, or read by a program.
    Collection,
    /// To be sent to a server, which puts each resource under its id: sent twice, nothing is there twice.
    Transaction,
}

/// How it is written.
#[derive(Clone, Debug)]
pub struct How {
    /// What the bundle is for.
    pub kind: Kind,
    /// The time that it bears; all else comes of the charts.
    pub at: DateTime<FixedOffset>,
    /// Whose the patients' numbers are, as other systems know it: an address or a URN. The practice's own URN where absent,
    /// which is made of its name.
    pub numbers: Option<String>,
    /// Whether the entries go with it, so that another Cobalog has the very same charts.
    pub whole: bool,
}

impl How {
    /// Returns how a bundle is written where nobody says otherwise: whole, with numbers of the practice's own.
    #[must_use]
    pub fn new(kind: Kind, at: DateTime<FixedOffset>) -> Self {
        Self { kind, at, numbers: None, whole: true }
    }

    /// Returns whose the patients' numbers are.
    pub(super) fn numbers(&self, practice: &Practice) -> String {
        let own = || Uuid::practice(practice.settings.id_name()).of("numbers").urn();
        self.numbers.clone().filter(|system| !system.trim().is_empty()).unwrap_or_else(own)
    }
}

/// What a bundle holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Patients.
    pub patients: usize,
    /// Resources, the patients among them.
    pub resources: usize,
}

/// A bundle that is being written.
pub struct Bundle<'a, W: Write> {
    out: W,
    practice: &'a Practice,
    how: How,
    /// What serves several patients and is written already: people, vials.
    shared: BTreeSet<Uuid>,
    exported: Exported,
}

impl<'a, W: Write> Bundle<'a, W> {
    /// Begins a bundle.
    ///
    /// # Errors
    /// What could not be written.
    pub fn begin(mut out: W, practice: &'a Practice, how: How) -> io::Result<Self> {
        let base = Uuid::practice(practice.settings.id_name());
        let id = base.of(&format!("bundle {}", how.at.to_rfc3339()));
        let kind = match how.kind {
            Kind::Collection => "collection",
            Kind::Transaction => "transaction",
        };
        let identifier = json!({ "system": "urn:ietf:rfc:3986", "value": id.urn() });
        write!(out, "{{\"resourceType\":\"Bundle\",\"id\":\"{id}\",\"identifier\":{identifier},\"type\":\"{kind}\",")?;
        write!(out, "\"timestamp\":{},\"entry\":[", instant(how.at))?;
        let mut bundle = Self { out, practice, how, shared: BTreeSet::new(), exported: Exported::default() };
        bundle.write(&organization(practice, base))?;
        bundle.write(&device(base))?;
        Ok(bundle)
    }

    /// Writes all that there is of a patient. A chart that is read as part of another one comes with that one.
    ///
    /// # Errors
    /// What could not be written.
    pub fn patient(&mut self, chart: &Chart, course: &Course) -> io::Result<()> {
        let (shared, own) = Scribe::new(self.practice, chart, course, &self.how).all();
        for resource in &shared {
            if self.shared.insert(resource.id) {
                self.write(resource)?;
            }
        }
        own.iter().try_for_each(|resource| self.write(resource))?;
        self.exported.patients += 1;
        Ok(())
    }

    /// Ends the bundle.
    ///
    /// # Errors
    /// What could not be written.
    pub fn finish(mut self) -> io::Result<Exported> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()?;
        Ok(self.exported)
    }

    fn write(&mut self, resource: &Resource) -> io::Result<()> {
        let comma = if self.exported.resources == 0 { "" } else { "," };
        write!(self.out, "{comma}\n{{\"fullUrl\":\"{}\",\"resource\":", resource.id.urn())?;
        serde_json::to_writer(&mut self.out, resource)?;
        if self.how.kind == Kind::Transaction {
            write!(self.out, ",\"request\":{{\"method\":\"PUT\",\"url\":\"{}/{}\"}}", resource.kind, resource.id)?;
        }
        self.exported.resources += 1;
        self.out.write_all(b"}")
    }
}

/// Writes patients one after the other. `goes_on` is told how many are written; where it says no, what was written so far is no
/// bundle and is to be thrown away.
///
/// # Errors
/// What could not be written.
pub fn export<W: Write, C: Borrow<Chart>, K: Borrow<Course>>(
    out: W,
    patients: impl IntoIterator<Item = (C, K)>,
    practice: &Practice,
    how: &How,
    goes_on: &mut dyn FnMut(usize) -> bool,
) -> io::Result<Option<Exported>> {
    let mut bundle = Bundle::begin(out, practice, how.clone())?;
    for (n, (chart, course)) in patients.into_iter().enumerate() {
        if !goes_on(n) {
            return Ok(None);
        }
        bundle.patient(chart.borrow(), course.borrow())?;
    }
    bundle.finish().map(Some)
}

/// The practice.
fn organization(practice: &Practice, base: Uuid) -> Resource {
    let name = &practice.settings.name;
    let body = json!({
        "active": true,
        "name": if name.trim().is_empty() { "Practice" } else { name },
        "identifier": [{ "system": "urn:ietf:rfc:3986", "value": base.of("identifier").urn() }],
    });
    Resource::new("Organization", base, body)
}

/// The program, which put together what others recorded.
fn device(base: Uuid) -> Resource {
    let body = json!({
        "status": "active",
        "deviceName": [{ "name": "Cobalog", "type": "manufacturer-name" }],
        "version": [{ "value": env!("CARGO_PKG_VERSION") }],
        "owner": to("Organization", base),
    });
    Resource::new("Device", base.of("device"), body)
}

/// Returns who took part in something, for a Provenance.
pub(super) fn agent(role: &str, who: Value, practice: Option<Uuid>) -> Value {
    let kind = json!({ "coding": [{ "system": hl7("provenance-participant-type"), "code": role }] });
    json!({ "type": kind, "who": who, "onBehalfOf": practice.map(|base| to("Organization", base)) })
}
