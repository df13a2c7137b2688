//! What comes back of the effects: charts that were read, entries that are on the disk, what others wrote.

use super::App;
use super::words::{news, said};
use crate::clinic::agenda::{Roll, Row};
use crate::clinic::chart::Chart;
use crate::clinic::entry::PatientId;
use crate::clinic::links::Link;
use crate::clinic::same::{self, Candidate};
use crate::clinic::tally::Count;
use crate::tui::ctx::Patient;
use crate::tui::effect::{After, Effect, Job, LinkJob, PromptKind, Then};
use crate::tui::prompts;
use crate::tui::screens::{ChartScreen, Same, Screen, rules};
use std::collections::BTreeMap;
use std::rc::Rc;

/// So many charts are kept at hand; with more, those that no screen is about are let go.
const MOST_AT_HAND: usize = 16;

impl App {
    /// Takes a loaded chart and does what it was loaded for.
    pub fn loaded(&mut self, chart: Chart, then: Then) -> Vec<Effect> {
        let patient = self.keep(chart);
        match then {
            Then::Peek => {}
            Then::Chart => self.screens.push(Screen::Chart(ChartScreen::new(&patient))),
            Then::Prompt(kind) => return self.prompt(kind, Some(patient), None).into_iter().collect(),
            Then::Resume(PromptKind::Link, values) => {
                let screen = Same::resume(patient.id(), values, &self.ctx);
                let load = screen.load();
                self.screens.push(Screen::Same(screen));
                return load;
            }
            Then::Resume(kind, values) => {
                self.prompt(kind, Some(patient), Some(values));
            }
        }
        Vec::new()
    }

    /// Takes two charts that were read for the screen on top.
    pub fn paired(&mut self, older: Chart, newer: Chart) -> Vec<Effect> {
        let of = |chart| Rc::new(Patient::of(chart, &self.ctx.practice, self.ctx.today()));
        let (older, newer) = (of(older), of(newer));
        let screen = self.screens.iter_mut().rev().find_map(|screen| match screen {
            Screen::Same(same) => Some(same),
            _ => None,
        });
        screen.map(|screen| screen.paired(older, newer, &self.ctx)).unwrap_or_default()
    }

    /// A word on two charts is on the disk: the prompt closes. Charts of a patient who has another one now are left.
    pub fn linked(&mut self, job: &LinkJob, chart: Chart, left: Option<String>) -> Vec<Effect> {
        let drop = self.close_prompt();
        let words = match job.link {
            Link::Same => {
                format!("Joined: {}. In the chart D parts them again.", chart.joined_words().unwrap_or_default())
            }
            Link::Different => "Kept apart; all entries are where they were recorded.".to_owned(),
        };
        let patient = self.keep(chart);
        self.ctx.patients.remove(&job.newer);
        for screen in &mut self.screens {
            if matches!(screen, Screen::Chart(chart) if chart.patient == job.newer || chart.patient == patient.id()) {
                *screen = Screen::Chart(ChartScreen::new(&patient));
            }
        }
        self.said = Some(left.map_or(words.clone(), |error| {
            format!("{words} It is not in both charts yet; the next entry, or `cobalog check --repair`, completes it: {error}")
        }));
        drop.into_iter().collect()
    }

    /// Keeps a chart and its row.
    fn keep(&mut self, chart: Chart) -> Rc<Patient> {
        let patient = Rc::new(Patient::of(chart, &self.ctx.practice, self.ctx.today()));
        if self.ctx.patients.len() >= MOST_AT_HAND {
            let of_screen = |screen: &Screen| screen.patient().or_else(|| screen.beside());
            let in_use: Vec<PatientId> = self.screens.iter().filter_map(of_screen).collect();
            self.ctx.patients.retain(|id, _| in_use.contains(id));
        }
        self.ctx.patients.insert(patient.id(), Rc::clone(&patient));
        patient
    }

    fn keep_row(&mut self, patient: &Patient) {
        let Some(row) = Row::from_course(&patient.course, &self.ctx.practice.knowledge) else { return };
        let who = |r: &Row| (r.name.clone(), r.born, r.number.clone(), r.said.clone());
        let is_known = self.ctx.row(row.id).is_some_and(|old| who(&old) == who(&row));
        let id = row.id;
        self.ctx.rows.put(row);
        if !is_known {
            self.ctx.doubles.retain(|c| c.other(id).is_none());
            self.ctx.doubles.extend(same::candidates_of(id, &self.ctx.rows));
            self.ctx.doubles.sort_by_key(|c| (c.older, c.newer));
        }
    }

