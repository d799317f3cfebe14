//! The files that runs see.

use pipeyard_shared::files::Kind;
use pipeyard_shared::words::Language;

use super::Word;
use crate::ui::Form;

/// Words for the tab of the files.
pub(crate) struct FilesWords {
    pub(crate) files: Word,
    pub(crate) empty: Word,
    pub(crate) coming: Word,
    pub(crate) no_list: Word,
    pub(crate) no_runner: Word,
    pub(crate) gone: Word,
    pub(crate) upload: Word,
    pub(crate) upload_note: Word,
    pub(crate) upload_into: fn(&str) -> String,
    pub(crate) uploading: fn(&str) -> String,
    pub(crate) uploaded: fn(usize) -> String,
    pub(crate) too_large: fn(&str, &str) -> String,
    pub(crate) again: Word,
    pub(crate) reset: Word,
    pub(crate) reset_note: Word,
    pub(crate) reset_asked: fn(u64) -> String,
    pub(crate) was_reset: Word,
    pub(crate) use_as_input: Word,
    pub(crate) use_in: fn(&str) -> String,
    pub(crate) use_note: Word,
    pub(crate) view: Word,
    pub(crate) form: fn(Form) -> Word,
    pub(crate) part_of: fn(&str, &str) -> String,
    pub(crate) download: Word,
    pub(crate) delete: Word,
    pub(crate) delete_asked: fn(&str, usize) -> String,
    pub(crate) deleted: fn(&str) -> String,
    pub(crate) replace: Word,
    pub(crate) replace_asked: fn(usize, &str) -> String,
    pub(crate) sure: Word,
    pub(crate) keep: Word,
    pub(crate) kind: fn(Kind) -> Word,
    pub(crate) used: fn(u64, &str, &str) -> String,
    pub(crate) more: Word,
    pub(crate) own: fn(&str) -> String,
}

impl FilesWords {
    /// The catalogue of a language. It is none of [`super::Words`]: what is named there is loaded first.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: FilesWords = FilesWords {
    files: "Files that runs see",
    empty: "There are no files yet. Upload some, or drop them here; what a run writes appears here, too.",
    coming: "The files are on their way.",
    no_list: "The files could not be listed: is the runner there?",
    no_runner: "Files need a runner: connect to one first.",
    gone: "The file could not be read: it has changed or gone.",
    upload: "Upload…",
    upload_note: "Files from this machine become files of the runs. They can be dropped here, too",
    upload_into: |folder| format!("The files go into the folder {folder}"),
    uploading: |name| format!("Uploading {name}…"),
    uploaded: |count| match count {
        1 => "1 file uploaded".to_owned(),
        count => format!("{count} files uploaded"),
    },
    too_large: |name, most| {
        format!(
            "{name} has more than the limit `upload-bytes` allows ({most}): choose a smaller file, or start the runner with more, by --upload-bytes."
        )
    },
    again: "Read the list again",
    reset: "Reset",
    reset_note: "The files of the examples come back, and all others go",
    reset_asked: |count| {
        let what = match count {
            1 => "The 1 entry that is here goes".to_owned(),
            count => format!("All {count} entries that are here go"),
        };
        format!("{what} for good, and the files of the examples come back as they were.")
    },
    was_reset: "The files of the examples are back as they were",
    use_as_input: "Use as input",
    use_in: |stage| format!("Use in {stage}"),
    use_note: "A stage reads this file; a file stage that is selected takes it in place of its own",
    view: "View",
    form: |form| match form {
        Form::Hex => "Hex",
        Form::Text => "Text",
        _ => "Best view",
    },
    part_of: |part, all| format!("the first {part} of {all}"),
    download: "Download",
    delete: "Delete",
    delete_asked: |name, inside| match inside {
        0 => format!("Delete {name} for good?"),
        1 => format!("Delete {name} for good, with the 1 entry in it?"),
        inside => format!("Delete {name} for good, with all {inside} entries in it?"),
    },
    deleted: |name| format!("{name} is deleted"),
    replace: "Replace",
    replace_asked: |count, names| match count {
        1 => format!("{names} is there already. Replace it for good?"),
        count => format!(
            "{count} files are there already ({names}). The new ones take their place for good."
        ),
    },
    sure: "This cannot be undone",
    keep: "Keep",
    kind: |kind| match kind {
        Kind::File => "file",
        Kind::Directory => "folder",
        Kind::Link => "link",
        Kind::Special => "no ordinary file",
    },
    used: |files, bytes, most| match files {
        1 => format!("1 entry, {bytes} of {most}"),
        files => format!("{files} entries, {bytes} of {most}"),
    },
    more: "There are more than are listed.",
    own: |place| format!("{place}, named with --workspace: it is never reset."),
};

