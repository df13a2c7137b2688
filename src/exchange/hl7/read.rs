//! Messages to a parcel: a piece for each order with its results.

mod reading;

use super::codes::Codes;
use super::group::groups;
use super::message::Message;
use super::split::Messages;
use crate::clinic::entry::{Act, Checked};
use crate::clinic::intake::{Coming, Described, Parcel, Piece, Trouble, superseded};
use crate::clinic::lab::LabResult;
use crate::clinic::practice::Practice;
use crate::exchange::bytes::MOST_NOTES;
use crate::exchange::results::shown;
use chrono::NaiveDate;
use reading::Reading;
use std::collections::HashMap;

/// Reads the messages of a file. It never looks at the practice's patients, only at its library and at what it said of codes.
#[must_use]
pub fn read(messages: &Messages, codes: &Codes, practice: &Practice, today: NaiveDate, file: &str) -> Parcel {
    let mut parcel = Parcel { file: file.to_owned(), pieces: Vec::new(), remarks: messages.remarks.clone() };
    parcel.pieces = in_order(messages.messages.iter().map(|message| (None, message)), codes, practice, today);
    parcel
}

/// Reads the messages of all files of a folder as they were sent, whatever the files are called: a correction in one acts on
/// what another one brings.
#[must_use]
pub fn read_all(
    files: &[(String, Messages)],
    codes: &Codes,
    practice: &Practice,
    today: NaiveDate,
    folder: &str,
) -> Parcel {
    let remarks = files.iter().flat_map(|(file, of)| of.remarks.iter().map(move |remark| format!("{file}: {remark}")));
    let messages = files.iter().flat_map(|(file, of)| of.messages.iter().map(move |message| (Some(file), message)));
    Parcel { file: folder.to_owned(), remarks: remarks.collect(), pieces: in_order(messages, codes, practice, today) }
}

/// Reads messages by the time when they were sent, each with the name of its file where there are several.
fn in_order<'a>(
    messages: impl Iterator<Item = (Option<&'a String>, &'a Message)>,
    codes: &Codes,
    practice: &Practice,
    today: NaiveDate,
) -> Vec<Piece> {
    let mut order: Vec<_> = messages.collect();
    order.sort_by_cached_key(|(_, message)| message.sent());
    let mut all: Vec<Piece> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut sent: HashMap<String, String> = HashMap::new();
    for (file, message) in order {
        let again = sent.get(&message.letters()).cloned();
        if again.is_none() {
            let line = format!("line {}", message.line());
            sent.insert(message.letters(), file.map_or_else(|| line.clone(), |file| format!("{file}, {line}")));
        }
        for (id, mut piece) in pieces(message, codes, practice, today) {
            if let Some(file) = file {
                piece.place = format!("{file}, {}", piece.place);
            }
            // Sent once more, whatever came between: what corrected it since still holds.
            if let Some(first) = &again {
                let id = Some(message.control_id()).filter(|id| !id.is_empty());
                let id = id.map(|id| format!(", control id {}", shown(&id))).unwrap_or_default();
                piece.trouble = Some(Trouble::Skipped(format!("The same message as {first}{id}.")));
                all.push(piece);
                continue;
            }
            let before = id.as_ref().and_then(|id| places.get(id)).and_then(|at| all.get_mut(*at));
            if let Some(before) = before {
                goes_on(before, &mut piece);
            }
            // What is held or not finished says nothing on which a later message could go on.
            if let Some(id) = id.filter(|_| piece.trouble.is_none()) {
                places.insert(id, all.len());
            }
            all.push(piece);
        }
    }
    all
}