    /// An entry is safe on disk: the prompt closes, and what follows opens.
    pub fn recorded(&mut self, job: &Job, chart: Chart) -> Vec<Effect> {
        let patient = self.keep(chart);
        self.keep_row(&patient);
        let mut effects = Vec::new();
        if let Some(Screen::Prompt(prompt)) = self.screens.last() {
            effects.push(Effect::DropDraft(prompt.kind().name().to_owned(), prompt.patient()));
            self.screens.pop();
        }
        self.said = Some(said(job, &patient, &self.ctx));
        match job.after {
            After::Back => {}
            After::Prompt(kind) => effects.extend(self.prompt(kind, Some(Rc::clone(&patient)), None)),
            After::Chart => self.show_chart(&patient),
        }
        effects.extend(self.refresh());
        effects
    }

    fn show_chart(&mut self, patient: &Rc<Patient>) {
        let there = matches!(self.screens.last(), Some(Screen::Chart(chart)) if chart.patient == patient.id());
        if there {
            self.screens.pop();
        }
        self.screens.push(Screen::Chart(ChartScreen::new(patient)));
    }

    /// Somebody else recorded on this chart while the prompt was open: it is checked anew, with everything that was
    /// typed, and the person looks again.
    pub fn meanwhile(&mut self, chart: Chart) -> Vec<Effect> {
        let newest = chart
            .entries()
            .last()
            .map(|e| format!("{}: {} ({})", e.by, prompts::summary_in(&e.act, &chart), e.at.format("%H:%M")));
        let patient = self.keep(chart);
        self.keep_row(&patient);
        if let Some(Screen::Prompt(prompt)) = self.screens.last_mut() {
            prompt.reopen(patient, &self.ctx);
            prompt.look_again(format!(
                "Another entry came in meanwhile: {}. Look again, then sign or leave.",
                newest.unwrap_or_default()
            ));
        }
        self.refresh()
    }

    /// A chart on a screen was written by somebody else: what stands there follows, and the cursor stays where it is.
    pub fn follow(&mut self, chart: Chart) {
        let Some(before) = self.ctx.patient(chart.id).filter(|before| before.chart != chart) else { return };
        let news = news(&before.chart, &chart);
        let patient = self.keep(chart);
        self.keep_row(&patient);
        for screen in &mut self.screens {
            match screen {
                Screen::Chart(chart) if chart.patient == patient.id() => chart.follow(&before, &patient),
                Screen::Prompt(prompt) if prompt.patient() == Some(patient.id()) => {
                    prompt.follow(Rc::clone(&patient), &self.ctx, &news);
                }
                _ => {}
            }
        }
        if matches!(self.screens.last(), Some(Screen::Chart(_))) {
            self.said = Some(news);
        }
    }

    /// An entry could not be saved: the prompt stays as it is and says so.
    pub fn failed(&mut self, sentence: String) {
        match self.screens.last_mut() {
            Some(Screen::Prompt(prompt)) => prompt.fail(&sentence),
            _ => self.said = Some(sentence),
        }
    }

    /// Takes rows that were read anew; returns the charts at hand that changed and must be loaded again.
    pub fn take_rows(&mut self, rows: Roll, doubles: Vec<Candidate>, problems: Vec<String>) -> Vec<Effect> {
        let is_other = |id: &&PatientId| rows.of_patient(**id) != self.ctx.rows.of_patient(**id);
        let changed: Vec<_> =
            self.ctx.patients.keys().filter(is_other).map(|id| Effect::Load(*id, Then::Peek)).collect();
        self.ctx.doubles = doubles;
        self.ctx.rows = rows;
        self.ctx.problems = problems;
        self.ctx.checking = false;
        let mut effects = changed;
        effects.extend(self.refresh());
        effects
    }

    /// Shows on the page of rules what was counted, unless it was left meanwhile.
    pub fn take_tally(&mut self, counted: Result<(BTreeMap<String, Count>, usize), String>) {
        let lines = match counted {
            Ok((counts, left_out)) => rules::lines(&self.ctx.practice, &counts, left_out),
            Err(sentence) => vec![sentence],
        };
        let page = self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Text(page) if page.title() == rules::TITLE => Some(page),
            _ => None,
        });
        if let Some(page) = page {
            page.tell(lines);
        }
    }
}
