//! The layers hold: the rules know nothing of files and clocks, the screens nothing of the disk, one file knows the
//! terminal's keys.
#![expect(clippy::unwrap_used, reason = "a test stops where a source file cannot be read")]
#![expect(clippy::print_stdout, reason = "long files are named, not refused")]

use cobalog::clinic::todo::Step;
use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its path under `src` and its lines without comments, strings kept, up to its tests.
struct Source {
    path: String,
    all_lines: usize,
    code: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    gather(&root, &mut paths);
    paths.sort();
    paths.iter().map(|path| source(&root, path)).filter(|s| !s.path.ends_with("tests.rs")).collect()
}

fn gather(folder: &Path, into: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            gather(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn source(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let code = text
        .lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "mod tests {")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(n, line)| (n + 1, line.to_owned()))
        .collect();
    let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
    Source { path, all_lines: text.lines().count(), code }
}

/// Whether a file belongs to a module: `clinic` is `clinic.rs` and everything in `clinic/`.
fn belongs(path: &str, module: &str) -> bool {
    path == format!("{module}.rs") || path.starts_with(&format!("{module}/"))
}

/// Every line in the modules that has one of the words.
fn found(modules: &[&str], words: &[&str]) -> Vec<String> {
    let here = |s: &Source| modules.iter().any(|m| belongs(&s.path, m));
    let mut out = Vec::new();
    for source in sources().iter().filter(|s| here(s)) {
        for (n, line) in &source.code {
            if words.iter().any(|w| line.contains(w)) {
                out.push(format!("{}:{n}: {}", source.path, line.trim()));
            }
        }
    }
    out
}

