use super::*;
use crate::clinic::agenda::{Kind, Roll, Row, Task};
use crate::clinic::course::{CheckState, Course, DoseState, Next, Repletion};
use crate::clinic::entry::{Act, NextFrom, WhyNot};
use crate::clinic::findings::Tier;
use crate::clinic::interval::days_between;
use crate::clinic::patient::{Allergies, Sex};
use crate::clinic::regimen::PhaseKind;
use crate::clinic::response::Response;
use chrono::Timelike;
use std::collections::{BTreeMap, BTreeSet};

/// A Sunday, a Monday, leap and month ends, clock changes.
const DAYS: [&str; 9] = [
    "2026-11-22",
    "2026-11-23",
    "2028-02-29",
    "2027-05-31",
    "2026-12-31",
    "2027-03-01",
    "2027-08-18",
    "2026-10-26",
    "2027-01-30",
];

fn days() -> impl Iterator<Item = NaiveDate> {
    DAYS.iter().map(|text| text.parse().unwrap())
}

fn practice(today: NaiveDate) -> Practice {
    Practice::new(settings(today))
}

fn rows(courses: &[Course], today: NaiveDate) -> Vec<Row> {
    let practice = practice(today);
    courses.iter().filter_map(|course| Row::from_course(course, &practice.knowledge)).collect()
}

fn courses(today: NaiveDate, patients: usize) -> Vec<Course> {
    let practice = practice(today);
    charts(7, patients, today, &practice).iter().map(|c| Course::of(c, &practice, today)).collect()
}

fn of<'a>(courses: &'a [Course], family: &str) -> &'a Course {
    courses.iter().find(|c| c.person.as_ref().is_some_and(|p| p.family == family)).unwrap()
}

fn rules(course: &Course) -> Vec<String> {
    course.findings.iter().map(|f| f.rule.clone()).collect()
}

#[test]
fn the_same_seed_and_day_give_the_same_charts() {
    for today in days() {
        let practice = practice(today);
        let forty = charts(1, 40, today, &practice);
        assert_eq!(forty, charts(1, 40, today, &practice));
        assert_eq!(forty[..], charts(1, 70, today, &practice)[..40], "patient i depends on seed and i alone");
        let ids = |charts: &[Chart]| charts.iter().map(|c| c.id).collect::<BTreeSet<_>>();
        assert!(ids(&forty).is_disjoint(&ids(&charts(2, 40, today, &practice))), "another seed, other ids");
    }
}

#[test]
fn every_chart_is_valid() {
    for today in days() {
        let practice = practice(today);
        let mut numbers = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for chart in charts(3, 300, today, &practice) {
            let course = Course::of(&chart, &practice, today);
            let person = course.person.as_ref().unwrap();
            assert!(numbers.insert(person.number.clone()));
            assert!(person.age_on(today) >= 18, "{}", person.name());
            let mut given_on = BTreeSet::new();
            for (slot, dose) in course.given() {
                let given = &dose.given;
                let name = person.name();
                assert!(given.on <= today && given.expires.unwrap() >= given.on, "{name} {today}");
                assert!(given_on.insert(given.on), "{name}: two doses on {}", given.on);
                assert!(given.site.unwrap().suits(given.route), "{name}");
                assert_eq!(given.drug, slot.drug, "{name}");
                assert!((9..17).contains(&given.time.unwrap().hour()), "{name}");
            }
            for entry in chart.entries() {
                assert!(entry.at.date_naive() <= today, "{} {today} {:?}", person.name(), entry.act.word());
                assert!(ids.insert(entry.id));
            }
            let orders = chart.entries().iter().filter(|e| matches!(e.act, Act::Ordered(_))).count();
            assert!(orders > 0 || matches!(course.next, Next::Triage | Next::Order), "{}", person.name());
        }
    }
}

#[test]
fn an_average_day_has_a_few_overdue_some_due_and_a_checkpoint() {
    for today in days() {
        let roll = Roll::of(rows(&courses(today, PATIENTS), today));
        let list = roll.worklist(today, 0);
        let count = |is: &dyn Fn(&Task) -> bool| list.iter().filter(|w| is(w)).count();
        let dose = |w: &Task| w.kind == Kind::Dose;
        let look = |w: &Task| w.kind == Kind::Checkpoint;
        assert_eq!(count(&|w| dose(w) && w.days_late > 0), 3, "overdue on {today}");
        assert!((5..=8).contains(&count(&|w| dose(w) && w.days_late == 0)), "due on {today}");
        assert!((1..=4).contains(&count(&|w| look(w) && w.days_late == 0)), "looks on {today}");
        assert!((1..=3).contains(&count(&|w| look(w) && w.days_late > 0)), "looks overdue on {today}");
        assert!(roll.worklist(today, 7).len() > list.len() + 8, "the week of {today}");
    }
}

