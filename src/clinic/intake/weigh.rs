//! What would come of a parcel: taken, held for a person, skipped or refused; the four add up to what the file holds.

mod in_error;

use super::newcomers::Newcomers;
use super::there::{self, Found};
use super::whose::{Listed, Ruling, Whose, whose_beside};
use super::{Coming, Left, Outcome, Parcel, Piece, Target, Trouble, Weighed};
use crate::clinic::agenda::Roll;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Act, EntryId, PatientId};
use crate::clinic::knowledge::Knowledge;
use crate::clinic::parse::is_hidden;
use crate::clinic::patient::Allergies;
use crate::clinic::triage_words::Warnings;
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::Arc;

/// What a parcel is weighed against.
pub struct Scales<'a> {
    /// Everybody who is here.
    pub roll: &'a Roll,
    /// What the cautions of a triage are.
    pub knowledge: &'a Knowledge,
    /// Reads a chart; `None` where it cannot be read.
    pub chart: &'a mut dyn FnMut(PatientId) -> Option<Arc<Chart>>,
    /// What a person said of everybody in the file.
    pub ruling: Ruling,
    /// No day of what is taken lies behind it.
    pub today: NaiveDate,
    /// Told how many pieces are weighed; `false` stops it, and what is left is held.
    pub goes_on: &'a mut dyn FnMut(usize) -> bool,
}

/// Weighs a parcel.
#[must_use]
pub fn weigh(parcel: &Parcel, scales: &mut Scales<'_>) -> Weighed {
    let mut weighing = Weighing::new(parcel, scales.roll);
    let mut in_error = weighing.in_error(scales);
    for (n, piece) in parcel.pieces.iter().enumerate() {
        let outcome = match (scales.goes_on)(n) {
            true => in_error.remove(&n).unwrap_or_else(|| weighing.piece(piece, scales)),
            false => held("Stopped before it was looked at.", Vec::new()),
        };
        weighing.weighed.outcomes.push(outcome);
    }
    weighing.weighed.ruling = scales.ruling;
    weighing.weighed.rows = parcel.pieces.iter().map(Piece::rows).collect();
    weighing.weighed
}

/// Weighs a piece of which a person says that it is about the patient of a chart.
#[must_use]
pub fn weigh_for(piece: &Piece, chart: &Arc<Chart>, knowledge: &Knowledge, today: NaiveDate) -> Outcome {
    let roll = Roll::default();
    let parcel = Parcel::default();
    let mut weighing = Weighing::new(&parcel, &roll);
    let (mut here, mut goes_on) = (|_| Some(Arc::clone(chart)), |_| true);
    let mut scales =
        Scales { roll: &roll, knowledge, chart: &mut here, ruling: Ruling::default(), today, goes_on: &mut goes_on };
    match &piece.trouble {
        None if piece.is_in_error() => weighing.in_error_of(chart.id, piece, &mut scales),
        None => weighing.known(chart.id, piece, &mut scales),
        Some(Trouble::Refused(why) | Trouble::Skipped(why) | Trouble::Held(why)) => held(why.clone(), vec![chart.id]),
    }
}

fn held(why: impl Into<String>, candidates: Vec<PatientId>) -> Outcome {
    Outcome::Left(Left::Held { why: why.into(), candidates })
}

fn skipped(why: impl Into<String>) -> Outcome {
    Outcome::Left(Left::Skipped(why.into()))
}

struct Weighing<'p> {
    parcel: &'p Parcel,
    weighed: Weighed,
    /// Whom the file tells apart by its own numbers.
    listed: Listed<'p>,
    newcomers: Newcomers,
    /// The earlier pieces of which something is taken, by patient, each with a day of it.
    coming: HashMap<Target, Vec<(Option<NaiveDate>, u32)>>,
    /// The charts of those whose entries are amended, with the amendments.
    amended: HashMap<PatientId, Arc<Chart>>,
    /// How much of it is whose.
    count: HashMap<Target, usize>,
    /// The pieces in which an id came.
    ids: HashMap<(Target, String), Vec<usize>>,
}

