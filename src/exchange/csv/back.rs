//! What our own tables cannot say of a patient: they are read back, and what comes of it is held against the chart.

use super::{Mapping, Sheet, Table, read};
use crate::clinic::chart::Chart;
use crate::clinic::course::{CheckSlot, Course, Next};
use crate::clinic::entry::{Act, Entry, EntryId, Given, ImportId, NotGiven, Origin};
use crate::clinic::intake::{self, Coming, Piece};
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::{DateTime, NaiveDate};
use std::collections::HashMap;
use ulid::Ulid;

/// Says of a patient what would not come back of tables of patients, doses and results as it is: the next step, the phase, the
/// number of the next dose, or the looks that are owed. `None` where all of it would.
#[must_use]
pub fn lost(chart: &Chart, practice: &Practice, today: NaiveDate) -> Option<String> {
    let here = Course::outline(chart, practice, today);
    let who = here.person.as_ref().map(|person| format!("#{} {}", person.number, person.name()))?;
    let there = match chart_back(chart, practice, today) {
        Ok(chart) => Course::outline(&chart, practice, today),
        Err(why) => return Some(format!("{who}: {why}")),
    };
    let (here, there) = (step(&here) + &owed(&here), step(&there) + &owed(&there));
    (here != there).then(|| format!("{who}: {here} here, {there} by the tables"))
}

/// The next step, in a few words.
fn step(course: &Course) -> String {
    let phase = course.phase_now().map(|span| format!(", {} since {}", span.kind.word(), words::day(span.from)));
    let phase = phase.unwrap_or_default();
    match (&course.next, course.next_dose()) {
        (_, Some(slot)) => format!("{} on {}{phase}", slot.title(), words::day(slot.due)),
        // No table has the triage.
        (Next::Triage | Next::Order, _) => "no plan".to_owned(),
        (Next::Recheck(day), _) => format!("a recheck on {}", words::day(*day)),
        (Next::AskAgain(day), _) => format!("asked again on {}", words::day(*day)),
        (Next::Closed(_), _) => "nothing is owed any more".to_owned(),
        _ => format!("all doses are given{phase}"),
    }
}

/// The looks that are owed today, as the next words.
fn owed(course: &Course) -> String {
    let is_owed = |slot: &&CheckSlot| slot.state.is_open() && !slot.tentative && slot.visit <= course.today;
    let owed = course.checkpoints.iter().filter(is_owed);
    owed.map(|slot| format!(", {} owed since {}", slot.label, words::day(slot.due))).collect()
}

fn chart_back(chart: &Chart, practice: &Practice, today: NaiveDate) -> Result<Chart, String> {
    let mut back = Back { chart: Chart::new(chart.id, Vec::new()), next: 1, now: HashMap::new() };
    for sheet in [Sheet::Patients, Sheet::Doses, Sheet::Labs] {
        let text = sheet.head(practice) + &sheet.rows(chart, practice, today, 0);
        let table = Table::of_text(&text)?;
        let parcel = read(&table, &Mapping::guess(&table), practice, today, sheet.file_name());
        for piece in &parcel.pieces {
            back.take(piece)?;
        }
    }
    Ok(back.chart)
}

struct Back {
    chart: Chart,
    next: u64,
    /// The entries by what they were called.
    now: HashMap<String, EntryId>,
}

impl Back {
    fn take(&mut self, piece: &Piece) -> Result<(), String> {
        use intake::Trouble::{Held, Refused, Skipped};
        match &piece.trouble {
            Some(Held(why) | Refused(why)) => return Err(why.clone()),
            Some(Skipped(_)) => return Ok(()),
            None => {}
        }
        let mut order = None;
        let (known, is_person) = (self.chart.person().is_some(), |act: &Act| matches!(act, Act::Registered(_)));
        for coming in piece.acts.iter().filter(|coming| !(known && is_person(&coming.act))) {
            // What the table of doses says more of a dose moves nothing.
            let is_there = |act: &Act| known && intake::is_there(act, &coming.act);
            if !self.chart.facts().iter().any(|fact| fact.act.is_some_and(is_there)) {
                self.put(coming, &mut order);
            }
        }
        Ok(())
    }

    fn put(&mut self, coming: &Coming, order: &mut Option<EntryId>) {
        let id = EntryId(Ulid::from_parts(self.next, 0));
        self.next += 1;
        let named = |old: EntryId| self.now.get(&old.to_string()).copied();
        let Some(act) = intake::renamed(coming.act.clone(), &named) else { return };
        let act = match act {
            Act::Ordered(_) => {
                *order = Some(id);
                act
            }
            Act::Given(given) if coming.on_order => Act::Given(Given { order: *order, ..given }),
            Act::NotGiven(not) if coming.on_order => Act::NotGiven(NotGiven { order: *order, ..not }),
            act => act,
        };
        self.now.extend(coming.id.clone().map(|old| (old, id)));
        let (file, place) = (String::new(), String::new());
        let origin = Origin { import: ImportId(Ulid::nil()), file, place, id: coming.id.clone(), by: None, at: None };
        let at = DateTime::UNIX_EPOCH.fixed_offset();
        let entry = Entry { id, at, by: String::new(), act, from: Some(Box::new(origin)), seal: None };
        let empty = Chart::new(self.chart.id, Vec::new());
        self.chart = std::mem::replace(&mut self.chart, empty).with(entry);
    }
}
