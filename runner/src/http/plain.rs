//! Pages for people who are not let in or have asked for what is not there: what is the matter, and what to do, in
//! their language. They need nothing but themselves: no script, and no file that they would have to be let in for.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pipeyard_shared::words::Language;

use super::answer;
use super::gate::Refused;
use super::pass::Guesser;
use crate::secret;

/// How the pages look: as the page itself does, light or dark as the system has it.
const STYLE: &str = "
:root { color-scheme: light dark; --text: light-dark(#17202b, #e6ebf1); --muted: light-dark(#566372, #93a0ae);
  --line: light-dark(#d9dee5, #2b343f); --panel: light-dark(#fff, #151a20); --primary: light-dark(#0b66d6, #4da3ff); }
* { box-sizing: border-box; }
body { margin: 0; padding: 16px; min-height: 100dvh; display: grid; place-items: center; background: light-dark(#f6f7f9, #0f1216);
  color: var(--text); font: 16px/26px system-ui, \"Noto Sans\", \"Apple SD Gothic Neo\", \"Malgun Gothic\", \"Noto Sans CJK KR\", sans-serif; }
main { width: min(620px, 100%); padding: 32px; border: 1px solid var(--line); border-radius: 12px; background: var(--panel); }
.logo { display: flex; align-items: center; gap: 8px; font-weight: 700; }
svg { fill: none; stroke: var(--primary); stroke-width: 3.5; stroke-linecap: round; }
h1 { margin: 20px 0 8px; font-size: 24px; line-height: 32px; }
p { margin: 0 0 12px; }
ol { margin: 16px 0 0; padding-inline-start: 24px; }
li + li { margin-top: 8px; }
code { padding: 1px 6px; border: 1px solid var(--line); border-radius: 4px; font: 15px/24px ui-monospace, \"DejaVu Sans Mono\", monospace; overflow-wrap: anywhere; }
a { color: var(--primary); }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin: 16px 0 0; }
label { flex: 1 1 220px; display: grid; gap: 4px; font-weight: 600; }
input, button { box-sizing: border-box; min-height: 44px; padding: 0 12px; border: 1px solid var(--muted); border-radius: 8px; background: transparent; color: inherit; font: inherit; }
input { font: 20px/24px ui-monospace, \"DejaVu Sans Mono\", monospace; letter-spacing: 1px; }
button { border-color: var(--primary); background: var(--primary); color: light-dark(#fff, #0f1216); font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--primary); outline-offset: 2px; }
.note { margin: 20px 0 0; color: var(--muted); font-size: 14px; line-height: 22px; }
";

/// What such a page says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said<'text> {
    pub(super) title: &'static str,
    pub(super) what: &'text str,
    /// What is filled in and sent to `/`, as HTML.
    pub(super) form: &'static str,
    /// Where a browser goes by itself, at once.
    pub(super) on_to: Option<&'text str>,
    /// One step an item, as HTML.
    pub(super) steps: &'static [&'static str],
    pub(super) note: &'static str,
}

/// The answer to somebody who is not let in.
pub(super) fn refusal(refused: &Refused, headers: &HeaderMap) -> Response {
    let language = language(headers);
    let said = match (refused, language) {
        (Refused::Host | Refused::Origin, Language::En) => &ADDRESS_EN,
        (Refused::Host | Refused::Origin, Language::Ko) => &ADDRESS_KO,
        (_, Language::En) => &KEY_EN,
        (_, Language::Ko) => &KEY_KO,
    };
    answer(StatusCode::FORBIDDEN, language, said)
}

/// The answer to somebody who has brought too many wrong keys or codes.
pub(super) fn too_often(guesser: &Guesser, headers: &HeaderMap) -> Response {
    let language = language(headers);
    let Guesser { limit, wait } = guesser;
    let (said, what) = match language {
        Language::En => (
            &OFTEN_EN,
            format!(
                "So many wrong keys or codes came from your address that no more are looked at for the moment: \
                 the limit <code>{limit}</code> is reached."
            ),
        ),
        Language::Ko => (
            &OFTEN_KO,
            format!(
                "이 주소에서 잘못된 열쇠나 코드가 너무 많이 들어와 잠시 확인하지 않습니다. \
                 제한 <code>{limit}</code>에 이르렀습니다."
            ),
        ),
    };
    let said = Said {
        what: &what,
        ..*said
    };
    let mut response = answer(StatusCode::TOO_MANY_REQUESTS, language, &said);
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, seconds.into());
    response
}

/// The answer where there is no place for one more connection or request, in a line: a page is more than there is room for.
pub(super) fn too_many(limit: &str, most: usize, headers: &HeaderMap) -> Response {
    let sentence = match language(headers) {
        Language::En => format!("The limit `{limit}` is reached ({most}): try again in a moment."),
        Language::Ko => {
            format!("제한 `{limit}`({most})에 이르렀습니다. 잠시 후 다시 시도하세요.")
        }
    };
    let fields = [
        (header::RETRY_AFTER, HeaderValue::from_static("5")),
        // Its connection is one that somebody else may need.
        (header::CONNECTION, HeaderValue::from_static("close")),
    ];
    let status = StatusCode::SERVICE_UNAVAILABLE;
    (fields, answer::sentence(status, &sentence)).into_response()
}

/// The answer to somebody who has asked for what is not there. Programs get a line of text.
pub(super) fn not_found(headers: &HeaderMap) -> Response {
    if !is_browser(headers) {
        return (StatusCode::NOT_FOUND, "There is nothing here.\n").into_response();
    }
    let language = language(headers);
    let said = match language {
        Language::En => &NOTHING_EN,
        Language::Ko => &NOTHING_KO,
    };
    answer(StatusCode::NOT_FOUND, language, said)
}

/// The answer to somebody who follows a short link that is not kept, or cannot be looked up. Programs get a line of text.
pub(super) fn no_such_link(status: StatusCode, what: &str, headers: &HeaderMap) -> Response {
    if !is_browser(headers) {
        return (status, format!("{what}\n")).into_response();
    }
    let language = language(headers);
    let said = match language {
        Language::En => &LINK_EN,
        Language::Ko => &LINK_KO,
    };
    answer(status, language, &Said { what, ..*said })
}

/// Whether a browser asks for something to show, and not a program.
pub(super) fn is_browser(headers: &HeaderMap) -> bool {
    value(headers, header::ACCEPT).contains("text/html")
}

/// Such a page, as the answer of this status.
pub(super) fn answer(status: StatusCode, language: Language, said: &Said<'_>) -> Response {
    // A style within the page is allowed by a word that nobody knew before. Without one it goes bare.
    let word = secret::random().unwrap_or_default();
    let steps: String = said
        .steps
        .iter()
        .map(|step| format!("<li>{step}</li>\n"))
        .collect();
    let Said {
        title,
        what,
        form,
        note,
        ..
    } = said;
    let steps = if steps.is_empty() {
        steps
    } else {
        format!("<ol>\n{steps}</ol>\n")
    };
    let on = said.on_to.map_or(String::new(), |address| {
        format!("<meta http-equiv=\"refresh\" content=\"0;url={address}\">\n")
    });
    let html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         {on}<title>{title} · Pipeyard</title>\n<style nonce=\"{word}\">{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <div class=\"logo\"><svg viewBox=\"0 0 32 32\" width=\"28\" height=\"28\" aria-hidden=\"true\">\
         <path d=\"M4 5v9M28 18v9M4 9.5h5.5c9 0 4.5 13 13.5 13h5\"/></svg>Pipeyard</div>\n\
         <h1>{title}</h1>\n<p>{what}</p>\n{form}{steps}<p class=\"note\">{note}</p>\n</main>\n</body>\n</html>\n",
        language.tag()
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{word}'; base-uri 'none'; form-action {}; frame-ancestors 'none'",
        if form.is_empty() { "'none'" } else { "'self'" }
    );
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    for (name, text) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "Accept, Accept-Language"),
    ] {
        headers.insert(name, HeaderValue::from_static(text));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The language that is wanted most; English where none of ours is.
pub(super) fn language(headers: &HeaderMap) -> Language {
    let wanted = value(headers, header::ACCEPT_LANGUAGE).split(',');
    let mut best = (Language::En, 0.0);
    for choice in wanted {
        let (tag, weight) = choice.split_once(';').unwrap_or((choice, ""));
        let weight = weight.trim().strip_prefix("q=");
        let weight = weight.map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
        let known = ["en", "ko"].iter().any(|known| {
            let tag = tag.trim().get(..known.len());
            tag.is_some_and(|tag| tag.eq_ignore_ascii_case(known))
        });
        if known && weight > best.1 {
            best = (Language::from_tag(tag.trim()), weight);
        }
    }
    best.0
}

fn value(headers: &HeaderMap, name: header::HeaderName) -> &str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

const KEY_EN: Said<'static> = Said {
    title: "This page opens with a key",
    what: "The key is missing from the address, or it is that of another runner.",
    steps: &[
        "Go to the terminal in which <code>pipeyard</code> runs.",
        "Open the address that it printed when it started, all of it: the key is what stands behind <code>?token=</code>.",
        "If it does not run any more, start it with <code>pipeyard --open</code>: that opens the page.",
        "If you have followed a link on another site, and the page is open here otherwise: copy the whole address into a new tab.",
    ],
    note: "Pipeyard starts programs on the machine it runs on. So it lets in only who has the key, and each start makes a new one.",
    form: "",
    on_to: None,
};

const KEY_KO: Said<'static> = Said {
    title: "이 페이지를 열려면 열쇠가 필요합니다",
    what: "주소에 열쇠가 없거나 다른 실행기의 열쇠입니다.",
    steps: &[
        "<code>pipeyard</code>가 실행 중인 터미널로 가세요.",
        "시작할 때 출력된 주소를 끝까지 그대로 여세요. <code>?token=</code> 뒤가 열쇠입니다.",
        "이미 끝났다면 <code>pipeyard --open</code>으로 시작하세요. 페이지가 열립니다.",
        "다른 사이트의 링크를 눌러서 왔고 이 브라우저에서 페이지를 쓰고 있다면, 주소 전체를 새 탭에 붙여 넣으세요.",
    ],
    note: "Pipeyard는 자신이 실행되는 컴퓨터에서 프로그램을 시작합니다. 그래서 열쇠가 있는 사람만 들어올 수 있고, 시작할 때마다 열쇠가 바뀝니다.",
    form: "",
    on_to: None,
};

const OFTEN_EN: Said<'static> = Said {
    title: "Too many wrong keys",
    what: "",
    steps: &[
        "Wait some seconds.",
        "Then open the address that <code>pipeyard</code> printed when it started, or the one with the room's code.",
    ],
    note: "Others are not kept waiting, and pages that are open go on.",
    form: "",
    on_to: None,
};

const OFTEN_KO: Said<'static> = Said {
    title: "잘못된 열쇠가 너무 많이 들어왔습니다",
    what: "",
    steps: &[
        "몇 초 기다려 주세요.",
        "그런 다음 <code>pipeyard</code>가 시작할 때 출력한 주소나 방 코드가 있는 주소를 여세요.",
    ],
    note: "다른 사람은 기다리지 않으며, 이미 열린 페이지는 그대로 쓸 수 있습니다.",
    form: "",
    on_to: None,
};

