//! What exit statuses of common programs mean, as their own manuals say, and what signals do.
//!
//! A status that a program does not define gets the words that hold for any program, or none. No sentence has its full
//! stop.

use super::{Language, ending_hint};
use crate::chain::{Stage, StageKind};
use crate::ending::Ending;
use crate::signal::Signal;

/// A meaning a line: the programs, the statuses (`2`, `1-100`), `=` for an answer or `!` for trouble, the source, and the
/// sentence in English and in Korean. The table is text: it is read when it is needed, and costs the page little.
const EXITS: &str = include_str!("exits.txt");

/// A signal a line, after `signal(7)`: its name, what it does unless the program says otherwise, and what it means in
/// English and in Korean.
const SIGNALS: &str = include_str!("signals.txt");

/// What a status of a program means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitWords {
    /// As a sentence.
    pub sentence: &'static str,
    /// Where that is written.
    pub source: &'static str,
    /// Whether it is an answer, such as *no*, and no failure of the program.
    pub is_answer: bool,
}

/// What this status of this program means; nothing where its manual does not say, and for 0.
pub fn exit(language: Language, program: &str, code: i32) -> Option<ExitWords> {
    EXITS.lines().find_map(|line| {
        let [programs, codes, kind, source, en, ko] = fields(line)?;
        let is_it = || programs.split(' ').any(|known| known == program);
        (covers(codes, code) && is_it()).then_some(ExitWords {
            sentence: either(language, en, ko),
            source,
            is_answer: kind == "=",
        })
    })
}

/// What a status means for most programs; nothing where there is no such habit.
pub fn exit_of_any(language: Language, code: i32) -> Option<String> {
    let [en, ko] = match code {
        1 => [
            "most programs say 1 when something failed, and tell what on standard error",
            "대부분의 프로그램은 실패했을 때 1로 끝나고, 이유는 표준 오류에 적습니다",
        ],
        2 => [
            "many programs say 2 when their arguments make no sense",
            "인수가 잘못되었을 때 2로 끝나는 프로그램이 많습니다",
        ],
        124 => [
            "124 is what `timeout` says when the time was over",
            "124는 시간이 다 되었을 때 `timeout`이 쓰는 상태입니다",
        ],
        125 => [
            "125 is what programs that start others say when they failed themselves",
            "125는 다른 프로그램을 시작하는 프로그램이 스스로 실패했을 때 쓰는 상태입니다",
        ],
        255 => [
            "255 is the largest status there is, and what -1 becomes",
            "255는 가장 큰 상태이고, -1도 255가 됩니다",
        ],
        code => return ending_hint(language, &Ending::Exited { code }),
    };
    Some(either(language, en, ko).to_owned())
}

/// What a signal means and what it does by itself, as a sentence; nothing for one without a name.
pub fn signal(language: Language, signal: Signal) -> Option<String> {
    let (action, meaning) = signal_row(language, signal)?;
    let action = match (language, action) {
        (Language::En, "ends") => "by itself it ends the process",
        (Language::En, "dumps") => "by itself it ends the process, with a core file",
        (Language::En, "stops") => "by itself it makes the process stand still",
        (Language::En, "ignored") => "by itself it does nothing",
        (Language::En, _) => "by itself it lets the process go on",
        (Language::Ko, "ends") => "따로 정하지 않으면 프로세스가 끝납니다",
        (Language::Ko, "dumps") => "따로 정하지 않으면 코어 파일을 남기고 프로세스가 끝납니다",
        (Language::Ko, "stops") => "따로 정하지 않으면 프로세스가 멈춥니다",
        (Language::Ko, "ignored") => "따로 정하지 않으면 아무 일도 없습니다",
        (Language::Ko, _) => "따로 정하지 않으면 프로세스가 계속됩니다",
    };
    Some(match language {
        Language::En => format!("{signal}: {meaning}; {action}"),
        Language::Ko => format!("{signal}: {meaning}. {action}"),
    })
}

/// What the ending of a stage means, by the manual of its program where that says so: more than [`ending_hint`], which
/// knows no programs. Nothing where the few words of [`super::ending`] say it all.
pub fn ending_meaning(language: Language, stage: &Stage, ending: &Ending) -> Option<String> {
    match ending {
        Ending::Exited { code } => {
            let program = program_of(stage)?;
            match exit(language, &program, *code) {
                Some(words) => Some(format!("{program} {code}: {}", words.sentence)),
                None => exit_of_any(language, *code),
            }
        }
        Ending::Signaled {
            signal,
            reader_left: false,
            limit: None,
            ..
        } => {
            let (_, meaning) = signal_row(language, *signal)?;
            Some(format!("{signal}: {meaning}"))
        }
        ending => ending_hint(language, ending),
    }
}

