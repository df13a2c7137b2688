//! Damage as other systems do it: cells and fields of tables and messages, values of JSON, letters and line ends.

use crate::mutate;
use fastrand::Rng;

/// What stands in cells of lists and in fields of messages.
const CELLS: [&str; 72] = [
    "",
    " ",
    "-",
    "?",
    "0",
    "-1",
    "1",
    "1mg",
    "1 g",
    "1,000",
    "1.000",
    "12,5",
    "0.0000001",
    "1e308",
    "1e-400",
    "inf",
    "NaN",
    "99999999999999999999 mg",
    "18446744073709551615",
    "46000",
    "2958465",
    "1e9",
    "04/03/1961",
    "31/02/1961",
    "29.02.2024",
    "12/12/9999",
    "1/1/0001",
    "2026-11-22",
    "2026-11-24",
    "24/11/2026",
    "22.11.26",
    "20261102091500",
    "20261103",
    "99991231235959.9999+1400",
    "00000000",
    "20261103091500-9959",
    "12 weekly",
    "every 0 days",
    "every 99999999999 weeks",
    "every 2-3 months",
    "1200 months",
    "alle 3 Monate",
    "tous les 3 mois",
    "L arm",
    "NKDA",
    "deceased",
    "verstorben",
    "moved away",
    "Hydroxocobalamin",
    "Cyanocobalamin 1000 mcg",
    "Vitamin B12",
    "=1+1",
    "'=1+1",
    "@SUM(A1)",
    "\"",
    "\"\"",
    "\"a\nb\"",
    "'",
    "Rossi, Anna",
    "ORU^R01",
    "718-7^Haemoglobin^LN",
    "2132-9^B12^LN",
    "HGBX^Hb venous^L",
    "<^150",
    "\\X0D0A1B\\",
    "\\E\\\\F\\\\.br\\\\H\\",
    "\\Xzz\\",
    "g/L",
    "pmol/L^^UCUM",
    "Pat ID",
    "DOB",
    "MSH|^~\\&|",
];
const STATES: [&str; 14] = ["F", "C", "W", "D", "P", "X", "R", "NM", "SN", "ST", "CE", "TX", "OBX", "NTE"];

/// What stands in values of FHIR.
const VALUES: [&str; 40] = [
    "null",
    "true",
    "0",
    "-0",
    "-1",
    "1e400",
    "0.1e-400",
    "1e308",
    "121.12345678901234567890",
    "99999999999999999999",
    "{}",
    "[]",
    "[[]]",
    "\"\"",
    "\" \"",
    "\"1\"",
    "\"<\"",
    "\"2026\"",
    "\"2026-11\"",
    "\"2026-11-22\"",
    "\"2026-11-24\"",
    "\"2026-13-45\"",
    "\"0000-00-00\"",
    "\"9999-12-31T23:59:60Z\"",
    "\"-262143-01-01\"",
    "\"2026-11-22T09:00:00.123456789012+14:00\"",
    "\"2026-11-22T09:00:00-23:59\"",
    "\"#c1\"",
    "\"#\"",
    "\"Patient/p1\"",
    "\"urn:uuid:00000000-0000-0000-0000-000000000000\"",
    "\"Bundle\"",
    "\"Observation\"",
    "\"MedicationAdministration\"",
    "\"entered-in-error\"",
    "\"corrected\"",
    "\"not-done\"",
    "\"\\ud800\"",
    "\"\\u0000\\u001b[2J\"",
    "\"http://loinc.org\"",
];

/// Returns a damaged copy of a table or of messages.
pub fn damaged(seed: &[u8], others: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=(0..5).take_while(|_| rng.bool()).count() {
        bytes = if rng.u8(..5) == 0 { mutate::damaged(&bytes, others, rng) } else { cell(&bytes, others, rng) };
        bytes.truncate(1 << 20);
    }
    written(bytes, rng)
}

/// Returns a damaged copy of JSON, or of JSON a line.
pub fn damaged_json(seed: &[u8], others: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=(0..5).take_while(|_| rng.bool()).count() {
        bytes = if rng.u8(..3) == 0 { value(bytes, rng) } else { mutate::damaged(&bytes, others, rng) };
        bytes.truncate(1 << 20);
    }
    bytes
}

/// Puts another value in the place of a text or a number that stands after a colon.
fn value(mut bytes: Vec<u8>, rng: &mut Rng) -> Vec<u8> {
    let colons: Vec<usize> = bytes.iter().enumerate().filter(|(_, b)| **b == b':').map(|(at, _)| at + 1).collect();
    let Some(from) = rng.choice(colons) else { return bytes };
    let from = from + bytes[from..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let rest = &bytes[from..];
    let length = match rest.first() {
        Some(b'"') => rest[1..].iter().position(|b| *b == b'"').map_or(rest.len(), |n| n + 2),
        _ => rest.iter().position(|b| b",]}\n".contains(b)).unwrap_or(rest.len()),
    };
    bytes.splice(from..from + length, VALUES[rng.usize(..VALUES.len())].bytes());
    bytes
}

/// Changes a cell or a field, a column, or a line.
fn cell(bytes: &[u8], others: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = bytes.split(|b| b"\r\n".contains(b)).map(<[u8]>::to_vec).collect();
    let end: &[u8] = if bytes.contains(&b'\n') { b"\n" } else { b"\r" };
    let Some(sign) = rng.choice(b",;\t|^~".iter().filter(|sign| bytes.contains(sign)).collect::<Vec<_>>()) else {
        return mutate::damaged(bytes, others, rng);
    };
    let at = rng.usize(..lines.len());
    let mut cells: Vec<Vec<u8>> = lines[at].split(|b| b == sign).map(<[u8]>::to_vec).collect();
    let (one, two) = (rng.usize(..cells.len()), rng.usize(..cells.len()));
    match rng.u8(..10) {
        0 => cells.swap(one, two),
        1 => drop(cells.remove(one)),
        2 => cells.insert(two, cells[one].clone()),
        3 => {
            // The same column of another line.
            let other = rng.usize(..lines.len());
            cells[one] = lines[other].split(|b| b == sign).nth(one).unwrap_or_default().to_vec();
        }
        4 => lines.insert(at, lines[at].clone()),
        5 => {
            let other = rng.choice(others).map(|other| other.split(|b| b"\r\n".contains(b)).collect::<Vec<_>>());
            let line = other.and_then(|lines| rng.choice(lines)).unwrap_or_default();
            lines.insert(at, line.to_vec());
            return lines.join(end);
        }
        6 => cells[one] = STATES[rng.usize(..STATES.len())].into(),
        _ => cells[one] = CELLS[rng.usize(..CELLS.len())].into(),
    }
    lines[at] = cells.join(sign);
    lines.join(end)
}

/// Writes a text in other letters, with other line ends or another delimiter.
fn written(bytes: Vec<u8>, rng: &mut Rng) -> Vec<u8> {
    let way = rng.u8(..20);
    let Ok(text) = std::str::from_utf8(&bytes) else { return bytes };
    let utf16 =
        |big: bool| text.encode_utf16().flat_map(move |unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    match way {
        0 => [0xff, 0xfe].into_iter().chain(utf16(false)).collect(),
        1 => [0xfe, 0xff].into_iter().chain(utf16(true)).collect(),
        2 => utf16(false).collect(),
        3 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        4 => format!("\u{feff}{text}").into_bytes(),
        5 => text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes(),
        6 => text.replace("\r\n", "\n").replace('\n', "\r").into_bytes(),
        7 => text.replace(',', ";").into_bytes(),
        8 => text.replace([',', ';'], "\t").into_bytes(),
        _ => bytes,
    }
}
