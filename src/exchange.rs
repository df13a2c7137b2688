//! Other systems' files, read and written. Pure: bytes and text in, values out; what is read becomes a
//! [`Parcel`](crate::clinic::intake::Parcel), which [`weigh`](crate::clinic::intake::weigh) looks at before anything is
//! recorded.

pub mod bytes;
pub mod csv;
pub mod hl7;
mod results;
#[cfg(test)]
mod tests;
