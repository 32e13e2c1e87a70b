//! Where code shows a message: in come a file's code and the message's key, out come the nodes that name it, and those
//! that ask for a message whose key is put together when the program runs and may be this one.

use crate::parse::code::{Code, Kind, Language, NodeId, Piece, Role};

/// A message's key, with what its parts are.
pub(super) struct Key<'k> {
    /// As declared.
    text: &'k str,
    /// Other spellings of the same: without the namespace, with another separator.
    forms: Vec<String>,
    /// Its last part: what every way to name it holds.
    last: &'k str,
    /// It can't be an ordinary word.
    telling: bool,
}

/// What a file shows.
#[derive(Default)]
pub(super) struct Shown {
    /// Nodes that name the key.
    pub exact: Vec<NodeId>,
    /// Nodes of keys that are computed, and may give this one.
    pub computed: Vec<NodeId>,
    /// Nodes of which nothing is known: any message may come.
    pub open: Vec<NodeId>,
}

impl<'k> Key<'k> {
    pub fn new(text: &'k str) -> Self {
        let text = text.trim();
        let mut forms = vec![text.to_owned()];
        if let Some((_, rest)) = text.split_once(':') {
            forms.push(rest.to_owned());
            forms.push(text.replacen(':', ".", 1));
        }
        let bare = text.strip_prefix("c.").unwrap_or(text);
        if bare != text {
            forms.push(bare.to_owned());
        }
        let last = bare.rsplit(['.', ':', '/']).next().unwrap_or(bare);
        let telling = text.contains(['.', ':', '_', ' ', '-', '/']) || text.chars().skip(1).any(char::is_uppercase);
        Self { text, forms, last, telling }
    }

    /// Whether a text can name the key at all.
    pub fn may_stand_in(&self, text: &str) -> bool {
        memchr::memmem::find(text.as_bytes(), self.last.as_bytes()).is_some()
    }

    /// Whether a text of a language that is not read names the key: as a word of its own.
    pub fn stands_in(&self, text: &str) -> bool {
        let part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
        let bytes = text.as_bytes();
        self.forms.iter().filter(|_| self.telling).any(|form| {
            memchr::memmem::find_iter(bytes, form.as_bytes()).any(|at| {
                let before = at.checked_sub(1).and_then(|i| bytes.get(i));
                !part(before) && !part(bytes.get(at + form.len()).filter(|b| **b != b'.'))
            })
        })
    }

    fn is(&self, text: &str) -> bool {
        self.forms.iter().any(|form| form == text)
    }
}

/// Functions that look a message up.
const LOOKUPS: &[&str] = &[
    "t",
    "$t",
    "tc",
    "$tc",
    "te",
    "translate",
    "trans",
    "$trans",
    "formatmessage",
    "getmessage",
    "gettext",
    "ugettext",
    "pgettext",
    "ngettext",
    "_",
    "__",
    "_e",
    "esc_html__",
    "esc_html_e",
    "lang",
    "i18n",
    "localize",
    "l10n",
    "message",
    "msg",
    "instant",
    "getstring",
    "transchoice",
    "trans_choice",
    "getlocalizedstring",
    "rich",
    "markup",
];

/// Where a file shows the message of a key.
pub(super) fn shown(code: &Code, key: &Key<'_>) -> Shown {
    let mut shown = Shown::default();
    let named = key.may_stand_in(code.text());
    for id in 0..code.len() as NodeId {
        match code.kind(id) {
            Kind::String => {
                if named && names(code, id, key) {
                    shown.exact.push(id);
                } else if !code.pieces(id).iter().all(|p| matches!(p, Piece::Text(_))) && may_be(code, id, key) {
                    shown.computed.push(id);
                }
            }
            Kind::Member if named && is_member(code, id, key) => shown.exact.push(id),
            // What a template engine would read that is not read here: `{% trans "…" %}` in HTML.
            Kind::Text if named && is_quoted(code.slice(id), key) => shown.exact.push(id),
            Kind::Concat if is_joined(code, id, key) => shown.computed.push(id),
            Kind::Call if asks_for_anything(code, id) => shown.open.push(id),
            _ => {}
        }
    }
    shown
}

