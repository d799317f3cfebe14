//! In English.

use crate::lesson::{Criterion, Difference, FileTrouble};
use crate::words::{grouped, microseconds, milliseconds};

pub(super) fn criterion(criterion: &Criterion) -> String {
    match criterion {
        Criterion::Output(None) => "the output is right".into(),
        Criterion::Output(Some(found)) => format!("the output differs: {}", difference(found)),
        Criterion::OutputTooLong => "more came out than is compared: let less come out".into(),
        Criterion::Errors(None) => "the messages are right".into(),
        Criterion::Errors(Some(found)) => {
            format!(
                "what is written to standard error differs: {}",
                difference(found)
            )
        }
        Criterion::ErrorsTooLong => {
            "more messages came out than are compared: let fewer come out".into()
        }
        Criterion::Required { program, met: true } => {
            format!("\u{1}{program}\u{1} is in the chain")
        }
        Criterion::Required {
            program,
            met: false,
        } => {
            format!("\u{1}{program}\u{1} must be in the chain, and is not")
        }
        Criterion::Forbidden { program, met: true } => {
            format!("\u{1}{program}\u{1} is not in the chain")
        }
        Criterion::Forbidden {
            program,
            met: false,
        } => format!("it must go without \u{1}{program}\u{1}"),
        Criterion::AtMost { most, found } if found <= most => {
            format!("{} started, and at most {most} may", processes(*found))
        }
        Criterion::AtMost { most, found } => {
            format!("{} started, which is more than {most}", processes(*found))
        }
        Criterion::Status { wanted, found } if wanted == found => {
            format!("it ends with status {wanted}")
        }
        Criterion::Status { wanted, found } => {
            format!("it ends with status {found}, and should with {wanted}")
        }
        Criterion::Time { most_ms, found_ms } => format!(
            "it took {}, and has {}",
            microseconds(found_ms.saturating_mul(1000)),
            milliseconds(*most_ms)
        ),
        Criterion::Lanes { wanted, found } => {
            format!("its lanes are {found}, and should be {wanted}")
        }
        Criterion::File {
            path,
            trouble: None,
        } => format!("\u{1}{path}\u{1} is there and right"),
        Criterion::File {
            path,
            trouble: Some(FileTrouble::Missing),
        } => format!("there is no file \u{1}{path}\u{1} afterwards"),
        Criterion::File {
            path,
            trouble: Some(FileTrouble::Untouched),
        } => format!("\u{1}{path}\u{1} is there, and this run did not write it"),
        Criterion::File {
            path,
            trouble: Some(FileTrouble::TooLong),
        } => format!("\u{1}{path}\u{1} is more than is compared: write less"),
        Criterion::File {
            path,
            trouble: Some(FileTrouble::Differs(found)),
        } => format!("what \u{1}{path}\u{1} holds differs: {}", difference(found)),
        Criterion::Changed { path } => format!(
            "\u{1}{path}\u{1} was changed, and an answer is to leave it alone: bring it back, and run it again"
        ),
    }
}

pub(super) fn difference(difference: &Difference) -> String {
    match difference {
        Difference::Nothing { wanted } => {
            format!("nothing came out, and {} should", lines(*wanted))
        }
        Difference::Order {
            line,
            found,
            wanted,
        } => format!(
            "the lines are right and their order is not: line {line} is \u{1}{found}\u{1}, and should be \u{1}{wanted}\u{1}"
        ),
        Difference::Blanks {
            line,
            found,
            wanted,
        } => format!(
            "only blanks differ: line {line} is \u{1}{found}\u{1}, and should be \u{1}{wanted}\u{1}"
        ),
        Difference::LastLineEnd { wanted: true } => "the end of the last line is missing".into(),
        Difference::LastLineEnd { wanted: false } => {
            "the last line should not end with a line end".into()
        }
        Difference::Line {
            line,
            found,
            wanted,
            lines_found,
            lines_wanted,
        } => {
            let counts = if lines_found == lines_wanted {
                String::new()
            } else {
                let wanted = grouped(*lines_wanted);
                format!("; {} came out, and {wanted} should", lines(*lines_found))
            };
            match (found, wanted) {
                (Some(found), Some(wanted)) => {
                    format!(
                        "line {line} is \u{1}{found}\u{1}, and should be \u{1}{wanted}\u{1}{counts}"
                    )
                }
                (Some(found), None) => {
                    format!("line {line}, \u{1}{found}\u{1}, is too many{counts}")
                }
                (None, Some(wanted)) => {
                    format!("line {line} is missing: \u{1}{wanted}\u{1}{counts}")
                }
                (None, None) => format!("line {line} differs{counts}"),
            }
        }
        Difference::Lines { missing, extra } => {
            let told = |(some, count): &(Vec<String>, u64), word: &str| {
                (*count > 0).then(|| format!("{} {word}, such as {}", lines(*count), quoted(some)))
            };
            let both = [told(missing, "missing"), told(extra, "too many")];
            both.into_iter().flatten().collect::<Vec<_>>().join("; ")
        }
        Difference::Number {
            place,
            found,
            wanted,
        } => match (found, wanted) {
            (Some(found), Some(wanted)) => {
                format!("number {place} is {found}, and should be {wanted}")
            }
            (None, Some(wanted)) => format!("number {place} is missing: {wanted}"),
            (Some(found), None) => format!("\u{1}{found}\u{1} is too many, at place {place}"),
            (None, None) => format!("number {place} differs"),
        },
    }
}

fn quoted(lines: &[String]) -> String {
    let quoted: Vec<String> = lines
        .iter()
        .map(|line| format!("\u{1}{line}\u{1}"))
        .collect();
    quoted.join(", ")
}

fn lines(count: u64) -> String {
    match count {
        1 => "1 line".into(),
        _ => format!("{} lines", grouped(count)),
    }
}

fn processes(count: u32) -> String {
    match count {
        1 => "1 process is".into(),
        _ => format!("{count} processes are"),
    }
}
