//! Pages and templates.

use crate::parse::code::tests::{calls, code, picture};
use crate::parse::code::*;

/// `tag` of each element with the kinds of what is around it, innermost first, up to the file.
fn elements(code: &Code) -> Vec<String> {
    let line = |id: NodeId| {
        let around: Vec<_> = code
            .around(id)
            .filter(|a| matches!(code.kind(*a), Kind::If | Kind::Loop | Kind::Case | Kind::Element))
            .map(|a| match code.kind(a) {
                Kind::Element => code.name(a).unwrap_or("?").to_owned(),
                kind => format!("{kind:?}"),
            })
            .collect();
        format!("{} {}", code.name(id).unwrap_or("?"), around.join(" ")).trim().to_owned()
    };
    code.of_kind(Kind::Element).map(line).collect()
}

/// The first node whose text is this.
fn at(code: &Code, text: &str) -> NodeId {
    let found = (0..code.len() as u32).find(|id| code.slice(*id) == text);
    found.unwrap_or_else(|| panic!("{text} is nowhere in\n{}", picture(code)))
}

/// The role of the nearest branch around a text, and the branch's condition.
fn branch<'a>(code: &'a Code, text: &str) -> (Role, &'a str) {
    let mut inner = at(code, text);
    loop {
        let around = code.node(inner).parent;
        let role = code.role(inner);
        if code.kind(around) == Kind::If && matches!(role, Role::Then | Role::Else) {
            return (role, code.child(around, Role::Condition).map_or("", |c| code.slice(c)));
        }
        assert_ne!(around, inner, "no branch around {text}\n{}", picture(code));
        inner = around;
    }
}

#[test]
fn html_has_elements_attributes_texts_and_scripts() {
    let code = code(
        "a.html",
        "<!doctype html><!-- <p>gone</p> --><body class=\"a b\" hidden><ul><li>One<li>Two &lt;3</ul>\n\
         <br><img src=x.png alt='An order'/><p>Open<div>x < y</div></body>\
         <script>fetch('https://api.example.com/v1')</script><script type=\"application/json\">{</script>",
    );
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    assert_eq!(
        elements(&code),
        [
            "body",
            "ul body",
            "li ul body",
            "li ul body",
            "br body",
            "img body",
            "p body",
            "div body",
            "script",
            "script"
        ]
    );
    let texts: Vec<_> = code.of_kind(Kind::Text).map(|t| code.slice(t)).collect();
    assert_eq!(texts, ["One", "Two &lt;3", "Open", "x < y"]);
    let image = at(&code, "<img src=x.png alt='An order'/>");
    let attributes: Vec<_> = code
        .children(image)
        .filter(|c| code.kind(*c) == Kind::Attribute)
        .map(|a| (code.key(a), code.child(a, Role::Value).and_then(|v| code.literal(v))))
        .collect();
    assert_eq!(attributes, [(Some("src"), Some("x.png")), (Some("alt"), Some("An order"))]);
    assert_eq!(calls(&code), ["fetch"]);
    assert!(code.of_kind(Kind::Comment).count() == 1);
}

#[test]
fn lightning_and_visualforce_expressions_are_code() {
    let code = code(
        "a.html",
        "<template><template lwc:if={isSandbox}><c-banner label={labels.notice}>{order.name}</c-banner></template>\
         <lightning-input onchange={save} value=\"{!v.name}\"></lightning-input>{!$Label.c.Notice}{ not: 1 }</template>",
    );
    assert!(code.problems.is_empty());
    let flag = at(&code, "lwc:if={isSandbox}");
    assert_eq!(code.kind(code.child(flag, Role::Value).unwrap()), Kind::Interpolation);
    for (text, steps) in [
        ("labels.notice", vec!["labels", "notice"]),
        ("order.name", vec!["order", "name"]),
        ("v.name", vec!["v", "name"]),
        ("$Label.c.Notice", vec!["$Label", "c", "Notice"]),
    ] {
        assert_eq!(code.steps(at(&code, text)), steps);
    }
    assert_eq!(code.of_kind(Kind::Text).map(|t| code.slice(t)).collect::<Vec<_>>(), ["{ not: 1 }"]);
}

