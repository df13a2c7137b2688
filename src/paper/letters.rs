//! Two letters: to the specialist, who gets all that is known, and to a patient who missed a date, on which stands nothing
//! that a housemate should not read.

use super::{Block, Doc, Who, fact, name, typed};
use crate::clinic::cosign::Waiting;
use crate::clinic::course::{Course, Next};
use crate::clinic::drug::mcg;
use crate::clinic::entry::Sums;
use crate::clinic::lab::LabResult;
use crate::clinic::practice::Practice;
use crate::clinic::triage_words::{self, Asked};
use crate::clinic::words;
use crate::clinic::words::day_in_full;
use chrono::NaiveDate;

/// What a referral says beside the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Referral {
    /// To whom.
    pub to: String,
    /// What is asked.
    pub question: String,
    /// Who writes.
    pub by: String,
}

/// Makes a letter to a specialist: question, cause, severity, course, response, results, review, warnings.
#[must_use]
pub fn referral(course: &Course, practice: &Practice, said: &Referral) -> Doc {
    let mut doc = Doc::new("referral", "Referral: vitamin B12 treatment", practice, course.today);
    doc = doc.about(course);
    let or_line = |text: &str| if text.trim().is_empty() { "_".repeat(40) } else { typed(text) };
    doc.facts(vec![fact("To", or_line(&said.to)), fact("Question", or_line(&said.question))]);
    why(&mut doc, course, practice);
    treatment(&mut doc, course);
    response(&mut doc, course, practice);
    results(&mut doc, course, practice);
    review(&mut doc, course, practice);
    attention(&mut doc, course);
    doc.blocks.push(Block::Sign(typed(&said.by)));
    doc
}

fn why(doc: &mut Doc, course: &Course, practice: &Practice) {
    doc.heading("Cause and severity");
    let Some(triage) = &course.triage else { return doc.say("Not triaged yet.") };
    let answers = triage_words::answers(triage, &practice.knowledge);
    let mut facts: Vec<_> =
        answers.iter().map(|a| (question(a.asked).to_owned(), typed(&words::begun(&a.words)))).collect();
    if let Some(person) = &course.person {
        facts.push(fact("Allergies", typed(&person.allergies.words())));
        facts.extend(person.caution.as_ref().map(|caution| fact("Caution", typed(caution))));
    }
    doc.facts(facts);
}

/// What stands before an answer. What is planned to be checked must not read as if it had been.
fn question(asked: Asked) -> &'static str {
    if asked == Asked::Monitoring { "Planned checks" } else { asked.words() }
}

fn treatment(doc: &mut Doc, course: &Course) {
    doc.heading("Treatment so far");
    let mut facts = Vec::new();
    if let Some((_, order)) = &course.order {
        facts.push(fact("Plan", typed(&format!("{}, ordered by {}", order.name, order.prescriber))));
    }
    let days: Vec<NaiveDate> = course.given().map(|(_, g)| g.given.on).collect();
    if let (Some(first), Some((slot, last))) = (days.first(), course.given().next_back()) {
        let count = words::plural(days.len() as i64, "dose");
        facts.push(fact("Doses", format!("{count} from {} to {}", words::day(*first), words::day(last.given.on))));
        let site = last.given.site.map(|site| format!(", {}", site.to_string().to_lowercase())).unwrap_or_default();
        let what = format!("{} {} {}{site}", last.given.drug, mcg(last.given.dose_mcg), last.given.route.short());
        facts.push(fact("Last dose", format!("{what}, {}", slot.title())));
    } else {
        facts.push(fact("Doses", "none given yet"));
    }
    let missed = course.doses.iter().filter(|s| s.not_given.is_some()).count() as i64;
    if missed > 0 {
        facts.push(fact("Not given", words::plural(missed, "dose")));
    }
    facts.extend(course.phases.iter().filter(|p| !p.tentative).map(|p| {
        let to = p.to.map(|to| format!(" to {}", words::day(to))).unwrap_or_default();
        fact(p.kind.title(), format!("{}, from {}{to}", p.rhythm, words::day(p.from)))
    }));
    facts.extend(course.standing.as_ref().map(|s| fact("Stands", typed(&s.words()))));
    facts.extend(course.next_dose().map(|s| fact("Next dose", words::day(s.visit))));
    let unsigned = |w: &Waiting| fact("Not signed yet", typed(&format!("{}. {}", w.what, w.from_whom())));
    facts.extend(course.rests_on_unsigned().into_iter().map(unsigned));
    doc.facts(facts);
}

fn response(doc: &mut Doc, course: &Course, practice: &Practice) {
    doc.heading("Response");
    doc.say(course.response.sentence());
    doc.list(course.evidence.iter().map(|line| typed(line)).collect());
    let scored: Vec<_> = course.checks.iter().filter(|c| c.checked.score().is_some()).collect();
    let (Some(first), Some(last)) = (scored.first(), scored.last()) else { return };
    let head = ["Symptom (0 none to 4 very severe)", "First", "Latest"].map(str::to_owned).to_vec();
    let grade = |grade: Option<&u8>| grade.map_or_else(|| "-".to_owned(), u8::to_string);
    let rows = practice.knowledge.symptoms().iter().filter_map(|symptom| {
        let (was, is) = (first.checked.symptoms.get(&symptom.id), last.checked.symptoms.get(&symptom.id));
        let felt = was.is_some_and(|g| *g > 0) || is.is_some_and(|g| *g > 0);
        felt.then(|| vec![symptom.name.clone(), grade(was), grade(is)])
    });
    let mut rows: Vec<_> = rows.collect();
    let sum = |score: Option<u32>| score.map_or_else(|| "-".to_owned(), |s| s.to_string());
    let both = Sums::of(&last.checked.symptoms, &first.checked.symptoms);
    match both.and_then(|sums| Some((sums.only?, sums))) {
        Some((n, sums)) => {
            rows.push(vec![format!("Sum of the {n} asked both times"), sums.was.to_string(), sums.now.to_string()]);
        }
        None => rows.push(vec!["Sum".to_owned(), sum(first.checked.score()), sum(last.checked.score())]),
    }
    rows.push(vec!["Asked on".to_owned(), words::day(first.checked.on), words::day(last.checked.on)]);
    doc.blocks.push(Block::Table { head, rows });
}

