//! The documents say what the code says: the README's key table is the table of actions, ARCHITECTURE names every file
//! at the top of the tree, links and pictures are there.
//!
//! `UPDATE_DOCS=1 cargo test --test docs_in_step` writes the key table anew.
#![expect(clippy::unwrap_used, reason = "a test stops where its story does not hold")]

use cobalog::store::atomic;
use cobalog::store::disk::Real;
use cobalog::tui::keymap::{Binding, Keymap, Place};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BEGIN: &str =
    "<!-- keys: begin (written from assets/keys.ron; UPDATE_DOCS=1 cargo test --test docs_in_step) -->\n";
const END: &str = "<!-- keys: end -->\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    // A checkout on Windows may have turned the ends of lines.
    fs::read_to_string(root().join(name)).unwrap().replace("\r\n", "\n")
}

#[test]
fn the_readme_has_the_table_of_keys() {
    let readme = read("README.md");
    let (head, rest) = readme.split_once(BEGIN).unwrap();
    let (written, tail) = rest.split_once(END).unwrap();
    let wanted = key_table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        atomic::write(&Real, &root().join("README.md"), &[head, BEGIN, &wanted, END, tail].concat()).unwrap();
        return;
    }
    let differs = written.lines().zip(wanted.lines()).find(|(is, should)| is != should);
    assert!(
        written == wanted,
        "README.md's keys are not those of assets/keys.ron: UPDATE_DOCS=1 cargo test --test docs_in_step writes them anew. \
         First difference: {differs:?}"
    );
}

fn key_table() -> String {
    let map = Keymap::built_in();
    let mut rows: Vec<&Binding> = map.table().iter().collect();
    rows.sort_by_key(|b| b.group);
    let mut out = String::new();
    for of_group in rows.chunk_by(|a, b| a.group == b.group) {
        let Some(first) = of_group.first() else { continue };
        out.push_str(&format!(
            "\n**{}**\n\n| key | | what it does | where |\n| --- | --- | --- | --- |\n",
            first.group.title()
        ));
        for b in of_group {
            out.push_str(&format!("| {} | {} | {} | {} |\n", keys(b), b.label, b.help, places(&b.on)));
        }
    }
    out.push('\n');
    out
}

fn keys(binding: &Binding) -> String {
    binding.keys().split(" or ").map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" or ")
}

fn places(on: &[Place]) -> String {
    let all = [
        (Place::Today, "Today"),
        (Place::Patients, "Patients"),
        (Place::Search, "search"),
        (Place::Chart, "chart"),
        (Place::Same, "two charts"),
        (Place::Waiting, "for the prescriber"),
        (Place::Signing, "signing several"),
        (Place::Prompt, "prompts"),
        (Place::Ask, "questions"),
        (Place::Text, "words to read"),
        (Place::Paper, "documents"),
        (Place::Audit, "audit log"),
        (Place::Exchange, "exchange"),
        (Place::ExchangeLine, "exchange, typing"),
        (Place::Columns, "exchange, columns"),
        (Place::Weighed, "exchange, before it is recorded"),
        (Place::TakenIn, "exchange, what was taken in"),
        (Place::Help, "help"),
        (Place::Start, "first start"),
        (Place::SignIn, "signing in"),
        (Place::Hidden, "locked"),
        (Place::People, "people"),
        (Place::KeyPage, "recovery key"),
    ];
    let named: Vec<_> = all.iter().filter(|(place, _)| on.contains(place)).map(|(_, name)| *name).collect();
    assert_eq!(named.len(), on.len(), "a place has no name here");
    if named.len() >= 7 { "everywhere".to_owned() } else { named.join(", ") }
}

#[test]
fn architecture_names_every_file_at_the_top_of_the_tree() {
    let architecture = read("ARCHITECTURE.md");
    let words: BTreeSet<&str> = architecture.split(|c: char| !(c.is_alphanumeric() || "_.".contains(c))).collect();
    let mut missing = Vec::new();
    for folder in ["src", "src/clinic", "src/store", "src/tui"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let rust = path.extension().is_some_and(|e| e == "rs");
            let file = format!("{stem}.rs");
            if rust && !words.contains(stem.as_str()) && !words.contains(file.as_str()) {
                missing.push(format!("{folder}/{file}"));
            }
        }
    }
    assert!(missing.is_empty(), "ARCHITECTURE.md does not name {missing:?}: give each a line in its tree");
    assert!(architecture.lines().count() < 220, "ARCHITECTURE.md is a map, not a book: under 220 lines");
}

#[test]
fn what_architecture_and_readme_link_to_is_there() {
    for document in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let text = read(document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let sources = text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for link in links.chain(sources).filter(|l| !l.contains("://") && !l.starts_with('#')) {
            let file: PathBuf = root().join(link.split('#').next().unwrap());
            assert!(file.exists(), "{document} links to {link}, which is not there");
        }
    }
}

#[test]
fn every_path_that_architecture_names_is_there() {
    let architecture = read("ARCHITECTURE.md");
    let quoted = architecture.split('`').skip(1).step_by(2);
    let of_ours = |q: &&str| ["src/", "assets/", "examples/"].iter().any(|folder| q.starts_with(folder));
    for path in quoted.filter(of_ours).filter(|q| !q.contains(['*', '<', ' '])) {
        assert!(root().join(path).exists(), "ARCHITECTURE.md names {path}, which is not there");
    }
}

