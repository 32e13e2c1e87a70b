//! ECMAScript and TypeScript.

use super::World;
use crate::link::modules::{Graph, ReachOptions};

#[test]
fn relative_specifiers_find_sources_indexes_and_what_a_build_writes() {
    let world = World::new(&[
        (
            "src/page.tsx",
            "import a from './a';\nimport b from './b.js';\nimport './c';\nexport * from '../lib';\nconst d = require('./d.json');\nconst e = await import('./e.mjs');\nimport f from './gone';\nimport raw from '!!raw-loader!./f.txt';\nimport z from './z?url';\nconst g = import(`./${name}`);\nimport x = require('./x');\nf(a, b, raw, z);\n",
        ),
        ("src/a.ts", ""),
        ("src/a.tsx", ""),
        ("src/b.ts", ""),
        ("src/c/index.jsx", ""),
        ("lib/package.json", r#"{"main": "main.js"}"#),
        ("lib/main.js", ""),
        ("lib/index.js", ""),
        ("src/d.json", "{}"),
        ("src/e.mts", ""),
        ("src/f.txt", ""),
        ("src/z.vue", ""),
        ("src/x.d.ts", ""),
    ]);
    assert_eq!(
        world.imports("src/page.tsx"),
        [
            "src/a.ts",
            "src/b.ts",
            "src/c/index.jsx",
            "lib/main.js",
            "src/d.json",
            "src/e.mts",
            "!no file of the repository has this path",
            "src/f.txt",
            "src/z.vue",
            "!computed when the program runs",
            "src/x.d.ts",
        ]
    );
}

#[test]
fn aliases_come_from_configurations_and_their_chain() {
    let world = World::new(&[
        (
            "tsconfig.base.json",
            "{ // shared\n \"compilerOptions\": {\"baseUrl\": \".\", \"paths\": {\"@shop/*\": [\"libs/*/src\"], \"@shop/core\": [\"libs/core/src/public\"]}}}",
        ),
        ("apps/web/tsconfig.json", r#"{"extends": "../../tsconfig.base.json"}"#),
        (
            "apps/web/src/page.ts",
            "import {a} from '@shop/orders'; import {c} from '@shop/core'; import {l} from '@acme/ui'; import {n} from '@acme/none'; a(c, l, n)",
        ),
        ("libs/orders/src/index.ts", ""),
        ("libs/core/src/public.ts", ""),
        ("site/jsconfig.json", r#"{"compilerOptions": {"baseUrl": "src"}}"#),
        ("site/src/a.js", "import x from 'lib/x'; import y from 'react'"),
        ("site/src/lib/x.js", ""),
        ("vite/package.json", "{}"),
        ("vite/src/main.js", "import x from '@/x'; import y from '@/gone'; import z from '~/x'"),
        ("vite/src/x.js", ""),
        ("solution/tsconfig.json", r#"{"files": [], "references": [{"path": "./tsconfig.web.json"}]}"#),
        ("solution/tsconfig.web.json", r#"{"compilerOptions": {"paths": {"~lib/*": ["./lib/*"]}}}"#),
        ("solution/app/a.js", "import '~lib/b'"),
        ("solution/lib/b.ts", ""),
        ("ui/package.json", r#"{"name": "@acme/ui", "main": "dist/index.js"}"#),
        ("ui/src/index.tsx", ""),
    ]);
    assert_eq!(
        world.imports("apps/web/src/page.ts"),
        ["libs/orders/src/index.ts", "libs/core/src/public.ts", "ui/src/index.tsx", "package:@acme/none"]
    );
    assert_eq!(world.imports("site/src/a.js"), ["site/src/lib/x.js", "package:react"]);
    assert_eq!(
        world.imports("vite/src/main.js"),
        ["vite/src/x.js", "!no file of the repository has this path", "vite/src/x.js"]
    );
    assert_eq!(world.imports("solution/app/a.js"), ["solution/lib/b.ts"]);
}

#[test]
fn packages_of_the_workspace_say_what_their_subpaths_are() {
    let world = World::new(&[
        (
            "packages/ui/package.json",
            r##"{"name": "@acme/ui", "exports": {".": {"types": "./dist/index.d.ts", "import": "./dist/index.mjs"},
            "./cards/*": "./dist/cards/*.js", "./package.json": "./package.json"}, "imports": {"#data/*": {"default": "./src/data/*.ts"}}}"##,
        ),
        ("packages/ui/src/index.ts", "import d from '#data/orders'; d()"),
        ("packages/ui/src/data/orders.ts", ""),
        ("packages/ui/src/cards/order.tsx", ""),
        ("packages/plain/package.json", r#"{"name": "plain"}"#),
        ("packages/plain/index.js", ""),
        ("packages/plain/src/deep/x.ts", ""),
        (
            "apps/web/page.js",
            "import '@acme/ui'; import '@acme/ui/cards/order'; import 'plain'; import 'plain/deep/x'; import 'node:fs'; import '@acme/gone/x'",
        ),
    ]);
    assert_eq!(
        world.imports("apps/web/page.js"),
        [
            "packages/ui/src/index.ts",
            "packages/ui/src/cards/order.tsx",
            "packages/plain/index.js",
            "packages/plain/src/deep/x.ts",
            "package:node:fs",
            "package:@acme/gone"
        ]
    );
    assert_eq!(world.imports("packages/ui/src/index.ts"), ["packages/ui/src/data/orders.ts"]);
}

#[test]
fn data_is_found_beside_the_file_below_the_roots_or_by_its_end() {
    let world = World::new(&[
        ("package.json", "{}"),
        ("web/package.json", "{}"),
        (
            "web/src/pages/orders.js",
            r#"
            fs.readFileSync(path.join(__dirname, "..", "fixtures", "orders.json"));
            fetch("/fixtures/shown.json");
            new URL("./near.csv", import.meta.url);
            load("fixtures/orders.json");
            load(`${base}/deep/prefs.yaml`);
            load("/app/data/people.csv");
            load("config.json");
            load("https://shop.example/feed.json");
            load("double.json");
        "#,
        ),
        ("web/src/fixtures/orders.json", ""),
        ("web/public/fixtures/shown.json", ""),
        ("web/src/pages/near.csv", ""),
        ("seeds/deep/prefs.yaml", ""),
        ("server/data/people.csv", ""),
        ("server/config.json", ""),
        ("a/double.json", ""),
        ("b/double.json", ""),
    ]);
    let missing = "!no file of the repository has this path";
    assert_eq!(
        world.imports("web/src/pages/orders.js"),
        [
            "web/src/fixtures/orders.json",
            "web/public/fixtures/shown.json",
            "web/src/pages/near.csv",
            "web/src/fixtures/orders.json",
            "seeds/deep/prefs.yaml",
            "server/data/people.csv",
            missing,
            "!several files of the repository end like this",
        ]
    );
}

#[test]
fn a_page_reaches_a_fixture_by_the_shortest_way_and_types_are_no_way() {
    let world = World::new(&[
        (
            "src/pages/orders.tsx",
            "import { useOrders } from '../hooks';\nimport type { T } from '../types';\nimport { Row, type R } from '../row';\nimport { Shape } from '../shapes';\nexport default () => <Row x={useOrders()} y={null as Shape}/>;\n",
        ),
        (
            "src/hooks/index.ts",
            "export { useOrders } from './orders';\nexport { usePrices } from './prices';\nexport * from './stock';\nexport * from './people';\n",
        ),
        ("src/hooks/orders.ts", "import { all } from '../data/client';\nexport const useOrders = () => all;\n"),
        ("src/hooks/prices.ts", "import '../data/prices.json'; export const usePrices = 1;"),
        ("src/hooks/stock.ts", "import '../data/stock.json'; export const useStock = 1;"),
        ("src/hooks/people.ts", "import '../data/people.json'; export function usePeople() {}"),
        ("src/data/client.ts", "import orders from './orders.json';\nexport const all = orders;\n"),
        ("src/data/orders.json", "[]"),
        ("src/data/prices.json", "[]"),
        ("src/data/stock.json", "[]"),
        ("src/data/people.json", "[]"),
        ("src/types.ts", "import './data/prices.json'; export type T = 1;"),
        ("src/shapes.ts", "import './data/prices.json'; export interface Shape {}"),
        ("src/row.tsx", "export const Row = () => <p/>;"),
        ("src/people.tsx", "import { usePeople } from './hooks'; usePeople();"),
        ("src/all.tsx", "import * as hooks from './hooks'; hooks.usePeople();"),
    ]);
    assert_eq!(
        world.path("src/pages/orders.tsx", "src/data/orders.json"),
        "src/pages/orders.tsx -'../hooks'-> src/hooks/index.ts -'./orders'-> src/hooks/orders.ts \
         -'../data/client'-> src/data/client.ts -'./orders.json'-> src/data/orders.json"
    );
    assert_eq!(
        world.reach("src/pages/orders.tsx"),
        [
            "src/data/client.ts",
            "src/data/orders.json",
            "src/hooks/index.ts",
            "src/hooks/orders.ts",
            "src/pages/orders.tsx",
            "src/row.tsx"
        ]
    );
    // Of two stars the one that has the name.
    assert_eq!(
        world.reach("src/people.tsx"),
        ["src/data/people.json", "src/hooks/index.ts", "src/hooks/people.ts", "src/people.tsx"]
    );
    assert_eq!(world.reach("src/all.tsx").len(), 11);
}

#[test]
fn tests_stories_and_development_are_not_entered_from_production() {
    let world = World::new(&[
        (
            "src/page.ts",
            "import './page.stories';\nimport './__tests__/x';\nimport '../fixtures/orders';\nif (process.env.NODE_ENV !== 'production') { import('./mocks/browser'); }\nif (process.env.NODE_ENV === 'production') { require('./live'); }\n",
        ),
        ("src/page.stories.ts", ""),
        ("src/__tests__/x.ts", "import '../page.stories'"),
        ("src/mocks/browser.ts", ""),
        ("src/live.ts", ""),
        ("fixtures/orders.ts", ""),
    ]);
    assert_eq!(world.reach("src/page.ts"), ["fixtures/orders.ts", "src/live.ts", "src/page.ts"]);
    assert_eq!(world.reach("src/__tests__/x.ts"), ["src/__tests__/x.ts", "src/page.stories.ts"]);
    let codes = |id| world.code(id);
    let graph = Graph::new(&world.files, &codes);
    let reach = graph.reach(&[world.id("src/page.ts")], ReachOptions::default());
    let why: Vec<&str> = reach.skipped().iter().map(|s| s.reason).collect();
    assert_eq!(why, ["a test", "brought in away from production only", "a story"]);
}

#[test]
fn what_can_not_be_followed_is_told_with_its_place() {
    let text =
        "import x from './gone';\nimport y from 'react';\nconst z = require(name);\nimport type T from './types';\n";
    let world = World::new(&[("src/page.js", text)]);
    let codes = |id| world.code(id);
    let graph = Graph::new(&world.files, &codes);
    let reach = graph.reach(&[world.id("src/page.js")], ReachOptions::default());
    let told: Vec<(&str, &str)> =
        reach.unresolved().iter().map(|u| (&text[u.span.start as usize..u.span.end as usize], u.reason)).collect();
    assert_eq!(told[0], ("'./gone'", "no file of the repository has this path"));
    assert_eq!(told[1], ("name", "computed when the program runs"));
}

#[test]
fn names_are_followed_to_their_definition() {
    let world = World::new(&[
        (
            "src/sync.ts",
            "import { guard, Masker as M } from './guards';\nimport run, * as all from './run';\nimport plain from './plain';\nimport cjs from './cjs';\nconst own = (x) => x;\nclass A extends Base { go() {} }\n",
        ),
        ("src/guards/index.ts", "export * from './a';\nexport { Masker } from './mask';\nexport * from './index';\n"),
        ("src/guards/a.ts", "export * from './b'; export * from '.';\n"),
        ("src/guards/b.ts", "export function guard(row) {\n}\n"),
        (
            "src/guards/mask.ts",
            "export class Masker extends Base {\n  static mask(row) { return row; }\n}\nclass Base { keep() {} }\n",
        ),
        ("src/run.ts", "export default function run() {}\nexport const step = () => 1;\n"),
        ("src/plain.ts", "const plain = () => 2;\nexport default plain;\n"),
        ("src/cjs.js", "module.exports = { go() {}, stop: function () {} };\n"),
    ]);
    for (name, place) in [
        ("own", "src/sync.ts: (x) => x"),
        ("A.go", "src/sync.ts: go() {}"),
        ("guard", "src/guards/b.ts: export function guard(row) {"),
        ("M.mask", "src/guards/mask.ts: static mask(row) { return row; }"),
        ("M.keep", "src/guards/mask.ts: keep() {}"),
        ("run", "src/run.ts: function run() {}"),
        ("all.step", "src/run.ts: () => 1"),
        ("plain", "src/plain.ts: () => 2"),
        ("cjs.stop", "src/cjs.js: function () {}"),
        ("nobody", "nowhere"),
        ("M.nothing", "nowhere"),
    ] {
        assert_eq!(
            world.definition("src/sync.ts", name).replace(": export function", ": function"),
            place.replace(": export function", ": function"),
            "{name}"
        );
    }
}
