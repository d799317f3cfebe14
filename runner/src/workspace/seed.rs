//! The files that a new workspace has: small ones that look real, which examples and lessons work on.
//!
//! Runners share the workspace, so they take turns at making and resetting it, and no file is ever seen half.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};

use super::{FileError, busy};
use crate::fence;
use crate::folders::{self, Locks, Remover};

/// The folder `workspace` beside this program's sources, as it was when this was compiled. It has no folders in it.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/workspace"]
struct Seed;

/// Names that are held in memory while everything else than the seed goes: more than the seed has files.
const NAMES_AT_ONCE: usize = 1_000;
/// How often so many names are looked through.
const PASSES: usize = 1_000;
/// What a seed's file is called before it is whole.
const PART: &str = ".pipeyard-seed-part";

/// The workspace in this folder of the user's data, made and seeded where it is not there.
///
/// # Errors
/// The system's, with the path.
pub fn private(data: &Path) -> io::Result<PathBuf> {
    told(data, |place| {
        // What is there need not be in a folder that can be written to.
        if !is_there(place) {
            make_private(data)?;
        }
        make(data, place)
    })
}

/// The same in a folder that is there: one that was taken away meanwhile does not come back.
///
/// # Errors
/// The same.
pub fn within(folder: &Path) -> io::Result<PathBuf> {
    told(folder, |place| make(folder, place))
}

fn told(data: &Path, make: impl Fn(&Path) -> io::Result<()>) -> io::Result<PathBuf> {
    let place = data.join("workspace");
    make(&place)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", place.display())))?;
    Ok(place)
}

