//! The practice's key under a passphrase: a small age file of the kind that asks for one.

use super::fault::VaultError;
use super::{bound, cipher};
use age::{scrypt, x25519};
use secrecy::{ExposeSecret as _, SecretString};
use std::io::{self, Read as _};
use std::path::Path;
use zeroize::Zeroizing;

/// 64 MiB and about a fifth of a second; the `age` tool opens it. Tests make hundreds of keys, in a build that nobody uses.
const WORK: u8 = if cfg!(debug_assertions) { 10 } else { 16 };
/// What is accepted: 256 MiB, and about a second. A hostile file must not hang the practice.
const MOST_WORK: u8 = 18;
/// No file of a key is larger: ours have some 300 bytes.
pub(super) const MOST_BYTES: u64 = 8 << 10;

/// Puts the key under the passphrase of a slot.
pub(super) fn shut(identity: &x25519::Identity, slot: &str, passphrase: &SecretString) -> io::Result<Vec<u8>> {
    let mut recipient = scrypt::Recipient::new(passphrase.clone());
    recipient.set_work_factor(WORK);
    let line = identity.to_string();
    let text = Zeroizing::new(format!("{}{}\n", bound::line(slot), line.expose_secret()));
    cipher::shut(&[&recipient], text.as_bytes())
}

/// Returns whether bytes look like a key under a passphrase; only the passphrase proves it.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    cipher::Head::read(bytes).is_ok_and(|head| head.is_of_passphrase())
}

/// Returns the key under a passphrase, and whose it says that it is; files of before say nothing.
///
/// # Errors
/// [`VaultError::Wrong`], [`VaultError::Damaged`], [`VaultError::TooHard`] of the file at `path`.
pub(super) fn open(
    bytes: &[u8],
    passphrase: &SecretString,
    path: &Path,
) -> Result<(x25519::Identity, Option<String>), VaultError> {
    let damaged = || VaultError::Damaged { path: path.to_owned() };
    let head = cipher::Head::read(bytes).ok().filter(cipher::Head::is_of_passphrase).ok_or_else(damaged)?;
    let mut identity = scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(MOST_WORK);
    let key = head.file_key(&[&identity]).map_err(|e| match e {
        age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => VaultError::Wrong,
        age::DecryptError::ExcessiveWork { .. } => VaultError::TooHard { path: path.to_owned() },
        _ => damaged(),
    })?;
    let mut text = Zeroizing::new(String::with_capacity(MOST_BYTES as usize));
    head.open(&key).read_to_string(&mut text).map_err(|_| damaged())?;
    let line = text.lines().map(str::trim).find(|line| line.starts_with("AGE-SECRET-KEY-"));
    let identity = line.and_then(|line| line.parse().ok()).ok_or_else(damaged)?;
    Ok((identity, bound::of(&text).map(str::to_owned)))
}
