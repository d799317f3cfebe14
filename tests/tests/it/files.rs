//! The files of the workspace over HTTP: listed, given, taken, removed, and brought back.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Access, Stage};
use pipeyard_shared::files::{Entry, Kind, Listing};
use pipeyard_tests::credentials::{Credentials, ask};
use pipeyard_tests::http::{self, Answer};
use pipeyard_tests::processes::{most_resident_kib, resident_kib};
use pipeyard_tests::{Client, Pipeyard, TestRunner, lay, pattern, processes, wait_for};
use rustix::fs::{Mode, OFlags};
use rustix::process::Signal;
use tempfile::TempDir;

/// A path as an address has it.
pub(crate) fn address(path: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        byte if byte.is_ascii_alphanumeric() || b"/-._".contains(byte) => {
            char::from(*byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    format!("/files/{}", path.iter().map(letter).collect::<String>())
}

pub(crate) fn put(runner: &TestRunner, path: &[u8], body: &[u8]) -> Result<Answer> {
    ask(runner, "PUT", &address(path), &[], body)
}

pub(crate) fn get(runner: &TestRunner, path: &[u8]) -> Result<Answer> {
    ask(runner, "GET", &address(path), &[], b"")
}

pub(crate) fn delete(runner: &TestRunner, path: &[u8]) -> Result<Answer> {
    ask(runner, "DELETE", &address(path), &[], b"")
}

pub(crate) fn reset(runner: &TestRunner) -> Result<Answer> {
    ask(runner, "POST", "/files-reset", &[], b"")
}

pub(crate) fn listing(runner: &TestRunner) -> Result<Listing> {
    let answer = ask(runner, "GET", "/files", &[], b"")?;
    ensure!(answer.status == 200, "{}", answer.text());
    Ok(serde_json::from_slice(&answer.body)?)
}

fn entry(runner: &TestRunner, path: &[u8]) -> Result<Option<Entry>> {
    let entries = listing(runner)?.entries;
    Ok(entries
        .into_iter()
        .find(|entry| entry.path.as_bytes() == path))
}

/// Every file, by name.
pub(crate) fn content(folder: &Path) -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let mut content = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().as_bytes().to_vec();
        content.insert(name, fs::read(entry.path())?);
    }
    Ok(content)
}

fn seed() -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    content(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../runner/workspace"))
}

#[test]
fn a_file_goes_in_is_listed_comes_back_and_goes() -> Result<()> {
    let runner = TestRunner::start()?;
    let empty = listing(&runner)?;
    assert_eq!((empty.entries.len(), empty.used.files), (0, 0));
    assert!(!empty.can_reset && !empty.more);
    assert_eq!(
        empty.directory.as_bytes(),
        fs::canonicalize(runner.workspace())?.as_os_str().as_bytes()
    );

    assert_eq!(put(&runner, b"one.txt", b"one\n")?.status, 204);
    fs::create_dir(runner.workspace().join("folder"))?;
    assert_eq!(put(&runner, b"folder/two", b"")?.status, 204);
    let listed = listing(&runner)?;
    let entries: Vec<_> = listed
        .entries
        .iter()
        .map(|entry| (entry.path.as_bytes(), entry.kind, entry.bytes))
        .collect();
    assert_eq!(
        entries,
        [
            (&b"folder"[..], Kind::Directory, 0),
            (b"folder/two", Kind::File, 0),
            (b"one.txt", Kind::File, 4),
        ]
    );
    assert_eq!((listed.used.files, listed.used.bytes), (3, 4));
    let modified = fs::metadata(runner.workspace().join("one.txt"))?;
    assert_eq!(
        listed.entries[2].modified_ms,
        modified.mtime() * 1_000 + modified.mtime_nsec() / 1_000_000
    );

    let answer = get(&runner, b"one.txt")?;
    assert_eq!((answer.status, answer.text().as_str()), (200, "one\n"));
    assert_eq!(get(&runner, b"folder/two")?.body, b"");
    assert_eq!(delete(&runner, b"one.txt")?.status, 204);
    assert_eq!(get(&runner, b"one.txt")?.status, 404);
    assert_eq!(delete(&runner, b"one.txt")?.status, 404);

    let answer = delete(&runner, b"folder")?;
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert!(runner.workspace().join("folder/two").exists());
    let all = format!("{}?all=yes", address(b"folder"));
    assert_eq!(ask(&runner, "DELETE", &all, &[], b"")?.status, 204);
    fs::create_dir(runner.workspace().join("empty"))?;
    assert_eq!(delete(&runner, b"empty")?.status, 204);
    assert_eq!(listing(&runner)?.entries, []);
    Ok(())
}

