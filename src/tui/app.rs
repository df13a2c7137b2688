//! The app: a stack of screens over one context. It changes no file and asks no clock; what it cannot do itself it
//! hands on as effects.

use super::ctx::{Ctx, Patient};
use super::effect::{After, Effect, Job, LinkJob, PromptKind, Then};
use super::input::{Input, Key};
use super::keymap::{Action, Place};
use super::prompts;
use super::screens::{Ask, ChartScreen, Same, Screen, Start, Today, rules};
use super::theme::Role;
use super::widgets::frame;
use crate::clinic::agenda::{Roll, Row};
use crate::clinic::chart::Chart;
use crate::clinic::course::Next;
use crate::clinic::decision::Turn;
use crate::clinic::entry::{Act, PatientId};
use crate::clinic::links::Link;
use crate::clinic::practice::Practice;
use crate::clinic::same::{self, Candidate};
use crate::clinic::signing;
use crate::clinic::tally::Count;
use crate::clinic::words;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What is said where a dose is asked for and none is owed.
pub(super) const NO_DOSE: &str = "No dose is owed: a plan comes first. Press o to triage and choose one.";

/// So many charts are kept at hand; with more, those that no screen is about are let go.
const MOST_AT_HAND: usize = 16;

/// The program's state.
pub struct App {
    /// What screens see.
    pub ctx: Ctx,
    screens: Vec<Screen>,
    said: Option<String>,
    over: bool,
}

impl App {
    /// Begins on Today, or at the first start on the welcome.
    #[must_use]
    pub fn new(ctx: Ctx, has_practice: bool) -> Self {
        let first = if has_practice { Screen::Today(Today::default()) } else { Screen::Start(Start::default()) };
        Self { ctx, screens: vec![first], said: None, over: false }
    }

    /// Returns whether the person left.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Returns the screen on top.
    #[must_use]
    pub fn top(&self) -> Option<&Screen> {
        self.screens.last()
    }

    /// Returns the words of the line above the footer.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// Shows Today, after a practice was opened.
    pub fn enter(&mut self) -> Vec<Effect> {
        self.screens = vec![Screen::Today(Today::default())];
        self.refresh()
    }

    /// Lets every screen follow changed rows or a new day.
    pub fn refresh(&mut self) -> Vec<Effect> {
        let ctx = &self.ctx;
        self.screens.iter_mut().flat_map(|screen| screen.refresh(ctx)).collect()
    }

    /// Asks for what the screen on top shows beside its list, once no key waits any more.
    #[must_use]
    pub fn peek(&mut self) -> Vec<Effect> {
        match self.screens.last_mut() {
            Some(Screen::Today(today)) => today.peek(&self.ctx),
            _ => Vec::new(),
        }
    }

    /// Returns the patients whose charts the next key may ask for.
    #[must_use]
    pub fn next_to(&self) -> Vec<PatientId> {
        match self.screens.last() {
            Some(Screen::Today(today)) => today.next_to(&self.ctx),
            _ => Vec::new(),
        }
    }

    /// Handles an input; what it cannot do itself comes back.
    pub fn update(&mut self, input: &Input) -> Vec<Effect> {
        let Some(place) = self.top().map(Screen::place) else { return Vec::new() };
        if let Input::Click(at) = input
            && let Some(key) = self.footer_key(*at, place)
        {
            return self.update(&Input::Key(key));
        }
        let action = match input {
            Input::Key(key) => self.ctx.keymap.action(place, *key),
            _ => None,
        };
        if matches!(input, Input::Key(_)) {
            self.said = None;
        }
        if action == Some(Action::Quit) && matches!(input, Input::Key(Key::Ctrl(_))) {
            self.over = true;
            return Vec::new();
        }
        if matches!(place, Place::Prompt | Place::Search) && action == Some(Action::Help) {
            self.screens.push(Screen::Help(super::screens::Help::on(place)));
            return Vec::new();
        }
        let body = self.body();
        let Some(top) = self.screens.last_mut() else { return Vec::new() };
        let effects = top.update(&self.ctx, input, action, body);
        self.carry_out(effects)
    }

    fn footer_key(&self, at: ratatui::layout::Position, place: Place) -> Option<Key> {
        let lines = frame::footer_spots(&self.parts(), &self.ctx, place, self.said.is_some());
        let (area, spots) = lines.into_iter().find(|(area, _)| area.contains(at))?;
        spots.into_iter().find(|spot| spot.columns.contains(&(at.x - area.x))).and_then(|spot| spot.key.parse().ok())
    }

