//! Lists as practices keep them, read, weighed and put into charts.

use super::*;
use crate::clinic::chart::Chart;
use crate::clinic::decision::Turn;
use crate::clinic::drug::{Drug, Route, Site};
use crate::clinic::entry::{Act, Given};
use crate::clinic::intake::{Counts, Parcel, Trouble};
use crate::clinic::interval::Interval;
use crate::clinic::patient::Allergies;
use crate::clinic::regimen::Phase;
use crate::exchange::tests::{World, day};

/// A mapping as guessed, with what a person would answer.
pub(super) fn mapped(world: &World, text: &str) -> (Table, Mapping) {
    let table = Table::of_text(text).unwrap();
    let mut mapping = Mapping::guess(&table);
    // Which rows lack an interval is asked once all else is answered.
    for _ in 0..2 {
        for question in questions(&table, &mapping, &world.practice, world.today) {
            let at = question.proposed.unwrap_or(0);
            if let Some(choice) = question.choices.get(at) {
                mapping.answer(&choice.answer);
            }
        }
    }
    assert_eq!(questions(&table, &mapping, &world.practice, world.today), [], "all is answered");
    (table, mapping)
}

pub(super) fn read_in(world: &World, text: &str) -> Parcel {
    let (table, mapping) = mapped(world, text);
    read(&table, &mapping, &world.practice, world.today, "list.csv")
}

pub(super) fn counts(taken: usize, held: usize, skipped: usize, refused: usize) -> Counts {
    Counts { taken, held, skipped, refused }
}

pub(super) fn given(chart: &Chart) -> Vec<&Given> {
    chart
        .facts()
        .iter()
        .filter_map(|f| f.act)
        .filter_map(|act| if let Act::Given(g) = act { Some(g) } else { None })
        .collect()
}

pub(super) fn held(parcel: &Parcel, at: usize) -> &str {
    match &parcel.pieces[at].trouble {
        Some(Trouble::Held(why)) => why,
        other => panic!("{other:?}"),
    }
}

const LIST: &str = "MRN,Surname,First name,DOB,Sex,Drug,Dose,Last injection,Interval,Next due,Batch,Site,Allergies,Diagnosis\n\
    101,Rossi,Anna,04/03/1961,F,Hydroxocobalamin,1mg,12/10/2026,12 weekly,04/01/2027,A12,L arm,NKDA,Pernicious anaemia\n\
    102,Holm,Ida,23/04/1950,F,Hydroxocobalamin,1mg,01/09/2026,3 monthly,,B7,right deltoid,Penicillin; latex,\n\
    103,Okafor,Ben,30/01/1972,M,Hydroxocobalamin,1mg,31/08/2026,every 3 months,30/11/2026,,,,Crohn's\n\
    104,Meyer,Jo,11/11/1948,,Hydroxocobalamin,1 mg,01/10/2026,every 2 months,15/12/2026,,,,\n\
    105,Silva,Rui,09/08/1980,M,Hydroxocobalamin,1 mg,,12 weeks,20/12/2026,,,,\n";

#[test]
fn a_list_stands_in_the_due_list_on_its_own_days() {
    let mut world = World::new();
    let parcel = read_in(&world, LIST);
    assert_eq!(world.take(&parcel), counts(5, 0, 0, 0));
    for (family, due) in [
        ("Rossi", "2027-01-04"),
        ("Holm", "2026-12-01"),
        ("Okafor", "2026-11-30"),
        ("Meyer", "2026-12-15"),
        ("Silva", "2026-12-20"),
    ] {
        assert_eq!(world.next(family).map(|(due, _)| due), Some(day(due)), "{family}");
    }
    let course = world.course("Rossi");
    let (_, order) = course.order.clone().unwrap();
    assert_eq!((order.drug, order.prescriber.as_str()), (Drug::Hydroxocobalamin, "Dr May"));
    assert_eq!(order.phases.len(), 1);
    assert_eq!(
        order.because.as_deref(),
        Some(
            "taken over from list.csv; cause by the list: Pernicious anaemia (Autoimmune gastritis, pernicious anaemia)"
        )
    );
    assert_eq!(order.told, None, "whether it waits for a signature is asked of who takes it over");
    let person = course.person.unwrap();
    assert_eq!(person.allergies, Allergies::NoneKnown);
    assert_eq!(
        world.chart("Holm").person().unwrap().allergies,
        Allergies::Known(vec!["Penicillin".to_owned(), "latex".to_owned()])
    );
    let dose = given(world.chart("Rossi"))[0];
    assert_eq!(
        (dose.on, dose.dose_mcg, dose.route, dose.site),
        (day("2026-10-12"), 1000, Route::Im, Some(Site::LeftDeltoid))
    );
    assert_eq!(
        (dose.product.as_str(), dose.strength_mcg_per_ml, dose.lot.as_deref()),
        ("Hydroxocobalamin", 0, Some("A12"))
    );
    let open: Vec<_> = course.checkpoints.iter().map(|c| c.label.as_str()).collect();
    assert!(open.iter().all(|label| *label == "Yearly review"), "{open:?}");
}

#[test]
fn where_interval_and_date_differ_the_list_is_right_and_says_so() {
    let world = World::new();
    let parcel = read_in(&world, LIST);
    let remarks = |at: usize| parcel.pieces[at].remarks.join(" ");
    assert_eq!(remarks(0), "");
    assert!(remarks(3).contains(
        "Next due by the list Tue 15 Dec 2026, which is taken; by every 2 months it would be Tue 01 Dec 2026."
    ));
}

#[test]
fn the_same_list_twice_adds_nothing_and_a_newer_one_the_new_dose() {
    let mut world = World::new();
    let parcel = read_in(&world, LIST);
    world.take(&parcel);
    assert_eq!(world.take(&parcel), counts(0, 0, 5, 0));
    let newer = LIST.replace("12/10/2026,12 weekly,04/01/2027", "20/11/2026,12 weekly,12/02/2027");
    let parcel = read_in(&world, &newer);
    assert_eq!(world.take(&parcel), counts(1, 0, 4, 0));
    assert_eq!(world.next("Rossi").map(|(due, _)| due), Some(day("2027-02-12")));
    assert_eq!(given(world.chart("Rossi")).len(), 2);
}

#[test]
fn what_is_not_clear_is_held_with_its_column_and_what_to_do() {
    let world = World::new();
    let text = "MRN,Surname,First name,DOB,Drug,Dose,Last injection,Interval,Next due,Status\n\
        1,A,a,31/02/1961,Hydroxocobalamin,1mg,12/10/2026,12 weekly,,\n\
        2,B,b,04/03/1961,Hydroxocobalamin,1 g,13/10/2026,12 weekly,,\n\
        3,C,c,04/03/1961,Hydroxocobalamin,1mg,12/12/2026,12 weekly,,\n\
        4,D,d,04/03/1961,Hydroxocobalamin,1mg,12/10/2026,2-3 months,,\n\
        5,E,e,04/03/1961,Hydroxocobalamin,1mg,12/10/2026,12 weekly,01/10/2026,\n\
        6,F,f,04/03/1961,Hydroxocobalamin,1mg,12/10/2026,12 weekly,20/10/2026,\n\
        7,G,g,04/03/1961,Hydroxocobalamin,1mg,12/10/2026,12 weekly,,deceased\n\
        8,H,h,04/03/1961,Hydroxocobalamin,1mg,12/10/2026,12 weekly,,moved away\n\
        ,,,04/03/1961,Hydroxocobalamin,1mg,12/10/2026,12 weekly,,\n";
    let parcel = read_in(&world, text);
    for (at, words) in [
        (0, "DOB: \"31/02/1961\" is no day of the calendar."),
        (1, "Dose: \"1 g\" is no dose"),
        (2, "has not been given yet"),
        (3, "Interval: \"2-3 months\" is no interval"),
        (4, "Next due by the list Thu 01 Oct 2026, but the last dose was on Mon 12 Oct 2026"),
        (5, "Next due by the list Tue 20 Oct 2026, by last dose and interval Mon 04 Jan 2027: which is right?"),
        (6, "write the day into the list"),
    ] {
        assert!(held(&parcel, at).contains(words), "{at}: {}", held(&parcel, at));
        assert_eq!(parcel.pieces[at].place, format!("line {}", at + 2));
    }
    assert!(matches!(parcel.pieces[8].trouble, Some(Trouble::Refused(_))));
    let moved =
        parcel.pieces[7].acts.iter().find_map(|c| if let Act::Changed(c) = &c.act { Some(&c.what) } else { None });
    assert!(matches!(moved, Some(Turn::Transferred { .. })), "{moved:?}");
}

