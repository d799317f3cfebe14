//! Plain HTTP, byte by byte, so that nothing is added to what a test wants to send.

use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, ensure};

use crate::{PATIENCE, TestRunner};

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// What follows the headers.
    pub body: Vec<u8>,
}

impl Answer {
    /// The values of all headers of this name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(known, _)| known == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks for a path, with these headers and no others but `Connection: close`.
///
/// # Errors
/// When there is no answer.
pub fn get(runner: &TestRunner, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    request(runner, "GET", path, headers)
}

/// The same with another method.
///
/// # Errors
/// When there is no answer.
pub fn request(
    runner: &TestRunner,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Answer> {
    answer(begin(runner, method, path, headers)?)
}

/// The text of a request, with these headers and `Connection: close` unless one of them says what becomes of it.
pub fn text(method: &str, path: &str, headers: &[(&str, &str)]) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    let says = headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("connection"));
    if !says {
        text += "Connection: close\r\n";
    }
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    text + "\r\n"
}

/// The statuses of answers to requests that were sent one after another, up to the end of the connection.
///
/// # Errors
/// When it breaks, or what comes is no answer.
pub fn statuses(mut stream: impl Read) -> Result<Vec<u16>> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let mut statuses = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some(head) = find(rest, b"\r\n\r\n") {
        let answer = parse(&rest[..head], b"")?;
        statuses.push(answer.status);
        let length = answer.header("content-length").context("a length")?;
        let next = head + 4 + length.parse::<usize>()?;
        rest = rest.get(next..).context("a whole body")?;
    }
    Ok(statuses)
}

/// Sends a body.
///
/// # Errors
/// When there is no answer.
pub fn post(
    runner: &TestRunner,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer> {
    send(runner, "POST", path, headers, body)
}

/// The same with another method.
///
/// # Errors
/// When there is no answer.
pub fn send(
    runner: &TestRunner,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer> {
    let length = body.len().to_string();
    let headers = [headers, &[("Content-Length", length.as_str())]].concat();
    let mut stream = begin(runner, method, path, &headers)?;
    // One that is refused early may not be read to its end.
    let _ = stream.write_all(body);
    answer(stream)
}

/// Asks, and reads nothing of the answer yet.
///
/// # Errors
/// When the runner cannot be asked.
pub fn begin(
    runner: &TestRunner,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", runner.port()))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(text(method, path, headers).as_bytes())?;
    Ok(stream)
}

/// What a browser sends to open the socket, except for what the gate looks at.
pub const UPGRADE: [(&str, &str); 4] = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// The `Host` of a runner.
pub fn host(runner: &TestRunner) -> String {
    format!("127.0.0.1:{}", runner.port())
}

/// The `Origin` of a runner's page.
pub fn origin(runner: &TestRunner) -> String {
    format!("http://127.0.0.1:{}", runner.port())
}

/// The cookie that a runner's printed address gives, as `NAME=VALUE`.
///
/// # Errors
/// When it gives none.
pub fn cookie(runner: &TestRunner) -> Result<String> {
    let path = format!("/?token={}", runner.token());
    let answer = get(runner, &path, &[("Host", &host(runner))])?;
    let cookie = answer.header("set-cookie").context("no cookie is set")?;
    let pair = cookie.split(';').next().context("a name and a value")?;
    Ok(pair.to_owned())
}

/// Comes into the room as a new learner, and gives the cookie that is the learner's, as `NAME=VALUE`.
///
/// # Errors
/// When nobody is let in.
pub fn come_in(runner: &TestRunner, code: &str) -> Result<String> {
    let path = format!("/?room={code}");
    let answer = get(runner, &path, &[("Host", &host(runner))])?;
    let cookie = answer.header("set-cookie");
    let cookie = cookie.with_context(|| format!("no cookie is set: {}", answer.text()))?;
    let pair = cookie.split(';').next().context("a name and a value")?;
    Ok(pair.to_owned())
}

/// Reads one answer: to the end of the connection, or to the end of its headers when the connection was
/// upgraded.
///
/// # Errors
/// When there is none, or less of it than was promised.
pub fn answer(mut stream: impl Read) -> Result<Answer> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    let mut answer = loop {
        if let Some(head) = find(&bytes, b"\r\n\r\n") {
            break parse(&bytes[..head], &bytes[head + 4..])?;
        }
        let count = stream.read(&mut buffer)?;
        ensure!(count > 0, "the connection ended before the answer");
        bytes.extend(&buffer[..count]);
    };
    let length = answer.header("content-length").map(str::parse::<usize>);
    let length = length.transpose()?;
    while answer.status != 101 && length != Some(answer.body.len()) {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            ensure!(
                length.is_none(),
                "{} bytes came where {length:?} were promised",
                answer.body.len()
            );
            break;
        }
        answer.body.extend(&buffer[..count]);
    }
    Ok(answer)
}

fn parse(head: &[u8], body: &[u8]) -> Result<Answer> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let headers = lines.filter_map(|line| line.split_once(':'));
    Ok(Answer {
        status: status.context("a status line")?.parse()?,
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect(),
        body: body.to_vec(),
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
