//! Who works at a practice, and what each of them may do.

use serde::{Deserialize, Serialize};

/// Somebody who works at the practice, or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colleague {
    /// Name with title or role, as entries are signed: `Maya Keller RN`.
    pub name: String,
    /// What this person types to sign in: `mk`. Where absent, the first letters of the name's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initials: Option<String>,
    /// Whether this person may sign an order.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prescriber: bool,
    /// Whether this person may add people, reset their secrets and change how the practice is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub administrator: bool,
    /// What the secret is checked against, never the secret itself: `pin4 …`, `phrase …`, `once …`. Without one this person
    /// does not sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Whether this person works here no more: the entries keep the name, nobody signs in with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
}

impl Colleague {
    /// Returns somebody without a secret.
    #[must_use]
    pub fn new(name: &str, prescriber: bool) -> Self {
        let name = name.to_owned();
        Self { name, initials: None, prescriber, administrator: false, secret: None, left: false }
    }

    /// Returns what this person types to sign in, in small letters.
    #[must_use]
    pub fn initials(&self) -> String {
        match &self.initials {
            Some(initials) => initials.to_lowercase(),
            None => worked_out(&self.name),
        }
    }

    /// Returns what this person is asked for to sign in; `None` without a secret.
    #[must_use]
    pub fn asks(&self) -> Option<Asks> {
        Asks::of(self.secret.as_deref()?)
    }

    /// Returns the role in a word.
    #[must_use]
    pub fn role(&self) -> &'static str {
        match (self.prescriber, self.administrator) {
            (true, true) => "prescriber, administrator",
            (true, false) => "prescriber",
            (false, true) => "nurse, administrator",
            (false, false) => "nurse",
        }
    }
}

/// What a person types to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// A PIN of so many digits: the last one signs in.
    Pin(usize),
    /// A passphrase, then Enter.
    Passphrase,
    /// A code that an administrator gave, which is good once; a secret of one's own comes after it.
    Code(usize),
}

impl Asks {
    /// Reads what stands before a secret's salt.
    #[must_use]
    pub fn of(secret: &str) -> Option<Self> {
        let kind = secret.split(' ').next()?;
        let digits = |name| kind.strip_prefix(name)?.parse().ok();
        match kind {
            "phrase" => Some(Self::Passphrase),
            _ => digits("pin").map(Self::Pin).or_else(|| digits("once").map(Self::Code)),
        }
    }

    /// Returns what it is called in a sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pin(_) => "PIN",
            Self::Passphrase => "passphrase",
            Self::Code(_) => "code",
        }
    }

    /// Returns how many digits it has; `None` where it is not made of digits alone.
    #[must_use]
    pub fn digits(self) -> Option<usize> {
        match self {
            Self::Pin(digits) | Self::Code(digits) => Some(digits),
            Self::Passphrase => None,
        }
    }
}

/// Who works here now.
pub fn working(people: &[Colleague]) -> impl Iterator<Item = &Colleague> {
    people.iter().filter(|person| !person.left)
}

/// Returns whether people sign in here: whether anybody has a secret.
#[must_use]
pub fn sign_in(people: &[Colleague]) -> bool {
    working(people).any(|person| person.secret.is_some())
}

/// What initials say of who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// Nobody's begin so.
    Nobody,
    /// Somebody's begin so.
    NotYet,
    /// This one's.
    This(&'a Colleague),
}

/// Finds whose initials were typed, as far as they were typed.
#[must_use]
pub fn named<'a>(people: &'a [Colleague], typed: &str) -> Named<'a> {
    let typed = typed.to_lowercase();
    let begin: Vec<_> = working(people).filter(|person| person.initials().starts_with(&typed)).collect();
    match begin.as_slice() {
        [] => Named::Nobody,
        [only] if only.initials() == typed => Named::This(only),
        _ => Named::NotYet,
    }
}

/// Returns who has just these initials, also where somebody else's begin with them; `None` where nobody has, or several.
#[must_use]
pub fn exactly<'a>(people: &'a [Colleague], typed: &str) -> Option<&'a Colleague> {
    let typed = typed.to_lowercase();
    let mut same = working(people).filter(|person| person.initials() == typed);
    let first = same.next()?;
    same.next().is_none().then_some(first)
}

/// Says that a name was filled in for what was typed, and which `key` goes on with it.
#[must_use]
pub fn meant_words(name: &str, key: &str) -> String {
    format!("{name} is meant? {key}.")
}

/// What is to be said of a name that is no prescriber's here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// One or two letters are nobody's name.
    TooShort(String),
    /// It may be somebody's outside, which is asked once.
    Asks(String),
}

/// Says that a name is no prescriber's here, and which key says that somebody outside is meant: `F2`.
#[must_use]
pub fn stranger(name: &str, key: &str) -> Stranger {
    match name.chars().count() {
        0..3 => Stranger::TooShort(format!("{name} is no prescriber here. Write the whole name.")),
        _ => Stranger::Asks(format!("{name} is no prescriber here: a doctor outside? {key} again says yes.")),
    }
}

