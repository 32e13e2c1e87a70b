//! Classes by their names: Java and Kotlin packages, C# by the file's name, Apex by the class's, PHP by composer's
//! load paths, Ruby by what Rails makes of a constant's name.

use super::{Resolved, Resolver, folder, paths, stem};
use crate::parse::Format;
use crate::parse::code::Language;
use crate::source::FileId;

impl Resolver<'_> {
    /// A class that a file mentions, of its own package or folder.
    pub(super) fn class(&self, from: FileId, language: Language, name: &str) -> Resolved {
        if let Some(beside) = name.strip_prefix("./") {
            let found = paths::join(folder(self.files.path(from)), beside).and_then(|p| self.file(&p));
            return found.map_or_else(|| external(name), Resolved::File);
        }
        let found = match language {
            Language::Java | Language::Kotlin => self.java_class(from, name),
            Language::CSharp => self.only_class(from, name, "cs"),
            Language::Php | Language::Blade => return self.php(from, name),
            Language::Ruby | Language::Erb => self.constant(from, name),
            // Apex, and whatever names an Apex class: Visualforce, Aura.
            _ => self.apex(from, name),
        };
        found.map_or_else(|| external(name), Resolved::File)
    }

    /// `a.b.C`, `a.b.C.member`, `a.b.function`.
    pub(super) fn java(&self, from: FileId, path: &str) -> Resolved {
        let mut at = path;
        for _ in 0..3 {
            let file = at.replace('.', "/");
            for end in ["java", "kt", "groovy", "scala"] {
                if let Some(found) = self.nearest_of(from, self.ending(&format!("{file}.{end}"))) {
                    return Resolved::File(found);
                }
            }
            match at.rsplit_once('.') {
                Some((outer, _)) if outer.contains('.') => at = outer,
                _ => break,
            }
        }
        self.kotlin_member(from, path).map_or_else(|| external(path.split('.').next().unwrap_or(path)), Resolved::File)
    }

    /// A Kotlin function or class that stands in a file of another name: the one file of the package that defines it.
    fn kotlin_member(&self, from: FileId, path: &str) -> Option<FileId> {
        let (package, name) = path.rsplit_once('.')?;
        let folder = package.replace('.', "/");
        let kotlin = |id: &FileId| {
            self.files.path(*id).ends_with(".kt") && paths::ends_with(paths::folder(self.files.path(*id)), &folder)
        };
        let defining = |id: &FileId| {
            let bytes = self.files.read(*id).unwrap_or_default();
            ["fun ", "val ", "class ", "object ", "interface "].iter().any(|word| {
                let text = format!("{word}{name}");
                memchr::memmem::find_iter(&bytes, &text)
                    .any(|at| bytes.get(at + text.len()).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'_'))
            })
        };
        let files = self.kotlin().iter().copied().filter(kotlin).take(200).filter(defining);
        self.nearest_of(from, files)
    }

    fn kotlin(&self) -> &[FileId] {
        self.kotlin
            .get_or_init(|| self.files.iter().filter(|(_, e)| e.path.ends_with(".kt")).map(|(id, _)| id).collect())
    }

    /// A class of the file's own package, which may have files in several source folders.
    fn java_class(&self, from: FileId, name: &str) -> Option<FileId> {
        if name.contains('.') {
            return match self.java(from, name) {
                Resolved::File(file) => Some(file),
                _ => None,
            };
        }
        let own = folder(self.files.path(from));
        let beside = ["java", "kt"].iter().find_map(|end| self.file(&paths::below(own, &format!("{name}.{end}"))));
        beside.or_else(|| {
            let package = ["java/", "kotlin/"].iter().find_map(|root| {
                let at =
                    own.rfind(&format!("/{root}")).map(|at| at + 1).or_else(|| own.starts_with(root).then_some(0))?;
                own.get(at + root.len()..)
            })?;
            ["java", "kt"].iter().find_map(|end| self.nearest_of(from, self.ending(&format!("{package}/{name}.{end}"))))
        })
    }

    /// A class by its file's name; of several the nearest, if one is.
    fn only_class(&self, from: FileId, name: &str, end: &str) -> Option<FileId> {
        let own = folder(self.files.path(from));
        let mut found: Vec<(usize, FileId)> = self
            .named(&format!("{name}.{end}"))
            .iter()
            .map(|id| (paths::shared(own, folder(self.files.path(*id))), *id))
            .collect();
        found.sort_by_key(|(shared, id)| (std::cmp::Reverse(*shared), *id));
        match found.as_slice() {
            [(_, one)] => Some(*one),
            [(near, one), (far, _), ..] if near > far => Some(*one),
            _ => None,
        }
    }

    /// An Apex class. Names do not tell upper from lower case.
    pub(super) fn apex(&self, from: FileId, name: &str) -> Option<FileId> {
        let classes = self.apex.get_or_init(|| {
            let mut classes = std::collections::HashMap::new();
            for (id, entry) in self.files.iter().filter(|(_, e)| e.path.ends_with(".cls")) {
                classes.entry(stem(&entry.path).to_ascii_lowercase()).or_insert_with(Vec::new).push(id);
            }
            classes
        });
        self.nearest_of(from, classes.get(&name.to_ascii_lowercase())?.iter().copied())
    }

    /// A PHP class: by composer's load paths, else the one file whose path ends like the name.
    pub(super) fn php(&self, from: FileId, class: &str) -> Resolved {
        let found = self.php_roots().iter().find_map(|(prefix, folder)| {
            let rest = class.strip_prefix(prefix.as_str())?;
            self.file(&paths::below(folder, &format!("{}.php", rest.replace('\\', "/"))))
        });
        let found = found.or_else(|| {
            let mut suffix = class;
            while let Some((_, rest)) = suffix.split_once('\\') {
                let path = format!("{}.php", suffix.replace('\\', "/"));
                let mut files = self.ending(&path);
                match (files.next(), files.next()) {
                    (Some(one), None) => return Some(one),
                    (Some(_), Some(_)) => return self.nearest_of(from, self.ending(&path)),
                    _ => suffix = rest,
                }
            }
            // A name without a namespace: beside the file.
            (!class.contains('\\'))
                .then(|| self.file(&paths::below(folder(self.files.path(from)), &format!("{class}.php"))))
                .flatten()
        });
        found.map_or_else(|| external(class.split('\\').next().unwrap_or(class)), Resolved::File)
    }

    /// Prefixes of namespaces and their folders, the longest first.
    fn php_roots(&self) -> &[(String, String)] {
        self.php.get_or_init(|| {
            let mut roots = Vec::new();
            for id in self.named("composer.json") {
                let own = folder(self.files.path(*id));
                let Some(tree) = self.tree(*id, Format::Json) else { continue };
                for section in ["autoload", "autoload-dev"] {
                    for (form, keep) in [("psr-4", false), ("psr-0", true)] {
                        let Some(entries) = tree.at(&[section, form]) else { continue };
                        for entry in entries.entries() {
                            for target in entry.node.items().iter().filter_map(|n| paths::join(own, n.text()?)) {
                                let below = if keep {
                                    paths::below(&target, entry.key.trim_matches('\\').replace('\\', "/").as_str())
                                } else {
                                    target
                                };
                                roots.push((entry.key.clone(), below));
                            }
                        }
                    }
                }
            }
            roots.sort_by_key(|(prefix, folder)| (std::cmp::Reverse(prefix.len()), folder.clone()));
            roots
        })
    }

    /// A Ruby constant: by the file's own namespaces from the inside out, then from the top.
    pub(super) fn constant(&self, from: FileId, name: &str) -> Option<FileId> {
        let path = self.files.path(from);
        let own = autoloaded(path).map_or("", |(_, inner)| folder(inner));
        let mut name = name;
        for _ in 0..3 {
            let file = format!("{}.rb", underscored(name));
            let found = paths::upwards(own).find_map(|namespace| {
                let wanted = paths::below(namespace, &file);
                let exact = self
                    .ending(&wanted)
                    .filter(|id| autoloaded(self.files.path(*id)).is_some_and(|(_, inner)| inner == wanted));
                self.nearest_of(from, exact)
            });
            if found.is_some() {
                return found;
            }
            // A constant inside a class.
            name = name.rsplit_once("::")?.0;
        }
        None
    }

    /// `require "a/b"`: below a `lib` of the repository.
    pub(super) fn ruby(&self, from: FileId, path: &str) -> Resolved {
        let file = if path.ends_with(".rb") { path.to_owned() } else { format!("{path}.rb") };
        if path.starts_with('.') {
            return self.path(from, path);
        }
        let loaded = self.ending(&file).filter(|id| {
            let root = self.files.path(*id).strip_suffix(file.as_str()).unwrap_or_default();
            let folder = root.trim_end_matches('/');
            root.is_empty() || ["lib", "app", "spec", "test"].contains(&paths::name(folder))
        });
        match self.nearest_of(from, loaded) {
            Some(file) => Resolved::File(file),
            None => Resolved::External(path.split('/').next().unwrap_or(path).to_owned()),
        }
    }
}

