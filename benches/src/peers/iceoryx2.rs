//! The blackboard of `iceoryx2`: whole values by key, and its events for sleeping readers.

use std::time::{Duration, Instant};

use iceoryx2::port::listener::Listener;
use iceoryx2::port::notifier::Notifier;
use iceoryx2::port::reader::EntryHandle;
use iceoryx2::port::writer::EntryHandleMut;
use iceoryx2::prelude::*;
use iceoryx2::service::port_factory::blackboard::PortFactory as Blackboard;

use super::Peer;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::array::{self, Doubles};
use crate::scenarios::attach::{self, Attach, MARK};
use crate::scenarios::death::{self, Holdable, Told};
use crate::scenarios::field::{self, Number};
use crate::scenarios::layout::{self, Mismatch, NUMBER, Opened};
use crate::scenarios::sleep::{self, Wake};
use crate::scenarios::snapshot::{self, Snapshot};
use crate::scenarios::spin::{self, PingPong};
use crate::scenarios::{memory, sixteen};

pub(super) const PEER: Peer = Peer {
    key: "iceoryx2",
    title: "iceoryx2 blackboard",
    package: Some("iceoryx2"),
    entries: || {
        let mut entries = vec![
            array::entry::<Array>(),
            attach::entry::<Opening>(),
            death::entry::<Writing>(),
            layout::entry::<Opening>(),
            sleep::entry::<Changing>(sleep::SLEEP),
            spin::entry::<End>(),
            sixteen::get::<Value>(),
            memory::of_numbers::<Value>(),
        ];
        entries.extend(field::entries::<Value>());
        entries.extend(snapshot::entries::<Words, 8>());
        entries.extend(snapshot::entries::<Words, 512>());
        entries
    },
    absent: &[
        ("counter", "one writer for each entry"),
        ("field-twenty", "its values are read whole"),
        ("sixteen-lock", "it has no lock"),
        ("crowd", "it has no lock"),
        ("watchers", "sixteen listeners, unless a service is configured for more"),
        ("lock", "it has no lock"),
        ("queue", "its queue is of samples that are lent, not of values"),
        ("heap", "its memory is for samples that it lends"),
        ("map", "its entries are fixed when a blackboard is made"),
    ],
};

type Here = ipc_threadsafe::Service;
type Board = Blackboard<Here, u64>;
type Get<T> = EntryHandle<Here, u64, T>;
type Set<T> = EntryHandleMut<Here, u64, T>;

/// The key of the one entry of a blackboard.
const KEY: u64 = 0;
/// A blackboard has one writer, so values of two writers are two blackboards.
const FIRST: &str = "first";
const SECOND: &str = "second";

/// The identity of a process, with its files in the sample's folder.
fn node(job: &Job) -> Result<Node<Here>, Failure> {
    set_log_level(LogLevel::Fatal);
    let mut config = Config::default();
    let root = job.file("iceoryx2");
    config.global.set_root_path(&Path::new(root.to_string_lossy().as_bytes())?);
    config.global.prefix = FileName::new(format!("{}_", job.name).as_bytes())?;
    Ok(NodeBuilder::new().config(&config).create::<Here>()?)
}

/// A blackboard of one entry.
fn make<T: ZeroCopySend + Copy + 'static>(node: &Node<Here>, value: T) -> Result<Board, Failure> {
    make_named(node, FIRST, value)
}

fn make_named<T>(node: &Node<Here>, name: &str, value: T) -> Result<Board, Failure>
where
    T: ZeroCopySend + Copy + 'static,
{
    let service = node.service_builder(&name.try_into()?);
    Ok(service.blackboard_creator::<u64>().add(KEY, value).create()?)
}

fn open(node: &Node<Here>) -> Result<Board, Failure> {
    open_named(node, FIRST)
}

fn open_named(node: &Node<Here>, name: &str) -> Result<Board, Failure> {
    Ok(node.service_builder(&name.try_into()?).blackboard_opener::<u64>().open()?)
}

