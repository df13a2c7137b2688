//! Semantic roles to styles, and the glyphs with their ASCII twins. Colour is never the only sign.

use crate::clinic::knowledge;
use ratatui::style::{Color, Modifier, Style};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// What a piece of the screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation; assets/themes.ron lists them")]
pub enum Role {
    Text,
    Dim,
    Title,
    Accent,
    Selected,
    Banner,
    Good,
    Due,
    Late,
    Stop,
    Note,
    Repletion,
    Maintenance,
    Given,
    Planned,
    Check,
    Border,
    Key,
    Field,
    Focus,
    Ghost,
    Struck,
}

/// One role's look in the data file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Look {
    #[serde(deserialize_with = "colour")]
    fg: Option<Color>,
    #[serde(deserialize_with = "colour")]
    bg: Option<Color>,
    mods: Vec<Mod>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mod {
    Bold,
    Dim,
    Italic,
    Underlined,
    Reversed,
    CrossedOut,
}

fn colour<'de, D: Deserializer<'de>>(of: D) -> Result<Option<Color>, D::Error> {
    let name = String::deserialize(of)?;
    name.parse().map(Some).map_err(|_| D::Error::custom(format!("{name} is no colour")))
}

impl Look {
    fn style(&self) -> Style {
        let mods = self.mods.iter().fold(Modifier::empty(), |all, m| {
            all | match m {
                Mod::Bold => Modifier::BOLD,
                Mod::Dim => Modifier::DIM,
                Mod::Italic => Modifier::ITALIC,
                Mod::Underlined => Modifier::UNDERLINED,
                Mod::Reversed => Modifier::REVERSED,
                Mod::CrossedOut => Modifier::CROSSED_OUT,
            }
        });
        let style = Style { fg: self.fg, bg: self.bg, ..Style::default() };
        style.add_modifier(mods)
    }
}

/// The signs of the timeline and the lists. Each has an ASCII twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "screens.md names them; the table below shows each with its twin")]
pub struct Glyphs {
    pub given: &'static str,
    pub off_time: &'static str,
    pub not_given: &'static str,
    pub due: &'static str,
    pub planned: &'static str,
    pub check_done: &'static str,
    pub check_planned: &'static str,
    pub turned: &'static str,
    pub reviewed: &'static str,
    pub attention: &'static str,
    pub fine: &'static str,
    pub repletion_bar: &'static str,
    pub maintenance_bar: &'static str,
    pub forecast_bar: &'static str,
    pub today: &'static str,
    pub arrow: &'static str,
    pub up: &'static str,
    pub down: &'static str,
    pub left: &'static str,
    pub right: &'static str,
    pub selected: &'static str,
    pub more: &'static str,
    pub ellipsis: &'static str,
    pub rule: &'static str,
    pub vertical: &'static str,
    pub bars: [&'static str; 8],
}

/// For terminals with a full font.
pub const UNICODE: Glyphs = Glyphs {
    given: "●",
    off_time: "◍",
    not_given: "✗",
    due: "○",
    planned: "◌",
    check_done: "◆",
    check_planned: "◇",
    turned: "■",
    reviewed: "▣",
    attention: "▲",
    fine: "✓",
    repletion_bar: "█",
    maintenance_bar: "▒",
    forecast_bar: "░",
    today: "▲",
    arrow: "→",
    up: "↑",
    down: "↓",
    left: "◀",
    right: "▶",
    selected: "▌",
    more: "▾",
    ellipsis: "…",
    rule: "─",
    vertical: "│",
    bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
};

/// For terminals without.
pub const ASCII: Glyphs = Glyphs {
    given: "*",
    off_time: "@",
    not_given: "x",
    due: "o",
    planned: ".",
    check_done: "#",
    check_planned: "?",
    turned: "%",
    reviewed: "&",
    attention: "!",
    fine: "+",
    repletion_bar: "=",
    maintenance_bar: "-",
    forecast_bar: "~",
    today: "^",
    arrow: "->",
    up: "^",
    down: "v",
    left: "<",
    right: ">",
    selected: ">",
    more: "v",
    ellipsis: "~",
    rule: "-",
    vertical: "|",
    bars: ["_", "_", ".", "-", "-", "=", "=", "#"],
};

/// How the program looks.
#[derive(Clone, Debug)]
pub struct Theme {
    /// One a role, in the order of the roles.
    styles: Vec<Style>,
    /// The signs.
    pub glyphs: Glyphs,
    /// Whether only ASCII may be drawn, borders included.
    pub ascii: bool,
}

impl Theme {
    /// Returns a theme of `assets/themes.ron`; an unknown name gives the dark one.
    #[must_use]
    pub fn named(name: &str, ascii: bool) -> Self {
        let all: BTreeMap<String, BTreeMap<Role, Look>> = themes();
        let looks = all.get(name).or_else(|| all.get("dark"));
        let mut styles = vec![Style::default(); Role::Struck as usize + 1];
        for (role, look) in looks.into_iter().flatten() {
            if let Some(style) = styles.get_mut(*role as usize) {
                *style = look.style();
            }
        }
        Self { styles, glyphs: if ascii { ASCII } else { UNICODE }, ascii }
    }

    /// Chooses by the environment: `NO_COLOR`, `COBALOG_THEME` (dark, light, mono), `COBALOG_ASCII`.
    #[must_use]
    pub fn from_environment(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| get(name).is_some_and(|v| !v.is_empty() && v != "0");
        let ascii = set("COBALOG_ASCII") || get("TERM").is_some_and(|t| t == "linux" || t == "dumb");
        let name = if set("NO_COLOR") { "mono".to_owned() } else { get("COBALOG_THEME").unwrap_or_default() };
        Self::named(&name, ascii)
    }

    /// Returns a role's style on a line of a list, which may be the chosen one; what would be grey on grey takes the colour of
    /// the bar's own words.
    #[must_use]
    pub fn on_line(&self, role: Role, chosen: bool) -> Style {
        let of = self.style(role);
        if !chosen {
            return of;
        }
        let bar = self.style(Role::Selected);
        let is_hidden = of.fg.is_some() && of.fg == bar.bg;
        bar.patch(if is_hidden { Style { fg: None, ..of } } else { of })
    }

    /// Returns a role's style.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }
}

fn themes() -> BTreeMap<String, BTreeMap<Role, Look>> {
    knowledge::part("themes.ron")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_names_every_role() {
        let all = themes();
        let slowly = knowledge::read::<BTreeMap<String, BTreeMap<Role, Look>>>(knowledge::asset("themes.ron"));
        assert_eq!(format!("{all:?}"), format!("{:?}", slowly.unwrap()), "both readers read the same");
        assert_eq!(all.len(), 3);
        assert!(all.values().all(|looks| looks.len() == 22), "a theme lacks a role");
        assert_eq!(Theme::named("dark", false).styles.len(), 22, "the last role is not the last any more");
    }

    #[test]
    fn nothing_on_the_chosen_line_has_the_colour_of_its_bar() {
        for (name, looks) in themes() {
            let theme = Theme::named(&name, false);
            for role in looks.into_keys() {
                let style = theme.on_line(role, true);
                assert!(style.fg.is_none() || style.fg != style.bg, "{name}: {role:?} is {style:?}");
            }
        }
    }

    #[test]
    fn no_colour_means_no_colour() {
        let theme = Theme::from_environment(|name| (name == "NO_COLOR").then(|| "1".to_owned()));
        assert!(theme.styles.iter().all(|s| s.fg.is_none() && s.bg.is_none()));
    }
}
