//! Connections by hand, for what no client of good manners does.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddrV4, TcpStream};

use anyhow::{Result, ensure};
use pipeyard_shared::message::PROTOCOL_VERSION;
use pipeyard_tests::http::{self, UPGRADE};
use pipeyard_tests::{PATIENCE, TestRunner};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SocketFlags, SocketType, bind, connect as connect_socket, socket, socket_with,
    sockopt,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Bytes that wait to be read, at a connection by hand.
const RECEIVE_BUFFER: usize = 16 << 10;

/// A connection.
pub(crate) fn connect(runner: &TestRunner) -> Result<TcpStream> {
    connect_from(runner, 1)
}

/// A connection from 127.0.0.`last`, which is another machine's for all that the runner knows.
pub(crate) fn connect_from(runner: &TestRunner, last: u8) -> Result<TcpStream> {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    // It takes little that nobody reads.
    sockopt::set_socket_recv_buffer_size(&socket, RECEIVE_BUFFER)?;
    bind(&socket, &SocketAddrV4::new([127, 0, 0, last].into(), 0))?;
    connect_socket(
        &socket,
        &SocketAddrV4::new([127, 0, 0, 1].into(), runner.port()),
    )?;
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The same of somebody who does not wait; nothing where the runner's kernel does not answer at once. On one machine it answers
/// within the call, whatever the runner does, if it answers at all.
pub(crate) fn connect_at_once_from(runner: &TestRunner, last: u8) -> Result<Option<TcpStream>> {
    let flags = SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    bind(&socket, &SocketAddrV4::new([127, 0, 0, last].into(), 0))?;
    let address = SocketAddrV4::new([127, 0, 0, 1].into(), runner.port());
    match connect_socket(&socket, &address) {
        Ok(()) | Err(Errno::INPROGRESS) => {}
        Err(error) => return Err(error.into()),
    }
    let stream = TcpStream::from(socket);
    match stream.peer_addr() {
        Ok(_) => Ok(Some(stream)),
        Err(error) if error.kind() == ErrorKind::NotConnected => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Reads until the other end closes; a connection that is reset is closed, too.
pub(crate) fn rest(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(bytes),
            Ok(count) => bytes.extend(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(bytes),
            Err(error) => return Err(error.into()),
        }
    }
}

/// The head of an answer.
pub(crate) fn head(stream: &mut TcpStream) -> Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// More connections than the usual 1,024 descriptors, here and in the runners that are started from now on: these have fewer
/// connections where they have few descriptors.
pub(crate) fn have_many_descriptors() -> Result<()> {
    const MANY: u64 = 4_096;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < MANY) {
        let current = Some(MANY);
        setrlimit(Resource::Nofile, Rlimit { current, ..limit })?;
    }
    Ok(())
}

/// A socket that is open, by hand.
pub(crate) fn open(runner: &TestRunner) -> Result<TcpStream> {
    let (host, origin) = (http::host(runner), http::origin(runner));
    let bearer = format!("Bearer {}", runner.token());
    let mut headers = UPGRADE.to_vec();
    headers.extend([
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("Authorization", &bearer),
    ]);
    let mut stream = connect(runner)?;
    stream.write_all(http::text("GET", "/socket", &headers).as_bytes())?;
    let head = head(&mut stream)?;
    ensure!(head.starts_with("HTTP/1.1 101"), "{head}");
    Ok(stream)
}

/// A frame of a WebSocket as a client sends it, masked with nothing: 1 is a text, 9 a ping, 0 a piece that goes on with another.
pub(crate) fn frame(kind: u8, is_last: bool, bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![kind | if is_last { 0x80 } else { 0 }];
    match u16::try_from(bytes.len()) {
        Ok(length) if length < 126 => frame.push(0x80 | bytes.len() as u8),
        Ok(length) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        Err(_) => {
            frame.push(0x80 | 127);
            frame.extend((bytes.len() as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(bytes);
    frame
}

/// The first thing that a page says.
pub(crate) fn hello() -> Vec<u8> {
    let hello = format!(r#"{{"hello":{{"protocol":{PROTOCOL_VERSION}}}}}"#);
    frame(1, true, hello.as_bytes())
}
