//! Who a list means by its prescribers' names: one that is not quite a name of the practice is asked about, never guessed.

use super::dates::short;
use super::field::Field;
use super::mapping::Mapping;
use super::questions::{Answer, Choice, Question};
use super::table::Table;
use super::vocabulary::{self, Of};
use crate::clinic::people::{Colleague, meant, working};
use crate::clinic::roles;
use crate::clinic::words;
use std::collections::BTreeMap;

/// So many names of one list are asked about.
const MOST: usize = 20;

/// Asks of each name that may be a prescriber's of the practice whether it is.
pub(super) fn questions(table: &Table, mapping: &Mapping, people: &[Colleague]) -> Vec<Question> {
    let mut rows: BTreeMap<&str, i64> = BTreeMap::new();
    for cell in mapping.columns_of(&Field::Prescriber).flat_map(|at| table.column(at)) {
        *rows.entry(cell).or_default() += 1;
    }
    if let Some(name) = &mapping.prescriber {
        rows.entry(name).or_default();
    }
    let open = rows.into_iter().filter(|(name, _)| {
        !vocabulary::is_nothing(name) && !mapping.prescribers.contains_key(*name) && !roles::is_prescriber(people, name)
    });
    open.filter_map(|(name, rows)| question(name, rows, people)).take(MOST).collect()
}

fn question(name: &str, rows: i64, people: &[Colleague]) -> Option<Question> {
    let alike = alike(name, people);
    let [first, ..] = alike.as_slice() else { return None };
    let is =
        |label: String, here: &str| Choice { label, answer: Answer::PrescriberIs(name.to_owned(), here.to_owned()) };
    let mut choices: Vec<Choice> = alike.iter().map(|here| is(format!("yes, {here}"), here)).collect();
    choices.push(is(format!("no, somebody else is called {}", short(name)), name));
    let who = if alike.len() == 1 {
        format!("{first}, who prescribes here")
    } else {
        "one of those who prescribe here".to_owned()
    };
    let rows = if rows > 0 { format!(" ({})", words::plural(rows, "row")) } else { String::new() };
    let text = format!("The prescriber is called {}{rows}. Is that {who}?", short(name));
    Some(Question { text, choices, proposed: (alike.len() == 1).then_some(0), typed: false })
}

/// Returns the prescribers of the practice whom a name can mean: its words begin theirs, but for titles and points.
fn alike<'a>(name: &str, people: &'a [Colleague]) -> Vec<&'a str> {
    let turned = name.split_once(',').map_or_else(|| name.to_owned(), |(family, given)| format!("{given} {family}"));
    let plain = turned.replace(['.', '-'], " ");
    let is_title = |word: &&str| vocabulary::value(Of::Title, word).is_some();
    let name = plain.split_whitespace().filter(|word| !is_title(word)).collect::<Vec<_>>().join(" ");
    if name.chars().count() < 3 {
        return Vec::new();
    }
    let is = |person: &&Colleague| {
        let known = [(person.name.replace('-', " "), person.initials())];
        person.prescriber && meant(&known, &name).is_some()
    };
    working(people).filter(is).map(|person| person.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<Colleague> {
        ["Dr Eleanor Hart", "Dr Samir Rao", "Dr Anna Smith-Rao"].map(|name| Colleague::new(name, true)).to_vec()
    }

    #[test]
    fn a_name_that_may_be_one_of_the_practice_is_found() {
        for (name, expected) in [
            ("Dr. Hart", &["Dr Eleanor Hart"][..]),
            ("Hart", &["Dr Eleanor Hart"]),
            ("E. Hart MD", &["Dr Eleanor Hart"]),
            ("Hart, Eleanor", &["Dr Eleanor Hart"]),
            ("Rao", &["Dr Samir Rao", "Dr Anna Smith-Rao"]),
            ("Dr Hartmann", &[]),
            ("Dr", &[]),
            ("Dr May", &[]),
        ] {
            assert_eq!(alike(name, &people()), expected, "{name}");
        }
    }

    #[test]
    fn it_is_asked_once_and_answered() {
        let text = "Surname,DOB,Drug,Last injection,GP\nRossi,1.2.1961,Cyano,1.10.2026,Dr. Hart\nHolm,1.2.1950,Cyano,2.10.2026,\
                    Dr. Hart\nVik,1.2.1951,Cyano,2.10.2026,Dr Samir Rao\nLot,1.2.1951,Cyano,2.10.2026,Dr Outside\n";
        let table = Table::of_text(text).unwrap();
        let mut mapping = Mapping::guess(&table);
        let asked = questions(&table, &mapping, &people());
        let [question] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!(
            question.text,
            "The prescriber is called Dr. Hart (2 rows). Is that Dr Eleanor Hart, who prescribes here?"
        );
        assert_eq!((question.proposed, question.choices.len()), (Some(0), 2));
        mapping.answer(&question.choices[0].answer);
        assert_eq!(questions(&table, &mapping, &people()), []);
        assert_eq!(mapping.prescriber_called("Dr. Hart"), "Dr Eleanor Hart");
        assert_eq!(mapping.prescriber_called("Dr Outside"), "Dr Outside");
    }
}
