//! Surfaces by name: in come paths, out come pages, routes and components that customers meet at the checkout, in their
//! account, in searches and recommendations.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::quoted;
use crate::link::modules::FileRole;
use crate::link::place::Traits;

/// How many surfaces are drafted.
const MAX: usize = 20;

/// Words in names, the surface's kind, and what it shows.
const NAMES: &[(&str, &str, Option<&str>)] = &[
    ("checkout", "checkout", None),
    ("cart", "checkout", None),
    ("basket", "checkout", None),
    ("orderhistory", "account", Some("order-history")),
    ("myorders", "account", Some("order-history")),
    ("orders", "account", Some("order-history")),
    ("placeorder", "checkout", None),
    ("account", "account", None),
    ("profile", "account", None),
    ("recommendations", "discovery", Some("recommendations")),
    ("recommendation", "discovery", Some("recommendations")),
    ("recommended", "discovery", Some("recommendations")),
    ("reviews", "discovery", Some("review")),
    ("ratings", "discovery", Some("rating")),
    ("testimonials", "discovery", Some("review")),
    ("testimonial", "discovery", Some("review")),
    ("search", "discovery", None),
];

/// Folders below which pages, routes and components stand.
const PAGES: &[&str] = &[
    "pages",
    "app",
    "routes",
    "views",
    "templates",
    "screens",
    "components",
    "sections",
    "snippets",
    "lwc",
    "aura",
    "storefront",
    "layouts",
    "blocks",
    "features",
    "modules",
];

/// Ends of files that are shown.
const SHOWN: &[&str] = &[
    ".tsx",
    ".jsx",
    ".vue",
    ".liquid",
    ".erb",
    ".blade.php",
    ".phtml",
    ".html",
    ".svelte",
    ".cshtml",
    ".twig",
    ".cmp",
    ".page",
];

/// Ends of names of pages and components: `CartScreen` is the cart.
const SUFFIXES: &[&str] = &["page", "view", "screen", "container", "template", "component", "section", "route"];

/// Folders of what only the own staff sees.
const STAFF: &[&str] = &["dashboard", "backoffice", "back-office", "backend"];

/// A surface that was seen.
pub(super) struct Found {
    id: String,
    kind: &'static str,
    content: Option<&'static str>,
    glob: String,
    files: usize,
}

/// Finds surfaces, those with the most files first.
pub(super) fn find(paths: &[String]) -> Vec<Found> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for path in paths {
        let lower = path.to_ascii_lowercase();
        let traits = Traits::of(path);
        // JSX may stand in plain JavaScript; there, a component's name begins with a capital.
        let name = path.rsplit('/').next().unwrap_or(path);
        let component = lower.ends_with(".js") && name.starts_with(char::is_uppercase);
        if !component && !SHOWN.iter().any(|e| lower.ends_with(e))
            || FileRole::of(path) != FileRole::Production
            || traits.vendored
            || traits.documentation
        {
            continue;
        }
        let segments: Vec<&str> = path.split('/').collect();
        let Some(start) = segments.iter().position(|s| PAGES.contains(&s.to_ascii_lowercase().as_str())) else {
            continue;
        };
        let hit = segments.iter().enumerate().skip(start).find_map(|(i, segment)| Some((i, named(segment)?)));
        let Some((at, (word, kind, content))) = hit else { continue };
        // A customer's own dashboard lies below the account.
        let staff = |s: &&str| {
            let lower = s.to_ascii_lowercase();
            lower.starts_with("admin") || STAFF.contains(&lower.as_str())
        };
        if segments[..at].iter().any(staff) {
            continue;
        }
        let glob = if at + 1 == segments.len() { path.clone() } else { format!("{}/**", segments[..=at].join("/")) };
        let entry = found.entry(glob.clone()).or_insert(Found { id: word.to_owned(), kind, content, glob, files: 0 });
        entry.files += 1;
    }
    let mut all: Vec<Found> = found.into_values().collect();
    all.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.glob.cmp(&b.glob)));
    all.truncate(MAX);
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for surface in &mut all {
        let count = used.entry(surface.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            surface.id = format!("{}-{count}", surface.id);
        }
    }
    all
}

/// What a folder's or file's name says: `(checkout)`, `order-history`, `MyOrders`.
fn named(segment: &str) -> Option<(&'static str, &'static str, Option<&'static str>)> {
    let stem = segment.split('.').next().unwrap_or(segment);
    let plain: String = stem.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let plain = SUFFIXES.iter().find_map(|suffix| plain.strip_suffix(suffix)).unwrap_or(&plain);
    let exact = NAMES.iter().find(|(word, _, _)| *word == plain);
    let longer = || NAMES.iter().find(|(word, _, _)| word.len() > 7 && plain.starts_with(word));
    // `main-cart-items`, `search-form`: the first word of several.
    let first = || {
        let mut words = stem.split(['-', '_']).filter(|w| !w.is_empty() && !w.eq_ignore_ascii_case("main")).peekable();
        let word = words.next().filter(|_| stem.contains(['-', '_']))?;
        NAMES.iter().find(|(name, _, _)| name.eq_ignore_ascii_case(word))
    };
    exact.or_else(longer).or_else(first).copied()
}

/// Writes them as entries.
pub(super) fn write(found: &[Found], text: &mut String) {
    if found.is_empty() {
        return;
    }
    text.push_str("\n# What customers see. `consumes` names synthetic data that it shows, `disclosure` the message that says so.\nsurfaces:\n");
    for surface in found {
        let _ = writeln!(text, "  - id: {}\n    kind: {}", quoted(&surface.id), surface.kind);
        if let Some(content) = surface.content {
            let _ = writeln!(text, "    content: {content}");
        }
        let _ = writeln!(text, "    paths: [{}]", quoted(&surface.glob));
        text.push_str("    # consumes: [\"fixtures/prefs.json\"]\n    # disclosure: { key: disclosure.synthetic }\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_by_their_names() {
        let paths: Vec<String> = [
            "src/app/(checkout)/payment/page.tsx",
            "src/app/(checkout)/review/page.tsx",
            "app/views/orders/show.html.erb",
            "templates/customers/account.liquid",
            "force-app/main/default/lwc/orderHistory/orderHistory.html",
            "src/components/Recommendations.tsx",
            "frontend/src/screens/CartScreen.js",
            "sections/main-cart-items.liquid",
            // Not shown, not shipped, not a customer's.
            "src/AdminBundle/templates/shared/search.html.twig",
            "templates/dashboard/orders/list.html",
            "src/screens/searchUtils.js",
            "src/app/checkout/api.ts",
            "src/components/Checkout.stories.tsx",
            "src/admin/app/admin/orders/list.tsx",
            "src/lib/search.tsx",
        ]
        .map(str::to_owned)
        .to_vec();
        let found = find(&paths);
        let shown: Vec<String> = found.iter().map(|f| format!("{} {} {}", f.id, f.kind, f.glob)).collect();
        assert_eq!(
            shown,
            [
                "checkout checkout src/app/(checkout)/**",
                "orders account app/views/orders/**",
                "orderhistory account force-app/main/default/lwc/orderHistory/**",
                "cart checkout frontend/src/screens/CartScreen.js",
                "cart-2 checkout sections/main-cart-items.liquid",
                "recommendations discovery src/components/Recommendations.tsx",
                "account account templates/customers/account.liquid",
            ]
        );
    }
}
