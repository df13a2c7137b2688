//! The real program in a real (pseudo-)terminal: it starts, it draws, it keeps what was signed, and it gives the terminal
//! back as it was. Nothing is timed; each wait is for words on the screen.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its story does not hold")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

use chrono::NaiveDate;
use cobalog::clinic::course::Course;
use cobalog::demo;
use cobalog::store::disk::Real;
use cobalog::store::{Places, Store, backup, drafts};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Far longer than anything takes, for a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(20);

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).unwrap()
}

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

/// The folders of one practice.
struct Home {
    folder: TempDir,
}

impl Home {
    fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The first forty of the demo: so many lines are read here.
    fn demo() -> Self {
        let home = Self::empty();
        demo::write(&home.dir(), Places::default(), demo::SEED, 40, today()).unwrap();
        home
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("practice")
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn course(&self, name: &str) -> Course {
        let store = Store::open_with(&self.dir(), Places::default()).unwrap();
        let rows = store.roster(today()).rows;
        let row = rows.iter().find(|r| r.name.contains(name)).unwrap();
        Course::of(&store.chart(row.id).unwrap(), store.practice(), today())
    }

    /// Drafts of whichever practice lies here.
    fn drafts(&self) -> usize {
        let folders = std::fs::read_dir(self.state()).map(|all| all.flatten().collect::<Vec<_>>()).unwrap_or_default();
        folders.iter().map(|f| drafts::load_all(&Real, &f.path()).len()).sum()
    }
}

/// A terminal window with the program in it.
struct Window {
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<vt100::Parser>>,
    termios_before: String,
}

impl Window {
    fn open(home: &Home, args: &[&str]) -> Self {
        Self::open_in("2026-11-23", home, args, &[])
    }

    /// Opens on a day that is pretended; on the machine's own where it is empty.
    fn open_on(today: &str, home: &Home, args: &[&str]) -> Self {
        Self::open_in(today, home, args, &[])
    }

