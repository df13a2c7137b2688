//! A volume in words, so that a misplaced decimal point is heard.

use crate::clinic::drug::trim_number;

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Writes millilitres in words: `one millilitre`, `zero point two five millilitre`, `two millilitres`.
#[must_use]
pub fn volume_words(ml: f64) -> String {
    if !ml.is_finite() || ml < 0.0 {
        return "no volume".to_owned();
    }
    let digits = trim_number(ml, 3);
    let (whole, rest) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut words = whole_words(whole);
    if !rest.is_empty() {
        words.push_str(" point");
        rest.bytes().for_each(|digit| {
            words.push(' ');
            words.push_str(SMALL[usize::from(digit.saturating_sub(b'0')).min(9)]);
        });
    }
    let many = ml > 1.0;
    format!("{words} millilitre{}", if many { "s" } else { "" })
}

fn whole_words(digits: &str) -> String {
    match digits.parse::<usize>() {
        Ok(n) if n < 20 => SMALL[n].to_owned(),
        Ok(n) if n < 100 && n % 10 == 0 => TENS[n / 10].to_owned(),
        Ok(n) if n < 100 => format!("{}-{}", TENS[n / 10], SMALL[n % 10]),
        _ => digits.to_owned(),
    }
}
