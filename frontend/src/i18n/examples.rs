//! The examples' titles, and what one sees in each.

use pipeyard_shared::words::Language;

use super::Word;

/// Words for the gallery's examples.
pub(crate) struct ExampleWords {
    /// Title and sentence.
    pub(crate) example: fn(&str) -> (Word, Word),
}

impl ExampleWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: ExampleWords = ExampleWords {
    example: |id| match id {
        "hello" => (
            "Hello from the child",
            "One program, its output and its exit status",
        ),
        "count" => (
            "The most frequent words",
            "tr, sort, uniq -c, sort -rn: the classic row",
        ),
        "typed" => (
            "Type into a process",
            "What you type while it runs comes out in capitals",
        ),
        "watch" => (
            "Watch them end",
            "Three sleeps of 1, 2 and 3 seconds: each card says who still runs",
        ),
        "ten" => (
            "Ten sleeps in a second",
            "Ten lanes at the same time take as long as one",
        ),
        "lanes" => (
            "A list, two at a time",
            "One lane a value and two jobs at once, as xargs -P 2",
        ),
        "cores" => (
            "Use all cores",
            "Four lanes hash 100 MB each: compare work and wall time",
        ),
        "encrypt" => (
            "Encrypt three messages",
            "Random bytes and a password in the environment; look at the bytes in hex",
        ),
        "hash" => (
            "Encrypt, then hash, three at once",
            "One program's output is the next one's input, in three lanes",
        ),
        "sizes" => (
            "How small does gzip make it?",
            "The same bytes counted plain and packed",
        ),
        "branch" => (
            "One output, two readers",
            "Both branches get every byte, as with tee",
        ),
        "merge" => (
            "Two writers, one reader",
            "Whole lines are merged, and none is torn",
        ),
        "errors" => (
            "Errors take their own way",
            "Standard error goes to another stage than standard output",
        ),
        "timeout" => (
            "Too slow: a timeout",
            "sleep 10 is ended after half a second, and the status says how",
        ),
        "early" => (
            "The reader leaves early",
            "head has its three lines, and yes dies by SIGPIPE: that is normal",
        ),
        "slow" => (
            "A slow reader",
            "The pipe fills, and the writer has to wait: back-pressure",
        ),
        "deadlock" => (
            "A deadlock",
            "Each waits for the other: see who is blocked, and where; then stop it",
        ),
        _ => ("", ""),
    },
};

static KO: ExampleWords = ExampleWords {
    example: |id| match id {
        "hello" => (
            "자식 프로세스의 인사",
            "프로그램 하나와 그 출력, 종료 상태를 봅니다",
        ),
        "count" => (
            "가장 많이 나온 단어",
            "tr, sort, uniq -c, sort -rn을 차례로 잇습니다",
        ),
        "typed" => (
            "실행 중에 입력하기",
            "실행하는 동안 입력한 글자가 대문자로 나옵니다",
        ),
        "watch" => (
            "끝나는 모습 지켜보기",
            "1초, 2초, 3초 sleep 중 무엇이 아직 실행 중인지 카드에 나옵니다",
        ),
        "ten" => (
            "sleep 열 개를 1초에",
            "레인 열 개를 함께 실행하면 하나만큼만 걸립니다",
        ),
        "lanes" => (
            "목록을 둘씩 처리하기",
            "값마다 레인 하나, 동시에 두 개씩(xargs -P 2처럼)",
        ),
        "cores" => (
            "모든 코어 쓰기",
            "레인 넷이 100 MB씩 해시합니다. 일한 시간과 걸린 시간을 비교해 보세요",
        ),
        "encrypt" => (
            "메시지 세 개 암호화",
            "무작위 바이트와 환경 변수의 암호를 씁니다. 16진수로 살펴보세요",
        ),
        "hash" => (
            "암호화한 뒤 해시, 셋을 동시에",
            "한 프로그램의 출력이 다음 프로그램의 입력이 됩니다",
        ),
        "sizes" => (
            "gzip은 얼마나 줄일까요?",
            "같은 바이트를 그대로, 또 압축해서 셉니다",
        ),
        "branch" => (
            "출력 하나, 읽는 쪽 둘",
            "tee처럼 양쪽이 모든 바이트를 받습니다",
        ),
        "merge" => (
            "쓰는 쪽 둘, 읽는 쪽 하나",
            "줄 단위로 합쳐지고 끊기는 줄이 없습니다",
        ),
        "errors" => (
            "오류는 다른 길로",
            "표준 오류를 표준 출력과 다른 단계로 보냅니다",
        ),
        "timeout" => (
            "너무 느리면: 제한 시간",
            "sleep 10을 0.5초 뒤에 끝내고, 어떻게 끝났는지 상태에 나옵니다",
        ),
        "early" => (
            "먼저 떠나는 읽는 쪽",
            "head가 세 줄을 받고 떠나면 yes는 SIGPIPE로 끝납니다. 정상입니다",
        ),
        "slow" => (
            "느린 읽는 쪽",
            "파이프가 가득 차서 쓰는 쪽이 기다립니다(역압)",
        ),
        "deadlock" => (
            "교착 상태",
            "서로 기다립니다. 누가 어디에서 막혔는지 보고 중지하세요",
        ),
        _ => ("", ""),
    },
};
