//! Bytes whose every position can be told, and their checksum: the same in the probe program and in
//! the tests.

/// After so many bytes the pattern comes again. A prime, so that no buffer's size hides a shift.
pub const PERIOD: u64 = 251;

/// The byte at a position of the pattern.
pub fn byte_at(position: u64) -> u8 {
    (position % PERIOD) as u8
}

/// The pattern's bytes from a position on.
pub fn bytes(from: u64, count: usize) -> Vec<u8> {
    (from..).take(count).map(byte_at).collect()
}

/// A checksum that notices bytes lost, doubled, changed or out of order: 64-bit FNV-1a.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Bytes taken in.
    pub bytes: u64,
    /// Their checksum.
    pub hash: u64,
}

impl Sum {
    /// Of nothing.
    pub fn new() -> Self {
        Self {
            bytes: 0,
            hash: 0xcbf2_9ce4_8422_2325,
        }
    }

    /// Of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut sum = Self::new();
        sum.add(bytes);
        sum
    }

    /// Of so many bytes of the pattern.
    pub fn of_pattern(count: u64) -> Self {
        let mut sum = Self::new();
        let mut at = 0;
        while at < count {
            let length = (count - at).min(1 << 16);
            sum.add(&bytes(at, length as usize));
            at += length;
        }
        sum
    }

    /// Takes more bytes in.
    pub fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// What the probe prints for it, with a newline.
    pub fn line(&self) -> String {
        format!("{} {:016x}\n", self.bytes, self.hash)
    }
}

impl Default for Sum {
    fn default() -> Self {
        Self::new()
    }
}
