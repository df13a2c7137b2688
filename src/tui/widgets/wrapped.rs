//! Words broken into lines by hand, where a line after the first is indented or a page must know how long it is.

use unicode_width::UnicodeWidthStr;

/// Breaks a text into lines of a width; a word that is wider stands alone on its line.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().filter(|line| line.is_empty() || line.width() + 1 + word.width() <= width);
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_lost_and_no_line_is_wider() {
        let text = "repletion ends when \"no further improvement\" is recorded; 中村 review Sat 28 Nov 2026";
        for width in [10, 20, 44, 200] {
            let lines = wrapped(text, width);
            assert_eq!(lines.join(" "), text);
            assert!(lines.iter().all(|l| l.width() <= width || !l.contains(' ')), "{lines:?}");
        }
        assert_eq!(wrapped("", 10), [""]);
    }
}
