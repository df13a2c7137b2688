//! The vial in hand as a picture, so that the eye can compare: form, strength, volume to draw up, route, lot, expiry.

mod big;
mod volume;

pub use volume::volume_words;

use super::canvas::{Canvas, width};
use super::frame;
use crate::clinic::drug::{Drug, Route, mcg, ml, trim_number, volume_ml};
use crate::tui::theme::{Role, Theme};
use chrono::{Datelike, Days, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::symbols::border;
use ratatui::widgets::{Block, Widget};

/// A vial and what is drawn up from it.
#[derive(Clone, Copy, Debug)]
pub struct Vial<'a> {
    /// The form.
    pub drug: Drug,
    /// Strength in micrograms per millilitre.
    pub strength_mcg_per_ml: u32,
    /// The dose in micrograms.
    pub dose_mcg: u32,
    /// What one container holds, in mL.
    pub container_ml: Option<f64>,
    /// The route.
    pub route: Route,
    /// The lot.
    pub lot: Option<&'a str>,
    /// The last day on which it is good.
    pub expires: Option<NaiveDate>,
    /// How it looks.
    pub theme: &'a Theme,
}

/// A line of the label; the lower the rank the longer it stays when the height shrinks.
struct Line {
    rank: u8,
    text: String,
    style: Style,
}

impl Widget for Vial<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        (&self).render(area, buf);
    }
}

impl Widget for &Vial<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let framed = area.width >= 12 && area.height >= 5;
        let mut inner = area;
        if framed {
            let set = if self.theme.ascii { frame::PLAIN } else { border::ROUNDED };
            let block = Block::bordered().border_set(set).border_style(self.theme.style(Role::Accent));
            inner = block.inner(area);
            block.render(area, buf);
            let pad = u16::from(inner.width >= 22);
            inner = Rect { x: inner.x + pad, width: inner.width - 2 * pad, ..inner };
        }
        let mut paper = Canvas::new(buf, inner, self.theme);
        if !paper.area.is_empty() {
            self.draw(&mut paper);
        }
    }
}

