//! What a key does to a field of each kind.

use super::super::input::Key;
use tui_input::{Input as TextInput, InputRequest};

/// Whether a key meant something to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    No,
    Yes,
    AndNext,
}

/// A key in a text.
pub(super) fn text(input: &mut TextInput, most: usize, fresh: &mut bool, key: Key) -> Taken {
    // A key that only passes through leaves what the program filled in as it was.
    if matches!(key, Key::Enter | Key::Up | Key::Down) {
        return Taken::No;
    }
    if std::mem::take(fresh) && matches!(key, Key::Char(_)) {
        input.handle(InputRequest::DeleteLine);
    }
    let request = match key {
        Key::Char(_) if input.value().chars().count() >= most => return Taken::Yes,
        Key::Char(c) => InputRequest::InsertChar(c),
        Key::Backspace => InputRequest::DeletePrevChar,
        Key::Delete => InputRequest::DeleteNextChar,
        Key::Left => InputRequest::GoToPrevChar,
        Key::Right => InputRequest::GoToNextChar,
        Key::Home => InputRequest::GoToStart,
        Key::End => InputRequest::GoToEnd,
        Key::Ctrl('u') => InputRequest::DeleteLine,
        Key::Ctrl('w') => InputRequest::DeletePrevWord,
        _ => return Taken::No,
    };
    input.handle(request);
    Taken::Yes
}

/// A key in a choice: its options, the chosen one, and whether its list is open; `ahead` is what was typed ahead so far. Returns
/// what is typed ahead now.
pub(super) fn choice(
    (options, at, open): (&[(String, String)], &mut usize, bool),
    ahead: String,
    key: Key,
) -> (Taken, String) {
    if let Key::Char(c) = key
        // After a letter a blank is between two words.
        && (c != ' ' || !ahead.is_empty())
    {
        return (Taken::Yes, by_letters(options, at, ahead, c));
    }
    let last = options.len().saturating_sub(1);
    match key {
        Key::Up if open && *at > 0 => *at -= 1,
        Key::Down if open && *at < last => *at += 1,
        Key::Left => *at = if *at == 0 { last } else { *at - 1 },
        Key::Right | Key::Char(' ') => *at = if *at >= last { 0 } else { *at + 1 },
        Key::Home if open => *at = 0,
        Key::End if open => *at = last,
        Key::PageUp if open => *at = at.saturating_sub(8),
        Key::PageDown if open => *at = (*at + 8).min(last),
        Key::Backspace => {}
        _ => return (Taken::No, String::new()),
    }
    (Taken::Yes, String::new())
}

fn begins(words: &str, typed: &str) -> bool {
    words.to_lowercase().starts_with(&typed.to_lowercase())
}

/// Whether any word of it begins so.
fn has(words: &str, typed: &str) -> bool {
    let (words, typed) = (words.to_lowercase(), typed.to_lowercase());
    let mut before = ' ';
    words.char_indices().any(|(at, c)| {
        let is_begin = !std::mem::replace(&mut before, c).is_alphanumeric();
        is_begin && words.get(at..).is_some_and(|rest| rest.starts_with(&typed))
    })
}

/// Whether what was typed ahead is the whole of an option, and goes on.
pub(super) fn is_whole(options: &[(String, String)], at: usize, ahead: &str) -> bool {
    options.get(at).is_some_and(|(_, words)| begins(ahead, words))
}

/// Letters go to the option that begins with them, else to one that has a word which does; the same letter again to the next
/// one. Letters that none has change nothing, and neither do those after them: a word that was meant for another field chooses
/// nothing.
fn by_letters(options: &[(String, String)], at: &mut usize, mut ahead: String, letter: char) -> String {
    let again = ahead.chars().all(|c| c.to_lowercase().eq(letter.to_lowercase()));
    ahead.push(letter);
    let find = |typed: &str, fits: fn(&str, &str) -> bool| {
        let is_it = |i: &usize| options.get(*i).is_some_and(|(_, words)| fits(words, typed));
        (0..options.len()).map(|n| (*at + usize::from(again) + n) % options.len().max(1)).find(is_it)
    };
    let any = |typed: &str| find(typed, begins).or_else(|| find(typed, has));
    let next = || any(&letter.to_string()).filter(|_| again);
    *at = any(&ahead).or_else(next).unwrap_or(*at);
    ahead
}

/// Says that no option has what was typed ahead.
pub(super) fn unknown(options: &[(String, String)], ahead: &str) -> Option<String> {
    let first = ahead.chars().next()?;
    let again = ahead.chars().all(|c| c == first);
    let is_known = options.iter().any(|(_, words)| has(words, ahead) || again && has(words, &first.to_string()));
    (!is_known).then(|| {
        format!(
            "Nothing to choose here begins with \"{ahead}\": Left and Right choose, or Backspace and its first letters."
        )
    })
}

/// A key in a list of several options.
pub(super) fn many(options: &mut [(String, String, bool)], at: &mut usize, key: Key) -> Taken {
    match key {
        Key::Up | Key::Left if *at > 0 => *at -= 1,
        Key::Down | Key::Right if *at + 1 < options.len() => *at += 1,
        Key::Char(' ' | 'x') => {
            if let Some((_, _, on)) = options.get_mut(*at) {
                *on = !*on;
            }
        }
        _ => return Taken::No,
    }
    Taken::Yes
}

/// A key on a grade.
pub(super) fn scale(grade: &mut Option<u8>, key: Key) -> Taken {
    match key {
        Key::Char(c @ '0'..='4') => {
            *grade = c.to_digit(10).and_then(|d| u8::try_from(d).ok());
            return Taken::AndNext;
        }
        Key::Left => *grade = Some(grade.map_or(0, |g| g.saturating_sub(1))),
        Key::Right => *grade = Some(grade.map_or(0, |g| (g + 1).min(4))),
        Key::Backspace | Key::Delete => *grade = None,
        _ => return Taken::No,
    }
    Taken::Yes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is chosen after these letters came within a second, and what is said.
    fn typed(letters: &str) -> (&'static str, Option<String>) {
        const WORDS: [&str; 5] = ["not recorded", "Left deltoid", "Right deltoid", "Left gluteus", "Right gluteus"];
        let options: Vec<_> = WORDS.iter().map(|w| (w.to_lowercase(), (*w).to_owned())).collect();
        let (mut at, mut ahead) = (0, String::new());
        for c in letters.chars() {
            ahead = choice((&options, &mut at, false), ahead, Key::Char(c)).1;
        }
        (WORDS[at], unknown(&options, &ahead))
    }

    #[test]
    fn letters_choose_by_how_an_option_begins() {
        for (letters, chosen) in [
            ("l", "Left deltoid"),
            ("ll", "Left gluteus"),
            ("lll", "Left deltoid"),
            ("R", "Right deltoid"),
            ("left g", "Left gluteus"),
            // Any word of it may be named.
            ("g", "Left gluteus"),
            ("gg", "Right gluteus"),
            ("deltoid", "Left deltoid"),
            ("rec", "not recorded"),
        ] {
            assert_eq!(typed(letters), (chosen, None), "{letters}");
        }
    }

    #[test]
    fn a_word_that_fits_none_chooses_nothing() {
        for word in ["hello", "xl", "0.5 ml"] {
            let (chosen, said) = typed(word);
            assert_eq!(chosen, "not recorded", "{word}");
            assert!(said.unwrap().contains(word), "{word}");
        }
        // Also where it begins as one of them does.
        for word in ["left gr", "lo", "lr", "rec to", "deltoids"] {
            let (_, said) = typed(word);
            assert!(said.unwrap().contains(word), "{word}");
        }
    }
}
