//! Surfaces of small repositories in memory.

use std::sync::Arc;

use serde_json::Value;

use crate::config;
use crate::link::subject::SubjectKind;
use crate::link::{Reading, link};
use crate::parse::code::{Code, Language};
use crate::source::{FileEntry, Files, Origin, Source};

/// The first surface of a repository as policies see it, with `fixtures/` declared synthetic.
fn surface(declared: &str, files: &[(&str, &str)]) -> Value {
    let config = format!(
        "datasets:\n  - {{ paths: [\"**/fixtures/**\"], kind: synthetic }}\nsurfaces:\n  - id: page\n    kind: account\n{declared}"
    );
    let all = files.iter().copied().chain([("synthgate.yaml", config.as_str())]);
    let entry = |(path, text): (&str, &str)| FileEntry {
        path: path.into(),
        origin: Origin::Memory(text.as_bytes().into()),
        size: text.len() as u64,
        tracked: true,
    };
    let files = Files::new(all.map(entry).collect());
    let own = files.find("synthgate.yaml").unwrap();
    let loaded = config::load(&Source::from_str(own, "synthgate.yaml", &config));
    assert!(loaded.errors.is_empty(), "{:?}", loaded.errors);
    let code = |id| {
        let path = &files.get(id).path;
        let language = Language::of(path)?;
        Some(Arc::new(Code::read(&Arc::new(Source::new(id, path.clone(), files.read(id).ok()?)), language)))
    };
    let reading = Reading { stored: &|_| Err(std::io::Error::other("not read")), code: &code };
    let linked = link(&files, Vec::new(), &loaded.config, &reading);
    let mut surfaces = linked.subjects.into_iter().filter(|s| s.kind == SubjectKind::Surface);
    surfaces.next().unwrap().input
}

const PAGES: &str = "    paths: [\"src/**\"]\n";

/// The ways to sources: files joined by `>`.
fn ways(surface: &Value) -> Vec<String> {
    let sources = surface["sources"].as_array().unwrap();
    let way = |source: &Value| {
        let steps = source["steps"].as_array().unwrap();
        let mut way = steps.first().map_or(String::new(), |s| s["from"].as_str().unwrap().to_owned());
        for step in steps {
            way = format!("{way} > {}", step["to"].as_str().unwrap());
        }
        way
    };
    sources.iter().map(way).collect()
}

#[test]
fn the_shortest_way_to_data_is_told_step_by_step() {
    let found = surface(
        "    paths: [\"src/page.ts\"]\n",
        &[
            ("src/page.ts", "import { a } from './a';\nimport { b } from './b';\nexport default a + b;"),
            ("src/a.ts", "import { b } from './b';\nexport const a = b;"),
            ("src/b.ts", "import rows from '../fixtures/rows.json';\nexport const b = rows;"),
            ("fixtures/rows.json", "[]"),
        ],
    );
    assert_eq!(ways(&found), ["src/page.ts > src/b.ts > fixtures/rows.json"]);
    assert_eq!(found["sources"][0]["kind"], "synthetic");
}

#[test]
fn a_production_file_that_takes_a_tests_fixture_ships_it() {
    let found = surface(
        PAGES,
        &[
            ("src/page.ts", "import rows from '../tests/fixtures/rows.json';\nexport default rows;"),
            ("tests/fixtures/rows.json", "[]"),
        ],
    );
    assert_eq!(ways(&found), ["src/page.ts > tests/fixtures/rows.json"]);
}

#[test]
fn data_that_code_names_by_its_path_are_a_source() {
    let found = surface(
        "    paths: [\"shop/**\"]\n",
        &[
            ("shop/orders.py", "import json\n\ndef orders():\n    return json.load(open('fixtures/orders.json'))\n"),
            ("fixtures/orders.json", "[]"),
        ],
    );
    assert_eq!(ways(&found), ["shop/orders.py > fixtures/orders.json"]);
}

