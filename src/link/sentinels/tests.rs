//! What holds a record back, in several languages.

use std::sync::Arc;

use super::*;
use crate::parse::code::Language;
use crate::source::{FileId, Source};

fn effect(path: &str, text: &str, wanted: &Wanted) -> Option<Effect> {
    let source = Arc::new(Source::from_str(FileId(0), path, text));
    let code = Code::read(&source, Language::of(path).unwrap());
    let call = code.calls().find(|c| code.called(*c) == "upsert").unwrap();
    let raises = |node: NodeId| {
        let name = code.called(node).to_owned();
        let own = code.of_kind(Kind::Function).find(|f| code.name(*f) == Some(&name))?;
        Some(raises(&code, own))
    };
    on_the_way(&code, call, wanted, &raises).first().map(|s| s.effect)
}

fn guard() -> Wanted {
    Wanted { symbols: vec!["rejectSynthetic".into()], markers: vec!["synthetic".into()], transforms: false }
}

#[test]
fn a_guard_holds_if_the_record_can_not_get_past_it() {
    for (path, text) in [
        ("a.ts", "for (const r of rows) { if (r.isSynthetic) { quarantine(r); continue; } await sf.upsert(r); }"),
        ("a.ts", "function f(r) { if (isSynthetic(r)) return; sf.upsert(r); }"),
        ("a.ts", "function f(r) { if (!r.is_synthetic) { sf.upsert(r); } }"),
        ("a.ts", "const clean = rows.filter(r => !r.isSynthetic); for (const r of clean) sf.upsert(r);"),
        ("a.ts", "const clean = rows.filter(rejectSynthetic); sf.upsert(clean);"),
        ("a.ts", "const clean = rejectSynthetic(rows); sf.upsert(clean);"),
        (
            "a.ts",
            "function rejectSynthetic(r) { if (r.x) throw new Error(); }\nfunction f(r) { rejectSynthetic(r); sf.upsert(r); }",
        ),
        ("a.ts", "const rows = await c.query('SELECT Id FROM Order WHERE Is_Synthetic__c = false'); sf.upsert(rows);"),
        ("a.ts", "rows.filter((r) => !r.isSynthetic).forEach((r) => sf.upsert(r));"),
        ("a.ts", "sf.upsert(rejectSynthetic(rows));"),
        ("a.py", "for r in rows:\n    if r['is_synthetic']:\n        continue\n    sf.upsert(r)\n"),
        ("a.py", "clean = [r for r in rows if not r.is_synthetic]\nsf.upsert(clean)\n"),
        ("a.py", "rows = Order.objects.filter(is_synthetic=False)\nsf.upsert(rows)\n"),
        ("a.py", "def f(r):\n    if is_synthetic(r):\n        raise ValueError('no')\n    sf.upsert(r)\n"),
        ("a.rb", "rows.reject { |r| r.synthetic? }.each { |r| sf.upsert(r) }\n"),
        ("a.rb", "rows.each do |r|\n  next if r.synthetic\n  sf.upsert(r)\nend\n"),
    ] {
        assert_eq!(effect(path, text, &guard()), Some(Effect::Holds), "{path}: {text}");
    }
}

#[test]
fn a_guard_that_warns_or_comes_late_does_not_hold() {
    for (path, text, expected) in [
        ("a.ts", "if (r.isSynthetic) log.warn('synthetic'); sf.upsert(r);", Some(Effect::Ignored)),
        (
            "a.ts",
            "function rejectSynthetic(r) { return r.x; }\nfunction f(r) { rejectSynthetic(r); sf.upsert(r); }",
            Some(Effect::Ignored),
        ),
        ("a.ts", "function f(r) { rejectSynthetic(r); sf.upsert(r); }", Some(Effect::Unknown)),
        ("a.ts", "function f(r) { sf.upsert(r); if (r.isSynthetic) throw new Error(); }", Some(Effect::Late)),
        ("a.ts", "function f(r, q) { if (q) { rejectSynthetic(r); } sf.upsert(r); }", Some(Effect::Conditional)),
        ("a.ts", "function f(r) { sf.upsert(r); }", None),
        ("a.ts", "const rows = syntheticClient.list(); sf.upsert(rows);", None),
        (
            "a.py",
            "def f(r):\n    if r.is_synthetic:\n        log.warning('x')\n    sf.upsert(r)\n",
            Some(Effect::Ignored),
        ),
    ] {
        assert_eq!(effect(path, text, &guard()), expected, "{path}: {text}");
    }
}

#[test]
fn an_anonymiser_holds_if_it_is_called_on_every_way() {
    let wanted = Wanted { symbols: vec!["anonymize".into()], markers: vec![], transforms: true };
    for (path, text, expected) in [
        ("a.py", "def f(r):\n    store.upsert(anonymize(r))\n", Some(Effect::Holds)),
        ("a.py", "def f(r):\n    m = anonymize(r)\n    store.upsert(m)\n", Some(Effect::Holds)),
        ("a.py", "def f(rows):\n    store.upsert(map(anonymize, rows))\n", Some(Effect::Holds)),
        (
            "a.py",
            "def f(r, fast):\n    if not fast:\n        r = anonymize(r)\n    store.upsert(r)\n",
            Some(Effect::Conditional),
        ),
        ("a.py", "from x import anonymize\ndef f(r):\n    store.upsert(r)\n", None),
    ] {
        assert_eq!(effect(path, text, &wanted), expected, "{path}: {text}");
    }
}