/// Why it is held is read by a person, however many rows are wrong.
#[test]
fn of_many_troubles_the_first_are_told() {
    let row = |n: usize| {
        format!("1,A,a,31/02/{},Hydroxocobalamin,1mg,{:02}/10/2026,12 weekly\n", 1900 + n % 100, 1 + n / 100)
    };
    let rows: String = (0..500).map(row).collect();
    let text = format!("MRN,Surname,First name,DOB,Drug,Dose,Last injection,Interval\n{rows}");
    let parcel = read_in(&World::new(), &text);
    let why = held(&parcel, 0);
    assert!(why.starts_with("DOB: \"31/02/1900\" is no day of the calendar.") && why.len() < 1_500, "{why}");
    assert!(why.ends_with(" And 488 more."), "{why}");
}

#[test]
fn questions_are_asked_and_never_guessed() {
    let world = World::new();
    let text = "Name,DOB,Dose,Hb,Date taken,Last injection\nAnna Rossi,04/03/1961,1,12.1,03/04/2026,46000\n";
    let table = Table::of_text(text).unwrap();
    let mut mapping = Mapping::guess(&table);
    let asked = |mapping: &Mapping| {
        let all = questions(&table, mapping, &world.practice, world.today);
        all.iter().map(|q| q.text.clone()).collect::<Vec<_>>()
    };
    let texts = asked(&mapping);
    for (at, words) in [
        "How is 04/03/1961 meant?",
        "46000 stands where a date belongs. Excel counts days so: is it 09 Dec 2025?",
        "Which is the family name in \"Anna Rossi\"?",
        "A dose stands as 1, without a unit",
        "In which unit is Haemoglobin (12.1 in \"Hb\")?",
        "Which maintenance plan do the patients follow (1 row, no form of B12 named)?",
        "Who prescribes",
        "1 row without a record number",
    ]
    .iter()
    .enumerate()
    {
        assert!(texts[at].starts_with(words), "{}", texts[at]);
    }
    assert_eq!(texts.len(), 8);
    let parcel = read(&table, &mapping, &world.practice, world.today, "x.csv");
    assert!(held(&parcel, 0).contains("day first or month first"));
    for answer in [
        Answer::Dates(DateOrder::MonthFirst),
        Answer::Serials(true),
        Answer::Names(NameOrder::GivenFirst),
        Answer::DoseUnit(DoseUnit::Mg),
        Answer::LabUnit("haemoglobin".to_owned(), "g/dL".to_owned()),
        Answer::Plan(None, PlanChoice::Regimen("r01-uk-no-neuro".to_owned())),
        Answer::Prescriber("Dr Elsewhere".to_owned()),
        Answer::SameIsSame(true),
    ] {
        mapping.answer(&answer);
    }
    assert!(asked(&mapping)[0].starts_with("1 row says no interval of maintenance, and"), "{:?}", asked(&mapping));
    mapping.answer(&Answer::Interval("r01-uk-no-neuro".to_owned(), IntervalChoice::Every(Interval::Months(3))));
    assert_eq!(asked(&mapping), [""; 0]);
    let mut world = World::new();
    let parcel = read(&table, &mapping, &world.practice, world.today, "x.csv");
    assert_eq!(world.take(&parcel), counts(1, 0, 0, 0));
    let course = world.course("Rossi");
    assert_eq!(course.person.as_ref().unwrap().born, day("1961-04-03"));
    assert_eq!(course.checks[0].checked.sample_day(), day("2026-03-04"));
    assert_eq!(course.checks[0].checked.labs[0].to_string(), "12.1 g/dL");
    assert_eq!(world.next("Rossi").unwrap().0, day("2026-03-09"));
}

#[test]
fn a_log_of_doses_is_read_patient_by_patient() {
    let mut world = World::new();
    let text = "Surname;Vorname;geb.;Präparat;Dosis;gegeben am;Charge\n\
        Rossi;Anna;4.3.1961;Hydroxocobalamin;1 mg;2.3.2026;A1\n\
        Holm;Ida;3.5.1950;Hydroxocobalamin;1 mg;9.3.2026;A1\n\
        Rossi;Anna;4.3.1961;Hydroxocobalamin;1 mg;25.5.2026;A2\n\
        Rossi;Anna;4.3.1961;Hydroxocobalamin;1 mg;17.8.2026;A3\n";
    let (table, mut mapping) = mapped(&world, text);
    mapping.intervals.insert("r01-uk-no-neuro".to_owned(), IntervalChoice::Every(Interval::Weeks(12)));
    let parcel = read(&table, &mapping, &world.practice, world.today, "log.csv");
    assert_eq!(parcel.pieces[0].place, "lines 2, 4, 5");
    assert_eq!(world.take(&parcel), counts(4, 0, 0, 0), "each row is counted");
    assert_eq!(world.next("Rossi").unwrap().0, day("2026-11-09"));
    let lots: Vec<_> = given(world.chart("Rossi")).iter().filter_map(|g| g.lot.clone()).collect();
    assert_eq!(lots, ["A1", "A2", "A3"]);
}

#[test]
fn earlier_doses_and_odd_days_do_not_move_the_next_one() {
    for (earlier, last, due) in [
        ("2026-03-02; 2026-05-25; 2026-08-17", "2026-11-09", "2027-02-01"),
        ("2026-03-02; 2026-06-25", "2026-08-19", "2026-11-30"),
        ("", "2026-10-31", "2027-01-26"),
        ("2025-01-01\n2025-01-03\n2025-01-05\n2025-01-07", "2026-09-07", "2026-12-07"),
        ("", "2026-09-30", "2026-12-31"),
    ] {
        let mut world = World::new();
        let text = format!(
            "MRN,Surname,Forename,DOB,Drug,Previous doses,Last injection,Frequency,Next due\n\
             1,Rossi,Anna,1961-03-04,hydroxocobalamin,\"{earlier}\",{last},every 12 weeks,{due}\n"
        );
        let parcel = read_in(&world, &text);
        assert_eq!(world.take(&parcel), counts(1, 0, 0, 0), "{earlier} {last} {due}: {:?}", parcel.pieces[0]);
        assert_eq!(world.next("Rossi").unwrap().0, day(due), "{earlier} {last}");
    }
}

#[test]
fn a_mapping_of_another_table_is_no_panic() {
    let world = World::new();
    let (_, mapping) = mapped(&world, LIST);
    for text in ["a,b\n1,2\n", "Surname,DOB\nx,y\n", "MRN,x\n,\n1\n"] {
        let table = Table::of_text(text).unwrap();
        let parcel = read(&table, &mapping, &world.practice, world.today, "x.csv");
        assert_eq!(parcel.pieces.len(), table.rows.len());
        let _ = questions(&table, &mapping, &world.practice, world.today);
    }
}

#[test]
fn the_rhythm_of_loading_is_not_taken_for_the_interval_of_maintenance() {
    let mut world = World::new();
    let text = "MRN,Surname,First name,DOB,Drug,Dose,Previous doses,Last injection,Frequency,Next due,Phase\n\
        1,Rossi,Anna,13/04/1961,Hydroxocobalamin,1mg,16/11/2026; 18/11/2026,20/11/2026,alternate days,23/11/2026,loading\n";
    let every = |world: &World| {
        let (_, order) = world.course("Rossi").order.unwrap();
        order.phases.iter().map(Phase::rhythm_words).collect::<Vec<_>>()
    };

    // It is asked, as for any other row that does not say it.
    let (table, mut mapping) = mapped(&world, text);
    mapping.intervals.clear();
    let parcel = read(&table, &mapping, &world.practice, world.today, "list.csv");
    assert!(held(&parcel, 0).contains("No interval for after loading"), "{}", held(&parcel, 0));
    let asked = questions(&table, &mapping, &world.practice, world.today);
    assert_eq!(asked.len(), 1, "{asked:#?}");
    mapping.answer(&asked[0].choices[0].answer);
    let parcel = read(&table, &mapping, &world.practice, world.today, "list.csv");
    assert_eq!(world.take(&parcel), counts(1, 0, 0, 0), "{:?}", parcel.pieces[0].trouble);
    assert_eq!(world.next("Rossi").unwrap().0, day("2026-11-23"));
    assert_eq!(every(&world), ["3 times a week", "every 3 months"]);

    // What no repletion has says what comes after it.
    let mut world = World::new();
    let parcel = read_in(&world, &text.replace("alternate days", "every 2 months"));
    assert_eq!(world.take(&parcel), counts(1, 0, 0, 0), "{:?}", parcel.pieces[0].trouble);
    assert_eq!(world.next("Rossi").unwrap().0, day("2026-11-23"));
    assert_eq!(every(&world), ["3 times a week", "every 2 months"]);
    for regimen in world.practice.knowledge.regimens() {
        let fills = regimen.phases.iter().filter(|phase| phase.kind.fills());
        let long = fills.filter_map(|phase| phase.interval()).find(|every| every.about_days() >= 28);
        assert_eq!(long, None, "{}", regimen.id);
    }
}

