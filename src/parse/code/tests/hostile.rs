//! What is no program: for every language, whatever comes in, what comes out is well formed, in bounded time.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::parse::code::language::Reader;

/// A small program with a bit of everything, one a language.
const SAMPLES: &[(&str, &str)] = &[
    (
        "a.js",
        "import a from 'b';\nconst f = async (x) => { if (!x || y) throw new E(`a${x}`); return (x ?? 'é')['k']; };\n",
    ),
    ("a.tsx", "const f = (x: T<A>): B => <a b={x!.y as C}>é {x}</a>;\n"),
    (
        "a.py",
        "@a.b('c')\ndef f(x=1, *y):\n    try:\n        return f'é{x}' or {'a': [1]}\n    except (A, B) as e:\n        raise\n",
    ),
    (
        "a.cls",
        "@A(b='c') public with sharing class D { E f = [SELECT Id FROM G WHERE x = :(y)]; void h() { insert 'é' + ((I) j).k(); } }\n",
    ),
    (
        "a.java",
        "@A(b = \"c\") class D<E> { F g = (x ? ((H) y).i(z -> \"é\") : new J[] {1}); void k() { try { l(); } catch (M | N e) { throw e; } } }\n",
    ),
    (
        "a.cs",
        "[A(\"b\", c = 1)] class D : E { F g => h?.I($\"é{j}\") ?? new K { L = (1) }; void M() { N<O>(p => !q); } }\n",
    ),
    ("a.kt", "@A(\"b\") class C(val d: E) : F(d) { val g = !h!!.i(j = \"é$k${l}\") { m -> n } ?: (o as P) }\n"),
    (
        "a.go",
        "package a\nimport b \"c\"\nfunc (d *E) F(g H) (I, error) { j := K{L: \"é\", M: []N{{1}}}; if !(o) { panic(`p`) }; return j, nil }\n",
    ),
    (
        "a.rs",
        "#[a(b = \"c\")] fn d<E: F>(g: &H) -> I { match j!(\"é{k}\", l = 1)?.m(|n| !(o)) { Ok(p) => p, Err(_) => return Err(q) } }\n",
    ),
];

#[test]
fn samples_are_read_whole() {
    for (path, text) in SAMPLES {
        let code = code(path, text);
        assert!(code.problems.is_empty(), "{path}: {:?}", code.problems);
        well_formed(&code);
        assert!(code.len() > 12, "{path}\n{}", picture(&code));
    }
}

#[test]
fn deep_brackets_end_in_bounded_time_with_a_problem() {
    const DEEP: usize = 100_000;
    let wraps = [
        ("a.js", "x = ", ";"),
        ("a.py", "x = ", "\n"),
        ("a.cls", "class A { Integer x = ", "; }"),
        ("a.java", "class A { int x = ", "; }"),
        ("a.cs", "class A { int x = ", "; }"),
        ("a.kt", "val x = ", "\n"),
        ("a.go", "package a\nvar x = ", "\n"),
        ("a.rs", "fn f() { let x = ", "; }"),
    ];
    for (path, before, behind) in wraps {
        for inner in [format!("{}1{}", "(".repeat(DEEP), ")".repeat(DEEP)), "(".repeat(DEEP), "A<".repeat(DEEP)] {
            // The queries are compiled at first use.
            well_formed(&code(path, "x"));
            let begun = Instant::now();
            let code = alone(path, &format!("{before}{inner}{behind}"));
            // The bound is of the clock's own kind: four times what is seen on a busy machine.
            assert!(begun.elapsed() < Duration::from_secs(8), "{path} {} {:?}", &inner[..4], begun.elapsed());
            assert!(!code.problems.is_empty(), "{path} {}", &inner[..4]);
            well_formed(&code);
        }
    }
}

#[test]
fn chains_and_garbage_end_in_bounded_time() {
    let pieces =
        ["!", "!,", "\"a\"+", ".b", ".b()", "a?b:", "x -> ", "x => ", "|x| ", "}", "\"", "else if (a) {}\n", "\u{0}é"];
    for row in LANGUAGES.iter().filter(|row| matches!(row.reader, Reader::Grammar | Reader::Syn)) {
        let path = format!("a{}", row.ends[0]);
        for piece in pieces {
            for length in [2_000, 100_000] {
                let begun = Instant::now();
                let code = alone(&path, &piece.repeat(length / piece.len()));
                // The parser's own net is at one second.
                assert!(begun.elapsed() < Duration::from_secs(8), "{path} {piece:?} {:?}", begun.elapsed());
                well_formed(&code);
            }
        }
    }
}

