//! A proxy between a client and a server, which can lose what the server says: so an answer is lost for certain.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub struct Proxy {
    endpoint: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Whether what the server says is lost.
    is_deaf: AtomicBool,
    /// The bytes that were lost.
    lost: AtomicU64,
    /// Whether connections are cut.
    is_cut: AtomicBool,
}

impl Proxy {
    /// A proxy for a server at an address, `127.0.0.1:PORT`, which need not be there yet.
    pub fn new(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("tcp/{}", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        let (shared, server) = (Arc::clone(&state), server.to_owned());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                let Ok(server) = TcpStream::connect(&server) else { continue };
                relay(&client, &server, &shared);
            }
        });
        Self { endpoint, state }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Loses what the server says, from now on.
    pub fn deafen(&self) {
        self.state.is_deaf.store(true, Ordering::SeqCst);
    }

    /// The bytes that were lost so far.
    pub fn lost(&self) -> u64 {
        self.state.lost.load(Ordering::SeqCst)
    }

    /// Cuts the connections that there are; those that are made after it lose nothing.
    pub fn heal(&self) {
        self.state.is_cut.store(true, Ordering::SeqCst);
        std::thread::sleep(std::time::Duration::from_millis(100));
        self.state.is_deaf.store(false, Ordering::SeqCst);
        self.state.is_cut.store(false, Ordering::SeqCst);
    }
}

fn relay(client: &TcpStream, server: &TcpStream, state: &Arc<State>) {
    for (from, to, is_answer) in [(client, server, false), (server, client, true)] {
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        let state = Arc::clone(state);
        from.set_read_timeout(Some(std::time::Duration::from_millis(20))).unwrap();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while !state.is_cut.load(Ordering::SeqCst) {
                let count = match from.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(count) => count,
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
                    Err(_) => break,
                };
                if is_answer && state.is_deaf.load(Ordering::SeqCst) {
                    state.lost.fetch_add(count as u64, Ordering::SeqCst);
                } else if to.write_all(&bytes[..count]).is_err() {
                    break;
                }
            }
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
}
