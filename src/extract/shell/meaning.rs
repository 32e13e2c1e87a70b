//! What a command does: in comes a command, out come its purpose, whether it makes a scratch org, logs in, or runs this
//! gate. The tables of commands and of names stand here; CI jobs, Makefiles and package scripts share them.

use super::lex::{Command, Word};
use crate::fact::Purpose;
use crate::fact::environment::segments;

/// Programs and words that only start another command.
const STARTERS: &[&str] = &[
    "sudo", "env", "time", "exec", "command", "nohup", "npx", "bunx", "then", "do", "else", "!", "{", "if", "elif",
    "while", "until", "dotenv", "xvfb-run", "--",
];

/// Pairs that only start another command.
const STARTER_PAIRS: &[(&str, &str)] = &[
    ("poetry", "run"),
    ("uv", "run"),
    ("pipenv", "run"),
    ("bundle", "exec"),
    ("pnpm", "exec"),
    ("pnpm", "dlx"),
    ("yarn", "exec"),
    ("yarn", "dlx"),
    ("npm", "exec"),
    ("python", "-m"),
    ("python3", "-m"),
    ("docker", "exec"),
];

/// What a command means, by the beginning of its phrase (see [`phrase`]).
const COMMANDS: &[(&str, Purpose)] = &[
    ("sf data import", Purpose::Seed),
    ("sf data tree import", Purpose::Seed),
    ("sf data upsert", Purpose::Seed),
    ("sf data bulk upsert", Purpose::Seed),
    ("sf data create record", Purpose::Seed),
    ("sf data record create", Purpose::Seed),
    ("sf sfdmu run", Purpose::Seed),
    ("sf texei data import", Purpose::Seed),
    ("sf hardis org data import", Purpose::Seed),
    ("sf automig load", Purpose::Seed),
    ("cci task run load_dataset", Purpose::Seed),
    ("cci task run load_sample_data", Purpose::Seed),
    ("cci task run insert_", Purpose::Seed),
    ("cci task run generate_and_load", Purpose::Seed),
    ("cci task run snowfakery", Purpose::Seed),
    ("dbt seed", Purpose::Seed),
    ("rails db seed", Purpose::Seed),
    ("rake db seed", Purpose::Seed),
    ("rails db setup", Purpose::Seed),
    ("prisma db seed", Purpose::Seed),
    ("knex seed run", Purpose::Seed),
    ("sequelize db seed", Purpose::Seed),
    ("sequelize-cli db seed", Purpose::Seed),
    ("typeorm seed", Purpose::Seed),
    ("medusa seed", Purpose::Seed),
    ("artisan db seed", Purpose::Seed),
    ("manage.py loaddata", Purpose::Seed),
    ("manage.py populatedb", Purpose::Seed),
    ("mongoimport", Purpose::Seed),
    ("snowfakery", Purpose::Generate),
    ("synth generate", Purpose::Generate),
    ("sdv", Purpose::Generate),
    ("mockaroo", Purpose::Generate),
    ("sf apex run test", Purpose::Test),
    ("sf apex test run", Purpose::Test),
    ("sf lightning test run", Purpose::Test),
    ("sf lightning lwc test run", Purpose::Test),
    ("sfdx-lwc-jest", Purpose::Test),
    ("cci task run run_tests", Purpose::Test),
    ("cci task run robot", Purpose::Test),
    ("npm test", Purpose::Test),
    ("npm t", Purpose::Test),
    ("yarn test", Purpose::Test),
    ("pnpm test", Purpose::Test),
    ("bun test", Purpose::Test),
    ("deno test", Purpose::Test),
    ("node --test", Purpose::Test),
    ("pytest", Purpose::Test),
    ("tox", Purpose::Test),
    ("nox", Purpose::Test),
    ("unittest", Purpose::Test),
    ("jest", Purpose::Test),
    ("vitest", Purpose::Test),
    ("mocha", Purpose::Test),
    ("cypress run", Purpose::Test),
    ("playwright test", Purpose::Test),
    ("wdio", Purpose::Test),
    ("newman run", Purpose::Test),
    ("k6 run", Purpose::Test),
    ("artillery run", Purpose::Test),
    ("robot", Purpose::Test),
    ("mvn test", Purpose::Test),
    ("mvn verify", Purpose::Test),
    ("gradle test", Purpose::Test),
    ("gradlew test", Purpose::Test),
    ("go test", Purpose::Test),
    ("cargo test", Purpose::Test),
    ("cargo nextest", Purpose::Test),
    ("dotnet test", Purpose::Test),
    ("rspec", Purpose::Test),
    ("phpunit", Purpose::Test),
    ("pest", Purpose::Test),
    ("rails test", Purpose::Test),
    ("dbt test", Purpose::Test),
    ("sf project deploy start", Purpose::Deploy),
    ("sf project deploy quick", Purpose::Deploy),
    ("sf deploy metadata", Purpose::Deploy),
    ("sf source deploy", Purpose::Deploy),
    ("sf source push", Purpose::Deploy),
    ("sf mdapi deploy", Purpose::Deploy),
    ("sf package install", Purpose::Deploy),
    ("sf package version promote", Purpose::Deploy),
    ("sf hardis project deploy", Purpose::Deploy),
    ("sf scanner", Purpose::Test),
    ("terraform apply", Purpose::Deploy),
    ("tofu apply", Purpose::Deploy),
    ("pulumi up", Purpose::Deploy),
    ("kubectl apply", Purpose::Deploy),
    ("kubectl rollout", Purpose::Deploy),
    ("helm upgrade", Purpose::Deploy),
    ("helm install", Purpose::Deploy),
    ("aws s3 sync", Purpose::Deploy),
    ("aws ecs update-service", Purpose::Deploy),
    ("aws cloudformation deploy", Purpose::Deploy),
    ("sam deploy", Purpose::Deploy),
    ("cdk deploy", Purpose::Deploy),
    ("serverless deploy", Purpose::Deploy),
    ("sls deploy", Purpose::Deploy),
    ("gcloud run deploy", Purpose::Deploy),
    ("gcloud app deploy", Purpose::Deploy),
    ("az webapp deploy", Purpose::Deploy),
    ("fly deploy", Purpose::Deploy),
    ("flyctl deploy", Purpose::Deploy),
    ("vercel", Purpose::Deploy),
    ("netlify deploy", Purpose::Deploy),
    ("firebase deploy", Purpose::Deploy),
    ("wrangler deploy", Purpose::Deploy),
    ("wrangler publish", Purpose::Deploy),
    ("heroku container release", Purpose::Deploy),
    ("cap production deploy", Purpose::Deploy),
    ("shopify app deploy", Purpose::Deploy),
    ("shopify theme push", Purpose::Deploy),
    ("shopify hydrogen deploy", Purpose::Deploy),
    ("mvn deploy", Purpose::Deploy),
    ("npm publish", Purpose::Deploy),
    ("docker push", Purpose::Deploy),
];

