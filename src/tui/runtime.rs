//! The terminal on and off, and the loop: wait for an event, take all that wait, draw once.

use super::app::App;
use super::asleep;
use super::frames::Frames;
use super::input::{self, Input};
use super::reader;
use super::session::{self, Begin, Counted, Looked, Session, TaskDone};
use super::wide::Wide;
use crate::guarded;
use crate::store::backup::{self, Backups};
use crate::store::watch::{self, Changed, How};
use chrono::Timelike;
#[cfg(not(windows))]
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::event::{DisableMouseCapture, EnableMouseCapture, Event};
use crossterm::execute;
use crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

/// How long a look waits after a change for those that come with it.
const SETTLE: Duration = Duration::from_millis(100);

/// How long an event waits for others before the audit log is written.
const LOGGED_AFTER: Duration = Duration::from_millis(500);

/// Something that wakes the loop.
enum Wake {
    Terminal(Event),
    /// What a look at the files found; nothing where it failed.
    Looked(Option<Box<Looked>>),
    /// Another workstation wrote, or a program that keeps folders the same.
    Changed(Changed),
    /// How it stands with the backups, after the one of the day; nothing where that came to no end.
    BackedUp(Option<Box<Backups>>),
    /// What the rules ask in all charts, for their page.
    Counted(Box<Counted>),
    /// How far an exchange is, or what came of it.
    Exchanged(PathBuf, Box<TaskDone>),
    /// The computer slept.
    Slept,
    /// The audit log was written.
    Logged,
    /// The terminal is gone.
    Gone,
}

/// Runs the program on the terminal until the person leaves.
///
/// # Errors
/// A sentence: why the practice cannot be opened, or why the terminal cannot show it.
pub fn run(begin: Begin) -> Result<(), String> {
    let mut session = Session::begin(begin).map_err(|e| e.to_string())?;
    restore_on_panic();
    let screen =
        Screen::on().map_err(|e| format!("this terminal cannot show the program: {e}; run it in a terminal window"))?;
    let backend = CrosstermBackend::new(Frames::to_terminal().map_err(|e| e.to_string())?);
    // The size is asked for once a frame, by `draw`.
    let viewport = Viewport::Fixed(Rect::from(backend.size().map_err(|e| e.to_string())?));
    let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).map_err(|e| e.to_string())?;
    let shown = main_loop(&mut session, &mut terminal);
    drop(screen);
    session.close();
    shown.map_err(|e| format!("the terminal failed: {e}; everything that was saved is safe"))
}

