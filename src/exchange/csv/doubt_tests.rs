//! Cells that can mean two things, or are cut or mistyped: never guessed.

use super::tests::{counts, given, held, read_in};
use super::*;
use crate::clinic::drug::{Drug, Route, Site};
use crate::exchange::tests::World;

const HEAD: &str = "MRN,Name,DOB,Last injection,Interval,Drug,Dose";

/// A list of one row each with such a medication.
fn of_drugs(drugs: &[&str]) -> String {
    let row = |(n, drug): (usize, &&str)| {
        format!("M{n},\"Pat{n}, Xe\",1950-02-{:02},2026-09-05,12 weeks,{drug},1 mg\n", n + 1)
    };
    drugs.iter().enumerate().map(row).fold(format!("{HEAD}\n"), |text, row| text + &row)
}

#[test]
fn a_form_that_is_not_surely_one_holds_its_row_and_is_no_row_without_a_form() {
    let world = World::new();
    let all = [
        "cyanocobalmin",
        "cyancobalamin",
        "methycobalamin",
        "Hydroxo or Cyanocobalamin",
        "B12-Ratiopharm",
        "Hydroxocobalamin nasal spray",
        "Cyanocobalamin nasal",
        "B12 sublingual",
    ];
    let text = of_drugs(&all);
    let table = Table::of_text(&text).unwrap();
    let asked = questions(&table, &Mapping::guess(&table), &world.practice, world.today);
    assert!(asked.iter().all(|q| !q.text.contains("no form of B12 named")), "{asked:?}");
    let parcel = read_in(&world, &text);
    for (at, text) in all.iter().enumerate() {
        let why = held(&parcel, at);
        assert!(why.contains(&format!("\"{text}\"")) && !why.contains("which plan"), "{text}: {why}");
    }
    assert_eq!(
        held(&parcel, 0),
        "Drug: \"cyanocobalmin\" is not surely one form of B12: write the form (hydroxocobalamin, cyanocobalamin), or \
         B12 where it is not known."
    );
    assert!(held(&parcel, 3).contains("names more than one form of B12: write the one that is given."));
    assert!(held(&parcel, 5).contains("is no injection: enter this patient by hand, or take the row out."));
}

#[test]
fn a_spelling_that_can_mean_but_one_form_is_that_form() {
    for drug in ["Cyanokobalamin", "Zyanocobalamin", "Cyano-B12", "Vit B12 cyano"] {
        let mut world = World::new();
        let parcel = read_in(&world, &of_drugs(&[drug]));
        assert_eq!(world.take(&parcel), counts(1, 0, 0, 0), "{drug}: {:?}", parcel.pieces[0].trouble);
        assert_eq!(given(world.chart("Pat0"))[0].drug, Drug::Cyanocobalamin, "{drug}");
    }
}

#[test]
fn a_route_beside_the_form_is_the_route_or_held() {
    let mut world = World::new();
    let parcel = read_in(&world, &of_drugs(&["Cyanocobalamin s.c.", "Cyanocobalamin IM/SC", "Hydroxocobalamin SC"]));
    assert_eq!(world.take(&parcel), counts(2, 1, 0, 0), "{:?}", parcel.pieces[0].trouble);
    assert!(held(&parcel, 2).contains("does not give subcut injections"), "{}", held(&parcel, 2));
    assert_eq!(given(world.chart("Pat0"))[0].route, Route::Sc);
    let text = of_drugs(&["Hydroxocobalamin SC"]).replace(",Dose\n", ",Dose,Route\n").replace("1 mg\n", "1 mg,IM\n");
    let parcel = read_in(&world, &text);
    assert_eq!(
        held(&parcel, 0),
        "The route is Intramuscular in its column and Subcutaneous beside the form: which is right?"
    );
}

