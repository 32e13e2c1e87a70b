//! Joins provenance records to the files that they are about, and compares their digests with the files' bytes.

use std::collections::BTreeMap;

use globset::GlobBuilder;
use md5::{Digest as _, Md5};
use sha2::{Sha256, Sha512};

use super::places::Places;
use super::subject::provenance::{DigestOf, FaultOf, Provenance, RowsOf, Said, SourceOf};
use crate::discover::git::Stored;
use crate::fact::provenance::{At, Record, Source, Target};
use crate::fact::{FactId, Kind};
use crate::source::FileId;

/// Gives the bytes of a file that a digest is about.
pub type StoredBytes<'a> = &'a dyn Fn(FileId) -> std::io::Result<Stored>;

/// What records say of each data file that they are about. `data` are the files that hold tables.
pub fn join(places: &mut Places<'_>, data: &[FileId], stored: StoredBytes<'_>) -> BTreeMap<FileId, Provenance> {
    let records: Vec<(FactId, &Record, FileId)> = places
        .facts()
        .filter_map(|(id, fact)| match &fact.kind {
            Kind::Provenance(record) => Some((id, &**record, fact.span.file)),
            _ => None,
        })
        .collect();
    let mut found: BTreeMap<FileId, Vec<(FactId, &Record, FileId)>> = BTreeMap::new();
    for (id, record, file) in records {
        for target in targets(places, &record.target, data) {
            found.entry(target).or_default().push((id, record, file));
        }
    }
    found
        .into_iter()
        .map(|(file, mut records)| {
            // A sidecar is made for one file; what a tool writes about many comes behind it.
            records.sort_by_key(|(id, record, _)| (record.container, *id));
            let joined = describe(places, file, &records, stored);
            (file, joined)
        })
        .collect()
}

/// The data files that a target names.
fn targets(places: &Places<'_>, target: &Target, data: &[FileId]) -> Vec<FileId> {
    let path = |id: &FileId| places.files.path(*id);
    match target {
        Target::Unknown => Vec::new(),
        Target::Path(wanted) if wanted.contains('*') => {
            let glob = GlobBuilder::new(wanted).literal_separator(true).build().map(|g| g.compile_matcher());
            glob.map(|g| data.iter().copied().filter(|id| g.is_match(path(id))).collect()).unwrap_or_default()
        }
        Target::Path(wanted) => data.iter().copied().filter(|id| path(id) == wanted).collect(),
        Target::Stem(stem) => {
            let exact: Vec<FileId> = data.iter().copied().filter(|id| path(id) == stem).collect();
            if !exact.is_empty() {
                return exact;
            }
            data.iter().copied().filter(|id| without_extension(path(id)) == stem).collect()
        }
        Target::Name(name) => data.iter().copied().filter(|id| file_stem(path(id)) == name).collect(),
    }
}

fn without_extension(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => stem,
        _ => path,
    }
}

fn file_stem(path: &str) -> &str {
    without_extension(path).rsplit('/').next().unwrap_or(path)
}

fn describe(
    places: &mut Places<'_>,
    file: FileId,
    records: &[(FactId, &Record, FileId)],
    stored: StoredBytes<'_>,
) -> Provenance {
    let (id, _, at) = records[0];
    let path = places.files.path(at).to_owned();
    let mut said = |name: &str, field: fn(&Record) -> &Option<At<String>>| {
        let at = records.iter().find_map(|(_, r, _)| field(r).as_ref())?;
        Some(Said { id: places.anchors.at(at.span, name), value: at.value.clone() })
    };
    let mut provenance = Provenance {
        id,
        path,
        containers: Vec::new(),
        kind: said("kind", |r| &r.kind),
        version: said("version", |r| &r.version),
        generator: said("generator", |r| &r.generator),
        generator_version: said("generator-version", |r| &r.generator_version),
        started: said("started", |r| &r.started),
        ended: said("ended", |r| &r.ended),
        agent: said("agent", |r| &r.agent),
        source: None,
        purpose: said("purpose", |r| &r.purpose),
        lawful_basis: said("lawful-basis", |r| &r.lawful_basis),
        retention: said("retention", |r| &r.retention),
        marker: said("marker", |r| &r.marker),
        rows: None,
        digests: Vec::new(),
        faults: Vec::new(),
    };
    let mut bytes = None;
    for (_, record, _) in records {
        if !provenance.containers.contains(&record.container) {
            provenance.containers.push(record.container);
        }
        if let (None, Some(at)) = (&provenance.source, &record.source) {
            let entity = match &at.value {
                Source::Derived(entity) => Some(entity.clone()),
                Source::NoRealSource => None,
            };
            provenance.source = Some(SourceOf { id: places.anchors.at(at.span, "source"), entity });
        }
        if let (None, Some(at)) = (&provenance.rows, &record.rows) {
            provenance.rows = Some(RowsOf { id: places.anchors.at(at.span, "rows"), value: at.value });
        }
        if let Some(at) = &record.digest {
            let id = places.anchors.at(at.span, "digest");
            let bytes = bytes.get_or_insert_with(|| stored(file));
            provenance.digests.push(compare(id, &at.value, bytes));
        }
        let faults = record
            .faults
            .iter()
            .map(|at| FaultOf { id: places.anchors.at(at.span, "provenance"), what: at.value.clone() });
        provenance.faults.extend(faults);
    }
    provenance
}