/// Issue 6, 5: 400 patients with their last injections.
#[test]
fn four_hundred_patients_are_in_and_due_on_their_days() {
    let mut world = World::new();
    let mut text = "\u{feff}Practice list;;;;;;;;\r\n\r\nNr;Nachname;Vorname;Geburtsdatum;Präparat;Dosis;Letzte Injektion;Intervall;Nächste Injektion\r\n".to_owned();
    let mut expected = Vec::new();
    for n in 0..400_u64 {
        let last = day("2026-08-24") + chrono::Days::new(n % 90);
        let (words, every) = [
            ("alle 12 Wochen", Interval::Weeks(12)),
            ("alle 3 Monate", Interval::Months(3)),
            ("monatlich", Interval::Months(1)),
        ][(n % 3) as usize];
        let due = every.after(last, 1);
        let born = day("1930-01-01") + chrono::Days::new(n * 70);
        let next = if n % 2 == 0 { due.format("%d.%m.%Y").to_string() } else { String::new() };
        text += &format!(
            "{};Name{n};Vor{n};{};Hydroxocobalamin;1000 µg;{};{words};{next}\r\n",
            1000 + n,
            born.format("%d.%m.%Y"),
            last.format("%d.%m.%Y"),
        );
        expected.push((format!("Name{n}"), due));
    }
    let parcel = read_in(&world, &text);
    assert_eq!(world.take(&parcel), counts(400, 0, 0, 0));
    for (family, due) in expected.iter().step_by(7) {
        assert_eq!(world.next(family).unwrap().0, *due, "{family}");
    }
}

/// "Date" alone says nothing: in a list of results it is no injection, in a list of patients it is asked.
#[test]
fn a_date_is_what_the_columns_beside_it_say_or_is_asked() {
    let guess = |text: &str| Mapping::guess(&Table::of_text(text).unwrap()).columns;
    let labs =
        "Pat. No;Name;D.O.B.;Datum;B12 (pmol/L);Hb (g/dL);MMA\n5000;Nuñez, Kate;03/06/1965;14/10/2026;253,5;9,1;\n";
    assert_eq!(guess(labs)[3], Field::Collected);
    assert_eq!(guess("MRN,Test,Result,Unit,Date\n1,Hb,12,g/dL,14/10/2026\n")[4], Field::Collected);
    assert_eq!(guess("MRN,DOB,Date,Batch,Given by\n1,3/6/1965,14/10/2026,A1,MK\n")[2], Field::LastDose);
    assert_eq!(guess("MRN,DOB,Date,Last injection\n1,3/6/1965,1/1/2026,14/10/2026\n")[2], Field::Ignored);
    assert_eq!(guess("MRN,DOB,Date,Hb,Batch\n1,3/6/1965,1/1/2026,12 g/dL,A1\n")[2], Field::SomeDate);
    let mut world = World::new();
    let (table, mapping) = mapped(&world, labs);
    let parcel = read(&table, &mapping, &world.practice, world.today, "labs.csv");
    assert_eq!(world.take(&parcel), counts(1, 0, 0, 0));
    let course = world.course("Nuñez");
    assert_eq!((course.given().count(), course.order.is_some()), (0, false), "nothing was injected");
    assert_eq!(course.checks[0].checked.sample_day(), day("2026-10-14"));

    let list = "MRN,Surname,First name,DOB,Fecha\n1,Rossi,Anna,04/30/1961,10/14/2026\n";
    let table = Table::of_text(list).unwrap();
    let mut mapping = Mapping::guess(&table);
    let asked = questions(&table, &mapping, &world.practice, world.today);
    assert_eq!(asked[0].text, "Of what is the date under \"Fecha\" (10/14/2026)?");
    assert_eq!((asked[0].choices.len(), asked[0].proposed), (4, None));
    let none = read(&table, &mapping, &world.practice, world.today, "x.csv");
    assert!(none.pieces[0].acts.iter().all(|coming| matches!(coming.act, Act::Registered(_))));
    mapping.answer(&asked[0].choices[0].answer);
    assert_eq!(mapping.columns[4], Field::LastDose);
    let asked = questions(&table, &mapping, &world.practice, world.today);
    assert!(asked.iter().all(|question| !question.text.starts_with("Of what")), "{asked:?}");
}

/// A name with a sign that turns letters shows as another one.
#[test]
fn hidden_signs_in_a_list_are_taken_out_and_told() {
    let mut world = World::new();
    let text = LIST.replace("102,Holm", "102,Ho\u{202e}lm\u{200b}").replace("Rossi,Anna", "Ros\u{7}si,An\u{ad}na");
    let parcel = read_in(&world, &text);
    let told = parcel.remarks.join(" ");
    assert!(told.contains("(U+0007, U+00AD, U+200B, U+202E), were taken out of lines 2, 3:"), "{told}");
    world.take(&parcel);
    assert_eq!(
        (world.chart("Holm").id == world.chart("Rossi").id, world.chart("Rossi").person().unwrap().given.as_str()),
        (false, "Anna")
    );
}

/// A row of tablets is none of injections, wherever the list says so.
#[test]
fn tablets_are_held_and_recorded_as_no_injection() {
    let world = World::new();
    let text = "MRN,Surname,First name,DOB,Drug,Dose,Route,Last injection,Interval\n\
        1,A,a,04/03/1961,Hydroxocobalamin,1 mg,oral,12/10/2026,monthly\n\
        2,B,b,04/03/1961,Hydroxocobalamin 1 mg tablets,,,12/10/2026,monthly\n\
        3,C,c,04/03/1961,Hydroxocobalamin,1 mg PO,,12/10/2026,monthly\n\
        4,D,d,04/03/1961,Hydroxocobalamin 1 mg,,IM,12/10/2026,monthly\n";
    let parcel = read_in(&world, text);
    for at in 0..3 {
        assert!(held(&parcel, at).contains("is no injection"), "{at}: {}", held(&parcel, at));
    }
    assert_eq!(world.weigh(&parcel).counts(), counts(1, 3, 0, 0));
}

/// The plans are for adults: a child gets none, whatever day of the birthday it is.
#[test]
fn a_child_is_held_and_gets_no_plan() {
    let mut world = World::new();
    let head = "MRN,Surname,First name,DOB,Drug,Last injection,Interval\n";
    let row = |n: u32, born: &str| format!("{n},Child,c{n},{born},Hydroxocobalamin 1mg,12/10/2026,12 weekly\n");
    let text = [head, &row(1, "12/05/2015"), &row(2, "24/11/2008"), &row(3, "23/11/2008")].concat();
    let parcel = read_in(&world, &text);
    for (at, born) in [(0, "12 May 2015"), (1, "24 Nov 2008")] {
        assert_eq!(
            held(&parcel, at),
            format!("Under 18, born {born}: this is an adult program, refer. No plan is made of the row.")
        );
        assert_eq!(parcel.pieces[at].place, format!("line {}", at + 2));
    }
    assert_eq!(world.take(&parcel), counts(1, 2, 0, 0), "who is 18 today is none");
    let (table, mut mapping) = mapped(&world, &text);
    mapping.answer(&Answer::Plan(Some(Drug::Hydroxocobalamin), PlanChoice::NoPlan));
    let parcel = read(&table, &mapping, &world.practice, world.today, "list.csv");
    assert!(parcel.pieces[0].trouble.is_none() && parcel.pieces[0].remarks[0].starts_with("Under 18"));
}

