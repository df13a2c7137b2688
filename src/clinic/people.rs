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
    /// What the secret is checked against: never the secret itself. Without one this person signs in by choosing the name.
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

/// The first letters of the first two words that begin a name; a title before it ends in a full stop, letters after it are
/// capitals.
fn worked_out(name: &str) -> String {
    let is_name = |word: &&str| !word.ends_with('.') && word.chars().any(char::is_lowercase);
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
}
