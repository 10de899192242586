//! A server for GET requests over HTTP/1.1: one answer for each connection.
//!
//! A thread serves each connection, and no request takes longer than [`PATIENCE`], however slowly its client sends or
//! receives. If there are [`MOST`] connections, a new one takes the place of the oldest: clients that keep connections
//! open without asking cannot keep others from being served.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Wanted;
use super::text::CONTENT_TYPE;
use crate::failure::Failure;

/// The longest time for one connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most connections at the same time.
const MOST: usize = 64;
/// The most bytes of a request.
const REQUEST: usize = 8 << 10;
/// The time to wait if no connection can be accepted, because there are no descriptors, say.
const PAUSE: Duration = Duration::from_millis(100);

/// Opens a port of this machine.
///
/// # Errors
/// If other machines could reach it, unless that is wanted; if the port cannot be opened.
pub(crate) fn listen(address: &str, insecure: bool) -> Result<TcpListener, Failure> {
    let doing = || format!("listening on {address}");
    let found = address.to_socket_addrs().map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => Failure::Usage(format!(
            "{address} is not an address to listen on: {error}; expected one such as 127.0.0.1:9464"
        )),
        _ => Failure::io(doing(), error),
    })?;
    let found: Vec<SocketAddr> = found.collect();
    if let Some(other) = found.iter().find(|found| !is_loopback(found.ip()))
        && !insecure
    {
        return Err(Failure::Custom {
            code: 2,
            cause: format!(
                "{} can be reached from other machines, and the server asks for no password",
                other.ip()
            ),
            help: Some("listen on 127.0.0.1 or [::1], or give --insecure".to_owned()),
        });
    }
    TcpListener::bind(&*found).map_err(|error| Failure::io(doing(), error))
}

fn is_loopback(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.to_ipv4_mapped().is_some_and(|old| old.is_loopback())
        }
    }
}

/// Serves for ever.
pub(crate) fn run(listener: &TcpListener, wanted: Wanted) -> ! {
    let metrics = Arc::new(Mutex::new(Metrics { wanted, last: None }));
    let mut open: VecDeque<Connection> = VecDeque::new();
    loop {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(PAUSE);
            continue;
        };
        open.retain(|connection| !connection.is_done.load(Ordering::Acquire));
        while open.len() >= MOST {
            // Its thread ends with an error, and closes it.
            if let Some(oldest) = open.pop_front() {
                let _ = oldest.stream.shutdown(std::net::Shutdown::Both);
            }
        }
        open.extend(Connection::begin(stream, &metrics));
    }
}

/// A connection that a thread serves.
struct Connection {
    stream: TcpStream,
    is_done: Arc<AtomicBool>,
}

impl Connection {
    /// Starts a thread; `None` if that is impossible now, and the connection is closed.
    fn begin(stream: TcpStream, metrics: &Arc<Mutex<Metrics>>) -> Option<Self> {
        let (own, metrics) = (stream.try_clone().ok()?, Arc::clone(metrics));
        let is_done = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&is_done);
        let serve = move || {
            // A client that left, or is too slow, is not told.
            let _ = answer(&stream, &metrics);
            let _ = stream.shutdown(std::net::Shutdown::Both);
            done.store(true, Ordering::Release);
        };
        thread::Builder::new().spawn(serve).ok()?;
        Some(Self { stream: own, is_done })
    }
}

/// The answer to a request.
#[derive(Clone)]
struct Answer {
    status: &'static str,
    content_type: &'static str,
    body: Arc<str>,
}

impl Answer {
    fn error(status: &'static str) -> Self {
        let body = format!("{status}\n").into();
        Self { status, content_type: "text/plain; charset=utf-8", body }
    }
}