/// Whether a string is the key, and stands where a message is asked for and not where one is defined.
fn names(code: &Code, id: NodeId, key: &Key<'_>) -> bool {
    let Some(text) = code.literal(id) else { return false };
    if !key.is(text) && !is_suffix(code, text, key) && !is_lazy(code, text, key) && !is_angular(text, key) {
        return false;
    }
    let parent = code.node(id).parent;
    let defines = code.role(id) == Role::Key && code.child(parent, Role::Value).is_some();
    let imports = code.around(id).any(|a| matches!(code.kind(a), Kind::Import | Kind::TypeImport));
    if defines || imports || matches!(code.kind(parent), Kind::Compare | Kind::Case) {
        return false;
    }
    key.telling || is_asked(code, id)
}

/// The argument of what looks messages up, or the attribute that says which.
fn is_asked(code: &Code, id: NodeId) -> bool {
    let mut holders = code.around(id).take(3);
    holders.any(|holder| match code.kind(holder) {
        Kind::Call => LOOKUPS.contains(&code.called(holder).to_ascii_lowercase().as_str()),
        Kind::Attribute => code.key(holder).is_some_and(|k| {
            matches!(
                k,
                "i18nKey" | "keypath" | "data-i18n" | "translationKey" | "keyName" | "v-t" | "translate" | "i18n"
            )
        }),
        Kind::Pair => matches!(code.key(holder), Some("id" | "i18nKey" | "key")),
        _ => false,
    })
}

/// The rest of a key whose beginning is said elsewhere in the file: `useTranslations("disclosure")`, `keyPrefix`.
fn is_suffix(code: &Code, text: &str, key: &Key<'_>) -> bool {
    let Some(head) = key.text.strip_suffix(text).filter(|h| h.len() > 1 && !text.is_empty()) else { return false };
    let Some(head) = head.strip_suffix(['.', ':']) else { return false };
    code.of_kind(Kind::String).any(|s| code.literal(s).is_some_and(|l| l == head || head.ends_with(&format!(".{l}"))))
}

/// Rails: `t(".notice")` in `app/views/account/show.html.erb` is `account.show.notice`.
fn is_lazy(code: &Code, text: &str, key: &Key<'_>) -> bool {
    let path = &code.source().path;
    let Some((_, view)) = text.strip_prefix('.').and_then(|_| path.split_once("app/views/")) else { return false };
    let (folder, name) = view.rsplit_once('/').unwrap_or(("", view));
    let stem = name.split('.').next().unwrap_or(name).trim_start_matches('_');
    let whole = format!("{}.{stem}{text}", folder.replace('/', "."));
    key.is(whole.trim_start_matches('.'))
}

/// Angular: `i18n="meaning|description@@key"`.
fn is_angular(text: &str, key: &Key<'_>) -> bool {
    text.rsplit_once("@@").is_some_and(|(_, id)| key.is(id))
}

/// `$t.disclosure.synthetic`, `$Label.c.Synthetic_Notice`, `Label.Synthetic_Notice`.
fn is_member(code: &Code, id: NodeId, key: &Key<'_>) -> bool {
    if code.kind(code.node(id).parent) == Kind::Member && code.role(id) == Role::Object {
        return false;
    }
    let steps = code.steps(id);
    let Some((last, holders)) = steps.split_last() else { return false };
    if *last != key.last || holders.is_empty() {
        return false;
    }
    let label = holders.iter().any(|h| h.trim_start_matches('$').eq_ignore_ascii_case("label"));
    let joined = steps.join(".");
    label && key.forms.iter().any(|f| f == last || joined.ends_with(f.as_str()))
        || key.text.contains('.') && joined.strip_suffix(key.text).is_some_and(|rest| rest.ends_with('.'))
}

fn is_quoted(text: &str, key: &Key<'_>) -> bool {
    key.forms.iter().any(|f| text.contains(&format!("\"{f}\"")) || text.contains(&format!("'{f}'")))
}