#[test]
fn a_row_that_stands_twice_is_counted_as_such() {
    let mut world = World::new();
    let row = "101,Rossi,Anna,04/03/1961,F,Hydroxocobalamin,1mg,12/10/2026,12 weekly,04/01/2027,A12,L arm,NKDA,Pernicious anaemia\n";
    let parcel = read_in(&world, &format!("{LIST}{row}"));
    let last = parcel.pieces.last().unwrap();
    assert_eq!((last.place.as_str(), last.about.name().as_str()), ("line 7", "Rossi, Anna"));
    assert_eq!(last.trouble, Some(Trouble::Skipped("The same as line 2, in every cell.".to_owned())));
    assert_eq!(world.take(&parcel), counts(5, 0, 1, 0));
}

/// What a list says of somebody without a last injection is said of nobody's dose.
#[test]
fn remarks_of_a_row_without_a_last_injection_are_kept() {
    let mut world = World::new();
    let text = "MRN,Surname,First name,DOB,Drug,Last injection,Next due,Status,Remarks\n\
        1,Holm,Ida,23/04/1950,Hydroxocobalamin 1mg,,05/12/2026,,needle phobia; lies down\n\
        2,Rossi,Anna,23/04/1950,Hydroxocobalamin 1mg,,,,prefers mornings\n\
        3,Okafor,Ben,23/04/1950,Hydroxocobalamin 1mg,12/10/2026,04/01/2027,,left arm only\n";
    let parcel = read_in(&world, text);
    assert_eq!(world.take(&parcel), counts(3, 0, 0, 0), "{:?}", parcel.pieces);
    let (_, order) = world.course("Holm").order.unwrap();
    assert_eq!(order.because.as_deref(), Some("taken over from list.csv; needle phobia; lies down"));
    assert_eq!(world.chart("Rossi").person().unwrap().caution.as_deref(), Some("prefers mornings"));
    assert_eq!(parcel.pieces[1].remarks, ["Its remarks are kept in the banner: prefers mornings."]);
    let (_, order) = world.course("Okafor").order.unwrap();
    assert_eq!(order.because.as_deref(), Some("taken over from list.csv"), "it stands with the dose");
    assert_eq!(given(world.chart("Okafor"))[0].note.as_deref(), Some("left arm only"));
    assert_eq!(world.take(&parcel), counts(0, 0, 3, 0), "and comes once");
}

proptest::proptest! {
    /// Whatever rows a file has, each is in one count.
    #[test]
    fn the_counts_add_up_to_the_rows(rows in proptest::collection::vec((0_usize..4, 0_usize..4, 0_usize..5, 0_usize..4, 0_usize..3), 0..30)) {
        let mut world = World::new();
        let mut text = LIST.lines().next().unwrap().to_owned() + ",Remarks\n";
        for (n, who, last, due, note) in &rows {
            let number = ["101", "102", "103", ""][*n];
            let name = ["Rossi,Anna,04/03/1961", "Holm,Ida,23/04/1950", "Silva,Rui,12/05/2015", ",,"][*who];
            let last = ["12/10/2026", "01/09/2026", "31/02/2026", "", "15/12/2026"][*last];
            let due = ["", "04/01/2027", "01/12/2026", "?"][*due];
            let note = ["", "RIP", "moves slowly"][*note];
            text += &format!("{number},{name},F,Hydroxocobalamin,1mg,{last},12 weekly,{due},,,,,{note}\n");
        }
        let (table, mapping) = mapped(&world, &text);
        all_are_counted(&mut world, &table, &mapping, rows.len());
    }

    #[test]
    fn cells_of_any_text_come_back(texts in proptest::collection::vec("\\PC{0,12}|['=+@-]{0,4}[a-z0-9 \",;\n\t\r]{0,6}", 2..6)) {
        // Names that are known, as two cells that are (k is potassium) would be taken for the header.
        let name = |n: usize| if n < 2 { ["Surname", "DOB"][n].to_owned() } else { format!("c{n}") };
        let mut text = (0..texts.len()).map(name).collect::<Vec<_>>().join(",") + "\r\n";
        // A first cell keeps the row from being blank, or a sum.
        let mut rows = vec!["x".to_owned()];
        rows.extend(texts.iter().skip(1).cloned());
        for (n, cell) in rows.iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            guard::write(&mut text, cell);
        }
        let table = Table::of_text(&(text + "\r\n")).unwrap();
        let clean = |cell: &String| {
            let is_out = |c: char| crate::clinic::parse::is_hidden(c) || (c.is_control() && c != '\n');
            let plain: String = cell.chars().filter(|c| !is_out(*c)).collect();
            plain.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')).to_owned()
        };
        let row = &table.rows[0];
        for (n, cell) in rows.iter().enumerate() {
            proptest::prop_assert_eq!(row.cell(n), clean(cell));
        }
    }

    #[test]
    fn bytes_of_any_kind_are_no_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        if let Ok(table) = Table::of_bytes(&bytes) {
            let world = World::new();
            let mut mapping = Mapping::guess(&table);
            let _ = questions(&table, &mapping, &world.practice, world.today);
            mapping.columns.iter_mut().zip(Field::ALL.iter().skip(bytes.len() % 60)).for_each(|(f, other)| *f = other.clone());
            let parcel = read(&table, &mapping, &world.practice, world.today, "x");
            let _ = world.weigh(&parcel);
        }
    }

    #[test]
    fn a_list_with_any_cells_is_no_panic(cells in proptest::collection::vec("\\PC{0,14}|[0-9/.: -]{0,12}|[0-9]{1,4} ?(mg|mcg|ml|weeks|/52)?", 14)) {
        let world = World::new();
        let head = LIST.lines().next().unwrap();
        let mut text = format!("{head}\n");
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            guard::write(&mut text, cell);
        }
        let table = Table::of_text(&text).unwrap();
        let (_, mapping) = mapped(&world, LIST);
        let parcel = read(&table, &mapping, &world.practice, world.today, "x");
        let _ = world.weigh(&parcel);
    }
}

/// Twice: of a second time most is there already.
fn all_are_counted(world: &mut World, table: &Table, mapping: &Mapping, rows: usize) {
    for _ in 0..2 {
        let parcel = read(table, mapping, &world.practice, world.today, "list.csv");
        let mut lines: Vec<u64> = parcel.pieces.iter().flat_map(|piece| piece.lines.clone()).collect();
        lines.sort_unstable();
        let all: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
        assert_eq!((lines, all.len()), (all, rows), "each row is of one piece");
        let Counts { taken, held, skipped, refused } = world.take(&parcel);
        assert_eq!(taken + held + skipped + refused, rows);
    }
}

#[test]
fn a_million_rows_end_in_a_report() {
    let mut text = "MRN,Surname,DOB\n".to_owned();
    (0..=2_000_000).for_each(|_| text += "1,A\n");
    assert!(Table::of_text(&text).unwrap_err().contains("split it"));
    let wide = format!("MRN,Surname\n1,{}\n", ",".repeat(1_000_001));
    assert!(Table::of_text(&wide).unwrap_err().contains("Line 2"));
    // All of one patient, and all born on one day.
    let world = World::new();
    let one =
        "MRN,Surname,DOB,x\n".to_owned() + &(0..1_001).map(|n| format!("1,A,1961-03-04,{n}\n")).collect::<String>();
    let parcel = read_in(&world, &one);
    assert!(held(&parcel, 0).contains("1001 rows are of one patient"));
    let mut many = "MRN,Surname,DOB\n".to_owned();
    (0..600).for_each(|n| many += &format!("{n},Name{n},1900-01-01\n"));
    let parcel = read_in(&world, &many);
    assert_eq!(world.weigh(&parcel).counts(), counts(600, 0, 0, 0));
}

#[test]
fn names_of_columns_are_read_by_what_stands_under_them() {
    let guess = |text: &str| Mapping::guess(&Table::of_text(text).unwrap()).columns;
    assert_eq!(guess("Patient,DOB\n\"Rossi, Anna\",1.2.1961\n"), [Field::WholeName, Field::Born]);
    assert_eq!(guess("Patient,DOB\n00123,1.2.1961\n"), [Field::Number, Field::Born]);
    assert_eq!(guess("Surname,Given,DOB\nRossi,Anna,1.2.1961\n"), [Field::Family, Field::Given, Field::Born]);
    assert_eq!(guess("MRN,Given,Due date\n1,1.2.2026,1.5.2026\n"), [Field::Number, Field::LastDose, Field::NextDue]);
    assert_eq!(
        guess("MRN,Date,Given\n1,1.2.2026,yes\n2,1.2.2026,DNA\n"),
        [Field::Number, Field::LastDose, Field::Outcome]
    );
    let world = World::new();
    let text =
        "MRN,Surname,First name,DOB,Drug,Last,Plan\n1,Rossi,Anna,13.4.1961,Hydroxocobalamin,1.10.2026,12 weekly\n";
    let mut world_of = World::new();
    let parcel = read_in(&world, text);
    assert_eq!(world_of.take(&parcel), counts(1, 0, 0, 0), "{:?}", parcel.pieces[0].trouble);
    assert_eq!(world_of.next("Rossi").unwrap().0, day("2026-12-24"));
}

