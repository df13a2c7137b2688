//! The passphrase of an encrypted practice: one line from a file that is open already, never an argument, which every other
//! program could see.

use super::failure::Failure;
use secrecy::SecretString;
use std::cell::RefCell;
use std::io::{self, BufRead, BufReader};
use zeroize::Zeroizing;

/// No passphrase is longer.
const MOST: u64 = 4096;

/// Where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// Standard input.
    Input,
    /// The open file of this number.
    Number(u32),
}

/// Reads `-`, `0` or another number.
pub(super) fn from(text: &str) -> Result<From, String> {
    match text {
        "-" | "0" => Ok(From::Input),
        _ if cfg!(windows) => Err("on this system the passphrase comes from standard input alone: say -".to_owned()),
        _ => text
            .parse()
            .map(From::Number)
            .map_err(|_| format!("\"{text}\" is not the number of an open file; - is standard input")),
    }
}

/// What is read line by line, as it can only be read once.
pub(super) struct Lines(RefCell<Box<dyn BufRead>>);

impl From {
    /// Opens it.
    pub(super) fn lines(self) -> Result<Lines, Failure> {
        let from: io::Result<Box<dyn BufRead>> = match self {
            Self::Input => Ok(Box::new(io::stdin().lock())),
            Self::Number(n) => open(n).map(|file| Box::new(BufReader::new(file)) as Box<dyn BufRead>),
        };
        from.map(RefCell::new).map(Lines).map_err(unread)
    }
}

impl Lines {
    /// Returns the next line, which is empty behind the last one.
    pub(super) fn next(&self) -> Result<SecretString, Failure> {
        let line = line(&mut *self.0.borrow_mut()).map_err(unread)?;
        Ok(SecretString::from(line.as_str()))
    }
}

fn unread(error: io::Error) -> Failure {
    Failure::Message(format!("the passphrase could not be read (--secret-fd): {error}"))
}

#[cfg(unix)]
fn open(number: u32) -> io::Result<std::fs::File> {
    std::fs::File::open(format!("/dev/fd/{number}"))
}

#[cfg(not(unix))]
fn open(_: u32) -> io::Result<std::fs::File> {
    Err(io::ErrorKind::Unsupported.into())
}

fn line(from: impl BufRead) -> io::Result<Zeroizing<String>> {
    // Room for all of it at once: what grows leaves copies behind.
    let mut line = Zeroizing::new(String::with_capacity(MOST as usize + 1));
    from.take(MOST).read_line(&mut line)?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_one_line_as_it_was_typed() {
        for (input, secret) in [("a b \r\nnext", "a b "), ("x\n", "x"), ("x", "x"), ("", "")] {
            assert_eq!(line(input.as_bytes()).unwrap().as_str(), secret, "{input:?}");
        }
        assert_eq!(from("-"), Ok(From::Input));
        assert!(from("three").is_err());
    }
}