fn make(data: &Path, place: &Path) -> io::Result<()> {
    if is_there(place) {
        return Ok(());
    }
    let _turn = turn(data)?.ok_or(ErrorKind::WouldBlock)?;
    match fs::metadata(place) {
        // Another runner was faster.
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => return Err(ErrorKind::NotADirectory.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let new = data.join("workspace.new");
    // What a runner has left that was ended here.
    match fs::remove_dir_all(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    DirBuilder::new().mode(0o700).create(&new)?;
    sow(&fence::root(&new)?)?;
    fs::rename(&new, place)
}

fn is_there(place: &Path) -> bool {
    fs::metadata(place).is_ok_and(|found| found.is_dir())
}

fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes the directory what it was at first. The seed's files never go: they are replaced.
pub(super) fn reset(place: &Path) -> Result<(), FileError> {
    let _turn = match place.parent() {
        Some(data) => Some(turn(data)?.ok_or(FileError::Resetting)?),
        None => None,
    };
    let root = fence::root(place)?;
    let (directory, _) = folders::open(&root, c".", Locks::Opened, Mode::RWXU)?;
    let mut remover = Remover::new(Locks::Opened);
    // Every pass but the last one removes something: the seed has fewer files than names that are held.
    for _ in 0..PASSES {
        let mut found = folders::names(&directory, NAMES_AT_ONCE)?;
        found.retain(|name| !is_seed(&root, name.as_bytes()));
        if found.is_empty() {
            return Ok(sow(&root)?);
        }
        for name in found {
            remover.remove(&root, &name)?;
        }
    }
    Err(FileError::Restless)
}

/// Brings the seed's files back, but for these, in a copy of a workspace that nobody else has. Those that are as they were
/// stay untouched; the names of the others are given back.
///
/// # Errors
/// The system's.
pub fn restore(copy: &Path, but: &[PathBuf]) -> io::Result<Vec<String>> {
    let mut changed = Vec::new();
    for name in Seed::iter() {
        let Some(seed) = Seed::get(&name) else {
            continue;
        };
        if but.iter().any(|but| but.as_path() == Path::new(&*name)) {
            continue;
        }
        let path = copy.join(&*name);
        let found = fs::symlink_metadata(&path);
        let is_as_long =
            |found: &fs::Metadata| found.is_file() && found.len() == seed.data.len() as u64;
        if found.as_ref().is_ok_and(is_as_long)
            && fs::read(&path).is_ok_and(|content| content == *seed.data)
        {
            continue;
        }
        match found {
            Ok(found) if found.is_dir() => fs::remove_dir_all(&path)?,
            Ok(_) => fs::remove_file(&path)?,
            Err(_) => {}
        }
        fs::write(&path, &seed.data)?;
        changed.push(name.into_owned());
    }
    Ok(changed)
}

/// Whether it is a file, which need not be as it was, that has the name of one of the seed's.
fn is_seed(root: &OwnedFd, name: &[u8]) -> bool {
    let named = str::from_utf8(name).is_ok_and(|name| Seed::get(name).is_some());
    let status = named.then(|| rustix::fs::statat(root, name, AtFlags::SYMLINK_NOFOLLOW));
    matches!(status, Some(Ok(status)) if fence::file_type(&status) == FileType::RegularFile)
}

fn sow(root: &OwnedFd) -> io::Result<()> {
    for name in Seed::iter() {
        let Some(seed) = Seed::get(&name) else {
            continue;
        };
        // Left by a runner that was ended here.
        let _ = rustix::fs::unlinkat(root, PART, AtFlags::empty());
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let part = rustix::fs::openat(root, PART, flags, Mode::from_raw_mode(0o666))?;
        File::from(part).write_all(&seed.data)?;
        rustix::fs::renameat(root, PART, root, &*name)?;
    }
    Ok(())
}

/// Waits until no other runner makes or resets the workspace, but not for ever. The turn ends with what is given.
fn turn(data: &Path) -> io::Result<Option<File>> {
    let file = busy::open(&data.join("workspace.lock"))?;
    let is_ours = busy::wait_for(|| file.try_lock())?;
    Ok(is_ours.then_some(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn content(place: &Path) -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(place).expect("a directory");
        let mut content: Vec<_> = entries
            .map(|entry| {
                let path = entry.expect("an entry").path();
                let name = path.file_name().expect("a name").to_string_lossy();
                (
                    name.into_owned(),
                    fs::read(&path).expect("a file of the seed"),
                )
            })
            .collect();
        content.sort();
        content
    }

    fn seed() -> Vec<(String, Vec<u8>)> {
        let mut seed: Vec<_> = Seed::iter()
            .filter_map(|name| Some((name.to_string(), Seed::get(&name)?.data.into_owned())))
            .collect();
        seed.sort();
        seed
    }

    #[test]
    fn it_is_seeded_once_and_nobody_else_may_look() {
        let data = tempfile::tempdir().expect("a directory");
        let data = data.path().join("share/pipeyard");
        let place = private(&data).expect("a workspace");
        assert!(
            seed().len() > 5 && seed().iter().all(|(name, _)| !name.contains('/')),
            "the seed has files, and no folders"
        );
        assert_eq!(content(&place), seed());
        let mode = fs::metadata(&place).expect("a directory").permissions();
        assert_eq!(mode.mode() & 0o777, 0o700);
        assert!(!data.join("workspace.new").exists());

        fs::remove_file(place.join("words.txt")).expect("a seed's file");
        fs::write(place.join("own"), "own").expect("writable");
        let before = content(&place);
        assert_eq!(private(&data).expect("the same"), place);
        assert_eq!(content(&place), before, "what is there stays as it is");
    }

    #[test]
    fn runners_that_begin_at_once_make_one_whole_workspace() {
        let data = tempfile::tempdir().expect("a directory");
        // What a runner has left that was killed.
        fs::create_dir_all(data.path().join("workspace.new/half")).expect("a directory");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let place = private(data.path()).expect("a workspace");
                    assert_eq!(content(&place), seed());
                });
            }
        });
    }

    #[test]
    fn what_a_copy_has_otherwise_is_restored_and_named() {
        let data = tempfile::tempdir().expect("a directory");
        let place = private(data.path()).expect("a workspace");
        assert_eq!(restore(&place, &[]).expect("restored"), [""; 0]);
        fs::write(place.join("words.txt"), "").expect("writable");
        fs::write(place.join("en.txt"), "kept").expect("writable");
        fs::remove_file(place.join("ko.txt")).expect("a seed's file");
        fs::remove_file(place.join("scores.csv")).expect("a seed's file");
        fs::create_dir_all(place.join("scores.csv/deep")).expect("directories");
        let mut changed = restore(&place, &["en.txt".into()]).expect("restored");
        changed.sort();
        assert_eq!(changed, ["ko.txt", "scores.csv", "words.txt"]);
        assert_eq!(fs::read(place.join("en.txt")).expect("a file"), b"kept");
        assert_eq!(restore(&place, &[]).expect("restored"), ["en.txt"]);
        assert_eq!(content(&place), seed());
    }

    #[test]
    fn a_reset_brings_the_seed_back_and_nothing_else() {
        let data = tempfile::tempdir().expect("a directory");
        let outside = data.path().join("outside");
        fs::create_dir(&outside).expect("a directory");
        fs::write(outside.join("kept"), "kept").expect("writable");
        let place = private(data.path()).expect("a workspace");
        fs::write(place.join("words.txt"), "changed").expect("writable");
        fs::remove_file(place.join("scores.csv")).expect("a seed's file");
        fs::create_dir(place.join("scores.csv")).expect("a directory of that name");
        fs::create_dir_all(place.join("deep/er")).expect("a directory");
        fs::write(place.join("deep/er/file"), "x").expect("writable");
        std::os::unix::fs::symlink(&outside, place.join("out")).expect("a link");
        std::os::unix::fs::symlink(&outside, place.join("deep/out")).expect("a link");
        fs::hard_link(outside.join("kept"), place.join("second")).expect("a second name");
        fs::remove_file(place.join("en.txt")).expect("a seed's file");
        fs::hard_link(outside.join("kept"), place.join("en.txt")).expect("a second name");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| reset(&place).expect("a reset"));
            }
        });
        assert_eq!(content(&place), seed());
        assert_eq!(
            fs::read(outside.join("kept")).expect("still there"),
            b"kept"
        );
    }
}
