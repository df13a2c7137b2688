//! Our own tables, read again: nothing new here, the same course elsewhere.

use super::*;
use crate::clinic::agenda::{Kind, Roll, Row, What};
use crate::clinic::chart::Chart;
use crate::clinic::decision::{Change, Turn};
use crate::clinic::drug::Site;
use crate::clinic::entry::{Act, Amended, Checked, EntryId, Given, NextFrom, NotGiven, PatientId, PhaseEnded, WhyNot};
use crate::clinic::intake::{Counts, Parcel};
use crate::clinic::lab::{Comparator, LabResult};
use crate::clinic::order::{Order, Wish};
use crate::clinic::patient::{Allergies, Person, Sex};
use crate::exchange::tests::{World, day};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use proptest::prelude::*;

/// Writes the tables of a world.
fn written(world: &World, sheet: Sheet) -> String {
    let rows = world.charts.values().map(|chart| sheet.rows(chart, &world.practice, world.today, 30));
    rows.fold(sheet.head(&world.practice), |text, rows| text + &rows)
}

/// Reads one of our own tables: nothing is to be asked.
fn read_own(world: &World, sheet: Sheet) -> Parcel {
    let table = Table::of_bytes(written(world, sheet).as_bytes()).unwrap();
    let mapping = Mapping::guess(&table);
    assert_eq!(questions(&table, &mapping, &world.practice, world.today), [], "{sheet:?}");
    assert!(
        !mapping.columns.contains(&Field::Ignored) || sheet == Sheet::Due,
        "{:?} {:?}",
        table.columns,
        mapping.columns
    );
    read(&table, &mapping, &world.practice, world.today, sheet.file_name())
}

/// The remarks of each dose in our own table: who gave it over there stands among them.
fn givers(world: &World) -> Vec<String> {
    let table = Table::of_bytes(written(world, Sheet::Doses).as_bytes()).unwrap();
    let column = |name: &str| table.columns.iter().position(|column| column == name).unwrap();
    let [outcome, notes] = ["outcome", "notes"].map(column);
    let kept = table.rows.iter().filter(|row| row.cell(outcome) == "given");
    kept.map(|row| row.cell(notes).to_owned()).collect()
}

/// What a screen shows first of a course.
fn outline(world: &World, chart: &Chart) -> String {
    let course = crate::clinic::course::Course::of(chart, &world.practice, world.today);
    let phases: Vec<_> = course.phases.iter().map(|p| (p.kind, p.from, p.to, p.rhythm.clone(), p.is_now)).collect();
    let doses: Vec<_> = course
        .doses
        .iter()
        .map(|d| {
            (
                d.due,
                d.visit,
                d.title(),
                d.state,
                d.dose_mcg,
                d.given.as_ref().map(|g| {
                    (g.given.lot.clone(), g.given.site, g.given.route, g.given.strength_mcg_per_ml, g.given.time)
                }),
            )
        })
        .collect();
    let labs: Vec<_> = course.checks.iter().map(|c| (c.checked.sample_day(), c.checked.labs.clone())).collect();
    format!("{phases:#?}\n{doses:#?}\n{labs:#?}\n{:?}", course.next)
}

/// Everything about a patient but number and family name.
fn person(number: &str, family: &str) -> Person {
    Person {
        number: number.to_owned(),
        family: family.to_owned(),
        given: "Anna, \"Nina\"".to_owned(),
        born: day("1961-03-04"),
        sex: Sex::Female,
        phone: Some("+44 20 7946 0000".to_owned()),
        allergies: Allergies::Known(vec!["penicillin".to_owned()]),
        caution: Some("=no cyanocobalamin".to_owned()),
    }
}

fn dose(on: NaiveDate, order: EntryId, plan: &Order) -> Given {
    Given {
        order: Some(order),
        lot: Some("-L1".to_owned()),
        site: Some(Site::RightThigh),
        time: Some("09:30:00".parse().unwrap()),
        note: Some("one\ntwo".to_owned()),
        reaction: on.day().is_multiple_of(2).then(|| "=hives; gone in \"1 h\"".to_owned()),
        ..Given::new(on, plan.drug, 1000, 1000, plan.route)
    }
}

