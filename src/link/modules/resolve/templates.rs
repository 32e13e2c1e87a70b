//! Templates, components and scripts that are found by a name or a path: Liquid snippets, Rails views, Blade, Twig,
//! Lightning and Vue components, `<script src>`.

use super::{Resolved, Resolver, folder, name, paths, stem};
use crate::parse::code::Language;
use crate::source::FileId;

/// Ends of views that a framework adds by itself.
const VIEWS: &[&str] = &[
    "html",
    "ejs",
    "pug",
    "hbs",
    "handlebars",
    "njk",
    "twig",
    "erb",
    "liquid",
    "vue",
    "tsx",
    "jsx",
    "jinja",
    "jinja2",
    "phtml",
    "php",
    "mustache",
];

/// How many views one name may mean.
const MAX_VIEWS: usize = 50;

impl Resolver<'_> {
    /// A path: relative to the file, to the package, to the root or a web root.
    pub(super) fn path(&self, from: FileId, path: &str) -> Resolved {
        let own = folder(self.files.path(from));
        let path = path.split(['?', '#']).next().unwrap_or(path);
        let Some(at) = paths::join(own, path.trim_start_matches('/')) else {
            return Resolved::Unresolved(super::OUTSIDE);
        };
        let beside = || self.file(&at).or_else(|| self.file(&format!("{at}.rb"))).or_else(|| self.es_file(&at, false));
        if !path.starts_with('/')
            && let Some(file) = beside()
        {
            return Resolved::File(file);
        }
        let plain = path.trim_start_matches(['.', '/']);
        let package = self.nearest(own, super::data::MANIFESTS).map_or("", |(f, _)| f);
        let roots = ["", "public", "static", "src", "assets", "web", "wwwroot", "src/main/resources/static"];
        let bases = [own, package, ""].into_iter().flat_map(|base| roots.map(|root| paths::below(base, root)));
        let found = bases.into_iter().find_map(|base| self.file(&paths::join(&base, plain)?));
        // What a package manager puts there is not part of the repository.
        let installed = || ["vendor/", "node_modules/"].iter().find_map(|f| path.split_once(f));
        match (found, installed()) {
            (Some(file), _) => Resolved::File(file),
            (None, Some((_, package))) => Resolved::External(package.to_owned()),
            (None, None) => Resolved::Unresolved(super::MISSING),
        }
    }

    /// A custom element.
    pub(super) fn component(&self, from: FileId, name: &str) -> Resolved {
        let (kind, name) = name.split_once('/').unwrap_or(("", name));
        let found = match kind {
            "lwc" => self.lightning(from, name),
            "vue" => {
                let lazy = name.strip_prefix("Lazy").unwrap_or(name);
                self.nearest_of(from, self.ending(&format!("{name}.vue")))
                    .or_else(|| self.nearest_of(from, self.ending(&format!("{lazy}.vue"))))
            }
            "blade" => self.nearest_of(from, self.ending(&format!("views/components/{name}.blade.php"))),
            _ => self
                .nearest_of(from, self.ending(&format!("aura/{name}/{name}.cmp")))
                .or_else(|| self.lightning(from, name)),
        };
        found.map_or_else(|| Resolved::External(name.to_owned()), Resolved::File)
    }

    /// A template by its name, as the language's usual framework looks for it.
    pub(super) fn template(&self, from: FileId, language: Language, wanted: &str) -> Resolved {
        let files = match language {
            Language::Liquid => self.nearest_of(from, self.ending(&format!("{wanted}.liquid"))).into_iter().collect(),
            Language::Erb | Language::Ruby => self.rails(from, wanted),
            _ => self.view(from, wanted),
        };
        match files.as_slice() {
            [] => Resolved::External(wanted.to_owned()),
            [one] => Resolved::File(*one),
            _ => Resolved::Files(files),
        }
    }

    /// `render "shared/row"` is `app/views/shared/_row.*`, `/orders/show` is a template and not a partial, and
    /// `/orders/*` are all views of a controller.
    fn rails(&self, from: FileId, wanted: &str) -> Vec<FileId> {
        let own = folder(self.files.path(from));
        let whole = wanted.strip_prefix('/');
        let path = whole.unwrap_or(wanted);
        let (at, base) = path.rsplit_once('/').map_or(("", path), |(a, b)| (a, b));
        let views = format!("views/{at}");
        let in_views = |id: &FileId| {
            let place = folder(self.files.path(*id));
            if at.is_empty() && whole.is_none() {
                place == own
            } else {
                paths::ends_with(place, views.trim_end_matches('/'))
            }
        };
        if base == "*" {
            let root = own.split_once("app/controllers").map_or("", |(root, _)| root);
            let folder = paths::below(root.trim_end_matches('/'), &format!("app/views/{at}"));
            let view = |id: &FileId| {
                self::folder(self.files.path(*id)) == folder && !name(self.files.path(*id)).starts_with('_')
            };
            return self.files.below(&folder).filter(view).take(MAX_VIEWS).collect();
        }
        let base = stem(base);
        let wanted = if whole.is_some() { base.to_owned() } else { format!("_{base}") };
        let mut found: Vec<FileId> =
            self.stems().get(wanted.as_str()).into_iter().flatten().copied().filter(in_views).collect();
        // One engine's views come before another's of the same name.
        let most = found.iter().map(|id| paths::shared(own, self.files.path(*id))).max().unwrap_or(0);
        found.retain(|id| paths::shared(own, self.files.path(*id)) == most);
        found.truncate(MAX_VIEWS);
        found
    }

    /// `orders/list.html`, `@Shop/cart.html.twig`, `cart.row`, `orders`.
    fn view(&self, from: FileId, wanted: &str) -> Vec<FileId> {
        // `@Shop/…`, `shop::…`: a bundle's own folder of templates.
        let plain = wanted.rsplit("::").next().unwrap_or(wanted);
        let plain = plain.strip_prefix('@').and_then(|p| p.split_once('/')).map_or(plain, |(_, rest)| rest);
        let plain = plain.trim_start_matches(['.', '/']);
        let in_views = |id: &FileId| {
            let rest = self.files.path(*id);
            ["template", "views", "view", "pages", "emails", "partials", "layouts"]
                .iter()
                .any(|word| rest.contains(word))
        };
        let own = folder(self.files.path(from));
        if let Some(file) = paths::join(own, wanted).and_then(|p| self.file(&p)) {
            return vec![file];
        }
        let exact = self.nearest_of(from, self.ending(plain).filter(in_views));
        let found = exact.or_else(|| {
            let blade = format!("{}.blade.php", plain.replace('.', "/"));
            self.nearest_of(from, self.ending(&format!("views/{blade}")))
        });
        let found = found.or_else(|| {
            let dotted = plain.contains('.') || plain.len() < 3;
            let by_end = || {
                VIEWS
                    .iter()
                    .find_map(|end| self.nearest_of(from, self.ending(&format!("{plain}.{end}")).filter(in_views)))
            };
            if dotted { None } else { by_end() }
        });
        found.into_iter().collect()
    }
}
