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
    Wanted {
        symbols: vec!["rejectSynthetic".into()],
        markers: vec!["synthetic".into()],
        words: vec!["testuser".into(), "livemode".into()],
        transforms: false,
    }
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
    let wanted = Wanted { symbols: vec!["anonymize".into()], transforms: true, ..Wanted::default() };
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

/// Every usual spelling of a guard in every language, each before a call of `upsert`.
const SPELLINGS: &[(&str, &str)] = &[
    ("a.ts", "function f(r) { const { isSynthetic } = r; if (isSynthetic) return; sf.upsert(r); }"),
    ("a.ts", "function f(r) { if (isSynthetic(r)) { throw new Error('no'); } sf.upsert(r); }"),
    ("a.ts", "function f(r) { !r.isSynthetic && sf.upsert(r); }"),
    ("a.ts", "function f(r) { r.isSynthetic || sf.upsert(r); }"),
    ("a.ts", "function f(r) { return r.isSynthetic ? null : sf.upsert(r); }"),
    ("a.ts", "rows.filter(({ isSynthetic }) => !isSynthetic).map((r) => sf.upsert(r));"),
    ("a.ts", "const real = _.reject(rows, 'isSynthetic'); sf.upsert(real);"),
    ("a.ts", "function f(r) { assert(!r.isSynthetic); sf.upsert(r); }"),
    ("a.ts", "function f(r) { invariant(!r.isSynthetic, 'synthetic'); sf.upsert(r); }"),
    ("a.ts", "function f(r) { switch (r.origin) { case 'synthetic': return; } sf.upsert(r); }"),
    ("a.ts", "class A { @RejectSynthetic() async save(r) { await sf.upsert(r); } }"),
    ("a.ts", "class A { @UseGuards(RejectSynthetic) async save(r) { await sf.upsert(r); } }"),
    ("a.ts", "@UseGuards(RejectSynthetic)\nclass A { async save(r) { await sf.upsert(r); } }"),
    ("a.ts", "function f(event) { if (!event.livemode) return; sf.upsert(event.data); }"),
    ("a.ts", "function f(u) { if (u.is_test_user) return; sf.upsert(u); }"),
    ("a.ts", "function f(r) { if (r.isSynthetic ?? false) return; sf.upsert(r); }"),
    ("a.ts", "function f(r) { if (r.synthetic && !force) { return; } sf.upsert(r); }"),
    ("a.py", "def f(r):\n    if r.get('is_synthetic'):\n        return\n    sf.upsert(r)\n"),
    ("a.py", "def f(r):\n    assert not r.is_synthetic\n    sf.upsert(r)\n"),
    ("a.py", "@reject_synthetic\ndef f(r):\n    sf.upsert(r)\n"),
    ("a.py", "def f(rows):\n    for r in filter(lambda r: not r.is_synthetic, rows):\n        sf.upsert(r)\n"),
    ("a.py", "def f():\n    for r in Order.objects.exclude(is_synthetic=True):\n        sf.upsert(r)\n"),
    ("a.py", "def f(df):\n    df = df[~df['is_synthetic']]\n    sf.upsert(df)\n"),
    ("a.py", "def f(df):\n    df = df[df.is_synthetic == False]\n    sf.upsert(df)\n"),
    ("a.py", "def f(df):\n    real = df.query('is_synthetic == False')\n    sf.upsert(real)\n"),
    ("a.py", "def f(r):\n    match r.origin:\n        case 'synthetic':\n            return\n    sf.upsert(r)\n"),
    (
        "a.py",
        "def f(r):\n    try:\n        reject_synthetic(r)\n    except Synthetic:\n        return\n    sf.upsert(r)\ndef reject_synthetic(r):\n    raise Synthetic()\n",
    ),
    ("a.rb", "def f(r)\n  return if r.synthetic?\n  sf.upsert(r)\nend\n"),
    ("a.rb", "def f(r)\n  raise 'no' if r.synthetic?\n  sf.upsert(r)\nend\n"),
    ("a.rb", "def f(r)\n  unless r.synthetic?\n    sf.upsert(r)\n  end\nend\n"),
    ("a.rb", "def f(r)\n  sf.upsert(r) unless r.synthetic?\nend\n"),
    ("a.rb", "rows.reject(&:synthetic?).each { |r| sf.upsert(r) }\n"),
    ("a.rb", "Order.where(synthetic: false).find_each { |r| sf.upsert(r) }\n"),
    ("a.rb", "Order.where.not(synthetic: true).each { |r| sf.upsert(r) }\n"),
    (
        "a.rb",
        "class A < B\n  before_action :reject_synthetic\n  def create\n    sf.upsert(params)\n  end\n  def reject_synthetic\n    head :forbidden if params[:synthetic]\n  end\nend\n",
    ),
    (
        "a.php",
        "<?php function f($rows) { foreach ($rows as $r) { if ($r->isSynthetic()) { continue; } $sf->upsert($r); } }",
    ),
    ("a.php", "<?php function f($r) { if ($r['is_synthetic'] ?? false) { return; } $sf->upsert($r); }"),
    (
        "a.php",
        "<?php function f($rows) { $real = array_filter($rows, fn($r) => !$r['is_synthetic']); $sf->upsert($real); }",
    ),
    ("a.php", "<?php function f() { $rows = Order::where('is_synthetic', false)->get(); $sf->upsert($rows); }"),
    ("a.php", "<?php function f($r) { abort_if($r->is_synthetic, 422); $sf->upsert($r); }"),
    ("a.php", "<?php class A { #[RejectSynthetic] function f($r) { $sf->upsert($r); } }"),
    ("A.java", "class A { void f(R r) { if (r.isSynthetic()) { return; } sf.upsert(r); } }"),
    (
        "A.java",
        "class A { void f(List<R> rows) { rows.stream().filter(r -> !r.isSynthetic()).forEach(r -> sf.upsert(r)); } }",
    ),
    ("A.java", "class A { void f(R r) { Preconditions.checkArgument(!r.isSynthetic()); sf.upsert(r); } }"),
    ("A.java", "class A { @RejectSynthetic void f(R r) { sf.upsert(r); } }"),
    ("A.java", "class A { void f() { List<R> rows = repo.findByIsSyntheticFalse(); sf.upsert(rows); } }"),
    ("A.kt", "class A { fun f(r: R) { if (r.isSynthetic) return\n sf.upsert(r) } }"),
    ("A.kt", "class A { fun f(r: R) { require(!r.isSynthetic)\n sf.upsert(r) } }"),
    ("A.kt", "class A { fun f(rows: List<R>) { rows.filterNot { it.isSynthetic }.forEach { sf.upsert(it) } } }"),
    ("A.kt", "class A { fun f(r: R) { when { r.isSynthetic -> return }\n sf.upsert(r) } }"),
    ("A.kt", "class A { fun f(r: R) { r.takeUnless { it.isSynthetic }?.let { sf.upsert(it) } } }"),
    (
        "A.cs",
        "class A { void F(IEnumerable<R> rows) { foreach (var r in rows) { if (r.IsSynthetic) continue; sf.upsert(r); } } }",
    ),
    (
        "A.cs",
        "class A { void F(IEnumerable<R> rows) { var real = rows.Where(r => !r.IsSynthetic).ToList(); sf.upsert(real); } }",
    ),
    ("A.cs", "class A { [RejectSynthetic] void F(R r) { sf.upsert(r); } }"),
    ("a.go", "package a\nfunc f(rows []R) { for _, r := range rows { if r.IsSynthetic { continue }\n sf.upsert(r) } }"),
    (
        "a.go",
        "package a\nfunc f(r R) error { if err := rejectSynthetic(r); err != nil { return err }\n return sf.upsert(r) }",
    ),
    (
        "a.go",
        "package a\nfunc f(r R) error { err := rejectSynthetic(r)\n if err != nil { return err }\n return sf.upsert(r) }",
    ),
    (
        "A.cls",
        "public class A { void f(List<Order> rows) { for (Order r : rows) { if (r.Is_Synthetic__c) { continue; } sf.upsert(r); } } }",
    ),
    (
        "A.cls",
        "public class A { void f() { List<Order> rows = [SELECT Id FROM Order WHERE Is_Synthetic__c = false]; sf.upsert(rows); } }",
    ),
    ("a.rs", "fn f(r: R) { if r.is_synthetic { return; } sf.upsert(r); }"),
    ("a.rs", "fn f(rows: Vec<R>) { for r in rows.iter().filter(|r| !r.is_synthetic) { sf.upsert(r); } }"),
];

