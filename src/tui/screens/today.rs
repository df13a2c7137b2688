//! Today: who now? The worklist, most urgent first, and beside it the chosen patient's course.

use super::super::ctx::Ctx;
use super::super::effect::{Effect, PromptKind, Then};
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::prompts;
use super::super::theme::Role;
use super::super::widgets::frame;
use super::super::widgets::pen::Pen;
use super::list::{Cursor, Moved};
use super::{Exchange, Help, Patients, People, Screen, Waiting};
use crate::clinic::agenda::{Kind, Task, Worklist};
use crate::clinic::entry::PatientId;
use crate::clinic::people;
use crate::clinic::roles::{self, Doing};
use crate::tui::keymap;
use chrono::NaiveDate;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr as _;

mod counts;
mod line;
mod preview;

use counts::{Counts, counts};
use line::{Columns, line_of};

/// What tells a task from others, also in another roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chosen {
    patient: PatientId,
    due: NaiveDate,
    is_dose: bool,
}

impl Chosen {
    /// Returns at which line it stands now.
    fn line(&self, list: &Worklist, ctx: &Ctx) -> Option<usize> {
        let is_this = |task: &Task| (self.due, self.is_dose) == (task.due, task.kind == Kind::Dose);
        list.position(ctx.rows.find(self.patient)?, is_this, &ctx.rows)
    }
}

/// How far ahead the list looks.
const AHEAD_DAYS: i64 = 7;

/// The screen.
#[derive(Default)]
pub struct Today {
    list: Worklist,
    /// The task at the cursor.
    chosen: Option<Chosen>,
    /// Whether its chart was not asked for yet.
    wants_chart: bool,
    counts: Counts,
    cursor: Cursor,
    day: Option<NaiveDate>,
}

impl Today {
    /// Lets the list follow; the chosen patient stays chosen, or the next one takes the place.
    pub(super) fn refresh(&mut self, ctx: &Ctx) -> Vec<Effect> {
        self.list.follow(&ctx.rows, ctx.today(), AHEAD_DAYS);
        self.counts = counts(&self.list, ctx);
        // The same task stays chosen; when it is done, the next one has its place.
        if let Some(at) = self.chosen.and_then(|chosen| chosen.line(&self.list, ctx)) {
            self.cursor.at = at;
        }
        self.cursor.clamp(self.list.len());
        self.day = Some(ctx.today());
        self.choose(ctx);
        Vec::new()
    }

    /// Lets the cursor stand on the most urgent task, whoever was chosen.
    pub fn to_top(&mut self) {
        self.chosen = None;
        self.cursor.at = 0;
    }

    /// Keeps in mind which task is at the cursor.
    fn choose(&mut self, ctx: &Ctx) {
        let chosen = |task: Task| {
            let patient = ctx.rows.row(task.row)?.id;
            Some(Chosen { patient, due: task.due, is_dose: task.kind == Kind::Dose })
        };
        self.chosen = self.list.line(self.cursor.at, &ctx.rows).and_then(chosen);
        self.wants_chart = true;
    }

    /// Asks once for the chosen patient's chart, unless it is at hand.
    pub fn peek(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if !std::mem::take(&mut self.wants_chart) {
            return Vec::new();
        }
        let wanted = self.chosen.map(|t| t.patient).filter(|id| !ctx.patients.contains_key(id));
        wanted.map(|id| Effect::Load(id, Then::Peek)).into_iter().collect()
    }

    /// Returns the patient whose course is shown beside the list.
    pub(super) fn beside(&self) -> Option<PatientId> {
        self.chosen.map(|task| task.patient)
    }

    /// Returns the patients whose charts are not at hand and to whom the next key is likely to go.
    pub fn next_to(&self, ctx: &Ctx) -> Vec<PatientId> {
        let patient = |at: usize| Some(ctx.rows.row(self.list.line(at, &ctx.rows)?.row)?.id);
        let ids = self.cursor.likely().filter_map(patient);
        ids.filter(|id| !ctx.patients.contains_key(id)).collect()
    }

