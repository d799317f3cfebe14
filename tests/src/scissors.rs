//! A network that is cut where a test wants it: it stands between a client and a runner, carries their WebSocket frame by
//! frame, and knows of each what kind of message it is.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::TestRunner;

/// Larger frames than a runner or a client sends.
const MOST_FRAME_BYTES: usize = 64 << 20;
/// Larger heads than they send.
const MOST_HEAD_BYTES: usize = 64 << 10;

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The client.
    Page,
    /// The runner.
    Runner,
}

/// Which part of a message still arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Nothing of it.
    Nothing,
    /// Half of its bytes.
    Half,
    /// All of it.
    All,
}

/// What both ends come to know of the cut. The client always does: it is its own connection that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Both connections are closed, and what was sent before arrives.
    Closed,
    /// Both are reset, and what was not read yet is lost.
    Reset,
    /// The runner hears nothing any more, and nothing that it says arrives: its connection stays open.
    Silent,
}

/// Where it is cut, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Whose message.
    pub side: Side,
    /// Which kind of message; any, if absent.
    pub kind: Option<&'static str>,
    /// Which of them, from 1.
    pub number: u64,
    /// What still arrives of it.
    pub part: Part,
    /// How the ends come to know.
    pub way: Way,
}

/// The network. It is gone, with all that it carries, when this is dropped.
pub struct Scissors {
    port: u16,
    seen: Arc<Mutex<Seen>>,
    _carrying: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Seen {
    cut: Option<Cut>,
    cuts: u64,
    messages: BTreeMap<(Side, String), u64>,
}

impl Scissors {
    /// Stands before a runner, and cuts there.
    ///
    /// # Errors
    /// The system's.
    pub async fn before(runner: &TestRunner, cut: Option<Cut>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let to = runner.port();
        let seen = Seen {
            cut,
            ..Seen::default()
        };
        let seen = Arc::new(Mutex::new(seen));
        let mut carrying = JoinSet::new();
        let counts = seen.clone();
        carrying.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((page, _)) = listener.accept().await {
                let seen = counts.clone();
                connections.spawn(async move {
                    // Who loses a connection that could not be carried notices by itself.
                    if let Ok(runner) = TcpStream::connect(("127.0.0.1", to)).await {
                        let _ = carry(page, runner, &seen).await;
                    }
                });
            }
        });
        Ok(Self {
            port,
            seen,
            _carrying: carrying,
        })
    }

    /// Where a client connects to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How often it was cut: once, when the message has come.
    pub fn cuts(&self) -> u64 {
        lock(&self.seen).cuts
    }

    /// How many messages of each kind have come from each side.
    pub fn messages(&self) -> BTreeMap<(Side, String), u64> {
        lock(&self.seen).messages.clone()
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries a connection until one end closes it, or it is cut.
async fn carry(page: TcpStream, runner: TcpStream, seen: &Mutex<Seen>) -> io::Result<()> {
    for stream in [&page, &runner] {
        stream.set_nodelay(true)?;
    }
    let (mut from_page, mut to_page) = page.into_split();
    let (mut from_runner, mut to_runner) = runner.into_split();
    let head = read_head(&mut from_page).await?;
    to_runner.write_all(&head).await?;
    let head = read_head(&mut from_runner).await?;
    to_page.write_all(&head).await?;
    let cut = tokio::select! {
        cut = pass(Side::Page, &mut from_page, &mut to_runner, seen) => cut?,
        cut = pass(Side::Runner, &mut from_runner, &mut to_page, seen) => cut?,
    };
    let rejoined = [(from_page, to_page), (from_runner, to_runner)]
        .map(|(reader, writer)| reader.reunite(writer).map_err(io::Error::other));
    let [page, runner] = rejoined;
    let (page, mut runner) = (page?, runner?);
    match cut.map(|cut| cut.way) {
        None | Some(Way::Closed) => {
            drop(page);
            runner.shutdown().await?;
            // What is not read would make the end a reset.
            tokio::io::copy(&mut runner, &mut tokio::io::sink()).await?;
        }
        Some(Way::Reset) => {
            page.set_zero_linger()?;
            runner.set_zero_linger()?;
        }
        Some(Way::Silent) => {
            drop(page);
            // Until this task is: with the network.
            std::future::pending::<()>().await;
        }
    }
    Ok(())
}

/// Passes frames on, and returns after that at which it is to be cut.
async fn pass(
    side: Side,
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    seen: &Mutex<Seen>,
) -> io::Result<Option<Cut>> {
    while let Some(frame) = read_frame(from).await? {
        let Some(cut) = note(side, &frame.kind, seen) else {
            to.write_all(&frame.bytes).await?;
            continue;
        };
        let arrives = match cut.part {
            Part::Nothing => 0,
            Part::Half => frame.bytes.len() / 2,
            Part::All => frame.bytes.len(),
        };
        to.write_all(&frame.bytes[..arrives]).await?;
        return Ok(Some(cut));
    }
    Ok(None)
}

/// Counts a message, and says whether the connection is cut at it.
fn note(side: Side, kind: &str, seen: &Mutex<Seen>) -> Option<Cut> {
    let mut seen = lock(seen);
    *seen.messages.entry((side, kind.to_owned())).or_default() += 1;
    let wanted = seen.cut.clone()?;
    let is_meant = |(of, known): &(Side, String)| {
        *of == side && wanted.kind.is_none_or(|wanted| wanted == known)
    };
    let meant = seen.messages.iter().filter(|(of, _)| is_meant(of));
    let number: u64 = meant.map(|(_, count)| count).sum();
    let is_here = is_meant(&(side, kind.to_owned())) && number == wanted.number;
    if !is_here {
        return None;
    }
    seen.cuts += 1;
    seen.cut.take()
}

struct RawFrame {
    kind: String,
    bytes: Vec<u8>,
}

/// The head of a request or of an answer.
async fn read_head(from: &mut OwnedReadHalf) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MOST_HEAD_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        head.push(from.read_u8().await?);
    }
    Ok(head)
}

