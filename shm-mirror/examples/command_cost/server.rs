//! A server in a process of its own, ended in the end.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

pub(crate) struct Server {
    child: Child,
    folder: Option<PathBuf>,
}

impl Server {
    /// This program with an argument, once it says that it is ready.
    pub(crate) fn itself(argument: &str) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(argument)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().ok_or("no output")?;
        BufReader::new(out).read_line(&mut line)?;
        Ok(Self { child, folder: None })
    }

    /// Another program with a folder of its own, once its port accepts connections.
    pub(crate) fn other(
        program: &str,
        port: u16,
        arguments: impl Fn(&str) -> Vec<String>,
    ) -> Outcome<(Self, TcpStream)> {
        let folder = std::env::temp_dir().join(format!("command-cost-{program}-{port}"));
        std::fs::create_dir_all(&folder)?;
        let child = Command::new(program)
            .args(arguments(&folder.display().to_string()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        let server = Self { child, folder: Some(folder) };
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok((server, stream));
                }
                Err(error) if Instant::now() > deadline => return Err(error.into()),
                Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

pub(crate) fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
