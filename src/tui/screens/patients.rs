//! Patients: everybody, found by any part of name, number or birth date. No fuzzy matching: a likely patient is not the
//! patient.

mod shown;

use super::super::ctx::Ctx;
use super::super::effect::{Effect, PromptKind, Then};
use super::super::input::{Input, Key, clean};
use super::super::keymap::{Action, Place};
use super::super::prompts;
use super::super::theme::Role;
use super::super::widgets::frame::{self, fit};
use super::super::widgets::pen::Pen;
use super::list::{Cursor, Moved};
use super::{Help, Screen};
use crate::clinic::agenda::{Row, Wanted, What};
use crate::clinic::entry::PatientId;
use crate::clinic::words;
use chrono::NaiveDate;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};
use shown::Shown;

/// The screen.
#[derive(Default)]
pub struct Patients {
    query: String,
    /// Whether letters go to the search line.
    typing: bool,
    shown: Shown,
    /// The places of those who are found, in the order of their names.
    found: Vec<u32>,
    /// Who is at the cursor, as the list may shift under it.
    chosen: Option<PatientId>,
    cursor: Cursor,
}

impl Patients {
    /// Opens with the search line ready.
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let mut screen = Self { typing: true, ..Self::default() };
        screen.refresh(ctx);
        screen
    }

    /// While the search line has the letters, they are no keys.
    pub(super) fn place(&self) -> Place {
        if self.typing { Place::Search } else { Place::Patients }
    }

    pub(super) fn refresh(&mut self, ctx: &Ctx) -> Vec<Effect> {
        self.search(ctx);
        let place = self.chosen.and_then(|id| ctx.rows.find(id));
        if let Some(at) = place.and_then(|place| self.found.iter().position(|at| *at == place)) {
            self.cursor.at = at;
        }
        self.choose(ctx);
        Vec::new()
    }

    /// Keeps in mind who is at the cursor.
    fn choose(&mut self, ctx: &Ctx) {
        let row = self.found.get(self.cursor.at).and_then(|at| ctx.rows.row(*at));
        self.chosen = row.map(|row| row.id);
    }

    /// Every word of the query must be found, among those who are shown.
    fn search(&mut self, ctx: &Ctx) {
        self.found = ctx.rows.search(&self.query);
        if self.shown != Shown::All {
            let is_shown = |at: &u32| ctx.rows.row(*at).is_some_and(|row| self.shown.holds(&row, ctx.today()));
            self.found.retain(is_shown);
        }
        self.cursor.clamp(self.found.len());
    }

    fn areas(body: Rect) -> (Rect, Rect) {
        let head = body.height.min(1);
        (Rect { height: head, ..body }, Rect { y: body.y + head, height: body.height - head, ..body })
    }

    fn lines_area(list: Rect) -> Rect {
        let inner = Block::bordered().inner(list);
        let head = inner.height.min(1);
        Rect { y: inner.y + head, height: inner.height - head, ..inner }
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        if self.typing
            && let Some(effects) = self.type_in(input, ctx)
        {
            return effects;
        }
        let lines = Self::lines_area(Self::areas(body).1);
        let typing_letter = self.typing && matches!(input, Input::Key(Key::Char(_)));
        if !typing_letter {
            match self.cursor.input(input, action, lines, self.found.len()) {
                Moved::Opened => return self.on_chosen(Then::Chart),
                Moved::Yes => self.choose(ctx),
                Moved::No => {}
            }
        }
        match action {
            Some(Action::Open) => self.on_chosen(Then::Chart),
            Some(Action::Search) => {
                self.typing = true;
                Vec::new()
            }
            Some(Action::Show) => {
                self.shown = self.shown.next();
                self.cursor.at = 0;
                self.search(ctx);
                self.choose(ctx);
                Vec::new()
            }
            Some(Action::Give) => self.on_chosen(Then::Prompt(PromptKind::Give)),
            Some(Action::Checkpoint) => self.on_chosen(Then::Prompt(PromptKind::Checkpoint)),
            Some(Action::NotGiven) => self.on_chosen(Then::Prompt(PromptKind::NotGiven)),
            Some(Action::Order) => self.on_chosen(Then::Prompt(PromptKind::Order)),
            Some(Action::NewPatient) => prompts::open(PromptKind::Patient, None, ctx)
                .map(|p| Effect::Push(Box::new(Screen::Prompt(Box::new(p)))))
                .into_iter()
                .collect(),
            Some(Action::Doubles) => super::same::open(None, ctx),
            Some(Action::Help) => vec![Effect::Push(Box::new(Screen::Help(Help::on(self.place()))))],
            Some(Action::Back) => vec![Effect::Pop],
            _ => Vec::new(),
        }
    }

    /// While the search line has the letters: they narrow the list; Enter opens, Tab and arrows leave the line.
    fn type_in(&mut self, input: &Input, ctx: &Ctx) -> Option<Vec<Effect>> {
        match input {
            Input::Key(Key::Char(c)) => self.query.push(*c),
            Input::Paste(text) => self.query.push_str(&clean(text)),
            Input::Key(Key::Backspace) => {
                // Letters typed one too far back must never become commands: the line stays.
                self.query.pop();
            }
            Input::Key(Key::Ctrl('u')) => self.query.clear(),
            Input::Key(Key::Esc) if !self.query.is_empty() => self.query.clear(),
            Input::Key(Key::Tab) => self.typing = false,
            _ => return None,
        }
        self.query = self.query.chars().take(80).collect();
        self.cursor.at = 0;
        self.search(ctx);
        self.choose(ctx);
        Some(Vec::new())
    }

    fn on_chosen(&self, then: Then) -> Vec<Effect> {
        self.chosen.map(|id| Effect::Load(id, then)).into_iter().collect()
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let theme = &ctx.theme;
        let (head, list) = Self::areas(body);
        let style = theme.style(if self.typing { Role::Focus } else { Role::Field });
        let count = format!("  {} of {}   ", self.found.len(), ctx.rows.len());
        let room = usize::from(head.width).saturating_sub(7 + 28 + count.len());
        let hint = self.hints().into_iter().find(|hint| hint.len() <= room).unwrap_or_default();
        let search = Line::from(vec![
            Span::raw(" Find  "),
            Span::styled(format!("{:<28}", self.query), style),
            Span::styled(format!("{count}{hint}"), theme.style(Role::Dim)),
        ]);
        frame.render_widget(search, head);
        let block = Block::bordered().title(self.title()).title_style(theme.style(Role::Title));
        let block =
            frame::bordered(block.title_bottom(self.chosen_stands(ctx)).title_bottom(super::same::waiting(ctx)), ctx);
        frame.render_widget(block, list);
        self.lines(frame, Self::lines_area(list), ctx);
        if self.typing {
            let typed = unicode_width::UnicodeWidthStr::width(self.query.as_str());
            let x = u16::try_from(usize::from(head.x) + 7 + typed).unwrap_or(u16::MAX);
            if head.contains(ratatui::layout::Position::new(x, head.y)) {
                frame.set_cursor_position((x, head.y));
            }
        }
    }

    /// What can be done here, the fullest first.
    fn hints(&self) -> [&'static str; 2] {
        match (self.typing, self.shown) {
            (true, Shown::All) => {
                ["any part of name, number or birth date; Tab: to the list", "name, number or birth date"]
            }
            (false, Shown::All) => ["/ searches, e shows a part", ""],
            (true, _) => ["Tab: to the list", ""],
            (false, _) => ["e shows another part", ""],
        }
    }

    fn title(&self) -> String {
        let todo = self.shown.todo().filter(|_| !self.found.is_empty());
        match (self.shown, todo) {
            (Shown::All, _) => " Patients ".to_owned(),
            (shown, None) => format!(" Patients {} ", shown.words()),
            (_, Some(todo)) => format!(" {todo} "),
        }
    }

    /// The whole of where the chosen patient's course stands, as the column may cut it.
    fn chosen_stands(&self, ctx: &Ctx) -> Line<'static> {
        let row = self.found.get(self.cursor.at).and_then(|at| ctx.rows.row(*at));
        let standing =
            row.as_ref().map(|row| row.standing_on(ctx.today()).to_owned()).filter(|words| !words.is_empty());
        let former = row.and_then(|row| self.found_as(&row)).or(standing);
        let words = former.map(|words| {
            let room = usize::from(ctx.area.width.saturating_sub(4));
            format!(" {} ", frame::cut(&words, room, ctx.theme.glyphs.ellipsis))
        });
        Line::styled(words.unwrap_or_default(), ctx.theme.style(Role::Due))
    }

    /// Where a patient was found by what stood in a joined chart, says so: `1044 is now 1006, joined Mon 02 Nov 2026`.
    fn found_as(&self, row: &Row) -> Option<String> {
        let wanted = Wanted::new(&self.query);
        row.former.first().filter(|_| !self.query.trim().is_empty() && !wanted.fits_now(row))?;
        row.former.iter().find(|former| wanted.fits_some(former)).map(|f| f.words(&row.number))
    }

    /// Says what an empty list means.
    fn nobody(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let typed = !self.query.trim().is_empty();
        let mut words = match (typed, self.shown) {
            (true, Shown::All) | (false, _) => self.shown.nobody().to_owned(),
            (true, shown) => format!("Nobody of these fits what was typed ({}). e shows others.", shown.words()),
        };
        let mut role = Role::Dim;
        if !ctx.problems.is_empty() {
            let files = words::plural(ctx.problems.len() as i64, "file");
            words.push_str(&format!(" {files} cannot be read, and may hold the patient: f on Today names them."));
            role = Role::Late;
        }
        let text = Paragraph::new(words).style(ctx.theme.style(role)).wrap(Wrap { trim: false });
        let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
        frame.render_widget(text, inner);
    }

    fn lines(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let width = usize::from(area.width);
        // On 80 columns "On tablets since" has room for its date.
        let next = (width * 2 / 5 + 1).clamp(10, 44);
        let name = width.saturating_sub(2 + 1 + 13 + 10 + next);
        let title = Rect { y: area.y.saturating_sub(1), height: area.height.min(1), ..area };
        let titles = format!("  {} {:<12} {:<9} {}", fit("Patient", name, ""), "Born", "Number", "Next");
        frame.render_widget(Line::styled(titles, ctx.theme.style(Role::Dim)), title);
        if self.found.is_empty() {
            self.nobody(frame, area, ctx);
        }
        let top = self.cursor.top(self.found.len(), area.height);
        for (i, row) in self.found.iter().enumerate().skip(top).take(usize::from(area.height)) {
            let Some(row) = ctx.rows.row(*row) else { continue };
            let chosen = i == self.cursor.at;
            let base = if chosen { ctx.theme.style(Role::Selected) } else { Style::default() };
            let e = ctx.theme.glyphs.ellipsis;
            let bar = if chosen { ctx.theme.glyphs.selected } else { " " };
            let line = Rect { y: area.y + (i - top) as u16, height: 1, ..area };
            let pen = &mut Pen::on(frame.buffer_mut(), line);
            pen.column(bar, 2, "", ctx.theme.on_line(Role::Accent, chosen));
            pen.column(&row.name, name, e, base);
            pen.blank(1, base);
            pen.column(&words::born(row.born), 12, e, base);
            pen.blank(1, base);
            pen.column(&row.number, 9, e, base);
            let dim = ctx.theme.on_line(Role::Dim, chosen);
            pen.blank(1, dim);
            pen.column(&stands_or_next(&row, ctx.today()), next, e, dim);
        }
    }
}

/// Where the course stands beside its plan, else what comes next.
fn stands_or_next(row: &Row, today: NaiveDate) -> String {
    match row.standing_on(today) {
        "" => next_words(row, today),
        standing => standing.to_owned(),
    }
}

fn next_words(row: &Row, today: NaiveDate) -> String {
    let doses = row.items.iter().filter(|i| !matches!(i.what, What::Checkpoint(_)));
    let Some(item) = doses.chain(row.items.iter()).next() else { return "nothing owed".to_owned() };
    if matches!(item.what, What::Plan | What::Tell(_)) {
        return item.label.clone();
    }
    let late = item.days_late(today);
    let when = if late > 0 { format!("{late} d late") } else { words::day(item.visit) };
    let stop = if row.stops(item).is_some() { "STOP - " } else { "" };
    format!("{stop}{}, {when}", item.label)
}
