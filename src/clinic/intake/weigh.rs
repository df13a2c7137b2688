//! What would come of a parcel: taken, held for a person, skipped or refused; the four add up to what the file holds.

use super::newcomers::Newcomers;
use super::there::{self, Found};
use super::whose::{Whose, whose};
use super::{Coming, Parcel, Piece, Trouble};
use crate::clinic::agenda::Roll;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Act, PatientId};
use crate::clinic::patient::Person;
use std::collections::HashMap;
use std::sync::Arc;

pub use there::is_there;

/// What would come of one piece.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// These acts are recorded.
    Taken(Target, Vec<Coming>),
    /// Nothing is.
    Left(Left),
}

/// In whose chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// One that is there.
    Patient(PatientId),
    /// The new chart of [`Weighed::new`] at this place.
    New(usize),
}

/// Why nothing is recorded of a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// A person has to look.
    Held {
        /// Why, in a sentence.
        why: String,
        /// Who it may be about.
        candidates: Vec<PatientId>,
    },
    /// It is there already, or not for a chart.
    Skipped(String),
    /// It cannot be read.
    Refused(String),
}

impl Left {
    /// Returns the sentence.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Self::Held { why, .. } | Self::Skipped(why) | Self::Refused(why) => why,
        }
    }
}

/// What would come of a parcel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weighed {
    /// For each piece, in its order.
    pub outcomes: Vec<Outcome>,
    /// Who would be entered.
    pub new: Vec<Person>,
}

/// How many pieces are taken, held, skipped, refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Recorded.
    pub taken: usize,
    /// Held for a person.
    pub held: usize,
    /// There already, or not for a chart.
    pub skipped: usize,
    /// Not to be read.
    pub refused: usize,
}

impl Weighed {
    /// Counts.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for outcome in &self.outcomes {
            *match outcome {
                Outcome::Taken(..) => &mut counts.taken,
                Outcome::Left(Left::Held { .. }) => &mut counts.held,
                Outcome::Left(Left::Skipped(_)) => &mut counts.skipped,
                Outcome::Left(Left::Refused(_)) => &mut counts.refused,
            } += 1;
        }
        counts
    }
}

/// What a parcel is weighed against.
pub struct Scales<'a> {
    /// Everybody who is here.
    pub roll: &'a Roll,
    /// Reads a chart; `None` where it cannot be read.
    pub chart: &'a mut dyn FnMut(PatientId) -> Option<Arc<Chart>>,
    /// Whether one who has the very name and birth date is the patient, where the file has no number.
    pub same_is_same: bool,
    /// Told how many pieces are weighed; `false` stops it, and what is left is held.
    pub goes_on: &'a mut dyn FnMut(usize) -> bool,
}

/// Weighs a parcel.
#[must_use]
pub fn weigh(parcel: &Parcel, scales: &mut Scales<'_>) -> Weighed {
    let mut weighing = Weighing::new(parcel, scales.roll);
    for (n, piece) in parcel.pieces.iter().enumerate() {
        let outcome = match (scales.goes_on)(n) {
            true => weighing.piece(piece, scales),
            false => held("Stopped before it was looked at.", Vec::new()),
        };
        weighing.weighed.outcomes.push(outcome);
    }
    weighing.weighed
}

fn held(why: impl Into<String>, candidates: Vec<PatientId>) -> Outcome {
    Outcome::Left(Left::Held { why: why.into(), candidates })
}

fn skipped(why: impl Into<String>) -> Outcome {
    Outcome::Left(Left::Skipped(why.into()))
}

struct Weighing {
    weighed: Weighed,
    newcomers: Newcomers,
    /// What is taken of earlier pieces, with their places.
    coming: HashMap<Target, Vec<(Coming, String)>>,
}

impl Weighing {
    fn new(parcel: &Parcel, roll: &Roll) -> Self {
        let newcomers = Newcomers::new(parcel.pieces.iter().map(|p| p.about.number.as_str()), roll);
        Self { weighed: Weighed::default(), newcomers, coming: HashMap::new() }
    }

