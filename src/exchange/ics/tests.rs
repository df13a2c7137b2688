use super::*;
use crate::clinic::decision::{Change, Turn};
use crate::clinic::drug::{Drug, Route};
use crate::clinic::entry::{Act, Entry, EntryId, Given, PatientId};
use crate::clinic::order::{Order, Wish};
use crate::clinic::patient::{Allergies, Person, Sex};
use crate::clinic::practice::Settings;
use ulid::Ulid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn practice() -> Practice {
    Practice::new(Settings::new("Mill Lane", "Ann Bell RN"))
}

fn entry(n: u128, on: &str, act: Act) -> Entry {
    let at = format!("{on}T09:00:00+01:00").parse().unwrap();
    Entry { id: EntryId(Ulid(n)), at, by: "Ann Bell RN".to_owned(), act, from: None, seal: None }
}

fn order(regimen: &str, start: &str) -> Act {
    let practice = practice();
    let regimen = practice.knowledge.regimen(regimen).unwrap();
    let checkpoints = practice.knowledge.checkpoints(regimen);
    Act::Ordered(Order::write(regimen, checkpoints, &Wish::plain(day(start), "Dr May")).unwrap())
}

fn given(n: u128, on: &str) -> Entry {
    entry(n, on, Act::Given(Given::new(day(on), Drug::Hydroxocobalamin, 1000, 1000, Route::Im)))
}

/// On Mon 5 Jan 2026 loading doses were signed: 5, 7, 9, 12, 14, 16 January, then every three months.
fn chart() -> Chart {
    let person = Person {
        number: "42".to_owned(),
        family: "Nguyễn-Phạm; von der Straße".to_owned(),
        given: "Thị Minh Khai, the elder".to_owned(),
        born: day("1961-03-04"),
        sex: Sex::Female,
        phone: Some("020 7946 0001".to_owned()),
        allergies: Allergies::NoneKnown,
        caution: None,
    };
    let all = vec![
        entry(1, "2026-01-05", Act::Registered(person)),
        entry(2, "2026-01-05", order("r01-uk-no-neuro", "2026-01-05")),
    ];
    Chart::new(PatientId(Ulid(9)), all)
}

fn of(chart: &Chart, today: &str, look: &Look) -> String {
    let practice = practice();
    let course = Course::of(chart, &practice, day(today));
    calendar([(chart, course)], &practice, look)
}

/// What a reader of calendars sees of an event, with the rules of RFC 5545 held on the way.
#[derive(Debug, Default, Clone, PartialEq)]
struct Seen {
    uid: String,
    on: String,
    sequence: i64,
    summary: String,
    status: String,
    alarm: Option<String>,
}

fn seen(text: &str) -> Vec<Seen> {
    assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let whole = text.replace("\r\n ", "");
    let mut lines = whole.split_terminator("\r\n");
    assert_eq!(lines.next(), Some("BEGIN:VCALENDAR"));
    let (mut events, mut now, mut open) = (Vec::new(), None, vec!["VCALENDAR"]);
    let (mut start, mut version) = (String::new(), 0);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        match name {
            "BEGIN" => open.push(value),
            "END" => assert_eq!(open.pop(), Some(value)),
            "VERSION" => version += i32::from(value == "2.0"),
            "DTSTART;VALUE=DATE" => start = value.to_owned(),
            "DTEND;VALUE=DATE" => {
                let read = |text: &str| NaiveDate::parse_from_str(text, "%Y%m%d").unwrap();
                assert_eq!(read(value), read(&start).succ_opt().unwrap(), "the end is not of the event");
            }
            "DTSTAMP" => assert!(value.ends_with('Z') && value.len() == 16, "{value}"),
            "METHOD" | "RRULE" => panic!("{line}"),
            _ => {}
        }
        match (name, value) {
            ("BEGIN", "VEVENT") => now = Some(Seen::default()),
            ("END", "VEVENT") => events.extend(now.take()),
            _ => {}
        }
        if let Some(event) = &mut now {
            match name {
                "UID" => event.uid = value.to_owned(),
                "DTSTART;VALUE=DATE" => event.on = value.to_owned(),
                "SEQUENCE" => event.sequence = value.parse().unwrap(),
                "SUMMARY" => event.summary = value.to_owned(),
                "STATUS" => event.status = value.to_owned(),
                "TRIGGER" => event.alarm = Some(value.to_owned()),
                _ => {}
            }
        }
    }
    assert!(open.is_empty() && version == 1);
    let uids: std::collections::BTreeSet<_> = events.iter().map(|e| e.uid.clone()).collect();
    assert_eq!(uids.len(), events.len(), "two events have one name");
    events
}