#[test]
fn vue_has_a_template_with_expressions_and_a_script() {
    let code = code(
        "a.vue",
        "<script setup lang=\"ts\">\nconst url: string = import.meta.env.VITE_API ?? 'https://api.example.com'\n</script>\n\
         <template>\n  <p v-if=\"isDemo && !live\" :style=\"{ color: tone }\">{{ $t('general.notice') }} and {{ a | b }}</p>\n\
         \x20 <li v-for=\"o of orders\" :key=\"o.id\" @click=\"open = true; track('x')\" v-slot=\"{ item = 1 }\">{{ o.name }}</li>\n\
         </template>\n<style>p::before { content: '{{' }</style>\n<i18n>{ \"a\": \"{{ b\" }</i18n>\n",
    );
    assert!(code.problems.is_empty(), "{:?}\n{}", code.problems, picture(&code));
    assert_eq!(code.language, Language::TypeScript);
    assert_eq!(calls(&code), ["$t", "track"]);
    let t = code.calls().next().unwrap();
    assert_eq!(code.literal(code.arguments(t)[0]), Some("general.notice"));
    let p = code.enclosing(t, Kind::Element).unwrap();
    let shown = code.children(p).find(|a| code.key(*a) == Some("v-if")).unwrap();
    assert_eq!(code.kind(shown), Kind::Attribute);
    assert!(code.inside(shown).any(|n| code.kind(n) == Kind::And), "{}", picture(&code));
    assert!(
        code.children(p).any(|a| code.key(a) == Some("style") && code.inside(a).any(|n| code.kind(n) == Kind::Object))
    );
    let fallback = code.of_kind(Kind::Fallback).next().unwrap();
    assert_eq!(code.literal(code.child(fallback, Role::Right).unwrap()), Some("https://api.example.com"));
}

#[test]
fn liquid_tags_are_branches_calls_and_imports() {
    let code = code(
        "sections/a.liquid",
        "{% comment %} <b>{{ 'gone' | t }}</b> {% endcomment %}{%- if settings.demo and shop.name contains 'Test' -%}\n\
         <p class=\"{% if wide %}wide{% endif %} x\">{{ 'general.notice' | t: name: shop.name | escape }}</p>\n\
         {%- elsif live %}<i>live</i>{% else %}<b>none</b>{%- endif -%}\n\
         {% unless customer %}<u>guest</u>{% endunless %}\
         {% for o in customer.orders limit: 3 %}<li>{{ o.lines['a'].title }}</li>{% endfor %}\
         {% case kind %}{% when 'a', 'b' %}<s>a</s>{% else %}<q>b</q>{% endcase %}\
         {% render 'notice', tone: 'warn' %}{% assign x = 'a' | upcase %}\
         {% liquid\n  if a\n    echo 'k' | t\n  endif\n  # gone\n%}\n{% schema %}{ \"name\": \"{{ x\" }{% endschema %}",
    );
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    assert_eq!(
        elements(&code),
        ["p If", "i If If", "b If If", "u If", "li Loop", "s Case", "q Case"],
        "{}",
        picture(&code)
    );
    assert_eq!(calls(&code), ["escape", "t", "upcase", "t"]);
    let t = code.calls().nth(1).unwrap();
    assert_eq!(code.literal(code.arguments(t)[0]), Some("general.notice"));
    assert_eq!(code.entry(t, &["name"]).map(|v| code.steps(v)), Some(vec!["shop", "name"]));
    assert_eq!(branch(&code, "'general.notice'"), (Role::Then, "settings.demo and shop.name contains 'Test'"));
    assert_eq!(
        branch(&code, "live</i>".trim_end_matches("</i>")),
        (Role::Else, "settings.demo and shop.name contains 'Test'")
    );
    assert_eq!(branch(&code, "<i>live</i>"), (Role::Then, "live"));
    assert_eq!(branch(&code, "<b>none</b>"), (Role::Else, "live"));
    assert_eq!(branch(&code, "<u>guest</u>"), (Role::Else, "customer"));
    let import = code.of_kind(Kind::Import).next().unwrap();
    assert_eq!(code.literal(code.child(import, Role::Source).unwrap()), Some("notice"));
    assert_eq!(code.entry(import, &["tone"]).and_then(|v| code.literal(v)), Some("warn"));
    assert_eq!(code.steps(at(&code, "o.lines['a'].title")), ["o", "lines", "a", "title"]);
    assert_eq!(code.of_kind(Kind::Comment).count(), 2);
}

