//! What the workspace's files are kept from: ways out, foreign pages, what is no file, and more than there may be.

use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Result;
use pipeyard_shared::files::{Kind, LISTED};
use pipeyard_tests::credentials::{Credentials, ask};
use pipeyard_tests::{TestRunner, http};
use rustix::fs::{CWD, FileType, Mode, RenameFlags};
use tempfile::TempDir;

use crate::files::{address, content, delete, get, listing, put, reset};

const SECRET: &[u8] = b"a secret outside";

/// A directory outside of every workspace, with a file in it.
fn outside() -> Result<TempDir> {
    let outside = TempDir::new()?;
    fs::write(outside.path().join("secret"), SECRET)?;
    Ok(outside)
}

fn is_as_it_was(outside: &Path) -> Result<()> {
    let content = content(outside)?;
    let content: Vec<_> = content.into_iter().collect();
    assert_eq!(content, [(b"secret".to_vec(), SECRET.to_vec())]);
    Ok(())
}

#[test]
fn no_path_leads_outside() -> Result<()> {
    let runner = TestRunner::start()?;
    let beside = runner.workspace().with_file_name("beside");
    fs::write(&beside, SECRET)?;
    fs::create_dir(runner.workspace().join("folder"))?;
    for path in [
        "/files/../beside",
        "/files/%2e%2e/beside",
        "/files/.%2E/beside",
        "/files/..%2fbeside",
        "/files/folder/../../beside",
        "/files/folder/%2e%2e/%2e%2e/beside",
        "/files//etc/passwd",
        "/files/%2fetc/passwd",
        "/files/etc%00/passwd",
        "/files/%00",
        "/files/.",
        "/files/folder/.",
        "/files/folder/",
        "/files/%",
        "/files/%zz",
    ] {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = ask(&runner, method, path, &[], b"x")?;
            assert!(
                [400, 404, 405].contains(&answer.status),
                "{method} {path}: {}",
                answer.status
            );
        }
    }
    let long = "x".repeat(256);
    assert_eq!(put(&runner, long.as_bytes(), b"x")?.status, 400);
    assert_eq!(fs::read(beside)?, SECRET);
    assert_eq!(listing(&runner)?.entries.len(), 1);
    Ok(())
}

#[test]
fn no_link_leads_outside() -> Result<()> {
    let runner = TestRunner::start()?;
    let (outside, inside) = (outside()?, runner.workspace());
    symlink(outside.path().join("secret"), inside.join("file"))?;
    symlink(outside.path(), inside.join("folder"))?;
    symlink("../../../../../../etc", inside.join("up"))?;
    symlink("/proc/self/cwd", inside.join("magic"))?;
    symlink("own", inside.join("within"))?;
    symlink("loop", inside.join("loop"))?;
    fs::write(inside.join("own"), "own")?;
    for path in [
        "file",
        "folder/secret",
        "up/passwd",
        "magic/Cargo.toml",
        "loop",
    ] {
        let answer = get(&runner, path.as_bytes())?;
        assert!(
            [404, 409].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        assert_ne!(answer.body, SECRET);
    }
    assert_eq!(get(&runner, b"within")?.text(), "own");
    assert_eq!(put(&runner, b"folder/new", b"x")?.status, 409);
    assert_eq!(delete(&runner, b"folder/secret")?.status, 409);
    // Links are listed as such, and what they lead to is not.
    let links = listing(&runner)?;
    let links = links
        .entries
        .iter()
        .filter(|entry| entry.kind == Kind::Link && entry.bytes == 0);
    assert_eq!(links.count(), 6);
    // An upload takes the place of a link, and is not written through it; a deletion takes the link.
    assert_eq!(put(&runner, b"file", b"new")?.status, 204);
    assert_eq!(get(&runner, b"file")?.text(), "new");
    let all = format!("{}?all=yes", address(b"folder"));
    assert_eq!(ask(&runner, "DELETE", &all, &[], b"")?.status, 204);
    assert!(!inside.join("folder").is_symlink());
    is_as_it_was(outside.path())
}

/// A check of a path and its use would be two moments, and a link could be put between them.
#[test]
fn no_link_that_comes_in_between_leads_outside() -> Result<()> {
    const TIMES: usize = 150;
    let runner = TestRunner::start()?;
    let (outside, inside) = (outside()?, runner.workspace());
    let (folder, link) = (inside.join("folder"), inside.join("link"));
    fs::create_dir(&folder)?;
    symlink(outside.path(), &link)?;
    let (done, swaps) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let flags = RenameFlags::EXCHANGE;
                let swapped = rustix::fs::renameat_with(CWD, &folder, CWD, &link, flags);
                swaps.fetch_add(usize::from(swapped.is_ok()), Ordering::Relaxed);
            }
        });
        let tried = (0..TIMES).try_for_each(|_| {
            assert_ne!(get(&runner, b"folder/secret")?.body, SECRET);
            put(&runner, b"folder/secret", b"own")?;
            delete(&runner, b"folder/secret")?;
            put(&runner, b"folder/more/deep", b"own")?;
            let listed = listing(&runner)?;
            assert!(listed.used.bytes < SECRET.len() as u64, "{listed:?}");
            anyhow::Ok(())
        });
        done.store(true, Ordering::Relaxed);
        tried
    })?;
    assert!(swaps.into_inner() > 0, "nothing ever came in between");
    is_as_it_was(outside.path())
}