/// Compares a recorded digest with the bytes of the file.
fn compare(id: FactId, recorded: &str, stored: &std::io::Result<Stored>) -> DigestOf {
    let (algorithm, wanted) = recorded.split_once(':').unwrap_or(("unknown", recorded));
    let shown = algorithm.strip_suffix("-dos2unix").unwrap_or(algorithm).to_owned();
    let mut digest = DigestOf { id, algorithm: shown, matches: None, line_endings_only: false, unknown: None };
    let bytes = match stored {
        Ok(Stored::Bytes(bytes)) => bytes,
        Ok(Stored::LfsPointer) => {
            digest.unknown = Some("the file is a Git LFS pointer; its content is not here".into());
            return digest;
        }
        Err(e) => {
            digest.unknown = Some(format!("the file could not be read: {}", e.kind()));
            return digest;
        }
    };
    let Some(hash) = hasher(algorithm) else {
        digest.unknown =
            Some(format!("the digest's algorithm ({}) is not one that is computed here", digest.algorithm));
        return digest;
    };
    if wanted.is_empty() || wanted.ends_with(".dir") {
        digest.unknown = Some("the digest is not of a single file".into());
        return digest;
    }
    let same = hash(bytes) == wanted;
    let lf = converted(bytes, false);
    let by_line_endings = !same && (hash(&lf) == wanted || hash(&converted(&lf, true)) == wanted);
    // Before DVC 3 a text's digest was of its LF form by design.
    let lenient = algorithm.ends_with("-dos2unix");
    digest.matches = Some(same || lenient && by_line_endings);
    digest.line_endings_only = by_line_endings && !lenient;
    digest
}

fn hasher(algorithm: &str) -> Option<fn(&[u8]) -> String> {
    Some(match algorithm {
        "sha256" => |b| hex(&Sha256::digest(b)),
        "sha512" => |b| hex(&Sha512::digest(b)),
        "md5" | "md5-dos2unix" => |b| hex(&Md5::digest(b)),
        _ => return None,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// With LF line ends, or with CRLF ones where there are only LF.
fn converted(bytes: &[u8], crlf: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    for (i, b) in bytes.iter().enumerate() {
        match b {
            b'\r' if !crlf && bytes.get(i + 1) == Some(&b'\n') => {}
            b'\n' if crlf => out.extend_from_slice(b"\r\n"),
            b => out.push(*b),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(recorded: &str, bytes: &[u8]) -> (Option<bool>, bool) {
        let found = compare(FactId(0), recorded, &Ok(Stored::Bytes(bytes.to_vec())));
        (found.matches, found.line_endings_only)
    }

    #[test]
    fn digests_are_of_exact_bytes() {
        let of = |b: &[u8]| format!("sha256:{}", hex(&Sha256::digest(b)));
        assert_eq!(compared(&of(b"a\nb\n"), b"a\nb\n"), (Some(true), false));
        assert_eq!(compared(&of(b"a\nb\n"), b"a\nc\n"), (Some(false), false));
        assert_eq!(compared(&of(b"a\r\nb\r\n"), b"a\nb\n"), (Some(false), true));
        assert_eq!(compared(&of(b"a\nb\n"), b"a\r\nb\r\n"), (Some(false), true));
    }

    #[test]
    fn an_old_dvc_digest_is_of_the_text() {
        let md5 = hex(&Md5::digest(b"a\nb\n"));
        assert_eq!(compared(&format!("md5-dos2unix:{md5}"), b"a\r\nb\r\n"), (Some(true), false));
        assert_eq!(compared(&format!("md5:{md5}"), b"a\r\nb\r\n"), (Some(false), true));
    }

    #[test]
    fn what_can_not_be_compared_says_why() {
        let pointer = compare(FactId(0), "sha256:00", &Ok(Stored::LfsPointer));
        assert!(pointer.matches.is_none() && pointer.unknown.is_some());
        let other = compare(FactId(0), "blake2:00", &Ok(Stored::Bytes(Vec::new())));
        assert!(other.matches.is_none() && other.unknown.is_some());
    }
}
