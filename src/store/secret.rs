//! What a PIN, a passphrase, a code or the recovery key is checked against: scrypt of it with a salt of its own, never the
//! secret itself.
//!
//! A PIN has so few digits that whoever has the file finds it out; it keeps out who sits at the keyboard, where wrong tries
//! slow down ([`super::tries`]). A passphrase takes long to find, a recovery key for ever.

use super::open::Store;
use super::vault::{self, note_unseen_plain};
use scrypt::{Params, scrypt};
use secrecy::{ExposeSecret as _, SecretString};
use std::fmt::Write as _;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The work of a PIN or a code: 16 MiB, some hundredths of a second. More would not help it.
const PIN_WORK: u8 = 14;
/// The work of a passphrase or the recovery key: 64 MiB, some tenths of a second, so that each guess costs as much.
const PHRASE_WORK: u8 = 16;
/// A file that asks for more than this would hold the program up.
const MOST_WORK: u8 = 18;

const BYTES: usize = 32;

/// A code that is good once has so many digits.
const CODE_DIGITS: usize = 6;

/// Makes what a secret of one's own is checked against: digits alone are a PIN.
///
/// # Errors
/// A sentence, where this system gives no random bytes.
pub fn of(typed: &str) -> Result<String, String> {
    let is_pin = !typed.is_empty() && typed.chars().all(|c| c.is_ascii_digit());
    if is_pin { keep(&format!("pin{}", typed.len()), PIN_WORK, typed) } else { keep("phrase", PHRASE_WORK, typed) }
}

/// Makes a code that is good once, and what it is checked against.
///
/// # Errors
/// Those of [`of`].
pub fn code() -> Result<(String, String), String> {
    let code = digits(CODE_DIGITS)?;
    let kept = keep(&format!("once{CODE_DIGITS}"), PIN_WORK, &code)?;
    Ok((code, kept))
}

/// Makes a recovery key, to be shown once.
///
/// # Errors
/// Those of [`of`].
pub fn recovery() -> Result<SecretString, String> {
    vault::recovery::new().map_err(|error| error.to_string())
}

/// Makes what a recovery key is checked against.
///
/// # Errors
/// Those of [`of`].
pub fn of_recovery(key: &SecretString) -> Result<String, String> {
    keep("recovery", PHRASE_WORK, &plain(key.expose_secret()))
}

impl Store {
    /// Makes a recovery key that lets people sign in; the one before is good no more. Until
    /// [`recovery_seen`](super::vault::recovery_seen) is called it counts as seen by nobody.
    ///
    /// # Errors
    /// Those of [`Store::keep_recovery`].
    pub fn renew_recovery(&mut self) -> Result<SecretString, String> {
        let key = recovery()?;
        note_unseen_plain(self.dir(), self.disk()).map_err(|error| error.to_string())?;
        self.keep_recovery(&key)?;
        Ok(key)
    }

    /// Keeps what a recovery key is checked against; the one before is good no more.
    ///
    /// # Errors
    /// A sentence: those of [`of`], or what went wrong with the file.
    pub fn keep_recovery(&mut self, key: &SecretString) -> Result<(), String> {
        let kept = of_recovery(key)?;
        self.change_settings(|settings| settings.recovery = Some(kept)).map_err(|error| error.to_string())
    }
}

/// Returns whether what was typed is the secret.
#[must_use]
pub fn is_right(kept: &str, typed: &str) -> bool {
    let parts: Vec<&str> = kept.split(' ').collect();
    let [kind, work, salt, hash] = parts.as_slice() else { return false };
    let (Ok(work), Some(salt), Some(hash)) = (work.parse(), bytes(salt), bytes(hash)) else { return false };
    if work > MOST_WORK || hash.len() != BYTES {
        return false;
    }
    let typed = if *kind == "recovery" { plain(typed) } else { Zeroizing::new(typed.to_owned()) };
    worked_out(work, &salt, &typed).is_some_and(|found| found[..].ct_eq(&hash).into())
}

/// A recovery key without what people put between its groups, in capitals.
fn plain(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect())
}

fn keep(kind: &str, work: u8, typed: &str) -> Result<String, String> {
    let salt = random::<16>()?;
    let hash = worked_out(work, &salt, typed).ok_or("the secret could not be worked out on this computer")?;
    Ok(format!("{kind} {work} {} {}", hex(&salt), hex(&*hash)))
}

fn worked_out(work: u8, salt: &[u8], typed: &str) -> Option<Zeroizing<[u8; BYTES]>> {
    let params = Params::new(work, 8, 1, BYTES).ok()?;
    let mut out = Zeroizing::new([0; BYTES]);
    scrypt(typed.as_bytes(), salt, &params, &mut *out).ok()?;
    Some(out)
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| format!("this system gives no random numbers: {e}"))?;
    Ok(bytes)
}

/// Draws digits, each as likely as any other.
fn digits(count: usize) -> Result<String, String> {
    let mut out = String::with_capacity(count);
    while out.len() < count {
        let drawn = random::<32>()?;
        let fair = drawn.iter().filter(|b| **b < 250).map(|b| char::from(b'0' + b % 10));
        out.extend(fair.take(count - out.len()));
    }
    Ok(out)
}

/// Returns bytes as digits and letters.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Returns the bytes that digits and letters stand for.
pub(super) fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pair = |n: usize| u8::from_str_radix(hex.get(n * 2..n * 2 + 2)?, 16).ok();
    (hex.len().is_multiple_of(2)).then(|| (0..hex.len() / 2).map(pair).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::people::Asks;

    #[test]
    fn only_the_secret_is_right() {
        for (typed, asks) in
            [("7402", Asks::Pin(4)), ("74027402", Asks::Pin(8)), ("four small words here", Asks::Passphrase)]
        {
            let kept = of(typed).unwrap();
            assert!(!kept.contains(typed), "{kept}");
            assert_eq!(Asks::of(&kept), Some(asks));
            assert!(is_right(&kept, typed));
            assert!(!is_right(&kept, &format!("{typed} ")) && !is_right(&kept, ""));
            assert_ne!(of(typed).unwrap(), kept, "each has a salt of its own");
        }
    }

    #[test]
    fn a_code_is_six_digits() {
        let (code, kept) = code().unwrap();
        assert!(code.len() == 6 && code.chars().all(|c| c.is_ascii_digit()), "{code}");
        assert_eq!(Asks::of(&kept), Some(Asks::Code(6)));
        assert!(is_right(&kept, &code));
    }

    #[test]
    fn a_recovery_key_is_read_however_it_was_written() {
        let key = recovery().unwrap();
        let (kept, key) = (of_recovery(&key).unwrap(), key.expose_secret());
        let as_typed = key.to_lowercase().replace('-', " ");
        assert!(is_right(&kept, &as_typed) && is_right(&kept, key), "{key}");
        assert!(!is_right(&kept, &key.replace('-', "").chars().rev().collect::<String>()));
    }

    #[test]
    fn what_somebody_wrote_there_opens_nothing_and_holds_nothing_up() {
        for kept in
            ["", "pin4", "pin4 14 zz zz", "pin4 14 00 00", "pin4 63 00 00", "pin4 99 00112233 aa", "phrase 14 0 0"]
        {
            assert!(!is_right(kept, "7402"), "{kept}");
        }
    }
}
