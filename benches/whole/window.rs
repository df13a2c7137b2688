//! A program in a pseudo-terminal: keys go in, and it is noted when each byte comes out.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// With no byte for so long an answer is over.
const QUIET: Duration = Duration::from_millis(25);

/// What a program answered.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// From the key to the last byte, in milliseconds.
    pub ms: f64,
    /// How many bytes.
    pub bytes: usize,
}

/// A terminal with a program in it.
pub struct Window {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    chunks: Receiver<(Instant, Vec<u8>)>,
    seen: vt100::Parser,
    mark: Instant,
}

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).unwrap()
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

impl Window {
    /// Starts a program; time counts from here.
    pub fn open(command: CommandBuilder, size: (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let (sender, chunks) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 1 << 16];
            while let Ok(n @ 1..) = reader.read(&mut bytes) {
                if sender.send((Instant::now(), bytes[..n].to_vec())).is_err() {
                    return;
                }
            }
        });
        let mark = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let seen = vt100::Parser::new(cells(size.1), cells(size.0), 0);
        Self { master: pair.master, keyboard, child, chunks, seen, mark }
    }

    /// Returns the screen's text.
    pub fn screen(&self) -> String {
        self.seen.screen().contents()
    }

    /// Time counts from here.
    pub fn begin(&mut self) -> &mut Self {
        self.mark = Instant::now();
        self
    }

    /// Presses keys; time counts from here.
    pub fn types(&mut self, keys: &str) -> &mut Self {
        self.mark = Instant::now();
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        self
    }

    /// Makes the window another size; time counts from here.
    pub fn resize(&mut self, size: (u16, u16)) -> &mut Self {
        self.seen.screen_mut().set_size(cells(size.1), cells(size.0));
        self.mark = Instant::now();
        self.master.resize(pty_size(size)).unwrap();
        self
    }

    /// Waits for words on the screen; returns the milliseconds until they stood there.
    pub fn until(&mut self, words: &str) -> f64 {
        let mut at = self.mark;
        while !self.screen().contains(words) {
            let chunk = self.chunks.recv_timeout(PATIENCE);
            let (when, bytes) = chunk.unwrap_or_else(|_| panic!("no \"{words}\" on the screen:\n{}", self.screen()));
            self.seen.process(&bytes);
            at = when;
        }
        // What stood there before the clock began took no time.
        ms(at.saturating_duration_since(self.mark))
    }

    /// Waits until no more comes; `None` where nothing came at all.
    pub fn answer(&mut self) -> Option<Answer> {
        let mut answer = None;
        let mut patience = QUIET * 8;
        while let Ok((when, bytes)) = self.chunks.recv_timeout(patience) {
            self.seen.process(&bytes);
            let so_far = answer.map_or(0, |a: Answer| a.bytes);
            answer = Some(Answer { ms: ms(when - self.mark), bytes: so_far + bytes.len() });
            patience = QUIET;
        }
        answer
    }

    /// Waits for a time and returns how many bytes came.
    pub fn idle(&mut self, time: Duration) -> usize {
        let begun = Instant::now();
        let mut count = 0;
        while let Some(left) = time.checked_sub(begun.elapsed()) {
            count += self.chunks.recv_timeout(left).map_or(0, |(_, bytes)| bytes.len());
        }
        count
    }

    /// Returns the most memory that it had so far, in MiB; `None` where the system does not say.
    pub fn peak(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.process_id()?)).ok()?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
    }

    /// Returns how often its threads waited so far; `None` where the system does not say.
    pub fn waits(&self) -> Option<u64> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.process_id()?)).ok()?;
        let waits = |status: String| -> Option<u64> {
            let line = status.lines().find_map(|l| l.strip_prefix("voluntary_ctxt_switches:"))?;
            line.trim().parse().ok()
        };
        let texts = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("status")).ok());
        Some(texts.filter_map(waits).sum())
    }

    /// Presses the last key; returns the milliseconds until the process is gone.
    pub fn leave(mut self, key: &str) -> f64 {
        self.types(key);
        self.child.wait().unwrap();
        ms(self.mark.elapsed())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Returns a time in milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
