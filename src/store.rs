//! The practice on disk.