/// Returns the name that is meant by what was typed, of names with their initials: the name itself, its initials, or how its words
/// begin; `None` where none is meant, or several are. One letter is no name.
#[must_use]
pub fn meant<'a>(names: &'a [(String, String)], typed: &str) -> Option<&'a str> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let typed = plain(typed);
    if let Some((same, _)) = names.iter().find(|(name, _)| plain(name) == typed) {
        return Some(same);
    }
    // Each word begins one of the name's, in their order: "dr rao" is Dr Samir Rao.
    let begins = |name: &str| {
        let name = plain(name);
        let mut words = name.split(' ');
        typed.split(' ').all(|part| words.any(|word| word.starts_with(part)))
    };
    let mut like = names.iter().filter(|(name, initials)| *initials == typed || begins(name));
    let first = like.next().filter(|_| typed.chars().count() > 1)?;
    like.next().is_none().then_some(first.0.as_str())
}

/// Returns the name under which the key of somebody with these initials is kept: small letters and digits of ASCII.
#[must_use]
pub fn slot(initials: &str) -> String {
    deunicode::deunicode(initials).to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(32).collect()
}

/// Returns who else works here and has the same slot as these initials: one passphrase would take the other's place.
#[must_use]
pub fn same_slot<'a>(people: &'a [Colleague], initials: &str, name: &str) -> Option<&'a Colleague> {
    let is_same = |other: &&Colleague| slot(&other.initials()) == slot(initials);
    working(people).filter(|other| other.name != name).find(is_same)
}

/// Says why initials are not good for a person: somebody else's begin with them, or they with somebody else's, so that who
/// types them could not be told at the last letter; or their keys would have one name.
#[must_use]
pub fn clash<'a>(people: &'a [Colleague], initials: &str, name: &str) -> Option<&'a Colleague> {
    let typed = initials.to_lowercase();
    let begins = working(people).filter(|other| other.name != name).find(|other| {
        let theirs = other.initials();
        theirs.starts_with(&typed) || typed.starts_with(&theirs)
    });
    begins.or_else(|| same_slot(people, initials, name))
}

/// Gives somebody initials that no one else's begin with, where the first letters do: of the last name.
#[must_use]
pub fn told_apart(person: Colleague, people: &[Colleague]) -> Colleague {
    /// More letters nobody types to sign in.
    const MOST: usize = 5;
    if clash(people, &person.initials(), &person.name).is_none() {
        return person;
    }
    let last = person.name.split_whitespace().last();
    let initials = last.map(|last| last.chars().take(MOST).collect::<String>().to_lowercase());
    Colleague { initials, ..person }
}

/// Says why a secret of one's own is too easy to guess; `None` where it is not. A PIN keeps out who sits at the keyboard, not who has
/// the disk.
#[must_use]
pub fn too_easy(secret: &str) -> Option<&'static str> {
    let is_pin = secret.chars().all(|c| c.is_ascii_digit());
    let digits: Vec<u32> = secret.chars().filter_map(|c| c.to_digit(10)).collect();
    let steps = |by: i64| digits.windows(2).all(|pair| i64::from(pair[1]) - i64::from(pair[0]) == by);
    let by_twos = digits.len() > 2 && digits.windows(3).all(|three| three[0] == three[2]);
    match (is_pin, secret.chars().count()) {
        (_, 0) => Some("type a PIN of 4 to 8 digits, or a passphrase"),
        (true, 0..4) => Some("a PIN has 4 to 8 digits"),
        (true, 9..) => Some("a PIN has 4 to 8 digits; a longer secret is a passphrase and has letters too"),
        (true, _) if steps(0) || steps(1) || steps(-1) || by_twos => {
            Some("everybody tries this PIN first; take another one")
        }
        (false, 0..8) => Some("a passphrase has 8 characters or more, for example three words; a PIN has digits alone"),
        _ => None,
    }
}

/// So many characters a passphrase has at least that opens encrypted records.
pub const SHORTEST_TO_OPEN: usize = 12;

/// Says why a passphrase is too easy to open encrypted records with: whoever has a copy of the files can try as many as a
/// computer can.
#[must_use]
pub fn too_easy_to_open(passphrase: &str) -> Option<&'static str> {
    let is_short = passphrase.chars().count() < SHORTEST_TO_OPEN || passphrase.chars().all(|c| c.is_ascii_digit());
    is_short
        .then_some("it opens the encrypted records: take 12 characters or more with letters, for example four words")
}

/// What stands before a name also without a full stop.
const TITLES: [&str; 8] = ["Dr", "Prof", "Mr", "Mrs", "Ms", "Miss", "Sr", "Br"];

