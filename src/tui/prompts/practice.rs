//! The practice: set up at the first start, changed later.

use super::person::OPENING;
use super::{Prompt, Refusal, Submitted, twice};
use crate::clinic::closed;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::people::{self, Asks, Colleague, too_easy, too_easy_to_open};
use crate::clinic::practice::{Settings, all_week};
use crate::clinic::roles::{self, Doing};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{Effect, Encryption, NewPractice, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::keymap;
use crate::tui::screens::Ask;
use crate::tui::theme::Role;
use chrono::{NaiveDate, Weekday};
use ratatui::text::Line;
use std::rc::Rc;
use zeroize::Zeroizing;

/// What encryption is good for, and what goes without it.
const ENCRYPTED: &str =
    "Who steals the disk reads nothing. Without a passphrase and without the recovery key nobody does.";
const PLAIN: &str = "Who steals the disk, or a backup, can read everything.";

/// The fields about whoever sits here.
const OWN: [&str; 2] = ["person", "prescriber"];

/// What letters say of the practice: field, label, hint.
const CONTACT: [(&str, &str, &str); 3] = [
    ("address", "Address", "As letters show it: 12 Hill Street, Larkfield."),
    ("phone", "Telephone", "Whom patients call: it stands on their plan."),
    ("hours", "Answered", "When somebody answers: Monday to Friday, 8 to 18."),
];

/// The prompt.
pub struct PracticePrompt {
    form: Form,
    /// The settings that are changed; none at set-up.
    old: Option<Settings>,
}

impl PracticePrompt {
    /// Opens for a new practice.
    #[must_use]
    pub fn begin(ctx: &Ctx) -> Self {
        let mut fields = fields(None);
        let after =
            |id: &str, fields: &[Field]| fields.iter().position(|f| f.id == id).map_or(fields.len(), |at| at + 1);
        fields.insert(after("prescriber", &fields), who_prescribes());
        // Before what may wait: who passes over these is to have seen them.
        let at = after("setting", &fields);
        fields.splice(at..at, secrets().into_iter().chain(encryption(ctx)));
        Self::with(fields, "Begin", None)
    }

    /// Opens on the practice's settings.
    #[must_use]
    pub fn change(ctx: &Ctx) -> Self {
        let settings = ctx.practice.settings.clone();
        let mut fields = fields(Some(&settings));
        // Where people sign in, who works here has a screen of its own.
        fields.retain(|field| !settings.sign_in() || !OWN.contains(&field.id.as_str()));
        let after = fields.iter().position(|field| field.id == "days").map_or(fields.len(), |at| at + 1);
        fields.insert(after, closed_on(&settings, ctx));
        fields.push(lock_after(&settings));
        fields.extend(encryption(ctx));
        fields.extend(secret_now(&settings, ctx));
        let mut prompt = Self::with(fields, "Save", Some(settings));
        prompt.changed(ctx, "");
        prompt
    }

    fn with(fields: Vec<Field>, word: &str, old: Option<Settings>) -> Self {
        let mut prompt = Self { form: Form::new(fields).signed_by(word), old };
        prompt.show_passphrase(false);
        prompt.form.show("old", false);
        prompt
    }

    fn show_passphrase(&mut self, shown: bool) {
        OPENING.iter().for_each(|id| self.form.show(id, shown));
    }

    /// Returns the passphrase that opens the records from now on; an empty one where they are not to be encrypted.
    fn passphrase(&self) -> Result<Zeroizing<String>, Refusal> {
        if self.form.text("encrypted") != "yes" {
            return Ok(Zeroizing::default());
        }
        let new = twice::typed(&self.form, OPENING, too_easy_to_open)?;
        match too_easy_to_open(&new) {
            Some(why) => Err(Refusal::at(OPENING[0], why)),
            None => Ok(new),
        }
    }

    /// Puts whoever set this up before the others.
    fn put_person(&self, settings: &mut Settings) -> Result<(), Refusal> {
        if self.form.field("person").is_none() {
            return Ok(());
        }
        let person = self
            .form
            .filled("person")
            .ok_or_else(|| Refusal::at("person", "your name is needed: each entry says who made it"))?;
        let known = settings.people.iter().position(|p| p.name == person).map(|at| settings.people.remove(at));
        let mut me = known.unwrap_or_else(|| Colleague::new(&person, false));
        me.prescriber = self.form.text("prescriber") == "yes";
        settings.people.insert(0, me);
        self.put_prescriber(settings)
    }

    /// Puts who prescribes behind whoever set this up.
    fn put_prescriber(&self, settings: &mut Settings) -> Result<(), Refusal> {
        let shown = self.form.field("orders").is_some_and(|field| !field.hidden);
        let Some(name) = self.form.filled("orders").filter(|_| shown) else { return Ok(()) };
        if settings.people.iter().any(|p| roles::is(&p.name, &name)) {
            return Err(Refusal::at("orders", "that is you: say above that you prescribe"));
        }
        let doctor = people::told_apart(Colleague::new(&name, true), &settings.people);
        settings.people.push(doctor);
        Ok(())
    }

    /// Returns the secret that was chosen at set-up; an empty one is none.
    fn secret(&self) -> Result<Zeroizing<String>, Refusal> {
        twice::typed(&self.form, ["secret", "again"], too_easy)
    }

    /// Says in words what becomes of sign-in and encryption as the form stands, and whether both were chosen.
    fn chosen(&self) -> (String, bool) {
        let (signs_in, encrypts) = (!self.form.text("secret").is_empty(), self.form.text("encrypted") == "yes");
        let sign_in = if signs_in { "a PIN, everybody signs in" } else { "no PIN, nobody signs in" };
        let records = if encrypts { "encrypted" } else { "not encrypted, who has the disk reads all" };
        let later = match (signs_in, encrypts) {
            (true, true) => "",
            (false, false) => " Both can be switched on later: {today.people} and {today.settings} on Today.",
            (false, true) => " {today.people} on Today makes PINs later.",
            (true, false) => " {today.settings} on Today encrypts later.",
        };
        (keymap::told(&format!("As it stands here: {sign_in}; {records}.{later}")), signs_in && encrypts)
    }

    /// Returns the closed days: those that were typed, and those of before, which are no longer shown.
    fn closed(&self, ctx: &Ctx) -> Result<Vec<NaiveDate>, Refusal> {
        let old = self.old.as_ref().map(|old| old.closed_on.as_slice()).unwrap_or_default();
        let (_, mut all) = closed::in_sight(old, ctx.today());
        let typed = closed::read(&self.form.text("closed"), ctx.today(), ctx.month_first());
        all.extend(typed.map_err(|words| Refusal::at("closed", words))?);
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    fn settings(&self, ctx: &Ctx) -> Result<Settings, Refusal> {
        let name = self
            .form
            .filled("name")
            .ok_or_else(|| Refusal::at("name", "give the practice a name; it stands in the header"))?;
        let days = self.form.text("days");
        let open_days: Vec<Weekday> =
            all_week().into_iter().filter(|d| days.split(',').any(|s| s == d.to_string())).collect();
        if open_days.is_empty() {
            return Err(Refusal::at("days", "at least one day must be open"));
        }
        let mut settings =
            self.old.clone().unwrap_or_else(|| Settings { people: Vec::new(), ..Settings::new(&name, "") });
        settings.name = name;
        [settings.address, settings.phone, settings.hours] = CONTACT.map(|(id, ..)| self.form.filled(id));
        self.put_person(&mut settings)?;
        settings.open_days = open_days;
        settings.closed_on = self.closed(ctx)?;
        settings.setting = self.form.text("setting");
        settings.ask_birth_date = self.form.text("birth") == "yes";
        let lock = self.form.text("lock").parse().ok();
        settings.lock_after_minutes = lock
            .filter(|minutes| Some(*minutes) != settings.lock_after_minutes().or(Some(0)))
            .or(settings.lock_after_minutes);
        let last = self.form.filled("orders_last").map(|text| text.parse().map_err(|e| Refusal::at("orders_last", e)));
        settings.orders_last = last.transpose()?;
        Ok(settings)
    }
}

/// Says what to do where nobody here is entered as a prescriber.
fn nobody_prescribes(ctx: &Ctx) -> Option<String> {
    let words =
        "Nobody here prescribes: {today.people} on Today adds who does; a doctor outside is named with each plan.";
    roles::nobody_prescribes(&ctx.practice.settings.people).then(|| keymap::told(words))
}

/// Who orders the plans, where that is not whoever sets this up.
fn who_prescribes() -> Field {
    Field::text("orders", "Who prescribes", "").most(60).hint(
        "Dr Eleanor Hart, for example. Signs plans with a PIN of her own, or on paper. Blank: a doctor outside, named with each plan.",
    )
}

/// A secret makes everybody sign in; a practice of one person may do without.
fn secrets() -> [Field; 2] {
    [
        Field::text("secret", "PIN", "")
            .secret()
            .hint("4 to 8 digits, or a passphrase of 8 characters or more. Empty: nobody signs in; u on Today changes it later."),
        Field::text("again", "Once more", "").secret().hint("The same once more."),
    ]
}

/// Whether the records are encrypted, and the passphrase that opens them where they are to be.
fn encryption(ctx: &Ctx) -> Vec<Field> {
    let choices = [("no", "No"), ("yes", "Yes: a passphrase opens them")].map(|(id, w)| (id.to_owned(), w.to_owned()));
    let now = if ctx.encrypted { "yes" } else { "no" };
    let hint = if ctx.encrypted { ENCRYPTED } else { PLAIN };
    let choice = Field::choice("encrypted", "Encrypted", choices.into(), now).hint(hint);
    std::iter::once(choice).chain(super::person::opening()).collect()
}

/// Whoever finds a screen open does not know it; where nobody has one, nobody is asked.
fn secret_now(settings: &Settings, ctx: &Ctx) -> Option<Field> {
    let person = settings.person(&ctx.author)?;
    let (label, what) = match (person.asks(), ctx.encrypted) {
        (Some(Asks::Passphrase), _) => ("Passphrase now", "What you sign in with"),
        (Some(_), _) => ("PIN now", "What you sign in with"),
        (None, true) => ("Passphrase now", "The one that opens the records"),
        (None, false) => return None,
    };
    let hint = format!("{what}: whoever finds this screen open does not know it.");
    Some(Field::text("old", label, "").secret().hint(&hint))
}

fn closed_on(settings: &Settings, ctx: &Ctx) -> Field {
    let (shown, _) = closed::in_sight(&settings.closed_on, ctx.today());
    Field::text("closed", "Closed on", &closed::said(&shown))
        .most(400)
        .hint("Bank holidays and holidays: 25 Dec, 28 Dec to 1 Jan. Nobody is expected then; the due date stays.")
}

fn lock_after(settings: &Settings) -> Field {
    let minutes = settings.lock_after_minutes().unwrap_or(0).to_string();
    let words = |m: i64| format!("{} without a key", words::plural(m, "minute"));
    let choices = [1, 2, 5, 10, 15, 30].map(|m| (m.to_string(), words(m)));
    let mut choices: Vec<_> = choices.into_iter().chain([("0".to_owned(), "Never by itself".to_owned())]).collect();
    if !choices.iter().any(|(id, _)| *id == minutes) {
        choices.push((minutes.clone(), words(minutes.parse().unwrap_or(0))));
    }
    Field::choice("lock", "Locks after", choices, &minutes)
        .hint(&keymap::told("{prompt.lock} locks at once; so does the computer's sleep."))
}

fn fields(old: Option<&Settings>) -> Vec<Field> {
    let pairs =
        |all: &[(&str, &str)]| all.iter().map(|(id, w)| ((*id).to_owned(), (*w).to_owned())).collect::<Vec<_>>();
    let library = Knowledge::built_in();
    let countries = library.countries().iter().map(|country| (country.id.clone(), country.name.clone())).collect();
    let open = |day: &Weekday| old.is_none_or(|s| s.open_days.contains(day));
    let days = all_week().iter().map(|d| (d.to_string(), d.to_string(), open(d))).collect();
    let me = old.and_then(|s| s.people.first());
    let known = old.map(|s| [&s.address, &s.phone, &s.hours].map(|line| line.clone().unwrap_or_default()));
    let contact = CONTACT.into_iter().zip(known.unwrap_or_default());
    let contact = contact.map(|((id, label, hint), now)| Field::text(id, label, &now).most(80).hint(hint));
    let yes_no = || pairs(&[("yes", "Yes"), ("no", "No")]);
    let mut fields = vec![
        Field::text("name", "Practice", old.map_or("", |s| s.name.as_str()))
            .most(60)
            .hint("As it will stand in the header, for example: Hill Street Surgery."),
        Field::text("person", "Your name", me.map_or("", |p| p.name.as_str()))
            .most(60)
            .hint("As your entries will be signed, for example: Maya Keller RN."),
        Field::choice(
            "prescriber",
            "You prescribe",
            yes_no(),
            if me.is_some_and(|p| p.prescriber) { "yes" } else { "no" },
        ),
        Field::choice("setting", "Country", countries, old.map_or("UK", |s| s.setting.as_str())).hint(
            "Its protocols are shown first; dates, units and lists for a spreadsheet are as they are usual there.",
        ),
        Field::choice(
            "birth",
            "Ask birth date",
            yes_no(),
            if old.is_none_or(|s| s.ask_birth_date) { "yes" } else { "no" },
        )
        .hint("Day and month of birth, as the patient says it, before each dose."),
        Field::many("days", "Open days", days)
            .in_row()
            .hint("Left and Right go along the days, Space switches a day. An appointment moves to the next open day; the due date stays."),
        Field::text(
            "orders_last",
            "Orders last",
            &old.and_then(|s| s.orders_last).map_or(String::new(), |i| i.to_string()),
        )
        .most(16)
        .hint("How long an order is good where the prescriber says nothing: 12 months. Blank: until somebody ends it."),
    ];
    fields.extend(contact);
    fields
}

impl Prompt for PracticePrompt {
    fn kind(&self) -> PromptKind {
        if self.old.is_some() { PromptKind::Settings } else { PromptKind::Practice }
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        None
    }
    fn title(&self) -> String {
        if self.old.is_some() { "How the practice works".to_owned() } else { "Set up your practice".to_owned() }
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, ctx: &Ctx, _field: &str) {
        let is_wanted = self.form.text("encrypted") == "yes";
        self.show_passphrase(is_wanted && !ctx.encrypted);
        self.form.show("old", self.old.is_some() && is_wanted != ctx.encrypted);
        self.form.show("orders", self.form.text("prescriber") != "yes");
        if let Some(field) = self.form.field_mut("encrypted") {
            let hint = if field.value() == "yes" { ENCRYPTED } else { PLAIN };
            hint.clone_into(&mut field.hint);
        }
        let typed = closed::read(&self.form.text("closed"), ctx.today(), ctx.month_first()).unwrap_or_default();
        let next = typed.into_iter().find(|day| *day >= ctx.today());
        self.form.aside("closed", next.map(|day| format!("next: {}", words::day(day))).unwrap_or_default());
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let kept = format!("The records are kept in {}", ctx.place);
        let next = self.old.as_ref().and_then(|_| nobody_prescribes(ctx));
        let lines = [next, Some(kept), ctx.backed_up.last()];
        let dim = lines.into_iter().flatten().map(|line| Line::styled(line, ctx.theme.style(Role::Dim)));
        let (words, both) = self.chosen();
        let chosen = Line::styled(words, ctx.theme.style(if both { Role::Dim } else { Role::Due }));
        self.old.is_none().then_some(chosen).into_iter().chain(dim).collect()
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        if let Some(old) = &self.old {
            roles::may(&old.people, &ctx.author, Doing::Settings).map_err(|words| Refusal::at("name", words))?;
        }
        let settings = self.settings(ctx)?;
        if self.old.is_none() {
            let (secret, passphrase) = (self.secret()?, self.passphrase()?);
            let new = NewPractice { settings, secret, passphrase };
            return Ok(Submitted::Effects(vec![Effect::CreatePractice(Box::new(new))]));
        }
        let encryption = match (ctx.encrypted, self.form.text("encrypted") == "yes") {
            (false, true) => Encryption::On(self.passphrase()?),
            (true, false) => Encryption::Off,
            _ => Encryption::Same,
        };
        if !matches!(encryption, Encryption::Same) {
            let may = roles::may(&ctx.practice.settings.people, &ctx.author, Doing::Encryption);
            may.map_err(|words| Refusal::at("encrypted", words))?;
        }
        let old = Zeroizing::new(self.form.text("old"));
        if !matches!(encryption, Encryption::Same) && old.is_empty() && self.form.field("old").is_some() {
            return Err(Refusal::at("old", "what you sign in with now is asked for, so that nobody else can do this"));
        }
        if matches!(encryption, Encryption::Off) {
            return Ok(Submitted::Ask(Ask::about_decrypting(settings, old)));
        }
        Ok(Submitted::Effects(vec![Effect::Settings(Box::new(settings), encryption, old)]))
    }
}