/// One frame (RFC 6455, 5.2); nothing at the end of the connection.
async fn read_frame(from: &mut OwnedReadHalf) -> io::Result<Option<RawFrame>> {
    let mut bytes = vec![0; 2];
    if from.read(&mut bytes[..1]).await? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut bytes[1..]).await?;
    let (opcode, is_masked) = (bytes[0] & 0x0f, bytes[1] & 0x80 != 0);
    let more = match bytes[1] & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let mut length = usize::from(bytes[1] & 0x7f);
    if more > 0 {
        let wide = take(from, &mut bytes, more).await?;
        length = wide
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
    }
    if length > MOST_FRAME_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mask = match is_masked {
        true => take(from, &mut bytes, 4).await?,
        false => vec![0],
    };
    let mut content = take(from, &mut bytes, length).await?;
    for (byte, mask) in content.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
    let kind = kind(opcode, &content);
    Ok(Some(RawFrame { kind, bytes }))
}

/// Reads so many bytes behind those that there are, and gives them.
async fn take(from: &mut OwnedReadHalf, bytes: &mut Vec<u8>, count: usize) -> io::Result<Vec<u8>> {
    let end = bytes.len();
    bytes.resize(end + count, 0);
    from.read_exact(&mut bytes[end..]).await?;
    Ok(bytes[end..].to_vec())
}

/// The kind of a message, as PROTOCOL.md calls it.
fn kind(opcode: u8, content: &[u8]) -> String {
    let name = match (opcode, content.first()) {
        // `{"ping":{"nonce":1}}`: the one key says what it is.
        (1, _) => content.split(|byte| *byte == b'"').nth(1),
        (2, Some(1)) => Some(&b"data"[..]),
        (2, Some(2)) => Some(&b"typed"[..]),
        (2, Some(3)) => Some(&b"glimpse"[..]),
        (8, _) => Some(&b"close"[..]),
        _ => None,
    };
    String::from_utf8_lossy(name.unwrap_or(b"other")).into_owned()
}
