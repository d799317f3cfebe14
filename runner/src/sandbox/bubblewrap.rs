//! bubblewrap: where it is, whether it is new enough, and what it is told (`bwrap(1)`).

use std::ffi::{CString, OsStr, OsString};
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fs::MemfdFlags;
use rustix::process::Pid;

use super::agent;
use super::enclosure::{HOST_NAME, INSIDE, Settings, USER};
use super::syscalls;
use crate::system;

/// The first version that can close nested user namespaces (`--disable-userns`).
const OLDEST: (u32, u32) = (0, 8);
/// How to get it.
const INSTALL: &str = "install it (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap; Arch: pacman -S bubblewrap)";
/// Where the agent's program is inside.
const AGENT: &str = "/.agent";
/// The number under which bubblewrap is given what `/etc/passwd` holds inside, and the next for `/etc/group`.
const FIRST_FILE: i32 = 10;
/// The number under which it is given which system calls are closed.
const FILTER: i32 = 12;

/// What programs read of `/etc`. None of it is anybody's secret.
const ETC: [&str; 17] = [
    "alternatives",
    "ca-certificates.conf",
    "fonts",
    "inputrc",
    "ld.so.cache",
    "locale.alias",
    "localtime",
    "magic",
    "mime.types",
    "nsswitch.conf",
    "pki/tls/certs",
    "protocols",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
    "terminfo",
    "timezone",
];

/// What lists the kernel's keys, where it has any: those of whoever started the runner by their names, too, since no
/// namespace keeps them apart.
const KEYS: [&str; 2] = ["/proc/keys", "/proc/key-users"];

/// A bubblewrap that can be used.
#[derive(Clone, Debug)]
pub struct Bubblewrap {
    program: PathBuf,
    version: (u32, u32),
}

/// Why there is none.
#[derive(Debug)]
pub enum Unusable {
    /// There is none on the PATH.
    Missing,
    /// It does not say its version.
    Strange(PathBuf),
    /// It is too old.
    Old(PathBuf, (u32, u32)),
}

impl Bubblewrap {
    /// The one on a PATH.
    ///
    /// # Errors
    /// Why there is none; as a sentence that says what to do.
    pub fn find(path: Option<&OsStr>) -> Result<Self, Unusable> {
        let candidates = std::env::split_paths(path.unwrap_or_default());
        let program = candidates
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join("bwrap"))
            .find(|candidate| candidate.is_file())
            .ok_or(Unusable::Missing)?;
        let said = Command::new(&program).arg("--version").output();
        let version = said
            .ok()
            .and_then(|said| version(&String::from_utf8_lossy(&said.stdout)));
        match version {
            Some(version) if version >= OLDEST => Ok(Self { program, version }),
            Some(version) => Err(Unusable::Old(program, version)),
            None => Err(Unusable::Strange(program)),
        }
    }

    /// One that is not there.
    #[cfg(test)]
    pub(super) fn nowhere() -> Self {
        Self {
            program: PathBuf::from("/nowhere"),
            version: OLDEST,
        }
    }

    /// Its version: the first two numbers.
    pub fn version(&self) -> (u32, u32) {
        self.version
    }

    /// Starts the agent in a new sandbox on one end of a line, and gives the process that waits for it outside. What
    /// goes wrong is told on `errors`.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn start(
        &self,
        settings: &Settings,
        workspace: &Path,
        line: BorrowedFd<'_>,
        errors: BorrowedFd<'_>,
    ) -> io::Result<Pid> {
        let nowhere = File::options().write(true).open("/dev/null")?;
        let name = USER;
        let files = [
            in_memory(format!("{name}:x:1000:1000:{name}:{INSIDE}:/bin/sh\n").as_bytes())?,
            in_memory(format!("{name}:x:1000:\n").as_bytes())?,
        ];
        let filter = in_memory(&syscalls::filter()?)?;
        let mut words = vec![OsString::from("bwrap")];
        words.extend(arguments(settings, workspace)?);
        let words: Vec<CString> = words
            .into_iter()
            .map(|word| CString::new(word.into_vec()).map_err(io::Error::other))
            .collect::<Result<_, _>>()?;
        let program = CString::new(self.program.as_os_str().as_bytes())?;
        let mut descriptors = vec![
            (line, 0),
            (nowhere.as_fd(), 1),
            (errors, 2),
            (filter.as_fd(), FILTER),
        ];
        descriptors.extend(files.iter().map(AsFd::as_fd).zip(FIRST_FILE..));
        system::spawn(&system::Command {
            program: &program,
            arguments: &words,
            environment: &[],
            directory: c"/",
            group: None,
            descriptors: &descriptors,
        })
    }
}

