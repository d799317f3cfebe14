//! What programs are known for. The table is text: it is read when it is needed, and costs the page little.

use super::Mark;

/// A program a line, and what it may do: `r` run others, `d` remove, `w` write files, `n` use the network, `?` what is not
/// known. With a `:` and what must be there: an option (`-o`, `--output`), an option or a primary of several letters
/// (`=delete`), a word (`+s_client`), a part of any word (`~of=`), or so many operands (`2`), which mean nothing where
/// one of the options with a `!` is there (it sends all to standard output) and all others are among those with a `.`. `awk`, `sed` and `shell` say what its texts are written in.
const PROGRAMS: &str = include_str!("programs.txt");

/// What is known of a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    terms: &'static str,
}

/// In what the texts among a program's arguments are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Awk,
    Sed,
    Shell,
}

/// What is known of the program of this name, a version at its end aside.
pub(super) fn known(name: &str) -> Option<Known> {
    let found = |name: &str| {
        let mut lines = PROGRAMS.lines();
        lines.find_map(|line| {
            let (known, terms) = line.split_once(' ').unwrap_or((line, ""));
            (known == name).then_some(Known { terms })
        })
    };
    let plain = name.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.');
    found(name).or_else(|| found(plain).filter(|known| !plain.is_empty() && known.is_versioned()))
}

impl Known {
    /// In what its texts are written.
    pub(super) fn written(self) -> Option<Written> {
        self.terms.split(' ').find_map(|term| match term {
            "awk" => Some(Written::Awk),
            "sed" => Some(Written::Sed),
            "shell" => Some(Written::Shell),
            _ => None,
        })
    }

    /// What a command may do, and the word that says so, where it is not the program itself.
    pub(super) fn marks<'a>(self, arguments: &'a [&'a str]) -> Vec<(Mark, Option<&'a str>)> {
        let mut marks = Vec::new();
        for term in self.terms.split(' ') {
            let (letter, when) = term.split_once(':').unwrap_or((term, ""));
            let mark = match letter {
                "r" => Mark::Runs,
                "d" => Mark::Removes,
                "w" => Mark::Writes,
                "n" => Mark::Network,
                "?" => Mark::Unknown,
                _ => continue,
            };
            if when.is_empty() {
                marks.push((mark, None));
            } else if let Some(by) = self.meets(when, arguments) {
                marks.push((mark, Some(by)));
            }
        }
        marks
    }

    /// Interpreters are installed under names that end in a version, and the others are not.
    fn is_versioned(self) -> bool {
        self.terms.starts_with('r') || self.terms == "awk"
    }

    fn meets<'a>(self, when: &str, arguments: &'a [&'a str]) -> Option<&'a str> {
        let options = || arguments.iter().filter(|word| is_option(word));
        let mut words = arguments.iter().copied();
        if let Some(part) = when.strip_prefix('~') {
            return words.find(|word| word.contains(part));
        }
        if let Some(word) = when.strip_prefix('+') {
            return words.find(|found| *found == word);
        }
        if let Some(name) = when.strip_prefix('=') {
            let named = |found: &&str| {
                let found = found.trim_start_matches('-');
                found.split('=').next() == Some(name)
            };
            return words.find(|found| found.starts_with('-') && named(found));
        }
        if let Some(name) = when.strip_prefix("--") {
            // Long options may be cut short.
            let cut = |found: &&str| {
                let found = found.strip_prefix("--").unwrap_or_default();
                let found = found.split('=').next().unwrap_or_default();
                !found.is_empty() && name.starts_with(found)
            };
            return words.find(cut);
        }
        if let Some(letter) = when.strip_prefix('-') {
            // Anywhere in a word of several: that some of them may be a value is not known here.
            let is_among = |found: &&str| {
                is_option(found) && !found.starts_with("--") && found.contains(letter)
            };
            return words.find(is_among);
        }
        let least: usize = when.parse().ok()?;
        let is_listed = |sign: char, option: &str| {
            let mut terms = self.terms.split(' ');
            terms.any(|term| term.strip_prefix(sign) == Some(option))
        };
        let only_reads = |option: &&str| is_listed('!', option);
        let is_beside = |option: &&str| is_listed('!', option) || is_listed('.', option);
        if options().any(only_reads) && options().all(is_beside) {
            return None;
        }
        operands(arguments)
            .skip(least - 1)
            .find(|operand| !is_no_file(operand))
    }
}

fn is_option(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-')
}

/// What is no option. The value of one may be among them.
pub(super) fn operands<'a>(arguments: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let end = arguments.iter().position(|word| *word == "--");
    let place = move |at: usize| end.is_some_and(|end| at > end);
    let words = arguments.iter().enumerate();
    words
        .filter(move |(at, word)| place(*at) || !is_option(word))
        .map(|(_, word)| *word)
}

/// Whether writing there leaves nothing behind.
pub(super) fn is_no_file(path: &str) -> bool {
    let fd = path
        .strip_prefix("/dev/fd/")
        .is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()));
    fd || matches!(
        path,
        "-" | "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/tty"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that nobody can find, or a term that says nothing, is a mistake.
    #[test]
    fn every_line_is_found_and_every_term_means_something() {
        let mut names = std::collections::BTreeSet::new();
        for line in PROGRAMS.lines() {
            let mut words = line.trim_end().split(' ');
            let name = words.next().expect("a name");
            assert!(names.insert(name), "{name} stands there twice");
            for term in words {
                let letter = term.split(':').next();
                let is_mark = matches!(letter, Some("r" | "d" | "w" | "n" | "?"));
                let is_beside = term.starts_with(".-");
                let is_written = matches!(term, "awk" | "sed" | "shell");
                assert!(
                    is_mark || is_written || term.starts_with("!-") || is_beside,
                    "{line}"
                );
            }
        }
        assert!(names.len() > 250);
    }

    #[test]
    fn versions_are_cut_off_interpreters_alone() {
        assert!(known("python3.12").is_some() && known("lua5.4").is_some());
        assert!(known("cat9").is_none() && known("md5sum").is_some() && known("3").is_none());
    }
}
