//! What is wrong with codes at hand (facts 8.1, 8.4; 9: C2 to C5).

use super::list::{CodeList, begins, dotted, plain};
use super::record::{Known, Record};
use crate::clinic::background::Caution;
use crate::clinic::course::Course;
use crate::clinic::drug::Drug;
use crate::clinic::findings::Finding;
use crate::clinic::interval::Interval;
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::NaiveDate;

/// Says what is wrong with codes for a day of service, the hardest first.
#[must_use]
pub fn check(course: &Course, practice: &Practice, codes: &[String], on: NaiveDate) -> Vec<Finding> {
    let written: Vec<String> = codes.iter().map(|c| c.trim().to_owned()).filter(|c| !c.is_empty()).collect();
    let record = Record::new(course, practice, on);
    let list = record.list;
    let codes = written.iter().filter(|c| list.has_form(c)).map(|c| dotted(c)).collect();
    let look = Look { record, codes };
    let mut out = look.form(&written);
    out.extend(look.cause());
    out.extend(look.anaemia());
    out.extend(look.apart());
    out.extend(look.first());
    out.extend(look.pregnancy());
    out.extend(look.after());
    out.extend(look.with());
    out.extend(look.names());
    out.extend(look.words());
    out.extend(look.barred());
    out.sort_by_key(|f| f.tier);
    out
}

/// That a code does not exist, and what there is: the codes that begin like the one that is known.
fn no_such(list: &CodeList, code: &str, known: &str) -> String {
    let near = list.codes.iter().map(|c| c.code.as_str()).filter(|c| begins(c, known)).collect::<Vec<_>>().join(", ");
    format!("{code} is no code of {}: known here are {near}.", list.name)
}

struct Look<'a> {
    record: Record<'a>,
    /// Those that have the form of a code, with their dots.
    codes: Vec<String>,
}

