//! Seen: why a finding may stand. It is quiet from then on, until it rests on other entries; a stop is never passed so.

use super::{Prompt, Refusal, Submitted};
use crate::clinic::decision::Acknowledged;
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::findings::{Finding, Tier};
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::keymap;
use crate::tui::theme::Role;
use ratatui::text::Line;
use std::rc::Rc;

const REASONS: [(&str, &str); 5] = [
    ("", "Choose why it may stand"),
    ("the prescriber knows and goes on", "Prescriber knows and goes on"),
    ("referred", "Referred"),
    ("already being seen to", "Already being seen to"),
    ("other", "Other, in words"),
];

/// The prompt.
pub struct AcknowledgePrompt {
    patient: Rc<Patient>,
    form: Form,
}

impl AcknowledgePrompt {
    /// Opens on the hardest finding that can be passed with a reason; `None` where there is none.
    #[must_use]
    pub fn new(patient: Rc<Patient>) -> Option<Self> {
        let open = passable(&patient);
        if open.is_empty() {
            return None;
        }
        let options: Vec<_> = open.iter().map(|seen| (seen.id(), format!("{}: {}", seen.rule, seen.text()))).collect();
        let reasons = REASONS.iter().map(|(id, words)| ((*id).to_owned(), (*words).to_owned())).collect();
        let lines = options.len().min(4) as u16;
        let fields = vec![
            Field::list("finding", "Finding", options, "", lines).hint("Up and Down; the hardest stands first."),
            Field::list("reason", "Why", reasons, "", REASONS.len() as u16)
                .or_in("words", "other")
                .hint("Its first letter chooses it; other words go below."),
            Field::text("words", "In words", "").most(160).hint("Who was told, what was done, and when."),
        ];
        let mut form = Form::new(fields).signed_by("Sign");
        form.focus_on("reason");
        Some(Self { patient, form })
    }

    /// What is chosen.
    fn seen(&self) -> Option<Seen<'_>> {
        let id = self.form.text("finding");
        passable(&self.patient).into_iter().find(|seen| seen.id() == id)
    }

    fn because(&self) -> Result<String, Refusal> {
        let words = self.form.filled("words");
        match (self.form.text("reason").as_str(), words) {
            ("", None) => Err(Refusal::at("reason", "choose why it may stand")),
            ("other", None) => Err(Refusal::at("words", "say it in words")),
            ("" | "other", Some(words)) => Ok(words),
            (reason, None) => Ok(reason.to_owned()),
            (reason, Some(words)) => Ok(format!("{reason}: {words}")),
        }
    }
}

/// Whether something waits for a reason.
#[must_use]
pub fn can_acknowledge(patient: &Patient) -> bool {
    patient.course.findings.iter().any(|f| f.tier == Tier::Reason)
}

/// Findings of one rule on the same entries: one reason answers them all, so all are shown.
struct Seen<'a> {
    rule: &'a str,
    entries: &'a [EntryId],
    findings: Vec<&'a Finding>,
}

impl Seen<'_> {
    /// An id that a draft can keep.
    fn id(&self) -> String {
        let rests = self.entries.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
        format!("{}|{rests}", self.rule)
    }

    fn text(&self) -> String {
        self.findings.iter().map(|f| f.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// What a reason passes, the hardest first.
fn passable(patient: &Patient) -> Vec<Seen<'_>> {
    let mut out: Vec<Seen<'_>> = Vec::new();
    for finding in patient.course.findings.iter().filter(|f| f.tier == Tier::Reason) {
        match out.iter_mut().find(|s| s.rule == finding.rule && s.entries == finding.entries) {
            Some(seen) => seen.findings.push(finding),
            None => out.push(Seen { rule: &finding.rule, entries: &finding.entries, findings: vec![finding] }),
        }
    }
    out
}

impl Prompt for AcknowledgePrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Acknowledge
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        "Seen: why this may stand".to_owned()
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let Some(seen) = self.seen() else { return Vec::new() };
        let (dim, sign) = (ctx.theme.style(Role::Dim), ctx.theme.glyphs.attention);
        let mut lines = Vec::new();
        for finding in &seen.findings {
            let text = format!("{sign} {}: {}", finding.rule, finding.text);
            lines.push(Line::styled(text, ctx.theme.style(Role::Late)));
            lines.push(Line::raw(ctx.told(&finding.todo)));
            lines.push(Line::styled(format!("Source: {}", ctx.named(&finding.source)), dim));
        }
        lines.push(Line::styled(
            keymap::told("It is quiet then, until something new bears on it; {chart.why} still shows it."),
            dim,
        ));
        let stops = self.patient.course.findings.iter().filter(|f| f.tier == Tier::Stop);
        lines.extend(stops.map(|f| {
            let text = format!("{sign} STOP {}: {} {} No reason passes it.", f.rule, f.text, ctx.told(&f.todo));
            Line::styled(text, ctx.theme.style(Role::Stop))
        }));
        lines
    }
    fn submit(&mut self, _ctx: &Ctx) -> Result<Submitted, Refusal> {
        let because = self.because()?;
        let seen = self.seen().ok_or_else(|| Refusal::at("finding", "choose what was seen"))?;
        let act =
            Act::Acknowledged(Acknowledged { rule: seen.rule.to_owned(), because, rests_on: seen.entries.to_vec() });
        Ok(Submitted::Record(Job::on(&self.patient, act, After::Back)))
    }
}