/// A text with holes whose literal parts fit the key.
fn may_be(code: &Code, id: NodeId, key: &Key<'_>) -> bool {
    let pieces = code.pieces(id);
    let mut rest = key.text;
    let mut open = false;
    let mut literal = 0;
    for piece in &pieces {
        match piece {
            Piece::Hole(_) => open = true,
            Piece::Text(range) => {
                let Some(text) = code.text().get(range.start as usize..range.end as usize) else { return false };
                literal += text.len();
                rest = match (open, rest.find(text)) {
                    (false, Some(0)) => &rest[text.len()..],
                    (true, Some(at)) => &rest[at + text.len()..],
                    _ => return false,
                };
                open = false;
            }
        }
    }
    literal > 2 && (open || rest.is_empty()) && is_asked(code, id)
}

/// `"disclosure." + kind`.
fn is_joined(code: &Code, id: NodeId, key: &Key<'_>) -> bool {
    let first = code.children(id).find(|c| code.kind(*c) == Kind::String);
    let begins = first.and_then(|f| code.literal(f)).is_some_and(|f| f.len() > 2 && key.text.starts_with(f));
    begins && code.literal(id).is_none() && is_asked(code, id)
}

/// `t(key)`: any message may come.
fn asks_for_anything(code: &Code, id: NodeId) -> bool {
    let steps = code.steps(id);
    let Some(called) = steps.last() else { return false };
    let lookup = matches!(*called, "t" | "$t" | "translate" | "trans" | "formatMessage" | "gettext" | "__")
        && (steps.len() == 1 || matches!(steps[0], "i18n" | "intl" | "this" | "I18n" | "i18next" | "props"));
    if !lookup || matches!(code.language, Language::Python if *called == "t") {
        return false;
    }
    let Some(first) = code.child(id, Role::Argument) else { return false };
    match code.kind(first) {
        Kind::Name | Kind::Member | Kind::Index => true,
        Kind::Object => code
            .entry(first, &["id"])
            .is_some_and(|value| matches!(code.kind(value), Kind::Name | Kind::Member | Kind::Index)),
        _ => false,
    }
}

/// The names under which a Lightning script holds a label that it imports: `import NOTICE from "@salesforce/label/c.X"`
/// and `label = { notice: NOTICE }` give `NOTICE` and `notice`.
pub(super) fn label_names(code: &Code, key: &Key<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for import in code.of_kind(Kind::Import) {
        let source = code.child(import, Role::Source).and_then(|s| code.literal(s));
        let label = source.and_then(|s| s.strip_prefix("@salesforce/label/"));
        if !label.is_some_and(|l| key.is(l) || l.split_once('.').is_some_and(|(_, bare)| key.is(bare))) {
            continue;
        }
        let local = code.inside(import).filter(|n| matches!(code.role(*n), Role::Name | Role::Alias));
        names.extend(local.map(|n| code.slice(n).to_owned()));
    }
    if names.is_empty() {
        return names;
    }
    let holds = |value: NodeId| names.iter().any(|n| n == code.slice(value));
    let mut held: Vec<String> = Vec::new();
    for id in 0..code.len() as NodeId {
        let name = match code.kind(id) {
            Kind::Pair => code.key(id),
            Kind::Assign => code.child(id, Role::Target).and_then(|t| code.steps(t).last().copied()),
            _ => None,
        };
        if let Some(name) = name.filter(|_| code.child(id, Role::Value).is_some_and(holds)) {
            held.push(name.to_owned());
        }
    }
    names.extend(held);
    names
}

/// Where a Lightning template shows what a script holds under a name: `{label.notice}`.
pub(super) fn shown_names(code: &Code, names: &[String]) -> Vec<NodeId> {
    let named = |id: &NodeId| {
        let inner = code.children(*id).next().unwrap_or(*id);
        code.steps(inner).last().is_some_and(|last| names.iter().any(|n| n == last))
    };
    code.of_kind(Kind::Interpolation).filter(named).collect()
}
