//! Input that is broken, hostile or too large.

use std::time::Instant;

use super::World;
use crate::link::modules::{Graph, ReachOptions};

fn notices(world: &World, root: &str) -> Vec<(String, String)> {
    let codes = |id| world.code(id);
    let graph = Graph::new(&world.files, &codes);
    graph.reach(&[world.id(root)], ReachOptions::default());
    let path = |n: &crate::fact::Notice| world.files.path(n.span.unwrap().file).to_owned();
    graph.notices().iter().map(|n| (path(n), n.message.clone())).collect()
}

#[test]
fn a_configuration_that_extends_itself_is_told_and_read_once() {
    let world = World::new(&[
        ("tsconfig.json", r#"{"extends": "./tsconfig.json", "compilerOptions": {"paths": {"@/*": ["./src/*"]}}}"#),
        ("src/a.ts", "import '@/b'"),
        ("src/b.ts", ""),
        ("ring/tsconfig.json", r#"{"extends": "./other.json"}"#),
        ("ring/other.json", r#"{"extends": ["./tsconfig.json"]}"#),
        ("ring/a.ts", "import 'x'"),
    ]);
    assert_eq!(world.reach("src/a.ts"), ["src/a.ts", "src/b.ts"]);
    let told = notices(&world, "src/a.ts");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == "tsconfig.json" && told[0].1.contains("extends itself"), "{told:?}");
    assert_eq!(notices(&world, "ring/a.ts").len(), 2);
}

#[test]
fn a_manifest_that_is_broken_is_told_with_its_place() {
    let world = World::new(&[
        ("package.json", "{\"name\": \"shop\", \"exports\": {\".\": ./src"),
        ("src/a.ts", "import '#x'; import 'shop'; import './b'"),
        ("src/b.ts", ""),
    ]);
    assert_eq!(world.reach("src/a.ts"), ["src/a.ts", "src/b.ts"]);
    assert_eq!(notices(&world, "src/a.ts")[0].0, "package.json");
}

#[test]
fn exports_that_lead_in_circles_or_out_of_the_repository_lead_nowhere() {
    let world = World::new(&[
        (
            "package.json",
            r##"{"name": "shop", "exports": {".": {"import": {"import": {"import": {"import": {"import": {"import":
            {"import": {"import": {"import": {"import": "./a.js"}}}}}}}}}}, "./*": "./*/*"}, "imports": {"#a": "shop/x", "#b": "#a"}, "main": "../../../../etc/passwd"}"##,
        ),
        (
            "src/a.js",
            "import '#a'; import '#b'; import 'shop'; import 'shop/y'; import '../../../../etc/hosts'; require('./../../x/../../../y.json'); open('../../../../../etc/people.csv')",
        ),
    ]);
    let missing = "!no file of the repository has this path";
    let outside = "!leads out of the repository";
    assert_eq!(
        world.imports("src/a.js"),
        [missing, missing, "package:shop", "package:shop", outside, outside, missing]
    );
}

#[test]
fn a_circle_of_ten_thousand_modules_takes_less_than_a_second() {
    let count = 10_000;
    let files: Vec<(String, String)> = (0..count)
        .map(|i| {
            (
                format!("src/m{i}.ts"),
                format!("import {{ f{0} }} from './m{0}';\nexport const f{i} = () => f{0}();\n", (i + 1) % count),
            )
        })
        .collect();
    let world = World::new(&files);
    // The time of parsing is the parser's.
    for id in 0..count as u32 {
        world.code(crate::source::FileId(id));
    }
    let codes = |id| world.code(id);
    // The best of three: the machine may be busy.
    let mut best = f64::MAX;
    for _ in 0..3 {
        let graph = Graph::new(&world.files, &codes);
        let start = Instant::now();
        let reach = graph.reach(&[world.id("src/m0.ts")], ReachOptions::default());
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(reach.files().len(), count);
        assert_eq!(reach.path_to(world.id("src/m9999.ts")).len(), count - 1);
        assert!(reach.is_complete());
    }
    assert!(best < 1.0, "{best} s");
}

#[test]
fn barrels_in_circles_and_fans_end() {
    let mut files: Vec<(String, String)> = (0..60)
        .map(|i| {
            let stars: String = (0..60).map(|j| format!("export * from './b{j}';\n")).collect();
            (format!("src/b{i}.ts"), stars)
        })
        .collect();
    files.push(("src/page.ts".into(), "import { missing } from './b0'; missing()".into()));
    let world = World::new(&files);
    assert_eq!(world.reach("src/page.ts").len(), 61);
    assert_eq!(world.definition("src/page.ts", "missing"), "nowhere");
}

#[test]
fn more_files_than_the_bound_are_told() {
    let mut all = String::new();
    let mut files: Vec<(String, String)> = Vec::new();
    for i in 0..super::super::reach::MAX_FILES + 5 {
        all += &format!("import './d/{i}.txt';\n");
        files.push((format!("d/{i}.txt"), String::new()));
    }
    // One file may name only so many: two share them.
    let half = all.len() / 2;
    let at = half + all[half..].find('\n').unwrap() + 1;
    files.push(("a.js".into(), all[..at].to_owned() + "import './b'"));
    files.push(("b.js".into(), all[at..].to_owned()));
    let world = World::new(&files);
    let codes = |id| world.code(id);
    let graph = Graph::new(&world.files, &codes);
    let reach = graph.reach(&[world.id("a.js")], ReachOptions::default());
    assert!(!reach.is_complete());
    assert!(graph.notices().iter().any(|n| n.message.contains("not followed")));
}
