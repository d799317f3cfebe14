//! What a connection asks of whatever carries its messages.

use std::future::Future;

use pipeyard_shared::frame::Frame;
use pipeyard_shared::message::ServerMessage;

/// The connection is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// What a page sent.
#[derive(Debug)]
pub enum Inbound {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(bytes::Bytes),
    /// What keeps the carrier going and says nothing. It is work all the same, and counts as a message.
    Control,
    /// More bytes came than may, and the carrier has read them more slowly.
    Slowed,
    /// A message that is larger than the limit `message-bytes`: it was not read, and nothing more can be understood.
    TooLarge,
    /// What is against the carrier's own rules: nothing more can be understood.
    Unreadable,
}

/// What carries messages to a page. Sending waits while the page does not read; what was sent may stay
/// behind until [`Outbound::flush`].
pub trait Outbound: Send {
    /// Sends a control message.
    fn message(
        &mut self,
        message: &ServerMessage,
    ) -> impl Future<Output = Result<(), Broken>> + Send;
    /// Sends a frame of data.
    fn frame(&mut self, frame: &Frame<'_>) -> impl Future<Output = Result<(), Broken>> + Send;
    /// Lets go of all that was sent.
    fn flush(&mut self) -> impl Future<Output = Result<(), Broken>> + Send;
}

/// What carries messages from a page.
pub trait Inbox: Send {
    /// The next message; nothing once the connection is closed. Cancel-safe.
    fn next(&mut self) -> impl Future<Output = Option<Inbound>> + Send;
}
