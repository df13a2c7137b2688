//! Charts for tests, written as a nurse would tell them.

use chrono::{NaiveDate, TimeZone};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::course::{CheckState, Course, DoseState};
use cobalog::clinic::decision::{Change, Turn};
use cobalog::clinic::drug::{Drug, Route};
use cobalog::clinic::entry::{Act, Amended, Checked, Entry, EntryId, Given, NotGiven, PatientId, PhaseEnded, WhyNot};
use cobalog::clinic::fit;
use cobalog::clinic::interval::Interval;
use cobalog::clinic::lab::{Comparator, LabResult};
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::patient::{Allergies, Person, Sex};
use cobalog::clinic::practice::{Practice, Settings};
use cobalog::clinic::rights::Intent;
use cobalog::clinic::triage::{Anaemia, B12Status, MonitoringPlan, Triage};
use ulid::Ulid;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn practice() -> Practice {
    Practice::new(Settings::new("Test practice", "Maya Keller RN"))
}

pub fn weekday_practice() -> Practice {
    use chrono::Weekday::{Fri, Mon, Thu, Tue, Wed};
    let mut practice = practice();
    practice.settings.open_days = vec![Mon, Tue, Wed, Thu, Fri];
    practice
}

pub fn person() -> Person {
    Person {
        number: "1042".to_owned(),
        family: "Okafor".to_owned(),
        given: "Ngozi".to_owned(),
        born: day("1961-03-04"),
        sex: Sex::Female,
        phone: None,
        allergies: Allergies::NoneKnown,
        caution: None,
    }
}

pub fn triage() -> Triage {
    let monitoring = MonitoringPlan { first: Interval::Weeks(3), symptoms: Vec::new(), labs: Vec::new() };
    Triage { anaemia: Anaemia::Mild, b12: B12Status::Confirmed, ..Triage::new("autoimmune-gastritis", monitoring) }
}

/// Writes an order with the checkpoints of the regimen.
pub fn order(practice: &Practice, id: &str, start: &str, every: Option<&str>) -> Order {
    let regimen = practice.knowledge.regimen(id).unwrap();
    let mut wish = Wish::plain(day(start), "Dr Adebayo");
    wish.every = every.map(|e| e.parse().unwrap());
    Order::write(regimen, fit::checkpoints(practice, regimen, Some(&triage())), &wish).unwrap()
}

/// A chart that grows entry by entry, one a second.
#[derive(Clone)]
pub struct Story {
    pub practice: Practice,
    pub entries: Vec<Entry>,
    pub order: Option<EntryId>,
}

impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|e| brief(&e.act))).finish()
    }
}

fn brief(act: &Act) -> String {
    match act {
        Act::Ordered(order) => format!("ordered {} from {}", order.regimen, order.start),
        Act::Given(given) => format!("given {}", given.on),
        Act::NotGiven(not) => format!("not given {}, again {:?}", not.on, not.again),
        Act::PhaseEnded(ended) => format!("phase {} ended {}", ended.phase, ended.on),
        Act::Checked(checked) => format!("checked {}", checked.on),
        Act::Amended(amended) => format!("{} amended: {:?}", amended.of, amended.instead.as_deref().map(brief)),
        other => other.word().to_owned(),
    }
}

impl Story {
    pub fn new(practice: Practice) -> Self {
        let mut story = Self { practice, entries: Vec::new(), order: None };
        story.act(Act::Registered(person()));
        story
    }

    /// A registered patient with triage and an order of the regimen from Monday 5 January 2026.
    pub fn on(regimen: &str) -> Self {
        Self::from(practice(), regimen, "2026-01-05", None)
    }

    pub fn from(practice: Practice, regimen: &str, start: &str, every: Option<&str>) -> Self {
        let mut story = Self::new(practice);
        story.act(Act::Triaged(triage()));
        story.orders(regimen, start, every);
        story
    }

    pub fn orders(&mut self, regimen: &str, start: &str, every: Option<&str>) -> EntryId {
        let order = order(&self.practice, regimen, start, every);
        let id = self.act(Act::Ordered(order));
        self.order = Some(id);
        id
    }

    pub fn act(&mut self, act: Act) -> EntryId {
        let n = self.entries.len() as u32;
        let id = EntryId(Ulid::from_parts(1_700_000_000_000 + u64::from(n), u128::from(n)));
        let utc = chrono::FixedOffset::east_opt(0).unwrap();
        let at = utc.with_ymd_and_hms(2026, 1, 5, 9, n / 60, n % 60).unwrap();
        self.entries.push(Entry { id, at, by: "Maya Keller RN".to_owned(), act, from: None, seal: None });
        id
    }

    pub fn give(&mut self, on: &str) -> EntryId {
        self.act(Act::Given(self.given(day(on))))
    }

    pub fn given(&self, on: NaiveDate) -> Given {
        Given {
            order: self.order,
            product: "Hydroxocobalamin 1 mg/mL".to_owned(),
            lot: Some("A1".to_owned()),
            ..Given::new(on, Drug::Hydroxocobalamin, 1000, 1000, Route::Im)
        }
    }

    /// Gives on each of `2026-01-05 07 09 02-01`.
    pub fn gives(&mut self, on: &str) {
        days(on).iter().for_each(|d| {
            self.give(&d.to_string());
        });
    }

