//! Languages whose classes are found by their names.

use super::World;

#[test]
fn ruby_finds_files_by_require_and_by_the_names_of_constants() {
    let world = World::new(&[
        (
            "core/app/models/spree/order.rb",
            "module Spree\n  class Order < Base::Thing\n    include Spree::Paid\n    # Gone\n    def total; OrderUpdater.new(self).update(:Nothing); Legacy::RATE; 'Gone'; end\n  end\nend\n",
        ),
        (
            "core/app/models/spree/base/thing.rb",
            "module Spree\n  module Base\n    class Thing; def keep; end; end\n  end\nend\n",
        ),
        ("core/app/models/concerns/spree/paid.rb", ""),
        (
            "core/app/services/spree/order_updater.rb",
            "require 'spree/tools'\nrequire 'json'\nrequire_relative '../../../lib/spree/tools'\nrequire_relative name\nmodule Spree\n  class OrderUpdater\n    def update(x)\n      x\n    end\n  end\nend\n",
        ),
        ("core/lib/spree/tools.rb", ""),
        ("core/app/models/spree/legacy.rb", ""),
        ("spec/support/gone.rb", ""),
        (
            "app/controllers/orders_controller.rb",
            "class OrdersController < ApplicationController\n  def show\n    @order = Spree::Order.first\n    render partial: 'shared/row'\n  end\nend\n",
        ),
        ("app/views/orders/show.html.erb", "<%= 1 %>"),
        ("app/views/orders/_part.html.erb", ""),
        ("app/views/shared/_row.html.erb", ""),
        ("config/seeds.rb", "load Rails.root.join('db', 'orders.json')"),
        ("db/orders.json", ""),
    ]);
    assert_eq!(
        world.found("core/app/models/spree/order.rb"),
        [
            "core/app/models/spree/base/thing.rb",
            "core/app/models/concerns/spree/paid.rb",
            "core/app/services/spree/order_updater.rb",
            "core/app/models/spree/legacy.rb",
        ]
    );
    assert_eq!(
        world.found("core/app/services/spree/order_updater.rb"),
        ["core/lib/spree/tools.rb", "core/lib/spree/tools.rb"]
    );
    assert!(
        world
            .imports("core/app/services/spree/order_updater.rb")
            .contains(&"!computed when the program runs".to_owned())
    );
    assert_eq!(
        world.found("app/controllers/orders_controller.rb"),
        ["core/app/models/spree/order.rb", "app/views/shared/_row.html.erb", "app/views/orders/show.html.erb"]
    );
    assert_eq!(world.found("config/seeds.rb"), ["db/orders.json"]);
    assert_eq!(
        world.definition("core/app/models/spree/order.rb", "OrderUpdater.update"),
        "core/app/services/spree/order_updater.rb: def update(x)"
    );
}

