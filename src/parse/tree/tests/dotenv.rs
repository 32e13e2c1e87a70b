//! Dotenv: comments, escapes, quotes that stay open.

use super::*;

fn env(text: &str) -> Tree {
    tree(Format::Dotenv, text)
}

#[test]
fn comments_start_behind_a_blank_and_outside_quotes() {
    let tree = env("A=x#1\nB=x #1\nC=\"x #1\" # 2\nD= # 3\nE=#4\nF='#5'\n");
    assert_eq!(flat(&tree), ["A = x#1", "B = x", "C = x #1", "D = ", "E = #4", "F = #5"]);
    let comments: Vec<_> = tree.comments.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(comments, ["1", "2", "3"]);
}

#[test]
fn escapes_count_in_double_quotes_only() {
    let tree = env("A=\"a\\n\\\"b\\\" \\\\ \\$X \\q\"\nB='a\\n'\nC=a\\n\nD=`x \"y\" 'z'`\n");
    assert_eq!(flat(&tree), ["A = a\n\"b\" \\ $X \\q", "B = a\\n", "C = a\\n", "D = x \"y\" 'z'"]);
}

#[test]
fn a_quote_that_is_not_closed_costs_one_line() {
    let tree = env("A=\"open\nB=\"closed\"\nC='open\nD=1\n");
    assert_eq!(flat(&tree)[1..], ["B = closed", "C = open", "D = 1"]);
    assert_eq!(problems(&tree), ["a value without its closing quote"]);
}

#[test]
fn lines_that_are_no_assignment_are_named() {
    let tree = env("export A=1\nexport B\nsource ./x\n=2\nexport=3\n");
    assert_eq!(flat(&tree), ["A = 1", "B = ~", "export = 3"]);
    assert_eq!(problems(&tree), ["neither a comment nor an assignment"; 2]);
}

proptest! {
    #[test]
    fn generated_files_read_back_with_every_span(
        entries in prop::collection::vec(("[A-Z][A-Z0-9_]{0,8}", "[a-z é😀=:#$/ ]{0,10}|[a-z]{1,4}\n[a-z]{1,4}", 0..4u8), 0..8)
    ) {
        let mut text = String::new();
        for (i, (key, value, style)) in entries.iter().enumerate() {
            let plain = !value.contains(['\n', '#']) && value.trim() == value;
            text.push_str(&match style {
                0 if plain => format!("{key}{i}={value} # note\n"),
                1 => format!("export {key}{i} = '{value}'\n"),
                2 => format!("\n# note\n{key}{i}=`{value}`\n"),
                _ => format!("{key}{i}=\"{value}\" # note\n"),
            });
        }
        let expected: Vec<_> = entries.iter().enumerate().map(|(i, (k, v, _))| format!("{k}{i} = {v}")).collect();
        for tree in for_each_place(Format::Dotenv, &text, |place| assert_eq!(place.slice, place.text)) {
            prop_assert_eq!(problems(&tree), [""; 0]);
            let read: Vec<_> = flat(&tree).iter().map(|l| l.replace("\r\n", "\n")).collect();
            prop_assert_eq!(&read, &expected);
        }
    }
}
