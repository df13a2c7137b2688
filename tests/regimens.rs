//! The library reads, and each regimen gives the dates of facts 1.4 and 1.5.
#![expect(clippy::unwrap_used, reason = "a test stops where its story does not hold")]

use chrono::NaiveDate;
use cobalog::clinic::interval::Interval;
use cobalog::clinic::knowledge::{Knowledge, asset, read, regimen_files};
use cobalog::clinic::lab::Analyte;
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::regimen::{CheckpointRule, Onward, Regimen};
use cobalog::clinic::schedule::{self, RepletionEnd};
use cobalog::clinic::triage::{Cause, Symptom};
use std::collections::{BTreeMap, BTreeSet};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Reads `2026-01-05 07 09 02-01`: a day alone keeps month and year, a month and day keep the year.
fn days(text: &str) -> Vec<NaiveDate> {
    let mut base = String::new();
    text.split_whitespace()
        .map(|word| {
            let keep = 10 - word.len();
            base.replace_range(keep.min(base.len()).., word);
            day(&base)
        })
        .collect()
}

fn order(id: &str, start: &str, every: Option<&str>) -> Order {
    let knowledge = Knowledge::built_in();
    let mut wish = Wish::plain(day(start), "Dr Prescriber");
    wish.every = every.map(|e| e.parse().unwrap());
    Order::write(knowledge.regimen(id).unwrap(), Vec::new(), &wish).unwrap()
}

fn plan(id: &str, start: &str, every: Option<&str>, doses: u32) -> Vec<NaiveDate> {
    let order = order(id, start, every);
    schedule::plan(&order.phases, order.start).take(doses as usize).map(|d| d.date).collect()
}

#[test]
fn every_regimen_file_reads_and_is_called_as_its_id() {
    let mut ids = BTreeSet::new();
    for (file, text) in regimen_files() {
        let regimen: Regimen = read(text).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert_eq!(Ok(()), regimen.check(), "{file}");
        assert_eq!(format!("{}.ron", regimen.id), file);
        assert!(ids.insert(regimen.id.clone()), "{file}: id twice");
    }
    let listed: Vec<_> = Knowledge::built_in().regimens().iter().map(|r| r.id.clone()).collect();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), listed);
    assert_eq!(listed.len(), 37);
}

/// What a practice wrote for itself before there was a field for it is read as it was.
#[test]
fn a_file_that_says_in_words_alone_what_follows_is_read() {
    let (_, text) = regimen_files().into_iter().find(|(file, _)| file.starts_with("r07b")).unwrap();
    let before = text.replace("    onward: oral,\n", "");
    assert_ne!(before, text);
    let regimen: Regimen = read(&before).unwrap();
    assert_eq!((regimen.onward, regimen.goes_on()), (None, Some(Onward::Oral)));
    let stops: Regimen = read(&before.replace("Oral B12 for chronic treatment", "Stop")).unwrap();
    assert_eq!(stops.goes_on(), None);
}

/// The field says what ends a phase whatever its words are, and a file or an order of before is read by its words.
#[test]
fn what_ends_a_phase_is_data_and_files_of_before_are_read_by_their_words() {
    use cobalog::clinic::order::{Order, Wish};
    use cobalog::clinic::regimen::EndedBy;
    let (_, text) = regimen_files().into_iter().find(|(file, _)| file.starts_with("r04-")).unwrap();
    let field = "            ended_by: blood,\n";
    let before = text.replace(field, "");
    assert_ne!(before, text);
    let ends = |text: &str| {
        let regimen: Regimen = read(text).unwrap();
        assert_eq!(regimen.check(), Ok(()));
        let order = Order::write(&regimen, Vec::new(), &Wish::plain("2026-01-05".parse().unwrap(), "Dr May")).unwrap();
        let of = |phases: &[cobalog::clinic::regimen::Phase]| {
            phases.iter().find_map(|phase| Some((phase.ends_by()?, phase.ended_by))).unwrap()
        };
        (of(&regimen.phases), of(&order.phases))
    };
    assert_eq!(ends(&before), ((EndedBy::Blood, None), (EndedBy::Blood, None)));
    // An order that is signed says no more than it did, so that older programs read it.
    assert_eq!(ends(text), ((EndedBy::Blood, Some(EndedBy::Blood)), (EndedBy::Blood, None)));
    // A practice's own words in its own language.
    let own = text.replace("blood count normal", "Werte normal");
    assert_eq!(ends(&own).1, (EndedBy::Blood, Some(EndedBy::Blood)));
    assert_eq!(ends(&own.replace(field, "")).0, (EndedBy::Other, None));
    // It belongs to an event.
    let misplaced = text.replace("until: lasts(", "ended_by: blood,\n            until: lasts(");
    let regimen: Regimen = read(&misplaced).unwrap();
    assert!(regimen.check().unwrap_err().contains("ended_by: no event ends this phase"));
}