#[test]
fn tables_of_numbers_and_rulers_are_no_danger() {
    let text = format!(
        "class A {{\n// {}\nint[] a = {{ {} }};\nvoid f() {{ b.c(); }} }}",
        "-".repeat(9_000),
        "0x00, ".repeat(3_000)
    );
    let code = code("a.java", &text);
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    assert_eq!(calls(&code), ["b.c"]);
}

#[test]
fn newer_syntax_is_told_and_the_rest_read() {
    for (path, text) in [
        ("a.java", "class A { void f() { a.b(\"c\"); }\n void g() { var x = %% 1 @@; }\n void h() { d.e(\"f\"); } }"),
        ("a.cs", "class A { void F() { a.b(\"c\"); }\n void G() { var x = %% 1 ##; }\n void H() { d.e(\"f\"); } }"),
        ("a.cls", "class A { void f() { a.b('c'); }\n void g() { Integer x = %% 1 ##; }\n void h() { d.e('f'); } }"),
        ("a.kt", "fun f() { a.b(\"c\") }\nfun g() { val x = }\nfun h() { d.e(\"f\") }\n"),
        ("a.go", "package a\nfunc f() { a.b(\"c\") }\nfunc g() { x := %% 1 ## }\nfunc h() { d.e(\"f\") }\n"),
        ("a.rs", "fn f() { a.b(\"c\") }\nfn g() { let x = %% 1 ##; }\nfn h() { d.e(\"f\") }\n"),
    ] {
        let code = code(path, text);
        let place = code.problems.first().map(|p| code.source().range(p.span).start);
        let (start, end) = (text.find("a.b").unwrap(), text.find("d.e").unwrap());
        assert!(place.is_some_and(|p| start < p && p < end), "{path} {:?}", code.problems);
        let seen = calls(&code);
        for call in ["a.b", "d.e"] {
            assert!(seen.iter().any(|c| c == call), "{path}: {call} of {seen:?}\n{}", picture(&code));
        }
        well_formed(&code);
    }
}

#[test]
fn other_encodings_have_spans_on_disk() {
    for (path, text) in SAMPLES {
        let units = || text.encode_utf16();
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect();
        let marked: Vec<u8> = [0xEF, 0xBB, 0xBF].into_iter().chain(text.bytes()).collect();
        for bytes in [wide, marked] {
            let source = Arc::new(Source::new(FileId(0), (*path).into(), bytes.clone()));
            let code = Code::read(&source, Language::of(path).unwrap());
            assert!(code.problems.is_empty(), "{path}: {:?}", code.problems);
            well_formed(&code);
            let string =
                code.of_kind(Kind::String).chain(code.of_kind(Kind::Text)).find(|s| code.slice(*s).contains('é'));
            let span = code.span_of(string.unwrap());
            let cut = &bytes[span.start as usize..span.end as usize];
            let again = match bytes[0] {
                0xFF => {
                    let units: Vec<u16> = cut.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
                    String::from_utf16(&units).unwrap()
                }
                _ => String::from_utf8(cut.to_vec()).unwrap(),
            };
            assert_eq!(again, code.slice(string.unwrap()), "{path}");
        }
    }
}

#[test]
fn empty_and_huge_files_are_read() {
    for row in LANGUAGES.iter().filter(|row| matches!(row.reader, Reader::Grammar | Reader::Syn)) {
        let path = format!("a{}", row.ends[0]);
        for text in ["", " ", "\n\n", "\u{FEFF}", "#!", "\\"] {
            well_formed(&code(&path, text));
        }
        let code = code(&path, &"a, ".repeat(5 << 20));
        assert_eq!((code.problems.len(), code.is_empty()), (1, true), "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn mutations_give_what_is_well_formed(
        sample in 0..SAMPLES.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..8, "[(){}\\[\\]<>\"'`;:,.!?=+$#@/*a\\n\\\\ é]{0,4}"), 1..6),
    ) {
        let (path, text) = SAMPLES[sample];
        let mut chars: Vec<char> = text.chars().collect();
        for (at, length, put) in cuts {
            let at = at.index(chars.len() + 1).min(chars.len());
            let end = (at + length).min(chars.len());
            chars.splice(at..end, put.chars());
        }
        let code = code(path, &chars.into_iter().collect::<String>());
        well_formed(&code);
        for id in 0..code.len() as u32 {
            code.steps(id);
            code.decorators(id);
            code.literal(id);
        }
    }
}
