//! Somebody who works here: who it is, what he may do, and the secret to sign in with.

use super::{Prompt, Refusal, Submitted, twice};
use crate::clinic::people::{Colleague, clash, too_easy, too_easy_to_open};
use crate::clinic::roles::{self, Doing};
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{Effect, NewSecret, PersonJob, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use ratatui::text::Line;
use std::collections::BTreeMap;
use std::rc::Rc;
use zeroize::Zeroizing;

/// The prompt.
pub struct PersonPrompt {
    form: Form,
    /// The person as he is; none for somebody new.
    was: Option<Colleague>,
    /// Whether it is who sits here.
    is_own: bool,
}

impl PersonPrompt {
    /// Opens for somebody new.
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let fields = fields(None, false, ctx);
        Self { form: Form::new(fields).signed_by("Save"), was: None, is_own: false }
    }

    /// Opens on somebody who is known.
    #[must_use]
    pub fn of(person: &Colleague, ctx: &Ctx) -> Self {
        let is_own = person.name == ctx.author;
        let fields = fields(Some(person), is_own, ctx);
        Self { form: Form::new(fields).signed_by("Save"), was: Some(person.clone()), is_own }
    }

    /// Opens a draft's prompt; `None` where whom it is about has another name by now.
    #[must_use]
    pub(super) fn resume(values: &BTreeMap<String, String>, ctx: &Ctx) -> Option<Self> {
        match values.get(WAS) {
            Some(name) => ctx.practice.settings.person(name).map(|person| Self::of(person, ctx)),
            None => Some(Self::new(ctx)),
        }
    }

    fn is_administrated(&self) -> bool {
        self.form.field("name").is_some()
    }

    fn person(&self, ctx: &Ctx) -> Result<Colleague, Refusal> {
        let was = self.was.clone();
        if !self.is_administrated() {
            return was.ok_or_else(|| Refusal::at("new", "nobody was chosen"));
        }
        let need = |field: &str, words: &str| self.form.filled(field).ok_or_else(|| Refusal::at(field, words));
        let name = need("name", "the name is needed: entries are signed with it")?;
        let people = &ctx.practice.settings.people;
        let old_name = was.as_ref().map(|was| was.name.as_str());
        if people.iter().any(|p| p.name == name && Some(p.name.as_str()) != old_name) {
            return Err(Refusal::at("name", "somebody of this name is in the list already"));
        }
        let mut person =
            Colleague { secret: was.as_ref().and_then(|w| w.secret.clone()), ..Colleague::new(&name, false) };
        person.initials = self.form.filled("initials").map(|text| text.to_lowercase());
        person.prescriber = self.form.text("role") == "prescriber";
        person.administrator = self.form.text("administrator") == "yes";
        person.left = self.form.text("works") == "no";
        let initials = person.initials();
        if initials.is_empty() || !initials.chars().all(char::is_alphabetic) {
            return Err(Refusal::at("initials", "initials are letters, for example mk"));
        }
        match clash(people, &initials, old_name.unwrap_or_default()).filter(|_| !person.left) {
            Some(other) => Err(Refusal::at(
                "initials",
                format!("{} has {}: take others", other.name, other.initials().to_uppercase()),
            )),
            None => Ok(person),
        }
    }

    fn secret(&self) -> Result<NewSecret, Refusal> {
        if !self.is_own {
            return Ok(if self.form.text("code") == "yes" { NewSecret::Code } else { NewSecret::Same });
        }
        let new = twice::typed(&self.form, ["new", "again"], too_easy)?;
        Ok(if new.is_empty() { NewSecret::Same } else { NewSecret::Own(new) })
    }

    /// Returns the passphrase that opens the records from now on; empty where it stays.
    fn passphrase(&self) -> Result<Zeroizing<String>, Refusal> {
        twice::typed(&self.form, OPENING, too_easy_to_open)
    }
}