/// A page could be made of a file, and must not become one.
#[test]
fn a_file_is_given_to_be_saved_whole_or_in_part() -> Result<()> {
    let runner = TestRunner::start()?;
    put(&runner, "ü.html".as_bytes(), b"<script>alert(1)</script>")?;
    let answer = get(&runner, "ü.html".as_bytes())?;
    assert_eq!(
        answer.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"_.html\"; filename*=UTF-8''%C3%BC.html")
    );
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(answer.header("content-security-policy").is_some());
    let range = [("Range", "bytes=1-6")];
    let answer = ask(&runner, "GET", &address("ü.html".as_bytes()), &range, b"")?;
    assert_eq!((answer.status, answer.text().as_str()), (206, "script"));
    assert_eq!(answer.header("content-range"), Some("bytes 1-6/25"));
    Ok(())
}

/// Neither way holds a file in memory.
#[test]
fn a_large_file_goes_both_ways_in_little_memory() -> Result<()> {
    const BYTES: usize = 100 << 20;
    let runner = TestRunner::start()?;
    listing(&runner)?;
    let before = resident_kib(runner.pid());
    let bytes = pattern::bytes(0, BYTES);
    assert_eq!(put(&runner, b"large", &bytes)?.status, 204);
    let answer = get(&runner, b"large")?;
    assert!(
        answer.body == bytes,
        "{} bytes, or others",
        answer.body.len()
    );
    let most = most_resident_kib(runner.pid());
    assert!(before > 0 && most > 0, "nobody knows");
    let grown = most.saturating_sub(before);
    assert!(grown < 40 << 10, "it grew by {grown} KiB");
    Ok(())
}

#[test]
fn any_name_that_the_kernel_takes_survives() -> Result<()> {
    let runner = TestRunner::start()?;
    let long = [b'x'; 255];
    let names: [&[u8]; 12] = [
        b"two words",
        "ü and 한글.txt".as_bytes(),
        b"line\nbreak",
        b"not \xff\xfe utf-8",
        b"-rf",
        b"%41",
        b"a?b#c&d",
        b"..x",
        b".hidden",
        b"\"<>'`$(x)\\",
        b"files",
        &long,
    ];
    for name in names {
        let answer = put(&runner, name, name)?;
        assert_eq!(answer.status, 204, "{name:?}: {}", answer.text());
        let path = runner.workspace().join(OsStr::from_bytes(name));
        assert_eq!(fs::read(path)?, name);
        assert!(entry(&runner, name)?.is_some(), "{name:?}");
        assert_eq!(get(&runner, name)?.body, name);
    }
    assert_eq!(listing(&runner)?.entries.len(), names.len());
    for name in names {
        assert_eq!(delete(&runner, name)?.status, 204, "{name:?}");
    }
    assert_eq!(listing(&runner)?.entries, []);
    Ok(())
}

/// A run finds what was uploaded, and the page what a run has written.
#[tokio::test]
async fn runs_and_the_page_see_the_same_files() -> Result<()> {
    let runner = TestRunner::start()?;
    put(&runner, b"in.txt", b"b\na\n")?;
    let mut client = Client::connect(&runner).await?;
    let stages = [
        Stage::file("in", "in.txt", Access::Read),
        Stage::process("sort", "sort", []),
        Stage::file("out", "out.txt", Access::Write),
    ];
    client
        .run(&lay(stages).build())
        .await?
        .until_ended()
        .await?;
    assert_eq!(get(&runner, b"out.txt")?.text(), "a\nb\n");
    Ok(())
}

