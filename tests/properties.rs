//! What holds of every course, whatever was recorded.
#![expect(clippy::unwrap_used, reason = "a test stops where its story does not hold")]

#[path = "course/kit.rs"]
#[expect(dead_code, reason = "the properties need only a part of the kit")]
mod kit;

use chrono::{Datelike, Days, NaiveDate};
use cobalog::clinic::agenda::{Item, Row, What};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::course::{Course, Next};
use cobalog::clinic::decision::Turn;
use cobalog::clinic::entry::{Act, EntryId, Given, NextFrom, Reason, WhyNot};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::practice::Practice;
use cobalog::clinic::schedule;
use cobalog::clinic::term::{Renewed, Term};
use kit::Story;
use proptest::prelude::*;
use std::collections::HashSet;
use std::sync::OnceLock;
use ulid::Ulid;

/// What happens next to a patient, in days after the day that was planned.
#[derive(Clone, Debug)]
enum Step {
    OnTime,
    Off(i64),
    Missed(Option<i64>),
    Ends(usize),
    Looked(u8, Option<u16>),
    Struck(usize),
    Moved(usize, i64),
    Ordered(usize),
    Turned(usize, u64),
    Back(i64),
    /// A second dose on the day of the last one, recorded as given already.
    Twice,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => Just(Step::OnTime),
        3 => (-20_i64..200).prop_map(Step::Off),
        1 => proptest::option::of(0_i64..30).prop_map(Step::Missed),
        1 => (0_usize..4).prop_map(Step::Ends),
        2 => (0_u8..5, proptest::option::of(60_u16..160)).prop_map(|(grade, hb)| Step::Looked(grade, hb)),
        1 => (0_usize..40).prop_map(Step::Struck),
        1 => (0_usize..40, -10_i64..10).prop_map(|(at, by)| Step::Moved(at, by)),
        1 => (0_usize..37).prop_map(Step::Ordered),
        1 => (0_usize..6, 1_u64..200).prop_map(|(kind, days)| Step::Turned(kind, days)),
        1 => (1_i64..40).prop_map(Step::Back),
        1 => Just(Step::Twice),
    ];
    proptest::collection::vec(step, 0..25)
}

fn practices() -> [Practice; 2] {
    static BOTH: OnceLock<[Practice; 2]> = OnceLock::new();
    BOTH.get_or_init(|| [kit::practice(), kit::weekday_practice()]).clone()
}

fn id_of(practice: &Practice, at: usize) -> String {
    let all = practice.knowledge.regimens();
    all[at % all.len()].id.clone()
}

fn moved(day: NaiveDate, by: i64) -> NaiveDate {
    if by < 0 { day - Days::new(by.unsigned_abs()) } else { day + Days::new(by as u64) }
}

/// Tells a story of steps; returns it with the day on which it stands.
fn tell(practice: Practice, regimen: usize, start: NaiveDate, steps: &[Step]) -> (Story, NaiveDate) {
    let id = id_of(&practice, regimen);
    let mut story = Story::from(practice, &id, &start.to_string(), None);
    let mut today = start;
    for step in steps {
        let course = Course::of(&story.chart(), &story.practice, today);
        let visit = course.next_dose().map_or(today, |slot| slot.visit);
        match step {
            Step::OnTime => {
                today = visit.max(today);
                story.give(&today.to_string());
            }
            Step::Off(by) => {
                today = moved(visit, *by).max(today);
                story.give(&today.to_string());
            }
            Step::Missed(again) => {
                today = visit.max(today);
                let again = again.map(|by| moved(today, by).to_string());
                story.not_given(&today.to_string(), WhyNot::Missed, again.as_deref());
            }
            Step::Ends(phase) => {
                story.ends(*phase, &today.to_string());
            }
            Step::Looked(grade, hb) => {
                let mut found = vec![format!("numbness={grade}")];
                found.extend(hb.map(|hb| format!("haemoglobin={hb} g/L")));
                let found: Vec<&str> = found.iter().map(String::as_str).collect();
                story.checks(&today.to_string(), &found);
            }
            Step::Struck(at) => {
                let of = story.entries[at % story.entries.len()].id;
                story.amend(of, None);
            }
            Step::Moved(at, by) => {
                let entry = &story.entries[at % story.entries.len()];
                if let Act::Given(given) = &entry.act {
                    let mut instead = given.clone();
                    instead.on = moved(given.on, *by);
                    let of = entry.id;
                    story.amend(of, Some(Act::Given(instead)));
                }
            }
            Step::Turned(kind, days) => {
                story.turns(&today.to_string(), turn(*kind, today + Days::new(*days)));
            }
            Step::Back(by) => {
                today = moved(visit, *by).max(today);
                let given = Given { next_from: NextFrom::Calendar, ..story.given(today) };
                story.act(Act::Given(given));
            }
            Step::Twice => {
                let reasons = ["T6", "T9"].map(|rule| Reason { stop: true, ..Reason::new(rule, "not seen") }).to_vec();
                story.act(Act::Given(Given { reasons, ..story.given(today) }));
            }
            Step::Ordered(regimen) => {
                let id = id_of(&story.practice, *regimen);
                story.orders(&id, &visit.max(today).to_string(), None);
            }
        }
    }
    (story, today)
}

