//! Points in time at which a wait ends.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The time since the machine was started, which goes on while it sleeps (`CLOCK_BOOTTIME`). All processes of one time
/// namespace have the same.
pub(crate) fn since_boot() -> Duration {
    let now = clock_gettime(ClockId::Boottime);
    // Neither is ever negative.
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec as u32)
}

/// The end of `timeout`; `None` for never, if the clock does not go that far.
pub(crate) fn deadline(timeout: Duration) -> Option<Instant> {
    Instant::now().checked_add(timeout)
}

/// The time left until a deadline.
pub(crate) fn left(deadline: Option<Instant>) -> Duration {
    deadline.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_timeout_never_ends() {
        assert_eq!(deadline(Duration::MAX), None);
        assert_eq!(left(None), Duration::MAX);
    }

    #[test]
    fn the_time_since_boot_goes_on() {
        let before = since_boot();
        std::thread::sleep(Duration::from_millis(2));
        assert!(since_boot() >= before + Duration::from_millis(2) && before > Duration::ZERO);
    }

    #[test]
    fn after_a_deadline_no_time_is_left() {
        assert_eq!(left(deadline(Duration::ZERO)), Duration::ZERO);
        let hour = Duration::from_secs(3600);
        let left = left(deadline(hour));
        assert!(left > Duration::ZERO && left <= hour, "{left:?}");
    }
}
