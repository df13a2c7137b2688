//! Messages to a parcel: a piece for each order with its results.

use super::codes::Codes;
use super::group::{Group, groups};
use super::message::Message;
use super::result::{Observed, Standing, Test};
use super::split::Messages;
use super::{patient, time};
use crate::clinic::entry::{Act, Checked};
use crate::clinic::intake::{Coming, Described, Parcel, Piece, Trouble, superseded};
use crate::clinic::lab::{Comparator, LabResult};
use crate::clinic::practice::Practice;
use crate::clinic::words;
use crate::exchange::results::{shown, told};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap, HashSet};

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
    let mut sent: HashMap<String, String> = HashMap::new();
    for (file, message) in order {
        let again = sent.get(&message.letters()).cloned();
        if again.is_none() {
            let line = format!("line {}", message.line());
            sent.insert(message.letters(), file.map_or_else(|| line.clone(), |file| format!("{file}, {line}")));
        }
        for (id, mut piece) in pieces(message, codes, practice, today) {
            if let Some(file) = file {
                piece.place = format!("{file}, {}", piece.place);
            }
            // Sent once more, whatever came between: what corrected it since still holds.
            if let Some(first) = &again {
                let id = Some(message.control_id()).filter(|id| !id.is_empty());
                let id = id.map(|id| format!(", control id {}", shown(&id))).unwrap_or_default();
                piece.trouble = Some(Trouble::Skipped(format!("The same message as {first}{id}.")));
                all.push(piece);
                continue;
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
    let mut goes_along = false;
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
                    piece.trouble = Some(Trouble::Held(other_result(lab, old, &before.place)));
                    return;
                }
                let replaced = kept.iter().filter(|a| look.lab(&a.analyte).is_some_and(|b| !b.says_as(a)));
                let replaced: Vec<String> = replaced.map(superseded).collect();
                let more: Vec<LabResult> = kept.into_iter().filter(|a| look.lab(&a.analyte).is_none()).collect();
                goes_along |= !more.is_empty();
                look.labs.splice(0..0, more);
                look.note = both(old_look.note.as_deref(), look.note.as_deref());
                look.note = both(look.note.as_deref(), Some(&replaced.join("\n")));
            }
            _ if kept.is_empty() => {}
            _ => {
                goes_along = true;
                let look = Checked { labs: kept, ..old_look.clone() };
                piece.acts.insert(0, Coming { act: Act::Checked(look), ..old.clone() });
            }
        }
    }
    // What an earlier message withdrew may stand in the chart, whatever the later one says of other tests.
    let struck: Vec<Coming> = before.acts.iter().filter_map(|old| still_struck(old, &piece.acts)).collect();
    piece.acts.extend(struck);
    piece.about.born = piece.about.born.or(before.about.born);
    before.trouble = Some(Trouble::Skipped(format!("A later message says it anew: {}.", piece.place)));
    // What only the earlier message has comes from there.
    if goes_along {
        piece.place = format!("{}; {}", before.place, piece.place);
    }
}

/// Why of two results of one test neither counts for the other.
fn other_result(lab: &LabResult, old: &Coming, place: &str) -> String {
    let name = lab.analyte.replace('-', " ");
    match old.corrects {
        true => format!(
            "{place} corrected {name} to {lab}; this message says otherwise, and that it corrects nothing: ask the laboratory which one holds."
        ),
        false => format!("{place} has another result of {name}, {lab}, and neither says that it corrects the other."),
    }
}

