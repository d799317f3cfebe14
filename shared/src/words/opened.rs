//! Why a link or a recording cannot be opened, or a link not be made. No sentence has its full stop.

use super::{Language, bytes, problem, read_error};
use crate::link::{LinkError, TooLong};
use crate::recording::{RecordingError, RecordingFault};

/// Why a text is no link that can be opened.
pub fn link_error(language: Language, error: &LinkError) -> String {
    let korean = language == Language::Ko;
    match error {
        LinkError::NotALink if korean => "Pipeyard 링크가 아닙니다".into(),
        LinkError::NotALink => "this is no link of Pipeyard".into(),
        LinkError::Newer { .. } if korean => {
            "더 새로운 Pipeyard에서 만든 링크입니다. 여기서 열려면 Pipeyard를 새 버전으로 바꾸세요".into()
        }
        LinkError::Newer { .. } => {
            "this link was made by a newer Pipeyard: to open it here, use a newer one".into()
        }
        LinkError::NotWhole if korean => {
            "링크가 온전하지 않습니다. 끝이 잘렸거나 도중에 글자가 바뀌었습니다. 처음부터 끝까지 다시 복사하세요".into()
        }
        LinkError::NotWhole => {
            "this link is not whole: its end was cut off, or a character was changed on the way; copy all of it once more"
                .into()
        }
        LinkError::TooLong { found, most } if korean => {
            format!("링크가 너무 깁니다: {found}자인데 {most}자까지 열 수 있습니다")
        }
        LinkError::TooLong { found, most } => {
            format!("this link is too long: it has {found} characters, and at most {most} can be opened")
        }
        LinkError::InflatesTooFar { most } => {
            let most = bytes(*most as u64);
            if korean {
                format!("링크에 든 것이 {most}를 넘어 열지 않았습니다")
            } else {
                format!("this link holds more than {most}, which is not opened")
            }
        }
        LinkError::Damaged if korean => {
            "링크의 내용을 읽을 수 없습니다. Pipeyard가 만든 링크가 아닙니다".into()
        }
        LinkError::Damaged => {
            "what this link holds cannot be read: Pipeyard did not make it".into()
        }
        LinkError::Chain(error) => within_link(language, &read_error(language, error)),
        LinkError::BadChain(found) => {
            let found = problem(language, found);
            if korean {
                format!("링크에 든 체인에 문제가 있습니다. {found}")
            } else {
                format!("the chain in this link has a problem: {found}")
            }
        }
        LinkError::Recording(error) => within_link(language, &recording_error(language, error)),
    }
}

fn within_link(language: Language, sentence: &str) -> String {
    match language {
        Language::En => format!("what this link holds cannot be read: {sentence}"),
        Language::Ko => format!("링크의 내용을 읽을 수 없습니다. {sentence}"),
    }
}

/// Why something does not fit into a link.
pub fn link_too_long(language: Language, error: &TooLong) -> String {
    match (language, error) {
        (Language::En, TooLong::Link { found, most }) => format!(
            "the link would have {found} characters, and a link has at most {most}: leave out results or inputs"
        ),
        (Language::Ko, TooLong::Link { found, most }) => {
            format!("링크가 {found}자가 되는데 {most}자까지 만들 수 있습니다. 결과나 입력을 빼세요")
        }
        (Language::En, TooLong::Content { found, most }) => format!(
            "{} are too much for a link, which holds at most {}: leave out results or inputs",
            bytes(*found as u64),
            bytes(*most as u64)
        ),
        (Language::Ko, TooLong::Content { found, most }) => format!(
            "{}는 링크에 담기에 너무 큽니다. {}까지 담을 수 있으니 결과나 입력을 빼세요",
            bytes(*found as u64),
            bytes(*most as u64)
        ),
    }
}

/// Why a text is no recording, and where.
pub fn recording_error(language: Language, error: &RecordingError) -> String {
    if language == Language::En {
        return error.to_string();
    }
    let line = error.line;
    match &error.fault {
        RecordingFault::TooLarge { bytes } => format!("{bytes}바이트는 너무 큽니다"),
        RecordingFault::NotARecording => {
            "기록이 아닙니다. 첫 줄에 \"pipeyard_recording\"이 없습니다".to_owned()
        }
        RecordingFault::OtherVersion { found } => {
            format!("버전 {found}의 기록이라 이 Pipeyard가 읽을 수 없습니다")
        }
        RecordingFault::Chain(error) => read_error(language, error),
        RecordingFault::BadChain(found) => {
            format!("체인에 문제가 있습니다. {}", problem(language, found))
        }
        RecordingFault::Entry(error) => format!("{line}번째 줄을 읽을 수 없습니다: {error}"),
        RecordingFault::OutOfOrder { expected, found } => {
            format!("{line}번째 줄: 이벤트 {expected}번이 올 자리에 {found}번이 있습니다")
        }
    }
}
