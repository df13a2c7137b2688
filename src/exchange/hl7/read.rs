//! Messages to a parcel: a piece for each order with its results.

use super::codes::Codes;
use super::group::{Group, groups};
use super::message::Message;
use super::result::{Observed, Standing, Test};
use super::split::Messages;
use super::{patient, time};
use crate::clinic::entry::{Act, Checked};
use crate::clinic::intake::{Coming, Described, Parcel, Piece, Trouble};
use crate::clinic::lab::{Comparator, LabResult};
use crate::clinic::practice::Practice;
use crate::clinic::words;
use crate::exchange::results::{shown, told};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Reads the messages of a file. It never looks at the practice's patients, only at its library and at what it said of codes.
#[must_use]
pub fn read(messages: &Messages, codes: &Codes, practice: &Practice, today: NaiveDate, file: &str) -> Parcel {
    let mut parcel = Parcel { file: file.to_owned(), pieces: Vec::new(), remarks: messages.remarks.clone() };
    parcel.pieces = in_order(messages.messages.iter().map(|message| (None, message)), codes, practice, today);
    parcel
}

/// Reads the messages of all files of a folder as they were sent, whatever the files are called: a correction in one acts on
/// what another one brings.
#[must_use]
pub fn read_all(
    files: &[(String, Messages)],
    codes: &Codes,
    practice: &Practice,
    today: NaiveDate,
    folder: &str,
) -> Parcel {
    let remarks = files.iter().flat_map(|(file, of)| of.remarks.iter().map(move |remark| format!("{file}: {remark}")));
    let messages = files.iter().flat_map(|(file, of)| of.messages.iter().map(move |message| (Some(file), message)));
    Parcel { file: folder.to_owned(), remarks: remarks.collect(), pieces: in_order(messages, codes, practice, today) }
}

/// Reads messages by the time when they were sent, each with the name of its file where there are several.
fn in_order<'a>(
    messages: impl Iterator<Item = (Option<&'a String>, &'a Message)>,
    codes: &Codes,
    practice: &Practice,
    today: NaiveDate,
) -> Vec<Piece> {
    let mut order: Vec<_> = messages.collect();
    order.sort_by_cached_key(|(_, message)| message.sent());
    let mut all: Vec<Piece> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (file, message) in order {
        for (id, mut piece) in pieces(message, codes, practice, today) {
            if let Some(file) = file {
                piece.place = format!("{file}, {}", piece.place);
            }
            let before = id.as_ref().and_then(|id| places.get(id)).and_then(|at| all.get_mut(*at));
            if let Some(before) = before {
                goes_on(before, &mut piece);
            }
            // What is held or not finished says nothing on which a later message could go on.
            if let Some(id) = id.filter(|_| piece.trouble.is_none()) {
                places.insert(id, all.len());
            }
            all.push(piece);
        }
    }
    all
}

