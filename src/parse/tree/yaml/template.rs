//! Templates in YAML (Helm and Go `{{ … }}`, Jinja `{% … %}` and `{# … #}`, ERB `<% … %>`): in comes the text, out
//! goes a copy of the same length in which the templates can no longer break the YAML around them.
//!
//! A line of nothing but templates becomes blank. A template beside other text becomes a word, so that
//! `key: {{ .Values.x }}` is a key with a scalar; the reader then takes that scalar's text from the original.

use std::ops::Range;

const DELIMITERS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>")];

/// A template that does not end within so many bytes is none.
const MAX_TEMPLATE: usize = 16 << 10;

/// A byte that no text file has, standing for a template's byte until its line is known as a whole.
const MARK: u8 = 1;

/// A copy of a text with its templates out of the way.
pub(super) struct Masked {
    /// As long as the original.
    pub text: String,
    /// The templates, in order.
    pub ranges: Vec<Range<usize>>,
}

/// Whether a text has templates at all.
pub(super) fn occurs(text: &str) -> bool {
    Templates::of(text).next().is_some()
}

/// Masks all templates of a text.
pub(super) fn mask(text: &str) -> Masked {
    let ranges: Vec<Range<usize>> = Templates::of(text).collect();
    let mut bytes = text.as_bytes().to_vec();
    for range in &ranges {
        bytes[range.clone()].fill(MARK);
    }
    // A template may run over several lines; all of them are one line here.
    for line in bytes.split_mut(|b| *b == b'\n') {
        let alone = line.iter().find(|b| **b != MARK && !b.is_ascii_whitespace()).is_none_or(|b| *b == b'#');
        let stand_in = if alone { b' ' } else { b'x' };
        line.iter_mut().filter(|b| **b == MARK).for_each(|b| *b = stand_in);
    }
    // Whole templates were replaced by ASCII, so this is the one allocation and never a loss.
    let text = String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
    Masked { text, ranges }
}

/// The templates of a text, in order.
struct Templates<'a> {
    text: &'a str,
    at: usize,
    /// For each delimiter the place of the next closing one as far as it is known: each is looked for once, so that
    /// a text full of opening delimiters takes no longer than another.
    closing: [usize; DELIMITERS.len()],
}

impl<'a> Templates<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, at: 0, closing: [0; DELIMITERS.len()] }
    }

    /// One past the closing delimiter that belongs to an opening one at `start`.
    fn end(&mut self, delimiter: usize, start: usize) -> Option<usize> {
        let (open, close) = DELIMITERS[delimiter];
        let inside = start + open.len();
        if self.closing[delimiter] < inside {
            let rest = &self.text.as_bytes()[inside..];
            let found = memchr::memmem::find(rest, close.as_bytes()).map(|i| inside + i);
            self.closing[delimiter] = found.unwrap_or(usize::MAX);
        }
        let closing = self.closing[delimiter];
        (closing.checked_sub(start)? <= MAX_TEMPLATE).then(|| closing + close.len())
    }
}

impl Iterator for Templates<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let start = self.at + memchr::memchr2(b'{', b'<', &self.text.as_bytes()[self.at..])?;
            let rest = &self.text[start..];
            self.at = start + 1;
            let Some(delimiter) = DELIMITERS.iter().position(|(open, _)| rest.starts_with(open)) else { continue };
            if let Some(end) = self.end(delimiter, start) {
                // `{{{ x }}}` ends one brace later.
                let triple = usize::from(rest.starts_with("{{{") && self.text[end..].starts_with('}'));
                self.at = end + triple;
                return Some(start..self.at);
            }
        }
    }
}
