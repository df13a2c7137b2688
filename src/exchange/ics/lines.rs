//! Content lines as RFC 5545 wants them: CRLF, folded at 75 octets, text escaped.

/// So many octets a line may have, without its end (3.1).
const MOST_OCTETS: usize = 75;

/// Lines of a calendar.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
}

impl Lines {
    /// Puts a line, folded where it is long; never within a character, as readers join octets, and some show what is between.
    pub(super) fn put(&mut self, line: &str) {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > MOST_OCTETS {
                self.text.push_str("\r\n ");
                octets = 1;
            }
            self.text.push(c);
            octets += c.len_utf8();
        }
        self.text.push_str("\r\n");
    }

    /// Puts a property whose value is text.
    pub(super) fn text_of(&mut self, name: &str, value: &str) {
        self.put(&format!("{name}:{}", escaped(value)));
    }

    pub(super) fn text(self) -> String {
        self.text
    }
}

/// Escapes text (3.3.11); what is no character of a text is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fold_at_75_octets_and_never_within_a_character() {
        for name in ["Nguyễn Thị Minh Khai ".repeat(9), "x".repeat(300), "漢字".repeat(60), "🩹".repeat(40)] {
            let mut lines = Lines::default();
            lines.text_of("SUMMARY", &name);
            let text = lines.text();
            assert!(text.ends_with("\r\n"));
            assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
            assert!(text.matches("\r\n ").count() >= 2);
            assert_eq!(text.replace("\r\n ", ""), format!("SUMMARY:{name}\r\n"));
        }
        let mut lines = Lines::default();
        lines.put(&"y".repeat(75));
        assert_eq!(lines.text(), format!("{}\r\n", "y".repeat(75)), "75 octets are one line");
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a, b; c\\d\ne\r\u{7}"), "a\\, b\\; c\\\\d\\ne");
    }
}
