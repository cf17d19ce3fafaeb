//! Hashes of words, for tables that are looked up for every word of a text and for signatures.
//!
//! Owns the arithmetic. Not proof against somebody who seeks collisions: what depends on them is a suspicion that the
//! letters confirm, or a likeness.
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// The hash of letters with one letter more; [`word`] makes one of a whole word.
pub(crate) fn and(hash: u64, letter: char) -> u64 {
    (hash.rotate_left(5) ^ u64::from(letter)).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// The hash of a word.
pub(crate) fn word(letters: impl Iterator<Item = char>) -> u64 {
    mix(letters.fold(0, and))
}

/// Every bit of the answer depends on every bit of the value: the finalizer of SplitMix64.
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A table by hashes of words.
pub(crate) type Table<V> = HashMap<u64, V, Keyed>;
/// A set of hashes of words.
pub(crate) type Words = HashSet<u64, Keyed>;

type Keyed = BuildHasherDefault<Hashed>;

/// Most words of a text are in no table: a bit for each hash says so without a look at the table, which lies in slow
/// memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sieve(Vec<u64>);

impl Sieve {
    /// One bit in sixteen or fewer is set.
    pub(crate) fn of(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        let mut bits = vec![0u64; (hashes.len() / 4).next_power_of_two()];
        for hash in hashes {
            let place = Self::place(hash, bits.len());
            if let Some(bits) = bits.get_mut(place) {
                *bits |= 1 << (hash >> 58);
            }
        }
        Self(bits)
    }

    /// Whether the hash may be among them.
    pub(crate) fn may_have(&self, hash: u64) -> bool {
        self.0.get(Self::place(hash, self.0.len())).is_some_and(|bits| bits >> (hash >> 58) & 1 == 1)
    }

    /// Bytes on the heap.
    pub(crate) fn size(&self) -> usize {
        self.0.len() * size_of::<u64>()
    }

    fn place(hash: u64, length: usize) -> usize {
        // A power of two.
        hash as usize & length.wrapping_sub(1)
    }
}

/// A key that is a hash already.
#[derive(Clone, Copy, Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| mix(hash ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
