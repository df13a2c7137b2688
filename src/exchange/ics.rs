//! The dates that are due, for a calendar.