/// Registers a patient with a plan and the doses on it.
fn treated(
    world: &mut World,
    who: Person,
    regimen: &str,
    wish: &Wish,
    doses: &[NaiveDate],
) -> Option<(PatientId, EntryId, Order)> {
    let regimen = world.practice.knowledge.regimen(regimen).ok()?.clone();
    let order = Order::write(&regimen, crate::clinic::fit::checkpoints(&world.practice, &regimen, None), wish).ok()?;
    let patient = world.new_patient();
    world.record(patient, Act::Registered(who));
    let id = world.record(patient, Act::Ordered(order.clone()));
    for on in doses {
        world.record(patient, Act::Given(dose(*on, id, &order)));
    }
    Some((patient, id, order))
}

/// Writes anew what the next dose counts from, and what the label says: one of the library's.
fn labelled(world: &mut World, patient: PatientId, on_calendar: &[bool]) {
    let products: Vec<_> = world.practice.knowledge.products().to_vec();
    let chart = world.charts[&patient].clone();
    let given = chart.facts().into_iter().filter_map(|fact| match fact.act {
        Some(Act::Given(given)) => Some((fact.entry.id, given.clone())),
        _ => None,
    });
    for (n, (id, given)) in given.collect::<Vec<_>>().into_iter().enumerate() {
        let of_form: Vec<_> = products.iter().filter(|product| product.drug == given.drug).collect();
        let product = of_form.get(n % of_form.len().max(1));
        let next_from = if on_calendar[n % on_calendar.len()] { NextFrom::Calendar } else { NextFrom::DayGiven };
        let strength = product.map_or(given.strength_mcg_per_ml, |product| product.strength_mcg_per_ml);
        let name = product.map_or(given.product.clone(), |product| product.name.clone());
        let labelled = Given { next_from, product: name, strength_mcg_per_ml: strength, ..given };
        world.record(patient, Act::Amended(Amended::new(id, "the label", Some(Act::Given(labelled)))));
    }
}

fn own_world() -> World {
    let mut world = World::new();
    let full = [
        "2026-01-05",
        "2026-01-07",
        "2026-01-09",
        "2026-01-12",
        "2026-01-15",
        "2026-01-16",
        "2026-04-17",
        "2026-07-17",
    ];
    let plans = [
        ("Loading", "r01-uk-no-neuro", "2026-11-16", &["2026-11-16", "2026-11-18", "2026-11-20"][..], false),
        ("Full", "r01-uk-no-neuro", "2026-01-05", &full, false),
        ("Kept", "r09-us-practice", "2026-06-01", &["2026-06-01", "2026-07-03", "2026-08-01"], true),
        ("Waiting", "r01-uk-no-neuro", "2026-12-01", &[], false),
        ("Stopped", "r01-uk-no-neuro", "2026-06-01", &["2026-06-01", "2026-06-03"], false),
    ];
    for (n, (family, regimen, start, doses, maintenance_only)) in plans.into_iter().enumerate() {
        let wish = Wish { maintenance_only, ..Wish::plain(day(start), "Dr May") };
        let doses: Vec<NaiveDate> = doses.iter().map(|on| day(on)).collect();
        let who = person(&format!("10{n}"), family);
        let (patient, id, order) = treated(&mut world, who, regimen, &wish, &doses).unwrap();
        match family {
            "Full" => much_happened(&mut world, patient, id, &order),
            "Stopped" => stopped(&mut world, patient),
            _ => {}
        }
    }
    world
}

fn stopped(world: &mut World, patient: PatientId) {
    let change = Change {
        on: day("2026-06-20"),
        what: Turn::Stopped { recheck: day("2026-12-24") },
        because: "diet corrected".to_owned(),
        decided_by: "Dr May".to_owned(),
        told: None,
        reasons: Vec::new(),
    };
    world.record(patient, Act::Changed(change));
}

