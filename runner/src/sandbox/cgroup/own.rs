//! Which control group this process is in, as a directory.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The directory of this process's control group of version 2; none where there is no such thing, or where it lies outside of what
/// this process sees.
///
/// # Errors
/// The system's.
pub(super) fn directory() -> io::Result<Option<PathBuf>> {
    let groups = fs::read("/proc/self/cgroup")?;
    let mounts = fs::read("/proc/self/mountinfo")?;
    Ok(placed(&groups, &mounts))
}

/// How many processes and threads this process's group and those around it may have, the lowest of their `pids.max`, as systemd's
/// `TasksMax=` sets it; nothing where there is no bound, or where it lies outside of what this process sees.
pub fn most_processes() -> Option<u64> {
    lowest(&directory().ok()??)
}

fn lowest(group: &Path) -> Option<u64> {
    let most = |group: &Path| fs::read_to_string(group.join("pids.max")).ok();
    // One without a bound says `max`, and above all groups there is no such file.
    let bounds = group.ancestors().filter_map(most);
    bounds.filter_map(|most| most.trim().parse().ok()).min()
}

/// The directory, of what the kernel tells (`/proc/PID/cgroup` in cgroups(7), `/proc/PID/mountinfo` in proc(5)).
fn placed(groups: &[u8], mounts: &[u8]) -> Option<PathBuf> {
    let mut groups = groups.split(|byte| *byte == b'\n');
    let group = groups.find_map(|line| line.strip_prefix(b"0::"))?;
    let group = Path::new(OsStr::from_bytes(group));
    let is_seen = !group.components().any(|part| part.as_os_str() == "..");
    let mut mounts = mounts.split(|byte| *byte == b'\n').filter_map(mount);
    let below =
        |(root, place): (PathBuf, PathBuf)| Some(place.join(group.strip_prefix(root).ok()?));
    is_seen.then(|| mounts.find_map(below)).flatten()
}

/// Which part of the tree of control groups a line of mountinfo shows, and where.
fn mount(line: &[u8]) -> Option<(PathBuf, PathBuf)> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let middle = fields.iter().position(|field| *field == b"-")?;
    let is_it = fields.get(middle + 1) == Some(&&b"cgroup2"[..]);
    let path = |at: usize| Some(plain(fields.get(at)?));
    is_it.then(|| Some((path(3)?, path(4)?))).flatten()
}

/// A path in which `\040` stands for a space, and so on.
fn plain(written: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written;
    while let [first, after @ ..] = rest {
        let octal = after.get(..3).filter(|_| *first == b'\\');
        let number =
            octal.and_then(|octal| u8::from_str_radix(str::from_utf8(octal).ok()?, 8).ok());
        bytes.push(number.unwrap_or(*first));
        rest = if number.is_some() { &after[3..] } else { after };
    }
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_bound_of_all_groups_around_holds() {
        let mount = tempfile::tempdir().expect("a folder");
        let group = mount.path().join("system.slice/pipeyard.service/runner");
        fs::create_dir_all(&group).expect("folders");
        let bound = |group: &Path, most: &str| fs::write(group.join("pids.max"), most);
        assert_eq!(lowest(&group), None);
        bound(&group, "max\n").expect("a file");
        assert_eq!(lowest(&group), None);
        bound(&mount.path().join("system.slice"), "900\n").expect("a file");
        bound(group.parent().expect("a unit"), "1200\n").expect("a file");
        assert_eq!(lowest(&group), Some(900));
    }

    const UNIFIED: &str = "24 1 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

    fn found(groups: &str, mounts: &str) -> Option<String> {
        let found = placed(groups.as_bytes(), mounts.as_bytes())?;
        found.to_str().map(str::to_owned)
    }

    #[test]
    fn it_is_found_below_the_mount() {
        let unit = Some("/sys/fs/cgroup/system.slice/pipeyard.service".to_owned());
        assert_eq!(found("0::/system.slice/pipeyard.service\n", UNIFIED), unit);
        let hybrid = "30 24 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
                      31 24 0:27 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw\n";
        let group = found("4:memory:/a\n0::/b\n", hybrid);
        assert_eq!(group.as_deref(), Some("/sys/fs/cgroup/unified/b"));
        let spaced = r"24 1 0:22 / /my\040groups\134 rw - cgroup2 none rw";
        assert_eq!(found("0::/a", spaced).as_deref(), Some(r"/my groups\/a"));
    }

    #[test]
    fn a_mount_may_show_a_part_of_the_tree() {
        let part = "24 1 0:22 /machine/one /sys/fs/cgroup rw - cgroup2 cgroup2 rw";
        let inner = found("0::/machine/one/a", part);
        assert_eq!(inner.as_deref(), Some("/sys/fs/cgroup/a"));
        assert_eq!(found("0::/machine/two/a", part), None);
    }

    #[test]
    fn where_there_is_none_or_it_cannot_be_seen_nothing_is_found() {
        for (groups, mounts) in [
            ("", UNIFIED),
            ("4:memory:/a\n", UNIFIED),
            ("0::/../a\n", UNIFIED),
            ("0::/a\n", ""),
            ("0::/a\n", "24 1 0:22 / /sys rw - sysfs sysfs rw"),
            ("0::/a\n", "24 1 -"),
        ] {
            assert_eq!(found(groups, mounts), None, "{groups:?} {mounts:?}");
        }
    }
}
