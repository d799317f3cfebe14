//! Words of recorded runs.

use pipeyard_shared::words::{Language, problem, read_error, recording_error};

use crate::replay::Fault;

use super::{With, Word};

/// What recorded runs say.
pub(crate) struct ReplayWords {
    pub(crate) showing: With<String>,
    // Files
    pub(crate) open: Word,
    pub(crate) open_short: Word,
    pub(crate) open_note: Word,
    pub(crate) save: Word,
    pub(crate) save_short: Word,
    pub(crate) save_note: Word,
    pub(crate) save_cut: Word,
    pub(crate) recorded: Word,
    pub(crate) recorded_note: fn(&str) -> String,
    /// How long the page's own run has lasted.
    pub(crate) own_goes_on: fn(&str) -> String,
    pub(crate) drop_here: Word,
    pub(crate) back: Word,
    pub(crate) take_over: Word,
    pub(crate) take_over_note: Word,
    pub(crate) fault: fn(&Fault) -> String,
    // Story
    pub(crate) story: Word,
}

pub(super) static EN: ReplayWords = ReplayWords {
    showing: |at| format!("as it was at {at}"),
    open: "Open a recording",
    open_short: "Open",
    open_note: "Show a run that was saved here, or by pipeyard run --record, or open a chain's file. A file can be dropped on the page as well.",
    save: "Save this run",
    save_short: "Save",
    save_note: "Events, counters, and what this page holds of the bytes, as a file that can be opened here again",
    save_cut: "Only the first 200 000 events are in the file.",
    recorded: "Recorded run",
    recorded_note: |name| {
        format!("This is the recording “{name}”. Your own chain is as you left it.")
    },
    own_goes_on: |span| format!("Your own run goes on: {span}."),
    drop_here: "Drop a recording, a chain or a lesson here; any other file on the list in Files",
    back: "Back to my chain",
    take_over: "Use this chain",
    take_over_note: "Puts the recorded chain in place of yours; Undo brings yours back",
    fault: |fault| match fault {
        Fault::Unsaved { name } => format!("The browser did not save “{name}”."),
        Fault::Unloaded { name } => format!(
            "“{name}” could not be opened, because a part of the page could not be loaded. Check that the runner still runs, then try again."
        ),
        Fault::Unreadable { name } => format!("“{name}” could not be read."),
        Fault::NotARecording { name, error } => format!("“{name}” cannot be opened: {error}."),
        Fault::NotAChain { name, error } => {
            let error = read_error(Language::En, error);
            format!("“{name}” cannot be opened: {error}.")
        }
        Fault::NoChainInside { name } => format!(
            "“{name}” is a picture without a chain inside: only pictures that Pipeyard has made can be opened."
        ),
        Fault::BadChain {
            name,
            problem: found,
        } => {
            let found = problem(Language::En, found);
            format!("“{name}” cannot be opened: {found}.")
        }
        Fault::Link([sentence, _]) => sentence.clone(),
        Fault::OneAtATime { name } => format!("Only “{name}” was opened: one file at a time."),
    },
    story: "Story",
};

pub(super) static KO: ReplayWords = ReplayWords {
    showing: |at| format!("{at} 시점의 모습"),
    open: "기록 열기",
    open_short: "열기",
    open_note: "여기서 저장했거나 pipeyard run --record로 기록한 실행을 보여 주거나 체인 파일을 엽니다. 파일을 페이지에 끌어다 놓아도 됩니다.",
    save: "이 실행 저장",
    save_short: "저장",
    save_note: "이벤트, 개수, 이 페이지가 가진 바이트를 여기서 다시 열 수 있는 파일로 저장합니다",
    save_cut: "파일에는 처음 200 000개의 이벤트만 들어갑니다.",
    recorded: "기록된 실행",
    recorded_note: |name| format!("‘{name}’ 기록입니다. 내 체인은 그대로 있습니다."),
    own_goes_on: |span| format!("내 실행은 계속되고 있습니다: {span}."),
    drop_here: "기록, 체인, 수업 파일을 여기에 놓으세요. 다른 파일은 파일 탭의 목록에 놓으세요",
    back: "내 체인으로",
    take_over: "이 체인 쓰기",
    take_over_note: "기록된 체인을 내 체인 자리에 놓습니다. 실행 취소로 되돌릴 수 있습니다",
    fault: |fault| match fault {
        Fault::Unsaved { name } => format!("브라우저가 ‘{name}’ 파일을 저장하지 않았습니다."),
        Fault::Unloaded { name } => format!(
            "페이지의 일부를 불러오지 못해 ‘{name}’ 파일을 열 수 없습니다. 실행기가 실행 중인지 확인하고 다시 시도하세요."
        ),
        Fault::Unreadable { name } => format!("‘{name}’ 파일을 읽을 수 없습니다."),
        Fault::NotARecording { name, error } => {
            let error = recording_error(Language::Ko, error);
            format!("‘{name}’ 파일을 열 수 없습니다. {error}.")
        }
        Fault::NotAChain { name, error } => {
            let error = read_error(Language::Ko, error);
            format!("‘{name}’ 파일을 열 수 없습니다. {error}.")
        }
        Fault::NoChainInside { name } => format!(
            "‘{name}’ 그림에는 체인이 들어 있지 않습니다. Pipeyard로 만든 그림만 열 수 있습니다."
        ),
        Fault::BadChain {
            name,
            problem: found,
        } => {
            let found = problem(Language::Ko, found);
            format!("‘{name}’ 파일을 열 수 없습니다. {found}.")
        }
        Fault::Link([_, sentence]) => sentence.clone(),
        Fault::OneAtATime { name } => {
            format!("한 번에 한 파일만 열 수 있어 ‘{name}’ 파일만 열었습니다.")
        }
    },
    story: "이야기",
};
