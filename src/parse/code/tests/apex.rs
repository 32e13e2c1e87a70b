//! Apex: DML, queries, sharing, named arguments of objects, words in any case.

use super::*;

const TEXT: &str = "\
@RestResource(urlMapping='/orders/*')
global with sharing class Orders extends Base implements Queueable, Database.Batchable<SObject> {
  private static final String URL = Config.get('SF_URL') ?? 'https://login.salesforce.com';
  public String stage { get { return 'x'; } set; }
  @AuraEnabled(cacheable=true)
  public static List<Order> load(Id accountId) {
    try {
      List<Contact> found = [SELECT Id, (SELECT Id FROM Cases) FROM Contact WHERE AccountId = :accountId];
      INSERT found; upsert found Ext__c; Database.insert(found, /* all */ false);
      Account made = new Account(Name = 'Bo', Phone = '555-0100');
      Map<String, String> names = new Map<String, String>{ 'a' => System.Label.Note };
      if (!((Limits) limits).left() || TRUE) { throw new LimitException('no' + made.Name); }
      return Http.start('callout:Orders').rows()?.all;
    } catch (DmlException e) { return null; }
  }
}
";

#[test]
fn calls_writes_and_queries_are_seen() {
    let code = code("classes/Orders.cls", TEXT);
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    assert_eq!(
        calls(&code),
        [
            "Config.get",
            "INSERT",
            "upsert",
            "Database.insert",
            "Account",
            "Map",
            "limits.left",
            "LimitException",
            "Http.start.rows",
            "Http.start"
        ],
        "{}",
        picture(&code)
    );
    let call = |n| code.calls().nth(n).unwrap();
    let given = |n| code.arguments(call(n)).into_iter().map(|a| code.slice(a)).collect::<Vec<_>>();
    assert_eq!(given(2), ["found", "Ext__c"]);
    assert_eq!(given(3), ["found", "false"]);
    assert_eq!(code.literal(code.entry(call(4), &["Name"]).unwrap()), Some("Bo"));
    let queries: Vec<_> = code.of_kind(Kind::Query).collect();
    assert_eq!(queries.iter().map(|q| code.name(*q)).collect::<Vec<_>>(), [Some("Contact"), Some("Cases")]);
    assert_eq!(code.arguments(queries[0]).into_iter().map(|a| code.slice(a)).collect::<Vec<_>>(), ["accountId"]);
}

#[test]
fn classes_functions_and_handlers_are_seen() {
    let code = code("classes/Orders.cls", TEXT);
    let class = code.of_kind(Kind::Class).next().unwrap();
    assert_eq!(code.name(class), Some("Orders"));
    let texts = |id, role| code.with_role(id, role).map(|n| code.slice(n)).collect::<Vec<_>>();
    assert_eq!(texts(class, Role::Modifier), ["global", "with sharing"]);
    assert_eq!(texts(class, Role::Super), ["Base", "Queueable", "Database.Batchable<SObject>"]);
    assert_eq!(code.steps(code.with_role(class, Role::Super).last().unwrap()), ["Database", "Batchable"]);
    let rest = code.decorators(class)[0];
    assert_eq!(
        (code.steps(rest), code.literal(code.entry(rest, &["urlMapping"]).unwrap())),
        (vec!["RestResource"], Some("/orders/*"))
    );
    let functions: Vec<_> = code.of_kind(Kind::Function).collect();
    assert_eq!(functions.iter().map(|f| code.name(*f)).collect::<Vec<_>>(), [Some("get"), Some("set"), Some("load")]);
    assert_eq!(code.steps(code.decorators(functions[2])[0]), ["AuraEnabled"]);
    let handler = code.of_kind(Kind::Handler).next().unwrap();
    assert_eq!((texts(handler, Role::Type), texts(handler, Role::Target)), (vec!["DmlException"], vec!["e"]));
    let back = code.inside(handler).find(|n| code.kind(*n) == Kind::Return).unwrap();
    assert_eq!(code.kind(code.child(back, Role::Value).unwrap()), Kind::Null);
    let branch = code.of_kind(Kind::If).next().unwrap();
    let condition = code.child(branch, Role::Condition).unwrap();
    assert_eq!(code.kind(condition), Kind::Fallback, "brackets are no node\n{}", picture(&code));
    assert_eq!(code.kind(code.child(condition, Role::Right).unwrap()), Kind::True);
    assert!(code.inside(branch).any(|n| code.kind(n) == Kind::Throw));
}

#[test]
fn a_trigger_is_a_function_of_its_object() {
    let code = code("t.trigger", "trigger Fill on Account (before insert, after update) { Filler.fill(Trigger.new); }");
    let function = code.of_kind(Kind::Function).next().unwrap();
    assert_eq!(code.name(function), Some("Fill"));
    assert_eq!(code.child(function, Role::Type).map(|t| code.slice(t)), Some("Account"));
    assert_eq!(calls(&code), ["Filler.fill"]);
}

#[test]
fn classes_of_others_with_the_same_end_are_left_alone() {
    for text in [
        "\\NeedsTeXFormat{LaTeX2e}\n\\ProvidesClass{thesis}[2020/01/01]\n",
        "% a class\n\\ProvidesClass{thesis}\n",
        "VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1\nEND\nAttribute VB_Name = \"Orders\"\n",
        "Class App.Orders Extends %Persistent\n{\nProperty Name As %String;\n}\n",
    ] {
        let code = code("a.cls", text);
        assert!(code.is_empty() && code.problems.is_empty(), "{text}");
    }
    assert!(!code("a.cls", "Class Orders { }").is_empty());
}
