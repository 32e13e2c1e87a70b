//! Which files there are: in come a folder and the git repository around it, out comes the table of [`Files`].
//!
//! The whole root is scanned, because rules cross files. Hidden files are walked, ignore files below the root count,
//! the machine's own ignore file does not, and what the git index holds is scanned even if an ignore file names it.

pub mod git;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{WalkBuilder, WalkState};

use crate::fact::Notice;
use crate::source::{FileEntry, Files, Origin};

/// What was found below a root.
#[derive(Debug)]
pub struct Discovered {
    /// All files, in path order.
    pub files: Files,
    /// What could not be walked or is not followed.
    pub notices: Vec<Notice>,
}

/// The root of a run: the git work tree around a folder, else the folder.
pub fn root_of(folder: &Path) -> PathBuf {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    git::Repository::open(&folder).and_then(|r| r.work_tree()).unwrap_or(folder)
}

/// Walks `root`, and adds what only the git index names.
pub fn discover(root: &Path, repository: Option<&git::Repository>) -> Discovered {
    let tracked = repository.map(|r| r.tracked(root)).unwrap_or_default();
    let found = Mutex::new((Vec::new(), Vec::new()));
    walker(root).build_parallel().run(|| {
        let mut batch = Batch { found: &found, entries: Vec::new(), notices: Vec::new() };
        let tracked = &tracked;
        Box::new(move |result| {
            batch.take(root, tracked, result);
            WalkState::Continue
        })
    });
    let (mut entries, mut notices) = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut seen: std::collections::HashSet<&str> = entries.iter().map(|e: &FileEntry| &*e.path).collect();
    let missing: Vec<&str> = tracked.iter().map(String::as_str).filter(|p| seen.insert(p)).collect();
    let mut extra = Vec::new();
    for path in missing {
        match look(root, path) {
            Look::File(size) => {
                extra.push(FileEntry { path: path.into(), origin: Origin::Disk(root.join(path)), size, tracked: true })
            }
            // A submodule or a file that is deleted in the work tree.
            Look::Gone => {}
            Look::Odd(notice) => notices.push(notice),
        }
    }
    entries.extend(extra);
    notices.sort_by(|a: &Notice, b| (&a.path, a.code).cmp(&(&b.path, b.code)));
    Discovered { files: Files::new(entries), notices }
}

fn walker(root: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    builder
        .hidden(false)
        .ignore(false)
        .git_ignore(true)
        .git_exclude(true)
        .git_global(false)
        .parents(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(|e| e.file_name() != ".git");
    builder
}

/// What one thread has found; handed over when the thread is done.
struct Batch<'a> {
    found: &'a Mutex<(Vec<FileEntry>, Vec<Notice>)>,
    entries: Vec<FileEntry>,
    notices: Vec<Notice>,
}

impl Batch<'_> {
    fn take(
        &mut self,
        root: &Path,
        tracked: &std::collections::BTreeSet<String>,
        result: Result<ignore::DirEntry, ignore::Error>,
    ) {
        let entry = match result {
            Ok(entry) => entry,
            Err(e) => return self.notices.push(walk_error(root, &e)),
        };
        let kind = entry.file_type();
        if kind.is_some_and(|k| k.is_dir()) {
            return;
        }
        let Some(path) = relative(root, entry.path()) else { return };
        if path.is_empty() {
            return;
        }
        if kind.is_some_and(|k| k.is_file()) {
            let size = entry.metadata().map(|m| m.len()).unwrap_or(0);
            let tracked = tracked.contains(&path);
            self.entries.push(FileEntry { path: path.into(), origin: Origin::Disk(entry.into_path()), size, tracked });
            return;
        }
        match look(root, &path) {
            Look::File(size) => {
                let tracked = tracked.contains(&path);
                self.entries.push(FileEntry {
                    path: path.into(),
                    origin: Origin::Disk(entry.into_path()),
                    size,
                    tracked,
                });
            }
            Look::Gone => {}
            Look::Odd(notice) => self.notices.push(notice),
        }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut found = self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.0.append(&mut self.entries);
        found.1.append(&mut self.notices);
    }
}

