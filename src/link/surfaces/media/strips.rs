//! Steps that take metadata off pictures: in come scripts, jobs and build code, out come the steps whose inputs overlap
//! declared media.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Linker, matcher};
use crate::link::modules::FileRole;
use crate::link::place::Traits;
use crate::link::subject::surface::StripOf;
use crate::parse::code::{Code, Kind, Language, NodeId};
use crate::source::{FileId, Source};

/// Commands: what must stand on a line, what must not, and what they do.
const COMMANDS: &[(&[&str], &[&str], &str)] = &[
    (&["exiftool", "-all="], &["-tagsfromfile"], "`exiftool -all=` removes all metadata"),
    (&["mogrify", "-strip"], &[], "`mogrify -strip` removes all metadata"),
    (&["convert", "-strip"], &[], "`convert -strip` removes all metadata"),
    (&["magick", "-strip"], &[], "`magick -strip` removes all metadata"),
    (&["jpegoptim", "--strip-all"], &[], "`jpegoptim --strip-all` removes all metadata"),
    (&["jpegoptim", " -s "], &[], "`jpegoptim -s` removes all metadata"),
    (&["jpegtran", "-copy none"], &[], "`jpegtran -copy none` removes all metadata"),
    (&["optipng", "-strip all"], &[], "`optipng -strip all` removes all metadata"),
    (&["oxipng", "--strip all"], &[], "`oxipng --strip all` removes all metadata"),
    (&["pngquant", "--strip"], &[], "`pngquant --strip` removes all metadata"),
    (&["exiv2", "rm"], &[], "`exiv2 rm` removes metadata"),
    (&["ffmpeg", "-map_metadata -1"], &[], "`ffmpeg -map_metadata -1` removes all metadata"),
    (&["cwebp"], &["-metadata"], "`cwebp` without `-metadata all` keeps none"),
    (&["jhead", "-purejpg"], &[], "`jhead -purejpg` removes all metadata"),
    (&["mat2 "], &[], "`mat2` removes all metadata"),
];

/// Words of commands and calls: a file without any of them strips nothing.
const WORDS: &[&str] = &[
    "exiftool",
    "-strip",
    "jpegoptim",
    "jpegtran",
    "optipng",
    "oxipng",
    "pngquant",
    "exiv2",
    "map_metadata",
    "cwebp",
    "jhead",
    "mat2 ",
    "sharp",
    "PIL",
    "strip_image",
    "stripImage",
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(WORDS).ok());

impl Linker<'_, '_, '_> {
    /// Steps that strip files which a glob of media names.
    pub(super) fn strips(&mut self, glob: &str) -> Vec<StripOf> {
        const MAX: u64 = 1 << 20;
        const MAX_STEPS: usize = 20;
        let mut shown = Vec::new();
        for (file, entry) in self.places.files.iter() {
            let runs = is_step(&entry.path) && entry.size <= MAX && shown.len() < MAX_STEPS;
            if !runs || matches!(self.graph.role(file), FileRole::Test | FileRole::Story) {
                continue;
            }
            let Some(source) = self.step_source(file) else { continue };
            let mut steps = commands(&source, glob);
            if Language::of(&entry.path).is_some()
                && let Some(code) = self.graph.code(file)
            {
                steps.extend(calls(&code, glob).into_iter().map(|(id, what)| (code.span_of(id), what)));
            }
            for (span, what) in steps {
                let id = self.places.anchors.at(span, "strip");
                shown.push(StripOf { id, path: entry.path.to_string(), what: what.to_owned() });
            }
        }
        shown
    }

    fn step_source(&self, file: FileId) -> Option<Source> {
        let bytes = self.places.files.read(file).ok()?;
        FINDER.as_ref()?.is_match(&bytes).then(|| Source::new(file, self.places.files.get(file).path.clone(), bytes))
    }
}

/// Whether a file holds steps of a build.
fn is_step(path: &str) -> bool {
    const ENDS: &[&str] = &["sh", "bash", "zsh", "yml", "yaml", "json", "toml", "mk", "ps1", "bat", "cmd"];
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let end = name.rsplit('.').next().unwrap_or_default();
    let traits = Traits::of(path);
    let named = ["makefile", "justfile", "dockerfile", "taskfile"].iter().any(|n| name.starts_with(n));
    !traits.documentation
        && !traits.vendored
        && name != "package-lock.json"
        && (ENDS.contains(&end) || named || Language::of(path).is_some())
}

