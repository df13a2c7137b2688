use super::*;
use crate::clinic::agenda::{Asks, DoseDue, Item, Owed, Pages, Row, Tell, Texts, What};
use crate::clinic::entry::PatientId;
use crate::clinic::patient::Sex;
use proptest::collection::vec;
use proptest::prelude::*;
use ulid::Ulid;

const AHEAD: i64 = 7;

/// Rows as an index keeps them: in an order of their own, each with the place of its name.
#[derive(Debug)]
pub(in crate::clinic) struct Packed {
    rows: Vec<Arc<Row>>,
    ranks: Vec<u32>,
}

impl Packed {
    pub(in crate::clinic) fn of(mut rows: Vec<Row>) -> Arc<Self> {
        rows.sort_by_key(|row| (row.items.iter().map(|item| item.visit).min(), row.id));
        let texts = Texts::of((0..).zip(&rows));
        let mut ranks = vec![0; rows.len()];
        (0..).zip(&texts.rows).for_each(|(rank, at)| ranks[*at as usize] = rank);
        Arc::new(Self { rows: rows.into_iter().map(Arc::new).collect(), ranks })
    }
}

impl Packed {
    fn places(&self, of: impl Fn(&Row) -> bool) -> Vec<u32> {
        (0..).zip(&self.rows).filter(|(_, row)| of(row)).map(|(at, _)| at).collect()
    }
}

impl Pages for Packed {
    fn count(&self) -> u32 {
        self.rows.len() as u32
    }
    fn row(&self, at: u32) -> Option<Arc<Row>> {
        self.rows.get(at as usize).cloned()
    }
    fn find(&self, id: PatientId) -> Option<u32> {
        self.rows.iter().position(|row| row.id == id).map(|at| at as u32)
    }
    fn keys(&self, until: NaiveDate) -> Vec<Key> {
        let ranked = (0..).zip(&self.rows).zip(&self.ranks);
        let mut keys: Vec<Key> = ranked.flat_map(|((at, row), rank)| Key::of_row(row, at, Some(*rank))).collect();
        keys.retain(|key| key.visit <= until.num_days_from_ce());
        keys.sort_by_key(|key| (key.visit, key.row, key.item));
        keys
    }
    fn owed(&self, _: u32, _: u16) -> Option<Owed> {
        None
    }
    fn person(&self, at: u32) -> Option<Row> {
        self.row(at).map(|row| Row::clone(&row))
    }
    fn numbered(&self, number: &str) -> Vec<u32> {
        self.places(|row| row.number == number)
    }
    fn linked(&self) -> Vec<u32> {
        Vec::new()
    }
    fn waiting(&self) -> Vec<(u32, u32)> {
        Vec::new()
    }
    fn ending(&self, _: NaiveDate) -> Vec<u32> {
        Vec::new()
    }
    fn alike(&self) -> Vec<u32> {
        Vec::new()
    }
    fn born_on(&self, day: NaiveDate) -> Vec<u32> {
        self.places(|row| row.born == day)
    }
    fn highest_number(&self) -> Option<u64> {
        None
    }
    fn given_on(&self, _: NaiveDate) -> usize {
        0
    }
    fn texts(&self) -> Arc<Texts> {
        Arc::new(Texts::of((0..).zip(self.rows.iter().map(AsRef::as_ref))))
    }
    fn read_ahead(&self, _: u32) {}
    fn is_sound(&self) -> bool {
        true
    }
}

fn day(number: i64) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(739_000 + number as i32).unwrap()
}

fn item() -> impl Strategy<Value = Item> {
    let dose = || DoseDue { fills: false, n: 1, in_phase: (1, None), regimen: String::new(), dose_mcg: 1000 };
    let what = prop_oneof![
        4 => Just(What::Dose(dose())),
        3 => Just(What::Checkpoint(Vec::new())),
        1 => Just(What::Plan),
        1 => Just(What::Tell(Tell::Worse)),
    ];
    (-20_i64..20, -3_i64..4, what).prop_map(|(due, later, what)| {
        let label = String::new();
        Item { due: day(due), visit: day(due + later), what, label }
    })
}

/// A row of one of few patients with one of few names.
fn row() -> impl Strategy<Value = Row> {
    let name = prop::sample::select(vec!["Ahmed, Ada", "Berg, Bo", "berg, bo", "Çelik, Ece", "Zu, An"]);
    (0_u128..40, name, any::<bool>(), vec(item(), 0..4)).prop_map(|(id, name, neuro, items)| Row {
        id: PatientId(Ulid(id)),
        number: "1".to_owned(),
        name: name.to_owned(),
        born: day(-20_000),
        sex: Sex::Female,
        neuro,
        last_given: None,
        last_vial: None,
        standing: String::new(),
        paused_until: None,
        closed: false,
        struck_out: false,
        items,
        said: Vec::new(),
        former: Vec::new(),
        asks: Asks::default(),
    })
}