#[test]
fn the_form_of_the_product_speaks_against_that_of_the_medication() {
    let world = World::new();
    let text = of_drugs(&["hydroxocobalamin", "B12", "hydroxocobalamin"])
        .replace(",Dose\n", ",Dose,Product name\n")
        .replace(
            "1950-02-01,2026-09-05,12 weeks,hydroxocobalamin,1 mg\n",
            "1950-02-01,2026-09-05,12 weeks,hydroxocobalamin,1 mg,Cytamen\n",
        )
        .replace("B12,1 mg\n", "B12,1 mg,Cytamen\n")
        .replace("hydroxocobalamin,1 mg\n", "hydroxocobalamin,1 mg,Cobalin-H\n");
    let parcel = read_in(&world, &text);
    assert_eq!(held(&parcel, 0), "Drug: hydroxocobalamin, and Product name: cyanocobalamin: which is right?");
    assert_eq!((&parcel.pieces[1].trouble, &parcel.pieces[2].trouble), (&None, &None));
}

/// Whatever is asked last, once all else is answered as proposed.
fn asked_last(world: &World, text: &str) -> (Table, Mapping, Vec<Question>) {
    let table = Table::of_text(text).unwrap();
    let mut mapping = Mapping::guess(&table);
    for question in questions(&table, &mapping, &world.practice, world.today) {
        mapping.answer(&question.choices[question.proposed.unwrap_or(0)].answer);
    }
    let asked = questions(&table, &mapping, &world.practice, world.today);
    (table, mapping, asked)
}

#[test]
fn a_dose_that_no_row_says_is_asked_about_and_never_the_plans_by_itself() {
    let blank = of_drugs(&["hydroxocobalamin", "hydroxocobalamin", "hydroxocobalamin"]).replacen(",1 mg\n", ",\n", 2);
    let no_column = blank.replace(",Dose\n", "\n").replace(",1 mg\n", "\n").replace(",\n", "\n");
    for (text, question) in [
        (&blank, "2 rows say no dose: were they the plan's usual 1,000 mcg?"),
        (&no_column, "3 rows say no dose: were they the plan's usual 1,000 mcg?"),
    ] {
        let mut world = World::new();
        let (table, mut mapping, asked) = asked_last(&world, text);
        let texts: Vec<_> = asked.iter().map(|question| question.text.as_str()).collect();
        assert_eq!(texts, [question]);
        assert_eq!(asked[0].proposed, None);
        let read = |mapping: &Mapping| read(&table, mapping, &world.practice, world.today, "list.csv");
        let unasked = read(&mapping);
        assert!(held(&unasked, 0).starts_with("The row says no dose: write it into the row"), "{}", held(&unasked, 0));
        mapping.answer(&asked[0].choices[1].answer);
        assert_eq!(held(&read(&mapping), 1), held(&unasked, 0));
        mapping.answer(&asked[0].choices[0].answer);
        let parcel = read(&mapping);
        let remark = "The row says no dose: the plan's usual 1,000 mcg, as was said for such rows.";
        assert!(parcel.pieces[0].remarks.iter().any(|told| told == remark), "{:?}", parcel.pieces[0].remarks);
        assert_eq!(questions(&table, &mapping, &world.practice, world.today), []);
        assert_eq!(world.take(&parcel), counts(3, 0, 0, 0));
        assert_eq!(given(world.chart("Pat0"))[0].dose_mcg, 1000);
    }
}

#[test]
fn of_a_row_without_an_injection_no_dose_is_asked() {
    let world = World::new();
    let text =
        "MRN,Name,DOB,Next due,Interval,Drug\n1,\"Rossi, Anna\",1961-03-04,2026-12-05,12 weeks,hydroxocobalamin\n";
    assert_eq!(asked_last(&world, text).2, []);
}

