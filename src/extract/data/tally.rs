//! Counting in constant memory: distinct values by hash up to a bound, and the first places.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use crate::fact::table::CellAt;

/// Distinct values are counted up to this number.
pub const MAX_DISTINCT: usize = 4096;

/// Cells that are kept for a diagnostic's labels.
pub const MAX_CELLS: usize = 3;

/// How many distinct values there were.
#[derive(Debug, Default)]
pub struct Distinct {
    seen: HashSet<u64, BuildHasherDefault<AsIs>>,
    /// There were more.
    pub capped: bool,
}

impl Distinct {
    /// Counts a value by its hash; true when it is new.
    pub fn insert(&mut self, hash: u64) -> bool {
        if self.seen.len() >= MAX_DISTINCT {
            let new = !self.seen.contains(&hash);
            self.capped |= new;
            return false;
        }
        self.seen.insert(hash)
    }

    /// Number of distinct values, at most [`MAX_DISTINCT`].
    pub fn count(&self) -> u64 {
        self.seen.len() as u64
    }
}

/// A hash of a value, letter case ignored. The same in every run: counts must not depend on anything else.
pub fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = BuildHasherDefault::<std::hash::DefaultHasher>::default().build_hasher();
    let mut chunk = [0u8; 32];
    for part in bytes.chunks(chunk.len()) {
        let target = &mut chunk[..part.len()];
        target.copy_from_slice(part);
        target.make_ascii_lowercase();
        hasher.write(target);
    }
    hasher.finish()
}

/// Keys are hashes already.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// What every detector counts.
#[derive(Debug, Default)]
pub struct Counts {
    /// Values of the detector's shape.
    pub values: u64,
    /// Of them judged.
    pub judged: u64,
    /// Provably nobody's.
    pub provable: u64,
    /// May be somebody's.
    pub unproven: u64,
    /// Real behind a mask.
    pub masked: u64,
    /// Count neither way.
    pub ignored: u64,
    /// Distinct unproven and masked ones.
    pub distinct: Distinct,
    /// The first unproven and masked cells.
    pub cells: Vec<CellAt>,
    /// Some were found inside longer text.
    pub free_text: bool,
}

impl Counts {
    /// A value that may be somebody's. True when it is a new one.
    pub fn unproven(&mut self, value: &[u8], at: CellAt) -> bool {
        self.unproven += 1;
        self.keep(value, at)
    }

    /// A real value behind a mask. True when it is a new one.
    pub fn masked(&mut self, value: &[u8], at: CellAt) -> bool {
        self.masked += 1;
        self.keep(value, at)
    }

    fn keep(&mut self, value: &[u8], at: CellAt) -> bool {
        if self.cells.len() < MAX_CELLS {
            self.cells.push(at);
        }
        self.distinct.insert(hash(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinct_values_are_bounded() {
        let mut distinct = Distinct::default();
        for i in 0..5000u32 {
            distinct.insert(hash(&i.to_le_bytes()));
            distinct.insert(hash(&i.to_le_bytes()));
        }
        assert_eq!(distinct.count(), MAX_DISTINCT as u64);
        assert!(distinct.capped);
    }

    #[test]
    fn case_does_not_make_a_value_another() {
        assert_eq!(hash(b"A@Example.com"), hash(b"a@example.COM"));
    }
}
