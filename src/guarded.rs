//! What the process keeps to itself: its memory, which holds charts and, where they are encrypted, the key; and the words of a
//! failure, which may be a piece of a chart.

use std::panic::{self, Location};

/// Has the system write no dump of the memory when the program fails, and lets no other program of this account look into it.
/// Where the system knows neither, nothing is done.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn from_dumps() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    no_core();
}

/// Has the system write no dump of the memory when the program fails.
#[cfg(target_os = "macos")]
pub fn from_dumps() {
    no_core();
}

/// Here the system's error reporting writes a dump where it ends a program, and for whoever has asked for it; `docs/security.md`
/// says how an account forbids that. A failure of our own is no such end.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
pub fn from_dumps() {}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn no_core() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// So much of the stack do the deepest calls reach; the smallest stack of a system's main thread has four times as much.
const STACK_BYTES: usize = 256 * 1024;

/// Wipes what the calls before have left on the stack of this thread.
#[inline(never)]
pub fn wipe_stack() {
    let mut wiped = [0_u8; STACK_BYTES];
    std::hint::black_box(&mut wiped);
}

/// Has a failure of the program say where it failed and what to do, and nothing of what it was working on.
pub fn words_of_failures() {
    panic::set_hook(Box::new(|info| say(&sentence(info.location()))));
}

fn sentence(location: Option<&Location<'_>>) -> String {
    let at = location.map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    format!(
        "cobalog: the program failed at {at}. What was signed is on the disk, and what was half typed is kept: start it again. If it fails again, tell whoever looks after it this line, and run `cobalog check`."
    )
}

/// The terminal may be gone; there is nobody left to tell then.
fn say(sentence: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{sentence}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_where_and_what_to_do() {
        let said = sentence(Some(Location::caller()));
        assert!(said.contains("src/guarded.rs:") || said.contains("src\\guarded.rs:"), "{said}");
        assert!(said.contains("start it again"), "{said}");
    }
}