impl Vial<'_> {
    /// Returns the volume to draw up, in mL; `None` where the strength is not known yet.
    #[must_use]
    pub fn volume_ml(&self) -> Option<f64> {
        volume_ml(self.dose_mcg, self.strength_mcg_per_ml).filter(|v| *v > 0.0)
    }

    fn draw(&self, paper: &mut Canvas<'_>) {
        let (wide, high) = (paper.width(), paper.area.height);
        let mut lines = self.lines(wide);
        // A group goes as a whole: "zero point two" for 0.25 would be worse than nothing.
        while lines.len() > usize::from(high) && lines.len() > 1 {
            let least = lines.iter().map(|line| line.rank).max().unwrap_or(0);
            lines.retain(|line| line.rank != least);
        }
        let spare = high.saturating_sub(lines.len() as u16);
        let large = self.large(wide).filter(|_| spare >= 2);
        let mut y = 0;
        for line in &lines {
            match &large {
                Some(large) if line.rank == VOLUME => {
                    large.iter().zip(y..).for_each(|(row, y)| {
                        paper.text(0, y, row, line.style);
                    });
                    y += 3;
                }
                _ => {
                    paper.text(0, y, &line.text, line.style);
                    y += 1;
                }
            }
        }
    }

    /// Returns the volume in digits three rows high, with the unit and the route beside them.
    fn large(&self, wide: u16) -> Option<[String; 3]> {
        let volume = self.volume_ml().filter(|_| !self.theme.ascii)?;
        let [top, middle, bottom] = big::rows(&trim_number(volume, 3));
        let rows = [format!("{top} draw up"), middle, format!("{bottom} mL {}", self.route.short())];
        rows.iter().all(|row| width(row) <= wide).then_some(rows)
    }

    fn lines(&self, wide: u16) -> Vec<Line> {
        let style = |role| self.theme.style(role);
        let strong = style(Role::Text).add_modifier(Modifier::BOLD);
        let mut out = Vec::new();
        let mut add = |rank, text: String, style| out.push(Line { rank, text, style });
        add(0, self.name(wide), style(Role::Title));
        add(2, fitting(self.strengths(), wide), style(Role::Text));
        match self.volume_ml() {
            Some(volume) => {
                let route = self.route.short();
                let texts =
                    vec![format!("Draw up {} {route}", ml(volume)), format!("{} {route}", ml(volume)), ml(volume)];
                add(VOLUME, fitting(texts, wide), strong);
                wrapped(&volume_words(volume), wide).into_iter().for_each(|line| add(4, line, style(Role::Text)));
                add(6, self.syringe(volume, wide), style(Role::Accent));
                if let Some(text) = self.containers(volume) {
                    add(3, fitting(text, wide), style(Role::Due));
                }
            }
            None => add(VOLUME, fitting(vec!["Which strength?".to_owned()], wide), style(Role::Due)),
        }
        let (lot, expiry) = (self.lot.map(|lot| format!("lot {lot}")), self.expires.map(expiry));
        let both = [lot.clone(), expiry.clone()].into_iter().flatten().collect::<Vec<_>>().join("  ");
        if width(&both) <= wide {
            add(5, both, style(Role::Text));
        } else {
            [lot, expiry].into_iter().flatten().for_each(|text| add(5, text, style(Role::Text)));
        }
        out.retain(|line| !line.text.is_empty());
        out
    }

    fn name(&self, wide: u16) -> String {
        let name = self.drug.tall_man();
        let short = name.split(' ').next().unwrap_or(name);
        fitting(vec![name.to_owned(), short.to_owned()], wide)
    }

    /// Returns the strength as labels write it, the fullest form first.
    fn strengths(&self) -> Vec<String> {
        if self.strength_mcg_per_ml == 0 {
            return vec!["strength not known".to_owned()];
        }
        let per_ml = format!("{} per mL", mcg(self.strength_mcg_per_ml));
        let Some(holds) = self.container_ml.filter(|v| *v > 0.0 && v.is_finite()) else { return vec![per_ml] };
        let whole = f64::from(self.strength_mcg_per_ml) * holds;
        let amount = if whole >= 1_000.0 {
            format!("{} mg", trim_number(whole / 1_000.0, 3))
        } else {
            format!("{} mcg", trim_number(whole, 1))
        };
        let label = format!("{amount} in {}", ml(holds));
        if (holds - 1.0).abs() < 1e-9 {
            return vec![label, per_ml];
        }
        vec![format!("{label} · {per_ml}"), per_ml]
    }

    /// Says how many containers the dose takes, where one is not enough.
    fn containers(&self, volume: f64) -> Option<Vec<String>> {
        let holds = self.container_ml.filter(|holds| *holds > 0.0)?;
        let count = (volume / holds - 1e-9).ceil();
        let texts =
            || vec![format!("from {count} containers of {}", ml(holds)), format!("from {count} of {}", ml(holds))];
        (count > 1.0).then(texts)
    }

    /// Draws a barrel filled in proportion, with its full measure at the end.
    fn syringe(&self, volume: f64, wide: u16) -> String {
        let holds = [1.0, 2.0, 3.0, 5.0, 10.0, 20.0].into_iter().find(|size| *size >= volume).unwrap_or(volume);
        let scale = format!(" {}", ml(holds));
        let Some(barrel) = wide.checked_sub(width(&scale) + 3).filter(|b| *b >= 4) else { return String::new() };
        let full = ((volume / holds * f64::from(barrel)).round() as u16).clamp(1, barrel);
        let (needle, filled, empty, end) =
            if self.theme.ascii { ("-[", "#", ".", "]") } else { ("─▐", "█", "░", "▌") };
        let (filled, empty) = (filled.repeat(full.into()), empty.repeat((barrel - full).into()));
        format!("{needle}{filled}{empty}{end}{scale}")
    }
}

/// The rank of the volume's line.
const VOLUME: u8 = 1;

/// Returns the first text that fits, else the last.
fn fitting(texts: Vec<String>, wide: u16) -> String {
    let last = texts.last().cloned().unwrap_or_default();
    texts.into_iter().find(|text| width(text) <= wide).unwrap_or(last)
}

fn wrapped(text: &str, wide: u16) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= wide => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Writes `exp 06/2027` where it is good to the end of a month, as labels do, else the day.
fn expiry(day: NaiveDate) -> String {
    let month_ends = day.checked_add_days(Days::new(1)).is_some_and(|next| next.day() == 1);
    if month_ends { day.format("exp %m/%Y").to_string() } else { day.format("exp %d %b %Y").to_string() }
}

#[cfg(test)]
mod tests;
