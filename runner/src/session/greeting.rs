//! How a connection begins: with a hello, and until then nothing of it costs much.

use std::sync::Arc;
use std::time::Duration;

use pipeyard_shared::message::{
    ByeReason, ClientMessage, PROTOCOL_VERSION, Seen, ServerMessage, Trouble,
};
use tokio::time::Instant;

use super::carrier::{Inbound, Inbox, Outbound};
use super::connection::{LastWords, bad_message, note, tell};
use super::{Session, Sessions};

/// How long a connection may take to say hello.
pub(super) const HELLO_TIME: Duration = Duration::from_secs(10);
/// How many other messages a connection may bring before its hello. A page brings none; each is answered with trouble, which is
/// work that nobody may ask for without end.
pub(super) const MESSAGES_BEFORE_HELLO: usize = 8;
/// Bytes of a message that is read before the hello, on the reactor: in the turns of large ones come only those of whom we know
/// who they are. A hello with the 16 runs that a page keeps has a thousand.
pub(super) const HELLO_BYTES: usize = 64 << 10;

/// Waits for a hello that we can answer. Whatever else is said first is answered with trouble.
pub(super) async fn greet(
    sessions: &Sessions,
    inbox: &mut impl Inbox,
    out: &mut impl Outbound,
) -> Option<(Arc<Session>, bool, Vec<Seen>)> {
    let deadline = Instant::now() + HELLO_TIME;
    for _ in 0..=MESSAGES_BEFORE_HELLO {
        let inbound = tokio::time::timeout_at(deadline, inbox.next())
            .await
            .ok()??;
        let message = match inbound {
            Inbound::Text(text) if text.len() <= HELLO_BYTES => serde_json::from_str(&text),
            Inbound::Text(_) | Inbound::Binary(_) => {
                let trouble = Trouble::HelloExpected;
                tell(out, &ServerMessage::Trouble { trouble }).await.ok()?;
                continue;
            }
            Inbound::Control | Inbound::Slowed => continue,
            Inbound::TooLarge => {
                LastWords::too_large(sessions)
                    .tell(sessions, out)
                    .await
                    .ok()?;
                return None;
            }
            Inbound::Unreadable => {
                let reason = ByeReason::Protocol;
                tell(out, &ServerMessage::Bye { reason }).await.ok()?;
                return None;
            }
        };
        let trouble = match message {
            Ok(ClientMessage::Hello { protocol, .. }) if protocol != PROTOCOL_VERSION => {
                let trouble = Trouble::OtherProtocol {
                    runner: PROTOCOL_VERSION,
                    page: protocol,
                };
                tell(out, &ServerMessage::Trouble { trouble }).await.ok()?;
                let reason = ByeReason::Protocol;
                tell(out, &ServerMessage::Bye { reason }).await.ok()?;
                return None;
            }
            Ok(ClientMessage::Hello { session, seen, .. }) => {
                sessions.hellos.wait(sessions, out).await.ok()?;
                match sessions.enter(session.as_ref()) {
                    // Its session is gone with all others, and it must not be told of another one.
                    Ok((_, false)) if *sessions.closing().borrow() => {
                        let reason = sessions.bye();
                        tell(out, &ServerMessage::Bye { reason }).await.ok()?;
                        return None;
                    }
                    Ok((session, resumed)) => return Some((session, resumed, seen)),
                    Err(trouble) => {
                        note(sessions, &trouble);
                        trouble
                    }
                }
            }
            Ok(_) => Trouble::HelloExpected,
            Err(error) => bad_message(&error),
        };
        tell(out, &ServerMessage::Trouble { trouble }).await.ok()?;
    }
    let reason = ByeReason::Protocol;
    tell(out, &ServerMessage::Bye { reason }).await.ok()?;
    None
}
