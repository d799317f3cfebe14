//! Words about what is pointed at. They come with what says them.

use pipeyard_shared::words::Language;

use super::Word;

/// Words of explanations.
pub(crate) struct ExplainWords {
    /// What the list of a stage's words is called.
    pub(crate) name: Word,
    /// Who says it, where no manual page does.
    pub(crate) ours: Word,
    /// While a page is being read.
    pub(crate) reading: Word,
    /// What has no program.
    pub(crate) no_program: Word,
    /// Flags of which the page says nothing.
    pub(crate) nothing_of: fn(&str) -> String,
    /// Where a run stands.
    pub(crate) last_status: Word,
    // Ports
    /// Above those of a stage or a wire.
    pub(crate) ports: Word,
    pub(crate) stdin: Word,
    pub(crate) stdout: Word,
    pub(crate) stderr: Word,
    pub(crate) extra: Word,
    /// What a wire is.
    pub(crate) wire: Word,
}

impl ExplainWords {
    /// The words of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: ExplainWords = ExplainWords {
    name: "Explain",
    ours: "In Pipeyard's words",
    reading: "Reading the manual page…",
    no_program: "This stage starts no program.",
    nothing_of: |words| format!("Nothing is said of {words}"),
    last_status: "Last run",
    ports: "Ports",
    stdin: "stdin: standard input, what the stage reads",
    stdout: "stdout: standard output, what the stage writes",
    stderr: "stderr: standard error, for messages, apart from the output",
    extra: "An extra input, which the program opens by its number",
    wire: "A wire: a pipe from an output to an input",
};

static KO: ExplainWords = ExplainWords {
    name: "설명",
    ours: "Pipeyard의 설명",
    reading: "매뉴얼을 읽고 있습니다…",
    no_program: "이 단계는 프로그램을 시작하지 않습니다.",
    nothing_of: |words| format!("설명을 찾지 못한 것: {words}"),
    last_status: "마지막 실행",
    ports: "포트",
    stdin: "stdin: 표준 입력. 단계가 읽는 것입니다",
    stdout: "stdout: 표준 출력. 단계가 쓰는 것입니다",
    stderr: "stderr: 표준 오류. 출력과 따로 가는 메시지입니다",
    extra: "추가 입력. 프로그램이 번호로 엽니다",
    wire: "전선: 출력에서 입력으로 가는 파이프입니다",
};