fn doses(events: &[Seen]) -> Vec<&Seen> {
    events.iter().filter(|e| e.summary.starts_with("B12 injection")).collect()
}

const GOLDEN: &str = "\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Cobalog//Cobalog//EN
CALSCALE:GREGORIAN
X-WR-CALNAME:B12 injections
BEGIN:VEVENT
UID:acab12a7e7260c8f74d54f664170b809@cobalog
DTSTAMP:20260105T080000Z
DTSTART;VALUE=DATE:20260105
DTEND;VALUE=DATE:20260106
SEQUENCE:2000
SUMMARY:B12 injection (#42)
STATUS:CONFIRMED
CLASS:PRIVATE
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:3737bcb30abb833c45079967ab5c44e6@cobalog
DTSTAMP:20260105T080000Z
DTSTART;VALUE=DATE:20260107
DTEND;VALUE=DATE:20260108
SEQUENCE:2000
SUMMARY:B12 injection (#42)
STATUS:CONFIRMED
CLASS:PRIVATE
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:7e58c654840aa2f36089b0ffce9e1280@cobalog
DTSTAMP:20260105T080000Z
DTSTART;VALUE=DATE:20260107
DTEND;VALUE=DATE:20260108
SEQUENCE:2000
SUMMARY:B12 follow-up (#42)
STATUS:TENTATIVE
CLASS:PRIVATE
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
";

#[test]
fn a_calendar_as_it_is_written() {
    let text = of(&chart(), "2026-01-05", &Look { horizon: Interval::Days(3), ..Look::default() });
    assert_eq!(text, GOLDEN.replace('\n', "\r\n"));
    assert_eq!(text, of(&chart(), "2026-01-05", &Look { horizon: Interval::Days(3), ..Look::default() }));
}

#[test]
fn a_dose_that_moves_keeps_its_name_and_its_sequence_rises() {
    let before = seen(&of(&chart(), "2026-01-05", &Look::default()));
    let days: Vec<_> = doses(&before).iter().map(|e| e.on.clone()).collect();
    assert_eq!(days[..7], ["20260105", "20260107", "20260109", "20260112", "20260114", "20260116", "20260416"]);
    assert_eq!(days.last().unwrap(), "20261016", "twelve months ahead: {days:?}");
    // The second dose came a day late: the rest counts from it.
    let moved = chart().with(given(3, "2026-01-05")).with(given(4, "2026-01-08"));
    let after = seen(&of(&moved, "2026-01-08", &Look::default()));
    let again = |event: &Seen| after.iter().find(|e| e.uid == event.uid).cloned();
    let third = doses(&before)[2].clone();
    let now = again(&third).unwrap();
    assert_eq!((third.on.as_str(), now.on.as_str()), ("20260109", "20260110"));
    assert!(now.sequence > third.sequence);
    assert_eq!(again(doses(&before)[0]), None, "a dose that was given is not due any more");
    assert!(after.iter().all(|e| e.status == "CONFIRMED"));
}

fn turn(on: &str, what: Turn, because: &str) -> Change {
    let (because, decided_by) = (because.to_owned(), "Dr May".to_owned());
    Change { on: day(on), what, because, decided_by, told: None, reasons: Vec::new() }
}

/// A calendar that has a date goes on showing it until it is told otherwise.
#[test]
fn a_date_that_moved_beyond_the_horizon_is_written_all_the_same() {
    let loading = ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-14", "2026-01-16"];
    let loaded = loading.iter().enumerate().fold(chart(), |chart, (n, on)| chart.with(given(3 + n as u128, on)));
    let before = seen(&of(&loaded, "2026-01-20", &Look::default()));
    let pause = turn("2026-01-20", Turn::Paused { until: day("2026-06-01") }, "abroad");
    let paused = loaded.clone().with(entry(20, "2026-01-20", Act::Changed(pause)));
    for today in ["2026-01-20", "2026-03-01"] {
        let after = seen(&of(&paused, today, &Look::default()));
        for event in doses(&before) {
            let now = after.iter().find(|e| e.uid == event.uid).unwrap_or_else(|| panic!("{event:?} on {today}"));
            assert!(now.sequence > event.sequence && (now.on > event.on || now.status == "CANCELLED"), "{now:?}");
        }
    }
    // What a pause moved beyond the horizon, the end of treatment takes away all the same.
    let declined = turn("2026-02-02", Turn::Declined { again: day("2026-12-01") }, "no more");
    let (in_pause, ended) = (
        seen(&of(&paused, "2026-01-20", &Look::default())),
        seen(&of(
            &paused.clone().with(entry(21, "2026-02-02", Act::Changed(declined))),
            "2026-02-02",
            &Look::default(),
        )),
    );
    let far = in_pause.iter().filter(|e| e.status == "CONFIRMED" && e.on.as_str() > "20270202").count();
    assert!(far > 0, "one lies beyond the horizon: {in_pause:?}");
    for event in in_pause.iter().filter(|e| e.status == "CONFIRMED" && e.on.as_str() >= "20260202") {
        let now = ended.iter().find(|e| e.uid == event.uid).unwrap_or_else(|| panic!("{event:?}"));
        assert!(now.status == "CANCELLED" && now.sequence > event.sequence, "{now:?}");
    }
    let late = loaded.clone().with(given(20, "2026-06-20"));
    let (before, after) =
        (seen(&of(&loaded, "2026-04-10", &Look::default())), seen(&of(&late, "2026-06-20", &Look::default())));
    for event in doses(&before).iter().skip(1) {
        assert!(after.iter().any(|e| e.uid == event.uid && e.sequence > event.sequence), "{event:?} {after:?}");
    }
}

#[test]
fn what_follows_an_overdue_dose_moves_with_the_day_and_its_sequence_too() {
    let (one, next) =
        (seen(&of(&chart(), "2026-01-09", &Look::default())), seen(&of(&chart(), "2026-01-10", &Look::default())));
    let (second, again) = (doses(&one)[1].clone(), doses(&next)[1].clone());
    assert_eq!(second.uid, again.uid);
    assert!(second.on < again.on && second.sequence < again.sequence, "{second:?} {again:?}");
    // Whatever is recorded then counts for more than any delay.
    let given = seen(&of(&chart().with(given(3, "2026-01-10")), "2026-01-10", &Look::default()));
    assert!(doses(&given)[0].sequence > again.sequence);
}

#[test]
fn a_date_that_a_new_order_or_an_end_took_away_is_cancelled_until_it_has_passed() {
    let plan = seen(&of(&chart(), "2026-01-05", &Look::default()));
    let other = chart().with(given(3, "2026-01-05")).with(entry(4, "2026-01-06", order("r02-uk-neuro", "2026-01-07")));
    let after = seen(&of(&other, "2026-01-06", &Look::default()));
    let cancelled: Vec<_> = after.iter().filter(|e| e.status == "CANCELLED").collect();
    for event in doses(&plan).iter().skip(1) {
        assert!(cancelled.iter().any(|c| c.uid == event.uid && c.sequence > event.sequence), "{event:?}");
    }
    let later = seen(&of(&other, "2026-01-13", &Look::default()));
    assert!(later.iter().all(|e| e.status != "CANCELLED" || e.on.as_str() >= "20260113"));
    let stop = turn("2026-01-06", Turn::Declined { again: day("2026-03-02") }, "not now");
    let ended = chart().with(given(3, "2026-01-05")).with(entry(4, "2026-01-06", Act::Changed(stop)));
    let after = seen(&of(&ended, "2026-01-06", &Look::default()));
    assert!(doses(&after).iter().all(|e| e.status == "CANCELLED") && !doses(&after).is_empty());
    let ask: Vec<_> = after.iter().filter(|e| e.summary.starts_with("B12: ask again")).collect();
    assert!(matches!(ask.as_slice(), [one] if one.on == "20260302" && one.status == "CONFIRMED"), "{after:?}");
}

/// A calendar that has the day of what came before it would go on showing that day.
#[test]
fn what_came_before_its_day_is_cancelled_on_that_day() {
    let loading = ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-14", "2026-01-16"];
    let loaded = loading.iter().enumerate().fold(chart(), |chart, (n, on)| chart.with(given(3 + n as u128, on)));
    let before = seen(&of(&loaded, "2026-04-14", &Look::default()));
    let next = doses(&before)[0].clone();
    assert_eq!(next.on, "20260416");
    let early = loaded.clone().with(given(20, "2026-04-14"));
    for today in ["2026-04-14", "2026-04-16"] {
        let after = seen(&of(&early, today, &Look::default()));
        let now = after.iter().find(|e| e.uid == next.uid).unwrap_or_else(|| panic!("{today}: {after:?}"));
        assert_eq!((now.status.as_str(), now.on.as_str()), ("CANCELLED", "20260416"));
        assert!(now.sequence > next.sequence, "{now:?}");
    }
    let passed = seen(&of(&early, "2026-04-17", &Look::default()));
    assert!(passed.iter().all(|e| e.uid != next.uid), "its day has passed");
    let counts = seen(&of(&early, "2026-04-14", &Look { counts: true, ..Look::default() }));
    let day = counts.iter().find(|e| e.on == "20260416" && e.summary.contains("injection")).unwrap();
    assert_eq!((day.summary.as_str(), day.status.as_str()), ("0 injections due", "CANCELLED"));
    let on_day = seen(&of(&loaded.clone().with(given(20, "2026-04-16")), "2026-04-16", &Look::default()));
    assert!(on_day.iter().all(|e| e.uid != next.uid), "what came on its day stands there rightly");
    // The same of a look.
    let check = before.iter().find(|e| e.summary.starts_with("B12 follow-up") && e.on.as_str() > "20260415").unwrap();
    let on = NaiveDate::parse_from_str(&check.on, "%Y%m%d").unwrap().pred_opt().unwrap();
    let (symptoms, labs) = ([("fatigue".to_owned(), 1)].into(), ["haemoglobin", "mcv"].map(lab).into());
    let look = crate::clinic::entry::Checked { on, symptoms, labs, ..Default::default() };
    let looked = loaded.with(entry(20, &on.to_string(), Act::Checked(look)));
    let after = seen(&of(&looked, &on.to_string(), &Look::default()));
    let now = after.iter().find(|e| e.uid == check.uid).unwrap_or_else(|| panic!("{check:?} {after:?}"));
    assert!(now.status == "CANCELLED" && now.sequence > check.sequence, "{now:?}");
}

fn lab(analyte: &str) -> crate::clinic::lab::LabResult {
    let (value, unit) = if analyte == "mcv" { (90.0, "fL") } else { (130.0, "g/L") };
    crate::clinic::lab::LabResult {
        analyte: analyte.to_owned(),
        value: Some(value),
        comparator: crate::clinic::lab::Comparator::Exactly,
        unit: unit.to_owned(),
        word: None,
        flag: None,
        range: None,
    }
}

#[test]
fn a_phase_that_ended_early_and_an_order_that_was_struck_out_cancel_what_they_owed() {
    use crate::clinic::entry::{Amended, PhaseEnded};
    let plan = seen(&of(&chart(), "2026-01-05", &Look::default()));
    let ended = PhaseEnded {
        order: EntryId(Ulid(2)),
        phase: 0,
        on: day("2026-01-07"),
        because: "enough".to_owned(),
        decided_by: "Dr May".to_owned(),
        told: None,
    };
    let given = chart().with(given(3, "2026-01-05"));
    let ended = given.clone().with(entry(4, "2026-01-07", Act::PhaseEnded(ended)));
    let after = seen(&of(&ended, "2026-01-07", &Look::default()));
    let fourth = doses(&plan)[3].clone();
    let now = after.iter().find(|e| e.uid == fourth.uid).unwrap();
    assert!(now.status == "CANCELLED" && now.sequence > fourth.sequence, "{now:?}");
    // Something else recorded since does not hide it.
    let more = ended.with(entry(5, "2026-01-08", order("r02-uk-neuro", "2026-01-20")));
    let after = seen(&of(&more, "2026-01-08", &Look::default()));
    assert!(after.iter().any(|e| e.uid == fourth.uid && e.status == "CANCELLED"), "{after:?}");
    let strike = Amended::new(EntryId(Ulid(2)), "wrong patient", None);
    let struck = given.with(entry(4, "2026-01-06", Act::Amended(strike)));
    let after = seen(&of(&struck, "2026-01-06", &Look::default()));
    assert!(!doses(&after).is_empty() && doses(&after).iter().all(|e| e.status == "CANCELLED"), "{after:?}");
    let counts = seen(&of(&struck, "2026-01-06", &Look { counts: true, ..Look::default() }));
    let day = counts.iter().find(|e| e.on == "20260109").unwrap();
    assert_eq!((day.summary.as_str(), day.status.as_str()), ("0 injections due", "CANCELLED"));
}

#[test]
fn no_name_unless_it_is_asked_for_and_never_more_than_that() {
    let all = |names| of(&chart(), "2026-01-05", &Look { names, ..Look::default() }).replace("\r\n ", "");
    let off = all(Names::Off);
    assert!(off.contains("SUMMARY:B12 injection (#42)\r\n"));
    for secret in ["Nguy", "Khai", "1961", "7946", "eficien", "aemia"] {
        assert!(!off.contains(secret), "{secret}");
    }
    assert!(all(Names::Initials).contains("SUMMARY:B12 injection T.N. (#42)\r\n"));
    let full = all(Names::Full);
    assert!(
        full.contains("SUMMARY:B12 injection Nguyễn-Phạm\\; von der Straße\\, Thị Minh Khai\\, the elder (#42)\r\n"),
        "{full}"
    );
    assert!(!full.contains("7946") && !full.contains("1961"));
}

#[test]
fn alarms_and_counts() {
    let alarmed = seen(&of(&chart(), "2026-01-05", &Look { alarm_hours: Some(15), ..Look::default() }));
    assert!(alarmed.iter().all(|e| e.alarm.as_deref() == Some("-PT15H")));
    let practice = practice();
    let other = Chart::new(PatientId(Ulid(10)), chart().entries().to_vec());
    let both: Vec<_> =
        [chart(), other].into_iter().map(|c| (c.clone(), Course::of(&c, &practice, day("2026-01-05")))).collect();
    let text = calendar(both, &practice, &Look { counts: true, ..Look::default() });
    let events = seen(&text);
    assert!(events.iter().any(|e| e.on == "20260107" && e.summary == "2 injections due"), "{events:?}");
    assert!(!text.contains('#'));
}

#[test]
fn nobody_is_a_calendar_without_events() {
    let text = calendar(Vec::<(Chart, Course)>::new(), &practice(), &Look::default());
    assert_eq!(seen(&text), []);
}
