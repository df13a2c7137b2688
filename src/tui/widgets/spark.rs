//! A row of small bars: the next seven days, or the symptom totals of a course.

use crate::tui::theme::Theme;

/// Writes one bar a value, the highest value as the full bar; where there is no value, a space.
#[must_use]
pub fn spark(values: &[Option<u32>], theme: &Theme) -> String {
    let most = values.iter().flatten().copied().max().unwrap_or(0);
    values.iter().map(|value| value.map_or(" ", |v| bar(v, most, theme))).collect()
}

fn bar(value: u32, most: u32, theme: &Theme) -> &'static str {
    let bars = theme.glyphs.bars;
    let last = bars.len() - 1;
    let at = (u64::from(value) * last as u64).checked_div(u64::from(most)).unwrap_or(0);
    // What is there at all is seen above what is not.
    bars[(at as usize).max(usize::from(value > 0)).min(last)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_rise_with_the_values_and_nothing_is_a_space() {
        let theme = Theme::named("dark", false);
        assert_eq!(spark(&[Some(0), Some(1), Some(4), None, Some(7)], &theme), "▁▂▅ █");
        assert_eq!(spark(&[Some(0), Some(0)], &theme), "▁▁");
        assert_eq!(spark(&[Some(1), Some(100)], &theme), "▂█");
        assert_eq!(spark(&[], &theme), "");
    }

    #[test]
    fn ascii_bars_are_ascii() {
        let theme = Theme::named("dark", true);
        assert!(spark(&[Some(0), Some(3), None, Some(u32::MAX)], &theme).is_ascii());
    }
}