#[test]
fn an_upload_replaces_only_where_that_is_meant() -> Result<()> {
    let runner = TestRunner::start()?;
    let new = [("If-None-Match", "*")];
    let path = address(b"file");
    assert_eq!(ask(&runner, "PUT", &path, &new, b"old")?.status, 204);
    let answer = ask(&runner, "PUT", &path, &new, b"new")?;
    assert_eq!(answer.status, 412, "{}", answer.text());
    assert_eq!(get(&runner, b"file")?.text(), "old");
    assert_eq!(put(&runner, b"file", b"new")?.status, 204);
    assert_eq!(get(&runner, b"file")?.text(), "new");
    fs::create_dir(runner.workspace().join("folder"))?;
    assert_eq!(put(&runner, b"folder", b"x")?.status, 409);
    assert_eq!(put(&runner, b"file/x", b"x")?.status, 404);
    assert_eq!(put(&runner, b"nowhere/x", b"x")?.status, 404);
    assert_eq!(content(&runner.workspace().join("folder"))?.len(), 0);
    Ok(())
}

/// Half of a file was what another program found, and a runner that was killed left it there.
#[test]
fn an_upload_that_is_cut_off_was_never_seen_and_leaves_nothing() -> Result<()> {
    let home = TempDir::new()?;
    let runner = TestRunner::start_in(home.path(), &[])?;
    let place = runner.workspace();
    put(&runner, b"file", b"old")?;
    let before = content(&place)?;
    let begin = || -> Result<TcpStream> {
        let mut stream = upload(&runner, b"file", 1_000_000)?;
        stream.write_all(&[b'x'; 1_000])?;
        until_under_way(&runner, 1)?;
        Ok(stream)
    };
    let stream = begin()?;
    if has_unnamed_files(&place) {
        assert_eq!(content(&place)?, before, "what any program sees");
    }
    assert_eq!(listing(&runner)?.entries.len(), before.len());
    assert_eq!(get(&runner, b"file")?.text(), "old");
    drop(stream);
    until_under_way(&runner, 0)?;
    assert_eq!(content(&place)?, before);

    let stream = begin()?;
    // By SIGKILL.
    drop(runner);
    drop(stream);
    if has_unnamed_files(&place) {
        assert_eq!(content(&place)?, before, "nobody was there to take it away");
    }
    Ok(())
}

/// What is on its way has its room already, and gives it back.
#[test]
fn uploads_that_are_under_way_count() -> Result<()> {
    let runner = TestRunner::start_with(&["--workspace-bytes", "100"], &[])?;
    let stream = upload(&runner, b"one", 60)?;
    until_under_way(&runner, 1)?;
    let answer = put(&runner, b"two", &[b'x'; 60])?;
    assert_eq!(answer.status, 507, "{}", answer.text());
    assert!(
        answer.text().contains("`workspace-bytes`"),
        "{}",
        answer.text()
    );
    assert_eq!(put(&runner, b"three", &[b'x'; 40])?.status, 204);
    drop(stream);
    wait_for("the room to be given back", || {
        (put(&runner, b"two", &[b'x'; 60]).ok()?.status == 204).then_some(())
    })?;
    assert_eq!(listing(&runner)?.used.bytes, 100);
    Ok(())
}

/// Whether files without names can be in a directory.
fn has_unnamed_files(directory: &Path) -> bool {
    let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
    rustix::fs::open(directory, flags, Mode::RUSR | Mode::WUSR).is_ok()
}

/// Waits until so many uploads are being written: to files without names, or else to hidden ones.
fn until_under_way(runner: &TestRunner, wanted: usize) -> Result<()> {
    let place = fs::canonicalize(runner.workspace())?;
    wait_for("uploads to be under way, or over", || {
        let hidden = content(&place).ok()?.into_keys();
        let hidden = hidden.filter(|name| name.starts_with(b".pipeyard-upload-"));
        let unnamed = processes::files_without_name(runner.pid(), &place);
        (hidden.count() + unnamed.len() == wanted).then_some(())
    })
}

