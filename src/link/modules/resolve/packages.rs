//! Packages that are folders: Go by the module of `go.mod`, Rust by the crate's module tree.

use super::{Resolved, Resolver, folder, paths, stem};
use crate::parse::Format;
use crate::source::FileId;

impl Resolver<'_> {
    pub(super) fn go(&self, from: FileId, path: &str) -> Resolved {
        let own = folder(self.files.path(from));
        if path == "." {
            let mut files = self.go_files(own);
            files.retain(|id| *id != from);
            return Resolved::Files(files);
        }
        let found = self.go_modules().iter().find_map(|(module, at)| {
            let rest = path.strip_prefix(module.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| paths::below(at, rest.trim_start_matches('/')))
        });
        let found = found.map(|at| self.go_files(&at));
        match found {
            Some(files) if !files.is_empty() => Resolved::Files(files),
            // Of generated code only the manifest is there.
            Some(_) => Resolved::Unresolved(super::MISSING),
            None => Resolved::External(path.to_owned()),
        }
    }

    /// The files of a package, without its tests.
    fn go_files(&self, at: &str) -> Vec<FileId> {
        let of = |id: &FileId| {
            let path = self.files.path(*id);
            folder(path) == at && path.ends_with(".go") && !path.ends_with("_test.go")
        };
        self.files.below(at).filter(of).collect()
    }

    /// Modules and their folders, the longest name first.
    fn go_modules(&self) -> &[(String, String)] {
        self.go.get_or_init(|| {
            let mut modules: Vec<(String, String)> = self
                .named("go.mod")
                .iter()
                .filter_map(|id| {
                    let bytes = self.files.read(*id).ok()?;
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let name = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
                    Some((name.trim().trim_matches('"').to_owned(), folder(self.files.path(*id)).to_owned()))
                })
                .collect();
            modules.sort_by_key(|(name, at)| (std::cmp::Reverse(name.len()), at.clone()));
            modules
        })
    }

    pub(super) fn rust(&self, from: FileId, path: &str) -> Resolved {
        let own = self.files.path(from);
        // Modules of a file lie in the folder of its name, but for the three names that stand for their own folder.
        let inner = match stem(own) {
            "mod" | "lib" | "main" => folder(own).to_owned(),
            name => paths::below(folder(own), name),
        };
        if let Some(name) = path.strip_prefix("mod ") {
            return self
                .rust_file(&paths::below(&inner, name))
                .map_or(Resolved::Unresolved(super::MISSING), Resolved::File);
        }
        let mut steps: Vec<&str> = path.split("::").filter(|s| !s.is_empty()).collect();
        let Some(first) = steps.first().copied() else { return Resolved::Unresolved(super::MISSING) };
        let base = match first {
            "crate" => self.crate_root(from),
            "self" => Some(inner),
            "super" => Some(folder(&inner).to_owned()),
            name => self
                .crates()
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, at)| at.clone())
                .or_else(|| self.rust_file(&paths::below(&inner, name)).map(|_| paths::below(&inner, name))),
        };
        let Some(mut base) = base else { return Resolved::External(first.to_owned()) };
        steps.remove(0);
        while steps.first() == Some(&"super") {
            base = folder(&base).to_owned();
            steps.remove(0);
        }
        // The longest path that is a file; what is behind it stands inside.
        for count in (0..=steps.len()).rev() {
            let at = paths::below(&base, &steps[..count].join("/"));
            let file = self
                .rust_file(&at)
                .or_else(|| ["lib.rs", "main.rs"].iter().find_map(|n| self.file(&paths::below(&at, n))));
            if let Some(file) = file {
                return Resolved::File(file);
            }
        }
        Resolved::Unresolved(super::MISSING)
    }

    fn rust_file(&self, at: &str) -> Option<FileId> {
        self.file(&format!("{at}.rs")).or_else(|| self.file(&paths::below(at, "mod.rs")))
    }

    fn crate_root(&self, from: FileId) -> Option<String> {
        let own = folder(self.files.path(from));
        let (at, _) = self.nearest(own, &["Cargo.toml"])?;
        Some(paths::below(at, "src"))
    }

    /// The crates of the repository by the names that code uses, with the folders of their sources.
    fn crates(&self) -> &[(String, String)] {
        self.crates.get_or_init(|| {
            let of = |id: &FileId| {
                let tree = self.tree(*id, Format::Toml)?;
                let name = tree.text_at(&["lib", "name"]).or_else(|| tree.text_at(&["package", "name"]))?;
                Some((name.replace('-', "_"), paths::below(folder(self.files.path(*id)), "src")))
            };
            self.named("Cargo.toml").iter().filter_map(of).collect()
        })
    }
}
