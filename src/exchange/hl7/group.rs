//! A message to its groups: an order with its results, and the notes to each.

use super::message::{Message, Segment};

/// An order with its results.
pub(super) struct Group<'a> {
    pub(super) pid: Option<&'a Segment>,
    pub(super) order: Option<&'a Segment>,
    pub(super) results: Vec<Noted<'a>>,
    pub(super) notes: Vec<String>,
}

/// A result with the notes behind it.
pub(super) struct Noted<'a> {
    pub(super) segment: &'a Segment,
    pub(super) notes: Vec<String>,
}

impl Group<'_> {
    pub(super) fn line(&self) -> u64 {
        let first = self.order.or(self.results.first().map(|result| result.segment));
        first.map_or(0, |segment| segment.line)
    }
}

/// What a note belongs to: the segment before it.
enum Before {
    Order,
    Result,
    Other,
}

/// Parts a message into its groups.
pub(super) fn groups(message: &Message) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let (mut pid, mut before) = (None, Before::Other);
    for segment in &message.segments {
        match segment.name() {
            "PID" => {
                pid = Some(segment);
                before = Before::Other;
            }
            "OBR" => {
                groups.push(Group { pid, order: Some(segment), results: Vec::new(), notes: Vec::new() });
                before = Before::Order;
            }
            "OBX" => {
                if groups.is_empty() {
                    groups.push(Group { pid, order: None, results: Vec::new(), notes: Vec::new() });
                }
                if let Some(group) = groups.last_mut() {
                    group.results.push(Noted { segment, notes: Vec::new() });
                }
                before = Before::Result;
            }
            "NTE" => {
                let note = message.whole(segment, 3);
                let notes = groups.last_mut().and_then(|group| match before {
                    Before::Order => Some(&mut group.notes),
                    Before::Result => group.results.last_mut().map(|result| &mut result.notes),
                    Before::Other => None,
                });
                if let Some(notes) = notes.filter(|_| !note.trim().is_empty()) {
                    notes.push(note.trim().to_owned());
                }
            }
            _ => before = Before::Other,
        }
    }
    groups
}
