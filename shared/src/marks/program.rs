//! What a command may do, by the name of its program and by its words.

use super::script;
use super::table::{Written, is_no_file, known, operands};
use super::{COMMAND_WORK, Found, Mark, WORD_WORK};

/// Where the programs of these names are looked for when they are named by a path.
const USUAL: [&str; 6] = [
    "/bin/",
    "/usr/bin/",
    "/usr/local/bin/",
    "/sbin/",
    "/usr/sbin/",
    "/usr/local/sbin/",
];

/// The first word is the program.
pub(super) fn command(found: &mut Found, words: &[&str]) {
    let Some((program, arguments)) = words.split_first() else {
        return;
    };
    let usual = USUAL.iter().find_map(|path| program.strip_prefix(path));
    let name = usual.unwrap_or(program);
    if !alone(found, name, arguments) {
        found.add(Mark::Unknown, program);
    } else if found.has(Mark::Runs) {
        // What it is given to run may be any of its words, and any text may be a script.
        for at in 0..arguments.len().min(WORDS) {
            let name = arguments[at].rsplit('/').next().unwrap_or_default();
            alone(found, name, &arguments[at + 1..]);
        }
    }
    for word in arguments {
        if word.starts_with("/dev/tcp/") || word.starts_with("/dev/udp/") {
            found.add(Mark::Network, word);
        }
    }
}

/// How many words are taken for what another program is given to run.
pub(super) const WORDS: usize = 64;

/// A command by itself, without what it runs. Says whether its program is known.
pub(super) fn alone(found: &mut Found, name: &str, arguments: &[&str]) -> bool {
    let bytes: usize = arguments.iter().map(|word| word.len() + WORD_WORK).sum();
    if !found.spend(COMMAND_WORK + bytes) {
        return false;
    }
    let Some(known) = known(name) else {
        return false;
    };
    for (mark, by) in known.marks(arguments) {
        match by {
            Some(by) => found.add(mark, &format!("{name} {by}")),
            None => found.add(mark, name),
        }
    }
    match known.written() {
        Some(Written::Awk) => awk(found, name, arguments),
        Some(Written::Sed) => sed(found, name, arguments),
        Some(Written::Shell) => {
            for text in operands(arguments) {
                script::shell(found, text.as_bytes());
            }
        }
        None => {}
    }
    true
}

fn awk(found: &mut Found, name: &str, arguments: &[&str]) {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "-F" | "-v" => drop(words.next()),
            "--" => {
                return words
                    .next()
                    .into_iter()
                    .for_each(|text| script::awk(found, name, text));
            }
            word if word.starts_with("-F") || word.starts_with("-v") => {}
            word if word.len() > 1 && word.starts_with('-') => {
                // A script in a file, an extension, a log.
                return found.add(Mark::Unknown, &format!("{name} {word}"));
            }
            text => return script::awk(found, name, text),
        }
    }
}

fn sed(found: &mut Found, name: &str, arguments: &[&str]) {
    let unknown =
        |found: &mut Found, word: &str| found.add(Mark::Unknown, &format!("{name} {word}"));
    let mut scripts = Vec::new();
    let mut operands = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if let Some(long) = word.strip_prefix("--") {
            let (option, value) = long.split_once('=').unwrap_or((long, ""));
            match option {
                "" => operands.extend(words.by_ref()),
                "quiet" | "silent" | "regexp-extended" | "null-data" | "unbuffered"
                | "separate" | "posix" | "sandbox" | "zero-terminated" => {}
                "expression" if long.contains('=') => scripts.push(value),
                "expression" => scripts.extend(words.next()),
                _ if "in-place".starts_with(option) => {
                    found.add(Mark::Writes, &format!("{name} {word}"));
                }
                _ => return unknown(found, word),
            }
            continue;
        }
        let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            operands.push(*word);
            continue;
        };
        for (at, letter) in letters.char_indices() {
            match letter {
                'n' | 'E' | 'r' | 's' | 'u' | 'z' => continue,
                'i' => found.add(Mark::Writes, &format!("{name} -i")),
                'e' if at + 1 < letters.len() => scripts.push(&letters[at + 1..]),
                'e' => scripts.extend(words.next()),
                _ => return unknown(found, word),
            }
            // The rest is a value.
            break;
        }
    }
    if scripts.is_empty() {
        scripts.extend(operands.first());
    }
    script::sed(found, name, &scripts.join("\n"));
}

/// What the shell would write to, and what that is.
pub(super) fn written_to(found: &mut Found, sign: &str, target: &str) {
    if target.starts_with("/dev/tcp/") || target.starts_with("/dev/udp/") {
        found.add(Mark::Network, target);
    } else if !is_no_file(target) {
        found.add(Mark::Writes, &format!("{sign} {target}"));
    }
}
