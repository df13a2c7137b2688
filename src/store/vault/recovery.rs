//! The recovery key: eight groups of four, written down once.

use super::fault::VaultError;
use crate::clinic::recovery::{GROUPS, IN_GROUP, LETTERS};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// Makes a new one.
pub(in crate::store) fn new() -> Result<SecretString, VaultError> {
    let mut code = Zeroizing::new(String::with_capacity(GROUPS * (IN_GROUP + 1)));
    let mut chance = Zeroizing::new([0; 64]);
    while code.len() < GROUPS * (IN_GROUP + 1) - 1 {
        getrandom::fill(&mut *chance).map_err(|_| VaultError::NoChance)?;
        // Each letter equally likely: what is above the last whole round is thrown away.
        for byte in chance.iter().filter(|byte| **byte < 248) {
            push(&mut code, LETTERS[usize::from(*byte) % LETTERS.len()]);
        }
    }
    Ok(SecretString::from(code.as_str()))
}

fn push(code: &mut String, letter: u8) {
    if code.len() >= GROUPS * (IN_GROUP + 1) - 1 {
        return;
    }
    if code.len() % (IN_GROUP + 1) == IN_GROUP {
        code.push('-');
    }
    code.push(char::from(letter));
}

/// Returns one as it was shown, however it is typed: small letters, without dashes, with spaces.
pub(super) fn tidied(typed: &SecretString) -> SecretString {
    let mut code = Zeroizing::new(String::with_capacity(GROUPS * (IN_GROUP + 1)));
    let letters = typed.expose_secret().chars().filter(char::is_ascii_alphanumeric);
    letters.for_each(|letter| push(&mut code, letter.to_ascii_uppercase() as u8));
    SecretString::from(code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_key_is_eight_groups_of_four_and_is_known_however_it_is_typed() {
        let code = new().unwrap();
        let shown = code.expose_secret();
        assert_eq!(shown.len(), 39, "{shown}");
        assert!(shown.split('-').all(|group| group.len() == 4 && group.bytes().all(|b| LETTERS.contains(&b))));
        assert_ne!(new().unwrap().expose_secret(), shown);
        let typed = SecretString::from(format!(" {} ", shown.to_lowercase().replace('-', " ")));
        assert_eq!(tidied(&typed).expose_secret(), shown);
    }
}
