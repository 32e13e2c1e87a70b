//! Secrets in a file too large to hold: in come its bytes, a window at a time, out come facts as [`super::secret`]
//! makes them. Nothing else is read from such a file here.

use std::io::{self, Read};

use super::secret::{name_before, of_match};
use crate::fact::{Context, Fact, FileFacts, Kind};
use crate::registry::secrets::{OVERLAP, scan_bytes};
use crate::source::{FileId, Span};

/// How much is read at once.
const WINDOW: usize = 1 << 20;

/// Searches a stream for provider-shaped secrets. Offsets are those of the file; UTF-16 is not decoded.
pub fn stream(mut reader: impl Read, file: FileId) -> io::Result<FileFacts> {
    let mut found = FileFacts::default();
    let mut held: Vec<u8> = Vec::with_capacity(WINDOW + OVERLAP);
    // Where the held bytes begin in the file, and how much of them an earlier window has answered for.
    let (mut base, mut done) = (0usize, 0usize);
    loop {
        let more = (&mut reader).take(WINDOW as u64).read_to_end(&mut held)?;
        let last = more == 0;
        let end = if last { held.len() } else { held.len().saturating_sub(OVERLAP) };
        for secret in scan_bytes(&held).into_iter().filter(|s| (done..end).contains(&s.range.start)) {
            let value = String::from_utf8_lossy(&held[secret.range.clone()]).into_owned();
            let line =
                String::from_utf8_lossy(&held[secret.range.start.saturating_sub(200)..secret.range.start]).into_owned();
            let name = name_before(&line, line.len());
            let span = Span {
                file,
                start: u32::try_from(base + secret.range.start).unwrap_or(u32::MAX),
                end: u32::try_from(base + secret.range.end).unwrap_or(u32::MAX),
            };
            found.facts.push(Fact {
                span,
                key: name.unwrap_or_default().to_owned(),
                context: Context::default(),
                kind: Kind::Secret(of_match(&secret, &value, name, false)),
            });
        }
        if last {
            return Ok(found);
        }
        // What stands behind `end` is looked at again with what follows; a word before a form may vouch for it.
        let keep = end.saturating_sub(OVERLAP);
        held.drain(..keep);
        base += keep;
        done = end - keep;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_across_the_edge_of_a_window_is_found_once() {
        let secret = concat!("sk_li", "ve_4eC39HqLyjWDarjtT1zdp7dc");
        for before in [0, 100, WINDOW - OVERLAP - 5, WINDOW - 10, WINDOW, 2 * WINDOW - 3] {
            let text = format!("{}\nkey={secret}\n{}", "x ".repeat(before / 2), "y ".repeat(WINDOW));
            let found = stream(text.as_bytes(), FileId(0)).unwrap();
            assert_eq!(found.facts.len(), 1, "{before}");
            let span = found.facts[0].span;
            assert_eq!(&text[span.start as usize..span.end as usize], secret);
        }
    }
}
