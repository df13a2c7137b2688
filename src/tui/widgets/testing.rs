//! Hand-built charts for the tests of the widgets.

use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::decision::{Change, Turn};
use crate::clinic::drug::Site;
use crate::clinic::entry::{Act, Checked, Entry, EntryId, Given, NotGiven, PatientId, PhaseEnded, WhyNot};
use crate::clinic::lab::LabResult;
use crate::clinic::order::{Order, Wish};
use crate::clinic::patient::{Person, Sex};
use crate::clinic::practice::{Practice, Settings};
use chrono::{DateTime, NaiveDate, NaiveTime};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::widgets::Widget;
use ulid::Ulid;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Builds a chart entry by entry, with fixed ids.
pub(crate) struct Story {
    pub(crate) practice: Practice,
    entries: Vec<Entry>,
    order: Option<(EntryId, Order)>,
}

impl Story {
    pub(crate) fn new() -> Self {
        let practice = Practice::new(Settings::new("Hill Street Surgery", "Maya Keller RN"));
        let mut story = Self { practice, entries: Vec::new(), order: None };
        let person = Person {
            number: "1042".to_owned(),
            family: "Okafor".to_owned(),
            given: "Ngozi".to_owned(),
            born: day("1961-03-04"),
            sex: Sex::Female,
            phone: None,
            allergies: crate::clinic::patient::Allergies::NoneKnown,
            caution: None,
        };
        story.add(day("2020-01-01"), Act::Registered(person));
        story
    }

    fn add(&mut self, on: NaiveDate, act: Act) -> EntryId {
        let n = self.entries.len() as u64 + 1;
        let id = EntryId(Ulid::from_parts(n, u128::from(n)));
        let at = DateTime::parse_from_rfc3339(&format!("{on}T09:14:00+00:00")).unwrap();
        self.entries.push(Entry { id, at, by: "Maya Keller RN".to_owned(), act, from: None, seal: None });
        id
    }

    pub(crate) fn order(self, regimen: &str, start: &str) -> Self {
        self.order_with(regimen, start, None)
    }

    pub(crate) fn order_with(mut self, regimen: &str, start: &str, every: Option<&str>) -> Self {
        let start = day(start);
        let regimen = self.practice.knowledge.regimen(regimen).unwrap().clone();
        let checkpoints = self.practice.knowledge.checkpoints(&regimen);
        let always = |c: &crate::clinic::regimen::CheckpointRule| c.when == crate::clinic::regimen::When::Always;
        let checkpoints = checkpoints.into_iter().filter(always).collect();
        let every = every.map(|text| text.parse().unwrap());
        let wish = Wish { every, ..Wish::plain(start, "Dr A. Lindqvist") };
        let order = Order::write(&regimen, checkpoints, &wish).unwrap();
        let id = self.add(start, Act::Ordered(order.clone()));
        self.order = Some((id, order));
        self
    }

    pub(crate) fn given(mut self, days: &[&str]) -> Self {
        for (i, on) in days.iter().enumerate() {
            self = self.give(day(on), if i % 2 == 0 { Site::LeftDeltoid } else { Site::RightDeltoid });
        }
        self
    }

    pub(crate) fn give(mut self, on: NaiveDate, site: Site) -> Self {
        let (id, order) = self.order.clone().unwrap();
        let given = Given {
            order: Some(id),
            time: NaiveTime::from_hms_opt(9, 14, 0),
            product: format!("{} 1 mg/mL", order.drug),
            site: Some(site),
            lot: Some("4471A".to_owned()),
            expires: Some(day("2027-06-30")),
            ..Given::new(on, order.drug, 1000, order.phases[0].dose_mcg, order.route)
        };
        self.add(on, Act::Given(given));
        self
    }

    pub(crate) fn not_given(mut self, on: &str, again: Option<&str>) -> Self {
        let order = self.order.as_ref().map(|(id, _)| *id);
        let act = NotGiven { order, on: day(on), why: WhyNot::Missed, again: again.map(day), note: None };
        self.add(day(on), Act::NotGiven(act));
        self
    }

    pub(crate) fn turned(mut self, on: &str, what: Turn) -> Self {
        let (because, decided_by) = ("as agreed".to_owned(), "Dr A. Lindqvist".to_owned());
        self.add(
            day(on),
            Act::Changed(Change { on: day(on), what, because, decided_by, reasons: Vec::new(), told: None }),
        );
        self
    }

    pub(crate) fn phase_ended(mut self, on: &str) -> Self {
        let (order, _) = self.order.clone().unwrap();
        let act = PhaseEnded {
            order,
            phase: 0,
            on: day(on),
            because: "no further improvement".to_owned(),
            decided_by: "Dr A. Lindqvist".to_owned(),
            told: None,
        };
        self.add(day(on), Act::PhaseEnded(act));
        self
    }

    /// Records a look: symptoms as `fatigue 2`, labs as `haemoglobin 104 g/L`.
    pub(crate) fn checked(mut self, on: &str, symptoms: &[(&str, u8)], labs: &[&str]) -> Self {
        let labs = labs.iter().map(|text| {
            let (analyte, value) = text.split_once(' ').unwrap();
            let analyte = self.practice.knowledge.lab(analyte).unwrap();
            analyte.read(value, &analyte.units[0].unit).unwrap().result
        });
        let act = Checked {
            on: day(on),
            symptoms: symptoms.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect(),
            labs: labs.collect::<Vec<LabResult>>(),
            ..Checked::default()
        };
        self.add(day(on), Act::Checked(act));
        self
    }

