//! What the blood says of the response: haemoglobin, cell volume, reticulocytes, MMA, homocysteine (facts 3.2).
//!
//! Never serum B12. A transfusion is respected: haemoglobin and cell volume within eight weeks after it are no answer of
//! the marrow. MMA is not held against anybody whose kidneys are weak (L14).

use super::Response;
use crate::clinic::course::{Check, Course};
use crate::clinic::interval::days_between;
use crate::clinic::lab::{Flag, LabResult};
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::NaiveDate;

/// Whether the latest blood count on treatment is in range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::clinic) enum Count {
    #[default]
    Unknown,
    Normal,
    Abnormal,
}

/// What the blood says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::clinic) struct Blood {
    pub(in crate::clinic) count: Count,
    /// Reticulocytes, haemoglobin, MMA or homocysteine moved as they do when treatment works.
    pub(super) answers: bool,
    /// Haemoglobin was low, came into range on treatment, and is low again.
    pub(super) relapsed: bool,
    /// Low before treatment, and not up by enough at four weeks.
    pub(super) silent: bool,
    /// Whether the count was out of range before treatment.
    pub(super) was_abnormal: bool,
    /// Whether eight weeks have passed at the latest count.
    pub(super) late: bool,
    pub(super) lines: Vec<String>,
}

impl Blood {
    /// The verdict where no symptom was graded on treatment.
    pub(super) fn alone(&self) -> Response {
        match self.count {
            _ if self.relapsed => Response::Relapse,
            Count::Abnormal if self.late => Response::Incomplete,
            Count::Normal if self.late && self.was_abnormal => Response::Resolved,
            Count::Normal => Response::Improving,
            _ if self.answers => Response::Improving,
            _ if self.silent => Response::Incomplete,
            _ => Response::TooEarly,
        }
    }
}

/// Whether the blood count that counts is in range.
pub(in crate::clinic) fn count(course: &Course, practice: &Practice) -> Count {
    of(course, practice).count
}

/// Reads the blood of a course.
pub(super) fn of(course: &Course, practice: &Practice) -> Blood {
    let Some(first) = course.first_given() else { return Blood::default() };
    let labs = Labs { course, practice, first };
    let hb = labs.counted("haemoglobin");
    let mcv = labs.counted("mcv");
    let mut blood = Blood::default();
    labs.haemoglobin(&hb, &mut blood);
    blood.count = match (hb.last(), mcv.last()) {
        (None, None) => Count::Unknown,
        (Some(hb), _) if hb.flag == Some(Flag::Low) => Count::Abnormal,
        (_, Some(mcv)) if mcv.flag == Some(Flag::High) => Count::Abnormal,
        // What could be in range or not is not known to be in range.
        (hb, mcv) if hb.into_iter().chain(mcv).any(|p| p.flag.is_none()) => Count::Unknown,
        _ => Count::Normal,
    };
    let latest = hb.last().into_iter().chain(mcv.last()).map(|p| p.day).max();
    let full = practice.knowledge.rule("3.3").count("full_response_days");
    blood.late = latest.is_some_and(|day| days_between(first, day) >= full);
    if let Some(mcv) = mcv.last() {
        let was = labs.before("mcv").map(|p| format!(", {} before", p.said)).unwrap_or_default();
        blood.lines.push(format!("MCV {} on {}{was}.", mcv.said, words::day(mcv.day)));
        blood.was_abnormal |= labs.before("mcv").is_some_and(|p| p.flag == Some(Flag::High));
    }
    labs.reticulocytes(&mut blood);
    labs.metabolite("mma", &mut blood);
    labs.metabolite("homocysteine", &mut blood);
    blood
}

struct Labs<'a> {
    course: &'a Course,
    practice: &'a Practice,
    first: NaiveDate,
}

/// One result that counts.
struct Point<'a> {
    day: NaiveDate,
    value: f64,
    flag: Option<Flag>,
    /// As it was reported: most are weighed and never said.
    said: &'a LabResult,
}

