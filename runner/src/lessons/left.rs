//! What a run has left of the files that an exercise names.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use pipeyard_shared::lesson::Left;
use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, Timespec};

use crate::fence;

/// The most files that an exercise names.
pub(super) const MOST_FILES: usize = 16;
/// The most bytes of a file that are compared.
const FILE_BYTES: u64 = 4 << 20;

/// What became of these files of a workspace, of which [`MOST_FILES`] are looked at. What was last changed before `since` counts as untouched.
pub(super) fn left(
    workspace: &Path,
    names: &[String],
    since: Option<Timespec>,
) -> BTreeMap<String, Left> {
    let left = names.iter().take(MOST_FILES).map(|name| {
        let left = of_file(workspace, name, since);
        (name.clone(), left.unwrap_or_default())
    });
    left.collect()
}

/// Nothing for what cannot be opened: a link is no file of the workspace, wherever it leads.
fn of_file(workspace: &Path, name: &str, since: Option<Timespec>) -> Option<Left> {
    let root = fence::root(workspace).ok()?;
    let flags = OFlags::RDONLY | OFlags::NONBLOCK;
    let no_links = ResolveFlags::NO_SYMLINKS;
    let opened = fence::open_by(&root, Path::new(name), flags, Mode::empty(), no_links).ok()?;
    let found = rustix::fs::fstat(&opened).ok()?;
    if fence::file_type(&found) != FileType::RegularFile {
        return None;
    }
    let changed = (
        found.st_ctime,
        i64::try_from(found.st_ctime_nsec).unwrap_or(0),
    );
    if since.is_some_and(|since| changed < (since.tv_sec, since.tv_nsec)) {
        return Some(Left::Untouched);
    }
    let mut content = Vec::new();
    let most = FILE_BYTES + 1;
    File::from(opened)
        .take(most)
        .read_to_end(&mut content)
        .ok()?;
    Some(if content.len() as u64 > FILE_BYTES {
        Left::TooLong
    } else {
        Left::Holds(content)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_what_lies_in_the_workspace_and_was_written_counts() {
        let outside = tempfile::tempdir().expect("a directory");
        let folder = tempfile::tempdir().expect("a directory");
        let path = |name: &str| folder.path().join(name);
        fs::write(outside.path().join("secret"), "x").expect("writable");
        fs::write(path("new"), "new").expect("writable");
        fs::create_dir(path("folder")).expect("a directory");
        symlink(outside.path(), path("out")).expect("a link");
        symlink("new", path("in")).expect("a link");
        fs::write(path("folder/new"), "new").expect("writable");
        symlink("folder", path("way")).expect("a link");
        let large = File::create(path("large")).expect("writable");
        large.set_len(FILE_BYTES + 1).expect("a length");
        let names = [
            "new",
            "folder",
            "out/secret",
            "in",
            "way/new",
            "absent",
            "large",
        ];
        let names = names.map(str::to_owned);

        let found = left(folder.path(), &names, None);
        let holds = Left::Holds(b"new".to_vec());
        let nothing = Left::Nothing;
        let of = |name: &str| found[name].clone();
        assert_eq!(of("new"), holds);
        assert_eq!(of("large"), Left::TooLong);
        for name in ["folder", "out/secret", "in", "way/new", "absent"] {
            assert_eq!(of(name), nothing, "{name}");
        }

        let changed = rustix::fs::stat(path("new")).expect("there");
        let at = |more: i64| Timespec {
            tv_sec: changed.st_ctime + more,
            tv_nsec: i64::try_from(changed.st_ctime_nsec).expect("less than a second"),
        };
        let new = |since| left(folder.path(), &names, Some(since))["new"].clone();
        assert_eq!(new(at(0)), holds);
        assert_eq!(new(at(1)), Left::Untouched);
    }
}