#[test]
fn a_prescriber_who_is_none_is_held() {
    let world = World::new();
    let (table, mut mapping) = mapped(&world, LIST);
    mapping.prescriber = Some("Nia Rees RN".to_owned());
    let parcel = read(&table, &mapping, &world.practice, world.today, "list.csv");
    assert!(held(&parcel, 0).contains("Nia Rees RN may not sign orders"), "{}", held(&parcel, 0));
}

/// Who said that rows without a dose are held has them held, also where another row of the patient says one.
#[test]
fn a_row_without_a_dose_is_held_where_somebody_said_so() {
    let world = World::new();
    let text = "MRN,Surname,First name,DOB,Drug,Dose,Last injection,Interval\n\
        1,Rossi,Anna,13/04/1961,Hydroxocobalamin,1mg,05/09/2026,3 months\n\
        1,Rossi,Anna,13/04/1961,Hydroxocobalamin,,20/11/2026,3 months\n";
    let (table, mut mapping) = mapped(&world, text);
    let taken = read(&table, &mapping, &world.practice, world.today, "list.csv");
    assert_eq!(taken.pieces[0].trouble, None);
    mapping.dose_of_plan = Some(false);
    let parcel = read(&table, &mapping, &world.practice, world.today, "list.csv");
    assert!(held(&parcel, 0).contains("says no dose, and such rows are held"), "{}", held(&parcel, 0));
}

/// In a list of doses a status is the dose's: what was withdrawn is none that was given.
#[test]
fn a_dose_that_its_status_withdraws_is_not_given() {
    let world = World::new();
    let text = "patient_id,name,birth_date,given_at,medication,dose_ug,status\n\
        1,\"Rossi, Anna\",1961-03-04,2026-09-15,hydroxocobalamin,1000,entered in error\n\
        2,\"Berg, Eva\",1952-03-04,2026-09-15,hydroxocobalamin,1000,withdrawn\n\
        3,\"Sato, Ken\",1953-03-04,2026-09-15,hydroxocobalamin,1000,given\n\
        4,\"Silva, Rui\",1954-03-04,2026-09-15,hydroxocobalamin,1000,DNA\n";
    let table = Table::of_text(text).unwrap();
    let mapping = Mapping::guess(&table);
    let parcel = read(&table, &mapping, &world.practice, world.today, "doses.csv");
    let is_given = |piece: &crate::clinic::intake::Piece| {
        piece.trouble.is_none() && piece.acts.iter().any(|c| !c.in_error && matches!(c.act, Act::Given(_)))
    };
    assert_eq!(parcel.pieces.iter().map(is_given).collect::<Vec<_>>(), [false, false, true, false]);
    assert!(held(&parcel, 1).contains("does not say whether it was given"), "{}", held(&parcel, 1));
}

/// However it is spelled, a result that does not hold is no final one.
#[test]
fn a_result_that_its_status_withdraws_is_not_taken() {
    for status in ["entered in error", "withdrawn", "deleted", "retracted", "invalid"] {
        let world = World::new();
        let text = format!(
            "Number,Surname,First name,DOB,Test,Value,Unit,Sample date,Status\n\
             1,Rossi,Anna,1961-03-04,Haemoglobin,101,g/L,2026-10-02,{status}\n"
        );
        let table = Table::of_text(&text).unwrap();
        let parcel = read(&table, &Mapping::guess(&table), &world.practice, world.today, "labs.csv");
        let acts = parcel.pieces.iter().flat_map(|piece| &piece.acts);
        assert!(acts.filter(|c| matches!(c.act, Act::Checked(_))).all(|c| c.in_error), "{status}: {parcel:?}");
    }
}

#[test]
fn days_that_cannot_be_are_held_with_a_plan_or_without() {
    let world = World::new();
    let text = "MRN,Surname,First name,DOB,Drug,Dose,Last injection,Hb (g/L),Sample date,Status,Date of death\n\
        1,A,a,04/03/1961,Hydroxocobalamin,1mg,13/12/2026,,,,\n\
        2,B,b,04/03/1961,Hydroxocobalamin,1mg,13/10/1960,,,,\n\
        3,C,c,04/03/1961,Hydroxocobalamin,1mg,13/10/2026,120,01/12/2026,,\n\
        4,D,d,04/03/1961,Hydroxocobalamin,1mg,13/10/2026,120,01/12/1960,,\n\
        5,E,e,04/03/1961,Hydroxocobalamin,1mg,13/10/2026,,,died,01/12/2026\n\
        6,F,f,04/03/1961,Hydroxocobalamin,1mg,13/10/98,,,,\n\
        7,G,g,04/03/1961,Hydroxocobalamin,1mg,13/10/26,,,,\n";
    let (table, mut mapping) = mapped(&world, text);
    mapping.plans.values_mut().for_each(|plan| *plan = PlanChoice::NoPlan);
    let parcel = read(&table, &mapping, &world.practice, world.today, "x");
    for (at, words) in [
        (0, "has not been given yet"),
        (1, "before the birth"),
        (2, "has not been taken yet"),
        (3, "from before the birth"),
        (4, "has not come yet"),
        (5, "write it with four digits"),
    ] {
        assert!(held(&parcel, at).contains(words), "{at}: {}", held(&parcel, at));
    }
    assert_eq!(parcel.pieces[6].trouble, None);
}

#[test]
fn strength_and_dose_are_two_things() {
    let world = World::new();
    let text = "MRN,Surname,First name,DOB,Drug,Strength,Dose,Last injection,Interval\n\
        1,A,a,1961-03-04,Hydroxocobalamin,1 mg / ml,500 mcg IM,2026-10-12,12 weekly\n\
        2,B,b,1961-03-04,Hydroxocobalamin,1 mg,1 mg,2026-10-12,12 weekly\n\
        3,C,c,1961-03-04,Hydroxocobalamin,,5 mg / ml,2026-10-12,12 weekly\n";
    let mut world_of = World::new();
    let parcel = read_in(&world, text);
    assert_eq!(parcel.pieces[1].remarks, ["The strength \"1 mg\" says no amount in a mL and is not taken over."]);
    assert_eq!(world_of.take(&parcel), counts(3, 0, 0, 0));
    let of = |family: &str| {
        let dose = given(world_of.chart(family))[0];
        (dose.strength_mcg_per_ml, dose.dose_mcg)
    };
    assert_eq!((of("A"), of("B"), of("C")), ((1000, 500), (0, 1000), (5000, 1000)));
}

#[test]
fn a_row_of_more_cells_than_the_header_is_held_in_every_table() {
    let world = World::new();
    for (head, row) in [
        ("MRN,Surname,First name,DOB,Phone", "1,Rossi,Anna,1961-03-04,0123"),
        ("MRN,Surname,DOB,Drug,Dose,Date,Outcome", "1,Rossi,1961-03-04,Hydroxocobalamin,1 mg,2026-10-12,given"),
        ("MRN,Surname,DOB,Date,Test,Result,Unit", "1,Rossi,1961-03-04,2026-10-12,Hb,120,g/L"),
    ] {
        let parcel = read_in(&world, &format!("{head}\n{row}\n{row},,\n{row},more\n"));
        let is_held: Vec<_> = parcel.pieces.iter().map(|piece| piece.trouble.is_some()).collect();
        let last = parcel.pieces.len() - 1;
        assert!(held(&parcel, last).contains("more cells than the header"), "{head}");
        // Rows of one patient are read together.
        assert!(last == 0 || is_held == [false, false, true], "{head}: {is_held:?}");
    }
}

