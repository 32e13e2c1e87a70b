//! Ruby and PHP.

use super::*;

#[test]
fn ruby_calls_defaults_and_blocks_are_seen() {
    let text = "require 'restforce'\n\
        class Crm::Sync < ApplicationJob\n\
        \x20 before_action :staff_only, only: [:show]\n\
        \x20 def run(order, limit: 10)\n\
        \x20   host = ENV['SF_HOST'] || 'login.salesforce.com'\n\
        \x20   client = Restforce.new(host: ENV.fetch('SF_HOST', 'x'), 'api' => 1)\n\
        \x20   return if order.test?\n\
        \x20   raise Limit, 'no' unless order.real?\n\
        \x20   client.orders.upsert!(order.id, Faker::Internet.email)\n\
        \x20   Order.find_each do |o|\n      puts \"#{o.id} done\"\n    end\n\
        \x20 rescue Limit => e\n    nil\n  ensure\n    close\n  end\nend\n";
    let code = code("lib/a.rb", text);
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    let calls = calls(&code);
    for call in
        ["before_action", "Restforce", "ENV.fetch", "client.orders.upsert!", "Faker.Internet.email", "order.test?"]
    {
        assert!(calls.iter().any(|c| c == call), "{call} of {calls:?}\n{}", picture(&code));
    }
    let new = code.of_kind(Kind::New).next().unwrap();
    assert_eq!(code.entry(new, &["api"]).map(|v| code.slice(v)), Some("1"));
    assert_eq!(code.entry(new, &["host"]).map(|v| code.kind(v)), Some(Kind::Call));
    let fallback = code.of_kind(Kind::Fallback).next().unwrap();
    assert_eq!(code.steps(code.child(fallback, Role::Left).unwrap()), ["ENV", "SF_HOST"]);
    assert_eq!(code.literal(code.child(fallback, Role::Right).unwrap()), Some("login.salesforce.com"));
    let import = code.of_kind(Kind::Import).next().unwrap();
    assert_eq!(code.literal(code.child(import, Role::Source).unwrap()), Some("restforce"));
    let class = code.of_kind(Kind::Class).next().unwrap();
    assert_eq!(
        (code.name(class), code.child(class, Role::Super).map(|s| code.slice(s))),
        (Some("Crm::Sync"), Some("ApplicationJob"))
    );

    // `return if x`: the return is what runs if x holds; `raise … unless x`: if it does not.
    let branches: Vec<NodeId> = code.of_kind(Kind::If).collect();
    assert_eq!(code.kind(code.child(branches[0], Role::Then).unwrap()), Kind::Return);
    let throw = code.child(branches[1], Role::Else).unwrap();
    assert_eq!(code.kind(throw), Kind::Throw);
    assert_eq!(code.child(throw, Role::Value).map(|v| code.slice(v)), Some("Limit"));

    // A block lies inside its call.
    let each = code.calls().find(|c| code.called(*c) == "find_each").unwrap();
    let puts = code.calls().find(|c| code.called(*c) == "puts").unwrap();
    assert!(code.is_within(puts, each));
    assert_eq!(code.kind(code.enclosing(puts, Kind::Function).unwrap()), Kind::Function);
    let string = code.arguments(puts)[0];
    assert!(matches!(code.pieces(string).as_slice(), [Piece::Hole(_), Piece::Text(_)]));

    let handler = code.of_kind(Kind::Handler).next().unwrap();
    assert_eq!(code.child(handler, Role::Type).map(|t| code.slice(t)), Some("Limit"));
    assert_eq!(code.child(handler, Role::Target).map(|t| code.slice(t)), Some("e"));
    assert_eq!(code.kind(code.node(handler).parent), Kind::Try);
    assert_eq!(code.of_kind(Kind::Finally).count(), 1);
}

#[test]
fn ruby_heredocs_symbols_and_words_have_their_text() {
    let code = code("Rakefile", "run(<<~SQL, :\"a b\", %q(c d))\n  select 1\nSQL\nx ||= :sandbox\nw = %w[a b]\n");
    let strings: Vec<_> = code.of_kind(Kind::String).filter_map(|s| code.literal(s)).map(str::trim).collect();
    assert_eq!(strings, ["a b", "c d", "select 1", "sandbox", "a", "b"], "{}", picture(&code));
    let fallback = code.of_kind(Kind::Fallback).next().unwrap();
    assert_eq!(code.child(fallback, Role::Left).map(|l| code.slice(l)), Some("x"));
}

