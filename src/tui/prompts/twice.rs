//! A secret that is typed twice, as nobody sees what is typed.

use super::Refusal;
use crate::tui::form::Form;
use zeroize::Zeroizing;

/// Reads the two lines of a new secret; empty where neither has anything.
///
/// # Errors
/// The line that stops it: the secret is too easy, or the two are not the same.
pub(super) fn typed(
    form: &Form,
    [first, again]: [&str; 2],
    too_easy: impl Fn(&str) -> Option<&'static str>,
) -> Result<Zeroizing<String>, Refusal> {
    let [new, same] = [first, again].map(|id| Zeroizing::new(form.text(id)));
    match too_easy(&new) {
        _ if new.is_empty() && same.is_empty() => Ok(new),
        Some(why) => Err(Refusal::at(first, why)),
        None if *new != *same => Err(Refusal::at(again, "it is not the same as the line above")),
        None => Ok(new),
    }
}
