//! Go: structs' literals, imports with and without alias, errors that are returned, receivers.

use super::*;

const TEXT: &str = "package shop

import (
\t\"os\"
\tsf \"github.com/x/salesforce\"
)

const Live = \"https://live.example.com\"

type Client struct {
\tBase
\tURL string `json:\"url\"`
}

func (c *Client) Create(ctx context.Context, order Order, tags ...string) (*Order, error) {
\thost := os.Getenv(\"SF_URL\")
\tif host == \"\" {
\t\thost = `https://login.salesforce.com`
\t}
\tconn.SObject(\"Order\").Upsert(rows, /* key */ \"Id\")
\tclient, err := sf.New(sf.Creds{Domain: \"a\", Pass: os.Getenv(\"P\")}, &http.Client{Timeout: 5})
\tif err != nil {
\t\treturn nil, fmt.Errorf(\"no %w\", err)
\t} else if !order.Ok || (late && x) {
\t\tpanic(\"no \" + order.ID)
\t}
\tfor _, row := range []Row{{ID: 1}} {
\t\trow.Send(map[string]string{\"a\": \"b\"})
\t}
\thttp.HandleFunc(\"/orders\", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(\"x\")) })
\treturn &order, nil
}
";

#[test]
fn calls_literals_and_imports_are_seen() {
    let code = code("shop/orders.go", TEXT);
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    assert_eq!(
        calls(&code),
        [
            "os.Getenv",
            "conn.SObject.Upsert",
            "conn.SObject",
            "sf.New",
            "sf.Creds",
            "os.Getenv",
            "http.Client",
            "fmt.Errorf",
            "row.Send",
            "http.HandleFunc",
            "w.Write"
        ],
        "{}",
        picture(&code)
    );
    let creds = code.calls().nth(4).unwrap();
    assert_eq!(code.literal(code.entry(creds, &["Domain"]).unwrap()), Some("a"));
    let upsert = code.calls().nth(1).unwrap();
    assert_eq!(code.arguments(upsert).into_iter().map(|a| code.slice(a)).collect::<Vec<_>>(), ["rows", "\"Id\""]);
    let map = code.of_kind(Kind::Object).find(|o| code.entry(*o, &["a"]).is_some()).unwrap();
    assert_eq!(code.role(map), Role::Argument);
    let imports: Vec<_> = code
        .of_kind(Kind::Import)
        .map(|i| {
            let source = code.inside(i).find(|n| code.role(*n) == Role::Source).unwrap();
            (code.slice(source), code.child(i, Role::Alias).map(|a| code.slice(a)))
        })
        .collect();
    assert_eq!(imports, [("os", None), ("github.com/x/salesforce", Some("sf"))]);
    assert_eq!(code.name(code.of_kind(Kind::Package).next().unwrap()), Some("shop"));
}

#[test]
fn functions_branches_and_assignments_are_seen() {
    let code = code("shop/orders.go", TEXT);
    let class = code.of_kind(Kind::Class).next().unwrap();
    assert_eq!(code.name(class), Some("Client"));
    let function = code.of_kind(Kind::Function).next().unwrap();
    assert_eq!(code.name(function), Some("Create"));
    let types: Vec<_> = code
        .children(function)
        .filter(|p| code.kind(*p) == Kind::Parameter)
        .map(|p| code.slice(code.child(p, Role::Type).unwrap()))
        .collect();
    assert_eq!(types, ["*Client", "context.Context", "Order", "string"]);
    let branches: Vec<_> = code.of_kind(Kind::If).collect();
    let returned = code.inside(branches[1]).find(|n| code.kind(*n) == Kind::Return).unwrap();
    assert_eq!(code.with_role(returned, Role::Value).count(), 2);
    let throw = code.inside(branches[2]).find(|n| code.kind(*n) == Kind::Throw).unwrap();
    assert_eq!(code.kind(code.child(throw, Role::Value).unwrap()), Kind::Concat);
    assert_eq!(code.child(branches[1], Role::Else), Some(branches[2]));
    let raw = code.of_kind(Kind::String).find(|s| code.slice(*s).starts_with('`') && code.role(*s) == Role::Value);
    assert_eq!(code.literal(raw.unwrap()), Some("https://login.salesforce.com"));
    let client = code.of_kind(Kind::Assign).find(|a| code.slice(*a).starts_with("client")).unwrap();
    assert_eq!(code.with_role(client, Role::Target).map(|t| code.slice(t)).collect::<Vec<_>>(), ["client", "err"]);
}