#[test]
fn two_amounts_of_one_day_are_held_and_the_fuller_row_counts() {
    let world = World::new();
    let head = "MRN,Surname,First name,DOB,Drug,Dose,Last injection,Interval,Lot,Previous doses\n";
    let row = |dose: &str, on: &str, lot: &str, before: &str| {
        format!("1,A,a,1961-03-04,Hydroxocobalamin,{dose},{on},12 weekly,{lot},{before}\n")
    };
    let of = |rows: &[String]| read_in(&world, &format!("{head}{}", rows.concat()));
    let two = of(&[row("1 mg", "2026-10-12", "", ""), row("500 mcg", "2026-10-12", "", "")]);
    assert!(held(&two, 0).contains("which is right?"), "{}", held(&two, 0));
    let same = of(&[row("", "2026-10-12", "", ""), row("1 mg", "2026-10-12", "A1", "")]);
    let mut world_of = World::new();
    assert_eq!(world_of.take(&same), counts(2, 0, 0, 0));
    let doses = given(world_of.chart("A"));
    assert_eq!((doses.len(), doses[0].lot.as_deref(), doses[0].dose_mcg), (1, Some("A1"), 1000));
    // A date alone says nothing of the amount of that day.
    let log = of(&[row("1 mg", "2026-07-20", "", ""), row("500 mcg", "2026-10-12", "", "2026-07-20")]);
    assert_eq!(log.pieces[0].trouble, None);
}

#[test]
fn a_foreign_list_with_order_numbers_is_asked_about_as_any_other() {
    let world = World::new();
    let text = "MRN,Surname,First name,DOB,Drug,Last injection,Interval,order_id\n\
        1,A,a,1961-03-04,Hydroxocobalamin,2026-10-12,12 weekly,77\n";
    let table = Table::of_text(text).unwrap();
    assert_eq!(questions(&table, &Mapping::guess(&table), &world.practice, world.today).len(), 2);
    let mut world_of = World::new();
    assert_eq!(world_of.take(&read_in(&world, text)), counts(1, 0, 0, 0));
    assert_eq!(world_of.next("A").unwrap().0, day("2027-01-04"));
}

#[test]
fn a_list_of_doses_without_a_route_says_what_it_takes() {
    let world = World::new();
    let text = "MRN,Surname,DOB,Drug,Dose,Date,Outcome\n1,Rossi,1961-03-04,Hydroxocobalamin,1 mg,2026-10-12,given\n\
        2,Holm,1961-03-04,Hydroxocobalamin,1 mg SC,2026-10-12,given\n";
    let parcel = read_in(&world, text);
    assert_eq!(parcel.pieces[0].remarks, ["The list says no route: taken as IM."]);
    assert_eq!(parcel.pieces[1].remarks, [""; 0]);
}

#[test]
fn a_code_for_another_kind_of_unit_is_held() {
    let world = World::new();
    let of = |code: &str, value: &str, unit: &str| {
        let text =
            format!("MRN,Surname,DOB,Date,LOINC,Result,Unit\n1,Rossi,1961-03-04,2026-10-12,{code},{value},{unit}\n");
        read_in(&world, &text).pieces[0].clone()
    };
    for (code, value, unit, kind) in [
        ("2132-9", "150", "pmol/L", "mass"),
        ("14685-2", "150", "ng/L", "moles"),
        ("14732-2", "7", "mcg/L", "moles"),
        ("59260-0", "12", "g%", "moles"),
        ("2160-0", "80", "umol/L", "mass"),
    ] {
        let trouble = of(code, value, unit).trouble;
        let words = format!("its code is for {kind}, another kind of unit than {unit}");
        assert!(matches!(&trouble, Some(Trouble::Held(why)) if why.contains(&words)), "{code} {unit}: {trouble:?}");
    }
    for (code, value, unit) in
        [("2132-9", "150", "pg/mL"), ("14685-2", "150", "pmol/L"), ("718-7", "12", "g%"), ("2823-3", "4.1", "meq/L")]
    {
        let piece = of(code, value, unit);
        assert_eq!((piece.trouble, piece.acts.len(), piece.remarks), (None, 1, Vec::new()), "{code} {unit}");
    }
}

#[test]
fn an_unusual_result_is_taken_and_the_row_says_so() {
    let text = "MRN,Surname,DOB,Date,Test,Result,Unit\n1,Rossi,1961-03-04,2026-10-12,Hb,210,g/L\n";
    let piece = read_in(&World::new(), text).pieces[0].clone();
    assert_eq!((piece.trouble, piece.acts.len()), (None, 1));
    assert!(piece.remarks.iter().any(|r| r.contains("210 g/L is unusual")), "{:?}", piece.remarks);
}

/// What stands beside the form is what was given, not what a plan would have.
#[test]
fn the_amount_beside_the_form_is_the_dose() {
    let world = World::new();
    let of = |drug: &str, dose: &str| {
        let text =
            format!("MRN,Surname,DOB,Drug,Dose,Date,Outcome\n1,Rossi,1961-03-04,{drug},{dose},2026-10-12,given\n");
        read_in(&world, &text).pieces[0].clone()
    };
    let given = |piece: &crate::clinic::intake::Piece| {
        piece.acts.iter().find_map(|coming| match &coming.act {
            Act::Given(given) => Some(given.dose_mcg),
            _ => None,
        })
    };
    for (drug, dose, expected) in [
        ("Cyanocobalamin 1000 mcg", "", 1000),
        ("Cyanocobalamin 1 mg", "", 1000),
        ("Hydroxocobalamin 500 mcg", "500 mcg", 500),
        ("Hydroxocobalamin 1mg/ml", "1 mg", 1000),
    ] {
        let piece = of(drug, dose);
        assert_eq!((given(&piece), &piece.trouble), (Some(expected), &None), "{drug} {dose}");
    }
    for (drug, dose, why) in [
        ("Cytamen 1000", "", "has no unit"),
        ("Hydroxocobalamin 500 mcg", "1 mg", "The dose is 1,000 mcg and, beside the form, 500 mcg: which is right?"),
    ] {
        let trouble = of(drug, dose).trouble;
        assert!(matches!(&trouble, Some(Trouble::Held(said)) if said.contains(why)), "{drug}: {trouble:?}");
    }
}

/// Another medicine is nobody's B12, whatever plan is chosen for rows that name no form; B12 by its bare name is asked about.
#[test]
fn another_medicine_is_held_with_its_name() {
    let world = World::new();
    let of = |drug: &str| {
        let text = format!("MRN,Surname,DOB,Drug,Dose,Date,Outcome\n1,Rossi,1961-03-04,{drug},1 mg,2026-10-12,given\n");
        read_in(&world, &text).pieces[0].trouble.clone()
    };
    for another in ["Neurobion forte", "Pabrinex", "Denosumab"] {
        let trouble = of(another);
        assert!(matches!(&trouble, Some(Trouble::Held(said)) if said.contains(another)), "{another}: {trouble:?}");
    }
    let listed = "MRN,Surname,DOB,Drug,Dose,Last injection\n1,Rossi,1961-03-04,Neurobion forte,1 mg,2026-10-12\n";
    let trouble = read_in(&world, listed).pieces[0].trouble.clone();
    assert!(matches!(&trouble, Some(Trouble::Held(said)) if !said.contains("Say which plan")), "{trouble:?}");
    for ours in ["Vitamin B12", "vit. B 12", "Cobalin-H", "Hydroxycobalamine", "hydroxo", "1 mg"] {
        let trouble = of(ours);
        assert!(!matches!(&trouble, Some(Trouble::Held(said)) if said.contains("no form")), "{ours}: {trouble:?}");
    }
}

/// The most important column is not missed without a word.
#[test]
fn a_list_without_a_last_injection_says_so() {
    let world = World::new();
    let remarks =
        |heading: &str| read_in(&world, &format!("MRN,Surname,DOB,{heading}\n1,Rossi,1961-03-04,2026-10-12\n")).remarks;
    for known in ["Last B12 inj", "B12 last given", "Last done", "Last injection", "Last jab"] {
        assert!(!remarks(known).iter().any(|r| r.contains("last injection")), "{known}");
    }
    for unknown in ["Seen by the cat", "Next inj"] {
        assert!(remarks(unknown)[0].starts_with("No column is taken for the last injection"), "{unknown}");
    }
}

