//! Thirty values that nobody may see, planted in files of every kind, and every format searched for them.
//!
//! All are invented; those that look live are put together here, so that no scanner takes this file for a leak.

use std::collections::BTreeMap;

use super::golden::{Builder, written};
use super::{Output, Style};
use crate::fact::Notice;
use crate::finding::{Related, Report, Severity};
use crate::mask::mask;

/// The planted values with the kind of file that each stands in.
fn planted() -> Vec<(&'static str, String)> {
    let live = |parts: &[&str]| parts.concat();
    vec![
        // A table: whatever a cell holds.
        ("csv", "Maximiliane Throckmorton".into()),
        ("csv", "maxi.throckmorton@gmail.com".into()),
        ("csv", "+49 151 23456789".into()),
        ("csv", live(&["4539 1488", " 0343 6467"])),
        ("csv", "Rue de la Paix 17".into()),
        ("csv", "1987-03-14".into()),
        // One record a line, one line for all.
        ("json", "Bartholomew Quillfeather".into()),
        ("json", "b.quillfeather@outlook.com".into()),
        ("json", "(415) 867-5309".into()),
        ("json", live(&["536-", "22-", "8471"])),
        ("json", live(&["DE89 3704 0044", " 0532 0130 00"])),
        ("json", "0031t00000AbCdEQAU".into()),
        // Dumps.
        ("sql", "Wilhelmina Ostrander".into()),
        ("sql", "w.ostrander@yahoo.co.uk".into()),
        ("sql", "020 7946 1234".into()),
        ("sql", live(&["QQ", "123456", "C"])),
        ("sql", live(&["3714 496353", " 98431"])),
        ("sql", "$2b$12$KIXQhVtWl8bXzq1rT7mYpeWc0vU5nR3sJ9dLfGhKaB2xNyZoEiMu6".into()),
        // Variables.
        ("env", live(&["sk_li", "ve_51Hx8QmKzR4vTnW2bYcL9pDfG"])),
        ("env", live(&["shp", "at_9f8e7d6c5b4a39281706f5e4d3c2b1a0"])),
        ("env", live(&["gh", "p_R7kQ2mXz9LtVb4NwYc6HsJd8FgPa3Eu5TiOr"])),
        ("env", live(&["AKIA", "R4ZT7QWPX2MNB5KD"])),
        ("env", "correct-horse-battery-staple".into()),
        ("env", live(&["xoxb-", "214365879012-QwErTyUiOpAsDfGh"])),
        // Configuration.
        ("yaml", "Zephyrine Abernathy".into()),
        ("yaml", "zephyrine.abernathy@proton.me".into()),
        ("yaml", live(&["eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiI5ODc2NTQzMjEwIn0.", "dQw4w9WgXcQ_rT6yUi8Op"])),
        ("yaml", "hunter2-but-longer".into()),
        ("yaml", live(&["00D5g000004XyZ1!", "AQ8AQFkTz.wLq9xYv3bNm7RtUcEoPdSgHjKl"])),
        ("yaml", live(&["SG.", "aB3dE5fG7hI9jK1lM3nO5p.", "qR7sT9uV1wX3yZ5aB7cD9eF1gH3iJ5kL7mN9oP1qR3"])),
    ]
}