    /// Does what concerns screens alone; hands the rest on.
    pub fn carry_out(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut rest = Vec::new();
        for effect in effects {
            match effect {
                Effect::Push(screen) => self.screens.push(*screen),
                Effect::Pop => {
                    if self.screens.len() > 1 {
                        self.screens.pop();
                    }
                }
                Effect::Say(words) => self.said = Some(words),
                Effect::Quit => self.over = true,
                other => rest.push(other),
            }
        }
        rest
    }

    /// Takes a loaded chart and does what it was loaded for.
    pub fn loaded(&mut self, chart: Chart, then: Then) -> Vec<Effect> {
        let patient = self.keep(chart);
        match then {
            Then::Peek => {}
            Then::Chart => self.screens.push(Screen::Chart(ChartScreen::new(&patient))),
            Then::Prompt(kind) => self.prompt(kind, Some(patient), None),
            Then::Resume(PromptKind::Link, values) => {
                let screen = Same::resume(patient.id(), values, &self.ctx);
                let load = screen.load();
                self.screens.push(Screen::Same(screen));
                return load;
            }
            Then::Resume(kind, values) => self.prompt(kind, Some(patient), Some(values)),
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
        let number = |id| self.ctx.row(id).map(|r| r.number.clone()).unwrap_or_default();
        let (older, newer) = (number(job.older), number(job.newer));
        let words = match job.link {
            Link::Same => format!("Joined: {newer} is now {older}. In the chart D parts them again."),
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

    /// Opens a prompt that is about nobody yet.
    pub fn resume_without_patient(&mut self, kind: PromptKind, values: BTreeMap<String, String>) {
        self.prompt(kind, None, Some(values));
    }

    fn prompt(&mut self, kind: PromptKind, patient: Option<Rc<Patient>>, values: Option<BTreeMap<String, String>>) {
        // A plan needs the five answers first.
        let untriaged = patient.as_ref().is_some_and(|p| p.course.triage.is_none());
        let kind = if kind == PromptKind::Order && untriaged { PromptKind::Triage } else { kind };
        if let Some(words) = patient.as_ref().and_then(|p| not_now(kind, p)) {
            self.said = Some(words);
            return;
        }
        // After an end every prompt says first where the patient stands; the next key takes it away.
        let ended = patient.as_ref().and_then(|p| p.course.standing.as_ref()).filter(|s| s.ends_the_plan());
        if let Some(standing) = ended {
            let back = if kind == PromptKind::Order { "A signed plan brings injections back. " } else { "" };
            self.said = Some(format!("{back}{}", standing.words()));
        }
        let prompt = match &values {
            Some(values) => prompts::resume(kind, patient, values, &self.ctx),
            None => prompts::open(kind, patient, &self.ctx),
        };
        let Some(prompt) = prompt else { return };
        self.screens.push(Screen::Prompt(Box::new(prompt)));
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
        let Some(row) = Row::from_course(&patient.course) else { return };
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
        self.said = Some(said(job, &patient, &self.ctx.practice));
        match job.after {
            After::Back => {}
            After::Prompt(kind) => self.prompt(kind, Some(Rc::clone(&patient)), None),
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
            .map(|e| format!("{}: {} ({})", e.by, prompts::summary(&e.act), e.at.format("%H:%M")));
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

    /// Returns whether a screen or a prompt is open on a patient.
    #[must_use]
    pub fn is_shown(&self, patient: PatientId) -> bool {
        self.screens.iter().any(|screen| screen.patient() == Some(patient))
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

    /// Closes the prompt on top, after its effect was carried out.
    pub fn close_prompt(&mut self) -> Option<Effect> {
        let Some(Screen::Prompt(prompt)) = self.screens.last() else { return None };
        let drop = Effect::DropDraft(prompt.kind().name().to_owned(), prompt.patient());
        self.screens.pop();
        Some(drop)
    }

    /// Says something in the line above the footer.
    pub fn say(&mut self, words: String) {
        self.said = Some(words);
    }

    /// Asks whether a draft of an earlier run is taken up again.
    pub fn ask_about(&mut self, ask: Ask) {
        self.screens.push(Screen::Ask(ask));
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

    /// Turns the page when the day or the practice changed: every course at hand is worked out anew.
    pub fn rework(&mut self) -> Vec<Effect> {
        let today = self.ctx.today();
        let practice = &self.ctx.practice;
        for patient in self.ctx.patients.values_mut() {
            *patient = Rc::new(Patient::of(patient.chart.clone(), practice, today));
        }
        self.refresh()
    }

    fn parts(&self) -> frame::Parts {
        frame::parts(self.ctx.area, self.with_banner())
    }

    fn with_banner(&self) -> bool {
        self.base().is_some_and(|s| s.patient().is_some())
    }

    /// The topmost screen that is not drawn over another.
    fn base(&self) -> Option<&Screen> {
        self.screens.iter().rev().find(|s| !s.is_overlay())
    }

    fn body(&self) -> Rect {
        self.parts().body
    }

    /// Draws the whole screen.
    pub fn view(&self, frame: &mut Frame<'_>) {
        let Some(base) = self.base() else { return };
        let parts = frame::parts(frame.area(), self.with_banner());
        frame::header(frame, parts.header, &self.ctx, base.title());
        if let Some(patient) = base.patient().and_then(|id| self.ctx.patient(id)) {
            frame::banner(frame, parts.banner, &self.ctx, &patient);
        }
        base.view(frame, parts.body, &self.ctx);
        if let Some(top) = self.top().filter(|s| s.is_overlay()) {
            top.view(frame, parts.body, &self.ctx);
        }
        if let Some(said) = &self.said {
            let said = frame::cut(said, usize::from(parts.say.width.saturating_sub(2)), self.ctx.theme.glyphs.ellipsis);
            frame.render_widget(Line::styled(format!(" {said}"), self.ctx.theme.style(Role::Good)), parts.say);
        }
        if let Some(top) = self.top() {
            frame::footer(frame, &parts, &self.ctx, top.place(), self.said.is_some());
        }
        if self.ctx.theme.ascii {
            frame::only_ascii(frame.buffer_mut());
        }
    }
}

/// Says who added what to a chart.
fn news(before: &Chart, after: &Chart) -> String {
    let fresh: Vec<_> = after.entries().iter().filter(|e| before.entry(e.id).is_none()).collect();
    let Some(newest) = fresh.last() else { return "The chart changed on the disk.".to_owned() };
    let more = if fresh.len() > 1 {
        format!(", and {} more", words::plural(fresh.len() as i64 - 1, "entry"))
    } else {
        String::new()
    };
    format!(
        "New in the chart from {}: {} ({}){more}.",
        newest.by,
        prompts::summary(&newest.act),
        newest.at.format("%H:%M")
    )
}

/// Says why a prompt does not open on a patient now: nothing is owed, or the patient died.
fn not_now(kind: PromptKind, patient: &Patient) -> Option<String> {
    use PromptKind::{Acknowledge, Change, Give, NotGiven, Order, PhaseEnd, Review, Triage};
    let standing = patient.course.standing.as_ref().filter(|s| s.ends_the_plan());
    if let Some(standing) = standing.filter(|s| s.change.what == Turn::Died)
        && matches!(kind, Give | NotGiven | Order | PhaseEnd | Review | Change | Triage)
    {
        return Some(format!("{}. If that is wrong: 5 History, then a strikes it out.", standing.words()));
    }
    if kind == Acknowledge && !prompts::can_acknowledge(patient) {
        return Some("Nothing here waits for a reason. A stop is resolved, not passed; w shows all.".to_owned());
    }
    if !matches!(kind, Give | NotGiven) || patient.course.next_dose().is_some() {
        return None;
    }
    Some(match (standing, &patient.course.next) {
        (Some(standing), _) => {
            format!("No dose is owed; o signs a plan that brings injections back. {}.", standing.words())
        }
        (None, Next::Decide(words)) => format!("{words} Press o for the next plan."),
        _ => NO_DOSE.to_owned(),
    })
}

/// Says in words what was saved, and what comes next.
fn said(job: &Job, patient: &Patient, practice: &Practice) -> String {
    let what = job.acts.last().map(|act| match act {
        Act::Given(g) => format!("{} given on {}", crate::clinic::drug::mcg(g.dose_mcg), words::day(g.on)),
        act => act.word().to_owned(),
    });
    let who = patient.course.person.as_ref().map(|p| p.name()).unwrap_or_default();
    let today = patient.course.today;
    if let Some(Act::Reviewed(review)) = job.acts.last() {
        let until = signing::review_good_until(practice, review);
        return format!("Saved: review, {who}. Denser doses may be signed until {} (d, or o).", words::day(until));
    }
    if let Some(standing) =
        patient.course.standing.as_ref().filter(|_| matches!(job.acts.last(), Some(Act::Changed(_))))
    {
        return format!("Saved: {who}. {}.", standing.words());
    }
    let next = patient.course.next_dose().map(|s| match s.visit > today {
        true => format!(" Next: {} on {}.", s.title(), words::day(s.visit)),
        false => format!(" {} is still owed.", s.title()),
    });
    let next = next.unwrap_or_default();
    format!("Saved: {}, {who}.{next}", what.unwrap_or_default())
}