    pub fn not_given(&mut self, on: &str, why: WhyNot, again: Option<&str>) -> EntryId {
        let order = self.order;
        self.act(Act::NotGiven(NotGiven { order, on: day(on), why, again: again.map(day), note: None }))
    }

    pub fn ends(&mut self, phase: usize, on: &str) -> EntryId {
        let order = self.order.unwrap();
        let because = "no further improvement".to_owned();
        self.act(Act::PhaseEnded(PhaseEnded {
            order,
            phase,
            on: day(on),
            because,
            decided_by: "Dr Adebayo".to_owned(),
            told: None,
        }))
    }

    pub fn turns(&mut self, on: &str, what: Turn) -> EntryId {
        let (because, decided_by) = ("as agreed".to_owned(), "Dr Adebayo".to_owned());
        self.act(Act::Changed(Change { on: day(on), what, because, decided_by, reasons: Vec::new(), told: None }))
    }

    pub fn amend(&mut self, of: EntryId, instead: Option<Act>) -> EntryId {
        self.act(Act::Amended(Amended { of, why: "typed wrongly".to_owned(), instead: instead.map(Box::new) }))
    }

    /// Records grades such as `fatigue=2` and labs such as `haemoglobin=104 g/L`.
    pub fn checks(&mut self, on: &str, found: &[&str]) -> EntryId {
        self.act(Act::Checked(self.look(on, found)))
    }

    pub fn look(&self, on: &str, found: &[&str]) -> Checked {
        let mut checked = Checked { on: day(on), ..Checked::default() };
        for item in found {
            let (id, value) = item.split_once('=').unwrap();
            match value.parse() {
                Ok(grade) if self.practice.knowledge.symptom(id).is_some() => {
                    checked.symptoms.insert(id.to_owned(), grade);
                }
                _ => checked.labs.push(result(id, value)),
            }
        }
        checked
    }

    pub fn chart(&self) -> Chart {
        Chart::new(PatientId(Ulid::from_parts(1, 1)), self.entries.clone())
    }

    pub fn course(&self, today: &str) -> Course {
        Course::of(&self.chart(), &self.practice, day(today))
    }
}

pub fn result(analyte: &str, text: &str) -> LabResult {
    let (value, unit) = text.split_once(' ').unwrap_or((text, ""));
    let comparator = match &value[..1] {
        "<" => Comparator::Below,
        ">" => Comparator::Above,
        _ => Comparator::Exactly,
    };
    let value = value.trim_start_matches(['<', '>']).parse().ok();
    LabResult {
        analyte: analyte.to_owned(),
        value,
        comparator,
        unit: unit.to_owned(),
        word: None,
        flag: None,
        range: None,
    }
}

/// Reads `2026-01-05 07 09 02-01`: a day alone keeps month and year, a month and day keep the year.
pub fn days(text: &str) -> Vec<NaiveDate> {
    let mut base = String::new();
    text.split_whitespace()
        .map(|word| {
            let keep = 10 - word.len();
            base.replace_range(keep.min(base.len()).., word);
            day(&base)
        })
        .collect()
}

/// Returns `n due state` of the slots that are given, not given, or owed first.
pub fn lines(course: &Course) -> Vec<String> {
    let owed = course.doses.iter().position(|s| s.state.is_owed()).unwrap_or(usize::MAX);
    let told = course.doses.iter().take(owed.saturating_add(1));
    told.map(|s| {
        let state = match s.state {
            DoseState::Late(n) => format!("late {n}"),
            DoseState::Early(n) => format!("early {n}"),
            DoseState::Overdue(n) => format!("overdue {n}"),
            other => other.word().to_owned(),
        };
        format!("{} {} {state}", s.n, s.due)
    })
    .collect()
}

pub fn owed(course: &Course) -> Vec<NaiveDate> {
    course.doses.iter().filter(|s| s.state.is_owed()).map(|s| s.due).collect()
}

/// Returns `due label state` of every checkpoint.
pub fn looks(course: &Course) -> Vec<(NaiveDate, String, CheckState)> {
    course.checkpoints.iter().map(|c| (c.due, c.label.clone(), c.state)).collect()
}

/// Returns the rules that fire.
pub fn rules(course: &Course) -> Vec<&str> {
    course.findings.iter().map(|f| f.rule.as_str()).collect()
}

/// A rule's id for comparing with literals; a test's few bytes may stay.
pub fn leaked(rule: &str) -> &'static str {
    rule.to_owned().leak()
}

/// A vial of hydroxocobalamin that nothing speaks against, and no site yet.
pub fn vial(on: &str) -> Intent {
    Intent {
        on: day(on),
        drug: Drug::Hydroxocobalamin,
        strength_mcg_per_ml: 1000,
        dose_mcg: 1000,
        drawn_ml: None,
        route: Route::Im,
        site: None,
        lot: Some("A1".to_owned()),
        expires: Some(day("2030-12-31")),
        opened: None,
        label_routes: None,
        excipients: Vec::new(),
    }
}

/// A result in a word.
pub fn word(analyte: &str, word: &str) -> LabResult {
    LabResult { word: Some(word.to_owned()), value: None, ..result(analyte, "0") }
}
