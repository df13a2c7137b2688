//! `cobalog review`: the look before an escalation, every line answered by a person.

use super::context::Context;
use super::date::Day;
use super::end_phase::required;
use super::failure::Failure;
use super::format::json;
use super::patient;
use super::record::{Printed, Signed, not_in_future};
use super::table::plain;
use crate::clinic::course::Course;
use crate::clinic::decision::{Answer, Review, ReviewLine};
use crate::clinic::entry::Act;
use crate::clinic::practice::Practice;
use crate::clinic::recall;
use crate::clinic::signing;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

#[derive(Args)]
#[command(
    name = "review",
    after_help = "Example: cobalog review 1006 --show\n         cobalog review 1006 --answer \"diagnosis=found: ferritin 12 ug/L\" --answer \"doses=all given, deltoid\" … --by-reviewer \"Dr Eleanor Hart\""
)]
pub(super) struct LookAgain {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// Only show the lines, with what the record says to each.
    #[arg(long, conflicts_with_all = ["answer", "red_flag", "by_reviewer", "on"])]
    show: bool,
    /// A line and its answer; "found:" before the words marks that something was found. Comes once for each line.
    #[arg(long, value_name = "LINE=WORDS", conflicts_with = "red_flag")]
    answer: Vec<String>,
    /// Why it is passed without answers: neurologic or visual symptoms that do not wait.
    #[arg(long, value_name = "WHY")]
    red_flag: Option<String>,
    /// Who reviewed.
    #[arg(long, value_name = "NAME", required_unless_present = "show")]
    by_reviewer: Option<String>,
    /// The day of the review; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    #[command(flatten)]
    signed: Signed,
}

/// The JSON of a line.
#[derive(Serialize)]
struct Line<'a> {
    line: &'a str,
    name: &'a str,
    asks: &'a str,
    record: String,
    source: &'a str,
}

impl LookAgain {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let practice = store.practice();
        if self.show {
            let chart = patient::find(&store, &self.patient, context.today)?;
            return self.lines(&Course::of(&chart, practice, context.today), practice, out);
        }
        let on = context.day(self.on);
        not_in_future(on, context.today)?;
        let review = Review {
            on,
            answers: self.answers(practice.knowledge.review())?,
            red_flag: self.red_flag.as_deref().map(|why| required("--red-flag", why)).transpose()?,
            reviewed_by: required("--by-reviewer", self.by_reviewer.as_deref().unwrap_or_default())?,
        };
        let open = review.open(practice.knowledge.review());
        if !open.is_empty() {
            return Err(unanswered(&open).into());
        }
        self.signed.record_checked(&store, &self.patient, context, out, |_, course| {
            if review.red_flag.is_some() && !signing::passes_review(course, practice) {
                return Err("not recorded: --red-flag passes a review only for neurologic or visual symptoms, and the triage has none; answer every line, or triage again first".into());
            }
            Ok(vec![Act::Reviewed(review.clone())])
        })
    }

    fn lines(&self, course: &Course, practice: &Practice, out: &mut dyn Write) -> Result<(), Failure> {
        let lines = practice.knowledge.review().iter().map(|line| Line {
            line: &line.id,
            name: &line.name,
            asks: &line.asks,
            record: recall::says(course, practice, line),
            source: &line.source,
        });
        let lines: Vec<_> = lines.collect();
        if self.signed.format == Printed::Json {
            return json(out, &lines);
        }
        for line in &lines {
            let says = if line.record.is_empty() { "nothing" } else { &line.record };
            writeln!(out, "{}\n    {}\n    The record says: {}", line.line, line.asks, plain(says))?;
        }
        Ok(())
    }

    fn answers(&self, lines: &[ReviewLine]) -> Result<BTreeMap<String, Answer>, Failure> {
        let mut answers = BTreeMap::new();
        for text in &self.answer {
            let (id, words) = text.split_once('=').map(|(id, words)| (id.trim(), words.trim())).ok_or_else(|| {
                format!("--answer: \"{text}\" has no \"=\"; write for example \"diagnosis=iron and folate in range\"")
            })?;
            let known = || lines.iter().map(|l| l.id.as_str()).collect::<Vec<_>>().join(", ");
            let line = lines.iter().find(|l| l.id.eq_ignore_ascii_case(id));
            let line = line.ok_or_else(|| format!("--answer: \"{id}\" is no line; use one of {}", known()))?;
            let found = words.strip_prefix("found:");
            let answer = Answer { found: found.is_some(), words: found.unwrap_or(words).trim().to_owned() };
            if answers.insert(line.id.clone(), answer).is_some() {
                return Err(format!("--answer: {} is answered twice", line.id).into());
            }
        }
        Ok(answers)
    }
}

fn unanswered(open: &[&ReviewLine]) -> String {
    let lines: String = open.iter().map(|l| format!("\n  {}  {}", l.id, l.asks)).collect();
    format!("not recorded: these lines have no answer; pass --answer \"LINE=WORDS\" for each:{lines}")
}
