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
