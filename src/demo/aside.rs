//! What happened beside the doses of a story: results, corrections, decisions. Each is counted from the day of the demo or
//! from a dose, and told once the doses and the checkpoints stand.

use super::health::result;
use super::story::Story;
use super::tell::{NURSES, PRESCRIBERS, Teller};
use super::walk::back;
use crate::clinic::background::Confounder;
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::decision::{Acknowledged, Answer, Change, Review, Turn};
use crate::clinic::drug::Site;
use crate::clinic::entry::{Act, Amended, Checked, EntryId, Given, PatientId, Reason, WhyNot};
use crate::clinic::interval::Interval;
use crate::clinic::lab::{Comparator, LabResult};
use crate::clinic::order::Order;
use crate::clinic::roles::Told;
use crate::clinic::spacing;
use crate::clinic::term::Term;
use crate::clinic::triage::Triage;
use chrono::{DateTime, FixedOffset, NaiveDate};
use ulid::Ulid;

/// Something that happened beside. Days without other words are counted back from the day of the demo.
#[derive(Clone, Debug)]
pub(super) enum Aside {
    /// A result so many days ago, between checkpoints.
    Lab(i64, &'static str, f64, &'static str),
    /// A result that is a word, so many days ago.
    Word(i64, &'static str, &'static str),
    /// The site of the last dose was corrected.
    WrongSite,
    /// The last dose was recorded twice; the second entry is struck out.
    Twice,
    /// The dose that is owed was not given, and why; perhaps with the day, counted from today, for another try.
    Pending(WhyNot, Option<i64>),
    /// What else was recorded with the last dose.
    LastDose(fn(&mut Given)),
    /// At a dose, counted back from the last one (0), symptoms had been back for so many days.
    BackBefore(usize, u32),
    /// A transfusion so many days ago, with the haemoglobin after it.
    Transfused(i64, f64),
    /// The five questions were answered anew so many days ago.
    TriagedAgain(i64, fn(&mut Triage, NaiveDate)),
    /// The course turned so many days ago; where to is worked out of the day of the demo.
    Turned(i64, fn(NaiveDate) -> Turn, &'static str),
    /// The recheck after a turn was answered on its day: no symptom, a normal blood count.
    Rechecked,
    /// Every line of the review was answered so many days ago.
    Reviewed(i64),
    /// Another interval was signed so many days ago, and why; with the rule that asked for the reason.
    Every(i64, Interval, &'static str, &'static str),
    /// Back to the denser phase so many days ago, for so many doses; those that fell due since were given.
    Denser(i64, u32, &'static str),
    /// The finding of a rule was seen, and left to stand with a reason.
    Seen(&'static str, &'static str),
}

impl Aside {
    /// Returns whether it can have happened to anybody: a decision fits one course alone.
    pub(super) fn is_anybodys(&self) -> bool {
        matches!(self, Self::Lab(..) | Self::WrongSite | Self::Twice | Self::Pending(..) | Self::LastDose(_))
    }
}

impl Story {
    /// Returns the day on which the plan ended with a turn of the course.
    pub(super) fn ended_on(&self, today: NaiveDate) -> Option<NaiveDate> {
        let turned = self.asides.iter().filter_map(|aside| match aside {
            Aside::Turned(ago, to, _) if to(today).ends_the_plan() => Some(back(today, *ago)),
            _ => None,
        });
        turned.min()
    }
}

impl Teller<'_> {
    /// Tells what happened beside.
    pub(super) fn asides(&mut self, story: &Story, begins: NaiveDate) {
        for aside in &story.asides {
            match aside {
                Aside::Lab(ago, analyte, value, unit) => {
                    self.lab(self.open_before(back(self.today, *ago)).max(begins), result(analyte, *value, unit));
                }
                Aside::Word(ago, analyte, word) => self.lab(back(self.today, *ago), told(analyte, word)),
                Aside::WrongSite => self.wrong_site(),
                Aside::Twice => self.twice(),
                Aside::Pending(why, again) => self.pending(why, *again),
                Aside::LastDose(as_it_was) => self.last_dose(*as_it_was),
                Aside::BackBefore(n, days) => self.back_before(*n, *days),
                Aside::Transfused(ago, hb) => self.transfused(*ago, *hb),
                Aside::TriagedAgain(ago, change) => self.answered_anew(*ago, *change),
                Aside::Turned(ago, to, because) => self.turned(*ago, to(self.today), because),
                Aside::Rechecked => self.rechecked(),
                Aside::Reviewed(ago) => self.reviewed(*ago),
                Aside::Every(ago, every, because, rule) => self.every(*ago, *every, because, rule),
                Aside::Denser(ago, doses, because) => self.denser(*ago, *doses, because),
                Aside::Seen(rule, because) => self.seen(rule, because),
            }
        }
    }

    fn lab(&mut self, on: NaiveDate, lab: LabResult) {
        let looked = Checked { on, labs: vec![lab], ..Checked::default() };
        self.push(self.at(on, 17 * 60 + 12), NURSES[1], Act::Checked(looked));
    }

    fn last_given(&self) -> Option<(EntryId, DateTime<FixedOffset>, Given)> {
        self.entries.iter().rev().find_map(|e| match &e.act {
            Act::Given(given) => Some((e.id, e.at, given.clone())),
            _ => None,
        })
    }

    fn wrong_site(&mut self) {
        let Some((of, at, mut given)) = self.last_given() else { return };
        given.site = given.site.map(|s| if s == Site::LeftDeltoid { Site::RightDeltoid } else { Site::LeftDeltoid });
        let amended = Amended::new(of, "wrong arm picked", Some(Act::Given(given)));
        self.push(at + chrono::Duration::minutes(4), NURSES[0], Act::Amended(amended));
    }

    fn twice(&mut self) {
        let Some((_, at, given)) = self.last_given() else { return };
        let of = self.push(at + chrono::Duration::minutes(9), NURSES[2], Act::Given(given));
        let amended = Amended::new(of, "recorded twice, one injection given", None);
        self.push(at + chrono::Duration::minutes(31), NURSES[2], Act::Amended(amended));
    }

    /// The dose that is owed was tried on its day.
    fn pending(&mut self, why: &WhyNot, again: Option<i64>) {
        let course = self.course(self.today);
        if let Some(slot) = course.next_dose().filter(|slot| slot.visit < self.today) {
            self.not_given(slot.order, slot.visit, why.clone(), again.map(|days| back(self.today, -days)));
        }
    }

    /// The dose as it was recorded: nothing is corrected.
    fn last_dose(&mut self, as_it_was: fn(&mut Given)) {
        let last = self.entries.iter_mut().rev().find_map(|e| match &mut e.act {
            Act::Given(given) => Some(given),
            _ => None,
        });
        if let Some(given) = last {
            as_it_was(given);
        }
    }

    fn back_before(&mut self, n: usize, days: u32) {
        let given = self.entries.iter().rev().filter_map(|e| match &e.act {
            Act::Given(given) => Some((e.at, given.on)),
            _ => None,
        });
        let Some((at, on)) = given.into_iter().nth(n) else { return };
        let note = Some("tired and unsteady again before the dose".to_owned());
        let asked = Checked { on, returned_days: Some(days), note, ..Checked::default() };
        self.push(at + chrono::Duration::minutes(3), NURSES[0], Act::Checked(asked));
    }

    fn transfused(&mut self, ago: i64, hb: f64) {
        let on = back(self.today, ago);
        let confounders = vec![Confounder { id: "transfusion".to_owned(), on: Some(on) }];
        let labs = vec![result("haemoglobin", hb, "g/L")];
        let on = back(on, -1);
        let looked = Checked { on, confounders, labs, ..Checked::default() };
        self.push(self.at(on, 11 * 60 + 40), NURSES[2], Act::Checked(looked));
    }

    fn answered_anew(&mut self, ago: i64, change: fn(&mut Triage, NaiveDate)) {
        let on = back(self.today, ago);
        let Some(mut triage) = self.chart().triage().map(|(_, triage)| triage.clone()) else { return };
        change(&mut triage, on);
        self.push(self.at(on, 16 * 60 + 31), NURSES[0], Act::Triaged(triage));
    }

    fn turned(&mut self, ago: i64, what: Turn, because: &str) {
        let on = back(self.today, ago);
        let decided_by = if what == Turn::Died { NURSES[0] } else { PRESCRIBERS[0] };
        let (because, decided_by) = (because.to_owned(), decided_by.to_owned());
        let change = Change { on, what, because, decided_by, reasons: Vec::new(), told: None };
        // What was said of late is not signed yet.
        let is_decided = Act::Changed(change.clone()).decided().is_some();
        let told = (is_decided && ago <= 21).then_some(Told::Verbal);
        let change = Change { told, ..change };
        self.push(self.at(on, 17 * 60 + 31), NURSES[0], Act::Changed(change));
    }

    fn rechecked(&mut self) {
        let course = self.course(self.today);
        let Some((on, _)) = course.standing.as_ref().and_then(|s| s.change.what.recheck()) else { return };
        let symptoms = ["fatigue", "sore-tongue", "numbness"].map(|id| (id.to_owned(), 0)).into();
        let labs = vec![result("haemoglobin", 138.0, "g/L"), result("mcv", 90.0, "fL")];
        let looked = Checked { on, due: Some(on), symptoms, labs, ..Checked::default() };
        self.push(self.at(on, 10 * 60 + 25), NURSES[1], Act::Checked(looked));
    }

    fn reviewed(&mut self, ago: i64) {
        let on = back(self.today, ago);
        let lines = self.practice.knowledge.review();
        let answers = lines.iter().map(|line| (line.id.clone(), answer(&line.id))).collect();
        let review = Review { on, answers, red_flag: None, reviewed_by: PRESCRIBERS[1].to_owned() };
        self.push(self.at(on, 13 * 60 + 15), PRESCRIBERS[1], Act::Reviewed(review));
    }

    fn every(&mut self, ago: i64, every: Interval, because: &str, rule: &str) {
        let on = back(self.today, ago);
        let order = spacing::step(&self.course(on), every, PRESCRIBERS[0], because);
        let reasons = vec![Reason::new(rule, because)];
        // Spaced against the rule: for one dose, and to be looked at again before long.
        let term = Term { until: Some(back(self.today, -20)), doses: Some(1) };
        self.signed(on, order.map(|order| Order { reasons, term, ..order }));
    }

    fn denser(&mut self, ago: i64, doses: u32, because: &str) {
        let on = back(self.today, ago);
        self.signed(on, spacing::denser_again(&self.course(on), doses, on, PRESCRIBERS[1], because));
        // Nobody gets more doses than the plan has; the rest is ahead.
        for k in 0..doses {
            let course = self.course(self.today);
            let Some(slot) = course.next_dose().filter(|slot| slot.visit < self.today) else { return };
            self.given_in_turn(slot, k as usize);
        }
    }

    fn signed(&mut self, on: NaiveDate, order: Option<Order>) {
        if let Some(order) = order {
            let prescriber = order.prescriber.clone();
            self.push(self.at(on, 8 * 60 + 20), &prescriber, Act::Ordered(order));
        }
    }

    fn seen(&mut self, rule: &str, because: &str) {
        let found = self.course(self.today).findings.into_iter().find(|f| f.rule == rule);
        let Some(found) = found else { return };
        let (rule, because) = (found.rule, because.to_owned());
        let seen = Acknowledged { rule, because, rests_on: found.entries };
        self.push(self.at(back(self.today, 1), 17 * 60 + 45), NURSES[0], Act::Acknowledged(seen));
    }

    /// The course as it was known on the morning of a day.
    fn course(&self, day: NaiveDate) -> Course {
        let known = if day == self.today { day } else { back(day, 1) };
        Course::of(&self.chart().as_of(known), self.practice, day)
    }

    fn chart(&self) -> Chart {
        Chart::new(PatientId(Ulid::nil()), self.entries.clone())
    }
}

/// A result that is a word.
fn told(analyte: &str, word: &str) -> LabResult {
    LabResult {
        analyte: analyte.to_owned(),
        value: None,
        comparator: Comparator::Exactly,
        unit: String::new(),
        word: Some(word.to_owned()),
        flag: None,
        range: None,
    }
}

/// What the prescriber of the demo found, line by line.
fn answer(line: &str) -> Answer {
    let (found, words) = match line {
        "diagnosis" => (false, "thyroid normal; blood count normal"),
        "doses" => (false, "all given; right vial, right volume"),
        "malabsorption" => (false, "stomach surgery, known and followed up"),
        "medicines" => (false, "none that lowers B12"),
        "folate-ferritin" => (false, "folate 9 ng/mL, ferritin 64 ug/L"),
        "time" => (false, "numb for nine months: it may still get better"),
        "too-early" => (true, "thinned out after five doses, while it was still getting better"),
        _ => (false, "eGFR 84"),
    };
    Answer { found, words: words.to_owned() }
}