/// Read in the wrong order, a file's other dates would all be wrong in silence.
#[test]
fn an_order_of_dates_that_the_file_contradicts_holds_the_file() {
    let world = World::new();
    let text = "Surname,Forename,DOB,Last injection\nRossi,Anna,3/4/1961,11/10/2026\nKaya,Ela,5/6/1962,10/25/2026\n";
    let table = Table::of_text(text).unwrap();
    let mut mapping = Mapping::guess(&table);
    assert_eq!((mapping.dates, mapping.disproof(&table)), (Some(DateOrder::MonthFirst), None));
    mapping.dates = Some(DateOrder::DayFirst);
    let why = mapping.disproof(&table).unwrap();
    assert!(why.starts_with("Line 3, Last injection: \"10/25/2026\" is written with the month first"), "{why}");
    mapping.plan_otherwise = Some(PlanChoice::NoPlan);
    let parcel = read(&table, &mapping, &world.practice, world.today, "list.csv");
    assert_eq!(world.weigh(&parcel).counts(), counts(0, 2, 0, 0));
    let both = Table::of_text(&format!("{text}Berg,Ida,1/2/1963,25/10/2026\n")).unwrap();
    assert_eq!(mapping.disproof(&both), None, "which one is meant is asked");
}

/// What no plan is there to hold is told, and the cause stays with the dose.
#[test]
fn without_a_plan_what_is_not_taken_over_is_told() {
    let mut world = World::new();
    let text = "Surname,Forename,DOB,Drug,Dose,Frequency,Last injection,Next due,GP,Diagnosis\n\
        Rossi,Anna,1961-03-04,Hydroxocobalamin,1 mg,3 monthly,2026-10-01,2027-01-01,Dr May,Pernicious anaemia\n\
        Kaya,Ela,1962-05-06,Hydroxocobalamin,,12 weekly,,2027-01-01,,Vegan\n\
        Berg,Ida,1963-05-06,Hydroxocobalamin,1 mg,8 weekly,,,,\n";
    let table = Table::of_text(text).unwrap();
    let mut mapping = Mapping::guess(&table);
    mapping.plans.insert(Drug::Hydroxocobalamin, PlanChoice::NoPlan);
    let parcel = read(&table, &mapping, &world.practice, world.today, "list.csv");
    let said = |at: usize| parcel.pieces[at].remarks.join(" ");
    assert!(said(0).contains("interval every 3 months, next due Fri 01 Jan 2027, prescriber Dr May."), "{}", said(0));
    assert!(said(0).contains("Kept with the dose: cause by the list: Pernicious anaemia"), "{}", said(0));
    assert!(
        said(1).contains("interval every 12 weeks") && said(1).contains("Not taken over: cause by the list"),
        "{}",
        said(1)
    );
    assert!(parcel.remarks.iter().any(|r| r.starts_with("No plan is made of 3 rows")), "{:?}", parcel.remarks);
    world.take(&parcel);
    let note = given(world.chart("Rossi"))[0].note.clone().unwrap();
    assert!(note.contains("cause by the list: Pernicious anaemia"), "{note}");
}

/// What stops treatment holds its row, and every other remark is shown.
#[test]
fn a_remark_that_stops_treatment_holds_its_row() {
    let mut world = World::new();
    let rows = [
        "pausiert bis Februar",
        "lehnt ab",
        "beendet, jetzt Tabletten",
        "M. Leber (Optikus)",
        "verzogen 2025",
        "Marcumar! nur s.c.",
        "kommt mit Tochter",
    ];
    let rows = rows
        .iter()
        .enumerate()
        .map(|(n, said)| format!("{n};F{n};Ada;1.2.195{n};Hydroxocobalamin;1 mg;3 Monate;13.11.2026;{said}\n"));
    let head = "Nummer;Nachname;Vorname;Geburtsdatum;Medikament;Dosis;Intervall;Letzte Spritze;Bemerkung\n".to_owned();
    let text = rows.fold(head, |text, row| text + &row);
    let parcel = read_in(&world, &text);
    assert_eq!(world.weigh(&parcel).counts(), counts(1, 6, 0, 0), "{:#?}", parcel.pieces);
    let last = parcel.pieces.last().unwrap();
    assert!(last.remarks.iter().any(|r| r.contains("kommt mit Tochter")), "{:?}", last.remarks);
    assert_eq!(world.take(&parcel).taken, 1);
}

/// What one run told apart by number is told apart when the file comes again: a stopped import goes on as it began.
#[test]
fn near_names_of_one_file_are_told_apart_again_after_a_stop() {
    let mut world = World::new();
    let head = "Number,Surname,Forename,DOB,Drug,Dose,Frequency,Last injection\n";
    let row =
        |n: usize, name: &str| format!("{n},{name},Pat,1940-01-10,Hydroxocobalamin,1 mg,every 3 months,2026-09-01\n");
    let (one, two) = (row(5000, "Tester"), row(5001, "Testor"));
    let stopped = read_in(&world, &format!("{head}{one}"));
    assert_eq!(world.take(&stopped), counts(1, 0, 0, 0));
    let alone = read_in(&world, &format!("{head}{two}"));
    assert_eq!(world.weigh(&alone).counts(), counts(0, 1, 0, 0), "of one alone a person is asked");
    let whole = read_in(&world, &format!("{head}{one}{two}"));
    assert_eq!(world.take(&whole), counts(1, 0, 1, 0), "{:?}", world.weigh(&whole).outcomes);
    let same = read_in(&world, &format!("{head}{one}{two}{}", row(5002, "Tester")));
    assert_eq!(world.weigh(&same).counts().held, 1, "the very name under another number is asked about as before");
}

/// A blank interval is no interval: of a plan that has several nobody but a person says which.
#[test]
fn rows_without_an_interval_are_asked_about_or_held() {
    let world = World::new();
    let head = "MRN,Surname,First name,DOB,Drug,Dose,Last injection,Next due,Frequency\n";
    let text = format!(
        "{head}1,Rossi,Anna,13/04/1961,Hydroxocobalamin,1mg,12/10/2026,,12 weekly\n\
         2,Holm,Ida,23/04/1950,Hydroxocobalamin,1mg,13/10/2026,,\n\
         3,Kaya,Ela,24/04/1951,Hydroxocobalamin,1mg,14/10/2026,,\n\
         4,Berg,Eva,25/04/1952,Hydroxocobalamin,1mg,15/10/2026,10/12/2026,\n\
         5,Okafor,Ben,26/04/1953,Hydroxocobalamin,1mg,31/02/2026,,\n\
         6,Silva,Rui,27/04/1954,Cyanocobalamin,1mg,12/10/2026,,\n"
    );
    let table = Table::of_text(&text).unwrap();
    let mut mapping = Mapping::guess(&table);
    mapping.prescriber = Some("Dr May".to_owned());
    mapping.plans.insert(Drug::Hydroxocobalamin, PlanChoice::Regimen("r01-uk-no-neuro".to_owned()));
    let monthly = world.practice.knowledge.regimens().iter().find(|r| {
        r.drug == Drug::Cyanocobalamin
            && crate::clinic::order::adopt::keeps_up(r)
            && crate::clinic::order::adopt::published(r).len() == 1
    });
    mapping.plans.insert(Drug::Cyanocobalamin, PlanChoice::Regimen(monthly.unwrap().id.clone()));
    let asked = questions(&table, &mapping, &world.practice, world.today);
    assert_eq!(asked.len(), 1, "{asked:#?}");
    assert!(
        asked[0].text.starts_with("2 rows say no interval of maintenance, and ")
            && asked[0].text.ends_with("has several: which one?")
    );
    let labels: Vec<_> = asked[0].choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(labels, ["every 3 months", "every 2 months", "every 12 weeks", "every 8 weeks", "hold each for a look"]);
    assert_eq!(asked[0].proposed, None, "none is likelier");

    // Nobody answered, or each is to be looked at.
    for answer in [None, asked[0].choices.last()] {
        let mut mapping = mapping.clone();
        answer.iter().for_each(|choice| mapping.answer(&choice.answer));
        let parcel = read(&table, &mapping, &world.practice, world.today, "list.csv");
        assert!(held(&parcel, 1).contains("3 months or 2 months or 12 weeks or 8 weeks"), "{}", held(&parcel, 1));
        assert!(held(&parcel, 2).contains("(--every)"), "{}", held(&parcel, 2));
        assert_eq!(world.weigh(&parcel).counts(), counts(3, 3, 0, 0));
        assert_eq!(questions(&table, &mapping, &world.practice, world.today).len(), usize::from(answer.is_none()));
    }
    mapping.answer(&asked[0].choices[2].answer);
    assert_eq!(questions(&table, &mapping, &world.practice, world.today), []);
    let mut world_of = World::new();
    let parcel = read(&table, &mapping, &world.practice, world.today, "list.csv");
    assert_eq!(world_of.take(&parcel), counts(5, 1, 0, 0));
    assert!(
        parcel.pieces[1]
            .remarks
            .iter()
            .any(|r| r == "The row has no interval: every 12 weeks, as was said for such rows.")
    );
    assert_eq!(world_of.next("Holm").unwrap().0, day("2027-01-05"));
    assert_eq!(world_of.next("Silva").unwrap().0, day("2026-11-12"), "it is no answer for another plan");

    // A list that has no such column is asked about as well.
    let table = Table::of_text("MRN,Surname,DOB,Drug,Last injection\n1,Rossi,13/04/1961,Hydroxocobalamin,12/10/2026\n")
        .unwrap();
    let columns = Mapping::guess(&table).columns;
    let mut mapping = Mapping { columns, intervals: Default::default(), dose_of_plan: Some(true), ..mapping };
    assert_eq!(questions(&table, &mapping, &world.practice, world.today).len(), 1);
    mapping.every = Some(Interval::Weeks(8));
    assert_eq!(questions(&table, &mapping, &world.practice, world.today), []);
}

