//! A file to its messages: envelopes, line ends of every kind, several messages in one file.

use super::message::{Message, Segment, Signs};
use crate::exchange::bytes::{self, Hidden};
use encoding_rs::Encoding;

/// What stands around messages in a batch.
const ENVELOPES: [&str; 4] = ["FHS", "BHS", "BTS", "FTS"];

/// The messages of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Messages {
    /// In their order.
    pub messages: Vec<Message>,
    /// What there is to say of the file as a whole.
    pub remarks: Vec<String>,
}

impl Messages {
    /// Parts a file into its messages.
    ///
    /// # Errors
    /// A sentence where it is no text, or holds no message.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, String> {
        let declared = if std::str::from_utf8(bytes).is_ok() { None } else { declared(bytes) };
        let mut out = Self::default();
        let text = match declared {
            Some(letters) if bytes.len() <= bytes::MOST_BYTES => {
                letters.decode_without_bom_handling(bytes).0.into_owned()
            }
            _ => {
                let (text, letters) = bytes::text_of(bytes)?;
                out.remarks.extend(letters.remark());
                text
            }
        };
        out.part(&text);
        match out.messages.is_empty() {
            true => Err("No HL7 message: no line of the file begins with MSH.".to_owned()),
            false => Ok(out),
        }
    }

    fn part(&mut self, text: &str) {
        let mut hidden = Hidden::default();
        let plain = text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{1c}'], "\n");
        for (n, line) in (1_u64..).zip(plain.split('\n')) {
            let line = line.trim_start_matches('\u{feff}').trim_end();
            let line = &*hidden.without(line, Some(n));
            if line.trim().is_empty() || ENVELOPES.iter().any(|name| line.starts_with(name)) {
                continue;
            }
            if let Some(signs) = Signs::of(line) {
                let head = Segment::new(n, line, &signs);
                self.messages.push(Message { signs, segments: vec![head] });
                continue;
            }
            let Some(message) = self.messages.last_mut() else {
                self.say(format!("Line {n} is before the first message and is not read."));
                continue;
            };
            if message.signs.begins_segment(line) {
                let segment = Segment::new(n, line, &message.signs);
                message.segments.push(segment);
            } else if let Some(last) = message.segments.last_mut() {
                last.go_on(line);
                self.say(format!("Line {n} is no segment and was read as the end of the line before it."));
            }
        }
        self.remarks.extend(hidden.remark());
    }

    fn say(&mut self, remark: String) {
        const MOST: usize = 20;
        match self.remarks.len() {
            ..MOST => self.remarks.push(remark),
            MOST => self.remarks.push("There are more such lines.".to_owned()),
            _ => {}
        }
    }
}

/// The letters that the first message declares, where they are some of ISO 8859: `8859/15`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(2_000))?;
    let at = memchr::memmem::find(head, b"8859/")?;
    let digits = head.get(at + 5..)?.iter().take_while(|b| b.is_ascii_digit()).take(2);
    let number: String = digits.map(|b| char::from(*b)).collect();
    Encoding::for_label(format!("iso-8859-{number}").as_bytes())
}
