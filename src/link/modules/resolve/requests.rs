//! Requests to the application's own server: the file that answers a path, where a framework makes a server of files
//! (Next, Nuxt, SvelteKit, Medusa and their like).

use super::data::MANIFESTS;
use super::{Resolved, Resolver, folder, paths};
use crate::source::FileId;

/// Where the files of a server stand, below the package's folder, and how they end; `*` is the path.
const PLACES: &[&str] = &[
    "server*",
    "src/server*",
    "server/routes*",
    "pages*",
    "src/pages*",
    "app*/route",
    "src/app*/route",
    "src/routes*/+server",
    "app/routes*",
];

const ENDS: &[&str] = &[
    ".ts",
    ".js",
    ".tsx",
    ".mjs",
    ".get.ts",
    ".get.js",
    ".post.ts",
    ".post.js",
    "/index.ts",
    "/index.js",
    "/index.get.ts",
    "/index.get.js",
];

impl Resolver<'_> {
    /// The file that answers a path: `/api/orders`. A path that the repository does not answer is somebody else's.
    pub(super) fn request(&self, from: FileId, path: &str) -> Resolved {
        let own = folder(self.files.path(from));
        let package = self.nearest(own, MANIFESTS).map_or("", |(folder, _)| folder);
        let found = PLACES.iter().find_map(|place| {
            let place = place.replace('*', path);
            ENDS.iter().find_map(|end| self.file(&paths::below(package, &format!("{place}{end}"))))
        });
        found.map_or_else(|| Resolved::External(path.to_owned()), Resolved::File)
    }
}