/// A handle that reads an entry, and keeps its port alive.
fn reading<T: ZeroCopySend + Copy>(board: &Board) -> Result<Get<T>, Failure> {
    Ok(board.reader_builder().create()?.entry(&KEY)?)
}

fn writing<T: ZeroCopySend + Copy>(board: &Board) -> Result<Set<T>, Failure> {
    Ok(board.writer_builder().create()?.entry(&KEY)?)
}

/// Fields are dropped in this order, which iceoryx2 requires.
struct Value {
    get: Get<u64>,
    set: Set<u64>,
    _board: Board,
    _node: Node<Here>,
}

impl Number for Value {
    fn create(job: &Job) -> Result<Self, Failure> {
        let node = node(job)?;
        let board = make(&node, 0_u64)?;
        let set = writing(&board)?;
        Ok(Self { get: reading(&board)?, set, _board: board, _node: node })
    }

    #[inline]
    fn get(&mut self) -> u64 {
        *self.get.get()
    }

    #[inline]
    fn set(&mut self, value: u64) {
        self.set.update_with_copy(value);
    }
}

struct Array {
    get: Get<[f64; array::LEN]>,
    _board: Board,
    _node: Node<Here>,
}

impl Doubles for Array {
    fn create(job: &Job, values: &[f64; array::LEN]) -> Result<Self, Failure> {
        let node = node(job)?;
        let board = make(&node, *values)?;
        Ok(Self { get: reading(&board)?, _board: board, _node: node })
    }

    #[inline]
    fn read(&mut self, out: &mut [f64; array::LEN]) {
        *out = *self.get.get();
    }
}

enum Opening {}

impl Attach for Opening {
    type Made = (Board, Node<Here>);
    type Prepared = Node<Here>;

    fn create(job: &Job) -> Result<Self::Made, Failure> {
        let node = node(job)?;
        Ok((make(&node, MARK)?, node))
    }

    fn prepare(job: &Job) -> Result<Node<Here>, Failure> {
        node(job)
    }

    fn visit(node: &mut Node<Here>) -> Result<u64, Failure> {
        Ok(*reading(&open(node)?)?.get())
    }
}

/// The name of both programs' types, as in two builds of one program.
#[derive(Clone, Copy, Debug, ZeroCopySend)]
#[type_name("Pair")]
#[repr(C)]
struct Pair {
    number: u64,
    ratio: f64,
}

#[derive(Clone, Copy, Debug, ZeroCopySend)]
#[type_name("Pair")]
#[repr(C)]
struct Swapped {
    ratio: f64,
    number: u64,
}

impl Mismatch for Opening {
    type Made = (Board, Node<Here>);

    fn create(job: &Job) -> Result<Self::Made, Failure> {
        let node = node(job)?;
        Ok((make(&node, Pair { number: NUMBER, ratio: 1.5 })?, node))
    }

    fn open_swapped(job: &Job) -> Result<Opened, Failure> {
        let node = node(job)?;
        let board = open(&node)?;
        match reading::<Swapped>(&board) {
            Ok(entry) => Ok(Opened::Reads(entry.get().number)),
            Err(error) => Ok(Opened::Refused(error.to_string())),
        }
    }
}

/// The right to write an entry, which only one process can have.
struct Writing {
    held: Option<Set<u64>>,
    board: Board,
    node: Node<Here>,
}

impl Holdable for Writing {
    fn create(job: &Job) -> Result<Self, Failure> {
        let node = node(job)?;
        Ok(Self { held: None, board: make(&node, 0_u64)?, node })
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        let node = node(job)?;
        Ok(Self { held: None, board: open(&node)?, node })
    }

    fn hold(&mut self) -> Result<(), Failure> {
        let held = writing(&self.board)?;
        held.update_with_copy(1);
        self.held = Some(held);
        Ok(())
    }

    /// Has iceoryx2 clean up after dead processes, and tries again.
    fn wait(&mut self) -> Result<Told, Failure> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3) {
            self.node.try_cleanup_dead_nodes();
            if let Ok(held) = writing(&self.board) {
                self.held = Some(held);
                return Ok(Told::No);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Told::Hung)
    }
}