fn arguments(settings: &Settings, workspace: &Path) -> io::Result<Vec<OsString>> {
    let mut told = Vec::new();
    let mut tell = |words: &[&OsStr]| told.extend(words.iter().map(|word| (*word).to_owned()));
    let say = |words: &'static str| words.split(' ').map(OsStr::new).collect::<Vec<_>>();
    tell(&say(
        "--unshare-user --disable-userns --unshare-pid --as-pid-1",
    ));
    tell(&say(
        "--unshare-ipc --unshare-uts --unshare-net --unshare-cgroup-try",
    ));
    tell(&say(
        "--new-session --cap-drop ALL --clearenv --uid 1000 --gid 1000",
    ));
    tell(&["--hostname".as_ref(), HOST_NAME.as_ref()]);
    // Both or neither: a link in place of a directory is made as one.
    tell(&say("--ro-bind /usr /usr"));
    for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
        let path = Path::new("/").join(name);
        match std::fs::read_link(&path) {
            Ok(target) => tell(&["--symlink".as_ref(), target.as_ref(), path.as_ref()]),
            Err(_) => tell(&["--ro-bind-try".as_ref(), path.as_ref(), path.as_ref()]),
        }
    }
    for name in ETC {
        let path = Path::new("/etc").join(name);
        // What a link leads to may be outside of what is there.
        let is_link = path.is_symlink().then(|| std::fs::read_link(&path));
        match is_link {
            Some(Ok(target)) if target.starts_with("/usr") => {
                tell(&["--symlink".as_ref(), target.as_ref(), path.as_ref()]);
            }
            _ => tell(&["--ro-bind-try".as_ref(), path.as_ref(), path.as_ref()]),
        }
    }
    for (place, file) in ["/etc/passwd", "/etc/group"].iter().zip(FIRST_FILE..) {
        let number = OsString::from(file.to_string());
        tell(&["--perms".as_ref(), "0444".as_ref()]);
        tell(&["--ro-bind-data".as_ref(), &number, place.as_ref()]);
    }
    tell(&say("--proc /proc --dev /dev"));
    for listed in KEYS {
        if Path::new(listed).exists() {
            tell(&["--ro-bind".as_ref(), "/dev/null".as_ref(), listed.as_ref()]);
        }
    }
    tell(&[
        "--seccomp".as_ref(),
        OsString::from(FILTER.to_string()).as_ref(),
    ]);
    let size = OsString::from(settings.caps.tmp_bytes.max(1).to_string());
    for place in ["/dev/shm", "/tmp"] {
        tell(&[
            "--perms".as_ref(),
            "1777".as_ref(),
            "--size".as_ref(),
            &size,
        ]);
        tell(&["--tmpfs".as_ref(), place.as_ref()]);
    }
    for exposed in &settings.exposed {
        tell(&["--ro-bind".as_ref(), exposed.as_ref(), exposed.as_ref()]);
    }
    tell(&["--bind".as_ref(), workspace.as_ref(), INSIDE.as_ref()]);
    let program = std::env::current_exe()?;
    tell(&["--ro-bind".as_ref(), program.as_ref(), AGENT.as_ref()]);
    // What is made by the steps before is memory without a bound, until it cannot be written to.
    tell(&say("--remount-ro /dev --remount-ro /"));
    tell(&["--chdir".as_ref(), "/".as_ref(), "--".as_ref()]);
    tell(&[AGENT.as_ref(), agent::SUBCOMMAND.as_ref()]);
    for limit in settings.caps.to_arguments() {
        tell(&[limit.as_ref()]);
    }
    Ok(told)
}

/// A file that is nowhere but in memory, at its beginning.
fn in_memory(content: &[u8]) -> io::Result<OwnedFd> {
    let mut file = File::from(rustix::fs::memfd_create("file", MemfdFlags::CLOEXEC)?);
    file.write_all(content)?;
    rustix::fs::seek(&file, rustix::fs::SeekFrom::Start(0))?;
    Ok(file.into())
}

/// The numbers in `bubblewrap 0.8.0`.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.split_whitespace().last()?.split('.');
    let mut next = || numbers.next()?.parse().ok();
    Some((next()?, next()?))
}

impl fmt::Display for Unusable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = OLDEST;
        match self {
            Self::Missing => write!(out, "bubblewrap (bwrap) is not on the PATH: {INSTALL}"),
            Self::Strange(program) => {
                let program = program.display();
                write!(out, "{program} does not tell its version: {INSTALL}")
            }
            Self::Old(program, (old_major, old_minor)) => write!(
                out,
                "{} is bubblewrap {old_major}.{old_minor}, and {major}.{minor} or newer is needed: {INSTALL}",
                program.display()
            ),
        }
    }
}

impl std::error::Error for Unusable {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("bubblewrap 0.8.0\n"), Some((0, 8)));
        assert_eq!(version("bubblewrap 1.10"), Some((1, 10)));
        for strange in ["", "bubblewrap", "bubblewrap x.y"] {
            assert_eq!(version(strange), None, "{strange}");
        }
    }

    #[test]
    fn what_cannot_be_used_says_what_to_do() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = Some(folder.path().as_os_str());
        let told = |path| Bubblewrap::find(path).expect_err("unusable").to_string();
        assert!(told(path).contains("not on the PATH") && told(None).contains("apt-get install"));
        let program = folder.path().join("bwrap");
        let write = |says: &str| {
            std::fs::write(&program, format!("#!/bin/sh\necho {says}\n")).expect("writable");
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&program, mode).expect("own file");
        };
        write("bubblewrap 0.7.9");
        assert!(told(path).contains("0.8 or newer"), "{}", told(path));
        write("nonsense");
        assert!(told(path).contains("version"), "{}", told(path));
        write("bubblewrap 0.12.3");
        let found = Bubblewrap::find(path).expect("new enough");
        assert_eq!(found.version(), (0, 12));
    }
}
