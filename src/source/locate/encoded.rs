//! Characters, lines and boundaries of bytes as they lie on disk, without decoding a file as a whole.

use crate::source::Encoding;

/// How many line feeds there are, and the index behind the last one.
pub(super) fn newlines(bytes: &[u8], encoding: Encoding) -> (u32, usize) {
    match unit(encoding) {
        None => {
            let behind = memchr::memrchr(b'\n', bytes).map_or(0, |i| i + 1);
            (memchr::memchr_iter(b'\n', &bytes[..behind]).count() as u32, behind)
        }
        Some(read) => {
            let mut found = (0, 0);
            for (i, pair) in bytes.chunks_exact(2).enumerate() {
                if read([pair[0], pair[1]]) == 0x000A {
                    found = (found.0 + 1, i * 2 + 2);
                }
            }
            found
        }
    }
}

/// How many characters the decoded text has.
pub(super) fn characters(bytes: &[u8], encoding: Encoding) -> u32 {
    match unit(encoding) {
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.chars().count() as u32,
            Err(_) => {
                bytes.utf8_chunks().map(|c| c.valid().chars().count() as u32 + u32::from(!c.invalid().is_empty())).sum()
            }
        },
        Some(read) => char::decode_utf16(bytes.chunks_exact(2).map(|b| read([b[0], b[1]]))).count() as u32,
    }
}

fn unit(encoding: Encoding) -> Option<fn([u8; 2]) -> u16> {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => None,
        Encoding::Utf16Le => Some(u16::from_le_bytes),
        Encoding::Utf16Be => Some(u16::from_be_bytes),
    }
}

/// Length of the longest head that does not end inside a character.
pub(super) fn whole_characters(bytes: &[u8], encoding: Encoding) -> usize {
    if let Some(read) = unit(encoding) {
        let even = bytes.len() & !1;
        let high = even >= 2 && (0xD800..0xDC00).contains(&read([bytes[even - 2], bytes[even - 1]]));
        return if high { even - 2 } else { even };
    }
    for back in 1..=bytes.len().min(3) {
        let at = bytes.len() - back;
        let needs = match bytes[at] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            0x80..=0xBF => continue,
            _ => 1,
        };
        return if needs > back { at } else { bytes.len() };
    }
    bytes.len()
}

/// The last character boundary at or before `at`.
pub(super) fn floor_boundary(bytes: &[u8], at: usize, encoding: Encoding) -> usize {
    if at >= bytes.len() {
        return bytes.len();
    }
    match unit(encoding) {
        Some(read) => {
            let even = at & !1;
            let low = even >= 2
                && bytes.len() > even + 1
                && (0xDC00..0xE000).contains(&read([bytes[even], bytes[even + 1]]))
                && (0xD800..0xDC00).contains(&read([bytes[even - 2], bytes[even - 1]]));
            if low { even - 2 } else { even }
        }
        // Only the inside of a valid character is stepped back from: a stray continuation byte stands for itself.
        None => (1..=at.min(3)).map(|back| at - back).find(|i| character_len(&bytes[*i..]) > at - i).unwrap_or(at),
    }
}

/// Length of the valid character at the head of these bytes, else 1.
fn character_len(bytes: &[u8]) -> usize {
    (2..=bytes.len().min(4))
        .find(|n| std::str::from_utf8(&bytes[..*n]).is_ok_and(|s| s.chars().count() == 1))
        .unwrap_or(1)
}

/// How many bytes to drop so that the rest begins with a character.
pub(super) fn boundary_behind(bytes: &[u8], encoding: Encoding) -> usize {
    match unit(encoding) {
        Some(read) => match bytes {
            [a, b, ..] if (0xDC00..0xE000).contains(&read([*a, *b])) => 2,
            _ => 0,
        },
        None => bytes.iter().take(3).take_while(|b| **b & 0xC0 == 0x80).count(),
    }
}

/// Where the line ends at or behind `from`, if it does within these bytes.
pub(super) fn line_len(bytes: &[u8], from: usize, encoding: Encoding) -> Option<usize> {
    let from = from.min(bytes.len());
    match unit(encoding) {
        None => memchr::memchr(b'\n', &bytes[from..]).map(|i| from + i),
        Some(read) => {
            let from = from & !1;
            bytes[from..].chunks_exact(2).position(|b| read([b[0], b[1]]) == 0x000A).map(|i| from + i * 2)
        }
    }
}

pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> String {
    match unit(encoding) {
        // One way of decoding: a mark in the middle of a line can't be one, so the encoding is told, not detected.
        None => bytes
            .utf8_chunks()
            .flat_map(|c| [c.valid(), if c.invalid().is_empty() { "" } else { "\u{FFFD}" }])
            .collect(),
        Some(read) => char::decode_utf16(bytes.chunks_exact(2).map(|b| read([b[0], b[1]])))
            .map(|c| c.unwrap_or('\u{FFFD}'))
            .collect(),
    }
}
