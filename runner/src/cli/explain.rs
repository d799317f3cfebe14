//! `pipeyard explain`.

use std::process::ExitCode;

use pipeyard_shared::explain::{Explained, Said};
use pipeyard_shared::signal::Signal;
use pipeyard_shared::text::tame;
use pipeyard_shared::words::{self, Language};

use super::{arguments, voice};
use crate::manual::Manual;

pub(super) fn explain(arguments: &arguments::Explain, language: Language) -> ExitCode {
    let known = match (status(&arguments.what), arguments.words.as_slice()) {
        (Some(code), []) => words::exit_of_any(language, code),
        (None, [word]) if status(word).is_some() => of_program(language, &arguments.what, word),
        (None, []) => Signal::from_name(&arguments.what)
            .and_then(|signal| words::signal(language, signal))
            .or_else(|| of_manual(language, &arguments.what, &[])),
        (_, given) => of_manual(language, &arguments.what, given),
    };
    match known {
        Some(lines) => voice::print(format!("{}\n", lines.trim_end()).as_bytes(), language),
        None => {
            voice::say(match language {
                Language::En => format!("nothing is known about `{}`", asked(arguments)),
                Language::Ko => format!("`{}`에 대해 아는 것이 없습니다", asked(arguments)),
            });
            ExitCode::FAILURE
        }
    }
}

fn asked(arguments: &arguments::Explain) -> String {
    let mut words = vec![arguments.what.as_str()];
    words.extend(arguments.words.iter().map(String::as_str));
    words.join(" ")
}

fn status(word: &str) -> Option<i32> {
    word.parse().ok().filter(|code| (0..=255).contains(code))
}

/// What a status of a program means: by its manual, or else any program's.
fn of_program(language: Language, program: &str, word: &str) -> Option<String> {
    let code = status(word)?;
    match words::exit(language, program, code) {
        Some(known) => Some(format!(
            "{program} {code}: {}\n    {}",
            known.sentence, known.source
        )),
        None => words::exit_of_any(language, code),
    }
}

fn of_manual(language: Language, program: &str, given: &[String]) -> Option<String> {
    let explained = Manual::default().explain(language, program, given);
    if let Some(trouble) = explained.trouble {
        voice::say(words::explain_trouble(language, trouble));
    }
    lines(language, program, &explained)
}

/// A sentence a line, each with who says it.
fn lines(language: Language, program: &str, explained: &Explained) -> Option<String> {
    let said = explained.program.as_ref()?;
    let mut text = format!(
        "{program}: {}\n    {}\n",
        tame(&said.what),
        by(language, said)
    );
    for flag in &explained.flags {
        text += &format!("{}\n    {}\n", tame(&flag.forms), tame(&flag.said.what));
    }
    Some(text)
}

fn by(language: Language, said: &Said) -> String {
    match (&said.source, language) {
        (Some(source), _) => tame(source).into_owned(),
        (None, Language::En) => "in Pipeyard's words".to_owned(),
        (None, Language::Ko) => "Pipeyard의 설명".to_owned(),
    }
}
