//! Who are you? The screen before the practice and while it is locked: it knows who works here, and nothing of a patient.
//!
//! Letters are initials and digits a PIN, so that neither a Tab nor an Enter stands between them; a person is chosen by initials,
//! by the number before the name, or with the arrows.

mod draw;
mod paper_key;
mod said;

use super::super::ctx::Ctx;
use super::super::effect::{Effect, Typed};
use super::super::input::{Input, Key};
use super::super::keymap::{Action, Place};
use super::list::{Cursor, Moved};
use super::{Help, Screen};
use crate::clinic::people::{self, Asks, Colleague, Named, too_easy, too_easy_to_open, working};
use crate::clinic::practice::Settings;
use chrono::{NaiveTime, TimeDelta};
use paper_key::PaperKey;
use ratatui::layout::Rect;
pub(in crate::tui) use said::Said;
use zeroize::{Zeroize as _, Zeroizing};

/// More is no secret that somebody types.
const MOST: usize = 200;

/// What the second line is for.
#[derive(Default)]
enum Stage {
    /// The secret.
    #[default]
    Secret,
    /// The recovery key, of an administrator.
    Recovery(PaperKey),
    /// A secret of one's own, after a code that was good once or the recovery key.
    Chosen { code: Code },
    /// The same once more.
    Again { code: Code, chosen: Zeroizing<String> },
}

/// What was right: a code, or the recovery key.
struct Code {
    typed: Zeroizing<String>,
    by_recovery: bool,
}

/// The screen.
#[derive(Default)]
pub struct SignIn {
    /// Who it was before the screen was locked, and the words for it.
    before: Option<String>,
    words: String,
    /// Whoever was chosen, by name.
    who: Option<String>,
    initials: String,
    typed: Zeroizing<String>,
    stage: Stage,
    /// What was wrong.
    said: Option<Said>,
    /// Whether nobody has a secret: it only hides what stands on the screen.
    hides: bool,
    cursor: Cursor,
}

/// Says what somebody without a secret does.
fn no_pin(name: &str) -> String {
    format!("{name} has no PIN yet: an administrator gives you a code (on Today, u), and you sign in with it.")
}

/// Returns whether anything is asked for here.
fn asks(ctx: &Ctx) -> bool {
    ctx.practice.settings.sign_in() || ctx.encrypted
}

impl SignIn {
    /// Opens at the start of the program.
    #[must_use]
    pub fn begin(settings: &Settings) -> Self {
        // The only one who works here need not say who it is.
        let mut people = working(&settings.people);
        let only = people.next().filter(|_| people.next().is_none()).map(|person| person.name.clone());
        let mut screen = Self::default();
        only.into_iter().for_each(|name| screen.choose(settings, &name));
        screen
    }

    /// Opens while somebody's work waits below; the same person only types the secret.
    #[must_use]
    pub fn locked(settings: &Settings, by: &str, words: String) -> Self {
        let mut screen = Self { before: Some(by.to_owned()), words, ..Self::default() };
        screen.choose(settings, by);
        screen
    }

    /// Opens for somebody else.
    #[must_use]
    pub fn switched(by: &str, words: String) -> Self {
        Self { before: Some(by.to_owned()), words, ..Self::default() }
    }

    /// Follows the practice: whether anybody has a secret.
    pub(in crate::tui) fn follow(&mut self, ctx: &Ctx) {
        self.hides = !asks(ctx);
    }

    pub(super) fn place(&self) -> Place {
        if self.hides { Place::Hidden } else { Place::SignIn }
    }