#[test]
fn the_three_scenarios_work_from_end_to_end() {
    for today in days() {
        let all = courses(today, PATIENTS);
        let a = of(&all, "Whitfield");
        assert!(rules(a).iter().any(|r| r == "O2") && a.response == Response::Resolved, "A on {today}: {:?}", rules(a));
        let b = of(&all, "Brandt");
        let intervals: Vec<_> = b.phases.iter().filter_map(|p| p.every).map(|e| e.iso()).collect();
        assert_eq!(intervals, ["P2M", "P3M"], "B on {today}");
        assert!(b.next_dose().is_some(), "B is never finished");
        let c = of(&all, "Farrow");
        assert_eq!(c.person.as_ref().unwrap().age_on(today), 58, "C on {today}");
        assert_eq!(c.response, Response::Improving, "C on {today}");
        assert!(matches!(c.repletion, Repletion::Review { .. }) && c.next_dose().unwrap().state == DoseState::Due);
    }
}

#[test]
fn plain_doses_are_due_today_with_one_lot_to_prefill() {
    for today in days() {
        let all = courses(today, PATIENTS);
        for (family, kind) in [("Okafor", PhaseKind::Maintenance), ("中村", PhaseKind::Repletion)] {
            let course = of(&all, family);
            let slot = course.next_dose().unwrap();
            assert_eq!((slot.state, slot.kind), (DoseState::Due, kind), "{family} on {today}");
            assert!(course.given().all(|(s, _)| s.state == DoseState::Given), "{family} is on plan");
            assert!(course.findings.is_empty(), "{family} on {today}: {:?}", rules(course));
            let lots = settings(today).lots.into_iter().filter(|l| l.drug == slot.drug && l.expires >= today);
            assert_eq!(lots.count(), 1);
        }
    }
}

#[test]
fn delays_and_corrections_are_as_they_were_made() {
    for today in days() {
        let all = courses(today, PATIENTS);
        let late = |family: &str| {
            let states = of(&all, family).doses.iter().map(|d| d.state);
            states.filter_map(|s| if let DoseState::Late(n) = s { Some(n) } else { None }).max().unwrap()
        };
        for (family, days) in [("Соколов", 3), ("D'Angelo-Mac Giolla Phádraig", 19), ("Müller-Lüdenscheidt", 120)]
        {
            assert!((days..=days + 1).contains(&late(family)), "{family} on {today}: {}", late(family));
        }
        let overdue = |family: &str| of(&all, family).next_dose().unwrap().state;
        assert_eq!(overdue("O'Brien"), DoseState::Overdue(3), "{today}");
        assert_eq!(overdue("Silva e Souza"), DoseState::Overdue(41), "{today}");
        assert!(of(&all, "Castellano").next_dose().unwrap().gate.is_some(), "{today}");
        assert!(matches!(of(&all, "Moreau").next, Next::Order) && of(&all, "Petrović").response == Response::Plateau);
        let twins = all.iter().filter_map(|c| c.person.as_ref()).filter(|p| p.family == "Kaplan");
        assert_eq!(twins.map(|p| p.born).collect::<BTreeSet<_>>().len(), 1, "twins share a birth date");
    }
}

#[test]
fn there_is_something_of_everything() {
    for today in days() {
        let all = courses(today, PATIENTS);
        let kinds: BTreeSet<_> = all.iter().flat_map(|c| &c.phases).map(|p| p.kind.title()).collect();
        assert_eq!(kinds.len(), 4, "{today}: {kinds:?}");
        let states: BTreeSet<_> = all.iter().flat_map(|c| &c.doses).map(|d| d.state.word()).collect();
        assert_eq!(states.len(), 7, "{today}: {states:?}");
        let whys = all.iter().flat_map(|c| &c.doses).filter_map(|d| d.not_given.as_ref());
        let whys = whys.map(|(_, why)| if let WhyNot::Other(_) = why { String::new() } else { why.words() });
        assert_eq!(whys.collect::<BTreeSet<_>>().len(), 5, "{today}");
        let looks: Vec<_> = all.iter().flat_map(|c| &c.checkpoints).map(|s| s.state).collect();
        let overdue = looks.iter().any(|s| matches!(s, CheckState::Overdue(_)));
        assert!(overdue && looks.contains(&CheckState::Due) && looks.contains(&CheckState::Done), "{today}");
        let responses: BTreeSet<_> = all.iter().map(|c| c.response.word()).collect();
        assert_eq!(responses.len(), 7, "{today}: {responses:?}");
        let found: BTreeSet<_> = all.iter().flat_map(rules).collect();
        let wanted = [
            "T1", "T3", "P1", "P2", "P5", "P6", "P7", "O2", "L2", "L7", "L8", "L10", "U1", "F1", "2.3", "3.3", "PLAN",
            "G5",
        ];
        for rule in wanted {
            assert!(found.contains(rule), "{rule} is missing on {today}: {found:?}");
        }
        let tiers: BTreeSet<_> = all.iter().flat_map(|c| &c.findings).map(|f| f.tier).collect();
        assert_eq!(tiers.into_iter().collect::<Vec<_>>(), [Tier::Stop, Tier::Reason, Tier::Note]);
    }
}

