//! The same work by `websocketd`, which starts a process for each connection.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;
use pipeyard_tests::{PATIENCE, wait_for};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

struct Websocketd {
    child: Child,
    port: u16,
}

impl Websocketd {
    fn start(options: &[&str], command: &[&str]) -> Result<Self> {
        // Whoever takes the port in between makes the start fail, which is seen.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new("websocketd")
            .args(["--address=127.0.0.1", "--loglevel=fatal"])
            .arg(format!("--port={port}"))
            .args(options)
            .args(command)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("websocketd")?;
        let server = Self { child, port };
        wait_for("websocketd to listen", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        })?;
        Ok(server)
    }

    async fn connect(&self) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>> {
        let address = format!("ws://127.0.0.1:{}/", self.port);
        Ok(connect_async_with_config(address, None, true).await?.0)
    }
}

impl Drop for Websocketd {
    fn drop(&mut self) {
        // Errors mean that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Connect, which runs `echo`, and have its first byte.
pub(crate) async fn first_bytes(count: u64) -> Result<Vec<f64>> {
    let server = Websocketd::start(&[], &["echo", "hi"])?;
    let mut times = Vec::new();
    for _ in 0..count {
        let began = Instant::now();
        let mut socket = server.connect().await?;
        let came = bytes(&mut socket).await?.context("nothing came")?;
        times.push(began.elapsed().as_secs_f64());
        ensure!(came > 0, "an empty message came");
    }
    Ok(times)
}

/// The seconds until so many bytes have come from a process that writes them.
pub(crate) async fn bulk(count: u64) -> Result<f64> {
    let size = count.to_string();
    let server = Websocketd::start(&["--binary=true"], &["head", "-c", &size, "/dev/zero"])?;
    let began = Instant::now();
    let mut socket = server.connect().await?;
    let mut came = 0;
    while came < count {
        let next = bytes(&mut socket).await?;
        came += next.with_context(|| format!("it ends after {came} bytes of {count}"))?;
    }
    Ok(began.elapsed().as_secs_f64())
}

/// The length of the next message; nothing when the connection is closed.
async fn bytes(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Result<Option<u64>> {
    loop {
        let next = timeout(PATIENCE, socket.next())
            .await
            .context("nothing comes any more")?;
        match next.transpose()? {
            None | Some(Message::Close(_)) => return Ok(None),
            Some(Message::Text(text)) => return Ok(Some(text.len() as u64)),
            Some(Message::Binary(bytes)) => return Ok(Some(bytes.len() as u64)),
            Some(_) => {}
        }
    }
}
