//! Reading an MCAP file message by message, in little memory.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use mcap::McapError;
use mcap::records::Record;
use mcap::sans_io::linear_reader::{LinearReadEvent, LinearReader, LinearReaderOptions};

use super::origin::{self, Origin};
use super::selection::LONGEST;
use crate::failure::Failure;
use crate::printable::printable;

/// The longest record.
const MAX_LEN: usize = 64 << 20;

/// A file that is read.
pub(crate) struct Reader {
    file: BufReader<File>,
    events: LinearReader,
    channels: HashMap<u16, Rc<Channel>>,
    name: String,
    has_footer: bool,
    /// Whether the file ends before its end: its writer was killed, or is still at work.
    pub(crate) is_cut: bool,
}

/// A channel of messages.
#[derive(Debug)]
pub(crate) struct Channel {
    /// Whether its messages are JSON.
    pub(crate) is_json: bool,
    /// The region, if `shm record` wrote it.
    pub(crate) origin: Option<Origin>,
}

/// A message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) channel: Rc<Channel>,
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    pub(crate) time: u64,
    pub(crate) data: Vec<u8>,
}

impl Reader {
    /// Opens a file.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(crate) fn open(file: &Path) -> Result<Self, Failure> {
        let name = printable(&file.display().to_string()).into_owned();
        let opened = File::open(file);
        let opened = opened.map_err(|error| Failure::io(format!("opening {name}"), error))?;
        let options = LinearReaderOptions::default()
            .with_skip_end_magic(true)
            .with_record_length_limit(MAX_LEN);
        let events = LinearReader::new_with_options(options);
        let (file, channels) = (BufReader::with_capacity(1 << 16, opened), HashMap::new());
        Ok(Self { file, events, channels, name, has_footer: false, is_cut: false })
    }

    /// The next message; `None` at the end.
    ///
    /// # Errors
    /// If the file is not an MCAP file, is damaged, or cannot be read.
    pub(crate) fn next(&mut self) -> Result<Option<Message>, Failure> {
        let Self { file, events, channels, name, has_footer, is_cut } = self;
        while let Some(event) = events.next_event() {
            let (opcode, data) = match event {
                Ok(LinearReadEvent::ReadRequest(len)) => {
                    let len = file.read(events.insert(len));
                    let len = len.map_err(|error| Failure::io(format!("reading {name}"), error))?;
                    events.notify_read(len);
                    continue;
                }
                Ok(LinearReadEvent::Record { opcode, data }) => (opcode, data),
                Err(McapError::UnexpectedEof) => {
                    *is_cut = true;
                    return Ok(None);
                }
                Err(error) => return Err(damaged(name, &error)),
            };
            match mcap::parse_record(opcode, data).map_err(|error| damaged(name, &error))? {
                Record::Channel(channel) => {
                    let is_json = channel.message_encoding == "json";
                    let origin = channel.metadata.get(origin::NAME);
                    let origin = origin.and_then(|text| serde_json::from_str(text).ok());
                    let new = Channel { is_json, origin };
                    channels.entry(channel.id).or_insert_with(|| Rc::new(new));
                }
                Record::Message { data, .. } if data.len() > LONGEST => {
                    let cause = format!("{name} has a message of more than {LONGEST} bytes");
                    return Err(Failure::Description(cause));
                }
                Record::Message { header, data } => {
                    if let Some(channel) = channels.get(&header.channel_id) {
                        let (channel, time) = (Rc::clone(channel), header.log_time);
                        return Ok(Some(Message { channel, time, data: data.into_owned() }));
                    }
                }
                Record::Footer(_) => *has_footer = true,
                _ => {}
            }
        }
        // Its writer was killed between two chunks.
        *is_cut = !*has_footer;
        Ok(None)
    }
}

fn damaged(name: &str, error: &McapError) -> Failure {
    let (cause, help) = match error {
        McapError::BadMagic => (format!("{name} is not an MCAP file"), None),
        McapError::UnsupportedCompression(kind) => (
            format!(
                "{name} is compressed by {}, which this command does not read",
                printable(kind)
            ),
            Some("`mcap decompress` makes a file that it does".to_owned()),
        ),
        error => (format!("{name} is damaged: {}", printable(&error.to_string())), None),
    };
    Failure::Custom { code: 4, cause, help }
}
