//! A practice to try files on: what is taken of a parcel goes into charts as the store would put it there.

use crate::clinic::agenda::{Roll, Row};
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, Entry, EntryId, Given, ImportId, NotGiven, Origin, PatientId};
use crate::clinic::intake::{Counts, Outcome, Parcel, Ruling, Scales, Target, Weighed, renamed, weigh};
use crate::clinic::people::Colleague;
use crate::clinic::practice::{Practice, Settings};
use chrono::{DateTime, FixedOffset, NaiveDate};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use ulid::Ulid;

/// Reads a day.
pub(in crate::exchange) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A practice, its charts and its day.
pub(in crate::exchange) struct World {
    pub(in crate::exchange) practice: Practice,
    pub(in crate::exchange) today: NaiveDate,
    pub(in crate::exchange) charts: BTreeMap<PatientId, Chart>,
    next: u64,
    /// No two worlds mint the same ids.
    salt: u128,
}

impl World {
    pub(in crate::exchange) fn new() -> Self {
        static WORLDS: AtomicU64 = AtomicU64::new(1);
        let salt = u128::from(WORLDS.fetch_add(1, Ordering::Relaxed));
        static PRACTICE: OnceLock<Practice> = OnceLock::new();
        let practice = PRACTICE.get_or_init(|| {
            let mut settings = Settings::new("Test", "Nia Rees RN");
            settings.people.push(Colleague::new("Dr May", true));
            Practice::new(settings)
        });
        Self { practice: practice.clone(), today: day("2026-11-23"), charts: BTreeMap::new(), next: 1, salt }
    }

    fn id(&mut self) -> Ulid {
        self.next += 1;
        Ulid::from_parts(self.next, self.salt)
    }

    pub(in crate::exchange) fn weigh(&self, parcel: &Parcel) -> Weighed {
        let rows = self.charts.values().filter_map(|chart| Row::of(chart, &self.practice, self.today));
        let roll = Roll::of(rows);
        let mut scales = Scales {
            today: self.today,
            roll: &roll,
            knowledge: &self.practice.knowledge,
            chart: &mut |id| self.charts.get(&id).map(|chart| Arc::new(chart.clone())),
            ruling: Ruling { same_is_same: true, ..Ruling::default() },
            goes_on: &mut |_| true,
        };
        weigh(parcel, &mut scales)
    }

    /// Puts what is taken into charts.
    pub(in crate::exchange) fn take(&mut self, parcel: &Parcel) -> Counts {
        let weighed = self.weigh(parcel);
        let new: Vec<PatientId> = weighed.new.iter().map(|_| PatientId(self.id())).collect();
        let import = ImportId(self.id());
        for (piece, outcome) in parcel.pieces.iter().zip(&weighed.outcomes) {
            let Outcome::Taken(target, acts) = outcome else { continue };
            let patient = match target {
                Target::Patient(id) => *id,
                Target::New(at) => new[*at],
            };
            let mut order = None;
            let here = self.charts.get(&patient).into_iter().flat_map(Chart::entries);
            let came = here.filter_map(|entry| Some((entry.from.as_ref()?.id.clone()?, entry.id)));
            let mut now: BTreeMap<String, EntryId> = came.collect();
            for coming in acts {
                let id = EntryId(self.id());
                let named = |old: EntryId| now.get(&old.to_string()).copied();
                let Some(act) = renamed(coming.act.clone(), &named) else { continue };
                let act = match act {
                    Act::Ordered(_) => {
                        order = Some(id);
                        act
                    }
                    Act::Given(given) if coming.on_order => Act::Given(Given { order, ..given }),
                    Act::NotGiven(not) if coming.on_order => Act::NotGiven(NotGiven { order, ..not }),
                    act => act,
                };
                now.extend(coming.id.clone().map(|old| (old, id)));
                let (file, place) = (parcel.file.clone(), piece.place.clone());
                let (id_there, by, at) = (coming.id.clone(), coming.by.clone(), coming.at);
                let origin = Origin { import, file, place, id: id_there, by, at };
                self.put(patient, id, act, Some(origin));
            }
        }
        weighed.counts()
    }

    fn put(&mut self, patient: PatientId, id: EntryId, act: Act, from: Option<Origin>) {
        let at: DateTime<FixedOffset> = format!("{}T09:00:00+00:00", self.today).parse().unwrap();
        let entry = Entry { id, at, by: "Nia Rees RN".to_owned(), act, from: from.map(Box::new), seal: None };
        let chart = self.charts.remove(&patient).unwrap_or_else(|| Chart::new(patient, Vec::new()));
        self.charts.insert(patient, chart.with(entry));
    }

    /// Records an act here.
    pub(in crate::exchange) fn record(&mut self, patient: PatientId, act: Act) -> EntryId {
        let id = EntryId(self.id());
        self.put(patient, id, act, None);
        id
    }

    pub(in crate::exchange) fn new_patient(&mut self) -> PatientId {
        PatientId(self.id())
    }

    pub(in crate::exchange) fn chart(&self, family: &str) -> &Chart {
        let is = |chart: &&Chart| chart.person().is_some_and(|person| person.family == family);
        self.charts.values().find(is).unwrap()
    }

    pub(in crate::exchange) fn course(&self, family: &str) -> Course {
        Course::of(self.chart(family), &self.practice, self.today)
    }

    /// Returns the days of the next dose and of the visit for it.
    pub(in crate::exchange) fn next(&self, family: &str) -> Option<(NaiveDate, NaiveDate)> {
        self.course(family).next_dose().map(|slot| (slot.due, slot.visit))
    }
}