/// What is sent again of one order: the later message says all of it, and the earlier one is left.
fn goes_on(before: &mut Piece, piece: &mut Piece) {
    let can = before.trouble.is_none() && piece.trouble.is_none() && is_same_person(&before.about, &piece.about);
    if !can {
        return;
    }
    if before.acts == piece.acts {
        piece.trouble = Some(Trouble::Skipped(format!("The same as {}.", before.place)));
        return;
    }
    for old in &before.acts {
        let Act::Checked(old_look) = &old.act else { continue };
        if old.strikes {
            continue;
        }
        let withdrawn = |analyte: &str| {
            piece.acts.iter().any(|c| c.strikes && matches!(&c.act, Act::Checked(look) if look.lab(analyte).is_some()))
        };
        let kept: Vec<LabResult> = old_look.labs.iter().filter(|lab| !withdrawn(&lab.analyte)).cloned().collect();
        let new = piece.acts.iter_mut().find(|c| !c.strikes && c.id == old.id);
        match new.map(|coming| (coming.corrects, &mut coming.act)) {
            Some((corrects, Act::Checked(look))) => {
                let differs = kept.iter().find(|a| look.lab(&a.analyte).is_some_and(|b| !b.says_as(a)));
                if let Some(lab) = differs.filter(|_| !corrects) {
                    let name = lab.analyte.replace('-', " ");
                    let place = &before.place;
                    piece.trouble = Some(Trouble::Held(format!(
                        "{place} has another result of {name}, and neither says that it corrects the other."
                    )));
                    return;
                }
                let more: Vec<LabResult> = kept.into_iter().filter(|a| look.lab(&a.analyte).is_none()).collect();
                look.labs.splice(0..0, more);
                look.note = both(old_look.note.as_deref(), look.note.as_deref());
            }
            _ if kept.is_empty() => {}
            _ => {
                let look = Checked { labs: kept, ..old_look.clone() };
                piece.acts.insert(0, Coming { act: Act::Checked(look), ..old.clone() });
            }
        }
    }
    // What an earlier message withdrew may stand in the chart, whatever the later one says of other tests.
    let struck = before.acts.iter().filter(|old| old.strikes && !says_again(old, &piece.acts));
    let struck: Vec<Coming> = struck.cloned().collect();
    piece.acts.extend(struck);
    piece.about.born = piece.about.born.or(before.about.born);
    before.trouble = Some(Trouble::Skipped(format!("A later message says it anew: {}.", piece.place)));
}

/// Whether later acts say of each test that is struck out what holds now.
fn says_again(struck: &Coming, later: &[Coming]) -> bool {
    let labs = |coming: &Coming| if let Act::Checked(look) = &coming.act { look.labs.clone() } else { Vec::new() };
    let again: Vec<LabResult> = later.iter().flat_map(labs).collect();
    labs(struck).iter().all(|lab| again.iter().any(|other| other.analyte == lab.analyte))
}

/// Number and birth date say who it is; a name is spelled in many ways, and the sex is left out.
fn is_same_person(a: &Described, b: &Described) -> bool {
    let names = |about: &Described| (about.family.to_lowercase(), about.given.to_lowercase());
    match (a.number.is_empty(), b.number.is_empty()) {
        (false, false) => a.number == b.number && a.born.zip(b.born).is_none_or(|(a, b)| a == b),
        _ => a.number == b.number && a.born == b.born && names(a) == names(b),
    }
}

/// The notes of both, each line once.
fn both(before: Option<&str>, now: Option<&str>) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    for line in before.into_iter().chain(now).flat_map(str::lines) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n").chars().take(MOST_NOTES).collect())
}

fn pieces(message: &Message, codes: &Codes, practice: &Practice, today: NaiveDate) -> Vec<(Option<String>, Piece)> {
    let whole = |why: String| {
        let place = format!("line {}", message.line());
        let (about, acts, remarks) = (Described::default(), Vec::new(), Vec::new());
        vec![(None, Piece { place, about, enters: false, acts, remarks, trouble: Some(Trouble::Refused(why)) })]
    };
    match message.kind().as_str() {
        "ORU^R01" => {}
        "" => return whole("The message does not say what it is: its header has no type.".to_owned()),
        kind => return whole(format!("The message is {}, not results (ORU^R01).", shown(kind))),
    }
    let groups = groups(message);
    if groups.is_empty() {
        return whole("The message has no results.".to_owned());
    }
    groups.iter().flat_map(|group| Reading::new(message, group, codes, practice, today).pieces()).collect()
}

/// A group as it is being read.
struct Reading<'a> {
    message: &'a Message,
    group: &'a Group<'a>,
    codes: &'a Codes,
    practice: &'a Practice,
    today: NaiveDate,
    /// Results that count, by the day of the sample.
    labs: BTreeMap<NaiveDate, Vec<LabResult>>,
    struck: Vec<LabResult>,
    corrects: bool,
    not_yet: usize,
    others: Vec<String>,
    notes: Vec<String>,
    remarks: Vec<String>,
    troubles: Vec<String>,
}