    /// The lines of counts, the list, and what stands beside it or below it.
    fn areas(&self, body: Rect) -> (Rect, Rect, Rect) {
        let head = body.height.min(1 + u16::from(self.counts.waits()));
        let rest = Rect { y: body.y + head, height: body.height - head, ..body };
        let head = Rect { height: head, ..body };
        if rest.width >= 110 {
            let left = (rest.width * 13 / 20).min(rest.width - 42);
            return (head, Rect { width: left, ..rest }, Rect { x: rest.x + left, width: rest.width - left, ..rest });
        }
        let below = if rest.height >= 17 { 8 } else { 0 };
        let list = Rect { height: rest.height - below, ..rest };
        (head, list, Rect { y: rest.y + list.height, height: below, ..rest })
    }

    /// The lines of the list: inside the frame, under the column titles.
    fn lines_area(list: Rect) -> Rect {
        let inner = Block::bordered().inner(list);
        let head = inner.height.min(1);
        Rect { y: inner.y + head, height: inner.height - head, ..inner }
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        let lines = Self::lines_area(self.areas(body).1);
        match self.cursor.input(input, action, lines, self.list.len()) {
            Moved::Opened => return self.on_chosen(Then::Chart),
            Moved::Yes => {
                self.choose(ctx);
                return Vec::new();
            }
            Moved::No => {}
        }
        match action {
            Some(Action::Open) => self.on_chosen(Then::Chart),
            Some(Action::Give) => self.on_chosen(Then::Prompt(PromptKind::Give)),
            Some(Action::Checkpoint) => self.on_chosen(Then::Prompt(PromptKind::Checkpoint)),
            Some(Action::NotGiven) => self.on_chosen(Then::Prompt(PromptKind::NotGiven)),
            Some(Action::Order) => self.on_chosen(Then::Prompt(PromptKind::Order)),
            Some(Action::NewPatient) => prompt(PromptKind::Patient, ctx),
            Some(Action::Settings) => match roles::may(&ctx.practice.settings.people, &ctx.author, Doing::Settings) {
                Ok(()) => prompt(PromptKind::Settings, ctx),
                Err(words) => vec![Effect::Say(format!("{words}. u: your own PIN or passphrase."))],
            },
            Some(Action::People) => vec![Effect::Push(Box::new(Screen::People(People::new(ctx))))],
            Some(Action::Patients | Action::Search) => {
                vec![Effect::Push(Box::new(Screen::Patients(Patients::new(ctx))))]
            }
            Some(Action::Doubles) => super::same::open(None, ctx),
            Some(Action::Sheet) => vec![Effect::Sheet(ctx.today())],
            Some(Action::Renew) => self.on_chosen(Then::Prompt(PromptKind::Renew)),
            Some(Action::ToSign) => vec![Effect::Push(Box::new(Screen::Waiting(Waiting::new(ctx))))],
            Some(Action::Problems) => vec![Effect::Push(Box::new(Screen::Text(super::files::problems(ctx))))],
            Some(Action::Rules) => {
                vec![Effect::Push(Box::new(Screen::Text(super::rules::reading()))), Effect::CountRules]
            }
            Some(Action::Audit) => vec![Effect::LoadLog(None)],
            Some(Action::Exchange) => vec![Effect::Push(Box::new(Screen::Exchange(Exchange::new())))],
            Some(Action::Help) => vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::Today))))],
            Some(Action::Quit) => vec![Effect::Quit],
            _ => Vec::new(),
        }
    }

    fn on_chosen(&self, then: Then) -> Vec<Effect> {
        self.chosen.map(|t| Effect::Load(t.patient, then)).into_iter().collect()
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let (head, list, side) = self.areas(body);
        frame.render_widget(Text::from(counts::lines(&self.counts, ctx, head.width)), head);
        let title = if ctx.checking { " Worklist (checking the files) " } else { " Worklist " };
        frame::boxed(frame, list, title, ctx);
        let alone = openers(ctx, list.width);
        let under = if alone.width() == 0 { self.in_full(list.width, ctx) } else { alone };
        frame::under(frame, list, under);
        frame::under(frame, list, super::same::waiting(ctx));
        self.lines(frame, Self::lines_area(list), ctx);
        if side.height > 2 {
            let patient = self.chosen.and_then(|t| ctx.patient(t.patient));
            preview::draw(frame, side, ctx, patient.as_deref());
        }
    }

    /// What the chosen line is about, where its column cuts it.
    fn in_full(&self, width: u16, ctx: &Ctx) -> Line<'static> {
        let whole = || {
            let task = self.list.from(self.cursor.at, &ctx.rows).next()?;
            let row = ctx.rows.row(task.row)?;
            let label = row.items.get(usize::from(task.item))?.label.clone();
            let room = usize::from(width).saturating_sub(4 + super::same::waiting(ctx).width());
            let is_cut = label.width() > Columns::of(Self::lines_area(Rect { width, ..Rect::default() }).width).what();
            (is_cut && label.width() + 2 <= room).then_some(label)
        };
        whole().map(|label| Line::styled(format!(" {label} "), ctx.theme.style(Role::Text))).unwrap_or_default()
    }

    fn lines(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let columns = Columns::of(area.width);
        let title = Rect { y: area.y.saturating_sub(1), height: area.height.min(1), ..area };
        frame.render_widget(Line::styled(columns.titles(), ctx.theme.style(Role::Dim)), title);
        if self.list.is_empty() {
            frame.render_widget(Paragraph::new(nobody(ctx)).wrap(Wrap { trim: false }), area);
            return;
        }
        let top = self.cursor.top(self.list.len(), area.height);
        for (task, y) in self.list.from(top, &ctx.rows).zip(area.y..area.y + area.height) {
            let line = Rect { y, height: 1, ..area };
            let chosen = top + usize::from(y - area.y) == self.cursor.at;
            line_of(&task, chosen, &columns, ctx, &mut Pen::on(frame.buffer_mut(), line));
        }
    }
}

