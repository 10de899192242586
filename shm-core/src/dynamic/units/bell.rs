//! [`Bell`]: sleeping until something is announced.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::time::Duration;

use super::plan::What;
use super::{Shadow, Units};
use crate::access::Access;
use crate::sys::futex::{Slept, wait_any, wake_private};

/// The most events that one sleep can wait for: `futex_waitv(2)` takes 128 words, and one is the bell's.
const MOST: usize = 127;

/// A place where one thread sleeps until there is a notification in one of some regions, or another thread rings: for a
/// program that has to send a change at once, and not only when it looks next.
///
/// ```
/// use std::time::Duration;
/// use shm_core::dynamic::{DynLayout, units::Bell};
/// use shm_core::DynRegion;
///
/// let region = DynRegion::options().private(&DynLayout::of("Watched<u32>")?)?;
/// let units = region.units()?;
/// let (mut shadow, bell) = (units.shadow(), Bell::default());
/// units.scan(&mut shadow, |_, _| ());
/// assert!(!bell.wait(bell.rung(), [(&units, &shadow)], Duration::from_millis(1)));
/// region.set("", 7)?; // some process, at any time
/// assert!(bell.wait(bell.rung(), [(&units, &shadow)], Duration::from_secs(60)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Bell(AtomicU32);

impl Bell {
    /// How often it was rung. Take this before a look at whatever a ring tells of.
    #[must_use]
    pub fn rung(&self) -> u32 {
        // Acquire: pairs with the Release of `ring`.
        self.0.load(Acquire)
    }

    /// Wakes the thread that waits, or will.
    pub fn ring(&self) {
        self.0.fetch_add(1, Release);
        wake_private(&self.0);
    }

    /// Waits until it was rung more often than `rung`, or there is a notification in one of the regions that the last scan
    /// with that shadow has not seen, for at most `timeout`. Returns `false` if neither happened.
    ///
    /// Of all regions together, the first 127 events are waited for; and none where the kernel has no
    /// `futex_waitv(2)` (before Linux 5.16) or a filter forbids it. What others announce is found by the next scan.
    /// A wait ends after a second at the latest.
    pub fn wait<'u, A: Access>(
        &self,
        rung: u32,
        regions: impl IntoIterator<Item = (&'u Units<A>, &'u Shadow)>,
        timeout: Duration,
    ) -> bool {
        let mut words = Vec::new();
        let mut longest = timeout.min(Duration::from_secs(1));
        let events = regions.into_iter().flat_map(|(units, shadow)| units.events(shadow));
        for (event, count) in events.take(MOST) {
            // Raises the flag, so that a notification wakes this thread.
            let Some(armed) = event.arm_since(count) else { return true };
            longest = longest.min(armed.longest);
            words.push((armed.address, armed.value));
        }
        match wait_any((&self.0, rung), &words, longest) {
            Slept::Roused => true,
            Slept::NapOver => self.rung() != rung,
            Slept::Forbidden | Slept::Failed => {
                wait_any((&self.0, rung), &[], longest) == Slept::Roused
            }
        }
    }
}

impl<A: Access> Units<A> {
    /// The events, with the counts of notifications that the last scan has reported.
    fn events<'s>(
        &'s self,
        shadow: &'s Shadow,
    ) -> impl Iterator<Item = (&'s crate::sync::EventView<A>, u32)> {
        let items = self.plan.items[self.plan.values..].iter().zip(&shadow.found);
        let events = items.filter(|(item, _)| item.what == What::Notified);
        events.map(|(item, found)| (self.memory().event(item.offset), *found as u32))
    }
}
