//! What laboratory results say (facts 9: L1 to L8, L10 to L14).

use super::Finding;
use crate::clinic::course::{Check, Course};
use crate::clinic::entry::EntryId;
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::lab::{Flag, LabResult};
use crate::clinic::practice::Practice;
use crate::clinic::regimen::Phase;
use crate::clinic::rule::Rule;
use crate::clinic::triage::Anaemia;
use crate::clinic::words;
use chrono::NaiveDate;

pub(super) fn findings(course: &Course, practice: &Practice) -> Vec<Finding> {
    let labs = Labs { course, practice };
    [
        labs.no_potassium(),
        labs.potassium(),
        labs.reticulocytes(),
        labs.haemoglobin_fell(),
        labs.count_at_eight_weeks(),
        labs.stores(),
        labs.b12_on_treatment(),
        labs.antibody(),
        labs.late_baseline(),
        labs.high_untreated(),
        labs.folate_instead(),
        labs.kidneys(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// L2, for a line of a list.
pub(super) fn low_potassium(course: &Course, practice: &Practice) -> Option<Finding> {
    Labs { course, practice }.potassium()
}

struct Labs<'a> {
    course: &'a Course,
    practice: &'a Practice,
}

impl<'a> Labs<'a> {
    fn rule(&self, id: &str) -> &'a Rule {
        self.practice.knowledge.rule(id)
    }

    /// The results of an analyte that hold a number or a word, by the day of the sample.
    fn results(&self, analyte: &str) -> Vec<(&'a Check, &'a LabResult, NaiveDate)> {
        let all = self.course.checks.iter().flat_map(|c| c.checked.labs.iter().map(move |r| (c, r)));
        let of = all.filter(|(_, r)| r.analyte == analyte && r.is_done());
        let mut out: Vec<_> = of.map(|(c, r)| (c, r, c.checked.sample_day())).collect();
        out.sort_by_key(|(_, _, day)| *day);
        out
    }

    fn value(&self, result: &LabResult) -> Option<f64> {
        self.practice.knowledge.lab(&result.analyte)?.canonical(result)
    }

    fn is_below(&self, result: &LabResult, limit: f64) -> bool {
        self.practice.knowledge.lab(&result.analyte).and_then(|a| a.is_below(result, limit)).unwrap_or(false)
    }

    /// Whether total B12 is below a limit in pmol/L, the unit of the rules.
    fn is_b12_below(&self, result: &LabResult, limit_pmol_l: f64) -> bool {
        let factor = self.practice.knowledge.lab("total-b12").and_then(|a| a.unit("pmol/L")).map(|u| u.factor);
        factor.is_some_and(|factor| self.is_below(result, limit_pmol_l * factor))
    }

    fn flag(&self, result: &LabResult) -> Option<Flag> {
        let whose = self.course.whose();
        self.practice.knowledge.lab(&result.analyte)?.flag(result, whose)
    }

    fn first(&self) -> Option<NaiveDate> {
        self.course.first_given()
    }

    /// Whether the stores were filled before anything was recorded here: the first dose is one of a protocol's maintenance alone.
    fn was_filled_before(&self) -> bool {
        let fills = |phases: &[Phase]| phases.iter().any(|phase| phase.kind.fills());
        let first = self.course.given().min_by_key(|(_, given)| given.given.on);
        let order = first.and_then(|(slot, _)| self.course.orders.iter().find(|(id, _)| *id == slot.order));
        let published = |id: &str| self.practice.knowledge.regimen(id).is_ok_and(|regimen| fills(&regimen.phases));
        order.is_some_and(|(_, order)| !fills(&order.phases) && published(&order.regimen))
    }

    /// The first dose of the plan that holds: potassium and reticulocytes move with each new repletion.
    fn start(&self) -> Option<NaiveDate> {
        let (id, order) = self.course.order.as_ref().filter(|_| !self.course.has_ended())?;
        let fills = order.phases.first().is_some_and(|p| p.kind.fills());
        let first = self.course.given().find(|(slot, _)| slot.order == *id).map(|(_, g)| g.given.on);
        first.filter(|_| fills)
    }

    /// L1: severe anaemia, and no potassium around the first two days.
    fn no_potassium(&self) -> Option<Finding> {
        let rule = self.rule("L1");
        let start = self.start()?;
        let triage = self.course.triage.as_ref();
        let before = self.results("haemoglobin").into_iter().rfind(|(_, _, day)| *day <= start);
        let severe = triage.is_some_and(|t| t.anaemia == Anaemia::Severe)
            || before.is_some_and(|(_, r, _)| self.is_below(r, rule.limit("hb_g_l")));
        let window = rule.count("hours").div_euclid(24);
        let sampled = self.results("potassium").iter().any(|(_, _, day)| days_between(start, *day) >= 0);
        let passed = days_between(start, self.course.today) >= window;
        (severe && passed && !sampled).then(|| {
            let text =
                format!("Severe anaemia, and no potassium is recorded since the first dose on {}.", words::day(start));
            Finding::of(rule, text, self.given_on(start))
        })
    }

    fn given_on(&self, day: NaiveDate) -> Vec<EntryId> {
        self.course.given().filter(|(_, g)| g.given.on == day).map(|(_, g)| g.entry).collect()
    }

    /// L2: low potassium before treatment or in the response.
    fn potassium(&self) -> Option<Finding> {
        let rule = self.rule("L2");
        let (check, result, day) = self.results("potassium").pop()?;
        if !self.is_below(result, rule.limit("mmol_l")) {
            return None;
        }
        let finding = Finding::of(rule, format!("Potassium was {result} on {}.", words::day(day)), vec![check.entry]);
        Some(if self.is_below(result, rule.limit("urgent_mmol_l")) { finding.harder(rule) } else { finding })
    }

    /// L3: anaemia before, and no reticulocytes above the range by day 10.
    fn reticulocytes(&self) -> Option<Finding> {
        let rule = self.rule("L3");
        let start = self.start()?;
        let was_low = self
            .results("haemoglobin")
            .into_iter()
            .rfind(|(_, _, day)| *day <= start)
            .is_some_and(|(_, r, _)| self.flag(r) == Some(Flag::Low));
        let mut found = self.results("reticulocytes");
        found.extend(self.results("reticulocytes-percent"));
        found.retain(|(_, _, day)| *day > start);
        let rose = found.iter().any(|(_, r, _)| self.flag(r) == Some(Flag::High));
        // A sample of the first days is too early to say no; after three weeks the peak is over, and in range says nothing.
        let tells = rule.count("from_day")..=rule.count("to_day");
        let last = found.into_iter().rfind(|(_, _, day)| tells.contains(&days_between(start, *day)));
        let day_10 = days_between(start, self.course.today) >= rule.count("day");
        let (check, result, day) = last.filter(|_| was_low && !rose && day_10)?;
        let text = format!("No rise of reticulocytes by day {}: {result} on {}.", rule.count("day"), words::day(day));
        Some(Finding::of(rule, text, vec![check.entry]))
    }

    /// L4: haemoglobin is lower than it was on treatment, or just before it, within the year; a next sample that is as
    /// low, and a fall in small steps, hide nothing. What a transfusion gave goes again, and is no such height.
    fn haemoglobin_fell(&self) -> Option<Finding> {
        let rule = self.rule("L4");
        let first = self.first()?;
        let all = self.results("haemoglobin");
        let (check, now, day) = all.last().filter(|(_, _, day)| *day > first)?;
        let since = all.iter().rfind(|(_, _, day)| *day <= first).map_or(first, |(_, _, day)| *day);
        let lent = rule.count("transfusion_days");
        let transfusions: Vec<_> = self.course.transfusions().collect();
        let is_lent = |day: NaiveDate| transfusions.iter().any(|t| (0..=lent).contains(&days_between(*t, day)));
        let counts = |at: NaiveDate| at >= since && days_between(at, *day) <= rule.count("within_days") && !is_lent(at);
        let earlier =
            all.iter().filter(|(_, _, at)| counts(*at)).filter_map(|(_, r, at)| Some((self.value(r)?, r, at)));
        let (height, before, at) = earlier.max_by(|(a, ..), (b, ..)| a.total_cmp(b))?;
        (height - self.value(now)? > rule.limit("g_l")).then(|| {
            let text = format!("Haemoglobin fell from {before} ({}) to {now} ({}).", words::day(*at), words::day(*day));
            Finding::of(rule, text, vec![check.entry])
        })
    }

    /// L5: the blood count is not normal at eight weeks or after.
    fn count_at_eight_weeks(&self) -> Option<Finding> {
        let rule = self.rule("L5");
        let first = self.first()?;
        let late = |day: NaiveDate| days_between(first, day) >= rule.count("day");
        let odd = |analyte: &str, flag: Flag| {
            self.results(analyte).pop().filter(|(_, r, day)| late(*day) && self.flag(r) == Some(flag))
        };
        let found: Vec<_> = [odd("haemoglobin", Flag::Low), odd("mcv", Flag::High)].into_iter().flatten().collect();
        let (_, _, day) = found.first()?;
        let results: Vec<_> = found
            .iter()
            .map(|(_, r, _)| {
                format!("{} {r}", self.practice.knowledge.lab(&r.analyte).map_or("", |a| a.short.as_str()))
            })
            .collect();
        let when = if self.was_filled_before() {
            "on maintenance".to_owned()
        } else {
            format!("{} after the first dose", words::days(days_between(first, *day)))
        };
        let text = format!("The blood count is not normal {when}: {}.", results.join(", "));
        let mut entries: Vec<_> = found.iter().map(|(c, _, _)| c.entry).collect();
        entries.dedup();
        Some(Finding::of(rule, text, entries))
    }

    /// L6: iron or folate is used up by the response. Both in one finding, so that a reason for one hides no other.
    fn stores(&self) -> Option<Finding> {
        let rule = self.rule("L6");
        let first = self.first()?;
        let low = |(analyte, limit): (&str, &str)| {
            let (check, result, day) = self.results(analyte).pop().filter(|(_, _, day)| *day > first)?;
            let name = self.practice.knowledge.lab(analyte)?.name.as_str();
            let words = format!("{name} was {result} on {}", words::day(day));
            self.is_below(result, rule.limit(limit)).then_some((words, check.entry))
        };
        let both = [("ferritin", "ferritin_ug_l"), ("folate", "folate_ng_ml")];
        let (words, mut entries): (Vec<_>, Vec<_>) = both.into_iter().filter_map(low).unzip();
        entries.dedup();
        (!words.is_empty()).then(|| Finding::of(rule, format!("{}, on treatment.", words.join("; ")), entries))
    }

    /// L8: B12 below 148 pmol/L though injections run, or since they ended; otherwise L7, which is about injections only.
    fn b12_on_treatment(&self) -> Option<Finding> {
        let first = self.first()?;
        let (check, result, day) = self.results("total-b12").pop().filter(|(_, _, day)| *day > first)?;
        let low = self.is_b12_below(result, self.rule("L8").limit("b12_pmol_l"));
        if self.course.standing.as_ref().is_some_and(|s| s.ends_the_plan() && s.change.on < day) {
            let text = format!("Serum B12 of {result} ({}) is low, and no injections run.", words::day(day));
            let todo = "Tell the prescriber: the deficiency may be back.".into();
            return low.then(|| Finding { todo, ..Finding::of(self.rule("L8"), text, vec![check.entry]) });
        }
        let since =
            self.course.days_since_dose(day).map(|n| format!(", {} after a dose", words::days(n))).unwrap_or_default();
        let (id, text) = if low {
            ("L8", "is low though injections run")
        } else {
            ("L7", "during injections says nothing about the response")
        };
        let text = format!("Serum B12 of {result} ({}{since}) {text}.", words::day(day));
        Some(Finding::of(self.rule(id), text, vec![check.entry]))
    }

    /// L10: intrinsic factor antibody sampled too soon after an injection.
    fn antibody(&self) -> Option<Finding> {
        let rule = self.rule("L10");
        let (check, result, day) = self.results("intrinsic-factor-antibody").pop()?;
        // One of the first dose's own day was taken before it, as L11 has it.
        let on_treatment = self.first().is_some_and(|first| day > first);
        let since = self.course.days_since_dose(day).filter(|n| on_treatment && *n <= rule.count("days"))?;
        let text =
            format!("Intrinsic factor antibody ({result}) was sampled {} after an injection.", words::days(since));
        Some(Finding::of(rule, text, vec![check.entry]))
    }

    /// L11: the first B12 sample was taken when treatment had begun.
    fn late_baseline(&self) -> Option<Finding> {
        let rule = self.rule("L11");
        let first = self.first().filter(|_| !self.was_filled_before())?;
        let (check, result, day) = self.results("total-b12").into_iter().next()?;
        // Results are typed days later, so that the order of entries says nothing of the day itself.
        (day > first && days_between(first, day) <= rule.count("days")).then(|| {
            let text = format!("The first B12 ({result}) was sampled on {}, after the first dose.", words::day(day));
            Finding::of(rule, text, vec![check.entry])
        })
    }

    /// L12: high B12 twice, and nobody gave any.
    fn high_untreated(&self) -> Option<Finding> {
        let rule = self.rule("L12");
        let first = self.first().unwrap_or(NaiveDate::MAX);
        let high: Vec<_> = self
            .results("total-b12")
            .into_iter()
            .filter(|(_, r, day)| *day < first && self.value(r).is_some_and(|v| v > rule.limit("ng_l")))
            .collect();
        (high.len() as i64 >= rule.count("times")).then(|| {
            let entries = high.iter().map(|(c, _, _)| c.entry).collect();
            Finding::of(rule, "B12 was high twice without treatment.".to_owned(), entries)
        })
    }

    /// L13: homocysteine high and MMA normal.
    fn folate_instead(&self) -> Option<Finding> {
        let rule = self.rule("L13");
        let (hcy, _, day) = self.results("homocysteine").pop().filter(|(_, r, _)| self.flag(r) == Some(Flag::High))?;
        let (mma, _, other) = self.results("mma").pop().filter(|(_, r, _)| self.flag(r) == Some(Flag::Normal))?;
        (days_between(day, other).abs() <= rule.count("days")).then(|| {
            let mut entries = vec![hcy.entry, mma.entry];
            entries.dedup();
            Finding::of(rule, "Homocysteine is high and MMA is normal.".to_owned(), entries)
        })
    }

    /// L14: MMA high where the kidneys are weak.
    fn kidneys(&self) -> Option<Finding> {
        let rule = self.rule("L14");
        let (mma, _, _) = self.results("mma").pop().filter(|(_, r, _)| self.flag(r) == Some(Flag::High))?;
        let (egfr, result, _) = self.results("egfr").pop()?;
        self.is_below(result, rule.limit("egfr")).then(|| {
            let mut entries = vec![mma.entry, egfr.entry];
            entries.dedup();
            Finding::of(rule, format!("MMA is high, and eGFR is {result}."), entries)
        })
    }
}

/// Returns the results that document the deficiency within the months before the first dose (O4), of each analyte the latest.
pub(crate) fn documenting<'a>(
    course: &'a Course,
    practice: &'a Practice,
    first: NaiveDate,
) -> Vec<(&'a Check, &'a LabResult)> {
    let labs = Labs { course, practice };
    let rule = practice.knowledge.rule("O4");
    let months = u32::try_from(rule.count("months")).unwrap_or(12);
    let since = Interval::Months(months).before(first);
    let near = |day: NaiveDate| day >= since && day <= first;
    let latest = |analyte: &str, says: &dyn Fn(&LabResult) -> bool| {
        labs.results(analyte).into_iter().rfind(|(_, r, day)| near(*day) && says(r)).map(|(check, r, _)| (check, r))
    };
    let found = [
        latest("total-b12", &|r| labs.is_b12_below(r, rule.limit("low_b12_pmol_l"))),
        latest("active-b12", &|r| labs.flag(r) == Some(Flag::Low)),
        latest("mma", &|r| labs.flag(r) == Some(Flag::High)),
        latest("homocysteine", &|r| labs.flag(r) == Some(Flag::High)),
    ];
    found.into_iter().flatten().collect()
}

/// Returns whether a result documents the deficiency.
pub(crate) fn is_documented(course: &Course, practice: &Practice, first: NaiveDate) -> bool {
    !documenting(course, practice, first).is_empty()
}
