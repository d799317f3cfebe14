//! Words of passing a chain on, and of one that came with a link. They come with the third file.

use pipeyard_shared::words::Language;

use super::Word;
use crate::embed::Embed;
use crate::passing::Item;

/// Words of the dialog, and of the panel.
pub(crate) struct SharingWords {
    // What travels
    pub(crate) what_travels: Word,
    pub(crate) definition: Word,
    pub(crate) always: Word,
    pub(crate) nothing_of_it: Word,
    /// What it is called, and what to know of it.
    pub(crate) item: fn(Item) -> (Word, Word),
    // The link
    pub(crate) link: Word,
    /// How many characters it has, and what that means.
    pub(crate) length: fn(usize) -> String,
    pub(crate) cut: fn(&str) -> String,
    pub(crate) copy_link: Word,
    pub(crate) copied: Word,
    pub(crate) copy_short: Word,
    pub(crate) short_note: Word,
    pub(crate) copied_short: Word,
    pub(crate) no_short: Word,
    pub(crate) copy_json: Word,
    pub(crate) copied_json: Word,
    pub(crate) not_copied: Word,
    pub(crate) save_json: Word,
    pub(crate) save_svg: Word,
    pub(crate) not_saved: Word,
    // What the reader gets
    pub(crate) reader_sees: Word,
    pub(crate) contents: fn(&str) -> String,
    pub(crate) stages: fn(usize) -> String,
    pub(crate) notes: fn(usize) -> String,
    pub(crate) run_of: fn(&str) -> String,
    // Other forms
    pub(crate) qr: Word,
    pub(crate) qr_note: Word,
    pub(crate) qr_dense: Word,
    pub(crate) qr_alt: Word,
    pub(crate) no_qr: Word,
    pub(crate) embed: Word,
    pub(crate) embed_note: Word,
    pub(crate) embed_kind: Word,
    pub(crate) embed_of: fn(Embed) -> Word,
    pub(crate) copy_embed: Word,
    pub(crate) copied_embed: Word,
    // A chain that came with a link
    pub(crate) visit: Word,
    pub(crate) visit_note: Word,
    pub(crate) unrun: Word,
    pub(crate) run_it: Word,
    pub(crate) commands: Word,
    pub(crate) keep: Word,
    pub(crate) keep_note: Word,
    pub(crate) mine: Word,
    pub(crate) mine_note: Word,
    pub(crate) open_in: Word,
    pub(crate) only_reads: Word,
    pub(crate) may_do: Word,
    /// How many stages, and what they do.
    pub(crate) stages_that: fn(usize, &str) -> String,
    /// How many, and with which values, if they have any.
    pub(crate) lanes: fn(usize, &str) -> String,
    pub(crate) bypassed: Word,
    pub(crate) in_directory: fn(&str) -> String,
    pub(crate) of_the_link: Word,
    pub(crate) not_opened: fn(&str) -> String,
}

/// Up to here a link goes through every chat.
const CHAT: usize = 2_000;
/// Up to here it goes through most mail and into most pages.
const MAIL: usize = 8_000;

impl SharingWords {
    /// The words of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
    }
}

