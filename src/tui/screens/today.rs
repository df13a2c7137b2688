//! Today: who now? The worklist, most urgent first, and beside it the chosen patient's course.

use super::super::ctx::Ctx;
use super::super::effect::{Effect, PromptKind, Then};
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::prompts;
use super::super::theme::Role;
use super::super::widgets::frame::{self, fit};
use super::super::widgets::pen::Pen;
use super::super::widgets::spark::spark;
use super::list::{Cursor, Moved};
use super::{Help, Patients, People, Screen, TextPage, Waiting};
use crate::clinic::agenda::{self, Kind, RENEWAL_DAYS, Task, What, Worklist, renewals_until};
use crate::clinic::entry::PatientId;
use crate::clinic::roles::{self, Doing};
use crate::clinic::words;
use chrono::{Days, NaiveDate};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};

mod preview;

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

/// The figures of the first line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    overdue: usize,
    due: usize,
    checks: usize,
    plans: usize,
    week: usize,
    /// Orders that ended or will soon.
    renewals: usize,
    /// What waits for the signature of the prescriber who is here.
    to_sign: usize,
    given: usize,
    next_days: Vec<Option<u32>>,
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

    fn areas(body: Rect) -> (Rect, Rect, Rect) {
        let head = body.height.min(1);
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
        let lines = Self::lines_area(Self::areas(body).1);
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
            Some(Action::Sheet) => vec![Effect::Sheet],
            Some(Action::Renew) => self.on_chosen(Then::Prompt(PromptKind::Renew)),
            Some(Action::ToSign) => vec![Effect::Push(Box::new(Screen::Waiting(Waiting::new(ctx))))],
            Some(Action::Problems) => vec![Effect::Push(Box::new(Screen::Text(problems(ctx))))],
            Some(Action::Rules) => {
                vec![Effect::Push(Box::new(Screen::Text(super::rules::reading()))), Effect::CountRules]
            }
            Some(Action::Audit) => vec![Effect::LoadLog(None)],
            Some(Action::Help) => vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::Today))))],
            Some(Action::Quit) => vec![Effect::Quit],
            _ => Vec::new(),
        }
    }

    fn on_chosen(&self, then: Then) -> Vec<Effect> {
        self.chosen.map(|t| Effect::Load(t.patient, then)).into_iter().collect()
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let (head, list, side) = Self::areas(body);
        frame.render_widget(self.head(ctx), head);
        let title = if ctx.checking { " Worklist (checking the files) " } else { " Worklist " };
        frame::boxed(frame, list, title, ctx);
        frame::under(frame, list, super::same::waiting(ctx));
        self.lines(frame, Self::lines_area(list), ctx);
        if side.height > 2 {
            let patient = self.chosen.and_then(|t| ctx.patient(t.patient));
            preview::draw(frame, side, ctx, patient.as_deref());
        }
    }

    fn head(&self, ctx: &Ctx) -> Line<'static> {
        let theme = &ctx.theme;
        let count = |n: usize, words: &str, role: Role| {
            Span::styled(format!("  {n} {words}"), theme.style(if n == 0 { Role::Dim } else { role }))
        };
        let c = &self.counts;
        let of = c.given + c.overdue + c.due;
        let wide = ctx.area.width >= 100;
        let checks =
            if wide { words::plural(c.checks as i64, "checkpoint") } else { words::plural(c.checks as i64, "check") };
        let checks = checks.split_once(' ').map_or("", |(_, noun)| noun).to_owned();
        let given = if wide { "    given today" } else { "  given" };
        let mut spans = Vec::new();
        if !ctx.problems.is_empty() {
            let files = words::plural(ctx.problems.len() as i64, "file");
            spans.push(Span::styled(
                format!(" {} {files} cannot be read: press f ", theme.glyphs.attention),
                theme.style(Role::Stop),
            ));
        }
        if let Some(warning) = ctx.backed_up.warning(ctx.today()).filter(|_| ctx.problems.is_empty()) {
            let words = format!(" {} {warning}: press f ", theme.glyphs.attention);
            spans.push(Span::styled(words, theme.style(Role::Stop)));
        }
        spans.extend([
            count(c.overdue, "overdue", Role::Late),
            count(c.due, "due today", Role::Due),
            count(c.checks, &checks, Role::Check),
            count(c.week, if wide { "in the next 7 days" } else { "in 7 days" }, Role::Text),
            Span::styled(format!("{given} {}/{of}", c.given), theme.style(Role::Good)),
        ]);
        // Only where there is something to do, and whole or not at all.
        let some = |n: usize, words: &str| (n > 0).then(|| count(n, words, Role::Due));
        let orders = if c.renewals == 1 { "order to renew" } else { "orders to renew" };
        let next = Span::styled(format!("    {} next 7 days", spark(&c.next_days, theme)), theme.style(Role::Dim));
        let more = [
            some(c.to_sign, "to sign"),
            some(c.renewals, if wide { orders } else { "to renew" }),
            some(c.plans, "no plan"),
            wide.then_some(next),
        ];
        let mut used: usize = spans.iter().map(Span::width).sum();
        for span in more.into_iter().flatten() {
            if used + span.width() <= usize::from(ctx.area.width) {
                used += span.width();
                spans.push(span);
            }
        }
        Line::from(spans)
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

