//! Korean sentences.

use super::{Language, milliseconds};
use crate::chain::{CHAIN_VERSION, ReadError};
use crate::ending::{Ending, StartCause, StartFailure};
use crate::limits::{LimitName, Reached};
use crate::problem::{Counted, Fault, NotDirect, Part};
use crate::shell::{DEPTH, SyntaxFault, TEXT_BYTES};
use crate::signal::Signal;

pub(super) fn fault(fault: &Fault) -> String {
    match fault {
        Fault::NoStages => "체인에 단계가 없습니다. 실행할 단계를 하나 추가하세요".into(),
        Fault::NothingToRun => {
            "실행할 단계가 남지 않습니다. 모든 단계를 건너뛰거나, 건너뛴 단계 없이는 할 일이 없습니다".into()
        }
        Fault::OverLimit {
            limit: limit @ LimitName::OpenFiles,
            found,
            most,
        } => format!(
            "파일 {found}개를 열어야 하는데 제한 `{}`에 따라 {most}개까지만 열 수 있습니다. 동시에 실행할 레인(`jobs`)을 \
             줄이거나 `ulimit -n {found}` 다음에 실행기를 시작하세요",
            limit.word()
        ),
        Fault::OverLimit { limit, found, most } => {
            let [found, most] = [*found, *most].map(|count| super::allowed(*limit, count));
            let remedy = super::limits::remedy(Language::Ko, *limit);
            let end = if remedy.is_empty() { "" } else { ". " };
            format!("제한 `{}`({most})보다 많습니다({found}){end}{remedy}", limit.word())
        }
        Fault::Zero { what } => match what {
            Counted::Lanes => "레인은 적어도 하나여야 합니다".into(),
            Counted::Jobs => "`jobs`는 1 이상이어야 합니다. 동시에 실행할 레인의 수입니다".into(),
            Counted::Timeout => "제한 시간이 0이면 시작하기도 전에 끝납니다. 1 ms 이상으로 하거나 비워 두세요".into(),
        },
        Fault::BadId { id } => format!(
            "식별자로 쓸 수 없습니다: `{}`. 영문자, 숫자, `-`, `_`를 1자에서 64자까지 쓰세요",
            id.escape_debug()
        ),
        Fault::DuplicateId { id } => format!("같은 식별자를 두 번 썼습니다: `{id}`. 단계, 전선, 메모, 그룹은 각각 고유한 식별자가 필요합니다"),
        Fault::Empty { part } => format!("비어 있는 곳이 있습니다: {}", part_name(*part)),
        Fault::Nul { part } => format!("{}에 NUL 바이트가 있습니다. 어떤 프로그램에도 넘길 수 없습니다", part_name(*part)),
        Fault::EqualsInName { name } => format!("변수 이름 `{name}`에 `=`이 들어 있습니다"),
        Fault::BadHex { position } => format!(
            "{position}번째 글자가 맞지 않습니다. 16진 바이트는 0–9와 a–f 두 글자씩입니다"
        ),
        Fault::BadBase64 { error } => format!("base64가 아닙니다: {error}"),
        Fault::NoSuchStage { stage } => format!("없는 단계 `{stage}`에 이어져 있습니다"),
        Fault::NoSuchOutput { end } => format!("단계 `{}`에 없는 출력입니다: `{}`", end.stage, end.port),
        Fault::NoSuchInput { end } => format!("단계 `{}`에 없는 입력입니다: `{}`", end.stage, end.port),
        Fault::BadExtraInput { number } => format!("`fd{number}` 포트는 추가 입력이 될 수 없습니다. `fd3`에서 `fd63`까지 쓰세요"),
        Fault::SameWireTwice { other } => format!("전선 `{other}`와 같은 두 포트를 잇습니다"),
        Fault::Cycle { stages } => {
            let ring: Vec<&str> = stages.iter().map(|stage| stage.as_str()).collect();
            format!(
                "다음 단계들이 고리를 이루어({}) 어느 것도 입력의 끝을 볼 수 없습니다. 전선 하나를 지우세요",
                ring.join(" → ")
            )
        }
        Fault::StderrTwice => "표준 오류를 표준 출력에 합치면서 전선도 이었습니다. 하나만 고르세요".into(),
        Fault::StdinTwice => "표준 입력에 전선이 있으므로 닫거나 직접 입력할 수 없습니다. 하나만 고르세요".into(),
        Fault::CannotBeDirect { why } => match why {
            NotDirect::FanOut => "직접 전선은 읽는 쪽이 하나인 파이프인데 이 출력에는 전선이 여럿입니다. 탭 전선으로 바꾸세요",
            NotDirect::FanIn => "직접 전선은 파이프 하나를 혼자 쓰는데 이 입력에는 전선이 여럿입니다. 탭 전선으로 바꾸거나 합류 방식을 shared로 하세요",
            NotDirect::FromInput => "입력 단계의 바이트는 실행기가 보내므로 직접 전선으로 이을 수 없습니다. 탭 전선으로 바꾸세요",
            NotDirect::NoProcess => "양쪽 어디에도 파이프를 쥘 프로세스가 없습니다. 탭 전선으로 바꾸세요",
        }
        .into(),
        Fault::CannotShare { port } => format!(
            "`{port}` 포트로 가는 전선들이 파이프 하나를 함께 쓰는데, 여기에는 프로세스만 쓸 수 있습니다. 합류 방식을 lines나 ordered로 하세요"
        ),
        Fault::UnwiredExtraInput { port } => format!(
            "인수에 {{{port}}} 표시가 있는데 `{port}` 포트로 가는 전선이 없습니다. 전선을 잇거나, 글자 그대로라면 {{{{{port}}}}}처럼 쓰세요"
        ),
        Fault::NoSuchMember { group, stage } => {
            format!("그룹 `{group}`에 들어 있는 `{stage}` 단계가 없습니다")
        }
        Fault::MemberTwice { group, stage } => format!(
            "그룹 `{group}`에 넣은 `{stage}` 단계는 이미 다른 곳에도 들어 있습니다. 단계는 그룹 하나에만 속할 수 있습니다"
        ),
        Fault::NotWired => "다른 단계와 이어진 전선이 없어 아무 일도 하지 않습니다".into(),
        Fault::ProgramNotFound { program, path: Some(path) } => format!(
            "{}에 `{program}` 프로그램이 없습니다. 철자를 확인하거나 설치하세요",
            match super::directories(path) {
                Some(count) => format!("PATH의 디렉터리 {count}곳"),
                None => format!("PATH({path})"),
            }
        ),
        Fault::ProgramNotFound { program, path: None } => format!(
            "`{program}` 프로그램이 없습니다. 단계의 디렉터리에서 시작하는 경로를 확인하세요"
        ),
        Fault::ProgramNotExecutable { program, error } => format!("`{program}` 프로그램을 실행할 수 없습니다: {error}"),
        Fault::BadDirectory { directory, error } => format!("디렉터리 `{directory}`에 들어갈 수 없습니다: {error}"),
        Fault::BadFile { path, error } => format!("`{path}` 파일을 쓸 수 없습니다: {error}"),
        Fault::NoSandbox { error } if error.is_empty() => {
            "실행할 샌드박스를 만들지 못했습니다. 이유는 실행기의 로그에 있으니 운영자에게 알리세요".to_owned()
        }
        Fault::NoSandbox { error } => format!("실행할 샌드박스를 만들지 못했습니다: {error}"),
    }
}