const ADDRESS_EN: Said<'static> = Said {
    title: "The runner does not know this address",
    what: "It answers only by the names that it was given, so that no other site can use it.",
    steps: &[
        "Open the address that <code>pipeyard</code> printed when it started.",
        "If this name is to lead to it, start it with <code>--host NAME:PORT</code>.",
    ],
    note: "Pipeyard starts programs on the machine it runs on, so it is careful about who asks.",
    form: "",
    on_to: None,
};

const ADDRESS_KO: Said<'static> = Said {
    title: "실행기가 모르는 주소입니다",
    what: "다른 사이트가 쓰지 못하도록, 정해진 이름으로만 응답합니다.",
    steps: &[
        "<code>pipeyard</code>가 시작할 때 출력된 주소를 여세요.",
        "이 이름으로 열고 싶다면 <code>--host NAME:PORT</code>로 시작하세요.",
    ],
    note: "Pipeyard는 자신이 실행되는 컴퓨터에서 프로그램을 시작하므로 누가 요청하는지 살핍니다.",
    form: "",
    on_to: None,
};

const NOTHING_EN: Said<'static> = Said {
    title: "There is nothing here",
    what: "The runner has no page at this address.",
    steps: &["Go to <a href=\"/\">the chain</a>."],
    note: "Whatever you composed is kept by the browser.",
    form: "",
    on_to: None,
};

