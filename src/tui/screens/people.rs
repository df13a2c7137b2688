//! Who works here, and who may do what.

use super::super::ctx::Ctx;
use super::super::effect::Effect;
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::prompts::{PersonPrompt, PromptScreen};
use super::super::theme::Role;
use super::super::widgets::frame;
use super::super::widgets::pen::Pen;
use super::list::{Cursor, Moved};
use super::{Help, Screen};
use crate::clinic::people::{Asks, Colleague};
use crate::clinic::roles::{self, Doing};
use crate::tui::keymap;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph, Wrap};

/// The screen.
#[derive(Default)]
pub struct People {
    cursor: Cursor,
    /// Who is at the cursor, as the list may shift under it.
    chosen: String,
}

/// So many lines stand under the list.
const FOOT: u16 = 6;

/// Says why whoever sits here may not change who works here.
fn may(ctx: &Ctx) -> Result<(), String> {
    roles::may(&ctx.practice.settings.people, &ctx.author, Doing::People)
}

impl People {
    /// Opens on whoever sits here.
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let mut screen = Self { chosen: ctx.author.clone(), ..Self::default() };
        screen.refresh(ctx);
        screen
    }

    /// Lets the cursor follow whoever was chosen.
    pub(super) fn refresh(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let people = &ctx.practice.settings.people;
        self.cursor.at = people.iter().position(|p| p.name == self.chosen).unwrap_or(self.cursor.at);
        self.cursor.clamp(people.len());
        self.choose(ctx);
        Vec::new()
    }

    fn choose(&mut self, ctx: &Ctx) {
        let person = ctx.practice.settings.people.get(self.cursor.at);
        self.chosen = person.map(|person| person.name.clone()).unwrap_or_default();
    }

    fn parts(body: Rect) -> (Rect, Rect) {
        let inner = Block::bordered().inner(body);
        let head = inner.height.min(2);
        let list = Rect { y: inner.y + head, height: inner.height.saturating_sub(head + FOOT), ..inner };
        let foot = Rect { y: list.bottom(), height: inner.bottom().saturating_sub(list.bottom()), ..inner };
        (list, foot)
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        let people = &ctx.practice.settings.people;
        match self.cursor.input(input, action, Self::parts(body).0, people.len()) {
            Moved::Opened => return self.open(ctx),
            Moved::Yes => self.choose(ctx),
            Moved::No => {}
        }
        match action {
            Some(Action::Back) => vec![Effect::Pop],
            Some(Action::Help) => vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::People))))],
            Some(Action::Open) => self.open(ctx),
            Some(Action::NewPatient) => match may(ctx) {
                Ok(()) => push(PersonPrompt::new(ctx)),
                Err(words) => vec![Effect::Say(format!("{words}."))],
            },
            _ => Vec::new(),
        }
    }

    fn open(&self, ctx: &Ctx) -> Vec<Effect> {
        let Some(person) = ctx.practice.settings.person(&self.chosen) else { return Vec::new() };
        match may(ctx) {
            Err(words) if person.name != ctx.author => {
                vec![Effect::Say(format!("{words}. Enter on your own name changes your PIN or passphrase."))]
            }
            _ => push(PersonPrompt::of(person, ctx)),
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let (list, foot) = Self::parts(body);
        let title = if ctx.encrypted { " People - the records are encrypted " } else { " People " };
        frame::boxed(frame, body, title, ctx);
        let theme = &ctx.theme;
        let columns = Columns::of(list.width);
        let title = Rect { y: list.y.saturating_sub(1), height: list.height.min(1), ..list };
        let mut pen = Pen::on(frame.buffer_mut(), title);
        pen.blank(2, Style::default());
        columns.write(
            &mut pen,
            ["Initials", "Name", "Role", "Signs in with"],
            theme.style(Role::Dim),
            theme.glyphs.ellipsis,
        );
        let people = &ctx.practice.settings.people;
        let top = self.cursor.top(people.len(), list.height);
        for (at, person) in people.iter().enumerate().skip(top).take(usize::from(list.height)) {
            let chosen = at == self.cursor.at;
            let line = Rect { y: list.y + (at - top) as u16, height: 1, ..list };
            let style = if person.left { theme.on_line(Role::Dim, chosen) } else { theme.on_line(Role::Text, chosen) };
            let mut pen = Pen::on(frame.buffer_mut(), line);
            pen.write(if chosen { theme.glyphs.selected } else { " " }, theme.on_line(Role::Accent, chosen));
            pen.blank(1, style);
            let texts = [
                person.initials().to_uppercase(),
                person.name.clone(),
                person.role().to_owned(),
                signs_in(person, ctx),
            ];
            columns.write(&mut pen, [&texts[0], &texts[1], &texts[2], &texts[3]], style, theme.glyphs.ellipsis);
        }
        let words = Paragraph::new(Line::styled(words(ctx), theme.style(Role::Dim))).wrap(Wrap { trim: false });
        frame.render_widget(
            words,
            Rect {
                y: foot.y + 1,
                height: foot.height.saturating_sub(1),
                x: foot.x + 1,
                width: foot.width.saturating_sub(2),
            },
        );
    }
}

