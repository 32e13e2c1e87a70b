//! Shapes of tokens: in comes the subset of regular expressions that `providers.yaml` uses, out comes a matcher that
//! needs no engine. A hundred of them are read at every start, so they must cost nothing to build.

/// A sequence of character classes, each with how often it may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    /// One bit for each ASCII character; other bytes belong to no token.
    set: u128,
    min: usize,
    max: usize,
}

const UUID: &str = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

impl Shape {
    /// Reads literals, `[a-z0-9_-]` classes (`^` and escapes are not known) and the counts `{m}` and `{m,n}`.
    ///
    /// A piece takes all it can and gives nothing back. So a piece of open length must not be able to take what the
    /// next one needs: that is an error, not a surprise.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = if text == "uuid" { UUID } else { text };
        let mut pieces: Vec<Piece> = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (set, after) = match c {
                '[' => {
                    let end = rest[1..].find(']').ok_or_else(|| format!("`[` without `]` in `{text}`"))?;
                    (class(&rest[1..1 + end])?, &rest[end + 2..])
                }
                '{' | '}' | '(' | ')' | '|' | '*' | '+' | '?' | '\\' | '^' => {
                    return Err(format!("`{c}` has no meaning in the shape `{text}`"));
                }
                c if c.is_ascii() => (bit(c as u8), &rest[1..]),
                c => return Err(format!("`{c}` is not ASCII")),
            };
            let (min, max, after) = count(after)?;
            if let Some(last) = pieces.last()
                && last.min != last.max
                && last.set & set != 0
            {
                return Err(format!("a piece of `{text}` may take what the next one needs"));
            }
            pieces.push(Piece { set, min, max });
            rest = after;
        }
        Ok(Self { pieces })
    }

    /// How many bytes at the start of `bytes` have this shape; the longest that fits.
    pub fn head(&self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        for piece in &self.pieces {
            at += piece.take(bytes.get(at..)?.iter())?;
        }
        Some(at)
    }

    /// How many bytes at the end of `bytes` have this shape.
    pub fn tail(&self, bytes: &[u8]) -> Option<usize> {
        let mut end = bytes.len();
        for piece in self.pieces.iter().rev() {
            end -= piece.take(bytes.get(..end)?.iter().rev())?;
        }
        Some(bytes.len() - end)
    }

    /// Whether the whole of `text` has this shape.
    pub fn is(&self, text: &str) -> bool {
        self.head(text.as_bytes()) == Some(text.len())
    }

    /// Whether `byte` could continue the last piece, so that a match that ends before it is cut off.
    pub fn continues(&self, byte: u8) -> bool {
        self.pieces.last().is_some_and(|p| p.set & bit(byte) != 0)
    }

    /// How little the shape says: the size of its widest class and the slack of its length. Less is more telling.
    pub fn width(&self) -> (u32, usize) {
        let widest = self.pieces.iter().map(|p| p.set.count_ones()).max().unwrap_or(0);
        (widest, self.pieces.iter().map(|p| p.max - p.min).sum())
    }
}

impl Piece {
    fn take<'a>(&self, bytes: impl Iterator<Item = &'a u8>) -> Option<usize> {
        let n = bytes.take(self.max).take_while(|b| self.set & bit(**b) != 0).count();
        (n >= self.min).then_some(n)
    }
}

fn bit(byte: u8) -> u128 {
    if byte.is_ascii() { 1 << byte } else { 0 }
}

fn class(text: &str) -> Result<u128, String> {
    let bytes = text.as_bytes();
    if !text.is_ascii() || text.starts_with('^') || text.is_empty() {
        return Err(format!("the class `[{text}]` can't be read"));
    }
    let mut set = 0;
    let mut i = 0;
    while i < bytes.len() {
        match (bytes.get(i + 1), bytes.get(i + 2)) {
            (Some(b'-'), Some(&to)) if bytes[i] <= to => {
                set |= (bytes[i]..=to).map(bit).fold(0, |a, b| a | b);
                i += 3;
            }
            _ => {
                set |= bit(bytes[i]);
                i += 1;
            }
        }
    }
    Ok(set)
}

fn count(text: &str) -> Result<(usize, usize, &str), String> {
    let Some(inner) = text.strip_prefix('{') else { return Ok((1, 1, text)) };
    let (inner, after) = inner.split_once('}').ok_or("`{` without `}`")?;
    let (min, max) = inner.split_once(',').unwrap_or((inner, inner));
    let number = |s: &str| s.parse::<usize>().map_err(|_| format!("`{{{inner}}}` is no count"));
    let (min, max) = (number(min)?, number(max)?);
    if min > max || max == 0 { Err(format!("`{{{inner}}}` is no count")) } else { Ok((min, max, after)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_shape_means_is_what_the_regular_expression_means() {
        for text in ["[0-9a-f]{3}-[A-Z]{1,2}", "a[b-d]{0,3}x", "[a-z_-]{2,4}[.]9", "uuid", "[+/=]{2}"] {
            let shape = Shape::parse(text).unwrap();
            let regex = regex::Regex::new(&format!("^(?:{})", if text == "uuid" { UUID } else { text })).unwrap();
            proptest!(|(s in "[0-9a-dxXA-C.+/=_-]{0,12}")| {
                prop_assert_eq!(shape.head(s.as_bytes()), regex.find(&s).map(|m| m.len()), "{} on {}", text, s);
            });
        }
    }

    #[test]
    fn a_tail_is_a_head_read_backwards() {
        let shape = Shape::parse("[0-9a-f]{4}").unwrap();
        assert_eq!(shape.tail(b"zz12ab"), Some(4));
        assert_eq!(shape.tail(b"2ab"), None);
    }

    #[test]
    fn what_would_need_giving_back_is_refused() {
        assert!(Shape::parse("[a-z]{1,5}a").is_err());
        assert!(Shape::parse("(a|b)").is_err());
        assert!(Shape::parse("[a-z").is_err());
        assert!(Shape::parse("a{3,1}").is_err());
    }
}
