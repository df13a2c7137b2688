//! A chart of the size of a book: so many entries of each kind, and of each two kinds in turn, that whatever looks at each
//! beside each other shows. No nurse writes one; a program gone wrong, or ill will, must not hold the practice up.

use crate::bed::today;
use crate::turn;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeDelta};
use cobalog::clinic::agenda::Row;
use cobalog::clinic::background::Confounder;
use cobalog::clinic::chart::Chart;
use cobalog::clinic::course::Course;
use cobalog::clinic::decision::{Acknowledged, Change, Review, Turn};
use cobalog::clinic::drug::{Drug, Route};
use cobalog::clinic::entry::{
    Act, Amended, Checked, Entry, EntryId, Given, NextFrom, NotGiven, PatientId, PhaseEnded, WhyNot,
};
use cobalog::clinic::interval::Interval;
use cobalog::clinic::lab::{Comparator, LabResult};
use cobalog::clinic::links::{Link, Linked};
use cobalog::clinic::order::Order;
use cobalog::clinic::practice::{Practice, Settings};
use cobalog::clinic::regimen::{Anchor, CheckpointRule, End, Phase, PhaseKind, Rhythm, When};
use cobalog::clinic::term::Term;
use cobalog::clinic::triage::{MonitoringPlan, Triage};
use cobalog::store::{read_chart, write_chart};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use ulid::Ulid;

/// The day of the entry with this number: some share one, some lie far apart.
fn day(n: usize) -> NaiveDate {
    today() - Days::new(20_000 - (n as u64 / 3) % 20_000)
}

fn id(n: usize) -> EntryId {
    EntryId(Ulid::from_parts(1_700_000_000_000, n as u128))
}

fn phase(kind: PhaseKind, every: Rhythm, until: End) -> Phase {
    Phase {
        kind,
        dose_mcg: 1_000,
        dose_range_mcg: None,
        every,
        or: Vec::new(),
        until,
        ended_by: None,
        gate: None,
        words: String::new(),
        mark: None,
    }
}

fn order(start: NaiveDate, phases: Vec<Phase>, checkpoints: Vec<CheckpointRule>) -> Act {
    Act::Ordered(Order {
        regimen: "r01".to_owned(),
        name: String::new(),
        source: String::new(),
        drug: Drug::Hydroxocobalamin,
        route: Route::Im,
        start,
        prescriber: String::new(),
        neuro: None,
        phases: phases.into(),
        checkpoints: checkpoints.into(),
        changed: Vec::new(),
        reasons: Vec::new(),
        because: None,
        term: Term { until: None, doses: Some(u32::MAX) },
        told: None,
    })
}

fn plain_order(start: NaiveDate) -> Act {
    let open = End::Open { review: Interval::Months(12) };
    order(start, vec![phase(PhaseKind::Maintenance, Rhythm::Every(Interval::Days(1)), open)], Vec::new())
}

fn look(n: usize) -> Checked {
    let result = LabResult {
        analyte: "haemoglobin".to_owned(),
        value: Some(80.0 + (n % 60) as f64),
        comparator: Comparator::Exactly,
        unit: "g/L".to_owned(),
        word: None,
        flag: None,
        range: None,
    };
    Checked {
        on: day(n),
        symptoms: BTreeMap::from([("fatigue".to_owned(), (n % 4) as u8), ("numbness".to_owned(), (n % 3) as u8)]),
        labs: vec![result],
        confounders: vec![Confounder { id: "transfusion".to_owned(), on: None }],
        ..Checked::default()
    }
}

fn given(n: usize) -> Given {
    let next_from = if n.is_multiple_of(2) { NextFrom::Calendar } else { NextFrom::DayGiven };
    Given { next_from, ..Given::new(day(n), Drug::Hydroxocobalamin, 1_000, 1_000, Route::Im) }
}