/// A dose that was not given, one that was struck out, and results.
fn much_happened(world: &mut World, patient: PatientId, order: EntryId, plan: &Order) {
    let not = NotGiven {
        order: Some(order),
        on: day("2026-10-17"),
        why: WhyNot::Other("snow".to_owned()),
        again: Some(day("2026-11-30")),
        note: None,
    };
    world.record(patient, Act::NotGiven(not));
    let wrong = world.record(patient, Act::Given(dose(day("2026-11-01"), order, plan)));
    world.record(patient, Act::Amended(Amended::new(wrong, "other patient", None)));
    let hb = LabResult {
        analyte: "haemoglobin".to_owned(),
        value: Some(11.2),
        comparator: Comparator::Exactly,
        unit: "g/dL".to_owned(),
        word: None,
        flag: Some("L".to_owned()),
        range: Some("115-165".to_owned()),
    };
    let b12 = LabResult {
        analyte: "total-b12".to_owned(),
        value: Some(2000.5),
        comparator: Comparator::Above,
        unit: "ng/L".to_owned(),
        ..hb.clone()
    };
    let antibody = LabResult {
        analyte: "intrinsic-factor-antibody".to_owned(),
        value: None,
        unit: String::new(),
        word: Some("positive".to_owned()),
        flag: None,
        range: None,
        comparator: Comparator::Exactly,
    };
    let mma = LabResult {
        analyte: "mma".to_owned(),
        value: Some(0.125),
        unit: "umol/L".to_owned(),
        range: Some("0.1-0.4".to_owned()),
        flag: None,
        ..hb.clone()
    };
    let labs = vec![hb, b12, mma, antibody];
    world.record(patient, Act::Checked(Checked { on: day("2026-03-02"), labs, ..Checked::default() }));
}

#[test]
fn our_own_tables_come_back_to_nothing_new() {
    let world = own_world();
    for sheet in [Sheet::Patients, Sheet::Doses, Sheet::Labs] {
        let parcel = read_own(&world, sheet);
        let weighed = world.weigh(&parcel);
        let counts = weighed.counts();
        assert!(!parcel.pieces.is_empty(), "{sheet:?}");
        assert_eq!(
            (counts.taken, counts.held, counts.refused),
            (0, 0, 0),
            "{sheet:?}: {:#?} {:#?}",
            parcel.pieces,
            weighed.outcomes
        );
    }
}

#[test]
fn our_own_tables_make_the_same_courses_elsewhere() {
    come_back(&own_world());
}

/// Many spreadsheets part cells at semicolons, and take 1.5 for a day in May.
#[test]
fn a_country_has_tables_that_its_spreadsheets_open_at_a_click() {
    let mut world = own_world();
    for (setting, header, shown) in [
        ("NL", "patient_id;result_id;", [";\"11,2\";g/dL;", ";\"2000,5\";ng/L;", ";\"0,1250\";umol/L;"]),
        ("CH", "patient_id;result_id;", [";11.2;g/dL;", ";2000.5;ng/L;", ";0.125;umol/L;"]),
        ("UK", "patient_id,result_id,", [",11.2,g/dL,", ",2000.5,ng/L,", ",0.125,umol/L,"]),
    ] {
        world.practice.settings.setting = setting.to_owned();
        let labs = written(&world, Sheet::Labs);
        assert!(labs.trim_start_matches('\u{feff}').starts_with(header), "{setting}: {labs}");
        assert!(shown.iter().all(|cell| labs.contains(cell)), "{setting}: {labs}");
        come_back(&world);
    }
}

/// What stands elsewhere after the tables were read there is what stands here, and a second time brings nothing.
fn come_back(world: &World) {
    let mut other = World::new();
    for sheet in [Sheet::Patients, Sheet::Doses, Sheet::Labs] {
        let parcel = read_own(world, sheet);
        let weighed = other.weigh(&parcel);
        let counts = other.take(&parcel);
        assert_eq!((counts.held, counts.refused), (0, 0), "{sheet:?}: {:#?} {:#?}", parcel.pieces, weighed.outcomes);
    }
    let told = givers(&other);
    assert!(told.iter().all(|dose| dose.contains("given by Nia Rees RN")), "{told:?}");
    for chart in world.charts.values() {
        let person = chart.person().unwrap();
        let there = other.chart(&person.family);
        assert_eq!(there.person(), Some(person));
        assert_eq!(outline(&other, there), outline(world, chart), "{}", person.family);
    }
    for sheet in [Sheet::Patients, Sheet::Doses, Sheet::Labs] {
        let parcel = read_own(world, sheet);
        let counts = other.weigh(&parcel).counts();
        assert_eq!(
            (counts.taken, counts.held, counts.refused),
            (0, 0, 0),
            "{sheet:?} again: {:#?}",
            other.weigh(&parcel).outcomes
        );
    }
    let mut third = World::new();
    for sheet in [Sheet::Patients, Sheet::Doses] {
        third.take(&read_own(&other, sheet));
    }
    assert_eq!(givers(&third), told, "another way round adds nothing to them");
}

