//! One order with its results, as it is being read.

use super::super::codes::Codes;
use super::super::group::Group;
use super::super::message::Message;
use super::super::result::{Observed, Standing, Test};
use super::super::{patient, time};
use crate::clinic::entry::{Act, Checked};
use crate::clinic::intake::{Coming, Described, Piece, Trouble};
use crate::clinic::lab::LabResult;
use crate::clinic::practice::Practice;
use crate::clinic::words;
use crate::exchange::bytes::MOST_NOTES;
use crate::exchange::results::{nothing, shown, told};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A group as it is being read.
pub(super) struct Reading<'a> {
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
    pub(super) fn new(
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
    pub(super) fn pieces(mut self) -> Vec<(Option<String>, Piece)> {
        let twice = self.twice();
        for result in &self.group.results {
            self.take(&Observed::of(self.message, result.segment), &result.notes, &twice);
        }
        self.leave_doubled();
        self.leave_withdrawn();
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

    /// What one report both says and withdraws is left for a person: read again it would turn each time.
    fn leave_withdrawn(&mut self) {
        for struck in std::mem::take(&mut self.struck) {
            let days = self.labs.iter().filter(|(_, labs)| labs.iter().any(|lab| lab.analyte == struck.analyte));
            let days: Vec<NaiveDate> = days.map(|(on, _)| *on).collect();
            if days.is_empty() {
                self.struck.push(struck);
                continue;
            }
            let name = struck.analyte.replace('-', " ");
            self.troubles
                .push(format!("The report gives {name} and withdraws it: ask the laboratory which one holds."));
            self.doubled.extend(days.into_iter().map(|on| (on, struck.analyte.clone())));
        }
        self.leave_doubled();
    }

    fn nobody(&self, about: &Described) -> Option<Trouble> {
        let is_named = self.group.pid.is_some() && !(about.number.is_empty() && about.family.is_empty());
        (!is_named).then(|| Trouble::Refused("The message does not say whose results these are.".to_owned()))
    }

    /// Why nothing of it would be recorded.
    fn nothing(&self) -> Trouble {
        match (self.not_yet, self.others.is_empty()) {
            (1.., _) => Trouble::Skipped("The laboratory has not finished it yet; it sends it again.".to_owned()),
            // As of a file that was cut off.
            (0, true) => {
                Trouble::Refused("No result of a test stands in it: ask the laboratory for it again.".to_owned())
            }
            (0, false) => Trouble::Skipped(format!("None of its tests is followed here: {}.", few(&self.others))),
        }
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

/// The first of many.
fn few(all: &[String]) -> String {
    const MOST: usize = 12;
    let more = if all.len() > MOST { format!("; and {} more", all.len() - MOST) } else { String::new() };
    format!("{}{more}", all.get(..MOST.min(all.len())).unwrap_or_default().join("; "))
}