/// The first letters of the first two words that begin a name; a title before it ends in a full stop, letters after it are
/// capitals.
fn worked_out(name: &str) -> String {
    let is_name = |word: &&str| !TITLES.contains(word) && !word.ends_with('.') && word.chars().any(char::is_lowercase);
    let names: Vec<&str> = name.split([' ', '-']).filter(is_name).collect();
    let firsts: String = match names.as_slice() {
        [] => name.chars().filter(|c| c.is_alphabetic()).take(2).collect(),
        [only] => only.chars().filter(|c| c.is_alphabetic()).take(2).collect(),
        [one, other, ..] => [one, other].iter().filter_map(|word| word.chars().find(|c| c.is_alphabetic())).collect(),
    };
    firsts.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_name_and_not_of_title_and_degree() {
        for (name, initials) in [
            ("Maya Keller RN", "mk"),
            ("Dr. Ana Sol", "as"),
            ("Dr Eleanor Hart", "eh"),
            ("Dr. A. Patel", "pa"),
            ("Ngozi Okafor-Lee", "no"),
            ("KIM", "ki"),
            ("Łucja Żak", "łż"),
        ] {
            assert_eq!(Colleague::new(name, false).initials(), initials, "{name}");
        }
        let chosen = Colleague { initials: Some("AP".to_owned()), ..Colleague::new("Dr. A. Patel", true) };
        assert_eq!(chosen.initials(), "ap");
    }

    #[test]
    fn who_it_is_is_known_at_the_last_letter() {
        let mut people = ["Maya Keller RN", "Marta Silva", "Tom Alder"].map(|name| Colleague::new(name, false));
        let is = |people: &[Colleague], typed: &str| match named(people, typed) {
            Named::Nobody => "nobody".to_owned(),
            Named::NotYet => "not yet".to_owned(),
            Named::This(person) => person.name.clone(),
        };
        for (typed, who) in
            [("", "not yet"), ("m", "not yet"), ("MK", "Maya Keller RN"), ("t", "not yet"), ("x", "nobody")]
        {
            assert_eq!(is(&people, typed), who, "{typed}");
        }
        assert_eq!(clash(&people, "M", "Tom Alder").map(|p| p.name.as_str()), Some("Maya Keller RN"));
        assert_eq!(clash(&people, "mkx", "").map(|p| p.name.as_str()), Some("Maya Keller RN"));
        assert_eq!(clash(&people, "mk", "Maya Keller RN"), None);
        assert_eq!(
            clash(&people, "mķ", "Tom Alder").map(|p| p.name.as_str()),
            Some("Maya Keller RN"),
            "one key's name"
        );
        people[0].left = true;
        assert_eq!(is(&people, "mk"), "nobody");
        // Three whose initials begin one another's, as two computers may have put them there.
        let three = ["M", "MK", "mka"].map(|initials| Colleague {
            initials: Some(initials.to_owned()),
            ..Colleague::new(&format!("The one with {initials}"), false)
        });
        for typed in ["m", "mk", "MKA"] {
            let found = exactly(&three, typed).map(Colleague::initials);
            assert_eq!(found, Some(typed.to_lowercase()));
        }
        assert_eq!(exactly(&three, "k"), None);
        assert_eq!(exactly(&[three[0].clone(), three[0].clone()], "m"), None, "two with the same");
    }

    #[test]
    fn a_name_is_meant_by_initials_or_by_how_it_begins() {
        let names = [("Dr Eleanor Hart", "eh"), ("Dr Samir Rao", "sr"), ("Dr Ellen Voss", "ev")];
        let names = names.map(|(name, initials)| (name.to_owned(), initials.to_owned()));
        for (typed, name) in [
            ("EH", Some("Dr Eleanor Hart")),
            ("rao", Some("Dr Samir Rao")),
            ("dr s", Some("Dr Samir Rao")),
            ("Dr Rao", Some("Dr Samir Rao")),
            ("rao samir", None),
            ("eleanor  h", Some("Dr Eleanor Hart")),
            ("dr  samir rao", Some("Dr Samir Rao")),
            ("el", None),
            ("dr", None),
            ("s", None),
            ("", None),
            ("Dr Elsewhere", None),
        ] {
            assert_eq!(meant(&names, typed), name, "{typed:?}");
        }
    }

    #[test]
    fn secrets_that_are_tried_first_are_refused() {
        for easy in ["", "1", "123", "1111", "1234", "4321", "1212", "696969", "12121", "123456789", "letmein"] {
            assert!(too_easy(easy).is_some(), "{easy}");
        }
        for good in ["7402", "74027402", "1221", "three small words", "0815a-bc"] {
            assert_eq!(too_easy(good), None, "{good}");
        }
        for easy in ["", "7402", "short one", "740274027402"] {
            assert!(too_easy_to_open(easy).is_some(), "{easy}");
        }
        assert_eq!(too_easy_to_open("four small words"), None);
    }

    #[test]
    fn what_is_asked_for_stands_before_the_salt() {
        let asks = |secret: &str| Asks::of(secret);
        assert_eq!(asks("pin4 14 00 11"), Some(Asks::Pin(4)));
        assert_eq!(asks("once6 14 00 11"), Some(Asks::Code(6)));
        assert_eq!(asks("phrase 16 00 11"), Some(Asks::Passphrase));
        assert_eq!(asks("from the future"), None);
    }
}
