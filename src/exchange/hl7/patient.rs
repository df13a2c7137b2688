//! Who a message is about: PID.

use super::codes::Codes;
use super::message::{Message, Segment};
use super::time;
use crate::clinic::intake::Described;
use crate::clinic::patient::Sex;

/// Reads the patient.
pub(super) fn described(message: &Message, pid: &Segment, codes: &Codes) -> Described {
    let names: Vec<&str> = message.repeats(pid, 5).collect();
    // Other repetitions are other scripts, former names, aliases.
    let legal =
        names.iter().find(|name| message.component(name, 7) == "L").or(names.first()).copied().unwrap_or_default();
    let given = [message.component(legal, 2), message.component(legal, 3)];
    let sex = match message.part(pid, 8, 1).as_str() {
        "F" => Some(Sex::Female),
        "M" => Some(Sex::Male),
        _ => None,
    };
    Described {
        number: number(message, pid, codes),
        family: line(&message.first_of(legal, 1)),
        given: line(&given.join(" ")),
        born: time::day(&message.part(pid, 7, 1)),
        sex,
        phone: None,
    }
}

/// The number of the authority that the practice named; else the one that is a record number; else the only one.
fn number(message: &Message, pid: &Segment, codes: &Codes) -> String {
    let all: Vec<&str> = message.repeats(pid, 3).collect();
    let authority = |text: &&&str| codes.authority.as_ref().is_some_and(|wanted| message.first_of(text, 4) == *wanted);
    let of_type = |wanted: &'static str| move |text: &&&str| message.component(text, 5) == wanted;
    let chosen = match &codes.authority {
        Some(_) => all.iter().find(authority),
        None => all.iter().find(of_type("MR")).or_else(|| all.iter().find(of_type("PI"))).or_else(|| all.first()),
    };
    line(&chosen.map(|text| message.first_of(text, 1)).unwrap_or_default())
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