    fn piece(&mut self, piece: &Piece, scales: &mut Scales<'_>) -> Outcome {
        match &piece.trouble {
            Some(Trouble::Refused(why)) => Outcome::Left(Left::Refused(why.clone())),
            Some(Trouble::Skipped(why)) => skipped(why.clone()),
            Some(Trouble::Held(why)) => match whose(&piece.about, scales.roll, scales.same_is_same) {
                Whose::Patient(id) => held(why.clone(), vec![id]),
                Whose::Ask { candidates, .. } => held(why.clone(), candidates),
                Whose::New => held(why.clone(), Vec::new()),
            },
            None => match whose(&piece.about, scales.roll, scales.same_is_same) {
                Whose::Patient(id) => self.known(id, piece, scales),
                Whose::Ask { candidates, why } => held(why, candidates),
                Whose::New => match self.newcomers.place_of(piece, &mut self.weighed.new) {
                    Ok((at, enters)) => self.newcomer(at, enters, piece),
                    Err(why) => held(why, Vec::new()),
                },
            },
        }
    }

    /// Whether a file holds more of one patient than any chart does.
    fn is_too_much(&self, target: Target) -> bool {
        const MOST: usize = 5_000;
        self.coming.get(&target).is_some_and(|coming| coming.len() >= MOST)
    }

    fn known(&mut self, id: PatientId, piece: &Piece, scales: &mut Scales<'_>) -> Outcome {
        if self.is_too_much(Target::Patient(id)) {
            return held("The file holds more of this patient than any chart does.", vec![id]);
        }
        let Some(chart) = (scales.chart)(id) else {
            return held("The chart cannot be read; `cobalog check` says why.", vec![id]);
        };
        let (mut acts, mut why) = (Vec::new(), None);
        for coming in piece.acts.iter().filter(|coming| !matches!(coming.act, Act::Registered(_))) {
            let act = match there::found(&chart, coming) {
                Err(why) => return held(why, vec![id]),
                Ok(Found::Here(there)) => {
                    why = why.or(Some(there));
                    continue;
                }
                Ok(Found::Amends(amended)) => Act::Amended(amended),
                Ok(Found::New(act)) => act,
            };
            let coming = Coming { act, ..coming.clone() };
            match self.earlier(Target::Patient(id), &coming) {
                Some(there) => why = why.or(Some(there)),
                None => acts.push(coming),
            }
        }
        if acts.is_empty() {
            return skipped(
                why.unwrap_or_else(|| "The patient is here already; nothing else stands there.".to_owned()),
            );
        }
        self.taken(Target::Patient(id), acts, piece)
    }

    fn newcomer(&mut self, at: usize, enters: bool, piece: &Piece) -> Outcome {
        let target = Target::New(at);
        if self.is_too_much(target) {
            return held("The file holds more of this patient than any chart does.", Vec::new());
        }
        let (mut acts, mut why) = (Vec::new(), None);
        if let Some(person) = self.weighed.new.get(at).filter(|_| enters) {
            acts.push(Coming::new(None, Act::Registered(person.clone())));
        }
        for coming in piece.acts.iter().filter(|coming| !matches!(coming.act, Act::Registered(_))) {
            match self.earlier(target, coming) {
                Some(there) => why = why.or(Some(there)),
                None if coming.strikes => why = why.or(Some("What it withdraws is not in the chart.".to_owned())),
                None => acts.push(coming.clone()),
            }
        }
        match acts.is_empty() {
            true => skipped(why.unwrap_or_else(|| "The same patient stands in an earlier piece.".to_owned())),
            false => self.taken(target, acts, piece),
        }
    }

    fn taken(&mut self, target: Target, acts: Vec<Coming>, piece: &Piece) -> Outcome {
        let known = self.coming.entry(target).or_default();
        known.extend(acts.iter().map(|coming| (coming.clone(), piece.place.clone())));
        Outcome::Taken(target, acts)
    }

    /// Says where the same thing stands in an earlier piece of the file.
    fn earlier(&self, target: Target, coming: &Coming) -> Option<String> {
        let before = self.coming.get(&target)?;
        let same = before.iter().find(|(other, _)| is_there(&other.act, &coming.act));
        same.map(|(_, place)| format!("The same as {place}."))
    }
}