static EN: SharingWords = SharingWords {
    what_travels: "What travels",
    definition: "The chain",
    always: "stages, wires, lanes: always",
    nothing_of_it: "there is none",
    item: |item| match item {
        Item::Inputs => ("Texts of inputs", "what is typed into the chain"),
        Item::Notes => ("Notes", "texts on the canvas"),
        Item::Places => ("Places", "where the cards stand"),
        Item::Values => (
            "Values of variables",
            "often passwords: look before you tick",
        ),
        Item::Results => (
            "The last run",
            "replayed without a runner; its data may hold secrets too",
        ),
    },
    link: "Link",
    length: |length| {
        let means = match length {
            length if length <= CHAT => "short enough for every chat",
            length if length <= MAIL => "too long for some chats; mail and browsers take it",
            _ => "long: pass it on as a file where it is cut",
        };
        format!("{length} characters: {means}")
    },
    cut: |bytes| format!("So that it fits, {bytes} of each end of what passed a wire are in it."),
    copy_link: "Copy link",
    copied: "Copied: the link. Whoever opens it sees the commands, and nothing runs by itself.",
    copy_short: "Copy short link",
    short_note: "The runner keeps what the link holds, and opens it by a short name",
    copied_short: "Copied: a short link. It works as long as this runner keeps it.",
    no_short: "The runner did not keep the link.",
    copy_json: "Copy as JSON",
    copied_json: "Copied: the chain as text (JSON). Paste it into a file or a message; dropped on the page it opens again.",
    not_copied: "The browser does not let the page copy.",
    save_json: "Save as a file",
    save_svg: "Save as a picture",
    not_saved: "The browser did not save it.",
    reader_sees: "What the reader will see",
    contents: |parts| format!("{parts}. Unrun, with what each command may do."),
    stages: |count| {
        if count == 1 {
            "1 stage".to_owned()
        } else {
            format!("{count} stages")
        }
    },
    notes: |count| {
        if count == 1 {
            "1 note".to_owned()
        } else {
            format!("{count} notes")
        }
    },
    run_of: |span| format!("a run of {span}"),
    qr: "QR code",
    qr_note: "For a phone that is held to the screen. The link is in the code itself.",
    qr_dense: "The link is long, so the code is dense: leave things out if a phone cannot read it.",
    qr_alt: "QR code of the link",
    no_qr: "The link is too long for a QR code.",
    embed: "In another page",
    embed_note: "The runner shows itself only within pages that its operator has allowed: pipeyard --allow-framing ORIGIN.",
    embed_kind: "What is shown there",
    embed_of: |embed| match embed {
        Embed::Full => "chain and data, can be changed",
        Embed::Result => "data alone",
        Embed::ReadOnly => "chain and data, to be read",
    },
    copy_embed: "Copy the text",
    copied_embed: "Copied: the text for another page.",
    visit: "This chain came with a link.",
    visit_note: "Nothing of it has been run. Your own chain is as you left it.",
    unrun: "Nothing of it runs by itself.",
    run_it: "Run it",
    commands: "Its commands",
    keep: "Keep as mine",
    keep_note: "Saves it in place of your chain; Undo brings yours back",
    mine: "Go back to mine",
    mine_note: "Shows your own chain again",
    open_in: "Open in Pipeyard",
    only_reads: "As far as its commands tell, it only reads, and writes to its own outputs.",
    may_do: "What it may do",
    stages_that: |count, what| {
        if count == 1 {
            format!("1 stage: {what}")
        } else {
            format!("{count} stages: {what}")
        }
    },
    lanes: |count, values| {
        if values.is_empty() {
            format!("All of it {count} times at once")
        } else {
            format!("All of it {count} times at once, with {{value}} being: {values}")
        }
    },
    bypassed: "bypassed",
    in_directory: |directory| format!("in the directory {directory}"),
    of_the_link: "of the link",
    not_opened: |error| {
        format!("The link in the address was not opened: {error}. Your own chain is shown.")
    },
};