#[derive(Clone, Debug)]
enum Change {
    Put(Box<Row>),
    Gone(u128),
    Many(Vec<Row>),
    Days(i64),
    /// The rows as a look at the files gives them, after another machine changed some.
    Elsewhere(Vec<Row>),
    Copied,
    Looked(usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        8 => row().prop_map(|row| Change::Put(Box::new(row))),
        3 => (0_u128..40).prop_map(Change::Gone),
        1 => vec(row(), 60..80).prop_map(Change::Many),
        2 => (-1_i64..3).prop_map(Change::Days),
        1 => vec(row(), 0..9).prop_map(Change::Elsewhere),
        1 => Just(Change::Copied),
        4 => (0_usize..60).prop_map(Change::Looked),
    ]
}

/// The list as it follows from every row by its definition.
fn by_definition(roll: &Roll, today: NaiveDate) -> Vec<Task> {
    let (number, until) = (today.num_days_from_ce(), (today + Days::new(7)).num_days_from_ce());
    let all = roll.rows().flat_map(|(at, row)| Key::of_row(&row, at, None).collect::<Vec<_>>());
    let mut keys: Vec<Key> = all.filter(|key| key.visit <= until && key.is_worked(number)).collect();
    keys.sort_by_key(|key| (key.visit.max(number), key.urgency(number), roll.text(key.row), key.row, key.item));
    keys.iter().map(|key| key.task(number)).collect()
}

fn make(change: Change, roll: &mut Roll, today: &mut NaiveDate) {
    match change {
        Change::Put(row) => roll.put(*row),
        Change::Gone(id) => roll.remove(PatientId(Ulid(id))),
        Change::Many(rows) => rows.into_iter().for_each(|row| roll.put(row)),
        Change::Days(by) => *today += chrono::Duration::days(by),
        Change::Copied => *roll = roll.clone(),
        Change::Elsewhere(rows) => {
            rows.into_iter().for_each(|row| roll.put(row));
            *roll = Roll::on(Packed::of(roll.rows().map(|(_, row)| Row::clone(&row)).collect()));
        }
        Change::Looked(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_list_that_was_kept_is_the_list_made_anew(rows in vec(row(), 0..40), changes in vec(change(), 1..20)) {
        let mut roll = Roll::of(rows);
        let (mut kept, mut today) = (Worklist::default(), day(0));
        make(Change::Elsewhere(Vec::new()), &mut roll, &mut today);
        for change in changes {
            let looked = if let Change::Looked(at) = change { at } else { 0 };
            make(change, &mut roll, &mut today);
            kept.follow(&roll, today, AHEAD);
            let all = by_definition(&roll, today);
            prop_assert_eq!(kept.from(looked, &roll).take(3).collect::<Vec<_>>(), all.iter().copied().skip(looked).take(3).collect::<Vec<_>>());
            prop_assert_eq!(kept.line(looked, &roll), all.get(looked).copied());
            prop_assert_eq!((kept.len(), kept.is_empty()), (all.len(), all.is_empty()));
            let of = |task: &Task| (task.kind, task.days_late, (task.visit - today).num_days().max(0) as i32);
            let (mut counted, mut lines): (Vec<_>, Vec<_>) = (kept.counted().collect(), all.iter().map(of).collect());
            counted.sort();
            lines.sort();
            prop_assert_eq!(counted, lines);
            if looked > 30 {
                prop_assert_eq!(kept.from(0, &roll).collect::<Vec<_>>(), all);
            }
        }
        let all = by_definition(&roll, today);
        for (at, task) in all.iter().enumerate() {
            prop_assert_eq!(kept.position(task.row, |other| other == task, &roll), Some(at));
        }
        prop_assert_eq!(kept.position(u32::MAX, |_| true, &roll), None);
        // The list of a day as a whole, by urgency alone.
        let mut by_urgency = all;
        let number = today.num_days_from_ce();
        let of = |task: &Task| Key::of_row(&roll.row(task.row).unwrap(), task.row, None).nth(task.item.into()).unwrap();
        by_urgency.sort_by_key(|task| (of(task).urgency(number), roll.text(task.row), task.row, task.item));
        prop_assert_eq!(roll.worklist(today, AHEAD), by_urgency);
    }
}
