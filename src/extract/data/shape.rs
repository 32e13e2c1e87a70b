//! The byte classes of a value: what most values can be sorted out by, at about a nanosecond a byte.

/// What bytes a value has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    /// Number of bytes.
    pub len: usize,
    /// ASCII digits.
    pub digits: u32,
    /// ASCII letters, and bytes of other characters.
    pub letters: u32,
    /// Has an `@`.
    pub at: bool,
    /// Has a blank.
    pub blank: bool,
    /// Has a `+`.
    pub plus: bool,
}

/// One class in each 12 bits of a sum: digits, letters, `@`, blanks, `+`. 4,095 bytes fit before the sum is taken.
const WEIGHT: [u64; 256] = {
    let mut table = [0u64; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b'0'..=b'9' => 1,
            b'a'..=b'z' | b'A'..=b'Z' | 0x80..=0xFF => 1 << 12,
            b'@' => 1 << 24,
            b' ' | b'\t' | b'\n' | b'\r' | b',' | b';' => 1 << 36,
            b'+' => 1 << 48,
            _ => 0,
        };
        b += 1;
    }
    table
};

impl Shape {
    /// Counts a value's bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut shape = Self { len: bytes.len(), ..Self::default() };
        for chunk in bytes.chunks(4095) {
            let sum = chunk.iter().fold(0, |sum, b| sum + WEIGHT[*b as usize]);
            shape.digits += (sum & 0xFFF) as u32;
            shape.letters += (sum >> 12 & 0xFFF) as u32;
            shape.at |= sum >> 24 & 0xFFF != 0;
            shape.blank |= sum >> 36 & 0xFFF != 0;
            shape.plus |= sum >> 48 & 0xFFF != 0;
        }
        shape
    }

    /// Whether the value may be words with something among them.
    pub fn is_text(&self) -> bool {
        self.blank && self.letters >= 4
    }
}

/// What a column's values have been seen to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// Values with letters.
    pub words: u64,
    /// Values with seven or more digits and hardly a letter: telephone and other numbers.
    pub numbers: u64,
    /// Values with four or more digits and a separator, or eight digits: dates.
    pub dates: u64,
    /// Values with a dot or colon between digits can't be told here; digits at all.
    pub digits: u64,
}

impl Seen {
    /// Counts a value.
    pub fn add(&mut self, shape: &Shape) {
        self.words += u64::from(shape.letters > 1);
        self.digits += u64::from(shape.digits > 0);
        self.numbers += u64::from(shape.digits >= 7 && shape.letters <= 4);
        self.dates += u64::from(shape.digits >= 4 && shape.len >= 6 && shape.len <= 40);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_by_class() {
        let shape = Shape::of(b"jo@example.com");
        assert!(shape.at && !shape.blank && shape.digits == 0 && shape.letters == 12);
        let shape = Shape::of("+49 30 é1".as_bytes());
        assert!(shape.plus && shape.blank && shape.digits == 5 && shape.letters == 2);
        let long = "1".repeat(10_000);
        assert_eq!(Shape::of(long.as_bytes()).digits, 10_000);
    }
}