#[test]
fn erb_is_ruby_with_elements_in_its_branches() {
    let code = code(
        "app/views/a.html.erb",
        "<%# <p>gone</p> %>\n<% if Rails.env.sandbox? -%>\n  <p class=\"<%= tone %>\"><%= t('general.notice') %></p>\n\
         <% else %>\n  <i>none</i>\n<% end %>\n<%= form_with model: @order do |f| %>\n  <%= f.text_field :name, value: \"x\" %>\n\
         <% end %>\n<% @orders.each do |order| %><li><%= order.total %></li><% end %>\n<% unless live? %><b>demo</b><% end %>\n\
         <% case kind %>\n<% when :a %><s>a</s>\n<% end %><div <% if x %>hidden<% end %>>z</div>\n",
    );
    assert!(code.problems.is_empty(), "{:?}\n{}", code.problems, picture(&code));
    assert_eq!(elements(&code), ["p If", "i If", "li", "b If", "s Case", "div"], "{}", picture(&code));
    assert_eq!(branch(&code, "t('general.notice')"), (Role::Then, "Rails.env.sandbox?"));
    assert_eq!(branch(&code, "<i>none</i>"), (Role::Else, "Rails.env.sandbox?"));
    assert_eq!(branch(&code, "<b>demo</b>"), (Role::Else, "live?"));
    assert_eq!(branch(&code, "hidden"), (Role::Then, "x"));
    let field = code.calls().find(|c| code.called(*c) == "text_field").unwrap();
    assert!(
        code.around(field).any(|c| code.kind(c) == Kind::Call && code.called(c) == "form_with"),
        "{}",
        picture(&code)
    );
    let li = at(&code, "<li><%= order.total %></li>");
    assert!(code.around(li).any(|c| code.kind(c) == Kind::Call && code.called(c) == "each"));
    assert!(!code.nodes().iter().enumerate().any(|(i, n)| n.kind == Kind::Name && code.slice(i as u32).contains('<')));
    let total = code.enclosing(at(&code, "order.total"), Kind::Interpolation).unwrap();
    assert_eq!(code.slice(total), "<%= order.total %>");
}

#[test]
fn markup_around_php_lies_in_its_branches() {
    let code = code(
        "templates/a.phtml",
        "<?php /** ?> */ use App\\Order; // x ?>\n<?php if ($order->isTest()): ?>\n  <p><?= $escaper->escapeHtml(__('Sample order')) ?></p>\n\
         <?php elseif ($live): ?><i>live</i><?php else: ?><b>none</b><?php endif ?>\n\
         <?php foreach ($rows as $row) { ?><li title=\"<?= $row['name'] ?>\"><?= $row['a'] ?></li><?php } ?>\n\
         <?php switch ($x): ?>\n<?php case 1: ?><s>a</s><?php break; endswitch; ?>\n<u>'?></u>\n",
    );
    assert!(code.problems.is_empty(), "{:?}\n{}", code.problems, picture(&code));
    assert_eq!(elements(&code), ["p If", "i If If", "b If", "li Loop", "s Case", "u"], "{}", picture(&code));
    assert!(calls(&code).contains(&"__".to_owned()));
    assert_eq!(branch(&code, "'Sample order'"), (Role::Then, "$order->isTest()"));
    assert_eq!(branch(&code, "<b>none</b>").0, Role::Else);
    assert_eq!(branch(&code, "<i>live</i>"), (Role::Then, "$live"));
    let escaped = code.calls().find(|c| code.called(*c) == "escapeHtml").unwrap();
    assert_eq!(code.kind(code.enclosing(escaped, Kind::Interpolation).unwrap()), Kind::Interpolation);
    assert_eq!(code.of_kind(Kind::Import).count(), 1);
}

