//! Bodies that are held in memory while they come, as those about lessons are. One that comes slowly is held for as long, so of
//! those that are not small so many may come at once, and no more.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use pipeyard_shared::words::Language;

use super::{Server, answer, files};
use crate::places::Place;
use crate::yard::Yard;

/// Bytes of a body that takes no place: as many of them may come as there may be connections.
const SMALL: u64 = 64 << 10;

/// A body that has come.
pub(super) struct Held {
    /// It, or why it cannot be had.
    pub(super) bytes: Result<Bytes, BytesRejection>,
    /// For as long as something of it is held.
    pub(super) place: Option<(Place, Place)>,
}

/// Waits for a request's body.
///
/// # Errors
/// The answer where there is no place for it.
pub(super) async fn take(
    server: &Server,
    yard: &Yard,
    request: Request,
    language: Language,
) -> Result<Held, Response> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length: &HeaderValue| length.to_str().ok()?.parse::<u64>().ok());
    let place = if length.is_some_and(|length| length <= SMALL) {
        None
    } else {
        match place(yard) {
            Ok(place) => Some(place),
            Err((limit, most)) => {
                server.figures().refused(limit);
                tracing::info!("the limit `{limit}` is reached ({most})");
                // A browser hears the answer only once it has sent everything.
                files::hear_out(request.into_body().into_data_stream()).await;
                let sentence = too_many(language, limit, most);
                return Err(answer::sentence(StatusCode::SERVICE_UNAVAILABLE, &sentence));
            }
        }
    };
    let bytes = Bytes::from_request(request, &()).await;
    Ok(Held { bytes, place })
}

/// A place for one more that is not small, or the limit that is reached.
fn place(yard: &Yard) -> Result<(Place, Place), (&'static str, u64)> {
    // First their own: whoever has too many takes nothing from others.
    let [own, all] = [&yard.own_bodies, &yard.bodies];
    let own = own.take().ok_or(("large-bodies-each", own.most()))?;
    let all = all.take().ok_or(("large-bodies", all.most()))?;
    Ok((own, all))
}

fn too_many(language: Language, limit: &str, most: u64) -> String {
    match language {
        Language::En => format!("The limit `{limit}` is reached ({most}): try again in a moment."),
        Language::Ko => {
            format!("제한 `{limit}`({most})에 이르렀습니다. 잠시 뒤에 다시 시도하세요.")
        }
    }
}
