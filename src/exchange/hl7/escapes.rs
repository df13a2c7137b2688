//! Escapes of HL7, taken away after the fields are parted. Nothing that could steer a terminal comes of one.

use super::message::Signs;

/// Returns a text without its escapes; one that is not known stays as it is.
pub(super) fn plain(text: &str, signs: &Signs) -> String {
    if !text.contains(signs.escape) {
        return shown(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(signs.escape) {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let body = escape.get(signs.escape.len_utf8()..).unwrap_or_default();
        match body.find(signs.escape).and_then(|end| Some((stands_for(body.get(..end)?, signs)?, end))) {
            Some((text, end)) => {
                out.push_str(&text);
                rest = body.get(end + signs.escape.len_utf8()..).unwrap_or_default();
            }
            None => {
                out.push(signs.escape);
                rest = body;
            }
        }
    }
    out.push_str(rest);
    shown(&out)
}

fn stands_for(escape: &str, signs: &Signs) -> Option<String> {
    let one = |c: char| Some(c.to_string());
    match escape {
        "F" => one(signs.field),
        "S" => one(signs.component),
        "T" => one(signs.subcomponent),
        "R" => one(signs.repetition),
        "E" => one(signs.escape),
        "H" | "N" => Some(String::new()),
        _ if escape.starts_with(".br") || escape.starts_with(".sp") => one('\n'),
        _ if escape.starts_with('.') && escape.len() <= 8 => Some(String::new()),
        _ => hex(escape.strip_prefix('X')?),
    }
}

fn hex(digits: &str) -> Option<String> {
    let is_hex = !digits.is_empty() && digits.len().is_multiple_of(2) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_hex {
        return None;
    }
    let byte = |at: usize| digits.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).filter_map(byte).collect();
    Some(String::from_utf8(bytes).unwrap_or_else(|e| encoding_rs::WINDOWS_1252.decode(e.as_bytes()).0.into_owned()))
}

/// Without control characters but line breaks. Other hidden signs stay, so that a name with one is held.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_taken_away_and_none_steers_a_terminal() {
        let signs = Signs::of("MSH|^~\\&|").unwrap();
        for (text, expected) in [
            (r"x10\S\9/L", "x10^9/L"),
            (r"a\F\b\T\c\R\d\E\e", r"a|b&c~d\e"),
            (r"one\.br\two\.sp2\three\.in4\.", "one\ntwo\nthree."),
            (r"\H\bold\N\", "bold"),
            (r"\X41C3A9\", "Aé"),
            (r"\X1B\[2J\X0D\", " [2J "),
            (r"\Zxy\ stays", r"\Zxy\ stays"),
            (r"ends with \", r"ends with \"),
            (r"\XF\", r"\XF\"),
        ] {
            assert_eq!(plain(text, &signs), expected, "{text}");
        }
    }
}
