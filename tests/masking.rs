//! No secret and no personal value appears whole in any output of any command: thirty are planted in a repository, and
//! everything that the program prints is searched for them.
#![allow(clippy::unwrap_used, reason = "a test that can't go on stops")]

use std::path::Path;
use std::process::Command;

/// Invented values; what looks live is put together here.
fn planted() -> Vec<String> {
    let live = |parts: &[&str]| parts.concat();
    vec![
        live(&["sk_li", "ve_51Hx8QmKzR4vTnW2bYcL9pDfG"]),
        live(&["rk_li", "ve_8Qm51HxKzR4vTnW2bYcL9pDfG"]),
        live(&["shp", "at_9f8e7d6c5b4a39281706f5e4d3c2b1a0"]),
        live(&["pat-", "na1-2f9a7c31-55d0-4b1e-9a61-0c7fe2b8d413"]),
        live(&["SG.", "aB3dE5fG7hI9jK1lM3nO5p.", "qR7sT9uV1wX3yZ5aB7cD9eF1gH3iJ5kL7mN9oP1qR3"]),
        live(&["00D5g000004XyZ1!", "AQ8AQFkTz.wLq9xYv3bNm7RtUcEoPdSgHjKl"]),
        live(&["xkey", "sib-4c1d9e7f2a8b3c6d5e0f9a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d-Zx8Kq2Lm4Np6Rt0v"]),
        live(&["gh", "p_R7kQ2mXz9LtVb4NwYc6HsJd8FgPa3Eu5TiOr"]),
        live(&["eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiI5ODc2NTQzMjEwIn0.", "dQw4w9WgXcQ_rT6yUi8Op"]),
        "correct-horse-battery-staple-42".into(),
        "hunter2-but-a-lot-longer-7".into(),
        "8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab9159f51fd0297e236d".into(),
        "Maximiliane Throckmorton".into(),
        "Bartholomew Quillfeather".into(),
        "Wilhelmina Ostrander".into(),
        "maxi.throckmorton@gmail.com".into(),
        "b.quillfeather@outlook.com".into(),
        "w.ostrander@yahoo.co.uk".into(),
        "maxi@nordlichtpost-beispiel.de.invalid".into(),
        "+49 151 23456789".into(),
        "(415) 867-5309".into(),
        "020 7946 1234".into(),
        live(&["4539 1488", " 0343 6467"]),
        live(&["5425 2334", " 3010 9903"]),
        live(&["3714 496353", " 98432"]),
        live(&["NL20 INGB 00", "01 2345 67"]),
        live(&["536-", "22-", "8471"]),
        live(&["AB", "123456", "C"]),
        "Rue de la Paix 17".into(),
        "0031t00000AbCdEQAU".into(),
    ]
}

fn write(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    std::fs::create_dir_all(full.parent().unwrap()).unwrap();
    std::fs::write(full, text).unwrap();
}

fn repository(root: &Path, v: &[String]) {
    write(
        root,
        "config/production.yaml",
        &format!(
            "stripe:\n  secret_key: {}\n  restricted: {}\nshopify: {{ token: {} }}\nhubspot: {{ token: {} }}\nmail: {{ key: {}, other: {} }}\nsalesforce:\n  session_id: {}\n  login_url: https://acme--uat.sandbox.my.salesforce.com\n  client_secret: {}\n  password: {}\n  bearer: {}\nsupport: {{ contact: {}, mail: {} }}\n",
            v[0], v[1], v[2], v[3], v[4], v[6], v[5], v[11], v[9], v[8], v[12], v[15]
        ),
    );
    write(
        root,
        "config/uat.yaml",
        &format!("stripe: {{ secret_key: {} }}\nsalesforce: {{ password: {} }}\n", v[0], v[9]),
    );
    write(
        root,
        ".env.test",
        &format!("GITHUB_TOKEN={}\nSF_PASSWORD={}\nSF_LOGIN_URL=https://login.salesforce.com\n", v[7], v[10]),
    );
    let mut csv = String::from("Id,full_name,email,phone,card_number,iban,ssn,nino,address\n");
    for (name, mail, phone, card) in
        [(12, 15, 19, 22), (13, 16, 20, 23), (14, 17, 21, 24), (12, 18, 19, 22), (13, 16, 20, 23)]
    {
        csv.push_str(&format!(
            "{},{},{},{},{},{},{},{},{}\n",
            v[29], v[name], v[mail], v[phone], v[card], v[25], v[26], v[27], v[28]
        ));
    }
    write(root, "fixtures/customers.csv", &csv);
    let record = format!("{{\"name\": \"{}\", \"email\": \"{}\", \"phone\": \"{}\"}}", v[13], v[16], v[20]);
    write(root, "fixtures/customers.json", &format!("[{}]", [record.as_str(); 6].join(",")));
    let tuple = format!("(1, '{}', '{}', '{}')", v[14], v[17], v[21]);
    write(
        root,
        "db/seed.sql",
        &format!("INSERT INTO customers (id, full_name, email, phone) VALUES\n{};\n", [tuple.as_str(); 6].join(",\n")),
    );
    write(root, "src/pay.ts", &format!("const key = \"{}\"; // {}\n", v[0], v[16]));
    write(root, "synthgate.yaml", "datasets:\n  - paths: [\"fixtures/**\", \"db/**\"]\n    kind: synthetic\n");
}

#[test]
fn thirty_planted_values_survive_in_no_output() {
    let values = planted();
    assert_eq!(values.len(), 30);
    let dir = tempfile::tempdir().unwrap();
    repository(dir.path(), &values);
    let mut commands: Vec<Vec<&str>> = ["full", "concise", "json", "sarif", "github", "counts"]
        .into_iter()
        .map(|format| vec!["check", "--output", format, "--fail-on", "low,low"])
        .collect();
    commands.push(vec!["check", "--color", "always"]);
    commands.push(vec!["facts"]);
    commands.push(vec!["facts", "fixtures"]);
    let mut findings = 0;
    for arguments in commands {
        let done =
            Command::new(env!("CARGO_BIN_EXE_synthgate")).current_dir(dir.path()).args(&arguments).output().unwrap();
        let text = format!("{}{}", String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
        assert_ne!(done.status.code(), Some(2), "{arguments:?}: {text}");
        findings += text.matches("CRED-001").count();
        for value in &values {
            let compact: String = value.chars().filter(|c| !c.is_whitespace()).collect();
            for form in [value, &compact] {
                assert!(!text.contains(form.as_str()), "{arguments:?} shows {form}:\n{text}");
            }
        }
    }
    assert!(findings >= 4, "the planted secrets were not even found");
}
