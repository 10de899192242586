//! Redis, in memory alone, by its own protocol.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::server::{Server, free_port};
use crate::{Cost, Costs, Outcome};

pub(crate) fn costs() -> Outcome<Costs> {
    let port = free_port()?;
    let arguments = |folder: &str| {
        let text = format!("--port {port} --bind 127.0.0.1 --save  --appendonly no --dir {folder}");
        text.split(' ').map(str::to_owned).collect()
    };
    let (_server, stream) = Server::other("redis-server", port, arguments)?;
    let mut client = Client { answers: BufReader::new(stream.try_clone()?), stream };
    client.ask(&["SET", "hits", "7"])?;
    Ok(vec![
        ("get", Cost::of(|| client.ask(&["GET", "hits"]))?),
        ("set", Cost::of(|| client.ask(&["SET", "hits", "7"]))?),
        ("add", Cost::of(|| client.ask(&["INCR", "hits"]))?),
    ])
}

struct Client {
    stream: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Client {
    fn ask(&mut self, words: &[&str]) -> Outcome<()> {
        let words: String =
            words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
        let count = words.matches('$').count();
        self.stream.write_all(format!("*{count}\r\n{words}").as_bytes())?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        match line.as_bytes().first() {
            Some(b'+' | b':') => Ok(()),
            Some(b'$') => {
                let len: usize = line[1..].trim().parse()?;
                self.answers.read_exact(&mut vec![0; len + 2])?;
                Ok(())
            }
            _ => Err(line.into()),
        }
    }
}