/// What the triage warns of stands in the table, and stops the same form elsewhere.
#[test]
fn what_the_triage_warns_of_comes_back_as_the_banner() {
    let mut world = own_world();
    let id = world.chart("Kept").id;
    let first = crate::clinic::interval::Interval::Weeks(3);
    let plan = crate::clinic::triage::MonitoringPlan { first, symptoms: Vec::new(), labs: Vec::new() };
    let triage = crate::clinic::triage::Triage {
        cautions: vec!["leber".to_owned(), "benzyl-alcohol".to_owned()],
        red_flags: vec!["vision".to_owned()],
        visual: true,
        ..crate::clinic::triage::Triage::new("diet", plan)
    };
    world.record(id, Act::Triaged(triage));
    let parcel = read_own(&world, Sheet::Patients);
    let counts = world.weigh(&parcel).counts();
    assert_eq!((counts.taken, counts.held), (0, 0), "{:?}", world.weigh(&parcel).outcomes);
    let mut other = World::new();
    other.take(&parcel);
    let there = other.chart("Kept").person().unwrap().clone();
    let banner = there.caution.clone().unwrap();
    for said in
        ["=no cyanocobalamin; Leber's optic neuropathy (No cyano", "Allergy to benzyl", "Red flag on", "Sight affected"]
    {
        assert!(banner.contains(said), "{said}: {banner}");
    }
    assert_eq!(there.allergies, Allergies::Known(vec!["penicillin".to_owned(), "benzyl alcohol".to_owned()]));
    let barred = crate::clinic::rights::barred_for(
        None,
        Some(&there),
        &other.practice,
        crate::clinic::drug::Drug::Cyanocobalamin,
    );
    assert_eq!(barred.map(|c| c.id.as_str()), Some("leber"));
    let again = other.weigh(&read_own(&other, Sheet::Patients)).counts();
    assert_eq!((again.taken, again.held), (0, 0), "the banner is the same the next time");
    // Who is here already is not warned of by a file that nobody reads.
    let text =
        "patient_id,family_name,given_name,birth_date,caution\n102,Kept,\"Anna, \"\"Nina\"\"\",1961-03-04,Marcumar\n";
    let table = Table::of_text(text).unwrap();
    let parcel = read(&table, &Mapping::guess(&table), &world.practice, world.today, "list.csv");
    assert_eq!(world.weigh(&parcel).counts().held, 1, "{:?}", world.weigh(&parcel).outcomes);
}

#[test]
fn reason_beside_an_outcome_is_why_it_was_not_given() {
    let world = own_world();
    let table = Table::of_bytes(written(&world, Sheet::Doses).as_bytes()).unwrap();
    let mapping = Mapping::guess(&table);
    assert!(mapping.has(&Field::Why) && !mapping.has(&Field::Cause), "{:?}", mapping.columns);
}

/// One from long before the plan counts on none; one from the days before its first dose would be counted with the others.
#[test]
fn a_dose_from_shortly_before_a_plan_that_counts_is_held() {
    let mut world = own_world();
    let next = (world.next("Full"), world.next("Kept"));
    let text = "patient_id,dose_id,outcome,given_at,medication,dose_ug,birth_date\n\
        101,x1,given,2025-11-01,Hydroxocobalamin,1000,1961-03-04\n101,x3,given,2026-01-04,Hydroxocobalamin,1000,1961-03-04\n\
        102,x2,given,2025-11-01,Cyanocobalamin,1000,1961-03-04\n";
    let table = Table::of_text(text).unwrap();
    let mapping = Mapping::guess(&table);
    let parcel = read(&table, &mapping, &world.practice, world.today, "doses.csv");
    assert_eq!(world.take(&parcel), Counts { taken: 2, held: 1, skipped: 0, refused: 0 });
    assert_eq!((world.next("Full"), world.next("Kept")), next);
    let course = world.course("Full");
    let of_none: Vec<_> = course.given().filter(|(slot, _)| !slot.is_of_plan()).map(|(_, g)| g.given.on).collect();
    assert_eq!(of_none, [day("2025-11-01")]);
}

