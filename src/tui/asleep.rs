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
    let mut before = Asleep::measured();
    // Where the clock jumped since it was read last, setting the timer says so, and sets it all the same.
    while matches!(timerfd_settime(&fd, flags, &timer), Ok(_) | Err(Errno::CANCELED)) {
        let now = Asleep::measured();
        // A clock that was only set is no sleep.
        if now.is_surely_longer_than(before) && !told() {
            return;
        }
        before = now;
        if !matches!(read(&fd, &mut [0; 8]), Ok(_) | Err(Errno::CANCELED | Errno::INTR)) {
            return;
        }
    }
}

/// How long the computer slept since it was switched on: by how much two clocks are apart, which can only be asked one after
/// the other.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[derive(Clone, Copy)]
struct Asleep {
    least_nanoseconds: i128,
    most_nanoseconds: i128,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Asleep {
    fn measured() -> Self {
        use rustix::time::{ClockId, clock_gettime};
        let nanoseconds = |clock| {
            let time = clock_gettime(clock);
            i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec)
        };
        let early = nanoseconds(ClockId::Monotonic);
        let with_sleep = nanoseconds(ClockId::Boottime);
        let late = nanoseconds(ClockId::Monotonic);
        Self { least_nanoseconds: with_sleep - late, most_nanoseconds: with_sleep - early }
    }

    /// Some computers count their sleep in whole seconds: none is too short to be told.
    fn is_surely_longer_than(self, before: Self) -> bool {
        self.least_nanoseconds > before.most_nanoseconds
    }
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

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::*;

    fn asleep(least: i128, most: i128) -> Asleep {
        Asleep { least_nanoseconds: least, most_nanoseconds: most }
    }

    #[test]
    fn a_sleep_of_a_second_is_told_and_a_slow_answer_of_the_clocks_is_not() {
        const SECOND: i128 = 1_000_000_000;
        let before = asleep(0, 300);
        assert!(asleep(SECOND, SECOND + 300).is_surely_longer_than(before));
        assert!(asleep(2 * SECOND, 2 * SECOND + 300).is_surely_longer_than(asleep(SECOND, SECOND + 300)));
        assert!(
            !asleep(-SECOND, 3 * SECOND).is_surely_longer_than(before),
            "this thread had to wait between two clocks"
        );
        assert!(!asleep(300, 600).is_surely_longer_than(before));
    }

    #[test]
    fn a_computer_that_is_awake_did_not_sleep() {
        let before = Asleep::measured();
        assert!(before.least_nanoseconds <= before.most_nanoseconds);
        assert!((0..1000).all(|_| !Asleep::measured().is_surely_longer_than(before)));
    }
}