    pub(crate) fn course(&self, today: &str) -> Course {
        let chart = Chart::new(PatientId(Ulid::from_parts(1, 1)), self.entries.clone());
        Course::of(&chart, &self.practice, day(today))
    }
}

/// Ngozi Okafor of the design: alternate days, ten days in, dose 5 late, dose 6 owed.
pub(crate) fn neuro() -> (Story, Course) {
    let story = Story::new()
        .order("r02", "2026-11-08")
        .checked(
            "2026-11-08",
            &[("fatigue", 3), ("numbness", 3), ("gait", 3)],
            &["haemoglobin 104", "mcv 112", "total-b12 98 ng/L"],
        )
        .given(&["2026-11-08", "2026-11-10", "2026-11-12", "2026-11-14", "2026-11-19"])
        .checked("2026-11-18", &[("fatigue", 2), ("numbness", 3), ("gait", 2)], &["haemoglobin 109"]);
    let course = story.course("2026-11-23");
    (story, course)
}

/// A year and more on loading, then every 3 months: a missed dose, a late one, better and then not.
pub(crate) fn settled() -> (Story, Course) {
    let story = Story::new()
        .order("r01", "2025-09-01")
        .checked(
            "2025-09-01",
            &[("fatigue", 3), ("numbness", 2), ("sore-tongue", 2)],
            &["haemoglobin 96", "mcv 116.5", "total-b12 74 pmol/L", "ferritin 12"],
        )
        .given(&["2025-09-01", "2025-09-03", "2025-09-05", "2025-09-08", "2025-09-10", "2025-09-12"])
        .checked("2025-09-09", &[], &["haemoglobin 101", "reticulocytes 240"])
        .checked("2025-09-22", &[("fatigue", 2), ("numbness", 2), ("sore-tongue", 0)], &[])
        .checked(
            "2025-10-27",
            &[("fatigue", 1), ("numbness", 1), ("sore-tongue", 0)],
            &["haemoglobin 12.9 g/dL", "mcv 94"],
        )
        .checked("2025-12-01", &[("fatigue", 0), ("numbness", 1), ("sore-tongue", 0)], &["total-b12 >2000 ng/L"])
        .not_given("2025-12-12", Some("2025-12-19"))
        .given(&["2025-12-19", "2026-03-30", "2026-06-30"])
        .checked("2026-06-30", &[("fatigue", 2), ("numbness", 1), ("sore-tongue", 0)], &["haemoglobin 131", "mcv 92"]);
    let course = story.course("2026-09-14");
    (story, course)
}

/// Neurological signs that got better; the prescriber ended repletion after six weeks.
pub(crate) fn decided() -> (Story, Course) {
    let mut story = Story::new().order("r02", "2026-01-05").checked(
        "2026-01-05",
        &[("numbness", 4), ("gait", 3), ("fatigue", 3)],
        &["haemoglobin 118", "mma 620"],
    );
    for n in 0..21 {
        story = story.give(day("2026-01-05") + chrono::Days::new(2 * n), Site::LeftDeltoid);
    }
    let story = story
        .checked("2026-01-26", &[("numbness", 3), ("gait", 2), ("fatigue", 1)], &["haemoglobin 124"])
        .checked("2026-02-16", &[("numbness", 1), ("gait", 1), ("fatigue", 0)], &["haemoglobin 131", "mma 240"])
        .phase_ended("2026-02-16")
        .given(&["2026-04-14"])
        .checked("2026-05-25", &[("numbness", 2), ("gait", 1), ("fatigue", 1)], &[]);
    let course = story.course("2026-06-01");
    (story, course)
}

/// Seven daily, four weekly, then monthly: in the second step.
pub(crate) fn weekly() -> (Story, Course) {
    let days: Vec<String> = (5..12).map(|d| format!("2026-01-{d:02}")).collect();
    let days: Vec<&str> = days.iter().map(String::as_str).chain(["2026-01-18", "2026-01-25"]).collect();
    let story = Story::new()
        .order("r09", "2026-01-05")
        .checked("2026-01-05", &[("fatigue", 2)], &["haemoglobin 88", "potassium 4.1"])
        .given(&days)
        .checked("2026-01-13", &[], &["haemoglobin 97", "mcv 108", "reticulocytes 310"]);
    let course = story.course("2026-02-01");
    (story, course)
}

/// Draws a widget on an empty screen.
pub(crate) fn draw(widget: impl Widget, width: u16, height: u16) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| frame.render_widget(widget, frame.area())).unwrap();
    terminal
}

/// Returns what is on the screen as text, line by line without trailing spaces.
pub(crate) fn text(terminal: &Terminal<TestBackend>) -> String {
    let buf = terminal.backend().buffer();
    let row = |y: u16| (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..buf.area.height).map(row).collect::<Vec<_>>().join("\n")
}

/// Compares with the picture under `tests/snapshots`.
pub(crate) fn snapshot(name: &str, drawn: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, drawn));
}