pub(super) fn read_error(error: &ReadError) -> String {
    match error {
        ReadError::Json { line, column, what } => {
            let place = if *line > 0 {
                format!(" ({line}행 {column}열)")
            } else {
                String::new()
            };
            format!("체인이 아닙니다: {what}{place}")
        }
        ReadError::NoVersion => {
            format!("체인이 아닙니다. \"pipeyard\": {CHAIN_VERSION} 항목이 없습니다")
        }
        ReadError::OtherVersion { found } => {
            let newer = if *found > u64::from(CHAIN_VERSION) {
                ". 더 새로운 Pipeyard를 쓰세요"
            } else {
                ""
            };
            format!("이 체인은 {found}판이고, 이 Pipeyard는 {CHAIN_VERSION}판을 읽습니다{newer}")
        }
    }
}

pub(super) fn syntax_fault(fault: &SyntaxFault) -> String {
    match fault {
        SyntaxFault::Nothing => "명령이 없습니다".into(),
        SyntaxFault::MissingCommand => "여기에 명령이 빠져 있습니다".into(),
        SyntaxFault::Ended("a command") => "명령이 와야 하는데 텍스트가 끝났습니다".into(),
        SyntaxFault::Ended(wanted) => {
            format!("텍스트가 너무 일찍 끝났습니다. 여기에 와야 할 것: `{wanted}`")
        }
        SyntaxFault::Unexpected(found) => format!("여기에 올 수 없습니다: `{found}`"),
        SyntaxFault::Open(what) => {
            let what = what.replace("the quote ", "따옴표 ");
            format!("여기에서 열고 닫지 않았습니다: {what}")
        }
        SyntaxFault::LoneBackslash => "백슬래시 뒤에 아무것도 없습니다".into(),
        SyntaxFault::MissingTarget => "리디렉션의 대상이 없습니다".into(),
        SyntaxFault::Nul => "NUL 바이트가 있습니다. 어떤 프로그램에도 넘길 수 없습니다".into(),
        SyntaxFault::TooLong => format!("텍스트가 제한 `text-bytes`({TEXT_BYTES})보다 깁니다"),
        SyntaxFault::TooDeep => format!("텍스트의 중첩이 제한 `text-depth`({DEPTH})보다 깊습니다"),
    }
}

