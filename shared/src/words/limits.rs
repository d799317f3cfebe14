//! What a person who is at a limit can do.

use super::Language;
use crate::limits::LimitName;

/// In a few words; none where nobody who reads it can do anything.
pub(super) fn remedy(language: Language, limit: LimitName) -> &'static str {
    let [en, ko] = match limit {
        LimitName::Stages | LimitName::Wires | LimitName::Notes | LimitName::Groups => {
            ["remove some", "몇 개를 지우세요"]
        }
        LimitName::Lanes => ["use fewer lanes", "레인을 줄이세요"],
        LimitName::Processes => [
            "let fewer lanes run at once (`jobs`)",
            "동시에 실행하는 레인(`jobs`)을 줄이세요",
        ],
        LimitName::Plans => ["try again in a moment", "잠시 뒤에 다시 시도하세요"],
        LimitName::Lookups => [
            "use fewer lanes, or shorten the PATH",
            "레인을 줄이거나 PATH를 줄이세요",
        ],
        LimitName::InputBytes | LimitName::MessageBytes => [
            "make it shorter, or read it from a file",
            "줄이거나 파일에서 읽으세요",
        ],
        LimitName::ActiveRuns => [
            "stop a run, or wait until one has ended",
            "실행 하나를 멈추거나 끝나기를 기다리세요",
        ],
        LimitName::RunTime | LimitName::CpuTime => ["give it less to do", "할 일을 줄이세요"],
        LimitName::Memory => [
            "let it hold less at once",
            "한 번에 담아 두는 양을 줄이세요",
        ],
        LimitName::RunMemory | LimitName::RunMemoryEach => [
            "use fewer lanes, or forget runs",
            "레인을 줄이거나 지난 실행을 지우세요",
        ],
        LimitName::WorkspaceBytes | LimitName::WorkspaceFiles => {
            ["delete files, or write less", "파일을 지우거나 덜 쓰세요"]
        }
        LimitName::MessageRate | LimitName::MessageBytesRate => {
            ["wait a moment", "잠시 기다리세요"]
        }
        LimitName::FileBytes => ["let it write less", "덜 쓰게 하세요"],
        LimitName::SandboxProcesses => [
            "wait for others, or let fewer lanes run at once (`jobs`)",
            "다른 것이 끝나기를 기다리거나 동시에 실행하는 레인(`jobs`)을 줄이세요",
        ],
        LimitName::Connections
        | LimitName::ConnectionsEach
        | LimitName::Sessions
        | LimitName::SessionsEach => [
            "close another tab of this page",
            "이 페이지의 다른 탭을 닫으세요",
        ],
        _ => ["", ""],
    };
    match language {
        Language::En => en,
        Language::Ko => ko,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever sent too many messages was told the limit, and not what to do.
    #[test]
    fn who_is_slowed_down_is_told_what_to_do() {
        for limit in [LimitName::MessageRate, LimitName::MessageBytesRate] {
            for language in [Language::En, Language::Ko] {
                assert_ne!(remedy(language, limit), "", "{limit:?} {language:?}");
            }
        }
    }
}
