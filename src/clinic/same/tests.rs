use super::*;
use crate::clinic::agenda::{Asks, Former, Packed};
use crate::clinic::patient::Sex;
use proptest::collection::vec;
use proptest::prelude::*;
use ulid::Ulid;

fn name() -> impl Strategy<Value = (&'static str, &'static str)> {
    let families = ["Berg", "berg", "Bergh", "Berg Holm", "\u{c7}elik", "Celik", "\u{130}nan", ""];
    let given = ["Bo", "bo", "Bo Ada", "B", "\u{c9}va", ""];
    (prop::sample::select(families.to_vec()), prop::sample::select(given.to_vec()))
}

/// Few days, of which some are others with day and month swapped.
fn born() -> impl Strategy<Value = NaiveDate> {
    let days = [(1961, 3, 4), (1961, 4, 3), (1961, 3, 14), (1970, 5, 5), (1970, 5, 6)];
    prop::sample::select(days.to_vec()).prop_map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap())
}

fn number() -> impl Strategy<Value = String> {
    (1_u8..8).prop_map(|n| format!("n{n}"))
}

fn called((family, given): (&str, &str)) -> String {
    if given.is_empty() { family.to_owned() } else { format!("{family}, {given}") }
}

fn former() -> impl Strategy<Value = Former> {
    (number(), name(), born()).prop_map(|(number, name, born)| Former {
        id: PatientId(Ulid(99)),
        number,
        name: called(name),
        born,
        since: NaiveDate::default(),
    })
}

fn row() -> impl Strategy<Value = Row> {
    let former = prop_oneof![4 => Just(Vec::new()), 1 => vec(former(), 1..3)];
    (0_u128..30, number(), name(), born(), former).prop_map(|(id, number, name, born, former)| Row {
        id: PatientId(Ulid(id)),
        number,
        name: called(name),
        born,
        sex: Sex::Female,
        neuro: false,
        last_given: None,
        last_vial: None,
        standing: String::new(),
        paused_until: None,
        closed: false,
        struck_out: false,
        items: Vec::new(),
        said: Vec::new(),
        former,
        asks: Asks::default(),
    })
}

/// Rows of which some lie in pages, some over them or behind, and some are gone. Those of several charts are loose.
fn roll() -> impl Strategy<Value = Roll> {
    (vec(row(), 0..12), vec(row(), 0..12), vec(0_u128..30, 0..4), any::<bool>()).prop_map(
        |(paged, loose, gone, packed)| {
            let paged: BTreeMap<PatientId, Row> = paged.into_iter().map(|row| (row.id, row)).collect();
            let single = paged.into_values().map(|row| Row { former: Vec::new(), ..row });
            let mut roll = if packed { Roll::on(Packed::of(single.collect())) } else { Roll::of(single) };
            // What was looked up before a change does not stand after it.
            let _ = roll.numbered("n1");
            loose.into_iter().for_each(|row| roll.put(row));
            gone.into_iter().for_each(|id| roll.remove(PatientId(Ulid(id))));
            roll
        },
    )
}

fn ids(rows: impl IntoIterator<Item = Arc<Row>>) -> Vec<PatientId> {
    let mut ids: Vec<PatientId> = rows.into_iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids
}

/// The rows that a look at each finds.
fn scanned(roll: &Roll, is_found: impl Fn(&Row) -> bool) -> Vec<PatientId> {
    ids(roll.rows().map(|(_, row)| row).filter(|row| is_found(row)))
}

proptest! {
    #[test]
    fn what_is_looked_up_is_what_a_look_at_each_row_finds(roll in roll(), number in number(), born in born(), name in name()) {
        prop_assert_eq!(ids(roll.numbered(&number)), scanned(&roll, |row| row.has_number(&number)));
        let is_near = |row: &Row| births_alike(born, row.born).is_some();
        prop_assert_eq!(ids(roll.born_about(born)), scanned(&roll, is_near));
        let name = called(name).to_lowercase();
        prop_assert_eq!(ids(roll.called(&name)), scanned(&roll, |row| row.name.to_lowercase() == name));
    }

    #[test]
    fn who_may_be_here_already_is_who_a_look_at_each_row_says(roll in roll(), born in prop::option::of(born()), name in name()) {
        let typed = Typed { family: name.0, given: name.1, born };
        let typing = Typing::of(typed);
        let found: Vec<PatientId> = if name.0.is_empty() { Vec::new() } else {
            ids(roll.search(name.0).into_iter().filter_map(|at| roll.row(at)))
        };
        // Without a birth date a former identity is only looked at where the family name finds it.
        let is_looked_at = |row: &Row| born.is_some() || found.contains(&row.id);
        let is_here = |row: &Row| is_looked_at(row) && typing.reasons(Arc::new(row.clone())).is_some();
        let here = already_here(typed, &roll).into_iter().map(|(row, _)| row);
        prop_assert_eq!(ids(here), scanned(&roll, is_here));
    }
}