fn line_of(task: &Task, chosen: bool, columns: &Columns, ctx: &Ctx, pen: &mut Pen<'_>) {
    let theme = &ctx.theme;
    let Some(row) = ctx.rows.row(task.row) else { return };
    let Some(item) = row.items.get(usize::from(task.item)) else { return };
    let today = ctx.today();
    let now = item.visit <= today;
    let (sign, role) = match (task.days_late, &item.what) {
        (_, What::Plan) => (theme.glyphs.attention, Role::Note),
        (late, What::Dose(_)) if late > 0 && now => (theme.glyphs.attention, Role::Late),
        (_, What::Dose(_)) if now => (theme.glyphs.due, Role::Due),
        (_, What::Checkpoint(_)) if now => (theme.glyphs.check_done, Role::Check),
        (_, What::Checkpoint(_)) => (theme.glyphs.check_planned, Role::Dim),
        _ => (theme.glyphs.planned, Role::Dim),
    };
    let e = theme.glyphs.ellipsis;
    let base = if chosen { theme.style(Role::Selected) } else { Style::default() };
    let plain = if now || chosen { base } else { theme.on_line(Role::Dim, chosen) };
    let by_role = theme.on_line(role, chosen);
    pen.write(if chosen { theme.glyphs.selected } else { " " }, theme.on_line(Role::Accent, chosen));
    pen.write(sign, by_role);
    pen.blank(1, by_role);
    pen.column(&row.name, columns.name, e, plain);
    pen.blank(1, plain);
    pen.column(&words::born(row.born), columns.born, e, plain);
    pen.blank(1, plain);
    if row.is_held(item, today) {
        // The due date stays where it is: what lacks is the order.
        let words = ["HELD - order: ", item.label.as_str()].concat();
        pen.column(&words, columns.what, e, theme.on_line(Role::Stop, chosen));
    } else {
        pen.column(&item.label, columns.what, e, plain);
    }
    pen.blank(1, by_role);
    pen.column(&when_words(item, task.days_late, today), columns.when, e, by_role);
    let why = if row.neuro { " nerves " } else { " " };
    let also = match item.what {
        What::Checkpoint(_) => "",
        _ => checkpoint_too(&row, today, theme.glyphs.check_done),
    };
    pen.column(&[why, also].concat(), columns.why, e, theme.on_line(Role::Due, chosen));
}

/// The widths of the columns.
struct Columns {
    name: usize,
    born: usize,
    what: usize,
    when: usize,
    why: usize,
}

impl Columns {
    fn of(width: u16) -> Self {
        let width = usize::from(width);
        let (born, when, why) = (11, 11, 9);
        let rest = width.saturating_sub(3 + born + 2 + 1 + when + why);
        let what = (rest / 2).clamp(8, 40).min(rest);
        Self { name: rest.saturating_sub(what), born, what, when, why }
    }

