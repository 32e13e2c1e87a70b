//! Media that a model made: in come declared globs and the files' bytes, out come those without a mark that machines
//! read, and the build steps that take such marks away.

mod strips;

use globset::{Glob, GlobMatcher};

use super::{Linker, globs};
use crate::config::Told;
use crate::link::subject::surface::{AssetOf, MediaOf, UnreadOf};
use crate::source::{FileId, Span};

/// Larger files are not read.
const MAX_BYTES: u64 = 128 << 20;

/// How many files without a mark a policy sees.
const MAX_ASSETS: usize = 100;

/// Ends of files of media.
const MEDIA: &[&str] = &[
    "jpg", "jpeg", "png", "webp", "gif", "avif", "heic", "heif", "tif", "tiff", "bmp", "svg", "jxl", "mp4", "mov",
    "m4v", "webm", "mp3", "m4a", "wav", "ogg", "flac", "aac", "pdf", "glb", "gltf", "mkv", "avi",
];

/// Values of IPTC's digital source type that say a model, or an algorithm, made it.
const GENERATED: &[&[u8]] = &[
    b"trainedAlgorithmicMedia",
    b"compositeWithTrainedAlgorithmicMedia",
    b"algorithmicMedia",
    b"compositeSynthetic",
    b"dataDrivenMedia",
    b"virtualRecording",
    b"algorithmicallyEnhanced",
    b"softwareImage",
    b"digitalCreation",
];

/// What a file's bytes say.
#[derive(Debug, PartialEq, Eq)]
enum Mark {
    Marked,
    Unmarked,
    /// Why it can't be known.
    Unknown(&'static str),
}

impl Linker<'_, '_, '_> {
    pub(super) fn media(&mut self) -> Vec<MediaOf> {
        let mut shown = Vec::new();
        for media in &self.surface.media {
            for told in &media.paths {
                shown.push(self.declared_media(told, media.generated));
            }
        }
        shown
    }

    fn declared_media(&mut self, told: &Told, generated: bool) -> MediaOf {
        let matching = globs([&told.text]);
        let files = self.places.files;
        let is_media = |path: &str| {
            path.rsplit_once('.').is_some_and(|(_, end)| MEDIA.iter().any(|m| m.eq_ignore_ascii_case(end)))
        };
        let found = files.iter().filter(|(_, e)| generated && matching.is_match(&*e.path) && is_media(&e.path));
        let found: Vec<FileId> = found.map(|(id, _)| id).collect();
        let mut media = MediaOf {
            id: self.places.anchors.at(told.span, &format!("surfaces.{}.media", self.surface.id.text)),
            glob: told.text.clone(),
            generated,
            assets: found.len() as u64,
            marked: 0,
            unmarked: Vec::new(),
            unread: Vec::new(),
            strips: Vec::new(),
        };
        for file in found {
            let path = files.path(file).to_owned();
            let mark = self.mark(file);
            if mark == Mark::Marked {
                media.marked += 1;
                continue;
            }
            let id = self.places.anchors.at(Span::whole(file), &path);
            match mark {
                Mark::Unknown(reason) => media.unread.push(UnreadOf { id, path, reason: reason.to_owned() }),
                _ if media.unmarked.len() < MAX_ASSETS => media.unmarked.push(AssetOf { id, path }),
                _ => {}
            }
        }
        media.strips = if generated { self.strips(&told.text) } else { Vec::new() };
        media
    }

    /// Whether a file, or a record beside it, carries a mark.
    fn mark(&self, file: FileId) -> Mark {
        let entry = self.places.files.get(file);
        let stem = entry.path.rsplit_once('.').map_or(&*entry.path, |(stem, _)| stem);
        let beside = [format!("{}.c2pa", entry.path), format!("{stem}.c2pa")];
        if beside.iter().any(|p| self.places.files.find(p).is_some()) {
            return Mark::Marked;
        }
        let sidecars = [format!("{}.xmp", entry.path), format!("{stem}.xmp")];
        let sidecar = sidecars.iter().find_map(|p| self.places.files.find(p));
        if sidecar.and_then(|s| self.places.files.read(s).ok()).is_some_and(|bytes| is_marked(&bytes)) {
            return Mark::Marked;
        }
        if entry.size > MAX_BYTES {
            return Mark::Unknown("too large to be read");
        }
        match self.places.files.read(file) {
            Ok(bytes) if bytes.starts_with(b"version https://git-lfs.github.com/spec/") => {
                Mark::Unknown("only a Git LFS pointer is here")
            }
            Ok(bytes) if is_marked(&bytes) => Mark::Marked,
            Ok(_) => Mark::Unmarked,
            Err(_) => Mark::Unknown("could not be read"),
        }
    }
}

/// Whether bytes of media hold a mark: XMP or IPTC with a digital source type that says so, or a C2PA manifest.
fn is_marked(bytes: &[u8]) -> bool {
    let has = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
    let source = has(b"DigitalSourceType") || has(b"digitalSourceType") || has(b"digitalsourcetype");
    if source && GENERATED.iter().any(|value| has(value)) {
        return true;
    }
    // A JUMBF superbox with a description box of C2PA's.
    has(b"jumb") && has(b"jumd") && has(b"c2pa")
}

/// A glob for whether a path is one of the media; none for a bad one.
fn matcher(glob: &str) -> Option<GlobMatcher> {
    Glob::new(glob).ok().map(|g| g.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::is_marked;

    /// A JPEG with one segment of a kind.
    fn jpeg(marker: u8, payload: &[u8]) -> Vec<u8> {
        let length = (payload.len() as u16 + 2).to_be_bytes();
        [&[0xFF, 0xD8, 0xFF, marker], length.as_slice(), payload, &[0xFF, 0xD9]].concat()
    }

    #[test]
    fn marks_of_iptc_and_c2pa_are_found() {
        let xmp = |value: &str| {
            format!(
                "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description Iptc4xmpExt:DigitalSourceType=\
                 \"http://cv.iptc.org/newscodes/digitalsourcetype/{value}\"/></x:xmpmeta>"
            )
        };
        assert!(is_marked(&jpeg(0xE1, xmp("trainedAlgorithmicMedia").as_bytes())));
        assert!(is_marked(&jpeg(0xE1, xmp("compositeWithTrainedAlgorithmicMedia").as_bytes())));
        assert!(!is_marked(&jpeg(0xE1, xmp("digitalCapture").as_bytes())));
        assert!(is_marked(&jpeg(0xEB, b"JP\0\0\0\0\0\x01\0\0\0\x20jumb\0\0\0\x18jumdc2pa\0\x11\0\x10")));
        assert!(!is_marked(&jpeg(0xE0, b"JFIF\0")));
        assert!(!is_marked(b""));
    }
}
