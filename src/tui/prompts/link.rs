//! A person's word on two charts: one patient, or two people. It says first what comes of it.

use super::{Prompt, Refusal, Submitted};
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::entry::Act;
use crate::clinic::links::{KeptApart, Link};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{Effect, LinkJob, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use ratatui::text::Line;
use std::rc::Rc;

/// The prompt.
pub struct LinkPrompt {
    older: Rc<Patient>,
    newer: Rc<Patient>,
    link: Link,
    is_joined: bool,
    form: Form,
}

impl LinkPrompt {
    /// Opens on two charts, of which the older one's number stays.
    #[must_use]
    pub fn new(older: Rc<Patient>, newer: Rc<Patient>, link: Link, is_joined: bool) -> Self {
        let (word, hint, of) = match link {
            Link::Same => ("They are one patient", "same card, same phone, the patient says so", "same"),
            Link::Different => ("They are two people", "twins, both were here, other card", "different"),
        };
        let mut kept = [Field::text("other", "", &newer.id().to_string()), Field::text("link", "", of)];
        kept.iter_mut().for_each(|field| field.hidden = true);
        let why = Field::text("why", "How is it known", "").most(160).hint(hint);
        let form = Form::new([why].into_iter().chain(kept).collect()).signed_by(word);
        Self { older, newer, link, is_joined, form }
    }

    fn words(&self) -> Vec<String> {
        let (older, newer) = (named(&self.older.course), named(&self.newer.course));
        let number = |p: &Patient| p.course.person.as_ref().map(|p| p.number.clone()).unwrap_or_default();
        match (self.link, self.is_joined) {
            (Link::Same, _) => {
                let mut lines = vec![
                    format!("{newer} becomes {older}."),
                    format!("#{} stays, and #{} still finds the patient.", number(&self.older), number(&self.newer)),
                ];
                lines.extend(kept_apart(&self.older, &self.newer).map(|said| format!("{said} It holds no more then.")));
                lines.extend(warnings(&self.older.course, &self.newer.course));
                lines.extend(plan_that_holds(&self.older, &self.newer));
                lines.extend(same_days(&self.older.course, &self.newer.course));
                lines.push("Nothing is moved or deleted: t in this screen parts the two again.".to_owned());
                lines
            }
            (Link::Different, true) => {
                let mut lines = vec![
                    format!("{older} and {newer} come apart."),
                    "Each has the entries that were recorded in its own chart; what was recorded since they were joined stays with the older one: look at both.".to_owned(),
                ];
                lines.extend(corrections(&self.older.chart, &self.newer.chart));
                lines
            }
            (Link::Different, false) => {
                vec![format!("{older} and {newer} stay apart."), "The pair is not offered again.".to_owned()]
            }
        }
    }
}

fn named(course: &Course) -> String {
    let person = course.person.as_ref();
    person.map(|p| format!("{}, born {}, #{}", p.name(), words::born(p.born), p.number)).unwrap_or_default()
}

/// Says that two were recorded as two people, themselves or other charts of theirs; `None` where nobody said so.
#[must_use]
pub fn kept_apart(older: &Patient, newer: &Patient) -> Option<String> {
    let said = KeptApart::between(&older.chart, &newer.chart);
    let said: Vec<_> = said.iter().map(|kept| format!("{}.", kept.words())).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// Says which of two plans holds once the charts are read as one; `None` where there are no two.
#[must_use]
pub fn plan_that_holds(older: &Patient, newer: &Patient) -> Option<String> {
    let plan = |p: &Patient| {
        let (id, order) = p.course.order.clone()?;
        Some((p.chart.entry(id)?.key(), order.name))
    };
    let (one, other) = (plan(older)?, plan(newer)?);
    let (holds, not, number) = if one.0 > other.0 { (one, other, older) } else { (other, one, newer) };
    let number = number.course.person.as_ref().map(|p| p.number.clone()).unwrap_or_default();
    Some(format!(
        "Each has a plan: {} of #{number} holds, as it was signed last, on {}; {} does not.",
        holds.1,
        words::day(holds.0.0.date_naive()),
        not.1
    ))
}

/// Joining hides no allergy and no caution: what either chart knows stands in the banner.
fn warnings(older: &Course, newer: &Course) -> Option<String> {
    let (one, other) = (older.person.as_ref()?, newer.person.as_ref()?);
    let both = one.clone().warned_by(other);
    let changes = both.allergies != one.allergies || both.caution != one.caution;
    let caution = both.caution.as_deref().map(|words| format!("; caution: {words}")).unwrap_or_default();
    changes.then(|| format!("Of both charts: allergies {}{caution}.", both.allergies.words()))
}

/// One injection may have been recorded in both charts.
fn same_days(one: &Course, other: &Course) -> Option<String> {
    let days: Vec<_> = one.given().map(|(_, g)| g.given.on).collect();
    let both: Vec<_> =
        other.given().map(|(_, g)| g.given.on).filter(|day| days.contains(day)).map(words::day).collect();
    (!both.is_empty()).then(|| {
        format!("A dose in both charts on {}: if it is one injection, strike one out afterwards (a).", both.join(", "))
    })
}

/// Corrections of the one chart's entries that stand in the other's file hold there no more.
fn corrections(older: &Chart, newer: &Chart) -> Option<String> {
    let of_other = |e: &&crate::clinic::entry::Entry| matches!(&e.act, Act::Amended(amended) if older.entry(amended.of).is_none() && newer.entry(amended.of).is_some());
    let n = older.entries().iter().filter(of_other).count() as i64;
    (n > 0).then(|| {
        format!(
            "{} of entries of the newer chart will no longer hold there: record it there again.",
            words::plural(n, "correction")
        )
    })
}

impl Prompt for LinkPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Link
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.older)
    }
    fn title(&self) -> String {
        match self.link {
            Link::Same => "One patient, entered twice".to_owned(),
            Link::Different => "Two people".to_owned(),
        }
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let mut words = self.words().into_iter();
        let first = words.next().map(|line| Line::styled(line, ctx.theme.style(Role::Banner)));
        first.into_iter().chain(words.map(Line::raw)).collect()
    }
    fn submit(&mut self, _ctx: &Ctx) -> Result<Submitted, Refusal> {
        let why = self
            .form
            .filled("why")
            .ok_or_else(|| Refusal::at("why", "say how it is known: it stays in both charts"))?;
        let although_apart = self.link == Link::Same && kept_apart(&self.older, &self.newer).is_some();
        let job = LinkJob { older: self.older.id(), newer: self.newer.id(), link: self.link, why, although_apart };
        Ok(Submitted::Effects(vec![Effect::Link(job)]))
    }
}