/// A file may have a second name outside, which a run of the same user can give it.
#[test]
fn nothing_is_written_through_a_second_name() -> Result<()> {
    let runner = TestRunner::start()?;
    // On the same file system, beside the workspace.
    let outside = runner.workspace().with_file_name("outside");
    fs::write(&outside, SECRET)?;
    fs::hard_link(&outside, runner.workspace().join("second"))?;
    assert_eq!(put(&runner, b"second", b"new")?.status, 204);
    assert_eq!(get(&runner, b"second")?.text(), "new");
    assert_eq!(fs::read(&outside)?, SECRET);
    Ok(())
}

/// Opening a named pipe waits, and wakes who waits at its other end.
#[test]
fn what_is_no_file_is_told_and_never_opened() -> Result<()> {
    let runner = TestRunner::start()?;
    let inside = runner.workspace();
    let fifo = inside.join("fifo");
    rustix::fs::mknodat(CWD, &fifo, FileType::Fifo, Mode::from_raw_mode(0o600), 0)?;
    let _socket = UnixListener::bind(inside.join("socket"))?;
    fs::create_dir(inside.join("folder"))?;
    for path in ["fifo", "socket", "folder"] {
        let answer = get(&runner, path.as_bytes())?;
        assert_eq!(answer.status, 409, "{path}: {}", answer.text());
    }
    let listed = listing(&runner)?;
    let special = listed
        .entries
        .iter()
        .filter(|entry| entry.kind == Kind::Special);
    assert_eq!(special.count(), 2);
    assert!(fs::metadata(&fifo)?.file_type().is_fifo());
    assert_eq!(delete(&runner, b"fifo")?.status, 204);
    assert_eq!(delete(&runner, b"socket")?.status, 204);
    Ok(())
}

#[test]
fn only_the_page_and_who_has_the_key_may() -> Result<()> {
    let runner = TestRunner::start()?;
    fs::write(runner.workspace().join("own"), "own")?;
    let credentials = Credentials::of(&runner)?;
    let requests = [
        ("GET", "/files"),
        ("GET", "/files/own"),
        ("PUT", "/files/own"),
        ("PUT", "/files/new"),
        ("DELETE", "/files/own"),
        ("POST", "/files-reset"),
        ("GET", "/files/../x"),
    ];
    for (method, path) in requests {
        for headers in credentials.without_key() {
            let answer = http::send(&runner, method, path, &headers, b"x")?;
            assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
        }
    }
    // Another site has the cookie sent along, and could not read an answer.
    for (method, path) in requests.into_iter().filter(|(method, _)| *method != "GET") {
        for headers in credentials.of_other_sites() {
            let answer = http::send(&runner, method, path, &headers, b"x")?;
            assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
        }
    }
    assert_eq!(fs::read(runner.workspace().join("own"))?, b"own");
    assert_eq!(listing(&runner)?.entries.len(), 1);
    let program = credentials.program();
    let answer = http::send(&runner, "PUT", "/files/new", &program, b"new")?;
    assert_eq!(answer.status, 204, "a program that brings the key");
    Ok(())
}