impl<'a> Labs<'a> {
    fn all(&self, analyte: &str) -> Vec<Point<'a>> {
        let whose = self.course.whose();
        let Some(known) = self.practice.knowledge.lab(analyte) else { return Vec::new() };
        let point = |check: &Check, result: &'a LabResult| {
            Some(Point {
                day: check.checked.sample_day(),
                value: known.canonical(result)?,
                flag: known.flag(result, whose),
                said: result,
            })
        };
        let found = self.course.checks.iter().filter_map(|c| point(c, c.checked.lab(analyte)?));
        let mut out: Vec<_> = found.collect();
        out.sort_by_key(|p| p.day);
        out
    }

    /// The last result before treatment; a sample of the first day was taken before the dose.
    fn before(&self, analyte: &str) -> Option<Point<'a>> {
        self.all(analyte).into_iter().rfind(|p| p.day <= self.first)
    }

    /// Results on treatment.
    fn after(&self, analyte: &str) -> Vec<Point<'a>> {
        let mut all = self.all(analyte);
        all.retain(|p| p.day > self.first);
        all
    }

    /// Results on treatment that no transfusion explains.
    fn counted(&self, analyte: &str) -> Vec<Point<'a>> {
        let days = self.practice.knowledge.rule("R-HB").count("transfusion_days");
        let transfusions: Vec<_> = self.course.transfusions().collect();
        let moved = |p: &Point<'_>| transfusions.iter().any(|t| (0..days).contains(&days_between(*t, p.day)));
        let mut out = self.after(analyte);
        out.retain(|p| !moved(p));
        out
    }

    fn haemoglobin(&self, on: &[Point<'_>], blood: &mut Blood) {
        let rule = self.practice.knowledge.rule("R-HB");
        let before = self.before("haemoglobin");
        let was_low = before.as_ref().is_some_and(|p| p.flag == Some(Flag::Low));
        blood.was_abnormal |= was_low;
        let transfused = self.after("haemoglobin").len() - on.len();
        if transfused > 0 {
            blood.lines.push(format!(
                "{} after a transfusion: not counted.",
                words::plural(transfused as i64, "haemoglobin result")
            ));
        }
        let Some(last) = on.last() else { return };
        let was = before.as_ref().map(|p| format!(", {} before", p.said)).unwrap_or_default();
        blood.lines.push(format!("Hb {} on {}{was}.", last.said, words::day(last.day)));
        let Some(before) = before.filter(|_| was_low) else { return };
        blood.relapsed = last.flag == Some(Flag::Low) && on.iter().any(|p| p.flag == Some(Flag::Normal));
        let up = last.value - before.value;
        blood.answers |= up >= rule.limit("rise_g_l");
        blood.silent = up < rule.limit("rise_g_l") && days_between(self.first, last.day) >= rule.count("by_day");
    }

    /// Above the range between day 3 and 14 is the first proof (facts 3.1, 3.2).
    fn reticulocytes(&self, blood: &mut Blood) {
        let rule = self.practice.knowledge.rule("R-RET");
        let within = rule.count("from_day")..=rule.count("to_day");
        let found = self.after("reticulocytes").into_iter().chain(self.after("reticulocytes-percent"));
        for point in found.filter(|p| within.contains(&days_between(self.first, p.day))) {
            let high = point.flag == Some(Flag::High);
            blood.answers |= high;
            let says = if high { "an answer of the marrow" } else { "no rise" };
            let day = days_between(self.first, point.day);
            blood.lines.push(format!("Reticulocytes {} on day {day}: {says}.", point.said));
        }
    }

    /// MMA or homocysteine: a fall by half is an answer. MMA still high after four months is not there yet, unless the
    /// kidneys are weak; homocysteine is less specific, folate holds it up.
    fn metabolite(&self, analyte: &str, blood: &mut Blood) {
        let rule = self.practice.knowledge.rule("R-MMA");
        let name = self.practice.knowledge.lab(analyte).map_or(analyte, |a| a.short.as_str()).to_owned();
        let on = self.after(analyte);
        let Some(last) = on.last() else { return };
        let before = self.before(analyte).filter(|p| p.flag == Some(Flag::High));
        let fell = before.as_ref().is_some_and(|b| last.value <= b.value * (1.0 - rule.limit("fall_percent") / 100.0));
        let was = before.as_ref().map(|p| format!(", {} before", p.said)).unwrap_or_default();
        blood.lines.push(format!("{name} {} on {}{was}.", last.said, words::day(last.day)));
        blood.answers |= fell || (before.is_some() && last.flag == Some(Flag::Normal));
        let late = days_between(self.first, last.day) >= rule.count("in_range_by_day");
        if analyte == "mma" && last.flag == Some(Flag::High) && late && !self.weak_kidneys() {
            blood.count = Count::Abnormal;
            blood.late = true;
        }
    }

    fn weak_kidneys(&self) -> bool {
        let limit = self.practice.knowledge.rule("L14").limit("egfr");
        self.all("egfr").last().is_some_and(|p| p.value < limit)
    }
}