/// The first row is no better than the second: nobody knows whose number it is.
#[test]
fn rows_of_one_number_that_are_not_of_one_person_are_all_held() {
    let world = World::new();
    let head = "MRN,Name,DOB,Last injection,Interval,Drug,Dose,Sex\n";
    let row = |name: &str, born: &str, on: &str, sex: &str| {
        format!("D3,\"{name}\",{born},{on},12 weeks,hydroxocobalamin,1 mg,{sex}\n")
    };
    let first = row("Fay, Cy", "1950-04-24", "2026-09-05", "M");
    for (other, differs) in [
        (
            row("Fay, Cy", "1951-04-24", "2026-09-05", "M"),
            "the birth date is 24 Apr 1950 in line 2 and 24 Apr 1951 in line 3",
        ),
        (row("Hay, Ed", "1950-04-24", "2026-09-05", "M"), "the name is Fay, Cy in line 2 and Hay, Ed in line 3"),
        (row("Fay, Cy", "1950-04-24", "2026-09-06", "F"), "the sex is male in line 2 and female in line 3"),
    ] {
        let other_one = row("Jones, Bo", "1950-04-24", "2026-09-05", "M").replace("D3", "D4");
        let parcel = read_in(&world, &format!("{head}{first}{other}{other_one}"));
        let why =
            format!("The rows of #D3 are not of one person: {differs}. Mend the wrong one: all of them are held.");
        let last = parcel.pieces.len() - 1;
        assert!((0..last).all(|at| held(&parcel, at) == why), "{differs}: {:?}", parcel.pieces);
        assert_eq!(parcel.pieces[last].trouble, None);
    }
    // The same person, written otherwise, and a sex that one row leaves out.
    let mut world = World::new();
    let again = row("FAY, Cy", "1950-04-24", "2026-06-05", "");
    let parcel = read_in(&world, &format!("{head}{first}{again}"));
    assert_eq!(world.take(&parcel), counts(2, 0, 0, 0), "{:?}", parcel.pieces);
}

#[test]
fn a_last_cell_that_may_be_cut_off_holds_its_row_and_says_so() {
    let world = World::new();
    for (columns, whole, cut) in [
        ("DOB,Interval,Last injection", "1961-01-01,12 weeks,2026-09-15", "1961-01-01,12 weeks,2026-09-1"),
        ("DOB,Interval,Last injection", "1961-01-01,12 weeks,15/09/2026", "1961-01-01,12 weeks,15/09/20"),
        ("DOB,Last injection,Interval in weeks", "1961-01-01,2026-09-15,12", "1961-01-01,2026-09-15,1"),
    ] {
        let of = |number: usize, rest: &str| format!("{number},\"Pat{number}, Xe\",hydroxocobalamin,1 mg,{rest}");
        let head = format!("MRN,Name,Drug,Dose,{columns}\n");
        let text = format!("{head}{}\n{}", of(1, whole), of(2, cut));
        let parcel = read_in(&world, &text);
        assert_eq!(parcel.pieces[0].trouble, None);
        assert!(held(&parcel, 1).contains("may be cut off"), "{cut}: {}", held(&parcel, 1));
        assert!(parcel.remarks.iter().any(|told| told.contains("in line 3 may be cut off: get the whole of it")));
        let parcel = read_in(&world, &format!("{head}{}\n{}", of(1, whole), of(2, whole)));
        assert_eq!((parcel.pieces[1].trouble.clone(), parcel.remarks), (None, Vec::<String>::new()));
    }
}

#[test]
fn a_year_of_which_the_century_alone_is_there_is_held_beside_whole_ones() {
    let world = World::new();
    let text = of_drugs(&["hydroxocobalamin", "hydroxocobalamin", "hydroxocobalamin"])
        .replacen("2026-09-05", "15/09/2026", 1)
        .replacen("2026-09-05", "15/09/20", 1)
        .replacen("2026-09-05", "15/09/26", 1);
    let parcel = read_in(&world, &text);
    assert_eq!(
        held(&parcel, 1),
        "Last injection: \"15/09/20\": the year may be cut off: write it with four digits, as the others are."
    );
    assert_eq!((&parcel.pieces[0].trouble, &parcel.pieces[2].trouble), (&None, &None));
}