#[test]
fn blade_directives_are_branches_calls_and_imports() {
    let code = code(
        "resources/views/a.blade.php",
        "{{-- <p>@lang('gone')</p> --}}\n@extends('layout')\n@if ($order->test && !$live)\n<p>{{ __('general.notice') }}</p>\n\
         @elseif (true)\n<i>{!! $html !!}</i>\n@else\n<b>@lang('shop.none')</b>\n@endif\n@unless($x)<u>u</u>@endunless\n\
         @can('edit', $order)<s>e</s>@endcan @auth<q>a</q>@endauth\n\
         @foreach ($rows as $key => $row)<li>{{ $row->name ?? 'none' }}</li>@endforeach\n\
         @include('shop::partials.notice', ['a' => 1])\n@php $y = getenv('X') ?: 'z'; @endphp\n\
         <a href=\"mailto:a@example.com\" @click=\"go\">@{{ vue }}</a>\n<style>@media(max-width: 1px) { a { b: c } }</style>\n",
    );
    assert!(code.problems.is_empty(), "{:?}\n{}", code.problems, picture(&code));
    assert_eq!(
        elements(&code),
        ["p If", "i If If", "b If If", "u If", "s If", "q If", "li Loop", "a", "style"],
        "{}",
        picture(&code)
    );
    for call in ["__", "lang", "can", "getenv"] {
        assert!(calls(&code).iter().any(|c| c == call), "{call} of {:?}\n{}", calls(&code), picture(&code));
    }
    assert_eq!(branch(&code, "'general.notice'"), (Role::Then, "$order->test && !$live"));
    assert_eq!(branch(&code, "'shop.none'"), (Role::Else, "true"));
    assert_eq!(branch(&code, "<u>u</u>"), (Role::Else, "$x"));
    assert_eq!(branch(&code, "<s>e</s>"), (Role::Then, "can('edit', $order)"));
    let sources: Vec<_> = code
        .of_kind(Kind::Import)
        .filter_map(|i| code.literal(code.inside(i).find(|n| code.role(*n) == Role::Source)?))
        .collect();
    assert_eq!(sources, ["layout", "shop::partials.notice"]);
    let each = code.of_kind(Kind::Loop).next().unwrap();
    let rows = code.inside(each).find(|n| code.role(*n) == Role::Iterated).unwrap();
    assert_eq!(code.slice(rows), "$rows");
    assert_eq!(code.of_kind(Kind::Fallback).count(), 2);
}

#[test]
fn elements_never_leave_the_branch_they_begin_in() {
    let code = code(
        "a.liquid",
        "{% if a %}<div class=x>{% else %}<div>{% endif %}<p>y</p></div></section>{% endif %}<i>z</i>",
    );
    assert_eq!(elements(&code), ["div If", "div If", "p", "i"], "{}", picture(&code));
}

#[test]
fn what_is_not_closed_is_told_and_the_rest_is_read() {
    for (path, text) in [
        ("a.liquid", "{% if a %}<p>x</p>"),
        ("a.liquid", "<p>x</p>{{ a"),
        ("a.liquid", "<p>x</p>{% comment %} y"),
        ("a.erb", "<p>x</p><% if a"),
        ("a.blade.php", "@if(a)<p>x</p>"),
        ("a.blade.php", "<p>x</p>@if((a"),
        ("a.blade.php", "<p>x</p>{{ $a"),
        ("a.html", "<p>x</p><!-- a"),
        ("a.html", "<p>x</p><a href=\"b"),
        ("a.html", "<p>x</p><script>a"),
        ("a.vue", "<template><p>x</p><p v-if=\"a +\">y</p></template>"),
        ("a.php", "<p>x</p><?php if (a { ?>"),
    ] {
        let code = code(path, text);
        assert!(!code.problems.is_empty(), "{path} {text}");
        assert!(code.of_kind(Kind::Element).any(|e| code.slice(e) == "<p>x</p>"), "{text}\n{}", picture(&code));
    }
}
