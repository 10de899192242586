//! Notifiers, producers and other waiters are killed; every future notices all the same.

use std::sync::mpsc::channel;

use shm_core::fault::{NOTIFY_POINTS, QUEUE_POINTS, RING_POINTS};
use shm_core::{Event, Queue, Region, Ring, SharedLayout, View, Watched};

use crate::rounds::{self, ANY_MOMENT, Round, Signals, play_rounds, timed};
use crate::support::argument;
use crate::{a_moment, and_when_pending, poll_once, run};

/// The values that are waited for.
#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    news: u32,
    event: Event,
    watched: Watched<u32>,
    queue: Queue<u64, 2>,
    ring: Ring<u64, 8>,
}

const NOT_COUNTED: &str = NOTIFY_POINTS[1];
const PUBLISHED: &str = QUEUE_POINTS[3];
const TAKEN: &str = QUEUE_POINTS[5];
const PUSHED: &str = RING_POINTS[4];
/// Passed by the test itself: a process that awaits as well is killed.
const AWAITING: &str = "await: pending";

#[test]
fn the_news_of_a_killed_process_is_noticed_by_futures() {
    let points = [
        NOT_COUNTED,
        NOTIFY_POINTS[2],
        NOTIFY_POINTS[3],
        PUBLISHED,
        TAKEN,
        PUSHED,
        AWAITING,
        ANY_MOMENT,
    ];
    play_rounds("awaiting-killed", &points, |folder, round| {
        let signals = Round::signals(folder);
        let board = Region::<Board>::options().create_or_replace(folder.file("board")).unwrap();
        if round.point == TAKEN {
            (0..2).for_each(|_| board.queue.push(0).unwrap());
        }
        raise_flag(&board);
        std::thread::scope(|scope| {
            let (tell, pending) = channel::<()>();
            let board = &board;
            let notice = move || run(and_when_pending(board.notice(round), move || drop(tell)));
            // Pending, or noticing from the start.
            let waiting = if round.waits {
                let waiting = scope.spawn(notice);
                let _ = pending.recv();
                a_moment();
                Ok(waiting)
            } else {
                Err(notice)
            };
            let mut victim = round.victim("killed: notifies", folder);
            round.let_die(&mut victim, &signals);
            let ((), took) = timed(|| {
                if [AWAITING, ANY_MOMENT].contains(&round.point) {
                    board.notify(round.number);
                }
                match waiting {
                    Ok(waiting) => waiting.join().expect("the survivor survives"),
                    Err(notice) => notice(),
                }
            });
            took
        })
    });
}

impl BoardView {
    async fn notice(&self, round: Round) {
        match round.point {
            PUBLISHED => {
                let popped = self.queue.pop_async().await.unwrap();
                assert_eq!(popped, u64::from(round.number));
            }
            TAKEN => self.queue.push_async(1).await.unwrap(),
            PUSHED => {
                let item = shm_core::sync::Follower::new(&self.ring, 0).next_async().await;
                assert_eq!(item.unwrap(), u64::from(round.number));
            }
            NOT_COUNTED => {
                let seen = self.watched.wait_until_async(|seen| seen == round.number).await;
                assert_eq!(seen.unwrap(), round.number);
            }
            _ => loop {
                let ticket = self.event.ticket();
                if self.news.get() == round.number {
                    break;
                }
                self.event.changed(ticket).await;
            },
        }
    }
}

impl BoardView {
    fn notify(&self, news: u32) {
        self.news.set(news);
        self.event.notify_all();
    }
}

pub(crate) fn second_process(role: &str) {
    assert_eq!(role, "notifies");
    let (number, point) = (argument("SHM_ROUND").parse().unwrap(), argument("SHM_POINT"));
    let signals: Region<Signals> = rounds::signals();
    let board = Region::<Board>::open(rounds::folder().join("board")).unwrap();
    rounds::die_where_due();
    act(&board, &signals, &point, number);
}

fn act(board: &View<Board>, signals: &View<Signals>, point: &str, number: u32) {
    match point {
        NOT_COUNTED => board.watched.set(number),
        PUBLISHED => board.queue.push(number.into()).unwrap(),
        TAKEN => drop(board.queue.pop().unwrap()),
        PUSHED => drop(board.ring.push(&number.into()).unwrap()),
        AWAITING => {
            let mut pending = std::pin::pin!(board.event.changed(board.event.ticket()));
            assert!(poll_once(pending.as_mut()).0.is_pending());
            a_moment();
            rounds::die();
        }
        ANY_MOMENT => {
            signals.reached.set(1);
            loop {
                board.notify(0);
            }
        }
        _ => board.notify(number),
    }
}

/// Some waiter gave up, or died: the flag is up, so that notifiers come past their points.
fn raise_flag(board: &View<Board>) {
    rounds::until_slept(|| {
        board.event.wait_timeout(board.event.ticket(), std::time::Duration::from_millis(1));
    });
}