/// What the sheet of the day says under TODAY stands in the row of Today, and nothing else does.
#[test]
fn what_is_to_be_told_today_is_the_same_on_paper_and_on_the_list() {
    let mut kinds = BTreeSet::new();
    for today in days().take(3) {
        let practice = practice(today);
        for chart in charts(7, PATIENTS, today, &practice) {
            let course = Course::of(&chart, &practice, today);
            let told = course.findings.iter().filter(|f| f.is_for_today()).count();
            let row = Row::of(&chart, &practice, today).unwrap();
            let listed = row.items.iter().filter(|item| item.what.tell().is_some()).count();
            let open = !matches!(course.next, Next::Closed(_));
            assert_eq!(listed, if open { told } else { 0 }, "{today} {}: {:?}", row.name, rules(&course));
            assert_eq!(Row::from_course(&course, &practice.knowledge), Some(row.clone()), "{today} {}", row.name);
            kinds.extend(row.to_tell());
        }
    }
    assert!(kinds.len() > 2, "{kinds:?}");
}

#[test]
fn every_turn_of_a_course_can_be_seen() {
    for today in days() {
        let all = courses(today, PATIENTS);
        let next = |family: &str| &of(&all, family).next;
        let standings: BTreeSet<_> =
            all.iter().filter_map(|c| c.standing.as_ref()).map(|s| s.change.what.word()).collect();
        assert_eq!(standings.len(), 6, "{today}: {standings:?}");
        let paused = of(&all, "Ferreira");
        let slot = paused.next_dose().unwrap();
        assert_eq!(days_between(today, slot.visit), 7, "back next week, {today}");
        assert!(
            !paused.findings.iter().any(|f| f.rule.starts_with('T')),
            "nobody is late in a pause: {:?}",
            rules(paused)
        );
        assert!(matches!(next("Dubois"), Next::Recheck(day) if days_between(today, *day) == 3), "{today}");
        assert!(matches!(next("Yilmaz"), Next::AskAgain(day) if days_between(today, *day) == 4), "{today}");
        for family in ["O'Connor", "Novák", "Thompson"] {
            assert!(matches!(next(family), Next::Closed(_)), "{family} on {today}: {:?}", next(family));
            let ended = of(&all, family).standing.as_ref().unwrap().change.on;
            let later = of(&all, family).given().filter(|(_, dose)| dose.given.on >= ended).count();
            assert_eq!(later, 0, "{family} on {today}: a dose after the end");
        }
        let hidden = rows(&all, today).into_iter().filter(Row::is_without_next_step).map(|r| r.name);
        assert_eq!(hidden.collect::<Vec<_>>(), Vec::<String>::new(), "nobody is without a next step on {today}");
    }
}

#[test]
fn plans_that_were_changed_show_why() {
    for today in days() {
        let all = courses(today, PATIENTS);
        let denser = of(&all, "Mendoza");
        assert_eq!((denser.orders.len(), denser.reviews.len()), (2, 1), "{today}");
        assert!(denser.next_dose().unwrap().kind.fills() && !denser.ghosts.is_empty(), "denser on {today}");
        let begun = denser.given().filter(|(slot, _)| slot.order == denser.order.as_ref().unwrap().0).count();
        assert!((2..=4).contains(&begun), "{begun} doses of the denser phase on {today}");
        assert!(!rules(denser).contains(&"P6".to_owned()), "the way back is taken on {today}");
        let lines = practice(today).knowledge.review().to_vec();
        assert!(denser.reviews[0].1.open(&lines).is_empty(), "every line is answered");
        let spaced = of(&all, "Fischer");
        let signed = &spaced.order.as_ref().unwrap().1;
        assert_eq!(spaced.next_dose().map(|s| s.state), Some(DoseState::Planned), "{today}");
        assert!(!signed.changed.is_empty() && signed.reasons[0].rule == "SPACE", "{today}");
        let seen = of(&all, "Wright");
        assert!(
            seen.answered.iter().any(|(f, _)| f.rule == "O2") && !rules(seen).contains(&"O2".to_owned()),
            "{today}"
        );
        assert!(of(&all, "Hansen").answered.iter().any(|(f, _)| f.rule == "2.3"), "{today}");
        assert!(rules(of(&all, "Berg")).contains(&"P7".to_owned()), "{today}: {:?}", rules(of(&all, "Berg")));
    }
}

