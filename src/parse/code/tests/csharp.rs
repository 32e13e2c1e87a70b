//! C#: attributes with and without arguments, initialisers, null-conditional chains, every kind of string.

use super::*;

const TEXT: &str = r#"using System;
using Env = System.Environment;
namespace Shop.Orders;
[ApiController, Route("api/orders")]
public class OrdersController<T> : ControllerBase, IDisposable
{
    private const string Url = "https://live.example.com";
    public string Host { get; set; } = Env.GetEnvironmentVariable("SF_URL") ?? "https://login.salesforce.com";
    public string Full => $"{Host}/a?q={Uri.Escape(q)}";
    [HttpPost("new", Name = "create")] [Authorize]
    public async Task<Order> Create([FromBody] Order order, int n = 3)
    {
        try {
            await conn.Sobject("Order").Upsert(rows, key: "Id");
            var client = new Client { Url = @"C:\a", Headers = { ["a"] = "b" } };
            if (!order.Ok() || (late && order is null)) throw new InvalidOperationException("no " + order.Id);
            services.AddHttpClient<Client>(c => c.Send());
            login?.Start()?.Session.Open(new { username = u, password = p });
            return order;
        } catch (Limit e) when (e.Soft) { return null; } finally { Done(); }
    }
}
"#;

#[test]
fn calls_and_what_they_are_given_are_seen() {
    let code = code("src/Orders.cs", TEXT);
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    assert_eq!(
        calls(&code),
        [
            "Env.GetEnvironmentVariable",
            "Uri.Escape",
            "conn.Sobject.Upsert",
            "conn.Sobject",
            "Client",
            "order.Ok",
            "InvalidOperationException",
            "services.AddHttpClient",
            "c.Send",
            "login.Start.Session.Open",
            "login.Start",
            "Done"
        ],
        "{}",
        picture(&code)
    );
    let call = |n| code.calls().nth(n).unwrap();
    assert_eq!(code.literal(code.entry(call(2), &["key"]).unwrap()), Some("Id"));
    assert_eq!(code.literal(code.entry(call(4), &["Url"]).unwrap()), Some("C:\\a"));
    assert_eq!(code.entry(code.entry(call(4), &["Headers"]).unwrap(), &["a"]).map(|v| code.slice(v)), Some("\"b\""));
    let given = code.arguments(call(9))[0];
    assert_eq!(code.entry(given, &["password"]).map(|v| code.slice(v)), Some("p"), "{}", picture(&code));
    let sources: Vec<_> =
        code.of_kind(Kind::Import).map(|i| code.slice(code.child(i, Role::Source).unwrap())).collect();
    assert_eq!(sources, ["System", "System.Environment"]);
    let text = code.of_kind(Kind::String).find(|s| code.slice(*s).starts_with('$')).unwrap();
    assert!(matches!(code.pieces(text).as_slice(), [Piece::Hole(_), Piece::Text(_), Piece::Hole(_)]));
}

#[test]
fn classes_attributes_and_handlers_are_seen() {
    let code = code("src/Orders.cs", TEXT);
    assert_eq!(code.name(code.of_kind(Kind::Package).next().unwrap()), Some("Shop.Orders"));
    let class = code.of_kind(Kind::Class).next().unwrap();
    let steps = |ids: Vec<NodeId>| ids.into_iter().map(|d| code.steps(d).join(".")).collect::<Vec<_>>();
    assert_eq!(steps(code.decorators(class)), ["ApiController", "Route"]);
    assert_eq!(steps(code.with_role(class, Role::Super).collect()), ["ControllerBase", "IDisposable"]);
    let function = code.of_kind(Kind::Function).find(|f| code.name(*f) == Some("Create")).unwrap();
    assert_eq!(steps(code.decorators(function)), ["HttpPost", "Authorize"]);
    let post = code.decorators(function)[0];
    assert_eq!(code.literal(code.arguments(post)[0]), Some("new"));
    assert_eq!(code.literal(code.entry(post, &["Name"]).unwrap()), Some("create"));
    let order = code.children(function).find(|p| code.kind(*p) == Kind::Parameter).unwrap();
    assert_eq!(steps(code.decorators(order)), ["FromBody"]);
    let host = code.of_kind(Kind::Assign).find(|a| code.child(*a, Role::Target).map(|t| code.slice(t)) == Some("Host"));
    let value = code.child(host.unwrap(), Role::Value).unwrap();
    assert_eq!(code.kind(value), Kind::Fallback);
    assert_eq!(code.literal(code.child(value, Role::Right).unwrap()), Some("https://login.salesforce.com"));
    let handler = code.of_kind(Kind::Handler).next().unwrap();
    assert_eq!(code.child(handler, Role::Type).map(|t| code.slice(t)), Some("Limit"));
    assert!(code.inside(handler).any(|n| code.kind(n) == Kind::Return));
    let branch = code.of_kind(Kind::If).next().unwrap();
    assert_eq!(code.kind(code.child(branch, Role::Then).unwrap()), Kind::Throw);
}

#[test]
fn every_kind_of_string_has_its_text() {
    for (literal, text) in [
        ("\"a b\"", "a b"),
        ("@\"C:\\a\"", "C:\\a"),
        ("\"\"\"raw \"x\" \"\"\"", "raw \"x\" "),
        ("$\"plain\"", "plain"),
        ("$@\"C:\\a\"", "C:\\a"),
    ] {
        let code = code("a.cs", &format!("class A {{ string a = {literal}; }}"));
        let string = code.of_kind(Kind::String).next().unwrap();
        assert_eq!(code.literal(string), Some(text), "{literal}\n{}", picture(&code));
    }
}