#[test]
fn what_a_triage_and_a_review_ask_reads_and_names_what_is_there() {
    use cobalog::clinic::background::{Caution, ConfounderKind, MedicineKind, RedFlag};
    use cobalog::clinic::decision::ReviewLine;
    use cobalog::clinic::findings::Tier;
    use cobalog::clinic::rule::Rule;
    let unique = |ids: Vec<String>| !ids.is_empty() && ids.iter().collect::<BTreeSet<_>>().len() == ids.len();
    let rules: Vec<Rule> = read(asset("rules.ron")).unwrap();
    let cautions: Vec<Caution> = read(asset("cautions.ron")).unwrap();
    assert!(unique(rules.iter().map(|x| x.id.clone()).collect()));
    assert!(unique(cautions.iter().map(|x| x.id.clone()).collect()));
    assert!(unique(read::<Vec<MedicineKind>>(asset("medicines.ron")).unwrap().into_iter().map(|x| x.id).collect()));
    assert!(unique(read::<Vec<RedFlag>>(asset("red_flags.ron")).unwrap().into_iter().map(|x| x.id).collect()));
    assert!(unique(read::<Vec<ConfounderKind>>(asset("confounders.ron")).unwrap().into_iter().map(|x| x.id).collect()));
    assert!(unique(read::<Vec<ReviewLine>>(asset("review.ron")).unwrap().into_iter().map(|x| x.id).collect()));
    let steps: Vec<Interval> = read(asset("intervals.ron")).unwrap();
    assert!(steps.windows(2).all(|pair| pair[0].about_days() < pair[1].about_days()));
    for rule in &rules {
        assert!(!rule.when.is_empty() && !rule.source.is_empty(), "{}", rule.id);
        assert!(rule.tier != Tier::Note || !rule.needle, "{}: a note holds nothing back", rule.id);
    }
    assert!(cautions.iter().filter_map(|c| c.rule.as_ref()).all(|id| rules.iter().any(|r| r.id == *id)));
}

#[test]
fn every_reference_has_its_name() {
    let sources: Vec<cobalog::clinic::citation::Source> = read(asset("sources.ron")).unwrap();
    let known: BTreeSet<_> = sources.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(known.len(), sources.len());
    let files =
        ["rules", "labs", "causes", "symptoms", "products", "checkpoints", "medicines", "cautions", "red_flags"];
    let files = files.iter().chain(&["confounders", "review", "intervals", "icd10cm", "icd10", "charges"]);
    let texts = files.map(|name| asset(&format!("{name}.ron"))).chain(regimen_files().map(|(_, text)| text));
    let mut seen = 0;
    for text in texts {
        assert!(!text.is_empty());
        for bracket in text.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(inside, _)| inside) {
            let is_reference =
                |w: &&str| w.len() > 1 && w.starts_with('S') && w[1..].bytes().all(|b| b.is_ascii_digit());
            for reference in bracket.split(' ').filter(is_reference) {
                assert!(known.contains(reference), "[{reference}] has no name in assets/sources.ron");
                seen += 1;
            }
        }
    }
    assert!(seen > 300, "{seen}");
}