#[test]
fn triage_results_and_doses_hold_what_can_be_said() {
    for today in days() {
        let all = courses(today, PATIENTS);
        let triages: Vec<_> = all.iter().filter_map(|c| c.triage.as_ref()).collect();
        for caution in ["leber", "benzyl-alcohol", "anticoagulant"] {
            assert!(triages.iter().any(|t| t.has_caution(caution)), "{caution} on {today}");
        }
        let knowledge = practice(today).knowledge;
        assert!(triages.iter().all(|t| t.contradiction(knowledge.red_flags()).is_none()), "{today}");
        assert!(triages.iter().any(|t| t.medicines.iter().any(|m| m.id == "metformin" && m.since.is_some())));
        assert!(
            of(&all, "Abebe")
                .findings
                .iter()
                .any(|f| f.text.starts_with("REFER TODAY: ") && f.text.contains("cord? S")),
            "{today}"
        );
        assert_eq!(of(&all, "Nowak").transfusions().count(), 1, "{today}");
        let words = of(&all, "Larsen").checks.iter().flat_map(|c| &c.checked.labs).filter_map(|l| l.word.as_deref());
        assert_eq!(words.collect::<BTreeSet<_>>(), BTreeSet::from(["equivocal", "positive"]), "{today}");
        let last = |family: &str| of(&all, family).given().next_back().map(|(_, dose)| dose.given.clone()).unwrap();
        let vial = last("Trần");
        assert!(vial.opened.is_some_and(|day| day < vial.on) && vial.sore.is_some_and(|s| Some(s.site) == vial.site));
        let late = of(&all, "Kovács");
        let on_calendar = last("Kovács");
        assert_eq!(on_calendar.next_from, NextFrom::Calendar, "{today}");
        let gap = days_between(on_calendar.on, late.next_dose().unwrap().due);
        assert!((60..90).contains(&gap), "the next dose is nearer than three months: {gap} days on {today}");
    }
}

#[test]
fn people_are_as_different_as_people_are() {
    let today: NaiveDate = "2026-11-23".parse().unwrap();
    let practice = practice(today);
    let all = charts(7, PATIENTS, today, &practice);
    let people: Vec<_> = all.iter().map(|c| c.person().unwrap()).collect();
    assert!(people.iter().any(|p| p.name().chars().count() >= 60), "a very long name");
    assert!(people.iter().any(|p| p.family.contains('\'')), "an apostrophe");
    assert!(people.iter().any(|p| p.caution.as_ref().is_some_and(|c| c.contains("Leber"))));
    assert!(people.iter().any(|p| matches!(&p.allergies, Allergies::Known(a) if a == &["benzyl alcohol"])));
    assert_eq!(people.iter().map(|p| p.sex.letter()).collect::<BTreeSet<_>>().len(), Sex::ALL.len());
    let mut families: BTreeMap<&str, usize> = BTreeMap::new();
    people.iter().for_each(|p| *families.entry(&p.family).or_default() += 1);
    assert_eq!((families["Hughes"], families["Kaplan"]), (2, 2));
    assert!(all.iter().any(|c| c.triage().is_some_and(|(_, t)| t.pregnant)));
    let amended = all.iter().flat_map(Chart::entries).filter_map(|e| match &e.act {
        Act::Amended(amended) => Some(amended.instead.is_some()),
        _ => None,
    });
    assert_eq!(amended.collect::<BTreeSet<_>>().len(), 2, "one corrected, one struck");
    let units = all.iter().flat_map(Chart::entries).filter_map(|e| match &e.act {
        Act::Checked(checked) => Some(checked.labs.iter().map(|l| l.unit.as_str())),
        _ => None,
    });
    let units: BTreeSet<_> = units.flatten().collect();
    assert!(["g/L", "g/dL", "pmol/L", "pg/mL"].iter().all(|u| units.contains(u)), "{units:?}");
}

#[test]
fn a_large_practice_is_spread_over_the_days() {
    let today: NaiveDate = "2026-11-24".parse().unwrap();
    let roll = Roll::of(rows(&courses(today, 1_000), today));
    let due = roll.worklist(today, 0).len();
    assert!((40..250).contains(&due), "{due} of 1,000 are on the list of one day");
}

/// A number that is typed whole is that patient's, whoever was born on a day that holds the same digits.
#[test]
fn whose_very_number_is_typed_comes_first() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let roll = Roll::of(rows(&courses(today, 1_000), today));
    let mut others = 0;
    for at in roll.search("") {
        let number = roll.row(at).unwrap().number.clone();
        let found = roll.search(&format!(" {number}"));
        assert_eq!(found.first(), Some(&at), "{number}");
        others += found.len() - 1;
    }
    assert!(others > 10, "some are found by their birth date: {others}");
}
