//! A plain pipeline into a chain.

use std::fmt;

use crate::chain::{Chain, Stage, StageKind, Stderr, Variable};
use crate::substitute::{Placeholder, placeholders};
use crate::text::Text;

/// Why a text is no plain pipeline, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellError {
    /// The place in the text, in bytes from 0.
    pub at: usize,
    /// What stands there.
    pub fault: ShellFault,
}

/// What cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellFault {
    /// There are no words.
    Nothing,
    /// A `|` without a command on one side.
    MissingCommand,
    /// A quote that is opened and not closed.
    OpenQuote(char),
    /// A `\` at the very end.
    LoneBackslash,
    /// Assignments without a command.
    OnlyAssignments,
    /// Something that only a shell can do: the characters, and what they are called.
    NeedsShell(String, &'static str),
    /// A word that only a shell knows (`if`, `cd`, …).
    ShellWord(String),
}

/// The chain that a plain pipeline means: `a | b 'c d' | e`.
///
/// `{lane}` and `{value}` keep their meaning; `{fd3}`, for which text has no wire, stays as it is
/// written. The stages are called after their programs, with a number where that is taken.
///
/// # Errors
/// [`ShellError`] with the place. Never panics, and takes time linear in the text.
pub fn pipeline(text: &str) -> Result<Chain, ShellError> {
    let tokens = tokens(text)?;
    let end = text.len();
    if tokens.is_empty() {
        return Err(ShellError {
            at: 0,
            fault: ShellFault::Nothing,
        });
    }
    let mut stages: Vec<Stage> = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    for token in tokens {
        match token {
            Token::Word(word) => words.push(word),
            Token::Pipe { at, joins_stderr } => {
                let mut stage = command(std::mem::take(&mut words), at, &stages)?;
                if joins_stderr && let Some(setup) = stage.setup_mut() {
                    setup.stderr = Stderr::Stdout;
                }
                stages.push(stage);
            }
        }
    }
    let last = command(words, end, &stages)?;
    stages.push(last);
    Ok(Chain::of_stages(text.trim(), stages))
}

struct Word {
    at: usize,
    text: Vec<u8>,
    /// How many bytes at the front were written without any quoting.
    bare: usize,
}

enum Token {
    Word(Word),
    Pipe { at: usize, joins_stderr: bool },
}

fn command(words: Vec<Word>, at: usize, before: &[Stage]) -> Result<Stage, ShellError> {
    let Some(first) = words.first() else {
        return Err(ShellError {
            at,
            fault: ShellFault::MissingCommand,
        });
    };
    let first_at = first.at;
    let assignments = words.iter().take_while(|word| word.assigns().is_some());
    let count = assignments.count();
    let environment = words[..count]
        .iter()
        .filter_map(|word| {
            let split = word.assigns()?;
            Some(Variable::set(
                Text::from_bytes(&word.text[..split]),
                as_written(&word.text[split + 1..]),
            ))
        })
        .collect();
    let mut words = words.into_iter().skip(count);
    let program = words.next().ok_or(ShellError {
        at: first_at,
        fault: ShellFault::OnlyAssignments,
    })?;
    if program.bare == program.text.len()
        && let Ok(name) = std::str::from_utf8(&program.text)
        && SHELL_WORDS.contains(&name)
    {
        return Err(ShellError {
            at: program.at,
            fault: ShellFault::ShellWord(name.to_owned()),
        });
    }
    let program = as_written(&program.text);
    let id = free_id(&program, before);
    let mut stage = Stage::process(&id, "", []);
    if let StageKind::Process(process) = &mut stage.kind {
        process.program = program;
        process.args = words.map(|word| as_written(&word.text)).collect();
        process.setup.environment = environment;
    }
    Ok(stage)
}

impl Word {
    /// Where the `=` stands, if the word is an assignment: an unquoted name and `=` in front.
    fn assigns(&self) -> Option<usize> {
        let split = self.text[..self.bare]
            .iter()
            .position(|byte| *byte == b'=')?;
        let (first, rest) = self.text[..split].split_first()?;
        let begins = first.is_ascii_alphabetic() || *first == b'_';
        let goes_on = rest
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        (begins && goes_on).then_some(split)
    }
}

