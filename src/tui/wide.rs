//! Wide letters (中, か) on terminals that keep half of one when a narrow letter is written over its other half.
//!
//! The drawing library trusts the terminal to blank the rest. Not all do, so the second column of each wide letter of
//! the last frame is written again where the letter is gone.

use ratatui::buffer::{Buffer, CellDiffOption};
use unicode_width::UnicodeWidthStr;

/// Where the last frame had wide letters.
#[derive(Default)]
pub(super) struct Wide {
    at: Vec<usize>,
}

impl Wide {
    /// Marks the columns that must be written again, and remembers this frame's wide letters.
    pub(super) fn mend(&mut self, buffer: &mut Buffer) {
        let now = wide(buffer);
        let gone = self.at.iter().filter(|index| now.binary_search(index).is_err());
        for index in gone {
            if let Some(cell) = buffer.content.get_mut(index + 1) {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
        }
        self.at = now;
    }
}

fn wide(buffer: &Buffer) -> Vec<usize> {
    // One byte is one column, and so is a line of a frame; only other symbols can be wide.
    let may_be = |symbol: &str| !matches!(symbol.as_bytes(), [_] | [0xe2, 0x94..=0x96, _]);
    let cells = buffer.content.iter().enumerate().filter(|(_, cell)| may_be(cell.symbol()));
    cells.filter(|(_, cell)| cell.symbol().width() > 1).map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn the_second_half_of_a_wide_letter_that_went_is_written_again() {
        let (mut before, mut after) = (Buffer::empty(Rect::new(0, 0, 4, 1)), Buffer::empty(Rect::new(0, 0, 4, 1)));
        before.set_string(0, 0, "中", Style::default());
        after.set_string(0, 0, "|", Style::default());
        let mut wide = Wide::default();
        wide.mend(&mut before);
        assert_eq!(before.diff(&after).len(), 1, "the library leaves it to the terminal");
        wide.mend(&mut after);
        assert_eq!(before.diff(&after).len(), 2);
    }
}