#[test]
fn every_part_of_the_library_reads() {
    let sets: BTreeMap<String, Vec<CheckpointRule>> = read(asset("checkpoints.ron")).unwrap();
    let labs: Vec<Analyte> = read(asset("labs.ron")).unwrap();
    let causes: Vec<Cause> = read(asset("causes.ron")).unwrap();
    let symptoms: Vec<Symptom> = read(asset("symptoms.ron")).unwrap();
    let products: Vec<cobalog::clinic::drug::Product> = read(asset("products.ron")).unwrap();
    assert!(!sets.is_empty() && sets.values().all(|set| !set.is_empty()));
    let unique = |ids: Vec<&str>| !ids.is_empty() && ids.iter().collect::<BTreeSet<_>>().len() == ids.len();
    assert!(unique(labs.iter().map(|x| x.id.as_str()).collect()));
    assert!(unique(causes.iter().map(|x| x.id.as_str()).collect()));
    assert!(unique(symptoms.iter().map(|x| x.id.as_str()).collect()));
    assert!(unique(products.iter().map(|x| x.id.as_str()).collect()));
    for lab in &labs {
        if !lab.words.is_empty() {
            assert!(lab.units.is_empty() && lab.reference.is_empty(), "{}: a word has no unit", lab.id);
            continue;
        }
        assert!(
            !lab.units.is_empty() && lab.units[0].factor == 1.0,
            "{}: the first unit is that of the limits",
            lab.id
        );
        assert!(lab.hard.0 <= lab.soft.0 && lab.soft.0 < lab.soft.1 && lab.soft.1 <= lab.hard.1, "{}", lab.id);
    }
    assert!(products.iter().all(|p| p.strength_mcg_per_ml > 0 && p.container_ml > 0.0 && !p.routes.is_empty()));
}

#[test]
fn every_rhythm_moves_on() {
    for regimen in Knowledge::built_in().regimens() {
        assert!(regimen.phases.iter().all(|p| p.every.moves_on()), "{}", regimen.id);
    }
}

#[test]
fn every_name_in_a_regimen_is_known() {
    let knowledge = Knowledge::built_in();
    let sets: BTreeMap<String, Vec<CheckpointRule>> = read(asset("checkpoints.ron")).unwrap();
    let known = |ask: &String| ask == "symptoms" || knowledge.lab(ask).is_some();
    for (name, set) in &sets {
        for rule in set {
            assert!(!rule.asks.is_empty() && rule.asks.iter().all(known), "{name}: {}: {:?}", rule.label, rule.asks);
        }
    }
    for regimen in knowledge.regimens() {
        for cause in &regimen.causes {
            assert!(cause == "any" || knowledge.cause(cause).is_some(), "{}: cause {cause}", regimen.id);
        }
        let set = regimen.checkpoints.set.as_ref();
        assert!(set.is_none_or(|name| sets.contains_key(name)), "{}: set {set:?}", regimen.id);
        assert!(!knowledge.checkpoints(regimen).is_empty(), "{}: nothing is ever checked", regimen.id);
        assert!(regimen.checkpoints.also.iter().flat_map(|r| &r.asks).all(known), "{}", regimen.id);
        assert!(!regimen.causes.is_empty() && !regimen.source.is_empty(), "{}", regimen.id);
    }
}

#[test]
fn serum_b12_is_never_planned_during_injections() {
    let knowledge = Knowledge::built_in();
    for regimen in knowledge.regimens() {
        let asks = knowledge.checkpoints(regimen).into_iter().flat_map(|r| r.asks).collect::<Vec<_>>();
        assert!(asks.iter().all(|a| !a.contains("b12")), "{}", regimen.id);
    }
}

#[test]
fn the_worked_dates_of_facts_1_5() {
    for (id, every, expected) in [
        ("r01", None, "2026-01-05 07 09 12 14 16 04-16 07-16 10-16 2027-01-16 04-16 07-16"),
        ("r01", Some("2 months"), "2026-01-05 07 09 12 14 16 03-16 05-16 07-16 09-16 11-16 2027-01-16"),
        ("r01", Some("12 weeks"), "2026-01-05 07 09 12 14 16 04-10 07-03 09-25 12-18 2027-03-12 06-04"),
        ("r02", None, "2026-01-05 07 09 11 13 15 17 19 21 23 25 27"),
        ("r04", None, "2026-01-05 07 09 11 13 15 17 24 31 02-07 14 21"),
        ("r06", None, "2026-01-05 06 07 08 09 10 11 12 13 14 15 16 17 18 21 25 28"),
        ("r07", None, "2026-01-05 06 07 08 09 10 11 13 15 17 19 21 23 25 28 02-01 04 08 11 15 03-15 04-15 05-15"),
    ] {
        let expected = days(expected);
        assert_eq!(plan(id, "2026-01-05", every, expected.len() as u32), expected, "{id} {every:?}");
    }
}