fn answer(stream: &TcpStream, metrics: &Mutex<Metrics>) -> io::Result<()> {
    let end = Instant::now() + PATIENCE;
    let request = request(stream, end)?;
    let arrived = Instant::now();
    let read = || metrics.lock().unwrap_or_else(PoisonError::into_inner).read(arrived);
    let (answer, has_body) = match request.as_deref().map(parts) {
        None => (Answer::error("431 Request Header Fields Too Large"), true),
        Some(None) => (Answer::error("400 Bad Request"), true),
        Some(Some((method, path))) => match (method, path.split('?').next().unwrap_or_default()) {
            ("GET" | "HEAD", "/" | "/metrics") => (read(), method == "GET"),
            ("GET" | "HEAD", _) => (Answer::error("404 Not Found"), method == "GET"),
            _ => (Answer::error("405 Method Not Allowed"), true),
        },
    };
    let Answer { status, content_type, body } = answer;
    let allow = if status.starts_with("405") { "Allow: GET, HEAD\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n{allow}Connection: close\r\n\r\n",
        body.len()
    );
    send(stream, head.as_bytes(), end)?;
    send(stream, if has_body { body.as_bytes() } else { b"" }, end)
}

/// The regions, and the last answer.
struct Metrics {
    wanted: Wanted,
    /// The answer, and the time at which reading the regions for it began.
    last: Option<(Instant, Answer)>,
}

impl Metrics {
    /// The values of a moment after that. Requests that come while others are answered share an answer: however many
    /// there are, none waits for more than two.
    fn read(&mut self, arrived: Instant) -> Answer {
        if let Some((begun, answer)) = &self.last
            && *begun >= arrived
        {
            return answer.clone();
        }
        let begun = Instant::now();
        let answer = match self.wanted.gather(false) {
            Ok(families) => {
                let body = families.text().into();
                Answer { status: "200 OK", content_type: CONTENT_TYPE, body }
            }
            Err(failure) => {
                let body = format!("{failure}\n").into();
                Answer { body, ..Answer::error("500 Internal Server Error") }
            }
        };
        self.last = Some((begun, answer.clone()));
        answer
    }
}

/// The head of a request; `None` if it is too long.
fn request(mut stream: &TcpStream, end: Instant) -> io::Result<Option<Vec<u8>>> {
    let (mut found, mut buffer) = (Vec::new(), [0; 1024]);
    while found.len() <= REQUEST {
        stream.set_read_timeout(Some(left(end)?))?;
        let len = stream.read(&mut buffer)?;
        if len == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        found.extend_from_slice(&buffer[..len]);
        if found.windows(4).any(|bytes| bytes == b"\r\n\r\n")
            || found.windows(2).any(|bytes| bytes == b"\n\n")
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The method and the path of a request of HTTP/1.
fn parts(request: &[u8]) -> Option<(&str, &str)> {
    let line = request.split(|byte| *byte == b'\n').next()?;
    let mut words = std::str::from_utf8(line).ok()?.trim_end_matches('\r').split(' ');
    let (method, path, version) = (words.next()?, words.next()?, words.next()?);
    let is_valid =
        version.starts_with("HTTP/1.") && path.starts_with('/') && words.next().is_none();
    is_valid.then_some((method, path))
}

/// The time until then; an error if it is over.
fn left(end: Instant) -> io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// Sends bytes, as fast as the client takes them, until then.
fn send(mut stream: &TcpStream, mut bytes: &[u8], end: Instant) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.set_write_timeout(Some(left(end)?))?;
        let len = stream.write(bytes)?;
        if len == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[len..];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_listened_on() {
        for address in ["127.0.0.1:0", "[::1]:0", "127.1.2.3:0"] {
            let address: SocketAddr = address.parse().unwrap();
            assert!(is_loopback(address.ip()), "{address}");
        }
        for address in ["0.0.0.0:0", "[::]:0", "10.0.0.1:0", "[::ffff:10.0.0.1]:0"] {
            assert!(
                matches!(listen(address, false), Err(Failure::Custom { code: 2, .. })),
                "{address}"
            );
        }
    }

    #[test]
    fn requests_are_lines_of_three_words() {
        assert_eq!(parts(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), Some(("GET", "/metrics")));
        for wrong in [
            &b"GET /metrics\r\n\r\n"[..],
            b"GET x HTTP/1.1\r\n\r\n",
            b"\xff\r\n\r\n",
            b"GET / HTTP/2\n\n",
        ] {
            assert_eq!(parts(wrong), None);
        }
    }
}