/// What stands at a path that is not plainly a file.
enum Look {
    File(u64),
    Gone,
    Odd(Notice),
}

fn look(root: &Path, path: &str) -> Look {
    let full = root.join(path);
    let Ok(meta) = std::fs::symlink_metadata(&full) else { return Look::Gone };
    let odd =
        |code, message: &str| Look::Odd(Notice { code, message: message.into(), span: None, path: Some(path.into()) });
    if meta.is_file() {
        return Look::File(meta.len());
    }
    if meta.is_dir() {
        return Look::Gone;
    }
    if !meta.is_symlink() {
        return odd("not-a-file", "neither a file nor a folder (a pipe, socket or device); not read");
    }
    // The target is scanned where it stands; a link that leaves the root is somebody else's file.
    match full.canonicalize() {
        Ok(target) if root.canonicalize().is_ok_and(|r| target.starts_with(r)) => Look::Gone,
        Ok(_) => odd("symlink", "a symbolic link that leads out of the repository; not followed"),
        Err(_) => odd("symlink", "a symbolic link that leads nowhere"),
    }
}

fn walk_error(root: &Path, error: &ignore::Error) -> Notice {
    fn path_of(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
            _ => None,
        }
    }
    let path = path_of(error).and_then(|p| relative(root, p));
    let why = error.io_error().map_or_else(
        || "an ignore file or folder could not be read".to_owned(),
        |e| format!("could not be read: {}", e.kind()),
    );
    Notice { code: "unreadable", message: why, span: None, path }
}

/// A path below the root, with `/` and without what is not Unicode.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let rest = path.strip_prefix(root).ok()?;
    let parts: Vec<_> = rest.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(root: &Path) -> Vec<String> {
        let repository = git::Repository::open(root);
        discover(root, repository.as_ref()).files.iter().map(|(_, e)| e.path.to_string()).collect()
    }

    #[test]
    fn hidden_files_are_walked_and_ignored_ones_are_not() {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [
            (".github/workflows/ci.yml", "on: push"),
            (".env", "A=1"),
            ("node_modules/a/package.json", "{}"),
            (".gitignore", "node_modules/\n"),
            ("src/a.ts", ""),
            (".git/config", ""),
        ] {
            let full = dir.path().join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, text).unwrap();
        }
        assert_eq!(paths(dir.path()), [".env", ".github/workflows/ci.yml", ".gitignore", "src/a.ts"]);
    }

    #[test]
    fn what_the_index_holds_is_scanned_even_if_ignored() {
        let dir = tempfile::tempdir().unwrap();
        let repo = git2::Repository::init(dir.path()).unwrap();
        std::fs::write(dir.path().join(".gitignore"), "*.csv\n").unwrap();
        std::fs::write(dir.path().join("kept.csv"), "a\n").unwrap();
        std::fs::write(dir.path().join("loose.csv"), "a\n").unwrap();
        let mut index = repo.index().unwrap();
        index.add_path(Path::new("kept.csv")).unwrap();
        index.write().unwrap();
        assert_eq!(paths(dir.path()), [".gitignore", "kept.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_root_is_named_and_not_followed() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret.env"), "A=1").unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("folder")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret.env"), dir.path().join("a.env")).unwrap();
        std::os::unix::fs::symlink("nowhere", dir.path().join("b.env")).unwrap();
        let found = discover(dir.path(), None);
        assert!(found.files.is_empty());
        let said: Vec<_> = found.notices.iter().map(|n| (n.code, n.path.as_deref().unwrap())).collect();
        assert_eq!(said, [("symlink", "a.env"), ("symlink", "b.env"), ("symlink", "folder")]);
    }
}