/// In a list of doses too it is said what differs of one number.
#[test]
fn what_differs_from_an_earlier_piece_is_said() {
    let mut world = World::new();
    let text = "MRN,Name,DOB,Drug,Dose,Given at,Route\n\
        D3,\"Fay, Cy\",1950-04-24,hydroxocobalamin,1 mg,2026-09-05,IM\n\
        D3,\"Fay, Cy\",1951-04-24,hydroxocobalamin,1 mg,2026-09-06,IM\n";
    let parcel = read_in(&world, text);
    let weighed = world.weigh(&parcel);
    let crate::clinic::intake::Outcome::Left(left) = &weighed.outcomes[1] else { panic!("{:?}", weighed.outcomes) };
    assert_eq!(
        left.why(),
        "#D3 is Fay, Cy, born 24 Apr 1950, in an earlier piece of this file; here the birth date is 24 Apr 1951."
    );
    world.take(&parcel);
}

#[test]
fn a_side_under_arm_is_that_arm_and_an_unknown_site_is_counted() {
    let list = |column: &str| {
        let text = of_drugs(&["hydroxocobalamin", "hydroxocobalamin"]).replace(",Dose\n", &format!(",Dose,{column}\n"));
        text.replacen("1 mg\n", "1 mg,L\n", 1).replacen("1 mg\n", "1 mg,R\n", 1)
    };
    let mut world = World::new();
    let parcel = read_in(&world, &list("Arm"));
    world.take(&parcel);
    assert_eq!(given(world.chart("Pat0"))[0].site, Some(Site::LeftDeltoid));
    assert_eq!(given(world.chart("Pat1"))[0].site, Some(Site::RightDeltoid));
    assert_eq!(parcel.remarks, Vec::<String>::new());
    let parcel = read_in(&world, &list("Site"));
    let told = "The site of 2 rows is not taken over: \"L\" says no side and place that are known here.";
    assert_eq!(parcel.remarks, [told]);
}

#[test]
fn how_many_rows_name_no_prescriber_is_said() {
    let world = World::new();
    let asked = |cells: [&str; 3]| {
        let text = of_drugs(&["hydroxocobalamin"; 3]).replace(",Dose\n", ",Dose,GP\n");
        let text = cells.iter().fold(text, |text, cell| text.replacen("1 mg\n", &format!("1 mg,{cell}\n"), 1));
        let table = Table::of_text(&text).unwrap();
        let asked = questions(&table, &Mapping::guess(&table), &world.practice, world.today);
        asked.into_iter().map(|question| question.text).find(|text| text.starts_with("Who prescribes"))
    };
    let told = |whose: &str| Some(format!("Who prescribes {whose}? The plans wait for this signature."));
    assert_eq!(asked(["", "", ""]), told("for these patients"));
    assert_eq!(asked(["Dr May", "", ""]), told("for the patients of 2 rows that name nobody"));
    assert_eq!(asked(["Dr May", "Dr May", ""]), told("for the patient of 1 row that names nobody"));
}

/// Once a person has said which columns are dates, they tell their order as if the header had said it.
#[test]
fn dates_of_columns_that_a_person_named_tell_their_order() {
    let table = Table::of_text("A;B;C;D\nQ9;\"Zed, Zoe\";23.04.1961;05.09.2026\n").unwrap();
    let mut mapping = Mapping::guess(&table);
    mapping.columns = vec![Field::Number, Field::WholeName, Field::Born, Field::LastDose];
    mapping.look_again(&table);
    assert_eq!((mapping.dates, mapping.names), (Some(DateOrder::DayFirst), Some(NameOrder::FamilyFirst)));
    let world = World::new();
    let asked = questions(&table, &mapping, &world.practice, world.today);
    assert!(asked.iter().all(|question| !question.text.contains("No date of the file says it")), "{asked:?}");
}
