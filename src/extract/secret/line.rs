//! The line that a value stands on, in a file that is no tree: the name that it is given there, and whether the line
//! is a comment.

/// The name that a value is given on its own line: `SF_TOKEN=…`, `token: "…"`, `const token = '…'`,
/// `ENV['TOKEN'] = …`, `<token>…`, `fetch("TOKEN", "…")`.
pub(in crate::extract) fn name_before(text: &str, at: usize) -> Option<&str> {
    let line = &text[..at][text[..at].rfind('\n').map_or(0, |i| i + 1)..];
    let head = line.trim_end_matches(['"', '\'', '`', ' ', '(', '\t']);
    let head = head
        .strip_suffix("Bearer")
        .or_else(|| head.strip_suffix("OAuth"))
        .unwrap_or(head)
        .trim_end_matches([' ', '"', '\'']);
    let head = head.strip_suffix(['=', ':', '>', ','])?;
    let head = head.trim_end_matches([' ', '"', '\'', ':', '\t', '?', ']', '=']);
    let start = head.rfind(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.')).map_or(0, |i| i + 1);
    head.get(start..).filter(|n| (2..=60).contains(&n.len()))
}

/// What begins a comment, by the file's extension; none where a line can't tell.
const COMMENTS: &[(&[&str], &[&str])] = &[
    (
        &[
            "js", "jsx", "mjs", "cjs", "ts", "tsx", "java", "kt", "kts", "go", "rs", "cs", "swift", "scala", "c", "h",
            "cpp", "cls", "trigger", "apex", "dart", "groovy", "gradle", "vue", "svelte", "scss", "less",
        ],
        &["//", "/*", "* "],
    ),
    (&["php"], &["//", "/*", "* ", "#"]),
    (
        &[
            "py",
            "rb",
            "rake",
            "sh",
            "bash",
            "zsh",
            "pl",
            "r",
            "ex",
            "exs",
            "ps1",
            "mk",
            "dockerfile",
            "makefile",
            "gitignore",
            "tf",
        ],
        &["#"],
    ),
    (&["sql", "lua", "hs", "soql"], &["--"]),
    (&["html", "htm", "xml", "svg", "page", "component", "liquid", "erb", "isml"], &["<!--"]),
    (&["bat", "cmd"], &["rem ", "REM ", "::"]),
];

/// Whether the line is a comment up to `at`: it begins as one, or one begins behind its code.
pub(super) fn in_comment(path: &str, text: &str, at: usize) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let kind = name.rsplit('.').next().unwrap_or(&name);
    let Some((_, marks)) = COMMENTS.iter().find(|(kinds, _)| kinds.contains(&kind)) else { return false };
    let head = &text[..at][text[..at].rfind('\n').map_or(0, |i| i + 1)..];
    let begins = head.trim_start();
    marks.iter().any(|mark| {
        begins.starts_with(mark)
            // `//` is part of every URL, `#` of every colour: behind code they need a space around them.
            || head.match_indices(mark).any(|(i, _)| head[..i].ends_with([' ', '\t', ';']) && !quoted(&head[..i]))
    })
}

/// Whether an open quote stands before the end.
fn quoted(head: &str) -> bool {
    ['"', '\'', '`'].iter().any(|quote| !head.matches(*quote).count().is_multiple_of(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_the_name_that_stands_before_it() {
        for (line, name) in [
            ("SF_TOKEN=@", Some("SF_TOKEN")),
            ("  token: \"@\"", Some("token")),
            ("const stripe = new Stripe('@')", None),
            ("const apiKey: string = '@'", Some("string")),
            ("os.environ['STRIPE_KEY'] = '@'", Some("STRIPE_KEY")),
            ("ENV.fetch('STRIPE_KEY', '@')", Some("STRIPE_KEY")),
            ("<accessToken>@</accessToken>", Some("accessToken")),
            ("Authorization: Bearer @", Some("Authorization")),
            ("{ \"api_key\" : \"@\" }", Some("api_key")),
            ("'secret' => '@',", Some("secret")),
        ] {
            assert_eq!(name_before(line, line.find('@').unwrap()), name, "{line}");
        }
    }

    #[test]
    fn a_comment_is_known_by_the_files_language() {
        for (path, line, comment) in [
            ("a.py", "# KEY = '@'", true),
            ("a.py", "KEY = '@'", false),
            ("a.py", "x = 1  # was @", true),
            ("a.py", "x = '# @'", false),
            ("a.ts", "  // stripe('@')", true),
            ("a.ts", "call('https://x', '@')", false),
            ("a.ts", "run(); // '@'", true),
            ("a.cls", " * @", true),
            ("deploy.sh", "export A=@", false),
            ("notes.md", "# @", false),
        ] {
            assert_eq!(in_comment(path, line, line.find('@').unwrap()), comment, "{path}: {line}");
        }
    }
}