impl Look<'_> {
    fn has(&self, start: &str) -> bool {
        self.codes.iter().any(|code| begins(code, start))
    }

    fn is_deficiency(&self, code: &str) -> bool {
        self.record.list.deficiency.iter().any(|start| begins(code, start))
    }

    fn says(&self, rule: &str, text: String) -> Finding {
        Finding::of(self.record.practice.knowledge.rule(rule), text, Vec::new())
    }

    fn says_harder(&self, rule: &str, text: String) -> Finding {
        self.says(rule, text).harder(self.record.practice.knowledge.rule(rule))
    }

    /// No code, not in this list, a heading, written twice.
    fn form(&self, written: &[String]) -> Vec<Finding> {
        let list = self.record.list;
        let mut out = Vec::new();
        for code in written.iter().filter(|c| !list.has_form(c)) {
            let text = format!("{code} is no code of {}: {}.", list.name, list.form_words());
            out.push(self.says("CODE-FORM", text));
        }
        for (at, code) in self.codes.iter().enumerate() {
            if let Some(absent) = list.absent.iter().find(|a| begins(code, &a.code)) {
                out.push(self.says("CODE-FORM", format!("{code} is not in {}: {}.", list.name, absent.words)));
            } else if let Some(alike) = list.alike.iter().find(|a| begins(code, &a.code)) {
                out.push(self.says("CODE-ALIKE", format!("{code} {}.", alike.words)));
            } else if let Some(known) = list.no_such(code) {
                out.push(self.says("CODE-FORM", no_such(list, code, known)));
            } else if list.is_header(code) {
                out.push(self.says("CODE-HEADER", format!("{code} is not complete.")));
            }
            if self.codes[..at].iter().any(|before| plain(before) == plain(code)) {
                out.push(self.says("CODE-TWICE", format!("{code} stands twice.")));
            }
        }
        out
    }

    /// C5.
    fn cause(&self) -> Option<Finding> {
        self.record.cause().is_empty().then(|| self.says("C5", "No cause is recorded.".to_owned()))
    }

    /// C2.
    fn anaemia(&self) -> Option<Finding> {
        let (with, without) = (&self.record.list.anaemia, &self.record.list.without_anaemia);
        let (anaemia, seen) = self.record.anaemia();
        if self.has(with) && anaemia == Known::Treated {
            return Some(self.says("C2", format!("{with}.- is coded, and Hb is in range ({seen}).")));
        }
        if self.has(with) && anaemia == Known::Absent {
            return Some(self.says("C2", format!("{with}.- says anaemia; {seen}.")));
        }
        let bare = self.has(without) && !self.has(with) && anaemia == Known::Documented;
        bare.then(|| self.says("C2", format!("{without} says none; {seen}.")))
    }

    /// C3, and the pairs of Excludes1.
    fn apart(&self) -> Vec<Finding> {
        let mut out = Vec::new();
        let (with, without) = (&self.record.list.anaemia, &self.record.list.without_anaemia);
        let from = self.record.list.excludes2_from.filter(|from| self.record.on < *from);
        if let Some(from) = from.filter(|_| self.has(with) && self.has(without)) {
            let from = words::day(from);
            let text = format!("{with}.- and {without} exclude each other for a service before {from}.");
            out.push(self.says("C3", text));
        }
        for pair in &self.record.list.apart {
            let code = |start: &str| self.codes.iter().find(|code| begins(code, start));
            if let (Some(one), Some(other)) = (code(&pair.one), code(&pair.other)) {
                let text = format!("{one} and {other} exclude each other.");
                out.push(Finding { source: format!("facts 8.1: {}", pair.source), ..self.says("CODE-APART", text) });
            }
        }
        out
    }

    /// C4, and what else never stands first.
    fn first(&self) -> Option<Finding> {
        let first = self.codes.first()?;
        let is = |list: &[String]| list.iter().any(|start| begins(first, start));
        if is(&self.record.list.manifestations) {
            return Some(self.says("C4", format!("{first} is a manifestation and never stands first.")));
        }
        let medicine = is(&self.record.list.never_first);
        medicine.then(|| self.says("CODE-FIRST", format!("{first} never stands first: the disease does.")))
    }

    /// A deficiency in pregnancy that the code of pregnancy does not stand before.
    fn pregnancy(&self) -> Option<Finding> {
        let before = self.record.list.pregnancy.as_ref().filter(|_| self.record.is_pregnant())?;
        let coded = self.codes.iter().find(|code| self.is_deficiency(code))?;
        let stands = self.codes.first().is_some_and(|first| before.codes.iter().any(|start| begins(first, start)));
        (!stands).then(|| {
            self.says(
                "CODE-PREGNANT",
                format!("Pregnant or breast-feeding, and {coded} is coded; {} stands before it.", before.words),
            )
        })
    }

    /// A manifestation with neither a deficiency nor what is printed under it before it. The printed list gives examples
    /// ("such as"): a deficiency that is not among them stands there rightly.
    fn after(&self) -> Vec<Finding> {
        let one = |first: &super::list::CodeFirst| {
            let at = self.codes.iter().position(|code| begins(code, &first.code)).filter(|at| *at > 0)?;
            let before = &self.codes[..at];
            let is_first =
                |code: &String| self.is_deficiency(code) || first.after.iter().any(|start| begins(code, start));
            if before.iter().any(is_first) {
                return None;
            }
            let code = &self.codes[at];
            let text =
                format!("Under {code} is printed \"code first\" {}; none of them stands before it.", first.printed);
            let finding = self.says("CODE-AFTER", text);
            Some(Finding { source: format!("facts 8.1: {}", first.source), ..finding })
        };
        self.record.list.code_first.iter().filter_map(one).collect()
    }

    /// One half of a pair.
    fn with(&self) -> Vec<Finding> {
        let one = |with: &super::list::With| {
            let code = self.codes.iter().find(|code| begins(code, &with.code))?;
            let whole = with.needs.iter().any(|start| self.has(start));
            let text = format!("{code} goes with {}.", with.words);
            let source = format!("facts 8.1: {}", with.source);
            (!whole).then(|| Finding { source, ..self.says("CODE-WITH", text) })
        };
        self.record.list.with.iter().filter_map(one).collect()
    }

    /// A code that names another cause than the triage.
    fn names(&self) -> Vec<Finding> {
        let (list, cause) = (self.record.list, self.record.cause());
        if cause.is_empty() {
            return Vec::new();
        }
        let name = self.record.cause_name();
        let mut out = Vec::new();
        for code in &self.codes {
            let deficiency: Vec<_> =
                list.with_anaemia.iter().chain(&list.names).filter(|c| c.codes.contains(code)).collect();
            let known = list.with_anaemia.iter().any(|c| c.causes.iter().any(|c| c == cause));
            if !deficiency.is_empty() && !deficiency.iter().any(|c| c.causes.iter().any(|c| c == cause)) {
                out.push(
                    self.says_harder("CODE-CAUSE", format!("{code} names another cause; the triage says: {name}.")),
                );
            } else if *code == list.unspecified && known {
                out.push(self.says_harder("CODE-CAUSE", format!("{code} names no cause; the triage says: {name}.")));
            } else if self.is_of_another(code) {
                out.push(self.says("CODE-CAUSE", format!("{code} names another cause; the triage says: {name}.")));
            }
        }
        out
    }

    /// A disease, or what a medicine did, that is not the cause of the triage. What is only so since, and what is taken, is
    /// not held against it.
    fn is_of_another(&self, code: &str) -> bool {
        let (list, cause) = (self.record.list, self.record.cause());
        let mut of: Vec<&str> = Vec::new();
        let also = list.also.iter().filter(|c| c.codes.iter().any(|c| c == code));
        of.extend(also.flat_map(|c| &c.causes).map(String::as_str));
        of.extend(list.drugs.iter().filter(|d| d.adverse.as_deref() == Some(code)).map(|d| d.cause.as_str()));
        let caution = list.cautions.iter().any(|c| {
            let has = |id: &String| self.record.triage().is_some_and(|t| t.has_caution(id));
            c.codes.iter().any(|c| c == code) && c.causes.iter().any(has)
        });
        !of.is_empty() && !of.contains(&cause) && !caution
    }

    /// Encounters, vague codes, symptoms.
    fn words(&self) -> Vec<Finding> {
        let list = self.record.list;
        let mut out = Vec::new();
        let coded = self.codes.iter().any(|code| self.is_deficiency(code));
        let is_symptom = |code: &String| list.symptoms.iter().any(|s| begins(code, s));
        if !self.codes.is_empty() && self.codes.iter().all(is_symptom) {
            let text = format!("{} is a symptom, and alone it does not support vitamin B12.", self.codes.join(", "));
            out.push(self.says_harder("CODE-SYMPTOM", text));
        }
        for (at, code) in self.codes.iter().enumerate() {
            let of =
                |said: &'_ [super::list::Said]| said.iter().find(|s| begins(code, &s.code)).map(|s| s.words.clone());
            if let Some(words) = of(&list.misused) {
                let text = format!("{code} {words}.");
                out.push(if at == 0 { self.says_harder("CODE-Z", text) } else { self.says("CODE-Z", text) });
            }
            if let Some(words) = of(&list.avoid) {
                out.push(self.says("CODE-VAGUE", format!("{code} {words}.")));
            }
            if coded && is_symptom(code) {
                out.push(self.says("CODE-SYMPTOM", format!("{code} is a symptom; its cause is coded.")));
            }
        }
        out.extend(self.for_long());
        out
    }

    /// A deficiency of unknown cause that stays so.
    fn for_long(&self) -> Option<Finding> {
        let rule = self.record.practice.knowledge.rule("CODE-VAGUE");
        let first = self.record.course.first_given().filter(|_| self.has(&self.record.list.unspecified))?;
        let months = u32::try_from(rule.count("months")).ok()?;
        (self.record.on > Interval::Months(months).after(first, 1)).then(|| {
            let text = format!("{} since the first dose on {}.", self.record.list.unspecified, words::day(first));
            self.says("CODE-VAGUE", text)
        })
    }

    /// The code of a caution, and a form of the vitamin that it bars (D6, D9).
    fn barred(&self) -> Vec<Finding> {
        let one = |caution: &Caution| {
            let rule = caution.rule.as_deref()?;
            let code = self.code_of(caution)?;
            let drug = self.drugs().find(|drug| caution.bars.contains(drug))?;
            let vitamin = drug.name();
            let text = format!("{code}: {}, and the vitamin is {vitamin}. {}.", caution.name, caution.words);
            Some(self.says(rule, text))
        };
        self.record.practice.knowledge.cautions().iter().filter_map(one).collect()
    }

    /// The code at hand that says a caution. One of a state may stand for something else: another medicine's allergy. It
    /// says this caution where the triage does.
    fn code_of(&self, caution: &Caution) -> Option<&String> {
        let recorded = self.record.triage().is_some_and(|t| t.has_caution(&caution.id));
        let of = self.record.list.cautions.iter().filter(|c| c.causes.contains(&caution.id));
        let starts: Vec<&String> =
            of.flat_map(|c| c.codes.iter().chain(c.states.iter().filter(|_| recorded))).collect();
        self.codes.iter().find(|code| starts.iter().any(|start| begins(code, start)))
    }

    /// What was given that day, and what is ordered.
    fn drugs(&self) -> impl Iterator<Item = Drug> {
        let course = self.record.course;
        let given = course.given().map(|(_, g)| &g.given).filter(|g| g.on == self.record.on).map(|g| g.drug);
        given.chain(course.order.as_ref().map(|(_, order)| order.drug))
    }
}
