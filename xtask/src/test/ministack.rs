//! ministack: a cloud on this machine, on 127.0.0.1 alone, for as long as the tests that ask it run.
//!
//! It is a process of its own that listens to its standard input and ends when that closes. So it
//! ends with this program, however that ends: by an error, a panic, an interrupt or a kill.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use super::{cargo, python::Python, step::Outcome};
use crate::{Result, root};

/// Starts ministack's command line, and ends it as soon as standard input is closed.
const PROGRAM: &str = "\
import os, sys, threading
def wait():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=wait, daemon=True).start()
from ministack.app import main
main()";

/// How long it may take to answer for the first time, and to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a port is looked for: another process may take one that was free a moment ago.
const TRIES: usize = 3;

/// The tests that ask ministack, while it runs.
pub(super) fn check() -> Result<Outcome> {
    let ministack = Ministack::start()?;
    cargo::test_on_ministack(&ministack.endpoint())
}

/// ministack, until it is dropped.
struct Ministack {
    process: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Drop for Ministack {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let end = Deadline::new(Duration::from_secs(5));
        while matches!(self.process.try_wait(), Ok(None)) {
            if end.is_over() {
                // It may have ended meanwhile, and then there is nothing to kill.
                let _killed = self.process.kill();
                let _ended = self.process.wait();
                return;
            }
            sleep(Duration::from_millis(10));
        }
    }
}

impl Ministack {
    /// Starts it, and waits until it answers.
    fn start() -> Result<Self> {
        let python = Python::with_ministack()?;
        let mut result = Err("ministack was not started".into());
        for _ in 0..TRIES {
            result = Self::spawn(&python).and_then(Self::answering);
            if result.is_ok() {
                break;
            }
        }
        result
    }

    fn spawn(python: &Python) -> Result<Self> {
        let folder = root().join("target/ministack");
        let (data, temporary) = (folder.join("data"), folder.join("tmp"));
        for folder in [&data, &temporary] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
            fs::create_dir_all(folder)?;
        }
        let log = folder.join("log");
        let output = fs::File::create(&log)?;
        // Free, since it is let go of at once.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let process = python
            .command()
            .args(["-c", PROGRAM])
            .env("BIND_HOST", address.ip().to_string())
            .env("GATEWAY_PORT", address.port().to_string())
            // It starts no container, whatever runs on this machine.
            .env("DOCKER_HOST", "unix:///nonexistent")
            .env("S3_DATA_DIR", data)
            .env("TMPDIR", temporary)
            .envs(PLAIN)
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        Ok(Self { process, address, log })
    }

    /// Itself, once it answers.
    fn answering(mut self) -> Result<Self> {
        let end = Deadline::new(PATIENCE);
        while !self.answers() {
            let ended = self.process.try_wait()?;
            if ended.is_some() || end.is_over() {
                let how = ended.map_or_else(
                    || format!("does not answer after {} s", PATIENCE.as_secs()),
                    |status| format!("ended: {status}"),
                );
                let log = fs::read_to_string(&self.log)?;
                return Err(format!("ministack {how}\n{log}").into());
            }
            sleep(Duration::from_millis(50));
        }
        Ok(self)
    }

    fn answers(&self) -> bool {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(self.address)?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            let request =
                "GET /_ministack/health HTTP/1.1\r\nHost: ministack\r\nConnection: close\r\n\r\n";
            stream.write_all(request.as_bytes())?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }

    fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// What would make it another cloud, if it were set for something else on this machine.
const PLAIN: [(&str, &str); 9] = [
    ("AUTH", "false"),
    ("LOCALSTACK_PERSISTENCE", "0"),
    ("LOG_LEVEL", "WARNING"),
    ("MINISTACK_ACCOUNT_ID", "000000000000"),
    ("MINISTACK_REGION", "us-east-1"),
    ("PERSIST_STATE", "0"),
    ("S3_PERSIST", "0"),
    ("SERVICES", ""),
    ("USE_SSL", "0"),
];

/// A moment to come.
struct Deadline(Instant);

impl Deadline {
    #[allow(clippy::disallowed_methods, reason = "it says how long another process may take")]
    fn new(after: Duration) -> Self {
        Self(Instant::now() + after)
    }

    #[allow(clippy::disallowed_methods, reason = "it says how long another process may take")]
    fn is_over(&self) -> bool {
        Instant::now() >= self.0
    }
}
