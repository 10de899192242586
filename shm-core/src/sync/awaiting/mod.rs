//! Awaiting instead of waiting (feature `async`): futures beside the calls that block a thread, and
//! descriptors for event loops.
//!
//! A future that has to wait enters its event's word in the list of a helper thread
//! ([`crate::awaiting`]), and gives the entry up when it is ready or dropped.

mod event;
mod eventfd;
mod queue;
mod ring;
mod versions;
mod watched;

use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

pub use eventfd::EventFd;
pub use versions::Versions;

use super::event::{EventView, Ticket};
use crate::access::{Access, CanWrite};
use crate::awaiting::{Entry, Source};
use crate::protocol::Hardware;
use crate::protocol::notify::{self, FIRST_NAP, LONGEST_NAP};
use crate::registry;
use crate::sys;

/// A future's wait for an event.
struct Waiting<'a, A: Access> {
    event: &'a EventView<A>,
    entry: Entry,
}

impl<'a, A: Access> Waiting<'a, A> {
    fn new(event: &'a EventView<A>) -> Self {
        Self { event, entry: Entry::new() }
    }

    /// Has the future polled again after a notification since `ticket` was taken, and at `due`.
    ///
    /// # Panics
    /// If no helper thread can be started.
    fn wait(&mut self, ticket: Ticket, due: Option<Instant>, context: &Context<'_>) {
        let entered = self.entry.wait(source(self.event), ticket.0, due, context.waker());
        if let Err(error) = entered {
            panic!("starting the thread that waits for futures: {error}");
        }
    }

    /// The future has found what it waited for.
    fn is_over(&mut self) {
        self.entry.end();
    }
}

/// The future is given up. If it was woken and has not looked since, it may have been woken instead of
/// another waiter, which is then woken in its place.
impl<A: Access> Drop for Waiting<'_, A> {
    fn drop(&mut self) {
        if self.entry.end() {
            sys::futex::wake(self.event.word(), 1);
        }
    }
}

fn source<A: Access>(event: &EventView<A>) -> Source<'_> {
    let raise_flag = match A::WRITABLE {
        true => |word: &_, seen| Some(notify::raise_flag::<Hardware>(word, seen)),
        false => registry::raise_flag,
    };
    Source { word: event.word(), raise_flag }
}

/// Looks, and looks again after every notification and once a second, until something is found.
fn look_until<A: Access, R>(
    event: &EventView<A>,
    mut look: impl FnMut() -> Option<R>,
) -> impl Future<Output = R> {
    let mut waiting = Waiting::new(event);
    poll_fn(move |context| {
        let ticket = event.ticket();
        if let Some(found) = look() {
            waiting.is_over();
            return Poll::Ready(found);
        }
        // As `EventView::look_until`: a process that died after its change has notified no waiter.
        waiting.wait(ticket, Instant::now().checked_add(LONGEST_NAP), context);
        Poll::Pending
    })
}

/// Looks, and looks again after every notification and every nap, until something is found; otherwise,
/// `look` returns the longest nap. The notifiers may use
/// [`notify_announced`](EventView::notify_announced).
fn look_announced<A: CanWrite, R>(
    event: &EventView<A>,
    mut look: impl FnMut() -> Result<R, Duration>,
) -> impl Future<Output = R> {
    let mut waiting = Waiting::new(event);
    let (mut nap, mut last) = (FIRST_NAP, None);
    poll_fn(move |context| {
        let mut ticket = event.ticket();
        let looked = look().or_else(|_| {
            // The flag is up before the last look: see `protocol::notify`.
            ticket = event.announce();
            look()
        });
        let longest = match looked {
            Ok(found) => {
                waiting.is_over();
                return Poll::Ready(found);
            }
            Err(longest) => longest,
        };
        if last != Some(ticket) {
            nap = FIRST_NAP;
        } else if waiting.entry.was_called() {
            // Nothing was counted while the nap lasted.
            nap = (nap * 2).min(longest);
        }
        last = Some(ticket);
        waiting.wait(ticket, Instant::now().checked_add(nap), context);
        Poll::Pending
    })
}