struct End {
    own: Set<u64>,
    other: Get<u64>,
    _boards: [Board; 2],
    _node: Node<Here>,
}

impl End {
    /// Writes the first of the boards and reads the second.
    fn new(boards: [Board; 2], node: Node<Here>) -> Result<Self, Failure> {
        let (own, other) = (writing(&boards[0])?, reading(&boards[1])?);
        Ok(Self { own, other, _boards: boards, _node: node })
    }
}

impl PingPong for End {
    fn create(job: &Job) -> Result<Self, Failure> {
        let node = node(job)?;
        let boards = [make_named(&node, FIRST, 0_u64)?, make_named(&node, SECOND, 0_u64)?];
        Self::new(boards, node)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        let node = node(job)?;
        let boards = [open_named(&node, SECOND)?, open_named(&node, FIRST)?];
        Self::new(boards, node)
    }

    #[inline]
    fn send(&mut self, value: u64) {
        self.own.update_with_copy(value);
    }

    #[inline]
    fn look(&mut self) -> u64 {
        *self.other.get()
    }
}

/// An entry, and an event that notifies of its changes.
struct Changing {
    get: Option<Get<u64>>,
    set: Option<Set<u64>>,
    listener: Option<Listener<Here>>,
    notifier: Option<Notifier<Here>>,
    _board: Board,
    _node: Node<Here>,
}

impl Wake for Changing {
    fn create(job: &Job) -> Result<Self, Failure> {
        let node = node(job)?;
        let board = make(&node, 0_u64)?;
        let event = node.service_builder(&"changed".try_into()?).event().create()?;
        let listener = Some(event.listener_builder().create()?);
        let get = Some(reading(&board)?);
        Ok(Self { get, set: None, listener, notifier: None, _board: board, _node: node })
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        let node = node(job)?;
        let board = open(&node)?;
        let event = node.service_builder(&"changed".try_into()?).event().open()?;
        let notifier = Some(event.notifier_builder().create()?);
        let set = Some(writing(&board)?);
        Ok(Self { get: None, set, listener: None, notifier, _board: board, _node: node })
    }

    fn change(&mut self, value: u64) {
        let (set, notifier) =
            self.set.as_ref().zip(self.notifier.as_ref()).expect("this side writes");
        set.update_with_copy(value);
        notifier.notify().expect("a listener");
    }

    fn wait(&mut self, seen: u64) -> u64 {
        let (get, listener) =
            self.get.as_ref().zip(self.listener.as_ref()).expect("this side waits");
        loop {
            let value = *get.get();
            if value != seen {
                return value;
            }
            listener.blocking_wait(|_| {}).expect("a notifier");
        }
    }
}

struct Reader<const WORDS: usize> {
    get: Get<[u64; WORDS]>,
    _board: Board,
    _node: Node<Here>,
}

struct Writer<const WORDS: usize> {
    set: Set<[u64; WORDS]>,
    _board: Board,
    _node: Node<Here>,
}

enum Words {}

impl<const WORDS: usize> Snapshot<WORDS> for Words {
    type Reader = Reader<WORDS>;
    type Writer = Writer<WORDS>;

    fn reader(job: &Job) -> Result<Self::Reader, Failure> {
        let node = node(job)?;
        let board = make(&node, [0_u64; WORDS])?;
        Ok(Reader { get: reading(&board)?, _board: board, _node: node })
    }

    fn writer(job: &Job) -> Result<Self::Writer, Failure> {
        let node = node(job)?;
        let board = open(&node)?;
        Ok(Writer { set: writing(&board)?, _board: board, _node: node })
    }

    #[inline]
    fn read(reader: &mut Self::Reader, out: &mut [u64; WORDS]) -> bool {
        *out = *reader.get.get();
        true
    }

    #[inline]
    fn write(writer: &mut Self::Writer, value: &[u64; WORDS]) {
        writer.set.update_with_copy(*value);
    }
}
