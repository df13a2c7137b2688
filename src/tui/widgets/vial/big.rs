//! Digits three rows high, of half blocks.

/// Returns the rows of a number of digits and a point.
pub(super) fn rows(number: &str) -> [String; 3] {
    let mut out = [const { String::new() }; 3];
    for sign in number.chars() {
        for (row, part) in out.iter_mut().zip(glyph(sign)) {
            row.push_str(part);
            row.push(' ');
        }
    }
    out
}

fn glyph(sign: char) -> [&'static str; 3] {
    match sign {
        '0' => ["█▀█", "█ █", "▀▀▀"],
        '1' => ["▀█ ", " █ ", "▀▀▀"],
        '2' => ["▀▀█", "█▀▀", "▀▀▀"],
        '3' => ["▀▀█", " ▀█", "▀▀▀"],
        '4' => ["█ █", "▀▀█", "  ▀"],
        '5' => ["█▀▀", "▀▀█", "▀▀▀"],
        '6' => ["█▀▀", "█▀█", "▀▀▀"],
        '7' => ["▀▀█", "  █", "  ▀"],
        '8' => ["█▀█", "█▀█", "▀▀▀"],
        '9' => ["█▀█", "▀▀█", "▀▀▀"],
        '.' => [" ", " ", "▀"],
        _ => [" ", " ", " "],
    }
}
