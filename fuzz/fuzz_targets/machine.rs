//! See the body, which an ordinary test replays.
#![no_main]

#[path = "../../contexts/queueing/tests/line/fuzz/machine.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
