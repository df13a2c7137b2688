//! The program: the command line decides what happens.

use std::process::ExitCode;

fn main() -> ExitCode {
    cobalog::cli::run(std::env::args_os())
}
