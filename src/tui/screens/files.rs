//! The page of what could not be read, and what to do; and the age of the last backup.

use super::TextPage;
use crate::tui::ctx::Ctx;

/// Returns how they are restored: of an encrypted practice no text editor reads a chart, and a command asks for a passphrase.
fn to_restore(ctx: &Ctx) -> Vec<String> {
    let (asks, then) = match ctx.encrypted {
        true => (" --secret-fd -", "; type a passphrase when it waits, then Enter"),
        false => ("", ""),
    };
    let command = |words: &str| format!("    cobalog --data \"{}\" {words}{asks}", ctx.place);
    vec![
        format!(
            "What can be restored from backups and from what can still be read is restored by this command; the damaged files are kept{then}:"
        ),
        command("check --repair"),
        "What it cannot restore, a backup that is kept elsewhere may have:".to_owned(),
        command("restore --merge FILE"),
    ]
}

/// Returns the page.
pub(super) fn problems(ctx: &Ctx) -> TextPage {
    let mut lines = vec![format!("The records are in {}", ctx.place), String::new()];
    if ctx.problems.is_empty() {
        lines.push("Every file could be read.".to_owned());
    } else {
        lines.push("These files could not be read. They are left as they are; all others work.".to_owned());
        lines.extend(to_restore(ctx));
        lines.push(String::new());
        lines.extend(ctx.problems.iter().cloned());
    }
    if !ctx.taken_in.is_empty() {
        lines.push(String::new());
        lines.push("These copies were found and taken into their charts:".to_owned());
        lines.extend(ctx.taken_in.iter().cloned());
    }
    lines.push(String::new());
    lines.extend(ctx.backed_up.lines());
    TextPage::new("Files", lines)
}
