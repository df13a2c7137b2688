//! An encrypted file that is being written.

use super::super::disk::DiskFile;
use super::cipher;
use age::Recipient;
use age::stream::StreamWriter;
use std::fmt;
use std::io::{self, Read, Write};

/// So many bytes go to the disk at a time: a chart goes in one piece.
const PIECE: usize = 256 << 10;

/// Encrypts what is written; all of it is in the file once it was ended.
pub(super) struct SealedFile {
    writer: Option<StreamWriter<Sink>>,
    ended: Option<Box<dyn DiskFile>>,
}

/// Holds small pieces back.
struct Sink {
    file: Box<dyn DiskFile>,
    held: Vec<u8>,
}

impl SealedFile {
    pub(super) fn begin(recipients: &[&dyn Recipient], file: Box<dyn DiskFile>) -> io::Result<Self> {
        let writer = cipher::begin(recipients, Sink { file, held: Vec::new() })?;
        Ok(Self { writer: Some(writer), ended: None })
    }
}

impl Sink {
    fn put(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        self.file.write_all(&held)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE {
            self.put()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Write for SealedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A file that failed, or was ended, takes nothing more.
        let mut writer = self.writer.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let written = writer.write(bytes)?;
        self.writer = Some(writer);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for SealedFile {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl DiskFile for SealedFile {
    fn end(&mut self) -> io::Result<()> {
        if let Some(writer) = self.writer.take() {
            let mut sink = writer.finish()?;
            sink.put()?;
            sink.file.end()?;
            self.ended = Some(sink.file);
        }
        if self.ended.is_some() { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.end()?;
        self.ended.as_mut().map_or(Ok(()), |file| file.sync())
    }
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedFile")
    }
}