/// What was struck out over there does not stay given here; what stands in its place comes in.
#[test]
fn a_dose_that_was_entered_in_error_is_struck_out_under_its_id() {
    let mut world = own_world();
    let head = "patient_id,dose_id,outcome,given_at,medication,dose_ug,birth_date\n";
    let row = |id: &str, outcome: &str| format!("101,{id},{outcome},2025-11-01,Hydroxocobalamin,1000,1961-03-04\n");
    let read = |world: &World, rows: &[String]| {
        let table = Table::of_text(&format!("{head}{}", rows.concat())).unwrap();
        read(&table, &Mapping::guess(&table), &world.practice, world.today, "doses.csv")
    };
    let doses = |world: &World| world.course("Full").given().count();
    let before = doses(&world);
    assert_eq!(world.take(&read(&world, &[row("x0", "error")])).skipped, 1, "it was never here");
    world.take(&read(&world, &[row("x1", "given")]));
    assert_eq!(doses(&world), before + 1);
    let parcel = read(&world, &[row("x9", "error")]);
    assert_eq!(world.take(&parcel).held, 1, "the same dose under another id: a person looks");
    let gone = read(&world, &[row("x1", "error")]);
    assert_eq!(world.take(&gone), Counts { taken: 1, held: 0, skipped: 0, refused: 0 });
    assert_eq!(doses(&world), before);
    assert_eq!(world.take(&gone), Counts { taken: 0, held: 0, skipped: 1, refused: 0 });
    let anew = read(&world, &[row("x2", "given"), row("x1", "error")]);
    assert_eq!(world.take(&anew), Counts { taken: 1, held: 0, skipped: 1, refused: 0 });
    let again = read(&world, &[row("x3", "given"), row("x2", "error")]);
    assert_eq!(world.take(&again), Counts { taken: 2, held: 0, skipped: 0, refused: 0 });
    assert_eq!(doses(&world), before + 1);
}

/// Of a look with several results only the one that was withdrawn goes.
#[test]
fn a_result_that_was_entered_in_error_is_struck_out_under_its_id() {
    let mut world = own_world();
    let read = |world: &World, status: &str| {
        let text = format!(
            "patient_id,result_id,collected,test,value,unit_as_sent,status,birth_date\n\
            101,l1/haemoglobin,2025-11-01,haemoglobin,104,g/L,final,1961-03-04\n\
            101,l1/total-b12,2025-11-01,total-b12,90,ng/L,{status},1961-03-04\n"
        );
        let table = Table::of_text(&text).unwrap();
        read(&table, &Mapping::guess(&table), &world.practice, world.today, "results.csv")
    };
    let labs = |world: &World| -> Vec<String> {
        let course = world.course("Full");
        let looks = course.checks.iter().filter(|c| c.checked.sample_day() == day("2025-11-01"));
        looks.flat_map(|c| &c.checked.labs).map(|lab| lab.analyte.clone()).collect()
    };
    assert_eq!(world.take(&read(&world, "final")).taken, 2);
    assert_eq!(labs(&world), ["haemoglobin", "total-b12"]);
    assert_eq!(world.take(&read(&world, "error")), Counts { taken: 1, held: 0, skipped: 1, refused: 0 });
    assert_eq!(labs(&world), ["haemoglobin"]);
}

/// A list of who is due is for whoever rings them up.
#[test]
fn who_is_due_is_named_with_birth_date_and_telephone() {
    let mut world = own_world();
    let chart = world.charts.values().find(|chart| chart.person().unwrap().family == "Loading").unwrap();
    let (id, who) = (chart.id, Person { phone: Some("07392655486".to_owned()), ..chart.person().unwrap().clone() });
    world.record(id, Act::Registered(who.clone()));
    let text = written(&world, Sheet::Due);
    let table = Table::of_bytes(text.as_bytes()).unwrap();
    let place = |name: &str| table.columns.iter().position(|column| column == name).unwrap();
    let row = table.rows.iter().find(|row| row.cell(place("patient_id")) == "100").unwrap();
    let cells = ["family_name", "given_name", "birth_date", "phone"].map(|name| row.cell(place(name)));
    assert_eq!(cells, ["Loading", "Anna, \"Nina\"", "1961-03-04", "07392655486"]);
    assert!(text.contains(",'07392655486\r\n"), "no spreadsheet takes the 0 away");
    let parcel = read_own(&world, Sheet::Patients);
    let piece = parcel.pieces.iter().find(|piece| piece.about.number == "100").unwrap();
    assert_eq!(piece.about.phone, who.phone);
}