/// `{fd3}` means nothing in a text, so it is kept literal; the other placeholders are meant.
fn as_written(bytes: &[u8]) -> Text {
    let text = Text::from_bytes(bytes);
    let has_extra = placeholders(&text)
        .iter()
        .any(|placeholder| matches!(placeholder, Placeholder::Extra(_)));
    if has_extra {
        crate::substitute::literal(bytes)
    } else {
        text
    }
}

fn free_id(program: &Text, before: &[Stage]) -> String {
    let shown = program.lossy();
    let last = shown.rsplit('/').next().unwrap_or_default();
    let mut name: String = last
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(32)
        .collect();
    if name.is_empty() {
        name.push_str("stage");
    }
    let taken = |id: &str| before.iter().any(|stage| stage.id.as_str() == id);
    if !taken(&name) {
        return name;
    }
    (2..)
        .map(|number| format!("{name}-{number}"))
        .find(|id| !taken(id))
        .unwrap_or(name)
}

fn tokens(text: &str) -> Result<Vec<Token>, ShellError> {
    let mut tokens = Vec::new();
    let mut word: Option<Word> = None;
    let mut characters = text.char_indices().peekable();
    let error = |at, fault| Err(ShellError { at, fault });
    while let Some((at, character)) = characters.next() {
        let starts_word = word.is_none();
        match character {
            ' ' | '\t' => {
                tokens.extend(word.take().map(Token::Word));
            }
            '|' => {
                tokens.extend(word.take().map(Token::Word));
                let joins_stderr = match characters.peek() {
                    Some((_, '|')) => {
                        return error(
                            at,
                            ShellFault::NeedsShell("||".into(), "a list of commands"),
                        );
                    }
                    Some((_, '&')) => {
                        characters.next();
                        true
                    }
                    _ => false,
                };
                tokens.push(Token::Pipe { at, joins_stderr });
            }
            '\'' => {
                let word = word.get_or_insert_with(|| Word::at(at));
                loop {
                    match characters.next() {
                        None => return error(at, ShellFault::OpenQuote('\'')),
                        Some((_, '\'')) => break,
                        Some((_, character)) => word.push(character, true),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_with(|| Word::at(at));
                loop {
                    match characters.next() {
                        None => return error(at, ShellFault::OpenQuote('"')),
                        Some((_, '"')) => break,
                        // POSIX XCU 2.2.3: in double quotes a backslash quotes only these.
                        Some((_, '\\')) => match characters.next() {
                            None => return error(at, ShellFault::OpenQuote('"')),
                            Some((_, '\n')) => {}
                            Some((_, escaped @ ('$' | '`' | '"' | '\\'))) => {
                                word.push(escaped, true);
                            }
                            Some((_, other)) => {
                                word.push('\\', true);
                                word.push(other, true);
                            }
                        },
                        Some((at, '$')) if expands(characters.peek()) => {
                            return error(at, ShellFault::NeedsShell("$".into(), "an expansion"));
                        }
                        Some((at, '`')) => {
                            return error(
                                at,
                                ShellFault::NeedsShell("`".into(), "a command substitution"),
                            );
                        }
                        Some((_, character)) => word.push(character, true),
                    }
                }
            }
            '\\' => match characters.next() {
                None => return error(at, ShellFault::LoneBackslash),
                Some((_, '\n')) => {}
                Some((_, escaped)) => {
                    word.get_or_insert_with(|| Word::at(at)).push(escaped, true);
                }
            },
            '$' if !expands(characters.peek()) => {
                word.get_or_insert_with(|| Word::at(at)).push('$', false);
            }
            '#' if !starts_word => {
                word.get_or_insert_with(|| Word::at(at)).push('#', false);
            }
            '~' if !starts_word && word.as_ref().is_none_or(|word| word.assigns().is_none()) => {
                word.get_or_insert_with(|| Word::at(at)).push('~', false);
            }
            // A pair of braces is a word, and so are braces that hold neither `,` nor `..`.
            '{' if !brace_expands(&text[at..]) => {
                word.get_or_insert_with(|| Word::at(at)).push('{', false);
            }
            _ => match special(character) {
                Some(what) => {
                    return error(at, ShellFault::NeedsShell(character.to_string(), what));
                }
                None => word
                    .get_or_insert_with(|| Word::at(at))
                    .push(character, false),
            },
        }
    }
    tokens.extend(word.map(Token::Word));
    Ok(tokens)
}

impl Word {
    fn at(at: usize) -> Self {
        Self {
            at,
            text: Vec::new(),
            bare: 0,
        }
    }

    fn push(&mut self, character: char, quoted: bool) {
        let whole_bare = self.bare == self.text.len();
        let mut buffer = [0; 4];
        self.text
            .extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        if whole_bare && !quoted {
            self.bare = self.text.len();
        }
    }
}

/// Whether a `$` before this character begins an expansion or a quote.
fn expands(next: Option<&(usize, char)>) -> bool {
    next.is_some_and(|(_, next)| {
        next.is_ascii_alphanumeric()
            || matches!(next, '_' | '{' | '(' | '\'' | '"' | '[')
            || "*@#?-$!".contains(*next)
    })
}

/// Whether bash would expand the braces that begin here: `{a,b}` or `{1..3}`.
fn brace_expands(text: &str) -> bool {
    let word = text
        .split([' ', '\t', '\n', '|'])
        .next()
        .unwrap_or_default();
    word.split_once('}')
        .is_some_and(|(inside, _)| inside.contains(',') || inside.contains(".."))
        || word == "{"
}

fn special(character: char) -> Option<&'static str> {
    Some(match character {
        '<' | '>' => "a redirection",
        ';' | '&' | '\n' => "a list of commands",
        '(' | ')' => "a group of commands",
        '$' => "an expansion",
        '`' => "a command substitution",
        '*' | '?' | '[' => "a pattern for file names",
        '~' => "a home directory",
        '#' => "a comment",
        '!' => "a negation or a history reference",
        '{' => "a group or a brace expansion",
        _ => return None,
    })
}

/// Reserved words, and the built-in commands that act on the shell itself and so cannot be a process.
const SHELL_WORDS: [&str; 44] = [
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac",
    "in", "select", "function", "time", "coproc", "[[", "}", ".", ":", "alias", "bg", "break",
    "cd", "continue", "declare", "eval", "exec", "exit", "export", "fg", "jobs", "local", "read",
    "readonly", "return", "set", "shift", "source", "trap", "ulimit", "unset", "wait",
];

impl fmt::Display for ShellError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.at + 1;
        match &self.fault {
            ShellFault::Nothing => out.write_str("there is no command"),
            ShellFault::MissingCommand => write!(out, "a command is missing at column {column}"),
            ShellFault::OpenQuote(quote) => {
                write!(out, "the quote {quote} at column {column} is never closed")
            }
            ShellFault::LoneBackslash => {
                write!(out, "the backslash at column {column} has nothing to quote")
            }
            ShellFault::OnlyAssignments => {
                write!(
                    out,
                    "the assignment at column {column} has no command behind it"
                )
            }
            ShellFault::NeedsShell(what, called) => write!(
                out,
                "`{}` at column {column} is {called}, which only a shell understands: quote it if you \
                 mean the character, or run the whole text in a shell: bash -c '…'",
                what.escape_debug()
            ),
            ShellFault::ShellWord(word) => write!(
                out,
                "`{word}` at column {column} is a word of the shell and no program: \
                 run the whole text in a shell: bash -c '…'"
            ),
        }
    }
}

