//! A recording as an MCAP file: a channel with a JSON schema for each region.
//!
//! Messages are collected in memory and written as a chunk at most a second later. A chunk is whole in the file or at its
//! end, so that a file whose writer was killed can be read up to the last one.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

use mcap::records::{MessageHeader, Metadata};
use mcap::{McapError, WriteOptions, Writer};

use super::origin::{self, Origin};
use super::schema;
use super::sink::{Beginning, Moment, Sink, Wrote};
use super::summary::Summary;
use crate::failure::Failure;

/// The longest time for which a message is only in memory.
const SETTLED: Duration = Duration::from_secs(1);
/// The number of bytes of messages after which a chunk is written.
const CHUNK: u64 = 1 << 20;

/// The bytes around a message: its record, and its entry in the index of its chunk.
const AROUND_MESSAGE: u64 = 9 + 22 + 16;
/// The most bytes around a chunk: its record, its index, and its entry in the summary, with a few channels.
const AROUND_CHUNK: u64 = 512;
/// The most bytes of the end of a file, besides the schemas and channels: statistics, metadata, offsets, the footer.
const END: u64 = 4096;

/// An MCAP file.
pub(super) struct McapSink {
    writer: Writer<BufWriter<Counted>>,
    name: String,
    /// The bytes in the file.
    written: Rc<Cell<u64>>,
    /// The bytes of messages that are in memory.
    pending: u64,
    /// The bytes of schemas and channels, which the summary repeats.
    described: u64,
    chunks: u64,
    max: u64,
    channel: u16,
    sequence: u32,
    settled: Instant,
}

impl McapSink {
    pub(super) fn new(file: File, name: String, max: u64) -> Result<Self, Failure> {
        let written = Rc::new(Cell::new(0));
        let out = BufWriter::new(Counted { file, written: Rc::clone(&written) });
        let options = WriteOptions::new()
            .compression(None)
            .chunk_size(None)
            .disable_seeking(true)
            .library(concat!("shm ", env!("CARGO_PKG_VERSION")));
        let writer = options.create(out).map_err(|error| failure(&name, error))?;
        let (pending, described, chunks, channel, sequence) = (0, 0, 0, 0, 0);
        let settled = Instant::now();
        Ok(Self {
            writer,
            name,
            written,
            pending,
            described,
            chunks,
            max,
            channel,
            sequence,
            settled,
        })
    }

    /// The size of the file, if it ended after that many more bytes of messages.
    fn size_with(&self, more: u64) -> u64 {
        let chunks = (self.chunks + 2) * AROUND_CHUNK;
        self.written.get() + self.pending + more + self.described + chunks + END
    }

    /// Writes a chunk.
    fn flush(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| failure(&self.name, error))?;
        self.chunks += 1;
        (self.pending, self.settled) = (0, Instant::now());
        Ok(())
    }
}

impl Sink for McapSink {
    fn begin(&mut self, beginning: &Beginning<'_>) -> Result<(), Failure> {
        let origin = Origin::of(beginning)?;
        let root = beginning.region.schema().root();
        let title = if root.name().is_empty() { beginning.name } else { root.name() };
        let schema = schema::of(beginning.region, beginning.selection, title).to_string();
        let origin = serde_json::to_string(&origin)
            .map_err(|error| Failure::io("describing the region", error.into()))?;
        let name = beginning.name.strip_prefix("./").unwrap_or(beginning.name);
        let topic = format!("/{}", name.trim_start_matches('/'));
        let len = (schema.len() + origin.len() + topic.len() + title.len() + 256) as u64;
        (self.described, self.pending) = (self.described + len, self.pending + len);
        if self.size_with(0) > self.max {
            let cause = format!(
                "the description of the region alone takes more than the {} bytes that the file may have",
                self.max
            );
            return Err(Failure::Usage(cause));
        }
        let metadata = BTreeMap::from([(origin::NAME.to_owned(), origin)]);
        let schema = self.writer.add_schema(title, "jsonschema", schema.as_bytes());
        let channel =
            schema.and_then(|schema| self.writer.add_channel(schema, &topic, "json", &metadata));
        self.channel = channel.map_err(|error| failure(&self.name, error))?;
        self.flush()
    }

    fn write(&mut self, moment: &Moment<'_>) -> Result<Wrote, Failure> {
        let len = moment.json.len() as u64 + AROUND_MESSAGE;
        if self.size_with(len) > self.max {
            return Ok(Wrote::Full);
        }
        let time = moment.time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let header = MessageHeader {
            channel_id: self.channel,
            sequence: self.sequence,
            log_time: time,
            publish_time: time,
        };
        let written = self.writer.write_to_known_channel(&header, moment.json.as_bytes());
        written.map_err(|error| failure(&self.name, error))?;
        self.sequence = self.sequence.wrapping_add(1);
        self.pending += len;
        if self.pending >= CHUNK {
            self.flush()?;
        }
        Ok(Wrote::Done)
    }

    fn settle(&mut self) -> Result<(), Failure> {
        if self.pending > 0 && self.settled.elapsed() >= SETTLED { self.flush() } else { Ok(()) }
    }

    fn finish(&mut self, summary: &Summary) -> Result<u64, Failure> {
        let metadata = Metadata { name: "shm_record".to_owned(), metadata: summary.entries() };
        let ended = self.writer.write_metadata(&metadata).and_then(|()| self.writer.finish());
        ended.map_err(|error| failure(&self.name, error))?;
        Ok(self.written.get())
    }
}

fn failure(name: &str, error: McapError) -> Failure {
    match error {
        McapError::Io(error) => Failure::io(format!("writing {name}"), error),
        error => Failure::Custom { code: 8, cause: format!("writing {name}: {error}"), help: None },
    }
}

/// A file that counts the bytes written to it.
struct Counted {
    file: File,
    written: Rc<Cell<u64>>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let len = self.file.write(bytes)?;
        self.written.set(self.written.get() + len as u64);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
