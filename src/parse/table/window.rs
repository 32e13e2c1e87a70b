//! A stretch of a file that moves forward: in comes a slice or a stream, out come bytes that are UTF-8 as far as the
//! file is, and the way from a place in them back to the bytes on disk.
//!
//! A reader looks at [`Window::data`], asks for more with [`Window::grow`] while what it wants is cut off, and lets go
//! of what it has read with [`Window::consume`]. A slice of UTF-8 is never copied. UTF-16 is transcoded as it streams;
//! invalid UTF-8 is left as it is, since only the reader of a value knows where the value ends.

use std::io::{self, Read};
use std::ops::Range;

use super::Input;
use super::utf16::Transcoder;
use crate::source::{Encoding, FileId, Span};

/// How much is read at once: small enough for the second-level cache, large enough that cut rows are rare.
pub(super) const CHUNK: usize = 256 << 10;

/// The longest row, record or statement part that is held; spans count bytes in 32 bits, so a file ends at 4 GiB.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Bytes read at once.
    pub chunk: usize,
    /// The longest row, record or token, in bytes.
    pub longest: usize,
    /// Records longer than this are copied value by value instead of being held whole.
    pub held: usize,
    /// Bytes of the file that are read at all.
    pub file: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { chunk: CHUNK, longest: 64 << 20, held: 8 << 20, file: u32::MAX as u64 }
    }
}

/// See the module.
pub(super) struct Window<'a> {
    file: FileId,
    bounds: Bounds,
    held: Held<'a>,
    /// Start of the part of `held` that has not been consumed.
    start: usize,
    /// Offset of the first held byte in the whole text, which is the offset on disk unless there is a transcoder.
    base: u64,
    feed: Feed<'a>,
    /// Whether the file went on behind the last byte that a span can count.
    cut: bool,
    /// Where the first NUL byte stands.
    nul: Option<u64>,
}

enum Held<'a> {
    All(&'a [u8]),
    Part(Vec<u8>),
}

