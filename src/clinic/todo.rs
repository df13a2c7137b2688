//! What to do, in a sentence. A step of the program stands in it by its name, `(see {review})`, `{press renew}`, or where
//! the sentence begins with it `{Press renew}`; each face says how it is taken there: by a key, a command, on paper neither.

use super::words;
use serde::{Deserialize, Serialize};

/// A step that a sentence may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the prompt of its name")]
pub enum Step {
    Acknowledge,
    Amend,
    Change,
    Checkpoint,
    Cosign,
    EndPhase,
    Order,
    Renew,
    Review,
    Same,
    Triage,
}

impl Step {
    /// Every step with its name, which is the command's.
    pub const ALL: [(Self, &str); 11] = [
        (Self::Acknowledge, "acknowledge"),
        (Self::Amend, "amend"),
        (Self::Change, "change"),
        (Self::Checkpoint, "checkpoint"),
        (Self::Cosign, "cosign"),
        (Self::EndPhase, "end-phase"),
        (Self::Order, "order"),
        (Self::Renew, "renew"),
        (Self::Review, "review"),
        (Self::Same, "same"),
        (Self::Triage, "triage"),
    ];
}

/// A sentence that says what to do, with the names of steps in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Todo(String);

impl Todo {
    /// Returns the sentence as a face says it: `how` each step is taken there, and the word for doing it, `press ` or none.
    #[must_use]
    pub fn told(&self, press: &str, how: impl Fn(Step, &str) -> String) -> String {
        Step::ALL.into_iter().filter(|_| self.0.contains('{')).fold(self.0.clone(), |text, (step, name)| {
            let how = how(step, name);
            let pressed = format!("{press}{how}");
            text.replace(&format!("{{{name}}}"), &how)
                .replace(&format!("{{press {name}}}"), &pressed)
                .replace(&format!("{{Press {name}}}"), &words::begun(&pressed))
        })
    }

    /// Returns the sentence with the names of the steps.
    #[must_use]
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// Returns whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Into<String>> From<T> for Todo {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_told_as_a_face_takes_it() {
        let todo =
            Todo::from("{Press end-phase}; then {press renew} ({review}). A typed {brace} stays, {press nothing} too.");
        assert_eq!(
            todo.told("press ", |_, name| name[..1].to_owned()),
            "Press e; then press r (r). A typed {brace} stays, {press nothing} too."
        );
        assert_eq!(
            todo.told("", |_, name| format!("`cobalog {name}`")),
            "`cobalog end-phase`; then `cobalog renew` (`cobalog review`). A typed {brace} stays, {press nothing} too."
        );
    }
}
