//! Two workstations kept the same by the real Syncthing: the walk-through of `docs/several-workstations.md`, carried out
//! by `docs/sync/two_nodes.py`. Where Syncthing or Python is not installed it says so and proves nothing.
#![cfg(unix)]
#![expect(clippy::print_stdout, reason = "why a test was skipped is said")]

use std::path::Path;
use std::process::Command;

/// What the script answers where Syncthing is not there.
const SKIPPED: i32 = 77;

#[test]
fn two_workstations_that_were_apart_have_all_entries_and_come_to_rest() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sync/two_nodes.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(env!("CARGO_BIN_EXE_cobalog")).args(["--rounds", "2", "--live", "15"]);
    let Ok(done) = command.output() else {
        println!("skipped: the program python3 is not installed");
        return;
    };
    let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    println!("{said}");
    assert!(done.status.success() || done.status.code() == Some(SKIPPED), "{said}");
}
