//! How long changes and logs are remembered: in comes a tree or a Markdown document, out come settings that turn the
//! history of a Salesforce field or object off, and `log-retention-days`.

use super::collect::{Around, Collector};
use crate::fact::{History, Kind};
use crate::parse::Format;
use crate::parse::tree::{self, Node, Tree};
use crate::source::Source;

/// The key of a governance document.
const DAYS: &str = "log-retention-days";

/// Reads a tree.
pub(super) fn extract(collector: &mut Collector<'_>, tree: &Tree) {
    let path = collector.source.path.clone();
    for root in &tree.roots {
        for (ends, holder, key) in
            [(".field-meta.xml", "CustomField", "trackHistory"), (".object-meta.xml", "CustomObject", "enableHistory")]
        {
            let off = root.at(&[holder, key]).filter(|node| node.text() == Some("false"));
            let (Some(node), Some(stem)) = (off, path.strip_suffix(ends)) else { continue };
            let name = stem.rsplit('/').next().unwrap_or(stem).to_owned();
            let field = holder == "CustomField";
            collector.add(node.span, &Around::key(format!("{name}.{key}")), Kind::History(History { name, field }));
        }
        days(collector, root);
    }
}

/// Reads the front matter of a Markdown document.
pub(super) fn of_text(collector: &mut Collector<'_>) {
    let source = collector.source;
    let text = source.text();
    if !source.path.ends_with(".md") || !text.starts_with("---") || source.invalid > 0 {
        return;
    }
    let Some(end) = text[3..].find("\n---").map(|i| i + 4) else { return };
    if !text[..end].contains(DAYS) {
        return;
    }
    // The fence is blanked, so that offsets stay those of the file.
    let front = Source::new(source.id, source.path.clone(), format!("   {}", &text[3..end]).into_bytes());
    if front.encoding() == source.encoding() {
        for root in &tree::read(&front, Format::Yaml).roots {
            days(collector, root);
        }
    }
}

fn days(collector: &mut Collector<'_>, root: &Node) {
    let found = root.get(DAYS).and_then(|node| Some((node.span, node.text()?.trim().parse::<u32>().ok()?)));
    if let Some((span, days)) = found {
        collector.add(span, &Around::key(DAYS), Kind::Retention { days });
    }
}
