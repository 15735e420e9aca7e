//! The archive: a ZIP that is written from its beginning to its end, so that it can be sent as it is made.

use std::io::Write;
use std::mem;
use std::sync::Arc;

use parking_lot::Mutex;
use usher_kernel::{TimeZone, Timestamp};
use zip::result::ZipResult;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{DateTime, ZipWriter};

/// A ZIP of which what is ready can be taken.
pub(super) struct Archive {
    zip: Box<ZipWriter<StreamWriter<Outbox>>>,
    outbox: Outbox,
    options: SimpleFileOptions,
}

/// What is ready and was not taken yet.
#[derive(Clone, Default)]
struct Outbox(Arc<Mutex<Vec<u8>>>);

impl Write for Outbox {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Archive {
    /// An empty one whose files bear this time, in UTC.
    pub(super) fn new(at: Timestamp) -> Self {
        let outbox = Outbox::default();
        let zip = Box::new(ZipWriter::new_stream(outbox.clone()));
        // How large a file becomes is not known when it begins: the log of a year may have more than four gigabytes.
        let options = SimpleFileOptions::default().last_modified_time(dos_time(at)).large_file(true);
        Self { zip, outbox, options }
    }

    /// Begins a file; the one before is complete.
    pub(super) fn begin(&mut self, name: &str) -> ZipResult<()> {
        self.zip.start_file(name, self.options)
    }

    /// Goes on with the file that was begun.
    pub(super) fn write(&mut self, text: &[u8]) -> ZipResult<()> {
        Ok(self.zip.write_all(text)?)
    }

    /// Takes what is ready.
    pub(super) fn take(&self) -> Vec<u8> {
        mem::take(&mut *self.outbox.0.lock())
    }

    /// Writes the list of its files, without which it is none, and takes what is left.
    pub(super) fn finish(self) -> ZipResult<Vec<u8>> {
        let Self { zip, outbox, .. } = self;
        drop(zip.finish()?);
        let rest = mem::take(&mut *outbox.0.lock());
        Ok(rest)
    }
}

/// A time as archives have it, whose years begin with 1980.
fn dos_time(at: Timestamp) -> DateTime {
    let time = at.to_zoned(TimeZone::UTC);
    let part = |n: i8| u8::try_from(n).unwrap_or_default();
    let year = u16::try_from(time.year()).unwrap_or_default();
    let (month, day) = (part(time.month()), part(time.day()));
    let (hour, minute, second) = (part(time.hour()), part(time.minute()), part(time.second()));
    DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}