/// Words of a job's, target's or script's name, each with the purpose that it names.
const NAMES: &[(&str, Purpose)] = &[
    ("seed", Purpose::Seed),
    ("seeds", Purpose::Seed),
    ("seeding", Purpose::Seed),
    ("fixtures", Purpose::Seed),
    ("populate", Purpose::Seed),
    ("loaddata", Purpose::Seed),
    ("synthetic", Purpose::Generate),
    ("synth", Purpose::Generate),
    ("fake", Purpose::Generate),
    ("faker", Purpose::Generate),
    ("mock", Purpose::Generate),
    ("demo", Purpose::Demo),
    ("tutorial", Purpose::Demo),
    ("test", Purpose::Test),
    ("tests", Purpose::Test),
    ("testing", Purpose::Test),
    ("e2e", Purpose::Test),
    ("spec", Purpose::Test),
    ("specs", Purpose::Test),
    ("cypress", Purpose::Test),
    ("playwright", Purpose::Test),
    ("jest", Purpose::Test),
    ("pytest", Purpose::Test),
    ("rspec", Purpose::Test),
    ("smoke", Purpose::Test),
    ("deploy", Purpose::Deploy),
    ("deploys", Purpose::Deploy),
    ("deployment", Purpose::Deploy),
    ("release", Purpose::Deploy),
    ("publish", Purpose::Deploy),
    ("rollout", Purpose::Deploy),
    ("promote", Purpose::Deploy),
];

