use super::super::CellKind;
use super::super::recorder::{Recorder, encode, encoding, on_disk};
use super::super::window::Bounds;
use super::*;
use crate::parse::Format;
use proptest::prelude::*;

fn read(text: &str) -> Recorder {
    Recorder::both(text.as_bytes(), Format::Sql, 7)
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let read = read(text);
    assert_eq!(read.problems, [], "{text}");
    let rows = read.tables.iter().flat_map(|t| &t.rows);
    rows.map(|row| row.iter().map(|c| c.value.clone()).collect()).collect()
}

fn names(read: &Recorder) -> Vec<&str> {
    read.tables.iter().filter_map(|t| t.name.as_deref()).collect()
}

#[test]
fn a_mysql_dump_gives_its_tables() {
    let text = "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nCREATE TABLE `users` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  \
        `full name` varchar(20) DEFAULT 'a,b)',\n  PRIMARY KEY (`id`),\n  KEY `k` (`full name`)\n) ENGINE=InnoDB;\nLOCK TABLES `users` WRITE;\n\
        INSERT INTO `users` VALUES (1,'O\\'Brien'),(2,NULL),\n(3,_binary 'x\\\\'),(4,0x416E6E),(5,0x00FF);\nUNLOCK TABLES;\n";
    let read = read(text);
    assert_eq!(read.problems, []);
    assert_eq!(names(&read), ["users"]);
    let (columns, rows) = read.values(0);
    assert_eq!(columns, ["id", "full name"]);
    let second: Vec<&str> = rows.iter().map(|r| r[1].1).collect();
    assert_eq!(second, ["O'Brien", "", "x\\", "Ann", "0x00FF"]);
    assert_eq!(on_disk(text.as_bytes(), read.tables[0].columns[1].1), "full name");
    assert_eq!(on_disk(text.as_bytes(), read.tables[0].span), "users");
    assert_eq!(read.preamble[0].1, "MySQL dump 10.13");
}

#[test]
fn a_postgres_dump_gives_its_tables() {
    let text = "-- PostgreSQL database dump\n\\restrict x\nCREATE FUNCTION f() RETURNS text AS $$ BEGIN\n INSERT INTO no VALUES ('x'; $$ LANGUAGE sql;\n\
        COPY public.contacts (id, email, note) FROM stdin;\n1\tann@example.com\ta\\tb\\\\\n2\t\\N\t\\x41\\101\n\\.\n\n\
        INSERT INTO \"Other\".\"T\" (\"a\"\"b\", c) VALUES (E'x\\'y', 'C:\\') ON CONFLICT DO NOTHING;\n\
        INSERT INTO other.t VALUES ('{\"k\": [1, 2]}'::jsonb, ARRAY['p', 'q']), (-1.5e-3, now());\n";
    let read = read(text);
    assert_eq!(read.problems, []);
    assert_eq!(names(&read), ["contacts", "Other.T"]);
    assert_eq!(read.tables[0].container, Container::SqlCopy);
    assert_eq!(read.values(0).1[0], [(0, "1"), (1, "ann@example.com"), (2, "a\tb\\")]);
    assert_eq!(read.values(0).1[1], [(0, "2"), (1, ""), (2, "AA")]);
    assert_eq!(read.tables[0].rows[1][1].kind, CellKind::Null);
    assert_eq!(read.values(1).0, ["a\"b", "c"]);
    assert_eq!(read.values(1).1[0], [(0, "x'y"), (1, "C:\\")]);
    assert_eq!(read.values(1).1[1], [(0, "{\"k\": [1, 2]}"), (1, "p")]);
    assert_eq!(read.values(1).1[2], [(0, "-1.5e-3"), (1, "now()")]);
}

#[test]
fn a_sql_server_script_gives_its_tables() {
    let text = "USE [Shop]\r\nGO\r\nSET IDENTITY_INSERT [dbo].[Users] ON\r\n\r\n\
        INSERT [dbo].[Users] ([Id], [E]]mail]) VALUES (1, N'ann@example.com')\r\n\
        INSERT [dbo].[Users] ([Id], [E]]mail]) VALUES (2, CAST(N'it''s' AS nvarchar(10)))\r\nGO\r\n";
    let bytes = encode(text, crate::source::Encoding::Utf16Le);
    let read = Recorder::both(&bytes, Format::Sql, 11);
    assert_eq!(read.problems, []);
    assert_eq!(names(&read), ["Users"]);
    assert_eq!(read.values(0).0, ["Id", "E]mail"]);
    assert_eq!(read.values(0).1, [[(0, "1"), (1, "ann@example.com")], [(0, "2"), (1, "it's")]]);
    assert_eq!(on_disk(&bytes, read.tables[0].rows[1][1].span), "it''s");
}

