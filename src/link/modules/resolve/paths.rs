//! Paths of the repository as text: relative to the root, `/` between segments, no `.` and `..` inside.

/// The folder of a path, empty for the root.
pub(in crate::link::modules) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last segment.
pub(in crate::link::modules) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The last segment up to its first dot.
pub(in crate::link::modules) fn stem(path: &str) -> &str {
    let name = name(path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// A path seen from a folder, with `.` and `..` worked out. None if it leads out of the repository.
pub(in crate::link::modules) fn join(folder: &str, path: &str) -> Option<String> {
    let mut segments: Vec<&str> = folder.split('/').filter(|s| !s.is_empty()).collect();
    for segment in path.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            _ => segments.push(segment),
        }
    }
    Some(segments.join("/"))
}

/// A path below a folder, neither of which has `.` or `..` inside.
pub(in crate::link::modules) fn below(folder: &str, path: &str) -> String {
    match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => [folder, "/", path].concat(),
    }
}

/// A folder and all folders around it, the root last.
pub(in crate::link::modules) fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |f| (!f.is_empty()).then(|| self::folder(f)))
}

/// Whether a path is another one, or ends with it at a segment's border.
pub(in crate::link::modules) fn ends_with(path: &str, suffix: &str) -> bool {
    path.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// How many segments two folders share at their beginning.
pub(in crate::link::modules) fn shared(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_worked_out_and_never_leave_the_root() {
        assert_eq!(join("src/pages", "../lib/./x").as_deref(), Some("src/lib/x"));
        assert_eq!(join("", "a//b/").as_deref(), Some("a/b"));
        assert_eq!(join("src", ".."), Some(String::new()));
        assert_eq!(join("src", "../../../../etc/x"), None);
        assert_eq!(upwards("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert!(ends_with("a/b/c.json", "b/c.json") && !ends_with("a/bb/c.json", "b/c.json"));
        assert_eq!(shared("a/b/c", "a/b/d"), 2);
    }
}
