//! The room's door: `/?room=CODE` makes a learner of a browser that is none, and `/` asks whoever has no key for the code.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pipeyard_shared::words::Language;

use super::gate::Refused;
use super::plain::{self, Said};
use super::{Server, answer};
use crate::learners::JoinError;

/// Lets somebody in who says the code. Who is in already stays who he is.
pub(super) async fn enter(server: &Server, said: String, headers: &HeaderMap) -> Response {
    let (room, learners) = match server.gate.room(&said) {
        Ok(open) => open,
        Err(refused) => return server.refusal(refused, headers),
    };
    if server.gate.check_key(headers).is_ok() {
        return inside();
    }
    let language = plain::language(headers);
    // From another site the browser brings no cookie, though it may have one: it is asked again from here, or everybody who
    // follows a link to the room would lose what he has.
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if matches!(site, Some(b"cross-site" | b"same-site")) {
        let here = format!("/?room={}", room.code());
        let said = match language {
            Language::En => &COMING_EN,
            Language::Ko => &COMING_KO,
        };
        let on_to = Some(here.as_str());
        return plain::answer(StatusCode::OK, language, &Said { on_to, ..*said });
    }
    if server.yards.operation().is_draining() {
        let what = match language {
            Language::En => {
                "The runner is about to end, so nobody comes in now. Load this page again once it runs again."
            }
            Language::Ko => {
                "실행기가 곧 끝나므로 지금은 들어올 수 없습니다. 다시 시작되면 이 페이지를 새로 고치세요."
            }
        };
        return answer::sentence(StatusCode::SERVICE_UNAVAILABLE, what);
    }
    let joining = learners.clone();
    let joined = tokio::task::spawn_blocking(move || joining.join()).await;
    let joined =
        joined.unwrap_or_else(|error| Err(JoinError::System(std::io::Error::other(error))));
    let (name, word) = match joined {
        Ok(joined) => joined,
        Err(error) => {
            if let Some(limit) = error.limit() {
                server.figures().refused(limit);
            }
            return not_in(&error, language);
        }
    };
    tracing::info!(learner = %name, "a learner came in");
    let cookie = server
        .gate
        .keep_word(headers, &word, learners.kept().as_secs());
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], inside()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Asks for the code. Programs get a line of text.
pub(super) fn ask(refused: &Refused, headers: &HeaderMap) -> Response {
    let language = plain::language(headers);
    let said = match (refused, language) {
        (Refused::Room, Language::En) => Said {
            what: "That is not the code of this room. Look at it again: it has letters and digits, and capitals do not matter.",
            ..ROOM_EN
        },
        (Refused::Room, Language::Ko) => Said {
            what: "이 방의 코드가 아닙니다. 다시 확인하세요. 코드는 영문자와 숫자이고 대문자와 소문자는 구별하지 않습니다.",
            ..ROOM_KO
        },
        (Refused::Removed(_), Language::En) => Said {
            what: "You were removed from the room, or it is a new one. If you are to come in, whoever runs it has the code.",
            ..ROOM_EN
        },
        (Refused::Removed(_), Language::Ko) => Said {
            what: "방에서 제외되었거나 새로 열린 방입니다. 들어와야 한다면 방을 연 사람에게 코드를 물어보세요.",
            ..ROOM_KO
        },
        (_, Language::En) => ROOM_EN,
        (_, Language::Ko) => ROOM_KO,
    };
    plain::answer(StatusCode::FORBIDDEN, language, &said)
}

fn inside() -> Response {
    let fields = [
        (header::LOCATION, HeaderValue::from_static("/")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, fields).into_response()
}

fn not_in(error: &JoinError, language: Language) -> Response {
    match error {
        JoinError::Full(most) => {
            tracing::warn!("the limit `learners` is reached ({most})");
            let what = match language {
                Language::En => format!(
                    "The limit `learners` is reached ({most}): whoever runs the room can remove those who have left."
                ),
                Language::Ko => format!(
                    "제한 `learners`({most})에 이르렀습니다. 방을 연 사람이 떠난 학습자를 지울 수 있습니다."
                ),
            };
            answer::sentence(StatusCode::SERVICE_UNAVAILABLE, &what)
        }
        JoinError::TooFast { most, after } => {
            let seconds = after.as_secs() + 1;
            let what = match language {
                Language::En => format!(
                    "The limit `joins` is reached ({most} a minute): load this page again in {seconds} s."
                ),
                Language::Ko => format!(
                    "제한 `joins`(1분에 {most}명)에 이르렀습니다. {seconds}초 뒤에 이 페이지를 새로 고치세요."
                ),
            };
            let again = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
            (
                again,
                answer::sentence(StatusCode::TOO_MANY_REQUESTS, &what),
            )
                .into_response()
        }
        JoinError::System(error) => {
            tracing::warn!(%error, "a learner could not be made");
            let what = match language {
                Language::En => "Nobody can come in just now; the runner's log says why.",
                Language::Ko => "지금은 들어올 수 없습니다. 이유는 실행기의 로그에 있습니다.",
            };
            answer::sentence(StatusCode::SERVICE_UNAVAILABLE, what)
        }
    }
}

const ROOM_EN: Said<'static> = Said {
    title: "Come in with the room's code",
    what: "Whoever runs the room has the code. It is short, and it is needed only once in this browser.",
    form: "<form action=\"/\" method=\"get\"><label>Code<input name=\"room\" required autofocus autocomplete=\"off\" \
           autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"80\"></label><button>Come in</button></form>\n",
    on_to: None,
    steps: &[],
    note: "If you run the room yourself, open the address that <code>pipeyard</code> printed when it started.",
};

const ROOM_KO: Said<'static> = Said {
    title: "방 코드로 들어오세요",
    what: "코드는 방을 연 사람이 알려 줍니다. 짧고, 이 브라우저에서 한 번만 입력하면 됩니다.",
    form: "<form action=\"/\" method=\"get\"><label>코드<input name=\"room\" required autofocus autocomplete=\"off\" \
           autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"80\"></label><button>들어가기</button></form>\n",
    on_to: None,
    steps: &[],
    note: "방을 직접 열었다면 <code>pipeyard</code>가 시작할 때 출력한 주소를 여세요.",
};

const COMING_EN: Said<'static> = Said {
    title: "Coming in",
    what: "The page opens in a moment.",
    form: "",
    on_to: None,
    steps: &[],
    note: "If nothing happens, load this page again.",
};

const COMING_KO: Said<'static> = Said {
    title: "들어가는 중입니다",
    what: "곧 페이지가 열립니다.",
    form: "",
    on_to: None,
    steps: &[],
    note: "아무 일도 없으면 이 페이지를 새로 고치세요.",
};
