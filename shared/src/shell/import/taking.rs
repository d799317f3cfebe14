//! Who takes all that is written to it.
//!
//! `tee` is ended when one of its readers leaves before the end, and what the others get then ends too; copies that a
//! chain makes go on. So they stand for those of `tee` only where every reader surely stays.

use crate::shell::grammar::{Command, List, RedirectionKind};

/// Programs that take their whole standard input before they write anything: who reads of them may leave.
const HOLDING: [&str; 17] = [
    "b2sum",
    "base32",
    "base64",
    "cksum",
    "md5sum",
    "sha1sum",
    "sha224sum",
    "sha256sum",
    "sha384sum",
    "sha512sum",
    "shuf",
    "sort",
    "sum",
    "tac",
    "tail",
    "tsort",
    "wc",
];

/// Programs that take all of it as long as somebody takes what they write.
const PASSING: [&str; 25] = [
    "awk", "bzip2", "cat", "column", "cut", "expand", "fmt", "fold", "gawk", "grep", "gunzip",
    "gzip", "egrep", "fgrep", "mawk", "nl", "numfmt", "paste", "rev", "sed", "tee", "tr", "uniq",
    "xz", "zcat",
];

/// Whether commands that are piped into each other take all that the first of them is given. Nothing at all
/// stands for whoever reads the run's own output.
pub(super) fn take_all(commands: &[Command]) -> bool {
    for command in commands {
        match taking(command) {
            Taking::Holds => return true,
            Taking::Passes => {}
            Taking::Unknown => return false,
        }
    }
    true
}

/// The same for those of a process substitution.
pub(super) fn list_takes_all(list: &List) -> bool {
    let pipeline = list.alone();
    pipeline.is_some_and(|pipeline| take_all(&pipeline.commands))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Taking {
    Holds,
    Passes,
    Unknown,
}

fn taking(command: &Command) -> Taking {
    let Some(simple) = &command.simple else {
        return Taking::Unknown;
    };
    let reads_elsewhere = simple.redirections.iter().any(|redirection| {
        !matches!(
            redirection.kind,
            RedirectionKind::Write
                | RedirectionKind::Append
                | RedirectionKind::WriteBoth
                | RedirectionKind::AppendBoth
                | RedirectionKind::CopyOutput
        )
    });
    let words: Option<Vec<Vec<u8>>> = simple.words.iter().map(|word| word.literal()).collect();
    let (Some(words), false) = (words, reads_elsewhere) else {
        return Taking::Unknown;
    };
    let Some((name, arguments)) = words.split_first() else {
        return Taking::Unknown;
    };
    let Ok(name) = std::str::from_utf8(name) else {
        return Taking::Unknown;
    };
    if !may_read(name, arguments) || may_stop(name, arguments) {
        return Taking::Unknown;
    }
    if HOLDING.contains(&name) {
        Taking::Holds
    } else if PASSING.contains(&name) {
        Taking::Passes
    } else {
        Taking::Unknown
    }
}

/// Whether its standard input is what it reads: what names a file reads that.
fn may_read(name: &str, arguments: &[Vec<u8>]) -> bool {
    let operands = arguments.iter().filter(|word| !word.starts_with(b"-"));
    match name {
        // A program of its own, then files.
        "awk" | "gawk" | "mawk" | "grep" | "egrep" | "fgrep" | "sed" => operands.count() <= 1,
        // Files that are written, and sets of characters.
        "tee" | "tr" => true,
        // Values of options stand among them.
        "cut" | "head" | "tail" | "fold" | "fmt" | "nl" | "paste" | "sort" | "numfmt"
        | "column" => {
            let is_value = |word: &&Vec<u8>| word.len() <= 3 || word.iter().all(u8::is_ascii_digit);
            operands.filter(|word| !is_value(word)).count() == 0
        }
        _ => operands.count() == 0,
    }
}

/// Whether its arguments may make it leave before the end.
fn may_stop(name: &str, arguments: &[Vec<u8>]) -> bool {
    let holds = |letters: &[u8]| {
        arguments.iter().any(|word| {
            word.starts_with(b"--")
                || word.starts_with(b"-") && word.iter().any(|byte| letters.contains(byte))
        })
    };
    let names = |words: &[&[u8]]| {
        let within =
            |word: &Vec<u8>, part: &[u8]| word.windows(part.len()).any(|here| here == part);
        arguments
            .iter()
            .any(|word| words.iter().any(|part| within(word, part)))
    };
    match name {
        "grep" | "egrep" | "fgrep" => holds(b"qmlLf"),
        "sed" => holds(b"if") || names(&[b"q", b"Q"]),
        "awk" | "gawk" | "mawk" => holds(b"f") || names(&[b"exit", b"getline", b"|"]),
        "shuf" => !arguments.is_empty(),
        "tail" => holds(b"fF"),
        "sort" => holds(b"cCo"),
        "wc" => holds(b""),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::grammar;

    fn takes_all(text: &str) -> bool {
        let script = grammar::parse(text.as_bytes()).expect("shell text");
        list_takes_all(&script.list)
    }

    #[test]
    fn who_stays_to_the_end_is_known() {
        for text in [
            "wc -l > count",
            "sort -rn | head -3",
            "grep -c ' 200 ' > ok",
            "awk '{print $1}' | sort -u > ips",
            "tr a-z A-Z | rev > x",
            "cut -d ' ' -f 2 | uniq -c",
            "sed 's/^/1:/' >&2",
            "md5sum",
            "tee copy",
        ] {
            assert!(takes_all(text), "{text}");
        }
    }

    #[test]
    fn who_may_leave_is_too() {
        for text in [
            "head -1 > first",
            "grep -q x",
            "grep -m1 x",
            "sed 3q",
            "sed -n '/x/{p;q}'",
            "awk 'NR == 3 {exit}'",
            "cat | head -1",
            "cat file",
            "sort file",
            "wc -l < file",
            "unknown",
            "while read x; do echo $x; done",
            "read x",
            "wc; true",
            "cat $x",
        ] {
            assert!(!takes_all(text), "{text}");
        }
    }
}
