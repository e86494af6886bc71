//! Numbers and texts to bytes and back. Reading never trusts a count: it is held against the bytes that are left.

use std::io;

/// Collects bytes.
#[derive(Default)]
pub struct Writer {
    pub bytes: Vec<u8>,
}

impl Writer {
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub fn u64(&mut self, value: u64) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub fn f32(&mut self, value: f32) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub fn f64(&mut self, value: f64) {
        self.bytes.extend(value.to_le_bytes());
    }

    /// # Errors
    /// When there are too many to count.
    pub fn count(&mut self, count: usize) -> io::Result<()> {
        self.u32(u32::try_from(count).map_err(io::Error::other)?);
        Ok(())
    }

    /// # Errors
    /// When the text is longer than can be counted.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.count(text.len())?;
        self.bytes.extend(text.as_bytes());
        Ok(())
    }
}

/// Takes bytes apart; `None` where there are none left.
pub struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.left.split_at_checked(count)?;
        self.left = left;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub fn f32(&mut self) -> Option<f32> {
        self.array().map(f32::from_le_bytes)
    }

    pub fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// A count of things that take at least so many bytes each.
    pub fn count(&mut self, least_bytes: usize) -> Option<usize> {
        let count = usize::try_from(self.u32()?).ok()?;
        (count.checked_mul(least_bytes)? <= self.left.len()).then_some(count)
    }

    pub fn text(&mut self) -> Option<&'a str> {
        let count = self.count(1)?;
        std::str::from_utf8(self.bytes(count)?).ok()
    }
}