/// What is sent again of one order: the later message says all of it, and the earlier one is left.
fn goes_on(before: &mut Piece, piece: &mut Piece) {
    let can = before.trouble.is_none() && piece.trouble.is_none() && is_same_person(&before.about, &piece.about);
    if !can {
        return;
    }
    if before.acts == piece.acts {
        piece.trouble = Some(Trouble::Skipped(format!("The same as {}.", before.place)));
        return;
    }
    let mut goes_along = false;
    for old in &before.acts {
        let Act::Checked(old_look) = &old.act else { continue };
        if old.strikes {
            continue;
        }
        let withdrawn = |analyte: &str| {
            piece.acts.iter().any(|c| c.strikes && matches!(&c.act, Act::Checked(look) if look.lab(analyte).is_some()))
        };
        let kept: Vec<LabResult> = old_look.labs.iter().filter(|lab| !withdrawn(&lab.analyte)).cloned().collect();
        let new = piece.acts.iter_mut().find(|c| !c.strikes && c.id == old.id);
        match new.map(|coming| (coming.corrects, &mut coming.act)) {
            Some((corrects, Act::Checked(look))) => {
                let differs = kept.iter().find(|a| look.lab(&a.analyte).is_some_and(|b| !b.says_as(a)));
                if let Some(lab) = differs.filter(|_| !corrects) {
                    piece.trouble = Some(Trouble::Held(other_result(lab, old, &before.place)));
                    return;
                }
                let replaced = kept.iter().filter(|a| look.lab(&a.analyte).is_some_and(|b| !b.says_as(a)));
                let replaced: Vec<String> = replaced.map(superseded).collect();
                let more: Vec<LabResult> = kept.into_iter().filter(|a| look.lab(&a.analyte).is_none()).collect();
                goes_along |= !more.is_empty();
                look.labs.splice(0..0, more);
                look.note = both(old_look.note.as_deref(), look.note.as_deref());
                look.note = both(look.note.as_deref(), Some(&replaced.join("\n")));
            }
            _ if kept.is_empty() => {}
            _ => {
                goes_along = true;
                let look = Checked { labs: kept, ..old_look.clone() };
                piece.acts.insert(0, Coming { act: Act::Checked(look), ..old.clone() });
            }
        }
    }
    // What an earlier message withdrew may stand in the chart, whatever the later one says of other tests.
    let struck: Vec<Coming> = before.acts.iter().filter_map(|old| still_struck(old, &piece.acts)).collect();
    piece.acts.extend(struck);
    piece.about.born = piece.about.born.or(before.about.born);
    before.trouble = Some(Trouble::Skipped(format!("A later message says it anew: {}.", piece.place)));
    // What only the earlier message has comes from there.
    if goes_along {
        piece.place = format!("{}; {}", before.place, piece.place);
    }
}

/// Why of two results of one test neither counts for the other.
fn other_result(lab: &LabResult, old: &Coming, place: &str) -> String {
    let name = lab.analyte.replace('-', " ");
    match old.corrects {
        true => format!(
            "{place} corrected {name} to {lab}; this message says otherwise, and that it corrects nothing: ask the laboratory which one holds."
        ),
        false => format!("{place} has another result of {name}, {lab}, and neither says that it corrects the other."),
    }
}

/// What is struck out, without the tests of which later acts say what holds now; `None` where nothing is left.
fn still_struck(struck: &Coming, later: &[Coming]) -> Option<Coming> {
    let Act::Checked(look) = &struck.act else { return None };
    let again = |lab: &LabResult| {
        later.iter().any(|coming| matches!(&coming.act, Act::Checked(look) if look.lab(&lab.analyte).is_some()))
    };
    let labs: Vec<LabResult> = look.labs.iter().filter(|lab| !again(lab)).cloned().collect();
    let left = Act::Checked(Checked { labs: labs.clone(), ..look.clone() });
    (struck.strikes && !labs.is_empty()).then(|| Coming { act: left, ..struck.clone() })
}

/// Number and birth date say who it is; a name is spelled in many ways, and the sex is left out.
fn is_same_person(a: &Described, b: &Described) -> bool {
    let names = |about: &Described| (about.family.to_lowercase(), about.given.to_lowercase());
    match (a.number.is_empty(), b.number.is_empty()) {
        (false, false) => a.number == b.number && a.born.zip(b.born).is_none_or(|(a, b)| a == b),
        _ => a.number == b.number && a.born == b.born && names(a) == names(b),
    }
}

/// The notes of both, each line once.
fn both(before: Option<&str>, now: Option<&str>) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    for line in before.into_iter().chain(now).flat_map(str::lines) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n").chars().take(MOST_NOTES).collect())
}

fn pieces(message: &Message, codes: &Codes, practice: &Practice, today: NaiveDate) -> Vec<(Option<String>, Piece)> {
    let whole = |why: String| {
        let place = format!("line {}", message.line());
        let (about, acts, remarks) = (Described::default(), Vec::new(), Vec::new());
        vec![(
            None,
            Piece {
                place,
                lines: Vec::new(),
                about,
                enters: false,
                acts,
                remarks,
                trouble: Some(Trouble::Refused(why)),
            },
        )]
    };
    match message.kind().as_str() {
        "ORU^R01" => {}
        "" => return whole("The message does not say what it is: its header has no type.".to_owned()),
        kind => return whole(format!("The message is {}, not results (ORU^R01).", shown(kind))),
    }
    let groups = groups(message);
    if groups.is_empty() {
        return whole("The message has no results.".to_owned());
    }
    groups.iter().flat_map(|group| Reading::new(message, group, codes, practice, today).pieces()).collect()
}