fn fields(person: Option<&Colleague>, is_own: bool, ctx: &Ctx) -> Vec<Field> {
    let settings = &ctx.practice.settings;
    let may = roles::may(&settings.people, &ctx.author, Doing::People).is_ok();
    // Who it is goes with the draft: taken up again it must not become somebody new.
    let mut was = Field::text(WAS, "", person.map_or("", |person| person.name.as_str()));
    was.hidden = true;
    let mut fields = vec![was];
    if may {
        fields.extend(of_person(person));
    }
    if is_own {
        if person.is_some_and(|p| p.secret.is_some()) {
            fields.push(Field::text("old", "PIN now", "").secret().hint("The PIN or passphrase that you have now."));
        } else if ctx.encrypted {
            let hint = "The passphrase with which you open the records now, where you have one.";
            fields.push(Field::text("old", "Passphrase now", "").secret().hint(hint));
        }
        let hint = match ctx.encrypted {
            true => {
                "4 to 8 digits: enough while the records are open. What opens them is Passphrase, below. Empty: it stays."
            }
            false => "4 to 8 digits, or a passphrase of 8 characters or more. Empty: it stays.",
        };
        fields.push(Field::text("new", "New PIN", "").secret().hint(hint));
        fields.push(Field::text("again", "Once more", "").secret().hint("The same once more."));
        if ctx.encrypted {
            fields.extend(opening());
        }
    } else {
        let first = if person.is_none_or(|p| p.secret.is_none()) && settings.sign_in() { "yes" } else { "no" };
        fields.push(Field::choice("code", "New code", yes_no(), first).hint(
            "A code to sign in once, after which a PIN or passphrase is chosen. The one before is good no more.",
        ));
    }
    fields
}

/// The field that names who is changed; empty for somebody new.
const WAS: &str = "was";

/// The two lines of it.
pub(super) const OPENING: [&str; 2] = ["opens", "opens_again"];

/// The passphrase that opens encrypted records.
pub(super) fn opening() -> [Field; 2] {
    [
        Field::text("opens", "Passphrase", "").secret().hint(
            "Opens the encrypted records when the program starts: 12 characters or more, for example four words.",
        ),
        Field::text("opens_again", "Once more", "").secret().hint("The same once more."),
    ]
}

fn of_person(person: Option<&Colleague>) -> Vec<Field> {
    let yes = |is: bool| if is { "yes" } else { "no" };
    let role = if person.is_some_and(|p| p.prescriber) { "prescriber" } else { "nurse" };
    let roles = [("nurse", "Nurse"), ("prescriber", "Prescriber")].map(|(id, w)| (id.to_owned(), w.to_owned()));
    let initials = person.map(|person| person.initials().to_uppercase()).unwrap_or_default();
    vec![
        Field::text("name", "Name", person.map_or("", |p| p.name.as_str()))
            .most(60)
            .hint("As entries are signed, for example: Maya Keller RN."),
        Field::text("initials", "Initials", &initials)
            .most(6)
            .hint("What is typed to sign in. Empty: the first letters of the name."),
        Field::choice("role", "Role", roles.into(), role)
            .hint("A prescriber signs plans and changes; a nurse records them on an order."),
        Field::choice("administrator", "Administrator", yes_no(), yes(person.is_some_and(|p| p.administrator)))
            .hint("Adds people, gives codes, changes how the practice is kept."),
        Field::choice("works", "Works here", yes_no(), yes(person.is_none_or(|p| !p.left)))
            .hint("No: signs in no more; what was recorded keeps the name."),
    ]
}

fn yes_no() -> Vec<(String, String)> {
    [("yes", "Yes"), ("no", "No")].map(|(id, words)| (id.to_owned(), words.to_owned())).into()
}

impl Prompt for PersonPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Person
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        None
    }
    fn title(&self) -> String {
        self.was.as_ref().map_or_else(|| "Somebody new works here".to_owned(), |was| was.name.clone())
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let first = self.is_own && !ctx.practice.settings.sign_in();
        let words = "With a PIN or passphrase of yours everybody signs in from now on, and you are an administrator. A recovery key is shown afterwards: have paper at hand.";
        first.then(|| Line::styled(words, ctx.theme.style(Role::Dim))).into_iter().collect()
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let person = self.person(ctx)?;
        let secret = self.secret()?;
        let passphrase = self.passphrase()?;
        let old = Zeroizing::new(self.form.text("old"));
        let is_new = matches!(secret, NewSecret::Own(_)) || !passphrase.is_empty();
        if self.was.as_ref().is_some_and(|was| was.secret.is_some()) && is_new && old.is_empty() {
            return Err(Refusal::at("old", "type the PIN or passphrase that you have now, too"));
        }
        let was = self.was.as_ref().map(|was| was.name.clone());
        Ok(Submitted::Effects(vec![Effect::Person(Box::new(PersonJob { was, person, secret, old, passphrase }))]))
    }
}
