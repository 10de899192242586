//! NATS: a key of a JetStream bucket in memory, by its own protocol.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::server::{Server, free_port};
use crate::{Cost, Costs, Outcome};

/// A bucket as `nats kv add --storage memory` makes it, of one value for each key.
const BUCKET: &str = r#"{"name":"KV_bench","subjects":["$KV.bench.>"],"max_msgs_per_subject":1,"storage":"memory","num_replicas":1,"retention":"limits","discard":"new","allow_direct":true,"allow_rollup_hdrs":true,"deny_delete":true}"#;

pub(crate) fn costs() -> Outcome<Costs> {
    let port = free_port()?;
    let arguments = |folder: &str| {
        let text = format!("-a 127.0.0.1 -p {port} -js -sd {folder}");
        text.split(' ').map(str::to_owned).collect()
    };
    let (_server, stream) = Server::other("nats-server", port, arguments)?;
    let mut client = Client { answers: BufReader::new(stream.try_clone()?), stream };
    client.line()?;
    client.stream.write_all(
        b"CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\nSUB answer 1\r\n",
    )?;
    client.ask("$JS.API.STREAM.CREATE.KV_bench", BUCKET)?;
    client.ask("$KV.bench.hits", "7")?;
    Ok(vec![
        ("get", Cost::of(|| client.ask("$JS.API.DIRECT.GET.KV_bench.$KV.bench.hits", ""))?),
        ("set", Cost::of(|| client.ask("$KV.bench.hits", "7"))?),
    ])
}

struct Client {
    stream: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Client {
    fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line)
    }

    /// Sends a request, and waits for its answer.
    fn ask(&mut self, subject: &str, payload: &str) -> Outcome<()> {
        let len = payload.len();
        self.stream.write_all(format!("PUB {subject} answer {len}\r\n{payload}\r\n").as_bytes())?;
        loop {
            let line = self.line()?;
            match line.split(' ').next() {
                Some("MSG" | "HMSG") => {
                    let len: usize = line.split_whitespace().last().ok_or("no length")?.parse()?;
                    let mut answer = vec![0; len + 2];
                    self.answers.read_exact(&mut answer)?;
                    let answer = String::from_utf8_lossy(&answer).into_owned();
                    let is_refused =
                        answer.contains("\"error\"") || answer.starts_with("NATS/1.0 4");
                    return if is_refused || answer.starts_with("NATS/1.0 5") {
                        Err(answer.into())
                    } else {
                        Ok(())
                    };
                }
                _ if line.starts_with("PING") => self.stream.write_all(b"PONG\r\n")?,
                _ if line.is_empty() || line.starts_with("-ERR") => return Err(line.into()),
                _ => {}
            }
        }
    }
}
