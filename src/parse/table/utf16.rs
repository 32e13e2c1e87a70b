//! UTF-16 as a stream: in come bytes in pieces of any size, out comes UTF-8, and the way from an offset in that text
//! back to the byte on disk.

use std::io::{self, Read};

/// At least one known place for so many bytes of text; between them the text is measured again.
const STEP: u64 = 128;

/// What is carried from one piece to the next.
pub(super) struct Transcoder {
    unit: fn([u8; 2]) -> u16,
    /// The first half of a unit that was cut.
    odd: Option<u8>,
    /// The first half of a surrogate pair that was cut.
    high: Option<u16>,
    /// Pairs of text offset and disk offset, ascending; the first is at or before all text that is still held.
    steps: Vec<(u64, u64)>,
    raw: Vec<u8>,
}

impl Transcoder {
    /// Starts behind the byte order mark.
    pub fn new(unit: fn([u8; 2]) -> u16) -> Self {
        Self { unit, odd: None, high: None, steps: vec![(0, 2)], raw: Vec::new() }
    }

    /// Reads about so many bytes and appends their text to `held`, which begins at text offset `base`. True when the
    /// stream has ended.
    pub fn read(&mut self, reader: &mut dyn Read, wanted: usize, base: u64, held: &mut Vec<u8>) -> io::Result<bool> {
        let mut raw = std::mem::take(&mut self.raw);
        raw.clear();
        raw.extend(self.odd.take());
        let ended = reader.take(wanted as u64).read_to_end(&mut raw)? < wanted;
        let pairs = raw.chunks_exact(2);
        if let [odd] = pairs.remainder() {
            self.odd = Some(*odd);
        }
        let mut disk = self.disk(base + held.len() as u64, base, held);
        for pair in pairs {
            self.push((self.unit)([pair[0], pair[1]]), &mut disk, base, held);
        }
        if ended && self.high.take().is_some() {
            put(char::REPLACEMENT_CHARACTER, held);
        }
        self.raw = raw;
        Ok(ended)
    }

    fn push(&mut self, unit: u16, disk: &mut u64, base: u64, held: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            if (0xDC00..0xE000).contains(&unit) {
                let code = 0x1_0000 + ((u32::from(high) - 0xD800) << 10) + (u32::from(unit) - 0xDC00);
                put(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), held);
                *disk += 4;
                return self.step(*disk, base, held);
            }
            // A lone surrogate and U+FFFD are both one unit long, so the way back needs no special case.
            put(char::REPLACEMENT_CHARACTER, held);
            *disk += 2;
        }
        if (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        put(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER), held);
        *disk += 2;
        self.step(*disk, base, held);
    }

    fn step(&mut self, disk: u64, base: u64, held: &[u8]) {
        let text = base + held.len() as u64;
        if self.steps.last().is_none_or(|(at, _)| text >= at + STEP) {
            self.steps.push((text, disk));
        }
    }

    /// The disk offset of a text offset; `held` is the text that is still there and begins at `base`.
    pub fn disk(&self, at: u64, base: u64, held: &[u8]) -> u64 {
        let before = self.steps.partition_point(|(text, _)| *text <= at).saturating_sub(1);
        let (text, disk) = self.steps.get(before).copied().unwrap_or((0, 2));
        let index = |at: u64| usize::try_from(at.saturating_sub(base)).unwrap_or(usize::MAX).min(held.len());
        let between = held.get(index(text)..index(at)).unwrap_or_default();
        disk + between.iter().map(|b| bytes_of_unit(*b)).sum::<u64>()
    }

    /// Drops what is only needed for text before `until`.
    pub fn forget(&mut self, base: u64, until: u64, held: &[u8]) {
        let disk = self.disk(until, base, held);
        self.steps.retain(|(text, _)| *text > until);
        self.steps.insert(0, (until, disk));
    }
}

/// How many bytes of UTF-16 a character takes, counted at its first byte in UTF-8.
fn bytes_of_unit(byte: u8) -> u64 {
    match byte {
        0x80..0xC0 => 0,
        0xF0.. => 4,
        _ => 2,
    }
}

fn put(c: char, held: &mut Vec<u8>) {
    held.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}
