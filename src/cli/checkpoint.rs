//! `cobalog checkpoint`: symptoms and labs as they were on a day.

use super::context::Context;
use super::date::Day;
use super::failure::{self, Failure};
use super::record::{self, Beside, Signed};
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, Checked};
use crate::clinic::lab::LabResult;
use crate::clinic::looking::{self, Part, Read};
use crate::clinic::parse;
use crate::clinic::practice::Practice;
use crate::store::Store;
use chrono::NaiveDate;
use clap::Args;
use std::io::Write;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  cobalog checkpoint 1029 --symptom fatigue=1 --lab \"haemoglobin=124 g/L\"\n  cobalog checkpoint 1029 --lab intrinsic-factor-antibody=positive --sampled t-3 --confounder transfusion=t-20\n  cobalog checkpoint 1029 --symptom fatigue=2 --returned-days 14"
)]
pub(super) struct Checkpoint {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// The day of the look; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// A symptom and its grade, 0 to 4; may come several times.
    #[arg(long, value_name = "SYMPTOM=GRADE")]
    symptom: Vec<String>,
    /// An analyte and its result with the unit; may come several times.
    #[arg(long, value_name = "ANALYTE=RESULT")]
    lab: Vec<String>,
    /// The day of the sample, where it is another.
    #[arg(long, value_name = "DATE")]
    sampled: Option<Day>,
    /// How many days before the next dose symptoms came back; 0: they did not.
    #[arg(long, value_name = "DAYS", value_parser = parse::returned_days)]
    returned_days: Option<u32>,
    /// What happened beside the treatment, with its day where known; may come several times.
    #[arg(long, value_name = "WHAT=DATE", value_parser = record::beside)]
    confounder: Vec<Beside>,
    /// Anything else.
    #[arg(long)]
    note: Option<String>,
    /// An unusual result was looked at again and is right.
    #[arg(long)]
    sure: bool,
    #[command(flatten)]
    signed: Signed,
}

impl Checkpoint {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let on = context.day(self.on);
        let sampled = self.sampled.map(|day| day.date(context.today));
        self.signed.record_checked(&store, &self.patient, context, out, |chart, course| {
            Ok(vec![Act::Checked(self.checked(&store, (chart, course), (on, sampled), context.today)?)])
        })
    }

    fn checked(
        &self,
        store: &Store,
        (chart, course): (&Chart, &Course),
        (on, sampled): (NaiveDate, Option<NaiveDate>),
        today: NaiveDate,
    ) -> Result<Checked, Failure> {
        let practice = store.practice();
        let due = looking::answers(chart, practice, on).map(|slot| slot.due);
        let symptoms = self.symptom.iter().map(|s| graded(s, practice)).collect::<Result<_, _>>()?;
        let day = sampled.unwrap_or(on);
        let labs = self.lab.iter().map(|l| self.result(l, course, practice, day)).collect::<Result<_, _>>()?;
        let beside = |b: &Beside| b.read(practice, today);
        let confounders = self.confounder.iter().map(beside).collect::<Result<_, _>>()?;
        let checked = Checked {
            on,
            due,
            sampled,
            returned_days: self.returned_days,
            confounders,
            symptoms,
            labs,
            note: self.note.clone(),
        };
        match looking::wrong(course, &checked) {
            Some((Part::Empty, _)) => {
                Err("there is nothing to record: pass --symptom fatigue=2, --lab \"haemoglobin=104 g/L\" or --note"
                    .into())
            }
            Some((part, sentence)) => Err(record::of_a_look(part, &sentence, &checked).into()),
            None => Ok(checked),
        }
    }

    /// Reads a result; one that is odd, or would fit the last one in another unit (L9), is kept with --sure only.
    fn result(&self, text: &str, course: &Course, practice: &Practice, day: NaiveDate) -> Result<LabResult, Failure> {
        let (name, value) = halves(text, "--lab", "\"haemoglobin=104 g/L\"")?;
        let labs = practice.knowledge.labs();
        let analyte = labs.iter().find(|a| [&a.id, &a.short, &a.name].iter().any(|n| n.eq_ignore_ascii_case(name)));
        let known = || labs.iter().map(|a| a.id.as_str()).collect::<Vec<_>>().join(", ");
        let analyte = analyte.ok_or_else(|| format!("--lab: \"{name}\" is not known; use one of {}", known()))?;
        let Read { result, doubts } = looking::read(course, practice, analyte, value, day)?;
        let said = |(words, rule): &(String, Option<&str>)| match rule {
            Some(rule) => format!("{words} ({rule})"),
            None => words.clone(),
        };
        let doubts: Vec<_> = doubts.iter().map(said).collect();
        match Some(doubts.join(" ")).filter(|d| !d.is_empty()) {
            Some(doubt) if !self.sure => Err(format!("{doubt} Pass --sure if it is").into()),
            Some(doubt) => {
                failure::say(&format!("note: {doubt}"));
                Ok(result)
            }
            None => Ok(result),
        }
    }
}

fn graded(text: &str, practice: &Practice) -> Result<(String, u8), Failure> {
    let (name, grade) = halves(text, "--symptom", "fatigue=2")?;
    let all = practice.knowledge.symptoms();
    let symptom = all.iter().find(|s| s.id.eq_ignore_ascii_case(name) || s.name.eq_ignore_ascii_case(name));
    let known = || all.iter().map(|s| s.id.as_str()).collect::<Vec<_>>().join(", ");
    let symptom = symptom.ok_or_else(|| format!("--symptom: \"{name}\" is not known; use one of {}", known()))?;
    let grade = grade.parse().ok().filter(|g| *g <= 4);
    let grade = grade.ok_or_else(|| format!("--symptom: {name} is graded 0 (none) to 4 (very severe)"))?;
    Ok((symptom.id.clone(), grade))
}

fn halves<'a>(text: &'a str, option: &str, example: &str) -> Result<(&'a str, &'a str), Failure> {
    let halves = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    halves.ok_or_else(|| format!("{option}: \"{text}\" has no \"=\"; write for example {example}").into())
}