#[test]
fn every_command_of_the_readme_runs_as_it_stands_and_says_what_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut data = None;
    let (mut ran, mut compared) = (0, 0);
    for (command, shown) in commands(&read("README.md")) {
        if let Some(dir) = command.strip_prefix("export COBALOG_DATA=") {
            data = Some(dir.to_owned());
            continue;
        }
        let Some(args) = command.strip_prefix("cobalog ").map(words) else { continue };
        // Without a command it opens full-screen, which tests/terminal.rs does in a terminal.
        if args.chunks(2).all(|pair| pair[0].starts_with("--")) {
            continue;
        }
        let mut program = Command::new(env!("CARGO_BIN_EXE_cobalog"));
        program.current_dir(folder.path()).args(&args).env_remove("COBALOG_TODAY").stdin(Stdio::null());
        // As in a window of 80 columns: what goes into a pipe is not cut.
        program.env("COLUMNS", "80");
        for (name, value) in [("CACHE", Some("cache")), ("STATE", Some("state")), ("DATA", data.as_deref())] {
            let name = format!("COBALOG_{name}");
            match value {
                Some(value) => program.env(&name, folder.path().join(value)),
                None => program.env_remove(&name),
            };
        }
        let out = program.output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        let is_refused = shown.first().is_some_and(|line| line.starts_with("cobalog:"));
        assert_eq!(!out.status.success(), is_refused, "{command}\n{said}");
        let answer = if is_refused { said } else { String::from_utf8(out.stdout).unwrap() };
        assert!(is_shown(&shown, &answer), "{command}\nthe README shows\n{}\nand it says\n{answer}", shown.join("\n"));
        compared += usize::from(!shown.is_empty());
        ran += 1;
    }
    assert!(ran > 8, "only {ran} commands were found in the README");
    assert!(compared > 5, "only {compared} answers were found in the README");
}

/// Whether the README shows an answer as it is: to its end, or as far as a line `…`; nothing under a command shows none.
fn is_shown(shown: &[String], answer: &str) -> bool {
    let lines: Vec<&str> = answer.lines().map(str::trim_end).collect();
    match shown.iter().position(|line| line == "…") {
        Some(rest) => lines.starts_with(&shown[..rest].iter().map(String::as_str).collect::<Vec<_>>()),
        None => shown.is_empty() || lines == shown,
    }
}

/// Returns the commands of the console blocks, continued lines joined, each with the lines that are shown under it.
fn commands(text: &str) -> Vec<(String, Vec<String>)> {
    let blocks = text.split("```console\n").skip(1).filter_map(|b| b.split("```").next());
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for line in blocks.flat_map(|b| b.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>()) {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => all.push((command.to_owned(), Vec::new())),
            (None, Some((_, shown))) => shown.push(line),
            (None, None) => {}
        }
    }
    all
}

/// Splits a command as a shell does, as far as the README needs it: blanks and double quotes.
fn words(command: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let (mut word, mut quoted) = (String::new(), false);
    for c in command.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => out.extend(Some(std::mem::take(&mut word)).filter(|w| !w.is_empty())),
            c => word.push(c),
        }
    }
    out.extend(Some(word).filter(|w| !w.is_empty()));
    out
}

/// Every line of the brief and every numbered rule has its row, and every test that a row names is there.
#[test]
fn each_line_of_the_brief_and_each_rule_names_its_test() {
    let doc = read("docs/brief.md");
    let (brief, rules) = doc.split_once("## The safety rules").unwrap();
    let rows = |part: &str| -> Vec<(String, Vec<String>)> {
        let cells = part.lines().filter(|l| l.starts_with("| ")).map(|l| l.split(" | ").collect::<Vec<_>>());
        let row = |c: Vec<&str>| {
            let tests = c[3].split('`').filter(|t| t.contains("::")).map(str::to_owned).collect();
            (c[0].trim_start_matches("| ").to_owned(), tests)
        };
        cells.filter(|c| c.len() == 4).map(row).collect()
    };
    let wanted = "T1 T2 T3 T4 T5 G1 G2 G3 G4 G5 G6 G7 A B C Q1 Q2 Q3 Q4 Q5 Q6";
    let named =
        |rows: &[(String, Vec<String>)], id: &str| rows.iter().any(|(row, tests)| row == id && !tests.is_empty());
    for id in wanted.split(' ') {
        assert!(named(&rows(brief), id), "docs/brief.md has no row with a test for {id} of the brief");
    }
    let knowledge = cobalog::clinic::knowledge::Knowledge::built_in();
    let numbered = |id: &str| {
        let digits = id.trim_start_matches(|c: char| c.is_ascii_uppercase());
        id.len() - digits.len() == 1 && digits.parse::<u32>().is_ok() && id != "G5"
    };
    let ids: Vec<_> = knowledge.rules().iter().map(|r| r.id.clone()).filter(|id| numbered(id)).collect();
    assert_eq!(ids.len(), 63, "{ids:?}");
    for id in &ids {
        assert!(named(&rows(rules), id), "docs/brief.md has no row with a test for the rule {id}");
    }
    for (row, tests) in rows(brief).into_iter().chain(rows(rules)) {
        for test in tests {
            let (file, name) = test.split_once("::").unwrap();
            let text = read(file);
            let is_test = text.split("#[test]").skip(1).any(|t| t.trim_start().starts_with(&format!("fn {name}()")));
            assert!(is_test, "{row}: {file} has no test {name}");
        }
    }
}