#[test]
fn interleaved_tables_keep_their_numbers() {
    let read = read(
        "insert into A (x, y) values (1, 2);\nREPLACE INTO b VALUES ('p');\nInsert Or Ignore Into a (y, z) Values (3, 4);\n\
         INSERT ALL INTO b VALUES ('q') INTO c (k) VALUES ('r') SELECT * FROM dual;",
    );
    assert_eq!(names(&read), ["A", "b", "c"]);
    assert_eq!(read.values(0).0, ["x", "y", "z"]);
    assert_eq!(read.values(0).1, [vec![(0, "1"), (1, "2")], vec![(1, "3"), (2, "4")]]);
    assert_eq!(read.values(1), (vec!["column1"], vec![vec![(0, "p")], vec![(0, "q")]]));
    assert_eq!(read.values(2).1, [[(0, "r")]]);
}

#[test]
fn what_is_no_list_of_values_gives_no_rows() {
    for text in [
        "INSERT INTO t (a) SELECT 'x' FROM u;",
        "CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW EXECUTE f();",
        "SELECT REPLACE(a, 'b', 'c') FROM t;\nREPLACE(a, 'x')",
        "CREATE TABLE t (a int);",
        "-- INSERT INTO t VALUES (1)\n/* INSERT INTO t VALUES (1) */",
        "INSERT INTO t DEFAULT VALUES;",
        "SELECT 'INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2)';",
    ] {
        assert_eq!(rows(text), Vec::<Vec<String>>::new(), "{text}");
    }
    assert_eq!(rows("INSERT INTO a VALUES (1);\nSELECT *\nFROM\n(SELECT 'x')"), [["1"]]);
}

#[test]
fn quoting_is_read_as_each_dialect_means_it() {
    assert_eq!(rows("INSERT INTO t VALUES ('a\\', 'b');"), [["a\\", "b"]]);
    assert_eq!(rows("INSERT INTO t VALUES ('it\\'s', 'b');"), [["it's", "b"]]);
    assert_eq!(rows("INSERT INTO t VALUES ('C:\\new');"), [["C:\\new"]]);
    assert_eq!(rows("INSERT INTO `t` VALUES ('C:\\new', \"say \"\"x\"\"\");"), [["C:\new", "say \"x\""]]);
    assert_eq!(
        rows("INSERT INTO t VALUES (X'416e6e', q'[it's]', $q$a'b$q$, 'x' || 'y', (1));"),
        [["Ann", "it's", "a'b", "x", "(1)"]]
    );
    assert_eq!(rows("INSERT INTO t (a) VALUES ROW('x'), ROW('y');"), [["x"], ["y"]]);
    assert_eq!(rows("INSERT INTO t OVERRIDING SYSTEM VALUE VALUES (1 /* one */, -- two\n 2);"), [["1", "2"]]);
    assert_eq!(
        rows("COPY t FROM STDIN WITH (FORMAT csv, HEADER);\na,b\n1,\"x, y\"\n2,\n\\.\n"),
        [["1", "x, y"], ["2", ""]]
    );
    assert_eq!(rows("CREATE TABLE t (key varchar(20), KEY (x), [odd name] int);INSERT INTO t VALUES (1,2);").len(), 1);
}

#[test]
fn a_broken_row_costs_itself_only() {
    for (text, expected) in [
        (
            "INSERT INTO t (a, b) VALUES ('x, 'y'),\n('p', 'q'),\n('r', 's');\nINSERT INTO u VALUES (1);",
            vec!["p", "r", "1"],
        ),
        ("INSERT INTO t (a, b) VALUES (1, 'x'y),(2, 'z'),(3, 'w');", vec!["1", "2", "3"]),
        ("INSERT INTO t VALUES (1, 'a'), (2, 'b", vec!["1", "2"]),
        ("INSERT INTO t VALUES (1, 2;\nINSERT INTO t VALUES (3, 4);", vec!["1", "3"]),
    ] {
        let read = read(text);
        let first: Vec<&str> = read.tables.iter().flat_map(|t| &t.rows).map(|r| r[0].value.as_str()).collect();
        assert_eq!(first, expected, "{text}");
        assert!(!read.problems.is_empty(), "{text}");
    }
}

#[test]
fn ragged_rows_are_read_and_told_once() {
    let read = read("INSERT INTO t (a, b) VALUES (1), (1, 2, 'x'), (1, 2, 'y');");
    assert_eq!(read.values(0).0, ["a", "b", "column3"]);
    assert_eq!(read.values(0).1[2], [(0, "1"), (1, "2"), (2, "y")]);
    assert_eq!(read.problems.len(), 2);
}

