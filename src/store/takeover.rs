//! What another system's file holds is taken over: weighed against what is here, recorded a patient at a time, and undone as
//! one.

mod undo;

pub use undo::Undone;

use super::charts::Fresh;
use super::error::{Problem, StoreError};
use super::ids::Mint;
use super::open::Store;
use crate::clinic::chart::Chart;
use crate::clinic::decision::Turn;
use crate::clinic::entry::{Act, EntryId, ImportId, Origin, PatientId};
use crate::clinic::intake::{self, Coming, Left, Outcome, Parcel, Piece, Ruling, Scales, Target, Weighed};
use crate::clinic::people::Colleague;
use crate::clinic::roles::{self, Doing, Told};
use chrono::{DateTime, FixedOffset, NaiveDate};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// So often a chart that others write to is weighed again.
const ROUNDS: usize = 3;

/// Told how much of how much is done; `false` stops after the patient at hand.
pub type GoesOn<'a> = dyn FnMut(usize, usize) -> bool + 'a;

/// What was taken over.
#[derive(Debug, Default)]
pub struct Taken {
    /// By this it is undone as one; absent where nothing was recorded.
    pub import: Option<ImportId>,
    /// How many patients were entered.
    pub entered: usize,
    /// How many charts were added to.
    pub added_to: usize,
    /// How many entries were recorded, those that enter patients among them.
    pub entries: usize,
    /// Whether plans among them wait for a prescriber's signature.
    pub to_sign: bool,
    /// How many patients of the file were not reached, as it was stopped.
    pub not_reached: usize,
    /// What could not be written.
    pub problems: Vec<Problem>,
}

/// What comes for one patient, each with its place in the file.
type Group<'a> = Vec<(&'a Coming, &'a str)>;

impl Store {
    /// Weighs a parcel against everybody who is here; nothing is written. `goes_on` is told how many pieces are weighed.
    pub fn weigh(
        &self,
        parcel: &Parcel,
        ruling: Ruling,
        today: NaiveDate,
        goes_on: &mut dyn FnMut(usize) -> bool,
    ) -> Weighed {
        let rolled = self.roll(today);
        let mut last: Option<(PatientId, Option<Arc<Chart>>)> = None;
        let mut chart = |id: PatientId| match &last {
            Some((known, chart)) if *known == id => chart.clone(),
            _ => {
                let chart = self.chart(id).ok().map(Arc::new);
                last = Some((id, chart.clone()));
                chart
            }
        };
        let knowledge = &self.practice().knowledge;
        let mut scales = Scales { roll: &rolled.roll, knowledge, chart: &mut chart, ruling, today, goes_on };
        let mut weighed = intake::weigh(parcel, &mut scales);
        self.leave_settled(parcel, &mut weighed, today);
        weighed
    }

    /// Records what was weighed as taken: a patient at a time, all of it or nothing. A chart that cannot be written stops
    /// nobody else's.
    pub fn take_over(
        &self,
        parcel: &Parcel,
        weighed: &Weighed,
        by: &str,
        at: DateTime<FixedOffset>,
        goes_on: &mut GoesOn<'_>,
    ) -> Taken {
        let (groups, store) = (groups(parcel, weighed), self.in_bulk());
        let import = ImportId(Mint::entry(at).0);
        let (mut taken, all) = (Taken::default(), groups.len());
        for (done, (target, group)) in groups.into_iter().enumerate() {
            if !goes_on(done, all) {
                taken.not_reached = all - done;
                break;
            }
            let origin = |place: &str, id: Option<String>| {
                Box::new(Origin { import, file: parcel.file.clone(), place: place.to_owned(), id, by: None, at: None })
            };
            match store.take_one(target, &group, &origin, (by, at)) {
                Ok((0, _)) => {}
                Ok((entries, to_sign)) => {
                    taken.import = Some(import);
                    taken.entries += entries;
                    taken.to_sign |= to_sign;
                    match target {
                        Target::New(_) => taken.entered += 1,
                        Target::Patient(_) => taken.added_to += 1,
                    }
                }
                Err(error) => taken.problems.push(error.into_problem()),
            }
        }
        taken
    }