/// Two neighbouring words that name a purpose together.
const NAME_PAIRS: &[(&str, &str, Purpose)] = &[
    ("sample", "data", Purpose::Seed),
    ("demo", "data", Purpose::Seed),
    ("test", "data", Purpose::Seed),
    ("load", "data", Purpose::Seed),
    ("import", "data", Purpose::Seed),
    ("generate", "data", Purpose::Generate),
    ("generate", "customers", Purpose::Generate),
    ("generate", "orders", Purpose::Generate),
    ("generate", "contacts", Purpose::Generate),
];

/// The purposes that a name speaks for, each with the words that say so; the test words of a deployment's own checks
/// (`deploy-and-test`, `test-deploy`) are left out.
pub fn purposes_of_name(name: &str) -> Vec<(Purpose, String)> {
    let words: Vec<String> = segments(name).iter().map(|w| w.to_ascii_lowercase()).collect();
    let mut out: Vec<(Purpose, String)> = Vec::new();
    for pair in words.windows(2) {
        if let Some((a, b, purpose)) = NAME_PAIRS.iter().find(|(a, b, _)| pair[0] == *a && pair[1] == *b) {
            out.push((*purpose, format!("{a} {b}")));
        }
    }
    for word in &words {
        if let Some((word, purpose)) = NAMES.iter().find(|(w, _)| w == word) {
            out.push((*purpose, (*word).to_owned()));
        }
    }
    if out.iter().any(|(p, _)| *p == Purpose::Deploy) {
        out.retain(|(p, _)| *p != Purpose::Test);
    }
    let mut seen = Vec::new();
    out.retain(|(p, _)| {
        !seen.contains(p) && {
            seen.push(*p);
            true
        }
    });
    out
}

/// A command in one spelling: program without its folder, then its words without flags; colons become spaces,
/// `sfdx force:` becomes `sf`, what only starts another command is left out. `sfdx force:data:tree:import -p x` is
/// `sf data tree import`.
pub fn phrase(command: &Command<'_>) -> String {
    let words = &command.words[program(command)..];
    let mut out = String::new();
    let mut flag_before = false;
    for (i, word) in words.iter().enumerate() {
        let plain = word.plain();
        if i > 0 && plain.starts_with('-') {
            flag_before = !plain.contains('=');
            continue;
        }
        // A flag's value between the words of a command (`cci task run x --org dev`) comes after them in practice.
        if flag_before && i > 1 && out.split(' ').count() > 2 {
            break;
        }
        flag_before = false;
        let plain = if i == 0 { plain.rsplit('/').next().unwrap_or(plain) } else { plain };
        for part in plain.split([':', ' ']).filter(|p| !p.is_empty()) {
            if part == "force" && out == "sf" {
                continue;
            }
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(if out.is_empty() && part == "sfdx" { "sf" } else { part });
        }
        if out.len() > 80 {
            break;
        }
    }
    strip_runner(out)
}

/// `php artisan …`, `python manage.py …`, `node script`, `mvnw`: the interpreter is not the program.
fn strip_runner(phrase: String) -> String {
    for runner in ["php ", "python ", "python3 ", "ruby "] {
        if let Some(rest) = phrase.strip_prefix(runner) {
            return rest.trim_start_matches("bin/").rsplit_once('/').map_or(rest, |(_, r)| r).to_owned();
        }
    }
    phrase
}

