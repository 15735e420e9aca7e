//! The fuzz targets' bodies, replayed: over the committed corpus, and over a few thousand inputs that are
//! the same in every run. The campaign itself, guided by coverage, is `cargo xtask fuzz`; see
//! `fuzz/README.md`. With `USHER_TEST_LONG` many more inputs are tried here too, others in every run, so that
//! something is looked for also where the campaign cannot be built.

mod machine;
mod parsers;

use std::hash::{BuildHasher, RandomState};
use std::path::Path;

/// Every seed of a target, and mixtures of them with noise.
fn replay(target: &str, inputs: usize, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the corpus is committed")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    assert!(files.len() >= 10, "the corpus of {target} is gone");
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).expect("a seed")).collect();
    for (file, seed) in files.iter().zip(&seeds) {
        told(&file.display().to_string(), seed, body);
    }
    let (inputs, seed) = match std::env::var_os("USHER_TEST_LONG") {
        None => (inputs, 0x5EED),
        Some(_) => (inputs * 40, RandomState::new().hash_one(target)),
    };
    let mut chance = Chance(seed);
    for n in 0..inputs {
        let mut input = match n % 4 {
            0 => Vec::new(),
            _ => seeds[chance.below(seeds.len())].clone(),
        };
        if input.is_empty() {
            input.extend((0..chance.below(400)).map(|_| chance.byte()));
        }
        for _ in 0..chance.below(8) {
            let at = chance.below(input.len() + 1);
            match chance.below(3) {
                0 => input.insert(at, chance.byte()),
                1 if at < input.len() => input[at] = chance.byte(),
                _ => input.truncate(input.len().max(at + 1) - 1),
            }
        }
        told(&format!("input {n}"), &input, body);
    }
}

/// Runs one input; when it fails, says which it was.
fn told(name: &str, input: &[u8], body: fn(&[u8])) {
    if std::panic::catch_unwind(|| body(input)).is_err() {
        panic!("{name} fails: {:?} ({})", input, String::from_utf8_lossy(input));
    }
}

/// The same chance in every run: splitmix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).expect("small")).expect("small")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

#[test]
fn machine_holds_on_the_corpus_and_on_noise() {
    replay("machine", 3000, machine::run);
}

#[test]
fn parsers_hold_on_the_corpus_and_on_noise() {
    replay("parsers", 4000, parsers::run);
}