const TWO_ROWS: &str =
    "MRN,Surname,First name,DOB,Drug,Dose,Route,Last injection,Interval,Allergies,Diagnosis,Next due\n";

/// Of two rows that contradict each other the last one is no better than the first.
#[test]
fn rows_of_one_patient_that_contradict_each_other_are_held() {
    let world = World::new();
    let row = "1,Rossi,Anna,1961-03-04,Hydroxocobalamin,1 mg,IM,2026-10-12,12 weeks,,Pernicious anaemia,2027-01-04\n";
    for (is, other, words) in [
        ("12 weeks", "8 weeks", "The interval is 12 weeks in line 2 and 8 weeks in line 3: which is right?"),
        ("12 weeks", "3 months", "The interval is 12 weeks in line 2 and 3 months in line 3: which is right?"),
        (
            "Hydroxocobalamin",
            "Cyanocobalamin",
            "The form is hydroxocobalamin in line 2 and cyanocobalamin in line 3: which is right?",
        ),
        ("1 mg", "500 mcg", "The dose is 1,000 mcg in line 2 and 500 mcg in line 3: which is right?"),
        ("IM", "SC", "The route is "),
        (
            "Pernicious anaemia",
            "Vegan",
            "The cause is \"Pernicious anaemia\" in line 2 and \"Vegan\" in line 3: which is right?",
        ),
        ("2027-01-04", "2027-01-11", "The next date is Mon 04 Jan 2027 in line 2 and Mon 11 Jan 2027 in line 3"),
    ] {
        let parcel = read_in(&world, &format!("{TWO_ROWS}{row}{}", row.replace(is, other)));
        assert!(held(&parcel, 0).contains(words), "{other}: {}", held(&parcel, 0));
        assert_eq!((parcel.pieces.len(), parcel.pieces[0].place.as_str()), (1, "lines 2, 3"));
    }
    let undated = row.replace("2026-10-12,12 weeks", ",8 weeks");
    let parcel = read_in(&world, &format!("{TWO_ROWS}{undated}{row}"));
    assert!(held(&parcel, 0).contains("8 weeks in line 2 and 12 weeks in line 3"), "{}", held(&parcel, 0));
    for same in [
        row.replace("12 weeks", "84 days"),
        row.replace("12 weeks", ""),
        row.replace("Pernicious anaemia", "pernicious anaemia (autoimmune)"),
        row.replace("1 mg", "").replace("Hydroxocobalamin", "Vitamin B12").replace("IM", ""),
    ] {
        let parcel = read_in(&world, &format!("{TWO_ROWS}{row}{same}"));
        assert_eq!(parcel.pieces[0].trouble, None, "{same}");
    }
}

/// What merely adds something is merged, and what changed with a later dose is told.
#[test]
fn rows_of_one_patient_that_add_or_change_something_are_merged_and_told() {
    let mut world = World::new();
    let text = format!(
        "{TWO_ROWS}1,Rossi,Anna,1961-03-04,Hydroxocobalamin,1 mg,IM,2026-10-12,12 weeks,none,,\n\
         1,Rossi,Anna,1961-03-04,Hydroxocobalamin,1 mg,IM,2026-10-12,12 weeks,benzyl alcohol,,\n\
         2,Holm,Ida,1950-04-23,Hydroxocobalamin,1 mg,IM,2026-10-05,8 weeks,,,\n\
         2,Holm,Ida,1950-04-23,Hydroxocobalamin,1 mg,IM,2026-07-13,12 weeks,,,\n"
    );
    let parcel = read_in(&world, &text);
    let remarks = |at: usize| parcel.pieces[at].remarks.join(" ");
    assert!(
        remarks(0).contains("Line 2 says no allergies and line 3 benzyl alcohol: the known allergy is kept."),
        "{}",
        remarks(0)
    );
    assert_eq!(
        remarks(1),
        "The interval is 12 weeks in line 5 and, at a later dose, 8 weeks in line 4: the later one holds."
    );
    assert_eq!(world.take(&parcel), counts(4, 0, 0, 0));
    assert_eq!(world.chart("Rossi").person().unwrap().allergies, Allergies::Known(vec!["benzyl alcohol".to_owned()]));
    assert_eq!((given(world.chart("Holm")).len(), world.next("Holm").unwrap().0), (2, day("2026-11-30")));
}

#[test]
fn what_is_missing_or_below_zero_is_said_as_that() {
    let world = World::new();
    let of = |drug: &str, dose: &str| {
        let text = format!("MRN,Surname,DOB,Drug,Dose,Last injection\n1,Rossi,1961-03-04,{drug},{dose},2026-10-12\n");
        let table = Table::of_text(&text).unwrap();
        let mut mapping = Mapping::guess(&table);
        mapping.plan_otherwise = Some(PlanChoice::NoPlan);
        mapping.plans.insert(Drug::Hydroxocobalamin, PlanChoice::NoPlan);
        read(&table, &mapping, &world.practice, world.today, "list.csv")
    };
    for (drug, dose, words) in [
        ("Hydroxocobalamin", "", "is not taken over: how much it was is not said."),
        ("", "1 mg", "is not taken over: which form of B12 it was is not said."),
        ("", "", "is not taken over: which form of B12 it was, and how much, is not said."),
    ] {
        let parcel = of(drug, dose);
        assert!(parcel.pieces[0].remarks.iter().any(|r| r.ends_with(words)), "{:?}", parcel.pieces[0].remarks);
    }
    for dose in ["-5", "-5 mg", "\u{2212}5 mcg"] {
        let parcel = of("Hydroxocobalamin", dose);
        assert!(held(&parcel, 0).contains(&format!("\"{dose}\" is below zero")), "{}", held(&parcel, 0));
    }
    let text = "MRN,Surname,DOB,Date,Test,Result,Unit\n1,Rossi,1961-03-04,2026-10-12,Hb,-5,g/L\n";
    let parcel = read_in(&world, text);
    assert!(held(&parcel, 0).contains("Haemoglobin: \"-5\" is below zero"), "{}", held(&parcel, 0));
}

/// The list's next day is later than the interval: a calendar is made up that meets it, and nobody came early by that.
#[test]
fn a_dose_of_a_list_is_not_early_for_a_day_that_nobody_set() {
    use crate::clinic::course::DoseState;
    for (due, every) in [("2027-01-15", "12 weeks"), ("2026-12-20", "12 weeks"), ("2026-12-24", "3 months")] {
        let mut world = World::new();
        let text = format!(
            "No,Name,DOB,Last dose,Next due,Interval,Drug,Dose\n\
             B2,\"Jones, Bob\",1950-04-23,2026-09-05,{due},{every},hydroxocobalamin,1 mg\n"
        );
        assert_eq!(world.take(&read_in(&world, &text)), counts(1, 0, 0, 0), "{due}");
        let course = world.course("Jones");
        let slot = &course.doses[0];
        assert_eq!((slot.due, slot.state), (day("2026-09-05"), DoseState::Given), "{due}");
        assert!(slot.left_out.is_empty(), "{due}");
        assert_eq!(course.next_dose().unwrap().due, day(due));
    }
}
