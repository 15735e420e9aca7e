//! The composition root.
mod config;
fn main() {}