enum Feed<'a> {
    /// Nothing follows.
    Done,
    /// Bytes are taken as they come.
    Plain(Box<dyn Read + 'a>),
    /// Bytes are UTF-16.
    Wide(Box<dyn Read + 'a>, Transcoder),
    /// The transcoder is kept for its way back, nothing follows.
    WideDone(Transcoder),
}

impl<'a> Window<'a> {
    /// Looks for a byte order mark and stands behind it.
    pub fn new(input: Input<'a>, file: FileId, bounds: Bounds) -> io::Result<Self> {
        let (head, rest): (Vec<u8>, Option<Box<dyn Read + 'a>>) = match input {
            Input::Bytes(bytes) => match Encoding::detect(bytes) {
                Encoding::Utf16Le | Encoding::Utf16Be => (bytes[..2].to_vec(), Some(Box::new(&bytes[2..]))),
                encoding => return Ok(Self::of_slice(bytes, encoding.bom_len(), file, bounds)),
            },
            Input::Stream(mut stream) => {
                let mut head = Vec::with_capacity(3);
                stream.by_ref().take(3).read_to_end(&mut head)?;
                (head, Some(stream))
            }
        };
        let encoding = Encoding::detect(&head);
        let skip = encoding.bom_len();
        let rest = rest.unwrap_or_else(|| Box::new(io::empty()));
        let whole: Box<dyn Read + 'a> = Box::new(io::Cursor::new(head[skip..].to_vec()).chain(rest));
        // One byte more than is wanted tells that there is more.
        let whole: Box<dyn Read + 'a> = Box::new(whole.take(bounds.file.saturating_sub(skip as u64).saturating_add(1)));
        let feed = match encoding {
            Encoding::Utf16Le => Feed::Wide(whole, Transcoder::new(u16::from_le_bytes)),
            Encoding::Utf16Be => Feed::Wide(whole, Transcoder::new(u16::from_be_bytes)),
            Encoding::Utf8 | Encoding::Utf8Bom => Feed::Plain(whole),
        };
        let base = if matches!(feed, Feed::Plain(_)) { skip as u64 } else { 0 };
        Ok(Self { file, bounds, held: Held::Part(Vec::new()), start: 0, base, feed, cut: false, nul: None })
    }

    fn of_slice(bytes: &'a [u8], bom: usize, file: FileId, bounds: Bounds) -> Self {
        let end = bytes.len().min(usize::try_from(bounds.file).unwrap_or(usize::MAX));
        let cut = end < bytes.len();
        let nul = memchr::memchr(0, &bytes[..end]).map(|at| at as u64);
        Self { file, bounds, held: Held::All(&bytes[..end]), start: bom.min(end), base: 0, feed: Feed::Done, cut, nul }
    }

    /// What has been read and not yet consumed.
    pub fn data(&self) -> &[u8] {
        let held = match &self.held {
            Held::All(bytes) => bytes,
            Held::Part(bytes) => &bytes[..],
        };
        held.get(self.start..).unwrap_or_default()
    }

    /// The place of `data()[0]` in the whole text.
    pub fn offset(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Whether nothing follows behind `data()`.
    pub fn ended(&self) -> bool {
        matches!(self.feed, Feed::Done | Feed::WideDone(_))
    }

    /// The bounds that readers keep to.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Lets go of the first bytes of `data()`.
    pub fn consume(&mut self, bytes: usize) {
        let left = self.data().len();
        self.start += bytes.min(left);
    }

    /// Reads until `data()` has at least so many bytes or the file has ended.
    pub fn fill(&mut self, bytes: usize) -> io::Result<()> {
        while self.data().len() < bytes && self.grow()? {}
        Ok(())
    }

    /// Reads on: at least one chunk, and as much again as is held, so that looking at a long row from its start again
    /// and again stays linear. False when the file has ended.
    pub fn grow(&mut self) -> io::Result<bool> {
        if self.ended() {
            return Ok(false);
        }
        let Held::Part(held) = &mut self.held else { return Ok(false) };
        if self.start > 0 {
            if let Feed::Wide(_, transcoder) = &mut self.feed {
                transcoder.forget(self.base, self.base + self.start as u64, held);
            }
            held.drain(..self.start);
            self.base += self.start as u64;
            self.start = 0;
        }
        let before = held.len();
        let wanted = self.bounds.chunk.max(before);
        let ended = match &mut self.feed {
            Feed::Plain(reader) => reader.by_ref().take(wanted as u64).read_to_end(held)? < wanted,
            Feed::Wide(reader, transcoder) => transcoder.read(reader, wanted, self.base, held)?,
            Feed::Done | Feed::WideDone(_) => true,
        };
        if self.nul.is_none()
            && let Some(at) = memchr::memchr(0, &held[before..])
        {
            self.nul = Some(self.base + (before + at) as u64);
        }
        if ended {
            self.cut = self.disk_end() > self.bounds.file;
            if let (true, Held::Part(held)) = (self.cut, &mut self.held) {
                held.pop();
            }
            self.feed = match std::mem::replace(&mut self.feed, Feed::Done) {
                Feed::Wide(_, transcoder) => Feed::WideDone(transcoder),
                _ => Feed::Done,
            };
        }
        Ok(!ended || self.held_len() > before)
    }

    /// The bytes on disk of a range of `data()`.
    pub fn span(&self, range: Range<usize>) -> Span {
        let offset = self.offset();
        let (start, end) = (offset + range.start as u64, offset + range.end as u64);
        let (start, end) = match &self.feed {
            Feed::Done | Feed::Plain(_) => (start, end),
            Feed::Wide(_, transcoder) | Feed::WideDone(transcoder) => {
                let text = |at| transcoder.disk(at, self.base, self.held_bytes());
                (text(start), text(end))
            }
        };
        Span { file: self.file, start: clamp(start), end: clamp(end) }
    }

    /// The bytes on disk of a range of the whole text, of which `data()` must still hold the start.
    pub fn span_at(&self, range: Range<u64>) -> Span {
        let from = |at: u64| usize::try_from(at.saturating_sub(self.offset())).unwrap_or(usize::MAX);
        self.span(from(range.start)..from(range.end))
    }

    /// The whole file.
    pub fn whole(&self) -> Span {
        Span::whole(self.file)
    }

    /// Where the first NUL byte stands, if one has been read. UTF-16 files are told by their mark, so it is a real one.
    pub fn nul(&self) -> Option<Span> {
        let at = self.nul?;
        match &self.feed {
            Feed::Done | Feed::Plain(_) => {
                Some(Span { file: self.file, start: clamp(at), end: clamp(at.saturating_add(1)) })
            }
            Feed::Wide(..) | Feed::WideDone(_) => None,
        }
    }

    /// Whether the file is larger than spans can count, and was read up to there only.
    pub fn cut(&self) -> bool {
        self.cut
    }

    fn held_bytes(&self) -> &[u8] {
        match &self.held {
            Held::All(bytes) => bytes,
            Held::Part(bytes) => bytes,
        }
    }

    fn held_len(&self) -> usize {
        self.held_bytes().len()
    }

    fn disk_end(&self) -> u64 {
        let end = self.base + self.held_len() as u64;
        match &self.feed {
            Feed::Wide(_, transcoder) | Feed::WideDone(transcoder) => {
                transcoder.disk(end, self.base, self.held_bytes())
            }
            Feed::Done | Feed::Plain(_) => end,
        }
    }
}

fn clamp(at: u64) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
