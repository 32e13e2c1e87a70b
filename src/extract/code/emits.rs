//! What generators' calls emit: in comes a [`Code`], out come the calls whose values may be somebody's by chance
//! (`fake.free_email()`, `faker.internet.email()`). What stays within reserved ranges is no fact.

use super::super::collect::{Around, Collector};
use super::clients::callee_span;
use super::names::Names;
use crate::fact::{Emission, Kind as Says};
use crate::parse::code::{Code, Kind, Language, NodeId, Role};
use crate::registry::clients::clients;
use crate::registry::generators::{Call, InCode, Written, unsafe_calls};

/// Finds them.
pub(super) fn extract(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>) {
    let Some(written) = Written::of(code.language) else { return };
    if !uses_generator(code, names) {
        return;
    }
    for id in 0..code.len() as u32 {
        if !is_asked(code, id) {
            continue;
        }
        let found = emission(code, names, written, id);
        if let Some((call, label)) = found {
            let span = if code.kind(id) == Kind::Call { callee_span(code, id) } else { code.span_of(id) };
            collector.add(span, &Around::key(&*label), Says::Emission(Emission::of(call, label.clone())));
        }
    }
}

/// Most files have none.
fn uses_generator(code: &Code, names: &Names<'_>) -> bool {
    names.imports.iter().any(|(_, specifier)| clients().generator(specifier).is_some())
        || code.text().contains("aker")
        || code.text().contains("fake()")
}

/// A call; where a language reads properties of a generator (`$faker->email`), such a property.
fn is_asked(code: &Code, id: NodeId) -> bool {
    match code.kind(id) {
        Kind::Call => true,
        Kind::Member => {
            matches!(code.language, Language::Php | Language::Blade | Language::CSharp)
                && !matches!(code.role(id), Role::Callee | Role::Object)
        }
        _ => false,
    }
}

fn emission<'c>(code: &'c Code, names: &Names<'c>, written: Written, id: NodeId) -> Option<(&'static Call, String)> {
    let steps = code.steps(id);
    let of_library = |row: &InCode| {
        let head = steps.iter().find(|s| !matches!(**s, "this" | "$this" | "self" | "cls" | "super"));
        let head = head.map_or("", |h| h.trim_start_matches(['$', '@']).split("::").next().unwrap_or_default());
        row.is_of(head) || names.imports.iter().any(|(_, specifier)| row.is_of(specifier))
    };
    // `factory.Faker("free_email")`, `Field("person.email")`, `AnonymizedFaker(function_name="ssn")`: named by a text.
    let last = steps.last().copied().unwrap_or_default();
    if written == Written::Python
        && matches!(last, "Faker" | "Field" | "field" | "AnonymizedFaker" | "PseudoAnonymizedFaker")
    {
        let first = || code.arguments(id).into_iter().find(|a| code.kind(*a) == Kind::String);
        let named = code.literal(code.entry(id, &["function_name", "provider"]).or_else(first)?)?;
        let words: Vec<&str> = named.split('.').collect();
        let found = unsafe_calls(written, &words).find(|(_, row)| of_library(row) && holds(code, id, row, 1));
        return found.map(|(call, _)| (call, format!("{last}(\"{named}\")")));
    }
    let mut rows =
        unsafe_calls(written, &steps).filter(|(_, row)| of_library(row) && holds(code, id, row, 0)).peekable();
    rows.peek()?;
    // One word (`email`) is said of much: what it is called on must be the generator. Two (`internet.email`) are enough
    // in a file that imports it.
    let long = |call: &&(&Call, &InCode)| call.1.is_said_by_two(&steps);
    let two = rows.peek().is_some_and(|row| long(&row));
    let by_name = || {
        let head = steps.first().map_or("", |h| h.trim_start_matches('$'));
        written == Written::Php && steps.len() > 1 && matches!(head, "fake" | "faker")
    };
    if !two && names.generator(code, id).is_none() && !by_name() {
        return None;
    }
    let (call, _) = rows.next()?;
    Some((call, steps.join(".")))
}

