//! Bytes to text: what a file is, and in which letters it is written. What is no text is refused with what to do.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// No file that is read is larger, whatever its form. A thousand patients as FHIR have about 75 MB.
pub const MOST_BYTES: usize = 200 << 20;

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

#[cfg(test)]
mod tests {
    use super::*;

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
