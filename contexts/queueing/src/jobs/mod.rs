//! Timed work of the line.