fn nothing(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

#[test]
fn there_are_sources_to_look_at() {
    assert!(sources().len() > 100);
    assert!(!found(&["store"], &["std::fs"]).is_empty(), "the search finds what there is");
}

#[test]
fn the_rules_use_nothing_of_the_crate_and_no_file_and_no_clock() {
    let crate_uses = found(&["clinic"], &["crate::"]);
    let others: Vec<_> =
        crate_uses.into_iter().filter(|l| l.replace("crate::clinic", "").contains("crate::")).collect();
    nothing(&others, "clinic uses another part of the crate");
    let outside =
        ["std::fs", "File::", "std::env::", "Local::now", "Utc::now", "SystemTime", "Instant::now", "ratatui"];
    nothing(&found(&["clinic"], &outside), "clinic looks at the world");
}

/// A step is named as `clinic::todo` names it, and each face says how it is taken there.
#[test]
fn the_rules_name_no_key() {
    let named = found(&["clinic"], &["press ", "Press "]);
    let of_a_key = |line: &String| {
        let line = line.replace("{press ", "").replace("{Press ", "");
        [" press ", "\"press ", " Press ", "\"Press "].iter().any(|word| line.contains(word))
    };
    assert!(!named.is_empty(), "the search finds what there is");
    nothing(
        &named.iter().filter(|line| of_a_key(line)).cloned().collect::<Vec<_>>(),
        "clinic knows a key of the screens",
    );
    let is_step = |name: &str| Step::ALL.iter().any(|(_, step)| name.starts_with(&format!("{step}}}")));
    let of_no_step = |line: &&String| line.to_lowercase().split("{press ").skip(1).any(|name| !is_step(name));
    let in_code = |line: &&String| !line.contains("clinic/todo.rs");
    nothing(&named.iter().filter(in_code).filter(of_no_step).cloned().collect::<Vec<_>>(), "no step has this name");
}

#[test]
fn the_store_uses_the_rules_alone_and_what_wipes() {
    let uses = found(&["store"], &["crate::"]);
    let known = ["clinic", "store", "guarded"];
    let allowed =
        |line: &String| line.split("crate::").skip(1).all(|rest| known.iter().any(|known| rest.starts_with(known)));
    let others: Vec<_> = uses.into_iter().filter(|l| !allowed(l)).collect();
    nothing(&others, "store uses another part of the crate");
    nothing(&found(&["store"], &["ratatui", "crossterm"]), "store knows the terminal");
}

#[test]
fn other_systems_files_are_read_and_written_by_the_rules_alone() {
    let uses = found(&["exchange"], &["crate::"]);
    let allowed = |line: &String| {
        line.split("crate::").skip(1).all(|rest| rest.starts_with("clinic") || rest.starts_with("exchange"))
    };
    nothing(&uses.into_iter().filter(|l| !allowed(l)).collect::<Vec<_>>(), "exchange uses another part of the crate");
    let outside =
        ["std::fs", "File::", "std::env::", "Local::now", "Utc::now", "SystemTime", "Instant::now", "ratatui"];
    nothing(&found(&["exchange"], &outside), "exchange looks at the world");
}

#[test]
fn paper_uses_the_rules_alone() {
    let others: Vec<_> = found(&["paper"], &["crate::"]).into_iter().filter(|l| !l.contains("crate::clinic")).collect();
    nothing(&others, "paper uses another part of the crate");
    nothing(&found(&["paper"], &["std::fs", "File::", "std::env::", "ratatui"]), "paper looks at the world");
}

#[test]
fn the_demo_uses_the_rules_and_the_store() {
    nothing(&found(&["demo"], &["crate::tui", "crate::cli::"]), "demo uses a face of the program");
}

#[test]
fn screens_and_prompts_touch_no_disk() {
    let modules =
        ["tui/screens", "tui/prompts", "tui/widgets", "tui/form", "tui/app", "tui/ctx", "tui/theme", "tui/keymap"];
    let words = ["crate::store", "crate::demo", "crate::cli::", "std::fs", "File::", "std::env", "Clock::"];
    nothing(&found(&modules, &words), "a screen goes around the session");
}

#[test]
fn one_file_knows_the_keys_of_the_terminal() {
    let elsewhere: Vec<_> = found(&["tui", "cli"], &["KeyCode", "KeyModifiers"])
        .into_iter()
        .filter(|l| !l.starts_with("tui/input.rs"))
        .collect();
    nothing(&elsewhere, "KeyCode outside tui/input.rs");
}

#[test]
fn one_file_asks_the_machine_for_the_time() {
    let words = ["Local::now", "Utc::now", "SystemTime::now"];
    let all = sources();
    let asks = |s: &&Source| s.code.iter().any(|(_, l)| words.iter().any(|w| l.contains(w)));
    let who: Vec<_> = all.iter().filter(asks).map(|s| s.path.as_str()).collect();
    assert_eq!(who, ["clock.rs"]);
}

#[test]
fn nothing_stops_the_program_on_purpose() {
    let words = [".unwrap()", ".expect(", "panic!(", "todo!(", "unreachable!("];
    let kits = |l: &String| l.starts_with("tui/widgets/testing.rs");
    let all = ["lib", "main", "cli", "clinic", "clock", "demo", "exchange", "paper", "store", "transfer", "tui"];
    let stops = found(&all, &words);
    nothing(&stops.into_iter().filter(|l| !kits(l)).collect::<Vec<_>>(), "the program would stop");
}

#[test]
fn no_source_file_is_too_long_to_read() {
    const MOST: usize = 600;
    let all = sources();
    let long: Vec<_> =
        all.iter().filter(|s| s.all_lines > MOST).map(|s| format!("{}: {}", s.path, s.all_lines)).collect();
    nothing(&long, "longer than 600 lines");
    for source in all.iter().filter(|s| s.all_lines > 400) {
        println!("over 400 lines: {} has {}", source.path, source.all_lines);
    }
}

/// A key that the table has is named by place and action, so that another table makes no sentence false. Enter, Esc, Tab and
/// Space are what they are on every keyboard.
#[test]
fn no_sentence_of_the_screens_spells_a_key() {
    let is_key = |word: &str| {
        let digits = word.strip_prefix('F').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        digits || (word.starts_with("Ctrl-") && word.len() > 5)
    };
    let rules = cobalog::clinic::knowledge::Knowledge::built_in();
    let is_rule = |word: &str| rules.rules().iter().any(|rule| rule.id == word);
    let strings = |line: &str| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let mut spelt = Vec::new();
    let mut named = 0;
    for source in sources()
        .iter()
        .filter(|s| belongs(&s.path, "tui") && !["tui/input.rs", "tui/reader.rs"].contains(&s.path.as_str()))
    {
        for (n, line) in &source.code {
            for text in strings(line) {
                let words = || text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|w| !w.is_empty());
                let pressed =
                    words().zip(words().skip(1)).any(|(a, b)| a.eq_ignore_ascii_case("press") && b.len() == 1);
                if pressed || words().any(|word| is_key(word) && !is_rule(word)) {
                    spelt.push(format!("{}:{n}: {text}", source.path));
                }
                let told = cobalog::tui::keymap::told(&text);
                named += usize::from(told != text);
                let is_left = |part: &str| {
                    let name = part.split('}').next().unwrap_or_default();
                    name.split_once('.').is_some_and(|(place, action)| {
                        let plain = |s: &str| {
                            !s.is_empty()
                                && s.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
                        };
                        plain(place) && plain(action)
                    })
                };
                if told.split('{').skip(1).any(is_left) {
                    spelt.push(format!("{}:{n}: no such action: {text}", source.path));
                }
            }
        }
    }
    assert!(named > 25, "{named}");
    nothing(&spelt, "a sentence spells a key, or names an action that the table does not have there");
}
