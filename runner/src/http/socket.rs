//! `/socket`: a WebSocket that carries a session's messages and frames.

use std::future::Future;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use pipeyard_shared::frame::Frame;
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::ServerMessage;
use pipeyard_shared::words::{self, Language};

use super::entry::MayConnect;
use super::{Server, answer, plain};
use crate::session::carrier::{Broken, Inbound, Inbox, Outbound};
use crate::session::connection::converse;

/// How long a message to a page may wait to be taken. A page that reads nothing for so long is gone, or
/// as good as gone: it can come back and resume.
const SEND_TIME: Duration = Duration::from_secs(60);
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
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    // First its own: whoever has too many takes nothing from others.
    let own = yard.connections.clone().try_acquire_owned();
    let all = server.connections.0.clone();
    let permits = match (own, all.try_acquire_owned()) {
        (Ok(own), Ok(all)) => (own, all),
        (own, _) => {
            let (limit, most) = match own {
                // The operator's own are all that there are.
                Err(_) if yard.connections_most < server.connections.1 => {
                    (LimitName::ConnectionsEach, yard.connections_most)
                }
                _ => (LimitName::Connections, server.connections.1),
            };
            server.yards.operation().figures().refused(limit.word());
            return full(limit, most, &headers);
        }
    };
    let most = yard.sessions.limits().message_bytes as usize;
    upgrade
        .max_message_size(most)
        .max_frame_size(most)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .on_upgrade(async move |socket: WebSocket| {
            let (sink, stream) = socket.split();
            converse(yard.sessions.clone(), Receiver(stream), Sender(sink)).await;
            // Until here it is somebody's.
            drop((permits, yard));
        })
}

fn full(limit: LimitName, most: u64, headers: &HeaderMap) -> Response {
    let language = plain::language(headers);
    let what = words::at_limit(language, limit, most);
    let sentence = match language {
        Language::En => format!("{what}: close another page."),
        Language::Ko => format!("{what}. 다른 페이지를 닫으세요."),
    };
    tracing::info!("{}", words::at_limit(Language::En, limit, most));
    answer::sentence(StatusCode::SERVICE_UNAVAILABLE, &sentence)
}

struct Sender(SplitSink<WebSocket, Message>);

struct Receiver(SplitStream<WebSocket>);

impl Sender {
    async fn send(&mut self, message: Message) -> Result<(), Broken> {
        in_time(self.0.feed(message)).await
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
        in_time(self.0.flush()).await
    }
}

async fn in_time<E>(sending: impl Future<Output = Result<(), E>>) -> Result<(), Broken> {
    match tokio::time::timeout(SEND_TIME, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Broken),
    }
}

impl Inbox for Receiver {
    async fn next(&mut self) -> Option<Inbound> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return Some(Inbound::Text(text.as_str().to_owned())),
                Ok(Message::Binary(bytes)) => return Some(Inbound::Binary(bytes)),
                // Answered by the WebSocket itself.
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(Message::Close(_)) => return None,
                Err(error) => {
                    tracing::debug!(%error, "a connection broke");
                    return Some(Inbound::Unreadable);
                }
            }
        }
    }
}
