//! Somebody who does one thing to a runner as fast as he can, throws away what he is told, and comes back whenever he is thrown
//! out. A program of its own, so that what it costs itself is not taken for what it costs others.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::message::PROTOCOL_VERSION;
use pipeyard_tests::http::{self, UPGRADE};
use rustix::net::sockopt;

/// Connections that are at it at once: as many as a learner may have pages.
const CONNECTIONS: usize = 8;
/// How often it is done, or how long it is tried, before it is said to be under way: what may be done at once at first is used up then.
const FIRST: u64 = 3_000;
const FIRST_TIME: Duration = Duration::from_secs(2);
/// Who comes back at once and is not let in would only burn his own time.
const BREATH: Duration = Duration::from_millis(1);

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attack {
    /// Connects, says half a request, and goes.
    Connect,
    /// Asks for the page with wrong keys, again and again over the same connections.
    Knock,
    /// Says nonsense where a hello is expected.
    Nonsense,
    /// Says hello, and then nonsense.
    Flood,
    /// Says hello, and then pings that the WebSocket answers by itself.
    Pings,
    /// Says hello, and then a message in empty pieces that never ends.
    Pieces,
    /// Says hello, and then nonsense of four million bytes.
    Large,
}

impl Attack {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Connect,
        Self::Knock,
        Self::Nonsense,
        Self::Flood,
        Self::Pings,
        Self::Pieces,
        Self::Large,
    ];

    /// Its name on the command line, and what it is in words.
    pub(crate) fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Connect => ("connect", "connects, says half a request and goes"),
            Self::Knock => ("knock", "asks for the page with wrong keys"),
            Self::Nonsense => ("nonsense", "sends nonsense in place of a hello"),
            Self::Flood => ("flood", "sends small messages of nonsense"),
            Self::Pings => ("pings", "sends pings"),
            Self::Pieces => ("pieces", "sends empty pieces of a message without end"),
            Self::Large => ("large", "sends messages of 4 MB of nonsense"),
        }
    }

    fn needs_cookie(self) -> bool {
        !matches!(self, Self::Connect | Self::Knock)
    }
}

/// Does it until it is ended. Prints a line once it is under way.
pub(crate) fn attack(name: &str, port: &str, cookie: &str) -> Result<()> {
    let attack = Attack::ALL.into_iter().find(|known| known.told().0 == name);
    let attack = attack.context("there is no such attack")?;
    let host = format!("127.0.0.1:{port}");
    let begin = if attack.needs_cookie() {
        let origin = format!("http://{host}");
        let mut headers = UPGRADE.to_vec();
        headers.extend([
            ("Host", host.as_str()),
            ("Origin", &origin),
            ("Cookie", cookie),
        ]);
        let mut begin = http::text("GET", "/socket", &headers).into_bytes();
        if attack != Attack::Nonsense {
            let hello = format!(r#"{{"hello":{{"protocol":{PROTOCOL_VERSION}}}}}"#);
            begin.extend(frame(0x81, hello.as_bytes()));
        }
        if attack == Attack::Pieces {
            begin.extend(frame(0x01, b""));
        }
        begin
    } else {
        Vec::new()
    };
    let again = again(attack, &host);
    let done = AtomicU64::new(0);
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let tell = tell.clone();
                loop {
                    let went = once(attack, &host, &begin, &again, &|| {
                        if done.fetch_add(1, Ordering::Relaxed) == FIRST {
                            // Nobody waits for it any more when the time has been up before.
                            let _ = tell.send(());
                        }
                    });
                    if went.is_err() {
                        thread::sleep(BREATH);
                    }
                }
            });
        }
        // Whoever is held back does not come so far.
        let _ = told.recv_timeout(FIRST_TIME);
        println!("under way");
    });
    Ok(())
}

/// One connection, until it ends.
fn once(attack: Attack, host: &str, begin: &[u8], again: &[u8], did: &dyn Fn()) -> Result<()> {
    let mut stream = TcpStream::connect(host)?;
    // What has been sent ends with him: else it would be read, as slowly as it may be, long after.
    sockopt::set_socket_linger(&stream, Some(Duration::ZERO))?;
    if attack == Attack::Connect {
        stream.write_all(again)?;
        did();
        return Ok(stream.shutdown(Shutdown::Both)?);
    }
    if attack.needs_cookie() {
        stream.write_all(begin)?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        ensure!(&status == b"HTTP/1.1 101", "it was not let in");
    }
    let told = stream.try_clone()?;
    thread::scope(|scope| {
        // Who does not listen is soon not listened to any more.
        scope.spawn(|| std::io::copy(&mut &told, &mut std::io::sink()));
        let written = loop {
            match stream.write_all(again) {
                Ok(()) => did(),
                Err(error) => break error,
            }
        };
        // It may be gone already.
        let _ = stream.shutdown(Shutdown::Both);
        Err(written.into())
    })
}

/// What is sent over and over.
fn again(attack: Attack, host: &str) -> Vec<u8> {
    match attack {
        Attack::Connect => b"GET / HTTP/1.1\r\nHost: ".to_vec(),
        Attack::Knock => {
            let headers = [("Host", host), ("Connection", "keep-alive")];
            let knocks = (0..50).map(|number| {
                let path = format!("/?token=a-wrong-key-{number}");
                http::text("GET", &path, &headers)
            });
            knocks.collect::<String>().into_bytes()
        }
        Attack::Nonsense | Attack::Flood => frame(0x81, br#"{"ping":{"nonce":"#).repeat(100),
        Attack::Pings => frame(0x89, b"").repeat(500),
        Attack::Pieces => frame(0x00, b"").repeat(500),
        Attack::Large => frame(0x81, &vec![b'x'; (4 << 20) - 64]),
    }
}

fn frame(head: u8, bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![head];
    match bytes.len() {
        length @ 0..126 => frame.push(0x80 | length as u8),
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(bytes);
    frame
}
