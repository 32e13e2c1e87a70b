//! Whether every locale that ships has the message: in come the catalogues of a surface, out comes one entry a locale.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Linker, globs};
use crate::extract::messages::{self, Message, locale_of};
use crate::link::subject::surface::{LocaleOf, UnreadOf};
use crate::source::{FileId, Source, Span};

/// Larger catalogues are no catalogues.
const MAX_BYTES: u64 = 16 << 20;

const UNKNOWN: &str = "no format of catalogues that is known";

/// What a locale has.
#[derive(Default)]
struct Locale {
    files: Vec<FileId>,
    message: Option<(FileId, Message)>,
}

impl Linker<'_, '_, '_> {
    /// The catalogues that the configuration names.
    pub(super) fn catalogues(&self) -> Vec<FileId> {
        let globs = globs(&self.surface.locales);
        let shipped = |path: &str| {
            // A theme's `*.schema.json` is for those who edit it, and a `.pot` is nobody's language.
            globs.is_match(path) && !path.ends_with(".schema.json") && !path.ends_with(".pot")
        };
        self.places.files.iter().filter(|(_, e)| shipped(&e.path)).map(|(id, _)| id).collect()
    }

    /// The locales with the message of a key, and what could not be read.
    pub(super) fn locales(&mut self, key: &str) -> (Vec<LocaleOf>, Vec<UnreadOf>) {
        let mut locales: BTreeMap<String, Locale> = BTreeMap::new();
        let mut unread = Vec::new();
        let files = self.catalogues();
        if files.is_empty() && !self.surface.locales.is_empty() {
            let id = self.places.anchors.at(self.surface.id.span, &format!("surfaces.{}", self.surface.id.text));
            let path = self.surface.locales.join(", ");
            unread.push(UnreadOf { id, path, reason: "no file of the repository fits".to_owned() });
        }
        for file in files {
            let path = self.places.files.path(file).to_owned();
            match self.catalogue(file, key) {
                Ok(found) => enter(&mut locales, file, &path, found),
                Err(reason) => {
                    let id = self.places.anchors.at(Span::whole(file), &path);
                    unread.push(UnreadOf { id, path, reason: reason.to_owned() });
                }
            }
        }
        drop_strangers(&mut locales, |file| self.places.files.path(file));
        let named =
            locales.values().filter_map(|l| l.message.as_ref()).map(|(file, _)| name(self.places.files.path(*file)));
        let usual = named.map(str::to_owned).next();
        let filled: Vec<String> =
            locales.iter().filter(|(tag, l)| is_filled(tag, l, key)).map(|(tag, _)| tag.clone()).collect();
        let mut shown = Vec::new();
        for (tag, locale) in &locales {
            // What a region does not say, its language says.
            let base = tag.split('-').next().unwrap_or(tag);
            let inherited = base != tag && filled.iter().any(|f| f == base) && !locale.files.is_empty();
            shown.extend(self.locale(tag, locale, key, inherited, usual.as_deref()));
        }
        (shown, unread)
    }

    fn catalogue(&self, file: FileId, key: &str) -> Result<Vec<Message>, &'static str> {
        let entry = self.places.files.get(file);
        if entry.size > MAX_BYTES {
            return Err("too large");
        }
        if let Some(code) = self.graph.code(file) {
            return messages::messages_in_code(&code, key).ok_or(UNKNOWN);
        }
        let bytes = self.places.files.read(file).map_err(|_| "could not be read")?;
        let source = Arc::new(Source::new(file, entry.path.clone(), bytes));
        messages::messages(&source, key).ok_or(UNKNOWN)
    }

    fn locale(
        &mut self,
        tag: &str,
        locale: &Locale,
        key: &str,
        inherited: bool,
        usual: Option<&str>,
    ) -> Option<LocaleOf> {
        let files = self.places.files;
        let (file, span, at) = match &locale.message {
            Some((file, message)) => (*file, message.span, key),
            None => {
                let same = |f: &&FileId| usual.is_some_and(|u| name(files.path(**f)) == u);
                let file = *locale.files.iter().find(same).or(locale.files.first())?;
                (file, Span::whole(file), "locale")
            }
        };
        let path = files.path(file).to_owned();
        Some(LocaleOf {
            id: self.places.anchors.at(span, at),
            locale: tag.to_owned(),
            path,
            present: locale.message.is_some() || inherited,
            filled: is_filled(tag, locale, key) || inherited && locale.message.is_none(),
        })
    }
}

/// Enters what a catalogue says. The best message of a locale counts: its catalogue may be several files.
fn enter(locales: &mut BTreeMap<String, Locale>, file: FileId, path: &str, found: Vec<Message>) {
    let own = locale_of(path);
    let tag_of = |message: &Message| message.locale.clone().or_else(|| own.clone()).unwrap_or_else(|| path.to_owned());
    if found.iter().all(|m| m.locale.is_none()) || own.is_some() {
        let tag = own.clone().unwrap_or_else(|| path.to_owned());
        locales.entry(tag).or_default().files.push(file);
    }
    for message in found {
        let locale = locales.entry(tag_of(&message)).or_default();
        if !locale.files.contains(&file) {
            locale.files.push(file);
        }
        if locale.message.as_ref().is_none_or(|(_, known)| message.filled && !known.filled) {
            locale.message = Some((file, message));
        }
    }
}

/// A file that names no locale, lies among files that do, and has no such message is an index or a schema. The base of
/// a bundle (`messages.properties` beside `messages_de.properties`) is a catalogue.
fn drop_strangers<'p>(locales: &mut BTreeMap<String, Locale>, path_of: impl Fn(FileId) -> &'p str) {
    let stem = |path: &str| name(path).split('.').next().unwrap_or_default().to_owned();
    let tagged: Vec<String> = locales
        .values()
        .flat_map(|l| &l.files)
        .map(|f| path_of(*f))
        .filter(|p| locale_of(p).is_some())
        .map(name)
        .map(str::to_owned)
        .collect();
    locales.retain(|tag, locale| {
        let untagged = tag.contains(['/', '.']);
        let is_base = |path: &str| {
            let stem = stem(path);
            tagged.iter().any(|t| t.strip_prefix(stem.as_str()).is_some_and(|rest| rest.starts_with(['_', '-', '.'])))
        };
        !untagged || tagged.is_empty() || locale.message.is_some() || locale.files.iter().any(|f| is_base(path_of(*f)))
    });
}

/// Whether there is text. Where the text itself is the key (gettext), the language that it is written in needs none.
fn is_filled(tag: &str, locale: &Locale, key: &str) -> bool {
    let written = key.trim().contains(' ') && (tag == "en" || tag.starts_with("en-"));
    locale.message.as_ref().is_some_and(|(_, message)| message.filled || written)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
