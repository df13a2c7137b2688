//! What nobody could name: whose is it? The likely ones stand first; typing finds others. What could not be read is entered
//! by hand and put away.

use super::super::super::ctx::Ctx;
use super::super::super::exchange::Wish;
use super::super::super::input::{Input, Key, clean};
use super::super::super::keymap::Action;
use super::super::super::prompts::summary;
use super::super::super::theme::Role;
use super::super::list::{Cursor, Moved};
use super::Step;
use super::lines::{List, NONE, areas};
use crate::clinic::agenda::Row;
use crate::clinic::entry::PatientId;
use crate::clinic::intake::{BY_HAND, Described, Unmatched, nothing_agrees};
use crate::clinic::words;
use crate::tui::keymap;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::sync::Arc;

/// So many who are found are shown.
const FOUND: usize = 50;

pub(super) struct Waiting {
    all: Vec<Unmatched>,
    cursor: Cursor,
    /// Who is chosen from for the piece at the cursor; absent while the pieces are listed.
    who: Option<Who>,
}

struct Who {
    typed: String,
    /// Why it is put away, while that is typed.
    away: Option<String>,
    rows: Vec<Arc<Row>>,
    cursor: Cursor,
    /// The patient of whom it was said what differs, and how many sentences of it.
    asked: Option<(PatientId, usize)>,
}

impl Waiting {
    pub(super) fn new(all: Vec<Unmatched>, _: &Ctx) -> Self {
        Self { all, cursor: Cursor::default(), who: None }
    }

    pub(super) fn again(&mut self, all: Vec<Unmatched>, _: &Ctx) {
        self.all = all;
        self.who = None;
        self.cursor.clamp(self.all.len());
    }

    pub(super) fn is_typed(&self) -> bool {
        self.who.is_some()
    }

    fn chosen(&self) -> Option<&Unmatched> {
        self.all.get(self.cursor.at)
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Step {
        let chosen = self.chosen().cloned();
        if let Some(who) = &mut self.who {
            return match who.update(ctx, input, action, body, chosen) {
                Some(step) => step,
                None => {
                    self.who = None;
                    Step::Stay
                }
            };
        }
        let opened = self.cursor.input(input, action, areas(body, 3).1, self.all.len()) == Moved::Opened;
        match (action, self.chosen()) {
            (Some(Action::Back), _) => return Step::Back,
            (Some(Action::Open), Some(chosen)) if chosen.is_by_hand() => return Step::Say(BY_HAND.to_owned()),
            (_, Some(chosen)) if opened && chosen.is_by_hand() => return Step::Say(BY_HAND.to_owned()),
            (Some(Action::Open), Some(chosen)) => self.who = Some(Who::of(chosen, ctx, None)),
            (Some(Action::PutAway), Some(chosen)) => self.who = Some(Who::of(chosen, ctx, Some(String::new()))),
            (_, Some(chosen)) if opened => self.who = Some(Who::of(chosen, ctx, None)),
            _ => {}
        }
        Step::Stay
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        if let (Some(who), Some(chosen)) = (&self.who, self.chosen()) {
            return who.view(frame, body, ctx, chosen);
        }
        let theme = &ctx.theme;
        let head = vec![
            Line::styled(
                keymap::told(
                    "What waits: {taken_in.open} says whose it is; {taken_in.put_away} puts it away with a reason.",
                ),
                theme.style(Role::Banner),
            ),
            Line::raw(""),
            Line::styled(format!("  {:<15} {:<28} Why it waits", "Since", "About"), theme.style(Role::Dim)),
        ];
        let told = match self.chosen() {
            None => "Nothing waits for a person.".to_owned(),
            Some(chosen) => format!("{} {}", chosen.told(), holds(chosen)),
        };
        let list =
            List { title: " Exchange ", head, count: self.all.len(), cursor: self.cursor, none: NONE, told, more: "" };
        let wide = usize::from(body.width).saturating_sub(51);
        list.draw(frame, body, ctx, |at, pen, style| {
            let Some(waits) = self.all.get(at) else { return };
            pen.column(&words::day(waits.at.date_naive()), 15, "", style(Role::Dim));
            pen.blank(1, style(Role::Text));
            pen.column(&waits.piece.about.name(), 28, theme.glyphs.ellipsis, style(Role::Text));
            pen.blank(1, style(Role::Text));
            pen.column(&waits.why, wide, theme.glyphs.ellipsis, style(Role::Due));
        });
    }
}

/// What a piece would record, or what is to be done with it.
fn holds(waits: &Unmatched) -> String {
    if waits.is_by_hand() {
        return keymap::told("Enter it by hand, then {taken_in.put_away} puts it away.");
    }
    let acts: Vec<_> = waits.piece.acts.iter().map(|coming| summary(&coming.act)).collect();
    format!("It holds: {}.", acts.join("; "))
}

impl Who {
    fn of(waits: &Unmatched, ctx: &Ctx, away: Option<String>) -> Self {
        let mut who = Self { typed: String::new(), away, rows: Vec::new(), cursor: Cursor::default(), asked: None };
        who.find(waits, ctx);
        who
    }