/// Where the program stands among a command's words.
pub fn program(command: &Command<'_>) -> usize {
    let words = &command.words;
    let mut i = 0;
    while i < words.len() {
        let plain = words[i].plain();
        let next = words.get(i + 1).map_or("", Word::plain);
        if STARTER_PAIRS.contains(&(plain, next)) {
            i += 2;
        } else if STARTERS.contains(&plain)
            || words[i].assignment().is_some()
            || i > 0 && plain.starts_with('-') && STARTERS.contains(&words[i - 1].plain())
        {
            i += 1;
        } else {
            return i;
        }
    }
    words.len().saturating_sub(1)
}

/// The purpose of a command, with its words for a label.
pub fn purpose_of(command: &Command<'_>) -> Option<(Purpose, String)> {
    let phrase = phrase(command);
    if let Some((words, purpose)) = COMMANDS.iter().find(|(c, _)| begins(&phrase, c)) {
        return Some((*purpose, (*words).trim_end_matches('_').to_owned()));
    }
    // A script's or target's own name speaks: `npm run seed:prod`, `make load-data`, `python scripts/seed_contacts.py`.
    const RUNNERS: &[&str] = &[
        "npm run",
        "npm run-script",
        "yarn",
        "yarn run",
        "pnpm",
        "pnpm run",
        "bun run",
        "make",
        "just",
        "task",
        "rake",
        "composer",
        "nx run",
        "turbo run",
    ];
    let runner = RUNNERS.iter().filter(|r| begins(&phrase, r)).max_by_key(|r| r.len());
    let script = match runner {
        Some(runner) => phrase[runner.len()..].trim_start().to_owned(),
        None => script_name(command)?,
    };
    let (purpose, _) =
        purposes_of_name(&script).into_iter().find(|(p, _)| *p != Purpose::Deploy || runner.is_some())?;
    let shown = runner.map_or_else(|| script.clone(), |r| format!("{r} {script}"));
    Some((purpose, shown))
}

/// `./scripts/seed.sh`, `python tools/seed_contacts.py`, `node seed.js`: the file's name.
fn script_name(command: &Command<'_>) -> Option<String> {
    const ENDS: &[&str] = &[".sh", ".bash", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".php", ".ps1"];
    let words = &command.words[program(command)..];
    let word = words.iter().take(3).map(Word::plain).find(|w| ENDS.iter().any(|e| w.ends_with(e)))?;
    let name = word.rsplit('/').next()?;
    Some(name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned())
}

/// Whether a phrase begins with these words; a pattern that ends in `_` may go on inside a word.
pub fn begins(phrase: &str, words: &str) -> bool {
    phrase.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || words.ends_with('_'))
}

/// Whether the command creates or deletes a scratch org.
pub fn handles_scratch_org(command: &Command<'_>) -> bool {
    let phrase = phrase(command);
    const SCRATCH: &[&str] = &[
        "sf org create scratch",
        "sf org delete scratch",
        "sf org scratch",
        "cci org scratch",
        "cci org scratch_delete",
        "sf env create scratch",
        "sf env delete scratch",
        "sf org resume scratch",
        "sf scratchorgs",
        "sf pool",
        "sf hardis scratch create",
    ];
    let sandbox = command.words.iter().any(|w| matches!(w.plain(), "type=sandbox" | "--type=sandbox" | "sandbox"));
    let cci = begins(&phrase, "cci flow run") && {
        const SCRATCH_ORGS: &[&str] = &["dev", "dev_namespaced", "feature", "qa", "beta", "release", "scratch"];
        let org = command.words.iter().position(|w| w.plain() == "--org").and_then(|i| command.words.get(i + 1));
        org.is_some_and(|o| SCRATCH_ORGS.contains(&o.plain()))
    };
    SCRATCH.iter().any(|s| begins(&phrase, s))
        || cci
        || !sandbox
            && (begins(&phrase, "sf org create") || begins(&phrase, "sf org delete"))
            && !phrase.contains("user")
}

