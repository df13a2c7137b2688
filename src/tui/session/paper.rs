//! Documents leave: into a private file of this account, to the system's printer, into its browser; and go away again.

use super::super::effect::{Effect, PaperDo, PaperJob};
use super::super::screens::{PaperScreen, Screen};
use super::Session;
use super::programs::Programs;
use crate::clinic::audit::What;
use crate::clinic::entry::PatientId;
use crate::clinic::words;
use crate::paper::{self, Doc};
use crate::store::{LETTERS, atomic};
use crate::transfer;
use crate::tui::keymap;
use chrono::NaiveDate;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use zeroize::Zeroizing;

/// What stands under a recovery key on its paper.
const OF_A_KEY: &str = "An administrator who has lost the PIN or passphrase gets in with it:\n\
    at the sign-in screen, the name, {sign_in.recover}, this key. After that there is a new one.\n\
    Whoever has it gets in like an administrator: keep it where the practice\n\
    keeps its keys, away from the computer.\n";

impl Session {
    /// Sets what prints and opens, for tests that have no printer.
    pub fn set_programs(&mut self, programs: Rc<dyn Programs>) {
        self.programs = programs;
    }

    /// Does with a document what was asked, and says what came of it.
    pub(super) fn paper(&mut self, job: &PaperJob) -> Vec<Effect> {
        let said = self.put(job).unwrap_or_else(|why| format!("NOT DONE: {why}"));
        vec![Effect::Say(said)]
    }

    fn put(&self, job: &PaperJob) -> Result<String, String> {
        let PaperJob { doc, patient, what } = job;
        match what {
            PaperDo::SaveHtml => self.save(doc, *patient, "html").map(|file| self.saved(&file)),
            PaperDo::SaveText => self.save(doc, *patient, "txt").map(|file| self.saved(&file)),
            PaperDo::Print => self.print(doc, *patient),
            PaperDo::Browse => {
                let was_there = self.real.meta(&self.file(doc, "html")?).is_ok();
                let file = self.save(doc, *patient, "html")?;
                self.programs.open(&file).inspect_err(|_| {
                    if !was_there {
                        let _ = self.real.remove(&file);
                    }
                })?;
                Ok(format!("Opened in the browser; {}: {}", self.goes(), file.display()))
            }
            PaperDo::Erase => self.erase(doc),
        }
    }

    fn file(&self, doc: &Doc, ending: &str) -> Result<PathBuf, String> {
        let state = self.begin.places.state.as_ref();
        let state = state.ok_or("this account has no place for files here; `cobalog letter --out` names one")?;
        Ok(state.join(LETTERS).join(doc.file_name(ending)))
    }

    /// Writes a document into a file that only this account can open; one of the same day is replaced.
    fn save(&self, doc: &Doc, patient: Option<PatientId>, ending: &str) -> Result<PathBuf, String> {
        let file = self.write(doc, ending)?;
        self.note(What::Exported, patient, doc.kind.to_owned());
        Ok(file)
    }

    fn write(&self, doc: &Doc, ending: &str) -> Result<PathBuf, String> {
        let file = self.file(doc, ending)?;
        let text = if ending == "html" { paper::html(doc) } else { paper::text(doc) };
        let folder = file.parent().unwrap_or(Path::new("."));
        atomic::make_folder(&*self.real, folder).map_err(|e| e.to_string())?;
        atomic::write(&*self.real, &file, &text).map_err(|e| e.to_string())?;
        Ok(file)
    }

    /// Prints the plain face. The file that the printer's program reads goes again, unless it was saved before.
    fn print(&self, doc: &Doc, patient: Option<PatientId>) -> Result<String, String> {
        let was_there = self.real.meta(&self.file(doc, "txt")?).is_ok();
        let file = self.write(doc, "txt")?;
        let printed = self.programs.print(&file);
        if !was_there {
            self.real.remove(&file).map_err(|e| format!("{} could not be removed: {e}", file.display()))?;
        }
        printed?;
        self.note(What::Printed, patient, doc.kind.to_owned());
        Ok("Sent to the printer.".to_owned())
    }

    /// Prints the recovery key that is on the screen. It goes to the printer's program alone, and lies in no file of ours.
    pub(super) fn print_key(&self, key: &str) -> Vec<Effect> {
        let (practice, day) = (&self.app.ctx.practice.settings.name, words::day(self.app.ctx.today()));
        let text = Zeroizing::new(format!(
            "{practice}\nRecovery key of Cobalog, {day}\n\n    {key}\n\n{}",
            keymap::told(OF_A_KEY)
        ));
        let said = match self.programs.print_text(&text) {
            Ok(()) => {
                self.note(What::Printed, None, "recovery key".to_owned());
                "Sent to the printer: see that it is on paper, and take it at once. No file of it is here.".to_owned()
            }
            Err(why) => format!("NOT PRINTED: {why} Write it down by hand."),
        };
        vec![Effect::Say(said)]
    }

    fn erase(&self, doc: &Doc) -> Result<String, String> {
        let files = ["html", "txt"].map(|ending| self.file(doc, ending));
        let mut gone = Vec::new();
        for file in files {
            let file = file?;
            if self.real.meta(&file).is_ok() {
                self.real.remove(&file).map_err(|e| format!("{}: {e}", file.display()))?;
                gone.push(file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
            }
        }
        let said = format!("Removed: {}. What was printed or sent is not.", gone.join(", "));
        Ok(if gone.is_empty() { "There is no file of this document here.".to_owned() } else { said })
    }

    fn saved(&self, file: &Path) -> String {
        format!("Saved, for this account alone; {}: {}", self.goes(), file.display())
    }

    /// When a file goes that names a patient. Where the records are encrypted it is the only one that is plain.
    fn goes(&self) -> &'static str {
        match self.app.ctx.encrypted {
            true => "it is plain, so it goes when you lock or leave, or by x",
            false => "x takes it away again",
        }
    }

    /// Takes away what was saved of an encrypted practice; what a program left that was killed, too.
    pub(super) fn sweep_letters(&self) {
        let Some(state) = self.begin.places.state.as_ref().filter(|_| self.app.ctx.encrypted) else { return };
        let saved = self.real.list(&state.join(LETTERS)).into_iter().flatten().flatten();
        for file in saved.map(|file| file.path()) {
            // One that a browser holds open goes the next time; `check` names it until then.
            let _ = self.real.remove(&file);
        }
    }

    /// Makes the sheet of a day and shows it.
    pub(super) fn sheet(&mut self, on: NaiveDate) -> Vec<Effect> {
        let Some(store) = &self.store else { return Vec::new() };
        let (doc, unread) = transfer::sheet(store, &self.app.ctx.rows, on);
        let which =
            if on == self.app.ctx.today() { "the sheet of the day".to_owned() } else { format!("the sheet of {on}") };
        self.note(What::Listed, None, which);
        let mut effects = vec![Effect::Push(Box::new(Screen::Paper(Box::new(PaperScreen::sheet(doc)))))];
        if !unread.is_empty() {
            effects.push(Effect::Say(format!(
                "{} of those who are due are missing: their charts cannot be read (f).",
                unread.len()
            )));
        }
        effects
    }
}
