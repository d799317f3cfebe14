//! In Korean.

use crate::lesson::{Criterion, Difference, FileTrouble};
use crate::words::{grouped, microseconds, milliseconds};

pub(super) fn criterion(criterion: &Criterion) -> String {
    match criterion {
        Criterion::Output(None) => "출력이 맞습니다".into(),
        Criterion::Output(Some(found)) => format!("출력이 다릅니다: {}", difference(found)),
        Criterion::OutputTooLong => {
            "비교할 수 있는 것보다 많이 나왔습니다. 더 적게 나오게 하세요".into()
        }
        Criterion::Errors(None) => "메시지가 맞습니다".into(),
        Criterion::Errors(Some(found)) => {
            format!("표준 오류로 나온 것이 다릅니다: {}", difference(found))
        }
        Criterion::ErrorsTooLong => {
            "비교할 수 있는 것보다 메시지가 많이 나왔습니다. 더 적게 나오게 하세요".into()
        }
        Criterion::Required { program, met: true } => {
            format!("체인에 \u{1}{program}\u{1} 프로그램이 있습니다")
        }
        Criterion::Required {
            program,
            met: false,
        } => {
            format!("체인에 \u{1}{program}\u{1} 프로그램이 있어야 하는데 없습니다")
        }
        Criterion::Forbidden { program, met: true } => {
            format!("체인에 \u{1}{program}\u{1} 프로그램이 없습니다")
        }
        Criterion::Forbidden {
            program,
            met: false,
        } => {
            format!("\u{1}{program}\u{1} 프로그램 없이 해야 합니다")
        }
        Criterion::AtMost { most, found } if found <= most => {
            format!("프로세스를 {found}개 시작했고, {most}개까지 됩니다")
        }
        Criterion::AtMost { most, found } => {
            format!("프로세스를 {found}개 시작했는데 {most}개까지만 됩니다")
        }
        Criterion::Status { wanted, found } if wanted == found => {
            format!("종료 상태가 {wanted}입니다")
        }
        Criterion::Status { wanted, found } => {
            format!("종료 상태가 {found}인데 {wanted}이어야 합니다")
        }
        Criterion::Time { most_ms, found_ms } => format!(
            "{} 걸렸는데 주어진 시간은 {}입니다",
            microseconds(found_ms.saturating_mul(1000)),
            milliseconds(*most_ms)
        ),
        Criterion::Lanes { wanted, found } => {
            format!("레인이 {found}개인데 {wanted}개여야 합니다")
        }
        Criterion::File {
            path,
            trouble: None,
        } => format!("\u{1}{path}\u{1} 파일이 맞게 있습니다"),
        Criterion::File {
            path,
            trouble: Some(FileTrouble::Missing),
        } => format!("실행한 뒤에 \u{1}{path}\u{1} 파일이 없습니다"),
        Criterion::File {
            path,
            trouble: Some(FileTrouble::Untouched),
        } => format!("\u{1}{path}\u{1} 파일이 있지만 이번 실행이 쓴 것이 아닙니다"),
        Criterion::File {
            path,
            trouble: Some(FileTrouble::TooLong),
        } => format!("\u{1}{path}\u{1} 파일이 비교할 수 있는 것보다 깁니다. 더 적게 쓰세요"),
        Criterion::File {
            path,
            trouble: Some(FileTrouble::Differs(found)),
        } => format!(
            "\u{1}{path}\u{1} 파일의 내용이 다릅니다: {}",
            difference(found)
        ),
        Criterion::Changed { path } => format!(
            "\u{1}{path}\u{1} 파일이 바뀌었습니다. 그대로 두어야 하는 파일이니, 되돌린 뒤 다시 실행하세요"
        ),
    }
}

pub(super) fn difference(difference: &Difference) -> String {
    match difference {
        Difference::Nothing { wanted } => {
            format!(
                "{}줄이 나와야 하는데 아무것도 나오지 않았습니다",
                grouped(*wanted)
            )
        }
        Difference::Order {
            line,
            found,
            wanted,
        } => format!(
            "줄은 맞지만 순서가 다릅니다. {line}번째 줄이 \u{1}{found}\u{1}인데 \u{1}{wanted}\u{1}여야 합니다"
        ),
        Difference::Blanks {
            line,
            found,
            wanted,
        } => format!(
            "공백만 다릅니다. {line}번째 줄이 \u{1}{found}\u{1}인데 \u{1}{wanted}\u{1}여야 합니다"
        ),
        Difference::LastLineEnd { wanted: true } => "마지막 줄의 줄 끝이 빠졌습니다".into(),
        Difference::LastLineEnd { wanted: false } => "마지막 줄은 줄 끝 없이 끝나야 합니다".into(),
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
                format!(
                    ". 나온 줄은 {}줄, 나와야 할 줄은 {}줄입니다",
                    grouped(*lines_found),
                    grouped(*lines_wanted)
                )
            };
            match (found, wanted) {
                (Some(found), Some(wanted)) => {
                    format!(
                        "{line}번째 줄이 \u{1}{found}\u{1}인데 \u{1}{wanted}\u{1}여야 합니다{counts}"
                    )
                }
                (Some(found), None) => {
                    format!("{line}번째 줄은 없어야 합니다: \u{1}{found}\u{1}{counts}")
                }
                (None, Some(wanted)) => {
                    format!("{line}번째 줄이 빠졌습니다: \u{1}{wanted}\u{1}{counts}")
                }
                (None, None) => format!("{line}번째 줄이 다릅니다{counts}"),
            }
        }
        Difference::Lines { missing, extra } => {
            let told = |(some, count): &(Vec<String>, u64), word: &str| {
                (*count > 0)
                    .then(|| format!("{word} 줄 {}개 (예: {})", grouped(*count), quoted(some)))
            };
            let both = [told(missing, "빠진"), told(extra, "없어야 할")];
            both.into_iter().flatten().collect::<Vec<_>>().join("; ")
        }
        Difference::Number {
            place,
            found,
            wanted,
        } => match (found, wanted) {
            (Some(found), Some(wanted)) => {
                format!("{place}번째 수가 {found}인데 {wanted}이어야 합니다")
            }
            (None, Some(wanted)) => format!("{place}번째 수가 빠졌습니다: {wanted}"),
            (Some(found), None) => {
                format!("{place}번째에는 아무것도 없어야 합니다: \u{1}{found}\u{1}")
            }
            (None, None) => format!("{place}번째 수가 다릅니다"),
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
