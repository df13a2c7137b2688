//! `cobalog import csv`: a table, its columns taken for what they are called, its questions answered by options.

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::progress::Stop;
use super::super::regimens;
use super::carry::{self, Options};
use crate::clinic::drug::Drug;
use crate::clinic::interval::Interval;
use crate::clinic::knowledge::Knowledge;
use crate::exchange::csv::{
    self, Answer, Choice, DateOrder, DoseUnit, Field, IntervalChoice, Mapping, NameOrder, PlanChoice, Question, Table,
};
use crate::store::Store;
use crate::store::disk::Real;
use crate::transfer;
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog import csv list.csv --dates day-first --regimen r01 --prescriber \"Dr Hart\" --dry-run\n         cobalog import csv list.csv --regimen hydroxocobalamin=r01 --regimen cyanocobalamin=r09 --every \"12 weeks\" --prescriber \"Dr Hart\"\n         cobalog import csv list.csv --columns\n\n\
    Columns are taken for what they are called, in English, German, French, Dutch or Spanish; --columns shows for what, and --map changes it. \
    Nothing is guessed that can mean two things: what has to be answered is said, with the option that answers it. With --dry-run nothing is recorded. \
    A second time the same file adds nothing. Rows that are not recorded are written beside the file, each with its line and why, to be mended and imported. \
    Ctrl-C stops between two patients (status 130): the same file again takes the rest.\n\n\
    JSON: {\"file\", \"import\", \"remarks\", \"counts\": {\"taken\", \"held\", \"skipped\", \"refused\"}, \"patients_entered\", \"charts_added_to\", \
    \"entries\", \"not_reached\", \"waiting\", \"held_rows\": a path or null, \"pieces\": [{\"place\", \"rows\", \"name\", \"number\", \"outcome\", \"why\", \"remarks\"}]}"
)]
pub(super) struct Csv {
    /// The file.
    file: PathBuf,
    /// Take a column for a field: its name or its place from 1, then the field as --columns names it; `ignored` for none.
    #[arg(long, value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// Show what each column is taken for, and every field there is; record nothing.
    #[arg(long)]
    columns: bool,
    /// Which part of a date such as 3/4/1961 comes first.
    #[arg(long, value_enum)]
    dates: Option<Order>,
    /// Which name comes first in a whole name.
    #[arg(long, value_enum)]
    names: Option<Names>,
    /// The unit of a dose without one: mcg or mg.
    #[arg(long, value_enum)]
    dose_unit: Option<Unit>,
    /// The unit of results without one, of an analyte.
    #[arg(long, value_name = "ANALYTE=UNIT")]
    lab_unit: Vec<String>,
    /// Whether numbers such as 20058 are days as spreadsheets count them.
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    serials: Option<bool>,
    /// The regimen whose maintenance the rows follow, an id or its start; `none`: patients and doses alone. Of the rows of one
    /// form FORM=ID, of those that name no form otherwise=ID; may come several times.
    #[arg(long, value_name = "[FORM=]ID")]
    regimen: Vec<String>,
    /// The interval of rows that say none: "12 weeks", "3 months"; `hold`: each is held. Of the rows of one regimen ID=INTERVAL;
    /// may come several times.
    #[arg(long, value_name = "[ID=]INTERVAL")]
    every: Vec<String>,
    /// Whether injections whose dose no row says were of the plan's usual dose (`plan`); `hold`: each is held.
    #[arg(long, value_enum)]
    no_dose: Option<NoDose>,
    /// The prescriber of rows that name none; with LISTED=NAME, whom the list means by a name; may come several times.
    #[arg(long, value_name = "[LISTED=]NAME")]
    prescriber: Vec<String>,
    #[command(flatten)]
    options: Options,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    DayFirst,
    MonthFirst,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Names {
    FamilyFirst,
    GivenFirst,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Unit {
    Mcg,
    Mg,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum NoDose {
    Plan,
    Hold,
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "y" => Ok(true),
        "no" | "n" => Ok(false),
        _ => Err("say yes or no".to_owned()),
    }
}

impl Csv {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let stop = Stop::on_interrupt();
        let file = transfer::name(&self.file);
        let table = Table::of_bytes(&transfer::bytes(&Real, &self.file)?)
            .map_err(|why| format!("{}: {why}", self.file.display()))?;
        let knowledge = &store.practice().knowledge;
        let mut mapping = Mapping::guess(&table);
        self.map_columns(&table, &mut mapping, knowledge)?;
        if self.columns {
            return show(&table, &mapping, knowledge, out);
        }
        self.answer(&mut mapping)?;
        if let Some(why) = mapping.disproof(&table) {
            return Err(format!("{file} contradicts --dates; nothing was recorded. {why}").into());
        }
        self.intervals(&mut mapping, knowledge)?;
        self.plan(&table, &mut mapping, &store, context)?;
        self.hold(&table, &mut mapping, &store, context);
        let open = csv::questions(&table, &mapping, store.practice(), context.today);
        if !open.is_empty() {
            let asked: String = open.iter().map(|question| format!("\n  {}", said(question))).collect();
            return Err(format!("{file} does not say all that has to be known; nothing was recorded:{asked}").into());
        }
        let parcel = csv::read(&table, &mapping, store.practice(), context.today, &file);
        let of = carry::Of::Rows(&table, &self.file);
        carry::out(&parcel, &self.options, &of, (&store, &stop), context, out)
    }

    fn map_columns(&self, table: &Table, mapping: &mut Mapping, knowledge: &Knowledge) -> Result<(), Failure> {
        for said in &self.map {
            let (column, name) = said.rsplit_once('=').ok_or("write --map \"Column name=field\"")?;
            let by_name = table.columns.iter().position(|known| known.trim().eq_ignore_ascii_case(column.trim()));
            let by_place = || column.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            let at = by_name.or_else(by_place).filter(|at| *at < mapping.columns.len());
            let at = at.ok_or_else(|| format!("there is no column {column}; --columns lists them"))?;
            let field = field(name.trim(), knowledge)
                .ok_or_else(|| format!("there is no field {name}; --columns lists them"))?;
            mapping.columns[at] = field;
        }
        if !self.map.is_empty() {
            mapping.look_again(table);
        }
        Ok(())
    }

    fn answer(&self, mapping: &mut Mapping) -> Result<(), Failure> {
        let order = |order| match order {
            Order::DayFirst => DateOrder::DayFirst,
            Order::MonthFirst => DateOrder::MonthFirst,
        };
        mapping.dates = self.dates.map(order).or(mapping.dates);
        let names = |names| match names {
            Names::FamilyFirst => NameOrder::FamilyFirst,
            Names::GivenFirst => NameOrder::GivenFirst,
        };
        mapping.names = self.names.map(names).or(mapping.names);
        let unit = |unit| match unit {
            Unit::Mcg => DoseUnit::Mcg,
            Unit::Mg => DoseUnit::Mg,
        };
        mapping.dose_unit = self.dose_unit.map(unit).or(mapping.dose_unit);
        mapping.dose_of_plan = self.no_dose.map(|no_dose| no_dose == NoDose::Plan).or(mapping.dose_of_plan);
        mapping.serials = self.serials.or(mapping.serials);
        mapping.same_is_same = Some(self.options.same_people);
        for said in &self.lab_unit {
            let (analyte, unit) = said.split_once('=').ok_or("write --lab-unit haemoglobin=g/L")?;
            mapping.answer(&Answer::LabUnit(analyte.trim().to_owned(), unit.trim().to_owned()));
        }
        for said in &self.prescriber {
            mapping.answer(&match said.split_once('=') {
                Some((listed, name)) => Answer::PrescriberIs(listed.trim().to_owned(), name.trim().to_owned()),
                None => Answer::Prescriber(said.clone()),
            });
        }
        Ok(())
    }
}

impl Csv {
    /// Answers which interval the rows follow that say none.
    fn intervals(&self, mapping: &mut Mapping, knowledge: &Knowledge) -> Result<(), Failure> {
        for said in self.every.iter().filter(|said| !is_hold(said)) {
            match said.split_once('=') {
                Some((id, choice)) => {
                    let choice = match is_hold(choice) {
                        true => IntervalChoice::Hold,
                        false => IntervalChoice::Every(choice.trim().parse::<Interval>()?),
                    };
                    mapping.answer(&Answer::Interval(regimens::find(knowledge, id.trim())?.id.clone(), choice));
                }
                None => mapping.every = Some(said.trim().parse::<Interval>()?),
            }
        }
        Ok(())
    }