    fn titles(&self) -> String {
        let name = fit("Patient", self.name, "");
        format!(
            "   {name} {} {} {} Why",
            fit("Born", self.born, ""),
            fit("What", self.what, ""),
            fit("When", self.when, "")
        )
    }
}

fn when_words(item: &agenda::Item, late: i64, today: NaiveDate) -> String {
    if item.what == What::Plan {
        return "to do".to_owned();
    }
    match (item.visit <= today, late) {
        (true, 0) => "today".to_owned(),
        (true, late) if late > 0 => format!("{late} d late"),
        (true, early) => format!("{} d early", -early),
        (false, late) if late > 0 => format!("{} {late} d late", item.visit.format("%a")),
        _ => words::day_short(item.visit),
    }
}

/// A checkpoint that is due with the dose.
fn checkpoint_too(row: &agenda::Row, today: NaiveDate, sign: &'static str) -> &'static str {
    if row.latest_checkpoint_due(today).is_some() { sign } else { "" }
}

fn counts(list: &Worklist, ctx: &Ctx) -> Counts {
    let signs = roles::signs_here(&ctx.practice.settings.people, &ctx.author);
    let mut counts = Counts {
        given: ctx.rows.given_on(ctx.today()),
        renewals: ctx.rows.count_renewals(renewals_until(ctx.today(), RENEWAL_DAYS)),
        to_sign: if signs { ctx.rows.count_to_sign() } else { 0 },
        ..Counts::default()
    };
    let mut next_days = [0; AHEAD_DAYS as usize];
    for (kind, days_late, ahead) in list.counted() {
        match (kind, usize::try_from(ahead - 1)) {
            (kind, Ok(day)) => {
                counts.week += 1;
                next_days.get_mut(day).into_iter().for_each(|n| *n += u32::from(kind == Kind::Dose));
            }
            (Kind::Dose, _) if days_late > 0 => counts.overdue += 1,
            (Kind::Dose, _) => counts.due += 1,
            (Kind::Checkpoint, _) => counts.checks += 1,
            (Kind::Plan, _) => counts.plans += 1,
        }
    }
    let day = |n: u64| ctx.today().checked_add_days(Days::new(n));
    counts.next_days = (1..).zip(next_days).map(|(n, doses)| day(n).map(|_| doses)).collect();
    counts
}

fn nobody(ctx: &Ctx) -> String {
    if ctx.rows.is_empty() && !ctx.problems.is_empty() {
        return "  No chart can be read. f says why, and what to do.".to_owned();
    }
    if ctx.rows.is_empty() && !ctx.checking {
        return "  Nobody here yet. Press n to enter the first patient; triage and plan follow in one sitting."
            .to_owned();
    }
    if ctx.checking {
        return "  Reading the charts…".to_owned();
    }
    "  Nobody is due today or in the next 7 days. p shows all patients.".to_owned()
}

fn prompt(kind: PromptKind, ctx: &Ctx) -> Vec<Effect> {
    prompts::open(kind, None, ctx).map(|p| Effect::Push(Box::new(Screen::Prompt(Box::new(p))))).into_iter().collect()
}

fn problems(ctx: &Ctx) -> TextPage {
    let mut lines = vec![format!("The records are in {}", ctx.place), String::new()];
    if ctx.problems.is_empty() {
        lines.push("Every file could be read.".to_owned());
    } else {
        lines.push("These files could not be read. They are left as they are; all others work.".to_owned());
        lines.push("What can be restored from backups and from what can still be read is restored by this command; the damaged files are kept:".to_owned());
        lines.push(format!("    cobalog --data \"{}\" check --repair", ctx.place));
        lines.push(String::new());
        lines.extend(ctx.problems.iter().cloned());
    }
    if !ctx.taken_in.is_empty() {
        lines.push(String::new());
        lines.push("These copies were found and taken into their charts:".to_owned());
        lines.extend(ctx.taken_in.iter().cloned());
    }
    lines.push(String::new());
    lines.extend(ctx.backed_up.lines());
    TextPage::new("Files", lines)
}