/// Who still waits for a plan stands in the list, and no day is made up for her.
#[test]
fn who_is_to_plan_is_due_on_no_day() {
    let mut world = World::new();
    let patient = world.new_patient();
    world.record(patient, Act::Registered(person("100", "Newcomer")));
    let table = Table::of_bytes(written(&world, Sheet::Due).as_bytes()).unwrap();
    let place = |name: &str| table.columns.iter().position(|column| column == name).unwrap();
    let [row] = &table.rows[..] else { panic!("{:?}", table.rows) };
    let cells = ["due_date", "kind", "patient_id", "text", "overdue_days"].map(|name| row.cell(place(name)));
    assert_eq!(cells, ["", "review", "100", "Triage", ""]);
}

/// Symptoms that were asked come back with the results, those of a look without any blood too: no look is asked for twice.
#[test]
fn what_was_asked_at_a_look_comes_back() {
    let mut world = own_world();
    let id = world.charts.values().find(|chart| chart.person().unwrap().family == "Loading").unwrap().id;
    let grades = |fatigue| [("fatigue".to_owned(), fatigue), ("numbness".to_owned(), 0)].into();
    let alone = Checked { on: day("2026-11-20"), symptoms: grades(2), returned_days: Some(5), ..Checked::default() };
    let labs = vec![LabResult {
        analyte: "potassium".to_owned(),
        value: Some(4.1),
        comparator: Comparator::Exactly,
        unit: "mmol/L".to_owned(),
        word: None,
        flag: None,
        range: None,
    }];
    let sampled = Some(day("2026-11-19"));
    let both = Checked { on: day("2026-11-22"), sampled, symptoms: grades(1), labs, ..Checked::default() };
    for look in [&alone, &both] {
        world.record(id, Act::Checked(look.clone()));
    }
    assert_eq!(world.take(&read_own(&world, Sheet::Labs)).taken, 0, "it is all here");
    let mut other = World::new();
    for sheet in [Sheet::Patients, Sheet::Doses, Sheet::Labs] {
        let counts = other.take(&read_own(&world, sheet));
        assert_eq!((counts.held, counts.refused), (0, 0), "{sheet:?}");
    }
    let looks: Vec<_> = other.course("Loading").checks.into_iter().map(|check| check.checked).collect();
    assert!(looks.contains(&alone) && looks.contains(&both), "{looks:#?}");
    let chart = world.chart("Loading");
    assert_eq!(lost(chart, &world.practice, world.today), None);
    let text = written(&world, Sheet::Labs);
    for (good, bad) in [("symptom:fatigue,,,2", "symptom:fatigue,,,7"), ("symptom:fatigue,,,2", "symptom:luck,,,2")] {
        let table = Table::of_bytes(text.replacen(good, bad, 1).as_bytes()).unwrap();
        let parcel = read(&table, &Mapping::guess(&table), &world.practice, world.today, "labs.csv");
        assert_eq!(World::new().weigh(&parcel).counts().taken, 0, "nobody is there");
        let held = parcel.pieces.iter().filter(|piece| piece.trouble.is_some()).count();
        assert_eq!(held, 1, "{bad}");
    }
}