pub(super) fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Exited { code } => format!("종료 {code}"),
        Ending::Signaled { signal, core, .. } => {
            format!("{signal}{}", if *core { ", 코어 덤프" } else { "" })
        }
        Ending::TimedOut { after_ms, .. } => format!("{} 뒤 시간 초과", milliseconds(*after_ms)),
        Ending::CouldNotStart { reason } => match reason.cause {
            StartCause::NotFound => "시작하지 못함: 찾을 수 없음".into(),
            StartCause::NotPermitted => "시작하지 못함: 권한 없음".into(),
            StartCause::Directory => "시작하지 못함: 디렉터리를 쓸 수 없음".into(),
            StartCause::NotAProgram => "시작하지 못함: 프로그램이 아님".into(),
            StartCause::TooLong => "시작하지 못함: 인수가 너무 김".into(),
            StartCause::NoMore => "시작하지 못함: 자원 부족".into(),
            StartCause::Other => "시작하지 못함".into(),
        },
        Ending::Cancelled { .. } => "취소됨".into(),
        Ending::Finished => "마침".into(),
        Ending::Failed { .. } => "실패".into(),
    }
}

pub(super) fn ending_hint(ending: &Ending) -> Option<String> {
    Some(match ending {
        Ending::Signaled {
            reader_left: true, ..
        } => "출력을 읽던 쪽이 먼저 떠났고, 그 뒤에 쓰면 프로그램이 끝납니다. 정상입니다".into(),
        Ending::Signaled {
            limit: Some(reached),
            ..
        } => limit_hint(*reached),
        Ending::Signaled { signal, .. } => match *signal {
            Signal::KILL => {
                "누군가 곧바로 끝냈습니다. 사람이, 제한이, 또는 메모리 부족이 원인일 수 있습니다"
                    .into()
            }
            Signal::PIPE => "아무도 읽지 않는 파이프에 썼습니다".into(),
            Signal(11) => "자기 것이 아닌 메모리를 건드렸습니다. 프로그램의 결함입니다".into(),
            Signal(6) => "무언가 크게 잘못된 것을 알고 스스로 멈췄습니다".into(),
            signal => format!("{signal} 시그널이 끝냈습니다"),
        },
        Ending::TimedOut {
            signal: Some(Signal::KILL),
            ..
        } => "시간이 다 되었고, 끝내 달라는 요청에 응하지 않아 강제로 끝냈습니다".into(),
        Ending::TimedOut { .. } => {
            "시간이 다 되어 끝내 달라고 요청했습니다. 그때까지의 출력은 남아 있습니다".into()
        }
        Ending::CouldNotStart { reason } => start_hint(reason),
        Ending::Cancelled { .. } => "같은 레인의 다른 단계와 함께 멈췄습니다".into(),
        Ending::Failed { error, .. } => error.clone(),
        Ending::Exited { code: 126 } => "126은 보통 찾았지만 실행할 수 없다는 뜻입니다".into(),
        Ending::Exited { code: 127 } => "127은 보통 셸이 명령을 찾지 못했다는 뜻입니다".into(),
        Ending::Exited { code } if *code > 128 && *code <= 128 + 31 => {
            format!(
                "셸은 {} 시그널이 명령을 끝냈을 때 이 상태를 씁니다: {code}",
                Signal(code - 128)
            )
        }
        Ending::Exited { .. } | Ending::Finished => return None,
    })
}

