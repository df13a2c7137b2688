//! Bytes to text: what a file is, and in which letters it is written. What is no text is refused with what to do.

use crate::clinic::parse::is_hidden;
use crate::clinic::words;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// No file that is read is larger, whatever its form. A thousand patients as FHIR have about 75 MB.
pub const MOST_BYTES: usize = 200 << 20;

/// More letters of remarks than this no piece of a file has.
pub(crate) const MOST_NOTES: usize = 4_000;

/// The letters that a file is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Letters {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-16, the lower byte first, as Windows writes it.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// Windows-1252, which was guessed: it is what remains.
    Windows1252,
}

impl Letters {
    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// Says that it was guessed, where it was.
    #[must_use]
    pub fn remark(self) -> Option<String> {
        (self == Self::Windows1252).then(|| {
            "Read as Windows-1252, which was guessed: look at the names with accents, and save the file as UTF-8 if one is \
             wrong."
                .to_owned()
        })
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
    }
}

/// Files that are no text, by how they begin, and what to do instead.
const OTHERS: [(&[u8], &str); 11] = [
    (b"PK\x03\x04", "This is a workbook (xlsx, ods) or a zip archive: open it and save the sheet as \"CSV UTF-8\"."),
    (b"\xD0\xCF\x11\xE0", "This is an old Excel workbook (xls): open it and save the sheet as \"CSV UTF-8\"."),
    (
        b"%PDF",
        "This is a PDF: ask for the list as a CSV file, or copy the table into a spreadsheet and save it as CSV.",
    ),
    (b"\x89PNG", "This is a picture: a list has to come as text, for example as a CSV file."),
    (b"\xFF\xD8\xFF", "This is a picture: a list has to come as text, for example as a CSV file."),
    (b"GIF8", "This is a picture: a list has to come as text, for example as a CSV file."),
    (b"II*\0", "This is a scan: a list has to come as text, for example as a CSV file."),
    (b"MM\0*", "This is a scan: a list has to come as text, for example as a CSV file."),
    (b"\x1F\x8B", "This is packed (gzip): unpack it first."),
    (b"{\\rtf", "This is a text document (rtf): copy the table into a spreadsheet and save it as CSV."),
    (b"SQLite format 3", "This is a database: export the table as a CSV file."),
];

/// Reads bytes as text, without a byte order mark.
///
/// # Errors
/// A sentence where it is no text, or too much of it.
pub fn text_of(bytes: &[u8]) -> Result<(String, Letters), String> {
    if bytes.len() > MOST_BYTES {
        let mb = bytes.len() / (1024 * 1024);
        return Err(format!("The file has {mb} MB; more than {} MB are not read. Split it.", MOST_BYTES >> 20));
    }
    if let Some((_, what)) = OTHERS.iter().find(|(begins, _)| bytes.starts_with(begins)) {
        return Err((*what).to_owned());
    }
    let (letters, mark) = letters_of(bytes);
    let text = letters.encoding().decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0.into_owned();
    if text.contains('\0') {
        return Err("The file holds bytes that are no text: it may be damaged, or no text file at all.".to_owned());
    }
    Ok((text, letters))
}

/// Returns the letters, and how many bytes the mark of them takes.
fn letters_of(bytes: &[u8]) -> (Letters, usize) {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => (if_utf8(bytes), 3),
        [0xFF, 0xFE, ..] => (Letters::Utf16Le, 2),
        [0xFE, 0xFF, ..] => (Letters::Utf16Be, 2),
        // UTF-16 without a mark: every other byte of plain letters is zero.
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (Letters::Utf16Le, 0),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => (Letters::Utf16Be, 0),
        _ => (if_utf8(bytes), 0),
    }
}

fn if_utf8(bytes: &[u8]) -> Letters {
    if std::str::from_utf8(bytes).is_ok() { Letters::Utf8 } else { Letters::Windows1252 }
}

/// The hidden signs that were taken out of a file, to be told: a name may show as another one by them.
#[derive(Debug, Default)]
pub(crate) struct Hidden {
    signs: BTreeSet<char>,
    lines: BTreeSet<u64>,
    texts: usize,
}