    /// Records one piece in the chart of whom a person names. Returns how many entries were recorded.
    ///
    /// # Errors
    /// What contradicts it there, or what went wrong, in a sentence.
    pub(super) fn take_for(
        &self,
        patient: PatientId,
        (file, piece): (&str, &Piece),
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<usize, String> {
        let chart = Arc::new(self.chart(patient).map_err(|e| e.to_string())?);
        let acts = match intake::weigh_for(piece, &chart, &self.practice().knowledge, at.date_naive()) {
            Outcome::Taken(_, acts) => acts,
            Outcome::Left(Left::Skipped(_)) => return Ok(0),
            Outcome::Left(left) => return Err(left.why().to_owned()),
        };
        let import = ImportId(Mint::entry(at).0);
        let origin = |place: &str, id: Option<String>| {
            Box::new(Origin { import, file: file.to_owned(), place: place.to_owned(), id, by: None, at: None })
        };
        let group: Group<'_> = acts.iter().map(|coming| (coming, piece.place.as_str())).collect();
        self.take_one(Target::Patient(patient), &group, &origin, (by, at))
            .map(|(entries, _)| entries)
            .map_err(|e| e.to_string())
    }

    /// Returns how many entries were recorded, and whether plans among them wait for a signature.
    fn take_one(
        &self,
        target: Target,
        group: &Group<'_>,
        origin: &dyn Fn(&str, Option<String>) -> Box<Origin>,
        (by, at): (&str, DateTime<FixedOffset>),
    ) -> Result<(usize, bool), StoreError> {
        let signs = Signs { by, people: &self.settings().people };
        let Target::Patient(id) = target else {
            let here = Here::default();
            let done = self.begin_chart(by, at, Box::new(|mint| fresh(group, &here, &signs, origin, mint)))?;
            return Ok(recorded(&done));
        };
        for round in 0.. {
            let chart = self.chart(id)?;
            let new: Group<'_> = intake::still_new(&chart, group);
            if new.is_empty() {
                return Ok((0, false));
            }
            let (seen, here) = (chart.entries().len(), Here::of(&chart));
            match self.record_after(id, Some(seen), by, at, Box::new(|mint| fresh(&new, &here, &signs, origin, mint))) {
                Err(StoreError::Meanwhile { .. }) if round < ROUNDS => {}
                other => return other.map(|done| recorded(&done)),
            }
        }
        Ok((0, false))
    }
}

fn recorded((chart, new): &(Chart, Vec<EntryId>)) -> (usize, bool) {
    let act = |id: &EntryId| chart.entry(*id).map(|entry| &entry.act);
    (new.len(), new.iter().filter_map(act).any(|act| matches!(act, Act::Ordered(order) if order.told.is_some())))
}

/// What comes for each patient, in the order of the file.
fn groups<'a>(parcel: &'a Parcel, weighed: &'a Weighed) -> Vec<(Target, Group<'a>)> {
    let (mut groups, mut at): (Vec<(Target, Group<'a>)>, BTreeMap<Target, usize>) = (Vec::new(), BTreeMap::new());
    for (piece, outcome) in parcel.pieces.iter().zip(&weighed.outcomes) {
        let Outcome::Taken(target, acts) = outcome else { continue };
        let at = *at.entry(*target).or_insert_with(|| {
            groups.push((*target, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, group)) = groups.get_mut(at) {
            group.extend(acts.iter().map(|coming| (coming, piece.place.as_str())));
        }
    }
    groups
}

/// What a chart has that may be named by what comes.
#[derive(Default)]
struct Here {
    /// The order that holds.
    order: Option<EntryId>,
    /// Its entries by what they were called where they came from, and by their own ids.
    known: HashMap<String, EntryId>,
}

impl Here {
    fn of(chart: &Chart) -> Self {
        let own = chart.entries().iter().map(|e| (e.id.to_string(), e.id));
        let came = chart.entries().iter().filter_map(|e| Some((e.from.as_ref()?.id.clone()?, e.id)));
        Self { order: chart.order().map(|(id, _)| id), known: came.chain(own).collect() }
    }
}

/// Gives each its id, who it is and the plan first; a dose that came with the plan names it. What another Cobalog recorded, and
/// what one row says, stays in the order in which it is, and names by the new ids what it named there; an end of a phase whose
/// order does not come is left out.
fn fresh(
    group: &Group<'_>,
    here: &Here,
    signs: &Signs<'_>,
    origin: &dyn Fn(&str, Option<String>) -> Box<Origin>,
    mint: &mut dyn FnMut() -> EntryId,
) -> Vec<Fresh> {
    let one_place = group.iter().zip(group.iter().skip(1)).all(|((_, a), (_, b))| a == b);
    let in_order = one_place || group.iter().all(|(coming, _)| is_person(&coming.act) || entry_of(coming).is_some());
    let rank = |act: &Act| match act {
        Act::Registered(_) => 0,
        _ if in_order => 1,
        Act::Triaged(_) => 1,
        Act::Ordered(_) => 2,
        _ => 3,
    };
    let mut sorted: Vec<_> = group.iter().collect();
    sorted.sort_by_key(|(coming, _)| rank(&coming.act));
    let (mut order, mut now) = (here.order, here.known.clone());
    let one = |(coming, place): &(&Coming, &str)| {
        let named = |old: EntryId| now.get(&old.to_string()).copied();
        let (id, mut act) = (mint(), intake::renamed(signs.of(coming.act.clone())?, &named)?);
        match &mut act {
            Act::Ordered(_) => order = Some(id),
            Act::Given(given) if coming.on_order => given.order = order,
            Act::NotGiven(not) if coming.on_order => not.order = order,
            _ => {}
        }
        now.extend(coming.id.clone().map(|old| (old, id)));
        let from = Origin { by: coming.by.clone(), at: coming.at, ..*origin(place, coming.id.clone()) };
        Some(Fresh { id, act, from: Some(Box::new(from)) })
    };
    sorted.into_iter().filter_map(one).collect()
}

/// Who takes it over: a file signs for nobody.
struct Signs<'a> {
    by: &'a str,
    people: &'a [Colleague],
}

impl Signs<'_> {
    /// Whether it is the prescriber who takes the decision over.
    fn is_own(&self, prescriber: &str) -> bool {
        self.may() && roles::is(prescriber, self.by)
    }

    fn may(&self) -> bool {
        roles::may(self.people, self.by, Doing::Decide).is_ok()
    }

    /// A decision that somebody else took waits for the signature; a signature of elsewhere only comes with a prescriber.
    fn of(&self, mut act: Act) -> Option<Act> {
        let waits = |prescriber: &str, told: &mut Option<Told>| {
            if !self.is_own(prescriber) {
                *told = told.or(Some(Told::Written));
            }
        };
        match &mut act {
            Act::Ordered(order) => waits(&order.prescriber, &mut order.told),
            Act::Renewed(renewed) => waits(&renewed.prescriber, &mut renewed.told),
            Act::PhaseEnded(ended) => waits(&ended.decided_by, &mut ended.told),
            Act::Changed(change) if !matches!(change.what, Turn::Died | Turn::Transferred { .. }) => {
                waits(&change.decided_by, &mut change.told);
            }
            Act::Cosigned(_) if !self.may() => return None,
            Act::Amended(amended) => {
                amended.prescriber &= self.may();
                amended.instead = match amended.instead.take() {
                    Some(instead) => Some(Box::new(self.of(*instead)?)),
                    None => None,
                };
            }
            _ => {}
        }
        Some(act)
    }
}

fn is_person(act: &Act) -> bool {
    matches!(act, Act::Registered(_))
}

/// Returns the entry that it was where another Cobalog recorded it.
fn entry_of(coming: &Coming) -> Option<EntryId> {
    coming.id.as_deref()?.parse().ok()
}