impl<'a> Reading<'a> {
    fn new(
        message: &'a Message,
        group: &'a Group<'a>,
        codes: &'a Codes,
        practice: &'a Practice,
        today: NaiveDate,
    ) -> Self {
        Self {
            message,
            group,
            codes,
            practice,
            today,
            labs: BTreeMap::new(),
            struck: Vec::new(),
            corrects: false,
            not_yet: 0,
            others: Vec::new(),
            notes: group.notes.clone(),
            remarks: Vec::new(),
            troubles: Vec::new(),
        }
    }

    fn of_order(&self, field: usize, n: usize) -> String {
        self.group.order.map(|order| self.message.part(order, field, n)).unwrap_or_default()
    }

    /// The id of the order at the laboratory, with its panel: by it the same results are known again.
    fn id(&self) -> Option<String> {
        let filler = Some(self.of_order(3, 1)).filter(|id| !id.is_empty()).unwrap_or_else(|| self.of_order(2, 1));
        // Never cut: two long ids may differ in their last letter alone.
        let whole =
            format!("{}:{filler}:{}", self.message.sender(), self.of_order(4, 1)).replace(char::is_control, " ");
        (!filler.is_empty()).then(|| whole.trim().to_owned())
    }

    /// The piece of the order; what it withdraws is a piece of its own where the rest has to be looked at first.
    fn pieces(mut self) -> Vec<(Option<String>, Piece)> {
        let mut seen: HashMap<(String, String), String> = HashMap::new();
        for result in &self.group.results {
            let observed = Observed::of(self.message, result.segment);
            let value = format!("{}{}", observed.comparator, observed.value);
            if let Some(other) = seen.insert(observed.key(), value.clone()).filter(|other| *other != value) {
                let label = observed.label();
                self.troubles.push(format!("{label} stands twice, as {} and as {}.", shown(&other), shown(&value)));
            }
            self.take(&observed, &result.notes);
        }
        let id = self.id();
        let about = self.group.pid.map(|pid| patient::described(self.message, pid, self.codes)).unwrap_or_default();
        let trouble = self.trouble(&about);
        let mut acts = self.acts(id.as_deref());
        let place = format!("line {}", self.group.line());
        if !self.others.is_empty() {
            self.remarks.push(format!("Not followed here and not taken over: {}.", few(&self.others)));
        }
        if self.not_yet > 0 && trouble.is_none() {
            let results = words::plural(i64::try_from(self.not_yet).unwrap_or(i64::MAX), "result");
            self.remarks.push(format!("{results} not finished yet: the laboratory sends them again."));
        }
        let is_held = matches!(trouble, Some(Trouble::Held(_)));
        let struck: Vec<Coming> = acts.extract_if(.., |coming| is_held && coming.strikes).collect();
        let strikes = Piece { place, about, enters: false, acts: struck, remarks: Vec::new(), trouble: None };
        let rest = Piece { acts, remarks: self.remarks, trouble, ..strikes.clone() };
        let apart = (!strikes.acts.is_empty()).then(|| (id.clone(), strikes));
        std::iter::once((id, rest)).chain(apart).collect()
    }

    fn take(&mut self, observed: &Observed, notes: &[String]) {
        let standing = observed.standing(&self.of_order(25, 1));
        let (analyte, measure) = match observed.test(&self.message.sender(), self.codes, self.practice) {
            Test::Known(analyte, measure) => (analyte, measure),
            Test::Unknown { code, label } => {
                let label = if label.is_empty() { String::new() } else { format!(" ({label})") };
                self.troubles.push(format!("Which test is {code}{label} of {}?", self.message.sender()));
                return;
            }
            Test::Other => return self.others.push(observed.words()),
            Test::Words(label) => {
                let text = shown(&observed.value);
                self.notes.extend((!text.is_empty() && text.len() < 80).then(|| format!("{label}: {text}")));
                return;
            }
        };
        self.notes.extend(notes.iter().map(|note| format!("{}: {note}", analyte.short)));
        match standing {
            Standing::NotYet => self.not_yet += 1,
            Standing::Withdrawn => self.struck.push(nothing(&analyte.id)),
            Standing::Final | Standing::Corrected => {
                self.corrects |= standing == Standing::Corrected;
                match observed.read(analyte, measure) {
                    Ok(typed) => {
                        self.remarks.extend(typed.doubt);
                        self.put(observed, typed.result);
                    }
                    Err(why) => self.troubles.push(format!("{why}.")),
                }
            }
        }
    }

