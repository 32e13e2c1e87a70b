//! DVC: `<file>.dvc` and `dvc.lock`, which hold digests of files, and `meta.provenance`, which says the rest.
//! <https://dvc.org/doc/user-guide/project-structure/dvc-files>

use super::profile::{keep, read, scalar};
use super::{Found, target_of};
use crate::fact::provenance::{At, Container, Record};
use crate::parse::tree::Node;

/// `<file>.dvc`: a record for each output.
pub(super) fn dvc_file(path: &str, root: &Node) -> Vec<Found> {
    outs(path, root, root.at(&["meta", "provenance"]))
}

/// `dvc.lock`: a record for each output of each stage.
pub(super) fn dvc_lock(path: &str, root: &Node) -> Vec<Found> {
    let stages = root.get("stages").map(Node::entries).unwrap_or_default();
    stages.iter().flat_map(|stage| outs(path, &stage.node, None)).collect()
}

fn outs(path: &str, holder: &Node, given: Option<&Node>) -> Vec<Found> {
    let outs = holder.get("outs").map(Node::items).unwrap_or_default();
    outs.iter()
        .filter_map(|out| {
            let file = out.get("path").and_then(scalar)?;
            let mut record = Record::new(Container::Dvc, target_of(path, Some(&file.value)));
            keep(&mut record.digest, digest(out));
            for map in [out.at(&["meta", "provenance"]), given].into_iter().flatten() {
                read(map, &mut record);
            }
            Some((file.span, record))
        })
        .collect()
}

/// `md5: …` beside `hash: md5` is of the bytes; without `hash` (before DVC 3) it is of the text with LF line ends.
fn digest(out: &Node) -> Option<At<String>> {
    let algorithm = out.text_at(&["hash"]);
    let md5 = out.get("md5").and_then(scalar)?;
    let name = if algorithm.is_some() { "md5" } else { "md5-dos2unix" };
    Some(At { value: format!("{name}:{}", md5.value.to_lowercase()), span: md5.span })
}
