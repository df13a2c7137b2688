//! Tells that the computer slept: whoever opens it again need not be who closed it.

use std::thread;

/// Calls `told` after each sleep, on a thread of its own, until it returns `false`.
pub fn watch(told: impl FnMut() -> bool + Send + 'static) {
    thread::spawn(move || until_done(told));
}

/// The system wakes a timer of the wall clock whenever that clock jumps, which it does after a sleep: nothing is polled.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn until_done(mut told: impl FnMut() -> bool) {
    use rustix::io::{Errno, read};
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };
    // Far from now; it is the jump that counts.
    let never = Timespec { tv_sec: i64::from(i32::MAX), tv_nsec: 0 };
    let timer = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: never };
    let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
    let Ok(fd) = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC) else { return };
    let mut before = asleep_seconds();
    while timerfd_settime(&fd, flags, &timer).is_ok() {
        let woken = read(&fd, &mut [0; 8]);
        let now = asleep_seconds();
        // A clock that was only set is no sleep.
        if now > before && !told() {
            return;
        }
        before = now;
        if !matches!(woken, Ok(_) | Err(Errno::CANCELED | Errno::INTR)) {
            return;
        }
    }
}

/// How long the computer slept since it was switched on.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn asleep_seconds() -> i64 {
    use rustix::time::{ClockId, clock_gettime};
    // One second is what the two clocks may be apart by being asked one after the other.
    (clock_gettime(ClockId::Boottime).tv_sec - clock_gettime(ClockId::Monotonic).tv_sec) / 2
}

/// Where no such timer is known: a sleep of ten seconds that took much longer was one of the whole computer.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn until_done(mut told: impl FnMut() -> bool) {
    use crate::clock::Clock;
    use std::time::Duration;
    const STEP: Duration = Duration::from_secs(10);
    loop {
        let before = Clock::Machine.now();
        thread::sleep(STEP);
        let took = (Clock::Machine.now() - before).to_std().unwrap_or_default();
        if took > STEP * 3 && !told() {
            return;
        }
    }
}