/// Whether the call's arguments leave it what the row says; `beside` counts those that name the call itself.
fn holds(code: &Code, id: NodeId, row: &InCode, beside: usize) -> bool {
    let arguments = code.arguments(id);
    let holders = || std::iter::once(id).chain(arguments.iter().copied());
    let entry = |name: &str| holders().find_map(|h| code.entry(h, &[name]));
    row.unless.iter().all(|name| entry(name).is_none())
        && row.only.iter().all(|(name, value)| entry(name).is_some_and(|v| code.slice(v) == value))
        && row.max_arguments.is_none_or(|most| arguments.len() <= most + beside)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::extract::Maps;
    use crate::fact::Kind;
    use crate::source::{FileId, Source};

    fn emitted(path: &str, text: &str) -> Vec<String> {
        let source = Arc::new(Source::from_str(FileId(0), path, text));
        let found = crate::extract::text(&source, &Maps::builtin());
        let calls = found.facts.into_iter().filter_map(|f| match f.kind {
            Kind::Emission(e) => Some(format!("{} {}", e.call, e.known.emits_kind.join(","))),
            _ => None,
        });
        calls.collect()
    }

    #[test]
    fn what_may_be_somebodys_is_seen_in_every_language() {
        for (path, text, expected) in [
            (
                "a.py",
                "from faker import Faker\nfake = Faker()\nfake.free_email()\nfake.email()\nfake.unique.ssn()\n",
                &["fake.free_email email", "fake.unique.ssn national-id"][..],
            ),
            (
                "b.py",
                "from faker import Faker\nf = Faker()\nf.email(safe=False)\nf.email(domain='acme.test')\n",
                &["f.email email"],
            ),
            (
                "c.py",
                "import factory\nclass C:\n  email = factory.Faker('ascii_free_email')\n  mail = factory.Faker('email')\n",
                &["Faker(\"ascii_free_email\") email"],
            ),
            (
                "d.py",
                "from mimesis import Person\np = Person('en')\np.email()\np.email(domains=['example.com'])\n",
                &["p.email email"],
            ),
            (
                "a.ts",
                "import { faker } from '@faker-js/faker';\nfaker.internet.email();\nfaker.internet.exampleEmail();\nfaker.internet.email({ provider: 'example.com' });\nfaker.phone.number();\n",
                &["faker.internet.email email", "faker.phone.number phone"],
            ),
            (
                "b.js",
                "const { faker } = require('@faker-js/faker');\nsend(user.email());\nfaker.finance.iban();\n",
                &["faker.finance.iban iban"],
            ),
            (
                "a.rb",
                "require 'faker'\nFaker::Internet.email\nFaker::PhoneNumber.cell_phone\nFaker::IdNumber.invalid\n",
                &["Faker.PhoneNumber.cell_phone phone"],
            ),
            (
                "a.php",
                "<?php\nuse Faker\\Factory;\n$faker = Factory::create();\n$a = $faker->email;\n$b = $faker->unique()->safeEmail();\n$c = fake()->freeEmail();\n$d = $user->email;\n",
                &["$faker.email email", "fake.freeEmail email"],
            ),
            (
                "A.cs",
                "using Bogus;\nclass A { void M() { var f = new Faker<User>().RuleFor(u => u.Email, (f, u) => f.Internet.Email(u.First)).RuleFor(u => u.Mail, f => f.Internet.ExampleEmail()); } }",
                &["f.Internet.Email email"],
            ),
            (
                "A.java",
                "import net.datafaker.Faker;\nclass A { void m() { Faker faker = new Faker(); a(faker.internet().emailAddress()); a(faker.internet().safeEmailAddress()); } }",
                &["faker.internet.emailAddress email"],
            ),
            (
                "a.kt",
                "import com.github.javafaker.Faker\nfun m() { val faker = Faker(); a(faker.internet().emailAddress()) }",
                &["faker.internet.emailAddress email"],
            ),
            (
                "a.go",
                "package a\nimport \"github.com/brianvoe/gofakeit/v7\"\nfunc m() { a(gofakeit.Email()); a(gofakeit.Phone()) }",
                &["gofakeit.Email email", "gofakeit.Phone phone"],
            ),
        ] {
            assert_eq!(emitted(path, text), expected, "{path}");
        }
    }

    #[test]
    fn words_that_are_nobodys_generator_emit_nothing() {
        for (path, text) in [
            ("a.py", "from faker import Faker\nuser = load()\nuser.email()\nuser.ssn()\n"),
            ("a.js", "import chance from './luck';\nuser.email();\n"),
            (
                "a.go",
                "package a\nimport \"github.com/brianvoe/gofakeit/v7\"\nfunc m(u User) { a(u.Email()); a(gofakeit.Name()) }",
            ),
            ("A.cs", "using Acme.Fakes;\nclass A { void M(Mail f) { f.Internet.Email(); } }"),
        ] {
            assert_eq!(emitted(path, text), Vec::<String>::new(), "{path}");
        }
    }
}