impl<'p> Weighing<'p> {
    fn new(parcel: &'p Parcel, roll: &Roll) -> Self {
        let newcomers = Newcomers::new(parcel.pieces.iter().map(|p| p.about.number.as_str()), roll);
        let numbered = parcel.pieces.iter().filter(|p| p.enters && !p.about.number.is_empty());
        Self {
            parcel,
            weighed: Weighed::default(),
            listed: numbered.map(|p| (p.about.number.as_str(), &p.about)).collect(),
            newcomers,
            coming: HashMap::new(),
            amended: HashMap::new(),
            count: HashMap::new(),
            ids: HashMap::new(),
        }
    }

    fn piece(&mut self, piece: &Piece, scales: &mut Scales<'_>) -> Outcome {
        if let Some(why) = piece.trouble.is_none().then(|| hidden_in(piece)).flatten() {
            return held(why, Vec::new());
        }
        match &piece.trouble {
            Some(Trouble::Refused(why)) => Outcome::Left(Left::Refused(why.clone())),
            Some(Trouble::Skipped(why)) => skipped(why.clone()),
            Some(Trouble::Held(why)) => match whose_beside(&piece.about, &self.listed, scales.roll, scales.ruling) {
                Whose::Patient(id) => held(why.clone(), vec![id]),
                Whose::Ask { candidates, .. } => held(why.clone(), candidates),
                Whose::New => held(why.clone(), Vec::new()),
            },
            None => match whose_beside(&piece.about, &self.listed, scales.roll, scales.ruling) {
                Whose::Patient(id) => self.known(id, piece, scales),
                // A person has said before whose what came under these ids is.
                Whose::Ask { candidates, why, is_namesake } => match matched(piece, &candidates, scales) {
                    Some(id) => self.known(id, piece, scales),
                    None => {
                        self.weighed.namesakes += if is_namesake && piece.enters { piece.rows() } else { 0 };
                        held(why, candidates)
                    }
                },
                Whose::New => match self.newcomers.place_of(piece, &mut self.weighed.new) {
                    Ok(who) => self.newcomer(who, piece, scales.today),
                    Err(why) => held(why, Vec::new()),
                },
            },
        }
    }

    /// Whether a file holds more of one patient than any chart does.
    fn is_too_much(&self, target: Target) -> bool {
        const MOST: usize = 5_000;
        self.count.get(&target).is_some_and(|count| *count >= MOST)
    }

