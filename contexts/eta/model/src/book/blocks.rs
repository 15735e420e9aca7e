//! Waits that the correction can be trained on, gathered into blocks for the database.
//!
//! A block has its number by the count of waits, so a block that is stored twice is stored once. Only the block that is
//! being filled stands in the book.

use serde::{Deserialize, Serialize};

use crate::features::{COUNT, Features};
use crate::lessons::Lesson;
use crate::situation::Wall;

/// How many waits make a block.
pub const BLOCK: u64 = 64;
/// Bytes of one wait: moment, ratio, weight, features.
const SIZE: usize = 8 + 8 + 8 + COUNT * 4;

/// The block that is being filled, and those that are full and still to be stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Block {
    /// How many waits there were so far.
    seen: u64,
    #[serde(with = "hex")]
    bytes: Vec<u8>,
    #[serde(skip)]
    full: Vec<(u64, Vec<u8>)>,
}

impl Block {
    /// Counts on from where others stopped, with a new block.
    pub(crate) fn after(seen: u64) -> Self {
        Self { seen: seen.next_multiple_of(BLOCK), ..Self::default() }
    }

    pub(crate) fn push(&mut self, lesson: &Lesson) {
        encode(lesson, &mut self.bytes);
        self.seen += 1;
        if self.seen.is_multiple_of(BLOCK) {
            self.full.push((self.seen / BLOCK - 1, std::mem::take(&mut self.bytes)));
        }
    }

    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    /// Full blocks that are still to be stored, by number.
    pub(crate) fn full(&self) -> &[(u64, Vec<u8>)] {
        &self.full
    }

    pub(crate) fn let_go(&mut self) {
        self.full.clear();
    }
}

fn encode(lesson: &Lesson, bytes: &mut Vec<u8>) {
    bytes.extend(lesson.at.0.to_le_bytes());
    bytes.extend(lesson.ratio.to_le_bytes());
    bytes.extend(lesson.weight.to_le_bytes());
    lesson.features.0.iter().for_each(|feature| bytes.extend(feature.to_le_bytes()));
}

/// The waits of a stored block; what an older version stored with other features teaches nothing.
pub fn decode(bytes: &[u8]) -> Vec<Lesson> {
    if !bytes.len().is_multiple_of(SIZE) {
        return Vec::new();
    }
    bytes.chunks_exact(SIZE).filter_map(one).collect()
}

fn one(bytes: &[u8]) -> Option<Lesson> {
    let (at, rest) = bytes.split_first_chunk::<8>()?;
    let (ratio, rest) = rest.split_first_chunk::<8>()?;
    let (weight, rest) = rest.split_first_chunk::<8>()?;
    let mut features = [0.0; COUNT];
    for (feature, bytes) in features.iter_mut().zip(rest.chunks_exact(4)) {
        *feature = f32::from_le_bytes(bytes.try_into().ok()?);
    }
    Some(Lesson {
        features: Features(features),
        ratio: f64::from_le_bytes(*ratio),
        weight: f64::from_le_bytes(*weight),
        at: Wall(i64::from_le_bytes(*at)),
    })
}

/// Bytes as text.
mod hex {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        let text: String = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        to.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let pair = |pair: &[u8]| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?);
        text.as_bytes().chunks(2).map(pair).collect::<Option<_>>().ok_or_else(|| D::Error::custom("no bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(n: i64) -> Lesson {
        let mut features = [0.25_f32; COUNT];
        features[3] = -1.0 / 3.0;
        Lesson { features: Features(features), ratio: 0.1 + 0.2, weight: 1e-9, at: Wall(n) }
    }

    #[test]
    fn a_block_is_full_after_so_many_and_reads_as_it_was_written() {
        let mut block = Block::default();
        let all: Vec<Lesson> = (0..100).map(lesson).collect();
        all.iter().for_each(|lesson| block.push(lesson));
        assert_eq!((block.seen(), block.full().len(), block.full()[0].0), (100, 1, 0));
        assert_eq!(decode(&block.full()[0].1), all[..64]);
        let again: Block = serde_json::from_str(&serde_json::to_string(&block).unwrap()).unwrap();
        assert_eq!(decode(&again.bytes), all[64..]);
        assert!(decode(&[1, 2, 3]).is_empty());
    }
}
