//! What a recovery key looks like on paper: eight groups of four letters and digits.

use zeroize::Zeroizing;

/// Letters and digits that nobody takes for each other; 158 bits in 32 of them.
pub const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// So many groups it has.
pub const GROUPS: usize = 8;
/// So many letters a group has.
pub const IN_GROUP: usize = 4;

/// Returns the letters and digits of what was typed, in capitals, without what people put between groups.
pub fn letters(typed: &str) -> impl Iterator<Item = char> {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase())
}

/// Returns letters in groups, as the paper has them.
#[must_use]
pub fn grouped(letters: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(letters.len() * 2));
    for (at, letter) in letters.chars().enumerate() {
        if at > 0 && at % IN_GROUP == 0 {
            out.push('-');
        }
        out.push(letter);
    }
    out
}

/// Names the first group that cannot be right in what [`letters`] gave; `None` where each may be.
#[must_use]
pub fn wrong(letters: &str) -> Option<String> {
    let has_foreign = |group: &[u8]| group.iter().any(|letter| !LETTERS.contains(letter));
    if let Some(at) = letters.as_bytes().chunks(IN_GROUP).position(has_foreign) {
        return Some(format!("Group {} cannot be right: 0, 1, I, L and O stand in no recovery key.", at + 1));
    }
    let (whole, group) = (GROUPS * IN_GROUP, letters.len() / IN_GROUP + 1);
    match (letters.len(), letters.len() % IN_GROUP) {
        (typed, _) if typed == whole => None,
        (typed, _) if typed > whole => Some(format!("That is more than {GROUPS} groups of {IN_GROUP}.")),
        (_, 0) => Some(format!("Group {group} is missing: a recovery key has {GROUPS} groups of {IN_GROUP}.")),
        (_, some) => Some(format!("Group {group} has {some} of its {IN_GROUP} letters and digits.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_group_that_cannot_be_right_is_named() {
        let whole = "ABCDEFGHJKMNPQRS23456789TUVWXYZ2";
        let wrong_at = |text: &str| wrong(text).unwrap_or_default();
        assert_eq!(wrong(whole), None);
        assert_eq!(&*grouped(whole), "ABCD-EFGH-JKMN-PQRS-2345-6789-TUVW-XYZ2");
        assert!(wrong_at(&whole.replace('M', "O")).starts_with("Group 3 cannot be right"));
        assert!(wrong_at(&whole[..14]).starts_with("Group 4 has 2 of its 4"));
        assert!(wrong_at(&whole[..12]).starts_with("Group 4 is missing"));
        assert!(wrong_at(&format!("{whole}A")).contains("more than 8 groups"));
        assert!(wrong_at("").starts_with("Group 1 is missing"));
    }

    #[test]
    fn a_key_is_read_however_it_is_written() {
        assert_eq!(letters(" abcd-efgh 2345\n").collect::<String>(), "ABCDEFGH2345");
    }
}