type Kind = (&'static str, fn(usize) -> Act);

/// The smallest entry of each kind.
const KINDS: [Kind; 14] = [
    ("registered", |n| crate::bed::person(&n.to_string())),
    ("triaged", |_| {
        let monitoring = MonitoringPlan { first: Interval::Weeks(3), symptoms: Vec::new(), labs: Vec::new() };
        Act::Triaged(Triage::new("unknown", monitoring))
    }),
    ("ordered", |n| plain_order(day(n))),
    ("given", |n| Act::Given(given(n))),
    ("given on the order", |n| Act::Given(Given { order: Some(id(2)), ..given(n) })),
    ("not given", |n| {
        Act::NotGiven(NotGiven { order: None, on: day(n), why: WhyNot::Held, again: Some(day(n + 9)), note: None })
    }),
    ("checked", |n| Act::Checked(look(n))),
    ("phase ended", |n| {
        let (because, decided_by) = (String::new(), String::new());
        Act::PhaseEnded(PhaseEnded { order: id(2), phase: n, on: day(n), because, decided_by, told: None })
    }),
    ("paused", |n| changed(n, Turn::Paused { until: day(n + 30) })),
    ("died", |n| changed(n, Turn::Died)),
    ("reviewed", |n| Act::Reviewed(Review { on: day(n), ..Review::default() })),
    ("acknowledged", |n| {
        Act::Acknowledged(Acknowledged { rule: "G5".to_owned(), because: "x".to_owned(), rests_on: vec![id(n)] })
    }),
    ("linked", |n| Act::Linked(Linked { other: PatientId(Ulid(n as u128 + 9)), link: Link::Same, why: String::new() })),
    ("struck out", |n| Act::Amended(Amended::new(id(n.saturating_sub(1)), "", None))),
];

fn changed(n: usize, what: Turn) -> Act {
    let (because, decided_by) = (String::new(), String::new());
    Act::Changed(Change { on: day(n), what, because, decided_by, reasons: Vec::new(), told: None })
}

fn at(n: usize) -> DateTime<FixedOffset> {
    crate::bed::now() - TimeDelta::days(100) + TimeDelta::seconds(n as i64)
}

/// A chart of about so many bytes, in which the kinds take turns behind a patient with a plan.
fn book(bytes: usize, acts: &[&dyn Fn(usize) -> Act]) -> Chart {
    let begin: [fn(usize) -> Act; 3] = [KINDS[0].1, KINDS[1].1, |n| plain_order(day(n))];
    let act = |n: usize| begin.get(n).map_or_else(|| acts[n % acts.len()](n), |begin| begin(n));
    let entry = |n: usize| Entry { id: id(n), at: at(n), by: String::new(), act: act(n), from: None, seal: None };
    let chart = |count: usize| Chart::new(PatientId(Ulid(3)), (0..count).map(entry).collect());
    let size = |count: usize| write_chart(&chart(count), Path::new("x")).unwrap().len();
    let few = begin.len() + 2 * acts.len();
    let each = (size(few) - size(begin.len())) / (few - begin.len());
    chart(few.max(bytes / each))
}

/// Everything that an open chart asks for, in time.
fn lived_with(what: &str, chart: &Chart, most: Duration) {
    let (path, practice) = (Path::new("x"), Practice::new(Settings::new("L", "M")));
    let text = write_chart(chart, path).unwrap();
    let began = Instant::now();
    let read = read_chart(&text, path).unwrap();
    let course = Course::of(&read, &practice, today());
    let row = Row::from_course(&course, &practice.knowledge);
    let events = cobalog::tui::widgets::timeline::events(&course).len();
    let _ = (course.pauses(), cobalog::clinic::ways::offers(&course, &practice), read.union(&read));
    let took = began.elapsed();
    println!("{what}: {} entries, {} bytes, {events} events, {took:?}", read.entries().len(), text.len());
    assert!(row.is_some() && took < most, "{what}: {took:?} for {} bytes", text.len());
}

fn each_beside_each(bytes: usize, most: Duration) {
    for (at, one) in KINDS.iter().enumerate() {
        lived_with(one.0, &book(bytes, &[&one.1]), most);
        for other in &KINDS[at + 1..] {
            lived_with(&format!("{} and {}", one.0, other.0), &book(bytes, &[&one.1, &other.1]), most);
        }
    }
}

/// Plans that no regimen has.
fn odd_plans(scale: usize, most: Duration) {
    let rule = |n: usize| CheckpointRule {
        label: n.to_string(),
        at: Interval::Days(1),
        to: Some(Interval::Weeks(9)),
        again: Some(Interval::Days(1)),
        from: Anchor::Start,
        when: When::Always,
        asks: vec!["symptoms".to_owned()],
        source: String::new(),
    };
    let fills = |every: Rhythm, until: End| vec![phase(PhaseKind::Repletion, every, until); 2];
    let gaps = || Rhythm::Gaps(vec![1; 300 * scale]);
    let huge = || Rhythm::Gaps(vec![u32::MAX; 3]);
    let rules = |count: usize| (0..count).map(rule).collect::<Vec<_>>();
    let plans = [
        ("gaps", order(day(0), fills(gaps(), End::Lasts(Interval::Months(1_200))), rules(9))),
        ("gaps and checkpoints", order(day(0), fills(gaps(), End::Weeks(1, u32::MAX)), rules(10 * scale))),
        ("checkpoints", order(day(0), fills(huge(), End::Doses(u32::MAX)), rules(12 * scale))),
        ("far offsets", order(day(0), fills(Rhythm::Week(vec![u32::MAX; 9]), End::Doses(u32::MAX)), rules(1))),
        ("days", order(day(0), fills(Rhythm::Days((0..100 * scale as u32).collect()), End::Doses(3)), rules(1))),
    ];
    for (name, plan) in plans {
        let act = |n: usize| if n == 3 { plan.clone() } else { Act::Given(Given { order: None, ..given(n) }) };
        let chart = book(1_000, &[&act]);
        lived_with(name, &chart, most);
        let practice = Practice::new(Settings::new("L", "M"));
        let course = Course::of(&chart, &practice, today());
        let Act::Ordered(order) = &plan else { unreachable!() };
        let _ = cobalog::clinic::signing::escalations(&course, order);
    }
}

#[test]
fn a_chart_like_a_book_is_read_in_time() {
    let _turn = turn();
    each_beside_each(60_000, Duration::from_secs(10));
    odd_plans(20, Duration::from_secs(10));
}

#[test]
#[ignore = "by hand, in release: a megabyte of each two kinds"]
fn a_chart_like_an_encyclopaedia_is_read_in_time() {
    let _turn = turn();
    each_beside_each(1_000_000, Duration::from_secs(3));
    odd_plans(500, Duration::from_secs(3));
}
