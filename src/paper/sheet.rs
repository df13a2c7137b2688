//! The clinic sheet of a day: who comes, what is given, what was given last, and room to tick and to write the lot.

use super::{Block, Doc, name, typed};
use crate::clinic::course::{CheckSlot, Course, DoseSlot};
use crate::clinic::drug::{mcg, ml, volume_ml};
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::practice::Practice;
use crate::clinic::rights::{self, Checked};
use crate::clinic::todo::Todo;
use crate::clinic::words;
use chrono::NaiveDate;

/// Makes the sheet of a day from the courses of those who may come, worked out for that day.
#[must_use]
pub fn sheet(on: NaiveDate, practice: &Practice, courses: &[Course]) -> Doc {
    let mut doc = Doc::new("sheet", &format!("Injections on {}", words::day(on)), practice, on);
    let mut all: Vec<Entry<'_>> = courses.iter().filter_map(|course| Entry::of(course, on)).collect();
    all.sort_by_key(|e| (e.visit(), e.course.person.as_ref().map(super::Person::name)));
    let doses = all.iter().filter(|e| e.dose.is_some()).count() as i64;
    let checks = all.iter().filter(|e| e.check.is_some()).count() as i64;
    doc.say(format!("{}, {}.", words::plural(doses, "injection"), words::plural(checks, "checkpoint")));
    if let Some(why) = practice.settings.why_closed(on) {
        let open = words::day(practice.settings.appointment(on));
        doc.say(format!("THE PRACTICE IS CLOSED ON THIS DAY: {why}. Whoever is due on it is expected on {open}."));
    }
    if all.is_empty() {
        doc.say("Nobody is due.");
    }
    doc.blocks.extend(all.iter().map(|entry| entry.block(practice)));
    doc
}

/// One patient of the sheet.
struct Entry<'a> {
    course: &'a Course,
    on: NaiveDate,
    dose: Option<&'a DoseSlot>,
    check: Option<&'a CheckSlot>,
}

impl<'a> Entry<'a> {
    fn of(course: &'a Course, on: NaiveDate) -> Option<Self> {
        let dose = course.next_dose().filter(|s| s.visit <= on);
        let check = course.next_checkpoint().filter(|c| c.visit <= on);
        (dose.is_some() || check.is_some()).then_some(Self { course, on, dose, check })
    }

    fn visit(&self) -> Option<NaiveDate> {
        self.dose.map(|s| s.visit).into_iter().chain(self.check.map(|c| c.visit)).min()
    }

    fn block(&self, practice: &Practice) -> Block {
        let person = self.course.person.as_ref();
        let who = person.map_or_else(
            || "A chart without a name".to_owned(),
            |p| format!("{}   born {}   number {}", name(&p.name()), words::born(p.born), typed(&p.number)),
        );
        let mut lines = Vec::new();
        lines.extend(self.dose.map(|slot| self.what(slot, practice)));
        lines.extend(self.check.map(|check| self.asks(check, practice)));
        lines.extend(self.warnings(practice));
        lines.extend(self.course.unsigned().filter(|_| self.dose.is_some()).map(|words| typed(&words)));
        lines.push(format!(
            "Allergies: {}. {}",
            person.map_or_else(String::new, |p| typed(&p.allergies.words())),
            self.last()
        ));
        if self.dose.is_some() {
            lines.push("Lot __________  Expires ________  Site ______________  Time _____  By _______".to_owned());
        }
        Block::Tick { head: who, lines }
    }

    /// The dose with its volume, from the lot in use where one fits.
    fn what(&self, slot: &DoseSlot, practice: &Practice) -> String {
        let lots: Vec<_> = rights::lots_in_use(practice, None, self.on).filter(|lot| lot.drug == slot.drug).collect();
        let vial = match lots[..] {
            [lot] => {
                let volume = volume_ml(slot.dose_mcg, lot.strength_mcg_per_ml).map(ml).unwrap_or_default();
                format!(" = {volume} of {} in 1 mL, lot {}", mcg(lot.strength_mcg_per_ml), typed(&lot.lot))
            }
            _ => " (volume by the vial)".to_owned(),
        };
        let late = if slot.visit < self.on { self.late(slot.due) } else { String::new() };
        let dose = format!("{} {} {}", slot.drug.tall_man(), mcg(slot.dose_mcg), slot.route.short());
        format!("{dose}{vial}: {}{late}", slot.title())
    }

    /// The day on which it was due, where that has passed.
    fn late(&self, due: NaiveDate) -> String {
        if due < self.on { format!(", due {}", words::day(due)) } else { String::new() }
    }

    fn asks(&self, check: &CheckSlot, practice: &Practice) -> String {
        let asks = practice.knowledge.asked(check.open_asks());
        let late = self.late(check.visit);
        format!("Checkpoint, {}: {asks}{late}", check.label)
    }

    /// What must not be missed at the needle: cautions, what stops, an order that has ended, what the prescriber is to be told
    /// today.
    fn warnings(&self, practice: &Practice) -> Vec<String> {
        let (person, triage) = (self.course.person.as_ref(), self.course.triage.as_ref());
        let typed_caution = person.and_then(|p| p.caution.as_deref().map(typed));
        let asked = rights::cautions(triage, person, practice).into_iter().map(typed);
        let cautions = typed_caution.into_iter().chain(asked).map(|caution| format!("CAUTION: {caution}"));
        let line = |tier: Tier, text: &str, todo: &Todo| {
            let sign = if tier == Tier::Stop { "STOP" } else { "TODAY" };
            let todo = todo.told("", |_, _| "in the chart".to_owned());
            format!("{sign}: {} {todo}", typed(&words::begun(text))).trim_end().to_owned()
        };
        let found = &self.course.findings;
        let is_said = |f: &&Finding| f.tier == Tier::Stop || f.is_for_today();
        let said = found.iter().filter(is_said).map(|f| line(f.tier, &f.text, &f.todo));
        let held = rights::held(self.course, practice).filter(|_| self.dose.is_some());
        let is_new = |c: &Checked| found.iter().all(|f| f.text != c.words);
        let held = held.filter(is_new).map(|c| line(Tier::Stop, &c.words, &c.todo));
        cautions.chain(held).chain(said).collect()
    }

    fn last(&self) -> String {
        let Some((_, last)) = self.course.given().next_back() else { return "No dose before.".to_owned() };
        let site = last.given.site.map_or_else(|| "site not recorded".to_owned(), |s| s.to_string().to_lowercase());
        let sore = last.given.sore.filter(|sore| sore.until > self.on);
        let sore = sore.map(|s| format!(" Sore: {}.", s.site.to_string().to_lowercase())).unwrap_or_default();
        format!("Last: {}, {site}.{sore}", words::day(last.given.on))
    }
}
