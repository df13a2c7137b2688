//! A look at symptoms and labs before it is recorded: which checkpoint it answers, what cannot be, and what is doubtful of a
//! result; whichever face records or corrects it.

use super::chart::Chart;
use super::course::{CheckSlot, Course};
use super::entry::Checked;
use super::lab::{Analyte, LabResult, Typed};
use super::practice::Practice;
use super::words;
use chrono::NaiveDate;

/// What of a look cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its day.
    Day,
    /// The day of the sample.
    Sampled,
    /// What happened beside the treatment, by its place among the confounders.
    Beside(usize),
    /// All of it: nothing is in it.
    Empty,
}

/// Returns the checkpoint that a look of a day answers, as things stood on that day; none before the first dose, where a look
/// is a baseline.
#[must_use]
pub fn answers(chart: &Chart, practice: &Practice, on: NaiveDate) -> Option<CheckSlot> {
    Course::of(chart, practice, on).checkpoint_now().cloned()
}

/// Says what of a look cannot be.
#[must_use]
pub fn wrong(course: &Course, look: &Checked) -> Option<(Part, String)> {
    let wrong = |part, words: &str| Some((part, words.to_owned()));
    let born = course.person.as_ref().map(|p| p.born);
    let before_birth = |day: NaiveDate| born.is_some_and(|born| day < born);
    let later = look.confounders.iter().position(|beside| beside.on.is_some_and(|day| day > look.on));
    match look.sampled {
        _ if look.on > course.today => Some((Part::Day, format!("{} has not come yet", words::day(look.on)))),
        _ if before_birth(look.on) => wrong(Part::Day, "the day is before the patient's birth"),
        Some(day) if day > look.on => wrong(Part::Sampled, "the sample lies after the check"),
        Some(day) if before_birth(day) => wrong(Part::Sampled, "the sample lies before the patient's birth"),
        _ => match later {
            Some(at) => wrong(Part::Beside(at), "it lies after the check"),
            None if look.is_empty() => wrong(Part::Empty, "nothing is recorded yet"),
            None => None,
        },
    }
}

/// A result as it was typed, with what makes it doubtful.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The result.
    pub result: LabResult,
    /// Why somebody looks again before it is kept, each with its rule where it has one.
    pub doubts: Vec<(String, Option<&'static str>)>,
}

/// Reads a result of a sample: an odd value is doubtful, and one that would fit the last one in another unit (L9).
///
/// # Errors
/// A sentence in plain words where it is no result.
pub fn read(
    course: &Course,
    practice: &Practice,
    analyte: &Analyte,
    text: &str,
    sampled: NaiveDate,
) -> Result<Read, String> {
    let Typed { result, doubt } = analyte.read(text, practice.unit_of(analyte))?;
    let last = course.result_before(&analyte.id, sampled);
    let slip = last.and_then(|(_, last)| analyte.slip(practice.knowledge.rule("L9"), &result, last));
    let doubts = doubt.map(|words| (words, None)).into_iter().chain(slip.map(|words| (words, Some("L9"))));
    Ok(Read { doubts: doubts.collect(), result })
}
