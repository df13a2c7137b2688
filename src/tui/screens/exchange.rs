//! Exchange: what other systems' files hold is taken in, and the record written in the forms that others read. One question
//! at a time: which file, what do its columns hold, what would come of it.

mod codes;
mod columns;
mod lines;
mod made;
mod menu;
mod pick;
mod question;
mod test;
mod unmatched;
mod weighed;
mod write_to;

use super::super::ctx::Ctx;
use super::super::effect::Effect;
use super::super::exchange::{Came, Wish};
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::theme::Role;
use super::super::widgets::frame as frames;
use super::{Help, Screen};
use codes::Codes;
use columns::Columns;
use made::Made;
use menu::Menu;
use pick::Pick;
use question::Asked;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};
use test::Test;
use unmatched::Waiting;
use weighed::Looking;
use write_to::WriteTo;

/// The screen.
pub struct Exchange {
    stage: Stage,
    /// The stages before this one, to go back to.
    before: Vec<Stage>,
}

enum Stage {
    Menu(Menu),
    Pick(Pick),
    Columns(Box<Columns>),
    Asked(Box<Asked>),
    Test(Box<Test>),
    Codes(Codes),
    /// What is being done, and how far it is.
    Running(&'static str, Option<(usize, usize)>),
    Weighed(Looking),
    /// What came of it, with what was not recorded.
    Done(Vec<String>, Option<Looking>),
    Made(Made),
    Unmatched(Box<Waiting>),
    WriteTo(WriteTo),
}

/// What an input did at a stage.
enum Step {
    /// Nothing that concerns others.
    Stay,
    /// Something is asked for.
    Wish(Wish),
    /// Something that takes a while is asked for; what it is.
    Run(&'static str, Wish),
    /// The next stage.
    To(Stage),
    /// A sentence.
    Say(String),
    /// The stage before.
    Back,
}

impl Exchange {
    /// Opens with the menu.
    #[must_use]
    pub fn new() -> Self {
        Self { stage: Stage::Menu(Menu::default()), before: Vec::new() }
    }

    /// Opens with what still runs, and what it does.
    #[must_use]
    pub fn running(what: &'static str) -> Self {
        Self { stage: Stage::Running(what, None), before: vec![Stage::Menu(Menu::default())] }
    }

    /// Returns what runs, in a word.
    #[must_use]
    pub fn runs(&self) -> Option<&'static str> {
        if let Stage::Running(what, _) = self.stage { Some(what) } else { None }
    }

    /// Letters are typed, not keys, where a line takes them.
    pub(super) fn place(&self) -> Place {
        match &self.stage {
            Stage::Pick(_) | Stage::WriteTo(_) => Place::ExchangeLine,
            Stage::Asked(asked) if asked.is_typed() => Place::ExchangeLine,
            Stage::Unmatched(waiting) if waiting.is_typed() => Place::ExchangeLine,
            Stage::Columns(_) => Place::Columns,
            Stage::Weighed(_) => Place::Weighed,
            Stage::Made(_) | Stage::Unmatched(_) => Place::TakenIn,
            _ => Place::Exchange,
        }
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        if action == Some(Action::Help) {
            return vec![Effect::Push(Box::new(Screen::Help(Help::on(self.place()))))];
        }
        if let Stage::Done(words, Some(left)) = &mut self.stage
            && left.moved(input, action, body, words)
        {
            return Vec::new();
        }
        let step = match &mut self.stage {
            Stage::Menu(menu) => menu.update(input, action, body),
            Stage::Pick(pick) => pick.update(input, action, body),
            Stage::Columns(columns) => columns.update(ctx, input, action, body),
            Stage::Asked(asked) => asked.update(ctx, input, action, body),
            Stage::Test(test) => test.update(ctx, input, action, body),
            Stage::Codes(codes) => codes.update(ctx, input, action, body),
            Stage::Weighed(looking) => looking.update(input, action, body),
            Stage::Made(made) => made.update(input, action, body),
            Stage::Unmatched(waiting) => waiting.update(ctx, input, action, body),
            Stage::WriteTo(write_to) => write_to.update(input, action),
            Stage::Running(..) if action == Some(Action::Back) => Step::Wish(Wish::Stop),
            Stage::Running(..) => Step::Stay,
            Stage::Done(..) if matches!(action, Some(Action::Back | Action::Open)) => return self.back_to_menu(),
            Stage::Done(..) => Step::Stay,
        };
        self.go(step)
    }

    fn go(&mut self, step: Step) -> Vec<Effect> {
        match step {
            Step::Stay => Vec::new(),
            Step::Wish(wish) => vec![Effect::Exchange(Box::new(wish))],
            Step::Run(what, wish) => {
                self.enter(Stage::Running(what, None));
                vec![Effect::Exchange(Box::new(wish))]
            }
            Step::To(stage) => {
                let wants_files = matches!(stage, Stage::Pick(_));
                self.enter(stage);
                if wants_files { vec![Effect::Exchange(Box::new(Wish::List(None)))] } else { Vec::new() }
            }
            Step::Say(words) => vec![Effect::Say(words)],
            Step::Back => match self.before.pop() {
                Some(stage) => {
                    self.stage = stage;
                    Vec::new()
                }
                None => vec![Effect::Pop],
            },
        }
    }