fn turn(kind: usize, day: NaiveDate) -> Turn {
    match kind {
        0 => Turn::Paused { until: day },
        1 => Turn::Oral { daily_mcg: 1000, recheck: day },
        2 => Turn::Stopped { recheck: day },
        3 => Turn::Declined { again: day },
        4 => Turn::Transferred { to: "Dr Chen".to_owned() },
        _ => Turn::Died,
    }
}

fn dates() -> impl Strategy<Value = NaiveDate> {
    (0_u64..36_500).prop_map(|n| kit::day("1990-01-01") + Days::new(n))
}

fn stories() -> impl Strategy<Value = (Story, NaiveDate)> {
    (any::<bool>(), 0_usize..37, dates(), steps()).prop_map(|(weekdays, regimen, start, steps)| {
        tell(practices()[usize::from(weekdays)].clone(), regimen, start, &steps)
    })
}

fn check_order_of_doses(course: &Course) {
    let Some((id, _)) = &course.order else { return };
    let owed: Vec<_> = course.doses.iter().filter(|s| s.state.is_owed()).collect();
    assert!(owed.iter().all(|s| s.order == *id), "only the order that holds owes doses");
    assert!(owed.windows(2).all(|p| p[0].n < p[1].n), "no two owed doses with one number");
    assert!(owed.windows(2).all(|p| p[0].due < p[1].due), "owed doses in order: {:?}", kit::owed(course));
    assert!(owed.iter().all(|s| s.visit >= s.due));
    let of_order: Vec<_> = course.doses.iter().filter(|s| s.order == *id && s.given.is_some()).collect();
    assert!(of_order.windows(2).all(|p| p[0].visit <= p[1].visit && p[0].n < p[1].n));
    let first_owed = course.doses.iter().position(|s| s.state.is_owed()).unwrap_or(course.doses.len());
    assert!(course.doses[first_owed..].iter().all(|s| s.state.is_owed()), "nothing given stands behind what is owed");
    if let (Some(last), Some(next)) = (of_order.last(), owed.first()) {
        assert!(next.due > last.visit, "due {} after a dose on {}", next.due, last.visit);
    }
}

fn check_phases(course: &Course) {
    for phase in &course.phases {
        assert!(phase.to.is_none_or(|to| to >= phase.from), "{phase:?}");
    }
    let now = course.phases.iter().filter(|p| p.is_now).count();
    assert!(now <= 1 && (course.next_dose().is_none() || now == 1), "one phase holds: {:?}", course.phases);
}

fn check_checkpoints(course: &Course) {
    assert!(course.checkpoints.windows(2).all(|p| p[0].due <= p[1].due));
    for slot in &course.checkpoints {
        assert!(slot.opens <= slot.due);
        assert!(slot.check.is_none_or(|at| at < course.checks.len()));
    }
    assert!(course.checks.iter().all(|c| !c.label.is_empty()));
}

fn check_next(course: &Course) {
    match &course.next {
        Next::Dose(at) => assert!(course.doses[*at].state.is_owed()),
        Next::Decide(words) => assert!(!words.is_empty() && course.order.is_some()),
        Next::Order => assert!(course.order.is_none()),
        Next::Triage => assert!(course.order.is_none() && course.triage.is_none()),
        Next::Recheck(day) => assert!(course.checkpoints.iter().any(|c| c.visit == *day && c.state.is_open())),
        Next::AskAgain(_) => assert!(course.has_ended()),
        Next::Closed(words) => {
            let what = course.standing.as_ref().map(|s| s.change.what.clone());
            let ends = matches!(what, Some(Turn::Transferred { .. } | Turn::Died | Turn::Stopped { .. }));
            let by_mistake = course.struck_out().is_some() && course.given().next().is_none();
            assert!((ends || by_mistake) && !words.is_empty(), "nothing else closes a course: {what:?}");
        }
    }
    assert!(course.findings.windows(2).all(|p| p[0].tier <= p[1].tier), "the hardest first");
    assert!(course.findings.iter().all(|f| f.tier != Tier::Stop || matches!(f.rule.as_str(), "L2" | "U4")));
}

