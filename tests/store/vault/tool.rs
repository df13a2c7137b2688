//! The `age` tool opens everything with a passphrase: the way out that the documents describe.

use super::{encrypted, maya};
use crate::kit::chart_path;
use cobalog::store::backup;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns the tool: `COBALOG_AGE`, else the one of this system.
fn tool() -> Option<String> {
    let name = std::env::var("COBALOG_AGE").unwrap_or_else(|_| "age".to_owned());
    let runs = Command::new(&name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    runs.is_ok_and(|status| status.success()).then_some(name)
}

fn opened(tool: &str, key: &Path, file: &Path) -> Vec<u8> {
    let done = Command::new(tool).arg("-d").arg("-i").arg(key).arg(file).output().unwrap();
    assert!(done.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&done.stderr));
    done.stdout
}

/// The tool asks for a passphrase at a terminal and nowhere else.
fn key_by_the_tool(tool: &str, file: &Path, to: &Path) {
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    let pty = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut command = CommandBuilder::new(tool);
    command.args(["-d", "-o"]);
    command.arg(to);
    command.arg(file);
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let read = std::thread::spawn(move || {
        let mut said = String::new();
        let _ = reader.read_to_string(&mut said);
        said
    });
    let passphrase = secrecy::ExposeSecret::expose_secret(&maya()[0].1).to_owned();
    let mut writer = pty.master.take_writer().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    writeln!(writer, "{passphrase}").unwrap();
    let status = child.wait().unwrap();
    drop(writer);
    drop(pty.master);
    assert!(status.success(), "{}", read.join().unwrap());
}

#[expect(clippy::print_stdout, reason = "why the test was skipped is said")]
#[test]
fn the_age_tool_opens_keys_charts_and_backups() {
    let Some(tool) = tool() else {
        println!("skipped: there is no age tool here; COBALOG_AGE may name one");
        return;
    };
    let (root, store, _, charts) = encrypted();
    let key = root.path().join("key.txt");
    key_by_the_tool(&tool, &store.dir().join("keys/mk.age"), &key);
    let text = String::from_utf8(opened(&tool, &key, &chart_path(&store, &charts[0]))).unwrap();
    assert!(text.contains("Okafor"), "{text}");
    let file = root.path().join("stick.tar.gz");
    backup::write(store.disk(), store.dir(), &file, false).unwrap();
    assert!(opened(&tool, &key, &file).starts_with(&[0x1f, 0x8b]), "a .tar.gz is in it");
}
