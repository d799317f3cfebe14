//! The parts of a program that are the same for every chain.

/// A program that leaves it to bash; `START` and `SCRIPT` are to be filled in.
pub(super) const BY_BASH: &str = r#"
use std::os::unix::process::CommandExt;
use std::process::Command;

fn main() -> std::io::Result<()> {
    // `exec` comes back only with an error.
    let script = String::from_utf8_lossy(SCRIPT).into_owned();
    Err(START.arg("-c").arg(script).exec())
}
"#;

/// How all others begin.
pub(super) const HEAD: &str = r#"
#![allow(dead_code, unused_imports, unused_mut)]

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

type Source = Box<dyn Read + Send>;
type Target = Box<dyn Write + Send>;

"#;

/// Starts the lanes; `LANES`, `JOBS` and `CALL` are to be filled in.
pub(super) const MAIN: &str = r#"fn main() -> io::Result<()> {
    let all = All::new();
    let next = AtomicUsize::new(0);
    let statuses = Mutex::new(vec![0; LANES]);
    thread::scope(|scope| {
        for _ in 0..JOBS {
            scope.spawn(|| loop {
                let next = next.fetch_add(1, Ordering::Relaxed);
                if next >= LANES || all.over.load(Ordering::Relaxed) {
                    break;
                }
                let status = CALL.unwrap_or_else(|error| {
                    eprintln!("{error}");
                    127
                });
                statuses.lock().unwrap()[next] = status;
            });
        }
    });
    let mut stdout = io::stdout();
    stdout.write_all(&all.ends.lock().unwrap())?;
    stdout.flush()?;
    // The last lane that failed.
    let status = statuses.into_inner().unwrap().into_iter().rev().find(|status| *status != 0);
    let over = all.over.load(Ordering::Relaxed);
    std::process::exit(if over { 124 } else { status.unwrap_or(0) })
}
"#;

/// What a lane uses.
pub(super) const HELPERS: &str = r#"
/// What all lanes share.
struct All {
    began: Instant,
    over: AtomicBool,
    /// Ends of outputs without a newline: they are printed last.
    ends: Arc<Mutex<Vec<u8>>>,
}

impl All {
    fn new() -> Self {
        Self { began: Instant::now(), over: AtomicBool::new(false), ends: Arc::default() }
    }
}

/// Waits for all, each with the milliseconds that it may take, and returns their statuses as a shell has them.
fn wait_all(mut children: Vec<(Child, Option<u64>)>, all: &All) -> Vec<i32> {
    let timed = TIME.is_some() || children.iter().any(|(_, time)| time.is_some());
    let began = Instant::now();
    let mut asked: Vec<Option<Instant>> = vec![None; children.len()];
    loop {
        let mut alive = false;
        for ((child, time), asked) in children.iter_mut().zip(&mut asked) {
            if !timed {
                let _ = child.wait();
            }
            if !matches!(child.try_wait(), Ok(None)) {
                continue;
            }
            alive = true;
            let over = TIME.is_some_and(|time| all.began.elapsed() >= Duration::from_millis(time));
            if over {
                all.over.store(true, Ordering::Relaxed);
            }
            match asked {
                None if over || time.is_some_and(|time| began.elapsed() >= Duration::from_millis(time)) => {
                    *asked = Some(Instant::now());
                    // The child has not been waited for, so the number is its own.
                    unsafe { kill(child.id() as i32, 15) };
                }
                Some(asked) if asked.elapsed() >= Duration::from_secs(2) => {
                    let _ = child.kill();
                }
                _ => {}
            }
        }
        if !alive {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let statuses = children.iter_mut().zip(asked).map(|((child, _), asked)| match child.wait() {
        _ if asked.is_some() => 124,
        Ok(status) => status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)),
        Err(_) => 1,
    });
    statuses.collect()
}

unsafe extern "C" {
    fn kill(process: i32, signal: i32) -> i32;
}

/// Copies one to several; who leaves early does not end the others.
fn tee(mut source: Source, mut targets: Vec<Target>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut chunk = vec![0; 65536];
        while let Ok(count @ 1..) = source.read(&mut chunk) {
            targets.retain_mut(|target| target.write_all(&chunk[..count]).is_ok());
            if targets.is_empty() {
                break;
            }
        }
    })
}

/// Passes on whole lines of whoever has one; ends without a newline come last.
fn merge_lines(sources: Vec<Source>, target: Target) -> JoinHandle<()> {
    let target = Arc::new(Mutex::new(target));
    let ends = Arc::new(Mutex::new(Vec::new()));
    let readers: Vec<_> = sources.into_iter().map(|source| lines(source, target.clone(), ends.clone())).collect();
    thread::spawn(move || {
        for reader in readers {
            let _ = reader.join();
        }
        // A reader that has left wants none of it.
        let _ = target.lock().unwrap().write_all(&ends.lock().unwrap());
    })
}

/// Prints whole lines.
fn print_lines(source: impl Read + Send + 'static, all: &All) -> JoinHandle<()> {
    let stdout: Target = Box::new(io::stdout());
    lines(Box::new(source), Arc::new(Mutex::new(stdout)), all.ends.clone())
}

fn lines(source: Source, target: Arc<Mutex<Target>>, ends: Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut source = BufReader::new(source);
        let mut line = Vec::new();
        while let Ok(1..) = source.read_until(b'\n', &mut line) {
            if !line.ends_with(b"\n") {
                ends.lock().unwrap().append(&mut line);
            }
            if target.lock().unwrap().write_all(&line).is_err() {
                break;
            }
            line.clear();
        }
    })
}

/// Passes on all of the first, then all of the second, and so on.
fn merge_ordered(sources: Vec<Source>, mut target: Target) -> JoinHandle<()> {
    thread::spawn(move || {
        for mut source in sources {
            if io::copy(&mut source, &mut target).is_err() {
                break;
            }
        }
    })
}

/// The same again and again.
struct Repeat {
    text: Vec<u8>,
    times: Option<u64>,
    at: usize,
}

impl Repeat {
    fn new(text: Vec<u8>, times: Option<u64>) -> Self {
        Self { text, times, at: 0 }
    }
}

impl Read for Repeat {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while count < into.len() && self.times != Some(0) && !self.text.is_empty() {
            let part = (self.text.len() - self.at).min(into.len() - count);
            into[count..count + part].copy_from_slice(&self.text[self.at..self.at + part]);
            count += part;
            self.at += part;
            if self.at == self.text.len() {
                self.at = 0;
                self.times = self.times.map(|times| times - 1);
            }
        }
        Ok(count)
    }
}
"#;
