//! Live types that hold no value: the state in their words.

use super::super::source::Source;
use super::super::value::DynValue;
use super::Reader;
use crate::access::Access;
use crate::layout::Role;
use crate::protocol::{barrier, lock, once};
use crate::schema::{Live, Queue};

impl<A: Access> Reader<'_, '_, A> {
    /// The state of a live type that holds no value.
    pub(super) fn state(&self, source: Source<'_, A>, live: Live<'_>, offset: usize) -> DynValue {
        let word = |at: u64| source.bits(offset + at as usize, 4) as u32;
        let part = |part| word(live.part(part).offset());
        match live.role() {
            // The lowest bit says that a process sleeps.
            Role::Event => DynValue::U64(u64::from(part("count") >> 1)),
            Role::Once => DynValue::Bool(part("done") == once::DONE),
            Role::Queue => self.queue(live.queue().expect("by its role"), offset),
            Role::Semaphore => {
                let (seats, count) = live.seats().expect("a semaphore has seats");
                let is_free = |seat: &u64| word(seats + 4 * seat) & lock::OWNER == 0;
                DynValue::U64((0..count).filter(is_free).count() as u64)
            }
            Role::Barrier => {
                let (seats, count) = live.seats().expect("a barrier has seats");
                let (state, arrived) = (part("state"), live.part("arrived").offset());
                let of = |is: &dyn Fn(u64) -> bool| {
                    DynValue::U64((0..count).filter(|seat| is(4 * seat)).count() as u64)
                };
                record([
                    // The dead are among them.
                    ("members", of(&|seat| word(seats + seat) & lock::OWNER != 0)),
                    ("arrived", of(&|seat| word(arrived + seat) == state | barrier::BROKEN)),
                    ("is_broken", DynValue::Bool(state & barrier::BROKEN != 0)),
                ])
            }
            Role::Mutex
            | Role::RwLock
            | Role::Latest
            | Role::Ring
            | Role::Watched
            | Role::Text
            | Role::Bytes
            | Role::Owned
            | Role::OwnedSlice
            | Role::OwnedText
            | Role::Map
            | Role::TailText
            | Role::TailSlice
            | Role::PerProcess => {
                unreachable!("it holds a value")
            }
        }
    }

    /// How many values are in a queue, of how many there is room for.
    fn queue(&self, queue: Queue<'_>, offset: usize) -> DynValue {
        let len = self.memory.queue(offset, queue).len();
        record([("len", len.into()), ("capacity", queue.capacity.into())])
    }
}

fn record<const N: usize>(fields: [(&str, DynValue); N]) -> DynValue {
    DynValue::Struct(fields.map(|(name, value)| (name.to_owned(), value)).into())
}
