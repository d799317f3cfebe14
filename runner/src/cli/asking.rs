//! Asking before something of somebody else is run.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use pipeyard_shared::Chain;
use pipeyard_shared::marks;
use pipeyard_shared::text::tame_lines;
use pipeyard_shared::words::{self, Language};

use super::replay::chain_text;

/// Whether the chain of a link may be run: yes where nobody sits at a terminal who could be asked.
///
/// # Errors
/// When the terminal goes away.
pub(super) fn may_run(chain: &Chain, language: Language) -> io::Result<bool> {
    match terminal() {
        Some(mut terminal) => ask(&mut terminal, chain, language),
        None => Ok(true),
    }
}

/// The terminal of whoever sees our errors. Standard input is the chain's.
fn terminal() -> Option<File> {
    let path = io::stderr().is_terminal().then_some("/dev/tty")?;
    OpenOptions::new().read(true).write(true).open(path).ok()
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