#[test]
fn every_bound_names_itself() -> Result<()> {
    let bounds = [
        "--workspace-bytes",
        "100",
        "--workspace-files",
        "3",
        "--upload-bytes",
        "60",
    ];
    let runner = TestRunner::start_with(&bounds, &[])?;
    let refused = |path: &[u8], bytes: usize, status: u16, name: &str| {
        for language in ["en", "ko"] {
            let more = [("Accept-Language", language)];
            let answer = ask(&runner, "PUT", &address(path), &more, &vec![b'x'; bytes])?;
            assert_eq!(answer.status, status, "{}", answer.text());
            let sentence = answer.text();
            assert!(
                sentence.contains(&format!("`{name}`")) && sentence.contains(&format!("--{name}")),
                "{sentence}"
            );
        }
        anyhow::Ok(())
    };
    let largest = u64::MAX.to_string();
    let boundless = TestRunner::start_with(&["--workspace-files", &largest], &[])?;
    assert_eq!(put(&boundless, b"a", b"")?.status, 204);
    assert_eq!(listing(&boundless)?.used.files, 1);
    refused(b"a", 61, 413, "upload-bytes")?;
    assert_eq!(put(&runner, b"a", &[b'x'; 60])?.status, 204);
    refused(b"b", 41, 507, "workspace-bytes")?;
    assert_eq!(put(&runner, b"b", &[b'x'; 40])?.status, 204);
    assert_eq!(put(&runner, b"c", b"")?.status, 204);
    refused(b"d", 0, 507, "workspace-files")?;
    assert_eq!(put(&runner, b"c", b"")?.status, 204, "it replaces one");
    let same = put(&runner, b"a", &[b'x'; 60])?;
    assert_eq!(same.status, 204, "what is replaced does not count");
    let listed = listing(&runner)?;
    assert_eq!((listed.used.files, listed.used.bytes), (3, 100));
    assert_eq!(
        (
            listed.bounds.workspace_bytes,
            listed.bounds.workspace_files,
            listed.bounds.upload_bytes
        ),
        (100, 3, 60)
    );
    Ok(())
}

/// A workspace that a run has filled is listed in bounded time and memory.
#[test]
fn of_very_many_files_the_first_are_listed() -> Result<()> {
    let runner = TestRunner::start()?;
    let folder = runner.workspace().join("many");
    fs::create_dir(&folder)?;
    for number in 0..LISTED + 10 {
        fs::write(folder.join(format!("{number:05}")), "x")?;
    }
    let listed = listing(&runner)?;
    assert_eq!(listed.entries.len(), LISTED);
    assert!(listed.more);
    assert_eq!(listed.used.files as usize, LISTED + 11);
    // Deeper than anybody looks.
    let mut deep = runner.workspace().join("deep");
    for _ in 0..100 {
        deep.push("d");
    }
    fs::create_dir_all(&deep)?;
    assert!(listing(&runner)?.more);
    let all = format!("{}?all=yes", address(b"deep"));
    assert_eq!(ask(&runner, "DELETE", &all, &[], b"")?.status, 204);
    assert!(!runner.workspace().join("deep").exists());
    let all = format!("{}?all=yes", address(b"many"));
    assert_eq!(ask(&runner, "DELETE", &all, &[], b"")?.status, 204);
    assert!(!folder.exists());
    assert_eq!(reset(&runner)?.status, 409, "it was named");
    Ok(())
}
