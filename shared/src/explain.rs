//! What a program and its flags are for, as the manual pages of the runner's machine say: what is asked for, and what is
//! answered. Nothing here reads a page; the runner does (`runner/src/manual`).

use serde::{Deserialize, Serialize};

/// What is known of a program and of the words that it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// What the program does, in a sentence of its page, or of ours where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Said>,
    /// What its flags do, in the order of the words. A word may have several (`-rn`), or none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// Why there is nothing from a manual page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
}

/// A sentence, and who says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The sentence.
    pub what: String,
    /// The page, such as `grep(1), GNU grep 3.8`; nothing for a sentence of our own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What a flag does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The word's place among those that were asked about, from 0.
    pub at: usize,
    /// The flag in all its forms, as the page has them: `-v, --invert-match`.
    pub forms: String,
    /// What the page says of it.
    pub said: Said,
}

/// Why there is nothing from a manual page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// There is no program `man`.
    NoMan,
    /// There is no page of that name, or none that could be understood.
    NoPage,
    /// It took too long.
    TooSlow,
    /// It is too long.
    TooLong,
    /// Too many pages are being read.
    Busy,
}

/// Which page explains a program that is given some words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The name of the page.
    pub page: String,
    /// The page of a subcommand, such as `git-log`, and the place of its word. Flags behind that word are the subcommand's.
    pub subcommand: Option<(String, usize)>,
    /// Whether words behind the first one that is no flag are another program's, or a script's.
    pub runs_others: bool,
}

/// The longest name of a page.
const NAME_BYTES: usize = 64;

/// Where the programs are that manual pages are about.
const PLACES: [&str; 6] = [
    "/bin/",
    "/sbin/",
    "/usr/bin/",
    "/usr/sbin/",
    "/usr/local/bin/",
    "/usr/local/sbin/",
];

/// Programs whose first word is a command of its own, with a page of its own.
const WITH_SUBCOMMANDS: &str = " git openssl cargo docker podman kubectl npm go ip apt systemctl journalctl busybox toybox \
    rustup pip pip3 svn hg gh aws brew snap flatpak nmcli virsh zfs zpool btrfs cryptsetup lxc machinectl loginctl \
    apt-get apt-cache dpkg-deb uv poetry terraform helm perf bpftool tc ";

/// Programs that are given another program, or a script, with its own words.
const RUNNING_OTHERS: &str = " xargs timeout env nice nohup stdbuf sudo doas time setsid chroot unshare nsenter strace ltrace \
    watch parallel ssh bash sh dash zsh ksh fish python python3 perl ruby node php lua tclsh java awk gawk mawk nawk \
    ionice chrt taskset flock script su runuser gdb valgrind fakeroot entr rlwrap unbuffer exec command torsocks \
    systemd-run prlimit setarch numactl socat expect make ";

impl Subject {
    /// The pages for this program with these words; nothing for what no page can be about: a path to somewhere else, or
    /// a name that `man` could take for something else.
    pub fn of(program: &str, words: &[String]) -> Option<Self> {
        let name = PLACES
            .iter()
            .find_map(|place| program.strip_prefix(place))
            .unwrap_or(program);
        let page = page_name(name)?;
        let is_in = |table: &str| table.contains(&format!(" {name} "));
        let subcommand = is_in(WITH_SUBCOMMANDS)
            .then(|| words.iter().position(|word| !word.starts_with('-')))
            .flatten()
            .map(|at| {
                let joined = format!("{name}-{}", words[at]);
                (page_name(&joined).unwrap_or_default(), at)
            });
        Some(Self {
            page,
            subcommand,
            runs_others: is_in(RUNNING_OTHERS),
        })
    }
}

/// The name, if it can be a page's.
fn page_name(name: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._+@:-[".contains(&byte);
    let fits = (1..=NAME_BYTES).contains(&name.len())
        && !name.starts_with(['-', '.'])
        && name.bytes().all(allowed);
    fits.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Option<Subject> {
        let mut words = line.split(' ').map(str::to_owned);
        let program = words.next()?;
        Subject::of(&program, &words.collect::<Vec<_>>())
    }

    #[test]
    fn names_that_are_none_are_refused() {
        for line in [
            "",
            "./grep",
            "/tmp/grep",
            "-k",
            "a b",
            "../x",
            ".x",
            "a;b",
            "$(x)",
        ] {
            let program = line.to_owned();
            assert_eq!(Subject::of(&program, &[]), None, "{line}");
        }
        assert_eq!(Subject::of(&"x".repeat(65), &[]), None);
        for line in ["grep", "/usr/bin/grep", "[", "g++", "python3.12"] {
            assert!(of(line).is_some(), "{line}");
        }
    }

    #[test]
    fn a_subcommand_has_a_page_of_its_own() {
        let subject = of("git --no-pager log -p").expect("a page");
        assert_eq!(subject.subcommand, Some(("git-log".to_owned(), 1)));
        assert_eq!(of("git --version").expect("a page").subcommand, None);
        // What is no name has no page, and its flags are not taken for the program's.
        let odd = of("git a/b -p").expect("a page");
        assert_eq!(odd.subcommand, Some((String::new(), 0)));
    }
}