    /// What is running is no stage to go back to.
    fn enter(&mut self, stage: Stage) {
        let was = std::mem::replace(&mut self.stage, stage);
        if !matches!(was, Stage::Running(..)) {
            self.before.push(was);
        }
    }

    fn back_to_menu(&mut self) -> Vec<Effect> {
        *self = Self::new();
        Vec::new()
    }

    /// Takes what came of a wish.
    pub fn came(&mut self, came: Came, ctx: &Ctx) -> Vec<Effect> {
        let step = match came {
            Came::Listed(folder, files) => match &mut self.stage {
                Stage::Pick(pick) => {
                    pick.listed(folder, files);
                    Step::Stay
                }
                _ => Step::Stay,
            },
            Came::Table(file, table, before) => {
                Step::To(Stage::Columns(Box::new(Columns::new(file, table, before.map(|before| *before)))))
            }
            Came::Learned(words) => {
                if let Some(stage) = self.before.pop() {
                    self.stage = stage;
                }
                Step::Say(words)
            }
            Came::Unknown(path, unknown) => {
                // The answers are remembered: to go back leads to the files.
                self.before.retain(|stage| !matches!(stage, Stage::Test(_)));
                Step::To(Stage::Test(Box::new(Test::new(path, *unknown, ctx))))
            }
            Came::Weighed(parcel, weighed, waits) => {
                self.before.retain(|stage| !matches!(stage, Stage::Test(_)));
                Step::To(Stage::Weighed(Looking::new(parcel, weighed, waits)))
            }
            Came::Progress(done, all) => {
                if let Stage::Running(_, known) = &mut self.stage {
                    *known = Some((done, all));
                }
                Step::Stay
            }
            Came::Done(words) => {
                let left = match std::mem::take(&mut self.before).pop() {
                    Some(Stage::Weighed(looking)) => looking.left(),
                    _ => None,
                };
                self.stage = Stage::Done(words, left);
                Step::Stay
            }
            Came::Made(imports) => Step::To(Stage::Made(Made::new(imports))),
            Came::Unmatched(all) => match &mut self.stage {
                Stage::Unmatched(waiting) => {
                    waiting.again(all, ctx);
                    Step::Stay
                }
                _ => Step::To(Stage::Unmatched(Box::new(Waiting::new(all, ctx)))),
            },
            Came::Signed(_) => Step::Stay,
            Came::WhereTo(written, path) => Step::To(Stage::WriteTo(WriteTo::new(written, &path))),
            Came::Failed(words) => {
                if let (Stage::Running(..), Some(stage)) = (&self.stage, self.before.pop()) {
                    self.stage = stage;
                }
                Step::Say(words)
            }
        };
        self.go(step)
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        match &self.stage {
            Stage::Menu(menu) => menu.view(frame, body, ctx),
            Stage::Pick(pick) => pick.view(frame, body, ctx),
            Stage::Columns(columns) => columns.view(frame, body, ctx),
            Stage::Asked(asked) => asked.view(frame, body, ctx),
            Stage::Test(test) => test.view(frame, body, ctx),
            Stage::Codes(codes) => codes.view(frame, body, ctx),
            Stage::Weighed(looking) => looking.view(frame, body, ctx),
            Stage::Made(made) => made.view(frame, body, ctx),
            Stage::Unmatched(waiting) => waiting.view(frame, body, ctx),
            Stage::WriteTo(write_to) => write_to.view(frame, body, ctx),
            Stage::Running(what, known) => {
                let far = known.map(|(done, all)| format!(": {done} of {all}")).unwrap_or_default();
                let lines = vec![
                    Line::raw(format!("{what}{far}")),
                    Line::raw(""),
                    Line::styled("Esc stops it; each patient is whole or not there.", ctx.theme.style(Role::Dim)),
                ];
                page(frame, body, ctx, lines);
            }
            Stage::Done(words, Some(left)) => left.view_left(frame, body, ctx, words),
            Stage::Done(words, None) => {
                let mut lines: Vec<_> = words.iter().map(|words| Line::raw(words.clone())).collect();
                lines.push(Line::raw(""));
                lines.push(Line::styled("Enter or Esc: back to what can be exchanged.", ctx.theme.style(Role::Dim)));
                page(frame, body, ctx, lines);
            }
        }
    }
}

impl Default for Exchange {
    fn default() -> Self {
        Self::new()
    }
}

fn page(frame: &mut Frame<'_>, body: Rect, ctx: &Ctx, lines: Vec<Line<'_>>) {
    frames::boxed(frame, body, " Exchange ", ctx);
    let inner = Rect {
        x: body.x + 2,
        y: body.y + 2,
        width: body.width.saturating_sub(4),
        height: body.height.saturating_sub(3),
    };
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inner);
}
