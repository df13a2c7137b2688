//! Leaving the program, and what would be lost by it.

use super::App;
use crate::tui::keymap::Place;
use crate::tui::screens::Screen;

impl App {
    /// Leaves from anywhere; where what was typed cannot be kept, only the second key does.
    pub(super) fn leave(&mut self) {
        if self.shows_once() && !self.warned {
            self.said =
                Some("This key is not shown again: y once it is on paper. The same key again leaves.".to_owned());
            self.warned = true;
            return;
        }
        let unkept = self.unkept.as_ref();
        let lost =
            unkept.map(|why| format!("What you typed would be lost; the same key again leaves without it: {why}"));
        match lost.or_else(|| self.exchange_ends()) {
            Some(words) if !self.warned => {
                self.said = Some(words);
                self.warned = true;
            }
            _ => self.over = true,
        }
    }

    /// Says what leaving would end of an exchange: one that runs, or a file that was read and is not recorded.
    fn exchange_ends(&self) -> Option<String> {
        if self.ctx.exchanging {
            let words =
                "That is not done yet. The same key again ends it where it is: each patient is whole or not there.";
            return Some(words.to_owned());
        }
        let is_open = |screen: &Screen| matches!(screen.place(), Place::Columns | Place::Weighed);
        let read = self.screens.iter().any(is_open);
        read.then(|| "Nothing of this file is recorded yet. The same key again leaves without it.".to_owned())
    }

    /// Takes what came of keeping what is typed: nothing, or why it is not kept.
    pub fn kept(&mut self, unkept: Option<String>) {
        if let Some(why) = &unkept {
            let is_open = matches!(self.top(), Some(Screen::Prompt(_)));
            let what = if is_open {
                "What you type here is not kept if the program ends"
            } else {
                "What you left is NOT kept"
            };
            self.said = Some(format!("{what}: {why}"));
        }
        self.unkept = unkept;
    }

    /// Returns whether what is on top is shown this once, and was not left yet.
    #[must_use]
    pub fn shows_once(&self) -> bool {
        matches!(self.top(), Some(Screen::Text(page)) if page.is_shown_once())
    }
}
