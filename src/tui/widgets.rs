//! Pieces of screens that draw one thing and know nothing of keys.