/// Whether the command runs this gate.
pub fn runs_gate(command: &Command<'_>) -> bool {
    let phrase = phrase(command);
    let direct = phrase.strip_prefix("synthgate").is_some_and(|rest| {
        rest.is_empty() || {
            const OTHERS: &[&str] = &[
                "explain",
                "rules",
                "facts",
                "test",
                "new",
                "init",
                "tag",
                "verify",
                "sketch",
                "baseline",
                "schema",
                "lsp",
                "completions",
                "man",
                "help",
            ];
            rest.starts_with(' ') && !OTHERS.iter().any(|o| begins(rest.trim_start(), o))
        }
    });
    let version_only = command.words.iter().any(|w| matches!(w.plain(), "--version" | "-V" | "--help" | "-h"));
    let contained = ["docker run", "podman run", "cargo run"].iter().any(|r| begins(&phrase, r))
        && command.words.iter().any(|w| {
            let name = w.plain().rsplit('/').next().unwrap_or_default();
            name.split([':', '@']).next() == Some("synthgate")
        });
    (direct || contained) && !version_only
}

#[cfg(test)]
mod tests {
    use super::super::lex::commands;
    use super::*;

    #[test]
    fn commands_have_one_spelling() {
        for (text, shown) in [
            ("sfdx force:data:tree:import -p plan.json", "sf data tree import"),
            ("SF_ENV=x npx --yes sf data import tree --plan x", "sf data import tree"),
            ("sudo /usr/bin/dbt seed --target prod", "dbt seed prod"),
            ("php artisan db:seed", "artisan db seed"),
            ("bundle exec rake db:seed", "rake db seed"),
        ] {
            assert_eq!(phrase(&commands(text, false)[0]), shown, "{text}");
        }
    }

    #[test]
    fn purposes_come_from_commands_and_from_names() {
        for (text, purpose) in [
            ("sf data import tree --plan x", Some(Purpose::Seed)),
            ("cci task run insert_sample --org dev", Some(Purpose::Seed)),
            ("npm run seed:demo", Some(Purpose::Seed)),
            ("python scripts/seed_contacts.py", Some(Purpose::Seed)),
            ("sf project deploy start -o prod", Some(Purpose::Deploy)),
            ("pytest -q", Some(Purpose::Test)),
            ("npm run build", None),
            ("echo seed", None),
            ("npm ci", None),
        ] {
            assert_eq!(purpose_of(&commands(text, false)[0]).map(|p| p.0), purpose, "{text}");
        }
        let of = |name: &str| purposes_of_name(name).into_iter().map(|p| p.0).collect::<Vec<_>>();
        assert_eq!(of("seed-demo-data"), [Purpose::Seed, Purpose::Demo]);
        assert_eq!(of("deploy-and-test"), [Purpose::Deploy]);
        assert_eq!(of("latest-contest"), []);
    }

    #[test]
    fn the_gate_and_scratch_orgs_are_known() {
        let of = |text: &str| {
            let command = &commands(text, false)[0];
            (runs_gate(command), handles_scratch_org(command))
        };
        assert_eq!(of("synthgate check --output sarif=x"), (true, false));
        assert_eq!(of("./bin/synthgate"), (true, false));
        assert_eq!(of("synthgate rules"), (false, false));
        assert_eq!(of("docker run --rm ghcr.io/acme/synthgate:1 check"), (true, false));
        assert_eq!(of("cargo install synthgate"), (false, false));
        assert_eq!(of("sf org create scratch -f config/x.json"), (false, true));
        assert_eq!(of("sfdx force:org:create -s -f config/x.json"), (false, true));
        assert_eq!(of("sf org create sandbox -n uat"), (false, false));
        assert_eq!(of("cci flow run dev_org --org dev"), (false, true));
    }
}