/// What is struck out, without the tests of which later acts say what holds now; `None` where nothing is left.
fn still_struck(struck: &Coming, later: &[Coming]) -> Option<Coming> {
    let Act::Checked(look) = &struck.act else { return None };
    let again = |lab: &LabResult| {
        later.iter().any(|coming| matches!(&coming.act, Act::Checked(look) if look.lab(&lab.analyte).is_some()))
    };
    let labs: Vec<LabResult> = look.labs.iter().filter(|lab| !again(lab)).cloned().collect();
    let left = Act::Checked(Checked { labs: labs.clone(), ..look.clone() });
    (struck.strikes && !labs.is_empty()).then(|| Coming { act: left, ..struck.clone() })
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
        vec![(
            None,
            Piece {
                place,
                lines: Vec::new(),
                about,
                enters: false,
                acts,
                remarks,
                trouble: Some(Trouble::Refused(why)),
            },
        )]
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
    /// What a person has to look at, as it was sent.
    unread: Vec<String>,
    /// Of these a sample has two results.
    doubled: Vec<(NaiveDate, String)>,
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
            unread: Vec::new(),
            doubled: Vec::new(),
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

    /// What can be read of the order, and what of it a person has to look at: a piece of its own, without acts.
    fn pieces(mut self) -> Vec<(Option<String>, Piece)> {
        let twice = self.twice();
        for result in &self.group.results {
            self.take(&Observed::of(self.message, result.segment), &result.notes, &twice);
        }
        self.leave_doubled();
        let id = self.id();
        let about = self.group.pid.map(|pid| patient::described(self.message, pid, self.codes)).unwrap_or_default();
        if !self.others.is_empty() {
            self.remarks.push(format!("Not followed here and not taken over: {}.", few(&self.others)));
        }
        let (place, nobody) = (format!("line {}", self.group.line()), self.nobody(&about));
        let is_read = !self.labs.is_empty() || !self.struck.is_empty();
        let held = (!self.troubles.is_empty() && nobody.is_none()).then(|| Trouble::Held(told(&self.troubles)));
        if self.not_yet > 0 && is_read {
            let results = words::plural(i64::try_from(self.not_yet).unwrap_or(i64::MAX), "result");
            self.remarks.push(format!("{results} not finished yet: the laboratory sends them again."));
        }
        let trouble = nobody.or_else(|| (!is_read).then(|| self.nothing()));
        let acts = self.acts(id.as_deref());
        let sent = self.sent();
        let rest = Piece { place, lines: Vec::new(), about, enters: false, acts, remarks: self.remarks, trouble };
        match held {
            None => vec![(id, rest)],
            Some(held) if is_read => {
                let apart = Piece { acts: Vec::new(), remarks: sent, trouble: Some(held), ..rest.clone() };
                vec![(id.clone(), rest), (id, apart)]
            }
            Some(held) => {
                let remarks = [sent, rest.remarks].concat();
                vec![(id, Piece { remarks, trouble: Some(held), ..rest })]
            }
        }
    }

    /// The results that stand twice with other values: which is right, the message does not say.
    fn twice(&mut self) -> HashSet<(String, String)> {
        let mut seen: HashMap<(String, String), String> = HashMap::new();
        let mut twice = HashSet::new();
        for result in &self.group.results {
            let observed = Observed::of(self.message, result.segment);
            let test = observed.test(&self.message.sender(), self.codes, self.practice);
            if !matches!(test, Test::Known(..) | Test::Unknown { .. }) {
                continue;
            }
            let (key, value) = (observed.key(), format!("{}{}", observed.comparator, observed.value));
            if let Some(other) = seen.insert(key.clone(), value.clone()).filter(|other| *other != value) {
                let label = observed.label();
                self.troubles.push(format!("{label} stands twice, as {} and as {}.", shown(&other), shown(&value)));
                twice.insert(key);
            }
        }
        twice
    }

    fn take(&mut self, observed: &Observed, notes: &[String], twice: &HashSet<(String, String)>) {
        let standing = observed.standing(&self.of_order(25, 1));
        let (analyte, measure) = match observed.test(&self.message.sender(), self.codes, self.practice) {
            Test::Known(analyte, measure) => (analyte, measure),
            Test::Unknown { code, label } => {
                let label = if label.is_empty() { String::new() } else { format!(" ({label})") };
                let why = format!("Which test is {code}{label} of {}?", self.message.sender());
                return self.hold(observed, notes, Some(why));
            }
            Test::Other => return self.others.push(observed.words()),
            Test::Words(label) => {
                let text = shown(&observed.value);
                self.notes.extend((!text.is_empty() && text.len() < 80).then(|| format!("{label}: {text}")));
                return;
            }
        };
        match standing {
            Standing::NotYet => self.not_yet += 1,
            Standing::Withdrawn => self.struck.push(nothing(&analyte.id)),
            Standing::Final | Standing::Corrected if twice.contains(&observed.key()) => {
                return self.hold(observed, notes, None);
            }
            Standing::Final | Standing::Corrected => match observed.read(analyte, measure) {
                Ok(typed) => match self.put(observed, typed.result) {
                    Ok(()) => {
                        self.corrects |= standing == Standing::Corrected;
                        self.remarks.extend(typed.doubt);
                    }
                    Err(why) => return self.hold(observed, notes, Some(why)),
                },
                Err(why) => return self.hold(observed, notes, Some(format!("{why}."))),
            },
        }
        self.notes.extend(notes.iter().map(|note| format!("{}: {note}", analyte.short)));
    }

    /// Leaves a result for a person, as it was sent.
    fn hold(&mut self, observed: &Observed, notes: &[String], why: Option<String>) {
        let day = observed.on.or_else(|| time::day(&self.of_order(7, 1)));
        let day = day.map(|day| format!(", {}", words::day(day))).unwrap_or_default();
        let notes: String = notes.iter().map(|note| format!(" ({})", shown(note))).collect();
        self.troubles.extend(why);
        self.unread.push(format!("{}{day}{notes}", observed.as_sent()));
    }

    /// What a person has to enter by hand, as it was sent.
    fn sent(&self) -> Vec<String> {
        if self.unread.is_empty() { Vec::new() } else { vec![format!("Sent: {}.", few(&self.unread))] }
    }

    fn put(&mut self, observed: &Observed, result: LabResult) -> Result<(), String> {
        let on = observed.on.or_else(|| time::day(&self.of_order(7, 1)));
        let on = on.ok_or_else(|| "The day of the sample is not said.".to_owned())?;
        if on > self.today {
            return Err(format!("The sample of {} has not been taken yet.", words::day(on)));
        }
        let labs = self.labs.entry(on).or_default();
        match labs.iter().find(|other| other.analyte == result.analyte) {
            Some(other) if !other.says_as(&result) => {
                let name = result.analyte.replace('-', " ");
                let why = format!("Two results of {name} for one sample: {other} and {result}.");
                self.doubled.push((on, result.analyte));
                return Err(why);
            }
            Some(_) => {}
            None => labs.push(result),
        }
        Ok(())
    }

    /// Of two results that contradict each other neither counts.
    fn leave_doubled(&mut self) {
        for (on, analyte) in std::mem::take(&mut self.doubled) {
            let Some(labs) = self.labs.get_mut(&on) else { continue };
            let gone = labs.extract_if(.., |lab| lab.analyte == analyte);
            self.unread.extend(gone.map(|lab| format!("{} {lab}, {}", analyte.replace('-', " "), words::day(on))));
        }
        self.labs.retain(|_, labs| !labs.is_empty());
    }

    fn nobody(&self, about: &Described) -> Option<Trouble> {
        let is_named = self.group.pid.is_some() && !(about.number.is_empty() && about.family.is_empty());
        (!is_named).then(|| Trouble::Refused("The message does not say whose results these are.".to_owned()))
    }

    /// Why nothing of it would be recorded.
    fn nothing(&self) -> Trouble {
        Trouble::Skipped(match (self.not_yet, self.others.is_empty()) {
            (1.., _) => "The laboratory has not finished it yet; it sends it again.".to_owned(),
            (0, true) => "No result of a test stands in it.".to_owned(),
            (0, false) => format!("None of its tests is followed here: {}.", few(&self.others)),
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
