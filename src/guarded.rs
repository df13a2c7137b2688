//! What the process keeps from others of the same account: its memory, which holds charts and, where they are encrypted, the key.

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

/// Here a dump is written for whoever has asked the system for it, which the administrator of the computer can forbid.
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
