//! References in XML text: in come the document type and raw text, out goes the text that the references stand for.
//!
//! Only what the file itself declares is expanded, within a budget; external entities are never fetched.

use std::collections::HashMap;

/// How much text, and how many references, all entities of a file may expand to.
const MAX_EXPANDED: usize = 1 << 20;

/// How deep entities may refer to one another.
const MAX_NESTED: usize = 16;

/// The entities of one file.
#[derive(Default)]
pub(super) struct Entities {
    /// The raw replacement text, none for an external entity.
    declared: HashMap<String, Option<String>>,
    expanded: usize,
}

impl Entities {
    /// Reads the entity declarations of a document type.
    pub fn declare(&mut self, doctype: &str) -> Result<(), &'static str> {
        for declaration in doctype.split("<!ENTITY").skip(1) {
            let declaration = declaration.trim_start();
            if declaration.starts_with('%') {
                continue;
            }
            let name_end =
                declaration.find(|c: char| c.is_whitespace()).ok_or("an entity declaration that breaks off")?;
            let (name, value) = declaration.split_at(name_end);
            let value = value.trim_start();
            let text = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let end = value[1..].find(quote).ok_or("an entity declaration that breaks off")?;
                    Some(value[1..=end].to_owned())
                }
                _ => None,
            };
            // The first declaration is the one that counts (XML 1.0, 4.2).
            self.declared.entry(name.to_owned()).or_insert(text);
        }
        Ok(())
    }

    /// The text for the inside of `&…;`.
    pub fn resolve(&mut self, reference: &str) -> Result<String, &'static str> {
        let mut out = String::new();
        self.expand(reference, &mut out, 0)?;
        Ok(out)
    }

    /// An attribute's value: white space becomes a space (XML 1.0, 3.3.3), references are resolved.
    pub fn unescape(&mut self, raw: &str) -> Result<String, &'static str> {
        let mut out = String::with_capacity(raw.len());
        let spaced = |text: &str| text.replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
        if memchr::memchr3(b'\n', b'\t', b'\r', raw.as_bytes()).is_some() {
            self.replace(&spaced(raw), &mut out, 0)?;
        } else {
            self.replace(raw, &mut out, 0)?;
        }
        Ok(out)
    }

    fn replace(&mut self, raw: &str, out: &mut String, nested: usize) -> Result<(), &'static str> {
        let mut rest = raw;
        while let Some(i) = memchr::memchr(b'&', rest.as_bytes()) {
            out.push_str(&rest[..i]);
            let tail = &rest[i + 1..];
            let end = memchr::memchr(b';', tail.as_bytes()).ok_or("a reference without its semicolon")?;
            self.expand(&tail[..end], out, nested)?;
            rest = &tail[end + 1..];
        }
        out.push_str(rest);
        Ok(())
    }

    fn expand(&mut self, reference: &str, out: &mut String, nested: usize) -> Result<(), &'static str> {
        let character = match reference {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => match reference.strip_prefix('#') {
                Some(number) => {
                    let hex = number.strip_prefix('x').map(|hex| u32::from_str_radix(hex, 16));
                    let code = hex.unwrap_or_else(|| number.parse()).ok();
                    code.and_then(char::from_u32).ok_or("a reference to no character")?
                }
                None => return self.expand_declared(reference, out, nested),
            },
        };
        out.push(character);
        Ok(())
    }

    fn expand_declared(&mut self, name: &str, out: &mut String, nested: usize) -> Result<(), &'static str> {
        let text = match self.declared.get(name) {
            None => return Err("an entity that is not declared"),
            Some(None) => return Err("an external entity is not read"),
            Some(Some(text)) if text.contains('<') => return Err("an entity that holds markup is not expanded"),
            Some(Some(text)) => text.clone(),
        };
        self.expanded += 1 + text.len();
        if nested >= MAX_NESTED || self.expanded > MAX_EXPANDED {
            return Err("entities expand to too much text");
        }
        self.replace(&text, out, nested + 1)
    }
}
