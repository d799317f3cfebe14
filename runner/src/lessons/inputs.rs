//! What answers read: files that a run is to leave as they are, because what comes out says nothing once they are not.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pipeyard_shared::lesson::Exercise;
use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, Timespec};

use super::copy::plain;
use crate::engine::Run;
use crate::fence;

/// The most words of a solution that are looked at.
const MOST_WORDS: usize = 256;

/// The files that a solution names and left alone in its copy of the workspace, and that a run has written in the workspace.
pub(super) fn rewritten(
    workspace: &Path,
    copy: &Path,
    exercise: &Exercise,
    run: &Run,
) -> Vec<String> {
    let (Ok(workspace), Ok(copy)) = (fence::root(workspace), fence::root(copy)) else {
        return Vec::new();
    };
    let made: Vec<PathBuf> = exercise.files.iter().map(|name| plain(name)).collect();
    let began = of_time(run.began());
    let words = words_of(&exercise.solution_text).into_iter();
    words
        .filter(|word| !made.contains(&plain(word)))
        .filter(|word| {
            let written = written(&workspace, word);
            written >= Some(began) && written == self::written(&copy, word)
        })
        .map(str::to_owned)
        .collect()
}

/// Of the files of the seed that are not as they were at first, those that a solution names, or all where it names none:
/// it may read them by a pattern.
pub(super) fn changed(exercise: &Exercise, changed: &[String]) -> Vec<String> {
    let words = words_of(&exercise.solution_text);
    let named = changed.iter().filter(|name| words.contains(name.as_str()));
    let named: Vec<String> = named.cloned().collect();
    if named.is_empty() {
        changed.to_vec()
    } else {
        named
    }
}

/// When an ordinary file was last written. Nothing for everything else, and for what lies behind a link.
fn written(root: &std::os::fd::OwnedFd, name: &str) -> Option<(i64, i64)> {
    let path = Path::new(name);
    let opened = fence::open_by(
        root,
        path,
        OFlags::PATH,
        Mode::empty(),
        ResolveFlags::NO_SYMLINKS,
    );
    let found = rustix::fs::fstat(&opened.ok()?).ok()?;
    let is_file = fence::file_type(&found) == FileType::RegularFile;
    is_file.then(|| {
        of_time(Timespec {
            tv_sec: found.st_mtime,
            tv_nsec: i64::try_from(found.st_mtime_nsec).unwrap_or(0),
        })
    })
}

fn of_time(time: Timespec) -> (i64, i64) {
    (time.tv_sec, time.tv_nsec)
}

/// The words of a shell's text, as far as they can be names of files.
fn words_of(text: &str) -> BTreeSet<&str> {
    let words =
        text.split(|letter: char| letter.is_whitespace() || "'\"`<>|&;(){}$=".contains(letter));
    words
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_found_in_a_solution() {
        let words = words_of("sort <words.txt | tail -3 'a b'>\"$out\"; cat deep/er.txt&");
        for name in ["words.txt", "deep/er.txt"] {
            assert!(words.contains(name), "{words:?}");
        }
        let endless = "a ".repeat(10) + &(0..1_000).map(|n| format!("{n} ")).collect::<String>();
        assert!(words_of(&endless).len() <= MOST_WORDS);
    }
}