#[test]
fn what_does_not_reach_customers_is_no_source() {
    for page in [
        "import type { Row } from '../fixtures/rows';\nexport default (r: Row) => r;",
        "import { rows } from '../fixtures/rows';\nexport default () => 1;",
        "import { rows } from '../fixtures/rows';\nexport default process.env.NODE_ENV === 'test' ? rows : [];",
        "import { kept } from './barrel';\nexport default kept;",
        "export default () => { if (import.meta.env.DEV) return import('../fixtures/rows'); };",
    ] {
        let found = surface(
            PAGES,
            &[
                ("src/page.ts", page),
                ("src/page.test.ts", "import { rows } from '../fixtures/rows';\ntest(() => rows);"),
                ("lib/barrel.ts", "export { rows } from '../fixtures/rows';"),
                ("src/barrel.ts", "export const kept = 1;"),
                ("fixtures/rows.ts", "export type Row = { a: number };\nexport const rows = [1];"),
            ],
        );
        assert_eq!(ways(&found), [] as [String; 0], "{page}");
    }
}

#[test]
fn the_rest_behind_data_is_part_of_them() {
    let found = surface(
        PAGES,
        &[
            ("src/page.ts", "import { rows } from '../fixtures/rows';\nexport default rows;"),
            ("fixtures/rows.ts", "import more from './more.json';\nexport const rows = more;"),
            ("fixtures/more.json", "[]"),
        ],
    );
    assert_eq!(ways(&found), ["src/page.ts > fixtures/rows.ts"]);
}

#[test]
fn computed_imports_count_where_synthetic_data_lie() {
    let unresolved = |page: &str| {
        let found = surface(PAGES, &[("src/page.ts", page), ("src/data/fixtures/rows.json", "[]")]);
        found["unresolved"].as_array().unwrap().len()
    };
    assert_eq!(unresolved("export const load = (n) => import(`./data/${n}.json`);"), 1);
    assert_eq!(unresolved("export const load = (n) => import(`./icons/${n}.json`);"), 0);
    assert_eq!(unresolved("export const load = (n) => require(path.join(n, 'package.json'));"), 0);
    assert_eq!(unresolved("export const load = (n) => require(n);"), 1);
}

#[test]
fn an_entry_of_consumes_is_what_it_names() {
    let found = surface(
        "    paths: [\"src/**\"]\n    consumes: [\"fixtures/rows.json\", rows, prefs_client, \"src/api.ts\", nothing]\n",
        &[
            (
                "src/page.ts",
                "import { prefs } from '@acme/prefs-client';\nimport { api } from './api';\nexport default [prefs, api];",
            ),
            ("src/api.ts", "export const api = 1;"),
            ("fixtures/rows.json", "[]"),
        ],
    );
    let matched = found["consumes"].as_array().unwrap().iter().map(|c| c["matched"].as_str());
    assert_eq!(matched.collect::<Vec<_>>(), [Some("dataset"), Some("dataset"), Some("package"), Some("module"), None]);
}

#[test]
fn of_several_places_that_show_a_message_each_knows_its_conditions() {
    let found = surface(
        "    paths: [\"src/**\"]\n    disclosure: { key: notice.made_up, flag: showNotice }\n    locales: [\"locales/*.json\"]\n",
        &[
            (
                "src/page.tsx",
                "import { Notice } from './notice';\nexport default ({ flags }) => <div>{flags.showNotice && <Notice />}</div>;",
            ),
            ("src/notice.tsx", "export const Notice = () => <p hidden>{t('notice.made_up')}</p>;"),
            ("config/production.json", "{\"showNotice\": false}"),
            ("config/staging.json", "{\"showNotice\": true}"),
            ("locales/en.json", "{\"notice\": {\"made_up\": \"Made up\"}}"),
            ("locales/en-GB.json", "{}"),
            ("locales/de.json", "{\"notice\": {\"made_up\": \"\"}}"),
            ("locales/$schema.json", "{\"properties\": {}}"),
        ],
    );
    let rendered = &found["disclosure"]["rendered"];
    assert_eq!(rendered.as_array().unwrap().len(), 1);
    assert_eq!(rendered[0]["conditions"][0]["name"], "showNotice");
    assert_eq!(rendered[0]["conditions"][0]["setting"]["on"], false);
    assert_eq!(rendered[0]["conditions"][0]["setting"]["layer"], "profile");
    assert_eq!(rendered[0]["hidden"][0]["how"], "`hidden`");
    let locales: Vec<(String, bool)> = found["disclosure"]["locales"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (l["locale"].as_str().unwrap().to_owned(), l["filled"].as_bool().unwrap()))
        .collect();
    assert_eq!(locales, [("de".into(), false), ("en".into(), true), ("en-gb".into(), true)]);
}
