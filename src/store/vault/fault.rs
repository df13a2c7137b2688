//! What can go wrong with encrypted files and their keys, said to a nurse.

use super::super::error::StoreError;
use crate::clinic::people::SHORTEST_TO_OPEN;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why an encrypted file does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Its bytes are not what was written.
    #[error("it is encrypted, and damaged: nothing of it can be trusted")]
    Damaged,
    /// It is whole, as far as can be known, and not for this key.
    #[error("it is encrypted with another key than this practice's")]
    OtherKey,
    /// A later age format.
    #[error("it is encrypted in a way that this Cobalog does not know yet: update this workstation")]
    Unknown,
}

impl Fault {
    /// Returns the fault behind a system's error, where it is one.
    pub(in crate::store) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }

    /// Returns the fault behind what the `age` crate says; whatever the disk said stays the disk's error.
    pub(super) fn from_age(error: age::DecryptError) -> io::Error {
        match error {
            age::DecryptError::Io(e) => Self::from_stream(e),
            age::DecryptError::NoMatchingKeys => Self::OtherKey.into(),
            age::DecryptError::UnknownFormat => Self::Unknown.into(),
            _ => Self::Damaged.into(),
        }
    }

    /// An end that comes too early, or bytes that do not decrypt, are damage; anything else the disk said.
    pub(super) fn from_stream(error: io::Error) -> io::Error {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof if Self::of(&error).is_none() => {
                Self::Damaged.into()
            }
            _ => error,
        }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::new(io::ErrorKind::InvalidData, fault)
    }
}

impl VaultError {
    /// Returns what the audit log is to say, where somebody put another file in the place of a key.
    #[must_use]
    pub fn put_there(&self) -> Option<String> {
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match self {
            Self::Foreign { path, of } => Some(format!("keys/{} is the key of {of}", name(path))),
            Self::Unnamed { path } => Some(format!("keys/{} is an old file", name(path))),
            _ => None,
        }
    }
}

/// Why a key could not be opened or kept. Shown as it is.
#[derive(Debug, Error)]
pub enum VaultError {
    /// The passphrase is another one.
    #[error("That is not the passphrase. Nothing was opened; try again, or use the recovery key.")]
    Wrong,
    /// The passphrase is none of those that were tried.
    #[error(
        "That is not the passphrase of any of the first {} people: say whose it is with --by INITIALS. Nothing was opened.",
        super::MOST_TRIED
    )]
    Whose,
    /// Nobody has this slot.
    #[error("{} is not there: {slot} has no passphrase for this practice. Open it as somebody who has one, then give {slot} one.", .path.display())]
    NoSlot {
        /// Whose.
        slot: String,
        /// Where it would be.
        path: PathBuf,
    },
    /// A name that no slot can have.
    #[error("\"{0}\" cannot be the name of a key: use initials, letters and digits.")]
    Name(String),
    /// A passphrase that would be guessed.
    #[error(
        "A passphrase has at least {} characters, and letters among them: whoever has the files can try as many as a computer can. Nothing was changed.",
        SHORTEST_TO_OPEN
    )]
    Short,
    /// A file of a key that cannot be read as one.
    #[error("{} is damaged. Use another person's passphrase or the recovery key, then set this passphrase anew.", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A file of a key that would keep this computer busy for minutes.
    #[error("{} was made to take longer than this computer should try. Use another person's passphrase or the recovery key.", .path.display())]
    TooHard {
        /// The file.
        path: PathBuf,
    },
    /// A key that is not this practice's.
    #[error("{} belongs to another practice, or to a time before the encryption was switched off and on. Nothing was changed; use another person's passphrase or the recovery key.", .path.display())]
    Other {
        /// The file.
        path: PathBuf,
    },
    /// A key that was put in somebody else's place.
    #[error("{} is the key of \"{of}\", under another name: somebody copied it there. Nothing was opened. Whose place it is chooses a passphrase anew (u, Enter on the own name) once a colleague has opened the records.", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The slot that it says.
        of: String,
    },
    /// A key in the form of before, where this workstation knows one that says whose it is.
    #[error("{} is an old file, which does not say whose key it is; the one that this computer knows does. Somebody put it there. Nothing was opened. Whose place it is chooses a passphrase anew (u, Enter on the own name) once a colleague has opened the records.", .path.display())]
    Unnamed {
        /// The file.
        path: PathBuf,
    },
    /// A file that an earlier switch left encrypted, in a practice that is plain otherwise.
    #[error("{} is still encrypted, with the keys of before. Nothing was changed; switch the encryption on with a passphrase of then (`cobalog encrypt`), or, where no key is left, restore a backup of that time, which brings its keys (`cobalog restore FILE --to DIR`).", .path.display())]
    LeftOver {
        /// The file.
        path: PathBuf,
    },
    /// The system's source of chance gave nothing.
    #[error(
        "This computer gave no random numbers, so no key was made. Nothing was changed; start it anew, then try again."
    )]
    NoChance,
    /// What went wrong with the files.
    #[error(transparent)]
    Store(#[from] StoreError),
}
