//! Whole messages with descriptors beside them, over a pair of Unix sockets (`unix(7)`, SOCK_SEQPACKET).

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags,
    SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};

use super::command::MOST_DESCRIPTORS;

const SPACE: usize = rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS));

/// Both ends of a new line.
///
/// # Errors
/// When there are no descriptors left.
pub(super) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = SocketFlags::CLOEXEC;
    let pair = rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
    Ok(pair)
}

/// Sends a message. A peer that is gone is an error, and no signal.
///
/// # Errors
/// The system's.
pub(super) fn send(
    socket: impl AsFd,
    message: &[u8],
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); SPACE];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !beside.push(SendAncillaryMessage::ScmRights(descriptors)) {
        return Err(Errno::TOOBIG.into());
    }
    let message = [IoSlice::new(message)];
    loop {
        match rustix::net::sendmsg(&socket, &message, &mut beside, SendFlags::NOSIGNAL) {
            Ok(_) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What comes beside a message, close-on-exec; or why it cannot be taken, where there is no room for all of it.
pub(super) type Beside = io::Result<Vec<OwnedFd>>;

/// Takes a message: how long it is, and what came beside it. An empty one is the end.
///
/// # Errors
/// The system's, such as that there is none yet.
pub(super) fn receive(socket: impl AsFd, buffer: &mut [u8]) -> io::Result<(usize, Beside)> {
    let mut space = [MaybeUninit::uninit(); SPACE];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let received = loop {
        let mut message = [IoSliceMut::new(buffer)];
        let flags = RecvFlags::CMSG_CLOEXEC;
        match rustix::net::recvmsg(&socket, &mut message, &mut beside, flags) {
            Ok(received) => break received,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    };
    let mut descriptors = Vec::new();
    for part in beside.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = part {
            descriptors.extend(rights);
        }
    }
    if received.flags.contains(ReturnFlags::CTRUNC) {
        // The kernel had no numbers left for some of them.
        return Ok((received.bytes, Err(Errno::MFILE.into())));
    }
    Ok((received.bytes, Ok(descriptors)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    #[test]
    fn as_many_descriptors_as_a_process_can_be_given_travel_at_once() {
        let (here, there) = pair().expect("two sockets");
        let many = vec![here.as_fd(); MOST_DESCRIPTORS];
        send(&here, b"message", &many).expect("room");
        let mut buffer = [0; 16];
        let (length, came) = receive(&there, &mut buffer).expect("a message");
        let came = came.expect("room for its descriptors");
        assert_eq!(
            (&buffer[..length], came.len()),
            (&b"message"[..], MOST_DESCRIPTORS)
        );
        let more = vec![here.as_fd(); MOST_DESCRIPTORS + 60];
        assert!(send(&here, b"message", &more).is_err());
        drop((came, here));
        let (length, _) = receive(&there, &mut buffer).expect("an end");
        assert_eq!(length, 0);
    }
}