/// The name by which a manual knows the program of a stage; a shell stage's is the shell.
pub fn program_of(stage: &Stage) -> Option<String> {
    match &stage.kind {
        StageKind::Process(process) => {
            let path = process.program.lossy();
            Some(path.rsplit('/').next()?.to_owned())
        }
        StageKind::Shell(_) => Some("bash".to_owned()),
        _ => None,
    }
}

/// What it does by itself, and what it means.
fn signal_row(language: Language, signal: Signal) -> Option<(&'static str, &'static str)> {
    let name = signal.name();
    let name = name.strip_prefix("SIG")?;
    SIGNALS.lines().find_map(|line| {
        let [known, action, en, ko] = fields(line)?;
        (known == name).then_some((action, either(language, en, ko)))
    })
}

fn fields<const N: usize>(line: &'static str) -> Option<[&'static str; N]> {
    let mut fields = line.split(" | ");
    let found = std::array::from_fn(|_| fields.next().unwrap_or_default());
    Some(found).filter(|found| found.iter().all(|field| !field.is_empty()))
}

fn covers(codes: &str, code: i32) -> bool {
    let (first, last) = codes.split_once('-').unwrap_or((codes, codes));
    let bounds = (first.parse::<i32>(), last.parse::<i32>());
    matches!(bounds, (Ok(first), Ok(last)) if (first..=last).contains(&code))
}

fn either(language: Language, en: &'static str, ko: &'static str) -> &'static str {
    match language {
        Language::En => en,
        Language::Ko => ko,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn has_korean(text: &str) -> bool {
        text.chars().any(|letter| ('가'..='힣').contains(&letter))
    }

    #[test]
    fn every_meaning_is_whole_in_both_languages_and_said_once() {
        let mut known = BTreeSet::new();
        for line in EXITS.lines() {
            let [programs, codes, kind, source, en, ko] = fields(line).expect(line);
            assert_eq!(line.split(" | ").count(), 6, "{line}");
            assert!(["=", "!"].contains(&kind) && !source.is_empty(), "{line}");
            assert!(has_korean(ko) && !has_korean(en) && en != ko, "{line}");
            assert!(!en.ends_with('.') && !ko.ends_with('.'), "{line}");
            let of_line: Vec<i32> = (0..=255).filter(|code| covers(codes, *code)).collect();
            assert!(!of_line.is_empty() && !of_line.contains(&0), "{line}");
            for program in programs.split(' ') {
                for code in &of_line {
                    assert!(known.insert((program, *code)), "{program} {code} twice");
                }
            }
        }
    }

    /// `grep` that finds nothing has not failed.
    #[test]
    fn an_answer_is_never_called_a_failure() {
        for line in EXITS.lines() {
            let [_, _, kind, _, en, ko] = fields(line).expect(line);
            let blames = ["error", "fail", "trouble"]
                .iter()
                .any(|word| en.contains(word))
                && !en.contains("no error");
            let blames_ko =
                ["실패", "오류"].iter().any(|word| ko.contains(word)) && !ko.contains("오류는 없");
            assert!(kind == "!" || !blames && !blames_ko, "{line}");
        }
        let words = exit(Language::En, "grep", 1).expect("known");
        assert_eq!((words.sentence, words.is_answer), ("no line matched", true));
    }

    #[test]
    fn every_named_signal_has_a_meaning_and_an_action() {
        for line in SIGNALS.lines() {
            let [name, action, _, _] = fields(line).expect(line);
            let actions = ["ends", "dumps", "stops", "ignored", "goes on"];
            assert!(actions.contains(&action), "{line}");
            assert!(Signal::from_name(name).is_some(), "{line}");
        }
        for number in 1..=31 {
            let [en, ko] = Language::ALL.map(|language| signal(language, Signal(number)));
            let (en, ko) = (en.expect("English"), ko.expect("Korean"));
            assert!(has_korean(&ko) && !has_korean(&en), "{en} / {ko}");
        }
        assert_eq!(signal(Language::En, Signal(40)), None);
    }

    #[test]
    fn what_no_manual_says_gets_the_words_for_any_program_or_none() {
        let stage = |program| Stage::process("s", program, []);
        let said =
            |program, code| ending_meaning(Language::En, &stage(program), &Ending::Exited { code });
        assert_eq!(
            said("/usr/bin/grep", 1).as_deref(),
            Some("grep 1: no line matched")
        );
        assert_eq!(said("mine", 3), None);
        assert_eq!(said("grep", 3), None);
        assert!(said("mine", 1).is_some_and(|said| said.contains("most programs")));
        assert!(said("mine", 141).is_some_and(|said| said.contains("SIGPIPE")));
        assert_eq!(said("grep", 0), None);
    }
}