/// A dose that is due on a closed day is late where it is on Today: once the appointment has passed.
#[test]
fn who_is_due_is_as_late_as_on_today() {
    let late = |today: &str| {
        let mut world = World::new();
        world.today = day(today);
        world.practice.settings.open_days.retain(|day| *day != Weekday::Sun && *day != Weekday::Sat);
        let wish = Wish { maintenance_only: true, ..Wish::plain(day("2026-08-22"), "Dr May") };
        let made = treated(&mut world, person("1", "Rossi"), "r01-uk-no-neuro", &wish, &[day("2026-08-22")]);
        assert!(made.is_some());
        let row = Row::of(world.chart("Rossi"), &world.practice, world.today).unwrap();
        let dose = row.items.iter().find(|item| matches!(item.what, What::Dose(_))).unwrap().clone();
        let list = Roll::of([row]).worklist(world.today, 0);
        let here = list.iter().find(|task| task.kind == Kind::Dose).map(|task| task.days_late);
        let table = Table::of_bytes(written(&world, Sheet::Due).as_bytes()).unwrap();
        let (kind, late) =
            (table.columns.iter().position(|c| c == "kind"), table.columns.iter().position(|c| c == "overdue_days"));
        let row = table.rows.iter().find(|row| row.cell(kind.unwrap()) == "dose").unwrap();
        (dose.due, dose.visit, here, row.cell(late.unwrap()).parse::<i64>().ok())
    };
    // Due on a Sunday, and the practice opens on Monday.
    let (sunday, monday) = (day("2026-11-22"), day("2026-11-23"));
    assert_eq!(late("2026-11-23"), (sunday, monday, Some(0), Some(0)));
    assert_eq!(late("2026-11-24"), (sunday, monday, Some(2), Some(2)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever was given of whatever the library has, and whatever the next dose counts from: a second import is nothing
    /// new, and elsewhere nothing is held and the next dose is due on the same day.
    #[test]
    fn a_course_comes_back_on_its_day(
        on_calendar in proptest::collection::vec(any::<bool>(), 1..9),
        phone in "[+]?[0-9]{1,14}|[+0-9 ()/-]{1,12}",
        regimen in 0_usize..37,
        maintenance_only in any::<bool>(),
        start in 0_u64..700,
        gaps in proptest::collection::vec(prop_oneof![1_u64..4, 6_u64..9, 25_u64..40, 80_u64..100], 0..9),
    ) {
        let mut world = World::new();
        let id = world.practice.knowledge.regimens()[regimen].id.clone();
        let start = day("2024-12-01") + Days::new(start);
        let wish = Wish { maintenance_only, ..Wish::plain(start, "Dr May") };
        let mut doses: Vec<NaiveDate> = Vec::new();
        for gap in gaps {
            let on = doses.last().map_or(start, |last| *last + Days::new(gap));
            doses.extend(Some(on).filter(|on| *on <= world.today));
        }
        let who = Person { phone: Some(phone.trim().to_owned()).filter(|phone| phone.contains(|c: char| c.is_ascii_digit())), ..person("1", "Rossi") };
        let made = treated(&mut world, who.clone(), &id, &wish, &doses);
        prop_assume!(made.is_some());
        labelled(&mut world, made.unwrap().0, &on_calendar);
        for sheet in [Sheet::Patients, Sheet::Doses, Sheet::Labs] {
            let parcel = read_own(&world, sheet);
            let weighed = world.weigh(&parcel);
            let counts = weighed.counts();
            prop_assert_eq!((counts.taken, counts.held, counts.refused), (0, 0, 0), "{:?} {:?}", sheet, weighed.outcomes);
        }
        let mut other = World::new();
        let parcel = read_own(&world, Sheet::Patients);
        let weighed = other.weigh(&parcel);
        other.take(&parcel);
        let counts = weighed.counts();
        prop_assert_eq!((counts.taken, counts.held), (1, 0), "{} {:?} {:?}", id, doses, parcel.pieces[0].trouble);
        prop_assert_eq!(other.next("Rossi"), world.next("Rossi"), "{} {:?}", id, doses);
        prop_assert_eq!(other.chart("Rossi").person(), Some(&who));
        let parcel = read_own(&world, Sheet::Doses);
        let weighed = other.weigh(&parcel);
        other.take(&parcel);
        let counts = weighed.counts();
        prop_assert_eq!(counts.held + counts.refused, 0, "{} {:?} {:?}", id, doses, weighed.outcomes);
        prop_assert_eq!(other.next("Rossi"), world.next("Rossi"), "{} {:?} with its doses", id, doses);
        prop_assert_eq!(other.course("Rossi").given().count(), doses.len());
    }
}

/// A plan that was replaced, its phase that somebody ended on the day of a dose, a pause that is over: all of it comes back.
#[test]
fn plans_before_and_what_moved_them_come_back() {
    let mut world = World::new();
    let wish = Wish::plain(day("2026-06-01"), "Dr May");
    let doses = ["2026-06-01", "2026-06-03", "2026-06-05"].map(day);
    let (patient, id, order) = treated(&mut world, person("1", "Rossi"), "r02-uk-neuro", &wish, &doses).unwrap();
    let ended = |order: EntryId, on: &str| {
        let (because, decided_by) = ("no gain\nin two checks: enough".to_owned(), "Dr May".to_owned());
        Act::PhaseEnded(PhaseEnded { order, phase: 0, on: day(on), because, decided_by, told: None })
    };
    world.record(patient, ended(id, "2026-06-05"));
    world.record(patient, Act::Given(dose(day("2026-08-05"), id, &order)));
    let regimen = world.practice.knowledge.regimen("r02-uk-neuro").unwrap().clone();
    let again = Wish { doses: Some(4), ..Wish::plain(day("2026-10-05"), "Dr May") };
    let again =
        Order::write(&regimen, crate::clinic::fit::checkpoints(&world.practice, &regimen, None), &again).unwrap();
    let second = world.record(patient, Act::Ordered(again.clone()));
    world.record(patient, Act::Given(dose(day("2026-10-05"), second, &again)));
    let paused = Change {
        on: day("2026-10-06"),
        what: Turn::Paused { until: day("2026-10-12") },
        because: "travels".to_owned(),
        decided_by: "Dr May".to_owned(),
        told: None,
        reasons: Vec::new(),
    };
    world.record(patient, Act::Changed(paused));
    world.record(patient, Act::Given(dose(day("2026-10-12"), second, &again)));
    // Before the dose of its day: that dose is the first of the next phase.
    world.record(patient, ended(second, "2026-10-15"));
    world.record(patient, Act::Given(dose(day("2026-10-15"), second, &again)));
    assert_eq!(lost(world.chart("Rossi"), &world.practice, world.today), None);
    let mut other = World::new();
    let mut seen = Vec::new();
    for sheet in [Sheet::Patients, Sheet::Doses] {
        let counts = other.take(&read_own(&world, sheet));
        assert_eq!((counts.held, counts.refused), (0, 0), "{sheet:?}");
        seen.push((other.next("Rossi"), other.course("Rossi").next_dose().unwrap().title()));
    }
    let titled = (world.next("Rossi"), world.course("Rossi").next_dose().unwrap().title());
    assert_eq!(seen, [titled.clone(), titled], "with its doses, and without");
    let turns = |world: &World| world.course("Rossi").changes.iter().map(|s| s.change.clone()).collect::<Vec<_>>();
    assert_eq!(
        (outline(&other, other.chart("Rossi")), turns(&other)),
        (outline(&world, world.chart("Rossi")), turns(&world))
    );
    for sheet in [Sheet::Patients, Sheet::Doses] {
        let counts = other.weigh(&read_own(&world, sheet)).counts();
        assert_eq!((counts.taken, counts.held, counts.refused), (0, 0, 0), "{sheet:?} again");
        let counts = world.weigh(&read_own(&world, sheet)).counts();
        assert_eq!((counts.taken, counts.held, counts.refused), (0, 0, 0), "{sheet:?} here");
    }
}

#[test]
fn the_plans_of_the_library_come_back_with_their_phases() {
    let regimens = World::new().practice.knowledge.regimens().to_vec();
    let mut held = Vec::new();
    for regimen in &regimens {
        let mut world = World::new();
        let wish = Wish::plain(day("2026-10-05"), "Dr May");
        let plan = crate::clinic::schedule::plan(&regimen.phases, wish.start).map(|dose| dose.date);
        let doses: Vec<NaiveDate> = plan.take(3).take_while(|on| *on <= world.today).collect();
        treated(&mut world, person("1", "Rossi"), &regimen.id, &wish, &doses).unwrap();
        let mut other = World::new();
        for sheet in [Sheet::Patients, Sheet::Doses] {
            other.take(&read_own(&world, sheet));
        }
        match other.charts.is_empty() {
            true => held.push(regimen.id.as_str()),
            false => assert_eq!(
                outline(&other, other.chart("Rossi")),
                outline(&world, world.chart("Rossi")),
                "{}",
                regimen.id
            ),
        }
    }
    assert_eq!(held, [""; 0], "all come back");
}
