//! Findings: the rule, when it fires, its limits, its source, what it rests on; and who answered one, with which reason.

use super::rests_on;
use crate::clinic::findings::Finding;
use crate::clinic::overrides;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};

/// What needs attention, and why.
pub(super) fn open(patient: &Patient, ctx: &Ctx) -> Vec<String> {
    let findings = &patient.course.findings;
    if findings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), "What needs attention, and why:".to_owned()];
    for finding in findings {
        lines.extend(said(finding));
        lines.push(format!("    {}", ctx.told(&finding.todo)));
        lines.extend(rule(finding, ctx));
        lines.extend(rests_on(patient, &finding.entries));
    }
    lines
}

/// What was answered with a reason, by whom and when.
pub(super) fn answered(patient: &Patient, ctx: &Ctx) -> Vec<String> {
    let answered = &patient.course.answered;
    if answered.is_empty() {
        return Vec::new();
    }
    let given = overrides::of(&patient.chart);
    let mut lines = vec![String::new(), "Seen, and left to stand with a reason:".to_owned()];
    for (finding, because) in answered {
        lines.extend(said(finding));
        let by = overrides::newest(&given, &finding.rule, because);
        let by = by.map(|o| format!(" ({}, {}, {})", o.by, words::day(o.on), o.at.words())).unwrap_or_default();
        lines.push(format!("    Reason: {because}{by}"));
        lines.push("    It speaks again as soon as it rests on other entries.".to_owned());
        lines.extend(rule(finding, ctx));
        lines.extend(rests_on(patient, &finding.entries));
    }
    lines
}

fn said(finding: &Finding) -> [String; 1] {
    [format!("{} ({}): {}", finding.rule, finding.tier.word(), finding.text)]
}

/// The rule by its name, when it fires, its limits with their units, and its source.
fn rule(finding: &Finding, ctx: &Ctx) -> Vec<String> {
    let rule = ctx.practice.knowledge.rule(&finding.rule);
    let mut lines = Vec::new();
    if !rule.id.is_empty() {
        let limits = rule.limits_words();
        let limits = if limits.is_empty() { String::new() } else { format!(" Limits: {}.", limits.join(", ")) };
        lines.push(format!("    Rule \"{}\": {}{limits}", rule.name, rule.when));
    }
    lines.push(format!("    Source: {}", finding.source));
    lines
}
