//! What was measured, and the table of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a row of the table may be at most.
#[derive(Clone, Copy, Debug)]
pub enum Must {
    /// So many times the floor.
    Times(f64),
    /// The number itself.
    Most(f64),
    /// The number itself, or so many times the floor.
    Either(f64, f64),
    /// Both: the number itself, and so many times the floor.
    Both(f64, f64),
    /// Only told.
    Told,
}

/// Measurements by what they are of; one a repetition.
#[derive(Debug, Default)]
pub struct Measured {
    ours: BTreeMap<String, Vec<f64>>,
    floor: BTreeMap<String, Vec<f64>>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    goal: &'static str,
    what: String,
    unit: &'static str,
    /// What the floor is, where it is not the floor's own program.
    against: &'static str,
    must: Must,
}

/// Returns the middle one.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Returns the value that 99 of 100 are not above.
pub fn p99(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get((values.len() * 99).div_ceil(100).saturating_sub(1)).copied()
}

impl Measured {
    /// Notes one repetition of the program's.
    pub fn ours(&mut self, what: &str, value: impl Into<Option<f64>>) {
        self.ours.entry(what.to_owned()).or_default().extend(value.into());
    }

    /// Notes one repetition of the floor's.
    pub fn floor(&mut self, what: &str, value: impl Into<Option<f64>>) {
        self.floor.entry(what.to_owned()).or_default().extend(value.into());
    }

    /// Notes one repetition of either.
    pub fn note(&mut self, is_floor: bool, what: &str, value: impl Into<Option<f64>>) {
        if is_floor { self.floor(what, value) } else { self.ours(what, value) }
    }

    /// Returns the median of the program's repetitions.
    pub fn of_ours(&self, what: &str) -> Option<f64> {
        median(self.ours.get(what)?)
    }

    /// Returns the median of the floor's repetitions.
    pub fn of_floor(&self, what: &str) -> Option<f64> {
        median(self.floor.get(what)?)
    }

    /// Asks for a row of the table.
    pub fn row(&mut self, goal: &'static str, what: &str, unit: &'static str, against: &'static str, must: Must) {
        self.rows.push(Row { goal, what: what.to_owned(), unit, against, must });
    }

    /// Returns the table as Markdown; what was not measured is left out.
    pub fn table(&self) -> String {
        let mut out =
            String::from("| | what | Cobalog | floor | ratio | must | met |\n|---|---|---|---|---|---|---|\n");
        for row in &self.rows {
            let none = Vec::new();
            let ours = self.ours.get(&row.what).unwrap_or(&none);
            let floor = self.floor.get(&row.what).unwrap_or(&none);
            let Some(value) = median(ours) else { continue };
            let ratios: Vec<f64> = ours.iter().zip(floor).map(|(a, b)| a / b).collect();
            let ratio = median(&ratios).filter(|r| r.is_finite());
            let in_ratio = ratio.map(|r| format!("{r:.2}")).unwrap_or_default();
            let against = if row.against.is_empty() { String::new() } else { format!(" ({})", row.against) };
            let beside = median(floor).map(|v| number(v) + &against).unwrap_or_default();
            let unit = if row.unit.is_empty() { String::new() } else { format!(", {}", row.unit) };
            let (must, met) = row.must.judge(value, ratio);
            let Row { goal, what, .. } = row;
            // Writing to a text cannot fail.
            let _ =
                writeln!(out, "| {goal} | {what}{unit} | {} | {beside} | {in_ratio} | {must} | {met} |", number(value));
        }
        out
    }
}

impl Must {
    fn judge(self, value: f64, ratio: Option<f64>) -> (String, &'static str) {
        let word = |met: Option<bool>| match met {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        let times = |most: f64| ratio.map(|r| r <= most);
        match self {
            Self::Told => (String::new(), ""),
            Self::Times(most) => (format!("{most} x"), word(times(most))),
            Self::Most(most) => (number(most), word(Some(value <= most))),
            Self::Either(most, by) => {
                (format!("{} or {by} x", number(most)), word(Some(value <= most || times(by) == Some(true))))
            }
            Self::Both(most, by) => {
                (format!("{} and {by} x", number(most)), word(times(by).map(|met| met && value <= most)))
            }
        }
    }
}

fn number(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}
