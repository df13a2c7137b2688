//! Reads RON the way Cobalog writes it, some ten times as fast as the reader for RON of every kind.
//!
//! A list of ten thousand patients without an index, and each move of the cursor, reads charts that this program wrote; each
//! start reads the table of keys. What stands there in any other way (raw text, another spelling of a number) is refused
//! here without a word, and the reader of the `ron` crate decides: it alone says what is wrong, and where. Tests hold the
//! two together: whatever this one accepts, that one reads as the same.

mod de;

use serde::Deserialize;
use std::borrow::Cow;
use std::fmt;

/// Deeper than any chart goes.
const MOST_DEPTH: u8 = 60;

/// Which bytes a name is made of: a third of a chart is names.
const IN_NAME: [bool; 256] = {
    let mut all = [false; 256];
    let mut b = 0;
    while b < 256 {
        all[b] = matches!(b as u8, b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_');
        b += 1;
    }
    all
};

/// Not in the way that Cobalog writes.
#[derive(Debug)]
pub(crate) struct Other;

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not as Cobalog writes it")
    }
}

impl std::error::Error for Other {}

impl serde::de::Error for Other {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Read<T> = Result<T, Other>;

/// Reads a value; refuses everything that is not written as Cobalog writes it.
pub(crate) fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Read<T> {
    let mut reader = Reader { text, at: 0, depth: 0, inside: false };
    let value = T::deserialize(&mut reader)?;
    reader.blank();
    if reader.at == text.len() { Ok(value) } else { Err(Other) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
    /// Whether the parentheses of a variant stand for those of the one struct that it holds.
    inside: bool,
}

impl<'a> Reader<'a> {
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    /// Skips blanks and line comments.
    fn blank(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') if self.bytes().get(self.at + 1) == Some(&b'/') => {
                    let rest = &self.bytes()[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    /// Takes a sign, and says whether it was there.
    fn takes(&mut self, sign: u8) -> bool {
        // Most often it stands just here.
        if self.peek() != Some(sign) {
            self.blank();
        }
        let is_there = self.peek() == Some(sign);
        self.at += usize::from(is_there);
        is_there
    }

    fn take(&mut self, sign: u8) -> Read<()> {
        if self.takes(sign) { Ok(()) } else { Err(Other) }
    }

    /// Takes what a sign of the given kind is made of.
    fn run(&mut self, of: impl Fn(u8) -> bool) -> &'a str {
        self.blank();
        let rest = &self.bytes()[self.at..];
        let length = rest.iter().position(|b| !of(*b)).unwrap_or(rest.len());
        let run = self.text.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        run
    }

    fn name(&mut self) -> Read<&'a str> {
        let name = self.run(|b| IN_NAME[usize::from(b)]);
        // `r"…"` is no name, and neither is a number.
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if is_name && !matches!(self.peek(), Some(b'"' | b'#' | b'.' | b'-' | b'+' | 0x80..)) {
            Ok(name)
        } else {
            Err(Other)
        }
    }

    fn whole<N: std::str::FromStr>(&mut self) -> Read<N> {
        self.inside = false;
        let digits = self.run(|b| b.is_ascii_digit() || b == b'-');
        // 010 may mean something else to others.
        let plain = digits.trim_start_matches('-');
        if (plain.len() > 1 && plain.starts_with('0')) || self.goes_on() {
            return Err(Other);
        }
        digits.parse().map_err(|_| Other)
    }

    /// Returns whether a number or a word goes on where it should end.
    fn goes_on(&self) -> bool {
        !matches!(self.peek(), None | Some(b',' | b')' | b']' | b'}' | b':' | b' ' | b'\n'))
    }

    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.take(b'"')?;
        let start = self.at;
        let end = start + memchr::memchr2(b'"', b'\\', &self.bytes()[start..]).ok_or(Other)?;
        let plain = self.text.get(start..end).ok_or(Other)?;
        if self.bytes()[end] == b'"' {
            self.at = end + 1;
            return Ok(Cow::Borrowed(plain));
        }
        let mut whole = plain.to_owned();
        self.at = end;
        loop {
            let rest = self.text.get(self.at..).ok_or(Other)?;
            let next = rest.find(['"', '\\']).ok_or(Other)?;
            whole.push_str(&rest[..next]);
            self.at += next + 1;
            if rest.as_bytes()[next] == b'"' {
                return Ok(Cow::Owned(whole));
            }
            whole.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Read<char> {
        let sign = self.peek().ok_or(Other)?;
        self.at += 1;
        match sign {
            b'"' => Ok('"'),
            b'\\' => Ok('\\'),
            b'\'' => Ok('\''),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'0' => Ok('\0'),
            b'u' => {
                let rest = self.text.get(self.at..).and_then(|rest| rest.strip_prefix('{')).ok_or(Other)?;
                let hex = &rest[..rest.find('}').filter(|n| (1..=6).contains(n)).ok_or(Other)?];
                self.at += hex.len() + 2;
                if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err(Other);
                }
                u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).ok_or(Other)
            }
            _ => Err(Other),
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == MOST_DEPTH {
            return Err(Other);
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Reads what stands between parentheses, or between those of the variant that holds it.
    fn parens<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if std::mem::take(&mut self.inside) {
            return read(self);
        }
        self.take(b'(')?;
        let value = self.deeper(read)?;
        self.take(b')')?;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use crate::clinic::background::{Caution, ConfounderKind, MedicineKind, RedFlag};
    use crate::clinic::citation::Source;
    use crate::clinic::coding::{Charges, CodeList};
    use crate::clinic::country::Country;
    use crate::clinic::decision::ReviewLine;
    use crate::clinic::drug::Product;
    use crate::clinic::interval::Interval;
    use crate::clinic::knowledge::{asset, regimen_files, ron_options};
    use crate::clinic::lab::Analyte;
    use crate::clinic::regimen::{CheckpointRule, Regimen};
    use crate::clinic::rule::Rule;
    use crate::clinic::triage::{Cause, Symptom};
    use serde::de::DeserializeOwned;
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    fn same<T: DeserializeOwned + Debug>(text: &str) {
        let quick = super::read::<T>(text).unwrap_or_else(|_| panic!("not read quickly:\n{text}"));
        assert_eq!(format!("{quick:?}"), format!("{:?}", ron_options().from_str::<T>(text).unwrap()));
    }

    #[test]
    fn what_is_built_in_is_read_quickly_and_as_the_same() {
        same::<Vec<Analyte>>(asset("labs.ron"));
        same::<Vec<Caution>>(asset("cautions.ron"));
        same::<Vec<Cause>>(asset("causes.ron"));
        same::<BTreeMap<String, Vec<CheckpointRule>>>(asset("checkpoints.ron"));
        same::<Vec<Country>>(asset("countries.ron"));
        same::<Vec<ConfounderKind>>(asset("confounders.ron"));
        same::<Charges>(asset("charges.ron"));
        same::<CodeList>(asset("icd10.ron"));
        same::<CodeList>(asset("icd10cm.ron"));
        same::<Vec<Interval>>(asset("intervals.ron"));
        same::<Vec<MedicineKind>>(asset("medicines.ron"));
        same::<Vec<Product>>(asset("products.ron"));
        same::<Vec<RedFlag>>(asset("red_flags.ron"));
        same::<Vec<ReviewLine>>(asset("review.ron"));
        same::<Vec<Rule>>(asset("rules.ron"));
        same::<Vec<Source>>(asset("sources.ron"));
        same::<Vec<Symptom>>(asset("symptoms.ron"));
        regimen_files().for_each(|(_, text)| same::<Regimen>(text));
    }
}