fn check_ghosts(course: &Course) {
    assert!(course.ghosts.len() <= 12 && course.ghosts.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(course.ghosts.iter().all(|day| *day >= course.today), "only what is still to come");
    assert!(course.pauses().iter().all(|(from, to)| from < to));
}

/// Returns what is owed beside checkpoints, and the checkpoints.
fn items(row: Option<&Row>) -> (Vec<&Item>, Vec<&Item>) {
    let items = row.map(|r| r.items.as_slice()).unwrap_or_default();
    items.iter().partition(|i| !matches!(i.what, What::Checkpoint(_)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_course_is_in_order_and_has_a_next_step((story, today) in stories(), later in 0_u64..500) {
        for day in [today, today + Days::new(later)] {
            let course = Course::of(&story.chart(), &story.practice, day);
            check_order_of_doses(&course);
            check_phases(&course);
            check_checkpoints(&course);
            check_next(&course);
            check_ghosts(&course);
            let row = Row::of(&story.chart(), &story.practice, day);
            prop_assert!(row.is_none_or(|r| !r.is_without_next_step()), "{:?}", course.next);
        }
    }

    #[test]
    fn the_order_of_recording_on_disk_does_not_matter((story, today) in stories(), seed in any::<u64>()) {
        let mut entries = story.entries.clone();
        let n = entries.len();
        for i in (1..n).rev() {
            entries.swap(i, (seed.rotate_left(i as u32) % (i as u64 + 1)) as usize);
        }
        let shuffled = Chart::new(story.chart().id, entries);
        let course = |chart: &Chart| format!("{:?}", Course::of(chart, &story.practice, today));
        prop_assert_eq!(course(&shuffled), course(&story.chart()));
    }

    #[test]
    fn given_as_planned_the_dates_are_those_of_the_plan(regimen in 0_usize..37, start in dates(), doses in 1_u32..40) {
        let practice = practices()[0].clone();
        let id = id_of(&practice, regimen);
        let mut story = Story::from(practice, &id, &start.to_string(), None);
        let order = kit::order(&story.practice, &id, &start.to_string(), None);
        let plan = schedule::plan(&order.phases, start).take(doses as usize).collect::<Vec<_>>();
        plan.iter().for_each(|dose| { story.give(&dose.date.to_string()); });
        let course = Course::of(&story.chart(), &story.practice, plan.last().unwrap().date);
        let given: Vec<_> = course.given().map(|(slot, _)| (slot.due, slot.as_ordered, slot.phase)).collect();
        let planned: Vec<_> = plan.iter().map(|d| (d.date, Some(d.date), d.phase)).collect();
        prop_assert_eq!(given, planned);
        let after = schedule::plan(&order.phases, start).take(doses as usize + 1).collect::<Vec<_>>();
        prop_assert_eq!(course.next_dose().map(|s| s.due), after.get(doses as usize).map(|d| d.date));
    }

    #[test]
    fn a_row_does_not_hang_on_the_day((story, today) in stories(), later in 1_u64..200) {
        let row = |day| Row::of(&story.chart(), &story.practice, day);
        let (one, two) = (row(today), row(today + Days::new(later)));
        let ((owed, checks), (owed_later, checks_later)) = (items(one.as_ref()), items(two.as_ref()));
        prop_assert_eq!(owed, owed_later);
        // Only how far ahead a repeating checkpoint is laid out may differ.
        prop_assert!(checks.len() <= checks_later.len());
        prop_assert_eq!(&checks, &checks_later[..checks.len()]);
        prop_assert_eq!(one.map(|row| row.asks), two.map(|row| row.asks));
    }

    #[test]
    fn an_order_is_never_overdrawn_and_a_renewal_moves_no_dose(
        (story, today) in stories(), allowed in 1_u32..12, more in 1_u32..6,
    ) {
        let mut story = story;
        let order = story.entries.iter_mut().rev().find_map(|entry| match &mut entry.act {
            Act::Ordered(order) => Some((entry.id, order)),
            _ => None,
        });
        let (id, order) = order.unwrap();
        order.term = Term { until: None, doses: Some(allowed) };
        let before = Course::of(&story.chart(), &story.practice, today);
        let holds = before.order.as_ref().is_some_and(|(held, _)| *held == id);
        let given = before.given().filter(|(slot, _)| slot.order == id).count() as u32;
        if holds {
            prop_assert_eq!(before.cover.as_ref().and_then(|c| c.left), Some(allowed.saturating_sub(given)));
        }
        let term = Term { until: None, doses: Some(more) };
        let renewed = Renewed { order: id, on: today, term, prescriber: String::new(), told: None, note: None };
        story.act(Act::Renewed(renewed));
        let after = Course::of(&story.chart(), &story.practice, today);
        prop_assert_eq!(&before.doses, &after.doses);
        prop_assert_eq!(&before.phases, &after.phases);
        prop_assert_eq!(&before.checkpoints, &after.checkpoints);
        prop_assert_eq!(&before.next, &after.next);
        if holds {
            let cover = after.cover.clone().unwrap();
            prop_assert_eq!(cover.left, Some(more));
            // The dose beyond it is the one after so many more.
            let owed: Vec<_> = after.doses.iter().filter(|s| s.state.is_owed() && !s.tentative).collect();
            let on_time = owed.first().is_some_and(|s| s.visit >= today);
            if let (true, Some(slot)) = (on_time && after.standing.is_none(), owed.get(more as usize)) {
                prop_assert_eq!(cover.beyond, Some(slot.visit));
            }
        }
    }

    #[test]
    fn union_loses_nothing((story, _) in stories(), picks in proptest::collection::vec(0_u8..8, 1..60)) {
        let part = |bit: u8| {
            let has = |i: usize| i == 0 || picks[i % picks.len()] & bit != 0;
            let entries = story.entries.iter().enumerate().filter(|(i, _)| has(*i)).map(|(_, e)| e.clone());
            Chart::new(story.chart().id, entries.collect())
        };
        let (a, b, c) = (part(1), part(2), part(4));
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.union(&b).union(&c), a.union(&b.union(&c)));
        prop_assert_eq!(&a.union(&a), &a);
        let ids: HashSet<_> = a.union(&b).entries().iter().map(|e| e.id).collect();
        prop_assert!(a.entries().iter().chain(b.entries()).all(|e| ids.contains(&e.id)));
    }

    #[test]
    fn no_date_and_no_link_is_too_strange(
        regimen in 0_usize..37,
        start in prop_oneof![Just(NaiveDate::MIN), Just(NaiveDate::MAX), Just(NaiveDate::from_ymd_opt(262_000, 2, 28).unwrap()), dates()],
        given in prop_oneof![Just(NaiveDate::MIN), Just(NaiveDate::MAX), dates()],
        today in prop_oneof![Just(NaiveDate::MIN), Just(NaiveDate::MAX), Just(NaiveDate::from_ymd_opt(-262_000, 3, 1).unwrap()), dates()],
        phase in prop_oneof![Just(usize::MAX), 0_usize..4],
        born in prop_oneof![Just(NaiveDate::MIN), Just(NaiveDate::MAX), dates()],
    ) {
        let [practice, weekdays] = practices();
        let id = id_of(&practice, regimen);
        let mut story = Story::new(practice);
        let mut person = kit::person();
        person.born = born;
        story.act(Act::Registered(person));
        story.act(Act::Triaged(kit::triage()));
        let mut order = kit::order(&story.practice, &id, "2026-01-05", None);
        order.start = start;
        story.order = Some(story.act(Act::Ordered(order)));
        let dose = story.given(given);
        let dose = story.act(Act::Given(dose));
        let look = cobalog::clinic::entry::Checked { on: given, due: Some(start), ..story.look("2026-01-05", &["numbness=1", "total-b12=90 ng/L"]) };
        story.act(Act::Checked(look));
        let ended = cobalog::clinic::entry::PhaseEnded {
            order: story.order.unwrap(), phase, on: given, because: String::new(), decided_by: String::new(),
            told: None,
        };
        story.act(Act::PhaseEnded(ended));
        story.amend(EntryId(Ulid::from_parts(7, 7)), None);
        for practice in [&story.practice, &weekdays] {
            let course = Course::of(&story.chart(), practice, today);
            check_next(&course);
            let _ = Row::from_course(&course, &practice.knowledge).map(|row| row.born.year());
        }
        story.amend(dose, None);
        check_next(&Course::of(&story.chart(), &story.practice, today));
    }
}
