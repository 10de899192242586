//! [`Watch`]: the changes of a value of another host.

use std::time::{Duration, Instant};

use shm_core::dynamic::DynValue;
use shm_mirror_core::commands::Step;
use zenoh::Wait;
use zenoh::handlers::{RingChannel, RingChannelHandler};
use zenoh::pubsub::Subscriber;
use zenoh::sample::Sample;

use crate::remote::RemoteRegion;
use crate::{Error, keys};

/// How long nothing may be heard until the value is read all the same.
const SILENCE: Duration = Duration::from_secs(1);

/// The changes of a value: an iterator that waits for the next one. The first is the value that it has.
///
/// What the origin sends to all followers, a delta or a beat, is only a sign here that something may have changed: the
/// value is read then, and given out if it is another one. So each value is whole, and the newest; some between may be
/// skipped. Fields that mirrors leave out, such as a `Map`, are looked at with each beat.
///
/// If the origin cannot be reached, that is one item, an error; the next call tries again.
#[derive(Debug)]
pub struct Watch {
    region: RemoteRegion,
    path: String,
    /// The newest message is enough.
    signs: Subscriber<RingChannelHandler<Sample>>,
    last: Option<String>,
}

impl RemoteRegion {
    /// The changes of a value, from now on: the first is the value that it has.
    ///
    /// # Errors
    /// As [`RemoteRegion::get`].
    pub fn watch(&self, path: &str) -> Result<Watch, Error> {
        Watch::new(self.clone(), path)
    }
}

impl Watch {
    fn new(region: RemoteRegion, path: &str) -> Result<Self, Error> {
        let key = match region.host() {
            Some(host) => keys::deltas(&host, region.name()),
            None => keys::DELTAS.to_owned(),
        };
        let session = region.remote().session();
        // Subscribed before the first read, so that nothing is missed between.
        let signs = session.declare_subscriber(key).with(RingChannel::new(1)).wait()?;
        let watch = Self { region, path: path.to_owned(), signs, last: None };
        // A path that leads nowhere is an error now.
        watch.region.run_raw(vec![Step::get(path)])?;
        Ok(watch)
    }

    /// Waits for the next change, for so long at most; `None` if there was none.
    pub fn next_timeout(&mut self, timeout: Duration) -> Option<Result<DynValue, Error>> {
        self.next_until(Some(Instant::now() + timeout))
    }

    fn next_until(&mut self, deadline: Option<Instant>) -> Option<Result<DynValue, Error>> {
        if self.last.is_some() && !self.wait(deadline) {
            return None;
        }
        loop {
            match self.look() {
                Ok(None) => {}
                Ok(Some(value)) => return Some(Ok(value)),
                Err(error) => return Some(Err(error)),
            }
            if !self.wait(deadline) {
                return None;
            }
        }
    }

    /// Waits for a sign; returns whether there was one in time.
    fn wait(&self, deadline: Option<Instant>) -> bool {
        let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now());
        let left = deadline.map_or(SILENCE, left);
        let heard = self.signs.recv_timeout(left.min(SILENCE));
        matches!(heard, Ok(Some(_))) || left > SILENCE || deadline.is_none()
    }

    /// Reads the value; `None` if it is the same as before.
    fn look(&mut self) -> Result<Option<DynValue>, Error> {
        let answer = self.region.run_raw(vec![Step::get(&self.path)])?;
        let results =
            answer.results().map_err(|refusal| Error::refused(self.region.name(), refusal))?;
        let text = results.first().map(|raw| raw.get().to_owned());
        if text.is_none() || text == self.last {
            return Ok(None);
        }
        self.last = text;
        let values =
            answer.values().map_err(|refusal| Error::refused(self.region.name(), refusal))?;
        Ok(values.into_iter().next())
    }
}

impl Iterator for Watch {
    type Item = Result<DynValue, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.next_until(None) {
                return Some(item);
            }
        }
    }
}
