//! Changes that keep the shape of RON or JSON, so that what is read is a chart all the same: a field's value from another file, a
//! field left out, an entry doubled, a day moved. Most damage by the byte is refused by the reader; this gets behind it.

use chrono::{NaiveDate, TimeDelta};
use fastrand::Rng;
use std::ops::Range;

/// A field, or an item of a list.
#[derive(Clone, Debug)]
struct Piece {
    /// Empty where an item has none.
    name: Range<usize>,
    value: Range<usize>,
    /// With its name and the comma behind it.
    whole: Range<usize>,
}

/// Brackets that are open: where the piece in hand begins, and what is known of it.
struct Open {
    start: usize,
    name: Range<usize>,
    value: usize,
}

impl Open {
    fn at(start: usize) -> Self {
        Self { start, name: 0..0, value: start }
    }
}

/// Finds the pieces of a text, whatever it is, in order of their ends.
fn pieces(bytes: &[u8]) -> Vec<Piece> {
    let (mut found, mut open, mut word, mut at) = (Vec::new(), vec![Open::at(0)], 0..0, 0);
    while at < bytes.len() {
        let next = end_of_token(bytes, at);
        match bytes[at] {
            b'(' | b'[' | b'{' => open.push(Open::at(next)),
            b':' if !word.is_empty() => {
                if let Some(top) = open.last_mut() {
                    (top.name, top.value) = (word.clone(), next);
                }
            }
            b',' | b')' | b']' | b'}' => {
                let end = if bytes[at] == b',' { next } else { at };
                if let Some(top) = open.last_mut() {
                    let blank = bytes[top.value..at].iter().take_while(|b| b.is_ascii_whitespace()).count();
                    let value = top.value + blank..at;
                    let from = if top.name.is_empty() { top.start } else { top.name.start };
                    if !value.is_empty() {
                        found.push(Piece { name: top.name.clone(), value, whole: from..end });
                    }
                    *top = Open::at(next);
                }
                if bytes[at] != b',' && open.len() > 1 {
                    open.pop();
                }
            }
            _ => {}
        }
        // JSON's names, and those of a map, stand in quotation marks.
        let is_blank = bytes[at].is_ascii_whitespace() && !word.is_empty();
        if !is_blank {
            word = if is_word(bytes[at]) || bytes[at] == b'"' { at..next } else { 0..0 };
        }
        at = next;
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns where a word, a text in quotation marks, a comment or a single sign ends.
fn end_of_token(bytes: &[u8], at: usize) -> usize {
    let run = |of: fn(u8) -> bool| bytes[at..].iter().position(|b| !of(*b)).map_or(bytes.len(), |n| at + n);
    match bytes[at] {
        b'"' => {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            (end + 1).min(bytes.len())
        }
        b'/' if bytes[at..].starts_with(b"//") => run(|b| b != b'\n'),
        byte if is_word(byte) => run(is_word),
        _ => at + 1,
    }
}

/// Returns a copy with one such change; the same bytes where there is nothing to change.
pub fn grafted(bytes: &[u8], others: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut out = bytes.to_vec();
    if rng.u8(..4) == 0 {
        move_a_day(&mut out, rng);
        return out;
    }
    let own = pieces(bytes);
    let Some(one) = rng.choice(&own) else { return out };
    let other = rng.choice(others).filter(|_| rng.bool()).map_or(bytes, Vec::as_slice);
    match rng.u8(..8) {
        0 => drop(out.drain(one.whole.clone())),
        1 => {
            let piece = with_comma(&bytes[one.whole.clone()]);
            let times = if rng.u8(..10) == 0 { rng.usize(2..60) } else { 1 };
            out.splice(one.whole.start..one.whole.start, piece.repeat(times));
        }
        2 => {
            if let Some(piece) = rng.choice(&pieces(other)) {
                let piece = with_comma(&other[piece.whole.clone()]);
                out.splice(one.whole.start..one.whole.start, piece);
            }
        }
        3 => {
            if let Some(two) = rng.choice(own.iter().filter(|p| p.value.start >= one.value.end).collect::<Vec<_>>()) {
                out.splice(two.value.clone(), bytes[one.value.clone()].iter().copied());
                out.splice(one.value.clone(), bytes[two.value.clone()].iter().copied());
            }
        }
        way => {
            let of_name = |p: &&Piece| way == 4 || other[p.name.clone()] == bytes[one.name.clone()];
            let theirs = pieces(other);
            if let Some(piece) = rng.choice(theirs.iter().filter(of_name).collect::<Vec<_>>()) {
                out.splice(one.value.clone(), other[piece.value.clone()].iter().copied());
            }
        }
    }
    out
}

fn with_comma(piece: &[u8]) -> Vec<u8> {
    let comma: &[u8] = if piece.ends_with(b",") { b"" } else { b"," };
    [piece, comma].concat()
}

/// Moves a day a little or far, or to another day of the text: most rules are about days that lie near each other.
fn move_a_day(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let is_like = |window: &&[u8]| window[4] == b'-' && window[7] == b'-';
    let day = |window: &[u8]| std::str::from_utf8(Some(window).filter(is_like)?).ok()?.parse::<NaiveDate>().ok();
    let days: Vec<_> = bytes.windows(10).enumerate().filter_map(|(at, window)| Some((at, day(window)?))).collect();
    let (Some((at, here)), Some((_, there))) = (rng.choice(&days), rng.choice(&days)) else { return };
    let far = [1, 9, 40, 400, 4_000, 400_000][rng.usize(..6)];
    let to =
        if rng.u8(..3) == 0 { Some(*there) } else { here.checked_add_signed(TimeDelta::days(rng.i64(-far..=far))) };
    let text = to.unwrap_or(*here).to_string();
    bytes.splice(*at..at + 10, text.bytes());
}
