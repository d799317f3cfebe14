use std::cell::RefCell;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{CWD, FallocateFlags, Mode, OFlags, RenameFlags};

use super::*;
use crate::fence;

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory")
}

fn root(folder: &Path) -> OwnedFd {
    fence::root(folder).expect("a directory")
}

fn lock(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("own");
}

fn mode(path: &Path) -> u32 {
    let found = fs::symlink_metadata(path).expect("there");
    found.permissions().mode() & 0o7777
}

/// Paths and bytes of everything, and how much that is.
fn walked(folder: &Path, locks: Locks, most: u64) -> (Vec<String>, u64, Walked) {
    let paths = RefCell::new(Vec::new());
    let mut sum = 0;
    let walk = Walk {
        locks,
        most,
        without: &|name| name == c"passed-over",
    };
    let found = walk.through(&root(folder), &mut |path, status| {
        sum += u64::from(path.is_some()) * bytes(status);
        let path = path.map(|path| String::from_utf8_lossy(path).into_owned());
        paths.borrow_mut().extend(path);
    });
    (
        paths.into_inner(),
        sum,
        found.expect("it can be looked into"),
    )
}

/// A folder in a folder in a folder, deeper than any path can tell.
fn make_deep(folder: &Path, depth: usize) {
    let mut here = root(folder);
    for _ in 0..depth {
        rustix::fs::mkdirat(&here, c"d", Mode::RWXU).expect("a folder");
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        here = rustix::fs::openat(&here, c"d", flags, Mode::empty()).expect("it is there");
    }
}

#[test]
fn everything_is_seen_in_order_and_locked_folders_stay_as_they_are() {
    let folder = directory();
    let at = |path: &str| folder.path().join(path);
    fs::create_dir_all(at("b/c")).expect("folders");
    fs::create_dir(at("d")).expect("a folder");
    for (path, content) in [("a", "1"), ("b-", "22"), ("b/c/e", "333"), ("d/f", "4444")] {
        fs::write(at(path), content).expect("writable");
    }
    fs::write(at("b/passed-over"), "55555").expect("writable");
    symlink("/etc", at("link")).expect("a link");
    lock(&at("b/c"), 0o000);
    lock(&at("b"), 0o400);
    lock(&at("d"), 0o311);
    lock(folder.path(), 0o000);

    let (paths, bytes, found) = walked(folder.path(), Locks::Opened, 100);

    assert_eq!(paths, ["a", "b", "b/c", "b/c/e", "b-", "d", "d/f", "link"]);
    assert_eq!((bytes > 10, found.names), (true, 8));
    assert!(found.is_whole);
    assert_eq!(mode(folder.path()), 0o000, "it is locked again");
    lock(folder.path(), 0o700);
    assert_eq!((mode(&at("b")), mode(&at("d"))), (0o400, 0o311));
    lock(&at("b"), 0o700);
    assert_eq!(mode(&at("b/c")), 0o000);
}

/// Who may look into everything is not kept out by a mode.
#[test]
fn what_stays_locked_is_told() {
    let folder = directory();
    fs::create_dir_all(folder.path().join("a/b")).expect("folders");
    let is_root = rustix::process::geteuid().is_root();
    for rights in [0o000, 0o400, 0o100] {
        lock(&folder.path().join("a"), rights);
        let (_, _, found) = walked(folder.path(), Locks::Respected, 100);
        assert_eq!(found.is_whole, is_root, "{rights:o}");
        assert_eq!(mode(&folder.path().join("a")), rights);
    }
    lock(&folder.path().join("a"), 0o700);
}

/// What lay deeper than 64 folders was not counted.
#[test]
fn however_deep_it_is_counted_and_goes() {
    const DEPTH: usize = 500;
    let folder = directory();
    make_deep(folder.path(), DEPTH);
    fs::write(folder.path().join("e"), "").expect("writable");
    let (paths, _, found) = walked(folder.path(), Locks::Opened, 10_000);
    assert_eq!(found.names, DEPTH as u64 + 1);
    assert!(found.is_whole);
    // As many names as are told, and then what stands beside the first.
    assert_eq!(paths.len(), DEEPEST + 1);
    assert_eq!(paths.last().map(String::as_str), Some("e"));

    let (_, _, some) = walked(folder.path(), Locks::Opened, 300);
    assert_eq!((some.names, some.is_whole), (300, false));

    let removed = Remover::new(Locks::Opened).remove(root(folder.path()), c"d");
    removed.expect("it goes");
    let left = names(fs::File::open(folder.path()).expect("a folder"), 10).expect("names");
    assert_eq!(left, [c"e".to_owned()]);
}