fn push(prompt: PersonPrompt) -> Vec<Effect> {
    vec![Effect::Push(Box::new(Screen::Prompt(Box::new(PromptScreen::new(Box::new(prompt))))))]
}

/// What somebody signs in with, and whether that somebody can open the encrypted records.
fn signs_in(person: &Colleague, ctx: &Ctx) -> String {
    let opens = ctx.openers.contains(&person.name);
    let secret = secret(person);
    match (opens, person.asks()) {
        (true, None) => "passphrase".to_owned(),
        (true, Some(_)) => format!("{secret} + passphrase"),
        (false, _) => secret.to_owned(),
    }
}

fn secret(person: &Colleague) -> &'static str {
    match (person.left, person.asks()) {
        (true, _) => "works here no more",
        (_, None) => "nothing yet",
        (_, Some(Asks::Pin(_))) => "PIN",
        (_, Some(Asks::Passphrase)) => "passphrase",
        (_, Some(Asks::Code(_))) => "a code, once",
    }
}

fn words(ctx: &Ctx) -> String {
    let who = ctx.only_openers().map(|words| format!("{words} ")).unwrap_or_default();
    let prescribes = prescribers(ctx).map(|words| format!(" {words}")).unwrap_or_default();
    format!("{who}{}{prescribes}", keymap::told(keys(ctx)))
}

/// Says what is to be done where nobody prescribes here, or where a prescriber has nothing to sign with.
pub(super) fn prescribers(ctx: &Ctx) -> Option<String> {
    let people = &ctx.practice.settings.people;
    if roles::nobody_prescribes(people) {
        let words = "Nobody here prescribes: who does is added ({people.new_patient}), and a doctor outside is named with each plan.";
        return Some(keymap::told(words));
    }
    let without: Vec<_> = roles::without_a_secret(people).map(|p| p.name.as_str()).collect();
    let (has, signs) = if without.len() == 1 { ("has", "signs") } else { ("have", "sign") };
    let names = without.join(", ");
    (!without.is_empty()).then(|| {
        format!("{names} {has} no PIN: what they order is signed on paper and filed, until {names} {signs} in.")
    })
}

fn keys(ctx: &Ctx) -> &'static str {
    match (ctx.practice.settings.sign_in(), may(ctx).is_ok()) {
        (false, _) => {
            "Nobody signs in here: whoever opens the program is the first of these. Enter on your own name gives you a PIN or passphrase; from then on everybody signs in."
        }
        (true, true) => {
            "Enter changes a person or gives a new code; on your own name it changes your PIN or passphrase. {people.new_patient}: somebody new."
        }
        (true, false) => "Enter on your own name changes your PIN or passphrase. An administrator changes the rest.",
    }
}

/// The widths of the columns.
struct Columns([usize; 4]);

impl Columns {
    fn of(width: u16) -> Self {
        let width = usize::from(width);
        let (initials, role, signs) = (9, 27, 19);
        Self([initials, width.saturating_sub(2 + initials + role + signs).min(44), role, signs])
    }

    fn write(&self, pen: &mut Pen<'_>, texts: [&str; 4], style: Style, ellipsis: &str) {
        for (width, text) in self.0.iter().zip(texts) {
            pen.column(text, width.saturating_sub(1), ellipsis, style);
            pen.blank(1, style);
        }
    }
}