    fn put(&mut self, observed: &Observed, result: LabResult) {
        let Some(on) = observed.on.or_else(|| time::day(&self.of_order(7, 1))) else {
            self.troubles.push("The day of the sample is not said.".to_owned());
            return;
        };
        if on > self.today {
            self.troubles.push(format!("The sample of {} has not been taken yet.", words::day(on)));
        }
        let labs = self.labs.entry(on).or_default();
        match labs.iter().find(|other| other.analyte == result.analyte) {
            Some(other) if !other.says_as(&result) => {
                let name = result.analyte.replace('-', " ");
                self.troubles.push(format!("Two results of {name} for one sample: {other} and {result}."));
            }
            Some(_) => {}
            None => labs.push(result),
        }
    }

    fn trouble(&self, about: &Described) -> Option<Trouble> {
        if self.group.pid.is_none() || (about.number.is_empty() && about.family.is_empty()) {
            return Some(Trouble::Refused("The message does not say whose results these are.".to_owned()));
        }
        if !self.troubles.is_empty() {
            return Some(Trouble::Held(told(&self.troubles)));
        }
        let nothing = self.labs.is_empty() && self.struck.is_empty();
        nothing.then(|| match (self.not_yet, self.others.is_empty()) {
            (1.., _) => Trouble::Skipped("The laboratory has not finished it yet; it sends it again.".to_owned()),
            (0, true) => Trouble::Skipped("No result of a test stands in it.".to_owned()),
            (0, false) => Trouble::Skipped(format!("None of its tests is followed here: {}.", few(&self.others))),
        })
    }

    fn acts(&self, id: Option<&str>) -> Vec<Coming> {
        let order_day = time::day(&self.of_order(7, 1)).or_else(|| self.labs.keys().next().copied());
        let note = (!self.notes.is_empty()).then(|| self.notes.join("\n").chars().take(MOST_NOTES).collect::<String>());
        let mut acts = Vec::new();
        let look = |on: NaiveDate, labs: Vec<LabResult>| Checked { on, labs, ..Checked::default() };
        for (on, labs) in &self.labs {
            let id = id.map(|id| if Some(*on) == order_day { id.to_owned() } else { format!("{id}@{on}") });
            let note = note.clone().filter(|_| acts.is_empty());
            let checked = Checked { note, ..look(*on, labs.clone()) };
            acts.push(Coming { corrects: self.corrects, ..Coming::new(id, Act::Checked(checked)) });
        }
        if !self.struck.is_empty() {
            let act = Act::Checked(look(order_day.unwrap_or(self.today), self.struck.clone()));
            acts.push(Coming { strikes: true, ..Coming::new(id.map(str::to_owned), act) });
        }
        acts
    }
}

/// More letters of notes than this no order has.
const MOST_NOTES: usize = 4_000;

/// The first of many.
fn few(all: &[String]) -> String {
    const MOST: usize = 12;
    let more = if all.len() > MOST { format!("; and {} more", all.len() - MOST) } else { String::new() };
    format!("{}{more}", all.get(..MOST.min(all.len())).unwrap_or_default().join("; "))
}

/// A result that is withdrawn: which test it is of is all that counts.
fn nothing(analyte: &str) -> LabResult {
    LabResult {
        analyte: analyte.to_owned(),
        value: None,
        comparator: Comparator::Exactly,
        unit: String::new(),
        word: None,
        flag: None,
        range: None,
    }
}