static KO: SharingWords = SharingWords {
    what_travels: "함께 보낼 것",
    definition: "체인",
    always: "단계, 전선, 레인: 언제나",
    nothing_of_it: "없음",
    item: |item| match item {
        Item::Inputs => ("입력의 텍스트", "체인에 적어 넣은 것"),
        Item::Notes => ("메모", "캔버스의 글"),
        Item::Places => ("위치", "카드가 놓인 위치"),
        Item::Values => ("변수의 값", "비밀번호일 때가 많으니 확인하고 고르세요"),
        Item::Results => (
            "마지막 실행",
            "실행기 없이 재생됩니다. 데이터에도 비밀이 있을 수 있습니다",
        ),
    },
    link: "링크",
    length: |length| {
        let means = match length {
            length if length <= CHAT => "어느 채팅에나 들어갑니다",
            length if length <= MAIL => "일부 채팅에는 너무 깁니다. 메일과 브라우저에서는 됩니다",
            _ => "깁니다. 잘리는 곳에는 파일로 보내세요",
        };
        format!("{length}자: {means}")
    },
    cut: |bytes| {
        format!("링크에 들어가도록 전선을 지나간 데이터의 앞뒤를 {bytes}까지만 담았습니다.")
    },
    copy_link: "링크 복사",
    copied: "링크를 복사했습니다. 여는 사람은 명령을 먼저 보며, 저절로 실행되는 것은 없습니다.",
    copy_short: "짧은 링크 복사",
    short_note: "링크의 내용을 실행기가 보관하고 짧은 이름으로 엽니다",
    copied_short: "짧은 링크를 복사했습니다. 이 실행기가 보관하는 동안 열립니다.",
    no_short: "실행기가 링크를 보관하지 않았습니다.",
    copy_json: "JSON으로 복사",
    copied_json: "체인을 텍스트(JSON)로 복사했습니다. 파일이나 메시지에 붙여 넣으세요. 페이지에 놓으면 다시 열립니다.",
    not_copied: "브라우저가 복사를 허용하지 않습니다.",
    save_json: "파일로 저장",
    save_svg: "그림으로 저장",
    not_saved: "브라우저가 저장하지 않았습니다.",
    reader_sees: "받는 사람이 보는 것",
    contents: |parts| {
        format!("{parts}. 실행되지 않은 채, 명령마다 무엇을 할 수 있는지와 함께 보입니다.")
    },
    stages: |count| format!("단계 {count}개"),
    notes: |count| format!("메모 {count}개"),
    run_of: |span| format!("{span} 동안의 실행"),
    qr: "QR 코드",
    qr_note: "휴대전화 카메라로 화면을 비추면 읽습니다. 링크는 코드 자체에 들어 있습니다.",
    qr_dense: "링크가 길어 코드가 촘촘합니다. 읽히지 않으면 몇 가지를 빼세요.",
    qr_alt: "링크의 QR 코드",
    no_qr: "링크가 너무 길어 QR 코드에 담을 수 없습니다.",
    embed: "다른 페이지 안에",
    embed_note: "실행기는 운영자가 허용한 페이지 안에서만 보입니다: pipeyard --allow-framing ORIGIN.",
    embed_kind: "표시할 내용",
    embed_of: |embed| match embed {
        Embed::Full => "체인과 데이터, 바꿀 수 있음",
        Embed::Result => "데이터만",
        Embed::ReadOnly => "체인과 데이터, 읽기만",
    },
    copy_embed: "텍스트 복사",
    copied_embed: "다른 페이지에 넣을 텍스트를 복사했습니다.",
    visit: "링크로 받은 체인입니다.",
    visit_note: "아직 아무것도 실행되지 않았습니다. 내 체인은 그대로 있습니다.",
    unrun: "저절로 실행되는 것은 없습니다.",
    run_it: "실행하기",
    commands: "명령 보기",
    keep: "내 것으로 하기",
    keep_note: "내 체인 대신 저장합니다. 실행 취소로 내 것을 되찾습니다",
    mine: "내 체인으로 돌아가기",
    mine_note: "내 체인을 다시 보여 줍니다",
    open_in: "Pipeyard에서 열기",
    only_reads: "명령으로 보아서는 읽고, 자기 출력에 쓰기만 합니다.",
    may_do: "할 수 있는 일",
    stages_that: |count, what| format!("단계 {count}개: {what}"),
    lanes: |count, values| {
        if values.is_empty() {
            format!("전체를 동시에 {count}번")
        } else {
            format!("전체를 동시에 {count}번, {{value}} 자리에 각각: {values}")
        }
    },
    bypassed: "건너뜀",
    in_directory: |directory| format!("디렉터리 {directory}에서"),
    of_the_link: "링크에 든 실행",
    not_opened: |error| format!("주소의 링크를 열지 못했습니다. {error}. 내 체인을 보여 줍니다."),
};
