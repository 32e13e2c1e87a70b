//! Which locale a catalogue is of: in comes its path, out comes a tag in lower case (`pt-br`).

/// ISO 639-1, and the longer codes that shops ship.
const LANGUAGES: &str = " aa ab af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da \
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io \
    is it iu iw ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt \
    my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn \
    so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu fil \
    ceb haw hmn kab ckb yue gsw ast ";

/// The locale that a path names: in its file's name, else in the nearest folder.
pub fn locale_of(path: &str) -> Option<String> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut parts: Vec<&str> = name.split('.').collect();
    if parts.len() > 1 {
        parts.pop();
    }
    let by_name = parts.iter().find_map(|part| tag_in(part));
    by_name.or_else(|| folders.rsplit('/').find_map(of_folder))
}

/// `de`, `pt-BR`, `messages_de_AT`, `strings-fr`.
fn tag_in(part: &str) -> Option<String> {
    if is_tag(part) {
        return Some(plain(part));
    }
    let at = part.find(['_', '-'])?;
    let rest = &part[at + 1..];
    if is_tag(rest) { Some(plain(rest)) } else { tag_in(rest) }
}

/// `de`, `de.lproj`, `values-de`, `de-DE`.
fn of_folder(folder: &str) -> Option<String> {
    let name = folder.trim_end_matches(".lproj");
    let name = name.strip_prefix("values-").unwrap_or(name);
    is_tag(name).then(|| plain(name))
}

/// Whether a word is a locale's tag.
pub fn is_tag(word: &str) -> bool {
    let mut parts = word.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let known = matches!(language.len(), 2 | 3)
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && LANGUAGES.split(' ').any(|l| l.eq_ignore_ascii_case(language));
    known
        && (language.bytes().all(|b| b.is_ascii_lowercase()) || word.len() > 3)
        && parts.all(|part| {
            let alphabetic = part.bytes().all(|b| b.is_ascii_alphabetic());
            matches!(part.len(), 2 | 4) && alphabetic || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit())
        })
}

/// A tag in one spelling.
pub fn plain(tag: &str) -> String {
    tag.to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::locale_of;

    #[test]
    fn a_path_names_its_locale() {
        for (path, locale) in [
            ("locales/en.json", Some("en")),
            ("locales/en.default.json", Some("en")),
            ("locales/pt-BR.json", Some("pt-br")),
            ("src/i18n/messages_de_AT.properties", Some("de-at")),
            ("src/i18n/messages.properties", None),
            ("locale/zh_Hans/LC_MESSAGES/django.po", Some("zh-hans")),
            ("lang/fr/account.php", Some("fr")),
            ("public/locales/it/common.json", Some("it")),
            ("ios/de.lproj/Localizable.strings", Some("de")),
            ("translations/de.translation-meta.xml", Some("de")),
            ("labels/CustomLabels.labels-meta.xml", None),
            ("src/app/api/messages.json", None),
            ("i18n/strings-fr.json", Some("fr")),
        ] {
            assert_eq!(locale_of(path).as_deref(), locale, "{path}");
        }
    }
}