#[test]
fn php_finds_classes_by_the_load_paths_and_the_namespace() {
    let world = World::new(&[
        ("composer.json", r#"{"autoload": {"psr-4": {"Shop\\": "src/", "Shop\\Order\\": ["modules/order"]}}}"#),
        (
            "src/Sync/Run.php",
            "<?php\nnamespace Shop\\Sync;\nuse Shop\\Order\\Model as Order;\nuse Shop\\Util\\{Mask, Keep as K};\nuse Symfony\\Thing;\nrequire __DIR__ . '/../../lib/old.php';\nrequire_once $name;\nclass Run extends Base { function go(Order $o) { return new Mask(Near::make(\"Mask\"), Deep\\Leaf::X); } }\n",
        ),
        ("src/Sync/Base.php", "<?php namespace Shop\\Sync; class Base { function keep() {} }"),
        ("src/Sync/Near.php", "<?php namespace Shop\\Sync; class Near { static function make($x) {} }"),
        ("src/Sync/Deep/Leaf.php", ""),
        ("src/Util/Mask.php", ""),
        ("src/Util/Keep.php", ""),
        ("modules/order/Model.php", ""),
        ("lib/old.php", ""),
    ]);
    let mut found = world.found("src/Sync/Run.php");
    found.sort();
    assert_eq!(
        found,
        [
            "lib/old.php",
            "modules/order/Model.php",
            "src/Sync/Base.php",
            "src/Sync/Deep/Leaf.php",
            "src/Sync/Near.php",
            "src/Util/Keep.php",
            "src/Util/Mask.php",
        ]
    );
    assert!(world.imports("src/Sync/Run.php").contains(&"!computed when the program runs".to_owned()));
    assert_eq!(world.definition("src/Sync/Run.php", "Near.make"), "src/Sync/Near.php: static function make($x) {}");
    assert_eq!(world.definition("src/Sync/Run.php", "Run.keep"), "src/Sync/Base.php: function keep() {}");
}

#[test]
fn java_finds_classes_by_imports_and_in_the_same_package() {
    let world = World::new(&[
        (
            "app/src/main/java/com/acme/shop/Orders.java",
            "package com.acme.shop;\nimport com.acme.guard.Guard;\nimport static com.acme.guard.Checks.isReal;\nimport com.acme.model.*;\nimport java.util.List;\npublic class Orders extends Base { List<Row> rows; void sync(Near n) { Guard.rejectSynthetic(n); isReal(n); } }\n",
        ),
        ("app/src/main/java/com/acme/shop/Base.java", "package com.acme.shop; class Base {}"),
        ("app/src/main/java/com/acme/shop/Near.java", ""),
        ("app/src/main/java/com/acme/model/Row.java", ""),
        (
            "lib/src/main/java/com/acme/guard/Guard.java",
            "package com.acme.guard;\npublic class Guard {\n  public static void rejectSynthetic(Object o) {\n  }\n}\n",
        ),
        (
            "lib/src/main/java/com/acme/guard/Checks.java",
            "package com.acme.guard; class Checks { static boolean isReal(Object o) { return true; } }",
        ),
        ("app/src/test/java/com/acme/shop/OrdersTest.java", "package com.acme.shop; class OrdersTest { Orders o; }"),
    ]);
    let mut found = world.found("app/src/main/java/com/acme/shop/Orders.java");
    found.sort();
    assert_eq!(
        found,
        [
            "app/src/main/java/com/acme/model/Row.java",
            "app/src/main/java/com/acme/shop/Base.java",
            "app/src/main/java/com/acme/shop/Near.java",
            "lib/src/main/java/com/acme/guard/Checks.java",
            "lib/src/main/java/com/acme/guard/Guard.java",
        ]
    );
    assert_eq!(
        world.found("app/src/test/java/com/acme/shop/OrdersTest.java"),
        ["app/src/main/java/com/acme/shop/Orders.java"]
    );
    assert_eq!(
        world.definition("app/src/main/java/com/acme/shop/Orders.java", "Guard.rejectSynthetic"),
        "lib/src/main/java/com/acme/guard/Guard.java: public static void rejectSynthetic(Object o) {"
    );
}

#[test]
fn apex_and_lightning_find_one_another_by_name() {
    let root = "force-app/main/default";
    let at = |path: &str| format!("{root}/{path}");
    let world = World::new(&[
        (at("lwc/orderPage/orderPage.js"), "import { LightningElement } from 'lwc';\nimport list from '@salesforce/apex/OrderController.list';\nimport { format } from 'c/formats';\nimport LABEL from '@salesforce/label/c.Orders';\nimport { near } from './near';\nexport default class OrderPage extends LightningElement {}\n".to_owned()),
        (at("lwc/orderPage/orderPage.html"), "<template><c-order-list rows={rows}></c-order-list></template>".to_owned()),
        (at("lwc/orderPage/near.js"), "export const near = 1;".to_owned()),
        (at("lwc/formats/formats.js"), "export const format = (x) => x;".to_owned()),
        (at("lwc/orderList/orderList.js"), "export default class OrderList {}".to_owned()),
        (at("classes/OrderController.cls"), "public with sharing class OrderController {\n  @AuraEnabled\n  public static List<Order> list() { return orderservice.all(); }\n  void go() { OrderService.all(); }\n}\n".to_owned()),
        (at("classes/OrderService.cls"), "public class OrderService {\n  public static List<Order> all() {\n    return null;\n  }\n}\n".to_owned()),
        (at("classes/OrderSpecs.cls"), "@isTest private class OrderSpecs { }\n".to_owned()),
    ]);
    let mut found = world.found(&at("lwc/orderPage/orderPage.js"));
    found.sort();
    assert_eq!(
        found,
        [
            "classes/OrderController.cls",
            "lwc/formats/formats.js",
            "lwc/orderPage/near.js",
            "lwc/orderPage/orderPage.html"
        ]
        .map(at)
    );
    assert_eq!(
        world.path(&at("lwc/orderPage/orderPage.js"), &at("classes/OrderService.cls")),
        format!(
            "{0} -'@salesforce/apex/OrderController.list'-> {1} -OrderService-> {2}",
            at("lwc/orderPage/orderPage.js"),
            at("classes/OrderController.cls"),
            at("classes/OrderService.cls")
        )
    );
    assert_eq!(
        world.definition(&at("classes/OrderController.cls"), "OrderService.ALL").split(": ").nth(1),
        Some("public static List<Order> all() {")
    );
    let specs = at("classes/OrderSpecs.cls");
    let code = world.code(world.id(&specs)).unwrap();
    assert_eq!(crate::link::modules::FileRole::of_code(&specs, &code), crate::link::modules::FileRole::Test);
}

#[test]
fn kotlin_finds_classes_and_functions_of_packages() {
    let world = World::new(&[
        (
            "app/src/main/kotlin/com/acme/shop/Orders.kt",
            "package com.acme.shop\n\nimport com.acme.guard.Guard\nimport com.acme.guard.rejectAll as reject\nimport com.acme.model.*\n\nclass Orders : Base() {\n    fun sync(row: Row) {\n        Guard.rejectSynthetic(row)\n        reject(Near())\n    }\n}\n",
        ),
        ("app/src/main/kotlin/com/acme/shop/Base.kt", "package com.acme.shop\n\nopen class Base\n"),
        ("app/src/main/java/com/acme/shop/Near.java", ""),
        ("app/src/main/kotlin/com/acme/model/Row.kt", ""),
        (
            "app/src/main/kotlin/com/acme/guard/Guard.kt",
            "package com.acme.guard\n\nobject Guard {\n    fun rejectSynthetic(row: Any) {\n    }\n}\n",
        ),
        ("app/src/main/kotlin/com/acme/guard/extra.kt", "package com.acme.guard\n\nfun rejectAll(row: Any) {\n}\n"),
        ("app/src/main/kotlin/com/acme/guard/other.kt", "package com.acme.guard\n\nfun rejectAllowed(row: Any) {\n}\n"),
    ]);
    let orders = "app/src/main/kotlin/com/acme/shop/Orders.kt";
    let mut found = world.found(orders);
    found.sort();
    assert_eq!(
        found,
        [
            "app/src/main/java/com/acme/shop/Near.java",
            "app/src/main/kotlin/com/acme/guard/Guard.kt",
            "app/src/main/kotlin/com/acme/guard/extra.kt",
            "app/src/main/kotlin/com/acme/model/Row.kt",
            "app/src/main/kotlin/com/acme/shop/Base.kt",
        ]
    );
    assert_eq!(
        world.definition(orders, "reject"),
        "app/src/main/kotlin/com/acme/guard/extra.kt: fun rejectAll(row: Any) {"
    );
    assert_eq!(
        world.definition(orders, "Guard.rejectSynthetic"),
        "app/src/main/kotlin/com/acme/guard/Guard.kt: fun rejectSynthetic(row: Any) {"
    );
}

#[test]
fn csharp_finds_classes_by_the_names_of_files() {
    let world = World::new(&[
        (
            "src/Shop/Orders.cs",
            "using Acme.Guards;\nnamespace Acme.Shop {\n  public class Orders : Base {\n    void Sync(Row row) { Guard.RejectSynthetic(row); }\n  }\n}\n",
        ),
        ("src/Shop/Base.cs", "namespace Acme.Shop { public class Base { } }"),
        ("src/Other/Base.cs", "namespace Acme.Other { public class Base { } }"),
        (
            "src/Guards/Guard.cs",
            "namespace Acme.Guards {\n  public static class Guard {\n    public static void RejectSynthetic(object row) { }\n  }\n}\n",
        ),
        ("src/A/Row.cs", ""),
        ("src/B/Row.cs", ""),
    ]);
    let mut found = world.found("src/Shop/Orders.cs");
    found.sort();
    // Two rows are as near: neither is taken.
    assert_eq!(found, ["src/Guards/Guard.cs", "src/Shop/Base.cs"]);
    assert_eq!(
        world.definition("src/Shop/Orders.cs", "Guard.RejectSynthetic"),
        "src/Guards/Guard.cs: public static void RejectSynthetic(object row) { }"
    );
}

#[test]
fn go_packages_are_folders_below_their_module() {
    let world = World::new(&[
        ("go.mod", "module example.com/shop\n\ngo 1.22\n"),
        (
            "cmd/web/main.go",
            "package main\n\nimport (\n\t\"fmt\"\n\tg \"example.com/shop/internal/guard\"\n\t\"example.com/shop/gone\"\n\t\"example.com/shopping/x\"\n)\n\n//go:embed orders.json\nvar orders []byte\n\nfunc main() { g.Reject(orders); fmt.Println() }\n",
        ),
        ("cmd/web/routes.go", "package main\n"),
        ("cmd/web/orders.json", "[]"),
        ("cmd/web/main_test.go", "package main\n"),
        ("internal/guard/guard.go", "package guard\n\nfunc Reject(rows []byte) {\n}\n"),
        ("internal/guard/more.go", "package guard\n"),
        ("internal/guard/deep/deep.go", "package deep\n"),
        ("tools/go.mod", "module example.com/shop/tools\n"),
        ("tools/x/x.go", "package x\n\nimport \"example.com/shop/tools/x/y\"\n"),
        ("tools/x/y/y.go", "package y\n"),
    ]);
    assert_eq!(
        world.imports("cmd/web/main.go"),
        [
            "cmd/web/routes.go",
            "package:fmt",
            "internal/guard/guard.go",
            "internal/guard/more.go",
            "!no file of the repository has this path",
            "package:example.com/shopping/x",
            "cmd/web/orders.json",
        ]
    );
    assert_eq!(world.found("tools/x/x.go"), ["tools/x/y/y.go"]);
    assert_eq!(world.definition("cmd/web/main.go", "g.Reject"), "internal/guard/guard.go: func Reject(rows []byte) {");
}
