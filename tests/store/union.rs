//! Two versions of a chart become one in whatever order and however often they meet.

use crate::kit::{NURSE, at, given, today};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::entry::{Entry, EntryId, PatientId};
use cobalog::store::{read_chart, write_chart};
use proptest::prelude::*;
use std::path::Path;
use ulid::Ulid;

/// Entries with few different instants, so that the ids often decide; one id always stands for one entry.
fn entry() -> impl Strategy<Value = Entry> {
    (0_u128..40).prop_map(|n| Entry {
        id: EntryId(Ulid(n)),
        at: at(&format!("2026-11-18T09:{:02}:00+01:00", n * 7 % 5)),
        by: NURSE.to_owned(),
        act: given(None, today(), &n.to_string()),
        from: None,
        seal: None,
    })
}

fn chart() -> impl Strategy<Value = Chart> {
    prop::collection::vec(entry(), 0..12).prop_map(|entries| Chart::new(PatientId(Ulid(7)), entries))
}

proptest! {
    #[test]
    fn union_is_commutative_associative_and_idempotent(a in chart(), b in chart(), c in chart()) {
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.union(&b).union(&c), a.union(&b.union(&c)));
        prop_assert_eq!(&a.union(&a), &a);
        for entry in a.entries().iter().chain(b.entries()) {
            prop_assert!(a.union(&b).entries().contains(entry));
        }
    }

    #[test]
    fn any_text_reads_back(note in any::<String>(), by in any::<String>(), signs in "[\\u{0}-\\u{ff}\\u{300}-\\u{36f}\\u{900}-\\u{97f}\\u{2000}-\\u{206f}'\"\\\\]*") {
        let entry = Entry { id: EntryId(Ulid(1)), at: at("2026-11-18T09:14:00+01:00"), by, act: given(None, today(), &(note + &signs)), from: None, seal: None };
        let chart = Chart::new(PatientId(Ulid(7)), vec![entry]);
        let path = Path::new("chart.ron");
        let text = write_chart(&chart, path).unwrap();
        prop_assert_eq!(text.lines().count(), 8);
        prop_assert_eq!(read_chart(&text, path).unwrap(), chart);
    }
}