    fn open_in(today: &str, home: &Home, args: &[&str], environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let termios_before = format!("{:?}", pair.master.get_termios());
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_cobalog"));
        command.args(args);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.folder.path());
        command.env("COBALOG_DATA", home.dir());
        command.env("COBALOG_CACHE", home.folder.path().join("cache"));
        command.env("COBALOG_STATE", home.state());
        command.env("COBALOG_TODAY", today);
        environment.iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let seen = Arc::new(Mutex::new(vt100::Parser::new(cells(size.rows), cells(size.cols), 0)));
        let (mut reader, parser) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n) = reader.read(&mut bytes) {
                if n == 0 {
                    break;
                }
                parser.lock().unwrap().process(&bytes[..n]);
            }
        });
        let keyboard = pair.master.take_writer().unwrap();
        Self { master: Some(pair.master), keyboard, child, seen, termios_before }
    }

    fn screen(&self) -> String {
        self.seen.lock().unwrap().screen().contents()
    }

    fn until(&self, what: &str, there: impl Fn(&str) -> bool) {
        let begin = Instant::now();
        while !there(&self.screen()) {
            assert!(begin.elapsed() < PATIENCE, "no {what} on the screen:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn sees(&mut self, text: &str) -> &mut Self {
        self.until(text, |screen| screen.contains(text));
        self
    }

    fn types(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        self
    }

    /// Walks down the worklist to a patient.
    fn stands_on(&mut self, name: &str) -> &mut Self {
        let mut before = None;
        for _ in 0..60 {
            self.until("moved cursor", |screen| {
                let now = line_in_full(screen);
                now.is_some() && now != before.as_deref()
            });
            before = line_in_full(&self.screen()).map(str::to_owned);
            if before.as_ref().is_some_and(|line| line.contains(name)) {
                return self;
            }
            self.types("j");
        }
        panic!("no {name}:\n{}", self.screen());
    }

    fn resize(&mut self, rows: u16, cols: u16) -> &mut Self {
        self.seen.lock().unwrap().screen_mut().set_size(cells(rows), cells(cols));
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
        self
    }

    /// Sends a signal to this very process.
    fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Waits for the end; returns whether all was well.
    fn ends(&mut self) -> bool {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            assert!(begin.elapsed() < PATIENCE, "the program does not end:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The terminal is as it was before the program.
    fn is_given_back(&self) {
        let begin = Instant::now();
        let ready = || !self.seen.lock().unwrap().screen().alternate_screen();
        while !ready() && begin.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
        // The last bytes may still be on their way.
        std::thread::sleep(Duration::from_millis(200));
        let parser = self.seen.lock().unwrap();
        let screen = parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pasting is as before");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is free");
        let now = format!("{:?}", self.master.as_ref().unwrap().get_termios());
        assert_eq!(now, self.termios_before, "lines are edited and echoed again");
    }
}

/// Returns the line at the cursor of the worklist once its frame is drawn: a frame may arrive in parts, and only when it is
/// whole is the patient of the line the one whose course stands beside the list.
fn line_in_full(screen: &str) -> Option<&str> {
    let line = screen.lines().find(|line| line.starts_with("│▌"))?;
    let beside = screen.lines().find_map(|line| line.split_once("┐┌ "))?.1;
    let born = beside.split(" · ").nth(1)?;
    line.contains(born).then_some(line)
}

impl Drop for Window {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[test]
fn the_first_start_says_what_to_do_and_q_leaves_a_clean_terminal() {
    let home = Home::empty();
    let mut window = Window::open(&home, &[]);
    window.sees("Look around in a demo practice").sees("Set up your practice").sees("q Quit");
    {
        let parser = window.seen.lock().unwrap();
        assert!(parser.screen().alternate_screen());
        assert_ne!(parser.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse works");
    }
    assert!(window.types("q").ends());
    window.is_given_back();
    assert!(!Store::exists(&home.dir()), "looking changes nothing");
}

#[test]
fn the_demo_opens_on_today() {
    let home = Home::empty();
    let mut window = Window::open(&home, &["demo"]);
    window.sees("DEMO: nobody here is real").sees("Worklist").sees("Farrow, Daniel").sees("g Give");
    assert!(window.types("q").ends());
    window.is_given_back();
    assert!(!Store::exists(&home.dir()));
}

#[test]
fn a_practice_is_begun_at_the_first_start() {
    let home = Home::empty();
    let mut window = Window::open(&home, &[]);
    window.sees("Set up your practice").types("2").sees("Your name").types("Quay Clinic\tIda Berg RN\u{1b}OQ");
    window.sees("Press n to enter the first patient");
    assert!(window.types("\u{11}").ends(), "Ctrl-q leaves from anywhere");
    window.is_given_back();
    assert_eq!(Store::open_with(&home.dir(), Places::default()).unwrap().settings().name, "Quay Clinic");
}

#[test]
fn what_was_saved_survives_a_kill() {
    let home = Home::demo();
    let before = home.course("Farrow").given().count();
    let mut window = Window::open(&home, &[]);
    window.sees("Farrow, Daniel").stands_on("Farrow").types("g").sees("Give a dose: dose 9");
    window.types("2106").sees("2106").types("\r").sees("Saved");
    window.signal("KILL");
    assert!(!window.ends());
    let course = home.course("Farrow");
    assert_eq!(course.given().count(), before + 1);
    assert_eq!(course.given().next_back().unwrap().1.given.on, today());
    assert_eq!(course.next_dose().unwrap().due, "2026-11-25".parse().unwrap());
}

#[test]
fn what_was_half_typed_survives_a_kill_and_is_offered_again() {
    let home = Home::demo();
    let mut window = Window::open(&home, &[]);
    window.sees("Worklist").types("n").sees("Family name").types("Okonkwo\tAda").sees("Okonkwo").sees("Ada");
    window.signal("KILL");
    window.ends();
    assert_eq!(home.drafts(), 1);
    let mut window = Window::open(&home, &[]);
    window.sees("not finished").types("r").sees("Okonkwo").sees("Ada");
    assert!(window.types("\u{3}").ends(), "Ctrl-c leaves");
    window.is_given_back();
}

#[test]
fn the_window_may_be_resized() {
    let home = Home::demo();
    let mut window = Window::open(&home, &[]);
    window.sees("g Give").until("panes side by side", |s| s.contains("┐┌"));
    window.resize(24, 80).until("panes below each other", |s| !s.contains("┐┌") && s.contains("g Give"));
    window.resize(60, 200).until("panes side by side", |s| s.contains("┐┌"));
    window.resize(2, 12).until("a tiny screen", |s| s.contains("overdue") && !s.contains("Give"));
    window.resize(24, 80).sees("Farrow, Daniel").sees("g Give");
    assert!(window.types("q").ends());
    window.is_given_back();
}

/// A shell's words lie over the screen after its `fg`: what stands there must be what is meant, not half of either.
#[test]
fn a_program_that_was_stopped_draws_all_of_its_screen_when_it_goes_on() {
    let home = Home::demo();
    let mut window = Window::open(&home, &[]);
    // Who answers keys also hears signals: the first frame stands there before that.
    window.sees("Worklist").types("n").sees("Family name");
    window.signal("STOP");
    window.seen.lock().unwrap().process(b"\x1b[2J\x1b[Hsomebody's shell");
    window.sees("somebody's shell").until("an empty screen", |s| !s.contains("Family name"));
    window.signal("CONT");
    window.sees("Family name").sees("F2").until("no shell", |s| !s.contains("somebody's shell"));
    assert!(window.types("\u{11}").ends());
    window.is_given_back();
}

#[test]
fn a_click_and_the_wheel_work() {
    let home = Home::demo();
    let mut window = Window::open(&home, &[]);
    window.sees("p Patients");
    let row = window.screen().lines().position(|l| l.contains("Grant, William  ")).unwrap() + 1;
    // A press and its release, as terminals report them.
    let click = format!("\u{1b}[<0;10;{row}M\u{1b}[<0;10;{row}m");
    window.types(&click).sees("Grant, William · 02 Oct 1950").types(&click).sees("Grant, William  born 02 Oct 1950");
    window.types("\u{1b}[<65;10;10M").sees("1 Timeline");
    assert!(window.types("\u{11}").ends());
    window.is_given_back();
}

#[test]
fn a_closed_window_ends_the_program_and_loses_nothing() {
    let home = Home::demo();
    let mut window = Window::open(&home, &[]);
    window.sees("Worklist").types("n").sees("Family name").types("Okonkwo").sees("Okonkwo");
    window.signal("HUP");
    window.ends();
    assert_eq!(home.drafts(), 1);
}

#[test]
fn a_program_that_is_told_to_end_loses_nothing() {
    let home = Home::demo();
    let mut window = Window::open(&home, &[]);
    window.sees("Worklist").types("n").sees("Family name").types("Okonkwo").sees("Okonkwo");
    window.signal("TERM");
    window.ends();
    window.is_given_back();
    assert_eq!(home.drafts(), 1);
}

#[test]
fn a_practice_that_cannot_be_read_is_said_on_a_terminal_that_was_never_touched() {
    let home = Home::demo();
    let file = home.dir().join("practice.ron");
    std::fs::rename(&file, home.dir().join("aside.ron")).unwrap();
    std::fs::create_dir(&file).unwrap();
    let mut window = Window::open(&home, &[]);
    assert!(!window.ends());
    window.sees("practice.ron");
    window.is_given_back();
}

/// Another program on the same folder, as another workstation has it.
fn other_workstation(home: &Home, args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cobalog"));
    command.args(["--today", "2026-11-23"]).args(args).env("COBALOG_DATA", home.dir());
    command
        .env("COBALOG_CACHE", home.folder.path().join("cache-2"))
        .env("COBALOG_STATE", home.folder.path().join("state-2"));
    let done = command.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

impl Window {
    fn line(&self, words: &str) -> String {
        self.screen().lines().find(|l| l.contains(words)).unwrap_or_default().to_owned()
    }

    /// Sees a line change, in time.
    fn soon_says(&self, line: &str, words: &str) {
        let begin = Instant::now();
        self.until(words, |_| self.line(line).contains(words));
        assert!(begin.elapsed() < Duration::from_secs(2), "it took {:?}", begin.elapsed());
    }
}

fn an_entry_of_another_process_appears(environment: &[(&str, &str)]) {
    let home = Home::demo();
    let mut window = Window::open_in("2026-11-23", &home, &[], environment);
    window.sees("Farrow, Daniel").until("checked rows", |s| !s.contains("checking the files"));
    assert!(window.line("Farrow, Daniel  ").contains("today"), "{}", window.screen());
    other_workstation(&home, &["give", "1003", "--not-given", "missed", "--again", "2026-11-26"]);
    window.soon_says("Farrow, Daniel  ", "Thu 26 Nov");
    // In an open chart too, and while something is typed.
    window
        .stands_on("Farrow")
        .types("\r5")
        .sees("did not come")
        .types("g")
        .sees("Give a dose")
        .types("\t")
        .sees("Give");
    other_workstation(&home, &["checkpoint", "1003", "--symptom", "fatigue=1", "--by", "Rita Vance RN"]);
    window.soon_says("New in the chart", "Rita Vance RN");
    window.sees("Give a dose").types("\u{11}");
    assert!(window.ends());
    window.is_given_back();
}

#[test]
fn an_entry_of_another_process_appears_within_two_seconds() {
    an_entry_of_another_process_appears(&[]);
}

#[test]
fn an_entry_of_another_process_appears_within_two_seconds_where_the_folder_is_polled() {
    an_entry_of_another_process_appears(&[("COBALOG_WATCH", "poll")]);
}

/// How often the threads of a process went to sleep of themselves.
#[cfg(target_os = "linux")]
fn sleeps(id: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).unwrap().flatten();
    let of = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
    let count = |status: String| {
        let line =
            status.lines().find_map(|l| l.strip_prefix("voluntary_ctxt_switches:").map(str::trim).map(str::to_owned));
        line.and_then(|n| n.parse::<u64>().ok()).unwrap_or(0)
    };
    tasks.map(of).map(count).sum()
}

#[cfg(target_os = "linux")]
#[test]
fn while_nothing_happens_nothing_wakes() {
    let home = Home::demo();
    let mut window = Window::open(&home, &[]);
    window.sees("Worklist").until("checked rows", |s| !s.contains("checking the files"));
    std::thread::sleep(Duration::from_secs(1));
    let id = window.child.process_id().unwrap();
    let before = sleeps(id);
    std::thread::sleep(Duration::from_secs(10));
    // The minute may have turned.
    assert!(sleeps(id) - before <= 2, "{} wake-ups in 10 seconds", sleeps(id) - before);
    assert!(window.types("q").ends());
}

#[test]
fn the_backup_of_the_day_is_made_behind_the_first_frame() {
    let home = Home::demo();
    let mut store = Store::open_with(&home.dir(), Places::default()).unwrap();
    let backups = |home: &Home| {
        let folders = std::fs::read_dir(home.state()).into_iter().flatten().flatten();
        let all = folders.flat_map(|f| backup::list(&Real, &f.path().join("backups")).unwrap_or_default());
        all.collect::<Vec<_>>()
    };
    // A demo, and a day that is pretended, are not backed up.
    for (demo, today) in [(true, ""), (false, "2026-11-23")] {
        store.change_settings(|s| s.demo = demo).unwrap();
        let mut window = Window::open_on(today, &home, &[]);
        window
            .sees("Worklist")
            .types("f")
            .sees("Nothing is backed up by itself here")
            .types("\x1b")
            .sees("Worklist")
            .types("q");
        assert!(window.ends());
        assert!(backups(&home).is_empty());
    }
    let mut window = Window::open_on("", &home, &[]);
    window.sees("Worklist").types("f").sees("Every file could be read.");
    let begin = Instant::now();
    while backups(&home).is_empty() {
        assert!(begin.elapsed() < PATIENCE, "no backup was made");
        std::thread::sleep(Duration::from_millis(20));
    }
    // It gets its name only when it is proven.
    let made = backups(&home).remove(0);
    assert!(backup::drill(&Real, &made.path, Some(&home.dir())).unwrap().is_good());
    window.types("\x1b").sees("Worklist").types("q");
    assert!(window.ends());
    let mut window = Window::open_on("", &home, &[]);
    window.sees("Worklist").types("f").sees("Last good backup: ");
    assert!(!window.screen().contains("none yet"));
    window.types("\x1b").sees("Worklist").types("q");
    assert!(window.ends());
    assert_eq!(backups(&home), [made], "one a day");
}

/// The families of patients who are in no other file of this project, not even in the program's own demo.
const FAMILIES: [&str; 6] = ["Qvorthen", "Ymbelstra", "Zhuktarov", "Wexolund", "Fjaldrup", "Ondrykova"];

/// A practice of these, of whom one is called in; Ida is about to choose a PIN.
fn few_people() -> Home {
    let home = Home::empty();
    other_workstation(&home, &["new", "--name", "Harbour Clinic", "--person", "Ida Berg RN"]);
    for (n, family) in FAMILIES.iter().enumerate() {
        let given = format!("Given{family}");
        let born = format!("19{}1-03-04", 5 + n % 4);
        other_workstation(
            &home,
            &["add", "--family", family, "--given", &given, "--born", &born, "--cause", "diet", "--neuro", "none"],
        );
    }
    home
}

/// How often each word stands in the memory that a process may write to; `None` where the system shows nobody's.
#[cfg(target_os = "linux")]
fn in_memory(id: u32, words: &[&str]) -> Option<Vec<usize>> {
    use std::io::{Seek, SeekFrom};
    let maps = std::fs::read_to_string(format!("/proc/{id}/maps")).ok()?;
    let mut memory = std::fs::File::open(format!("/proc/{id}/mem")).ok()?;
    let mut found = vec![0; words.len()];
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (range, rights) = (parts.next()?, parts.next()?);
        let (from, to) = range.split_once('-')?;
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        memory.seek(SeekFrom::Start(from)).ok()?;
        if memory.read_exact(&mut bytes).is_err() {
            continue;
        }
        for (word, found) in words.iter().zip(&mut found) {
            *found += bytes.windows(word.len()).filter(|window| *window == word.as_bytes()).count();
        }
    }
    Some(found)
}

#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_a_locked_program_holds_no_name() {
    let home = few_people();
    let mut window = Window::open(&home, &[]);
    window.sees("Today").types("u").sees("Nobody signs in here").types("\r").sees("New PIN");
    // Past name, initials, role, administrator, works here.
    window.types("\t\t\t\t\t7402\t7402\x1bOQ").sees("Write this recovery key down").types("y");
    window.sees("nurse, administrator").types("\x1b").sees("Today");
    window.types("/").sees("Patients").types("wexo").sees("GivenWexolund").types("\r").sees("1 Timeline");
    window
        .types("5")
        .sees("Registered")
        .types("i")
        .sees("Correct the identity")
        .types("\x1b")
        .sees("1 Timeline")
        .types("\x1b")
        .sees("wexo")
        .types("\x1b");
    window.sees("6 of 6").types("\x1b").sees("Worklist").types("n").sees("New patient").types("Halftyped-Name");
    let id = window.child.process_id().unwrap();
    let words: Vec<&str> = FAMILIES.iter().copied().chain(["Halftyped-Name"]).collect();
    let Some(open) = in_memory(id, &words) else {
        println!("skipped: this system does not show the memory of another process");
        return;
    };
    assert!(open.iter().any(|n| *n > 0), "the search finds what there is: {open:?}");
    window.types("\x0c").sees("Locked by Ida Berg RN");
    std::thread::sleep(Duration::from_millis(1500));
    let locked = in_memory(id, &words).unwrap();
    assert_eq!(locked, vec![0; words.len()], "{words:?}");
    window.types("7402").sees("Halftyped-Name").types("\x1b").sees("not recorded yet").types("t").sees("Worklist");
    // A prompt in which nobody typed shows a patient, and leaves nobody behind.
    window.types("/").sees("Patients").types("wexo").sees("GivenWexolund").types("\r").sees("1 Timeline");
    window.types("i").sees("Correct the identity").types("\x0c").sees("Locked by Ida Berg RN");
    std::thread::sleep(Duration::from_millis(1500));
    let locked = in_memory(id, &words).unwrap();
    assert_eq!(locked, vec![0; words.len()], "{words:?}");
    window.types("7402").sees("Correct the identity").sees("Wexolund");
}

/// What is half typed is a draft, which an encrypted practice encrypts; the thread that does so keeps none of it, nor does the
/// one that reads the terminal.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_a_locked_encrypted_program_holds_no_name() {
    let home = few_people();
    let passphrase = "four brown horses";
    let mut encrypt = Command::new(env!("CARGO_BIN_EXE_cobalog"));
    encrypt.args(["--secret-fd", "-", "encrypt"]).env("COBALOG_DATA", home.dir());
    encrypt.env("COBALOG_CACHE", home.folder.path().join("cache")).env("COBALOG_STATE", home.state());
    let mut child = encrypt.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{passphrase}").unwrap();
    assert!(child.wait().unwrap().success());
    let mut window = Window::open(&home, &[]);
    window
        .sees("Who are you")
        .sees("your passphrase opens them")
        .types(passphrase)
        .types("\r")
        .sees("Worklist")
        .types("n")
        .sees("New patient");
    let word = "Halftyped";
    for letter in word.chars().chain(['\t']) {
        window.types(&letter.to_string());
    }
    window.types(&format!("{word}\t\x1b[200~{word}\x1b[201~"));
    window.sees("Halftyped");
    std::thread::sleep(Duration::from_millis(2500));
    let id = window.child.process_id().unwrap();
    let Some(open) = in_memory(id, &[word]) else {
        println!("skipped: this system does not show the memory of another process");
        return;
    };
    assert!(open[0] > 0, "the search finds what there is");
    window.types("\x0c").sees("Locked by Ida Berg RN");
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(in_memory(id, &[word]).unwrap(), [0]);
}
