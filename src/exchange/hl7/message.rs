//! A message: its five signs, its segments and their fields.

use super::escapes;

/// The signs that part a message, as its header defines them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signs {
    pub(super) field: char,
    pub(super) component: char,
    pub(super) repetition: char,
    pub(super) escape: char,
    pub(super) subcomponent: char,
}

impl Signs {
    /// Reads them from a line that begins a message.
    pub(super) fn of(line: &str) -> Option<Self> {
        let mut rest = line.strip_prefix("MSH")?.chars();
        let field = rest.next().filter(|c| !c.is_alphanumeric() && !c.is_whitespace())?;
        let usual = Self { field, component: '^', repetition: '~', escape: '\\', subcomponent: '&' };
        let signs: Vec<char> = rest.take_while(|c| *c != field).take(4).collect();
        let sign = |at: usize, usual: char| signs.get(at).copied().unwrap_or(usual);
        Some(Self {
            field,
            component: sign(0, usual.component),
            repetition: sign(1, usual.repetition),
            escape: sign(2, usual.escape),
            subcomponent: sign(3, usual.subcomponent),
        })
    }

    /// Whether a line is a segment: three capitals or digits, then the sign of fields or nothing.
    pub(super) fn begins_segment(&self, line: &str) -> bool {
        let mut letters = line.chars();
        let first = letters.next().is_some_and(|c| c.is_ascii_uppercase());
        let is_name =
            first && letters.by_ref().take(2).filter(|c| c.is_ascii_uppercase() || c.is_ascii_digit()).count() == 2;
        is_name && letters.next().is_none_or(|c| c == self.field)
    }
}

/// A segment: its name and its fields, not yet unescaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub(super) line: u64,
    text: String,
    sign: char,
}

impl Segment {
    pub(super) fn new(line: u64, text: &str, signs: &Signs) -> Self {
        Self { line, text: text.to_owned(), sign: signs.field }
    }

    /// Takes in a line that goes on with the last field.
    pub(super) fn go_on(&mut self, line: &str) {
        self.text.push(' ');
        self.text.push_str(line);
    }

    pub(super) fn name(&self) -> &str {
        self.text.split(self.sign).next().unwrap_or_default()
    }

    /// Returns a field as it stands; empty where there is none, and where `""` says that there is nothing.
    fn field(&self, n: usize) -> &str {
        // The first field of a header is the sign itself.
        let at = if self.name() == "MSH" { n.saturating_sub(1) } else { n };
        let field = self.text.split(self.sign).nth(at).unwrap_or_default();
        if field == "\"\"" { "" } else { field }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub(super) signs: Signs,
    pub(super) segments: Vec<Segment>,
}

impl Message {
    /// Returns the line on which it begins.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.segments.first().map_or(0, |head| head.line)
    }

    /// Returns who sent it: application and place, `LABSYS/CITY`.
    #[must_use]
    pub fn sender(&self) -> String {
        let Some(head) = self.segments.first() else { return String::new() };
        let parts = [self.part(head, 3, 1), self.part(head, 4, 1)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }

    /// Returns what it is: `ORU^R01`.
    #[must_use]
    pub fn kind(&self) -> String {
        let Some(head) = self.segments.first() else { return String::new() };
        let parts = [self.part(head, 9, 1), self.part(head, 9, 2)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("^")
    }

    /// Returns what its sender calls it: the control id.
    #[must_use]
    pub fn control_id(&self) -> String {
        self.segments.first().map(|head| self.part(head, 10, 1)).unwrap_or_default()
    }

    /// Returns all its letters: a message that is sent again has the same.
    pub(super) fn letters(&self) -> String {
        self.segments.iter().fold(String::new(), |all, segment| all + &segment.text + "\r")
    }

    /// Returns when it was sent, as it stands, for order alone.
    pub(super) fn sent(&self) -> String {
        self.segments.first().map(|head| self.part(head, 7, 1)).unwrap_or_default()
    }

    /// Returns the repetitions of a field.
    pub(super) fn repeats<'a>(&self, segment: &'a Segment, field: usize) -> impl Iterator<Item = &'a str> {
        segment.field(field).split(self.signs.repetition).filter(|text| !text.is_empty())
    }

    /// Returns a component of a text, unescaped; counted from 1.
    pub(super) fn component(&self, text: &str, n: usize) -> String {
        let component = text.split(self.signs.component).nth(n.saturating_sub(1)).unwrap_or_default();
        self.plain(component)
    }

    /// Returns the first subcomponent of a component, unescaped.
    pub(super) fn first_of(&self, text: &str, n: usize) -> String {
        let component = text.split(self.signs.component).nth(n.saturating_sub(1)).unwrap_or_default();
        self.plain(component.split(self.signs.subcomponent).next().unwrap_or_default())
    }

    /// Returns a component of the first repetition of a field, unescaped.
    pub(super) fn part(&self, segment: &Segment, field: usize, n: usize) -> String {
        let first = segment.field(field).split(self.signs.repetition).next().unwrap_or_default();
        self.component(first, n)
    }

    /// Returns a whole field, unescaped, with its repetitions parted by `, `.
    pub(super) fn whole(&self, segment: &Segment, field: usize) -> String {
        let parts: Vec<String> = self.repeats(segment, field).map(|text| self.plain(text)).collect();
        parts.join(", ")
    }

    fn plain(&self, text: &str) -> String {
        if text == "\"\"" { String::new() } else { escapes::plain(text.trim(), &self.signs) }
    }
}
