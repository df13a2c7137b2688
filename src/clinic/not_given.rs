//! A dose that was not given: what must be said of it, whichever face records or corrects it.

use super::course::Course;
use super::entry::{NotGiven, WhyNot};
use super::todo::Todo;
use super::words;
use chrono::NaiveDate;

/// What of it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// No dose is owed.
    Dose,
    /// The day on which it was not given.
    Day,
    /// Why.
    Why,
    /// The day of another try.
    Again,
    /// The note: on what grounds a dose is held, and who decided.
    Grounds,
}

/// Why it cannot be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub part: Part,
    /// A sentence that says so.
    pub words: Todo,
}

impl WhyNot {
    /// The reasons that have a name, each with its id; another one is said in words.
    pub const NAMED: [(Self, &'static str); 4] = [
        (Self::Missed, "missed"),
        (Self::Refused, "refused"),
        (Self::Held, "held"),
        (Self::OutOfStock, "out-of-stock"),
    ];

    /// Reads a reason: its id, else the words themselves.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let plain = text.trim().to_lowercase().replace([' ', '_'], "-");
        let named = Self::NAMED.into_iter().find(|(_, id)| *id == plain);
        named.map_or_else(|| Self::Other(text.trim().to_owned()), |(why, _)| why)
    }
}

/// Checks a dose that was not given before it is recorded; the order is that of the dose that is owed.
///
/// # Errors
/// What is wrong: no dose is owed, or what [`wrong`] says.
pub fn recorded(course: &Course, said: NotGiven) -> Result<NotGiven, Refused> {
    let slot = course.next_dose().ok_or_else(|| Refused { part: Part::Dose, words: nothing_owed(course) })?;
    match wrong(course, &said) {
        Some(refused) => Err(refused),
        None => Ok(NotGiven { order: Some(slot.order), ..said }),
    }
}

/// Says what is wrong with one that is recorded or corrected: a day that cannot be, no reason, another try that does not come
/// after it, a dose that is held without grounds.
#[must_use]
pub fn wrong(course: &Course, said: &NotGiven) -> Option<Refused> {
    let refused = |part, words: String| Some(Refused { part, words: words.into() });
    let is_blank = |text: Option<&String>| text.is_none_or(|text| text.trim().is_empty());
    match &said.why {
        _ if said.on > course.today => refused(Part::Day, format!("{} has not come yet", words::day(said.on))),
        _ if course.person.as_ref().is_some_and(|p| said.on < p.born) => {
            refused(Part::Day, "the day is before the patient's birth".to_owned())
        }
        WhyNot::Other(text) if text.trim().is_empty() => refused(Part::Why, "say the reason in words".to_owned()),
        WhyNot::Held if is_blank(said.note.as_ref()) => {
            refused(Part::Grounds, "say on what grounds it is held, and who decided".to_owned())
        }
        _ if said.again.is_some_and(|again| again <= said.on) => refused(Part::Again, too_soon(said.on)),
        _ => None,
    }
}

fn too_soon(on: NaiveDate) -> String {
    format!("another try comes after the day on which it was not given, {}", words::day(on))
}

/// Says why no dose is owed.
#[must_use]
pub fn nothing_owed(course: &Course) -> Todo {
    let ended = course.standing.as_ref().filter(|s| s.ends_the_plan());
    match ended {
        Some(standing) => {
            format!("no dose is owed: {}; a signed plan ({{order}}) brings injections back", standing.words())
        }
        None if course.order.is_none() => "no dose is owed: no plan is signed ({order})".to_owned(),
        None => "no dose is owed: all ordered doses are given".to_owned(),
    }
    .into()
}