    fn known(&mut self, id: PatientId, piece: &Piece, scales: &mut Scales<'_>) -> Outcome {
        if self.is_too_much(Target::Patient(id)) {
            return held("The file holds more of this patient than any chart does.", vec![id]);
        }
        let Some(mut chart) = self.amended.get(&id).cloned().or_else(|| (scales.chart)(id)) else {
            return held("The chart cannot be read; `cobalog check` says why.", vec![id]);
        };
        let born = chart.person().map(|person| person.born);
        if let Some(why) = not_possible(piece, born, scales.today) {
            return held(why, vec![id]);
        }
        if let Some(why) = warned_anew(piece, &chart, scales.knowledge) {
            return held(why, vec![id]);
        }
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
                None => match self.contradicted(Target::Patient(id), &coming) {
                    Some(why) => return held(why, vec![id]),
                    None => {
                        // What amends the same entry after it goes on from what it says now.
                        chart = there::amended(&chart, &coming.act).map_or(chart, Arc::new);
                        acts.push(coming);
                    }
                },
            }
        }
        if acts.is_empty() {
            return skipped(
                why.unwrap_or_else(|| "The patient is here already; nothing else stands there.".to_owned()),
            );
        }
        if acts.iter().any(|coming| matches!(coming.act, Act::Amended(_))) {
            self.amended.insert(id, chart);
        }
        self.taken(Target::Patient(id), acts, piece)
    }

    fn newcomer(&mut self, (at, enters): (usize, bool), piece: &Piece, today: NaiveDate) -> Outcome {
        let target = Target::New(at);
        if self.is_too_much(target) {
            return held("The file holds more of this patient than any chart does.", Vec::new());
        }
        let (mut acts, mut why) = (Vec::new(), None);
        if let Some(why) = not_possible(piece, self.weighed.new.get(at).map(|person| person.born), today) {
            self.newcomers.forget(at, enters, &mut self.weighed.new);
            return held(why, Vec::new());
        }
        if let Some(person) = self.weighed.new.get(at).filter(|_| enters) {
            acts.push(Coming::new(None, Act::Registered(person.clone())));
        }
        for coming in piece.acts.iter().filter(|coming| !matches!(coming.act, Act::Registered(_))) {
            match self.earlier(target, coming) {
                Some(there) => why = why.or(Some(there)),
                None if coming.strikes => why = why.or(Some("What it withdraws is not in the chart.".to_owned())),
                None => match self.contradicted(target, coming) {
                    Some(why) if !enters => return held(why, Vec::new()),
                    _ => acts.push(coming.clone()),
                },
            }
        }
        match acts.is_empty() {
            true => skipped(why.unwrap_or_else(|| "The same patient stands in an earlier piece.".to_owned())),
            false => self.taken(target, acts, piece),
        }
    }

    fn taken(&mut self, target: Target, mut acts: Vec<Coming>, piece: &Piece) -> Outcome {
        for coming in acts.iter_mut().filter(|coming| coming.corrects) {
            self.replace(target, coming, &piece.place);
        }
        *self.count.entry(target).or_default() += acts.len();
        let at = self.weighed.outcomes.len();
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        let mut days: Vec<_> = acts.iter().map(|coming| (day_of(&coming.act), place)).collect();
        days.sort_unstable();
        days.dedup();
        self.coming.entry(target).or_default().extend(days);
        for coming in &acts {
            if let Some(id) = &coming.id {
                self.ids.entry((target, id.clone())).or_default().push(at);
            }
        }
        acts.shrink_to_fit();
        Outcome::Taken(target, acts)
    }

    /// Takes back what an earlier piece of the file says under the same id; results that are not corrected go on with those
    /// that are.
    fn replace(&mut self, target: Target, by: &mut Coming, place: &str) {
        let Some(id) = by.id.clone() else { return };
        for n in self.ids.remove(&(target, id)).unwrap_or_default() {
            let Some(Outcome::Taken(_, acts)) = self.weighed.outcomes.get_mut(n) else { continue };
            for coming in acts.extract_if(.., |coming| coming.id == by.id) {
                if let (Act::Checked(_), Act::Checked(_)) = (&coming.act, &by.act) {
                    by.act = there::corrected(&coming.act, &by.act);
                }
            }
            if acts.is_empty() {
                self.weighed.outcomes[n] = skipped(format!("Corrected by {place}."));
            }
        }
    }

    /// Returns what is taken of earlier pieces on the day of an act, each with the place of its piece.
    fn before(&self, target: Target, act: &Act) -> impl Iterator<Item = (&Coming, &str)> {
        let day = day_of(act);
        let pieces = self.coming.get(&target).into_iter().flatten().filter(move |(of, _)| *of == day);
        let taken = pieces.map(|(_, n)| *n as usize).filter_map(|n| match self.weighed.outcomes.get(n)? {
            Outcome::Taken(_, acts) => Some((acts, self.parcel.pieces.get(n)?.place.as_str())),
            Outcome::Left(_) => None,
        });
        let all = taken.flat_map(|(acts, place)| acts.iter().map(move |coming| (coming, place)));
        all.filter(move |(coming, _)| day_of(&coming.act) == day)
    }

    /// Says what an earlier piece of the file says that cannot be true beside it. What another Cobalog recorded, it recorded.
    fn contradicted(&self, target: Target, coming: &Coming) -> Option<String> {
        let is_corrected = |other: &Coming| coming.corrects && other.id == coming.id;
        let before = self.before(target, &coming.act);
        let others = before.filter(|(other, _)| !is_recorded(coming) && !is_corrected(other));
        let mut said = others.filter_map(|(other, place)| Some((there::apart(&other.act, &coming.act)?, place)));
        said.next().map(|(what, place)| format!("{what} in {place}: which one is right?"))
    }

    /// Says where the same thing stands in an earlier piece of the file.
    fn earlier(&self, target: Target, coming: &Coming) -> Option<String> {
        // Of two plans that another Cobalog recorded each is one, however like they are.
        let is_plan = matches!(coming.act, Act::Ordered(_)) && is_recorded(coming);
        let is_other = |other: &Coming| is_plan && is_recorded(other) && other.id != coming.id;
        let is_same = |other: &Coming| !is_other(other) && there::is_repeated(&other.act, &coming.act);
        let (_, place) = self.before(target, &coming.act).find(|(other, _)| is_same(other))?;
        Some(format!("The same as {place}."))
    }
}

