//! The program: the command line decides what happens.

use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// What is given back to the system is wiped first: a locked program has nothing of a patient in its memory.
#[global_allocator]
static WIPED: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    cobalog::guarded::from_dumps();
    cobalog::guarded::words_of_failures();
    cobalog::cli::run(std::env::args_os())
}