/// Who alone can open the records, as much of it as fits beside the line of those who may be entered twice.
fn openers(ctx: &Ctx, width: u16) -> Line<'static> {
    let room = usize::from(width).saturating_sub(4 + super::same::waiting(ctx).width());
    let short = format!("Only {} can open the records: u", ctx.openers.join(" and "));
    let words = ctx.only_openers().map(|long| [format!(" {long} "), format!(" {short} ")]);
    let fits = words.into_iter().flatten().find(|words| words.chars().count() <= room);
    Line::styled(fits.unwrap_or_default(), ctx.theme.style(Role::Note))
}

/// Says who signs the first plan, where that is not settled.
fn prescribers(ctx: &Ctx) -> Option<String> {
    let people = &ctx.practice.settings.people;
    let without = roles::without_a_secret(people).next();
    let words = match without {
        Some(doctor) => {
            let gives = if people::sign_in(people) { "gives a code for a PIN" } else { "gives PINs, yours first" };
            let until = "Until then what was signed on paper is filed.";
            format!("  {} has nothing to sign with yet: {{today.people}} {gives}. {until}", doctor.name)
        }
        None if !roles::nobody_prescribes(people) => return None,
        None => "  Nobody here prescribes: {today.people} adds who does. A doctor outside is named with each plan, and the signed paper is filed.".to_owned(),
    };
    Some(keymap::told(&words))
}

fn nobody(ctx: &Ctx) -> String {
    if ctx.rows.is_empty() && !ctx.problems.is_empty() {
        return keymap::told("  No chart can be read. {today.problems} says why, and what to do.");
    }
    if ctx.rows.is_empty() && !ctx.checking {
        let begin = "  Nobody here yet. Press {today.new_patient} to enter the first patient; triage and plan follow in one sitting.";
        return [Some(keymap::told(begin)), prescribers(ctx)].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    }
    if ctx.checking {
        return "  Reading the charts…".to_owned();
    }
    "  Nobody is due today or in the next 7 days. p shows all patients.".to_owned()
}

fn prompt(kind: PromptKind, ctx: &Ctx) -> Vec<Effect> {
    prompts::open(kind, None, ctx).map(|p| Effect::Push(Box::new(Screen::Prompt(Box::new(p))))).into_iter().collect()
}