/// Commands on lines, joined where a line goes on.
fn commands(source: &Source, glob: &str) -> Vec<(crate::source::Span, &'static str)> {
    let text = source.text();
    let mut found = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let mut end = start;
        loop {
            end += text[end..].find('\n').map_or(text.len() - end, |i| i + 1);
            if end >= text.len() || !text[start..end].trim_end().ends_with('\\') {
                break;
            }
        }
        let line = &text[start..end];
        let begin = line.trim_start();
        let comment = begin.starts_with('#') || begin.starts_with("//");
        let command = COMMANDS
            .iter()
            .find(|(all, none, _)| all.iter().all(|w| line.contains(w)) && !none.iter().any(|w| line.contains(w)));
        if let Some((words, _, what)) = command.filter(|_| !comment) {
            let rest = &line[line.find(words[0]).unwrap_or(0)..];
            if rest.split([' ', '\t', '"', '\'', '\n', '`', ';', ',']).any(|token| overlaps(token, glob)) {
                let at = start + line.find(words[0]).unwrap_or(0);
                let stop = start + line.trim_end_matches(['\n', '\r', ' ', '"', ',', '\'']).len();
                found.push((source.span(at..stop.max(at)), *what));
            }
        }
        start = end;
    }
    found
}

/// Calls of sharp, Pillow and ImageMagick's bindings, in a file that names such media.
fn calls(code: &Code, glob: &str) -> Vec<(NodeId, &'static str)> {
    let names_media = code.of_kind(Kind::String).any(|s| code.literal(s).is_some_and(|t| overlaps(t, glob)));
    if !names_media {
        return Vec::new();
    }
    let text = code.text();
    let keeps = ["keepMetadata", "withMetadata", "keepExif", "withXmp", "keepXmp", "withExifMerge"]
        .iter()
        .any(|w| text.contains(w));
    let pillow = text.contains("from PIL") || text.contains("import PIL");
    let mut found = Vec::new();
    for call in code.calls() {
        let steps = code.steps(call);
        let what = match steps.as_slice() {
            ["sharp"] if !keeps => "`sharp` drops metadata unless `keepMetadata()` is called",
            [.., "strip_image" | "stripImage"] => "`strip_image` removes all metadata",
            [.., "save"] if pillow && code.entry(call, &["exif", "xmp", "pnginfo"]).is_none() => {
                "Pillow's `save` without `exif` or `xmp` keeps no metadata"
            }
            _ => continue,
        };
        found.push((call, what));
    }
    // One place a file and reason.
    found.dedup_by_key(|(_, what)| *what);
    found
}

/// Whether a path or glob in a step and a glob of media can mean the same file.
fn overlaps(token: &str, glob: &str) -> bool {
    let token = token.trim_start_matches("./").trim_start_matches("$PWD/");
    if !token.contains('/') || token.contains("://") {
        return false;
    }
    let token = token.trim_end_matches('/');
    let literal = |g: &str| {
        let end = g.find(['*', '?', '[', '{', '$']).unwrap_or(g.len());
        g[..end].trim_end_matches('/').to_owned()
    };
    let (a, b) = (literal(token), literal(glob));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    matcher(glob).is_some_and(|m| m.is_match(token))
        || within(&b, &a)
        || within(&a, &b) && token != a && ends_alike(token, glob)
}

/// `assets/generated/*.css` is none of `assets/generated/*.jpg`.
fn ends_alike(token: &str, glob: &str) -> bool {
    let end = |g: &str| g.rsplit('/').next().and_then(|n| n.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    match (end(token), end(glob)) {
        (Some(a), Some(b)) => a == b || a.contains(['*', '{']) || b.contains(['*', '{']),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_overlap_with_media() {
        for (token, glob, same) in [
            ("assets/generated/*.jpg", "assets/generated/**", true),
            ("assets/generated/hero.jpg", "assets/generated/*.jpg", true),
            ("assets/", "assets/generated/**", true),
            ("assets/**/*.jpg", "assets/generated/**", true),
            ("./assets/generated/*.jpg", "assets/generated/**", true),
            ("assets/photos/*.jpg", "assets/generated/**", false),
            ("*.jpg", "assets/generated/**", false),
            ("https://example.com/a.jpg", "assets/generated/**", false),
        ] {
            assert_eq!(overlaps(token, glob), same, "{token} {glob}");
        }
    }

    #[test]
    fn commands_that_strip_are_found_over_lines() {
        let source = Source::from_str(
            FileId(0),
            "build.sh",
            "# exiftool -all= assets/generated/a.jpg\nexiftool -all= \\\n  assets/generated/*.jpg\njpegoptim --strip-all assets/photos/*.jpg\n",
        );
        let found = commands(&source, "assets/generated/**");
        assert_eq!(found.len(), 1);
        assert!(source.slice(found[0].0).starts_with("exiftool"));
    }
}