fn main_loop(session: &mut Session, terminal: &mut Terminal<CrosstermBackend<Frames>>) -> io::Result<()> {
    let (sender, wakes) = mpsc::channel();
    let mut wide = Wide::default();
    draw(session, terminal, &mut wide)?;
    session.settle();
    draw(session, terminal, &mut wide)?;
    listen(sender.clone())?;
    watch_sleep(sender.clone());
    watch_folder(session, &sender);
    look(session, sender.clone(), Duration::ZERO);
    back_up(session, sender.clone());
    log(session, sender.clone());
    while !session.is_over() {
        // A value that is made takes what lies about on the stack into its gaps: there must be nothing of a patient.
        guarded::wipe_stack();
        match wakes.recv_timeout(until_next_tick(session)) {
            Ok(wake) => {
                if !take(session, wake) || !drain(session, &wakes) {
                    return Ok(());
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        // Whatever woke it: a busy folder must not keep an unattended screen open.
        session.tick();
        if !session.is_over() {
            session.settle();
            draw(session, terminal, &mut wide)?;
            // What takes seconds begins once the screen says so.
            let mut show = |app: &App| {
                let _ = terminal.draw(|frame| {
                    app.view(frame);
                    wide.mend(frame.buffer_mut());
                });
            };
            if session.work(&mut show) {
                draw(session, terminal, &mut wide)?;
                // What was typed meanwhile was meant for another screen than the one that came.
                if !drop_typed(session, &wakes) {
                    return Ok(());
                }
            }
        }
        watch_folder(session, &sender);
        look(session, sender.clone(), SETTLE);
        count(session, sender.clone());
        exchange(session, sender.clone());
        back_up(session, sender.clone());
        log(session, sender.clone());
        session.look_ahead();
    }
    Ok(())
}

/// Takes all that waits, so that a burst of keys is drawn once; `false` where the program ends.
fn drain(session: &mut Session, wakes: &Receiver<Wake>) -> bool {
    while let Ok(wake) = wakes.try_recv() {
        if session.is_over() || !take(session, wake) {
            return false;
        }
    }
    true
}

/// Takes all that waits but what was typed, clicked or pasted.
fn drop_typed(session: &mut Session, wakes: &Receiver<Wake>) -> bool {
    let is_typed = |wake: &Wake| matches!(wake, Wake::Terminal(Event::Key(_) | Event::Mouse(_) | Event::Paste(_)));
    while let Ok(wake) = wakes.try_recv() {
        if !is_typed(&wake) && !take(session, wake) {
            return false;
        }
    }
    true
}

/// Handles one wake; `false` when there is no terminal any more.
fn take(session: &mut Session, wake: Wake) -> bool {
    match wake {
        Wake::Gone => return false,
        Wake::Slept => session.slept(),
        Wake::Logged => session.logged(),
        Wake::Looked(Some(looked)) => session.take_looked(*looked),
        Wake::Looked(None) => session.look_failed(),
        Wake::Changed(changed) => session.changed(changed),
        Wake::BackedUp(Some(known)) => session.take_backups(*known),
        Wake::BackedUp(None) => session.backup_failed(),
        Wake::Counted(counted) => session.take_tally(*counted),
        Wake::Exchanged(dir, done) => session.exchanged(&dir, *done),
        Wake::Terminal(event) => {
            if let Event::Resize(width, height) = event {
                session.resize(Rect::new(0, 0, width, height));
                session.repaint();
            }
            if let Some(input) = input::translate(&event).filter(|i| *i != Input::Resize) {
                session.press(&input);
            }
        }
    }
    true
}

fn draw(session: &mut Session, terminal: &mut Terminal<CrosstermBackend<Frames>>, wide: &mut Wide) -> io::Result<()> {
    let area = Rect::from(terminal.size()?);
    // After a resize the terminal's own cells are anybody's guess, also where the size is the old one again. `resize`
    // clears without asking the terminal where its cursor is: one that does not answer would end the program.
    if session.take_repaint() || terminal.get_frame().area() != area {
        terminal.resize(area)?;
    }
    session.resize(area);
    terminal.draw(|frame| {
        session.view(frame);
        wide.mend(frame.buffer_mut());
    })?;
    Ok(())
}

/// The header shows the minute: the loop sleeps until it changes, or until the screen is to lock.
fn until_next_tick(session: &Session) -> Duration {
    let now = session.app().ctx.now;
    let minute = Duration::from_secs(u64::from(60 - now.second().min(59)) + 1);
    // A wait after a wrong secret ends in sight.
    let told = session.app().sign_in_waits().and_then(|left| left.to_std().ok());
    let minute = told.map_or(minute, |left| minute.min(left + Duration::from_millis(50)));
    session.until_idle().map_or(minute, |idle| minute.min(idle + Duration::from_millis(50)))
}

fn listen(sender: Sender<Wake>) -> io::Result<()> {
    reader::listen(move |event| sender.send(event.map_or(Wake::Gone, Wake::Terminal)).is_ok())
}

/// Has each sleep of the computer told.
fn watch_sleep(sender: Sender<Wake>) {
    asleep::watch(move || sender.send(Wake::Slept).is_ok());
}

/// Looks at the files on a thread of its own: at the first rows after the first frame, and at what changed.
fn look(session: &mut Session, sender: Sender<Wake>, settle: Duration) {
    let Some(look) = session.to_look() else { return };
    aside(sender, Wake::Looked(None), move || {
        // What belongs together comes together.
        std::thread::sleep(settle);
        Wake::Looked(Some(Box::new(look.look())))
    });
}

/// Does something on a thread of its own and tells what came of it; `failed` where it panics, so that nobody waits for ever.
fn aside(sender: Sender<Wake>, failed: Wake, work: impl FnOnce() -> Wake + Send + 'static) {
    std::thread::spawn(move || {
        let mut told = Told { sender, wake: Some(failed) };
        told.wake = Some(work());
    });
}

/// Tells when it goes out of scope, also while a panic unwinds.
struct Told {
    sender: Sender<Wake>,
    wake: Option<Wake>,
}

impl Drop for Told {
    fn drop(&mut self) {
        // Where the loop has ended there is nobody to tell.
        self.wake.take().into_iter().for_each(|wake| drop(self.sender.send(wake)));
    }
}

/// Has the changes of the practice's folder told, once for each folder. `COBALOG_WATCH=poll` looks each second, for a
/// folder of which the system tells nothing though it should.
fn watch_folder(session: &mut Session, sender: &Sender<Wake>) {
    let Some(dir) = session.to_watch() else { return };
    let is_polled = std::env::var_os("COBALOG_WATCH").is_some_and(|how| how == "poll");
    let sender = sender.clone();
    let how = if is_polled { How::Polled } else { How::Suited };
    watch::watch(&dir, how, move |changed| sender.send(Wake::Changed(changed)).is_ok());
}

/// Counts over all charts on a thread of its own, so that no key waits for it.
fn count(session: &mut Session, sender: Sender<Wake>) {
    let Some((store, today)) = session.to_tally() else { return };
    let failed = Err("The charts could not be counted over: `cobalog check` names what is wrong.".to_owned());
    aside(sender, Wake::Counted(Box::new(failed)), move || {
        Wake::Counted(Box::new(Ok(session::count_rules(&store, today))))
    });
}

/// Takes in or writes on a thread of its own; how far it is comes as it goes.
fn exchange(session: &mut Session, sender: Sender<Wake>) {
    let Some(task) = session.to_exchange() else { return };
    let dir = task.dir().to_owned();
    let told = move |done| Wake::Exchanged(dir.clone(), Box::new(done));
    aside(sender.clone(), told(TaskDone::Broken), move || {
        let done = task.run(&mut |far| drop(sender.send(told(far))));
        told(done)
    });
}

/// Makes the backup of the day on a thread of its own, once nothing of the start waits for the disk any more. Should the
/// program end before it does, the next start makes it.
fn back_up(session: &mut Session, sender: Sender<Wake>) {
    let Some((store, now)) = session.to_back_up() else { return };
    aside(sender, Wake::BackedUp(None), move || {
        Wake::BackedUp(Some(Box::new(backup::daily(store.disk(), store.dir(), store.places(), now))))
    });
}

/// Writes the audit log on a thread of its own, what comes in half a second together.
fn log(session: &mut Session, sender: Sender<Wake>) {
    let Some(audit) = session.to_log() else { return };
    aside(sender, Wake::Logged, move || {
        std::thread::sleep(LOGGED_AFTER);
        audit.settle();
        Wake::Logged
    });
}

/// The terminal in our hands; given back when it goes out of scope, also while a panic unwinds.
struct Screen;

impl Screen {
    fn on() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        let screen = Self;
        execute!(io::stdout(), EnterAlternateScreen, EnableMouseCapture)?;
        tell_pastes(true)?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    // The terminal may be gone already; there is nobody left to tell.
    let _ = tell_pastes(false);
    let _ = leave(&mut io::stdout());
    let _ = terminal::disable_raw_mode();
    let _ = io::stdout().flush();
}

/// Leaves the screen empty: some terminals have no other one to go back to, or bring what stood there back.
fn leave(out: &mut impl Write) -> io::Result<()> {
    let all = terminal::Clear(terminal::ClearType::All);
    execute!(out, all, DisableMouseCapture, LeaveAlternateScreen, crossterm::cursor::Show)
}

/// Has pasted text told from typed text.
#[cfg(not(windows))]
fn tell_pastes(on: bool) -> io::Result<()> {
    if on { execute!(io::stdout(), EnableBracketedPaste) } else { execute!(io::stdout(), DisableBracketedPaste) }
}

/// Here a paste comes as keys all the same, and a terminal that was asked would no longer warn of one of several lines; an old
/// console even takes the question for an error.
#[cfg(windows)]
fn tell_pastes(_: bool) -> io::Result<()> {
    Ok(())
}

/// Gives the terminal back before a panic's words are printed.
fn restore_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // A chart that trips a rule in a thread of the store is named on Today; the screen stays.
        if std::thread::current().name() == Some("main") {
            give_back();
            before(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::Places;
    use crate::tui::theme::Theme;

    /// Also where it fails in the middle of a key: nothing of a patient stays behind.
    #[test]
    #[cfg(unix)]
    fn what_stood_on_the_screen_is_cleared_before_it_is_left() {
        let mut said = Vec::new();
        leave(&mut said).unwrap();
        let said = String::from_utf8(said).unwrap();
        let (clear, left) = (said.find("\u{1b}[2J").unwrap(), said.find("\u{1b}[?1049l").unwrap());
        assert!(clear < left && said.contains("\u{1b}[?25h"), "{said:?}");
    }

    /// A program that is asked to end does so, whatever else waits: the one who listens for it has gone.
    #[test]
    fn the_end_is_heard_behind_whatever_waits() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| Some(folder.path().join(name));
        let places = Places { cache: at("cache"), state: at("state"), backups: None };
        let dir = folder.path().join("practice");
        let theme = Theme::named("dark", false);
        let begin = Begin { dir, places, clock: Clock::Machine, theme, temporary: None };
        let mut session = Session::begin(begin).unwrap();
        let (sender, wakes) = mpsc::channel();
        [Wake::Logged, Wake::Gone, Wake::Logged].into_iter().for_each(|wake| sender.send(wake).unwrap());
        assert!(!drain(&mut session, &wakes));
        assert!(drain(&mut session, &wakes), "what waits behind it is taken");
    }

    #[test]
    fn a_thread_that_panics_is_told_of() {
        let (sender, wakes) = mpsc::channel();
        aside(sender.clone(), Wake::Looked(None), || panic!("a chart trips a rule"));
        assert!(matches!(wakes.recv_timeout(Duration::from_secs(60)), Ok(Wake::Looked(None))));
        aside(sender, Wake::Looked(None), || Wake::Logged);
        assert!(matches!(wakes.recv_timeout(Duration::from_secs(60)), Ok(Wake::Logged)));
    }
}