#[test]
fn a_private_workspace_is_seeded_once() -> Result<()> {
    let home = TempDir::new()?;
    let runner = TestRunner::start_in(home.path(), &[])?;
    let place = runner.workspace();
    assert_eq!(fs::metadata(&place)?.mode() & 0o777, 0o700);
    assert_eq!(content(&place)?, seed()?);
    assert!(listing(&runner)?.can_reset);
    assert_eq!(delete(&runner, b"words.txt")?.status, 204);
    put(&runner, b"own", b"own")?;
    runner.shut_down(Signal::INT)?;

    let runner = TestRunner::start_in(home.path(), &[])?;
    let found = content(&place)?;
    assert!(
        !found.contains_key(&b"words.txt"[..]),
        "what was deleted stays so"
    );
    assert_eq!(found.get(&b"own"[..]).map(Vec::as_slice), Some(&b"own"[..]));
    // Another one beside it has the same.
    let beside = TestRunner::start_in(home.path(), &[])?;
    assert_eq!(listing(&beside)?.entries, listing(&runner)?.entries);

    let answer = reset(&runner)?;
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert_eq!(content(&place)?, seed()?);
    Ok(())
}

#[tokio::test]
async fn nothing_is_reset_under_a_run() -> Result<()> {
    let home = TempDir::new()?;
    let runner = TestRunner::start_in(home.path(), &[])?;
    put(&runner, b"own", b"own")?;
    let mut client = Client::connect(&runner).await?;
    let chain = lay([Stage::process("sleep", "sleep", ["1000"])]).build();
    let run = client.start(&chain).await?;
    let answer = reset(&runner)?;
    assert_eq!(answer.status, 409);
    let sentence = answer.text();
    assert!(sentence.contains(&format!("Run {run} ")), "{sentence}");
    assert_eq!(get(&runner, b"own")?.text(), "own");
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    let answer = reset(&runner)?;
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert_eq!(content(&runner.workspace())?, seed()?);
    Ok(())
}

/// Runners share the workspace that they make for themselves.
#[tokio::test]
async fn nothing_is_reset_under_what_goes_on_in_another_runner() -> Result<()> {
    let home = TempDir::new()?;
    let (runner, other) = (
        TestRunner::start_in(home.path(), &[])?,
        TestRunner::start_in(home.path(), &[])?,
    );
    put(&runner, b"own", b"own")?;
    let mut client = Client::connect(&other).await?;
    let chain = lay([Stage::process("sleep", "sleep", ["1000"])]).build();
    let run = client.start(&chain).await?;
    for (language, says) in [("en", "Another runner"), ("ko", "다른 실행기")] {
        let more = [("Accept-Language", language)];
        let answer = ask(&runner, "POST", "/files-reset", &more, b"")?;
        assert_eq!(answer.status, 409, "{}", answer.text());
        assert!(answer.text().contains(says), "{}", answer.text());
    }
    client.running(run).stop().await?;
    client.running(run).until_ended().await?;
    until_reset(&runner)?;
    let uploading = upload(&other, b"half", 10)?;
    wait_for("the other's upload", || {
        (reset(&runner).ok()?.status == 409).then_some(())
    })?;
    drop(uploading);
    until_reset(&runner)?;
    assert_eq!(content(&runner.workspace())?, seed()?);
    Ok(())
}

/// What went on elsewhere is let go a moment after it is told to be over.
fn until_reset(runner: &TestRunner) -> Result<()> {
    wait_for("nothing to go on elsewhere", || {
        (reset(runner).ok()?.status == 204).then_some(())
    })
}

/// An upload of which nothing has come yet.
fn upload(runner: &TestRunner, path: &[u8], bytes: usize) -> Result<TcpStream> {
    let (credentials, bytes) = (Credentials::of(runner)?, bytes.to_string());
    let mut headers = credentials.program();
    headers.push(("Content-Length", &bytes));
    http::begin(runner, "PUT", &address(path), &headers)
}