fn external(name: &str) -> Resolved {
    Resolved::External(name.to_owned())
}

/// The load path of Rails that holds a file, and the file's path below it: `app/models/spree/order.rb` is
/// `spree/order.rb`.
fn autoloaded(path: &str) -> Option<(&str, &str)> {
    let inner = |at: usize| Some((path.get(..at)?, path.get(at..)?));
    if let Some(at) = path.rfind("/concerns/") {
        return inner(at + "/concerns/".len());
    }
    let app = path.rfind("/app/").map(|at| at + 5).or_else(|| path.starts_with("app/").then_some(4));
    if let Some(at) = app {
        let kind = path.get(at..)?.find('/')?;
        return inner(at + kind + 1);
    }
    let lib = path.rfind("/lib/").map(|at| at + 5).or_else(|| path.starts_with("lib/").then_some(4))?;
    inner(lib)
}

/// `Spree::APIClient` as `spree/api_client`.
/// <https://api.rubyonrails.org/classes/ActiveSupport/Inflector.html#method-i-underscore>
fn underscored(name: &str) -> String {
    let name = name.replace("::", "/");
    let bytes = name.as_bytes();
    let mut out = String::with_capacity(name.len() + 8);
    for (i, c) in name.char_indices() {
        if c.is_ascii_uppercase() && i > 0 {
            let before = bytes[i - 1];
            let after = bytes.get(i + 1).is_some_and(u8::is_ascii_lowercase);
            if before.is_ascii_lowercase() || before.is_ascii_digit() || before.is_ascii_uppercase() && after {
                out.push('_');
            }
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_and_files_have_the_names_that_rails_gives_them() {
        assert_eq!(underscored("Spree::APIClient"), "spree/api_client");
        assert_eq!(underscored("OrderUpdater"), "order_updater");
        assert_eq!(underscored("S3Store"), "s3_store");
        assert_eq!(autoloaded("core/app/models/spree/order.rb"), Some(("core/app/models/", "spree/order.rb")));
        assert_eq!(autoloaded("app/models/concerns/paid.rb"), Some(("app/models/concerns/", "paid.rb")));
        assert_eq!(autoloaded("lib/a/b.rb"), Some(("lib/", "a/b.rb")));
        assert_eq!(autoloaded("spec/a.rb"), None);
    }
}