#[test]
fn php_calls_defaults_and_classes_are_seen() {
    let text = "<?php\nnamespace App\\Crm;\nuse Stripe\\StripeClient as Client;\nuse App\\{Order, Faker as F};\n\
        require_once __DIR__ . '/boot.php';\n\
        #[Route('/orders', methods: ['POST'])]\nclass Sync extends Base implements Job {\n\
        \x20 const HOST = 'https://login.salesforce.com';\n\
        \x20 #[IsGranted('STAFF')]\n  public function run(Order $order, ?string $id = null): array {\n\
        \x20   $url = $_ENV['SF_URL'] ?? self::HOST;\n    $host = getenv('X') ?: 'test.salesforce.com';\n\
        \x20   $client = new Client(['api_key' => $id, 'sandbox' => true]);\n\
        \x20   try { $this->client->orders()->upsert(data: \"https://{$host}/$id\"); Faker::create('x'); }\n\
        \x20   catch (Limit | Gone $e) { return []; } finally { close(); }\n\
        \x20   if (!$id) { throw new \\Exception('no'); } elseif ($x) { exit(1); }\n    return $rows;\n  }\n}\n";
    let code = code("src/a.php", text);
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    let calls = calls(&code);
    for call in ["Route", "getenv", "Client", "$this.client.orders.upsert", "Faker.create", "\\Exception"] {
        let decorated = code.of_kind(Kind::Decorator).any(|d| code.steps(d) == [call]);
        assert!(decorated || calls.iter().any(|c| c == call), "{call} of {calls:?}\n{}", picture(&code));
    }
    let fallbacks: Vec<NodeId> = code.of_kind(Kind::Fallback).collect();
    assert_eq!(code.steps(code.child(fallbacks[0], Role::Left).unwrap()), ["$_ENV", "SF_URL"]);
    assert_eq!(code.steps(code.child(fallbacks[0], Role::Right).unwrap()), ["self", "HOST"]);
    assert_eq!(code.literal(code.child(fallbacks[1], Role::Right).unwrap()), Some("test.salesforce.com"));
    let new = code.calls().find(|c| code.called(*c) == "Client").unwrap();
    assert_eq!(code.entry(code.arguments(new)[0], &["sandbox"]).map(|v| code.kind(v)), Some(Kind::True));
    let upsert = code.calls().find(|c| code.called(*c) == "upsert").unwrap();
    let url = code.entry(upsert, &["data"]).unwrap();
    let texts = code.pieces(url).into_iter().map(|p| match p {
        Piece::Text(range) => code.text()[range.start as usize..range.end as usize].to_owned(),
        Piece::Hole(hole) => code.steps(hole).join("."),
    });
    assert_eq!(texts.collect::<Vec<_>>(), ["https://", "$host", "/", "$id"]);
    let imports: Vec<_> =
        code.of_kind(Kind::Import).map(|i| code.child(i, Role::Source).map_or("", |s| code.slice(s))).collect();
    assert_eq!(imports, ["Stripe\\StripeClient", "App", "__DIR__ . '/boot.php'"]);
    let class = code.of_kind(Kind::Class).next().unwrap();
    let supers: Vec<_> = code.with_role(class, Role::Super).map(|s| code.slice(s)).collect();
    assert_eq!((code.name(class), supers.as_slice()), (Some("Sync"), ["Base", "Job"].as_slice()));
    assert_eq!(code.decorators(class).len(), 1);
    let run = code.of_kind(Kind::Function).next().unwrap();
    assert_eq!((code.name(run), code.decorators(run).len()), (Some("run"), 1));
    let handler = code.of_kind(Kind::Handler).next().unwrap();
    assert!(code.inside(handler).any(|n| code.kind(n) == Kind::Return));
    assert_eq!(code.of_kind(Kind::Package).next().and_then(|p| code.name(p)), Some("App\\Crm"));
    let branch = code.of_kind(Kind::If).next().unwrap();
    assert!(code.inside(code.child(branch, Role::Then).unwrap()).any(|n| code.kind(n) == Kind::Throw));
    assert_eq!(code.kind(code.child(branch, Role::Else).unwrap()), Kind::If);
}

#[test]
fn long_heredoc_words_of_ruby_are_refused() {
    // The grammar's scanner aborts the process on them: it stores their length in one byte.
    for word in ["A".repeat(300), format!("\"{}\"", "a b".repeat(200)), "A".repeat(2000)] {
        let code = code("a.rb", &format!("x = 1\nputs <<~{word}\n  text\n{word}\n"));
        assert!(!code.problems.is_empty(), "{}", word.len());
    }
    let text = format!("s <<\"{}\"\ns << 'b'\nputs <<~SQL\n  select\nSQL\n", "a".repeat(100));
    assert!(code("a.rb", &text).problems.is_empty());
}