/// Files that hold the values as such files do.
fn files() -> BTreeMap<&'static str, (&'static str, String)> {
    let all = planted();
    let of = |kind: &str| all.iter().filter(|(k, _)| *k == kind).map(|(_, v)| v.as_str()).collect::<Vec<_>>();
    let (csv, json, sql, env, yaml) = (of("csv"), of("json"), of("sql"), of("env"), of("yaml"));
    let filler = r#"{"id":0,"note":"nothing here"},"#.repeat(200);
    BTreeMap::from([
        (
            "csv",
            ("data/people.csv", format!("full_name,email,phone,card,street,birth_date\n\"{}\"\n", csv.join("\",\""))),
        ),
        (
            "json",
            (
                "data/people.json",
                format!(
                    r#"[{filler}{{"name":"{}","email":"{}","phone":"{}","ssn":"{}","iban":"{}","crm_id":"{}"}},{filler}{{}}]"#,
                    json[0], json[1], json[2], json[3], json[4], json[5]
                ),
            ),
        ),
        (
            "sql",
            (
                "data/dump.sql",
                format!("INSERT INTO people (name, mail, tel, nino, card, hash) VALUES ('{}');\n", sql.join("','")),
            ),
        ),
        (
            "env",
            (
                ".env",
                format!(
                    "STRIPE_KEY={}\nSHOPIFY={}\nGH={}\nAWS_ACCESS_KEY_ID={}\nDB_PASSWORD='{}'\nSLACK={}\n",
                    env[0], env[1], env[2], env[3], env[4], env[5]
                ),
            ),
        ),
        (
            "yaml",
            (
                "config/app.yaml",
                format!(
                    "owner:\n  full_name: {}\n  contact: {}\n  bearer: {}\n  client_secret: {}\n  session: {}\n  mail_api: {}\n",
                    yaml[0], yaml[1], yaml[2], yaml[3], yaml[4], yaml[5]
                ),
            ),
        ),
    ])
}

/// A finding at every value, on it and beside it, which quotes it where a value can come to stand.
fn report() -> Report {
    let files = files();
    let texts: Vec<(&str, &str)> = files.values().map(|(path, text)| (*path, text.as_str())).collect();
    let mut b = Builder::new(&texts);
    let subjects = [("CRED-001", "credential"), ("PRIV-002", "dataset"), ("ENDP-001", "endpoint")];
    let rules = subjects.map(|(id, subject)| b.rule(id, "Planted", subject, Severity::High, &[]));
    for (i, (kind, value)) in planted().iter().enumerate() {
        let (path, _) = &files[kind];
        let whole = b.span(path, value, 0);
        let part = b.span(path, &value[value.len() / 2..], 0);
        // Facts know the secrets among them; the endpoint rule has its span shown even in a table.
        if *kind == "env" || value.starts_with("hunter2") {
            b.secret(whole);
        }
        let rule = if matches!(*kind, "csv" | "json" | "sql") { rules[1] } else { rules[i % 2] };
        let quoted = mask(value).into_owned();
        // People's names have no form: what quotes one has hidden it.
        let quoted = if quoted == *value { "a value".to_owned() } else { format!("`{value}` stands here") };
        let finding = b.find(rule, whole, &quoted);
        finding.help.clone_from(&quoted);
        finding.related = vec![Related { span: part, message: quoted.clone() }];
        b.notice(Notice::at("parse-error", part, quoted));
    }
    b.table("data/people.csv", &["full_name", "email", "phone", "card", "street", "birth_date"]);
    b.table("data/people.json", &[]);
    b.report()
}

#[test]
fn no_planted_value_survives_in_any_format() {
    let report = report();
    let planted = planted();
    assert_eq!(planted.len(), 30);
    let mut styles = vec![Style::default()];
    styles.push(Style { color: true, unicode: true, width: 200, links: true, waived: true });
    for output in Output::ALL {
        for style in &styles {
            let text = written(&report, *output, style);
            assert!(!text.is_empty());
            for (kind, value) in &planted {
                assert!(!text.contains(value.as_str()), "{output:?} shows a value of {kind}: {value}");
                // Nor the greater part of it.
                let (head, tail) = (&value[..value.len() * 3 / 4], &value[value.len() / 4..]);
                assert!(!text.contains(head) && !text.contains(tail), "{output:?} shows most of {value}");
            }
        }
    }
}

#[test]
fn what_names_the_values_is_shown() {
    let text = written(&report(), Output::Full, &Style { width: 200, ..Style::default() });
    for shown in ["full_name", "\"crm_id\":", "INSERT INTO people (name, mail", "STRIPE_KEY=", "client_secret: "] {
        assert!(text.contains(shown), "{shown} is hidden");
    }
}

/// Rules are our own words, and the mask must not garble them.
#[test]
fn the_mask_leaves_the_rules_own_words_alone() {
    for rule in crate::policy::Policies::builtin().rules() {
        for text in [&rule.title, &rule.why, &rule.fix] {
            assert_eq!(mask(text), text.as_str(), "{}", rule.id);
        }
    }
}