/// Worked out by hand from the phases of facts 1.4, for the same start.
#[test]
fn the_first_doses_of_the_other_regimens() {
    for (id, expected) in [
        ("r03", "2026-01-05 07 09 12 14 16 07-16 2027-01-16 07-16 2028-01-16 07-16 2029-01-16"),
        ("r05", "2026-01-05 04-05 07-05 10-05 2027-01-05 04-05 07-05 10-05 2028-01-05 04-05 07-05 10-05"),
        ("r08", "2026-01-05 06 07 08 09 10 11 12 13 14 02-14 03-14"),
        ("r09", "2026-01-05 06 07 08 09 10 11 18 25 02-01 08 03-08"),
        ("r10a", "2026-01-05 07 09 12 14 16 02-16 03-16 04-16 05-16 06-16 07-16"),
        ("r10b", "2026-01-05 07 09 11 13 15 17 19 21 23 25 27"),
        ("r11", "2026-01-05 07 09 12 14 16 23 30 02-06 13 20 27"),
        ("r12", "2026-01-05 12 19 26 02-02 09 16 23 03-23 04-23 05-23 06-23"),
        ("r13", "2026-01-05 07 11 14 18 25 02-03 03-05 04-04 05-04 06-04 07-04"),
        ("r14", "2026-01-05 07 09 11 13 15 17 19 26 02-02 09 16 23 03-02 04-02 05-02"),
        ("r15", "2026-01-05 06 07 08 09 10 11 12 13 14 21 28 02-04 11 03-11"),
        ("r16", "2026-01-05 08 12 15 19 22 26 29 02-02 05 04-05 06-05"),
        ("r18a", "2026-01-05 12 19 26 04-26 07-26 10-26 2027-01-26 04-26"),
        ("r19", "2026-01-05 07 10 12 15 04-15 07-15 10-15 2027-01-15 04-15 07-15 10-15"),
        ("r20a", "2026-01-05 07 09 12 14 16 19 21 23 26 28 30"),
        ("r20b", "2026-01-05 07 09 12 14 16 19 21 23 26 28 30"),
        ("r21a", "2026-01-05 12 19 26 02-02 09 16 23 03-02 09 16 23"),
        ("r21b", "2026-01-05 07 09 11 13 15 17 19 21 23 25 27"),
        ("r22", "2026-01-05 07 09 12 14 16 19 21 23 26 28 30"),
        ("r22b", "2026-01-05 06 07 08 09 10 11 12 13 14 15 16"),
        ("r22c", "2026-01-05 03-05 05-05 07-05 09-05 11-05 2027-01-05"),
        ("r23", "2026-01-05 07 09 11 02-11 03-11 04-11 05-11 06-11 07-11 08-11 09-11"),
        ("r23b", "2026-01-05 02-05 03-05 04-05"),
        ("r24", "2026-01-05 07 09 12 14 16 04-16 07-16 10-16 2027-01-16 04-16 07-16"),
        ("r24b", "2026-01-05 02-05 03-05 04-05"),
        ("r25", "2026-01-05 07 09 11 13 15 17 04-17 07-17 10-17 2027-01-17 04-17"),
        ("r26a", "2026-01-05 03-09 05-11 07-13"),
    ] {
        let expected = days(expected);
        assert_eq!(plan(id, "2026-01-05", None, expected.len() as u32), expected, "{id}");
    }
}

#[test]
fn counted_phases_end_where_the_source_says() {
    // R14: 7 doses in weeks 1-2, 6 in weeks 3-8, then monthly from week 9 (2 March) to before 4 January 2027.
    let r14 = plan("r14", "2026-01-05", None, 100);
    assert_eq!((r14.len(), r14.last()), (24, Some(&day("2027-01-02"))));
    // R20a: Monday, Wednesday, Friday from 5 January to before 5 March are 26 doses; the next one is a month on.
    let r20a = plan("r20a", "2026-01-05", None, 27);
    assert_eq!(r20a[25..], days("2026-03-04 04-04"));
    // R07b ends after 7 + 7 + 6 doses: what follows is oral.
    assert_eq!(plan("r07b", "2026-01-05", None, 100).len(), 20);
}

#[test]
fn three_a_week_from_a_friday_is_planned_by_offset() {
    assert_eq!(plan("r01", "2026-01-09", None, 6), days("2026-01-09 11 13 16 18 20"));
}

