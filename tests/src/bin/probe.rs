//! A program to be started by the engine's tests: each subcommand does one thing that processes do.
//!
//! Like any ordinary program it dies by SIGPIPE; Rust's own start-up ignores that signal, so `main`
//! puts it back.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use rustix::time::{ClockId, clock_gettime};

#[path = "../pattern.rs"]
#[allow(dead_code, unreachable_pub, reason = "the tests use more of it")]
mod pattern;

use pattern::Sum;

/// Between two looks for the file of a gate.
const GATE_INTERVAL: Duration = Duration::from_millis(10);

fn main() -> ExitCode {
    set_signal(libc::SIGPIPE, libc::SIG_DFL);
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else {
        return usage();
    };
    let text = |index: usize| rest.get(index).and_then(|text| text.to_str());
    let number = |index: usize| text(index).and_then(|text| text.parse::<u64>().ok());
    let done = match (command.to_str().unwrap_or_default(), number(0)) {
        ("echo", _) => echo(rest),
        ("exit", Some(code)) => return ExitCode::from(code as u8),
        ("env", _) => rest.iter().try_for_each(|name| variable(name)),
        ("args", _) => rest
            .iter()
            .try_for_each(|argument| hex_line(argument.as_bytes())),
        ("fds", _) => descriptors(),
        ("hold", Some(seconds)) => hold(seconds),
        ("sleep", Some(seconds)) => sleep(seconds),
        ("ignore-term", Some(seconds)) => ignore_term(seconds),
        ("flood", Some(count)) => write_pattern(0, count, 1 << 16),
        ("chunks", _) => chunks(text(0).unwrap_or_default()),
        ("lines", Some(count)) => lines(count, text(1).unwrap_or("line")),
        ("burn", Some(milliseconds)) => burn(milliseconds),
        ("read-nothing", Some(seconds)) => sleep(seconds),
        ("late-byte", Some(milliseconds)) => late_byte(milliseconds),
        ("last-word", _) => last_word(rest),
        ("sum", _) => sum(io::stdin(), 0),
        ("sum-file", _) => fs::File::open(rest.first().map_or(OsStr::new(""), OsString::as_os_str))
            .and_then(|file| sum(file, 0)),
        ("slow-sum", Some(milliseconds)) => sum(io::stdin(), milliseconds),
        ("deadlock", _) => deadlock(rest),
        ("upper", _) => upper(),
        ("gate", _) => gate(rest),
        _ => return usage(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("probe: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!(
        "probe echo ARGS | exit CODE | env NAMES | args ARGS | fds | hold SECONDS | sleep SECONDS | \
         ignore-term SECONDS | flood BYTES | chunks SIZE,SIZE | lines COUNT TAG | burn MS | \
         read-nothing SECONDS | late-byte MS | last-word ARGS | sum | sum-file PATH | slow-sum MS | \
         deadlock PATH | upper | gate FILE PROGRAM ARGS"
    );
    ExitCode::from(64)
}

/// The arguments with spaces between, and a newline.
fn echo(words: &[OsString]) -> io::Result<()> {
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    let mut out = io::stdout().lock();
    out.write_all(&words.join(&b' '))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Words on both streams in one write each, and gone: what a reader must not miss.
fn last_word(words: &[OsString]) -> io::Result<()> {
    echo(words)?;
    io::stderr().write_all(b"last words\n")
}

fn variable(name: &OsStr) -> io::Result<()> {
    match env::var_os(name) {
        Some(value) => hex_line(value.as_bytes()),
        None => io::stdout().write_all(b"unset\n"),
    }
}

fn hex_line(bytes: &[u8]) -> io::Result<()> {
    let line: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    io::stdout().write_all((line + "\n").as_bytes())
}

/// `fd NUMBER TARGET` for each open descriptor, then the working directory in hexadecimal.
fn descriptors() -> io::Result<()> {
    let own = format!("/proc/{}/fd", std::process::id());
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        let entry = entry?;
        let number: u32 = entry
            .file_name()
            .to_string_lossy()
            .parse()
            .unwrap_or(u32::MAX);
        let target = fs::read_link(entry.path())?;
        // The listing itself holds the directory open.
        if target.as_os_str() != own.as_str() {
            found.push((number, target));
        }
    }
    found.sort();
    for (number, target) in found {
        println!("fd {number} {}", target.display());
    }
    hex_line(env::current_dir()?.as_os_str().as_bytes())
}

/// Leaves a process behind that keeps standard output open, and ends at once.
fn hold(seconds: u64) -> io::Result<()> {
    let child = Command::new(env::current_exe()?)
        .args(["sleep", &seconds.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    println!("held by {}", child.id());
    Ok(())
}

fn sleep(seconds: u64) -> io::Result<()> {
    thread::sleep(Duration::from_secs(seconds));
    Ok(())
}

fn ignore_term(seconds: u64) -> io::Result<()> {
    set_signal(libc::SIGTERM, libc::SIG_IGN);
    println!("deaf");
    io::stdout().flush()?;
    sleep(seconds)
}

/// Bytes of the pattern in writes of `size`.
fn write_pattern(from: u64, count: u64, size: usize) -> io::Result<()> {
    let block = pattern::bytes(0, size + pattern::PERIOD as usize);
    let mut out = raw_stdout();
    let mut at = from;
    while at < from + count {
        let length = (from + count - at).min(size as u64) as usize;
        let start = (at % pattern::PERIOD) as usize;
        out.write_all(&block[start..start + length])?;
        at += length as u64;
    }
    Ok(())
}

/// Writes of exactly these sizes, each one system call.
fn chunks(sizes: &str) -> io::Result<()> {
    let mut out = raw_stdout();
    let mut at = 0;
    for size in sizes.split(',').filter(|size| !size.is_empty()) {
        let size: usize = size.parse().map_err(io::Error::other)?;
        out.write_all(&pattern::bytes(at, size))?;
        at += size as u64;
    }
    Ok(())
}

/// `TAG 0`, `TAG 1`, … cut without regard to where lines end, so that a careless merge tears them.
fn lines(count: u64, tag: &str) -> io::Result<()> {
    const PIECES: [usize; 6] = [4_095, 1, 4_097, 13, 8_191, 700];
    let mut out = raw_stdout();
    let mut text = Vec::with_capacity(1 << 16);
    let mut pieces = PIECES.iter().cycle();
    for number in 0..count {
        writeln!(text, "{tag} {number}")?;
        if text.len() > 1 << 15 {
            let mut rest = text.as_slice();
            while let Some(piece) = pieces.next().filter(|piece| **piece <= rest.len()) {
                let (now, later) = rest.split_at(*piece);
                out.write_all(now)?;
                rest = later;
            }
            text = rest.to_vec();
        }
    }
    out.write_all(&text)
}

/// Uses up so much of a processor's time, however long it takes to get it.
fn burn(milliseconds: u64) -> io::Result<()> {
    let until = Duration::from_millis(milliseconds);
    let mut sum = Sum::new();
    while processor_time() < until {
        sum.add(&[1; 4_096]);
    }
    print!("{}", sum.line());
    Ok(())
}

/// What this process has had of a processor's time.
fn processor_time() -> Duration {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        used.tv_sec.unsigned_abs(),
        used.tv_nsec.unsigned_abs() as u32,
    )
}

/// One byte, long after the reader may have left.
fn late_byte(milliseconds: u64) -> io::Result<()> {
    thread::sleep(Duration::from_millis(milliseconds));
    let written = raw_stdout().write(b"!");
    eprintln!("the late byte: {written:?}");
    Ok(())
}

/// How many bytes come, and their checksum.
fn sum(mut input: impl Read, pause_ms: u64) -> io::Result<()> {
    let mut sum = Sum::new();
    let mut buffer = vec![0; 1 << 16];
    let size = if pause_ms > 0 { 4_096 } else { buffer.len() };
    loop {
        let count = input.read(&mut buffer[..size])?;
        if count == 0 {
            break;
        }
        sum.add(&buffer[..count]);
        thread::sleep(Duration::from_millis(pause_ms));
    }
    print!("{}", sum.line());
    Ok(())
}

/// Reads one input to its end before it looks at the other.
fn deadlock(paths: &[OsString]) -> io::Result<()> {
    sum(io::stdin(), 0)?;
    for path in paths {
        sum(fs::File::open(path)?, 0)?;
    }
    Ok(())
}

/// Answers each read at once, in capitals: for typing into.
fn upper() -> io::Result<()> {
    let mut out = raw_stdout();
    let mut buffer = [0; 4_096];
    loop {
        let count = io::stdin().read(&mut buffer)?;
        if count == 0 {
            return out.write_all(b"end\n");
        }
        out.write_all(&buffer[..count].to_ascii_uppercase())?;
    }
}

/// Waits for a file, then becomes a program.
fn gate(words: &[OsString]) -> io::Result<()> {
    let [file, program, args @ ..] = words else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    while !fs::exists(file)? {
        thread::sleep(GATE_INTERVAL);
    }
    Err(Command::new(program).args(args).exec())
}

/// Standard output without a buffer of its own.
fn raw_stdout() -> fs::File {
    use std::os::fd::AsFd;
    let descriptor = io::stdout().as_fd().try_clone_to_owned();
    descriptor.expect("standard output is open").into()
}

#[expect(
    unsafe_code,
    reason = "the standard library has no way to set a signal's disposition"
)]
fn set_signal(signal: libc::c_int, disposition: libc::sighandler_t) {
    // SAFETY: neither SIG_DFL nor SIG_IGN runs any code of ours.
    unsafe { libc::signal(signal, disposition) };
}