/// The first and the latest result of every analyte, with its range; what stands for a B12 value on treatment is said.
fn results(doc: &mut Doc, course: &Course, practice: &Practice) {
    let whose = course.whose();
    let rows = practice.knowledge.labs().iter().filter_map(|analyte| {
        let mut all: Vec<(NaiveDate, &LabResult)> = course
            .checks
            .iter()
            .filter_map(|c| Some((c.checked.sample_day(), c.checked.lab(&analyte.id).filter(|r| r.is_done())?)))
            .collect();
        all.sort_by_key(|(day, _)| *day);
        let said = |(day, result): &(NaiveDate, &LabResult)| {
            let flag = analyte.flag(result, whose).map_or("", |f| f.letter());
            let flag = if flag.is_empty() { String::new() } else { format!(" {flag}") };
            // As reported; beside it what is usual here.
            let also = analyte.beside_in(result, practice.unit_of(analyte)).map(|also| format!(" ({also})"));
            typed(&format!("{result}{}{flag}, {}", also.unwrap_or_default(), words::day(*day)))
        };
        let (first, last) = (all.first()?, all.last()?);
        let latest = if all.len() > 1 { said(last) } else { String::new() };
        let range = analyte.range_words(whose, &last.1.unit).unwrap_or_default();
        Some(vec![analyte.name.clone(), said(first), latest, range])
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return;
    }
    doc.heading("Results");
    let head = ["Result", "First", "Latest", "Range"].map(str::to_owned).to_vec();
    doc.blocks.push(Block::Table { head, rows });
    if course.first_given().is_some() {
        doc.say("L below, H above the range. Vitamin B12 on injections says nothing about the response.");
    }
}

/// What the latest look before an escalation found.
fn review(doc: &mut Doc, course: &Course, practice: &Practice) {
    let Some((_, review)) = course.reviews.last() else { return };
    doc.heading("Review");
    let mut facts = vec![fact("Reviewed", typed(&format!("{}, by {}", words::day(review.on), review.reviewed_by)))];
    facts.extend(practice.knowledge.review().iter().filter_map(|line| {
        let answer = review.answers.get(&line.id)?;
        let found = if answer.found { "FOUND: " } else { "" };
        Some((line.name.clone(), typed(&format!("{found}{}", answer.words))))
    }));
    facts.extend(review.red_flag.as_ref().map(|why| fact("Passed for a red flag", typed(why))));
    doc.facts(facts);
}

fn attention(doc: &mut Doc, course: &Course) {
    let open: Vec<_> = course.findings.iter().map(|f| typed(&format!("{} ({})", f.text, f.rule))).collect();
    if !open.is_empty() {
        doc.heading("Open in our record");
        doc.list(open);
    }
}

/// Makes a letter to a patient who missed a date. It names no illness, no medicine and no birth date.
///
/// # Errors
/// A sentence where no date was missed.
pub fn recall(course: &Course, practice: &Practice, by: &str) -> Result<Doc, String> {
    let missed = match &course.next {
        Next::Dose(_) => course.next_dose().map(|slot| slot.visit),
        Next::Recheck(day) | Next::AskAgain(day) => Some(*day),
        _ => None,
    };
    let check = course.next_checkpoint().filter(|_| !course.has_ended()).map(|c| c.visit);
    let past = |day: &NaiveDate| *day < course.today;
    let Some(day) = missed.into_iter().chain(check).filter(past).min() else {
        return Err("nothing is late: there is nothing to recall this patient for".to_owned());
    };
    let mut doc = Doc::new("recall", "Your appointment", practice, course.today);
    doc.large = true;
    let person = course.person.as_ref().ok_or("the chart has no name")?;
    doc.who = Some(Who { born: None, ..Who::of(person, course.id) });
    let full = format!("{} {}", person.given, person.family);
    doc.say(format!("Dear {},", name(&full)));
    doc.say(format!("we expected you on {}, and have not seen you.", day_in_full(day)));
    doc.say(
        "Please call us to agree on another day. It is never too late to come, and nothing needs to be made up for.",
    );
    let s = &practice.settings;
    let mut facts = vec![fact("Telephone", s.phone.as_deref().map_or_else(|| "_".repeat(24), typed))];
    facts.extend(s.hours.as_deref().map(|hours| fact("When we answer", typed(hours))));
    facts.push(fact("Say this number", typed(&person.number)));
    doc.facts(facts);
    doc.say("If you have come in the meantime, or are cared for elsewhere now, please tell us: then this letter is settled.");
    doc.blocks.push(Block::Sign(typed(by)));
    Ok(doc)
}