#[test]
fn uploads_are_counted_and_no_reset_comes_between() -> Result<()> {
    const MOST: usize = 8;
    let home = TempDir::new()?;
    let runner = TestRunner::start_in(home.path(), &[])?;
    let names = (0..MOST).map(|number| format!("upload{number}"));
    let uploads = names.map(|name| upload(&runner, name.as_bytes(), 10));
    let uploads = uploads.collect::<Result<Vec<_>>>()?;
    until_under_way(&runner, MOST)?;
    let answer = put(&runner, b"more", b"x")?;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.text().contains("`uploads`, 8"), "{}", answer.text());
    let answer = reset(&runner)?;
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert!(answer.text().contains("uploaded"), "{}", answer.text());
    drop(uploads);
    until_reset(&runner)?;
    assert_eq!(content(&runner.workspace())?, seed()?);
    Ok(())
}

#[test]
fn an_upload_says_how_long_it_is_and_what_it_replaces_keeps_its_mode() -> Result<()> {
    let runner = TestRunner::start()?;
    let (host, bearer) = (http::host(&runner), format!("Bearer {}", runner.token()));
    let headers = [
        ("Host", host.as_str()),
        ("Authorization", &bearer),
        ("Transfer-Encoding", "chunked"),
    ];
    let mut stream = http::begin(&runner, "PUT", &address(b"file"), &headers)?;
    stream.write_all(b"0\r\n\r\n")?;
    let mut line = [0; 12];
    stream.read_exact(&mut line)?;
    assert_eq!(&line, b"HTTP/1.1 411");
    put(&runner, b"tool", b"old")?;
    let tool = runner.workspace().join("tool");
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o750))?;
    assert_eq!(put(&runner, b"tool", b"new")?.status, 204);
    assert_eq!(fs::metadata(&tool)?.mode() & 0o7777, 0o750);
    assert_eq!(get(&runner, b"tool")?.text(), "new");
    Ok(())
}

/// What somebody has named is theirs.
#[test]
fn a_directory_that_was_named_is_never_reset() -> Result<()> {
    let runner = TestRunner::start()?;
    put(&runner, b"own", b"own")?;
    let answer = reset(&runner)?;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("--workspace"), "{}", answer.text());
    assert_eq!(content(&runner.workspace())?.len(), 1);

    // A link in place of the private one leads to somebody's own directory, too.
    let (home, own) = (TempDir::new()?, TempDir::new()?);
    fs::create_dir(home.path().join("pipeyard"))?;
    let link = home.path().join("pipeyard/workspace");
    std::os::unix::fs::symlink(own.path(), link)?;
    fs::write(own.path().join("own"), "own")?;
    let runner = TestRunner::start_in(home.path(), &[])?;
    assert!(!listing(&runner)?.can_reset);
    assert_eq!(reset(&runner)?.status, 409);
    assert_eq!(content(own.path())?.len(), 1);
    Ok(())
}

#[test]
fn without_a_place_for_the_workspace_it_says_what_to_do() -> Result<()> {
    let call = Pipeyard::new(["serve", "--listen", "127.0.0.1:0"])?
        .variable("XDG_DATA_HOME", "")
        .variable("HOME", "");
    let outcome = call.outcome()?.expect_code(2);
    for word in ["XDG_DATA_HOME", "HOME", "--workspace DIR"] {
        assert!(outcome.stderr.contains(word), "{}", outcome.stderr);
    }
    let file = TempDir::new()?;
    let taken = file.path().join("taken");
    fs::write(&taken, "")?;
    let call = Pipeyard::new(["serve", "--listen", "127.0.0.1:0"])?
        .variable("XDG_DATA_HOME", taken.as_os_str());
    let outcome = call.outcome()?.expect_code(2);
    let place = taken.to_str().context("a path")?;
    for word in [place, "--workspace DIR"] {
        assert!(outcome.stderr.contains(word), "{}", outcome.stderr);
    }
    Ok(())
}
