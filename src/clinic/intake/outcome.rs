//! What would come of the pieces of a parcel: taken, held for a person, skipped or refused; the four add up to what the file holds.

use super::{Coming, Ruling};
use crate::clinic::entry::PatientId;
use crate::clinic::patient::Person;
use crate::clinic::words;

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
    /// For how many rows of the file each piece stands; one where nothing is said.
    pub rows: Vec<usize>,
    /// What a person said of everybody in it.
    pub ruling: Ruling,
    /// How many rows are held as nothing agrees with somebody here but the name; they are entered once a person says that they are
    /// other people.
    pub namesakes: usize,
}

/// How many rows of a table, or other pieces of a file, are taken, held, skipped, refused: each is in one count.
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
    /// Says how many share only a name with somebody here, and what enters them; `None` where nobody does.
    #[must_use]
    pub fn namesakes_words(&self, enters: &str) -> Option<String> {
        let (share, others, whom) = match self.namesakes {
            1 => ("shares", "this is somebody else", "it"),
            _ => ("share", "these are other people", "them"),
        };
        let rows = words::plural(self.namesakes as i64, "row");
        (self.namesakes > 0).then(|| {
            format!(
                "{rows} of the held {share} only a name with somebody here; birth date and number are others. If {others}: {enters} enters {whom}."
            )
        })
    }

    /// Counts.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (n, outcome) in self.outcomes.iter().enumerate() {
            *match outcome {
                Outcome::Taken(..) => &mut counts.taken,
                Outcome::Left(Left::Held { .. }) => &mut counts.held,
                Outcome::Left(Left::Skipped(_)) => &mut counts.skipped,
                Outcome::Left(Left::Refused(_)) => &mut counts.refused,
            } += self.rows.get(n).copied().unwrap_or(1);
        }
        counts
    }
}

impl Counts {
    /// Says how many pieces are not recorded though somebody has to see to them, where they are told, and what to do; `None`
    /// where there are none.
    #[must_use]
    pub fn not_recorded(&self, told: &str) -> Option<String> {
        let left = match self.held + self.refused {
            0 => return None,
            1 => "1 is not recorded: see".to_owned(),
            n => format!("{n} are not recorded: see"),
        };
        Some(format!("{left} {told} why. Enter by hand what is missing here, or mend the file and read it again."))
    }
}
