//! Source code of five languages for the tree: in come dice and a number, out come a path and a file of an ordinary
//! shop. One file in twelve talks to a provider or makes data; the others only import each other.

use std::fmt::Write as _;

use super::ground::{Dice, Maker};

/// How many files of one module, and what one looks like: 5,000 in all.
pub const KINDS: &[(usize, Maker)] = &[(1600, typescript), (1000, python), (900, java), (800, ruby), (700, php)];

/// One file in this many is of interest.
const TELLING: usize = 12;

const WORDS: &[&str] = &[
    "cart", "order", "price", "stock", "coupon", "invoice", "shipment", "review", "search", "profile", "wishlist",
    "return",
];

fn word(dice: &mut Dice) -> &'static str {
    WORDS[dice.below(WORDS.len())]
}

/// How many functions a file has: most are small, some are long.
fn functions(dice: &mut Dice) -> usize {
    3 + dice.below(12) + if dice.below(20) == 0 { 40 } else { 0 }
}

fn typescript(dice: &mut Dice, i: usize) -> (String, String) {
    let folder = i / 40;
    let mut text =
        format!("import {{ format }} from './part{}';\nimport type {{ Row }} from '../types';\n\n", (i + 1) % 40);
    if i.is_multiple_of(TELLING) {
        text += "import jsforce from 'jsforce';\n\nconst conn = new jsforce.Connection({ loginUrl: process.env.SF_LOGIN_URL });\n\
                 export async function push(rows: Row[]) {\n  for (const row of rows) {\n    if (row.isSynthetic) continue;\n\
                     await conn.sobject('Order').upsert(row, 'External_Id__c');\n  }\n}\n\n";
    }
    for n in 0..functions(dice) {
        let (a, b) = (word(dice), word(dice));
        let _ = write!(
            text,
            "/** Counts the {a}s of a {b}. */\nexport function {a}{n}(rows: Row[], limit = {}): number {{\n  let total = 0;\n  for (const row of rows) {{\n    if (!row.{b} || row.{b}.length > limit) {{\n      continue;\n    }}\n    total += format(row.{b}).length * {};\n  }}\n  return total;\n}}\n\n",
            dice.below(100),
            dice.below(9)
        );
    }
    (format!("web/src/m{folder}/part{}.ts", i % 40), text)
}

fn python(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = String::from(
        "\"\"\"Part of the shop.\"\"\"\nfrom __future__ import annotations\n\nimport logging\nfrom shop import models\n\nlog = logging.getLogger(__name__)\n\n",
    );
    if i.is_multiple_of(TELLING) {
        text += "import requests\n\n\ndef fetch(session, token):\n    try:\n        answer = requests.get('https://api.hubapi.com/crm/v3/objects/contacts', headers={'Authorization': token})\n        answer.raise_for_status()\n    except requests.HTTPError as error:\n        log.warning('no contacts: %s', error)\n        raise\n    return answer.json()\n\n\n";
    }
    for n in 0..functions(dice) {
        let (a, b) = (word(dice), word(dice));
        let _ = write!(
            text,
            "def {a}_{n}(rows, limit={}):\n    \"\"\"Sums the {b}s.\"\"\"\n    total = 0\n    for row in rows:\n        if row.{b} is None or row.{b} > limit:\n            continue\n        total += models.weight(row.{b}) * {}\n    return {{'{a}': total, 'rows': len(rows)}}\n\n\n",
            dice.below(100),
            dice.below(9)
        );
    }
    (format!("services/p{}/part_{}.py", i / 50, i % 50), text)
}

fn java(dice: &mut Dice, i: usize) -> (String, String) {
    let package = i / 60;
    let mut text = format!(
        "package com.example.shop.p{package};\n\nimport java.util.List;\nimport java.util.Map;\n\npublic class Part{i} {{\n"
    );
    if i.is_multiple_of(TELLING) {
        text += "    private final com.sforce.soap.partner.PartnerConnection connection;\n\n    public Part(com.sforce.soap.partner.PartnerConnection connection) {\n        this.connection = connection;\n    }\n\n";
    }
    for n in 0..functions(dice) {
        let (a, b) = (word(dice), word(dice));
        let _ = write!(
            text,
            "    public long {a}{n}(List<Map<String, Long>> rows) {{\n        long total = 0;\n        for (Map<String, Long> row : rows) {{\n            Long value = row.get(\"{b}\");\n            if (value == null || value > {}) {{\n                continue;\n            }}\n            total += value * {};\n        }}\n        return total;\n    }}\n\n",
            dice.below(1000),
            dice.below(9)
        );
    }
    text += "}\n";
    (format!("backend/src/main/java/com/example/shop/p{package}/Part{i}.java"), text)
}

fn ruby(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = format!("# frozen_string_literal: true\n\nmodule Shop\n  class Part{i}\n");
    if i.is_multiple_of(TELLING) {
        text += "    def client\n      @client ||= Restforce.new(instance_url: ENV.fetch('SF_URL'), oauth_token: token)\n    end\n\n";
    }
    for n in 0..functions(dice) {
        let (a, b) = (word(dice), word(dice));
        let _ = write!(
            text,
            "    # Sums the {b}s.\n    def {a}_{n}(rows, limit: {})\n      rows.reject {{ |row| row.{b}.nil? || row.{b} > limit }}.sum {{ |row| row.{b} * {} }}\n    end\n\n",
            dice.below(100),
            dice.below(9)
        );
    }
    text += "  end\nend\n";
    (format!("app/services/shop/part{i}.rb"), text)
}

fn php(dice: &mut Dice, i: usize) -> (String, String) {
    let mut text = format!(
        "<?php\n\ndeclare(strict_types=1);\n\nnamespace App\\Part{};\n\nuse App\\Support\\Weight;\n\nfinal class Part{i}\n{{\n",
        i / 50
    );
    if i.is_multiple_of(TELLING) {
        text += "    public function url(): string\n    {\n        return getenv('STRIPE_URL') ?: 'https://api.stripe.com/v1/charges';\n    }\n\n";
    }
    for n in 0..functions(dice) {
        let (a, b) = (word(dice), word(dice));
        let _ = write!(
            text,
            "    /** Sums the {b}s. */\n    public function {a}{n}(array $rows): int\n    {{\n        $total = 0;\n        foreach ($rows as $row) {{\n            if (!isset($row['{b}']) || $row['{b}'] > {}) {{\n                continue;\n            }}\n            $total += Weight::of($row['{b}']) * {};\n        }}\n        return $total;\n    }}\n\n",
            dice.below(1000),
            dice.below(9)
        );
    }
    text += "}\n";
    (format!("php/src/Part{}/Part{i}.php", i / 50), text)
}

/// What the project declares of itself: one flow, so that guards are followed, and one surface.
pub const CONFIGURATION: &str = "version: 1\nflows:\n  - id: orders-to-crm\n    source: { system: shopify, environment: production }\n    target: { system: salesforce, environment: production, objects: [Order] }\n    code: [\"module-0/web/src/m0/*.ts\"]\nsurfaces:\n  - id: account\n    kind: account\n    paths: [\"module-0/web/src/m1/**\"]\n";