#[test]
fn a_statement_beyond_the_bound_is_skipped() {
    let text =
        format!("INSERT INTO t VALUES (1, '{}'),\n(2, 'x');\nINSERT INTO t VALUES (3, 'y');", "z".repeat(200_000));
    let bounds = Bounds { chunk: 64, longest: 1000, ..Bounds::default() };
    let read = Recorder::stream(text.as_bytes(), Format::Sql, bounds);
    let first: Vec<&str> = read.values(0).1.iter().map(|r| r[0].1).collect();
    assert_eq!(first, ["2", "3"]);
    assert!(read.problems[0].1.starts_with(LONG));
}

#[test]
fn nesting_has_no_stack() {
    let deep = format!("INSERT INTO t VALUES ({}1{}, 2);", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(Recorder::both(deep.as_bytes(), Format::Sql, 1000).tables[0].rows[0].len(), 2);
}

fn text_value() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z@.]{0,10}", "\\PC{0,8}", Just(String::from("O'Brien, \\ (x);\n")), Just(String::from("😀é\\'"))]
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        rows in proptest::collection::vec((text_value(), any::<Option<i32>>(), text_value()), 1..10),
        dialect in 0..4, per_row: bool, number: u8, chunk in 1usize..40,
    ) {
        let doubled = |t: &str| format!("'{}'", t.replace('\'', "''"));
        let literal = |t: &str| match dialect {
            0 => format!("'{}'", t.replace('\\', "\\\\").replace('\'', "\\'")),
            1 => format!("E'{}'", t.replace('\\', "\\\\").replace('\'', "''")),
            2 => format!("N{}", doubled(t)),
            _ => doubled(t),
        };
        let mut text = String::from(["/*!40101 */\n", "-- PostgreSQL database dump\n", "-- [dbo]\n", "PRAGMA foreign_keys=OFF;\n"][dialect as usize]);
        let head = "INSERT INTO people (name, n, note) VALUES ";
        let tuple = |(a, n, b): &(String, Option<i32>, String)| {
            format!("({}, {},{})", literal(a), n.map_or("NULL".into(), |n| n.to_string()), literal(b))
        };
        if per_row {
            rows.iter().for_each(|row| text.push_str(&format!("{head}{};\n", tuple(row))));
        } else {
            text.push_str(&format!("{head}{};\n", rows.iter().map(tuple).collect::<Vec<_>>().join(",\n")));
        }
        let bytes = encode(&text, encoding(number));
        let read = Recorder::both(&bytes, Format::Sql, chunk);
        prop_assert_eq!(&read.problems, &[]);
        let got: Vec<Vec<&str>> = read.values(0).1.into_iter().map(|r| r.into_iter().map(|c| c.1).collect()).collect();
        let want: Vec<Vec<String>> = rows.iter().map(|(a, n, b)| vec![a.clone(), n.map_or(String::new(), |n| n.to_string()), b.clone()]).collect();
        prop_assert_eq!(got, want);
        read.each_cell(&bytes, |disk, cell| {
            let again = match dialect {
                _ if cell.kind == CellKind::Plain => disk.to_owned(),
                0 => disk.replace("\\'", "'").replace("\\\\", "\\"),
                1 => disk.replace("''", "'").replace("\\\\", "\\"),
                _ => disk.replace("''", "'"),
            };
            assert_eq!(again, cell.value);
        });
    }

    #[test]
    fn copied_lines_are_read(rows in proptest::collection::vec((text_value(), text_value()), 1..8), number: u8, chunk in 1usize..40) {
        let field = |t: &str| t.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r");
        let lines: Vec<String> = rows.iter().map(|(a, b)| format!("{}\t{}", field(a), field(b))).collect();
        let bytes = encode(&format!("COPY t (a, b) FROM stdin;\n{}\n\\.\nSELECT 1;\n", lines.join("\n")), encoding(number));
        let read = Recorder::both(&bytes, Format::Sql, chunk);
        prop_assert_eq!(&read.problems, &[]);
        let got: Vec<(&str, &str)> = read.values(0).1.into_iter().map(|r| (r[0].1, r[1].1)).collect();
        let want: Vec<(&str, &str)> = rows.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        prop_assert_eq!(got, want);
    }

    #[test]
    fn no_bytes_are_too_bad(parts in proptest::collection::vec(prop_oneof![
        Just("INSERT INTO t "), Just("VALUES "), Just("("), Just(")"), Just(","), Just(";"), Just("'"), Just("\""), Just("`"), Just("["),
        Just("\\"), Just("--"), Just("/*"), Just("\n"), Just("$$"), Just("COPY t FROM stdin;\n"), Just("CREATE TABLE t ("), Just("x"), Just("E'"),
        Just("0x4"), Just("q'"), Just("\\.\n"), Just("é"), Just("REPLACE"),
    ], 0..40), raw in proptest::collection::vec(any::<u8>(), 0..20), chunk in 1usize..20) {
        let bytes = [parts.concat().as_bytes(), &raw].concat();
        Recorder::both(&bytes, Format::Sql, chunk);
    }
}