    /// Holds the rows that say no interval, of each plan of which nothing else was said.
    fn hold(&self, table: &Table, mapping: &mut Mapping, store: &Store, context: &Context) {
        if self.every.iter().any(|said| is_hold(said)) {
            let open = csv::questions(table, mapping, store.practice(), context.today);
            let holds = |choice: &&Choice| matches!(choice.answer, Answer::Interval(_, IntervalChoice::Hold));
            open.iter().flat_map(|question| &question.choices).filter(holds).for_each(|c| mapping.answer(&c.answer));
        }
    }

    /// Answers which plan the rows follow: what is said of a form first, then what is said of all, for each form that it fits.
    fn plan(&self, table: &Table, mapping: &mut Mapping, store: &Store, context: &Context) -> Result<(), Failure> {
        let (of_forms, of_all): (Vec<_>, Vec<_>) = self.regimen.iter().partition(|said| said.contains('='));
        for said in of_forms.into_iter().chain(of_all) {
            let (form, id) = said.split_once('=').map_or((None, said.as_str()), |(form, id)| (Some(form), id));
            let form = form.map(form_of).transpose()?;
            let plan = match id.trim() {
                "none" => PlanChoice::NoPlan,
                id => PlanChoice::Regimen(regimens::find(&store.practice().knowledge, id)?.id.clone()),
            };
            let open = csv::questions(table, mapping, store.practice(), context.today);
            let fits = |choice: &&Choice| matches!(&choice.answer, Answer::Plan(of, is) if *is == plan && form.is_none_or(|form| form == *of));
            let chosen = open.iter().filter_map(|question| question.choices.iter().find(fits));
            chosen.for_each(|choice| mapping.answer(&choice.answer));
            let is_asked = |choice: &Choice| matches!(&choice.answer, Answer::Plan(of, _) if form == Some(*of));
            let open = csv::questions(table, mapping, store.practice(), context.today);
            if open.iter().flat_map(|question| &question.choices).any(is_asked) {
                return Err(format!("{id} keeps no {} up: take another regimen", form_words(form.flatten())).into());
            }
        }
        Ok(())
    }
}

/// Whether rows that say no interval are to be held.
fn is_hold(said: &str) -> bool {
    said.trim().eq_ignore_ascii_case("hold")
}

/// Before the plan of rows that name no form.
const OTHERWISE: &str = "otherwise";

/// The form of a plan in an option: as lists call it, or `otherwise` for rows that name none.
fn form_of(name: &str) -> Result<Option<Drug>, Failure> {
    match name.trim() {
        OTHERWISE => Ok(None),
        name => csv::form_named(name).map(Some).ok_or_else(|| {
            let known: Vec<_> = Drug::ALL.iter().map(|drug| drug.name()).collect();
            format!("there is no form {name}: write {} or {OTHERWISE} before the =", known.join(", ")).into()
        }),
    }
}

fn form_words(form: Option<Drug>) -> &'static str {
    form.map_or("plan", Drug::name)
}

