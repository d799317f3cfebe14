//! Frames, as hexadecimal text: header fields apart from each other, then the bytes.

use pipeyard_shared::flow::FlowId;
use pipeyard_shared::frame::{Frame, FrameError, HEADER_BYTES};
use pipeyard_shared::{LaneNumber, RunId};

use crate::snapshot;

/// Where the fields of a header end.
const FIELDS: [usize; 6] = [1, 2, 4, 8, 16, HEADER_BYTES];

fn frames() -> Vec<(&'static str, Frame<'static>)> {
    let (run, flow) = (RunId(7), FlowId(4));
    let data = |position, gap, bytes| Frame::Data {
        run,
        flow,
        position,
        gap,
        bytes,
    };
    // Exhaustive, so that a new kind of frame is not forgotten here.
    let named = |frame| match frame {
        Frame::Data {
            gap: false,
            bytes: [],
            ..
        } => ("data_empty", frame),
        Frame::Data { gap: false, .. } => ("data", frame),
        Frame::Data { gap: true, .. } => ("data_after_gap", frame),
        Frame::Glimpse { .. } => ("glimpse", frame),
        Frame::Typed {
            run: RunId(u64::MAX),
            ..
        } => ("typed_largest", frame),
        Frame::Typed { .. } => ("typed", frame),
    };
    vec![
        named(data(0, false, b"Salted__")),
        named(data(65_536, false, b"")),
        named(data(1_000_000, true, b"\x00\xff\n")),
        named(Frame::Glimpse {
            run,
            flow,
            bytes: b"y\ny\n",
        }),
        named(Frame::Typed {
            run,
            lane: LaneNumber(2),
            stage: 1,
            position: 6,
            bytes: b"hello\n",
        }),
        named(Frame::Typed {
            run: RunId(u64::MAX),
            lane: LaneNumber(u32::MAX),
            stage: u16::MAX,
            position: u64::MAX,
            bytes: b"",
        }),
    ]
}

pub(crate) fn text() -> String {
    let frames = frames();
    snapshot::write(
        frames
            .iter()
            .map(|(name, frame)| (*name, hex(&frame.encode()))),
    )
}

pub(crate) fn read_back(lines: &[(&str, &str)]) {
    let frames = frames();
    assert_eq!(lines.len(), frames.len());
    for ((name, frame), (line, text)) in frames.iter().zip(lines) {
        assert_eq!(name, line);
        assert_eq!(Frame::decode(&bytes(text)).as_ref(), Ok(frame), "{name}");
    }
}

fn hex(message: &[u8]) -> String {
    let mut text = String::from("\"");
    for (index, byte) in message.iter().enumerate() {
        if FIELDS.contains(&index) {
            text.push(' ');
        }
        text += &format!("{byte:02x}");
    }
    text.trim_end().to_owned() + "\""
}

fn bytes(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pair = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).expect("digits are ASCII");
        u8::from_str_radix(text, 16).expect("two digits")
    };
    digits.chunks(2).map(pair).collect()
}

#[test]
fn each_way_of_being_no_frame_has_its_error() {
    let frame = frames()[0].1.encode();
    let with = |index: usize, byte: u8| {
        let mut frame = frame.clone();
        frame[index] = byte;
        frame
    };
    assert_eq!(
        Frame::decode(&frame[..23]),
        Err(FrameError::TooShort { length: 23 })
    );
    assert_eq!(Frame::decode(&with(0, 9)), Err(FrameError::UnknownKind(9)));
    assert_eq!(Frame::decode(&with(1, 2)), Err(FrameError::UnknownFlags(2)));
    assert_eq!(Frame::decode(&with(2, 1)), Err(FrameError::NotZero));
    // A glimpse has neither flags nor a position.
    let glimpse = |index: usize, byte: u8| {
        let mut frame = with(index, byte);
        frame[0] = 3;
        frame
    };
    let flagged = glimpse(1, 1);
    assert_eq!(Frame::decode(&flagged), Err(FrameError::UnknownFlags(1)));
    let placed = glimpse(16, 1);
    assert_eq!(Frame::decode(&placed), Err(FrameError::NotZero));
}
