//! Values as bytes, for what is large and read by nobody else: each field after the other, without names.
//!
//! Whole numbers take as many bytes as they need, seven bits in each; signed ones alternate with their sign, so that small
//! ones are short. Fractions stand as they are in memory: what is read is what was written, to the bit. Names (128 bits) take
//! sixteen bytes. What may be absent begins with 0 or 1, what has a length with it, an enumeration with its place.
//!
//! The bytes say nothing of what they hold. Whoever stores them counts up a format beside them with every change of a type.

mod reader;
mod writer;

use std::fmt;

use serde::de::{self, DeserializeOwned};
use serde::ser::{self, Serialize};

use reader::Reader;
use writer::Writer;

/// Why a value cannot be written, or bytes are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Broken(String);

impl ser::Error for Broken {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self(why.to_string())
    }
}

impl de::Error for Broken {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self(why.to_string())
    }
}

type Result<T> = std::result::Result<T, Broken>;

fn broken<T>(why: &str) -> Result<T> {
    Err(Broken(why.to_owned()))
}

/// A value as bytes.
///
/// # Errors
/// It holds something whose length is not known before it is written; no book does.
pub(crate) fn write<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let mut to = Writer(Vec::new());
    value.serialize(&mut to)?;
    Ok(to.0)
}

/// The value that was written as these bytes, all of them.
///
/// # Errors
/// They are no such value.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut from = Reader(bytes);
    let value = T::deserialize(&mut from)?;
    if from.0.is_empty() { Ok(value) } else { broken("more bytes than the value has") }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, VecDeque};

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::{read, write};

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Nothing,
        One(i64),
        Two(u8, f32),
        Named { text: String, maybe: Option<bool> },
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Name(u128);

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    struct All {
        whole: u64,
        signed: i64,
        fraction: f64,
        small: (u8, i8, u32, char),
        name: u128,
        shapes: Vec<Shape>,
        last: VecDeque<f64>,
        by_name: BTreeMap<u128, Vec<String>>,
        seen: BTreeSet<i64>,
        levels: [f64; 3],
        boxed: Option<Box<Option<String>>>,
        #[serde(skip)]
        left_out: u64,
        #[serde(default)]
        late: bool,
    }

    fn shape() -> impl Strategy<Value = Shape> {
        prop_oneof![
            Just(Shape::Nothing),
            any::<i64>().prop_map(Shape::One),
            (any::<u8>(), -1e30_f32..1e30).prop_map(|(one, two)| Shape::Two(one, two)),
            ("\\PC{0,8}", any::<Option<bool>>()).prop_map(|(text, maybe)| Shape::Named { text, maybe }),
        ]
    }

    fn all() -> impl Strategy<Value = All> {
        let numbers = (any::<u64>(), any::<i64>(), -1e300_f64..1e300, any::<u128>());
        let small = (any::<u8>(), any::<i8>(), any::<u32>(), any::<char>());
        let lists = (
            prop::collection::vec(shape(), 0..5),
            prop::collection::vec_deque(-1e9_f64..1e9, 0..5),
            prop::collection::btree_map(any::<u128>(), prop::collection::vec("[a-z]{0,4}", 0..3), 0..4),
            prop::collection::btree_set(any::<i64>(), 0..5),
            any::<Option<Option<u16>>>(),
            any::<bool>(),
        );
        (numbers, small, lists).prop_map(|(numbers, small, lists)| All {
            whole: numbers.0,
            signed: numbers.1,
            fraction: numbers.2,
            small,
            name: numbers.3,
            shapes: lists.0,
            last: lists.1,
            by_name: lists.2,
            seen: lists.3,
            levels: [numbers.2, -numbers.2, 0.1 + 0.2],
            boxed: lists.4.map(|inner| Box::new(inner.map(|number| number.to_string()))),
            left_out: 0,
            late: lists.5,
        })
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(value in all()) {
            let bytes = write(&value).unwrap();
            prop_assert_eq!(read::<All>(&bytes).unwrap(), value);
        }

        #[test]
        fn bytes_that_are_cut_or_changed_are_no_panic(value in all(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut bytes = write(&value).unwrap();
            let at = at.index(bytes.len());
            prop_assert!(read::<All>(&bytes[..at]).is_err());
            bytes[at] = to;
            // Whatever comes of it: another value, or a refusal.
            drop(read::<All>(&bytes));
        }
    }

    #[test]
    fn numbers_at_the_edges_come_back() {
        for number in [0, 1, 127, 128, 16_383, 16_384, u64::MAX - 1, u64::MAX] {
            assert_eq!(read::<u64>(&write(&number).unwrap()).unwrap(), number);
        }
        for number in [0, -1, 1, 63, -64, 64, i64::MIN, i64::MAX] {
            assert_eq!(read::<i64>(&write(&number).unwrap()).unwrap(), number);
        }
        for number in [0.1 + 0.2, f64::MIN_POSITIVE, f64::NEG_INFINITY, -0.0] {
            assert_eq!(read::<f64>(&write(&number).unwrap()).unwrap().to_bits(), number.to_bits());
        }
        assert_eq!(write(&-64_i64).unwrap().len(), 1);
        assert_eq!(write(&Name(u128::MAX)).unwrap(), [255; 16]);
    }

    #[test]
    fn what_is_none_of_it_is_refused() {
        assert!(read::<u64>(&[0xff; 10]).is_err(), "more than 64 bits");
        assert!(read::<u8>(&[1, 2]).is_err(), "one byte too many");
        assert!(read::<bool>(&[2]).is_err());
        assert!(read::<u32>(&write(&u64::MAX).unwrap()).is_err(), "too large for the type");
        assert!(read::<Vec<f64>>(&[0xff, 0xff, 0xff, 0x7f]).is_err(), "a length beyond the bytes");
        assert!(read::<String>(&[1, 0xff]).is_err(), "no text");
        assert!(read::<Shape>(&[9]).is_err(), "no such variant");
    }
}
