//! The git repository around the root, read with libgit2: no process, no network.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::source::{FileEntry, Origin};

/// A git repository.
pub struct Repository(git2::Repository);

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Repository").field(&self.0.path()).finish()
    }
}

/// The bytes of a file as a record about it must have seen them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// The bytes as git has them, or would store them (line endings converted as the attributes say).
    Bytes(Vec<u8>),
    /// A Git LFS pointer: the content is elsewhere.
    LfsPointer,
}

impl Repository {
    /// The repository that holds `folder`, if there is one that can be opened.
    pub fn open(folder: &Path) -> Option<Self> {
        git2::Repository::discover(folder).ok().map(Self)
    }

    /// The work tree's root; none for a bare repository.
    pub fn work_tree(&self) -> Option<PathBuf> {
        self.0.workdir().map(|p| p.canonicalize().unwrap_or_else(|_| p.to_path_buf()))
    }

    /// The paths in the index, relative to `root`. Submodules are not files.
    pub fn tracked(&self, root: &Path) -> BTreeSet<String> {
        const GITLINK: u32 = 0o160_000;
        let prefix = self.prefix(root);
        let Ok(index) = self.0.index() else { return BTreeSet::new() };
        index
            .iter()
            .filter(|e| e.mode != GITLINK)
            .filter_map(|e| String::from_utf8(e.path).ok())
            .filter_map(|p| p.strip_prefix(&prefix).map(str::to_owned))
            .collect()
    }

    /// HEAD's commit id.
    pub fn head(&self) -> Option<String> {
        Some(self.0.head().ok()?.peel_to_commit().ok()?.id().to_string())
    }

    /// The day of HEAD's committer date in UTC, `YYYY-MM-DD`.
    pub fn head_date(&self) -> Option<String> {
        let seconds = self.0.head().ok()?.peel_to_commit().ok()?.time().seconds();
        let at = jiff::Timestamp::from_second(seconds).ok()?;
        Some(jiff::tz::TimeZone::UTC.to_datetime(at).date().to_string())
    }

    /// The bytes of a file: of the index blob where the file is unmodified, else as git would store the file.
    pub fn stored(&self, root: &Path, path: &str) -> Option<Vec<u8>> {
        let full = format!("{}{path}", self.prefix(root));
        let in_tree = Path::new(&full);
        let status = self.0.status_file(in_tree).ok()?;
        if status.intersects(git2::Status::WT_MODIFIED | git2::Status::WT_NEW | git2::Status::WT_TYPECHANGE) {
            let bytes = std::fs::read(root.join(path)).ok()?;
            return Some(if self.converts_line_endings(in_tree) { to_lf(&bytes) } else { bytes });
        }
        let index = self.0.index().ok()?;
        let entry = index.get_path(in_tree, 0)?;
        Some(self.0.find_blob(entry.id).ok()?.content().to_vec())
    }

    /// Whether git stores this file with LF where the work tree may have CRLF.
    fn converts_line_endings(&self, path: &Path) -> bool {
        let text = self.0.get_attr(path, "text", git2::AttrCheckFlags::default()).ok().flatten().map(str::to_owned);
        match text.as_deref() {
            Some("true" | "auto") => true,
            Some("false") => false,
            _ => self
                .0
                .config()
                .and_then(|mut c| c.snapshot())
                .and_then(|c| c.get_str("core.autocrlf").map(|v| v != "false"))
                .unwrap_or(false),
        }
    }

    /// The root below the work tree, as a prefix of index paths.
    fn prefix(&self, root: &Path) -> String {
        let Some(tree) = self.work_tree() else { return String::new() };
        let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        match root.strip_prefix(&tree) {
            Ok(rest) if !rest.as_os_str().is_empty() => format!("{}/", rest.to_string_lossy().replace('\\', "/")),
            _ => String::new(),
        }
    }
}

/// The bytes of a file that a digest is about: see [`Repository::stored`]; without git the file's own bytes.
pub fn stored_bytes(repository: Option<&Repository>, root: &Path, entry: &FileEntry) -> std::io::Result<Stored> {
    let bytes = match &entry.origin {
        Origin::Memory(bytes) => bytes.to_vec(),
        Origin::Disk(path) => match repository.filter(|_| entry.tracked).and_then(|r| r.stored(root, &entry.path)) {
            Some(bytes) => bytes,
            None => std::fs::read(path)?,
        },
    };
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/v1") {
        return Ok(Stored::LfsPointer);
    }
    Ok(Stored::Bytes(bytes))
}

fn to_lf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(b) = rest.next() {
        if b == b'\r' && rest.peek() == Some(&b'\n') {
            continue;
        }
        out.push(b);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unmodified_file_is_read_as_the_index_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let repo = git2::Repository::init(dir.path()).unwrap();
        repo.config().unwrap().set_str("core.autocrlf", "true").unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "a\r\nb\r\n").unwrap();
        let mut index = repo.index().unwrap();
        index.add_path(Path::new("a.csv")).unwrap();
        index.write().unwrap();
        let repository = Repository::open(dir.path()).unwrap();
        let entry = |size| FileEntry { path: "a.csv".into(), origin: Origin::Disk(path.clone()), size, tracked: true };
        assert_eq!(stored_bytes(Some(&repository), dir.path(), &entry(6)).unwrap(), Stored::Bytes(b"a\nb\n".to_vec()));
        std::fs::write(&path, "a\r\nb\r\nc\r\n").unwrap();
        assert_eq!(
            stored_bytes(Some(&repository), dir.path(), &entry(9)).unwrap(),
            Stored::Bytes(b"a\nb\nc\n".to_vec())
        );
    }
}
