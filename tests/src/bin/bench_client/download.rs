//! Everything that a process writes, by download: what the watching of a flow does not promise.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_tests::{PATIENCE, TestRunner, http};

use super::page::Page;

/// How long to wait for more where nothing new is there.
const PAUSE: Duration = Duration::from_millis(1);

/// Connects, starts a process that writes so many bytes, and fetches them while it does: the seconds from
/// before the connecting to the last byte.
pub(crate) async fn bulk(count: u64) -> Result<f64> {
    let spill = count.to_string();
    let runner = TestRunner::start_with(&["--spill-bytes", &spill], &[])?;
    let address = http::host(&runner);
    let key = runner.token().to_owned();
    let head = Stage::process("head", "head", ["-c", &spill, "/dev/zero"]);
    let chain = Chain::of_stages("", vec![head]);
    let began = Instant::now();
    let mut page = Page::open(&runner).await?;
    let run = page.start(&chain).await?;
    let session = page.session.clone().context("a welcome")?;
    let path = format!("/data/{}/{run}/0", session.as_str());
    let over = Arc::new(AtomicBool::new(false));
    let seen = over.clone();
    let fetching = thread::spawn(move || fetch(&address, &path, &key, count, &seen));
    page.until_over(run).await?;
    over.store(true, Ordering::Release);
    let fetched = tokio::task::spawn_blocking(move || fetching.join()).await?;
    fetched.ok().context("the fetching panicked")??;
    Ok(began.elapsed().as_secs_f64())
}

/// Fetches what is new, again and again, over one connection.
fn fetch(address: &str, path: &str, key: &str, count: u64, over: &AtomicBool) -> Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::with_capacity(256 << 10, stream.try_clone()?);
    let mut buffer = vec![0; 1 << 20];
    let mut came = 0;
    while came < count {
        let was_over = over.load(Ordering::Acquire);
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\nRange: bytes={came}-\r\n\r\n"
        );
        stream.write_all(request.as_bytes())?;
        let (status, mut left) = head(&mut reader)?;
        let fresh = status == 206;
        ensure!(
            fresh || status == 416,
            "the download is answered with {status}"
        );
        while left > 0 {
            let most = buffer.len().min(usize::try_from(left)?);
            let read = reader.read(&mut buffer[..most])?;
            ensure!(read > 0, "the download breaks after {came} bytes");
            left -= read as u64;
            if fresh {
                came += read as u64;
            }
        }
        if !fresh {
            ensure!(!was_over, "only {came} bytes of {count} are kept");
            thread::sleep(PAUSE);
        }
    }
    Ok(())
}

/// The status and the length of what follows.
fn head(reader: &mut impl BufRead) -> Result<(u16, u64)> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).context("a status")?.parse()?;
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            return Ok((status, length));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
}