#[test]
fn month_ends_and_leap_days() {
    for (id, start, every, expected) in [
        ("r05", "2026-01-31", Some("2 months"), "2026-01-31 03-31 05-31 07-31 09-30 11-30 2027-01-31"),
        ("r24b", "2026-01-31", None, "2026-01-31 02-28 03-31 04-30 05-31"),
        ("r24b", "2028-01-31", None, "2028-01-31 02-29 03-31"),
        ("r24b", "2028-02-29", None, "2028-02-29 03-29 04-29"),
        ("r05", "2027-11-30", None, "2027-11-30 2028-02-29 05-30 08-30"),
        ("r03", "2026-08-20", None, "2026-08-20 22 24 27 29 31 2027-02-28 08-31 2028-02-29"),
        ("r09", "2026-12-28", None, "2026-12-28 29 30 31 2027-01-01 02 03 10 17 24 31 02-28 03-31"),
        ("r02", "2027-12-30", None, "2027-12-30 2028-01-01 03"),
        ("r02", "2028-02-27", None, "2028-02-27 29 03-02"),
    ] {
        let expected = days(expected);
        assert_eq!(plan(id, start, every, expected.len() as u32), expected, "{id} from {start}");
    }
}

#[test]
fn doses_are_those_of_their_phase() {
    let r04 = order("r04", "2026-01-05", None);
    let doses: Vec<_> = schedule::plan(&r04.phases, r04.start).take(12).map(|d| r04.phases[d.phase].dose_mcg).collect();
    assert_eq!(doses, [[1000; 7].as_slice(), [250; 5].as_slice()].concat());
    let r16 = order("r16", "2026-01-05", Some("1 month"));
    assert_eq!(r16.phases[1].dose_mcg, 300, "the Dutch monthly alternative is 300 mcg");
    assert_eq!(schedule::plan(&r16.phases, r16.start).nth(10).unwrap().date, day("2026-03-05"));
}

#[test]
fn when_repletion_ends_by_the_plan() {
    let end = |id: &str| schedule::repletion_end(&order(id, "2026-01-05", None).phases, day("2026-01-05"));
    let review = |interval: &str| interval.parse::<Interval>().unwrap();
    assert_eq!(end("r01"), RepletionEnd::On(day("2026-01-16")));
    assert_eq!(end("r07"), RepletionEnd::On(day("2026-02-15")));
    assert_eq!(end("r13"), RepletionEnd::On(day("2026-04-04")));
    assert_eq!(
        end("r02"),
        RepletionEnd::Review { review: review("3 weeks"), event: "no further improvement".to_owned() }
    );
    assert_eq!(end("r04"), RepletionEnd::Review { review: review("8 weeks"), event: "blood count normal".to_owned() });
    assert!(matches!(end("r20b"), RepletionEnd::Review { .. }));
    assert_eq!(end("r05"), RepletionEnd::None);
    let every = |id: &str| order(id, "2026-01-05", None).phases.last().and_then(|p| p.interval());
    assert_eq!(every("r02"), Some(Interval::Months(2)));
    assert_eq!(every("r01"), Some(Interval::Months(3)));
}

#[test]
fn what_the_regimen_does_not_publish_is_a_change_that_the_order_names() {
    let knowledge = Knowledge::built_in();
    let mut wish = Wish::plain(day("2026-01-05"), "Dr Prescriber");
    wish.every = Some(Interval::Months(4));
    let write = |wish: &Wish| Order::write(knowledge.regimen("r01").unwrap(), Vec::new(), wish).unwrap();
    let order = write(&wish);
    assert_eq!(order.phases[1].interval(), Some(Interval::Months(4)));
    let [changed] = &order.changed[..] else { panic!("{:?}", order.changed) };
    assert!(changed.contains("every 2 months") && changed.contains("4 months"), "{changed}");
    wish.every = Some(Interval::Months(2));
    assert_eq!(write(&wish).changed, [""; 0], "a published choice is no change");
    wish.dose_mcg = Some(500);
    wish.doses = Some(4);
    let order = write(&wish);
    assert_eq!(order.changed.len(), 2, "{:?}", order.changed);
    assert_eq!(order.phases.iter().map(|p| p.dose_mcg).collect::<Vec<_>>(), [500, 500]);
    assert_eq!(
        schedule::plan(&order.phases, order.start).nth(4).unwrap().date,
        day("2026-03-12"),
        "2 months after dose 4"
    );
    (wish.dose_mcg, wish.doses) = (None, None);
    wish.every = None;
    wish.maintenance_only = true;
    let order = Order::write(knowledge.regimen("r01").unwrap(), Vec::new(), &wish).unwrap();
    assert_eq!(schedule::plan(&order.phases, order.start).nth(1).unwrap().date, day("2026-04-05"));
    assert!(Order::write(knowledge.regimen("r20b").unwrap(), Vec::new(), &wish).is_err());
}