fn field(name: &str, knowledge: &Knowledge) -> Option<Field> {
    let is =
        |field: &Field| called(field).eq_ignore_ascii_case(name) || field.name(knowledge).eq_ignore_ascii_case(name);
    Field::all(knowledge).into_iter().find(is)
}

/// What a field is called in an option: `last_dose`, `haemoglobin`.
fn called(field: &Field) -> String {
    match field {
        Field::Lab(id) => id.clone(),
        other => serde_json::to_value(other).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default(),
    }
}

fn show(table: &Table, mapping: &Mapping, knowledge: &Knowledge, out: &mut dyn Write) -> Result<(), Failure> {
    for (n, (column, field)) in table.columns.iter().zip(&mapping.columns).enumerate() {
        let example = table.column(n).find(|cell| !cell.is_empty()).unwrap_or("");
        writeln!(
            out,
            "{:>3}  {column}  =  {}  ({})  for example: {example}",
            n + 1,
            called(field),
            field.name(knowledge)
        )?;
    }
    writeln!(out, "\nFields:")?;
    let all = Field::all(knowledge);
    all.iter().try_for_each(|field| writeln!(out, "  {:<24} {}", called(field), field.name(knowledge)))?;
    Ok(())
}

/// A question with the option that answers it.
fn said(question: &Question) -> String {
    let option = match question.choices.first().map(|choice| &choice.answer) {
        Some(Answer::Dates(_)) => "--dates day-first or month-first".to_owned(),
        Some(Answer::Serials(_)) => "--serials yes or no".to_owned(),
        Some(Answer::Names(_)) => "--names family-first or given-first".to_owned(),
        Some(Answer::DoseUnit(_)) => "--dose-unit mcg or mg".to_owned(),
        Some(Answer::LabUnit(..)) => "--lab-unit ANALYTE=UNIT".to_owned(),
        Some(Answer::Plan(form, _)) => format!("--regimen {}=ID, or none", form.map_or(OTHERWISE, Drug::name)),
        Some(Answer::Interval(id, _)) => format!("--every INTERVAL, or hold; of this regimen alone {id}=INTERVAL"),
        Some(Answer::DoseOfPlan(_)) => "--no-dose plan or hold".to_owned(),
        Some(Answer::SameIsSame(_)) => "--same-people".to_owned(),
        Some(Answer::Column(at, _)) => format!("--map {}=FIELD", at + 1),
        Some(Answer::PrescriberIs(listed, is)) => {
            format!("--prescriber \"{listed}={is}\", or \"{listed}={listed}\" for somebody else")
        }
        Some(Answer::Prescriber(_)) | None => "--prescriber NAME".to_owned(),
    };
    let choices: String = question.choices.iter().map(|choice| format!("\n      {}", label(choice))).collect();
    format!("{} ({option}){choices}", question.text)
}

fn label(choice: &Choice) -> String {
    match &choice.answer {
        Answer::Plan(_, PlanChoice::Regimen(id)) => format!("{id}: {}", choice.label),
        Answer::Column(_, field) => format!("{}: {}", called(field), choice.label),
        _ => choice.label.clone(),
    }
}
