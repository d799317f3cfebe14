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
const PASSING: [&str; 22] = [
    "awk", "bzip2", "cat", "column", "cut", "expand", "fmt", "fold", "gawk", "grep", "gzip",
    "egrep", "fgrep", "mawk", "nl", "paste", "rev", "sed", "tee", "tr", "uniq", "xz",
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
        // Files that are written, and sets of characters.
        "tee" | "tr" => true,
        // What follows may begin with a hyphen.
        _ if arguments.iter().any(|word| word == b"--") => false,
        // A program of its own, then files.
        "awk" | "gawk" | "mawk" | "grep" | "egrep" | "fgrep" | "sed" => {
            let is_glued = |word: &Vec<u8>| {
                let at = word.iter().position(|byte| *byte == b'e');
                word.starts_with(b"-") && at.is_some_and(|at| at + 1 < word.len())
            };
            operands.count() <= 1 && !arguments.iter().any(is_glued)
        }
        // Values of options stand among them.
        "column" => only_values(arguments, b"cos"),
        "cut" => only_values(arguments, b"bcdf"),
        "fmt" => only_values(arguments, b"gpw"),
        "fold" => only_values(arguments, b"w"),
        "nl" => only_values(arguments, b"bdfhilnsvw"),
        "paste" => only_values(arguments, b"d"),
        "sort" => only_values(arguments, b"STkt"),
        "tail" => only_values(arguments, b"cns"),
        _ => operands.count() == 0,
    }
}

/// Whether each operand is the value of the option before it: these letters take one.
fn only_values(arguments: &[Vec<u8>], letters: &[u8]) -> bool {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if !word.starts_with(b"-") {
            return false;
        }
        // What stands behind the first such letter is its value; only where nothing does, the next word is.
        let first = word.iter().position(|byte| letters.contains(byte));
        if !word.starts_with(b"--") && first.is_some_and(|at| at + 1 == word.len()) {
            words.next();
        }
    }
    true
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
        // With -r and no file it reads the directory.
        "grep" | "egrep" | "fgrep" => holds(b"qmlLfrR"),
        "sed" => holds(b"if") || names(&[b"q", b"Q"]),
        // With rules for the beginning alone it reads nothing.
        "awk" | "gawk" | "mawk" => holds(b"f") || names(&[b"BEGIN", b"exit", b"getline", b"|"]),
        // What cannot be decoded ends them.
        "base32" | "base64" => holds(b"d"),
        "bzip2" | "gzip" | "xz" => holds(b"dlt"),
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
            "cut -d, -f2 | sort -t : -k 2",
            "tail -n +3",
            "paste -d , - -",
            "grep -e x | sed -ne p",
            "awk '{n++} END {print n}'",
            "gzip -9 | base64",
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
            "awk 'BEGIN {print 1}'",
            "sort abc",
            "sort -r abc",
            "sort -k2 abc",
            "sort -tk abc",
            "sort -- -x",
            "cut -f 1 2",
            "tail +3",
            "grep -ex abc",
            "sed -es/x/y/ abc",
            "grep -r x",
            "numfmt",
            "gunzip",
            "zcat",
            "gzip -d",
            "base64 -d",
            "base64 --decode",
        ] {
            assert!(!takes_all(text), "{text}");
        }
    }
}