    pub(super) fn title(&self) -> &'static str {
        if self.hides { "Locked" } else { "Sign in" }
    }

    /// Returns how long it is until what it says is not so any more.
    pub(in crate::tui) fn waits(&self, now: NaiveTime) -> Option<TimeDelta> {
        self.said.as_ref()?.left(now).filter(|left| *left > TimeDelta::zero())
    }

    fn say(&mut self, words: String) {
        self.said = Some(Said::from(words));
    }

    /// Says that it was wrong, and empties the line; a recovery key stays, as one letter of it may be wrong.
    pub(in crate::tui) fn refuse(&mut self, said: impl Into<Said>) {
        self.typed.zeroize();
        self.said = Some(said.into());
    }

    /// The code or the recovery key was right: a secret of one's own comes next.
    pub(in crate::tui) fn choose_secret(&mut self) {
        let code = match &self.stage {
            Stage::Recovery(paper) => Code { typed: paper.letters(), by_recovery: true },
            _ => Code { typed: std::mem::take(&mut self.typed), by_recovery: false },
        };
        self.said = None;
        self.stage = Stage::Chosen { code };
    }

    fn choose(&mut self, settings: &Settings, name: &str) {
        let at = working(&settings.people).position(|person| person.name == name);
        self.who = at.map(|_| name.to_owned());
        self.cursor.at = at.unwrap_or(0);
        self.typed.zeroize();
        self.initials.clear();
        self.stage = Stage::Secret;
    }

    fn begin_again(&mut self) {
        let (before, words) = (self.before.take(), std::mem::take(&mut self.words));
        *self = Self { before, words, ..Self::default() };
    }

    fn person<'a>(&self, ctx: &'a Ctx) -> Option<&'a Colleague> {
        ctx.practice.settings.person(self.who.as_deref()?)
    }

    /// Returns of how many digits the line is made, where it is made of digits.
    fn digits(&self, ctx: &Ctx) -> Option<usize> {
        match self.stage {
            Stage::Secret if !ctx.shut => self.person(ctx).and_then(Colleague::asks).and_then(Asks::digits),
            _ => None,
        }
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        self.follow(ctx);
        if self.hides {
            return self.without_secrets(input, action);
        }
        match action {
            Some(Action::Back) => self.begin_again(),
            Some(Action::Accept) => return self.enter(ctx),
            Some(Action::Recover) => self.recover(ctx),
            Some(Action::Show) => {
                if let Stage::Recovery(paper) = &mut self.stage {
                    paper.turn();
                }
            }
            Some(Action::Help) => return vec![Effect::Push(Box::new(Screen::Help(Help::on(Place::SignIn))))],
            _ => return self.other(ctx, input, action, body),
        }
        Vec::new()
    }

    /// Nobody has a secret: the lock only hides what stands on the screen.
    fn without_secrets(&self, input: &Input, action: Option<Action>) -> Vec<Effect> {
        let is_enter = action == Some(Action::Accept) || matches!(input, Input::Click(_));
        let who = self.before.clone().filter(|_| is_enter);
        who.map(|who| Effect::SignIn(Typed { who, ..Typed::default() })).into_iter().collect()
    }

    fn other(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        let people = working(&ctx.practice.settings.people).count();
        let area = self.parts(body, people).list;
        if self.cursor.input(input, action, area, people) != Moved::No {
            let name = working(&ctx.practice.settings.people).nth(self.cursor.at).map(|p| p.name.clone());
            name.into_iter().for_each(|name| self.choose(&ctx.practice.settings, &name));
            return Vec::new();
        }
        if let (Stage::Recovery(paper), Input::Key(key)) = (&mut self.stage, input)
            && paper.key(*key)
        {
            return Vec::new();
        }
        match input {
            Input::Key(Key::Backspace) => self.take_back(),
            Input::Key(Key::Ctrl('u')) => self.typed.zeroize(),
            Input::Key(Key::Tab) if self.who.is_none() => self.take_initials(&ctx.practice.settings),
            Input::Key(Key::Char(c)) => return self.letter(ctx, *c),
            Input::Paste(text) => text.chars().for_each(|c| self.put(c)),
            _ => {}
        }
        Vec::new()
    }

    /// Takes a letter back; an empty line stays, as only Esc leaves it.
    fn take_back(&mut self) {
        if self.typed.pop().is_none() && self.who.is_none() {
            self.initials.pop();
        }
    }

    fn letter(&mut self, ctx: &Ctx, c: char) -> Vec<Effect> {
        self.said = None;
        if self.who.is_none() {
            let is_of_secret = self.by_initials(ctx, c);
            return if is_of_secret { self.letter(ctx, c) } else { Vec::new() };
        }
        match self.digits(ctx) {
            // Somebody else's initials, over the lock of whoever was here.
            Some(_) if !c.is_ascii_digit() => {
                self.begin_again();
                self.by_initials(ctx, c);
            }
            Some(digits) => {
                self.put(c);
                if self.typed.len() >= digits {
                    return self.enter(ctx);
                }
            }
            None => self.put(c),
        }
        Vec::new()
    }

    fn put(&mut self, c: char) {
        if let Stage::Recovery(paper) = &mut self.stage {
            return paper.put(c.encode_utf8(&mut [0; 4]));
        }
        if self.typed.chars().count() < MOST && !c.is_control() && self.who.is_some() {
            self.typed.push(c);
        }
    }

    /// Takes a number or a letter of initials. Returns whether it is none, but the first of the secret of whoever's initials stood
    /// there already.
    fn by_initials(&mut self, ctx: &Ctx, c: char) -> bool {
        let settings = &ctx.practice.settings;
        // After letters a digit is of the secret.
        let number = c.to_digit(10).filter(|_| self.initials.is_empty());
        let number = number.and_then(|n| usize::try_from(n).ok()?.checked_sub(1));
        if let Some(name) = number.and_then(|n| working(&settings.people).nth(n)).map(|p| p.name.clone()) {
            self.choose(settings, &name);
            return false;
        }
        let whole = people::exactly(&settings.people, &self.initials);
        let takes = |person: &&Colleague| c.is_ascii_digit() || ctx.shut || person.asks() == Some(Asks::Passphrase);
        let whole = whole.filter(takes).map(|person| person.name.clone());
        self.initials.push(c);
        match people::named(&settings.people, &self.initials) {
            Named::This(person) => {
                let name = person.name.clone();
                self.choose(settings, &name);
            }
            Named::NotYet => {}
            Named::Nobody => match whole {
                Some(name) => {
                    self.choose(settings, &name);
                    return true;
                }
                None => {
                    self.say(format!("Nobody here has the initials \"{}\".", self.initials));
                    self.initials.clear();
                }
            },
        }
        false
    }

    /// Takes the initials that were typed as they stand; without any, whoever is at the cursor.
    fn take_initials(&mut self, settings: &Settings) {
        let at_cursor = || working(&settings.people).nth(self.cursor.at);
        let person =
            if self.initials.is_empty() { at_cursor() } else { people::exactly(&settings.people, &self.initials) };
        match person.map(|person| person.name.clone()) {
            Some(name) => self.choose(settings, &name),
            None => self.say(format!(
                "Several people's initials begin with \"{}\": type the next letter, or choose with Up and Down.",
                self.initials
            )),
        }
    }

    /// Whoever has lost the secret and is an administrator takes the key that was written down at set-up.
    fn recover(&mut self, ctx: &Ctx) {
        self.typed.zeroize();
        match self.person(ctx) {
            Some(_) if matches!(self.stage, Stage::Recovery(_)) => {}
            Some(person) if person.administrator || !ctx.practice.settings.sign_in() => {
                self.stage = Stage::Recovery(PaperKey::default());
                self.said = None;
            }
            Some(_) => self.say("An administrator gives you a code: on Today, u.".to_owned()),
            None => self.say("Say first who you are.".to_owned()),
        }
    }

    fn enter(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let Some(person) = self.person(ctx) else {
            self.take_initials(&ctx.practice.settings);
            return Vec::new();
        };
        if let Stage::Recovery(paper) = &self.stage {
            let (who, secret, wrong) = (person.name.clone(), paper.letters(), paper.wrong());
            return match wrong {
                _ if paper.is_empty() => Vec::new(),
                Some(why) => {
                    self.say(why);
                    Vec::new()
                }
                None => vec![Effect::SignIn(Typed { who, secret, by_recovery: true, chosen: None })],
            };
        }
        if person.asks().is_none() && !ctx.shut && ctx.practice.settings.sign_in() {
            self.refuse(no_pin(&person.name));
            return Vec::new();
        }
        if self.typed.is_empty() {
            return Vec::new();
        }
        let who = person.name.clone();
        match std::mem::take(&mut self.stage) {
            stage @ (Stage::Secret | Stage::Recovery(_)) => {
                self.stage = stage;
                vec![Effect::SignIn(Typed { who, secret: self.typed.clone(), by_recovery: false, chosen: None })]
            }
            Stage::Chosen { code } => {
                self.take_chosen(code, ctx);
                Vec::new()
            }
            Stage::Again { code, chosen } if *chosen == *self.typed => {
                self.stage = Stage::Secret;
                let Code { typed: secret, by_recovery } = code;
                vec![Effect::SignIn(Typed { who, secret, by_recovery, chosen: Some(chosen) })]
            }
            Stage::Again { code, .. } => {
                self.stage = Stage::Chosen { code };
                self.refuse("The two were not the same: type it anew, twice.".to_owned());
                Vec::new()
            }
        }
    }

    fn take_chosen(&mut self, code: Code, ctx: &Ctx) {
        // A passphrase opens the encrypted records too, when the program starts; a PIN cannot.
        let is_pin = self.typed.chars().all(|c| c.is_ascii_digit());
        let opens = ctx.shut || (ctx.encrypted && !is_pin);
        let easy = if opens { too_easy_to_open(&self.typed) } else { too_easy(&self.typed) };
        if let Some(why) = easy {
            self.stage = Stage::Chosen { code };
            return self.refuse(format!("Not taken: {why}."));
        }
        self.said = None;
        self.stage = Stage::Again { code, chosen: std::mem::take(&mut self.typed) };
    }
}
