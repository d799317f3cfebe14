//! What a stage may do, in a word for a label and in a sentence. No sentence has its full stop.

use super::Language;
use crate::marks::{Mark, Marked};

/// What a mark means, in a few words.
pub fn mark(language: Language, mark: Mark) -> &'static str {
    match (language, mark) {
        (Language::En, Mark::Runs) => "runs other commands",
        (Language::En, Mark::Removes) => "removes or ends things",
        (Language::En, Mark::Writes) => "writes files",
        (Language::En, Mark::Network) => "uses the network",
        (Language::En, Mark::Unknown) => "not known",
        (Language::Ko, Mark::Runs) => "다른 명령 실행",
        (Language::Ko, Mark::Removes) => "삭제하거나 종료",
        (Language::Ko, Mark::Writes) => "파일 쓰기",
        (Language::Ko, Mark::Network) => "네트워크 사용",
        (Language::Ko, Mark::Unknown) => "알려지지 않음",
    }
}

/// What was found, and the word that says so.
pub fn marked(language: Language, marked: &Marked) -> String {
    let by = &marked.by;
    // A redirection does nothing else.
    let redirects = by.split(' ').next().is_some_and(|sign| sign.ends_with('>'));
    match (language, marked.mark) {
        (Language::En, Mark::Writes) if redirects => format!("`{by}` writes a file"),
        (Language::Ko, Mark::Writes) if redirects => format!("`{by}`: 파일을 씁니다"),
        (Language::En, Mark::Runs) => format!("`{by}` can run any other command"),
        (Language::En, Mark::Removes) => {
            format!("`{by}` can remove or replace files, or end processes")
        }
        (Language::En, Mark::Writes) => format!("`{by}` can write files"),
        (Language::En, Mark::Network) => format!("`{by}` can use the network"),
        (Language::En, Mark::Unknown) => format!("what `{by}` does is not known here"),
        (Language::Ko, Mark::Runs) => format!("`{by}`: 다른 어떤 명령이든 실행할 수 있습니다"),
        (Language::Ko, Mark::Removes) => {
            format!("`{by}`: 파일을 지우거나 바꾸고, 프로세스를 끝낼 수 있습니다")
        }
        (Language::Ko, Mark::Writes) => format!("`{by}`: 파일을 쓸 수 있습니다"),
        (Language::Ko, Mark::Network) => format!("`{by}`: 네트워크를 쓸 수 있습니다"),
        (Language::Ko, Mark::Unknown) => format!("`{by}`: 무엇을 하는지 알 수 없습니다"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirection_writes_and_a_program_can() {
        let said = |language, by: &str| {
            let (mark, by) = (Mark::Writes, by.to_owned());
            marked(language, &Marked { mark, by })
        };
        assert_eq!(said(Language::En, "> out.txt"), "`> out.txt` writes a file");
        assert_eq!(
            said(Language::Ko, ">> out.txt"),
            "`>> out.txt`: 파일을 씁니다"
        );
        assert_eq!(said(Language::En, "tee out>"), "`tee out>` can write files");
    }
}
