//! Markup and templates.

use super::World;

#[test]
fn lightning_and_visualforce_markup_names_components_and_classes() {
    let world = World::new(&[
        ("force-app/lwc/page/page.html", "<template><c-order-list></c-order-list><c-gone></c-gone></template>"),
        ("force-app/lwc/page/page.js", "export default class Page {}"),
        ("force-app/lwc/orderList/orderList.js", "import rows from './rows';"),
        ("force-app/lwc/orderList/rows.js", ""),
        (
            "force-app/pages/Orders.page",
            "<apex:page controller=\"OrderController\" extensions=\"Extra,Other\"></apex:page>",
        ),
        ("force-app/classes/OrderController.cls", "public class OrderController {}"),
        ("force-app/classes/Extra.cls", "public class Extra {}"),
        (
            "force-app/aura/Shell/Shell.cmp",
            "<aura:component controller=\"OrderController\"><c:orderList/></aura:component>",
        ),
        ("force-app/aura/Shell/ShellController.js", "({})"),
    ]);
    assert_eq!(
        world.found("force-app/lwc/page/page.html"),
        ["force-app/lwc/orderList/orderList.js", "force-app/lwc/page/page.js"]
    );
    assert_eq!(
        world.found("force-app/pages/Orders.page"),
        ["force-app/classes/OrderController.cls", "force-app/classes/Extra.cls"]
    );
    assert_eq!(
        world.found("force-app/aura/Shell/Shell.cmp"),
        [
            "force-app/classes/OrderController.cls",
            "force-app/lwc/orderList/orderList.js",
            "force-app/aura/Shell/ShellController.js"
        ]
    );
    assert_eq!(
        world.path("force-app/lwc/page/page.js", "force-app/lwc/orderList/rows.js"),
        "force-app/lwc/page/page.js -Page-> force-app/lwc/page/page.html -c-order-list-> force-app/lwc/orderList/orderList.js -'./rows'-> force-app/lwc/orderList/rows.js"
    );
}

#[test]
fn vue_files_import_in_their_script_and_use_components_by_name() {
    let world = World::new(&[
        (
            "web/src/pages/orders.vue",
            "<template><OrderList :rows=\"rows\"/><price-tag/><p>Invoice</p></template>\n<script setup lang=\"ts\">\nimport OrderList from '@/views/OrderList.vue'\nimport rows from '../data/orders.json'\n</script>\n",
        ),
        ("web/package.json", "{}"),
        ("web/src/views/OrderList.vue", ""),
        ("web/src/components/PriceTag.vue", ""),
        ("web/src/components/OrderList.vue", ""),
        ("web/src/components/Invoice.vue", ""),
        ("web/src/data/orders.json", "[]"),
        (
            "web/index.html",
            "<html><script type=\"module\" src=\"/src/main.ts\"></script><script src=\"https://cdn.example.com/x.js\"></script></html>",
        ),
        ("web/src/main.ts", ""),
    ]);
    assert_eq!(
        world.found("web/src/pages/orders.vue"),
        ["web/src/views/OrderList.vue", "web/src/data/orders.json", "web/src/components/PriceTag.vue"]
    );
    assert_eq!(world.reach("web/src/pages/orders.vue").len(), 4);
    assert_eq!(world.found("web/index.html"), ["web/src/main.ts"]);
}

#[test]
fn partials_are_found_by_the_habits_of_their_frameworks() {
    let world = World::new(&[
        ("theme/sections/main.liquid", "{% render 'card', a: b %}{%- section 'footer' -%}{% include name %}"),
        ("theme/snippets/card.liquid", ""),
        ("theme/sections/footer.liquid", ""),
        ("theme/sections/card.liquid", ""),
        (
            "app/views/orders/show.html.erb",
            "<p>Order</p><%= render 'row', x: 1 %><%= render partial: 'shared/note' %><%= Order.first %>",
        ),
        ("app/views/orders/_row.html.erb", ""),
        ("app/views/carts/_row.html.erb", ""),
        ("app/views/shared/_note.html.erb", ""),
        ("app/models/order.rb", "class Order; end"),
        ("app/models/note.rb", "class Note; end"),
        (
            "resources/views/cart/show.blade.php",
            "@extends('layouts.app')\n@include('cart.row', ['x' => 1])\n<x-alert type=\"a\"/><p>Mask</p>",
        ),
        ("resources/views/layouts/app.blade.php", ""),
        ("resources/views/cart/row.blade.php", ""),
        ("resources/views/components/alert.blade.php", ""),
        ("app/Http/Cart.php", "<?php class Cart { function show() { return view('cart.show'); } }"),
        ("shop/views.py", "def show(request):\n    return render(request, 'orders/list.html', {})\n"),
        ("shop/templates/orders/list.html", ""),
    ]);
    assert_eq!(
        world.found("theme/sections/main.liquid"),
        ["theme/snippets/card.liquid", "theme/sections/footer.liquid"]
    );
    assert!(world.imports("theme/sections/main.liquid").contains(&"!computed when the program runs".to_owned()));
    assert_eq!(
        world.found("app/views/orders/show.html.erb"),
        ["app/models/order.rb", "app/views/orders/_row.html.erb", "app/views/shared/_note.html.erb"]
    );
    let mut found = world.found("resources/views/cart/show.blade.php");
    found.sort();
    assert_eq!(
        found,
        [
            "resources/views/cart/row.blade.php",
            "resources/views/components/alert.blade.php",
            "resources/views/layouts/app.blade.php"
        ]
    );
    assert_eq!(world.found("app/Http/Cart.php"), ["resources/views/cart/show.blade.php"]);
    assert_eq!(world.found("shop/views.py"), ["shop/templates/orders/list.html"]);
}