#[test]
fn a_guard_is_known_in_every_usual_spelling() {
    let mut wanted = guard();
    wanted.symbols.extend(["reject_synthetic".to_owned(), "RejectSynthetic".to_owned()]);
    let missed: Vec<String> = SPELLINGS
        .iter()
        .filter_map(|(path, text)| {
            let found = effect(path, text, &wanted);
            (found != Some(Effect::Holds)).then(|| format!("{path}: {text} is {found:?}"))
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_only_looks_like_a_guard_is_none() {
    for (path, text, expected) in [
        (
            "a.ts",
            "function f(r) { if (r.isSynthetic && verbose) { log.warn('x'); } sf.upsert(r); }",
            Some(Effect::Ignored),
        ),
        ("a.ts", "function f(r) { if (r.isSynthetic ?? false) { count++; } sf.upsert(r); }", Some(Effect::Ignored)),
        (
            "a.go",
            "package a\nfunc f(r R) { if r.IsSynthetic { log.Println(r) }\n sf.upsert(r) }",
            Some(Effect::Ignored),
        ),
        ("a.rb", "def f(r)\n  logger.warn('x') if r.synthetic?\n  sf.upsert(r)\nend\n", Some(Effect::Ignored)),
        (
            "A.cs",
            "class A { void F(R r) { if (r.IsSynthetic) { _log.Warn(r); } sf.upsert(r); } }",
            Some(Effect::Ignored),
        ),
        (
            "a.py",
            "def f(r):\n    try:\n        if r.is_synthetic:\n            raise ValueError()\n    except ValueError:\n        log.warning('x')\n    sf.upsert(r)\n",
            Some(Effect::Ignored),
        ),
        ("a.ts", "function f(r) { return { ...r, synthetic: r.isSynthetic, id: sf.upsert(r) }; }", None),
        ("a.ts", "function f(u) { if (latestUser(u)) return; sf.upsert(u); }", None),
        ("a.py", "def f(r):\n    r['is_synthetic'] = False\n    sf.upsert(r)\n", None),
    ] {
        assert_eq!(effect(path, text, &guard()), expected, "{path}: {text}");
    }
}