fn limit_hint(reached: Reached) -> String {
    let remedy = super::limits::remedy(Language::Ko, reached.limit);
    let named = super::named(reached);
    match reached.limit {
        LimitName::CpuTime => format!("제한 {named}보다 오래 계산했습니다. {remedy}"),
        LimitName::FileBytes => format!("제한 {named}보다 큰 파일을 쓰려고 했습니다. {remedy}"),
        LimitName::SandboxProcesses => format!("제한 {named} 때문에 자리가 없습니다. {remedy}"),
        limit => super::at_limit_so(Language::Ko, limit, reached.most),
    }
}

fn start_hint(reason: &StartFailure) -> String {
    let StartFailure {
        program,
        cause,
        error,
        limit,
    } = reason;
    if let Some(reached) = limit {
        return format!("`{program}`: {}", limit_hint(*reached));
    }
    match cause {
        StartCause::NotFound => {
            format!("`{program}`: {error}. 스크립트라면 첫 줄에 적힌 프로그램도 있어야 합니다")
        }
        StartCause::NotPermitted => {
            format!("`{program}`: {error}. chmod +x로 실행 권한을 줄 수 있습니다")
        }
        StartCause::Directory => format!(
            "`{program}`: {error}. 작업 디렉터리입니다. 실행기를 시작한 사용자가 들어갈 수 있어야 합니다"
        ),
        StartCause::NotAProgram => {
            format!("`{program}`: {error}. 스크립트라면 첫 줄에 #!/bin/sh 같은 줄이 필요합니다")
        }
        StartCause::TooLong => {
            format!("`{program}`: {error}. 데이터는 표준 입력이나 파일로 넘기세요")
        }
        StartCause::NoMore => {
            format!("`{program}`: {error}. 동시에 실행하는 레인(jobs)을 줄여 보세요")
        }
        StartCause::Other => format!("`{program}`: {error}"),
    }
}

fn part_name(part: Part) -> String {
    match part {
        Part::Program => "프로그램".into(),
        Part::Argument(number) => format!("{number}번째 인수"),
        Part::VariableName => "변수 이름".into(),
        Part::VariableValue => "변수 값".into(),
        Part::Directory => "디렉터리".into(),
        Part::Path => "파일 경로".into(),
        Part::ShellText => "셸 텍스트".into(),
        Part::InputText => "되풀이할 텍스트".into(),
    }
}
