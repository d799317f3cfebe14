//! A server that knows nothing but files, as any web host has one: for the page without a runner.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::Result;

use crate::PATIENCE;

/// Serves a folder below `/some/where/` until the test's process ends.
pub struct StaticServer {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Where the folder is: hosts of projects give each a path of its own.
const BELOW: &str = "/some/where/";

impl StaticServer {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When there is no port.
    pub fn start(folder: &Path) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (folder, heard) = (folder.to_owned(), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, heard) = (folder.clone(), heard.clone());
                // A browser that goes away in the middle is no failure of the test.
                thread::spawn(move || drop(answer(stream, &folder, &heard)));
            }
        });
        Ok(Self { port, asked })
    }

    /// The address of a file below the folder; of its document, if it is empty.
    pub fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{BELOW}{path}", self.port)
    }

    /// What was asked for and is not there.
    pub fn missed(&self) -> Vec<String> {
        self.asked
            .lock()
            .map(|asked| asked.clone())
            .unwrap_or_default()
    }
}

fn answer(mut stream: TcpStream, folder: &Path, missed: &Mutex<Vec<String>>) -> Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let asked = lines.next().unwrap_or(Ok(String::new()))?;
    while !lines.next().unwrap_or(Ok(String::new()))?.is_empty() {}
    let path = asked.split(' ').nth(1).unwrap_or_default();
    let (status, file) = match found(folder, path) {
        Some(file) => ("200 OK", file),
        None => {
            if let Ok(mut missed) = missed.lock() {
                missed.push(asked.clone());
            }
            ("404 Not Found", folder.join("404.html"))
        }
    };
    let extension = file.extension().and_then(|extension| extension.to_str());
    let kind = match extension {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let bytes = fs::read(file)?;
    let length = bytes.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    Ok(stream.write_all(&bytes)?)
}

fn found(folder: &Path, path: &str) -> Option<PathBuf> {
    let path = path.split(['?', '#']).next()?.strip_prefix(BELOW)?;
    let name = if path.is_empty() { "index.html" } else { path };
    let file = folder.join(name);
    (!name.contains("..") && file.is_file()).then_some(file)
}
