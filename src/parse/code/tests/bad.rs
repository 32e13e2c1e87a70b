//! Files made to be hard to read: time and memory are bounded, and what is left out is told.

use std::time::{Duration, Instant};

use super::*;

const MANY: usize = 100_000;

/// What a file may take. It takes a tenth of it on an idle machine, and no bound holds on a busy one.
const LONG: Duration = Duration::from_secs(10);

fn timed(path: &str, text: &str) -> Code {
    let start = Instant::now();
    let code = alone(path, text);
    let took = start.elapsed();
    println!(
        "{path}: {} bytes, {} nodes, {took:.2?}, {:?}",
        text.len(),
        code.len(),
        code.problems.first().map(|p| &p.message)
    );
    assert!(took < LONG, "{path}: {took:?}");
    assert!((0..code.len() as u32).all(|id| code.node(id).last <= code.len() as u32));
    code
}

#[test]
fn what_lies_deep_is_cut_and_told() {
    let nested = |open: &str, middle: &str, close: &str| {
        // Brackets and elements as many as may be; of what is longer, fewer.
        let times = if open.len() <= "<div>".len() { MANY } else { MANY / 5 };
        format!("{}{middle}{}", open.repeat(times), close.repeat(times))
    };
    for (path, text) in [
        ("a.rb", format!("x = {}", nested("(", "1", ")"))),
        ("a.rb", nested("f(", "1", ")")),
        ("a.rb", nested("if a\n", "b\n", "end\n")),
        ("a.php", format!("<?php $x = {};", nested("(", "1", ")"))),
        ("a.php", format!("<?php {};", nested("f(", "1", ")"))),
        ("a.php", format!("<b></b><?php {}", nested("if ($a) {", "f();", "}"))),
        ("a.html", nested("<div>", "x", "</div>")),
        ("a.html", "<div>".repeat(MANY)),
        ("a.vue", format!("<template>{}</template>", nested("<my-tag>", "x", "</my-tag>"))),
        ("a.vue", format!("<template>{{{{ {} }}}}</template>", nested("(", "1", ")"))),
        ("a.liquid", nested("{% if a %}", "x", "{% endif %}")),
        ("a.liquid", "{% if a %}".repeat(MANY)),
        ("a.erb", nested("<% if a %>", "x", "<% end %>")),
        ("a.erb", "<% if a %>".repeat(MANY)),
        ("a.blade.php", nested("@if(a)", "x", "@endif ")),
        ("a.blade.php", format!("@if({})x@endif", nested("(", "1", ")"))),
        ("a.blade.php", "@if(".repeat(MANY)),
        (
            "a.ipynb",
            format!("{{\"cells\": [{{\"cell_type\": \"code\", \"source\": \"{}\"}}]}}", nested("f(", "1", ")")),
        ),
        ("a.ipynb", "[".repeat(MANY)),
        ("a.js", nested("f(", "1", ")")),
        ("a.py", nested("f(", "1", ")")),
    ] {
        let code = timed(path, &text);
        assert!(!code.problems.is_empty(), "{path} {}", &text[..40]);
    }
}

#[test]
fn what_repeats_takes_no_longer_than_its_length() {
    for (path, unit) in [
        ("a.html", "<li>x"),
        ("a.html", "</b>"),
        ("a.html", "<b a=\"x\" "),
        ("a.html", "<!-- "),
        ("a.html", "<a {"),
        ("a.html", "{x} {!y}"),
        ("a.html", "<script>"),
        ("a.html", "<"),
        ("a.html", "<p></b><b>"),
        ("a.liquid", "{{ a"),
        ("a.liquid", "{{ a | t: x }}"),
        ("a.liquid", "{% endif %}"),
        ("a.liquid", "{% elsif a %}"),
        ("a.liquid", "{% if a %}{% elsif b %}"),
        ("a.liquid", "{% comment %}"),
        ("a.liquid", "{{ a['"),
        ("a.erb", "<%= a %>x "),
        ("a.erb", "<%"),
        ("a.erb", "<% else %>x"),
        ("a.blade.php", "@lang('x')"),
        ("a.blade.php", "@foreach(a as b)"),
        ("a.blade.php", "@php"),
        ("a.blade.php", "{{ a"),
        ("a.blade.php", "@if('"),
        ("a.phtml", "<?= $a ?>x "),
        ("a.phtml", "<?php if (a): ?> x "),
        ("a.phtml", "<?php <<<A "),
        ("a.php", "<?php '"),
        ("a.rb", "<<A\n"),
        ("a.rb", "\"#{"),
        ("a.vue", "<template>{{ a }}"),
        ("a.ipynb", "{\"cells\":[{\"source\":"),
    ] {
        timed(path, &unit.repeat(MANY / 4));
    }
}

#[test]
fn a_long_filter_chain_or_condition_is_read() {
    let filters = format!("{{{{ 'a'{} }}}}", " | t".repeat(10_000));
    let code = timed("a.liquid", &filters);
    assert_eq!(code.calls().count(), 1_000 - 1, "{:?}", code.problems);
    assert!(!code.problems.is_empty());
    timed("a.liquid", &format!("{{% if a{} %}}x{{% endif %}}", " and a".repeat(10_000)));
}