    fn find(&mut self, waits: &Unmatched, ctx: &Ctx) {
        self.rows = match self.typed.trim() {
            "" => waits.candidates.iter().filter_map(|id| ctx.row(*id)).collect(),
            typed => ctx.rows.search(typed).into_iter().take(FOUND).filter_map(|at| ctx.rows.row(at)).collect(),
        };
        self.cursor.clamp(self.rows.len());
    }

    /// `None` leaves the choice.
    fn update(
        &mut self,
        ctx: &Ctx,
        input: &Input,
        action: Option<Action>,
        body: Rect,
        waits: Option<Unmatched>,
    ) -> Option<Step> {
        let waits = waits?;
        if let Some(why) = &mut self.away {
            match (action, input) {
                (Some(Action::Back), _) => return None,
                (Some(Action::Open), _) if why.trim().is_empty() => {
                    return Some(Step::Say("Say why it is put away.".to_owned()));
                }
                (Some(Action::Open), _) => {
                    return Some(Step::Wish(Wish::PutAway(Box::new(waits), why.trim().to_owned())));
                }
                _ => typed_into(why, input),
            }
            return Some(Step::Stay);
        }
        let opened = self.cursor.input(input, action, areas(body, 5).1, self.rows.len()) == Moved::Opened;
        match action {
            Some(Action::Back) => return None,
            _ if opened || action == Some(Action::Open) => {
                let Some(row) = self.rows.get(self.cursor.at) else {
                    return Some(Step::Say("Type a part of the name, the number or the birth date.".to_owned()));
                };
                let said = self.asked.filter(|(id, _)| *id == row.id).map_or(0, |(_, said)| said);
                if let Some(words) = differences(&waits.piece.about, row).into_iter().nth(said) {
                    self.asked = Some((row.id, said + 1));
                    return Some(Step::Say(words));
                }
                return Some(Step::Wish(Wish::MatchTo(Box::new(waits), row.id)));
            }
            _ => {}
        }
        let before = self.typed.clone();
        typed_into(&mut self.typed, input);
        if self.typed != before {
            self.find(&waits, ctx);
        }
        Some(Step::Stay)
    }

    fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx, waits: &Unmatched) {
        let theme = &ctx.theme;
        let about = &waits.piece.about;
        let born = about.born.map(|day| format!(", born {}", words::born(day))).unwrap_or_default();
        let number = if about.number.is_empty() { String::new() } else { format!(", #{}", about.number) };
        let (ask, line) = match &self.away {
            Some(why) => ("Why is it put away?", format!("Why   {why}")),
            None => ("Whose is it?", format!("Find  {}", self.typed)),
        };
        let head = vec![
            Line::styled(format!("{ask} {}{born}{number}", about.name()), theme.style(Role::Banner)),
            Line::raw(holds(waits)),
            Line::raw(""),
            Line::styled(line, theme.style(Role::Focus)),
            Line::raw(""),
        ];
        let told = match (&self.away, self.rows.is_empty()) {
            (Some(_), _) => "Enter puts it away; its file is kept.",
            (None, true) => "Nobody is likely: type a part of the name, the number or the birth date.",
            (None, false) => "Enter records it in this chart: look at name, birth date and number first.",
        };
        let rows: &[Arc<Row>] = if self.away.is_some() { &[] } else { &self.rows };
        let list = List {
            title: " Exchange ",
            head,
            count: rows.len(),
            cursor: self.cursor,
            none: NONE,
            told: told.to_owned(),
            more: "",
        };
        list.draw(frame, body, ctx, |at, pen, style| {
            let Some(row) = rows.get(at) else { return };
            pen.column(&row.name, 36, theme.glyphs.ellipsis, style(Role::Text));
            pen.write(&format!(" born {}  #{}", words::born(row.born), row.number), style(Role::Text));
        });
    }
}

/// What is asked, one after the other, before it is recorded for somebody of whom the file says otherwise.
fn differences(about: &Described, row: &Row) -> Vec<String> {
    let Some(born) = about.born.filter(|born| *born != row.born) else { return Vec::new() };
    let (ours, theirs) = (words::born(row.born), words::born(born));
    match nothing_agrees(about, (&row.name, &row.number, row.born)) {
        None => vec![format!("Born {ours} here, {theirs} in the file: Enter once more records it all the same.")],
        Some(all) => vec![
            format!("Born {ours} here, {theirs} in the file: Enter goes on all the same."),
            format!("{all}. Enter once more records it all the same."),
        ],
    }
}

fn typed_into(line: &mut String, input: &Input) {
    match input {
        Input::Key(Key::Char(c)) => line.push(*c),
        Input::Paste(text) => line.push_str(&clean(text)),
        Input::Key(Key::Backspace) => drop(line.pop()),
        _ => {}
    }
}