impl std::error::Error for ShellError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        let chain = pipeline(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        chain
            .stages
            .iter()
            .map(|stage| match &stage.kind {
                StageKind::Process(process) => std::iter::once(&process.program)
                    .chain(&process.args)
                    .map(Text::to_string)
                    .collect(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    fn fault(text: &str) -> (usize, ShellFault) {
        let error = pipeline(text).expect_err(text);
        (error.at, error.fault)
    }

    #[test]
    fn words_and_quotes_are_the_shells() {
        assert_eq!(
            words(r#"echo 'Hello from the child!' | tr a-z "A-Z" | cat"#),
            [
                vec!["echo", "Hello from the child!"],
                vec!["tr", "a-z", "A-Z"],
                vec!["cat"]
            ]
        );
        assert_eq!(
            words(r#"printf "a\"b\n" x\ y ''"#),
            [vec!["printf", "a\"b\\n", "x y", ""]]
        );
        assert_eq!(words("a'b'\"c\"d"), [vec!["abcd"]]);
        assert_eq!(words("a$ b#c x=y"), [vec!["a$", "b#c", "x=y"]]);
        assert_eq!(
            words("find . -exec {} +"),
            [vec!["find", ".", "-exec", "{}", "+"]]
        );
        assert_eq!(
            words("seq {lane}|cat"),
            [vec!["seq", "{lane}"], vec!["cat"]]
        );
    }

    #[test]
    fn assignments_in_front_are_environment() {
        let chain = pipeline("A=1 B='x y' env C=3 | cat").expect("plain");
        let setup = chain.stages[0].setup().expect("a process");
        assert_eq!(
            setup.environment,
            [Variable::set("A", "1"), Variable::set("B", "x y")]
        );
        assert_eq!(
            words("'A=1' x"),
            [vec!["A=1", "x"]],
            "a quoted name assigns nothing"
        );
    }

    #[test]
    fn stderr_joins_by_pipe_ampersand() {
        let chain = pipeline("a |& b").expect("plain");
        assert_eq!(
            chain.stages[0].setup().expect("a process").stderr,
            Stderr::Stdout
        );
    }

    #[test]
    fn ids_are_the_programs_and_never_twice() {
        let chain = pipeline("cat | /bin/cat | cat").expect("plain");
        let ids: Vec<_> = chain.stages.iter().map(|stage| stage.id.as_str()).collect();
        assert_eq!(ids, ["cat", "cat-2", "cat-3"]);
    }

    #[test]
    fn what_needs_a_shell_is_refused_with_its_place() {
        for (text, at) in [
            ("echo $HOME", 5),
            ("echo \"$HOME\"", 6),
            ("a > b", 2),
            ("a; b", 1),
            ("a && b", 2),
            ("a || b", 2),
            ("ls *.txt", 3),
            ("echo `date`", 5),
            ("(a)", 0),
            ("echo {a,b}", 5),
            ("~/x", 0),
            ("a # b", 2),
            ("a\nb", 1),
        ] {
            let (found, fault) = fault(text);
            assert!(
                matches!(fault, ShellFault::NeedsShell(..)),
                "{text}: {fault:?}"
            );
            assert_eq!(found, at, "{text}");
        }
        assert_eq!(fault("cd /tmp"), (0, ShellFault::ShellWord("cd".into())));
    }

    #[test]
    fn broken_text_is_refused_with_its_place() {
        assert_eq!(fault(""), (0, ShellFault::Nothing));
        assert_eq!(fault("a |"), (3, ShellFault::MissingCommand));
        assert_eq!(fault("| a"), (0, ShellFault::MissingCommand));
        assert_eq!(fault("a 'b"), (2, ShellFault::OpenQuote('\'')));
        assert_eq!(fault("a\\"), (1, ShellFault::LoneBackslash));
        assert_eq!(fault("A=1"), (0, ShellFault::OnlyAssignments));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = pipeline(&text);
        }

        #[test]
        fn quoted_words_come_back(words in proptest::collection::vec("[^\u{0}]{0,8}", 1..5)) {
            let text: Vec<String> = words.iter().map(|word| super::super::quote(word.as_bytes())).collect();
            let chain = pipeline(&format!("cmd {}", text.join(" ")));
            let chain = chain.map_err(|error| TestCaseError::fail(error.to_string()))?;
            let StageKind::Process(process) = &chain.stages[0].kind else {
                return Err(TestCaseError::fail("no process"));
            };
            let back: Vec<String> = process.args.iter().map(Text::to_string).collect();
            prop_assert_eq!(back, words);
        }
    }
}
