//! Python: relative imports, packages with and without `__init__.py`, and the folders that `sys.path` holds.

use super::{Resolved, Resolver, folder, paths};
use crate::link::modules::imports::Import;
use crate::source::FileId;

/// Files that mark a folder that the interpreter is run in, or that is installed.
const MARKS: &[&str] =
    &["pyproject.toml", "setup.py", "setup.cfg", "manage.py", "Pipfile", "requirements.txt", "tox.ini"];

impl Resolver<'_> {
    pub(super) fn python(&self, from: FileId, import: &Import) -> Resolved {
        let own = folder(self.files.path(from));
        let module = import.specifier.as_str();
        let dots = module.bytes().take_while(|b| *b == b'.').count();
        let path = module[dots..].replace('.', "/");
        let name = import.names.first().filter(|_| dots > 0 || import.names.iter().any(|n| n.name != "*"));
        let name = name.map(|n| n.name.as_str()).filter(|n| *n != "*");
        if dots > 0 {
            let Some(base) = paths::upwards(own).nth(dots - 1) else { return Resolved::Unresolved(super::OUTSIDE) };
            return match self.python_module(base, &path, name) {
                Some(file) => Resolved::File(file),
                None => Resolved::Unresolved(super::MISSING),
            };
        }
        // Above the packages that hold the file, then whatever else is on the path.
        let top = paths::upwards(own).find(|f| self.file(&paths::below(f, "__init__.py")).is_none()).unwrap_or("");
        let near = paths::upwards(top);
        let far = self.python_roots().iter().map(String::as_str);
        if let Some(file) = near.chain(far).find_map(|root| self.python_module(root, &path, name)) {
            return Resolved::File(file);
        }
        let first = path.split('/').next().unwrap_or_default();
        // A distribution of the same name may be installed; a folder right above the file decides that it is ours.
        let ours =
            paths::upwards(top).any(|f| self.file(&paths::below(&paths::below(f, first), "__init__.py")).is_some());
        if ours && path.contains('/') {
            Resolved::Unresolved(super::MISSING)
        } else {
            Resolved::External(first.to_owned())
        }
    }

    /// The file of a module below a folder. A name taken from it may be a module itself.
    fn python_module(&self, base: &str, path: &str, name: Option<&str>) -> Option<FileId> {
        let at = paths::below(base, path);
        let inner = name.and_then(|name| self.python_file(&paths::below(&at, name)));
        // What a package's own file defines hides a module of the same name only if it is not there; this is the
        // other way round in one case of thousands.
        inner
            .or_else(|| (!path.is_empty()).then(|| self.python_file(&at)).flatten())
            .or_else(|| path.is_empty().then(|| self.file(&paths::below(base, "__init__.py"))).flatten())
    }

    fn python_file(&self, at: &str) -> Option<FileId> {
        self.file(&format!("{at}.py"))
            .or_else(|| self.file(&format!("{at}/__init__.py")))
            .or_else(|| self.file(&format!("{at}.pyx")))
    }

    /// Folders with a mark of an own distribution or program, and their `src` and `lib`.
    fn python_roots(&self) -> &[String] {
        self.python.get_or_init(|| {
            let mut roots: Vec<String> = MARKS
                .iter()
                .flat_map(|mark| self.named(mark))
                .map(|id| folder(self.files.path(*id)))
                .flat_map(|f| ["src", "", "lib", "python"].map(|sub| paths::below(f, sub)))
                .collect();
            roots.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
            roots.dedup();
            roots.truncate(500);
            roots
        })
    }
}