#[test]
fn locked_folders_go_where_they_may_be_opened() {
    let is_root = rustix::process::geteuid().is_root();
    for (locks, goes) in [(Locks::Respected, is_root), (Locks::Opened, true)] {
        let folder = directory();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir_all(at("a/b/c")).expect("folders");
        fs::write(at("a/b/file"), "").expect("writable");
        for path in ["a/b/c", "a/b", "a"] {
            lock(&at(path), 0o000);
        }
        let removed = Remover::new(locks).remove(root(folder.path()), c"a");
        assert_eq!(removed.is_ok(), goes, "{locks:?}: {removed:?}");
        assert_eq!(at("a").exists(), !goes);
        if !goes {
            assert_eq!(mode(&at("a")), 0o000, "it is as it was");
            lock(&at("a"), 0o700);
            lock(&at("a/b"), 0o700);
        }
    }
}

/// An empty folder is removed without being looked into, as by rmdir(1).
#[test]
fn an_empty_folder_goes_locked_or_not() {
    let folder = directory();
    fs::create_dir(folder.path().join("a")).expect("a folder");
    lock(&folder.path().join("a"), 0o000);
    let removed = Remover::new(Locks::Respected).remove(root(folder.path()), c"a");
    removed.expect("it goes");
    assert!(!folder.path().join("a").exists());
}

/// By paths, a link that took a folder's place between two steps had the rights changed of what it leads to.
#[test]
fn what_a_link_leads_to_keeps_its_mode_and_its_files() {
    const TIMES: usize = 300;
    let (inside, outside) = (directory(), directory());
    fs::write(outside.path().join("kept"), "kept").expect("writable");
    let (folder, link) = (inside.path().join("top/folder"), inside.path().join("link"));
    fs::create_dir(inside.path().join("top")).expect("a folder");
    symlink(outside.path(), &link).expect("a link");
    lock(outside.path(), 0o500);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let flags = RenameFlags::EXCHANGE;
                let _ = rustix::fs::renameat_with(CWD, &folder, CWD, &link, flags);
            }
        });
        for _ in 0..TIMES {
            let _ = fs::create_dir(&folder);
            let _ = fs::write(folder.join("own"), "own");
            walked(inside.path(), Locks::Opened, 100);
            // It may lose every time; then it says so.
            let _ = Remover::new(Locks::Opened).remove(root(&inside.path().join("top")), c"folder");
            if fs::symlink_metadata(&link).is_ok_and(|found| found.is_dir()) {
                let _ = fs::remove_dir_all(&link);
            }
            let _ = symlink(outside.path(), &link);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(mode(outside.path()), 0o500);
    assert_eq!(
        fs::read(outside.path().join("kept")).expect("there"),
        b"kept"
    );
    lock(outside.path(), 0o700);
}

/// Room that was reserved behind a file's end has no length, and was not counted.
#[test]
fn what_the_disk_holds_for_a_file_counts() {
    const RESERVED: u64 = 8 << 20;
    let folder = directory();
    let file = fs::File::create(folder.path().join("file")).expect("writable");
    let flags = FallocateFlags::KEEP_SIZE;
    if rustix::fs::fallocate(&file, flags, 0, RESERVED).is_err() {
        // This file system reserves nothing, so nothing can be hidden so.
        return;
    }
    let status = rustix::fs::fstat(&file).expect("a status");
    assert_eq!(status.st_size, 0);
    assert!(bytes(&status) >= RESERVED, "{status:?}");
    fs::write(folder.path().join("small"), "small").expect("writable");
    let small = rustix::fs::stat(folder.path().join("small")).expect("a status");
    assert_eq!(bytes(&small), 5);
}
