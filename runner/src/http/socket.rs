//! `/socket`: a WebSocket that carries a session's messages and frames.

use std::error::Error;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use pipeyard_shared::frame::Frame;
use pipeyard_shared::limits::{LimitName, Reached};
use pipeyard_shared::message::ServerMessage;
use pipeyard_shared::words::{self, Language};
use tungstenite::error::CapacityError;

use super::entry::{HasKey, MayConnect};
use super::stream::Pace;
use super::{Server, answer, plain};
use crate::places::{Place, Places};
use crate::session::carrier::{Broken, Inbound, Inbox, Outbound};
use crate::session::connection::converse;
use crate::yard::Yard;

/// Bytes that wait in the WebSocket's own buffer before it is written out. There is no bound above it on
/// purpose: a message that finds more waits until it is written, so the buffer holds one more at most, and
/// the bound would refuse a single large one.
const WRITE_BUFFER: usize = 16 << 10;
/// Bytes that are read from the network at a time.
const READ_BUFFER: usize = 16 << 10;

/// Lets a page in, or says before the upgrade why not.
pub(super) async fn upgrade(
    MayConnect { yard }: MayConnect,
    State(server): State<Server>,
    Extension(pace): Extension<Arc<Pace>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let places = match places(&yard) {
        Ok(places) => places,
        Err(reached) => {
            let Reached { limit, most } = reached;
            server.figures().refused(limit.word());
            tracing::info!("{}", words::at_limit(Language::En, limit, most));
            let sentence = words::no_room(plain::language(&headers), reached);
            return answer::sentence(StatusCode::SERVICE_UNAVAILABLE, &sentence);
        }
    };
    // Each frame that comes is work, whether or not a message comes of it.
    pace.bound(yard.sessions.rates().bytes);
    let most = yard.sessions.limits().message_bytes as usize;
    upgrade
        .max_message_size(most)
        .max_frame_size(most)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .on_upgrade(async move |socket: WebSocket| {
            let (sink, stream) = socket.split();
            let receiver = Receiver { stream, pace };
            converse(yard.sessions.clone(), receiver, Sender(sink)).await;
            // Until here it is somebody's.
            drop((places, yard));
        })
}

/// A place for one page more.
fn places(yard: &Yard) -> Result<(Option<Place>, Place), Reached> {
    let full = |limit, places: &Places| Reached {
        limit,
        most: places.most(),
    };
    // First their own: whoever has too many takes nothing from others.
    let own = yard.own_connections.as_ref().map(|own| {
        let full = full(LimitName::ConnectionsEach, own);
        own.take().ok_or(full)
    });
    let all = &yard.connections;
    let full = full(LimitName::Connections, all);
    Ok((own.transpose()?, all.take().ok_or(full)?))
}

/// Whether there is room for a page. A browser does not tell a page why its socket was refused: so it asks for the reason.
pub(super) async fn room(HasKey { yard }: HasKey) -> Response {
    match places(&yard) {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(reached) => {
            let mut answer = answer::json(&reached);
            *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            answer
        }
    }
}

struct Sender(SplitSink<WebSocket, Message>);

struct Receiver {
    stream: SplitStream<WebSocket>,
    pace: Arc<Pace>,
}

impl Sender {
    async fn send(&mut self, message: Message) -> Result<(), Broken> {
        self.0.feed(message).await.map_err(|_| Broken)
    }
}

impl Outbound for Sender {
    async fn message(&mut self, message: &ServerMessage) -> Result<(), Broken> {
        let json = serde_json::to_string(message).map_err(|error| {
            tracing::error!(%error, "a message could not be written as JSON");
            Broken
        })?;
        self.send(Message::text(json)).await
    }

    async fn frame(&mut self, frame: &Frame<'_>) -> Result<(), Broken> {
        self.send(Message::binary(frame.encode())).await
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        self.0.flush().await.map_err(|_| Broken)
    }
}

impl Inbox for Receiver {
    async fn next(&mut self) -> Option<Inbound> {
        if self.pace.was_slowed() {
            return Some(Inbound::Slowed);
        }
        match self.stream.next().await? {
            Ok(Message::Text(text)) => Some(Inbound::Text(text.as_str().to_owned())),
            Ok(Message::Binary(bytes)) => Some(Inbound::Binary(bytes)),
            // Answered by the WebSocket itself.
            Ok(Message::Ping(_) | Message::Pong(_)) => Some(Inbound::Control),
            Ok(Message::Close(_)) => None,
            Err(error) => {
                tracing::debug!(%error, "a connection broke");
                Some(if is_too_large(&error) {
                    Inbound::TooLarge
                } else {
                    Inbound::Unreadable
                })
            }
        }
    }
}

/// Whether a message was larger than may be.
fn is_too_large(error: &axum::Error) -> bool {
    // The version that axum has: a test says if it is another one.
    let error = error.source().and_then(|error| error.downcast_ref());
    matches!(
        error,
        Some(tungstenite::Error::Capacity(
            CapacityError::MessageTooLong { .. }
        ))
    )
}