impl Hidden {
    /// Returns a text without its hidden signs; its first line is this one of the file, where that is known.
    pub(crate) fn without<'a>(&mut self, text: &'a str, line: Option<u64>) -> Cow<'a, str> {
        if !text.contains(is_hidden) {
            return Cow::Borrowed(text);
        }
        self.texts += 1;
        self.signs.extend(text.chars().filter(|c| is_hidden(*c)));
        if let Some(first) = line {
            let hides = (first..).zip(text.split('\n')).filter(|(_, line)| line.contains(is_hidden));
            self.lines.extend(hides.map(|(line, _)| line));
        }
        Cow::Owned(text.chars().filter(|c| !is_hidden(*c)).collect())
    }

    /// Says which signs were taken out, and where; nothing where there were none.
    pub(crate) fn remark(&self) -> Option<String> {
        const MOST: usize = 8;
        let more = |shown: usize, all: usize| if all > shown { ", …" } else { "" };
        let signs: Vec<_> = self.signs.iter().take(MOST).map(|c| format!("U+{:04X}", u32::from(*c))).collect();
        let lines: Vec<_> = self.lines.iter().take(MOST).map(ToString::to_string).collect();
        let (n, word) = (self.lines.len(), if self.lines.len() == 1 { "line" } else { "lines" });
        let place = match n {
            0 => words::plural(self.texts as i64, "text"),
            _ => format!("{word} {}{}", lines.join(", "), more(MOST, n)),
        };
        let signs = format!("{}{}", signs.join(", "), more(MOST, self.signs.len()));
        (self.texts > 0).then(|| {
            format!("Hidden signs, which can turn or hide letters ({signs}), were taken out of {place}: look at the names there.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_signs_are_taken_out_and_named() {
        let mut hidden = Hidden::default();
        assert_eq!(hidden.without("plain\tand Ça\u{301} \u{200d}\n", Some(1)), "plain\tand Ça\u{301} \u{200d}\n");
        assert_eq!(hidden.remark(), None);
        assert_eq!(hidden.without("a\nM\u{202e}iller\nx\u{1b}[2J\u{200b}", Some(7)), "a\nMiller\nx[2J");
        let said = hidden.remark().unwrap();
        assert!(said.contains("(U+001B, U+200B, U+202E)") && said.contains("out of lines 8, 9:"), "{said}");
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn the_letters_of_real_files() {
        let text = "Müller;Łukasz";
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        for (bytes, letters) in [
            (text.as_bytes().to_vec(), Letters::Utf8),
            (marked(b"\xEF\xBB\xBF", text.as_bytes().to_vec()), Letters::Utf8),
            (marked(b"\xFF\xFE", utf16(text, false)), Letters::Utf16Le),
            (marked(b"\xFE\xFF", utf16(text, true)), Letters::Utf16Be),
        ] {
            assert_eq!(text_of(&bytes), Ok((text.to_owned(), letters)));
        }
        assert_eq!(text_of(&utf16("DOB;MRN", false)), Ok(("DOB;MRN".to_owned(), Letters::Utf16Le)));
        let (guessed, letters) = text_of(b"M\xFCller; 5 \x80").unwrap();
        assert_eq!((guessed.as_str(), letters), ("Müller; 5 €", Letters::Windows1252));
        assert!(letters.remark().unwrap().contains("guessed"));
    }

    #[test]
    fn what_is_no_text_is_refused_with_what_to_do() {
        for (bytes, word) in [
            (&b"PK\x03\x04rest"[..], "save the sheet as"),
            (b"%PDF-1.7", "PDF"),
            (b"\x89PNG\r\n", "picture"),
            (b"\xD0\xCF\x11\xE0rest", "xls"),
            (b"abc\0\0\0def", "no text"),
        ] {
            assert!(text_of(bytes).unwrap_err().contains(word), "{word}");
        }
        assert!(text_of(&vec![b'a'; MOST_BYTES + 1]).unwrap_err().contains("Split it"));
    }
}
