//! A fictional practice that has something of everything.