/// Whether another Cobalog recorded it: it has an entry's id.
fn is_recorded(coming: &Coming) -> bool {
    coming.id.as_deref().is_some_and(|id| id.parse::<EntryId>().is_ok())
}

/// Says which hidden sign stands in who it is about. Readers take them out of texts; one that was written as an escape is
/// there on purpose, and can show another name than is meant.
fn hidden_in(piece: &Piece) -> Option<String> {
    let about = &piece.about;
    let texts = [&about.number, &about.family, &about.given].into_iter().chain(&about.phone);
    let registered = piece.acts.iter().filter_map(|coming| match &coming.act {
        Act::Registered(person) => {
            Some([&person.number, &person.family, &person.given].into_iter().chain(&person.phone))
        }
        _ => None,
    });
    let c = texts.chain(registered.flatten()).flat_map(|text| text.chars()).find(|c| is_hidden(*c))?;
    Some(format!(
        "A hidden sign (U+{:04X}) stands in name, number or telephone and can show another one: enter it by hand.",
        u32::from(c)
    ))
}

/// Returns the one of those whom it may be about into whose chart all of it came before, under the same ids.
fn matched(piece: &Piece, candidates: &[PatientId], scales: &mut Scales<'_>) -> Option<PatientId> {
    let has = |chart: &Chart, coming: &Coming| coming.id.as_deref().is_some_and(|id| there::has(chart, id));
    if piece.acts.is_empty() || piece.acts.iter().any(|coming| coming.id.is_none()) {
        return None;
    }
    let is_known = |chart: &Arc<Chart>| piece.acts.iter().all(|coming| has(chart, coming));
    candidates.iter().copied().find(|id| (scales.chart)(*id).is_some_and(|chart| is_known(&chart)))
}

/// Who is here is not written anew by a file; a warning that is not known here is for a person all the same.
fn warned_anew(piece: &Piece, chart: &Chart, knowledge: &Knowledge) -> Option<String> {
    let coming = piece.acts.iter().find_map(|coming| match &coming.act {
        Act::Registered(person) => Some(person),
        _ => None,
    })?;
    if coming.caution.is_none() && !matches!(coming.allergies, Allergies::Known(_)) {
        return None;
    }
    let new = Warnings::of(chart, knowledge).lacking(chart.person_of_all().as_ref(), coming)?;
    Some(format!(
        "The file warns of \"{}\", which is not in the chart here: put it into the banner or the allergies there, then read the file again.",
        new.chars().take(300).collect::<String>()
    ))
}

/// Says which day of a piece cannot be: nothing was done or sampled tomorrow, or before somebody was born.
fn not_possible(piece: &Piece, born: Option<NaiveDate>, today: NaiveDate) -> Option<String> {
    let born = piece.about.born.or(born);
    if let Some(day) = born.filter(|day| *day > today) {
        return Some(format!("The birth date {} lies in the future.", words::born(day)));
    }
    let day = piece.acts.iter().filter_map(|coming| done_on(&coming.act)).find(|day| {
        let is_before = born.is_some_and(|born| *day < born);
        *day > today || is_before
    })?;
    let what = if day > today { "lies in the future" } else { "is before the birth date" };
    Some(format!("{} {what}.", words::day(day)))
}

/// The day on which something was done that cannot be planned.
fn done_on(act: &Act) -> Option<NaiveDate> {
    match act {
        Act::Given(given) => Some(given.on),
        Act::NotGiven(not) => Some(not.on),
        Act::Checked(checked) => Some(checked.sample_day().max(checked.on)),
        _ => None,
    }
}

fn day_of(act: &Act) -> Option<NaiveDate> {
    match act {
        Act::Given(given) => Some(given.on),
        Act::NotGiven(not) => Some(not.on),
        Act::Checked(checked) => Some(checked.sample_day()),
        Act::Amended(amended) => amended.instead.as_deref().and_then(day_of),
        _ => None,
    }
}