const NOTHING_KO: Said<'static> = Said {
    title: "여기에는 아무것도 없습니다",
    what: "실행기에 이 주소의 페이지가 없습니다.",
    steps: &["<a href=\"/\">체인으로 가기</a>"],
    note: "작성하던 체인은 브라우저에 그대로 있습니다.",
    form: "",
    on_to: None,
};

/// What is the matter is put in.
const LINK_EN: Said<'static> = Said {
    title: "This short link leads nowhere",
    what: "",
    steps: &[
        "Ask whoever gave you the link for the long one: that has the whole chain in it, and never expires.",
        "Go to <a href=\"/\">the chain that you composed here</a>.",
    ],
    note: "A short link is known only to the runner that made it, and for as long as that is told to keep it.",
    form: "",
    on_to: None,
};

const LINK_KO: Said<'static> = Said {
    title: "이 짧은 링크로는 아무것도 열 수 없습니다",
    what: "",
    steps: &[
        "링크를 준 사람에게 긴 링크를 달라고 하세요. 긴 링크에는 체인이 모두 들어 있고 기한이 없습니다.",
        "<a href=\"/\">여기서 작성하던 체인으로 가기</a>",
    ],
    note: "짧은 링크는 그것을 만든 실행기만 알고, 그 실행기가 보관하기로 한 기간만 유효합니다.",
    form: "",
    on_to: None,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_is_wanted_most() {
        for (wanted, expected) in [
            ("", Language::En),
            ("ko", Language::Ko),
            ("ko-KR,ko;q=0.9,en-US;q=0.8", Language::Ko),
            ("en-GB,en;q=0.9,ko;q=0.8", Language::En),
            ("de, ko;q=0.5, en;q=0.4", Language::Ko),
            ("fr;q=1, *", Language::En),
            ("ko;q=nonsense", Language::En),
            ("k\u{c3}, \u{e9}", Language::En),
        ] {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(wanted.as_bytes()) {
                headers.insert(header::ACCEPT_LANGUAGE, value);
            }
            assert_eq!(language(&headers), expected, "{wanted}");
        }
    }

    #[test]
    fn both_languages_say_as_much() {
        for (en, ko) in [
            (KEY_EN, KEY_KO),
            (ADDRESS_EN, ADDRESS_KO),
            (NOTHING_EN, NOTHING_KO),
            (LINK_EN, LINK_KO),
        ] {
            assert_eq!(en.steps.len(), ko.steps.len(), "{}", en.title);
        }
    }
}