static KO: FilesWords = FilesWords {
    files: "실행이 보는 파일",
    empty: "아직 파일이 없습니다. 파일을 올리거나 여기에 끌어다 놓으세요. 실행이 쓴 파일도 여기에 나옵니다.",
    coming: "파일 목록을 불러오는 중입니다.",
    no_list: "파일 목록을 불러올 수 없습니다. 실행기가 켜져 있나요?",
    no_runner: "파일을 쓰려면 실행기가 필요합니다. 먼저 실행기에 연결하세요.",
    gone: "파일을 읽을 수 없습니다. 바뀌었거나 없어졌습니다.",
    upload: "올리기…",
    upload_note: "이 컴퓨터의 파일을 실행이 쓸 파일로 올립니다. 여기에 끌어다 놓아도 됩니다",
    upload_into: |folder| format!("{folder} 폴더에 올립니다"),
    uploading: |name| format!("{name} 올리는 중…"),
    uploaded: |count| format!("파일 {count}개를 올렸습니다"),
    too_large: |name, most| {
        format!(
            "{name}: 제한 `upload-bytes`({most})보다 큽니다. 더 작은 파일을 고르거나, 실행기를 --upload-bytes로 더 크게 시작하세요."
        )
    },
    again: "목록 다시 읽기",
    reset: "처음 상태로",
    reset_note: "예제 파일이 되돌아오고 나머지는 모두 지워집니다",
    reset_asked: |count| {
        format!("지금 있는 {count}개가 모두 영구히 지워지고, 예제 파일이 처음 그대로 되돌아옵니다.")
    },
    was_reset: "예제 파일을 처음 상태로 되돌렸습니다",
    use_as_input: "입력으로 쓰기",
    use_in: |stage| format!("{stage}에 쓰기"),
    use_note: "이 파일을 읽는 단계를 더합니다. 파일 단계를 선택했으면 그 단계의 파일을 바꿉니다",
    view: "보기",
    form: |form| match form {
        Form::Hex => "16진수",
        Form::Text => "텍스트",
        _ => "알맞게",
    },
    part_of: |part, all| format!("{all} 중 처음 {part}"),
    download: "내려받기",
    delete: "삭제",
    delete_asked: |name, inside| match inside {
        0 => format!("{name}: 영구히 삭제할까요?"),
        inside => format!("{name}: 안에 있는 {inside}개와 함께 영구히 삭제할까요?"),
    },
    deleted: |name| format!("{name}: 삭제했습니다"),
    replace: "바꾸기",
    replace_asked: |count, names| match count {
        1 => format!("{names}: 이미 있습니다. 새 파일로 바꿀까요? 되돌릴 수 없습니다."),
        count => {
            format!(
                "파일 {count}개가 이미 있습니다({names}). 새 파일로 바꿀까요? 되돌릴 수 없습니다."
            )
        }
    },
    sure: "되돌릴 수 없습니다",
    keep: "그대로 두기",
    kind: |kind| match kind {
        Kind::File => "파일",
        Kind::Directory => "폴더",
        Kind::Link => "링크",
        Kind::Special => "일반 파일이 아님",
    },
    used: |files, bytes, most| format!("{files}개, {most} 중 {bytes}"),
    more: "목록에 나온 것보다 더 있습니다.",
    own: |place| format!("{place}: --workspace로 지정한 폴더라서 처음 상태로 되돌리지 않습니다."),
};
